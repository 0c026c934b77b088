/* gst-stylegan: what plays, what comes next, and the way from one to the other
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganplayer.h"

typedef enum
{
  FADE_NONE,
  FADE_IN,                      /* from the frames as they came in */
  FADE_MODELS,
  /* Between two models that are seen at a time and others: over one that is among both,
   * there by the mix, and back. */
  FADE_THERE,
  FADE_BACK,
} Fade;

struct _GstStyleganPlayer
{
  GstStyleganLoader *loader;
  GstStyleganWorker *worker;
  SgDevice *device;
  GstVideoInfo info;            /* finfo NULL: not set yet */
  guint frames_in_flight;
  GstStyleganMask *mask;
  GQueue warnings;              /* of gchar* */

  Fade fade;
  GstClockTime fade_begin;
  gfloat end;                   /* mix at which only that one is seen */
  GstStyleganResult *next;      /* what there is to be taken then */
  gboolean passed;

  gchar *paths[GST_STYLEGAN_N_ASSETS];
  guint n_compiled;             /* for networks that are gone */
  gdouble compile_ms;
};

/* Of @result: what is known even when nothing else comes of it. */
static void
note_result (GstStyleganPlayer * self, GstStyleganResult * result)
{
  gchar *warning;
  guint i;

  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++) {
    g_free (self->paths[i]);
    self->paths[i] = g_steal_pointer (&result->paths[i]);
  }
  while ((warning = g_queue_pop_head (&result->warnings)))
    g_queue_push_tail (&self->warnings, warning);
}

GstStyleganPlayer *
gst_stylegan_player_new (const GstStyleganSettings * settings, GError ** error)
{
  g_autoptr (GstStyleganPlayer) self = g_new0 (GstStyleganPlayer, 1);
  g_autoptr (GstStyleganResult) result = NULL;

  g_queue_init (&self->warnings);
  self->loader = gst_stylegan_loader_new (settings, error);
  if (self->loader == NULL)
    return NULL;
  self->device = gst_stylegan_loader_ref_device (self->loader);
  self->worker = gst_stylegan_worker_new (sg_device_get_threads (self->device));
  result = gst_stylegan_loader_take (self->loader);
  note_result (self, result);
  return g_steal_pointer (&self);
}

void
gst_stylegan_player_free (GstStyleganPlayer * self)
{
  guint i;

  if (self == NULL)
    return;
  gst_stylegan_result_free (self->next);
  gst_stylegan_worker_free (self->worker);
  gst_stylegan_loader_free (self->loader);
  gst_stylegan_mask_free (self->mask);
  if (self->device)
    sg_device_unref (self->device);
  g_queue_clear_full (&self->warnings, g_free);
  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++)
    g_free (self->paths[i]);
  g_free (self);
}

/* --- asking for networks --- */

static void
dispose_network (GstStyleganPlayer * self, GstStyleganNetwork * network)
{
  if (network == NULL)
    return;
  self->n_compiled += gst_stylegan_network_get_n_compiled (network);
  gst_stylegan_loader_dispose (self->loader, network,
      (GDestroyNotify) gst_stylegan_network_free);
}

gboolean
gst_stylegan_player_set_info (GstStyleganPlayer * self,
    const GstStyleganSettings * settings, const GstVideoInfo * info,
    guint frames_in_flight, GError ** error)
{
  const gboolean same = self->info.finfo
      && GST_VIDEO_INFO_WIDTH (info) == GST_VIDEO_INFO_WIDTH (&self->info)
      && GST_VIDEO_INFO_HEIGHT (info) == GST_VIDEO_INFO_HEIGHT (&self->info)
      && frames_in_flight == self->frames_in_flight;
  const gboolean same_views = self->info.finfo
      && GST_VIDEO_INFO_MULTIVIEW_MODE (info) ==
      GST_VIDEO_INFO_MULTIVIEW_MODE (&self->info)
      && GST_VIDEO_INFO_MULTIVIEW_FLAGS (info) ==
      GST_VIDEO_INFO_MULTIVIEW_FLAGS (&self->info);
  GstStyleganNetwork *before = NULL;

  self->info = *info;
  self->frames_in_flight = frames_in_flight;
  if (!same || !same_views) {
    /* At once: there may not be memory for two, and it is of no use. */
    if (!gst_stylegan_worker_set_network (self->worker, NULL, &before, error))
      return FALSE;
    dispose_network (self, before);
    self->fade = FADE_NONE;
    g_clear_pointer (&self->next, gst_stylegan_result_free);
    gst_stylegan_loader_request (self->loader, settings, info,
        frames_in_flight, TRUE);
  } else {
    gst_stylegan_player_request (self, settings);
  }
  return gst_stylegan_worker_set_info (self->worker, info, error);
}

void
gst_stylegan_player_request (GstStyleganPlayer * self,
    const GstStyleganSettings * settings)
{
  if (self->info.finfo)
    gst_stylegan_loader_request (self->loader, settings, &self->info,
        self->frames_in_flight, FALSE);
}

