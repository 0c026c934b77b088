/* gst-stylegan: the inside of a planned convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every form is brought to this one: a grid of gh x gw positions; position
 * (gy, gx) yields fy x fx outputs ("phases"), output (gy * fy + qy,
 * gx * fx + qx) being a sum over the taps of phase (qy, qx), at input row
 * gy * step_h + dy and column gx * step_w + dx.
 *   plain              fy = fx = 1, step = stride, one tap per kernel element
 *   pixel shuffle      fy = fx = block, phases differ in their weights only
 *   upsample x2        fy = fx = 2, step 1: kernel elements that fall on the
 *                      same low-resolution input are summed into one tap
 *   transposed         fy, fx = strides, step 1: a phase has only the kernel
 *                      elements that meet a real input
 * Kernels of many rows for very few output channels compute two rows of y as
 * if they were channels ("pair").
 * A task computes a band of grid rows in a strip of columns for some groups.
 * It packs each input row once (prologue, padding, split by column modulo
 * step_w) into a ring of rows that stays in L2; the tiles read from it. */
#pragma once

#include "cpu/conv2d.h"
#include "cpu/simd/conv.h"

G_BEGIN_DECLS

/* The taps of one phase along one axis. */
typedef struct
{
  guint n;
  gint *offset;                 /* [n] input offset */
  gint *tap_of;                 /* [kernel size] tap, or -1 */
} ConvPhase;

typedef struct
{
  guint factor, step, grid;     /* phases, input step, positions */
  ConvPhase *phases;            /* [factor] */
  gint first, last;             /* smallest and largest offset */
} ConvAxis;

typedef struct
{
  CpuConvBlock block;           /* without weights and bias */
  gsize weights, bias;          /* floats, within those of a group */
  CpuConvTileFunc func;
  guint n_channels;             /* of the tile */
  guint qx;
  guint row, row_step;          /* of the first output in the chunk's rows, and
                                 * from one output to the next */
} ConvBlock;

/* Some output channels of a group: the unit of the epilogue. */
typedef struct
{
  guint first_block, n_blocks;
  guint first_channel, n_channels;      /* of y, within the group */
} ConvChunk;

/* What one row phase computes. */
typedef struct
{
  ConvChunk *chunks;
  ConvBlock *blocks;
  guint n_chunks, n_blocks;
} ConvRowPlan;

struct _CpuConv2d
{
  CpuConv2dParams p;
  const CpuSimdConv *simd;
  guint vector;                 /* floats */
  guint n_threads;
  gchar *description;

  guint group, icg, ocg;        /* groups; input and y channels of one */
  guint oc, oh, ow;             /* of y */
  guint upsample;               /* what the pack stage has to do of it */
  CpuPadMode pad_mode;          /* of the pack stage */
  ConvAxis h, w;
  gboolean shared_taps;         /* all phases of a row have the same taps */
  guint pair;                   /* 2: a grid row is two rows of y, computed in
                                 * one tile, so that each input loaded serves
                                 * twice as many channels; else 1 */
  guint interleave;             /* rows a chunk computes per channel of y */
  gsize cache_bytes;            /* that a task may fill: half of L2 */
  ConvRowPlan *rows;            /* [h.factor] */
  gint32 *taps;                 /* all blocks' tables */

  /* packed weights, in floats: all groups' blocks, then their biases */
  GBytes *layout;
  gsize weights_of_group, bias_of_group;
  gsize bias_at, packed_floats;

  /* tasks */
  guint band, n_bands;          /* grid rows */
  guint strip, n_strips;        /* grid columns */
  guint n_groups, n_group_parts;        /* groups of a task */
  CpuConvMap prologue, epilogue;

  /* one thread's scratch, in floats: ring, rows, sums, pointers to rows */
  guint ring_rows;
  gsize phase_pitch, row_pitch, slot_pitch;     /* of the ring */
  gsize rows_pitch;             /* of the rows before they are joined */
  gsize natural_pitch;          /* of a row before it is split */
  gsize rows_at, natural_at, sums_at, pointers_at, thread_floats;
  gsize moments_at;             /* bytes; doubles [n][part][oc][2], then
                                 * [oc][2] of the merge */
  gsize scratch_bytes;

  /* a part: what shares one moments accumulator, in every channel */
  guint n_parts;                /* of one image */
  double *part_size;            /* elements of one channel */
  guint n_tasks;

  gpointer winograd;            /* NULL: direct */
  gpointer depthwise;           /* likewise */
  /* pointwise: pixels of a panel, which are slot_pitch apart; a task is @band strips;
   * else 0 */
  guint panel;
};

/* One call of cpu_conv2d_run (). */
typedef struct
{
  const CpuConv2d *c;
  const float *packed;
  const float *x, *scale_shift, *residual;
  float *y;
  float *moments;
  guint8 *scratch;
} ConvRun;

