/* gst-stylegan: frames for the element's tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/* How a frame lies in its buffer. */
typedef enum
{
  LAYOUT_PLAIN,                 /* as GstVideoInfo says, no GstVideoMeta */
  LAYOUT_PADDED,                /* odd strides, and bytes before each plane */
  LAYOUT_MEMORIES,              /* every plane in a GstMemory of its own */
  N_LAYOUTS
} FrameLayout;

/* @colorimetry: as in caps, or NULL for none */
void frame_info (GstVideoInfo * info, GstVideoFormat format, gint width,
    gint height, const gchar * colorimetry);
GstCaps *frame_caps (const GstVideoInfo * info);

/* An empty frame. Everything around the pixels is filled with @guard. */
GstBuffer *frame_new (const GstVideoInfo * info, FrameLayout layout,
    guint8 guard);
/* Noise over all values that samples can have, chroma included: for YUV that
 * means many colours which no RGB can show. */
void frame_fill_noise (GstBuffer * buffer, const GstVideoInfo * info,
    guint32 seed);
/* The same, as a new frame of LAYOUT_PLAIN. */
GstBuffer *frame_new_noise (const GstVideoInfo * info, guint32 seed);
/* Smooth colours inside R'G'B', with the colorimetry of @info. */
void frame_fill_colors (GstBuffer * buffer, const GstVideoInfo * info,
    gdouble saturation);
/* One R'G'B' colour, 0..1. */
void frame_fill_flat (GstBuffer * buffer, const GstVideoInfo * info, gdouble r,
    gdouble g, gdouble b);

/* Largest difference of a component, in code values of the format, between
 * the pixel x,y of @b and the pixel x + @dx, y + @dy of @a. */
guint frame_difference (GstBuffer * a, const GstVideoInfo * a_info, gint dx,
    gint dy, GstBuffer * b, const GstVideoInfo * b_info);

/* @buffer's pixel as ARGB64, by GstVideoConverter. @options: (transfer full) */
void frame_to_argb64 (GstBuffer * buffer, const GstVideoInfo * info,
    GstStructure * options, const gchar * colorimetry, gint x, gint y,
    guint16 argb[4]);

/* A running stylegan with @model and a bus of its own.
 * @properties: as in a launch line, or NULL; "temporal" is off and "start-mode" is wait if not among them,
 *   "qos-mode" drop */
GstHarness *stylegan_harness (const gchar * model);
GstHarness *stylegan_harness_full (const gchar * model,
    const gchar * properties);
void stylegan_harness_free (GstHarness * harness);
/* Sets caps, pushes @buffer and takes what comes out. */
GstBuffer *stylegan_run (GstHarness * harness, const GstVideoInfo * info,
    GstBuffer * buffer);
/* What the harness has kept of the events that came out of the element. */
void stylegan_drop_events (GstHarness * harness);
/* The first error on the element's bus, or NULL. */
gchar *stylegan_pop_error (GstElement * element, GError ** error);
guint64 stylegan_stat (GstElement * element, const gchar * field);

G_END_DECLS
