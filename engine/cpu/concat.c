/* gst-stylegan: concat and split on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/view.h"
#include "ops/concat.h"
#include "ops/split.h"

static gint
positive_axis (gint64 axis, gint rank)
{
  return (gint) (axis < 0 ? axis + rank : axis);
}

static gboolean
supports_concat (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
run_concat (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *y = &call->outputs[0].shape;
  gint axis = positive_axis (((const SgConcatAttrs *) call->attrs)->axis,
      y->rank);
  gsize n_rows = cpu_count (y, 0, axis), pitch = cpu_count (y, axis, y->rank);
  gfloat *dst = outputs[0];

  for (guint i = 0; i < call->n_inputs; i++) {
    gsize row = cpu_count (&call->inputs[i].shape, axis, y->rank);

    cpu_copy_rows (device, dst, pitch, inputs[i], row, row, n_rows);
    dst += row;
  }
}

const CpuKernel cpu_kernel_concat = {
  .op = "concat",
  .supports = supports_concat,
  .run = run_concat,
};

/* The sizes, if given, are integers: what they say is in the outputs' shapes. */
static gboolean
supports_split (CpuDevice * device, const SgCall * call)
{
  SgCall data = *call;

  data.n_inputs = 1;
  return cpu_is_f32 (&data);
}

static void
run_split (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  gint axis = positive_axis (((const SgSplitAttrs *) call->attrs)->axis,
      x->rank);
  gsize n_rows = cpu_count (x, 0, axis), pitch = cpu_count (x, axis, x->rank);
  const gfloat *src = inputs[0];

  for (guint i = 0; i < call->n_outputs; i++) {
    gsize row = cpu_count (&call->outputs[i].shape, axis, x->rank);

    cpu_copy_rows (device, outputs[i], row, src, pitch, row, n_rows);
    src += row;
  }
}

const CpuKernel cpu_kernel_split = {
  .op = "split",
  .supports = supports_split,
  .run = run_split,
};
