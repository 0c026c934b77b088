/* gst-stylegan: tests of the measures of pictures, likeness and motion
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/measure.h>

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>
#include <sg/synthflow.h>

#define SIDE 128
#define N (SIDE * SIDE)

static void
near (gdouble value, gdouble expected, gdouble tolerance)
{
  g_assert_cmpfloat_with_epsilon (value, expected, tolerance);
}

static SgDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  SgDevice *device = sg_device_open (&(SgDeviceConfig) {
        SG_BACKEND_CPU, 1
      }, NULL, &error);

  g_assert_no_error (error);
  return device;
}

/* --- lattice ---------------------------------------------------------------- */

static void
test_lattice (void)
{
  const gfloat a = 0.01f;
  g_autofree gfloat *smooth = g_new (gfloat, 3 * N);
  g_autofree gfloat *grid = g_new (gfloat, 3 * N);

  sg_measure_gradient (SIDE, smooth);
  near (smooth[0], 0.1, 1e-6);
  near (smooth[SIDE - 1], 0.9, 1e-6);
  near (smooth[2 * N + N - 1], 0.1, 1e-6);
  near (255 * sg_measure_lattice (smooth, SIDE, SIDE, 2), 0, 1e-3);
  near (255 * sg_measure_lattice (smooth, SIDE, SIDE, 4), 0, 1e-3);

  /* A chequerboard: 41 of 81 pixels around are like the one in the middle. */
  for (gint i = 0; i < 3 * N; i++)
    grid[i] = smooth[i] + ((i % SIDE + i / SIDE) % 2 ? a : -a);
  near (sg_measure_lattice (grid, SIDE, SIDE, 2), a * 80 / 81, 1e-5);
  near (sg_measure_lattice (grid, SIDE, SIDE, 4), a * 80 / 81, 1e-5);

  /* Stripes of 2 px: nine columns are two periods and one more. */
  for (gint i = 0; i < 3 * N; i++)
    grid[i] = smooth[i] + (i % 4 < 2 ? a : -a);
  near (sg_measure_lattice (grid, SIDE, SIDE, 2), 0, 1e-5);
  near (sg_measure_lattice (grid, SIDE, SIDE, 4), a * 8 / 9, 1e-5);

  /* In one component of three. */
  memcpy (grid, smooth, 2 * N * sizeof *grid);
  near (sg_measure_lattice (grid, SIDE, SIDE, 4), a * 8 / 27, 1e-5);
  g_assert_true (isnan (sg_measure_lattice (grid, 48, 63, 2)));
}

/* --- shifts ----------------------------------------------------------------- */

static void
test_shift (void)
{
  g_autofree gfloat *wave = g_new (gfloat, 3 * N);
  g_autofree gfloat *moved = g_new (gfloat, 3 * N);
  g_autofree gfloat *expected = g_new (gfloat, 3 * N);

  for (gint i = 0; i < 3 * N; i++) {
    gint x = i % SIDE, y = i / SIDE % SIDE;

    wave[i] = (gfloat) (0.5 + 0.2 * cos (x * G_PI / 8) * sin (y * G_PI / 8));
    expected[i] = (gfloat) (0.5 + 0.2 * cos ((x + 0.5) * G_PI / 8)
        * sin (y * G_PI / 8));
  }
  sg_measure_shift (wave, SIDE, SIDE, 0.5, 0, moved);
  g_assert_cmpfloat (sg_measure_square_error (moved, expected, SIDE, SIDE, 8),
      <, 1e-5);
  g_assert_cmpfloat (sg_measure_square_error (wave, expected, SIDE, SIDE, 8),
      >, 1e-4);
  sg_measure_shift (wave, SIDE, SIDE, 3, -2, moved);
  for (gint y = 2; y < SIDE; y++)
    for (gint x = 0; x < SIDE - 3; x++)
      near (moved[N + y * SIDE + x], wave[N + (y - 2) * SIDE + x + 3], 1e-6);
}

static void
test_square_error (void)
{
  gfloat a[3 * 36] = { 0, }, b[3 * 36] = { 0, };

  /* 0.1 in one of three components; the border differs much more */
  for (gint y = 0; y < 6; y++)
    for (gint x = 0; x < 6; x++)
      b[y * 6 + x] = x == 0 || y == 0 || x == 5 || y == 5 ? 1 : 0.1f;
  near (sg_measure_square_error (a, b, 6, 6, 1), 0.01 / 3, 1e-8);
  near (sg_measure_square_error (a, b, 6, 6, 0), (20 + 16 * 0.01) / 108, 1e-6);
  g_assert_true (isnan (sg_measure_square_error (a, b, 6, 6, 3)));
  near (sg_measure_psnr (0.01), 20, 1e-9);
  near (sg_measure_psnr (1), 0, 1e-9);
  near (sg_measure_psnr (0), 100, 1e-9);
}

/* --- likeness --------------------------------------------------------------- */

