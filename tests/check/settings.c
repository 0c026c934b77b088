/* gst-stylegan: properties, models and what they do
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "frames.h"
#include "models.h"

/* --- properties --- */

GST_START_TEST (test_defaults)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  gchar *model = (gchar *) "";
  gint backend = -1, range = -1, order = -1;
  guint threads = 1, height = 0;
  GstStructure *stats = NULL;
  gboolean qos = FALSE;

  g_object_get (element, "model", &model, "backend", &backend, "threads",
      &threads, "working-height", &height, "pixel-range", &range,
      "channel-order", &order, "stats", &stats, "qos", &qos, NULL);
  ck_assert (model == NULL);
  ck_assert_int_eq (backend, 0);
  ck_assert_uint_eq (threads, 0);
  ck_assert_uint_eq (height, 1080);
  ck_assert_int_eq (range, 0);
  ck_assert_int_eq (order, 0);
  ck_assert (qos);
  ck_assert_str_eq (gst_structure_get_name (stats),
      "application/x-stylegan-stats");
  gst_structure_free (stats);
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (test_every_value)
{
  static const gchar *const names[][2] = {
    {"backend", "auto vulkan cpu reference"},
    {"pixel-range", "auto 0-255 16-235 0-1 minus1-1"},
    {"channel-order", "auto rgb bgr gray"}
  };
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  guint i, j;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    gchar **nicks = g_strsplit (names[i][1], " ", -1);

    for (j = 0; nicks[j]; j++) {
      gint value = -1;

      gst_util_set_object_arg (G_OBJECT (element), names[i][0], nicks[j]);
      g_object_get (element, names[i][0], &value, NULL);
      ck_assert_msg (value == (gint) j, "%s=%s became %d", names[i][0],
          nicks[j], value);
    }
    g_strfreev (nicks);
  }
  gst_object_unref (element);
}

GST_END_TEST;

static void
count_notify (GObject * object, GParamSpec * pspec, gpointer user_data)
{
  ++*(guint *) user_data;
}

GST_START_TEST (test_notify)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  guint count = 0;

  g_signal_connect (element, "notify::model", G_CALLBACK (count_notify),
      &count);
  g_signal_connect (element, "notify::threads", G_CALLBACK (count_notify),
      &count);
  g_object_set (element, "model", "x.onnx", "threads", 3, NULL);
  ck_assert_uint_eq (count, 2);
  g_object_set (element, "working-height", 100, NULL);
  ck_assert_uint_eq (count, 2);
  gst_object_unref (element);
}

GST_END_TEST;

/* Structural ones say that they are read when the element starts. */
GST_START_TEST (test_flags)
{
  static const gchar *const names[] = {
    "backend", "device", "precision", "threads", "niceness",
    "frames-in-flight", "start-mode", "pixel-range", "channel-order"
  };
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    GParamSpec *pspec = g_object_class_find_property (klass, names[i]);

    ck_assert_msg (pspec->flags & GST_PARAM_MUTABLE_READY, "%s", names[i]);
    ck_assert (!(pspec->flags & GST_PARAM_CONTROLLABLE));
    ck_assert_uint_gt (strlen (g_param_spec_get_blurb (pspec)), 10);
  }
  ck_assert (!(g_object_class_find_property (klass,
              "stats")->flags & G_PARAM_WRITABLE));
  gst_object_unref (element);
}

GST_END_TEST;

/* --- models --- */

GST_START_TEST (test_style_by_name)
{
  GstHarness *h;
  GstVideoInfo info;
  GstStructure *stats = NULL;
  gchar *path;

  model_path (MODEL_IDENTITY);
  path = g_strconcat ("/nonexistent", G_SEARCHPATH_SEPARATOR_S,
      model_folder (), NULL);
  g_setenv ("GST_STYLEGAN_STYLES", path, TRUE);
  g_free (path);
  h = stylegan_harness ("identity");
  frame_info (&info, GST_VIDEO_FORMAT_RGB, 32, 32, NULL);
  gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, 1)));
  g_object_get (h->element, "stats", &stats, NULL);
  ck_assert_str_eq (gst_structure_get_string (stats, "model"),
      model_path (MODEL_IDENTITY));
  gst_structure_free (stats);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Models with a size of their own, or sides that have to be multiples, at sizes
 * that are neither. */
