/* gst-stylegan: reference for Reshape
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ref/copy.h"

REF_DEFINE_COPY (reshape)
