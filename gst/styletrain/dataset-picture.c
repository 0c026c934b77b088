/* gst-stylegan: pictures of the training data
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dataset-picture.h"

#include <string.h>

struct _DatasetScaler
{
  gint min_side, max_side;
  GstVideoInfo source;          /* what @converter was made for */
  GstVideoInfo target;
  GstVideoConverter *converter;
};

StyletrainPicture *
dataset_picture_new (gint width, gint height)
{
  StyletrainPicture *picture;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  picture = g_atomic_rc_box_new0 (StyletrainPicture);
  picture->width = width;
  picture->height = height;
  picture->rgb = g_malloc ((gsize) width * height * 3);
  return picture;
}

static void
picture_clear (gpointer data)
{
  g_free (((StyletrainPicture *) data)->rgb);
}

void
dataset_picture_unref (StyletrainPicture * picture)
{
  g_atomic_rc_box_release_full (picture, picture_clear);
}

/* How the upright picture is read: its rows are columns of the source when
 * transposed; then from the right, then from the bottom. */
static const struct
{
  gboolean transpose, right, bottom;
} orientations[] = {
  [GST_VIDEO_ORIENTATION_IDENTITY] = {FALSE, FALSE, FALSE},
  [GST_VIDEO_ORIENTATION_90R] = {TRUE, FALSE, TRUE},
  [GST_VIDEO_ORIENTATION_180] = {FALSE, TRUE, TRUE},
  [GST_VIDEO_ORIENTATION_90L] = {TRUE, TRUE, FALSE},
  [GST_VIDEO_ORIENTATION_HORIZ] = {FALSE, TRUE, FALSE},
  [GST_VIDEO_ORIENTATION_VERT] = {FALSE, FALSE, TRUE},
  [GST_VIDEO_ORIENTATION_UL_LR] = {TRUE, FALSE, FALSE},
  [GST_VIDEO_ORIENTATION_UR_LL] = {TRUE, TRUE, TRUE},
};

gboolean
dataset_orientation_transposes (GstVideoOrientationMethod orientation)
{
  return orientation < G_N_ELEMENTS (orientations)
      && orientations[orientation].transpose;
}

/* Takes @source. */
static StyletrainPicture *
orient (StyletrainPicture * source, GstVideoOrientationMethod orientation)
{
  StyletrainPicture *upright;
  gboolean transpose, right, bottom;
  gint x, y;

  if (orientation == GST_VIDEO_ORIENTATION_IDENTITY
      || orientation >= G_N_ELEMENTS (orientations))
    return source;
  transpose = orientations[orientation].transpose;
  right = orientations[orientation].right;
  bottom = orientations[orientation].bottom;

  upright = transpose ? dataset_picture_new (source->height, source->width)
      : dataset_picture_new (source->width, source->height);
  for (y = 0; y < upright->height; y++) {
    guint8 *to = upright->rgb + (gsize) y * upright->width * 3;

    for (x = 0; x < upright->width; x++, to += 3) {
      gint sx = transpose ? y : x, sy = transpose ? x : y;
      gsize at;

      if (right)
        sx = source->width - 1 - sx;
      if (bottom)
        sy = source->height - 1 - sy;
      at = ((gsize) sy * source->width + sx) * 3;
      memcpy (to, source->rgb + at, 3);
    }
  }
  dataset_picture_unref (source);
  return upright;
}

DatasetScaler *
dataset_scaler_new (gint min_side, gint max_side)
{
  DatasetScaler *scaler = g_new0 (DatasetScaler, 1);

  scaler->min_side = min_side;
  scaler->max_side = max_side;
  gst_video_info_init (&scaler->source);
  return scaler;
}

void
dataset_scaler_free (DatasetScaler * scaler)
{
  g_clear_pointer (&scaler->converter, gst_video_converter_free);
  g_free (scaler);
}

