/* gst-stylegan: the front door of the image conversions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/backend.h"

#include <math.h>

#define MAX_SIZE 16384

static gboolean
invalid (GError ** error, const gchar * message)
{
  g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT, message);
  return FALSE;
}

static gboolean
check_plane (const SgImage * image, const SgPlane * plane, GError ** error)
{
  gint columns, rows;

  if (plane->data == NULL)
    return invalid (error, "a component of the image has no data");
  if (plane->h_sub < 0 || plane->h_sub > 2 || plane->v_sub < 0
      || plane->v_sub > 2)
    return invalid (error, "subsampling must be 1, 2 or 4");
  if (plane->step_bytes < image->sample.bytes || plane->step_bytes > 256)
    return invalid (error, "the samples of a row overlap");
  columns = ((image->width - 1) >> plane->h_sub) + 1;
  rows = ((image->height - 1) >> plane->v_sub) + 1;
  if (rows > 1 && ABS ((gint64) plane->stride_bytes)
      < (gint64) (columns - 1) * plane->step_bytes + image->sample.bytes)
    return invalid (error, "the rows of the image overlap");
  return TRUE;
}

static gboolean
check_color (const SgColor * color, GError ** error)
{
  gint i, j;

  for (i = 0; i < 3; i++) {
    for (j = 0; j < 4; j++) {
      if (!isfinite (color->to_rgb[i][j]) || !isfinite (color->from_rgb[i][j]))
        return invalid (error, "the colour matrix is not finite");
    }
  }
  return TRUE;
}

static gboolean
check_image (const SgImage * image, GError ** error)
{
  const SgSampleFormat *sample = &image->sample;
  gint i;

  if (image->width < 1 || image->width > MAX_SIZE || image->height < 1
      || image->height > MAX_SIZE) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%dx%d is no size for an image: 1x1 to %dx%d are", image->width,
        image->height, MAX_SIZE, MAX_SIZE);
    return FALSE;
  }
  if (image->n_components != 1 && image->n_components != 3)
    return invalid (error, "an image has 1 or 3 components");
  if (sample->bytes < 1 || sample->bytes > 2 || sample->depth < 8
      || sample->shift < 0 || sample->depth + sample->shift > 8 * sample->bytes)
    return invalid (error, "samples must have 8 to 16 bits in 1 or 2 bytes");
  for (i = 0; i < image->n_components; i++) {
    if (!check_plane (image, &image->plane[i], error))
      return FALSE;
  }
  if (image->plane[3].data && !check_plane (image, &image->plane[3], error))
    return FALSE;
  return check_color (&image->color, error);
}

static gboolean
check_convention (const SgPixelConvention * convention, GError ** error)
{
  guint seen = 0;
  gint i;

  if (convention->channels != 1 && convention->channels != 3)
    return invalid (error, "a network sees 1 or 3 channels");
  if (!isfinite (convention->scale) || !isfinite (convention->offset)
      || convention->scale == 0)
    return invalid (error, "the pixel range is empty");
  for (i = 0; i < 3 && convention->channels == 3; i++) {
    if (convention->order[i] < 0 || convention->order[i] > 2)
      return invalid (error, "the channel order names no channel");
    seen |= 1u << convention->order[i];
  }
  if (convention->channels == 3 && seen != 7)
    return invalid (error, "the channel order names a channel twice");
  return TRUE;
}

static gboolean
check_tensor (const SgTensor * tensor, const SgImage * image,
    const SgPixelConvention * convention, GError ** error)
{
  SgShape wanted = SG_SHAPE (1, convention->channels, image->height,
      image->width);

  if (tensor->desc.dtype != SG_DTYPE_F32
      || !sg_shape_equal (&tensor->desc.shape, &wanted)) {
    g_autofree gchar *have = sg_shape_to_string (&tensor->desc.shape);
    g_autofree gchar *want = sg_shape_to_string (&wanted);

    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "the tensor is %s%s, the image needs f32%s",
        sg_dtype_name (tensor->desc.dtype), have, want);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_source (const SgImage * source, const SgImage * image, GError ** error)
{
  if (image->plane[3].data == NULL)
    return TRUE;
  if (source == NULL || source->plane[3].data == NULL)
    return invalid (error, "an image with alpha needs a source with alpha");
  if (source->width != image->width || source->height != image->height
      || source->sample.bytes != image->sample.bytes
      || source->plane[3].h_sub != image->plane[3].h_sub
      || source->plane[3].v_sub != image->plane[3].v_sub)
    return invalid (error, "source and image differ in size or format");
  return check_plane (source, &source->plane[3], error);
}

gboolean
sg_image_check (const SgImage * source, const SgImage * target,
    const SgPixelConvention * convention, const SgShape * shape,
    GError ** error)
{
  SgTensor view = { .desc = {SG_DTYPE_F32, *shape} };

  if (source == NULL || target == NULL)
    return invalid (error, "a session with frames needs a source and a target");
  return check_image (source, error) && check_image (target, error)
      && check_convention (convention, error)
      && check_tensor (&view, source, convention, error)
      && check_tensor (&view, target, convention, error)
      && check_source (source, target, error);
}

gboolean
sg_image_load (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, SgTensor * tensor, GError ** error)
{
  g_return_val_if_fail (device != NULL && image != NULL, FALSE);
  g_return_val_if_fail (convention != NULL && tensor != NULL, FALSE);

  if (!check_image (image, error) || !check_convention (convention, error)
      || !check_tensor (tensor, image, convention, error))
    return FALSE;
  for (; device; device = device->fallback) {
    if (device->backend->image_load) {
      device->backend->image_load (device, image, convention, tensor->data);
      return TRUE;
    }
  }
  return invalid (error, "the device converts no images");
}

gboolean
sg_image_store (SgDevice * device, const SgTensor * tensor,
    const SgPixelConvention * convention, const SgImage * source,
    SgImage * image, GError ** error)
{
  g_return_val_if_fail (device != NULL && image != NULL, FALSE);
  g_return_val_if_fail (convention != NULL && tensor != NULL, FALSE);

  if (!check_image (image, error) || !check_convention (convention, error)
      || !check_tensor (tensor, image, convention, error)
      || !check_source (source, image, error))
    return FALSE;
  for (; device; device = device->fallback) {
    if (device->backend->image_store) {
      device->backend->image_store (device, tensor->data, convention, source,
          image);
      return TRUE;
    }
  }
  return invalid (error, "the device converts no images");
}
