/* gst-stylegan: one file decoded for training
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dataset-decode.h"

#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>

#include "dataset-jpeg.h"

/* Between looks at the bus and at the cancellable while waiting for a frame. */
#define SLICE (10 * GST_MSECOND)
/* After an error frames may still come out of queues; then nothing or the end. */
#define GRACE_US (G_USEC_PER_SEC / 2)
/* Between looks at whether anything is still running. */
#define IDLE_US (G_USEC_PER_SEC / 5)
/* What can stop, stops within this. */
#define CLOSE_US (2 * G_USEC_PER_SEC)
/* Larger pictures take more memory than a trainer should: 3 GiB at 16 bit. */
#define MAX_PIXELS (G_GINT64_CONSTANT (400) * 1000 * 1000)

/* What streaming threads saw in the file. A decoder that hangs outlives us, and
 * its signals with it. */
typedef struct
{
  GstElement *sink;
  gint has_video, has_other, no_more_pads, too_large;
} Seen;

struct _DatasetDecoder
{
  const DatasetConfig *config;
  GCancellable *cancellable;

  GstElement *pipeline;
  GstElement *sink;
  GstBus *bus;
  Seen *seen;
  gboolean stuck;               /* a call did not return */
  GstSample *pending;           /* the frame that was waited for in open () */

  DatasetScaler *scaler;
  GstVideoInfo info;            /* of @info_caps */
  GstCaps *info_caps;
  GstVideoOrientationMethod orientation;

  GError *error;                /* the first on the bus */
  gchar *missing;               /* the first decoder that was not found */
};

/* One call into the pipeline that may never return, on a thread of GStreamer's
 * pool. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean done;
  gboolean seek;
  GstClockTime position;
  GstState state;
  gint result;
} Call;

static void
call_clear (gpointer data)
{
  Call *call = data;

  g_mutex_clear (&call->lock);
  g_cond_clear (&call->cond);
}

static void
call_release (gpointer data)
{
  g_atomic_rc_box_release_full (data, call_clear);
}

static void
call_run (GstElement * pipeline, gpointer data)
{
  Call *call = data;
  gint result = call->seek ? gst_element_seek_simple (pipeline,
      GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
      call->position) : (gint) gst_element_set_state (pipeline, call->state);

  g_mutex_lock (&call->lock);
  call->result = result;
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
}

static gboolean
timed_out (DatasetDecoder * decoder, GError ** error)
{
  decoder->stuck = TRUE;
  g_set_error (error, DATASET_ERROR, DATASET_ERROR_TIMEOUT,
      "nothing was decoded within %g s; a broken file, or a faulty decoder",
      decoder->config->timeout_ms / 1000.);
  return FALSE;
}

/* Makes the call described by @seek, @position, @state and waits for it.
 * cancel: whether the cancellable ends the waiting; or else CLOSE_US does */
static gboolean
make_call (DatasetDecoder * decoder, gboolean seek, GstClockTime position,
    GstState state, gboolean cancel, gint * result, GError ** error)
{
  Call *call = g_atomic_rc_box_new0 (Call);
  gint64 end = g_get_monotonic_time () + (cancel
      ? (gint64) decoder->config->timeout_ms * 1000 : CLOSE_US);
  gboolean done;

  g_mutex_init (&call->lock);
  g_cond_init (&call->cond);
  call->seek = seek;
  call->position = position;
  call->state = state;
  gst_element_call_async (decoder->pipeline, call_run,
      g_atomic_rc_box_acquire (call), call_release);

  g_mutex_lock (&call->lock);
  while (!call->done && g_get_monotonic_time () < end
      && !(cancel && g_cancellable_is_cancelled (decoder->cancellable)))
    g_cond_wait_until (&call->cond, &call->lock,
        g_get_monotonic_time () + SLICE / 1000);
  done = call->done;
  *result = call->result;
  g_mutex_unlock (&call->lock);
  call_release (call);

  if (done)
    return TRUE;
  if (cancel && g_cancellable_set_error_if_cancelled (decoder->cancellable,
          error))
    return FALSE;
  return timed_out (decoder, error);
}

static void
set_null (GstElement * pipeline, gpointer data)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
link_pad (GstElement * source, GstPad * pad, gpointer data)
{
  Seen *seen = data;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (seen->sink, "sink");

  /* Of sound the caps don't fit. */
  if (!gst_pad_is_linked (sink))
    gst_pad_link (pad, sink);
}

