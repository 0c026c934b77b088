/* gst-stylegan: conv_grad_weights on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Some rows of one image at a time are copied such that every weight becomes a
 * product of two vectors: dy's rows one behind the other with zeros in between, and
 * x's rows with its padding, at the same distance, once for each phase of the stride.
 * What a tap meets then starts at an offset of its own and goes on without gaps. */
#include "ops/conv_grad_weights.h"

#include <string.h>

#include "cpu/parallel.h"
#include "cpu/simd/train.h"

/* Floats of a vector: 4 rows of dy and two of x stay in L1; longer ones make adding
 * lanes matter less. And what the copies of all channels may come to: part of L2. */
#define MIN_LENGTH 1024
#define MAX_LENGTH 3072
#define COPIES 160000
/* What a lane adds up before it is added to others. */
#define MAX_TERMS 192
/* Tiles of columns that a task does. */
#define STRIP 12

/* Of one axis: tap k meets phase[k] of the copies, shift[k] further on. */
typedef struct
{
  gsize in, out, taps, stride, pad, pad_end;
  gsize n_phases, reach;        /* reach: the largest shift */
  gsize *phase, *shift;         /* [taps] */
  gsize *start;                 /* [n_phases]: first sample of it, before pad */
} Axis;

typedef struct
{
  Axis axis[2];
  gsize images, channels, m, groups;
  SgPadMode pad_mode;
  gsize rows;                   /* of dy, at a time */
  gsize pitch, length;          /* of a row; of dy's vector */
  gsize plane;                  /* of x's copy, of one phase */
} GradState;

typedef struct
{
  const GradState *state;
  const CpuSimdTrain *simd;
  const gfloat *x, *dy;         /* of the image */
  gfloat *dw, *x_copy, *dy_copy;
  gsize first, rows;            /* of dy */
  gsize n_strips, n_tiles;      /* per group */
  gsize part;                   /* of a vector, that is summed at once */
} GradRun;

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  const SgConvGradAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape;

  if (!cpu_is_f32 (call) || x->rank > 4)
    return FALSE;
  for (gint i = 0; i < x->rank - 2; i++)
    if (a->window.kernel[i] > 64 || a->window.pad_end[i] > 65536
        || a->window.stride[i] > 4096 || a->window.dilation[i] > 4096
        || a->window.pad_begin[i] > 65536 || x->dim[2 + i] > 1 << 24)
      return FALSE;
  return TRUE;
}

static void
axis_init (Axis * axis, gsize in, gsize out, gsize taps, gsize stride,
    gsize dilation, gsize pad, gsize pad_end)
{
  axis->in = in;
  axis->out = out;
  axis->taps = taps;
  axis->stride = stride;
  axis->pad = pad;
  axis->pad_end = pad_end;
  axis->phase = g_new (gsize, taps);
  axis->shift = g_new (gsize, taps);
  axis->start = g_new (gsize, taps);
  for (gsize k = 0; k < taps; k++) {
    gsize start = k * dilation % stride, p = 0;

    while (p < axis->n_phases && axis->start[p] != start)
      p++;
    if (p == axis->n_phases)
      axis->start[axis->n_phases++] = start;
    axis->phase[k] = p;
    axis->shift[k] = k * dilation / stride;
    axis->reach = MAX (axis->reach, axis->shift[k]);
  }
}

static void
release (gpointer data)
{
  GradState *s = data;

  for (gint i = 0; i < 2; i++) {
    g_free (s->axis[i].phase);
    g_free (s->axis[i].shift);
    g_free (s->axis[i].start);
  }
  g_free (s);
}

static gsize
round_up (gsize n)
{
  return (n + CPU_TRAIN_ALIGN - 1) / CPU_TRAIN_ALIGN * CPU_TRAIN_ALIGN;
}

static void
choose_rows (GradState * s)
{
  gsize phases = s->axis[0].n_phases * s->axis[1].n_phases;
  gsize length = CLAMP (COPIES / (s->channels * phases + s->m), MIN_LENGTH,
      MAX_LENGTH);

  s->pitch = s->axis[1].out + s->axis[1].reach;
  s->rows = CLAMP (length / s->pitch, 1, s->axis[0].out);
  s->length = round_up (s->rows * s->pitch);
  /* the last tap reads length floats from its offset on */
  s->plane = round_up (s->axis[0].reach * s->pitch + s->axis[1].reach
      + s->length);
}

