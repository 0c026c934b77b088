/* gst-stylegan: the matrices between samples and what a network sees
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/pixels.h"

void
sg_pixels_compose (gfloat c[3][4], const gdouble a[3][4], const gdouble b[3][4])
{
  gint i, j, k;

  for (i = 0; i < 3; i++) {
    for (j = 0; j < 4; j++) {
      gdouble sum = j == 3 ? a[i][3] : 0;

      for (k = 0; k < 3; k++)
        sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  }
}

void
sg_pixels_to_network (const SgPixelConvention * convention, gdouble m[3][4])
{
  static const gdouble luma[3] = { 0.2126, 0.7152, 0.0722 };
  gint i, j;

  for (i = 0; i < 3; i++) {
    for (j = 0; j < 3; j++) {
      if (convention->channels == 1)
        m[i][j] = luma[j] * convention->scale;
      else
        m[i][j] = j == convention->order[i] ? convention->scale : 0;
    }
    m[i][3] = convention->offset;
  }
}

void
sg_pixels_from_network (const SgPixelConvention * convention, gdouble m[3][4])
{
  gint i, j;

  for (i = 0; i < 3; i++) {
    for (j = 0; j < 3; j++) {
      if (convention->channels == 1)
        m[i][j] = j == 0 ? 1.0 / convention->scale : 0;
      else
        m[i][j] = i == convention->order[j] ? 1.0 / convention->scale : 0;
    }
    m[i][3] = -(gdouble) convention->offset / convention->scale;
  }
}

void
sg_pixels_round (gfloat to[3][4], const gdouble from[3][4])
{
  gint i, j;

  for (i = 0; i < 3; i++) {
    for (j = 0; j < 4; j++)
      to[i][j] = from[i][j];
  }
}
