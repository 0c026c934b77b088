/* gst-stylegan: the element stylegan
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-stylegan
 * @title: stylegan
 * @short_description: Stylises video with ONNX style networks
 *
 * Runs every frame through an image-to-image network, such as a style transfer
 * network, and gives out a frame of the same size, format and colorimetry.
 * Networks are ONNX files with one image as input and one as output; networks of
 * fixed size are run at that size, and all others at the frame's size or at
 * #GstStylegan:working-height.
 *
 * All raw formats in system memory are taken; alpha is carried through. The
 * network sees R'G'B' with the primaries of BT.709, whatever the colorimetry of
 * the video; PQ and HLG video is shown to it as it is. Interlaced video has to go
 * through `deinterlace` first.
 *
 * Buffers with the flag #GST_BUFFER_FLAG_GAP are copied.
 *
 * The network runs on the graphics processor, through Vulkan, where there is one, and
 * else on the processor. What the element does on its own account (taking another
 * device than the one it was to find, a smaller working height for want of memory,
 * 32 bits where 16 overflow) it says in a warning message.
 *
 * In live pipelines the element adds the time that it takes for a frame, as
 * measured, to the latency, and posts a latency message when that time changes.
 * With QoS events from the sink it drops frames that would be late anyway.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 filesrc location=clip.mp4 ! decodebin ! videoconvert ! stylegan model=candy.onnx ! videoconvert ! autovideosink
 * ]| Plays a clip in the style of the model candy.onnx.
 * |[
 * gst-launch-1.0 v4l2src ! videoconvert ! queue max-size-buffers=1 leaky=downstream ! stylegan model=candy.onnx working-height=360 ! videoconvert ! autovideosink
 * ]| Stylises a webcam. The network works on pictures of 360 lines; what it
 * changed is scaled up and added to the full frame.
 */

#include "gststylegan.h"

#include <gst/video/video.h>

#include "gststyleganlayout.h"
#include "gststyleganmeta.h"
#include "gststylegansettings.h"
#include "gststyleganstyles.h"
#include "gststyleganworker.h"

GST_DEBUG_CATEGORY_STATIC (gst_stylegan_debug);
#define GST_CAT_DEFAULT gst_stylegan_debug

/* Timestamps that lie further apart begin something new. */
#define MAX_GAP (500 * GST_MSECOND)

/* Frames that the mean times in "stats" are taken over, roughly. */
#define STATS_FRAMES 16

typedef struct
{
  guint64 frames, dropped;
  guint compiled, frames_in_flight;
  gdouble load_ms, network_ms, store_ms, total_ms;
  SgTemporalStats temporal;
  gint working_width, working_height;
} Statistics;

struct _GstStylegan
{
  GstBaseTransform parent;

  /* Under the object lock. */
  GstStyleganSettings settings; /* as set */
  Statistics statistics;
  gchar *model_path;
  gchar *backend_name, *device_description;
  SgPrecision precision;
  gboolean live;
  GstClockTime reported_latency;

  /* From start to stop, then by the streaming thread alone. */
  GstStyleganSettings active;   /* as they were at start */
  GstStyleganWorker *worker;
  GstVideoInfo info;
  GstClockTime processing_time;
  GstClockTime last_pts;        /* of the buffer that came in before */
  gboolean interlaced_posted;
};

G_DEFINE_TYPE (GstStylegan, gst_stylegan, GST_TYPE_BASE_TRANSFORM);
GST_ELEMENT_REGISTER_DEFINE (stylegan, "stylegan", GST_RANK_NONE,
    GST_TYPE_STYLEGAN);

/* --- errors --- */

/* Posts @error as it is: the engine's messages say what failed and what to do.
 * Not to be called under the object lock. */