static void
no_more_pads (GstElement * source, gpointer data)
{
  g_atomic_int_set (&((Seen *) data)->no_more_pads, TRUE);
}

/* Of an element inside uridecodebin: sees the caps of everything in the file.
 * Returns: whether to go on with decoding it */
static gboolean
see_caps (GstElement * source, GstPad * pad, GstCaps * caps, gpointer data)
{
  Seen *seen = data;
  const GstStructure *structure;
  const gchar *name;
  gint width, height;

  if (gst_caps_is_empty (caps) || gst_caps_is_any (caps))
    return TRUE;
  structure = gst_caps_get_structure (caps, 0);
  name = gst_structure_get_name (structure);
  if (g_str_has_prefix (name, "image/"))
    g_atomic_int_set (&seen->has_video, TRUE);
  else if (g_str_has_prefix (name, "video/")) {
    /* Of containers some are video/ too, whatever is in them. */
    if (gst_structure_has_field (structure, "width"))
      g_atomic_int_set (&seen->has_video, TRUE);
  } else if (g_str_has_prefix (name, "audio/")
      || g_str_has_prefix (name, "text/")
      || g_str_has_prefix (name, "subpicture/")) {
    g_atomic_int_set (&seen->has_other, TRUE);
    return FALSE;
  }
  if (gst_structure_get_int (structure, "width", &width)
      && gst_structure_get_int (structure, "height", &height)
      && (gint64) width * height > MAX_PIXELS) {
    g_atomic_int_set (&seen->too_large, TRUE);
    return FALSE;
  }
  return TRUE;
}

/* What comes out must not depend on the machine or on what was decoded before:
 * one thread per decoder, which the dataset has several of, and none of the
 * pictures that libav knows to be made up where data are damaged. */
static void
element_added (GstBin * pipeline, GstBin * bin, GstElement * element,
    gpointer data)
{
  static const gchar *const settings[][2] = {
    {"max-threads", "1"}, {"output-corrupt", "false"},
    {"discard-corrupted-frames", "true"}
  };
  GObjectClass *class = G_OBJECT_GET_CLASS (element);
  guint i;

  if (!GST_IS_VIDEO_DECODER (element))
    return;
  for (i = 0; i < G_N_ELEMENTS (settings); i++)
    if (g_object_class_find_property (class, settings[i][0]))
      gst_util_set_object_arg (G_OBJECT (element), settings[i][0],
          settings[i][1]);
}

static void
seen_clear (gpointer data)
{
  gst_clear_object (&((Seen *) data)->sink);
}

static void
seen_release (gpointer data, GClosure * closure)
{
  g_atomic_rc_box_release_full (data, seen_clear);
}

static void
connect (GstElement * source, const gchar * signal, GCallback callback,
    Seen * seen)
{
  g_signal_connect_data (source, signal, callback,
      g_atomic_rc_box_acquire (seen), seen_release, 0);
}

static gboolean
make_pipeline (DatasetDecoder * decoder, const gchar * uri, GError ** error)
{
  GstElement *source = gst_element_factory_make ("uridecodebin", NULL);
  g_autoptr (GstCaps) raw = gst_caps_new_empty_simple ("video/x-raw");

  decoder->sink = gst_element_factory_make ("appsink", NULL);
  if (!source || !decoder->sink) {
    g_clear_pointer (&source, gst_object_unref);
    g_clear_pointer (&decoder->sink, gst_object_unref);
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_NO_DECODER,
        "GStreamer's elements uridecodebin or appsink are missing; install "
        "gstreamer1.0-plugins-base");
    return FALSE;
  }
  g_object_set (source, "uri", uri, "caps", raw, "force-sw-decoders", TRUE,
      NULL);
  decoder->seen = g_atomic_rc_box_new0 (Seen);
  decoder->seen->sink = gst_object_ref_sink (decoder->sink);
  connect (source, "pad-added", G_CALLBACK (link_pad), decoder->seen);
  connect (source, "no-more-pads", G_CALLBACK (no_more_pads), decoder->seen);
  connect (source, "autoplug-continue", G_CALLBACK (see_caps), decoder->seen);
  g_object_set (decoder->sink, "sync", FALSE, "max-buffers", 1, "caps", raw,
      "enable-last-sample", FALSE, NULL);

  decoder->pipeline = gst_pipeline_new (NULL);
  g_signal_connect (decoder->pipeline, "deep-element-added",
      G_CALLBACK (element_added), NULL);
  gst_bin_add_many (GST_BIN (decoder->pipeline), source, decoder->sink, NULL);
  decoder->bus = gst_element_get_bus (decoder->pipeline);
  return TRUE;
}

