/* gst-stylegan: tests of sg_image_load and sg_image_store
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Without SG_CPU_ISA in the environment everything runs once more for each
 * instruction set, in a process of its own. */
#include <math.h>
#include <string.h>

#include "util/frame.h"

static const SgPixelConvention conventions[] = {
  {3, {0, 1, 2}, 255, 0},
  {3, {2, 1, 0}, 2, -1},
  {3, {1, 0, 2}, 219, 16},
  {3, {0, 1, 2}, 1, 0},
};

static const gint sizes[][2] = {
  {1, 1}, {2, 1}, {1, 2}, {3, 3}, {5, 7}, {16, 16}, {17, 31}, {33, 18},
  {65, 19}, {1030, 5}, {2053, 3},
};

static SgDevice *
open_device (SgBackendId id)
{
  g_autoptr (GError) error = NULL;
  SgDevice *device = sg_device_open (&(SgDeviceConfig) { id, 2 }, NULL,
      &error);

  g_assert_no_error (error);
  return device;
}

static SgTensor *
new_tensor (const SgPixelConvention * convention, gint width, gint height)
{
  SgShape shape = SG_SHAPE (1, convention->channels, height, width);
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);

  g_assert_nonnull (tensor);
  return tensor;
}

static void
assert_guard (const TestFrame * frame)
{
  gssize offset = 0;

  g_assert_true (test_guard_check (&frame->guard, &offset));
}

/* --- round trips ---------------------------------------------------------- */

static void
round_trip (SgDevice * device, const TestFormat * format, gint width,
    gint height, guint variant)
{
  const SgPixelConvention *convention =
      &conventions[variant % G_N_ELEMENTS (conventions)];
  g_autoptr (SgTensor) tensor = new_tensor (convention, width, height);
  g_autoptr (GError) error = NULL;
  TestRng rng = test_rng (variant, format->name);
  TestFrame in, out;
  g_autofree guint8 *result = NULL;

  test_frame_init (&in, format, width, height, variant % 3 * 5,
      variant % 2, &rng);
  test_frame_init (&out, format, width, height, variant % 4 * 3,
      variant / 2 % 2, &rng);
  test_frame_set_color (&in, format, variant % TEST_N_MATRICES, variant & 1);
  out.image.color = in.image.color;
  g_assert_true (sg_image_load (device, &in.image, convention, tensor, &error));
  g_assert_no_error (error);
  g_assert_true (sg_image_store (device, tensor, convention, &in.image,
          &out.image, &error));
  g_assert_no_error (error);
  assert_guard (&in);
  assert_guard (&out);
  result = g_memdup2 (out.guard.data, out.guard.bytes);
  test_frame_copy_samples (&out, &in);
  if (memcmp (result, out.guard.data, out.guard.bytes) != 0) {
    guint n;

    memcpy (out.guard.data, result, out.guard.bytes);
    g_error ("%s %dx%d variant %u: differs by up to %d", format->name, width,
        height, variant, test_frame_difference (&in, &out, &n));
  }
  test_frame_clear (&in);
  test_frame_clear (&out);
}

static void
test_round_trip (gconstpointer data)
{
  g_autoptr (SgDevice) device = open_device (GPOINTER_TO_INT (data));
  guint n_formats, i, s, variant;
  const TestFormat *formats = test_formats (&n_formats);

  for (i = 0; i < n_formats; i++) {
    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      for (variant = 0; variant < 12; variant++)
        round_trip (device, &formats[i], sizes[s][0], sizes[s][1], variant);
    }
  }
}

/* In and out in the same memory, as for a writable buffer. */
static void
test_in_place (void)
{
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU);
  guint n_formats, i;
  const TestFormat *formats = test_formats (&n_formats);

  for (i = 0; i < n_formats; i++) {
    g_autoptr (SgTensor) tensor = new_tensor (&conventions[0], 37, 19);
    TestRng rng = test_rng (i, "in place");
    g_autofree guint8 *before = NULL;
    TestFrame frame;

    test_frame_init (&frame, &formats[i], 37, 19, 7, FALSE, &rng);
    test_frame_set_color (&frame, &formats[i], TEST_MATRIX_601, FALSE);
    before = g_memdup2 (frame.guard.data, frame.guard.bytes);
    g_assert_true (sg_image_load (device, &frame.image, &conventions[0],
            tensor, NULL));
    g_assert_true (sg_image_store (device, tensor, &conventions[0],
            &frame.image, &frame.image, NULL));
    g_assert_cmpmem (before, frame.guard.bytes, frame.guard.data,
        frame.guard.bytes);
    test_frame_clear (&frame);
  }
}

