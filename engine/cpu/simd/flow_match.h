/* gst-stylegan: block matching, for the table in simd/flow.c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/flow.h"

#ifdef CPU_SIMD_TIER

void CPU_SIMD_NAME (cpu_simd_flow_match) (const CpuFlowLevel * level,
    gint begin, gint end);

/* sg_flow_round (): units are powers of 2 */
CPU_INLINE gint
cpu_flow_round (gint steps, gint unit)
{
  gint parts = SG_FLOW_FRACTION * unit;

  return (steps + parts / 2) >> __builtin_ctz ((guint) parts);
}

/* Where between the pixels the sum is least, in steps. */
CPU_INLINE gint
cpu_flow_offset (const SgFlowMatchAttrs * a, gint left, gint middle, gint right)
{
  gint parts = SG_FLOW_FRACTION * a->unit;
  gint slopes = 2 * (MAX (left, right) - middle);
  gint tilt = left - right;

  if (middle == 0 || slopes <= 0
      || ABS (tilt) <= a->smoothness * a->window * a->window / 32)
    return 0;
  return CLAMP (sg_flow_floor_div (2 * tilt * parts + slopes, 2 * slopes),
      -parts / 2, parts / 2);
}

#endif
