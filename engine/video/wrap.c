/* gst-stylegan: a model made to run on pictures whose rows are circles, or on several at
 * a time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video/wrap.h"

#include <math.h>

#include "graph/splice.h"
#include "ops/pad.h"
#include "video/rewrite.h"

static const SgResizeAttrs linear = { .mode = SG_RESIZE_LINEAR,
  .coordinates = SG_RESIZE_HALF_PIXEL, .antialias = TRUE
};

/* --- one size ---------------------------------------------------------------------- */

/* What the model is shown of the circle. */
static gint
ring_width (const VideoFit * fit)
{
  return fit->kind == VIDEO_FIT_FIXED ? fit->in_width : fit->width;
}

/* @video's graph with the shapes that it has for @n pictures of @width x @height. */
static SgGraph *
infer_model (const VideoModel * video, gint64 n, gint width, gint height,
    GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_copy (video->graph);
  g_autofree SgTensorDesc *inputs = g_new0 (SgTensorDesc, graph->inputs->len);

  if (!plan_promote (graph, error))
    return NULL;
  for (guint i = 0; i < graph->inputs->len; i++)
    inputs[i] = *sg_graph_get_input_desc (graph, i);
  inputs[video->input].shape = SG_SHAPE (n, video->channels, height, width);
  return plan_infer (graph, inputs, graph->inputs->len, error)
      ? g_steal_pointer (&graph) : NULL;
}

/* The picture that @ring is, of what the model makes of @fit's padded picture: @out. */
static SgValue *
add_picture (SgBuild * b, const VideoFit * fit, const SgTensorDesc * out,
    const VideoTwin * ring)
{
  gint64 top = fit->crop_top, rows, extra = 0;
  SgValue *y;

  /* what convolutions eat or add they eat or add on both sides */
  if (fit->kind != VIDEO_FIT_RATIO)
    extra = (out->shape.dim[3] - ring_width (fit)) / 2;
  y = video_rings_roll (b, ring->value, extra - ring->origin);
  if (fit->kind == VIDEO_FIT_FIXED)
    return video_rings_resize (b, y, &linear, fit->height, fit->width);
  if (fit->kind == VIDEO_FIT_RATIO)
    y = video_rings_resize (b, y, &linear, fit->in_height, fit->width);
  if (b->error)
    return NULL;
  rows = y->desc.shape.dim[2];
  return video_rings_crop (b, y, 0, top, 0, rows - top - fit->height);
}

/* What the model makes of the circles @x, [n,C,fit.height,fit.width]: the same. */
static SgValue *
add_circles (VideoRewriter * r, const VideoModel * video,
    const VideoFit * fit, SgValue * x)
{
  SgBuild *b = &r->build;
  g_autoptr (SgGraph) model = b->error ? NULL : infer_model (video,
      x->desc.shape.dim[0], ring_width (fit), fit->in_height, &b->error);
  const SgTensorDesc *out;
  VideoTwin ring;

  if (model == NULL)
    return NULL;
  out = &g_array_index (model->outputs, SgGraphOutput, fit->output).value->desc;
  x = fit->kind == VIDEO_FIT_FIXED ? video_rings_resize (b, x, &linear,
      fit->in_height, fit->in_width) : video_rings_pad_rows (b, x,
      fit->pad_top, fit->in_height - fit->height - fit->pad_top);
  ring = video_rewrite (r, model, video->input, fit->output, x);
  return b->error ? NULL : add_picture (b, fit, out, &ring);
}

/* --- poles ---------------------------------------------------------------------------
 *
 * Near a pole a pixel is far narrower than it is high, and what has a shape to the
 * network is squeezed into wedges. So the network is also shown the rows around both
 * poles with a half, a quarter .. of the columns, where a pixel is then as wide
 * as high again, and its pictures, with the coefficients of the whole one, are put over
 * that. All of a row is treated alike, so that turning changes nothing. Meteorology
 * knows this as a reduced grid. */

#define MAX_BANDS 5
/* Columns of the narrowest ring of a band. */
#define MIN_RING 8
/* Rows beyond the band for the network to see. */
#define CONTEXT 24

/* Rows from the pole to where a pixel is half way, as a factor, between 2^(band-1) and
 * 2^band times as high as wide. */
static gdouble
band_rows (guint band, gint height)
{
  return (0.5 - acos (M_SQRT2 / (1 << band)) / G_PI) * height;
}

