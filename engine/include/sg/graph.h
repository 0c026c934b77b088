/* gst-stylegan: the graph, the form every model has between files and devices
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/error.h>
#include <sg/tensor.h>

G_BEGIN_DECLS

/* A directed acyclic graph of operators. A graph holds no shapes of its own
 * beyond those of constants and declared inputs: shapes are inferred when a
 * session is compiled for concrete input sizes.
 *
 * Nodes are kept in topological order: a node may only use values that exist
 * when it is added.
 *
 * Thread-safety: one thread at a time; a graph that is no longer changed may
 * be read by many. */
typedef struct _SgGraph SgGraph;
typedef struct _SgValue SgValue;
typedef struct _SgNode SgNode;
typedef struct _SgOp SgOp;

SgGraph *sg_graph_new (void);
SgGraph *sg_graph_ref (SgGraph * graph);
void sg_graph_unref (SgGraph * graph);
/* Constants are shared, the rest is copied. */
SgGraph *sg_graph_copy (SgGraph * graph);

/* Declares the next input. A dimension of -1 is free. @name is copied. */
SgValue *sg_graph_add_input (SgGraph * graph, const gchar * name,
    SgDType dtype, const SgShape * shape);
/* Takes a reference of @tensor. @name may be NULL. */
SgValue *sg_graph_add_constant (SgGraph * graph, const gchar * name,
    SgTensor * tensor);
/* Appends a node.
 * @op: snake_case word of the operator, as in engine/ops ("conv")
 * @name: may be NULL; used in messages
 * @attrs: the operator's attribute struct (engine/ops/<op>.h), copied; NULL for
 *   an operator without attributes
 * @inputs: NULL entries are omitted optional inputs
 * Returns: the node's outputs, owned by the graph, or NULL with
 *   SG_ERROR_UNSUPPORTED (no such operator) or SG_ERROR_INVALID_ARGUMENT. */
SgValue *const *sg_graph_add_node (SgGraph * graph, const gchar * op,
    const gchar * name, gconstpointer attrs, SgValue * const *inputs,
    guint n_inputs, guint n_outputs, GError ** error);
/* Marks @value as the next output under @name. */
void sg_graph_add_output (SgGraph * graph, const gchar * name, SgValue * value);

guint sg_graph_get_n_inputs (SgGraph * graph);
guint sg_graph_get_n_outputs (SgGraph * graph);
guint sg_graph_get_n_nodes (SgGraph * graph);
const gchar *sg_graph_get_input_name (SgGraph * graph, guint index);
const gchar *sg_graph_get_output_name (SgGraph * graph, guint index);
/* Declared type and shape; -1 for a free dimension, rank -1 for unknown rank. */
const SgTensorDesc *sg_graph_get_input_desc (SgGraph * graph, guint index);
/* Bytes of all constants. */
gsize sg_graph_get_constant_bytes (SgGraph * graph);
/* One line per node, for logs and tests. Returns: (transfer full) */
gchar *sg_graph_to_string (SgGraph * graph);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgGraph, sg_graph_unref)

G_END_DECLS
