/* gst-stylegan: the gradients of one step
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/step.h"

#include "train/autodiff.h"

/* The first inputs; those of the losses and of the discriminator follow. */
enum
{ ROW, X, FLOW, MASK, WEIGHTS, N_FIXED };
enum
{ GRADIENTS, TERMS, OUTPUT, N_OUTPUTS };

/* One of the two sessions: of the step, where the output comes from the network, and of
 * the measurement, where it is given in the place of the parameters. */
typedef struct
{
  SgSession *session;
  GPtrArray *inputs;            /* SgTensor; NULL: given for each run */
} Program;

struct _SgStep
{
  SgTrainConfig config;         /* numbers only are looked at */
  SgLosses *losses;
  SgDiscriminator *discriminator;
  SgDevice *device;
  Program step, measure;
  SgTensor *weights;
  SgTensor *outputs[N_OUTPUTS];
};

static void
tensor_free (gpointer tensor)
{
  if (tensor)
    sg_tensor_unref (tensor);
}

/* --- the graph ------------------------------------------------------------ */

typedef struct
{
  SgBuild build;
  SgValue *inputs[N_FIXED];
  SgValue *terms[SG_N_LOSSES];
} Graph;

static void
add_inputs (Graph * g, const SgTrainConfig * c, const SgShape * row)
{
  static const gchar *const names[N_FIXED] = {
    "parameters", "x", "flow", "mask", "weights"
  };
  const SgShape shapes[N_FIXED] = { *row,
    SG_SHAPE (c->batch, 3, c->size, c->size),
    SG_SHAPE (c->batch / 2, 2, c->size, c->size),
    SG_SHAPE (c->batch / 2, 1, c->size, c->size), SG_SHAPE (SG_N_LOSSES)
  };

  g->build = (SgBuild) {
  sg_graph_new (), "train", SG_DTYPE_F32};
  for (guint i = 0; i < N_FIXED; i++)
    g->inputs[i] = sg_graph_add_input (g->build.graph, names[i], SG_DTYPE_F32,
        &shapes[i]);
}

static void
append_terms (Graph * g, const SgStep * s, SgValue * y)
{
  const SgLossInputs inputs = { g->inputs[X], y, g->inputs[FLOW],
    g->inputs[MASK]
  };

  if (g->build.error)
    return;
  sg_losses_append (s->losses, &g->build, &inputs, g->terms);
  if (s->discriminator && !g->build.error)
    g->terms[SG_LOSS_ADVERSARIAL] = sg_discriminator_append (s->discriminator,
        &g->build, y);
}

/* Host tensors for the inputs of @graph from @first on. */
static gboolean
compile (Program * p, SgStep * s, Graph * g, GError ** error)
{
  g_autoptr (SgGraph) graph = g->build.graph;
  guint n = sg_graph_get_n_inputs (graph);
  g_autofree SgTensorDesc *descs = g_new (SgTensorDesc, n);

  if (g->build.error) {
    g_propagate_error (error, g->build.error);
    return FALSE;
  }
  p->inputs = g_ptr_array_new_with_free_func (tensor_free);
  for (guint i = 0; i < n; i++) {
    SgTensor *tensor = NULL;

    descs[i] = *sg_graph_get_input_desc (graph, i);
    if (i >= N_FIXED) {
      tensor = sg_tensor_new (descs[i].dtype, &descs[i].shape, error);
      if (tensor == NULL)
        return FALSE;
    }
    g_ptr_array_add (p->inputs, tensor);
  }
  p->session = sg_session_new (graph, s->device, descs, n, NULL, error);
  return p->session != NULL;
}

static gboolean
differentiate (SgBuild * b, SgValue * loss, SgValue * wanted,
    SgValue ** gradient)
{
  return !b->error && sg_autodiff (b->graph, loss, &wanted, 1, gradient,
      &b->error);
}

static gboolean
compile_step (SgStep * s, SgParameters * parameters, gint64 n, GError ** error)
{
  const SgShape row = SG_SHAPE (n);
  SgValue *y, *terms, *loss, *gradients = NULL;
  Graph g = { 0 };
  SgBuild *b = &g.build;

  add_inputs (&g, &s->config, &row);
  sg_parameters_bind_row (parameters, b, g.inputs[ROW]);
  y = sg_network_append (s->config.network, b, parameters, g.inputs[X]);
  append_terms (&g, s, y);
  terms = sg_losses_gather (b, g.terms);
  loss = sg_build_sum_all (b, sg_build_binary (b, "mul", terms,
          g.inputs[WEIGHTS]));
  if (differentiate (b, loss, g.inputs[ROW], &gradients)) {
    sg_graph_add_output (b->graph, "gradients", gradients);
    sg_graph_add_output (b->graph, "terms", terms);
    sg_graph_add_output (b->graph, "output", y);
  }
  return compile (&s->step, s, &g, error);
}

