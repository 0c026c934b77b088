/* gst-stylegan: tests of training with several ranks
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * test-mpi starts itself with mpirun, as "test-mpi --child WHAT FILE": one rank. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include <sg/ranks.h>

#include "train/toy.h"
#include "train/trainer.h"

#define SIZE 32
#define BATCH 4                 /* of all ranks together */
#define STEPS 12
#define FIRST_STEP 6            /* all terms are on */
#define N_RANKS 2
#define NO_MPI 77               /* exit code of a child */

static const gchar *program;

/* --- a training ----------------------------------------------------------------- */

static void
fill_config (SgTrainConfig * c, SgRanks * ranks, const gchar * const *networks,
    const guint8 * style)
{
  sg_train_config_init (c);
  c->network = SG_NETWORK_JOHNSON;
  c->steps = STEPS;
  /* Short steps: an untrained network blows up what rounding leaves behind. */
  c->rate = 3e-5;
  c->batch = BATCH / sg_ranks_get_n (ranks);
  c->size = SIZE;
  c->style_size = SIZE;
  c->loss_networks = networks;
  c->style = (SgPicture) {
  64, 48, style};
  c->weight[SG_LOSS_ADVERSARIAL] = 1;
  c->rank = sg_ranks_get_rank (ranks);
  c->n_ranks = sg_ranks_get_n (ranks);
  c->reduce = sg_ranks_mean;
  c->reduce_data = ranks;
}

/* Pictures @first and following, every second one with a later frame. */
static void
train_step (SgTrainer * t, guint64 first, guint n)
{
  g_autoptr (GError) error = NULL;
  SgPicture now[BATCH], later[BATCH] = { {0} };
  SgTrainReport report;

  for (guint i = 0; i < n; i++) {
    guint k = (guint) first + i;

    now[i] = (SgPicture) {
    80, 60, toy_picture (80, 60, k)};
    if (k % 4 == 0)
      later[i] = (SgPicture) {
      80, 60, toy_picture (80, 60, k + 1)};
  }
  sg_trainer_step (t, now, later, &report, &error);
  g_assert_no_error (error);
  g_assert_null (report.rollback);
  for (guint i = 0; i < n; i++) {
    g_free ((gpointer) now[i].rgb);
    g_free ((gpointer) later[i].rgb);
  }
}

static void
copy_row (gfloat * rows, guint index, const SgTensor * row)
{
  gsize n = (gsize) sg_tensor_elements (row);

  memcpy (rows + index * n, row->data, n * sizeof *rows);
}

enum
{ AFTER, BEFORE, GRADIENTS, N_ROWS };

/* Returns: (transfer full): parameters and the first step's gradients, [N_ROWS,n] */
static gfloat *
train (SgRanks * ranks, gsize * n)
{
  const SgDeviceConfig cpu = { .backend = SG_BACKEND_CPU, .n_threads = 1 };
  g_autoptr (SgDevice) device = sg_device_open (&cpu, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTrainer) t = NULL;
  g_autofree guint8 *style = toy_picture (64, 48, 100);
  gchar *network = toy_loss_network ();
  const gchar *networks[] = { network, NULL };
  SgTrainConfig config;
  gfloat *row;

  fill_config (&config, ranks, networks, style);
  t = sg_trainer_new (&config, device, &error);
  g_assert_no_error (error);
  *n = (gsize) sg_parameters_get_size (t->parameters);
  row = g_new (gfloat, N_ROWS * *n);
  t->index = FIRST_STEP;
  copy_row (row, BEFORE, sg_optimiser_get_parameters (t->optimiser));
  for (guint64 step = FIRST_STEP; step < STEPS; step++) {
    train_step (t, (step * config.n_ranks + config.rank) * config.batch,
        config.batch);
    if (step == FIRST_STEP)
      copy_row (row, GRADIENTS, sg_step_get_gradients (t->step));
  }
  copy_row (row, AFTER, sg_optimiser_get_parameters (t->optimiser));
  toy_remove (network);
  return row;
}

/* --- one rank ------------------------------------------------------------------- */

