/* gst-stylegan: compile once, run per frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/session.h"

#include "base/memory.h"
#include <string.h>

static void
step_clear (gpointer data)
{
  SessionStep *step = data;

  sg_kernel_free (step->kernel);
  g_free (step->inputs);
  g_free (step->outputs);
  g_free (step->op);
}

void
sg_session_free (SgSession * session)
{
  if (session == NULL)
    return;
  g_clear_pointer (&session->steps, g_array_unref);
  g_clear_pointer (&session->graph, sg_graph_unref);
  g_clear_pointer (&session->device, sg_device_unref);
  g_free (session->memory);
  g_free (session->pointers);
  g_free (session->in_args);
  g_free (session->out_args);
  g_free (session);
}

/* f16 models are computed in f32 when the caller feeds f32. */
static SgGraph *
prepare_graph (SgGraph * graph, const SgTensorDesc * inputs, guint n_inputs,
    GError ** error)
{
  g_autoptr (SgGraph) copy = sg_graph_copy (graph);

  for (guint i = 0; i < MIN (n_inputs, copy->inputs->len); i++) {
    const SgValue *value = g_ptr_array_index (copy->inputs, i);

    if (inputs[i].dtype == SG_DTYPE_F32
        && (value->desc.dtype == SG_DTYPE_F16
            || value->desc.dtype == SG_DTYPE_BF16)) {
      if (!plan_promote (copy, error))
        return NULL;
      break;
    }
  }
  if (!plan_infer (copy, inputs, n_inputs, error))
    return NULL;
  return g_steal_pointer (&copy);
}

gboolean
sg_session_infer (SgGraph * graph, const SgTensorDesc * inputs,
    guint n_inputs, SgTensorDesc * outputs, GError ** error)
{
  g_autoptr (SgGraph) copy = prepare_graph (graph, inputs, n_inputs, error);

  if (copy == NULL)
    return FALSE;
  for (guint i = 0; i < copy->outputs->len; i++)
    outputs[i] = g_array_index (copy->outputs, SgGraphOutput, i).value->desc;
  return TRUE;
}

/* Every output of the graph must be written by a node of its own: inputs,
 * constants and values that are an output already are copied. */
static void
separate_outputs (SgGraph * graph)
{
  for (guint i = 0; i < graph->outputs->len; i++) {
    SgGraphOutput *out = &g_array_index (graph->outputs, SgGraphOutput, i);
    gboolean taken = out->value->producer == NULL;
    SgNode *copy;

    for (guint k = 0; k < i; k++)
      taken |= g_array_index (graph->outputs, SgGraphOutput, k).value
          == out->value;
    if (!taken)
      continue;
    copy = sg_graph_new_node (graph, sg_op_find ("identity"), out->name, NULL,
        &out->value, 1, 1);
    copy->outputs[0]->desc = out->value->desc;
    g_ptr_array_add (graph->nodes, copy);
    out->value = copy->outputs[0];
  }
}

static gboolean
add_step (SgSession * session, SgNode * node, GError ** error)
{
  SessionStep step = { node, };
  PlanCall plan;

  plan_call_init (&plan, node);
  step.kernel = sg_kernel_new (session->device, &plan.call, error);
  step.flops = node->op->flops ? node->op->flops (&plan.call)
      : (gdouble) sg_shape_elements (&plan.outputs[0].shape);
  for (guint i = 0; i < node->n_inputs; i++)
    if (plan.inputs[i].dtype != SG_DTYPE_NONE)
      step.bytes += sg_tensor_desc_bytes (&plan.inputs[i]);
  for (guint i = 0; i < node->n_outputs; i++)
    step.bytes += sg_tensor_desc_bytes (&plan.outputs[i]);
  plan_call_clear (&plan);
  if (step.kernel == NULL)
    return FALSE;
  step.op = session_describe (node);
  step.inputs = g_new (guint, MAX (node->n_inputs, 1));
  step.outputs = g_new (guint, MAX (node->n_outputs, 1));
  for (guint i = 0; i < node->n_inputs; i++)
    step.inputs[i] = node->inputs[i] ? node->inputs[i]->index + 1 : 0;
  for (guint i = 0; i < node->n_outputs; i++)
    step.outputs[i] = node->outputs[i]->index + 1;
  session->scratch_bytes = MAX (session->scratch_bytes,
      step.kernel->scratch_bytes);
  session->max_args = MAX (session->max_args,
      MAX (node->n_inputs, node->n_outputs));
  g_array_append_val (session->steps, step);
  return TRUE;
}

