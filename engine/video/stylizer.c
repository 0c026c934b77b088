/* gst-stylegan: a frame in, a stylised frame out
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Everything between the two conversions is one graph around the model's, run
 * by one session, so that the planner sees all of it:
 *
 *   frame -> [scale down] -> [pad] -> model -> [crop] -> picture
 *   picture                                        at full size
 *   frame + scale up (picture - scaled frame)      at a working size below it
 *
 * Range and channel order are not in it: sg_image_load () has them in its
 * matrix for nothing. */
#include <sg/session.h>
#include <sg/stylizer.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "graph/splice.h"
#include "ops/pad.h"
#include "ops/resize.h"
#include "video/fit.h"

#define MAX_SIZE 16384
/* No working size is smaller: below it there is no picture left to stylise. */
#define MIN_WORKING_SIZE 16

struct _SgStylizer
{
  SgDevice *device;
  SgSession *session;
  SgPixelConvention convention;
  VideoFit fit;
  SgTensor *frame, *picture;    /* [1,C,height,width] */
  gint64 stage_us[SG_N_STAGES];
};

/* --- what the network wants to see ----------------------------------------- */

static void
set_convention (SgPixelConvention * convention, gint channels,
    SgPixelRange range, SgChannelOrder order)
{
  const gboolean bgr = order == SG_CHANNEL_ORDER_BGR;
  gint i;

  convention->channels = channels;
  for (i = 0; i < 3; i++)
    convention->order[i] = bgr ? 2 - i : i;
  switch (range) {
    case SG_PIXEL_RANGE_16_235:
      convention->scale = 219;
      convention->offset = 16;
      break;
    case SG_PIXEL_RANGE_0_1:
      convention->scale = 1;
      convention->offset = 0;
      break;
    case SG_PIXEL_RANGE_MINUS1_1:
      convention->scale = 2;
      convention->offset = -1;
      break;
    default:
      convention->scale = 255;
      convention->offset = 0;
      break;
  }
}

/* The model as an image to image function, and its convention. */
static gboolean
examine_model (SgModel * model, const SgStylizerConfig * config,
    VideoModel * video, SgPixelConvention * convention, GError ** error)
{
  SgPixelRange range = config->pixel_range;
  SgChannelOrder order = config->channel_order;

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
  if (!video_model_init (video, model, order, error))
    return FALSE;
  if (video->channels == 3 && order == SG_CHANNEL_ORDER_GRAY) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model takes 3 channels, not gray; choose RGB or BGR as channel "
        "order");
    return FALSE;
  }
  set_convention (convention, video->channels, range, order);
  return TRUE;
}

/* --- the graph ------------------------------------------------------------- */

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

/* frame + scale up (model (scaled frame) - scaled frame) */
static SgValue *
add_edit (SgGraph * graph, const VideoModel * video, const VideoFit * fit,
    SgValue * frame, Size size, GError ** error)
{
  const Size working = { fit->width, fit->height };
  SgValue *small, *edit, *args[2];

  small = add_resize (graph, frame, video->channels, size, working, error);
  if (small == NULL)
    return NULL;
  args[0] = add_fitted_model (graph, video, fit, small, error);
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

static SgGraph *
build_graph (const VideoModel * video, const VideoFit * fit, Size size,
    GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgShape shape = SG_SHAPE (1, video->channels, size.height, size.width);
  SgValue *frame, *picture;

  /* declared as the model's input is: the session computes half precision
   * models in single when it is fed that */
  frame = sg_graph_add_input (graph, "frame", video->dtype, &shape);
  if (fit->width == size.width && fit->height == size.height)
    picture = add_fitted_model (graph, video, fit, frame, error);
  else
    picture = add_edit (graph, video, fit, frame, size, error);
  if (picture == NULL)
    return NULL;
  sg_graph_add_output (graph, "picture", picture);
  return g_steal_pointer (&graph);
}

/* --- construction ---------------------------------------------------------- */

/* The size to run at: the frame's, or the working height with the frame's
 * aspect ratio. */
static void
choose_working_size (const SgStylizerConfig * config, gint * width,
    gint * height)
{
  gdouble scale;

  *width = config->width;
  *height = config->height;
  if (config->working_height == 0 || config->working_height >= config->height)
    return;
  *height = MIN (MAX (config->working_height, MIN_WORKING_SIZE),
      config->height);
  scale = (gdouble) * height / config->height;
  *width = (gint) floor (config->width * scale + 0.5);
  *width = MIN (MAX (*width, MIN_WORKING_SIZE), config->width);
}

static gboolean
find_fit (const VideoModel * video, const SgStylizerConfig * config,
    VideoFit * fit, GError ** error)
{
  gint width, height;

  choose_working_size (config, &width, &height);
  if (!video_fit_find (video, width, height, fit, error))
    return FALSE;
  /* A model with a size of its own gives a picture, not an edit: there is
   * nothing to gain from scaling twice. */
  if (fit->kind == VIDEO_FIT_FIXED) {
    fit->width = config->width;
    fit->height = config->height;
  }
  return TRUE;
}

static gboolean
check_config (const SgStylizerConfig * config, GError ** error)
{
  if (config->width < 1 || config->width > MAX_SIZE || config->height < 1
      || config->height > MAX_SIZE || config->working_height < 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%dx%d frames with a working height of %d make no sense",
        config->width, config->height, config->working_height);
    return FALSE;
  }
  return TRUE;
}

