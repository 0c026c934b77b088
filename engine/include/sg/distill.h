/* gst-stylegan: loss networks of our own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* A small network learns to see pictures as large ones do (Hinton, Vinyals, Dean:
 * Distilling the knowledge in a neural network, 2015; Romero et al.: FitNets, 2015), so
 * that it can stand for them as a loss network. It has a layer at full resolution, at a
 * half, a quarter and an eighth. Each learns
 *   reconstruction  the feature maps of the teachers' layers of the same resolution, up
 *                   to a linear map of the channels that is for the training only,
 *   style, content  to find pictures as different as the teachers do, by their Gram
 *                   matrices and by their feature maps.
 * Those are the terms of its SgTrainReport: squared errors, the first relative to the
 * variance of the maps, the others of (d - D) / (d + D) for distances d and D. */

/* Zeroed and then given its defaults by sg_distill_config_init (). Strings belong to the
 * caller. */
typedef struct
{
  guint steps;                  /* of the whole training */
  guint batch;                  /* images per step, even */
  gint size;                    /* px, of their sides: a multiple of 8, 64 or more */
  guint64 seed;
  gdouble rate;                 /* of Adam, at its highest */
  /* Each "FILE.onnx[:layers]", see sg_perceptual_load (): all layers named there are
   * imitated, in the middle "crop" pixels of the images. NULL-terminated. */
  const gchar *const *teachers;
  /* What the pictures are, in a word; checkpoints made with others are refused. NULL:
   * not known. */
  const gchar *content;
} SgDistillConfig;

void sg_distill_config_init (SgDistillConfig * config);
/* Whether the numbers are what sg_distiller_new () takes, known before there is content.
 * Errors: SG_ERROR_INVALID_ARGUMENT (names the option). */
gboolean sg_distill_config_check (const SgDistillConfig * config,
    GError ** error);

/* Thread-safety: one thread at a time. */
typedef struct _SgDistiller SgDistiller;

/* Blocks for a second or so.
 * Errors: those of loading the teachers, SG_ERROR_INVALID_ARGUMENT (names the option),
 *   _SHAPE (a layer of no resolution that there is), _NO_MEMORY. */
SgDistiller *sg_distiller_new (const SgDistillConfig * config,
    SgDevice * device, GError ** error);
void sg_distiller_free (SgDistiller * distiller);

/* One step. @pictures: config.batch of any size. Half of the images are made from the
 * other half: noisy, blurred, sharpened, recoloured,
 * with the details of another picture, or just others.
 * Errors: SG_ERROR_NOT_FINITE: the step is not done. */
gboolean sg_distiller_step (SgDistiller * distiller,
    const SgPicture * pictures, SgTrainReport * report, GError ** error);
guint64 sg_distiller_get_step (SgDistiller * distiller);

/* As sg_trainer_save () and _load (). */
gboolean sg_distiller_save (SgDistiller * distiller, const gchar * path,
    GError ** error);
gboolean sg_distiller_load (SgDistiller * distiller, const gchar * path,
    GError ** error);

/* Writes the network with what sg_perceptual_load () wants to know.
 * @metadata: key, value, key, value, ..., NULL; or NULL */
gboolean sg_distiller_export (SgDistiller * distiller, const gchar * path,
    const gchar * const *metadata, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDistiller, sg_distiller_free)

G_END_DECLS
