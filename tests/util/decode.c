/* gst-stylegan: pictures and clips of any format, through GStreamer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "decode.h"

#include <string.h>

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include <sg/error.h>

#define TIMEOUT (20 * GST_SECOND)

/* FALSE: enough. */
static gboolean
hand_over (GstSample * sample, TestDecodeFunc func, gpointer user_data)
{
  g_autofree guint8 *rgb = NULL;
  GstVideoInfo info;
  GstVideoFrame frame;
  gboolean more;
  gsize row;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample))
      || !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample),
          GST_MAP_READ))
    return FALSE;
  row = 3 * (gsize) info.width;
  rgb = g_malloc (row * info.height);
  for (gint y = 0; y < info.height; y++)
    memcpy (rgb + y * row, (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0)
        + (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0), row);
  more = func (rgb, info.width, info.height, user_data);
  gst_video_frame_unmap (&frame);
  return more;
}

/* What went wrong, when nothing came out. */
static void
take_error (GstElement * pipeline, const gchar * path, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus,
      GST_MESSAGE_ERROR);

  if (message) {
    gst_message_parse_error (message, error, NULL);
    g_prefix_error (error, "cannot decode '%s': ", path);
  } else {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "no picture in '%s'", path);
  }
}

typedef struct
{
  GstElement *pipeline;
  gint height;
} Sizing;

/* The size is known when caps arrive, before the first frame. */
static GstPadProbeReturn
on_event (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Sizing *sizing = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS && sizing->height > 0) {
    g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN
        (sizing->pipeline), "size");
    GstCaps *caps;
    GstVideoInfo video;

    gst_event_parse_caps (event, &caps);
    if (gst_video_info_from_caps (&video, caps)) {
      gint width = (gint) gst_util_uint64_scale ((guint64) sizing->height
          * video.par_n, video.width, (guint64) video.height * video.par_d);
      g_autoptr (GstCaps) wanted = gst_caps_new_simple ("video/x-raw",
          "format", G_TYPE_STRING, "RGB", "width", G_TYPE_INT,
          MAX (2, width / 2 * 2), "height", G_TYPE_INT, sizing->height,
          "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);

      g_object_set (filter, "caps", wanted, NULL);
    }
  }
  return GST_PAD_PROBE_OK;
}

gboolean
test_decode (const gchar * path, gint height, gint max_frames,
    TestDecodeFunc func, gpointer user_data, GError ** error)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) convert = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;
  Sizing sizing = { NULL, height };
  gint n = 0;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, SG_ERROR, SG_ERROR_NOT_FOUND, "no file '%s'", path);
    return FALSE;
  }
  pipeline = gst_parse_launch ("filesrc name=source ! decodebin ! "
      "videoconvert name=convert ! videoscale add-borders=false ! "
      "capsfilter name=size caps=video/x-raw,format=RGB ! "
      "appsink name=sink sync=false max-buffers=4", error);
  if (pipeline == NULL)
    return FALSE;
  sizing.pipeline = pipeline;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  convert = gst_bin_get_by_name (GST_BIN (pipeline), "convert");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  pad = gst_element_get_static_pad (convert, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event,
      &sizing, NULL);
  g_object_set (source, "location", path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (max_frames == 0 || n < max_frames) {
    GstSample *sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
        TIMEOUT);
    gboolean more;

    if (sample == NULL)
      break;
    n++;
    more = hand_over (sample, func, user_data);
    gst_sample_unref (sample);
    if (!more)
      break;
  }
  if (n == 0)
    take_error (pipeline, path, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return n > 0;
}
