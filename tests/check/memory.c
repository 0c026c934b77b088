/* gst-stylegan: memory stays what it was
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "frames.h"
#include "models.h"
#include "repeat.h"

/* Growth that is allowed. */
#define SLACK (2 << 20)

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
  stylegan_drop_events (h);
}

GST_START_TEST (test_caps_changes)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));

  repeat (push_new_caps, h, 200, 200, SLACK);
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

  repeat (push_same_caps, h, 200, 2000, SLACK);
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
  repeat (start_and_stop, element, 100, 500, SLACK);
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
