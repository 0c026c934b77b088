/* gst-stylegan: depthwise convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A task is a band of rows of one channel, or of some. Padded rows, after the
 * prologue, are packed into a buffer that stays in L1; a block of output rows
 * is computed from them at a time. With a row dilation of d a tile's rows are d
 * apart, so that they share inputs: a block is then d tiles that lie between
 * each other. */
#include "cpu/conv2d_private.h"

#include <string.h>

#define BUFFER_BYTES (16 * 1024)        /* some of L1: x and y pass through it, too */
#define BUFFER_BYTES_MAX (8 << 20)
#define STRIP 512               /* columns, after which sums are counted */
#define TASKS_WANTED 48         /* enough to balance 16 threads */
#define TASK_FLOPS_MIN 1e6

typedef struct
{
  const CpuConvDepthTile *tile;
  guint n_chunks;               /* of the kernel, tile->kh rows each */
  guint phases;                 /* tiles of a block = distance of their rows */
  guint block;                  /* output rows */
  guint in_rows;                /* input rows that a block reads */
  guint buffer_rows;
  gint32 *taps;                 /* [kw] */
  guint left, columns;          /* of a packed row: before x, and with it */
} Depth;

gboolean
cpu_conv2d_depth_applies (const CpuConv2d * c)
{
  const CpuConv2dParams *p = &c->p;
  gint extent_h = (p->kh - 1) * p->dilation_h + 1;
  gint extent_w = (p->kw - 1) * p->dilation_w + 1;
  gsize row_bytes = ((gsize) p->iw + 2 * extent_w) * sizeof (float);

  /* beyond these a row or a block of them might be too much memory */
  if (p->pad_left >= extent_w || p->pad_right >= extent_w
      || (extent_h + 20 * p->dilation_h) * row_bytes > BUFFER_BYTES_MAX)
    return FALSE;
  return p->group == p->ic && p->ic == p->oc && p->stride_h <= 2
      && p->stride_w <= 2 && p->upsample == 1 && !p->transposed
      && p->shuffle == CPU_SHUFFLE_NONE;
}

/* Where rows are in the buffer, and columns in a row. */
static gboolean
plan_buffer (CpuConv2d * c, Depth * d)
{
  const CpuConv2dParams *p = &c->p;
  guint vectors = (p->ow + c->vector - 1) / c->vector, first, i;

  d->left = (MAX (p->pad_left, 0) + 15) & ~15u;
  first = d->left - p->pad_left;
  d->columns = first + (p->kw - 1) * p->dilation_w
      + p->stride_w * vectors * c->vector;
  d->columns = MAX (d->columns, d->left + p->iw + MAX (p->pad_right, 0));
  d->columns = (d->columns + 2 * c->vector - 1) & ~(2 * c->vector - 1);

  d->taps = g_try_new (gint32, p->kw);
  if (d->taps == NULL)
    return FALSE;
  c->phase_pitch = d->columns / p->stride_w;
  for (i = 0; i < p->kw; i++) {
    guint at = first + i * p->dilation_w;

    d->taps[i] = at % p->stride_w * c->phase_pitch + at / p->stride_w;
  }
  /* an odd number of cache lines: rows spread over all sets */
  c->row_pitch = ((d->columns + 15) / 16 | 1) * 16;

  d->in_rows = (d->block - 1) * p->stride_h + (p->kh - 1) * p->dilation_h + 1;
  d->buffer_rows = MAX (d->in_rows,
      BUFFER_BYTES / sizeof (float) / c->row_pitch);
  c->natural_at = c->row_pitch * d->buffer_rows;
  c->sums_at = c->natural_at + c->row_pitch;
  c->thread_floats = c->sums_at + sizeof (CpuConvSums) / sizeof (float) + 16;
  return TRUE;
}

static gboolean
plan_tasks (CpuConv2d * c, const Depth * d)
{
  const CpuConv2dParams *p = &c->p;
  guint channels = p->n * p->oc, n, i;
  double flops;

  /* rows that two bands read are packed twice: a third of them at most */
  n = MAX ((guint64) p->oh * channels / TASKS_WANTED,
      3 * (p->kh - 1) * p->dilation_h);
  n = MAX (n, 1);
  c->band = MIN ((n + d->block - 1) / d->block * d->block, p->oh);
  c->n_bands = c->n_parts = (p->oh + c->band - 1) / c->band;
  flops = 2.0 * p->kh * p->kw * p->ow * c->band;
  n = MIN ((guint) (TASK_FLOPS_MIN / flops), p->oc);
  c->n_groups = MAX (n, 1);
  c->n_group_parts = (p->oc + c->n_groups - 1) / c->n_groups;
  c->n_tasks = p->n * c->n_group_parts * c->n_bands;

  c->part_size = g_try_new (double, c->n_parts);
  if (c->part_size == NULL)
    return FALSE;
  for (i = 0; i < c->n_parts; i++)
    c->part_size[i] = (double) MIN (c->band, p->oh - i * c->band) * p->ow;
  return TRUE;
}

