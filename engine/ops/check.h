/* gst-stylegan: what many operators' descriptors share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* The value of input @index, or NULL if it is computed or left out. */
const SgTensor *sg_call_get_constant (const SgCall * call, guint index);
/* SgOp.flops of operators that only move data. */
gdouble sg_flops_none (const SgCall * call);

G_END_DECLS
