/* gst-stylegan: mixing rows and samples of rows, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

/* Output i of a row is the sum over k < n_taps of weight times
 * src[base[i / width] + index[i] + k], where width is that of the tier's vector:
 * a group of outputs looks at neighbouring inputs. All arrays are filled up to
 * whole groups, index with zeros. */
typedef struct
{
  gsize n;                      /* outputs */
  guint n_taps;
  guint span;                   /* of a group's first inputs, at most */
  const gint32 *base;           /* [groups] */
  const gint32 *index;          /* [groups][width] */
  const float *weights;         /* [groups][n_taps][width] */
} CpuFilter;

struct _CpuSimdResample
{
  /* dst[i] = (add ? dst[i] : 0) + sum of weights[k] * rows[k][i], i < n */
  void (*mix_rows) (float *dst, const float *const *rows,
      const float *weights, guint n_rows, gsize n, gboolean add);
  /* Two vectors from every input used on can be read. */
  void (*filter_row) (float *dst, const float *src, const CpuFilter * filter);
  /* The same with one tap of weight 1, and nothing past @src_n is read. */
  void (*pick_row) (float *dst, const float *src, gsize src_n,
      const CpuFilter * filter);
  /* dst[i] = largest of src[i * stride + k * dilation], k < n_taps, i < n;
   * a vector's worth of stride past the end can be read */
  void (*max_row) (float *dst, const float *src, gsize n, guint n_taps,
      guint stride, guint dilation);
  /* index[i] = r * pitch + k * dilation of the first largest of
   * src[i * stride + r * pitch + k * dilation], r < n_rows, k < n_taps, for one
   * vector of i; that many vectors of samples as stride, up to 2, are read */
  void (*max_index) (gint32 * index, const float *src, guint n_rows,
      gsize pitch, guint n_taps, guint stride, guint dilation);
};

G_END_DECLS
