/* gst-stylegan: photos and clips for tests, written with GStreamer
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "clips.h"

#include <string.h>

#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#define WIDTH 96
#define HEIGHT 80

gboolean
clips_have (const gchar * elements)
{
  g_auto (GStrv) names = g_strsplit (elements, " ", -1);
  guint i;

  for (i = 0; names[i]; i++) {
    GstElementFactory *factory = gst_element_factory_find (names[i]);

    if (!factory) {
      g_autofree gchar *why =
          g_strdup_printf ("no GStreamer element %s", names[i]);

      g_test_skip (why);
      return FALSE;
    }
    gst_object_unref (factory);
  }
  return TRUE;
}

/* Parsed, or skipped when an element is missing. */
static GstElement *
parse (const gchar * folder, const gchar * name, const gchar * format)
{
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);
  g_autofree gchar *text = g_strdup_printf ("%s\"%s/%s\"%s", parts[0], folder,
      name, parts[1]);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline =
      gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (g_error_matches (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT)) {
    g_test_skip (error->message);
    return NULL;
  }
  g_assert_no_error (error);
  return pipeline;
}

static void
finish (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (message);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

gboolean
clips_write (const gchar * folder, const gchar * name, const gchar * format)
{
  GstElement *pipeline = parse (folder, name, format);

  if (!pipeline)
    return FALSE;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  finish (pipeline);
  return TRUE;
}

gboolean
clips_write_count (const gchar * folder, const gchar * name, guint n_frames,
    const gchar * writer)
{
  g_autofree gchar *format = g_strdup_printf ("appsrc name=source format=time "
      "caps=video/x-raw,format=I420,width=%d,height=%d,framerate=25/1,"
      "colorimetry=bt601,pixel-aspect-ratio=1/1 ! %s", WIDTH, HEIGHT, writer);
  GstElement *pipeline = parse (folder, name, format);
  const gsize luma = WIDTH * HEIGHT, size = luma * 3 / 2;
  GstElement *source;
  guint i;

  if (!pipeline)
    return FALSE;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (i = 0; i < n_frames; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
    guint y;

    for (y = 0; y < HEIGHT; y++) {
      gst_buffer_memset (buffer, y * WIDTH, 16 + 12 * (i % 16), WIDTH / 2);
      gst_buffer_memset (buffer, y * WIDTH + WIDTH / 2, 16 + 12 * (i / 16),
          WIDTH / 2);
    }
    gst_buffer_memset (buffer, luma, 128, size - luma);
    GST_BUFFER_PTS (buffer) = i * GST_SECOND / 25;
    GST_BUFFER_DURATION (buffer) = GST_SECOND / 25;
    gst_app_src_push_buffer (GST_APP_SRC (source), buffer);
  }
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  gst_object_unref (source);
  finish (pipeline);
  return TRUE;
}

void
clips_remove (const gchar * path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK)
      && g_file_test (path, G_FILE_TEST_IS_DIR)) {
    GDir *folder;
    const gchar *name;

    g_chmod (path, 0700);
    folder = g_dir_open (path, 0, NULL);
    while (folder && (name = g_dir_read_name (folder))) {
      g_autofree gchar *child = g_build_filename (path, name, NULL);

      clips_remove (child);
    }
    g_clear_pointer (&folder, g_dir_close);
  }
  g_remove (path);
}
