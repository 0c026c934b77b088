/* gst-stylegan: 3x3 convolution by Winograd's algorithm
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The forms are those of simd/conv_wino.c. A task is some consecutive tiles of
 * 4x4 outputs in raster order, which may span rows. With dilation D a row of
 * tiles has every D-th row of y, and its tiles come in groups of D, one for each
 * remainder of the columns. Transformed inputs v [element][ic][tiles] and
 * products m [product][channels of a pass][tiles] live in L2; the products use
 * the direct convolution's register tiles, with input channels as taps. */
#include "cpu/conv2d_private.h"

#include <string.h>

/* Tiles of a task. Three vectors of AVX-512 = one row of register tiles of 8x3;
 * a multiple of what the narrower tiers use. Ten where few channels make the
 * register tiles wide. Multiples of all dilations. */
#define TASK_TILES 48
#define TASK_TILES_FEW 160
#define FEW_CHANNELS 8
#define MAX_TASK_TILES MAX (TASK_TILES, TASK_TILES_FEW)

/* Along one axis: the elements that the tile's products are sums for, each of one
 * or two phases of the input, in one or two products. */
typedef struct
{
  guint element, phase, product;
  double g[3];                  /* of the kernel */
} WinoTerm;

typedef struct
{
  guint n_terms, n_elements;
  WinoTerm terms[9];
  guint n_phases[6], n_products[6];     /* of each element */
  guint window, step;           /* inputs of a tile; from tile to tile */
} WinoForm;

static const WinoForm plain_form = {
  6, 6, {
        {0, 0, 0, {1.0 / 4, 0, 0}},
        {1, 0, 0, {-1.0 / 6, -1.0 / 6, -1.0 / 6}},
        {2, 0, 0, {-1.0 / 6, 1.0 / 6, -1.0 / 6}},
        {3, 0, 0, {1.0 / 24, 1.0 / 12, 1.0 / 6}},
        {4, 0, 0, {1.0 / 24, -1.0 / 12, 1.0 / 6}},
        {5, 0, 0, {0, 0, 1}}
      }, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}, 6, 4
};

static const WinoForm upsampled_form = {
  5, 4, {
        {0, 0, 0, {1, 0, 0}},
        {1, 0, 0, {0.5, 0.5, 0.5}},
        {2, 0, 0, {-0.5, -0.5, 0.5}},
        {2, 0, 1, {-0.5, 0.5, 0.5}},
        {3, 0, 0, {0, 0, 1}}
      }, {1, 1, 1, 1}, {1, 1, 2, 1}, 4, 2
};

static const WinoForm strided_form = {
  9, 5, {
        {0, 0, 0, {1.0 / 2, 0, 0}},
        {1, 0, 0, {-1.0 / 2, 0, -1.0 / 2}},
        {2, 0, 0, {-1.0 / 6, 0, 1.0 / 6}},
        {3, 0, 0, {1.0 / 6, 0, 1.0 / 3}},
        {4, 0, 0, {0, 0, 1}},
        {0, 1, 0, {0, 1.0 / 2, 0}},
        {1, 1, 0, {0, -1.0 / 2, 0}},
        {2, 1, 0, {0, -1.0 / 6, 0}},
        {3, 1, 0, {0, 1.0 / 6, 0}}
      }, {2, 2, 2, 2, 1}, {1, 1, 1, 1, 1}, 9, 8
};

typedef struct
{
  CpuConvTileFunc func;
  guint channels, first, n_out; /* of the tile; rows of a split */
  guint at;                     /* channels of the tiles before */
} WinoBlock;

/* The rows of m that an element is in: [products][channels of a pass]. */
typedef struct
{
  WinoBlock *blocks;
  guint n_blocks;
  const WinoBlock **block_of;   /* [rows] */
  guint n_channels;             /* of all tiles */
} WinoSplit;

#define MAX_ELEMENTS 36
#define MAX_PRODUCTS 4          /* of an element */

