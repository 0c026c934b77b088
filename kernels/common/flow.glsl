/* gst-stylegan: luma and vectors as integers: what engine/ops/flow.h says in C
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The same integers come out on every device: rounding is to even, division rounds
 * down, NaN counts as 0. */

const int FLOW_FRACTION = 8;    /* steps of a vector per pixel */
const int FLOW_LIMIT = 2047;

int
flow_luma (float v)
{
  return isnan (v) || v <= 0.0 ? 0 : v >= 255.0 ? 255 : int (roundEven (v));
}

int
flow_vector (float v)
{
  const float steps = v * float (FLOW_FRACTION);

  return isnan (v) ? 0 : steps >= float (FLOW_LIMIT) ? FLOW_LIMIT
      : steps <= float (-FLOW_LIMIT) ? -FLOW_LIMIT : int (roundEven (steps));
}

/* The pixel of a row of @n that stands for @x: sg_flow_column. */
int
flow_column (int x, int n, bool wrap)
{
  /* % of negative numbers is undefined */
  if (wrap && (x < 0 || x >= n))
    return x < 0 ? n - 1 - (-1 - x) % n : x % n;
  return clamp (x, 0, n - 1);
}

/* a / b rounded down; b > 0 */
int
flow_floor_div (int a, int b)
{
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}
