/* gst-stylegan: a part of a picture, cut out, scaled and changed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/rng.h>
#include <sg/train.h>

G_BEGIN_DECLS

/* The crop of size x size pixels and what is around it: planar R'G'B' of 0..1, of
 * side x side pixels, side = size + 2 margin. */
typedef struct
{
  gint size, margin, side;
  gfloat *data;                 /* room for 3 * side * side */
} SgCanvas;

/* Where the crop lies. */
typedef struct
{
  gdouble zoom;                 /* picture's shorter side by the crop's, >= 1 */
  gdouble left, top;            /* 0..1 of the way that the crop can go */
  gboolean mirror;
} SgView;

/* What is the same for both of a pair: a gain for each channel, and then
 * y = x + curve x (1 - x), which is much like a gamma. */
typedef struct
{
  gfloat gain[3], curve;
} SgLight;

/* Fills the canvas from @picture, with the cubic of Keys (1981), a = -1/2, made
 * wider when scaling down. Past its border the picture goes on mirrored. Values may be a little outside of 0..1. */
void sg_canvas_load (SgCanvas * canvas, const SgPicture * picture,
    const SgView * view);
/* Fills the canvas with a blend of four colours that are not far apart. */
void sg_canvas_gradient (SgCanvas * canvas, SgRng * rng);
/* Three box filters of 2 @radius + 1 pixels each way. */
void sg_canvas_blur (SgCanvas * canvas, gint radius);
/* Clamps to 0..1. */
void sg_canvas_light (SgCanvas * canvas, const SgLight * light);
/* Black bars above and below, each @share of the crop's height. */
void sg_canvas_letterbox (SgCanvas * canvas, gdouble share);
/* A line or two of what looks like letters, light with dark borders. */
void sg_canvas_text (SgCanvas * canvas, SgRng * rng);
/* @crop: [3,size,size] */
void sg_canvas_crop (const SgCanvas * canvas, gfloat * crop);

G_END_DECLS
