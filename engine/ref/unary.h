/* gst-stylegan: reference for operators that map element by element
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include "ref/ref.h"

/* Defines ref_<word>: y = expression of x, in double. The expression may use
 * @attrs of @call. */
#define REF_DEFINE_UNARY(word, expression) \
  gboolean \
  ref_ ## word (const SgCall * call, SgTensor * const *outputs, \
      SgTensor * const *inputs, GError ** error) \
  { \
    gint64 n = sg_tensor_elements (outputs[0]); \
    SgDType dtype = inputs[0]->desc.dtype; \
    for (gint64 i = 0; i < n; i++) { \
      gdouble x = sg_dtype_load (dtype, inputs[0]->data, i); \
      sg_dtype_store (dtype, outputs[0]->data, i, (expression)); \
    } \
    return TRUE; \
  }
