/* gst-stylegan: checkop --bench
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Time per run, the reference's time over it, and what that is in operations and
 * in memory traffic (inputs and outputs once each). On a GPU: between the timestamps
 * around the kernel in a session, without the transfers. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  TestGuard inputs[CHECK_MAX_INPUTS];
  TestGuard outputs[CHECK_MAX_OUTPUTS];
  gdouble flops, bytes;
} Bench;

/* What the tensor has on the device. */
static gdouble
device_bytes (const Check * check, const SgTensorDesc * desc)
{
  gdouble bytes = (gdouble) sg_tensor_desc_bytes (desc);

  return check->half && check_is_half (desc) ? bytes / 2 : bytes;
}

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
    bench->bytes += device_bytes (check, &data->descs[i]);
    if (data->input[i].constant)
      memcpy (bench->inputs[i].data, data->constants[i]->data,
          bench->inputs[i].bytes);
    else
      check_data_fill (data, i, CHECK_PATTERN_RANDOM, check->seed,
          bench->inputs[i].data);
  }
  for (guint i = 0; i < call->n_outputs; i++) {
    test_guard_init (&bench->outputs[i],
        sg_tensor_desc_bytes (&data->outputs[i]), 0);
    bench->bytes += device_bytes (check, &data->outputs[i]);
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

/* The case as a graph of one node. */
static SgGraph *
make_graph (CheckData * data, GError ** error)
{
  const SgCall *call = &data->call;
  SgGraph *graph = sg_graph_new ();
  SgValue *in[CHECK_MAX_INPUTS] = { NULL, }, *const *out;

  for (guint i = 0; i < call->n_inputs; i++) {
    g_autofree gchar *name = g_strdup_printf ("x%u", i);

    if (data->constants[i])
      in[i] = sg_graph_add_constant (graph, name, data->constants[i]);
    else if (!data->input[i].omitted)
      in[i] = sg_graph_add_input (graph, name, data->descs[i].dtype,
          &data->descs[i].shape);
  }
  out = sg_graph_add_node (graph, call->op->name, NULL, call->attrs, in,
      call->n_inputs, call->n_outputs, error);
  if (out == NULL) {
    sg_graph_unref (graph);
    return NULL;
  }
  for (guint i = 0; i < call->n_outputs; i++) {
    g_autofree gchar *name = g_strdup_printf ("y%u", i);

    sg_graph_add_output (graph, name, out[i]);
  }
  return graph;
}

/* As time_kernel (), by the device's clock; 0 with an error. */
static gdouble
time_session (CheckData * data, Bench * bench, SgDevice * device, guint runs,
    GError ** error)
{
  static const SgSessionConfig config = { .flags = SG_SESSION_NO_FUSION };
  g_autoptr (SgGraph) graph = make_graph (data, error);
  g_autoptr (SgSession) session = NULL;
  SgTensor *in[CHECK_MAX_INPUTS], *out[CHECK_MAX_OUTPUTS];
  SgTensorDesc descs[CHECK_MAX_INPUTS];
  gdouble best = G_MAXDOUBLE;
  guint n_in = 0, n_out = data->call.n_outputs;

  for (guint i = 0; i < data->call.n_inputs; i++)
    if (bench->inputs[i].data && data->constants[i] == NULL) {
      descs[n_in] = data->descs[i];
      in[n_in] = sg_tensor_new_borrowed (descs[n_in].dtype,
          &descs[n_in].shape, bench->inputs[i].data);
      n_in++;
    }
  for (guint i = 0; i < n_out; i++)
    out[i] = sg_tensor_new_borrowed (data->outputs[i].dtype,
        &data->outputs[i].shape, bench->outputs[i].data);
  if (graph)
    session = sg_session_new (graph, device, descs, n_in, &config, error);
  for (guint i = 0; session && best > 0 && i <= runs; i++)
    best = sg_session_run (session, in, out, error) ? MIN (best,
        sg_session_get_stage_ms (session, SG_STAGE_NETWORK)) : 0;
  for (guint i = 0; i < n_in; i++)
    sg_tensor_unref (in[i]);
  for (guint i = 0; i < n_out; i++)
    sg_tensor_unref (out[i]);
  return session == NULL || best == 0 ? 0 : MAX (best, 1e-4);
}

/* 0 with an error. */
static gdouble
time_device (CheckData * data, Bench * bench, SgDevice * device, guint runs,
    GError ** error)
{
  SgKernel *kernel;
  gdouble ms;

  if (device->backend->program_new)
    return time_session (data, bench, device, runs, error);
  kernel = sg_kernel_new (device, &data->call, error);
  ms = kernel ? time_kernel (bench, kernel, runs) : 0;
  sg_kernel_free (kernel);
  return ms;
}

static gdouble
bench_device (Check * check, CheckData * data, Bench * bench,
    SgDevice * device, guint runs, gdouble ref_ms)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *label = check_device_label (device);
  gdouble ms = time_device (data, bench, device, runs, &error);

  if (ms == 0) {
    check_failed (check, data->label, device, "%s", error->message);
    return 0;
  }
  printf ("%-36s %-26s %9.3f ms %8.1fx %8.1f GFLOP/s %7.2f GB/s\n",
      data->label, label, ms, ref_ms > 0 ? ref_ms / ms : 1.0,
      bench->flops / ms / 1e6, bench->bytes / ms / 1e6);
  fflush (stdout);
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
