/* gst-stylegan: the discriminator, which learns to tell the style from what the network
 * makes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/discriminator.h"

#include <math.h>
#include <string.h>

#include "ops/grid_sample.h"
#include "train/autodiff.h"
#include "train/discriminator-images.h"
#include "train/discriminator-net.h"
#include "train/optimiser.h"
#include "train/schedule.h"

#define SALT G_GUINT64_CONSTANT (0x6469736372696d69)    /* of the seed */
#define RATE 2                  /* times the network's (Heusel et al. 2017) */
#define BETA1 0.5
#define MAX_NORM 10             /* of its gradients */
#define FIRST_ITERATIONS 100    /* of the spectral norm, for the weights at first */
#define ENOUGH 0.85             /* accuracy from which on it waits */
#define ACCURACY_DECAY 0.9

/* Inputs of the network's graph; the first two are those of its own as well. */
enum
{ PARAMETERS, VECTORS, GRID, N_INPUTS, IMAGES = GRID };
enum
{ MAP, STYLE, GRADIENTS, N_OUTPUTS };
/* What a picture is drawn for: the network, or a third of the discriminator's batch. */
enum
{ FOR_REAL, FOR_Y, FOR_X, N_THIRDS, FOR_NETWORK = N_THIRDS };
/* Behind the gradients in the row that all machines share. */
enum
{ ACCURACY, REALNESS, SCORE, N_SCORES };

struct _SgDiscriminator
{
  SgTrainConfig config;         /* numbers only are looked at */
  SgDevice *device;
  SgParameters *parameters;
  SgStyleCrops *crops;
  gint window;
  SgTensorDesc inputs[N_INPUTS];
  SgSession *learn, *measure;   /* with gradients, and without: made when needed */
  SgTensor *images;             /* [3N,3,W,W]: style, y, x */
  SgTensor *outputs[N_OUTPUTS];
  SgTensor *row;                /* gradients and scores; outputs[GRADIENTS] is in it */
  /* The state. */
  SgOptimiser *optimiser;
  SgTensor *vectors;
  gfloat accuracy;              /* running mean */
};

/* --- graphs ------------------------------------------------------------------- */

static SgValue *
add_input (SgGraph * graph, const gchar * name, const SgTensorDesc * desc)
{
  return sg_graph_add_input (graph, name, desc->dtype, &desc->shape);
}

static SgDiscriminatorNet
add_net (SgDiscriminator * d, SgGraph * graph)
{
  return (SgDiscriminatorNet) {
    d->parameters,
        add_input (graph, "discriminator.parameters", &d->inputs[PARAMETERS]),
        add_input (graph, "discriminator.vectors", &d->inputs[VECTORS])
  };
}

SgValue *
sg_discriminator_append (SgDiscriminator * d, SgBuild * b, SgValue * y)
{
  const SgGridSampleAttrs attrs = { SG_GRID_LINEAR, SG_GRID_ZEROS, FALSE };
  SgDiscriminatorNet net = add_net (d, b->graph);
  SgValue *grid = add_input (b->graph, "discriminator.grid", &d->inputs[GRID]);
  SgValue *map, *style;

  y = sg_build_binary (b, "sub", sg_build_scale (b, y, 2), sg_build_scalar (b,
          1));
  sg_discriminator_net_append (&net, b, sg_build_node (b, "grid_sample", &attrs,
          2, y, grid), &map, &style);
  return sg_discriminator_network_loss (b, map, style);
}

static SgSession *
new_session (SgDiscriminator * d, gboolean learn, GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgBuild b = { graph, "discriminator", SG_DTYPE_F32 };
  SgDiscriminatorNet net = add_net (d, graph);
  const SgTensorDesc descs[] = { d->inputs[PARAMETERS], d->inputs[VECTORS],
    d->images->desc
  };
  SgValue *map, *style, *loss, *gradients;

  sg_discriminator_net_append (&net, &b, add_input (graph, "images",
          &d->images->desc), &map, &style);
  loss = sg_discriminator_own_loss (&b, map, style);
  if (!b.error && learn)
    sg_autodiff (graph, loss, &net.row, 1, &gradients, &b.error);
  if (b.error) {
    g_propagate_error (error, b.error);
    return NULL;
  }
  sg_graph_add_output (graph, "map", map);
  sg_graph_add_output (graph, "style", style);
  if (learn)
    sg_graph_add_output (graph, "gradients", gradients);
  return sg_session_new (graph, d->device, descs, G_N_ELEMENTS (descs), NULL,
      error);
}

