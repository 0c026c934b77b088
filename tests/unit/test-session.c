/* gst-stylegan: tests of sessions
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <sg/session.h>

#include "graph/graph.h"
#include "ops/cast.h"
#include "ops/conv.h"
#include "ops/gather.h"
#include "ops/reshape.h"
#include "ops/shape.h"
#include "util/rng.h"
#include "util/shape.h"

/* --- graphs --------------------------------------------------------------- */

static SgValue *
add (SgGraph * graph, const gchar * op, gconstpointer attrs, SgValue * a,
    SgValue * b)
{
  SgValue *inputs[] = { a, b };
  g_autoptr (GError) error = NULL;
  SgValue *const *outputs = sg_graph_add_node (graph, op, NULL, attrs, inputs,
      b ? 2 : 1, 1, &error);

  g_assert_no_error (error);
  return outputs[0];
}

static SgValue *
constant (SgGraph * graph, SgTensor * tensor)
{
  SgValue *value = sg_graph_add_constant (graph, NULL, tensor);

  sg_tensor_unref (tensor);
  return value;
}

static SgValue *
input (SgGraph * graph)
{
  return sg_graph_add_input (graph, "x", SG_DTYPE_F32, SHAPE (1, 3, -1, -1));
}

static SgTensor *
weights (guint m, guint c, guint k)
{
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, SHAPE (m, c, k, k),
      NULL);
  TestRng rng = test_rng (m * 1000 + c, "weights");

  test_rng_fill (&rng, tensor, -0.3, 0.3);
  return tensor;
}

/* @n convolutions 3x3 with relu, @channels wide, back to 3. */
static SgGraph *
conv_graph (guint n, guint channels)
{
  SgGraph *graph = sg_graph_new ();
  SgConvAttrs attrs = { .group = 1, .window = {.pad_begin = {1, 1}, .pad_end = {
          1, 1}}
  };
  SgValue *x = input (graph);

  for (guint i = 0; i < n; i++) {
    guint from = i == 0 ? 3 : channels, to = i + 1 == n ? 3 : channels;

    x = add (graph, "conv", &attrs, x, constant (graph, weights (to, from, 3)));
    x = add (graph, "relu", NULL, x, NULL);
  }
  sg_graph_add_output (graph, "y", x);
  return graph;
}

static SgTensor *
picture (gint64 height, gint64 width, guint64 seed)
{
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, 3, height,
          width), NULL);
  TestRng rng = test_rng (seed, "picture");

  test_rng_fill (&rng, tensor, 0, 1);
  return tensor;
}

static SgDevice *
open_device (SgBackendId id, guint n_threads)
{
  g_autoptr (GError) error = NULL;
  SgDevice *device = sg_device_open (&(SgDeviceConfig) { id, n_threads }, NULL,
      &error);

  g_assert_no_error (error);
  return device;
}

static SgTensor *
run (SgSession * session, SgTensor * in)
{
  const SgTensorDesc *desc = sg_session_get_output_desc (session, 0);
  SgTensor *out = sg_tensor_new (desc->dtype, &desc->shape, NULL);
  g_autoptr (GError) error = NULL;

  sg_session_run (session, &in, &out, &error);
  g_assert_no_error (error);
  return out;
}

static void
assert_same (const SgTensor * a, const SgTensor * b)
{
  g_assert_true (sg_shape_equal (&a->desc.shape, &b->desc.shape));
  g_assert_cmpmem (a->data, sg_tensor_desc_bytes (&a->desc), b->data,
      sg_tensor_desc_bytes (&b->desc));
}

static guint
count_steps (SgSession * session)
{
  g_autofree gchar *text = sg_session_to_string (session);
  guint n = 0;

  for (const gchar * s = text; *s; s++)
    n += *s == '\n';
  return n;
}

/* --- tests ---------------------------------------------------------------- */

static void
test_run_twice (void)
{
  g_autoptr (SgGraph) graph = conv_graph (3, 8);
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 2);
  g_autoptr (SgTensor) in = picture (37, 41, 1), other = picture (37, 41, 2);
  g_autoptr (SgTensor) a = NULL, b = NULL, c = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = sg_session_new (graph, device, &in->desc, 1,
      NULL, &error);

  g_assert_no_error (error);
  a = run (session, in);
  b = run (session, other);
  c = run (session, in);
  assert_same (a, c);
  g_assert_true (memcmp (a->data, b->data, 100) != 0);
}

