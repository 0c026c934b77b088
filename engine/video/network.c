/* gst-stylegan: a model as it runs inside the graph of a stylizer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video/network.h"

#include <string.h>

#include "graph/splice.h"
#include "ops/conv.h"
#include "ops/crop.h"
#include "ops/pad.h"
#include "ops/resize.h"
#include "video/stereo.h"
#include "video/wrap.h"

/* --- what it wants to see ---------------------------------------------------- */

static void
set_pixels (SgPixelConvention * pixels, gint channels, SgPixelRange range,
    SgChannelOrder order)
{
  const gboolean bgr = order == SG_CHANNEL_ORDER_BGR;

  pixels->channels = channels;
  for (gint i = 0; i < 3; i++)
    pixels->order[i] = bgr ? 2 - i : i;
  switch (range) {
    case SG_PIXEL_RANGE_16_235:
      pixels->scale = 219;
      pixels->offset = 16;
      break;
    case SG_PIXEL_RANGE_0_1:
      pixels->scale = 1;
      pixels->offset = 0;
      break;
    case SG_PIXEL_RANGE_MINUS1_1:
      pixels->scale = 2;
      pixels->offset = -1;
      break;
    default:
      pixels->scale = 255;
      pixels->offset = 0;
      break;
  }
}

gboolean
video_network_init (VideoNetwork * network, SgModel * model,
    SgPixelRange range, SgChannelOrder order, GError ** error)
{
  if (range == SG_PIXEL_RANGE_AUTO)
    range = sg_model_get_pixel_range (model);
  if (order == SG_CHANNEL_ORDER_AUTO)
    order = sg_model_get_channel_order (model);
  /* Linear light would need a decoding table without the encoding one on load
   * and the reverse on store, which SgTransfer does not describe. No style model
   * is known that uses it. */
  if (sg_model_get_gamma (model) != SG_GAMMA_SRGB) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model works on linear light (Image.ColorSpaceGamma), which is not "
        "supported; export it for sRGB");
    return FALSE;
  }
  if (!video_model_init (&network->model, model, order, error))
    return FALSE;
  if (network->model.channels == 3 && order == SG_CHANNEL_ORDER_GRAY) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model takes 3 channels, not gray; choose RGB or BGR as channel "
        "order");
    return FALSE;
  }
  set_pixels (&network->pixels, network->model.channels, range, order);
  return TRUE;
}

void
video_network_clear (VideoNetwork * network)
{
  g_clear_pointer (&network->graph, sg_graph_unref);
}

/* --- nodes --------------------------------------------------------------------- */

static SgValue *
add_integers (SgGraph * graph, const gint64 * values, gsize n)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new_i64 (values, n);

  return sg_graph_add_constant (graph, NULL, tensor);
}

SgValue *
video_add_node (SgGraph * graph, const gchar * op, gconstpointer attrs,
    SgValue * const *inputs, guint n_inputs, GError ** error)
{
  SgValue *const *outputs = sg_graph_add_node (graph, op, NULL, attrs, inputs,
      n_inputs, 1, error);

  return outputs ? outputs[0] : NULL;
}

SgValue *
video_add_resize (SgGraph * graph, SgValue * x, gint channels, VideoSize from,
    VideoSize to, GError ** error)
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
  return video_add_node (graph, "resize", &attrs, inputs, 4, error);
}

/* --- conversions --------------------------------------------------------------- */

static gboolean
is_same (const SgPixelConvention * a, const SgPixelConvention * b)
{
  return a->channels == b->channels && a->scale == b->scale
      && a->offset == b->offset
      && (a->channels == 1
      || memcmp (a->order, b->order, sizeof a->order) == 0);
}

/* What R'G'B' in plane @k of @from counts in plane @c of @to. */
static gfloat
get_share (const SgPixelConvention * from, gint k,
    const SgPixelConvention * to, gint c)
{
  static const gfloat luma[3] = { 0.2126f, 0.7152f, 0.0722f };

  if (from->channels == 1)
    return 1;
  return to->channels == 1 ? luma[from->order[k]]
      : from->order[k] == to->order[c];
}

/* A convolution of one pixel. */
SgValue *
video_add_conversion (SgGraph * graph, SgValue * x,
    const SgPixelConvention * from, const SgPixelConvention * to,
    GError ** error)
{
  const SgConvAttrs attrs = { .group = 1 };
  const SgShape shape = SG_SHAPE (to->channels, from->channels, 1, 1);
  const SgShape shift_shape = SG_SHAPE (to->channels);
  const gfloat gain = to->scale / from->scale;
  g_autoptr (SgTensor) scale = NULL;
  g_autoptr (SgTensor) shift = NULL;
  SgValue *inputs[3] = { x };

  if (is_same (from, to))
    return x;
  scale = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  shift = scale ? sg_tensor_new (SG_DTYPE_F32, &shift_shape, error) : NULL;
  if (shift == NULL)
    return NULL;
  for (gint c = 0; c < to->channels; c++) {
    ((gfloat *) shift->data)[c] = to->offset - from->offset * gain;
    for (gint k = 0; k < from->channels; k++)
      ((gfloat *) scale->data)[c * from->channels + k] =
          gain * get_share (from, k, to, c);
  }
  inputs[1] = sg_graph_add_constant (graph, NULL, scale);
  inputs[2] = sg_graph_add_constant (graph, NULL, shift);
  return video_add_node (graph, "conv", &attrs, inputs, 3, error);
}

/* --- the model ------------------------------------------------------------------- */

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
  return video_add_node (graph, "pad", &attrs, inputs, 2, error);
}

