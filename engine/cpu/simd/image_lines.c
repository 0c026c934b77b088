/* gst-stylegan: lines of samples, the pieces of sg_image_load and _store
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Plain loops that the compiler vectorises. What helps it: samples that are a
 * word or less apart are read as the word that starts with them, masked, so
 * that all loads are contiguous; they are written the same way, as a word whose
 * other bytes were read before. Words are little-endian, as x86 is. */
#include "cpu/simd/image.h"

#include <math.h>
#include <string.h>

/* --- reading -------------------------------------------------------------- */

/* A sample in the low bits of @word. */
CPU_INLINE gint32
sample_value (guint32 word, const SgSampleFormat * format, gboolean swap)
{
  if (format->bytes == 1)
    return word & 0xff;
  if (swap)
    word = (word & 0xff) << 8 | (word >> 8 & 0xff);
  else
    word &= 0xffff;
  return word >> format->shift & ((1u << format->depth) - 1);
}

CPU_INLINE gint32
sample_load (const guint8 * p, const SgSampleFormat * format)
{
  guint32 word = p[0];

  if (format->bytes == 2)
    word |= (guint32) p[1] << 8;
  return sample_value (word, format, format->big_endian);
}

/* Samples as the beginning of words of type Word, one per @step bytes. The last
 * one is read alone: its word may end past the row. */
#define DEFINE_FETCH(NAME, WORD, BYTES, SWAP) \
static void \
fetch_ ## NAME (gfloat *restrict line, const guint8 *restrict src, guint n, \
    const SgSampleFormat * f) \
{ \
  const SgSampleFormat format = { BYTES, f->depth, f->shift, SWAP }; \
  const guint last = n - 1; \
  guint x; \
\
  for (x = 0; x < last; x++) { \
    WORD word; \
\
    memcpy (&word, src + x * sizeof (WORD), sizeof (WORD)); \
    line[x] = (gfloat) sample_value ((guint32) word, &format, SWAP); \
  } \
  line[last] = (gfloat) sample_load (src + last * sizeof (WORD), &format); \
}

/* *INDENT-OFF* */
DEFINE_FETCH (8_1, guint8, 1, FALSE)
DEFINE_FETCH (8_2, guint16, 1, FALSE)
DEFINE_FETCH (8_4, guint32, 1, FALSE)
DEFINE_FETCH (16_2, guint16, 2, FALSE)
DEFINE_FETCH (16_4, guint32, 2, FALSE)
DEFINE_FETCH (16_8, guint64, 2, FALSE)
DEFINE_FETCH (16_2_swap, guint16, 2, TRUE)
DEFINE_FETCH (16_4_swap, guint32, 2, TRUE)
DEFINE_FETCH (16_8_swap, guint64, 2, TRUE)
/* *INDENT-ON* */

static void
fetch_8_3 (gfloat * restrict line, const guint8 * restrict src, guint n)
{
  const __m128i pick = _mm_setr_epi8 (0, -1, -1, -1, 3, -1, -1, -1,
      6, -1, -1, -1, 9, -1, -1, -1);
  guint x = 0;

  /* 16 bytes are read, 10 are needed */
  for (; x + 6 <= n; x += 4) {
    __m128i v = _mm_loadu_si128 ((const __m128i *) (src + x * 3));

    _mm_storeu_ps (line + x, _mm_cvtepi32_ps (_mm_shuffle_epi8 (v, pick)));
  }
  for (; x < n; x++)
    line[x] = src[x * 3];
}

static void
fetch_any (gfloat * line, const guint8 * src, guint n, guint step,
    const SgSampleFormat * format)
{
  guint x;

  for (x = 0; x < n; x++)
    line[x] = (gfloat) sample_load (src + (gsize) x * step, format);
}

