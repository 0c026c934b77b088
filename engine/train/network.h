/* gst-stylegan: the style networks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

#include "train/parameters.h"

G_BEGIN_DECLS

/* Appends @network. @x: [N,3,H,W] in 0..1, H and W multiples of 4 and 32 or more.
 * Returns: [N,3,H,W], not clipped to 0..1, or NULL (see @build) */
SgValue *sg_network_append (SgNetwork network, SgBuild * build,
    SgParameters * parameters, SgValue * x);

G_END_DECLS
