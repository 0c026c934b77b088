/* gst-stylegan: frames of every layout, for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/image.h>

#include "util/guard.h"
#include "util/rng.h"

G_BEGIN_DECLS

/* Where a component lies. */
typedef struct
{
  gint plane;                   /* memory plane; -1: no such component */
  gint offset, step;            /* bytes */
  gint h_sub, v_sub;            /* log2 */
} TestComponent;

/* A layout; named as in GStreamer where it has the format. */
typedef struct
{
  const gchar *name;
  gboolean yuv;
  gint n_components;            /* 1 or 3, alpha not counted */
  SgSampleFormat sample;
  TestComponent component[4];
} TestFormat;

const TestFormat *test_formats (guint * n_formats);
/* NULL when there is no format of that name. */
const TestFormat *test_format_find (const gchar * name);

typedef enum
{
  TEST_MATRIX_601, TEST_MATRIX_709, TEST_MATRIX_2020, TEST_N_MATRICES
} TestMatrix;

/* A frame in one guarded block. */
typedef struct
{
  SgImage image;
  TestGuard guard;
} TestFrame;

/* @stride_extra: bytes behind each row
 * @flip: rows from the bottom up, with negative strides
 * The block, padding included, is random; samples have no bits outside their
 * depth. */
void test_frame_init (TestFrame * frame, const TestFormat * format,
    gint width, gint height, gint stride_extra, gboolean flip, TestRng * rng);
void test_frame_clear (TestFrame * frame);
/* Matrix and range for the format; RGB and full-range gray ignore @matrix. */
void test_frame_set_color (TestFrame * frame, const TestFormat * format,
    TestMatrix matrix, gboolean full_range);
/* Sample of component @i at column @x and row @y of its plane. */
guint test_frame_get (const TestFrame * frame, gint i, gint x, gint y);
void test_frame_put (TestFrame * frame, gint i, gint x, gint y, guint value);
gint test_frame_columns (const TestFrame * frame, gint i);
gint test_frame_rows (const TestFrame * frame, gint i);

/* Makes @to what @from stored into it must give: its own bytes, but the samples
 * of @from. */
void test_frame_copy_samples (TestFrame * to, const TestFrame * from);
/* Returns: the largest difference of any sample */
gint test_frame_difference (const TestFrame * a, const TestFrame * b,
    guint * n_different);

/* BT.2020 to BT.709 primaries; free with g_free (). */
SgTransfer *test_transfer_new (void);

G_END_DECLS
