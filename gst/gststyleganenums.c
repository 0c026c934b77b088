/* gst-stylegan: the choices that properties have
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganenums.h"

#include <gst/gst.h>
#include <sg/device.h>
#include <sg/onnx.h>
#include <sg/stylizer.h>

static const GEnumValue backends[] = {
  {SG_BACKEND_AUTO, "The fastest that works on this machine", "auto"},
  {SG_BACKEND_VULKAN, "Graphics processor, through Vulkan", "vulkan"},
  {SG_BACKEND_CPU, "Processor", "cpu"},
  {SG_BACKEND_REFERENCE, "Processor, slow and exact, for comparison",
      "reference"},
  {0, NULL, NULL}
};

static const GEnumValue precisions[] = {
  {SG_PRECISION_AUTO, "fp16 on a graphics processor that has it, else fp32",
      "auto"},
  {SG_PRECISION_FP32, "32 bit floating point", "fp32"},
  {SG_PRECISION_FP16, "16 bit floating point for pictures and weights, sums "
        "and norms in 32 bit", "fp16"},
  {0, NULL, NULL}
};

static const GEnumValue pixel_ranges[] = {
  {SG_PIXEL_RANGE_AUTO, "As the model says, else 0 to 255", "auto"},
  {SG_PIXEL_RANGE_0_255, "0 to 255", "0-255"},
  {SG_PIXEL_RANGE_16_235, "16 to 235", "16-235"},
  {SG_PIXEL_RANGE_0_1, "0 to 1", "0-1"},
  {SG_PIXEL_RANGE_MINUS1_1, "-1 to 1", "minus1-1"},
  {0, NULL, NULL}
};

static const GEnumValue channel_orders[] = {
  {SG_CHANNEL_ORDER_AUTO, "As the model says, else RGB", "auto"},
  {SG_CHANNEL_ORDER_RGB, "Red, green, blue", "rgb"},
  {SG_CHANNEL_ORDER_BGR, "Blue, green, red", "bgr"},
  {SG_CHANNEL_ORDER_GRAY, "One channel: luma", "gray"},
  {0, NULL, NULL}
};

static const GEnumValue temporal_modes[] = {
  {SG_TEMPORAL_OFF, "Every frame by itself", "off"},
  {SG_TEMPORAL_STATIC, "Mean over time where the input does not change: for "
        "cameras that stand still, nearly free", "static"},
  {SG_TEMPORAL_MOTION, "Mean over time along the motion of the input",
      "motion"},
  {0, NULL, NULL}
};

static const GEnumValue start_modes[] = {
  {GST_STYLEGAN_START_AUTO, "pass-through in live pipelines, else wait",
      "auto"},
  {GST_STYLEGAN_START_PASS_THROUGH, "Frames go out as they came in",
      "pass-through"},
  {GST_STYLEGAN_START_HOLD, "Nothing goes out: frames are dropped", "hold"},
  {GST_STYLEGAN_START_WAIT, "Frames wait, and none is lost", "wait"},
  {0, NULL, NULL}
};

static const GEnumValue stereo_modes[] = {
  {GST_STYLEGAN_STEREO_AUTO, "As the caps say (multiview-mode)", "auto"},
  {GST_STYLEGAN_STEREO_MONO, "One view", "mono"},
  {GST_STYLEGAN_STEREO_SIDE_BY_SIDE, "Left view left, right view right",
      "side-by-side"},
  {GST_STYLEGAN_STEREO_SIDE_BY_SIDE_HALF, "The same, views of half width",
      "side-by-side-half"},
  {GST_STYLEGAN_STEREO_TOP_BOTTOM, "Left view above the right one",
      "top-bottom"},
  {GST_STYLEGAN_STEREO_TOP_BOTTOM_HALF, "The same, views of half height",
      "top-bottom-half"},
  {GST_STYLEGAN_STEREO_FRAME_BY_FRAME, "Left and right view in turn, a frame "
        "each", "frame-by-frame"},
  {0, NULL, NULL}
};

static const GEnumValue projections[] = {
  {SG_PROJECTION_FLAT, "A picture with four borders", "flat"},
  {SG_PROJECTION_EQUIRECTANGULAR, "All directions (360 degrees): the left "
        "border goes on at the right one", "equirectangular"},
  {0, NULL, NULL}
};

static const GEnumValue qos_modes[] = {
  {GST_STYLEGAN_QOS_AUTO, "full in live pipelines, else drop", "auto"},
  {GST_STYLEGAN_QOS_OFF, "Every frame goes out, however late", "off"},
  {GST_STYLEGAN_QOS_DROP, "Frames that are late are dropped", "drop"},
  {GST_STYLEGAN_QOS_LOWER, "The network works at a smaller height first",
      "lower"},
  {GST_STYLEGAN_QOS_FULL, "A smaller height, then frames carried along the "
        "motion instead of stylised, then drop", "full"},
  {0, NULL, NULL}
};

static const struct
{
  const gchar *name;
  const GEnumValue *values;
} enums[GST_STYLEGAN_N_ENUMS] = {
  [GST_STYLEGAN_ENUM_BACKEND] = {"GstStyleganBackend", backends},
  [GST_STYLEGAN_ENUM_PRECISION] = {"GstStyleganPrecision", precisions},
  [GST_STYLEGAN_ENUM_PIXEL_RANGE] = {"GstStyleganPixelRange", pixel_ranges},
  [GST_STYLEGAN_ENUM_CHANNEL_ORDER] = {"GstStyleganChannelOrder",
      channel_orders},
  [GST_STYLEGAN_ENUM_TEMPORAL] = {"GstStyleganTemporal", temporal_modes},
  [GST_STYLEGAN_ENUM_START_MODE] = {"GstStyleganStartMode", start_modes},
  [GST_STYLEGAN_ENUM_STEREO_MODE] = {"GstStyleganStereoMode", stereo_modes},
  [GST_STYLEGAN_ENUM_PROJECTION] = {"GstStyleganProjection", projections},
  [GST_STYLEGAN_ENUM_QOS_MODE] = {"GstStyleganQosMode", qos_modes},
};

GType
gst_stylegan_enum_get_type (GstStyleganEnum id)
{
  static gsize types[GST_STYLEGAN_N_ENUMS];

  if (g_once_init_enter (&types[id])) {
    GType type = g_enum_register_static (enums[id].name, enums[id].values);

    gst_type_mark_as_plugin_api (type, 0);
    g_once_init_leave (&types[id], type);
  }
  return types[id];
}