/* --- the object --------------------------------------------------------------- */

static gboolean
new_tensor (SgTensor ** tensor, const SgShape * shape, GError ** error)
{
  *tensor = sg_tensor_new (SG_DTYPE_F32, shape, error);
  return *tensor != NULL;
}

static gboolean
new_tensors (SgDiscriminator * d, GError ** error)
{
  gint64 n = d->config.batch, w = d->window;
  gint64 size = sg_parameters_get_size (d->parameters);
  const SgShape shapes[N_INPUTS] = { SG_SHAPE (size),
    SG_SHAPE ((gint64) sg_discriminator_get_n_vectors ()),
    SG_SHAPE (n, w, w, 2)
  };
  const SgShape images = SG_SHAPE (N_THIRDS * n, 3, w, w);
  const SgShape row = SG_SHAPE (size + N_SCORES);

  for (guint i = 0; i < N_INPUTS; i++)
    d->inputs[i] = (SgTensorDesc) {
    SG_DTYPE_F32, shapes[i]};
  return new_tensor (&d->vectors, &shapes[VECTORS], error)
      && new_tensor (&d->images, &images, error)
      && new_tensor (&d->row, &row, error);
}

/* After the session, which knows the shapes. */
static gboolean
new_outputs (SgDiscriminator * d, GError ** error)
{
  d->outputs[GRADIENTS] = sg_tensor_new_borrowed (SG_DTYPE_F32,
      &d->inputs[PARAMETERS].shape, d->row->data);
  for (guint i = 0; i < GRADIENTS; i++)
    if (!new_tensor (&d->outputs[i], &sg_session_get_output_desc (d->learn,
                i)->shape, error))
      return FALSE;
  return TRUE;
}

static gboolean
begin (SgDiscriminator * d, GError ** error)
{
  gint64 n = sg_parameters_get_size (d->parameters);
  g_autofree gfloat *values = g_new (gfloat, n);
  guint64 seed = d->config.seed ^ SALT;

  sg_parameters_initialise (d->parameters, seed, values);
  sg_discriminator_begin_vectors (seed, d->vectors->data);
  for (guint i = 0; i < FIRST_ITERATIONS; i++)
    sg_discriminator_iterate (d->parameters, values, d->vectors->data);
  d->accuracy = 0.5f;
  d->optimiser = sg_optimiser_new (values, n, BETA1, MAX_NORM, d->device,
      error);
  return d->optimiser != NULL;
}

SgDiscriminator *
sg_discriminator_new (const SgTrainConfig * config, SgDevice * device,
    GError ** error)
{
  g_autoptr (SgDiscriminator) d = g_new0 (SgDiscriminator, 1);

  d->config = *config;
  d->device = sg_device_ref (device);
  d->parameters = sg_parameters_new ();
  d->crops = sg_style_crops_new (&config->style, config->style_size);
  d->window = sg_augmentation_get_window (config->size);
  if (!sg_discriminator_list (d->parameters, error) || !new_tensors (d, error))
    return NULL;
  d->learn = new_session (d, TRUE, error);
  if (d->learn == NULL || !new_outputs (d, error) || !begin (d, error))
    return NULL;
  return g_steal_pointer (&d);
}