/* The first and the last @rows of @x, [n,..], as [2n,..]. */
static SgValue *
take_caps (SgBuild * b, SgValue * x, gint64 rows)
{
  SgValue *caps[2];
  gint64 rest;

  if (b->error)
    return NULL;
  rest = x->desc.shape.dim[2] - rows;
  caps[0] = video_rings_crop (b, x, 0, 0, 0, rest);
  caps[1] = video_rings_crop (b, x, 0, rest, 0, 0);
  return sg_build_concat (b, 0, caps, 2);
}

/* [1,1,@keep,1]: 1 at the pole, 0 from row @rows on, half of it at @at. */
static SgValue *
add_mask (SgBuild * b, gint64 keep, gdouble at, gboolean south)
{
  const SgShape shape = SG_SHAPE (1, 1, keep, 1);
  g_autofree gdouble *mask = g_new (gdouble, keep);

  for (gint64 i = 0; i < keep; i++)
    mask[south ? keep - 1 - i : i] =
        CLAMP (0.5 + (at - (i + 0.5)) / (2 * (keep - at)), 0, 1);
  return sg_build_floats (b, mask, &shape);
}

/* @y with @caps, [2n,C,rows,..], over its first and last @keep rows. */
static SgValue *
put_caps (SgBuild * b, SgValue * y, SgValue * caps, gint64 keep, gdouble at)
{
  gint64 height, n, rows, sizes[2];
  SgValue *halves[2], *parts[3];

  if (b->error)
    return NULL;
  height = y->desc.shape.dim[2];
  n = y->desc.shape.dim[0];
  rows = caps->desc.shape.dim[2];
  sizes[0] = sizes[1] = n;
  if (!sg_build_split (b, caps, 0, sizes, 2, halves))
    return NULL;
  for (guint i = 0; i < 2; i++) {
    SgValue *under = video_rings_crop (b, y, 0, i ? height - keep : 0, 0,
        i ? 0 : height - keep);
    SgValue *over = video_rings_crop (b, halves[i], 0, i ? rows - keep : 0, 0,
        i ? 0 : rows - keep);

    over = sg_build_binary (b, "mul", sg_build_binary (b, "sub", over, under),
        add_mask (b, keep, at, i > 0));
    parts[2 * i] = sg_build_binary (b, "add", under, over);
  }
  parts[1] = video_rings_crop (b, y, 0, keep, 0, keep);
  return sg_build_concat (b, 2, parts, 3);
}

/* @y, what came out for @x, with the poles done again. */
static SgValue *
add_poles (VideoRewriter * r, const VideoModel * video, const VideoFit * fit,
    SgValue * x, SgValue * y)
{
  const gint64 stride = fit->width / MAX (r->narrowest, 1);
  SgBuild *b = &r->build;

  for (guint band = 1; band <= MAX_BANDS && !b->error; band++) {
    const gdouble at = band_rows (band, fit->height);
    const gint keep = (gint) ceil (1.25 * at);
    const gint rows = (keep + CONTEXT + 15) / 16 * 16;
    const gint width = fit->width >> band;
    SgValue *caps;
    VideoFit fit_caps;

    if (at < 2 || 2 * rows > fit->height || width < MIN_RING * stride
        || fit->width % (2 * stride << band) != 0
        || !video_fit_find (video, width, rows, &fit_caps, NULL)
        || fit_caps.kind != fit->kind)
      return y;
    caps = video_rings_resize (b, take_caps (b, x, rows), &linear, rows, width);
    caps = add_circles (r, video, &fit_caps, caps);
    caps = video_rings_resize (b, caps, &linear, rows, fit->width);
    y = put_caps (b, y, caps, keep, at);
  }
  return y;
}

/* --- the model ---------------------------------------------------------------------- */

static SgValue *
add_model (VideoRewriter * r, const VideoModel * video, const VideoFit * fit,
    SgValue * x)
{
  g_autoptr (SgGraph) model = NULL;
  SgValue *y;

  if (r->wrap) {
    y = add_circles (r, video, fit, x);
    return y == NULL || fit->kind == VIDEO_FIT_FIXED ? y
        : add_poles (r, video, fit, x, y);
  }
  model = infer_model (video, x->desc.shape.dim[0], fit->in_width,
      fit->in_height, &r->build.error);
  return model ? video_rewrite (r, model, video->input, fit->output, x).value
      : NULL;
}

