/* gst-stylegan: the graph around the models
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video/graph.h"

#include <string.h>

#include "graph/graph.h"
#include "ops/compose.h"
#include "video/stereo.h"
#include "video/wrap.h"

typedef struct
{
  SgGraph *graph;
  const VideoGraphConfig *config;
  VideoGraph *result;
  GError **error;
  VideoSize size, working;      /* of a view */
  guint n_views;
  SgValue *frame, *compose, *mask, *mix;
} Builder;

/* --- inputs ---------------------------------------------------------------------- */

/* A session computes half precision models in single when the frame is declared so and
 * it is fed single: one such model is enough. */
static SgDType
get_dtype (const VideoGraphConfig * config)
{
  for (guint i = 0; i < config->n_networks; i++)
    if (config->networks[i].model.dtype != SG_DTYPE_F32)
      return config->networks[i].model.dtype;
  return SG_DTYPE_F32;
}

static SgValue *
add_input (Builder * b, const gchar * name, const SgShape * shape,
    guint * index)
{
  *index = sg_graph_get_n_inputs (b->graph);
  return sg_graph_add_input (b->graph, name, SG_DTYPE_F32, shape);
}

static void
add_inputs (Builder * b)
{
  const VideoSize size = { b->config->width, b->config->height };
  const SgShape frame = SG_SHAPE (1, b->config->pixels.channels, size.height,
      size.width);
  const SgShape mask = SG_SHAPE (1, 1, size.height, size.width);
  const SgShape parameters = SG_SHAPE (SG_COMPOSE_N_PARAMS);

  b->frame = sg_graph_add_input (b->graph, "frame", get_dtype (b->config),
      &frame);
  b->compose = add_input (b, "compose.parameters", &parameters,
      &b->result->compose);
  if (b->config->masked)
    b->mask = add_input (b, "compose.mask", &mask, &b->result->mask);
  if (b->config->n_networks > 1)
    b->mix = add_input (b, "mix.parameters", &parameters, &b->result->mix);
}

/* --- the picture ------------------------------------------------------------------ */

/* @styled with @frame as @parameters say; @mask may be NULL. */
static SgValue *
add_compose (Builder * b, SgValue * styled, SgValue * frame,
    SgValue * parameters, SgValue * mask)
{
  SgValue *inputs[4] = { styled, frame, parameters, mask };
  SgComposeAttrs attrs;

  memcpy (attrs.order, b->config->pixels.order, sizeof attrs.order);
  return video_add_node (b->graph, "compose", &attrs, inputs, mask ? 4 : 3,
      b->error);
}

/* What the networks make of the views @x, which have the working size. */
static gboolean
add_networks (Builder * b, SgValue * const *x, SgValue ** pictures)
{
  const VideoGraphConfig *config = b->config;
  SgValue *made[2][VIDEO_MAX_VIEWS];

  for (guint i = 0; i < config->n_networks; i++)
    if (!video_network_add (b->graph, &config->networks[i], &config->pixels,
            config->wrap, x, b->n_views, made[i], b->error))
      return FALSE;
  for (guint v = 0; v < b->n_views; v++) {
    pictures[v] = config->n_networks > 1 ? add_compose (b, made[1][v],
        made[0][v], b->mix, NULL) : made[0][v];
    if (pictures[v] == NULL)
      return FALSE;
  }
  return TRUE;
}

/* Returns: @picture, NULL if it is carried, filtered */
static SgValue *
add_filter (Builder * b, guint view, SgValue * x, SgValue * picture)
{
  const VideoGraphConfig *config = b->config;
  VideoTemporal *first = &b->result->temporal;
  VideoTemporal *temporal = view == 0 ? first : &b->result->right;
  const VideoTemporalConfig filter = {
    .mode = config->temporal == SG_TEMPORAL_STATIC ? VIDEO_TEMPORAL_STATIC
        : VIDEO_TEMPORAL_MOTION,
    .width = b->working.width, .height = b->working.height,
    .input = config->pixels, .output = config->pixels,
    .can_carry = config->carry != VIDEO_CARRY_NEVER,
    .wrap = config->wrap,
    .alternating = config->stereo == SG_STEREO_FRAME_BY_FRAME,
    .parameters = view == 0 ? NULL
        : g_ptr_array_index (b->graph->inputs, first->parameters)
  };

  return video_temporal_add (b->graph, &filter, x, picture, temporal,
      b->error) ? temporal->filtered : NULL;
}

