/* gst-stylegan: the discriminator, which learns to tell the style from what the network
 * makes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

#include "ops/build.h"
#include "train/safetensors.h"

G_BEGIN_DECLS

/* PatchGAN (Isola et al. 2017) with spectral norm (Miyato et al. 2018), hinge loss, a
 * map of realness and a score of style; docs/training.md has the layers.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgDiscriminator SgDiscriminator;

/* Of config: style, style_size, size (32 or more), batch, seed, rank, n_ranks, and what
 * sg_schedule_get () looks at: its rate is twice the network's. */
SgDiscriminator *sg_discriminator_new (const SgTrainConfig * config,
    SgDevice * device, GError ** error);
void sg_discriminator_free (SgDiscriminator * d);

/* Appends what the network is to make smaller: -D (y) and the style's cross entropy.
 * @y: [N,3,S,S]
 * D's parameters, its spectral norm and the augmentation of the step become new inputs
 * of the graph; see sg_discriminator_draw ().
 * Returns: a scalar, about 1 at first, or NULL */
SgValue *sg_discriminator_append (SgDiscriminator * d, SgBuild * build,
    SgValue * y);
guint sg_discriminator_get_n_inputs (const SgDiscriminator * d);
const SgTensorDesc *sg_discriminator_get_input_desc (const SgDiscriminator * d,
    guint index);
void sg_discriminator_draw (SgDiscriminator * d, guint64 step,
    SgTensor * const *inputs);

/* One step of its own; measured only, without learning, while it is right too often for
 * the network to learn from it.
 * @rate_scale: of its rate
 * @x, @y: [N,3,S,S], photographs and what the network made
 * @reduce: may be NULL; called once, with gradients and scores in one row
 * @realness: mean of D (y): 1 and more as real as the style, -1 and less a fake
 * @style_score: mean of the probability that y is of the style, not a photograph
 * Errors: SG_ERROR_NOT_FINITE, those of @reduce and of sessions; nothing learned. */
gboolean sg_discriminator_step (SgDiscriminator * d, guint64 step,
    gdouble rate_scale, const SgTensor * x, const SgTensor * y,
    SgReduceFunc reduce, gpointer user_data, gdouble * realness,
    gdouble * style_score, GError ** error);

/* Its state, for checkpoints: adds to (takes from) @tensors under names that begin
 * with "discriminator.". */
void sg_discriminator_get_state (SgDiscriminator * d, SgTensorMap * tensors);
gboolean sg_discriminator_set_state (SgDiscriminator * d,
    const SgTensorMap * tensors, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDiscriminator, sg_discriminator_free)

G_END_DECLS
