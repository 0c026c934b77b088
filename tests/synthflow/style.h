/* gst-stylegan: how far a picture is from a style
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>

G_BEGIN_DECLS

/* Gram matrices of SqueezeNet 1.1 (Iandola et al., 2016; the test data's
 * perceptual/squeezenet1_1.onnx), run by the engine.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SynthStyle SynthStyle;

#define SYNTH_STYLE_LAYERS 4

/* G_l = F F^T / (H W) of each layer (relu_conv1, fire3, fire4, fire5: 64, 128, 256,
 * 256 channels): independent of the picture's size but for its content. */
typedef struct
{
  gint channels[SYNTH_STYLE_LAYERS];
  gfloat *gram[SYNTH_STYLE_LAYERS];     /* [C,C] */
} SynthGrams;

/* Returns: NULL with SG_ERROR_NOT_FOUND where the network is not there, else as
 *   sg_model_load (). */
SynthStyle *synth_style_new (SgDevice * device, GError ** error);
void synth_style_free (SynthStyle * style);
/* @rgb: [3,H,W] R'G'B' in 0..1, 32x32 or more; values outside are clipped.
 * Compiles the network when the size is another than the last time.
 * @grams: to be cleared */
gboolean synth_style_measure (SynthStyle * style, const gfloat * rgb,
    gint width, gint height, SynthGrams * grams, GError ** error);
void synth_grams_clear (SynthGrams * grams);

/* 1/K sum_l ||G_l - R_l||^2 / ||R_l||^2 with R the grams of the style: 0 the same,
 * about 1 nothing in common (Gatys et al., A Neural Algorithm of Artistic Style,
 * 2015, made independent of the network's scale). */
gdouble synth_style_distance (const SynthGrams * grams,
    const SynthGrams * style);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SynthStyle, synth_style_free)

G_END_DECLS
