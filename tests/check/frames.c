/* gst-stylegan: frames for the element's tests
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Frames are filled and compared through GStreamer's own pack and unpack
 * functions, which the element does not use for most formats. */

#include "frames.h"

#include <string.h>

#include "models.h"

void
frame_info (GstVideoInfo * info, GstVideoFormat format, gint width, gint height,
    const gchar * colorimetry)
{
  gst_video_info_set_format (info, format, width, height);
  info->fps_n = 25;
  info->fps_d = 1;
  if (colorimetry)
    g_assert (gst_video_colorimetry_from_string (&info->colorimetry,
            colorimetry));
}

GstCaps *
frame_caps (const GstVideoInfo * info)
{
  return gst_video_info_to_caps (info);
}

/* --- memory --- */

static gboolean
is_tiled (const GstVideoInfo * info)
{
  return GST_VIDEO_FORMAT_INFO_IS_TILED (info->finfo);
}

/* Rows of bytes in a plane; those of tiled formats are one row. */
static gsize
plane_size (const GstVideoInfo * info, guint plane, gint stride)
{
  gint comp[GST_VIDEO_MAX_COMPONENTS];

  if (GST_VIDEO_FORMAT_INFO_HAS_PALETTE (info->finfo) && plane == 1)
    return 256 * 4;
  if (is_tiled (info))
    return (gsize) GST_VIDEO_FORMAT_INFO_TILE_SIZE (info->finfo, plane) *
        GST_VIDEO_TILE_X_TILES (stride) * GST_VIDEO_TILE_Y_TILES (stride);
  gst_video_format_info_component (info->finfo, plane, comp);
  return (gsize) stride *GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (info->finfo,
      comp[0], info->height);
}

/* Where pixels are bytes, anywhere; the pack functions want words aligned. */
static gint
odd_padding (const GstVideoInfo * info)
{
  guint c;

  for (c = 0; c < info->finfo->n_components; c++)
    if (info->finfo->bits != 8 || info->finfo->pixel_stride[c] % 2 == 0)
      return 8;
  return 7;
}

static gint
padded_stride (const GstVideoInfo * info, guint plane)
{
  gint stride = info->stride[plane];

  if (is_tiled (info))
    return GST_VIDEO_TILE_MAKE_STRIDE (GST_VIDEO_TILE_X_TILES (stride) + 1,
        GST_VIDEO_TILE_Y_TILES (stride) + 1);
  if (GST_VIDEO_FORMAT_INFO_HAS_PALETTE (info->finfo) && plane == 1)
    return stride;
  return stride + odd_padding (info) * (plane + 1);
}

GstBuffer *
frame_new (const GstVideoInfo * info, FrameLayout layout, guint8 guard)
{
  /* GStreamer's own functions, which fill and read the frame, need it. */
  GstAllocationParams slack = { 0, 15, 0, 2048, };
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0, };
  gint stride[GST_VIDEO_MAX_PLANES] = { 0, };
  GstBuffer *buffer;
  gsize size = 0;
  guint i;

  if (layout == LAYOUT_PLAIN) {
    buffer = gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (info), &slack);
    gst_buffer_memset (buffer, 0, guard, -1);
    return buffer;
  }

  buffer = gst_buffer_new ();
  for (i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    if (layout == LAYOUT_PADDED)
      size += odd_padding (info);
    offset[i] = size;
    stride[i] = layout == LAYOUT_PADDED ? padded_stride (info, i) :
        info->stride[i];
    size += plane_size (info, i, stride[i]);
    if (layout == LAYOUT_MEMORIES)
      gst_buffer_append_memory (buffer, gst_allocator_alloc (NULL,
              size - offset[i], &slack));
  }
  if (layout == LAYOUT_PADDED)
    gst_buffer_append_memory (buffer, gst_allocator_alloc (NULL, size, &slack));
  gst_buffer_memset (buffer, 0, guard, -1);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), info->width, info->height,
      GST_VIDEO_INFO_N_PLANES (info), offset, stride);
  return buffer;
}

/* --- pixels --- */

/* Fills a row of the unpacked format. */
typedef void (*RowFunc) (gpointer row, gint y, gint width, gboolean wide,
    gpointer user_data);

