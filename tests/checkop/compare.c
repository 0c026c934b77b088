/* gst-stylegan: checkop's comparison
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "harness.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* "[0,2,7,1]" for element @index. */
static gchar *
index_to_string (const SgShape * shape, gint64 index)
{
  SgShape position = *shape;

  for (gint i = shape->rank; i-- > 0;) {
    position.dim[i] = index % shape->dim[i];
    index /= shape->dim[i];
  }
  return sg_shape_to_string (&position);
}

gdouble
check_magnitude (const SgTensorDesc * desc, gconstpointer data)
{
  gint64 n = sg_shape_elements (&desc->shape);
  gdouble largest = 0;

  for (gint64 i = 0; i < n; i++) {
    gdouble v = fabs (sg_dtype_load (desc->dtype, data, (gsize) i));

    if (isfinite (v) && v > largest)
      largest = v;
  }
  return largest;
}

/* The unit roundoff of the type over that of f32, for which the table is. */
static gdouble
dtype_factor (SgDType dtype)
{
  return dtype == SG_DTYPE_F16 ? 0x1p13 : dtype == SG_DTYPE_BF16 ? 0x1p16 : 1;
}

/* --- half precision --------------------------------------------------------- */

/* Largest finite f16; smallest one, below which its spacing does not fall; and its
 * spacing relative to the number, at most. */
#define HALF_MAX 65504.0
#define HALF_MIN 0x1p-24
#define HALF_SPACING 0x1p-10

gboolean
check_is_half (const SgTensorDesc * desc)
{
  return desc->dtype == SG_DTYPE_F32 && desc->shape.rank == 4;
}

void
check_round_half (const SgTensorDesc * desc, gpointer data)
{
  gfloat *values = data;

  for (gint64 i = 0; i < sg_shape_elements (&desc->shape); i++)
    values[i] = sg_f16_to_f32 (sg_f32_to_f16 (values[i]));
}

/* What has overflowed in f16 is infinite, or the largest number where a device
 * rounds towards zero. */
static gboolean
is_overflow (gdouble got, gdouble expected)
{
  return fabs (expected) > HALF_MAX && fabs (got) >= HALF_MAX
      && (got > 0) == (expected > 0);
}

/* --- comparing -------------------------------------------------------------- */

gchar *
check_compare (const SgTensorDesc * desc, gconstpointer got,
    gconstpointer expected, CheckClass tolerance, gdouble factor, gdouble input,
    gboolean half)
{
  const CheckTolerance *t = &check_tolerances[tolerance];
  gint64 n = sg_shape_elements (&desc->shape), worst = -1, n_wrong = 0;
  gdouble worst_ratio = 0, worst_allowed = 0, scale;
  gboolean half_output = half && check_is_half (desc);

  if (!sg_dtype_is_float (desc->dtype)) {
    t = &check_tolerances[CHECK_EXACT];
    factor = 1;
  }
  scale = check_magnitude (desc, expected);
  factor *= dtype_factor (desc->dtype);
  for (gint64 i = 0; i < n; i++) {
    gdouble g = sg_dtype_load (desc->dtype, got, (gsize) i);
    gdouble e = sg_dtype_load (desc->dtype, expected, (gsize) i);
    gdouble allowed = factor * (t->relative * fabs (e) + t->scaled * scale
        + input);
    gdouble error = fabs (g - e);

    if (tolerance != CHECK_EXACT)
      allowed += FLT_MIN;
    if (half)
      allowed += t->half * scale;
    if (half_output)
      allowed += MAX (HALF_SPACING * fabs (e), HALF_MIN);
    if (half_output && is_overflow (g, e))
      continue;
    if (g == e || (isnan (g) && isnan (e)) || error <= allowed)
      continue;
    n_wrong++;
    /* infinities and NaN are worse than any number */
    if (worst < 0 || !(error / allowed <= worst_ratio)) {
      worst_ratio = error / allowed;
      worst_allowed = allowed;
      worst = i;
    }
  }
  if (worst >= 0) {
    g_autofree gchar *where = index_to_string (&desc->shape, worst);
    gdouble g = sg_dtype_load (desc->dtype, got, (gsize) worst);
    gdouble e = sg_dtype_load (desc->dtype, expected, (gsize) worst);

    return g_strdup_printf ("at %s %.9g instead of %.9g (off by %.3g, %s: "
        "%.3g allowed), %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
        " elements wrong", where, g, e, fabs (g - e), t->name, worst_allowed,
        n_wrong, n);
  }
  return NULL;
}
