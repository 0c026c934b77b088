/* gst-stylegan: GraphProto to graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/internal.h"

/* --- names ---------------------------------------------------------------- */

static void
symbol_free (gpointer data)
{
  SgOnnxSymbol *symbol = data;

  g_clear_pointer (&symbol->constant, sg_tensor_unref);
  g_free (symbol);
}

static gboolean
name_error (const gchar * name, GError ** error, SgErrorCode code,
    const gchar * what, const gchar * text)
{
  g_autofree gchar *clean = sg_onnx_clean (name);

  g_set_error (error, SG_ERROR, code, "%s '%s' %s", what, clean, text);
  return FALSE;
}

static SgOnnxSymbol *
lookup (const SgOnnxImporter * importer, const gchar * name)
{
  return g_hash_table_lookup (importer->symbols, name);
}

void
sg_onnx_importer_define (SgOnnxImporter * importer, const gchar * name,
    SgValue * value)
{
  SgOnnxSymbol *symbol = g_new0 (SgOnnxSymbol, 1);

  symbol->value = value;
  g_hash_table_replace (importer->symbols, g_strdup (name), symbol);
}

SgValue *
sg_onnx_importer_value (SgOnnxImporter * importer, const gchar * name)
{
  SgOnnxSymbol *symbol = lookup (importer, name);

  if (symbol->value == NULL) {
    g_autofree gchar *clean = sg_onnx_clean (name);

    symbol->value = sg_graph_add_constant (importer->graph, clean,
        symbol->constant);
    /* The graph has it now. */
    g_clear_pointer (&symbol->constant, sg_tensor_unref);
  }
  return symbol->value;
}

/* --- initializers --------------------------------------------------------- */

static gboolean
import_initializers (SgOnnxImporter * importer, GError ** error)
{
  Onnx__GraphProto *graph = importer->proto;

  if (graph->n_sparse_initializer > 0) {
    const Onnx__TensorProto *values = graph->sparse_initializer[0]->values;

    return name_error (values ? values->name : "", error,
        SG_ERROR_UNSUPPORTED, "sparse initializer",
        "is not supported; export the model with dense weights");
  }
  for (gsize i = 0; i < graph->n_initializer; i++) {
    Onnx__TensorProto *proto = graph->initializer[i];
    SgOnnxSymbol *symbol;
    SgTensor *tensor;

    if (proto->name == NULL || *proto->name == '\0') {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
          "initializer %" G_GSIZE_FORMAT " has no name", i);
      return FALSE;
    }
    if (lookup (importer, proto->name))
      return name_error (proto->name, error, SG_ERROR_INVALID_MODEL,
          "initializer", "is there twice");
    tensor = sg_onnx_tensor_decode (proto, proto->name, importer->source,
        error);
    if (tensor == NULL)
      return FALSE;
    symbol = g_new0 (SgOnnxSymbol, 1);
    symbol->constant = tensor;
    g_hash_table_insert (importer->symbols, g_strdup (proto->name), symbol);
    if (!sg_onnx_tensor_check_nan (tensor, proto->name, error))
      return FALSE;
    /* So that the weights are in memory once, not twice. */
    onnx__tensor_proto__free_unpacked (proto, NULL);
    graph->initializer[i] = NULL;
  }
  return TRUE;
}

/* --- inputs --------------------------------------------------------------- */

static gboolean
read_shape (const Onnx__TensorShapeProto * proto, const gchar * name,
    SgShape * shape, GError ** error)
{
  SgShape fixed;

  shape->rank = -1;
  if (proto == NULL)
    return TRUE;
  if (proto->n_dim > SG_MAX_RANK)
    return name_error (name, error, SG_ERROR_UNSUPPORTED, "input",
        "has more than 8 dimensions");
  shape->rank = (gint) proto->n_dim;
  for (gsize i = 0; i < proto->n_dim; i++) {
    const Onnx__TensorShapeProto__Dimension *dim = proto->dim[i];

    shape->dim[i] = -1;
    if (dim->value_case != ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE)
      continue;
    /* Exporters write 0 and -1 for sizes that are not fixed. */
    if (dim->dim_value < -1)
      return name_error (name, error, SG_ERROR_INVALID_MODEL, "input",
          "has a negative dimension");
    if (dim->dim_value > 0)
      shape->dim[i] = dim->dim_value;
  }
  fixed = *shape;
  for (gint i = 0; i < fixed.rank; i++)
    fixed.dim[i] = MAX (fixed.dim[i], 1);
  if (sg_shape_elements (&fixed) < 0)
    return name_error (name, error, SG_ERROR_INVALID_MODEL, "input",
        "has dimensions that are too large");
  return TRUE;
}

