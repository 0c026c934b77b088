/* gst-stylegan: frames under way, and what to do when they fail
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video/stylizer.h"

#include <string.h>

#include "ops/compose.h"

/* Frames that the means of SgTemporalStats are taken over, roughly. */
#define STATS_FRAMES 32

/* --- memory ------------------------------------------------------------------- */

static gboolean
add_tensor (SgTensor ** slot, const SgShape * shape, GError ** error)
{
  *slot = sg_tensor_new (SG_DTYPE_F32, shape, error);
  return *slot != NULL;
}

static gboolean
allocate_frame (SgStylizer * stylizer, StylizerFrame * frame, GError ** error)
{
  const SgShape compose = SG_SHAPE (SG_COMPOSE_N_PARAMS);
  const SgShape mask = SG_SHAPE (1, 1, stylizer->config.height,
      stylizer->config.width);
  const SgShape parameters = SG_SHAPE (VIDEO_TEMPORAL_N_PARAMS);
  const SgShape stats = SG_SHAPE (VIDEO_TEMPORAL_N_STATS);
  const VideoGraph *graph = &stylizer->graph;

  frame->inputs = g_new0 (SgTensor *, stylizer->n_inputs);
  frame->outputs = g_new0 (SgTensor *, stylizer->n_outputs);
  if (!add_tensor (&frame->inputs[graph->compose], &compose, error))
    return FALSE;
  if (graph->mask > 0
      && !add_tensor (&frame->inputs[graph->mask], &mask, error))
    return FALSE;
  if (graph->mix > 0
      && !add_tensor (&frame->inputs[graph->mix], &compose, error))
    return FALSE;
  if (graph->right.n_states > 0
      && !add_tensor (&frame->outputs[graph->right.stats], &stats, error))
    return FALSE;
  return graph->temporal.n_states == 0
      || (add_tensor (&frame->inputs[graph->temporal.parameters], &parameters,
          error)
      && add_tensor (&frame->outputs[graph->temporal.stats], &stats, error));
}

gboolean
stylizer_allocate_frames (SgStylizer * stylizer, GError ** error)
{
  stylizer->max_frames = sg_session_get_frames_in_flight (stylizer->session);
  stylizer->frames = g_new0 (StylizerFrame, stylizer->max_frames);
  for (guint i = 0; i < stylizer->max_frames; i++)
    if (!allocate_frame (stylizer, &stylizer->frames[i], error))
      return FALSE;
  return TRUE;
}

void
stylizer_free_frames (SgStylizer * stylizer)
{
  for (guint i = 0; i < stylizer->max_frames; i++) {
    StylizerFrame *frame = &stylizer->frames[i];

    for (guint k = 0; frame->inputs && k < stylizer->n_inputs; k++)
      sg_tensor_unref (frame->inputs[k]);
    for (guint k = 0; frame->outputs && k < stylizer->n_outputs; k++)
      sg_tensor_unref (frame->outputs[k]);
    g_free (frame->inputs);
    g_free (frame->outputs);
  }
  g_free (stylizer->frames);
}

/* --- repairs --------------------------------------------------------------- */

static void
warn (SgStylizer * stylizer, const gchar * text)
{
  g_autofree gchar *before = stylizer->warning;

  stylizer->warning = before ? g_strdup_printf ("%s; %s", before, text)
      : g_strdup (text);
}

/* How to open the device for another try after @problem. FALSE: not at all. */
static gboolean
can_repair (SgStylizer * stylizer, const GError * problem,
    SgPrecision * precision, const gchar ** text)
{
  if (g_error_matches (problem, SG_ERROR, SG_ERROR_NOT_FINITE)
      && sg_device_get_precision (stylizer->device) == SG_PRECISION_FP16) {
    *precision = SG_PRECISION_FP32;
    *text = "half precision overflows in this model; running in fp32";
    return TRUE;
  }
  if (g_error_matches (problem, SG_ERROR, SG_ERROR_DEVICE_LOST)
      && !stylizer->was_lost) {
    stylizer->was_lost = TRUE;
    *precision = SG_PRECISION_AUTO;
    *text = "the GPU was lost and has been opened again";
    return TRUE;
  }
  return FALSE;
}