static SgGraph *
rewrite (const VideoModel * video, const VideoFit * fit,
    const VideoWrapConfig * config, gboolean * can_turn, GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GPtrArray) coefficients = g_ptr_array_new ();
  VideoRewriter r = { {graph, NULL, SG_DTYPE_F32}, config->wrap,
  config->wrap || config->n_pictures > 1, coefficients, 0, fit->width,
  fit->width % 2 == 0
  };
  const SgShape shape = config->wrap ? SG_SHAPE (config->n_pictures,
      video->channels, fit->height, fit->width)
      : SG_SHAPE (config->n_pictures, video->channels, fit->in_height,
      fit->in_width);
  SgValue *y = add_model (&r, video, fit, sg_graph_add_input (graph, "picture",
          SG_DTYPE_F32, &shape));

  if (can_turn)
    *can_turn = r.can_turn;
  if (r.build.error) {
    g_propagate_error (error, r.build.error);
    return NULL;
  }
  sg_graph_add_output (graph, "picture", y);
  return g_steal_pointer (&graph);
}

SgGraph *
video_wrap_new (const VideoModel * video, const VideoFit * fit,
    const VideoWrapConfig * config, GError ** error)
{
  return rewrite (video, fit, config, NULL, error);
}

#define MAX_MULTIPLE 64

gint
video_wrap_find_width (const VideoModel * video, gint width, gint height,
    GError ** error)
{
  const VideoWrapConfig config = { 1, TRUE };
  GError *problem = NULL;

  for (gint multiple = 2; multiple <= 2 * MAX_MULTIPLE; multiple *= 2) {
    gint wanted = MAX ((width + multiple / 2) / multiple, 1) * multiple;
    gboolean can_turn = FALSE;
    SgGraph *graph;
    VideoFit fit;

    g_clear_error (&problem);
    if (!video_fit_find (video, wanted, height, &fit, error))
      return 0;
    graph = rewrite (video, &fit, &config, &can_turn, &problem);
    if (graph && can_turn) {
      sg_graph_unref (graph);
      return wanted;
    }
    g_clear_pointer (&graph, sg_graph_unref);
    if (problem && g_error_matches (problem, SG_ERROR, SG_ERROR_UNSUPPORTED))
      break;
  }
  if (problem == NULL)
    g_set_error (&problem, SG_ERROR, SG_ERROR_SHAPE,
        "no width near %d is a circle that it can halve", width);
  g_propagate_error (error, problem);
  return 0;
}

/* --- around the model -------------------------------------------------------------- */

/* @part, of one input and output, behind @x. */
static SgValue *
append (SgGraph * graph, SgBuild * part, SgValue * x, SgValue * result,
    GError ** error)
{
  SgValue *y = NULL;

  if (part->error) {
    g_propagate_error (error, part->error);
  } else {
    sg_graph_add_output (part->graph, "y", result);
    sg_graph_append_graph (graph, part->graph, &x, &y);
  }
  return y;
}

SgValue *
video_wrap_resize (SgGraph * graph, SgValue * x, gint channels,
    gint from_width, gint from_height, gint to_width, gint to_height,
    GError ** error)
{
  const SgShape shape = SG_SHAPE (1, channels, from_height, from_width);
  g_autoptr (SgGraph) part = sg_graph_new ();
  SgBuild b = { part, NULL, SG_DTYPE_F32 };
  SgValue *y;

  if (from_width == to_width && from_height == to_height)
    return x;
  y = sg_graph_add_input (part, "x", SG_DTYPE_F32, &shape);
  y = video_rings_resize (&b, y, &linear, to_height, to_width);
  return append (graph, &b, x, y, error);
}

SgValue *
video_wrap_pad (SgGraph * graph, SgValue * x, gint margin, GError ** error)
{
  const SgPadAttrs attrs = { SG_PAD_WRAP };
  const gint64 pads[8] = { 0, 0, 0, margin, 0, 0, 0, margin };
  g_autoptr (SgTensor) tensor = sg_tensor_new_i64 (pads, 8);
  SgValue *inputs[2] = { x, sg_graph_add_constant (graph, NULL, tensor) };
  SgValue *const *outputs = sg_graph_add_node (graph, "pad", NULL, &attrs,
      inputs, 2, 1, error);

  return outputs ? outputs[0] : NULL;
}
