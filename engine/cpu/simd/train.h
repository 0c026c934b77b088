/* gst-stylegan: kernels of training, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"
#include "ops/gate.h"

G_BEGIN_DECLS

/* Of correlate (), and what vectors its n is rounded up to. */
#define CPU_TRAIN_MAX_COLUMNS 6
#define CPU_TRAIN_MAX_ROWS 4
#define CPU_TRAIN_ALIGN 16

/* Factors of one step of Adam. */
typedef struct
{
  float keep_m, add_m, keep_v, add_v;   /* beta and 1 - beta */
  float rate, v_scale, epsilon; /* rate / (1 - beta1^t), 1 / (1 - beta2^t) */
} CpuAdam;

struct _CpuSimdTrain
{
  guint rows, columns;          /* that correlate () is best at */
  /* sums[i * pitch + k] += sum over j < n of a[i][j] * b[k][j], for i < m <= rows and
   * k < columns_used. @b: all of columns, the rest any. @n: a multiple of
   * CPU_TRAIN_ALIGN */
  void (*correlate) (float *sums, gsize pitch, const float *const *a,
      const float *const *b, guint m, guint columns_used, gsize n);
  void (*gate) (float *dx, const float *x, const float *dy, gsize n,
      const SgGateAttrs * attrs);
  /* sums[0] += dy, sums[1] += dy * (x - mean); n some thousand at most */
  void (*norm_sums) (double *sums, const float *x, const float *dy, gsize n,
      float mean);
  /* dx = factor * (dy - shift - (x - mean) * slope) */
  void (*norm_grad) (float *dx, const float *x, const float *dy, gsize n,
      float mean, float factor, float shift, float slope);
  /* dst[0]: parameters, [1]: m, [2]: v; src the same with gradients behind */
  void (*adam) (float *const *dst, const float *const *src, gsize n,
      const CpuAdam * adam);
};

G_END_DECLS
