/* gst-stylegan: code compiled once per instruction set, and its run-time table
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every .c file of this folder except simd.c is compiled once per tier, with
 * CPU_SIMD_TIER naming the tier and the flags
 *
 *   sse4    -msse4.1
 *   avx2    -mavx2 -mfma
 *   avx512  -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma
 *           -mprefer-vector-width=512
 *   all     -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math
 *           (-O3 whatever the build type: the kernels rely on unrolling)
 *
 * To add a family of kernels, say "warp":
 *   1. warp.h: struct CpuSimdWarp of function pointers, documented.
 *   2. warp_*.c: static functions written with the CpuVf helpers below, ending
 *      in   const CpuSimdWarp CPU_SIMD_NAME (cpu_simd_warp) = { ... };
 *   3. here: a forward declaration and a row in CpuSimd; in tier.c: an extern
 *      declaration and the row's value.
 * Only static functions otherwise: a symbol without the tier in its name would
 * exist three times. Nothing outside this folder may include intrinsics. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CpuSimdConv CpuSimdConv;        /* simd/conv.h */
typedef struct _CpuSimdNorm CpuSimdNorm;        /* simd/norm.h */
typedef struct _CpuSimdUnary CpuSimdUnary;      /* simd/unary.h */
typedef struct _CpuSimdBinary CpuSimdBinary;    /* simd/binary.h */
typedef struct _CpuSimdMatmul CpuSimdMatmul;    /* simd/matmul.h */
typedef struct _CpuSimdResample CpuSimdResample;        /* simd/resample.h */
typedef struct _CpuSimdImage CpuSimdImage;      /* simd/image.h */
typedef struct _CpuSimdFlow CpuSimdFlow;        /* simd/flow.h */
typedef struct _CpuSimdTrain CpuSimdTrain;      /* simd/train.h */
typedef struct _CpuSimdCompose CpuSimdCompose;  /* simd/compose.h */

typedef struct
{
  const gchar *name;            /* "sse4", "avx2", "avx512" */
  guint width;                  /* floats in a vector */
  guint registers;              /* vector registers */
  const CpuSimdConv *conv;
  const CpuSimdNorm *norm;
  const CpuSimdUnary *unary;
  const CpuSimdBinary *binary;
  const CpuSimdMatmul *matmul;
  const CpuSimdResample *resample;
  const CpuSimdImage *image;
  const CpuSimdFlow *flow;
  const CpuSimdTrain *train;
  const CpuSimdCompose *compose;
} CpuSimd;

/* The best tier this CPU has, or the one that environment variable SG_CPU_ISA
 * (sse4, avx2 or avx512) asks for if the CPU has it. Read once.
 * Thread-safety: safe. */
const CpuSimd *cpu_simd_get (void);

#ifdef CPU_SIMD_TIER

#include <immintrin.h>

#define CPU_SIMD_PASTE2_(a, b) a ## _ ## b
#define CPU_SIMD_PASTE_(a, b) CPU_SIMD_PASTE2_ (a, b)
#define CPU_SIMD_STRING2_(a) #a
#define CPU_SIMD_STRING_(a) CPU_SIMD_STRING2_ (a)
/* @f with the tier's name appended */
#define CPU_SIMD_NAME(f) CPU_SIMD_PASTE_ (f, CPU_SIMD_TIER)

#if defined (__AVX512F__)
#define CPU_VW 16
#define CPU_VREGS 32
#elif defined (__AVX2__)
#define CPU_VW 8
#define CPU_VREGS 16
#else
#define CPU_VW 4
#define CPU_VREGS 16
#endif

#define CPU_INLINE static inline __attribute__ ((always_inline, unused))

/* CPU_VW floats. Arithmetic operators work on it, also with a scalar on one
 * side; a * b + c contracts to one FMA where the tier has it. */
typedef float CpuVf __attribute__ ((vector_size (CPU_VW * 4)));
typedef gint32 CpuVi __attribute__ ((vector_size (CPU_VW * 4)));
typedef float CpuVfUnaligned
    __attribute__((vector_size (CPU_VW * 4), aligned (4), may_alias));

CPU_INLINE CpuVf
cpu_vf_load (const float *p)
{
  return *(const CpuVfUnaligned *) p;
}

CPU_INLINE void
cpu_vf_store (float *p, CpuVf v)
{
  *(CpuVfUnaligned *) p = v;
}

/* Keeps GCC from loading @v again in each instruction that uses it. */
CPU_INLINE void
cpu_vf_in_register (CpuVf * v)
{
#if defined (__AVX512F__)
__asm__ ("":"+v" (*v));
#else
__asm__ ("":"+x" (*v));
#endif
}

