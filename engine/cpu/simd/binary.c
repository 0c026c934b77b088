/* gst-stylegan: operations of two numbers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/binary.h"

extern const CpuSimdBinary CPU_SIMD_NAME (cpu_simd_binary);

/* Defines the loop of one form over @vector (a, b); A and B load at i, or the
 * last n - i, or are the scalar. */
#define BINARY_ROW(name, form, A, A_PART, B, B_PART) \
static void \
name ## _ ## form (float *dst, const float *a, const float *b, gsize n) \
{ \
  const CpuVf a0 = cpu_vf_splat (a[0]), b0 = cpu_vf_splat (b[0]); \
  gsize i; \
\
  (void) a0; \
  (void) b0; \
  for (i = 0; i + CPU_VW <= n; i += CPU_VW) \
    cpu_vf_store (dst + i, name ## _vector (A, B)); \
  if (i < n) \
    cpu_vf_store_part (dst + i, name ## _vector (A_PART, B_PART), n - i); \
}

#define BINARY(name, BODY) \
CPU_INLINE CpuVf \
name ## _vector (CpuVf a, CpuVf b) \
{ \
  return BODY; \
} \
\
BINARY_ROW (name, both, cpu_vf_load (a + i), cpu_vf_load_part (a + i, n - i), \
    cpu_vf_load (b + i), cpu_vf_load_part (b + i, n - i)) \
BINARY_ROW (name, scalar_a, a0, a0, \
    cpu_vf_load (b + i), cpu_vf_load_part (b + i, n - i)) \
BINARY_ROW (name, scalar_b, cpu_vf_load (a + i), \
    cpu_vf_load_part (a + i, n - i), b0, b0)

BINARY (add, a + b)
BINARY (sub, a - b)
BINARY (mul, a * b)
BINARY (div, a / b)
BINARY (min, cpu_vf_select ((a < b) | (a != a), a, b))
BINARY (max, cpu_vf_select ((a > b) | (a != a), a, b))
BINARY (prelu, cpu_vf_select (a < 0.0f, a * b, a))

#define FORMS(name) { \
  [CPU_ROW_BOTH] = name ## _both, \
  [CPU_ROW_SCALAR_A] = name ## _scalar_a, \
  [CPU_ROW_SCALAR_B] = name ## _scalar_b, \
}

/* *INDENT-OFF* */
const CpuSimdBinary CPU_SIMD_NAME (cpu_simd_binary) = {
  .func = {
    [CPU_BINARY_ADD] = FORMS (add),
    [CPU_BINARY_SUB] = FORMS (sub),
    [CPU_BINARY_MUL] = FORMS (mul),
    [CPU_BINARY_DIV] = FORMS (div),
    [CPU_BINARY_MIN] = FORMS (min),
    [CPU_BINARY_MAX] = FORMS (max),
    [CPU_BINARY_PRELU] = FORMS (prelu),
  },
};
/* *INDENT-ON* */
