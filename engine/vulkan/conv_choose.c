/* gst-stylegan: which shader runs a convolution, with which tiles
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * In this order: matrix units where the device has them and works in f16; tiles in
 * shared memory; each invocation by itself, which runs everything: depthwise and
 * narrow groups, where there is nothing to share, and all on a CPU, where shared
 * memory is no faster than any other. */
#include "vulkan/conv_private.h"

#include <string.h>

static const gchar *const family_names[] = { "direct", "tiled", "matrix" };

const gchar *
vk_conv_family_name (SgVkConvFamily family)
{
  return family_names[family];
}

static guint32
get_reach (const SgVkConvAxis * a, guint32 tile)
{
  return (tile - 1) * a->stride + (a->taps - 1) * a->dilation + 1;
}

static guint32
round_up (guint32 a, guint32 b)
{
  return vk_conv_div_up (a, b) * b;
}

/* --- direct --------------------------------------------------------------------- */

/* Registers and unrolled code get out of hand beyond these. */
#define DIRECT_MAX_SPAN 40
#define DIRECT_MAX_UNROLL 720
/* What loading x for a block costs, in channels; by measurement on lavapipe. */
#define DIRECT_OVERHEAD 5

static guint32
choose_direct_block (guint32 channels)
{
  static const guint8 blocks[] = { 16, 12, 8, 6, 4, 3, 2, 1 };
  guint32 best = 1, best_cost = G_MAXUINT32;

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++) {
    guint32 cost = vk_conv_div_up (channels, blocks[i])
        * (blocks[i] + DIRECT_OVERHEAD);

    if (cost < best_cost) {
      best = blocks[i];
      best_cost = cost;
    }
  }
  return best;
}

/* Pixels in a row that waste least of rows of @width, when @local invocations have
 * them. One more than needed for each is loaded from x. */
static guint32
choose_direct_columns (guint32 width, guint32 local, guint32 most)
{
  guint32 best = 1, best_cost = G_MAXUINT32;

  for (guint32 columns = most; columns > 0; columns--) {
    guint32 cost = vk_conv_div_up (width, columns * local) * (columns + 1);

    if (cost < best_cost) {
      best = columns;
      best_cost = cost;
    }
  }
  return best;
}

/* lavapipe loads for each lane by itself: there a row of a workgroup is one
 * subgroup, which shares its loads of weights. */
static void
choose_direct (const SgVkFeatures * features, const SgVkConvShape * shape,
    SgVkConvPlan * plan)
{
  const SgVkConvAxis *x = &shape->axis[1], *y = &shape->axis[0];
  guint32 lanes = features->software && features->subgroup_size >= 4
      && features->subgroup_size <= 16 ? features->subgroup_size : 0;
  guint32 block = choose_direct_block (shape->out_channels / shape->group);
  guint32 local_w = lanes ? lanes : 8, local_h = lanes ? 4 : 8;
  guint32 columns = choose_direct_columns (vk_conv_div_up (x->out, x->phases),
      local_w, block <= 4 && x->stride == 1 ? 8 : 5);
  gboolean wide = get_reach (x, columns) > DIRECT_MAX_SPAN;
  gboolean unroll = !wide
      && x->taps * y->taps * block * columns <= DIRECT_MAX_UNROLL;

  if (wide && (columns - 1) * x->stride >= DIRECT_MAX_SPAN)
    columns = 1;
  *plan = (SgVkConvPlan) {
  .family = VK_CONV_DIRECT,
        .shader = lanes ? shape->half ? "nn/conv_direct.f16_lanes"
        : "nn/conv_direct.lanes" : shape->half ? "nn/conv_direct.f16"
        : "nn/conv_direct.f32",
        .constants =
        { block, columns, lanes, wide, unroll, local_w, local_h },
        .n_constants = 7, .block = block, .tile_w =
        columns * local_w, .tile_h = local_h, .chunk = 1, .room =
        lanes * ((x->taps * block + MAX (lanes, 1) - 1) / MAX (lanes, 1)),};
}

/* --- tiled ---------------------------------------------------------------------- */

