/* gst-stylegan: reference for Sigmoid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/unary.h"

REF_DEFINE_UNARY (sigmoid, 1 / (1 + exp (-x)))
