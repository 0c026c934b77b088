/* gst-stylegan: pictures that say where, and how, to stylise
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "device.h"
#include "frames.h"
#include "models.h"

/* Of a frame; masks are of other sizes. */
#define WIDTH 64
#define HEIGHT 48

#define DARK 51                 /* the frame, of 255 */
#define LIGHT 204               /* and inverted */

/* A PGM of @width by @height, white left of @edge. Returns: its path, to be removed and
 * freed. */
static gchar *
mask_file (const gchar * name, gint width, gint height, gint edge)
{
  gchar *path = g_build_filename (model_folder (), name, NULL);
  GString *text = g_string_new (NULL);
  gint i;

  g_string_printf (text, "P5\n# a mask\n%d %d\n255\n", width, height);
  for (i = 0; i < width * height; i++)
    g_string_append_c (text, i % width < edge ? 255 : 0);
  ck_assert (g_file_set_contents (path, text->str, text->len, NULL));
  g_string_free (text, TRUE);
  return path;
}

static void
remove_file (gchar * path)
{
  g_unlink (path);
  g_free (path);
}

static GstBuffer *
dark_frame (GstVideoInfo * info)
{
  GstBuffer *buffer;

  frame_info (info, GST_VIDEO_FORMAT_RGB, WIDTH, HEIGHT, NULL);
  buffer = frame_new (info, LAYOUT_PLAIN, 0);
  frame_fill_flat (buffer, info, DARK / 255.0, DARK / 255.0, DARK / 255.0);
  return buffer;
}

/* @buffer, (transfer full), stylised. */
static GstBuffer *
run (GstHarness * h, GstBuffer * buffer)
{
  GstVideoInfo info;

  frame_info (&info, GST_VIDEO_FORMAT_RGB, WIDTH, HEIGHT, NULL);
  return stylegan_run (h, &info, buffer);
}

static guint
pixel (GstBuffer * buffer, gint x, gint y)
{
  guint8 value = 0;

  gst_buffer_extract (buffer, (y * WIDTH + x) * 3, &value, 1);
  return value;
}

#define check_pixel(buffer, x, y, expected) \
    ck_assert_msg (ABS ((gint) pixel (buffer, x, y) - (expected)) <= 1, \
        "line %d: %u at %d,%d, not %d", __LINE__, pixel (buffer, x, y), x, y, \
        expected)

/* The next frame after what was set has been loaded. */
static GstBuffer *
run_loaded (GstHarness * h, GstBuffer * buffer)
{
  gboolean loading = TRUE;

  gst_buffer_unref (run (h, gst_buffer_ref (buffer)));
  while (loading) {
    GstStructure *stats;

    g_usleep (1000);
    g_object_get (h->element, "stats", &stats, NULL);
    gst_structure_get_boolean (stats, "loading", &loading);
    gst_structure_free (stats);
  }
  return run (h, buffer);
}

static GstHarness *
harness (const gchar * property, const gchar * value)
{
  gchar *text = g_strdup_printf ("backend=cpu%s%s%s", property ? " " : "",
      property ? property : "", value ? value : "");
  GstHarness *h = stylegan_harness_full (model_path (MODEL_INVERT), text);

  g_free (text);
  return h;
}

GST_START_TEST (test_mask)
{
  gchar *half = mask_file ("half.pgm", 32, 3, 16);
  gchar *quarter = mask_file ("quarter.pgm", 128, 96, 32);
  GstHarness *h = harness ("mask=", half);
  GstVideoInfo info;
  GstBuffer *out;
  gint x, before;

  out = run (h, dark_frame (&info));
  check_pixel (out, 2, 5, LIGHT);
  check_pixel (out, 28, 40, LIGHT);
  check_pixel (out, 35, 0, DARK);
  check_pixel (out, 63, 47, DARK);
  gst_buffer_unref (out);

  /* Another one while playing. */
  g_object_set (h->element, "mask", quarter, NULL);
  out = run_loaded (h, dark_frame (&info));
  check_pixel (out, 14, 5, LIGHT);
  check_pixel (out, 18, 5, DARK);
  gst_buffer_unref (out);

  g_object_set (h->element, "mask-invert", TRUE, NULL);
  out = run_loaded (h, dark_frame (&info));
  check_pixel (out, 14, 5, DARK);
  check_pixel (out, 18, 5, LIGHT);
  gst_buffer_unref (out);

  /* Soft, in steps of one direction, and not far from the edge. */
  g_object_set (h->element, "mask-invert", FALSE, "mask-feather", 16.0, NULL);
  out = run_loaded (h, dark_frame (&info));
  check_pixel (out, 2, 20, LIGHT);
  check_pixel (out, 32, 20, DARK);
  ck_assert_uint_gt (pixel (out, 13, 20), DARK + 30);
  ck_assert_uint_lt (pixel (out, 13, 20), LIGHT - 1);
  for (x = 0, before = LIGHT + 1; x < WIDTH; x++) {
    ck_assert_int_le (pixel (out, x, 20), before + 1);
    before = pixel (out, x, 20);
  }
  gst_buffer_unref (out);

  /* And everywhere. */
  g_object_set (h->element, "mask", NULL, NULL);
  out = run_loaded (h, dark_frame (&info));
  check_pixel (out, 2, 20, LIGHT);
  check_pixel (out, 60, 20, LIGHT);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
  remove_file (half);
  remove_file (quarter);
}