/* For up to so many channels of a group. An invocation has 8 x 8 or 4 x 8. */
static const struct
{
  guint32 channels, tile_m, tile_w, tile_h, tm;
} tiled_rows[] = {
  {4, 4, 32, 16, 4},
  {8, 8, 32, 16, 8},
  {16, 16, 32, 16, 8},
  {32, 32, 16, 16, 8},
  {G_MAXUINT32, 64, 16, 8, 8},
};

#define TILED_TN 8

static guint32
get_tiled_bytes (const SgVkConvShape * shape, guint32 cell, guint row,
    guint32 chunk, guint32 rows)
{
  guint32 pixels = tiled_rows[row].tile_w * tiled_rows[row].tile_h;
  guint32 input = get_reach (&shape->axis[0], tiled_rows[row].tile_h)
      * get_reach (&shape->axis[1], tiled_rows[row].tile_w);
  guint32 stage = rows * shape->axis[1].taps * tiled_rows[row].tile_m;
  /* vec3, which some compilers make 16 bytes of */
  guint32 moments = shape->moments ? 16 * tiled_rows[row].tile_m
      * (pixels / TILED_TN) : 0;

  return chunk * (input + stage) * cell + moments;
}

static gboolean
choose_tiled (const SgVkFeatures * features, const SgVkConvShape * shape,
    SgVkConvPlan * plan)
{
  guint32 channels = shape->out_channels / shape->group;
  guint32 in_channels = shape->in_channels / shape->group;
  gboolean cell_f16 = shape->half && features->arithmetic_f16;
  guint32 cell = cell_f16 ? 2 : 4, chunk, threads, rows;
  guint row = 0;

  while (tiled_rows[row].channels < channels)
    row++;
  threads = tiled_rows[row].tile_m / tiled_rows[row].tm
      * (tiled_rows[row].tile_w * tiled_rows[row].tile_h / TILED_TN);
  for (chunk = 8; chunk > 1 && (chunk / 2 >= in_channels
          || get_tiled_bytes (shape, cell, row, chunk, 1)
          > features->max_shared_bytes); chunk /= 2);
  rows = get_tiled_bytes (shape, cell, row, chunk, shape->axis[0].taps)
      <= MIN (features->max_shared_bytes, 24 * 1024) ? shape->axis[0].taps : 1;
  if (get_tiled_bytes (shape, cell, row, chunk, rows)
      > features->max_shared_bytes || threads > features->max_invocations)
    return FALSE;
  *plan = (SgVkConvPlan) {
    .family = VK_CONV_TILED,
        .shader = !shape->half ? "nn/conv_tiled.f32" : cell_f16
        ? "nn/conv_tiled.half" : "nn/conv_tiled.f16",
        .constants = { tiled_rows[row].tile_m, tiled_rows[row].tile_w,
      tiled_rows[row].tile_h, tiled_rows[row].tm, TILED_TN, chunk, rows,
      threads
  }, .n_constants = 8,
        .block = tiled_rows[row].tile_m,
        .tile_w = tiled_rows[row].tile_w,
        .tile_h = tiled_rows[row].tile_h, .chunk = chunk,};
  return TRUE;
}

/* --- matrix --------------------------------------------------------------------- */

/* For up to so many channels: what a subgroup has, and how many subgroups there are
 * along pixels and channels. Tried from the first row that has room for the channels,
 * then with fewer pixels. */
static const struct
{
  guint32 channels, sub_pixels, sub_channels, groups_m, groups_n, tile_w;
} matrix_rows[] = {
  {16, 64, 16, 4, 1, 32},
  {16, 32, 16, 4, 1, 16},
  {32, 64, 32, 4, 1, 32},
  {32, 32, 32, 4, 1, 16},
  {64, 64, 32, 4, 2, 32},
  {64, 64, 32, 2, 2, 16},
  {128, 64, 32, 2, 4, 16},
  {128, 32, 32, 2, 4, 16},
};

/* On a CPU, what is tested is that it is right: less code to compile. */
static const struct
{
  guint32 sub_pixels, sub_channels, groups_m, groups_n, tile_w;
} matrix_software = { 16, 16, 2, 1, 16 };

