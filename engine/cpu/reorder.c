/* gst-stylegan: operators that put elements into another order, on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/conv.h"
#include "cpu/view.h"
#include "ops/crop.h"
#include "ops/depth_to_space.h"
#include "ops/slice.h"
#include "ops/transpose.h"

typedef struct
{
  CpuView view;
  gsize offset;                 /* of the first element in x */
} ReorderState;

/* Only the first input is data, and its shape and the attributes say all. */
static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  SgCall data = *call;

  data.n_inputs = 1;
  return cpu_is_f32 (&data);
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const ReorderState *s = state;

  cpu_view_copy (device, &s->view, outputs[0],
      (const gfloat *) inputs[0] + s->offset);
}

/* How far apart neighbours along each axis are. */
static void
dense_steps (const SgShape * shape, gssize step[SG_MAX_RANK])
{
  gssize size = 1;

  for (gint i = shape->rank - 1; i >= 0; i--) {
    step[i] = size;
    size *= shape->dim[i];
  }
}

static gpointer
prepare_transpose (CpuDevice * device, const SgCall * call,
    gsize * scratch_bytes, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  ReorderState *s = g_new0 (ReorderState, 1);
  gssize step[SG_MAX_RANK];
  gint perm[SG_MAX_RANK];

  dense_steps (x, step);
  sg_transpose_resolve (call->attrs, x->rank, perm);
  for (gint i = x->rank - 1; i >= 0; i--)
    cpu_view_add (&s->view, x->dim[perm[i]], step[perm[i]]);
  return s;
}

static gpointer
prepare_expand (CpuDevice * device, const SgCall * call,
    gsize * scratch_bytes, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape, *y = &call->outputs[0].shape;
  ReorderState *s = g_new0 (ReorderState, 1);
  gssize step[SG_MAX_RANK];

  dense_steps (x, step);
  for (gint i = y->rank - 1; i >= 0; i--) {
    gint k = i - (y->rank - x->rank);
    gboolean repeated = k < 0 || (x->dim[k] == 1 && y->dim[i] != 1);

    cpu_view_add (&s->view, y->dim[i], repeated ? 0 : step[k]);
  }
  return s;
}

static gpointer
prepare_slice (CpuDevice * device, const SgCall * call,
    gsize * scratch_bytes, GError ** error)
{
  const SgShape *x = &call->inputs[0].shape;
  ReorderState *s;
  gssize step[SG_MAX_RANK];
  SgSliceRange range;

  if (!sg_slice_resolve (call, &range, error))
    return NULL;
  s = g_new0 (ReorderState, 1);
  dense_steps (x, step);
  for (gint i = x->rank - 1; i >= 0; i--) {
    cpu_view_add (&s->view, range.size[i], step[i] * range.step[i]);
    s->offset += range.start[i] * step[i];
  }
  return s;
}

static gpointer
prepare_crop (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const SgCropAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *y = &call->outputs[0].shape;
  ReorderState *s = g_new0 (ReorderState, 1);
  gssize step[SG_MAX_RANK];

  dense_steps (x, step);
  for (gint i = x->rank - 1; i >= 0; i--)
    cpu_view_add (&s->view, y->dim[i], step[i]);
  s->offset = attrs->top * step[2] + attrs->left;
  return s;
}

/* Where the three parts of C * b * b channels are in x or y: how far apart the
 * rows (i), columns (j) and channels (c) of the blocks are, in channels. */
static void
block_steps (const SgDepthToSpaceAttrs * attrs, gssize channels,
    gssize * i, gssize * j, gssize * c)
{
  gssize b = attrs->blocksize;

  *j = attrs->crd ? 1 : channels;
  *i = *j * b;
  *c = attrs->crd ? b * b : 1;
}

