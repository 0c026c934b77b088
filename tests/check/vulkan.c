/* gst-stylegan: the element on a GPU, or on what stands for one
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "device.h"
#include "frames.h"

#define LENGTH 7

/* LENGTH frames of noise, one second apart; the caller's to free. */
static void
push_clip (GstHarness * h, const GstVideoInfo * info, GstBuffer ** in)
{
  guint i;

  gst_harness_set_src_caps (h, frame_caps (info));
  for (i = 0; i < LENGTH; i++) {
    in[i] = frame_new_noise (info, i);
    GST_BUFFER_PTS (in[i]) = i * GST_SECOND;
    ck_assert_int_eq (gst_harness_push (h, gst_buffer_ref (in[i])),
        GST_FLOW_OK);
  }
}

static void
clear_clip (GstBuffer ** buffers)
{
  guint i;

  for (i = 0; i < LENGTH; i++)
    gst_clear_buffer (&buffers[i]);
}

/* --- pictures --- */

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12,
  GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_UYVY, GST_VIDEO_FORMAT_P010_10LE,
  GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGBx,
  GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_xRGB, GST_VIDEO_FORMAT_xBGR,
  GST_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_ARGB,
  GST_VIDEO_FORMAT_ABGR, GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_v210,
  GST_VIDEO_FORMAT_AYUV64, GST_VIDEO_FORMAT_Y444_16BE,
};

static const gint sizes[][2] = { {16, 16}, {17, 19}, {64, 48}, {101, 37} };

static GstBuffer *
run_on (GstHarness * h, const GstVideoInfo * info, GstBuffer * in)
{
  gst_harness_set_src_caps (h, frame_caps (info));
  ck_assert_int_eq (gst_harness_push (h, gst_buffer_ref (in)), GST_FLOW_OK);
  return gst_harness_pull (h);
}

/* The processor is what all formats are tested on against GStreamer. */
static void
compare_with_cpu (ModelId model, const gchar * properties, guint allowed)
{
  GstHarness *gpu = vulkan_harness (model, properties);
  GstHarness *cpu = stylegan_harness_full (model_path (model), "backend=cpu");
  guint f, s;

  for (f = 0; f < G_N_ELEMENTS (formats); f++) {
    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      GstBuffer *in, *a, *b;
      GstVideoInfo info;
      guint difference;

      frame_info (&info, formats[f], sizes[s][0], sizes[s][1], NULL);
      in = frame_new (&info, LAYOUT_PADDED, 0x5a);
      frame_fill_colors (in, &info, 0.8);
      a = run_on (gpu, &info, in);
      b = run_on (cpu, &info, in);
      difference = frame_difference (a, &info, 0, 0, b, &info);
      /* in 8 bit code values */
      if (GST_VIDEO_FORMAT_INFO_DEPTH (info.finfo, 0) > 8)
        difference >>= GST_VIDEO_FORMAT_INFO_DEPTH (info.finfo, 0) - 8;
      ck_assert_msg (difference <= allowed, "%s %dx%d differs by %u",
          GST_VIDEO_INFO_NAME (&info), info.width, info.height, difference);
      gst_buffer_unref (in);
      gst_buffer_unref (a);
      gst_buffer_unref (b);
    }
  }
  stylegan_harness_free (gpu);
  stylegan_harness_free (cpu);
}

static void
run_formats_fp32 (void)
{
  compare_with_cpu (MODEL_CONV, "precision=fp32 frames-in-flight=1", 1);
}

DEVICE_TEST (formats_fp32)

static void
run_formats_fp16 (void)
{
  compare_with_cpu (MODEL_CONV, "precision=fp16 frames-in-flight=1", 1);
}

DEVICE_TEST (formats_fp16)

/* --- several frames at a time --- */

