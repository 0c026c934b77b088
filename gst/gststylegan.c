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
 * Buffers with the flag #GST_BUFFER_FLAG_GAP go through as they are.
 *
 * Models and masks are loaded in the background: while playing, a new
 * #GstStylegan:model is faded over to without a frame being late for it. Until the
 * first one is ready, frames go through in live pipelines, and wait in others
 * (#GstStylegan:start-mode).
 *
 * The network runs on the graphics processor, through Vulkan, where there is one, and
 * else on the processor. What the element does on its own account (taking another
 * device than the one it was to find, a smaller working height for want of memory,
 * 32 bits where 16 overflow) it says in a warning message.
 *
 * In live pipelines the element adds the time that it takes for a frame, as
 * measured, to the latency, and posts a latency message when that time changes.
 * With QoS events from the sink it does less for a frame (#GstStylegan:qos-mode) and, at
 * last, drops those that would be late anyway.
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

#include <string.h>

#include "gststyleganerror.h"
#include "gststyleganlayout.h"
#include "gststyleganmeta.h"
#include "gststyleganprivate.h"

GST_DEBUG_CATEGORY (gst_stylegan_debug);
#define GST_CAT_DEFAULT gst_stylegan_debug

#define MESSAGE_INTERVAL G_TIME_SPAN_SECOND

G_DEFINE_TYPE_WITH_CODE (GstStylegan, gst_stylegan, GST_TYPE_BASE_TRANSFORM,
    G_IMPLEMENT_INTERFACE (GST_TYPE_PRESET, NULL));
GST_ELEMENT_REGISTER_DEFINE (stylegan, "stylegan", GST_RANK_NONE,
    GST_TYPE_STYLEGAN);

/* --- messages --- */

void
gst_stylegan_post_error (GstStylegan * self, const GError * error)
{
  g_autofree gchar *model = NULL;

  GST_OBJECT_LOCK (self);
  model = g_strdup (self->settings.model);
  GST_OBJECT_UNLOCK (self);
  gst_stylegan_error_post (self, error, model);
}

static void
gst_stylegan_note_player (GstStylegan * self)
{
  GST_OBJECT_LOCK (self);
  gst_stylegan_stats_note_player (&self->stats, self->player);
  GST_OBJECT_UNLOCK (self);
}

/* What the player decided, and (with it) what it runs on now. */
void
gst_stylegan_post_warnings (GstStylegan * self)
{
  gchar *text;
  gboolean any = FALSE;

  while ((text = gst_stylegan_player_take_warning (self->player))) {
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS, ("%s", text), (NULL));
    g_free (text);
    any = TRUE;
  }
  if (any)
    gst_stylegan_note_player (self);
}

static GstStructure *
gst_stylegan_create_stats (GstStylegan * self)
{
  GstStructure *stats;

  GST_OBJECT_LOCK (self);
  self->stats.enabled = self->settings.live.enabled;
  stats = gst_stylegan_stats_to_structure (&self->stats, self->player
      && (self->changed || gst_stylegan_player_is_loading (self->player)));
  GST_OBJECT_UNLOCK (self);
  return stats;
}

/* Once a second, if asked for. */
void
gst_stylegan_post_stats (GstStylegan * self, const GstStyleganLive * live)
{
  const gint64 time = g_get_monotonic_time ();
  GstStructure *stats;

  if (!live->messages || time - self->message_time < MESSAGE_INTERVAL)
    return;
  self->message_time = time;
  stats = gst_stylegan_create_stats (self);
  gst_structure_set_name (stats, "stylegan-stats");
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), stats));
}

/* --- start and stop --- */

void
gst_stylegan_copy_settings (GstStylegan * self, GstStyleganSettings * copy)
{
  memset (copy, 0, sizeof (*copy));
  GST_OBJECT_LOCK (self);
  gst_stylegan_settings_copy (copy, &self->settings);
  gst_stylegan_pace_adapt (self, copy);
  self->changed = FALSE;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_stylegan_start (GstBaseTransform * trans)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  g_autoptr (GError) error = NULL;
  GstStyleganSettings settings;
  GstStyleganPlayer *player;

  self->info.finfo = NULL;
  gst_stylegan_copy_settings (self, &settings);
  player = gst_stylegan_player_new (&settings, &error);
  gst_stylegan_settings_clear (&settings);
  if (player == NULL) {
    gst_stylegan_post_error (self, error);
    return FALSE;
  }
  GST_INFO_OBJECT (self, "loaded %s", gst_stylegan_player_get_path (player,
          GST_STYLEGAN_ASSET_MODEL));
  GST_OBJECT_LOCK (self);
  self->player = player;
  self->live = FALSE;
  memset (&self->qos, 0, sizeof (self->qos));
  GST_OBJECT_UNLOCK (self);
  self->now = 0;
  self->frame_duration = 0;
  self->let_through = 0;
  self->last_pts = GST_CLOCK_TIME_NONE;
  self->broken = FALSE;
  self->interlaced_posted = FALSE;
  self->message_time = g_get_monotonic_time ();
  gst_stylegan_note_player (self);
  gst_stylegan_post_warnings (self);
  return TRUE;
}

static gboolean
gst_stylegan_stop (GstBaseTransform * trans)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  GstStyleganPlayer *player;

  GST_OBJECT_LOCK (self);
  player = g_steal_pointer (&self->player);
  gst_stylegan_stats_clear (&self->stats);
  GST_OBJECT_UNLOCK (self);
  gst_stylegan_player_free (player);
  return TRUE;
}

