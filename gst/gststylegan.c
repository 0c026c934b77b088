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
#include <sg/stylizer.h>

#include "gststyleganframe.h"
#include "gststyleganlayout.h"
#include "gststyleganmeta.h"
#include "gststylegansettings.h"
#include "gststyleganstyles.h"

GST_DEBUG_CATEGORY_STATIC (gst_stylegan_debug);
#define GST_CAT_DEFAULT gst_stylegan_debug

/* Frames that the mean times in "stats" are taken over, roughly. */
#define STATS_FRAMES 16

typedef struct
{
  guint64 frames, dropped;
  guint compiled;
  gdouble load_ms, network_ms, store_ms, total_ms;
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
  gboolean live;
  GstClockTime reported_latency;

  /* From start to stop, then by the streaming thread alone. */
  GstStyleganSettings active;   /* as they were at start */
  SgModel *model;
  SgDevice *device;
  GstVideoInfo info;
  GstStyleganConverter *converter;
  SgStylizer *stylizer;
  gint stylizer_width, stylizer_height;
  GstClockTime processing_time;
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

/* --- start and stop --- */

static gchar *
gst_stylegan_find_model (GstStylegan * self)
{
  g_autofree gchar *list = NULL;
  gchar *path = NULL;

  if (self->active.model)
    path = gst_stylegan_styles_find (self->active.model);
  if (path)
    return path;

  list = gst_stylegan_styles_list ();
  if (self->active.model == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND,
        ("No model is set. Set the property \"model\" to the path of an ONNX "
            "file or to the name of an installed style (%s).",
            list ? list : "none is installed"), (NULL));
  } else {
    GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND,
        ("There is neither a file nor an installed style named \"%s\". "
            "Installed styles: %s.", self->active.model,
            list ? list : "none; set GST_STYLEGAN_STYLES to a folder of ONNX "
            "files"), (NULL));
  }
  return NULL;
}

/* What AUTO came to is in "stats"; a GPU that cannot be used, though asked for by
 * name, is an error and never silently replaced. */
static gboolean
gst_stylegan_open_device (GstStylegan * self)
{
  g_autoptr (GError) error = NULL;

  self->device =
      sg_device_open (self->active.backend, self->active.threads, &error);
  if (self->device == NULL) {
    POST_ERROR (self, error);
    return FALSE;
  }
  GST_INFO_OBJECT (self, "runs on %s: %s",
      sg_device_get_backend_name (self->device),
      sg_device_get_description (self->device));
  return TRUE;
}

static void
gst_stylegan_clear (GstStylegan * self)
{
  g_clear_pointer (&self->stylizer, sg_stylizer_free);
  g_clear_pointer (&self->converter, gst_stylegan_converter_free);
  g_clear_pointer (&self->device, sg_device_unref);
  g_clear_pointer (&self->model, sg_model_unref);
  gst_stylegan_settings_clear (&self->active);
  self->stylizer_width = self->stylizer_height = 0;
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
  self->interlaced_posted = FALSE;

  path = gst_stylegan_find_model (self);
  if (path == NULL)
    goto failed;
  self->model = sg_model_load (path, &error);
  if (self->model == NULL || !sg_stylizer_check_model (self->model, &error)) {
    POST_ERROR (self, error);
    goto failed;
  }
  GST_INFO_OBJECT (self, "loaded %s, opset %" G_GINT64_FORMAT, path,
      sg_model_get_opset (self->model));
  if (!gst_stylegan_open_device (self))
    goto failed;

  GST_OBJECT_LOCK (self);
  self->model_path = g_steal_pointer (&path);
  self->backend_name = g_strdup (sg_device_get_backend_name (self->device));
  self->device_description =
      g_strdup (sg_device_get_description (self->device));
  GST_OBJECT_UNLOCK (self);
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

static gboolean
gst_stylegan_update_converter (GstStylegan * self, const GstVideoInfo * info)
{
  if (self->converter
      && GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_INFO_FORMAT (&self->info)
      && GST_VIDEO_INFO_WIDTH (info) == GST_VIDEO_INFO_WIDTH (&self->info)
      && GST_VIDEO_INFO_HEIGHT (info) == GST_VIDEO_INFO_HEIGHT (&self->info)
      && gst_video_colorimetry_is_equal (&GST_VIDEO_INFO_COLORIMETRY (info),
          &GST_VIDEO_INFO_COLORIMETRY (&self->info)))
    return TRUE;

  g_clear_pointer (&self->converter, gst_stylegan_converter_free);
  self->converter = gst_stylegan_converter_new (info,
      sg_device_get_threads (self->device));
  if (self->converter == NULL) {
    GST_ELEMENT_ERROR (self, RESOURCE, NO_SPACE_LEFT,
        ("There is no memory to unpack %s frames of %dx%d. Convert to another "
            "format with \"videoconvert\" first.", GST_VIDEO_INFO_NAME (info),
            GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info)), (NULL));
    return FALSE;
  }
  return TRUE;
}

