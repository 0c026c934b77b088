/* gst-stylegan: block matching
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sums of absolute differences are one instruction per vector of pixels. The window of
 * the frame now is put together once per block; that of the frame before costs a shuffle
 * per row of 8, and none per row of 16, which is loaded into its half of a vector. */
#include "cpu/simd/flow.h"
#include "cpu/simd/flow_match.h"

typedef struct
{
  const CpuFlowLevel *level;
  __m128i now[16];              /* the window, row by row */
  const guint8 *before;         /* upper left of it, not moved */
  gint cx, cy;                  /* centre of the block */
  gint x, y;                    /* best: whole pixels */
  gint u, v;                    /* the candidate that it comes from, steps */
  gint sum, rating;
  gint sums[9];                 /* of the search, 3 x 3 around the centre; -1: none */
  CpuFlowVector candidates[10];
  guint n_candidates;
} Block;

CPU_INLINE gint
add_up (__m128i sum)
{
  return _mm_cvtsi128_si32 (sum) + _mm_extract_epi16 (sum, 4);
}

CPU_INLINE __m128i
two_rows (const guint8 * p, gssize pitch)
{
  __m128i low = _mm_loadl_epi64 ((const __m128i *) p);

  return _mm_unpacklo_epi64 (low,
      _mm_loadl_epi64 ((const __m128i *) (p + pitch)));
}

/* @window is constant where this and the others are inlined. */
CPU_INLINE void
take_window (Block * b, const guint8 * p, const gint window)
{
  gssize pitch = b->level->pitch;

  if (window == 8) {
    for (guint i = 0; i < 4; i++)
      b->now[i] = two_rows (p + 2 * i * pitch, pitch);
  } else {
    for (guint i = 0; i < 16; i++)
      b->now[i] = _mm_loadu_si128 ((const __m128i *) (p + i * pitch));
  }
}

CPU_INLINE gint
differences_8 (const __m128i * now, const guint8 * q, gssize pitch)
{
  __m128i s0 = _mm_sad_epu8 (now[0], two_rows (q, pitch));
  __m128i s1 = _mm_sad_epu8 (now[1], two_rows (q + 2 * pitch, pitch));

  s0 = _mm_add_epi32 (s0, _mm_sad_epu8 (now[2], two_rows (q + 4 * pitch,
              pitch)));
  s1 = _mm_add_epi32 (s1, _mm_sad_epu8 (now[3], two_rows (q + 6 * pitch,
              pitch)));
  return add_up (_mm_add_epi32 (s0, s1));
}

#if CPU_VW >= 8

CPU_INLINE __m256i
two_wide_rows (const guint8 * p, gssize pitch)
{
  __m128i low = _mm_loadu_si128 ((const __m128i *) p);

  return _mm256_inserti128_si256 (_mm256_castsi128_si256 (low),
      _mm_loadu_si128 ((const __m128i *) (p + pitch)), 1);
}

CPU_INLINE gint
differences_16 (const __m128i * now, const guint8 * q, gssize pitch)
{
  __m256i s0 = _mm256_setzero_si256 (), s1 = s0;

  for (guint i = 0; i < 16; i += 4) {
    const __m256i *two = (const __m256i *) (now + i);

    s0 = _mm256_add_epi32 (s0, _mm256_sad_epu8 (_mm256_loadu_si256 (two),
            two_wide_rows (q + i * pitch, pitch)));
    s1 = _mm256_add_epi32 (s1, _mm256_sad_epu8 (_mm256_loadu_si256 (two + 1),
            two_wide_rows (q + (i + 2) * pitch, pitch)));
  }
  s0 = _mm256_add_epi32 (s0, s1);
  return add_up (_mm_add_epi32 (_mm256_castsi256_si128 (s0),
          _mm256_extracti128_si256 (s0, 1)));
}

#else

CPU_INLINE gint
differences_16 (const __m128i * now, const guint8 * q, gssize pitch)
{
  __m128i sum = _mm_setzero_si128 ();

  for (guint i = 0; i < 16; i++)
    sum = _mm_add_epi32 (sum, _mm_sad_epu8 (now[i],
            _mm_loadu_si128 ((const __m128i *) (q + i * pitch))));
  return add_up (sum);
}

