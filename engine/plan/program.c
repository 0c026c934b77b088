/* gst-stylegan: a compiled graph in the hands of a backend that has a queue
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/session.h"

static SgProgramValue *
describe_values (SgSession * session, const gsize * offsets)
{
  GPtrArray *values = session->graph->values;
  SgProgramValue *described = g_new0 (SgProgramValue, values->len + 1);

  for (guint i = 0; i < values->len; i++) {
    const SgValue *value = g_ptr_array_index (values, i);

    described[i].desc = value->desc;
    described[i].constant = value->constant;
    described[i].offset = offsets[i];
  }
  return described;
}

static SgProgramStep *
describe_steps (SgSession * session)
{
  SgProgramStep *described = g_new0 (SgProgramStep, session->steps->len + 1);

  for (guint i = 0; i < session->steps->len; i++) {
    const SessionStep *step = &g_array_index (session->steps, SessionStep, i);

    described[i].kernel = step->kernel;
    described[i].n_inputs = step->node->n_inputs;
    described[i].n_outputs = step->node->n_outputs;
    described[i].inputs = step->inputs;
    described[i].outputs = step->outputs;
  }
  return described;
}

gboolean
session_make_program (SgSession * session, const gsize * offsets,
    gsize arena_bytes, guint frames_in_flight, GError ** error)
{
  SgGraph *graph = session->graph;
  SgProgramDesc *desc = &session->desc;
  guint *inputs = g_new (guint, graph->inputs->len + 1);
  guint *outputs = g_new (guint, graph->outputs->len + 1);
  guint (*states)[2] = g_malloc0_n (session->states->len + 1, sizeof *states);

  for (guint i = 0; i < graph->inputs->len; i++)
    inputs[i] = session_input (session, i)->index + 1;
  for (guint i = 0; i < graph->outputs->len; i++)
    outputs[i] = session_output (session, i)->index + 1;
  for (guint i = 0; i < session->states->len; i++) {
    const SgSessionState *state = &g_array_index (session->states,
        SgSessionState, i);

    states[i][0] = state->output;
    states[i][1] = state->input;
  }
  desc->values = describe_values (session, offsets);
  desc->n_values = graph->values->len;
  desc->steps = describe_steps (session);
  desc->n_steps = session->steps->len;
  desc->arena_bytes = arena_bytes;
  desc->scratch_bytes = session->scratch_bytes;
  desc->inputs = inputs;
  desc->outputs = outputs;
  desc->n_inputs = graph->inputs->len;
  desc->n_outputs = graph->outputs->len;
  desc->states = states;
  desc->n_states = session->states->len;
  desc->frames = session->has_frames ? &session->frames : NULL;
  desc->frames_in_flight = CLAMP (frames_in_flight, 1,
      session->device->max_frames_in_flight);
  session->program = session->device->backend->program_new (session->device,
      desc, error);
  if (session->program == NULL)
    return FALSE;
  session->program->device = session->device;
  session->frames_in_flight = session->program->frames_in_flight;
  return TRUE;
}

void
session_clear_program (SgSession * session)
{
  SgProgramDesc *desc = &session->desc;

  if (session->program)
    session->device->backend->program_free (session->program);
  session->program = NULL;
  g_free ((gpointer) desc->values);
  g_free ((gpointer) desc->steps);
  g_free ((gpointer) desc->inputs);
  g_free ((gpointer) desc->outputs);
  g_free ((gpointer) desc->states);
}
