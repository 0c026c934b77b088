/* gst-stylegan: NodeProto to node
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/internal.h"

#include <math.h>
#include <string.h>

/* Between a constant and the operator that uses it as weights. */
#define MAX_WEIGHT_STEPS 4

gboolean
sg_onnx_node_error (const Onnx__NodeProto * node, gint64 opset,
    GError ** error, SgErrorCode code, const gchar * format, ...)
{
  g_autofree gchar *op = sg_onnx_clean (node->op_type);
  g_autofree gchar *name = NULL, *text = NULL;
  va_list args;

  /* Many exporters leave nodes without a name; their outputs have one. */
  name = sg_onnx_clean (node->name && *node->name ? node->name :
      node->n_output > 0 ? node->output[0] : NULL);
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SG_ERROR, code,
      "node '%s' (%s, opset %" G_GINT64_FORMAT "): %s", name, op, opset, text);
  return FALSE;
}

/* --- attributes ----------------------------------------------------------- */

static void
attr_clear (gpointer data)
{
  SgAttr *attr = data;

  g_free ((gchar *) attr->name);
  g_free ((gchar *) attr->s);
  g_clear_pointer (&attr->tensor, sg_tensor_unref);
}

/* Files older than IR version 2 do not say the type. */
static Onnx__AttributeProto__AttributeType
attribute_type (const Onnx__AttributeProto * proto)
{
  if (proto->has_type
      && proto->type != ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED)
    return proto->type;
  if (proto->has_f)
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT;
  if (proto->has_i)
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT;
  if (proto->has_s)
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
  if (proto->t)
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR;
  if (proto->g)
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH;
  if (proto->n_floats > 0)
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS;
  if (proto->n_ints > 0)
    return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS;
  return ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED;
}

static gboolean
read_tensor_attr (const Onnx__AttributeProto * proto,
    const Onnx__NodeProto * node, SgOnnxImporter * importer, SgAttr * attr,
    GError ** error)
{
  const gchar *name = node->n_output > 0 ? node->output[0] : attr->name;
  GError *problem = NULL;

  if (proto->t == NULL)
    return sg_onnx_node_error (node, importer->opset, error,
        SG_ERROR_INVALID_MODEL, "attribute '%s' has no value", attr->name);
  attr->tensor = sg_onnx_tensor_decode (proto->t, name, importer->source,
      &problem);
  if (attr->tensor && sg_onnx_tensor_check_nan (attr->tensor, name, &problem))
    return TRUE;
  sg_onnx_node_error (node, importer->opset, error,
      (SgErrorCode) problem->code, "%s", problem->message);
  g_error_free (problem);
  return FALSE;
}

/* The value of @proto as far as operators take it. */
static gboolean
read_value (const Onnx__AttributeProto * proto, const Onnx__NodeProto * node,
    SgOnnxImporter * importer, SgAttr * attr, GError ** error)
{
  switch (attribute_type (proto)) {
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT:
      attr->type = SG_ATTR_FLOAT;
      attr->f = proto->f;
      attr->floats = &proto->f;
      attr->n = 1;
      break;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT:
      attr->type = SG_ATTR_INT;
      attr->i = proto->i;
      break;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING:
      attr->type = SG_ATTR_STRING;
      attr->s = proto->s.data ? g_strndup ((const gchar *) proto->s.data,
          proto->s.len) : g_strdup ("");
      break;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS:
      attr->type = SG_ATTR_FLOATS;
      attr->floats = proto->floats;
      attr->n = proto->n_floats;
      break;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS:
      attr->type = SG_ATTR_INTS;
      attr->ints = (const gint64 *) proto->ints;
      attr->n = proto->n_ints;
      break;
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR:
      attr->type = SG_ATTR_TENSOR;
      return read_tensor_attr (proto, node, importer, attr, error);
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH:
    case ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS:
      return sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_UNSUPPORTED, "attribute '%s' is a subgraph, which is not "
          "supported; export the model without control flow", attr->name);
    default:
      attr->type = SG_ATTR_OTHER;
  }
  for (gsize i = 0; i < attr->n && attr->floats; i++)
    if (isnan (attr->floats[i]))
      return sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_NOT_FINITE, "attribute '%s' is not a number (NaN)",
          attr->name);
  return TRUE;
}

