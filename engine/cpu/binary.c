/* gst-stylegan: operators of two broadcast inputs, on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Dimensions that both inputs walk through in the same way are merged, so that
 * same shapes become one row, a value per channel rows of whole planes. */
#include <math.h>

#include "cpu/parallel.h"
#include "cpu/simd/binary.h"

typedef struct
{
  CpuBinaryFunc func;
  CpuRowForm form;
  const gfloat *a, *b;
  gfloat *y;
  gint rank;                    /* of the merged dimensions */
  gsize dim[SG_MAX_RANK + 1];   /* innermost first */
  gsize a_step[SG_MAX_RANK + 1], b_step[SG_MAX_RANK + 1];
} BinaryRun;

/* Element by element where @shape, seen from the end, has dimension @i. */
static gboolean
has_dim (const SgShape * shape, gint i)
{
  return i < shape->rank && shape->dim[shape->rank - 1 - i] != 1;
}

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call) && call->n_inputs == 2;
}

/* Fills in the merged dimensions, without ones. */
static void
merge_dims (BinaryRun * r, const SgCall * call)
{
  const SgShape *a = &call->inputs[0].shape, *b = &call->inputs[1].shape;
  const SgShape *y = &call->outputs[0].shape;
  gsize a_size = 1, b_size = 1;

  r->rank = 0;
  for (gint i = 0; i < y->rank; i++) {
    gsize dim = y->dim[y->rank - 1 - i];
    gboolean in_a = has_dim (a, i), in_b = has_dim (b, i);
    gint last = r->rank - 1;

    if (dim == 1)
      continue;
    if (last >= 0 && (r->a_step[last] != 0) == in_a
        && (r->b_step[last] != 0) == in_b) {
      r->dim[last] *= dim;
    } else {
      r->dim[r->rank] = dim;
      r->a_step[r->rank] = in_a ? a_size : 0;
      r->b_step[r->rank] = in_b ? b_size : 0;
      r->rank++;
    }
    a_size *= in_a ? dim : 1;
    b_size *= in_b ? dim : 1;
  }
  if (r->rank == 0) {
    r->dim[0] = 1;
    r->a_step[0] = r->b_step[0] = 1;
    r->rank = 1;
  }
  r->form = r->a_step[0] == 0 ? CPU_ROW_SCALAR_A
      : r->b_step[0] == 0 ? CPU_ROW_SCALAR_B : CPU_ROW_BOTH;
}

static void
run_range (gpointer user_data, gsize begin, gsize end)
{
  const BinaryRun *r = user_data;

  while (begin < end) {
    gsize row = begin / r->dim[0], x = begin % r->dim[0];
    gsize n = MIN (end - begin, r->dim[0] - x);
    const gfloat *a = r->a + (r->a_step[0] ? x : 0);
    const gfloat *b = r->b + (r->b_step[0] ? x : 0);

    for (gint i = 1; i < r->rank; i++) {
      a += row % r->dim[i] * r->a_step[i];
      b += row % r->dim[i] * r->b_step[i];
      row /= r->dim[i];
    }
    r->func (r->y + begin, a, b, n);
    begin += n;
  }
}

static void
init_run (BinaryRun * r, const SgCall * call, gpointer const *outputs,
    gconstpointer const *inputs)
{
  r->a = inputs[0];
  r->b = inputs[1];
  r->y = outputs[0];
  merge_dims (r, call);
}

static void
run_binary (CpuDevice * device, const SgCall * call, gpointer const *outputs,
    gconstpointer const *inputs, CpuBinary operation)
{
  const SgShape *y = &call->outputs[0].shape;
  BinaryRun r;

  init_run (&r, call, outputs, inputs);
  r.func = device->simd->binary->func[operation][r.form];
  cpu_parallel_for (device, cpu_count (y, 0, y->rank), CPU_GRAIN / 2,
      run_range, &r);
}

#define BINARY_KERNEL(word, operation) \
static void \
run_ ## word (gpointer state, CpuDevice * device, const SgCall * call, \
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch) \
{ \
  run_binary (device, call, outputs, inputs, operation); \
} \
\
const CpuKernel cpu_kernel_ ## word = { \
  .op = #word, \
  .supports = supports, \
  .run = run_ ## word, \
  .in_place = TRUE, \
};

BINARY_KERNEL (add, CPU_BINARY_ADD)
BINARY_KERNEL (div, CPU_BINARY_DIV)
BINARY_KERNEL (max, CPU_BINARY_MAX)
BINARY_KERNEL (min, CPU_BINARY_MIN)
BINARY_KERNEL (mul, CPU_BINARY_MUL)
BINARY_KERNEL (prelu, CPU_BINARY_PRELU)
BINARY_KERNEL (sub, CPU_BINARY_SUB)

/* Networks square, and hardly ever do anything else: the rest is done in double,
 * one at a time. */
static void
pow_both (gfloat * y, const gfloat * a, const gfloat * b, gsize n)
{
  for (gsize i = 0; i < n; i++)
    y[i] = pow (a[i], b[i]);
}

static void
pow_scalar_a (gfloat * y, const gfloat * a, const gfloat * b, gsize n)
{
  gfloat base = *a;

  for (gsize i = 0; i < n; i++)
    y[i] = pow (base, b[i]);
}

static void
pow_scalar_b (gfloat * y, const gfloat * a, const gfloat * b, gsize n)
{
  gfloat exponent = *b;

  if (exponent == 2)
    for (gsize i = 0; i < n; i++)
      y[i] = a[i] * a[i];
  else
    for (gsize i = 0; i < n; i++)
      y[i] = pow (a[i], exponent);
}

static void
run_pow (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  static const CpuBinaryFunc forms[CPU_N_ROWS] = {
    [CPU_ROW_BOTH] = pow_both,
    [CPU_ROW_SCALAR_A] = pow_scalar_a,
    [CPU_ROW_SCALAR_B] = pow_scalar_b,
  };
  const SgShape *y = &call->outputs[0].shape;
  BinaryRun r;

  init_run (&r, call, outputs, inputs);
  r.func = forms[r.form];
  cpu_parallel_for (device, cpu_count (y, 0, y->rank), CPU_GRAIN / 8,
      run_range, &r);
}

const CpuKernel cpu_kernel_pow = {
  .op = "pow",
  .supports = supports,
  .run = run_pow,
  .in_place = TRUE,
};
