/* gst-stylegan: what happens when frames take too long
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "frames.h"
#include "gst/gststyleganqos.h"
#include "models.h"

#define HEIGHT 144              /* 108, 81, 61 */
#define FRAME (33 * GST_MSECOND)

/* --- the ladder alone, with times that are made up --- */

typedef struct
{
  GstStyleganQos qos;
  GstClockTime now, full, carried;      /* ... a frame of full height, a carried one */
  guint n_carried, n_frames, n_changes;
} Sim;

static void
sim_init (Sim * s, GstStyleganQosMode mode, gdouble load)
{
  memset (s, 0, sizeof (*s));
  gst_stylegan_qos_init (&s->qos, mode, HEIGHT);
  gst_stylegan_qos_settle (&s->qos, TRUE);
  s->full = load * FRAME;
  s->carried = FRAME / 10;
}

/* Frames at the level there is, until it changes or @n are through. Returns: whether it
 * has changed; then it is settled at once */
static gboolean
sim_run (Sim * s, guint n)
{
  while (n-- > 0) {
    GstStyleganQosStep step;
    gboolean carry = gst_stylegan_qos_take_carry (&s->qos);
    GstClockTime spent = s->carried;

    gst_stylegan_qos_get_step (&s->qos, s->qos.level, &step);
    if (!carry)
      spent = s->full * step.height / HEIGHT * step.height / HEIGHT;
    s->n_frames++;
    s->n_carried += carry;
    s->now += FRAME;
    if (!gst_stylegan_qos_take_frame (&s->qos, s->now, FRAME, spent, carry))
      continue;
    s->n_changes++;
    /* nothing counts before it is in effect */
    ck_assert (!gst_stylegan_qos_take_frame (&s->qos, s->now, FRAME,
            100 * FRAME, FALSE));
    gst_stylegan_qos_settle (&s->qos, TRUE);
    return TRUE;
  }
  return FALSE;
}

GST_START_TEST (test_steps)
{
  static const gint heights[] = { 144, 108, 81, 61, 61, 61, 61 };
  static const guint carried[] = { 0, 0, 0, 0, 1, 2, 2 };
  static const guint cycle[] = { 1, 1, 1, 1, 2, 3, 3 };
  GstStyleganQosStep step;
  GstStyleganQos qos;
  guint i;

  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_FULL, HEIGHT);
  gst_stylegan_qos_settle (&qos, TRUE);
  ck_assert_uint_eq (gst_stylegan_qos_get_n_levels (&qos),
      G_N_ELEMENTS (heights));
  for (i = 0; i < G_N_ELEMENTS (heights); i++) {
    gst_stylegan_qos_get_step (&qos, i, &step);
    ck_assert_int_eq (step.height, heights[i]);
    ck_assert_uint_eq (step.carried, carried[i]);
    ck_assert_uint_eq (step.cycle, cycle[i]);
    ck_assert_int_eq (step.drops, i == 6);
  }
  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_LOWER, 1080);
  ck_assert_uint_eq (gst_stylegan_qos_get_n_levels (&qos), 6);
  gst_stylegan_qos_get_step (&qos, 4, &step);
  ck_assert_int_eq (step.height, 342);
  ck_assert (!step.drops);
  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_DROP, 1080);
  ck_assert_uint_eq (gst_stylegan_qos_get_n_levels (&qos), 2);
  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_FULL, 16);
  ck_assert_uint_eq (gst_stylegan_qos_get_n_levels (&qos), 4);
  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_OFF, 1080);
  ck_assert_uint_eq (gst_stylegan_qos_get_n_levels (&qos), 1);
}

GST_END_TEST;

/* The first level that will do is where it ends: the load is the one of that level. */
GST_START_TEST (test_down)
{
  static const struct
  {
    gdouble load;
    guint level;
  } cases[] = {
    {0.9, 0}, {1.2, 1}, {2.8, 2}, {5, 3}, {9, 4}, {12, 5}, {30, 6},
  };
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    Sim s;

    sim_init (&s, GST_STYLEGAN_QOS_FULL, cases[i].load);
    for (k = 1; sim_run (&s, 20); k++)
      ck_assert_uint_eq (s.qos.level, k);
    ck_assert_uint_eq (s.qos.level, cases[i].level);
    /* 12 frames, or fewer when those take as long as 12 should */
    ck_assert_uint_le (s.n_frames, 12 * k + 20);
    s.n_changes = s.n_carried = s.n_frames = 0;
    ck_assert (!sim_run (&s, 600));
    if (cases[i].level >= 4)
      ck_assert_uint_eq (s.n_carried, cases[i].level == 4 ? 300 : 400);
    else
      ck_assert_uint_eq (s.n_carried, 0);
  }
}

