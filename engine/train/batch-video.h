/* gst-stylegan: what moved between two frames of a clip
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>

G_BEGIN_DECLS

/* The element's own flow (ops/flow_pyramid.h) on pictures of a size.
 *
 * Thread-safety: one thread at a time; sg_batch_video_mask () is safe. */
typedef struct _SgBatchVideo SgBatchVideo;

/* Errors: those of sg_session_new (). */
SgBatchVideo *sg_batch_video_new (gint width, gint height,
    SgDevice * device, GError ** error);
void sg_batch_video_free (SgBatchVideo * video);

/* @before, @now: [3,height,width], 0..1
 * @flow: [2,height,width]: pixel p of now was at p + flow (p); between the centres of
 *   its blocks linear */
gboolean sg_batch_video_flow (SgBatchVideo * video, gfloat * before,
    gfloat * now, gfloat * flow, GError ** error);
/* Where the flow can be trusted: exp (-50 |now - moved before|^2), 0 out of the
 * picture and within 3 px of where that is below 0.2, as the certainty of Ruder et
 * al., Artistic style transfer for videos, 2016, is eroded.
 * @mask: [size,size] */
void sg_batch_video_mask (gint size, gfloat * before, const gfloat * now,
    const gfloat * flow, gfloat * mask);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBatchVideo, sg_batch_video_free)

G_END_DECLS