/* The two tensors at the ends of the graph, before anything else is tried: with
 * frames too large for the memory it need not be. */
static gboolean
allocate_frames (SgStylizer * stylizer, const SgStylizerConfig * config,
    GError ** error)
{
  SgShape shape = SG_SHAPE (1, stylizer->convention.channels, config->height,
      config->width);
  SgTensorDesc desc = { SG_DTYPE_F32, shape };
  gsize bytes = 2 * sg_tensor_desc_bytes (&desc);

  if (bytes > sg_memory_available ()) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "frames of %dx%d need %.1f GiB of memory, %.1f GiB are free",
        config->width, config->height, bytes / (gdouble) (1 << 30),
        sg_memory_available () / (gdouble) (1 << 30));
    return FALSE;
  }
  stylizer->frame = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  if (stylizer->frame == NULL)
    return FALSE;
  stylizer->picture = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  return stylizer->picture != NULL;
}

static gboolean
compile (SgStylizer * stylizer, const VideoModel * video, GError ** error)
{
  const SgTensorDesc *desc = &stylizer->frame->desc;
  const Size size = { (gint) desc->shape.dim[3], (gint) desc->shape.dim[2] };
  g_autoptr (SgGraph) graph = build_graph (video, &stylizer->fit, size, error);
  const SgTensorDesc *result;

  if (graph == NULL)
    return FALSE;
  stylizer->session = sg_session_new (graph, stylizer->device, desc, 1,
      SG_SESSION_NONE, error);
  if (stylizer->session == NULL)
    return FALSE;
  result = sg_session_get_output_desc (stylizer->session, 0);
  if (result->dtype != SG_DTYPE_F32
      || !sg_shape_equal (&result->shape, &desc->shape)) {
    g_autofree gchar *shape = sg_shape_to_string (&result->shape);

    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
        "the model's picture is %s%s, which is not the frame's",
        sg_dtype_name (result->dtype), shape);
    return FALSE;
  }
  return TRUE;
}

/* Says which model, and what to do where there is something.
 * @config: NULL when the size of the frames does not matter */
static void
explain (SgModel * model, const SgStylizerConfig * config, GError ** error)
{
  const gchar *path = sg_model_get_path (model);

  if (error == NULL || *error == NULL)
    return;
  if (config && g_error_matches (*error, SG_ERROR, SG_ERROR_NO_MEMORY)) {
    g_autofree gchar *message = g_strdup ((*error)->message);

    g_clear_error (error);
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "%s; set working-height below %d", message,
        config->working_height > 0 ? MIN (config->working_height,
            config->height) : config->height);
  }
  g_prefix_error (error, "%s: ", path ? path : "model");
}

