/* gst-stylegan: how a model can be run on a picture of a given size
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Files often fix the size that a model was exported at although it runs at any,
 * and models that run at any size often want a multiple of their stride. Neither
 * is written down anywhere, so shape inference is asked.
 *
 * Two sizes that are multiples of every usual stride tell what kind of model it
 * is: whether its picture has the size of what goes in, differs by a constant
 * (convolutions without padding), or by a factor. Then the smallest padding that
 * works is looked for. */
#include "video/fit.h"

#include <sg/session.h>

#include <string.h>

#include "graph/graph.h"

/* The largest stride that is padded for: six halvings. */
#define MAX_MULTIPLE 64
/* A model that needs a certain size (deep ones with reflecting pads do) must
 * need no more than this many times MAX_MULTIPLE beyond the picture. */
#define MAX_STEPS 8
/* More than this is no border that convolutions have eaten. */
#define MAX_DIFFERENCE 256
/* The most that a model may enlarge or reduce a picture. */
#define MAX_RATIO 8

typedef struct
{
  gint width, height;
} Size;

/* --- the image among the inputs ------------------------------------------- */

static gboolean
is_half_or_float (SgDType dtype)
{
  return dtype == SG_DTYPE_F32 || dtype == SG_DTYPE_F16
      || dtype == SG_DTYPE_BF16;
}

/* "2 inputs: content, style". Returns: (transfer full) */
static gchar *
list_inputs (SgGraph * graph, guint n)
{
  GString *s = g_string_new (NULL);
  const gchar *separator = ": ";
  guint i;

  g_string_append_printf (s, "%u inputs", n);
  for (i = 0; i < graph->inputs->len; i++) {
    const SgValue *value = g_ptr_array_index (graph->inputs, i);

    if (value->constant)
      continue;
    g_string_append_printf (s, "%s%s", separator,
        value->name ? value->name : "(unnamed)");
    separator = ", ";
  }
  return g_string_free (s, FALSE);
}

static gboolean
check_input (const SgTensorDesc * desc, GError ** error)
{
  const gint64 *dim = desc->shape.dim;
  const gboolean known = desc->shape.rank >= 0;

  if (!is_half_or_float (desc->dtype)) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model takes its image as %s; a style model takes floating point "
        "numbers", sg_dtype_name (desc->dtype));
    return FALSE;
  }
  if (known && (desc->shape.rank != 4 || dim[0] > 1 || dim[0] == 0
          || (dim[1] >= 0 && dim[1] != 1 && dim[1] != 3)
          || dim[2] == 0 || dim[3] == 0)) {
    g_autofree gchar *shape = sg_shape_to_string (&desc->shape);

    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model takes %s; a style model takes one image, "
        "[1,3,height,width] or [1,1,height,width]", shape);
    return FALSE;
  }
  return TRUE;
}

static gint
fixed_dim (const SgShape * shape, gint axis)
{
  if (shape->rank != 4 || shape->dim[axis] <= 0)
    return -1;
  return (gint) MIN (shape->dim[axis], G_MAXINT);
}

static gboolean
is_style (const SgValue * value)
{
  g_autofree gchar *name = g_ascii_strdown (value->name ? value->name : "", -1);

  return strstr (name, "style") != NULL;
}

/* The first two inputs without a value. Returns: how many there are */
static guint
find_inputs (SgGraph * graph, guint found[2])
{
  guint n = 0;

  for (guint i = 0; i < graph->inputs->len; i++) {
    const SgValue *value = g_ptr_array_index (graph->inputs, i);

    if (value->constant)
      continue;
    if (n < 2)
      found[n] = i;
    n++;
  }
  if (n == 2 && is_style (g_ptr_array_index (graph->inputs, found[0]))
      && !is_style (g_ptr_array_index (graph->inputs, found[1]))) {
    const guint style = found[0];

    found[0] = found[1];
    found[1] = style;
  }
  return n;
}

static gint
count_channels (const SgTensorDesc * desc, SgChannelOrder order)
{
  const gint channels = fixed_dim (&desc->shape, 1);

  return channels > 0 ? channels : order == SG_CHANNEL_ORDER_GRAY ? 1 : 3;
}

gboolean
video_model_init (VideoModel * video, SgModel * model, SgChannelOrder order,
    GError ** error)
{
  SgGraph *graph = sg_model_get_graph (model);
  const SgTensorDesc *desc;
  guint found[2], n = find_inputs (graph, found);

  if (n < 1 || n > 2 || graph->outputs->len == 0
      || (n == 2 && !check_input (sg_graph_get_input_desc (graph, found[1]),
              NULL))) {
    g_autofree gchar *inputs = list_inputs (graph, n);

    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model has %s; a style model has one image as input, and maybe a "
        "second one for the style, and one as output",
        graph->outputs->len > 0 ? inputs : "no outputs");
    return FALSE;
  }
  video->input = found[0];
  desc = sg_graph_get_input_desc (graph, video->input);
  if (!check_input (desc, error))
    return FALSE;
  video->graph = graph;
  video->dtype = desc->dtype;
  video->channels = count_channels (desc, order);
  video->fixed_height = fixed_dim (&desc->shape, 2);
  video->fixed_width = fixed_dim (&desc->shape, 3);
  video->style = VIDEO_NO_STYLE;
  if (n == 1)
    return TRUE;
  video->style = found[1];
  desc = sg_graph_get_input_desc (graph, video->style);
  video->style_channels = count_channels (desc, order);
  video->style_height = fixed_dim (&desc->shape, 2);
  video->style_width = fixed_dim (&desc->shape, 3);
  return TRUE;
}

