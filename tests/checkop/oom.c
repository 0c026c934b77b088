/* gst-stylegan: checkop --oom
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The binary is linked with --wrap for GLib's allocators (see meson.build), so
 * that what the engine calls ends up here. Two things are checked:
 *   - each allocation that may fail (g_try_...) is failed once, and then there is
 *     an SG_ERROR_NO_MEMORY, no crash, no leak and no other error;
 *   - nothing large is taken from allocators that end the process. */
#define _GNU_SOURCE 1
#include "harness.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* Above this an allocation counts as data, whose size a model decides. */
#define LARGE_BYTES ((gsize) 64 << 10)

static struct
{
  gboolean armed;
  guint n_seen, fail_at;        /* counted from 0 */
  gboolean failed;
  gsize largest_fatal;          /* by an allocator that ends the process */
  gpointer caller;
} oom;
static GMutex oom_lock;

static gboolean
oom_fails (void)
{
  gboolean fails = FALSE;

  g_mutex_lock (&oom_lock);
  if (oom.armed) {
    fails = oom.n_seen++ == oom.fail_at;
    oom.failed |= fails;
  }
  g_mutex_unlock (&oom_lock);
  return fails;
}

static void
oom_note_fatal (gsize bytes, gpointer caller)
{
  g_mutex_lock (&oom_lock);
  if (oom.armed && bytes > oom.largest_fatal) {
    oom.largest_fatal = bytes;
    oom.caller = caller;
  }
  g_mutex_unlock (&oom_lock);
}

#define WRAP_TRY(name, params, args) \
  gpointer __real_ ## name params; \
  gpointer __wrap_ ## name params; \
  gpointer __wrap_ ## name params \
  { \
    return oom_fails () ? NULL : __real_ ## name args; \
  }
#define WRAP_FATAL(name, params, args, bytes) \
  gpointer __real_ ## name params; \
  gpointer __wrap_ ## name params; \
  gpointer __wrap_ ## name params \
  { \
    oom_note_fatal (bytes, __builtin_return_address (0)); \
    return __real_ ## name args; \
  }

/* *INDENT-OFF* */
WRAP_TRY (g_try_malloc, (gsize n), (n))
WRAP_TRY (g_try_malloc0, (gsize n), (n))
WRAP_TRY (g_try_malloc_n, (gsize n, gsize m), (n, m))
WRAP_TRY (g_try_malloc0_n, (gsize n, gsize m), (n, m))
WRAP_TRY (g_try_realloc, (gpointer p, gsize n), (p, n))
WRAP_TRY (g_try_realloc_n, (gpointer p, gsize n, gsize m), (p, n, m))
WRAP_TRY (malloc, (gsize n), (n))
WRAP_TRY (calloc, (gsize n, gsize m), (n, m))
WRAP_TRY (aligned_alloc, (gsize a, gsize n), (a, n))
WRAP_FATAL (g_malloc, (gsize n), (n), n)
WRAP_FATAL (g_malloc0, (gsize n), (n), n)
WRAP_FATAL (g_malloc_n, (gsize n, gsize m), (n, m), n * m)
WRAP_FATAL (g_malloc0_n, (gsize n, gsize m), (n, m), n * m)
WRAP_FATAL (g_realloc, (gpointer p, gsize n), (p, n), n)
WRAP_FATAL (g_realloc_n, (gpointer p, gsize n, gsize m), (p, n, m), n * m)
WRAP_FATAL (g_aligned_alloc, (gsize n, gsize m, gsize a), (n, m, a), n * m)
WRAP_FATAL (g_aligned_alloc0, (gsize n, gsize m, gsize a), (n, m, a), n * m)
WRAP_FATAL (g_memdup2, (gconstpointer p, gsize n), (p, n), n)
/* *INDENT-ON* */

int __real_posix_memalign (void **p, size_t a, size_t n);
int __wrap_posix_memalign (void **p, size_t a, size_t n);
int
__wrap_posix_memalign (void **p, size_t a, size_t n)
{
  return oom_fails ()? 12 : __real_posix_memalign (p, a, n);
}

static void
oom_arm (guint fail_at)
{
  g_mutex_lock (&oom_lock);
  memset (&oom, 0, sizeof oom);
  oom.fail_at = fail_at;
  oom.armed = TRUE;
  g_mutex_unlock (&oom_lock);
}

/* What the harness itself allocates does not count. */
static void
oom_set_armed (gboolean armed)
{
  g_mutex_lock (&oom_lock);
  oom.armed = armed;
  g_mutex_unlock (&oom_lock);
}

/* What is made to run out of memory. Returns FALSE with an error. */
typedef gboolean (*OomFunc) (gpointer user_data, GError ** error);

