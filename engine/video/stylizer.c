/* gst-stylegan: a frame in, a stylised frame out
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Everything between the two conversions is one graph (graph.h) run by one session, so
 * that the planner sees all of it. Range and channel order of the model are not in it:
 * sg_image_load () has them in its matrix for nothing. */
#include "video/stylizer.h"

#include <math.h>
#include <string.h>

#include "video/stereo.h"
#include "video/style.h"
#include "video/wrap.h"

#define MAX_SIZE 16384
/* No working size is smaller: below it there is no picture left to stylise. */
#define MIN_WORKING_SIZE 16

#define MIN_STROKE_SCALE 0.25
#define MAX_STROKE_SCALE 2.0

/* Of pixels. */
#define MAX_ASPECT 8

#define MAX_NETWORKS 2

/* --- sizes -------------------------------------------------------------------- */

static gint
scale_side (gint side, gdouble scale, gint max)
{
  const gint scaled = (gint) floor (side * scale + 0.5);

  return MIN (MAX (scaled, MIN (MIN_WORKING_SIZE, side)), max);
}

static gboolean
is_wrapped (const SgStylizerConfig * config)
{
  return config->projection == SG_PROJECTION_EQUIRECTANGULAR;
}

/* Of one view. */
static VideoSize
get_view_size (const SgStylizerConfig * config)
{
  VideoSize size = { config->width, config->height }, view;

  return video_stereo_get_views (config->stereo, size, &view, NULL) ? view
      : size;
}

/* The size to run at: the view's, or the working height with the view's aspect ratio,
 * both with square pixels, and that with strokes to scale. */
static VideoSize
choose_working_size (const SgStylizerConfig * config)
{
  const VideoSize view = get_view_size (config);
  const gdouble aspect = config->pixel_aspect > 0 ? config->pixel_aspect : 1;
  VideoSize size = view;

  if (config->working_height > 0 && config->working_height < view.height) {
    size.height = MIN (MAX (config->working_height, MIN_WORKING_SIZE),
        view.height);
    size.width = scale_side (view.width,
        (gdouble) size.height / view.height, view.width);
  }
  if (aspect != 1)
    size.width = scale_side (size.width, aspect, MAX_SIZE);
  if (config->stroke_scale > 0) {
    size.width = scale_side (size.width, config->stroke_scale, MAX_SIZE);
    size.height = scale_side (size.height, config->stroke_scale, MAX_SIZE);
  }
  return size;
}

static gboolean
check_config (const SgStylizerConfig * config, GError ** error)
{
  const VideoSize frame = { config->width, config->height };
  VideoSize view;

  if (config->width < 1 || config->width > MAX_SIZE || config->height < 1
      || config->height > MAX_SIZE || config->working_height < 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%dx%d frames with a working height of %d make no sense",
        config->width, config->height, config->working_height);
    return FALSE;
  }
  if (config->stroke_scale != 0 && !(config->stroke_scale >= MIN_STROKE_SCALE
          && config->stroke_scale <= MAX_STROKE_SCALE)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "a stroke scale of %g; %g to %g is possible", config->stroke_scale,
        MIN_STROKE_SCALE, MAX_STROKE_SCALE);
    return FALSE;
  }
  if (config->pixel_aspect != 0 && !(config->pixel_aspect * MAX_ASPECT >= 1
          && config->pixel_aspect <= MAX_ASPECT)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "pixels %g times as wide as high; 1/%d to %d is possible",
        config->pixel_aspect, MAX_ASPECT, MAX_ASPECT);
    return FALSE;
  }
  return (config->style_image == NULL
      || video_style_check (config->style_image, error))
      && video_stereo_get_views (config->stereo, frame, &view, error) > 0;
}

/* --- networks ------------------------------------------------------------------- */

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

/* The width near that of @size that can be halved by @model's stride; a model without one
 * is run with a margin. */
