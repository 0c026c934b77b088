/* gst-stylegan: pad on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad.h"

#include <string.h>

#include "cpu/parallel.h"
#include "ops/pad_resolve.h"

/* One axis: where y's elements are in x. */
typedef struct
{
  gssize before;                /* elements of padding before the first kept */
  gssize kept;
  gssize start;                 /* the first kept element of x */
  gssize step;                  /* floats from one element of x to the next */
  gsize size;                   /* of y */
} PadAxis;

typedef struct
{
  SgPadMode mode;
  gint rank;
  PadAxis axis[SG_MAX_RANK];
} PadState;

typedef struct
{
  const PadState *state;
  const gfloat *x;
  gfloat *y;
  gfloat value;
} PadRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  SgCall data = *call;

  /* the pads are integers, the value may be of another type */
  data.n_inputs = 1;
  return cpu_is_f32 (&data) && data.inputs[0].shape.rank > 0
      && cpu_constant (call, 1)
      && (!sg_call_has_input (call, 3) || cpu_constant (call, 3))
      && (!sg_call_has_input (call, 2)
      || call->inputs[2].dtype == SG_DTYPE_F32);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
  PadState *state;
  gssize step = 1;

  if (!sg_pad_resolve (call, begin, end, error))
    return NULL;
  state = g_new0 (PadState, 1);
  state->mode = ((const SgPadAttrs *) call->attrs)->mode;
  state->rank = x->rank;
  for (gint i = x->rank - 1; i >= 0; i--) {
    PadAxis *axis = &state->axis[i];

    /* negative pads crop first */
    axis->before = MAX (begin[i], 0);
    axis->start = -MIN (begin[i], 0);
    axis->kept = x->dim[i] - axis->start + MIN (end[i], 0);
    axis->step = step;
    axis->size = call->outputs[0].shape.dim[i];
    step *= x->dim[i];
  }
  return state;
}

/* Offset in x of y's element @i along @axis; -1: the constant. */
static gssize
source (const PadAxis * axis, SgPadMode mode, gssize i)
{
  gssize n = axis->kept;

  i -= axis->before;
  if (i < 0 || i >= n) {
    if (mode == SG_PAD_CONSTANT)
      return -1;
    if (mode == SG_PAD_REFLECT)
      i = i < 0 ? -i : 2 * (n - 1) - i;
    else if (mode == SG_PAD_EDGE)
      i = i < 0 ? 0 : n - 1;
    else
      i = (i % n + n) % n;
  }
  return (axis->start + i) * axis->step;
}

static void
fill (gfloat * dst, gsize n, gfloat value)
{
  for (gsize i = 0; i < n; i++)
    dst[i] = value;
}

static void
pad_row (const PadRun * r, gfloat * dst, const gfloat * src)
{
  const PadState *s = r->state;
  const PadAxis *axis = &s->axis[s->rank - 1];
  gsize after = axis->before + axis->kept;

  if (axis->kept > 0)
    memcpy (dst + axis->before, src + axis->start,
        axis->kept * sizeof (gfloat));
  if (s->mode == SG_PAD_CONSTANT) {
    fill (dst, axis->before, r->value);
    fill (dst + after, axis->size - after, r->value);
    return;
  }
  for (gsize i = 0; i < (gsize) axis->before; i++)
    dst[i] = src[source (axis, s->mode, i)];
  for (gsize i = after; i < axis->size; i++)
    dst[i] = src[source (axis, s->mode, i)];
}

static void
run_rows (gpointer user_data, gsize begin, gsize end)
{
  const PadRun *r = user_data;
  const PadState *s = r->state;
  gsize width = s->axis[s->rank - 1].size;

  for (gsize row = begin; row < end; row++) {
    gssize at = 0, from;
    gsize rest = row;

    for (gint i = s->rank - 2; i >= 0 && at >= 0; i--) {
      from = source (&s->axis[i], s->mode, rest % s->axis[i].size);
      at = from < 0 ? -1 : at + from;
      rest /= s->axis[i].size;
    }
    if (at < 0)
      fill (r->y + row * width, width, r->value);
    else
      pad_row (r, r->y + row * width, r->x + at);
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *y = &call->outputs[0].shape;
  PadRun r = { state, inputs[0], outputs[0], 0 };

  if (sg_call_has_input (call, 2))
    r.value = *(const gfloat *) inputs[2];
  cpu_parallel_for (device, cpu_count (y, 0, y->rank - 1),
      cpu_grain (y->dim[y->rank - 1]), run_rows, &r);
}

const CpuKernel cpu_kernel_pad = {
  .op = "pad",
  .supports = supports,
  .prepare = prepare,
  .run = run,
  .release = g_free,
};