static void
gst_stylegan_post_error (GstStylegan * self, const GError * error,
    const gchar * function, gint line)
{
  static const struct
  {
    gint engine_code;
      GQuark (*domain) (void);
    gint code;
  } map[] = {
    {SG_ERROR_FAILED, gst_library_error_quark, GST_LIBRARY_ERROR_FAILED},
    {SG_ERROR_NOT_FOUND, gst_resource_error_quark,
        GST_RESOURCE_ERROR_NOT_FOUND},
    {SG_ERROR_INVALID_MODEL, gst_stream_error_quark, GST_STREAM_ERROR_DECODE},
    {SG_ERROR_UNSUPPORTED, gst_stream_error_quark,
        GST_STREAM_ERROR_WRONG_TYPE},
    {SG_ERROR_SHAPE, gst_stream_error_quark, GST_STREAM_ERROR_FORMAT},
    {SG_ERROR_NO_MEMORY, gst_resource_error_quark,
        GST_RESOURCE_ERROR_NO_SPACE_LEFT},
    {SG_ERROR_NO_DEVICE, gst_library_error_quark, GST_LIBRARY_ERROR_INIT},
    {SG_ERROR_INVALID_ARGUMENT, gst_library_error_quark,
        GST_LIBRARY_ERROR_SETTINGS},
    {SG_ERROR_NOT_FINITE, gst_stream_error_quark, GST_STREAM_ERROR_DECODE},
    {SG_ERROR_DEVICE_LOST, gst_resource_error_quark, GST_RESOURCE_ERROR_FAILED},
  };
  GQuark domain = GST_LIBRARY_ERROR;
  gint code = GST_LIBRARY_ERROR_FAILED;
  guint i;

  if (error->domain == GST_STREAM_ERROR || error->domain == GST_RESOURCE_ERROR) {
    domain = error->domain;
    code = error->code;
  }
  for (i = 0; error->domain == SG_ERROR && i < G_N_ELEMENTS (map); i++) {
    if (map[i].engine_code == error->code) {
      domain = map[i].domain ();
      code = map[i].code;
    }
  }
  gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_ERROR, domain, code,
      g_strdup (error->message), g_strdup_printf ("model %s",
          self->active.model ? self->active.model : "not set"), __FILE__,
      function, line);
}

#define POST_ERROR(self,error) \
    gst_stylegan_post_error (self, error, GST_FUNCTION, __LINE__)

static void
gst_stylegan_note_device (GstStylegan * self)
{
  SgDevice *device = gst_stylegan_worker_get_device (self->worker);
  SgStylizer *stylizer = gst_stylegan_worker_get_stylizer (self->worker);
  Statistics *s = &self->statistics;

  GST_OBJECT_LOCK (self);
  g_free (self->backend_name);
  g_free (self->device_description);
  self->backend_name = g_strdup (sg_device_get_backend_name (device));
  self->device_description = g_strdup (sg_device_get_description (device));
  self->precision = sg_device_get_precision (device);
  s->compiled = gst_stylegan_worker_get_n_compiled (self->worker);
  s->frames_in_flight = gst_stylegan_worker_get_frames_in_flight (self->worker);
  if (stylizer)
    sg_stylizer_get_working_size (stylizer, &s->working_width,
        &s->working_height);
  GST_OBJECT_UNLOCK (self);
  GST_INFO_OBJECT (self, "runs on %s: %s", sg_device_get_backend_name (device),
      sg_device_get_description (device));
}

/* What the worker decided, and (with it) what it runs on now. */
static void
gst_stylegan_post_warnings (GstStylegan * self)
{
  gchar *text;
  gboolean any = FALSE;

  while ((text = gst_stylegan_worker_take_warning (self->worker))) {
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", text), (NULL));
    g_free (text);
    any = TRUE;
  }
  if (any)
    gst_stylegan_note_device (self);
}

/* --- start and stop --- */

static gchar *
gst_stylegan_find_model (GstStylegan * self)
{
  g_autofree gchar *list = NULL;
  gchar *path;

  if (self->active.model == NULL)
    return g_strdup (GST_STYLEGAN_STYLES_DEFAULT);
  path = gst_stylegan_styles_find (self->active.model);
  if (path)
    return path;
  list = gst_stylegan_styles_list ();
  GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND,
      ("There is neither a file nor an installed style named \"%s\". "
          "Installed styles: %s.", self->active.model,
          list ? list : "none; set GST_STYLEGAN_STYLES to a folder of ONNX "
          "files"), (NULL));
  return NULL;
}

