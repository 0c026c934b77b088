/* gst-stylegan: checkop, every kernel against the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tiers (tier.c) run in child processes: the engine chooses its code once per
 * process, and a crash costs one case, not the run. */
#include "harness.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static const struct
{
  const gchar *word;
  void (*list) (Check * check);
} operators[] = {
#define SG_OP(word) { #word, check_ ## word },
#include "ops/list.h"
#undef SG_OP
};

/* --- the cases ------------------------------------------------------------ */

static void
handle_refused (Check * check, CheckData * data, gboolean ok, GError * error)
{
  if (check->mode != CHECK_MODE_CHECK || !check->first_tier)
    return;
  if (ok)
    check_failed (check, data->label, NULL, "infer () must refuse this");
  else if (error == NULL || error->domain != SG_ERROR)
    check_failed (check, data->label, NULL, "is refused without an error");
  else
    check_passed (check);
}

void
check_case (Check * check, const CheckCase * kase)
{
  g_autoptr (GError) error = NULL;
  CheckData data;
  gboolean ok;

  if (((kase->flags & CHECK_BENCH) != 0) != (check->mode == CHECK_MODE_BENCH)
      && check->mode != CHECK_MODE_LIST)
    return;
  if (!check_begin (check, check->op->name, kase->name))
    return;
  ok = check_data_init (&data, check, kase, &error);
  if (kase->flags & CHECK_REFUSED) {
    handle_refused (check, &data, ok, error);
  } else if (!ok || !check_data_expected (&data, &error)) {
    check_failed (check, data.label, NULL, "%s",
        error ? error->message : "refused without an error");
  } else if (check->mode == CHECK_MODE_BENCH) {
    check_bench (check, &data);
  } else if (check->mode == CHECK_MODE_SUPPORT) {
    check_support (check, &data);
  } else if (check->mode == CHECK_MODE_OOM) {
    check_oom (check, &data);
  } else if (check->mode == CHECK_MODE_GRAD) {
    check_grad (check, &data);
  } else if (check->mode == CHECK_MODE_ONNX) {
    check_onnx (check, &data);
  } else {
    check_run (check, &data);
  }
  check_data_clear (&data);
}