/* A network whose features are the picture itself. Returns: (transfer full) */
static gchar *
save_network (void)
{
  g_autofree gchar *path = g_strdup_printf ("%s/sg-%u.onnx", g_get_tmp_dir (),
      g_random_int ());
  g_autoptr (SgGraph) graph = sg_graph_new ();
  const SgShape shape = SG_SHAPE (1, 3, -1, -1);
  g_autoptr (GError) error = NULL;
  SgValue *input = sg_graph_add_input (graph, "rgb", SG_DTYPE_F32, &shape);
  SgValue *const *made = sg_graph_add_node (graph, "relu", "features", NULL,
      &input, 1, 1, &error);

  g_assert_no_error (error);
  sg_graph_add_output (graph, "features", made[0]);
  sg_model_save (graph, NULL, path, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

static void
fill (gfloat * rgb, gsize n, gfloat value)
{
  for (gsize i = 0; i < n; i++)
    rgb[i] = value;
}

static void
test_loss_meter (void)
{
  g_autofree gchar *path = save_network ();
  g_autofree gchar *spec = g_strconcat (path,
      ":style=features:content=features:input=unit", NULL);
  const gchar *networks[] = { spec, NULL };
  g_autoptr (SgDevice) device = open_device ();
  guint8 gray[3 * 40 * 40];
  const SgPicture style = { 40, 40, gray };
  g_autoptr (SgLossMeter) meter = NULL, plain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gfloat *x = g_new (gfloat, 3 * N), *y = g_new (gfloat, 3 * N);
  gdouble content, distance;

  memset (gray, 102, sizeof gray);      /* 0.4 */
  meter = sg_loss_meter_new (networks, &style, 40, device, &error);
  g_assert_no_error (error);
  fill (x, 3 * N, 0.4f);
  fill (y, 3 * N, 0.8f);
  /* Grams of constant pictures: all entries 0.4^2 and 0.8^2. Content has no variance:
   * a twentieth of the energy is what differences are measured by. */
  g_assert_true (sg_loss_meter_run (meter, x, y, SIDE, SIDE, &content,
          &distance, &error));
  near (distance, 9, 1e-3);
  near (content, 20, 1e-2);
  g_assert_true (sg_loss_meter_run (meter, y, x, 64, 48, &content, &distance,
          &error));
  near (distance, 0, 1e-6);
  near (content, 5, 1e-2);
  /* half of the content at 0, half at 0.8: mean 0.4, variance 0.16, energy 0.32 */
  for (gsize i = 0; i < 3 * N; i++)
    x[i] = i % 2 ? 0.8f : 0;
  g_assert_true (sg_loss_meter_run (meter, x, y, SIDE, SIDE, &content,
          &distance, &error));
  near (content, 0.32 / (0.16 + 0.32 / 20), 1e-3);

  plain = sg_loss_meter_new (networks, NULL, 0, device, &error);
  g_assert_no_error (error);
  g_assert_true (sg_loss_meter_run (plain, x, x, SIDE, SIDE, &content,
          &distance, &error));
  g_assert_cmpfloat (content, ==, 0);
  g_assert_true (isnan (distance));
  g_assert_false (sg_loss_meter_run (plain, x, x, SIDE, 31, &content,
          &distance, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_SHAPE);
  g_clear_error (&error);
  g_assert_null (sg_loss_meter_new (networks, &style, 31, device, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_unlink (path);
}

static void
test_no_network (void)
{
  const gchar *networks[] = { "/nowhere/none.onnx", NULL };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_loss_meter_new (networks, NULL, 0, device, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "none.onnx"));
}

/* --- motion ------------------------------------------------------------------ */

/* [3,H,W] of the texture of @seed, from @x, @y on. (transfer full) */
static gfloat *
part_of_texture (guint64 seed, gint x, gint y, gint width, gint height)
{
  g_autoptr (SgSynthPicture) picture = sg_synth_picture_new_texture (width + 16,
      height + 16, seed);
  gfloat *rgb = g_new (gfloat, 3 * (gsize) width * height);

  for (gint c = 0; c < 3; c++)
    for (gint j = 0; j < height; j++)
      for (gint i = 0; i < width; i++)
        rgb[((gsize) c * height + j) * width + i] = picture->data[((gsize)
                (j + y) * picture->width + i + x) * 4 + c];
  return rgb;
}

static void
test_flow_meter (void)
{
  const gint w = 160, h = 96;
  const gsize n = (gsize) w * h;
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgFlowMeter) meter = sg_flow_meter_new (w, h, device, &error);
  g_autofree gfloat *before = part_of_texture (5, 0, 8, w, h);
  g_autofree gfloat *now = part_of_texture (5, 3, 6, w, h);
  g_autofree gfloat *other = part_of_texture (6, 0, 0, w, h);
  g_autofree gfloat *flow = g_new (gfloat, 2 * n);
  g_autofree guint8 *valid = g_new (guint8, n);
  gdouble share, error_sum = 0, counted = 0;

  g_assert_no_error (error);
  g_assert_true (sg_flow_meter_run (meter, before, now, flow, valid, &share,
          &error));
  for (gsize i = 0; i < n; i++)
    if (valid[i]) {
      error_sum += hypot (flow[i] - 3, flow[n + i] + 2);
      counted++;
    }
  near (share, counted / n, 1e-9);
  g_assert_cmpfloat (share, >, 0.8);
  g_assert_cmpfloat (error_sum / counted, <, 0.2);
  /* a thing that was not there before, 3 px around it left out as well */
  for (gint y = 32; y < 64; y++)
    for (gint x = 60; x < 92; x++)
      for (gint c = 0; c < 3; c++)
        now[c * n + y * w + x] = c != 1;
  g_assert_true (sg_flow_meter_run (meter, before, now, flow, valid, &share,
          &error));
  for (gint y = 29; y < 67; y++)
    for (gint x = 57; x < 95; x++)
      g_assert_cmpuint (valid[y * w + x], ==, 0);
  g_assert_true (sg_flow_meter_run (meter, other, now, flow, valid, &share,
          &error));
  g_assert_cmpfloat (share, <, 0.25);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure/lattice", test_lattice);
  g_test_add_func ("/measure/shift", test_shift);
  g_test_add_func ("/measure/square-error", test_square_error);
  g_test_add_func ("/measure/loss-meter", test_loss_meter);
  g_test_add_func ("/measure/no-network", test_no_network);
  g_test_add_func ("/measure/flow-meter", test_flow_meter);
  return g_test_run ();
}