GST_END_TEST;

/* Levels are taken back one by one when the load goes, and not too soon. */
GST_START_TEST (test_up)
{
  GstClockTime since;
  guint level;
  Sim s;

  sim_init (&s, GST_STYLEGAN_QOS_FULL, 30);
  while (sim_run (&s, 20));
  s.full = FRAME / 2;
  for (level = 5;; level--) {
    since = s.now;
    ck_assert (sim_run (&s, 200));
    ck_assert_uint_eq (s.qos.level, level);
    ck_assert_uint_ge (s.now - since, 2 * GST_SECOND);
    if (level == 0)
      break;
  }
  ck_assert (!sim_run (&s, 1000));
}

GST_END_TEST;

/* On the edge between two levels: changes get rare instead of going on for ever. */
GST_START_TEST (test_edge)
{
  guint i;
  Sim s;

  /* 3/4 of the height promise 0.70 of what there is; it takes 1.1 at full height, for which
   * carrying on would not help: what the level above takes is not what it promises */
  sim_init (&s, GST_STYLEGAN_QOS_LOWER, 1.1);
  for (i = 0; i < 30 * 60 * 10; i++) {
    sim_run (&s, 1);
    s.full = s.qos.level == 0 ? 1.1 * FRAME : 0.6 * FRAME;
  }
  ck_assert_uint_ge (s.n_changes, 3);
  ck_assert_uint_le (s.n_changes, 40);  /* ten minutes: one in 15 s */
  /* and a load just under what is too much stays where it is */
  sim_init (&s, GST_STYLEGAN_QOS_FULL, 1.3);
  ck_assert (sim_run (&s, 100));
  ck_assert (!sim_run (&s, 30 * 60));
  ck_assert_uint_eq (s.qos.level, 1);
}

GST_END_TEST;

/* One frame that took long is no reason, however long. */
GST_START_TEST (test_hiccup)
{
  guint i;
  Sim s;

  sim_init (&s, GST_STYLEGAN_QOS_FULL, 0.5);
  for (i = 0; i < 100; i++) {
    s.full = i % 10 == 0 ? 20 * FRAME : FRAME / 2;
    ck_assert (!sim_run (&s, 1));
  }
}

GST_END_TEST;

/* What downstream says counts where frames take long; elsewhere it is not for us to
 * help. */
GST_START_TEST (test_late)
{
  guint i;
  Sim s;

  sim_init (&s, GST_STYLEGAN_QOS_FULL, 0.8);
  for (i = 0; i < 12 && s.qos.level == 0; i++) {
    gst_stylegan_qos_take_late (&s.qos);
    sim_run (&s, 1);
  }
  ck_assert_uint_eq (s.qos.level, 1);
  sim_init (&s, GST_STYLEGAN_QOS_FULL, 0.5);
  for (i = 0; i < 100; i++) {
    gst_stylegan_qos_take_late (&s.qos);
    ck_assert (!sim_run (&s, 1));
  }
  sim_init (&s, GST_STYLEGAN_QOS_OFF, 50);
  ck_assert (!sim_run (&s, 1000));
}

GST_END_TEST;

/* Where frames cannot be carried, those levels are left out, both ways. */
GST_START_TEST (test_no_carry)
{
  GstStyleganQos qos;
  guint i, last = 0;
  gboolean up = FALSE;

  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_FULL, HEIGHT);
  for (i = 0; i < 10000 && !(up && qos.level == 0); i++) {
    gst_stylegan_qos_settle (&qos, FALSE);
    ck_assert (!gst_stylegan_qos_take_carry (&qos));
    if (!gst_stylegan_qos_take_frame (&qos, i * FRAME, FRAME,
            up ? FRAME / 100 : 100 * FRAME, FALSE))
      continue;
    if (!up)
      ck_assert_uint_eq (qos.level, last == 3 ? 6 : last + 1);
    else
      ck_assert_uint_eq (qos.level, last == 6 ? 3 : last - 1);
    last = qos.level;
    up |= last == 6;
  }
  ck_assert (up && qos.level == 0);
}

GST_END_TEST;

