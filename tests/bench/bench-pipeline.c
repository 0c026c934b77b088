/* gst-stylegan: how long the element takes per frame
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * appsrc ! stylegan ! fakesink. The frames are made before the clock starts; a
 * frame's time runs from its arrival at the element's sink pad to its departure
 * from the source pad, so it holds all that the element does and nothing else. With
 * several frames in flight it is the time from one departure to the next. */
#include "bench-model.h"

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include <sg/error.h>

#define N_FRAMES 4

typedef struct
{
  const BenchOptions *options;
  GstElement *pipeline, *source, *filter;
  GstBuffer *frames[N_FRAMES];
  gint64 arrived_us, departed_us;
  gint n_done;
  GArray *ms;
} Pipeline;

/* A moving gradient with some noise: nothing that a network could skip. */
static GstBuffer *
make_frame (const GstVideoInfo * info, guint index)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);
  GRand *rand = g_rand_new_with_seed (index);
  GstVideoFrame frame;

  gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE);
  for (guint p = 0; p < 3; p++) {
    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&frame, p); y++) {
      guint8 *row = (guint8 *) GST_VIDEO_FRAME_COMP_DATA (&frame, p)
          + y * GST_VIDEO_FRAME_COMP_STRIDE (&frame, p);

      for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&frame, p); x++)
        row[x * GST_VIDEO_FRAME_COMP_PSTRIDE (&frame, p)] =
            (guint8) (32 + (x + y + 16 * index + 64 * p) % 160 +
            g_rand_int_range (rand, 0, 16));
    }
  }
  gst_video_frame_unmap (&frame);
  g_rand_free (rand);
  return buffer;
}

static GstPadProbeReturn
on_arrival (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Pipeline *p = user_data;

  p->arrived_us = g_get_monotonic_time ();
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_departure (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Pipeline *p = user_data;
  gint64 now = g_get_monotonic_time ();
  gdouble took = (gdouble) (now - (p->options->frames_in_flight > 1
          ? p->departed_us : p->arrived_us)) / 1e3;

  p->departed_us = now;
  if (p->n_done++ >= BENCH_WARM_UP) {
    g_array_append_val (p->ms, took);
    bench_progress (p->options, "element", (gint) p->ms->len, p->options->runs);
  }
  return GST_PAD_PROBE_OK;
}

static void
add_probe (Pipeline * p, const gchar * pad_name, GstPadProbeCallback callback)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (p->filter, pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, p, NULL);
}

static gboolean
build (Pipeline * p, GError ** error)
{
  const BenchOptions *o = p->options;
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstCaps) caps = NULL;
  GstVideoInfo info;

  p->source = gst_element_factory_make ("appsrc", NULL);
  p->filter = gst_element_factory_make ("stylegan", NULL);
  if (p->filter == NULL || p->source == NULL || sink == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NOT_FOUND, "no element \"%s\": set "
        "GST_PLUGIN_PATH to the folder of the built plugin, and install "
        "gstreamer1.0-plugins-base", p->filter ? "appsrc" : "stylegan");
    return FALSE;
  }
  gst_video_info_set_format (&info, g_str_equal (o->backend, "vulkan")
      ? GST_VIDEO_FORMAT_NV12 : GST_VIDEO_FORMAT_I420, (guint) o->width,
      (guint) o->height);
  info.fps_n = 30;
  info.fps_d = 1;
  caps = gst_video_info_to_caps (&info);
  for (guint i = 0; i < N_FRAMES; i++)
    p->frames[i] = make_frame (&info, i);

  g_object_set (p->source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  g_object_set (sink, "sync", FALSE, "qos", FALSE, NULL);
  gst_util_set_object_arg (G_OBJECT (p->filter), "backend", o->backend);
  gst_util_set_object_arg (G_OBJECT (p->filter), "precision", o->precision);
  gst_util_set_object_arg (G_OBJECT (p->filter), "temporal", "off");
  g_object_set (p->filter, "model", o->model, "device", o->device,
      "threads", (guint) o->threads, "frames-in-flight",
      (guint) o->frames_in_flight, "working-height", 0u, NULL);
  p->pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (p->pipeline), p->source, p->filter, sink, NULL);
  if (!gst_element_link_many (p->source, p->filter, sink, NULL)) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "cannot link");
    return FALSE;
  }
  add_probe (p, "sink", on_arrival);
  add_probe (p, "src", on_departure);
  return TRUE;
}

static gboolean
play (Pipeline * p, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (p->pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (p->pipeline, GST_STATE_PLAYING);
  for (gint i = 0; i < p->options->runs + BENCH_WARM_UP; i++) {
    GstBuffer *frame = gst_buffer_copy (p->frames[i % N_FRAMES]);

    GST_BUFFER_PTS (frame) = gst_util_uint64_scale (i, GST_SECOND, 30);
    GST_BUFFER_DURATION (frame) = GST_SECOND / 30;
    gst_app_src_push_buffer (GST_APP_SRC (p->source), frame);
  }
  gst_app_src_end_of_stream (GST_APP_SRC (p->source));
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, error, NULL);
    return FALSE;
  }
  if (p->ms->len == 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "no frame came out");
    return FALSE;
  }
  return TRUE;
}

gboolean
bench_pipeline (const BenchOptions * options, BenchTimes * times,
    GError ** error)
{
  Pipeline p = { options, NULL, };
  gboolean ok;

  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  p.ms = g_array_new (FALSE, FALSE, sizeof (gdouble));
  ok = build (&p, error) && play (&p, error);
  if (ok)
    bench_times (p.ms, times);
  if (p.pipeline) {
    gst_element_set_state (p.pipeline, GST_STATE_NULL);
    gst_object_unref (p.pipeline);
  } else {
    g_clear_object (&p.source);
    g_clear_object (&p.filter);
  }
  for (guint i = 0; i < N_FRAMES; i++)
    if (p.frames[i])
      gst_buffer_unref (p.frames[i]);
  g_array_unref (p.ms);
  return ok;
}
