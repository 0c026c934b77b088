/* gst-stylegan: reference for Exp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/unary.h"

REF_DEFINE_UNARY (exp, exp (x))
