/* gst-stylegan: training, step by step
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "train/model.h"
#include "train/optimiser.h"
#include "train/schedule.h"
#include "train/step.h"
#include "train/trainer.h"

#define MAX_NORM 10             /* of the gradients */
#define BETA1 0.9
#define MEAN_DECAY 0.999        /* of the weights' running mean, which is exported */
/* The discriminator's pull at the output is kept at this share of the style's (Esser
 * et al.: Taming transformers, 2021), measured every so often. */
#define ADVERSARIAL_SHARE 0.1
#define MEASURE_EVERY 50
#define MAX_BALANCE 10
/* A loss that is that many times its running mean has come apart. */
#define DIVERGED 10
#define LOSS_DECAY 0.98
#define SNAPSHOT_EVERY 50
#define MAX_ROLLBACKS 8         /* in a row, without a snapshot between */

/* --- the object ------------------------------------------------------------- */

static gboolean
check_config (const SgTrainConfig * c, GError ** error)
{
  const gchar *problem = c->network >= SG_N_NETWORKS ? "network: unknown"
      : c->batch < 2 || c->batch % 2 || c->batch > 1024 ?
      "batch: wants an even number of images, 2 to 1024"
      : c->size < 32 || c->size % 8 || c->size > 4096 ?
      "size: wants a multiple of 8 from 32 to 4096"
      : c->style.rgb == NULL || c->style.width < 16 || c->style.height < 16 ?
      "style: wants a picture of 16x16 or more"
      : c->style_size < 32 || c->style_size > 4096 ?
      "style-size: wants 32 to 4096"
      : !(c->rate > 0 && c->rate <= 1) ? "rate: wants more than 0, at most 1"
      : c->n_ranks > 0 && c->rank >= c->n_ranks ? "rank: there are not as many"
      : NULL;

  for (guint i = 0; problem == NULL && i < SG_N_LOSSES; i++)
    if (!(c->weight[i] >= 0 && c->weight[i] < 1e6))
      problem = "weights: want 0 to 1000000";
  if (problem == NULL)
    return TRUE;
  g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT, problem);
  return FALSE;
}

static gboolean
new_parts (SgTrainer * t, SgDevice * device, GError ** error)
{
  const SgTrainConfig *c = &t->config;

  t->losses = sg_losses_new (c, device, error);
  if (t->losses == NULL)
    return FALSE;
  if (c->weight[SG_LOSS_ADVERSARIAL] > 0) {
    t->discriminator = sg_discriminator_new (c, device, error);
    if (t->discriminator == NULL)
      return FALSE;
  }
  t->batcher = sg_batcher_new (c, device, error);
  if (t->batcher == NULL)
    return FALSE;
  t->step = sg_step_new (c, t->parameters, t->losses, t->discriminator, device,
      error);
  return t->step != NULL;
}

SgTrainer *
sg_trainer_new (const SgTrainConfig * config, SgDevice * device,
    GError ** error)
{
  g_autoptr (SgTrainer) t = NULL;
  gint64 n;

  if (!check_config (config, error))
    return NULL;
  t = g_new0 (SgTrainer, 1);
  t->config = *config;
  t->device = sg_device_ref (device);
  t->parameters = sg_parameters_new ();
  t->rate_scale = t->balance = 1;
  t->mean_loss = NAN;
  if (!new_parts (t, device, error))
    return NULL;
  n = sg_parameters_get_size (t->parameters);
  t->mean = g_new (gfloat, n);
  sg_parameters_initialise (t->parameters, config->seed, t->mean);
  if (config->init && !sg_model_read_parameters (t->parameters, config->init,
          t->mean, error))
    return NULL;
  t->optimiser = sg_optimiser_new (t->mean, n, BETA1, MAX_NORM, device, error);
  if (t->optimiser == NULL)
    return NULL;
  sg_trainer_take_snapshot (t);
  return g_steal_pointer (&t);
}

void
sg_trainer_free (SgTrainer * t)
{
  if (t == NULL)
    return;
  g_clear_pointer (&t->step, sg_step_free);
  g_clear_pointer (&t->losses, sg_losses_free);
  g_clear_pointer (&t->discriminator, sg_discriminator_free);
  g_clear_pointer (&t->batcher, sg_batcher_free);
  g_clear_pointer (&t->optimiser, sg_optimiser_free);
  g_clear_pointer (&t->parameters, sg_parameters_free);
  g_clear_pointer (&t->snapshot, sg_tensor_map_free);
  g_clear_pointer (&t->device, sg_device_unref);
  g_free (t->mean);
  g_free (t->rollback);
  g_free (t);
}