static void
gst_stylegan_clear (GstStylegan * self)
{
  g_clear_pointer (&self->worker, gst_stylegan_worker_free);
  gst_stylegan_settings_clear (&self->active);
}

static gboolean
gst_stylegan_start (GstBaseTransform * trans)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = NULL;

  GST_OBJECT_LOCK (self);
  gst_stylegan_settings_copy (&self->active, &self->settings);
  memset (&self->statistics, 0, sizeof (self->statistics));
  self->live = FALSE;
  self->reported_latency = 0;
  GST_OBJECT_UNLOCK (self);
  self->processing_time = 0;
  self->last_pts = GST_CLOCK_TIME_NONE;
  self->interlaced_posted = FALSE;

  path = gst_stylegan_find_model (self);
  if (path == NULL)
    goto failed;
  self->worker = gst_stylegan_worker_new (path, &self->active, &error);
  if (self->worker == NULL) {
    POST_ERROR (self, error);
    goto failed;
  }
  GST_INFO_OBJECT (self, "loaded %s, opset %" G_GINT64_FORMAT, path,
      sg_model_get_opset (gst_stylegan_worker_get_model (self->worker)));
  GST_OBJECT_LOCK (self);
  self->model_path = g_steal_pointer (&path);
  GST_OBJECT_UNLOCK (self);
  gst_stylegan_note_device (self);
  gst_stylegan_post_warnings (self);
  return TRUE;

failed:
  gst_stylegan_clear (self);
  return FALSE;
}

static gboolean
gst_stylegan_stop (GstBaseTransform * trans)
{
  GstStylegan *self = GST_STYLEGAN (trans);

  gst_stylegan_clear (self);
  GST_OBJECT_LOCK (self);
  g_clear_pointer (&self->model_path, g_free);
  g_clear_pointer (&self->backend_name, g_free);
  g_clear_pointer (&self->device_description, g_free);
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* --- caps --- */

/* Here and not in the caps: a source that has only interlaced video would end
 * with "not negotiated", and nobody would know why. */
static gboolean
gst_stylegan_check_progressive (GstStylegan * self, const GstVideoInfo * info)
{
  if (!GST_VIDEO_INFO_IS_INTERLACED (info))
    return TRUE;
  if (!self->interlaced_posted) {
    self->interlaced_posted = TRUE;
    GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE,
        ("Interlaced video cannot be stylised. Put the element \"deinterlace\" "
            "in front of \"%s\".", GST_OBJECT_NAME (self)),
        ("interlace-mode=%s", gst_video_interlace_mode_to_string
            (GST_VIDEO_INFO_INTERLACE_MODE (info))));
  }
  return FALSE;
}

/* As the property says, or by whether somebody waits for the frames. */
static guint
gst_stylegan_choose_frames_in_flight (GstStylegan * self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (self->active.frames_in_flight > 0)
    return self->active.frames_in_flight;
  if (gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  return live ? 1 : 2;
}

static gboolean
gst_stylegan_set_caps (GstBaseTransform * trans, GstCaps * incaps,
    GstCaps * outcaps)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, incaps)) {
    GST_ERROR_OBJECT (self, "invalid caps %" GST_PTR_FORMAT, incaps);
    return FALSE;
  }
  if (!gst_stylegan_check_progressive (self, &info))
    return FALSE;
  if (!gst_stylegan_worker_set_info (self->worker, &info,
          gst_stylegan_choose_frames_in_flight (self), &error)) {
    POST_ERROR (self, error);
    return FALSE;
  }
  self->info = info;
  gst_stylegan_worker_reset (self->worker);
  gst_stylegan_note_device (self);
  gst_stylegan_post_warnings (self);
  GST_INFO_OBJECT (self, "%dx%d, network runs at %dx%d, %" G_GSIZE_FORMAT
      " bytes, %u frames in flight", GST_VIDEO_INFO_WIDTH (&info),
      GST_VIDEO_INFO_HEIGHT (&info), self->statistics.working_width,
      self->statistics.working_height,
      sg_stylizer_get_memory_bytes (gst_stylegan_worker_get_stylizer
          (self->worker)), self->statistics.frames_in_flight);
  return TRUE;
}