static void
fetch (gfloat * line, const guint8 * src, guint n, guint step,
    const SgSampleFormat * format)
{
  gboolean swap = format->bytes == 2 && format->big_endian;

  if (format->bytes == 1 && step == 1)
    fetch_8_1 (line, src, n, format);
  else if (format->bytes == 1 && step == 2)
    fetch_8_2 (line, src, n, format);
  else if (format->bytes == 1 && step == 3)
    fetch_8_3 (line, src, n);
  else if (format->bytes == 1 && step == 4)
    fetch_8_4 (line, src, n, format);
  else if (format->bytes == 2 && step == 2)
    (swap ? fetch_16_2_swap : fetch_16_2) (line, src, n, format);
  else if (format->bytes == 2 && step == 4)
    (swap ? fetch_16_4_swap : fetch_16_4) (line, src, n, format);
  else if (format->bytes == 2 && step == 8)
    (swap ? fetch_16_8_swap : fetch_16_8) (line, src, n, format);
  else
    fetch_any (line, src, n, step, format);
}

static void
spread (gfloat * restrict line, const gfloat * restrict src, guint n,
    guint h_sub)
{
  const guint blocks = n >> h_sub;
  guint i, x;

  if (h_sub == 1) {
    for (i = 0; i < blocks; i++)
      line[2 * i] = line[2 * i + 1] = src[i];
  } else {
    for (i = 0; i < blocks; i++)
      line[4 * i] = line[4 * i + 1] = line[4 * i + 2] = line[4 * i + 3] =
          src[i];
  }
  for (x = blocks << h_sub; x < n; x++)
    line[x] = src[x >> h_sub];
}

/* --- arithmetic ----------------------------------------------------------- */

CPU_INLINE CpuVf
limit_to (CpuVf v, CpuVf middle, CpuVf low, CpuVf high)
{
  v = cpu_vf_select (v == v, v, middle);
  return cpu_vf_min (cpu_vf_max (v, low), high);
}

CPU_INLINE CpuVf
load_some (const gfloat * p, guint n)
{
  return n == CPU_VW ? cpu_vf_load (p) : cpu_vf_load_part (p, n);
}

CPU_INLINE void
store_some (gfloat * p, CpuVf v, guint n)
{
  if (n == CPU_VW)
    cpu_vf_store (p, v);
  else
    cpu_vf_store_part (p, v, n);
}

/* Of a tensor's plane, whose rows follow each other, so much is asked for in advance: rows
 * are too short for the processor to see that it should. */
#define AHEAD 1024

/* @n_out is a constant where this is inlined. A constant matrix row stays in
 * registers; the rest of a vector at the end goes through partial loads. */
CPU_INLINE void
combine_lines (gfloat * const *out, const guint n_out,
    const gfloat * const *in, const gfloat m[3][4], const gboolean limited,
    gfloat middle, gfloat limit, guint n)
{
  const CpuVf mid = cpu_vf_splat (middle);
  const CpuVf low = cpu_vf_splat (middle - limit);
  const CpuVf high = cpu_vf_splat (middle + limit);
  CpuVf k[3][4];
  guint x, i, j;

  for (i = 0; i < n_out; i++) {
    for (j = 0; j < 4; j++)
      k[i][j] = cpu_vf_splat (m[i][j]);
  }
  for (x = 0; x < n; x += CPU_VW) {
    const guint part = MIN (n - x, CPU_VW);
    CpuVf v[3];

    for (j = 0; limited && j < 3; j++)
      __builtin_prefetch (in[j] + x + AHEAD);
    for (i = 0; !limited && i < n_out; i++)
      __builtin_prefetch (out[i] + x + AHEAD, 1);
    for (j = 0; j < 3; j++) {
      v[j] = load_some (in[j] + x, part);
      if (limited)
        v[j] = limit_to (v[j], mid, low, high);
    }
    for (i = 0; i < n_out; i++) {
      CpuVf sum = v[0] * k[i][0] + (v[1] * k[i][1] + (v[2] * k[i][2]
              + k[i][3]));

      store_some (out[i] + x, sum, part);
    }
  }
}

static void
combine (gfloat * const *out, guint n_out, const gfloat * const *in,
    const gfloat m[3][4], guint n)
{
  if (n_out == 1)
    combine_lines (out, 1, in, m, FALSE, 0, 0, n);
  else
    combine_lines (out, 3, in, m, FALSE, 0, 0, n);
}

static void
combine_limited (gfloat * const *out, guint n_out, const gfloat * const *in,
    const gfloat m[3][4], gfloat middle, gfloat limit, guint n)
{
  if (n_out == 1)
    combine_lines (out, 1, in, m, TRUE, middle, limit, n);
  else
    combine_lines (out, 3, in, m, TRUE, middle, limit, n);
}