static gint
choose_circle (const VideoModel * model, VideoSize size)
{
  gint width = video_wrap_find_width (model, size.width, size.height, NULL);

  return width > 0 ? width : size.width;
}

/* A model with a style input becomes one without, if there is a style image. @device:
 * NULL: none is needed yet */
static gboolean
apply_style (VideoNetwork * network, const SgStylizerConfig * config,
    SgDevice * device, GError ** error)
{
  VideoSize size;

  if (network->model.style == VIDEO_NO_STYLE)
    return TRUE;
  if (config->style_image && device)
    return video_style_apply (network, config->style_image, device, error);
  size = video_style_get_size (&network->model, NULL);
  network->model.style_width = size.width;
  network->model.style_height = size.height;
  return TRUE;
}

static gboolean
has_style (const VideoNetwork * network, GError ** error)
{
  if (network->model.style == VIDEO_NO_STYLE)
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
      "the model takes its style from a picture; set style-image");
  return FALSE;
}

static void
clear_networks (VideoNetwork * networks, guint n)
{
  for (guint i = 0; i < n; i++)
    video_network_clear (&networks[i]);
}

/* The networks with their fits, and the convention of the graph: that of the first, but
 * never gray, so that the frame keeps its colour where the style does not go. */
static gboolean
find_networks (SgModel * const *models, guint n,
    const SgStylizerConfig * config, SgDevice * device,
    VideoNetwork * networks, GError ** error)
{
  VideoSize size = choose_working_size (config);
  gboolean fixed = TRUE;

  for (guint i = 0; i < n; i++) {
    VideoNetwork *network = &networks[i];

    if (!video_network_init (network, models[i],
            i == 0 ? config->pixel_range : config->second_pixel_range,
            i == 0 ? config->channel_order : config->second_channel_order,
            error)
        || !apply_style (network, config, device, error)) {
      explain (models[i], NULL, error);
      return FALSE;
    }
    if (is_wrapped (config))
      size.width = choose_circle (&network->model, size);
  }
  for (guint i = 0; i < n; i++) {
    VideoNetwork *network = &networks[i];

    if (!video_fit_find (&network->model, size.width, size.height,
            &network->fit, error) || !has_style (network, error)) {
      explain (models[i], NULL, error);
      return FALSE;
    }
    fixed &= network->fit.kind == VIDEO_FIT_FIXED;
  }
  /* A model with a size of its own gives a picture, not an edit: there is
   * nothing to gain from scaling twice. */
  if (fixed)
    size = get_view_size (config);
  for (guint i = 0; i < n; i++) {
    networks[i].fit.width = size.width;
    networks[i].fit.height = size.height;
  }
  return TRUE;
}

/* --- construction ---------------------------------------------------------------- */

/* The filter's past and its flow are what frames are carried by. */
SgTemporalMode
stylizer_get_filter (const SgStylizer * stylizer)
{
  return stylizer->config.temporal == SG_TEMPORAL_OFF
      && stylizer->config.can_carry ? SG_TEMPORAL_MOTION
      : stylizer->config.temporal;
}

static SgSession *
compile_graph (SgStylizer * stylizer, const VideoGraphConfig * graph_config,
    GError ** error)
{
  g_autoptr (SgGraph) graph = video_graph_new (graph_config, &stylizer->graph,
      error);
  const SgSessionConfig config = {
    .frames = &graph_config->pixels,
    .frames_in_flight = stylizer->config.frames_in_flight,
    .states = stylizer->graph.states,
    .n_states = stylizer->graph.n_states,
    .states_of = graph_config->carry == VIDEO_CARRY_ONLY ? stylizer->session
        : NULL,
  };
  g_autofree SgTensorDesc *inputs = NULL;
  guint n;

  if (graph == NULL)
    return NULL;
  stylizer->n_inputs = n = sg_graph_get_n_inputs (graph);
  stylizer->n_outputs = sg_graph_get_n_outputs (graph);
  inputs = g_new (SgTensorDesc, n);
  for (guint i = 0; i < n; i++)
    inputs[i] = *sg_graph_get_input_desc (graph, i);
  inputs[0].dtype = SG_DTYPE_F32;
  return sg_session_new (graph, stylizer->device, inputs, n, &config, error);
}

