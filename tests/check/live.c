/* gst-stylegan: what changes while playing
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "device.h"
#include "frames.h"
#include "models.h"

#define FRAME (GST_SECOND / 30)

/* The frames of one test: a flat picture again and again. */
typedef struct
{
  GstHarness *h;
  GstVideoInfo info;
  guint n;                      /* pushed so far */
} Stream;

static void
stream_begin (Stream * s, const gchar * model, const gchar * properties)
{
  gchar *all = g_strdup_printf ("backend=cpu%s%s", properties ? " " : "",
      properties ? properties : "");

  s->h = stylegan_harness_full (model, all);
  g_free (all);
  frame_info (&s->info, GST_VIDEO_FORMAT_RGB, 64, 48, NULL);
  gst_harness_set_src_caps (s->h, frame_caps (&s->info));
  s->n = 0;
}

static void
stream_end (Stream * s)
{
  ck_assert_uint_eq (gst_harness_buffers_received (s->h), s->n);
  stylegan_harness_free (s->h);
}

static gdouble
mean_of (GstBuffer * buffer)
{
  gdouble sum = 0;
  GstMapInfo map;
  gsize i;

  ck_assert (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (i = 0; i < map.size; i++)
    sum += map.data[i];
  sum /= 255.0 * map.size;
  gst_buffer_unmap (buffer, &map);
  return sum;
}

/* One frame in, the same one out, whose mean is returned. */
static gdouble
play (Stream * s)
{
  GstBuffer *in = frame_new (&s->info, LAYOUT_PLAIN, 0), *out;
  gdouble mean;

  frame_fill_flat (in, &s->info, 0.55, 0.25, 0.4);
  GST_BUFFER_PTS (in) = s->n * FRAME;
  GST_BUFFER_DURATION (in) = FRAME;
  out = gst_harness_push_and_pull (s->h, in);
  ck_assert_msg (out != NULL, "frame %u is lost", s->n);
  ck_assert_uint_eq (GST_BUFFER_PTS (out), s->n * FRAME);
  ck_assert_uint_eq (GST_BUFFER_DURATION (out), FRAME);
  s->n++;
  mean = mean_of (out);
  gst_buffer_unref (out);
  return mean;
}

#define MEAN 0.4
#define INVERTED 0.6
#define TOLERANCE 0.008         /* two code values */

#define ck_assert_near(a, b) check_near (a, b, __LINE__)

static void
check_near (gdouble a, gdouble b, gint line)
{
  ck_assert_msg (ABS (a - b) <= TOLERANCE, "line %d: %f, not %f", line, a, b);
}

static gboolean
is_loading (GstElement * element)
{
  GstStructure *stats;
  gboolean loading = FALSE;

  g_object_get (element, "stats", &stats, NULL);
  ck_assert (gst_structure_get_boolean (stats, "loading", &loading));
  gst_structure_free (stats);
  return loading;
}

/* The next frame asks for what was set; then it is waited for. */
static void
load (Stream * s)
{
  play (s);
  while (is_loading (s->h->element))
    g_usleep (1000);
}

static void
check_state (Stream * s, const gchar * expected)
{
  gchar *state = stylegan_stat_string (s->h->element, "state");

  ck_assert_str_eq (state, expected);
  g_free (state);
}

/* --- models --- */

static gdouble
mean_with (ModelId model)
{
  return model == MODEL_INVERT ? INVERTED
      : model == MODEL_BRIGHTER ? MEAN + 0.1 : MEAN;
}

/* Frames from one mean to another, in steps of one direction. */
static void
check_fade (Stream * s, gdouble from, gdouble to, guint n)
{
  gdouble before = from, sign = to > from ? 1 : -1;
  guint i, between = 0;

  for (i = 0; i < n; i++) {
    gdouble mean = play (s);

    ck_assert_msg ((mean - before) * sign >= -0.005, "%f after %f on the way "
        "from %f to %f", mean, before, from, to);
    between += ABS (mean - from) > TOLERANCE && ABS (mean - to) > TOLERANCE;
    before = mean;
  }
  ck_assert_uint_ge (between, 3);
  ck_assert_near (before, to);
}

/* From model to model, also to one that is broken, without a frame lost. */
GST_START_TEST (test_models)
{
  static const ModelId models[] = { MODEL_INVERT, MODEL_TRUNCATED,
    MODEL_BRIGHTER, MODEL_MISSING, MODEL_IDENTITY, MODEL_INVERT, MODEL_NO_IMAGE
  };
  ModelId now = MODEL_IDENTITY;
  Stream s;
  guint i, k;

  stream_begin (&s, model_path (now), "fade-duration=300");
  ck_assert_near (play (&s), MEAN);
  for (i = 0; i < G_N_ELEMENTS (models); i++) {
    const gboolean good = models[i] < MODEL_MISSING;
    gchar *warning, *used, *name = g_path_get_basename (model_path (models[i]));

    g_object_set (s.h->element, "model", model_path (models[i]), NULL);
    load (&s);
    if (good) {
      check_fade (&s, mean_with (now), mean_with (models[i]), 12);
      now = models[i];
    }
    for (k = 0; k < 3; k++)
      ck_assert_near (play (&s), mean_with (now));
    check_state (&s, "playing");
    used = stylegan_stat_string (s.h->element, "model");
    ck_assert_str_eq (used, model_path (now));
    warning = stylegan_pop_warning (s.h->element);
    ck_assert_msg (good == (warning == NULL), "%s: %s", name, warning);
    ck_assert_msg (good || strstr (warning, name), "no %s in %s", name,
        warning);
    ck_assert (stylegan_pop_error (s.h->element, NULL) == NULL);
    g_free (warning);
    g_free (used);
    g_free (name);
  }
  stream_end (&s);
}

GST_END_TEST;

/* What is set while something else fades comes after it. */
GST_START_TEST (test_change_during_fade)
{
  Stream s;
  guint i;

  stream_begin (&s, model_path (MODEL_IDENTITY), "fade-duration=300");
  play (&s);
  g_object_set (s.h->element, "model", model_path (MODEL_INVERT), NULL);
  load (&s);
  play (&s);
  check_state (&s, "fading");
  g_object_set (s.h->element, "model", model_path (MODEL_BRIGHTER),
      "working-height", 32, NULL);
  load (&s);
  for (i = 0; i < 8; i++)
    play (&s);
  check_fade (&s, INVERTED, MEAN + 0.1, 14);
  check_state (&s, "playing");
  ck_assert_uint_eq (stylegan_stat (s.h->element, "passed"), 0);

  /* Without a fade at once. */
  g_object_set (s.h->element, "fade-duration", 0, "model",
      model_path (MODEL_IDENTITY), NULL);
  load (&s);
  ck_assert_near (play (&s), MEAN);
  stream_end (&s);
}

GST_END_TEST;

/* What is said of a model's pixels holds for it also while it fades in. */
GST_START_TEST (test_fade_conventions)
{
  const gdouble inverted = 1 + (255 - 235 - 16) / 219.0 - MEAN;
  gdouble mix = 0, mean;
  GstStructure *stats;
  Stream s;

  stream_begin (&s, model_path (MODEL_IDENTITY),
      "fade-duration=300 pixel-range=16-235");
  play (&s);
  g_object_set (s.h->element, "model", model_path (MODEL_INVERT), NULL);
  load (&s);
  do {
    mean = play (&s);
    g_object_get (s.h->element, "stats", &stats, NULL);
    if (strcmp (gst_structure_get_string (stats, "state"), "fading") == 0) {
      ck_assert (gst_structure_get_double (stats, "style-mix", &mix));
      ck_assert_near (mean, MEAN + (inverted - MEAN) * mix);
    }
    gst_structure_free (stats);
  } while (ABS (mean - inverted) > TOLERANCE);
  ck_assert (mix > 0.8);
  check_state (&s, "playing");
  stream_end (&s);
}

GST_END_TEST;

GST_START_TEST (test_style_mix)
{
  Stream s;

  stream_begin (&s, model_path (MODEL_IDENTITY), "fade-duration=300");
  play (&s);
  /* Not seen yet, and so not faded. */
  g_object_set (s.h->element, "model-b", model_path (MODEL_INVERT), NULL);
  load (&s);
  ck_assert_near (play (&s), MEAN);
  check_state (&s, "playing");
  g_object_set (s.h->element, "style-mix", 0.5, NULL);
  ck_assert_near (play (&s), (MEAN + INVERTED) / 2);
  g_object_set (s.h->element, "style-mix", 1.0, NULL);
  ck_assert_near (play (&s), INVERTED);
  /* The one that is not seen. */
  g_object_set (s.h->element, "model", model_path (MODEL_BRIGHTER), NULL);
  load (&s);
  ck_assert_near (play (&s), INVERTED);
  /* The one that is. */
  g_object_set (s.h->element, "model-b", NULL, NULL);
  load (&s);
  check_fade (&s, INVERTED, MEAN + 0.1, 12);
  stream_end (&s);
}

GST_END_TEST;

/* Of two that are seen at a time one is changed: over the other one. */
GST_START_TEST (test_fade_of_two)
{
  const gdouble bright = MEAN + 0.1;
  Stream s;

  stream_begin (&s, model_path (MODEL_INVERT), "fade-duration=600");
  g_object_set (s.h->element, "style-mix", 0.5, NULL);
  ck_assert_near (play (&s), INVERTED);
  g_object_set (s.h->element, "model-b", model_path (MODEL_IDENTITY), NULL);
  load (&s);
  check_fade (&s, INVERTED, (INVERTED + MEAN) / 2, 12);
  g_object_set (s.h->element, "model", model_path (MODEL_BRIGHTER), NULL);
  load (&s);
  check_fade (&s, (INVERTED + MEAN) / 2, MEAN, 10);
  check_fade (&s, MEAN, (bright + MEAN) / 2, 12);
  g_object_set (s.h->element, "model-b", NULL, NULL);
  load (&s);
  check_fade (&s, (bright + MEAN) / 2, bright, 12);
  check_state (&s, "playing");
  stream_end (&s);
}

GST_END_TEST;

/* Several changes while one fades: the last of them comes after it, from where that ends. */
GST_START_TEST (test_changes_during_fade)
{
  static const ModelId models[] = { MODEL_INVERT, MODEL_IDENTITY,
    MODEL_BRIGHTER
  };
  gdouble before;
  Stream s;
  guint i;

  stream_begin (&s, model_path (MODEL_IDENTITY), "fade-duration=600");
  play (&s);
  g_object_set (s.h->element, "model", model_path (MODEL_INVERT), NULL);
  load (&s);
  for (i = 1; i < G_N_ELEMENTS (models); i++) {
    play (&s);
    g_object_set (s.h->element, "model", model_path (models[i]), NULL);
    play (&s);
    g_usleep (50000);
  }
  for (i = 0, before = play (&s); i < 100; i++) {
    const gdouble mean = play (&s);

    ck_assert_msg (ABS (mean - before) < 0.05, "%f after %f", mean, before);
    before = mean;
    g_usleep (1000);
  }
  ck_assert_near (before, MEAN + 0.1);
  check_state (&s, "playing");
  stream_end (&s);
}

GST_END_TEST;

/* Of a file that is written anew; a broken one, and one that is gone, do no harm. */
GST_START_TEST (test_auto_reload)
{
  gchar *path = g_build_filename (model_folder (), "growing.onnx", NULL);
  static const ModelId models[] = { MODEL_IDENTITY, MODEL_BRIGHTER,
    MODEL_TRUNCATED, MODEL_INVERT
  };
  gdouble expected = MEAN, mean;
  Stream s;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (models); i++) {
    gchar *bytes, *warning = NULL;
    gsize size;

    ck_assert (g_file_get_contents (model_path (models[i]), &bytes, &size,
            NULL));
    ck_assert (g_file_set_contents (path, bytes, size, NULL));
    g_free (bytes);
    if (i == 0)
      stream_begin (&s, path, "auto-reload=true fade-duration=0");
    if (models[i] == MODEL_TRUNCATED) {
      while ((warning = stylegan_pop_warning (s.h->element)) == NULL) {
        ck_assert_near (play (&s), expected);
        g_usleep (5000);
      }
      ck_assert_msg (strstr (warning, "growing.onnx"), "%s", warning);
      g_free (warning);
      g_unlink (path);
    } else {
      expected = mean_with (models[i]);
      do {
        mean = play (&s);
        g_usleep (5000);
      } while (ABS (mean - expected) > TOLERANCE);
    }
  }
  stream_end (&s);
  g_unlink (path);
  g_free (path);
}

