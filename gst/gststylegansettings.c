/* gst-stylegan: the properties of the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststylegansettings.h"

#include "gststyleganlayout.h"

#define DEFAULT_BACKEND SG_BACKEND_AUTO
#define DEFAULT_PRECISION SG_PRECISION_AUTO
#define DEFAULT_THREADS 0
#define DEFAULT_FRAMES_IN_FLIGHT 0
#define DEFAULT_WORKING_HEIGHT 1080
#define DEFAULT_PIXEL_RANGE SG_PIXEL_RANGE_AUTO
#define DEFAULT_CHANNEL_ORDER SG_CHANNEL_ORDER_AUTO
#define DEFAULT_TEMPORAL SG_TEMPORAL_MOTION
#define DEFAULT_TEMPORAL_STRENGTH 1

#define GST_TYPE_STYLEGAN_BACKEND (gst_stylegan_backend_get_type ())
static GType
gst_stylegan_backend_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {SG_BACKEND_AUTO, "The fastest that works on this machine", "auto"},
    {SG_BACKEND_VULKAN, "Graphics processor, through Vulkan", "vulkan"},
    {SG_BACKEND_CPU, "Processor", "cpu"},
    {SG_BACKEND_REFERENCE, "Processor, slow and exact, for comparison",
        "reference"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstStyleganBackend",
            values));
  return type;
}

#define GST_TYPE_STYLEGAN_PRECISION (gst_stylegan_precision_get_type ())
static GType
gst_stylegan_precision_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {SG_PRECISION_AUTO, "fp16 on a graphics processor that has it, else fp32",
        "auto"},
    {SG_PRECISION_FP32, "32 bit floating point", "fp32"},
    {SG_PRECISION_FP16, "16 bit floating point for pictures and weights, sums "
          "and norms in 32 bit", "fp16"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstStyleganPrecision",
            values));
  return type;
}

#define GST_TYPE_STYLEGAN_PIXEL_RANGE (gst_stylegan_pixel_range_get_type ())
static GType
gst_stylegan_pixel_range_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {SG_PIXEL_RANGE_AUTO, "As the model says, else 0 to 255", "auto"},
    {SG_PIXEL_RANGE_0_255, "0 to 255", "0-255"},
    {SG_PIXEL_RANGE_16_235, "16 to 235", "16-235"},
    {SG_PIXEL_RANGE_0_1, "0 to 1", "0-1"},
    {SG_PIXEL_RANGE_MINUS1_1, "-1 to 1", "minus1-1"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstStyleganPixelRange",
            values));
  return type;
}

#define GST_TYPE_STYLEGAN_CHANNEL_ORDER \
    (gst_stylegan_channel_order_get_type ())
static GType
gst_stylegan_channel_order_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {SG_CHANNEL_ORDER_AUTO, "As the model says, else RGB", "auto"},
    {SG_CHANNEL_ORDER_RGB, "Red, green, blue", "rgb"},
    {SG_CHANNEL_ORDER_BGR, "Blue, green, red", "bgr"},
    {SG_CHANNEL_ORDER_GRAY, "One channel: luma", "gray"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstStyleganChannelOrder",
            values));
  return type;
}

#define GST_TYPE_STYLEGAN_TEMPORAL (gst_stylegan_temporal_get_type ())
static GType
gst_stylegan_temporal_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    {SG_TEMPORAL_OFF, "Every frame by itself", "off"},
    {SG_TEMPORAL_STATIC, "Mean over time where the input does not change: for "
          "cameras that stand still, nearly free", "static"},
    {SG_TEMPORAL_MOTION, "Mean over time along the motion of the input",
        "motion"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstStyleganTemporal",
            values));
  return type;
}

void
gst_stylegan_settings_init (GstStyleganSettings * settings)
{
  settings->model = NULL;
  settings->backend = DEFAULT_BACKEND;
  settings->device = NULL;
  settings->precision = DEFAULT_PRECISION;
  settings->threads = DEFAULT_THREADS;
  settings->frames_in_flight = DEFAULT_FRAMES_IN_FLIGHT;
  settings->working_height = DEFAULT_WORKING_HEIGHT;
  settings->pixel_range = DEFAULT_PIXEL_RANGE;
  settings->channel_order = DEFAULT_CHANNEL_ORDER;
  settings->temporal = DEFAULT_TEMPORAL;
  settings->temporal_strength = DEFAULT_TEMPORAL_STRENGTH;
}

void
gst_stylegan_settings_copy (GstStyleganSettings * copy,
    const GstStyleganSettings * settings)
{
  g_free (copy->model);
  g_free (copy->device);
  *copy = *settings;
  copy->model = g_strdup (settings->model);
  copy->device = g_strdup (settings->device);
}

void
gst_stylegan_settings_clear (GstStyleganSettings * settings)
{
  g_clear_pointer (&settings->model, g_free);
  g_clear_pointer (&settings->device, g_free);
}

gboolean
gst_stylegan_settings_set (GstStyleganSettings * settings, guint id,
    const GValue * value)
{
  switch (id) {
    case GST_STYLEGAN_PROP_MODEL:
      g_free (settings->model);
      settings->model = g_value_dup_string (value);
      return TRUE;
    case GST_STYLEGAN_PROP_BACKEND:
      settings->backend = g_value_get_enum (value);
      return TRUE;
    case GST_STYLEGAN_PROP_DEVICE:
      g_free (settings->device);
      settings->device = g_value_dup_string (value);
      return TRUE;
    case GST_STYLEGAN_PROP_PRECISION:
      settings->precision = g_value_get_enum (value);
      return TRUE;
    case GST_STYLEGAN_PROP_THREADS:
      settings->threads = g_value_get_uint (value);
      return TRUE;
    case GST_STYLEGAN_PROP_FRAMES_IN_FLIGHT:
      settings->frames_in_flight = g_value_get_uint (value);
      return TRUE;
    case GST_STYLEGAN_PROP_WORKING_HEIGHT:
      settings->working_height = g_value_get_uint (value);
      return TRUE;
    case GST_STYLEGAN_PROP_PIXEL_RANGE:
      settings->pixel_range = g_value_get_enum (value);
      return TRUE;
    case GST_STYLEGAN_PROP_CHANNEL_ORDER:
      settings->channel_order = g_value_get_enum (value);
      return TRUE;
    case GST_STYLEGAN_PROP_TEMPORAL:
      settings->temporal = g_value_get_enum (value);
      return TRUE;
    case GST_STYLEGAN_PROP_TEMPORAL_STRENGTH:
      settings->temporal_strength = g_value_get_float (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
gst_stylegan_settings_get (const GstStyleganSettings * settings, guint id,
    GValue * value)
{
  switch (id) {
    case GST_STYLEGAN_PROP_MODEL:
      g_value_set_string (value, settings->model);
      return TRUE;
    case GST_STYLEGAN_PROP_BACKEND:
      g_value_set_enum (value, settings->backend);
      return TRUE;
    case GST_STYLEGAN_PROP_DEVICE:
      g_value_set_string (value, settings->device);
      return TRUE;
    case GST_STYLEGAN_PROP_PRECISION:
      g_value_set_enum (value, settings->precision);
      return TRUE;
    case GST_STYLEGAN_PROP_THREADS:
      g_value_set_uint (value, settings->threads);
      return TRUE;
    case GST_STYLEGAN_PROP_FRAMES_IN_FLIGHT:
      g_value_set_uint (value, settings->frames_in_flight);
      return TRUE;
    case GST_STYLEGAN_PROP_WORKING_HEIGHT:
      g_value_set_uint (value, settings->working_height);
      return TRUE;
    case GST_STYLEGAN_PROP_PIXEL_RANGE:
      g_value_set_enum (value, settings->pixel_range);
      return TRUE;
    case GST_STYLEGAN_PROP_CHANNEL_ORDER:
      g_value_set_enum (value, settings->channel_order);
      return TRUE;
    case GST_STYLEGAN_PROP_TEMPORAL:
      g_value_set_enum (value, settings->temporal);
      return TRUE;
    case GST_STYLEGAN_PROP_TEMPORAL_STRENGTH:
      g_value_set_float (value, settings->temporal_strength);
      return TRUE;
    default:
      return FALSE;
  }
}

static void
install_model (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_READY;

  /**
   * GstStylegan:model:
   *
   * Path of an ONNX file, or the name of an installed style: <name>.onnx in one
   * of the folders of the environment variable GST_STYLEGAN_STYLES, in
   * gst-stylegan/styles of the user's or the system's data folders, or where
   * this plugin's own styles are.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_MODEL,
      g_param_spec_string ("model", "Model",
          "Path of an ONNX file, or name of an installed style (NULL = the "
          "style that is part of the plugin)", NULL, flags));
  /**
   * GstStylegan:working-height:
   *
   * The most lines that the network works on. Higher frames are scaled down for
   * it; what the network changed is scaled up and added to the full frame.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_WORKING_HEIGHT,
      g_param_spec_uint ("working-height", "Working height",
          "Height in pixels that the network runs at, at most (0 = height of "
          "the frame)", 0, GST_STYLEGAN_MAX_SIZE, DEFAULT_WORKING_HEIGHT,
          flags));
  /**
   * GstStylegan:pixel-range:
   *
   * The values that the network takes and gives for black and white.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_PIXEL_RANGE,
      g_param_spec_enum ("pixel-range", "Pixel range",
          "Values of black and white in the network's pictures",
          GST_TYPE_STYLEGAN_PIXEL_RANGE, DEFAULT_PIXEL_RANGE, flags));
  /**
   * GstStylegan:channel-order:
   *
   * The order of the channels in the network's pictures.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_CHANNEL_ORDER,
      g_param_spec_enum ("channel-order", "Channel order",
          "Order of the channels in the network's pictures",
          GST_TYPE_STYLEGAN_CHANNEL_ORDER, DEFAULT_CHANNEL_ORDER, flags));
}

static void
install_device (GObjectClass * klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
      GST_PARAM_MUTABLE_READY;

  /**
   * GstStylegan:backend:
   *
   * What the network runs on. If it cannot be used, the element fails; only
   * `auto` looks for another one: it takes a graphics processor where there is one,
   * and otherwise, or when that one fails while playing, the processor. A warning
   * message on the bus says so, and why.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_BACKEND,
      g_param_spec_enum ("backend", "Backend", "What the network runs on",
          GST_TYPE_STYLEGAN_BACKEND, DEFAULT_BACKEND, flags));
  /**
   * GstStylegan:device:
   *
   * Which graphics processor, for the Vulkan backend: its number in the order of
   * preference (discrete before integrated ones; 0 is the first), a part of its
   * name in any case, or its UUID. Without it the first one is taken; implementations
   * of Vulkan in software (llvmpipe) are taken only when named. What is in use is
   * in #GstStylegan:stats.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_DEVICE,
      g_param_spec_string ("device", "Device",
          "Graphics processor: number, part of the name, or UUID (unset = the "
          "first discrete one, else the first integrated one)", NULL, flags));
  /**
   * GstStylegan:precision:
   *
   * How the network is computed on a graphics processor. If a picture turns out to
   * overflow 16 bits, it is done again in 32 bits, and so are all that follow; a
   * warning message says so. The processor always computes in 32 bits.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_PRECISION,
      g_param_spec_enum ("precision", "Precision",
          "Numbers that the network is computed with on a graphics processor",
          GST_TYPE_STYLEGAN_PRECISION, DEFAULT_PRECISION, flags));
  /**
   * GstStylegan:threads:
   *
   * Threads that work on a frame. Elements with the same number share them.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_THREADS,
      g_param_spec_uint ("threads", "Threads",
          "Threads that work on a frame (0 = as many as the process may use)",
          0, SG_THREADS_MAX, DEFAULT_THREADS, flags));
  /**
   * GstStylegan:frames-in-flight:
   *
   * Frames that a graphics processor works on at a time: with more than one, moving
   * frames to and from its memory goes on while it computes, and a frame comes out
   * when the ones after it have come in, which adds to the latency.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_FRAMES_IN_FLIGHT,
      g_param_spec_uint ("frames-in-flight", "Frames in flight",
          "Frames that the device works on at a time (0 = 1 in live pipelines, "
          "else 2)", 0, GST_STYLEGAN_MAX_FRAMES_IN_FLIGHT,
          DEFAULT_FRAMES_IN_FLIGHT, flags));
}

static void
install_temporal (GObjectClass * klass)
{
  /**
   * GstStylegan:temporal:
   *
   * How flicker is taken out. Style networks make something else of every frame,
   * so that a steady picture boils; the filter takes the mean of what a point was
   * stylised as in the last 8 frames, following it along the motion of the input
   * (16 frames, and no motion, with `static`), where it can be followed. Cuts in
   * the video are found, flashes too; flushes, seeks and gaps in the timestamps begin
   * anew.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_TEMPORAL,
      g_param_spec_enum ("temporal", "Temporal smoothing",
          "How flicker of the style is taken out", GST_TYPE_STYLEGAN_TEMPORAL,
          DEFAULT_TEMPORAL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_READY));
  /**
   * GstStylegan:temporal-strength:
   *
   * The share of the past in what comes out, where it can be trusted.
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_TEMPORAL_STRENGTH,
      g_param_spec_float ("temporal-strength", "Temporal strength",
          "How much flicker is taken out (0 = nothing, 1 = all that the past can "
          "be trusted for)", 0, 1, DEFAULT_TEMPORAL_STRENGTH,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE));
}

void
gst_stylegan_settings_install (GObjectClass * klass)
{
  install_model (klass);
  install_temporal (klass);
  install_device (klass);
  /**
   * GstStylegan:stats:
   *
   * Since the element was started:
   *
   * * `frames`, #guint64: frames that were stylised
   * * `dropped`, #guint64: frames that were too late (QoS)
   * * `compiled`, #guint: how often the network was compiled for a frame size
   * * `load-ms`, `network-ms`, `store-ms`, `total-ms`, #gdouble: milliseconds
   *   per frame for reading it, for the network with its scaling, for writing
   *   it, and for all; means of the last frames
   * * `working-width`, `working-height`, #gint: size that the network runs at
   * * `warp-error`, #gdouble: how unsteady the video is that comes out: root of the
   *   mean square of luma (0..1) between a frame and the one before it moved along
   *   the flow of the input, over about the last 32 frames; `raw-warp-error` of the
   *   stylised pictures before the filter, `input-warp-error` of the input
   * * `trusted`, #gdouble: share of the pixels (0..1) whose past is trusted
   * * `cuts`, `flashes`, #guint: seen in the video
   * * `frames-in-flight`, #guint: frames that the device works on at a time
   * * `backend`, `device`, `precision`, `model`, #gchararray: what is in use; %NULL
   *   while the element is not started
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Frames, milliseconds per stage, backend and device in use",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  gst_type_mark_as_plugin_api (GST_TYPE_STYLEGAN_BACKEND, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_STYLEGAN_PRECISION, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_STYLEGAN_PIXEL_RANGE, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_STYLEGAN_TEMPORAL, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_STYLEGAN_CHANNEL_ORDER, 0);
}
