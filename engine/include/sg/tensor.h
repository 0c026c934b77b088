/* gst-stylegan: shapes and tensors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Element types. The ones that ONNX has and this list lacks (strings, complex,
 * float8, int4) are refused at import. */
typedef enum
{
  SG_DTYPE_NONE,
  SG_DTYPE_F32,
  SG_DTYPE_F16,                 /* IEEE binary16 */
  SG_DTYPE_BF16,
  SG_DTYPE_F64,
  SG_DTYPE_I8,
  SG_DTYPE_I16,
  SG_DTYPE_I32,
  SG_DTYPE_I64,
  SG_DTYPE_U8,
  SG_DTYPE_U16,
  SG_DTYPE_U32,
  SG_DTYPE_U64,
  SG_DTYPE_BOOL,                /* one byte, 0 or 1 */
} SgDType;

/* Bytes per element; 0 for SG_DTYPE_NONE. */
gsize sg_dtype_size (SgDType dtype);
/* "f32", "i64", ... Never NULL. */
const gchar *sg_dtype_name (SgDType dtype);
gboolean sg_dtype_is_float (SgDType dtype);

/* Conversions of one element through double (i64 and u64 lose precision above
 * 2^53; sg_tensor_get_i64 () does not). Rounding to the 16 bit formats is to
 * nearest even; to integers it truncates, as C does, and saturates. */
gdouble sg_dtype_load (SgDType dtype, gconstpointer data, gsize index);
void sg_dtype_store (SgDType dtype, gpointer data, gsize index, gdouble value);
gfloat sg_f16_to_f32 (guint16 value);
guint16 sg_f32_to_f16 (gfloat value);

#define SG_MAX_RANK 8
/* No dimension and no product of dimensions may exceed this. */
#define SG_MAX_ELEMENTS (G_GINT64_CONSTANT (1) << 40)

/* Row-major, dense; images are [N,C,H,W]. rank 0 is a scalar. */
typedef struct
{
  gint rank;
  gint64 dim[SG_MAX_RANK];
} SgShape;

/* SG_SHAPE (1, 3, h, w); a scalar is SG_SHAPE_SCALAR. */
#define SG_SHAPE_SCALAR ((SgShape) { 0, { 0, } })
#define SG_SHAPE(...) \
    sg_shape_from ((const gint64[]) { __VA_ARGS__ }, \
        sizeof ((const gint64[]) { __VA_ARGS__ }) / sizeof (gint64))
SgShape sg_shape_from (const gint64 * dims, gsize rank);
/* Product of the dimensions; -1 if one is negative or the product exceeds
 * SG_MAX_ELEMENTS. */
gint64 sg_shape_elements (const SgShape * shape);
gboolean sg_shape_equal (const SgShape * a, const SgShape * b);
/* "[1,3,360,640]". Returns: (transfer full) */
gchar *sg_shape_to_string (const SgShape * shape);
/* ONNX multidirectional broadcasting. FALSE if the shapes do not match. */
gboolean sg_shape_broadcast (const SgShape * a, const SgShape * b,
    SgShape * out);

typedef struct
{
  SgDType dtype;
  SgShape shape;
} SgTensorDesc;

gsize sg_tensor_desc_bytes (const SgTensorDesc * desc);

/* A dense array in host memory, aligned to SG_TENSOR_ALIGN bytes and followed
 * by SG_TENSOR_ALIGN readable bytes.
 *
 * Thread-safety: reference counting is safe; contents as the caller arranges. */
typedef struct
{
  SgTensorDesc desc;
  gpointer data;
  /*< private > */
  gint ref_count;
  gpointer owner;               /* allocation to free, or NULL if borrowed */
} SgTensor;

#define SG_TENSOR_ALIGN 64

/* Zeroed. Returns: a new tensor, or NULL with SG_ERROR_NO_MEMORY or
 * SG_ERROR_SHAPE. */
SgTensor *sg_tensor_new (SgDType dtype, const SgShape * shape, GError ** error);
/* As sg_tensor_new (), filled from @data (dense, sg_tensor_desc_bytes ()). */
SgTensor *sg_tensor_new_copy (SgDType dtype, const SgShape * shape,
    gconstpointer data, GError ** error);
/* A view of the caller's memory, which must outlive the tensor. */
SgTensor *sg_tensor_new_borrowed (SgDType dtype, const SgShape * shape,
    gpointer data);
/* Rank 1 of i64 or f32, and scalar f32: what attributes become that newer
 * versions of an operator take as inputs. */
SgTensor *sg_tensor_new_i64 (const gint64 * values, gsize n);
SgTensor *sg_tensor_new_f32 (const gfloat * values, gsize n);
SgTensor *sg_tensor_new_f32_scalar (gfloat value);
SgTensor *sg_tensor_ref (SgTensor * tensor);
void sg_tensor_unref (SgTensor * tensor);
gint64 sg_tensor_elements (const SgTensor * tensor);
gint64 sg_tensor_get_i64 (const SgTensor * tensor, gint64 index);
gdouble sg_tensor_get (const SgTensor * tensor, gint64 index);
/* FALSE when an element is NaN or infinite. */
gboolean sg_tensor_is_finite (const SgTensor * tensor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTensor, sg_tensor_unref)

G_END_DECLS
