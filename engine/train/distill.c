/* gst-stylegan: a loss network learns from others
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/distill.h>

#include <math.h>
#include <string.h>

#include <sg/rng.h>

#include "train/autodiff.h"
#include "train/batch-warp.h"
#include "train/batch.h"
#include "train/distill-graph.h"
#include "train/optimiser.h"
#include "train/schedule.h"

#define BETA1 0.9
#define MAX_NORM 10             /* of the gradients */
#define FORMAT "gst-stylegan distillation 1"
/* Of the random numbers, so that they are not those of others with the same seed. */
#define STREAM G_GUINT64_CONSTANT (0x64697374696c)

enum
{ ROW, X, N_INPUTS };
enum
{ GRADIENTS, TERMS, N_OUTPUTS };

/* Names and weights of the terms in reports. */
static const struct
{
  SgLoss loss;
  gdouble weight;
} terms[SG_DISTILL_N_TERMS] = {
  [SG_DISTILL_MAPS] = {SG_LOSS_RECONSTRUCTION, 1},
  [SG_DISTILL_CONTENT] = {SG_LOSS_CONTENT, 1},
  [SG_DISTILL_STYLE] = {SG_LOSS_STYLE, 2},
};

struct _SgDistiller
{
  SgTrainConfig config;         /* for batches and the rate */
  gchar **names;                /* of the teachers, without folders */
  gchar *content;               /* or NULL */
  GArray *teachers;             /* SgTeacher */
  SgParameters *parameters;     /* the student's come first */
  SgBatcher *batcher;
  SgSession *session;
  SgTensor *outputs[N_OUTPUTS];
  SgOptimiser *optimiser;
  gfloat *scratch;              /* [3,S,S] */
  guint64 index;                /* steps done */
};

void
sg_distill_config_init (SgDistillConfig * config)
{
  memset (config, 0, sizeof *config);
  config->steps = 6000;
  config->batch = 8;
  config->size = 128;
  config->seed = 1;
  config->rate = 2e-3;
}

/* --- making ------------------------------------------------------------------- */

gboolean
sg_distill_config_check (const SgDistillConfig * c, GError ** error)
{
  const gchar *problem = c->teachers == NULL || c->teachers[0] == NULL ?
      "teacher: there is none to learn from"
      : c->steps < 1 ? "steps: wants 1 or more"
      : c->batch < 2 || c->batch % 2 || c->batch > 1024 ?
      "batch: wants an even number of images, 2 to 1024"
      : c->size < 64 || c->size % 8 || c->size > 4096 ?
      "size: wants a multiple of 8 from 64 to 4096"
      : !(c->rate > 0 && c->rate <= 1) ? "rate: wants more than 0, at most 1"
      : NULL;

  if (problem)
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT, problem);
  return problem == NULL;
}

static void
teacher_clear (gpointer data)
{
  SgTeacher *teacher = data;

  sg_perceptual_unref (teacher->network);
  g_free (teacher->scale);
}

static gboolean
load_teachers (SgDistiller * d, const SgDistillConfig * config,
    SgDevice * device, GError ** error)
{
  guint n = g_strv_length ((gchar **) config->teachers);

  d->names = g_new0 (gchar *, n + 1);
  for (guint i = 0; i < n; i++) {
    SgTeacher teacher = { sg_perceptual_load (config->teachers[i], error) };
    gboolean ok = teacher.network
        && sg_teacher_measure (&teacher, config->size, device, error);

    d->names[i] = g_path_get_basename (config->teachers[i]);
    if (teacher.network)
      g_array_append_val (d->teachers, teacher);
    if (!ok)
      return FALSE;
  }
  return TRUE;
}

static gboolean
list_parameters (SgDistiller * d, GError ** error)
{
  const SgShape shape = SG_SHAPE (d->config.batch, 3, d->config.size,
      d->config.size);
  g_autoptr (SgGraph) scratch = sg_graph_new ();
  SgBuild b = { scratch, NULL, SG_DTYPE_F32 };
  SgValue *x = sg_graph_add_input (scratch, "x", SG_DTYPE_F32, &shape);
  SgValue *values[SG_DISTILL_N_TERMS];

  d->parameters = sg_parameters_new ();
  if (sg_distill_append (&b, d->parameters,
          (const SgTeacher *) d->teachers->data, d->teachers->len, x, values))
    return TRUE;
  g_propagate_error (error, b.error);
  return FALSE;
}

