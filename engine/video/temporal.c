/* gst-stylegan: the filter over time: flow, warp, confidence, blend
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Flow is that of the input, from coarse to fine: it is what is stylised, so it
 * alone tells what moved and what is new. */
#include "video/temporal.h"

#include <string.h>

#include "ops/concat.h"
#include "ops/flow_pyramid.h"
#include "ops/temporal.h"
#include "video/carry.h"

#define SCENE_LEVEL 2           /* histograms are taken of a quarter of the size */

#define STATS_FACTOR 2          /* pixels per pixel of the statistics */

/* Of a luma difference: three equal ones of R, G, B, each by Lai's 50. Without flow
 * it must do for whatever moves: 10 levels leave a quarter. */
static const gfloat motion_sharpness = 150, static_sharpness = 1000;
static const gfloat motion_length = 8, static_length = 16;

static const SgSceneChangeAttrs scene_thresholds = { 0.25f, 3.5f };

typedef struct
{
  SgGraph *graph;
  const VideoTemporalConfig *config;
  GError **error;
  gboolean failed;
  gboolean carried;             /* the network is left out */
  SgValue *parameters, *scene_before, *history, *luma_before;
  SgValue *raw_before, *filtered_before, *mean_before, *frame_before;
  SgFlowPyramid pyramid;        /* flow: NULL in static mode */
  SgValue *scene, *confidence;
  SgValue *mean_warped;
} Builder;

/* Output 0 of a new node, of @n_outputs that go to @outputs if not NULL. After the
 * first error nothing is added any more. */
static SgValue *
add (Builder * b, const gchar * op, gconstpointer attrs,
    SgValue * const *inputs, guint n_inputs, SgValue ** outputs,
    guint n_outputs)
{
  SgValue *const *made = NULL;

  if (!b->failed)
    made = sg_graph_add_node (b->graph, op, NULL, attrs, inputs, n_inputs,
        n_outputs, b->error);
  b->failed = made == NULL;
  for (guint i = 0; outputs && i < n_outputs; i++)
    outputs[i] = made ? made[i] : NULL;
  return made ? made[0] : NULL;
}

#define ADD(b, op, attrs, ...) \
    add (b, op, attrs, (SgValue *const[]) { __VA_ARGS__ }, \
        sizeof ((SgValue *const[]) { __VA_ARGS__ }) / sizeof (SgValue *), \
        NULL, 1)

static SgValue *
add_luma (Builder * b, SgValue * x, const SgPixelConvention * pixels,
    gint factor)
{
  SgLumaAttrs attrs = { pixels->scale, pixels->offset, {0, 1, 2}, factor };

  if (pixels->channels == 3)
    memcpy (attrs.order, pixels->order, sizeof attrs.order);
  return ADD (b, "luma", &attrs, x);
}

static SgValue *
add_half (Builder * b, SgValue * luma)
{
  const SgPixelConvention levels = { .channels = 1, .scale = 255 };

  return add_luma (b, luma, &levels, 2);
}

static void
add_flow (Builder * b, SgValue * frame)
{
  gboolean moves = b->config->mode == VIDEO_TEMPORAL_MOTION || b->carried;
  /* Static mode: how far pixels are from what they were. */
  const SgFlowMatchAttrs still = { 8, 8, 0, 1, 0, FALSE, b->config->wrap };
  guint max_levels = moves ? SG_FLOW_MAX_LEVELS : SCENE_LEVEL + 1;
  SgValue *inputs[2], *outputs[2];

  b->pyramid.wrap = b->config->wrap;
  inputs[0] = b->pyramid.now[0] = add_luma (b, frame, &b->config->input, 1);
  inputs[1] = b->pyramid.before[0] = b->luma_before;
  b->failed = b->failed || !sg_flow_add_levels (b->graph, &b->pyramid,
      b->config->width, b->config->height, max_levels, b->error);
  if (moves) {
    b->failed = b->failed || !sg_flow_add_search (b->graph, &b->pyramid,
        b->error);
  } else {
    add (b, "flow_match", &still, inputs, 2, outputs, 2);
    b->pyramid.cost = outputs[1];
  }
}

static SgValue *
add_warp (Builder * b, SgValue * x, gint nearest)
{
  SgWarpAttrs attrs = { SG_FLOW_STEP, 1, nearest, b->config->wrap };

  return b->pyramid.flow ? ADD (b, "warp", &attrs, x, b->pyramid.flow) : x;
}

static void
add_confidence (Builder * b)
{
  SgTemporalConfidenceAttrs attrs = { motion_sharpness, SG_FLOW_STEP,
    b->config->wrap
  };
  const SgFlowPyramid *p = &b->pyramid;
  guint level = MIN (SCENE_LEVEL, p->n_levels - 1);
  SgValue *before = b->mean_warped = add_warp (b, b->mean_before, 1);

  b->scene = ADD (b, "scene_change", &scene_thresholds, p->now[level],
      p->before[level], p->cost, b->scene_before, b->parameters);
  if (p->flow) {
    b->confidence = ADD (b, "temporal_confidence", &attrs, p->now[0], before,
        b->scene, p->flow);
  } else {
    attrs.sharpness = static_sharpness;
    b->confidence = ADD (b, "temporal_confidence", &attrs, p->now[0], before,
        b->scene);
  }
}

