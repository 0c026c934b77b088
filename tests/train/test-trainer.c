/* gst-stylegan: tests of the training loop
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "train/network.h"
#include "train/schedule.h"
#include "train/toy.h"
#include "train/trainer.h"

#define SIZE 32
#define BATCH 2
#define STEPS 8

typedef struct
{
  SgDevice *device;
  gchar *loss_network;
  const gchar *networks[2];
  guint8 *style, *pictures[2 * BATCH];
  gchar *folder;
  SgTrainConfig config;
} Fixture;

static void
set_up (Fixture * f, gconstpointer data)
{
  const SgDeviceConfig config = { .backend = SG_BACKEND_CPU, .n_threads = 2 };

  f->device = sg_device_open (&config, NULL, NULL);
  f->loss_network = toy_loss_network ();
  f->networks[0] = f->loss_network;
  f->style = toy_picture (64, 48, 100);
  for (guint i = 0; i < 2 * BATCH; i++)
    f->pictures[i] = toy_picture (80, 60, i);
  f->folder = g_dir_make_tmp ("sg-trainer-XXXXXX", NULL);
  sg_train_config_init (&f->config);
  f->config.network = SG_NETWORK_NANO;
  f->config.steps = STEPS;
  f->config.batch = BATCH;
  f->config.size = SIZE;
  f->config.style_size = SIZE;
  f->config.loss_networks = f->networks;
  f->config.style = (SgPicture) {
  64, 48, f->style};
}

static void
tear_down (Fixture * f, gconstpointer data)
{
  sg_device_unref (f->device);
  toy_remove (f->loss_network);
  g_free (f->style);
  for (guint i = 0; i < 2 * BATCH; i++)
    g_free (f->pictures[i]);
  g_rmdir (f->folder);
  g_free (f->folder);
}

static SgTrainer *
new_trainer (Fixture * f)
{
  g_autoptr (GError) error = NULL;
  SgTrainer *t = sg_trainer_new (&f->config, f->device, &error);

  g_assert_no_error (error);
  return t;
}

static void
step (Fixture * f, SgTrainer * t, guint n, SgTrainReport * report)
{
  g_autoptr (GError) error = NULL;
  SgPicture first[BATCH], second[BATCH];

  for (guint k = 0; k < n; k++) {
    for (guint i = 0; i < BATCH; i++) {
      first[i] = (SgPicture) {
      80, 60, f->pictures[(sg_trainer_get_step (t) + i) % BATCH]};
      second[i] = i ? (SgPicture) {
      0}
      : (SgPicture) {
      80, 60, f->pictures[BATCH + i]};
    }
    sg_trainer_step (t, first, second, report, &error);
    g_assert_no_error (error);
  }
}

/* The parameters as they are now. */
static void
assert_same (SgTrainer * a, SgTrainer * b)
{
  gsize bytes = sizeof (gfloat) * sg_parameters_get_size (a->parameters);

  g_assert_cmpmem (sg_optimiser_get_parameters (a->optimiser)->data, bytes,
      sg_optimiser_get_parameters (b->optimiser)->data, bytes);
  g_assert_cmpmem (a->mean, bytes, b->mean, bytes);
}

/* --- tests ------------------------------------------------------------------- */

static void
test_networks (Fixture * f, gconstpointer data)
{
  /* of science's table, with norms' scales and shifts */
  static const gint64 size[SG_N_NETWORKS] = {
    [SG_NETWORK_NANO] = 81000,[SG_NETWORK_SMALL] = 234000,
    [SG_NETWORK_SMALL_SEPARABLE] = 142000,[SG_NETWORK_FULL] = 931000,
    [SG_NETWORK_JOHNSON] = 1676000
  };

  for (guint i = 0; i < SG_N_NETWORKS; i++) {
    g_autoptr (SgParameters) p = sg_parameters_new ();
    g_autoptr (SgGraph) graph = sg_graph_new ();
    const SgShape shape = SG_SHAPE (1, 3, 36, 40);
    SgBuild b = { graph, NULL, SG_DTYPE_F32 };
    SgNetwork id;
    SgValue *y = sg_network_append ((SgNetwork) i, &b, p,
        sg_graph_add_input (graph, "x", SG_DTYPE_F32, &shape));

    g_assert_no_error (b.error);
    g_assert_true (sg_shape_equal (&y->desc.shape, &shape));
    g_test_message ("%s: %" G_GINT64_FORMAT, sg_network_get_name (i),
        sg_parameters_get_size (p));
    g_assert_cmpfloat (fabs (sg_parameters_get_size (p) / (gdouble) size[i]
            - 1), <, 0.03);
    g_assert_true (sg_network_from_name (sg_network_get_name (i), &id));
    g_assert_cmpuint (id, ==, i);
  }
}

