/* gst-stylegan: tests of the discriminator
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include "ops/grid_sample.h"
#include "train/autodiff.h"
#include "train/discriminator-images.h"
#include "train/discriminator-net.h"
#include "train/discriminator.h"
#include "util/rng.h"
#include "util/shape.h"

#define SIZE 64
#define BATCH 4
#define STYLE_WIDTH 120
#define STYLE_HEIGHT 90

/* --- toy data ------------------------------------------------------------------ */

/* Three textures: stripes, checks, smooth hills. */
static gdouble
texture (guint kind, gdouble x, gdouble y)
{
  switch (kind) {
    case 0:
      return sin (0.9 * x + 0.3 * y) > 0 ? 0.9 : 0.2;
    case 1:
      return ((gint) floor (x / 5) + (gint) floor (y / 5)) & 1 ? 0.7 : 0.4;
    default:
      return 0.5 + 0.3 * sin (0.12 * x) * cos (0.15 * y);
  }
}

enum
{ STRIPES, CHECKS, HILLS };

/* @n images, each from elsewhere. */
static SgTensor *
new_images (guint kind, guint n, gint size, guint64 seed)
{
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, SHAPE (n, 3, size, size),
      NULL);
  TestRng rng = test_rng (seed, "images");
  gfloat *out = tensor->data;

  for (guint i = 0; i < n; i++) {
    gdouble left = test_rng_uniform (&rng, 0, 100);
    gdouble top = test_rng_uniform (&rng, 0, 100);

    for (gint c = 0; c < 3; c++)
      for (gint y = 0; y < size; y++)
        for (gint x = 0; x < size; x++)
          *out++ = (gfloat) (texture (kind, x + left, y + top) - 0.1 * c);
  }
  return tensor;
}

typedef struct
{
  SgDevice *device;
  guint8 *style;
  SgTrainConfig config;
} Fixture;

static void
set_up (Fixture * f, gconstpointer data)
{
  const SgDeviceConfig cpu = { .backend = SG_BACKEND_CPU, .n_threads = 2 };
  g_autoptr (GError) error = NULL;

  f->device = sg_device_open (&cpu, NULL, &error);
  g_assert_no_error (error);
  f->style = g_malloc (3 * STYLE_WIDTH * STYLE_HEIGHT);
  for (gint i = 0; i < 3 * STYLE_WIDTH * STYLE_HEIGHT; i++)
    f->style[i] = (guint8) (255 * (texture (STRIPES, i / 3 % STYLE_WIDTH,
                i / 3 / STYLE_WIDTH) - 0.1 * (i % 3)));
  sg_train_config_init (&f->config);
  f->config.style = (SgPicture) {
  STYLE_WIDTH, STYLE_HEIGHT, f->style};
  f->config.style_size = STYLE_HEIGHT;
  f->config.size = SIZE;
  f->config.batch = BATCH;
  f->config.steps = 1000;
  f->config.rate = 1e-3;
  f->config.init = "";          /* no copying at first */
}

static void
tear_down (Fixture * f, gconstpointer data)
{
  sg_device_unref (f->device);
  g_free (f->style);
}

static SgDiscriminator *
new_discriminator (Fixture * f)
{
  g_autoptr (GError) error = NULL;
  SgDiscriminator *d = sg_discriminator_new (&f->config, f->device, &error);

  g_assert_no_error (error);
  return d;
}

static SgTensorMap *
get_state (SgDiscriminator * d)
{
  SgTensorMap *map = sg_tensor_map_new ();

  sg_discriminator_get_state (d, map);
  return map;
}

static const gfloat *
get_floats (SgTensorMap * map, const gchar * name)
{
  SgTensor *tensor = sg_tensor_map_get (map, name);

  g_assert_nonnull (tensor);
  return tensor->data;
}

static void
assert_same_tensor (SgTensorMap * a, SgTensorMap * b, const gchar * name)
{
  SgTensor *x = sg_tensor_map_get (a, name), *y = sg_tensor_map_get (b, name);

  g_assert_cmpmem (x->data, sg_tensor_desc_bytes (&x->desc), y->data,
      sg_tensor_desc_bytes (&y->desc));
}

