/* gst-stylegan: checkop --bench
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Time per run, the reference's time over it, and what that is in operations and
 * in memory traffic (inputs and outputs once each). */
#include "harness.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  TestGuard inputs[CHECK_MAX_INPUTS];
  TestGuard outputs[CHECK_MAX_OUTPUTS];
  gdouble flops, bytes;
} Bench;

static void
bench_init (Bench * bench, Check * check, CheckData * data)
{
  const SgCall *call = &data->call;

  *bench = (Bench) {
  0};
  for (guint i = 0; i < call->n_inputs; i++) {
    if (data->input[i].omitted)
      continue;
    test_guard_init (&bench->inputs[i],
        sg_tensor_desc_bytes (&data->descs[i]), 0);
    if (data->input[i].constant)
      memcpy (bench->inputs[i].data, data->constants[i]->data,
          bench->inputs[i].bytes);
    else
      check_data_fill (data, i, CHECK_PATTERN_RANDOM, check->seed,
          bench->inputs[i].data);
    bench->bytes += bench->inputs[i].bytes;
  }
  for (guint i = 0; i < call->n_outputs; i++) {
    test_guard_init (&bench->outputs[i],
        sg_tensor_desc_bytes (&data->outputs[i]), 0);
    bench->bytes += bench->outputs[i].bytes;
  }
  bench->flops = call->op->flops ? call->op->flops (call)
      : (gdouble) sg_shape_elements (&data->outputs[0].shape);
}

static void
bench_clear (Bench * bench)
{
  for (guint i = 0; i < CHECK_MAX_INPUTS; i++)
    test_guard_clear (&bench->inputs[i]);
  for (guint i = 0; i < CHECK_MAX_OUTPUTS; i++)
    test_guard_clear (&bench->outputs[i]);
}

/* Least milliseconds of @runs: what disturbs only ever adds. */
static gdouble
time_kernel (Bench * bench, SgKernel * kernel, guint runs)
{
  gpointer out[CHECK_MAX_OUTPUTS];
  gconstpointer in[CHECK_MAX_INPUTS];
  TestGuard scratch;
  gdouble best = G_MAXDOUBLE;

  for (guint i = 0; i < CHECK_MAX_INPUTS; i++)
    in[i] = bench->inputs[i].data;
  for (guint i = 0; i < CHECK_MAX_OUTPUTS; i++)
    out[i] = bench->outputs[i].data;
  test_guard_init (&scratch, kernel->scratch_bytes, 0);
  for (guint i = 0; i < runs; i++) {
    gint64 start = g_get_monotonic_time ();

    sg_kernel_run (kernel, out, in, scratch.data, NULL);
    best = MIN (best, (gdouble) (g_get_monotonic_time () - start) / 1e3);
  }
  test_guard_clear (&scratch);
  return MAX (best, 1e-3);
}

static gdouble
bench_device (Check * check, CheckData * data, Bench * bench,
    SgDevice * device, guint runs, gdouble ref_ms)
{
  g_autoptr (GError) error = NULL;
  SgKernel *kernel = sg_kernel_new (device, &data->call, &error);
  g_autofree gchar *label = check_device_label (device);
  gdouble ms;

  if (kernel == NULL) {
    check_failed (check, data->label, device, "%s", error->message);
    return 0;
  }
  ms = time_kernel (bench, kernel, runs);
  printf ("%-36s %-26s %9.3f ms %8.1fx %8.1f GFLOP/s %7.2f GB/s\n",
      data->label, label, ms, ref_ms > 0 ? ref_ms / ms : 1.0,
      bench->flops / ms / 1e6, bench->bytes / ms / 1e6);
  fflush (stdout);
  sg_kernel_free (kernel);
  return ms;
}

void
check_bench (Check * check, CheckData * data)
{
  gdouble ref_ms;
  Bench bench;

  bench_init (&bench, check, data);
  ref_ms = bench_device (check, data, &bench, check->ref, 1, 0);
  for (guint t = 0; t < check->n_targets; t++) {
    CheckTarget *target = &check->targets[t];

    /* one thread and two: more are not what a pipeline leaves us */
    for (guint i = 0; i < MIN (target->n_devices, 2); i++)
      if (sg_device_supports (target->device[i], &data->call))
        bench_device (check, data, &bench, target->device[i], check->runs,
            ref_ms);
  }
  check_passed (check);
  bench_clear (&bench);
}