static DatasetErrorCode
classify (const GError * error)
{
  if (error->domain == GST_RESOURCE_ERROR)
    switch (error->code) {
      case GST_RESOURCE_ERROR_NOT_FOUND:
        return DATASET_ERROR_NOT_FOUND;
      case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
        return DATASET_ERROR_PERMISSION;
      default:
        return DATASET_ERROR_FAILED;
    }
  if (error->domain == GST_STREAM_ERROR)
    switch (error->code) {
      case GST_STREAM_ERROR_CODEC_NOT_FOUND:
        return DATASET_ERROR_NO_DECODER;
      case GST_STREAM_ERROR_TYPE_NOT_FOUND:
      case GST_STREAM_ERROR_WRONG_TYPE:
        return DATASET_ERROR_NOT_MEDIA;
      default:
        return DATASET_ERROR_BROKEN;
    }
  if (error->domain == GST_CORE_ERROR
      && error->code == GST_CORE_ERROR_MISSING_PLUGIN)
    return DATASET_ERROR_NO_DECODER;
  return DATASET_ERROR_FAILED;
}

static void
read_bus (DatasetDecoder * decoder)
{
  GstMessage *message;

  while ((message = gst_bus_pop (decoder->bus))) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && !decoder->error)
      gst_message_parse_error (message, &decoder->error, NULL);
    else if (gst_is_missing_plugin_message (message) && !decoder->missing)
      decoder->missing = gst_missing_plugin_message_get_description (message);
    gst_message_unref (message);
  }
}

/* Why no frame comes; read_bus () has been called. */
static void
set_reason (DatasetDecoder * decoder, GError ** error)
{
  gboolean video = g_atomic_int_get (&decoder->seen->has_video);
  gboolean other = g_atomic_int_get (&decoder->seen->has_other);
  DatasetErrorCode code;

  if (g_atomic_int_get (&decoder->seen->too_large))
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_SIZE,
        "more than %" G_GINT64_FORMAT " million pixels; scale it down first",
        MAX_PIXELS / 1000000);
  else if (decoder->missing && (video || !other))
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_NO_DECODER,
        "GStreamer has no %s; gstreamer1.0-libav, gstreamer1.0-plugins-good, "
        "-bad and -ugly have most decoders", decoder->missing);
  else if (other && !video)
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_NO_VIDEO,
        "no video in it, only sound or text");
  else if (!decoder->error)
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_EMPTY, "no frame in it");
  else if ((code = classify (decoder->error)) == DATASET_ERROR_NOT_MEDIA)
    g_set_error (error, DATASET_ERROR, code, "neither a picture nor a video");
  else if (code == DATASET_ERROR_NOT_FOUND)
    g_set_error (error, DATASET_ERROR, code, "no such file");
  else
    g_set_error (error, DATASET_ERROR, code, "%s%s",
        code == DATASET_ERROR_BROKEN ? "damaged? " : "",
        decoder->error->message);
}

static void
see_task (const GValue * item, gpointer data)
{
  GstElement *element = g_value_get_object (item);
  gboolean *running = data;
  GList *link;

  GST_OBJECT_LOCK (element);
  for (link = element->pads; link; link = link->next) {
    GstTask *task = GST_PAD_TASK (link->data);

    if (task && gst_task_get_state (task) == GST_TASK_STARTED)
      *running = TRUE;
  }
  GST_OBJECT_UNLOCK (element);
}

/* Whether any thread can still bring a frame. decodebin may lose an error that
 * comes while it adds elements (1.22): then all threads stop, and no message. */
static gboolean
is_running (DatasetDecoder * decoder)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (decoder->pipeline));
  gboolean running = FALSE;

  /* Elements that come and go are a sign of life. */
  if (gst_iterator_foreach (elements, see_task, &running)
      == GST_ITERATOR_RESYNC)
    running = TRUE;
  gst_iterator_free (elements);
  return running;
}

