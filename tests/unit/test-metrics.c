/* gst-stylegan: tests of the measures of video, and of flow files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/measure.h>

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>
#include <sg/error.h>

#include "util/flo.h"
#include <sg/synthflow.h>
#include "util/data.h"
#include "util/png-reader.h"
#include "util/rng.h"

#define W 90
#define H 70
#define N (W * H)

/* Pictures for one test. */
typedef struct
{
  gfloat a[3 * N], b[3 * N], c[3 * N], flow[2 * N];
  guint8 mask[N];
  TestRng rng;
} Data;

static Data *
data_new (void)
{
  Data *d = g_new0 (Data, 1);

  d->rng = test_rng (3, g_test_get_path ());
  for (gint i = 0; i < 3 * N; i++)
    d->a[i] = (gfloat) test_rng_uniform (&d->rng, 0, 1);
  memset (d->mask, 1, N);
  return d;
}

/* Sum of uniform numbers; variance @sigma^2. */
static gdouble
noise (TestRng * rng, gdouble sigma)
{
  gdouble sum = 0;

  for (gint i = 0; i < 12; i++)
    sum += test_rng_uniform (rng, -0.5, 0.5);
  return sum * sigma;
}

static void
near (gdouble value, gdouble expected, gdouble tolerance)
{
  g_assert_cmpfloat_with_epsilon (value, expected, tolerance);
}

static SgStability
measure (const Data * d, const gfloat * before, const gfloat * now)
{
  SgStability s = { 0, };

  sg_stability_add (&s, before, now, d->flow, d->mask, W, H);
  return s;
}

/* --- flicker --------------------------------------------------------------- */

static void
test_warp_whole_pixels (void)
{
  g_autofree Data *d = data_new ();
  SgStability s;

  for (gint i = 0; i < N; i++) {
    d->flow[i] = 3;
    d->flow[N + i] = -2;
  }
  sg_measure_warp (d->a, 3, W, H, d->flow, d->b);
  for (gint c = 0; c < 3; c++)
    for (gint y = 2; y < H; y++)
      for (gint x = 0; x < W - 3; x++)
        g_assert_cmpfloat (d->b[c * N + y * W + x], ==,
            d->a[c * N + (y - 2) * W + x + 3]);
  /* borders repeat */
  g_assert_cmpfloat (d->b[0], ==, d->a[3]);
  g_assert_cmpfloat (d->b[N - 1], ==, d->a[N - 1 - 2 * W]);
  s = measure (d, d->a, d->b);
  g_assert_cmpfloat (sg_stability_e_stab (&s), ==, 0);
  memset (d->flow, 0, sizeof d->flow);
  s = measure (d, d->a, d->b);
  /* two independent uniform numbers: 2/12 */
  near (sg_stability_root_e_warp (&s), sqrt (2 / 12.0), 0.01);
}

static void
test_warp_between_pixels (void)
{
  g_autofree Data *d = data_new ();

  for (gint i = 0; i < N; i++) {
    d->a[i] = 0.002f * (i % W) + 0.003f * (i / W);
    d->flow[i] = 0.25f;
    d->flow[N + i] = 0.5f;
  }
  sg_measure_warp (d->a, 1, W, H, d->flow, d->b);
  for (gint i = 0; i < N - W; i++)
    if (i % W < W - 1)
      near (d->b[i], d->a[i] + 0.25 * 0.002 + 0.5 * 0.003, 1e-6);
}

static void
test_offset (void)
{
  g_autofree Data *d = data_new ();
  SgStability s;

  for (gint i = 0; i < 3 * N; i++)
    d->b[i] = d->a[i] + 0.05f;
  s = measure (d, d->a, d->b);
  near (sg_stability_e_stab (&s), sqrt (3) * 0.05, 1e-6);
  near (sg_stability_e_warp (&s), 0.0025, 1e-6);
  near (sg_stability_root_e_warp (&s), 0.05, 1e-6);
  /* half a mask: half the sum per pixel of the frame, the same per one of it */
  memset (d->mask, 0, N / 2);
  s = measure (d, d->a, d->b);
  near (sg_stability_e_stab (&s), sqrt (1.5) * 0.05, 1e-6);
  near (sg_stability_root_e_warp (&s), 0.05, 1e-6);
  memset (d->mask, 0, N);
  s = measure (d, d->a, d->b);
  g_assert_true (isnan (sg_stability_e_stab (&s)));
  g_assert_true (isnan (sg_stability_root_e_warp (&s)));
}

/* Mean of squares, then the root. */
static void
test_mean_over_pairs (void)
{
  g_autofree Data *d = data_new ();
  SgStability s = { 0, };

  for (gint i = 0; i < 3 * N; i++) {
    d->b[i] = d->a[i] + 0.3f;
    d->c[i] = d->a[i] + 0.4f;
  }
  sg_stability_add (&s, d->a, d->b, d->flow, d->mask, W, H);
  sg_stability_add (&s, d->a, d->c, d->flow, d->mask, W, H);
  near (sg_stability_root_e_warp (&s), sqrt ((0.09 + 0.16) / 2), 1e-5);
}

