/* gst-stylegan: where to stylise
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganmask.h"

#include <string.h>

#include "gststyleganpicture.h"

struct _GstStyleganMask
{
  gint width, height;
  gfloat feather;
  gboolean invert;
  GQuark roi_type;
  SgTensor *picture;            /* feathered; inverted when there are no regions */
  SgTensor *regions;            /* of the last frame; NULL without roi_type */
  gfloat *across;               /* weights of a region along a row */
};

/* The mean over 2 @radius + 1 points, borders going on: @n points @step apart.
 * scratch: n */
static void
box_blur (gfloat * line, gint n, gsize step, gint radius, gfloat * scratch)
{
  gdouble sum = 0;
  gint i;

  for (i = 0; i < n; i++)
    scratch[i] = line[i * step];
  for (i = -radius; i <= radius; i++)
    sum += scratch[CLAMP (i, 0, n - 1)];
  for (i = 0; i < n; i++) {
    line[i * step] = CLAMP (sum / (2 * radius + 1), 0, 1);
    sum += scratch[MIN (i + radius + 1, n - 1)] - scratch[MAX (i - radius, 0)];
  }
}

/* Two boxes of half the width make a soft border of about @feather pixels. */
static void
feather_picture (SgTensor * picture, gint width, gint height, gfloat feather)
{
  const gint radius = feather / 4 + 0.5f;
  g_autofree gfloat *scratch = g_new (gfloat, MAX (width, height));
  gfloat *data = picture->data;

  for (gint pass = 0; radius > 0 && pass < 2; pass++) {
    for (gint y = 0; y < height; y++)
      box_blur (data + (gsize) y * width, width, 1, radius, scratch);
    for (gint x = 0; x < width; x++)
      box_blur (data + x, height, width, radius, scratch);
  }
}

GstStyleganMask *
gst_stylegan_mask_new (const SgTensor * picture, gint width, gint height,
    gfloat feather, gboolean invert, GQuark roi_type, GError ** error)
{
  const SgShape shape = SG_SHAPE (1, 1, height, width);
  g_autoptr (GstStyleganMask) mask = g_new0 (GstStyleganMask, 1);
  const gsize n = (gsize) width * height;
  gfloat *data;

  mask->width = width;
  mask->height = height;
  mask->feather = feather;
  mask->invert = invert;
  mask->roi_type = roi_type;
  mask->across = g_new (gfloat, width);
  mask->picture = picture
      ? gst_stylegan_picture_scale (picture, width, height, error)
      : sg_tensor_new (SG_DTYPE_F32, &shape, error);
  if (mask->picture == NULL)
    return NULL;
  data = mask->picture->data;
  for (gsize i = 0; picture == NULL && i < n; i++)
    data[i] = 1;
  feather_picture (mask->picture, width, height, feather);
  for (gsize i = 0; invert && roi_type == 0 && i < n; i++)
    data[i] = 1 - data[i];
  if (roi_type) {
    mask->regions = sg_tensor_new (SG_DTYPE_F32, &shape, error);
    if (mask->regions == NULL)
      return NULL;
  }
  return g_steal_pointer (&mask);
}

void
gst_stylegan_mask_free (GstStyleganMask * mask)
{
  if (mask == NULL)
    return;
  sg_tensor_unref (mask->picture);
  sg_tensor_unref (mask->regions);
  g_free (mask->across);
  g_free (mask);
}

/* Of a point that lies @inside pixels inside of a border. */
static gfloat
border_weight (const GstStyleganMask * mask, gfloat inside)
{
  if (mask->feather < 1)
    return inside > 0;
  return CLAMP (0.5f + inside / mask->feather, 0, 1);
}

/* Regions that overlap are one. */
static void
add_region (GstStyleganMask * mask, gint64 x, gint64 y, gint64 w, gint64 h)
{
  const gint soft = mask->feather / 2 + 1;
  const gint left = CLAMP (x - soft, 0, mask->width);
  const gint right = CLAMP (x + w + soft, 0, mask->width);
  const gint top = CLAMP (y - soft, 0, mask->height);
  const gint bottom = CLAMP (y + h + soft, 0, mask->height);

  for (gint i = left; i < right; i++)
    mask->across[i] =
        border_weight (mask, MIN (i + 0.5f - x, x + w - i - 0.5f));
  for (gint j = top; j < bottom; j++) {
    const gfloat down =
        border_weight (mask, MIN (j + 0.5f - y, y + h - j - 0.5f));
    gfloat *row = (gfloat *) mask->regions->data + (gsize) j * mask->width;

    for (gint i = left; i < right; i++)
      row[i] = MAX (row[i], down * mask->across[i]);
  }
}

const SgTensor *
gst_stylegan_mask_get (GstStyleganMask * mask, GstBuffer * buffer, gint x,
    gint y)
{
  const gsize n = (gsize) mask->width * mask->height;
  const gfloat *picture = mask->picture->data;
  gpointer state = NULL;
  GstMeta *meta;
  gfloat *data;

  if (mask->roi_type == 0)
    return mask->picture;
  data = mask->regions->data;
  memset (data, 0, n * sizeof (gfloat));
  while ((meta = gst_buffer_iterate_meta_filtered (buffer, &state,
              GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE))) {
    const GstVideoRegionOfInterestMeta *roi =
        (const GstVideoRegionOfInterestMeta *) meta;

    if (roi->roi_type == mask->roi_type)
      add_region (mask, (gint64) roi->x - x, (gint64) roi->y - y, roi->w,
          roi->h);
  }
  for (gsize i = 0; i < n; i++)
    data[i] = mask->invert ? 1 - data[i] * picture[i] : data[i] * picture[i];
  return mask->regions;
}

gint
gst_stylegan_mask_get_width (const GstStyleganMask * mask)
{
  return mask->width;
}

gint
gst_stylegan_mask_get_height (const GstStyleganMask * mask)
{
  return mask->height;
}