gboolean
gst_stylegan_player_wait (GstStyleganPlayer * self)
{
  return gst_stylegan_loader_wait (self->loader);
}

void
gst_stylegan_player_set_flushing (GstStyleganPlayer * self, gboolean flushing)
{
  gst_stylegan_loader_set_flushing (self->loader, flushing);
}

gboolean
gst_stylegan_player_is_loading (GstStyleganPlayer * self)
{
  return gst_stylegan_loader_is_busy (self->loader);
}

/* --- changing --- */

/* How far the fade is, 0..1. */
static gfloat
fade_progress (GstStyleganPlayer * self, const GstStyleganLive * live,
    GstClockTime now)
{
  const gboolean half = self->fade == FADE_THERE || self->fade == FADE_BACK;
  const GstClockTime duration = live->fade_duration * GST_MSECOND
      / (half ? 2 : 1);

  if (now < self->fade_begin || now - self->fade_begin >= duration)
    return 1;
  return (gfloat) (now - self->fade_begin) / duration;
}

gboolean
gst_stylegan_player_is_due (GstStyleganPlayer * self,
    const GstStyleganLive * live, GstClockTime now)
{
  if (self->fade != FADE_NONE)
    return fade_progress (self, live, now) >= 1;
  return gst_stylegan_loader_has_result (self->loader);
}

static void
end_fade (GstStyleganPlayer * self)
{
  GstStyleganNetwork *network = gst_stylegan_worker_get_network (self->worker);

  if (self->fade == FADE_MODELS)
    gst_stylegan_loader_dispose (self->loader,
        gst_stylegan_network_end_fade (network),
        (GDestroyNotify) sg_stylizer_free);
  self->fade = FADE_NONE;
}

static gboolean
fits (GstStyleganPlayer * self, GstStyleganNetwork * network)
{
  const SgStylizerConfig *config =
      &gst_stylegan_network_get_spec (network)->config;

  return config->width == GST_VIDEO_INFO_WIDTH (&self->info)
      && config->height == GST_VIDEO_INFO_HEIGHT (&self->info);
}

static gboolean
is_mixed (const GstStyleganSpec * spec, gfloat mix)
{
  return gst_stylegan_spec_get_view (spec, mix).model == NULL;
}

/* Whether the mix has to go to an end and back between @a and @b; then self->end is the one
 * at which both show the same. */
static gboolean
find_end (GstStyleganPlayer * self, const GstStyleganSpec * a,
    const GstStyleganSpec * b, const GstStyleganLive * live)
{
  const gfloat mix = live->style_mix;
  gboolean same[2];
  guint i;

  for (i = 0; i < 2; i++)
    same[i] = gst_stylegan_spec_get_view (a, i).model
        == gst_stylegan_spec_get_view (b, i).model;
  self->end = same[0] ? 0 : 1;
  return live->fade_duration > 0 && (is_mixed (a, mix) || is_mixed (b, mix))
      && same[0] != same[1];
}

/* Before @result is taken: goes where only a model is seen that stays. */
static gboolean
begin_there (GstStyleganPlayer * self, GstStyleganResult * result,
    const GstStyleganLive * live, GstClockTime now)
{
  GstStyleganNetwork *network = gst_stylegan_worker_get_network (self->worker);
  const GstStyleganSpec *spec = network
      ? gst_stylegan_network_get_spec (network) : NULL;

  /* what fades by itself was made for one model */
  if (spec == NULL || result->network == NULL || !fits (self, result->network)
      || gst_stylegan_network_is_fading (result->network)
      || !is_mixed (spec, live->style_mix) || !find_end (self, spec,
          gst_stylegan_network_get_spec (result->network), live))
    return FALSE;
  self->fade = FADE_THERE;
  self->fade_begin = now;
  return TRUE;
}

static gboolean
use_network (GstStyleganPlayer * self, GstStyleganResult * result,
    const GstStyleganLive * live, GstClockTime now, GError ** error)
{
  GstStyleganNetwork *network = g_steal_pointer (&result->network);
  GstStyleganNetwork *before = NULL;

  if (network && !fits (self, network)) {
    /* the one for these frames is still to come */
    dispose_network (self, network);
    return TRUE;
  }
  if (result->has_mask) {
    gst_stylegan_loader_dispose (self->loader, self->mask,
        (GDestroyNotify) gst_stylegan_mask_free);
    self->mask = g_steal_pointer (&result->mask);
  }
  if (network == NULL)
    return TRUE;
  self->compile_ms = result->ms;
  if (!gst_stylegan_worker_set_network (self->worker, network, &before, error))
    return FALSE;
  self->fade_begin = now;
  if (gst_stylegan_network_is_fading (network))
    self->fade = FADE_MODELS;
  else if (before && is_mixed (gst_stylegan_network_get_spec (network),
          live->style_mix)
      && find_end (self, gst_stylegan_network_get_spec (before),
          gst_stylegan_network_get_spec (network), live))
    self->fade = FADE_BACK;
  else if (self->passed && live->fade_duration > 0)
    self->fade = FADE_IN;
  self->passed = FALSE;
  dispose_network (self, before);
  return TRUE;
}

