/* gst-stylegan: the smallest things that training works with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* A loss network of random weights in a new folder: two layers, at full and at half
 * resolution. Returns: (transfer full): its path; toy_remove () removes it */
gchar *toy_loss_network (void);
void toy_remove (gchar * path);
/* Waves of colour, others for another @seed. Returns: (transfer full) */
guint8 *toy_picture (gint width, gint height, guint seed);

G_END_DECLS
