/* gst-stylegan: checkop, Pad
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/pad.h"
#include "checkop.h"

void
check_pad (Check * check)
{
  static const struct
  {
    const gchar *name;
    SgPadMode mode;
  } modes[] = {
    {"constant", SG_PAD_CONSTANT},
    {"reflect", SG_PAD_REFLECT},
    {"edge", SG_PAD_EDGE},
    {"wrap", SG_PAD_WRAP},
  };
  static const struct
  {
    const gchar *name, *inputs;
  } shapes[] = {
    {"2d", "f32[1,3,17,19] i64{0,0,2,3,0,0,4,1}"},
    {"symmetric", "f32[2,5,9,11] i64{0,0,4,4,0,0,4,4}"},
    {"to-the-limit", "f32[1,2,5,7] i64{0,0,4,6,0,0,4,6}"},
    {"crop", "f32[1,3,17,19] i64{0,0,-2,-3,0,0,-4,-1}"},
    {"crop-and-pad", "f32[1,3,17,19] i64{0,0,-2,3,0,0,4,-1}"},
    {"channels", "f32[1,3,5,7] i64{0,1,0,0,0,2,0,0}"},
    {"nothing", "f32[1,3,5,7] i64{0,0,0,0,0,0,0,0}"},
    {"axes", "f32[1,3,17,19] i64{2,1,1,2} - i64{3,-2}"},
    {"1d", "f32[9] i64{3,5}"},
    {"3d", "f32[1,2,5,6,7] i64{0,0,1,2,3,0,0,3,2,1}"},
    {"large", "f32[1,8,67,71] i64{0,0,4,4,0,0,4,4}"},
    {"1x1-by-0", "f32[1,3,1,1] i64{0,0,0,0,0,0,0,0}"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (shapes); k++) {
      g_autofree gchar *name = g_strdup_printf ("%s-%s", modes[i].name,
          shapes[k].name);

      CHECK (name, shapes[k].inputs, CHECK_EXACT,
          .attrs = ATTRS (SgPadAttrs, .mode = modes[i].mode));
    }
  }
  CHECK ("value", "f32[1,3,5,7] i64{0,0,1,2,0,0,3,4} f32(2.5)", CHECK_EXACT,
      .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_CONSTANT),
      .expect = "[1,3,9,13]");
  CHECK ("value-computed", "f32[1,3,5,7] i64{0,0,1,2,0,0,3,4} f32[]",
      CHECK_EXACT, .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_CONSTANT));
  CHECK ("constant-beyond", "f32[1,1,2,2] i64{0,0,5,7,0,0,9,6}", CHECK_EXACT,
      .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_CONSTANT));
  CHECK ("edge-beyond", "f32[1,1,2,2] i64{0,0,5,7,0,0,9,6}", CHECK_EXACT,
      .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_EDGE));
  CHECK ("i64", "i64[5] i64{1,2} i64(9)", CHECK_EXACT,
      .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_CONSTANT), .expect = "[8]");
  CHECK ("negative-size", "f32[1,1,3,3] i64{0,0,-2,0,0,0,-2,0}", CHECK_EXACT,
      .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_CONSTANT),
      .flags = CHECK_REFUSED);
  CHECK ("too-few-pads", "f32[1,1,3,3] i64{1,1,1,1}", CHECK_EXACT,
      .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_CONSTANT),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] i64{0,0,1,1,0,0,1,1}", CHECK_EXACT,
      .attrs = ATTRS (SgPadAttrs, .mode = SG_PAD_REFLECT));
}
