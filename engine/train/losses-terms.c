/* gst-stylegan: what the terms of the loss are made of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/losses-terms.h"

#include "ops/depth_to_space.h"
#include "ops/grid_sample.h"
#include "ops/pool.h"
#include "ops/reduce.h"

/* Share of the features' own energy in the unit of content: flat pictures have no
 * variance, and would count for all others. */
#define CONTENT_FLOOR 0.05
/* px: where phases are compared; 64 samples of each of 4x4 */
#define LATTICE_WINDOW 32
/* Squared, of values in 0..1: a quarter of 1/255. */
#define LATTICE_FLOOR 1e-6
#define RANGE_UNIT 0.01

const gint sg_loss_scales[SG_LOSS_N_SCALES] = { 1, 4, 16 };

/* --- sums ------------------------------------------------------------------ */

static gint64
dim (const SgValue * value, gint i)
{
  return value->desc.shape.dim[i];
}

/* The sum over all but the images. */
static SgValue *
sum_image (SgBuild * b, SgValue * value)
{
  return b->error ? NULL : sg_build_sum (b, value, 1, value->desc.shape.rank);
}

static SgValue *
mean_image (SgBuild * b, SgValue * value)
{
  gint64 n;

  if (b->error)
    return NULL;
  n = sg_shape_elements (&value->desc.shape) / dim (value, 0);
  return sg_build_scale (b, sum_image (b, value), 1 / (gdouble) n);
}

static SgValue *
add_scalar (SgBuild * b, SgValue * value, gdouble number)
{
  return sg_build_binary (b, "add", value, sg_build_scalar (b, number));
}

static SgValue *
tensor_constant (SgBuild * b, const SgTensor * tensor)
{
  g_autofree gdouble *values = NULL;
  gint64 n = sg_tensor_elements (tensor);

  values = g_new (gdouble, MAX (n, 1));
  for (gint64 i = 0; i < n; i++)
    values[i] = sg_tensor_get (tensor, i);
  return sg_build_floats (b, values, &tensor->desc.shape);
}

static gdouble
sum_of_squares (const SgTensor * tensor)
{
  gdouble sum = 0;

  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    sum += sg_tensor_get (tensor, i) * sg_tensor_get (tensor, i);
  return sum;
}

/* |value - target|^2 * factor per image */
static SgValue *
squared_distance (SgBuild * b, SgValue * value, const SgTensor * target,
    gdouble factor)
{
  SgValue *d = sg_build_binary (b, "sub", value, tensor_constant (b, target));

  return sg_build_scale (b, sum_image (b, sg_build_square (b, d)), factor);
}

SgValue *
sg_loss_weighted_mean (SgBuild * b, SgValue * const *terms,
    const gdouble * weights, guint n)
{
  gdouble total = 0;
  SgValue *sum = NULL;

  for (guint i = 0; i < n; i++)
    total += weights[i];
  for (guint i = 0; i < n; i++) {
    SgValue *part;

    if (weights[i] == 0)
      continue;
    part = sg_build_scale (b, terms[i], weights[i] / total);
    sum = sum ? sg_build_binary (b, "add", sum, part) : part;
  }
  return sum;
}

/* --- features --------------------------------------------------------------- */

SgValue *
sg_loss_gram (SgBuild * b, SgValue * features)
{
  return sg_build_unary (b, "gram", features);
}

SgValue *
sg_loss_gram_distance (SgBuild * b, SgValue * gram, const SgTensor * target)
{
  return squared_distance (b, gram, target,
      1 / MAX (sum_of_squares (target), 1e-12));
}

SgValue *
sg_loss_content_unit (SgBuild * b, SgValue * target)
{
  SgValue *mean, *energy, *variance;
  gdouble pixels;

  if (b->error)
    return NULL;
  pixels = (gdouble) (dim (target, 2) * dim (target, 3));
  mean = sg_build_scale (b, sg_build_sum (b, target, 2, 4), 1 / pixels);
  energy = sg_build_scale (b, sg_build_sum (b, sg_build_square (b, target), 2,
          4), 1 / pixels);
  variance = sg_build_binary (b, "sub", sg_build_scale (b, energy,
          1 + CONTENT_FLOOR), sg_build_square (b, mean));
  return sg_build_scale (b, sum_image (b, variance), pixels);
}

