/* gst-stylegan: activations
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   float activate (float x, uint kind, float alpha, float beta)
 *   vec4  activate (vec4 x, uint kind, float alpha, float beta)
 *
 * y = f (x) for an SgActivation (ops/activation.h), members passed as they are. @kind
 * should be a specialization constant: then the driver keeps one of the cases and no
 * branch. @alpha and @beta may be anything (push constants).
 *
 * exp, expm1, tanh and sigmoid are ours: GLSL's exp () may be off by 2 |x| units in
 * the last place, and its tanh () is relative to 1, not to x. NaN stays NaN in all:
 * `precise` keeps compilers from making min and max of the selections, which need not
 * do that. */

const uint ACTIVATION_NONE = 0u;
const uint ACTIVATION_RELU = 1u;
const uint ACTIVATION_LEAKY_RELU = 2u;
const uint ACTIVATION_CLIP = 3u;
const uint ACTIVATION_TANH = 4u;
const uint ACTIVATION_SIGMOID = 5u;

/* x = n ln 2 + r, |r| <= ln 2 / 2 and a little; n is a whole number. No fma () here:
 * `precise` says nothing of it, and a compiler may then add up the constants. The first
 * product is exact. */
float
reduce_ln2_ (float x, out float n)
{
  precise float high, low, r;

  n = roundEven (x * 1.44269504);
  high = n * 0.693359375;
  low = n * 2.12194440e-4;
  r = x - high;
  r = r + low;
  return r;
}

/* (e ^ r - 1 - r) / r^2 for |r| < 0.36: Taylor, the error is below 2^-26 of e ^ r. */
float
exp_tail_ (float r)
{
  float p = fma (r, 1.0 / 5040.0, 1.0 / 720.0);

  p = fma (p, r, 1.0 / 120.0);
  p = fma (p, r, 1.0 / 24.0);
  p = fma (p, r, 1.0 / 6.0);
  return fma (p, r, 0.5);
}

/* 2 ^ n, -126 <= n <= 127. */
float
exp2_int_ (int n)
{
  return intBitsToFloat ((n + 127) << 23);
}

/* The power of two in halves: the whole would overflow before the product does, and
 * lose denormals. */
float
sg_exp (float x)
{
  precise float y;
  float n, r;
  int k;

  r = reduce_ln2_ (clamp (x, -105.0, 90.0), n);
  k = int (n);
  y = fma (exp_tail_ (r) * r, r, r) + 1.0;
  y = y * exp2_int_ (k >> 1) * exp2_int_ (k - (k >> 1));
  return isnan (x) ? x : y;
}

/* e ^ x - 1 without cancellation, -87 <= x <= 87. */
float
sg_expm1 (float x)
{
  precise float y;
  float n, r, scale;

  r = reduce_ln2_ (x, n);
  scale = exp2_int_ (int (n));
  y = fma (exp_tail_ (r) * r, r, r);
  y = fma (y, scale, scale - 1.0);
  return y;
}

/* (e ^ 2x - 1) / (e ^ 2x + 1), which is 1 in f32 from 9.02 on. */
float
sg_tanh (float x)
{
  const float e = sg_expm1 (2.0 * min (abs (x), 10.0));
  precise float y = e / (e + 2.0);

  y = x < 0.0 ? -y : y;
  return isnan (x) ? x : y;
}

float
sg_sigmoid (float x)
{
  precise float y = 1.0 / (1.0 + sg_exp (-x));

  return y;
}

float
sg_clip (float x, float low, float high)
{
  precise float y = x < low ? low : x;

  y = y > high ? high : y;
  return y;
}

float
activate (float x, uint kind, float alpha, float beta)
{
  precise float y = x;

  if (kind == ACTIVATION_RELU)
    y = x < 0.0 ? 0.0 : x;
  else if (kind == ACTIVATION_LEAKY_RELU)
    y = x < 0.0 ? alpha * x : x;
  else if (kind == ACTIVATION_CLIP)
    y = sg_clip (x, alpha, beta);
  else if (kind == ACTIVATION_TANH)
    y = sg_tanh (x);
  else if (kind == ACTIVATION_SIGMOID)
    y = sg_sigmoid (x);
  return y;
}

vec4
activate (vec4 x, uint kind, float alpha, float beta)
{
  if (kind == ACTIVATION_NONE)
    return x;
  return vec4 (activate (x.x, kind, alpha, beta),
      activate (x.y, kind, alpha, beta), activate (x.z, kind, alpha, beta),
      activate (x.w, kind, alpha, beta));
}