void
sg_discriminator_free (SgDiscriminator * d)
{
  g_clear_pointer (&d->learn, sg_session_free);
  g_clear_pointer (&d->measure, sg_session_free);
  for (guint i = 0; i < N_OUTPUTS; i++)
    g_clear_pointer (&d->outputs[i], sg_tensor_unref);
  g_clear_pointer (&d->images, sg_tensor_unref);
  g_clear_pointer (&d->row, sg_tensor_unref);
  g_clear_pointer (&d->vectors, sg_tensor_unref);
  g_clear_pointer (&d->optimiser, sg_optimiser_free);
  g_clear_pointer (&d->crops, sg_style_crops_free);
  g_clear_pointer (&d->parameters, sg_parameters_free);
  g_clear_pointer (&d->device, sg_device_unref);
  g_free (d);
}

/* --- pictures ------------------------------------------------------------------ */

/* For image @index of the batch. The same for a picture, whichever machine has it. */
static void
init_rng (const SgDiscriminator * d, guint64 step, guint index, guint purpose,
    SgRng * rng)
{
  const SgTrainConfig *c = &d->config;
  guint64 first = (step * MAX (c->n_ranks, 1) + c->rank) * c->batch;
  SgSchedule schedule;

  sg_schedule_get (c, step, &schedule);
  if (schedule.paired)          /* as sg_batcher_fill () */
    index = index < c->batch / 2 ? 2 * index : 2 * index + 1 - c->batch;
  sg_rng_init (rng, c->seed ^ SALT, first + index, 2 + purpose);
}

static void
fill_images (SgDiscriminator * d, guint64 step, const SgTensor * x,
    const SgTensor * y)
{
  gsize size = d->config.size, n = d->config.batch;
  gsize to = (gsize) 3 * d->window * d->window, from = 3 * size * size;
  const gfloat *pictures[N_THIRDS] = {[FOR_Y] = y->data,[FOR_X] = x->data };
  gfloat *out = d->images->data;

  for (guint third = 0; third < N_THIRDS; third++) {
    for (guint i = 0; i < n; i++, out += to) {
      SgAugmentation a;
      SgRng rng;

      init_rng (d, step, i, third, &rng);
      sg_augmentation_draw (&a, &rng, (gint) size);
      if (third == FOR_REAL) {
        sg_style_crops_cut (d->crops, &rng, d->window, out);
        sg_augmentation_cut_hole (&a, out);
      } else {
        sg_augmentation_apply (&a, pictures[third] + i * from, out);
      }
    }
  }
}

guint
sg_discriminator_get_n_inputs (const SgDiscriminator * d)
{
  return N_INPUTS;
}

const SgTensorDesc *
sg_discriminator_get_input_desc (const SgDiscriminator * d, guint index)
{
  g_return_val_if_fail (index < N_INPUTS, NULL);
  return &d->inputs[index];
}

void
sg_discriminator_draw (SgDiscriminator * d, guint64 step,
    SgTensor * const *inputs)
{
  gfloat *grid = inputs[GRID]->data;

  memcpy (inputs[PARAMETERS]->data,
      sg_optimiser_get_parameters (d->optimiser)->data,
      sg_tensor_desc_bytes (&d->inputs[PARAMETERS]));
  memcpy (inputs[VECTORS]->data, d->vectors->data,
      sg_tensor_desc_bytes (&d->inputs[VECTORS]));
  for (guint i = 0; i < d->config.batch; i++) {
    SgAugmentation a;
    SgRng rng;

    init_rng (d, step, i, FOR_NETWORK, &rng);
    sg_augmentation_draw (&a, &rng, d->config.size);
    sg_augmentation_fill_grid (&a, grid);
    grid += (gsize) 2 *d->window * d->window;
  }
}

/* --- a step -------------------------------------------------------------------- */

static void
measure (SgDiscriminator * d, gfloat scores[N_SCORES])
{
  const gfloat *map = d->outputs[MAP]->data, *style = d->outputs[STYLE]->data;
  gint64 third = sg_tensor_elements (d->outputs[MAP]) / N_THIRDS;
  gint64 n = d->config.batch, right = 0;
  gdouble realness = 0, score = 0;

  for (gint64 i = 0; i < third; i++) {
    right += (map[i] > 0) + (map[third + i] < 0);
    realness += map[third + i];
  }
  for (gint64 i = n; i < 2 * n; i++)
    score += 1 / (1 + exp (-style[i]));
  scores[ACCURACY] = (gfloat) ((gdouble) right / (gdouble) (2 * third));
  scores[REALNESS] = (gfloat) (realness / (gdouble) third);
  scores[SCORE] = (gfloat) (score / (gdouble) n);
}

