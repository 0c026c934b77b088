/* gst-stylegan: a picture that is optimised at one size
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/paint-stage.h"

#include <math.h>
#include <string.h>

#include <sg/session.h>

#include "train/autodiff.h"
#include "train/losses.h"
#include "train/optimiser.h"

/* Mirrored. The losses look at a random part of the pictures, which is smaller by 8 px;
 * every pixel of the picture is to be in it, and 8 px from its edge, where convolutions
 * see zeros. */
#define BORDER 16
#define MULTIPLE 8              /* of the sides with the border */
#define BETA1 0.9
#define MAX_NORM 1e9            /* of the gradient: none */

/* Inputs; those of the losses follow. */
enum
{ PICTURE, CONTENT, N_FIXED };
enum
{ GRADIENT, TERMS, N_OUTPUTS };

struct _SgPaintStage
{
  SgTrainConfig config;         /* weights and seed are looked at */
  SgDevice *device;
  gint64 height, width;         /* px, without the border */
  SgShape shape;                /* with it */
  SgLosses *losses;
  SgSession *session;
  GPtrArray *inputs;            /* SgTensor */
  SgTensor *outputs[N_OUTPUTS];
  SgOptimiser *optimiser;       /* NULL: not begun */
};

/* --- the border --------------------------------------------------------------- */

/* Mirrored at the ends of @n, the end itself once. */
static gint64
mirror (gint64 i, gint64 n)
{
  gint64 period = MAX (1, 2 * (n - 1));

  i = ((i % period) + period) % period;
  return i < n ? i : period - i;
}

static void
add_border (const SgPaintStage * s, const SgTensor * from, gfloat * to)
{
  const gfloat *pixels = from->data;

  for (gint64 c = 0; c < 3; c++)
    for (gint64 y = 0; y < s->shape.dim[2]; y++)
      for (gint64 x = 0; x < s->shape.dim[3]; x++)
        *to++ = pixels[(c * s->height + mirror (y - BORDER, s->height))
            * s->width + mirror (x - BORDER, s->width)];
}

SgTensor *
sg_paint_stage_get_picture (SgPaintStage * s, GError ** error)
{
  const SgShape shape = SG_SHAPE (1, 3, s->height, s->width);
  SgTensor *picture = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  const gfloat *from = sg_optimiser_get_parameters (s->optimiser)->data;
  gfloat *to = picture ? picture->data : NULL;

  for (gint64 c = 0; to && c < 3; c++)
    for (gint64 y = 0; y < s->height; y++, to += s->width)
      memcpy (to, from + (c * s->shape.dim[2] + y + BORDER) * s->shape.dim[3]
          + BORDER, (gsize) s->width * sizeof *to);
  return picture;
}

/* --- the object ---------------------------------------------------------------- */

static SgGraph *
new_graph (SgPaintStage * s, GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgBuild b = { graph, "paint", SG_DTYPE_F32, NULL };
  SgValue *terms[SG_N_LOSSES], *weights[SG_N_LOSSES], *loss, *gradient, *row;
  const SgShape n = SG_SHAPE (sg_shape_elements (&s->shape));
  SgValue *picture = sg_graph_add_input (graph, "picture", SG_DTYPE_F32, &n);
  const SgLossInputs inputs = {
    .x = sg_graph_add_input (graph, "content", SG_DTYPE_F32, &s->shape),
    .y = sg_build_reshape (&b, picture, &s->shape)
  };

  sg_losses_append (s->losses, &b, &inputs, terms);
  row = sg_losses_gather (&b, terms);
  for (guint i = 0; i < SG_N_LOSSES; i++)
    weights[i] = terms[i] ? sg_build_scale (&b, terms[i], s->config.weight[i])
        : NULL;
  /* Of all pixels, not their mean: Adam's epsilon is for gradients of about 1. */
  loss = sg_build_scale (&b, sg_build_sum_all (&b, sg_losses_gather (&b,
              weights)), (gdouble) n.dim[0]);
  if (b.error || !sg_autodiff (graph, loss, &picture, 1, &gradient, &b.error)) {
    g_propagate_error (error, b.error);
    return NULL;
  }
  sg_graph_add_output (graph, "gradient", gradient);
  sg_graph_add_output (graph, "terms", row);
  return g_steal_pointer (&graph);
}

