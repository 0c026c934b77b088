/* gst-stylegan: a row of parameters that follows its gradients
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/session.h>

#include "train/safetensors.h"

G_BEGIN_DECLS

/* Adam (Kingma, Ba 2015) on parameters kept in one row, gradients clipped to a norm
 * (Pascanu, Mikolov, Bengio 2013).
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgOptimiser SgOptimiser;

/* @parameters: [n], how they begin; copied
 * @max_norm: of the gradients, longer ones are shortened */
SgOptimiser *sg_optimiser_new (const gfloat * parameters, gint64 n,
    gdouble beta1, gdouble max_norm, SgDevice * device, GError ** error);
void sg_optimiser_free (SgOptimiser * optimiser);

/* [n], (transfer none): valid until the next step or set_state. */
SgTensor *sg_optimiser_get_parameters (SgOptimiser * optimiser);
/* One step. @gradients: [n]. @norm: of the gradients before clipping */
gboolean sg_optimiser_step (SgOptimiser * optimiser, SgTensor * gradients,
    gdouble rate, gdouble * norm, GError ** error);

/* Adds to (takes from) @tensors NAME.parameters, .m, .v and .step. */
void sg_optimiser_get_state (const SgOptimiser * optimiser, const gchar * name,
    SgTensorMap * tensors);
gboolean sg_optimiser_set_state (SgOptimiser * optimiser, const gchar * name,
    const SgTensorMap * tensors, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgOptimiser, sg_optimiser_free)

G_END_DECLS
