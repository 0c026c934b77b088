/* gst-stylegan: pictures whose rows are circles, in graphs with known shapes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/build.h"
#include "ops/resize.h"

G_BEGIN_DECLS

/* All take and give [N,C,H,W] with W columns once around. Errors: in the builder. */

/* @left and @right columns more, those that follow on the circle. */
SgValue *video_rings_pad (SgBuild * b, SgValue * x, gint64 left, gint64 right);
/* y[i] = x[i + @by] */
SgValue *video_rings_roll (SgBuild * b, SgValue * x, gint64 by);
/* @top and @bottom rows more, those on the other side of the pole: mirrored, and half
 * way around. W is even. */
SgValue *video_rings_pad_rows (SgBuild * b, SgValue * x, gint64 top,
    gint64 bottom);
/* Only columns @left to before @right from the end, and rows alike. */
SgValue *video_rings_crop (SgBuild * b, SgValue * x, gint64 left, gint64 top,
    gint64 right, gint64 bottom);
/* ONNX's Resize to @height x @width as @attrs say, but around the circle. Sizes as they
 * are otherwise: positions are those of a ratio of the sizes. */
SgValue *video_rings_resize (SgBuild * b, SgValue * x,
    const SgResizeAttrs * attrs, gint64 height, gint64 width);

G_END_DECLS
