/* gst-stylegan: conversion between primaries, SgTransfer of sg/image.h
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * TRANSFER_BINDING: of the tables, SgVkFrameTables of vulkan/frame.h. */

const uint TABLE_SIZE = 4097u;

struct Direction
{
  float linear[3][3];
  float rest[3][4];
};

layout (std430, set = 0, binding = TRANSFER_BINDING) readonly buffer Tables {
  float decode_table[TABLE_SIZE];
  float encode_table[TABLE_SIZE];
  float slope;                  /* of encode_table at its end */
  Direction direction[2];       /* to the network, from it */
};

/* Both tables: the third dimension would need a copy of them. */
float
interpolate_decode (float t)
{
  const float at = t * float (TABLE_SIZE - 1u);
  const uint i = uint (min (at, float (TABLE_SIZE - 2u)));
  const float first = decode_table[i];

  return fma (at - float (i), decode_table[i + 1u] - first, first);
}

float
interpolate_encode (float t)
{
  const float at = t * float (TABLE_SIZE - 1u);
  const uint i = uint (min (at, float (TABLE_SIZE - 2u)));
  const float first = encode_table[i];

  return fma (at - float (i), encode_table[i + 1u] - first, first);
}

/* Above 1 encode goes on with the slope of its end, and decode is the inverse of
 * that. */
float
decode (float v)
{
  float a = abs (v);

  if (a <= 1.0 || slope <= 0.0) {
    a = interpolate_decode (a);
  } else {
    a = 1.0 + (a - encode_table[TABLE_SIZE - 1u]) / slope;
    a *= a;
  }
  return v < 0.0 ? -a : a;
}

float
encode (float v)
{
  const float a = interpolate_encode (sqrt (abs (v)));

  return v < 0.0 ? -a : a;
}

/* R'G'B' of the one primaries to that of the others, and what comes behind. */
vec3
convert_primaries (vec3 rgb, uint way)
{
  const vec3 l = vec3 (decode (rgb.r), decode (rgb.g), decode (rgb.b));
  vec3 v;

  [[unroll]] for (uint i = 0u; i < 3u; i++)
    v[i] = encode (fma (direction[way].linear[i][0], l.r,
            fma (direction[way].linear[i][1], l.g,
                direction[way].linear[i][2] * l.b)));
  return vec3 (fma (v.r, direction[way].rest[0][0],
          fma (v.g, direction[way].rest[0][1],
              fma (v.b, direction[way].rest[0][2], direction[way].rest[0][3]))),
      fma (v.r, direction[way].rest[1][0],
          fma (v.g, direction[way].rest[1][1],
              fma (v.b, direction[way].rest[1][2], direction[way].rest[1][3]))),
      fma (v.r, direction[way].rest[2][0],
          fma (v.g, direction[way].rest[2][1],
              fma (v.b, direction[way].rest[2][2],
                  direction[way].rest[2][3]))));
}
