/* gst-stylegan: element by element
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/unary.h"

extern const CpuSimdUnary CPU_SIMD_NAME (cpu_simd_unary);

CPU_INLINE CpuVf
vf_floor (CpuVf x)
{
  CpuVf r = cpu_vf_round (x);

  return cpu_vf_select (r > x, r - 1.0f, r);
}

CPU_INLINE CpuVf
vf_clip (CpuVf x, CpuVf low, CpuVf high)
{
  return cpu_vf_min (high, cpu_vf_max (low, x));
}

CPU_INLINE CpuVf
vf_elu (CpuVf x, CpuVf a)
{
  CpuVf e =
      cpu_vf_expm1 (vf_clip (x, cpu_vf_splat (-87.0f), cpu_vf_splat (0.0f)));

  return cpu_vf_select (x < 0.0f, a * e, x);
}

/* Defines the loop over BODY, an expression of CpuVf x, a and b. */
#define UNARY(name, BODY) \
CPU_INLINE CpuVf \
name ## _vector (CpuVf x, CpuVf a, CpuVf b) \
{ \
  return BODY; \
} \
\
static void \
name ## _row (float *dst, const float *src, gsize n, float a, float b) \
{ \
  const CpuVf va = cpu_vf_splat (a), vb = cpu_vf_splat (b); \
  gsize i; \
\
  for (i = 0; i + CPU_VW <= n; i += CPU_VW) \
    cpu_vf_store (dst + i, name ## _vector (cpu_vf_load (src + i), va, vb)); \
  if (i < n) \
    cpu_vf_store_part (dst + i, \
        name ## _vector (cpu_vf_load_part (src + i, n - i), va, vb), n - i); \
}

UNARY (abs, (CpuVf) ((CpuVi) x & G_MAXINT32))
UNARY (clip, vf_clip (x, a, b))
UNARY (elu, vf_elu (x, a))
UNARY (exp, cpu_vf_exp (x))
UNARY (floor, vf_floor (x))
UNARY (hard_sigmoid, vf_clip (x * a + b, cpu_vf_splat (0.0f), cpu_vf_splat (1.0f)))
UNARY (hard_swish, x * vf_clip (x * (1.0f / 6) + 0.5f, cpu_vf_splat (0.0f),
        cpu_vf_splat (1.0f)))
UNARY (leaky_relu, cpu_vf_select (x < 0.0f, x * a, x))
UNARY (neg, -x)
UNARY (relu, cpu_vf_max (cpu_vf_splat (0.0f), x))
UNARY (sigmoid, cpu_vf_sigmoid (x))
UNARY (sqrt, cpu_vf_sqrt (x))
UNARY (tanh, cpu_vf_tanh (x))

/* *INDENT-OFF* */
const CpuSimdUnary CPU_SIMD_NAME (cpu_simd_unary) = {
  .func = {
    [CPU_UNARY_ABS] = abs_row,
    [CPU_UNARY_CLIP] = clip_row,
    [CPU_UNARY_ELU] = elu_row,
    [CPU_UNARY_EXP] = exp_row,
    [CPU_UNARY_FLOOR] = floor_row,
    [CPU_UNARY_HARD_SIGMOID] = hard_sigmoid_row,
    [CPU_UNARY_HARD_SWISH] = hard_swish_row,
    [CPU_UNARY_LEAKY_RELU] = leaky_relu_row,
    [CPU_UNARY_NEG] = neg_row,
    [CPU_UNARY_RELU] = relu_row,
    [CPU_UNARY_SIGMOID] = sigmoid_row,
    [CPU_UNARY_SQRT] = sqrt_row,
    [CPU_UNARY_TANH] = tanh_row,
  },
};
/* *INDENT-ON* */
