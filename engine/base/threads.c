/* gst-stylegan: the worker threads shared by everything that runs on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A job lives in one of the pool's JOBS slots, never on its caller's stack:
 * a worker that was descheduled while it looked at a job may look at it long
 * after the job has ended. A task is taken by compare-and-swap on a 64-bit
 * ticket (generation of the slot in the high half, next task in the low one),
 * so a late worker fails to take anything, and the caller waits only for tasks
 * that were really taken. Workers spin for a moment after their last task,
 * because the next layer of a frame follows within microseconds, then sleep.
 *
 * Each thread has a share of the tasks, always the same part of a picture, and
 * helps with the others' when it is through: what it reads is then what it wrote
 * for the layer before, still in its core's cache. */
#define _GNU_SOURCE
#include "sg/threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Jobs at once; a caller that finds no free slot does all its work itself. */
#define JOBS 64
/* How long an idle worker polls before it sleeps. The gaps between the layers
 * of a frame are a few microseconds; a wake-up costs 5 to 50. */
#define IDLE_SPIN_US 40
/* How long a caller polls for the last tasks of its job before it asks whether
 * the workers that have them are running at all, and between asking again. */
#define DONE_SPIN_US 20
/* How often it asks before it sleeps in any case. */
#define DONE_SPINS 50

typedef _Atomic SgTaskFunc AtomicFunc;
typedef _Atomic gpointer AtomicPointer;
typedef _Atomic gint AtomicInt;
typedef _Atomic guint AtomicUint;
typedef _Atomic guint64 AtomicUint64;

/* What different threads write at the same time is a cache line apart. */
#define LINE 64

/* Threads with a share of their own; more of them begin with another's. */
#define SHARES 8

typedef struct
{
  AtomicUint64 ticket;
  guint8 gap[LINE];
} Share;

typedef struct
{
  Share shares[SHARES];
  AtomicFunc func;
  AtomicPointer user_data;
  AtomicUint n_tasks;
  guint8 gap[LINE];
  AtomicUint n_done;
  AtomicInt waiting;
  guint8 end[LINE];
} Job;

typedef struct
{
  SgThreadPool *pool;
  GThread *thread;
  guint slot;
  AtomicInt working;            /* has a task */
  AtomicInt tid;                /* the kernel's id, 0 until the thread runs */
  clockid_t clock;              /* its processor time; set before tid */
} Worker;

struct _SgThreadPool
{
  guint n_threads;
  guint n_refs;                 /* under pools_lock */
  Worker *workers;              /* n_threads - 1 */

  Job jobs[JOBS];
  AtomicUint64 used;            /* bit per slot that has a caller */
  guint8 gap[LINE];
  AtomicUint64 open;            /* bit per slot that may have tasks left */
  AtomicUint posted;            /* counts jobs; changes when there is work */
  AtomicUint n_asleep;
  AtomicInt quit;
  AtomicInt niceness;           /* of the workers */

  cpu_set_t cores;              /* that the process may use */
  gboolean placed;              /* workers get a core each: see keep_off () */
  AtomicInt home;               /* core that the workers are kept off, or -1 */

  GMutex lock;
  GCond wake;                   /* to workers: posted or quit changed */
  GCond done;                   /* to callers: the n_done of a job is complete */
};

static GMutex pools_lock;
static GSList *pools;

static inline void
cpu_relax (void)
{
#if defined (__x86_64__) || defined (__i386__)
  __builtin_ia32_pause ();
#elif defined (__aarch64__)
  __asm__ volatile ("yield");
#endif
}

/* --- where workers run --------------------------------------------------------
 * With as many threads as cores, the scheduler's view that any fair placement is
 * as good as another costs us: while another process uses a core, it may leave a
 * worker and the caller to share the other one, and a worker that lost its core
 * in the middle of a task holds up a whole frame for a time slice, or several. So
 * workers are kept off the caller's core, and a caller that waits for a worker
 * that is not running lends it its own. */

static void
set_cores (Worker * worker, const cpu_set_t * cores)
{
  gint tid = atomic_load (&worker->tid);

  if (tid != 0)
    sched_setaffinity (tid, sizeof *cores, cores);
}

/* Keeps the workers off the core that the calling thread is on. */
static void
keep_off (SgThreadPool * pool)
{
  gint core = sched_getcpu ();
  cpu_set_t cores = pool->cores;

  if (core < 0 || core == atomic_load (&pool->home))
    return;
  atomic_store (&pool->home, core);
  CPU_CLR (core, &cores);
  for (guint i = 0; i + 1 < pool->n_threads; i++)
    set_cores (&pool->workers[i], &cores);
}

