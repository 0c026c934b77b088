/* gst-stylegan: checkop, Pow
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkop.h"

void
check_pow (Check * check)
{
  check_broadcast (check, CHECK_FUNCTION, "@0.01:10", "@-3:3");
  /* exponents that style networks have: squares and square roots */
  CHECK ("square", "f32[1,3,17,19] f32(2)", CHECK_FUNCTION);
  CHECK ("cube", "f32[1,3,17,19] f32(3)", CHECK_FUNCTION);
  CHECK ("root", "f32[1,3,17,19]@0:100 f32(0.5)", CHECK_FUNCTION);
  CHECK ("inverse", "f32[1,3,17,19]@1:100 f32(-1)", CHECK_FUNCTION);
  CHECK ("to-zero", "f32[1,3,17,19] f32(0)", CHECK_FUNCTION);
  CHECK ("negative-base", "f32[1,3,17,19] f32(1.5)", CHECK_FUNCTION);
}
