/* gst-stylegan: matmul and gemm on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Panels of columns of b are copied, as its rows are far apart; what is transposed is
 * put the right way round first. */
#include "ops/matmul.h"

#include "cpu/simd/matmul.h"
#include "cpu/view.h"
#include "ops/gemm.h"

/* Rows of b that a panel has at a time: it stays in L2. */
#define PANEL_ROWS 512
/* Rows of a for which a panel is packed, fewer use b as it is; and multiplications
 * that are worth a task. */
#define TASK_ROWS 128
#define MIN_ROWS 16
#define TASK_PRODUCTS (1 << 21)

typedef struct
{
  const CpuSimdMatmul *simd;
  SgMatmulShape shape;
  const gfloat *a, *b;
  gfloat *y, *panels;
  gsize panel_floats;           /* of a thread */
  gsize n_panels, n_blocks;     /* of columns, of rows; per matrix */
  gsize n_items, per_task;
} MatmulRun;

/* What becomes of the product: y = alpha * y + beta * c */
typedef struct
{
  const SgGemmAttrs *attrs;
  gfloat *y;
  const gfloat *c;              /* may be NULL */
  gsize n, row_step, column_step;       /* of c */
} GemmRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

/* Which matrix of @from, broadcast to @to, is number @i of that. */
static gsize
batch_of (const SgShape * from, const SgShape * to, gsize i)
{
  gsize at = 0, step = 1;

  for (gint k = 0; k < to->rank; k++) {
    gsize dim = to->dim[to->rank - 1 - k];

    if (k < from->rank) {
      gsize size = from->dim[from->rank - 1 - k];

      at += size == 1 ? 0 : i % dim * step;
      step *= size;
    }
    i /= dim;
  }
  return at;
}

/* A block of rows and a panel of columns. */
static void
multiply_item (const MatmulRun * r, gsize i, gfloat * panel)
{
  const SgMatmulShape *s = &r->shape;
  gsize m = s->m, n = s->n, k = s->k, columns = r->simd->columns;
  gsize column = i % r->n_panels * columns;
  gsize row = i / r->n_panels % r->n_blocks * TASK_ROWS;
  gsize batch = i / r->n_panels / r->n_blocks;
  const gfloat *a = r->a + (batch_of (&s->a, &s->y, batch) * m + row) * k;
  const gfloat *b = r->b + batch_of (&s->b, &s->y, batch) * k * n + column;
  gfloat *y = r->y + (batch * m + row) * n + column;
  gsize width = MIN (columns, n - column), height = MIN (TASK_ROWS, m - row);

  for (gsize p = 0; p < k; p += PANEL_ROWS) {
    gsize part = MIN (PANEL_ROWS, k - p);
    gboolean packed = width < columns || height >= MIN_ROWS;

    if (packed)
      r->simd->pack (panel, b + p * n, n, width, part);
    r->simd->rows (y, n, a + p, k, packed ? panel : b + p * n,
        packed ? columns : n, height, width, part, p > 0);
  }
}

static void
multiply_task (gpointer user_data, guint task, guint slot)
{
  const MatmulRun *r = user_data;
  gsize begin = task * r->per_task;
  gsize end = MIN (begin + r->per_task, r->n_items);

  for (gsize i = begin; i < end; i++)
    multiply_item (r, i, r->panels + slot * r->panel_floats);
}

/* Per thread, a whole number of lines. */
static gsize
panel_floats (CpuDevice * device, gint64 k)
{
  return ((gsize) MIN (k, PANEL_ROWS) * device->simd->matmul->columns + 15)
      / 16 * 16;
}

static gsize
panels_bytes (CpuDevice * device, gint64 k)
{
  return sizeof (gfloat) * panel_floats (device, k)
      * sg_thread_pool_get_size (device->base.threads);
}

static void
multiply (CpuDevice * device, const SgMatmulShape * shape, gfloat * y,
    const gfloat * a, const gfloat * b, gpointer scratch)
{
  MatmulRun r = { device->simd->matmul, *shape, a, b, y, scratch,
    panel_floats (device, shape->k)
  };
  gsize columns = r.simd->columns;

  r.n_panels = (shape->n + columns - 1) / columns;
  r.n_blocks = (shape->m + TASK_ROWS - 1) / TASK_ROWS;
  r.n_items = cpu_count (&shape->y, 0, shape->y.rank) * r.n_blocks * r.n_panels;
  r.per_task = MAX (TASK_PRODUCTS / (MIN (TASK_ROWS, shape->m) * columns
          * shape->k), 1);
  while ((r.n_items - 1) / r.per_task >= G_MAXINT32)
    r.per_task *= 2;
  sg_thread_pool_run (device->base.threads,
      (r.n_items - 1) / r.per_task + 1, multiply_task, &r);
}