typedef struct
{
  guint n_inputs, input;        /* phases; the first one in v */
  guint n_products, product;    /* the first one in m */
  gsize weights;                /* floats, within those of a pass */
} WinoElement;

typedef struct
{
  const WinoForm *form;
  CpuConvWinogradKind kind;
  guint dilation;
  guint task_tiles;
  guint tiles_x, n_tiles;       /* per row, per image */
  gint x0, y0;                  /* input column and row of the first tile */
  guint n_passes, pass_channels;
  WinoElement elements[MAX_ELEMENTS];
  guint n_elements, n_inputs, n_products;
  WinoSplit splits[MAX_PRODUCTS + 1];   /* by products of an element */
  gsize pass_weights;           /* floats: [element][block][phase][ic][channels] */
  float zeros[16];
  gint32 *taps;
  gsize v_pitch, m_pitch, rows_pitch;
} Wino;

/* u[s][t] = g of s times the kernel times g of t, in double. */
static void
transform_kernel (const WinoForm * form, const float *k, gint step,
    double u[9][9])
{
  guint s, t, j;

  for (s = 0; s < form->n_terms; s++) {
    const double *g = form->terms[s].g;
    double row[3];

    for (j = 0; j < 3; j++)
      row[j] = g[0] * k[(gint) j * step] + g[1] * k[(gint) (3 + j) * step]
          + g[2] * k[(gint) (6 + j) * step];
    for (t = 0; t < form->n_terms; t++) {
      g = form->terms[t].g;
      u[s][t] = row[0] * g[0] + row[1] * g[1] + row[2] * g[2];
    }
  }
}

/* Where each term of channel @f's kernels goes, that of the first input channel,
 * and how far the next one is. */
static void
find_weights (const CpuConv2d * c, guint f, gsize at[9][9], guint step[9][9])
{
  const Wino *w = c->winograd;
  const WinoForm *form = w->form;
  guint a, b;

  for (a = 0; a < form->n_terms; a++) {
    for (b = 0; b < form->n_terms; b++) {
      const WinoTerm *s = &form->terms[a], *t = &form->terms[b];
      const WinoElement *e =
          &w->elements[s->element * form->n_elements + t->element];
      guint phase = s->phase * form->n_phases[t->element] + t->phase;
      guint product = s->product * form->n_products[t->element] + t->product;
      guint row = product * w->pass_channels + f % w->pass_channels;
      const WinoBlock *block = w->splits[e->n_products].block_of[row];

      step[a][b] = block->channels;
      at[a][b] = f / w->pass_channels * w->pass_weights + e->weights
          + (gsize) c->p.ic * (block->at * e->n_inputs
          + phase * block->channels) + row - block->first;
    }
  }
}

/* A task: some channels of both sides. */
#define PACK_CHANNELS 16

guint
cpu_conv2d_wino_n_pack_tasks (const CpuConv2d * c)
{
  return ((c->p.oc + PACK_CHANNELS - 1) / PACK_CHANNELS)
      * ((c->p.ic + PACK_CHANNELS - 1) / PACK_CHANNELS);
}

void
cpu_conv2d_wino_pack (const ConvPack * pack, guint task)
{
  const CpuConv2d *c = pack->c;
  guint n_out = (c->p.oc + PACK_CHANNELS - 1) / PACK_CHANNELS;
  guint f0 = task % n_out * PACK_CHANNELS, i0 = task / n_out * PACK_CHANNELS;
  const WinoForm *form = ((const Wino *) c->winograd)->form;
  guint f, i, a, b, n = form->n_terms;
  guint step[9][9];
  gsize at[9][9];

  for (f = f0; f < MIN (f0 + PACK_CHANNELS, c->p.oc); f++) {
    find_weights (c, f, at, step);
    for (i = i0; i < MIN (i0 + PACK_CHANNELS, c->p.ic); i++) {
      gint k_step;
      const float *k = cpu_conv2d_kernel (pack, f, i, &k_step);
      double u[9][9];

      transform_kernel (form, k, k_step, u);
      for (a = 0; a < n; a++) {
        for (b = 0; b < n; b++)
          pack->packed[at[a][b] + (gsize) i * step[a][b]] = u[a][b];
      }
    }
  }
  if (pack->bias != NULL && task == 0)
    memcpy (pack->packed + c->bias_at, pack->bias, c->p.oc * sizeof (float));
}

