/* gst-stylegan: tests of frames on a Vulkan device
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Everything is compared with the reference's sg_image_load () and _store (). The
 * layouts of buffers are tested without a device too. */
#include <math.h>
#include <string.h>

#include "util/frame-vulkan.h"
#include "util/frame.h"
#include "util/vulkan.h"
#include "vulkan/frame.h"

static const SgPixelConvention conventions[] = {
  {3, {0, 1, 2}, 255, 0},
  {3, {2, 1, 0}, 2, -1},
  {3, {1, 0, 2}, 219, 16},
  {3, {0, 1, 2}, 1, 0},
};
static const SgPixelConvention gray = { 1, {0, 0, 0}, 255, 0 };

static const gint sizes[][2] = {
  {1, 1}, {1, 2}, {2, 1}, {3, 3}, {17, 11}, {34, 18}, {64, 48}, {161, 19},
};

/* These have the kernels' attention, and a frame of many blocks. */
static const gchar *const common[] = {
  "NV12", "I420", "YUY2", "UYVY", "P010_10LE", "RGB", "BGR", "RGBx", "xBGR",
  "RGBA", "ARGB", "GRAY8"
};

static const gint large[] = { 321, 243 };

#define U8 {1, 8, 0, FALSE}

/* Layouts that no format of GStreamer has, but SgImage can say. */
static const TestFormat odd_formats[] = {
  /* chroma of 4:2:2 in the places of 4:4:4 */
  {"sparse-chroma", TRUE, 3, U8, {{0, 1, 4, 0, 0}, {0, 2, 8, 1, 0},
          {0, 3, 8, 1, 0}, {0, 0, 4, 0, 0}}},
  /* UYVY from an odd column on */
  {"UYVY-odd", TRUE, 3, U8, {{0, 3, 2, 0, 0}, {0, 0, 4, 1, 0}, {0, 2, 4, 1, 0},
          {-1, 0, 0, 0, 0}}},
  {"far-apart", FALSE, 3, U8, {{0, 0, 20, 0, 0}, {0, 7, 20, 0, 0},
          {0, 9, 20, 0, 0}, {-1, 0, 0, 0, 0}}},
  {"uneven", TRUE, 3, U8, {{0, 0, 2, 0, 0}, {0, 1, 8, 0, 0}, {0, 3, 8, 0, 0},
          {-1, 0, 0, 0, 0}}},
  {"gray-alpha", FALSE, 1, {2, 12, 2, TRUE}, {{0, 2, 4, 0, 0},
          {-1, 0, 0, 0, 0}, {-1, 0, 0, 0, 0}, {0, 0, 4, 0, 0}}},
  {"Y-alternate", TRUE, 3, U8, {{0, 0, 2, 0, 0}, {1, 0, 1, 2, 2},
          {2, 0, 1, 2, 0}, {-1, 0, 0, 0, 0}}},
};

/* Of test_formats (), then odd_formats. */
static const TestFormat *
get_format (guint i)
{
  guint n;
  const TestFormat *formats = test_formats (&n);

  if (i < n)
    return &formats[i];
  return i - n < G_N_ELEMENTS (odd_formats) ? &odd_formats[i - n] : NULL;
}

static void
assert_guard (const TestFrame * frame)
{
  gssize offset = 0;

  g_assert_true (test_guard_check (&frame->guard, &offset));
}

/* @got must be @before (the same frame, earlier) with the samples of @from. */
static void
assert_only_samples (TestFrame * got, TestFrame * before,
    const TestFrame * from)
{
  assert_guard (got);
  test_frame_copy_samples (before, from);
  g_assert_cmpmem (got->guard.data, got->guard.bytes, before->guard.data,
      before->guard.bytes);
}

/* --- layouts ---------------------------------------------------------------- */

