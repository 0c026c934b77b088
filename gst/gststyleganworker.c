/* gst-stylegan: stylises mapped buffers, several at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganworker.h"

#include "gststyleganframe.h"

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
  SgThreadPool *threads;
  GstVideoInfo info;            /* finfo NULL: not set yet */
  GstStyleganNetwork *network;  /* NULL: none */

  /* One converter per job: some keep the frame that they have unpacked. */
  GstStyleganConverter *converters[MAX_JOBS];
  /* A ring of n_slots: n jobs from first, n_started of them with the stylizer. These
   * are fewer only when a device that takes less at a time has replaced another. */
  Job jobs[MAX_JOBS];
  guint n_slots, first, n, n_started;
  GstStyleganTimes times;
};

GstStyleganWorker *
gst_stylegan_worker_new (SgThreadPool * threads)
{
  GstStyleganWorker *self = g_new0 (GstStyleganWorker, 1);

  self->threads = sg_thread_pool_ref (threads);
  self->n_slots = 1;
  return self;
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
  gst_stylegan_network_free (self->network);
  clear_converters (self);
  sg_thread_pool_unref (self->threads);
  g_free (self);
}

/* --- frames and networks --- */

/* Those that are missing. */
static gboolean
make_converters (GstStyleganWorker * self, GError ** error)
{
  const GstVideoInfo *info = &self->info;
  guint i;

  for (i = 0; i < self->n_slots; i++) {
    if (self->converters[i] == NULL)
      self->converters[i] = gst_stylegan_converter_new (info, self->threads);
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

gboolean
gst_stylegan_worker_set_info (GstStyleganWorker * self,
    const GstVideoInfo * info, GError ** error)
{
  const gboolean same_format = self->converters[0]
      && GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_INFO_FORMAT (&self->info)
      && GST_VIDEO_INFO_WIDTH (info) == GST_VIDEO_INFO_WIDTH (&self->info)
      && GST_VIDEO_INFO_HEIGHT (info) == GST_VIDEO_INFO_HEIGHT (&self->info)
      && gst_video_colorimetry_is_equal (&GST_VIDEO_INFO_COLORIMETRY (info),
      &GST_VIDEO_INFO_COLORIMETRY (&self->info));

  g_return_val_if_fail (self->n == 0, FALSE);

  self->info = *info;
  if (!same_format)
    clear_converters (self);
  return make_converters (self, error);
}

gboolean
gst_stylegan_worker_set_network (GstStyleganWorker * self,
    GstStyleganNetwork * network, GstStyleganNetwork ** before, GError ** error)
{
  g_return_val_if_fail (self->n == 0, FALSE);

  if (network && self->network)
    sg_stylizer_continue (gst_stylegan_network_get_stylizer (network),
        gst_stylegan_network_get_stylizer (self->network));
  *before = self->network;
  self->network = network;
  self->first = 0;
  self->n_slots = MIN (gst_stylegan_worker_get_frames_in_flight (self),
      MAX_JOBS);
  return network == NULL || make_converters (self, error);
}

GstStyleganNetwork *
gst_stylegan_worker_get_network (GstStyleganWorker * self)
{
  return self->network;
}

static SgStylizer *
get_stylizer (GstStyleganWorker * self)
{
  return self->network ? gst_stylegan_network_get_stylizer (self->network)
      : NULL;
}

/* --- buffers --- */

guint
gst_stylegan_worker_get_frames_in_flight (GstStyleganWorker * self)
{
  SgStylizer *stylizer = get_stylizer (self);

  return stylizer ? sg_stylizer_get_frames_in_flight (stylizer) : 1;
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

    if (sg_stylizer_submit (get_stylizer (self), &job->source, &job->target,
            &reason)) {
      self->n_started++;
      continue;
    }
    if (!gst_stylegan_network_replace_device (self->network, reason, error))
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

  g_return_val_if_fail (self->network != NULL, FALSE);
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
    if (sg_stylizer_collect (get_stylizer (self), &reason)) {
      self->n_started--;
      return TRUE;
    }
    if (!g_error_matches (reason, SG_ERROR, SG_ERROR_DEVICE_LOST)) {
      self->n_started--;
      g_propagate_error (error, reason);
      return FALSE;
    }
    self->n_started = 0;
    if (!gst_stylegan_network_replace_device (self->network, reason, error))
      return FALSE;
  }
}

static void
note_times (GstStyleganWorker * self, const Job * job, gint64 pack_us,
    gint64 end_us)
{
  SgStylizer *stylizer = get_stylizer (self);
  GstStyleganTimes *t = &self->times;

  t->load_ms = sg_stylizer_get_stage_ms (stylizer, SG_STAGE_LOAD)
      + job->unpack_us / 1000.0;
  t->network_ms = sg_stylizer_get_stage_ms (stylizer, SG_STAGE_NETWORK);
  t->store_ms = sg_stylizer_get_stage_ms (stylizer, SG_STAGE_STORE)
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
  if (get_stylizer (self))
    sg_stylizer_discard (get_stylizer (self));
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
  if (get_stylizer (self))
    sg_stylizer_reset (get_stylizer (self));
}

void
gst_stylegan_worker_set_controls (GstStyleganWorker * self,
    const SgStylizerControls * controls)
{
  if (get_stylizer (self))
    sg_stylizer_set_controls (get_stylizer (self), controls);
}

gboolean
gst_stylegan_worker_copy (GstStyleganWorker * self, GstBuffer * input, gint x,
    gint y, GstBuffer * output, GError ** error)
{
  Job job = { input, output };
  gboolean ok;

  g_return_val_if_fail (self->n == 0, FALSE);

  if (!map_frames (self, &job, error))
    return FALSE;
  ok = gst_stylegan_converter_copy (self->converters[0], &job.in, x, y,
      &job.out, error);
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
