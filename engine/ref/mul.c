/* gst-stylegan: reference for Mul
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"

REF_DEFINE_BINARY (mul, a * b, (guint64) a * (guint64) b, a * b)
