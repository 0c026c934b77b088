/* gst-stylegan: pictures whose rows are circles, in graphs with known shapes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video/rings.h"

#include "ops/crop.h"
#include "ops/pad.h"

static const gint64 *
dims (SgValue * x)
{
  return x->desc.shape.dim;
}

SgValue *
video_rings_pad (SgBuild * b, SgValue * x, gint64 left, gint64 right)
{
  const SgPadAttrs attrs = { SG_PAD_WRAP };
  const gint64 pads[8] = { 0, 0, 0, left, 0, 0, 0, right };

  if (b->error || (left == 0 && right == 0))
    return x;
  return sg_build_node (b, "pad", &attrs, 2, x, sg_build_ints (b, pads, 8));
}

/* Columns @first to before @end; rows as they are, or @rows from that before @end_row
 * backwards. */
static SgValue *
slice (SgBuild * b, SgValue * x, gint64 first, gint64 end, gint64 end_row,
    gint64 rows)
{
  const gint64 starts[2] = { first, end_row - 1 };
  const gint64 ends[2] = { end, end_row == rows ? G_MININT64
        : end_row - rows - 1
  };
  const gint64 axes[2] = { 3, 2 }, steps[2] = { 1, -1 };
  const guint n = rows > 0 ? 2 : 1;

  return sg_build_node (b, "slice", NULL, 5, x, sg_build_ints (b, starts, n),
      sg_build_ints (b, ends, n), sg_build_ints (b, axes, n),
      sg_build_ints (b, steps, n));
}

SgValue *
video_rings_roll (SgBuild * b, SgValue * x, gint64 by)
{
  SgValue *parts[2];
  gint64 width;

  if (b->error)
    return NULL;
  width = dims (x)[3];
  by = (by % width + width) % width;
  if (by == 0)
    return x;
  parts[0] = slice (b, x, by, width, 0, 0);
  parts[1] = slice (b, x, 0, by, 0, 0);
  return sg_build_concat (b, 3, parts, 2);
}

/* Rows before @end_row backwards, half way around. */
static SgValue *
over_the_pole (SgBuild * b, SgValue * x, gint64 end_row, gint64 rows)
{
  gint64 width = dims (x)[3];
  SgValue *halves[2] = { slice (b, x, width / 2, width, end_row, rows),
    slice (b, x, 0, width / 2, end_row, rows)
  };

  return sg_build_concat (b, 3, halves, 2);
}

SgValue *
video_rings_pad_rows (SgBuild * b, SgValue * x, gint64 top, gint64 bottom)
{
  SgValue *parts[3];
  guint n = 0;

  if (b->error || (top == 0 && bottom == 0))
    return x;
  if (MAX (top, bottom) > dims (x)[2]) {
    g_set_error (&b->error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model pads %" G_GINT64_FORMAT " rows by %" G_GINT64_FORMAT
        ", more than there are behind the pole", dims (x)[2],
        MAX (top, bottom));
    return NULL;
  }
  if (top > 0)
    parts[n++] = over_the_pole (b, x, top, top);
  parts[n++] = x;
  if (bottom > 0)
    parts[n++] = over_the_pole (b, x, dims (x)[2], bottom);
  return sg_build_concat (b, 2, parts, n);
}

SgValue *
video_rings_crop (SgBuild * b, SgValue * x, gint64 left, gint64 top,
    gint64 right, gint64 bottom)
{
  const SgCropAttrs attrs = { .left = left, .top = top, .right = right,
    .bottom = bottom
  };

  if (b->error || (left == 0 && top == 0 && right == 0 && bottom == 0))
    return x;
  return sg_build_node (b, "crop", &attrs, 1, x);
}

static gint64
greatest_divisor (gint64 a, gint64 b)
{
  while (b > 0) {
    gint64 rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

/* Columns to add on either side so that every sample that counts is there and the
 * result begins at a whole column. */
static gint64
get_margin (const SgResizeAttrs * attrs, gint64 from, gint64 to)
{
  gint64 step = from / greatest_divisor (from, to);
  gint64 taps = attrs->mode == SG_RESIZE_CUBIC ? 2 : 1;

  /* a filter of samples as wide as one of the result */
  if (attrs->antialias && to < from)
    taps = taps * ((from + to - 1) / to) + 1;
  return (taps + step - 1) / step * step;
}

SgValue *
video_rings_resize (SgBuild * b, SgValue * x, const SgResizeAttrs * attrs,
    gint64 height, gint64 width)
{
  gint64 sizes[4], from, margin, cut;

  if (b->error)
    return NULL;
  from = dims (x)[3];
  margin = width == from ? 0 : get_margin (attrs, from, width);
  cut = margin * width / from;
  x = video_rings_pad (b, x, margin, margin);
  if (b->error)
    return NULL;
  sizes[0] = dims (x)[0];
  sizes[1] = dims (x)[1];
  sizes[2] = height;
  sizes[3] = width + 2 * cut;
  x = sg_build_node (b, "resize", attrs, 4, x, NULL, NULL,
      sg_build_ints (b, sizes, 4));
  return video_rings_crop (b, x, cut, 0, cut, 0);
}
