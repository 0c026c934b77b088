/* gst-stylegan: checks that operators on images share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"
#include "ops/activation.h"

G_BEGIN_DECLS

/* FALSE with an error when a required input is missing, or any is of an
 * impossible shape. */
gboolean sg_spatial_check_inputs (const SgCall * call, GError ** error);
/* That input 0 is floating point of at least @rank dimensions and not empty;
 * includes sg_spatial_check_inputs (). */
gboolean sg_spatial_check_image (const SgCall * call, gint rank,
    GError ** error);
/* That inputs @first to @last are floating point [C] of input 0's channels. */
gboolean sg_spatial_check_channels (const SgCall * call, guint first,
    guint last, GError ** error);
/* FALSE with an error when output 0 is empty, or larger than a tensor may be. */
gboolean sg_spatial_check_output (const SgCall * call, GError ** error);
/* For SgOp.describe: " +word" unless there is none. */
void sg_spatial_describe (const SgActivation * activation, GString * text);
/* SgOp.flops of operators that only move data. */
gdouble sg_spatial_no_flops (const SgCall * call);

G_END_DECLS
