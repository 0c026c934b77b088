/* gst-stylegan: the terms of the loss by name, and what they weigh
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <sg/train.h>

static const struct
{
  const gchar *name;
  gdouble weight;
} losses[SG_N_LOSSES] = {
  [SG_LOSS_RECONSTRUCTION] = {"reconstruction", 1},
  [SG_LOSS_CONTENT] = {"content", 1},
  [SG_LOSS_STYLE] = {"style", 5},
  [SG_LOSS_COLOR] = {"color", 1.5},
  [SG_LOSS_TV] = {"tv", 0.05},
  [SG_LOSS_CHECKERBOARD] = {"checkerboard", 1},
  [SG_LOSS_RANGE] = {"range", 1},
  [SG_LOSS_TEMPORAL] = {"temporal", 5},
  [SG_LOSS_ADVERSARIAL] = {"adversarial", 0},
};

const gchar *
sg_loss_get_name (SgLoss loss)
{
  return losses[loss].name;
}

void
sg_train_config_init (SgTrainConfig * config)
{
  memset (config, 0, sizeof *config);
  config->network = SG_NETWORK_SMALL;
  config->steps = 2000;
  config->batch = 4;
  config->size = 256;
  config->seed = 1;
  config->rate = 3e-3;
  config->style_size = 400;
  for (guint i = 0; i < SG_N_LOSSES; i++)
    config->weight[i] = losses[i].weight;
}
