/* gst-stylegan: runs of a session
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/session.h"

#include <string.h>

#include "base/memory.h"

/* --- memory ---------------------------------------------------------------- */

static gsize
align_up (gsize bytes)
{
  return (bytes + SG_TENSOR_ALIGN - 1) / SG_TENSOR_ALIGN * SG_TENSOR_ALIGN;
}

static guint8 *
align_pointer (gpointer memory)
{
  return (guint8 *) memory + (SG_TENSOR_ALIGN
      - (guintptr) memory % SG_TENSOR_ALIGN) % SG_TENSOR_ALIGN;
}

/* At least as small as a page of memory anywhere. */
#define PAGE 4096

/* Cleared. The kernel gives pages when they are first written to, one by one: here, where
 * there is time, and not while the first frame is waited for. */
static gpointer
allocate (gsize bytes, gsize all_bytes, GError ** error)
{
  gsize available = sg_memory_available ();
  volatile guint8 *memory = all_bytes < available ? g_try_malloc0 (bytes)
      : NULL;

  if (memory)
    sg_memory_use_large_pages ((gpointer) memory, bytes);
  for (gsize i = 0; memory && i < bytes; i += PAGE)
    memory[i] = 0;
  if (memory == NULL)
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "the model needs %.1f GiB at this size; %.1f GiB are free",
        all_bytes / (gdouble) (1 << 30), available / (gdouble) (1 << 30));
  return (gpointer) memory;
}

static void
clear_past (gpointer past)
{
  g_free (((SessionPast *) past)->memory);
}

void
session_unref_past (SessionPast * past)
{
  if (past)
    g_atomic_rc_box_release_full (past, clear_past);
}

/* Returns: bytes of memory that the past still has to be given; 0: it has it all. */
static gsize
prepare_past (SgSession * session)
{
  gsize bytes = SG_TENSOR_ALIGN;
  SessionPast *past;

  if (session->past)
    return 0;
  past = session->past = g_atomic_rc_box_alloc0 (sizeof *past
      + session->states->len * sizeof past->buffers[0]);
  past->reset = TRUE;
  past->n = session->states->len;
  for (guint i = 0; i < past->n; i++) {
    const SgSessionState *state = &g_array_index (session->states,
        SgSessionState, i);
    SessionBuffers *buffers = &past->buffers[i];

    buffers->bytes = sg_tensor_desc_bytes (&session_input (session,
            state->input)->desc);
    bytes += 2 * align_up (buffers->bytes + SG_TENSOR_ALIGN);
  }
  return bytes;
}

static void
place_past (SessionPast * past)
{
  guint8 *base = align_pointer (past->memory);

  for (guint i = 0; i < past->n; i++) {
    SessionBuffers *buffers = &past->buffers[i];
    gsize bytes = align_up (buffers->bytes + SG_TENSOR_ALIGN);

    buffers->read = base;
    buffers->write = base + bytes;
    base += 2 * bytes;
  }
}

static SgTensor *
view (SgSession * session, const SgValue * value)
{
  return sg_tensor_new_borrowed (value->desc.dtype, &value->desc.shape,
      session->pointers[value->index + 1]);
}

gboolean
session_allocate (SgSession * session, const gsize * offsets,
    gsize arena_bytes, GError ** error)
{
  SgGraph *graph = session->graph;
  gsize scratch = align_up (session->scratch_bytes + SG_TENSOR_ALIGN);
  gsize bytes = arena_bytes + scratch + SG_TENSOR_ALIGN;
  gsize past_bytes = prepare_past (session);
  guint8 *base;

  session->memory_bytes = bytes + past_bytes;
  session->memory = allocate (bytes, session->memory_bytes, error);
  if (session->memory == NULL)
    return FALSE;
  if (past_bytes > 0) {
    session->past->memory = allocate (past_bytes, past_bytes, error);
    if (session->past->memory == NULL)
      return FALSE;
    place_past (session->past);
  }
  base = align_pointer (session->memory);
  session->scratch = base + arena_bytes;
  session->pointers = g_new0 (gpointer, graph->values->len + 1);
  for (guint i = 0; i < graph->values->len; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);

    if (value->constant)
      session->pointers[i + 1] = value->constant->data;
    else if (offsets[i] != G_MAXSIZE)
      session->pointers[i + 1] = base + offsets[i];
  }
  if (session->has_frames) {
    session->frame = view (session, session_input (session, 0));
    session->picture = view (session, session_output (session, 0));
  }
  session->in_args = g_new0 (gconstpointer, session->max_args + 1);
  session->out_args = g_new0 (gpointer, session->max_args + 1);
  session->frames_in_flight = 1;
  return TRUE;
}