/* Whatever is submitted first from now on. */
static void
forget_past (SgStylizer * stylizer)
{
  if (stylizer->n_frames > 0) {
    stylizer->frames[stylizer->first].reset = TRUE;
    stylizer->frames[stylizer->first].carry = FALSE;
  } else
    stylizer->reset = TRUE;
}

/* Compiles for another device, if that helps against @problem. Afterwards nothing
 * is submitted to the session. FALSE: @problem, or a new one, is in @error. */
static gboolean
repair (SgStylizer * stylizer, GError * problem, GError ** error)
{
  SgPrecision precision;
  SgDevice *device;
  const gchar *text;

  if (!can_repair (stylizer, problem, &precision, &text)) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  sg_session_discard (stylizer->session);
  if (stylizer->carry)
    sg_session_discard (stylizer->carry);
  device = sg_device_reopen (stylizer->device, precision, error);
  if (device) {
    g_clear_pointer (&stylizer->carry, sg_session_free);
    g_clear_pointer (&stylizer->session, sg_session_free);
    stylizer->last = NULL;
    sg_device_unref (stylizer->device);
    stylizer->device = device;
    if (stylizer_build (stylizer, error)) {
      forget_past (stylizer);
      warn (stylizer, text);
      g_error_free (problem);
      return TRUE;
    }
  }
  g_prefix_error (error, "%s; the second attempt failed too: ",
      problem->message);
  g_error_free (problem);
  return FALSE;
}

/* --- running --------------------------------------------------------------- */

static StylizerFrame *
nth_frame (SgStylizer * stylizer, guint n)
{
  return &stylizer->frames[(stylizer->first + n) % stylizer->max_frames];
}

static void
drop_first (SgStylizer * stylizer)
{
  stylizer->first = (stylizer->first + 1) % stylizer->max_frames;
  stylizer->n_frames--;
}

static gboolean
check_session (SgStylizer * stylizer, GError ** error)
{
  if (stylizer->session)
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST,
      "the GPU was lost and could not be used again");
  return FALSE;
}

static void
set_run (SgStylizer * stylizer, const StylizerFrame * frame, SgRun * run)
{
  const SgStylizerControls *controls = &frame->controls;
  const VideoGraph *graph = &stylizer->graph;
  gfloat *values = frame->inputs[graph->compose]->data;

  values[SG_COMPOSE_STRENGTH] = controls->strength;
  values[SG_COMPOSE_PRESERVE_COLORS] = controls->preserve_colors;
  if (graph->mix > 0)
    ((gfloat *) frame->inputs[graph->mix]->data)[SG_COMPOSE_STRENGTH] =
        controls->mix;
  if (graph->temporal.n_states > 0) {
    values = frame->inputs[graph->temporal.parameters]->data;
    values[VIDEO_TEMPORAL_PARAM_STRENGTH] = controls->temporal_strength;
    values[VIDEO_TEMPORAL_PARAM_RESET] = frame->reset;
  }
  *run = (SgRun) {
  &frame->in, (SgImage *) & frame->out, frame->inputs, frame->outputs};
}

static SgSession *
session_of (SgStylizer * stylizer, const StylizerFrame * frame)
{
  return frame->carry && stylizer->carry ? stylizer->carry : stylizer->session;
}

static guint
n_running (SgStylizer * stylizer)
{
  return (stylizer->session ? sg_session_get_n_submitted (stylizer->session)
      : 0) + (stylizer->carry ? sg_session_get_n_submitted (stylizer->carry)
      : 0);
}

/* Whether frame @n waits for the one before it: what has been carried may have to be done
 * again, and is not to be gone on from until then. */
