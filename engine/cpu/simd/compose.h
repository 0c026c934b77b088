/* gst-stylegan: rows for compose, one table per instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"

G_BEGIN_DECLS

/* @n pixels that lie together in each plane; @out may be @styled. */
typedef struct
{
  gfloat *out[3];
  const gfloat *styled[3], *frame[3];
  const gfloat *mask;           /* NULL: 1 */
  gsize n;
  guint channels;               /* 1 or 3 */
  gfloat luma[3];
  gfloat strength, preserve;    /* 0..1 */
} CpuComposeRow;

struct _CpuSimdCompose
{
  void (*row) (const CpuComposeRow * row);
};

G_END_DECLS