gboolean
cpu_conv2d_depth_plan (CpuConv2d * c)
{
  const CpuConv2dParams *p = &c->p;
  const CpuConvDepthTile *tile = c->simd->depth_tiles;
  Depth *d = g_new0 (Depth, 1);

  c->depthwise = d;
  while (tile->kh > 1 && (p->kh % tile->kh != 0 || p->stride_h > 1))
    tile++;
  d->tile = tile;
  d->n_chunks = p->kh / tile->kh;
  d->phases = tile->kh > 1 ? p->dilation_h : 1;
  d->block = tile->n_rows * d->phases;
  if (!plan_buffer (c, d) || !plan_tasks (c, d))
    return FALSE;
  c->bias_at = (gsize) p->oc * p->kh * p->kw;
  c->packed_floats = c->bias_at + p->oc;
  c->description = g_strdup_printf ("depthwise, %u bands of %u rows",
      c->n_bands, c->band);
  return TRUE;
}

void
cpu_conv2d_depth_clear (CpuConv2d * c)
{
  Depth *d = c->depthwise;

  if (d != NULL)
    g_free (d->taps);
  g_free (d);
}

/* A task: a channel. */
void
cpu_conv2d_depth_pack (const ConvPack * pack, guint task)
{
  const CpuConv2d *c = pack->c;
  guint kh = c->p.kh, kw = c->p.kw, rows, y, x;
  gint step;
  const float *src = cpu_conv2d_kernel (pack, task, 0, &step);
  float *dst = pack->packed + (gsize) task * kh * kw;

  rows = ((const Depth *) c->depthwise)->tile->kh;
  for (y = 0; y < kh; y++) {
    for (x = 0; x < kw; x++)
      dst[(y / rows * kw + x) * rows + y % rows] =
          src[(gint) (y * kw + x) * step];
  }
  if (pack->bias != NULL)
    pack->packed[c->bias_at + task] = pack->bias[task];
}

/* What one channel of a task works on. */
typedef struct
{
  const ConvRun *run;
  const Depth *d;
  CpuConvDepth tile;
  CpuConvMap map;
  const float *x;               /* a plane */
  guint n, channel, row1;       /* end of the band */
  float *buffer, *natural;
  CpuConvSums *sums;
} DepthChannel;

/* Columns beside the @n of the picture at @row. */
static void
pad_sides (float *row, gint n, gint left, gint right, CpuPadMode mode)
{
  float *end = row + n - 1;
  gint i;

  if (mode == CPU_PAD_REFLECT) {
    for (i = 1; i <= left; i++)
      row[-i] = row[i];
    for (i = 1; i <= right; i++)
      end[i] = end[-i];
  } else {
    float first = mode == CPU_PAD_EDGE ? *row : 0.0f;
    float last = mode == CPU_PAD_EDGE ? *end : 0.0f;

    for (i = 1; i <= left; i++)
      row[-i] = first;
    for (i = 1; i <= right; i++)
      end[i] = last;
  }
}

/* Row @r of the padded picture. */
static void
pack_row (const DepthChannel * ch, float *dst, gint r)
{
  const CpuConv2d *c = ch->run->c;
  gint iw = c->p.iw, from = cpu_conv2d_pad_index (r, c->p.ih, c->p.pad_mode);
  const float *src = ch->x + (gsize) from * iw;
  float *row = (c->p.stride_w == 1 ? dst : ch->natural) + ch->d->left;

  if (from < 0) {
    memset (dst, 0, c->row_pitch * sizeof (float));
    return;
  }
  c->simd->map_row (row, src, iw, &ch->map);
  pad_sides (row, iw, c->p.pad_left, c->p.pad_right, c->p.pad_mode);
  if (c->p.stride_w > 1)
    c->simd->split_row (dst, c->phase_pitch, ch->natural, c->phase_pitch,
        c->p.stride_w);
}

