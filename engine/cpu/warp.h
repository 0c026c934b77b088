/* gst-stylegan: pictures moved along the flow, for all that need one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/parallel.h"
#include "cpu/simd/flow.h"

G_BEGIN_DECLS

typedef struct
{
  const CpuSimdFlow *simd;
  const SgWarpAttrs *attrs;
  const gfloat *x, *flow;
  gsize channels, nearest;      /* of x, and of these the last that are not filtered */
  gssize height, width, grid_height, grid_width;
} CpuWarp;

/* Moves input @x of @call along its input @flow. @attrs must live as long. */
void cpu_warp_init (CpuWarp * warp, CpuDevice * device, const SgCall * call,
    const SgWarpAttrs * attrs, gconstpointer const *inputs, guint x,
    guint flow);
/* The same for plane @c alone. */
CpuWarp cpu_warp_get_plane (const CpuWarp * warp, gsize c);
/* Whether rows @top to before @bottom are those of x: no vector leads anywhere. */
gboolean cpu_warp_rests (const CpuWarp * warp, gsize top, gsize bottom);
/* Rows @top to before @bottom of the result; to @dst, whose planes are @dst_plane floats
 * apart and begin with row @top. */
void cpu_warp_rows (const CpuWarp * warp, gsize top, gsize bottom,
    gfloat * dst, gsize dst_plane);

G_END_DECLS
