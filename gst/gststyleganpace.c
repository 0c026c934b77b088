/* gst-stylegan: keeping pace: the ladder of gststyleganqos.h, climbed by the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganprivate.h"

#define GST_CAT_DEFAULT gst_stylegan_debug

/* Without a framerate: frames that lie further apart do not say how long they may take. */
#define MAX_DURATION GST_SECOND
/* Below this load frames are not late on account of the element. */
#define SLOW 0.8

void
gst_stylegan_pace_adapt (GstStylegan * self, GstStyleganSettings * settings)
{
  const gint frame_height = GST_VIDEO_INFO_HEIGHT (&self->info);
  GstStyleganQosMode mode = settings->qos_mode;
  gint height = settings->working_height;
  GstStyleganQosStep step;

  if (self->info.finfo == NULL)
    return;
  if (mode == GST_STYLEGAN_QOS_AUTO)
    mode = self->live_source ? GST_STYLEGAN_QOS_FULL : GST_STYLEGAN_QOS_DROP;
  height = height > 0 ? MIN (height, frame_height) : frame_height;
  if (self->qos.mode != mode || self->qos.height != height)
    gst_stylegan_qos_init (&self->qos, mode, height);
  if (self->qos.level > 0 && self->qos.n_heights > 0) {
    gst_stylegan_qos_get_step (&self->qos, self->qos.level, &step);
    settings->working_height = step.height;
  }
  settings->can_carry = mode == GST_STYLEGAN_QOS_FULL
      && self->qos.level >= self->qos.n_heights;
}

/* Of the element's clock; 0 without one. */
static GstClockTime
running_time (GstStylegan * self)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT (self));
  const GstClockTime base = gst_element_get_base_time (GST_ELEMENT (self));
  const GstClockTime time = clock ? gst_clock_get_time (clock) : 0;

  return time > base ? time - base : 0;
}

gboolean
gst_stylegan_pace_is_late (GstStylegan * self)
{
  const GstClockTime time = self->live_source ? running_time (self) : 0;
  GstClockTime limit, spare, grace;
  gboolean late;

  GST_OBJECT_LOCK (self);
  /* What comes late to an element that is fast enough is not for it to drop. */
  late = self->live && self->qos.mode != GST_STYLEGAN_QOS_OFF
      && self->frame_duration > 0
      && self->stats.processing_time > SLOW * self->frame_duration
      && time > self->now;
  spare = self->stats.latency > self->stats.processing_time
      ? self->stats.latency - self->stats.processing_time : 0;
  grace = gst_stylegan_qos_get_grace (&self->qos, self->frame_duration,
      self->stats.latency);
  limit = self->upstream_latency + spare + grace;
  /* Where all are late, because upstream does not know its latency, some go out. */
  late = late && time - self->now > limit && time - self->let_through
      < 2 * MAX (self->frame_duration, self->stats.latency);
  self->stats.dropped += late;
  GST_OBJECT_UNLOCK (self);
  if (!late)
    self->let_through = time;
  return late;
}

gboolean
gst_stylegan_pace_begin (GstStylegan * self)
{
  SgStylizer *stylizer = gst_stylegan_player_get_stylizer (self->player);
  GstStyleganNetwork *network = gst_stylegan_worker_get_network
      (gst_stylegan_player_get_worker (self->player));
  /* two networks at a time */
  const gboolean fading = gst_stylegan_network_is_fading (network);
  const gboolean loading = gst_stylegan_player_is_loading (self->player)
      || fading;
  gboolean carry;

  GST_OBJECT_LOCK (self);
  /* What is compiled meanwhile takes time that the frames then have. */
  if (loading || self->changed)
    self->qos.settled = FALSE;
  else if (!self->qos.settled) {
    gst_stylegan_qos_settle (&self->qos, sg_stylizer_can_carry (stylizer));
    /* the latency is that of the level there is */
    gst_stylegan_stats_measure_anew (&self->stats);
  }
  carry = gst_stylegan_qos_take_carry (&self->qos);
  GST_OBJECT_UNLOCK (self);
  self->frame_begin = g_get_monotonic_time ();
  return carry;
}

/* The time there is for a frame, 0: nobody knows. */
static GstClockTime
frame_duration (GstStylegan * self)
{
  const GstClockTime last = self->paced;

  self->paced = self->now;
  if (GST_VIDEO_INFO_FPS_N (&self->info) > 0)
    return gst_util_uint64_scale_int (GST_SECOND,
        GST_VIDEO_INFO_FPS_D (&self->info), GST_VIDEO_INFO_FPS_N (&self->info));
  return self->now > last && self->now - last <= MAX_DURATION
      ? self->now - last : 0;
}

void
gst_stylegan_pace_end (GstStylegan * self)
{
  const GstClockTime spent = (g_get_monotonic_time () - self->frame_begin)
      * GST_USECOND;
  const GstClockTime duration = frame_duration (self);
  const gboolean carried = sg_stylizer_was_carried
      (gst_stylegan_player_get_stylizer (self->player));
  GstStructure *change = NULL;
  guint level;

  GST_OBJECT_LOCK (self);
  self->frame_duration = duration;
  level = self->qos.level;
  self->stats.carried += carried;
  if (gst_stylegan_qos_take_frame (&self->qos, self->now, duration, spent,
          carried)) {
    change = gst_stylegan_qos_describe (&self->qos, level, duration);
    /* Heights are compiled in, and so is what carries, with the last of them. */
    self->changed |= MIN (level, self->qos.level) < self->qos.n_heights;
  }
  self->stats.qos_level = self->qos.level;
  GST_OBJECT_UNLOCK (self);
  if (change == NULL)
    return;
  GST_INFO_OBJECT (self, "%s", gst_structure_get_string (change, "text"));
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), change));
}

/* @event with @grace less of lateness. */
static GstEvent *
excuse (GstEvent * event, GstClockTimeDiff grace)
{
  GstClockTime timestamp;
  GstClockTimeDiff diff;
  gdouble proportion;
  GstQOSType type;
  GstEvent *other;

  gst_event_parse_qos (event, &type, &proportion, &diff, &timestamp);
  diff -= grace;
  /* nothing lies before 0 */
  if (diff < 0 && (GstClockTime) - diff > timestamp)
    diff = -(GstClockTimeDiff) timestamp;
  other = gst_event_new_qos (diff > 0 ? type : GST_QOS_TYPE_OVERFLOW,
      proportion, diff, timestamp);
  gst_event_set_seqnum (other, gst_event_get_seqnum (event));
  gst_event_unref (event);
  return other;
}

GstEvent *
gst_stylegan_pace_take_event (GstStylegan * self, GstEvent * event,
    gboolean * drops)
{
  GstClockTime grace = 0;
  GstClockTimeDiff diff;
  GstQOSType type;

  gst_event_parse_qos (event, &type, NULL, &diff, NULL);
  GST_OBJECT_LOCK (self);
  *drops = self->qos.mode != GST_STYLEGAN_QOS_OFF;
  /* and not one of a sink that only wants fewer frames */
  if (type == GST_QOS_TYPE_UNDERFLOW && diff > 0) {
    gst_stylegan_qos_take_late (&self->qos);
    grace = gst_stylegan_qos_get_grace (&self->qos, self->frame_duration,
        self->stats.latency);
  }
  GST_OBJECT_UNLOCK (self);
  return *drops && grace > 0 ? excuse (event, grace) : event;
}