/* --- the image among the outputs ------------------------------------------ */

static gboolean
is_image (const VideoModel * video, const SgTensorDesc * desc)
{
  return is_half_or_float (desc->dtype) && desc->shape.rank == 4
      && desc->shape.dim[0] == 1 && desc->shape.dim[1] == video->channels
      && desc->shape.dim[2] > 0 && desc->shape.dim[2] <= G_MAXINT / 4
      && desc->shape.dim[3] > 0 && desc->shape.dim[3] <= G_MAXINT / 4;
}

static gboolean
no_image (const VideoModel * video, const SgTensorDesc * desc, GError ** error)
{
  g_autofree gchar *shape = sg_shape_to_string (&desc->shape);

  g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
      "the model's output '%s' is %s%s; a style model gives an image with the "
      "%d channels that it takes", sg_graph_get_output_name (video->graph, 0),
      sg_dtype_name (desc->dtype), shape, video->channels);
  return FALSE;
}

/* What comes out for @in. Errors: SG_ERROR_UNSUPPORTED only when what comes out
 * is no image, or as sg_session_infer (). */
static gboolean
infer (const VideoModel * video, Size in, Size * out, guint * output,
    GError ** error)
{
  SgGraph *graph = video->graph;
  const guint n_inputs = graph->inputs->len, n_outputs = graph->outputs->len;
  g_autofree SgTensorDesc *inputs = g_new0 (SgTensorDesc, n_inputs);
  g_autofree SgTensorDesc *outputs = g_new0 (SgTensorDesc, n_outputs);
  guint i;

  for (i = 0; i < n_inputs; i++)
    inputs[i] = *sg_graph_get_input_desc (graph, i);
  /* half precision is computed in single */
  inputs[video->input].dtype = SG_DTYPE_F32;
  inputs[video->input].shape = SG_SHAPE (1, video->channels, in.height,
      in.width);
  if (video->style != VIDEO_NO_STYLE) {
    inputs[video->style].dtype = SG_DTYPE_F32;
    inputs[video->style].shape = SG_SHAPE (1, video->style_channels,
        video->style_height, video->style_width);
  }
  if (!sg_session_infer (graph, inputs, n_inputs, outputs, error))
    return FALSE;
  for (i = 0; i < n_outputs; i++) {
    if (is_image (video, &outputs[i])) {
      out->height = (gint) outputs[i].shape.dim[2];
      out->width = (gint) outputs[i].shape.dim[3];
      *output = i;
      return TRUE;
    }
  }
  return no_image (video, &outputs[0], error);
}

/* --- the search ----------------------------------------------------------- */

static gint
round_up (gint n, gint multiple)
{
  return (n + multiple - 1) / multiple * multiple;
}

static Size
aligned_size (gint width, gint height, gint step)
{
  Size size = {
    round_up (width, MAX_MULTIPLE) + step * MAX_MULTIPLE,
    round_up (height, MAX_MULTIPLE) + step * MAX_MULTIPLE
  };

  return size;
}

/* The first two aligned sizes that work. Errors: that of the first size tried,
 * which is the one closest to the picture. */
static gboolean
probe (const VideoModel * video, Size want, Size in[2], Size out[2],
    guint * output, GError ** error)
{
  GError *first = NULL;
  gint found = 0, step;

  for (step = 0; step < MAX_STEPS && found < 2; step++) {
    in[found] = aligned_size (want.width, want.height, step);
    if (infer (video, in[found], &out[found], output, first ? NULL : &first))
      found++;
    else if (g_error_matches (first, SG_ERROR, SG_ERROR_UNSUPPORTED))
      break;
  }
  if (found == 2) {
    g_clear_error (&first);
    return TRUE;
  }
  if (first)
    g_propagate_error (error, first);
  else
    g_set_error_literal (error, SG_ERROR, SG_ERROR_SHAPE,
        "it runs at a single size");
  return FALSE;
}

static gboolean
classify (const Size in[2], const Size out[2], VideoFitKind * kind,
    Size * difference)
{
  difference->width = out[0].width - in[0].width;
  difference->height = out[0].height - in[0].height;
  if (out[1].width - in[1].width == difference->width
      && out[1].height - in[1].height == difference->height
      && ABS (difference->width) <= MAX_DIFFERENCE
      && ABS (difference->height) <= MAX_DIFFERENCE) {
    *kind = VIDEO_FIT_PAD;
    return TRUE;
  }
  *kind = VIDEO_FIT_RATIO;
  return (gint64) out[0].width * in[1].width
      == (gint64) out[1].width * in[0].width
      && (gint64) out[0].height * in[1].height
      == (gint64) out[1].height * in[0].height
      && out[0].width <= in[0].width * (gint64) MAX_RATIO
      && in[0].width <= out[0].width * (gint64) MAX_RATIO
      && out[0].height <= in[0].height * (gint64) MAX_RATIO
      && in[0].height <= out[0].height * (gint64) MAX_RATIO;
}

