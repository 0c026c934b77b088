/* gst-stylegan: stylises mapped buffers, several at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganworker.h"
#include "gststyleganstyles.h"

#include "gststyleganframe.h"

/* Under a working height that is this small no picture is left. */
#define MIN_WORKING_HEIGHT 64

/* A buffer under way. */
typedef struct
{
  GstBuffer *input, *output;
  GstVideoFrame in, out;
  SgImage source, target;
  gint64 begin_us, unpack_us;
} Job;

#define MAX_JOBS GST_STYLEGAN_MAX_FRAMES_IN_FLIGHT

struct _GstStyleganWorker
{
  GstStyleganSettings settings;
  SgModel *model;
  SgDevice *device;
  GQueue warnings;              /* of gchar* */

  GstVideoInfo info;
  SgStylizer *stylizer;
  gint width, height;           /* that it was compiled for */
  guint wanted_in_flight;       /* with this */
  guint n_compiled;

  /* One converter per job: some keep the frame that they have unpacked. */
  GstStyleganConverter *converters[MAX_JOBS];
  /* A ring of n_slots: n jobs from first, n_started of them with the stylizer. These
   * are fewer only when a device that takes less at a time has replaced another. */
  Job jobs[MAX_JOBS];
  guint n_slots, first, n, n_started;
  GstStyleganTimes times;
};

/* --- device --- */

static void
add_warning (GstStyleganWorker * self, gchar * text)
{
  g_queue_push_tail (&self->warnings, text);
}

static gboolean
open_device (GstStyleganWorker * self, SgBackendId backend, GError ** error)
{
  const SgDeviceConfig config = {
    .backend = backend,
    .n_threads = self->settings.threads,
    .name = self->settings.device,
    .precision = self->settings.precision,
  };
  g_autofree gchar *fallback = NULL;
  SgDevice *device = sg_device_open (&config, &fallback, error);

  if (device == NULL)
    return FALSE;
  sg_device_unref (self->device);
  self->device = device;
  if (fallback)
    add_warning (self, g_strdup_printf ("No GPU is used, but the processor: %s",
            fallback));
  return TRUE;
}