/* Output rows @y0 and up, as many as a block has; @src: the first input row. */
static void
run_block (const DepthChannel * ch, const float *src, guint y0)
{
  const ConvRun *run = ch->run;
  const CpuConv2d *c = run->c;
  const Depth *d = ch->d;
  CpuConvSums *sums = run->moments != NULL ? ch->sums : NULL;
  /* the first block's sums have no shift yet */
  gboolean fused = c->p.epilogue.kind < CPU_ACT_TANH
      && (sums == NULL || sums->n > 0);
  guint n = MIN (d->block, ch->row1 - y0), q, x, i;
  gsize at = (((gsize) ch->n * c->oc + ch->channel) * c->oh + y0) * c->ow;
  CpuConvDepth tile = ch->tile;

  tile.map = fused ? &c->epilogue : NULL;
  for (q = 0; q < MIN (d->phases, n); q++, at += c->ow) {
    guint n_rows = (n - q + d->phases - 1) / d->phases;

    for (x = 0; x < c->ow; x += STRIP) {
      guint width = MIN (STRIP, c->ow - x);

      d->tile->func (&tile, src + q * c->row_pitch + x, run->y + at + x,
          fused && run->residual != NULL ? run->residual + at + x : NULL,
          fused ? sums : NULL, n_rows, width);
      if (fused && sums != NULL)
        c->simd->sums_count (sums, n_rows * width,
            n_rows * (width / c->vector + 1));
    }
  }
  for (i = 0; i < n && !fused; i++)
    cpu_conv2d_finish_row (run, ch->sums, ch->n, ch->channel, y0 + i, 0, c->ow);
}

/* Rows of the padded picture are counted from its first one. */
static void
run_band (const DepthChannel * ch, guint row0)
{
  const CpuConv2d *c = ch->run->c;
  const Depth *d = ch->d;
  guint s = c->p.stride_h, extent = (c->p.kh - 1) * c->p.dilation_h + 1;
  guint end = (ch->row1 - 1) * s + extent;
  guint base = row0 * s, next = base, y;        /* in the buffer: base .. next */

  for (y = row0; y < ch->row1; y += d->block) {
    guint first = y * s, last = MIN (first + d->in_rows, end);

    if (first + d->in_rows > base + d->buffer_rows) {
      if (next > first)
        memmove (ch->buffer, ch->buffer + (first - base) * c->row_pitch,
            (next - first) * c->row_pitch * sizeof (float));
      base = first;
    }
    for (next = MAX (next, first); next < last; next++)
      pack_row (ch, ch->buffer + (next - base) * c->row_pitch,
          (gint) next - c->p.pad_top);
    run_block (ch, ch->buffer + (first - base) * c->row_pitch, y);
  }
}

void
cpu_conv2d_depth_task (gpointer user_data, guint task, guint slot)
{
  const ConvRun *run = user_data;
  const CpuConv2d *c = run->c;
  const Depth *d = c->depthwise;
  float *mem = (float *) run->scratch + slot * c->thread_floats;
  guint band = task % c->n_bands, part = task / c->n_bands;
  guint first = part % c->n_group_parts * c->n_groups;
  guint last = MIN (first + c->n_groups, c->oc);
  DepthChannel ch = { .run = run, .d = d };

  ch.n = part / c->n_group_parts;
  ch.row1 = MIN ((band + 1) * c->band, c->oh);
  ch.buffer = mem;
  ch.natural = mem + c->natural_at;
  ch.sums = (CpuConvSums *) (mem + c->sums_at);
  /* past the packed columns whole vectors are read */
  memset (mem, 0, c->sums_at * sizeof (float));
  ch.tile.taps = d->taps;
  ch.tile.n_chunks = d->n_chunks;
  ch.tile.kw = c->p.kw;
  ch.tile.y_pitch = (gsize) c->ow * d->phases;
  ch.tile.tap_pitch = c->row_pitch * c->p.dilation_h;
  ch.tile.row_pitch = c->row_pitch * c->p.stride_h * d->phases;

  for (ch.channel = first; ch.channel < last; ch.channel++) {
    ch.tile.weights = run->packed + (gsize) ch.channel * c->p.kh * c->p.kw;
    ch.tile.bias = run->packed[c->bias_at + ch.channel];
    ch.map = cpu_conv2d_channel_map (run, ch.n, ch.channel);
    ch.x = run->x + ((gsize) ch.n * c->p.ic + ch.channel) * c->p.ih * c->p.iw;
    if (run->moments != NULL)
      memset (ch.sums, 0, sizeof *ch.sums);
    run_band (&ch, band * c->band);
    if (run->moments != NULL)
      cpu_conv2d_store_moments (run, ch.sums, 1, ch.n * c->n_parts + band,
          ch.channel);
  }
}
