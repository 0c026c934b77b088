/* gst-stylegan: tests of the filter over time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/temporal.h"
#include "util/data.h"
#include "util/png-reader.h"
#include "util/rng.h"
#include "util/shape.h"
#include "video/temporal.h"

/* --- one filter ------------------------------------------------------------- */

/* Input 0 is the frame, input 1 what a network would have made of it: here any
 * picture that the test likes. */
typedef struct
{
  VideoTemporal temporal;
  SgSession *session;
  SgTensor *inputs[3 + VIDEO_TEMPORAL_N_STATES];
  SgTensor *outputs[4 + VIDEO_TEMPORAL_N_STATES];
  gint width, height;
  gsize n;                      /* elements of a picture */
} Filter;

static const SgPixelConvention pixels = { 3, {0, 1, 2}, 255, 0 };

static void
filter_init_as (Filter * f, SgBackendId backend, VideoTemporalMode mode,
    gint width, gint height, SgSessionFlags flags)
{
  const VideoTemporalConfig config = { mode, width, height, pixels, pixels };
  const SgDeviceConfig device_config = { .backend = backend, .n_threads = 2 };
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgDevice) device = NULL;
  g_autoptr (GError) error = NULL;
  SgTensorDesc descs[G_N_ELEMENTS (f->inputs)];
  SgSessionConfig session_config = { .flags = flags,
    .n_states = VIDEO_TEMPORAL_N_STATES
  };
  SgValue *frame, *stylised;

  memset (f, 0, sizeof *f);
  f->width = width;
  f->height = height;
  f->n = 3 * (gsize) width *height;
  frame = sg_graph_add_input (graph, "frame", SG_DTYPE_F32,
      SHAPE (1, 3, height, width));
  stylised = sg_graph_add_input (graph, "stylised", SG_DTYPE_F32,
      SHAPE (1, 3, height, width));
  video_temporal_add (graph, &config, frame, stylised, &f->temporal, &error);
  g_assert_no_error (error);
  sg_graph_add_output (graph, "filtered", f->temporal.filtered);
  video_temporal_finish (graph, &f->temporal);
  if (f->temporal.flow)
    sg_graph_add_output (graph, "flow", f->temporal.flow);

  device = sg_device_open (&device_config, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < sg_graph_get_n_inputs (graph); i++)
    descs[i] = *sg_graph_get_input_desc (graph, i);
  session_config.states = f->temporal.states;
  f->session = sg_session_new (graph, device, descs,
      sg_graph_get_n_inputs (graph), &session_config, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    f->inputs[i] = sg_tensor_new (SG_DTYPE_F32, &descs[i].shape, NULL);
  for (guint i = 0; i < sg_graph_get_n_outputs (graph); i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (f->session, i);

    if (i < 2 || i == 2 + VIDEO_TEMPORAL_N_STATES)
      f->outputs[i] = sg_tensor_new (desc->dtype, &desc->shape, NULL);
  }
  ((gfloat *) f->inputs[2]->data)[VIDEO_TEMPORAL_PARAM_STRENGTH] = 1;
}

static void
filter_init (Filter * f, SgBackendId backend, VideoTemporalMode mode,
    gint width, gint height)
{
  filter_init_as (f, backend, mode, width, height, SG_SESSION_NONE);
}

static void
filter_clear (Filter * f)
{
  sg_session_free (f->session);
  for (guint i = 0; i < G_N_ELEMENTS (f->inputs); i++)
    g_clear_pointer (&f->inputs[i], sg_tensor_unref);
  for (guint i = 0; i < G_N_ELEMENTS (f->outputs); i++)
    g_clear_pointer (&f->outputs[i], sg_tensor_unref);
}

static gfloat *
frame_of (Filter * f)
{
  return f->inputs[0]->data;
}

static gfloat *
stylised_of (Filter * f)
{
  return f->inputs[1]->data;
}

static const gfloat *
filtered_of (Filter * f)
{
  return f->outputs[0]->data;
}

static gfloat
stat (Filter * f, guint index)
{
  return ((const gfloat *) f->outputs[1]->data)[index];
}