static void
assert_same_state (SgDiscriminator * a, SgDiscriminator * b)
{
  g_autoptr (SgTensorMap) x = get_state (a), y = get_state (b);
  guint n, m;
  g_autofree const gchar **names = sg_tensor_map_list (x, &n);
  g_autofree const gchar **others = sg_tensor_map_list (y, &m);

  g_assert_cmpuint (n, ==, m);
  for (guint i = 0; i < n; i++) {
    g_assert_true (g_str_has_prefix (names[i], "discriminator."));
    assert_same_tensor (x, y, names[i]);
  }
}

typedef struct
{
  gdouble realness, style;
} Scores;

static Scores
step_of (SgDiscriminator * d, guint64 step, const SgTensor * x,
    const SgTensor * y)
{
  g_autoptr (GError) error = NULL;
  Scores s;

  sg_discriminator_step (d, step, 1, x, y, NULL, NULL, &s.realness, &s.style,
      &error);
  g_assert_no_error (error);
  return s;
}

/* Photographs are hills, the network makes checks. */
static Scores
step (SgDiscriminator * d, guint64 index)
{
  g_autoptr (SgTensor) x = new_images (HILLS, BATCH, SIZE, 2 * index);
  g_autoptr (SgTensor) y = new_images (CHECKS, BATCH, SIZE, 2 * index + 1);

  return step_of (d, index, x, y);
}

/* --- pictures ------------------------------------------------------------------- */

/* What the network's graph does with a picture, and what is done for the
 * discriminator's own: the same. */
static void
test_augmentation (Fixture * f, gconstpointer data)
{
  const SgGridSampleAttrs attrs = { SG_GRID_LINEAR, SG_GRID_ZEROS, FALSE };
  gint w = sg_augmentation_get_window (SIZE);
  g_autoptr (SgTensor) image = new_images (STRIPES, 1, SIZE, 1);
  g_autoptr (SgTensor) grid = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, w, w, 2),
      NULL);
  g_autoptr (SgTensor) want = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, 3, w, w),
      NULL);
  g_autoptr (SgTensor) got = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, 3, w, w),
      NULL);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = NULL;
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  SgTensor *inputs[] = { image, grid };
  SgTensorDesc descs[] = { image->desc, grid->desc };
  SgValue *values[2];

  for (guint i = 0; i < 2; i++)
    values[i] = sg_graph_add_input (graph, "in", SG_DTYPE_F32, &descs[i].shape);
  sg_graph_add_output (graph, "out", sg_build_node (&b, "grid_sample", &attrs,
          2, sg_build_binary (&b, "sub", sg_build_scale (&b, values[0], 2),
              sg_build_scalar (&b, 1)), values[1]));
  g_assert_no_error (b.error);
  session = sg_session_new (graph, f->device, descs, 2, NULL, &error);
  g_assert_no_error (error);
  for (guint seed = 0; seed < 4; seed++) {
    SgAugmentation a;
    guint zeros = 0;
    SgRng rng;

    sg_rng_init (&rng, seed, 0, 0);
    sg_augmentation_draw (&a, &rng, SIZE);
    sg_augmentation_fill_grid (&a, grid->data);
    sg_augmentation_apply (&a, image->data, want->data);
    g_assert_true (sg_session_run (session, inputs, &got, &error));
    for (gint i = 0; i < 3 * w * w; i++) {
      g_assert_cmpfloat_with_epsilon (sg_tensor_get (got, i),
          sg_tensor_get (want, i), 1e-4);
      zeros += sg_tensor_get (want, i) == 0;
    }
    g_assert_cmpuint (zeros, ==, 3 * (w / 4) * (w / 4));
  }
}