static gpointer
prepare (CpuDevice * device, const SgCall * call, gsize * scratch_bytes,
    GError ** error)
{
  const SgConvGradAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[0].shape, *dy = &call->inputs[1].shape;
  gint missing = 4 - x->rank;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow w;
  GradState *s;

  if (!sg_window_resolve (&a->window, x->dim + 2, x->rank - 2, NULL, FALSE,
          &w, out, call, error))
    return NULL;
  s = g_new0 (GradState, 1);
  s->images = x->dim[0];
  s->channels = x->dim[1];
  s->m = dy->dim[1];
  s->groups = a->group;
  s->pad_mode = a->pad_mode;
  for (gint i = 0; i < 2; i++) {
    gint j = i - missing;

    if (j < 0)
      axis_init (&s->axis[i], 1, 1, 1, 1, 1, 0, 0);
    else
      axis_init (&s->axis[i], x->dim[2 + j], dy->dim[2 + j], w.kernel[j],
          w.stride[j], w.dilation[j], w.pad_begin[j], w.pad_end[j]);
  }
  choose_rows (s);
  *scratch_bytes = sizeof (gfloat) * (s->m * s->length + s->channels
      * s->axis[0].n_phases * s->axis[1].n_phases * s->plane);
  return s;
}

/* --- copies --------------------------------------------------------------- */

/* Every @stride-th of the @in samples of @src from @at on, @n of them; those outside
 * are zeros. */
static void
copy_row (gfloat * dst, gsize n, const gfloat * src, gssize at, gsize stride,
    gsize in)
{
  gssize step = stride;
  gsize begin = at < 0 ? MIN (n, (gsize) ((-at + step - 1) / step)) : 0;
  gsize end = at >= (gssize) in ? 0
      : MIN (n, (gsize) (((gssize) in - 1 - at) / step + 1));

  end = MAX (end, begin);
  memset (dst, 0, begin * sizeof *dst);
  memset (dst + end, 0, (n - end) * sizeof *dst);
  if (stride == 1)
    memcpy (dst + begin, src + at + (gssize) begin,
        (end - begin) * sizeof *dst);
  else
    for (gsize i = begin; i < end; i++)
      dst[i] = src[at + (gssize) i * step];
}

/* Which sample is at @i of the padded axis; -1: none. */
static gssize
find_sample (const Axis * axis, SgPadMode mode, gssize i)
{
  return i < (gssize) (axis->in + axis->pad_end)
      ? sg_pad_index (mode, i, (gint64) axis->in) : -1;
}

/* What copy_row () left zero and is none. */
static void
copy_border (gfloat * dst, gsize n, const gfloat * src, gssize at,
    const Axis * axis, SgPadMode mode)
{
  gssize in = (gssize) axis->in, step = (gssize) axis->stride;

  for (gsize i = 0; i < n && at + (gssize) i * step < 0; i++)
    dst[i] = src[find_sample (axis, mode, at + (gssize) i * step)];
  for (gsize i = n; i-- > 0 && at + (gssize) i * step >= in;) {
    gssize from = find_sample (axis, mode, at + (gssize) i * step);

    dst[i] = from < 0 ? 0 : src[from];
  }
}

/* Channel @c of x, all phases. */
static void
copy_channel (const GradRun * r, gsize c)
{
  const GradState *s = r->state;
  const Axis *v = &s->axis[0], *h = &s->axis[1];
  gsize n_rows = r->rows + v->reach;

  for (gsize p = 0; p < v->n_phases * h->n_phases; p++) {
    gfloat *dst = r->x_copy + (c * v->n_phases * h->n_phases + p) * s->plane;
    gssize left = (gssize) h->start[p % h->n_phases] - (gssize) h->pad;

    for (gsize i = 0; i < n_rows; i++) {
      gssize y = (gssize) ((r->first + i) * v->stride
          + v->start[p / h->n_phases]) - (gssize) v->pad;

      const gfloat *src;

      y = find_sample (v, s->pad_mode, y);
      src = r->x + ((gssize) (c * v->in) + y) * (gssize) h->in;
      if (y < 0) {
        memset (dst + i * s->pitch, 0, s->pitch * sizeof *dst);
        continue;
      }
      copy_row (dst + i * s->pitch, s->pitch, src, left, h->stride, h->in);
      if (s->pad_mode != SG_PAD_CONSTANT)
        copy_border (dst + i * s->pitch, s->pitch, src, left, h, s->pad_mode);
    }
    memset (dst + n_rows * s->pitch, 0,
        (s->plane - n_rows * s->pitch) * sizeof *dst);
  }
}

static void
copy_gradient (const GradRun * r, gsize m)
{
  const GradState *s = r->state;
  gsize n = s->axis[1].out;
  gfloat *dst = r->dy_copy + m * s->length;

  for (gsize i = 0; i < r->rows; i++) {
    memcpy (dst + i * s->pitch,
        r->dy + (m * s->axis[0].out + r->first + i) * n, n * sizeof *dst);
    memset (dst + i * s->pitch + n, 0, (s->pitch - n) * sizeof *dst);
  }
  memset (dst + r->rows * s->pitch, 0,
      (s->length - r->rows * s->pitch) * sizeof *dst);
}

