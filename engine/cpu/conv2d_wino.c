/* gst-stylegan: 3x3 convolution by Winograd's F(4x4, 3x3)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A task is WINO_TILES consecutive tiles of 4x4 outputs in raster order, which
 * may span rows. Transformed inputs v [36][ic][tiles] and products
 * m [36][channels of a pass][tiles] live in L2; the 36 products use the direct
 * convolution's register tiles, with input channels as taps. */
#include "cpu/conv2d_private.h"

#include <string.h>

/* Three vectors of AVX-512 = one row of tiles of 8x3; a multiple of what the
 * narrower tiers use. */
#define WINO_TILES 48

typedef struct
{
  CpuConvTileFunc func;
  guint channels, first, n_out; /* of the tile; first and number in y */
  gsize weights;                /* floats, within one of the 36 */
} WinoBlock;

typedef struct
{
  guint tiles_x, n_tiles;       /* per row, per image */
  WinoBlock *blocks;
  guint n_blocks;
  guint pass_blocks;            /* blocks whose products are kept at once */
  gsize weights_pitch;          /* packed weights: [36][block][ic][channels] */
  float zeros[16];
  gint32 *taps;
  gsize v_pitch, m_pitch, rows_pitch;
} Wino;

/* u = G g G^T in double. */
static void
transform_kernel (const float *g, gint step, double u[36])
{
  static const double G[6][3] = {
    {1.0 / 4, 0, 0},
    {-1.0 / 6, -1.0 / 6, -1.0 / 6},
    {-1.0 / 6, 1.0 / 6, -1.0 / 6},
    {1.0 / 24, 1.0 / 12, 1.0 / 6},
    {1.0 / 24, -1.0 / 12, 1.0 / 6},
    {0, 0, 1}
  };
  double t[6][3];
  gint i, j;

  for (i = 0; i < 6; i++) {
    for (j = 0; j < 3; j++)
      t[i][j] = G[i][0] * g[j * step] + G[i][1] * g[(3 + j) * step]
          + G[i][2] * g[(6 + j) * step];
  }
  for (i = 0; i < 6; i++) {
    for (j = 0; j < 6; j++)
      u[i * 6 + j] = t[i][0] * G[j][0] + t[i][1] * G[j][1] + t[i][2] * G[j][2];
  }
}

/* A task: a block and some input channels. */
#define PACK_CHANNELS 16

guint
cpu_conv2d_wino_n_pack_tasks (const CpuConv2d * c)
{
  const Wino *w = c->winograd;

  return w->n_blocks * ((c->p.ic + PACK_CHANNELS - 1) / PACK_CHANNELS);
}

void
cpu_conv2d_wino_pack (const ConvPack * pack, guint task)
{
  const CpuConv2d *c = pack->c;
  const Wino *w = c->winograd;
  const WinoBlock *block = &w->blocks[task % w->n_blocks];
  guint first = task / w->n_blocks * PACK_CHANNELS;
  guint last = MIN (first + PACK_CHANNELS, c->p.ic), o, i, k;
  double u[36];

  for (i = first; i < last; i++) {
    float *dst = pack->packed + block->weights + (gsize) i * block->channels;

    for (o = 0; o < block->n_out; o++) {
      gint step;
      const float *src = cpu_conv2d_kernel (pack, block->first + o, i, &step);

      transform_kernel (src, step, u);
      for (k = 0; k < 36; k++)
        dst[k * w->weights_pitch + o] = u[k];
    }
  }
  if (pack->bias != NULL && task == 0)
    memcpy (pack->packed + c->bias_at, pack->bias, c->p.oc * sizeof (float));
}

