/* gst-stylegan: tests of the thread pool
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Meant to run under ThreadSanitizer too (meson setup -Db_sanitize=thread). */
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <sg/threads.h>

typedef struct
{
  guint n_tasks, n_slots;
  gint *runs;                   /* per task */
  gint *busy;                   /* per slot */
  gint clashes;                 /* a slot in use by two tasks at once */
  guint work;
} Job;

static void
job_task (gpointer user_data, guint task, guint slot)
{
  Job *job = user_data;
  volatile guint sum = 0;

  g_assert_cmpuint (task, <, job->n_tasks);
  g_assert_cmpuint (slot, <, job->n_slots);
  if (!g_atomic_int_compare_and_exchange (&job->busy[slot], 0, 1))
    g_atomic_int_inc (&job->clashes);
  for (guint i = 0; i < job->work; i++)
    sum += i;
  g_atomic_int_inc (&job->runs[task]);
  g_atomic_int_set (&job->busy[slot], 0);
}

static void
run_job (SgThreadPool * pool, guint n_tasks, guint work)
{
  Job job = { n_tasks, sg_thread_pool_get_size (pool), NULL, NULL, 0, work };

  job.runs = g_new0 (gint, MAX (n_tasks, 1));
  job.busy = g_new0 (gint, job.n_slots);
  sg_thread_pool_run (pool, n_tasks, job_task, &job);
  for (guint i = 0; i < n_tasks; i++)
    g_assert_cmpint (job.runs[i], ==, 1);
  g_assert_cmpint (job.clashes, ==, 0);
  g_free (job.runs);
  g_free (job.busy);
}

static void
test_every_task_once (gconstpointer user_data)
{
  guint n = GPOINTER_TO_UINT (user_data);
  g_autoptr (SgThreadPool) pool = sg_thread_pool_get (n);
  static const guint tasks[] = { 0, 1, 2, 3, 4, 7, 64, 1000 };

  g_assert_cmpuint (sg_thread_pool_get_size (pool), ==, n);
  for (guint round = 0; round < 20; round++)
    for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
      run_job (pool, tasks[i], round % 2 ? 0 : 200);
}

static void
test_many_tasks (void)
{
  g_autoptr (SgThreadPool) pool = sg_thread_pool_get (3);

  run_job (pool, 100000, 0);
}

static void
test_many_jobs (void)
{
  g_autoptr (SgThreadPool) pool = sg_thread_pool_get (3);

  for (guint i = 0; i < 5000; i++)
    run_job (pool, 1 + i % 5, i % 50);
}

/* Results written by tasks are seen by the caller without more ado. */
static void
fill_task (gpointer user_data, guint task, guint slot)
{
  ((guint *) user_data)[task] = task + 1;
}

static void
test_results_are_seen (void)
{
  g_autoptr (SgThreadPool) pool = sg_thread_pool_get (4);
  guint results[64];

  for (guint round = 0; round < 500; round++) {
    memset (results, 0, sizeof results);
    sg_thread_pool_run (pool, 64, fill_task, results);
    for (guint i = 0; i < 64; i++)
      g_assert_cmpuint (results[i], ==, i + 1);
  }
}

static gpointer
caller_main (gpointer user_data)
{
  SgThreadPool *pool = user_data;

  for (guint i = 0; i < 300; i++)
    run_job (pool, 1 + i % 9, i % 3 * 100);
  return NULL;
}

/* More callers at once than the pool has threads. */
static void
test_several_callers (gconstpointer user_data)
{
  g_autoptr (SgThreadPool) pool =
      sg_thread_pool_get (GPOINTER_TO_UINT (user_data));
  GThread *threads[6];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("caller", caller_main, pool);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static gpointer
opener_main (gpointer user_data)
{
  for (guint i = 0; i < 40; i++) {
    g_autoptr (SgThreadPool) pool = sg_thread_pool_get (2 + i % 3);

    run_job (pool, 8, 10);
  }
  return NULL;
}

/* Pools that come and go while others use them. */
static void
test_open_and_close (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("opener", opener_main, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_shared (void)
{
  g_autoptr (SgThreadPool) a = sg_thread_pool_get (2);
  g_autoptr (SgThreadPool) b = sg_thread_pool_get (2);
  g_autoptr (SgThreadPool) all = sg_thread_pool_get (0);
  g_autoptr (SgThreadPool) most = sg_thread_pool_get (SG_THREADS_MAX);

  g_assert_true (a == b);
  g_assert_cmpuint (sg_thread_pool_get_size (all), >=, 1);
  g_assert_cmpuint (sg_thread_pool_get_size (most), ==, SG_THREADS_MAX);
  run_job (most, 500, 10);
}

/* A pool that nobody uses must not use the processor. */
static void
test_sleeps (void)
{
  g_autoptr (SgThreadPool) pool = sg_thread_pool_get (3);
  gdouble before, used;

  run_job (pool, 10, 10);
  g_usleep (20000);
  before = (gdouble) clock () / CLOCKS_PER_SEC;
  g_usleep (200000);
  used = (gdouble) clock () / CLOCKS_PER_SEC - before;
  g_assert_cmpfloat (used, <, 0.05);
}

static void
niceness_task (gpointer user_data, guint task, guint slot)
{
  gint *niceness = user_data;

  g_atomic_int_set (&niceness[slot], getpriority (PRIO_PROCESS, 0));
  g_usleep (1000);
}

/* Of workers alone; the highest stays. */
static void
test_niceness (void)
{
  g_autoptr (SgThreadPool) pool = sg_thread_pool_get (3);
  const gint own = getpriority (PRIO_PROCESS, 0);
  gint niceness[3] = { -1, -1, -1 };

  sg_thread_pool_set_niceness (pool, 19);
  sg_thread_pool_set_niceness (pool, 1);
  for (guint i = 0; i < 1000 && (niceness[1] < 0 || niceness[2] < 0); i++)
    sg_thread_pool_run (pool, 6, niceness_task, niceness);
  g_assert_cmpint (niceness[0], ==, own);
  g_assert_cmpint (niceness[1], ==, 19);
  g_assert_cmpint (niceness[2], ==, 19);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/threads/every-task-once/1", GUINT_TO_POINTER (1),
      test_every_task_once);
  g_test_add_data_func ("/threads/every-task-once/2", GUINT_TO_POINTER (2),
      test_every_task_once);
  g_test_add_data_func ("/threads/every-task-once/5", GUINT_TO_POINTER (5),
      test_every_task_once);
  g_test_add_func ("/threads/many-tasks", test_many_tasks);
  g_test_add_func ("/threads/many-jobs", test_many_jobs);
  g_test_add_func ("/threads/results-are-seen", test_results_are_seen);
  g_test_add_data_func ("/threads/several-callers/1", GUINT_TO_POINTER (1),
      test_several_callers);
  g_test_add_data_func ("/threads/several-callers/3", GUINT_TO_POINTER (3),
      test_several_callers);
  g_test_add_func ("/threads/open-and-close", test_open_and_close);
  g_test_add_func ("/threads/shared", test_shared);
  g_test_add_func ("/threads/sleeps", test_sleeps);
  g_test_add_func ("/threads/niceness", test_niceness);
  return g_test_run ();
}