static void
test_flicker (void)
{
  const gdouble sigma = 0.02;
  g_autofree Data *d = data_new ();
  SgStability s;

  for (gint i = 0; i < 3 * N; i++) {
    gdouble v = d->a[i];

    d->a[i] = (gfloat) (v + noise (&d->rng, sigma));
    d->b[i] = (gfloat) (v + noise (&d->rng, sigma));
  }
  s = measure (d, d->a, d->b);
  near (sg_stability_root_e_warp (&s), sigma * sqrt (2), 0.02 * sigma);
  g_assert_true (isnan (sg_stability_fcr (&s)));
  sg_stability_add_contrast (&s, d->b, W, H);
  /* white noise keeps its variance but for 1/(4 pi 8^2) twice */
  near (sg_stability_fcr (&s), sigma * sqrt (2) / sqrt (1 / 12.0), 0.003);
  near (sg_measure_above_floor (0.5, 0.3), 0.4, 1e-12);
  g_assert_cmpfloat (sg_measure_above_floor (0.3, 0.5), ==, 0);
}

static void
test_blur (void)
{
  g_autofree Data *d = data_new ();
  gdouble sum = 0, square = 0;

  memset (d->a, 0, sizeof d->a);
  d->a[35 * W + 40] = 1;
  sg_measure_blur (d->a, 1, W, H, 4, d->b);
  for (gint i = 0; i < N; i++) {
    sum += d->b[i];
    square += d->b[i] * (i % W - 40) * (i % W - 40);
  }
  near (sum, 1, 1e-5);
  /* less than 16: cut off at three sigma */
  near (square, 15.6, 0.3);
  for (gint i = 0; i < 3 * N; i++)
    d->a[i] = 0.4f;
  sg_measure_blur (d->a, 3, W, H, 8, d->b);
  for (gint i = 0; i < 3 * N; i++)
    near (d->b[i], 0.4, 1e-5);
}

/* --- ghosts ---------------------------------------------------------------- */

static void
test_ghosts (void)
{
  g_autofree Data *d = data_new ();
  g_autofree guint8 *disoccluded = g_new0 (guint8, N);
  SgGhost clean = { 0, }, ghost = { 0, }, none = { 0, };

  for (gint i = 0; i < N; i++)
    disoccluded[i] = i % W < 20;
  /* raw in a, the next frame in b, a ghost of 0.1 in c */
  for (gint i = 0; i < 3 * N; i++) {
    d->b[i] = d->a[i] + (gfloat) noise (&d->rng, 0.05);
    d->c[i] = d->a[i] + (i % W < 20 ? 0.1f : 0.0f);
  }
  g_assert_true (isnan (sg_ghost_ratio (&none)));
  sg_ghost_add_change (&clean, d->a, d->a, disoccluded, W, H);
  sg_ghost_add_next (&clean, d->a, d->a, disoccluded, d->b, d->flow,
      d->mask, W, H);
  g_assert_cmpfloat (sg_ghost_change (&clean), ==, 0);
  g_assert_cmpfloat (sg_ghost_ratio (&clean), ==, 1);
  sg_ghost_add_change (&ghost, d->c, d->a, disoccluded, W, H);
  sg_ghost_add_next (&ghost, d->c, d->a, disoccluded, d->b, d->flow,
      d->mask, W, H);
  near (sg_ghost_change (&ghost), 0.1, 1e-5);
  near (sg_ghost_ratio (&ghost), sqrt (0.05 * 0.05 + 0.1 * 0.1) / 0.05, 0.05);
  /* elsewhere a filter may do what it likes */
  memset (&ghost, 0, sizeof ghost);
  for (gint i = 0; i < 3 * N; i++)
    d->c[i] = d->a[i] + (i % W < 20 ? 0.0f : 0.1f);
  sg_ghost_add_change (&ghost, d->c, d->a, disoccluded, W, H);
  sg_ghost_add_next (&ghost, d->c, d->a, disoccluded, d->b, d->flow,
      d->mask, W, H);
  g_assert_cmpfloat (sg_ghost_change (&ghost), ==, 0);
  g_assert_cmpfloat (sg_ghost_ratio (&ghost), ==, 1);
}

/* --- noise, sharpness, drift ------------------------------------------------ */