/* Lays out arena and scratch and resolves every fixed pointer. */
static gboolean
place_memory (SgSession * session, GError ** error)
{
  SgGraph *graph = session->graph;
  guint n_values = graph->values->len;
  g_autofree gboolean *in_place = g_new0 (gboolean, graph->nodes->len + 1);
  g_autofree gsize *offsets = g_new (gsize, n_values + 1);
  gsize arena;
  guint8 *base;

  for (guint i = 0; i < graph->nodes->len; i++)
    in_place[i] = g_array_index (session->steps, SessionStep,
        i).kernel->in_place;
  arena = plan_memory (graph, in_place, offsets);
  session->memory_bytes = arena + session->scratch_bytes + 2 * SG_TENSOR_ALIGN;
  if (session->memory_bytes < sg_memory_available ())
    session->memory = g_try_malloc0 (session->memory_bytes);
  if (session->memory == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "the model needs %.1f GiB at this size; %.1f GiB are free",
        session->memory_bytes / (gdouble) (1 << 30),
        sg_memory_available () / (gdouble) (1 << 30));
    return FALSE;
  }
  base = session->memory;
  base += (SG_TENSOR_ALIGN - (guintptr) base % SG_TENSOR_ALIGN)
      % SG_TENSOR_ALIGN;
  session->scratch = base + arena;
  session->pointers = g_new0 (gpointer, n_values + 1);
  for (guint i = 0; i < n_values; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);

    if (value->constant)
      session->pointers[i + 1] = value->constant->data;
    else if (offsets[i] != G_MAXSIZE)
      session->pointers[i + 1] = base + offsets[i];
  }
  session->in_args = g_new0 (gconstpointer, session->max_args + 1);
  session->out_args = g_new0 (gpointer, session->max_args + 1);
  return TRUE;
}

SgSession *
sg_session_new (SgGraph * graph, SgDevice * device,
    const SgTensorDesc * inputs, guint n_inputs, SgSessionFlags flags,
    GError ** error)
{
  g_autoptr (SgSession) session = g_new0 (SgSession, 1);

  session->device = sg_device_ref (device);
  session->steps = g_array_new (FALSE, TRUE, sizeof (SessionStep));
  g_array_set_clear_func (session->steps, step_clear);
  session->graph = prepare_graph (graph, inputs, n_inputs, error);
  if (session->graph == NULL)
    return NULL;
  if (!(flags & SG_SESSION_NO_FUSION)) {
    plan_remove_copies (session->graph);
    plan_fuse (session->graph, device);
  }
  separate_outputs (session->graph);
  sg_graph_remove_unused (session->graph);
  for (guint i = 0; i < session->graph->values->len; i++)
    ((SgValue *) g_ptr_array_index (session->graph->values, i))->index = i;
  for (guint i = 0; i < session->graph->nodes->len; i++)
    if (!add_step (session, g_ptr_array_index (session->graph->nodes, i),
            error))
      return NULL;
  if (!place_memory (session, error))
    return NULL;
  return g_steal_pointer (&session);
}

const SgTensorDesc *
sg_session_get_output_desc (SgSession * session, guint index)
{
  return &g_array_index (session->graph->outputs, SgGraphOutput,
      index).value->desc;
}

gsize
sg_session_get_memory_bytes (SgSession * session)
{
  return session->memory_bytes;
}

static gboolean
bind (SgSession * session, SgValue * value, const SgTensor * tensor,
    GError ** error)
{
  if (tensor == NULL || tensor->desc.dtype != value->desc.dtype
      || !sg_shape_equal (&tensor->desc.shape, &value->desc.shape)) {
    g_autofree gchar *want = sg_shape_to_string (&value->desc.shape);

    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "the session was compiled for %s%s", sg_dtype_name (value->desc.dtype),
        want);
    return FALSE;
  }
  session->pointers[value->index + 1] = tensor->data;
  return TRUE;
}

static gboolean
run_step (SgSession * session, const SessionStep * step, GError ** error)
{
  SgNode *node = step->node;

  for (guint i = 0; i < node->n_inputs; i++)
    session->in_args[i] = session->pointers[step->inputs[i]];
  for (guint i = 0; i < node->n_outputs; i++)
    session->out_args[i] = session->pointers[step->outputs[i]];
  return sg_kernel_run (step->kernel, session->out_args, session->in_args,
      session->scratch, error);
}

gboolean
sg_session_run (SgSession * session, SgTensor * const *inputs,
    SgTensor * const *outputs, GError ** error)
{
  SgGraph *graph = session->graph;

  for (guint i = 0; i < graph->inputs->len; i++)
    if (!bind (session, g_ptr_array_index (graph->inputs, i), inputs[i], error))
      return FALSE;
  for (guint i = 0; i < graph->outputs->len; i++)
    if (!bind (session, g_array_index (graph->outputs, SgGraphOutput,
                i).value, outputs[i], error))
      return FALSE;
  for (guint i = 0; i < session->steps->len; i++) {
    SessionStep *step = &g_array_index (session->steps, SessionStep, i);
    gint64 start = session->profiling ? session_clock_ns () : 0;

    if (!run_step (session, step, error))
      return FALSE;
    if (session->profiling)
      step->total_ns += session_clock_ns () - start;
  }
  session->n_profiled += session->profiling;
  return TRUE;
}
