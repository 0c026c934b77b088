/* gst-stylegan: what the operators' descriptors share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* Defines sg_op_<word>; the remaining arguments are initialisers of SgOp. One
 * output unless they say otherwise. */
#define SG_DEFINE_OP(word, ...) \
  const SgOp sg_op_ ## word = { .name = #word, .min_outputs = 1, \
    .max_outputs = 1, __VA_ARGS__ }

#define SG_OP(word) extern const SgOp sg_op_ ## word;
#include "ops/list.h"
#undef SG_OP

/* Shape inference that several operators share. */

/* Output 0 as input 0. */
gboolean sg_infer_same (SgCall * call, GError ** error);
/* The same, for numbers only (no bool). */
gboolean sg_infer_same_numeric (SgCall * call, GError ** error);
/* The same, for floating point only. */
gboolean sg_infer_same_float (SgCall * call, GError ** error);
/* Two or more inputs of one type, broadcast together. */
gboolean sg_infer_broadcast (SgCall * call, GError ** error);

/* @axis within -rank .. rank - 1 made non-negative; -1 with an error if not. */
gint sg_call_axis (const SgCall * call, gint64 axis, gint rank,
    GError ** error);
/* The same for a list, which must not name an axis twice: a mask of axes. */
gboolean sg_call_axes (const SgCall * call, const gint64 * axes, guint n,
    gint rank, gboolean mask[SG_MAX_RANK], GError ** error);
/* SgOnnxName.parse where axes, input 1 here, still were an attribute. */
gboolean sg_parse_axes (SgImport * import, gpointer attrs, GError ** error);

G_END_DECLS