static void
test_noise_gain (void)
{
  g_autofree Data *d = data_new ();
  g_autofree gfloat *out = g_new (gfloat, 3 * N);
  SgNoiseGain gain = { 0, };

  g_assert_true (isnan (sg_noise_gain (&gain)));
  for (gint i = 0; i < 3 * N; i++) {
    gdouble e = noise (&d->rng, 0.02);

    d->b[i] = (gfloat) (d->a[i] + e);
    d->c[i] = d->a[i] * 0.3f;
    out[i] = (gfloat) (d->c[i] + 1.5 * e + 0.1);        /* offsets are no noise */
  }
  sg_noise_gain_add (&gain, out, d->c, d->b, d->a, 3 * N);
  near (sg_noise_gain (&gain), 1.5, 1e-3);
}

static void
test_sharpness (void)
{
  g_autofree Data *d = data_new ();
  SgMean mean;

  near (sg_measure_sharpness_kept (d->a, d->a, W, H), 1, 1e-12);
  sg_measure_blur (d->a, 3, W, H, 0.5, d->b);
  g_assert_cmpfloat (sg_measure_sharpness_kept (d->b, d->a, W, H), <, 0.7);
  /* a blur of 1 px leaves (1 - w0)^2 + ... of white noise: known from its taps */
  {
    gdouble total = 0, w0, sum2 = 0;

    for (gint k = -3; k <= 3; k++)
      total += exp (-k * k / 2.0);
    for (gint k = -3; k <= 3; k++)
      sum2 += exp (-k * k) / (total * total);
    w0 = 1 / (total * total);
    near (sg_measure_high_frequency (d->a, W, H) * 12, 1 - 2 * w0 + sum2 * sum2,
        0.02);
  }
  /* noise of variance s^2 is averaged away by 32 frames, but for 1/32 */
  sg_mean_init (&mean, 3 * N);
  for (gint t = 0; t < 32; t++) {
    for (gint i = 0; i < 3 * N; i++)
      d->b[i] = (gfloat) (d->a[i] + noise (&d->rng, 0.1));
    sg_mean_add (&mean, d->b);
  }
  sg_mean_get (&mean, d->c);
  near (sg_measure_sharpness_kept (d->b, d->c, W, H),
      (1 / 12.0 + 0.01) / (1 / 12.0 + 0.01 / 32), 0.01);
  sg_mean_clear (&mean);
}

static void
test_drift (void)
{
  g_autofree Data *d = data_new ();
  SgMean first, last;

  sg_mean_init (&first, 3 * N);
  sg_mean_init (&last, 3 * N);
  g_assert_true (isnan (sg_measure_drift (&first, &last)));
  for (gint t = 0; t < 4; t++) {
    for (gint i = 0; i < 3 * N; i++) {
      d->b[i] = d->a[i] + (t % 2 ? 0.25f : -0.25f);
      d->c[i] = d->b[i] + (i % 2 ? 0.125f : -0.125f);
    }
    sg_mean_add (&first, d->b);
    sg_mean_add (&last, d->c);
  }
  near (sg_measure_drift (&first, &first), 0, 1e-9);
  near (sg_measure_drift (&first, &last), 0.125, 1e-6);
  sg_mean_clear (&first);
  sg_mean_clear (&last);
}

/* --- files ----------------------------------------------------------------- */

static gchar *
temporary (const gchar * name)
{
  return g_strdup_printf ("%s/sg-%u-%s", g_get_tmp_dir (), g_random_int (),
      name);
}

