/* gst-stylegan: how far a backend may be from the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The reference calculates in double and rounds once. A result may differ from
 * it by
 *   FLT_MIN + relative * |expected| + scaled * largest |expected| of the output
 *     + input * largest |input 0|
 * FLT_MIN because a device may flush denormals to zero. This table is the only
 * place for tolerances; a case names a class and nothing else.
 *
 * With half precision, inputs and weights that the GPU keeps in f16 hold numbers of
 * f16 from the start, the products of two such are exact in f32, and sums are f32 as
 * ever: what is lost more than with f32 is one rounding of each output that is kept in
 * f16. That is 2^-10 of the number (half of it if the device rounds to nearest, but
 * Vulkan leaves that open) or 2^-24, the spacing of f16's denormals. It is added to
 * the class's own in compare.c. Whole graphs keep what is between their operators in
 * f16 as well: see .half of CHECK_GRAPH. */
#pragma once

#include <glib.h>

typedef enum
{
  /* Bit for bit, but for the sign of zero: data movement, comparisons, and the
   * operations that IEEE 754 rounds correctly (add, sub, mul, div, sqrt; double
   * has more than twice the bits, so rounding twice changes nothing). */
  CHECK_EXACT,
  /* A few roundings of f32 (2^-24 each) one after the other, a multiply-add fused
   * or not. scaled: x * a + b may cancel, then the error is that of the parts. */
  CHECK_ROUNDED,
  /* exp, tanh, sigmoid, pow by polynomials of our own, and what is built on them:
   * some 16 units in the last place is what a polynomial without table gives. */
  CHECK_FUNCTION,
  /* Sums of up to some thousand products in f32, in any order. The error grows
   * with the root of the number of terms and with their size, not with the sum,
   * which may cancel: hence scaled. */
  CHECK_SUM,
  /* The mean of many numbers, and their sum (then input counts once for each of
   * them): they may cancel altogether, so only the numbers say what was rounded. */
  CHECK_MEAN,
  CHECK_TOTAL,
  /* A convolution by Winograd's F(4x4, 3x3) or larger tiles: its transforms have
   * entries up to 8 and lose some 3 to 4 bits more than the direct sum. half: what
   * is multiplied is f16, behind scale, shift and activation. */
  CHECK_WINOGRAD,
  /* Mean, variance, and what is divided by the deviation: rounding of the sums
   * divided by a small deviation. The case's inputs have one of their own size. */
  CHECK_NORM,
  /* Whole graphs: convolutions one behind the other, norms in between. With half
   * precision some ten tensors and weights are rounded one after the other, 2^-11
   * each; they add up like random numbers, and norms neither hide nor amplify them. */
  CHECK_GRAPH,
  CHECK_N_CLASSES
} CheckClass;

typedef struct
{
  const gchar *name;
  gdouble relative, scaled, input;
  gdouble half;                 /* as scaled, more for half precision */
} CheckTolerance;

static const CheckTolerance check_tolerances[CHECK_N_CLASSES] = {
  [CHECK_EXACT] = {"exact", 0, 0},
  [CHECK_ROUNDED] = {"rounded", 4 * 0x1p-24, 4 * 0x1p-24},
  [CHECK_FUNCTION] = {"function", 16 * 0x1p-24, 2 * 0x1p-24},
  [CHECK_SUM] = {"sum", 1e-6, 3e-6},
  [CHECK_MEAN] = {"mean", 1e-6, 0, 5e-7},
  [CHECK_TOTAL] = {"total", 1e-6, 0, 5e-7},
  [CHECK_WINOGRAD] = {"winograd", 1e-6, 2e-5, 0, 0x1p-11},
  [CHECK_NORM] = {"norm", 1e-5, 1e-5},
  [CHECK_GRAPH] = {"graph", 1e-5, 5e-5, 0, 4 * 0x1p-11},
};

/* Inputs whose mean is some 1000 times their deviation lose that factor when the
 * mean is taken off in f32, as x * scale + shift must: the inputs were rounded at
 * the size of the mean, so no f32 algorithm can do much better. */
#define CHECK_MEAN_OVER_DEVIATION 1000.0
