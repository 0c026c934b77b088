/* gst-stylegan: planning of a convolution: taps, blocks of channels, tasks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv2d_private.h"

#include <string.h>
#include <unistd.h>

static gint
floor_div (gint a, gint b)
{
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/* Adds kernel element @k at input @offset. */
static void
phase_add (ConvPhase * phase, guint k, gint offset)
{
  guint i;

  for (i = 0; i < phase->n; i++) {
    if (phase->offset[i] == offset)
      break;
  }
  if (i == phase->n)
    phase->offset[phase->n++] = offset;
  phase->tap_of[k] = i;
}

typedef struct
{
  guint kernel, stride, dilation, shuffle, out, pair;
  gint pad;
  gboolean transposed, collapse;
} AxisParams;

static void
axis_init (ConvAxis * axis, const AxisParams * a)
{
  gboolean any = FALSE;
  guint q, k;

  if (a->transposed)
    axis->factor = a->stride;
  else
    axis->factor = a->collapse ? 2 : a->shuffle;
  axis->step = a->transposed || a->collapse ? 1 : a->stride;
  axis->grid = a->transposed || a->collapse ?
      (a->out + axis->factor - 1) / axis->factor : a->out;
  axis->phases = g_new0 (ConvPhase, axis->factor);
  if (a->pair > 1) {
    /* the kernel of the second row is one further down */
    axis->step *= a->pair;
    axis->grid = (axis->grid + a->pair - 1) / a->pair;
    axis->phases->n = a->kernel + a->pair - 1;
    axis->phases->offset = g_new0 (gint, axis->phases->n);
    axis->phases->tap_of = g_new0 (gint, a->kernel);
    for (k = 0; k < axis->phases->n; k++)
      axis->phases->offset[k] = (gint) k - a->pad;
    for (k = 0; k < a->kernel; k++)
      axis->phases->tap_of[k] = k;
    axis->first = axis->phases->offset[0];
    axis->last = axis->phases->offset[axis->phases->n - 1];
    return;
  }

  for (q = 0; q < axis->factor; q++) {
    ConvPhase *phase = &axis->phases[q];

    phase->offset = g_new0 (gint, a->kernel);
    phase->tap_of = g_new (gint, a->kernel);
    for (k = 0; k < a->kernel; k++) {
      gint at = (gint) (k * a->dilation) - a->pad;

      phase->tap_of[k] = -1;
      if (a->transposed) {
        /* output g * stride + q gets input i with i * stride + at = output */
        if (floor_div (q - at, a->stride) * (gint) a->stride != (gint) q - at)
          continue;
        at = floor_div (q - at, a->stride);
      } else if (a->collapse) {
        at = floor_div (q + at, 2);
      }
      phase_add (phase, k, at);
      axis->first = any ? MIN (axis->first, at) : at;
      axis->last = any ? MAX (axis->last, at) : at;
      any = TRUE;
    }
  }
}

static void
axis_clear (ConvAxis * axis)
{
  guint q;

  for (q = 0; axis->phases != NULL && q < axis->factor; q++) {
    g_free (axis->phases[q].offset);
    g_free (axis->phases[q].tap_of);
  }
  g_clear_pointer (&axis->phases, g_free);
}

/* Cycles per tap of a row of @n_vectors with tiles of @tile: arithmetic, loads
 * (of two a cycle; an unaligned one of a whole cache line counts twice) or the
 * latency of one accumulator, plus a share of the tile's start and end. */
static double
tile_cost (const CpuConv2d * c, const CpuConvTile * tile, guint n_vectors)
{
  guint n_tiles = (n_vectors + tile->max_vectors - 1) / tile->max_vectors;
  double crossing = c->vector == 16 ? 1.0 : c->vector / 32.0;
  double fma_per_cycle = 2.0, cost = 0.0;
  guint i;

  for (i = 0; i < n_tiles; i++) {
    guint p = n_vectors / n_tiles + (i < n_vectors % n_tiles);
    double arithmetic = tile->channels * p / fma_per_cycle;
    double loads = (tile->channels + p * (1.0 + crossing)) / 2.0;

    cost += MAX (MAX (arithmetic + 0.25 * p, loads), 4.0) + 0.3;
  }
  return cost;
}

