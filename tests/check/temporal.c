/* gst-stylegan: the temporal filter in the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "frames.h"
#include "models.h"

#define WIDTH 96
#define HEIGHT 64
#define N_FRAMES 12
#define FRAME_TIME (GST_SECOND / 25)

/* Frame @n of a still picture with a little noise, as a camera gives it. */
static GstBuffer *
camera_frame (const GstVideoInfo * info, guint n)
{
  GstBuffer *buffer = frame_new (info, LAYOUT_PLAIN, 0);
  guint32 state = 12345 + n * 7919;
  GstMapInfo map;
  gsize i;

  frame_fill_colors (buffer, info, 0.6);
  ck_assert (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  for (i = 0; i < map.size; i++) {
    state = state * 1664525u + 1013904223u;
    map.data[i] = CLAMP ((gint) map.data[i] + (gint) (state >> 30) - 2, 0, 255);
  }
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = n * FRAME_TIME;
  GST_BUFFER_DURATION (buffer) = FRAME_TIME;
  return buffer;
}

/* The harness with caps set; @mode as in a launch line. */
static GstHarness *
open_mode (const GstVideoInfo * info, const gchar * mode)
{
  gchar *properties = g_strdup_printf ("backend=cpu %s", mode);
  GstHarness *h = stylegan_harness_full (model_path (MODEL_CONV), properties);

  gst_harness_set_src_caps (h, frame_caps (info));
  g_free (properties);
  return h;
}

static void
init_info (GstVideoInfo * info)
{
  frame_info (info, GST_VIDEO_FORMAT_RGB, WIDTH, HEIGHT, NULL);
}

/* What comes out for @buffer without the filter. */
static GstBuffer *
unfiltered (const GstVideoInfo * info, GstBuffer * buffer)
{
  GstHarness *h = open_mode (info, "temporal=off");
  GstBuffer *out = gst_harness_push_and_pull (h, gst_buffer_ref (buffer));

  stylegan_harness_free (h);
  return out;
}

/* Pushes @in; says whether it came out as without the filter. */
static gboolean
comes_out_raw (GstHarness * h, const GstVideoInfo * info, GstBuffer * in)
{
  GstBuffer *raw = unfiltered (info, in);
  GstBuffer *out = gst_harness_push_and_pull (h, in);
  gboolean same = frame_difference (raw, info, 0, 0, out, info) == 0;

  gst_buffer_unref (raw);
  gst_buffer_unref (out);
  return same;
}

static void
push_some (GstHarness * h, const GstVideoInfo * info, guint first, guint n)
{
  guint i;

  for (i = first; i < first + n; i++)
    gst_buffer_unref (gst_harness_push_and_pull (h, camera_frame (info, i)));
}

/* Mean difference between frames one after the other, in code values. */
static gdouble
flicker (const gchar * mode)
{
  GstVideoInfo info;
  GstBuffer *before = NULL;
  GstHarness *h;
  gdouble sum = 0;
  guint i;

  init_info (&info);
  h = open_mode (&info, mode);
  for (i = 0; i < N_FRAMES; i++) {
    GstBuffer *out = gst_harness_push_and_pull (h, camera_frame (&info, i));

    if (before && i >= N_FRAMES / 2) {
      GstMapInfo a, b;
      gsize k;

      ck_assert (gst_buffer_map (before, &a, GST_MAP_READ));
      ck_assert (gst_buffer_map (out, &b, GST_MAP_READ));
      for (k = 0; k < a.size; k++)
        sum += ABS ((gint) a.data[k] - (gint) b.data[k]) / (gdouble) a.size;
      gst_buffer_unmap (before, &a);
      gst_buffer_unmap (out, &b);
    }
    gst_clear_buffer (&before);
    before = out;
  }
  gst_clear_buffer (&before);
  stylegan_harness_free (h);
  return sum / (N_FRAMES / 2);
}

GST_START_TEST (test_steadier)
{
  gdouble off = flicker ("temporal=off");

  ck_assert_msg (off > 0.2, "flicker %f", off);
  ck_assert_msg (flicker ("temporal=static") < off * 0.5, "of %f", off);
  ck_assert_msg (flicker ("temporal=motion") < off * 0.5, "of %f", off);
  ck_assert_msg (flicker ("temporal=motion temporal-strength=0.5") < off,
      "of %f", off);
}

GST_END_TEST;

GST_START_TEST (test_strength_zero)
{
  static const gchar *const modes[] = {
    "temporal=motion temporal-strength=0",
    "temporal=static temporal-strength=0",
  };
  GstVideoInfo info;
  guint m, i;

  init_info (&info);
  for (m = 0; m < G_N_ELEMENTS (modes); m++) {
    GstHarness *h = open_mode (&info, modes[m]);

    for (i = 0; i < N_FRAMES; i++)
      ck_assert_msg (comes_out_raw (h, &info, camera_frame (&info, i)),
          "%s, frame %u", modes[m], i);
    stylegan_harness_free (h);
  }
}

GST_END_TEST;

/* From one frame to the next, while playing. */
GST_START_TEST (test_strength_live)
{
  GstVideoInfo info;
  GParamSpec *pspec;
  GstHarness *h;

  init_info (&info);
  h = open_mode (&info, "temporal=motion");
  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (h->element),
      "temporal-strength");
  ck_assert (pspec->flags & GST_PARAM_CONTROLLABLE);
  push_some (h, &info, 0, 3);
  ck_assert (!comes_out_raw (h, &info, camera_frame (&info, 3)));
  g_object_set (h->element, "temporal-strength", 0.0f, NULL);
  ck_assert (comes_out_raw (h, &info, camera_frame (&info, 4)));
  g_object_set (h->element, "temporal-strength", 1.0f, NULL);
  ck_assert (!comes_out_raw (h, &info, camera_frame (&info, 5)));
  stylegan_harness_free (h);
}

