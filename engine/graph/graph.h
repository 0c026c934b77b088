/* gst-stylegan: the graph from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

struct _SgValue
{
  gchar *name;                  /* may be NULL */
  SgTensor *constant;           /* NULL: computed or input */
  SgNode *producer;             /* NULL: constant or input */
  SgTensorDesc desc;            /* known in graphs with inferred shapes */
  guint index;                  /* free for whoever walks the graph */
};

struct _SgNode
{
  const SgOp *op;
  gchar *name;                  /* may be NULL */
  gpointer attrs;               /* op->attrs_size bytes, or NULL */
  SgValue **inputs;             /* NULL entries: omitted */
  guint n_inputs;
  SgValue **outputs;
  guint n_outputs;
};

typedef struct
{
  gchar *name;
  SgValue *value;
} SgGraphOutput;

struct _SgGraph
{
  gint ref_count;
  GPtrArray *values;            /* owns SgValue */
  GPtrArray *nodes;             /* owns SgNode, topological order */
  GPtrArray *inputs;            /* SgValue, desc as declared */
  GArray *outputs;              /* SgGraphOutput */
};

SgValue *sg_graph_new_value (SgGraph * graph, const gchar * name);
/* As sg_graph_add_node (), without appending to graph->nodes: for rewriting. */
SgNode *sg_graph_new_node (SgGraph * graph, const SgOp * op,
    const gchar * name, gconstpointer attrs, SgValue * const *inputs,
    guint n_inputs, guint n_outputs);
void sg_node_free (SgNode * node);
/* Makes every node and output use @with instead of @value. */
void sg_graph_replace_value (SgGraph * graph, SgValue * value, SgValue * with);
/* Nodes and outputs that use @value. */
guint sg_graph_count_uses (SgGraph * graph, SgValue * value);
/* The only node using @value, or NULL if there are several, or an output. */
SgNode *sg_graph_single_user (SgGraph * graph, SgValue * value);
/* Drops nodes none of whose outputs is used, and values nobody knows. */
void sg_graph_remove_unused (SgGraph * graph);

G_END_DECLS