/* --- against the reference ------------------------------------------------ */

static void
compare_load (SgDevice * cpu, SgDevice * ref, const TestFrame * frame,
    const SgPixelConvention * convention)
{
  g_autoptr (SgTensor) a = new_tensor (convention, frame->image.width,
      frame->image.height);
  g_autoptr (SgTensor) b = new_tensor (convention, frame->image.width,
      frame->image.height);
  const gdouble tolerance = 1e-5 * convention->scale;
  gint64 i;

  g_assert_true (sg_image_load (cpu, &frame->image, convention, a, NULL));
  g_assert_true (sg_image_load (ref, &frame->image, convention, b, NULL));
  for (i = 0; i < sg_tensor_elements (a); i++)
    g_assert_cmpfloat_with_epsilon (sg_tensor_get (a, i),
        sg_tensor_get (b, i), tolerance);
}

/* Both must give the same codes but where rounding is a toss-up. */
static void
compare_store (SgDevice * cpu, SgDevice * ref, const TestFormat * format,
    const TestFrame * frame, const SgPixelConvention * convention,
    gboolean special, TestRng * rng)
{
  const gint width = frame->image.width, height = frame->image.height;
  g_autoptr (SgTensor) tensor = new_tensor (convention, width, height);
  gfloat *values = tensor->data;
  TestRng same = *rng;
  TestFrame a, b;
  guint n_different;
  gint64 i, n = sg_tensor_elements (tensor);

  test_frame_init (&a, format, width, height, 4, FALSE, rng);
  test_frame_init (&b, format, width, height, 4, FALSE, &same);
  a.image.color = b.image.color = frame->image.color;
  for (i = 0; i < n; i++) {
    static const gfloat specials[] = { NAN, INFINITY, -INFINITY, 1e30f };

    values[i] = test_rng_uniform (rng, -0.3, 1.3) * convention->scale
        + convention->offset;
    if (special && test_rng_below (rng, 5) == 0)
      values[i] = specials[test_rng_below (rng, 4)];
  }
  g_assert_true (sg_image_store (cpu, tensor, convention, &frame->image,
          &a.image, NULL));
  g_assert_true (sg_image_store (ref, tensor, convention, &frame->image,
          &b.image, NULL));
  assert_guard (&a);
  /* 16 bit codes are about as fine as fp32 itself; infinities leave less */
  g_assert_cmpint (test_frame_difference (&a, &b, &n_different), <=,
      special && format->sample.depth > 12 ? 16 : 1);
  if (format->sample.depth <= 12)
    g_assert_cmpint (n_different, <=, 1 + n / (special ? 50 : 500));
  test_frame_clear (&a);
  test_frame_clear (&b);
}

static void
test_against_reference (void)
{
  const SgPixelConvention gray = { 1, {0, 0, 0}, 255, 0 };
  g_autoptr (SgDevice) cpu = open_device (SG_BACKEND_CPU);
  g_autoptr (SgDevice) ref = open_device (SG_BACKEND_REFERENCE);
  guint n_formats, i, s, c;
  const TestFormat *formats = test_formats (&n_formats);

  for (i = 0; i < n_formats; i++) {
    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      TestRng rng = test_rng (s, formats[i].name);
      TestFrame frame;

      test_frame_init (&frame, &formats[i], sizes[s][0], sizes[s][1], 3,
          s & 1, &rng);
      test_frame_set_color (&frame, &formats[i], s % TEST_N_MATRICES,
          s / 2 % 2);
      for (c = 0; c <= G_N_ELEMENTS (conventions); c++) {
        const SgPixelConvention *convention =
            c < G_N_ELEMENTS (conventions) ? &conventions[c] : &gray;

        compare_load (cpu, ref, &frame, convention);
        compare_store (cpu, ref, &formats[i], &frame, convention, FALSE, &rng);
        compare_store (cpu, ref, &formats[i], &frame, convention, TRUE, &rng);
      }
      test_frame_clear (&frame);
    }
  }
}