GstStyleganWorker *
gst_stylegan_worker_new (const gchar * path,
    const GstStyleganSettings * settings, GError ** error)
{
  g_autoptr (GstStyleganWorker) self = g_new0 (GstStyleganWorker, 1);

  g_queue_init (&self->warnings);
  gst_stylegan_settings_copy (&self->settings, settings);
  self->model = gst_stylegan_styles_load (path, error);
  if (self->model == NULL || !sg_stylizer_check_model (self->model, error)
      || !open_device (self, settings->backend, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
clear_converters (GstStyleganWorker * self)
{
  guint i;

  for (i = 0; i < MAX_JOBS; i++)
    g_clear_pointer (&self->converters[i], gst_stylegan_converter_free);
}

void
gst_stylegan_worker_free (GstStyleganWorker * self)
{
  if (self == NULL)
    return;
  gst_stylegan_worker_discard (self);
  sg_stylizer_free (self->stylizer);
  clear_converters (self);
  sg_device_unref (self->device);
  sg_model_unref (self->model);
  g_queue_clear_full (&self->warnings, g_free);
  gst_stylegan_settings_clear (&self->settings);
  g_free (self);
}

/* --- compiling --- */

static SgStylizer *
compile_at (GstStyleganWorker * self, gint working_height, GError ** error)
{
  const SgStylizerConfig config = {
    .width = GST_VIDEO_INFO_WIDTH (&self->info),
    .height = GST_VIDEO_INFO_HEIGHT (&self->info),
    .working_height = working_height,
    .pixel_range = self->settings.pixel_range,
    .channel_order = self->settings.channel_order,
    .frames_in_flight = self->wanted_in_flight,
    .temporal = self->settings.temporal,
  };

  return sg_stylizer_new (self->model, self->device, &config, error);
}

/* At the working height that was asked for or, where the memory does not do, at
 * the next smaller one that fits. */
static gboolean
compile_on_device (GstStyleganWorker * self, GError ** error)
{
  const gint height = GST_VIDEO_INFO_HEIGHT (&self->info);
  const gint wanted = (gint) self->settings.working_height;
  gint working = wanted > 0 ? MIN (wanted, height) : height;
  g_autoptr (GError) reason = NULL;

  /* First the old one, so that there never is memory for two. */
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
    add_warning (self, g_strdup_printf ("The network works on %d lines, not on "
            "%d: %s.", working, wanted > 0 ? MIN (wanted, height) : height,
            reason->message));
  self->n_compiled++;
  return TRUE;
}

/* With backend=auto a GPU that fails is replaced by the processor. Takes
 * @reason. */
static gboolean
replace_device (GstStyleganWorker * self, GError * reason, GError ** error)
{
  const gboolean can = self->settings.backend == SG_BACKEND_AUTO
      && g_str_equal (sg_device_get_backend_name (self->device), "vulkan")
      && (g_error_matches (reason, SG_ERROR, SG_ERROR_DEVICE_LOST)
      || g_error_matches (reason, SG_ERROR, SG_ERROR_NO_MEMORY)
      || g_error_matches (reason, SG_ERROR, SG_ERROR_FAILED));

  if (!can || !open_device (self, SG_BACKEND_CPU, NULL)) {
    g_propagate_error (error, reason);
    return FALSE;
  }
  add_warning (self, g_strdup_printf ("The GPU is no longer used, but the "
          "processor: %s", reason->message));
  g_error_free (reason);
  return compile_on_device (self, error);
}

static gboolean
compile (GstStyleganWorker * self, GError ** error)
{
  GError *reason = NULL;

  return compile_on_device (self, &reason)
      || replace_device (self, reason, error);
}

static gboolean
make_converters (GstStyleganWorker * self, GError ** error)
{
  const GstVideoInfo *info = &self->info;
  guint i;

  clear_converters (self);
  self->first = 0;
  self->n_slots = sg_stylizer_get_frames_in_flight (self->stylizer);
  for (i = 0; i < self->n_slots; i++) {
    self->converters[i] = gst_stylegan_converter_new (info,
        sg_device_get_threads (self->device));
    if (self->converters[i] == NULL) {
      g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT,
          "There is no memory to unpack %s frames of %dx%d. Convert to another "
          "format with \"videoconvert\" first.", GST_VIDEO_INFO_NAME (info),
          GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));
      return FALSE;
    }
  }
  return TRUE;
}

/* What the stylizer has changed its device for (half precision overflows, the GPU
 * was lost and opened again) counts for the next size, too. */
static void
keep_device (GstStyleganWorker * self)
{
  SgDevice *device = gst_stylegan_worker_get_device (self);

  if (device != self->device) {
    sg_device_unref (self->device);
    self->device = sg_device_ref (device);
  }
}

gboolean
gst_stylegan_worker_set_info (GstStyleganWorker * self,
    const GstVideoInfo * info, guint frames_in_flight, GError ** error)
{
  const gboolean same_format = self->converters[0]
      && GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_INFO_FORMAT (&self->info)
      && GST_VIDEO_INFO_WIDTH (info) == GST_VIDEO_INFO_WIDTH (&self->info)
      && GST_VIDEO_INFO_HEIGHT (info) == GST_VIDEO_INFO_HEIGHT (&self->info)
      && gst_video_colorimetry_is_equal (&GST_VIDEO_INFO_COLORIMETRY (info),
      &GST_VIDEO_INFO_COLORIMETRY (&self->info));
  gboolean compiled = FALSE;

  g_return_val_if_fail (self->n == 0, FALSE);

  self->info = *info;
  frames_in_flight = CLAMP (frames_in_flight, 1, MAX_JOBS);
  if (self->stylizer == NULL || self->width != GST_VIDEO_INFO_WIDTH (info)
      || self->height != GST_VIDEO_INFO_HEIGHT (info)
      || self->wanted_in_flight != frames_in_flight) {
    self->wanted_in_flight = frames_in_flight;
    keep_device (self);
    if (!compile (self, error))
      return FALSE;
    self->width = GST_VIDEO_INFO_WIDTH (info);
    self->height = GST_VIDEO_INFO_HEIGHT (info);
    compiled = TRUE;
  }
  return (same_format && !compiled) || make_converters (self, error);
}

/* --- buffers --- */

guint
gst_stylegan_worker_get_frames_in_flight (GstStyleganWorker * self)
{
  return self->stylizer ? sg_stylizer_get_frames_in_flight (self->stylizer) : 1;
}

guint
gst_stylegan_worker_get_n_under_way (GstStyleganWorker * self)
{
  return self->n;
}

static Job *
nth_job (GstStyleganWorker * self, guint n)
{
  return &self->jobs[(self->first + n) % self->n_slots];
}

static gboolean
map_frames (GstStyleganWorker * self, Job * job, GError ** error)
{
  if (!gst_stylegan_frame_map (&job->in, &self->info, job->input, GST_MAP_READ,
          error))
    return FALSE;
  if (!gst_stylegan_frame_map (&job->out, &self->info, job->output,
          GST_MAP_WRITE, error)) {
    gst_video_frame_unmap (&job->in);
    return FALSE;
  }
  return TRUE;
}

static void
unmap_frames (Job * job)
{
  gst_video_frame_unmap (&job->out);
  gst_video_frame_unmap (&job->in);
}

static gboolean
describe_job (GstStyleganWorker * self, Job * job, gint x, gint y,
    GError ** error)
{
  GstStyleganConverter *converter = self->converters[job - self->jobs];

  job->begin_us = g_get_monotonic_time ();
  if (!gst_stylegan_converter_load (converter, &job->in, x, y, &job->source,
          error)
      || !gst_stylegan_converter_begin_store (converter, &job->out,
          &job->target, error))
    return FALSE;
  job->unpack_us = g_get_monotonic_time () - job->begin_us;
  return TRUE;
}

/* Gives the stylizer what it can take, beginning anew on the processor when the
 * device is gone. */
static gboolean
start_jobs (GstStyleganWorker * self, GError ** error)
{
  while (self->n_started < self->n
      && self->n_started < gst_stylegan_worker_get_frames_in_flight (self)) {
    Job *job = nth_job (self, self->n_started);
    GError *reason = NULL;

    if (sg_stylizer_submit (self->stylizer, &job->source, &job->target,
            &reason)) {
      self->n_started++;
      continue;
    }
    if (!replace_device (self, reason, error))
      return FALSE;
    self->n_started = 0;
  }
  return TRUE;
}

gboolean
gst_stylegan_worker_submit (GstStyleganWorker * self, GstBuffer * input,
    gint x, gint y, GstBuffer * output, GError ** error)
{
  Job *job;

  g_return_val_if_fail (self->stylizer != NULL, FALSE);
  g_return_val_if_fail (self->n < self->n_slots, FALSE);

  job = nth_job (self, self->n);
  job->input = input;
  job->output = output;
  if (!map_frames (self, job, error))
    return FALSE;
  if (describe_job (self, job, x, y, error)) {
    self->n++;
    if (start_jobs (self, error)) {
      gst_buffer_ref (input);
      gst_buffer_ref (output);
      return TRUE;
    }
    self->n--;
  }
  unmap_frames (job);
  return FALSE;
}

static gboolean
collect_first (GstStyleganWorker * self, GError ** error)
{
  for (;;) {
    GError *reason = NULL;

    if (!start_jobs (self, error))
      return FALSE;
    if (sg_stylizer_collect (self->stylizer, &reason)) {
      self->n_started--;
      return TRUE;
    }
    if (!g_error_matches (reason, SG_ERROR, SG_ERROR_DEVICE_LOST)) {
      self->n_started--;
      g_propagate_error (error, reason);
      return FALSE;
    }
    self->n_started = 0;
    if (!replace_device (self, reason, error))
      return FALSE;
  }
}

static void
note_times (GstStyleganWorker * self, const Job * job, gint64 pack_us,
    gint64 end_us)
{
  GstStyleganTimes *t = &self->times;

  t->load_ms = sg_stylizer_get_stage_ms (self->stylizer, SG_STAGE_LOAD)
      + job->unpack_us / 1000.0;
  t->network_ms = sg_stylizer_get_stage_ms (self->stylizer, SG_STAGE_NETWORK);
  t->store_ms = sg_stylizer_get_stage_ms (self->stylizer, SG_STAGE_STORE)
      + pack_us / 1000.0;
  t->total_ms = (end_us - job->begin_us) / 1000.0;
}

GstBuffer *
gst_stylegan_worker_collect (GstStyleganWorker * self, GError ** error)
{
  gboolean ok;
  gint64 collected, end;
  Job *job;

  g_return_val_if_fail (self->n > 0, NULL);

  ok = collect_first (self, error);
  job = nth_job (self, 0);
  collected = g_get_monotonic_time ();
  ok = ok && gst_stylegan_converter_end_store (self->converters[self->first],
      &job->out, error);
  end = g_get_monotonic_time ();
  if (ok)
    note_times (self, job, end - collected, end);
  unmap_frames (job);
  gst_clear_buffer (&job->input);
  self->first = (self->first + 1) % self->n_slots;
  self->n--;
  if (!ok)
    gst_clear_buffer (&job->output);
  return g_steal_pointer (&job->output);
}

void
gst_stylegan_worker_discard (GstStyleganWorker * self)
{
  if (self->stylizer)
    sg_stylizer_discard (self->stylizer);
  self->n_started = 0;
  for (; self->n > 0; self->n--) {
    Job *job = nth_job (self, 0);

    unmap_frames (job);
    gst_clear_buffer (&job->input);
    gst_clear_buffer (&job->output);
    self->first = (self->first + 1) % self->n_slots;
  }
}

void
gst_stylegan_worker_reset (GstStyleganWorker * self)
{
  if (self->stylizer)
    sg_stylizer_reset (self->stylizer);
}

void
gst_stylegan_worker_set_controls (GstStyleganWorker * self,
    const SgStylizerControls * controls)
{
  if (self->stylizer)
    sg_stylizer_set_controls (self->stylizer, controls);
}

gboolean
gst_stylegan_worker_copy (GstStyleganWorker * self, GstBuffer * input,
    GstBuffer * output, GError ** error)
{
  Job job = { input, output };
  gboolean ok;

  g_return_val_if_fail (self->n == 0, FALSE);

  if (!map_frames (self, &job, error))
    return FALSE;
  ok = gst_stylegan_converter_copy (self->converters[0], &job.in, &job.out,
      error);
  unmap_frames (&job);
  return ok;
}

/* --- what can be asked --- */

void
gst_stylegan_worker_get_times (GstStyleganWorker * self,
    GstStyleganTimes * times)
{
  *times = self->times;
}

gchar *
gst_stylegan_worker_take_warning (GstStyleganWorker * self)
{
  gchar *warning = NULL;

  if (self->stylizer)
    warning = sg_stylizer_take_warning (self->stylizer);
  return warning ? warning : g_queue_pop_head (&self->warnings);
}

SgModel *
gst_stylegan_worker_get_model (GstStyleganWorker * self)
{
  return self->model;
}

SgDevice *
gst_stylegan_worker_get_device (GstStyleganWorker * self)
{
  return self->stylizer ? sg_stylizer_get_device (self->stylizer)
      : self->device;
}

SgStylizer *
gst_stylegan_worker_get_stylizer (GstStyleganWorker * self)
{
  return self->stylizer;
}

guint
gst_stylegan_worker_get_n_compiled (GstStyleganWorker * self)
{
  return self->n_compiled;
}
