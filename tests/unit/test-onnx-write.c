/* gst-stylegan tests: graphs as ONNX files. That every operator comes back as it was
 * is checked by checkop --onnx.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/onnx.h>
#include <sg/session.h>

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "graph/graph.h"
#include "onnx/internal.h"
#include "ops/conv.h"
#include "ops/flow.h"
#include "ops/resize.h"
#include "util/data.h"
#include "util/rng.h"
#include "util/shape.h"

/* --- graphs --------------------------------------------------------------- */

static SgValue *
add (SgGraph * graph, const gchar * op, const gchar * name,
    gconstpointer attrs, SgValue * a, SgValue * b)
{
  SgValue *inputs[] = { a, b };
  g_autoptr (GError) error = NULL;
  SgValue *const *outputs = sg_graph_add_node (graph, op, name, attrs, inputs,
      b ? 2 : 1, 1, &error);

  g_assert_no_error (error);
  return outputs[0];
}

static SgValue *
filled (SgGraph * graph, const gchar * name, const SgShape * shape,
    gfloat value)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32, shape, NULL);

  for (gint64 i = 0; i < sg_tensor_elements (tensor); i++)
    ((gfloat *) tensor->data)[i] = value;
  return sg_graph_add_constant (graph, name, tensor);
}

static SgValue *
input (SgGraph * graph)
{
  return sg_graph_add_input (graph, "x", SG_DTYPE_F32, SHAPE (-1, 3, -1, -1));
}

/* A convolution 3 x 3 of stride 2, which rounds up. */
static SgValue *
halve (SgGraph * graph, SgValue * x)
{
  static const SgConvAttrs attrs = {
    .group = 1,
    .window = {.stride = {2, 2}, .pad_begin = {1, 1}, .pad_end = {1, 1}},
  };

  return add (graph, "conv", "down", &attrs, x, filled (graph, "w",
          SHAPE (3, 3, 3, 3), 0.1f));
}

static SgGraph *
relu_graph (void)
{
  SgGraph *graph = sg_graph_new ();

  sg_graph_add_output (graph, "y", add (graph, "relu", "act", NULL,
          input (graph), NULL));
  return graph;
}

static Onnx__ModelProto *
written (SgGraph * graph, const SgModelInfo * info)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sg_model_save_bytes (graph, info, &error);
  Onnx__ModelProto *proto;

  g_assert_no_error (error);
  proto = sg_onnx_unpack (&onnx__model_proto__descriptor,
      g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  return proto;
}

static void
proto_free (Onnx__ModelProto * proto)
{
  onnx__model_proto__free_unpacked (proto, NULL);
}

static SgModel *
reloaded (SgGraph * graph, const SgModelInfo * info)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sg_model_save_bytes (graph, info, &error);
  SgModel *model;

  g_assert_no_error (error);
  model = sg_model_load_bytes ("saved", g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  return model;
}

static void
check_refused (SgGraph * graph, const SgModelInfo * info, SgErrorCode code,
    const gchar * words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_model_save_bytes (graph, info, &error));
  g_assert_error (error, SG_ERROR, (gint) code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" is not in \"%s\"", words, error->message);
}

/* --- names ---------------------------------------------------------------- */

static void
check_unique (GHashTable * names, gchar * name)
{
  g_assert_cmpstr (name, !=, "");
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_true (g_hash_table_add (names, name));
}

static void
test_names (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) nodes = g_hash_table_new (g_str_hash, g_str_equal);
  SgValue *x = input (graph);
  Onnx__ModelProto *proto;

  for (guint i = 0; i < 4; i++) {
    x = add (graph, "add", i % 2 ? "x" : NULL, NULL, x, filled (graph,
            i % 2 ? "x" : NULL, SHAPE (1), 1));
    x->name = i % 2 ? g_strdup ("x") : i ? g_strdup ("\xff") : NULL;
  }
  sg_graph_add_output (graph, "x_1", x);
  proto = written (graph, NULL);
  g_assert_cmpuint (proto->graph->n_node, ==, 4);
  g_assert_cmpuint (proto->graph->n_initializer, ==, 4);
  check_unique (values, proto->graph->input[0]->name);
  for (guint i = 0; i < 4; i++) {
    check_unique (values, proto->graph->initializer[i]->name);
    check_unique (values, proto->graph->node[i]->output[0]);
    check_unique (nodes, proto->graph->node[i]->name);
  }
  /* What others refer to keeps its name. */
  g_assert_cmpstr (proto->graph->input[0]->name, ==, "x");
  g_assert_cmpstr (proto->graph->output[0]->name, ==, "x_1");
  g_assert_cmpstr (proto->graph->node[3]->output[0], ==, "x_1");
  proto_free (proto);
}

