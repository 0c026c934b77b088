/* gst-stylegan: 1x1 convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A matrix product of weights and pixels, whatever the shape of the picture: the
 * plan sees one row of all pixels. A task is a strip of that row. Its input is
 * packed once into panels [panel][ic][pixels of a register tile], so that a tile
 * reads one piece of memory from beginning to end, which the hardware fetches from
 * L2 in time; what it reads of x and writes to y are runs long enough for that too. */
#include "cpu/conv2d_private.h"

#include <string.h>

gboolean
cpu_conv2d_is_point (const CpuConv2dParams * p)
{
  return p->kh == 1 && p->kw == 1 && p->stride_h == 1 && p->stride_w == 1
      && p->group == 1 && p->upsample == 1 && p->shuffle == CPU_SHUFFLE_NONE
      && (p->pad_top | p->pad_left | p->pad_bottom | p->pad_right) == 0
      && p->oh == p->ih && p->ow == p->iw
      && (guint64) p->ih * p->iw <= G_MAXINT / 2;
}

#define TASKS_WANTED 48         /* enough to balance 16 threads */
#define TASK_FLOPS_MIN 1.5e6    /* 8 us at 200 GFLOP/s */
#define FLOPS_PER_ELEMENT 32.0  /* of x and y: what moving them costs */
#define STRIP_MAX 320           /* pixels: rows of y stay in L1 until finished */

/* Strips, and how many of them are a task. */
static void
plan_strips (CpuConv2d * c)
{
  gsize fits = c->cache_bytes / 2 / (sizeof (float) * c->p.ic);
  double flops = 2.0 * c->p.ic * c->p.oc
      + FLOPS_PER_ELEMENT * (c->p.ic + c->p.oc);
  double wanted = (double) c->p.n * c->w.grid / TASKS_WANTED;
  gsize n = MAX (MIN (MAX (wanted, TASK_FLOPS_MIN / flops), 1e6), 1.0);

  c->band = (n + STRIP_MAX - 1) / STRIP_MAX;
  n = MIN (n / c->band, fits);
  c->strip = MAX (n / c->panel, 1) * c->panel;
  c->n_strips = (c->w.grid + c->strip - 1) / c->strip;
  c->n_parts = (c->n_strips + c->band - 1) / c->band;
  c->n_tasks = c->p.n * c->n_parts;
}

gboolean
cpu_conv2d_point_plan (CpuConv2d * c)
{
  guint i;
  gsize at, size;

  /* a multiple of all register tiles; few channels have the widest of them */
  c->panel = c->p.oc > 8 ? 32 : 96;
  c->strip = c->row_pitch = c->panel;
  if (!cpu_conv2d_plan_blocks (c))
    return FALSE;

  plan_strips (c);
  c->part_size = g_try_new (double, c->n_parts);
  if (c->part_size == NULL)
    return FALSE;
  size = (gsize) c->strip * c->band;
  for (i = 0; i < c->n_parts; i++)
    c->part_size[i] = MIN (size, c->w.grid - i * size);

  /* a line more, so that not all panels begin in the same set of the cache */
  c->slot_pitch = (gsize) c->panel * c->p.ic + 16;
  c->sums_at = at = c->slot_pitch * (c->strip / c->panel);
  at += sizeof (CpuConvSums) / sizeof (float) * c->oc;
  c->thread_floats = at + 16;
  c->description = g_strdup_printf ("pointwise, %u tasks of %u strips",
      c->n_tasks, c->band);
  return TRUE;
}

/* Packs the strip of @width pixels from @x0 on of image @n. */
static void
pack_strip (const ConvRun * run, float *dst, guint n, guint x0, guint width)
{
  const CpuConv2d *c = run->c;
  CpuConvPanels panels = { c->p.ic, c->panel, c->w.grid, c->slot_pitch,
    &c->prologue
  };

  if (run->scale_shift != NULL) {
    panels.scale = run->scale_shift + (gsize) n *2 * c->p.ic;
    panels.shift = panels.scale + c->p.ic;
  }
  c->simd->map_panels (&panels, dst, run->x + (gsize) n * c->p.ic * c->w.grid
      + x0, width);
}

static void
run_strip (const ConvRun * run, float *mem, CpuConvSums * sums, guint n,
    guint x0, guint width)
{
  const CpuConv2d *c = run->c;
  guint i, x;

  pack_strip (run, mem, n, x0, width);
  for (i = 0; i < c->rows->n_chunks; i++) {
    const ConvChunk *chunk = &c->rows->chunks[i];
    const ConvBlock *b = &c->rows->blocks[chunk->first_block];
    guint channel = chunk->first_channel;
    float *y = run->y + ((gsize) n * c->oc + channel) * c->w.grid + x0;
    CpuConvBlock block = b->block;

    block.weights = run->packed + b->weights;
    block.bias = run->packed + c->bias_at + b->bias;
    for (x = 0; x < width; x += c->panel) {
      const float *rows[1] = { mem + x / c->panel * c->slot_pitch };

      b->func (&block, rows, y + x, c->w.grid, MIN (c->panel, width - x));
    }
    cpu_conv2d_finish_rows (run, &sums[channel], n, channel, chunk->n_channels,
        0, x0, width);
  }
}

void
cpu_conv2d_point_task (gpointer user_data, guint task, guint slot)
{
  const ConvRun *run = user_data;
  const CpuConv2d *c = run->c;
  float *mem = (float *) run->scratch + slot * c->thread_floats;
  CpuConvSums *sums = (CpuConvSums *) (mem + c->sums_at);
  guint n = task / c->n_parts, strip = task % c->n_parts * c->band;
  guint end = MIN (strip + c->band, c->n_strips);

  if (run->moments != NULL)
    memset (sums, 0, c->oc * sizeof (CpuConvSums));
  for (; strip < end; strip++) {
    guint x0 = strip * c->strip;

    run_strip (run, mem, sums, n, x0, MIN (c->strip, c->w.grid - x0));
  }
  if (run->moments != NULL)
    cpu_conv2d_store_moments (run, sums, c->oc, task, 0);
}
