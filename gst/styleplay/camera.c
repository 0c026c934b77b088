/* gst-stylegan: cameras of gst-styleplay
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "camera.h"

#include <stdio.h>
#include <string.h>

/* The device of a camera, or NULL. */
static gchar *
camera_path (GstDevice * device)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  const gchar *path = NULL;

  if (properties) {
    path = gst_structure_get_string (properties, "device.path");
    if (!path)
      path = gst_structure_get_string (properties, "api.v4l2.path");
  }
  return g_strdup (path);
}

static GList *
find_cameras (void)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  GList *devices;

  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  gst_device_monitor_start (monitor);
  devices = gst_device_monitor_get_devices (monitor);
  gst_device_monitor_stop (monitor);
  return devices;
}

gint
camera_print_all (void)
{
  GList *devices = find_cameras (), *l;
  guint i = 0;

  for (l = devices; l; l = l->next) {
    g_autofree gchar *name = gst_device_get_display_name (l->data);
    g_autofree gchar *path = camera_path (l->data);

    printf ("%u  %s  %s\n", i++, name, path ? path : "");
  }
  if (!devices)
    fprintf (stderr, "gst-styleplay: there is no camera\n");
  g_list_free_full (devices, gst_object_unref);
  return i > 0 ? 0 : 1;
}

GstDevice *
camera_choose (const gchar * camera, GError ** error)
{
  GList *devices = find_cameras (), *l;
  GstDevice *chosen = NULL;
  guint i = 0;

  for (l = devices; l && !chosen; l = l->next, i++) {
    g_autofree gchar *name = gst_device_get_display_name (l->data);
    g_autofree gchar *path = camera_path (l->data);
    g_autofree gchar *number = g_strdup_printf ("%u", i);

    if (!camera || strcmp (camera, number) == 0 || strstr (name, camera)
        || g_strcmp0 (path, camera) == 0)
      chosen = gst_object_ref (l->data);
  }
  if (!chosen && devices)
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
        "there is no camera %s; gst-styleplay --list-cameras shows those that "
        "there are", camera);
  else if (!chosen)
    g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
        "there is no camera; connect one, or try --source=\"videotestsrc "
        "is-live=true\"");
  g_list_free_full (devices, gst_object_unref);
  return chosen;
}

GstCaps *
camera_get_caps (GstDevice * device, const gchar * size, GError ** error)
{
  g_autoptr (GstCaps) wanted = gst_caps_new_empty ();
  g_autoptr (GstCaps) has = gst_device_get_caps (device);
  const gint sizes[][2] = { {1280, 720}, {640, 480} };
  GstCaps *caps;
  gint w = 0, h = 0;
  guint i;

  if (size && (sscanf (size, "%dx%d", &w, &h) != 2 || w <= 0 || h <= 0)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--size=%s is not WIDTHxHEIGHT", size);
    return NULL;
  }
  for (i = 0; i < (size ? 1 : G_N_ELEMENTS (sizes)); i++) {
    const gchar *types[] = { "video/x-raw", "image/jpeg" };
    guint t;

    for (t = 0; t < G_N_ELEMENTS (types); t++)
      gst_caps_append_structure (wanted, gst_structure_new (types[t],
              "width", G_TYPE_INT, size ? w : sizes[i][0],
              "height", G_TYPE_INT, size ? h : sizes[i][1],
              "framerate", GST_TYPE_FRACTION_RANGE, 24, 1, 60, 1, NULL));
  }
  caps = has ? gst_caps_intersect_full (wanted, has,
      GST_CAPS_INTERSECT_FIRST) : gst_caps_ref (wanted);
  if (!gst_caps_is_empty (caps))
    return caps;
  gst_caps_unref (caps);
  if (size)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "the camera has no size %s with 24 frames per second or more; leave "
        "out --size", size);
  return NULL;
}
