/* gst-stylegan: push constants of nn/matmul.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PUSH_MATMUL_H
#define PUSH_MATMUL_H

#include "push/push.h"

PUSH_BEGIN (SgPushMatmul)
uint m, n, k;
uint tiles_m, tiles_n, batches;
uint a_row, a_column, b_row, b_column, c_row, c_column; /* steps */
float alpha, beta;
  /* Of the batches, innermost first. */
uint dim[4], a_step[4], b_step[4];
PUSH_END (SgPushMatmul)

#endif
