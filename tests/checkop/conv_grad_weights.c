/* gst-stylegan: checkop, conv_grad_weights
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv_grad_weights.h"
#include "checkop.h"

#define K(n) .kernel = {n, n}
#define S(n) .stride = {n, n}
#define D(n) .dilation = {n, n}
#define P(n) .pad_begin = {n, n}, .pad_end = {n, n}

/* *INDENT-OFF* */
static const struct
{
  const gchar *name, *inputs;
  SgConvGradAttrs attrs;
  const gchar *expect;
} rows[] = {
  {"3x3", "f32[1,16,9,11] f32[1,8,9,11]", {{K (3), P (1)}, 1}, "[8,16,3,3]"},
  {"3x3-valid", "f32[1,16,9,11] f32[1,8,7,9]", {{K (3)}, 1}, "[8,16,3,3]"},
  {"1x1", "f32[1,16,9,11] f32[1,8,9,11]", {{K (1)}, 1}, "[8,16,1,1]"},
  {"5x5", "f32[1,3,19,17] f32[1,5,19,17]", {{K (5), P (2)}, 1}, "[5,3,5,5]"},
  {"9x9", "f32[1,3,23,21] f32[1,4,23,21]", {{K (9), P (4)}, 1}, "[4,3,9,9]"},
  {"stride-2", "f32[1,16,18,22] f32[1,8,9,11]", {{K (3), S (2), P (1)}, 1},
      "[8,16,3,3]"},
  {"stride-3", "f32[1,5,18,22] f32[1,7,6,8]", {{K (3), S (3), P (1)}, 1},
      "[7,5,3,3]"},
  {"stride-2-1", "f32[1,5,18,22] f32[1,7,9,22]", {{K (3), .stride = {2, 1},
      P (1)}, 1}, "[7,5,3,3]"},
  {"stride-beyond-kernel", "f32[1,5,18,22] f32[1,7,6,8]", {{K (1), S (3)}, 1},
      "[7,5,1,1]"},
  {"dilation-2", "f32[1,6,18,22] f32[1,8,18,22]", {{K (3), D (2), P (2)}, 1},
      "[8,6,3,3]"},
  {"stride-2-dilation-3", "f32[1,6,18,22] f32[1,8,9,11]", {{K (3), S (2),
      D (3), P (3)}, 1}, "[8,6,3,3]"},
  {"asymmetric", "f32[1,4,9,11] f32[1,4,9,12]", {{.kernel = {2, 3},
      .pad_begin = {1, 0}, .pad_end = {0, 3}}, 1}, "[4,4,2,3]"},
  {"batch", "f32[3,5,9,11] f32[3,9,9,11]", {{K (3), P (1)}, 1}, "[9,5,3,3]"},
  {"odd-channels", "f32[2,13,7,9] f32[2,7,7,9]", {{K (3), P (1)}, 1}, NULL},
  {"grouped", "f32[1,12,7,9] f32[1,6,7,9]", {{K (3), P (1)}, 3},
      "[6,4,3,3]"},
  {"depthwise", "f32[2,8,17,19] f32[2,8,17,19]", {{K (5), P (2)}, 8},
      "[8,1,5,5]"},
  {"depthwise-two", "f32[1,4,17,19] f32[1,8,17,19]", {{K (3), P (1)}, 4},
      "[8,1,3,3]"},
  {"fewer-than-fit", "f32[1,4,9,11] f32[1,4,6,7]", {{K (3), P (1)}, 1}, NULL},
  {"many-rows", "f32[1,4,131,67] f32[1,5,131,67]", {{K (3), P (1)}, 1}, NULL},
  {"wide", "f32[1,2,5,5000] f32[1,3,5,5000]", {{K (3), P (1)}, 1}, NULL},
  {"pixel", "f32[1,4,1,1] f32[1,3,1,1]", {{K (3), P (1)}, 1}, NULL},
  {"1-to-1", "f32[1,1,7,9] f32[1,1,5,7]", {{K (3)}, 1}, NULL},
  {"reflect", "f32[2,5,9,11] f32[2,7,9,11]", {{K (3), P (1)}, 1,
      SG_PAD_REFLECT}, "[7,5,3,3]"},
  {"reflect-far", "f32[1,5,9,11] f32[1,7,9,11]", {{K (3), D (4), P (4)}, 1,
      SG_PAD_REFLECT}, "[7,5,3,3]"},
  {"reflect-stride-2", "f32[1,5,18,22] f32[1,7,9,11]", {{K (5), S (2), P (2)},
      1, SG_PAD_REFLECT}, "[7,5,5,5]"},
  {"edge", "f32[1,5,19,11] f32[1,7,19,11]", {{K (7), P (3)}, 1, SG_PAD_EDGE},
      "[7,5,7,7]"},
  {"edge-stride-3", "f32[1,3,5,4] f32[1,2,4,3]", {{K (3), S (3), P (4)}, 1,
      SG_PAD_EDGE}, NULL},
  {"edge-depthwise", "f32[2,8,17,19] f32[2,8,17,19]", {{K (5), P (2)}, 8,
      SG_PAD_EDGE}, "[8,1,5,5]"},
  {"1d", "f32[1,5,19] f32[1,4,17]", {{.kernel = {3}}, 1}, "[4,5,3]"},
  {"3d", "f32[1,3,3,5,7] f32[1,2,2,4,6]", {{.kernel = {2, 2, 2}}, 1},
      "[2,3,2,2,2]"},
};
/* *INDENT-ON* */

void
check_conv_grad_weights (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    CHECK (rows[i].name, rows[i].inputs, CHECK_SUM, .attrs = &rows[i].attrs,
        .expect = rows[i].expect);
  CHECK ("too-large", "f32[1,4,9,11] f32[1,4,10,11]", CHECK_SUM,
      .attrs = &rows[0].attrs, .flags = CHECK_REFUSED);
  CHECK ("groups", "f32[1,5,9,11] f32[1,4,9,11]", CHECK_SUM,
      .attrs = ATTRS (SgConvGradAttrs, {K (3), P (1)}, 2),
      .flags = CHECK_REFUSED);
  CHECK ("reflect-too-far", "f32[1,16,9,11] f32[1,8,27,29]", CHECK_SUM,
      .attrs = ATTRS (SgConvGradAttrs, {K (1), P (9)}, 1, SG_PAD_REFLECT),
      .flags = CHECK_REFUSED);
  CHECK ("batches", "f32[2,4,9,11] f32[1,4,9,11]", CHECK_SUM,
      .attrs = &rows[0].attrs, .flags = CHECK_REFUSED);
  BENCH ("bench-32", "f32[1,32,90,160] f32[1,32,90,160]", CHECK_SUM,
      .attrs = &rows[0].attrs);
  BENCH ("bench-48", "f32[1,48,90,160] f32[1,48,90,160]", CHECK_SUM,
      .attrs = &rows[0].attrs);
  BENCH ("bench-64-batch", "f32[4,64,64,64] f32[4,64,64,64]", CHECK_SUM,
      .attrs = &rows[0].attrs);
  BENCH ("bench-stride-2", "f32[1,32,180,320] f32[1,64,90,160]", CHECK_SUM,
      .attrs = &rows[5].attrs);
  BENCH ("bench-depthwise", "f32[1,48,90,160] f32[1,48,90,160]", CHECK_SUM,
      .attrs = ATTRS (SgConvGradAttrs, {K (5), P (2)}, 48));
  BENCH ("bench-1x1", "f32[1,48,90,160] f32[1,96,90,160]", CHECK_SUM,
      .attrs = &rows[2].attrs);
}
