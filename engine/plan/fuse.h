/* gst-stylegan: what the fusion rules share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/conv.h"
#include "ops/normalize.h"
#include "plan/plan.h"

G_BEGIN_DECLS

typedef struct
{
  SgGraph *graph;
  SgDevice *device;
} Fuse;

/* Looks at the node at @pos and rewrites what is around it. TRUE if it changed
 * the graph. */
typedef gboolean (*FuseRule) (Fuse * fuse, SgNode * node, guint pos);

gboolean fuse_is (SgNode * node, const gchar * op);
/* The node of kind @op that computes input @index of @node, else NULL. */
SgNode *fuse_producer (SgNode * node, guint index, const gchar * op);
/* Nobody else uses @value. */
gboolean fuse_only_use (Fuse * fuse, SgValue * value);

/* Puts a new node at @pos in place of what computed @old (one per output) if the
 * device has a kernel for it; else leaves the graph as it is. */
gboolean fuse_replace (Fuse * fuse, guint pos, const gchar * op,
    const gchar * name, gconstpointer attrs, SgValue * const *inputs,
    guint n_inputs, SgValue * const *old, guint n_outputs);

/* The rules, in fuse_norm.c, fuse_matmul.c, fuse_conv.c and fuse_flow.c. */
gboolean fuse_split_instance_norm (Fuse *, SgNode *, guint);
gboolean fuse_to_scale_shift (Fuse *, SgNode *, guint);
gboolean fuse_merge_scale_shift (Fuse *, SgNode *, guint);
gboolean fuse_scale_shift_activation (Fuse *, SgNode *, guint);
gboolean fuse_scale_shift_residual (Fuse *, SgNode *, guint);
gboolean fuse_transpose_twice (Fuse *, SgNode *, guint);
gboolean fuse_transpose_matmul (Fuse *, SgNode *, guint);
gboolean fuse_matmul_sum (Fuse *, SgNode *, guint);
gboolean fuse_matmul_transposed (Fuse *, SgNode *, guint);
gboolean fuse_conv_weights (Fuse *, SgNode *, guint);
gboolean fuse_conv_pad (Fuse *, SgNode *, guint);
gboolean fuse_conv_grad_pad (Fuse *, SgNode *, guint);
gboolean fuse_conv_upsample (Fuse *, SgNode *, guint);
gboolean fuse_conv_prologue (Fuse *, SgNode *, guint);
gboolean fuse_conv_input_activation (Fuse *, SgNode *, guint);
gboolean fuse_conv_activation (Fuse *, SgNode *, guint);
gboolean fuse_conv_residual (Fuse *, SgNode *, guint);
gboolean fuse_conv_moments (Fuse *, SgNode *, guint);
gboolean fuse_conv_shuffle (Fuse *, SgNode *, guint);
gboolean fuse_conv_transpose_crop (Fuse *, SgNode *, guint);
gboolean fuse_warp (Fuse *, SgNode *, guint);

G_END_DECLS