static void
run_order (void)
{
  guint depth, i;

  for (depth = 1; depth <= 4; depth++) {
    gchar *properties = g_strdup_printf ("frames-in-flight=%u", depth);
    GstHarness *h = vulkan_harness (MODEL_IDENTITY, properties);
    GstBuffer *in[LENGTH];
    GstVideoInfo info;

    frame_info (&info, GST_VIDEO_FORMAT_RGB, 33, 17, NULL);
    push_clip (h, &info, in);
    ck_assert_uint_eq (stylegan_stat (h->element, "frames-in-flight"), depth);
    /* the last ones wait for what comes */
    ck_assert_uint_eq (gst_harness_buffers_received (h), LENGTH - depth + 1);
    ck_assert (gst_harness_push_event (h, gst_event_new_eos ()));
    ck_assert_uint_eq (gst_harness_buffers_received (h), LENGTH);
    for (i = 0; i < LENGTH; i++) {
      GstBuffer *out = gst_harness_pull (h);

      ck_assert_uint_eq (GST_BUFFER_PTS (out), i * GST_SECOND);
      ck_assert_uint_eq (frame_difference (in[i], &info, 0, 0, out, &info), 0);
      gst_buffer_unref (out);
    }
    ck_assert_uint_eq (stylegan_stat (h->element, "frames"), LENGTH);
    clear_clip (in);
    stylegan_harness_free (h);
    g_free (properties);
  }
}

DEVICE_TEST (order)

static void
run_drain_and_flush (void)
{
  GstHarness *h = vulkan_harness (MODEL_IDENTITY, "frames-in-flight=3");
  GstBuffer *in[LENGTH], *gap;
  GstVideoInfo info;
  GstSegment segment;
  guint received;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  push_clip (h, &info, in);
  clear_clip (in);
  /* new caps: what is under way comes first */
  frame_info (&info, GST_VIDEO_FORMAT_I420, 48, 32, NULL);
  push_clip (h, &info, in);
  ck_assert_uint_eq (gst_harness_buffers_received (h), 2 * LENGTH - 2);
  /* a gap buffer is not overtaken */
  gap = frame_new_noise (&info, 99);
  GST_BUFFER_FLAG_SET (gap, GST_BUFFER_FLAG_GAP);
  ck_assert_int_eq (gst_harness_push (h, gap), GST_FLOW_OK);
  ck_assert_uint_eq (gst_harness_buffers_received (h), 2 * LENGTH + 1);
  clear_clip (in);
  /* what is under way at a flush is gone */
  push_clip (h, &info, in);
  received = gst_harness_buffers_received (h);
  ck_assert (gst_harness_push_event (h, gst_event_new_flush_start ()));
  ck_assert (gst_harness_push_event (h, gst_event_new_flush_stop (TRUE)));
  ck_assert_uint_eq (gst_harness_buffers_received (h), received);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  ck_assert (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  ck_assert_uint_eq (gst_harness_buffers_received (h), received);
  clear_clip (in);
  push_clip (h, &info, in);
  ck_assert (gst_harness_push_event (h, gst_event_new_eos ()));
  ck_assert_uint_eq (gst_harness_buffers_received (h), received + LENGTH);
  clear_clip (in);
  stylegan_harness_free (h);
}

DEVICE_TEST (drain_and_flush)

/* Stopped with frames under way; started again. */
static void
run_stop (void)
{
  GstHarness *h = vulkan_harness (MODEL_CONV, "frames-in-flight=4");
  GstBuffer *in[LENGTH];
  GstVideoInfo info;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_NV12, 64, 48, NULL);
  for (i = 0; i < 3; i++) {
    push_clip (h, &info, in);
    clear_clip (in);
    gst_element_set_state (h->element, GST_STATE_NULL);
    gst_element_set_state (h->element, GST_STATE_PLAYING);
    gst_harness_push_event (h, gst_event_new_stream_start ("again"));
  }
  stylegan_harness_free (h);
}

DEVICE_TEST (stop)

static void
run_two_instances (void)
{
  GstHarness *h[2];
  GstBuffer *in[LENGTH];
  GstVideoInfo info;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_RGBA, 40, 30, NULL);
  for (i = 0; i < 2; i++)
    h[i] = vulkan_harness (MODEL_CONV, "frames-in-flight=2");
  for (i = 0; i < 2; i++) {
    push_clip (h[i], &info, in);
    clear_clip (in);
  }
  for (i = 0; i < 2; i++) {
    gst_harness_push_event (h[i], gst_event_new_eos ());
    ck_assert_uint_eq (gst_harness_buffers_received (h[i]), LENGTH);
    stylegan_harness_free (h[i]);
  }
}

DEVICE_TEST (two_instances)

/* --- numbers --- */

