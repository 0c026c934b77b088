/* gst-stylegan: reference for Sub
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/binary.h"

REF_DEFINE_BINARY (sub, a - b, (guint64) a - (guint64) b, a - b)
