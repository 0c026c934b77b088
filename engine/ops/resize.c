/* gst-stylegan: Resize and Upsample, each output sample a mix of those around
 * where it lies in the input
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formulas: ONNX's Resize; what its text leaves open is as its node tests have
 * it. */
#include "ops/resize.h"

#include <math.h>

#include "ops/gradient.h"
#include "ops/ops.h"
#include "ops/pool.h"
#include "ops/spatial.h"

enum
{ IN_X, IN_ROI, IN_SCALES, IN_SIZES };

/* --- inputs -------------------------------------------------------------- */

/* Input @index as @n numbers. FALSE without @error when it is none. */
static gboolean
get_floats (const SgCall * call, guint index, gint n, gdouble * values,
    GError ** error)
{
  const SgTensorDesc *desc;
  const SgTensor *tensor;

  if (!sg_call_has_input (call, index))
    return FALSE;
  desc = &call->inputs[index];
  if (sg_shape_elements (&desc->shape) == 0)
    return FALSE;
  if (!sg_dtype_is_float (desc->dtype) || desc->shape.rank != 1
      || desc->shape.dim[0] != n) {
    g_autofree gchar *s = sg_shape_to_string (&desc->shape);

    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "input %u is %s %s instead of %d floating point numbers", index,
        sg_dtype_name (desc->dtype), s, n);
  }
  tensor = call->constants ? call->constants[index] : NULL;
  if (tensor == NULL)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "input %u is computed from the image; it must be a constant", index);
  for (gint i = 0; i < n; i++)
    values[i] = sg_tensor_get (tensor, i);
  return TRUE;
}

/* The dimensions that the inputs are about. */
static gboolean
get_axes (const SgCall * call, gint axes[SG_MAX_RANK], gint * n_axes,
    GError ** error)
{
  const SgResizeAttrs *a = call->attrs;
  gint rank = call->inputs[IN_X].shape.rank;
  gboolean mask[SG_MAX_RANK];

  if (a->n_axes < 0 || a->n_axes > SG_MAX_RANK)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "%d axes", a->n_axes);
  if (!sg_call_axes (call, a->axes, (guint) a->n_axes, rank, mask, error))
    return FALSE;
  *n_axes = a->n_axes ? a->n_axes : rank;
  for (gint i = 0; i < *n_axes; i++)
    axes[i] = a->n_axes ? sg_call_axis (call, a->axes[i], rank, error) : i;
  return TRUE;
}

static gboolean
apply_scales (const SgCall * call, const gdouble * scales, const gint * which,
    gint n, SgResizeAxis * axes, GError ** error)
{
  for (gint i = 0; i < n; i++) {
    SgResizeAxis *axis = &axes[which[i]];
    gdouble out;

    if (!(scales[i] > 0) || !isfinite (scales[i]))
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "scales by %g", scales[i]);
    /* In f32, as everyone does: 10 times 0.7 is 7 then. */
    out = floorf ((gfloat) axis->in * (gfloat) scales[i]);
    if (!(out >= 1) || out > (gdouble) SG_MAX_ELEMENTS)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "scales a dimension of %" G_GINT64_FORMAT " by %g", axis->in,
          scales[i]);
    axis->out = (gint64) out;
    axis->scale = scales[i];
  }
  return TRUE;
}

static gboolean
apply_sizes (const SgCall * call, const gint64 * sizes, const gint * which,
    gint n, SgResizeAxis * axes, GError ** error)
{
  const SgResizeAttrs *a = call->attrs;
  gdouble scale = 0;

  for (gint i = 0; i < n; i++) {
    SgResizeAxis *axis = &axes[which[i]];

    if (sizes[i] < 1 || sizes[i] > SG_MAX_ELEMENTS)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "resizes to %" G_GINT64_FORMAT, sizes[i]);
    axis->out = sizes[i];
    axis->scale = (gdouble) axis->out / axis->in;
    if (i == 0)
      scale = axis->scale;
    scale = a->policy == SG_RESIZE_NOT_LARGER ? MIN (scale, axis->scale)
        : MAX (scale, axis->scale);
  }
  if (a->policy == SG_RESIZE_STRETCH)
    return TRUE;
  for (gint i = 0; i < n; i++) {
    SgResizeAxis *axis = &axes[which[i]];
    gdouble out = floor (scale * axis->in + 0.5);

    if (out < 1 || out > (gdouble) SG_MAX_ELEMENTS)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "keeping the aspect ratio makes %g of a dimension of %"
          G_GINT64_FORMAT, out, axis->in);
    axis->out = (gint64) out;
    axis->scale = scale;
  }
  return TRUE;
}