static void
set_parameter (Filter * f, guint index, gfloat value)
{
  ((gfloat *) f->inputs[2]->data)[index] = value;
}

static void
filter_run (Filter * f)
{
  g_autoptr (GError) error = NULL;

  sg_session_run (f->session, f->inputs, f->outputs, &error);
  g_assert_no_error (error);
}

static gboolean
is_unfiltered (Filter * f)
{
  return memcmp (filtered_of (f), stylised_of (f), f->n * sizeof (gfloat))
      == 0;
}

/* --- pictures ---------------------------------------------------------------- */

/* A number of its own for each point of a grid. */
static gdouble
grid_value (gint x, gint y, guint seed)
{
  guint32 h = (guint32) x * 0x9e3779b1u ^ (guint32) y * 0x85ebca6bu
      ^ seed * 0xc2b2ae35u;

  h = (h ^ h >> 15) * 0x2c1b3c6du;
  h = (h ^ h >> 12) * 0x297a2d39u;
  return (h ^ h >> 15) / 4294967296.0;
}

static gdouble
smooth (gdouble t)
{
  return t * t * (3 - 2 * t);
}

static gdouble
noise_at (gdouble x, gdouble y, guint seed)
{
  gint ix = (gint) floor (x), iy = (gint) floor (y);
  gdouble tx = smooth (x - ix), ty = smooth (y - iy);

  return (1 - ty) * ((1 - tx) * grid_value (ix, iy, seed)
      + tx * grid_value (ix + 1, iy, seed))
      + ty * ((1 - tx) * grid_value (ix, iy + 1, seed)
      + tx * grid_value (ix + 1, iy + 1, seed));
}

/* A texture with detail of 4 to 128 pixels, 0..255, defined everywhere. */
static gdouble
texture_at (gdouble x, gdouble y, guint seed)
{
  gdouble sum = 0, weight = 0;

  for (gint octave = 2; octave < 8; octave++) {
    gdouble size = 1 << octave, w = pow (size, 0.6);

    sum += w * noise_at (x / size, y / size, seed + (guint) octave);
    weight += w;
  }
  return CLAMP ((sum / weight - 0.5) * 2 + 0.5, 0, 1) * 255;
}

static void
fill_texture (gfloat * picture, gint width, gint height, gdouble dx,
    gdouble dy, guint seed)
{
  gsize size = (gsize) width * height;

  for (gsize i = 0; i < size; i++) {
    gdouble v = texture_at ((gint) (i % (gsize) width) + dx,
        (gint) (i / (gsize) width) + dy, seed);

    for (guint c = 0; c < 3; c++)
      picture[c * size + i] = (gfloat) floor (v + 0.5);
  }
}

static void
add_noise (gfloat * dst, const gfloat * src, gsize n, gdouble sigma,
    TestRng * rng)
{
  for (gsize i = 0; i < n; i++) {
    gdouble sum = 0;

    for (guint k = 0; k < 4; k++)
      sum += test_rng_uniform (rng, -1, 1);
    dst[i] = (gfloat) (src[i] + sigma * sum * sqrt (3.0 / 4));
  }
}

/* --- flow --------------------------------------------------------------------- */

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

/* The end-point error that @share of the pixels for which @truth (two planes,
 * or NULL: dx, dy) is known stays below; pixels nearer than @border do not count. */
static gdouble
end_point_error (Filter * f, const gfloat * truth, const gboolean * known,
    gdouble dx, gdouble dy, gint border, gdouble share)
{
  const SgTensor *flow = f->outputs[2 + VIDEO_TEMPORAL_N_STATES];
  const gint64 *grid = flow->desc.shape.dim;
  gsize size = (gsize) f->width * f->height, n = 0;
  g_autofree gdouble *errors = g_new (gdouble, size);

  for (gint y = border; y < f->height - border; y++)
    for (gint x = border; x < f->width - border; x++) {
      gsize at = (gsize) y * f->width + x;
      gint64 block = y / 4 * grid[3] + x / 4;

      if (known && !known[at])
        continue;
      errors[n++] = hypot (sg_tensor_get (flow, block)
          - (truth ? truth[at] : dx),
          sg_tensor_get (flow, grid[2] * grid[3] + block)
          - (truth ? truth[size + at] : dy));
    }
  g_assert_cmpuint (n, >, 0);
  qsort (errors, n, sizeof *errors, compare_doubles);
  return errors[MIN ((gsize) (share * n), n - 1)];
}