void
check_elementwise (Check * check, gconstpointer attrs, CheckClass tolerance,
    guint flags)
{
  static const gchar *const shapes[] = {
    "f32[]", "f32[1]", "f32[7]", "f32[8]", "f32[15]", "f32[16]", "f32[17]",
    "f32[31]", "f32[64]", "f32[65]", "f32[3,5]", "f32[1,3,17,19]",
    "f32[2,5,13,11]", "f32[1,1,1,1]", "f32[1,2,3,5,7]", "f32[1,16,67,71]",
    "f32[0]", "f32[1,0,4]"
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    CHECK (shapes[i], shapes[i], tolerance, .attrs = attrs, .flags = flags);
  check_case (check, &(CheckCase) {
      "bench", "f32[1,32,180,320]", tolerance, attrs, .flags = CHECK_BENCH}
  );
}

void
check_broadcast (Check * check, CheckClass tolerance, const gchar * range_a,
    const gchar * range_b)
{
  static const struct
  {
    const gchar *name, *a, *b;
  } pairs[] = {
    {"same", "[1,3,17,19]", "[1,3,17,19]"},
    {"large", "[1,16,67,71]", "[1,16,67,71]"},
    {"one", "[1]", "[1]"},
    {"scalar-right", "[1,3,17,19]", "[]"},
    {"scalar-left", "[]", "[2,3,5,7]"},
    {"channel-right", "[2,5,7,9]", "[5,1,1]"},
    {"channel-left", "[1,5,1,1]", "[2,5,7,9]"},
    {"per-image", "[2,5,7,9]", "[2,5,1,1]"},
    {"row", "[1,3,17,19]", "[19]"},
    {"column", "[1,3,17,19]", "[17,1]"},
    {"outer", "[7,1]", "[1,11]"},
    {"plane", "[1,4,6,5]", "[1,1,6,5]"},
    {"cross", "[2,1,3,1,5]", "[1,4,1,6,1]"},
    {"two-constants", "[1,3,4,5]", "[1,3,1,1]!"},
    {"scalar-constant", "[1,3,17,19]", "[]!"},
    {"empty", "[0,3]", "[1,3]"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    const gchar *b = pairs[i].b;
    gboolean constant = g_str_has_suffix (b, "!");
    g_autofree gchar *inputs = g_strdup_printf ("f32%s%s f32%.*s%s%s",
        pairs[i].a, range_a, (gint) strlen (b) - constant, b, range_b,
        constant ? "!" : "");

    CHECK (pairs[i].name, inputs, tolerance);
  }
  if (*range_b == '\0')
    CHECK ("mismatch", "f32[3,4] f32[3,5]", tolerance, .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,32,180,320]@1:2 f32[1,32,180,320]@1:2", tolerance);
  BENCH ("bench-channel", "f32[1,32,180,320]@1:2 f32[1,32,1,1]@1:2", tolerance);
}

void
check_arithmetic (Check * check)
{
  check_broadcast (check, CHECK_EXACT, "", "");
  CHECK ("i64", "i64[3,1] i64[1,4]", CHECK_EXACT, .expect = "[3,4]");
  CHECK ("f16", "f16[3,5] f16[3,5]", CHECK_EXACT);
  CHECK ("mixed-types", "f32[3] i64[3]", CHECK_EXACT, .flags = CHECK_REFUSED);
}

void
check_extremum (Check * check)
{
  check_arithmetic (check);
  CHECK ("one-input", "f32[1,3,5,7]", CHECK_EXACT);
  CHECK ("three-inputs", "f32[1,3,5,7] f32[3,1,1] f32[]", CHECK_EXACT,
      .expect = "[1,3,5,7]");
  CHECK ("not-finite", "f32[1,3,5,7] f32[1,3,5,7]", CHECK_EXACT,
      .flags = CHECK_NOT_FINITE);
}

/* --- one process ---------------------------------------------------------- */

static void
run_cases (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++) {
    check->op = sg_op_find (operators[i].word);
    operators[i].list (check);
    if (check->mode == CHECK_MODE_SUPPORT)
      check_support_row (check);
    if (check->mode == CHECK_MODE_GRAD && check->only_case == NULL)
      check_grad_operator (check);
    if (check->mode == CHECK_MODE_ONNX && check->only_case == NULL)
      check_onnx_operator (check);
  }
  check->op = NULL;
  if (check->mode == CHECK_MODE_CHECK || check->mode == CHECK_MODE_OOM
      || check->mode == CHECK_MODE_LIST)
    check_fused (check);
}

static void
run_process (Check * check)
{
  if (!check_open (check))
    return;
  if (check->mode == CHECK_MODE_SUPPORT)
    check_support_head (check);
  run_cases (check);
  check_close (check);
}

static gboolean
parse_options (Check * check, gint * argc, gchar *** argv, gboolean * no_fork)
{
  gboolean bench = FALSE, support = FALSE, oom = FALSE, list = FALSE;
  gboolean grad = FALSE, onnx = FALSE;
  const GOptionEntry entries[] = {
    {"bench", 0, 0, G_OPTION_ARG_NONE, &bench,
        "Time each operator's large cases", NULL},
    {"support", 0, 0, G_OPTION_ARG_NONE, &support,
        "Print which operator runs where, as Markdown", NULL},
    {"oom", 0, 0, G_OPTION_ARG_NONE, &oom,
        "Fail every allocation once", NULL},
    {"grad", 0, 0, G_OPTION_ARG_NONE, &grad,
        "Check gradients against differences", NULL},
    {"onnx", 0, 0, G_OPTION_ARG_NONE, &onnx,
        "Write each case as an ONNX model and load it again", NULL},
    {"onnx-dir", 0, 0, G_OPTION_ARG_FILENAME, &check->onnx_dir,
        "The same, and keep the models there", "DIR"},
    {"list", 0, 0, G_OPTION_ARG_NONE, &list, "List the cases", NULL},
    {"op", 0, 0, G_OPTION_ARG_STRING, &check->only_op,
        "Only this operator (\"fused\": graphs)", "NAME"},
    {"case", 0, 0, G_OPTION_ARG_STRING, &check->only_case,
        "Only the cases of this name", "NAME"},
    {"tier", 0, 0, G_OPTION_ARG_STRING, &check->only_tier,
        "Only this way to run: cpu for sse4, avx2 and avx512; vulkan for "
          "vulkan-fp32, -fp16, -fp16-storage, -fp16-plain, -plain", "NAME"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &check->seed,
        "Of the random inputs (default 1)", "N"},
    {"runs", 0, 0, G_OPTION_ARG_INT, &check->runs,
        "Runs per time measured (default 20)", "N"},
    {"no-fork", 0, 0, G_OPTION_ARG_NONE, no_fork,
          "Stay in this process, for a debugger; the environment is as it is",
        NULL},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context,
      "Checks every kernel of every backend against the reference.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    printf ("%s\n", error->message);
    return FALSE;
  }
  check->mode = list ? CHECK_MODE_LIST : bench ? CHECK_MODE_BENCH
      : grad ? CHECK_MODE_GRAD
      : onnx || check->onnx_dir ? CHECK_MODE_ONNX
      : support ? CHECK_MODE_SUPPORT : oom ? CHECK_MODE_OOM : CHECK_MODE_CHECK;
  check->runs = MAX (check->runs, 1);
  return TRUE;
}

gint
main (gint argc, gchar ** argv)
{
  Check check = { 0 };
  gboolean no_fork = FALSE;
  gint status = 0;
  guint n_failed;

  check.program = argv[0];
  check.seed = 1;
  check.runs = 20;
  check.report = mmap (NULL, sizeof *check.report, PROT_READ | PROT_WRITE,
      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (check.report == MAP_FAILED || !parse_options (&check, &argc, &argv,
          &no_fork))
    return 2;
  if (check.mode == CHECK_MODE_SUPPORT || check.mode == CHECK_MODE_LIST
      || check.mode == CHECK_MODE_ONNX || no_fork) {
    check.first_tier = TRUE;
    run_process (&check);
  } else if (!check_run_tiers (&check, run_process)) {
    printf ("there is no --tier=%s\n", check.only_tier);
    status = 2;
  }
  n_failed = check.report->n_failed;
  if (check.mode != CHECK_MODE_SUPPORT && check.mode != CHECK_MODE_LIST)
    printf ("%u passed, %u failed, %u skipped\n", check.report->n_passed,
        n_failed, check.report->n_skipped);
  g_free (check.only_op);
  g_free (check.only_case);
  g_free (check.only_tier);
  g_free (check.onnx_dir);
  if (status != 0 || n_failed > 0)
    return status ? status : 1;
  if (check.report->no_device && check.report->n_passed == 0)
    return CHECK_EXIT_SKIPPED;
  /* a name that no case has must not look like success */
  return check.index + check.report->index == 0;
}
