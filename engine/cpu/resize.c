/* gst-stylegan: resize on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of the last two dimensions. */
#include "ops/resize.h"

#include <string.h>

#include "cpu/resample.h"

/* Tables are made of every tap: no more of them than this. */
#define MAX_TAPS (1 << 24)

typedef struct
{
  CpuResample *resample;        /* NULL: nearest */
  gsize n_planes;
  gsize in[2], out[2];          /* height, width */
  gsize *rows;                  /* nearest: row of the input per row */
  CpuRowFilter columns;
} ResizeState;

typedef struct
{
  const ResizeState *state;
  const CpuSimdResample *simd;
  const gfloat *x;
  gfloat *y;
} NearestRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  const SgResizeAttrs *attrs = call->attrs;
  SgCall data = *call;
  SgResizeAxis axes[2];

  data.n_inputs = 1;
  if (!cpu_is_f32 (&data) || call->inputs[0].shape.rank < 1
      || attrs->coordinates == SG_RESIZE_TF_CROP_AND_RESIZE
      || !sg_resize_resolve_planes (call, axes))
    return FALSE;
  for (gint i = 0; i < 2; i++) {
    gint64 taps = attrs->mode == SG_RESIZE_NEAREST ? 1
        : sg_resize_max_taps (attrs, &axes[i]);

    if (axes[i].out > MAX_TAPS / taps || axes[i].in > MAX_TAPS)
      return FALSE;
  }
  return TRUE;
}

static gboolean
make_taps (const SgResizeAttrs * attrs, const SgResizeAxis * axis,
    CpuTaps * taps)
{
  guint max = axis->same ? 1 : sg_resize_max_taps (attrs, axis);
  g_autofree gdouble *weights = g_try_new (gdouble, max);

  if (!cpu_taps_init (taps, axis->in, axis->out, max) || weights == NULL)
    return FALSE;
  for (gint64 i = 0; i < axis->out; i++) {
    gint64 first = i, n = 1;

    weights[0] = 1;
    if (!axis->same)
      n = sg_resize_taps (attrs, axis, i, &first, weights);
    taps->first[i] = first;
    for (gint64 k = 0; k < n; k++)
      taps->weights[i * max + k] = weights[k];
  }
  cpu_taps_trim (taps);
  return TRUE;
}

static gboolean
make_resample (CpuDevice * device, const SgResizeAttrs * attrs,
    const SgResizeAxis axes[2], ResizeState * s, gsize * scratch_bytes)
{
  CpuTaps y = { 0 }, x = { 0 };

  if (make_taps (attrs, &axes[0], &y) && make_taps (attrs, &axes[1], &x))
    s->resample = cpu_resample_new (device, &y, &x, scratch_bytes);
  cpu_taps_clear (&y);
  cpu_taps_clear (&x);
  return s->resample != NULL;
}

static gboolean
make_nearest (const SgResizeAttrs * attrs, const SgResizeAxis axes[2],
    ResizeState * s, guint width)
{
  CpuTaps columns;
  gboolean ok = cpu_taps_init (&columns, axes[1].in, axes[1].out, 1);

  s->rows = g_try_new (gsize, axes[0].out);
  for (gint64 i = 0; s->rows && i < axes[0].out; i++)
    s->rows[i] = sg_resize_nearest (attrs, &axes[0], i);
  for (gint64 i = 0; ok && i < axes[1].out; i++)
    columns.first[i] = sg_resize_nearest (attrs, &axes[1], i);
  ok = ok && cpu_row_filter_init (&s->columns, &columns, 0, width);
  cpu_taps_clear (&columns);
  return ok && s->rows;
}

static void
release (gpointer state)
{
  ResizeState *s = state;

  cpu_resample_free (s->resample);
  cpu_row_filter_clear (&s->columns);
  g_free (s->rows);
  g_free (s);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const SgResizeAttrs *attrs = call->attrs;
  ResizeState *s = g_new0 (ResizeState, 1);
  SgResizeAxis axes[2];
  gboolean ok;

  sg_resize_resolve_planes (call, axes);
  s->n_planes = cpu_count (&call->inputs[0].shape, 0,
      call->inputs[0].shape.rank) / (axes[0].in * axes[1].in);
  for (gint i = 0; i < 2; i++) {
    s->in[i] = axes[i].in;
    s->out[i] = axes[i].out;
  }
  if (attrs->mode == SG_RESIZE_NEAREST)
    ok = make_nearest (attrs, axes, s, device->simd->width);
  else
    ok = make_resample (device, attrs, axes, s, scratch_bytes);
  if (!ok) {
    sg_call_error (call, error, SG_ERROR_NO_MEMORY, "no memory for its tables");
    release (s);
    return NULL;
  }
  return s;
}

static void
nearest_rows (gpointer user_data, gsize begin, gsize end)
{
  const NearestRun *r = user_data;
  const ResizeState *s = r->state;
  const gfloat *last = NULL;

  for (gsize i = begin; i < end; i++) {
    gsize row = i / s->out[0] * s->in[0] + s->rows[i % s->out[0]];
    const gfloat *src = r->x + row * s->in[1];
    gfloat *dst = r->y + i * s->out[1];

    if (src == last)
      memcpy (dst, dst - s->out[1], s->out[1] * sizeof (gfloat));
    else
      r->simd->pick_row (dst, src, s->in[1], &s->columns.filter);
    last = src;
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const ResizeState *s = state;
  NearestRun r = { s, device->simd->resample, inputs[0], outputs[0] };

  if (s->resample)
    cpu_resample_run (s->resample, device, s->n_planes, outputs[0],
        inputs[0], scratch);
  else
    cpu_parallel_for (device, s->n_planes * s->out[0], cpu_grain (s->out[1]),
        nearest_rows, &r);
}

const CpuKernel cpu_kernel_resize = {
  .op = "resize",
  .supports = supports,
  .prepare = prepare,
  .run = run,
  .release = release,
};
