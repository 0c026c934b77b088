/* gst-stylegan: a trained network as a model
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "train/network.h"

G_BEGIN_DECLS

/* The network with @values as its weights, 0..1 in and out, any size from 32x32 in
 * multiples of 4. */
SgGraph *sg_model_new_graph (SgNetwork network, SgParameters * parameters,
    const gfloat * values, GError ** error);
/* Fills @values with those of a checkpoint or of a model that was exported from one of
 * the same network. Errors name @path and what does not fit. */
gboolean sg_model_read_parameters (const SgParameters * parameters,
    const gchar * path, gfloat * values, GError ** error);

G_END_DECLS