/* --- allocation and metas --- */

static gboolean
gst_stylegan_decide_allocation (GstBaseTransform * trans, GstQuery * query)
{
  return gst_stylegan_meta_decide_pool (query)
      && GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->decide_allocation
      (trans, query);
}

static gboolean
gst_stylegan_propose_allocation (GstBaseTransform * trans,
    GstQuery * decide_query, GstQuery * query)
{
  return
      GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->propose_allocation
      (trans, decide_query, query) && gst_stylegan_meta_propose (query);
}

/* What downstream can use and we keep may be offered to upstream. */
static gboolean
gst_stylegan_filter_meta (GstBaseTransform * trans, GstQuery * query, GType api,
    const GstStructure * params)
{
  return gst_stylegan_meta_is_kept (api);
}

static gboolean
gst_stylegan_transform_meta (GstBaseTransform * trans, GstBuffer * outbuf,
    GstMeta * meta, GstBuffer * inbuf)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  GType api = meta->info->api;
  gint x, y;

  if (api == GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE
      && gst_stylegan_meta_get_offset (inbuf, &x, &y)) {
    gst_stylegan_meta_move_roi (outbuf, (GstVideoRegionOfInterestMeta *) meta,
        x, y, GST_VIDEO_INFO_WIDTH (&self->info),
        GST_VIDEO_INFO_HEIGHT (&self->info));
    return FALSE;
  }
  return gst_stylegan_meta_is_kept (api);
}

/* --- latency and statistics --- */

static gboolean
gst_stylegan_query_latency (GstStylegan * self, GstQuery * query)
{
  GstClockTime min, max, own;
  gboolean live;

  if (!gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query))
    return FALSE;
  gst_query_parse_latency (query, &live, &min, &max);

  GST_OBJECT_LOCK (self);
  self->live = live;
  own = self->reported_latency;
  GST_OBJECT_UNLOCK (self);

  min += own;
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += own;
  GST_DEBUG_OBJECT (self, "own latency %" GST_TIME_FORMAT, GST_TIME_ARGS (own));
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

/* The latency is the time that a frame takes, from submission to collection, and the
 * wait for the frames that come in between. What is reported leaves a quarter to spare
 * and is changed only when it is exceeded, or twice too much, so that pipelines are
 * not set up anew all the time. */
static void
gst_stylegan_update_latency (GstStylegan * self, GstClockTime elapsed)
{
  gboolean changed = FALSE;

  self->processing_time =
      MAX (elapsed, (self->processing_time * 31 + elapsed) / 32);

  GST_OBJECT_LOCK (self);
  if (self->processing_time > self->reported_latency
      || self->processing_time * 2 + GST_MSECOND < self->reported_latency) {
    self->reported_latency =
        (self->processing_time * 5 / 4 / GST_MSECOND + 1) * GST_MSECOND;
    changed = self->live;
  }
  GST_OBJECT_UNLOCK (self);

  if (changed)
    gst_element_post_message (GST_ELEMENT (self),
        gst_message_new_latency (GST_OBJECT (self)));
}

static void
update_mean (gdouble * mean, gdouble value, guint64 n)
{
  *mean += (value - *mean) / MIN (n, STATS_FRAMES);
}

static void
gst_stylegan_count_frame (GstStylegan * self)
{
  Statistics *s = &self->statistics;
  GstStyleganTimes t;

  gst_stylegan_worker_get_times (self->worker, &t);
  GST_OBJECT_LOCK (self);
  sg_stylizer_get_temporal_stats (gst_stylegan_worker_get_stylizer
      (self->worker), &s->temporal);
  s->frames++;
  update_mean (&s->load_ms, t.load_ms, s->frames);
  update_mean (&s->network_ms, t.network_ms, s->frames);
  update_mean (&s->store_ms, t.store_ms, s->frames);
  update_mean (&s->total_ms, t.total_ms, s->frames);
  GST_OBJECT_UNLOCK (self);

  GST_LOG_OBJECT (self, "load %.2f, network %.2f, store %.2f ms, all %.2f",
      t.load_ms, t.network_ms, t.store_ms, t.total_ms);
  gst_stylegan_update_latency (self, (GstClockTime) (t.total_ms * GST_MSECOND));
}

