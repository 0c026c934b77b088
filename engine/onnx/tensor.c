/* gst-stylegan: TensorProto to tensor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/writer.h"

#include <math.h>
#include <string.h>

/* Index: TensorProto.DataType. The ones past BFLOAT16 are from versions of
 * onnx.proto newer than Debian's. */
static const struct
{
  const gchar *name;
  SgDType dtype;
} data_types[] = {
  {"UNDEFINED", SG_DTYPE_NONE},
  {"FLOAT", SG_DTYPE_F32},
  {"UINT8", SG_DTYPE_U8},
  {"INT8", SG_DTYPE_I8},
  {"UINT16", SG_DTYPE_U16},
  {"INT16", SG_DTYPE_I16},
  {"INT32", SG_DTYPE_I32},
  {"INT64", SG_DTYPE_I64},
  {"STRING", SG_DTYPE_NONE},
  {"BOOL", SG_DTYPE_BOOL},
  {"FLOAT16", SG_DTYPE_F16},
  {"DOUBLE", SG_DTYPE_F64},
  {"UINT32", SG_DTYPE_U32},
  {"UINT64", SG_DTYPE_U64},
  {"COMPLEX64", SG_DTYPE_NONE},
  {"COMPLEX128", SG_DTYPE_NONE},
  {"BFLOAT16", SG_DTYPE_BF16},
  {"FLOAT8E4M3FN", SG_DTYPE_NONE},
  {"FLOAT8E4M3FNUZ", SG_DTYPE_NONE},
  {"FLOAT8E5M2", SG_DTYPE_NONE},
  {"FLOAT8E5M2FNUZ", SG_DTYPE_NONE},
  {"UINT4", SG_DTYPE_NONE},
  {"INT4", SG_DTYPE_NONE},
  {"FLOAT4E2M1", SG_DTYPE_NONE},
  {"FLOAT8E8M0", SG_DTYPE_NONE},
  {"UINT2", SG_DTYPE_NONE},
  {"INT2", SG_DTYPE_NONE},
};

SgDType
sg_onnx_dtype (gint32 data_type, const gchar ** name)
{
  if (data_type < 0 || data_type >= (gint32) G_N_ELEMENTS (data_types)) {
    *name = "unknown";
    return SG_DTYPE_NONE;
  }
  *name = data_types[data_type].name;
  return data_types[data_type].dtype;
}

gint32
sg_onnx_data_type (SgDType dtype)
{
  gint32 i = G_N_ELEMENTS (data_types);

  while (--i > 0 && (dtype == SG_DTYPE_NONE || data_types[i].dtype != dtype));
  return i;
}

static gboolean
tensor_error (const gchar * name, GError ** error, SgErrorCode code,
    const gchar * format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
tensor_error (const gchar * name, GError ** error, SgErrorCode code,
    const gchar * format, ...)
{
  g_autofree gchar *clean = sg_onnx_clean (name);
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SG_ERROR, code, "tensor '%s': %s", clean, text);
  return FALSE;
}

/* --- type and shape ------------------------------------------------------- */

static gboolean
read_desc (const Onnx__TensorProto * proto, const gchar * name,
    SgTensorDesc * desc, GError ** error)
{
  const gchar *type_name;

  desc->dtype = sg_onnx_dtype (proto->data_type, &type_name);
  if (!proto->has_data_type || proto->data_type == 0)
    return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
        "has no element type");
  if (desc->dtype == SG_DTYPE_NONE)
    return tensor_error (name, error, SG_ERROR_UNSUPPORTED,
        "elements of type %s (%d) are not supported; export the model in "
        "float32 or float16, without quantisation", type_name,
        proto->data_type);
  if (proto->segment)
    return tensor_error (name, error, SG_ERROR_UNSUPPORTED,
        "is stored in segments, which is not supported");
  if (proto->n_dims > SG_MAX_RANK)
    return tensor_error (name, error, SG_ERROR_UNSUPPORTED,
        "has %" G_GSIZE_FORMAT " dimensions, at most %d are supported",
        (gsize) proto->n_dims, SG_MAX_RANK);
  for (gsize i = 0; i < proto->n_dims; i++)
    if (proto->dims[i] < 0)
      return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
          "dimension %" G_GSIZE_FORMAT " is %" G_GINT64_FORMAT, i,
          (gint64) proto->dims[i]);
  desc->shape = sg_shape_from ((const gint64 *) proto->dims, proto->n_dims);
  if (sg_shape_elements (&desc->shape) < 0) {
    g_autofree gchar *shape = sg_shape_to_string (&desc->shape);

    return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
        "shape %s is too large", shape);
  }
  return TRUE;
}

/* --- data ----------------------------------------------------------------- */

/* ONNX stores raw data little-endian: to the machine's order or back. */
static void
swap_little_endian (gpointer data, gsize element, gsize n)
{
#if G_BYTE_ORDER == G_BIG_ENDIAN
  guint8 *bytes = data;

  for (gsize i = 0; i < n; i++, bytes += element)
    for (gsize k = 0; k < element / 2; k++) {
      guint8 swap = bytes[k];

      bytes[k] = bytes[element - 1 - k];
      bytes[element - 1 - k] = swap;
    }
#endif
}

