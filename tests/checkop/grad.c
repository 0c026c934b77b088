/* gst-stylegan: checkop --grad, gradients against differences
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each case of an operator that has a gradient becomes a graph: the operator, and as
 * loss the sum of its outputs, each element times a random number. Then, for every
 * floating point input (weights too):
 *   - in double on the reference, what sg_autodiff () says about a random direction is
 *     what the central difference along it says
 *   - in f32, on the reference and every other backend, the gradients are those of the
 *     double graph
 * Inputs are random: the kinks of relu and the like are as far away as that makes them,
 * some 1000 times the step for most. */
#include "harness.h"

#include <math.h>
#include <string.h>

#include "ops/reduce.h"
#include "train/autodiff.h"

/* Of inputs around 1, in double: the difference's own error is some STEP^2 of the
 * third derivative, and that of rounding 2^-53 / STEP of the loss. */
#define STEP 1e-6
#define TOLERANCE 2e-6
#define ROUNDING 1e-8
/* In f32: what remains of terms around 1 that cancel, as in a norm of two numbers. */
#define CANCELLED 1e-6
/* The inputs of the operator, and a factor for each output. */
#define MAX_GRAPH_INPUTS (CHECK_MAX_INPUTS + CHECK_MAX_OUTPUTS)

typedef struct
{
  SgGraph *graph;
  SgTensorDesc descs[MAX_GRAPH_INPUTS];
  guint n_inputs;               /* the first n_wanted are the operator's */
  guint n_wanted;
  SgValue *wanted[CHECK_MAX_INPUTS];
  SgValue *loss;
} GradGraph;

typedef struct
{
  Check *check;
  CheckData *data;
  SgTensor *values[MAX_GRAPH_INPUTS];   /* in double */
  SgTensor *gradients[CHECK_MAX_INPUTS];        /* in double */
  guint n_inputs, n_wanted;
} Grad;

static SgTensor *
convert (const SgTensor * tensor, SgDType dtype)
{
  SgTensor *copy = sg_tensor_new (dtype, &tensor->desc.shape, NULL);

  g_assert_nonnull (copy);
  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    sg_dtype_store (dtype, copy->data, i, sg_tensor_get (tensor, i));
  return copy;
}

/* --- graphs --------------------------------------------------------------- */

/* Inputs whose gradient is not defined: they have to be constants. */
static gboolean
stays_constant (const CheckData * data, guint index)
{
  const gchar *op = data->call.op->name;

  return data->input[index].n_values > 0
      || !sg_dtype_is_float (data->input[index].desc.dtype)
      || (index == 1 && (g_str_equal (op, "pow")
          || g_str_equal (op, "grid_sample")))
      || (index > 0 && (g_str_equal (op, "clip") || g_str_equal (op, "pad")
          || g_str_equal (op, "resize")));
}

static SgValue *
add_input (GradGraph * g, SgDType dtype, const SgShape * shape)
{
  SgTensorDesc *desc = &g->descs[g->n_inputs++];

  desc->dtype = dtype;
  desc->shape = *shape;
  return sg_graph_add_input (g->graph, "input", dtype, shape);
}

static SgValue *
add_node (GradGraph * g, const gchar * op, gconstpointer attrs, SgValue * a,
    SgValue * b, GError ** error)
{
  SgValue *inputs[] = { a, b };
  SgValue *const *outputs;

  if (a == NULL)
    return NULL;
  outputs = sg_graph_add_node (g->graph, op, "loss", attrs, inputs, b ? 2 : 1,
      1, error);
  return outputs ? outputs[0] : NULL;
}

/* @dtype: of floating point ones */
static SgValue *
add_constant (GradGraph * g, const SgTensor * tensor, SgDType dtype,
    GError ** error)
{
  g_autoptr (SgTensor) copy = NULL;

  if (tensor == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED, "no constant");
    return NULL;
  }
  copy = convert (tensor, sg_dtype_is_float (tensor->desc.dtype) ? dtype
      : tensor->desc.dtype);
  return sg_graph_add_constant (g->graph, NULL, copy);
}

static gboolean
build (const CheckData * data, SgDType dtype, GradGraph * g, GError ** error)
{
  const SgCall *call = &data->call;
  const SgReduceAttrs all = { 0 };
  SgValue *inputs[CHECK_MAX_INPUTS] = { NULL, };
  SgValue *const *outputs;

  memset (g, 0, sizeof *g);
  g->graph = sg_graph_new ();
  for (guint i = 0; i < call->n_inputs; i++) {
    if (data->input[i].omitted)
      continue;
    if (stays_constant (data, i)) {
      inputs[i] = add_constant (g, data->constants[i], dtype, error);
      if (inputs[i] == NULL)
        return FALSE;
      continue;
    }
    inputs[i] = g->wanted[g->n_wanted++] = add_input (g, dtype,
        &data->descs[i].shape);
  }
  outputs = sg_graph_add_node (g->graph, call->op->name, "operator",
      call->attrs, inputs, call->n_inputs, call->n_outputs, error);
  if (outputs == NULL)
    return FALSE;
  for (guint i = 0; i < call->n_outputs; i++) {
    SgValue *term;

    if (!sg_dtype_is_float (data->outputs[i].dtype))
      continue;
    term = add_node (g, "mul", NULL, outputs[i], add_input (g, dtype,
            &data->outputs[i].shape), error);
    term = add_node (g, "reduce_sum", &all, term, NULL, error);
    g->loss = g->loss ? add_node (g, "add", NULL, g->loss, term, error) : term;
    if (g->loss == NULL)
      return FALSE;
  }
  return TRUE;
}

