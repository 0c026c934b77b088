/* gst-stylegan: separable filters along rows and columns of planes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Rows of the input are mixed into one, which stays in L1 and is filtered along
 * its length into a row of the output. */
#include "cpu/resample.h"

#include <string.h>

/* Rows mixed in one go. */
#define MAX_ROWS 16

struct _CpuResample
{
  CpuTaps y, x;
  CpuRowFilter row;
  gboolean same_width;          /* rows stay as they are */
  gssize left, right;           /* samples beyond the row's ends that are read */
  gsize pitch;                  /* of a thread's row */
};

typedef struct
{
  const CpuResample *resample;
  const CpuSimdResample *simd;
  gfloat *dst;
  const gfloat *src;
  gfloat *scratch;
  gsize n_rows, rows_of_task;
} ResampleRun;

gboolean
cpu_taps_init (CpuTaps * taps, gsize in, gsize out, guint max_taps)
{
  taps->in = in;
  taps->out = out;
  taps->n = max_taps;
  taps->first = g_try_new0 (gssize, out);
  taps->weights = g_try_new0 (gfloat, out * max_taps);
  return taps->first && taps->weights;
}

void
cpu_taps_clear (CpuTaps * taps)
{
  g_clear_pointer (&taps->first, g_free);
  g_clear_pointer (&taps->weights, g_free);
}

void
cpu_taps_trim (CpuTaps * taps)
{
  guint n = 1;

  for (gsize i = 0; i < taps->out; i++) {
    gfloat *w = taps->weights + i * taps->n;
    guint begin = 0, end = taps->n;

    while (end > 1 && w[end - 1] == 0)
      end--;
    while (begin + 1 < end && w[begin] == 0)
      begin++;
    memmove (w, w + begin, (end - begin) * sizeof *w);
    memset (w + end - begin, 0, (taps->n - end + begin) * sizeof *w);
    taps->first[i] += begin;
    n = MAX (n, end - begin);
  }
  for (gsize i = 0; i < taps->out; i++)
    memmove (taps->weights + i * n, taps->weights + i * taps->n,
        n * sizeof (gfloat));
  taps->n = n;
}

gboolean
cpu_row_filter_init (CpuRowFilter * f, const CpuTaps * taps, gssize offset,
    guint width)
{
  gsize n_groups = (taps->out + width - 1) / width, n = n_groups * width;
  gint32 *base, *index;
  gfloat *weights;

  f->filter.span = 0;
  f->memory = g_try_malloc0 ((n_groups + n + n * taps->n) * 4);
  if (f->memory == NULL)
    return FALSE;
  base = f->memory;
  index = base + n_groups;
  weights = (gfloat *) (index + n);
  f->filter.n = taps->out;
  f->filter.n_taps = taps->n;
  f->filter.base = base;
  f->filter.index = index;
  f->filter.weights = weights;
  for (gsize g = 0; g < n_groups; g++) {
    gsize begin = g * width, end = MIN (begin + width, taps->out);
    gssize low = taps->first[begin], high = low;

    for (gsize i = begin; i < end; i++) {
      low = MIN (low, taps->first[i]);
      high = MAX (high, taps->first[i]);
    }
    base[g] = low + offset;
    f->filter.span = MAX (f->filter.span, high - low + 1);
    for (gsize i = begin; i < end; i++) {
      index[i] = taps->first[i] - low;
      for (guint k = 0; k < taps->n; k++)
        weights[begin * taps->n + k * width + i - begin] =
            taps->weights[i * taps->n + k];
    }
  }
  return TRUE;
}

void
cpu_row_filter_clear (CpuRowFilter * f)
{
  g_clear_pointer (&f->memory, g_free);
}

static gboolean
is_identity (const CpuTaps * taps)
{
  if (taps->in != taps->out || taps->n != 1)
    return FALSE;
  for (gsize i = 0; i < taps->out; i++)
    if (taps->first[i] != (gssize) i || taps->weights[i] != 1)
      return FALSE;
  return TRUE;
}

