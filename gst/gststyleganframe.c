/* gst-stylegan: GstVideoFrame as the engine sees it
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganframe.h"

#include <string.h>

#include "gststylegancolor.h"
#include "gststyleganlayout.h"

/* Rows per task: a multiple of every vertical subsampling, so that a row of
 * chroma belongs to one task. */
#define BAND_ROWS 16
/* Some unpack functions read whole words past the end of a row. */
#define ROW_SLACK 64

struct _GstStyleganConverter
{
  GstVideoInfo info;
  SgThreadPool *threads;
  gboolean direct;
  GstStyleganLayout layout;     /* of the frame, or of the picture below */
  SgColor color;
  SgTransfer transfer;

  /* The rest is for formats that are unpacked. */
  const GstVideoFormatInfo *unpack_finfo;
  GstVideoPackFlags unpack_flags;
  guint8 *picture;
  gsize picture_size;
  gint picture_stride;
  guint8 *last_row[GST_VIDEO_MAX_PLANES];       /* copies, with ROW_SLACK */
  gsize last_row_size[GST_VIDEO_MAX_PLANES];
  gsize spilling_bytes;         /* of a row, or 0 */
  guint8 *spilling_rows;        /* one per thread */
  guint8 *tiles[2];             /* copies of planes, with a tile more */
  gsize tiles_size[2];

  /* The frame in work. */
  const GstVideoFrame *source;
  GstVideoFrame *target;
  gint x, y;
};

/* --- converter --- */

static gboolean
ensure_picture (GstStyleganConverter * self, gint width)
{
  gint pixel_bytes = self->unpack_finfo->pixel_stride[0];
  gint stride = GST_ROUND_UP_64 (width * pixel_bytes);
  gsize size = (gsize) stride * self->info.height;

  if (size > self->picture_size) {
    g_free (self->picture);
    self->picture = g_try_malloc0 (size);
    self->picture_size = self->picture ? size : 0;
  }
  self->picture_stride = stride;
  return self->picture != NULL;
}

/* Rows of odd width that are longer than the stride GStreamer gives them: their
 * pack functions write over the beginning of the next row, and past the end of
 * the last. Returns: bytes that are written per row, or 0 where they fit */
static gsize
get_spilling_bytes (const GstVideoInfo * info)
{
  gsize pairs = (GST_VIDEO_INFO_WIDTH (info) + 1) / 2, bytes = 0;

  switch (GST_VIDEO_INFO_FORMAT (info)) {
    case GST_VIDEO_FORMAT_UYVP:
      bytes = pairs * 5;
      break;
    case GST_VIDEO_FORMAT_Y210:
    case GST_VIDEO_FORMAT_Y212_LE:
    case GST_VIDEO_FORMAT_Y212_BE:
      bytes = pairs * 8;
      break;
    default:
      break;
  }
  return bytes > (gsize) GST_VIDEO_INFO_PLANE_STRIDE (info, 0) ? bytes : 0;
}

static gboolean
init_unpacked (GstStyleganConverter * self)
{
  const GstVideoFormatInfo *finfo = self->info.finfo;

  self->unpack_finfo = gst_video_format_get_info (finfo->unpack_format);
  self->unpack_flags = self->unpack_finfo->bits > 8 ?
      GST_VIDEO_PACK_FLAG_TRUNCATE_RANGE : GST_VIDEO_PACK_FLAG_NONE;
  if (!ensure_picture (self, self->info.width))
    return FALSE;
  self->spilling_bytes = get_spilling_bytes (&self->info);
  if (self->spilling_bytes > 0) {
    self->spilling_rows = g_try_malloc0_n (sg_thread_pool_get_size
        (self->threads), self->spilling_bytes);
    if (self->spilling_rows == NULL)
      return FALSE;
  }
  gst_stylegan_layout_init_unpacked (&self->layout, finfo, self->unpack_finfo);
  return TRUE;
}

GstStyleganConverter *
gst_stylegan_converter_new (const GstVideoInfo * info, SgThreadPool * threads)
{
  GstStyleganConverter *self = g_new0 (GstStyleganConverter, 1);
  const GstVideoFormatInfo *sample_finfo = info->finfo;

  self->info = *info;
  self->threads = sg_thread_pool_ref (threads);
  self->direct = gst_stylegan_layout_init (&self->layout, info->finfo);
  if (!self->direct && !init_unpacked (self)) {
    gst_stylegan_converter_free (self);
    return NULL;
  }
  if (!self->direct && self->unpack_finfo->bits == 8)
    sample_finfo = self->unpack_finfo;
  gst_stylegan_color_init (&self->color, &self->transfer, info, sample_finfo);
  return self;
}