/* --- transfer ------------------------------------------------------------- */

static void
test_transfer (void)
{
  static const gchar *const names[] = { "I420", "RGBA", "P010_10LE", "Y444" };
  g_autoptr (SgDevice) cpu = open_device (SG_BACKEND_CPU);
  g_autoptr (SgDevice) ref = open_device (SG_BACKEND_REFERENCE);
  SgDevice *devices[] = { cpu, ref };
  g_autofree SgTransfer *transfer = test_transfer_new ();
  guint i, d, n;

  for (i = 0; i < G_N_ELEMENTS (names) * 2; i++) {
    const TestFormat *format = test_format_find (names[i / 2]);
    TestRng rng = test_rng (i, "transfer");
    TestFrame in;

    test_frame_init (&in, format, 131, 33, 0, FALSE, &rng);
    test_frame_set_color (&in, format, TEST_MATRIX_2020, i & 1);
    in.image.color.transfer = transfer;
    compare_load (cpu, ref, &in, &conventions[i % 4]);
    compare_store (cpu, ref, format, &in, &conventions[i % 4], FALSE, &rng);
    compare_store (cpu, ref, format, &in, &conventions[i % 4], TRUE, &rng);
    for (d = 0; d < 2; d++) {
      g_autoptr (SgTensor) tensor = new_tensor (&conventions[i % 4], 131, 33);
      TestFrame out;

      test_frame_init (&out, format, 131, 33, 0, FALSE, &rng);
      out.image.color = in.image.color;
      g_assert_true (sg_image_load (devices[d], &in.image,
              &conventions[i % 4], tensor, NULL));
      g_assert_true (sg_image_store (devices[d], tensor,
              &conventions[i % 4], &in.image, &out.image, NULL));
      g_assert_cmpint (test_frame_difference (&in, &out, &n), <=, 1);
      test_frame_clear (&out);
    }
    test_frame_clear (&in);
  }
}

/* --- values --------------------------------------------------------------- */

static void
test_known_values (gconstpointer data)
{
  g_autoptr (SgDevice) device = open_device (GPOINTER_TO_INT (data));
  const TestFormat *format = test_format_find ("I420");
  const SgPixelConvention bgr = { 3, {2, 1, 0}, 255, 0 };
  g_autoptr (SgTensor) tensor = new_tensor (&bgr, 3, 3);
  gfloat *values = tensor->data;
  TestRng rng = test_rng (1, "values");
  TestFrame frame;
  gint i;

  test_frame_init (&frame, format, 3, 3, 0, FALSE, &rng);
  test_frame_set_color (&frame, format, TEST_MATRIX_709, FALSE);
  /* red: BT.709 limited, Y 63, Cb 102, Cr 240 */
  for (i = 0; i < 9; i++) {
    values[i] = values[9 + i] = 0;
    values[18 + i] = 255;
  }
  g_assert_true (sg_image_store (device, tensor, &bgr, NULL, &frame.image,
          NULL));
  g_assert_cmpint (test_frame_get (&frame, 0, 2, 2), ==, 63);
  g_assert_cmpint (test_frame_get (&frame, 1, 1, 1), ==, 102);
  g_assert_cmpint (test_frame_get (&frame, 2, 0, 1), ==, 240);
  g_assert_true (sg_image_load (device, &frame.image, &bgr, tensor, NULL));
  g_assert_cmpfloat_with_epsilon (values[18], 255, 2);
  g_assert_cmpfloat_with_epsilon (values[0], 0, 2);
  /* not a number is black, infinities saturate */
  for (i = 0; i < 27; i++)
    values[i] = NAN;
  values[0] = values[9] = values[18] = INFINITY;
  values[8] = values[17] = values[26] = -INFINITY;
  g_assert_true (sg_image_store (device, tensor, &bgr, NULL, &frame.image,
          NULL));
  g_assert_cmpint (test_frame_get (&frame, 0, 0, 0), ==, 255);
  g_assert_cmpint (test_frame_get (&frame, 0, 1, 1), ==, 16);
  g_assert_cmpint (test_frame_get (&frame, 0, 2, 2), ==, 0);
  g_assert_cmpint (test_frame_get (&frame, 1, 1, 0), ==, 128);
  assert_guard (&frame);
  test_frame_clear (&frame);
}

