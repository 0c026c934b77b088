/* gst-stylegan: pictures in files: masks, and styles to imitate
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganpicture.h"

#include <gst/video/video.h>
#include <math.h>
#include <string.h>

#include "gststyleganlayout.h"

/* What a file may take until its first picture is there. */
#define DECODE_TIMEOUT (20 * GST_SECOND)

/* Luma of R'G'B', BT.709. */
static const gfloat luma[3] = { 0.2126f, 0.7152f, 0.0722f };

static SgTensor *
picture_new (gint channels, gint width, gint height, GError ** error)
{
  const SgShape shape = SG_SHAPE (1, channels, height, width);

  if (width < 1 || height < 1 || width > 2 * GST_STYLEGAN_MAX_SIZE
      || height > 2 * GST_STYLEGAN_MAX_SIZE) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "%dx%d is no size for a picture; scale it to %d pixels at most", width,
        height, 2 * GST_STYLEGAN_MAX_SIZE);
    return NULL;
  }
  return sg_tensor_new (SG_DTYPE_F32, &shape, error);
}

/* Pixel @at of a picture of one or three channels, from one of as many or the
 * other. */
static void
set_pixel (SgTensor * picture, gsize at, const gfloat * rgb, gint n)
{
  const gsize plane = picture->desc.shape.dim[2] * picture->desc.shape.dim[3];
  gfloat *data = picture->data;
  gint c;

  if (picture->desc.shape.dim[1] == 1) {
    data[at] = n == 1 ? rgb[0] : luma[0] * rgb[0] + luma[1] * rgb[1]
        + luma[2] * rgb[2];
    return;
  }
  for (c = 0; c < 3; c++)
    data[c * plane + at] = rgb[n == 1 ? 0 : c];
}

/* --- PGM and PPM (netpbm: pgm(5), ppm(5)) --- */

/* A number of the header, after white space and comments; -1: there is none. */
static gint
read_number (const guint8 ** p, const guint8 * end)
{
  gint value = 0;

  for (;;) {
    while (*p < end && g_ascii_isspace (**p))
      ++ * p;
    if (*p == end || **p != '#')
      break;
    while (*p < end && **p != '\n')
      ++ * p;
  }
  if (*p == end || !g_ascii_isdigit (**p))
    return -1;
  for (; *p < end && g_ascii_isdigit (**p); ++*p) {
    if (value > 1 << 20)
      return -1;
    value = value * 10 + (**p - '0');
  }
  return value;
}

static SgTensor *
read_netpbm (const guint8 * data, gsize size, gint channels, GError ** error)
{
  const guint8 *p = data + 2, *end = data + size;
  const gint n = data[1] == '6' ? 3 : 1;
  const gint width = read_number (&p, end), height = read_number (&p, end);
  const gint max = read_number (&p, end), bytes = max > 255 ? 2 : 1;
  SgTensor *picture;
  gint c;

  if (width < 1 || height < 1 || max < 1 || max > 65535 || p == end
      || (gsize) (end - p - 1) / bytes / n / width < (gsize) height) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
        "the picture is damaged or truncated");
    return NULL;
  }
  p++;
  picture = picture_new (channels, width, height, error);
  for (gsize i = 0; picture && i < (gsize) width * height; i++) {
    gfloat rgb[3];

    for (c = 0; c < n; c++, p += bytes)
      rgb[c] = (gfloat) (bytes == 1 ? *p : p[0] << 8 | p[1]) / max;
    set_pixel (picture, i, rgb, n);
  }
  return picture;
}

/* --- everything else --- */

static SgTensor *
convert_sample (GstSample * sample, gint channels, GError ** error)
{
  GstVideoFrame frame;
  GstVideoInfo info;
  SgTensor *picture;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
          GST_MAP_READ)) {
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
        "the decoded picture cannot be read");
    return NULL;
  }
  picture = picture_new (channels, info.width, info.height, error);
  for (gint y = 0; picture && y < info.height; y++) {
    const guint8 *row = (const guint8 *) frame.data[0]
        + (gsize) y * frame.info.stride[0];

    for (gint x = 0; x < info.width; x++, row += 3) {
      const gfloat rgb[3] = { row[0] / 255.f, row[1] / 255.f, row[2] / 255.f };

      set_pixel (picture, (gsize) y * info.width + x, rgb, 3);
    }
  }
  gst_video_frame_unmap (&frame);
  return picture;
}