const CpuConvTile **
cpu_conv2d_split_channels (const CpuConv2d * c, guint n, guint n_vectors)
{
  g_autofree double *best = g_try_new0 (double, (gsize) n + 1);
  const CpuConvTile **choice = g_try_new0 (const CpuConvTile *, (gsize) n + 1);
  guint i, t;

  if (best == NULL || choice == NULL) {
    g_free (choice);
    return NULL;
  }
  for (i = 1; i <= n; i++) {
    for (t = 0; t < c->simd->n_tiles; t++) {
      const CpuConvTile *tile = &c->simd->tiles[t];
      double cost = tile_cost (c, tile, n_vectors)
          + best[i > tile->channels ? i - tile->channels : 0];

      if (t == 0 || cost < best[i]) {
        best[i] = cost;
        choice[i] = tile;
      }
    }
  }
  return choice;
}

static void
add_block (CpuConv2d * c, ConvRowPlan * row, guint qy, const CpuConvTile * tile,
    ConvBlock b)
{
  /* phase b.qx stands for all of them where taps are shared */
  guint n_dx = c->w.phases[b.qx].n;

  b.func = tile->func;
  b.n_channels = tile->channels;
  b.block.n_rows = c->h.phases[qy].n;
  b.block.n_taps = n_dx * c->icg;
  b.weights = c->weights_of_group;
  b.bias = c->bias_of_group;
  row->blocks[row->n_blocks++] = b;
  c->weights_of_group += (gsize) b.block.n_rows * b.block.n_taps
      * tile->channels;
  c->weights_of_group = (c->weights_of_group + 15) & ~(gsize) 15;
  c->bias_of_group += tile->channels;
}

static gboolean
plan_row (CpuConv2d * c, guint qy)
{
  ConvRowPlan *row = &c->rows[qy];
  guint fx = c->interleave;
  guint per_channel = c->shared_taps || c->pair > 1 ? fx : 1;
  guint n_vectors = (MIN (c->strip, c->w.grid) + c->vector - 1) / c->vector;
  guint most = c->ocg * per_channel, f = 0, qx;
  g_autofree const CpuConvTile **choice =
      cpu_conv2d_split_channels (c, most, n_vectors);

  row->chunks = g_try_new0 (ConvChunk, c->ocg);
  row->blocks = g_try_new0 (ConvBlock, (gsize) c->ocg * fx);
  if (choice == NULL || row->chunks == NULL || row->blocks == NULL)
    return FALSE;

  while (f < c->ocg) {
    ConvChunk chunk = { row->n_blocks, 0, f, 0 };
    ConvBlock b = { 0 };

    if (per_channel > 1) {
      /* about 24 rows at a time, so that they stay in L1 until joined */
      guint n, i;

      chunk.n_channels = MIN (MAX (24 / fx, 1), c->ocg - f);
      n = chunk.n_channels * fx;
      for (i = 0; i < n; i += choice[n - i]->channels) {
        b.row = i;
        b.row_step = 1;
        b.block.n_out = MIN (choice[n - i]->channels, n - i);
        add_block (c, row, qy, choice[n - i], b);
      }
    } else {
      const CpuConvTile *tile = choice[c->ocg - f];

      chunk.n_channels = MIN (tile->channels, c->ocg - f);
      for (qx = 0; qx < fx; qx++) {
        b.qx = qx;
        b.row = qx;
        b.row_step = fx;
        b.block.n_out = chunk.n_channels;
        add_block (c, row, qy, tile, b);
      }
    }
    chunk.n_blocks = row->n_blocks - chunk.first_block;
    row->chunks[row->n_chunks++] = chunk;
    f += chunk.n_channels;
  }
  return TRUE;
}

