/* gst-stylegan: the error domain
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/error.h>

G_DEFINE_QUARK (sg-error-quark, sg_error)