static void
check_stats (const gchar * properties, const gchar * precision, guint depth)
{
  GstHarness *h = vulkan_harness (MODEL_CONV, properties);
  gchar *text;
  GstVideoInfo info;

  frame_info (&info, GST_VIDEO_FORMAT_RGB, 32, 24, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  check_backend (h->element, "vulkan");
  text = stylegan_stat_string (h->element, "precision");
  ck_assert_msg (g_strcmp0 (text, precision) == 0, "%s: %s", properties, text);
  g_free (text);
  ck_assert_uint_eq (stylegan_stat (h->element, "frames-in-flight"), depth);
  text = stylegan_stat_string (h->element, "device");
  ck_assert (text != NULL && *text);
  if (g_getenv ("SG_TEST_VULKAN") == NULL)
    ck_assert_msg (strstr (text, "llvmpipe") != NULL, "%s", text);
  g_free (text);
  gst_element_set_state (h->element, GST_STATE_NULL);
  text = stylegan_stat_string (h->element, "precision");
  ck_assert_msg (text == NULL, "%s", text);
  stylegan_harness_free (h);
}

static void
run_stats (void)
{
  check_stats ("precision=fp32", "fp32", 1);
  check_stats ("precision=fp16 frames-in-flight=1", "fp16", 1);
  check_stats ("precision=fp16 frames-in-flight=4", "fp16", 4);
}

DEVICE_TEST (stats)

/* What half precision cannot hold is done again in fp32, and stays so for the next
 * size. */
static void
run_overflow (void)
{
  GstHarness *h = vulkan_harness (MODEL_OVERFLOW,
      "precision=fp16 frames-in-flight=3");
  GstVideoInfo info;
  gchar *text;
  guint i, size;

  for (size = 0; size < 2; size++) {
    GstBuffer *in[LENGTH];

    frame_info (&info, GST_VIDEO_FORMAT_RGB, 33 + size, 17, NULL);
    push_clip (h, &info, in);
    ck_assert (gst_harness_push_event (h, gst_event_new_gap (0, 1)));
    for (i = 0; i < LENGTH; i++) {
      GstBuffer *out = gst_harness_pull (h);

      ck_assert_uint_eq (GST_BUFFER_PTS (out), i * GST_SECOND);
      ck_assert_uint_le (frame_difference (in[i], &info, 0, 0, out, &info), 1);
      gst_buffer_unref (out);
    }
    clear_clip (in);
    text = stylegan_pop_warning (h->element);
    ck_assert_msg ((text != NULL) == (size == 0), "size %u: %s", size,
        text ? text : "no warning");
    ck_assert (text == NULL || strstr (text, "fp32"));
    g_free (text);
    text = stylegan_stat_string (h->element, "precision");
    ck_assert_str_eq (text, "fp32");
    g_free (text);
  }
  check_backend (h->element, "vulkan");
  stylegan_harness_free (h);
}

DEVICE_TEST (overflow)

/* --- what goes wrong --- */

GST_START_TEST (test_unknown_device)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GstBus *bus = gst_bus_new ();
  GError *error = NULL;
  gchar *text;

  gst_element_set_bus (element, bus);
  g_object_set (element, "model", model_path (MODEL_IDENTITY),
      "device", "no-such-gpu", NULL);
  gst_util_set_object_arg (G_OBJECT (element), "backend", "vulkan");
  ck_assert (gst_element_set_state (element, GST_STATE_PAUSED)
      == GST_STATE_CHANGE_FAILURE);
  text = stylegan_pop_error (element, &error);
  ck_assert_msg (text != NULL, "no error");
  ck_assert_msg (g_error_matches (error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_INIT), "%s", text);
  g_free (text);
  g_error_free (error);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
}

GST_END_TEST;

/* Whatever this machine has: what is used is told, and if it is no GPU, why. */
GST_START_TEST (test_automatic)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  gchar *warning = stylegan_pop_warning (h->element);
  gchar *backend = stylegan_stat_string (h->element, "backend");

  ck_assert_msg ((warning != NULL) == (strcmp (backend, "vulkan") != 0),
      "%s: %s", backend, warning ? warning : "no warning");
  g_free (backend);
  g_free (warning);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* The GPU fails again and again: the stream goes on, on the processor. */
