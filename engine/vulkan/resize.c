/* gst-stylegan: Resize on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of the last two dimensions. Positions and weights are tables made on the host, in
 * double: every mode is the same to the shader. */
#include "ops/resize.h"

#include <string.h>

#include "push/resize.h"
#include "vulkan/operand.h"

/* Of nn/resize.comp: a position that means extrapolation_value. */
#define OUTSIDE (-0x7fffffff)
/* Words of a table, at most. */
#define MAX_WORDS (1 << 24)
/* Samples that are mixed at once; more go by rows first, then by columns. */
#define MAX_MIX 16

/* Where the samples along a dimension come from: [out][1 + taps] words. */
typedef struct
{
  gint64 in, out;
  guint taps;                   /* 0: nearest */
  gint32 *words;                /* NULL: there was no memory */
} Table;

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  const SgResizeAttrs *attrs = call->attrs;
  SgResizeAxis axes[2];

  if (!vk_is_f32 (call) || call->inputs[0].shape.rank < 1
      || !sg_resize_resolve_planes (call, axes))
    return FALSE;
  /* what two passes have in between */
  if (!vk_fits_scratch (device,
          (guint64) (sg_shape_elements (&call->inputs[0].shape) / axes[0].in *
              axes[0].out)))
    return FALSE;
  for (gint i = 0; i < 2; i++)
    if (axes[i].out > MAX_WORDS / (1 + sg_resize_max_taps (attrs, &axes[i])))
      return FALSE;
  return TRUE;
}

static void
put (Table * table, gint64 i, gint64 first, const gdouble * weights)
{
  gint32 *words = table->words + i * (1 + table->taps);

  words[0] = (gint32) first;
  for (guint k = 0; k < table->taps; k++) {
    gfloat weight = weights ? (gfloat) weights[k] : 0;

    memcpy (&words[1 + k], &weight, sizeof weight);
  }
}

/* Drops weights of 0 at both ends. Returns: how many are left */
static gint64
trim (gint64 * first, gdouble ** weights, gint64 n)
{
  while (n > 1 && (*weights)[n - 1] == 0)
    n--;
  for (; n > 1 && **weights == 0; n--) {
    ++*first;
    ++*weights;
  }
  return n;
}

/* Samples for number @i along @axis. */
static gint64
get_taps (const SgResizeAttrs * attrs, const SgResizeAxis * axis, gint64 i,
    gint64 * first, gdouble ** weights)
{
  gint64 n;

  if (axis->same) {
    *first = i;
    **weights = 1;
    return 1;
  }
  n = sg_resize_taps (attrs, axis, i, first, *weights);
  return trim (first, weights, n);
}

static Table
make_nearest (const SgResizeAttrs * attrs, const SgResizeAxis * axis)
{
  Table table = { axis->in, axis->out, 0, g_try_new (gint32, axis->out) };

  for (gint64 i = 0; table.words && i < axis->out; i++) {
    gint64 from = axis->same ? i : sg_resize_nearest (attrs, axis, i);

    table.words[i] = from < 0 ? OUTSIDE : (gint32) from;
  }
  return table;
}

static Table
make_mix (const SgResizeAttrs * attrs, const SgResizeAxis * axis)
{
  gint64 max = sg_resize_max_taps (attrs, axis), first = 0;
  g_autofree gdouble *memory = g_try_new0 (gdouble, 2 * max);
  Table table = { axis->in, axis->out, 1, NULL };

  for (gint64 i = 0; memory && i < axis->out; i++) {
    gdouble *weights = memory;

    table.taps = MAX (table.taps,
        (guint) get_taps (attrs, axis, i, &first, &weights));
  }
  if (memory)
    table.words = g_try_new (gint32, axis->out * (1 + table.taps));
  for (gint64 i = 0; table.words && i < axis->out; i++) {
    gdouble *weights = memory;
    gint64 n = get_taps (attrs, axis, i, &first, &weights);

    /* what is dropped at one end may be missing at the other */
    for (gint64 k = n; k < table.taps; k++)
      weights[k] = 0;
    put (&table, i, n > 0 ? first : OUTSIDE, weights);
  }
  return table;
}