static gboolean
apply_roi (const SgCall * call, const gint * which, gint n,
    SgResizeAxis * axes, GError ** error)
{
  const SgResizeAttrs *a = call->attrs;
  gdouble roi[2 * SG_MAX_RANK];
  GError *problem = NULL;

  if (a->coordinates != SG_RESIZE_TF_CROP_AND_RESIZE)
    return TRUE;
  if (a->scales_second || !get_floats (call, IN_ROI, 2 * n, roi, &problem)) {
    if (problem == NULL)
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "tf_crop_and_resize without a region of interest");
    g_propagate_error (error, problem);
    return FALSE;
  }
  for (gint i = 0; i < n; i++) {
    /* Anything else leads to coordinates that are no integers. */
    if (!(fabs (roi[i]) < 1e6) || !(fabs (roi[n + i]) < 1e6))
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "region of interest from %g to %g", roi[i], roi[n + i]);
    axes[which[i]].start = roi[i];
    axes[which[i]].end = roi[n + i];
  }
  return TRUE;
}

gboolean
sg_resize_resolve (const SgCall * call, SgResizeAxis axes[SG_MAX_RANK],
    GError ** error)
{
  const SgResizeAttrs *a = call->attrs;
  const SgShape *x = &call->inputs[IN_X].shape;
  gint which[SG_MAX_RANK], n = 0;
  gdouble scales[SG_MAX_RANK];
  gint64 sizes[SG_MAX_RANK];
  guint n_sizes = 0;
  gboolean has_scales;
  GError *problem = NULL;

  for (gint i = 0; i < x->rank; i++) {
    SgResizeAxis same = { x->dim[i], x->dim[i], 1, 0, 1, FALSE };

    axes[i] = same;
  }
  if (!get_axes (call, which, &n, error))
    return FALSE;
  has_scales = get_floats (call, a->scales_second ? 1 : IN_SCALES, n, scales,
      &problem);
  if (problem) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  if (!a->scales_second && sg_call_has_input (call, IN_SIZES)
      && !sg_call_get_ints (call, IN_SIZES, sizes, SG_MAX_RANK, &n_sizes,
          error))
    return FALSE;
  if (has_scales == (n_sizes > 0))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "has %s scales and sizes", has_scales ? "both" : "neither");
  if (n_sizes > 0 && (gint) n_sizes != n)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "%u sizes for %d dimensions", n_sizes, n);
  if (!(has_scales ? apply_scales (call, scales, which, n, axes, error)
          : apply_sizes (call, sizes, which, n, axes, error))
      || !apply_roi (call, which, n, axes, error))
    return FALSE;
  for (gint i = 0; i < x->rank; i++)
    axes[i].same = axes[i].scale == 1 && axes[i].out == axes[i].in
        && axes[i].start == 0 && axes[i].end == 1;
  return TRUE;
}

gboolean
sg_resize_resolve_planes (const SgCall * call, SgResizeAxis last[2])
{
  const SgShape *x = &call->inputs[0].shape;
  SgResizeAxis axes[SG_MAX_RANK], none = { 1, 1, 1, 0, 1, TRUE };

  if (!sg_resize_resolve (call, axes, NULL))
    return FALSE;
  for (gint i = 0; i < x->rank - 2; i++)
    if (!axes[i].same)
      return FALSE;
  last[0] = x->rank > 1 ? axes[x->rank - 2] : none;
  last[1] = axes[x->rank - 1];
  return TRUE;
}

/* --- samples ------------------------------------------------------------- */

/* Scales are f32 and rarely exact: with one of 1/3, sample 1 lies at 2.9999999
 * in double, but at 3 in f32, which is what everyone calculates in and what
 * decides between neighbours. Interpolation is better off without rounding. */
static gdouble
divide (const SgResizeAttrs * a, gdouble x, gdouble y)
{
  return a->mode == SG_RESIZE_NEAREST ? (gfloat) (x / y) : x / y;
}

