/* gst-stylegan: tests of loss networks that learn from others
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include <sg/distill.h>

#include "train/perceptual.h"
#include "train/toy.h"

#define SIZE 64
#define BATCH 4
#define STEPS 30

typedef struct
{
  SgDevice *device;
  gchar *teacher;
  const gchar *teachers[2];
  guint8 *pictures[BATCH];
  gchar *folder;
  SgDistillConfig config;
} Fixture;

static void
set_up (Fixture * f, gconstpointer data)
{
  const SgDeviceConfig config = { .backend = SG_BACKEND_CPU, .n_threads = 2 };

  f->device = sg_device_open (&config, NULL, NULL);
  f->teacher = toy_loss_network ();
  f->teachers[0] = f->teacher;
  f->teachers[1] = NULL;
  for (guint i = 0; i < BATCH; i++)
    f->pictures[i] = toy_picture (80, 70, i);
  f->folder = g_dir_make_tmp ("sg-distill-XXXXXX", NULL);
  sg_distill_config_init (&f->config);
  f->config.steps = STEPS;
  f->config.batch = BATCH;
  f->config.size = SIZE;
  f->config.teachers = f->teachers;
}

static void
tear_down (Fixture * f, gconstpointer data)
{
  toy_remove (f->teacher);
  for (guint i = 0; i < BATCH; i++)
    g_free (f->pictures[i]);
  g_rmdir (f->folder);
  g_free (f->folder);
  sg_device_unref (f->device);
}

static SgDistiller *
new_distiller (Fixture * f)
{
  g_autoptr (GError) error = NULL;
  SgDistiller *d = sg_distiller_new (&f->config, f->device, &error);

  g_assert_no_error (error);
  return d;
}

/* Mean of the total over @n steps. */
static gdouble
learn (Fixture * f, SgDistiller * d, guint n)
{
  SgPicture pictures[BATCH];
  gdouble sum = 0;

  for (guint i = 0; i < BATCH; i++)
    pictures[i] = (SgPicture) {
    80, 70, f->pictures[i]};
  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    SgTrainReport report;

    sg_distiller_step (d, pictures, &report, &error);
    g_assert_no_error (error);
    g_assert_true (isfinite (report.total) && report.total > 0);
    g_assert_cmpfloat (report.loss[SG_LOSS_STYLE], <=, 1);
    sum += report.total / n;
  }
  return sum;
}

static GBytes *
export (Fixture * f, SgDistiller * d)
{
  g_autofree gchar *path = g_build_filename (f->folder, "loss.onnx", NULL);
  const gchar *const metadata[] = { "license", "CC0-1.0", NULL };
  g_autoptr (GError) error = NULL;
  gchar *data;
  gsize size;

  sg_distiller_export (d, path, metadata, &error);
  g_assert_no_error (error);
  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  g_unlink (path);
  return g_bytes_new_take (data, size);
}

/* It comes to see what the teacher sees, and is a loss network. */
static void
test_learns (Fixture * f, gconstpointer data)
{
  g_autoptr (SgDistiller) d = new_distiller (f);
  g_autofree gchar *path = g_build_filename (f->folder, "loss.onnx", NULL);
  g_autoptr (SgPerceptual) loss = NULL;
  g_autoptr (SgModel) model = NULL;
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  const SgShape shape = SG_SHAPE (1, 3, 45, 70);
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  SgValue *maps[8];
  gdouble first = learn (f, d, 5), last;

  learn (f, d, STEPS - 10);
  last = learn (f, d, 5);
  g_assert_cmpfloat (last, <, 0.7 * first);
  g_assert_cmpuint (sg_distiller_get_step (d), ==, STEPS);

  sg_distiller_export (d, path, NULL, &error);
  g_assert_no_error (error);
  loss = sg_perceptual_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_perceptual_get_n_layers (loss), ==, 4);
  sg_perceptual_append (loss, &b, sg_graph_add_input (graph, "x", SG_DTYPE_F32,
          &shape), maps);
  g_assert_no_error (b.error);
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpfloat (sg_perceptual_get_style_weight (loss, i), ==, 1);
    g_assert_cmpint (ABS (maps[i]->desc.shape.dim[3] - (70 >> i)), <=, 1);
  }
  g_unlink (path);
}

/* The same again is the same, and so is going on from a file. */
static void
test_resumes (Fixture * f, gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (f->folder, "c.safetensors", NULL);
  g_autoptr (SgDistiller) a = new_distiller (f), c = NULL;
  g_autoptr (GBytes) whole = NULL, resumed = NULL;
  g_autoptr (GError) error = NULL;

  learn (f, a, 2);
  sg_distiller_save (a, path, &error);
  g_assert_no_error (error);
  learn (f, a, 2);
  whole = export (f, a);
  c = new_distiller (f);
  sg_distiller_load (c, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_distiller_get_step (c), ==, 2);
  learn (f, c, 2);
  resumed = export (f, c);
  g_assert_true (g_bytes_equal (whole, resumed));

  f->config.seed = 2;
  {
    g_autoptr (SgDistiller) other = new_distiller (f);

    g_assert_false (sg_distiller_load (other, path, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
    g_assert_nonnull (strstr (error->message, "seed 1"));
    g_clear_error (&error);
  }
  g_file_set_contents (path, "no tensors", -1, NULL);
  g_assert_false (sg_distiller_load (c, path, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL);
  g_unlink (path);
}

static void
refuse (Fixture * f, gint code, const gchar * word)
{
  g_autoptr (GError) error = NULL;
  SgDistiller *d = sg_distiller_new (&f->config, f->device, &error);

  g_assert_null (d);
  g_assert_error (error, SG_ERROR, code);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_wrong (Fixture * f, gconstpointer data)
{
  g_autofree gchar *crop = g_strconcat (f->teacher, ":crop=40", NULL);
  g_autoptr (SgDistiller) d = NULL;
  const SgDistillConfig right = f->config;

  f->config.batch = 3;
  refuse (f, SG_ERROR_INVALID_ARGUMENT, "batch");
  f->config = right;
  f->config.size = 60;
  refuse (f, SG_ERROR_INVALID_ARGUMENT, "size");
  f->config = right;
  f->config.rate = 0;
  refuse (f, SG_ERROR_INVALID_ARGUMENT, "rate");
  f->config = right;
  f->teachers[0] = "none.onnx";
  refuse (f, SG_ERROR_NOT_FOUND, "none.onnx");
  f->teachers[0] = NULL;
  refuse (f, SG_ERROR_INVALID_ARGUMENT, "teacher");
  /* the middle of the pictures only */
  f->teachers[0] = crop;
  d = new_distiller (f);
  learn (f, d, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define TEST(name, function) \
    g_test_add ("/distill/" name, Fixture, NULL, set_up, function, tear_down)
  TEST ("learns", test_learns);
  TEST ("resumes", test_resumes);
  TEST ("wrong", test_wrong);
#undef TEST
  return g_test_run ();
}
