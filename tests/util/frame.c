/* gst-stylegan: frames of every layout, for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/frame.h"

#include <math.h>
#include <string.h>

#define U8 { 1, 8, 0, FALSE }
#define LE(depth, shift) { 2, depth, shift, FALSE }
#define BE(depth, shift) { 2, depth, shift, TRUE }
#define NONE { -1, 0, 0, 0, 0 }

/* Three planes of @b bytes, chroma subsampled. */
#define PLANAR(b, h, v) { { 0, 0, b, 0, 0 }, { 1, 0, b, h, v }, \
      { 2, 0, b, h, v }, NONE }
#define PLANAR_ALPHA(b, h, v) { { 0, 0, b, 0, 0 }, { 1, 0, b, h, v }, \
      { 2, 0, b, h, v }, { 3, 0, b, 0, 0 } }
/* A plane of luma and one of interleaved chroma; @u, @v: offsets */
#define SEMI(b, u, v, hs, vs) { { 0, 0, b, 0, 0 }, \
      { 1, u, 2 * (b), hs, vs }, { 1, v, 2 * (b), hs, vs }, NONE }
/* One plane, offsets in samples; @s: samples per pixel */
#define PACKED(b, s, c0, c1, c2) { { 0, (c0) * (b), (s) * (b), 0, 0 }, \
      { 0, (c1) * (b), (s) * (b), 0, 0 }, \
      { 0, (c2) * (b), (s) * (b), 0, 0 }, NONE }
#define PACKED_ALPHA(b, s, c0, c1, c2, a) { \
      { 0, (c0) * (b), (s) * (b), 0, 0 }, { 0, (c1) * (b), (s) * (b), 0, 0 }, \
      { 0, (c2) * (b), (s) * (b), 0, 0 }, { 0, (a) * (b), (s) * (b), 0, 0 } }
/* Packed 4:2:2 */
#define PAIRS(b, y, u, v) { { 0, (y) * (b), 2 * (b), 0, 0 }, \
      { 0, (u) * (b), 4 * (b), 1, 0 }, { 0, (v) * (b), 4 * (b), 1, 0 }, NONE }

