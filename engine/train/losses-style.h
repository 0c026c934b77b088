/* gst-stylegan: what there is to know of the style's picture
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

#include "train/perceptual.h"

G_BEGIN_DECLS

/* Runs @picture, its shorter side made @size px, through @network and measures the Gram
 * matrices of the layers that have a style weight.
 * @grams: room for all layers; NULL where there is no weight */
gboolean sg_loss_measure_grams (const SgPicture * picture, gint size,
    SgPerceptual * network, SgDevice * device, SgTensor ** grams,
    GError ** error);
/* ... the unit of content (sg_loss_content_unit ()), per pixel, of the layers that have a
 * content weight.
 * @units: room for all layers */
gboolean sg_loss_measure_units (const SgPicture * picture, gint size,
    SgPerceptual * network, SgDevice * device, gdouble * units,
    GError ** error);
/* ... the colours at all scales.
 * @means, @covariances: room for SG_LOSS_N_SCALES */
gboolean sg_loss_measure_colors (const SgPicture * picture, gint size,
    SgDevice * device, SgTensor ** means, SgTensor ** covariances,
    GError ** error);

G_END_DECLS