static void
test_learns (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTrainer) t = NULL;
  SgTrainReport first, last;

  f->config.steps = 60;
  f->config.weight[SG_LOSS_TEMPORAL] = 1;
  t = new_trainer (f);
  step (f, t, 1, &first);
  step (f, t, 59, &last);
  g_assert_null (last.rollback);
  g_test_message ("style %.3f, then %.3f; content %.3f, then %.3f",
      first.loss[SG_LOSS_STYLE], last.loss[SG_LOSS_STYLE],
      first.loss[SG_LOSS_CONTENT], last.loss[SG_LOSS_CONTENT]);
  g_assert_cmpuint (last.step, ==, 60);
  g_assert_cmpfloat (last.loss[SG_LOSS_STYLE], <,
      0.5 * first.loss[SG_LOSS_STYLE]);
  g_assert_true (last.loss[SG_LOSS_TEMPORAL] > 0);
}

static void
resume (Fixture * f)
{
  g_autofree gchar *path = g_build_filename (f->folder, "a.safetensors", NULL);
  g_autoptr (SgTrainer) whole = new_trainer (f), half = new_trainer (f);
  g_autoptr (SgTrainer) rest = new_trainer (f);
  g_autoptr (GError) error = NULL;
  SgTrainReport a, b;

  step (f, whole, STEPS, &a);
  step (f, half, STEPS / 2, &b);
  g_assert_true (sg_trainer_save (half, path, &error));
  g_assert_true (sg_trainer_load (rest, path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sg_trainer_get_step (rest), ==, STEPS / 2);
  step (f, rest, STEPS - STEPS / 2, &b);
  assert_same (whole, rest);
  g_assert_cmpfloat (a.total, ==, b.total);
  g_remove (path);
}

static void
test_resume (Fixture * f, gconstpointer data)
{
  resume (f);
}

static void
test_resume_adversarial (Fixture * f, gconstpointer data)
{
  f->config.weight[SG_LOSS_ADVERSARIAL] = 1;
  resume (f);
}

static void
test_refuses (Fixture * f, gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (f->folder, "a.safetensors", NULL);
  g_autoptr (SgTrainer) t = new_trainer (f), other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_trainer_save (t, path, &error));
  f->config.seed = 2;
  other = new_trainer (f);
  g_assert_false (sg_trainer_load (other, path, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "seed"));
  g_clear_error (&error);
  g_assert_false (sg_trainer_load (other, f->loss_network, &error));
  g_assert_nonnull (error);
  g_remove (path);
}

