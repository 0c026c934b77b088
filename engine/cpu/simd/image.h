/* gst-stylegan: lines of samples, the pieces of sg_image_load and _store
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A line is a strip of one row of one component as floats: sample values, or
 * network values. Lines do not overlap each other. n >= 1. */
#pragma once

#include <sg/image.h>

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

struct _CpuSimdImage
{
  /* @n samples, @step bytes apart, to @line. */
  void (*fetch) (gfloat * line, const guint8 * src, guint n, guint step,
      const SgSampleFormat * format);
  /* line[x] = src[x >> h_sub] for @n floats; h_sub 1 or 2 */
  void (*spread) (gfloat * line, const gfloat * src, guint n, guint h_sub);
  /* out[i] = sum_j m[i][j] * in[j] + m[i][3]; i < n_out, j < 3 */
  void (*combine) (gfloat * const *out, guint n_out,
      const gfloat * const *in, const gfloat m[3][4], guint n);
  /* The same of a network's output: in[j] limited to middle +- limit, NaN
   * taken for middle. */
  void (*combine_limited) (gfloat * const *out, guint n_out,
      const gfloat * const *in, const gfloat m[3][4], gfloat middle,
      gfloat limit, guint n);
  /* a += b */
  void (*add) (gfloat * a, const gfloat * b, guint n);
  /* dst[i] = scale * mean of the (up to) 1 << h_sub floats of block i of @src,
   * which has @n floats */
  void (*shrink) (gfloat * dst, const gfloat * src, guint n, guint h_sub,
      gfloat scale);
  /* @n samples, @step bytes apart, from @line: rounded, clipped. The bytes
   * between them keep their values (but are written). */
  void (*put) (guint8 * dst, const gfloat * line, guint n, guint step,
      const SgSampleFormat * format);
  /* Three one-byte samples per pixel, packed without gaps. */
  void (*put_packed3) (guint8 * dst, const gfloat * const *line, guint n);
  /* Through linear light, where @matrix (constants zero) is, and back: R'G'B'
   * lines in place. They have room for a multiple of 128 floats, all of which may
   * be written.
   * @slope: of transfer->encode at its end */
  void (*transfer) (gfloat * const *rgb, const SgTransfer * transfer,
      const gfloat matrix[3][4], gfloat slope, guint n);
};

G_END_DECLS
