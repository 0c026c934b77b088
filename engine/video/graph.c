/* gst-stylegan: the graph around a model
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "graph/splice.h"
#include "ops/pad.h"
#include "ops/resize.h"
#include "video/fit.h"

static SgValue *
add_integers (SgGraph * graph, const gint64 * values, gsize n)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new_i64 (values, n);

  return sg_graph_add_constant (graph, NULL, tensor);
}

static SgValue *
add_node (SgGraph * graph, const gchar * op, gconstpointer attrs,
    SgValue * const *inputs, guint n_inputs, GError ** error)
{
  SgValue *const *outputs = sg_graph_add_node (graph, op, NULL, attrs, inputs,
      n_inputs, 1, error);

  return outputs ? outputs[0] : NULL;
}

typedef struct
{
  gint width, height;
} Size;

/* @x, [1,@channels,from], at size @to: linear, half-pixel centres, and with a
 * filter as wide as a pixel of the result where it gets smaller. */
static SgValue *
add_resize (SgGraph * graph, SgValue * x, gint channels, Size from, Size to,
    GError ** error)
{
  const gint64 sizes[4] = { 1, channels, to.height, to.width };
  SgResizeAttrs attrs;
  SgValue *inputs[4] = { x, NULL, NULL, NULL };

  if (from.width == to.width && from.height == to.height)
    return x;
  memset (&attrs, 0, sizeof attrs);
  attrs.mode = SG_RESIZE_LINEAR;
  attrs.coordinates = SG_RESIZE_HALF_PIXEL;
  attrs.antialias = TRUE;
  inputs[3] = add_integers (graph, sizes, 4);
  return add_node (graph, "resize", &attrs, inputs, 4, error);
}

static SgValue *
add_pad (SgGraph * graph, SgValue * x, const VideoFit * fit, GError ** error)
{
  const gint right = fit->in_width - fit->width - fit->pad_left;
  const gint bottom = fit->in_height - fit->height - fit->pad_top;
  const gint64 pads[8] = { 0, 0, fit->pad_top, fit->pad_left,
    0, 0, bottom, right
  };
  SgPadAttrs attrs = { SG_PAD_REFLECT };
  SgValue *inputs[2] = { x, NULL };

  if (right == 0 && bottom == 0 && fit->pad_left == 0 && fit->pad_top == 0)
    return x;
  /* a reflection cannot be wider than the picture without its edge */
  if (MAX (fit->pad_left, right) >= fit->width
      || MAX (fit->pad_top, bottom) >= fit->height)
    attrs.mode = SG_PAD_EDGE;
  inputs[1] = add_integers (graph, pads, 8);
  return add_node (graph, "pad", &attrs, inputs, 2, error);
}

/* @x reduced to the wanted picture. */
static SgValue *
add_crop (SgGraph * graph, SgValue * x, const VideoFit * fit, Size from,
    GError ** error)
{
  const gint64 starts[2] = { fit->crop_top, fit->crop_left };
  const gint64 ends[2] = { fit->crop_top + fit->height,
    fit->crop_left + fit->width
  };
  const gint64 axes[2] = { 2, 3 };
  SgValue *inputs[4] = { x, NULL, NULL, NULL };

  if (from.width == fit->width && from.height == fit->height)
    return x;
  inputs[1] = add_integers (graph, starts, 2);
  inputs[2] = add_integers (graph, ends, 2);
  inputs[3] = add_integers (graph, axes, 2);
  return add_node (graph, "slice", NULL, inputs, 4, error);
}

static SgValue *
add_model (SgGraph * graph, const VideoModel * video, const VideoFit * fit,
    SgValue * x)
{
  SgGraph *model = video->graph;
  g_autofree SgValue **inputs = g_new0 (SgValue *, model->inputs->len);
  g_autofree SgValue **outputs = g_new0 (SgValue *, model->outputs->len);
  guint i;

  for (i = 0; i < model->inputs->len; i++) {
    const SgValue *value = g_ptr_array_index (model->inputs, i);

    inputs[i] = i == video->input ? x
        : sg_graph_add_constant (graph, value->name, value->constant);
  }
  sg_graph_append_graph (graph, model, inputs, outputs);
  return outputs[fit->output];
}