static gboolean
make_blocks (CpuConv2d * c, Wino * w)
{
  guint n_vectors = WINO_TILES / c->vector, f = 0, most = 0, i;
  g_autofree const CpuConvTile **choice =
      cpu_conv2d_split_channels (c, c->p.oc, n_vectors);
  gsize v_bytes = sizeof (float) * 36 * c->p.ic * WINO_TILES, left;
  /* of m and v in one pass: the rest of L2 streams the weights */
  gsize bytes = c->cache_bytes / 8 * 11;

  w->blocks = g_try_new0 (WinoBlock, c->p.oc);
  if (choice == NULL || w->blocks == NULL)
    return FALSE;
  while (f < c->p.oc) {
    const CpuConvTile *tile = choice[c->p.oc - f];
    WinoBlock *block = &w->blocks[w->n_blocks++];

    block->func = tile->func;
    block->channels = tile->channels;
    block->first = f;
    block->n_out = MIN (tile->channels, c->p.oc - f);
    block->weights = w->weights_pitch;
    w->weights_pitch += (gsize) c->p.ic * tile->channels;
    f += block->n_out;
    most = MAX (most, tile->channels);
  }
  left = v_bytes < bytes ? bytes - v_bytes : 0;
  left /= sizeof (float) * 36 * WINO_TILES * most;
  w->pass_blocks = CLAMP (left, 4, w->n_blocks);
  /* passes of the same size */
  i = (w->n_blocks + w->pass_blocks - 1) / w->pass_blocks;
  w->pass_blocks = (w->n_blocks + i - 1) / i;
  return TRUE;
}

/* Pitches are whole lines plus one: the 36 do not fall into the same sets. */
static void
plan_scratch (CpuConv2d * c, Wino * w)
{
  guint most = 0, i;
  gsize at;

  for (i = 0; i < w->n_blocks; i++)
    most = MAX (most, w->blocks[i].channels);
  w->v_pitch = (gsize) c->p.ic * WINO_TILES + 16;
  w->m_pitch = (gsize) w->pass_blocks * most * WINO_TILES + 16;
  w->rows_pitch = 4 * (WINO_TILES + 2 * c->vector) + 16;
  at = 36 * w->v_pitch;
  c->rows_at = at;              /* m */
  at += 36 * w->m_pitch;
  c->natural_at = at;           /* input rows and what packing needs */
  at += 7 * w->rows_pitch;
  c->sums_at = at;
  at += sizeof (CpuConvSums) / sizeof (float) * c->oc;
  c->thread_floats = (at + 31) / 16 * 16;
}

gboolean
cpu_conv2d_wino_plan (CpuConv2d * c)
{
  Wino *w = g_new0 (Wino, 1);
  guint i;

  c->winograd = w;
  w->tiles_x = (c->p.ow + 3) / 4;
  w->n_tiles = w->tiles_x * ((c->p.oh + 3) / 4);
  c->n_parts = (w->n_tiles + WINO_TILES - 1) / WINO_TILES;
  c->n_tasks = c->n_parts * c->p.n;
  w->taps = g_try_new (gint32, c->p.ic);
  c->part_size = g_try_new0 (double, c->n_parts);
  if (w->taps == NULL || c->part_size == NULL || !make_blocks (c, w))
    return FALSE;
  c->bias_at = 36 * w->weights_pitch;
  c->packed_floats = c->bias_at + c->p.oc;
  plan_scratch (c, w);
  for (i = 0; i < c->p.ic; i++)
    w->taps[i] = i * WINO_TILES;
  for (i = 0; i < w->n_tiles; i++) {
    guint y = i / w->tiles_x * 4, x = i % w->tiles_x * 4;

    c->part_size[i / WINO_TILES] += MIN (4, c->p.oh - y) * MIN (4, c->p.ow - x);
  }
  c->description = g_strdup_printf ("winograd, %u tasks of %u passes",
      c->n_tasks, (w->n_blocks + w->pass_blocks - 1) / w->pass_blocks);
  return TRUE;
}

void
cpu_conv2d_wino_clear (CpuConv2d * c)
{
  Wino *w = c->winograd;

  if (w == NULL)
    return;
  g_free (w->blocks);
  g_free (w->taps);
  g_free (w);
}

/* A run of tiles of one tile row. */
typedef struct
{
  guint at, n;                  /* within the task */
  guint row, x;                 /* of the output, first pixel */
} Segment;

#define FOR_SEGMENTS(s, w, first, n_tiles) \
  for ((s).at = 0; next_segment (&(s), (w), (first), (n_tiles)); \
      (s).at += (s).n)

static inline gboolean
next_segment (Segment * s, const Wino * w, guint first, guint n_tiles)
{
  guint tile = first + s->at, column = tile % w->tiles_x;

  if (s->at >= n_tiles)
    return FALSE;
  s->row = tile / w->tiles_x * 4;
  s->x = column * 4;
  s->n = MIN (n_tiles - s->at, w->tiles_x - column);
  return TRUE;
}

