/* gst-stylegan: checkop, what AveragePool and MaxPool share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pool.h"

/* *INDENT-OFF* */
static const struct
{
  const gchar *name, *inputs;
  SgPoolAttrs attrs;
  const gchar *expect;
} rows[] = {
  {"2x2", "f32[1,5,16,18]", {{KERNEL (2), STRIDE (2)}}, "[1,5,8,9]"},
  {"2x2-odd", "f32[1,5,17,19]", {{KERNEL (2), STRIDE (2)}}, "[1,5,8,9]"},
  {"2x2-ceil", "f32[1,5,17,19]", {{KERNEL (2), STRIDE (2)}, .ceil_mode = TRUE},
      "[1,5,9,10]"},
  {"3x3-stride-2", "f32[1,13,17,19]", {{KERNEL (3), STRIDE (2)}}, "[1,13,8,9]"},
  {"3x3-stride-2-ceil", "f32[1,16,18,20]", {{KERNEL (3), STRIDE (2)},
      .ceil_mode = TRUE}, "[1,16,9,10]"},
  {"3x3-padded", "f32[1,5,17,19]", {{KERNEL (3), PADS (1)}}, "[1,5,17,19]"},
  {"3x3-stride-2-padded", "f32[2,5,17,19]", {{KERNEL (3), STRIDE (2), PADS (1)}},
      "[2,5,9,10]"},
  {"padded-ceil", "f32[1,3,16,16]", {{KERNEL (3), STRIDE (2), PADS (1)},
      .ceil_mode = TRUE}, "[1,3,9,9]"},
  {"asymmetric", "f32[1,3,11,13]", {{KERNEL (3), .pad_begin = {0, 1},
      .pad_end = {2, 0}}}, "[1,3,11,12]"},
  {"1x5", "f32[1,3,11,13]", {{.kernel = {1, 5}}}, "[1,3,11,9]"},
  {"5x1-stride-1-3", "f32[1,3,11,13]", {{.kernel = {5, 1},
      .stride = {1, 3}}}, "[1,3,7,5]"},
  {"dilation", "f32[1,3,11,13]", {{KERNEL (3), .dilation = {2, 2}}},
      "[1,3,7,9]"},
  {"same-upper", "f32[1,3,11,13]", {{KERNEL (2), STRIDE (2),
      .auto_pad = SG_AUTO_PAD_SAME_UPPER}}, "[1,3,6,7]"},
  {"same-lower", "f32[1,3,11,13]", {{KERNEL (2), STRIDE (2),
      .auto_pad = SG_AUTO_PAD_SAME_LOWER}}, "[1,3,6,7]"},
  {"1x1", "f32[1,3,5,7]", {{KERNEL (1)}}, "[1,3,5,7]"},
  {"pixel", "f32[1,3,1,1]", {{KERNEL (1)}}, "[1,3,1,1]"},
  {"whole", "f32[1,3,5,7]", {{.kernel = {5, 7}}}, "[1,3,1,1]"},
  {"1d", "f32[1,3,9]", {{.kernel = {3}, .stride = {2}}}, "[1,3,4]"},
  {"3d", "f32[1,2,5,6,7]", {{.kernel = {2, 2, 2}, .stride = {2, 2, 2}}},
      "[1,2,2,3,3]"},
  {"large", "f32[1,16,67,71]", {{KERNEL (3), STRIDE (2), PADS (1)}}, NULL},
};
/* *INDENT-ON* */

void
check_pool (Check * check, CheckClass tolerance)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    CHECK (rows[i].name, rows[i].inputs, tolerance, .attrs = &rows[i].attrs,
        .expect = rows[i].expect);
  CHECK ("kernel-too-large", "f32[1,3,5,7]", tolerance,
      .attrs = ATTRS (SgPoolAttrs, .window = {KERNEL (8)}),
      .flags = CHECK_REFUSED);
  CHECK ("nothing-but-padding", "f32[1,3,5,7]", tolerance,
      .attrs = ATTRS (SgPoolAttrs, .window = {KERNEL (2), PADS (3)}),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,64,90,160]", tolerance,
      .attrs = ATTRS (SgPoolAttrs, .window = {KERNEL (3), STRIDE (2)}));
}