static gboolean
make_split (CpuConv2d * c, WinoSplit * split, guint n_rows)
{
  const Wino *w = c->winograd;
  guint f = 0, i;
  g_autofree const CpuConvTile **choice =
      cpu_conv2d_split_channels (c, n_rows, w->task_tiles / c->vector);

  split->blocks = g_try_new0 (WinoBlock, n_rows);
  split->block_of = g_try_new0 (const WinoBlock *, n_rows);
  if (choice == NULL || split->blocks == NULL || split->block_of == NULL)
    return FALSE;
  while (f < n_rows) {
    const CpuConvTile *tile = choice[n_rows - f];
    WinoBlock *block = &split->blocks[split->n_blocks++];

    block->func = tile->func;
    block->channels = tile->channels;
    block->first = f;
    block->n_out = MIN (tile->channels, n_rows - f);
    block->at = split->n_channels;
    split->n_channels += tile->channels;
    for (i = 0; i < block->n_out; i++)
      split->block_of[f + i] = block;
    f += block->n_out;
  }
  return TRUE;
}

static gboolean
make_elements (CpuConv2d * c, Wino * w)
{
  const WinoForm *form = w->form;
  guint a, b;

  for (a = 0; a < form->n_elements; a++) {
    for (b = 0; b < form->n_elements; b++) {
      WinoElement *e = &w->elements[w->n_elements++];
      WinoSplit *split;

      e->n_inputs = form->n_phases[a] * form->n_phases[b];
      e->n_products = form->n_products[a] * form->n_products[b];
      e->input = w->n_inputs;
      e->product = w->n_products;
      e->weights = w->pass_weights;
      split = &w->splits[e->n_products];
      if (split->blocks == NULL
          && !make_split (c, split, e->n_products * w->pass_channels))
        return FALSE;
      w->n_inputs += e->n_inputs;
      w->n_products += e->n_products;
      w->pass_weights += (gsize) split->n_channels * e->n_inputs * c->p.ic;
    }
  }
  return TRUE;
}

static guint
sum (const guint n[6])
{
  return n[0] + n[1] + n[2] + n[3] + n[4] + n[5];
}

/* So many channels at once that v and m leave room in L2 for a stream of
 * weights, in passes of the same size. */
static void
plan_passes (CpuConv2d * c, Wino * w)
{
  gsize inputs = sum (w->form->n_phases), products = sum (w->form->n_products);
  gsize v_bytes = sizeof (float) * inputs * inputs * c->p.ic * w->task_tiles;
  gsize bytes = c->cache_bytes / 8 * 11;
  gsize left = v_bytes < bytes ? bytes - v_bytes : 0;

  left /= sizeof (float) * products * products * w->task_tiles;
  w->pass_channels = MIN (MAX (left, 32), c->p.oc);
  w->n_passes = (c->p.oc + w->pass_channels - 1) / w->pass_channels;
  if (w->n_passes > 1)
    w->pass_channels = ((c->p.oc + w->n_passes - 1) / w->n_passes + 3) & ~3u;
}

