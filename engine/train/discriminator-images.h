/* gst-stylegan: what the discriminator gets to see
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/rng.h>
#include <sg/train.h>

G_BEGIN_DECLS

/* A picture's differentiable augmentation (Zhao et al.: Differentiable augmentation for
 * data-efficient GAN training, 2020): a window that lies up to an eighth of the picture
 * off its middle, which needs no padding as moving the picture would, and in it a square
 * without anything to see. */
typedef struct
{
  gint size, window;            /* px, sides of the picture and of the window */
  gint left, top;               /* of the window, in the picture */
  gint hole, hole_left, hole_top;       /* in the window */
} SgAugmentation;

/* The window's side in pictures of @size, 3/4 of it; a multiple of 8. */
gint sg_augmentation_get_window (gint size);
void sg_augmentation_draw (SgAugmentation * a, SgRng * rng, gint size);
/* @grid: [window,window,2], for grid_sample without align_corners, zeros outside */
void sg_augmentation_fill_grid (const SgAugmentation * a, gfloat * grid);
/* What grid_sample makes of 2 @image - 1.
 * @image: [3,size,size]; @out: [3,window,window] */
void sg_augmentation_apply (const SgAugmentation * a, const gfloat * image,
    gfloat * out);
/* The hole only. @image: [3,window,window], changed */
void sg_augmentation_cut_hole (const SgAugmentation * a, gfloat * image);

/* Examples of a style.
 *
 * Thread-safety: safe (immutable). */
typedef struct _SgStyleCrops SgStyleCrops;

/* @style: copied
 * @style_size: px, its shorter side at scale 1 */
SgStyleCrops *sg_style_crops_new (const SgPicture * style, gint style_size);
void sg_style_crops_free (SgStyleCrops * crops);
/* A random part at 0.5 to 1.5 times the size, turned by up to 15 degrees, mirrored or
 * not; the picture goes on mirrored beyond its borders.
 * @out: [3,@window,@window], -1..1 */
void sg_style_crops_cut (const SgStyleCrops * crops, SgRng * rng, gint window,
    gfloat * out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStyleCrops, sg_style_crops_free)

G_END_DECLS
