/* gst-stylegan: what plays, what comes next, and the way from one to the other
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gststyleganloader.h"
#include "gststyleganworker.h"

G_BEGIN_DECLS

/* A worker, whose networks a loader makes in the background, and fades. Times are
 * running times of frames.
 *
 * Thread-safety: one thread at a time, but for _set_flushing () and _is_loading (). */
typedef struct _GstStyleganPlayer GstStyleganPlayer;

/* Loads files and opens the device; blocks. Errors: SG_ERROR, GST_RESOURCE_ERROR,
 * GST_STREAM_ERROR */
GstStyleganPlayer *gst_stylegan_player_new (const GstStyleganSettings *
    settings, GError ** error);
void gst_stylegan_player_free (GstStyleganPlayer * player);

/* Frames are as @info says from now on; nothing may be under way. If the network that
 * plays is for another size, it is dropped at once and another one requested.
 * Errors: GST_RESOURCE_ERROR */
gboolean gst_stylegan_player_set_info (GstStyleganPlayer * player,
    const GstStyleganSettings * settings, const GstVideoInfo * info,
    guint frames_in_flight, GError ** error);
/* Asks for what @settings say; does not block. */
void gst_stylegan_player_request (GstStyleganPlayer * player,
    const GstStyleganSettings * settings);
/* Waits for what was asked for. Returns: FALSE when that was interrupted */
gboolean gst_stylegan_player_wait (GstStyleganPlayer * player);
void gst_stylegan_player_set_flushing (GstStyleganPlayer * player,
    gboolean flushing);
gboolean gst_stylegan_player_is_loading (GstStyleganPlayer * player);

/* Whether there is something to change at @now. */
gboolean gst_stylegan_player_is_due (GstStyleganPlayer * player,
    const GstStyleganLive * live, GstClockTime now);
/* Changes it. Nothing may be under way.
 * Returns: FALSE with what the loader, or GST_RESOURCE_ERROR, says, when there is
 * nothing to play */
gboolean gst_stylegan_player_change (GstStyleganPlayer * player,
    const GstStyleganLive * live, GstClockTime now, GError ** error);
/* Whether frames can be stylised. */
gboolean gst_stylegan_player_is_ready (GstStyleganPlayer * player);
/* A frame went out as it came in for want of a network: the first one is faded
 * to. */
void gst_stylegan_player_note_passed (GstStyleganPlayer * player);

/* Fades included. */
void gst_stylegan_player_get_controls (GstStyleganPlayer * player,
    const GstStyleganLive * live, GstClockTime now,
    SgStylizerControls * controls);
/* The mask for @buffer, the frame beginning at @x, @y, or NULL. */
const SgTensor *gst_stylegan_player_get_mask (GstStyleganPlayer * player,
    GstBuffer * buffer, gint x, gint y);
gboolean gst_stylegan_player_is_fading (GstStyleganPlayer * player);

/* What people should know: another device than the one asked for, a smaller
 * working height, fp32 instead of fp16, a file that does not do. (transfer full),
 * NULL when there is nothing (more). */
gchar *gst_stylegan_player_take_warning (GstStyleganPlayer * player);

/* (transfer none) */
GstStyleganWorker *gst_stylegan_player_get_worker (GstStyleganPlayer * player);
SgDevice *gst_stylegan_player_get_device (GstStyleganPlayer * player);
/* NULL: none yet */
SgStylizer *gst_stylegan_player_get_stylizer (GstStyleganPlayer * player);
/* Of the file in use, or NULL. */
const gchar *gst_stylegan_player_get_path (GstStyleganPlayer * player,
    GstStyleganAssetId id);
/* How often something was compiled, and how long the last time took. */
guint gst_stylegan_player_get_n_compiled (GstStyleganPlayer * player);
gdouble gst_stylegan_player_get_compile_ms (GstStyleganPlayer * player);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganPlayer, gst_stylegan_player_free)

G_END_DECLS