CPU_INLINE CpuVf
cpu_vf_splat (float f)
{
#if defined (__AVX512F__)
  return (CpuVf) _mm512_set1_ps (f);
#elif defined (__AVX2__)
  return (CpuVf) _mm256_set1_ps (f);
#else
  return (CpuVf) _mm_set1_ps (f);
#endif
}

/* The first @n (0 .. CPU_VW) floats, zeros after them; reads nothing else. */
CPU_INLINE CpuVf
cpu_vf_load_part (const float *p, guint n)
{
#if defined (__AVX512F__)
  return (CpuVf) _mm512_maskz_loadu_ps ((__mmask16) ((1u << n) - 1), p);
#else
  CpuVf v = { 0 };
  guint i;

  for (i = 0; i < n; i++)
    v[i] = p[i];
  return v;
#endif
}

/* The first @n (0 .. CPU_VW) floats of @v, zeros after them. */
CPU_INLINE CpuVf
cpu_vf_keep (CpuVf v, guint n)
{
#if defined (__AVX512F__)
  return (CpuVf) _mm512_maskz_mov_ps ((__mmask16) ((1u << n) - 1), (__m512) v);
#else
  static const gint32 lanes[8] __attribute__((aligned (32))) =
      { 0, 1, 2, 3, 4, 5, 6, 7 };

  return (CpuVf) ((CpuVi) v & (*(const CpuVi *) lanes < (gint32) n));
#endif
}

CPU_INLINE void
cpu_vf_store_part (float *p, CpuVf v, guint n)
{
#if defined (__AVX512F__)
  _mm512_mask_storeu_ps (p, (__mmask16) ((1u << n) - 1), (__m512) v);
#else
  guint i;

  for (i = 0; i < n; i++)
    p[i] = v[i];
#endif
}

/* Both return @b where either is NaN. */
CPU_INLINE CpuVf
cpu_vf_max (CpuVf a, CpuVf b)
{
#if defined (__AVX512F__)
  return (CpuVf) _mm512_max_ps ((__m512) a, (__m512) b);
#elif defined (__AVX2__)
  return (CpuVf) _mm256_max_ps ((__m256) a, (__m256) b);
#else
  return (CpuVf) _mm_max_ps ((__m128) a, (__m128) b);
#endif
}

CPU_INLINE CpuVf
cpu_vf_min (CpuVf a, CpuVf b)
{
#if defined (__AVX512F__)
  return (CpuVf) _mm512_min_ps ((__m512) a, (__m512) b);
#elif defined (__AVX2__)
  return (CpuVf) _mm256_min_ps ((__m256) a, (__m256) b);
#else
  return (CpuVf) _mm_min_ps ((__m128) a, (__m128) b);
#endif
}

/* To the nearest integer, ties to even. */
CPU_INLINE CpuVf
cpu_vf_round (CpuVf a)
{
#if defined (__AVX512F__)
  return (CpuVf) _mm512_roundscale_ps ((__m512) a, 0x08);
#elif defined (__AVX2__)
  return (CpuVf) _mm256_round_ps ((__m256) a, 0x08);
#else
  return (CpuVf) _mm_round_ps ((__m128) a, 0x08);
#endif
}

/* @a where the bits of @mask are set (all of a lane or none), else @b */
CPU_INLINE CpuVf
cpu_vf_select (CpuVi mask, CpuVf a, CpuVf b)
{
  return (CpuVf) ((mask & (CpuVi) a) | (~mask & (CpuVi) b));
}

/* Sum of all lanes, always in the same order. */
CPU_INLINE float
cpu_vf_sum (CpuVf v)
{
  __m128 sum;
#if CPU_VW == 16
  __m256 half = _mm256_add_ps (_mm512_castps512_ps256 ((__m512) v),
      _mm512_extractf32x8_ps ((__m512) v, 1));
#elif CPU_VW == 8
  __m256 half = (__m256) v;
#endif

#if CPU_VW > 4
  sum = _mm_add_ps (_mm256_castps256_ps128 (half),
      _mm256_extractf128_ps (half, 1));
#else
  sum = (__m128) v;
#endif
  sum = _mm_add_ps (sum, _mm_movehl_ps (sum, sum));
  return _mm_cvtss_f32 (_mm_add_ss (sum, _mm_shuffle_ps (sum, sum, 1)));
}

/* Even and odd elements of the 2 * CPU_VW floats a, b. */
CPU_INLINE void
cpu_vf_unzip (CpuVf a, CpuVf b, CpuVf * even, CpuVf * odd)
{
#if CPU_VW == 16
  *even = __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14,
      16, 18, 20, 22, 24, 26, 28, 30);
  *odd = __builtin_shufflevector (a, b, 1, 3, 5, 7, 9, 11, 13, 15,
      17, 19, 21, 23, 25, 27, 29, 31);
