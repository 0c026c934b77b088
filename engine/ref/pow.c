/* gst-stylegan: reference for Pow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"
#include "ref/integer.h"

/* a to the power of b, modulo 2^64. */
static guint64
natural_power (guint64 a, guint64 b)
{
  guint64 result = 1;

  for (; b > 0; b >>= 1) {
    if (b & 1)
      result *= a;
    a *= a;
  }
  return result;
}

/* Negative powers are fractions, which integers cut to 0, but for those of 1
 * and -1. */
static guint64
integer_power (gint64 a, gint64 b)
{
  if (b >= 0)
    return natural_power ((guint64) a, (guint64) b);
  if (a == 1 || a == -1)
    return b % 2 == 0 ? 1 : (guint64) a;
  return 0;
}

static const RefBinary power = { pow, integer_power, natural_power };

/* Unsigned numbers to a signed power: only its sign makes a difference. */
static guint64
natural_to_integer_power (guint64 a, guint64 b)
{
  return (gint64) b < 0 ? a == 1 : natural_power (a, b);
}

static const RefBinary signed_power = {
  pow, integer_power, natural_to_integer_power
};

gboolean
ref_pow (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error)
{
  ref_binary (ref_is_unsigned (inputs[1]->desc.dtype) ? &power
      : &signed_power, outputs[0], inputs[0], inputs[1]);
  return TRUE;
}