/* One table per x phase: offset of (input channel, tap) in a ring row. */
static gboolean
make_taps (CpuConv2d * c)
{
  gsize n = 0, at = 0;
  guint qx, qy, i, t;
  g_autofree gsize *start = g_new0 (gsize, c->w.factor);

  for (qx = 0; qx < c->w.factor; qx++)
    n += (gsize) c->icg * c->w.phases[qx].n;
  c->taps = g_try_new0 (gint32, n + 1);
  if (c->taps == NULL)
    return FALSE;
  for (qx = 0; qx < c->w.factor; qx++) {
    start[qx] = at;
    for (i = 0; i < c->icg; i++) {
      for (t = 0; t < c->w.phases[qx].n; t++) {
        guint dx = c->w.phases[qx].offset[t] - c->w.first;

        c->taps[at++] = i * c->row_pitch + dx % c->w.step * c->phase_pitch
            + dx / c->w.step;
      }
    }
  }
  for (qy = 0; qy < c->h.factor; qy++) {
    for (i = 0; i < c->rows[qy].n_blocks; i++) {
      ConvBlock *b = &c->rows[qy].blocks[i];

      b->block.taps = c->taps + start[b->qx];
    }
  }
  return TRUE;
}

/* An odd number of cache lines: rows of the ring then spread over all sets. */
static gsize
odd_lines (gsize n_floats)
{
  return (((n_floats + 15) / 16) | 1) * 16;
}

static void
ring_layout (CpuConv2d * c)
{
  guint width = MIN (c->strip, c->w.grid);
  guint vectors = (width + c->vector - 1) / c->vector;
  guint spread = c->w.last - c->w.first;

  /* a whole vector past the end may be read, and split_row writes as much */
  c->phase_pitch = c->vector * (vectors + 1) + spread / c->w.step + 1;
  if (c->w.step == 1)
    c->row_pitch = odd_lines (c->phase_pitch);
  else
    c->row_pitch = odd_lines (c->phase_pitch * c->w.step);
  c->slot_pitch = c->row_pitch * c->icg * c->n_groups;
  c->natural_pitch = odd_lines ((c->phase_pitch + c->vector) * c->w.step
      + 2 * c->vector);
  c->rows_pitch = odd_lines ((gsize) vectors * c->vector + c->vector);
}

#define TASK_FLOPS_MAX 30e6     /* 150 us at 200 GFLOP/s */
#define TASK_FLOPS_MIN 1.5e6
#define TASKS_WANTED 48         /* enough to balance 16 threads */
#define PACK_CYCLES 10.0        /* per vector of input, cache misses included */

/* Floating-point operations of a grid position, one row of a pair. */
static double
position_flops (const CpuConv2d * c)
{
  guint h = 0, w = 0, q;

  for (q = 0; q < c->h.factor; q++)
    h += c->pair > 1 ? c->p.kh : c->h.phases[q].n;
  for (q = 0; q < c->w.factor; q++)
    w += c->w.phases[q].n;
  return MAX (2.0 * c->oc * c->icg * h * w, 1.0);
}

static void
plan_tasks (CpuConv2d * c)
{
  double flops = position_flops (c), target, row;
  guint n, halo;

  c->ring_rows = c->h.last - c->h.first + 1;
  /* groups are independent: few at a time keep the ring small */
  c->n_groups = c->group == 1 ? 1 : MAX (1, MIN (c->group, 16 / c->icg));
  c->strip = c->w.grid;
  ring_layout (c);
  for (n = 2; c->slot_pitch * c->ring_rows * sizeof (float) > c->cache_bytes
      && c->strip > 64; n++) {
    c->strip = ((c->w.grid + n - 1) / n + 15) & ~15u;
    ring_layout (c);
  }
  c->n_strips = (c->w.grid + c->strip - 1) / c->strip;
  c->n_group_parts = (c->group + c->n_groups - 1) / c->n_groups;

  row = flops * c->strip * c->pair * c->n_groups / c->group;
  target = row * c->h.grid * c->n_strips * c->n_group_parts * c->p.n
      / TASKS_WANTED;
  target = CLAMP (target, TASK_FLOPS_MIN, TASK_FLOPS_MAX);
  n = (guint) (target / row);
  /* Packing the rows shared with the neighbour bands again should not cost more
   * than 4 % of the arithmetic, at two vectors of FMA a cycle, as long as the
   * tasks are enough to balance and none takes too long. */
  halo = c->ring_rows > c->h.step ? c->ring_rows - c->h.step : 0;
  halo = (guint) (halo * c->icg * c->w.step * PACK_CYCLES * 25.0
      / (flops * c->pair / c->group / 4.0));
  halo = MIN (halo, c->h.grid * c->n_strips / 32);
  n = MAX (n, MIN (halo, (guint) (2.0 * TASK_FLOPS_MAX / row)));
  c->band = CLAMP (n, 1, c->h.grid);
  n = (c->h.grid + c->band - 1) / c->band;
  c->band = (c->h.grid + n - 1) / n;
  c->n_bands = (c->h.grid + c->band - 1) / c->band;
}

