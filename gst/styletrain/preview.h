/* gst-stylegan: what a model makes of some pictures while it is trained
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

#include "dataset.h"

G_BEGIN_DECLS

/* The style, and beside it pictures with what the model makes of them below.
 * Thread-safety: one thread at a time. */
typedef struct _Preview Preview;

/* names: of pictures; NULL or empty: the first ones of @dataset
 * size: pixels, shorter side of the pictures */
Preview *preview_new (const StyletrainPicture * style,
    const gchar * const *names, Dataset * dataset, gint size, GError ** error);
void preview_free (Preview * preview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Preview, preview_free)

/* Writes the sheet as PNG; blocks for as long as the network runs. */
gboolean preview_save (Preview * preview, SgTrainer * trainer,
    const gchar * path, GError ** error);

G_END_DECLS
