/* gst-stylegan: checkop --onnx
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every case of an operator that ONNX has is written to a file's bytes and loaded
 * again. Both graphs run on the reference: the same to the bit, or within the
 * case's tolerance where ONNX has only others that come to the same.
 * --onnx-dir keeps the files, one folder per case: model.onnx, and the data of
 * inputs and outputs as input_0.bin, output_0.bin, ... for
 * tests/onnx-runtime.py. */
#include "harness.h"

#include <sg/onnx.h>

#include <string.h>

#include "graph/graph.h"

/* What some cases ask for ONNX does not have, and what the refusal says then. */
static const struct
{
  const gchar *op, *words;
} partly[] = {
  {"conv", "fused with others"},
  {"conv_transpose", "fused with others"},
  {"identity", "mask of Dropout"},
  {"resize", "rounds as opset 10"},
  {"softmax", "sums over several axes"},
  {"space_to_depth", "mode CRD"},
};

typedef struct
{
  Check *check;
  const CheckData *data;
  SgTensor *inputs[CHECK_MAX_INPUTS];   /* those that are not constant */
  SgTensorDesc descs[CHECK_MAX_INPUTS];
  guint n_inputs;
  gboolean is_empty;            /* a size of 0, which is read as a free one */
  SgTensor *expected[CHECK_MAX_OUTPUTS], *got[CHECK_MAX_OUTPUTS];
} RoundTrip;

static SgTensor *
new_tensor (const SgTensorDesc * desc)
{
  return sg_tensor_new (desc->dtype, &desc->shape, NULL);
}

static SgGraph *
make_graph (RoundTrip * trip)
{
  const CheckData *data = trip->data;
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgValue *inputs[CHECK_MAX_INPUTS] = { NULL, };
  SgValue *const *outputs;

  for (guint i = 0; i < data->call.n_inputs; i++) {
    g_autofree gchar *name = g_strdup_printf ("x%u", i);

    if (data->input[i].omitted)
      continue;
    if (data->input[i].constant) {
      inputs[i] = sg_graph_add_constant (graph, NULL, data->constants[i]);
      continue;
    }
    inputs[i] = sg_graph_add_input (graph, name, data->descs[i].dtype,
        &data->descs[i].shape);
    trip->descs[trip->n_inputs] = data->descs[i];
    trip->inputs[trip->n_inputs] = new_tensor (&data->descs[i]);
    trip->is_empty |= sg_shape_elements (&data->descs[i].shape) == 0;
    check_data_fill (data, i, CHECK_PATTERN_RANDOM, trip->check->seed,
        trip->inputs[trip->n_inputs]->data);
    trip->n_inputs++;
  }
  outputs = sg_graph_add_node (graph, data->call.op->name, NULL,
      data->call.attrs, inputs, data->call.n_inputs, data->call.n_outputs,
      NULL);
  for (guint i = 0; outputs && i < data->call.n_outputs; i++) {
    g_autofree gchar *name = g_strdup_printf ("y%u", i);

    sg_graph_add_output (graph, name, outputs[i]);
    trip->expected[i] = new_tensor (&data->outputs[i]);
    trip->got[i] = new_tensor (&data->outputs[i]);
  }
  return outputs ? g_steal_pointer (&graph) : NULL;
}

static gboolean
run_graph (RoundTrip * trip, SgGraph * graph, SgTensor * const *outputs,
    GError ** error)
{
  const SgSessionConfig config = { .flags = SG_SESSION_NO_FUSION };
  g_autoptr (SgSession) session = sg_session_new (graph, trip->check->ref,
      trip->descs, trip->n_inputs, &config, error);

  return session && sg_session_run (session, trip->inputs, outputs, error);
}

/* Whether the file has the operator itself, so that nothing may change. */
static gboolean
is_same_operator (const RoundTrip * trip, SgGraph * graph)
{
  return graph->nodes->len == 1 && ((SgNode *) graph->nodes->pdata[0])->op
      == trip->data->call.op;
}

