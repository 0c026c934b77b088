/* gst-stylegan: streams that change and hurry, on a GPU or on what stands for one
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "device.h"
#include "frames.h"
#include "repeat.h"

static void
push_frame (GstHarness * h, GstBuffer * frame, GstClockTime pts)
{
  GST_BUFFER_PTS (frame) = pts;
  ck_assert_int_eq (gst_harness_push (h, frame), GST_FLOW_OK);
}

/* --- changing caps --- */

/* Growth that is allowed: some pipeline may come up for the first time. */
#define SLACK (2 << 20)

static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_v210,
  GST_VIDEO_FORMAT_P010_10LE, GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_BGRA
};

typedef struct
{
  GstHarness *h;
  GRand *rand;
  gint width, height;           /* of the frame before */
  guint n_sizes;
} Changes;

/* A frame of a random size and format; what had been under way comes out first. */
static void
push_random_caps (gpointer data, guint i)
{
  Changes *c = data;
  gint width = g_rand_int_range (c->rand, 16, 97);
  gint height = g_rand_int_range (c->rand, 16, 65);
  GstVideoInfo info;

  frame_info (&info, formats[g_rand_int_range (c->rand, 0,
              G_N_ELEMENTS (formats))], width, height, NULL);
  c->n_sizes += width != c->width || height != c->height;
  c->width = width;
  c->height = height;
  gst_harness_set_src_caps (c->h, frame_caps (&info));
  ck_assert_uint_eq (gst_harness_buffers_received (c->h), i);
  if (i > 0)
    gst_buffer_unref (gst_harness_pull (c->h));
  stylegan_drop_events (c->h);
  push_frame (c->h, frame_new (&info, LAYOUT_PLAIN, 0x40), i);
}

static void
run_many_caps (void)
{
  Changes c = { vulkan_harness (MODEL_CONV, "frames-in-flight=2"),
    g_rand_new_with_seed (6)
  };
  guint64 frames;

  repeat (push_random_caps, &c, 300, 500, SLACK);
  ck_assert (gst_harness_push_event (c.h, gst_event_new_eos ()));
  frames = stylegan_stat (c.h->element, "frames");
  ck_assert_uint_ge (frames, 24);
  ck_assert_uint_eq (frames, gst_harness_buffers_received (c.h));
  ck_assert_uint_eq (stylegan_stat (c.h->element, "compiled"), c.n_sizes);
  ck_assert_uint_eq (stylegan_stat (c.h->element, "dropped"), 0);
  g_rand_free (c.rand);
  stylegan_harness_free (c.h);
}

/* Validation layers remember much of what is long gone. */
GST_START_TEST (test_many_caps)
{
  gchar *validation = g_strdup (g_getenv ("SG_VULKAN_VALIDATION"));

  g_unsetenv ("SG_VULKAN_VALIDATION");
  if (have_device ())
    run_many_caps ();
  if (validation)
    g_setenv ("SG_VULKAN_VALIDATION", validation, TRUE);
  g_free (validation);
}

GST_END_TEST;

static const struct
{
  GstVideoFormat format;
  gint width, height, fps;
  const gchar *colorimetry;
} states[] = {
  {GST_VIDEO_FORMAT_I420, 64, 48, 25, "bt709"},
  {GST_VIDEO_FORMAT_I420, 64, 48, 50, "bt709"},
  {GST_VIDEO_FORMAT_I420, 64, 48, 25, "bt601"},
  {GST_VIDEO_FORMAT_NV12, 64, 48, 25, "bt709"},
  {GST_VIDEO_FORMAT_v210, 64, 48, 25, "bt709"},
  {GST_VIDEO_FORMAT_RGB, 33, 77, 25, "sRGB"},
};

static void
get_state (guint i, GstVideoInfo * info)
{
  frame_info (info, states[i].format, states[i].width, states[i].height,
      states[i].colorimetry);
  info->fps_n = states[i].fps;
}

/* From each state to each other, with frames under way. Those of the state before
 * come out with its caps, all of them and as they were. */