static const TestFormat formats[] = {
  {"I420", TRUE, 3, U8, PLANAR (1, 1, 1)},
  {"Y42B", TRUE, 3, U8, PLANAR (1, 1, 0)},
  {"Y444", TRUE, 3, U8, PLANAR (1, 0, 0)},
  {"Y41B", TRUE, 3, U8, PLANAR (1, 2, 0)},
  {"YUV9", TRUE, 3, U8, PLANAR (1, 2, 2)},
  {"A420", TRUE, 3, U8, PLANAR_ALPHA (1, 1, 1)},
  {"NV12", TRUE, 3, U8, SEMI (1, 0, 1, 1, 1)},
  {"NV21", TRUE, 3, U8, SEMI (1, 1, 0, 1, 1)},
  {"NV16", TRUE, 3, U8, SEMI (1, 0, 1, 1, 0)},
  {"NV24", TRUE, 3, U8, SEMI (1, 0, 1, 0, 0)},
  {"YUY2", TRUE, 3, U8, PAIRS (1, 0, 1, 3)},
  {"UYVY", TRUE, 3, U8, PAIRS (1, 1, 0, 2)},
  {"v308", TRUE, 3, U8, PACKED (1, 3, 0, 1, 2)},
  {"AYUV", TRUE, 3, U8, PACKED_ALPHA (1, 4, 1, 2, 3, 0)},
  {"RGB", FALSE, 3, U8, PACKED (1, 3, 0, 1, 2)},
  {"BGR", FALSE, 3, U8, PACKED (1, 3, 2, 1, 0)},
  {"RGBx", FALSE, 3, U8, PACKED (1, 4, 0, 1, 2)},
  {"xBGR", FALSE, 3, U8, PACKED (1, 4, 3, 2, 1)},
  {"RGBA", FALSE, 3, U8, PACKED_ALPHA (1, 4, 0, 1, 2, 3)},
  {"ARGB", FALSE, 3, U8, PACKED_ALPHA (1, 4, 1, 2, 3, 0)},
  {"GBR", FALSE, 3, U8, {{2, 0, 1, 0, 0}, {0, 0, 1, 0, 0}, {1, 0, 1, 0, 0},
          NONE}},
  {"GRAY8", FALSE, 1, U8, {{0, 0, 1, 0, 0}, NONE, NONE, NONE}},
  {"GRAY16_LE", FALSE, 1, LE (16, 0), {{0, 0, 2, 0, 0}, NONE, NONE, NONE}},
  {"GRAY16_BE", FALSE, 1, BE (16, 0), {{0, 0, 2, 0, 0}, NONE, NONE, NONE}},
  {"GRAY10_LE16", FALSE, 1, LE (10, 0), {{0, 0, 2, 0, 0}, NONE, NONE, NONE}},
  {"I420_10LE", TRUE, 3, LE (10, 0), PLANAR (2, 1, 1)},
  {"I420_10BE", TRUE, 3, BE (10, 0), PLANAR (2, 1, 1)},
  {"I422_12LE", TRUE, 3, LE (12, 0), PLANAR (2, 1, 0)},
  {"A420_10LE", TRUE, 3, LE (10, 0), PLANAR_ALPHA (2, 1, 1)},
  {"Y444_16LE", TRUE, 3, LE (16, 0), PLANAR (2, 0, 0)},
  {"Y444_16BE", TRUE, 3, BE (16, 0), PLANAR (2, 0, 0)},
  {"P010_10LE", TRUE, 3, LE (10, 6), SEMI (2, 0, 2, 1, 1)},
  {"P010_10BE", TRUE, 3, BE (10, 6), SEMI (2, 0, 2, 1, 1)},
  {"P016_LE", TRUE, 3, LE (16, 0), SEMI (2, 0, 2, 1, 1)},
  {"Y210", TRUE, 3, LE (10, 6), PAIRS (2, 0, 1, 3)},
  {"Y212_BE", TRUE, 3, BE (12, 4), PAIRS (2, 0, 1, 3)},
  {"Y412_LE", TRUE, 3, LE (12, 4), PACKED_ALPHA (2, 4, 1, 0, 2, 3)},
  {"ARGB64_LE", FALSE, 3, LE (16, 0), PACKED_ALPHA (2, 4, 1, 2, 3, 0)},
  {"ARGB64_BE", FALSE, 3, BE (16, 0), PACKED_ALPHA (2, 4, 1, 2, 3, 0)},
  {"RGB48_LE", FALSE, 3, LE (16, 0), PACKED (2, 3, 0, 1, 2)},
};

const TestFormat *
test_formats (guint * n_formats)
{
  *n_formats = G_N_ELEMENTS (formats);
  return formats;
}

const TestFormat *
test_format_find (const gchar * name)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (g_str_equal (formats[i].name, name))
      return &formats[i];
  }
  return NULL;
}

gint
test_frame_columns (const TestFrame * frame, gint i)
{
  return ((frame->image.width - 1) >> frame->image.plane[i].h_sub) + 1;
}

gint
test_frame_rows (const TestFrame * frame, gint i)
{
  return ((frame->image.height - 1) >> frame->image.plane[i].v_sub) + 1;
}

static guint8 *
sample_at (const TestFrame * frame, gint i, gint x, gint y)
{
  const SgPlane *plane = &frame->image.plane[i];

  return plane->data + plane->stride_bytes * (gssize) y
      + plane->step_bytes * (gssize) x;
}

guint
test_frame_get (const TestFrame * frame, gint i, gint x, gint y)
{
  const SgSampleFormat *format = &frame->image.sample;
  const guint8 *p = sample_at (frame, i, x, y);
  guint v = p[0];

  if (format->bytes == 2)
    v = format->big_endian ? p[0] * 256u + p[1] : p[1] * 256u + p[0];
  return v >> format->shift;
}

