/* gst-stylegan: what the terms of the loss are made of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/build.h"

G_BEGIN_DECLS

/* Where a term is "per image" it is of shape [N,1,..], to be averaged. Pictures are
 * [N,C,H,W]. Divisions are kept from zero by floors that pictures of things are far
 * above. */

/* Uncentred: F F^T / (H W). Returns: [N,C,C] */
SgValue *sg_loss_gram (SgBuild * b, SgValue * features);
/* |G - T|^2 / |T|^2 per image (Frobenius).
 * @target: [1,C,C] */
SgValue *sg_loss_gram_distance (SgBuild * b, SgValue * gram,
    const SgTensor * target);
/* |F - T|^2 / (|T - mean T|^2 + |T|^2 / 20) per image, means over H and W. */
SgValue *sg_loss_content (SgBuild * b, SgValue * features, SgValue * target);
/* What it divides by, per image. */
SgValue *sg_loss_content_unit (SgBuild * b, SgValue * target);
/* ... where that is @floor per pixel or more. */
SgValue *sg_loss_content_above (SgBuild * b, SgValue * features,
    SgValue * target, gdouble floor);

/* Scales of colour: means over squares of so many pixels. */
#define SG_LOSS_N_SCALES 3
extern const gint sg_loss_scales[SG_LOSS_N_SCALES];
/* @mean: [N,3,1]
 * @covariance: [N,3,3] */
void sg_loss_color_statistics (SgBuild * b, SgValue * rgb, gint scale,
    SgValue ** mean, SgValue ** covariance);
/* |m - M|^2 / tr C + |c - C|^2 / |C|^2 per image, of @rgb and constants. */
SgValue *sg_loss_color_distance (SgBuild * b, SgValue * rgb, gint scale,
    const SgTensor * mean, const SgTensor * covariance);

/* Scalars, means over the images. */

/* Of y above that of x: mean |dy / dh| + |dy / dw|. */
SgValue *sg_loss_total_variation (SgBuild * b, SgValue * y, SgValue * x);
/* How the means of the phases of grids of 2 and 4 px differ within 32 px, above what
 * they do in x: root mean square. */
SgValue *sg_loss_checkerboard (SgBuild * b, SgValue * y, SgValue * x);
/* Mean square of what lies outside of 0..1, in units of 0.1^2. */
SgValue *sg_loss_range (SgBuild * b, SgValue * y);
/* mean |y - x| */
SgValue *sg_loss_absolute (SgBuild * b, SgValue * y, SgValue * x);
/* mean mask |second - first (p + flow (p))|; see SgLossInputs */
SgValue *sg_loss_temporal (SgBuild * b, SgValue * y, SgValue * flow,
    SgValue * mask);

/* The mean of scalars (or per image values) @terms, weighted; NULL if there are
 * none. */
SgValue *sg_loss_weighted_mean (SgBuild * b, SgValue * const *terms,
    const gdouble * weights, guint n);

G_END_DECLS