static gboolean
is_held (SgStylizer * stylizer, guint n)
{
  return n > 0 && (nth_frame (stylizer, n)->carry
      || nth_frame (stylizer, n - 1)->carry);
}

/* Gives the sessions as many of the frames as they take. */
static gboolean
feed (SgStylizer * stylizer, GError ** error)
{
  for (;;) {
    guint n;
    GError *problem = NULL;
    SgRun run;

    if (!check_session (stylizer, error))
      return FALSE;
    n = n_running (stylizer);
    if (n == stylizer->n_frames
        || n == sg_session_get_frames_in_flight (stylizer->session)
        || is_held (stylizer, n))
      return TRUE;
    set_run (stylizer, nth_frame (stylizer, n), &run);
    if (!sg_session_submit (session_of (stylizer, nth_frame (stylizer, n)),
            &run, &problem) && !repair (stylizer, problem, error))
      return FALSE;
  }
}

/* The controls as they are now, and a copy of the mask. */
static gboolean
take_controls (SgStylizer * stylizer, StylizerFrame * frame, GError ** error)
{
  const SgTensor *mask = stylizer->controls.mask;

  frame->controls = stylizer->controls;
  frame->controls.mask = NULL;
  if (stylizer->config.temporal == SG_TEMPORAL_OFF)
    frame->controls.temporal_strength = 0;
  if (stylizer->graph.mask > 0) {
    SgTensor *copy = frame->inputs[stylizer->graph.mask];

    if (mask == NULL || mask->desc.dtype != SG_DTYPE_F32
        || !sg_shape_equal (&mask->desc.shape, &copy->desc.shape)) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "the mask is missing or not f32[1,1,%d,%d]",
          stylizer->config.height, stylizer->config.width);
      return FALSE;
    }
    memcpy (copy->data, mask->data, sg_tensor_desc_bytes (&copy->desc));
  }
  return TRUE;
}

gboolean
sg_stylizer_submit (SgStylizer * stylizer, const SgImage * in, SgImage * out,
    GError ** error)
{
  GError *problem = NULL;
  StylizerFrame *frame;

  g_return_val_if_fail (stylizer != NULL, FALSE);
  g_return_val_if_fail (in != NULL && out != NULL, FALSE);

  if (stylizer->n_frames == stylizer->max_frames) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%u frames are under way already; collect one first",
        stylizer->n_frames);
    return FALSE;
  }
  frame = nth_frame (stylizer, stylizer->n_frames);
  if (!take_controls (stylizer, frame, error))
    return FALSE;
  stylizer->n_frames++;
  frame->in = *in;
  frame->out = *out;
  frame->reset = stylizer->reset || stylizer->reset_other;
  /* A frame in place is gone when it turns out that it cannot be carried. */
  frame->carry = stylizer->controls.carry && stylizer->carry && !frame->reset
      && in->plane[0].data != out->plane[0].data;
  stylizer->reset_other = stylizer->reset
      && stylizer->config.stereo == SG_STEREO_FRAME_BY_FRAME;
  stylizer->reset = FALSE;
  if (feed (stylizer, &problem))
    return TRUE;
  /* What is wrong with an earlier frame is said when that is collected. */
  if (!g_error_matches (problem, SG_ERROR, SG_ERROR_DEVICE_LOST)
      && stylizer->session && n_running (stylizer) + 1 < stylizer->n_frames) {
    g_error_free (problem);
    return TRUE;
  }
  if (stylizer->session && n_running (stylizer) > 0)
    stylizer->n_frames--;
  else
    stylizer->n_frames = 0;
  g_propagate_error (error, problem);
  return FALSE;
}

/* @square: of levels of 0..255 */
static void
update_mean (gdouble * mean, gdouble square, gdouble share)
{
  *mean += share * (square / (255 * 255) - *mean);
}