static void
run_lost_device (void)
{
  gchar *properties = g_strdup_printf ("backend=auto device=%s "
      "frames-in-flight=3", device_name ());
  GstBuffer *in[LENGTH];
  GstVideoInfo info;
  GstHarness *h;
  gchar *warning;
  guint i;

  /* the first one was have_device_name ()'s */
  g_setenv ("SG_VULKAN_LOSE", "-,4,2", TRUE);
  h = stylegan_harness_full (model_path (MODEL_IDENTITY), properties);
  frame_info (&info, GST_VIDEO_FORMAT_RGB, 33, 17, NULL);
  push_clip (h, &info, in);
  ck_assert (gst_harness_push_event (h, gst_event_new_eos ()));
  ck_assert_uint_eq (gst_harness_buffers_received (h), LENGTH);
  for (i = 0; i < LENGTH; i++) {
    GstBuffer *out = gst_harness_pull (h);

    ck_assert_uint_eq (GST_BUFFER_PTS (out), i * GST_SECOND);
    ck_assert_uint_eq (frame_difference (in[i], &info, 0, 0, out, &info), 0);
    gst_buffer_unref (out);
  }
  check_backend (h->element, "cpu");
  warning = stylegan_pop_warning (h->element);
  ck_assert_msg (warning != NULL, "no warning");
  g_free (warning);
  g_unsetenv ("SG_VULKAN_LOSE");
  clear_clip (in);
  stylegan_harness_free (h);
  g_free (properties);
}

DEVICE_TEST (lost_device)

/* Without permission to take the processor it is an error. */
static void
run_lost_device_error (void)
{
  GstVideoInfo info;
  GstHarness *h;
  GError *error = NULL;
  gchar *text;
  guint i;

  g_setenv ("SG_VULKAN_LOSE", "-,3,2", TRUE);
  h = vulkan_harness (MODEL_IDENTITY, "frames-in-flight=2");
  frame_info (&info, GST_VIDEO_FORMAT_RGB, 33, 17, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  for (i = 0; i < 20; i++)
    if (gst_harness_push (h, frame_new_noise (&info, i)) != GST_FLOW_OK)
      break;
  text = stylegan_pop_error (h->element, &error);
  ck_assert_msg (text != NULL, "no error");
  ck_assert_msg (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_FAILED), "%s", text);
  g_unsetenv ("SG_VULKAN_LOSE");
  g_free (text);
  g_error_free (error);
  stylegan_harness_free (h);
}

DEVICE_TEST (lost_device_error)

/* Not enough memory for the frame's size, but for a smaller one. */
static void
run_little_memory (void)
{
  GstVideoInfo info;
  GstBuffer *in, *out;
  GstHarness *h;
  gint working = 0;
  GstStructure *stats;
  gchar *warning;

  g_setenv ("SG_VULKAN_MEMORY_LIMIT", "160", TRUE);
  h = vulkan_harness (MODEL_WIDE, "frames-in-flight=1");
  frame_info (&info, GST_VIDEO_FORMAT_I420, 1280, 720, NULL);
  in = frame_new (&info, LAYOUT_PLAIN, 0);
  frame_fill_colors (in, &info, 0.5);
  out = run_on (h, &info, in);
  ck_assert (out != NULL);
  g_object_get (h->element, "stats", &stats, NULL);
  ck_assert (gst_structure_get_int (stats, "working-height", &working));
  gst_structure_free (stats);
  warning = stylegan_pop_warning (h->element);
  ck_assert_msg (warning != NULL && working < 720, "%d lines: %s", working,
      warning ? warning : "no warning");
  g_unsetenv ("SG_VULKAN_MEMORY_LIMIT");
  g_free (warning);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

DEVICE_TEST (little_memory)

static Suite *
vulkan_suite (void)
{
  Suite *s = suite_create ("vulkan");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_automatic);
  tcase_add_test (tc, test_unknown_device);
  tcase_add_test (tc, test_formats_fp32);
  tcase_add_test (tc, test_formats_fp16);
  tcase_add_test (tc, test_order);
  tcase_add_test (tc, test_drain_and_flush);
  tcase_add_test (tc, test_stop);
  tcase_add_test (tc, test_two_instances);
  tcase_add_test (tc, test_stats);
  tcase_add_test (tc, test_overflow);
  tcase_add_test (tc, test_lost_device);
  tcase_add_test (tc, test_lost_device_error);
  tcase_add_test (tc, test_little_memory);
  return s;
}

GST_CHECK_MAIN (vulkan);
