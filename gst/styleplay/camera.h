/* gst-stylegan: cameras of gst-styleplay
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Prints number, name and device of each.
 * Returns: exit status, 1 when there is none */
gint camera_print_all (void);

/* The camera with this number, part of a name, or device (@camera NULL: the first).
 * Returns: (transfer full) (nullable): NULL with @error set when there is none */
GstDevice *camera_choose (const gchar * camera, GError ** error);

/* What to ask the camera for: cameras that send raw pictures are slow at large sizes,
 * and GStreamer takes the largest. 1280x720 or else 640x480, 24 to 60 frames per
 * second; @size ("WxH", or NULL) replaces both.
 * Returns: (transfer full) (nullable): NULL without @error means anything */
GstCaps *camera_get_caps (GstDevice * device, const gchar * size,
    GError ** error);

G_END_DECLS
