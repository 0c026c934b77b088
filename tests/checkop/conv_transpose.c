/* gst-stylegan: checkop, ConvTranspose and what is fused into it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv.h"
#include "checkop.h"

#define S2 .stride = {2, 2}
#define PADS(n) .pad_begin = {n, n}, .pad_end = {n, n}
#define RELU {SG_ACTIVATION_RELU}
#define X "f32[1,16,9,11] f32[16,8,3,3]! f32[8]! "

/* *INDENT-OFF* */
static const struct
{
  const gchar *name, *inputs;
  SgConvTransposeAttrs attrs;
  guint n_outputs;
  const gchar *expect;
} rows[] = {
  {"3x3-stride-2", X, {{S2, PADS (1)}, 1, .output_padding = {1, 1}}, 1,
      "[1,8,18,22]"},
  {"3x3-stride-2-valid", X, {{S2}, 1}, 1, "[1,8,19,23]"},
  {"4x4-stride-2", "f32[1,16,9,11] f32[16,8,4,4]! f32[8]!", {{S2, PADS (1)},
      1}, 1, "[1,8,18,22]"},
  {"2x2-stride-2", "f32[1,16,9,11] f32[16,8,2,2]! f32[8]!", {{S2}, 1}, 1,
      "[1,8,18,22]"},
  {"stride-1", X, {{PADS (1)}, 1}, 1, "[1,8,9,11]"},
  {"stride-1-9x9", "f32[1,16,11,13] f32[16,3,9,9]! f32[3]!", {{PADS (4)}, 1},
      1, "[1,3,11,13]"},
  {"stride-3", X, {{.stride = {3, 3}}, 1}, 1, "[1,8,27,33]"},
  {"stride-beyond-kernel", "f32[1,5,7,9] f32[5,4,2,2]!", {{.stride = {3,
      3}}, 1}, 1, NULL},
  {"strides-2-1", X, {{.stride = {2, 1}, PADS (1)}, 1}, 1, "[1,8,17,11]"},
  /* as in fst_wave */
  {"asymmetric", X, {{S2, .pad_end = {1, 1}}, 1}, 1, "[1,8,18,22]"},
  {"asymmetric-begin", X, {{S2, .pad_begin = {1, 1}}, 1}, 1, "[1,8,18,22]"},
  {"dilation", X, {{.dilation = {2, 2}}, 1}, 1, "[1,8,13,15]"},
  {"dilation-wide", "f32[2,13,21,43] f32[13,14,3,3]! f32[14]!",
      {{.dilation = {2, 2}, PADS (2)}, 1}, 2, NULL},
  {"stride-2-dilation-2", X, {{S2, .dilation = {2, 2}}, 1}, 1, "[1,8,21,25]"},
  {"stride-2-dilation-3", X, {{S2, PADS (1), .dilation = {3, 3}}, 1}, 1,
      "[1,8,21,25]"},
  {"stride-4-dilation-6", "f32[1,5,7,9] f32[5,4,3,5]! f32[4]!",
      {{.stride = {4, 3}, PADS (2), .dilation = {6, 2}}, 1}, 1, NULL},
  {"stride-4-9x9-moments", "f32[2,6,5,7] f32[6,9,9,9]! f32[9]!",
      {{.stride = {4, 4}, PADS (3)}, 1}, 2, NULL},
  {"stride-9", "f32[1,5,4,3] f32[5,4,9,9]! f32[4]!", {{.stride = {9, 9}}, 1},
      1, "[1,4,36,27]"},
  {"output-shape", X, {{S2, .auto_pad = SG_AUTO_PAD_SAME_UPPER}, 1,
      .output_shape = {18, 22}}, 1, "[1,8,18,22]"},
  /* as in winml_candy */
  {"output-shape-valid", X, {{S2, .auto_pad = SG_AUTO_PAD_VALID}, 1,
      .output_shape = {19, 23}}, 1, "[1,8,19,23]"},
  {"same-upper", X, {{S2, .auto_pad = SG_AUTO_PAD_SAME_UPPER}, 1}, 1,
      "[1,8,18,22]"},
  {"same-lower", X, {{S2, .auto_pad = SG_AUTO_PAD_SAME_LOWER}, 1}, 1,
      "[1,8,18,22]"},
  {"odd-channels", "f32[1,13,7,9] f32[13,5,3,3]! f32[5]!", {{S2, PADS (1)},
      1, .output_padding = {1, 1}}, 1, "[1,5,14,18]"},
  {"64-to-32", "f32[1,64,7,19] f32[64,32,3,3]! f32[32]!", {{S2, PADS (1)}, 1,
      .output_padding = {1, 1}}, 1, NULL},
  {"1-to-1", "f32[1,1,7,9] f32[1,1,3,3]!", {{S2}, 1}, 1, NULL},
  {"pixel", "f32[1,4,1,1] f32[4,3,3,3]! f32[3]!", {{S2}, 1}, 1,
      "[1,3,3,3]"},
  {"batch", "f32[2,5,7,9] f32[5,4,3,3]! f32[4]!", {{S2, PADS (1)}, 1}, 1,
      "[2,4,13,17]"},
  {"grouped", "f32[1,12,7,9] f32[12,2,3,3]! f32[6]!", {{S2}, 3}, 1,
      "[1,6,15,19]"},
  {"depthwise", "f32[1,8,7,9] f32[8,1,4,4]!", {{S2, PADS (1)}, 8}, 1,
      "[1,8,14,18]"},
  {"no-bias", "f32[1,16,9,11] f32[16,8,3,3]!", {{S2, PADS (1)}, 1}, 1, NULL},
  {"computed-weights", "f32[1,16,5,7] f32[16,8,3,3] f32[8]", {{S2}, 1}, 1,
      NULL},
  {"many-bands", "f32[1,8,67,19] f32[8,8,3,3]! f32[8]!", {{S2, PADS (1)}, 1,
      .output_padding = {1, 1}}, 1, NULL},
  {"1d", "f32[1,5,9] f32[5,4,3]! f32[4]!", {{.stride = {2}}, 1}, 1,
      "[1,4,19]"},
  {"3d", "f32[1,3,3,4,5] f32[3,2,2,2,2]!", {{.stride = {2, 2, 2}}, 1}, 1,
      "[1,2,6,8,10]"},
  /* fused */
  {"relu", X, {{S2, PADS (1)}, 1, .output_padding = {1, 1},
      .activation = RELU}, 1, NULL},
  {"tanh", X, {{S2, PADS (1)}, 1, .output_padding = {1, 1},
      .activation = {SG_ACTIVATION_TANH}}, 1, NULL},
  {"input-relu", X, {{S2, PADS (1)}, 1, .output_padding = {1, 1},
      .input_activation = RELU}, 1, NULL},
  {"scale-shift-relu", X "f32[1,2,16]", {{S2, PADS (1)}, 1,
      .output_padding = {1, 1}, .input_activation = RELU}, 1, NULL},
  {"scale-shift-batch", "f32[2,5,7,9] f32[5,4,3,3]! - f32[2,2,5]", {{S2}, 1,
      .input_activation = RELU}, 1, NULL},
  {"residual-relu", X "- f32[1,8,18,22]", {{S2, PADS (1)}, 1,
      .output_padding = {1, 1}, .activation = RELU}, 1, NULL},
  {"moments", X, {{S2, PADS (1)}, 1, .output_padding = {1, 1}}, 2,
      "[1,8,18,22] [1,8,2]"},
  {"moments-17-channels", "f32[1,5,9,11] f32[5,17,3,3]! f32[17]!", {{S2}, 1},
      2, NULL},
  {"everything", X "f32[1,2,16] f32[1,8,18,22]", {{S2, PADS (1)}, 1,
      .output_padding = {1, 1}, .input_activation = RELU,
      .activation = {SG_ACTIVATION_LEAKY_RELU, 0.1f}}, 2, NULL},
};
/* *INDENT-ON* */

/* See conv.c. */
static guint
fused_flags (const SgActivation * activation)
{
  return activation->kind == SG_ACTIVATION_TANH ? CHECK_ONLY_RANDOM : 0;
}

void
check_conv_transpose (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    CHECK (rows[i].name, rows[i].inputs, CHECK_WINOGRAD,
        .attrs = &rows[i].attrs, .n_outputs = rows[i].n_outputs,
        .expect = rows[i].expect,
        .flags = fused_flags (&rows[i].attrs.activation));
  CHECK ("wrong-channels", "f32[1,3,5,7] f32[4,5,3,3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvTransposeAttrs, .group = 1),
      .flags = CHECK_REFUSED);
  CHECK ("nothing-left", "f32[1,3,1,1] f32[3,4,3,3]!", CHECK_SUM,
      .attrs = ATTRS (SgConvTransposeAttrs, .group = 1, .window = {PADS (4)}),
      .flags = CHECK_REFUSED);
  BENCH ("bench-3x3-64-32", "f32[1,64,45,80] f32[64,32,3,3]! f32[32]!",
      CHECK_SUM,
      .attrs = ATTRS (SgConvTransposeAttrs, .group = 1,
          .window = {S2, PADS (1)}, .output_padding = {1, 1}));
}