static gboolean
fail_fatal (Check * check, const gchar * label, SgDevice * device)
{
  Dl_info info = { NULL, };
  gsize offset = 0;

  if (dladdr (oom.caller, &info))
    offset = (gsize) ((guint8 *) oom.caller - (guint8 *) info.dli_fbase);
  check_failed (check, label, device, "takes %" G_GSIZE_FORMAT " bytes from "
      "an allocator that ends the process (addr2line -fe %s 0x%"
      G_GSIZE_MODIFIER "x)", oom.largest_fatal, check->program, offset);
  return FALSE;
}

/* Fails the first allocation of @func, then the second, until none is left. */
static gboolean
oom_sweep (Check * check, const gchar * label, SgDevice * device,
    OomFunc func, gpointer user_data)
{
  for (guint i = 0; i < 10000; i++) {
    g_autoptr (GError) error = NULL;
    gboolean ok;

    oom_arm (i);
    ok = func (user_data, &error);
    oom_set_armed (FALSE);
    if (oom.largest_fatal > LARGE_BYTES)
      return fail_fatal (check, label, device);
    if (!oom.failed && ok)
      return TRUE;
    /* doing without (a cache, a faster way) is fine too */
    if (ok)
      continue;
    if (error == NULL || !g_error_matches (error, SG_ERROR, SG_ERROR_NO_MEMORY)) {
      check_failed (check, label, device, "allocation %u failed, and the error "
          "is: %s", i, error ? error->message : "none at all");
      return FALSE;
    }
  }
  check_failed (check, label, device, "there is no end of allocations");
  return FALSE;
}

typedef struct
{
  CheckData *data;
  SgDevice *device;
} KernelJob;

static gboolean
oom_kernel (gpointer user_data, GError ** error)
{
  KernelJob *job = user_data;
  SgKernel *kernel = sg_kernel_new (job->device, &job->data->call, error);
  gpointer out[CHECK_MAX_OUTPUTS] = { NULL, };
  gconstpointer in[CHECK_MAX_INPUTS] = { NULL, };
  TestGuard guards[CHECK_MAX_INPUTS + CHECK_MAX_OUTPUTS + 1] = { {NULL,} };
  guint n_in = job->data->call.n_inputs;
  gboolean ok;

  if (kernel == NULL)
    return FALSE;
  oom_set_armed (FALSE);
  for (guint i = 0; i < n_in; i++) {
    if (job->data->input[i].omitted)
      continue;
    test_guard_init (&guards[i], sg_tensor_desc_bytes (&job->data->descs[i]),
        0);
    if (job->data->constants[i])
      memcpy (guards[i].data, job->data->constants[i]->data, guards[i].bytes);
    else
      check_data_fill (job->data, i, CHECK_PATTERN_RANDOM, 1, guards[i].data);
    in[i] = guards[i].data;
  }
  for (guint i = 0; i < job->data->call.n_outputs; i++) {
    test_guard_init (&guards[n_in + i],
        sg_tensor_desc_bytes (&job->data->outputs[i]), 0);
    out[i] = guards[n_in + i].data;
  }
  test_guard_init (&guards[n_in + CHECK_MAX_OUTPUTS], kernel->scratch_bytes, 0);
  oom_set_armed (TRUE);
  ok = sg_kernel_run (kernel, out, in,
      guards[n_in + CHECK_MAX_OUTPUTS].data, error);
  oom_set_armed (FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (guards); i++)
    test_guard_clear (&guards[i]);
  sg_kernel_free (kernel);
  return ok;
}

void
check_oom (Check * check, CheckData * data)
{
  KernelJob job = { data, check->ref };
  gboolean ok = oom_sweep (check, data->label, check->ref, oom_kernel, &job);

  for (guint i = 0; i < check->n_targets && ok; i++) {
    job.device = check->targets[i].device[check->targets[i].n_devices - 1];
    ok = oom_sweep (check, data->label, job.device, oom_kernel, &job);
  }
  if (ok)
    check_passed (check);
}

typedef struct
{
  SgGraph *graph;
  SgDevice *device;
  const SgTensorDesc *inputs;
  guint n_inputs;
} SessionJob;

static gboolean
oom_session (gpointer user_data, GError ** error)
{
  SessionJob *job = user_data;
  SgSession *session = sg_session_new (job->graph, job->device, job->inputs,
      job->n_inputs, NULL, error);

  if (session == NULL)
    return FALSE;
  sg_session_free (session);
  return TRUE;
}

void
check_fused_oom (Check * check, const gchar * label, SgGraph * graph,
    const SgTensorDesc * inputs, guint n_inputs)
{
  SessionJob job = { graph, check->ref, inputs, n_inputs };
  gboolean ok = oom_sweep (check, label, check->ref, oom_session, &job);

  for (guint i = 0; i < check->n_targets && ok; i++) {
    job.device = check->targets[i].device[0];
    ok = oom_sweep (check, label, job.device, oom_session, &job);
  }
  if (ok)
    check_passed (check);
}
