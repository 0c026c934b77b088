/* gst-stylegan: what changes in the course of a training
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

typedef struct
{
  gdouble rate;                 /* of Adam */
  gdouble weight[SG_N_LOSSES];
  gboolean paired;              /* the batch holds pairs */
} SgSchedule;

/* Of step @step, 0 the first. First the network learns to copy (10 steps at most); then
 * style is faded in (60 steps at most), time from 10 % to 30 %, the discriminator from 30 % to 50 %, to
 * leave again in the last 10 %. The rate falls along a cosine to 3 % (Loshchilov, Hutter:
 * SGDR, 2017), after a short rise. */
void sg_schedule_get (const SgTrainConfig * config, guint64 step,
    SgSchedule * schedule);

G_END_DECLS
