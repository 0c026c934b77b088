/* gst-stylegan: reference for Min
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"
#include "ref/copy.h"

REF_DEFINE_VARIADIC (min, a < b || a != a ? a : b, MIN (a, b), MIN (a, b))