/* The graph may be gone when the session runs. */
static void
test_graph_dropped (void)
{
  SgGraph *graph = conv_graph (2, 4);
  SgDevice *device = open_device (SG_BACKEND_CPU, 1);
  g_autoptr (SgTensor) in = picture (9, 11, 1), out = NULL;
  g_autoptr (SgSession) session = sg_session_new (graph, device, &in->desc, 1,
      NULL, NULL);

  sg_graph_unref (graph);
  sg_device_unref (device);
  out = run (session, in);
  g_assert_true (sg_tensor_is_finite (out));
}

static void
test_graph_unchanged (void)
{
  g_autoptr (SgGraph) graph = conv_graph (2, 4);
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 1);
  g_autofree gchar *before = sg_graph_to_string (graph), *after = NULL;
  SgTensorDesc desc = { SG_DTYPE_F32, {4, {1, 3, 9, 11}} };

  sg_session_free (sg_session_new (graph, device, &desc, 1, NULL, NULL));
  after = sg_graph_to_string (graph);
  g_assert_cmpstr (before, ==, after);
}

/* reshape (x, concat'd from shape (x)) as exporters write it: all of it is
 * folded, on every size. */
static void
test_folding (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 1);
  SgShapeAttrs shape_attrs = { 0, 0, FALSE };
  SgGatherAttrs gather_attrs = { 0 };
  SgReshapeAttrs reshape_attrs = { FALSE };
  SgCastAttrs to_float = { SG_DTYPE_F32 }, to_int = { SG_DTYPE_I64 };
  const gint64 swap[] = { 0, 1, 3, 2 };
  SgValue *x = input (graph), *s;

  s = add (graph, "shape", &shape_attrs, x, NULL);
  s = add (graph, "gather", &gather_attrs, s, constant (graph,
          sg_tensor_new_i64 (swap, 4)));
  s = add (graph, "cast", &to_float, s, NULL);
  s = add (graph, "floor", NULL, s, NULL);
  s = add (graph, "cast", &to_int, s, NULL);
  x = add (graph, "relu", NULL, x, NULL);
  x = add (graph, "reshape", &reshape_attrs, x, s);
  x = add (graph, "neg", NULL, x, NULL);
  sg_graph_add_output (graph, "y", x);
  for (gint64 w = 5; w < 8; w++) {
    g_autoptr (SgTensor) in = picture (4, w, 1), out = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (SgSession) session = sg_session_new (graph, device, &in->desc,
        1, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (count_steps (session), <=, 3);
    out = run (session, in);
    g_assert_true (sg_shape_equal (&out->desc.shape, SHAPE (1, 3, w, 4)));
    g_assert_cmpfloat (sg_tensor_get (out, 0), ==, -sg_tensor_get (in, 0));
  }
}

static void
test_infer (void)
{
  g_autoptr (SgGraph) graph = conv_graph (2, 4);
  SgTensorDesc in = { SG_DTYPE_F32, {4, {1, 3, 4320, 7680}} }, out;
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_session_infer (graph, &in, 1, &out, &error));
  g_assert_true (sg_shape_equal (&out.shape, &in.shape));
  in.shape.dim[1] = 4;
  g_assert_false (sg_session_infer (graph, &in, 1, &out, &error));
  g_assert_nonnull (error);
}

/* Values that are dead make room: the arena is far below their sum. */
static void
test_memory_reuse (void)
{
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 1);
  SgTensorDesc desc = { SG_DTYPE_F32, {4, {1, 3, 64, 64}} };
  const gsize value = 16 * 64 * 64 * sizeof (gfloat);
  gsize bytes[2];

  for (guint i = 0; i < 2; i++) {
    g_autoptr (SgGraph) graph = conv_graph (i ? 20 : 5, 16);
    g_autoptr (SgSession) session = sg_session_new (graph, device, &desc, 1,
        NULL, NULL);

    bytes[i] = sg_session_get_memory_bytes (session);
  }
  g_assert_cmpuint (bytes[1], <, 20 * value / 2);
  /* a longer chain needs no more than a shorter one */
  g_assert_cmpuint (bytes[1], ==, bytes[0]);
}

