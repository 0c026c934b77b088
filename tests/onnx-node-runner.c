/* gst-stylegan tests: runs test folders in ONNX's format
 *
 *   onnx-node-runner [OPTION...] DIR...
 *
 * DIR holds model.onnx and test_data_set_N/{input,output}_K.pb, or folders that
 * do (the ONNX project's onnx/backend/test/data/node; tests/onnx-node-cases.py
 * makes such folders). Cases run in another process, so that one that crashes does
 * not take the others with it.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/onnx.h>
#include <sg/session.h>

#include "graph/graph.h"
#include "onnx/internal.h"
#include "util/data.h"
#include "util/vulkan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* As numpy.testing.assert_allclose: |got - want| <= ATOL + RTOL * |want|. ONNX's
 * own runner takes 1e-3 and 1e-7; results near zero that are rounded otherwise
 * need the larger absolute one. */
#define RTOL 1e-3
#define ATOL 1e-5
/* One step of bfloat16: onnx 1.12's generator truncates where others round. */
#define RTOL_BF16 0x1p-7
/* Some steps of f16, of the largest value: on devices that keep images so. */
#define TOLERANCE_FP16 0x1p-8
#define CASE_SECONDS 120
/* How deep below a DIR cases are looked for. */
#define MAX_DEPTH 3

typedef enum
{ RESULT_PASSED, RESULT_FAILED, RESULT_SKIPPED, N_RESULTS } Result;

static const gchar *const result_names[] =
    { "passed", "failed", "unsupported" };

static gboolean verbose, no_fusion, no_fork;
static gchar *backend_name, *device_name, *precision_name;
static gboolean fp16;
static gint n_threads = 2;
static SgBackendId backend = SG_BACKEND_CPU;

static const GOptionEntry options[] = {
  {"backend", 'b', 0, G_OPTION_ARG_STRING, &backend_name,
      "cpu, reference, vulkan or auto (cpu)", "NAME"},
  {"device", 'd', 0, G_OPTION_ARG_STRING, &device_name,
      "which GPU (the best there is)", "NAME"},
  {"precision", 'p', 0, G_OPTION_ARG_STRING, &precision_name,
      "on a GPU: fp32 (default) or fp16", "NAME"},
  {"threads", 't', 0, G_OPTION_ARG_INT, &n_threads, "CPU threads (2)", "N"},
  {"no-fusion", 0, 0, G_OPTION_ARG_NONE, &no_fusion,
      "run graphs as they are written", NULL},
  {"no-fork", 0, 0, G_OPTION_ARG_NONE, &no_fork,
      "run in this process, for debuggers", NULL},
  {"verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose,
      "one line for every case, not only for those that fail", NULL},
  {NULL}
};

/* --- test data ------------------------------------------------------------ */

static SgTensor *
read_tensor (const gchar * dir, const gchar * kind, guint index,
    GError ** error)
{
  g_autofree gchar *name = g_strdup_printf ("%s_%u.pb", kind, index);
  g_autofree gchar *path = g_build_filename (dir, name, NULL);
  g_autofree gchar *data = NULL;
  SgTensor *tensor;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, error))
    return NULL;
  tensor = sg_onnx_tensor_from_bytes (data, size, NULL, error);
  if (tensor == NULL)
    g_prefix_error (error, "%s: ", name);
  return tensor;
}

static void
free_tensor (gpointer tensor)
{
  sg_tensor_unref (tensor);
}

static GPtrArray *
read_tensors (const gchar * dir, const gchar * kind, guint n, GError ** error)
{
  g_autoptr (GPtrArray) tensors = g_ptr_array_new_with_free_func (free_tensor);

  for (guint i = 0; i < n; i++) {
    SgTensor *tensor = read_tensor (dir, kind, i, error);

    if (tensor == NULL)
      return NULL;
    g_ptr_array_add (tensors, tensor);
  }
  return g_steal_pointer (&tensors);
}

/* --- ways to run ---------------------------------------------------------- */

/* ONNX's cases give everything as an input of the graph, also what is constant
 * in every real model, such as the shape for Reshape. What the engine does not
 * take as an input is tried as a constant. */
typedef enum
{
  WAY_AS_IT_IS,
  WAY_F32,                      /* 16 bit inputs fed as f32 */
  WAY_INTEGERS_CONSTANT,        /* integers, but for the first input */
  WAY_REST_CONSTANT,            /* all but the first input */
  WAY_ALL_CONSTANT,
  N_WAYS
} Way;

static const gchar *const way_names[] = {
  "", " (fed as f32)", " (integer inputs as constants)",
  " (all inputs but the first as constants)", " (all inputs as constants)"
};