/* --- values --------------------------------------------------------------- */

/* Numbers of f32 in -1 .. 1. */
static SgTensor *
random_tensor (const SgShape * shape, gint64 seed, const gchar * name)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32, shape, NULL);
  TestRng rng = test_rng (seed, name);

  g_assert_nonnull (tensor);
  test_rng_fill (&rng, tensor, -1, 1);
  return convert (tensor, SG_DTYPE_F64);
}

/* Where the operator is defined and its gradient not much larger than 1. */
static void
tame (const gchar * op, guint index, SgTensor * tensor)
{
  gfloat *x = tensor->data;

  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++) {
    if (g_str_equal (op, "sqrt") || g_str_equal (op, "pow"))
      x[i] = fabsf (x[i]) + 0.25f;
    else if (g_str_equal (op, "div") && index == 1)
      x[i] += copysignf (0.5f, x[i]);
    else if (g_str_equal (op, "exp"))
      x[i] = fmodf (x[i], 3);
  }
}

static void
fill_values (Grad * grad, const GradGraph * g)
{
  CheckData *data = grad->data;

  grad->n_wanted = g->n_wanted;
  for (guint i = 0; i < data->call.n_inputs; i++) {
    g_autoptr (SgTensor) tensor = NULL;

    if (data->input[i].omitted || stays_constant (data, i))
      continue;
    tensor = sg_tensor_new (data->descs[i].dtype, &data->descs[i].shape, NULL);
    g_assert_nonnull (tensor);
    check_data_fill (data, i, CHECK_PATTERN_RANDOM, grad->check->seed,
        tensor->data);
    tame (data->call.op->name, i, tensor);
    grad->values[grad->n_inputs++] = convert (tensor, SG_DTYPE_F64);
  }
  for (guint i = g->n_wanted; i < g->n_inputs; i++)
    grad->values[grad->n_inputs++] = random_tensor (&g->descs[i].shape,
        grad->check->seed + i, data->label);
}

static void
grad_clear (Grad * grad)
{
  for (guint i = 0; i < MAX_GRAPH_INPUTS; i++)
    sg_tensor_unref (grad->values[i]);
  for (guint i = 0; i < CHECK_MAX_INPUTS; i++)
    sg_tensor_unref (grad->gradients[i]);
}

/* --- running -------------------------------------------------------------- */

static gdouble
run_loss (SgSession * session, Grad * grad, GError ** error)
{
  const SgShape scalar = { 0 };
  g_autoptr (SgTensor) loss = sg_tensor_new (SG_DTYPE_F64, &scalar, error);

  if (loss == NULL || !sg_session_run (session, grad->values, &loss, error))
    return NAN;
  return sg_tensor_get (loss, 0);
}

/* The gradients of the case on @device. FALSE with SG_ERROR_UNSUPPORTED where this
 * case is one that the operator has no gradient for. */
static gboolean
run_gradients (Grad * grad, SgDevice * device, SgDType dtype,
    SgTensor ** gradients, GError ** error)
{
  const SgSessionConfig config = {
    .flags = dtype == SG_DTYPE_F64 ? SG_SESSION_NO_FUSION : SG_SESSION_NONE
  };
  g_autoptr (SgSession) session = NULL;
  SgTensor *inputs[MAX_GRAPH_INPUTS] = { NULL, };
  SgValue *values[CHECK_MAX_INPUTS];
  gboolean ok;
  GradGraph g;

  ok = build (grad->data, dtype, &g, error)
      && sg_autodiff (g.graph, g.loss, g.wanted, g.n_wanted, values, error);
  for (guint i = 0; ok && i < g.n_wanted; i++)
    sg_graph_add_output (g.graph, "gradient", values[i]);
  session = ok ? sg_session_new (g.graph, device, g.descs, g.n_inputs, &config,
      error) : NULL;
  sg_graph_unref (g.graph);
  if (session == NULL)
    return FALSE;
  for (guint i = 0; i < g.n_inputs; i++)
    inputs[i] = convert (grad->values[i], dtype);
  for (guint i = 0; i < g.n_wanted; i++) {
    gradients[i] = sg_tensor_new (dtype, &g.descs[i].shape, NULL);
    memset (gradients[i]->data, 0xff, sg_tensor_desc_bytes
        (&gradients[i]->desc));
  }
  ok = sg_session_run (session, inputs, gradients, error);
  for (guint i = 0; i < g.n_inputs; i++)
    sg_tensor_unref (inputs[i]);
  return ok;
}