gboolean
sg_resize_coordinate (const SgResizeAttrs * a, const SgResizeAxis * axis,
    gint64 i, gdouble * x)
{
  /* ONNX's output_width: what the scale makes before it is rounded down. */
  gdouble width = axis->scale * axis->in, last = axis->in - 1;
  gdouble corner = divide (a, i, axis->scale);
  gdouble centre = divide (a, i + 0.5, axis->scale), half_pixel = centre - 0.5;

  *x = half_pixel;
  if (axis->same) {
    *x = i;
    return TRUE;
  }
  switch (a->coordinates) {
    case SG_RESIZE_HALF_PIXEL:
      break;
    case SG_RESIZE_HALF_PIXEL_SYMMETRIC:
      *x = axis->in / 2.0 * (1 - axis->out / width) + half_pixel;
      break;
    case SG_RESIZE_PYTORCH_HALF_PIXEL:
      *x = axis->out > 1 ? half_pixel : 0;
      break;
    case SG_RESIZE_ALIGN_CORNERS:
      *x = axis->out > 1 ? divide (a, i * last, width - 1) : 0;
      break;
    case SG_RESIZE_ASYMMETRIC:
      *x = corner;
      break;
    case SG_RESIZE_TF_HALF_PIXEL_FOR_NN:
      *x = centre;
      break;
    case SG_RESIZE_TF_CROP_AND_RESIZE:
      *x = axis->out > 1 ? axis->start * last
          + i * (axis->end - axis->start) * last / (width - 1)
          : 0.5 * (axis->start + axis->end) * last;
      return *x >= 0 && *x <= last;
  }
  return TRUE;
}

gint64
sg_resize_nearest (const SgResizeAttrs * a, const SgResizeAxis * axis, gint64 i)
{
  gdouble x;

  if (!sg_resize_coordinate (a, axis, i, &x))
    return -1;
  switch (a->nearest) {
    case SG_RESIZE_ROUND_PREFER_FLOOR:
      x = ceil (x - 0.5);
      break;
    case SG_RESIZE_ROUND_PREFER_CEIL:
      x = floor (x + 0.5);
      break;
    case SG_RESIZE_FLOOR:
      x = floor (x);
      break;
    case SG_RESIZE_CEIL:
      x = ceil (x);
      break;
    case SG_RESIZE_CEIL_TO_SHRINK:
      x = axis->scale < 1 ? ceil (x) : floor (x);
      break;
  }
  return (gint64) CLAMP (x, 0, axis->in - 1);
}

gboolean
sg_resize_repeats (const SgResizeAttrs * a, const SgResizeAxis * axis,
    gint64 * factor)
{
  *factor = axis->out / axis->in;
  if (a->mode != SG_RESIZE_NEAREST || *factor * axis->in != axis->out)
    return FALSE;
  for (gint64 i = 0; i < axis->out; i++)
    if (sg_resize_nearest (a, axis, i) != i / *factor)
      return FALSE;
  return TRUE;
}

/* The interpolation kernel at distance @x. Cubic: equation 4 of Keys, "Cubic
 * convolution interpolation for digital image processing", 1981. */
