/* gst-stylegan: element by element, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

typedef enum
{
  CPU_UNARY_ABS,
  CPU_UNARY_CLIP,               /* min (max (x, a), b) */
  CPU_UNARY_ELU,                /* x < 0 ? a * (e ^ x - 1) : x */
  CPU_UNARY_EXP,
  CPU_UNARY_FLOOR,
  CPU_UNARY_HARD_SIGMOID,       /* min (max (a * x + b, 0), 1) */
  CPU_UNARY_HARD_SWISH,         /* x * min (max (x / 6 + 1/2, 0), 1) */
  CPU_UNARY_LEAKY_RELU,         /* x < 0 ? a * x : x */
  CPU_UNARY_NEG,
  CPU_UNARY_RELU,
  CPU_UNARY_SIGMOID,
  CPU_UNARY_SQRT,
  CPU_UNARY_TANH,
  CPU_N_UNARY
} CpuUnary;

/* dst[i] = operation of src[i], i < n; dst may be src. NaN stays NaN. */
typedef void (*CpuUnaryFunc) (float *dst, const float *src, gsize n, float a,
    float b);

struct _CpuSimdUnary
{
  CpuUnaryFunc func[CPU_N_UNARY];
};

G_END_DECLS