static void
copy_on_host (const TestFormat * format, gint width, gint height, guint variant)
{
  g_autoptr (SgThreadPool) threads = sg_thread_pool_get (2);
  TestRng rng = test_rng (variant, format->name), same;
  SgVkFrameLayout layout, other;
  guint8 *masks[4] = { NULL, };
  TestFrame in, out, before;
  TestGuard buffer;
  gssize offset;
  guint g;

  test_frame_init (&in, format, width, height, variant * 3, variant & 1, &rng);
  same = rng;
  test_frame_init (&out, format, width, height, 5, variant & 2, &rng);
  test_frame_init (&before, format, width, height, 5, variant & 2, &same);
  vk_frame_layout_init (&layout, &in.image);
  vk_frame_layout_init (&other, &out.image);
  g_assert_cmpmem (&layout, sizeof layout, &other, sizeof other);
  for (g = 0; g < layout.n_groups; g++) {
    if (layout.group[g].gaps)
      masks[g] = vk_frame_layout_mask (&layout, g);
  }
  test_guard_init (&buffer, layout.bytes, 0xa5);
  vk_frame_layout_read (&layout, &in.image, buffer.data, threads);
  g_assert_true (test_guard_check (&buffer, &offset));
  vk_frame_layout_write (&layout, masks, buffer.data, &out.image, threads);
  assert_only_samples (&out, &before, &in);
  for (g = 0; g < 4; g++)
    g_free (masks[g]);
  test_guard_clear (&buffer);
  test_frame_clear (&in);
  test_frame_clear (&out);
  test_frame_clear (&before);
}

static void
test_copy (void)
{
  guint i, s, variant;

  for (i = 0; get_format (i); i++) {
    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      for (variant = 0; variant < 4; variant++)
        copy_on_host (get_format (i), sizes[s][0], sizes[s][1], variant);
    }
    copy_on_host (get_format (i), 530, 300, 1);
  }
}

/* A packed layout that nobody has thought of: components side by side in pixels of
 * some size, each subsampled in its own way. */
static void
random_format (TestFormat * format, TestRng * rng)
{
  const gint bytes = 1 + test_rng_below (rng, 2);
  const gint places = 4 + test_rng_below (rng, 6);
  gint i;

  memset (format, 0, sizeof *format);
  format->name = "random";
  format->yuv = TRUE;
  format->n_components = 3;
  format->sample = (SgSampleFormat) {
  bytes, 8 * bytes - 2 * (bytes - 1), bytes - 1, test_rng_below (rng, bytes)};
  for (i = 0; i < 4; i++) {
    TestComponent *c = &format->component[i];

    c->h_sub = test_rng_below (rng, 3);
    c->offset = (i + test_rng_below (rng, places - 3)) * bytes;
    if (i > 0)
      c->offset = MAX (c->offset, c[-1].offset + bytes);
    c->step = (places * bytes) << c->h_sub;
  }
}

static void
test_random_copy (void)
{
  TestRng rng = test_rng (1, "random layouts");
  TestFormat format;
  guint i;

  for (i = 0; i < 300; i++) {
    random_format (&format, &rng);
    copy_on_host (&format, 1 + test_rng_below (&rng, 70),
        1 + test_rng_below (&rng, 40), i % 4);
  }
}

static void
test_layouts (void)
{
  /* pixels of a block, groups, components of the first group */
  static const struct
  {
    const gchar *name;
    guint columns, rows, n_groups, n_first;
    gboolean gather;
  } wanted[] = {
    {"I420", 8, 2, 3, 1}, {"NV12", 4, 2, 2, 1}, {"YUY2", 4, 1, 1, 3},
    {"UYVY", 4, 1, 1, 3}, {"P010_10LE", 4, 2, 2, 1}, {"RGB", 4, 1, 1, 3},
    {"RGBx", 4, 1, 1, 3}, {"ARGB", 4, 1, 1, 4}, {"GRAY8", 4, 1, 1, 1},
    {"YUV9", 16, 4, 3, 1}, {"A420", 8, 2, 4, 1}, {"ARGB64_LE", 4, 1, 1, 4},
    {"sparse-chroma", 4, 1, 1, 4}, {"gray-alpha", 4, 1, 1, 2},
    {"UYVY-odd", 8, 1, 3, 1, TRUE}, {"far-apart", 4, 1, 3, 1, TRUE},
    {"uneven", 4, 1, 3, 1, TRUE},
  };
  guint w, i, s, n;

  for (w = 0; w < G_N_ELEMENTS (wanted); w++) {
    for (i = 0; !g_str_equal (get_format (i)->name, wanted[w].name); i++);
    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      TestRng rng = test_rng (s, wanted[w].name);
      SgVkFrameLayout layout;
      TestFrame frame;

      test_frame_init (&frame, get_format (i), sizes[s][0], sizes[s][1], 2,
          s & 1, &rng);
      vk_frame_layout_init (&layout, &frame.image);
      for (i = n = 0; i < 4; i++)
        n += layout.component[i].present && layout.component[i].group == 0;
      g_assert_cmpuint (layout.columns, ==, wanted[w].columns);
      g_assert_cmpuint (layout.rows, ==, wanted[w].rows);
      g_assert_cmpuint (layout.n_groups, ==, wanted[w].n_groups);
      g_assert_cmpuint (n, ==, wanted[w].n_first);
      g_assert_cmpuint (layout.group[0].gather, ==, wanted[w].gather);
      for (i = 0; !g_str_equal (get_format (i)->name, wanted[w].name); i++);
      test_frame_clear (&frame);
    }
  }
}

