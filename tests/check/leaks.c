/* gst-stylegan: no object outlives the element
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks GStreamer's own leaks tracer which objects are alive before and after;
 * meson sets GST_TRACERS=leaks. */

#include <string.h>

#include "frames.h"
#include "models.h"

static GstTracer *
find_tracer (void)
{
  GList *tracers = gst_tracing_get_active_tracers (), *l;
  GstTracer *found = NULL;

  for (l = tracers; l; l = l->next)
    if (strcmp (G_OBJECT_TYPE_NAME (l->data), "GstLeaksTracer") == 0)
      found = gst_object_ref (l->data);
  g_list_free_full (tracers, gst_object_unref);
  return found;
}

static void
count_types (GHashTable * counts, const GValue * list, gint sign)
{
  guint i;

  for (i = 0; i < gst_value_list_get_size (list); i++) {
    const gchar *type = gst_structure_get_string (gst_value_get_structure
        (gst_value_list_get_value (list, i)), "type-name");
    gint count = GPOINTER_TO_INT (g_hash_table_lookup (counts, type));

    g_hash_table_insert (counts, g_strdup (type),
        GINT_TO_POINTER (count + sign));
  }
}

/* Adds how many objects of each type are more than at the last call. */
static void
add_new_objects (GHashTable * counts, GstTracer * tracer)
{
  GstStructure *activity = NULL;

  g_signal_emit_by_name (tracer, "activity-get-checkpoint", &activity);
  count_types (counts, gst_structure_get_value (activity,
          "objects-created-list"), 1);
  count_types (counts, gst_structure_get_value (activity,
          "objects-removed-list"), -1);
  gst_structure_free (activity);
}

static GHashTable *
new_objects (GstTracer * tracer)
{
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);

  add_new_objects (counts, tracer);
  return counts;
}

/* Returns: a type of which objects are left, or NULL */
static const gchar *
find_left (GHashTable * counts)
{
  GHashTableIter iter;
  gpointer type, count;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &type, &count))
    if (GPOINTER_TO_INT (count) > 0)
      return type;
  return NULL;
}

static void
stream_frames (void)
{
  static const gint widths[] = { 64, 96, 33 };
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  GstVideoInfo info;
  GstBuffer *buffer;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (widths); i++) {
    frame_info (&info, i ? GST_VIDEO_FORMAT_v210 : GST_VIDEO_FORMAT_I420,
        widths[i], 48, NULL);
    buffer = frame_new (&info, LAYOUT_PADDED, 0);
    gst_buffer_add_video_region_of_interest_meta (buffer, "r", 1, 2, 3, 4);
    gst_buffer_unref (stylegan_run (h, &info, buffer));
  }
  gst_harness_query_latency (h);
  /* Too small, and so an error. */
  gst_harness_push (h, gst_buffer_new ());
  gst_harness_set_src_caps_str (h, "video/x-raw,format=I420,width=64,height=48,"
      "framerate=25/1,interlace-mode=interleaved");
  stylegan_harness_free (h);
}

/* A fade, a model that is bad, a mask, a bypass; and the end in the middle of it. */
static void
change_while_playing (void)
{
  GstHarness *h = stylegan_harness_full (model_path (MODEL_CONV),
      "start-mode=auto mask-roi=face");
  GstVideoInfo info;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 64, 48, NULL);
  for (i = 0; i < 60; i++) {
    GstBuffer *buffer = frame_new (&info, LAYOUT_PADDED, 0);

    GST_BUFFER_PTS (buffer) = i * GST_SECOND / 30;
    gst_buffer_unref (stylegan_run (h, &info, buffer));
    g_usleep (1000);
    if (i % 8 == 0)
      g_object_set (h->element, "model", model_path (i % 24 == 0 ?
              MODEL_INVERT : i % 24 == 8 ? MODEL_TRUNCATED : MODEL_CONV),
          "model-b", i % 16 ? model_path (MODEL_POOL4) : NULL,
          "enabled", i % 32 > 0, "messages", TRUE, NULL);
  }
  stylegan_harness_free (h);
}

static void
fail_to_start (void)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);

  g_object_set (element, "model", model_path (MODEL_TEXT), NULL);
  gst_element_set_state (element, GST_STATE_PAUSED);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}

static void
play_pipeline (void)
{
  gchar *line = g_strdup_printf
      ("videotestsrc num-buffers=5 ! stylegan model=%s ! queue ! fakesink",
      model_path (MODEL_CONV));
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  ck_assert (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_free (line);
}

GST_START_TEST (test_leaks)
{
  GstTracer *tracer = find_tracer ();
  GstElement *element;
  GHashTable *counts;
  guint i;

  if (tracer == NULL) {
    g_print ("skipped: there is no tracer \"leaks\"\n");
    return;
  }
  g_signal_emit_by_name (tracer, "activity-start-tracking");
  /* Factories, templates and the like are made once. */
  stream_frames ();
  change_while_playing ();
  fail_to_start ();
  play_pipeline ();
  g_usleep (200 * 1000);
  g_hash_table_unref (new_objects (tracer));

  stream_frames ();
  change_while_playing ();
  fail_to_start ();
  play_pipeline ();
  counts = new_objects (tracer);
  ck_assert (g_hash_table_contains (counts, "GstStylegan"));
  ck_assert (g_hash_table_contains (counts, "GstBuffer"));
  /* Threads let go of their tasks after the pipeline has stopped. */
  for (i = 0; find_left (counts) && i < 500; i++) {
    g_usleep (10 * 1000);
    add_new_objects (counts, tracer);
  }
  ck_assert_msg (find_left (counts) == NULL, "a %s is left",
      find_left (counts));
  g_hash_table_unref (counts);

  /* Or would it not see one? */
  element = gst_element_factory_make ("stylegan", NULL);
  counts = new_objects (tracer);
  ck_assert_int_eq (GPOINTER_TO_INT (g_hash_table_lookup (counts,
              "GstStylegan")), 1);
  g_hash_table_unref (counts);
  gst_object_unref (element);
  g_signal_emit_by_name (tracer, "activity-stop-tracking");
  gst_object_unref (tracer);
}

GST_END_TEST;

static Suite *
leaks_suite (void)
{
  Suite *s = suite_create ("leaks");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_leaks);
  return s;
}

GST_CHECK_MAIN (leaks);