static gint64
worker_time (Worker * worker)
{
  struct timespec t = { 0, 0 };

  clock_gettime (worker->clock, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

/* Whether a worker has a task but got no processor time since the last call.
 * @times: of the last call, per worker; up to N_WATCHED workers */
#define N_WATCHED 16

static gboolean
lend_core (SgThreadPool * pool, gint64 times[N_WATCHED])
{
  gboolean lent = FALSE;

  for (guint i = 0; i < MIN (pool->n_threads - 1, N_WATCHED); i++) {
    Worker *worker = &pool->workers[i];
    gint64 now;
    gint core;

    if (!atomic_load (&worker->working))
      continue;
    now = worker_time (worker);
    core = sched_getcpu ();
    if (now == times[i] && core >= 0) {
      cpu_set_t cores;

      CPU_ZERO (&cores);
      CPU_SET (core, &cores);
      set_cores (worker, &cores);
      atomic_store (&pool->home, -1);
      lent = TRUE;
    }
    times[i] = now;
  }
  return lent;
}

static guint
n_shares (SgThreadPool * pool)
{
  return MIN (pool->n_threads, SHARES);
}

/* Takes and runs one task of share @k. Returns FALSE when it has none left. */
static gboolean
share_run_one (SgThreadPool * pool, Job * job, guint k, guint slot)
{
  AtomicUint64 *tickets = &job->shares[k].ticket;
  guint64 ticket = atomic_load_explicit (tickets, memory_order_acquire);
  guint n = n_shares (pool), n_tasks, task;
  SgTaskFunc func;
  gpointer user_data;

  do {
    guint64 first, end;

    n_tasks = atomic_load_explicit (&job->n_tasks, memory_order_relaxed);
    first = k * (guint64) n_tasks / n;
    end = (k + 1) * (guint64) n_tasks / n;
    if ((guint) ticket >= end - first)
      return FALSE;
    task = first + (guint) ticket;
    func = atomic_load_explicit (&job->func, memory_order_relaxed);
    user_data = atomic_load_explicit (&job->user_data, memory_order_relaxed);
    /* success proves that the slot still holds the job read above */
  } while (!atomic_compare_exchange_weak_explicit (tickets, &ticket,
          ticket + 1, memory_order_acq_rel, memory_order_acquire));

  func (user_data, task, slot);

  /* Once n_done is complete the slot may serve another job: of the old one
   * nothing is touched below but the flag, and a needless signal is harmless. */
  if (atomic_fetch_add (&job->n_done, 1) + 1 == n_tasks && slot != 0
      && atomic_load (&job->waiting)) {
    g_mutex_lock (&pool->lock);
    g_cond_broadcast (&pool->done);
    g_mutex_unlock (&pool->lock);
  }
  return TRUE;
}

/* Takes and runs one task of @job. Returns FALSE when it has none left. */
static gboolean
job_run_one (SgThreadPool * pool, Job * job, guint slot)
{
  guint n = n_shares (pool), i;

  for (i = 0; i < n; i++) {
    if (share_run_one (pool, job, (slot + i) % n, slot))
      return TRUE;
  }
  return FALSE;
}

static gboolean
worker_run_open_jobs (SgThreadPool * pool, Worker * worker)
{
  guint64 open = atomic_load_explicit (&pool->open, memory_order_acquire);
  gboolean worked = FALSE;

  while (open != 0) {
    guint i = (guint) __builtin_ctzll (open);

    open &= open - 1;
    atomic_store (&worker->working, TRUE);
    while (job_run_one (pool, &pool->jobs[i], worker->slot))
      worked = TRUE;
    atomic_store (&worker->working, FALSE);
  }
  return worked;
}

/* Polls until @value differs from @old or @spin_us have passed. */
static gboolean
spin_until_changed (AtomicUint * value, guint old, gint64 spin_us)
{
  gint64 end = 0;
  guint i;

  do {
    for (i = 0; i < 16; i++) {
      if (atomic_load_explicit (value, memory_order_acquire) != old)
        return TRUE;
      cpu_relax ();
    }
    if (end == 0)
      end = g_get_monotonic_time () + spin_us;
  } while (g_get_monotonic_time () < end);
  return FALSE;
}

/* Of one thread alone, on Linux; 0: this one. A process may be nice itself. */
static void
make_nicer (gint tid, gint niceness)
{
  if (niceness > getpriority (PRIO_PROCESS, tid))
    setpriority (PRIO_PROCESS, tid, niceness);
}

static gpointer
worker_main (gpointer data)
{
  Worker *worker = data;
  SgThreadPool *pool = worker->pool;

  if (pthread_getcpuclockid (pthread_self (), &worker->clock) == 0)
    atomic_store (&worker->tid, gettid ());
  /* after tid is known: whoever sets it meanwhile sets it for us */
  make_nicer (0, atomic_load (&pool->niceness));

  while (!atomic_load (&pool->quit)) {
    guint seen = atomic_load (&pool->posted);

    if (worker_run_open_jobs (pool, worker))
      continue;
    if (spin_until_changed (&pool->posted, seen, IDLE_SPIN_US))
      continue;

    g_mutex_lock (&pool->lock);
    /* pairs with the order "posted, then n_asleep" in post_job () */
    atomic_fetch_add (&pool->n_asleep, 1);
    while (atomic_load (&pool->posted) == seen && !atomic_load (&pool->quit))
      g_cond_wait (&pool->wake, &pool->lock);
    atomic_fetch_sub (&pool->n_asleep, 1);
    g_mutex_unlock (&pool->lock);
  }
  return NULL;
}

/* Leaves tickets past every possible n_tasks, so that a late worker cannot
 * take them while the next caller fills in the slot. */
static void
retire_job (Job * job)
{
  for (guint k = 0; k < SHARES; k++) {
    AtomicUint64 *tickets = &job->shares[k].ticket;
    guint64 ticket = atomic_load_explicit (tickets, memory_order_relaxed);

    atomic_store_explicit (tickets, ticket | G_MAXUINT32, memory_order_release);
  }
}

/* Returns the slot, or NULL when none is free. */
static Job *
acquire_job (SgThreadPool * pool, guint64 * bit)
{
  guint64 used = atomic_load (&pool->used);

  do {
    if (used == G_MAXUINT64)
      return NULL;
    *bit = ~used & (used + 1);
  } while (!atomic_compare_exchange_weak (&pool->used, &used, used | *bit));

  return &pool->jobs[__builtin_ctzll (*bit)];
}

static void
post_job (SgThreadPool * pool, Job * job, guint64 bit, guint n_tasks)
{
  guint64 generation = (atomic_load_explicit (&job->shares[0].ticket,
          memory_order_relaxed) >> 32) + 1;
  guint n_wanted;

  for (guint k = 0; k < n_shares (pool); k++)
    atomic_store_explicit (&job->shares[k].ticket, generation << 32,
        memory_order_release);
  atomic_fetch_or (&pool->open, bit);
  atomic_fetch_add (&pool->posted, 1);

  n_wanted = MIN (atomic_load (&pool->n_asleep), n_tasks - 1);
  if (n_wanted > 0) {
    g_mutex_lock (&pool->lock);
    while (n_wanted-- > 0)
      g_cond_signal (&pool->wake);
    g_mutex_unlock (&pool->lock);
  }
}

static gboolean
spin_until_done (Job * job, guint n_tasks)
{
  gint64 end = 0;

  do {
    for (guint i = 0; i < 16; i++) {
      if (atomic_load (&job->n_done) >= n_tasks)
        return TRUE;
      cpu_relax ();
    }
    if (end == 0)
      end = g_get_monotonic_time () + DONE_SPIN_US;
  } while (g_get_monotonic_time () < end);
  return FALSE;
}

static void
wait_job (SgThreadPool * pool, Job * job, guint n_tasks)
{
  gint64 times[N_WATCHED] = { 0, };

  for (guint spin = 0; spin < DONE_SPINS; spin++) {
    if (spin_until_done (job, n_tasks))
      return;
    if (pool->placed && lend_core (pool, times))
      break;
  }

  g_mutex_lock (&pool->lock);
  atomic_store (&job->waiting, TRUE);
  while (atomic_load (&job->n_done) < n_tasks)
    g_cond_wait (&pool->done, &pool->lock);
  atomic_store (&job->waiting, FALSE);
  g_mutex_unlock (&pool->lock);
}

void
sg_thread_pool_run (SgThreadPool * pool, guint n_tasks, SgTaskFunc func,
    gpointer user_data)
{
  Job *job = NULL;
  guint64 bit = 0;
  guint i;

  g_return_if_fail (pool != NULL && func != NULL);

  if (n_tasks > 1 && pool->n_threads > 1)
    job = acquire_job (pool, &bit);
  if (job == NULL) {
    for (i = 0; i < n_tasks; i++)
      func (user_data, i, 0);
    return;
  }

  atomic_store_explicit (&job->func, func, memory_order_relaxed);
  atomic_store_explicit (&job->user_data, user_data, memory_order_relaxed);
  atomic_store_explicit (&job->n_done, 0, memory_order_relaxed);
  atomic_store_explicit (&job->n_tasks, n_tasks, memory_order_relaxed);
  /* With several callers there is no core to keep free, but what one of them
   * lent has to be undone. */
  if (pool->placed && (atomic_load (&pool->used) == bit
          || atomic_load (&pool->home) < 0))
    keep_off (pool);
  post_job (pool, job, bit, n_tasks);

  while (job_run_one (pool, job, 0));
  atomic_fetch_and (&pool->open, ~bit);
  wait_job (pool, job, n_tasks);

  retire_job (job);
  atomic_fetch_and (&pool->used, ~bit);
}

guint
sg_thread_pool_get_size (SgThreadPool * pool)
{
  g_return_val_if_fail (pool != NULL, 1);

  return pool->n_threads;
}

void
sg_thread_pool_set_niceness (SgThreadPool * pool, gint niceness)
{
  gint before;

  g_return_if_fail (pool != NULL);

  niceness = CLAMP (niceness, 0, 19);
  before = atomic_load (&pool->niceness);
  do {
    if (niceness <= before)
      return;
  } while (!atomic_compare_exchange_weak (&pool->niceness, &before, niceness));
  for (guint i = 0; i + 1 < pool->n_threads; i++) {
    gint tid = atomic_load (&pool->workers[i].tid);

    if (tid != 0)
      make_nicer (tid, niceness);
  }
}

static SgThreadPool *
pool_new (guint n_threads)
{
  SgThreadPool *pool = g_new0 (SgThreadPool, 1);
  guint i;

  pool->n_threads = n_threads;
  pool->n_refs = 1;
  atomic_store (&pool->home, -1);
  if (sched_getaffinity (0, sizeof pool->cores, &pool->cores) == 0)
    pool->placed = CPU_COUNT (&pool->cores) > 1
        && n_threads >= (guint) CPU_COUNT (&pool->cores);
  for (i = 0; i < JOBS; i++)
    retire_job (&pool->jobs[i]);
  g_mutex_init (&pool->lock);
  g_cond_init (&pool->wake);
  g_cond_init (&pool->done);
  pool->workers = g_new0 (Worker, n_threads);
  for (i = 0; i + 1 < n_threads; i++) {
    Worker *worker = &pool->workers[i];

    worker->pool = pool;
    worker->slot = i + 1;
    /* a system out of threads is slow, not broken: the callers do the work */
    worker->thread = g_thread_try_new ("sg-worker", worker_main, worker, NULL);
  }
  return pool;
}

static void
pool_free (SgThreadPool * pool)
{
  guint i;

  g_mutex_lock (&pool->lock);
  atomic_store (&pool->quit, TRUE);
  atomic_fetch_add (&pool->posted, 1);
  g_cond_broadcast (&pool->wake);
  g_mutex_unlock (&pool->lock);

  for (i = 0; i + 1 < pool->n_threads; i++) {
    if (pool->workers[i].thread != NULL)
      g_thread_join (pool->workers[i].thread);
  }
  g_free (pool->workers);
  g_cond_clear (&pool->done);
  g_cond_clear (&pool->wake);
  g_mutex_clear (&pool->lock);
  g_free (pool);
}

SgThreadPool *
sg_thread_pool_get (guint n_threads)
{
  SgThreadPool *pool = NULL;
  GSList *l;

  if (n_threads == 0)
    n_threads = g_get_num_processors ();
  n_threads = CLAMP (n_threads, 1, SG_THREADS_MAX);

  g_mutex_lock (&pools_lock);
  for (l = pools; l != NULL && pool == NULL; l = l->next) {
    if (((SgThreadPool *) l->data)->n_threads == n_threads)
      pool = l->data;
  }
  if (pool != NULL) {
    pool->n_refs++;
  } else {
    pool = pool_new (n_threads);
    pools = g_slist_prepend (pools, pool);
  }
  g_mutex_unlock (&pools_lock);
  return pool;
}

SgThreadPool *
sg_thread_pool_ref (SgThreadPool * pool)
{
  g_return_val_if_fail (pool != NULL, NULL);

  g_mutex_lock (&pools_lock);
  pool->n_refs++;
  g_mutex_unlock (&pools_lock);
  return pool;
}

void
sg_thread_pool_unref (SgThreadPool * pool)
{
  gboolean last;

  g_return_if_fail (pool != NULL);

  g_mutex_lock (&pools_lock);
  last = --pool->n_refs == 0;
  if (last)
    pools = g_slist_remove (pools, pool);
  g_mutex_unlock (&pools_lock);
  if (last)
    pool_free (pool);
}