/* Texture moved by (@dx, @dy): the point at x was at x + d in the frame before. */
static void
run_translation (Filter * f, gdouble dx, gdouble dy)
{
  fill_texture (frame_of (f), f->width, f->height, 0, 0, 1);
  filter_run (f);
  fill_texture (frame_of (f), f->width, f->height, dx, dy, 1);
  filter_run (f);
}

static void
test_flow_translation (void)
{
  static const gdouble vectors[][3] = {
    {0, 0, 0}, {5, -3, 0}, {-17, 9, 0}, {0.25, 0.5, 0.2}, {1.375, -2.625, 0.2},
    {-7.75, 3.5, 0.2},
  };

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    const gdouble *v = vectors[i];
    Filter f;
    gdouble median, p90;

    filter_init (&f, SG_BACKEND_CPU, VIDEO_TEMPORAL_MOTION, 320, 180);
    run_translation (&f, v[0], v[1]);
    median = end_point_error (&f, NULL, NULL, v[0], v[1], 24, 0.5);
    p90 = end_point_error (&f, NULL, NULL, v[0], v[1], 24, 0.9);
    g_test_message ("(%g, %g): median error %.3f px, 90 %% below %.3f px",
        v[0], v[1], median, p90);
    g_assert_cmpfloat (median, <=, v[2]);
    /* even surfaces may stay where they are */
    g_assert_cmpfloat (p90, <=, 0.6);
    filter_clear (&f);
  }
}

static void
test_flow_far (void)
{
  static const gdouble vectors[][2] = { {64, 0}, {-48, 40}, {0, -64} };
  Filter f;

  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    filter_init (&f, SG_BACKEND_CPU, VIDEO_TEMPORAL_MOTION, 1280, 720);
    run_translation (&f, vectors[i][0], vectors[i][1]);
    g_assert_cmpfloat (end_point_error (&f, NULL, NULL, vectors[i][0],
            vectors[i][1], 80, 0.5), ==, 0);
    g_assert_cmpfloat (end_point_error (&f, NULL, NULL, vectors[i][0],
            vectors[i][1], 80, 0.95), <=, 0.5);
    filter_clear (&f);
  }
}

static void
load_picture (Filter * f, const gchar * name)
{
  g_autofree gchar *path = test_data_file (name);
  g_autoptr (GError) error = NULL;
  guint width, height;
  g_autofree guint8 *rgb = test_png_read (path, &width, &height, &error);
  gsize size;

  g_assert_no_error (error);
  size = (gsize) width *height;
  g_assert_cmpuint (3 * size, ==, f->n);
  for (gsize i = 0; i < f->n; i++)
    frame_of (f)[i] = rgb[i % size * 3 + i / size];
}

/* FlyingChairs' flow leads from picture 0 to picture 1: 0 is the frame now. A point
 * is seen in both where it stays inside and looks the same. */