static GstStructure *
gst_stylegan_create_stats (GstStylegan * self)
{
  const Statistics *s = &self->statistics;
  GstStructure *stats;

  GST_OBJECT_LOCK (self);
  stats = gst_structure_new ("application/x-stylegan-stats",
      "frames", G_TYPE_UINT64, s->frames,
      "dropped", G_TYPE_UINT64, s->dropped,
      "compiled", G_TYPE_UINT, s->compiled,
      "load-ms", G_TYPE_DOUBLE, s->load_ms,
      "network-ms", G_TYPE_DOUBLE, s->network_ms,
      "store-ms", G_TYPE_DOUBLE, s->store_ms,
      "total-ms", G_TYPE_DOUBLE, s->total_ms,
      "working-width", G_TYPE_INT, s->working_width,
      "working-height", G_TYPE_INT, s->working_height,
      "warp-error", G_TYPE_DOUBLE, s->temporal.error,
      "raw-warp-error", G_TYPE_DOUBLE, s->temporal.raw_error,
      "input-warp-error", G_TYPE_DOUBLE, s->temporal.input_error,
      "trusted", G_TYPE_DOUBLE, s->temporal.trusted,
      "cuts", G_TYPE_UINT, s->temporal.cuts,
      "flashes", G_TYPE_UINT, s->temporal.flashes,
      "frames-in-flight", G_TYPE_UINT, s->frames_in_flight,
      "backend", G_TYPE_STRING, self->backend_name,
      "device", G_TYPE_STRING, self->device_description,
      "precision", G_TYPE_STRING, self->backend_name == NULL ? NULL :
      self->precision == SG_PRECISION_FP16 ? "fp16" : "fp32",
      "model", G_TYPE_STRING, self->model_path, NULL);
  GST_OBJECT_UNLOCK (self);
  return stats;
}

/* --- frames --- */

static GstFlowReturn
gst_stylegan_submit_input_buffer (GstBaseTransform * trans, gboolean is_discont,
    GstBuffer * input)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  GstFlowReturn ret;

  ret =
      GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->submit_input_buffer
      (trans, is_discont, input);
  if (ret == GST_BASE_TRANSFORM_FLOW_DROPPED) {
    GST_OBJECT_LOCK (self);
    self->statistics.dropped++;
    GST_OBJECT_UNLOCK (self);
  }
  return ret;
}

/* Copied rather than stylised; cropped ones go the long way, which knows how. */
static gboolean
gst_stylegan_is_gap (GstBuffer * buffer, gint x, gint y)
{
  return GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP) && x == 0
      && y == 0;
}

/* The oldest frame under way, finished. */
static GstFlowReturn
gst_stylegan_collect (GstStylegan * self, GstBuffer ** outbuf)
{
  g_autoptr (GError) error = NULL;

  *outbuf = gst_stylegan_worker_collect (self->worker, &error);
  if (*outbuf == NULL) {
    POST_ERROR (self, error);
    return GST_FLOW_ERROR;
  }
  gst_stylegan_post_warnings (self);
  gst_stylegan_count_frame (self);
  return GST_FLOW_OK;
}

/* Pushes all frames under way. */
static GstFlowReturn
gst_stylegan_drain (GstStylegan * self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (self->worker && ret == GST_FLOW_OK
      && gst_stylegan_worker_get_n_under_way (self->worker) > 0) {
    GstBuffer *outbuf;

    ret = gst_stylegan_collect (self, &outbuf);
    if (ret == GST_FLOW_OK)
      ret = gst_pad_push (GST_BASE_TRANSFORM_SRC_PAD (self), outbuf);
  }
  if (ret != GST_FLOW_OK)
    gst_stylegan_worker_discard (self->worker);
  return ret;
}

