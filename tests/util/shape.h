/* gst-stylegan: shapes to point at
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/tensor.h>

/* SG_SHAPE () with an address: SHAPE (1, 3, h, w) is a const SgShape *. */
#define SHAPE(...) \
    (&(const SgShape) { sizeof ((gint64[]) { __VA_ARGS__ }) \
        / sizeof (gint64), { __VA_ARGS__ } })