/* Outputs that no node makes, or that are one more than once. */
static void
test_passed_through (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgModel) model = NULL;
  SgValue *x = input (graph), *y = add (graph, "relu", NULL, NULL, x, NULL);
  static const gchar *const names[] = { "x", "same", "a", "b", "one" };
  SgValue *const values[] = { x, x, y, y, filled (graph, NULL, SHAPE (2), 1) };
  SgTensorDesc desc = { SG_DTYPE_F32, SG_SHAPE (1, 3, 8, 8) }, outputs[5];

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    sg_graph_add_output (graph, names[i], values[i]);
  model = reloaded (graph, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (sg_graph_get_output_name (sg_model_get_graph (model), i),
        ==, names[i]);
  g_assert_true (sg_session_infer (sg_model_get_graph (model), &desc, 1,
          outputs, NULL));
  g_assert_cmpint (outputs[1].shape.rank, ==, 4);
  g_assert_cmpint (outputs[4].shape.rank, ==, 1);
}

/* --- sizes ---------------------------------------------------------------- */

static const Onnx__TensorShapeProto__Dimension *
dim (const Onnx__ModelProto * proto, guint output, guint i)
{
  const Onnx__TypeProto__Tensor *tensor =
      proto->graph->output[output]->type->tensor_type;

  g_assert_nonnull (tensor->shape);
  g_assert_cmpuint (i, <, tensor->shape->n_dim);
  return tensor->shape->dim[i];
}

static void
test_sizes (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgValue *x = input (graph), *half = halve (graph, x);
  const SgResizeAttrs twice = { SG_RESIZE_NEAREST, SG_RESIZE_ASYMMETRIC,
    SG_RESIZE_FLOOR, .scales_second = TRUE
  };
  const gfloat factors[] = { 1, 1, 2, 2 };
  g_autoptr (SgTensor) scales = sg_tensor_new_f32 (factors, 4);
  Onnx__ModelProto *proto;

  sg_graph_add_output (graph, "same", add (graph, "relu", NULL, NULL, x, NULL));
  sg_graph_add_output (graph, "half", half);
  sg_graph_add_output (graph, "again", add (graph, "resize", NULL, &twice,
          half, sg_graph_add_constant (graph, NULL, scales)));
  proto = written (graph, NULL);
  g_assert_cmpstr (proto->graph->input[0]->type->tensor_type->shape->
      dim[2]->dim_param, ==, "height");
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpstr (dim (proto, i, 0)->dim_param, ==, "batch");
    g_assert_cmpint (dim (proto, i, 1)->dim_value, ==, 3);
  }
  g_assert_cmpstr (dim (proto, 0, 2)->dim_param, ==, "height");
  g_assert_cmpstr (dim (proto, 0, 3)->dim_param, ==, "width");
  g_assert_cmpstr (dim (proto, 1, 2)->dim_param, ==, "half_height");
  /* of an odd height it is one more than that */
  g_assert_cmpstr (dim (proto, 2, 2)->dim_param, ==, "again_height");
  proto_free (proto);
}

/* --- what it costs -------------------------------------------------------- */

static void
test_count (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  const SgTensorDesc desc = { SG_DTYPE_F32, SG_SHAPE (1, 3, 8, 8) };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rows = NULL;
  const SgOpCount *row;
  guint64 n_parameters;

  sg_graph_add_output (graph, "y", add (graph, "relu", NULL, NULL,
          halve (graph, input (graph)), NULL));
  rows = sg_session_count (graph, &desc, 1, &n_parameters, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_parameters, ==, 3 * 3 * 3 * 3);
  g_assert_cmpuint (rows->len, ==, 2);
  row = (const SgOpCount *) rows->data;
  g_assert_cmpstr (row[0].op, ==, "Conv");
  g_assert_cmpuint (row[0].n_nodes, ==, 1);
  g_assert_cmpfloat (row[0].flops, ==, 2 * 3 * 3 * 3 * 3 * 4 * 4);
  g_assert_cmpstr (row[1].op, ==, "Relu");
  g_assert_cmpfloat (row[1].flops, ==, 3 * 4 * 4);
}

/* --- what the file says beside -------------------------------------------- */

