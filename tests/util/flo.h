/* gst-stylegan: flow and pictures of optical flow data sets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads a Middlebury .flo file (Baker et al., A Database and Evaluation Methodology
 * for Optical Flow, 2011): "PIEH", width and height as 32 bit numbers, then dx and
 * dy per pixel as floats, all little-endian. In the data sets it leads from the
 * first frame to the second.
 * Returns: (transfer full): [2,H,W] in pixels, as all flow here; unknown flow
 *   (beyond 1e9 in the file, or not finite) is NaN. NULL with SG_ERROR_NOT_FOUND or
 *   SG_ERROR_FAILED. */
gfloat *test_flo_read (const gchar * path, gint * width, gint * height,
    GError ** error);
/* NaN is written as the format's "unknown". */
gboolean test_flo_write (const gchar * path, const gfloat * flow, gint width,
    gint height, GError ** error);

/* Reads a binary PPM file ("P6", 8 bit). Returns: (transfer full): R, G, B, row
 * after row without gaps, or NULL with @error as above. */
guint8 *test_ppm_read (const gchar * path, gint * width, gint * height,
    GError ** error);

/* Distance in pixels of the vectors of @flow from those of @truth (both [2,H,W]),
 * sorted, where @mask (NULL: everywhere) is not 0 and the truth is known: "end-point
 * error". Returns: (transfer full) (element-type gdouble) */
GArray *test_end_point_errors (const gfloat * flow, const gfloat * truth,
    const guint8 * mask, gint width, gint height);

/* Where both frames see the point, as far as flow of one direction tells: 1 where
 * the target lies inside the frame, and in none of the four pixels around it another
 * pixel has come down whose motion differs by more than 1 px (hence is of another
 * thing) and whose colour in @from agrees better with @to. Else 0.
 * @from, @to: [3,H,W], the frames that @flow leads from and to; @visible: [H,W] */
void test_visible_both (const gfloat * flow, const gfloat * from,
    const gfloat * to, gint width, gint height, guint8 * visible);

G_END_DECLS