void
test_frame_put (TestFrame * frame, gint i, gint x, gint y, guint value)
{
  const SgSampleFormat *format = &frame->image.sample;
  guint8 *p = sample_at (frame, i, x, y);
  guint v = value << format->shift;

  if (format->bytes == 1) {
    p[0] = v;
  } else {
    p[format->big_endian ? 0 : 1] = v / 256;
    p[format->big_endian ? 1 : 0] = v % 256;
  }
}

/* Bytes of a row, and rows, of memory plane @plane; 0 if it has none. */
static gsize
plane_row_bytes (const TestFormat * format, gint plane, gint width,
    gint height, gint * rows)
{
  gsize bytes = 0;
  gint i;

  *rows = 0;
  for (i = 0; i < 4; i++) {
    const TestComponent *c = &format->component[i];

    if (c->plane != plane || c->step == 0)
      continue;
    bytes = MAX (bytes, (gsize) ((width - 1) >> c->h_sub) * c->step
        + MAX (c->step, c->offset + format->sample.bytes));
    *rows = ((height - 1) >> c->v_sub) + 1;
  }
  return bytes;
}

void
test_frame_init (TestFrame * frame, const TestFormat * format, gint width,
    gint height, gint stride_extra, gboolean flip, TestRng * rng)
{
  gsize start[4], stride[4], total = 0, k;
  gint rows[4], i, x, y;
  const guint mask = (1u << format->sample.depth) - 1;

  memset (frame, 0, sizeof *frame);
  frame->image.width = width;
  frame->image.height = height;
  frame->image.n_components = format->n_components;
  frame->image.sample = format->sample;
  for (i = 0; i < 4; i++) {
    gsize bytes = plane_row_bytes (format, i, width, height, &rows[i]);

    start[i] = total;
    stride[i] = bytes + stride_extra;
    /* the last row has no padding: reading behind it must show */
    if (rows[i] > 0)
      total += stride[i] * (rows[i] - 1) + bytes;
  }
  test_guard_init (&frame->guard, total, 0xa5);
  for (k = 0; k < total; k++)
    frame->guard.data[k] = test_rng_next (rng);
  for (i = 0; i < 4; i++) {
    const TestComponent *c = &format->component[i];
    SgPlane *plane = &frame->image.plane[i];

    if (c->step == 0)
      continue;
    plane->data = frame->guard.data + start[c->plane] + c->offset
        + (flip ? stride[c->plane] * (rows[c->plane] - 1) : 0);
    plane->stride_bytes = flip ? -(gint) stride[c->plane]
        : (gint) stride[c->plane];
    plane->step_bytes = c->step;
    plane->h_sub = c->h_sub;
    plane->v_sub = c->v_sub;
    for (y = 0; y < test_frame_rows (frame, i); y++) {
      for (x = 0; x < test_frame_columns (frame, i); x++)
        test_frame_put (frame, i, x, y, test_rng_next (rng) & mask);
    }
  }
}

void
test_frame_clear (TestFrame * frame)
{
  test_guard_clear (&frame->guard);
}

/* ITU-R BT.601-7, BT.709-6, BT.2020-2: weights of red and blue; ranges as in
 * item "quantisation" of each. */
static void
set_yuv (SgColor * color, gint depth, TestMatrix matrix, gboolean full)
{
  static const gdouble weights[][2] = {
    {0.299, 0.114}, {0.2126, 0.0722}, {0.2627, 0.0593}
  };
  const gdouble kr = weights[matrix][0], kb = weights[matrix][1];
  const gdouble kg = 1 - kr - kb, unit = 1 << (depth - 8);
  const gdouble sy = full ? 256 * unit - 1 : 219 * unit;
  const gdouble sc = full ? 256 * unit - 1 : 224 * unit;
  const gdouble y0 = full ? 0 : 16 * unit, c0 = 128 * unit;
  const gdouble to[3][3] = {
    {1, 0, 2 * (1 - kr)},
    {1, -2 * kb * (1 - kb) / kg, -2 * kr * (1 - kr) / kg},
    {1, 2 * (1 - kb), 0}
  };
  const gdouble from[3][3] = {
    {kr, kg, kb},
    {-kr / (2 * (1 - kb)), -kg / (2 * (1 - kb)), 0.5},
    {0.5, -kg / (2 * (1 - kr)), -kb / (2 * (1 - kr))}
  };
  gint i, j;

  for (i = 0; i < 3; i++) {
    color->to_rgb[i][0] = to[i][0] / sy;
    color->to_rgb[i][1] = to[i][1] / sc;
    color->to_rgb[i][2] = to[i][2] / sc;
    color->to_rgb[i][3] = -to[i][0] * y0 / sy - (to[i][1] + to[i][2]) * c0 / sc;
    for (j = 0; j < 3; j++)
      color->from_rgb[i][j] = from[i][j] * (i == 0 ? sy : sc);
    color->from_rgb[i][3] = i == 0 ? y0 : c0;
  }
}