static gboolean
compile (SgStylizer * stylizer, VideoGraphConfig * config, GError ** error)
{
  const gboolean can_carry = stylizer->config.can_carry;
  GError *problem = NULL;

  config->carry = can_carry ? VIDEO_CARRY_READY : VIDEO_CARRY_NEVER;
  stylizer->session = compile_graph (stylizer, config, error);
  if (stylizer->session == NULL || !can_carry)
    return stylizer->session != NULL;
  config->carry = VIDEO_CARRY_ONLY;
  stylizer->carry = compile_graph (stylizer, config, &problem);
  if (stylizer->carry)
    return TRUE;
  if (g_error_matches (problem, SG_ERROR, SG_ERROR_UNSUPPORTED)) {
    g_error_free (problem);
    return TRUE;
  }
  g_clear_pointer (&stylizer->session, sg_session_free);
  g_propagate_error (error, problem);
  return FALSE;
}

gboolean
stylizer_build (SgStylizer * stylizer, GError ** error)
{
  const SgStylizerConfig *config = &stylizer->config;
  SgModel *const models[MAX_NETWORKS] = { stylizer->model, config->second };
  VideoNetwork networks[MAX_NETWORKS] = { 0, };
  VideoGraphConfig graph = {
    .width = config->width, .height = config->height,
    .networks = networks, .n_networks = config->second ? 2 : 1,
    .temporal = stylizer_get_filter (stylizer), .masked = config->masked,
    .stereo = config->stereo, .wrap = is_wrapped (config),
  };
  GError *problem = NULL;
  gboolean ok;

  if (!find_networks (models, graph.n_networks, config, stylizer->device,
          networks, error)) {
    clear_networks (networks, graph.n_networks);
    return FALSE;
  }
  stylizer->fit = networks[0].fit;
  stylizer->pixels = networks[0].pixels;
  stylizer->pixels.channels = 3;
  graph.pixels = stylizer->pixels;
  ok = compile (stylizer, &graph, &problem);
  clear_networks (networks, graph.n_networks);
  if (ok)
    return TRUE;
  explain (stylizer->model,
      stylizer->fit.kind == VIDEO_FIT_FIXED ? NULL : config, &problem);
  g_propagate_error (error, problem);
  return FALSE;
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
  if (config->second)
    sg_model_ref (config->second);
  if (config->style_image)
    sg_tensor_ref (config->style_image);
  stylizer->device = sg_device_ref (device);
  stylizer->reset = TRUE;
  stylizer->controls = (SgStylizerControls) SG_STYLIZER_CONTROLS_INIT;
  if (!stylizer_build (stylizer, error)
      || !stylizer_allocate_frames (stylizer, error))
    return NULL;
  return g_steal_pointer (&stylizer);
}

void
sg_stylizer_free (SgStylizer * stylizer)
{
  if (stylizer == NULL)
    return;
  sg_session_free (stylizer->carry);
  sg_session_free (stylizer->session);
  sg_device_unref (stylizer->device);
  sg_model_unref (stylizer->model);
  g_clear_pointer (&stylizer->config.second, sg_model_unref);
  g_clear_pointer (&stylizer->config.style_image, sg_tensor_unref);
  stylizer_free_frames (stylizer);
  g_free (stylizer->warning);
  g_free (stylizer);
}

gboolean
sg_stylizer_check_model (SgModel * model, GError ** error)
{
  const SgStylizerConfig config = { .width = 256, .height = 256 };
  VideoNetwork network;
  gboolean ok;

  g_return_val_if_fail (model != NULL, FALSE);

  memset (&network, 0, sizeof network);
  ok = find_networks (&model, 1, &config, NULL, &network, error);
  clear_networks (&network, 1);
  return ok;
}

