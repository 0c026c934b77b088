/* gst-stylegan: checkop's default mode
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * For every case, device and pattern of inputs:
 *   - outputs as the reference's, within the tolerance of the class
 *   - outputs the same to the bit when run again on other garbage in output and
 *     scratch memory (nothing read that was not written, all outputs written),
 *     with 1, 2 and 3 threads, and in place where the kernel says it can
 *   - no byte written beside outputs and scratch, none changed in inputs
 * On a GPU of half precision inputs that it keeps in f16 are rounded to that for the
 * reference too. */
#include "harness.h"

#include <string.h>

/* What the memory that a kernel is to write holds before. As f32 the first is a
 * tiny number, the second NaN: both are seen when they survive. */
#define GARBAGE_A 0x1b
#define GARBAGE_B 0xff
#define CANARY 0xc5

typedef struct
{
  Check *check;
  CheckData *data;
  CheckPattern pattern;
  TestGuard inputs[CHECK_MAX_INPUTS];
  guint8 *copies[CHECK_MAX_INPUTS];     /* of the inputs, to see changes */
  TestGuard expected[CHECK_MAX_OUTPUTS];        /* by the reference */
  TestGuard first[CHECK_MAX_OUTPUTS];   /* by the device with one thread */
  TestGuard again[CHECK_MAX_OUTPUTS];   /* by whoever runs now */
  guint n_failed_before;
} Run;

static void
run_init (Run * run, Check * check, CheckData * data)
{
  memset (run, 0, sizeof *run);
  run->check = check;
  run->data = data;
  run->n_failed_before = check->report->n_failed;
  for (guint i = 0; i < data->call.n_inputs; i++) {
    gsize bytes = sg_tensor_desc_bytes (&data->descs[i]);

    if (data->input[i].omitted)
      continue;
    test_guard_init (&run->inputs[i], bytes, 0xff);
    run->copies[i] = g_malloc (MAX (bytes, 1));
  }
  for (guint i = 0; i < data->call.n_outputs; i++) {
    gsize bytes = sg_tensor_desc_bytes (&data->outputs[i]);

    test_guard_init (&run->expected[i], bytes, CANARY);
    test_guard_init (&run->first[i], bytes, CANARY);
    test_guard_init (&run->again[i], bytes, CANARY);
  }
}

static void
run_clear (Run * run)
{
  for (guint i = 0; i < CHECK_MAX_INPUTS; i++) {
    test_guard_clear (&run->inputs[i]);
    g_free (run->copies[i]);
  }
  for (guint i = 0; i < CHECK_MAX_OUTPUTS; i++) {
    test_guard_clear (&run->expected[i]);
    test_guard_clear (&run->first[i]);
    test_guard_clear (&run->again[i]);
  }
}

/* What would be a denormal of f32 is zero in f16: there it should be one of f16. */
#define DENORMAL_TO_HALF 1e33f

/* The reference is given what the device sees. */
static void
round_input (Run * run, guint index, gpointer data)
{
  const SgTensorDesc *desc = &run->data->descs[index];
  gfloat *values = data;

  if (run->pattern == CHECK_PATTERN_DENORMAL
      && !run->data->input[index].constant && !run->data->input[index].ranged)
    for (gint64 i = 0; i < sg_shape_elements (&desc->shape); i++)
      values[i] *= DENORMAL_TO_HALF;
  check_round_half (desc, values);
}

static void
fill_inputs (Run * run)
{
  for (guint i = 0; i < run->data->call.n_inputs; i++) {
    TestGuard *guard = &run->inputs[i];

    if (guard->memory == NULL)
      continue;
    if (run->data->input[i].constant)
      memcpy (guard->data, run->data->constants[i]->data, guard->bytes);
    else
      check_data_fill (run->data, i, run->pattern, run->check->seed,
          guard->data);
    if (run->check->half && check_is_half (&run->data->descs[i]))
      round_input (run, i, guard->data);
    memcpy (run->copies[i], guard->data, guard->bytes);
  }
}

static gboolean
fail (Run * run, SgDevice * device, const gchar * what, const gchar * detail)
{
  check_failed (run->check, run->data->label, device, "%s inputs: %s%s%s",
      check_pattern_name (run->pattern), what, *detail ? " " : "", detail);
  return FALSE;
}

static gboolean
check_bands (Run * run, SgDevice * device, const TestGuard * guard,
    const gchar * what)
{
  g_autofree gchar *detail = NULL;
  gssize offset;

  if (test_guard_check (guard, &offset))
    return TRUE;
  detail = g_strdup_printf ("%s, %" G_GSSIZE_FORMAT " bytes from its start "
      "(it has %" G_GSIZE_FORMAT ")", what, offset, guard->bytes);
  return fail (run, device, "writes beside", detail);
}

