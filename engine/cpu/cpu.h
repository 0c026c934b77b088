/* gst-stylegan: the CPU backend's kernels
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "backend/backend.h"
#include "cpu/simd/simd.h"

G_BEGIN_DECLS

typedef struct
{
  SgDevice base;
  const CpuSimd *simd;          /* function table of the instruction set in use */
  struct _CpuConvCache *convs;  /* cpu/conv_call.h */
} CpuDevice;

/* One row of the table in cpu.c: how an operator runs on the CPU. All data is
 * f32 unless supports () lets something else through. */
typedef struct
{
  const gchar *op;
    gboolean (*supports) (CpuDevice * device, const SgCall * call);
  /* Returns the kernel's state (may be NULL for stateless kernels: then leave
   * prepare NULL). Sets @scratch_bytes to the scratch memory it needs. */
    gpointer (*prepare) (CpuDevice * device, const SgCall * call,
      gsize * scratch_bytes, GError ** error);
  void (*run) (gpointer state, CpuDevice * device, const SgCall * call,
      gpointer const *outputs, gconstpointer const *inputs, gpointer scratch);
  void (*release) (gpointer state);
  gboolean in_place;            /* output 0 may be input 0's memory if it is as
                                 * large */
} CpuKernel;

#define CPU_KERNEL(name) extern const CpuKernel cpu_kernel_ ## name;
#include "cpu/list.h"
#undef CPU_KERNEL

void cpu_image_load (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, gfloat * tensor);
void cpu_image_store (SgDevice * device, const gfloat * tensor,
    const SgPixelConvention * convention, const SgImage * source,
    SgImage * image);

G_END_DECLS