static void
test_config (Fixture * f, gconstpointer data)
{
  const SgTrainConfig good = f->config;

  for (guint i = 0; i < 6; i++) {
    g_autoptr (GError) error = NULL;

    f->config = good;
    *(i == 0 ? &f->config.batch : &f->config.steps) = i == 0 ? 3 : STEPS;
    f->config.size = i == 1 ? 33 : SIZE;
    f->config.rate = i == 2 ? NAN : 1e-3;
    f->config.style_size = i == 3 ? 0 : SIZE;
    f->config.weight[SG_LOSS_TV] = i == 4 ? -1 : 0;
    f->networks[0] = i == 5 ? "/nowhere/network.onnx" : f->loss_network;
    g_assert_null (sg_trainer_new (&f->config, f->device, &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
  }
}

/* Weights that are no numbers stand for whatever makes a step go wrong. */
static void
test_roll_back (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTrainer) t = NULL;
  SgTrainReport report;
  gfloat before;
  gfloat *row;

  f->config.steps = 40;
  t = new_trainer (f);
  step (f, t, 4, &report);
  sg_trainer_take_snapshot (t);
  row = sg_optimiser_get_parameters (t->optimiser)->data;
  before = row[10];
  row[10] = NAN;
  step (f, t, 1, &report);
  g_assert_nonnull (report.rollback);
  g_test_message ("%s", report.rollback);
  g_assert_nonnull (strstr (report.rollback, "step 5"));
  row = sg_optimiser_get_parameters (t->optimiser)->data;
  g_assert_cmpfloat (row[10], ==, before);
  g_assert_cmpfloat (t->rate_scale, ==, 0.5);
  step (f, t, 1, &report);
  g_assert_null (report.rollback);
  g_assert_true (isfinite (report.total));
}

/* Stands for other machines: @bad of them have an output that is not finite, or
 * gradients of the discriminator. */
typedef struct
{
  gsize n_parameters;
  gboolean bad_output, bad_discriminator;
} Others;

static gboolean
reduce (gfloat * values, gsize n, gpointer user_data, GError ** error)
{
  const Others *others = user_data;

  if (n == others->n_parameters)
    return TRUE;
  if (n == SG_N_LOSSES + 1 && others->bad_output)
    values[SG_N_LOSSES] = 0.5;
  if (n > 100 && others->bad_discriminator)
    values[0] = NAN;
  return TRUE;
}

static void
test_roll_back_together (Fixture * f, gconstpointer data)
{
  Others others = { 0 };
  g_autoptr (SgTrainer) t = NULL;
  SgTrainReport report;

  f->config.reduce = reduce;
  f->config.reduce_data = &others;
  f->config.weight[SG_LOSS_ADVERSARIAL] = 1;
  t = new_trainer (f);
  others.n_parameters = (gsize) sg_parameters_get_size (t->parameters);
  step (f, t, STEPS / 2 + 1, &report);
  g_assert_null (report.rollback);
  g_assert_true (isfinite (report.realness));
  others.bad_output = TRUE;
  step (f, t, 1, &report);
  g_assert_nonnull (strstr (report.rollback, "output"));
  others.bad_output = FALSE;
  others.bad_discriminator = TRUE;
  step (f, t, 1, &report);
  g_assert_nonnull (strstr (report.rollback, "discriminator"));
  g_assert_cmpfloat (t->rate_scale, ==, 0.25);
  others.bad_discriminator = FALSE;
  step (f, t, 1, &report);
  g_assert_null (report.rollback);
  sg_trainer_free (NULL);
}

static void
test_export (Fixture * f, gconstpointer data)
{
  static const gchar *const metadata[] = { "author", "nobody", NULL };
  g_autofree gchar *path = g_build_filename (f->folder, "m.onnx", NULL);
  g_autoptr (SgTrainer) t = new_trainer (f), again = NULL;
  g_autoptr (SgModel) model = NULL;
  g_autofree guint8 *a = NULL, *b = NULL;
  const SgPicture picture = { 79, 53, f->pictures[0] };
  g_autoptr (GError) error = NULL;
  SgTrainReport report;

  step (f, t, 3, &report);
  g_assert_true (sg_trainer_export (t, path, metadata, &error));
  model = sg_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sg_model_get_metadata (model, "author"), ==, "nobody");
  g_assert_cmpint (sg_model_get_pixel_range (model), ==, SG_PIXEL_RANGE_0_1);
  /* the exported weights to begin with */
  f->config.init = path;
  again = new_trainer (f);
  a = sg_trainer_stylize (t, &picture, &error);
  b = sg_trainer_stylize (again, &picture, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (a, 79 * 53 * 3, b, 79 * 53 * 3);
  g_remove (path);
}

static void
test_schedule (Fixture * f, gconstpointer data)
{
  SgSchedule s, before = { 0 };

  f->config.steps = 1000;
  f->config.weight[SG_LOSS_ADVERSARIAL] = 1;
  for (guint i = 0; i < 1000; i++) {
    sg_schedule_get (&f->config, i, &s);
    g_assert_true (s.rate > 0 && s.rate <= f->config.rate);
    for (guint k = 0; k < SG_N_LOSSES; k++)
      g_assert_true (s.weight[k] >= 0);
    g_assert_true (s.weight[SG_LOSS_TEMPORAL] >=
        before.weight[SG_LOSS_TEMPORAL]);
    before = s;
  }
  g_assert_cmpfloat (s.weight[SG_LOSS_STYLE], ==,
      f->config.weight[SG_LOSS_STYLE]);
  g_assert_cmpfloat (s.weight[SG_LOSS_ADVERSARIAL], ==, 0);
}

gint
main (gint argc, gchar ** argv)
{
  static const struct
  {
    const gchar *name;
    void (*run) (Fixture * f, gconstpointer data);
  } tests[] = {
    {"/trainer/networks", test_networks},
    {"/trainer/schedule", test_schedule},
    {"/trainer/config", test_config},
    {"/trainer/learns", test_learns},
    {"/trainer/resume", test_resume},
    {"/trainer/resume-adversarial", test_resume_adversarial},
    {"/trainer/refuses", test_refuses},
    {"/trainer/roll-back", test_roll_back},
    {"/trainer/roll-back-together", test_roll_back_together},
    {"/trainer/export", test_export},
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