/* --- against the reference ---------------------------------------------------- */

/* What differed by a code, over all of a test. */
static guint64 n_samples, n_off_by_one, n_lossy;

typedef struct
{
  SgVkDevice *device;
  SgDevice *reference;
  gboolean half;
  const TestFormat *format;
  const SgPixelConvention *convention;
  TestFrame *in;
  TestVkFrame *vk;
  SgTensor *tensor;
} Case;

static void
check_load (const Case * c)
{
  g_autofree gfloat *values = g_new (gfloat, sg_tensor_elements (c->tensor));
  g_autoptr (GError) error = NULL;
  gint64 i;

  test_vk_frame_read (c->vk, &c->in->image);
  g_assert_true (test_vk_frame_upload (c->vk, &error));
  g_assert_true (test_vk_frame_load (c->vk, &error));
  g_assert_true (test_vk_frame_get_tensor (c->vk, values, &error));
  g_assert_no_error (error);
  assert_guard (c->in);
  g_assert_true (sg_image_load (c->reference, &c->in->image, c->convention,
          c->tensor, NULL));
  for (i = 0; i < sg_tensor_elements (c->tensor); i++) {
    const gdouble wanted = sg_tensor_get (c->tensor, i);
    gdouble tolerance = 1e-5 * c->convention->scale;

    /* half precision may round towards zero */
    if (c->half)
      tolerance += fabs (wanted) / 1024;
    if (!(fabs (values[i] - wanted) <= tolerance))
      g_error ("%s %dx%d: element %d is %g, not %g", c->format->name,
          c->in->image.width, c->in->image.height, (gint) i, values[i], wanted);
  }
}

/* The tensor on the device to a new frame; @from: samples it must have, NULL: those
 * that the reference makes of c->tensor. Returns: the largest difference */
static gint
check_store (const Case * c, const TestFrame * from, guint variant,
    guint * n_different)
{
  const SgImage *image = &c->in->image;
  TestRng rng = test_rng (variant, c->format->name), same = rng;
  g_autoptr (GError) error = NULL;
  TestFrame out, before, wanted;
  gint difference;

  test_frame_init (&out, c->format, image->width, image->height, variant % 3,
      variant & 1, &rng);
  test_frame_init (&before, c->format, image->width, image->height,
      variant % 3, variant & 1, &same);
  test_frame_init (&wanted, c->format, image->width, image->height, 0, FALSE,
      &rng);
  out.image.color = wanted.image.color = image->color;
  g_assert_true (test_vk_frame_store (c->vk, &error));
  g_assert_true (test_vk_frame_download (c->vk, &error));
  test_vk_frame_write (c->vk, &out.image);
  g_assert_no_error (error);
  assert_only_samples (&out, &before, &out);
  if (from == NULL) {
    g_assert_true (sg_image_store (c->reference, c->tensor, c->convention,
            image, &wanted.image, NULL));
    from = &wanted;
  }
  difference = test_frame_difference (&out, from, n_different);
  test_frame_clear (&out);
  test_frame_clear (&before);
  test_frame_clear (&wanted);
  return difference;
}

/* A network that changes nothing: what was loaded is stored. */
static void
check_identity (const Case * c, guint variant)
{
  const gint depth = c->format->sample.depth;
  gboolean same_color = c->convention->channels == 3
      || c->format->n_components == 1;
  /* f16 has 11 bits */
  gint limit = c->half ? 1 + (1 << depth) / 512 : 0;
  gint difference;
  guint n;

  if (!same_color)
    return;
  if (c->in->image.color.transfer)
    limit = MAX (limit * 2, 1);
  difference = check_store (c, c->in, variant, &n);
  n_lossy += depth == 8 ? n : 0;
  if (difference > limit)
    g_error ("%s %dx%d: a network that changes nothing changes samples by %d",
        c->format->name, c->in->image.width, c->in->image.height, difference);
}