/* Runs @kernel once into @outputs. @in_place: output 0 is input 0's memory. */
static gboolean
run_kernel (Run * run, SgKernel * kernel, TestGuard * outputs,
    guint8 garbage, gboolean in_place)
{
  gpointer out[CHECK_MAX_OUTPUTS] = { NULL, };
  gconstpointer in[CHECK_MAX_INPUTS] = { NULL, };
  TestGuard scratch = { NULL, };
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;

  for (guint i = 0; i < run->data->call.n_inputs; i++)
    in[i] = run->inputs[i].data;
  for (guint i = 0; i < run->data->call.n_outputs; i++) {
    test_guard_fill (&outputs[i], garbage);
    out[i] = outputs[i].data;
  }
  if (in_place) {
    memcpy (outputs[0].data, run->inputs[0].data, outputs[0].bytes);
    in[0] = out[0];
  }
  test_guard_init (&scratch, kernel->scratch_bytes, CANARY);
  test_guard_fill (&scratch, (guint8) ~ garbage);
  if (!sg_kernel_run (kernel, out, in, scratch.data, &error))
    ok = fail (run, kernel->device, "error:", error->message);

  ok = ok && check_bands (run, kernel->device, &scratch, "its scratch");
  test_guard_clear (&scratch);
  for (guint i = 0; i < run->data->call.n_outputs; i++)
    ok = ok && check_bands (run, kernel->device, &outputs[i], "an output");
  for (guint i = 0; i < run->data->call.n_inputs; i++) {
    if (run->inputs[i].memory
        && memcmp (run->inputs[i].data, run->copies[i], run->inputs[i].bytes))
      ok = ok && fail (run, kernel->device, "changes an input", "");
  }
  return ok;
}

static gboolean
same_bits (Run * run, SgDevice * device, const TestGuard * a,
    const TestGuard * b, const gchar * what)
{
  for (guint i = 0; i < run->data->call.n_outputs; i++) {
    const SgTensorDesc *desc = &run->data->outputs[i];
    g_autofree gchar *wrong = NULL;

    if (memcmp (a[i].data, b[i].data, a[i].bytes) == 0)
      continue;
    wrong = check_compare (desc, b[i].data, a[i].data, CHECK_EXACT, 1, 0,
        FALSE);
    /* NaN and the sign of zero may differ in bits only */
    if (wrong)
      return fail (run, device, what, wrong);
  }
  return TRUE;
}

static gdouble
pattern_factor (const Run * run)
{
  /* Weights and what they are multiplied with are rounded to f16: of a mean far above
   * the deviation, that alone is seen as variance. */
  gboolean half_moments = run->check->half && run->data->call.n_outputs > 1;
  gboolean norm = run->data->kase->tolerance == CHECK_NORM || half_moments;

  return norm && (run->pattern == CHECK_PATTERN_MEAN
      || run->pattern == CHECK_PATTERN_CONSTANT
      || run->pattern == CHECK_PATTERN_LARGE) ? CHECK_MEAN_OVER_DEVIATION : 1;
}

static gdouble
input_share (const Run * run)
{
  CheckClass tolerance = run->data->kase->tolerance;
  const SgTensorDesc *in = &run->data->descs[0], *out = &run->data->outputs[0];
  gdouble each;

  if (check_tolerances[tolerance].input == 0 || run->inputs[0].data == NULL)
    return 0;
  each = check_tolerances[tolerance].input * check_magnitude (in,
      run->inputs[0].data);
  return tolerance != CHECK_TOTAL ? each
      : each * (gdouble) sg_shape_elements (&in->shape)
      / MAX (sg_shape_elements (&out->shape), 1);
}

/* Whether an input holds denormals of f32; those kept in f16 hold f16's. */
static gboolean
has_denormals (const Run * run)
{
  if (run->pattern != CHECK_PATTERN_DENORMAL)
    return FALSE;
  for (guint i = 0; i < run->data->call.n_inputs; i++)
    if (!run->data->input[i].omitted
        && !(run->check->half && check_is_half (&run->data->descs[i])))
      return TRUE;
  return FALSE;
}

/* What Vulkan promises less of than IEEE 754 (its specification, "Precision and
 * Operation of SPIR-V Instructions"): quotients and roots may be off by 2.5 units in
 * the last place and more, and denormals may be zero wherever they are used, also in
 * comparisons and as what is divided by. FALSE: there is nothing to compare. */
static gboolean
loosen_for_vulkan (const Run * run, SgDevice * device, CheckClass * tolerance)
{
  const gchar *op = run->check->op ? run->check->op->name : "";

  if (!g_str_equal (sg_device_get_backend_name (device), "vulkan"))
    return TRUE;
  if (*tolerance == CHECK_EXACT
      && (g_str_equal (op, "div") || g_str_equal (op, "sqrt")))
    *tolerance = CHECK_ROUNDED;
  return !has_denormals (run);
}

