/* gst-stylegan: stylises mapped buffers, several at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Buffers under way between GStreamer and a network. */
#pragma once

#include <gst/video/video.h>
#include <sg/stylizer.h>

#include "gststylegannetwork.h"

G_BEGIN_DECLS

/* One thread at a time. */
typedef struct _GstStyleganWorker GstStyleganWorker;

/* @threads: shares out the work of formats that are unpacked */
GstStyleganWorker *gst_stylegan_worker_new (SgThreadPool * threads);
/* Drops what is under way. */
void gst_stylegan_worker_free (GstStyleganWorker * worker);

/* Frames are as @info says from now on; nothing may be under way. A network for
 * another size has to be taken away first.
 * Returns: FALSE with GST_RESOURCE_ERROR */
gboolean gst_stylegan_worker_set_info (GstStyleganWorker * worker,
    const GstVideoInfo * info, GError ** error);

/* Goes on with another network, which takes over the past of the one before.
 * Nothing may be under way.
 * @network: (transfer full) (nullable): of the size of the frames
 * @before: (out) (transfer full) (nullable): the one before
 * Returns: FALSE with GST_RESOURCE_ERROR */
gboolean gst_stylegan_worker_set_network (GstStyleganWorker * worker,
    GstStyleganNetwork * network, GstStyleganNetwork ** before,
    GError ** error);
/* (transfer none) (nullable) */
GstStyleganNetwork *gst_stylegan_worker_get_network (GstStyleganWorker *
    worker);

/* How many buffers can be under way, and how many are. */
guint gst_stylegan_worker_get_frames_in_flight (GstStyleganWorker * worker);
guint gst_stylegan_worker_get_n_under_way (GstStyleganWorker * worker);

/* Starts on @input, the frame beginning at @x, @y in it, for @output; refers to
 * both until they are collected. Errors: SG_ERROR, GST_STREAM_ERROR; then
 * nothing was started. */
gboolean gst_stylegan_worker_submit (GstStyleganWorker * worker,
    GstBuffer * input, gint x, gint y, GstBuffer * output, GError ** error);
/* Waits for the oldest. Returns: its output (transfer full), or NULL with @error;
 * then it is no longer under way. */
GstBuffer *gst_stylegan_worker_collect (GstStyleganWorker * worker,
    GError ** error);
/* Drops what is under way. */
void gst_stylegan_worker_discard (GstStyleganWorker * worker);

/* The next buffer has nothing to do with those before it. */
void gst_stylegan_worker_reset (GstStyleganWorker * worker);
/* From the next buffer on. */
void gst_stylegan_worker_set_controls (GstStyleganWorker * worker,
    const SgStylizerControls * controls);

/* Copies the pixels as they are, the frame beginning at @x, @y; nothing may be under
 * way. */
gboolean gst_stylegan_worker_copy (GstStyleganWorker * worker,
    GstBuffer * input, gint x, gint y, GstBuffer * output, GError ** error);

/* Milliseconds of the buffer collected last. */
typedef struct
{
  gdouble load_ms, network_ms, store_ms;
  gdouble total_ms;             /* from submit to collect */
} GstStyleganTimes;
void gst_stylegan_worker_get_times (GstStyleganWorker * worker,
    GstStyleganTimes * times);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganWorker, gst_stylegan_worker_free)

G_END_DECLS
