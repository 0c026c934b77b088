/* gst-stylegan: the reference backend, the oracle every other one is held to
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Plain loops over sg_tensor_get ()-like access, double accumulators, no
 * threads, no tricks. Shapes were checked by the operator's infer (). */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

/* Computes @outputs from @inputs (NULL where omitted). May allocate. */
typedef gboolean (*RefFunc) (const SgCall * call, SgTensor * const *outputs,
    SgTensor * const *inputs, GError ** error);

#define SG_OP(word) \
  gboolean ref_ ## word (const SgCall * call, SgTensor * const *outputs, \
      SgTensor * const *inputs, GError ** error);
#include "ops/list.h"
#undef SG_OP

/* The reference for @op. Never NULL. */
RefFunc ref_find (const SgOp * op);

G_END_DECLS