#endif

CPU_INLINE gint
differences (const Block * b, gint x, gint y, const gint window)
{
  gssize pitch = b->level->pitch;
  const guint8 *q;

  if (b->level->attrs->wrap)
    x = (gint) sg_flow_column (b->cx + x, b->level->width, TRUE) - b->cx;
  q = b->before + y * pitch + x;
  return window == 8 ? differences_8 (b->now, q, pitch)
      : differences_16 (b->now, q, pitch);
}

CPU_INLINE gboolean
is_inside (const Block * b, gint x, gint y)
{
  return (b->level->attrs->wrap
      || (guint) (b->cx + x) < (guint) b->level->width)
      && (guint) (b->cy + y) < (guint) b->level->height;
}

CPU_INLINE void
try_candidate (Block * b, const CpuFlowVector * c, gboolean is_own,
    const gint window)
{
  const SgFlowMatchAttrs *a = b->level->attrs;
  gint sum, rating;

  if (!is_inside (b, c->x, c->y) && (c->x | c->y) != 0)
    return;
  rating = sum = differences (b, c->x, c->y, window);
  if (!is_own && a->radius == 0 && !a->subpixel)
    rating += sum / 8 + a->smoothness * (window * window / 64);
  if (rating < b->rating) {
    b->x = c->x;
    b->y = c->y;
    b->u = c->u;
    b->v = c->v;
    b->sum = sum;
    b->rating = rating;
  }
}

CPU_INLINE void
add_candidate (Block * b, CpuFlowVector c)
{
  for (guint k = 0; k < b->n_candidates; k++)
    if (b->candidates[k].x == c.x && b->candidates[k].y == c.y)
      return;
  b->candidates[b->n_candidates++] = c;
}

/* The candidates of a block that lead to different pixels, in their order; the same
 * pixels tried again could not win, as ties go to the first. Blocks that share a
 * block of the coarser level have the same ones. */
static void
collect_candidates (Block * b, gint bx, gint by)
{
  static const gint8 at[9][2] = { {0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1},
  {-1, -1}, {1, -1}, {-1, 1}, {1, 1}
  };
  const CpuFlowLevel *l = b->level;
  const CpuFlowVector zero = { 0, 0, 0, 0 };
  const CpuFlowVector *rows[3];
  gint columns[3];
  guint differ = 0;

  b->n_candidates = 0;
  for (gint i = 0; l->coarse && i < 3; i++) {
    rows[i] = l->coarse + (gsize) CLAMP (by + i - 1, 0, l->coarse_height - 1)
        * l->coarse_width;
    columns[i] = (gint) sg_flow_column (bx + i - 1, l->coarse_width,
        l->attrs->wrap);
  }
  if (l->coarse) {
    const CpuFlowVector own = rows[1][columns[1]];

    add_candidate (b, own);
    for (guint i = 0; i < 9; i++) {
      const CpuFlowVector c = rows[i / 3][columns[i % 3]];

      differ |= (guint) (c.x ^ own.x) | (guint) (c.y ^ own.y);
    }
    for (guint i = 1; differ != 0 && i < 9; i++)
      add_candidate (b, rows[at[i][1] + 1][columns[at[i][0] + 1]]);
  }
  add_candidate (b, zero);
}

CPU_INLINE void
try_candidates (Block * b, const gint window)
{
  const SgFlowMatchAttrs *a = b->level->attrs;
  gint fee = a->radius == 0 && !a->subpixel
      ? a->smoothness * (window * window / 64) : 0;

  b->rating = G_MAXINT;
  try_candidate (b, &b->candidates[0], TRUE, window);
  /* none of the others can cost less than the fee */
  if (b->rating <= fee)
    return;
  for (guint i = 1; i < b->n_candidates; i++)
    try_candidate (b, &b->candidates[i], FALSE, window);
}

/* Positions that cost as much as the best before a pixel of theirs is looked at cannot
 * win. */
