/* gst-stylegan: the element's own struct, and what its files share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gststylegan.h"
#include "gststyleganqos.h"
#include "gststyleganstats.h"

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_stylegan_debug);

struct _GstStylegan
{
  GstBaseTransform parent;

  /* Under the object lock. */
  GstStyleganSettings settings; /* as set */
  gboolean changed;             /* something is to be loaded for them */
  GstStyleganStats stats;
  GstStyleganQos qos;
  GstClockTime frame_duration;  /* time there was for the last one, 0: not known */
  gboolean live;                /* upstream, when last asked */
  GstClockTime upstream_latency;        /* then, at least */
  GstStyleganPlayer *player;    /* from start to stop; without the lock for the
                                 * streaming thread */

  /* Of the streaming thread alone. */
  GstVideoInfo info;
  gboolean wait, hold;          /* what start-mode comes to */
  gboolean takes_video_meta;    /* downstream */
  GstClockTime now;             /* running time of the last frame */
  GstClockTime last_pts;        /* of the buffer that came in before */
  gboolean live_source;         /* upstream, when the caps came */
  GstClockTime paced;           /* running time of the frame stylised last */
  gint64 frame_begin;           /* of the work on a frame, monotonic us */
  GstClockTime let_through;     /* running time at which one was let through last */
  gboolean broken;              /* frames went by the network */
  gboolean interlaced_posted;
  gint64 message_time;
};

/* --- gststylegan.c --- */

/* As gst_stylegan_error_post (). */
void gst_stylegan_post_error (GstStylegan * self, const GError * error);
/* What the player decided, and (with it) what it runs on now. */
void gst_stylegan_post_warnings (GstStylegan * self);
/* Once a second, if asked for. */
void gst_stylegan_post_stats (GstStylegan * self, const GstStyleganLive * live);
/* @copy: uninitialised; from now on there is nothing to be loaded for them */
void gst_stylegan_copy_settings (GstStylegan * self,
    GstStyleganSettings * copy);
/* Goes on with what is ready; nothing may be under way. FALSE: posted an error. */
gboolean gst_stylegan_change_player (GstStylegan * self,
    const GstStyleganLive * live);

/* --- gststyleganpace.c --- */

/* Under the object lock: puts what QoS has come to into @settings. */
void gst_stylegan_pace_adapt (GstStylegan * self,
    GstStyleganSettings * settings);
/* Whether the frame of now is too late to be worth the work: a live one, on a machine that is
 * too slow for all of them, that would not be out within the latency reported (and the grace
 * of gststyleganqos.h). Counts it. */
gboolean gst_stylegan_pace_is_late (GstStylegan * self);
/* Around the work on a frame that is stylised. Returns: whether it is to be carried */
gboolean gst_stylegan_pace_begin (GstStylegan * self);
void gst_stylegan_pace_end (GstStylegan * self);
/* Of a QoS event. Returns: (transfer full): the event with what is late by as much as frames
 * are dropped for, here and upstream
 * @event: (transfer full)
 * @drops: whether any are dropped here */
GstEvent *gst_stylegan_pace_take_event (GstStylegan * self, GstEvent * event,
    gboolean * drops);

/* --- gststyleganstream.c: virtual functions of GstBaseTransform --- */

void gst_stylegan_before_transform (GstBaseTransform * trans,
    GstBuffer * buffer);
GstFlowReturn gst_stylegan_transform (GstBaseTransform * trans,
    GstBuffer * inbuf, GstBuffer * outbuf);
GstFlowReturn gst_stylegan_generate_output (GstBaseTransform * trans,
    GstBuffer ** outbuf);
/* Pushes all frames under way. */
GstFlowReturn gst_stylegan_drain (GstStylegan * self);

G_END_DECLS