/* The model with padding and cropping, or with scaling, around it. */
static SgValue *
add_fitted_model (SgGraph * graph, const VideoModel * video,
    const VideoFit * fit, SgValue * x, GError ** error)
{
  const gint channels = video->channels;
  const Size wanted = { fit->width, fit->height };
  const Size in = { fit->in_width, fit->in_height };
  const Size out = { fit->out_width, fit->out_height };

  if (fit->kind == VIDEO_FIT_FIXED) {
    x = add_resize (graph, x, channels, wanted, in, error);
    if (x == NULL)
      return NULL;
    x = add_model (graph, video, fit, x);
    return add_resize (graph, x, channels, out, wanted, error);
  }
  x = add_pad (graph, x, fit, error);
  if (x == NULL)
    return NULL;
  x = add_model (graph, video, fit, x);
  if (fit->kind == VIDEO_FIT_PAD)
    return add_crop (graph, x, fit, out, error);
  x = add_resize (graph, x, channels, out, in, error);
  if (x == NULL)
    return NULL;
  return add_crop (graph, x, fit, in, error);
}

/* How the picture is filtered over time. */
typedef struct
{
  VideoTemporalConfig config;
  VideoTemporal *result;        /* NULL: not at all */
} Filter;

/* The model with what fits it to @x, and the filter behind it. */
static SgValue *
add_stylised (SgGraph * graph, const VideoModel * video, const VideoFit * fit,
    const Filter * filter, SgValue * x, GError ** error)
{
  SgValue *picture = add_fitted_model (graph, video, fit, x, error);

  if (picture == NULL || filter->result == NULL)
    return picture;
  return video_temporal_add (graph, &filter->config, x, picture,
      filter->result, error) ? filter->result->filtered : NULL;
}

/* frame + scale up (model (scaled frame) - scaled frame) */
static SgValue *
add_edit (SgGraph * graph, const VideoModel * video, const VideoFit * fit,
    const Filter * filter, SgValue * frame, Size size, GError ** error)
{
  const Size working = { fit->width, fit->height };
  SgValue *small, *edit, *args[2];

  small = add_resize (graph, frame, video->channels, size, working, error);
  if (small == NULL)
    return NULL;
  args[0] = add_stylised (graph, video, fit, filter, small, error);
  args[1] = small;
  if (args[0] == NULL)
    return NULL;
  edit = add_node (graph, "sub", NULL, args, 2, error);
  if (edit == NULL)
    return NULL;
  args[0] = frame;
  args[1] = add_resize (graph, edit, video->channels, working, size, error);
  if (args[1] == NULL)
    return NULL;
  return add_node (graph, "add", NULL, args, 2, error);
}

SgGraph *
video_graph_new (const VideoModel * video, const VideoFit * fit, gint width,
    gint height, const SgPixelConvention * convention, SgTemporalMode mode,
    VideoTemporal * temporal, GError ** error)
{
  const Size size = { width, height };
  const Filter filter = {
    {mode == SG_TEMPORAL_STATIC ? VIDEO_TEMPORAL_STATIC : VIDEO_TEMPORAL_MOTION,
        fit->width, fit->height, *convention, *convention},
    mode == SG_TEMPORAL_OFF ? NULL : temporal
  };
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgShape shape = SG_SHAPE (1, video->channels, size.height, size.width);
  SgValue *frame, *picture;

  /* declared as the model's input is: the session computes half precision
   * models in single when it is fed that */
  frame = sg_graph_add_input (graph, "frame", video->dtype, &shape);
  if (fit->width == size.width && fit->height == size.height)
    picture = add_stylised (graph, video, fit, &filter, frame, error);
  else
    picture = add_edit (graph, video, fit, &filter, frame, size, error);
  if (picture == NULL)
    return NULL;
  sg_graph_add_output (graph, "picture", picture);
  if (filter.result)
    video_temporal_finish (graph, temporal);
  return g_steal_pointer (&graph);
}