/* --- what a run is given ---------------------------------------------------- */

static gboolean
check_tensor (const SgValue * value, const SgTensor * tensor, GError ** error)
{
  if (tensor == NULL || tensor->desc.dtype != value->desc.dtype
      || !sg_shape_equal (&tensor->desc.shape, &value->desc.shape)) {
    g_autofree gchar *want = sg_shape_to_string (&value->desc.shape);

    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "the session was compiled for %s%s", sg_dtype_name (value->desc.dtype),
        want);
    return FALSE;
  }
  return TRUE;
}

static gboolean
is_bound (SgSession * session, guint index, gboolean output)
{
  return !(session->has_frames && index == 0)
      && !session_is_state (session, index, output);
}

static gboolean
check_run (SgSession * session, const SgRun * run, GError ** error)
{
  SgGraph *graph = session->graph;

  if (session->n_submitted >= session->frames_in_flight) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%u runs are under way already; collect one first",
        session->n_submitted);
    return FALSE;
  }
  for (guint i = 0; i < graph->inputs->len; i++)
    if (is_bound (session, i, FALSE)
        && !check_tensor (session_input (session, i),
            run->inputs ? run->inputs[i] : NULL, error))
      return FALSE;
  for (guint i = 0; i < graph->outputs->len; i++)
    if (is_bound (session, i, TRUE)
        && !check_tensor (session_output (session, i),
            run->outputs ? run->outputs[i] : NULL, error))
      return FALSE;
  if (session->has_frames)
    return sg_image_check (run->source, run->target, &session->frames,
        &session_input (session, 0)->desc.shape, error);
  return TRUE;
}

/* --- on the host ------------------------------------------------------------- */

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