static gboolean
compare_outputs (Run * run, SgDevice * device)
{
  CheckClass tolerance = run->data->kase->tolerance;

  if (!loosen_for_vulkan (run, device, &tolerance))
    return TRUE;
  for (guint i = 0; i < run->data->call.n_outputs; i++) {
    g_autofree gchar *wrong = check_compare (&run->data->outputs[i],
        run->first[i].data, run->expected[i].data,
        tolerance, pattern_factor (run), input_share (run),
        run->check->half);
    g_autofree gchar *what = g_strdup_printf ("output %u", i);

    if (wrong)
      return fail (run, device, what, wrong);
  }
  return TRUE;
}

/* Fills run->expected; checks the reference itself as far as that goes. */
static gboolean
run_reference (Run * run, SgKernel * kernel)
{
  if (!run_kernel (run, kernel, run->expected, GARBAGE_A, FALSE))
    return FALSE;
  if (!run->check->first_tier || run->pattern != CHECK_PATTERN_RANDOM)
    return TRUE;
  return run_kernel (run, kernel, run->again, GARBAGE_B, FALSE)
      && same_bits (run, kernel->device, run->expected, run->again,
      "run again it differs");
}

static gboolean
run_device (Run * run, SgKernel * kernel, gboolean is_first)
{
  SgDevice *device = kernel->device;

  if (is_first) {
    if (!run_kernel (run, kernel, run->first, GARBAGE_A, FALSE)
        || !compare_outputs (run, device))
      return FALSE;
  } else if (!run_kernel (run, kernel, run->again, GARBAGE_A, FALSE)
      || !same_bits (run, device, run->first, run->again,
          "differs from one thread's result")) {
    return FALSE;
  }
  if (run->pattern != CHECK_PATTERN_RANDOM)
    return TRUE;
  if (!run_kernel (run, kernel, run->again, GARBAGE_B, FALSE)
      || !same_bits (run, device, run->first, run->again,
          "run again on other garbage it differs"))
    return FALSE;
  if (!kernel->in_place || run->data->input[0].constant)
    return TRUE;
  return run_kernel (run, kernel, run->again, GARBAGE_A, TRUE)
      && same_bits (run, device, run->first, run->again, "in place it differs");
}

/* Makes the kernels of a target. Returns: FALSE when it has none of its own. */
static gboolean
open_kernels (Run * run, CheckTarget * target, SgKernel ** kernels)
{
  for (guint i = 0; i < target->n_devices; i++) {
    g_autoptr (GError) error = NULL;

    if (!sg_device_supports (target->device[i], &run->data->call))
      return FALSE;
    kernels[i] = sg_kernel_new (target->device[i], &run->data->call, &error);
    if (kernels[i] == NULL) {
      fail (run, target->device[i], "no kernel:", error->message);
      return FALSE;
    }
  }
  return target->n_devices > 0;
}

static gboolean
run_patterns (Run * run, SgKernel * ref, SgKernel ** kernels, guint n_kernels)
{
  for (CheckPattern p = 0; p < CHECK_N_PATTERNS; p++) {
    if (!check_data_has_pattern (run->data, p))
      continue;
    /* up to 10^6: that is infinite in f16 */
    if (run->check->half && p == CHECK_PATTERN_LARGE)
      continue;
    run->pattern = p;
    fill_inputs (run);
    if (!run_reference (run, ref))
      return FALSE;
    for (guint i = 0; i < n_kernels; i++)
      if (!run_device (run, kernels[i], i == 0))
        return FALSE;
  }
  return TRUE;
}

static void
run_target (Run * run, SgKernel * ref, CheckTarget * target)
{
  SgKernel *kernels[CHECK_MAX_THREADS] = { NULL, };

  if (open_kernels (run, target, kernels)) {
    if (run_patterns (run, ref, kernels, target->n_devices))
      check_passed (run->check);
  } else if (run->check->report->n_failed == run->n_failed_before) {
    check_skipped (run->check);
  }
  for (guint i = 0; i < target->n_devices; i++)
    sg_kernel_free (kernels[i]);
}

void
check_run (Check * check, CheckData * data)
{
  g_autoptr (GError) error = NULL;
  SgKernel *ref;
  Run run;

  for (guint i = 0; check->half && i < data->call.n_inputs; i++)
    if (data->constants[i] && check_is_half (&data->descs[i]))
      check_round_half (&data->descs[i], data->constants[i]->data);
  ref = sg_kernel_new (check->ref, &data->call, &error);
  if (ref == NULL) {
    check_failed (check, data->label, check->ref, "%s", error->message);
    return;
  }
  run_init (&run, check, data);
  if (check->first_tier && run_patterns (&run, ref, NULL, 0))
    check_passed (check);
  for (guint i = 0; i < check->n_targets; i++)
    run_target (&run, ref, &check->targets[i]);
  run_clear (&run);
  sg_kernel_free (ref);
}
