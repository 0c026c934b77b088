/* gst-stylegan: average_pool on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of one or two dimensions: the mean over a window is a mean of rows, then of
 * samples, also where it counts less of them at the borders. */
#include "cpu/resample.h"
#include "ops/pool.h"

/* Tables are made of every tap: no more of them than this. */
#define MAX_TAPS (1 << 24)

typedef struct
{
  CpuResample *resample;
  gsize n_planes;
} PoolState;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  gint rank = call->inputs[0].shape.rank;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  if (!cpu_is_f32 (call) || rank < 3 || rank > 4
      || !sg_pool_resolve (call, &window, out, NULL))
    return FALSE;
  for (gint i = 0; i < window.n_spatial; i++)
    if (window.kernel[i] > 4096 || window.dilation[i] > 4096
        || out[i] * window.kernel[i] * window.dilation[i] > MAX_TAPS
        || call->inputs[0].shape.dim[2 + i] > MAX_TAPS)
      return FALSE;
  return TRUE;
}

static gboolean
make_taps (const SgPoolAttrs * attrs, const SgWindow * w, gint axis,
    gint64 in, gint64 out, CpuTaps * taps)
{
  gint64 dilation = w->dilation[axis];
  gint64 span = (w->kernel[axis] - 1) * dilation + 1;

  if (!cpu_taps_init (taps, in, out, span))
    return FALSE;
  for (gint64 i = 0; i < out; i++) {
    gint64 first = i * w->stride[axis] - w->pad_begin[axis];
    gint64 end = attrs->count_include_pad ? in + w->pad_end[axis] : in;
    gint64 count = 0;

    for (gint64 k = 0; k < span; k += dilation)
      if (first + k < end && (first + k >= 0 || attrs->count_include_pad))
        count++;
    for (gint64 k = 0; k < span; k += dilation)
      if (first + k >= 0 && first + k < in)
        taps->weights[i * span + k] = 1.0 / count;
    taps->first[i] = first;
  }
  cpu_taps_trim (taps);
  return TRUE;
}

/* The missing dimension of a row. */
static gboolean
make_one_tap (CpuTaps * taps)
{
  if (!cpu_taps_init (taps, 1, 1, 1))
    return FALSE;
  taps->weights[0] = 1;
  return TRUE;
}

static void
release (gpointer state)
{
  PoolState *s = state;

  cpu_resample_free (s->resample);
  g_free (s);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  PoolState *s;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;
  CpuTaps columns = { 0 }, rows = { 0 };

  if (!sg_pool_resolve (call, &window, out, error))
    return NULL;
  s = g_new0 (PoolState, 1);
  s->n_planes = x->dim[0] * x->dim[1];
  if ((x->rank == 4 ? make_taps (call->attrs, &window, 0, x->dim[2], out[0],
              &rows) : make_one_tap (&rows))
      && make_taps (call->attrs, &window, x->rank - 3, x->dim[x->rank - 1],
          out[x->rank - 3], &columns))
    s->resample = cpu_resample_new (device, &rows, &columns, scratch_bytes);
  cpu_taps_clear (&rows);
  cpu_taps_clear (&columns);
  if (s->resample == NULL) {
    sg_call_error (call, error, SG_ERROR_NO_MEMORY, "no memory for its tables");
    release (s);
    return NULL;
  }
  return s;
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  PoolState *s = state;

  cpu_resample_run (s->resample, device, s->n_planes, outputs[0], inputs[0],
      scratch);
}

const CpuKernel cpu_kernel_average_pool = {
  .op = "average_pool",
  .supports = supports,
  .prepare = prepare,
  .run = run,
  .release = release,
};