void
test_frame_set_color (TestFrame * frame, const TestFormat * format,
    TestMatrix matrix, gboolean full_range)
{
  const gint depth = format->sample.depth;
  const gdouble unit = 1 << (depth - 8);
  const gdouble scale = full_range ? 256 * unit - 1 : 219 * unit;
  SgColor *color = &frame->image.color;
  gint i;

  memset (color, 0, sizeof *color);
  if (format->yuv) {
    set_yuv (color, depth, matrix, full_range);
    return;
  }
  for (i = 0; i < 3; i++) {
    gint column = format->n_components == 1 ? 0 : i;

    color->to_rgb[i][column] = 1 / scale;
    color->to_rgb[i][3] = full_range ? 0 : -16 / 219.0;
    color->from_rgb[i][3] = full_range ? 0 : 16 * unit;
    if (format->n_components == 3)
      color->from_rgb[i][i] = scale;
  }
  if (format->n_components == 1) {
    color->from_rgb[0][0] = 0.2126 * scale;
    color->from_rgb[0][1] = 0.7152 * scale;
    color->from_rgb[0][2] = 0.0722 * scale;
  }
}

void
test_frame_copy_samples (TestFrame * to, const TestFrame * from)
{
  gint i, x, y;

  for (i = 0; i < 4; i++) {
    if (to->image.plane[i].data == NULL)
      continue;
    for (y = 0; y < test_frame_rows (to, i); y++) {
      for (x = 0; x < test_frame_columns (to, i); x++)
        test_frame_put (to, i, x, y, test_frame_get (from, i, x, y));
    }
  }
}

gint
test_frame_difference (const TestFrame * a, const TestFrame * b,
    guint * n_different)
{
  gint max = 0, i, x, y;

  *n_different = 0;
  for (i = 0; i < 4; i++) {
    if (a->image.plane[i].data == NULL)
      continue;
    for (y = 0; y < test_frame_rows (a, i); y++) {
      for (x = 0; x < test_frame_columns (a, i); x++) {
        gint d = (gint) test_frame_get (a, i, x, y)
            - (gint) test_frame_get (b, i, x, y);

        max = MAX (max, ABS (d));
        *n_different += d != 0;
      }
    }
  }
  return max;
}

/* ITU-R BT.2087-0, and BT.709's transfer function. */
SgTransfer *
test_transfer_new (void)
{
  static const gdouble to[3][3] = {
    {1.660491, -0.587641, -0.072850},
    {-0.124550, 1.132900, -0.008349},
    {-0.018151, -0.100579, 1.118730}
  };
  static const gdouble from[3][3] = {
    {0.627404, 0.329283, 0.043313},
    {0.069097, 0.919541, 0.011362},
    {0.016391, 0.088013, 0.895595}
  };
  SgTransfer *transfer = g_new0 (SgTransfer, 1);
  gint i;

  memcpy (transfer->to_network, to, sizeof to);
  memcpy (transfer->from_network, from, sizeof from);
  for (i = 0; i < SG_TRANSFER_SIZE; i++) {
    gdouble v = i / (SG_TRANSFER_SIZE - 1.0), l = v * v;

    transfer->decode[i] = v < 0.081 ? v / 4.5
        : pow ((v + 0.099) / 1.099, 1 / 0.45);
    transfer->encode[i] = l < 0.018 ? 4.5 * l : 1.099 * pow (l, 0.45) - 0.099;
  }
  return transfer;
}