static void
add (gfloat * restrict a, const gfloat * restrict b, guint n)
{
  guint x;

  for (x = 0; x < n; x++)
    a[x] += b[x];
}

static void
shrink (gfloat * restrict dst, const gfloat * restrict src, guint n,
    guint h_sub, gfloat scale)
{
  const guint blocks = n >> h_sub, rest = n - (blocks << h_sub);
  gfloat sum = 0;
  guint i;

  if (h_sub == 0) {
    for (i = 0; i < n; i++)
      dst[i] = src[i] * scale;
  } else if (h_sub == 1) {
    for (i = 0; i < blocks; i++)
      dst[i] = (src[2 * i] + src[2 * i + 1]) * (0.5f * scale);
  } else {
    for (i = 0; i < blocks; i++)
      dst[i] = (src[4 * i] + src[4 * i + 1] + src[4 * i + 2]
          + src[4 * i + 3]) * (0.25f * scale);
  }
  for (i = 0; i < rest; i++)
    sum += src[n - 1 - i];
  if (rest > 0)
    dst[blocks] = sum * (scale / rest);
}

/* --- linear light --------------------------------------------------------- */

/* first[x] = table[index[x]], second[x] = table[index[x] + 1]. Both come in one
 * load of eight bytes. Gathers are used where they are twice as fast as loads
 * one by one, which on AVX2 they are not. */
#if CPU_VW == 16
CPU_INLINE void
look_up (const gfloat * table, CpuVi index, CpuVf * first, CpuVf * second)
{
  __m512d low = _mm512_i32gather_pd (_mm512_castsi512_si256 ((__m512i) index),
      table, sizeof *table);
  __m512d high =
      _mm512_i32gather_pd (_mm512_extracti64x4_epi64 ((__m512i) index, 1),
      table, sizeof *table);

  cpu_vf_unzip ((CpuVf) low, (CpuVf) high, first, second);
}
#else
CPU_INLINE __m128i
load_pairs (const gfloat * table, guint64 two)
{
  return _mm_unpacklo_epi64 (_mm_loadl_epi64 ((const __m128i *) (table
              + (guint32) two)),
      _mm_loadl_epi64 ((const __m128i *) (table + (two >> 32))));
}

CPU_INLINE void
look_up_4 (const gfloat * table, __m128i index, __m128 * first, __m128 * second)
{
  __m128 low = (__m128) load_pairs (table, _mm_cvtsi128_si64 (index));
  __m128 high = (__m128) load_pairs (table, _mm_extract_epi64 (index, 1));

  *first = _mm_shuffle_ps (low, high, 0x88);
  *second = _mm_shuffle_ps (low, high, 0xdd);
}

CPU_INLINE void
look_up (const gfloat * table, CpuVi index, CpuVf * first, CpuVf * second)
{
#if CPU_VW == 8
  __m128 a[2], b[2];

  look_up_4 (table, _mm256_castsi256_si128 ((__m256i) index), &a[0], &b[0]);
  look_up_4 (table, _mm256_extracti128_si256 ((__m256i) index, 1), &a[1],
      &b[1]);
  *first = (CpuVf) _mm256_set_m128 (a[1], a[0]);
  *second = (CpuVf) _mm256_set_m128 (b[1], b[0]);
#else
  look_up_4 (table, (__m128i) index, (__m128 *) first, (__m128 *) second);
#endif
}
#endif

CPU_INLINE CpuVf
square_root (CpuVf v)
{
#if CPU_VW == 16
  return (CpuVf) _mm512_sqrt_ps ((__m512) v);
#elif CPU_VW == 8
  return (CpuVf) _mm256_sqrt_ps ((__m256) v);
#else
  return (CpuVf) _mm_sqrt_ps ((__m128) v);
#endif
}

/* @t >= 0; above 1 the last piece goes on. */
CPU_INLINE CpuVf
interpolate (const gfloat * table, CpuVf t)
{
  const CpuVf last = cpu_vf_splat (SG_TRANSFER_SIZE - 2);
  CpuVf at = t * (gfloat) (SG_TRANSFER_SIZE - 1);
  /* of two, the second when the first is NaN */
  CpuVi index = __builtin_convertvector (cpu_vf_min (at, last), CpuVi);
  CpuVf first, second;

  look_up (table, index, &first, &second);
  return (at - __builtin_convertvector (index, CpuVf)) * (second - first)
      + first;
}

