/* gst-stylegan: reference for PRelu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"

/* a: x, b: the slope */
REF_DEFINE_BINARY (prelu, a < 0 ? a * b : a,
    a < 0 ? (guint64) a * (guint64) b : (guint64) a, a)