static void
test_wrong_inputs (void)
{
  g_autoptr (SgGraph) graph = conv_graph (2, 4);
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 1);
  g_autoptr (SgTensor) in = picture (9, 11, 1), small = picture (9, 10, 1);
  g_autoptr (SgTensor) out = picture (9, 11, 1);
  SgTensorDesc wrong[2] = { in->desc, in->desc };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = NULL;

  g_assert_null (sg_session_new (graph, device, wrong, 2, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (sg_session_new (graph, device, wrong, 0, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  wrong[0].shape.rank = 3;
  g_assert_null (sg_session_new (graph, device, wrong, 1, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  wrong[0] = in->desc;
  wrong[0].shape.dim[2] = -1;
  g_assert_null (sg_session_new (graph, device, wrong, 1, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  wrong[0] = in->desc;
  wrong[0].dtype = SG_DTYPE_I32;
  g_assert_null (sg_session_new (graph, device, wrong, 1, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  session = sg_session_new (graph, device, &in->desc, 1, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (sg_session_run (session, &small, &out, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (sg_session_run (session, &in, &small, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
}

/* More memory than any machine has is an error, not a killed process. */
static void
test_too_large (void)
{
  g_autoptr (SgGraph) graph = conv_graph (2, 64);
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 1);
  SgTensorDesc desc = { SG_DTYPE_F32, {4, {1, 3, 100000, 100000}} };
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_session_new (graph, device, &desc, 1, NULL, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_MEMORY);
  g_assert_nonnull (strstr (error->message, "GiB"));
}

typedef struct
{
  SgGraph *graph;
  SgDevice *device;
  SgTensor *in, *expected;
} Shared;

static gpointer
session_main (gpointer user_data)
{
  Shared *shared = user_data;

  for (guint i = 0; i < 4; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SgSession) session = sg_session_new (shared->graph,
        shared->device, &shared->in->desc, 1, NULL, &error);

    g_assert_no_error (error);
    for (guint k = 0; k < 8; k++) {
      g_autoptr (SgTensor) out = run (session, shared->in);

      assert_same (out, shared->expected);
    }
  }
  return NULL;
}

/* Several sessions at once on one device, compiled and run in threads. */
static void
test_at_once (void)
{
  g_autoptr (SgGraph) graph = conv_graph (3, 8);
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 2);
  g_autoptr (SgTensor) in = picture (33, 35, 7), expected = NULL;
  g_autoptr (SgSession) session = sg_session_new (graph, device, &in->desc, 1,
      NULL, NULL);
  Shared shared = { graph, device, in, NULL };
  GThread *threads[4];

  shared.expected = expected = run (session, in);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("session", session_main, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_profile (void)
{
  g_autoptr (SgGraph) graph = conv_graph (3, 8);
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 1);
  g_autoptr (SgTensor) in = picture (33, 35, 7), a = NULL, b = NULL;
  g_autoptr (SgSession) session = sg_session_new (graph, device, &in->desc, 1,
      NULL, NULL);
  g_autoptr (GArray) profile = NULL;
  gdouble ms = 0, flops = 0;

  sg_session_set_profiling (session, TRUE);
  a = run (session, in);
  b = run (session, in);
  profile = sg_session_get_profile (session);
  g_assert_cmpuint (profile->len, ==, count_steps (session));
  for (guint i = 0; i < profile->len; i++) {
    SgNodeProfile *row = &g_array_index (profile, SgNodeProfile, i);

    g_assert_nonnull (row->op);
    g_assert_nonnull (row->name);
    g_assert_cmpstr (row->backend, ==, "cpu");
    g_assert_cmpfloat (row->bytes, >, 0);
    ms += row->ms;
    flops += row->flops;
  }
  g_assert_cmpfloat (ms, >, 0);
  /* 3x3: 3 -> 8 -> 8 -> 3 channels, a multiply and an add each */
  g_assert_cmpfloat (flops, >=, 2.0 * 9 * (24 + 64 + 24) * 33 * 35);
}

static void
test_devices (void)
{
  g_autoptr (SgDevice) a = open_device (SG_BACKEND_CPU, 2);
  g_autoptr (SgDevice) b = open_device (SG_BACKEND_CPU, 2);
  g_autoptr (SgDevice) c = open_device (SG_BACKEND_CPU, 1);
  g_autoptr (SgDevice) any = open_device (SG_BACKEND_AUTO, 0);

  g_assert_true (a == b);
  g_assert_true (a != c);
  g_assert_cmpstr (sg_device_get_backend_name (a), ==, "cpu");
  g_assert_cmpstr (sg_device_get_description (a), !=, "");
  g_assert_cmpuint (sg_thread_pool_get_size (sg_device_get_threads (c)), ==, 1);
}

/* --- states and frames ------------------------------------------------------ */

/* s' = x + s; y = -s'. Output 1 and input 1 are the state. */
static SgGraph *
sum_graph (void)
{
  SgGraph *graph = sg_graph_new ();
  SgValue *x = input (graph);
  SgValue *s = sg_graph_add_input (graph, "s", SG_DTYPE_F32, SHAPE (1, 3, -1,
          -1));

  s = add (graph, "add", NULL, x, s);
  sg_graph_add_output (graph, "y", add (graph, "neg", NULL, s, NULL));
  sg_graph_add_output (graph, "s", s);
  return graph;
}

static void
assert_sum (SgSession * session, SgTensor * in, gdouble n)
{
  SgTensor *inputs[2] = { in, NULL }, *outputs[2] = { NULL, NULL };
  g_autoptr (SgTensor) out = sg_tensor_new (SG_DTYPE_F32, &in->desc.shape,
      NULL);
  g_autoptr (GError) error = NULL;

  outputs[0] = out;
  g_assert_true (sg_session_run (session, inputs, outputs, &error));
  g_assert_no_error (error);
  for (gint64 k = 0; k < sg_tensor_elements (in); k++)
    g_assert_cmpfloat_with_epsilon (sg_tensor_get (out, k),
        -n * sg_tensor_get (in, k), 1e-5);
}

static void
test_states (void)
{
  static const SgSessionState state = { 1, 1 };
  const SgSessionConfig config = { .states = &state, .n_states = 1 };
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 2);
  g_autoptr (SgGraph) graph = sum_graph ();
  g_autoptr (SgTensor) in = picture (5, 7, 1), out = picture (5, 7, 2);
  SgTensorDesc descs[2] = { in->desc, in->desc };
  SgTensor *inputs[2] = { in, NULL }, *outputs[2] = { out, NULL };
  SgRun run = { .inputs = inputs, .outputs = outputs };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = sg_session_new (graph, device, descs, 2,
      &config, &error);

  g_assert_no_error (error);
  for (guint i = 1; i < 6; i++)
    assert_sum (session, in, i);
  sg_session_reset (session);
  assert_sum (session, in, 1);
  assert_sum (session, in, 2);
  /* a run under way is not changed by a reset, the next one is */
  g_assert_cmpuint (sg_session_get_frames_in_flight (session), ==, 1);
  g_assert_true (sg_session_submit (session, &run, &error));
  sg_session_reset (session);
  g_assert_false (sg_session_submit (session, &run, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (sg_session_collect (session, &error));
  g_assert_cmpfloat_with_epsilon (sg_tensor_get (out, 3),
      -3 * sg_tensor_get (in, 3), 1e-5);
  assert_sum (session, in, 1);
  /* a reset is not lost with the run that was to begin with it */
  sg_session_reset (session);
  g_assert_true (sg_session_submit (session, &run, &error));
  sg_session_discard (session);
  g_assert_cmpuint (sg_session_get_n_submitted (session), ==, 0);
  g_assert_false (sg_session_collect (session, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  assert_sum (session, in, 1);
}

/* A session of the same graph finds what the first one left, also after that is gone;
 * a run that is undone has left nothing. */
static void
test_shared_states (void)
{
  static const SgSessionState state = { 1, 1 };
  SgSessionConfig config = { .states = &state, .n_states = 1 };
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 2);
  g_autoptr (SgGraph) graph = sum_graph ();
  g_autoptr (SgTensor) in = picture (5, 7, 1), small = picture (5, 6, 1);
  SgTensorDesc descs[2] = { in->desc, in->desc };
  SgTensorDesc others[2] = { small->desc, small->desc };
  g_autoptr (GError) error = NULL;
  SgSession *first = sg_session_new (graph, device, descs, 2, &config, &error);
  g_autoptr (SgSession) second = NULL;

  g_assert_no_error (error);
  assert_sum (first, in, 1);
  config.states_of = first;
  second = sg_session_new (graph, device, descs, 2, &config, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_session_get_memory_bytes (second), <,
      sg_session_get_memory_bytes (first));
  assert_sum (second, in, 2);
  assert_sum (first, in, 3);
  assert_sum (second, in, 4);
  sg_session_undo (second);
  assert_sum (first, in, 4);
  sg_session_reset (second);
  assert_sum (first, in, 1);
  g_assert_null (sg_session_new (graph, device, others, 2, &config, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_SHAPE);
  g_clear_error (&error);
  config.n_states = 0;
  g_assert_null (sg_session_new (graph, device, descs, 2, &config, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  sg_session_free (first);
  assert_sum (second, in, 2);
}

static void
test_frames (void)
{
  static const SgPixelConvention rgb = { 3, {0, 1, 2}, 255, 0 };
  const SgSessionConfig config = { .frames = &rgb };
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 2);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgTensorDesc desc = { SG_DTYPE_F32, {4, {1, 3, 2, 2}} };
  guint8 in[12], out[12] = { 0, };
  SgImage source = { .width = 2, .height = 2, .n_components = 3,
    .sample = {1, 8, 0, FALSE},
  };
  SgRun run = { .source = &source };
  SgImage target;
  g_autoptr (GError) error = NULL;
  g_autoptr (SgSession) session = NULL;

  for (gint i = 0; i < 3; i++) {
    source.plane[i] = (SgPlane) {
    in + i, 6, 3, 0, 0};
    source.color.to_rgb[i][i] = 1 / 255.0;
    source.color.from_rgb[i][i] = 255;
  }
  for (guint i = 0; i < 12; i++)
    in[i] = 20 * i;
  target = source;
  for (gint i = 0; i < 3; i++)
    target.plane[i].data = out + i;
  run.target = &target;
  sg_graph_add_output (graph, "y", add (graph, "relu", NULL, input (graph),
          NULL));
  session = sg_session_new (graph, device, &desc, 1, &config, &error);
  g_assert_no_error (error);
  g_assert_true (sg_session_submit (session, &run, &error));
  g_assert_cmpuint (out[11], ==, 0);
  g_assert_true (sg_session_collect (session, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (out, sizeof out, in, sizeof in);
  for (SgStage stage = 0; stage < SG_N_STAGES; stage++)
    g_assert_cmpfloat (sg_session_get_stage_ms (session, stage), >, 0);
  source.height = 1;
  g_assert_false (sg_session_submit (session, &run, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  run.source = NULL;
  g_assert_false (sg_session_submit (session, &run, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
}

static void
expect_refusal (SgGraph * graph, const SgTensorDesc * descs, guint n,
    const SgSessionConfig * config, gint code)
{
  g_autoptr (SgDevice) device = open_device (SG_BACKEND_CPU, 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_session_new (graph, device, descs, n, config, &error));
  g_assert_error (error, SG_ERROR, code);
}

static void
test_wrong_config (void)
{
  static const SgPixelConvention rgb = { 3, {0, 1, 2}, 255, 0 };
  static const SgPixelConvention gray = { 1, {0, 1, 2}, 255, 0 };
  static const SgSessionState states[] = { {1, 1}, {0, 1}, {2, 0}, {0, 0} };
  static const SgSessionState twice[] = { {0, 0}, {1, 0} };
  const SgTensorDesc descs[2] = {
    {SG_DTYPE_F32, {4, {1, 3, 5, 7}}}, {SG_DTYPE_F32, {4, {1, 3, 5, 1}}}
  };
  SgSessionConfig config = { .states = states, .n_states = 1 };
  g_autoptr (SgGraph) graph = sum_graph ();

  /* the state has another shape than the sum */
  expect_refusal (graph, descs, 2, &config, SG_ERROR_SHAPE);
  config.states = &states[1];
  expect_refusal (graph, descs, 2, &config, SG_ERROR_SHAPE);
  config.states = &states[2];
  expect_refusal (graph, descs, 2, &config, SG_ERROR_INVALID_ARGUMENT);
  config.states = twice;
  config.n_states = 2;
  expect_refusal (graph, descs, 2, &config, SG_ERROR_INVALID_ARGUMENT);
  /* what is a frame cannot be a state */
  config.frames = &rgb;
  config.states = &states[3];
  config.n_states = 1;
  expect_refusal (graph, descs, 2, &config, SG_ERROR_INVALID_ARGUMENT);
  config.frames = &gray;
  config.n_states = 0;
  expect_refusal (graph, descs, 2, &config, SG_ERROR_SHAPE);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/run-twice", test_run_twice);
  g_test_add_func ("/session/graph-dropped", test_graph_dropped);
  g_test_add_func ("/session/graph-unchanged", test_graph_unchanged);
  g_test_add_func ("/session/folding", test_folding);
  g_test_add_func ("/session/infer", test_infer);
  g_test_add_func ("/session/memory-reuse", test_memory_reuse);
  g_test_add_func ("/session/wrong-inputs", test_wrong_inputs);
  g_test_add_func ("/session/too-large", test_too_large);
  g_test_add_func ("/session/at-once", test_at_once);
  g_test_add_func ("/session/profile", test_profile);
  g_test_add_func ("/session/devices", test_devices);
  g_test_add_func ("/session/states", test_states);
  g_test_add_func ("/session/shared-states", test_shared_states);
  g_test_add_func ("/session/frames", test_frames);
  g_test_add_func ("/session/wrong-config", test_wrong_config);
  return g_test_run ();
}
