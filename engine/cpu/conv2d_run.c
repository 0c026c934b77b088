/* gst-stylegan: running a planned convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv2d_private.h"

#include <string.h>

/* What one task works on. */
typedef struct
{
  const ConvRun *run;
  guint n, group0, n_groups;    /* image; first group and groups */
  guint row0, row1;             /* grid rows */
  guint x0, width;              /* grid columns */
  guint y_x0, y_width;          /* columns of y */
  float *ring, *rows, *natural;
  CpuConvSums *sums;
  const float **row_ptrs;
} ConvTask;

gint
cpu_conv2d_pad_index (gint i, gint n, CpuPadMode mode)
{
  if (i >= 0 && i < n)
    return i;
  if (mode == CPU_PAD_ZERO)
    return -1;
  if (mode == CPU_PAD_REFLECT)
    i = i < 0 ? -i : 2 * (n - 1) - i;
  /* past the mirror image only rows that no output uses */
  return CLAMP (i, 0, n - 1);
}

CpuConvMap
cpu_conv2d_channel_map (const ConvRun * run, guint n, guint channel)
{
  CpuConvMap map = run->c->prologue;

  if (run->scale_shift != NULL) {
    guint ic = run->c->p.ic;

    map.affine = TRUE;
    map.scale = run->scale_shift[(gsize) n * 2 * ic + channel];
    map.shift = run->scale_shift[((gsize) n * 2 + 1) * ic + channel];
  }
  return map;
}

static void
pack_padding (const CpuConv2d * c, float *dst, const float *src, gint c0,
    gint n, const CpuConvMap * map)
{
  gint i;

  for (i = 0; i < n; i++) {
    gint at = cpu_conv2d_pad_index (c0 + i, c->p.iw * c->upsample, c->pad_mode);

    if (at < 0)
      dst[i] = 0.0f;
    else
      c->simd->map_row (dst + i, src + at / (gint) c->upsample, 1, map);
  }
}

void
cpu_conv2d_pack_columns (const CpuConv2d * c, float *dst, float *tmp,
    const float *src, gint r, gint c0, gint n, gboolean ahead,
    const CpuConvMap * map)
{
  gint size = c->p.iw * c->upsample;
  gint from = CLAMP (-c0, 0, n), to = CLAMP (size - c0, from, n), i;
  gint row = cpu_conv2d_pad_index (r, c->p.ih * c->upsample, c->pad_mode);

  if (row < 0) {
    memset (dst, 0, n * sizeof (float));
    return;
  }
  src += (gsize) (row / c->upsample) * c->p.iw;
  if (to > from) {
    gint first = (c0 + from) / c->upsample, last = (c0 + to - 1) / c->upsample;

    if (ahead)
      cpu_conv2d_prefetch (src + (gsize) 2 * c->p.ih * c->p.iw, first, last);
    if (c->upsample == 1) {
      c->simd->map_row (dst + from, src + first, to - from, map);
    } else {
      c->simd->map_row (tmp, src + first, last - first + 1, map);
      for (i = from; i < to; i++)
        dst[i] = tmp[(c0 + i) / 2 - first];
    }
  }
  if (from > 0)
    pack_padding (c, dst, src, c0, from, map);
  if (to < n)
    pack_padding (c, dst + to, src, c0 + to, n - to, map);
}

/* Packs rows @r0 .. @r1 of the padded, upsampled input, all channels of the
 * task. */
static void
pack_rows (const ConvTask * t, gint r0, gint r1)
{
  const CpuConv2d *c = t->run->c;
  guint ch0 = t->group0 * c->icg, n_ch = t->n_groups * c->icg, i;
  gint c0 = (gint) (t->x0 * c->w.step) + c->w.first, r;
  gint n = (t->width - 1) * c->w.step + c->w.last - c->w.first + 1;
  /* past the end the tiles read zeros */
  gsize cols = MAX (((gsize) n + c->w.step - 1) / c->w.step,
      c->phase_pitch - c->vector);

  for (i = 0; i < n_ch; i++) {
    const float *src = t->run->x + ((gsize) t->n * c->p.ic + ch0 + i)
        * c->p.ih * c->p.iw;
    CpuConvMap map = cpu_conv2d_channel_map (t->run, t->n, ch0 + i);
    gboolean ahead = i + 2 < n_ch;

    for (r = r0; r <= r1; r++) {
      guint slot = (guint) (r - c->h.first) % c->ring_rows;
      float *dst = t->ring + slot * c->slot_pitch + i * c->row_pitch;

      if (c->w.step == 1) {
        cpu_conv2d_pack_columns (c, dst, t->natural, src, r, c0, n, ahead,
            &map);
        memset (dst + n, 0, (c->row_pitch - n) * sizeof (float));
      } else {
        cpu_conv2d_pack_columns (c, t->natural, t->natural + c->natural_pitch,
            src, r, c0, n, ahead, &map);
        memset (t->natural + n, 0, (c->natural_pitch - n) * sizeof (float));
        c->simd->split_row (dst, c->phase_pitch, t->natural, cols, c->w.step);
      }
    }
  }
}