void
gst_stylegan_converter_free (GstStyleganConverter * self)
{
  guint i;

  if (self == NULL)
    return;
  for (i = 0; i < GST_VIDEO_MAX_PLANES; i++)
    g_free (self->last_row[i]);
  g_free (self->tiles[0]);
  g_free (self->tiles[1]);
  g_free (self->spilling_rows);
  g_free (self->picture);
  sg_thread_pool_unref (self->threads);
  g_free (self);
}

gboolean
gst_stylegan_converter_is_direct (GstStyleganConverter * self)
{
  return self->direct;
}

/* --- is the frame inside its memory? --- */

/* Bytes of a plane's mapped memory from its first row on; with @before, those
 * in front of it. G_MAXSSIZE for memory of unknown kind. */
static gssize
plane_bytes (const GstVideoFrame * frame, guint plane, gssize * before)
{
  const GstMapInfo *map = frame->meta ? &frame->map[plane] : &frame->map[0];
  const guint8 *data = frame->data[plane];

  if (map->memory == NULL) {
    *before = G_MAXSSIZE;
    return G_MAXSSIZE;
  }
  *before = data - map->data;
  return (gssize) map->size - *before;
}

/* @rows rows of @row_bytes bytes, the first at @offset. */
static gboolean
plane_holds (const GstVideoFrame * frame, guint plane, gssize offset,
    gint rows, gssize row_bytes)
{
  gssize span = (gssize) (rows - 1) * frame->info.stride[plane];
  gssize before, after = plane_bytes (frame, plane, &before);

  return offset + MIN (span, 0) >= -before
      && offset + MAX (span, 0) + row_bytes <= after;
}

static gssize
tiled_bytes (const GstVideoFormatInfo * finfo, guint plane, gint stride)
{
  gssize tile_size = GST_VIDEO_FORMAT_INFO_TILE_SIZE (finfo, plane);

  return tile_size * GST_VIDEO_TILE_X_TILES (stride) *
      GST_VIDEO_TILE_Y_TILES (stride);
}

static guint
plane_v_sub (const GstVideoFormatInfo * finfo, guint plane)
{
  guint c;

  for (c = 0; c < finfo->n_components; c++)
    if (finfo->plane[c] == plane)
      return finfo->h_sub[c];
  return 0;
}

/* For formats that are unpacked. Only the row's own bytes are asked of the last
 * row, as GStreamer counts them with no padding wanted. */
static gboolean
unpackable_plane_fits (const GstVideoFrame * frame, guint plane,
    const GstVideoInfo * tight)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  gint stride = frame->info.stride[plane];
  gint tight_stride = tight->stride[plane];
  gint rows;

  if (GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo) && plane == 1)
    return plane_holds (frame, plane, 0, 1, 256 * 4);

  if (GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)) {
    gssize before, after = plane_bytes (frame, plane, &before);

    return GST_VIDEO_TILE_X_TILES (stride) >=
        GST_VIDEO_TILE_X_TILES (tight_stride)
        && GST_VIDEO_TILE_Y_TILES (stride) >=
        GST_VIDEO_TILE_Y_TILES (tight_stride)
        && tiled_bytes (finfo, plane, stride) <= after;
  }
  rows = GST_VIDEO_SUB_SCALE (plane_v_sub (finfo, plane), frame->info.height);
  return plane_holds (frame, plane, 0, rows, tight_stride);
}

/* Words are read at once: samples by the engine, and in some unpack functions
 * whole pixels, whose size the lowest bit of the step gives. Samples of one byte
 * that are described where they are may be anywhere. */
