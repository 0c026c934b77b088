/* gst-stylegan: softmax on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * x is [outer, n, inner], the sum being over n; of inner, a stripe at a time. */
#include "ops/softmax.h"

#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/binary.h"
#include "cpu/simd/norm.h"
#include "cpu/simd/unary.h"

#define STRIPE 512

typedef struct
{
  const CpuSimd *simd;
  const gfloat *x;
  gfloat *y;
  gsize n, inner;
} SoftmaxRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
softmax_rows (gpointer user_data, gsize begin, gsize end)
{
  const SoftmaxRun *r = user_data;
  const CpuSimd *simd = r->simd;
  gsize n = r->n;

  for (gsize i = begin; i < end; i++) {
    const gfloat *x = r->x + i * n;
    gfloat *y = r->y + i * n, max = x[0], divisor;
    gdouble sum = 0;

    for (gsize k = 1; k < n; k++)
      max = MAX (max, x[k]);
    simd->binary->func[CPU_BINARY_SUB][CPU_ROW_SCALAR_B] (y, x, &max, n);
    simd->unary->func[CPU_UNARY_EXP] (y, y, n, 0, 0);
    for (gsize k = 0; k < n; k += CPU_MOMENTS_BLOCK) {
      CpuMoments block;

      simd->norm->moments (&block, y + k, MIN (n - k, CPU_MOMENTS_BLOCK));
      sum += block.mean * block.n;
    }
    divisor = sum;
    simd->binary->func[CPU_BINARY_DIV][CPU_ROW_SCALAR_B] (y, y, &divisor, n);
  }
}

static void
softmax_columns (gpointer user_data, gsize plane, gsize begin, gsize end)
{
  const SoftmaxRun *r = user_data;
  const CpuSimdBinary *binary = r->simd->binary;
  gsize n = r->n, inner = r->inner;
  gfloat max[STRIPE], sum[STRIPE];

  for (; begin < end; begin += STRIPE) {
    const gfloat *x = r->x + plane * n * inner + begin;
    gfloat *y = r->y + plane * n * inner + begin;
    gsize width = MIN (STRIPE, end - begin);

    memcpy (max, x, width * sizeof *max);
    memset (sum, 0, width * sizeof *sum);
    for (gsize k = 1; k < n; k++)
      binary->func[CPU_BINARY_MAX][CPU_ROW_BOTH] (max, max, x + k * inner,
          width);
    for (gsize k = 0; k < n; k++) {
      binary->func[CPU_BINARY_SUB][CPU_ROW_BOTH] (y + k * inner,
          x + k * inner, max, width);
      r->simd->unary->func[CPU_UNARY_EXP] (y + k * inner, y + k * inner,
          width, 0, 0);
      binary->func[CPU_BINARY_ADD][CPU_ROW_BOTH] (sum, sum, y + k * inner,
          width);
    }
    for (gsize k = 0; k < n; k++)
      binary->func[CPU_BINARY_DIV][CPU_ROW_BOTH] (y + k * inner,
          y + k * inner, sum, width);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgSoftmaxAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  gint axis = (gint) (attrs->axis < 0 ? attrs->axis + x->rank : attrs->axis);
  gint end = attrs->flatten ? x->rank : axis + 1;
  gsize outer = cpu_count (x, 0, axis);
  SoftmaxRun r = { device->simd, inputs[0], outputs[0] };

  r.n = cpu_count (x, axis, end);
  r.inner = cpu_count (x, end, x->rank);
  if (r.inner == 1)
    cpu_parallel_for (device, outer, cpu_grain (r.n * 4), softmax_rows, &r);
  else
    cpu_parallel_planes (device, outer, r.inner, softmax_columns, &r);
}

const CpuKernel cpu_kernel_softmax = {
  .op = "softmax",
  .supports = supports,
  .run = run,
  .in_place = TRUE,
};