/* Frames that wait for a network are let go of, before their thread is waited for. */
static void
gst_stylegan_set_flushing (GstStylegan * self, gboolean flushing)
{
  GST_OBJECT_LOCK (self);
  if (self->player)
    gst_stylegan_player_set_flushing (self->player, flushing);
  GST_OBJECT_UNLOCK (self);
}

static GstStateChangeReturn
gst_stylegan_change_state (GstElement * element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_stylegan_set_flushing (GST_STYLEGAN (element), TRUE);
  return GST_ELEMENT_CLASS (gst_stylegan_parent_class)->change_state (element,
      transition);
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
gst_stylegan_upstream_is_live (GstStylegan * self)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  gboolean live = FALSE;

  if (gst_pad_peer_query (GST_BASE_TRANSFORM_SINK_PAD (self), query))
    gst_query_parse_latency (query, &live, NULL, NULL);
  return live;
}

/* What is ready, with the next frame. */
gboolean
gst_stylegan_change_player (GstStylegan * self, const GstStyleganLive * live)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = gst_stylegan_player_change (self->player, live, self->now,
      &error);

  gst_stylegan_note_player (self);
  gst_stylegan_post_warnings (self);
  if (!ok)
    gst_stylegan_post_error (self, error);
  return ok;
}

static gboolean
gst_stylegan_set_caps (GstBaseTransform * trans, GstCaps * incaps,
    GstCaps * outcaps)
{
  GstStylegan *self = GST_STYLEGAN (trans);
  const gboolean live = gst_stylegan_upstream_is_live (self);
  g_autoptr (GError) error = NULL;
  GstStyleganSettings settings;
  GstVideoInfo info;
  gboolean ok;

  if (!gst_video_info_from_caps (&info, incaps)) {
    GST_ERROR_OBJECT (self, "invalid caps %" GST_PTR_FORMAT, incaps);
    return FALSE;
  }
  if (!gst_stylegan_check_progressive (self, &info))
    return FALSE;
  self->info = info;
  self->live_source = live;
  gst_stylegan_copy_settings (self, &settings);
  self->wait = settings.start_mode == GST_STYLEGAN_START_WAIT
      || (settings.start_mode == GST_STYLEGAN_START_AUTO && !live);
  self->hold = settings.start_mode == GST_STYLEGAN_START_HOLD;
  ok = gst_stylegan_player_set_info (self->player, &settings, &info,
      settings.frames_in_flight ? settings.frames_in_flight : live ? 1 : 2,
      &error);
  if (!ok)
    gst_stylegan_post_error (self, error);
  else if (self->wait && settings.live.enabled
      && !gst_stylegan_player_is_ready (self->player)
      && gst_stylegan_player_wait (self->player))
    ok = gst_stylegan_change_player (self, &settings.live);
  gst_stylegan_settings_clear (&settings);
  self->broken = TRUE;
  gst_stylegan_note_player (self);
  return ok;
}

/* --- allocation and metas --- */

static gboolean
gst_stylegan_decide_allocation (GstBaseTransform * trans, GstQuery * query)
{
  GstStylegan *self = GST_STYLEGAN (trans);

  self->takes_video_meta =
      gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
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

/* --- latency --- */

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
  self->upstream_latency = min;
  own = self->stats.latency;
  GST_OBJECT_UNLOCK (self);

  min += own;
  if (GST_CLOCK_TIME_IS_VALID (max))
    max += own;
  GST_DEBUG_OBJECT (self, "own latency %" GST_TIME_FORMAT, GST_TIME_ARGS (own));
  gst_query_set_latency (query, live, min, max);
  return TRUE;
}

/* --- buffers, events and queries --- */

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
    self->stats.dropped++;
    GST_OBJECT_UNLOCK (self);
  }
  return ret;
}

/* What comes between two frames must not overtake the first of them. */
static gboolean
gst_stylegan_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  GstStylegan *self = GST_STYLEGAN (trans);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START) {
    gst_stylegan_set_flushing (self, TRUE);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    if (self->player)
      gst_stylegan_worker_discard (gst_stylegan_player_get_worker
          (self->player));
    gst_stylegan_set_flushing (self, FALSE);
    self->last_pts = GST_CLOCK_TIME_NONE;
  } else if (GST_EVENT_IS_SERIALIZED (event)) {
    gst_stylegan_drain (self);
  }
  return GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->sink_event
      (trans, event);
}

static gboolean
gst_stylegan_src_event (GstBaseTransform * trans, GstEvent * event)
{
  gboolean drops = TRUE;

  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS)
    event = gst_stylegan_pace_take_event (GST_STYLEGAN (trans), event, &drops);
  /* the base class drops what an event says will be late */
  if (!drops)
    return gst_pad_push_event (GST_BASE_TRANSFORM_SINK_PAD (trans), event);
  return GST_BASE_TRANSFORM_CLASS (gst_stylegan_parent_class)->src_event
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
  gboolean known, reload = FALSE;

  GST_OBJECT_LOCK (self);
  known = gst_stylegan_settings_set (&self->settings, id, value, &reload);
  self->changed |= reload;
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

  element_class->change_state = GST_DEBUG_FUNCPTR (gst_stylegan_change_state);
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
  trans_class->src_event = GST_DEBUG_FUNCPTR (gst_stylegan_src_event);
}

static void
gst_stylegan_init (GstStylegan * self)
{
  gst_stylegan_settings_init (&self->settings);
  gst_base_transform_set_qos_enabled (GST_BASE_TRANSFORM (self), TRUE);
  gst_base_transform_set_gap_aware (GST_BASE_TRANSFORM (self), TRUE);
}