static gboolean
frame_is_aligned (GstStyleganConverter * self, const GstVideoFrame * frame)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  gboolean tiled = GST_VIDEO_FORMAT_INFO_IS_TILED (finfo);
  guint c;

  for (c = 0; c < finfo->n_components; c++) {
    guint plane = finfo->plane[c];
    guint step = finfo->pixel_stride[c];
    guint word = self->direct ? (guint) self->layout.sample.bytes :
        CLAMP (step & -step, 1, 4);
    gsize position = (gsize) frame->data[plane];

    if (!tiled)
      position |= (gsize) frame->info.stride[plane];
    if (position % word != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
frame_fits (GstStyleganConverter * self, const GstVideoFrame * frame, gint x,
    gint y)
{
  GstVideoInfo tight;
  guint i;

  if (!self->direct) {
    if (!gst_video_info_set_format (&tight, frame->info.finfo->format,
            frame->info.width, frame->info.height))
      return FALSE;
    for (i = 0; i < frame->info.finfo->n_planes; i++)
      if (!unpackable_plane_fits (frame, i, &tight))
        return FALSE;
    return TRUE;
  }

  for (i = 0; i < 4; i++) {
    const GstStyleganComponent *c = &self->layout.component[i];
    gint rows = GST_VIDEO_SUB_SCALE (c->v_sub, self->info.height);
    gint columns = GST_VIDEO_SUB_SCALE (c->h_sub, self->info.width);
    gssize offset = (gssize) (y >> c->v_sub) * frame->info.stride[c->plane] +
        (gssize) (x >> c->h_sub) * c->step_bytes + c->offset;

    if (c->present && !plane_holds (frame, c->plane, offset, rows,
            (gssize) (columns - 1) * c->step_bytes + self->layout.sample.bytes))
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_stylegan_frame_map (GstVideoFrame * frame, const GstVideoInfo * info,
    GstBuffer * buffer, GstMapFlags flags, GError ** error)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  /* gst_video_frame_map () takes these for errors in the program. */
  if (meta && (meta->format != GST_VIDEO_INFO_FORMAT (info)
          || meta->n_planes != GST_VIDEO_INFO_N_PLANES (info)
          || meta->width < (guint) GST_VIDEO_INFO_WIDTH (info)
          || meta->height < (guint) GST_VIDEO_INFO_HEIGHT (info))) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "The buffer holds %ux%u pixels of %s, but the caps say %dx%d of %s.",
        meta->width, meta->height, gst_video_format_to_string (meta->format),
        GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
        GST_VIDEO_INFO_NAME (info));
    return FALSE;
  }
  if (!gst_video_frame_map (frame, info, buffer,
          flags | GST_VIDEO_FRAME_MAP_FLAG_NO_REF)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "The buffer of %" G_GSIZE_FORMAT " bytes cannot be mapped as a %dx%d "
        "frame of %s.", gst_buffer_get_size (buffer),
        GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
        GST_VIDEO_INFO_NAME (info));
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_frame (GstStyleganConverter * self, const GstVideoFrame * frame, gint x,
    gint y, GError ** error)
{
  if (x < 0 || y < 0 || x > frame->info.width - self->info.width
      || y > frame->info.height - self->info.height) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "The %dx%d pixels at %d,%d are not inside the buffer's %dx%d.",
        self->info.width, self->info.height, x, y, frame->info.width,
        frame->info.height);
    return FALSE;
  }
  if (!frame_fits (self, frame, x, y)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "The buffer is too small for a %dx%d frame of %s with the strides and "
        "offsets that it comes with.", frame->info.width, frame->info.height,
        frame->info.finfo->name);
    return FALSE;
  }
  if (!frame_is_aligned (self, frame)) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "The buffer's planes do not begin at whole pixels of %s in memory.",
        frame->info.finfo->name);
    return FALSE;
  }
  return TRUE;
}

/* --- describing --- */

static void
begin_image (GstStyleganConverter * self, SgImage * image)
{
  memset (image, 0, sizeof (*image));
  image->width = self->info.width;
  image->height = self->info.height;
  image->n_components = self->layout.n_components;
  image->sample = self->layout.sample;
  image->color = self->color;
  if (self->color.transfer)
    image->color.transfer = &self->transfer;
}

/* At odd offsets the chroma sample that lies over the first pixel comes first,
 * as with GStreamer's own videocrop: luma is exact, chroma off by less than its
 * own sample. */