static void
plan_scratch (CpuConv2d * c)
{
  guint most = 0, qy, i;
  gsize at;

  for (qy = 0; qy < c->h.factor; qy++) {
    for (i = 0; i < c->rows[qy].n_chunks; i++)
      most = MAX (most, c->rows[qy].chunks[i].n_channels);
  }
  at = c->slot_pitch * c->ring_rows;
  c->rows_at = at;
  at += c->rows_pitch * most * c->interleave;
  c->natural_at = at;
  at += 2 * c->natural_pitch;
  c->sums_at = at;
  at += sizeof (CpuConvSums) / sizeof (float) * c->ocg * c->n_groups;
  c->pointers_at = at;
  at += c->ring_rows * sizeof (gpointer) / sizeof (float);
  c->thread_floats = odd_lines (at);
}

static void
plan_axes (CpuConv2d * c, gboolean collapse)
{
  const CpuConv2dParams *p = &c->p;
  guint shuffle = p->shuffle == CPU_SHUFFLE_NONE ? 1 : p->block;
  AxisParams h = { p->kh, p->stride_h, p->dilation_h, shuffle, p->oh,
    c->pair, p->pad_top, p->transposed, collapse
  };
  AxisParams w = { p->kw, p->stride_w, p->dilation_w, shuffle, p->ow,
    1, p->pad_left, p->transposed, collapse
  };

  axis_init (&c->h, &h);
  axis_init (&c->w, &w);
  c->shared_taps = shuffle > 1;
  c->interleave = MAX (c->pair, c->w.factor);
}

/* Nearest x2 can be folded into the weights unless the pad mirrors more than
 * one row: mirrored by one is the low-resolution edge repeated. */
static gboolean
can_collapse (const CpuConv2dParams * p)
{
  if (p->upsample != 2 || p->shuffle != CPU_SHUFFLE_NONE || p->stride_h != 1
      || p->stride_w != 1)
    return FALSE;
  return p->pad_mode != CPU_PAD_REFLECT || (p->pad_top <= 1
      && p->pad_left <= 1 && p->pad_bottom <= 1 && p->pad_right <= 1);
}

static CpuConvMap
make_map (const CpuAct * act)
{
  CpuConvMap map = { 0 };

  map.scale = 1.0f;
  map.lo = -__builtin_inff ();
  map.hi = __builtin_inff ();
  if (act->kind == CPU_ACT_RELU) {
    map.clamp = TRUE;
    map.lo = 0.0f;
  } else if (act->kind == CPU_ACT_CLIP) {
    map.clamp = TRUE;
    map.lo = act->lo;
    map.hi = act->hi;
  } else if (act->kind == CPU_ACT_LEAKY) {
    map.leaky = TRUE;
    map.alpha = act->alpha;
  }
  return map;
}