static gboolean
compile (SgPaintStage * s, GError ** error)
{
  g_autoptr (SgGraph) graph = new_graph (s, error);
  guint n = graph ? sg_graph_get_n_inputs (graph) : 0;
  g_autofree SgTensorDesc *descs = g_new (SgTensorDesc, n);

  if (graph == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    descs[i] = *sg_graph_get_input_desc (graph, i);
  s->session = sg_session_new (graph, s->device, descs, n, NULL, error);
  if (s->session == NULL)
    return FALSE;
  g_ptr_array_add (s->inputs, NULL);
  for (guint i = CONTENT; i < n + N_OUTPUTS; i++) {
    const SgTensorDesc *desc = i < n ? &descs[i]
        : sg_session_get_output_desc (s->session, i - n);
    SgTensor *tensor = sg_tensor_new (desc->dtype, &desc->shape, error);

    if (tensor == NULL)
      return FALSE;
    if (i < n)
      g_ptr_array_add (s->inputs, tensor);
    else
      s->outputs[i - n] = tensor;
  }
  return TRUE;
}

static void
tensor_free (gpointer tensor)
{
  if (tensor)
    sg_tensor_unref (tensor);
}

static gint64
with_border (gint64 side)
{
  return (side + 2 * BORDER + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
}

SgPaintStage *
sg_paint_stage_new (const SgTrainConfig * config, const SgTensor * content,
    SgDevice * device, GError ** error)
{
  g_autoptr (SgPaintStage) s = g_new0 (SgPaintStage, 1);

  s->config = *config;
  s->device = sg_device_ref (device);
  s->height = content->desc.shape.dim[2];
  s->width = content->desc.shape.dim[3];
  s->shape = SG_SHAPE (1, 3, with_border (s->height), with_border (s->width));
  s->inputs = g_ptr_array_new_with_free_func (tensor_free);
  s->losses = sg_losses_new_sized (config, (gint) s->shape.dim[2],
      (gint) s->shape.dim[3], device, error);
  if (s->losses == NULL || !compile (s, error))
    return NULL;
  add_border (s, content, ((SgTensor *) s->inputs->pdata[CONTENT])->data);
  return g_steal_pointer (&s);
}

void
sg_paint_stage_free (SgPaintStage * s)
{
  g_clear_pointer (&s->session, sg_session_free);
  g_clear_pointer (&s->optimiser, sg_optimiser_free);
  g_clear_pointer (&s->losses, sg_losses_free);
  g_ptr_array_unref (s->inputs);
  for (guint i = 0; i < N_OUTPUTS; i++)
    tensor_free (s->outputs[i]);
  sg_device_unref (s->device);
  g_free (s);
}

gboolean
sg_paint_stage_begin (SgPaintStage * s, const SgTensor * picture,
    GError ** error)
{
  gint64 n = sg_shape_elements (&s->shape);
  g_autofree gfloat *row = g_new (gfloat, n);

  add_border (s, picture, row);
  s->optimiser = sg_optimiser_new (row, n, BETA1, MAX_NORM, s->device, error);
  return s->optimiser != NULL;
}

/* --- a step -------------------------------------------------------------------- */

static gboolean
fill_report (const SgPaintStage * s, SgTrainReport * report, GError ** error)
{
  const gfloat *terms = s->outputs[TERMS]->data;

  for (guint i = 0; i < SG_N_LOSSES; i++) {
    gdouble weight = s->config.weight[i];

    report->weight[i] = weight;
    report->loss[i] = weight > 0 ? terms[i] : NAN;
    report->total += weight * terms[i];
    if (!isfinite (terms[i])) {
      g_set_error (error, SG_ERROR, SG_ERROR_NOT_FINITE, "the %s loss is not "
          "finite; try a lower rate or lower weights", sg_loss_get_name (i));
      return FALSE;
    }
  }
  if (sg_tensor_is_finite (s->outputs[GRADIENT]))
    return TRUE;
  g_set_error_literal (error, SG_ERROR, SG_ERROR_NOT_FINITE,
      "the gradient is not finite; try a lower rate or lower weights");
  return FALSE;
}

gboolean
sg_paint_stage_step (SgPaintStage * s, guint64 index, SgTrainReport * report,
    GError ** error)
{
  SgTensor **inputs = (SgTensor **) s->inputs->pdata;
  g_autofree SgTensor **all = g_memdup2 (inputs, s->inputs->len
      * sizeof *inputs);

  all[PICTURE] = sg_optimiser_get_parameters (s->optimiser);
  sg_losses_draw (s->losses, s->config.seed, index, inputs + N_FIXED);
  return sg_session_run (s->session, all, s->outputs, error)
      && fill_report (s, report, error)
      && sg_optimiser_step (s->optimiser, s->outputs[GRADIENT], report->rate,
      &report->gradient_norm, error);
}
