/* gst-stylegan: reference for Relu
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/unary.h"

REF_DEFINE_UNARY (relu, x > 0 || x != x ? x : 0)
