/* gst-stylegan: matmul and gemm on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Style networks have few of them and small ones: no packing, but that what is
 * transposed is put the right way round first. */
#include "ops/matmul.h"

#include "cpu/simd/matmul.h"
#include "cpu/view.h"
#include "ops/gemm.h"

typedef struct
{
  const CpuSimdMatmul *simd;
  SgMatmulShape shape;
  const gfloat *a, *b;
  gfloat *y;
  gsize strip, n_strips, n_blocks;      /* of columns, of rows */
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

static void
multiply_range (gpointer user_data, gsize begin, gsize end)
{
  const MatmulRun *r = user_data;
  const SgMatmulShape *s = &r->shape;
  gsize m = s->m, n = s->n, k = s->k;

  for (gsize i = begin; i < end; i++) {
    gsize column = i % r->n_strips * r->strip;
    gsize row = i / r->n_strips % r->n_blocks * CPU_MATMUL_ROWS;
    gsize batch = i / r->n_strips / r->n_blocks;
    const gfloat *a = r->a + batch_of (&s->a, &s->y, batch) * m * k;
    const gfloat *b = r->b + batch_of (&s->b, &s->y, batch) * k * n;

    r->simd->rows (r->y + (batch * m + row) * n + column, n, a + row * k, k,
        b + column, n, MIN (CPU_MATMUL_ROWS, m - row),
        MIN (r->strip, n - column), k);
  }
}

static void
multiply (CpuDevice * device, const SgMatmulShape * shape, gfloat * y,
    const gfloat * a, const gfloat * b)
{
  MatmulRun r = { device->simd->matmul, *shape, a, b, y };
  gsize cost;

  /* a strip of b that stays in L2 */
  r.strip = CLAMP (4 * CPU_GRAIN / shape->k, 64, 4096) / 64 * 64;
  r.strip = MIN (r.strip, (gsize) shape->n);
  r.n_strips = (shape->n + r.strip - 1) / r.strip;
  r.n_blocks = (shape->m + CPU_MATMUL_ROWS - 1) / CPU_MATMUL_ROWS;
  cost = r.strip * shape->k;
  cpu_parallel_for (device, cpu_count (&shape->y, 0, shape->y.rank)
      * r.n_blocks * r.n_strips, cpu_grain (cost / 8), multiply_range, &r);
}

static void
run_matmul (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  SgMatmulShape shape;

  if (sg_matmul_resolve (call, &shape, NULL))
    multiply (device, &shape, outputs[0], inputs[0], inputs[1]);
}

const CpuKernel cpu_kernel_matmul = {
  .op = "matmul",
  .supports = supports,
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
      + scratch_floats (&call->inputs[1].shape, attrs->trans_b));
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
  multiply (device, &shape, outputs[0], x[0], x[1]);
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
