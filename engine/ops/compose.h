/* gst-stylegan: how much of the style goes into a frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* compose's parameters, [SG_COMPOSE_N_PARAMS] f32; outside of 0..1 the limit counts,
 * NaN as 0 */
enum
{
  SG_COMPOSE_STRENGTH,
  SG_COMPOSE_PRESERVE_COLORS,
  SG_COMPOSE_N_PARAMS
};

/* compose (styled [1,C,H,W], frame [1,C,H,W], parameters [SG_COMPOSE_N_PARAMS],
 *   mask [1,1,H,W] or none) -> [1,C,H,W], C 1 or 3
 * s, f: values of a pixel; w = strength * mask (1 without one), within 0..1.
 *   y = sum of luma[c] * (s - f) over the channels, BT.709's 0.2126 R' + 0.7152 G'
 *     + 0.0722 B': what the style changes of luma, whatever the range, as the weights
 *     add up to 1
 *   s' = s + preserve (f + y - s), one channel: s
 *   out = f + w (s' - f)
 * At w = 0, w = 1 and preserve = 0 that is f, s' and s to the bit, whatever the other
 * ones are. */
typedef struct
{
  gint order[3];                /* of each plane: index into R,G,B; C = 3 only */
} SgComposeAttrs;

/* BT.709's weights in the order of the planes; { 1 } for one channel. */
static inline void
sg_compose_get_luma (const SgComposeAttrs * attrs, gint64 channels,
    gfloat luma[3])
{
  static const gfloat bt709[3] = { 0.2126f, 0.7152f, 0.0722f };

  for (guint c = 0; c < 3; c++)
    luma[c] = channels == 3 ? bt709[attrs->order[c]] : c == 0;
}

G_END_DECLS
