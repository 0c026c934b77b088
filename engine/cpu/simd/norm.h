/* gst-stylegan: kernels of the normalisation, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"
#include "ops/activation.h"

G_BEGIN_DECLS

/* Sum of the elements and of their squared differences to the mean. */
typedef struct
{
  double n, mean, m2;
} CpuMoments;

/* Elements of which cpu_simd_norm's moments () takes the mean at once: they stay
 * in L1 for the second look. */
#define CPU_MOMENTS_BLOCK 4096

struct _CpuSimdNorm
{
  /* dst[i] = activation (src[i] * scale + shift) + residual[i], i < n;
   * residual may be NULL; dst may be src or residual */
  void (*scale_shift) (float *dst, const float *src, const float *residual,
      gsize n, float scale, float shift, const SgActivation * activation);
  /* Those of src[0 .. n - 1], n <= CPU_MOMENTS_BLOCK */
  void (*moments) (CpuMoments * moments, const float *src, gsize n);
};

G_END_DECLS