gboolean
gst_stylegan_player_change (GstStyleganPlayer * self,
    const GstStyleganLive * live, GstClockTime now, GError ** error)
{
  g_autoptr (GstStyleganResult) result = NULL;

  end_fade (self);
  result = g_steal_pointer (&self->next);
  if (result == NULL) {
    result = gst_stylegan_loader_take (self->loader);
    if (result == NULL)
      return TRUE;
    if (begin_there (self, result, live, now)) {
      self->next = g_steal_pointer (&result);
      return TRUE;
    }
  }
  note_result (self, result);
  /* there may be one from before the error */
  if (!use_network (self, result, live, now, error))
    return FALSE;
  if (result->error == NULL)
    return TRUE;
  if (gst_stylegan_worker_get_network (self->worker) == NULL) {
    g_propagate_error (error, g_steal_pointer (&result->error));
    return FALSE;
  }
  g_queue_push_tail (&self->warnings, g_strdup_printf
      ("%s. Nothing is changed.", result->error->message));
  return TRUE;
}

gboolean
gst_stylegan_player_is_ready (GstStyleganPlayer * self)
{
  return gst_stylegan_worker_get_network (self->worker) != NULL;
}

void
gst_stylegan_player_note_passed (GstStyleganPlayer * self)
{
  self->passed = TRUE;
}

/* --- while playing --- */

void
gst_stylegan_player_get_controls (GstStyleganPlayer * self,
    const GstStyleganLive * live, GstClockTime now,
    SgStylizerControls * controls)
{
  *controls = (SgStylizerControls) SG_STYLIZER_CONTROLS_INIT;
  controls->temporal_strength = live->temporal_strength;
  controls->strength = live->strength;
  controls->preserve_colors = live->preserve_colors;
  controls->mix = live->style_mix;
  if (self->fade == FADE_IN)
    controls->strength *= fade_progress (self, live, now);
  else if (self->fade == FADE_MODELS)
    controls->mix = fade_progress (self, live, now);
  else if (self->fade == FADE_THERE)
    controls->mix += fade_progress (self, live, now)
        * (self->end - controls->mix);
  else if (self->fade == FADE_BACK)
    controls->mix = self->end + fade_progress (self, live, now)
        * (controls->mix - self->end);
}

const SgTensor *
gst_stylegan_player_get_mask (GstStyleganPlayer * self, GstBuffer * buffer,
    gint x, gint y)
{
  return self->mask ? gst_stylegan_mask_get (self->mask, buffer, x, y) : NULL;
}

gboolean
gst_stylegan_player_is_fading (GstStyleganPlayer * self)
{
  return self->fade != FADE_NONE;
}

gchar *
gst_stylegan_player_take_warning (GstStyleganPlayer * self)
{
  GstStyleganNetwork *network = gst_stylegan_worker_get_network (self->worker);
  gchar *warning = network ? gst_stylegan_network_take_warning (network) : NULL;
  SgDevice *device = network ? gst_stylegan_network_get_device (network) : NULL;

  /* What a network has changed its device for (half precision overflows, the GPU was
   * lost) counts for those that come after it, too. */
  if (device && device != self->device) {
    sg_device_unref (self->device);
    self->device = sg_device_ref (device);
    gst_stylegan_loader_set_device (self->loader, device);
  }
  return warning ? warning : g_queue_pop_head (&self->warnings);
}

/* --- what can be asked --- */

GstStyleganWorker *
gst_stylegan_player_get_worker (GstStyleganPlayer * self)
{
  return self->worker;
}

SgDevice *
gst_stylegan_player_get_device (GstStyleganPlayer * self)
{
  GstStyleganNetwork *network = gst_stylegan_worker_get_network (self->worker);

  return network ? gst_stylegan_network_get_device (network) : self->device;
}

SgStylizer *
gst_stylegan_player_get_stylizer (GstStyleganPlayer * self)
{
  GstStyleganNetwork *network = gst_stylegan_worker_get_network (self->worker);

  return network ? gst_stylegan_network_get_stylizer (network) : NULL;
}

const gchar *
gst_stylegan_player_get_path (GstStyleganPlayer * self, GstStyleganAssetId id)
{
  return self->paths[id];
}

guint
gst_stylegan_player_get_n_compiled (GstStyleganPlayer * self)
{
  GstStyleganNetwork *network = gst_stylegan_worker_get_network (self->worker);

  return self->n_compiled
      + (network ? gst_stylegan_network_get_n_compiled (network) : 0);
}

gdouble
gst_stylegan_player_get_compile_ms (GstStyleganPlayer * self)
{
  return self->compile_ms;
}
