/* gst-stylegan: reference for Neg
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/integer.h"

REF_DEFINE_UNARY_NUMERIC (neg, -x, 0 - (guint64) x, 0 - x)
