/* gst-stylegan: frames to tensors and back, the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * sg/image.h word by word, one sample at a time, in double. */
#include "ref/image.h"

#include <math.h>

/* Luma of linear or gamma-coded BT.709 R, G, B (ITU-R BT.709-6, item 3.2). */
static const gdouble luma[3] = { 0.2126, 0.7152, 0.0722 };

/* R'G'B' of a network's output is limited to this magnitude, so that infinities
 * saturate instead of turning into NaN in the matrix. */
#define RGB_LIMIT 1024.0

static guint8 *
sample_at (const SgPlane * plane, gint x, gint y)
{
  return plane->data + (gssize) (y >> plane->v_sub) * plane->stride_bytes
      + (gssize) (x >> plane->h_sub) * plane->step_bytes;
}

static gdouble
sample_get (const SgSampleFormat * format, const guint8 * p)
{
  guint v = p[0];

  if (format->bytes == 2)
    v = format->big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
  return (v >> format->shift) & ((1u << format->depth) - 1);
}

static void
sample_put (const SgSampleFormat * format, guint8 * p, gdouble value)
{
  gdouble max = (1u << format->depth) - 1;
  guint v = (guint) floor (CLAMP (value, 0, max) + 0.5) << format->shift;

  if (format->bytes == 1) {
    p[0] = v;
  } else {
    p[format->big_endian ? 1 : 0] = v & 0xff;
    p[format->big_endian ? 0 : 1] = v >> 8;
  }
}

static gdouble
interpolate (const gfloat * table, gdouble t)
{
  gint i = MIN ((gint) (t * (SG_TRANSFER_SIZE - 1)), SG_TRANSFER_SIZE - 2);
  gdouble f = t * (SG_TRANSFER_SIZE - 1) - i;

  return table[i] + f * ((gdouble) table[i + 1] - table[i]);
}

/* Above 1 encode () goes on with the slope of its end, and decode () is the
 * inverse of that: out-of-gamut colours must survive the round trip. */
static gdouble
encode (const SgTransfer * transfer, gdouble v)
{
  return copysign (interpolate (transfer->encode, sqrt (fabs (v))), v);
}

static gdouble
decode (const SgTransfer * transfer, gdouble v)
{
  const gfloat *end = transfer->encode + SG_TRANSFER_SIZE - 1;
  gdouble slope = ((gdouble) end[0] - end[-1]) * (SG_TRANSFER_SIZE - 1);
  gdouble a = fabs (v);

  if (a <= 1 || slope <= 0) {
    a = interpolate (transfer->decode, a);
  } else {
    a = 1 + (a - end[0]) / slope;
    a *= a;
  }
  return copysign (a, v);
}

static void
convert_primaries (const SgTransfer * transfer, const gdouble matrix[3][3],
    gdouble rgb[3])
{
  gdouble linear[3];
  gint i;

  for (i = 0; i < 3; i++)
    linear[i] = decode (transfer, rgb[i]);
  for (i = 0; i < 3; i++)
    rgb[i] = encode (transfer, matrix[i][0] * linear[0]
        + matrix[i][1] * linear[1] + matrix[i][2] * linear[2]);
}

void
ref_image_load (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, gfloat * tensor)
{
  const SgColor *color = &image->color;
  const gsize plane_size = (gsize) image->width * image->height;
  gint x, y, i, j;

  for (y = 0; y < image->height; y++) {
    for (x = 0; x < image->width; x++) {
      gsize at = (gsize) y * image->width + x;
      gdouble rgb[3];

      for (i = 0; i < 3; i++) {
        rgb[i] = color->to_rgb[i][3];
        for (j = 0; j < image->n_components; j++)
          rgb[i] += color->to_rgb[i][j] * sample_get (&image->sample,
              sample_at (&image->plane[j], x, y));
      }
      if (color->transfer)
        convert_primaries (color->transfer, color->transfer->to_network, rgb);
      if (convention->channels == 1)
        tensor[at] = (luma[0] * rgb[0] + luma[1] * rgb[1] + luma[2] * rgb[2])
            * convention->scale + convention->offset;
      for (i = 0; i < 3 && convention->channels == 3; i++)
        tensor[i * plane_size + at] =
            rgb[convention->order[i]] * convention->scale + convention->offset;
    }
  }
}

/* R'G'B' of one pixel of a network's output. */
static void
pixel_rgb (const gfloat * tensor, gsize plane_size,
    const SgPixelConvention * convention, gdouble rgb[3])
{
  gint i;

  for (i = 0; i < 3; i++) {
    gboolean gray = convention->channels == 1;
    gdouble v = tensor[gray ? 0 : i * plane_size];

    v = (v - convention->offset) / convention->scale;
    v = isnan (v) ? 0 : CLAMP (v, -RGB_LIMIT, RGB_LIMIT);
    rgb[gray ? i : convention->order[i]] = v;
  }
}

/* The mean of component @i over the block of pixels starting at @x0, @y0. */
static gdouble
block_mean (const gfloat * tensor, const SgPixelConvention * convention,
    const SgImage * image, gint i, gint x0, gint y0)
{
  const SgColor *color = &image->color;
  gint x1 = MIN (x0 + (1 << image->plane[i].h_sub), image->width);
  gint y1 = MIN (y0 + (1 << image->plane[i].v_sub), image->height);
  gdouble sum = 0;
  gint x, y;

  for (y = y0; y < y1; y++) {
    for (x = x0; x < x1; x++) {
      gdouble rgb[3];

      pixel_rgb (tensor + (gsize) y * image->width + x,
          (gsize) image->width * image->height, convention, rgb);
      if (color->transfer)
        convert_primaries (color->transfer, color->transfer->from_network, rgb);
      sum += color->from_rgb[i][0] * rgb[0] + color->from_rgb[i][1] * rgb[1]
          + color->from_rgb[i][2] * rgb[2] + color->from_rgb[i][3];
    }
  }
  return sum / ((x1 - x0) * (y1 - y0));
}

static void
copy_alpha (const SgImage * source, SgImage * image)
{
  gint step_x = 1 << image->plane[3].h_sub;
  gint step_y = 1 << image->plane[3].v_sub;
  gint x, y, k;

  for (y = 0; y < image->height; y += step_y) {
    for (x = 0; x < image->width; x += step_x) {
      guint8 *to = sample_at (&image->plane[3], x, y);
      const guint8 *from = sample_at (&source->plane[3], x, y);

      for (k = 0; k < image->sample.bytes; k++)
        to[k] = from[k];
    }
  }
}

void
ref_image_store (SgDevice * device, const gfloat * tensor,
    const SgPixelConvention * convention, const SgImage * source,
    SgImage * image)
{
  gint i, x, y;

  for (i = 0; i < image->n_components; i++) {
    for (y = 0; y < image->height; y += 1 << image->plane[i].v_sub) {
      for (x = 0; x < image->width; x += 1 << image->plane[i].h_sub)
        sample_put (&image->sample, sample_at (&image->plane[i], x, y),
            block_mean (tensor, convention, image, i, x, y));
    }
  }
  if (image->plane[3].data)
    copy_alpha (source, image);
}
