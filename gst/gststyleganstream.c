/* gst-stylegan: buffers in and out
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganmeta.h"
#include "gststyleganprivate.h"

#define GST_CAT_DEFAULT gst_stylegan_debug

/* Timestamps that lie further apart begin something new. */
#define MAX_GAP (500 * GST_MSECOND)
/* What a frame takes that does not say, nor do the caps. */
#define DEFAULT_DURATION (40 * GST_MSECOND)

/* A frame that was stylised. */
static void
gst_stylegan_count_frame (GstStylegan * self)
{
  GstStyleganTimes t;
  gboolean latency_changed;

  GST_OBJECT_LOCK (self);
  latency_changed = gst_stylegan_stats_count_frame (&self->stats, self->player,
      &t) && self->live;
  GST_OBJECT_UNLOCK (self);
  GST_LOG_OBJECT (self, "load %.2f, network %.2f, store %.2f ms, all %.2f",
      t.load_ms, t.network_ms, t.store_ms, t.total_ms);
  if (latency_changed)
    gst_element_post_message (GST_ELEMENT (self),
        gst_message_new_latency (GST_OBJECT (self)));
}

/* The oldest frame under way, finished. */
static GstFlowReturn
gst_stylegan_collect (GstStylegan * self, GstBuffer ** outbuf)
{
  g_autoptr (GError) error = NULL;

  *outbuf = gst_stylegan_worker_collect
      (gst_stylegan_player_get_worker (self->player), &error);
  if (*outbuf == NULL) {
    gst_stylegan_post_error (self, error);
    return GST_FLOW_ERROR;
  }
  gst_stylegan_post_warnings (self);
  gst_stylegan_count_frame (self);
  return GST_FLOW_OK;
}

GstFlowReturn
gst_stylegan_drain (GstStylegan * self)
{
  GstStyleganWorker *worker = self->player
      ? gst_stylegan_player_get_worker (self->player) : NULL;
  GstFlowReturn ret = GST_FLOW_OK;

  while (worker && ret == GST_FLOW_OK
      && gst_stylegan_worker_get_n_under_way (worker) > 0) {
    GstBuffer *outbuf;

    ret = gst_stylegan_collect (self, &outbuf);
    if (ret == GST_FLOW_OK)
      ret = gst_pad_push (GST_BASE_TRANSFORM_SRC_PAD (self), outbuf);
  }
  if (ret != GST_FLOW_OK)
    gst_stylegan_worker_discard (worker);
  return ret;
}

/* Whether @buffer goes on from the one before it: frames may be missing in between
 * (leaky queues mark that as a discontinuity), time may not jump. */
static gboolean
gst_stylegan_continues (GstStylegan * self, GstBuffer * buffer)
{
  const GstClockTime pts = GST_BUFFER_PTS (buffer), last = self->last_pts;
  gboolean backwards;

  self->last_pts = pts;
  if (!GST_CLOCK_TIME_IS_VALID (pts) || !GST_CLOCK_TIME_IS_VALID (last))
    return !GST_BUFFER_IS_DISCONT (buffer);
  backwards = GST_BASE_TRANSFORM (self)->segment.rate < 0;
  if (pts != last && (pts < last) != backwards)
    return FALSE;
  return MAX (pts, last) - MIN (pts, last) <= MAX_GAP;
}

void
gst_stylegan_before_transform (GstBaseTransform * trans, GstBuffer * buffer)
{
  GstClockTime time = gst_segment_to_stream_time (&trans->segment,
      GST_FORMAT_TIME, GST_BUFFER_TIMESTAMP (buffer));

  if (GST_CLOCK_TIME_IS_VALID (time))
    gst_object_sync_values (GST_OBJECT (trans), time);
}

/* What is set now, and a request to the player if something is to be loaded. */
static void
gst_stylegan_sync_settings (GstStylegan * self, GstStyleganLive * live)
{
  GstStyleganSettings settings = { NULL, };
  gboolean changed;

  GST_OBJECT_LOCK (self);
  *live = self->settings.live;
  changed = self->changed;
  GST_OBJECT_UNLOCK (self);
  if (!changed)
    return;
  gst_stylegan_copy_settings (self, &settings);
  gst_stylegan_player_request (self->player, &settings);
  gst_stylegan_settings_clear (&settings);
}

