/* gst-stylegan: reference for Max
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"
#include "ref/copy.h"

REF_DEFINE_VARIADIC (max, a > b || a != a ? a : b, MAX (a, b), MAX (a, b))
