/* gst-stylegan: checkop, Resize and Upsample
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/resize.h"
#include "checkop.h"

static const struct
{
  const gchar *name;
  SgResizeCoordinates coordinates;
} coordinates[] = {
  {"half-pixel", SG_RESIZE_HALF_PIXEL},
  {"symmetric", SG_RESIZE_HALF_PIXEL_SYMMETRIC},
  {"pytorch", SG_RESIZE_PYTORCH_HALF_PIXEL},
  {"align-corners", SG_RESIZE_ALIGN_CORNERS},
  {"asymmetric", SG_RESIZE_ASYMMETRIC},
};

static const struct
{
  const gchar *name, *inputs, *expect;
} sizes[] = {
  {"2x", "f32[1,3,7,9] - f32{1,1,2,2}", "[1,3,14,18]"},
  {"3x", "f32[2,5,4,5] - f32{1,1,3,3}", "[2,5,12,15]"},
  {"1.5x", "f32[1,3,7,9] - f32{1,1,1.5,1.5}", "[1,3,10,13]"},
  {"2x3x", "f32[1,3,7,9] - f32{1,1,2,3}", "[1,3,14,27]"},
  {"half", "f32[1,3,16,18] - f32{1,1,0.5,0.5}", "[1,3,8,9]"},
  {"to-size", "f32[1,3,7,9] - - i64{1,3,17,5}", "[1,3,17,5]"},
  {"same", "f32[1,3,7,9] - f32{1,1,1,1}", "[1,3,7,9]"},
  {"pixel", "f32[1,3,1,1] - f32{1,1,4,4}", "[1,3,4,4]"},
  {"to-a-pixel", "f32[1,3,5,7] - - i64{1,3,1,1}", "[1,3,1,1]"},
  {"large", "f32[1,16,35,33] - f32{1,1,2,2}", "[1,16,70,66]"},
};

static void
check_mode (Check * check, SgResizeMode mode, const gchar * mode_name,
    CheckClass tolerance)
{
  for (guint i = 0; i < G_N_ELEMENTS (coordinates); i++) {
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
      g_autofree gchar *name = g_strdup_printf ("%s-%s-%s", mode_name,
          coordinates[i].name, sizes[k].name);

      CHECK (name, sizes[k].inputs, tolerance,
          .attrs = ATTRS (SgResizeAttrs, .mode = mode,
              .coordinates = coordinates[i].coordinates,
              .cubic_coeff_a = -0.75f), .expect = sizes[k].expect);
    }
  }
}

static void
check_nearest_modes (Check * check)
{
  static const gchar *const names[] = {
    "prefer-floor", "prefer-ceil", "floor", "ceil"
  };

  for (SgResizeNearest n = SG_RESIZE_ROUND_PREFER_FLOOR; n <= SG_RESIZE_CEIL;
      n++) {
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
      g_autofree gchar *name = g_strdup_printf ("%s-%s", names[n],
          sizes[k].name);

      CHECK (name, sizes[k].inputs, CHECK_EXACT,
          .attrs = ATTRS (SgResizeAttrs, .coordinates = SG_RESIZE_ASYMMETRIC,
              .nearest = n), .expect = sizes[k].expect);
    }
  }
}

static void
check_antialias (Check * check)
{
  static const struct
  {
    const gchar *name, *inputs, *expect;
  } rows[] = {
    {"half", "f32[1,3,16,18] - f32{1,1,0.5,0.5}", "[1,3,8,9]"},
    {"third", "f32[2,3,41,39] - - i64{2,3,13,11}", "[2,3,13,11]"},
    {"tenth", "f32[1,3,67,71] - - i64{1,3,7,5}", "[1,3,7,5]"},
    {"rows", "f32[1,3,41,9] - - i64{1,3,5,9}", "[1,3,5,9]"},
    {"down-and-up", "f32[1,3,41,9] - - i64{1,3,11,20}", "[1,3,11,20]"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *linear = g_strdup_printf ("antialias-linear-%s",
        rows[i].name);
    g_autofree gchar *cubic = g_strdup_printf ("antialias-cubic-%s",
        rows[i].name);

    CHECK (linear, rows[i].inputs, CHECK_SUM,
        .attrs = ATTRS (SgResizeAttrs, .mode = SG_RESIZE_LINEAR,
            .antialias = TRUE), .expect = rows[i].expect);
    CHECK (cubic, rows[i].inputs, CHECK_SUM,
        .attrs = ATTRS (SgResizeAttrs, .mode = SG_RESIZE_CUBIC,
            .antialias = TRUE, .exclude_outside = TRUE,
            .cubic_coeff_a = -0.5f), .expect = rows[i].expect);
  }
}

/* Part of the region lies outside: there the value is extrapolated. */
static void
check_crop_and_resize (Check * check)
{
  static const gchar *const names[] = { "nearest", "linear", "cubic" };

  for (SgResizeMode m = SG_RESIZE_NEAREST; m <= SG_RESIZE_CUBIC; m++) {
    g_autofree gchar *name = g_strconcat ("crop-and-resize-", names[m], NULL);

    CHECK (name, "f32[1,3,9,7] f32{0,0,0.25,-0.2,1,1,1.1,0.9} - "
        "i64{1,3,6,5}", m == SG_RESIZE_NEAREST ? CHECK_EXACT : CHECK_SUM,
        .attrs = ATTRS (SgResizeAttrs, .mode = m,
            .coordinates = SG_RESIZE_TF_CROP_AND_RESIZE,
            .cubic_coeff_a = -0.75f, .extrapolation_value = 0.5f),
        .expect = "[1,3,6,5]");
  }
}