static void
test_flow_chairs (void)
{
  g_autofree gchar *path = test_data_file ("flow/flyingchairs_0_gt.flo");
  g_autofree gchar *bytes = NULL;
  g_autofree gfloat *truth = NULL, *before = NULL;
  g_autofree gboolean *known = NULL;
  const gint width = 512, height = 384;
  const gsize size = (gsize) width * height;
  const gfloat *file;
  gdouble median;
  Filter f;

  if (path == NULL) {
    g_test_skip ("no test data");
    return;
  }
  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
  file = (const gfloat *) (gpointer) (bytes + 12);
  filter_init (&f, SG_BACKEND_CPU, VIDEO_TEMPORAL_MOTION, width, height);
  load_picture (&f, "flow/flyingchairs_0_img1.png");
  before = g_memdup2 (frame_of (&f), f.n * sizeof (gfloat));
  filter_run (&f);
  load_picture (&f, "flow/flyingchairs_0_img0.png");
  filter_run (&f);

  truth = g_new (gfloat, 2 * size);
  known = g_new0 (gboolean, size);
  for (gsize i = 0; i < size; i++) {
    gint x = (gint) lrintf ((gint) (i % width) + file[2 * i]);
    gint y = (gint) lrintf ((gint) (i / width) + file[2 * i + 1]);
    gdouble difference = 0;

    truth[i] = file[2 * i];
    truth[size + i] = file[2 * i + 1];
    if (x < 0 || x >= width || y < 0 || y >= height)
      continue;
    for (guint c = 0; c < 3; c++)
      difference += fabs (frame_of (&f)[c * size + i]
          - before[c * size + (gsize) y * width + x]) / 3;
    known[i] = difference < 20;
  }
  median = end_point_error (&f, truth, known, 0, 0, 0, 0.5);
  g_test_message ("median end-point error %.3f px, 90 %% below %.3f px",
      median, end_point_error (&f, truth, known, 0, 0, 0, 0.9));
  g_assert_cmpfloat (median, <=, 0.25);
  filter_clear (&f);
}

/* Everything that is done in integers comes out the same everywhere. */
static void
test_flow_same (void)
{
  const SgBackendId backends[2] = { SG_BACKEND_REFERENCE, SG_BACKEND_CPU };
  SgTensor *flows[2] = { NULL, NULL };

  for (guint i = 0; i < 2; i++) {
    TestRng rng = test_rng (5, "flow");
    Filter f;

    filter_init (&f, backends[i], VIDEO_TEMPORAL_MOTION, 157, 93);
    fill_texture (frame_of (&f), f.width, f.height, 0, 0, 1);
    add_noise (frame_of (&f), frame_of (&f), f.n, 3, &rng);
    filter_run (&f);
    fill_texture (frame_of (&f), f.width, f.height, 4.3, -7.6, 1);
    add_noise (frame_of (&f), frame_of (&f), f.n, 3, &rng);
    filter_run (&f);
    flows[i] = sg_tensor_ref (f.outputs[2 + VIDEO_TEMPORAL_N_STATES]);
    filter_clear (&f);
  }
  g_assert_cmpmem (flows[0]->data, sg_tensor_desc_bytes (&flows[0]->desc),
      flows[1]->data, sg_tensor_desc_bytes (&flows[1]->desc));
  sg_tensor_unref (flows[0]);
  sg_tensor_unref (flows[1]);
}

/* Moving pictures while they are blended comes to the same as before that. */
static void
test_fusion (void)
{
  Filter f[2];
  g_autofree gchar *text = NULL;

  filter_init (&f[0], SG_BACKEND_CPU, VIDEO_TEMPORAL_MOTION, 157, 93);
  filter_init_as (&f[1], SG_BACKEND_CPU, VIDEO_TEMPORAL_MOTION, 157, 93,
      SG_SESSION_NO_FUSION);
  text = sg_session_to_string (f[0].session);
  g_assert_null (strstr (text, " warp "));
  g_assert_nonnull (strstr (text, "temporal_blend +warp"));
  for (guint frame = 0; frame < 5; frame++)
    for (guint i = 0; i < 2; i++) {
      TestRng rng = test_rng (frame, "fusion");

      fill_texture (frame_of (&f[i]), 157, 93, 1.3 * frame, 0, frame == 3);
      add_noise (stylised_of (&f[i]), frame_of (&f[i]), f[i].n, 9, &rng);
      filter_run (&f[i]);
      if (i == 0)
        continue;
      g_assert_cmpmem (filtered_of (&f[0]), f[0].n * sizeof (gfloat),
          filtered_of (&f[1]), f[1].n * sizeof (gfloat));
      g_assert_cmpmem (f[0].outputs[1]->data,
          sg_tensor_desc_bytes (&f[0].outputs[1]->desc),
          f[1].outputs[1]->data, sg_tensor_desc_bytes (&f[1].outputs[1]->desc));
    }
  filter_clear (&f[0]);
  filter_clear (&f[1]);
}

