/* gst-stylegan: checkop, normalisation's second half
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/normalize.h"
#include "checkop.h"

void
check_scale_shift (Check * check)
{
  static const struct
  {
    const gchar *name;
    SgActivation activation;
    CheckClass tolerance;
  } rows[] = {
    {"plain", {SG_ACTIVATION_NONE}, CHECK_ROUNDED},
    {"relu", {SG_ACTIVATION_RELU}, CHECK_ROUNDED},
    {"leaky-relu", {SG_ACTIVATION_LEAKY_RELU, 0.2f}, CHECK_ROUNDED},
    {"clip", {SG_ACTIVATION_CLIP, -0.1f, 0.6f}, CHECK_ROUNDED},
    {"tanh", {SG_ACTIVATION_TANH}, CHECK_FUNCTION},
    {"sigmoid", {SG_ACTIVATION_SIGMOID}, CHECK_FUNCTION},
  };
  static const struct
  {
    const gchar *name, *inputs;
  } shapes[] = {
    {"", "f32[1,3,17,19] f32[1,2,3]"},
    {"-constant", "f32[1,3,17,19] f32[1,2,3]!"},
    {"-residual", "f32[1,3,17,19] f32[1,2,3] f32[1,3,17,19]"},
    {"-batch", "f32[2,5,7,9] f32[2,2,5]"},
    {"-shared", "f32[2,5,7,9] f32[1,2,5]!"},
    {"-large", "f32[1,16,67,71] f32[1,2,16] f32[1,16,67,71]"},
    {"-1x1", "f32[1,7,1,1] f32[1,2,7]"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (shapes); k++) {
      g_autofree gchar *name = g_strconcat (rows[i].name, shapes[k].name,
          NULL);

      CHECK (name, shapes[k].inputs, rows[i].tolerance,
          .attrs = ATTRS (SgScaleShiftAttrs,
              .activation = rows[i].activation));
    }
  }
  CHECK ("wrong-channels", "f32[1,3,17,19] f32[1,2,4]", CHECK_ROUNDED,
      .attrs = ATTRS (SgScaleShiftAttrs, .activation = {0}),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320] f32[1,2,32] f32[1,32,180,320]",
      CHECK_ROUNDED,
      .attrs = ATTRS (SgScaleShiftAttrs, .activation = {SG_ACTIVATION_RELU}));
}