typedef struct
{
  guint32 mm, mn, mk, sub_pixels, sub_channels, groups_m, groups_n;
  guint32 tile_w, tile_h, tile_n, chunk, fold, fold_out, subgroup, affine;
} Matrix;

/* Bytes of shared memory: the sums of the shader. */
static guint32
get_matrix_bytes (const SgVkConvShape * shape, const Matrix * m)
{
  guint32 row = (m->chunk / 8) | 1, n_row = (m->tile_n / 8) | 1;
  gboolean folds = m->fold || m->fold_out;
  guint32 in_w = folds ? m->tile_w : get_reach (&shape->axis[1], m->tile_w);
  guint32 in_h = get_reach (&shape->axis[0], m->tile_h);
  guint32 taps = folds ? 1 : shape->axis[1].taps;
  guint32 input = in_w * in_h * row + taps * m->chunk * n_row;
  guint32 output = m->groups_m * m->groups_n
      * (m->fold_out ? m->tile_n : m->mn) * (m->sub_pixels / 4 + 1);
  guint32 moments = shape->moments ? 16 * m->tile_n * m->groups_m
      * (m->subgroup / m->mn) : 0;

  return 16 * MAX (input, output) + moments + 2 * 16 * (m->affine / 4 + 1);
}

static guint32
choose_subgroup (const SgVkFeatures * features)
{
  /* Intel's and lavapipe's matrices are as wide as their subgroups. */
  guint32 want = features->matrix_m <= 8 ? features->matrix_n : 32;

  return want >= features->min_subgroup_size
      && want <= features->max_subgroup_size ? want : features->subgroup_size;
}

static gboolean
fits_matrix (const SgVkFeatures * features, const SgVkConvShape * shape,
    Matrix * m)
{
  guint32 tile = m->sub_pixels * m->groups_m;

  m->tile_n = m->sub_channels * m->groups_n;
  if (m->tile_w < m->mm)
    m->tile_w = m->mm;
  m->tile_h = tile / m->tile_w;
  return m->sub_pixels % m->mm == 0 && m->sub_channels % m->mn == 0
      && m->tile_w % m->mm == 0 && tile % m->tile_w == 0
      && m->subgroup >= m->mn
      && m->groups_m * m->groups_n * m->subgroup <= features->max_invocations
      && get_matrix_bytes (shape, m) <= features->max_shared_bytes;
}

static gboolean
choose_matrix_tile (const SgVkFeatures * features, const SgVkConvShape * shape,
    Matrix * m)
{
  for (guint i = 0; i < G_N_ELEMENTS (matrix_rows); i++) {
    gboolean last = matrix_rows[i].channels == 128;

    if (features->software) {
      m->sub_pixels = matrix_software.sub_pixels;
      m->sub_channels = matrix_software.sub_channels;
      m->groups_m = matrix_software.groups_m;
      m->groups_n = matrix_software.groups_n;
      m->tile_w = matrix_software.tile_w;
      return fits_matrix (features, shape, m);
    }
    if (matrix_rows[i].channels < shape->out_channels && !last)
      continue;
    m->sub_pixels = matrix_rows[i].sub_pixels;
    m->sub_channels = matrix_rows[i].sub_channels;
    m->groups_m = matrix_rows[i].groups_m;
    m->groups_n = matrix_rows[i].groups_n;
    m->tile_w = matrix_rows[i].tile_w;
    if (fits_matrix (features, shape, m))
      return TRUE;
  }
  return FALSE;
}

/* Few output channels: a subgroup has whole rows of the tile, and all channels. Not
 * with moments, which nets have no use for there. */
static gboolean
choose_fold_out (const SgVkFeatures * features, const SgVkConvShape * shape,
    Matrix * m)
{
  const SgVkConvAxis *x = &shape->axis[1];
  guint32 columns = shape->out_channels * x->taps;

  if (m->fold || shape->moments || x->phases > 1 || x->stride > 1
      || x->taps < 3 || columns > 32 || (x->taps - 1) * x->dilation > 16)
    return FALSE;
  m->fold_out = shape->out_channels;
  m->sub_channels = round_up (columns, MAX (m->mn, 16));
  m->groups_m = features->software ? 2 : 4;
  m->groups_n = 1;
  m->tile_w = m->sub_pixels = features->software ? 32 : 64;
  if (fits_matrix (features, shape, m))
    return TRUE;
  m->fold_out = 0;
  return FALSE;
}

