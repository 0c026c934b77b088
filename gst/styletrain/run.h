/* gst-stylegan: one training, from its first step or a checkpoint to the model
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/ranks.h>
#include <sg/train.h>

#include "dataset.h"
#include "options.h"
#include "progress.h"

G_BEGIN_DECLS

/* Thread-safety: one thread at a time. */
typedef struct _TrainRun TrainRun;

/* By all ranks, as what follows; only rank 0 touches folders and writes.
 * Everything that can be refused before the content is looked at: folders, locks,
 * unfinished trainings, options that differ from those of the one to go on with.
 * options: of one style, with output and checkpoint; kept, as are @ranks and
 *   @progress
 * finished: (out): there is nothing to do (and nothing is returned)
 * Returns: (transfer full) */
TrainRun *train_run_new (const TrainOptions * options, SgRanks * ranks,
    Progress * progress, gboolean * finished, GError ** error);
void train_run_free (TrainRun * run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainRun, train_run_free)

/* Trains and writes the model. SIGINT, SIGTERM, SIGHUP and SIGUSR1 to any rank
 * end it after the step.
 * signal: (out): that ended it, or 0. Then the state is saved.
 * Returns: FALSE on errors; the last good checkpoint is left */
gboolean train_run_go (TrainRun * run, Dataset * dataset, SgDevice * device,
    gint * signal, GError ** error);

const TrainOptions *train_run_get_options (const TrainRun * run);
/* Of this training, to go on from. */
gboolean train_run_has_checkpoint (const TrainRun * run);

/* MODEL.onnx -> MODEL@suffix. (transfer full) */
gchar *train_run_name (const gchar * output, const gchar * suffix);

G_END_DECLS