CPU_INLINE CpuVf
magnitude (CpuVf v)
{
  return (CpuVf) ((CpuVi) v & G_MAXINT32);
}

/* |a| with the sign of @sign */
CPU_INLINE CpuVf
copy_sign (CpuVf a, CpuVf sign)
{
  return (CpuVf) (((CpuVi) a & G_MAXINT32) | ((CpuVi) sign & G_MININT32));
}

/* Pixels on their way through linear light together, a multiple of CPU_VW. A
 * gather takes so long that many others have to be under way meanwhile, and none
 * of them may need the result of this one; lines stay in the first-level cache
 * beside the tables. Loads one by one keep a CPU busy with fewer pixels. */
#define BLOCK (CPU_VW == 16 ? 128 : 16)

/* Above 1 encoding goes on with the slope of its end, and decoding is the
 * inverse of that: out-of-gamut colours must survive the round trip. */
CPU_INLINE void
decode_block (gfloat * line, const SgTransfer * tables, gfloat slope)
{
  const gfloat end = tables->encode[SG_TRANSFER_SIZE - 1];
  const CpuVf inverse = cpu_vf_splat (slope > 0 ? 1 / slope : 0);
  const CpuVf table_end = cpu_vf_splat (slope > 0 ? 1 : INFINITY);
  guint x;

  for (x = 0; x < BLOCK; x += CPU_VW) {
    CpuVf v = cpu_vf_load (line + x);
    CpuVf a = magnitude (v);
    CpuVf in = interpolate (tables->decode, a);
    CpuVf above = (a - end) * inverse + 1.0f;

    in = cpu_vf_select (a > table_end, above * above, in);
    cpu_vf_store (line + x, copy_sign (in, v));
  }
}

CPU_INLINE void
encode_block (gfloat * line, const SgTransfer * tables)
{
  guint x;

  for (x = 0; x < BLOCK; x += CPU_VW) {
    CpuVf v = cpu_vf_load (line + x);
    CpuVf root = square_root (magnitude (v));

    cpu_vf_store (line + x, copy_sign (interpolate (tables->encode, root), v));
  }
}

static void
transfer (gfloat * const *rgb, const SgTransfer * tables,
    const gfloat matrix[3][4], gfloat slope, guint n)
{
  guint x, i;

  for (x = n; x % BLOCK != 0; x++)
    rgb[0][x] = rgb[1][x] = rgb[2][x] = 0;
  for (x = 0; x < n; x += BLOCK) {
    gfloat *const block[3] = { rgb[0] + x, rgb[1] + x, rgb[2] + x };

    for (i = 0; i < 3; i++)
      decode_block (block[i], tables, slope);
    combine_lines (block, 3, (const gfloat * const *) block, matrix, FALSE, 0,
        0, BLOCK);
    for (i = 0; i < 3; i++)
      encode_block (block[i], tables);
  }
}

/* --- writing -------------------------------------------------------------- */

CPU_INLINE guint32
quantise (gfloat v, const SgSampleFormat * format, gboolean swap)
{
  const gfloat max = (gfloat) ((1u << format->depth) - 1);
  guint32 word;

  v = v > 0 ? v : 0;
  v = v < max ? v : max;
  word = (guint32) (gint32) (v + 0.5f) << format->shift;
  if (swap)
    word = (word & 0xff) << 8 | word >> 8;
  return word;
}

CPU_INLINE void
sample_store (guint8 * p, gfloat v, const SgSampleFormat * format)
{
  guint32 word = quantise (v, format, format->big_endian);

  p[0] = (guint8) word;
  if (format->bytes == 2)
    p[1] = (guint8) (word >> 8);
}

