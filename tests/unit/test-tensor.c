/* gst-stylegan: tests of element types, shapes and tensors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <sg/error.h>
#include <sg/tensor.h>

#include "util/shape.h"

/* What IEEE 754 says a half is, without tricks. */
static gdouble
half_value (guint16 bits)
{
  gdouble sign = bits & 0x8000 ? -1 : 1;
  gint exponent = bits >> 10 & 31, mantissa = bits & 0x3ff;

  if (exponent == 31)
    return mantissa ? NAN : sign * INFINITY;
  if (exponent == 0)
    return sign * ldexp (mantissa, -24);
  return sign * ldexp (1024 + mantissa, exponent - 25);
}

static void
test_half_to_float (void)
{
  for (guint bits = 0; bits < 65536; bits++) {
    gdouble want = half_value ((guint16) bits);
    gfloat have = sg_f16_to_f32 ((guint16) bits);

    if (isnan (want)) {
      g_assert_true (isnan (have));
      continue;
    }
    g_assert_cmpfloat (have, ==, want);
    g_assert_cmpint (!!signbit (have), ==, !!signbit (want));
  }
}

static void
test_half_round_trip (void)
{
  for (guint bits = 0; bits < 65536; bits++) {
    gfloat value = sg_f16_to_f32 ((guint16) bits);
    guint16 back = sg_f32_to_f16 (value);

    if (isnan (value))
      g_assert_true (isnan (sg_f16_to_f32 (back)));
    else
      g_assert_cmphex (back, ==, bits);
  }
}

/* Between two neighbours: below, at and above the middle. */
static void
test_half_rounding (void)
{
  for (guint bits = 0; bits < 0x7c00; bits++) {
    gdouble low = half_value ((guint16) bits);
    gdouble high = bits + 1 == 0x7c00 ? 65536 : half_value ((guint16) (bits
            + 1));
    gfloat middle = (gfloat) ((low + high) / 2);        /* exact */
    guint even = bits & 1 ? bits + 1 : bits;

    g_assert_cmphex (sg_f32_to_f16 (nextafterf (middle, 0)), ==, bits);
    g_assert_cmphex (sg_f32_to_f16 (middle), ==, even);
    g_assert_cmphex (sg_f32_to_f16 (nextafterf (middle, INFINITY)), ==,
        bits + 1);
    g_assert_cmphex (sg_f32_to_f16 (-middle), ==, even | 0x8000);
  }
  g_assert_cmphex (sg_f32_to_f16 (1e30f), ==, 0x7c00);
  g_assert_cmphex (sg_f32_to_f16 (INFINITY), ==, 0x7c00);
  g_assert_cmphex (sg_f32_to_f16 (-0.0f), ==, 0x8000);
  g_assert_cmphex (sg_f32_to_f16 (1e-45f), ==, 0);
}

static void
test_bfloat (void)
{
  for (guint bits = 0; bits < 65536; bits++) {
    guint16 stored = (guint16) bits, back;
    gdouble value = sg_dtype_load (SG_DTYPE_BF16, &stored, 0);

    sg_dtype_store (SG_DTYPE_BF16, &back, 0, value);
    if (isnan (value))
      g_assert_true (isnan (sg_dtype_load (SG_DTYPE_BF16, &back, 0)));
    else
      g_assert_cmphex (back, ==, bits);
  }
}

static void
test_saturation (void)
{
  static const struct
  {
    SgDType dtype;
    gdouble low, high;
  } rows[] = {
    {SG_DTYPE_I8, -128, 127}, {SG_DTYPE_I16, -32768, 32767},
    {SG_DTYPE_I32, -2147483648.0, 2147483647.0}, {SG_DTYPE_U8, 0, 255},
    {SG_DTYPE_U16, 0, 65535}, {SG_DTYPE_U32, 0, 4294967295.0},
    {SG_DTYPE_I64, -0x1p63, 0x1p63}, {SG_DTYPE_U64, 0, 0x1p64},
  };
  guint8 data[8];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const gdouble in[] = { -INFINITY, -1e30, 1e30, INFINITY, NAN, -0.9, 1.9,
      rows[i].low, rows[i].high
    };
    const gdouble out[] = { rows[i].low, rows[i].low, rows[i].high,
      rows[i].high, 0, 0, 1, rows[i].low, rows[i].high
    };

    for (guint k = 0; k < G_N_ELEMENTS (in); k++) {
      sg_dtype_store (rows[i].dtype, data, 0, in[k]);
      g_assert_cmpfloat (sg_dtype_load (rows[i].dtype, data, 0), ==, out[k]);
    }
  }
}

static void
test_dtypes (void)
{
  for (SgDType dtype = SG_DTYPE_F32; dtype <= SG_DTYPE_BOOL; dtype++) {
    guint8 data[16] = { 0, };

    g_assert_cmpuint (sg_dtype_size (dtype), >, 0);
    g_assert_nonnull (sg_dtype_name (dtype));
    sg_dtype_store (dtype, data, 1, 1);
    g_assert_cmpfloat (sg_dtype_load (dtype, data, 1), ==, 1);
    g_assert_cmpfloat (sg_dtype_load (dtype, data, 0), ==, 0);
  }
  g_assert_cmpuint (sg_dtype_size (SG_DTYPE_NONE), ==, 0);
}