static gboolean
run (SgDiscriminator * d, gboolean learn, GError ** error)
{
  SgTensor *inputs[] = {[PARAMETERS] =
        sg_optimiser_get_parameters (d->optimiser),
    [VECTORS] = d->vectors,[IMAGES] = d->images
  };

  if (!learn && d->measure == NULL) {
    d->measure = new_session (d, FALSE, error);
    if (d->measure == NULL)
      return FALSE;
  }
  return sg_session_run (learn ? d->learn : d->measure, inputs, d->outputs,
      error);
}

static gboolean
check_finite (const gfloat * values, gint64 n, GError ** error)
{
  for (gint64 i = 0; i < n; i++) {
    if (!isfinite (values[i])) {
      g_set_error_literal (error, SG_ERROR, SG_ERROR_NOT_FINITE,
          "the discriminator's gradients or scores are not finite");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
sg_discriminator_step (SgDiscriminator * d, guint64 step, gdouble rate_scale,
    const SgTensor * x, const SgTensor * y, SgReduceFunc reduce,
    gpointer user_data, gdouble * realness, gdouble * style_score,
    GError ** error)
{
  gint64 n = sg_parameters_get_size (d->parameters);
  gboolean learn = d->accuracy <= ENOUGH;
  gfloat *scores = (gfloat *) d->row->data + n;
  gfloat *row = learn ? d->row->data : scores;
  gint64 n_row = learn ? n + N_SCORES : N_SCORES;

  fill_images (d, step, x, y);
  if (!run (d, learn, error))
    return FALSE;
  measure (d, scores);
  if (reduce && !reduce (row, (gsize) n_row, user_data, error))
    return FALSE;
  if (!check_finite (row, n_row, error))
    return FALSE;
  if (learn) {
    SgSchedule schedule;
    gdouble norm;

    sg_schedule_get (&d->config, step, &schedule);
    if (!sg_optimiser_step (d->optimiser, d->outputs[GRADIENTS],
            RATE * rate_scale * schedule.rate, &norm, error))
      return FALSE;
  }
  sg_discriminator_iterate (d->parameters,
      sg_optimiser_get_parameters (d->optimiser)->data, d->vectors->data);
  d->accuracy = (gfloat) (ACCURACY_DECAY * d->accuracy
      + (1 - ACCURACY_DECAY) * scores[ACCURACY]);
  *realness = scores[REALNESS];
  *style_score = scores[SCORE];
  return TRUE;
}

/* --- its state ------------------------------------------------------------------ */

void
sg_discriminator_get_state (SgDiscriminator * d, SgTensorMap * tensors)
{
  sg_optimiser_get_state (d->optimiser, "discriminator", tensors);
  sg_tensor_map_set_floats (tensors, "discriminator.vectors", d->vectors->data,
      sg_discriminator_get_n_vectors ());
  sg_tensor_map_set_floats (tensors, "discriminator.accuracy", &d->accuracy, 1);
}

gboolean
sg_discriminator_set_state (SgDiscriminator * d, const SgTensorMap * tensors,
    GError ** error)
{
  gsize n = sg_discriminator_get_n_vectors ();
  g_autofree gfloat *vectors = g_new (gfloat, n);
  gfloat accuracy;

  /* The optimiser's last, which changes all of it or nothing. */
  if (!sg_tensor_map_get_floats (tensors, "discriminator.vectors", vectors, n,
          error)
      || !sg_tensor_map_get_floats (tensors, "discriminator.accuracy",
          &accuracy, 1, error)
      || !sg_optimiser_set_state (d->optimiser, "discriminator", tensors,
          error))
    return FALSE;
  memcpy (d->vectors->data, vectors, n * sizeof *vectors);
  d->accuracy = accuracy;
  return TRUE;
}
