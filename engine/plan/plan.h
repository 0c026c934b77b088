/* gst-stylegan: from a graph to something that runs
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * copy -> promote -> infer (folds constants on the way) -> fuse -> place ->
 * memory. All on the session's own copy of the graph. */
#pragma once

#include <sg/session.h>

#include "backend/backend.h"
#include "graph/graph.h"

G_BEGIN_DECLS

/* A call made from a node of a graph with known shapes. */
typedef struct
{
  SgCall call;
  SgTensorDesc *inputs;
  SgTensorDesc *outputs;
  SgTensor **constants;
} PlanCall;

void plan_call_init (PlanCall * call, SgNode * node);
void plan_call_clear (PlanCall * call);
/* Floating point operations of one run. */
gdouble plan_flops (const SgCall * call);

/* The model's f16 and bf16 values become f32 throughout: constants, casts,
 * declared inputs. */
gboolean plan_promote (SgGraph * graph, GError ** error);

/* Gives every value its type and shape, and replaces what depends on constants
 * only (or on shapes only) by constants. @inputs: concrete. */
gboolean plan_infer (SgGraph * graph, const SgTensorDesc * inputs,
    guint n_inputs, GError ** error);
/* One node: outputs' desc from inputs' desc. */
gboolean plan_infer_node (SgNode * node, GError ** error);

/* Computes @node, whose inputs are constants (or whose result depends on
 * shapes only), and makes its outputs constants. */
gboolean plan_fold_node (SgNode * node, GError ** error);
/* No constant computed while compiling may be larger than this, nor cost more
 * operations: a model is untrusted input. */
#define PLAN_FOLD_MAX_BYTES ((gsize) 256 << 20)
#define PLAN_FOLD_MAX_FLOPS 1e9

/* Rewrites @graph (shapes known) with the table of fusions, as far as @device
 * has kernels for the results. */
void plan_fuse (SgGraph * graph, SgDevice * device);
/* Replaces the nodes that only pass their input on (identity, dropout, casts
 * to the same type, reshapes to the same shape). */
void plan_remove_copies (SgGraph * graph);

/* Where each value lives: offsets into one arena, reused once a value is dead.
 * Values that no node writes live from the start, outputs of the graph to the end.
 * @device: how values are kept (SgBackend.value_bytes)
 * @in_place: per node, whether output 0 may take input 0's memory
 * @outside: per value, whether its memory is somewhere else; constants are so in
 *   any case
 * @offsets: per value (index set by the caller), G_MAXSIZE: not in the arena
 * Returns: the arena's size in bytes */
gsize plan_memory (SgGraph * graph, SgDevice * device,
    const gboolean * in_place, const gboolean * outside, gsize * offsets);
/* How offsets are aligned. */
gsize plan_align (SgDevice * device);

G_END_DECLS
