/* gst-stylegan: pictures that synthetic video is made of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* R'G'B' in 0..1, four floats a pixel (the fourth is 0), row after row. */
typedef struct
{
  gint width, height;
  gfloat *data;
} SynthPicture;

/* @rgb: 8 bit R, G, B, row after row without gaps. */
SynthPicture *synth_picture_new_rgb8 (const guint8 * rgb, gint width,
    gint height);
/* Something to look at where there are no photographs: patches of colour with
 * sharp borders under band-limited noise whose amplitude falls with frequency, as
 * it does in photographs. The same for the same @seed. */
SynthPicture *synth_picture_new_texture (gint width, gint height, guint64 seed);
/* Scaled with the kernel below, made wider when scaling down. */
SynthPicture *synth_picture_new_scaled (const SynthPicture * picture,
    gint width, gint height);
void synth_picture_free (SynthPicture * picture);

/* R'G'B' at @x, @y (pixel centres at integers), between pixels by the cubic of
 * Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981, with
 * a = -1/2. Outside the picture is mirrored without end. Finite @x, @y below 1e8.
 * The fourth float of @rgbx is 0. */
void synth_picture_sample (const SynthPicture * picture, gdouble x, gdouble y,
    gfloat rgbx[4]);

/* A smooth function of x and y in about -1..1, of period @n in both, from @n x @n
 * numbers at integers. */
gdouble synth_noise_at (const gfloat * numbers, gint n, gdouble x, gdouble y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynthPicture, synth_picture_free)

G_END_DECLS
