/* gst-stylegan: gram on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Products of two rows each, a tile of them at a time, above the diagonal only. A part
 * of some columns' rows stays in L1 while that of the others goes past. */
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/train.h"

/* Vectors of a part: rows and columns of a tile fit in L1, and no lane of f32 adds up
 * more terms at once. */
#define PART 48

typedef struct
{
  const CpuSimdTrain *simd;
  const gfloat *x;
  gfloat *y;
  gfloat *tails;                /* per row: what is left of it, zeros behind */
  gsize c, n, n_tiles;          /* channels, positions; tiles of columns */
  gsize part;
} GramRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  *scratch_bytes = sizeof (gfloat) * CPU_TRAIN_ALIGN
      * cpu_count (&call->inputs[0].shape, 0, 2);
  return NULL;
}

static void
copy_tails (const GramRun * r, gsize rows)
{
  gsize left = r->n % CPU_TRAIN_ALIGN;

  memset (r->tails, 0, rows * CPU_TRAIN_ALIGN * sizeof (gfloat));
  for (gsize i = 0; i < rows && left > 0; i++)
    memcpy (r->tails + i * CPU_TRAIN_ALIGN, r->x + (i + 1) * r->n - left,
        left * sizeof (gfloat));
}

/* Adds the products of @n positions of image @image from @at on, columns @first to
 * before @last, to y. @pitch: from row to row of @x */
static void
add_products (const GramRun * r, const gfloat * x, gsize pitch, gfloat * y,
    gsize first, gsize last, gsize n)
{
  const gfloat *a[CPU_TRAIN_MAX_ROWS], *b[CPU_TRAIN_MAX_COLUMNS];

  for (gsize k = 0; k < r->simd->columns; k++)
    b[k] = x + MIN (first + k, last - 1) * pitch;
  for (gsize row = 0; row < last; row += r->simd->rows) {
    guint m = MIN (r->simd->rows, last - row);

    for (guint i = 0; i < m; i++)
      a[i] = x + (row + i) * pitch;
    r->simd->correlate (y + row * r->c + first, r->c, a, b, m,
        (guint) (last - first), n);
  }
}

static void
multiply_range (gpointer user_data, gsize begin, gsize end)
{
  const GramRun *r = user_data;
  gsize whole = r->n / CPU_TRAIN_ALIGN * CPU_TRAIN_ALIGN;

  for (gsize item = begin; item < end; item++) {
    gsize image = item / r->n_tiles;
    gsize first = item % r->n_tiles * r->simd->columns;
    gsize last = MIN (r->c, first + r->simd->columns);
    gfloat *y = r->y + image * r->c * r->c;

    for (gsize i = 0; i < last; i++)
      memset (y + i * r->c + first, 0, (last - first) * sizeof *y);
    for (gsize at = 0; at < whole; at += r->part)
      add_products (r, r->x + image * r->c * r->n + at, r->n, y, first, last,
          MIN (r->part, whole - at));
    if (whole < r->n)
      add_products (r, r->tails + image * r->c * CPU_TRAIN_ALIGN,
          CPU_TRAIN_ALIGN, y, first, last, CPU_TRAIN_ALIGN);
  }
}

/* The mean instead of the sum, and below the diagonal what is above. */
static void
finish_range (gpointer user_data, gsize begin, gsize end)
{
  const GramRun *r = user_data;
  gfloat scale = 1.0f / (gfloat) r->n;

  for (gsize image = begin; image < end; image++) {
    gfloat *y = r->y + image * r->c * r->c;

    for (gsize i = 0; i < r->c; i++)
      for (gsize k = i; k < r->c; k++)
        y[k * r->c + i] = y[i * r->c + k] *= scale;
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  GramRun r = { device->simd->train, inputs[0], outputs[0], scratch };
  gsize images = x->dim[0];

  r.c = x->dim[1];
  r.n = cpu_count (x, 2, x->rank);
  r.n_tiles = (r.c + r.simd->columns - 1) / r.simd->columns;
  r.part = PART * device->simd->width;
  r.part = (r.part + CPU_TRAIN_ALIGN - 1) / CPU_TRAIN_ALIGN * CPU_TRAIN_ALIGN;
  copy_tails (&r, images * r.c);
  cpu_parallel_for (device, images * r.n_tiles, cpu_grain (r.n * r.c),
      multiply_range, &r);
  cpu_parallel_for (device, images, cpu_grain (r.c * r.c), finish_range, &r);
}

const CpuKernel cpu_kernel_gram = {
  .op = "gram",
  .supports = supports,
  .prepare = prepare,
  .run = run,
};