void
dataset_shown_size (const GstVideoInfo * info, gdouble * width,
    gdouble * height)
{
  gint n = GST_VIDEO_INFO_PAR_N (info), d = GST_VIDEO_INFO_PAR_D (info);

  *width = GST_VIDEO_INFO_WIDTH (info);
  *height = GST_VIDEO_INFO_HEIGHT (info);
  if (n > 0 && d > 0)
    *width *= (gdouble) n / d;
}

/* One field of an interlaced frame: half the lines, all of one moment. */
static void
take_field (GstVideoFrame * frame)
{
  guint i;

  GST_VIDEO_INFO_INTERLACE_MODE (&frame->info) =
      GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  if (!GST_VIDEO_FRAME_IS_INTERLACED (frame)
      || GST_VIDEO_FORMAT_INFO_IS_TILED (frame->info.finfo)
      || frame->info.height < 4)
    return;
  frame->info.height /= 2;
  frame->info.par_d *= 2;
  for (i = 0; i < GST_VIDEO_FRAME_N_PLANES (frame); i++)
    frame->info.stride[i] *= 2;
}

static gboolean
prepare (DatasetScaler * scaler, const GstVideoInfo * source)
{
  gdouble width, height, scale;

  if (scaler->converter && gst_video_info_is_equal (source, &scaler->source))
    return TRUE;

  g_clear_pointer (&scaler->converter, gst_video_converter_free);
  dataset_shown_size (source, &width, &height);
  scale = MIN (width, height);
  scale = CLAMP (scale, scaler->min_side, scaler->max_side) / scale;
  width = MAX (1, width * scale + 0.5);
  height = MAX (1, height * scale + 0.5);
  if (width > G_MAXINT16 || height > G_MAXINT16
      || !gst_video_info_set_format (&scaler->target, GST_VIDEO_FORMAT_RGB,
          (guint) width, (guint) height))
    return FALSE;
  scaler->target.fps_n = source->fps_n;
  scaler->target.fps_d = source->fps_d;
  scaler->source = *source;
  /* Mitchell's filter, as wide as the step from pixel to pixel asks for; no
   * dither: it would be a pattern to learn. */
  scaler->converter =
      gst_video_converter_new (&scaler->source, &scaler->target,
      gst_structure_new ("options", GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD,
          GST_TYPE_VIDEO_RESAMPLER_METHOD, GST_VIDEO_RESAMPLER_METHOD_CUBIC,
          GST_VIDEO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_VIDEO_DITHER_METHOD,
          GST_VIDEO_DITHER_NONE, GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT,
          1, NULL));
  return scaler->converter != NULL;
}

StyletrainPicture *
dataset_scaler_run (DatasetScaler * scaler, const GstVideoInfo * info,
    GstBuffer * buffer, GstVideoOrientationMethod orientation)
{
  StyletrainPicture *picture = NULL;
  GstVideoFrame source, target;
  GstBuffer *packed;

  if (!gst_video_frame_map (&source, info, buffer, GST_MAP_READ))
    return NULL;
  take_field (&source);
  if (!prepare (scaler, &source.info)) {
    gst_video_frame_unmap (&source);
    return NULL;
  }

  packed = gst_buffer_new_allocate (NULL, scaler->target.size, NULL);
  if (packed && gst_video_frame_map (&target, &scaler->target, packed,
          GST_MAP_WRITE)) {
    gint width = scaler->target.width, height = scaler->target.height, y;

    gst_video_converter_frame (scaler->converter, &source, &target);
    picture = dataset_picture_new (width, height);
    for (y = 0; y < height; y++)
      memcpy (picture->rgb + (gsize) y * width * 3,
          (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&target, 0)
          + (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&target, 0),
          (gsize) width * 3);
    gst_video_frame_unmap (&target);
  }
  gst_clear_buffer (&packed);
  gst_video_frame_unmap (&source);
  return picture ? orient (picture, orientation) : NULL;
}