CPU_INLINE void
search (Block * b, const gint window)
{
  const SgFlowMatchAttrs *a = b->level->attrs;
  gint x0 = b->x, y0 = b->y, fee = a->smoothness * (window * window / 64);

  for (gint y = y0 - a->radius; y <= y0 + a->radius; y++)
    for (gint x = x0 - a->radius; x <= x0 + a->radius; x++) {
      gint sum, rating = fee * (ABS (x - x0) + ABS (y - y0));

      if (rating >= b->rating || (x == x0 && y == y0) || !is_inside (b, x, y))
        continue;
      sum = differences (b, x, y, window);
      if (ABS (x - x0) <= 1 && ABS (y - y0) <= 1)
        b->sums[(y - y0) * 3 + x - x0 + 4] = sum;
      if (sum + rating < b->rating) {
        b->x = x;
        b->y = y;
        b->sum = sum;
        b->rating = sum + rating;
      }
    }
}

/* The sum at (@dx, @dy) from the best vector, which was @x0, @y0 before the search. */
CPU_INLINE gint
sum_beside (const Block * b, gint dx, gint dy, gint x0, gint y0,
    const gint window)
{
  gint x = b->x + dx, y = b->y + dy;

  if (ABS (x - x0) <= 1 && ABS (y - y0) <= 1
      && b->sums[(y - y0) * 3 + x - x0 + 4] >= 0)
    return b->sums[(y - y0) * 3 + x - x0 + 4];
  return differences (b, x, y, window);
}

CPU_INLINE void
match_block (Block * b, gint bx, gint by, const gint window)
{
  const CpuFlowLevel *l = b->level;
  const SgFlowMatchAttrs *a = l->attrs;
  gint parts = SG_FLOW_FRACTION * a->unit, u, v, x0, y0;
  gsize at = (gsize) by * l->grid_width + bx;
  gsize plane = (gsize) l->grid_width * l->grid_height;
  gssize corner;

  b->cx = bx * a->step + a->step / 2;
  b->cy = by * a->step + a->step / 2;
  corner = (b->cy - window / 2) * l->pitch + b->cx - window / 2;
  take_window (b, l->now + corner, window);
  b->before = l->before + corner;
  try_candidates (b, window);
  for (guint i = 0; i < 9; i++)
    b->sums[i] = -1;
  x0 = b->x;
  y0 = b->y;
  b->sums[4] = b->sum;
  if (a->radius > 0)
    search (b, window);
  u = b->x * parts;
  v = b->y * parts;
  /* nothing is nearer than what is the same */
  if (a->subpixel && b->sum > 0) {
    u += cpu_flow_offset (a, sum_beside (b, -1, 0, x0, y0, window), b->sum,
        sum_beside (b, 1, 0, x0, y0, window));
    v += cpu_flow_offset (a, sum_beside (b, 0, -1, x0, y0, window), b->sum,
        sum_beside (b, 0, 1, x0, y0, window));
  } else if (a->radius == 0 && !a->subpixel) {
    u = b->u;
    v = b->v;
  }
  l->flow[at] = CLAMP (u, -SG_FLOW_LIMIT, SG_FLOW_LIMIT)
      * (1.0f / SG_FLOW_FRACTION);
  l->flow[plane + at] = CLAMP (v, -SG_FLOW_LIMIT, SG_FLOW_LIMIT)
      * (1.0f / SG_FLOW_FRACTION);
  l->cost[at] = (b->sum * 8 + window * window / 2) / (window * window);
}

CPU_INLINE void
match_as (const CpuFlowLevel * level, gint begin, gint end, const gint window)
{
  const gint half = level->grid_width != level->coarse_width
      || level->grid_height != level->coarse_height;
  Block b = { level };

  for (gint by = begin; by < end; by++)
    for (gint bx = 0; bx < level->grid_width; bx++) {
      if (!half || bx % 2 == 0)
        collect_candidates (&b, bx >> half, by >> half);
      match_block (&b, bx, by, window);
    }
}

void
CPU_SIMD_NAME (cpu_simd_flow_match) (const CpuFlowLevel * level, gint begin,
    gint end)
{
  if (level->attrs->window == 8)
    match_as (level, begin, end, 8);
  else
    match_as (level, begin, end, 16);
}