static void
test_info (void)
{
  static const gchar *const metadata[] = {
    "author", "nobody", "License", "CC0 \xe2\x99\xa5", "style", "", NULL
  };
  static const gchar *const twice[] = { "Author", "a", "author", "b", NULL };
  static const gchar *const image[] = {
    "image.BitmapPixelFormat", "Bgr8", NULL
  };
  const SgModelInfo info = {
    .name = "wave",
    .doc = "as painted",
    .pixel_range = SG_PIXEL_RANGE_MINUS1_1,
    .channel_order = SG_CHANNEL_ORDER_BGR,
    .gamma = SG_GAMMA_LINEAR,
    .metadata = metadata,
  };
  const SgModelInfo bad = { .metadata = twice };
  const SgModelInfo clash = { .channel_order = SG_CHANNEL_ORDER_RGB,
    .metadata = image
  };
  g_autoptr (SgGraph) graph = relu_graph ();
  g_autoptr (SgModel) model = reloaded (graph, &info);
  g_autoptr (SgModel) plain = reloaded (graph, NULL);
  g_autoptr (SgModel) again = NULL;
  SgModelInfo read = sg_model_get_info (model);

  g_assert_cmpstr (sg_model_get_producer (model), ==, "gst-stylegan");
  g_assert_cmpstr (sg_model_get_metadata (model, "license"), ==, metadata[3]);
  again = reloaded (sg_model_get_graph (model), &read);
  for (guint i = 0; i < 2; i++) {
    read = sg_model_get_info (i ? again : model);
    g_assert_cmpstr (read.name, ==, "wave");
    g_assert_cmpstr (read.doc, ==, "as painted");
    g_assert_cmpint (read.pixel_range, ==, SG_PIXEL_RANGE_MINUS1_1);
    g_assert_cmpint (read.channel_order, ==, SG_CHANNEL_ORDER_BGR);
    g_assert_cmpint (read.gamma, ==, SG_GAMMA_LINEAR);
    g_assert_true (g_strv_equal (read.metadata, metadata));
  }
  read = sg_model_get_info (plain);
  g_assert_cmpstr (read.name, ==, "model");
  g_assert_cmpint (read.pixel_range, ==, SG_PIXEL_RANGE_AUTO);
  g_assert_cmpint (read.channel_order, ==, SG_CHANNEL_ORDER_AUTO);
  g_assert_cmpint (read.gamma, ==, SG_GAMMA_SRGB);
  g_assert_null (read.metadata[0]);
  check_refused (graph, &bad, SG_ERROR_INVALID_ARGUMENT, "'author' is given");
  check_refused (graph, &clash, SG_ERROR_INVALID_ARGUMENT, "is given twice");
}

static void
test_opsets (void)
{
  const SgPadAttrs wrap = { SG_PAD_WRAP };
  const gint64 pads[] = { 0, 0, 1, 1, 0, 0, 1, 1 };
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgGraph) relu = relu_graph ();
  g_autoptr (SgTensor) tensor = sg_tensor_new_i64 (pads, 8);
  SgModelInfo info = { .opset = 0 };

  sg_graph_add_output (graph, "y", add (graph, "pad", "around", &wrap,
          input (graph), sg_graph_add_constant (graph, NULL, tensor)));
  for (info.opset = 0; info.opset <= 21; info.opset++) {
    g_autoptr (SgModel) model = NULL;

    if (info.opset > 0 && info.opset < 13) {
      check_refused (relu, &info, SG_ERROR_INVALID_ARGUMENT, "only 13 to 21");
      continue;
    }
    model = reloaded (relu, &info);
    g_assert_cmpint (sg_model_get_opset (model), ==, MAX (info.opset, 13));
    if (info.opset == 0 || info.opset >= 19) {
      g_autoptr (SgModel) wrapped = reloaded (graph, &info);

      g_assert_cmpint (sg_model_get_opset (wrapped), ==, MAX (info.opset, 19));
    } else {
      check_refused (graph, &info, SG_ERROR_UNSUPPORTED,
          "'around' (Pad, opset 1");
    }
  }
  check_refused (relu, &info, SG_ERROR_INVALID_ARGUMENT, "opset 22");
}

static void
test_refused (void)
{
  const SgWarpAttrs attrs = { .step = 1, .unit = 1 };
  g_autoptr (SgGraph) warp = sg_graph_new ();
  g_autoptr (SgGraph) empty = sg_graph_new ();
  g_autoptr (SgGraph) nan = sg_graph_new ();
  g_autoptr (SgGraph) backwards = sg_graph_new ();
  SgValue *x = input (warp), *y;

  sg_graph_add_output (warp, "y", add (warp, "warp", "along", &attrs, x, x));
  check_refused (warp, NULL, SG_ERROR_UNSUPPORTED, "node 'along' (warp)");
  check_refused (empty, NULL, SG_ERROR_INVALID_ARGUMENT, "no output");
  sg_graph_add_output (nan, "y", add (nan, "mul", NULL, NULL, input (nan),
          filled (nan, "bad", SHAPE (3), NAN)));
  check_refused (nan, NULL, SG_ERROR_NOT_FINITE, "'bad'");
  /* A node in front of what it uses. */
  y = add (backwards, "relu", "late", NULL, input (backwards), NULL);
  sg_graph_add_output (backwards, "y", add (backwards, "relu", "early", NULL,
          y, NULL));
  g_ptr_array_insert (backwards->nodes, 0, g_ptr_array_steal_index
      (backwards->nodes, 1));
  check_refused (backwards, NULL, SG_ERROR_INVALID_ARGUMENT, "'early'");
}

