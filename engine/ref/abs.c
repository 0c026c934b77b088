/* gst-stylegan: reference for Abs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "ref/integer.h"

REF_DEFINE_UNARY_NUMERIC (abs, fabs (x), x < 0 ? 0 - (guint64) x : (guint64) x,
    x)
