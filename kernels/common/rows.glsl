/* gst-stylegan: pictures by rows, 8 elements at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A group has some 8 elements in x and rows in y, so that what is needed of the rows
 * above and below is in the nearest cache. Stores are of 8 elements whose first has an
 * index that is a multiple of 8 (common/storage.glsl): of such, an invocation has the
 * one that is its x-th to begin in its row. Where the width is no multiple of 8, the
 * last of a row goes on in the next. */

/* Index of the first of the 8 elements; @rows: of all planes before, and this one's.
 * False: there are none. */
bool
rows_first (uint row, uint width, out uint first)
{
  first = ((row * width + 7u) / 8u + gl_GlobalInvocationID.x) * 8u;
  return first < (row + 1u) * width;
}

/* 8 elements of a row with the ones left and right of them. */
struct Row
{
  float left;
  vec4 a, b;
  float right;
};

/* Of picture plane @name, [height][width], whose width is a multiple of 8; the border
 * is repeated, columns with @wrap are not: the row is a circle. After common/flow.glsl. */
#define ROW_LOAD(name, wrap) \
  Row name ## _load_row (uint plane, int row, int column, int height, \
      int width) { \
    const uint at = plane + uint (clamp (row, 0, height - 1) * width); \
    Row r; \
    name ## _load8 (at + uint (column), r.a, r.b); \
    r.left = name ## _load (at + uint (flow_column (column - 1, width, wrap))); \
    r.right = name ## _load (at + uint (flow_column (column + 8, width, wrap))); \
    return r; \
  }
