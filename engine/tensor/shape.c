/* gst-stylegan: shapes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/tensor.h>

#include <string.h>

SgShape
sg_shape_from (const gint64 * dims, gsize rank)
{
  SgShape shape = { (gint) rank, {0,} };

  g_return_val_if_fail (rank <= SG_MAX_RANK, shape);
  if (rank > 0)
    memcpy (shape.dim, dims, rank * sizeof *dims);
  return shape;
}

gint64
sg_shape_elements (const SgShape * shape)
{
  gint64 n = 1;
  gboolean empty = FALSE;

  for (gint i = 0; i < shape->rank; i++) {
    gint64 d = shape->dim[i];

    if (d < 0)
      return -1;
    if (d == 0) {
      empty = TRUE;
      continue;
    }
    if (d > SG_MAX_ELEMENTS / n)
      return -1;
    n *= d;
  }
  return empty ? 0 : n;
}

gboolean
sg_shape_equal (const SgShape * a, const SgShape * b)
{
  if (a->rank != b->rank)
    return FALSE;
  for (gint i = 0; i < a->rank; i++)
    if (a->dim[i] != b->dim[i])
      return FALSE;
  return TRUE;
}

gchar *
sg_shape_to_string (const SgShape * shape)
{
  GString *s = g_string_new ("[");

  for (gint i = 0; i < shape->rank; i++) {
    if (i > 0)
      g_string_append_c (s, ',');
    if (shape->dim[i] < 0)
      g_string_append_c (s, '?');
    else
      g_string_append_printf (s, "%" G_GINT64_FORMAT, shape->dim[i]);
  }
  return g_string_free (g_string_append_c (s, ']'), FALSE);
}

gboolean
sg_shape_broadcast (const SgShape * a, const SgShape * b, SgShape * out)
{
  SgShape result = { MAX (a->rank, b->rank), {0,} };

  for (gint i = 0; i < result.rank; i++) {
    gint ia = i - (result.rank - a->rank), ib = i - (result.rank - b->rank);
    gint64 da = ia < 0 ? 1 : a->dim[ia], db = ib < 0 ? 1 : b->dim[ib];

    if (da != db && da != 1 && db != 1)
      return FALSE;
    result.dim[i] = da == 1 ? db : da;
  }
  *out = result;
  return TRUE;
}

gsize
sg_tensor_desc_bytes (const SgTensorDesc * desc)
{
  gint64 n = sg_shape_elements (&desc->shape);

  return n < 0 ? G_MAXSIZE : sg_dtype_size (desc->dtype) * (gsize) n;
}
