/* gst-stylegan: the choices that properties have
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  GST_STYLEGAN_ENUM_BACKEND,
  GST_STYLEGAN_ENUM_PRECISION,
  GST_STYLEGAN_ENUM_PIXEL_RANGE,
  GST_STYLEGAN_ENUM_CHANNEL_ORDER,
  GST_STYLEGAN_ENUM_TEMPORAL,
  GST_STYLEGAN_ENUM_START_MODE,
  GST_STYLEGAN_ENUM_STEREO_MODE,
  GST_STYLEGAN_ENUM_PROJECTION,
  GST_STYLEGAN_ENUM_QOS_MODE,
  GST_STYLEGAN_N_ENUMS
} GstStyleganEnum;

/* What happens to frames for which no network is ready yet. */
typedef enum
{
  GST_STYLEGAN_START_AUTO,
  GST_STYLEGAN_START_PASS_THROUGH,
  GST_STYLEGAN_START_HOLD,
  GST_STYLEGAN_START_WAIT,
} GstStyleganStartMode;

/* SgStereoMode, and what the caps say. */
typedef enum
{
  GST_STYLEGAN_STEREO_AUTO,
  GST_STYLEGAN_STEREO_MONO,
  GST_STYLEGAN_STEREO_SIDE_BY_SIDE,
  GST_STYLEGAN_STEREO_SIDE_BY_SIDE_HALF,
  GST_STYLEGAN_STEREO_TOP_BOTTOM,
  GST_STYLEGAN_STEREO_TOP_BOTTOM_HALF,
  GST_STYLEGAN_STEREO_FRAME_BY_FRAME,
} GstStyleganStereoMode;

/* What is done when frames take too long. */
typedef enum
{
  GST_STYLEGAN_QOS_AUTO,
  GST_STYLEGAN_QOS_OFF,
  GST_STYLEGAN_QOS_DROP,
  GST_STYLEGAN_QOS_LOWER,
  GST_STYLEGAN_QOS_FULL,
} GstStyleganQosMode;

/* Registers it when first asked for. */
GType gst_stylegan_enum_get_type (GstStyleganEnum id);

G_END_DECLS