static void
check_values (const Case * c, gboolean special, guint variant, TestRng * rng)
{
  static const gfloat specials[] = { NAN, INFINITY, -INFINITY, 1e30f };
  const SgPixelConvention *convention = c->convention;
  const gint64 n = sg_tensor_elements (c->tensor);
  gfloat *values = c->tensor->data;
  g_autoptr (GError) error = NULL;
  guint n_different;
  gint difference;
  gint64 i;

  for (i = 0; i < n; i++) {
    values[i] = test_rng_uniform (rng, -0.3, 1.3) * convention->scale
        + convention->offset;
    if (special && test_rng_below (rng, 5) == 0)
      values[i] = specials[test_rng_below (rng, 4)];
  }
  g_assert_true (test_vk_frame_set_tensor (c->vk, values, &error));
  g_assert_no_error (error);
  difference = check_store (c, NULL, variant, &n_different);
  n_samples += n;
  n_off_by_one += n_different;
  /* 16 bit codes are about as fine as fp32 itself; infinities leave less */
  g_assert_cmpint (difference, <=,
      special && c->format->sample.depth > 12 ? 16 : 1);
  /* f16 values between 128 and 256 are multiples of 1/8: many lie halfway */
  if (c->format->sample.depth <= 12)
    g_assert_cmpint (n_different, <=,
        1 + n / (c->half ? 8 : special ? 50 : 500));
}

static void
run_case (SgDevice * device, SgDevice * reference, const TestFormat * format,
    const gint * size, guint variant, const SgTransfer * transfer)
{
  const SgPixelConvention *convention = variant % 23 == 3 ? &gray :
      &conventions[variant % G_N_ELEMENTS (conventions)];
  const SgShape shape = SG_SHAPE (1, convention->channels, size[1], size[0]);
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  TestRng rng = test_rng (variant, format->name);
  g_autoptr (GError) error = NULL;
  g_autoptr (TestVkFrame) vk = NULL;
  Case c = { (SgVkDevice *) device, reference,
    sg_device_get_precision (device) == SG_PRECISION_FP16, format, convention
  };
  TestFrame in;

  test_frame_init (&in, format, size[0], size[1], variant % 4 * 3,
      variant / 2 & 1, &rng);
  test_frame_set_color (&in, format, variant % TEST_N_MATRICES, variant & 1);
  in.image.color.transfer = transfer;
  vk = test_vk_frame_new ((SgVkDevice *) device, &in.image, convention, &error);
  g_assert_no_error (error);
  g_assert_true (vk_frame_fits (vk->frame, &in.image));
  c.in = &in;
  c.vk = vk;
  c.tensor = tensor;
  check_load (&c);
  check_identity (&c, variant);
  check_values (&c, FALSE, variant, &rng);
  check_values (&c, TRUE, variant + 1, &rng);
  test_frame_clear (&in);
}

static void
report (void)
{
  g_test_message ("of %" G_GUINT64_FORMAT " samples %" G_GUINT64_FORMAT
      " are not the reference's, %" G_GUINT64_FORMAT
      " of unchanged frames of 8 bit", n_samples, n_off_by_one, n_lossy);
  n_samples = n_off_by_one = n_lossy = 0;
}

static void
test_formats_and_sizes (gconstpointer precision)
{
  g_autoptr (SgDevice) device =
      test_vulkan_device (GPOINTER_TO_INT (precision));
  g_autoptr (SgDevice) reference = NULL;
  const gboolean half = GPOINTER_TO_INT (precision) == SG_PRECISION_FP16;
  guint i, s;

  if (device == NULL)
    return;
  reference = sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_REFERENCE, 2}
      , NULL, NULL);
  for (i = 0; get_format (i); i++) {
    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      /* Every pipeline takes its time to compile; those for widths of 4n + 2 and
       * for f16 differ from the others in nothing that depends on the format. */
      if ((sizes[s][0] % 4 != 2 || i % 4 == 2) && (!half || i % 3 == 0))
        run_case (device, reference, get_format (i), sizes[s], i + s, NULL);
    }
  }
  for (i = 0; i < G_N_ELEMENTS (common); i++)
    run_case (device, reference, test_format_find (common[i]), large, i, NULL);
  report ();
}