static void
test_broadcast (void)
{
  static const struct
  {
    SgShape a, b, out;
    gboolean ok;
  } rows[] = {
    {{4, {2, 3, 4, 5}}, {0}, {4, {2, 3, 4, 5}}, TRUE},
    {{4, {2, 3, 4, 5}}, {1, {5}}, {4, {2, 3, 4, 5}}, TRUE},
    {{2, {4, 5}}, {4, {2, 3, 1, 1}}, {4, {2, 3, 4, 5}}, TRUE},
    {{4, {1, 3, 1, 5}}, {3, {3, 4, 1}}, {4, {1, 3, 4, 5}}, TRUE},
    {{2, {0, 3}}, {2, {1, 3}}, {2, {0, 3}}, TRUE},
    {{1, {3}}, {1, {4}}, {0}, FALSE},
    {{2, {0, 3}}, {2, {2, 3}}, {0}, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    SgShape out;

    g_assert_cmpint (sg_shape_broadcast (&rows[i].a, &rows[i].b, &out), ==,
        rows[i].ok);
    if (rows[i].ok)
      g_assert_true (sg_shape_equal (&out, &rows[i].out));
    g_assert_cmpint (sg_shape_broadcast (&rows[i].b, &rows[i].a, &out), ==,
        rows[i].ok);
  }
}

static void
test_elements (void)
{
  SgShape scalar = SG_SHAPE_SCALAR;
  SgTensorDesc desc = { SG_DTYPE_F64, {0,} };

  g_assert_cmpint (sg_shape_elements (&scalar), ==, 1);
  g_assert_cmpint (sg_shape_elements (SHAPE (3, 0, 5)), ==, 0);
  g_assert_cmpint (sg_shape_elements (SHAPE (3, -1)), ==, -1);
  g_assert_cmpint (sg_shape_elements (SHAPE (SG_MAX_ELEMENTS)), ==,
      SG_MAX_ELEMENTS);
  g_assert_cmpint (sg_shape_elements (SHAPE (SG_MAX_ELEMENTS, 2)), ==, -1);
  g_assert_cmpint (sg_shape_elements (SHAPE (G_MAXINT64, G_MAXINT64,
              G_MAXINT64)), ==, -1);
  /* a product of 2^64 must not come out as 0 */
  g_assert_cmpint (sg_shape_elements (SHAPE (1 << 30, 1 << 30, 16)), ==, -1);
  desc.shape = SG_SHAPE (G_MAXINT64, 2);
  g_assert_cmpuint (sg_tensor_desc_bytes (&desc), ==, G_MAXSIZE);
}

static void
test_shape_text (void)
{
  SgShape scalar = SG_SHAPE_SCALAR;
  g_autofree gchar *a = sg_shape_to_string (SHAPE (1, 3, 360, -1));
  g_autofree gchar *b = sg_shape_to_string (&scalar);

  g_assert_cmpstr (a, ==, "[1,3,360,?]");
  g_assert_cmpstr (b, ==, "[]");
}

static void
test_tensor (void)
{
  const gint64 big[] = { G_MAXINT64, G_MININT64, (G_GINT64_CONSTANT (1) << 53)
    + 1
  };
  g_autoptr (SgTensor) a = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, 3, 5,
          7), NULL);
  g_autoptr (SgTensor) b = sg_tensor_new_i64 (big, 3);
  g_autoptr (SgTensor) c = sg_tensor_new (SG_DTYPE_F32, SHAPE (0, 4), NULL);
  gfloat *data = a->data;

  g_assert_cmpuint ((guintptr) a->data % SG_TENSOR_ALIGN, ==, 0);
  g_assert_cmpint (sg_tensor_elements (a), ==, 105);
  for (guint i = 0; i < 105; i++)
    g_assert_cmpfloat (data[i], ==, 0);
  g_assert_true (sg_tensor_is_finite (a));
  data[104] = NAN;
  g_assert_false (sg_tensor_is_finite (a));
  data[104] = INFINITY;
  g_assert_false (sg_tensor_is_finite (a));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (sg_tensor_get_i64 (b, i), ==, big[i]);
  g_assert_cmpint (sg_tensor_elements (c), ==, 0);
  g_assert_nonnull (c->data);
}

static void
test_tensor_errors (void)
{
  g_autoptr (GError) error = NULL;
  SgTensor *tensor;

  tensor = sg_tensor_new (SG_DTYPE_F32, SHAPE (SG_MAX_ELEMENTS, 4), &error);
  g_assert_null (tensor);
  g_assert_error (error, SG_ERROR, SG_ERROR_SHAPE);
  g_clear_error (&error);
  tensor = sg_tensor_new (SG_DTYPE_F32, SHAPE (2, -1), &error);
  g_assert_null (tensor);
  g_assert_error (error, SG_ERROR, SG_ERROR_SHAPE);
}

static void
test_borrowed (void)
{
  gfloat memory[6] = { 1, 2, 3, 4, 5, 6 };
  SgTensor *tensor = sg_tensor_new_borrowed (SG_DTYPE_F32, SHAPE (2, 3),
      memory);

  g_assert_true (tensor->data == memory);
  g_assert_cmpfloat (sg_tensor_get (tensor, 5), ==, 6);
  sg_tensor_unref (sg_tensor_ref (tensor));
  sg_tensor_unref (tensor);
  sg_tensor_unref (NULL);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tensor/half-to-float", test_half_to_float);
  g_test_add_func ("/tensor/half-round-trip", test_half_round_trip);
  g_test_add_func ("/tensor/half-rounding", test_half_rounding);
  g_test_add_func ("/tensor/bfloat", test_bfloat);
  g_test_add_func ("/tensor/saturation", test_saturation);
  g_test_add_func ("/tensor/dtypes", test_dtypes);
  g_test_add_func ("/tensor/broadcast", test_broadcast);
  g_test_add_func ("/tensor/elements", test_elements);
  g_test_add_func ("/tensor/shape-text", test_shape_text);
  g_test_add_func ("/tensor/tensor", test_tensor);
  g_test_add_func ("/tensor/tensor-errors", test_tensor_errors);
  g_test_add_func ("/tensor/borrowed", test_borrowed);
  return g_test_run ();
}