static gpointer
prepare_matmul (CpuDevice * device, const SgCall * call,
    gsize * scratch_bytes, GError ** error)
{
  SgMatmulShape shape;

  if (sg_matmul_resolve (call, &shape, error))
    *scratch_bytes = panels_bytes (device, shape.k);
  return NULL;
}

static void
run_matmul (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  SgMatmulShape shape;

  if (sg_matmul_resolve (call, &shape, NULL))
    multiply (device, &shape, outputs[0], inputs[0], inputs[1], scratch);
}

const CpuKernel cpu_kernel_matmul = {
  .op = "matmul",
  .supports = supports,
  .prepare = prepare_matmul,
  .run = run_matmul,
};

static gsize
scratch_floats (const SgShape * shape, gboolean transposed)
{
  return transposed ? (cpu_count (shape, 0, shape->rank) + 15) & ~(gsize) 15
      : 0;
}

static gpointer
prepare_gemm (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const SgGemmAttrs *attrs = call->attrs;

  *scratch_bytes = sizeof (gfloat)
      * (scratch_floats (&call->inputs[0].shape, attrs->trans_a)
      + scratch_floats (&call->inputs[1].shape, attrs->trans_b))
      + panels_bytes (device, call->inputs[0].shape.dim[!attrs->trans_a]);
  return NULL;
}

static const gfloat *
transpose (CpuDevice * device, const SgShape * shape, const gfloat * x,
    gfloat * y)
{
  CpuView view = { 0 };

  cpu_view_add (&view, shape->dim[0], shape->dim[1]);
  cpu_view_add (&view, shape->dim[1], 1);
  cpu_view_copy (device, &view, y, x);
  return y;
}

static void
finish_rows (gpointer user_data, gsize begin, gsize end)
{
  const GemmRun *r = user_data;
  gfloat alpha = r->attrs->alpha, beta = r->attrs->beta;

  for (gsize i = begin; i < end; i++) {
    gfloat *y = r->y + i * r->n;

    for (gsize j = 0; j < r->n; j++) {
      y[j] *= alpha;
      if (r->c)
        y[j] += beta * r->c[i * r->row_step + j * r->column_step];
    }
  }
}

static void
run_gemm (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgGemmAttrs *attrs = call->attrs;
  const SgShape *a = &call->inputs[0].shape, *b = &call->inputs[1].shape;
  const SgShape *y = &call->outputs[0].shape;
  const gfloat *x[2] = { inputs[0], inputs[1] };
  SgMatmulShape shape = { y->dim[0], y->dim[1], a->dim[!attrs->trans_a] };
  GemmRun r = { attrs, outputs[0], NULL, y->dim[1] };

  if (attrs->trans_a)
    x[0] = transpose (device, a, x[0], scratch);
  if (attrs->trans_b)
    x[1] = transpose (device, b, x[1], (gfloat *) scratch
        + scratch_floats (a, attrs->trans_a));
  multiply (device, &shape, outputs[0], x[0], x[1], (gfloat *) scratch
      + scratch_floats (a, attrs->trans_a)
      + scratch_floats (b, attrs->trans_b));
  if (sg_call_has_input (call, 2)) {
    const SgShape *c = &call->inputs[2].shape;

    r.c = inputs[2];
    r.column_step = c->rank > 0 && c->dim[c->rank - 1] != 1;
    if (c->rank > 1 && c->dim[c->rank - 2] != 1)
      r.row_step = c->dim[c->rank - 1];
  }
  if (r.c || attrs->alpha != 1)
    cpu_parallel_for (device, y->dim[0], cpu_grain (y->dim[1]), finish_rows,
        &r);
}

const CpuKernel cpu_kernel_gemm = {
  .op = "gemm",
  .supports = supports,
  .prepare = prepare_gemm,
  .run = run_gemm,
};