static void
test_transfer (gconstpointer precision)
{
  static const gchar *const names[] = { "I420", "RGBA", "P010_10LE", "Y444" };
  static const gint wide[] = { 131, 33 };
  g_autoptr (SgDevice) device =
      test_vulkan_device (GPOINTER_TO_INT (precision));
  g_autoptr (SgDevice) reference = NULL;
  g_autofree SgTransfer *transfer = test_transfer_new ();
  guint i;

  if (device == NULL)
    return;
  reference = sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_REFERENCE, 2}
      , NULL, NULL);
  for (i = 0; i < G_N_ELEMENTS (names) * 2; i++)
    run_case (device, reference, test_format_find (names[i / 2]), wide, i,
        transfer);
  report ();
}

static void
test_random (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgDevice) reference = NULL;
  TestRng rng = test_rng (1, "random layouts");
  TestFormat format;
  guint i;

  if (device == NULL)
    return;
  reference = sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_REFERENCE, 2}
      , NULL, NULL);
  for (i = 0; i < 20; i++) {
    const gint size[] = {
      1 + test_rng_below (&rng, 70), 1 + test_rng_below (&rng, 40)
    };

    random_format (&format, &rng);
    run_case (device, reference, &format, size, i, NULL);
  }
  report ();
}

/* Frames of another size, layout or colour need another SgVkFrame; other strides and
 * places do not. */
static void
test_fits (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  const TestFormat *format = test_format_find ("NV12");
  g_autofree SgTransfer *transfer = NULL, *copy = NULL;
  TestRng rng = test_rng (1, "fits");
  g_autoptr (GError) error = NULL;
  TestFrame a, b;
  SgVkFrame *frame;

  if (device == NULL)
    return;
  transfer = test_transfer_new ();
  test_frame_init (&a, format, 18, 10, 0, FALSE, &rng);
  test_frame_init (&b, format, 18, 10, 7, TRUE, &rng);
  test_frame_set_color (&a, format, TEST_MATRIX_709, FALSE);
  a.image.color.transfer = transfer;
  b.image.color = a.image.color;
  frame = vk_frame_new ((SgVkDevice *) device, &a.image, &conventions[0],
      &error);
  g_assert_no_error (error);
  g_assert_true (vk_frame_fits (frame, &b.image));
  copy = g_memdup2 (transfer, sizeof *transfer);
  b.image.color.transfer = copy;
  g_assert_true (vk_frame_fits (frame, &b.image));
  copy->decode[17] += 0.1f;
  g_assert_false (vk_frame_fits (frame, &b.image));
  b.image.color.transfer = NULL;
  g_assert_false (vk_frame_fits (frame, &b.image));
  b.image.color = a.image.color;
  b.image.color.to_rgb[1][2] += 1e-9;
  g_assert_false (vk_frame_fits (frame, &b.image));
  b.image = a.image;
  b.image.width--;
  g_assert_false (vk_frame_fits (frame, &b.image));
  b.image = a.image;
  b.image.plane[1] = a.image.plane[2];
  b.image.plane[2] = a.image.plane[1];
  g_assert_false (vk_frame_fits (frame, &b.image));
  vk_frame_free (frame);
  test_frame_clear (&a);
  test_frame_clear (&b);
}

/* Frames that no buffer of the device holds. */
static void
test_too_large (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  TestRng rng = test_rng (1, "large");
  g_autoptr (GError) error = NULL;
  SgVkDevice small;
  TestFrame frame;

  if (device == NULL)
    return;
  small = *(SgVkDevice *) device;
  small.features.max_storage_range = 4096;
  test_frame_init (&frame, test_format_find ("RGB"), 64, 48, 0, FALSE, &rng);
  g_assert_null (vk_frame_new (&small, &frame.image, &conventions[0], &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED);
  test_frame_clear (&frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/layouts", test_layouts);
  g_test_add_func ("/frame/copy", test_copy);
  g_test_add_func ("/frame/copy/random", test_random_copy);
  g_test_add_func ("/frame/fits", test_fits);
  g_test_add_func ("/frame/too-large", test_too_large);
  g_test_add_data_func ("/frame/fp32", GINT_TO_POINTER (SG_PRECISION_FP32),
      test_formats_and_sizes);
  g_test_add_data_func ("/frame/fp16", GINT_TO_POINTER (SG_PRECISION_FP16),
      test_formats_and_sizes);
  g_test_add_func ("/frame/random", test_random);
  g_test_add_data_func ("/frame/transfer/fp32",
      GINT_TO_POINTER (SG_PRECISION_FP32), test_transfer);
  g_test_add_data_func ("/frame/transfer/fp16",
      GINT_TO_POINTER (SG_PRECISION_FP16), test_transfer);
  return g_test_run ();
}