GST_END_TEST;

/* --- numbers --- */

GST_START_TEST (test_strength)
{
  Stream s;
  guint i;

  stream_begin (&s, model_path (MODEL_INVERT), NULL);
  for (i = 0; i <= 10; i++) {
    g_object_set (s.h->element, "strength", i / 10.0, NULL);
    ck_assert_near (play (&s), MEAN + (INVERTED - MEAN) * i / 10);
  }
  ck_assert_uint_eq (stylegan_stat (s.h->element, "frames"), 10);
  ck_assert_uint_eq (stylegan_stat (s.h->element, "passed"), 1);
  ck_assert_uint_eq (stylegan_stat (s.h->element, "compiled"), 1);
  stream_end (&s);
}

GST_END_TEST;

/* Half the resolution of the network, while frames go on. */
GST_START_TEST (test_stroke_scale)
{
  GstStructure *stats;
  gint height = 0;
  Stream s;

  stream_begin (&s, model_path (MODEL_INVERT), NULL);
  ck_assert_near (play (&s), INVERTED);
  g_object_set (s.h->element, "stroke-scale", 0.5, NULL);
  load (&s);
  ck_assert_near (play (&s), INVERTED);
  g_object_get (s.h->element, "stats", &stats, NULL);
  ck_assert (gst_structure_get_int (stats, "working-height", &height));
  ck_assert_int_eq (height, 24);
  gst_structure_free (stats);
  stream_end (&s);
}