/* Parts of a picture whose colours are known, however small and large it is. */
static void
test_crops (void)
{
  const gint sizes[][2] = { {16, 16}, {400, 31}, {37, 1200} };

  for (guint k = 0; k < G_N_ELEMENTS (sizes); k++) {
    gint width = sizes[k][0], height = sizes[k][1], n = width * height;
    g_autofree guint8 *rgb = g_malloc (3 * n);
    const SgPicture style = { width, height, rgb };

    /* red grows to the right, green downwards, blue stays */
    for (gint i = 0; i < n; i++) {
      rgb[3 * i] = (guint8) (255 * (i % width) / (width - 1));
      rgb[3 * i + 1] = (guint8) (255 * (i / width) / (height - 1));
      rgb[3 * i + 2] = 51;
    }
    for (gint size = 32; size <= 512; size *= 4) {
      g_autoptr (SgStyleCrops) crops = sg_style_crops_new (&style, size);

      for (guint seed = 0; seed < 8; seed++) {
        gfloat out[3 * 24 * 24], again[3 * 24 * 24];
        SgRng rng;

        sg_rng_init (&rng, seed, 0, 0);
        sg_style_crops_cut (crops, &rng, 24, out);
        for (guint i = 0; i < G_N_ELEMENTS (out); i++)
          g_assert_true (out[i] >= -1.0001f && out[i] <= 1.0001f);
        for (guint i = 0; i < 24 * 24; i++)
          g_assert_cmpfloat_with_epsilon (out[2 * 24 * 24 + i], -0.6, 1e-5);
        sg_rng_init (&rng, seed, 0, 0);
        sg_style_crops_cut (crops, &rng, 24, again);
        g_assert_cmpmem (out, sizeof out, again, sizeof again);
      }
    }
  }
}

/* --- spectral norm ----------------------------------------------------------------- */

/* W's largest singular value, and u^T W v. */
static void
measure_norm (const gfloat * w, gint64 n_out, gint64 n_in, const gfloat * uv,
    gdouble * largest, gdouble * estimate)
{
  g_autofree gdouble *u = g_new (gdouble, n_out), *v = g_new (gdouble, n_in);
  gdouble norm = 0;

  *estimate = 0;
  for (gint64 k = 0; k < n_in; k++)
    v[k] = sin (k + 1.0);
  for (guint round = 0; round < 400; round++) {
    norm = 0;
    for (gint64 i = 0; i < n_out; i++) {
      u[i] = 0;
      for (gint64 k = 0; k < n_in; k++)
        u[i] += w[i * n_in + k] * v[k];
      norm += u[i] * u[i];
    }
    norm = sqrt (norm);
    *largest = norm;
    for (gint64 k = 0; k < n_in; k++)
      v[k] = 0;
    for (gint64 i = 0; i < n_out; i++)
      for (gint64 k = 0; k < n_in; k++)
        v[k] += w[i * n_in + k] * u[i];
    norm = 0;
    for (gint64 k = 0; k < n_in; k++)
      norm += v[k] * v[k];
    norm = sqrt (norm);
    for (gint64 k = 0; k < n_in; k++)
      v[k] /= norm;
  }
  for (gint64 i = 0; i < n_out; i++)
    for (gint64 k = 0; k < n_in; k++)
      *estimate += (gdouble) uv[i] * w[i * n_in + k] * uv[n_out + k];
}

/* Every layer's estimate is more than @least of its norm. */
static void
assert_norms (const gfloat * row, const gfloat * vectors, gdouble least)
{
  g_autoptr (SgParameters) p = sg_parameters_new ();

  g_assert_true (sg_discriminator_list (p, NULL));
  g_assert_cmpuint (sg_parameters_get_n (p), ==, 2 * SG_DISCRIMINATOR_N_LAYERS);
  for (guint i = 0; i < sg_parameters_get_n (p); i += 2) {
    const SgParameter *w = sg_parameters_get (p, i);
    gint64 n_out = w->shape.dim[0];
    gint64 n_in = sg_shape_elements (&w->shape) / n_out;
    gdouble largest, estimate;

    measure_norm (row + w->offset, n_out, n_in, vectors, &largest, &estimate);
    g_test_message ("%s: %g of %g", w->name, estimate, largest);
    g_assert_cmpfloat (estimate, >, least * largest);
    g_assert_cmpfloat (estimate, <, 1.001 * largest);
    vectors += n_out + n_in;
  }
}

