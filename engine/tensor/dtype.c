/* gst-stylegan: element types
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/tensor.h>

#include <math.h>
#include <string.h>

static const struct
{
  const gchar *name;
  gsize size;
  gboolean is_float;
} dtypes[] = {
  [SG_DTYPE_NONE] = {"none", 0, FALSE},
  [SG_DTYPE_F32] = {"f32", 4, TRUE},
  [SG_DTYPE_F16] = {"f16", 2, TRUE},
  [SG_DTYPE_BF16] = {"bf16", 2, TRUE},
  [SG_DTYPE_F64] = {"f64", 8, TRUE},
  [SG_DTYPE_I8] = {"i8", 1, FALSE},
  [SG_DTYPE_I16] = {"i16", 2, FALSE},
  [SG_DTYPE_I32] = {"i32", 4, FALSE},
  [SG_DTYPE_I64] = {"i64", 8, FALSE},
  [SG_DTYPE_U8] = {"u8", 1, FALSE},
  [SG_DTYPE_U16] = {"u16", 2, FALSE},
  [SG_DTYPE_U32] = {"u32", 4, FALSE},
  [SG_DTYPE_U64] = {"u64", 8, FALSE},
  [SG_DTYPE_BOOL] = {"bool", 1, FALSE},
};

gsize
sg_dtype_size (SgDType dtype)
{
  return dtypes[dtype].size;
}

const gchar *
sg_dtype_name (SgDType dtype)
{
  return dtypes[dtype].name;
}

gboolean
sg_dtype_is_float (SgDType dtype)
{
  return dtypes[dtype].is_float;
}

static guint32
f32_bits (gfloat value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static gfloat
f32_from_bits (guint32 bits)
{
  gfloat value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

gfloat
sg_f16_to_f32 (guint16 value)
{
  guint32 sign = (guint32) (value & 0x8000) << 16;
  guint32 exponent = (value >> 10) & 31, mantissa = value & 0x3ff;

  if (exponent == 31)
    return f32_from_bits (sign | 0x7f800000 | mantissa << 13);
  if (exponent == 0) {
    gfloat magnitude = mantissa * 0x1p-24f;     /* zero and subnormals, exact */

    return sign ? -magnitude : magnitude;
  }
  return f32_from_bits (sign | (exponent + 112) << 23 | mantissa << 13);
}

guint16
sg_f32_to_f16 (gfloat value)
{
  guint32 bits = f32_bits (value);
  guint16 sign = (bits >> 16) & 0x8000;
  guint32 magnitude = bits & 0x7fffffff;

  if (magnitude > 0x7f800000)
    return sign | 0x7e00;       /* NaN */
  if (magnitude >= 0x477ff000)
    return sign | 0x7c00;       /* rounds to 65536 or more */
  if (magnitude < 0x38800000)   /* below 2^-14: subnormal, units of 2^-24 */
    return sign | (guint16) rintf (f32_from_bits (magnitude) * 0x1p24f);
  /* Nearest even on the 13 bits that go. */
  return sign | (guint16) ((magnitude - 0x38000000 + 0xfff
          + ((magnitude >> 13) & 1)) >> 13);
}

static guint16
f32_to_bf16 (gfloat value)
{
  guint32 bits = f32_bits (value);

  if (value != value)
    return (guint16) (bits >> 16) | 0x40;
  return (guint16) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

gdouble
sg_dtype_load (SgDType dtype, gconstpointer data, gsize i)
{
  switch (dtype) {
    case SG_DTYPE_F32:
      return ((const gfloat *) data)[i];
    case SG_DTYPE_F16:
      return sg_f16_to_f32 (((const guint16 *) data)[i]);
    case SG_DTYPE_BF16:
      return f32_from_bits ((guint32) ((const guint16 *) data)[i] << 16);
    case SG_DTYPE_F64:
      return ((const gdouble *) data)[i];
    case SG_DTYPE_I8:
      return ((const gint8 *) data)[i];
    case SG_DTYPE_I16:
      return ((const gint16 *) data)[i];
    case SG_DTYPE_I32:
      return ((const gint32 *) data)[i];
    case SG_DTYPE_I64:
      return (gdouble) ((const gint64 *) data)[i];
    case SG_DTYPE_U8:
      return ((const guint8 *) data)[i];
    case SG_DTYPE_U16:
      return ((const guint16 *) data)[i];
    case SG_DTYPE_U32:
      return ((const guint32 *) data)[i];
    case SG_DTYPE_U64:
      return (gdouble) ((const guint64 *) data)[i];
    case SG_DTYPE_BOOL:
      return ((const guint8 *) data)[i] != 0;
    case SG_DTYPE_NONE:
      break;
  }
  g_return_val_if_reached (0);
}

/* To an integer of [low, high]; NaN becomes 0. */
static gint64
saturate (gdouble value, gdouble low, gdouble high)
{
  return value != value ? 0 : (gint64) CLAMP (value, low, high);
}

void
sg_dtype_store (SgDType dtype, gpointer data, gsize i, gdouble v)
{
  switch (dtype) {
    case SG_DTYPE_F32:
      ((gfloat *) data)[i] = (gfloat) v;
      return;
    case SG_DTYPE_F16:
      ((guint16 *) data)[i] = sg_f32_to_f16 ((gfloat) v);
      return;
    case SG_DTYPE_BF16:
      ((guint16 *) data)[i] = f32_to_bf16 ((gfloat) v);
      return;
    case SG_DTYPE_F64:
      ((gdouble *) data)[i] = v;
      return;
    case SG_DTYPE_I8:
      ((gint8 *) data)[i] = (gint8) saturate (v, G_MININT8, G_MAXINT8);
      return;
    case SG_DTYPE_I16:
      ((gint16 *) data)[i] = (gint16) saturate (v, G_MININT16, G_MAXINT16);
      return;
    case SG_DTYPE_I32:
      ((gint32 *) data)[i] = (gint32) saturate (v, G_MININT32, G_MAXINT32);
      return;
    case SG_DTYPE_I64:
      ((gint64 *) data)[i] = v >= 0x1p63 ? G_MAXINT64
          : v <= -0x1p63 ? G_MININT64 : saturate (v, -0x1p63, 0x1p63);
      return;
    case SG_DTYPE_U8:
      ((guint8 *) data)[i] = (guint8) saturate (v, 0, G_MAXUINT8);
      return;
    case SG_DTYPE_U16:
      ((guint16 *) data)[i] = (guint16) saturate (v, 0, G_MAXUINT16);
      return;
    case SG_DTYPE_U32:
      ((guint32 *) data)[i] = (guint32) saturate (v, 0, G_MAXUINT32);
      return;
    case SG_DTYPE_U64:
      ((guint64 *) data)[i] = v >= 0x1p64 ? G_MAXUINT64
          : v > 0 ? (guint64) v : 0;
      return;
    case SG_DTYPE_BOOL:
      ((guint8 *) data)[i] = v != 0;
      return;
    case SG_DTYPE_NONE:
      break;
  }
  g_return_if_reached ();
}
