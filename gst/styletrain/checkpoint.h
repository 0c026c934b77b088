/* gst-stylegan: a folder of checkpoints
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

#include "dataset.h"
#include "progress.h"

G_BEGIN_DECLS

/* A folder with the last checkpoints of one training, its recipe ("recipe") and a
 * lock that lasts as long as the process.
 * Thread-safety: one thread at a time. */
typedef struct _Checkpoints Checkpoints;

/* Makes the folder if need be. Errors: G_FILE_ERROR; G_FILE_ERROR_AGAIN: another
 * process trains into it. */
Checkpoints *checkpoints_open (const gchar * folder, GError ** error);
void checkpoints_close (Checkpoints * checkpoints);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Checkpoints, checkpoints_close)

/* The steps of the checkpoints in @folder, newest first; (element-type guint64) */
GArray *checkpoints_list (const gchar * folder);
/* Returns: (transfer full): the file of @step in @folder */
gchar *checkpoints_path (const gchar * folder, guint64 step);

/* Removes all checkpoints. */
gboolean checkpoints_clear (Checkpoints * checkpoints, GError ** error);

/* recipe: with all options, as for the file "recipe" in the folder; what @dataset
 * is now is noted with it */
gboolean checkpoints_save_recipe (Checkpoints * checkpoints,
    const gchar * recipe, Dataset * dataset, GError ** error);
/* Whether samples are still the ones they were. Errors: says what is known of the
 * difference. */
gboolean checkpoints_check_dataset (Checkpoints * checkpoints,
    Dataset * dataset, GError ** error);

/* Then removes all but the newest two. */
gboolean checkpoints_save (Checkpoints * checkpoints, SgTrainer * trainer,
    GError ** error);
/* The newest that is whole; says so if it is not the newest there is. Without any,
 * @trainer stays at its beginning. */
gboolean checkpoints_load (Checkpoints * checkpoints, SgTrainer * trainer,
    Progress * progress, GError ** error);

G_END_DECLS
