/* gst-stylegan: graph to GraphProto
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/writer.h"

#include <string.h>

/* --- the writer ----------------------------------------------------------- */

gpointer
sg_onnx_writer_alloc (SgOnnxWriter * writer, gsize size)
{
  gpointer memory = g_malloc0 (size);

  g_ptr_array_add (writer->memory, memory);
  return memory;
}

gchar *
sg_onnx_writer_text (SgOnnxWriter * writer, const gchar * text)
{
  gchar *copy = text ? g_utf8_make_valid (text, -1) : NULL;

  if (copy)
    g_ptr_array_add (writer->memory, copy);
  return copy;
}

static void
writer_init (SgOnnxWriter * writer)
{
  writer->memory = g_ptr_array_new_with_free_func (g_free);
  writer->tensors = g_ptr_array_new_with_free_func ((GDestroyNotify)
      sg_tensor_unref);
  writer->nodes = g_ptr_array_new ();
  writer->initializers = g_ptr_array_new ();
  writer->values = g_hash_table_new (NULL, NULL);
  writer->value_names = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);
  writer->node_names = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);
}

void
sg_onnx_writer_clear (SgOnnxWriter * writer)
{
  g_clear_pointer (&writer->memory, g_ptr_array_unref);
  g_clear_pointer (&writer->tensors, g_ptr_array_unref);
  g_clear_pointer (&writer->nodes, g_ptr_array_unref);
  g_clear_pointer (&writer->initializers, g_ptr_array_unref);
  g_clear_pointer (&writer->values, g_hash_table_unref);
  g_clear_pointer (&writer->trials[0], g_hash_table_unref);
  g_clear_pointer (&writer->trials[1], g_hash_table_unref);
  g_clear_pointer (&writer->value_names, g_hash_table_unref);
  g_clear_pointer (&writer->node_names, g_hash_table_unref);
}

/* --- names ---------------------------------------------------------------- */

/* @base, or the first of base_1, base_2, ... that is not among @names. */
static gchar *
unique (SgOnnxWriter * writer, GHashTable * names, const gchar * base)
{
  g_autofree gchar *valid = g_utf8_make_valid (base, -1);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (names, valid));
  g_autofree gchar *name = g_strdup (valid);

  while (g_hash_table_contains (names, name)) {
    g_free (name);
    name = g_strdup_printf ("%s_%u", valid, ++n);
  }
  g_hash_table_insert (names, g_strdup (name), NULL);
  if (n > 0)
    g_hash_table_insert (names, g_strdup (valid), GUINT_TO_POINTER (n));
  return sg_onnx_writer_text (writer, name);
}

static const gchar *
or_else (const gchar * name, const gchar * fallback)
{
  return name && *name ? name : fallback;
}

static SgOnnxWritten *
define (SgOnnxWriter * writer, SgValue * value, const gchar * name,
    SgDType dtype)
{
  SgOnnxWritten *written = sg_onnx_writer_alloc (writer, sizeof *written);

  written->name = unique (writer, writer->value_names, name);
  written->dtype = dtype;
  g_hash_table_insert (writer->values, value, written);
  return written;
}

/* --- constants ------------------------------------------------------------ */

static gboolean
add_initializer (SgOnnxWriter * writer, const gchar * name, SgTensor * tensor,
    GError ** error)
{
  Onnx__TensorProto *proto;

  /* Nobody could load it. */
  if (!sg_onnx_tensor_check_nan (tensor, name, error))
    return FALSE;
  proto = sg_onnx_tensor_encode (writer, tensor);
  proto->name = (gchar *) name;
  g_ptr_array_add (writer->initializers, proto);
  return TRUE;
}

/* The name of a value that a node uses; a constant gets it at its first use. */
static gchar *
value_name (SgOnnxWriter * writer, SgValue * value, const gchar * node_name,
    guint index, GError ** error)
{
  SgOnnxWritten *written = g_hash_table_lookup (writer->values, value);

  if (written == NULL && value->constant) {
    g_autofree gchar *name = g_strdup_printf ("%s.%u", node_name, index);

    written = define (writer, value, or_else (value->name, name),
        value->constant->desc.dtype);
    if (!add_initializer (writer, written->name, value->constant, error))
      return NULL;
  }
  if (written == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT, "node '%s': "
        "input %u is neither an input of the graph nor made by a node before",
        node_name, index);
    return NULL;
  }
  return written->name;
}

/* --- attributes ----------------------------------------------------------- */

