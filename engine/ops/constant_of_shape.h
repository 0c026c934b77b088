/* gst-stylegan: ConstantOfShape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* constant_of_shape (shape i64 [n], constant) -> y of that shape, every element
 * @value. ONNX's ConstantOfShape. */
typedef struct
{
  SgDType dtype;                /* SG_DTYPE_NONE: f32 zeros */
  guint64 value;                /* the bytes of one element, at its address */
} SgConstantOfShapeAttrs;

G_END_DECLS
