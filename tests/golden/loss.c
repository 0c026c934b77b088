/* gst-stylegan: training with the losses against PyTorch
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   loss FOLDER
 *
 * make-loss.py wrote FOLDER and says what is computed; this is the same by the engine:
 * every term of the loss over ten steps of Adam. */
#include <math.h>
#include <string.h>

#include <json-glib/json-glib.h>
#include <sg/rng.h>
#include <sg/session.h>

#include "ops/adam.h"
#include "ops/conv.h"
#include "train/autodiff.h"
#include "train/losses.h"

/* Of each term, in steps that amplify what the ones before rounded; f32, where
 * PyTorch's are double. */
#define MAX_ERROR 1e-4
#define SIZE 32
#define BATCH 4
#define STYLE 40

enum
{ PARAMETERS, M, V, STEP, N_STATES };
enum
{ X = N_STATES, FLOW, MASK, RATE, N_FIXED };
#define MAX_INPUTS (N_FIXED + 8)

static JsonObject *golden;
static const gchar *folder;

static gdouble
golden_value (guint step, const gchar * name)
{
  return json_object_get_double_member (json_array_get_object_element
      (json_object_get_array_member (golden, "curve"), step), name);
}

/* As numbers () of make-loss.py. */
static void
fill (gfloat * to, gsize n, guint64 stream, gdouble low, gdouble high)
{
  SgRng rng;

  sg_rng_init (&rng, (guint64) json_object_get_int_member (golden, "seed"), 0,
      stream);
  for (gsize i = 0; i < n; i++)
    to[i] = (gfloat) sg_rng_range (&rng, low, high);
}

/* --- the network ---------------------------------------------------------------- */

static const struct
{
  SgShape shape;
  gdouble limit;
} parameters[] = {
  {{4, {6, 3, 3, 3}}, 0.3}, {{1, {6}}, 0.1},
  {{4, {3, 6, 3, 3}}, 0.2}, {{1, {3}}, 0.1},
};

#define N_PARAMETERS G_N_ELEMENTS (parameters)

static SgValue *
generator (SgBuild * b, SgValue * x, SgValue * row)
{
  const SgConvAttrs attrs = { .window = {.pad_begin = {1, 1},
      .pad_end = {1, 1}}, .group = 1
  };
  SgValue *p[N_PARAMETERS], *y;
  gint64 sizes[N_PARAMETERS];

  for (guint i = 0; i < N_PARAMETERS; i++)
    sizes[i] = sg_shape_elements (&parameters[i].shape);
  sg_build_split (b, row, 0, sizes, N_PARAMETERS, p);
  for (guint i = 0; i < N_PARAMETERS; i++)
    p[i] = sg_build_reshape (b, p[i], &parameters[i].shape);
  y = sg_build_node (b, "conv", &attrs, 3, x, p[0], p[1]);
  y = sg_build_node (b, "conv", &attrs, 3, sg_build_unary (b, "relu", y), p[2],
      p[3]);
  return sg_build_binary (b, "add", x, y);
}

/* --- the training step ------------------------------------------------------------ */

static SgLosses *
make_losses (SgDevice * device, gdouble * weights)
{
  g_autofree gchar *network = g_build_filename (folder, "net.onnx", NULL);
  const gchar *const networks[] = { network, NULL };
  gfloat values[3 * STYLE * STYLE];
  guint8 style[3 * STYLE * STYLE];
  JsonObject *given = json_object_get_object_member (golden, "weights");
  SgTrainConfig config = { .batch = BATCH, .size = SIZE, .loss_networks =
        networks,
    .style = {STYLE, STYLE, style}, .style_size = STYLE
  };
  g_autoptr (GError) error = NULL;
  SgLosses *losses;

  fill (values, G_N_ELEMENTS (values), 8, 0, 256);
  for (gint i = 0; i < 3 * STYLE * STYLE; i++)
    style[i] = (guint8) values[i % 3 * STYLE * STYLE + i / 3];
  for (guint i = 0; i < SG_N_LOSSES; i++) {
    const gchar *name = sg_loss_get_name ((SgLoss) i);

    weights[i] = config.weight[i] = json_object_has_member (given, name) ?
        json_object_get_double_member (given, name) : 0;
  }
  losses = sg_losses_new (&config, device, &error);
  g_assert_no_error (error);
  return losses;
}

/* Inputs: the states, pictures, the rate, the views. Outputs: the states, the terms,
 * their sum. */
