/* gst-stylegan: the worker threads shared by everything that runs on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A pool of worker threads that sleep while idle. Pools are shared: every
 * caller that asks for the same number of threads gets the same pool, so that
 * several streams in one process do not multiply threads.
 *
 * Thread-safety: safe. Several threads may run jobs on one pool at a time. */
typedef struct _SgThreadPool SgThreadPool;

/* One task of a job.
 * @task: 0 .. n_tasks - 1; tasks start in ascending order
 * @slot: 0 .. sg_thread_pool_get_size () - 1, never in use by two tasks of one
 *   job at the same time: index of per-thread scratch memory */
typedef void (*SgTaskFunc) (gpointer user_data, guint task, guint slot);

/* The most threads a pool may have. */
#define SG_THREADS_MAX 256

/* The shared pool of @n_threads threads, the calling thread counted in.
 * @n_threads: 1 .. SG_THREADS_MAX, or 0 for as many as the process may use
 *   (CPU affinity mask)
 * Returns: a new reference; release with sg_thread_pool_unref (). */
SgThreadPool *sg_thread_pool_get (guint n_threads);
SgThreadPool *sg_thread_pool_ref (SgThreadPool * pool);
void sg_thread_pool_unref (SgThreadPool * pool);

guint sg_thread_pool_get_size (SgThreadPool * pool);

/* Makes the workers nicer to other processes; the threads that call are left as they are.
 * The highest that was asked for stays, as nobody may go back on it.
 * @niceness: 0 .. 19, see setpriority(2) */
void sg_thread_pool_set_niceness (SgThreadPool * pool, gint niceness);

/* Runs @func for every task and returns when all have ended. The calling
 * thread works too, so a job makes progress even when every worker is busy
 * elsewhere or not scheduled. Does not allocate. May block. Must not be called
 * from inside a task. */
void sg_thread_pool_run (SgThreadPool * pool, guint n_tasks, SgTaskFunc func,
    gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgThreadPool, sg_thread_pool_unref)

G_END_DECLS