/* Elements of y in each part. */
static gboolean
plan_parts (CpuConv2d * c)
{
  guint i;

  c->n_parts = c->n_bands * c->n_strips;
  c->n_tasks = c->p.n * c->n_group_parts * c->n_parts;
  c->part_size = g_try_new (double, c->n_parts);
  if (c->part_size == NULL)
    return FALSE;
  for (i = 0; i < c->n_parts; i++) {
    guint rows = c->h.factor * c->pair;
    guint y = i / c->n_strips * c->band * rows;
    guint x = i % c->n_strips * c->strip * c->w.factor;

    c->part_size[i] = (double) MIN (c->band * rows, c->oh - y)
        * MIN (c->strip * c->w.factor, c->ow - x);
  }
  return TRUE;
}

gboolean
cpu_conv2d_plan_blocks (CpuConv2d * c)
{
  guint qy;

  c->rows = g_new0 (ConvRowPlan, c->h.factor);
  for (qy = 0; qy < c->h.factor; qy++) {
    if (!plan_row (c, qy))
      return FALSE;
  }
  c->bias_at = c->weights_of_group * c->group;
  c->packed_floats = c->bias_at + c->bias_of_group * c->group;
  return make_taps (c);
}

static gboolean
plan_direct (CpuConv2d * c)
{
  plan_tasks (c);
  if (!cpu_conv2d_plan_blocks (c) || !plan_parts (c))
    return FALSE;
  plan_scratch (c);
  c->description = g_strdup_printf ("direct %ux%u%s, %u bands x %u strips",
      c->h.factor, c->w.factor, c->pair > 1 ? " paired" : "", c->n_bands,
      c->n_strips);
  return TRUE;
}

/* The parameters but for the sizes of the picture, and what has been chosen by
 * them: pairs and tiles. The others' weights are the same for all sizes. */
static gboolean
make_layout (CpuConv2d * c)
{
  gsize n = 1 + sizeof (CpuConv2dParams) / sizeof (guint32);
  CpuConv2dParams *p;
  guint32 *layout;
  guint qy, i;

  for (qy = 0; c->rows != NULL && qy < c->h.factor; qy++)
    n += c->rows[qy].n_blocks;
  layout = g_try_new0 (guint32, n);
  if (layout == NULL)
    return FALSE;
  c->layout = g_bytes_new_take (layout, n * sizeof (guint32));

  /* all members are of four bytes: no padding to compare */
  p = (CpuConv2dParams *) layout;
  *p = c->p;
  p->n = p->ih = p->iw = p->oh = p->ow = 0;
  p->algorithm = c->winograd ? CPU_CONV_WINOGRAD
      : c->depthwise ? CPU_CONV_DEPTHWISE : CPU_CONV_DIRECT;
  memset (&p->prologue, 0, sizeof p->prologue);
  memset (&p->epilogue, 0, sizeof p->epilogue);
  layout += sizeof *p / sizeof *layout;
  *layout++ = c->pair;
  for (qy = 0; c->rows != NULL && qy < c->h.factor; qy++) {
    for (i = 0; i < c->rows[qy].n_blocks; i++)
      *layout++ = c->rows[qy].blocks[i].n_channels;
  }
  return TRUE;
}

/* Tiles of less than six channels are bound by loads; five rows and more make
 * the zero weights above and below the pair's kernels a small loss. */
static gboolean
wants_pair (const CpuConv2dParams * p, gboolean collapse)
{
  return p->kh >= 5 && p->oc / p->group <= 4 && p->oh >= 2 && !collapse
      && !p->transposed && p->shuffle == CPU_SHUFFLE_NONE && p->stride_h == 1
      && p->dilation_h == 1;
}

static gsize
cache_size (void)
{
  glong size = 0;

#ifdef _SC_LEVEL2_CACHE_SIZE
  size = sysconf (_SC_LEVEL2_CACHE_SIZE);
#endif
  return CLAMP (size, 512 * 1024, 2048 * 1024);
}