GST_END_TEST;

/* A green frame becomes a magenta one, unless its colours are kept. */
GST_START_TEST (test_preserve_colors)
{
  GstHarness *h = stylegan_harness_full (model_path (MODEL_INVERT),
      "preserve-colors=1");
  GstVideoInfo info;
  GstBuffer *out, *in;
  GstMapInfo map;

  frame_info (&info, GST_VIDEO_FORMAT_RGB, 64, 48, NULL);
  in = frame_new (&info, LAYOUT_PLAIN, 0);
  frame_fill_flat (in, &info, 0.4, 0.5, 0.4);
  out = stylegan_run (h, &info, in);
  ck_assert (gst_buffer_map (out, &map, GST_MAP_READ));
  ck_assert_int_ge (map.data[1] - map.data[0], 20);
  ck_assert_int_ge (map.data[1] - map.data[2], 20);
  gst_buffer_unmap (out, &map);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Whatever is a number and changes while playing can be controlled. */
GST_START_TEST (test_controllable)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GParamSpec **specs;
  guint i, n, numbers = 0;

  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
  for (i = 0; i < n; i++) {
    if (specs[i]->owner_type != G_OBJECT_TYPE (element)
        || !(specs[i]->flags & G_PARAM_WRITABLE))
      continue;
    ck_assert_msg (specs[i]->flags & (GST_PARAM_MUTABLE_READY |
            GST_PARAM_MUTABLE_PLAYING), "%s", specs[i]->name);
    ck_assert_uint_gt (strlen (g_param_spec_get_blurb (specs[i])), 15);
    if (!G_IS_PARAM_SPEC_FLOAT (specs[i]))
      continue;
    numbers++;
    ck_assert_msg (specs[i]->flags & GST_PARAM_CONTROLLABLE, "%s",
        specs[i]->name);
  }
  ck_assert_uint_ge (numbers, 6);
  g_free (specs);
  gst_object_unref (element);
}

