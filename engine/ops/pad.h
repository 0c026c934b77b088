/* gst-stylegan: Pad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SG_PAD_CONSTANT,
  SG_PAD_REFLECT,               /* without repeating the border sample */
  SG_PAD_EDGE,
  SG_PAD_WRAP,
} SgPadMode;

/* pad (x, pads i64 [2*n] begins then ends, value scalar or none,
 *      axes i64 [n] or none) -> y. Negative pads crop. ONNX's Pad. */
typedef struct
{
  SgPadMode mode;
} SgPadAttrs;

G_END_DECLS