/* --- errors --------------------------------------------------------------- */

static void
expect_error (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, SgTensor * tensor)
{
  g_autoptr (GError) error = NULL;
  SgImage copy = *image;

  g_assert_false (sg_image_load (device, image, convention, tensor, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (sg_image_store (device, tensor, convention, image, &copy,
          &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
}

static void
test_errors (void)
{
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU);
  const TestFormat *format = test_format_find ("A420");
  g_autoptr (SgTensor) tensor = new_tensor (&conventions[0], 16, 16);
  g_autoptr (SgTensor) other = new_tensor (&conventions[0], 16, 17);
  g_autoptr (GError) error = NULL;
  SgPixelConvention convention = conventions[0];
  TestRng rng = test_rng (1, "errors");
  TestFrame frame;
  SgImage image;

  test_frame_init (&frame, format, 16, 16, 0, FALSE, &rng);
  test_frame_set_color (&frame, format, TEST_MATRIX_709, FALSE);
  expect_error (device, &frame.image, &convention, other);
#define EXPECT(field, value) G_STMT_START { \
    image = frame.image; \
    image.field = value; \
    expect_error (device, &image, &convention, tensor); \
  } G_STMT_END
  EXPECT (width, 0);
  EXPECT (width, 17);
  EXPECT (height, 100000);
  EXPECT (n_components, 2);
  EXPECT (plane[1].data, NULL);
  EXPECT (plane[0].stride_bytes, 15);
  EXPECT (plane[0].step_bytes, 0);
  EXPECT (plane[2].h_sub, 3);
  EXPECT (plane[3].stride_bytes, G_MININT + 1 + G_MAXINT);
  EXPECT (sample.bytes, 3);
  EXPECT (sample.depth, 9);
  EXPECT (sample.shift, 1);
  EXPECT (color.to_rgb[0][0], NAN);
#undef EXPECT
  convention.order[0] = 1;
  expect_error (device, &frame.image, &convention, tensor);
  convention = conventions[0];
  convention.scale = 0;
  expect_error (device, &frame.image, &convention, tensor);
  g_assert_false (sg_image_store (device, tensor, &conventions[0], NULL,
          &frame.image, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  test_frame_clear (&frame);
}

/* --- instruction sets ----------------------------------------------------- */

static void
test_instruction_set (gconstpointer name)
{
  gchar *argv[] = { "/proc/self/exe", NULL };
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "SG_CPU_ISA", name,
      TRUE);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *output = NULL;
  gint status;

  g_assert_true (g_spawn_sync (NULL, argv, env, G_SPAWN_DEFAULT, NULL, NULL,
          &output, NULL, &status, &error));
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s", (const gchar *) name, error->message, output);
}

int
main (int argc, char **argv)
{
  static const gchar *const tiers[] = { "sse4", "avx2", "avx512" };
  guint i;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/image/round-trip/cpu",
      GINT_TO_POINTER (SG_BACKEND_CPU), test_round_trip);
  g_test_add_data_func ("/image/round-trip/reference",
      GINT_TO_POINTER (SG_BACKEND_REFERENCE), test_round_trip);
  g_test_add_func ("/image/in-place", test_in_place);
  g_test_add_func ("/image/against-reference", test_against_reference);
  g_test_add_func ("/image/transfer", test_transfer);
  g_test_add_data_func ("/image/values/cpu",
      GINT_TO_POINTER (SG_BACKEND_CPU), test_known_values);
  g_test_add_data_func ("/image/values/reference",
      GINT_TO_POINTER (SG_BACKEND_REFERENCE), test_known_values);
  g_test_add_func ("/image/errors", test_errors);
  for (i = 0; i < G_N_ELEMENTS (tiers) && !g_getenv ("SG_CPU_ISA"); i++) {
    g_autofree gchar *path = g_strdup_printf ("/image/isa/%s", tiers[i]);

    g_test_add_data_func (path, tiers[i], test_instruction_set);
  }
  return g_test_run ();
}