static void
plan_scratch (CpuConv2d * c, Wino * w)
{
  gsize at;

  /* Pitches are whole lines plus one, so that rows do not fall into the same
   * sets; but what belongs to one element is evenly spaced. */
  w->v_pitch = (gsize) c->p.ic * w->task_tiles;
  w->m_pitch = (gsize) w->pass_channels * w->task_tiles;
  if (w->n_inputs == w->n_elements)
    w->v_pitch += 16;
  if (w->n_products == w->n_elements)
    w->m_pitch += 16;
  w->rows_pitch = w->form->step * (w->task_tiles + 2 * c->vector) + 16;
  at = w->n_inputs * w->v_pitch;
  c->rows_at = at;              /* m */
  at += w->n_products * w->m_pitch;
  c->natural_at = at;           /* input rows and what packing needs */
  at += (w->form->window + 1) * w->rows_pitch;
  c->sums_at = at;
  at += sizeof (CpuConvSums) / sizeof (float) * c->oc;
  c->thread_floats = (at + 31) / 16 * 16;
}

/* A run of tiles of one row of tiles. */
typedef struct
{
  guint at, n;                  /* within the task */
  guint x, width;               /* columns of y */
  guint row, n_rows;            /* of y, @dilation apart */
} Segment;

/* Returns: how many there are of @n_tiles tiles from @first on */
static guint
make_segments (const CpuConv2d * c, guint first, guint n_tiles,
    Segment s[MAX_TASK_TILES])
{
  const Wino *w = c->winograd;
  guint d = w->dilation, at = 0, n = 0;

  while (at < n_tiles) {
    guint row = (first + at) / w->tiles_x, column = (first + at) % w->tiles_x;

    s[n].at = at;
    s[n].n = MIN (n_tiles - at, w->tiles_x - column);
    s[n].x = column * 4;
    s[n].width = MIN (4 * s[n].n, c->ow - s[n].x);
    s[n].row = row / d * 4 * d + row % d;
    s[n].n_rows = MIN (4, (c->oh - s[n].row + d - 1) / d);
    at += s[n++].n;
  }
  return n;
}

static void
plan_tasks (CpuConv2d * c, Wino * w)
{
  guint d = w->dilation, left = c->p.oh % (4 * d);

  w->tiles_x = (c->p.ow + 4 * d - 1) / (4 * d) * d;
  w->n_tiles = w->tiles_x * (c->p.oh / (4 * d) * d + MIN (left, d));
  c->n_parts = (w->n_tiles + w->task_tiles - 1) / w->task_tiles;
  c->n_tasks = c->n_parts * c->p.n;
}

static void
choose_form (CpuConv2d * c, Wino * w)
{
  const CpuConv2dParams *p = &c->p;

  w->dilation = p->dilation_h;
  w->x0 = -p->pad_left;
  w->y0 = -p->pad_top;
  w->form = &plain_form;
  w->kind = CPU_WINOGRAD_DILATION_1;
  if (p->stride_h == 2) {
    w->form = &strided_form;
    w->kind = CPU_WINOGRAD_STRIDED;
  } else if (c->h.factor == 2) {
    w->form = &upsampled_form;
    w->kind = CPU_WINOGRAD_UPSAMPLED;
    /* pads are odd, the first input is the last but one of them */
    w->x0 = -(p->pad_left + 1) / 2;
    w->y0 = -(p->pad_top + 1) / 2;
  } else if (w->dilation > 1) {
    w->kind = w->dilation == 2 ? CPU_WINOGRAD_DILATION_2
        : CPU_WINOGRAD_DILATION_4;
  }
  w->task_tiles = p->oc < FEW_CHANNELS ? TASK_TILES_FEW : TASK_TILES;
}