static gboolean
is_constant (Way way, guint index, SgDType dtype)
{
  switch (way) {
    case WAY_INTEGERS_CONSTANT:
      return index > 0 && !sg_dtype_is_float (dtype);
    case WAY_REST_CONSTANT:
      return index > 0;
    case WAY_ALL_CONSTANT:
      return TRUE;
    default:
      return FALSE;
  }
}

static SgTensor *
to_f32 (SgTensor * tensor)
{
  SgTensor *wide;

  if (tensor->desc.dtype != SG_DTYPE_F16 && tensor->desc.dtype != SG_DTYPE_BF16)
    return sg_tensor_ref (tensor);
  wide = sg_tensor_new (SG_DTYPE_F32, &tensor->desc.shape, NULL);
  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    ((gfloat *) wide->data)[i] = (gfloat) sg_tensor_get (tensor, i);
  return wide;
}

/* The graph and the tensors to feed it for @way; FALSE if @way is nothing new
 * for this graph. */
static gboolean
prepare (SgGraph * graph, GPtrArray * given, Way way, SgGraph ** prepared,
    GPtrArray ** fed)
{
  g_autoptr (SgGraph) copy = sg_graph_copy (graph);
  g_autoptr (GPtrArray) tensors = g_ptr_array_new_with_free_func (free_tensor);
  gboolean changed = way == WAY_AS_IT_IS;

  for (guint i = 0, k = 0; i < given->len; i++) {
    SgTensor *tensor = g_ptr_array_index (given, i);
    SgValue *value = g_ptr_array_index (copy->inputs, k);

    if (is_constant (way, i, tensor->desc.dtype)) {
      value->constant = sg_tensor_ref (tensor);
      value->desc = tensor->desc;
      g_ptr_array_remove_index (copy->inputs, k);
      changed = TRUE;
      continue;
    }
    tensor = way == WAY_F32 ? to_f32 (tensor) : sg_tensor_ref (tensor);
    changed |= tensor != g_ptr_array_index (given, i);
    g_ptr_array_add (tensors, tensor);
    /* Some cases of onnx 1.12 declare another rank than their data has. */
    value->desc.shape = tensor->desc.shape;
    k++;
  }
  *prepared = g_steal_pointer (&copy);
  *fed = g_steal_pointer (&tensors);
  return changed;
}

/* --- comparing ------------------------------------------------------------ */

/* The largest number in @tensor that is one. */
static gdouble
magnitude (const SgTensor * tensor)
{
  gdouble largest = 0;

  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++) {
    gdouble v = fabs (sg_tensor_get (tensor, i));

    if (isfinite (v))
      largest = MAX (largest, v);
  }
  return largest;
}

static gboolean
is_close (const SgTensor * got, const SgTensor * want, gint64 index,
    gdouble allowed)
{
  gdouble a = sg_tensor_get (got, index), b = sg_tensor_get (want, index);
  gdouble rtol = want->desc.dtype == SG_DTYPE_BF16 ? RTOL_BF16 : RTOL;

  if (!sg_dtype_is_float (want->desc.dtype))
    return sg_tensor_get_i64 (got, index) == sg_tensor_get_i64 (want, index);
  if (isnan (a) || isnan (b))
    return isnan (a) && isnan (b);
  if (isinf (a) || isinf (b))
    return a == b;
  return fabs (a - b) <= allowed + rtol * fabs (b);
}

static gboolean
compare (const SgTensor * got, const SgTensor * want, guint index, Way way,
    GString * text)
{
  gint64 n = sg_tensor_elements (want), n_bad = 0, first = 0;
  gdouble allowed = ATOL + (fp16 ? TOLERANCE_FP16 * magnitude (want) : 0);

  if (got->desc.dtype != want->desc.dtype
      && !(way == WAY_F32 && sg_dtype_is_float (want->desc.dtype)
          && got->desc.dtype == SG_DTYPE_F32)) {
    g_string_append_printf (text, "output %u is %s, not %s", index,
        sg_dtype_name (got->desc.dtype), sg_dtype_name (want->desc.dtype));
    return FALSE;
  }
  if (!sg_shape_equal (&got->desc.shape, &want->desc.shape)) {
    g_autofree gchar *a = sg_shape_to_string (&got->desc.shape);
    g_autofree gchar *b = sg_shape_to_string (&want->desc.shape);

    g_string_append_printf (text, "output %u is of shape %s, not %s", index, a,
        b);
    return FALSE;
  }
  for (gint64 i = 0; i < n; i++)
    if (!is_close (got, want, i, allowed) && n_bad++ == 0)
      first = i;
  if (n_bad > 0)
    g_string_append_printf (text, "output %u: %" G_GINT64_FORMAT " of %"
        G_GINT64_FORMAT " elements differ, the first is [%" G_GINT64_FORMAT
        "]: %.9g, not %.9g", index, n_bad, n, first, sg_tensor_get (got,
            first), sg_tensor_get (want, first));
  return n_bad == 0;
}

