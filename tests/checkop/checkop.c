/* gst-stylegan: checkop, every kernel against the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The cases of each instruction set run in a child process of their own: the
 * engine chooses its code once per process, and a crash costs one case, not the
 * run. */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

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

static gboolean
open_target (Check * check, SgBackendId id)
{
  CheckTarget *target = &check->targets[check->n_targets];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < CHECK_MAX_THREADS; i++) {
    target->device[i] = sg_device_open (id, i + 1, &error);
    if (target->device[i] == NULL) {
      if (g_error_matches (error, SG_ERROR, SG_ERROR_NO_DEVICE))
        return TRUE;
      check_failed (check, "open/device", NULL, "%s", error->message);
      return FALSE;
    }
    target->n_devices++;
  }
  check->n_targets++;
  return TRUE;
}

/* The engine must run on what it was asked to run on, or nothing was tested. */
static void
check_tier (Check * check)
{
  const gchar *description;

  if (check->isa == NULL || check->n_targets == 0)
    return;
  description = sg_device_get_description (check->targets[0].device[0]);
  if (strstr (description, check->isa) == NULL)
    check_failed (check, "open/device", check->targets[0].device[0],
        "SG_CPU_ISA=%s is not heeded", check->isa);
}

static void
run_cases (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++) {
    check->op = sg_op_find (operators[i].word);
    operators[i].list (check);
    if (check->mode == CHECK_MODE_SUPPORT)
      check_support_row (check);
  }
  check->op = NULL;
  if (check->mode == CHECK_MODE_CHECK || check->mode == CHECK_MODE_OOM
      || check->mode == CHECK_MODE_LIST)
    check_fused (check);
}

static void
run_process (Check * check)
{
  check->ref = sg_device_open (SG_BACKEND_REFERENCE, 1, NULL);
  if (open_target (check, SG_BACKEND_CPU))
    open_target (check, SG_BACKEND_VULKAN);
  if (check->mode == CHECK_MODE_CHECK && check->skip_until == 0)
    check_tier (check);
  if (check->mode == CHECK_MODE_SUPPORT) {
    printf ("| operator | ONNX | reference |");
    for (guint i = 0; i < check->n_targets; i++)
      printf (" %s |",
          sg_device_get_backend_name (check->targets[i].device[0]));
    printf ("\n|---|---|---|");
    for (guint i = 0; i < check->n_targets; i++)
      printf ("---|");
    printf ("\n");
  }
  run_cases (check);
  for (guint i = 0; i < G_N_ELEMENTS (check->targets); i++)
    for (guint k = 0; k < CHECK_MAX_THREADS; k++)
      sg_device_unref (check->targets[i].device[k]);
  sg_device_unref (check->ref);
}

/* --- all processes -------------------------------------------------------- */

static const struct
{
  const gchar *isa, *onednn;
} tiers[] = {
  {"sse4", "SSE41"},
  {"avx2", "AVX2"},
  {"avx512", "AVX512_CORE"},
};

static gboolean
have_tier (guint i)
{
#if defined (__x86_64__) || defined (__i386__)
  __builtin_cpu_init ();
  if (i == 1)
    return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
  if (i == 2)
    return __builtin_cpu_supports ("avx512f")
        && __builtin_cpu_supports ("avx512bw")
        && __builtin_cpu_supports ("avx512dq")
        && __builtin_cpu_supports ("avx512vl");
#endif
  return TRUE;
}