static void
fill_rows (GstBuffer * buffer, const GstVideoInfo * info, RowFunc func,
    gpointer user_data)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  gboolean wide = finfo->unpack_format == GST_VIDEO_FORMAT_AYUV64
      || finfo->unpack_format == GST_VIDEO_FORMAT_ARGB64;
  guint8 *row = g_malloc0 ((info->width + 16) * 8);
  GstVideoFrame frame;
  gsize size;
  gint y;

  g_assert (gst_video_frame_map (&frame, info, buffer, GST_MAP_READWRITE));
  for (y = 0; y < info->height; y++) {
    func (row, y, info->width, wide, user_data);
    finfo->pack_func (finfo, GST_VIDEO_PACK_FLAG_NONE, row, 0, frame.data,
        frame.info.stride, info->chroma_site, y, info->width);
  }
  if (GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo)) {
    gconstpointer palette =
        gst_video_format_get_palette (GST_VIDEO_INFO_FORMAT (info), &size);

    memcpy (frame.data[1], palette, size);
  }
  gst_video_frame_unmap (&frame);
  g_free (row);
}

static void
noise_row (gpointer row, gint y, gint width, gboolean wide, gpointer user_data)
{
  GRand *rand = user_data;
  gint i;

  for (i = 0; i < width * 4; i++) {
    if (wide)
      ((guint16 *) row)[i] = g_rand_int (rand) >> 16;
    else
      ((guint8 *) row)[i] = g_rand_int (rand) >> 24;
  }
}

void
frame_fill_noise (GstBuffer * buffer, const GstVideoInfo * info, guint32 seed)
{
  GRand *rand = g_rand_new_with_seed (seed);

  fill_rows (buffer, info, noise_row, rand);
  g_rand_free (rand);
}

GstBuffer *
frame_new_noise (const GstVideoInfo * info, guint32 seed)
{
  GstBuffer *buffer = frame_new (info, LAYOUT_PLAIN, 0);

  frame_fill_noise (buffer, info, seed);
  return buffer;
}

typedef struct
{
  const GstVideoInfo *info;
  gdouble saturation;
  const gdouble *flat;
} ColorFill;

/* R'G'B' to the unpacked format's components, 0..1, by the textbook. */
static void
encode_color (const GstVideoInfo * info, const gdouble rgb[3], gdouble out[3])
{
  const GstVideoFormatInfo *finfo = info->finfo;
  gboolean limited = info->colorimetry.range == GST_VIDEO_COLOR_RANGE_16_235;
  gdouble Kr = 0, Kb = 0, y, scale[3];
  guint c, depth = finfo->unpack_format == GST_VIDEO_FORMAT_AYUV
      || finfo->unpack_format == GST_VIDEO_FORMAT_ARGB ? 8 : 16;
  gdouble max = (1 << depth) - 1, unit = 1 << (depth - 8);

  if (GST_VIDEO_INFO_IS_RGB (info)) {
    for (c = 0; c < 3; c++)
      out[c] = limited ? (16 + 219 * rgb[c]) * unit / max : rgb[c];
    return;
  }
  gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &Kr, &Kb);
  y = Kr * rgb[0] + (1 - Kr - Kb) * rgb[1] + Kb * rgb[2];
  scale[0] = limited ? 219 * unit : max;
  scale[1] = limited ? 224 * unit : max;
  out[0] = ((limited ? 16 * unit : 0) + scale[0] * y) / max;
  out[1] = (128 * unit + scale[1] * (rgb[2] - y) / (2 * (1 - Kb))) / max;
  out[2] = (128 * unit + scale[1] * (rgb[0] - y) / (2 * (1 - Kr))) / max;
}

static void
color_row (gpointer row, gint y, gint width, gboolean wide, gpointer user_data)
{
  const ColorFill *fill = user_data;
  gdouble rgb[3], out[4];
  gint x, c;

  for (x = 0; x < width; x++) {
    gdouble u = (gdouble) x / width, v = (gdouble) y / fill->info->height;

    rgb[0] = 0.5 + (u - 0.5) * fill->saturation;
    rgb[1] = 0.5 + (v - 0.5) * fill->saturation;
    rgb[2] = 0.5 + (0.5 - (u + v) / 2) * fill->saturation;
    encode_color (fill->info, fill->flat ? fill->flat : rgb, out + 1);
    out[0] = 1.0;
    for (c = 0; c < 4; c++) {
      if (wide)
        ((guint16 *) row)[x * 4 + c] = CLAMP (out[c], 0, 1) * 65535 + 0.5;
      else
        ((guint8 *) row)[x * 4 + c] = CLAMP (out[c], 0, 1) * 255 + 0.5;
    }
  }
}

void
frame_fill_colors (GstBuffer * buffer, const GstVideoInfo * info,
    gdouble saturation)
{
  ColorFill fill = { info, saturation, NULL };

  fill_rows (buffer, info, color_row, &fill);
}