SgStylizer *
sg_stylizer_new (SgModel * model, SgDevice * device,
    const SgStylizerConfig * config, GError ** error)
{
  g_autoptr (SgStylizer) stylizer = NULL;
  GError *err = NULL;
  VideoModel video;

  g_return_val_if_fail (model != NULL && device != NULL, NULL);
  g_return_val_if_fail (config != NULL, NULL);

  if (!check_config (config, error))
    return NULL;
  stylizer = g_new0 (SgStylizer, 1);
  stylizer->device = sg_device_ref (device);
  if (examine_model (model, config, &video, &stylizer->convention, &err)
      && find_fit (&video, config, &stylizer->fit, &err)
      && allocate_frames (stylizer, config, &err)
      && compile (stylizer, &video, &err))
    return g_steal_pointer (&stylizer);
  explain (model, stylizer->fit.kind == VIDEO_FIT_FIXED ? NULL : config, &err);
  g_propagate_error (error, err);
  return NULL;
}

void
sg_stylizer_free (SgStylizer * stylizer)
{
  if (stylizer == NULL)
    return;
  sg_session_free (stylizer->session);
  sg_tensor_unref (stylizer->frame);
  sg_tensor_unref (stylizer->picture);
  sg_device_unref (stylizer->device);
  g_free (stylizer);
}

gboolean
sg_stylizer_check_model (SgModel * model, GError ** error)
{
  const SgStylizerConfig config = { .width = 256, .height = 256 };
  GError *err = NULL;
  SgPixelConvention convention;
  VideoModel video;
  VideoFit fit;

  g_return_val_if_fail (model != NULL, FALSE);

  if (examine_model (model, &config, &video, &convention, &err)
      && find_fit (&video, &config, &fit, &err))
    return TRUE;
  explain (model, NULL, &err);
  g_propagate_error (error, err);
  return FALSE;
}

/* --- running --------------------------------------------------------------- */

gboolean
sg_stylizer_process (SgStylizer * stylizer, const SgImage * in, SgImage * out,
    GError ** error)
{
  gint64 start = g_get_monotonic_time (), loaded, run, end;

  g_return_val_if_fail (stylizer != NULL, FALSE);
  g_return_val_if_fail (in != NULL && out != NULL, FALSE);

  if (!sg_image_load (stylizer->device, in, &stylizer->convention,
          stylizer->frame, error))
    return FALSE;
  loaded = g_get_monotonic_time ();
  if (!sg_session_run (stylizer->session, &stylizer->frame,
          &stylizer->picture, error))
    return FALSE;
  run = g_get_monotonic_time ();
  if (!sg_image_store (stylizer->device, stylizer->picture,
          &stylizer->convention, in, out, error))
    return FALSE;
  end = g_get_monotonic_time ();
  stylizer->stage_us[SG_STAGE_LOAD] = loaded - start;
  stylizer->stage_us[SG_STAGE_NETWORK] = run - loaded;
  stylizer->stage_us[SG_STAGE_STORE] = end - run;
  return TRUE;
}

gdouble
sg_stylizer_get_stage_ms (SgStylizer * stylizer, SgStage stage)
{
  g_return_val_if_fail (stylizer != NULL, 0);
  g_return_val_if_fail (stage < SG_N_STAGES, 0);

  return stylizer->stage_us[stage] / 1000.0;
}

const gchar *
sg_stage_get_name (SgStage stage)
{
  static const gchar *const names[SG_N_STAGES] = {
    [SG_STAGE_LOAD] = "load",
    [SG_STAGE_NETWORK] = "network",
    [SG_STAGE_STORE] = "store",
  };

  g_return_val_if_fail (stage < SG_N_STAGES, "");

  return names[stage];
}

void
sg_stylizer_get_working_size (SgStylizer * stylizer, gint * width,
    gint * height)
{
  g_return_if_fail (stylizer != NULL);

  *width = stylizer->fit.in_width;
  *height = stylizer->fit.in_height;
}

gsize
sg_stylizer_get_memory_bytes (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, 0);

  return sg_session_get_memory_bytes (stylizer->session)
      + 2 * sg_tensor_desc_bytes (&stylizer->frame->desc);
}

SgDevice *
sg_stylizer_get_device (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, NULL);

  return stylizer->device;
}