/* --- the mean over time -------------------------------------------------------- */

static VideoTemporalMode
mode_of (gconstpointer data)
{
  return GPOINTER_TO_INT (data);
}

/* The next frame of a still scene: sensor noise in the frame, as much flicker as
 * @flicker in the picture. */
static void
run_still (Filter * f, const gfloat * scene, gdouble flicker, TestRng * rng)
{
  add_noise (frame_of (f), scene, f->n, 1.5, rng);
  add_noise (stylised_of (f), scene, f->n, flicker, rng);
  filter_run (f);
}

static gdouble
mean_square (const gfloat * a, const gfloat * b, gsize n)
{
  gdouble sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / n;
}

/* An exponential mean of weight 1 / N leaves 1 / (2 N - 1) of the variance. */
static void
test_still_variance (gconstpointer data)
{
  TestRng rng = test_rng (6, "still");
  gdouble filtered = 0, raw = 0, difference = 0, expected;
  g_autofree gfloat *scene = NULL;
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, mode_of (data), 192, 108);
  expected = f.temporal.flow ? 1.0 / 15 : 1.0 / 31;
  scene = g_new (gfloat, f.n);
  fill_texture (scene, f.width, f.height, 0, 0, 3);
  for (guint t = 0; t < 60; t++) {
    run_still (&f, scene, 12, &rng);
    if (t < 40)
      continue;
    filtered += mean_square (filtered_of (&f), scene, f.n) / 20;
    raw += mean_square (stylised_of (&f), scene, f.n) / 20;
    for (gsize i = 0; i < f.n; i++)
      difference += (filtered_of (&f)[i] - scene[i]) / f.n / 20;
  }
  g_test_message ("variance %.2f of %.2f: %.3f, ideal %.3f; mean off by %.4f",
      filtered, raw, filtered / raw, expected, difference);
  g_assert_cmpfloat (filtered / raw, <, 1.4 * expected);
  g_assert_cmpfloat (filtered / raw, >, 0.8 * expected);
  g_assert_cmpfloat (fabs (difference), <, 0.1);
  g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_TRUSTED), >, 0.98);
  g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_ERROR), <,
      0.1 * stat (&f, VIDEO_TEMPORAL_STAT_RAW_ERROR));
  /* luma of three independent components has 0.66 of their deviation */
  g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_NOISE), >, 0.6);
  g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_NOISE), <, 1.5);
  filter_clear (&f);
}

static void
test_still_drift (gconstpointer data)
{
  TestRng rng = test_rng (7, "drift");
  g_autofree gfloat *scene = NULL;
  g_autofree gdouble *first = NULL, *last = NULL;
  gdouble mean = 0, largest = 0;
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, mode_of (data), 64, 48);
  scene = g_new (gfloat, f.n);
  first = g_new0 (gdouble, f.n);
  last = g_new0 (gdouble, f.n);
  fill_texture (scene, f.width, f.height, 0, 0, 3);
  for (guint t = 0; t < 2000; t++) {
    run_still (&f, scene, 3, &rng);
    for (gsize i = 0; i < f.n && t >= 20 && t < 120; i++)
      first[i] += filtered_of (&f)[i] / 100;
    for (gsize i = 0; i < f.n && t >= 1900; i++)
      last[i] += filtered_of (&f)[i] / 100;
  }
  for (gsize i = 0; i < f.n; i++) {
    mean += (last[i] - first[i]) / f.n;
    largest = MAX (largest, fabs (last[i] - first[i]));
  }
  g_test_message ("drift: mean %.4f, largest %.2f levels", mean, largest);
  g_assert_cmpfloat (fabs (mean), <, 0.1);
  /* 5 deviations of the difference of two means of 100, somewhat correlated */
  g_assert_cmpfloat (largest, <, 5);
  filter_clear (&f);
}

/* --- what must not be filtered --------------------------------------------------- */