static void
test_flo_files (void)
{
  g_autofree Data *d = data_new ();
  g_autofree gchar *path = temporary ("test.flo"), *bytes = NULL;
  g_autofree gfloat *back = NULL;
  g_autoptr (GError) error = NULL;
  gint width, height;
  gsize size;

  for (gint i = 0; i < 2 * N; i++)
    d->flow[i] = (gfloat) test_rng_uniform (&d->rng, -40, 40);
  d->flow[5] = NAN;
  g_assert_true (test_flo_write (path, d->flow, W, H, &error));
  back = test_flo_read (path, &width, &height, &error);
  g_assert_no_error (error);
  g_assert_cmpint (width, ==, W);
  g_assert_cmpint (height, ==, H);
  for (gint i = 0; i < 2 * N; i++)
    g_assert_true (i == 5 ? isnan (back[i]) : back[i] == d->flow[i]);

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpuint (size, ==, 12 + 8 * N);
  for (guint cut = 0; cut < 4; cut++) {
    const gsize sizes[4] = { 0, 11, 12, size - 1 };

    g_assert_true (g_file_set_contents (path, bytes, (gssize) sizes[cut],
            NULL));
    g_assert_null (test_flo_read (path, &width, &height, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_FAILED);
    g_clear_error (&error);
  }
  memset (bytes + 4, 0xff, 4);  /* a width of 2^32 - 1 */
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  g_assert_null (test_flo_read (path, &width, &height, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_FAILED);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (test_flo_read (path, &width, &height, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NOT_FOUND);
}

static void
test_ppm_files (void)
{
  static const gchar good[] = "P6\n# a comment\n2 1\n255\n\1\2\3abc";
  static const gchar *const bad[] = {
    "P5\n2 1\n255\nabcabc", "P6\n2 1\n65535\nabcabc", "P6\n2 2\n255\nabcabc",
    "P6\n99999999 2\n255\nabcabc", "P6\n", "P6 2 1 255"
  };
  g_autofree gchar *path = temporary ("test.ppm");
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *rgb = NULL;
  gint width, height;

  g_assert_true (g_file_set_contents (path, good, sizeof good - 1, NULL));
  rgb = test_ppm_read (path, &width, &height, &error);
  g_assert_no_error (error);
  g_assert_cmpint (width, ==, 2);
  g_assert_cmpint (height, ==, 1);
  g_assert_cmpmem (rgb, 6, "\1\2\3abc", 6);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
    g_assert_null (test_ppm_read (path, &width, &height, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_FAILED);
    g_clear_error (&error);
  }
  g_unlink (path);
}

static gfloat *
read_planar (const gchar * name, gint width, gint height)
{
  g_autofree gchar *path = test_data_file (name);
  guint w, h;
  g_autofree guint8 *rgb = test_png_read (path, &w, &h, NULL);
  gsize n = (gsize) width * height;
  gfloat *planar = g_new (gfloat, 3 * n);

  g_assert_nonnull (rgb);
  g_assert_cmpint (w, ==, width);
  g_assert_cmpint (h, ==, height);
  for (gsize i = 0; i < 3 * n; i++)
    planar[i % 3 * n + i / 3] = rgb[i] / 255.0f;
  return planar;
}

/* A data set by others: the flow explains the pictures where both see the point. */
static void
test_flying_chairs (void)
{
  g_autofree gchar *path = test_data_file ("flow/flyingchairs_0_gt.flo");
  g_autoptr (GError) error = NULL;
  g_autofree gfloat *flow = NULL, *zero = NULL, *from = NULL, *to = NULL;
  g_autofree guint8 *visible = NULL;
  SgStability with = { 0, }, without = { 0, };
  g_autoptr (GArray) same = NULL;
  g_autoptr (GArray) none = NULL;
  gint width, height;
  guint n_visible = 0;

  if (path == NULL) {
    g_test_skip ("no flow/flyingchairs_0_gt.flo in the test data");
    return;
  }
  flow = test_flo_read (path, &width, &height, &error);
  g_assert_no_error (error);
  from = read_planar ("flow/flyingchairs_0_img0.png", width, height);
  to = read_planar ("flow/flyingchairs_0_img1.png", width, height);
  visible = g_new (guint8, (gsize) width * height);
  zero = g_new0 (gfloat, 2 * (gsize) width * height);
  test_visible_both (flow, from, to, width, height, visible);
  sg_stability_add (&with, to, from, flow, visible, width, height);
  sg_stability_add (&without, to, from, zero, visible, width, height);
  for (gint i = 0; i < width * height; i++)
    n_visible += visible[i];
  none = test_end_point_errors (zero, flow, visible, width, height);
  same = test_end_point_errors (flow, flow, NULL, width, height);
  g_test_message ("%.1f %% visible, residual %.4f, without flow %.4f, median "
      "motion %.2f px", 100.0 * n_visible / (width * height),
      sg_stability_root_e_warp (&with),
      sg_stability_root_e_warp (&without),
      g_array_index (none, gdouble, none->len / 2));
  g_assert_cmpuint (n_visible, >, (guint) (width * height) / 2);
  g_assert_cmpuint (n_visible, <, (guint) (width * height));
  g_assert_cmpuint (none->len, ==, n_visible);
  g_assert_cmpfloat (sg_stability_root_e_warp (&with), <,
      0.5 * sg_stability_root_e_warp (&without));
  g_assert_cmpfloat (g_array_index (same, gdouble, same->len - 1), ==, 0);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/warp/whole-pixels", test_warp_whole_pixels);
  g_test_add_func ("/metrics/warp/between-pixels", test_warp_between_pixels);
  g_test_add_func ("/metrics/offset", test_offset);
  g_test_add_func ("/metrics/mean-over-pairs", test_mean_over_pairs);
  g_test_add_func ("/metrics/flicker", test_flicker);
  g_test_add_func ("/metrics/blur", test_blur);
  g_test_add_func ("/metrics/ghosts", test_ghosts);
  g_test_add_func ("/metrics/noise-gain", test_noise_gain);
  g_test_add_func ("/metrics/sharpness", test_sharpness);
  g_test_add_func ("/metrics/drift", test_drift);
  g_test_add_func ("/flow-files/flo", test_flo_files);
  g_test_add_func ("/flow-files/ppm", test_ppm_files);
  g_test_add_func ("/flow-files/flying-chairs", test_flying_chairs);
  return g_test_run ();
}