static gboolean
wants_winograd (const CpuConv2d * c)
{
  const CpuConv2dParams *p = &c->p;
  guint d = p->dilation_h, stride = p->stride_h;

  if (p->algorithm == CPU_CONV_DIRECT || p->kh != 3 || p->kw != 3
      || p->stride_w != stride || p->dilation_w != d || p->group != 1
      || p->transposed || p->shuffle != CPU_SHUFFLE_NONE
      || !(stride == 1 ? d == 1 || d == 2 || d == 4 : stride == 2 && d == 1))
    return FALSE;
  /* a collapsed upsampling: whose first output is one of even number */
  if (c->h.factor != 1 && (d != 1 || p->pad_top % 2 == 0
          || p->pad_left % 2 == 0))
    return FALSE;
  if (p->algorithm == CPU_CONV_WINOGRAD)
    return TRUE;
  if (p->oh < 8 * d || p->ow < 8 * d)
    return FALSE;
  if (c->h.factor != 1)
    return p->ic >= 8;
  /* nine times the weights, which every task goes through */
  if (stride == 2)
    return p->ic >= 12 && p->oc >= 8 && p->oc <= (1 << 14) / p->ic;
  return p->ic >= 12 && p->oc >= 4;
}

static gboolean
wants_depth (const CpuConv2d * c)
{
  /* of a tile of rows that are a dilation apart half should be in the picture */
  return (c->p.algorithm == CPU_CONV_DEPTHWISE
      || (c->p.algorithm == CPU_CONV_AUTO && c->p.oh >= 5 * c->p.dilation_h))
      && cpu_conv2d_depth_applies (c);
}

static gboolean
wants_point (const CpuConv2dParams * p)
{
  return cpu_conv2d_is_point (p) && (p->algorithm == CPU_CONV_POINTWISE
      || p->algorithm == CPU_CONV_AUTO);
}

gboolean
cpu_conv2d_plan (CpuConv2d * c)
{
  const CpuConv2dParams *p = &c->p;
  guint block = p->shuffle == CPU_SHUFFLE_NONE ? 1 : p->block;
  gboolean collapse = can_collapse (p), point = wants_point (p);
  gsize values;

  if (point) {
    /* one row of all pixels */
    c->p.iw *= c->p.ih;
    c->p.ow = c->p.iw;
    c->p.ih = c->p.oh = 1;
  }

  /* a shuffle may mix the channels of groups: a dense one then, of zeros */
  c->group = p->shuffle == CPU_SHUFFLE_NONE ? p->group : 1;
  c->icg = p->ic / c->group;
  c->oc = p->oc / (block * block);
  c->ocg = c->oc / c->group;
  c->oh = p->oh * block;
  c->ow = p->ow * block;
  c->upsample = collapse ? 1 : p->upsample;
  c->pad_mode = p->pad_mode;
  if (collapse && p->pad_mode == CPU_PAD_REFLECT)
    c->pad_mode = CPU_PAD_EDGE;
  c->prologue = make_map (&p->prologue);
  c->epilogue = make_map (&p->epilogue);
  c->pair = wants_pair (p, collapse) ? 2 : 1;
  c->cache_bytes = cache_size () / 2;
  plan_axes (c, collapse);
  if (!(wants_winograd (c) ? cpu_conv2d_wino_plan (c)
          : point ? cpu_conv2d_point_plan (c)
          : wants_depth (c) ? cpu_conv2d_depth_plan (c) : plan_direct (c))
      || !make_layout (c))
    return FALSE;

  values = ((gsize) c->p.n * c->n_parts + 1) * c->oc * 2;
  c->moments_at = c->thread_floats * sizeof (float) * c->n_threads;
  c->scratch_bytes = c->moments_at + values * sizeof (double);
  return TRUE;
}

void
cpu_conv2d_plan_clear (CpuConv2d * c)
{
  guint qy;

  for (qy = 0; c->rows != NULL && qy < c->h.factor; qy++) {
    g_free (c->rows[qy].chunks);
    g_free (c->rows[qy].blocks);
  }
  cpu_conv2d_wino_clear (c);
  cpu_conv2d_depth_clear (c);
  g_free (c->rows);
  g_free (c->taps);
  g_free (c->part_size);
  g_clear_pointer (&c->layout, g_bytes_unref);
  axis_clear (&c->h);
  axis_clear (&c->w);
  g_free (c->description);
}
