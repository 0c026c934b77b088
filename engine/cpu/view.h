/* gst-stylegan: reading a tensor in another order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/parallel.h"

G_BEGIN_DECLS

/* Element (i0, i1, ..), i0 the innermost, is at i0 * step[0] + i1 * step[1] ..
 * of the source; steps may be 0 and negative. */
typedef struct
{
  gint rank;
  gsize dim[SG_MAX_RANK];
  gssize step[SG_MAX_RANK];
} CpuView;

/* Adds the next outer dimension to a zeroed view; it merges with the last one
 * where the elements go on regularly. */
void cpu_view_add (CpuView * view, gsize dim, gssize step);

/* dst = the elements of @src in the order of @view, which has any */
void cpu_view_copy (CpuDevice * device, const CpuView * view, gfloat * dst,
    const gfloat * src);

/* @n_rows rows of @row floats each, pitches in floats. */
void cpu_copy_rows (CpuDevice * device, gfloat * dst, gsize dst_pitch,
    const gfloat * src, gsize src_pitch, gsize row, gsize n_rows);

G_END_DECLS
