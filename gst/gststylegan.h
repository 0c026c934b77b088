/* gst-stylegan: the element stylegan
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_STYLEGAN (gst_stylegan_get_type ())
G_DECLARE_FINAL_TYPE (GstStylegan, gst_stylegan, GST, STYLEGAN,
    GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (stylegan);

G_END_DECLS