CpuResample *
cpu_resample_new (CpuDevice * device, CpuTaps * y, CpuTaps * x,
    gsize * scratch_bytes)
{
  CpuResample *r = g_new0 (CpuResample, 1);
  guint width = device->simd->width;

  r->y = *y;
  r->x = *x;
  memset (y, 0, sizeof *y);
  memset (x, 0, sizeof *x);
  r->same_width = is_identity (&r->x);
  for (gsize i = 0; i < r->x.out; i++) {
    gssize last = r->x.first[i] + r->x.n - 1;

    r->left = MAX (r->left, -r->x.first[i]);
    r->right = MAX (r->right, last - (gssize) r->x.in + 1);
  }
  if (!cpu_row_filter_init (&r->row, &r->x, r->left, width)) {
    cpu_resample_free (r);
    return NULL;
  }
  /* a group may lie anywhere in the row and reads two vectors */
  r->pitch = (r->left + r->x.in + r->right + 2 * width + 15) & ~(gsize) 15;
  *scratch_bytes = r->pitch * sizeof (gfloat)
      * sg_thread_pool_get_size (device->base.threads);
  return r;
}

void
cpu_resample_free (CpuResample * r)
{
  if (r == NULL)
    return;
  cpu_row_filter_clear (&r->row);
  cpu_taps_clear (&r->y);
  cpu_taps_clear (&r->x);
  g_free (r);
}

/* Mixes the rows of @plane that output row @i is made of. */
static void
mix (const ResampleRun * run, gfloat * dst, const gfloat * plane, gsize i)
{
  const CpuTaps *y = &run->resample->y;
  gsize width = run->resample->x.in;
  const gfloat *rows[MAX_ROWS];
  gfloat weights[MAX_ROWS];
  gboolean add = FALSE;
  guint n = 0;

  for (guint k = 0; k < y->n; k++) {
    gfloat weight = y->weights[i * y->n + k];
    gssize at = CLAMP (y->first[i] + (gssize) k, 0, (gssize) y->in - 1);

    if (weight != 0) {
      rows[n] = plane + at * width;
      weights[n++] = weight;
    }
    if (n == MAX_ROWS || (k + 1 == y->n && n > 0)) {
      run->simd->mix_rows (dst, rows, weights, n, width, add);
      add = TRUE;
      n = 0;
    }
  }
  if (!add)
    memset (dst, 0, width * sizeof *dst);
}

static void
run_task (gpointer data, guint task, guint slot)
{
  const ResampleRun *run = data;
  const CpuResample *r = run->resample;
  gfloat *row = run->scratch + slot * r->pitch, *mixed = row + r->left;
  gsize begin = task * run->rows_of_task;
  gsize end = MIN (begin + run->rows_of_task, run->n_rows);

  for (gsize i = begin; i < end; i++) {
    const gfloat *plane = run->src + i / r->y.out * r->y.in * r->x.in;
    gfloat *dst = run->dst + i * r->x.out;

    if (r->same_width) {
      mix (run, dst, plane, i % r->y.out);
      continue;
    }
    mix (run, mixed, plane, i % r->y.out);
    for (gssize k = 0; k < r->left; k++)
      row[k] = mixed[0];
    for (gssize k = 0; k < r->right; k++)
      mixed[r->x.in + k] = mixed[r->x.in - 1];
    run->simd->filter_row (dst, row, &r->row.filter);
  }
}

void
cpu_resample_run (CpuResample * r, CpuDevice * device, gsize n_planes,
    gfloat * dst, const gfloat * src, gpointer scratch)
{
  ResampleRun run = { r, device->simd->resample, dst, src, scratch };

  run.n_rows = n_planes * r->y.out;
  run.rows_of_task = cpu_grain (MAX (r->x.out, r->x.in * r->y.n / 2));
  while (run.n_rows / run.rows_of_task >= G_MAXINT32)
    run.rows_of_task *= 2;
  sg_thread_pool_run (device->base.threads,
      (run.n_rows + run.rows_of_task - 1) / run.rows_of_task, run_task, &run);
}