static void
run_changes (void)
{
  enum
  { N = 2 };
  GstHarness *h = vulkan_harness (MODEL_IDENTITY, "frames-in-flight=3");
  GstBuffer *in[N] = { NULL, };
  GstVideoInfo before, info;
  guint i, k, n_states = G_N_ELEMENTS (states), compiled = 0;

  gst_video_info_init (&before);
  for (i = 0; i <= 2 * n_states * n_states; i++) {
    get_state (i & 1 ? i / 2 % n_states : i / 2 / n_states % n_states, &info);
    if (info.width != before.width || info.height != before.height)
      compiled++;
    gst_harness_set_src_caps (h, frame_caps (&info));
    for (k = 0; k < N && in[k]; k++) {
      GstBuffer *out = gst_harness_pull (h);

      ck_assert_msg (out != NULL && frame_difference (in[k], &before, 0, 0, out,
              &before) <= 1, "%s %dx%d before change %u",
          GST_VIDEO_INFO_NAME (&before), before.width, before.height, i);
      gst_buffer_unref (out);
      gst_clear_buffer (&in[k]);
    }
    for (k = 0; k < N; k++) {
      in[k] = frame_new_noise (&info, i * N + k);
      push_frame (h, gst_buffer_ref (in[k]), i);
    }
    ck_assert_uint_eq (stylegan_stat (h->element, "compiled"), compiled);
    before = info;
  }
  for (k = 0; k < N; k++)
    gst_buffer_unref (in[k]);
  stylegan_harness_free (h);
}

DEVICE_TEST (changes)

/* A device that was lost and came back is the one for the next size, too. */
static void
run_change_after_loss (void)
{
  GstVideoInfo info;
  GstHarness *h;
  gchar *warning;
  guint i;

  g_setenv ("SG_VULKAN_LOSE", "-,4", TRUE);
  h = vulkan_harness (MODEL_CONV, "frames-in-flight=1");
  for (i = 0; i < 12; i++) {
    frame_info (&info, GST_VIDEO_FORMAT_RGB, 32 + i / 6, 24, NULL);
    gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, i)));
  }
  g_unsetenv ("SG_VULKAN_LOSE");
  warning = stylegan_pop_warning (h->element);
  ck_assert_msg (warning != NULL, "no warning");
  g_free (warning);
  warning = stylegan_pop_warning (h->element);
  ck_assert_msg (warning == NULL, "%s", warning);
  check_backend (h->element, "vulkan");
  stylegan_harness_free (h);
}

DEVICE_TEST (change_after_loss)

/* --- threads --- */

typedef struct
{
  GstHarness *h;
  guint seed;
} Player;

/* Frames of two sizes in turn, so that one compiles while the other plays. */
static gpointer
play (gpointer data)
{
  const Player *player = data;
  guint i;

  for (i = 0; i < 40; i++) {
    GstVideoInfo info;

    frame_info (&info, GST_VIDEO_FORMAT_RGB, i / 10 & 1 ? 48 : 37, 32, NULL);
    gst_harness_set_src_caps (player->h, frame_caps (&info));
    push_frame (player->h, frame_new_noise (&info, player->seed + i),
        i * GST_SECOND);
  }
  ck_assert (gst_harness_push_event (player->h, gst_event_new_eos ()));
  return NULL;
}

static void
run_two_threads (void)
{
  static const ModelId models[] = { MODEL_INVERT, MODEL_BRIGHTER };
  Player gpu[2], cpu[2];
  GThread *threads[2];
  guint i, n;

  for (i = 0; i < 2; i++) {
    gpu[i].h = vulkan_harness (models[i], "frames-in-flight=3 precision=fp32");
    cpu[i].h = stylegan_harness_full (model_path (models[i]), "backend=cpu");
    gpu[i].seed = cpu[i].seed = 1000 * i;
    threads[i] = g_thread_new ("player", play, &gpu[i]);
  }
  for (i = 0; i < 2; i++)
    g_thread_join (threads[i]);
  for (i = 0; i < 2; i++) {
    play (&cpu[i]);
    ck_assert_uint_eq (gst_harness_buffers_received (gpu[i].h), 40);
    for (n = 0; n < 40; n++) {
      GstBuffer *a = gst_harness_pull (gpu[i].h);
      GstBuffer *b = gst_harness_pull (cpu[i].h);
      GstVideoInfo info;

      frame_info (&info, GST_VIDEO_FORMAT_RGB, n / 10 & 1 ? 48 : 37, 32, NULL);
      ck_assert_uint_eq (GST_BUFFER_PTS (a), n * GST_SECOND);
      ck_assert_msg (frame_difference (a, &info, 0, 0, b, &info) <= 1,
          "frame %u of %u", n, i);
      gst_buffer_unref (a);
      gst_buffer_unref (b);
    }
    stylegan_harness_free (gpu[i].h);
    stylegan_harness_free (cpu[i].h);
  }
}

DEVICE_TEST (two_threads)

/* --- time --- */

/* The latency that the element answers with; *max may be GST_CLOCK_TIME_NONE. */
static GstClockTime
query_latency (GstHarness * h, gboolean * live, GstClockTime * max)
{
  GstQuery *query = gst_query_new_latency ();
  GstClockTime min;

  ck_assert (gst_pad_peer_query (h->sinkpad, query));
  gst_query_parse_latency (query, live, &min, max);
  gst_query_unref (query);
  return min;
}

