/* gst-stylegan: models, compiled for frames of one size
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststylegannetwork.h"

#include <string.h>

/* Under a working height that is this small no picture is left. */
#define MIN_WORKING_HEIGHT 64

struct _GstStyleganNetwork
{
  GstStyleganSpec spec;
  GstStyleganSettings settings; /* for opening another device */
  SgDevice *device;
  SgStylizer *stylizer, *fade;  /* the latter while it fades */
  GQueue warnings;              /* of gchar* */
  guint n_compiled;
};

/* --- what to compile --- */

static SgStereoMode
choose_stereo (GstStyleganStereoMode mode, const GstVideoInfo * info,
    gdouble * pixel_aspect)
{
  const gboolean half = (GST_VIDEO_INFO_MULTIVIEW_FLAGS (info)
      & GST_VIDEO_MULTIVIEW_FLAGS_HALF_ASPECT) != 0;

  if (mode == GST_STYLEGAN_STEREO_AUTO) {
    switch (GST_VIDEO_INFO_MULTIVIEW_MODE (info)) {
      case GST_VIDEO_MULTIVIEW_MODE_SIDE_BY_SIDE:
        mode = half ? GST_STYLEGAN_STEREO_SIDE_BY_SIDE_HALF
            : GST_STYLEGAN_STEREO_SIDE_BY_SIDE;
        break;
      case GST_VIDEO_MULTIVIEW_MODE_TOP_BOTTOM:
        mode = half ? GST_STYLEGAN_STEREO_TOP_BOTTOM_HALF
            : GST_STYLEGAN_STEREO_TOP_BOTTOM;
        break;
      case GST_VIDEO_MULTIVIEW_MODE_FRAME_BY_FRAME:
        mode = GST_STYLEGAN_STEREO_FRAME_BY_FRAME;
        break;
      default:
        mode = GST_STYLEGAN_STEREO_MONO;
    }
  }
  *pixel_aspect = mode == GST_STYLEGAN_STEREO_SIDE_BY_SIDE_HALF ? 2
      : mode == GST_STYLEGAN_STEREO_TOP_BOTTOM_HALF ? 0.5 : 1;
  switch (mode) {
    case GST_STYLEGAN_STEREO_SIDE_BY_SIDE:
    case GST_STYLEGAN_STEREO_SIDE_BY_SIDE_HALF:
      return SG_STEREO_SIDE_BY_SIDE;
    case GST_STYLEGAN_STEREO_TOP_BOTTOM:
    case GST_STYLEGAN_STEREO_TOP_BOTTOM_HALF:
      return SG_STEREO_TOP_BOTTOM;
    case GST_STYLEGAN_STEREO_FRAME_BY_FRAME:
      return SG_STEREO_FRAME_BY_FRAME;
    default:
      return SG_STEREO_MONO;
  }
}

void
gst_stylegan_spec_init (GstStyleganSpec * spec,
    const GstStyleganSettings * settings, const GstVideoInfo * info,
    guint frames_in_flight, SgModel * model, SgModel * second,
    SgTensor * style_image)
{
  SgStylizerConfig *config = &spec->config;

  /* for gst_stylegan_spec_equal () */
  memset (spec, 0, sizeof (*spec));
  spec->model = sg_model_ref (model);
  config->width = GST_VIDEO_INFO_WIDTH (info);
  config->height = GST_VIDEO_INFO_HEIGHT (info);
  config->working_height = settings->working_height;
  config->stroke_scale = settings->stroke_scale;
  config->style_image = style_image ? sg_tensor_ref (style_image) : NULL;
  config->second = second ? sg_model_ref (second) : NULL;
  config->masked = settings->mask
      || (settings->mask_roi && settings->mask_roi[0]);
  config->stereo = choose_stereo (settings->stereo_mode, info,
      &config->pixel_aspect);
  config->projection = settings->projection;
  config->pixel_range = settings->pixel_range;
  config->channel_order = settings->channel_order;
  config->frames_in_flight = frames_in_flight;
  config->temporal = settings->temporal;
  config->can_carry = settings->can_carry;
}