static gboolean
gst_stylegan_update_stylizer (GstStylegan * self, const GstVideoInfo * info)
{
  g_autoptr (GError) error = NULL;
  SgStylizerConfig config = { 0, };

  config.width = GST_VIDEO_INFO_WIDTH (info);
  config.height = GST_VIDEO_INFO_HEIGHT (info);
  config.working_height = self->active.working_height;
  config.pixel_range = self->active.pixel_range;
  config.channel_order = self->active.channel_order;
  if (self->stylizer && config.width == self->stylizer_width
      && config.height == self->stylizer_height)
    return TRUE;

  /* First the old one, so that there never is memory for two. */
  g_clear_pointer (&self->stylizer, sg_stylizer_free);
  self->stylizer = sg_stylizer_new (self->model, self->device, &config, &error);
  if (self->stylizer == NULL) {
    POST_ERROR (self, error);
    return FALSE;
  }
  self->stylizer_width = config.width;
  self->stylizer_height = config.height;

  GST_OBJECT_LOCK (self);
  self->statistics.compiled++;
  sg_stylizer_get_working_size (self->stylizer,
      &self->statistics.working_width, &self->statistics.working_height);
  GST_OBJECT_UNLOCK (self);
  GST_INFO_OBJECT (self, "compiled for %dx%d, network runs at %dx%d, "
      "%" G_GSIZE_FORMAT " bytes", config.width, config.height,
      self->statistics.working_width, self->statistics.working_height,
      sg_stylizer_get_memory_bytes (self->stylizer));
  return TRUE;
}

static gboolean
gst_stylegan_set_caps (GstBaseTransform * trans, GstCaps * incaps,
    GstCaps * outcaps)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, incaps)) {
    GST_ERROR_OBJECT (self, "invalid caps %" GST_PTR_FORMAT, incaps);
    return FALSE;
  }
  if (!gst_stylegan_check_progressive (self, &info)
      || !gst_stylegan_update_converter (self, &info)
      || !gst_stylegan_update_stylizer (self, &info))
    return FALSE;
  self->info = info;
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

