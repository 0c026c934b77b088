/* gst-stylegan: operations of two numbers, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

typedef enum
{
  CPU_BINARY_ADD,
  CPU_BINARY_SUB,
  CPU_BINARY_MUL,
  CPU_BINARY_DIV,
  CPU_BINARY_MIN,               /* NaN if either is */
  CPU_BINARY_MAX,
  CPU_BINARY_PRELU,             /* a < 0 ? a * b : a */
  CPU_N_BINARY
} CpuBinary;

/* Which of the inputs has one element for the whole row. */
typedef enum
{
  CPU_ROW_BOTH,                 /* none: both are as long as the row */
  CPU_ROW_SCALAR_A,
  CPU_ROW_SCALAR_B,
  CPU_N_ROWS
} CpuRowForm;

/* dst[i] = operation of a and b, i < n; dst may be a or b */
typedef void (*CpuBinaryFunc) (float *dst, const float *a, const float *b,
    gsize n);

struct _CpuSimdBinary
{
  CpuBinaryFunc func[CPU_N_BINARY][CPU_N_ROWS];
};

G_END_DECLS
