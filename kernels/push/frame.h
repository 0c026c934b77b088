/* gst-stylegan: push constants of image/load and image/store, in C and GLSL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __STDC__
#define gfloat float
#define guint32 uint
#endif

struct SgVkFramePush
{
  /* To network values, or to samples; with a transfer function to or from R'G'B'. */
  gfloat matrix[3][4];
  guint32 width, height;        /* pixels */
  gfloat middle, limit;         /* store: of network values */
  /* Per group of components: first word, words from row to row. */
  guint32 base[4], row[4];
};