/* Frames that the mean is taken over, at most. */
static gfloat
max_length (const Builder * b)
{
  return b->config->mode == VIDEO_TEMPORAL_MOTION ? motion_length
      : static_length;
}

/* What the network would have made of @frame. */
static SgValue *
add_carried (Builder * b, SgValue * frame, SgValue * history)
{
  const VideoCarry carry = { frame, add_warp (b, b->frame_before, 0), history,
    b->confidence
  };
  SgValue *picture = b->failed ? NULL : video_carry_add (b->graph, &carry,
      b->config->output.channels, b->error);

  b->failed = picture == NULL;
  return picture;
}

/* @stylised: NULL: carried, and then set. Returns: the filtered picture; @next: the
 * history. */
static SgValue *
add_blend (Builder * b, SgValue * frame, SgValue ** stylised, SgValue ** next)
{
  SgTemporalBlendAttrs attrs = {
    /* carried: so that the network's next picture counts as if it had been there in
     * every second frame */
    .max_length = b->carried ? max_length (b) / 2 : max_length (b),
    .clip = 0.75f,
    .clip_floor = 2 * b->config->output.scale / 255,
    .slack = 256, .wrap = b->config->wrap
  };
  SgValue *inputs[5] = { *stylised, add_warp (b, b->history, 1),
    b->confidence, b->history, b->scene
  };
  SgValue *outputs[2];

  if (b->carried)
    inputs[0] = *stylised = add_carried (b, frame, inputs[1]);
  add (b, "temporal_blend", &attrs, inputs, 5, outputs, 2);
  *next = outputs[1];
  if (b->carried && !b->failed) {
    *next = video_carry_age (b->graph, outputs[1],
        b->config->output.channels, b->error);
    b->failed = *next == NULL;
  }
  return outputs[0];
}

/* Luma filtered as the picture is: what differs from it, the filter trails behind.
 * Returns: its history. */
static SgValue *
add_mean (Builder * b)
{
  SgTemporalBlendAttrs attrs = {
    .max_length = max_length (b),
    .clip = 0.75f, .clip_floor = 2, .slack = 256, .wrap = b->config->wrap
  };
  SgValue *inputs[5] = { b->pyramid.now[0], b->mean_warped, b->confidence,
    b->mean_before, b->scene
  };
  SgValue *outputs[2];

  add (b, "temporal_blend", &attrs, inputs, 5, outputs, 2);
  return outputs[1];
}

/* Larger blocks will do to compare with, and take half the time. */
static SgValue *
add_error (Builder * b, SgValue * now, SgValue * before)
{
  const SgWarpErrorAttrs attrs = { STATS_FACTOR };
  const SgWarpAttrs warp = { 2 * SG_FLOW_STEP / STATS_FACTOR, STATS_FACTOR, 0,
    b->config->wrap
  };

  if (b->pyramid.block_flow)
    before = ADD (b, "warp", &warp, before, b->pyramid.block_flow);
  return ADD (b, "warp_error", &attrs, now, before, b->confidence);
}

static void
add_stats (Builder * b, SgValue * raw, SgValue * filtered,
    VideoTemporal * temporal)
{
  const SgConcatAttrs attrs = { 0 };
  const SgFlowPyramid *p = &b->pyramid;
  SgValue *now = p->n_levels > 1 ? p->now[1] : add_half (b, p->now[0]);
  SgValue *before = p->n_levels > 1 ? p->before[1]
      : add_half (b, p->before[0]);
  SgValue *parts[4] = { b->scene };

  temporal->next[3] = add_luma (b, raw, &b->config->output, STATS_FACTOR);
  temporal->next[4] = add_luma (b, filtered, &b->config->output, STATS_FACTOR);
  parts[1] = add_error (b, now, before);
  parts[2] = add_error (b, temporal->next[3], b->raw_before);
  parts[3] = add_error (b, temporal->next[4], b->filtered_before);
  temporal->stats_value = add (b, "concat", &attrs, parts, 4, NULL, 1);
}

static SgValue *
add_state (Builder * b, VideoTemporal * temporal, guint index,
    const gchar * name, const SgShape * shape)
{
  temporal->states[index].input = sg_graph_get_n_inputs (b->graph);
  return sg_graph_add_input (b->graph, name, SG_DTYPE_F32, shape);
}