/* ONNX wants 0 or 1; kernels rely on it. */
static void
normalise_bool (SgTensor * tensor)
{
  guint8 *data = tensor->data;

  for (gint64 i = sg_tensor_elements (tensor); i-- > 0;)
    data[i] = data[i] != 0;
}

/* Which of the typed fields holds elements of @dtype, and how many it has. */
static gsize
typed_count (const Onnx__TensorProto * proto, SgDType dtype)
{
  switch (dtype) {
    case SG_DTYPE_F32:
      return proto->n_float_data;
    case SG_DTYPE_F64:
      return proto->n_double_data;
    case SG_DTYPE_I64:
      return proto->n_int64_data;
    case SG_DTYPE_U32:
    case SG_DTYPE_U64:
      return proto->n_uint64_data;
    default:
      return proto->n_int32_data;
  }
}

/* Elements that come as int32_data. FALSE if one does not fit. */
static gboolean
fill_from_int32 (SgTensor * tensor, const gint32 * values, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    gint32 v = values[i];

    switch (tensor->desc.dtype) {
      case SG_DTYPE_I8:
        if (v < G_MININT8 || v > G_MAXINT8)
          return FALSE;
        ((gint8 *) tensor->data)[i] = (gint8) v;
        break;
      case SG_DTYPE_U8:
        if (v < 0 || v > G_MAXUINT8)
          return FALSE;
        ((guint8 *) tensor->data)[i] = (guint8) v;
        break;
      case SG_DTYPE_I16:
        if (v < G_MININT16 || v > G_MAXINT16)
          return FALSE;
        ((gint16 *) tensor->data)[i] = (gint16) v;
        break;
      case SG_DTYPE_U16:
      case SG_DTYPE_F16:       /* the bit pattern */
      case SG_DTYPE_BF16:
        if (v < 0 || v > G_MAXUINT16)
          return FALSE;
        ((guint16 *) tensor->data)[i] = (guint16) v;
        break;
      case SG_DTYPE_BOOL:
        ((guint8 *) tensor->data)[i] = v != 0;
        break;
      default:
        ((gint32 *) tensor->data)[i] = v;
    }
  }
  return TRUE;
}

static gboolean
fill_typed (const Onnx__TensorProto * proto, SgTensor * tensor)
{
  gsize n = typed_count (proto, tensor->desc.dtype);

  switch (tensor->desc.dtype) {
    case SG_DTYPE_F32:
      memcpy (tensor->data, proto->float_data, n * 4);
      return TRUE;
    case SG_DTYPE_F64:
      memcpy (tensor->data, proto->double_data, n * 8);
      return TRUE;
    case SG_DTYPE_I64:
      memcpy (tensor->data, proto->int64_data, n * 8);
      return TRUE;
    case SG_DTYPE_U64:
      memcpy (tensor->data, proto->uint64_data, n * 8);
      return TRUE;
    case SG_DTYPE_U32:
      for (gsize i = 0; i < n; i++) {
        if (proto->uint64_data[i] > G_MAXUINT32)
          return FALSE;
        ((guint32 *) tensor->data)[i] = (guint32) proto->uint64_data[i];
      }
      return TRUE;
    default:
      return fill_from_int32 (tensor, proto->int32_data, n);
  }
}

/* Before anything is allocated: the file must hold as much as the shape says,
 * in one place. */
static gboolean
check_data (const Onnx__TensorProto * proto, const gchar * name,
    const SgTensorDesc * desc, gboolean external, GError ** error)
{
  gsize n = (gsize) sg_shape_elements (&desc->shape);
  gsize bytes = sg_tensor_desc_bytes (desc);
  gsize own = typed_count (proto, desc->dtype);
  gsize all = proto->n_float_data + proto->n_double_data + proto->n_int64_data
      + proto->n_uint64_data + proto->n_int32_data + proto->n_string_data;
  gboolean raw = proto->has_raw_data && (proto->raw_data.len > 0 || all == 0);
  g_autofree gchar *shape = sg_shape_to_string (&desc->shape);

  if (external) {
    if (all == 0 && !(proto->has_raw_data && proto->raw_data.len > 0))
      return TRUE;
    return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
        "has data in the model and in another file");
  }
  if (raw ? all > 0 : all != own)
    return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
        "has data of several types");
  if (raw && proto->raw_data.len != bytes)
    return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
        "shape %s of %s takes %" G_GSIZE_FORMAT " bytes, the file has %"
        G_GSIZE_FORMAT, shape, sg_dtype_name (desc->dtype), bytes,
        (gsize) proto->raw_data.len);
  if (!raw && own != n)
    return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
        "shape %s has %" G_GSIZE_FORMAT " elements, the file has %"
        G_GSIZE_FORMAT, shape, n, own);
  return TRUE;
}

