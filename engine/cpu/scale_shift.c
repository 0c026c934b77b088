/* gst-stylegan: scale_shift on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"
#include "cpu/simd/norm.h"
#include "ops/normalize.h"

typedef struct
{
  const CpuSimdNorm *simd;
  const SgActivation *activation;
  const gfloat *x, *scale_shift, *residual;
  gfloat *y;
  gsize channels, plane_size;
  gboolean per_image;
} ScaleShiftRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
run_plane (gpointer user_data, gsize plane, gsize begin, gsize end)
{
  const ScaleShiftRun *r = user_data;
  gsize c = plane % r->channels, at = plane * r->plane_size + begin;
  const gfloat *s = r->scale_shift + c;

  if (r->per_image)
    s += plane / r->channels * 2 * r->channels;
  r->simd->scale_shift (r->y + at, r->x + at,
      r->residual ? r->residual + at : NULL, end - begin, s[0],
      s[r->channels], r->activation);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgShape *x = &call->inputs[0].shape;
  const SgScaleShiftAttrs *attrs = call->attrs;
  ScaleShiftRun r = { device->simd->norm, &attrs->activation, inputs[0],
    inputs[1], call->n_inputs > 2 ? inputs[2] : NULL, outputs[0]
  };

  r.channels = x->dim[1];
  r.plane_size = cpu_count (x, 2, x->rank);
  r.per_image = call->inputs[1].shape.dim[0] > 1;
  cpu_parallel_planes (device, x->dim[0] * r.channels, r.plane_size,
      run_plane, &r);
}

const CpuKernel cpu_kernel_scale_shift = {
  .op = "scale_shift",
  .supports = supports,
  .run = run,
  .in_place = TRUE,
};
