/* gst-stylegan: checkop, Conv and what is fused into it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv.h"
#include "checkop.h"

typedef struct
{
  const gchar *name, *inputs;
  gint64 stride, dilation;
  gint64 top, left, bottom, right;      /* pads */
  gint64 group;
  const gchar *expect;
} Plain;

/* *INDENT-OFF* */
static const Plain plain[] = {
  /* what style networks are made of */
  {"1x1", "f32[1,8,17,19] f32[16,8,1,1]! f32[16]!", 1, 1, 0, 0, 0, 0, 1,
      "[1,16,17,19]"},
  {"3x3", "f32[1,8,17,19] f32[16,8,3,3]! f32[16]!", 1, 1, 1, 1, 1, 1, 1,
      "[1,16,17,19]"},
  {"3x3-valid", "f32[1,8,17,19] f32[16,8,3,3]! f32[16]!", 1, 1, 0, 0, 0, 0, 1,
      "[1,16,15,17]"},
  {"3x3-stride-2", "f32[1,8,17,19] f32[16,8,3,3]! f32[16]!", 2, 1, 1, 1, 1, 1,
      1, "[1,16,9,10]"},
  {"3x3-stride-2-even", "f32[1,8,16,18] f32[16,8,3,3]! f32[16]!", 2, 1, 0, 0,
      1, 1, 1, "[1,16,8,9]"},
  {"4x4-stride-2", "f32[1,8,16,18] f32[16,8,4,4]! f32[16]!", 2, 1, 1, 1, 1, 1,
      1, "[1,16,8,9]"},
  {"5x5", "f32[1,8,17,19] f32[8,8,5,5]! f32[8]!", 1, 1, 2, 2, 2, 2, 1, NULL},
  {"9x9-first", "f32[1,3,23,29] f32[32,3,9,9]! f32[32]!", 1, 1, 4, 4, 4, 4, 1,
      "[1,32,23,29]"},
  {"9x9-last", "f32[1,32,23,29] f32[3,32,9,9]! f32[3]!", 1, 1, 4, 4, 4, 4, 1,
      "[1,3,23,29]"},
  {"9x9-valid", "f32[1,3,23,29] f32[16,3,9,9]! f32[16]!", 1, 1, 0, 0, 0, 0, 1,
      "[1,16,15,21]"},
  {"7x7-stride-2", "f32[1,3,23,29] f32[16,3,7,7]! f32[16]!", 2, 1, 3, 3, 3, 3,
      1, "[1,16,12,15]"},
  /* channels around vectors and blocks of them */
  {"1-to-1", "f32[1,1,17,19] f32[1,1,3,3]! f32[1]!", 1, 1, 1, 1, 1, 1, 1,
      NULL},
  {"3-to-5", "f32[1,3,17,19] f32[5,3,3,3]! f32[5]!", 1, 1, 1, 1, 1, 1, 1,
      NULL},
  {"17-to-13", "f32[1,17,11,13] f32[13,17,3,3]! f32[13]!", 1, 1, 1, 1, 1, 1,
      1, NULL},
  {"24-to-24", "f32[1,24,11,13] f32[24,24,3,3]! f32[24]!", 1, 1, 1, 1, 1, 1,
      1, NULL},
  {"33-to-31", "f32[1,33,7,9] f32[31,33,3,3]! f32[31]!", 1, 1, 1, 1, 1, 1, 1,
      NULL},
  {"64-to-64", "f32[1,64,9,35] f32[64,64,3,3]! f32[64]!", 1, 1, 1, 1, 1, 1, 1,
      NULL},
  {"128-to-32", "f32[1,128,5,7] f32[32,128,3,3]! f32[32]!", 1, 1, 1, 1, 1, 1,
      1, NULL},
  {"48-to-100-1x1", "f32[1,48,7,11] f32[100,48,1,1]! f32[100]!", 1, 1, 0, 0,
      0, 0, 1, NULL},
  /* sizes */
  {"wide", "f32[1,4,3,257] f32[8,4,3,3]! f32[8]!", 1, 1, 1, 1, 1, 1, 1, NULL},
  {"tall", "f32[1,4,263,3] f32[8,4,3,3]! f32[8]!", 1, 1, 1, 1, 1, 1, 1, NULL},
  {"pixel", "f32[1,4,1,1] f32[8,4,3,3]! f32[8]!", 1, 1, 1, 1, 1, 1, 1,
      "[1,8,1,1]"},
  {"to-a-pixel", "f32[1,4,3,3] f32[8,4,3,3]! f32[8]!", 1, 1, 0, 0, 0, 0, 1,
      "[1,8,1,1]"},
  {"one-row", "f32[1,4,1,31] f32[8,4,1,3]! f32[8]!", 1, 1, 0, 1, 0, 1, 1,
      "[1,8,1,31]"},
  {"many-bands", "f32[1,8,131,37] f32[8,8,3,3]! f32[8]!", 1, 1, 1, 1, 1, 1, 1,
      NULL},
  {"batch", "f32[3,5,9,11] f32[7,5,3,3]! f32[7]!", 1, 1, 1, 1, 1, 1, 1,
      "[3,7,9,11]"},
  /* pads, strides, dilations */
  {"asymmetric", "f32[1,5,17,19] f32[7,5,3,3]! f32[7]!", 1, 1, 0, 0, 1, 1, 1,
      NULL},
  {"asymmetric-2", "f32[1,5,17,19] f32[7,5,4,4]! f32[7]!", 1, 1, 1, 2, 2, 1,
      1, NULL},
  {"pads-beyond-kernel", "f32[1,5,7,9] f32[7,5,3,3]! f32[7]!", 1, 1, 4, 5, 6,
      3, 1, "[1,7,15,15]"},
  {"stride-3", "f32[1,5,17,19] f32[7,5,3,3]! f32[7]!", 3, 1, 1, 1, 1, 1, 1,
      NULL},
  {"stride-2-1x1", "f32[1,16,17,19] f32[24,16,1,1]! f32[24]!", 2, 1, 0, 0, 0,
      0, 1, "[1,24,9,10]"},
  {"stride-beyond-kernel", "f32[1,5,17,19] f32[7,5,2,2]! f32[7]!", 4, 1, 0, 0,
      0, 0, 1, NULL},
  {"dilation-2", "f32[1,5,17,19] f32[7,5,3,3]! f32[7]!", 1, 2, 2, 2, 2, 2, 1,
      "[1,7,17,19]"},
  {"dilation-3-valid", "f32[1,5,17,19] f32[7,5,3,3]! f32[7]!", 1, 3, 0, 0, 0,
      0, 1, "[1,7,11,13]"},
  {"1x7", "f32[1,5,11,19] f32[7,5,1,7]! f32[7]!", 1, 1, 0, 3, 0, 3, 1, NULL},
  {"7x1", "f32[1,5,19,11] f32[7,5,7,1]! f32[7]!", 1, 1, 3, 0, 3, 0, 1, NULL},
  {"2x2", "f32[1,5,11,13] f32[7,5,2,2]! f32[7]!", 1, 1, 0, 0, 1, 1, 1, NULL},
  /* groups */
  {"depthwise", "f32[1,16,17,19] f32[16,1,3,3]! f32[16]!", 1, 1, 1, 1, 1, 1,
      16, NULL},
  {"depthwise-13", "f32[1,13,11,9] f32[13,1,3,3]! f32[13]!", 1, 1, 1, 1, 1, 1,
      13, NULL},
  {"depthwise-stride-2", "f32[1,16,17,19] f32[16,1,3,3]! f32[16]!", 2, 1, 1,
      1, 1, 1, 16, NULL},
  {"depthwise-5x5", "f32[1,8,17,19] f32[8,1,5,5]! f32[8]!", 1, 1, 2, 2, 2, 2,
      8, NULL},
  {"depthwise-5x5-dilation-2", "f32[1,5,17,37] f32[5,1,5,5]! f32[5]!", 1, 2,
      4, 4, 4, 4, 5, "[1,5,17,37]"},
  {"depthwise-7x7", "f32[1,5,23,35] f32[5,1,7,7]! f32[5]!", 1, 1, 3, 3, 3, 3,
      5, NULL},
  {"depthwise-9x9", "f32[1,5,23,35] f32[5,1,9,9]! f32[5]!", 1, 1, 4, 4, 4, 4,
      5, NULL},
  {"depthwise-4x2", "f32[2,5,13,35] f32[5,1,4,2]! f32[5]!", 1, 2, 3, 0, 2, 2,
      5, NULL},
  {"depthwise-1x1", "f32[1,5,9,35] f32[5,1,1,1]! f32[5]!", 1, 1, 0, 0, 0, 0,
      5, NULL},
  {"depthwise-stride-2-dilation-2", "f32[1,5,27,69] f32[5,1,5,5]!", 2, 2, 4,
      4, 4, 4, 5, NULL},
  {"depthwise-stride-3", "f32[1,5,27,69] f32[5,1,5,5]!", 3, 1, 2, 2, 2, 2, 5,
      NULL},
  {"depthwise-beyond-picture", "f32[1,5,2,3] f32[5,1,5,5]! f32[5]!", 1, 1, 2,
      2, 2, 2, 5, "[1,5,2,3]"},
  {"depthwise-pads-beyond-kernel", "f32[1,5,7,9] f32[5,1,3,3]!", 1, 1, 4, 5,
      6, 3, 5, NULL},
  {"depthwise-times-2", "f32[1,8,17,19] f32[16,1,3,3]! f32[16]!", 1, 1, 1, 1,
      1, 1, 8, NULL},
  {"grouped", "f32[1,12,11,13] f32[18,4,3,3]! f32[18]!", 1, 1, 1, 1, 1, 1, 3,
      NULL},
  {"grouped-9-to-5", "f32[2,18,7,11] f32[10,9,3,3]! f32[10]!", 1, 1, 1, 1, 1,
      1, 2, NULL},
  {"grouped-stride-dilation", "f32[1,6,19,23] f32[9,2,3,5]! f32[9]!", 2, 2, 2,
      3, 1, 4, 3, NULL},
  /* tiles and blocks of GPU kernels: several of each, cut off at the ends */
  {"130-channels", "f32[1,20,5,67] f32[130,20,3,3]! f32[130]!", 1, 1, 1, 1, 1,
      1, 1, NULL},
  {"9x9-first-batch", "f32[2,3,19,37] f32[20,3,9,9]! f32[20]!", 1, 1, 4, 4, 4,
      4, 1, NULL},
  {"9x9-last-batch", "f32[2,17,19,37] f32[3,17,9,9]! f32[3]!", 1, 1, 4, 4, 4,
      4, 1, NULL},
  {"5x5-stride-2-first", "f32[1,3,35,71] f32[16,3,5,5]! f32[16]!", 2, 1, 2, 2,
      2, 2, 1, NULL},
  {"5-channels-dilation", "f32[1,5,17,35] f32[9,5,3,3]! f32[9]!", 1, 2, 2, 2,
      2, 2, 1, NULL},
  {"wide-kernel", "f32[1,3,5,70] f32[4,3,1,41]! f32[4]!", 1, 1, 0, 20, 0, 20,
      1, NULL},
  {"wide-stride", "f32[1,3,9,90] f32[4,3,3,3]! f32[4]!", 30, 1, 1, 1, 1, 1, 1,
      NULL},
  /* inputs */
  {"no-bias", "f32[1,8,17,19] f32[16,8,3,3]!", 1, 1, 1, 1, 1, 1, 1, NULL},
  {"computed-weights", "f32[1,8,9,11] f32[16,8,3,3] f32[16]", 1, 1, 1, 1, 1,
      1, 1, NULL},
  {"computed-bias", "f32[1,8,9,11] f32[16,8,3,3]! f32[16]", 1, 1, 1, 1, 1, 1,
      1, NULL},
};
/* *INDENT-ON* */

