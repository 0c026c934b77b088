/* gst-stylegan: whole tensors as double, for the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ref/ref.h"

G_BEGIN_DECLS

/* @n doubles, not zeroed. Returns: NULL with SG_ERROR_NO_MEMORY; g_free () */
static inline gdouble *
ref_new_doubles (const SgCall * call, gint64 n, GError ** error)
{
  gdouble *values = g_try_new (gdouble, (gsize) MAX (n, 1));

  if (values == NULL)
    sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "no memory for %" G_GINT64_FORMAT " values", n);
  return values;
}

/* Every element of @tensor. Returns: as above */
static inline gdouble *
ref_load_tensor (const SgCall * call, const SgTensor * tensor, GError ** error)
{
  gint64 n = sg_tensor_elements (tensor);
  gdouble *values = ref_new_doubles (call, n, error);

  for (gint64 i = 0; values && i < n; i++)
    values[i] = sg_tensor_get (tensor, i);
  return values;
}

static inline void
ref_store (SgTensor * tensor, gint64 index, gdouble value)
{
  sg_dtype_store (tensor->desc.dtype, tensor->data, (gsize) index, value);
}

/* Product of the dimensions from @first on. */
static inline gint64
ref_inner (const SgShape * shape, gint first)
{
  gint64 n = 1;

  for (gint i = first; i < shape->rank; i++)
    n *= shape->dim[i];
  return n;
}

G_END_DECLS