/* The loss and its gradients. */
static gboolean
append_step (SgDistiller * d, SgBuild * b, SgValue * const inputs[N_INPUTS])
{
  const SgShape one = SG_SHAPE (1), all = SG_SHAPE (SG_DISTILL_N_TERMS);
  gdouble weights[SG_DISTILL_N_TERMS];
  SgValue *values[SG_DISTILL_N_TERMS], *row, *loss, *gradients;

  sg_parameters_bind_row (d->parameters, b, inputs[ROW]);
  if (!sg_distill_append (b, d->parameters,
          (const SgTeacher *) d->teachers->data, d->teachers->len, inputs[X],
          values))
    return FALSE;
  for (guint i = 0; i < SG_DISTILL_N_TERMS; i++) {
    weights[i] = terms[i].weight;
    values[i] = sg_build_reshape (b, values[i], &one);
  }
  row = b->error ? NULL : sg_build_concat (b, 0, values, SG_DISTILL_N_TERMS);
  loss = sg_build_sum_all (b, sg_build_binary (b, "mul", row,
          sg_build_floats (b, weights, &all)));
  if (b->error
      || !sg_autodiff (b->graph, loss, inputs, 1, &gradients, &b->error))
    return FALSE;
  sg_graph_add_output (b->graph, "gradients", gradients);
  sg_graph_add_output (b->graph, "terms", row);
  return TRUE;
}

static gboolean
compile (SgDistiller * d, SgDevice * device, GError ** error)
{
  gint64 n = sg_parameters_get_size (d->parameters), batch = d->config.batch;
  gint64 size = d->config.size;
  const SgTensorDesc descs[N_INPUTS] = {
    {SG_DTYPE_F32, SG_SHAPE (n)}, {SG_DTYPE_F32, SG_SHAPE (batch, 3, size,
            size)}
  };
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgBuild b = { graph, "distill", SG_DTYPE_F32 };
  SgValue *inputs[N_INPUTS];

  inputs[ROW] = sg_graph_add_input (graph, "parameters", SG_DTYPE_F32,
      &descs[ROW].shape);
  inputs[X] = sg_graph_add_input (graph, "x", SG_DTYPE_F32, &descs[X].shape);
  if (!append_step (d, &b, inputs)) {
    g_propagate_error (error, b.error);
    return FALSE;
  }
  d->session = sg_session_new (graph, device, descs, N_INPUTS, NULL, error);
  for (guint i = 0; i < N_OUTPUTS && d->session; i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (d->session, i);

    d->outputs[i] = sg_tensor_new (desc->dtype, &desc->shape, error);
    if (d->outputs[i] == NULL)
      return FALSE;
  }
  return d->session != NULL;
}

SgDistiller *
sg_distiller_new (const SgDistillConfig * config, SgDevice * device,
    GError ** error)
{
  g_autoptr (SgDistiller) d = NULL;
  g_autofree gfloat *values = NULL;
  gint64 n;

  if (!sg_distill_config_check (config, error))
    return NULL;
  d = g_new0 (SgDistiller, 1);
  sg_train_config_init (&d->config);
  d->config.steps = config->steps;
  d->config.batch = config->batch;
  d->config.size = config->size;
  d->config.seed = config->seed;
  d->config.rate = config->rate;
  d->content = g_strdup (config->content);
  d->teachers = g_array_new (FALSE, FALSE, sizeof (SgTeacher));
  g_array_set_clear_func (d->teachers, teacher_clear);
  d->scratch = g_new (gfloat, 3 * (gsize) config->size * (gsize) config->size);
  d->batcher = sg_batcher_new (&d->config, device, error);
  if (d->batcher == NULL || !load_teachers (d, config, device, error)
      || !list_parameters (d, error) || !compile (d, device, error))
    return NULL;
  n = sg_parameters_get_size (d->parameters);
  values = g_new (gfloat, n);
  sg_parameters_initialise (d->parameters, config->seed, values);
  d->optimiser = sg_optimiser_new (values, n, BETA1, MAX_NORM, device, error);
  return d->optimiser ? g_steal_pointer (&d) : NULL;
}

void
sg_distiller_free (SgDistiller * d)
{
  g_clear_pointer (&d->session, sg_session_free);
  for (guint i = 0; i < N_OUTPUTS; i++)
    g_clear_pointer (&d->outputs[i], sg_tensor_unref);
  g_clear_pointer (&d->optimiser, sg_optimiser_free);
  g_clear_pointer (&d->batcher, sg_batcher_free);
  g_clear_pointer (&d->parameters, sg_parameters_free);
  g_array_unref (d->teachers);
  g_strfreev (d->names);
  g_free (d->content);
  g_free (d->scratch);
  g_free (d);
}

/* --- pictures that are alike in some respect --------------------------------------- */

static gfloat *
image (const SgDistiller * d, const SgBatch * batch, guint index)
{
  gsize n = 3 * (gsize) d->config.size * (gsize) d->config.size;

  return (gfloat *) batch->x->data + index * n;
}

