/* gst-stylegan: reading a tensor in another order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/view.h"

#include <string.h>

/* A tile of the transposition: 32 cache lines of each side. */
#define TILE 32
/* Floats of a destination that stay in L1 while they are filled one column
 * after the other. */
#define STRIPE 4096
/* Rows no longer than this are filled by columns. */
#define SHORT_ROW 16

void
cpu_view_add (CpuView * view, gsize dim, gssize step)
{
  gint last = view->rank - 1;

  if (dim == 1)
    return;
  if (last >= 0 && step == view->step[last] * (gssize) view->dim[last]) {
    view->dim[last] *= dim;
    return;
  }
  view->dim[view->rank] = dim;
  view->step[view->rank++] = step;
}

typedef struct
{
  CpuView view;
  gfloat *dst;
  const gfloat *src;
} ViewRun;

/* One row; the usual steps as constants, which the compiler makes shuffles of. */
static void
copy_row (gfloat * dst, const gfloat * src, gsize n, gssize step)
{
  if (step == 1)
    memcpy (dst, src, n * sizeof *dst);
  else if (step == 0)
    for (gsize i = 0; i < n; i++)
      dst[i] = *src;
  else if (step == 2)
    for (gsize i = 0; i < n; i++)
      dst[i] = src[2 * i];
  else if (step == 3)
    for (gsize i = 0; i < n; i++)
      dst[i] = src[3 * i];
  else
    for (gsize i = 0; i < n; i++)
      dst[i] = src[(gssize) i * step];
}

/* The n1 columns of short rows, each contiguous in the source. @n0 is constant
 * where this is inlined, which compilers do. */
static inline void
copy_columns_of (gfloat * dst, const gfloat * src, const gsize n0, gsize n1,
    gssize step)
{
  for (gsize i = 0; i < n1; i++)
    for (gsize j = 0; j < n0; j++)
      dst[i * n0 + j] = src[(gssize) i + (gssize) j * step];
}

static void
copy_columns (gfloat * dst, const gfloat * src, gsize n0, gsize n1, gssize step)
{
  if (n0 == 2)
    copy_columns_of (dst, src, 2, n1, step);
  else if (n0 == 3)
    copy_columns_of (dst, src, 3, n1, step);
  else if (n0 == 4)
    copy_columns_of (dst, src, 4, n1, step);
  else
    for (gsize j = 0; j < n0; j++)
      for (gsize i = 0; i < n1; i++)
        dst[i * n0 + j] = src[(gssize) i + (gssize) j * step];
}

static void
transpose_tile (gfloat * dst, const gfloat * src, gsize n0, gsize n1,
    gsize pitch, gssize step0, gssize step1)
{
  for (gsize i = 0; i < n1; i++)
    for (gsize j = 0; j < n0; j++)
      dst[i * pitch + j] = src[(gssize) i * step1 + (gssize) j * step0];
}

/* @n1 whole rows. */
static void
copy_block (gfloat * dst, const gfloat * src, gsize n0, gsize n1,
    gssize step0, gssize step1)
{
  if (step1 != 1 || step0 == 1 || n1 == 1) {
    for (gsize i = 0; i < n1; i++)
      copy_row (dst + i * n0, src + (gssize) i * step1, n0, step0);
  } else if (n0 <= SHORT_ROW) {
    gsize stripe = STRIPE / n0;

    for (gsize i = 0; i < n1; i += stripe)
      copy_columns (dst + i * n0, src + i, n0, MIN (stripe, n1 - i), step0);
  } else {
    for (gsize i = 0; i < n1; i += TILE)
      for (gsize j = 0; j < n0; j += TILE)
        transpose_tile (dst + i * n0 + j,
            src + (gssize) i + (gssize) j * step0, MIN (TILE, n0 - j),
            MIN (TILE, n1 - i), n0, step0, step1);
  }
}

static void
run_range (gpointer user_data, gsize begin, gsize end)
{
  const ViewRun *r = user_data;
  const CpuView *v = &r->view;

  while (begin < end) {
    gsize x = begin % v->dim[0], row = begin / v->dim[0], n = end - begin;
    const gfloat *src = r->src + (gssize) x * v->step[0];
    gsize rest = row;

    for (gint i = 1; i < v->rank; i++) {
      src += (gssize) (rest % v->dim[i]) * v->step[i];
      rest /= v->dim[i];
    }
    if (x > 0 || n < v->dim[0]) {
      n = MIN (n, v->dim[0] - x);
      copy_row (r->dst + begin, src, n, v->step[0]);
    } else {
      gsize rows = MIN (n / v->dim[0], v->dim[1] - row % v->dim[1]);

      copy_block (r->dst + begin, src, v->dim[0], rows, v->step[0], v->step[1]);
      n = rows * v->dim[0];
    }
    begin += n;
  }
}

void
cpu_view_copy (CpuDevice * device, const CpuView * view, gfloat * dst,
    const gfloat * src)
{
  ViewRun r = { *view, dst, src };
  gsize n = 1, tile, grain = CPU_GRAIN;

  /* two dimensions at least, as if there had been any of size 1 */
  while (r.view.rank < 2) {
    r.view.dim[r.view.rank] = 1;
    r.view.step[r.view.rank++] = 0;
  }
  for (gint i = 0; i < r.view.rank; i++)
    n *= r.view.dim[i];
  /* whole tiles of rows, where rows are short enough */
  tile = r.view.dim[0] * TILE;
  if (r.view.dim[0] <= CPU_GRAIN / TILE)
    grain = CPU_GRAIN / tile * tile;
  cpu_parallel_for (device, n, grain, run_range, &r);
}

typedef struct
{
  gfloat *dst;
  const gfloat *src;
  gsize dst_pitch, src_pitch;
} RowsRun;

static void
run_rows (gpointer user_data, gsize row, gsize begin, gsize end)
{
  const RowsRun *r = user_data;

  memcpy (r->dst + row * r->dst_pitch + begin,
      r->src + row * r->src_pitch + begin, (end - begin) * sizeof (gfloat));
}

void
cpu_copy_rows (CpuDevice * device, gfloat * dst, gsize dst_pitch,
    const gfloat * src, gsize src_pitch, gsize row, gsize n_rows)
{
  RowsRun r = { dst, src, dst_pitch, src_pitch };

  cpu_parallel_planes (device, n_rows, row, run_rows, &r);
}
