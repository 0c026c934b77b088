/* gst-stylegan: what changes in the course of a training
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/schedule.h"

#include <math.h>

#define COPY_SHARE 0.04         /* of all steps, */
#define MAX_COPY 10             /* but no more: of steps */
#define STYLE_SHARE 0.1         /* of all steps, to fade style in, */
#define MAX_STYLE 60            /* but no more */
#define WARM_UP 20              /* steps, as Adam's means are of few gradients */
#define LAST_RATE 0.03

/* 0 before @from, 1 from @to on, a line between. */
static gdouble
ramp (gdouble now, gdouble from, gdouble to)
{
  return CLAMP ((now - from) / (to - from), 0, 1);
}

void
sg_schedule_get (const SgTrainConfig * config, guint64 step, SgSchedule * s)
{
  gdouble steps = MAX (config->steps, 1), now = (gdouble) step / steps;
  gdouble copy = MIN (COPY_SHARE, MAX_COPY / steps);
  gdouble after = config->init || config->weight[SG_LOSS_RECONSTRUCTION] == 0 ?
      0 : copy;
  gboolean copying = now < after;

  for (guint i = 0; i < SG_N_LOSSES; i++)
    s->weight[i] = copying ? 0 : config->weight[i];
  s->weight[SG_LOSS_RECONSTRUCTION] = copying ?
      config->weight[SG_LOSS_RECONSTRUCTION] : 0;
  s->weight[SG_LOSS_STYLE] *= ramp (now, after - 0.01,
      after + MIN (STYLE_SHARE, MAX_STYLE / steps));
  s->weight[SG_LOSS_TEMPORAL] *= ramp (now, 0.1, 0.3);
  s->weight[SG_LOSS_ADVERSARIAL] *= ramp (now, 0.3, 0.5) * (now < 0.9);
  s->paired = s->weight[SG_LOSS_TEMPORAL] > 0;
  s->rate = config->rate * MIN (1, (gdouble) (step + 1) / WARM_UP)
      * (LAST_RATE + (1 - LAST_RATE) * (1 + cos (G_PI * MIN (now, 1))) / 2);
}
