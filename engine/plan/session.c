/* gst-stylegan: compile once, run per frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/session.h"

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
  session_clear_program (session);
  sg_tensor_unref (session->frame);
  sg_tensor_unref (session->picture);
  g_clear_pointer (&session->steps, g_array_unref);
  g_clear_pointer (&session->states, g_array_unref);
  session_unref_past (session->past);
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
  step.flops = plan_flops (&plan.call);
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

SgValue *
session_input (SgSession * session, guint index)
{
  return g_ptr_array_index (session->graph->inputs, index);
}

SgValue *
session_output (SgSession * session, guint index)
{
  return g_array_index (session->graph->outputs, SgGraphOutput, index).value;
}

gboolean
session_is_state (SgSession * session, guint index, gboolean output)
{
  for (guint i = 0; i < session->states->len; i++) {
    const SgSessionState *state = &g_array_index (session->states,
        SgSessionState, i);

    if ((output ? state->output : state->input) == index)
      return TRUE;
  }
  return FALSE;
}

/* --- what the configuration says --------------------------------------------- */

static gboolean
mismatch (const gchar * what, const SgTensorDesc * a, const SgTensorDesc * b,
    GError ** error)
{
  g_autofree gchar *text_a = sg_shape_to_string (&a->shape);
  g_autofree gchar *text_b = sg_shape_to_string (&b->shape);

  g_set_error (error, SG_ERROR, SG_ERROR_SHAPE, "%s: %s%s cannot be %s%s",
      what, sg_dtype_name (a->dtype), text_a, sg_dtype_name (b->dtype), text_b);
  return FALSE;
}

static gboolean
same_desc (const SgTensorDesc * a, const SgTensorDesc * b)
{
  return a->dtype == b->dtype && sg_shape_equal (&a->shape, &b->shape);
}

static gboolean
set_frames (SgSession * session, const SgPixelConvention * frames,
    GError ** error)
{
  const SgTensorDesc *in, *out;
  SgTensorDesc wanted = { SG_DTYPE_F32, {4, {1, frames->channels, 1, 1}} };

  if (session->graph->inputs->len == 0 || session->graph->outputs->len == 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "frames need an input and an output");
    return FALSE;
  }
  in = &session_input (session, 0)->desc;
  out = &session_output (session, 0)->desc;
  if (in->shape.rank == 4)
    memcpy (wanted.shape.dim + 2, in->shape.dim + 2, 2 * sizeof (gint64));
  if (!same_desc (in, &wanted))
    return mismatch ("the input is no frame", in, &wanted, error);
  if (!same_desc (out, in))
    return mismatch ("the picture is not as the frame", out, in, error);
  session->has_frames = TRUE;
  session->frames = *frames;
  return TRUE;
}

static gboolean
set_states (SgSession * session, const SgSessionConfig * config,
    GError ** error)
{
  guint first = session->has_frames ? 1 : 0;

  for (guint i = 0; i < config->n_states; i++) {
    const SgSessionState state = config->states[i];
    const SgTensorDesc *in, *out;

    if (state.output < first || state.input < first
        || state.output >= session->graph->outputs->len
        || state.input >= session->graph->inputs->len
        || session_is_state (session, state.input, FALSE)
        || session_is_state (session, state.output, TRUE)) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "output %u and input %u cannot be a state", state.output,
          state.input);
      return FALSE;
    }
    in = &session_input (session, state.input)->desc;
    out = &session_output (session, state.output)->desc;
    if (!same_desc (in, out))
      return mismatch ("state", out, in, error);
    g_array_append_val (session->states, state);
  }
  return TRUE;
}

