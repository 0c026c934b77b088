/* gst-stylegan: checkop, how much of the style goes into a frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/compose.h"
#include "checkop.h"

#define RGB ATTRS (SgComposeAttrs, {0, 1, 2})
#define BGR ATTRS (SgComposeAttrs, {2, 1, 0})

void
check_compose (Check * check)
{
  static const struct
  {
    const gchar *name, *parameters;
    CheckClass class;
  } rows[] = {
    {"", "f32{0.3,0}", CHECK_SUM},
    {"-off", "f32{0,0.5}", CHECK_EXACT},
    {"-all", "f32{1,0}", CHECK_EXACT},
    {"-colors", "f32{1,1}", CHECK_SUM},
    {"-some-colors", "f32{0.7,0.4}", CHECK_SUM},
    {"-beyond", "f32{7,-3}", CHECK_EXACT},
    {"-nan", "f32{nan,nan}", CHECK_EXACT},
  };
  static const struct
  {
    const gchar *name, *inputs, *mask;
    gboolean bgr;
  } shapes[] = {
    {"rgb", "f32[1,3,33,41]@0:255 f32[1,3,33,41]@0:255 ", ""},
    {"bgr", "f32[1,3,16,36]@0:1 f32[1,3,16,36]@0:1 ", "", TRUE},
    {"gray", "f32[1,1,17,70]@0:1 f32[1,1,17,70]@0:1 ", ""},
    {"masked", "f32[1,3,35,67]@0:1 f32[1,3,35,67]@0:1 ",
        " f32[1,1,35,67]@-0.5:1.5"},
    {"masked-whole", "f32[1,3,24,40]@-1:1 f32[1,3,24,40]@-1:1 ",
        " f32[1,1,24,40]@-0.5:1.5"},
    {"masked-gray", "f32[1,1,5,1025]@0:9 f32[1,1,5,1025]@0:9 ",
        " f32[1,1,5,1025]@0:1"},
    {"tiny", "f32[1,3,1,1] f32[1,3,1,1] ", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++) {
      g_autofree gchar *name = g_strconcat (shapes[i].name, rows[k].name,
          NULL);
      g_autofree gchar *inputs = g_strconcat (shapes[i].inputs,
          rows[k].parameters, shapes[i].mask, NULL);

      CHECK (name, inputs, *shapes[i].mask ? CHECK_SUM : rows[k].class,
          .attrs = shapes[i].bgr ? BGR : RGB);
    }
  CHECK ("channels", "f32[1,2,33,41] f32[1,2,33,41] f32[2]", CHECK_SUM,
      .attrs = RGB, .flags = CHECK_REFUSED);
  CHECK ("sizes", "f32[1,3,33,41] f32[1,3,33,40] f32[2]", CHECK_SUM,
      .attrs = RGB, .flags = CHECK_REFUSED);
  CHECK ("mask", "f32[1,3,33,41] f32[1,3,33,41] f32[2] f32[1,3,33,41]",
      CHECK_SUM, .attrs = RGB, .flags = CHECK_REFUSED);
  CHECK ("parameters", "f32[1,3,33,41] f32[1,3,33,41] f32[3]", CHECK_SUM,
      .attrs = RGB, .flags = CHECK_REFUSED);
  CHECK ("order", "f32[1,3,33,41] f32[1,3,33,41] f32[2]", CHECK_SUM,
      .attrs = ATTRS (SgComposeAttrs, {0, 1, 1}), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,3,360,640]@0:255 f32[1,3,360,640]@0:255 "
      "f32{0.5,0.5} f32[1,1,360,640]@0:1", CHECK_SUM, .attrs = RGB);
  BENCH ("bench-neutral", "f32[1,3,360,640]@0:255 f32[1,3,360,640]@0:255 "
      "f32{1,0}", CHECK_SUM, .attrs = RGB);
}