gboolean
cpu_conv2d_wino_plan (CpuConv2d * c)
{
  Wino *w = g_new0 (Wino, 1);
  guint i, n_taps;

  c->winograd = w;
  choose_form (c, w);
  plan_tasks (c, w);
  plan_passes (c, w);
  n_taps = w->form->n_phases[0] * w->form->n_phases[0] * c->p.ic;
  w->taps = g_try_new (gint32, n_taps);
  c->part_size = g_try_new0 (double, c->n_parts);
  if (w->taps == NULL || c->part_size == NULL || !make_elements (c, w))
    return FALSE;
  c->bias_at = w->n_passes * w->pass_weights;
  c->packed_floats = c->bias_at + c->p.oc;
  plan_scratch (c, w);
  for (i = 0; i < n_taps; i++)
    w->taps[i] = i * w->task_tiles;
  for (i = 0; i < c->n_parts; i++) {
    guint first = i * w->task_tiles, k;
    Segment s[MAX_TASK_TILES];
    guint n = make_segments (c, first, MIN (w->task_tiles, w->n_tiles - first),
        s);

    for (k = 0; k < n; k++)
      c->part_size[i] += s[k].n_rows * s[k].width;
  }
  c->description = g_strdup_printf ("winograd%s, %u tasks of %u passes",
      w->kind == CPU_WINOGRAD_UPSAMPLED ? " upsampled"
      : w->kind == CPU_WINOGRAD_STRIDED ? " strided" : w->dilation >
      1 ? " dilated" : "", c->n_tasks, w->n_passes);
  return TRUE;
}

void
cpu_conv2d_wino_clear (CpuConv2d * c)
{
  Wino *w = c->winograd;
  guint i;

  if (w == NULL)
    return;
  for (i = 0; i < G_N_ELEMENTS (w->splits); i++) {
    g_free (w->splits[i].blocks);
    g_free (w->splits[i].block_of);
  }
  g_free (w->taps);
  g_free (w);
}

/* rows[k][i] = element k of the transformed input column x + i, i < n, where
 * padding is little; FALSE: nothing done. A padded column is the copy of another
 * after as before the transform. */
static gboolean
transform_columns (const ConvRun * run, float *rows, const float *src, gint y,
    gint x, gint n, const CpuConvMap * map)
{
  const CpuConv2d *c = run->c;
  const Wino *w = c->winograd;
  gint size = c->p.iw, from = CLAMP (-x, 0, n), i;
  gint to = CLAMP (size - x, from, n);
  guint n_rows = w->form->window, r;
  const float *src_rows[9];

  if (c->upsample != 1 || map->leaky || to - from <= MAX (from, n - to))
    return FALSE;
  for (r = 0; r < n_rows; r++) {
    gint row = cpu_conv2d_pad_index (y + (gint) (r * w->dilation), c->p.ih,
        c->pad_mode);

    if (row < 0)
      return FALSE;
    src_rows[r] = src + (gsize) row *size + x + from;
  }
  c->simd->winograd->columns[w->kind] (rows + from, w->rows_pitch, src_rows,
      to - from, map->affine || map->clamp ? map : NULL);
  for (i = 0; i < n; i++) {
    gint at;

    if (i == from)
      i = to;
    if (i == n)
      break;
    at = cpu_conv2d_pad_index (x + i, size, c->pad_mode);
    for (r = 0; r < n_rows; r++)
      rows[r * w->rows_pitch + i] = at < 0 ? 0.0f
          : rows[r * w->rows_pitch + CLAMP (at - x, from, to - 1)];
  }
  return TRUE;
}

static void
transform_input (const ConvRun * run, guint n, const Segment * segments,
    guint n_segments, float *v, float *rows)
{
  const CpuConv2d *c = run->c;
  const Wino *w = c->winograd;
  const CpuConvWinograd *simd = c->simd->winograd;
  gsize plane = (gsize) c->p.ih * c->p.iw;
  gint step = w->form->step, d = w->dilation;
  guint n_rows = w->form->window, i, k, r;

  for (i = 0; i < c->p.ic; i++) {
    const float *src = run->x + ((gsize) n * c->p.ic + i) * plane;
    CpuConvMap map = cpu_conv2d_channel_map (run, n, i);

    for (k = 0; k < n_segments; k++) {
      const Segment *s = &segments[k];
      gint y = w->y0 + (gint) s->row * step / 4;
      gint x = w->x0 + (gint) s->x * step / 4;
      gint width = (gint) s->n * step + ((gint) n_rows - step) * d;

      if (!transform_columns (run, rows, src, y, x, width, &map)) {
        const float *src_rows[9];

        for (r = 0; r < n_rows; r++) {
          src_rows[r] = rows + r * w->rows_pitch;
          cpu_conv2d_pack_columns (c, rows + r * w->rows_pitch,
              rows + n_rows * w->rows_pitch, src, y + (gint) r * d, x, width,
              i + 2 < c->p.ic, &map);
        }
        simd->columns[w->kind] (rows, w->rows_pitch, src_rows, width, NULL);
      }
      simd->rows[w->kind] (v + (gsize) i * w->task_tiles + s->at, w->v_pitch,
          rows, w->rows_pitch, s->n);
    }
  }
}