static Onnx__AttributeProto *
attribute_proto (SgOnnxWriter * writer, SgAttr * attr)
{
  static const Onnx__AttributeProto__AttributeType types[] = {
    [SG_ATTR_INT] = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT,
    [SG_ATTR_FLOAT] = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT,
    [SG_ATTR_STRING] = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING,
    [SG_ATTR_INTS] = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS,
    [SG_ATTR_TENSOR] = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR,
  };
  Onnx__AttributeProto *proto = sg_onnx_writer_alloc (writer, sizeof *proto);

  onnx__attribute_proto__init (proto);
  proto->name = (gchar *) attr->name;
  proto->has_type = TRUE;
  proto->type = types[attr->type];
  proto->has_i = attr->type == SG_ATTR_INT;
  proto->i = attr->i;
  proto->has_f = attr->type == SG_ATTR_FLOAT;
  proto->f = attr->f;
  if (attr->type == SG_ATTR_STRING) {
    proto->has_s = TRUE;
    proto->s.data = (guint8 *) sg_onnx_writer_text (writer, attr->s);
    proto->s.len = strlen (attr->s);
  }
  if (attr->type == SG_ATTR_INTS) {
    proto->n_ints = attr->n;
    proto->ints = sg_onnx_writer_alloc (writer,
        (attr->n + 1) * sizeof *proto->ints);
    for (gsize i = 0; i < attr->n; i++)
      proto->ints[i] = attr->ints[i];
  }
  if (attr->type == SG_ATTR_TENSOR)
    proto->t = sg_onnx_tensor_encode (writer, attr->tensor);
  return proto;
}

/* --- nodes ---------------------------------------------------------------- */

static Onnx__NodeProto *
add_node (SgOnnxWriter * writer, const gchar * op, gchar * name, gsize n_inputs,
    gsize n_outputs)
{
  Onnx__NodeProto *proto = sg_onnx_writer_alloc (writer, sizeof *proto);

  onnx__node_proto__init (proto);
  proto->op_type = (gchar *) op;
  proto->name = name;
  proto->n_input = n_inputs;
  proto->input = sg_onnx_writer_alloc (writer,
      (n_inputs + 1) * sizeof *proto->input);
  proto->n_output = n_outputs;
  proto->output = sg_onnx_writer_alloc (writer,
      (n_outputs + 1) * sizeof *proto->output);
  g_ptr_array_add (writer->nodes, proto);
  return proto;
}

/* The row to write @node by. */
static const SgOnnxName *
find_row (SgOnnxWriter * writer, const SgNode * node, GError ** error)
{
  const SgOp *op = node->op;
  const gchar *name = or_else (node->name, "");
  gint64 newer = 0;

  for (const SgOnnxName * row = op->onnx; row && row->name; row++) {
    if (row->write == NULL && (row->parse || op->attrs_size > 0))
      continue;
    if (row->since > writer->opset)
      newer = newer ? MIN (newer, row->since) : row->since;
    else if (row->until == 0 || row->until >= writer->opset)
      return row;
  }
  writer->needs = MAX (writer->needs, newer);
  if (newer)
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "node '%s' (%s) needs opset %" G_GINT64_FORMAT "; save the model in "
        "that one", name, op->name, newer);
  else
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "node '%s' (%s) cannot be written: ONNX has no such operator", name,
        op->name);
  return NULL;
}

static gboolean
write_inputs (SgOnnxWriter * writer, const SgNode * node,
    const SgExport * export, Onnx__NodeProto * proto, GError ** error)
{
  for (guint i = 0; i < export->inputs->len; i++) {
    const SgExportInput *input = &g_array_index (export->inputs,
        SgExportInput, i);
    SgValue *value = input->from < node->n_inputs ?
        node->inputs[input->from] : NULL;

    proto->input[i] = (gchar *) "";
    if (input->tensor) {
      g_autofree gchar *base = g_strdup_printf ("%s.%u", proto->name, i);

      proto->input[i] = unique (writer, writer->value_names, base);
      if (!add_initializer (writer, proto->input[i], input->tensor, error))
        return FALSE;
    } else if (value) {
      proto->input[i] = value_name (writer, value, proto->name, i, error);
      if (proto->input[i] == NULL)
        return FALSE;
    }
    if (input->tensor || value)
      proto->n_input = i + 1;
  }
  return TRUE;
}