/* Returns: (element-type SgAttr), valid as long as @node is. */
static GArray *
read_attributes (const Onnx__NodeProto * node, SgOnnxImporter * importer,
    GError ** error)
{
  g_autoptr (GArray) attrs = g_array_new (FALSE, FALSE, sizeof (SgAttr));
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  g_array_set_clear_func (attrs, attr_clear);
  for (gsize i = 0; i < node->n_attribute; i++) {
    const Onnx__AttributeProto *proto = node->attribute[i];
    SgAttr attr = { .name = sg_onnx_clean (proto->name) };
    gboolean ok = TRUE;

    if (proto->name == NULL || *proto->name == '\0')
      ok = sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_INVALID_MODEL, "has an attribute without a name");
    else if (!g_hash_table_add (names, proto->name))
      ok = sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_INVALID_MODEL, "attribute '%s' is given twice", attr.name);
    else if (proto->ref_attr_name && *proto->ref_attr_name)
      ok = sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_INVALID_MODEL, "attribute '%s' refers to a function's, but "
          "the node is in none", attr.name);
    ok = ok && read_value (proto, node, importer, &attr, error);
    g_array_append_val (attrs, attr);
    if (!ok)
      return NULL;
  }
  return g_steal_pointer (&attrs);
}

/* --- Constant ------------------------------------------------------------- */

static SgTensor *
constant_value (const Onnx__NodeProto * node, GArray * attrs, gint64 opset,
    GError ** error)
{
  const SgAttr *attr = (const SgAttr *) attrs->data;
  SgShape scalar = { 0, {0,} };
  SgShape list = { 1, {0,} };

  if (attrs->len != 1) {
    sg_onnx_node_error (node, opset, error, SG_ERROR_INVALID_MODEL,
        "wants one attribute that gives its value");
    return NULL;
  }
  list.dim[0] = (gint64) attr->n;
  if (g_str_equal (attr->name, "value") && attr->type == SG_ATTR_TENSOR)
    return sg_tensor_ref (attr->tensor);
  if (g_str_equal (attr->name, "value_float") && attr->type == SG_ATTR_FLOAT)
    return sg_tensor_new_copy (SG_DTYPE_F32, &scalar, &attr->f, error);
  if (g_str_equal (attr->name, "value_int") && attr->type == SG_ATTR_INT)
    return sg_tensor_new_copy (SG_DTYPE_I64, &scalar, &attr->i, error);
  if (g_str_equal (attr->name, "value_floats") && attr->type == SG_ATTR_FLOATS)
    return sg_tensor_new_copy (SG_DTYPE_F32, &list, attr->floats, error);
  if (g_str_equal (attr->name, "value_ints") && attr->type == SG_ATTR_INTS)
    return sg_tensor_new_copy (SG_DTYPE_I64, &list, attr->ints, error);
  sg_onnx_node_error (node, opset, error, SG_ERROR_UNSUPPORTED,
      "attribute '%s' is not supported as a value, only numbers are",
      attr->name);
  return NULL;
}

static gboolean
import_constant (SgOnnxImporter * importer, const Onnx__NodeProto * node,
    GArray * attrs, GError ** error)
{
  g_autofree gchar *name = NULL;
  g_autoptr (SgTensor) tensor = NULL;

  if (node->n_input != 0 || node->n_output != 1 || *node->output[0] == '\0')
    return sg_onnx_node_error (node, importer->opset, error,
        SG_ERROR_INVALID_MODEL, "wants no input and one output");
  tensor = constant_value (node, attrs, importer->opset, error);
  if (tensor == NULL)
    return FALSE;
  name = sg_onnx_clean (node->output[0]);
  sg_onnx_importer_define (importer, node->output[0],
      sg_graph_add_constant (importer->graph, name, tensor));
  return TRUE;
}

/* --- other operators ------------------------------------------------------ */

gboolean
sg_onnx_check_domain (const Onnx__NodeProto * node, gint64 opset,
    GError ** error)
{
  g_autofree gchar *clean = sg_onnx_clean (node->domain);

  if (*clean == '\0' || g_str_equal (clean, "ai.onnx"))
    return TRUE;
  return sg_onnx_node_error (node, opset, error, SG_ERROR_UNSUPPORTED,
      "is of the domain '%s', only ONNX's own operators are supported; export "
      "the model without custom operators and functions", clean);
}

/* The opset closest to @opset that has the operator @type; 0 if none has. */
static gint64
nearest_opset (const gchar * type, gint64 opset)
{
  const SgOnnxName *row;
  gint64 i;

  for (i = MIN (opset, SG_ONNX_MAX_OPSET) + 1; i <= SG_ONNX_MAX_OPSET; i++)
    if (sg_op_find_onnx (type, i, &row))
      return i;
  for (i = MIN (opset, SG_ONNX_MAX_OPSET); i > 0; i--)
    if (sg_op_find_onnx (type, i, &row))
      return i;
  return 0;
}

