/* gst-stylegan: what the operators' gradient rules are written with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/graph.h"

G_BEGIN_DECLS

/* One node of the graph on the way back. A rule (SgOp.gradient) reads what is
 * above the line and sets inputs[i] where wanted[i]: a value of the shape and type
 * of input i of the node, dloss / dinput. Left NULL it is zero. All shapes of the
 * node are known. */
typedef struct _SgGradient
{
  SgGraph *graph;
  const SgNode *node;
  const SgCall *call;           /* the same with shapes */
  SgValue *const *outputs;      /* dloss / doutput; NULL: zero, but not all are */
  const gboolean *wanted;       /* per input */
  /* --- */
  SgValue **inputs;             /* [n_inputs], NULL at first */
  GError *error;                /* set by sg_gradient_fail () and by what follows */
} SgGradient;

/* Everything below may fail, which the first error of makes everything that follows
 * do nothing and return NULL: rules need not check. */

void sg_gradient_fail (SgGradient * g, SgErrorCode code, const gchar * format,
    ...) G_GNUC_PRINTF (3, 4);
/* Output 0 of a new node of @n inputs, SgValue or NULL where omitted. */
SgValue *sg_gradient_node (SgGradient * g, const gchar * op,
    gconstpointer attrs, guint n, ...);
/* All @n_outputs of a new node of any number of inputs. */
SgValue *const *sg_gradient_nodes (SgGradient * g, const gchar * op,
    gconstpointer attrs, SgValue * const *inputs, guint n_inputs,
    guint n_outputs);
SgValue *sg_gradient_unary (SgGradient * g, const gchar * op, SgValue * a);
SgValue *sg_gradient_binary (SgGradient * g, const gchar * op, SgValue * a,
    SgValue * b);
/* Constants; floating point ones in the type of the node's output 0. */
SgValue *sg_gradient_floats (SgGradient * g, const gdouble * values,
    const SgShape * shape);
SgValue *sg_gradient_scalar (SgGradient * g, gdouble value);
SgValue *sg_gradient_filled (SgGradient * g, gdouble value,
    const SgShape * shape);
SgValue *sg_gradient_ints (SgGradient * g, const gint64 * values, guint n);
/* @a * @factor; @a itself for 1. */
SgValue *sg_gradient_scale (SgGradient * g, SgValue * a, gdouble factor);
SgValue *sg_gradient_reshape (SgGradient * g, SgValue * a,
    const SgShape * shape);
SgValue *sg_gradient_expand (SgGradient * g, SgValue * a,
    const SgShape * shape);
/* @a with dimensions @i and @k exchanged. */
SgValue *sg_gradient_swap (SgGradient * g, SgValue * a, gint i, gint k);
/* The sum over axes @first to before @end, which become 1. */
SgValue *sg_gradient_sum (SgGradient * g, SgValue * a, gint first, gint end);
/* The sum over those dimensions in which @shape was broadcast to that of @a. */
SgValue *sg_gradient_sum_to (SgGradient * g, SgValue * a,
    const SgShape * shape);
/* @a with @begin[i] zeros in front and @end[i] behind; less than 0 crops. */
SgValue *sg_gradient_pad (SgGradient * g, SgValue * a, const gint64 * begin,
    const gint64 * end);

const SgShape *sg_gradient_input_shape (const SgGradient * g, guint index);
/* Whether input @index is there and its gradient is asked for. */
gboolean sg_gradient_wants (const SgGradient * g, guint index);

/* Rules of several operators. */

/* Of those that have the elements of input 0 in the same order. */
void sg_gradient_reshaped (SgGradient * g);
/* dx = dy * slope, see ops/gate.h: of piecewise linear functions of input 0. */
void sg_gradient_gate (SgGradient * g, gdouble low, gdouble high,
    gdouble below, gdouble inside, gdouble above);

G_END_DECLS