static gboolean
fill (const Onnx__TensorProto * proto, const gchar * name,
    SgOnnxSource * source, gboolean external, SgTensor * tensor,
    GError ** error)
{
  gsize bytes = sg_tensor_desc_bytes (&tensor->desc);
  gsize element = sg_dtype_size (tensor->desc.dtype);

  if (bytes == 0)
    return TRUE;
  if (external) {
    if (!sg_onnx_external_read (proto, source, tensor->data, bytes, error)) {
      g_autofree gchar *clean = sg_onnx_clean (name);

      g_prefix_error (error, "tensor '%s': ", clean);
      return FALSE;
    }
  } else if (proto->has_raw_data && proto->raw_data.len > 0) {
    memcpy (tensor->data, proto->raw_data.data, bytes);
  } else if (!fill_typed (proto, tensor)) {
    return tensor_error (name, error, SG_ERROR_INVALID_MODEL,
        "holds a value that does not fit into %s",
        sg_dtype_name (tensor->desc.dtype));
  } else {
    return TRUE;
  }
  swap_little_endian (tensor->data, element, bytes / element);
  if (tensor->desc.dtype == SG_DTYPE_BOOL)
    normalise_bool (tensor);
  return TRUE;
}

SgTensor *
sg_onnx_tensor_decode (const Onnx__TensorProto * proto, const gchar * name,
    SgOnnxSource * source, GError ** error)
{
  gboolean external = proto->has_data_location
      && proto->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
  SgTensorDesc desc;
  SgTensor *tensor;
  gsize bytes;

  if (!read_desc (proto, name, &desc, error)
      || !check_data (proto, name, &desc, external, error))
    return NULL;
  bytes = sg_tensor_desc_bytes (&desc);
  if (bytes > source->max_bytes - source->bytes) {
    tensor_error (name, error, SG_ERROR_NO_MEMORY,
        "the model's tensors take more than %" G_GUINT64_FORMAT " MB, the most "
        "that is possible here", source->max_bytes >> 20);
    return NULL;
  }
  /* External data is checked against its file before it is made room for. */
  if (external && bytes > 0
      && !sg_onnx_external_read (proto, source, NULL, bytes, error)) {
    g_autofree gchar *clean = sg_onnx_clean (name);

    g_prefix_error (error, "tensor '%s': ", clean);
    return NULL;
  }
  source->bytes += bytes;
  tensor = sg_tensor_new (desc.dtype, &desc.shape, error);
  if (tensor && !fill (proto, name, source, external, tensor, error))
    g_clear_pointer (&tensor, sg_tensor_unref);
  return tensor;
}

SgTensor *
sg_onnx_tensor_from_bytes (gconstpointer data, gsize size, gchar ** name,
    GError ** error)
{
  Onnx__TensorProto *proto = sg_onnx_unpack (&onnx__tensor_proto__descriptor,
      data, size, error);
  SgOnnxSource source;
  SgTensor *tensor;

  if (proto == NULL)
    return NULL;
  sg_onnx_source_init (&source, NULL);
  tensor = sg_onnx_tensor_decode (proto, proto->name, &source, error);
  if (tensor && name)
    *name = g_strdup (proto->name ? proto->name : "");
  sg_onnx_source_clear (&source);
  onnx__tensor_proto__free_unpacked (proto, NULL);
  return tensor;
}

Onnx__TensorProto *
sg_onnx_tensor_encode (SgOnnxWriter * writer, SgTensor * tensor)
{
  const SgTensorDesc *desc = &tensor->desc;
  gsize rank = (gsize) desc->shape.rank, bytes = sg_tensor_desc_bytes (desc);
  Onnx__TensorProto *proto = sg_onnx_writer_alloc (writer, sizeof *proto);

  onnx__tensor_proto__init (proto);
  proto->n_dims = rank;
  proto->dims = sg_onnx_writer_alloc (writer, (rank + 1) * sizeof *proto->dims);
  memcpy (proto->dims, desc->shape.dim, rank * sizeof *proto->dims);
  proto->has_data_type = TRUE;
  proto->data_type = sg_onnx_data_type (desc->dtype);
  proto->has_raw_data = TRUE;
  proto->raw_data.len = bytes;
  proto->raw_data.data = tensor->data;
  g_ptr_array_add (writer->tensors, sg_tensor_ref (tensor));
#if G_BYTE_ORDER == G_BIG_ENDIAN
  proto->raw_data.data = sg_onnx_writer_alloc (writer, bytes + 1);
  memcpy (proto->raw_data.data, tensor->data, bytes);
  swap_little_endian (proto->raw_data.data, sg_dtype_size (desc->dtype),
      bytes / sg_dtype_size (desc->dtype));
#endif
  return proto;
}

gboolean
sg_onnx_tensor_check_nan (const SgTensor * tensor, const gchar * name,
    GError ** error)
{
  gint64 n = sg_tensor_elements (tensor);

  if (!sg_dtype_is_float (tensor->desc.dtype))
    return TRUE;
  for (gint64 i = 0; i < n; i++)
    if (isnan (sg_tensor_get (tensor, i)))
      return tensor_error (name, error, SG_ERROR_NOT_FINITE,
          "element %" G_GINT64_FORMAT " is not a number (NaN); the model's "
          "training or conversion failed", i);
  return TRUE;
}