GST_END_TEST;

/* --- frames that are not stylised --- */

static void
check_identical (GstHarness * h, GstVideoFormat format, FrameLayout layout)
{
  GstVideoInfo info;
  GstBuffer *in, *out;

  frame_info (&info, format, 67, 45, NULL);
  in = frame_new (&info, layout, 0x40);
  frame_fill_noise (in, &info, format);
  out = stylegan_run (h, &info, gst_buffer_ref (in));
  ck_assert_msg (frame_difference (in, &info, 0, 0, out, &info) == 0,
      "%s in layout %d", gst_video_format_to_string (format), layout);
  if (layout == LAYOUT_PLAIN) {
    GstMapInfo a, b;

    ck_assert (gst_buffer_map (in, &a, GST_MAP_READ));
    ck_assert (gst_buffer_map (out, &b, GST_MAP_READ));
    ck_assert_uint_eq (a.size, b.size);
    ck_assert_int_eq (memcmp (a.data, b.data, a.size), 0);
    gst_buffer_unmap (in, &a);
    gst_buffer_unmap (out, &b);
  }
  gst_buffer_unref (in);
  gst_buffer_unref (out);
}

/* To the bit, in every format, whether or not downstream knows strides. */
static void
check_formats_identical (const gchar * properties, gboolean with_meta)
{
  GstHarness *h = stylegan_harness_full (model_path (MODEL_INVERT), properties);
  GstPadTemplate *template = gst_element_get_pad_template (h->element, "sink");
  GstCaps *caps = gst_pad_template_get_caps (template);
  const GValue *formats =
      gst_structure_get_value (gst_caps_get_structure (caps, 0), "format");
  guint i, layout;

  if (with_meta)
    gst_harness_add_propose_allocation_meta (h, GST_VIDEO_META_API_TYPE, NULL);
  ck_assert_uint_gt (gst_value_list_get_size (formats), 50);
  for (i = 0; i < gst_value_list_get_size (formats); i++)
    for (layout = 0; layout < N_LAYOUTS; layout++)
      check_identical (h, gst_video_format_from_string (g_value_get_string
              (gst_value_list_get_value (formats, i))), layout);
  ck_assert_uint_eq (stylegan_stat (h->element, "frames"), 0);
  gst_caps_unref (caps);
  stylegan_harness_free (h);
}

