/* gst-stylegan: a picture that is optimised at one size
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* The loss and its gradient by the picture as one session, and Adam.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgPaintStage SgPaintStage;

/* @config: what sg_losses_new_sized () looks at, and the seed
 * @content: [1,3,H,W] */
SgPaintStage *sg_paint_stage_new (const SgTrainConfig * config,
    const SgTensor * content, SgDevice * device, GError ** error);
void sg_paint_stage_free (SgPaintStage * stage);

/* Before the first step. @picture: [1,3,H,W] */
gboolean sg_paint_stage_begin (SgPaintStage * stage, const SgTensor * picture,
    GError ** error);
/* One step at report->rate; fills in what is known of it. @index: of all stages' steps.
 * Errors: SG_ERROR_NOT_FINITE, the picture stays as it was. */
gboolean sg_paint_stage_step (SgPaintStage * stage, guint64 index,
    SgTrainReport * report, GError ** error);
/* [1,3,H,W] (transfer full) */
SgTensor *sg_paint_stage_get_picture (SgPaintStage * stage, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPaintStage, sg_paint_stage_free)

G_END_DECLS
