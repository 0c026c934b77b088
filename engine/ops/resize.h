/* gst-stylegan: Resize
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

typedef enum
{
  SG_RESIZE_NEAREST,
  SG_RESIZE_LINEAR,
  SG_RESIZE_CUBIC,
} SgResizeMode;

/* ONNX's coordinate_transformation_mode. */
typedef enum
{
  SG_RESIZE_HALF_PIXEL,
  SG_RESIZE_HALF_PIXEL_SYMMETRIC,
  SG_RESIZE_PYTORCH_HALF_PIXEL,
  SG_RESIZE_ALIGN_CORNERS,
  SG_RESIZE_ASYMMETRIC,
  SG_RESIZE_TF_HALF_PIXEL_FOR_NN,
  SG_RESIZE_TF_CROP_AND_RESIZE,
} SgResizeCoordinates;

/* ONNX's nearest_mode. */
typedef enum
{
  SG_RESIZE_ROUND_PREFER_FLOOR,
  SG_RESIZE_ROUND_PREFER_CEIL,
  SG_RESIZE_FLOOR,
  SG_RESIZE_CEIL,
  SG_RESIZE_CEIL_TO_SHRINK,     /* what Resize 10 does: ceil along dimensions
                                 * with a scale below 1, else floor */
} SgResizeNearest;

/* ONNX's keep_aspect_ratio_policy. */
typedef enum
{
  SG_RESIZE_STRETCH,
  SG_RESIZE_NOT_LARGER,
  SG_RESIZE_NOT_SMALLER,
} SgResizePolicy;

/* resize (x, roi [2*n] or none, scales f32 [n] or none, sizes i64 [n] or none)
 *   -> y. ONNX's Resize; and Upsample, which is Resize with asymmetric
 * coordinates rounded down. An input of no elements counts as none. The inputs
 * but the first are constants; sg_resize_resolve () reads them. */
typedef struct
{
  SgResizeMode mode;
  SgResizeCoordinates coordinates;
  SgResizeNearest nearest;
  SgResizePolicy policy;
  gboolean antialias, exclude_outside;
  gfloat cubic_coeff_a, extrapolation_value;
  gint n_axes;                  /* 0: inputs are about all dimensions */
  gint64 axes[SG_MAX_RANK];
  /* Upsample, and Resize of opset 10: resize (x, scales). */
  gboolean scales_second;
} SgResizeAttrs;

/* What happens along one dimension. */
typedef struct
{
  gint64 in, out;
  gdouble scale;                /* not always out / in */
  gdouble start, end;           /* of the region of interest, 0 and 1 if none */
  gboolean same;                /* out is in, sample for sample */
} SgResizeAxis;

/* @axes: one per dimension of input 0
 * Errors: SG_ERROR_UNSUPPORTED (not constant), _SHAPE, _INVALID_MODEL */
gboolean sg_resize_resolve (const SgCall * call,
    SgResizeAxis axes[SG_MAX_RANK], GError ** error);
/* The same for the last two dimensions (the first of which may be missing). FALSE when
 * another one is resized too. */
gboolean sg_resize_resolve_planes (const SgCall * call, SgResizeAxis last[2]);
/* Where sample @i of the output lies in the input: ONNX's x_original. FALSE
 * where the value is extrapolation_value instead. */
gboolean sg_resize_coordinate (const SgResizeAttrs * attrs,
    const SgResizeAxis * axis, gint64 i, gdouble * x);
/* The sample of the input that mode nearest takes; -1: extrapolation_value. */
gint64 sg_resize_nearest (const SgResizeAttrs * attrs,
    const SgResizeAxis * axis, gint64 i);
/* TRUE when mode nearest repeats each sample: y[i] = x[i / @factor]. */
gboolean sg_resize_repeats (const SgResizeAttrs * attrs,
    const SgResizeAxis * axis, gint64 * factor);
/* The samples that the other modes mix: sample @first + k with @weights[k];
 * those outside the input stand for its border. Returns: how many, at most
 * sg_resize_max_taps (); 0: extrapolation_value */
gint64 sg_resize_taps (const SgResizeAttrs * attrs,
    const SgResizeAxis * axis, gint64 i, gint64 * first, gdouble * weights);
gint64 sg_resize_max_taps (const SgResizeAttrs * attrs,
    const SgResizeAxis * axis);

G_END_DECLS
