/* gst-stylegan: matmul_transposed on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Products of vectors, in parts that stay in L1. Of a matrix with itself one half. */
#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/train.h"
#include "ops/matmul.h"

/* Of a vector at a time; also what f32 may sum up without loss. */
#define PART 1024
/* Rows of a that a task does, of whatever height tiles are. */
#define TASK_ROWS 12

typedef struct
{
  const CpuSimdTrain *simd;
  gsize m, n, k, n_blocks;
  const gfloat *a, *b;
  gfloat *y;
  gboolean symmetric;
} ProductRun;

/* Batches that broadcast are left to the reference. */
static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  SgMatmulShape shape;

  return cpu_is_f32 (call)
      && sg_matmul_transposed_resolve (call, &shape, NULL)
      && sg_shape_equal (&shape.a, &shape.b);
}

/* The first column that row block @row needs. */
static gsize
first_column (const ProductRun * r, gsize row)
{
  return r->symmetric ? row / r->simd->columns * r->simd->columns : 0;
}

/* Columns @from to before @to of the vectors of a tile: whole vectors, and what is
 * left of them with zeros behind. */
static void
multiply_tile (const ProductRun * r, gfloat * y, const gfloat * a,
    const gfloat * b, guint rows, guint columns, gsize from, gsize to)
{
  gfloat rest[CPU_TRAIN_MAX_ROWS + CPU_TRAIN_MAX_COLUMNS][CPU_TRAIN_ALIGN];
  const gfloat *left[CPU_TRAIN_MAX_ROWS], *right[CPU_TRAIN_MAX_COLUMNS];
  gsize whole = (to - from) / CPU_TRAIN_ALIGN * CPU_TRAIN_ALIGN;
  gsize n_rest = to - from - whole;

  for (guint i = 0; i < rows; i++)
    left[i] = a + i * r->k + from;
  for (guint i = 0; i < r->simd->columns; i++)
    right[i] = b + MIN (i, columns - 1) * r->k + from;
  if (whole > 0)
    r->simd->correlate (y, r->n, left, right, rows, columns, whole);
  if (n_rest == 0)
    return;
  memset (rest, 0, sizeof rest);
  for (guint i = 0; i < rows; i++)
    left[i] = memcpy (rest[i], left[i] + whole, n_rest * sizeof (gfloat));
  for (guint i = 0; i < r->simd->columns; i++)
    right[i] = memcpy (rest[CPU_TRAIN_MAX_ROWS + i], right[i] + whole,
        n_rest * sizeof (gfloat));
  r->simd->correlate (y, r->n, left, right, rows, columns, CPU_TRAIN_ALIGN);
}

static void
multiply_range (gpointer user_data, gsize begin, gsize end)
{
  const ProductRun *r = user_data;

  for (gsize i = begin; i < end; i++) {
    gsize batch = i / r->n_blocks, row = i % r->n_blocks * TASK_ROWS;
    gsize last = MIN (row + TASK_ROWS, r->m);
    const gfloat *a = r->a + batch * r->m * r->k;
    const gfloat *b = r->b + batch * r->n * r->k;
    gfloat *y = r->y + batch * r->m * r->n;

    memset (y + row * r->n, 0, (last - row) * r->n * sizeof *y);
    for (gsize p = 0; p < r->k; p += PART)
      for (gsize c = first_column (r, row); c < r->n; c += r->simd->columns)
        for (gsize m = row; m < last; m += r->simd->rows)
          multiply_tile (r, y + m * r->n + c, a + m * r->k, b + c * r->k,
              (guint) MIN (r->simd->rows, last - m),
              (guint) MIN (r->simd->columns, r->n - c), p,
              MIN (p + PART, r->k));
  }
}

/* The other half. */
static void
mirror_range (gpointer user_data, gsize begin, gsize end)
{
  const ProductRun *r = user_data;

  for (gsize i = begin; i < end; i++) {
    gsize row = i % r->n;
    gfloat *y = r->y + i / r->n * r->n * r->n;

    for (gsize c = 0; c < first_column (r, row / TASK_ROWS * TASK_ROWS); c++)
      y[row * r->n + c] = y[c * r->n + row];
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  ProductRun r = { .simd = device->simd->train, .a = inputs[0],
    .b = inputs[1], .y = outputs[0], .symmetric = inputs[0] == inputs[1]
  };
  gsize n_matrices;
  SgMatmulShape s;

  if (!sg_matmul_transposed_resolve (call, &s, NULL))
    return;
  r.m = s.m;
  r.n = s.n;
  r.k = s.k;
  r.n_blocks = (r.m + TASK_ROWS - 1) / TASK_ROWS;
  n_matrices = cpu_count (&s.y, 0, s.y.rank);
  cpu_parallel_for (device, n_matrices * r.n_blocks,
      cpu_grain (TASK_ROWS * r.n * r.k / 16), multiply_range, &r);
  if (r.symmetric)
    cpu_parallel_for (device, n_matrices * r.n, cpu_grain (r.n), mirror_range,
        &r);
}

const CpuKernel cpu_kernel_matmul_transposed = {
  .op = "matmul_transposed",
  .supports = supports,
  .run = run,
};