/* A file is played as fast as it goes: two frames at a time, but they have to be
 * accounted for when a live source is mixed in. */
static void
run_latency_file (void)
{
  GstHarness *h = vulkan_harness (MODEL_CONV, NULL);
  GstVideoInfo info;
  GstClockTime max;
  gboolean live;
  guint i;

  gst_harness_set_live (h, FALSE);
  frame_info (&info, GST_VIDEO_FORMAT_I420, 64, 48, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  ck_assert_uint_eq (stylegan_stat (h->element, "frames-in-flight"), 2);
  for (i = 0; i < 5; i++)
    push_frame (h, frame_new_noise (&info, i), i * 40 * GST_MSECOND);
  ck_assert_uint_eq (gst_harness_buffers_received (h), 4);
  ck_assert_uint_gt (query_latency (h, &live, &max), 0);
  ck_assert (!live);
  stylegan_harness_free (h);
}

DEVICE_TEST (latency_file)

/* Live, frames are not held back, but when that is asked for they are, and what is
 * reported covers it: a frame waits for the two after it. */
static void
run_latency_live (void)
{
  const GstClockTime upstream = 15 * GST_MSECOND, interval = 30 * GST_MSECOND;
  GstHarness *h = vulkan_harness (MODEL_CONV, NULL);
  GstClockTime min, max;
  GstVideoInfo info;
  gboolean live;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 64, 48, NULL);
  gst_harness_set_live (h, TRUE);
  gst_harness_set_upstream_latency (h, upstream);
  gst_harness_set_src_caps (h, frame_caps (&info));
  ck_assert_uint_eq (stylegan_stat (h->element, "frames-in-flight"), 1);
  push_frame (h, frame_new_noise (&info, 0), 0);
  ck_assert_uint_eq (gst_harness_buffers_received (h), 1);
  min = query_latency (h, &live, &max);
  ck_assert (live && min > upstream && max >= min);
  stylegan_harness_free (h);

  h = vulkan_harness (MODEL_CONV, "frames-in-flight=3");
  gst_harness_set_live (h, TRUE);
  gst_harness_set_upstream_latency (h, upstream);
  gst_harness_set_src_caps (h, frame_caps (&info));
  for (i = 0; i < 6; i++) {
    push_frame (h, frame_new_noise (&info, i), i * interval);
    g_usleep (interval / GST_USECOND);
  }
  ck_assert_uint_eq (gst_harness_buffers_received (h), 4);
  min = query_latency (h, &live, &max);
  ck_assert (live && max >= min);
  ck_assert_msg (min >= upstream + 2 * interval, "%" GST_TIME_FORMAT,
      GST_TIME_ARGS (min));
  stylegan_harness_free (h);
}

DEVICE_TEST (latency_live)

static void
run_qos (void)
{
  GstHarness *h = vulkan_harness (MODEL_IDENTITY, "frames-in-flight=3");
  GstVideoInfo info;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  push_frame (h, frame_new_noise (&info, 0), 0);
  /* The sink was shown the frame of 1 s one second late. */
  ck_assert (gst_harness_push_upstream_event (h,
          gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 2.0, GST_SECOND,
              GST_SECOND)));
  for (i = 0; i < 10; i++)
    push_frame (h, frame_new_noise (&info, i), i * GST_SECOND / 2);
  ck_assert (gst_harness_push_event (h, gst_event_new_eos ()));
  /* Those up to 2 s are late, the one before them was under way. */
  ck_assert_uint_eq (stylegan_stat (h->element, "dropped"), 5);
  ck_assert_uint_eq (stylegan_stat (h->element, "frames"), 1 + 5);
  ck_assert_uint_eq (gst_harness_buffers_received (h), 6);
  for (i = 0; i < 6; i++) {
    GstBuffer *out = gst_harness_pull (h);

    ck_assert_uint_eq (GST_BUFFER_PTS (out),
        i == 0 ? 0 : (i + 4) * GST_SECOND / 2);
    gst_buffer_unref (out);
  }
  stylegan_harness_free (h);
}

DEVICE_TEST (qos)

static Suite *
streams_suite (void)
{
  Suite *s = suite_create ("streams");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_many_caps);
  tcase_add_test (tc, test_changes);
  tcase_add_test (tc, test_change_after_loss);
  tcase_add_test (tc, test_two_threads);
  tcase_add_test (tc, test_latency_file);
  tcase_add_test (tc, test_latency_live);
  tcase_add_test (tc, test_qos);
  return s;
}

GST_CHECK_MAIN (streams);