/* Whether @out holds the wanted picture. A side may be up to a stride larger
 * than it should: halving rounds up, doubling does not come back. */
static gboolean
is_enough (VideoFitKind kind, Size in, Size out, Size want, Size difference,
    Size probe_in, Size probe_out)
{
  gint extra_w = out.width - in.width - difference.width;
  gint extra_h = out.height - in.height - difference.height;

  if (kind == VIDEO_FIT_RATIO)
    return (gint64) out.width * probe_in.width
        == (gint64) probe_out.width * in.width
        && (gint64) out.height * probe_in.height
        == (gint64) probe_out.height * in.height;
  return extra_w < MAX_MULTIPLE && extra_h < MAX_MULTIPLE
      && out.width >= want.width + MAX (difference.width, 0) / 2
      && out.height >= want.height + MAX (difference.height, 0) / 2;
}

static void
set_fit (VideoFit * fit, VideoFitKind kind, Size in, Size out, Size difference)
{
  fit->kind = kind;
  fit->in_width = in.width;
  fit->in_height = in.height;
  fit->out_width = out.width;
  fit->out_height = out.height;
  if (kind != VIDEO_FIT_PAD)
    return;
  /* what convolutions eat or add they eat or add on both sides */
  fit->pad_left = MAX (-difference.width, 0) / 2;
  fit->pad_top = MAX (-difference.height, 0) / 2;
  fit->crop_left = MAX (difference.width, 0) / 2;
  fit->crop_top = MAX (difference.height, 0) / 2;
}

static gboolean
find_padding (const VideoModel * video, Size want, VideoFit * fit,
    GError ** error)
{
  Size in[2], out[2], size, result, difference;
  VideoFitKind kind;
  gint multiple, step;

  if (!probe (video, want, in, out, &fit->output, error))
    return FALSE;
  if (!classify (in, out, &kind, &difference)) {
    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
        "a picture of %dx%d comes out as %dx%d, one of %dx%d as %dx%d",
        in[0].width, in[0].height, out[0].width, out[0].height, in[1].width,
        in[1].height, out[1].width, out[1].height);
    return FALSE;
  }
  for (multiple = 1, step = 0; step < MAX_STEPS;) {
    gint eaten_w = kind == VIDEO_FIT_PAD ? MAX (-difference.width, 0) : 0;
    gint eaten_h = kind == VIDEO_FIT_PAD ? MAX (-difference.height, 0) : 0;

    size.width = round_up (want.width + eaten_w, multiple);
    size.height = round_up (want.height + eaten_h, multiple);
    if (step > 0)
      size = aligned_size (size.width, size.height, step);
    if (infer (video, size, &result, &fit->output, NULL)
        && is_enough (kind, size, result, want, difference, in[0], out[0])) {
      set_fit (fit, kind, size, result, difference);
      return TRUE;
    }
    if (multiple < MAX_MULTIPLE)
      multiple *= 2;
    else
      step++;
  }
  g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
      "no padding to a multiple of up to %d suits it", MAX_MULTIPLE);
  return FALSE;
}

/* At the size that the file fixes. @reason: why not at the picture's; taken */
static gboolean
find_fixed (const VideoModel * video, VideoFit * fit, GError * reason,
    GError ** error)
{
  const SgTensorDesc *desc = sg_graph_get_input_desc (video->graph,
      video->input);
  g_autofree gchar *shape = sg_shape_to_string (&desc->shape);
  g_autoptr (GError) err = NULL;
  Size none = { 0, 0 }, in, out;

  in.width = video->fixed_width > 0 ? video->fixed_width
      : round_up (fit->width, MAX_MULTIPLE);
  in.height = video->fixed_height > 0 ? video->fixed_height
      : round_up (fit->height, MAX_MULTIPLE);
  if ((video->fixed_width > 0 || video->fixed_height > 0)
      && infer (video, in, &out, &fit->output, &err)) {
    set_fit (fit, VIDEO_FIT_FIXED, in, out, none);
    g_error_free (reason);
    return TRUE;
  }
  g_set_error (error, SG_ERROR,
      reason->domain == SG_ERROR ? reason->code : SG_ERROR_SHAPE,
      "the model, whose input is declared as %s, does not run on a picture of "
      "%dx%d: %s", shape, fit->width, fit->height,
      err ? err->message : reason->message);
  g_error_free (reason);
  return FALSE;
}

gboolean
video_fit_find (const VideoModel * video, gint width, gint height,
    VideoFit * fit, GError ** error)
{
  GError *reason = NULL;
  Size want = { width, height };

  memset (fit, 0, sizeof *fit);
  fit->width = width;
  fit->height = height;
  if (find_padding (video, want, fit, &reason))
    return TRUE;
  return find_fixed (video, fit, reason, error);
}
