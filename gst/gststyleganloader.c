/* gst-stylegan: loads and compiles in the background
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganloader.h"

#include <string.h>
#include <sys/resource.h>

/* How often files are looked at with auto-reload. A file that is rewritten is
 * loaded when it has been the same for that long. */
#define POLL_US (250 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GstStyleganSettings settings;
  GstVideoInfo info;
  guint frames_in_flight;
  gboolean anew;
} Request;

typedef struct
{
  gpointer data;
  GDestroyNotify destroy;
} Garbage;

/* What a mask was made of. */
typedef struct
{
  SgTensor *picture;            /* reference */
  gint width, height;
  gfloat feather;
  gboolean invert;
  GQuark roi_type;
} MaskSpec;

struct _GstStyleganLoader
{
  GThread *thread;
  gint niceness;
  GMutex lock;
  GCond changed;

  /* Under the lock. */
  Request *pending;
  gboolean busy, flushing, stopping;
  GstStyleganResult *ready;
  SgDevice *device;
  GQueue garbage;               /* of Garbage* */

  /* Of the thread alone. */
  GstStyleganAssets *assets;
  GstStyleganSpec built;        /* model NULL: nothing yet */
  MaskSpec mask;
};

/* --- requests and results --- */

static void
request_free (Request * request)
{
  if (request == NULL)
    return;
  gst_stylegan_settings_clear (&request->settings);
  g_free (request);
}

static GstStyleganResult *
result_new (void)
{
  GstStyleganResult *result = g_new0 (GstStyleganResult, 1);

  g_queue_init (&result->warnings);
  return result;
}

void
gst_stylegan_result_free (GstStyleganResult * result)
{
  guint i;

  if (result == NULL)
    return;
  gst_stylegan_network_free (result->network);
  gst_stylegan_mask_free (result->mask);
  g_queue_clear_full (&result->warnings, g_free);
  g_clear_error (&result->error);
  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++)
    g_free (result->paths[i]);
  g_free (result);
}

/* What was not taken yet and is still good goes into the newer one. */
static void
merge_results (GstStyleganResult * newer, GstStyleganResult * older)
{
  gchar *warning;

  if (newer->network == NULL)
    newer->network = g_steal_pointer (&older->network);
  if (!newer->has_mask && older->has_mask) {
    newer->has_mask = TRUE;
    newer->mask = g_steal_pointer (&older->mask);
  }
  while ((warning = g_queue_pop_tail (&older->warnings)))
    g_queue_push_head (&newer->warnings, warning);
  gst_stylegan_result_free (older);
}

/* --- work --- */

static void
add_fade (GstStyleganLoader * self, GstStyleganNetwork * network,
    const GstStyleganSpec * spec, const GstStyleganSettings * settings)
{
  const gfloat mix = settings->live.style_mix;
  const GstStyleganView from = gst_stylegan_spec_get_view (&self->built, mix);
  const GstStyleganView to = gst_stylegan_spec_get_view (spec, mix);

  if (self->built.model == NULL || settings->live.fade_duration == 0
      || self->built.config.width != spec->config.width
      || self->built.config.height != spec->config.height)
    return;
  if (from.model && to.model && from.model != to.model)
    gst_stylegan_network_add_fade (network, &from, &to);
}

/* A network, if it is another one than before. */
static gboolean
build_network (GstStyleganLoader * self, const Request * request,
    GstStyleganResult * result, GError ** error)
{
  g_autoptr (SgDevice) device = gst_stylegan_loader_ref_device (self);
  GstStyleganSpec spec;

  gst_stylegan_spec_init (&spec, &request->settings, &request->info,
      request->frames_in_flight,
      gst_stylegan_assets_get (self->assets, GST_STYLEGAN_ASSET_MODEL),
      gst_stylegan_assets_get (self->assets, GST_STYLEGAN_ASSET_MODEL_B),
      gst_stylegan_assets_get (self->assets, GST_STYLEGAN_ASSET_STYLE_IMAGE));
  if (!request->anew && gst_stylegan_spec_equal (&spec, &self->built)) {
    gst_stylegan_spec_clear (&spec);
    return TRUE;
  }
  result->network = gst_stylegan_network_new (&spec, device,
      &request->settings, error);
  if (result->network == NULL) {
    gst_stylegan_spec_clear (&spec);
    return FALSE;
  }
  if (!request->anew)
    add_fade (self, result->network, &spec, &request->settings);
  gst_stylegan_spec_clear (&self->built);
  self->built = spec;
  return TRUE;
}