SgValue *
sg_loss_content (SgBuild * b, SgValue * features, SgValue * target)
{
  return sg_loss_content_above (b, features, target, 0);
}

SgValue *
sg_loss_content_above (SgBuild * b, SgValue * features, SgValue * target,
    gdouble floor)
{
  SgValue *unit = sg_loss_content_unit (b, target);

  if (b->error)
    return NULL;
  unit = floor > 0 ? sg_build_binary (b, "max", unit, sg_build_scalar (b,
          floor * (gdouble) (dim (target, 2) * dim (target, 3))))
      : add_scalar (b, unit, 1e-6);
  return sg_build_binary (b, "div", sum_image (b, sg_build_square (b,
              sg_build_binary (b, "sub", features, target))), unit);
}

/* --- colour ----------------------------------------------------------------- */

static SgValue *
average_pool (SgBuild * b, SgValue * value, gint64 size)
{
  const SgPoolAttrs attrs = { .window = {.n_spatial = 2, .kernel = {size, size},
      .stride = {size, size}}
  };

  return size == 1 ? value
      : sg_build_node (b, "average_pool", &attrs, 1, value);
}

static SgValue *
flatten (SgBuild * b, SgValue * value)
{
  SgShape shape;

  if (b->error)
    return NULL;
  shape = SG_SHAPE (dim (value, 0), dim (value, 1),
      dim (value, 2) * dim (value, 3));
  return sg_build_reshape (b, value, &shape);
}

void
sg_loss_color_statistics (SgBuild * b, SgValue * rgb, gint scale,
    SgValue ** mean, SgValue ** covariance)
{
  SgValue *rows = flatten (b, average_pool (b, rgb, scale));

  *mean = *covariance = NULL;
  if (b->error)
    return;
  *mean = sg_build_scale (b, sg_build_sum (b, rows, 2, 3),
      1 / (gdouble) dim (rows, 2));
  *covariance = sg_build_unary (b, "gram", sg_build_binary (b, "sub", rows,
          *mean));
}

SgValue *
sg_loss_color_distance (SgBuild * b, SgValue * rgb, gint scale,
    const SgTensor * mean, const SgTensor * covariance)
{
  SgValue *m, *c;
  gdouble trace = 0;

  for (gint64 i = 0; i < 3; i++)
    trace += sg_tensor_get (covariance, 4 * i);
  sg_loss_color_statistics (b, rgb, scale, &m, &c);
  return sg_build_binary (b, "add",
      squared_distance (b, m, mean, 1 / MAX (trace, 1e-4)),
      squared_distance (b, c, covariance,
          1 / MAX (sum_of_squares (covariance), 1e-8)));
}

/* --- pixels ----------------------------------------------------------------- */

SgValue *
sg_loss_absolute (SgBuild * b, SgValue * y, SgValue * x)
{
  return sg_build_mean_all (b, sg_build_unary (b, "abs", sg_build_binary (b,
              "sub", y, x)));
}

static SgValue *
mean_step (SgBuild * b, SgValue * value, gint axis)
{
  const gint64 none[4] = { 0, };
  gint64 one[4] = { 0, };

  one[axis] = -1;
  return mean_image (b, sg_build_unary (b, "abs", sg_build_binary (b, "sub",
              sg_build_pad (b, value, one, none), sg_build_pad (b, value, none,
                  one))));
}

static SgValue *
variation (SgBuild * b, SgValue * value)
{
  return sg_build_binary (b, "add", mean_step (b, value, 2), mean_step (b,
          value, 3));
}

SgValue *
sg_loss_total_variation (SgBuild * b, SgValue * y, SgValue * x)
{
  return sg_build_mean_all (b, sg_build_unary (b, "relu", sg_build_binary (b,
              "sub", variation (b, y), variation (b, x))));
}

SgValue *
sg_loss_range (SgBuild * b, SgValue * y)
{
  SgValue *below = sg_build_unary (b, "relu", sg_build_unary (b, "neg", y));
  SgValue *above = sg_build_unary (b, "relu", add_scalar (b, y, -1));

  return sg_build_scale (b, sg_build_mean_all (b, sg_build_square (b,
              sg_build_binary (b, "add", below, above))), 1 / RANGE_UNIT);
}

