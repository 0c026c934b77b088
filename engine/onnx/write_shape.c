/* gst-stylegan: what a file says about the sizes of inputs and outputs
 *
 * A graph has no symbolic shapes: its operators are asked for two sizes, and what
 * an output has in common with the input is seen from both answers.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/writer.h"

enum
{ N_TRIALS = 2, N_IMAGE_DIMS = 4 };

static const gchar *const image_dims[N_IMAGE_DIMS] = {
  "batch", "channels", "height", "width"
};

/* Free sizes. First such that no network gets round without rounding, so that an
 * output that is a bit larger than its input is not taken for the same; then
 * such that everything divides, for networks that want that. */
static const gint64 sizes[][N_TRIALS][N_IMAGE_DIMS] = {
  {{2, 3, 197, 331}, {3, 6, 262, 421}},
  {{2, 3, 256, 320}, {3, 6, 384, 448}},
};

/* --- asking the operators ------------------------------------------------- */

static SgTensorDesc
find_desc (GHashTable * descs, const SgValue * value)
{
  const SgTensorDesc *desc = g_hash_table_lookup (descs, value);
  const SgTensorDesc none = { SG_DTYPE_NONE, {0, {0,}} };

  if (value->constant)
    return value->constant->desc;
  return desc ? *desc : none;
}

static gboolean
infer_node (const SgNode * node, GHashTable * descs)
{
  guint n_in = node->n_inputs;
  g_autofree SgTensorDesc *inputs = g_new0 (SgTensorDesc, n_in + 1);
  g_autofree SgTensor **constants = g_new0 (SgTensor *, n_in + 1);
  g_autofree SgTensorDesc *outputs = g_new0 (SgTensorDesc, node->n_outputs + 1);
  SgCall call = {
    .op = node->op,
    .name = node->name,
    .attrs = node->attrs,
    .n_inputs = n_in,
    .n_outputs = node->n_outputs,
    .inputs = inputs,
    .constants = constants,
    .outputs = outputs,
  };

  for (guint i = 0; i < n_in; i++) {
    if (node->inputs[i] == NULL)
      continue;
    inputs[i] = find_desc (descs, node->inputs[i]);
    constants[i] = node->inputs[i]->constant;
    if (inputs[i].dtype == SG_DTYPE_NONE)
      return FALSE;
  }
  for (guint i = 0; i < node->op->min_inputs; i++)
    if (!sg_call_has_input (&call, i))
      return FALSE;
  if (!node->op->infer (&call, NULL))
    return FALSE;
  for (guint i = 0; i < node->n_outputs; i++)
    g_hash_table_insert (descs, node->outputs[i], g_memdup2 (&outputs[i],
            sizeof *outputs));
  return TRUE;
}

/* The descriptions of all values for one trial; NULL if an operator wants other
 * sizes, or to be run. */
static GHashTable *
infer_graph (const SgGraph * graph, const gint64 * free_sizes)
{
  g_autoptr (GHashTable) descs = g_hash_table_new_full (NULL, NULL, NULL,
      g_free);

  for (guint i = 0; i < graph->inputs->len; i++) {
    const SgValue *value = g_ptr_array_index (graph->inputs, i);
    SgTensorDesc *desc = g_memdup2 (&value->desc, sizeof value->desc);

    g_hash_table_insert (descs, (gpointer) value, desc);
    if (desc->shape.rank < 0)
      return NULL;
    for (gint k = 0; k < desc->shape.rank; k++)
      if (desc->shape.dim[k] < 0)
        desc->shape.dim[k] = free_sizes[k % N_IMAGE_DIMS];
  }
  for (guint i = 0; i < graph->nodes->len; i++)
    if (!infer_node (g_ptr_array_index (graph->nodes, i), descs))
      return NULL;
  return g_steal_pointer (&descs);
}

void
sg_onnx_write_try (SgOnnxWriter * writer)
{
  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
    writer->sizes = k;
    for (guint i = 0; i < N_TRIALS; i++) {
      g_clear_pointer (&writer->trials[i], g_hash_table_unref);
      writer->trials[i] = infer_graph (writer->graph, sizes[k][i]);
      if (writer->trials[i] == NULL)
        break;
    }
    if (writer->trials[0] && writer->trials[1])
      return;
  }
  g_clear_pointer (&writer->trials[0], g_hash_table_unref);
}

gint
sg_onnx_write_rank (const SgOnnxWriter * writer, const SgValue * value)
{
  if (value->constant == NULL && writer->trials[0])
    return find_desc (writer->trials[0], value).shape.rank;
  return value->constant ? value->constant->desc.shape.rank
      : value->producer ? -1 : value->desc.shape.rank;
}

/* --- names ---------------------------------------------------------------- */

static gchar *
dim_name (SgOnnxWriter * writer, const gchar * of, gint rank, gint i)
{
  g_autofree gchar *name = NULL;

  if (rank != N_IMAGE_DIMS)
    name = g_strdup_printf ("%s_dim_%d", of, i);
  else if (of)
    name = g_strdup_printf ("%s_%s", of, image_dims[i]);
  return sg_onnx_writer_text (writer, name ? name : image_dims[i]);
}

