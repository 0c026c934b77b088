/* gst-stylegan: block matching
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sums of absolute differences are one instruction per 16 pixels in every
 * instruction set from SSE2 on; wider vectors would have to be put together from
 * rows first, which costs what they save. */
#include "cpu/simd/flow.h"
#include "cpu/simd/flow_match.h"

typedef struct
{
  gint u, v;                    /* steps */
  gint x, y;                    /* rounded to pixels of the level */
} Candidate;

typedef struct
{
  const CpuFlowLevel *level;
  const guint8 *now, *before;   /* upper left of the window, not moved */
  gint cx, cy;                  /* centre of the block */
  gint x, y;                    /* best: whole pixels */
  gint u, v;                    /* the candidate that it comes from, steps */
  gint sum, rating;
  Candidate candidates[10];
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

/* @window is constant where this is inlined. */
CPU_INLINE gint
differences (const Block * b, gint x, gint y, const gint window)
{
  gssize pitch = b->level->pitch;
  const guint8 *p = b->now, *q;
  __m128i s0 = _mm_setzero_si128 (), s1 = s0;

  if (b->level->attrs->wrap)
    x = (gint) sg_flow_column (b->cx + x, b->level->width, TRUE) - b->cx;
  q = b->before + y * pitch + x;
  if (window == 8) {
    for (guint i = 0; i < 8; i += 4) {
      s0 = _mm_add_epi32 (s0, _mm_sad_epu8 (two_rows (p + i * pitch, pitch),
              two_rows (q + i * pitch, pitch)));
      s1 = _mm_add_epi32 (s1, _mm_sad_epu8 (two_rows (p + (i + 2) * pitch,
                  pitch), two_rows (q + (i + 2) * pitch, pitch)));
    }
  } else {
    for (guint i = 0; i < 16; i += 2) {
      s0 = _mm_add_epi32 (s0,
          _mm_sad_epu8 (_mm_loadu_si128 ((const __m128i *) (p + i * pitch)),
              _mm_loadu_si128 ((const __m128i *) (q + i * pitch))));
      s1 = _mm_add_epi32 (s1, _mm_sad_epu8 (_mm_loadu_si128 ((const __m128i *)
                  (p + (i + 1) * pitch)),
              _mm_loadu_si128 ((const __m128i *) (q + (i + 1) * pitch))));
    }
  }
  return add_up (_mm_add_epi32 (s0, s1));
}

CPU_INLINE gboolean
is_inside (const Block * b, gint x, gint y)
{
  return (b->level->attrs->wrap
      || (guint) (b->cx + x) < (guint) b->level->width)
      && (guint) (b->cy + y) < (guint) b->level->height;
}

CPU_INLINE void
try_candidate (Block * b, const Candidate * c, gboolean is_own,
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
  gsize plane = (gsize) l->coarse_width * l->coarse_height;

  b->n_candidates = 0;
  for (guint i = l->coarse ? 0 : 9; i < 10; i++) {
    Candidate c = { 0 };
    guint k;

    if (i < 9) {
      gint x = (gint) sg_flow_column (bx + at[i][0], l->coarse_width,
          l->attrs->wrap);
      gint y = CLAMP (by + at[i][1], 0, l->coarse_height - 1);
      const gfloat *vector = l->coarse + (gsize) y * l->coarse_width + x;

      c.u = sg_flow_vector (vector[0]);
      c.v = sg_flow_vector (vector[plane]);
      c.x = cpu_flow_round (c.u, l->attrs->unit);
      c.y = cpu_flow_round (c.v, l->attrs->unit);
    }
    for (k = 0; k < b->n_candidates && (b->candidates[k].x != c.x
            || b->candidates[k].y != c.y); k++);
    if (k < b->n_candidates)
      continue;
    b->candidates[k] = c;
    b->n_candidates++;
  }
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

CPU_INLINE void
search (Block * b, const gint window)
{
  const SgFlowMatchAttrs *a = b->level->attrs;
  gint x0 = b->x, y0 = b->y, fee = a->smoothness * (window * window / 64);

  for (gint y = y0 - a->radius; y <= y0 + a->radius; y++)
    for (gint x = x0 - a->radius; x <= x0 + a->radius; x++) {
      gint sum, rating = fee * (ABS (x - x0) + ABS (y - y0));

      if (!is_inside (b, x, y))
        continue;
      sum = differences (b, x, y, window);
      if (sum + rating < b->rating) {
        b->x = x;
        b->y = y;
        b->sum = sum;
        b->rating = sum + rating;
      }
    }
}

CPU_INLINE void
match_block (Block * b, gint bx, gint by, const gint window)
{
  const CpuFlowLevel *l = b->level;
  const SgFlowMatchAttrs *a = l->attrs;
  gint parts = SG_FLOW_FRACTION * a->unit, u, v;
  gsize at = (gsize) by * l->grid_width + bx;
  gsize plane = (gsize) l->grid_width * l->grid_height;
  gssize corner;

  b->cx = bx * a->step + a->step / 2;
  b->cy = by * a->step + a->step / 2;
  corner = (b->cy - window / 2) * l->pitch + b->cx - window / 2;
  b->now = l->now + corner;
  b->before = l->before + corner;
  try_candidates (b, window);
  if (a->radius > 0)
    search (b, window);
  u = b->x * parts;
  v = b->y * parts;
  if (a->subpixel) {
    u += cpu_flow_offset (a, differences (b, b->x - 1, b->y, window), b->sum,
        differences (b, b->x + 1, b->y, window));
    v += cpu_flow_offset (a, differences (b, b->x, b->y - 1, window), b->sum,
        differences (b, b->x, b->y + 1, window));
  } else if (a->radius == 0) {
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
