/* gst-stylegan: the shift operator
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* shift (x [N,C,H,W], offset i64 [2]) -> y [N,C,height,width], what x shows from there
 * on: y[i,j] = x[i + offset[0], j + offset[1]], zeros beyond its borders; with @back
 * the offset is subtracted. A slice whose place is known when it runs. */
typedef struct
{
  gint64 height, width;
  gboolean back;
} SgShiftAttrs;

/* Of a row (or column) of @n samples, from @offset of @size on: samples @begin to before
 * @end are there. */
static inline void
sg_shift_range (gint64 n, gint64 size, gint64 offset, gint64 * begin,
    gint64 * end)
{
  *begin = offset >= 0 ? 0 : offset <= -n ? n : -offset;
  *end = offset >= size ? *begin : MIN (n, size - MAX (offset, -n));
  *end = MAX (*begin, *end);
}

G_END_DECLS
