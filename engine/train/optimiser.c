/* gst-stylegan: a row of parameters that follows its gradients
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/optimiser.h"

#include <string.h>

#include "ops/adam.h"
#include "ops/build.h"

/* The states, which are the first inputs and outputs. */
enum
{ PARAMETERS, M, V, STEP, N_STATES };
enum
{ GRADIENTS = N_STATES, RATE, N_INPUTS };
enum
{ NORM = N_STATES, N_OUTPUTS };

static const gchar *const names[N_INPUTS] = {
  "parameters", "m", "v", "step", "gradients", "rate"
};

struct _SgOptimiser
{
  SgSession *session;
  SgTensor *now[N_STATES], *next[N_STATES];
  SgTensor *rate, *norm;
  gint64 n;
};

/* gradients * max_norm / max (norm, max_norm) */
static SgValue *
clip (SgBuild * b, SgValue * gradients, gdouble max_norm, SgValue ** norm)
{
  SgValue *limit = sg_build_scalar (b, max_norm);

  *norm = sg_build_unary (b, "sqrt", sg_build_sum_all (b, sg_build_square (b,
              gradients)));
  return sg_build_binary (b, "mul", gradients, sg_build_binary (b, "div",
          limit, sg_build_binary (b, "max", *norm, limit)));
}

static SgSession *
new_session (gint64 n, gdouble beta1, gdouble max_norm, SgDevice * device,
    GError ** error)
{
  const SgAdamAttrs attrs = { (gfloat) beta1, 0.999f, 1e-8f };
  const SgShape row = SG_SHAPE (n), one = SG_SHAPE (1);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgBuild b = { graph, "adam", SG_DTYPE_F32 };
  SgTensorDesc descs[N_INPUTS];
  SgValue *inputs[N_INPUTS], *norm;
  SgValue *const *outputs;

  for (guint i = 0; i < N_INPUTS; i++) {
    descs[i] = (SgTensorDesc) {
    SG_DTYPE_F32, i == STEP || i == RATE ? one : row};
    inputs[i] = sg_graph_add_input (graph, names[i], SG_DTYPE_F32,
        &descs[i].shape);
  }
  /* adam's order: parameters, gradients, m, v, step, rate */
  outputs = sg_build_nodes (&b, "adam", &attrs, (SgValue *[]) {
      inputs[PARAMETERS], clip (&b, inputs[GRADIENTS], max_norm, &norm),
        inputs[M], inputs[V], inputs[STEP], inputs[RATE]}
      , 6, N_STATES);
  if (b.error) {
    g_propagate_error (error, b.error);
    return NULL;
  }
  for (guint i = 0; i < N_STATES; i++)
    sg_graph_add_output (graph, names[i], outputs[i]);
  sg_graph_add_output (graph, "norm", norm);
  return sg_session_new (graph, device, descs, N_INPUTS, NULL, error);
}

SgOptimiser *
sg_optimiser_new (const gfloat * parameters, gint64 n, gdouble beta1,
    gdouble max_norm, SgDevice * device, GError ** error)
{
  g_autoptr (SgOptimiser) o = g_new0 (SgOptimiser, 1);
  const SgShape row = SG_SHAPE (n), one = SG_SHAPE (1), scalar = { 0 };

  o->n = n;
  o->session = new_session (n, beta1, max_norm, device, error);
  o->rate = sg_tensor_new (SG_DTYPE_F32, &one, NULL);
  o->norm = sg_tensor_new (SG_DTYPE_F32, &scalar, NULL);
  if (o->session == NULL)
    return NULL;
  for (guint i = 0; i < N_STATES; i++) {
    const SgShape *shape = i == STEP ? &one : &row;

    o->now[i] = sg_tensor_new (SG_DTYPE_F32, shape, error);
    if (o->now[i] == NULL)
      return NULL;
    o->next[i] = sg_tensor_new (SG_DTYPE_F32, shape, error);
    if (o->next[i] == NULL)
      return NULL;
  }
  memcpy (o->now[PARAMETERS]->data, parameters, n * sizeof (gfloat));
  return g_steal_pointer (&o);
}

void
sg_optimiser_free (SgOptimiser * o)
{
  g_clear_pointer (&o->session, sg_session_free);
  for (guint i = 0; i < N_STATES; i++) {
    g_clear_pointer (&o->now[i], sg_tensor_unref);
    g_clear_pointer (&o->next[i], sg_tensor_unref);
  }
  g_clear_pointer (&o->rate, sg_tensor_unref);
  g_clear_pointer (&o->norm, sg_tensor_unref);
  g_free (o);
}

SgTensor *
sg_optimiser_get_parameters (SgOptimiser * o)
{
  return o->now[PARAMETERS];
}

gboolean
sg_optimiser_step (SgOptimiser * o, SgTensor * gradients, gdouble rate,
    gdouble * norm, GError ** error)
{
  SgTensor *inputs[N_INPUTS] = { o->now[PARAMETERS], o->now[M], o->now[V],
    o->now[STEP], gradients, o->rate
  };
  SgTensor *outputs[N_OUTPUTS] = { o->next[PARAMETERS], o->next[M],
    o->next[V], o->next[STEP], o->norm
  };

  *(gfloat *) o->rate->data = (gfloat) rate;
  if (!sg_session_run (o->session, inputs, outputs, error))
    return FALSE;
  *norm = *(const gfloat *) o->norm->data;
  for (guint i = 0; i < N_STATES; i++) {
    SgTensor *swap = o->now[i];

    o->now[i] = o->next[i];
    o->next[i] = swap;
  }
  return TRUE;
}

void
sg_optimiser_get_state (const SgOptimiser * o, const gchar * name,
    SgTensorMap * tensors)
{
  for (guint i = 0; i < N_STATES; i++) {
    g_autofree gchar *key = g_strconcat (name, ".", names[i], NULL);

    sg_tensor_map_set_floats (tensors, key, o->now[i]->data,
        i == STEP ? 1 : (gsize) o->n);
  }
}

gboolean
sg_optimiser_set_state (SgOptimiser * o, const gchar * name,
    const SgTensorMap * tensors, GError ** error)
{
  for (guint i = 0; i < N_STATES; i++) {
    g_autofree gchar *key = g_strconcat (name, ".", names[i], NULL);

    if (!sg_tensor_map_get_floats (tensors, key, o->next[i]->data,
            i == STEP ? 1 : (gsize) o->n, error))
      return FALSE;
  }
  for (guint i = 0; i < N_STATES; i++) {
    SgTensor *swap = o->now[i];

    o->now[i] = o->next[i];
    o->next[i] = swap;
  }
  return TRUE;
}