gboolean
sg_stylizer_model_wants_style (SgModel * model)
{
  VideoModel video;

  g_return_val_if_fail (model != NULL, FALSE);

  return video_model_init (&video, model, sg_model_get_channel_order (model),
      NULL) && video.style != VIDEO_NO_STYLE;
}

/* --- controls and figures ---------------------------------------------------------- */

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

typedef struct
{
  const SgPixelConvention *from, *to;
} Conversion;

/* What two networks agree on of the past but for the convention of its pictures, which
 * are the states of 3 and more planes. */
static void
convert_picture (SgTensor * state, gpointer data)
{
  const SgPixelConvention *from = ((Conversion *) data)->from;
  const SgPixelConvention *to = ((Conversion *) data)->to;
  const SgShape *shape = &state->desc.shape;
  const gfloat gain = to->scale / from->scale;
  gfloat *samples = state->data;
  gsize size, source[3];

  if (shape->rank != 4 || shape->dim[1] < 3
      || memcmp (from, to, sizeof *from) == 0)
    return;
  size = shape->dim[2] * shape->dim[3];
  for (guint c = 0; c < 3; c++) {
    guint k = 0;

    while (from->order[k] != to->order[c])
      k++;
    source[c] = k * size;
  }
  for (gsize i = 0; i < size; i++) {
    gfloat old[3];

    for (guint c = 0; c < 3; c++)
      old[c] = samples[source[c] + i];
    for (guint c = 0; c < 3; c++)
      samples[c * size + i] = (old[c] - from->offset) * gain + to->offset;
  }
}

void
sg_stylizer_continue (SgStylizer * stylizer, SgStylizer * other)
{
  const VideoGraph *a = &stylizer->graph, *b = &other->graph;
  Conversion conversion = { &other->pixels, &stylizer->pixels };

  g_return_if_fail (stylizer->n_frames == 0 && other->n_frames == 0);

  if (stylizer == other || a->n_states == 0 || other->reset
      || stylizer->session == NULL || other->session == NULL)
    return;
  for (guint i = 0; i < a->n_states; i++) {
    if (i >= b->n_states || !sg_session_take_state (stylizer->session, i,
            other->session, convert_picture, &conversion, NULL)) {
      sg_session_reset (stylizer->session);
      return;
    }
  }
  stylizer->reset = FALSE;
  stylizer->stats = other->stats;
}

gboolean
sg_stylizer_can_carry (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, FALSE);

  return stylizer->carry != NULL;
}

gboolean
sg_stylizer_was_carried (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, FALSE);

  return stylizer->carry && stylizer->last == stylizer->carry;
}

gboolean
sg_stylizer_get_temporal_stats (SgStylizer * stylizer, SgTemporalStats * stats)
{
  g_return_val_if_fail (stylizer != NULL && stats != NULL, FALSE);

  memset (stats, 0, sizeof *stats);
  if (stylizer->config.temporal == SG_TEMPORAL_OFF)
    return FALSE;
  *stats = stylizer->stats;
  stats->input_error = sqrt (stats->input_error);
  stats->raw_error = sqrt (stats->raw_error);
  stats->error = sqrt (stats->error);
  return TRUE;
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

  return stylizer->last ? sg_session_get_stage_ms (stylizer->last, stage) : 0;
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

  return (stylizer->session ? sg_session_get_memory_bytes (stylizer->session)
      : 0) + (stylizer->carry ? sg_session_get_memory_bytes (stylizer->carry)
      : 0);
}

SgDevice *
sg_stylizer_get_device (SgStylizer * stylizer)
{
  g_return_val_if_fail (stylizer != NULL, NULL);

  return stylizer->device;
}