/* Late frames have a grace as long as something else is left to be done. */
GST_START_TEST (test_grace)
{
  GstStyleganQos qos;

  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_FULL, HEIGHT);
  for (qos.level = 0; qos.level < 6; qos.level++) {
    ck_assert_uint_eq (gst_stylegan_qos_get_grace (&qos, FRAME, FRAME),
        6 * FRAME);
    ck_assert_uint_eq (gst_stylegan_qos_get_grace (&qos, FRAME, GST_SECOND),
        GST_SECOND);
  }
  ck_assert_uint_eq (gst_stylegan_qos_get_grace (&qos, FRAME, FRAME), 0);
  gst_stylegan_qos_init (&qos, GST_STYLEGAN_QOS_DROP, HEIGHT);
  ck_assert_uint_eq (gst_stylegan_qos_get_grace (&qos, FRAME, FRAME), 0);
}

GST_END_TEST;

/* --- the element: no frame takes less than 10 us, nor more than half a second --- */

typedef struct
{
  GstHarness *h;
  GstVideoInfo info;
  GstClockTime pts;
  guint level;
} Stream;

static void
set_framerate (Stream * s, gint fps)
{
  GST_VIDEO_INFO_FPS_N (&s->info) = fps;
  GST_VIDEO_INFO_FPS_D (&s->info) = 1;
  gst_harness_set_src_caps (s->h, frame_caps (&s->info));
}

static void
stream_begin (Stream * s, const gchar * properties, gint fps)
{
  memset (s, 0, sizeof (*s));
  s->h = stylegan_harness_full (model_path (MODEL_INVERT), properties);
  frame_info (&s->info, GST_VIDEO_FORMAT_RGB, 48, HEIGHT, NULL);
  set_framerate (s, fps);
}

/* A frame in; one comes out. */
static void
play (Stream * s)
{
  GstBuffer *in = frame_new (&s->info, LAYOUT_PLAIN, 0), *out;

  frame_fill_flat (in, &s->info, 0.5, 0.25, 0.4);
  GST_BUFFER_PTS (in) = s->pts;
  GST_BUFFER_DURATION (in) = GST_SECOND / GST_VIDEO_INFO_FPS_N (&s->info);
  s->pts += GST_BUFFER_DURATION (in);
  out = gst_harness_push_and_pull (s->h, in);
  ck_assert (out != NULL);
  gst_buffer_unref (out);
}

static gboolean
is_loading (Stream * s, gint * working_height)
{
  GstStructure *stats;
  gboolean loading = FALSE;

  g_object_get (s->h->element, "stats", &stats, NULL);
  ck_assert (gst_structure_get_boolean (stats, "loading", &loading));
  ck_assert (gst_structure_get_int (stats, "working-height", working_height));
  gst_structure_free (stats);
  return loading;
}

/* The next message, while frames go through. (transfer full) */
static GstMessage *
next_message (Stream * s)
{
  GstBus *bus = gst_element_get_bus (s->h->element);
  GstMessage *message = NULL;
  gint height;
  guint i;

  for (i = 0; i < 10000 && message == NULL; i++) {
    play (s);
    if (is_loading (s, &height))
      g_usleep (1000);
    while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))
        && !gst_message_has_name (message, "stylegan-qos"))
      gst_message_unref (message);
  }
  gst_object_unref (bus);
  ck_assert_msg (message != NULL, "no message after level %u", s->level);
  return message;
}

static void
expect_level (Stream * s, guint level, gint height, guint carried,
    const gchar * words)
{
  GstMessage *message = next_message (s);
  const GstStructure *m = gst_message_get_structure (message);
  const gchar *reason = level > s->level ? "late" : "recovered";
  const gchar *text = gst_structure_get_string (m, "text");
  guint value;
  gint number;

  ck_assert_str_eq (gst_structure_get_string (m, "reason"), reason);
  ck_assert (gst_structure_get_uint (m, "level", &value));
  ck_assert_uint_eq (value, level);
  ck_assert (gst_structure_get_uint (m, "levels", &value));
  ck_assert_uint_eq (value, 7);
  ck_assert (gst_structure_get_uint (m, "carried", &value));
  ck_assert_uint_eq (value, carried);
  ck_assert (gst_structure_get_int (m, "working-height", &number));
  ck_assert_int_eq (number, height);
  ck_assert_msg (strstr (text, words) != NULL, "\"%s\" lacks \"%s\"", text,
      words);
  ck_assert_uint_eq (stylegan_stat (s->h->element, "qos-level"), level);
  s->level = level;
  gst_message_unref (message);
}

