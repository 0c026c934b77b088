/* gst-stylegan: checkop, cuts and flashes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "checkop.h"

#define SCENE(...) ATTRS (SgSceneChangeAttrs, __VA_ARGS__)
#define ALIKE "f32[1,1,23,40]@0:255 f32[1,1,23,40]@0:255 "
#define OTHER "f32[1,1,23,40]@0:128 f32[1,1,23,40]@120:255 "

void
check_scene_change (Check * check)
{
  static const struct
  {
    const gchar *name, *state;
  } rows[] = {
    {"first", "f32{0,0,0,0,0,0,0,0} f32{1,0}"},
    {"second", "f32{1,1,0,0,0,1,0,0} f32{1,0}"},
    {"later", "f32{1,0,0,2.5,0,17,0,0} f32{0.5,0}"},
    {"held", "f32{1,1,1,2.5,1,17,0,0} f32{2,0}"},
    {"reset", "f32{1,0,0,2.5,0,17,0,0} f32{-1,1}"},
    {"long", "f32{1,0,0,2.5,0,65536,0,0} f32{1,0}"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *same = g_strconcat (ALIKE, "f32[1,1,45,80]@0:99 ",
        rows[i].state, NULL);
    g_autofree gchar *other = g_strconcat (OTHER, "f32[1,1,45,80]@50:300 ",
        rows[i].state, NULL);
    g_autofree gchar *name = g_strconcat (rows[i].name, "-other", NULL);

    CHECK (rows[i].name, same, CHECK_ROUNDED, .attrs = SCENE (0.5f, 12),
        .expect = "[8]");
    CHECK (name, other, CHECK_ROUNDED, .attrs = SCENE (0.5f, 12));
  }
  CHECK ("any", "f32[1,1,23,40] f32[1,1,23,40] f32[1,1,5,7] "
      "f32{1,0,0,2.5,0,17,0,0} f32{1,0}", CHECK_ROUNDED,
      .attrs = SCENE (0.5f, 12), .flags = CHECK_NOT_FINITE);
  CHECK ("tiny", "f32[1,1,1,2]@0:255 f32[1,1,1,2]@0:255 f32[1,1,1,1]@0:9 "
      "f32{1,0,0,2.5,0,17,0,0} f32{1,0}", CHECK_ROUNDED,
      .attrs = SCENE (0.5f, 12));
  CHECK ("state", "f32[1,1,23,40] f32[1,1,23,40] f32[1,1,45,80] f32[7] "
      "f32[2]", CHECK_ROUNDED, .attrs = SCENE (0.5f, 12),
      .flags = CHECK_REFUSED);
  CHECK ("threshold", "f32[1,1,23,40] f32[1,1,23,40] f32[1,1,45,80] f32[8] "
      "f32[2]", CHECK_ROUNDED, .attrs = SCENE (1.5f, 12),
      .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,1,90,160]@0:255 f32[1,1,90,160]@0:255 "
      "f32[1,1,90,160]@0:99 f32{1,0,0,2.5,0,17,0,0} f32{1,0}", CHECK_ROUNDED,
      .attrs = SCENE (0.5f, 12));
}
