/* gst-stylegan: reference for Floor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/unary.h"

REF_DEFINE_UNARY (floor, floor (x))