static void
describe_frame (GstStyleganConverter * self, const GstVideoFrame * frame,
    gint x, gint y, SgImage * image)
{
  guint i;

  begin_image (self, image);
  for (i = 0; i < 4; i++) {
    const GstStyleganComponent *c = &self->layout.component[i];
    gint stride = frame->info.stride[c->plane];

    if (!c->present)
      continue;
    image->plane[i].data = (guint8 *) frame->data[c->plane] + c->offset +
        (gssize) (y >> c->v_sub) * stride +
        (gssize) (x >> c->h_sub) * c->step_bytes;
    image->plane[i].stride_bytes = stride;
    image->plane[i].step_bytes = c->step_bytes;
    image->plane[i].h_sub = c->h_sub;
    image->plane[i].v_sub = c->v_sub;
  }
}

static void
describe_picture (GstStyleganConverter * self, SgImage * image)
{
  guint i;

  begin_image (self, image);
  for (i = 0; i < 4; i++) {
    const GstStyleganComponent *c = &self->layout.component[i];
    gint first = self->x >> c->h_sub << c->h_sub;

    if (!c->present)
      continue;
    image->plane[i].data = self->picture + c->offset +
        (gsize) first *c->step_bytes;
    image->plane[i].stride_bytes = self->picture_stride << c->v_sub;
    image->plane[i].step_bytes = c->step_bytes << c->h_sub;
    image->plane[i].h_sub = c->h_sub;
    image->plane[i].v_sub = c->v_sub;
  }
}

/* --- unpacking and packing --- */

/* Copies of the last rows, which the unpack functions may read past. */
static gboolean
copy_last_rows (GstStyleganConverter * self, const GstVideoFrame * frame,
    gint last)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  guint i;

  for (i = 0; i < finfo->n_planes; i++) {
    gssize offset = (gssize) (last >> plane_v_sub (finfo, i)) *
        frame->info.stride[i];
    gssize before, bytes = plane_bytes (frame, i, &before) - offset;
    gsize size = ABS (frame->info.stride[i]);

    size = MIN (size, (gsize) MAX (bytes, 0));
    if (size + ROW_SLACK > self->last_row_size[i]) {
      g_free (self->last_row[i]);
      self->last_row[i] = g_try_malloc0 (size + ROW_SLACK);
      self->last_row_size[i] = self->last_row[i] ? size + ROW_SLACK : 0;
      if (self->last_row[i] == NULL)
        return FALSE;
    }
    memcpy (self->last_row[i], (guint8 *) frame->data[i] + offset, size);
  }
  return TRUE;
}

/* With odd widths, GStreamer's functions for NV12_10BE_8L128 want room for one
 * more chroma sample than a row of tiles has. */
static gboolean
tiles_spill (GstStyleganConverter * self, const GstVideoFrame * frame, gint x)
{
  gint bits = GST_ROUND_UP_2 (x + self->info.width) * 10;

  return GST_VIDEO_INFO_FORMAT (&self->info) ==
      GST_VIDEO_FORMAT_NV12_10BE_8L128
      && bits > GST_VIDEO_TILE_X_TILES (frame->info.stride[1]) * 8 * 8;
}

/* Copies of the planes of such a frame, from it or (@back) to it. */
static gboolean
copy_tiles (GstStyleganConverter * self, const GstVideoFrame * frame,
    gboolean back)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  guint i;

  for (i = 0; i < 2; i++) {
    gsize bytes = tiled_bytes (finfo, i, frame->info.stride[i]);
    gsize size = bytes + GST_VIDEO_FORMAT_INFO_TILE_SIZE (finfo, i);

    if (size > self->tiles_size[i]) {
      g_free (self->tiles[i]);
      self->tiles[i] = g_try_malloc0 (size);
      self->tiles_size[i] = self->tiles[i] ? size : 0;
      if (self->tiles[i] == NULL)
        return FALSE;
    }
    if (back)
      memcpy (frame->data[i], self->tiles[i], bytes);
    else
      memcpy (self->tiles[i], frame->data[i], bytes);
  }
  return TRUE;
}

