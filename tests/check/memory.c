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

typedef void (*RepeatFunc) (gpointer data, guint i);

/* Runs @func @warm_up times and then @n times, which must leave resident memory
 * where it was. Where memory is watched by other means, a few times are enough
 * for them, and resident memory says nothing. */
static void
repeat (RepeatFunc func, gpointer data, guint warm_up, guint n)
{
  gboolean measure = !memory_is_watched () && resident_bytes () > 0;
  guint total = measure ? warm_up + n : 24;
  gint64 before = 0, after;
  guint i;

  for (i = 0; i < total; i++) {
    if (i == warm_up)
      before = resident_bytes ();
    func (data, i);
  }
  if (!measure)
    return;
  after = resident_bytes ();
  ck_assert_msg (ABS (after - before) <= SLACK, "%" G_GINT64_FORMAT
      " KB became %" G_GINT64_FORMAT " KB", before >> 10, after >> 10);
}

static void
push_new_caps (gpointer data, guint i)
{
  GstHarness *h = data;
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

  repeat (push_new_caps, h, 200, 200);
  ck_assert_uint_ge (stylegan_stat (h->element, "frames"), 24);
  /* Sizes differ from frame to frame. */
  ck_assert_uint_eq (stylegan_stat (h->element, "compiled"),
      stylegan_stat (h->element, "frames"));
  stylegan_harness_free (h);
}

GST_END_TEST;

static void
push_same_caps (gpointer data, guint i)
{
  GstVideoInfo info;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 160, 120, NULL);
  gst_buffer_unref (stylegan_run (data, &info, frame_new (&info,
              LAYOUT_PLAIN, 0x40)));
}

GST_START_TEST (test_frames)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));

  repeat (push_same_caps, h, 200, 2000);
  stylegan_harness_free (h);
}

GST_END_TEST;

static void
start_and_stop (gpointer element, guint i)
{
  ck_assert (gst_element_set_state (element, GST_STATE_PAUSED)
      != GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (element, GST_STATE_NULL);
}

GST_START_TEST (test_cycles)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);

  g_object_set (element, "model", model_path (MODEL_CONV), NULL);
  repeat (start_and_stop, element, 100, 500);
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