/* A mask, if it is another one than before. */
static gboolean
build_mask (GstStyleganLoader * self, const Request * request,
    GstStyleganResult * result, GError ** error)
{
  const GstStyleganSettings *settings = &request->settings;
  SgTensor *picture = gst_stylegan_assets_get (self->assets,
      GST_STYLEGAN_ASSET_MASK);
  MaskSpec spec = { picture, GST_VIDEO_INFO_WIDTH (&request->info),
    GST_VIDEO_INFO_HEIGHT (&request->info), settings->mask_feather,
    settings->mask_invert
  };

  if (settings->mask_roi && settings->mask_roi[0])
    spec.roi_type = g_quark_from_string (settings->mask_roi);
  if (self->mask.width > 0 && spec.picture == self->mask.picture
      && spec.width == self->mask.width && spec.height == self->mask.height
      && spec.feather == self->mask.feather
      && spec.invert == self->mask.invert
      && spec.roi_type == self->mask.roi_type)
    return TRUE;
  if (self->built.config.masked) {
    result->mask = gst_stylegan_mask_new (picture, spec.width, spec.height,
        spec.feather, spec.invert, spec.roi_type, error);
    if (result->mask == NULL) {
      /* nor is there a network: without a mask it could not run */
      gst_stylegan_spec_clear (&self->built);
      return FALSE;
    }
  }
  result->has_mask = TRUE;
  if (self->mask.picture)
    sg_tensor_unref (self->mask.picture);
  self->mask = spec;
  if (picture)
    sg_tensor_ref (picture);
  return TRUE;
}

static void
note_paths (GstStyleganLoader * self, GstStyleganResult * result)
{
  guint i;

  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++)
    result->paths[i] =
        g_strdup (gst_stylegan_assets_get_path (self->assets, i));
}

static GstStyleganResult *
work (GstStyleganLoader * self, const Request * request)
{
  const gint64 begin = g_get_monotonic_time ();
  GstStyleganResult *result = result_new ();

  gst_stylegan_assets_update (self->assets, &request->settings,
      &result->warnings, NULL);
  /* What only fails for this size: with the files of before, for whatever else
   * has changed. */
  if (!build_network (self, request, result, &result->error)
      && gst_stylegan_assets_revert (self->assets)) {
    g_queue_push_tail (&result->warnings, g_strdup_printf
        ("%s. The one before is kept.", result->error->message));
    g_clear_error (&result->error);
    build_network (self, request, result, &result->error);
  }
  if (result->error == NULL
      && build_mask (self, request, result, &result->error)) {
    gst_stylegan_assets_commit (self->assets);
  } else {
    g_clear_pointer (&result->network, gst_stylegan_network_free);
    gst_stylegan_assets_revert (self->assets);
  }
  note_paths (self, result);
  result->ms = (g_get_monotonic_time () - begin) / 1000.0;
  return result;
}

/* --- the thread --- */

/* Under the lock, which is open while it is emptied. */
static void
empty_garbage (GstStyleganLoader * self)
{
  Garbage *garbage;

  while ((garbage = g_queue_pop_head (&self->garbage))) {
    g_mutex_unlock (&self->lock);
    garbage->destroy (garbage->data);
    g_free (garbage);
    g_mutex_lock (&self->lock);
  }
}

/* Under the lock: whether a network waits to be taken, maybe for a fade to end. The next one
 * is made when it is known that it comes after that, so that it fades from there. */
static gboolean
is_held (GstStyleganLoader * self)
{
  return self->ready && self->ready->network
      && !(self->pending && self->pending->anew);
}

/* Under the lock: what is to be done next; NULL: nothing (any more).
 * @last: what was done last, or NULL */
static Request *
wait_for_request (GstStyleganLoader * self, Request * last)
{
  const gboolean poll = last && last->settings.auto_reload;

  while (!self->stopping && (self->pending == NULL || is_held (self))
      && g_queue_is_empty (&self->garbage)) {
    gint64 until = g_get_monotonic_time () + POLL_US;

    if (!poll || is_held (self)) {
      g_cond_wait (&self->changed, &self->lock);
    } else if (!g_cond_wait_until (&self->changed, &self->lock, until)) {
      gboolean rewritten;

      /* file systems can be slow */
      g_mutex_unlock (&self->lock);
      rewritten = gst_stylegan_assets_poll (self->assets);
      g_mutex_lock (&self->lock);
      if (rewritten && self->pending == NULL)
        return last;
    }
  }
  return is_held (self) ? NULL : g_steal_pointer (&self->pending);
}

static gpointer
run (gpointer data)
{
  GstStyleganLoader *self = data;
  Request *last = NULL;

  /* of this thread alone, on Linux; the process may be nice itself */
  if (self->niceness > 0)
    setpriority (PRIO_PROCESS, 0,
        MIN (getpriority (PRIO_PROCESS, 0) + self->niceness, 19));
  g_mutex_lock (&self->lock);
  while (!self->stopping) {
    Request *request = wait_for_request (self, last);

    /* no longer pending, and the lock is about to be opened */
    self->busy = request != NULL;
    empty_garbage (self);
    if (request && !self->stopping) {
      GstStyleganResult *result;

      if (request != last)
        g_clear_pointer (&last, request_free);
      last = request;
      g_mutex_unlock (&self->lock);
      result = work (self, request);
      request->anew = FALSE;
      g_mutex_lock (&self->lock);
      if (self->ready)
        merge_results (result, g_steal_pointer (&self->ready));
      self->ready = result;
      self->busy = FALSE;
      g_cond_broadcast (&self->changed);
    } else if (request != last) {
      request_free (request);
    }
  }
  g_mutex_unlock (&self->lock);
  request_free (last);
  return NULL;
}