/* --- running -------------------------------------------------------------- */

static GPtrArray *
make_outputs (SgSession * session, guint n, GError ** error)
{
  g_autoptr (GPtrArray) outputs = g_ptr_array_new_with_free_func (free_tensor);

  for (guint i = 0; i < n; i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (session, i);
    SgTensor *tensor = sg_tensor_new (desc->dtype, &desc->shape, error);

    if (tensor == NULL)
      return NULL;
    g_ptr_array_add (outputs, tensor);
  }
  return g_steal_pointer (&outputs);
}

/* Runs @graph on @fed. Returns: (transfer full): its outputs */
static GPtrArray *
run (SgGraph * graph, SgDevice * device, GPtrArray * fed, GError ** error)
{
  static const SgSessionConfig unfused = { .flags = SG_SESSION_NO_FUSION };
  g_autofree SgTensorDesc *descs = g_new (SgTensorDesc, fed->len + 1);
  g_autoptr (SgSession) session = NULL;
  g_autoptr (GPtrArray) outputs = NULL;

  for (guint i = 0; i < fed->len; i++)
    descs[i] = ((SgTensor *) g_ptr_array_index (fed, i))->desc;
  session = sg_session_new (graph, device, descs, fed->len,
      no_fusion ? &unfused : NULL, error);
  if (session == NULL)
    return NULL;
  outputs = make_outputs (session, sg_graph_get_n_outputs (graph), error);
  if (outputs == NULL || !sg_session_run (session,
          (SgTensor * const *) fed->pdata,
          (SgTensor * const *) outputs->pdata, error))
    return NULL;
  return g_steal_pointer (&outputs);
}

/* Tries one way after the other until one is supported. */
static GPtrArray *
run_some_way (SgGraph * graph, SgDevice * device, GPtrArray * given,
    Way * way, GError ** error)
{
  GError *last = NULL;

  for (*way = WAY_AS_IT_IS; *way < N_WAYS; (*way)++) {
    g_autoptr (SgGraph) prepared = NULL;
    g_autoptr (GPtrArray) fed = NULL;
    GPtrArray *outputs;
    GError *problem = NULL;

    if (!prepare (graph, given, *way, &prepared, &fed))
      continue;
    outputs = run (prepared, device, fed, &problem);
    if (outputs) {
      g_clear_error (&last);
      return outputs;
    }
    if (!g_error_matches (problem, SG_ERROR, SG_ERROR_UNSUPPORTED)) {
      g_clear_error (&last);
      g_propagate_error (error, problem);
      return NULL;
    }
    /* The last one tells the most: in it the least is left open. */
    g_clear_error (&last);
    last = problem;
  }
  g_propagate_error (error, last);
  return NULL;
}

/* One test_data_set_N. */
static gboolean
run_set (SgGraph * graph, SgDevice * device, const gchar * dir, Way * way,
    GString * text, GError ** error)
{
  g_autoptr (GPtrArray) given = read_tensors (dir, "input",
      sg_graph_get_n_inputs (graph), error);
  g_autoptr (GPtrArray) want = NULL, got = NULL;

  if (given)
    want = read_tensors (dir, "output", sg_graph_get_n_outputs (graph), error);
  if (want)
    got = run_some_way (graph, device, given, way, error);
  if (got == NULL)
    return FALSE;
  for (guint i = 0; i < want->len; i++)
    if (!compare (g_ptr_array_index (got, i), g_ptr_array_index (want, i), i,
            *way, text))
      return FALSE;
  return TRUE;
}

static Result
case_error (GError * error, GString * text)
{
  Result result = g_error_matches (error, SG_ERROR, SG_ERROR_UNSUPPORTED) ?
      RESULT_SKIPPED : RESULT_FAILED;

  g_string_append (text, error->message);
  g_error_free (error);
  return result;
}

static SgDevice *
open_device (GError ** error)
{
  SgDeviceConfig config = { .backend = backend, .n_threads = (guint) n_threads
  };
  g_autofree gchar *name = NULL;

  if (backend == SG_BACKEND_VULKAN) {
    name = device_name ? g_strdup (device_name) : test_vulkan_name ();
    config.name = name;
    config.precision = fp16 ? SG_PRECISION_FP16 : SG_PRECISION_FP32;
  }
  return sg_device_open (&config, NULL, error);
}

