/* gst-stylegan: checks that conv and conv_transpose share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/conv.h"
#include "ops/gradient.h"

G_BEGIN_DECLS

/* A file has x, w, b and y: the rest of the inputs and outputs is the planner's. */
gboolean sg_conv_check_import (const SgImport * import, GError ** error);
/* Types and ranks of x, w and b. @channels: those that groups must divide */
gboolean sg_conv_check_inputs (const SgCall * call, gint64 group,
    gint64 channels, GError ** error);
gboolean sg_conv_check_bias (const SgCall * call, gint64 channels,
    GError ** error);
/* Their attributes in a file. */
gboolean sg_conv_write (SgExport * export, const SgWindow * window,
    gint64 group, GError ** error);
/* Whether the planner fused something into the call that both can have. */
gboolean sg_conv_is_fused (const SgCall * call,
    const SgActivation * input_activation, const SgActivation * activation);
/* Checks that part, and describes the moments. @y: [N,M,H,W] */
gboolean sg_conv_check_fused (SgCall * call, const SgShape * y,
    GError ** error);

/* The sum of all but the channels. */
SgValue *sg_conv_gradient_of_bias (SgGradient * g);

/* For SgOp.describe: what comes before and after the convolution itself. */
void sg_conv_describe_before (const SgNode * node,
    const SgActivation * input_activation, GString * text);
void sg_conv_describe_after (const SgNode * node,
    const SgActivation * activation, GString * text);

G_END_DECLS
