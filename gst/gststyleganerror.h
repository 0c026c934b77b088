/* gst-stylegan: the engine's errors as messages on the bus
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Posts @error as it is: the engine's messages say what failed and what to do.
 * Not to be called under the object lock.
 * @model: as set, or NULL */
#define gst_stylegan_error_post(element, error, model) \
    gst_stylegan_error_post_full (GST_ELEMENT (element), error, model, \
        __FILE__, GST_FUNCTION, __LINE__)

void gst_stylegan_error_post_full (GstElement * element, const GError * error,
    const gchar * model, const gchar * file, const gchar * function, gint line);

G_END_DECLS
