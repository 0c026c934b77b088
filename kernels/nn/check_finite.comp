/* gst-stylegan: whether a tensor has elements that are no numbers
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * flag = 1 if an x[i], i < n, is NaN or infinite, or in f16 as large as overflow is
 * when the device rounds towards zero: 65504. Otherwise flag stays as it is.
 * An invocation has 8 elements. Bits are looked at, not numbers: compilers may take it
 * that there is no NaN. */
#version 450
#extension GL_GOOGLE_include_directive : require
#include "common/storage.glsl"
#include "push/check_finite.h"

layout (local_size_x = 128) in;
layout (constant_id = 0) const bool F16 = false;

TENSOR_IN (x, 0, F16)

layout (std430, set = 0, binding = 1) writeonly buffer Flag {
  uint flag;
};

bool
is_bad (uint bits)
{
  return F16 ? (bits & 0x7fffu) >= 0x7bffu : (bits & 0x7fffffffu) >= 0x7f800000u;
}

void
main ()
{
  const uint i = linear_invocation () * 8u;
  bool bad = false;

  if (i >= push.n)
    return;
  if (F16) {
    const uvec4 w = x_words4[i >> 3];

    for (uint k = 0u; k < 8u; k++)
      bad = bad || (i + k < push.n
          && is_bad ((k & 1u) != 0u ? w[k >> 1] >> 16 : w[k >> 1] & 0xffffu));
  } else {
    for (uint k = 0u; k < 8u; k++)
      bad = bad || (i + k < push.n && is_bad (x_words[i + k]));
  }
  /* All that write write the same. */
  if (bad)
    flag = 1u;
}