GST_START_TEST (test_identical)
{
  check_formats_identical ("strength=0", FALSE);
  check_formats_identical ("enabled=false", TRUE);
}

GST_END_TEST;

/* Off and on again, with the buffers themselves in between. */
GST_START_TEST (test_bypass)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  GstVideoInfo info;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 64, 48, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  for (i = 0; i < 9; i++) {
    GstBuffer *in = frame_new_noise (&info, i), *out;
    const gboolean enabled = i % 3 != 1;

    g_object_set (h->element, "enabled", enabled, NULL);
    out = gst_harness_push_and_pull (h, gst_buffer_ref (in));
    ck_assert_int_eq (in == out, !enabled);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  ck_assert_uint_eq (stylegan_stat (h->element, "passed"), 3);
  ck_assert_uint_eq (stylegan_stat (h->element, "frames"), 6);
  ck_assert_uint_eq (stylegan_stat (h->element, "compiled"), 1);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* --- until the network is ready --- */

/* A size for which there is no network yet when the first frame comes. */
static void
begin_loading (Stream * s)
{
  gint width;

  for (width = 320; width < 640; width += 4) {
    frame_info (&s->info, GST_VIDEO_FORMAT_RGB, width, 180, NULL);
    gst_harness_set_src_caps (s->h, frame_caps (&s->info));
    if (play (s) < MEAN + TOLERANCE && is_loading (s->h->element))
      return;
  }
  ck_abort_msg ("loads faster than a frame goes through");
}

/* As they came in, and then over to the style; the same for another size. */
GST_START_TEST (test_pass_through)
{
  guint i, between, passed = 0;
  gdouble before, mean;
  Stream s;

  stream_begin (&s, model_path (MODEL_INVERT),
      "start-mode=pass-through fade-duration=300 temporal=motion");
  for (i = 0; i < 2; i++) {
    begin_loading (&s);
    ck_assert_uint_gt (stylegan_stat (s.h->element, "passed"), passed);
    while (is_loading (s.h->element))
      g_usleep (1000);
    for (between = 0, before = MEAN; before < INVERTED - TOLERANCE;
        before = mean) {
      mean = play (&s);
      ck_assert (mean >= before - 0.005);
      between += mean > MEAN + TOLERANCE && mean < INVERTED - TOLERANCE;
    }
    ck_assert_uint_ge (between, 3);
    passed = stylegan_stat (s.h->element, "passed");
  }
  stream_end (&s);
}

GST_END_TEST;

/* Frames that wait do so until their network is there, also while the one of the size
 * before is still to be freed. */
GST_START_TEST (test_wait)
{
  Stream s;
  guint i;

  stream_begin (&s, model_path (MODEL_INVERT), NULL);
  for (i = 0; i < 20; i++) {
    frame_info (&s.info, GST_VIDEO_FORMAT_RGB, i % 2 ? 64 : 48, 48, NULL);
    gst_harness_set_src_caps (s.h, frame_caps (&s.info));
    ck_assert_near (play (&s), INVERTED);
  }
  ck_assert_uint_eq (stylegan_stat (s.h->element, "passed"), 0);
  stream_end (&s);
}

GST_END_TEST;

GST_START_TEST (test_hold)
{
  GstHarness *h = stylegan_harness_full (model_path (MODEL_INVERT),
      "start-mode=hold");
  guint64 held, n = 0, gaps = 0;
  GstVideoInfo info;
  GstBuffer *out;
  GstEvent *event;

  frame_info (&info, GST_VIDEO_FORMAT_RGB, 64, 48, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  while (gst_harness_buffers_received (h) == 0) {
    GstBuffer *in = frame_new (&info, LAYOUT_PLAIN, 0);

    frame_fill_flat (in, &info, 0.55, 0.25, 0.4);
    GST_BUFFER_PTS (in) = n++ * FRAME;
    ck_assert_int_eq (gst_harness_push (h, in), GST_FLOW_OK);
    g_usleep (1000);
  }
  held = stylegan_stat (h->element, "held");
  ck_assert_uint_eq (held, n - 1);
  out = gst_harness_pull (h);
  ck_assert_near (mean_of (out), INVERTED);
  gst_buffer_unref (out);
  while ((event = gst_harness_try_pull_event (h))) {
    gaps += GST_EVENT_TYPE (event) == GST_EVENT_GAP;
    gst_event_unref (event);
  }
  ck_assert_uint_eq (gaps, held);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* By default, no frame of a file is lost or left as it was. */
GST_START_TEST (test_auto_start)
{
  GstHarness *h = stylegan_harness_full (model_path (MODEL_INVERT),
      "start-mode=auto");
  GstVideoInfo info;
  GstBuffer *in, *out;

  gst_harness_set_live (h, FALSE);
  frame_info (&info, GST_VIDEO_FORMAT_RGB, 64, 48, NULL);
  in = frame_new (&info, LAYOUT_PLAIN, 0);
  frame_fill_flat (in, &info, 0.55, 0.25, 0.4);
  out = stylegan_run (h, &info, in);
  ck_assert_near (mean_of (out), INVERTED);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* --- messages and presets --- */

GST_START_TEST (test_messages)
{
  GstMessage *message = NULL;
  guint64 frames = 0;
  GstBus *bus;
  Stream s;

  stream_begin (&s, model_path (MODEL_INVERT), "messages=true");
  bus = gst_element_get_bus (s.h->element);
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT)) == NULL) {
    play (&s);
    g_usleep (10000);
  }
  ck_assert (gst_message_has_name (message, "stylegan-stats"));
  ck_assert (gst_structure_get_uint64 (gst_message_get_structure (message),
          "frames", &frames));
  ck_assert_uint_gt (frames, 0);
  gst_message_unref (message);
  gst_object_unref (bus);
  stream_end (&s);
}

GST_END_TEST;

/* Every line of the shipped file names a property and a value that it takes. */
GST_START_TEST (test_presets)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GKeyFile *file = g_key_file_new ();
  gchar *path = g_build_filename (g_getenv ("GST_PRESET_PATH"),
      "GstStylegan.prs", NULL);
  gchar **names = gst_preset_get_preset_names (GST_PRESET (element));
  guint i, k;

  ck_assert (g_key_file_load_from_file (file, path, 0, NULL));
  ck_assert_uint_ge (g_strv_length (names), 5);
  for (i = 0; names[i]; i++) {
    gchar **keys = g_key_file_get_keys (file, names[i], NULL, NULL), *comment;

    ck_assert (gst_preset_load_preset (GST_PRESET (element), names[i]));
    ck_assert (gst_preset_get_meta (GST_PRESET (element), names[i], "comment",
            &comment));
    g_free (comment);
    for (k = 0; keys[k]; k++) {
      gchar *wanted = g_key_file_get_value (file, names[i], keys[k], NULL);
      GParamSpec *spec = g_object_class_find_property
          (G_OBJECT_GET_CLASS (element), keys[k]);
      GValue value = G_VALUE_INIT, parsed = G_VALUE_INIT;

      if (!g_str_has_prefix (keys[k], "_meta/")) {
        ck_assert_msg (spec != NULL, "%s: %s", names[i], keys[k]);
        g_value_init (&value, spec->value_type);
        g_value_init (&parsed, spec->value_type);
        g_object_get_property (G_OBJECT (element), keys[k], &value);
        ck_assert (gst_value_deserialize (&parsed, wanted));
        ck_assert_msg (gst_value_compare (&value, &parsed) == GST_VALUE_EQUAL,
            "%s: %s", names[i], keys[k]);
        g_value_unset (&value);
        g_value_unset (&parsed);
      }
      g_free (wanted);
    }
    g_strfreev (keys);
  }
  g_strfreev (names);
  g_free (path);
  g_key_file_free (file);
  gst_object_unref (element);
}