static gboolean
gst_stylegan_query (GstBaseTransform * trans, GstPadDirection direction,
    GstQuery * query)
{
  if (direction == GST_PAD_SRC && GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return gst_stylegan_query_latency (GST_STYLEGAN (trans), query);
  return GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->query (trans,
      direction, query);
}

/* Frames are not queued: the latency is the time that a frame takes. What is
 * reported leaves a quarter to spare and is changed only when it is exceeded, or
 * twice too much, so that pipelines are not set up anew all the time. */
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
gst_stylegan_count_frame (GstStylegan * self, gint64 unpack_us, gint64 pack_us,
    gint64 total_us)
{
  Statistics *s = &self->statistics;
  gdouble load, network, store;

  load = sg_stylizer_get_stage_ms (self->stylizer, SG_STAGE_LOAD);
  network = sg_stylizer_get_stage_ms (self->stylizer, SG_STAGE_NETWORK);
  store = sg_stylizer_get_stage_ms (self->stylizer, SG_STAGE_STORE);

  GST_OBJECT_LOCK (self);
  s->frames++;
  update_mean (&s->load_ms, load + unpack_us / 1000.0, s->frames);
  update_mean (&s->network_ms, network, s->frames);
  update_mean (&s->store_ms, store + pack_us / 1000.0, s->frames);
  update_mean (&s->total_ms, total_us / 1000.0, s->frames);
  GST_OBJECT_UNLOCK (self);

  GST_LOG_OBJECT (self, "load %.2f, network %.2f, store %.2f ms",
      load + unpack_us / 1000.0, network, store + pack_us / 1000.0);
  gst_stylegan_update_latency (self, total_us * GST_USECOND);
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
      "backend", G_TYPE_STRING, self->backend_name,
      "device", G_TYPE_STRING, self->device_description,
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

static gboolean
gst_stylegan_process (GstStylegan * self, GstVideoFrame * in,
    GstVideoFrame * out, gint x, gint y, GError ** error)
{
  SgImage source, target;
  gint64 begin, unpacked, processed, end;

  begin = g_get_monotonic_time ();
  if (!gst_stylegan_converter_load (self->converter, in, x, y, &source, error)
      || !gst_stylegan_converter_begin_store (self->converter, out, &target,
          error))
    return FALSE;
  unpacked = g_get_monotonic_time ();
  if (!sg_stylizer_process (self->stylizer, &source, &target, error))
    return FALSE;
  processed = g_get_monotonic_time ();
  if (!gst_stylegan_converter_end_store (self->converter, out, error))
    return FALSE;
  end = g_get_monotonic_time ();

  gst_stylegan_count_frame (self, unpacked - begin, end - processed,
      end - begin);
  return TRUE;
}

static gboolean
gst_stylegan_transform_mapped (GstStylegan * self, GstBuffer * inbuf,
    GstVideoFrame * in, GstVideoFrame * out, GError ** error)
{
  gint x, y;

  gst_stylegan_meta_get_offset (inbuf, &x, &y);
  /* Cropped ones go the long way, which knows how. */
  if (GST_BUFFER_FLAG_IS_SET (inbuf, GST_BUFFER_FLAG_GAP) && x == 0 && y == 0)
    return gst_stylegan_converter_copy (self->converter, in, out, error);
  return gst_stylegan_process (self, in, out, x, y, error);
}

static GstFlowReturn
gst_stylegan_transform (GstBaseTransform * trans, GstBuffer * inbuf,
    GstBuffer * outbuf)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  g_autoptr (GError) error = NULL;
  GstVideoFrame in, out;
  gboolean ok;

  if (self->converter == NULL || self->stylizer == NULL)
    return GST_FLOW_NOT_NEGOTIATED;

  if (!gst_stylegan_frame_map (&in, &self->info, inbuf, GST_MAP_READ, &error))
    goto failed;
  if (!gst_stylegan_frame_map (&out, &self->info, outbuf, GST_MAP_WRITE,
          &error)) {
    gst_video_frame_unmap (&in);
    goto failed;
  }
  ok = gst_stylegan_transform_mapped (self, inbuf, &in, &out, &error);
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&in);
  if (!ok)
    goto failed;
  return GST_FLOW_OK;

failed:
  POST_ERROR (self, error);
  return GST_FLOW_ERROR;
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
  trans_class->transform = GST_DEBUG_FUNCPTR (gst_stylegan_transform);
}

static void
gst_stylegan_init (GstStylegan * self)
{
  gst_stylegan_settings_init (&self->settings);
  gst_base_transform_set_qos_enabled (GST_BASE_TRANSFORM (self), TRUE);
  gst_base_transform_set_gap_aware (GST_BASE_TRANSFORM (self), TRUE);
}
