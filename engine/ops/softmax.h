/* gst-stylegan: Softmax
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* softmax (x) -> y = exp (x) / sum of exp (x) along @axis. ONNX's Softmax. */
typedef struct
{
  gint64 axis;                  /* negative: from the end */
  gboolean flatten;             /* before opset 13: the sum is over @axis and all
                                 * after it */
} SgSoftmaxAttrs;

G_END_DECLS