/* Whether @buffer goes on from the one before it: frames may be missing in between
 * (leaky queues mark that as a discontinuity), time may not jump. */
static gboolean
gst_stylegan_continues (GstStylegan * self, GstBuffer * buffer)
{
  const GstClockTime pts = GST_BUFFER_PTS (buffer), last = self->last_pts;
  gboolean backwards;

  self->last_pts = pts;
  if (!GST_CLOCK_TIME_IS_VALID (pts) || !GST_CLOCK_TIME_IS_VALID (last))
    return !GST_BUFFER_IS_DISCONT (buffer);
  backwards = GST_BASE_TRANSFORM (self)->segment.rate < 0;
  if (pts != last && (pts < last) != backwards)
    return FALSE;
  return MAX (pts, last) - MIN (pts, last) <= MAX_GAP;
}

static void
gst_stylegan_before_transform (GstBaseTransform * trans, GstBuffer * buffer)
{
  GstClockTime time = gst_segment_to_stream_time (&trans->segment,
      GST_FORMAT_TIME, GST_BUFFER_TIMESTAMP (buffer));

  if (GST_CLOCK_TIME_IS_VALID (time))
    gst_object_sync_values (GST_OBJECT (trans), time);
}

/* What may have changed since the last frame. */
static void
gst_stylegan_update_worker (GstStylegan * self, GstBuffer * buffer)
{
  SgStylizerControls controls = SG_STYLIZER_CONTROLS_INIT;

  GST_OBJECT_LOCK (self);
  controls.temporal_strength = self->settings.temporal_strength;
  GST_OBJECT_UNLOCK (self);
  gst_stylegan_worker_set_controls (self->worker, &controls);
  if (!gst_stylegan_continues (self, buffer))
    gst_stylegan_worker_reset (self->worker);
}

/* A frame in, and out when it is the only one. */
static GstFlowReturn
gst_stylegan_transform (GstBaseTransform * trans, GstBuffer * inbuf,
    GstBuffer * outbuf)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  g_autoptr (GError) error = NULL;
  gint x, y;
  gboolean ok;

  gst_stylegan_meta_get_offset (inbuf, &x, &y);
  if (gst_stylegan_is_gap (inbuf, x, y))
    ok = gst_stylegan_worker_copy (self->worker, inbuf, outbuf, &error);
  else
    ok = gst_stylegan_worker_submit (self->worker, inbuf, x, y, outbuf, &error);
  if (!ok) {
    POST_ERROR (self, error);
    return GST_FLOW_ERROR;
  }
  return GST_FLOW_OK;
}

/* Called until it gives nothing: first with the buffer that came in. */
static GstFlowReturn
gst_stylegan_generate_output (GstBaseTransform * trans, GstBuffer ** outbuf)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  GstBaseTransformClass *klass = GST_BASE_TRANSFORM_GET_CLASS (trans);
  g_autoptr (GstBuffer) inbuf = g_steal_pointer (&trans->queued_buf);
  g_autoptr (GstBuffer) out = NULL;
  GstFlowReturn ret;
  gint x, y;

  *outbuf = NULL;
  if (inbuf == NULL)
    return GST_FLOW_OK;
  if (self->worker == NULL
      || gst_stylegan_worker_get_stylizer (self->worker) == NULL)
    return GST_FLOW_NOT_NEGOTIATED;

  gst_stylegan_update_worker (self, inbuf);
  gst_stylegan_meta_get_offset (inbuf, &x, &y);
  if (gst_stylegan_is_gap (inbuf, x, y)) {
    ret = gst_stylegan_drain (self);
    if (ret != GST_FLOW_OK)
      return ret;
  }
  ret = klass->prepare_output_buffer (trans, inbuf, &out);
  if (ret == GST_FLOW_OK)
    ret = klass->transform (trans, inbuf, out);
  if (ret != GST_FLOW_OK)
    return ret;
  if (gst_stylegan_worker_get_n_under_way (self->worker) == 0)
    *outbuf = g_steal_pointer (&out);
  else if (gst_stylegan_worker_get_n_under_way (self->worker) >=
      gst_stylegan_worker_get_frames_in_flight (self->worker))
    ret = gst_stylegan_collect (self, outbuf);
  return ret;
}