static gboolean
import_input (SgOnnxImporter * importer, const Onnx__ValueInfoProto * info,
    GError ** error)
{
  const Onnx__TypeProto *type = info->type;
  const Onnx__TypeProto__Tensor *tensor;
  g_autofree gchar *clean = sg_onnx_clean (info->name);
  const gchar *type_name;
  SgDType dtype;
  SgShape shape;

  if (type == NULL || type->value_case == ONNX__TYPE_PROTO__VALUE__NOT_SET)
    return name_error (info->name, error, SG_ERROR_INVALID_MODEL, "input",
        "has no type");
  if (type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE)
    return name_error (info->name, error, SG_ERROR_UNSUPPORTED, "input",
        "is a sequence, map, optional or sparse tensor; only dense tensors "
        "are supported");
  tensor = type->tensor_type;
  dtype = sg_onnx_dtype (tensor->elem_type, &type_name);
  if (dtype == SG_DTYPE_NONE) {
    g_set_error (error, SG_ERROR, tensor->elem_type == 0 ?
        SG_ERROR_INVALID_MODEL : SG_ERROR_UNSUPPORTED,
        "input '%s' has elements of type %s (%d), which is not supported",
        clean, type_name, tensor->elem_type);
    return FALSE;
  }
  if (!read_shape (tensor->shape, info->name, &shape, error))
    return FALSE;
  sg_onnx_importer_define (importer, info->name,
      sg_graph_add_input (importer->graph, clean, dtype, &shape));
  return TRUE;
}

static gboolean
import_inputs (SgOnnxImporter * importer, GError ** error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < importer->proto->n_input; i++) {
    const Onnx__ValueInfoProto *info = importer->proto->input[i];

    if (info->name == NULL || *info->name == '\0') {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
          "input %" G_GSIZE_FORMAT " has no name", i);
      return FALSE;
    }
    if (!g_hash_table_add (seen, info->name))
      return name_error (info->name, error, SG_ERROR_INVALID_MODEL, "input",
          "is there twice");
    /* Up to IR version 3 every initializer is an input too; later that makes
     * it a default value. Nobody gives another. */
    if (lookup (importer, info->name) == NULL
        && !import_input (importer, info, error))
      return FALSE;
  }
  return TRUE;
}

/* --- nodes ---------------------------------------------------------------- */

/* Who makes and who uses what. */
static gboolean
index_names (SgOnnxImporter * importer, GError ** error)
{
  Onnx__GraphProto *graph = importer->proto;

  for (gsize i = 0; i < graph->n_node; i++) {
    const Onnx__NodeProto *node = graph->node[i];

    for (gsize k = 0; k < node->n_output; k++) {
      gchar *name = node->output[k];

      if (*name == '\0')
        continue;
      if (lookup (importer, name)
          || g_hash_table_contains (importer->producers, name)) {
        g_autofree gchar *clean = sg_onnx_clean (name);

        return sg_onnx_node_error (node, importer->opset, error,
            SG_ERROR_INVALID_MODEL, "makes '%s', which is there already",
            clean);
      }
      g_hash_table_insert (importer->producers, name, GSIZE_TO_POINTER (i + 1));
    }
    for (gsize k = 0; k < node->n_input; k++)
      g_hash_table_add (importer->used, node->input[k]);
  }
  for (gsize i = 0; i < graph->n_output; i++)
    if (graph->output[i]->name)
      g_hash_table_add (importer->used, graph->output[i]->name);
  return TRUE;
}

typedef struct
{
  gsize node;
  gsize input;                  /* the next one to look at */
} Visit;

enum
{ NODE_NEW, NODE_OPEN, NODE_DONE };

