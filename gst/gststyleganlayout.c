/* gst-stylegan: where GstVideoFormats have their samples
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganlayout.h"

#include <string.h>

/* What tells that components start at a byte: 8 to 16 bit of equal depth, each
 * at a position of its own. Packed words (r210, Y410, ...) are described in the
 * table of formats with all components at position 0. */
gboolean
gst_stylegan_layout_init (GstStyleganLayout * layout,
    const GstVideoFormatInfo * finfo)
{
  guint c, other, n = finfo->n_components;
  guint bytes = finfo->bits > 8 ? 2 : 1;

  if (finfo->flags & (GST_VIDEO_FORMAT_FLAG_COMPLEX |
          GST_VIDEO_FORMAT_FLAG_TILED | GST_VIDEO_FORMAT_FLAG_PALETTE))
    return FALSE;
  if (finfo->bits < 8 || finfo->bits > 16)
    return FALSE;

  memset (layout, 0, sizeof (*layout));
  for (c = 0; c < n; c++) {
    GstStyleganComponent *component = &layout->component[c];

    if (finfo->depth[c] != finfo->depth[0] || finfo->depth[c] < 8
        || finfo->shift[c] != finfo->shift[0] || finfo->pixel_stride[c] <= 0)
      return FALSE;
    for (other = 0; other < c; other++)
      if (finfo->plane[c] == finfo->plane[other]
          && finfo->poffset[c] == finfo->poffset[other])
        return FALSE;

    component->present = TRUE;
    component->plane = finfo->plane[c];
    /* P010 and its kin: the table of formats counts the second chroma sample's
     * position in samples instead of bytes. */
    component->offset = (finfo->poffset[c] + bytes - 1) / bytes * bytes;
    component->step_bytes = finfo->pixel_stride[c];
    component->h_sub = finfo->w_sub[c];
    component->v_sub = finfo->h_sub[c];
  }
  layout->n_components = GST_VIDEO_FORMAT_INFO_IS_GRAY (finfo) ? 1 : 3;
  layout->sample.bytes = bytes;
  layout->sample.depth = finfo->depth[0];
  layout->sample.shift = finfo->shift[0];
  /* v216 is little endian without the flag that says so. */
  layout->sample.big_endian = bytes == 2 && !GST_VIDEO_FORMAT_INFO_IS_LE (finfo)
      && finfo->format != GST_VIDEO_FORMAT_v216;

  /* The unused byte of RGBx and its kin is carried through like alpha. */
  if (GST_VIDEO_FORMAT_INFO_IS_RGB (finfo) && n == 3 && finfo->n_planes == 1
      && bytes == 1 && finfo->pixel_stride[0] == 4) {
    layout->component[GST_STYLEGAN_ALPHA] = layout->component[0];
    layout->component[GST_STYLEGAN_ALPHA].offset =
        0 + 1 + 2 + 3 - (finfo->poffset[0] + finfo->poffset[1] +
        finfo->poffset[2]);
  }
  return TRUE;
}

/* Unpacking repeats chroma samples, and packing takes the first of a block, so that subsampled chroma is described
 * where it is: the engine reads and writes just those, and their mean.
 * Unpacking moves the bits of deeper samples to the top: seen with their own
 * depth, nothing is rounded that was not rounded in the frame. */
void
gst_stylegan_layout_init_unpacked (GstStyleganLayout * layout,
    const GstVideoFormatInfo * finfo, const GstVideoFormatInfo * unpacked)
{
  gint bytes = unpacked->bits / 8;
  guint c;

  memset (layout, 0, sizeof (*layout));
  layout->n_components = GST_VIDEO_FORMAT_INFO_IS_GRAY (finfo) ? 1 : 3;
  layout->sample.bytes = bytes;
  layout->sample.depth = bytes == 1 ? 8 : finfo->depth[0];
  layout->sample.shift = bytes * 8 - layout->sample.depth;
  layout->sample.big_endian = bytes == 2 && G_BYTE_ORDER == G_BIG_ENDIAN;

  for (c = 0; c < 4; c++) {
    GstStyleganComponent *component = &layout->component[c];

    component->present = (gint) c < layout->n_components
        || c == GST_STYLEGAN_ALPHA;
    component->offset = unpacked->poffset[c];
    component->step_bytes = unpacked->pixel_stride[c];
    if (c < finfo->n_components && GST_VIDEO_FORMAT_INFO_IS_YUV (finfo)
        && c != GST_STYLEGAN_ALPHA) {
      component->h_sub = finfo->w_sub[c];
      component->v_sub = finfo->h_sub[c];
    }
  }
}

static gboolean
format_is_supported (const GstVideoFormatInfo * finfo)
{
  const GstVideoFormatInfo *unpacked;

  if (finfo->unpack_func == NULL || finfo->pack_func == NULL
      || finfo->pack_lines != 1)
    return FALSE;
  unpacked = gst_video_format_get_info (finfo->unpack_format);
  return unpacked->n_components == 4 && unpacked->n_planes == 1
      && (unpacked->bits == 8 || unpacked->bits == 16);
}

GstCaps *
gst_stylegan_layout_get_template_caps (void)
{
  GValue formats = G_VALUE_INIT, format = G_VALUE_INIT;
  const GstVideoFormat *all;
  GstCaps *caps, *interlaced;
  guint i, n;

  g_value_init (&formats, GST_TYPE_LIST);
  g_value_init (&format, G_TYPE_STRING);
  all = gst_video_formats_raw (&n);
  for (i = 0; i < n; i++) {
    if (format_is_supported (gst_video_format_get_info (all[i]))) {
      g_value_set_string (&format, gst_video_format_to_string (all[i]));
      gst_value_list_append_value (&formats, &format);
    }
  }

  caps = gst_caps_new_simple ("video/x-raw",
      "width", GST_TYPE_INT_RANGE, GST_STYLEGAN_MIN_SIZE, GST_STYLEGAN_MAX_SIZE,
      "height", GST_TYPE_INT_RANGE, GST_STYLEGAN_MIN_SIZE,
      GST_STYLEGAN_MAX_SIZE, "framerate", GST_TYPE_FRACTION_RANGE, 0, 1,
      G_MAXINT, 1, NULL);
  gst_caps_set_value (caps, "format", &formats);
  g_value_unset (&format);
  g_value_unset (&formats);

  /* Single fields are let in only for the element to say what to do about
   * them; without, the user would read "could not link". */
  interlaced = gst_caps_copy (caps);
  gst_caps_set_features_simple (interlaced,
      gst_caps_features_new (GST_CAPS_FEATURE_FORMAT_INTERLACED, NULL));
  gst_caps_append (caps, interlaced);
  return caps;
}