/* sample: (out): NULL at the end of the stream */
static DatasetPull
wait_sample (DatasetDecoder * decoder, GstSample ** sample, GError ** error)
{
  gint64 now = g_get_monotonic_time (), grace = 0, look = now + IDLE_US;
  guint n_idle = 0;
  gint64 end = now + (gint64) decoder->config->timeout_ms * 1000;
  GstAppSink *sink = GST_APP_SINK (decoder->sink);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (decoder->sink, "sink");

  while (!(*sample = gst_app_sink_try_pull_sample (sink, SLICE))) {
    if (g_cancellable_set_error_if_cancelled (decoder->cancellable, error))
      return DATASET_PULL_ERROR;
    if (gst_app_sink_is_eos (sink))
      return DATASET_PULL_END;
    read_bus (decoder);
    now = g_get_monotonic_time ();
    if (decoder->error && !grace)
      grace = now + GRACE_US;
    if ((decoder->error && (!gst_pad_is_linked (pad) || now > grace))
        || (g_atomic_int_get (&decoder->seen->no_more_pads)
            && !gst_pad_is_linked (pad))) {
      set_reason (decoder, error);
      return DATASET_PULL_ERROR;
    }
    if (now > look) {
      look = now + IDLE_US;
      n_idle = is_running (decoder) ? 0 : n_idle + 1;
      if (n_idle == 2) {
        g_set_error (error, DATASET_ERROR, DATASET_ERROR_BROKEN,
            "no frame can be found in it; a damaged file");
        return DATASET_PULL_ERROR;
      }
    }
    if (now > end) {
      timed_out (decoder, error);
      return DATASET_PULL_ERROR;
    }
  }
  read_bus (decoder);
  return DATASET_PULL_FRAME;
}

/* The stream's tags count more than the file's. */
static void
read_orientation (DatasetDecoder * decoder)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (decoder->sink, "sink");
  GstEvent *event;
  gboolean of_stream = FALSE;
  guint i;

  for (i = 0; (event = gst_pad_get_sticky_event (pad, GST_EVENT_TAG, i)); i++) {
    GstVideoOrientationMethod orientation;
    GstTagList *tags;

    gst_event_parse_tag (event, &tags);
    if (gst_video_orientation_from_tag (tags, &orientation) && !of_stream) {
      decoder->orientation = orientation;
      of_stream = gst_tag_list_get_scope (tags) == GST_TAG_SCOPE_STREAM;
    }
    gst_event_unref (event);
  }
}

static gboolean
read_jpeg (DatasetDecoder * decoder, const gchar * uri, GError ** error)
{
  g_autofree gchar *path = g_filename_from_uri (uri, NULL, NULL);
  DatasetJpeg jpeg;

  if (!path)
    return TRUE;
  dataset_jpeg_read (path, &jpeg);
  decoder->orientation = jpeg.orientation;
  if (jpeg.cut_off)
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_BROKEN,
        "the picture is cut off: its end is missing");
  return !jpeg.cut_off;
}

static gboolean
read_caps (DatasetDecoder * decoder, GstSample * sample, GError ** error)
{
  GstCaps *caps = gst_sample_get_caps (sample);

  if (decoder->info_caps && caps && gst_caps_is_equal (caps,
          decoder->info_caps))
    return TRUE;
  if (!caps || !gst_video_info_from_caps (&decoder->info, caps)) {
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_FAILED,
        "the decoder says nothing of its pictures' format");
    return FALSE;
  }
  gst_caps_replace (&decoder->info_caps, caps);
  return TRUE;
}

DatasetDecoder *
dataset_decoder_open (const gchar * uri, const DatasetConfig * config,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (DatasetDecoder) decoder = g_new0 (DatasetDecoder, 1);
  gint result;

  decoder->config = config;
  decoder->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
  decoder->scaler = dataset_scaler_new (config->min_side, config->max_side);
  if (!read_jpeg (decoder, uri, error) || !make_pipeline (decoder, uri, error)
      || !make_call (decoder, FALSE, 0, GST_STATE_PLAYING, TRUE, &result,
          error))
    return NULL;
  if (result == GST_STATE_CHANGE_NO_PREROLL) {
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_NOT_A_FILE,
        "a live source: it never gives the same frame again");
    return NULL;
  }
  switch (wait_sample (decoder, &decoder->pending, error)) {
    case DATASET_PULL_FRAME:
      break;
    case DATASET_PULL_END:
      read_bus (decoder);
      set_reason (decoder, error);
      /* fall through */
    case DATASET_PULL_ERROR:
      return NULL;
  }
  if (!read_caps (decoder, decoder->pending, error))
    return NULL;
  read_orientation (decoder);
  return g_steal_pointer (&decoder);
}