/* Near from the beginning, not far while the weights learn, there when they stay. */
static void
test_spectral_norm (Fixture * f, gconstpointer data)
{
  g_autoptr (SgDiscriminator) d = new_discriminator (f);
  g_autoptr (SgParameters) p = sg_parameters_new ();
  g_autoptr (SgTensorMap) state = get_state (d);
  g_autofree gfloat *vectors = NULL;
  const gfloat *row;

  assert_norms (get_floats (state, "discriminator.parameters"),
      get_floats (state, "discriminator.vectors"), 0.95);
  for (guint i = 0; i < 5; i++)
    step (d, i);
  sg_tensor_map_free (state);
  state = get_state (d);
  row = get_floats (state, "discriminator.parameters");
  vectors = g_memdup2 (get_floats (state, "discriminator.vectors"),
      sg_discriminator_get_n_vectors () * sizeof *vectors);
  assert_norms (row, vectors, 0.85);
  g_assert_true (sg_discriminator_list (p, NULL));
  for (guint i = 0; i < 300; i++)
    sg_discriminator_iterate (p, row, vectors);
  assert_norms (row, vectors, 0.99);
}

/* --- learning ------------------------------------------------------------------------ */

static gfloat
get_accuracy (SgDiscriminator * d)
{
  g_autoptr (SgTensorMap) state = get_state (d);

  return *get_floats (state, "discriminator.accuracy");
}

/* It tells stripes from checks, waits when it does so well, and knows stripes and
 * hills when they come in the place of the network's images. */
static void
test_learn (Fixture * f, gconstpointer data)
{
  g_autoptr (SgDiscriminator) d = new_discriminator (f);
  g_autoptr (SgTensor) hills = new_images (HILLS, BATCH, SIZE, 1000);
  g_autoptr (SgTensor) stripes = new_images (STRIPES, BATCH, SIZE, 1001);
  g_autoptr (SgTensorMap) before = NULL, after = NULL, other = NULL;
  const gfloat restless = 0.5f;
  Scores s = { 0 };
  guint i = 0;

  for (i = 0; i < 60 && get_accuracy (d) <= 0.85f; i++) {
    s = step (d, i);
    g_test_message ("%u: realness %.3f, style %.3f, accuracy %.3f", i,
        s.realness, s.style, get_accuracy (d));
  }
  g_assert_cmpfloat (get_accuracy (d), >, 0.85f);
  g_assert_cmpfloat (s.realness, <, -0.2);

  before = get_state (d);
  s = step (d, i);
  after = get_state (d);
  assert_same_tensor (before, after, "discriminator.parameters");
  assert_same_tensor (before, after, "discriminator.m");
  assert_same_tensor (before, after, "discriminator.step");
  g_assert_cmpfloat (s.realness, <, -0.2);

  s = step_of (d, i, hills, stripes);
  g_assert_cmpfloat (s.realness, >, 0);
  g_assert_cmpfloat (s.style, >, 0.5);
  s = step_of (d, i, hills, hills);
  g_assert_cmpfloat (s.style, <, 0.5);

  /* and goes on when it does worse */
  sg_tensor_map_set_floats (before, "discriminator.accuracy", &restless, 1);
  g_assert_true (sg_discriminator_set_state (d, before, NULL));
  step (d, i);
  other = get_state (d);
  g_assert_cmpfloat (get_floats (other, "discriminator.step")[0], ==,
      get_floats (before, "discriminator.step")[0] + 1);
}