/* --- files ---------------------------------------------------------------- */

static gchar *
new_dir (void)
{
  gchar *dir = g_dir_make_tmp ("onnx-write-XXXXXX", NULL);

  g_assert_nonnull (dir);
  return dir;
}

static guint
count_files (const gchar * path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

static void
check_not_saved (const gchar * path, SgErrorCode code, const gchar * words)
{
  g_autoptr (SgGraph) graph = relu_graph ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_model_save (graph, NULL, path, &error));
  g_assert_error (error, SG_ERROR, (gint) code);
  g_assert_true (g_str_has_prefix (error->message, path));
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" is not in \"%s\"", words, error->message);
}

static void
test_file (void)
{
  g_autofree gchar *dir = new_dir ();
  g_autofree gchar *path = g_build_filename (dir, "m.onnx", NULL);
  g_autofree gchar *nowhere = g_build_filename (dir, "no", "m.onnx", NULL);
  g_autoptr (SgGraph) graph = relu_graph ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) first = NULL, second = NULL;
  const SgModelInfo info = { .name = "second" };
  struct stat status;

  g_assert_true (sg_model_save (graph, NULL, path, &error));
  g_assert_no_error (error);
  first = sg_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (sg_model_save (graph, &info, path, &error));
  second = sg_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (first != second);
  g_assert_cmpstr (sg_model_get_info (second).name, ==, "second");
  g_assert_cmpuint (count_files (dir), ==, 1);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0400, ==, 0400);

  check_not_saved (dir, SG_ERROR_INVALID_ARGUMENT, "is a directory");
  check_not_saved ("/dev/full", SG_ERROR_INVALID_ARGUMENT, "is a device");
  check_not_saved (nowhere, SG_ERROR_FAILED, "cannot write");
  if (geteuid () != 0) {
    g_assert_cmpint (g_chmod (dir, 0500), ==, 0);
    check_not_saved (path, SG_ERROR_FAILED, "cannot write");
    g_assert_cmpint (g_chmod (dir, 0700), ==, 0);
  }
  g_assert_cmpuint (count_files (dir), ==, 1);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* A disk that has no room for the whole file. */
static void
test_no_room (void)
{
  g_autofree gchar *dir = NULL, *path = NULL;
  g_autoptr (SgGraph) graph = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) model = NULL;
  const struct rlimit limit = { 1000, 1000 };

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    return;
  }
  dir = new_dir ();
  path = g_build_filename (dir, "m.onnx", NULL);
  graph = relu_graph ();
  g_assert_true (sg_model_save (graph, NULL, path, &error));
  sg_graph_add_output (graph, "w", filled (graph, "w", SHAPE (10000), 1));
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (sg_model_save (graph, NULL, path, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_FAILED);
  g_clear_error (&error);
  model = sg_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_graph_get_n_outputs (sg_model_get_graph (model)), ==, 1);
  g_assert_cmpuint (count_files (dir), ==, 1);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* --- models of others ----------------------------------------------------- */

#define SIDE 96
#define MAX_INPUTS 2

/* One picture through @graph; f16 models take f32. */
static SgTensor *
run (SgGraph * graph, SgTensor ** inputs, guint n_inputs)
{
  const SgDeviceConfig config = { .backend = SG_BACKEND_CPU };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = sg_device_open (&config, NULL, &error);
  g_autoptr (SgSession) session = NULL;
  SgTensorDesc descs[MAX_INPUTS];
  const SgTensorDesc *desc;
  SgTensor *output;

  for (guint i = 0; i < n_inputs; i++)
    descs[i] = inputs[i]->desc;
  session = sg_session_new (graph, device, descs, n_inputs, NULL, &error);
  g_assert_no_error (error);
  desc = sg_session_get_output_desc (session, 0);
  output = sg_tensor_new (desc->dtype, &desc->shape, &error);
  g_assert_true (sg_session_run (session, inputs, &output, &error));
  g_assert_no_error (error);
  return output;
}