/* @x reduced to the wanted picture. */
static SgValue *
add_crop (SgGraph * graph, SgValue * x, const VideoFit * fit, VideoSize from,
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
  return video_add_node (graph, "slice", NULL, inputs, 4, error);
}

static SgValue *
add_model (SgGraph * graph, const VideoModel * video, guint output, SgValue * x)
{
  SgGraph *model = video->graph;
  g_autofree SgValue **inputs = g_new0 (SgValue *, model->inputs->len);
  g_autofree SgValue **outputs = g_new0 (SgValue *, model->outputs->len);

  for (guint i = 0; i < model->inputs->len; i++) {
    const SgValue *value = g_ptr_array_index (model->inputs, i);

    inputs[i] = i == video->input ? x
        : sg_graph_add_constant (graph, value->name, value->constant);
  }
  sg_graph_append_graph (graph, model, inputs, outputs);
  return outputs[output];
}

/* What the model takes of the picture @x. */
static SgValue *
add_before (SgGraph * graph, const VideoNetwork * network, SgValue * x,
    GError ** error)
{
  const VideoFit *fit = &network->fit;
  const VideoSize wanted = { fit->width, fit->height };
  const VideoSize in = { fit->in_width, fit->in_height };

  return fit->kind == VIDEO_FIT_FIXED ? video_add_resize (graph, x,
      network->model.channels, wanted, in, error)
      : add_pad (graph, x, fit, error);
}

/* The picture in what it gives. */
static SgValue *
add_after (SgGraph * graph, const VideoNetwork * network, SgValue * x,
    GError ** error)
{
  const VideoFit *fit = &network->fit;
  const gint channels = network->model.channels;
  const VideoSize wanted = { fit->width, fit->height };
  const VideoSize in = { fit->in_width, fit->in_height };
  const VideoSize out = { fit->out_width, fit->out_height };

  if (fit->kind == VIDEO_FIT_FIXED)
    return video_add_resize (graph, x, channels, out, wanted, error);
  if (fit->kind == VIDEO_FIT_PAD)
    return add_crop (graph, x, fit, out, error);
  x = video_add_resize (graph, x, channels, out, in, error);
  return x ? add_crop (graph, x, fit, in, error) : NULL;
}

/* The model with padding and cropping, or with scaling, around it. */
static SgValue *
add_fitted (SgGraph * graph, const VideoNetwork * network, SgValue * x,
    GError ** error)
{
  x = add_before (graph, network, x, error);
  if (x == NULL)
    return NULL;
  x = add_model (graph, &network->model, network->fit.output, x);
  return add_after (graph, network, x, error);
}

/* --- several pictures, and pictures that go all around ------------------------------ */

#define MAX_MARGIN 128

/* With columns from beyond the seam on either side. */
static SgValue *
add_with_margin (SgGraph * graph, const VideoNetwork * network, SgValue * x,
    GError ** error)
{
  VideoNetwork wide = *network;
  const gint margin = MIN (MAX_MARGIN, network->fit.width / 4);
  const SgCropAttrs crop = { .left = margin, .right = margin };

  if (!video_fit_find (&wide.model, network->fit.width + 2 * margin,
          network->fit.height, &wide.fit, error))
    return NULL;
  x = video_wrap_pad (graph, x, margin, error);
  x = x ? add_fitted (graph, &wide, x, error) : NULL;
  return x ? video_add_node (graph, "crop", &crop, &x, 1, error) : NULL;
}

/* One after the other, each with statistics of its own. */
static gboolean
add_each (SgGraph * graph, const VideoNetwork * network, gboolean wrap,
    guint n, SgValue ** x, GError ** error)
{
  for (guint i = 0; i < n; i++) {
    x[i] = wrap ? add_with_margin (graph, network, x[i], error)
        : add_fitted (graph, network, x[i], error);
    if (x[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

/* @together: the model for all of them at a time. */
static gboolean
add_together (SgGraph * graph, const VideoNetwork * network,
    SgGraph * together, gboolean wrap, guint n, SgValue ** x, GError ** error)
{
  SgValue *all, *made;

  for (guint i = 0; i < n && !wrap; i++) {
    x[i] = add_before (graph, network, x[i], error);
    if (x[i] == NULL)
      return FALSE;
  }
  all = video_stereo_stack (graph, x, n, error);
  if (all == NULL)
    return FALSE;
  sg_graph_append_graph (graph, together, &all, &made);
  if (!video_stereo_unstack (graph, made, n, x, error))
    return FALSE;
  for (guint i = 0; i < n && !wrap; i++) {
    x[i] = add_after (graph, network, x[i], error);
    if (x[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

gboolean
video_network_add (SgGraph * graph, const VideoNetwork * network,
    const SgPixelConvention * pixels, gboolean wrap, SgValue * const *x,
    guint n, SgValue ** pictures, GError ** error)
{
  const VideoWrapConfig config = { (gint) n, wrap };
  g_autoptr (SgGraph) together = NULL;

  for (guint i = 0; i < n; i++) {
    pictures[i] = video_add_conversion (graph, x[i], pixels, &network->pixels,
        error);
    if (pictures[i] == NULL)
      return FALSE;
  }
  /* what has no such form is done otherwise */
  if (wrap || n > 1)
    together = video_wrap_new (&network->model, &network->fit, &config, NULL);
  if (!(together ? add_together (graph, network, together, wrap, n, pictures,
              error) : add_each (graph, network, wrap, n, pictures, error)))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    pictures[i] = video_add_conversion (graph, pictures[i], &network->pixels,
        pixels, error);
    if (pictures[i] == NULL)
      return FALSE;
  }
  return TRUE;
}