/* The output takes the place of the parameters. */
static gboolean
compile_measure (SgStep * s, GError ** error)
{
  SgValue *pulls[SG_N_LOSSES] = { NULL, }, *gradient;
  const SgShape *shape = &s->outputs[OUTPUT]->desc.shape;
  Graph g = { 0 };
  SgBuild *b = &g.build;
  SgValue *row;

  add_inputs (&g, &s->config, shape);
  append_terms (&g, s, g.inputs[ROW]);
  for (guint i = 0; i < SG_N_LOSSES; i++)
    if (g.terms[i] && differentiate (b, g.terms[i], g.inputs[ROW], &gradient))
      pulls[i] = sg_build_unary (b, "sqrt", sg_build_mean_all (b,
              sg_build_square (b, gradient)));
  row = sg_losses_gather (b, pulls);
  if (row)
    sg_graph_add_output (b->graph, "pulls", row);
  return compile (&s->measure, s, &g, error);
}

/* --- the object ------------------------------------------------------------ */

static gint64
list_parameters (const SgTrainConfig * config, SgParameters * parameters,
    GError ** error)
{
  const SgShape shape = SG_SHAPE (1, 3, config->size, config->size);
  g_autoptr (SgGraph) scratch = sg_graph_new ();
  SgBuild b = { scratch, NULL, SG_DTYPE_F32 };

  if (sg_network_append (config->network, &b, parameters,
          sg_graph_add_input (scratch, "x", SG_DTYPE_F32, &shape)))
    return sg_parameters_get_size (parameters);
  g_propagate_error (error, b.error);
  return 0;
}

SgStep *
sg_step_new (const SgTrainConfig * config, SgParameters * parameters,
    SgLosses * losses, SgDiscriminator * discriminator, SgDevice * device,
    GError ** error)
{
  g_autoptr (SgStep) s = g_new0 (SgStep, 1);
  const SgShape terms = SG_SHAPE (SG_N_LOSSES);
  gint64 n;

  s->config = *config;
  s->losses = losses;
  s->discriminator = discriminator;
  s->device = sg_device_ref (device);
  s->weights = sg_tensor_new (SG_DTYPE_F32, &terms, error);
  n = list_parameters (config, parameters, error);
  if (s->weights == NULL || n == 0 || !compile_step (s, parameters, n, error))
    return NULL;
  for (guint i = 0; i < N_OUTPUTS; i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (s->step.session, i);

    s->outputs[i] = sg_tensor_new (desc->dtype, &desc->shape, error);
    if (s->outputs[i] == NULL)
      return NULL;
  }
  return g_steal_pointer (&s);
}

static void
program_clear (Program * p)
{
  g_clear_pointer (&p->session, sg_session_free);
  g_clear_pointer (&p->inputs, g_ptr_array_unref);
}

void
sg_step_free (SgStep * s)
{
  program_clear (&s->step);
  program_clear (&s->measure);
  for (guint i = 0; i < N_OUTPUTS; i++)
    tensor_free (s->outputs[i]);
  tensor_free (s->weights);
  sg_device_unref (s->device);
  g_free (s);
}

/* --- runs ------------------------------------------------------------------ */

static gboolean
run (SgStep * s, Program * p, SgTensor * const fixed[N_FIXED],
    SgTensor * const *outputs, GError ** error)
{
  g_autofree SgTensor **inputs = g_new (SgTensor *, p->inputs->len);

  for (guint i = 0; i < p->inputs->len; i++)
    inputs[i] = i < N_FIXED ? fixed[i] : g_ptr_array_index (p->inputs, i);
  return sg_session_run (p->session, inputs, outputs, error);
}

static void
draw (SgStep * s, Program * p, guint64 index)
{
  SgTensor **drawn = (SgTensor **) p->inputs->pdata + N_FIXED;

  sg_losses_draw (s->losses, s->config.seed, index, drawn);
  if (s->discriminator)
    sg_discriminator_draw (s->discriminator, index,
        drawn + sg_losses_get_n_inputs (s->losses));
}

gboolean
sg_step_run (SgStep * s, guint64 index, SgTensor * row, const SgBatch * batch,
    const gdouble weights[SG_N_LOSSES], GError ** error)
{
  SgTensor *fixed[N_FIXED] = { row, batch->x, batch->flow, batch->mask,
    s->weights
  };
  gfloat *w = s->weights->data;

  for (guint i = 0; i < SG_N_LOSSES; i++)
    w[i] = (gfloat) weights[i];
  draw (s, &s->step, index);
  return run (s, &s->step, fixed, s->outputs, error);
}

gboolean
sg_step_measure (SgStep * s, guint64 index, const SgBatch * batch,
    gfloat pull[SG_N_LOSSES], GError ** error)
{
  SgTensor *fixed[N_FIXED] = { s->outputs[OUTPUT], batch->x, batch->flow,
    batch->mask, s->weights
  };
  const SgShape row = SG_SHAPE (SG_N_LOSSES);
  g_autoptr (SgTensor) out = sg_tensor_new_borrowed (SG_DTYPE_F32, &row, pull);

  if (s->measure.session == NULL && !compile_measure (s, error))
    return FALSE;
  draw (s, &s->measure, index);
  return run (s, &s->measure, fixed, &out, error);
}

SgTensor *
sg_step_get_gradients (SgStep * s)
{
  return s->outputs[GRADIENTS];
}

SgTensor *
sg_step_get_output (SgStep * s)
{
  return s->outputs[OUTPUT];
}

const gfloat *
sg_step_get_terms (SgStep * s)
{
  return s->outputs[TERMS]->data;
}

SgSession *
sg_step_get_session (SgStep * s)
{
  return s->step.session;
}
