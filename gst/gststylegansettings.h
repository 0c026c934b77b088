/* gst-stylegan: the properties of the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <sg/device.h>
#include <sg/onnx.h>
#include <sg/stylizer.h>

G_BEGIN_DECLS

enum
{
  GST_STYLEGAN_PROP_0,
  GST_STYLEGAN_PROP_MODEL,
  GST_STYLEGAN_PROP_BACKEND,
  GST_STYLEGAN_PROP_DEVICE,
  GST_STYLEGAN_PROP_PRECISION,
  GST_STYLEGAN_PROP_THREADS,
  GST_STYLEGAN_PROP_FRAMES_IN_FLIGHT,
  GST_STYLEGAN_PROP_WORKING_HEIGHT,
  GST_STYLEGAN_PROP_PIXEL_RANGE,
  GST_STYLEGAN_PROP_CHANNEL_ORDER,
  GST_STYLEGAN_PROP_TEMPORAL,
  GST_STYLEGAN_PROP_TEMPORAL_STRENGTH,
  GST_STYLEGAN_PROP_STATS
};

/* The most that #GstStylegan:frames-in-flight can be. */
#define GST_STYLEGAN_MAX_FRAMES_IN_FLIGHT 4

/* What can be set. Nothing in here locks. */
typedef struct
{
  gchar *model;
  SgBackendId backend;
  gchar *device;
  SgPrecision precision;
  guint threads;
  guint frames_in_flight;
  guint working_height;
  SgPixelRange pixel_range;
  SgChannelOrder channel_order;
  SgTemporalMode temporal;
  gfloat temporal_strength;     /* may change while playing */
} GstStyleganSettings;

void gst_stylegan_settings_init (GstStyleganSettings * settings);
/* @copy: cleared or initialised */
void gst_stylegan_settings_copy (GstStyleganSettings * copy,
    const GstStyleganSettings * settings);
void gst_stylegan_settings_clear (GstStyleganSettings * settings);

/* Return FALSE when @id is no property that can be set. */
gboolean gst_stylegan_settings_set (GstStyleganSettings * settings, guint id,
    const GValue * value);
gboolean gst_stylegan_settings_get (const GstStyleganSettings * settings,
    guint id, GValue * value);

void gst_stylegan_settings_install (GObjectClass * klass);

G_END_DECLS
