/* gst-stylegan: elements of integer tensors, exactly
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ref/ref.h"

G_BEGIN_DECLS

/* sg_dtype_load () and sg_dtype_store () go through double, which i64 and u64
 * do not fit. */

static inline gboolean
ref_is_unsigned (SgDType dtype)
{
  return dtype == SG_DTYPE_U8 || dtype == SG_DTYPE_U16
      || dtype == SG_DTYPE_U32 || dtype == SG_DTYPE_U64
      || dtype == SG_DTYPE_BOOL;
}

/* Element @index of an integer tensor modulo 2^64: right as gint64 for signed
 * types, as guint64 for unsigned ones. */
static inline guint64
ref_load_integer (const SgTensor * tensor, gint64 index)
{
  return (guint64) sg_tensor_get_i64 (tensor, index);
}

/* Stores @value modulo the size of the type, as two's complement wraps. */
static inline void
ref_store_integer (SgTensor * tensor, gint64 index, guint64 value)
{
  gpointer data = tensor->data;

  if (tensor->desc.dtype == SG_DTYPE_BOOL)
    ((guint8 *) data)[index] = value != 0;
  else if (sg_dtype_size (tensor->desc.dtype) == 1)
    ((guint8 *) data)[index] = (guint8) value;
  else if (sg_dtype_size (tensor->desc.dtype) == 2)
    ((guint16 *) data)[index] = (guint16) value;
  else if (sg_dtype_size (tensor->desc.dtype) == 4)
    ((guint32 *) data)[index] = (guint32) value;
  else
    ((guint64 *) data)[index] = value;
}

/* Defines ref_<word> for numbers: y = @real of x as gdouble x, or @integer of x
 * as gint64 x (guint64 for unsigned types, whose expression is @natural). */
#define REF_DEFINE_UNARY_NUMERIC(word, real, integer, natural) \
  gboolean \
  ref_ ## word (const SgCall * call, SgTensor * const *outputs, \
      SgTensor * const *inputs, GError ** error) \
  { \
    gint64 n = sg_tensor_elements (outputs[0]); \
    SgDType dtype = inputs[0]->desc.dtype; \
    for (gint64 i = 0; i < n; i++) { \
      if (sg_dtype_is_float (dtype)) { \
        gdouble x = sg_tensor_get (inputs[0], i); \
        sg_dtype_store (dtype, outputs[0]->data, i, (real)); \
      } else if (ref_is_unsigned (dtype)) { \
        guint64 x = ref_load_integer (inputs[0], i); \
        ref_store_integer (outputs[0], i, (natural)); \
      } else { \
        gint64 x = (gint64) ref_load_integer (inputs[0], i); \
        ref_store_integer (outputs[0], i, (guint64) (integer)); \
      } \
    } \
    return TRUE; \
  }

G_END_DECLS