/* What the last level asked for is in effect. */
static void
expect_working_height (Stream * s, gint height)
{
  gint is = 0;
  guint i;

  for (i = 0; i < 10000 && is != height; i++) {
    play (s);
    if (is_loading (s, &is))
      g_usleep (1000);
  }
  ck_assert_int_eq (is, height);
}

GST_START_TEST (test_ladder)
{
  Stream s;

  stream_begin (&s, "backend=cpu threads=1 temporal=motion qos-mode=auto",
      100000);
  expect_level (&s, 1, 108, 0, "working height lowered from 144 to 108");
  expect_working_height (&s, 108);
  expect_level (&s, 2, 81, 0, "lowered from 108 to 81");
  expect_level (&s, 3, 61, 0, "lowered from 81 to 61");
  expect_working_height (&s, 61);
  ck_assert_uint_eq (stylegan_stat (s.h->element, "carried"), 0);
  expect_level (&s, 4, 61, 1, "1 of 2 frames is carried");
  expect_level (&s, 5, 61, 2, "2 of 3 frames are carried");
  ck_assert_uint_gt (stylegan_stat (s.h->element, "carried"), 0);
  expect_level (&s, 6, 61, 2, "nothing is left to lower");
  /* the load goes */
  set_framerate (&s, 2);
  expect_level (&s, 5, 61, 2, "in time again");
  expect_level (&s, 4, 61, 1, "1 of 2");
  expect_level (&s, 3, 61, 0, "every frame is stylised again");
  expect_level (&s, 2, 81, 0, "raised from 61 to 81");
  expect_level (&s, 1, 108, 0, "raised from 81 to 108");
  expect_level (&s, 0, 144, 0, "raised from 108 to 144");
  expect_working_height (&s, 144);
  stylegan_harness_free (s.h);
}

GST_END_TEST;

/* Another working height, or mode, is begun with at level 0. */
GST_START_TEST (test_settings)
{
  Stream s;

  stream_begin (&s, "backend=cpu threads=1 qos-mode=full", 100000);
  expect_level (&s, 1, 108, 0, "lowered");
  g_object_set (s.h->element, "working-height", 100, NULL);
  set_framerate (&s, 2);
  expect_working_height (&s, 100);
  ck_assert_uint_eq (stylegan_stat (s.h->element, "qos-level"), 0);
  g_object_set (s.h->element, "working-height", 0, NULL);
  gst_util_set_object_arg (G_OBJECT (s.h->element), "qos-mode", "drop");
  expect_working_height (&s, HEIGHT);
  stylegan_harness_free (s.h);
}

GST_END_TEST;

/* The sink says that the next frame is @late already. Returns: what goes upstream of that */
static GstClockTimeDiff
tell_late (Stream * s, GstQOSType type, GstClockTimeDiff late)
{
  GstEvent *event;
  GstClockTimeDiff diff;

  while ((event = gst_harness_try_pull_upstream_event (s->h)))
    gst_event_unref (event);
  ck_assert (gst_harness_push_upstream_event (s->h, gst_event_new_qos (type, 2,
              late, s->pts)));
  event = gst_harness_pull_upstream_event (s->h);
  ck_assert_int_eq (GST_EVENT_TYPE (event), GST_EVENT_QOS);
  gst_event_parse_qos (event, NULL, NULL, &diff, NULL);
  gst_event_unref (event);
  return diff;
}

static GstClockTimeDiff
grace_of (Stream * s)
{
  return MAX (6 * (GST_SECOND / GST_VIDEO_INFO_FPS_N (&s->info)),
      (gint64) stylegan_stat (s->h->element, "latency"));
}

static void
expect_drop (Stream * s)
{
  const guint64 dropped = stylegan_stat (s->h->element, "dropped");
  GstBuffer *in = frame_new (&s->info, LAYOUT_PLAIN, 0);

  GST_BUFFER_PTS (in) = s->pts;
  ck_assert_int_eq (gst_harness_push (s->h, in), GST_FLOW_OK);
  ck_assert_uint_eq (gst_harness_buffers_in_queue (s->h), 0);
  ck_assert_uint_eq (stylegan_stat (s->h->element, "dropped"), dropped + 1);
}