static void
blur (const SgDistiller * d, gfloat * rgb, gdouble strength)
{
  SgCanvas canvas = { d->config.size, 0, d->config.size, rgb };

  sg_canvas_blur (&canvas, 1 + (gint) (strength * strength * 4));
}

/* @to becomes @from with the details of @to, more or less of them. */
static void
add_details (const SgDistiller * d, gfloat * to, const gfloat * from,
    gdouble scale, gdouble strength)
{
  gsize n = 3 * (gsize) d->config.size * (gsize) d->config.size;
  gfloat gain = (gfloat) (0.5 + 2 * strength);

  memcpy (d->scratch, to, n * sizeof (gfloat));
  blur (d, d->scratch, scale);
  for (gsize i = 0; i < n; i++) {
    gfloat value = from[i] + gain * (to[i] - d->scratch[i]);

    to[i] = CLAMP (value, 0.0f, 1.0f);
  }
}

/* Each colour gets a gain and an offset. */
static void
recolor (const SgDistiller * d, gfloat * rgb, gdouble strength, SgRng * rng)
{
  gsize plane = (gsize) d->config.size * (gsize) d->config.size;

  for (guint c = 0; c < 3; c++) {
    gfloat gain = (gfloat) exp (strength * sg_rng_range (rng, -1, 1));
    gfloat offset = (gfloat) (strength * sg_rng_range (rng, -0.4, 0.4));

    for (gsize i = 0; i < plane; i++) {
      gfloat value = 0.5f + offset + gain * (rgb[c * plane + i] - 0.5f);

      rgb[c * plane + i] = CLAMP (value, 0.0f, 1.0f);
    }
  }
}

/* Image N/2 + i becomes a relative of image i, or stays another picture. */
static void
relate (const SgDistiller * d, const SgBatch * batch)
{
  guint half = d->config.batch / 2;
  gsize bytes = 3 * sizeof (gfloat) * (gsize) d->config.size
      * (gsize) d->config.size;

  for (guint i = 0; i < half; i++) {
    gfloat *from = image (d, batch, i), *to = image (d, batch, half + i);
    gdouble strength;
    SgRng rng;

    sg_rng_init (&rng, d->config.seed ^ STREAM, d->index, i);
    strength = sg_rng_uniform (&rng);
    switch ((d->index + i) % 6) {
      case 0:
        memcpy (to, from, bytes);
        sg_warp_noise (to, d->config.size, 1,
            (gfloat) (0.01 * pow (30, strength)), sg_rng_next (&rng));
        break;
      case 1:
        memcpy (to, from, bytes);
        blur (d, to, strength);
        break;
      case 2:
        add_details (d, to, from, 0.8, strength);
        break;
      case 3:
        memcpy (to, from, bytes);
        add_details (d, to, from, sg_rng_uniform (&rng), strength);
        break;
      case 4:
        memcpy (to, from, bytes);
        recolor (d, to, strength, &rng);
        break;
      default:
        break;
    }
  }
}

/* --- steps ----------------------------------------------------------------------- */

static gboolean
check_finite (SgDistiller * d, GError ** error)
{
  const gfloat *values = d->outputs[TERMS]->data;
  const gfloat *gradients = d->outputs[GRADIENTS]->data;
  const gchar *wrong = NULL;

  for (guint i = 0; i < SG_DISTILL_N_TERMS; i++)
    if (!isfinite (values[i]))
      wrong = sg_loss_get_name (terms[i].loss);
  for (guint i = 0; i < sg_parameters_get_n (d->parameters) && !wrong; i++) {
    const SgParameter *p = sg_parameters_get (d->parameters, i);

    for (gint64 k = 0; k < sg_shape_elements (&p->shape); k++)
      if (!isfinite (gradients[p->offset + k]))
        wrong = p->name;
  }
  if (wrong)
    g_set_error (error, SG_ERROR, SG_ERROR_NOT_FINITE,
        "step %" G_GUINT64_FORMAT ": %s is not finite; a lower rate may help",
        d->index + 1, wrong);
  return wrong == NULL;
}

static void
fill_report (const SgDistiller * d, gdouble rate, SgTrainReport * report)
{
  const gfloat *values = d->outputs[TERMS]->data;

  report->step = d->index + 1;
  report->rate = rate;
  for (guint i = 0; i < SG_N_LOSSES; i++)
    report->loss[i] = NAN;
  for (guint i = 0; i < SG_DISTILL_N_TERMS; i++) {
    report->loss[terms[i].loss] = values[i];
    report->weight[terms[i].loss] = terms[i].weight;
    report->total += terms[i].weight * values[i];
  }
}

