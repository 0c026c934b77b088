/* gst-stylegan: checkop, max_pool_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pool.h"
#include "checkop.h"

#define KERNEL(n) .kernel = {n, n}
#define STRIDE(n) .stride = {n, n}

void
check_max_pool_grad (Check * check)
{
  static const struct
  {
    const gchar *name, *inputs;
    SgPoolAttrs attrs;
  } rows[] = {
    {"2x2", "f32[1,3,18,20] f32[1,3,9,10]", {{KERNEL (2), STRIDE (2)}}},
    {"odd", "f32[2,3,17,19] f32[2,3,8,9]", {{KERNEL (2), STRIDE (2)}}},
    {"3x3-stride-2", "f32[1,5,17,19] f32[1,5,8,9]", {{KERNEL (3),
                STRIDE (2)}}},
    {"3x3-stride-2-ceil", "f32[1,5,18,19] f32[1,5,9,9]", {{KERNEL (3),
                STRIDE (2)}, .ceil_mode = TRUE}},
    {"overlapping", "f32[1,4,11,13] f32[1,4,9,11]", {{KERNEL (3)}}},
    {"pads", "f32[1,4,11,13] f32[1,4,6,7]", {{KERNEL (3), STRIDE (2),
                .pad_begin = {1, 1}, .pad_end = {1, 1}}}},
    {"dilation", "f32[1,2,11,13] f32[1,2,7,9]", {{KERNEL (3),
                .dilation = {2, 2}}}},
    {"gaps", "f32[1,2,11,13] f32[1,2,4,4]", {{KERNEL (2), STRIDE (3)}}},
    {"large", "f32[1,16,66,70] f32[1,16,33,35]", {{KERNEL (2), STRIDE (2)}}},
    {"1d", "f32[2,3,19] f32[2,3,9]", {{.kernel = {2}, .stride = {2}}}},
    {"3d", "f32[1,2,4,6,8] f32[1,2,2,3,4]", {{.kernel = {2, 2, 2},
                .stride = {2, 2, 2}}}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    CHECK (rows[i].name, rows[i].inputs, CHECK_SUM, .attrs = &rows[i].attrs);
  CHECK ("mismatch", "f32[1,3,18,20] f32[1,3,9,11]", CHECK_SUM,
      .attrs = &rows[0].attrs, .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] f32[1,32,90,160]", CHECK_SUM,
      .attrs = &rows[0].attrs);
  BENCH ("bench-3x3", "f32[1,32,181,321] f32[1,32,90,160]", CHECK_SUM,
      .attrs = &rows[2].attrs);
}
