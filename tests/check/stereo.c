/* gst-stylegan: two views in a frame, and 360 degrees, in the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "frames.h"
#include "models.h"

#define WIDTH 96
#define HEIGHT 64
#define N_FRAMES 8
#define FRAME_TIME (GST_SECOND / 25)

#define HALF GST_VIDEO_MULTIVIEW_FLAGS_HALF_ASPECT

static void
init_info (GstVideoInfo * info, GstVideoMultiviewMode mode,
    GstVideoMultiviewFlags flags)
{
  frame_info (info, GST_VIDEO_FORMAT_RGB, WIDTH, HEIGHT, NULL);
  GST_VIDEO_INFO_MULTIVIEW_MODE (info) = mode;
  GST_VIDEO_INFO_MULTIVIEW_FLAGS (info) = flags;
}

/* Black, and white in the rectangle from @x, @y on. */
static GstBuffer *
corner_frame (const GstVideoInfo * info, gint x, gint y)
{
  GstBuffer *buffer = frame_new (info, LAYOUT_PLAIN, 0);
  GstVideoFrame frame;

  ck_assert (gst_video_frame_map (&frame, (GstVideoInfo *) info, buffer,
          GST_MAP_WRITE));
  for (gint row = y; row < HEIGHT; row++)
    memset ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0)
        + row * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + 3 * x, 255,
        3 * (WIDTH - x));
  gst_video_frame_unmap (&frame);
  return buffer;
}

static guint
red_at (GstBuffer * buffer, const GstVideoInfo * info, gint x, gint y)
{
  GstVideoFrame frame;
  guint value;

  ck_assert (gst_video_frame_map (&frame, (GstVideoInfo *) info, buffer,
          GST_MAP_READ));
  value = ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0))[y
      * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + 3 * x];
  gst_video_frame_unmap (&frame);
  return value;
}

/* What a box of 3 x 3 makes of @buffer; @properties as in a launch line. */
static GstBuffer *
run (const GstVideoInfo * info, const gchar * properties, GstBuffer * buffer)
{
  gchar *all = g_strconcat ("backend=cpu", *properties ? " " : "",
      properties, NULL);
  GstHarness *h = stylegan_harness_full (model_path (MODEL_CONV), all);
  GstBuffer *out = stylegan_run (h, info, buffer);

  stylegan_harness_free (h);
  g_free (all);
  return out;
}

static const struct
{
  GstVideoMultiviewMode mode;
  GstVideoMultiviewFlags flags;
  const gchar *properties;
  gboolean beside, above;       /* where no view ends there is a mixture */
} views[] = {
  {GST_VIDEO_MULTIVIEW_MODE_NONE, 0, "", FALSE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_MONO, 0, "", FALSE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_SIDE_BY_SIDE, 0, "", TRUE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_SIDE_BY_SIDE, HALF, "", TRUE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_SIDE_BY_SIDE, 0, "working-height=64", TRUE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_TOP_BOTTOM, 0, "", FALSE, TRUE},
  {GST_VIDEO_MULTIVIEW_MODE_TOP_BOTTOM, HALF, "", FALSE, TRUE},
  {GST_VIDEO_MULTIVIEW_MODE_FRAME_BY_FRAME, 0, "", FALSE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_SIDE_BY_SIDE, 0, "stereo-mode=mono", FALSE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_NONE, 0, "stereo-mode=side-by-side", TRUE, FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_NONE, 0, "stereo-mode=side-by-side-half", TRUE,
      FALSE},
  {GST_VIDEO_MULTIVIEW_MODE_NONE, 0, "stereo-mode=top-bottom", FALSE, TRUE},
  {GST_VIDEO_MULTIVIEW_MODE_NONE, 0, "stereo-mode=top-bottom-half", FALSE,
      TRUE},
};

/* Nothing gets over the seam between the views, and everything anywhere else. */
GST_START_TEST (test_seam)
{
  GstVideoInfo info;
  GstBuffer *out;

  init_info (&info, views[__i__].mode, views[__i__].flags);
  out = run (&info, views[__i__].properties,
      corner_frame (&info, WIDTH / 2, 0));
  ck_assert_int_eq (red_at (out, &info, WIDTH / 2 - 1, 20) == 0,
      views[__i__].beside);
  ck_assert_int_eq (red_at (out, &info, WIDTH / 2, 20) == 255,
      views[__i__].beside);
  gst_buffer_unref (out);
  out = run (&info, views[__i__].properties,
      corner_frame (&info, 0, HEIGHT / 2));
  ck_assert_int_eq (red_at (out, &info, 20, HEIGHT / 2 - 1) == 0,
      views[__i__].above);
  ck_assert_int_eq (red_at (out, &info, 20, HEIGHT / 2) == 255,
      views[__i__].above);
  gst_buffer_unref (out);
}

GST_END_TEST;