/* What the filter says of the frame just collected. */
static void
count_frame (SgStylizer * stylizer, const StylizerFrame * frame)
{
  SgTemporalStats *s = &stylizer->stats;
  const gfloat *f;
  gdouble share;

  if (stylizer->graph.temporal.n_states == 0)
    return;
  f = frame->outputs[stylizer->graph.temporal.stats]->data;
  if (f[VIDEO_TEMPORAL_STAT_CUT] > 0) {
    s->cuts++;
  } else if (f[VIDEO_TEMPORAL_STAT_CUT] < 0) {
    s->cuts--;
    s->flashes++;
  }
  if (f[VIDEO_TEMPORAL_STAT_RESTART] > 0 || f[VIDEO_TEMPORAL_STAT_CUT] != 0
      || f[VIDEO_TEMPORAL_STAT_SEEN] < 2)
    return;
  s->frames++;
  share = 1.0 / MIN (s->frames, STATS_FRAMES);
  s->trusted += share * (f[VIDEO_TEMPORAL_STAT_TRUSTED] - s->trusted);
  s->noise += share * (f[VIDEO_TEMPORAL_STAT_NOISE] / 255 - s->noise);
  update_mean (&s->input_error, f[VIDEO_TEMPORAL_STAT_INPUT_ERROR], share);
  update_mean (&s->raw_error, f[VIDEO_TEMPORAL_STAT_RAW_ERROR], share);
  update_mean (&s->error, f[VIDEO_TEMPORAL_STAT_ERROR], share);
}

/* Whether the frame just collected is over: one that was carried to another scene is
 * not, but done again with the network. */
static gboolean
is_done (SgStylizer * stylizer, StylizerFrame * frame)
{
  const gfloat *stats;

  if (!frame->carry)
    return TRUE;
  stats = frame->outputs[stylizer->graph.temporal.stats]->data;
  if (stats[VIDEO_TEMPORAL_STAT_RESTART] <= 0)
    return TRUE;
  sg_session_undo (stylizer->carry);
  frame->carry = FALSE;
  return FALSE;
}

gboolean
sg_stylizer_collect (SgStylizer * stylizer, GError ** error)
{
  g_return_val_if_fail (stylizer != NULL, FALSE);

  if (stylizer->n_frames == 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "nothing is under way");
    return FALSE;
  }
  for (;;) {
    GError *problem = NULL, *fatal = NULL;

    if (!feed (stylizer, &problem) && n_running (stylizer) == 0) {
      drop_first (stylizer);
      if (stylizer->session == NULL)
        stylizer->n_frames = 0;
      g_propagate_error (error, problem);
      return FALSE;
    }
    g_clear_error (&problem);
    stylizer->last = session_of (stylizer, nth_frame (stylizer, 0));
    if (sg_session_collect (stylizer->last, &problem)) {
      if (!is_done (stylizer, nth_frame (stylizer, 0)))
        continue;
      count_frame (stylizer, nth_frame (stylizer, 0));
      drop_first (stylizer);
      return TRUE;
    }
    if (!repair (stylizer, problem, &fatal)) {
      if (g_error_matches (fatal, SG_ERROR, SG_ERROR_DEVICE_LOST)
          || stylizer->session == NULL)
        stylizer->n_frames = 0;
      else
        drop_first (stylizer);
      g_propagate_error (error, fatal);
      return FALSE;
    }
  }
}

gboolean
sg_stylizer_process (SgStylizer * stylizer, const SgImage * in, SgImage * out,
    GError ** error)
{
  g_return_val_if_fail (stylizer != NULL, FALSE);
  g_return_val_if_fail (stylizer->n_frames == 0, FALSE);

  return sg_stylizer_submit (stylizer, in, out, error)
      && sg_stylizer_collect (stylizer, error);
}

void
sg_stylizer_discard (SgStylizer * stylizer)
{
  g_return_if_fail (stylizer != NULL);

  if (stylizer->session)
    sg_session_discard (stylizer->session);
  if (stylizer->carry)
    sg_session_discard (stylizer->carry);
  stylizer->n_frames = 0;
  stylizer->reset = TRUE;
}