GST_START_TEST (test_odd_models)
{
  static const ModelId models[] = { MODEL_CONV, MODEL_POOL4, MODEL_FIXED };
  static const gint sizes[][2] = { {64, 48}, {67, 45}, {33, 18}, {130, 97} };
  guint m, s;

  for (m = 0; m < G_N_ELEMENTS (models); m++) {
    GstHarness *h = stylegan_harness (model_path (models[m]));

    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      GstVideoInfo info;
      GstBuffer *in, *out;

      frame_info (&info, GST_VIDEO_FORMAT_I420, sizes[s][0], sizes[s][1],
          "bt709");
      in = frame_new (&info, LAYOUT_PLAIN, 0);
      frame_fill_flat (in, &info, 0.6, 0.3, 0.5);
      out = stylegan_run (h, &info, gst_buffer_ref (in));
      /* A flat colour has no borders to be wrong at. */
      ck_assert_msg (frame_difference (in, &info, 0, 0, out, &info) <= 1,
          "%s at %dx%d", model_path (models[m]), sizes[s][0], sizes[s][1]);
      gst_buffer_unref (in);
      gst_buffer_unref (out);
    }
    stylegan_harness_free (h);
  }
}

GST_END_TEST;

GST_START_TEST (test_working_height)
{
  GstHarness *h = stylegan_harness_full (model_path (MODEL_BRIGHTER),
      "working-height=60");
  GstStructure *stats = NULL;
  GstVideoInfo info;
  GstBuffer *in, *out;
  gint width = 0, height = 0;

  frame_info (&info, GST_VIDEO_FORMAT_RGB, 320, 240, NULL);
  in = frame_new (&info, LAYOUT_PLAIN, 0);
  frame_fill_colors (in, &info, 0.5);
  out = stylegan_run (h, &info, gst_buffer_ref (in));
  g_object_get (h->element, "stats", &stats, NULL);
  ck_assert (gst_structure_get (stats, "working-width", G_TYPE_INT, &width,
          "working-height", G_TYPE_INT, &height, NULL));
  ck_assert_int_le (height, 64);
  ck_assert_int_le (width, 88);
  ck_assert_int_ge (width, 76);
  gst_structure_free (stats);
  /* The edit, a tenth of white, arrives at full size. */
  ck_assert_int_le (ABS ((gint) frame_difference (in, &info, 0, 0, out,
              &info) - 26), 1);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_backends_and_threads)
{
  static const gchar *const backends[] = { "auto", "cpu", "reference" };
  GstBuffer *in, *out, *first = NULL;
  GstVideoInfo info;
  guint i, threads;

  frame_info (&info, GST_VIDEO_FORMAT_RGB, 61, 47, NULL);
  in = frame_new_noise (&info, 7);
  for (i = 0; i < G_N_ELEMENTS (backends); i++) {
    for (threads = 0; threads < 4; threads++) {
      gchar *settings = g_strdup_printf ("backend=%s threads=%u", backends[i],
          threads);
      GstHarness *h = stylegan_harness_full (model_path (MODEL_CONV), settings);
      GstStructure *stats = NULL;

      g_free (settings);
      out = stylegan_run (h, &info, gst_buffer_ref (in));
      if (first == NULL)
        first = gst_buffer_ref (out);
      ck_assert_uint_le (frame_difference (first, &info, 0, 0, out, &info), 1);
      g_object_get (h->element, "stats", &stats, NULL);
      if (i > 0)
        ck_assert_str_eq (gst_structure_get_string (stats, "backend"),
            backends[i]);
      ck_assert (gst_structure_get_string (stats, "device") != NULL);
      gst_structure_free (stats);
      gst_buffer_unref (out);
      stylegan_harness_free (h);
    }
  }
  gst_buffer_unref (first);
  gst_buffer_unref (in);
}

GST_END_TEST;

static Suite *
settings_suite (void)
{
  Suite *s = suite_create ("settings");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_defaults);
  tcase_add_test (tc, test_every_value);
  tcase_add_test (tc, test_notify);
  tcase_add_test (tc, test_flags);
  tcase_add_test (tc, test_style_by_name);
  tcase_add_test (tc, test_odd_models);
  tcase_add_test (tc, test_working_height);
  tcase_add_test (tc, test_backends_and_threads);
  return s;
}

GST_CHECK_MAIN (settings);