/* The node's outputs, the first of them through what follows it. */
static gboolean
write_outputs (SgOnnxWriter * writer, const SgNode * node,
    const SgExport * export, Onnx__NodeProto * proto, GError ** error)
{
  gchar *last = NULL;

  for (guint i = 0; i < node->n_outputs; i++) {
    SgValue *value = node->outputs[i];
    SgOnnxWritten *written = g_hash_table_lookup (writer->values, value);

    if (written == NULL)
      written = define (writer, value, or_else (value->name, proto->name),
          SG_DTYPE_NONE);
    written->dtype = export->output_dtypes[i];
    proto->output[i] = written->name;
  }
  last = proto->output[0];
  for (guint i = 0; i < export->then->len; i++) {
    const SgExportThen *then = &g_array_index (export->then, SgExportThen, i);
    Onnx__NodeProto *next = add_node (writer, then->onnx_op, unique (writer,
            writer->node_names, proto->name), 2, 1);
    g_autofree gchar *base = g_strdup_printf ("%s.1", next->name);

    proto->output[0] = unique (writer, writer->value_names, next->name);
    next->input[0] = proto->output[0];
    next->input[1] = unique (writer, writer->value_names, base);
    next->output[0] = last;
    if (!add_initializer (writer, next->input[1], then->tensor, error))
      return FALSE;
    proto = next;
  }
  return TRUE;
}

static gboolean
write_export (SgOnnxWriter * writer, const SgNode * node,
    const SgOnnxName * row, SgExport * export, GError ** error)
{
  gchar *name = unique (writer, writer->node_names, or_else (node->name,
          node->op->name));
  Onnx__NodeProto *proto;

  export->node_name = name;
  if (row->write && !row->write (export, node->attrs, error)) {
    writer->needs = MAX (writer->needs, export->needs);
    return FALSE;
  }
  proto = add_node (writer, export->onnx_op, name, export->inputs->len,
      node->n_outputs);
  proto->n_input = 0;
  proto->n_attribute = export->attrs->len;
  proto->attribute = sg_onnx_writer_alloc (writer,
      (export->attrs->len + 1) * sizeof *proto->attribute);
  for (guint i = 0; i < export->attrs->len; i++)
    proto->attribute[i] = attribute_proto (writer,
        &g_array_index (export->attrs, SgAttr, i));
  return write_inputs (writer, node, export, proto, error)
      && write_outputs (writer, node, export, proto, error);
}

static void
attr_clear (gpointer data)
{
  SgAttr *attr = data;

  g_free ((gchar *) attr->s);
  g_free ((gint64 *) attr->ints);
  sg_tensor_unref (attr->tensor);
}

static void
input_clear (gpointer data)
{
  sg_tensor_unref (((SgExportInput *) data)->tensor);
}

static void
then_clear (gpointer data)
{
  sg_tensor_unref (((SgExportThen *) data)->tensor);
}

static SgDType
dtype_of (SgOnnxWriter * writer, SgValue * value)
{
  const SgOnnxWritten *written = g_hash_table_lookup (writer->values, value);

  return value && value->constant ? value->constant->desc.dtype :
      written ? written->dtype : SG_DTYPE_NONE;
}

static gboolean
write_node (SgOnnxWriter * writer, const SgNode * node, GError ** error)
{
  const SgOnnxName *row = find_row (writer, node, error);
  g_autofree SgTensor **constants = g_new0 (SgTensor *, node->n_inputs + 1);
  g_autofree gint *ranks = g_new0 (gint, node->n_inputs + 1);
  g_autofree SgDType *dtypes = g_new0 (SgDType, node->n_outputs + 1);
  g_autoptr (GArray) attrs = g_array_new (FALSE, TRUE, sizeof (SgAttr));
  g_autoptr (GArray) inputs = g_array_new (FALSE, TRUE, sizeof (SgExportInput));
  g_autoptr (GArray) then = g_array_new (FALSE, TRUE, sizeof (SgExportThen));
  SgExport export = {
    .opset = writer->opset,
    .n_inputs = node->n_inputs,
    .n_outputs = node->n_outputs,
    .constants = constants,
    .ranks = ranks,
    .output_dtypes = dtypes,
    .attrs = attrs,
    .inputs = inputs,
    .then = then,
  };

  if (row == NULL)
    return FALSE;
  export.onnx_op = row->name;
  g_array_set_clear_func (attrs, attr_clear);
  g_array_set_clear_func (inputs, input_clear);
  g_array_set_clear_func (then, then_clear);
  if (node->n_inputs > 0)
    export.dtype = dtype_of (writer, node->inputs[0]);
  for (guint i = 0; i < node->n_outputs; i++)
    dtypes[i] = export.dtype;
  for (guint i = 0; i < node->n_inputs; i++) {
    SgExportInput input = { i, NULL };

    constants[i] = node->inputs[i] ? node->inputs[i]->constant : NULL;
    ranks[i] = node->inputs[i] ? sg_onnx_write_rank (writer,
        node->inputs[i]) : -1;
    g_array_append_val (inputs, input);
  }
  return write_export (writer, node, row, &export, error);
}