static gdouble
kernel (const SgResizeAttrs * attrs, gdouble x)
{
  gdouble a = attrs->cubic_coeff_a;

  x = fabs (x);
  if (attrs->mode == SG_RESIZE_LINEAR)
    return x < 1 ? 1 - x : 0;
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/* How far the kernel reaches to either side. */
static gdouble
reach (const SgResizeAttrs * a, const SgResizeAxis * axis)
{
  gdouble radius = a->mode == SG_RESIZE_LINEAR ? 1 : 2;

  return a->antialias && axis->scale < 1 ? radius / axis->scale : radius;
}

gint64
sg_resize_max_taps (const SgResizeAttrs * a, const SgResizeAxis * axis)
{
  /* One more than fit, for rounding. */
  return 2 * (gint64) ceil (reach (a, axis)) + 2;
}

gint64
sg_resize_taps (const SgResizeAttrs * a, const SgResizeAxis * axis, gint64 i,
    gint64 * first, gdouble * weights)
{
  gdouble x, sum = 0, scale = a->antialias ? MIN (axis->scale, 1) : 1;
  gint64 n;

  *first = 0;
  if (!sg_resize_coordinate (a, axis, i, &x))
    return 0;
  *first = (gint64) ceil (x - reach (a, axis));
  n = (gint64) floor (x + reach (a, axis)) - *first + 1;
  for (gint64 k = 0; k < n; k++) {
    gboolean outside = *first + k < 0 || *first + k >= axis->in;

    weights[k] = outside && a->exclude_outside ? 0
        : kernel (a, (*first + k - x) * scale);
    sum += weights[k];
  }
  for (gint64 k = 0; sum != 0 && k < n; k++)
    weights[k] /= sum;
  return n;
}

/* --- the operator -------------------------------------------------------- */

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgResizeAttrs *a = call->attrs;
  const SgTensorDesc *x = &call->inputs[IN_X];
  SgResizeAxis axes[SG_MAX_RANK];

  if (!sg_spatial_check_inputs (call, error))
    return FALSE;
  if (x->dtype == SG_DTYPE_BOOL && a->mode != SG_RESIZE_NEAREST)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "interpolates bool");
  if (sg_shape_elements (&x->shape) == 0)
    return sg_call_error (call, error, SG_ERROR_SHAPE, "input is empty");
  if (a->antialias && a->mode == SG_RESIZE_NEAREST)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "antialias does not go with mode nearest");
  if (!sg_resize_resolve (call, axes, error))
    return FALSE;
  call->outputs[0] = *x;
  for (gint i = 0; i < x->shape.rank; i++)
    call->outputs[0].shape.dim[i] = axes[i].out;
  return sg_spatial_check_output (call, error);
}

static gdouble
flops (const SgCall * call)
{
  const SgResizeAttrs *a = call->attrs;
  gdouble n = (gdouble) sg_shape_elements (&call->outputs[0].shape);

  return a->mode == SG_RESIZE_NEAREST ? 0
      : n * (a->mode == SG_RESIZE_LINEAR ? 8 : 40);
}

/* The place of attribute @name's text in @values. */
static gboolean
parse_choice (SgImport * import, const gchar * name, const gchar * fallback,
    const gchar * const *values, guint n_values, guint * choice,
    GError ** error)
{
  const gchar *text = sg_import_string (import, name, fallback);

  for (*choice = 0; *choice < n_values; ++*choice)
    if (g_str_equal (text, values[*choice]))
      return TRUE;
  return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
      "unknown %s '%s'", name, text);
}

static const gchar *const modes[] = { "nearest", "linear", "cubic" };

static const gchar *const coordinates[] = {
  "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners",
  "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"
};

static const gchar *const nearests[] = {
  "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"
};

static const gchar *const policies[] = {
  "stretch", "not_larger", "not_smaller"
};

static gboolean
parse_mode (SgImport * import, SgResizeAttrs * a, GError ** error)
{
  guint mode;

  /* Upsample's first versions say so. */
  if (g_str_equal (sg_import_string (import, "mode", "nearest"), "bilinear"))
    mode = SG_RESIZE_LINEAR;
  else if (!parse_choice (import, "mode", "nearest", modes,
          G_N_ELEMENTS (modes), &mode, error))
    return FALSE;
  a->mode = (SgResizeMode) mode;
  a->cubic_coeff_a = -0.75f;
  return TRUE;
}

static gboolean
parse_11 (SgImport * import, gpointer attrs, GError ** error)
{
  SgResizeAttrs *a = attrs;
  guint coordinate, nearest, policy, n;

  if (!parse_mode (import, a, error)
      || !parse_choice (import, "coordinate_transformation_mode",
          "half_pixel", coordinates, G_N_ELEMENTS (coordinates), &coordinate,
          error)
      || !parse_choice (import, "nearest_mode", "round_prefer_floor",
          nearests, G_N_ELEMENTS (nearests), &nearest, error)
      || !parse_choice (import, "keep_aspect_ratio_policy", "stretch",
          policies, G_N_ELEMENTS (policies), &policy, error)
      || !sg_import_ints (import, "axes", a->axes, SG_MAX_RANK, &n, error))
    return FALSE;
  a->coordinates = (SgResizeCoordinates) coordinate;
  a->nearest = (SgResizeNearest) nearest;
  a->policy = (SgResizePolicy) policy;
  a->n_axes = (gint) n;
  a->antialias = sg_import_int (import, "antialias", 0) != 0;
  a->exclude_outside = sg_import_int (import, "exclude_outside", 0) != 0;
  a->cubic_coeff_a = sg_import_float (import, "cubic_coeff_a", -0.75f);
  a->extrapolation_value = sg_import_float (import, "extrapolation_value", 0);
  return TRUE;
}