static void
transform_input (const ConvRun * run, guint n, guint first, guint n_tiles,
    float *v, float *rows)
{
  const CpuConv2d *c = run->c;
  const Wino *w = c->winograd;
  gsize plane = (gsize) c->p.ih * c->p.iw;
  guint i, r;
  Segment s;

  for (i = 0; i < c->p.ic; i++) {
    const float *src = run->x + ((gsize) n * c->p.ic + i) * plane;
    CpuConvMap map = cpu_conv2d_channel_map (run, n, i);

    FOR_SEGMENTS (s, w, first, n_tiles) {
      gint y = (gint) s.row - c->p.pad_top, x = (gint) s.x - c->p.pad_left;

      for (r = 0; r < 6; r++)
        cpu_conv2d_pack_columns (c, rows + r * w->rows_pitch,
            rows + 6 * w->rows_pitch, src, y + (gint) r, x, s.n * 4 + 2,
            i + 2 < c->p.ic, &map);
      c->simd->winograd->in (v + (gsize) i * WINO_TILES + s.at, w->v_pitch,
          rows, w->rows_pitch, s.n);
    }
  }
}

static void
multiply (const ConvRun * run, const float *v, float *m, guint b0, guint b1,
    guint n_tiles)
{
  const Wino *w = run->c->winograd;
  guint k, b;

  for (k = 0; k < 36; k++) {
    const float *rows[1] = { v + k * w->v_pitch };

    for (b = b0; b < b1; b++) {
      const WinoBlock *block = &w->blocks[b];
      CpuConvBlock cb = { run->packed + k * w->weights_pitch + block->weights,
        w->zeros, w->taps, 1, run->c->p.ic, block->n_out
      };

      block->func (&cb, rows, m + k * w->m_pitch
          + (gsize) (block->first - w->blocks[b0].first) * WINO_TILES,
          WINO_TILES, n_tiles);
    }
  }
}

static void
transform_output (const ConvRun * run, guint n, guint first, guint n_tiles,
    const float *m, guint f, CpuConvSums * sums)
{
  const CpuConv2d *c = run->c;
  const Wino *w = c->winograd;
  float bias = run->packed[c->bias_at + f];
  guint r;
  Segment s;

  FOR_SEGMENTS (s, w, first, n_tiles) {
    gsize plane = (gsize) n * c->oc + f;
    guint n_rows = MIN (4, c->oh - s.row), width = MIN (4 * s.n, c->ow - s.x);

    c->simd->winograd->out (run->y + (plane * c->oh + s.row) * c->ow + s.x,
        c->ow, m + s.at, w->m_pitch, n_rows, width, bias);
    for (r = 0; r < n_rows; r++)
      cpu_conv2d_finish_row (run, sums, n, f, s.row + r, s.x, width);
  }
}

void
cpu_conv2d_wino_task (gpointer user_data, guint task, guint slot)
{
  const ConvRun *run = user_data;
  const CpuConv2d *c = run->c;
  const Wino *w = c->winograd;
  float *mem = (float *) run->scratch + slot * c->thread_floats;
  guint part = task % c->n_parts, n = task / c->n_parts, b, f;
  guint first = part * WINO_TILES;
  guint n_tiles = MIN (WINO_TILES, w->n_tiles - first);
  CpuConvSums *sums = (CpuConvSums *) (mem + c->sums_at);
  float *m = mem + c->rows_at;

  if (run->moments != NULL)
    memset (sums, 0, c->oc * sizeof (CpuConvSums));
  transform_input (run, n, first, n_tiles, mem, mem + c->natural_at);
  for (b = 0; b < w->n_blocks; b += w->pass_blocks) {
    guint end = MIN (b + w->pass_blocks, w->n_blocks);
    guint f0 = w->blocks[b].first;
    guint f1 = w->blocks[end - 1].first + w->blocks[end - 1].n_out;

    multiply (run, mem, m, b, end, n_tiles);
    for (f = f0; f < f1; f++)
      transform_output (run, n, first, n_tiles,
          m + (gsize) (f - f0) * WINO_TILES, f, &sums[f]);
  }
  if (run->moments != NULL)
    cpu_conv2d_store_moments (run, sums, c->oc, task, 0);
}
