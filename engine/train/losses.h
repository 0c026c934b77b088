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
/* ... of pictures of @height by @width px, multiples of 8; config.size is not looked at. */
SgLosses *sg_losses_new_sized (const SgTrainConfig * config, gint height,
    gint width, SgDevice * device, GError ** error);
void sg_losses_free (SgLosses * losses);

typedef struct
{
  SgValue *x;                   /* [N,3,H,W], 0..1 */
  SgValue *y;                   /* [N,3,H,W], what the network makes of it */
  /* Image N/2 + i is image i moved: its pixel p was at p + flow (p), as far as mask
   * says. NULL: no temporal term. */
  SgValue *flow;                /* [N/2,2,H,W], px: u to the right, v down */
  SgValue *mask;                /* [N/2,1,H,W], 0..1 */
} SgLossInputs;

/* Appends the terms to the graph; scalars, NULL where the weight is 0. What they need
 * besides (which part of the pictures is looked at) become inputs of the graph. */
gboolean sg_losses_append (SgLosses * losses, SgBuild * build,
    const SgLossInputs * inputs, SgValue * terms[SG_N_LOSSES]);

/* The terms as one row [SG_N_LOSSES], zeros where there is none. */
SgValue *sg_losses_gather (SgBuild * build, SgValue * const terms[SG_N_LOSSES]);

/* Those inputs, from the first call of sg_losses_append () on this graph. */
guint sg_losses_get_n_inputs (const SgLosses * losses);
const SgTensorDesc *sg_losses_get_input_desc (const SgLosses * losses,
    guint index);
/* Fills them for a step: @inputs as many tensors as that. */
void sg_losses_draw (SgLosses * losses, guint64 seed, guint64 step,
    SgTensor * const *inputs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLosses, sg_losses_free)

/* Style and content of one network, means over the images and over its layers by their
 * weights; left as they are where no layer has one.
 * @grams: per layer, of the style; NULL: no style
 * @floors: per layer, of the content's unit per pixel; NULL: none
 * @x: may be NULL without content */
void sg_loss_append_network (SgPerceptual * network, SgTensor * const *grams,
    const gdouble * floors, gboolean with_content, SgBuild * b, SgValue * y,
    SgValue * x, SgValue ** style, SgValue ** content);

G_END_DECLS
