/* gst-stylegan: a model as it runs inside the graph of a stylizer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "video/fit.h"

G_BEGIN_DECLS

typedef struct
{
  VideoModel model;
  VideoFit fit;
  SgPixelConvention pixels;     /* that the model sees and gives */
  SgGraph *graph;               /* the model's, if it is not the file's; owned */
} VideoNetwork;

/* The model as a function from image to image, and its pixels; the fit is left open.
 * @range, @order: not _AUTO: instead of what the file says
 * Errors: as video_model_init (); SG_ERROR_UNSUPPORTED for linear light, and for gray
 *   where the model wants colour. */
gboolean video_network_init (VideoNetwork * network, SgModel * model,
    SgPixelRange range, SgChannelOrder order, GError ** error);
void video_network_clear (VideoNetwork * network);

/* Appends it with what fits it to the @n pictures @x, each [1,3,fit.height,fit.width] in
 * @pixels: views of one moment, normalised with the statistics of all.
 * @wrap: their rows are circles. A model that cannot be rewritten for that (wrap.h) is
 *   shown some columns more on either side.
 * @pictures: filled with pictures like @x. FALSE with an error */
gboolean video_network_add (SgGraph * graph, const VideoNetwork * network,
    const SgPixelConvention * pixels, gboolean wrap, SgValue * const *x,
    guint n, SgValue ** pictures, GError ** error);

/* Output 0 of a new node, or NULL with an error. */
SgValue *video_add_node (SgGraph * graph, const gchar * op,
    gconstpointer attrs, SgValue * const *inputs, guint n_inputs,
    GError ** error);

typedef struct
{
  gint width, height;
} VideoSize;

/* @x, [1,@channels,from], at size @to: linear, half-pixel centres, and with a filter as
 * wide as a pixel of the result where it gets smaller. @x itself if nothing changes. */
SgValue *video_add_resize (SgGraph * graph, SgValue * x, gint channels,
    VideoSize from, VideoSize to, GError ** error);

/* @x from the one convention to the other: range, order, and gray (BT.709) from colour
 * or the other way round. @x itself if they are the same. */
SgValue *video_add_conversion (SgGraph * graph, SgValue * x,
    const SgPixelConvention * from, const SgPixelConvention * to,
    GError ** error);

G_END_DECLS