gboolean
sg_distiller_step (SgDistiller * d, const SgPicture * pictures,
    SgTrainReport * report, GError ** error)
{
  SgTensor *inputs[N_INPUTS] = { sg_optimiser_get_parameters (d->optimiser) };
  const SgBatch *batch;
  SgSchedule schedule;

  memset (report, 0, sizeof *report);
  report->realness = report->style_score = NAN;
  sg_schedule_get (&d->config, d->index, &schedule);
  if (!sg_batcher_fill (d->batcher, d->index, d->index * d->config.batch,
          pictures, pictures, FALSE, &batch, error))
    return FALSE;
  relate (d, batch);
  inputs[X] = batch->x;
  if (!sg_session_run (d->session, inputs, d->outputs, error)
      || !check_finite (d, error)
      || !sg_optimiser_step (d->optimiser, d->outputs[GRADIENTS],
          schedule.rate, &report->gradient_norm, error))
    return FALSE;
  fill_report (d, schedule.rate, report);
  d->index++;
  return TRUE;
}

guint64
sg_distiller_get_step (SgDistiller * d)
{
  return d->index;
}

/* --- files ------------------------------------------------------------------------ */

/* What must be the same to go on. (transfer full) */
static gchar *
describe (const SgDistiller * d)
{
  g_autofree gchar *names = g_strjoinv (" ", d->names);

  return g_strdup_printf ("batch %u, size %d, seed %" G_GUINT64_FORMAT
      ", rate %.17g, teachers %s, content %s", d->config.batch, d->config.size,
      d->config.seed, d->config.rate, names, d->content ? d->content : "-");
}

gboolean
sg_distiller_save (SgDistiller * d, const gchar * path, GError ** error)
{
  g_autoptr (SgTensorMap) map = sg_tensor_map_new ();
  g_autofree gchar *step = g_strdup_printf ("%" G_GUINT64_FORMAT, d->index);
  g_autofree gchar *config = describe (d);

  sg_optimiser_get_state (d->optimiser, "adam", map);
  sg_tensor_map_set_string (map, "format", FORMAT);
  sg_tensor_map_set_string (map, "step", step);
  sg_tensor_map_set_string (map, "config", config);
  return sg_tensor_map_save (map, path, error);
}

gboolean
sg_distiller_load (SgDistiller * d, const gchar * path, GError ** error)
{
  g_autoptr (SgTensorMap) map = sg_tensor_map_load (path, error);
  g_autofree gchar *mine = describe (d);
  const gchar *step, *theirs;
  guint64 index;

  if (map == NULL)
    return FALSE;
  step = sg_tensor_map_get_string (map, "step");
  theirs = sg_tensor_map_get_string (map, "config");
  if (g_strcmp0 (sg_tensor_map_get_string (map, "format"), FORMAT) != 0
      || theirs == NULL || step == NULL
      || !g_ascii_string_to_unsigned (step, 10, 0, G_MAXINT64, &index, NULL)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%s: no checkpoint of a distillation", path);
    return FALSE;
  }
  if (strcmp (mine, theirs) != 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%s: was made with %s, not with %s", path, theirs, mine);
    return FALSE;
  }
  if (!sg_optimiser_set_state (d->optimiser, "adam", map, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  d->index = index;
  return TRUE;
}

/* The student alone, for pictures of any size. */
static SgGraph *
new_graph (SgDistiller * d, GError ** error)
{
  SgTensor *row = sg_optimiser_get_parameters (d->optimiser);
  const SgShape shape = SG_SHAPE (1, 3, 64, 64);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  SgValue *layers[SG_STUDENT_N_LAYERS];
  SgValue *x = sg_graph_add_input (graph, "image", SG_DTYPE_F32, &shape);

  sg_parameters_bind_values (d->parameters, row->data);
  if (!sg_student_append (&b, d->parameters, x, layers)) {
    g_propagate_error (error, b.error);
    return NULL;
  }
  x->desc.shape = SG_SHAPE (-1, 3, -1, -1);
  for (guint i = 0; i < SG_STUDENT_N_LAYERS; i++)
    sg_graph_add_output (graph, sg_student_layers[i], layers[i]);
  return g_steal_pointer (&graph);
}

gboolean
sg_distiller_export (SgDistiller * d, const gchar * path,
    const gchar * const *metadata, GError ** error)
{
  g_autofree gchar *style = g_strjoinv (",", (gchar **) sg_student_layers);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (SgGraph) graph = new_graph (d, error);
  const gchar *const own[] = { "stylegan.style_layers", style,
    "stylegan.content_layers", sg_student_layers[2], "stylegan.input", "unit"
  };
  SgModelInfo info = { .name = "loss" };

  if (graph == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    g_ptr_array_add (all, (gpointer) own[i]);
  for (guint i = 0; metadata && metadata[i]; i++)
    g_ptr_array_add (all, (gpointer) metadata[i]);
  g_ptr_array_add (all, NULL);
  info.metadata = (const gchar * const *) all->pdata;
  return sg_model_save (graph, &info, path, error);
}
