/* gst-stylegan: video frames as the engine sees them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>

G_BEGIN_DECLS

/* One colour component of a frame in memory, for every format whose components
 * start at a byte: planar, semi-planar and packed; whatever else there is
 * (v210, RGB16, tiles, palettes) is unpacked by the caller first. */
typedef struct
{
  guint8 *data;                 /* first sample; NULL: component absent.
                                 * Samples of 2 bytes are aligned to 2 bytes. */
  gint stride_bytes;            /* from row to row, may be negative */
  gint step_bytes;              /* from sample to sample in a row */
  gint h_sub, v_sub;            /* log2 of the subsampling: 0, 1, 2 */
} SgPlane;

/* How samples are stored: the same for all components of a frame. */
typedef struct
{
  gint bytes;                   /* per sample: 1 or 2 */
  gint depth;                   /* significant bits, 8..16 */
  gint shift;                   /* bits below the significant ones (P010: 6) */
  gboolean big_endian;          /* bytes == 2 only */
} SgSampleFormat;

/* Sample values and R'G'B' in 0..1 (values outside are kept, not clipped):
 *   rgb[i] = sum_j to_rgb[i][j] * sample[j] + to_rgb[i][3]
 *   sample[i] = sum_j from_rgb[i][j] * rgb[j] + from_rgb[i][3]
 * sample values are integers, after the shift. Matrix, range, component order
 * and (when transfer is NULL) nothing else of colorimetry are in here. */
typedef struct
{
  gdouble to_rgb[3][4];
  gdouble from_rgb[3][4];
  /* When the frame's primaries are not the network's (BT.709): how to get from
   * the ones to the others. NULL: R'G'B' is used as it is. */
  const struct _SgTransfer *transfer;
} SgColor;

/* Conversion between primaries: the linear-light matrices, and the transfer
 * function, tabulated over 0..1 at SG_TRANSFER_SIZE points each way, with straight
 * lines between them. Linear light is 0..1 for R'G'B' 0..1. Looking up adds only
 * the rounding of fp32, less than 1e-6 of R'G'B' in 0..1; what comes back
 * unchanged is off by as much as the tables are from being each other's inverse,
 * which should be far less than a code value.
 * Below 0 both are extended as odd functions. Above 1 the curve goes on with the
 * slope that `encode` ends with, as a function of sqrt(linear), and `decode` is
 * its inverse (when that slope is 0 or less: goes on with its own). */
#define SG_TRANSFER_SIZE 4097
typedef struct _SgTransfer
{
  gdouble to_network[3][3];     /* linear light, frame to network primaries */
  gdouble from_network[3][3];
  gfloat decode[SG_TRANSFER_SIZE];      /* R'G'B' to linear */
  gfloat encode[SG_TRANSFER_SIZE];      /* linear to R'G'B'; index by sqrt(linear) */
} SgTransfer;

/* A frame. Planes 0..2 hold Y,U,V or R,G,B; a gray frame has plane 0 only and
 * uses column 0 of to_rgb and row 0 of from_rgb. Plane 3, alpha, is there when
 * its data is not NULL, and is copied as it is.
 * Chroma: read by replication, written as the mean of the block, so that what is
 * not changed comes back exactly. */
typedef struct
{
  gint width, height;           /* pixels: 1 .. 16384 */
  gint n_components;            /* 1 (gray) or 3; alpha not counted */
  SgPlane plane[4];
  SgSampleFormat sample;
  SgColor color;
} SgImage;

/* What a network wants to see: value = rgb * scale + offset for R'G'B' in 0..1,
 * planes in the order of @order. */
typedef struct
{
  gint channels;                /* 3, or 1 (luma) */
  gint order[3];                /* index into R,G,B per plane */
  gfloat scale, offset;
} SgPixelConvention;

/* What a session is given for one run. */
typedef struct
{
  /* For the input and output that are images; @target has @source's size and
   * format and may share memory with it. */
  const SgImage *source;
  SgImage *target;
  /* Host tensors for the others, by index; entries of images and states are not
   * looked at. NULL where there are none. */
  SgTensor *const *inputs;
  SgTensor *const *outputs;
} SgRun;

/* @image to @tensor, [1, channels, height, width] f32.
 * Rows are shared out over the device's threads. Does not allocate.
 * Errors: SG_ERROR_INVALID_ARGUMENT when sizes do not fit. */
gboolean sg_image_load (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, SgTensor * tensor, GError ** error);

/* @tensor to @image: rounds to nearest, clips to what the samples can hold
 * (0 .. 2^depth - 1); R'G'B' is limited to +-1024 and NaN counts as black. Alpha (plane[3]) is copied from @source,
 * which may be NULL if there is none. @source may share memory with @image. */
gboolean sg_image_store (SgDevice * device, const SgTensor * tensor,
    const SgPixelConvention * convention, const SgImage * source,
    SgImage * image, GError ** error);

G_END_DECLS