static void
multiply (const ConvRun * run, const float *v, float *m, guint pass,
    guint n_tiles)
{
  const Wino *w = run->c->winograd;
  const float *weights = run->packed + pass * w->pass_weights;
  guint k, b;

  for (k = 0; k < w->n_elements; k++) {
    const WinoElement *e = &w->elements[k];
    const WinoSplit *split = &w->splits[e->n_products];
    const float *rows[1] = { v + e->input * w->v_pitch };
    guint n_taps = e->n_inputs * run->c->p.ic;

    for (b = 0; b < split->n_blocks; b++) {
      const WinoBlock *block = &split->blocks[b];
      CpuConvBlock cb = { weights + e->weights + (gsize) block->at * n_taps,
        w->zeros, w->taps, 1, n_taps, block->n_out
      };

      block->func (&cb, rows, m + e->product * w->m_pitch
          + (gsize) block->first * w->task_tiles, w->task_tiles, n_tiles);
    }
  }
}

static void
transform_output (const ConvRun * run, guint n, const Segment * segments,
    guint n_segments, const float *m, guint f, CpuConvSums * sums)
{
  const CpuConv2d *c = run->c;
  const Wino *w = c->winograd;
  gsize plane = (gsize) n * c->oc + f;
  float bias = run->packed[c->bias_at + f];
  guint d = w->dilation, k, r;

  for (k = 0; k < n_segments; k++) {
    const Segment *s = &segments[k];

    c->simd->winograd->out[w->kind] (run->y + (plane * c->oh + s->row) * c->ow
        + s->x, d * c->ow, m + s->at, w->m_pitch, s->n_rows, s->width, bias);
    for (r = 0; r < s->n_rows; r++)
      cpu_conv2d_finish_row (run, sums, n, f, s->row + r * d, s->x, s->width);
  }
}

void
cpu_conv2d_wino_task (gpointer user_data, guint task, guint slot)
{
  const ConvRun *run = user_data;
  const CpuConv2d *c = run->c;
  const Wino *w = c->winograd;
  float *mem = (float *) run->scratch + slot * c->thread_floats;
  guint part = task % c->n_parts, n = task / c->n_parts, pass, f;
  guint first = part * w->task_tiles;
  guint n_tiles = MIN (w->task_tiles, w->n_tiles - first);
  CpuConvSums *sums = (CpuConvSums *) (mem + c->sums_at);
  float *m = mem + c->rows_at;
  Segment s[MAX_TASK_TILES];
  guint n_segments = make_segments (c, first, n_tiles, s);

  if (run->moments != NULL)
    memset (sums, 0, c->oc * sizeof (CpuConvSums));
  transform_input (run, n, s, n_segments, mem, mem + c->natural_at);
  for (pass = 0; pass < w->n_passes; pass++) {
    guint f0 = pass * w->pass_channels;
    guint f1 = MIN (f0 + w->pass_channels, c->p.oc);

    multiply (run, mem, m, pass, n_tiles);
    for (f = f0; f < f1; f++)
      transform_output (run, n, s, n_segments,
          m + (gsize) (f - f0) * w->task_tiles, f, &sums[f]);
  }
  if (run->moments != NULL)
    cpu_conv2d_store_moments (run, sums, c->oc, task, 0);
}