/* --- the graph ------------------------------------------------------------ */

/* Gives inputs and outputs the names that they shall have. An output that has
 * another name already is copied; its copy's name goes to @copies. */
static void
define_ends (SgOnnxWriter * writer, gchar ** copies)
{
  SgGraph *graph = writer->graph;

  for (guint i = 0; i < graph->inputs->len; i++) {
    SgValue *value = g_ptr_array_index (graph->inputs, i);

    define (writer, value, or_else (value->name, "input"), value->desc.dtype);
  }
  for (guint i = 0; i < graph->outputs->len; i++) {
    const SgGraphOutput *out = &g_array_index (graph->outputs,
        SgGraphOutput, i);
    const SgOnnxWritten *written = g_hash_table_lookup (writer->values,
        out->value);
    const gchar *name = or_else (out->name, "output");

    if (written == NULL && out->value->constant == NULL)
      define (writer, out->value, name, SG_DTYPE_NONE);
    else if (written == NULL || g_strcmp0 (written->name, name) != 0)
      copies[i] = unique (writer, writer->value_names, name);
  }
}

static gboolean
write_outputs_of_graph (SgOnnxWriter * writer, gchar * const *copies,
    const SgOnnxShape * shapes, Onnx__GraphProto * proto, GError ** error)
{
  GArray *list = writer->graph->outputs;

  proto->n_output = list->len;
  proto->output = sg_onnx_writer_alloc (writer,
      (list->len + 1) * sizeof *proto->output);
  for (guint i = 0; i < list->len; i++) {
    SgValue *value = g_array_index (list, SgGraphOutput, i).value;
    gchar *name = value_name (writer, value, "output", i, error);
    SgOnnxWritten written = { name, dtype_of (writer, value) };

    if (name == NULL)
      return FALSE;
    if (copies[i]) {
      Onnx__NodeProto *node = add_node (writer, "Identity", unique (writer,
              writer->node_names, copies[i]), 1, 1);

      node->input[0] = name;
      node->output[0] = written.name = copies[i];
    }
    if (written.dtype == SG_DTYPE_NONE) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "output '%s' is made by no node", name);
      return FALSE;
    }
    proto->output[i] = sg_onnx_write_value_info (writer, &written, &shapes[i]);
  }
  return TRUE;
}

Onnx__GraphProto *
sg_onnx_write_graph (SgOnnxWriter * writer, const gchar * name, GError ** error)
{
  SgGraph *graph = writer->graph;
  guint n_in = graph->inputs->len, n_out = graph->outputs->len;
  g_autofree SgOnnxShape *inputs = g_new0 (SgOnnxShape, n_in + 1);
  g_autofree SgOnnxShape *outputs = g_new0 (SgOnnxShape, n_out + 1);
  g_autofree gchar **copies = g_new0 (gchar *, n_out + 1);
  Onnx__GraphProto *proto;

  writer_init (writer);
  proto = sg_onnx_writer_alloc (writer, sizeof *proto);
  onnx__graph_proto__init (proto);
  if (n_out == 0) {
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "the graph has no output");
    return NULL;
  }
  define_ends (writer, copies);
  sg_onnx_write_try (writer);
  for (guint i = 0; i < graph->nodes->len; i++)
    if (!write_node (writer, g_ptr_array_index (graph->nodes, i), error))
      return NULL;
  sg_onnx_write_shapes (writer, inputs, outputs);
  if (!write_outputs_of_graph (writer, copies, outputs, proto, error))
    return NULL;
  proto->name = sg_onnx_writer_text (writer, or_else (name, "model"));
  proto->n_input = n_in;
  proto->input = sg_onnx_writer_alloc (writer,
      (n_in + 1) * sizeof *proto->input);
  for (guint i = 0; i < n_in; i++)
    proto->input[i] = sg_onnx_write_value_info (writer, g_hash_table_lookup
        (writer->values, g_ptr_array_index (graph->inputs, i)), &inputs[i]);
  proto->n_node = writer->nodes->len;
  proto->node = (Onnx__NodeProto **) writer->nodes->pdata;
  proto->n_initializer = writer->initializers->len;
  proto->initializer = (Onnx__TensorProto **) writer->initializers->pdata;
  return proto;
}
