/* gst-stylegan: reference for Tanh
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/unary.h"

REF_DEFINE_UNARY (tanh, tanh (x))
