/* gst-stylegan: the element as a GStreamer citizen
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "frames.h"
#include "models.h"

#define N_CYCLES 20

/* A pipeline with %s for the model. */
static GstElement *
pipeline_new (const gchar * format, ModelId model)
{
  GError *error = NULL;
  GstElement *pipeline;
  gchar *line =
      g_strdup_printf (format, model_path (model), model_path (model));

  pipeline = gst_parse_launch (line, &error);
  ck_assert_msg (error == NULL, "%s: %s", line, error ? error->message : "");
  g_free (line);
  return pipeline;
}

/* Until EOS; an error fails the test. */
static void
wait_for_eos (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GError *error = NULL;

  ck_assert_msg (message != NULL, "no end of stream");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    ck_abort_msg ("error: %s", error->message);
  }
  gst_message_unref (message);
  gst_object_unref (bus);
}

static void
run_pipeline (const gchar * format, ModelId model)
{
  GstElement *pipeline = pipeline_new (format, model);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_eos (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

/* --- streaming --- */

GST_START_TEST (test_state_cycles)
{
  GstElement *pipeline = pipeline_new
      ("videotestsrc ! video/x-raw,width=64,height=48 ! stylegan model=%s !"
      " fakesink", MODEL_CONV);
  guint i;

  for (i = 0; i < N_CYCLES; i++) {
    ck_assert (gst_element_set_state (pipeline, GST_STATE_PLAYING)
        != GST_STATE_CHANGE_FAILURE);
    ck_assert (gst_element_get_state (pipeline, NULL, NULL, 30 * GST_SECOND)
        == GST_STATE_CHANGE_SUCCESS);
    ck_assert (gst_element_set_state (pipeline, i % 2 ? GST_STATE_NULL :
            GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* No file at all: the style that is part of the plugin. */
GST_START_TEST (test_default_style)
{
  run_pipeline ("videotestsrc num-buffers=3 ! video/x-raw,width=96,height=64 !"
      " stylegan backend=cpu ! fakesink", MODEL_CONV);
}

GST_END_TEST;

GST_START_TEST (test_two_instances)
{
  GstElement *pipelines[2];
  guint i;

  for (i = 0; i < 2; i++) {
    pipelines[i] = pipeline_new
        ("videotestsrc num-buffers=60 ! video/x-raw,width=160,height=120 ! "
        "stylegan model=%s name=s ! fakesink", i ? MODEL_CONV : MODEL_INVERT);
    gst_element_set_state (pipelines[i], GST_STATE_PLAYING);
  }
  for (i = 0; i < 2; i++) {
    GstElement *element;

    wait_for_eos (pipelines[i]);
    element = gst_bin_get_by_name (GST_BIN (pipelines[i]), "s");
    ck_assert_uint_eq (stylegan_stat (element, "frames"), 60);
    gst_object_unref (element);
    gst_element_set_state (pipelines[i], GST_STATE_NULL);
    gst_object_unref (pipelines[i]);
  }
}

GST_END_TEST;

GST_START_TEST (test_chain_of_two)
{
  run_pipeline ("videotestsrc num-buffers=30 ! "
      "video/x-raw,width=160,height=120 ! stylegan model=%s ! queue ! "
      "stylegan model=%s ! fakesink", MODEL_CONV);
}

GST_END_TEST;

/* No capsfilter anywhere. */
GST_START_TEST (test_launch_lines)
{
  run_pipeline ("videotestsrc num-buffers=3 ! stylegan model=%s ! fakesink",
      MODEL_CONV);
  run_pipeline ("videotestsrc num-buffers=3 ! videoconvert ! "
      "stylegan model=%s ! videoconvert ! fakesink", MODEL_CONV);
  run_pipeline ("videotestsrc num-buffers=3 ! stylegan model=%s ! "
      "videoscale ! video/x-raw,width=50,height=50 ! fakesink", MODEL_CONV);
  run_pipeline ("videotestsrc num-buffers=3 ! videocrop left=3 top=5 ! "
      "stylegan model=%s ! fakesink", MODEL_CONV);
}

GST_END_TEST;

/* What has to be made anew, and what not. */
GST_START_TEST (test_renegotiation)
{
  static const struct
  {
    GstVideoFormat format;
    gint width, height, fps;
    const gchar *colorimetry;
    guint compiled;
  } steps[] = {
    {GST_VIDEO_FORMAT_I420, 64, 48, 25, "bt709", 1},
    {GST_VIDEO_FORMAT_I420, 64, 48, 50, "bt709", 1},
    {GST_VIDEO_FORMAT_I420, 64, 48, 0, "bt709", 1},
    {GST_VIDEO_FORMAT_I420, 64, 48, 25, "bt601", 1},
    {GST_VIDEO_FORMAT_v210, 64, 48, 25, "bt601", 1},
    {GST_VIDEO_FORMAT_RGB, 64, 48, 25, "sRGB", 1},
    {GST_VIDEO_FORMAT_RGB, 96, 48, 25, "sRGB", 2},
    {GST_VIDEO_FORMAT_NV12, 33, 77, 25, "bt709", 3},
    {GST_VIDEO_FORMAT_I420, 64, 48, 25, "bt709", 4},
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  guint i;

  for (i = 0; i < G_N_ELEMENTS (steps); i++) {
    GstVideoInfo info;
    GstBuffer *in, *out;
    GstCaps *caps, *out_caps;

    frame_info (&info, steps[i].format, steps[i].width, steps[i].height,
        steps[i].colorimetry);
    info.fps_n = steps[i].fps;
    in = frame_new_noise (&info, i);
    out = stylegan_run (h, &info, gst_buffer_ref (in));
    ck_assert_msg (frame_difference (in, &info, 0, 0, out, &info) <= 1,
        "step %u", i);
    ck_assert_msg (stylegan_stat (h->element, "compiled") == steps[i].compiled,
        "step %u: compiled %u times", i, (guint) stylegan_stat (h->element,
            "compiled"));
    caps = frame_caps (&info);
    out_caps = gst_pad_get_current_caps (h->sinkpad);
    ck_assert (gst_caps_is_equal (caps, out_caps));
    gst_caps_unref (caps);
    gst_caps_unref (out_caps);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_caps_pass_through)
{
  static const gchar *const fields[] = {
    "framerate=(fraction)0/1", "framerate=(fraction)30000/1001",
    "framerate=(fraction)25/1,pixel-aspect-ratio=(fraction)16/11",
    "framerate=(fraction)25/1,interlace-mode=(string)progressive",
    "framerate=(fraction)25/1,colorimetry=(string)bt2020,"
        "chroma-site=(string)cosited",
    "framerate=(fraction)25/1,multiview-mode=(string)side-by-side,"
        "multiview-flags=(GstVideoMultiviewFlagsSet)0:ffffffff:/half-aspect",
    "framerate=(fraction)0/1,max-framerate=(fraction)60/1",
    "framerate=(fraction)25/1,views=(int)1,something=(int)3"
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  guint i;

  /* The caps below name it. */
  g_type_ensure (GST_TYPE_VIDEO_MULTIVIEW_FLAGSET);
  for (i = 0; i < G_N_ELEMENTS (fields); i++) {
    gchar *text = g_strconcat
        ("video/x-raw,format=(string)I420,width=(int)32,height=(int)32,",
        fields[i], NULL);
    GstCaps *caps = gst_caps_from_string (text), *out_caps;
    GstVideoInfo info;
    GstBuffer *out;

    ck_assert (caps != NULL);
    frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
    gst_harness_set_src_caps (h, gst_caps_ref (caps));
    out = gst_harness_push_and_pull (h, frame_new_noise (&info, i));
    ck_assert_msg (out != NULL, "%s", text);
    gst_buffer_unref (out);
    out_caps = gst_pad_get_current_caps (h->sinkpad);
    ck_assert_msg (gst_caps_is_equal (caps, out_caps), "%s", text);
    gst_caps_unref (out_caps);
    gst_caps_unref (caps);
    g_free (text);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Sizes outside of the template, and downstream's wishes, are respected. */
GST_START_TEST (test_caps_query)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  GstPad *pad = gst_element_get_static_pad (h->element, "sink");
  GstCaps *caps, *wish;

  gst_harness_set_sink_caps_str (h,
      "video/x-raw,format={NV12,RGB},width=[1,640],height=480");
  caps = gst_pad_query_caps (pad, NULL);
  wish = gst_caps_from_string ("video/x-raw,format={NV12,RGB},width=[16,640],"
      "height=480,framerate=[0/1,2147483647/1]");
  ck_assert_msg (gst_caps_is_equal (caps, wish), "%s",
      gst_caps_to_string (caps));
  gst_caps_unref (caps);
  gst_caps_unref (wish);

  wish = gst_caps_from_string ("video/x-raw,format=NV12,width=8,height=480,"
      "framerate=25/1");
  ck_assert (!gst_pad_query_accept_caps (pad, wish));
  gst_caps_unref (wish);
  wish = gst_caps_from_string
      ("video/x-raw(memory:GLMemory),format=RGBA,width=64,height=480,"
      "framerate=25/1");
  ck_assert (!gst_pad_query_accept_caps (pad, wish));
  gst_caps_unref (wish);
  gst_object_unref (pad);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_buffer_fields)
{
  static const guint flags[] = {
    0, GST_BUFFER_FLAG_DISCONT, GST_BUFFER_FLAG_DELTA_UNIT,
    GST_BUFFER_FLAG_MARKER | GST_BUFFER_FLAG_DROPPABLE,
    GST_BUFFER_FLAG_CORRUPTED, GST_BUFFER_FLAG_HEADER | GST_BUFFER_FLAG_LIVE,
    GST_BUFFER_FLAG_RESYNC, GST_BUFFER_FLAG_NON_DROPPABLE
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  guint i;

  for (i = 0; i < G_N_ELEMENTS (flags); i++) {
    GstBuffer *in, *out;
    GstVideoInfo info;

    frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
    in = frame_new_noise (&info, i);
    /* The first one comes with DISCONT anyway. */
    GST_BUFFER_FLAG_SET (in, i == 0 ? GST_BUFFER_FLAG_DISCONT : flags[i]);
    GST_BUFFER_PTS (in) = i * 123456789;
    GST_BUFFER_DTS (in) = i % 2 ? i * 1000 : GST_CLOCK_TIME_NONE;
    GST_BUFFER_DURATION (in) = i * 11 + 1;
    GST_BUFFER_OFFSET (in) = 7 * i;
    GST_BUFFER_OFFSET_END (in) = 7 * i + 1;
    out = stylegan_run (h, &info, gst_buffer_ref (in));
    ck_assert_uint_eq (GST_BUFFER_PTS (out), GST_BUFFER_PTS (in));
    ck_assert_uint_eq (GST_BUFFER_DTS (out), GST_BUFFER_DTS (in));
    ck_assert_uint_eq (GST_BUFFER_DURATION (out), GST_BUFFER_DURATION (in));
    ck_assert_uint_eq (GST_BUFFER_OFFSET (out), GST_BUFFER_OFFSET (in));
    ck_assert_uint_eq (GST_BUFFER_OFFSET_END (out), GST_BUFFER_OFFSET_END (in));
    ck_assert_uint_eq (GST_BUFFER_FLAGS (out) & ~GST_BUFFER_FLAG_TAG_MEMORY,
        GST_BUFFER_FLAGS (in) & ~GST_BUFFER_FLAG_TAG_MEMORY);
    ck_assert (out != in);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Without times at all, as raw files have them. */
GST_START_TEST (test_no_timestamps)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  GstVideoInfo info;
  GstBuffer *in, *out;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  info.fps_n = 0;
  in = frame_new_noise (&info, 1);
  GST_BUFFER_PTS (in) = GST_BUFFER_DURATION (in) = GST_CLOCK_TIME_NONE;
  out = stylegan_run (h, &info, in);
  ck_assert (!GST_BUFFER_PTS_IS_VALID (out));
  ck_assert (!GST_BUFFER_DURATION_IS_VALID (out));
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_input_is_not_changed)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_v210
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    GstVideoInfo info;
    GstBuffer *in, *same, *out;

    frame_info (&info, formats[i], 48, 32, "bt709");
    in = frame_new_noise (&info, 3);
    same = gst_buffer_copy_deep (in);
    /* Writable, so that in place would be possible. */
    out = stylegan_run (h, &info, gst_buffer_ref (in));
    ck_assert_uint_eq (frame_difference (in, &info, 0, 0, same, &info), 0);
    gst_buffer_unref (in);
    gst_buffer_unref (same);
    gst_buffer_unref (out);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_gap_buffer)
{
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_v210, GST_VIDEO_FORMAT_NV12_4L4
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  guint i, layout;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    for (layout = 0; layout < N_LAYOUTS; layout++) {
      GstVideoInfo info;
      GstBuffer *in, *out;

      frame_info (&info, formats[i], 48, 32, "bt709");
      in = frame_new (&info, layout, 0);
      frame_fill_noise (in, &info, i);
      GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_GAP);
      out = stylegan_run (h, &info, gst_buffer_ref (in));
      ck_assert (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_GAP));
      ck_assert_uint_eq (frame_difference (in, &info, 0, 0, out, &info), 0);
      gst_buffer_unref (in);
      gst_buffer_unref (out);
    }
  }
  ck_assert_uint_eq (stylegan_stat (h->element, "frames"), 0);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_gap_event_and_eos)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  GstVideoInfo info;
  GstEvent *event;
  gboolean gap = FALSE, eos = FALSE;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, 1)));
  ck_assert (gst_harness_push_event (h, gst_event_new_gap (0, GST_SECOND)));
  ck_assert (gst_harness_push_event (h, gst_event_new_eos ()));
  while ((event = gst_harness_try_pull_event (h))) {
    gap |= GST_EVENT_TYPE (event) == GST_EVENT_GAP;
    eos |= GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
  ck_assert (gap);
  ck_assert (eos);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_flush)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  GstVideoInfo info;
  GstSegment segment;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  for (i = 0; i < 3; i++) {
    gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, i)));
    ck_assert (gst_harness_push_event (h, gst_event_new_flush_start ()));
    ck_assert_int_eq (gst_harness_push (h, frame_new_noise (&info, i)),
        GST_FLOW_FLUSHING);
    ck_assert (gst_harness_push_event (h, gst_event_new_flush_stop (TRUE)));
    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.start = i * GST_SECOND;
    ck_assert (gst_harness_push_event (h, gst_event_new_segment (&segment)));
  }
  gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, i)));
  ck_assert_uint_eq (stylegan_stat (h->element, "compiled"), 1);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_seek)
{
  GstElement *pipeline = pipeline_new
      ("videotestsrc num-buffers=1000 ! video/x-raw,width=64,height=48,"
      "framerate=25/1 ! stylegan model=%s ! fakesink name=sink", MODEL_CONV);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  guint i;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  for (i = 1; i < 6; i++) {
    GstClockTime position = i * 3 * GST_SECOND;
    GstSample *sample = NULL;

    ck_assert (gst_element_get_state (pipeline, NULL, NULL, 30 * GST_SECOND)
        == GST_STATE_CHANGE_SUCCESS);
    ck_assert (gst_element_seek_simple (pipeline, GST_FORMAT_TIME,
            GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, position));
    ck_assert (gst_element_get_state (pipeline, NULL, NULL, 30 * GST_SECOND)
        == GST_STATE_CHANGE_SUCCESS);
    g_object_get (sink, "last-sample", &sample, NULL);
    ck_assert_uint_eq (GST_BUFFER_PTS (gst_sample_get_buffer (sample)),
        position);
    gst_sample_unref (sample);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
}

GST_END_TEST;

GST_START_TEST (test_restart_with_other_caps)
{
  GstElement *pipeline = pipeline_new
      ("videotestsrc num-buffers=2 ! capsfilter name=caps ! stylegan "
      "model=%s ! fakesink", MODEL_CONV);
  GstElement *filter = gst_bin_get_by_name (GST_BIN (pipeline), "caps");
  guint i;

  for (i = 0; i < 6; i++) {
    GstCaps *caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
        i % 2 ? "I420" : "RGB", "width", G_TYPE_INT, 32 + 7 * i, "height",
        G_TYPE_INT, 32, NULL);

    g_object_set (filter, "caps", caps, NULL);
    gst_caps_unref (caps);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    wait_for_eos (pipeline);
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
  gst_object_unref (filter);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* --- time --- */

GST_START_TEST (test_latency)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  GstBus *bus = gst_element_get_bus (h->element);
  GstClockTime before, after;
  GstMessage *message;
  GstVideoInfo info;
  guint i;

  gst_harness_set_live (h, TRUE);
  gst_harness_set_upstream_latency (h, 40 * GST_MSECOND);
  before = gst_harness_query_latency (h);
  ck_assert_uint_eq (before, 40 * GST_MSECOND);

  frame_info (&info, GST_VIDEO_FORMAT_I420, 640, 480, "bt709");
  for (i = 0; i < 5; i++)
    gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, i)));
  after = gst_harness_query_latency (h);
  ck_assert_uint_gt (after, before);
  ck_assert_uint_lt (after, before + 20 * GST_SECOND);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_LATENCY);
  ck_assert_msg (message != NULL, "no latency message");
  gst_message_unref (message);
  gst_object_unref (bus);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_qos)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  GstVideoInfo info;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, 0)));
  /* The sink was shown the frame of 1 s one second late. */
  ck_assert (gst_harness_push_upstream_event (h,
          gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 2.0, GST_SECOND,
              GST_SECOND)));
  for (i = 0; i < 10; i++) {
    GstBuffer *buffer = frame_new_noise (&info, i);

    GST_BUFFER_PTS (buffer) = i * GST_SECOND / 2;
    ck_assert_int_eq (gst_harness_push (h, buffer), GST_FLOW_OK);
  }
  /* Those up to 2 s are late. */
  ck_assert_uint_eq (stylegan_stat (h->element, "dropped"), 5);
  ck_assert_uint_eq (stylegan_stat (h->element, "frames"), 1 + 5);
  ck_assert_uint_eq (gst_harness_buffers_in_queue (h), 5);

  g_object_set (h->element, "qos", FALSE, NULL);
  ck_assert_int_eq (gst_harness_push (h, frame_new_noise (&info, 0)),
      GST_FLOW_OK);
  ck_assert_uint_eq (stylegan_stat (h->element, "dropped"), 5);
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_stats)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  gdouble load = -1, network = -1, store = -1, total = -1;
  GstStructure *stats = NULL;
  GstVideoInfo info;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_v210, 320, 240, NULL);
  for (i = 0; i < 3; i++)
    gst_buffer_unref (stylegan_run (h, &info, frame_new_noise (&info, i)));
  g_object_get (h->element, "stats", &stats, NULL);
  ck_assert (gst_structure_get (stats, "load-ms", G_TYPE_DOUBLE, &load,
          "network-ms", G_TYPE_DOUBLE, &network, "store-ms", G_TYPE_DOUBLE,
          &store, "total-ms", G_TYPE_DOUBLE, &total, NULL));
  ck_assert (load > 0 && network > 0 && store > 0);
  ck_assert_msg (load + network + store <= total * 1.05 + 0.01,
      "%f + %f + %f > %f", load, network, store, total);
  ck_assert_msg (load + network + store >= total * 0.5,
      "%f + %f + %f of %f", load, network, store, total);
  gst_structure_free (stats);
  ck_assert_uint_eq (stylegan_stat (h->element, "frames"), 3);
  ck_assert_uint_eq (stylegan_stat (h->element, "compiled"), 1);

  /* Nothing is left of the last run. */
  gst_element_set_state (h->element, GST_STATE_NULL);
  g_object_get (h->element, "stats", &stats, NULL);
  ck_assert (gst_structure_get_string (stats, "backend") == NULL);
  gst_structure_free (stats);
  gst_element_set_state (h->element, GST_STATE_PLAYING);
  ck_assert_uint_eq (stylegan_stat (h->element, "frames"), 0);
  stylegan_harness_free (h);
}

GST_END_TEST;

static Suite *
element_suite (void)
{
  Suite *s = suite_create ("element");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_state_cycles);
  tcase_add_test (tc, test_default_style);
  tcase_add_test (tc, test_two_instances);
  tcase_add_test (tc, test_chain_of_two);
  tcase_add_test (tc, test_launch_lines);
  tcase_add_test (tc, test_renegotiation);
  tcase_add_test (tc, test_caps_pass_through);
  tcase_add_test (tc, test_caps_query);
  tcase_add_test (tc, test_buffer_fields);
  tcase_add_test (tc, test_no_timestamps);
  tcase_add_test (tc, test_input_is_not_changed);
  tcase_add_test (tc, test_gap_buffer);
  tcase_add_test (tc, test_gap_event_and_eos);
  tcase_add_test (tc, test_flush);
  tcase_add_test (tc, test_seek);
  tcase_add_test (tc, test_restart_with_other_caps);
  tcase_add_test (tc, test_latency);
  tcase_add_test (tc, test_qos);
  tcase_add_test (tc, test_stats);
  return s;
}

GST_CHECK_MAIN (element);