void
cpu_conv2d_finish_rows (const ConvRun * run, CpuConvSums * sums, guint n,
    guint channel, guint n_channels, guint row, guint x, guint width)
{
  const CpuConv2d *c = run->c;
  gsize plane = (gsize) c->oh * c->ow;
  gsize at = ((gsize) n * c->oc + channel) * plane + (gsize) row * c->ow + x;
  const float *residual = run->residual != NULL ? run->residual + at : NULL;
  float *y = run->y + at;
  guint i;

  if (run->moments == NULL)
    sums = NULL;
  if (c->p.epilogue.kind == CPU_ACT_TANH
      || c->p.epilogue.kind == CPU_ACT_SIGMOID) {
    if (residual != NULL)
      c->simd->finish_rows (NULL, y, plane, residual, n_channels, width,
          &c->epilogue);
    residual = NULL;
    for (i = 0; i < n_channels; i++)
      (c->p.epilogue.kind == CPU_ACT_TANH ? c->simd->tanh_row :
          c->simd->sigmoid_row) (y + i * plane, y + i * plane, width);
  }
  if (residual != NULL || sums != NULL || c->epilogue.clamp
      || c->epilogue.leaky)
    c->simd->finish_rows (sums, y, plane, residual, n_channels, width,
        &c->epilogue);
}

void
cpu_conv2d_finish_row (const ConvRun * run, CpuConvSums * sums, guint n,
    guint channel, guint row, guint x, guint width)
{
  cpu_conv2d_finish_rows (run, sums, n, channel, 1, row, x, width);
}

/* The rows of a chunk's @i-th channel go from scratch to y, and get the epilogue. */
static void
finish_channel (const ConvTask * t, guint channel, guint i, guint y_row)
{
  const ConvRun *run = t->run;
  const CpuConv2d *c = run->c;
  CpuConvSums *sums = &t->sums[channel - t->group0 * c->ocg];
  gsize plane = (gsize) t->n * c->oc + channel;
  const float *rows = t->rows + i * c->interleave * c->rows_pitch;
  guint q;

  for (q = 0; q < c->pair && y_row + q < c->oh; q++) {
    float *y = run->y + (plane * c->oh + y_row + q) * c->ow + t->y_x0;

    if (c->pair > 1)
      memcpy (y, rows + q * c->rows_pitch, t->y_width * sizeof (float));
    else
      c->simd->join_row (y, rows, c->rows_pitch, t->y_width, c->interleave);
    cpu_conv2d_finish_row (run, sums, t->n, channel, y_row + q, t->y_x0,
        t->y_width);
  }
}

static void
run_chunk (const ConvTask * t, const ConvRowPlan * row, const ConvChunk * chunk,
    guint g, guint y_row)
{
  const CpuConv2d *c = t->run->c;
  const float *packed = t->run->packed;
  const float *weights = packed + (t->group0 + g) * c->weights_of_group;
  const float *bias = packed + c->bias_at + (t->group0 + g) * c->bias_of_group;
  guint channel = (t->group0 + g) * c->ocg + chunk->first_channel, i;
  gsize y_plane = (gsize) c->oh * c->ow;
  float *y = t->run->y + ((gsize) t->n * c->oc + channel) * y_plane
      + (gsize) y_row * c->ow + t->y_x0;

  for (i = 0; i < chunk->n_blocks; i++) {
    const ConvBlock *b = &row->blocks[chunk->first_block + i];
    CpuConvBlock block = b->block;

    block.weights = weights + b->weights;
    block.bias = bias + b->bias;
    if (c->interleave > 1)
      b->func (&block, t->row_ptrs, t->rows + b->row * c->rows_pitch,
          b->row_step * c->rows_pitch, t->width);
    else
      b->func (&block, t->row_ptrs, y, y_plane, t->width);
  }
  if (c->interleave == 1)
    cpu_conv2d_finish_rows (t->run, &t->sums[channel - t->group0 * c->ocg],
        t->n, channel, chunk->n_channels, y_row, t->y_x0, t->y_width);
  for (i = 0; i < chunk->n_channels && c->interleave > 1; i++)
    finish_channel (t, channel + i, i, y_row);
}

static void
run_grid_row (const ConvTask * t, guint gy)
{
  const CpuConv2d *c = t->run->c;
  guint qy, g, i;

  for (qy = 0; qy < c->h.factor; qy++) {
    const ConvPhase *phase = &c->h.phases[qy];
    const ConvRowPlan *row = &c->rows[qy];
    guint y_row = gy * c->h.factor * c->pair + qy;

    if (y_row >= c->oh)
      break;
    for (g = 0; g < t->n_groups; g++) {
      for (i = 0; i < phase->n; i++) {
        guint r = gy * c->h.step + phase->offset[i] - c->h.first;

        t->row_ptrs[i] = t->ring + r % c->ring_rows * c->slot_pitch
            + g * c->icg * c->row_pitch;
      }
      for (i = 0; i < row->n_chunks; i++)
        run_chunk (t, row, &row->chunks[i], g, y_row);
    }
  }
}