/* The first column is next to the last one, and only if that is asked for. */
GST_START_TEST (test_equirectangular)
{
  GstVideoInfo info;
  GstBuffer *out;

  init_info (&info, GST_VIDEO_MULTIVIEW_MODE_NONE, 0);
  out = run (&info, "", corner_frame (&info, WIDTH - 1, 0));
  ck_assert_int_eq (red_at (out, &info, 0, 20), 0);
  gst_buffer_unref (out);
  out = run (&info, "projection=equirectangular",
      corner_frame (&info, WIDTH - 1, 0));
  ck_assert_int_eq (red_at (out, &info, 0, 20), 85);
  gst_buffer_unref (out);
  /* of each view */
  out = run (&info, "projection=equirectangular stereo-mode=side-by-side",
      corner_frame (&info, WIDTH - 1, 0));
  ck_assert_int_eq (red_at (out, &info, 0, 20), 0);
  ck_assert_int_ge (red_at (out, &info, WIDTH / 2, 20), 84);
  gst_buffer_unref (out);
}

GST_END_TEST;

/* Frame @n of one of two still pictures with a little noise. */
static GstBuffer *
noisy_frame (const GstVideoInfo * info, guint n, guint view)
{
  GstBuffer *buffer = frame_new (info, LAYOUT_PLAIN, 0);
  guint32 state = 12345 + n * 7919 + view;
  GstMapInfo map;

  frame_fill_colors (buffer, info, view ? 0.2 : 0.7);
  ck_assert (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  for (gsize i = 0; i < map.size; i++) {
    state = state * 1664525u + 1013904223u;
    map.data[i] = CLAMP ((gint) map.data[i] + (gint) (state >> 29) - 4, 0, 255);
  }
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

/* Views in turn are each filtered over time as if they were alone. */
GST_START_TEST (test_frame_by_frame)
{
  const gchar *properties = "backend=cpu temporal=motion";
  GstVideoInfo info, mono;
  GstHarness *both, *alone[2];

  init_info (&info, GST_VIDEO_MULTIVIEW_MODE_FRAME_BY_FRAME, 0);
  init_info (&mono, GST_VIDEO_MULTIVIEW_MODE_NONE, 0);
  both = stylegan_harness_full (model_path (MODEL_CONV), properties);
  gst_harness_set_src_caps (both, frame_caps (&info));
  for (guint v = 0; v < 2; v++) {
    alone[v] = stylegan_harness_full (model_path (MODEL_CONV), properties);
    gst_harness_set_src_caps (alone[v], frame_caps (&mono));
  }
  for (guint i = 0; i < 2 * N_FRAMES; i++) {
    GstBuffer *in = noisy_frame (&info, i, i % 2), *out[2];

    GST_BUFFER_PTS (in) = i * FRAME_TIME;
    out[0] = gst_harness_push_and_pull (both, gst_buffer_copy_deep (in));
    out[1] = gst_harness_push_and_pull (alone[i % 2], in);
    ck_assert_int_eq (frame_difference (out[0], &info, 0, 0, out[1], &info), 0);
    gst_buffer_unref (out[0]);
    gst_buffer_unref (out[1]);
  }
  stylegan_harness_free (both);
  stylegan_harness_free (alone[0]);
  stylegan_harness_free (alone[1]);
}

GST_END_TEST;

/* Half of an odd width is no view: the message says what to set. */
GST_START_TEST (test_odd_width)
{
  GstHarness *h = stylegan_harness_full (model_path (MODEL_CONV),
      "backend=cpu");
  GError *error = NULL;
  GstVideoInfo info;
  GstBuffer *buffer;
  gchar *debug;

  frame_info (&info, GST_VIDEO_FORMAT_RGB, WIDTH + 1, HEIGHT, NULL);
  GST_VIDEO_INFO_MULTIVIEW_MODE (&info) = GST_VIDEO_MULTIVIEW_MODE_SIDE_BY_SIDE;
  gst_harness_set_src_caps (h, frame_caps (&info));
  buffer = frame_new (&info, LAYOUT_PLAIN, 0);
  gst_harness_push (h, buffer);
  debug = stylegan_pop_error (h->element, &error);
  ck_assert (error != NULL);
  ck_assert_msg (strstr (error->message, "stereo-mode=mono")
      || (debug && strstr (debug, "stereo-mode=mono")), "%s, %s",
      error->message, debug);
  g_clear_error (&error);
  g_free (debug);
  stylegan_harness_free (h);
}

GST_END_TEST;

static Suite *
stereo_suite (void)
{
  Suite *s = suite_create ("stereo");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_seam, 0, G_N_ELEMENTS (views));
  tcase_add_test (tc, test_equirectangular);
  tcase_add_test (tc, test_frame_by_frame);
  tcase_add_test (tc, test_odd_width);
  return s;
}

GST_CHECK_MAIN (stereo);