static void
gst_stylegan_update_now (GstStylegan * self, GstBuffer * buffer)
{
  const GstVideoInfo *info = &self->info;
  const GstClockTime now = gst_segment_to_running_time
      (&GST_BASE_TRANSFORM (self)->segment, GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));

  if (GST_CLOCK_TIME_IS_VALID (now))
    self->now = now;
  else
    self->now += info->fps_n > 0 ? gst_util_uint64_scale_int (GST_SECOND,
        info->fps_d, info->fps_n) : DEFAULT_DURATION;
}

/* Takes over what is ready; waits for it, where that is wanted. */
static GstFlowReturn
gst_stylegan_prepare_player (GstStylegan * self, const GstStyleganLive * live)
{
  GstFlowReturn ret;

  if (self->wait && live->enabled
      && !gst_stylegan_player_is_ready (self->player)
      && !gst_stylegan_player_wait (self->player))
    return GST_FLOW_FLUSHING;
  if (!gst_stylegan_player_is_due (self->player, live, self->now))
    return self->wait && live->enabled
        && !gst_stylegan_player_is_ready (self->player) ?
        GST_FLOW_NOT_NEGOTIATED : GST_FLOW_OK;
  ret = gst_stylegan_drain (self);
  if (ret != GST_FLOW_OK)
    return ret;
  return gst_stylegan_change_player (self, live) ? GST_FLOW_OK :
      GST_FLOW_NOT_NEGOTIATED;
}

/* Whether downstream can do with @buffer as it is. */
static gboolean
gst_stylegan_is_plain (GstStylegan * self, GstBuffer * buffer)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  guint i;

  if (gst_buffer_get_video_crop_meta (buffer))
    return FALSE;
  for (i = 0; meta && !self->takes_video_meta && i < meta->n_planes; i++)
    if (meta->stride[i] != GST_VIDEO_INFO_PLANE_STRIDE (&self->info, i)
        || meta->offset[i] != GST_VIDEO_INFO_PLANE_OFFSET (&self->info, i))
      return FALSE;
  return TRUE;
}

/* The frame as it came in: the buffer itself where that will do. */
static GstFlowReturn
gst_stylegan_pass (GstStylegan * self, GstBuffer * inbuf, GstBuffer ** outbuf)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);
  g_autoptr (GError) error = NULL;
  GstFlowReturn ret = gst_stylegan_drain (self);
  gint x, y;

  if (ret != GST_FLOW_OK)
    return ret;
  self->broken = TRUE;
  GST_OBJECT_LOCK (self);
  self->stats.passed++;
  GST_OBJECT_UNLOCK (self);
  if (gst_stylegan_is_plain (self, inbuf)) {
    *outbuf = gst_buffer_ref (inbuf);
    return GST_FLOW_OK;
  }
  ret = GST_BASE_TRANSFORM_GET_CLASS (self)->prepare_output_buffer (trans,
      inbuf, outbuf);
  if (ret != GST_FLOW_OK)
    return ret;
  gst_stylegan_meta_get_offset (inbuf, &x, &y);
  if (gst_stylegan_worker_copy (gst_stylegan_player_get_worker (self->player),
          inbuf, x, y, *outbuf, &error))
    return GST_FLOW_OK;
  gst_clear_buffer (outbuf);
  gst_stylegan_post_error (self, error);
  return GST_FLOW_ERROR;
}

/* Nothing goes out; mixers and muxers shall not wait for it. */
static GstFlowReturn
gst_stylegan_hold (GstStylegan * self, GstBuffer * inbuf)
{
  self->broken = TRUE;
  GST_OBJECT_LOCK (self);
  self->stats.held++;
  GST_OBJECT_UNLOCK (self);
  if (GST_BUFFER_PTS_IS_VALID (inbuf))
    gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self),
        gst_event_new_gap (GST_BUFFER_PTS (inbuf),
            GST_BUFFER_DURATION (inbuf)));
  return GST_FLOW_OK;
}