static void
test_strength_zero (gconstpointer data)
{
  TestRng rng = test_rng (8, "strength");
  g_autofree gfloat *scene = NULL;
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, mode_of (data), 131, 77);
  scene = g_new (gfloat, f.n);
  fill_texture (scene, f.width, f.height, 0, 0, 3);
  for (guint t = 0; t < 9; t++) {
    gboolean off = t % 3 == 2;

    set_parameter (&f, VIDEO_TEMPORAL_PARAM_STRENGTH, off ? 0 : 1);
    run_still (&f, scene, 8, &rng);
    g_assert_cmpint (is_unfiltered (&f), ==, off || t == 0);
  }
  filter_clear (&f);
}

static void
test_reset (gconstpointer data)
{
  TestRng rng = test_rng (9, "reset");
  g_autofree gfloat *scene = NULL;
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, mode_of (data), 131, 77);
  scene = g_new (gfloat, f.n);
  fill_texture (scene, f.width, f.height, 0, 0, 3);
  for (guint t = 0; t < 9; t++) {
    set_parameter (&f, VIDEO_TEMPORAL_PARAM_RESET, t == 4 ? 1 : 0);
    if (t == 7)
      sg_session_reset (f.session);
    run_still (&f, scene, 8, &rng);
    g_assert_cmpint (is_unfiltered (&f), ==, t == 0 || t == 4 || t == 7);
    g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_SEEN), ==,
        t < 4 ? t + 1 : t < 7 ? t - 3 : t - 6);
  }
  filter_clear (&f);
}

/* Another scene: its first frame comes out as it is, and so does the second, by
 * which the cut is known to be none that is taken back. */
static void
test_cut (gconstpointer data)
{
  TestRng rng = test_rng (10, "cut");
  gfloat *scenes[2];
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, mode_of (data), 320, 180);
  for (guint i = 0; i < 2; i++) {
    scenes[i] = g_new (gfloat, f.n);
    fill_texture (scenes[i], f.width, f.height, 0, 0, 3 + 10 * i);
  }
  for (guint t = 0; t < 12; t++) {
    run_still (&f, scenes[t >= 6], 8, &rng);
    g_test_message ("frame %u: distance %.3f, cost %.1f", t,
        stat (&f, VIDEO_TEMPORAL_STAT_DISTANCE), stat (&f,
            VIDEO_TEMPORAL_STAT_COST));
    g_assert_cmpint (is_unfiltered (&f), ==, t == 0 || t == 6 || t == 7);
    g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_CUT), ==, t == 6);
  }
  g_free (scenes[0]);
  g_free (scenes[1]);
  filter_clear (&f);
}

/* One white frame: after it the mean goes on where it was. */
static void
test_flash (gconstpointer data)
{
  TestRng rng = test_rng (11, "flash");
  g_autofree gfloat *scene = NULL, *white = NULL;
  gdouble before = 0;
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, mode_of (data), 320, 180);
  scene = g_new (gfloat, f.n);
  white = g_new (gfloat, f.n);
  fill_texture (scene, f.width, f.height, 0, 0, 3);
  for (gsize i = 0; i < f.n; i++)
    white[i] = 0.4f * scene[i] + 0.6f * 255;
  for (guint t = 0; t < 14; t++) {
    gdouble error;

    run_still (&f, t == 10 ? white : scene, 8, &rng);
    error = mean_square (filtered_of (&f), scene, f.n);
    g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_CUT), ==,
        t == 10 ? 1 : t == 11 ? -1 : 0);
    g_assert_cmpint (is_unfiltered (&f), ==, t == 0 || t == 10);
    if (t == 9)
      before = error;
    if (t == 11)
      g_assert_cmpfloat (error, <, 1.1 * before);
  }
  filter_clear (&f);
}

/* What moves is no cut, however fast, and neither is light that changes slowly. */
static void
test_no_cut (void)
{
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, VIDEO_TEMPORAL_MOTION, 320, 180);
  for (guint t = 0; t < 10; t++) {
    gfloat light = t < 5 ? 1 : 1 - 0.02f * (t - 5);

    fill_texture (frame_of (&f), f.width, f.height, 23 * t, -5.0 * t, 3);
    for (gsize i = 0; i < f.n; i++)
      frame_of (&f)[i] *= light;
    memcpy (stylised_of (&f), frame_of (&f), f.n * sizeof (gfloat));
    filter_run (&f);
    g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_CUT), ==, 0);
    g_assert_cmpfloat (stat (&f, VIDEO_TEMPORAL_STAT_RESTART), ==, t == 0);
  }
  filter_clear (&f);
}