void
cpu_conv2d_store_moments (const ConvRun * run, const CpuConvSums * sums,
    guint n_channels, guint part, guint channel)
{
  const CpuConv2d *c = run->c;
  double (*m)[2] = (double (*)[2]) (run->scratch + c->moments_at);

  c->simd->sums_moments (m + (gsize) part * c->oc + channel, sums, n_channels);
}

static void
run_task (gpointer user_data, guint task, guint slot)
{
  const ConvRun *run = user_data;
  const CpuConv2d *c = run->c;
  float *mem = (float *) run->scratch + slot * c->thread_floats;
  guint strip, band, part, gy;
  gint next = G_MININT;
  ConvTask t = { 0 };

  strip = task % c->n_strips;
  band = task / c->n_strips % c->n_bands;
  part = task / c->n_strips / c->n_bands;
  t.run = run;
  t.n = part / c->n_group_parts;
  t.group0 = part % c->n_group_parts * c->n_groups;
  t.n_groups = MIN (c->n_groups, c->group - t.group0);
  t.row0 = band * c->band;
  t.row1 = MIN (t.row0 + c->band, c->h.grid);
  t.x0 = strip * c->strip;
  t.width = MIN (c->strip, c->w.grid - t.x0);
  t.y_x0 = t.x0 * c->w.factor;
  t.y_width = MIN (t.width * c->w.factor, c->ow - t.y_x0);
  t.ring = mem;
  t.rows = mem + c->rows_at;
  t.natural = mem + c->natural_at;
  t.sums = (CpuConvSums *) (mem + c->sums_at);
  t.row_ptrs = (const float **) (mem + c->pointers_at);

  if (run->moments != NULL)
    memset (t.sums, 0, t.n_groups * c->ocg * sizeof (CpuConvSums));
  for (gy = t.row0; gy < t.row1; gy++) {
    gint first = (gint) (gy * c->h.step) + c->h.first;
    gint last = (gint) (gy * c->h.step) + c->h.last;

    pack_rows (&t, MAX (first, next), last);
    next = last + 1;
    run_grid_row (&t, gy);
  }
  if (run->moments != NULL)
    cpu_conv2d_store_moments (run, t.sums, t.n_groups * c->ocg,
        t.n * c->n_parts + band * c->n_strips + strip, t.group0 * c->ocg);
}

/* Two passes over the parts, in their order: exact enough, and the same for
 * any number of threads. */
static void
merge_moments (const ConvRun * run, guint n)
{
  const CpuConv2d *c = run->c;
  gsize n_values = (gsize) c->oc * 2, i, part;
  double *all = (double *) (run->scratch + c->moments_at);
  double *sum = all + (gsize) c->p.n * c->n_parts * n_values;
  const double *m = all + (gsize) n * c->n_parts * n_values;
  double total = (double) c->oh * c->ow;

  memset (sum, 0, n_values * sizeof (double));
  for (part = 0; part < c->n_parts; part++) {
    double share = c->part_size[part] / total;

    for (i = 0; i < n_values; i += 2)
      sum[i] += share * m[part * n_values + i];
  }
  for (part = 0; part < c->n_parts; part++) {
    for (i = 0; i < n_values; i += 2) {
      double d = m[part * n_values + i] - sum[i];

      sum[i + 1] += m[part * n_values + i + 1] + c->part_size[part] * d * d;
    }
  }
  for (i = 0; i < n_values; i += 2) {
    run->moments[n * n_values + i] = sum[i];
    run->moments[n * n_values + i + 1] = MAX (sum[i + 1], 0.0) / total;
  }
}

void
cpu_conv2d_run (const CpuConv2d * c, SgThreadPool * pool, const float *packed,
    const float *x, const float *scale_shift, const float *residual, float *y,
    float *moments, void *scratch)
{
  ConvRun run = { c, packed, x, scale_shift, residual, y, moments, scratch };
  guint n;

  g_return_if_fail (c != NULL && pool != NULL);
  g_return_if_fail (sg_thread_pool_get_size (pool) <= c->n_threads);

  sg_thread_pool_run (pool, c->n_tasks,
      c->winograd != NULL ? cpu_conv2d_wino_task :
      c->depthwise != NULL ? cpu_conv2d_depth_task :
      c->panel > 0 ? cpu_conv2d_point_task : run_task, &run);
  for (n = 0; moments != NULL && n < c->p.n; n++)
    merge_moments (&run, n);
}