GST_END_TEST;

/* What makes the next frame the first. */
GST_START_TEST (test_resets)
{
  GstVideoInfo info, other;
  GstBuffer *buffer;
  GstSegment segment;
  GstHarness *h;

  init_info (&info);
  h = open_mode (&info, "temporal=motion");
  ck_assert (comes_out_raw (h, &info, camera_frame (&info, 0)));
  push_some (h, &info, 1, 3);
  ck_assert (!comes_out_raw (h, &info, camera_frame (&info, 4)));

  /* frames are missing: bridged, also where a queue says so */
  buffer = camera_frame (&info, 8);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  ck_assert (!comes_out_raw (h, &info, buffer));
  /* time goes back */
  ck_assert (comes_out_raw (h, &info, camera_frame (&info, 3)));
  push_some (h, &info, 4, 2);
  /* time jumps */
  ck_assert (comes_out_raw (h, &info, camera_frame (&info, 100)));
  push_some (h, &info, 101, 2);
  /* a discontinuity without any time */
  buffer = camera_frame (&info, 103);
  GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  ck_assert (comes_out_raw (h, &info, buffer));
  push_some (h, &info, 104, 2);
  /* a flush */
  ck_assert (gst_harness_push_event (h, gst_event_new_flush_start ()));
  ck_assert (gst_harness_push_event (h, gst_event_new_flush_stop (TRUE)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  ck_assert (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  ck_assert (comes_out_raw (h, &info, camera_frame (&info, 106)));
  push_some (h, &info, 107, 2);
  /* other caps of the same size */
  other = info;
  other.fps_n = 50;
  gst_harness_set_src_caps (h, frame_caps (&other));
  ck_assert (comes_out_raw (h, &info, camera_frame (&info, 109)));
  stylegan_harness_free (h);
}

GST_END_TEST;

/* A cut is seen without being told. */
GST_START_TEST (test_cut)
{
  GstVideoInfo info;
  GstBuffer *noise;
  GstHarness *h;

  init_info (&info);
  h = open_mode (&info, "temporal=motion");
  push_some (h, &info, 0, 5);
  noise = frame_new (&info, LAYOUT_PLAIN, 0);
  frame_fill_flat (noise, &info, 0.1, 0.1, 0.3);
  GST_BUFFER_PTS (noise) = 5 * FRAME_TIME;
  ck_assert (comes_out_raw (h, &info, noise));
  ck_assert_uint_eq (stylegan_stat (h->element, "cuts"), 1);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_stats)
{
  GstVideoInfo info;
  GstHarness *h;
  GstStructure *stats = NULL;
  gdouble error = 0, raw = 0, input = 0, trusted = 0;

  init_info (&info);
  h = open_mode (&info, "temporal=motion");
  push_some (h, &info, 0, N_FRAMES);
  g_object_get (h->element, "stats", &stats, NULL);
  ck_assert (gst_structure_get (stats, "warp-error", G_TYPE_DOUBLE, &error,
          "raw-warp-error", G_TYPE_DOUBLE, &raw, "input-warp-error",
          G_TYPE_DOUBLE, &input, "trusted", G_TYPE_DOUBLE, &trusted, NULL));
  gst_structure_free (stats);
  ck_assert_msg (input > 0 && raw > 0 && error > 0 && error < raw * 0.7,
      "input %f, raw %f, filtered %f", input, raw, error);
  ck_assert_msg (trusted > 0.8 && trusted <= 1, "trusted %f", trusted);
  stylegan_harness_free (h);
}

GST_END_TEST;

static Suite *
temporal_suite (void)
{
  Suite *s = suite_create ("temporal");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_steadier);
  tcase_add_test (tc, test_strength_zero);
  tcase_add_test (tc, test_strength_live);
  tcase_add_test (tc, test_resets);
  tcase_add_test (tc, test_cut);
  tcase_add_test (tc, test_stats);
  return s;
}

GST_CHECK_MAIN (temporal);
