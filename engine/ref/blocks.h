/* gst-stylegan: reference for DepthToSpace and SpaceToDepth
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "ops/depth_to_space.h"
#include "ref/ref.h"

G_BEGIN_DECLS

/* Copies between @deep [N,C*b*b,H,W] and @wide [N,C,H*b,W*b]. */
static inline void
ref_copy_blocks (const SgDepthToSpaceAttrs * a, SgTensor * deep,
    SgTensor * wide, gboolean to_wide)
{
  const SgShape *shape = &wide->desc.shape;
  gsize size = sg_dtype_size (wide->desc.dtype);
  gint64 b = a->blocksize, channels = shape->dim[1];
  gint64 height = shape->dim[2], width = shape->dim[3];
  guint8 *w = wide->data;

  for (gint64 p = 0; p < shape->dim[0] * channels; p++) {
    gint64 n = p / channels, c = p % channels;

    for (gint64 i = 0; i < height * width; i++, w += size) {
      gint64 y = i / width, x = i % width;
      gint64 block = y % b * b + x % b;
      gint64 channel = a->crd ? c * b * b + block : block * channels + c;
      gint64 at = ((n * channels * b * b + channel) * (height / b) + y / b)
          * (width / b) + x / b;
      guint8 *d = (guint8 *) deep->data + (gsize) at * size;

      memcpy (to_wide ? w : d, to_wide ? d : w, size);
    }
  }
}

G_END_DECLS