GST_END_TEST;

/* A mask that does not do is an error at the start, and a warning later. */
GST_START_TEST (test_bad_masks)
{
  static const gchar *const bad[] = {
    "", "P5", "P5\n4 4\n255\n123", "P5\n0 4\n255\n", "P5\n-3 4\n255\nabcdefg",
    "P5\n99999999999 4\n255\n", "P6\n2 2\n255\n12345678901",
    "P5\n4 4\n70000\n1234567890123456", "P5 # no end",
    "P5\n100000 1\n255\nx", "no picture"
  };
  gchar *good = mask_file ("good.pgm", 8, 8, 4);
  gchar *path = g_build_filename (model_folder (), "bad.pgm", NULL), *warning;
  GstHarness *h = harness ("mask=", good);
  GstVideoInfo info;
  GstBuffer *out;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bad); i++) {
    GstElement *element = gst_element_factory_make ("stylegan", NULL);

    ck_assert (g_file_set_contents (path, bad[i], -1, NULL));
    g_object_set (element, "mask", path, "model", model_path (MODEL_INVERT),
        NULL);
    ck_assert_msg (gst_element_set_state (element, GST_STATE_PAUSED)
        == GST_STATE_CHANGE_FAILURE, "\"%s\" passes for a mask", bad[i]);
    gst_element_set_state (element, GST_STATE_NULL);
    gst_object_unref (element);

    g_object_set (h->element, "mask", path, NULL);
    out = run_loaded (h, dark_frame (&info));
    check_pixel (out, 20, 5, LIGHT);
    check_pixel (out, 40, 5, DARK);
    gst_buffer_unref (out);
    warning = stylegan_pop_warning (h->element);
    ck_assert_msg (warning && strstr (warning, "bad.pgm"), "%s", warning);
    g_free (warning);
    g_object_set (h->element, "mask", good, NULL);
    gst_buffer_unref (run_loaded (h, dark_frame (&info)));
  }
  g_unlink (path);
  g_object_set (h->element, "mask", path, NULL);
  gst_buffer_unref (run_loaded (h, dark_frame (&info)));
  warning = stylegan_pop_warning (h->element);
  ck_assert_msg (warning && strstr (warning, "bad.pgm"), "%s", warning);
  g_free (warning);
  stylegan_harness_free (h);
  g_free (path);
  remove_file (good);
}

GST_END_TEST;

/* What is no PGM goes through GStreamer's decoders. */
GST_START_TEST (test_png)
{
  static const gchar *const patterns[] = { "white", "black" };
  gchar *path = g_build_filename (model_folder (), "mask.png", NULL);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (patterns); i++) {
    gchar *line = g_strdup_printf ("videotestsrc num-buffers=1 pattern=%s ! "
        "video/x-raw,format=RGB,width=40,height=30 ! pngenc ! filesink "
        "location=%s", patterns[i], path);
    GstElement *pipeline = gst_parse_launch_full (line, NULL,
        GST_PARSE_FLAG_FATAL_ERRORS, NULL);
    GstMessage *message;
    GstVideoInfo info;
    GstHarness *h;
    GstBuffer *out;
    GstBus *bus;

    g_free (line);
    if (pipeline == NULL) {
      g_print ("skipped: no element pngenc\n");
      break;
    }
    bus = gst_element_get_bus (pipeline);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND,
        GST_MESSAGE_EOS);
    ck_assert (message != NULL);
    gst_message_unref (message);
    gst_element_set_state (pipeline, GST_STATE_NULL);
    gst_object_unref (bus);
    gst_object_unref (pipeline);

    h = harness ("mask=", path);
    out = run (h, dark_frame (&info));
    check_pixel (out, 30, 20, i == 0 ? LIGHT : DARK);
    gst_buffer_unref (out);
    stylegan_harness_free (h);
  }
  remove_file (path);
}