static void
copy_range (gpointer user_data, gsize begin, gsize end)
{
  const GradRun *r = user_data;

  for (gsize i = begin; i < end; i++) {
    if (i < r->state->channels)
      copy_channel (r, i);
    else
      copy_gradient (r, i - r->state->channels);
  }
}

/* --- products ------------------------------------------------------------- */

/* What weight @column (channel of the group and tap) is multiplied with. */
static const gfloat *
find_column (const GradRun * r, gsize group, gsize column)
{
  const GradState *s = r->state;
  const Axis *v = &s->axis[0], *h = &s->axis[1];
  gsize tap = column % (v->taps * h->taps);
  gsize c = group * (s->channels / s->groups) + column / (v->taps * h->taps);
  gsize y = tap / h->taps, x = tap % h->taps;

  return r->x_copy + ((c * v->n_phases + v->phase[y]) * h->n_phases
      + h->phase[x]) * s->plane + v->shift[y] * s->pitch + h->shift[x];
}

/* In parts, as sums of f32 that go on for long lose precision. */
static void
correlate (const GradRun * r, gfloat * sums, gsize pitch,
    const gfloat * const *a, const gfloat * const *b, guint m, guint columns)
{
  gsize part = r->part;

  for (gsize at = 0; at < r->state->length; at += part) {
    const gfloat *left[CPU_TRAIN_MAX_ROWS], *right[CPU_TRAIN_MAX_COLUMNS];

    for (guint i = 0; i < m; i++)
      left[i] = a[i] + at;
    for (guint k = 0; k < r->simd->columns; k++)
      right[k] = b[k] + at;
    r->simd->correlate (sums, pitch, left, right, m, columns,
        MIN (part, r->state->length - at));
  }
}

/* A tile of rows (channels of dy) and a strip of columns. */
static void
multiply_range (gpointer user_data, gsize begin, gsize end)
{
  const GradRun *r = user_data;
  const GradState *s = r->state;
  gsize per_group = s->m / s->groups, strip = STRIP * r->simd->columns;
  gsize n = s->channels / s->groups * s->axis[0].taps * s->axis[1].taps;

  for (gsize item = begin; item < end; item++) {
    gsize group = item / r->n_tiles / r->n_strips;
    gsize row = item / r->n_strips % r->n_tiles * r->simd->rows;
    guint rows = MIN (r->simd->rows, per_group - row);
    gsize column = item % r->n_strips * strip;
    gsize last = MIN (n, column + strip);
    const gfloat *a[CPU_TRAIN_MAX_ROWS], *b[CPU_TRAIN_MAX_COLUMNS];

    row += group * per_group;
    for (guint i = 0; i < rows; i++)
      a[i] = r->dy_copy + (row + i) * s->length;
    for (; column < last; column += r->simd->columns) {
      for (guint k = 0; k < r->simd->columns; k++)
        b[k] = find_column (r, group, MIN (column + k, last - 1));
      correlate (r, r->dw + row * n + column, n, a, b, rows,
          (guint) MIN (r->simd->columns, last - column));
    }
  }
}

static void
run (gpointer state, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  const GradState *s = state;
  const Axis *v = &s->axis[0], *h = &s->axis[1];
  const SgShape *dw = &call->outputs[0].shape;
  gsize n = s->channels / s->groups * v->taps * h->taps;
  GradRun r = { s, device->simd->train };

  r.dw = outputs[0];
  r.part = MAX_TERMS * device->simd->width;
  r.dy_copy = scratch;
  r.x_copy = r.dy_copy + s->m * s->length;
  r.n_tiles = (s->m / s->groups + r.simd->rows - 1) / r.simd->rows;
  r.n_strips = (n + STRIP * r.simd->columns - 1) / (STRIP * r.simd->columns);
  memset (r.dw, 0, sizeof (gfloat) * cpu_count (dw, 0, dw->rank));
  for (gsize image = 0; image < s->images; image++) {
    r.x = (const gfloat *) inputs[0] + image * s->channels * v->in * h->in;
    r.dy = (const gfloat *) inputs[1] + image * s->m * v->out * h->out;
    for (r.first = 0; r.first < v->out; r.first += r.rows) {
      r.rows = MIN (s->rows, v->out - r.first);
      cpu_parallel_for (device, s->channels + s->m, cpu_grain (s->plane),
          copy_range, &r);
      cpu_parallel_for (device, s->groups * r.n_tiles * r.n_strips,
          cpu_grain (s->length * STRIP * r.simd->columns), multiply_range, &r);
    }
  }
}

const CpuKernel cpu_kernel_conv_grad_weights = {
  .op = "conv_grad_weights",
  .supports = supports,
  .prepare = prepare,
  .run = run,
  .release = release,
};