/* Planes to unpack row @y of the frame from. */
static void
find_row (GstStyleganConverter * self, gint y,
    gpointer data[GST_VIDEO_MAX_PLANES], gint stride[GST_VIDEO_MAX_PLANES])
{
  const GstVideoFrame *frame = self->source;
  const GstVideoFormatInfo *finfo = self->info.finfo;
  gint last = self->y + self->info.height - 1;
  guint i, v_sub;

  for (i = 0; i < finfo->n_planes; i++) {
    v_sub = plane_v_sub (finfo, i);
    data[i] = frame->data[i];
    stride[i] = frame->info.stride[i];
    if (y >> v_sub == last >> v_sub && self->last_row[i]) {
      data[i] = self->last_row[i];
      stride[i] = 0;
    }
  }
  if (GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo))
    data[1] = frame->data[1];
  if (tiles_spill (self, frame, self->x))
    memcpy (data, self->tiles, sizeof (self->tiles));
}

static void
unpack_band (gpointer user_data, guint task, guint slot)
{
  GstStyleganConverter *self = user_data;
  const GstVideoFormatInfo *finfo = self->info.finfo;
  gpointer data[GST_VIDEO_MAX_PLANES] = { NULL, };
  gint stride[GST_VIDEO_MAX_PLANES] = { 0, };
  gint row, end = MIN ((gint) (task + 1) * BAND_ROWS, self->info.height);

  for (row = task * BAND_ROWS; row < end; row++) {
    find_row (self, self->y + row, data, stride);
    finfo->unpack_func (finfo, self->unpack_flags,
        self->picture + (gsize) row * self->picture_stride, data, stride, 0,
        self->y + row, self->x + self->info.width);
  }
}

/* Packs @row as far as the frame has room for it. */
static void
pack_spilling (GstStyleganConverter * self, guint8 * source, gint row,
    guint slot)
{
  GstVideoFrame *frame = self->target;
  const GstVideoFormatInfo *finfo = self->info.finfo;
  gssize offset = (gssize) row * frame->info.stride[0];
  gssize before, room = plane_bytes (frame, 0, &before) - offset;
  guint8 *bytes = self->spilling_rows + slot * self->spilling_bytes;
  gpointer data[GST_VIDEO_MAX_PLANES] = { bytes, };
  const gint no_stride[GST_VIDEO_MAX_PLANES] = { 0, };

  finfo->pack_func (finfo, self->unpack_flags, source, self->picture_stride,
      data, no_stride, self->info.chroma_site, 0, self->info.width);
  room = MIN (room, ABS (frame->info.stride[0]));
  memcpy ((guint8 *) frame->data[0] + offset, bytes,
      MIN ((gsize) MAX (room, 0), self->spilling_bytes));
}

static void
pack_band (gpointer user_data, guint task, guint slot)
{
  GstStyleganConverter *self = user_data;
  GstVideoFrame *frame = self->target;
  const GstVideoFormatInfo *finfo = self->info.finfo;
  gint pixel_bytes = self->unpack_finfo->pixel_stride[0];
  gint row, end = MIN ((gint) (task + 1) * BAND_ROWS, self->info.height);

  for (row = task * BAND_ROWS; row < end; row++) {
    guint8 *source = self->picture + (gsize) row * self->picture_stride +
        (gsize) self->x * pixel_bytes;

    if (self->spilling_bytes > 0)
      pack_spilling (self, source, row, slot);
    else
      finfo->pack_func (finfo, self->unpack_flags, source,
          self->picture_stride, frame->data, frame->info.stride,
          self->info.chroma_site, row, self->info.width);
  }
}

/* Rows in their order: what is written too far has to be overwritten. */
static gboolean
pack_spilling_tiles (GstStyleganConverter * self)
{
  GstVideoFrame *frame = self->target;
  const GstVideoFormatInfo *finfo = self->info.finfo;
  gpointer data[GST_VIDEO_MAX_PLANES] = { NULL, };
  gint row;

  /* For the size, and the pixels around a smaller frame. */
  if (!copy_tiles (self, frame, FALSE))
    return FALSE;
  memcpy (data, self->tiles, sizeof (self->tiles));
  for (row = 0; row < self->info.height; row++)
    finfo->pack_func (finfo, self->unpack_flags, self->picture +
        (gsize) row * self->picture_stride +
        (gsize) self->x * self->unpack_finfo->pixel_stride[0],
        self->picture_stride, data, frame->info.stride,
        self->info.chroma_site, row, self->info.width);
  return copy_tiles (self, frame, TRUE);
}

static guint
n_bands (GstStyleganConverter * self)
{
  return (self->info.height + BAND_ROWS - 1) / BAND_ROWS;
}