GST_END_TEST;

/* --- regions --- */

GST_START_TEST (test_regions)
{
  GstHarness *h = harness ("mask-roi=face", NULL);
  gchar *half = mask_file ("half.pgm", 2, 2, 1);
  GstVideoInfo info;
  GstBuffer *in = dark_frame (&info), *out;

  out = run (h, in);
  check_pixel (out, 30, 20, DARK);
  gst_buffer_unref (out);

  in = dark_frame (&info);
  gst_buffer_add_video_region_of_interest_meta (in, "face", 10, 8, 12, 16);
  gst_buffer_add_video_region_of_interest_meta (in, "face", 50, 40, 4000, 4000);
  gst_buffer_add_video_region_of_interest_meta (in, "hand", 30, 8, 12, 16);
  out = run (h, gst_buffer_ref (in));
  check_pixel (out, 10, 8, LIGHT);
  check_pixel (out, 21, 23, LIGHT);
  check_pixel (out, 9, 8, DARK);
  check_pixel (out, 21, 24, DARK);
  check_pixel (out, 35, 12, DARK);
  check_pixel (out, 50, 40, LIGHT);
  check_pixel (out, 63, 47, LIGHT);
  gst_buffer_unref (out);

  g_object_set (h->element, "mask-roi", "hand", "mask-invert", TRUE, NULL);
  out = run_loaded (h, gst_buffer_ref (in));
  check_pixel (out, 35, 12, DARK);
  check_pixel (out, 10, 8, LIGHT);
  gst_buffer_unref (out);

  /* What is in both. */
  g_object_set (h->element, "mask-roi", "face", "mask-invert", FALSE, "mask",
      half, "mask-feather", 4.0, NULL);
  out = run_loaded (h, in);
  check_pixel (out, 14, 16, LIGHT);
  check_pixel (out, 56, 44, DARK);
  ck_assert_uint_gt (pixel (out, 10, 16), DARK + 20);
  ck_assert_uint_lt (pixel (out, 10, 16), LIGHT - 20);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
  remove_file (half);
}

GST_END_TEST;

/* --- pictures of a style --- */

static gchar *
style_file (const gchar * name, guint8 r, guint8 g, guint8 b)
{
  gchar *path = g_build_filename (model_folder (), name, NULL);
  GString *text = g_string_new ("P6\n700 20 255\n");
  gint i;

  for (i = 0; i < 700 * 20; i++) {
    g_string_append_c (text, r);
    g_string_append_c (text, g);
    g_string_append_c (text, b);
  }
  ck_assert (g_file_set_contents (path, text->str, text->len, NULL));
  g_string_free (text, TRUE);
  return path;
}

GST_START_TEST (test_style_image)
{
  gchar *one = style_file ("one.ppm", 200, 100, 50);
  gchar *two = style_file ("two.ppm", 20, 100, 50);
  gchar *settings = g_strdup_printf ("backend=cpu style-image=%s", one);
  GstHarness *h = stylegan_harness_full (model_path (MODEL_STYLE), settings);
  GstVideoInfo info;
  GstBuffer *out;
  gchar *used;

  out = run (h, dark_frame (&info));
  check_pixel (out, 30, 20, 200);
  gst_buffer_unref (out);
  g_object_set (h->element, "style-image", two, NULL);
  out = run_loaded (h, dark_frame (&info));
  check_pixel (out, 30, 20, 20);
  gst_buffer_unref (out);
  used = stylegan_stat_string (h->element, "style-image");
  ck_assert_str_eq (used, two);
  g_free (used);
  stylegan_harness_free (h);
  g_free (settings);
  remove_file (one);
  remove_file (two);
}

GST_END_TEST;

static Suite *
masks_suite (void)
{
  Suite *s = suite_create ("masks");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_mask);
  tcase_add_test (tc, test_bad_masks);
  tcase_add_test (tc, test_png);
  tcase_add_test (tc, test_regions);
  tcase_add_test (tc, test_style_image);
  return s;
}

GST_CHECK_MAIN (masks);
