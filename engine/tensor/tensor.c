/* gst-stylegan: tensors in host memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/error.h>
#include <sg/tensor.h>

#include <math.h>
#include <string.h>

static SgTensor *
tensor_alloc (SgDType dtype, const SgShape * shape, GError ** error)
{
  SgTensorDesc desc = { dtype, *shape };
  gsize bytes = sg_tensor_desc_bytes (&desc);
  SgTensor *tensor;
  guint8 *memory;

  if (bytes > G_MAXSIZE / 2) {
    g_autofree gchar *s = sg_shape_to_string (shape);

    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
        "a tensor of shape %s is impossible", s);
    return NULL;
  }
  /* calloc rather than an aligned allocation: large ones come as zero pages
   * that cost nothing until they are touched. */
  memory = g_try_malloc0 (bytes + 2 * SG_TENSOR_ALIGN);
  if (memory == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "no memory for a tensor of %" G_GSIZE_FORMAT " bytes", bytes);
    return NULL;
  }
  tensor = g_new0 (SgTensor, 1);
  tensor->desc = desc;
  tensor->ref_count = 1;
  tensor->owner = memory;
  tensor->data = memory + (SG_TENSOR_ALIGN
      - (guintptr) memory % SG_TENSOR_ALIGN) % SG_TENSOR_ALIGN;
  return tensor;
}

SgTensor *
sg_tensor_new (SgDType dtype, const SgShape * shape, GError ** error)
{
  return tensor_alloc (dtype, shape, error);
}

SgTensor *
sg_tensor_new_copy (SgDType dtype, const SgShape * shape, gconstpointer data,
    GError ** error)
{
  SgTensor *tensor = tensor_alloc (dtype, shape, error);

  if (tensor && sg_tensor_elements (tensor) > 0)
    memcpy (tensor->data, data, sg_tensor_desc_bytes (&tensor->desc));
  return tensor;
}

SgTensor *
sg_tensor_new_borrowed (SgDType dtype, const SgShape * shape, gpointer data)
{
  SgTensor *tensor = g_new0 (SgTensor, 1);

  tensor->desc.dtype = dtype;
  tensor->desc.shape = *shape;
  tensor->ref_count = 1;
  tensor->data = data;
  return tensor;
}

SgTensor *
sg_tensor_new_i64 (const gint64 * values, gsize n)
{
  SgShape shape = SG_SHAPE ((gint64) n);

  return sg_tensor_new_copy (SG_DTYPE_I64, &shape, values, NULL);
}

SgTensor *
sg_tensor_new_f32 (const gfloat * values, gsize n)
{
  SgShape shape = SG_SHAPE ((gint64) n);

  return sg_tensor_new_copy (SG_DTYPE_F32, &shape, values, NULL);
}

SgTensor *
sg_tensor_new_f32_scalar (gfloat value)
{
  SgShape shape = SG_SHAPE_SCALAR;

  return sg_tensor_new_copy (SG_DTYPE_F32, &shape, &value, NULL);
}

SgTensor *
sg_tensor_ref (SgTensor * tensor)
{
  g_atomic_int_inc (&tensor->ref_count);
  return tensor;
}

void
sg_tensor_unref (SgTensor * tensor)
{
  if (tensor && g_atomic_int_dec_and_test (&tensor->ref_count)) {
    g_free (tensor->owner);
    g_free (tensor);
  }
}

gint64
sg_tensor_elements (const SgTensor * tensor)
{
  return sg_shape_elements (&tensor->desc.shape);
}

gint64
sg_tensor_get_i64 (const SgTensor * tensor, gint64 index)
{
  if (tensor->desc.dtype == SG_DTYPE_I64)
    return ((const gint64 *) tensor->data)[index];
  if (tensor->desc.dtype == SG_DTYPE_U64)
    return (gint64) ((const guint64 *) tensor->data)[index];
  return (gint64) sg_tensor_get (tensor, index);
}

gdouble
sg_tensor_get (const SgTensor * tensor, gint64 index)
{
  return sg_dtype_load (tensor->desc.dtype, tensor->data, index);
}

gboolean
sg_tensor_is_finite (const SgTensor * tensor)
{
  gint64 n = sg_tensor_elements (tensor);

  if (!sg_dtype_is_float (tensor->desc.dtype))
    return TRUE;
  for (gint64 i = 0; i < n; i++)
    if (!isfinite (sg_tensor_get (tensor, i)))
      return FALSE;
  return TRUE;
}