static void
test_state (Fixture * f, gconstpointer data)
{
  g_autoptr (SgDiscriminator) a = new_discriminator (f);
  g_autoptr (SgDiscriminator) b = new_discriminator (f);
  g_autoptr (SgTensorMap) state = NULL, empty = sg_tensor_map_new ();
  g_autoptr (GError) error = NULL;
  const gfloat few[3] = { 0 };

  for (guint i = 0; i < 3; i++)
    step (a, i);
  state = get_state (a);
  g_assert_true (sg_discriminator_set_state (b, state, &error));
  assert_same_state (a, b);
  for (guint i = 3; i < 5; i++) {
    step (a, i);
    step (b, i);
    assert_same_state (a, b);
  }

  g_assert_false (sg_discriminator_set_state (b, empty, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  sg_tensor_map_set_floats (state, "discriminator.m", few, 3);
  g_assert_false (sg_discriminator_set_state (b, state, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  assert_same_state (a, b);
}

/* Adam's first step is as long as its rate. */
static void
test_rate (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensor) x = new_images (HILLS, BATCH, SIZE, 1);
  g_autoptr (SgTensor) y = new_images (CHECKS, BATCH, SIZE, 2);
  gdouble moved[2] = { 0 };

  for (guint i = 0; i < 2; i++) {
    g_autoptr (SgDiscriminator) d = new_discriminator (f);
    g_autoptr (SgTensorMap) before = get_state (d), after = NULL;
    const SgTensor *a, *b;
    Scores s;

    sg_discriminator_step (d, 500, i ? 0.25 : 1, x, y, NULL, NULL, &s.realness,
        &s.style, NULL);
    after = get_state (d);
    a = sg_tensor_map_get (before, "discriminator.parameters");
    b = sg_tensor_map_get (after, "discriminator.parameters");
    for (gint64 k = 0; k < sg_tensor_elements (a); k++)
      moved[i] += fabs (sg_tensor_get (b, k) - sg_tensor_get (a, k));
  }
  g_assert_cmpfloat (moved[0], >, 0);
  g_assert_cmpfloat_with_epsilon (moved[1] / moved[0], 0.25, 1e-3);
}

static void
test_not_finite (Fixture * f, gconstpointer data)
{
  g_autoptr (SgDiscriminator) a = new_discriminator (f);
  g_autoptr (SgDiscriminator) b = new_discriminator (f);
  g_autoptr (SgTensor) x = new_images (HILLS, BATCH, SIZE, 1);
  g_autoptr (SgTensor) y = new_images (CHECKS, BATCH, SIZE, 2);
  g_autoptr (GError) error = NULL;
  Scores s;

  for (gint i = 0; i < SIZE; i++)
    ((gfloat *) y->data)[(SIZE / 2) * SIZE + i] = NAN;
  g_assert_false (sg_discriminator_step (a, 0, 1, x, y, NULL, NULL, &s.realness,
          &s.style, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NOT_FINITE);
  assert_same_state (a, b);
}

/* --- several machines ------------------------------------------------------------------ */

/* Adds to the row that it is given. */
static gboolean
add_row (gfloat * values, gsize n, gpointer user_data, GError ** error)
{
  GArray *sum = user_data;

  g_array_set_size (sum, (guint) n);
  for (gsize i = 0; i < n; i++)
    g_array_index (sum, gfloat, i) += values[i];
  return TRUE;
}

/* Rank @rank of @n_ranks has those of 4 images that its trainer would give it. */
static void
add_rank (Fixture * f, guint rank, guint n_ranks, gboolean paired, GArray * sum)
{
  guint n = BATCH / n_ranks;
  gsize bytes = sizeof (gfloat) * 3 * SIZE * SIZE;
  g_autoptr (SgTensor) all_x = new_images (HILLS, BATCH, SIZE, 7);
  g_autoptr (SgTensor) all_y = new_images (CHECKS, BATCH, SIZE, 8);
  g_autoptr (SgTensor) x = new_images (HILLS, n, SIZE, 0);
  g_autoptr (SgTensor) y = new_images (HILLS, n, SIZE, 0);
  g_autoptr (SgDiscriminator) d = NULL;
  g_autoptr (GError) error = NULL;
  Scores s;

  f->config.batch = n;
  f->config.rank = rank;
  f->config.n_ranks = n_ranks;
  d = new_discriminator (f);
  for (guint i = 0; i < n; i++) {
    guint picture = rank * n + (!paired ? i : i < n / 2 ? 2 * i
        : 2 * (i - n / 2) + 1);

    memcpy ((guint8 *) x->data + i * bytes, (guint8 *) all_x->data
        + picture * bytes, bytes);
    memcpy ((guint8 *) y->data + i * bytes, (guint8 *) all_y->data
        + picture * bytes, bytes);
  }
  sg_discriminator_step (d, 500, 1, x, y, add_row, sum, &s.realness, &s.style,
      &error);
  g_assert_no_error (error);
}

/* The mean of what two give is what one gives that has the images of both. */
static void
test_ranks (Fixture * f, gconstpointer data)
{
  for (guint paired = 0; paired < 2; paired++) {
    g_autoptr (GArray) one = g_array_new (FALSE, TRUE, sizeof (gfloat));
    g_autoptr (GArray) two = g_array_new (FALSE, TRUE, sizeof (gfloat));
    gdouble wrong = 0, size = 0;

    f->config.weight[SG_LOSS_TEMPORAL] = paired;
    add_rank (f, 0, 1, paired, one);
    add_rank (f, 0, 2, paired, two);
    add_rank (f, 1, 2, paired, two);
    g_assert_cmpuint (one->len, ==, two->len);
    for (guint i = 0; i < one->len; i++) {
      gdouble want = g_array_index (one, gfloat, i);

      wrong = MAX (wrong, fabs (g_array_index (two, gfloat, i) / 2 - want));
      size = MAX (size, fabs (want));
    }
    g_assert_cmpfloat (size, >, 0.01);
    g_assert_cmpfloat (wrong, <, 1e-5 * size);
  }
}

/* --- the network's side ------------------------------------------------------------------ */

typedef struct
{
  SgSession *session;
  SgTensor *inputs[4];
  SgTensor *outputs[2];         /* loss, dloss / dy */
} Appended;

static void
appended_init (Appended * p, Fixture * f, SgDiscriminator * d, SgTensor * y)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  SgValue *value = sg_graph_add_input (graph, "y", SG_DTYPE_F32,
      &y->desc.shape);
  SgValue *loss = sg_discriminator_append (d, &b, value), *gradient;
  SgTensorDesc descs[4] = { y->desc };

  g_assert_no_error (b.error);
  g_assert_cmpuint (sg_discriminator_get_n_inputs (d), ==, 3);
  g_assert_true (sg_autodiff (graph, loss, &value, 1, &gradient, &error));
  g_assert_no_error (error);
  sg_graph_add_output (graph, "loss", loss);
  sg_graph_add_output (graph, "gradient", gradient);
  p->inputs[0] = sg_tensor_ref (y);
  for (guint i = 0; i < 3; i++) {
    descs[1 + i] = *sg_discriminator_get_input_desc (d, i);
    p->inputs[1 + i] = sg_tensor_new (descs[1 + i].dtype, &descs[1 + i].shape,
        NULL);
  }
  p->outputs[0] = sg_tensor_new (SG_DTYPE_F32, &SG_SHAPE_SCALAR, NULL);
  p->outputs[1] = sg_tensor_new (SG_DTYPE_F32, &y->desc.shape, NULL);
  p->session = sg_session_new (graph, f->device, descs, 4, NULL, &error);
  g_assert_no_error (error);
}

static gdouble
appended_run (Appended * p)
{
  g_autoptr (GError) error = NULL;

  sg_session_run (p->session, p->inputs, p->outputs, &error);
  g_assert_no_error (error);
  return *(const gfloat *) p->outputs[0]->data;
}

static void
appended_clear (Appended * p)
{
  sg_session_free (p->session);
  for (guint i = 0; i < 4; i++)
    sg_tensor_unref (p->inputs[i]);
  for (guint i = 0; i < 2; i++)
    sg_tensor_unref (p->outputs[i]);
}

/* dloss / dy along the gradient and along a random direction, and that nothing comes
 * from where the window is not, or its hole. */
static void
test_gradient (Fixture * f, gconstpointer data)
{
  const gdouble h = 2e-4;
  gint w = sg_augmentation_get_window (SIZE), n = 3 * SIZE * SIZE;
  g_autoptr (SgTensor) y = new_images (CHECKS, 2, SIZE, 5);
  g_autoptr (SgTensor) direction = sg_tensor_new (SG_DTYPE_F32, &y->desc.shape,
      NULL);
  g_autoptr (SgDiscriminator) d = NULL;
  g_autofree gfloat *start = NULL;
  TestRng rng = test_rng (1, "direction");
  gfloat *along = direction->data, *gradient;
  Appended p;

  f->config.batch = 2;
  d = new_discriminator (f);
  appended_init (&p, f, d, y);
  sg_discriminator_draw (d, 3, p.inputs + 1);
  g_assert_cmpfloat (fabs (appended_run (&p)), <, 3);
  start = g_memdup2 (y->data, 2 * n * sizeof *start);
  gradient = g_memdup2 (p.outputs[1]->data, 2 * n * sizeof *gradient);
  for (gint i = 0; i < 2; i++) {
    gint zeros = 0;

    for (gint k = 0; k < n; k++)
      zeros += gradient[i * n + k] == 0;
    g_assert_cmpint (zeros, >=, n - 3 * (w * w - w / 4 * (w / 4)));
    g_assert_cmpint (zeros, <, n / 2);
  }
  test_rng_fill (&rng, direction, -1, 1);
  for (guint round = 0; round < 2; round++) {
    gdouble length = 0, want = 0, got = 0;

    if (round == 1)
      memcpy (along, gradient, 2 * n * sizeof *along);
    for (gint i = 0; i < 2 * n; i++)
      length += along[i] * along[i];
    length = sqrt (length / (2 * n));
    for (gint sign = -1; sign <= 1; sign += 2) {
      for (gint i = 0; i < 2 * n; i++)
        ((gfloat *) y->data)[i] = (gfloat) (start[i] + sign * h * along[i]
            / length);
      want += sign * appended_run (&p) / (2 * h);
    }
    for (gint i = 0; i < 2 * n; i++)
      got += gradient[i] * along[i] / length;
    g_test_message ("%g, by differences %g", got, want);
    g_assert_cmpfloat (fabs (got - want), <, round ? 0.01 * fabs (want) : 0.01);
  }
  g_free (gradient);
  appended_clear (&p);
}

/* The cross entropy, which is made without a logarithm. */
static void
test_cross_entropy (Fixture * f, gconstpointer data)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = NULL;
  g_autoptr (SgTensor) odds = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, 1, 1, 1),
      NULL);
  SgTensor *outputs[2];
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  SgValue *x = sg_graph_add_input (graph, "odds", SG_DTYPE_F32,
      &odds->desc.shape), *gradient;
  SgValue *loss = sg_discriminator_network_loss (&b, sg_build_filled (&b, -2,
          SHAPE (1, 1, 3, 3)), x);

  g_assert_true (sg_autodiff (graph, loss, &x, 1, &gradient, &error));
  sg_graph_add_output (graph, "loss", loss);
  sg_graph_add_output (graph, "gradient", gradient);
  session = sg_session_new (graph, f->device, &odds->desc, 1, NULL, &error);
  g_assert_no_error (error);
  outputs[0] = sg_tensor_new (SG_DTYPE_F32, &SG_SHAPE_SCALAR, NULL);
  outputs[1] = sg_tensor_new (SG_DTYPE_F32, &odds->desc.shape, NULL);
  for (gdouble z = -32; z <= 32; z += 0.5) {
    *(gfloat *) odds->data = (gfloat) z;
    g_assert_true (sg_session_run (session, &odds, outputs, &error));
    g_assert_cmpfloat_with_epsilon (sg_tensor_get (outputs[0], 0),
        2 + 0.5 * log1p (exp (-z)), 2e-6);
    g_assert_cmpfloat_with_epsilon (sg_tensor_get (outputs[1], 0),
        -0.5 / (1 + exp (z)), 2e-6);
  }
  sg_tensor_unref (outputs[0]);
  sg_tensor_unref (outputs[1]);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/discriminator/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/discriminator/crops", test_crops);
  ADD ("augmentation", test_augmentation);
  ADD ("spectral-norm", test_spectral_norm);
  ADD ("learn", test_learn);
  ADD ("state", test_state);
  ADD ("rate", test_rate);
  ADD ("not-finite", test_not_finite);
  ADD ("ranks", test_ranks);
  ADD ("gradient", test_gradient);
  ADD ("cross-entropy", test_cross_entropy);
  return g_test_run ();
}
