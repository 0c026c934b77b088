/* gst-stylegan: what the operators' gradient rules are written with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/build.h"

G_BEGIN_DECLS

/* One node of the graph on the way back. A rule (SgOp.gradient) reads what is
 * above the line and sets inputs[i] where wanted[i]: a value of the shape and type
 * of input i of the node, dloss / dinput. Left NULL it is zero. All shapes of the
 * node are known. */
typedef struct _SgGradient
{
  SgBuild build;                /* its error: set by sg_gradient_fail () and others */
  const SgNode *node;
  const SgCall *call;           /* the same with shapes */
  SgValue *const *outputs;      /* dloss / doutput; NULL: zero, but not all are */
  const gboolean *wanted;       /* per input */
  /* --- */
  SgValue **inputs;             /* [n_inputs], NULL at first */
} SgGradient;

/* Everything below may fail, which the first error of makes everything that follows
 * do nothing and return NULL: rules need not check. */

void sg_gradient_fail (SgGradient * g, SgErrorCode code, const gchar * format,
    ...) G_GNUC_PRINTF (3, 4);
/* ops/build.h, into the graph of @g. */
#define sg_gradient_node(g, ...) \
    sg_build_node (&(g)->build, __VA_ARGS__)
#define sg_gradient_nodes(g, ...) \
    sg_build_nodes (&(g)->build, __VA_ARGS__)
#define sg_gradient_unary(g, ...) \
    sg_build_unary (&(g)->build, __VA_ARGS__)
#define sg_gradient_binary(g, ...) \
    sg_build_binary (&(g)->build, __VA_ARGS__)
#define sg_gradient_floats(g, ...) \
    sg_build_floats (&(g)->build, __VA_ARGS__)
#define sg_gradient_scalar(g, ...) \
    sg_build_scalar (&(g)->build, __VA_ARGS__)
#define sg_gradient_filled(g, ...) \
    sg_build_filled (&(g)->build, __VA_ARGS__)
#define sg_gradient_ints(g, ...) \
    sg_build_ints (&(g)->build, __VA_ARGS__)
#define sg_gradient_scale(g, ...) \
    sg_build_scale (&(g)->build, __VA_ARGS__)
#define sg_gradient_reshape(g, ...) \
    sg_build_reshape (&(g)->build, __VA_ARGS__)
#define sg_gradient_expand(g, ...) \
    sg_build_expand (&(g)->build, __VA_ARGS__)
#define sg_gradient_swap(g, ...) \
    sg_build_swap (&(g)->build, __VA_ARGS__)
#define sg_gradient_sum(g, ...) \
    sg_build_sum (&(g)->build, __VA_ARGS__)
#define sg_gradient_sum_to(g, ...) \
    sg_build_sum_to (&(g)->build, __VA_ARGS__)
#define sg_gradient_pad(g, ...) \
    sg_build_pad (&(g)->build, __VA_ARGS__)

const SgShape *sg_gradient_input_shape (const SgGradient * g, guint index);
/* Whether input @index is there and its gradient is asked for. */
gboolean sg_gradient_wants (const SgGradient * g, guint index);

/* Rules of several operators. */

/* Of those that have the elements of input 0 in the same order. */
void sg_gradient_reshaped (SgGradient * g);
/* dx = dy * slope, see ops/gate.h: of functions linear in pieces, @x being
 * input 0, or what is in the same piece. */
void sg_gradient_gate (SgGradient * g, SgValue * x, gdouble low, gdouble high,
    gdouble below, gdouble inside, gdouble above);

G_END_DECLS