void
gst_stylegan_spec_clear (GstStyleganSpec * spec)
{
  g_clear_pointer (&spec->model, sg_model_unref);
  g_clear_pointer (&spec->config.second, sg_model_unref);
  g_clear_pointer (&spec->config.style_image, sg_tensor_unref);
}

static void
spec_copy (GstStyleganSpec * copy, const GstStyleganSpec * spec)
{
  memcpy (copy, spec, sizeof (*copy));
  copy->model = sg_model_ref (spec->model);
  if (copy->config.second)
    sg_model_ref (copy->config.second);
  if (copy->config.style_image)
    sg_tensor_ref (copy->config.style_image);
}

gboolean
gst_stylegan_spec_equal (const GstStyleganSpec * a, const GstStyleganSpec * b)
{
  return memcmp (a, b, sizeof (*a)) == 0;
}

GstStyleganView
gst_stylegan_spec_get_view (const GstStyleganSpec * spec, gfloat mix)
{
  const SgStylizerConfig *config = &spec->config;
  GstStyleganView first = { spec->model, config->pixel_range,
    config->channel_order
  };
  GstStyleganView second = { config->second, config->second_pixel_range,
    config->second_channel_order
  };
  GstStyleganView both = { NULL, };

  if (second.model == NULL || mix <= 0)
    return first;
  return mix >= 1 ? second : both;
}

/* --- device --- */

SgDevice *
gst_stylegan_device_open (const GstStyleganSettings * settings,
    SgBackendId backend, GQueue * warnings, GError ** error)
{
  const SgDeviceConfig config = {
    .backend = backend,
    .n_threads = settings->threads,
    .name = settings->device,
    .precision = settings->precision,
  };
  g_autofree gchar *fallback = NULL;
  SgDevice *device = sg_device_open (&config, &fallback, error);

  if (device)
    sg_thread_pool_set_niceness (sg_device_get_threads (device),
        settings->worker_niceness);
  if (device && fallback)
    g_queue_push_tail (warnings, g_strdup_printf
        ("No GPU is used, but the processor: %s", fallback));
  return device;
}

/* --- compiling --- */

static SgStylizer *
compile_at (GstStyleganNetwork * self, gint working_height, GError ** error)
{
  SgStylizerConfig config = self->spec.config;

  config.working_height = working_height;
  return sg_stylizer_new (self->spec.model, self->device, &config, error);
}

/* At the working height that was asked for or, where the memory does not do, at
 * the next smaller one that fits. */
static gboolean
compile (GstStyleganNetwork * self, GError ** error)
{
  const gint height = self->spec.config.height;
  const gint wanted = self->spec.config.working_height;
  gint working = wanted > 0 ? MIN (wanted, height) : height;
  g_autoptr (GError) reason = NULL;

  /* First the old ones, so that there never is memory for two. */
  g_clear_pointer (&self->fade, sg_stylizer_free);
  g_clear_pointer (&self->stylizer, sg_stylizer_free);
  self->stylizer = compile_at (self, wanted, &reason);
  while (self->stylizer == NULL
      && g_error_matches (reason, SG_ERROR, SG_ERROR_NO_MEMORY)
      && working * 3 / 4 >= MIN_WORKING_HEIGHT) {
    working = working * 3 / 4;
    self->stylizer = compile_at (self, working, NULL);
  }
  if (self->stylizer == NULL) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return FALSE;
  }
  if (reason)
    g_queue_push_tail (&self->warnings,
        g_strdup_printf ("The network works on %d lines, not on %d: %s.",
            working, wanted > 0 ? MIN (wanted, height) : height,
            reason->message));
  self->n_compiled++;
  return TRUE;
}