void
dataset_decoder_close (DatasetDecoder * decoder)
{
  gint result;

  g_clear_pointer (&decoder->pending, gst_sample_unref);
  if (decoder->pipeline) {
    if (decoder->stuck
        || !make_call (decoder, FALSE, 0, GST_STATE_NULL, FALSE, &result, NULL))
      gst_element_call_async (decoder->pipeline, set_null, NULL, NULL);
  }
  gst_clear_object (&decoder->bus);
  gst_clear_object (&decoder->pipeline);
  if (decoder->seen)
    seen_release (decoder->seen, NULL);
  gst_clear_caps (&decoder->info_caps);
  g_clear_pointer (&decoder->scaler, dataset_scaler_free);
  g_clear_object (&decoder->cancellable);
  g_clear_error (&decoder->error);
  g_free (decoder->missing);
  g_free (decoder);
}

void
dataset_decoder_get_stream (DatasetDecoder * decoder, DatasetStream * stream)
{
  const GstVideoInfo *info = &decoder->info;
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  gdouble width, height;
  gint64 duration;

  dataset_shown_size (info, &width, &height);
  if (dataset_orientation_transposes (decoder->orientation)) {
    gdouble swap = width;

    width = height;
    height = swap;
  }
  stream->width = MIN (width + 0.5, G_MAXINT);
  stream->height = MIN (height + 0.5, G_MAXINT);
  stream->frame_duration = info->fps_n > 0 && info->fps_d > 0
      ? gst_util_uint64_scale_int (GST_SECOND, info->fps_d, info->fps_n) : 0;
  stream->duration = GST_CLOCK_TIME_NONE;
  if (gst_element_query_duration (decoder->pipeline, GST_FORMAT_TIME,
          &duration) && duration > 0)
    stream->duration = duration;
  stream->seekable = FALSE;
  if (gst_element_query (decoder->pipeline, query))
    gst_query_parse_seeking (query, NULL, &stream->seekable, NULL, NULL);
}

gboolean
dataset_decoder_seek (DatasetDecoder * decoder, GstClockTime position,
    GError ** error)
{
  gboolean done;

  g_clear_pointer (&decoder->pending, gst_sample_unref);
  g_clear_error (&decoder->error);
  if (!make_call (decoder, TRUE, position, GST_STATE_NULL, TRUE, &done, error))
    return FALSE;
  if (!done)
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_BROKEN,
        "cannot go to %.3f s", position / (gdouble) GST_SECOND);
  return done;
}

DatasetPull
dataset_decoder_pull (DatasetDecoder * decoder, StyletrainPicture ** picture,
    GstClockTime * pts, GError ** error)
{
  g_autoptr (GstSample) sample = g_steal_pointer (&decoder->pending);
  DatasetPull pull = DATASET_PULL_FRAME;

  if (!sample)
    pull = wait_sample (decoder, &sample, error);
  if (pull != DATASET_PULL_FRAME)
    return pull;
  if (pts)
    *pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));
  if (!picture)
    return pull;
  if (!read_caps (decoder, sample, error))
    return DATASET_PULL_ERROR;
  *picture = dataset_scaler_run (decoder->scaler, &decoder->info,
      gst_sample_get_buffer (sample), decoder->orientation);
  if (*picture)
    return DATASET_PULL_FRAME;
  g_set_error (error, DATASET_ERROR, DATASET_ERROR_FAILED,
      "GStreamer cannot convert its pictures (%s, %dx%d) to RGB",
      gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (&decoder->info)),
      GST_VIDEO_INFO_WIDTH (&decoder->info),
      GST_VIDEO_INFO_HEIGHT (&decoder->info));
  return DATASET_PULL_ERROR;
}
