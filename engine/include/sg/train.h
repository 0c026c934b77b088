/* gst-stylegan: training of style networks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>
#include <sg/session.h>

G_BEGIN_DECLS

/* R'G'B', 8 bit, row after row without gaps. */
typedef struct
{
  gint width, height;
  const guint8 *rgb;            /* NULL: no picture */
} SgPicture;

/* One image in 0..1 to one image in 0..1, sides multiples of 4; docs/training.md has
 * the layers. */
typedef enum
{
  SG_NETWORK_NANO,              /* separable, 6 thousand MAC per pixel */
  SG_NETWORK_SMALL,             /* 16 thousand */
  SG_NETWORK_SMALL_SEPARABLE,   /* 10 thousand */
  SG_NETWORK_FULL,              /* 66 thousand */
  SG_NETWORK_JOHNSON,           /* 154 thousand: Johnson et al. 2016 with instance
                                 * norm (Ulyanov et al. 2017), to compare with */
  SG_N_NETWORKS
} SgNetwork;

/* "nano", "small", "small-separable", "full", "johnson". */
const gchar *sg_network_get_name (SgNetwork network);
/* FALSE: there is none of that name. */
gboolean sg_network_from_name (const gchar * name, SgNetwork * network);

/* The terms of the loss; every one is about 1 for an untrained network or less. */
typedef enum
{
  SG_LOSS_RECONSTRUCTION,       /* mean |G(x) - x|: the first steps only */
  SG_LOSS_CONTENT,              /* features of G(x) by those of x */
  SG_LOSS_STYLE,                /* Gram matrices of G(x) by those of the style */
  SG_LOSS_COLOR,                /* means and covariances of R'G'B' */
  SG_LOSS_TV,                   /* total variation above that of x */
  SG_LOSS_CHECKERBOARD,         /* differences between the phases of the grids */
  SG_LOSS_RANGE,                /* what lies outside of 0..1 */
  SG_LOSS_TEMPORAL,             /* G of the next frame by G of this one, moved */
  SG_LOSS_ADVERSARIAL,          /* what a discriminator thinks of G(x) */
  SG_N_LOSSES
} SgLoss;

const gchar *sg_loss_get_name (SgLoss loss);    /* "content", ... */

/* Replaces @values [n] by their mean over all machines. */
typedef gboolean (*SgReduceFunc) (gfloat * values, gsize n, gpointer user_data,
    GError ** error);

/* Zeroed and then given its defaults by sg_train_config_init (). Strings and
 * pictures belong to the caller. */
typedef struct
{
  SgNetwork network;
  guint steps;                  /* of the whole training */
  guint batch;                  /* images per step and rank, even */
  gint size;                    /* px, of their sides: a multiple of 8 */
  guint64 seed;
  gdouble rate;                 /* of Adam, at its highest */
  gdouble weight[SG_N_LOSSES];  /* at their highest; 0: off */
  /* Each "FILE.onnx[:layer,...]", see sg_perceptual_load (); NULL-terminated. */
  const gchar *const *loss_networks;
  SgPicture style;
  gint style_size;              /* px, of its shorter side */
  /* Weights to begin with: a checkpoint's or NULL. */
  const gchar *init;
  /* Several machines: each has config.batch images of a step's n_ranks * batch. */
  guint rank, n_ranks;          /* 0, 0: just this one */
  SgReduceFunc reduce;          /* NULL: just this one */
  gpointer reduce_data;
} SgTrainConfig;

void sg_train_config_init (SgTrainConfig * config);

/* What became of a step. */
typedef struct
{
  guint64 step;                 /* done so far, this one counted in */
  gdouble loss[SG_N_LOSSES];    /* before weighting; NaN: not measured */
  gdouble weight[SG_N_LOSSES];  /* as of this step */
  gdouble total;
  gdouble rate;
  gdouble gradient_norm;        /* before clipping */
  gdouble realness, style_score;        /* of the discriminator; NaN without one */
  /* The step was taken back since something was not finite, or the loss had grown
   * beyond measure; says which tensor at which step, and what was done. NULL: no. */
  const gchar *rollback;
} SgTrainReport;

/* Thread-safety: one thread at a time. */
typedef struct _SgTrainer SgTrainer;

/* Blocks for seconds: loss networks, the style's Gram matrices, gradients.
 * Errors: those of loading the loss networks, SG_ERROR_INVALID_ARGUMENT (names the
 *   option), _SHAPE, _NO_MEMORY. */
SgTrainer *sg_trainer_new (const SgTrainConfig * config, SgDevice * device,
    GError ** error);
void sg_trainer_free (SgTrainer * trainer);

/* One step. @first, @second: config.batch pictures each; @second a later frame of the
 * same clip, or no picture. Both are of any size; smaller ones than config.size are
 * scaled up. What is cut out of them depends on the seed and the step alone.
 * Errors: SG_ERROR_NOT_FINITE when there is nothing left to roll back to. */
gboolean sg_trainer_step (SgTrainer * trainer, const SgPicture * first,
    const SgPicture * second, SgTrainReport * report, GError ** error);
guint64 sg_trainer_get_step (SgTrainer * trainer);

/* All that the next step depends on, as one file (safetensors), written under another
 * name first. A training loaded from it goes on bit for bit on the same machine with
 * as many threads; one made with another configuration is refused, which says what
 * differs (SG_ERROR_INVALID_ARGUMENT). steps may grow.
 * @path: NULL: nothing is written. A rollback goes back to what was saved last: of
 * several machines all save at the same step, those that do not write with NULL. */
gboolean sg_trainer_save (SgTrainer * trainer, const gchar * path,
    GError ** error);
gboolean sg_trainer_load (SgTrainer * trainer, const gchar * path,
    GError ** error);

/* What it makes of @picture now, with the mean of the weights that is exported.
 * Returns: R'G'B' of the same size, to be freed with g_free (), or NULL. */
guint8 *sg_trainer_stylize (SgTrainer * trainer, const SgPicture * picture,
    GError ** error);

/* Writes the model: dynamic size, image metadata, and @metadata besides.
 * @metadata: key, value, key, value, ..., NULL */
gboolean sg_trainer_export (SgTrainer * trainer, const gchar * path,
    const gchar * const *metadata, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTrainer, sg_trainer_free)

G_END_DECLS
