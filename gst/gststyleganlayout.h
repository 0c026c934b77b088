/* gst-stylegan: where GstVideoFormats have their samples
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>
#include <sg/image.h>

G_BEGIN_DECLS

#define GST_STYLEGAN_MIN_SIZE 16
#define GST_STYLEGAN_MAX_SIZE 8192

/* Index of alpha, and of the unused byte in RGBx and its kin. */
#define GST_STYLEGAN_ALPHA 3

/* Where a component's samples are inside a plane. */
typedef struct
{
  gboolean present;
  guint plane;
  gint offset;
  gint step_bytes;
  gint h_sub, v_sub;
} GstStyleganComponent;

typedef struct
{
  gint n_components;            /* 1 or 3, without alpha */
  GstStyleganComponent component[4];
  SgSampleFormat sample;
} GstStyleganLayout;

/* The samples of @finfo where they are.
 * Returns: FALSE for formats that have to be unpacked */
gboolean gst_stylegan_layout_init (GstStyleganLayout * layout,
    const GstVideoFormatInfo * finfo);
/* The samples of @finfo when unpacked to @unpacked, its unpack_format. Steps are
 * those of the picture, not multiplied by the subsampling. */
void gst_stylegan_layout_init_unpacked (GstStyleganLayout * layout,
    const GstVideoFormatInfo * finfo, const GstVideoFormatInfo * unpacked);

/* Every raw format that GStreamer can unpack and pack, in system memory.
 * Returns: (transfer full) */
GstCaps *gst_stylegan_layout_get_template_caps (void);

G_END_DECLS