GST_END_TEST;

/* --- everything at any time --- */

static void
change_something (GstElement * element, GstElement * filter, GRand * rand)
{
  static const ModelId models[] = { MODEL_INVERT, MODEL_CONV, MODEL_TRUNCATED,
    MODEL_POOL4, MODEL_FIXED, MODEL_BRIGHTER
  };
  const gchar *model = model_path (models[g_rand_int_range (rand, 0,
              G_N_ELEMENTS (models))]);
  GstCaps *caps;

  switch (g_rand_int_range (rand, 0, 8)) {
    case 0:
    case 1:
      g_object_set (element, "model", model, NULL);
      break;
    case 2:
      g_object_set (element, "model-b", g_rand_boolean (rand) ? model : NULL,
          "style-mix", g_rand_double (rand), NULL);
      break;
    case 3:
      g_object_set (element, "working-height", g_rand_int_range (rand, 16, 64),
          "stroke-scale", g_rand_double_range (rand, 0.25, 2), NULL);
      break;
    case 4:
      g_object_set (element, "fade-duration", g_rand_int_range (rand, 0, 100),
          "temporal", g_rand_int_range (rand, 0, 3), NULL);
      break;
    case 5:
      g_object_set (element, "enabled", g_rand_boolean (rand), "strength",
          (gdouble) g_rand_boolean (rand), "mask-roi", g_rand_boolean (rand) ?
          "face" : "", "auto-reload", g_rand_boolean (rand), NULL);
      break;
    default:
      caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
          g_rand_boolean (rand) ? "I420" : "v210", "width", G_TYPE_INT,
          g_rand_int_range (rand, 32, 90), "height", G_TYPE_INT, 48, NULL);
      g_object_set (filter, "caps", caps, NULL);
      gst_caps_unref (caps);
  }
}