static const SgOp *
find_op (const Onnx__NodeProto * node, gint64 opset, const SgOnnxName ** row,
    GError ** error)
{
  const gchar *type = node->op_type ? node->op_type : "";
  const SgOp *op;
  gint64 other;

  if (!sg_onnx_check_domain (node, opset, error))
    return NULL;
  op = sg_op_find_onnx (type, opset, row);
  if (op)
    return op;
  other = nearest_opset (type, opset);
  if (other > 0) {
    sg_onnx_node_error (node, opset, error, SG_ERROR_UNSUPPORTED,
        "this operator is supported in opset %" G_GINT64_FORMAT ", but not in "
        "the model's; convert it with onnx.version_converter.convert_version "
        "(model, %" G_GINT64_FORMAT ")", other, MAX (other, opset < other ?
            SG_ONNX_COMMON_OPSET : 0));
    return NULL;
  }
  sg_onnx_node_error (node, opset, error, SG_ERROR_UNSUPPORTED,
      "operator not supported; export the model without it (docs/operators.md "
      "lists what is supported)");
  return NULL;
}

/* How many outputs the node needs in the graph: those that are listed but used
 * nowhere (the mask of Dropout, the indices of MaxPool) are left out. */
static guint
count_outputs (const SgOnnxImporter * importer, const Onnx__NodeProto * node,
    const SgOp * op)
{
  gsize n = MIN (node->n_output, SG_OP_VARIADIC - 1);

  if (op->max_outputs == SG_OP_VARIADIC)
    return (guint) n;
  while (n > op->min_outputs && (*node->output[n - 1] == '\0'
          || !g_hash_table_contains (importer->used, node->output[n - 1])))
    n--;
  return (guint) n;
}

static SgTensor *
tensor_or_null (gpointer tensor)
{
  return tensor;
}

/* The node's inputs in the graph: those of the file, and the constants that
 * parse () made of attributes. */
static GPtrArray *
collect_inputs (SgOnnxImporter * importer, const Onnx__NodeProto * node,
    const SgImport * import)
{
  guint n = MAX (MIN (import->keep_inputs, import->n_inputs),
      import->new_inputs->len);
  GPtrArray *inputs = g_ptr_array_sized_new (n);

  for (guint i = 0; i < n; i++) {
    SgTensor *tensor = i < import->new_inputs->len ?
        tensor_or_null (g_ptr_array_index (import->new_inputs, i)) : NULL;
    SgValue *value = NULL;

    if (tensor)
      value = sg_graph_add_constant (importer->graph, NULL, tensor);
    else if (i < import->keep_inputs && i < import->n_inputs
        && import->has_input[i])
      value = sg_onnx_importer_value (importer, node->input[i]);
    g_ptr_array_add (inputs, value);
  }
  /* Trailing inputs that are left out might as well not be there. */
  while (inputs->len > 0 && g_ptr_array_index (inputs, inputs->len - 1) == NULL)
    g_ptr_array_set_size (inputs, (gint) inputs->len - 1);
  return inputs;
}

static gboolean
check_inputs (const SgOnnxImporter * importer, const Onnx__NodeProto * node,
    const SgOp * op, GPtrArray * inputs, GError ** error)
{
  guint needed = op->max_inputs == SG_OP_VARIADIC ? inputs->len :
      op->min_inputs;

  if (inputs->len > op->max_inputs)
    return sg_onnx_node_error (node, importer->opset, error,
        SG_ERROR_INVALID_MODEL, "has %u inputs, at most %u are possible",
        inputs->len, op->max_inputs);
  needed = MAX (needed, op->min_inputs);
  for (guint i = 0; i < needed; i++)
    if (i >= inputs->len || g_ptr_array_index (inputs, i) == NULL)
      return sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_INVALID_MODEL, "input %u is missing", i);
  return TRUE;
}

/* Operators whose constants are weights: an infinite one makes every pixel
 * worthless (as a bound of Clip it is fine). */
static gboolean
check_weights (const SgOnnxImporter * importer, const Onnx__NodeProto * node,
    GPtrArray * inputs, GError ** error)
{
  static const gchar *const weighted[] = { "Conv", "ConvTranspose",
    "InstanceNormalization", "BatchNormalization", "Gemm", "MatMul", NULL
  };

  if (!g_strv_contains (weighted, node->op_type))
    return TRUE;
  for (guint i = 0; i < inputs->len; i++) {
    SgValue *value = g_ptr_array_index (inputs, i);

    /* Weights may come through an Identity, a Cast or a Transpose. */
    for (guint step = 0; step < MAX_WEIGHT_STEPS && value
        && value->constant == NULL && value->producer
        && value->producer->n_inputs == 1; step++)
      value = value->producer->inputs[0];
    if (value && value->constant && !sg_tensor_is_finite (value->constant))
      return sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_NOT_FINITE, "its weights '%s' are not finite; the model's "
          "training or conversion failed", value->name ? value->name : "");
  }
  return TRUE;
}