/* Upsample 9 and 10. */
static gboolean
parse_9 (SgImport * import, gpointer attrs, GError ** error)
{
  SgResizeAttrs *a = attrs;

  a->coordinates = SG_RESIZE_ASYMMETRIC;
  a->nearest = SG_RESIZE_FLOOR;
  a->scales_second = TRUE;
  return parse_mode (import, a, error);
}

/* Resize 10. Its text does not say how it rounds; its node tests in ONNX 1.5 and
 * ONNX Runtime agree. */
static gboolean
parse_10 (SgImport * import, gpointer attrs, GError ** error)
{
  SgResizeAttrs *a = attrs;

  if (!parse_9 (import, attrs, error))
    return FALSE;
  a->nearest = SG_RESIZE_CEIL_TO_SHRINK;
  return TRUE;
}

/* Upsample 7 and 8. */
static gboolean
parse_7 (SgImport * import, gpointer attrs, GError ** error)
{
  const SgAttr *scales = sg_import_find (import, "scales");

  if (scales == NULL || scales->type != SG_ATTR_FLOATS)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "scales is missing");
  import->keep_inputs = MIN (import->n_inputs, 1);
  sg_import_set_input (import, 1,
      sg_tensor_new_f32 (scales->floats, scales->n));
  return parse_9 (import, attrs, error);
}

/* What each sample of the output is made of, as a matrix [out, in]. */
static SgValue *
axis_matrix (SgGradient * g, const SgResizeAxis * axis)
{
  const SgResizeAttrs *a = g->node->attrs;
  SgShape shape = SG_SHAPE (axis->out, axis->in);
  g_autofree gdouble *matrix = NULL, *weights = NULL;
  SgValue *value;

  if (g->build.error)
    return NULL;
  matrix = g_try_new0 (gdouble, (gsize) (axis->out * axis->in));
  weights = g_new (gdouble, (gsize) sg_resize_max_taps (a, axis));
  if (matrix == NULL) {
    sg_gradient_fail (g, SG_ERROR_NO_MEMORY, "no memory for its gradient");
    return NULL;
  }
  for (gint64 i = 0; i < axis->out; i++) {
    gdouble *row = matrix + i * axis->in;

    if (a->mode == SG_RESIZE_NEAREST) {
      gint64 from = sg_resize_nearest (a, axis, i);

      if (from >= 0)
        row[from] = 1;
    } else {
      gint64 first, n = sg_resize_taps (a, axis, i, &first, weights);

      for (gint64 k = 0; k < n; k++)
        row[CLAMP (first + k, 0, axis->in - 1)] += weights[k];
    }
  }
  value = sg_gradient_floats (g, matrix, &shape);
  return value;
}

/* Of nearest neighbours repeated in the last two dimensions only: the sum of every
 * block, as a mean. FALSE: it is something else. */
static gboolean
sum_blocks (SgGradient * g, const SgResizeAxis * axes, gint rank)
{
  const SgResizeAttrs *a = g->node->attrs;
  gint64 factor[2] = { 1, 1 };
  SgPoolAttrs pool = { 0 };

  if (a->mode != SG_RESIZE_NEAREST || rank != 4)
    return FALSE;
  for (gint i = 0; i < 4; i++) {
    if (axes[i].same)
      continue;
    if (i < 2 || !sg_resize_repeats (a, &axes[i], &factor[i - 2]))
      return FALSE;
  }
  for (gint i = 0; i < 2; i++) {
    if (axes[i + 2].out != axes[i + 2].in * factor[i])
      return FALSE;
    pool.window.kernel[i] = pool.window.stride[i] = factor[i];
  }
  pool.window.n_spatial = 2;
  g->inputs[0] = sg_gradient_scale (g, sg_gradient_node (g, "average_pool",
          &pool, 1, g->outputs[0]), (gdouble) (factor[0] * factor[1]));
  return TRUE;
}