/* Appends @root to @order after everything that it needs. */
static gboolean
visit_node (SgOnnxImporter * importer, gsize root, guint8 * state,
    GArray * stack, GArray * order, GError ** error)
{
  Onnx__NodeProto **nodes = importer->proto->node;
  Visit visit = { root, 0 };

  g_array_append_val (stack, visit);
  state[root] = NODE_OPEN;
  while (stack->len > 0) {
    Visit *top = &g_array_index (stack, Visit, stack->len - 1);
    const Onnx__NodeProto *node = nodes[top->node];
    const gchar *name;
    gsize producer;

    if (top->input == node->n_input) {
      state[top->node] = NODE_DONE;
      g_array_append_val (order, top->node);
      g_array_set_size (stack, stack->len - 1);
      continue;
    }
    name = node->input[top->input++];
    if (*name == '\0' || lookup (importer, name))
      continue;
    producer = GPOINTER_TO_SIZE (g_hash_table_lookup (importer->producers,
            name));
    if (producer == 0 || state[producer - 1] == NODE_OPEN) {
      g_autofree gchar *clean = sg_onnx_clean (name);

      return sg_onnx_node_error (node, importer->opset, error,
          SG_ERROR_INVALID_MODEL, producer == 0 ?
          "uses '%s', which nothing makes" :
          "uses '%s', which depends on the node itself (a cycle)", clean);
    }
    if (state[producer - 1] == NODE_NEW) {
      visit.node = producer - 1;
      state[visit.node] = NODE_OPEN;
      g_array_append_val (stack, visit);
    }
  }
  return TRUE;
}

/* ONNX wants nodes in topological order; files edited by hand are not always
 * in it. A file that is keeps its order. */
static GArray *
sort_nodes (SgOnnxImporter * importer, GError ** error)
{
  gsize n = importer->proto->n_node;
  g_autofree guint8 *state = g_new0 (guint8, n + 1);
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Visit));
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (gsize i = 0; i < n; i++)
    if (state[i] == NODE_NEW
        && !visit_node (importer, i, state, stack, order, error))
      return NULL;
  return g_steal_pointer (&order);
}

static gboolean
import_nodes (SgOnnxImporter * importer, GError ** error)
{
  g_autoptr (GArray) order = NULL;

  if (!index_names (importer, error))
    return FALSE;
  order = sort_nodes (importer, error);
  if (order == NULL)
    return FALSE;
  for (guint i = 0; i < order->len; i++)
    if (!sg_onnx_import_node (importer,
            importer->proto->node[g_array_index (order, gsize, i)], error))
      return FALSE;
  return TRUE;
}

/* --- outputs -------------------------------------------------------------- */

/* What the file says about a computed output is kept for writing it again; nothing
 * else relies on it, so that it may as well be missing or wrong. */
static void
note_output (const Onnx__ValueInfoProto * info, SgValue * value)
{
  const Onnx__TypeProto *type = info->type;
  const gchar *type_name;

  if (value->producer == NULL || type == NULL
      || type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE)
    return;
  value->desc.dtype = sg_onnx_dtype (type->tensor_type->elem_type, &type_name);
  if (!read_shape (type->tensor_type->shape, info->name, &value->desc.shape,
          NULL))
    value->desc.shape.rank = -1;
}

static gboolean
import_outputs (SgOnnxImporter * importer, GError ** error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (importer->proto->n_output == 0) {
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
        "the graph has no output");
    return FALSE;
  }
  for (gsize i = 0; i < importer->proto->n_output; i++) {
    gchar *name = importer->proto->output[i]->name;
    g_autofree gchar *clean = sg_onnx_clean (name);
    SgValue *value;

    if (name == NULL || *name == '\0') {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
          "output %" G_GSIZE_FORMAT " has no name", i);
      return FALSE;
    }
    if (!g_hash_table_add (seen, name))
      return name_error (name, error, SG_ERROR_INVALID_MODEL, "output",
          "is there twice");
    if (lookup (importer, name) == NULL)
      return name_error (name, error, SG_ERROR_INVALID_MODEL, "output",
          "is made by no node");
    value = sg_onnx_importer_value (importer, name);
    note_output (importer->proto->output[i], value);
    sg_graph_add_output (importer->graph, clean, value);
  }
  return TRUE;
}

SgGraph *
sg_onnx_import_graph (Onnx__ModelProto * model, gint64 opset,
    SgOnnxSource * source, GError ** error)
{
  SgOnnxImporter importer = {
    .proto = model->graph,
    .source = source,
    .opset = opset,
    .graph = sg_graph_new (),
    .symbols = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
        symbol_free),
    .producers = g_hash_table_new (g_str_hash, g_str_equal),
    .used = g_hash_table_new (g_str_hash, g_str_equal),
  };
  gboolean ok = import_initializers (&importer, error)
      && import_inputs (&importer, error)
      && import_nodes (&importer, error)
      && import_outputs (&importer, error);

  g_hash_table_unref (importer.symbols);
  g_hash_table_unref (importer.producers);
  g_hash_table_unref (importer.used);
  if (!ok)
    g_clear_pointer (&importer.graph, sg_graph_unref);
  return importer.graph;
}
