/* gst-stylegan: work split over the device's threads
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How work is split depends on its size alone, never on the number of threads:
 * so do the results. */
#pragma once

#include "cpu/cpu.h"

G_BEGIN_DECLS

/* Elements that a task streams through: some 100 us from memory, little enough
 * to balance well, and inside the L2 cache. */
#define CPU_GRAIN 65536

/* Does the items from @begin to before @end. */
typedef void (*CpuRangeFunc) (gpointer user_data, gsize begin, gsize end);

/* Calls @func for all of 0 .. @n - 1, @grain (at least 1) at a time. */
void cpu_parallel_for (CpuDevice * device, gsize n, gsize grain,
    CpuRangeFunc func, gpointer user_data);

/* Does elements @begin to before @end of plane @plane. */
typedef void (*CpuPlaneFunc) (gpointer user_data, gsize plane, gsize begin,
    gsize end);

/* The same for @n_planes dense planes one behind the other, for work that has
 * parameters per plane. */
void cpu_parallel_planes (CpuDevice * device, gsize n_planes,
    gsize plane_size, CpuPlaneFunc func, gpointer user_data);

/* The same with scratch memory: each thread passes its own part of @scratch, @bytes of
 * it, which prepare () asked for with cpu_scratch_bytes (). */
typedef void (*CpuScratchFunc) (gpointer user_data, gsize begin, gsize end,
    gpointer scratch);
void cpu_parallel_scratch (CpuDevice * device, gsize n, gsize grain,
    CpuScratchFunc func, gpointer user_data, gpointer scratch, gsize bytes);
/* For all threads. */
gsize cpu_scratch_bytes (CpuDevice * device, gsize bytes);

/* @grain such that items of @cost elements each add up to CPU_GRAIN. */
gsize cpu_grain (gsize cost);

/* The product of the dimensions of @shape from @first to before @end. */
gsize cpu_count (const SgShape * shape, gint first, gint end);
/* Every input that is there, and every output, is f32, and none is empty. */
gboolean cpu_is_f32 (const SgCall * call);
/* The value of input @index if it is constant, else NULL. */
SgTensor *cpu_constant (const SgCall * call, guint index);

G_END_DECLS