/* What comes between two frames must not overtake the first of them. */
static gboolean
gst_stylegan_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  GstStylegan *self = GST_STYLEGAN (trans);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    if (self->worker)
      gst_stylegan_worker_discard (self->worker);
    self->last_pts = GST_CLOCK_TIME_NONE;
  } else if (GST_EVENT_IS_SERIALIZED (event)) {
    gst_stylegan_drain (self);
  }
  return GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->sink_event
      (trans, event);
}

static gboolean
gst_stylegan_query (GstBaseTransform * trans, GstPadDirection direction,
    GstQuery * query)
{
  if (direction == GST_PAD_SRC && GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return gst_stylegan_query_latency (GST_STYLEGAN (trans), query);
  if (direction == GST_PAD_SINK && GST_QUERY_IS_SERIALIZED (query))
    gst_stylegan_drain (GST_STYLEGAN (trans));
  return GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->query (trans,
      direction, query);
}

/* --- object --- */

static void
gst_stylegan_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstStylegan *self = GST_STYLEGAN (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_stylegan_settings_set (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_stylegan_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstStylegan *self = GST_STYLEGAN (object);
  gboolean known;

  if (id == GST_STYLEGAN_PROP_STATS) {
    g_value_take_boxed (value, gst_stylegan_create_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  known = gst_stylegan_settings_get (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_stylegan_finalize (GObject * object)
{
  GstStylegan *self = GST_STYLEGAN (object);

  gst_stylegan_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_stylegan_parent_class)->finalize (object);
}

static void
gst_stylegan_class_init (GstStyleganClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);
  GstCaps *caps;

  GST_DEBUG_CATEGORY_INIT (gst_stylegan_debug, "stylegan", 0, "stylises video");

  object_class->set_property = gst_stylegan_set_property;
  object_class->get_property = gst_stylegan_get_property;
  object_class->finalize = gst_stylegan_finalize;
  gst_stylegan_settings_install (object_class);

  gst_element_class_set_static_metadata (element_class, "Video stylisation",
      "Filter/Effect/Video", "Stylises video with ONNX style networks",
      "The gst-stylegan authors");
  caps = gst_stylegan_layout_get_template_caps ();
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);

  trans_class->start = GST_DEBUG_FUNCPTR (gst_stylegan_start);
  trans_class->stop = GST_DEBUG_FUNCPTR (gst_stylegan_stop);
  trans_class->set_caps = GST_DEBUG_FUNCPTR (gst_stylegan_set_caps);
  trans_class->decide_allocation =
      GST_DEBUG_FUNCPTR (gst_stylegan_decide_allocation);
  trans_class->propose_allocation =
      GST_DEBUG_FUNCPTR (gst_stylegan_propose_allocation);
  trans_class->filter_meta = GST_DEBUG_FUNCPTR (gst_stylegan_filter_meta);
  trans_class->transform_meta = GST_DEBUG_FUNCPTR (gst_stylegan_transform_meta);
  trans_class->query = GST_DEBUG_FUNCPTR (gst_stylegan_query);
  trans_class->submit_input_buffer =
      GST_DEBUG_FUNCPTR (gst_stylegan_submit_input_buffer);
  trans_class->before_transform =
      GST_DEBUG_FUNCPTR (gst_stylegan_before_transform);
  trans_class->generate_output =
      GST_DEBUG_FUNCPTR (gst_stylegan_generate_output);
  trans_class->transform = GST_DEBUG_FUNCPTR (gst_stylegan_transform);
  trans_class->sink_event = GST_DEBUG_FUNCPTR (gst_stylegan_sink_event);
}

static void
gst_stylegan_init (GstStylegan * self)
{
  gst_stylegan_settings_init (&self->settings);
  gst_base_transform_set_qos_enabled (GST_BASE_TRANSFORM (self), TRUE);
  gst_base_transform_set_gap_aware (GST_BASE_TRANSFORM (self), TRUE);
}