/* Runs the child; again from the next case on when one crashes. */
static void
run_tier (Check * check, guint tier)
{
  gint status = 0;

  check->isa = g_strdup (tiers[tier].isa);
  check->skip_until = 0;
  for (;;) {
    pid_t child;

    fflush (stdout);
    child = fork ();
    if (child == 0) {
      g_setenv ("SG_CPU_ISA", tiers[tier].isa, TRUE);
      g_setenv ("ONEDNN_MAX_CPU_ISA", tiers[tier].onednn, TRUE);
      run_process (check);
      fflush (stdout);
      exit (0);                 /* and with it the leak checkers' report */
    }
    if (child < 0 || waitpid (child, &status, 0) < 0) {
      check_failed (check, "process/fork", NULL, "cannot start");
      break;
    }
    if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
      break;
    check_failed (check, check->report->current, NULL, "the process ended "
        "with %s %d", WIFSIGNALED (status) ? "signal" : "status",
        WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
    if (check->report->index <= check->skip_until)
      break;                    /* it was none of the cases */
    check->skip_until = check->report->index;
  }
  g_clear_pointer (&check->isa, g_free);
}

static gboolean
run_tiers (Check * check)
{
  gboolean any = FALSE;
  gchar *wanted = check->isa;

  for (guint i = 0; i < G_N_ELEMENTS (tiers); i++) {
    if (wanted && !g_str_equal (wanted, tiers[i].isa))
      continue;
    if (!have_tier (i)) {
      printf ("this processor has no %s\n", tiers[i].isa);
      check_skipped (check);
      continue;
    }
    check->first_tier = !any;
    any = TRUE;
    run_tier (check, i);
  }
  if (!any)
    printf ("nothing to run for --isa=%s\n", wanted);
  g_free (wanted);
  return any;
}

/* The fastest tier: what a user gets. */
static void
prefer_best_tier (Check * check)
{
  for (guint i = 0; check->isa == NULL && i < G_N_ELEMENTS (tiers); i++)
    if (have_tier (G_N_ELEMENTS (tiers) - 1 - i))
      check->isa = g_strdup (tiers[G_N_ELEMENTS (tiers) - 1 - i].isa);
}

static gboolean
parse_options (Check * check, gint * argc, gchar *** argv, gboolean * no_fork)
{
  gboolean bench = FALSE, support = FALSE, oom = FALSE, list = FALSE;
  const GOptionEntry entries[] = {
    {"bench", 0, 0, G_OPTION_ARG_NONE, &bench,
        "Time each operator's large cases", NULL},
    {"support", 0, 0, G_OPTION_ARG_NONE, &support,
        "Print which operator runs where, as Markdown", NULL},
    {"oom", 0, 0, G_OPTION_ARG_NONE, &oom,
        "Fail every allocation once", NULL},
    {"list", 0, 0, G_OPTION_ARG_NONE, &list, "List the cases", NULL},
    {"op", 0, 0, G_OPTION_ARG_STRING, &check->only_op,
        "Only this operator (\"fused\": graphs)", "NAME"},
    {"case", 0, 0, G_OPTION_ARG_STRING, &check->only_case,
        "Only the cases of this name", "NAME"},
    {"isa", 0, 0, G_OPTION_ARG_STRING, &check->isa,
        "Only this instruction set: sse4, avx2 or avx512", "NAME"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &check->seed,
        "Of the random inputs (default 1)", "N"},
    {"runs", 0, 0, G_OPTION_ARG_INT, &check->runs,
        "Runs per time measured (default 20)", "N"},
    {"no-fork", 0, 0, G_OPTION_ARG_NONE, no_fork,
        "Stay in this process, for a debugger; SG_CPU_ISA is as it is", NULL},
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
      : support ? CHECK_MODE_SUPPORT : oom ? CHECK_MODE_OOM : CHECK_MODE_CHECK;
  check->runs = MAX (check->runs, 1);
  return TRUE;
}

gint
main (gint argc, gchar ** argv)
{
  Check check = { 0 };
  gboolean no_fork = FALSE;
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
      || no_fork) {
    check.first_tier = TRUE;
    run_process (&check);
  } else {
    if (check.mode != CHECK_MODE_CHECK)
      prefer_best_tier (&check);
    run_tiers (&check);
  }
  n_failed = check.report->n_failed;
  if (check.mode != CHECK_MODE_SUPPORT && check.mode != CHECK_MODE_LIST)
    printf ("%u passed, %u failed, %u skipped\n", check.report->n_passed,
        n_failed, check.report->n_skipped);
  g_free (check.only_op);
  g_free (check.only_case);
  g_free (check.isa);
  /* a name that no case has must not look like success */
  return n_failed > 0 || check.index + check.report->index == 0;
}
