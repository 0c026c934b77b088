/* gst-stylegan: what the operators that calculate share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* SgOp.infer: inputs of one numeric type, broadcast together. */
gboolean sg_infer_arithmetic (SgCall * call, GError ** error);

/* For as_scale_shift, which is only asked for outputs with channels (rank 2 and
 * more), of an operator of two inputs: whether input @index is a constant with
 * one value per channel of the output (or one for all) and the other input has
 * the output's shape. Fills @values, one per channel. */
gboolean sg_call_channel_constant (const SgCall * call, guint index,
    gfloat * values);
/* The same for whichever input it is: @x is the other one. */
gboolean sg_call_any_channel_constant (const SgCall * call, guint * x,
    gfloat * values);
/* The number of channels, and the same value for each of them. */
gint64 sg_call_fill_channels (const SgCall * call, gfloat * values,
    gfloat value);

G_END_DECLS