/* One call of cpu_conv2d_pack_to (). */
typedef struct
{
  const CpuConv2d *c;
  const float *weights, *bias;
  float *packed;                /* zeros at first */
} ConvPack;

/* Of output channel @out (of all) and input channel @in (of its group), where the
 * kernel is, and how far its elements are from each other. */
static inline const float *
cpu_conv2d_kernel (const ConvPack * pack, guint out, guint in, gint * step)
{
  const CpuConv2dParams *p = &pack->c->p;
  guint icg = p->ic / p->group, ocg = p->oc / p->group;
  gsize kernel = (gsize) p->kh * p->kw;

  *step = p->flipped ? -1 : 1;
  if (!p->transposed && !p->flipped)
    return pack->weights + ((gsize) out * icg + in) * kernel;
  return pack->weights + ((gsize) (out / ocg * icg + in) * ocg + out % ocg)
      * kernel + (p->flipped ? kernel - 1 : 0);
}

/* conv2d_run.c */

/* Where padding puts row or column @i of @n; -1: a zero. */
gint cpu_conv2d_pad_index (gint i, gint n, CpuPadMode mode);

/* The prologue of input channel @channel of image @n. */
CpuConvMap cpu_conv2d_channel_map (const ConvRun * run, guint n, guint channel);

/* dst[i] = prologue of column c0 + i, row @r of the padded, upsampled plane
 * @src, i < n. @tmp: room for a row. @ahead: fetch the same row two planes on
 * into the cache. */
void cpu_conv2d_pack_columns (const CpuConv2d * c, float *dst, float *tmp,
    const float *src, gint r, gint c0, gint n, gboolean ahead,
    const CpuConvMap * map);

/* Each row of a channel is a short piece of memory far from the last one, too
 * short for the hardware to follow. */
static inline void
cpu_conv2d_prefetch (const float *src, gint first, gint last)
{
  gint i;

  for (i = first; i <= last; i += 16)
    __builtin_prefetch (src + i, 0, 2);
}

/* Residual, activation and moments of y[n][channel ..][row][x .. x + width - 1];
 * @sums: of the channels. */
void cpu_conv2d_finish_rows (const ConvRun * run, CpuConvSums * sums, guint n,
    guint channel, guint n_channels, guint row, guint x, guint width);
/* Of one channel. */
void cpu_conv2d_finish_row (const ConvRun * run, CpuConvSums * sums, guint n,
    guint channel, guint row, guint x, guint width);

/* @part: counted over all images; @sums: of @n_channels from @channel on. */
void cpu_conv2d_store_moments (const ConvRun * run, const CpuConvSums * sums,
    guint n_channels, guint part, guint channel);

/* conv2d_wino.c */

/* FALSE: no memory. */
gboolean cpu_conv2d_wino_plan (CpuConv2d * c);
void cpu_conv2d_wino_clear (CpuConv2d * c);
guint cpu_conv2d_wino_n_pack_tasks (const CpuConv2d * c);
void cpu_conv2d_wino_pack (const ConvPack * pack, guint task);
void cpu_conv2d_wino_task (gpointer user_data, guint task, guint slot);

/* conv2d_point.c */

/* Whether @p is a matrix product: no element of y sees more than one of each
 * channel of x. */
gboolean cpu_conv2d_is_point (const CpuConv2dParams * p);
/* FALSE: no memory. */
gboolean cpu_conv2d_point_plan (CpuConv2d * c);
void cpu_conv2d_point_task (gpointer user_data, guint task, guint slot);

/* conv2d_depth.c */

gboolean cpu_conv2d_depth_applies (const CpuConv2d * c);
/* FALSE: no memory. */
gboolean cpu_conv2d_depth_plan (CpuConv2d * c);
void cpu_conv2d_depth_clear (CpuConv2d * c);
void cpu_conv2d_depth_pack (const ConvPack * pack, guint task);
void cpu_conv2d_depth_task (gpointer user_data, guint task, guint slot);

/* conv2d_plan.c */

/* The chunks and blocks of all row phases for rows of @c->strip, and their taps.
 * FALSE: no memory. */
gboolean cpu_conv2d_plan_blocks (CpuConv2d * c);

/* The cheapest split of @n channels into tiles for rows of @n_vectors; the
 * last tile may have more channels than are left. Returns: (transfer container)
 * [n + 1], the tile to begin with for each number of channels left; NULL if there
 * is no memory */
const CpuConvTile **cpu_conv2d_split_channels (const CpuConv2d * c, guint n,
    guint n_vectors);

/* FALSE: no memory. */
gboolean cpu_conv2d_plan (CpuConv2d * c);
void cpu_conv2d_plan_clear (CpuConv2d * c);

G_END_DECLS