static SgGraph *
build (SgLosses * losses, const gdouble * weights, gint64 n)
{
  const SgShape row = { 1, {n} }, one = { 1, {1} };
  const SgShape image = { 4, {BATCH, 3, SIZE, SIZE} };
  const SgShape flow = { 4, {BATCH / 2, 2, SIZE, SIZE} };
  const SgShape mask = { 4, {BATCH / 2, 1, SIZE, SIZE} };
  const SgShape *const shapes[N_FIXED] = { &row, &row, &row, &one, &image,
    &flow, &mask, &one
  };
  const SgAdamAttrs adam = { 0.9f, 0.999f, 1e-8f };
  g_autoptr (GError) error = NULL;
  SgGraph *graph = sg_graph_new ();
  SgBuild b = { graph, "golden", SG_DTYPE_F32 };
  SgValue *in[N_FIXED], *terms[SG_N_LOSSES], *total = NULL, *gradient;
  SgValue *const *next;
  SgLossInputs inputs;

  for (guint i = 0; i < N_FIXED; i++)
    in[i] = sg_graph_add_input (graph, "in", SG_DTYPE_F32, shapes[i]);
  inputs = (SgLossInputs) {
    in[X], generator (&b, in[X], in[PARAMETERS]), in[FLOW], in[MASK]
  };
  sg_losses_append (losses, &b, &inputs, terms);
  for (guint i = 0; i < SG_N_LOSSES; i++) {
    SgValue *part = terms[i] ? sg_build_scale (&b, terms[i], weights[i]) : NULL;

    if (part)
      total = total ? sg_build_binary (&b, "add", total, part) : part;
  }
  g_assert_no_error (b.error);
  g_assert_true (sg_autodiff (graph, total, in, 1, &gradient, &error));
  g_assert_no_error (error);
  next = sg_build_nodes (&b, "adam", &adam, (SgValue *[]) {
      in[PARAMETERS], gradient, in[M], in[V], in[STEP], in[RATE]}
      , 6, N_STATES);
  g_assert_no_error (b.error);
  for (guint i = 0; i < N_STATES; i++)
    sg_graph_add_output (graph, "state", next[i]);
  for (guint i = 0; i < SG_N_LOSSES; i++)
    if (terms[i])
      sg_graph_add_output (graph, sg_loss_get_name ((SgLoss) i), terms[i]);
  sg_graph_add_output (graph, "total", total);
  return graph;
}

static void
fill_inputs (SgTensor * const *inputs)
{
  gfloat *at = inputs[PARAMETERS]->data;

  for (guint i = 0; i < N_PARAMETERS; i++) {
    gsize n = (gsize) sg_shape_elements (&parameters[i].shape);

    fill (at, n, 1 + i, -parameters[i].limit, parameters[i].limit);
    at += n;
  }
  fill (inputs[X]->data, (gsize) sg_tensor_elements (inputs[X]), 5, 0, 1);
  fill (inputs[FLOW]->data, (gsize) sg_tensor_elements (inputs[FLOW]), 6, -3,
      3);
  fill (inputs[MASK]->data, (gsize) sg_tensor_elements (inputs[MASK]), 7, 0, 1);
  *(gfloat *) inputs[RATE]->data =
      (gfloat) json_object_get_double_member (golden, "rate");
}

static void
check_step (SgGraph * graph, guint step, SgTensor * const *outputs)
{
  for (guint i = N_STATES; i < sg_graph_get_n_outputs (graph); i++) {
    const gchar *name = sg_graph_get_output_name (graph, i);
    gdouble got = sg_tensor_get (outputs[i], 0);
    gdouble want = golden_value (step, name);

    g_test_message ("step %u: %s %.7g, PyTorch's %.7g", step, name, got, want);
    g_assert_cmpfloat (fabs (got - want), <=, MAX_ERROR * fabs (want));
  }
}

static void
test_backend (gconstpointer data)
{
  const SgDeviceConfig config = { .backend = (SgBackendId)
    GPOINTER_TO_INT (data), .n_threads = 2
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = sg_device_open (&config, NULL, &error);
  gdouble weights[SG_N_LOSSES];
  g_autoptr (SgLosses) losses = make_losses (device, weights);
  g_autoptr (SgGraph) graph = NULL;
  g_autoptr (SgSession) session = NULL;
  SgTensor *inputs[MAX_INPUTS], *outputs[N_STATES + SG_N_LOSSES + 1];
  SgTensorDesc descs[MAX_INPUTS];
  guint n_steps, n_in, n_out;
  gint64 n = 0;

  for (guint i = 0; i < N_PARAMETERS; i++)
    n += sg_shape_elements (&parameters[i].shape);
  graph = build (losses, weights, n);
  n_in = sg_graph_get_n_inputs (graph);
  n_out = sg_graph_get_n_outputs (graph);
  g_assert_cmpuint (n_in, ==, N_FIXED + sg_losses_get_n_inputs (losses));
  for (guint i = 0; i < n_in; i++) {
    descs[i] = *sg_graph_get_input_desc (graph, i);
    inputs[i] = sg_tensor_new (descs[i].dtype, &descs[i].shape, NULL);
  }
  fill_inputs (inputs);
  session = sg_session_new (graph, device, descs, n_in, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_out; i++)
    outputs[i] = sg_tensor_new (SG_DTYPE_F32,
        &sg_session_get_output_desc (session, i)->shape, NULL);
  n_steps = json_array_get_length (json_object_get_array_member (golden,
          "curve"));
  for (guint step = 0; step < n_steps; step++) {
    sg_losses_draw (losses,
        (guint64) json_object_get_int_member (golden, "seed"), step,
        inputs + N_FIXED);
    g_assert_true (sg_session_run (session, inputs, outputs, &error));
    check_step (graph, step, outputs);
    for (guint i = 0; i < N_STATES; i++) {
      SgTensor *swap = inputs[i];

      inputs[i] = outputs[i];
      outputs[i] = swap;
    }
  }
  for (guint i = 0; i < n_in; i++)
    sg_tensor_unref (inputs[i]);
  for (guint i = 0; i < n_out; i++)
    sg_tensor_unref (outputs[i]);
}

gint
main (gint argc, gchar ** argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *curve = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  folder = argv[1];
  curve = g_build_filename (folder, "curve.json", NULL);
  json_parser_load_from_file (parser, curve, &error);
  g_assert_no_error (error);
  golden = json_node_get_object (json_parser_get_root (parser));
  g_test_add_data_func ("/loss/cpu", GINT_TO_POINTER (SG_BACKEND_CPU),
      test_backend);
  g_test_add_data_func ("/loss/reference",
      GINT_TO_POINTER (SG_BACKEND_REFERENCE), test_backend);
  return g_test_run ();
}