/* Each state change comes to an end, whatever goes on. */
static void
run_stress (const gchar * properties, guint32 seed)
{
  static const GstState states[] = { GST_STATE_NULL, GST_STATE_READY,
    GST_STATE_PAUSED, GST_STATE_PLAYING
  };
  gchar *line = g_strdup_printf ("videotestsrc %s ! capsfilter name=c "
      "caps=video/x-raw,width=64,height=48 ! stylegan name=s model=%s ! "
      "fakesink sync=false", properties, model_path (MODEL_INVERT));
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstElement *filter = gst_bin_get_by_name (GST_BIN (pipeline), "c");
  GRand *rand = g_rand_new_with_seed (seed);
  guint i;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (i = 0; i < 80; i++) {
    change_something (element, filter, rand);
    if (g_rand_int_range (rand, 0, 6) == 0)
      gst_element_seek_simple (pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
          0);
    if (g_rand_int_range (rand, 0, 8) == 0) {
      gst_element_set_state (pipeline, states[g_rand_int_range (rand, 0, 4)]);
      gst_element_set_state (pipeline, GST_STATE_PLAYING);
    }
    g_usleep (g_rand_int_range (rand, 0, 8000));
  }
  ck_assert (gst_element_set_state (pipeline, GST_STATE_NULL)
      == GST_STATE_CHANGE_SUCCESS);
  g_rand_free (rand);
  gst_object_unref (filter);
  gst_object_unref (element);
  gst_object_unref (pipeline);
  g_free (line);
}

GST_START_TEST (test_stress)
{
  run_stress ("is-live=true", 1);
  run_stress ("", 2);
}

GST_END_TEST;

static Suite *
live_suite (void)
{
  Suite *s = suite_create ("live");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_models);
  tcase_add_test (tc, test_change_during_fade);
  tcase_add_test (tc, test_fade_conventions);
  tcase_add_test (tc, test_style_mix);
  tcase_add_test (tc, test_fade_of_two);
  tcase_add_test (tc, test_changes_during_fade);
  tcase_add_test (tc, test_auto_reload);
  tcase_add_test (tc, test_strength);
  tcase_add_test (tc, test_stroke_scale);
  tcase_add_test (tc, test_preserve_colors);
  tcase_add_test (tc, test_controllable);
  tcase_add_test (tc, test_identical);
  tcase_add_test (tc, test_bypass);
  tcase_add_test (tc, test_pass_through);
  tcase_add_test (tc, test_wait);
  tcase_add_test (tc, test_hold);
  tcase_add_test (tc, test_auto_start);
  tcase_add_test (tc, test_messages);
  tcase_add_test (tc, test_presets);
  tcase_add_test (tc, test_stress);
  return s;
}

GST_CHECK_MAIN (live);
