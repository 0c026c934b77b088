/* gst-stylegan: reference for Sqrt
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/unary.h"

REF_DEFINE_UNARY (sqrt, sqrt (x))