/* The first picture that comes out of @pipeline's sink. */
static GstSample *
decode_first (GstElement * pipeline, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  g_autoptr (GstMessage) message = NULL;
  GstSample *sample = NULL;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  message = gst_bus_timed_pop_filtered (bus, DECODE_TIMEOUT,
      GST_MESSAGE_ASYNC_DONE | GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  if (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, error, NULL);
    return NULL;
  }
  g_object_get (sink, "last-sample", &sample, NULL);
  if (sample == NULL)
    g_set_error_literal (error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
        "no picture could be decoded");
  return sample;
}

static SgTensor *
decode (const gchar * path, gint channels, GError ** error)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch_full
      ("filesrc name=f ! decodebin ! videoconvert ! video/x-raw,format=RGB ! "
      "fakesink name=s", NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstSample) sample = NULL;

  if (pipeline == NULL)
    return NULL;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "f");
  g_object_set (source, "location", path, NULL);
  sample = decode_first (pipeline, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return sample ? convert_sample (sample, channels, error) : NULL;
}

SgTensor *
gst_stylegan_picture_load (const gchar * path, gint channels, GError ** error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &problem);
  SgTensor *picture = NULL;

  if (file == NULL) {
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
        "%s", problem->message);
    return NULL;
  }
  if (g_mapped_file_get_length (file) > 2
      && (memcmp (g_mapped_file_get_contents (file), "P5", 2) == 0
          || memcmp (g_mapped_file_get_contents (file), "P6", 2) == 0))
    picture = read_netpbm ((const guint8 *) g_mapped_file_get_contents (file),
        g_mapped_file_get_length (file), channels, &problem);
  else
    picture = decode (path, channels, &problem);
  if (picture == NULL)
    g_set_error (error, problem->domain, problem->code, "%s: %s", path,
        problem->message);
  return picture;
}

/* --- scaling --- */

/* Weights of a triangle as wide as two steps, at least two pixels of the source: rows
 * or columns. */
typedef struct
{
  gint first, n;
  gfloat *weight;
} Taps;

static Taps *
taps_new (gint from, gint to)
{
  const gdouble step = (gdouble) from / to, radius = MAX (step, 1);
  Taps *taps = g_new (Taps, to);

  for (gint i = 0; i < to; i++) {
    const gdouble centre = (i + 0.5) * step - 0.5;
    const gint first = MAX ((gint) ceil (centre - radius), 0);
    const gint last = MIN ((gint) floor (centre + radius), from - 1);
    gdouble sum = 0;

    taps[i].first = first;
    taps[i].n = last - first + 1;
    taps[i].weight = g_new (gfloat, taps[i].n);
    for (gint k = 0; k < taps[i].n; k++)
      sum += taps[i].weight[k] = 1 - fabs (first + k - centre) / radius;
    for (gint k = 0; k < taps[i].n; k++)
      taps[i].weight[k] /= sum;
  }
  return taps;
}

static void
taps_free (Taps * taps, gint n)
{
  for (gint i = 0; i < n; i++)
    g_free (taps[i].weight);
  g_free (taps);
}

/* One plane, along one axis: @n lines of @to points; steps in points. */
static void
scale_axis (const gfloat * source, gfloat * target, const Taps * taps, gint to,
    gint n, gsize source_step, gsize source_line, gsize target_step,
    gsize target_line)
{
  for (gint line = 0; line < n; line++)
    for (gint i = 0; i < to; i++) {
      const gfloat *s = source + line * source_line
          + taps[i].first * source_step;
      gfloat sum = 0;

      for (gint k = 0; k < taps[i].n; k++)
        sum += taps[i].weight[k] * s[k * source_step];
      target[line * target_line + i * target_step] = sum;
    }
}

SgTensor *
gst_stylegan_picture_scale (const SgTensor * picture, gint width, gint height,
    GError ** error)
{
  const gint channels = picture->desc.shape.dim[1];
  const gint h = picture->desc.shape.dim[2], w = picture->desc.shape.dim[3];
  g_autoptr (SgTensor) narrow = picture_new (channels, width, h, error);
  SgTensor *scaled = narrow ? picture_new (channels, width, height, error)
      : NULL;
  Taps *across, *down;

  if (scaled == NULL)
    return NULL;
  across = taps_new (w, width);
  down = taps_new (h, height);
  for (gint c = 0; c < channels; c++) {
    gfloat *middle = (gfloat *) narrow->data + (gsize) c * h * width;

    scale_axis ((const gfloat *) picture->data + (gsize) c * h * w, middle,
        across, width, h, 1, w, 1, width);
    scale_axis (middle, (gfloat *) scaled->data + (gsize) c * height * width,
        down, height, width, width, 1, width, 1);
  }
  taps_free (across, width);
  taps_free (down, height);
  return scaled;
}
