/* gst-stylegan: powers
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   float sg_pow (float a, float b)      a to the power of b, as C's pow ()
 *
 * GLSL's pow () knows no negative a and loses the relative error of its logarithm times
 * the size of it. Here log2 (a) is a sum of two floats: what is multiplied by b and
 * goes into the exponential is good to some 2^-24 all the way. */

/* x * y = result + low, exactly: the products of halves of 12 bits are. GLSL's fma ()
 * would do, but may round twice. */
float
power_product_ (float x, float y, out float low)
{
  const float xh = uintBitsToFloat (floatBitsToUint (x) & 0xfffff000u);
  const float yh = uintBitsToFloat (floatBitsToUint (y) & 0xfffff000u);
  precise float p = x * y, xl = x - xh, yl = y - yh, l;

  l = ((xh * yh - p) + xh * yl + xl * yh) + xl * yl;
  low = l;
  return p;
}

/* x + y = result + low, exactly, where |x| >= |y|. */
float
power_sum_ (float x, float y, out float low)
{
  precise float s = x + y, l;

  l = y - (s - x);
  low = l;
  return s;
}

/* log2 (a) = result + low for normal a > 0. With m in sqrt (1/2) .. sqrt (2) and
 * s = (m - 1) / (m + 1): ln (m) = 2 (s + s^3 / 3 + s^5 / 5 ...). */
float
power_log2_ (float a, out float low)
{
  uint bits = floatBitsToUint (a) - 0x3f3504f3u;
  const int e = int (bits) >> 23;
  const float m = uintBitsToFloat ((bits & 0x007fffffu) + 0x3f3504f3u);
  precise float s, s_low, tail, square, high, l, t, product_low, sum_low;

  /* the quotient with its remainder; m - 1 is exact, m + 1 nearly */
  t = m - 1.0;
  high = m + 1.0;
  s = t / high;
  product_low = t - power_product_ (s, high, sum_low);
  product_low = product_low - sum_low;
  /* what m + 1 was rounded by */
  product_low = product_low - s * ((m - (high - 1.0)));
  s_low = product_low / high;
  square = s * s;
  tail = fma (square, 1.0 / 13.0, 1.0 / 11.0);
  tail = fma (square, tail, 1.0 / 9.0);
  tail = fma (square, tail, 1.0 / 7.0);
  tail = fma (square, tail, 1.0 / 5.0);
  tail = fma (square, tail, 1.0 / 3.0);
  tail = tail * square * s;
  /* times 2 / ln 2 = 2.8853900432586670 + 3.85e-8 */
  high = power_product_ (s, 2.8853900432586670, product_low);
  l = product_low + s * 3.8519210e-8 + (s_low + tail) * 2.8853900432586670;
  high = power_sum_ (float (e), high, sum_low);
  low = sum_low + l;
  return high;
}

/* 2 to the power of (x + low). */
float
power_exp2_ (float x, float low)
{
  const float n = roundEven (clamp (x, -160.0, 130.0));
  const int k = int (n);
  precise float r, p, y;

  r = (clamp (x, -160.0, 130.0) - n) + low;
  /* 2 ^ r = e ^ (r ln 2), |r| <= 1/2 and a little: Taylor */
  p = fma (r, 1.5252734e-5, 1.5403530e-4);
  p = fma (r, p, 1.3333558e-3);
  p = fma (r, p, 9.6181291e-3);
  p = fma (r, p, 5.5504109e-2);
  p = fma (r, p, 2.4022651e-1);
  p = fma (r, p, 6.9314718e-1);
  y = fma (r, p, 1.0);
  /* in two steps: the whole power of two would overflow first */
  y = y * uintBitsToFloat (uint ((k >> 1) + 127) << 23);
  y = y * uintBitsToFloat (uint (k - (k >> 1) + 127) << 23);
  return y;
}

float
power_positive_ (float a, float b)
{
  float low, product_low;
  precise float high, x;
  bool tiny = a < 1.17549435e-38;

  /* denormal numbers */
  high = power_log2_ (tiny ? a * 16777216.0 : a, low);
  if (tiny)
    high = high - 24.0;
  x = power_product_ (high, b, product_low);
  return power_exp2_ (x, product_low + low * b);
}

float
sg_pow (float a, float b)
{
  const float inf = uintBitsToFloat (0x7f800000u);
  const float size = abs (a);
  const bool whole = floor (b) == b;
  const bool odd = whole && abs (b) < 16777216.0
      && (int (b) & 1) != 0;
  precise float y;

  if (b == 2.0)
    return a * a;
  if (b == 0.0 || a == 1.0)
    return 1.0;
  if (isnan (a) || isnan (b))
    return a + b;
  if (isinf (b))
    return size == 1.0 ? 1.0 : (size > 1.0) == (b > 0.0) ? inf : 0.0;
  if (size == 0.0 || isinf (size))
    y = (size == 0.0) == (b > 0.0) ? 0.0 : inf;
  else
    y = power_positive_ (size, b);
  /* the sign bit, so that -0 counts */
  if (floatBitsToInt (a) < 0) {
    if (!whole && size > 0.0 && !isinf (size))
      return uintBitsToFloat (0x7fc00000u);
    if (odd)
      y = -y;
  }
  return y;
}
