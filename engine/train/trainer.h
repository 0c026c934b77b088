/* gst-stylegan: a training from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "train/optimiser.h"
#include "train/step.h"

G_BEGIN_DECLS

struct _SgTrainer
{
  SgTrainConfig config;
  SgDevice *device;
  SgParameters *parameters;
  SgLosses *losses;
  SgDiscriminator *discriminator;       /* NULL: no adversarial term */
  SgBatcher *batcher;
  SgStep *step;
  /* What a checkpoint holds, with the states of optimiser and discriminator. */
  SgOptimiser *optimiser;
  gfloat *mean;                 /* running mean of the parameters */
  guint64 index;                /* steps done */
  gdouble rate_scale;           /* halved by each rollback */
  gdouble balance;              /* of the adversarial term */
  gdouble mean_loss;            /* content and style; NaN: none yet */
  /* What a rollback goes back to. */
  SgTensorMap *snapshot;
  guint64 snapshot_index;
  guint rollbacks;              /* since then */
  gchar *rollback;              /* what the last one said */
};

/* All that the next step depends on but the step's number. */
SgTensorMap *sg_trainer_get_state (SgTrainer * trainer);
gboolean sg_trainer_set_state (SgTrainer * trainer, const SgTensorMap * state,
    GError ** error);
void sg_trainer_take_snapshot (SgTrainer * trainer);

G_END_DECLS