static gboolean
run_steps (SgSession * session, GError ** error)
{
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

/* Every value of the graph's ends points to this run's memory. */
static void
bind (SgSession * session)
{
  const SgRun *run = &session->run;

  for (guint i = 0; i < session->graph->inputs->len; i++)
    if (is_bound (session, i, FALSE))
      session->pointers[session_input (session, i)->index + 1] =
          run->inputs[i]->data;
  for (guint i = 0; i < session->graph->outputs->len; i++)
    if (is_bound (session, i, TRUE))
      session->pointers[session_output (session, i)->index + 1] =
          run->outputs[i]->data;
  for (guint i = 0; i < session->states->len; i++) {
    const SgSessionState *state = &g_array_index (session->states,
        SgSessionState, i);
    const SessionBuffers *buffers = &session->past->buffers[i];

    if (session->run_reset)
      memset (buffers->read, 0, buffers->bytes);
    session->pointers[session_input (session, state->input)->index + 1] =
        buffers->read;
    session->pointers[session_output (session, state->output)->index + 1] =
        buffers->write;
  }
}

static void
swap_states (SgSession * session)
{
  for (guint i = 0; i < session->past->n; i++) {
    SessionBuffers *buffers = &session->past->buffers[i];
    gpointer read = buffers->read;

    buffers->read = buffers->write;
    buffers->write = read;
  }
}

static gboolean
run_on_host (SgSession * session, GError ** error)
{
  SgRun *run = &session->run;
  gint64 start = session_clock_ns (), loaded, done;

  bind (session);
  if (session->has_frames && !sg_image_load (session->device, run->source,
          &session->frames, session->frame, error))
    return FALSE;
  loaded = session_clock_ns ();
  if (!run_steps (session, error))
    return FALSE;
  swap_states (session);
  done = session_clock_ns ();
  if (session->has_frames && !sg_image_store (session->device,
          session->picture, &session->frames, run->source, run->target, error))
    return FALSE;
  session->stage_ns[SG_STAGE_LOAD] = loaded - start;
  session->stage_ns[SG_STAGE_NETWORK] = done - loaded;
  session->stage_ns[SG_STAGE_STORE] = session_clock_ns () - done;
  return TRUE;
}

/* --- with a program ----------------------------------------------------------- */

static void
take_times (SgSession * session)
{
  SgProgramTimes times = { 0, };

  session->device->backend->program_get_times (session->program, &times);
  session->stage_ns[SG_STAGE_LOAD] = times.load_ns;
  session->stage_ns[SG_STAGE_NETWORK] = times.network_ns;
  session->stage_ns[SG_STAGE_STORE] = times.store_ns;
  if (!session->profiling || times.steps_ns == NULL)
    return;
  for (guint i = 0; i < session->steps->len; i++)
    g_array_index (session->steps, SessionStep, i).total_ns +=
        times.steps_ns[i];
  session->n_profiled++;
}

/* A lost device takes everything with it that was under way. */
static gboolean
fail (SgSession * session, GError * problem, GError ** error)
{
  if (g_error_matches (problem, SG_ERROR, SG_ERROR_DEVICE_LOST))
    sg_session_discard (session);
  g_propagate_error (error, problem);
  return FALSE;
}

/* --- front ------------------------------------------------------------------- */

gboolean
sg_session_submit (SgSession * session, const SgRun * run, GError ** error)
{
  GError *problem = NULL;

  g_return_val_if_fail (session != NULL && run != NULL, FALSE);

  if (!check_run (session, run, error))
    return FALSE;
  if (session->program) {
    if (!session->device->backend->program_submit (session->program, run,
            &problem))
      return fail (session, problem, error);
  } else {
    session->run = *run;
    session->run_reset = session->past->reset;
    session->past->reset = FALSE;
  }
  session->n_submitted++;
  return TRUE;
}

gboolean
sg_session_collect (SgSession * session, GError ** error)
{
  GError *problem = NULL;

  g_return_val_if_fail (session != NULL, FALSE);

  if (session->n_submitted == 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "nothing is under way");
    return FALSE;
  }
  session->n_submitted--;
  if (session->program == NULL)
    return run_on_host (session, error);
  if (!session->device->backend->program_collect (session->program, &problem))
    return fail (session, problem, error);
  take_times (session);
  return TRUE;
}

void
sg_session_discard (SgSession * session)
{
  g_return_if_fail (session != NULL);

  if (session->program)
    session->device->backend->program_discard (session->program);
  else if (session->n_submitted > 0)
    session->past->reset |= session->run_reset;
  session->n_submitted = 0;
}

gboolean
sg_session_run (SgSession * session, SgTensor * const *inputs,
    SgTensor * const *outputs, GError ** error)
{
  SgRun run = { NULL, NULL, inputs, outputs };

  g_return_val_if_fail (session != NULL && !session->has_frames, FALSE);

  return sg_session_submit (session, &run, error)
      && sg_session_collect (session, error);
}

guint
sg_session_get_frames_in_flight (SgSession * session)
{
  return session->frames_in_flight;
}

guint
sg_session_get_n_submitted (SgSession * session)
{
  return session->n_submitted;
}

void
sg_session_reset (SgSession * session)
{
  if (session->program)
    session->device->backend->program_reset (session->program);
  else
    session->past->reset = TRUE;
}

void
sg_session_undo (SgSession * session)
{
  g_return_if_fail (session->states->len > 0 && session->n_submitted == 0);

  if (session->program)
    session->device->backend->program_undo (session->program);
  else
    swap_states (session);
}

gdouble
sg_session_get_stage_ms (SgSession * session, SgStage stage)
{
  g_return_val_if_fail (stage < SG_N_STAGES, 0);

  return session->stage_ns[stage] * 1e-6;
}