/* On a device of its own. */
static gboolean
run_again (SgGraph * graph, const gchar * dir, Way * way, GString * text,
    GError ** error)
{
  g_autoptr (SgDevice) device = open_device (error);

  return device && run_set (graph, device, dir, way, text, error);
}

static Result
run_case (const gchar * dir, GString * text)
{
  g_autofree gchar *path = g_build_filename (dir, "model.onnx", NULL);
  g_autoptr (SgDevice) device = NULL;
  g_autoptr (SgModel) model = NULL;
  GError *error = NULL;
  guint n = 0;

  model = sg_model_load (path, &error);
  if (model)
    device = open_device (&error);
  if (device == NULL)
    return case_error (error, text);
  for (;; n++) {
    g_autofree gchar *name = g_strdup_printf ("test_data_set_%u", n);
    g_autofree gchar *set = g_build_filename (dir, name, NULL);
    Way way = WAY_AS_IT_IS;
    gboolean ok;

    if (!g_file_test (set, G_FILE_TEST_IS_DIR))
      break;
    ok = run_set (sg_model_get_graph (model), device, set, &way, text, &error);
    /* What the engine says to do with numbers that f16 does not have. */
    if (fp16 && g_error_matches (error, SG_ERROR, SG_ERROR_NOT_FINITE)) {
      fp16 = FALSE;
      g_clear_error (&error);
      ok = run_again (sg_model_get_graph (model), set, &way, text, &error);
      fp16 = TRUE;
    }
    if (!ok)
      return error ? case_error (error, text) : RESULT_FAILED;
    if (n == 0)
      g_string_append (text, way_names[way]);
  }
  if (n > 0)
    return RESULT_PASSED;
  g_string_append (text, "no test_data_set_0");
  return RESULT_FAILED;
}

/* --- processes ------------------------------------------------------------ */

/* A process that runs one case after the other. For each it writes the result as a
 * byte, and the text with a zero behind it. */
typedef struct
{
  pid_t pid;
  FILE *from;                   /* NULL: there is none */
} Worker;

static void
write_all (gint fd, gconstpointer data, gsize size)
{
  const guint8 *bytes = data;

  while (size > 0) {
    gssize n = write (fd, bytes, size);

    if (n <= 0)
      _exit (2);
    bytes += n;
    size -= (gsize) n;
  }
}

static void
work (GPtrArray * cases, guint first, gint fd)
{
  /* Stays open: a GPU's takes longer to open than a case. */
  g_autoptr (SgDevice) device = open_device (NULL);

  for (guint i = first; i < cases->len; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    guint8 result;

    alarm (CASE_SECONDS);
    result = (guint8) run_case (g_ptr_array_index (cases, i), text);
    alarm (0);
    write_all (fd, &result, 1);
    write_all (fd, text->str, text->len + 1);
  }
}

static gboolean
start_worker (Worker * worker, GPtrArray * cases, guint first)
{
  gint fds[2];

  fflush (stdout);
  if (pipe (fds) != 0 || (worker->pid = fork ()) < 0)
    return FALSE;
  if (worker->pid == 0) {
    close (fds[0]);
    work (cases, first, fds[1]);
    /* Not _exit (): leaks are to be found. */
    exit (0);
  }
  close (fds[1]);
  worker->from = fdopen (fds[0], "r");
  return worker->from != NULL;
}

/* Waits for the end. Returns: that it was a good one; else @text says more. */
static gboolean
end_worker (Worker * worker, GString * text)
{
  gint status = 0;

  fclose (worker->from);
  worker->from = NULL;
  waitpid (worker->pid, &status, 0);
  if (WIFSIGNALED (status))
    g_string_append_printf (text, WTERMSIG (status) == SIGALRM ?
        "took more than %d s" : "crashed with signal %d",
        WTERMSIG (status) == SIGALRM ? CASE_SECONDS : WTERMSIG (status));
  else if (WEXITSTATUS (status) != 0)
    g_string_append_printf (text, "crashed with exit status %d",
        WEXITSTATUS (status));
  return status == 0;
}

/* Case @index, which is the next of the worker's, if there is one. */
static Result
run_in_worker (Worker * worker, GPtrArray * cases, guint index, GString * text)
{
  gint result, c;

  if (worker->from == NULL && !start_worker (worker, cases, index)) {
    g_string_append (text, "no process for it");
    return RESULT_FAILED;
  }
  result = fgetc (worker->from);
  while (result != EOF && (c = fgetc (worker->from)) != '\0') {
    if (c == EOF)
      result = EOF;
    else
      g_string_append_c (text, (gchar) c);
  }
  if (result != EOF)
    return (Result) result;
  g_string_truncate (text, 0);
  if (end_worker (worker, text))
    g_string_append (text, "ended the process");
  return RESULT_FAILED;
}