/* Late frames are dropped, but not in mode off. */
GST_START_TEST (test_drop)
{
  static const gchar *const modes[] = { "off", "drop" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (modes); i++) {
    gchar *properties = g_strconcat ("backend=cpu qos-mode=", modes[i], NULL);
    Stream s;

    stream_begin (&s, properties, 30);
    play (&s);
    ck_assert_int_eq (tell_late (&s, GST_QOS_TYPE_UNDERFLOW, FRAME), FRAME);
    if (i == 0) {
      play (&s);
      ck_assert_uint_eq (stylegan_stat (s.h->element, "dropped"), 0);
    } else {
      expect_drop (&s);
    }
    g_free (properties);
    stylegan_harness_free (s.h);
  }
}

GST_END_TEST;

/* Where there is something left to lower, those are dropped that are very late; at the last
 * level all of them. */
GST_START_TEST (test_late_frames)
{
  GstMessage *message;
  GstBus *bus;
  guint i;
  Stream s;

  stream_begin (&s, "backend=cpu threads=1 qos-mode=full", 30);
  play (&s);
  for (i = 0; i < 5; i++) {
    ck_assert_int_eq (tell_late (&s, GST_QOS_TYPE_UNDERFLOW,
            grace_of (&s) - GST_MSECOND), -GST_MSECOND);
    play (&s);
  }
  ck_assert_uint_eq (stylegan_stat (s.h->element, "dropped"), 0);
  ck_assert_int_eq (tell_late (&s, GST_QOS_TYPE_UNDERFLOW,
          grace_of (&s) + GST_MSECOND), GST_MSECOND);
  expect_drop (&s);
  /* nor is a sink that wants fewer of them to get what it did not ask for */
  ck_assert_int_eq (tell_late (&s, GST_QOS_TYPE_THROTTLE, FRAME), FRAME);
  expect_drop (&s);
  tell_late (&s, GST_QOS_TYPE_OVERFLOW, 0);
  s.pts += FRAME;
  set_framerate (&s, 100000);
  bus = gst_element_get_bus (s.h->element);
  while (stylegan_stat (s.h->element, "qos-level") < 6)
    play (&s);
  while ((message = gst_bus_pop (bus)))
    gst_message_unref (message);
  gst_object_unref (bus);
  ck_assert_int_eq (tell_late (&s, GST_QOS_TYPE_UNDERFLOW, 1), 1);
  expect_drop (&s);
  stylegan_harness_free (s.h);
}

GST_END_TEST;

/* A live frame that would not be out within the latency that is reported is not begun, also
 * where no sink says so; but where all are late, some go out. */
GST_START_TEST (test_latency_bound)
{
  static const gchar *const modes[] = { "off", "full", "drop" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (modes); i++) {
    gchar *properties = g_strconcat ("backend=cpu qos-mode=", modes[i], NULL);
    const GstClockTime then = 100 * GST_SECOND;
    GstClockTime latency;
    Stream s;

    stream_begin (&s, properties, 100000);
    gst_harness_set_upstream_latency (s.h, GST_SECOND);
    s.pts = then;
    play (&s);
    latency = gst_harness_query_latency (s.h) - GST_SECOND;
    ck_assert_uint_gt (latency, 0);
    gst_harness_set_time (s.h, then + GST_SECOND);
    play (&s);
    /* late by all that the element has, and by more than any grace */
    s.pts = then - latency;
    if (i < 2) {
      play (&s);
      s.pts = then - 20 * GST_SECOND;
    }
    if (i == 0)
      play (&s);
    else
      expect_drop (&s);
    gst_harness_set_time (s.h, then + 10 * GST_SECOND);
    play (&s);
    g_free (properties);
    stylegan_harness_free (s.h);
  }
}

GST_END_TEST;

static Suite *
qos_suite (void)
{
  Suite *suite = suite_create ("qos");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_steps);
  tcase_add_test (tc, test_down);
  tcase_add_test (tc, test_up);
  tcase_add_test (tc, test_edge);
  tcase_add_test (tc, test_hiccup);
  tcase_add_test (tc, test_late);
  tcase_add_test (tc, test_no_carry);
  tcase_add_test (tc, test_grace);
  tcase_add_test (tc, test_ladder);
  tcase_add_test (tc, test_settings);
  tcase_add_test (tc, test_drop);
  tcase_add_test (tc, test_late_frames);
  tcase_add_test (tc, test_latency_bound);
  return suite;
}

GST_CHECK_MAIN (qos);