#elif CPU_VW == 8
  CpuVf lo = (CpuVf) _mm256_permute2f128_ps ((__m256) a, (__m256) b, 0x20);
  CpuVf hi = (CpuVf) _mm256_permute2f128_ps ((__m256) a, (__m256) b, 0x31);

  *even = (CpuVf) _mm256_shuffle_ps ((__m256) lo, (__m256) hi, 0x88);
  *odd = (CpuVf) _mm256_shuffle_ps ((__m256) lo, (__m256) hi, 0xdd);
#else
  *even = __builtin_shufflevector (a, b, 0, 2, 4, 6);
  *odd = __builtin_shufflevector (a, b, 1, 3, 5, 7);
#endif
}

/* The inverse of cpu_vf_unzip. */
CPU_INLINE void
cpu_vf_zip (CpuVf even, CpuVf odd, CpuVf * a, CpuVf * b)
{
#if CPU_VW == 16
  *a = __builtin_shufflevector (even, odd, 0, 16, 1, 17, 2, 18, 3, 19,
      4, 20, 5, 21, 6, 22, 7, 23);
  *b = __builtin_shufflevector (even, odd, 8, 24, 9, 25, 10, 26, 11, 27,
      12, 28, 13, 29, 14, 30, 15, 31);
#elif CPU_VW == 8
  CpuVf lo = (CpuVf) _mm256_unpacklo_ps ((__m256) even, (__m256) odd);
  CpuVf hi = (CpuVf) _mm256_unpackhi_ps ((__m256) even, (__m256) odd);

  *a = (CpuVf) _mm256_permute2f128_ps ((__m256) lo, (__m256) hi, 0x20);
  *b = (CpuVf) _mm256_permute2f128_ps ((__m256) lo, (__m256) hi, 0x31);
#else
  *a = __builtin_shufflevector (even, odd, 0, 4, 1, 5);
  *b = __builtin_shufflevector (even, odd, 2, 6, 3, 7);
#endif
}

/* exp (x) - 1 to a few ulp, for x in [-88, 88]: x = n ln 2 + r, the Taylor
 * series of r (|r| < 0.35: the first term left out is below 6e-9 of r). */
CPU_INLINE CpuVf
cpu_vf_expm1 (CpuVf x)
{
  CpuVf n = cpu_vf_round (x * 1.44269504f);
  CpuVf r = x - n * 0.693359375f;
  CpuVf p, scale;

  r = r - n * -2.12194440e-4f;  /* ln 2 - 0.693359375 */
  p = r * (1.0f / 40320) + 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r * r + r;
  scale = (CpuVf) ((__builtin_convertvector (n, CpuVi) + 127) << 23);
  return p * scale + (scale - 1.0f);
}

CPU_INLINE CpuVf
cpu_vf_tanh (CpuVf x)
{
  /* |x| > 9 gives 1 in fp32 anyway; the order of arguments keeps NaN */
  CpuVf e = cpu_vf_expm1 (2.0f * cpu_vf_max (cpu_vf_splat (-10.0f),
          cpu_vf_min (cpu_vf_splat (10.0f), x)));

  return e / (e + 2.0f);
}

/* Below -88, where it is a denormal, it stays at 6e-39. */
CPU_INLINE CpuVf
cpu_vf_sigmoid (CpuVf x)
{
  CpuVf e = cpu_vf_expm1 (-cpu_vf_max (cpu_vf_splat (-88.0f),
          cpu_vf_min (cpu_vf_splat (88.0f), x)));

  return 1.0f / (e + 2.0f);
}

/* e ^ x for every x. The power of two is applied in halves: the whole would
 * overflow before the product does, and lose denormals. */
CPU_INLINE CpuVf
cpu_vf_exp (CpuVf x)
{
  CpuVf n, r, p;
  CpuVi k, half;

  x = cpu_vf_max (cpu_vf_splat (-105.0f), cpu_vf_min (cpu_vf_splat (90.0f), x));
  n = cpu_vf_round (x * 1.44269504f);
  r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r * r + r + 1.0f;
  k = __builtin_convertvector (n, CpuVi);
  half = k >> 1;
  p *= (CpuVf) ((half + 127) << 23);
  return p * (CpuVf) ((k - half + 127) << 23);
}

/* Correctly rounded. */
CPU_INLINE CpuVf
cpu_vf_sqrt (CpuVf x)
{
#if defined (__AVX512F__)
  return (CpuVf) _mm512_sqrt_ps ((__m512) x);
#elif defined (__AVX2__)
  return (CpuVf) _mm256_sqrt_ps ((__m256) x);
#else
  return (CpuVf) _mm_sqrt_ps ((__m128) x);
#endif
}

#endif /* CPU_SIMD_TIER */

G_END_DECLS