/* --- folders -------------------------------------------------------------- */

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(gchar * const *) a, *(gchar * const *) b);
}

static void
find_cases (const gchar * dir, guint depth, GPtrArray * cases)
{
  g_autofree gchar *model = g_build_filename (dir, "model.onnx", NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;
  GDir *list;

  if (g_file_test (model, G_FILE_TEST_EXISTS)) {
    g_ptr_array_add (cases, g_strdup (dir));
    return;
  }
  list = depth > 0 ? g_dir_open (dir, 0, NULL) : NULL;
  if (list == NULL)
    return;
  while ((name = g_dir_read_name (list)))
    g_ptr_array_add (names, g_build_filename (dir, name, NULL));
  g_dir_close (list);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    if (g_file_test (g_ptr_array_index (names, i), G_FILE_TEST_IS_DIR))
      find_cases (g_ptr_array_index (names, i), depth - 1, cases);
}

/* Whether there is a GPU; asked in a process of its own, as drivers do not like to be
 * forked. */
static gboolean
have_gpu (void)
{
  gint status = 1;
  pid_t pid = fork ();

  if (pid == 0) {
    g_autofree gchar *name = test_vulkan_name ();

    _exit (name == NULL);
  }
  return pid > 0 && waitpid (pid, &status, 0) == pid && WIFEXITED (status)
      && WEXITSTATUS (status) == 0;
}

static gboolean
parse_options (int *argc, char ***argv)
{
  static const gchar *const names[] = {
    [SG_BACKEND_AUTO] = "auto",
    [SG_BACKEND_VULKAN] = "vulkan",
    [SG_BACKEND_CPU] = "cpu",
    [SG_BACKEND_REFERENCE] = "reference",
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("DIR... - run tests in ONNX's format");
  g_autoptr (GError) error = NULL;
  gboolean known = backend_name == NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return FALSE;
  }
  known = backend_name == NULL;
  for (guint i = 0; i < G_N_ELEMENTS (names) && !known; i++) {
    backend = (SgBackendId) i;
    known = g_str_equal (names[i], backend_name);
  }
  fp16 = g_strcmp0 (precision_name, "fp16") == 0;
  if (precision_name && !fp16 && !g_str_equal (precision_name, "fp32")) {
    fprintf (stderr, "there is no precision of this name\n");
    return FALSE;
  }
  if (!known || *argc < 2) {
    fprintf (stderr, known ? "no DIR given; see --help\n" :
        "there is no backend of this name\n");
    return FALSE;
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) end = g_string_new (NULL);
  guint count[N_RESULTS] = { 0, };
  Worker worker = { 0, NULL };

  if (!parse_options (&argc, &argv))
    return 2;
  if (backend == SG_BACKEND_VULKAN && device_name == NULL && !have_gpu ()) {
    fprintf (stderr, "there is no Vulkan device\n");
    return test_vulkan_required ()? 1 : TEST_EXIT_SKIP;
  }
  for (int i = 1; i < argc; i++) {
    guint before = cases->len;

    find_cases (argv[i], MAX_DEPTH, cases);
    if (cases->len == before) {
      fprintf (stderr, "no model.onnx in or below %s\n", argv[i]);
      return 2;
    }
  }
  for (guint i = 0; i < cases->len; i++) {
    const gchar *dir = g_ptr_array_index (cases, i);
    g_autofree gchar *name = g_path_get_basename (dir);
    g_autoptr (GString) text = g_string_new (NULL);
    Result result = no_fork ? run_case (dir, text)
        : run_in_worker (&worker, cases, i, text);

    count[result]++;
    if (verbose || result == RESULT_FAILED)
      printf ("%-11s %s%s%s\n", result_names[result], name,
          result == RESULT_PASSED ? "" : ": ", text->str);
  }
  if (worker.from && !end_worker (&worker, end)) {
    count[RESULT_FAILED]++;
    printf ("%-11s after the last case: %s\n", result_names[RESULT_FAILED],
        end->str);
  }
  printf ("%u passed, %u failed, %u skipped\n", count[RESULT_PASSED],
      count[RESULT_FAILED], count[RESULT_SKIPPED]);
  g_free (backend_name);
  g_free (device_name);
  g_free (precision_name);
  return count[RESULT_FAILED] > 0;
}