/* Axis by axis, with the matrix transposed. */
static void
gradient (SgGradient * g)
{
  gint rank = sg_gradient_input_shape (g, 0)->rank;
  SgValue *dy = g->outputs[0];
  SgResizeAxis axes[SG_MAX_RANK];

  if (!sg_resize_resolve (g->call, axes, &g->build.error)
      || sum_blocks (g, axes, rank))
    return;
  for (gint i = 0; i < rank; i++) {
    SgValue *matrix;

    if (axes[i].same)
      continue;
    matrix = axis_matrix (g, &axes[i]);
    if (rank > 1 && i == rank - 2)
      dy = sg_gradient_binary (g, "matmul", sg_gradient_swap (g, matrix, 0, 1),
          dy);
    else
      dy = sg_gradient_swap (g, sg_gradient_binary (g, "matmul",
              sg_gradient_swap (g, dy, i, rank - 1), matrix), i, rank - 1);
  }
  g->inputs[0] = dy;
}

/* Resize 10 rounds by what each scale is; newer ones round all alike. */
static gboolean
nearest_mode (const SgExport * export, const SgResizeAttrs * a,
    SgResizeNearest * nearest, GError ** error)
{
  const guint index = a->scales_second ? 1 : IN_SCALES;
  const SgTensor *scales = index < export->n_inputs ?
      export->constants[index] : NULL;
  gboolean larger = FALSE, smaller = FALSE;

  *nearest = a->nearest;
  if (a->nearest != SG_RESIZE_CEIL_TO_SHRINK)
    return TRUE;
  for (gint64 i = 0; scales && i < sg_tensor_elements (scales); i++) {
    larger |= sg_tensor_get (scales, i) > 1;
    smaller |= sg_tensor_get (scales, i) < 1;
  }
  *nearest = smaller ? SG_RESIZE_CEIL : SG_RESIZE_FLOOR;
  return (scales && !(larger && smaller)) || a->mode != SG_RESIZE_NEAREST
      || sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
      "rounds as opset 10 does; later ones cannot, for these scales");
}

static gboolean
write (SgExport * export, gconstpointer attrs, GError ** error)
{
  const SgResizeAttrs *a = attrs;
  SgResizeNearest nearest;

  if (!nearest_mode (export, a, &nearest, error))
    return FALSE;
  sg_export_set_string (export, "mode", modes[a->mode]);
  sg_export_set_string (export, "coordinate_transformation_mode",
      coordinates[a->coordinates]);
  if (a->mode == SG_RESIZE_NEAREST)
    sg_export_set_string (export, "nearest_mode", nearests[nearest]);
  if (a->mode == SG_RESIZE_CUBIC)
    sg_export_set_float (export, "cubic_coeff_a", a->cubic_coeff_a);
  if (a->exclude_outside)
    sg_export_set_int (export, "exclude_outside", 1);
  if (a->coordinates == SG_RESIZE_TF_CROP_AND_RESIZE)
    sg_export_set_float (export, "extrapolation_value", a->extrapolation_value);
  if (a->antialias)
    sg_export_set_int (export, "antialias", 1);
  if (a->n_axes > 0)
    sg_export_set_ints (export, "axes", a->axes, (guint) a->n_axes);
  if (a->policy != SG_RESIZE_STRETCH)
    sg_export_set_string (export, "keep_aspect_ratio_policy",
        policies[a->policy]);
  if (a->scales_second)
    sg_export_insert_input (export, IN_ROI);
  if (a->coordinates == SG_RESIZE_HALF_PIXEL_SYMMETRIC
      && !sg_export_needs (export, 19, "half_pixel_symmetric", error))
    return FALSE;
  return (!a->antialias && a->n_axes == 0 && a->policy == SG_RESIZE_STRETCH)
      || sg_export_needs (export, 18, "antialias, axes or "
      "keep_aspect_ratio_policy", error);
}

static const SgOnnxName names[] = {
  {"Upsample", 7, 8, parse_7},
  {"Upsample", 9, 10, parse_9},
  {"Resize", 10, 10, parse_10},
  {"Resize", 11, 0, parse_11, write},
  {NULL}
};

SG_DEFINE_OP (resize, .onnx = names, .min_inputs = 1, .max_inputs = 4,
    .attrs_size = sizeof (SgResizeAttrs), .infer = infer, .flops = flops,
    .gradient = gradient);
