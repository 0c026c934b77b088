/* gst-stylegan: what the property "stats" says, and the latency
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gststyleganplayer.h"

G_BEGIN_DECLS

/* Thread-safety: as the caller arranges. */
typedef struct
{
  guint64 frames, passed, held, dropped, carried;
  guint qos_level;
  gboolean ready, fading, enabled;
  gfloat strength, mix;         /* of the last frame */
  GstStyleganTimes mean;
  SgTemporalStats temporal;

  /* What is in use. */
  gchar *backend, *device;      /* NULL: not started */
  SgPrecision precision;
  gchar *paths[GST_STYLEGAN_N_ASSETS];
  guint compiled, frames_in_flight;
  gdouble compile_ms;
  gint working_width, working_height;

  GstClockTime processing_time, latency;        /* measured, reported */
  guint n_anew;                 /* frames that are still to be measured before it may fall */
  GstClockTime peak;            /* of those that have been */
} GstStyleganStats;

void gst_stylegan_stats_clear (GstStyleganStats * stats);

/* What @player has in use. */
void gst_stylegan_stats_note_player (GstStyleganStats * stats,
    GstStyleganPlayer * player);
/* A frame that was stylised: its times, and the latency.
 * Returns: whether the latency has changed */
gboolean gst_stylegan_stats_count_frame (GstStyleganStats * stats,
    GstStyleganPlayer * player, GstStyleganTimes * times);

/* Frames take less from now on, or more. */
void gst_stylegan_stats_measure_anew (GstStyleganStats * stats);

/* @loading: whether something is being loaded. Returns: (transfer full) */
GstStructure *gst_stylegan_stats_to_structure (const GstStyleganStats * stats,
    gboolean loading);

G_END_DECLS
