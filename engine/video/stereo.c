/* gst-stylegan: frames of two views
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video/stereo.h"

#include <string.h>

#include "ops/concat.h"
#include "ops/flow_pyramid.h"
#include "ops/split.h"
#include "ops/temporal.h"

/* How fast trust falls with what the disparity does not explain, as in temporal.c. */
#define SHARPNESS 150
/* Two cameras never agree to the level: deviation of luma that is taken for granted. */
#define NOISE 2

guint
video_stereo_get_views (SgStereoMode mode, VideoSize frame, VideoSize * view,
    GError ** error)
{
  gint *side = mode == SG_STEREO_TOP_BOTTOM ? &view->height : &view->width;

  *view = frame;
  if (mode != SG_STEREO_SIDE_BY_SIDE && mode != SG_STEREO_TOP_BOTTOM)
    return 1;
  if (*side % 2 || *side < 2) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "frames of %dx%d have no two views of one size; crop them, or set "
        "stereo-mode=mono", frame.width, frame.height);
    return 0;
  }
  *side /= 2;
  return 2;
}

static gint64
axis_of (SgStereoMode mode)
{
  return mode == SG_STEREO_TOP_BOTTOM ? 2 : 3;
}

static gboolean
split (SgGraph * graph, SgValue * x, gint64 axis, gint64 size, guint n,
    SgValue ** parts, GError ** error)
{
  const gint64 sizes[VIDEO_MAX_VIEWS] = { size, size };
  const SgSplitAttrs attrs = { axis, 0 };
  g_autoptr (SgTensor) tensor = sg_tensor_new_i64 (sizes, n);
  SgValue *inputs[2] = { x, sg_graph_add_constant (graph, NULL, tensor) };
  SgValue *const *made = sg_graph_add_node (graph, "split", NULL, &attrs,
      inputs, 2, n, error);

  if (made)
    memcpy (parts, made, n * sizeof *parts);
  return made != NULL;
}

static SgValue *
concat (SgGraph * graph, gint64 axis, SgValue * const *parts, guint n,
    GError ** error)
{
  const SgConcatAttrs attrs = { axis };

  return video_add_node (graph, "concat", &attrs, parts, n, error);
}

gboolean
video_stereo_split (SgGraph * graph, SgStereoMode mode, VideoSize frame,
    SgValue * x, SgValue ** views, GError ** error)
{
  VideoSize view;
  guint n = video_stereo_get_views (mode, frame, &view, error);

  if (n == 1)
    views[0] = x;
  return n == 1 || (n > 1 && split (graph, x, axis_of (mode),
          mode == SG_STEREO_TOP_BOTTOM ? view.height : view.width, n, views,
          error));
}

SgValue *
video_stereo_join (SgGraph * graph, SgStereoMode mode, SgValue * const *views,
    GError ** error)
{
  return concat (graph, axis_of (mode), views, 2, error);
}

SgValue *
video_stereo_stack (SgGraph * graph, SgValue * const *pictures, guint n,
    GError ** error)
{
  return n == 1 ? pictures[0] : concat (graph, 0, pictures, n, error);
}

gboolean
video_stereo_unstack (SgGraph * graph, SgValue * x, guint n,
    SgValue ** pictures, GError ** error)
{
  if (n > 1)
    return split (graph, x, 0, 1, n, pictures, error);
  pictures[0] = x;
  return TRUE;
}

/* --- the right eye ------------------------------------------------------------- */

static SgValue *
add_luma (SgGraph * graph, const VideoStereo * s, guint view, GError ** error)
{
  SgLumaAttrs attrs = { s->pixels.scale, s->pixels.offset, {0, 1, 2}, 1 };

  if (s->pixels.channels == 3)
    memcpy (attrs.order, s->pixels.order, sizeof attrs.order);
  return video_add_node (graph, "luma", &attrs, &s->frames[view], 1, error);
}

/* Where everything in the second frame is in the first. */
static gboolean
add_disparity (SgGraph * graph, const VideoStereo * s, SgFlowPyramid * pyramid,
    GError ** error)
{
  pyramid->wrap = s->wrap;
  pyramid->before[0] = add_luma (graph, s, 0, error);
  pyramid->now[0] = pyramid->before[0] ? add_luma (graph, s, 1, error) : NULL;
  return pyramid->now[0]
      && sg_flow_add_levels (graph, pyramid, s->size.width, s->size.height,
      SG_FLOW_MAX_LEVELS, error) && sg_flow_add_search (graph, pyramid, error);
}

static SgValue *
add_scene (SgGraph * graph, GError ** error)
{
  const SgShape shape = SG_SHAPE (SG_SCENE_N);
  g_autoptr (SgTensor) scene = sg_tensor_new (SG_DTYPE_F32, &shape, error);

  if (scene == NULL)
    return NULL;
  memset (scene->data, 0, SG_SCENE_N * sizeof (gfloat));
  ((gfloat *) scene->data)[SG_SCENE_NOISE] = NOISE;
  return sg_graph_add_constant (graph, NULL, scene);
}

static SgValue *
add_binary (SgGraph * graph, const gchar * op, SgValue * a, SgValue * b,
    GError ** error)
{
  SgValue *inputs[2] = { a, b };

  return a && b ? video_add_node (graph, op, NULL, inputs, 2, error) : NULL;
}

SgValue *
video_stereo_follow (SgGraph * graph, const VideoStereo * s, GError ** error)
{
  const SgTemporalConfidenceAttrs trust = { SHARPNESS, SG_FLOW_STEP, s->wrap };
  const SgWarpAttrs warp = { SG_FLOW_STEP, 1, 0, s->wrap };
  SgFlowPyramid pyramid = { {NULL} };
  SgValue *inputs[4], *moved[2], *confidence, *change;

  if (!add_disparity (graph, s, &pyramid, error))
    return NULL;
  for (guint i = 0; i < 2; i++) {
    inputs[0] = i == 0 ? pyramid.before[0] : s->pictures[0];
    inputs[1] = pyramid.flow;
    moved[i] = video_add_node (graph, "warp", &warp, inputs, 2, error);
    if (moved[i] == NULL)
      return NULL;
  }
  inputs[0] = pyramid.now[0];
  inputs[1] = moved[0];
  inputs[2] = add_scene (graph, error);
  inputs[3] = pyramid.flow;
  confidence = inputs[2] ? video_add_node (graph, "temporal_confidence",
      &trust, inputs, 4, error) : NULL;
  if (confidence == NULL)
    return NULL;
  change = add_binary (graph, "sub", moved[1], s->pictures[1], error);
  change = add_binary (graph, "mul", change, confidence, error);
  return add_binary (graph, "add", s->pictures[1], change, error);
}