static gchar *
compare (RoundTrip * trip, SgGraph * loaded)
{
  for (guint i = 0; i < trip->data->call.n_outputs; i++) {
    const SgTensorDesc *desc = &trip->data->outputs[i];
    gchar *wrong;

    if (memcmp (trip->got[i]->data, trip->expected[i]->data,
            sg_tensor_desc_bytes (desc)) == 0)
      continue;
    if (is_same_operator (trip, loaded))
      return g_strdup ("loaded again it computes something else");
    wrong = check_compare (desc, trip->got[i]->data, trip->expected[i]->data,
        trip->data->kase->tolerance == CHECK_EXACT ? CHECK_EXACT
        : CHECK_ROUNDED, 1, 0, FALSE);
    if (wrong)
      return wrong;
  }
  return NULL;
}

static void
keep (RoundTrip * trip, GBytes * bytes)
{
  g_autofree gchar *name = g_strdelimit (g_strdup (trip->data->label), "/ ",
      '_');
  g_autofree gchar *dir = g_build_filename (trip->check->onnx_dir, name, NULL);
  const gchar *data = g_bytes_get_data (bytes, NULL);
  g_autofree gchar *model = g_build_filename (dir, "model.onnx", NULL);

  g_mkdir_with_parents (dir, 0777);
  g_file_set_contents (model, data, (gssize) g_bytes_get_size (bytes), NULL);
  for (guint i = 0; i < trip->n_inputs + trip->data->call.n_outputs; i++) {
    gboolean in = i < trip->n_inputs;
    SgTensor *tensor = in ? trip->inputs[i] : trip->expected[i
        - trip->n_inputs];
    g_autofree gchar *file = g_strdup_printf ("%s/%s_%u.bin", dir,
        in ? "input" : "output", in ? i : i - trip->n_inputs);

    g_file_set_contents (file, tensor->data,
        (gssize) sg_tensor_desc_bytes (&tensor->desc), NULL);
  }
}

static gboolean
round_trip (RoundTrip * trip, GError ** error)
{
  g_autoptr (SgGraph) graph = make_graph (trip);
  g_autoptr (GBytes) bytes = sg_model_save_bytes (graph, NULL, error);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (SgModel) model = NULL;
  g_autofree gchar *wrong = NULL;
  gconstpointer data;
  gsize size;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  model = sg_model_load_bytes (trip->data->label, data, size, error);
  if (model == NULL || !run_graph (trip, graph, trip->expected, error)
      || !run_graph (trip, sg_model_get_graph (model), trip->got, error))
    return FALSE;
  if (trip->check->onnx_dir)
    keep (trip, bytes);
  wrong = compare (trip, sg_model_get_graph (model));
  if (wrong == NULL) {
    /* what was read is written as it was */
    again = sg_model_save_bytes (sg_model_get_graph (model), NULL, error);
    if (again == NULL)
      return FALSE;
    if (is_same_operator (trip, sg_model_get_graph (model)) && !trip->is_empty
        && !g_bytes_equal (bytes, again))
      wrong = g_strdup ("loaded and written again it is another file");
  }
  if (wrong)
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "%s", wrong);
  return wrong == NULL;
}

static gboolean
is_expected (const Check * check, const GError * error)
{
  for (guint i = 0; i < G_N_ELEMENTS (partly); i++)
    if (g_error_matches (error, SG_ERROR, SG_ERROR_UNSUPPORTED)
        && g_str_equal (partly[i].op, check->op->name)
        && strstr (error->message, partly[i].words))
      return TRUE;
  return FALSE;
}

void
check_onnx (Check * check, CheckData * data)
{
  RoundTrip trip = { .check = check, .data = data };
  g_autoptr (GError) error = NULL;

  if (check->op->onnx == NULL)
    return;
  if (round_trip (&trip, &error)) {
    check_passed (check);
    check->n_cases++;
  } else if (is_expected (check, error)) {
    check_skipped (check);
  } else {
    check_failed (check, data->label, NULL, "%s", error->message);
  }
  for (guint i = 0; i < trip.n_inputs; i++)
    sg_tensor_unref (trip.inputs[i]);
  for (guint i = 0; i < CHECK_MAX_OUTPUTS; i++) {
    sg_tensor_unref (trip.expected[i]);
    sg_tensor_unref (trip.got[i]);
  }
}

void
check_onnx_operator (Check * check)
{
  if (check->op->onnx && check->n_cases == 0
      && (check->only_op == NULL || g_str_equal (check->only_op,
              check->op->name)))
    check_failed (check, check->op->name, NULL, "no case was written");
  check->n_cases = 0;
}
