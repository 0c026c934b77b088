/* gst-stylegan: stylises mapped buffers, several at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the element needs of the engine, without anything of elements: model,
 * device and stylizer, the buffers under way, and what to do when the device does
 * not do (any more). */
#pragma once

#include <gst/video/video.h>
#include <sg/stylizer.h>

#include "gststylegansettings.h"

G_BEGIN_DECLS

/* One thread at a time. */
typedef struct _GstStyleganWorker GstStyleganWorker;

/* Loads the model and opens the device.
 * @path: of the model
 * @settings: backend, device, precision, threads; copied
 * Errors: SG_ERROR */
GstStyleganWorker *gst_stylegan_worker_new (const gchar * path,
    const GstStyleganSettings * settings, GError ** error);
/* Drops what is under way. */
void gst_stylegan_worker_free (GstStyleganWorker * worker);

/* Frames are as @info says from now on; nothing may be under way. Compiles the
 * model if the size is new. @frames_in_flight: wanted, 0: 1
 * Returns: FALSE with SG_ERROR or GST_RESOURCE_ERROR */
gboolean gst_stylegan_worker_set_info (GstStyleganWorker * worker,
    const GstVideoInfo * info, guint frames_in_flight, GError ** error);

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

/* Copies the pixels as they are; nothing may be under way. */
gboolean gst_stylegan_worker_copy (GstStyleganWorker * worker,
    GstBuffer * input, GstBuffer * output, GError ** error);

/* Milliseconds of the buffer collected last. */
typedef struct
{
  gdouble load_ms, network_ms, store_ms;
  gdouble total_ms;             /* from submit to collect */
} GstStyleganTimes;
void gst_stylegan_worker_get_times (GstStyleganWorker * worker,
    GstStyleganTimes * times);

/* What people should know: another device than the one asked for, a smaller
 * working height, fp32 instead of fp16. (transfer full), NULL when there is nothing
 * (more). */
gchar *gst_stylegan_worker_take_warning (GstStyleganWorker * worker);

SgModel *gst_stylegan_worker_get_model (GstStyleganWorker * worker);
SgDevice *gst_stylegan_worker_get_device (GstStyleganWorker * worker);
/* NULL before the first set_info () */
SgStylizer *gst_stylegan_worker_get_stylizer (GstStyleganWorker * worker);
/* How often the model was compiled. */
guint gst_stylegan_worker_get_n_compiled (GstStyleganWorker * worker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganWorker, gst_stylegan_worker_free)

G_END_DECLS