/* The second view as the first one shows things. */
static gboolean
add_follow (Builder * b, SgValue * const *x, SgValue ** pictures)
{
  const VideoStereo stereo = { b->config->pixels, b->working, b->config->wrap,
    {x[0], x[1]}, {pictures[0], pictures[1]}
  };

  if (b->n_views == 2)
    pictures[1] = video_stereo_follow (b->graph, &stereo, b->error);
  return pictures[b->n_views - 1] != NULL;
}

/* Views @x at the working size, stylised and filtered. */
static gboolean
add_stylised (Builder * b, SgValue * const *x, SgValue ** pictures)
{
  for (guint v = 0; v < b->n_views; v++)
    pictures[v] = NULL;
  if (b->config->carry != VIDEO_CARRY_ONLY && !add_networks (b, x, pictures))
    return FALSE;
  for (guint v = 0; v < b->n_views
      && b->config->temporal != SG_TEMPORAL_OFF; v++) {
    pictures[v] = add_filter (b, v, x[v], pictures[v]);
    if (pictures[v] == NULL)
      return FALSE;
  }
  return add_follow (b, x, pictures);
}

static SgValue *
add_resize (Builder * b, SgValue * x, VideoSize from, VideoSize to)
{
  const gint channels = b->config->pixels.channels;

  return b->config->wrap ? video_wrap_resize (b->graph, x, channels,
      from.width, from.height, to.width, to.height, b->error)
      : video_add_resize (b->graph, x, channels, from, to, b->error);
}

/* @view + scale back (@picture - @small) */
static SgValue *
add_edit (Builder * b, SgValue * view, SgValue * small, SgValue * picture)
{
  SgValue *args[2] = { picture, small };
  SgValue *edit = video_add_node (b->graph, "sub", NULL, args, 2, b->error);

  if (edit == NULL)
    return NULL;
  args[0] = view;
  args[1] = add_resize (b, edit, b->working, b->size);
  return args[1] ? video_add_node (b->graph, "add", NULL, args, 2, b->error)
      : NULL;
}

/* The frame, stylised view by view. */
static SgValue *
add_views (Builder * b)
{
  const SgStereoMode mode = b->config->stereo;
  const VideoSize frame = { b->config->width, b->config->height };
  const gboolean scaled = b->size.width != b->working.width
      || b->size.height != b->working.height;
  SgValue *views[VIDEO_MAX_VIEWS], *small[VIDEO_MAX_VIEWS];
  SgValue *pictures[VIDEO_MAX_VIEWS];

  if (!video_stereo_split (b->graph, mode, frame, b->frame, views, b->error))
    return NULL;
  for (guint v = 0; v < b->n_views; v++) {
    small[v] = scaled ? add_resize (b, views[v], b->size, b->working)
        : views[v];
    if (small[v] == NULL)
      return NULL;
  }
  if (!add_stylised (b, small, pictures))
    return NULL;
  for (guint v = 0; v < b->n_views && scaled; v++) {
    pictures[v] = add_edit (b, views[v], small[v], pictures[v]);
    if (pictures[v] == NULL)
      return NULL;
  }
  return b->n_views > 1 ? video_stereo_join (b->graph, mode, pictures,
      b->error) : pictures[0];
}

static void
finish_temporal (SgGraph * graph, VideoTemporal * temporal, VideoGraph * result)
{
  video_temporal_finish (graph, temporal);
  for (guint i = 0; i < temporal->n_states; i++)
    result->states[result->n_states++] = temporal->states[i];
}

SgGraph *
video_graph_new (const VideoGraphConfig * config, VideoGraph * result,
    GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  const VideoFit *fit = &config->networks[0].fit;
  const VideoSize frame = { config->width, config->height };
  Builder b = { graph, config, result, error, frame,
    {fit->width, fit->height}
  };
  SgValue *picture;

  memset (result, 0, sizeof *result);
  b.n_views = video_stereo_get_views (config->stereo, frame, &b.size, error);
  if (b.n_views == 0)
    return NULL;
  add_inputs (&b);
  picture = add_views (&b);
  if (picture)
    picture = add_compose (&b, picture, b.frame, b.compose, b.mask);
  if (picture == NULL)
    return NULL;
  sg_graph_add_output (graph, "picture", picture);
  if (config->temporal != SG_TEMPORAL_OFF)
    finish_temporal (graph, &result->temporal, result);
  if (config->temporal != SG_TEMPORAL_OFF && b.n_views > 1)
    finish_temporal (graph, &result->right, result);
  return g_steal_pointer (&graph);
}
