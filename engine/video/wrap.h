/* gst-stylegan: a model made to run on pictures whose rows are circles, or on several at
 * a time; docs/decisions/0008-stereo-360.md
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "video/fit.h"

G_BEGIN_DECLS

typedef struct
{
  gint n_pictures;              /* at a time; normalised with the statistics of all */
  /* Equirectangular: rows are circles, and above the first and below the last row the
   * picture goes on on the other side of the pole. */
  gboolean wrap;
} VideoWrapConfig;

/* @video as it is written, with what fits it to pictures around it.
 * @fit: of one picture; its width is that of the picture to the pixel
 * Returns: (transfer full): [n,C,height,width] -> the same, or NULL with
 *   SG_ERROR_UNSUPPORTED (names the node that has no such form) or _SHAPE (the width is
 *   no multiple of the model's stride). */
SgGraph *video_wrap_new (const VideoModel * video, const VideoFit * fit,
    const VideoWrapConfig * config, GError ** error);

/* The width next to @width at which @video runs on circles, and looks the same when
 * they are turned by a half; 0 with an error if there is none. */
gint video_wrap_find_width (const VideoModel * video, gint width, gint height,
    GError ** error);

/* As video_add_resize (), of rows that are circles. */
SgValue *video_wrap_resize (SgGraph * graph, SgValue * x, gint channels,
    gint from_width, gint from_height, gint to_width, gint to_height,
    GError ** error);

/* @x, [1,C,height,width], with @margin columns more on either side: those that follow
 * on the circle. */
SgValue *video_wrap_pad (SgGraph * graph, SgValue * x, gint margin,
    GError ** error);

G_END_DECLS