/* Mean square over phases and channels of (mean of a phase - mean of all), for each
 * window. Returns: [N,1,windows] */
static SgValue *
phase_energy (SgBuild * b, SgValue * value, gint64 grid)
{
  const SgDepthToSpaceAttrs attrs = { .blocksize = grid };
  gint64 phases = grid * grid, channels, windows, size;
  SgValue *mean;
  SgShape shape;

  if (b->error)
    return NULL;
  size = MIN (LATTICE_WINDOW, MIN (dim (value, 2), dim (value, 3))) / grid;
  channels = dim (value, 1);
  value = average_pool (b, sg_build_node (b, "space_to_depth", &attrs, 1,
          value), size);
  if (b->error)
    return NULL;
  windows = dim (value, 2) * dim (value, 3);
  /* phases are the outer part of the channels */
  shape = SG_SHAPE (dim (value, 0), phases, channels, windows);
  value = sg_build_reshape (b, value, &shape);
  mean = sg_build_scale (b, sg_build_sum (b, value, 1, 2),
      1 / (gdouble) phases);
  return sg_build_scale (b, sg_build_sum (b, sg_build_square (b,
              sg_build_binary (b, "sub", value, mean)), 1, 3),
      1 / (gdouble) (phases * channels));
}

SgValue *
sg_loss_checkerboard (SgBuild * b, SgValue * y, SgValue * x)
{
  SgValue *sum = NULL;

  for (gint64 grid = 2; grid <= 4; grid += 2) {
    SgValue *above = sg_build_unary (b, "relu", sg_build_binary (b, "sub",
            phase_energy (b, y, grid), phase_energy (b, x, grid)));

    sum = sum ? sg_build_binary (b, "add", sum, above) : above;
  }
  sum = add_scalar (b, mean_image (b, sum), LATTICE_FLOOR);
  /* the root of the floor is 1e-3 */
  return add_scalar (b, sg_build_mean_all (b, sg_build_unary (b, "sqrt", sum)),
      -1e-3);
}

/* --- time ------------------------------------------------------------------- */

/* Where ONNX's GridSample (corners aligned) is to look: p + flow (p).
 * Returns: [N,H,W,2] */
static SgValue *
grid_of_flow (SgBuild * b, SgValue * flow)
{
  gint64 h = dim (flow, 2), w = dim (flow, 3);
  g_autofree gdouble *base = g_new (gdouble, 2 * h * w);
  const SgShape plane = SG_SHAPE (1, 2, h, w), pair = SG_SHAPE (1, 2, 1, 1);
  const gdouble unit[] = { 2 / (gdouble) (w - 1), 2 / (gdouble) (h - 1) };
  SgValue *grid;

  for (gint64 i = 0; i < h; i++) {
    for (gint64 j = 0; j < w; j++) {
      base[i * w + j] = (gdouble) j *unit[0] - 1;
      base[(h + i) * w + j] = (gdouble) i *unit[1] - 1;
    }
  }
  grid = sg_build_binary (b, "add", sg_build_binary (b, "mul", flow,
          sg_build_floats (b, unit, &pair)), sg_build_floats (b, base, &plane));
  return sg_build_swap (b, sg_build_swap (b, grid, 1, 3), 1, 2);
}

SgValue *
sg_loss_temporal (SgBuild * b, SgValue * y, SgValue * flow, SgValue * mask)
{
  const SgGridSampleAttrs attrs = { SG_GRID_LINEAR, SG_GRID_BORDER, TRUE };
  gint64 sizes[2];
  SgValue *half[2], *d;

  if (b->error)
    return NULL;
  sizes[0] = sizes[1] = dim (y, 0) / 2;
  if (!sg_build_split (b, y, 0, sizes, 2, half))
    return NULL;
  d = sg_build_binary (b, "sub", half[1], sg_build_node (b, "grid_sample",
          &attrs, 2, half[0], grid_of_flow (b, flow)));
  return sg_build_mean_all (b, sg_build_binary (b, "mul", sg_build_unary (b,
              "abs", d), mask));
}
