/* gst-stylegan: memory stays what it was
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "frames.h"
#include "models.h"

/* Growth that is allowed. */
#define SLACK (2 << 20)

/* Bytes of this process that are in memory, or 0 where that is unknown. */
static gint64
resident_bytes (void)
{
  gchar *text = NULL;
  gint64 pages = 0;

  malloc_trim (0);
  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*d %" G_GINT64_FORMAT, &pages);
  g_free (text);
  return pages * sysconf (_SC_PAGESIZE);
}

/* Sanitizers and valgrind keep what is freed. */
static gboolean
memory_is_watched (void)
{
#if defined (__SANITIZE_ADDRESS__)
  return TRUE;
#else
  return g_getenv ("RUNNING_ON_VALGRIND") != NULL
      || g_strrstr (g_getenv ("LD_PRELOAD") ? g_getenv ("LD_PRELOAD") : "",
      "vgpreload") != NULL;
#endif
}

static gboolean
can_measure (void)
{
  if (!memory_is_watched () && resident_bytes () > 0)
    return TRUE;
  g_print ("skipped: resident memory says nothing here\n");
  return FALSE;
}

static void
push_frame (GstHarness * h, guint i)
{
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_v210,
    GST_VIDEO_FORMAT_P010_10LE, GST_VIDEO_FORMAT_UYVP, GST_VIDEO_FORMAT_NV12_4L4
  };
  static const gchar *const colorimetries[] = { "bt601", "bt709" };
  GstVideoInfo info;
  GstBuffer *buffer;

  frame_info (&info, formats[i % G_N_ELEMENTS (formats)], 64 + i * 37 % 300,
      64 + i * 53 % 200, NULL);
  if (GST_VIDEO_INFO_IS_YUV (&info))
    gst_video_colorimetry_from_string (&info.colorimetry,
        colorimetries[i / 6 % 2]);
  buffer = frame_new (&info, LAYOUT_PLAIN, 0x40);
  gst_buffer_unref (stylegan_run (h, &info, buffer));
}

GST_START_TEST (test_caps_changes)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  gint64 before, after;
  guint i;

  if (can_measure ()) {
    for (i = 0; i < 200; i++)
      push_frame (h, i);
    before = resident_bytes ();
    for (i = 0; i < 200; i++)
      push_frame (h, i);
    after = resident_bytes ();
    ck_assert_msg (ABS (after - before) <= SLACK, "%" G_GINT64_FORMAT
        " KB became %" G_GINT64_FORMAT " KB", before >> 10, after >> 10);
    /* Sizes differ from frame to frame. */
    ck_assert_uint_eq (stylegan_stat (h->element, "compiled"), 400);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_frames)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  gint64 before = 0, after;
  GstVideoInfo info;
  guint i;

  if (can_measure ()) {
    frame_info (&info, GST_VIDEO_FORMAT_I420, 160, 120, NULL);
    for (i = 0; i < 2200; i++) {
      if (i == 200)
        before = resident_bytes ();
      gst_buffer_unref (stylegan_run (h, &info, frame_new (&info, LAYOUT_PLAIN,
                  0x40)));
    }
    after = resident_bytes ();
    ck_assert_msg (ABS (after - before) <= SLACK, "%" G_GINT64_FORMAT
        " KB became %" G_GINT64_FORMAT " KB", before >> 10, after >> 10);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_cycles)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  gint64 before = 0, after;
  guint i;

  if (can_measure ()) {
    g_object_set (element, "model", model_path (MODEL_CONV), NULL);
    for (i = 0; i < 600; i++) {
      if (i == 100)
        before = resident_bytes ();
      ck_assert (gst_element_set_state (element, GST_STATE_PAUSED)
          != GST_STATE_CHANGE_FAILURE);
      gst_element_set_state (element, GST_STATE_NULL);
    }
    after = resident_bytes ();
    ck_assert_msg (ABS (after - before) <= SLACK, "%" G_GINT64_FORMAT
        " KB became %" G_GINT64_FORMAT " KB", before >> 10, after >> 10);
  }
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
memory_suite (void)
{
  Suite *s = suite_create ("memory");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_caps_changes);
  tcase_add_test (tc, test_frames);
  tcase_add_test (tc, test_cycles);
  return s;
}

GST_CHECK_MAIN (memory);