static SgConvAttrs
conv_attrs (const Plain * p)
{
  SgConvAttrs attrs = { {0,} };

  for (gint i = 0; i < 2; i++) {
    attrs.window.stride[i] = p->stride;
    attrs.window.dilation[i] = p->dilation;
  }
  attrs.window.pad_begin[0] = p->top;
  attrs.window.pad_begin[1] = p->left;
  attrs.window.pad_end[0] = p->bottom;
  attrs.window.pad_end[1] = p->right;
  attrs.group = p->group;
  return attrs;
}

static void
check_plain (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
    SgConvAttrs attrs = conv_attrs (&plain[i]);

    CHECK (plain[i].name, plain[i].inputs, CHECK_WINOGRAD, .attrs = &attrs,
        .expect = plain[i].expect);
  }
}

static void
check_auto_pad (Check * check)
{
  static const struct
  {
    const gchar *name;
    SgAutoPad auto_pad;
    const gchar *expect;
  } rows[] = {
    {"same-upper", SG_AUTO_PAD_SAME_UPPER, "[1,7,9,10]"},
    {"same-lower", SG_AUTO_PAD_SAME_LOWER, "[1,7,9,10]"},
    {"auto-valid", SG_AUTO_PAD_VALID, "[1,7,7,8]"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    SgConvAttrs attrs = { .group = 1, .window = {.stride = {2, 2}, .auto_pad =
        rows[i].auto_pad}
    };

    CHECK (rows[i].name, "f32[1,5,17,19] f32[7,5,4,4]! f32[7]!", CHECK_SUM,
        .attrs = &attrs, .expect = rows[i].expect);
  }
}

static void
check_other_ranks (Check * check)
{
  CHECK ("1d", "f32[2,5,19] f32[7,5,3]! f32[7]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1,
          .window = {.pad_begin = {1}, .pad_end = {1}}), .expect = "[2,7,19]");
  CHECK ("3d", "f32[1,3,5,7,9] f32[4,3,3,3,3]! f32[4]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1,
          .window = {.pad_begin = {1, 1, 1}, .pad_end = {1, 1, 1}}),
      .expect = "[1,4,5,7,9]");
  CHECK ("f16", "f16[1,3,5,7] f16[4,3,3,3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1));
  CHECK ("kernel-too-large", "f32[1,3,5,7] f32[4,3,9,9]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1), .flags = CHECK_REFUSED);
  CHECK ("wrong-channels", "f32[1,3,5,7] f32[4,5,3,3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1), .flags = CHECK_REFUSED);
  CHECK ("wrong-group", "f32[1,4,5,7] f32[4,2,3,3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 3), .flags = CHECK_REFUSED);
  CHECK ("wrong-bias", "f32[1,3,5,7] f32[4,3,3,3]! f32[3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1), .flags = CHECK_REFUSED);
  CHECK ("negative-stride", "f32[1,3,5,7] f32[4,3,3,3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1, .window = {.stride = {-1, 1}}),
      .flags = CHECK_REFUSED);
  CHECK ("huge-pad", "f32[1,3,5,7] f32[4,3,3,3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1,
          .window = {.pad_begin = {G_MAXINT64 - 2, 0}}),
      .flags = CHECK_REFUSED);
}

/* --- fused ---------------------------------------------------------------- */

typedef struct
{
  const gchar *name, *inputs;
  SgConvAttrs attrs;
  guint n_outputs;
  CheckClass tolerance;
  const gchar *expect;
} Fused;

#define PADS(n) .pad_begin = {n, n}, .pad_end = {n, n}
#define RELU {SG_ACTIVATION_RELU}
#define X "f32[1,8,17,19] f32[16,8,3,3]! f32[16]! "

/* *INDENT-OFF* */
static const Fused fused[] = {
  {"reflect", X, {.group = 1, .window = {PADS (1)},
      .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD, "[1,16,17,19]"},
  {"edge", X, {.group = 1, .window = {PADS (1)}, .pad_mode = SG_PAD_EDGE}, 1,
      CHECK_WINOGRAD, NULL},
  {"wrap", X, {.group = 1, .window = {PADS (1)}, .pad_mode = SG_PAD_WRAP}, 1,
      CHECK_WINOGRAD, NULL},
  {"reflect-9x9", "f32[1,3,23,29] f32[16,3,9,9]!", {.group = 1,
      .window = {PADS (4)}, .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD,
      "[1,16,23,29]"},
  {"reflect-9x9-last", "f32[1,16,23,29] f32[3,16,9,9]! f32[3]!", {.group = 1,
      .window = {PADS (4)}, .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD,
      "[1,3,23,29]"},
  {"reflect-to-the-limit", "f32[1,3,5,5] f32[4,3,9,9]!", {.group = 1,
      .window = {PADS (4)}, .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD,
      "[1,4,5,5]"},
  {"reflect-stride-2", X, {.group = 1, .window = {PADS (1),
      .stride = {2, 2}}, .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD,
      "[1,16,9,10]"},
  {"reflect-asymmetric", X, {.group = 1, .window = {.pad_begin = {0, 2},
      .pad_end = {2, 1}}, .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD,
      NULL},
  {"reflect-depthwise", "f32[1,16,17,19] f32[16,1,3,3]!", {.group = 16,
      .window = {PADS (1)}, .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD,
      NULL},
  {"reflect-depthwise-5x5", "f32[1,5,13,35] f32[5,1,5,5]! f32[5]!",
      {.group = 5, .window = {PADS (4), .dilation = {2, 2}},
      .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD, "[1,5,13,35]"},
  {"edge-depthwise-stride-2", "f32[1,5,13,37] f32[5,1,3,3]!", {.group = 5,
      .window = {PADS (1), .stride = {2, 2}}, .pad_mode = SG_PAD_EDGE}, 2,
      CHECK_WINOGRAD, NULL},
  {"upsample-depthwise", "f32[1,5,7,19] f32[5,1,3,3]!", {.group = 5,
      .window = {PADS (1)}, .upsample = 2, .pad_mode = SG_PAD_EDGE}, 1,
      CHECK_WINOGRAD, NULL},
  {"upsample", X, {.group = 1, .window = {PADS (1)}, .upsample = 2}, 1,
      CHECK_WINOGRAD, "[1,16,34,38]"},
  {"upsample-reflect", X, {.group = 1, .window = {PADS (1)}, .upsample = 2,
      .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD, "[1,16,34,38]"},
  {"upsample-edge", X, {.group = 1, .window = {PADS (1)}, .upsample = 2,
      .pad_mode = SG_PAD_EDGE}, 1, CHECK_WINOGRAD, "[1,16,34,38]"},
  {"upsample-wrap", X, {.group = 1, .window = {PADS (1)}, .upsample = 2,
      .pad_mode = SG_PAD_WRAP}, 1, CHECK_WINOGRAD, "[1,16,34,38]"},
  {"upsample-asymmetric", X, {.group = 1, .window = {.pad_begin = {0, 1},
      .pad_end = {2, 0}}, .upsample = 2}, 1, CHECK_WINOGRAD, NULL},
  {"upsample-stride-2", X, {.group = 1, .window = {PADS (1),
      .stride = {2, 2}}, .upsample = 2, .pad_mode = SG_PAD_REFLECT}, 1,
      CHECK_WINOGRAD, "[1,16,17,19]"},
  {"upsample-5x5", "f32[1,5,7,9] f32[7,5,5,5]! f32[7]!", {.group = 1,
      .window = {PADS (2)}, .upsample = 2}, 1, CHECK_WINOGRAD,
      "[1,7,14,18]"},
  {"upsample-moments", "f32[2,20,7,9] f32[18,20,3,3]! f32[18]!", {.group = 1,
      .window = {PADS (1)}, .upsample = 2, .pad_mode = SG_PAD_REFLECT}, 2,
      CHECK_WINOGRAD, NULL},
  {"upsample-grouped", "f32[1,6,7,9] f32[9,2,3,3]! f32[9]!", {.group = 3,
      .window = {PADS (1)}, .upsample = 2, .pad_mode = SG_PAD_EDGE}, 1,
      CHECK_WINOGRAD, NULL},
  {"upsample-computed-weights", "f32[1,8,7,9] f32[16,8,3,3]", {.group = 1,
      .window = {PADS (1)}, .upsample = 2, .pad_mode = SG_PAD_REFLECT}, 1,
      CHECK_WINOGRAD, NULL},
  {"upsample-3", "f32[1,5,7,9] f32[7,5,3,3]!", {.group = 1,
      .window = {PADS (1)}, .upsample = 3, .pad_mode = SG_PAD_REFLECT}, 1,
      CHECK_WINOGRAD, "[1,7,21,27]"},
  {"upsample-4-9x9", "f32[1,5,7,9] f32[3,5,9,9]!", {.group = 1,
      .window = {PADS (4)}, .upsample = 4, .pad_mode = SG_PAD_REFLECT}, 1,
      CHECK_WINOGRAD, "[1,3,28,36]"},
  {"upsample-1x1", "f32[1,8,7,9] f32[16,8,1,1]!", {.group = 1,
      .upsample = 2}, 1, CHECK_WINOGRAD, "[1,16,14,18]"},
  {"upsample-scale-shift", X "f32[1,2,8]", {.group = 1, .window = {PADS (1)},
      .upsample = 2, .pad_mode = SG_PAD_REFLECT,
      .input_activation = RELU}, 1, CHECK_WINOGRAD, NULL},
  {"scale-shift", X "f32[1,2,8]", {.group = 1, .window = {PADS (1)}}, 1,
      CHECK_WINOGRAD, NULL},
  /* zeros are padded after the shift, not before */
  {"scale-shift-relu", X "f32[1,2,8]", {.group = 1, .window = {PADS (1)},
      .input_activation = RELU}, 1, CHECK_WINOGRAD, NULL},
  {"scale-shift-1x1", "f32[1,8,17,19] f32[16,8,1,1]! - f32[1,2,8]",
      {.group = 1, .input_activation = RELU}, 1, CHECK_WINOGRAD, NULL},
  {"scale-shift-stride-2", X "f32[1,2,8]", {.group = 1, .window = {PADS (1),
      .stride = {2, 2}}, .input_activation = RELU,
      .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD, NULL},
  {"scale-shift-batch", "f32[2,8,9,11] f32[16,8,3,3]! f32[16]! f32[2,2,8]",
      {.group = 1, .window = {PADS (1)}, .input_activation = RELU}, 1,
      CHECK_WINOGRAD, NULL},
  {"scale-shift-depthwise", "f32[1,13,17,19] f32[13,1,3,3]! - f32[1,2,13]",
      {.group = 13, .window = {PADS (1)}, .input_activation = RELU}, 1,
      CHECK_WINOGRAD, NULL},
  {"scale-shift-17-channels", "f32[1,17,9,11] f32[13,17,3,3]! - f32[1,2,17]",
      {.group = 1, .window = {PADS (1)}, .input_activation = RELU}, 1,
      CHECK_WINOGRAD, NULL},
  {"scale-shift-tanh", X "f32[1,2,8]", {.group = 1, .window = {PADS (1)},
      .input_activation = {SG_ACTIVATION_TANH}}, 1, CHECK_WINOGRAD, NULL},
  {"input-relu", X, {.group = 1, .window = {PADS (1)},
      .input_activation = RELU}, 1, CHECK_WINOGRAD, NULL},
  {"input-leaky", X, {.group = 1, .window = {PADS (1)},
      .input_activation = {SG_ACTIVATION_LEAKY_RELU, 0.2f}}, 1,
      CHECK_WINOGRAD, NULL},
  {"relu", X, {.group = 1, .window = {PADS (1)}, .activation = RELU}, 1,
      CHECK_WINOGRAD, NULL},
  {"leaky", X, {.group = 1, .window = {PADS (1)},
      .activation = {SG_ACTIVATION_LEAKY_RELU, 0.2f}}, 1, CHECK_WINOGRAD,
      NULL},
  {"clip", X, {.group = 1, .window = {PADS (1)},
      .activation = {SG_ACTIVATION_CLIP, -0.5f, 0.75f}}, 1, CHECK_WINOGRAD,
      NULL},
  {"tanh", X, {.group = 1, .window = {PADS (1)},
      .activation = {SG_ACTIVATION_TANH}}, 1, CHECK_WINOGRAD, NULL},
  {"sigmoid", X, {.group = 1, .window = {PADS (1)},
      .activation = {SG_ACTIVATION_SIGMOID}}, 1, CHECK_WINOGRAD, NULL},
  {"relu-depthwise", "f32[1,13,17,19] f32[13,1,3,3]! f32[13]!",
      {.group = 13, .window = {PADS (1)}, .activation = RELU}, 1,
      CHECK_WINOGRAD, NULL},
  {"residual", X "- f32[1,16,17,19]", {.group = 1, .window = {PADS (1)}}, 1,
      CHECK_WINOGRAD, NULL},
  {"residual-relu", X "- f32[1,16,17,19]", {.group = 1, .window = {PADS (1)},
      .activation = RELU}, 1, CHECK_WINOGRAD, NULL},
  {"moments", X, {.group = 1, .window = {PADS (1)}}, 2, CHECK_WINOGRAD,
      "[1,16,17,19] [1,16,2]"},
  {"moments-no-bias", "f32[1,8,17,19] f32[16,8,3,3]!", {.group = 1,
      .window = {PADS (1)}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-9x9", "f32[1,3,23,29] f32[16,3,9,9]! f32[16]!", {.group = 1,
      .window = {PADS (4)}, .pad_mode = SG_PAD_REFLECT}, 2, CHECK_WINOGRAD,
      NULL},
  {"moments-17-channels", "f32[1,8,17,19] f32[17,8,3,3]! f32[17]!",
      {.group = 1, .window = {PADS (1)}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-many-bands", "f32[1,8,131,37] f32[8,8,3,3]! f32[8]!",
      {.group = 1, .window = {PADS (1)}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-depthwise", "f32[1,13,17,19] f32[13,1,3,3]! f32[13]!",
      {.group = 13, .window = {PADS (1)}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-depthwise-wide", "f32[1,2,15,1101] f32[2,1,3,3]! f32[2]!",
      {.group = 2, .window = {PADS (1)}, .pad_mode = SG_PAD_REFLECT}, 2,
      CHECK_WINOGRAD, NULL},
  {"moments-depthwise-fused", "f32[2,5,23,37] f32[5,1,5,5]! f32[5]! f32[2,2,5] "
      "f32[2,5,23,37]", {.group = 5, .window = {PADS (2)},
      .pad_mode = SG_PAD_EDGE, .input_activation = RELU,
      .activation = {SG_ACTIVATION_LEAKY_RELU, 0.2f}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-depthwise-sigmoid", "f32[1,5,13,37] f32[5,1,3,3]! f32[5]! - "
      "f32[1,5,13,37]", {.group = 5, .window = {PADS (1)},
      .activation = {SG_ACTIVATION_SIGMOID}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-batch", "f32[2,8,9,11] f32[16,8,3,3]! f32[16]!", {.group = 1,
      .window = {PADS (1)}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-pixel", "f32[1,8,1,1] f32[16,8,1,1]!", {.group = 1}, 2,
      CHECK_WINOGRAD, NULL},
  {"moments-1x1-fused", "f32[2,13,37,43] f32[17,13,1,1]! f32[17]! "
      "f32[2,2,13] f32[2,17,37,43]", {.group = 1, .input_activation = RELU,
      .activation = {SG_ACTIVATION_LEAKY_RELU, 0.2f}}, 2, CHECK_WINOGRAD,
      NULL},
  {"moments-1x1-sigmoid", "f32[1,20,9,37] f32[14,20,1,1]! f32[14]! - "
      "f32[1,14,9,37]", {.group = 1, .activation = {SG_ACTIVATION_SIGMOID}},
      2, CHECK_WINOGRAD, NULL},
  {"moments-1x1-large", "f32[1,3,89,601] f32[5,3,1,1]! f32[5]! f32[1,2,3]",
      {.group = 1, .input_activation = {SG_ACTIVATION_CLIP, -0.5f, 0.5f}}, 2,
      CHECK_WINOGRAD, NULL},
  {"moments-9x9-last", "f32[1,18,23,37] f32[3,18,9,9]! f32[3]! f32[1,2,18]",
      {.group = 1, .window = {PADS (4)}, .pad_mode = SG_PAD_REFLECT,
      .input_activation = RELU}, 2, CHECK_WINOGRAD, NULL},
  {"moments-grouped", "f32[2,6,9,11] f32[10,3,3,3]! f32[10]!", {.group = 2,
      .window = {PADS (1)}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-relu", X, {.group = 1, .window = {PADS (1)}, .activation = RELU},
      2, CHECK_WINOGRAD, NULL},
  {"moments-residual", X "- f32[1,16,17,19]", {.group = 1,
      .window = {PADS (1)}}, 2, CHECK_WINOGRAD, NULL},
  {"moments-stride-2", X, {.group = 1, .window = {PADS (1),
      .stride = {2, 2}}, .pad_mode = SG_PAD_REFLECT}, 2, CHECK_WINOGRAD,
      NULL},
  {"shuffle-dcr", X, {.group = 1, .window = {PADS (1)}, .shuffle = 2}, 1,
      CHECK_WINOGRAD, "[1,4,34,38]"},
  {"shuffle-crd", X, {.group = 1, .window = {PADS (1)}, .shuffle = 2,
      .shuffle_crd = TRUE}, 1, CHECK_WINOGRAD, "[1,4,34,38]"},
  {"shuffle-upsample", X, {.group = 1, .window = {PADS (1)}, .shuffle = 2,
      .upsample = 2, .pad_mode = SG_PAD_REFLECT}, 1, CHECK_WINOGRAD,
      "[1,4,68,76]"},
  {"shuffle-3", "f32[1,8,9,11] f32[27,8,3,3]! f32[27]!", {.group = 1,
      .window = {PADS (1)}, .shuffle = 3, .shuffle_crd = TRUE,
      .activation = RELU}, 1, CHECK_WINOGRAD, "[1,3,27,33]"},
  {"shuffle-4-tanh", "f32[1,8,9,11] f32[48,8,3,3]! f32[48]!", {.group = 1,
      .window = {PADS (1)}, .shuffle = 4, .shuffle_crd = TRUE,
      .activation = {SG_ACTIVATION_TANH}}, 1, CHECK_WINOGRAD,
      "[1,3,36,44]"},
  /* the other forms of Winograd's algorithm */
  {"dilation-2-reflect", "f32[2,13,37,43] f32[14,13,3,3]! f32[14]! "
      "f32[2,2,13]", {.group = 1, .window = {PADS (2), .dilation = {2, 2}},
      .pad_mode = SG_PAD_REFLECT, .input_activation = RELU}, 2,
      CHECK_WINOGRAD, "[2,14,37,43] [2,14,2]"},
  {"dilation-2-asymmetric", "f32[1,16,23,19] f32[7,16,3,3]! - - "
      "f32[1,7,25,18]", {.group = 1, .window = {.dilation = {2, 2},
      .pad_begin = {1, 3}, .pad_end = {5, 0}},
      .activation = {SG_ACTIVATION_LEAKY_RELU, 0.2f}}, 2, CHECK_WINOGRAD,
      NULL},
  {"dilation-4-edge", "f32[1,13,41,83] f32[6,13,3,3]! f32[6]! f32[1,2,13]",
      {.group = 1, .window = {PADS (4), .dilation = {4, 4}},
      .pad_mode = SG_PAD_EDGE,
      .input_activation = {SG_ACTIVATION_LEAKY_RELU, 0.2f}}, 2,
      CHECK_WINOGRAD, NULL},
  {"stride-2-moments", "f32[2,13,35,43] f32[17,13,3,3]! f32[17]! "
      "f32[2,2,13]", {.group = 1, .window = {PADS (1), .stride = {2, 2}},
      .pad_mode = SG_PAD_REFLECT, .input_activation = RELU}, 2,
      CHECK_WINOGRAD, "[2,17,18,22] [2,17,2]"},
  {"stride-2-asymmetric", "f32[1,16,36,130] f32[8,16,3,3]! - - "
      "f32[1,8,18,65]", {.group = 1, .window = {.pad_end = {1, 1},
      .stride = {2, 2}}, .activation = RELU}, 1, CHECK_WINOGRAD, NULL},
  {"upsample-3-channels", "f32[2,9,17,43] f32[3,9,3,3]! f32[3]! "
      "f32[2,2,9]", {.group = 1, .window = {PADS (1)}, .upsample = 2,
      .pad_mode = SG_PAD_REFLECT, .input_activation = RELU}, 2,
      CHECK_WINOGRAD, "[2,3,34,86] [2,3,2]"},
  {"upsample-odd-pads", "f32[1,13,9,11] f32[5,13,3,3]! f32[5]!", {.group = 1,
      .window = {.pad_begin = {3, 1}, .pad_end = {0, 2}}, .upsample = 2}, 1,
      CHECK_WINOGRAD, NULL},
  {"upsample-even-pads", "f32[1,13,9,11] f32[5,13,3,3]! f32[5]!",
      {.group = 1, .window = {.pad_begin = {2, 0}, .pad_end = {0, 2}},
      .upsample = 2, .pad_mode = SG_PAD_EDGE}, 1, CHECK_WINOGRAD, NULL},
  /* all at once */
  {"everything", X "f32[1,2,8] f32[1,16,34,38]", {.group = 1,
      .window = {PADS (1)}, .upsample = 2, .pad_mode = SG_PAD_REFLECT,
      .input_activation = RELU,
      .activation = {SG_ACTIVATION_LEAKY_RELU, 0.1f}}, 2, CHECK_WINOGRAD,
      NULL},
  {"everything-64", "f32[1,64,9,35] f32[64,64,3,3]! f32[64]! f32[1,2,64] "
      "f32[1,64,9,35]", {.group = 1, .window = {PADS (1)},
      .pad_mode = SG_PAD_REFLECT, .input_activation = RELU}, 2,
      CHECK_WINOGRAD, NULL},
};
/* *INDENT-ON* */

/* Bounded functions hide how large what they are given was, and with it what
 * its rounding may cost. */
static guint
fused_flags (const SgActivation * activation)
{
  return activation->kind == SG_ACTIVATION_TANH
      || activation->kind == SG_ACTIVATION_SIGMOID
      || activation->kind == SG_ACTIVATION_CLIP ? CHECK_ONLY_RANDOM : 0;
}

static void
check_fused_forms (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (fused); i++)
    CHECK (fused[i].name, fused[i].inputs, fused[i].tolerance,
        .attrs = &fused[i].attrs, .n_outputs = fused[i].n_outputs,
        .expect = fused[i].expect,
        .flags = fused_flags (&fused[i].attrs.activation));
  CHECK ("reflect-too-far", "f32[1,3,4,9] f32[4,3,9,9]!", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1, .window = {PADS (4)},
          .pad_mode = SG_PAD_REFLECT), .flags = CHECK_REFUSED);
  CHECK ("shuffle-does-not-divide", X, CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1, .shuffle = 3),
      .flags = CHECK_REFUSED);
  CHECK ("wrong-residual", X "- f32[1,16,17,18]", CHECK_SUM,
      .attrs = ATTRS (SgConvAttrs, .group = 1, .window = {PADS (1)}),
      .flags = CHECK_REFUSED);
}

static void
bench_layers (Check * check)
{
  /* the layers of johnson, small and nano, at a quarter of 640x360 */
  static const Plain rows[] = {
    {"bench-9x9-3-32", "f32[1,3,90,160] f32[32,3,9,9]! f32[32]!", 1, 1, 4, 4,
        4, 4, 1},
    {"bench-9x9-32-3", "f32[1,32,90,160] f32[3,32,9,9]! f32[3]!", 1, 1, 4, 4,
        4, 4, 1},
    {"bench-3x3-32-32", "f32[1,32,90,160] f32[32,32,3,3]! f32[32]!", 1, 1, 1,
        1, 1, 1, 1},
    {"bench-3x3-64-128-s2", "f32[1,64,90,160] f32[128,64,3,3]! f32[128]!", 2,
        1, 1, 1, 1, 1, 1},
    {"bench-3x3-128-128", "f32[1,128,45,80] f32[128,128,3,3]! f32[128]!", 1,
        1, 1, 1, 1, 1, 1},
    {"bench-1x1-32-64", "f32[1,32,90,160] f32[64,32,1,1]! f32[64]!", 1, 1, 0,
        0, 0, 0, 1},
    {"bench-depthwise-32", "f32[1,32,180,320] f32[32,1,3,3]! f32[32]!", 1, 1,
        1, 1, 1, 1, 32},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    SgConvAttrs attrs = conv_attrs (&rows[i]);

    BENCH (rows[i].name, rows[i].inputs, CHECK_SUM, .attrs = &attrs);
  }
}

void
check_conv (Check * check)
{
  check_plain (check);
  check_auto_pad (check);
  check_other_ranks (check);
  check_fused_forms (check);
  bench_layers (check);
}