static void
add_inputs (Builder * b, VideoTemporal * temporal)
{
  gint64 h = b->config->height, w = b->config->width;
  gint64 c = b->config->output.channels;
  SgShape parameters = SG_SHAPE (VIDEO_TEMPORAL_N_PARAMS);
  SgShape scene = SG_SHAPE (SG_SCENE_N), history = SG_SHAPE (1, c + 1, h, w);
  SgShape frame = SG_SHAPE (1, b->config->input.channels, h, w);
  SgShape luma = SG_SHAPE (1, 1, h, w), mean = SG_SHAPE (1, 2, h, w);
  SgShape half = SG_SHAPE (1, 1, (h + 1) / STATS_FACTOR,
      (w + 1) / STATS_FACTOR);

  temporal->parameters = sg_graph_get_n_inputs (b->graph);
  b->parameters = b->config->parameters ? b->config->parameters
      : sg_graph_add_input (b->graph, "temporal.parameters", SG_DTYPE_F32,
      &parameters);
  b->history = add_state (b, temporal, 0, "temporal.history", &history);
  b->scene_before = add_state (b, temporal, 1, "temporal.scene", &scene);
  b->luma_before = add_state (b, temporal, 2, "temporal.luma", &luma);
  b->raw_before = add_state (b, temporal, 3, "temporal.raw", &half);
  b->filtered_before = add_state (b, temporal, 4, "temporal.filtered", &half);
  b->mean_before = add_state (b, temporal, 5, "temporal.mean", &mean);
  temporal->n_states = VIDEO_TEMPORAL_N_STATES;
  if (b->config->can_carry)
    b->frame_before = add_state (b, temporal, temporal->n_states++,
        "temporal.frame", &frame);
}

static gboolean
check (const VideoTemporalConfig * config, GError ** error)
{
  const gint channels[] = { config->input.channels, config->output.channels };

  G_STATIC_ASSERT ((gint) VIDEO_TEMPORAL_N_PARAMS == SG_SCENE_N_PARAMS);
  G_STATIC_ASSERT ((gint) VIDEO_TEMPORAL_STAT_INPUT_ERROR == SG_SCENE_N);
  for (guint i = 0; i < 2; i++)
    if (channels[i] != 1 && channels[i] != 3) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "pictures of %d channels cannot be filtered over time", channels[i]);
      return FALSE;
    }
  if (MIN (config->width, config->height) < 1
      || MAX (config->width, config->height) > SG_FLOW_MAX_SIZE) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%dx%d cannot be filtered over time; sides may be 1 to %d",
        config->width, config->height, SG_FLOW_MAX_SIZE);
    return FALSE;
  }
  return TRUE;
}

/* Each state waits for a frame, the other view's, before it comes back. */
static void
add_delay (Builder * b, VideoTemporal * temporal)
{
  const SgSelectAttrs same = { SG_SCENE_HOLD };
  const guint n = temporal->n_states;

  for (guint i = 0; i < n; i++) {
    SgSessionState *state = &temporal->states[i];
    SgShape shape = sg_graph_get_input_desc (b->graph, state->input)->shape;
    SgValue *waiting;

    temporal->states[n + i].input = state->input;
    waiting = add_state (b, temporal, i, "temporal.waiting", &shape);
    temporal->next[n + i] = ADD (b, "select", &same, waiting, waiting,
        b->scene);
  }
  temporal->n_states = 2 * n;
}

gboolean
video_temporal_add (SgGraph * graph, const VideoTemporalConfig * config,
    SgValue * frame, SgValue * stylised, VideoTemporal * temporal,
    GError ** error)
{
  const SgSelectAttrs hold = { SG_SCENE_HOLD };
  Builder b = { graph, config, error, .carried = stylised == NULL };

  if (!check (config, error))
    return FALSE;
  g_return_val_if_fail (config->can_carry || !b.carried, FALSE);
  memset (temporal, 0, sizeof *temporal);
  add_inputs (&b, temporal);
  add_flow (&b, frame);
  add_confidence (&b);
  temporal->filtered = add_blend (&b, frame, &stylised, &temporal->next[0]);
  temporal->next[1] = b.scene;
  temporal->next[5] = add_mean (&b);
  temporal->next[2] = ADD (&b, "select", &hold, b.pyramid.now[0],
      b.luma_before, b.scene);
  if (b.frame_before)
    temporal->next[6] = ADD (&b, "select", &hold, frame, b.frame_before,
        b.scene);
  add_stats (&b, stylised, temporal->filtered, temporal);
  if (config->alternating)
    add_delay (&b, temporal);
  temporal->flow = b.pyramid.flow;
  temporal->confidence = b.confidence;
  return !b.failed;
}

void
video_temporal_finish (SgGraph * graph, VideoTemporal * temporal)
{
  static const gchar *const names[VIDEO_TEMPORAL_N_STATES + 1] = {
    "temporal.history.next", "temporal.scene.next", "temporal.luma.next",
    "temporal.raw.next", "temporal.filtered.next", "temporal.mean.next",
    "temporal.frame.next"
  };

  temporal->stats = sg_graph_get_n_outputs (graph);
  sg_graph_add_output (graph, "temporal.stats", temporal->stats_value);
  for (guint i = 0; i < temporal->n_states; i++) {
    temporal->states[i].output = sg_graph_get_n_outputs (graph);
    sg_graph_add_output (graph, i < G_N_ELEMENTS (names) ? names[i]
        : "temporal.returning", temporal->next[i]);
  }
}