void
frame_fill_flat (GstBuffer * buffer, const GstVideoInfo * info, gdouble r,
    gdouble g, gdouble b)
{
  const gdouble rgb[3] = { r, g, b };
  ColorFill fill = { info, 0.0, rgb };

  fill_rows (buffer, info, color_row, &fill);
}

/* Components that the format has, as numbers of its own depth. */
static gint
component (const GstVideoFormatInfo * finfo, gconstpointer row, gint x, gint c)
{
  static const gint order[4] = { 1, 2, 3, 0 };
  gint i = x * 4 + order[c], depth;

  if (finfo->unpack_format == GST_VIDEO_FORMAT_AYUV
      || finfo->unpack_format == GST_VIDEO_FORMAT_ARGB)
    return ((const guint8 *) row)[i];
  depth = c < (gint) finfo->n_components ? finfo->depth[c] : 16;
  return ((const guint16 *) row)[i] >> (16 - depth);
}

/* GStreamer's strides, or pack functions, of these have no room for the last V
 * of some widths, so that the last column has a random colour. */
static gboolean
column_is_lost (const GstVideoFormatInfo * finfo, gint x, gint width)
{
  if (x != width - 1)
    return FALSE;
  switch (finfo->format) {
    case GST_VIDEO_FORMAT_NV12_10LE32:
    case GST_VIDEO_FORMAT_NV16_10LE32:
      return width % 6 == 3;
    case GST_VIDEO_FORMAT_UYVP:
    case GST_VIDEO_FORMAT_Y210:
    case GST_VIDEO_FORMAT_Y212_LE:
    case GST_VIDEO_FORMAT_Y212_BE:
    case GST_VIDEO_FORMAT_NV12_10BE_8L128:
      return width % 2 == 1;
    default:
      return FALSE;
  }
}

/* GStreamer's unpack functions read past the end of some frames. */
static GstBuffer *
with_slack (GstBuffer * buffer)
{
  GstAllocationParams slack = { 0, 15, 0, 2048, };
  gsize size = gst_buffer_get_size (buffer);
  GstBuffer *copy = gst_buffer_new_allocate (NULL, size, &slack);
  GstMapInfo map;

  g_assert (gst_buffer_map (copy, &map, GST_MAP_WRITE));
  gst_buffer_extract (buffer, 0, map.data, size);
  gst_buffer_unmap (copy, &map);
  gst_buffer_copy_into (copy, buffer, GST_BUFFER_COPY_META, 0, -1);
  if (gst_buffer_get_video_meta (buffer)
      && gst_buffer_get_video_meta (copy) == NULL) {
    GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

    gst_buffer_add_video_meta_full (copy, meta->flags, meta->format,
        meta->width, meta->height, meta->n_planes, meta->offset, meta->stride);
  }
  return copy;
}

guint
frame_difference (GstBuffer * a, const GstVideoInfo * a_info, gint dx, gint dy,
    GstBuffer * b, const GstVideoInfo * b_info)
{
  const GstVideoFormatInfo *finfo = b_info->finfo;
  gint n = GST_VIDEO_FORMAT_INFO_IS_GRAY (finfo) ? 1 : 4;
  guint8 *a_row = g_malloc0 ((a_info->width + 64) * 8);
  guint8 *b_row = g_malloc0 ((b_info->width + 64) * 8);
  GstVideoFrame a_frame, b_frame;
  guint largest = 0;
  gint x, y, c;

  a = with_slack (a);
  b = with_slack (b);
  g_assert (gst_video_frame_map (&a_frame, a_info, a, GST_MAP_READ));
  g_assert (gst_video_frame_map (&b_frame, b_info, b, GST_MAP_READ));
  for (y = 0; y < b_info->height; y++) {
    finfo->unpack_func (finfo, GST_VIDEO_PACK_FLAG_TRUNCATE_RANGE, a_row,
        a_frame.data, a_frame.info.stride, 0, y + dy, b_info->width + dx);
    finfo->unpack_func (finfo, GST_VIDEO_PACK_FLAG_TRUNCATE_RANGE, b_row,
        b_frame.data, b_frame.info.stride, 0, y, b_info->width);
    for (x = 0; x < b_info->width; x++) {
      for (c = 0; c < n && !column_is_lost (finfo, x, b_info->width); c++) {
        gint difference = component (finfo, a_row, x + dx, c) -
            component (finfo, b_row, x, c);

        largest = MAX (largest, (guint) ABS (difference));
      }
    }
  }
  gst_video_frame_unmap (&a_frame);
  gst_video_frame_unmap (&b_frame);
  gst_buffer_unref (a);
  gst_buffer_unref (b);
  g_free (a_row);
  g_free (b_row);
  return largest;
}

