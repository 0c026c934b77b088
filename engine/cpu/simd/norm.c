/* gst-stylegan: normalisation: statistics, and their application
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/norm.h"

extern const CpuSimdNorm CPU_SIMD_NAME (cpu_simd_norm);

typedef struct
{
  CpuVf scale, shift, a, b;
} ScaleShift;

/* @kind is constant where this is inlined. */
CPU_INLINE CpuVf
apply (CpuVf v, const ScaleShift * p, const SgActivationKind kind)
{
  v = v * p->scale + p->shift;
  if (kind == SG_ACTIVATION_RELU)
    v = cpu_vf_max (cpu_vf_splat (0.0f), v);
  else if (kind == SG_ACTIVATION_LEAKY_RELU)
    v = cpu_vf_select (v < 0.0f, v * p->a, v);
  else if (kind == SG_ACTIVATION_CLIP)
    v = cpu_vf_min (p->b, cpu_vf_max (p->a, v));
  else if (kind == SG_ACTIVATION_TANH)
    v = cpu_vf_tanh (v);
  else if (kind == SG_ACTIVATION_SIGMOID)
    v = cpu_vf_sigmoid (v);
  return v;
}

CPU_INLINE void
scale_shift_as (float *dst, const float *src, const float *residual, gsize n,
    const ScaleShift * p, const SgActivationKind kind)
{
  const ScaleShift c = *p;
  gsize i = 0;

  if (residual == NULL) {
    for (; i + CPU_VW <= n; i += CPU_VW)
      cpu_vf_store (dst + i, apply (cpu_vf_load (src + i), &c, kind));
    if (i < n)
      cpu_vf_store_part (dst + i, apply (cpu_vf_load_part (src + i, n - i),
              &c, kind), n - i);
  } else {
    for (; i + CPU_VW <= n; i += CPU_VW)
      cpu_vf_store (dst + i, apply (cpu_vf_load (src + i), &c, kind)
          + cpu_vf_load (residual + i));
    if (i < n)
      cpu_vf_store_part (dst + i, apply (cpu_vf_load_part (src + i, n - i),
              &c, kind) + cpu_vf_load_part (residual + i, n - i), n - i);
  }
}

#define SCALE_SHIFT_AS(kind) \
  case kind: \
    scale_shift_as (dst, src, residual, n, &p, kind); \
    break

static void
scale_shift (float *dst, const float *src, const float *residual, gsize n,
    float scale, float shift, const SgActivation * activation)
{
  const ScaleShift p = { cpu_vf_splat (scale), cpu_vf_splat (shift),
    cpu_vf_splat (activation->alpha), cpu_vf_splat (activation->beta)
  };

  switch (activation->kind) {
      SCALE_SHIFT_AS (SG_ACTIVATION_NONE);
      SCALE_SHIFT_AS (SG_ACTIVATION_RELU);
      SCALE_SHIFT_AS (SG_ACTIVATION_LEAKY_RELU);
      SCALE_SHIFT_AS (SG_ACTIVATION_CLIP);
      SCALE_SHIFT_AS (SG_ACTIVATION_TANH);
      SCALE_SHIFT_AS (SG_ACTIVATION_SIGMOID);
  }
}

/* In single precision a good guess only. */
CPU_INLINE float
rough_mean (const float *src, gsize n)
{
  CpuVf s0 = { 0 }, s1 = { 0 }, s2 = { 0 }, s3 = { 0 };
  float sum;
  gsize i;

  for (i = 0; i + 4 * CPU_VW <= n; i += 4 * CPU_VW) {
    s0 += cpu_vf_load (src + i);
    s1 += cpu_vf_load (src + i + CPU_VW);
    s2 += cpu_vf_load (src + i + 2 * CPU_VW);
    s3 += cpu_vf_load (src + i + 3 * CPU_VW);
  }
  sum = cpu_vf_sum ((s0 + s1) + (s2 + s3));
  for (; i < n; i++)
    sum += src[i];
  return sum / n;
}

/* Differences to the rough mean are exact where they are small, so that nothing
 * is lost however much larger than the deviation the mean is. What it was off
 * by is corrected in double. */
static void
moments (CpuMoments * result, const float *src, gsize n)
{
  float guess = rough_mean (src, n);
  CpuVf center = cpu_vf_splat (guess);
  CpuVf a0 = { 0 }, a1 = { 0 }, b0 = { 0 }, b1 = { 0 };
  double s1, s2;
  gsize i;

  for (i = 0; i + 2 * CPU_VW <= n; i += 2 * CPU_VW) {
    CpuVf d0 = cpu_vf_load (src + i) - center;
    CpuVf d1 = cpu_vf_load (src + i + CPU_VW) - center;

    a0 += d0;
    b0 += d0 * d0;
    a1 += d1;
    b1 += d1 * d1;
  }
  s1 = cpu_vf_sum (a0 + a1);
  s2 = cpu_vf_sum (b0 + b1);
  for (; i < n; i++) {
    double d = (double) src[i] - guess;

    s1 += d;
    s2 += d * d;
  }
  result->n = n;
  result->mean = guess + s1 / n;
  result->m2 = s2 - s1 * s1 / n;
}

const CpuSimdNorm CPU_SIMD_NAME (cpu_simd_norm) = {
  .scale_shift = scale_shift,
  .moments = moments,
};