/* --- sizes and errors -------------------------------------------------------------- */

static void
test_sizes (void)
{
  static const gint sizes[][2] = { {1, 1}, {2, 3}, {16, 16}, {17, 31},
  {200, 3}, {41, 39}, {64, 360}
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint mode = 0; mode < 2; mode++) {
      TestRng rng = test_rng (12, "sizes");
      g_autofree gfloat *scene = NULL;
      Filter f;

      filter_init (&f, SG_BACKEND_CPU, mode, sizes[i][0], sizes[i][1]);
      scene = g_new (gfloat, f.n);
      fill_texture (scene, f.width, f.height, 0, 0, 3);
      for (guint t = 0; t < 4; t++) {
        run_still (&f, scene, 4, &rng);
        g_assert_true (sg_tensor_is_finite (f.outputs[0]));
        g_assert_true (sg_tensor_is_finite (f.outputs[1]));
      }
      g_assert_cmpfloat (mean_square (filtered_of (&f), scene, f.n), <, 100);
      filter_clear (&f);
    }
}

/* A picture that is not finite is gone with the next one. */
static void
test_not_finite (gconstpointer data)
{
  TestRng rng = test_rng (13, "not finite");
  g_autofree gfloat *scene = NULL;
  Filter f;

  filter_init (&f, SG_BACKEND_CPU, mode_of (data), 64, 48);
  scene = g_new (gfloat, f.n);
  fill_texture (scene, f.width, f.height, 0, 0, 3);
  for (guint t = 0; t < 8; t++) {
    add_noise (frame_of (&f), scene, f.n, 1, &rng);
    add_noise (stylised_of (&f), scene, f.n, 1, &rng);
    if (t == 3)
      stylised_of (&f)[f.n / 2] = NAN;
    filter_run (&f);
    if (t != 3)
      g_assert_true (sg_tensor_is_finite (f.outputs[0]));
  }
  filter_clear (&f);
}

static void
test_errors (void)
{
  VideoTemporalConfig config = { VIDEO_TEMPORAL_MOTION, 64, 48, pixels,
    pixels
  };
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  VideoTemporal temporal;
  SgValue *x = sg_graph_add_input (graph, "x", SG_DTYPE_F32,
      SHAPE (1, 3, 48, 64));

  config.width = 0;
  g_assert_false (video_temporal_add (graph, &config, x, x, &temporal, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  config.width = 64;
  config.output.channels = 2;
  g_assert_false (video_temporal_add (graph, &config, x, x, &temporal, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
}

#define ADD_MODES(path, function) \
  g_test_add_data_func ("/temporal/" path "/static", \
      GINT_TO_POINTER (VIDEO_TEMPORAL_STATIC), function); \
  g_test_add_data_func ("/temporal/" path "/motion", \
      GINT_TO_POINTER (VIDEO_TEMPORAL_MOTION), function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/temporal/flow/translation", test_flow_translation);
  g_test_add_func ("/temporal/flow/far", test_flow_far);
  g_test_add_func ("/temporal/flow/chairs", test_flow_chairs);
  g_test_add_func ("/temporal/flow/same", test_flow_same);
  g_test_add_func ("/temporal/fusion", test_fusion);
  ADD_MODES ("variance", test_still_variance);
  ADD_MODES ("drift", test_still_drift);
  ADD_MODES ("strength-zero", test_strength_zero);
  ADD_MODES ("reset", test_reset);
  ADD_MODES ("cut", test_cut);
  ADD_MODES ("flash", test_flash);
  g_test_add_func ("/temporal/no-cut", test_no_cut);
  g_test_add_func ("/temporal/sizes", test_sizes);
  ADD_MODES ("not-finite", test_not_finite);
  g_test_add_func ("/temporal/errors", test_errors);
  return g_test_run ();
}