void
frame_to_argb64 (GstBuffer * buffer, const GstVideoInfo * info,
    GstStructure * options, const gchar * colorimetry, gint x, gint y,
    guint16 argb[4])
{
  GstVideoConverter *converter;
  GstVideoInfo out_info, in_info = *info;
  GstVideoFrame in, out;
  GstBuffer *converted;

  frame_info (&out_info, GST_VIDEO_FORMAT_ARGB64, info->width, info->height,
      colorimetry);
  out_info.chroma_site = in_info.chroma_site;
  converter = gst_video_converter_new (&in_info, &out_info, options);
  g_assert (converter);
  converted = frame_new (&out_info, LAYOUT_PLAIN, 0);
  g_assert (gst_video_frame_map (&in, &in_info, buffer, GST_MAP_READ));
  g_assert (gst_video_frame_map (&out, &out_info, converted, GST_MAP_WRITE));
  gst_video_converter_frame (converter, &in, &out);
  memcpy (argb, (guint8 *) out.data[0] + y * out.info.stride[0] + x * 8, 8);
  gst_video_frame_unmap (&in);
  gst_video_frame_unmap (&out);
  gst_buffer_unref (converted);
  gst_video_converter_free (converter);
}

/* --- element --- */

GstHarness *
stylegan_harness (const gchar * model)
{
  return stylegan_harness_full (model, NULL);
}

GstHarness *
stylegan_harness_full (const gchar * model, const gchar * properties)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  gchar **settings = g_strsplit (properties ? properties : "", " ", -1);
  GstHarness *harness;
  GstBus *bus;
  guint i;

  ck_assert_msg (element != NULL,
      "no element stylegan: is GST_PLUGIN_PATH set?");
  g_object_set (element, "model", model, NULL);
  /* what comes out depends on what goes in alone, unless wanted otherwise */
  gst_util_set_object_arg (G_OBJECT (element), "temporal", "off");
  gst_util_set_object_arg (G_OBJECT (element), "start-mode", "wait");
  gst_util_set_object_arg (G_OBJECT (element), "qos-mode", "drop");
  for (i = 0; settings[i]; i++) {
    gchar **pair = g_strsplit (settings[i], "=", 2);

    gst_util_set_object_arg (G_OBJECT (element), pair[0], pair[1]);
    g_strfreev (pair);
  }
  g_strfreev (settings);
  bus = gst_bus_new ();
  gst_element_set_bus (element, bus);
  gst_object_unref (bus);
  harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  return harness;
}

void
stylegan_harness_free (GstHarness * harness)
{
  GstBus *bus = gst_element_get_bus (harness->element);

  gst_element_set_bus (harness->element, NULL);
  gst_bus_set_flushing (bus, TRUE);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
}

GstBuffer *
stylegan_run (GstHarness * harness, const GstVideoInfo * info,
    GstBuffer * buffer)
{
  GstBuffer *out;

  gst_harness_set_src_caps (harness, frame_caps (info));
  out = gst_harness_push_and_pull (harness, buffer);
  ck_assert_msg (out != NULL, "no frame for %s %dx%d",
      GST_VIDEO_INFO_NAME (info), info->width, info->height);
  return out;
}

void
stylegan_drop_events (GstHarness * harness)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (harness)))
    gst_event_unref (event);
  while ((event = gst_harness_try_pull_upstream_event (harness)))
    gst_event_unref (event);
}

gchar *
stylegan_pop_error (GstElement * element, GError ** error)
{
  GstBus *bus = gst_element_get_bus (element);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *parsed = NULL;
  gchar *text = NULL;

  gst_object_unref (bus);
  if (message == NULL)
    return NULL;
  gst_message_parse_error (message, &parsed, NULL);
  gst_message_unref (message);
  text = g_strdup (parsed->message);
  if (error)
    *error = parsed;
  else
    g_error_free (parsed);
  return text;
}

guint64
stylegan_stat (GstElement * element, const gchar * field)
{
  GstStructure *stats = NULL;
  guint64 value = 0;
  guint small = 0;

  g_object_get (element, "stats", &stats, NULL);
  if (!gst_structure_get_uint64 (stats, field, &value)) {
    ck_assert (gst_structure_get_uint (stats, field, &small));
    value = small;
  }
  gst_structure_free (stats);
  return value;
}
