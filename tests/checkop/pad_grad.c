/* gst-stylegan: checkop, pad_grad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad_grad.h"
#include "checkop.h"

void
check_pad_grad (Check * check)
{
  static const gchar *const modes[] = { "constant", "reflect", "edge", "wrap" };
  static const struct
  {
    const gchar *name, *inputs;
    gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];
  } shapes[] = {
    {"2d", "f32[1,3,23,23]", {0, 0, 2, 3}, {0, 0, 4, 1}},
    {"symmetric", "f32[2,5,17,19]", {0, 0, 4, 4}, {0, 0, 4, 4}},
    {"to-the-limit", "f32[1,2,13,19]", {0, 0, 4, 6}, {0, 0, 4, 6}},
    {"channels", "f32[1,9,5,7]", {0, 1}, {0, 2}},
    {"nothing", "f32[1,3,5,7]", {0}, {0}},
    {"1d", "f32[17]", {3}, {5}},
    {"3d", "f32[1,2,9,9,11]", {0, 0, 1, 2, 3}, {0, 0, 3, 2, 1}},
    {"large", "f32[1,8,75,79]", {0, 0, 4, 4}, {0, 0, 4, 4}},
    {"one-side", "f32[1,2,9,9]", {0, 0, 1, 0}, {0, 0, 0, 1}},
  };

  for (guint m = 0; m < G_N_ELEMENTS (modes); m++) {
    for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
      g_autofree gchar *name = g_strdup_printf ("%s-%s", modes[m],
          shapes[i].name);
      SgPadGradAttrs attrs = { .mode = (SgPadMode) m };

      for (gint k = 0; k < SG_MAX_RANK; k++) {
        attrs.begin[k] = shapes[i].begin[k];
        attrs.end[k] = shapes[i].end[k];
      }
      CHECK (name, shapes[i].inputs, CHECK_SUM, .attrs = &attrs);
    }
  }
  CHECK ("wrap-beyond", "f32[1,1,12,17]", CHECK_SUM,
      .attrs = ATTRS (SgPadGradAttrs, SG_PAD_WRAP, {0, 0, 5, 7}, {0, 0, 5,
              7}), .expect = "[1,1,2,3]");
  CHECK ("edge-beyond", "f32[1,1,12,17]", CHECK_SUM,
      .attrs = ATTRS (SgPadGradAttrs, SG_PAD_EDGE, {0, 0, 5, 7}, {0, 0, 5,
              7}), .expect = "[1,1,2,3]");
  CHECK ("reflect-beyond", "f32[1,1,12,17]", CHECK_SUM,
      .attrs = ATTRS (SgPadGradAttrs, SG_PAD_REFLECT, {0, 0, 5, 7}, {0, 0, 5,
              7}), .flags = CHECK_REFUSED);
  CHECK ("all-of-it", "f32[4]", CHECK_SUM,
      .attrs = ATTRS (SgPadGradAttrs, SG_PAD_EDGE, {2}, {2}),
      .flags = CHECK_REFUSED);
  CHECK ("negative", "f32[4]", CHECK_SUM,
      .attrs = ATTRS (SgPadGradAttrs, SG_PAD_CONSTANT, {-1}, {0}),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,182,322]", CHECK_SUM,
      .attrs = ATTRS (SgPadGradAttrs, SG_PAD_REFLECT, {0, 0, 1, 1}, {0, 0, 1,
              1}));
}