static void
child_basics (SgRanks * ranks)
{
  guint rank = sg_ranks_get_rank (ranks), n = sg_ranks_get_n (ranks);
  g_autoptr (GError) error = NULL;
  gfloat values[1000];
  gchar word[6] = "empty";

  g_assert_cmpuint (n, ==, N_RANKS);
  g_assert_cmpuint (rank, <, n);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = (gfloat) (i + 10 * rank);
  sg_ranks_mean (values, G_N_ELEMENTS (values), ranks, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpfloat (values[i], ==, i + 10 * (n - 1) / 2.0f);
  if (rank == 0)
    strcpy (word, "hello");
  sg_ranks_broadcast (ranks, word, sizeof word, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (word, ==, "hello");
  sg_ranks_barrier (ranks, &error);
  g_assert_no_error (error);
}

/* The others wait for one that does not come. */
static void
child_abort (SgRanks * ranks)
{
  if (sg_ranks_get_rank (ranks) == 1)
    sg_ranks_abort (ranks);
  sg_ranks_barrier (ranks, NULL);
}

static void
child_train (SgRanks * ranks, const gchar * path)
{
  g_autoptr (GError) error = NULL;
  gsize n;
  g_autofree gfloat *row = train (ranks, &n);
  gsize n_bytes = N_ROWS * n * sizeof *row;
  g_autofree gfloat *first = g_memdup2 (row, n_bytes);

  /* the ranks have not gone apart */
  sg_ranks_broadcast (ranks, first, n_bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (first, n_bytes, row, n_bytes);
  if (sg_ranks_get_rank (ranks) == 0)
    g_file_set_contents (path, (const gchar *) row, (gssize) n_bytes, &error);
  g_assert_no_error (error);
}

static gint
child (const gchar * what, const gchar * path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgRanks) ranks = sg_ranks_new (&error);

  if (g_error_matches (error, SG_ERROR, SG_ERROR_UNSUPPORTED))
    return NO_MPI;
  g_assert_no_error (error);
  if (g_str_equal (what, "basics"))
    child_basics (ranks);
  else if (g_str_equal (what, "abort"))
    child_abort (ranks);
  else
    child_train (ranks, path);
  return 0;
}

/* --- all of them ------------------------------------------------------------------ */

/* Runs the ranks. FALSE: cannot be, and the test is skipped. @status: exit code */
static gboolean
run_ranks (const gchar * what, const gchar * path, gint * status)
{
  /* on one machine, more than it has cores, in a container, as root */
  const gchar *argv[] = { "mpirun", "--allow-run-as-root", "--oversubscribe",
    "--bind-to", "none", "--mca", "btl", "self,vader,tcp", "--mca",
    "btl_tcp_if_include", "lo", "--mca", "oob_tcp_if_include", "lo",
    "--mca", "plm_rsh_agent", "", "-n", G_STRINGIFY (N_RANKS), program,
    "--child", what, path, NULL
  };
  g_autofree gchar *mpirun = g_find_program_in_path (argv[0]);
  g_autofree gchar *out = NULL;
  g_autoptr (GError) error = NULL;

  if (mpirun == NULL) {
    g_test_skip ("no mpirun");
    return FALSE;
  }
  /* its messages are not TAP */
  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
      &out, NULL, status, &error);
  g_assert_no_error (error);
  g_test_message ("%s", out);
  *status = g_spawn_check_wait_status (*status, &error) ? 0
      : error->domain == G_SPAWN_EXIT_ERROR ? error->code : -1;
  if (*status == NO_MPI) {
    g_test_skip ("built without MPI");
    return FALSE;
  }
  return TRUE;
}

static void
test_basics (void)
{
  gint status;

  if (run_ranks ("basics", "", &status))
    g_assert_cmpint (status, ==, 0);
}

static void
test_abort (void)
{
  gint status;

  if (run_ranks ("abort", "", &status))
    g_assert_cmpint (status, ==, 1);
}

/* One process, not started by mpirun. */
static void
test_alone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgRanks) ranks = sg_ranks_new (&error);
  gfloat values[2] = { 1, 2 };

  g_assert_no_error (error);
  g_assert_cmpuint (sg_ranks_get_rank (ranks), ==, 0);
  g_assert_cmpuint (sg_ranks_get_n (ranks), ==, 1);
  g_assert_true (sg_ranks_mean (values, 2, ranks, &error));
  g_assert_cmpfloat (values[1], ==, 2);
  g_assert_true (sg_ranks_broadcast (ranks, values, sizeof values, &error));
  g_assert_true (sg_ranks_barrier (ranks, &error));
  sg_ranks_abort (ranks);
}

/* Of rows [N_ROWS,n]: |a[i] - b[k]|; b NULL: zeros. */
static gdouble
distance (const gfloat * a, guint i, const gfloat * b, guint k, gsize n)
{
  gdouble sum = 0;

  for (gsize p = 0; p < n; p++)
    sum += pow (a[i * n + p] - (b ? b[k * n + p] : 0), 2);
  return sqrt (sum);
}

/* 2 ranks of 2 pictures have the gradients of 1 rank of 4, and come to its weights. The
 * latter less exactly: what rounding leaves is blown up from step to step. */
static void
test_train (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("sg-mpi-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "weights", NULL);
  g_autoptr (SgRanks) alone = sg_ranks_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *content = NULL;
  gint status;

  if (run_ranks ("train", path, &status)) {
    gsize n, n_bytes;
    g_autofree gfloat *one = train (alone, &n);
    const gfloat *two;
    gdouble apart, moved;

    g_assert_cmpint (status, ==, 0);
    g_file_get_contents (path, &content, &n_bytes, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n_bytes, ==, N_ROWS * n * sizeof *one);
    two = (const gfloat *) (gconstpointer) content;
    apart = distance (one, GRADIENTS, two, GRADIENTS, n);
    moved = distance (one, GRADIENTS, NULL, 0, n);
    g_test_message ("gradients of %g, apart by %g", moved, apart);
    g_assert_cmpfloat (moved, >, 0.1);
    g_assert_cmpfloat (apart, <, 1e-5 * moved);
    apart = distance (one, AFTER, two, AFTER, n);
    moved = distance (one, AFTER, one, BEFORE, n);
    g_test_message ("apart by %g after a way of %g", apart, moved);
    g_assert_cmpfloat (moved, >, 0.01);
    g_assert_cmpfloat (apart, <, 1e-2 * moved);
  }
  g_remove (path);
  g_rmdir (folder);
}

gint
main (gint argc, gchar ** argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--child"))
    return child (argv[2], argv[3]);
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mpi/alone", test_alone);
  g_test_add_func ("/mpi/basics", test_basics);
  g_test_add_func ("/mpi/abort", test_abort);
  g_test_add_func ("/mpi/train", test_train);
  return g_test_run ();
}