static void
free_tensor (gpointer tensor)
{
  sg_tensor_unref (tensor);
}

static gboolean
parse_attributes (SgImport * import, const SgOnnxName * row, gpointer attrs,
    GError ** error)
{
  GError *problem = NULL, *failure = NULL;
  gboolean ok;

  import->problem = &problem;
  ok = row->parse == NULL || row->parse (import, attrs, &failure);
  import->problem = NULL;
  if (ok && problem == NULL)
    return TRUE;
  if (failure == NULL)
    g_propagate_error (error, problem);
  else {
    g_clear_error (&problem);
    g_propagate_error (error, failure);
  }
  return FALSE;
}

static gboolean
import_op (SgOnnxImporter * importer, const Onnx__NodeProto * node,
    const SgOp * op, const SgOnnxName * row, GArray * attrs, GError ** error)
{
  g_autofree gchar *name = sg_onnx_clean (node->name && *node->name ?
      node->name : node->n_output > 0 ? node->output[0] : NULL);
  g_autofree gboolean *has_input = g_new (gboolean, node->n_input + 1);
  g_autofree gpointer op_attrs = g_malloc0 (op->attrs_size);
  g_autoptr (GPtrArray) new_inputs =
      g_ptr_array_new_with_free_func (free_tensor);
  g_autoptr (GPtrArray) inputs = NULL;
  guint n_outputs = count_outputs (importer, node, op);
  SgImport import = {
    .onnx_op = row->name,
    .node_name = name,
    .opset = importer->opset,
    .attrs = (const SgAttr *) attrs->data,
    .n_attrs = attrs->len,
    .n_inputs = (guint) node->n_input,
    .has_input = has_input,
    .n_outputs = n_outputs,
    .new_inputs = new_inputs,
    .keep_inputs = (guint) node->n_input,
  };
  SgValue *const *outputs;

  if (n_outputs < op->min_outputs || n_outputs > op->max_outputs)
    return sg_onnx_node_error (node, importer->opset, error,
        n_outputs > op->max_outputs ? SG_ERROR_UNSUPPORTED :
        SG_ERROR_INVALID_MODEL, "%u outputs are in use, %u to %u are possible",
        n_outputs, op->min_outputs, op->max_outputs);
  for (gsize i = 0; i < node->n_input; i++)
    has_input[i] = *node->input[i] != '\0';
  if (!parse_attributes (&import, row, op_attrs, error))
    return FALSE;
  inputs = collect_inputs (importer, node, &import);
  if (!check_inputs (importer, node, op, inputs, error)
      || !check_weights (importer, node, inputs, error))
    return FALSE;
  outputs = sg_graph_add_node (importer->graph, op->name, name,
      op->attrs_size > 0 ? op_attrs : NULL,
      (SgValue * const *) inputs->pdata, inputs->len, n_outputs, error);
  if (outputs == NULL)
    return FALSE;
  for (guint i = 0; i < n_outputs; i++) {
    if (*node->output[i] == '\0')
      continue;
    outputs[i]->name = sg_onnx_clean (node->output[i]);
    sg_onnx_importer_define (importer, node->output[i], outputs[i]);
  }
  return TRUE;
}

gboolean
sg_onnx_import_node (SgOnnxImporter * importer, const Onnx__NodeProto * node,
    GError ** error)
{
  g_autoptr (GArray) attrs = NULL;
  const SgOnnxName *row = NULL;
  const SgOp *op = NULL;
  gboolean constant;

  if (node->op_type == NULL || *node->op_type == '\0')
    return sg_onnx_node_error (node, importer->opset, error,
        SG_ERROR_INVALID_MODEL, "names no operator");
  constant = g_str_equal (node->op_type, "Constant")
      && (node->domain == NULL || *node->domain == '\0'
      || g_str_equal (node->domain, "ai.onnx"));
  if (!constant) {
    op = find_op (node, importer->opset, &row, error);
    if (op == NULL)
      return FALSE;
  }
  attrs = read_attributes (node, importer, error);
  if (attrs == NULL)
    return FALSE;
  if (constant)
    return import_constant (importer, node, attrs, error);
  return import_op (importer, node, op, row, attrs, error);
}
