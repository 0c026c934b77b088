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
 * with the filter over time (temporal.h) behind picture.
 *
 * Range and channel order are not in it: sg_image_load () has them in its
 * matrix for nothing. */
#include <sg/session.h>
#include <sg/stylizer.h>

#include <math.h>

#include "graph/graph.h"
#include "video/fit.h"

#define MAX_SIZE 16384
/* No working size is smaller: below it there is no picture left to stylise. */
#define MIN_WORKING_SIZE 16

/* Frames that the means of SgTemporalStats are taken over, roughly. */
#define STATS_FRAMES 32

typedef struct
{
  SgImage in, out;
  gfloat strength;
  gboolean reset;
  SgTensor *parameters, *stats; /* of the filter; NULL: there is none */
  SgTensor **inputs, **outputs; /* of the session: where it looks for those two */
} Frame;

struct _SgStylizer
{
  SgModel *model;               /* to compile it again */
  SgStylizerConfig config;
  SgDevice *device;
  SgSession *session;           /* NULL: the device is gone for good */
  VideoFit fit;

  /* A ring of the frames under way. The session has the first ones of them: all,
   * but for when it was compiled again and does fewer at a time than before. */
  Frame *frames;
  guint max_frames, first, n_frames;
  gboolean was_lost;            /* the device, once */

