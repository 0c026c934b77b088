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

/* The sample of a row of @n that stands at @i, which may lie outside; -1 when
 * it is the constant. */
static inline gint64
sg_pad_index (SgPadMode mode, gint64 i, gint64 n)
{
  if (i >= 0 && i < n)
    return i;
  switch (mode) {
    case SG_PAD_CONSTANT:
      break;
    case SG_PAD_REFLECT:
      return i < 0 ? -i : 2 * (n - 1) - i;
    case SG_PAD_EDGE:
      return i < 0 ? 0 : n - 1;
    case SG_PAD_WRAP:
      return (i % n + n) % n;
  }
  return -1;
}

G_END_DECLS