guint64
sg_trainer_get_step (SgTrainer * t)
{
  return t->index;
}

/* --- what may go wrong -------------------------------------------------------- */

/* What all machines know of a step besides the gradients: the terms' means, and how
 * many of them had an output that was not finite. */
enum
{ BAD_OUTPUT = SG_N_LOSSES, N_SHARED };

static gboolean
is_finite (const gfloat * values, gint64 n)
{
  for (gint64 i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;
  return TRUE;
}

/* The first thing that is not finite, or NULL; the same on all machines.
 * (transfer full) */
static gchar *
find_not_finite (SgTrainer * t, const gfloat shared[N_SHARED])
{
  const gfloat *gradients = sg_step_get_gradients (t->step)->data;

  for (guint i = 0; i < SG_N_LOSSES; i++)
    if (!isfinite (shared[i]))
      return g_strdup_printf ("the %s loss is not finite",
          sg_loss_get_name (i));
  for (guint i = 0; i < sg_parameters_get_n (t->parameters); i++) {
    const SgParameter *p = sg_parameters_get (t->parameters, i);

    if (!is_finite (gradients + p->offset, sg_shape_elements (&p->shape)))
      return g_strdup_printf ("the gradient of %s is not finite", p->name);
  }
  if (shared[BAD_OUTPUT] != 0)
    return g_strdup ("the network's output is not finite");
  return NULL;
}

static gchar *
find_divergence (SgTrainer * t, const gfloat * terms)
{
  gdouble loss = terms[SG_LOSS_CONTENT] + terms[SG_LOSS_STYLE];
  gchar *problem = NULL;

  if (loss > DIVERGED * (t->mean_loss + 1))
    problem = g_strdup_printf ("content and style loss came to %.3g, the mean "
        "was %.3g", loss, t->mean_loss);
  else
    t->mean_loss = isnan (t->mean_loss) ? loss
        : LOSS_DECAY * t->mean_loss + (1 - LOSS_DECAY) * loss;
  return problem;
}

/* Takes @problem. */
static gboolean
roll_back (SgTrainer * t, gchar * problem, SgTrainReport * report,
    GError ** error)
{
  gdouble scale = t->rate_scale / 2;
  guint64 from = t->snapshot_index;

  g_free (t->rollback);
  t->rollback = g_strdup_printf ("step %" G_GUINT64_FORMAT ": %s; back to the "
      "weights of step %" G_GUINT64_FORMAT ", with half the rate",
      t->index + 1, problem, from);
  g_free (problem);
  if (++t->rollbacks > MAX_ROLLBACKS) {
    g_set_error (error, SG_ERROR, SG_ERROR_NOT_FINITE, "%s did not help %d "
        "times; try a lower rate or lower weights", t->rollback, MAX_ROLLBACKS);
    return FALSE;
  }
  if (!sg_trainer_set_state (t, t->snapshot, error))
    return FALSE;
  t->rate_scale = scale;
  report->rollback = t->rollback;
  return TRUE;
}

/* --- a step ------------------------------------------------------------------- */

/* Keeps the discriminator's pull at the output at its share of the style's. */
static gboolean
balance (SgTrainer * t, const SgBatch * batch, const gdouble * weights,
    GError ** error)
{
  const SgTrainConfig *c = &t->config;
  gfloat pull[SG_N_LOSSES];
  gdouble want;

  if (!sg_step_measure (t->step, t->index, batch, pull, error))
    return FALSE;
  /* Of all machines: squares have a mean, their roots have not. */
  for (guint i = 0; i < SG_N_LOSSES; i++)
    pull[i] *= pull[i];
  if (c->reduce && !c->reduce (pull, SG_N_LOSSES, c->reduce_data, error))
    return FALSE;
  want = ADVERSARIAL_SHARE * sqrt (pull[SG_LOSS_STYLE])
      * weights[SG_LOSS_STYLE] / (sqrt (pull[SG_LOSS_ADVERSARIAL]) + 1e-12);
  if (isfinite (want))
    t->balance = CLAMP (want, 0, MAX_BALANCE);
  return TRUE;
}

static gboolean
train_discriminator (SgTrainer * t, const SgBatch * batch,
    SgTrainReport * report, GError ** error)
{
  return sg_discriminator_step (t->discriminator, t->index, t->rate_scale,
      batch->x, sg_step_get_output (t->step), t->config.reduce,
      t->config.reduce_data, &report->realness, &report->style_score, error);
}

static void
follow (SgTrainer * t)
{
  const gfloat *now = sg_optimiser_get_parameters (t->optimiser)->data;
  gdouble decay = MIN (MEAN_DECAY, (t->index + 1.0) / (t->index + 10.0));

  for (gint64 i = 0; i < sg_parameters_get_size (t->parameters); i++)
    t->mean[i] = (gfloat) (decay * t->mean[i] + (1 - decay) * now[i]);
}

static void
fill_report (const SgTrainer * t, const SgSchedule * s, const gfloat * terms,
    SgTrainReport * report)
{
  report->step = t->index + 1;
  report->rate = s->rate;
  report->total = 0;
  for (guint i = 0; i < SG_N_LOSSES; i++) {
    report->weight[i] = s->weight[i];
    report->loss[i] = t->config.weight[i] > 0 || s->weight[i] > 0 ? terms[i]
        : NAN;
    report->total += s->weight[i] * terms[i];
  }
}

/* The gradients' mean over all machines, and of what else they are to know. */
static gboolean
reduce (SgTrainer * t, gfloat shared[N_SHARED], GError ** error)
{
  SgTensor *gradients = sg_step_get_gradients (t->step);
  SgTensor *y = sg_step_get_output (t->step);
  const SgTrainConfig *c = &t->config;

  memcpy (shared, sg_step_get_terms (t->step), SG_N_LOSSES * sizeof (gfloat));
  shared[BAD_OUTPUT] = !is_finite (y->data, sg_tensor_elements (y));
  return c->reduce == NULL || (c->reduce (gradients->data,
          (gsize) sg_tensor_elements (gradients), c->reduce_data, error)
      && c->reduce (shared, N_SHARED, c->reduce_data, error));
}

static gboolean
run_step (SgTrainer * t, const SgBatch * batch, SgSchedule * s, gfloat * terms,
    SgTrainReport * report, GError ** error)
{
  gboolean adversarial = s->weight[SG_LOSS_ADVERSARIAL] > 0;
  SgTensor *row = sg_optimiser_get_parameters (t->optimiser);
  g_autoptr (GError) wrong = NULL;
  gchar *problem;

  s->weight[SG_LOSS_ADVERSARIAL] *= t->balance;
  if (!sg_step_run (t->step, t->index, row, batch, s->weight, error)
      || !reduce (t, terms, error))
    return FALSE;
  fill_report (t, s, terms, report);
  problem = find_not_finite (t, terms);
  if (problem == NULL)
    problem = find_divergence (t, terms);
  if (problem)
    return roll_back (t, problem, report, error);
  if (adversarial && t->index % MEASURE_EVERY == 0
      && !balance (t, batch, s->weight, error))
    return FALSE;
  if (adversarial && !train_discriminator (t, batch, report, &wrong)) {
    if (g_error_matches (wrong, SG_ERROR, SG_ERROR_NOT_FINITE))
      return roll_back (t, g_strdup (wrong->message), report, error);
    g_propagate_error (error, g_steal_pointer (&wrong));
    return FALSE;
  }
  if (!sg_optimiser_step (t->optimiser, sg_step_get_gradients (t->step),
          s->rate, &report->gradient_norm, error))
    return FALSE;
  follow (t);
  return TRUE;
}

gboolean
sg_trainer_step (SgTrainer * t, const SgPicture * first,
    const SgPicture * second, SgTrainReport * report, GError ** error)
{
  const SgTrainConfig *c = &t->config;
  guint64 images = (t->index * MAX (c->n_ranks, 1) + c->rank) * c->batch;
  gfloat terms[N_SHARED];
  const SgBatch *batch;
  SgSchedule schedule;

  memset (report, 0, sizeof *report);
  report->realness = report->style_score = report->gradient_norm = NAN;
  sg_schedule_get (c, t->index, &schedule);
  schedule.rate *= t->rate_scale;
  if (!sg_batcher_fill (t->batcher, t->index, images, first, second,
          schedule.paired, &batch, error)
      || !run_step (t, batch, &schedule, terms, report, error))
    return FALSE;
  t->index++;
  if (report->rollback == NULL && t->index % SNAPSHOT_EVERY == 0)
    sg_trainer_take_snapshot (t);
  return TRUE;
}
