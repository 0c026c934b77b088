/* gst-stylegan: checkop, the past mixed in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "checkop.h"

#define BLEND(...) ATTRS (SgTemporalBlendAttrs, __VA_ARGS__)

void
check_temporal_blend (Check * check)
{
  static const struct
  {
    const gchar *name, *scene;
  } rows[] = {
    {"", "f32{1,0,0,1,0,9,0,0}"},
    {"-weak", "f32{0.3,0,0,1,0,9,0,0}"},
    {"-off", "f32{0,0,0,1,0,9,0,0}"},
    {"-restart", "f32{1,1,0,1,0,9,0,0}"},
    {"-hold", "f32{1,1,1,1,0,9,0,0}"},
  };
  static const struct
  {
    const gchar *name, *inputs;
  } shapes[] = {
    {"rgb", "f32[1,3,33,41]@0:255 f32[1,4,33,41]@0:255 f32[1,1,33,41]@0:1 "
          "f32[1,4,33,41]@0:255 "},
    {"gray", "f32[1,1,17,70]@0:1 f32[1,2,17,70]@0:9 f32[1,1,17,70]@0:1 "
          "f32[1,2,17,70]@0:9 "},
    {"trusted", "f32[1,3,35,67]@0:1 f32[1,4,35,67]@0:2 f32[1,1,35,67]@0.9:1 "
          "f32[1,4,35,67]@0:1 "},
    {"tiny", "f32[1,3,1,1] f32[1,4,1,1]@0:2 f32[1,1,1,1]@0:1 "
          "f32[1,4,1,1]@0:1 "},
    {"wide", "f32[1,1,3,1025]@0:9 f32[1,2,3,1025]@0:9 f32[1,1,3,1025]@0:1 "
          "f32[1,2,3,1025]@0:9 "},
    {"narrow", "f32[1,3,70,2] f32[1,4,70,2]@0:2 f32[1,1,70,2]@0:1 "
          "f32[1,4,70,2]@0:1 "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    for (guint k = 0; k < G_N_ELEMENTS (rows); k++) {
      g_autofree gchar *name = g_strconcat (shapes[i].name, rows[k].name,
          NULL);
      g_autofree gchar *inputs = g_strconcat (shapes[i].inputs, rows[k].scene,
          NULL);

      CHECK (name, inputs, CHECK_SUM, .attrs = BLEND (8, 1, 0.01f, 0.4f),
          .n_outputs = 2);
    }
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autofree gchar *name = g_strconcat (shapes[i].name, "-wrap", NULL);
    g_autofree gchar *inputs = g_strconcat (shapes[i].inputs, rows[0].scene,
        NULL);

    CHECK (name, inputs, CHECK_SUM, .attrs = BLEND (8, 1, 0.01f, 0.4f, TRUE),
        .n_outputs = 2);
  }
  for (guint k = 0; k < G_N_ELEMENTS (rows); k++) {
    g_autofree gchar *name = g_strconcat ("moved", rows[k].name, NULL);
    g_autofree gchar *inputs = g_strconcat (shapes[0].inputs, rows[k].scene,
        " f32[1,2,9,11]@-9:9", NULL);

    CHECK (name, inputs, CHECK_SUM, .attrs = BLEND (8, 1, 0.01f, 0.4f, FALSE,
            {4, 1, 1}), .n_outputs = 2);
  }
  CHECK ("moved-far", "f32[1,3,73,331]@0:9 f32[1,4,73,331]@0:9 "
      "f32[1,1,73,331]@0:1 f32[1,4,73,331]@0:9 f32{1,0,0,1,0,9,0,0} "
      "f32[1,2,19,83]@-250:250", CHECK_SUM,
      .attrs = BLEND (8, 1, 0.01f, 0.4f, FALSE, {4, 1, 1}), .n_outputs = 2);
  CHECK ("moved-nowhere", "f32[1,3,73,33]@0:9 f32[1,4,73,33]@0:9 "
      "f32[1,1,73,33]@0:1 f32[1,4,73,33]@0:9 f32{1,0,0,1,0,9,0,0} "
      "f32[1,2,19,9]@0:0", CHECK_SUM,
      .attrs = BLEND (8, 1, 0.01f, 0.4f, FALSE, {4, 1, 1}), .n_outputs = 2);
  CHECK ("moved-wrap", "f32[1,1,33,41]@0:9 f32[1,2,33,41]@0:9 "
      "f32[1,1,33,41]@0:1 f32[1,2,33,41]@0:9 f32{1,0,0,1,0,9,0,0} "
      "f32[1,2,9,11]@-50:50", CHECK_SUM, .attrs = BLEND (8, 1, 0.01f, 0.4f,
          TRUE, {4, 1, 1, TRUE}), .n_outputs = 2);
  CHECK ("flow-for-nothing", "f32[1,3,33,41] f32[1,4,33,41] f32[1,1,33,41] "
      "f32[1,4,33,41] f32[8] f32[1,2,9,11]", CHECK_SUM,
      .attrs = BLEND (8, 1, 0.01f, 0.4f), .n_outputs = 2,
      .flags = CHECK_REFUSED);
  CHECK ("moved-wrong-grid", "f32[1,3,33,41] f32[1,4,33,41] f32[1,1,33,41] "
      "f32[1,4,33,41] f32[8] f32[1,2,9,10]", CHECK_SUM,
      .attrs = BLEND (8, 1, 0.01f, 0.4f, FALSE, {4, 1, 1}), .n_outputs = 2,
      .flags = CHECK_REFUSED);
  CHECK ("planes", "f32[1,3,33,41] f32[1,3,33,41] f32[1,1,33,41] "
      "f32[1,4,33,41] f32[8]", CHECK_SUM, .attrs = BLEND (8, 1, 0.01f, 0.4f),
      .n_outputs = 2, .flags = CHECK_REFUSED);
  CHECK ("length", "f32[1,3,33,41] f32[1,4,33,41] f32[1,1,33,41] "
      "f32[1,4,33,41] f32[8]", CHECK_SUM, .attrs = BLEND (0, 1, 0.01f, 0.4f),
      .n_outputs = 2, .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,3,360,640]@0:255 f32[1,4,360,640]@0:255 "
      "f32[1,1,360,640]@0.9:1 f32[1,4,360,640]@0:255 f32{1,0,0,1,0,9,0,0}",
      CHECK_SUM, .attrs = BLEND (8, 1, 2, 256), .n_outputs = 2);
}
