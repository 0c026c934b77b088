/* gst-stylegan: GstVideoColorimetry as the engine sees it
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststylegancolor.h"

#include <math.h>

/* Matrices between primaries that differ by less than this in every coefficient
 * change no 8 bit picture visibly: not worth the cost per pixel. */
#define PRIMARIES_TOLERANCE (1.0 / 256.0)

static void
matrix_multiply (gdouble out[3][3], gdouble a[3][3], gdouble b[3][3])
{
  gint i, j;

  for (i = 0; i < 3; i++)
    for (j = 0; j < 3; j++)
      out[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
}

static gboolean
matrix_invert (gdouble out[3][3], gdouble m[3][3])
{
  gdouble det;
  gint i, j;

  for (i = 0; i < 3; i++) {
    for (j = 0; j < 3; j++) {
      gint r0 = (j + 1) % 3, r1 = (j + 2) % 3;
      gint c0 = (i + 1) % 3, c1 = (i + 2) % 3;

      out[i][j] = m[r0][c0] * m[r1][c1] - m[r0][c1] * m[r1][c0];
    }
  }
  det = m[0][0] * out[0][0] + m[0][1] * out[1][0] + m[0][2] * out[2][0];
  if (fabs (det) < 1e-9)
    return FALSE;
  for (i = 0; i < 3; i++)
    for (j = 0; j < 3; j++)
      out[i][j] /= det;
  return TRUE;
}

/* Linear RGB to CIE XYZ, scaled so that RGB (1,1,1) has the luminance 1. */
static gboolean
primaries_to_xyz (gdouble out[3][3], const GstVideoColorPrimariesInfo * p)
{
  gdouble m[3][3] = {
    {p->Rx, p->Gx, p->Bx},
    {p->Ry, p->Gy, p->By},
    {1.0 - p->Rx - p->Ry, 1.0 - p->Gx - p->Gy, 1.0 - p->Bx - p->By}
  };
  gdouble inverse[3][3], white[3], scale;
  gdouble wx = p->Wx, wy = p->Wy;
  gint i, j;

  /* GStreamer 1.22 has integer divisions in the equal-energy white point. */
  if (wx <= 0.0 || wy <= 0.0)
    wx = wy = 1.0 / 3.0;
  white[0] = wx / wy;
  white[1] = 1.0;
  white[2] = (1.0 - wx - wy) / wy;

  if (!matrix_invert (inverse, m))
    return FALSE;
  for (j = 0; j < 3; j++) {
    scale = inverse[j][0] * white[0] + inverse[j][1] * white[1] +
        inverse[j][2] * white[2];
    for (i = 0; i < 3; i++)
      out[i][j] = m[i][j] * scale;
  }
  return TRUE;
}

/* From @primaries to BT.709 in linear light. Rows add up to one: whatever the
 * white point, gray stays gray, as a network trained on photos expects.
 * Returns: FALSE when there is nothing to convert. */
static gboolean
primaries_to_bt709 (gdouble out[3][3], GstVideoColorPrimaries primaries)
{
  gdouble from[3][3], to[3][3], to_inverse[3][3];
  gdouble sum, difference = 0.0;
  gint i, j;

  if (primaries == GST_VIDEO_COLOR_PRIMARIES_UNKNOWN ||
      primaries == GST_VIDEO_COLOR_PRIMARIES_BT709)
    return FALSE;
  if (!primaries_to_xyz (from, gst_video_color_primaries_get_info (primaries)))
    return FALSE;
  primaries_to_xyz (to,
      gst_video_color_primaries_get_info (GST_VIDEO_COLOR_PRIMARIES_BT709));
  matrix_invert (to_inverse, to);
  matrix_multiply (out, to_inverse, from);

  for (i = 0; i < 3; i++) {
    sum = out[i][0] + out[i][1] + out[i][2];
    for (j = 0; j < 3; j++) {
      out[i][j] /= sum;
      difference = MAX (difference, fabs (out[i][j] - (i == j ? 1.0 : 0.0)));
    }
  }
  return difference > PRIMARIES_TOLERANCE;
}

/* The curve for converting primaries. PQ and HLG are opaque: networks are shown
 * HDR code values as if they were SDR, so primaries are converted under the SDR
 * curve too. BT.2020's constants for 12 bit are BT.709's with more digits: with
 * BT.709's own, the curve jumps between its two parts. */
static GstVideoTransferFunction
usable_transfer (GstVideoTransferFunction transfer)
{
  switch (transfer) {
    case GST_VIDEO_TRANSFER_UNKNOWN:
    case GST_VIDEO_TRANSFER_BT709:
    case GST_VIDEO_TRANSFER_BT601:
    case GST_VIDEO_TRANSFER_BT2020_10:
    case GST_VIDEO_TRANSFER_SMPTE2084:
    case GST_VIDEO_TRANSFER_ARIB_STD_B67:
      return GST_VIDEO_TRANSFER_BT2020_12;
    default:
      return transfer;
  }
}

/* Below this, curves go straight down to black. Those with a straight part of
 * their own are straight there; powers and logarithms have no slope at black, or
 * no end, and tables could not give back what went in. */
#define STRAIGHT_BELOW (1.0 / 32.0)

static gdouble
decode_straightened (GstVideoTransferFunction func, gdouble value)
{
  if (value >= STRAIGHT_BELOW)
    return gst_video_transfer_function_decode (func, value);
  return value / STRAIGHT_BELOW *
      gst_video_transfer_function_decode (func, STRAIGHT_BELOW);
}

/* encode[] from decode[], and not from GStreamer's other function: the tables,
 * with straight lines between their points, have to be each other's inverse. */
static void
invert_table (SgTransfer * transfer)
{
  const gdouble last = SG_TRANSFER_SIZE - 1;
  const gfloat *decode = transfer->decode;
  gdouble target, rise;
  gint i, j = 0;

  for (i = 0; i < SG_TRANSFER_SIZE; i++) {
    target = (i / last) * (i / last);
    while (j < SG_TRANSFER_SIZE - 2 && decode[j + 1] < target)
      j++;
    rise = (gdouble) decode[j + 1] - decode[j];
    transfer->encode[i] =
        (j + (rise > 0.0 ? (target - decode[j]) / rise : 0.0)) / last;
  }
}

static gboolean
transfer_init (SgTransfer * transfer, const GstVideoColorimetry * colorimetry)
{
  GstVideoTransferFunction func = usable_transfer (colorimetry->transfer);
  gdouble value;
  gint i;

  if (!primaries_to_bt709 (transfer->to_network, colorimetry->primaries))
    return FALSE;
  if (!matrix_invert (transfer->from_network, transfer->to_network))
    return FALSE;

  for (i = 0; i < SG_TRANSFER_SIZE; i++) {
    value = decode_straightened (func, (gdouble) i / (SG_TRANSFER_SIZE - 1));
    /* Some curves step back a little where their parts meet. */
    transfer->decode[i] = i > 0 ? MAX (value, transfer->decode[i - 1]) : value;
  }
  invert_table (transfer);
  return TRUE;
}

static void
get_Kr_Kb (const GstVideoInfo * info, gdouble * Kr, gdouble * Kb)
{
  GstVideoColorMatrix matrix = info->colorimetry.matrix;

  if (gst_video_color_matrix_get_Kr_Kb (matrix, Kr, Kb))
    return;
  /* The border between standard and high definition is GStreamer's. */
  matrix = info->height > 576 ? GST_VIDEO_COLOR_MATRIX_BT709 :
      GST_VIDEO_COLOR_MATRIX_BT601;
  gst_video_color_matrix_get_Kr_Kb (matrix, Kr, Kb);
}

/* R'G'B' and Y'CbCr, both nominally 0..1 and -0.5..0.5. */
static void
ycbcr_matrices (gdouble to_rgb[3][3], gdouble from_rgb[3][3], gdouble Kr,
    gdouble Kb)
{
  gdouble Kg = 1.0 - Kr - Kb;
  gdouble to[3][3] = {
    {1.0, 0.0, 2.0 * (1.0 - Kr)},
    {1.0, -2.0 * Kb * (1.0 - Kb) / Kg, -2.0 * Kr * (1.0 - Kr) / Kg},
    {1.0, 2.0 * (1.0 - Kb), 0.0}
  };
  gdouble from[3][3] = {
    {Kr, Kg, Kb},
    {-0.5 * Kr / (1.0 - Kb), -0.5 * Kg / (1.0 - Kb), 0.5},
    {0.5, -0.5 * Kg / (1.0 - Kr), -0.5 * Kb / (1.0 - Kr)}
  };

  memcpy (to_rgb, to, sizeof (to));
  memcpy (from_rgb, from, sizeof (from));
}

void
gst_stylegan_color_init (SgColor * color, SgTransfer * transfer,
    const GstVideoInfo * info, const GstVideoFormatInfo * sample_finfo)
{
  GstVideoColorRange range = info->colorimetry.range;
  gdouble to[3][3] = { {1, 0, 0}, {0, 1, 0}, {0, 0, 1} };
  gdouble from[3][3] = { {1, 0, 0}, {0, 1, 0}, {0, 0, 1} };
  gint offset[GST_VIDEO_MAX_COMPONENTS], scale[GST_VIDEO_MAX_COMPONENTS];
  gdouble Kr, Kb;
  gint i, j;

  if (range == GST_VIDEO_COLOR_RANGE_UNKNOWN)
    range = GST_VIDEO_FORMAT_INFO_IS_YUV (info->finfo) ?
        GST_VIDEO_COLOR_RANGE_16_235 : GST_VIDEO_COLOR_RANGE_0_255;
  gst_video_color_range_offsets (range, sample_finfo, offset, scale);

  if (!GST_VIDEO_INFO_IS_RGB (info)
      && !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (info->finfo)) {
    get_Kr_Kb (info, &Kr, &Kb);
    ycbcr_matrices (to, from, Kr, Kb);
  }
  /* Gray has one sample: luma, with no chroma beside it. */
  if (GST_VIDEO_INFO_IS_GRAY (info)) {
    for (i = 1; i < 3; i++) {
      offset[i] = 0;
      scale[i] = 1;
    }
  }

  for (i = 0; i < 3; i++) {
    color->to_rgb[i][3] = 0.0;
    for (j = 0; j < 3; j++) {
      color->to_rgb[i][j] = to[i][j] / scale[j];
      color->to_rgb[i][3] -= to[i][j] * offset[j] / scale[j];
      color->from_rgb[i][j] = from[i][j] * scale[i];
    }
    color->from_rgb[i][3] = offset[i];
  }
  color->transfer = NULL;
  if (transfer_init (transfer, &info->colorimetry))
    color->transfer = transfer;
}