void
check_resize (Check * check)
{
  check_mode (check, SG_RESIZE_NEAREST, "nearest", CHECK_EXACT);
  check_mode (check, SG_RESIZE_LINEAR, "linear", CHECK_ROUNDED);
  check_mode (check, SG_RESIZE_CUBIC, "cubic", CHECK_SUM);
  check_nearest_modes (check);
  check_antialias (check);
  check_crop_and_resize (check);
  CHECK ("upsample", "f32[1,3,7,9] f32{1,1,2,2}", CHECK_EXACT,
      .attrs = ATTRS (SgResizeAttrs, .coordinates = SG_RESIZE_ASYMMETRIC,
          .nearest = SG_RESIZE_FLOOR, .scales_second = TRUE),
      .expect = "[1,3,14,18]");
  CHECK ("axes", "f32[1,3,7,9] - - i64{14,18}", CHECK_EXACT,
      .attrs = ATTRS (SgResizeAttrs, .coordinates = SG_RESIZE_ASYMMETRIC,
          .nearest = SG_RESIZE_FLOOR, .n_axes = 2, .axes = {2, 3}),
      .expect = "[1,3,14,18]");
  CHECK ("1d", "f32[1,3,7] - f32{1,1,2}", CHECK_ROUNDED,
      .attrs = ATTRS (SgResizeAttrs, .mode = SG_RESIZE_LINEAR));
  CHECK ("3d", "f32[1,2,3,4,5] - f32{1,1,2,2,2}", CHECK_EXACT,
      .attrs = ATTRS (SgResizeAttrs, .coordinates = SG_RESIZE_ASYMMETRIC));
  CHECK ("no-size", "f32[1,3,7,9]", CHECK_EXACT,
      .attrs = ATTRS (SgResizeAttrs, .mode = SG_RESIZE_NEAREST),
      .flags = CHECK_REFUSED);
  CHECK ("to-nothing", "f32[1,3,7,9] - f32{1,1,0,2}", CHECK_EXACT,
      .attrs = ATTRS (SgResizeAttrs, .mode = SG_RESIZE_NEAREST),
      .flags = CHECK_REFUSED);
  CHECK ("huge", "f32[1,3,7,9] - f32{1,1,1e30,1e30}", CHECK_EXACT,
      .attrs = ATTRS (SgResizeAttrs, .mode = SG_RESIZE_NEAREST),
      .flags = CHECK_REFUSED);
  BENCH ("bench-nearest", "f32[1,32,90,160] - f32{1,1,2,2}", CHECK_EXACT,
      .attrs = ATTRS (SgResizeAttrs, .coordinates = SG_RESIZE_ASYMMETRIC,
          .nearest = SG_RESIZE_FLOOR));
  BENCH ("bench-linear", "f32[1,32,90,160] - f32{1,1,2,2}", CHECK_ROUNDED,
      .attrs = ATTRS (SgResizeAttrs, .mode = SG_RESIZE_LINEAR));
}