static gpointer
prepare_depth_to_space (CpuDevice * device, const SgCall * call,
    gsize * scratch_bytes, GError ** error)
{
  const SgDepthToSpaceAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *y = &call->outputs[0].shape;
  ReorderState *s = g_new0 (ReorderState, 1);
  gssize plane = x->dim[2] * x->dim[3], i, j, c;

  block_steps (attrs, y->dim[1], &i, &j, &c);
  cpu_view_add (&s->view, attrs->blocksize, j * plane);
  cpu_view_add (&s->view, x->dim[3], 1);
  cpu_view_add (&s->view, attrs->blocksize, i * plane);
  cpu_view_add (&s->view, x->dim[2], x->dim[3]);
  cpu_view_add (&s->view, y->dim[1], c * plane);
  cpu_view_add (&s->view, y->dim[0], x->dim[1] * plane);
  return s;
}

static gpointer
prepare_space_to_depth (CpuDevice * device, const SgCall * call,
    gsize * scratch_bytes, GError ** error)
{
  const SgDepthToSpaceAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *y = &call->outputs[0].shape;
  ReorderState *s = g_new0 (ReorderState, 1);
  gssize b = attrs->blocksize, plane = x->dim[2] * x->dim[3];

  cpu_view_add (&s->view, y->dim[3], b);
  cpu_view_add (&s->view, y->dim[2], b * x->dim[3]);
  if (attrs->crd) {
    cpu_view_add (&s->view, b, 1);
    cpu_view_add (&s->view, b, x->dim[3]);
    cpu_view_add (&s->view, x->dim[1], plane);
  } else {
    cpu_view_add (&s->view, x->dim[1], plane);
    cpu_view_add (&s->view, b, 1);
    cpu_view_add (&s->view, b, x->dim[3]);
  }
  cpu_view_add (&s->view, x->dim[0], x->dim[1] * plane);
  return s;
}

typedef struct
{
  gfloat *dst;
  const gfloat *src;
  gsize channels, height, width;        /* of x */
  gssize row, column, channel;  /* as of block_steps () */
} SplitRun;

/* Rows of x, each into two planes of y: read once, not once for each plane. */
static void
split_rows (gpointer user_data, gsize begin, gsize end)
{
  const SplitRun *r = user_data;
  const CpuSimd *simd = cpu_simd_get ();
  gsize n = r->width / 2, plane = r->height / 2 * n, i, at;

  for (at = begin; at < end; at++) {
    gsize y = at % r->height, c = at / r->height % r->channels;
    gsize image = at / r->height / r->channels;
    const gfloat *src = r->src + at * r->width;
    gfloat *dst = r->dst + (image * 4 * r->channels + c * r->channel
        + y % 2 * r->row) * plane + y / 2 * n;

    i = n / simd->width * simd->width;
    simd->conv->split_row (dst, r->column * plane, src, i, 2);
    for (; i < n; i++) {
      dst[i] = src[2 * i];
      dst[r->column * plane + i] = src[2 * i + 1];
    }
  }
}

static void
run_space_to_depth (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const SgDepthToSpaceAttrs *attrs = call->attrs;
  const SgShape *x = &call->inputs[0].shape;
  SplitRun r = { outputs[0], inputs[0], x->dim[1], x->dim[2], x->dim[3] };

  if (attrs->blocksize != 2) {
    run (state, device, call, outputs, inputs, scratch);
    return;
  }
  block_steps (attrs, x->dim[1], &r.row, &r.column, &r.channel);
  cpu_parallel_for (device, cpu_count (x, 0, 3), cpu_grain (r.width),
      split_rows, &r);
}

#define REORDER_KERNEL(word, run_word) \
const CpuKernel cpu_kernel_ ## word = { \
  .op = #word, \
  .supports = supports, \
  .prepare = prepare_ ## word, \
  .run = run_word, \
  .release = g_free, \
};

REORDER_KERNEL (crop, run)
REORDER_KERNEL (depth_to_space, run)
REORDER_KERNEL (expand, run)
REORDER_KERNEL (slice, run)
REORDER_KERNEL (space_to_depth, run_space_to_depth)
REORDER_KERNEL (transpose, run)
