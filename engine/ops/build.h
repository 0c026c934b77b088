/* gst-stylegan: writing graphs node by node
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/graph.h"

G_BEGIN_DECLS

/* Everything below may fail. The first error stays, and makes everything that
 * follows do nothing and return NULL: only the end need be checked. Shapes are
 * inferred as nodes are added, so that of every value made here is known: inputs
 * of the graph must be declared with concrete shapes. */
typedef struct
{
  SgGraph *graph;
  const gchar *name;            /* of the nodes that are added; may be NULL */
  SgDType dtype;                /* of floating point constants */
  GError *error;
} SgBuild;

/* Output 0 of a new node of @n inputs, SgValue or NULL where omitted. */
SgValue *sg_build_node (SgBuild * b, const gchar * op,
    gconstpointer attrs, guint n, ...);
/* All @n_outputs of a new node of any number of inputs. */
SgValue *const *sg_build_nodes (SgBuild * b, const gchar * op,
    gconstpointer attrs, SgValue * const *inputs, guint n_inputs,
    guint n_outputs);
SgValue *sg_build_unary (SgBuild * b, const gchar * op, SgValue * a);
SgValue *sg_build_binary (SgBuild * b, const gchar * op, SgValue * a,
    SgValue * c);
/* Constants; floating point ones of the builder's type. */
SgValue *sg_build_floats (SgBuild * b, const gdouble * values,
    const SgShape * shape);
SgValue *sg_build_scalar (SgBuild * b, gdouble value);
SgValue *sg_build_filled (SgBuild * b, gdouble value, const SgShape * shape);
SgValue *sg_build_ints (SgBuild * b, const gint64 * values, guint n);
/* @a * @factor; @a itself for 1. */
SgValue *sg_build_scale (SgBuild * b, SgValue * a, gdouble factor);
SgValue *sg_build_reshape (SgBuild * b, SgValue * a, const SgShape * shape);
SgValue *sg_build_expand (SgBuild * b, SgValue * a, const SgShape * shape);
/* @a with dimensions @i and @k exchanged. */
SgValue *sg_build_swap (SgBuild * b, SgValue * a, gint i, gint k);
/* The sum over axes @first to before @end, which become 1. */
SgValue *sg_build_sum (SgBuild * b, SgValue * a, gint first, gint end);
/* The sum over those dimensions in which @shape was broadcast to that of @a. */
SgValue *sg_build_sum_to (SgBuild * b, SgValue * a, const SgShape * shape);
/* @a with @begin[i] zeros in front and @end[i] behind; less than 0 crops. */
SgValue *sg_build_pad (SgBuild * b, SgValue * a, const gint64 * begin,
    const gint64 * end);


/* Parts of @sizes along @axis. FALSE: @parts are NULL. */
gboolean sg_build_split (SgBuild * b, SgValue * a, gint64 axis,
    const gint64 * sizes, guint n, SgValue ** parts);
SgValue *sg_build_concat (SgBuild * b, gint64 axis, SgValue * const *parts,
    guint n);
/* Over all elements: scalars. */
SgValue *sg_build_sum_all (SgBuild * b, SgValue * a);
SgValue *sg_build_mean_all (SgBuild * b, SgValue * a);
SgValue *sg_build_square (SgBuild * b, SgValue * a);

G_END_DECLS
