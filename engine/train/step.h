/* gst-stylegan: the gradients of one step
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "train/batch.h"
#include "train/discriminator.h"
#include "train/losses.h"
#include "train/network.h"

G_BEGIN_DECLS

/* The network, the terms of the loss, and the way back, as one session.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgStep SgStep;

/* @parameters: listed afterwards
 * @discriminator: may be NULL; it and @losses outlive the step */
SgStep *sg_step_new (const SgTrainConfig * config, SgParameters * parameters,
    SgLosses * losses, SgDiscriminator * discriminator, SgDevice * device,
    GError ** error);
void sg_step_free (SgStep * step);

/* @row: the parameters; @weights: of the terms. What it leaves below stays until the
 * next run. */
gboolean sg_step_run (SgStep * step, guint64 index, SgTensor * row,
    const SgBatch * batch, const gdouble weights[SG_N_LOSSES], GError ** error);
SgTensor *sg_step_get_gradients (SgStep * step);        /* [n] */
SgTensor *sg_step_get_output (SgStep * step);   /* [N,3,S,S] */
/* Before weighting; 0 where there is none. */
const gfloat *sg_step_get_terms (SgStep * step);        /* [SG_N_LOSSES] */

/* For profiles. */
SgSession *sg_step_get_session (SgStep * step);

/* How strongly each term pulls at the output of the last run, which was of this batch:
 * root mean squares of dterm / doutput. Slower than a run. */
gboolean sg_step_measure (SgStep * step, guint64 index, const SgBatch * batch,
    gfloat pull[SG_N_LOSSES], GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStep, sg_step_free)

G_END_DECLS