#define DEFINE_PUT(NAME, WORD, BYTES, SWAP) \
static void \
put_ ## NAME (guint8 *restrict dst, const gfloat *restrict line, guint n, \
    const SgSampleFormat * f) \
{ \
  const SgSampleFormat format = { BYTES, f->depth, f->shift, SWAP }; \
  const WORD keep = (WORD) ~(WORD) (BYTES == 1 ? 0xff : 0xffff); \
  const guint last = n - 1; \
  guint x; \
\
  for (x = 0; x < last; x++) { \
    WORD word = 0; \
\
    if (sizeof (WORD) > BYTES) \
      memcpy (&word, dst + x * sizeof (WORD), sizeof (WORD)); \
    word = (word & keep) | (WORD) quantise (line[x], &format, SWAP); \
    memcpy (dst + x * sizeof (WORD), &word, sizeof (WORD)); \
  } \
  sample_store (dst + last * sizeof (WORD), line[last], &format); \
}

/* *INDENT-OFF* */
DEFINE_PUT (8_1, guint8, 1, FALSE)
DEFINE_PUT (8_2, guint16, 1, FALSE)
DEFINE_PUT (8_4, guint32, 1, FALSE)
DEFINE_PUT (16_2, guint16, 2, FALSE)
DEFINE_PUT (16_4, guint32, 2, FALSE)
DEFINE_PUT (16_8, guint64, 2, FALSE)
DEFINE_PUT (16_2_swap, guint16, 2, TRUE)
DEFINE_PUT (16_4_swap, guint32, 2, TRUE)
DEFINE_PUT (16_8_swap, guint64, 2, TRUE)
/* *INDENT-ON* */

static void
put_any (guint8 * dst, const gfloat * line, guint n, guint step,
    const SgSampleFormat * format)
{
  guint x;

  for (x = 0; x < n; x++)
    sample_store (dst + (gsize) x * step, line[x], format);
}

static void
put (guint8 * dst, const gfloat * line, guint n, guint step,
    const SgSampleFormat * format)
{
  gboolean swap = format->bytes == 2 && format->big_endian;

  if (format->bytes == 1 && step == 1)
    put_8_1 (dst, line, n, format);
  else if (format->bytes == 1 && step == 2)
    put_8_2 (dst, line, n, format);
  else if (format->bytes == 1 && step == 4)
    put_8_4 (dst, line, n, format);
  else if (format->bytes == 2 && step == 2)
    (swap ? put_16_2_swap : put_16_2) (dst, line, n, format);
  else if (format->bytes == 2 && step == 4)
    (swap ? put_16_4_swap : put_16_4) (dst, line, n, format);
  else if (format->bytes == 2 && step == 8)
    (swap ? put_16_8_swap : put_16_8) (dst, line, n, format);
  else
    put_any (dst, line, n, step, format);
}

CPU_INLINE __m128i
quantise4 (const gfloat * line)
{
  __m128 v = _mm_max_ps (_mm_loadu_ps (line), _mm_setzero_ps ());

  v = _mm_min_ps (v, _mm_set1_ps (255.0f));
  return _mm_cvttps_epi32 (_mm_add_ps (v, _mm_set1_ps (0.5f)));
}

static void
put_packed3 (guint8 * dst, const gfloat * const *line, guint n)
{
  const SgSampleFormat format = { 1, 8, 0, FALSE };
  const __m128i pack = _mm_setr_epi8 (0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14,
      -1, -1, -1, -1);
  guint x = 0, i;

  /* 16 bytes are written, 12 are meant: the next pixels come after */
  for (; x + 6 <= n; x += 4) {
    __m128i v = _mm_or_si128 (quantise4 (line[0] + x),
        _mm_or_si128 (_mm_slli_epi32 (quantise4 (line[1] + x), 8),
            _mm_slli_epi32 (quantise4 (line[2] + x), 16)));

    _mm_storeu_si128 ((__m128i *) (dst + x * 3), _mm_shuffle_epi8 (v, pack));
  }
  for (; x < n; x++) {
    for (i = 0; i < 3; i++)
      sample_store (dst + x * 3 + i, line[i][x], &format);
  }
}

const CpuSimdImage CPU_SIMD_NAME (cpu_simd_image) = {
  .fetch = fetch,
  .spread = spread,
  .combine = combine,
  .combine_limited = combine_limited,
  .add = add,
  .shrink = shrink,
  .put = put,
  .put_packed3 = put_packed3,
  .transfer = transfer,
};