static void
name_inputs (SgOnnxWriter * writer, SgOnnxShape * inputs)
{
  for (guint k = 0; k < writer->graph->inputs->len; k++) {
    const SgValue *value = g_ptr_array_index (writer->graph->inputs, k);
    const SgOnnxWritten *written = g_hash_table_lookup (writer->values, value);
    SgOnnxShape *shape = &inputs[k];

    shape->shape = value->desc.shape;
    for (gint i = 0; i < shape->shape.rank; i++)
      if (shape->shape.dim[i] < 0)
        shape->names[i] = dim_name (writer, k == 0 && shape->shape.rank
            == N_IMAGE_DIMS ? NULL : written->name, shape->shape.rank, i);
  }
}

/* The name of the first free dimension of an input that had sizes @a and @b. */
static gchar *
follow (const SgOnnxWriter * writer, const SgOnnxShape * inputs,
    const gint64 trials[N_TRIALS][N_IMAGE_DIMS], gint64 a, gint64 b)
{
  for (guint k = 0; k < writer->graph->inputs->len; k++)
    for (gint i = 0; i < inputs[k].shape.rank; i++)
      if (inputs[k].names[i] && trials[0][i % N_IMAGE_DIMS] == a
          && trials[1][i % N_IMAGE_DIMS] == b)
        return inputs[k].names[i];
  return NULL;
}

static void
name_output (SgOnnxWriter * writer, const SgOnnxShape * inputs,
    const gint64 trials[N_TRIALS][N_IMAGE_DIMS], const gchar * name,
    const SgShape * a, const SgShape * b, SgOnnxShape * output)
{
  if (a->rank != b->rank)
    return;
  output->shape = *a;
  for (gint i = 0; i < a->rank; i++) {
    if (a->dim[i] == b->dim[i])
      continue;
    output->shape.dim[i] = -1;
    output->names[i] = follow (writer, inputs, trials, a->dim[i], b->dim[i]);
    if (output->names[i] == NULL)
      output->names[i] = dim_name (writer, name, a->rank, i);
  }
}

/* What the file said that the graph is from. */
static void
name_declared (SgOnnxWriter * writer, const SgGraphOutput * out,
    SgOnnxShape * output)
{
  if (out->value->desc.dtype == SG_DTYPE_NONE)
    return;
  output->shape = out->value->desc.shape;
  for (gint i = 0; i < output->shape.rank; i++)
    if (output->shape.dim[i] < 0)
      output->names[i] = dim_name (writer, out->name ? out->name : "output",
          output->shape.rank, i);
}

void
sg_onnx_write_shapes (SgOnnxWriter * writer, SgOnnxShape * inputs,
    SgOnnxShape * outputs)
{
  GArray *list = writer->graph->outputs;

  name_inputs (writer, inputs);
  for (guint i = 0; i < list->len; i++) {
    const SgGraphOutput *out = &g_array_index (list, SgGraphOutput, i);
    SgTensorDesc a, b;

    outputs[i].shape.rank = -1;
    if (writer->trials[1] == NULL) {
      name_declared (writer, out, &outputs[i]);
      continue;
    }
    a = find_desc (writer->trials[0], out->value);
    b = find_desc (writer->trials[1], out->value);
    name_output (writer, inputs, sizes[writer->sizes],
        out->name ? out->name : "output", &a.shape, &b.shape, &outputs[i]);
  }
}

/* --- messages ------------------------------------------------------------- */

static Onnx__TensorShapeProto *
shape_proto (SgOnnxWriter * writer, const SgOnnxShape * shape)
{
  gsize rank = (gsize) shape->shape.rank;
  Onnx__TensorShapeProto *proto = sg_onnx_writer_alloc (writer, sizeof *proto);

  onnx__tensor_shape_proto__init (proto);
  proto->n_dim = rank;
  proto->dim = sg_onnx_writer_alloc (writer, (rank + 1) * sizeof *proto->dim);
  for (gsize i = 0; i < rank; i++) {
    Onnx__TensorShapeProto__Dimension *dim = sg_onnx_writer_alloc (writer,
        sizeof *dim);

    onnx__tensor_shape_proto__dimension__init (dim);
    if (shape->names[i]) {
      dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
      dim->dim_param = shape->names[i];
    } else {
      dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
      dim->dim_value = shape->shape.dim[i];
    }
    proto->dim[i] = dim;
  }
  return proto;
}

Onnx__ValueInfoProto *
sg_onnx_write_value_info (SgOnnxWriter * writer, const SgOnnxWritten * value,
    const SgOnnxShape * shape)
{
  Onnx__ValueInfoProto *info = sg_onnx_writer_alloc (writer, sizeof *info);
  Onnx__TypeProto *type = sg_onnx_writer_alloc (writer, sizeof *type);
  Onnx__TypeProto__Tensor *tensor = sg_onnx_writer_alloc (writer,
      sizeof *tensor);

  onnx__value_info_proto__init (info);
  onnx__type_proto__init (type);
  onnx__type_proto__tensor__init (tensor);
  info->name = value->name;
  info->type = type;
  type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
  type->tensor_type = tensor;
  tensor->has_elem_type = TRUE;
  tensor->elem_type = sg_onnx_data_type (value->dtype);
  if (shape->shape.rank >= 0)
    tensor->shape = shape_proto (writer, shape);
  return info;
}