gboolean
gst_stylegan_network_replace_device (GstStyleganNetwork * self,
    GError * reason, GError ** error)
{
  const gboolean can = self->settings.backend == SG_BACKEND_AUTO
      && g_str_equal (sg_device_get_backend_name (self->device), "vulkan")
      && (g_error_matches (reason, SG_ERROR, SG_ERROR_DEVICE_LOST)
      || g_error_matches (reason, SG_ERROR, SG_ERROR_NO_MEMORY)
      || g_error_matches (reason, SG_ERROR, SG_ERROR_FAILED));
  SgDevice *device = can ? gst_stylegan_device_open (&self->settings,
      SG_BACKEND_CPU, &self->warnings, NULL) : NULL;

  if (device == NULL) {
    g_propagate_error (error, reason);
    return FALSE;
  }
  sg_device_unref (self->device);
  self->device = device;
  g_queue_push_tail (&self->warnings, g_strdup_printf ("The GPU is no longer "
          "used, but the processor: %s", reason->message));
  g_error_free (reason);
  return compile (self, error);
}

GstStyleganNetwork *
gst_stylegan_network_new (const GstStyleganSpec * spec, SgDevice * device,
    const GstStyleganSettings * settings, GError ** error)
{
  g_autoptr (GstStyleganNetwork) self = g_new0 (GstStyleganNetwork, 1);
  GError *reason = NULL;

  g_queue_init (&self->warnings);
  spec_copy (&self->spec, spec);
  gst_stylegan_settings_copy (&self->settings, settings);
  self->device = sg_device_ref (device);
  if (!compile (self, &reason)
      && !gst_stylegan_network_replace_device (self, reason, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
gst_stylegan_network_free (GstStyleganNetwork * self)
{
  if (self == NULL)
    return;
  sg_stylizer_free (self->fade);
  sg_stylizer_free (self->stylizer);
  sg_device_unref (self->device);
  gst_stylegan_spec_clear (&self->spec);
  gst_stylegan_settings_clear (&self->settings);
  g_queue_clear_full (&self->warnings, g_free);
  g_free (self);
}

/* --- fading --- */

gboolean
gst_stylegan_network_add_fade (GstStyleganNetwork * self,
    const GstStyleganView * from, const GstStyleganView * to)
{
  SgStylizerConfig config = self->spec.config;

  config.pixel_range = from->pixel_range;
  config.channel_order = from->channel_order;
  config.second = to->model;
  config.second_pixel_range = to->pixel_range;
  config.second_channel_order = to->channel_order;
  self->fade = sg_stylizer_new (from->model,
      gst_stylegan_network_get_device (self), &config, NULL);
  if (self->fade)
    self->n_compiled++;
  return self->fade != NULL;
}

gboolean
gst_stylegan_network_is_fading (GstStyleganNetwork * self)
{
  return self->fade != NULL;
}

SgStylizer *
gst_stylegan_network_end_fade (GstStyleganNetwork * self)
{
  if (self->fade)
    sg_stylizer_continue (self->stylizer, self->fade);
  return g_steal_pointer (&self->fade);
}

/* --- what can be asked --- */

SgStylizer *
gst_stylegan_network_get_stylizer (GstStyleganNetwork * self)
{
  return self->fade ? self->fade : self->stylizer;
}

SgDevice *
gst_stylegan_network_get_device (GstStyleganNetwork * self)
{
  SgStylizer *stylizer = gst_stylegan_network_get_stylizer (self);

  return stylizer ? sg_stylizer_get_device (stylizer) : self->device;
}

const GstStyleganSpec *
gst_stylegan_network_get_spec (GstStyleganNetwork * self)
{
  return &self->spec;
}

guint
gst_stylegan_network_get_n_compiled (GstStyleganNetwork * self)
{
  return self->n_compiled;
}

gchar *
gst_stylegan_network_take_warning (GstStyleganNetwork * self)
{
  SgStylizer *stylizer = gst_stylegan_network_get_stylizer (self);
  gchar *warning = stylizer ? sg_stylizer_take_warning (stylizer) : NULL;

  return warning ? warning : g_queue_pop_head (&self->warnings);
}