/* A frame in, and out when it is the only one. */
GstFlowReturn
gst_stylegan_transform (GstBaseTransform * trans, GstBuffer * inbuf,
    GstBuffer * outbuf)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  g_autoptr (GError) error = NULL;
  gint x, y;

  gst_stylegan_meta_get_offset (inbuf, &x, &y);
  if (!gst_stylegan_worker_submit (gst_stylegan_player_get_worker
          (self->player), inbuf, x, y, outbuf, &error)) {
    gst_stylegan_post_error (self, error);
    return GST_FLOW_ERROR;
  }
  return GST_FLOW_OK;
}

static GstFlowReturn
gst_stylegan_stylise (GstStylegan * self, GstBuffer * inbuf,
    SgStylizerControls * controls, GstBuffer ** outbuf)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);
  GstStyleganWorker *worker = gst_stylegan_player_get_worker (self->player);
  g_autoptr (GstBuffer) out = NULL;
  GstFlowReturn ret;
  gint x, y;

  gst_stylegan_meta_get_offset (inbuf, &x, &y);
  controls->mask = gst_stylegan_player_get_mask (self->player, inbuf, x, y);
  controls->carry = gst_stylegan_pace_begin (self);
  gst_stylegan_worker_set_controls (worker, controls);
  if (self->broken)
    gst_stylegan_worker_reset (worker);
  self->broken = FALSE;
  ret = GST_BASE_TRANSFORM_GET_CLASS (self)->prepare_output_buffer (trans,
      inbuf, &out);
  if (ret == GST_FLOW_OK)
    ret = gst_stylegan_transform (trans, inbuf, out);
  if (ret == GST_FLOW_OK && gst_stylegan_worker_get_n_under_way (worker) >=
      gst_stylegan_worker_get_frames_in_flight (worker))
    ret = gst_stylegan_collect (self, outbuf);
  if (ret == GST_FLOW_OK)
    gst_stylegan_pace_end (self);
  return ret;
}

/* Called until it gives nothing: first with the buffer that came in. */
GstFlowReturn
gst_stylegan_generate_output (GstBaseTransform * trans, GstBuffer ** outbuf)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  g_autoptr (GstBuffer) inbuf = g_steal_pointer (&trans->queued_buf);
  SgStylizerControls controls;
  GstStyleganLive live;
  GstFlowReturn ret;
  gboolean ready;

  *outbuf = NULL;
  if (inbuf == NULL)
    return GST_FLOW_OK;
  if (self->player == NULL || self->info.finfo == NULL)
    return GST_FLOW_NOT_NEGOTIATED;

  gst_stylegan_sync_settings (self, &live);
  gst_stylegan_update_now (self, inbuf);
  if (!gst_stylegan_continues (self, inbuf))
    self->broken = TRUE;
  ret = gst_stylegan_prepare_player (self, &live);
  if (ret != GST_FLOW_OK)
    return ret;
  ready = gst_stylegan_player_is_ready (self->player);
  gst_stylegan_player_get_controls (self->player, &live, self->now, &controls);
  GST_OBJECT_LOCK (self);
  self->stats.strength = live.enabled && ready ? controls.strength : 0;
  self->stats.mix = controls.mix;
  self->stats.fading = gst_stylegan_player_is_fading (self->player);
  GST_OBJECT_UNLOCK (self);
  gst_stylegan_post_stats (self, &live);

  if (live.enabled && !ready && self->hold)
    return gst_stylegan_hold (self, inbuf);
  if (live.enabled && !ready)
    gst_stylegan_player_note_passed (self->player);
  if (!live.enabled || !ready || controls.strength <= 0
      || GST_BUFFER_FLAG_IS_SET (inbuf, GST_BUFFER_FLAG_GAP))
    return gst_stylegan_pass (self, inbuf, outbuf);
  if (gst_stylegan_pace_is_late (self))
    return GST_FLOW_OK;
  return gst_stylegan_stylise (self, inbuf, &controls, outbuf);
}