static gboolean
no_memory (GError ** error)
{
  g_set_error_literal (error, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_NO_SPACE_LEFT, "There is no memory to unpack frames.");
  return FALSE;
}

gboolean
gst_stylegan_converter_load (GstStyleganConverter * self,
    const GstVideoFrame * frame, gint x, gint y, SgImage * image,
    GError ** error)
{
  if (!check_frame (self, frame, x, y, error))
    return FALSE;
  if (self->direct) {
    describe_frame (self, frame, x, y, image);
    return TRUE;
  }

  self->source = frame;
  self->x = x;
  self->y = y;
  /* Only larger crop offsets than ever before, or rows of new size, make these
   * allocate. */
  if (!ensure_picture (self, x + self->info.width)
      || (!GST_VIDEO_FORMAT_INFO_IS_TILED (self->info.finfo)
          && !copy_last_rows (self, frame, y + self->info.height - 1))
      || (tiles_spill (self, frame, x) && !copy_tiles (self, frame, FALSE))) {
    return no_memory (error);
  }
  sg_thread_pool_run (self->threads, n_bands (self), unpack_band, self);
  describe_picture (self, image);
  return TRUE;
}

gboolean
gst_stylegan_converter_begin_store (GstStyleganConverter * self,
    GstVideoFrame * frame, SgImage * image, GError ** error)
{
  if (!check_frame (self, frame, 0, 0, error))
    return FALSE;
  if (self->direct)
    describe_frame (self, frame, 0, 0, image);
  else
    describe_picture (self, image);
  return TRUE;
}

gboolean
gst_stylegan_converter_end_store (GstStyleganConverter * self,
    GstVideoFrame * frame, GError ** error)
{
  gconstpointer palette;
  gsize size;

  if (self->direct)
    return TRUE;
  self->target = frame;
  if (tiles_spill (self, frame, 0))
    return pack_spilling_tiles (self) || no_memory (error);
  sg_thread_pool_run (self->threads, n_bands (self), pack_band, self);
  if (GST_VIDEO_FORMAT_INFO_HAS_PALETTE (self->info.finfo)) {
    palette = gst_video_format_get_palette (self->info.finfo->format, &size);
    memcpy (frame->data[1], palette, size);
  }
  return TRUE;
}

/* Rows of packed 4:2:2 that end within a pair of pixels, whose last chroma sample
 * gst_video_frame_copy () leaves out. */
static gboolean
has_half_pairs (const GstVideoInfo * info)
{
  return GST_VIDEO_INFO_N_PLANES (info) == 1 && info->finfo->w_sub[1] > 0
      && GST_VIDEO_INFO_WIDTH (info) % 2 != 0;
}

/* Sample by sample, where they are. */
static void
copy_samples (const SgImage * source, SgImage * target)
{
  const gint bytes = source->sample.bytes;
  gint i, x, y;

  for (i = 0; i < 4; i++) {
    const SgPlane *from = &source->plane[i], *to = &target->plane[i];
    const gint rows = GST_VIDEO_SUB_SCALE (from->v_sub, source->height);
    const gint columns = GST_VIDEO_SUB_SCALE (from->h_sub, source->width);

    for (y = 0; from->data && y < rows; y++)
      for (x = 0; x < columns; x++)
        memcpy (to->data + (gssize) y * to->stride_bytes + x * to->step_bytes,
            from->data + (gssize) y * from->stride_bytes + x * from->step_bytes,
            bytes);
  }
}

gboolean
gst_stylegan_converter_copy (GstStyleganConverter * self,
    const GstVideoFrame * source, gint x, gint y, GstVideoFrame * target,
    GError ** error)
{
  SgImage from, to;

  if (!check_frame (self, source, x, y, error)
      || !check_frame (self, target, 0, 0, error))
    return FALSE;
  if (self->direct && (x > 0 || y > 0 || has_half_pairs (&self->info))) {
    describe_frame (self, source, x, y, &from);
    describe_frame (self, target, 0, 0, &to);
    copy_samples (&from, &to);
    return TRUE;
  }
  if (x == 0 && y == 0)
    return gst_video_frame_copy (target, source);
  if (!gst_stylegan_converter_load (self, source, x, y, &from, error))
    return FALSE;
  return gst_stylegan_converter_end_store (self, target, error);
}