static gboolean
share_states (SgSession * session, SgSession * other, GError ** error)
{
  if (session->device->backend->program_new
      ? other->program == NULL || other->device != session->device
      : other->past == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "sessions on %s and on %s cannot share states",
        session->device->backend->name, other->device->backend->name);
    return FALSE;
  }
  if (session->states->len != other->states->len) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%u states cannot be shared as %u", other->states->len,
        session->states->len);
    return FALSE;
  }
  for (guint i = 0; i < session->states->len; i++) {
    const SgTensorDesc *a = &session_input (session,
        g_array_index (session->states, SgSessionState, i).input)->desc;
    const SgTensorDesc *b = &session_input (other,
        g_array_index (other->states, SgSessionState, i).input)->desc;

    if (!same_desc (a, b))
      return mismatch ("shared state", b, a, error);
  }
  session->desc.states_of = other->program;
  if (other->past)
    session->past = g_atomic_rc_box_acquire (other->past);
  return TRUE;
}

/* --- compiling ---------------------------------------------------------------- */

/* Which values have their memory elsewhere than in the arena: states, and what
 * the caller brings where there is no program to copy it. */
static gboolean *
find_outside (SgSession * session)
{
  SgGraph *graph = session->graph;
  gboolean programs = session->device->backend->program_new != NULL;
  gboolean *outside = g_new0 (gboolean, graph->values->len + 1);

  for (guint i = 0; i < graph->inputs->len; i++)
    outside[session_input (session, i)->index] =
        session_is_state (session, i, FALSE)
        || (!programs && !(session->has_frames && i == 0));
  for (guint i = 0; i < graph->outputs->len; i++)
    outside[session_output (session, i)->index] =
        session_is_state (session, i, TRUE)
        || (!programs && !(session->has_frames && i == 0));
  return outside;
}

static gboolean
place (SgSession * session, guint frames_in_flight, GError ** error)
{
  SgGraph *graph = session->graph;
  g_autofree gboolean *in_place = g_new0 (gboolean, graph->nodes->len + 1);
  g_autofree gboolean *outside = find_outside (session);
  g_autofree gsize *offsets = g_new (gsize, graph->values->len + 1);
  gsize arena;

  for (guint i = 0; i < graph->nodes->len; i++)
    in_place[i] = g_array_index (session->steps, SessionStep,
        i).kernel->in_place;
  arena = plan_memory (graph, session->device, in_place, outside, offsets);
  if (session->device->backend->program_new)
    return session_make_program (session, offsets, arena, frames_in_flight,
        error);
  return session_allocate (session, offsets, arena, error);
}

static gboolean
compile (SgSession * session, const SgSessionConfig * config, GError ** error)
{
  SgGraph *graph = session->graph;

  if (!(config->flags & SG_SESSION_NO_FUSION)) {
    plan_remove_copies (graph);
    plan_fuse (graph, session->device);
  }
  separate_outputs (graph);
  sg_graph_remove_unused (graph);
  for (guint i = 0; i < graph->values->len; i++)
    ((SgValue *) g_ptr_array_index (graph->values, i))->index = i;
  for (guint i = 0; i < graph->nodes->len; i++)
    if (!add_step (session, g_ptr_array_index (graph->nodes, i), error))
      return FALSE;
  return place (session, config->frames_in_flight, error);
}

SgSession *
sg_session_new (SgGraph * graph, SgDevice * device,
    const SgTensorDesc * inputs, guint n_inputs, const SgSessionConfig * config,
    GError ** error)
{
  static const SgSessionConfig none;
  g_autoptr (SgSession) session = g_new0 (SgSession, 1);

  if (config == NULL)
    config = &none;
  session->device = sg_device_ref (device);
  session->steps = g_array_new (FALSE, TRUE, sizeof (SessionStep));
  g_array_set_clear_func (session->steps, step_clear);
  session->states = g_array_new (FALSE, TRUE, sizeof (SgSessionState));
  session->graph = prepare_graph (graph, inputs, n_inputs, error);
  if (session->graph == NULL)
    return NULL;
  if (config->frames && !set_frames (session, config->frames, error))
    return NULL;
  if (!set_states (session, config, error)
      || (config->states_of && !share_states (session, config->states_of,
              error)) || !compile (session, config, error))
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
  return session->program ? session->program->memory_bytes
      : session->memory_bytes;
}