/* Each sample as it is. */
static Table
make_same (gint64 n)
{
  const gdouble one = 1;
  Table table = { n, n, 1, g_try_new (gint32, 2 * n) };

  for (gint64 i = 0; table.words && i < n; i++)
    put (&table, i, i, &one);
  return table;
}

static gboolean
add_pass (SgVkKernel * kernel, const SgCall * call, guint64 n_planes,
    const Table * rows, const Table * columns, const SgVkOperand * x,
    const SgVkOperand * y, GError ** error)
{
  const SgPushResize push = {
    (guint32) (n_planes * (guint64) (rows->out * columns->out)),
    (gint32) rows->in, (gint32) columns->in, (guint32) rows->out,
    (guint32) columns->out,
    ((const SgResizeAttrs *) call->attrs)->extrapolation_value
  };
  guint32 constants[] = { 0, (guint32) x->half, (guint32) y->half, rows->taps,
    columns->taps
  };
  SgVkOperand row_table, column_table;
  SgVkDispatch *dispatch;

  if (rows->words == NULL || columns->words == NULL)
    return sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "no memory for tables of %" G_GINT64_FORMAT " rows and %"
        G_GINT64_FORMAT " columns", rows->out, columns->out);
  if (!vk_operand_data (kernel, rows->words, (gsize) rows->out
          * (1 + rows->taps) * sizeof *rows->words, &row_table, error)
      || !vk_operand_data (kernel, columns->words, (gsize) columns->out
          * (1 + columns->taps) * sizeof *columns->words, &column_table, error))
    return FALSE;
  dispatch = vk_add_elements (kernel, "nn/resize", constants,
      G_N_ELEMENTS (constants), ((guint64) push.n + 3) / 4, error);
  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, x, FALSE);
  vk_operand_bind (kernel, dispatch, y, TRUE);
  vk_operand_bind (kernel, dispatch, &row_table, FALSE);
  vk_operand_bind (kernel, dispatch, &column_table, FALSE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

/* Rows first, to f32 in scratch memory. */
static gboolean
add_two_passes (SgVkKernel * kernel, const SgCall * call, guint64 n_planes,
    const Table * rows, const Table * columns, const SgVkOperand * x,
    const SgVkOperand * y, GError ** error)
{
  Table same_columns = make_same (columns->in);
  Table same_rows = make_same (rows->out);
  SgVkOperand between = vk_operand_scratch (kernel,
      n_planes * (guint64) (rows->out * columns->in));
  gboolean ok = add_pass (kernel, call, n_planes, rows, &same_columns, x,
      &between, error)
      && add_pass (kernel, call, n_planes, &same_rows, columns, &between, y,
      error);

  g_free (same_columns.words);
  g_free (same_rows.words);
  return ok;
}

static gboolean
prepare (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgResizeAttrs *attrs = call->attrs;
  gint rank = call->inputs[0].shape.rank;
  guint64 n_planes = vk_count (&call->inputs[0].shape, 0, rank - 2);
  SgVkOperand x, y = vk_operand_output (kernel, 0);
  SgResizeAxis axes[2];
  Table tables[2];
  gboolean ok;

  if (!sg_resize_resolve_planes (call, axes))
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "resizes more than two dimensions");
  if (!vk_operand_input (kernel, call, 0, &x, error))
    return FALSE;
  vk_capture_constants (kernel, call, 1);
  for (gint i = 0; i < 2; i++)
    tables[i] = attrs->mode == SG_RESIZE_NEAREST
        ? make_nearest (attrs, &axes[i]) : make_mix (attrs, &axes[i]);
  if (tables[0].taps > 1 && tables[1].taps > 1
      && tables[0].taps * tables[1].taps > MAX_MIX)
    ok = add_two_passes (kernel, call, n_planes, &tables[0], &tables[1], &x,
        &y, error);
  else
    ok = add_pass (kernel, call, n_planes, &tables[0], &tables[1], &x, &y,
        error);
  g_free (tables[0].words);
  g_free (tables[1].words);
  return ok;
}

const SgVkOp vk_op_resize = {
  .op = "resize",
  .supports = supports,
  .prepare = prepare,
};