  VideoTemporal filter;         /* config.temporal not off: where its values are */
  SgStylizerControls controls;
  gboolean reset;               /* with the next frame */
  SgTemporalStats stats;        /* errors: mean squares */
  gchar *warning;
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

static gboolean
compile (SgStylizer * stylizer, const VideoModel * video,
    const SgPixelConvention * convention, GError ** error)
{
  const gint width = stylizer->config.width, height = stylizer->config.height;
  const SgTemporalMode mode = stylizer->config.temporal;
  const SgSessionConfig config = {
    .frames = convention,
    .frames_in_flight = stylizer->config.frames_in_flight,
    .states = stylizer->filter.states,
    .n_states = mode == SG_TEMPORAL_OFF ? 0 : VIDEO_TEMPORAL_N_STATES,
  };
  g_autoptr (SgGraph) graph = video_graph_new (video, &stylizer->fit, width,
      height, convention, mode, &stylizer->filter, error);
  g_autofree SgTensorDesc *inputs = NULL;
  guint n;

  if (graph == NULL)
    return FALSE;
  n = sg_graph_get_n_inputs (graph);
  inputs = g_new (SgTensorDesc, n);
  for (guint i = 0; i < n; i++)
    inputs[i] = *sg_graph_get_input_desc (graph, i);
  inputs[0].dtype = SG_DTYPE_F32;
  stylizer->session = sg_session_new (graph, stylizer->device, inputs, n,
      &config, error);
  return stylizer->session != NULL;
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

/* Everything but the queue. */
static gboolean
build (SgStylizer * stylizer, GError ** error)
{
  const SgStylizerConfig *config = &stylizer->config;
  SgPixelConvention convention;
  GError *err = NULL;
  VideoModel video;

  if (examine_model (stylizer->model, config, &video, &convention, &err)
      && find_fit (&video, config, &stylizer->fit, &err)
      && compile (stylizer, &video, &convention, &err))
    return TRUE;
  explain (stylizer->model,
      stylizer->fit.kind == VIDEO_FIT_FIXED ? NULL : config, &err);
  g_propagate_error (error, err);
  return FALSE;
}

static gboolean
allocate_frames (SgStylizer * stylizer, GError ** error)
{
  const SgShape parameters = SG_SHAPE (VIDEO_TEMPORAL_N_PARAMS);
  const SgShape stats = SG_SHAPE (VIDEO_TEMPORAL_N_STATS);

  stylizer->max_frames = sg_session_get_frames_in_flight (stylizer->session);
  stylizer->frames = g_new0 (Frame, stylizer->max_frames);
  if (stylizer->config.temporal == SG_TEMPORAL_OFF)
    return TRUE;
  for (guint i = 0; i < stylizer->max_frames; i++) {
    Frame *frame = &stylizer->frames[i];

    frame->parameters = sg_tensor_new (SG_DTYPE_F32, &parameters, error);
    frame->stats = frame->parameters
        ? sg_tensor_new (SG_DTYPE_F32, &stats, error) : NULL;
    if (frame->stats == NULL)
      return FALSE;
    frame->inputs = g_new0 (SgTensor *, stylizer->filter.parameters + 1);
    frame->inputs[stylizer->filter.parameters] = frame->parameters;
    frame->outputs = g_new0 (SgTensor *, stylizer->filter.stats + 1);
    frame->outputs[stylizer->filter.stats] = frame->stats;
  }
  return TRUE;
}

SgStylizer *
sg_stylizer_new (SgModel * model, SgDevice * device,
    const SgStylizerConfig * config, GError ** error)
{
  g_autoptr (SgStylizer) stylizer = NULL;

  g_return_val_if_fail (model != NULL && device != NULL, NULL);
  g_return_val_if_fail (config != NULL, NULL);

  if (!check_config (config, error))
    return NULL;
  stylizer = g_new0 (SgStylizer, 1);
  stylizer->model = sg_model_ref (model);
  stylizer->config = *config;
  stylizer->device = sg_device_ref (device);
  stylizer->reset = TRUE;
  stylizer->controls = (SgStylizerControls) SG_STYLIZER_CONTROLS_INIT;
  if (!build (stylizer, error) || !allocate_frames (stylizer, error))
    return NULL;
  return g_steal_pointer (&stylizer);
}

void
sg_stylizer_free (SgStylizer * stylizer)
{
  if (stylizer == NULL)
    return;
  sg_session_free (stylizer->session);
  sg_device_unref (stylizer->device);
  sg_model_unref (stylizer->model);
  for (guint i = 0; i < stylizer->max_frames; i++) {
    sg_tensor_unref (stylizer->frames[i].parameters);
    sg_tensor_unref (stylizer->frames[i].stats);
    g_free (stylizer->frames[i].inputs);
    g_free (stylizer->frames[i].outputs);
  }
  g_free (stylizer->frames);
  g_free (stylizer->warning);
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
  if (stylizer->n_frames > 0)
    stylizer->frames[stylizer->first].reset = TRUE;
  else
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
  device = sg_device_reopen (stylizer->device, precision, error);
  if (device) {
    g_clear_pointer (&stylizer->session, sg_session_free);
    sg_device_unref (stylizer->device);
    stylizer->device = device;
    if (build (stylizer, error)) {
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

static Frame *
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
set_run (Frame * frame, SgRun * run)
{
  gfloat *parameters;

  *run = (SgRun) {
  &frame->in, &frame->out, NULL, NULL};
  if (frame->parameters == NULL)
    return;
  parameters = frame->parameters->data;
  parameters[VIDEO_TEMPORAL_PARAM_STRENGTH] = frame->strength;
  parameters[VIDEO_TEMPORAL_PARAM_RESET] = frame->reset;
  run->inputs = frame->inputs;
  run->outputs = frame->outputs;
}

/* Gives the session as many of the frames as it takes. */
static gboolean
feed (SgStylizer * stylizer, GError ** error)
{
  for (;;) {
    guint n;
    GError *problem = NULL;
    SgRun run;

    if (!check_session (stylizer, error))
      return FALSE;
    n = sg_session_get_n_submitted (stylizer->session);
    if (n == stylizer->n_frames
        || n == sg_session_get_frames_in_flight (stylizer->session))
      return TRUE;
    set_run (nth_frame (stylizer, n), &run);
    if (!sg_session_submit (stylizer->session, &run, &problem)
        && !repair (stylizer, problem, error))
      return FALSE;
  }
}

static guint
n_running (SgStylizer * stylizer)
{
  return stylizer->session ? sg_session_get_n_submitted (stylizer->session) : 0;
}

gboolean
sg_stylizer_submit (SgStylizer * stylizer, const SgImage * in, SgImage * out,
    GError ** error)
{
  GError *problem = NULL;
  Frame *frame;

  g_return_val_if_fail (stylizer != NULL, FALSE);
  g_return_val_if_fail (in != NULL && out != NULL, FALSE);

  if (stylizer->n_frames == stylizer->max_frames) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%u frames are under way already; collect one first",
        stylizer->n_frames);
    return FALSE;
  }
  frame = nth_frame (stylizer, stylizer->n_frames++);
  frame->in = *in;
  frame->out = *out;
  frame->strength = stylizer->controls.temporal_strength;
  frame->reset = stylizer->reset;
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
count_frame (SgStylizer * stylizer, const Frame * frame)
{
  SgTemporalStats *s = &stylizer->stats;
  const gfloat *f;
  gdouble share;

  if (frame->stats == NULL)
    return;
  f = frame->stats->data;
  if (f[VIDEO_TEMPORAL_STAT_CUT] > 0) {
    s->cuts++;
  } else if (f[VIDEO_TEMPORAL_STAT_CUT] < 0) {
    s->cuts--;
    s->flashes++;
  }
  if (f[VIDEO_TEMPORAL_STAT_RESTART] > 0 || f[VIDEO_TEMPORAL_STAT_CUT] != 0
      || f[VIDEO_TEMPORAL_STAT_SEEN] < 2)
    return;
  share = 1.0 / MIN (++s->frames, STATS_FRAMES);
  s->trusted += share * (f[VIDEO_TEMPORAL_STAT_TRUSTED] - s->trusted);
  s->noise += share * (f[VIDEO_TEMPORAL_STAT_NOISE] / 255 - s->noise);
  update_mean (&s->input_error, f[VIDEO_TEMPORAL_STAT_INPUT_ERROR], share);
  update_mean (&s->raw_error, f[VIDEO_TEMPORAL_STAT_RAW_ERROR], share);
  update_mean (&s->error, f[VIDEO_TEMPORAL_STAT_ERROR], share);
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
    if (sg_session_collect (stylizer->session, &problem)) {
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
  stylizer->n_frames = 0;
  stylizer->reset = TRUE;
}

void
sg_stylizer_reset (SgStylizer * stylizer)
{
  g_return_if_fail (stylizer != NULL);

  stylizer->reset = TRUE;
}

void
sg_stylizer_set_controls (SgStylizer * stylizer,
    const SgStylizerControls * controls)
{
  SgStylizerControls *c = &stylizer->controls;

  *c = *controls;
  c->temporal_strength = CLAMP (c->temporal_strength, 0, 1);
  c->strength = CLAMP (c->strength, 0, 1);
  c->preserve_colors = CLAMP (c->preserve_colors, 0, 1);
  c->mix = CLAMP (c->mix, 0, 1);
}

gboolean
sg_stylizer_get_temporal_stats (SgStylizer * stylizer, SgTemporalStats * stats)
{
  g_return_val_if_fail (stylizer != NULL && stats != NULL, FALSE);

  *stats = stylizer->stats;
  stats->input_error = sqrt (stats->input_error);
  stats->raw_error = sqrt (stats->raw_error);
  stats->error = sqrt (stats->error);
  return stylizer->config.temporal != SG_TEMPORAL_OFF;
}

guint
sg_stylizer_get_frames_in_flight (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, 0);

  return stylizer->max_frames;
}

guint
sg_stylizer_get_n_submitted (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, 0);

  return stylizer->n_frames;
}

gchar *
sg_stylizer_take_warning (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, NULL);

  return g_steal_pointer (&stylizer->warning);
}

gdouble
sg_stylizer_get_stage_ms (SgStylizer * stylizer, SgStage stage)
{
  g_return_val_if_fail (stylizer != NULL, 0);

  return stylizer->session ? sg_session_get_stage_ms (stylizer->session, stage)
      : 0;
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

  return stylizer->session ? sg_session_get_memory_bytes (stylizer->session)
      : 0;
}

SgDevice *
sg_stylizer_get_device (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, NULL);

  return stylizer->device;
}
