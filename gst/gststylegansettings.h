/* gst-stylegan: the properties of the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>
#include <sg/device.h>
#include <sg/onnx.h>
#include <sg/stylizer.h>

#include "gststyleganenums.h"

G_BEGIN_DECLS

/* The most that #GstStylegan:frames-in-flight can be. */
#define GST_STYLEGAN_MAX_FRAMES_IN_FLIGHT 4

/* What is looked at with every frame. */
typedef struct
{
  gboolean enabled;
  gfloat strength, preserve_colors, style_mix, temporal_strength;
  guint fade_duration;          /* ms */
  gboolean messages;
} GstStyleganLive;

/* What can be set; enumerations are kept as gint. Nothing in here locks. */
typedef struct
{
  gchar *model, *model_b, *style_image, *mask, *mask_roi, *device;
  gint backend, precision, pixel_range, channel_order, temporal;
  gint start_mode, stereo_mode, projection, qos_mode;
  guint threads, niceness, worker_niceness, frames_in_flight, working_height;
  gfloat stroke_scale, mask_feather;
  gboolean mask_invert, auto_reload;
  gboolean can_carry;           /* no property: see gststyleganpace.c */
  GstStyleganLive live;
} GstStyleganSettings;

/* 0 is no property, as GObject wants. */
#define GST_STYLEGAN_PROP_STATS 1

void gst_stylegan_settings_init (GstStyleganSettings * settings);
/* @copy: zeroed, cleared or initialised */
void gst_stylegan_settings_copy (GstStyleganSettings * copy,
    const GstStyleganSettings * settings);
void gst_stylegan_settings_clear (GstStyleganSettings * settings);

/* Return FALSE when @id is no property that can be set.
 * @reload: set to whether something has to be loaded or compiled for it */
gboolean gst_stylegan_settings_set (GstStyleganSettings * settings, guint id,
    const GValue * value, gboolean * reload);
gboolean gst_stylegan_settings_get (const GstStyleganSettings * settings,
    guint id, GValue * value);

void gst_stylegan_settings_install (GObjectClass * klass);

G_END_DECLS
