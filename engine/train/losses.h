/* gst-stylegan: the terms of the loss
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

#include "train/perceptual.h"

G_BEGIN_DECLS

/* The terms but the adversarial one. All are means over the images, so that the mean
 * of the gradients of several machines is the gradient of all.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgLosses SgLosses;

/* Loads the loss networks and measures the style (config: loss_networks, style,
 * style_size, size, weight). Errors as sg_trainer_new (). */
SgLosses *sg_losses_new (const SgTrainConfig * config, SgDevice * device,
    GError ** error);
void sg_losses_free (SgLosses * losses);

typedef struct
{
  SgValue *x;                   /* [N,3,S,S], 0..1 */
  SgValue *y;                   /* [N,3,S,S], what the network makes of it */
  /* Image N/2 + i is image i moved: its pixel p was at p + flow (p), as far as mask
   * says. NULL: no temporal term. */
  SgValue *flow;                /* [N/2,2,S,S], px: u to the right, v down */
  SgValue *mask;                /* [N/2,1,S,S], 0..1 */
} SgLossInputs;

/* Appends the terms to the graph; scalars, NULL where the weight is 0. What they need
 * besides (which part of the pictures is looked at) become inputs of the graph. */
gboolean sg_losses_append (SgLosses * losses, SgBuild * build,
    const SgLossInputs * inputs, SgValue * terms[SG_N_LOSSES]);

/* Those inputs, from the first call of sg_losses_append () on this graph. */
guint sg_losses_get_n_inputs (const SgLosses * losses);
const SgTensorDesc *sg_losses_get_input_desc (const SgLosses * losses,
    guint index);
/* Fills them for a step: @inputs as many tensors as that. */
void sg_losses_draw (SgLosses * losses, guint64 seed, guint64 step,
    SgTensor * const *inputs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLosses, sg_losses_free)

G_END_DECLS