/* For tests/onnx-runtime.py; see tests/checkop/onnx.c. */
static void
keep (const gchar * name, GBytes * bytes, SgTensor ** inputs, guint n_inputs,
    SgTensor * output)
{
  const gchar *top = g_getenv ("SG_TEST_ONNX_DIR");
  g_autofree gchar *dir = NULL, *model = NULL, *file = NULL;

  if (top == NULL || inputs[0]->desc.dtype != SG_DTYPE_F32)
    return;
  dir = g_build_filename (top, name, NULL);
  model = g_build_filename (dir, "model.onnx", NULL);
  file = g_build_filename (dir, "output_0.bin", NULL);
  g_mkdir_with_parents (dir, 0777);
  g_file_set_contents (model, g_bytes_get_data (bytes, NULL),
      (gssize) g_bytes_get_size (bytes), NULL);
  g_file_set_contents (file, output->data,
      (gssize) sg_tensor_desc_bytes (&output->desc), NULL);
  for (guint i = 0; i < n_inputs; i++) {
    g_autofree gchar *data = g_strdup_printf ("%s/input_%u.bin", dir, i);

    g_file_set_contents (data, inputs[i]->data,
        (gssize) sg_tensor_desc_bytes (&inputs[i]->desc), NULL);
  }
}

static gdouble
largest (const SgTensor * a, const SgTensor * b)
{
  gdouble most = 0;

  g_assert_true (sg_shape_equal (&a->desc.shape, &b->desc.shape));
  for (gint64 i = 0; i < sg_tensor_elements (a); i++)
    most = MAX (most, fabs (sg_tensor_get (a, i) - sg_tensor_get (b, i)));
  return most;
}

static void
check_model (const gchar * name, SgModel * model)
{
  SgGraph *graph = sg_model_get_graph (model);
  const SgModelInfo info = sg_model_get_info (model);
  guint n_inputs = sg_graph_get_n_inputs (graph);
  SgTensor *inputs[MAX_INPUTS];
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sg_model_save_bytes (graph, &info, &error);
  g_autoptr (SgModel) saved = NULL;
  g_autoptr (SgTensor) before = NULL, after = NULL;
  TestRng rng = test_rng (1, name);

  g_assert_no_error (error);
  saved = sg_model_load_bytes (name, g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_inputs; i++) {
    gint64 side = MAX (sg_graph_get_input_desc (graph, i)->shape.dim[2], SIDE);

    inputs[i] = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, 3, MIN (side, 256),
            MIN (side, 256)), NULL);
    test_rng_fill (&rng, inputs[i], 0, n_inputs > 1 ? 1 : 255);
  }
  before = run (graph, inputs, n_inputs);
  after = run (sg_model_get_graph (saved), inputs, n_inputs);
  /* What ONNX no longer has is written as other operators, which round once more;
   * the output is 0 .. 255. */
  g_assert_cmpfloat (largest (before, after), <=,
      g_str_has_prefix (name, "winml") ? 0.05 : 0);
  if (strstr (name, "fp16") == NULL
      && sg_graph_get_input_desc (graph, 0)->shape.dim[2] < 0)
    keep (name, bytes, inputs, n_inputs, before);
  for (guint i = 0; i < n_inputs; i++)
    sg_tensor_unref (inputs[i]);
}

static void
test_models (void)
{
  g_autofree gchar *folder = test_data_file ("models");
  g_autoptr (GDir) dir = folder ? g_dir_open (folder, 0, NULL) : NULL;
  const gchar *name;

  if (dir == NULL) {
    g_test_skip ("there is no test data");
    return;
  }
  while ((name = g_dir_read_name (dir))) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (SgModel) model = NULL;

    if (!g_str_has_suffix (name, ".onnx"))
      continue;
    g_test_message ("%s", name);
    model = sg_model_load (path, &error);
    g_assert_no_error (error);
    check_model (name, model);
  }
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx-write/names", test_names);
  g_test_add_func ("/onnx-write/passed-through", test_passed_through);
  g_test_add_func ("/onnx-write/sizes", test_sizes);
  g_test_add_func ("/onnx-write/count", test_count);
  g_test_add_func ("/onnx-write/info", test_info);
  g_test_add_func ("/onnx-write/opsets", test_opsets);
  g_test_add_func ("/onnx-write/refused", test_refused);
  g_test_add_func ("/onnx-write/file", test_file);
  g_test_add_func ("/onnx-write/no-room", test_no_room);
  g_test_add_func ("/onnx-write/models", test_models);
  return g_test_run ();
}