static void
move (SgTensor * x, const SgTensor * from, const SgTensor * direction,
    gdouble step)
{
  for (gint64 i = 0; i < sg_tensor_elements (x); i++)
    ((gdouble *) x->data)[i] = sg_tensor_get (from, i)
        + step * sg_tensor_get (direction, i);
}

/* Along a random direction of input @index. */
static gboolean
check_difference (Grad * grad, SgSession * session, guint index,
    GError ** error)
{
  g_autoptr (SgTensor) x = convert (grad->values[index], SG_DTYPE_F64);
  g_autoptr (SgTensor) direction = random_tensor (&x->desc.shape,
      grad->check->seed, "direction");
  gdouble up, down, slope, expected = 0, norm = 0, allowed;

  for (gint64 i = 0; i < sg_tensor_elements (x); i++) {
    gdouble term = sg_tensor_get (direction, i)
        * sg_tensor_get (grad->gradients[index], i);

    expected += term;
    norm += term * term;
  }
  move (grad->values[index], x, direction, STEP);
  up = run_loss (session, grad, error);
  move (grad->values[index], x, direction, -STEP);
  down = run_loss (session, grad, error);
  move (grad->values[index], x, direction, 0);
  slope = (up - down) / (2 * STEP);
  allowed = TOLERANCE * (fabs (expected) + sqrt (norm)) + ROUNDING
      * (1 + fabs (up));
  if (fabs (slope - expected) <= allowed)
    return TRUE;
  if (*error == NULL)
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "input %u: the difference says %.9g, the gradient %.9g (%.2g allowed)",
        index, slope, expected, allowed);
  return FALSE;
}

static gboolean
check_differences (Grad * grad, GError ** error)
{
  const SgSessionConfig config = { .flags = SG_SESSION_NO_FUSION };
  g_autoptr (SgSession) session = NULL;
  gboolean ok;
  GradGraph g;

  ok = build (grad->data, SG_DTYPE_F64, &g, error);
  if (ok)
    sg_graph_add_output (g.graph, "loss", g.loss);
  session = ok ? sg_session_new (g.graph, grad->check->ref, g.descs, g.n_inputs,
      &config, error) : NULL;
  sg_graph_unref (g.graph);
  for (guint i = 0; session && ok && i < grad->n_wanted; i++)
    ok = check_difference (grad, session, i, error);
  return session && ok;
}

/* f32 on @device against the double graph. */
static void
check_device (Grad * grad, SgDevice * device)
{
  SgTensor *got[CHECK_MAX_INPUTS] = { NULL, };
  g_autoptr (GError) error = NULL;
  gboolean ok = run_gradients (grad, device, SG_DTYPE_F32, got, &error);

  if (!ok)
    check_failed (grad->check, grad->data->label, device, "%s", error->message);
  for (guint i = 0; ok && i < grad->n_wanted; i++) {
    g_autoptr (SgTensor) expected = convert (grad->gradients[i], SG_DTYPE_F32);
    g_autofree gchar *wrong = check_compare (&got[i]->desc, got[i]->data,
        expected->data, CHECK_GRAPH, 1, CANCELLED, grad->check->half);

    ok = wrong == NULL;
    if (wrong)
      check_failed (grad->check, grad->data->label, device, "gradient %u: %s",
          i, wrong);
  }
  if (ok)
    check_passed (grad->check);
  for (guint i = 0; i < CHECK_MAX_INPUTS; i++)
    sg_tensor_unref (got[i]);
}

void
check_grad (Check * check, CheckData * data)
{
  Grad grad = { check, data };
  g_autoptr (GError) error = NULL;
  GradGraph g;
  gboolean ok;

  if (check->op->gradient == NULL || data->outputs[0].dtype != SG_DTYPE_F32)
    return;
  ok = build (data, SG_DTYPE_F64, &g, &error);
  if (ok)
    fill_values (&grad, &g);
  sg_graph_unref (g.graph);
  if (!ok || grad.n_wanted == 0
      || !run_gradients (&grad, check->ref, SG_DTYPE_F64, grad.gradients,
          &error)) {
    if (error && !g_error_matches (error, SG_ERROR, SG_ERROR_UNSUPPORTED))
      check_failed (check, data->label, check->ref, "%s", error->message);
    else
      check_skipped (check);
    grad_clear (&grad);
    return;
  }
  check->n_cases++;
  if (check->first_tier && !check_differences (&grad, &error)) {
    check_failed (check, data->label, check->ref, "%s", error->message);
  } else {
    if (check->first_tier)
      check_device (&grad, check->ref);
    for (guint i = 0; i < check->n_targets; i++)
      check_device (&grad,
          check->targets[i].device[check->targets[i].n_devices - 1]);
  }
  grad_clear (&grad);
}

/* That no operator's gradient goes unchecked. */
void
check_grad_operator (Check * check)
{
  if (check->op->gradient && check->n_cases == 0
      && check_begin (check, check->op->name, "gradient"))
    check_failed (check, check->report->current, NULL,
        "no case checks the gradient");
  check->n_cases = 0;
}