GstStyleganLoader *
gst_stylegan_loader_new (const GstStyleganSettings * settings, GError ** error)
{
  g_autoptr (GstStyleganLoader) self = g_new0 (GstStyleganLoader, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->garbage);
  self->niceness = settings->niceness;
  self->assets = gst_stylegan_assets_new ();
  self->ready = result_new ();
  self->device = NULL;
  if (!gst_stylegan_assets_update (self->assets, settings, NULL, error))
    return NULL;
  self->device = gst_stylegan_device_open (settings, settings->backend,
      &self->ready->warnings, error);
  if (self->device == NULL)
    return NULL;
  note_paths (self, self->ready);
  self->thread = g_thread_try_new ("stylegan-loader", run, self, error);
  return self->thread ? g_steal_pointer (&self) : NULL;
}

void
gst_stylegan_loader_free (GstStyleganLoader * self)
{
  if (self == NULL)
    return;
  if (self->thread) {
    g_mutex_lock (&self->lock);
    self->stopping = TRUE;
    g_cond_broadcast (&self->changed);
    g_mutex_unlock (&self->lock);
    g_thread_join (self->thread);
    g_mutex_lock (&self->lock);
    empty_garbage (self);
    g_mutex_unlock (&self->lock);
  }
  request_free (self->pending);
  gst_stylegan_result_free (self->ready);
  if (self->device)
    sg_device_unref (self->device);
  gst_stylegan_spec_clear (&self->built);
  if (self->mask.picture)
    sg_tensor_unref (self->mask.picture);
  gst_stylegan_assets_free (self->assets);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* --- what others call --- */

void
gst_stylegan_loader_request (GstStyleganLoader * self,
    const GstStyleganSettings * settings, const GstVideoInfo * info,
    guint frames_in_flight, gboolean anew)
{
  Request *request = g_new0 (Request, 1);

  gst_stylegan_settings_copy (&request->settings, settings);
  request->info = *info;
  request->frames_in_flight = frames_in_flight;
  request->anew = anew;
  g_mutex_lock (&self->lock);
  if (self->pending)
    request->anew |= self->pending->anew;
  request_free (self->pending);
  self->pending = request;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

gboolean
gst_stylegan_loader_is_busy (GstStyleganLoader * self)
{
  gboolean busy;

  g_mutex_lock (&self->lock);
  busy = self->busy || self->pending;
  g_mutex_unlock (&self->lock);
  return busy;
}

gboolean
gst_stylegan_loader_has_result (GstStyleganLoader * self)
{
  gboolean has;

  g_mutex_lock (&self->lock);
  has = self->ready != NULL;
  g_mutex_unlock (&self->lock);
  return has;
}

GstStyleganResult *
gst_stylegan_loader_take (GstStyleganLoader * self)
{
  GstStyleganResult *result;

  g_mutex_lock (&self->lock);
  result = g_steal_pointer (&self->ready);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return result;
}

gboolean
gst_stylegan_loader_wait (GstStyleganLoader * self)
{
  gboolean flushing;

  g_mutex_lock (&self->lock);
  while (((self->pending && !is_held (self)) || self->busy) && !self->flushing)
    g_cond_wait (&self->changed, &self->lock);
  flushing = self->flushing;
  g_mutex_unlock (&self->lock);
  return !flushing;
}

void
gst_stylegan_loader_set_flushing (GstStyleganLoader * self, gboolean flushing)
{
  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
gst_stylegan_loader_dispose (GstStyleganLoader * self, gpointer data,
    GDestroyNotify destroy)
{
  Garbage *garbage;

  if (data == NULL)
    return;
  garbage = g_new (Garbage, 1);
  garbage->data = data;
  garbage->destroy = destroy;
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->garbage, garbage);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
gst_stylegan_loader_set_device (GstStyleganLoader * self, SgDevice * device)
{
  SgDevice *before;

  g_mutex_lock (&self->lock);
  before = self->device;
  self->device = sg_device_ref (device);
  g_mutex_unlock (&self->lock);
  sg_device_unref (before);
}

SgDevice *
gst_stylegan_loader_ref_device (GstStyleganLoader * self)
{
  SgDevice *device;

  g_mutex_lock (&self->lock);
  device = sg_device_ref (self->device);
  g_mutex_unlock (&self->lock);
  return device;
}