static void
set_matrix_plan (const SgVkFeatures * features, const SgVkConvShape * shape,
    const Matrix * m, SgVkConvPlan * plan)
{
  const guint32 constants[] = { m->mm, m->mn, m->mk, m->sub_pixels / m->mm,
    m->sub_channels / m->mn, m->groups_m, m->groups_n, m->tile_w, m->chunk,
    m->fold, m->subgroup, m->affine, m->groups_m * m->groups_n * m->subgroup,
    m->fold_out
  };

  plan->family = VK_CONV_MATRIX;
  memcpy (plan->constants, constants, sizeof constants);
  plan->n_constants = G_N_ELEMENTS (constants);
  plan->subgroup_size = features->max_subgroup_size ? m->subgroup : 0;
  plan->block = m->tile_n;
  plan->tile_w = m->tile_w;
  plan->tile_h = m->tile_h;
  plan->chunk = m->chunk;
  plan->fold = m->fold > 0;
  plan->fold_out = m->fold_out > 0;
  plan->half_weights = TRUE;
  if (m->fold_out)
    plan->tile_w -= (shape->axis[1].taps - 1) * shape->axis[1].dilation;
}

static gboolean
choose_matrix (const SgVkFeatures * features, const SgVkConvShape * shape,
    SgVkConvPlan * plan)
{
  const gchar *shader = features->matrix == VK_MATRIX_NV
      ? "nn/conv_matrix.nv" : "nn/conv_matrix.khr";
  gboolean plain = !shape->affine && shape->axis[1].phases == 1
      && shape->input_activation.kind == SG_ACTIVATION_NONE;
  Matrix m = { .mm = features->matrix_m, .mn = features->matrix_n,
    .mk = features->matrix_k
  };

  if (features->matrix == VK_MATRIX_NONE || !shape->half || shape->group != 1
      || !shape->constant_weights || !features->arithmetic_f16
      || m.mn % 8 != 0 || m.mk % 8 != 0 || m.mm % 4 != 0
      || !vk_shader_exists (shader))
    return FALSE;
  m.subgroup = choose_subgroup (features);
  m.chunk = MAX (m.mk, shape->in_channels > 8 ? 16 : 8);
  if (plain && shape->in_channels < 8 && shape->axis[1].taps > 1) {
    m.fold = shape->in_channels;
    m.chunk = round_up (shape->axis[1].taps * m.fold, m.mk);
  }
  m.affine = shape->affine ? round_up (shape->in_channels, m.chunk) : 0;
  if (!choose_fold_out (features, shape, &m)
      && !choose_matrix_tile (features, shape, &m))
    return FALSE;
  *plan = (SgVkConvPlan) {
  .shader = shader};
  set_matrix_plan (features, shape, &m, plan);
  return TRUE;
}

/* --- all ------------------------------------------------------------------------ */

void
vk_conv_choose (const SgVkFeatures * features, const SgVkConvShape * shape,
    SgVkConvPlan * plan)
{
  const gchar *wanted = g_getenv ("SG_VULKAN_CONV");
  guint32 channels = shape->out_channels / shape->group;
  guint32 products = shape->in_channels / shape->group * shape->axis[0].taps
      * shape->axis[1].taps;
  /* Below these, most of a tile would be zeros. */
  gboolean matrix = !features->software && channels >= 3 && products >= 24;
  gboolean tiled = !features->software && channels >= 3 && products >= 8;

  if (wanted && *wanted) {
    matrix = g_str_equal (wanted, "matrix");
    tiled = g_str_equal (wanted, "tiled");
  }
  if (matrix && choose_matrix (features, shape, plan))
    return;
  if (tiled && choose_tiled (features, shape, plan))
    return;
  choose_direct (features, shape, plan);
}
