/* gst-stylegan: single pictures: in and out, and sheets of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "picture.h"

#include "dataset-decode.h"
#include "dataset-picture.h"

#include <string.h>
#include <gst/video/video.h>

StyletrainPicture *
styletrain_picture_load (const gchar * name, gint min_side, gint max_side,
    GError ** error)
{
  DatasetConfig config = DATASET_CONFIG_INIT;
  g_autoptr (DatasetDecoder) decoder = NULL;
  g_autofree gchar *uri = gst_uri_is_valid (name) ? g_strdup (name)
      : gst_filename_to_uri (name, error);
  StyletrainPicture *picture = NULL;

  config.min_side = min_side;
  config.max_side = max_side;
  config.reject_side = 1;
  decoder = uri ? dataset_decoder_open (uri, &config, NULL, error) : NULL;
  if (!decoder) {
    g_prefix_error (error, "%s: ", name);
    return NULL;
  }
  switch (dataset_decoder_pull (decoder, &picture, NULL, error)) {
    case DATASET_PULL_FRAME:
      return picture;
    case DATASET_PULL_END:
      g_set_error (error, DATASET_ERROR, DATASET_ERROR_EMPTY,
          "%s: there is no picture in it", name);
      return NULL;
    case DATASET_PULL_ERROR:
      g_prefix_error (error, "%s: ", name);
      return NULL;
  }
  g_return_val_if_reached (NULL);
}

const gchar *
styletrain_picture_type (const gchar * path)
{
  static const gchar *const types[][2] = { {".png", "image/png"},
  {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}
  };
  g_autofree gchar *name = g_ascii_strdown (path, -1);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (name, types[i][0]))
      return types[i][1];
  return NULL;
}

GBytes *
styletrain_picture_encode (const gchar * type, const guint8 * rgb, gint width,
    gint height, GError ** error)
{
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstCaps) wanted = gst_caps_new_empty_simple (type);
  g_autoptr (GstSample) sample = NULL;
  g_autoptr (GstSample) out = NULL;
  g_autoptr (GstBuffer) buffer = NULL;
  GstVideoInfo info;
  GstMapInfo map;
  GBytes *bytes;
  gint y;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_RGB, width, height);
  info.fps_n = 1;
  caps = gst_video_info_to_caps (&info);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (y = 0; y < height; y++)
    memcpy (map.data + (gsize) y * info.stride[0], rgb + (gsize) y * width * 3,
        (gsize) width * 3);
  gst_buffer_unmap (buffer, &map);

  sample = gst_sample_new (buffer, caps, NULL, NULL);
  out = gst_video_convert_sample (sample, wanted, 60 * GST_SECOND, error);
  if (!out) {
    g_prefix_error (error, "GStreamer could not make %s of a picture (pngenc "
        "and jpegenc are in gstreamer1.0-plugins-good): ", type);
    return NULL;
  }
  gst_buffer_map (gst_sample_get_buffer (out), &map, GST_MAP_READ);
  bytes = g_bytes_new (map.data, map.size);
  gst_buffer_unmap (gst_sample_get_buffer (out), &map);
  return bytes;
}

static gboolean
save (const gchar * path, const gchar * type, const guint8 * rgb, gint width,
    gint height, GError ** error)
{
  g_autoptr (GBytes) bytes = styletrain_picture_encode (type, rgb, width,
      height, error);

  if (!bytes) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  return g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
      (gssize) g_bytes_get_size (bytes), error);
}

gboolean
styletrain_png_save (const gchar * path, const guint8 * rgb, gint width,
    gint height, GError ** error)
{
  return save (path, "image/png", rgb, width, height, error);
}

gboolean
styletrain_picture_save (const gchar * path, const guint8 * rgb, gint width,
    gint height, GError ** error)
{
  return save (path, styletrain_picture_type (path), rgb, width, height, error);
}

/* The mean of the pixels that the point is made of, weighted by what of each lies
 * in it; smaller than a pixel: bilinear would be smoother, but sheets seldom
 * enlarge. */
static void
mean_of_area (guint8 * dst, const guint8 * src, gint src_width, gdouble x0,
    gdouble x1, gdouble y0, gdouble y1)
{
  gdouble sum[3] = { 0 }, area = (x1 - x0) * (y1 - y0);
  gint x, y, c;

  for (y = y0; y < y1; y++)
    for (x = x0; x < x1; x++) {
      gdouble part = (MIN (x + 1, x1) - MAX (x, x0))
          * (MIN (y + 1, y1) - MAX (y, y0));

      for (c = 0; c < 3; c++)
        sum[c] += part * src[((gsize) y * src_width + x) * 3 + c];
    }
  for (c = 0; c < 3; c++)
    dst[c] = sum[c] / area + 0.5;
}

void
styletrain_picture_draw (guint8 * dst, gint dst_width, gint x, gint y,
    gint width, gint height, const guint8 * src, gint src_width,
    gint src_height)
{
  gdouble scale = MAX ((gdouble) src_width / width,
      (gdouble) src_height / height);
  gint w = CLAMP (src_width / scale + 0.5, 1, width);
  gint h = CLAMP (src_height / scale + 0.5, 1, height);
  gdouble sx = (gdouble) src_width / w, sy = (gdouble) src_height / h;
  gint i, j;

  x += (width - w) / 2;
  y += (height - h) / 2;
  for (j = 0; j < h; j++)
    for (i = 0; i < w; i++)
      mean_of_area (dst + ((gsize) (y + j) * dst_width + x + i) * 3, src,
          src_width, i * sx, MIN ((i + 1) * sx, src_width), j * sy,
          MIN ((j + 1) * sy, src_height));
}
