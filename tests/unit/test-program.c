/* gst-stylegan: tests of sessions on a GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <sg/session.h>

#include "graph/graph.h"
#include "ops/cast.h"
#include "ops/conv.h"
#include "util/frame.h"
#include "util/rng.h"
#include "util/shape.h"
#include "util/vulkan.h"
#include "vulkan/vk.h"

/* --- graphs ----------------------------------------------------------------- */

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
input (SgGraph * graph, const gchar * name)
{
  return sg_graph_add_input (graph, name, SG_DTYPE_F32, SHAPE (1, 3, -1, -1));
}

static SgValue *
constant (SgGraph * graph, gint64 m, gint64 c, gint64 k, gdouble low,
    gdouble high)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32, SHAPE (m, c, k,
          k), NULL);
  TestRng rng = test_rng (m * 1000 + c, "constant");

  test_rng_fill (&rng, tensor, low, high);
  return sg_graph_add_constant (graph, NULL, tensor);
}

/* y = tanh (-|x|): what every device does itself. */
static SgGraph *
unary_graph (void)
{
  SgGraph *graph = sg_graph_new ();
  SgValue *x = input (graph, "x");

  x = add (graph, "neg", NULL, add (graph, "abs", NULL, x, NULL), NULL);
  sg_graph_add_output (graph, "y", add (graph, "tanh", NULL, x, NULL));
  return graph;
}

/* Two branches that do not depend on each other, constants, several outputs. */
static SgGraph *
conv_graph (void)
{
  SgConvAttrs attrs = { .group = 1, .window = {.pad_begin = {1, 1}, .pad_end =
      {1,
          1}}
  };
  SgGraph *graph = sg_graph_new ();
  SgValue *x = input (graph, "x"), *a, *b;

  a = add (graph, "conv", &attrs, x, constant (graph, 8, 3, 3, -0.3, 0.3));
  b = add (graph, "conv", &attrs, x, constant (graph, 8, 3, 3, -0.2, 0.2));
  a = add (graph, "relu", NULL, a, NULL);
  b = add (graph, "sigmoid", NULL, b, NULL);
  a = add (graph, "mul", NULL, a, b);
  a = add (graph, "conv", &attrs, a, constant (graph, 3, 8, 3, -0.2, 0.2));
  sg_graph_add_output (graph, "y", add (graph, "add", NULL, a, x));
  sg_graph_add_output (graph, "b", b);
  sg_graph_add_output (graph, "x", x);
  return graph;
}

/* Whole numbers of 64 bits are the host's: y = |trunc (-x)| with the host in the
 * middle, and at the end of a second output. */
static SgGraph *
split_graph (void)
{
  SgCastAttrs to_int = { SG_DTYPE_I64 }, to_float = { SG_DTYPE_F32 };
  SgGraph *graph = sg_graph_new ();
  SgValue *x = input (graph, "x"), *t;

  x = add (graph, "neg", NULL, x, NULL);
  t = add (graph, "cast", &to_int, x, NULL);
  x = add (graph, "cast", &to_float, t, NULL);
  x = add (graph, "abs", NULL, x, NULL);
  sg_graph_add_output (graph, "y", x);
  sg_graph_add_output (graph, "t", t);
  return graph;
}

/* s' = x + s; y = -s'. Output 1 and input 1 are the state. */
static SgGraph *
sum_graph (void)
{
  SgGraph *graph = sg_graph_new ();
  SgValue *x = input (graph, "x"), *s = input (graph, "s");

  s = add (graph, "add", NULL, x, s);
  sg_graph_add_output (graph, "y", add (graph, "neg", NULL, s, NULL));
  sg_graph_add_output (graph, "s", s);
  return graph;
}

static const SgSessionState sum_state = { 1, 1 };

/* --- running ---------------------------------------------------------------- */

static SgDevice *
open_cpu (void)
{
  g_autoptr (GError) error = NULL;
  SgDevice *device = sg_device_open (&(SgDeviceConfig) { SG_BACKEND_CPU, 2 },
      NULL, &error);

  g_assert_no_error (error);
  return device;
}

static SgTensor *
picture (gint64 height, gint64 width, guint64 seed)
{
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, SHAPE (1, 3, height,
          width), NULL);
  TestRng rng = test_rng (seed, "picture");

  test_rng_fill (&rng, tensor, -4, 4);
  return tensor;
}

static SgSession *
new_session (SgGraph * graph, SgDevice * device, const SgTensor * in,
    const SgSessionConfig * config)
{
  const SgTensorDesc descs[2] = { in->desc, in->desc };
  g_autoptr (GError) error = NULL;
  SgSession *session = sg_session_new (graph, device, descs,
      sg_graph_get_n_inputs (graph), config, &error);

  g_assert_no_error (error);
  return session;
}

static SgTensor *
new_output (SgSession * session, guint index)
{
  const SgTensorDesc *desc = sg_session_get_output_desc (session, index);

  return sg_tensor_new (desc->dtype, &desc->shape, NULL);
}

static gdouble
max_difference (const SgTensor * a, const SgTensor * b)
{
  gdouble max = 0;

  g_assert_true (sg_shape_equal (&a->desc.shape, &b->desc.shape));
  g_assert_cmpint (a->desc.dtype, ==, b->desc.dtype);
  for (gint64 i = 0; i < sg_tensor_elements (a); i++) {
    gdouble difference = fabs (sg_tensor_get (a, i) - sg_tensor_get (b, i));

    g_assert_false (isnan (difference));
    max = MAX (max, difference);
  }
  return max;
}

/* @graph with all outputs on @device, twice, against the CPU. */
static void
compare_with_cpu (SgGraph * graph, SgDevice * device, const SgTensor * in,
    gdouble tolerance)
{
  g_autoptr (SgDevice) cpu = open_cpu ();
  g_autoptr (SgSession) a = new_session (graph, device, in, NULL);
  g_autoptr (SgSession) b = new_session (graph, cpu, in, NULL);
  guint n = sg_graph_get_n_outputs (graph);
  SgTensor *out_a[4], *out_b[4], *inputs[1] = { (SgTensor *) in };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++) {
    out_a[i] = new_output (a, i);
    out_b[i] = new_output (b, i);
  }
  sg_session_run (b, inputs, out_b, &error);
  g_assert_no_error (error);
  for (guint k = 0; k < 2; k++) {
    sg_session_run (a, inputs, out_a, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < n; i++)
      g_assert_cmpfloat (max_difference (out_a[i], out_b[i]), <=, tolerance);
  }
  g_assert_cmpuint (sg_session_get_memory_bytes (a), >,
      sg_tensor_desc_bytes (&in->desc) / 2);
  for (guint i = 0; i < n; i++) {
    sg_tensor_unref (out_a[i]);
    sg_tensor_unref (out_b[i]);
  }
}

static void
compare_precisions (SgGraph * (*make) (void), gdouble half_tolerance)
{
  static const SgPrecision precisions[] = {
    SG_PRECISION_FP32, SG_PRECISION_FP16
  };
  g_autoptr (SgGraph) graph = make ();

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++) {
    g_autoptr (SgDevice) device = test_vulkan_device (precisions[i]);

    if (device == NULL)
      return;
    for (gint64 size = 1; size < 50; size += 12) {
      g_autoptr (SgTensor) in = picture (size, 64 - size, size);

      compare_with_cpu (graph, device, in, i ? half_tolerance : 1e-5);
    }
  }
}

/* --- tests ------------------------------------------------------------------ */

static void
test_unary (void)
{
  compare_precisions (unary_graph, 2e-3);
}

static void
test_conv (void)
{
  compare_precisions (conv_graph, 2e-2);
}

/* Truncation must be of the same numbers: those that f16 has. */
static void
test_split (void)
{
  static const SgPrecision precisions[] = {
    SG_PRECISION_FP32, SG_PRECISION_FP16
  };
  g_autoptr (SgGraph) graph = split_graph ();

  for (guint i = 0; i < G_N_ELEMENTS (precisions); i++) {
    g_autoptr (SgDevice) device = test_vulkan_device (precisions[i]);
    g_autoptr (SgTensor) in = picture (17, 19, 3);
    gfloat *x = in->data;

    if (device == NULL)
      return;
    for (gint64 k = 0; k < sg_tensor_elements (in); k++)
      x[k] = floorf (x[k] * 64) / 16;
    compare_with_cpu (graph, device, in, 0);
  }
}

static void
run_sum (SgSession * session, SgTensor * in, SgTensor * out)
{
  SgTensor *inputs[2] = { in, NULL }, *outputs[2] = { out, NULL };
  g_autoptr (GError) error = NULL;

  sg_session_run (session, inputs, outputs, &error);
  g_assert_no_error (error);
}

static void
test_states (void)
{
  const SgSessionConfig config = { .states = &sum_state, .n_states = 1 };
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgGraph) graph = sum_graph ();
  g_autoptr (SgTensor) in = picture (5, 7, 1), out = NULL;
  g_autoptr (SgSession) session = NULL;

  if (device == NULL)
    return;
  session = new_session (graph, device, in, &config);
  out = new_output (session, 0);
  for (guint i = 0; i < 12; i++) {
    guint n = i < 7 ? i + 1 : i - 6;

    if (i == 7)
      sg_session_reset (session);
    run_sum (session, in, out);
    for (gint64 k = 0; k < sg_tensor_elements (in); k++)
      g_assert_cmpfloat_with_epsilon (sg_tensor_get (out, k),
          -(gdouble) n * sg_tensor_get (in, k), 1e-4);
  }
}

#define MAX_FLIGHT 4

/* Sums over runs of different inputs, with up to @n under way. */
static void
fly (SgDevice * device, guint n)
{
  const SgSessionConfig config = {
    .states = &sum_state, .n_states = 1, .frames_in_flight = n
  };
  g_autoptr (SgGraph) graph = sum_graph ();
  g_autoptr (SgTensor) like = picture (9, 11, 0);
  g_autoptr (SgSession) session = new_session (graph, device, like, &config);
  SgTensor *in[MAX_FLIGHT][2], *out[MAX_FLIGHT][2];
  TestRng rng = test_rng (n, "flight");
  guint submitted = 0, collected = 0;
  gdouble sum = 0;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (sg_session_get_frames_in_flight (session), ==, n);
  for (guint i = 0; i < n; i++) {
    in[i][0] = picture (9, 11, i);
    out[i][0] = new_output (session, 0);
    in[i][1] = out[i][1] = NULL;
  }
  while (collected < 40) {
    guint under_way = submitted - collected;

    g_assert_cmpuint (sg_session_get_n_submitted (session), ==, under_way);
    if (under_way < n && (under_way == 0 || test_rng_below (&rng, 2))) {
      guint slot = submitted++ % n;
      SgRun run = { .inputs = in[slot], .outputs = out[slot] };

      sg_session_submit (session, &run, &error);
      g_assert_no_error (error);
    } else {
      guint slot = collected++ % n;

      sg_session_collect (session, &error);
      g_assert_no_error (error);
      sum += sg_tensor_get (in[slot][0], 50);
      g_assert_cmpfloat_with_epsilon (sg_tensor_get (out[slot][0], 50), -sum,
          1e-3);
    }
  }
  sg_session_discard (session);
  g_assert_cmpuint (sg_session_get_n_submitted (session), ==, 0);
  sg_session_reset (session);
  run_sum (session, in[0][0], out[0][0]);
  g_assert_cmpfloat_with_epsilon (sg_tensor_get (out[0][0], 50),
      -sg_tensor_get (in[0][0], 50), 1e-5);
  for (guint i = 0; i < n; i++) {
    sg_tensor_unref (in[i][0]);
    sg_tensor_unref (out[i][0]);
  }
}

static void
test_in_flight (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);

  for (guint n = 1; device && n <= MAX_FLIGHT; n++)
    fly (device, n);
}

static void
test_too_many (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgGraph) graph = unary_graph ();
  g_autoptr (SgTensor) in = picture (5, 7, 1), out = picture (5, 7, 2);
  g_autoptr (SgSession) session = NULL;
  g_autoptr (GError) error = NULL;
  SgRun run = { .inputs = &in, .outputs = &out };

  if (device == NULL)
    return;
  session = new_session (graph, device, in, NULL);
  g_assert_false (sg_session_collect (session, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (sg_session_submit (session, &run, NULL));
  g_assert_false (sg_session_submit (session, &run, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (sg_session_get_n_submitted (session), ==, 1);
}

/* --- frames ------------------------------------------------------------------ */

static const SgPixelConvention rgb = { 3, {0, 1, 2}, 255, 0 };

static void
init_frame (TestFrame * frame, const gchar * name, gint stride_extra,
    guint64 seed)
{
  const TestFormat *format = test_format_find (name);
  TestRng rng = test_rng (seed, name);

  test_frame_init (frame, format, 37, 26, stride_extra, FALSE, &rng);
  test_frame_set_color (frame, format, TEST_MATRIX_709, !format->yuv);
}

/* Frames of changing formats, several under way, against the CPU: within a code
 * value. */
static void
compare_frames (SgDevice * device, guint n_in_flight)
{
  static const gchar *const formats[] = {
    "RGBA", "RGBA", "I420", "NV12", "NV12", "RGB", "GBR", "I420", "P010_10LE"
  };
  const SgSessionConfig config = {
    .frames = &rgb, .frames_in_flight = n_in_flight
  };
  g_autoptr (SgDevice) cpu = open_cpu ();
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgTensor) like = picture (26, 37, 0);
  g_autoptr (SgSession) a = NULL, b = NULL;
  guint n = G_N_ELEMENTS (formats), submitted = 0;
  TestFrame in[16], out[16], wanted[16];
  g_autoptr (GError) error = NULL;

  sg_graph_add_output (graph, "y", add (graph, "abs", NULL, input (graph, "x"),
          NULL));
  a = new_session (graph, device, like, &config);
  b = new_session (graph, cpu, like, &config);
  for (guint i = 0; i < n; i++) {
    init_frame (&in[i], formats[i], 0, i);
    init_frame (&out[i], formats[i], 5 * (i % 2) * 8, 100);
    init_frame (&wanted[i], formats[i], 0, 100);
  }
  for (guint i = 0; i < n; i++) {
    SgRun run = { .source = &in[i].image, .target = &wanted[i].image };
    gint x, y, c;

    sg_session_submit (b, &run, &error);
    g_assert_no_error (error);
    sg_session_collect (b, &error);
    g_assert_no_error (error);
    while (submitted < MIN (n, i + n_in_flight)) {
      run.source = &in[submitted].image;
      run.target = &out[submitted++].image;
      sg_session_submit (a, &run, &error);
      g_assert_no_error (error);
    }
    sg_session_collect (a, &error);
    g_assert_no_error (error);
    for (c = 0; c < 3; c++)
      for (y = 0; y < test_frame_rows (&out[i], c); y++)
        for (x = 0; x < test_frame_columns (&out[i], c); x++)
          g_assert_cmpint (ABS ((gint) test_frame_get (&out[i], c, x, y)
                  - (gint) test_frame_get (&wanted[i], c, x, y)), <=, 1);
    g_assert_cmpfloat (sg_session_get_stage_ms (a, SG_STAGE_NETWORK), >=, 0);
  }
  for (guint i = 0; i < n; i++) {
    test_frame_clear (&in[i]);
    test_frame_clear (&out[i]);
    test_frame_clear (&wanted[i]);
  }
}

static void
test_frames (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);

  for (guint n = 1; device && n <= MAX_FLIGHT; n++)
    compare_frames (device, n);
}

/* The ways of devices that this one may not be like: memory that the host cannot
 * map, and a second queue, which may be the first one for the purpose. */
static void
test_copies (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  SgVkFeatures *features;

  if (device == NULL)
    return;
  features = &((SgVkDevice *) device)->features;
  for (guint i = 0; i < 4; i++) {
    features->unified_memory = i == 3;
    features->transfer_queue = i & 1;
    features->timestamp_ns *= i < 2;
    for (guint n = 1; n <= MAX_FLIGHT; n++)
      compare_frames (device, n);
  }
}

static void
test_frame_errors (void)
{
  const SgSessionConfig config = { .frames = &rgb };
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgGraph) graph = unary_graph ();
  g_autoptr (SgTensor) like = picture (26, 37, 0), small = picture (26, 36, 0);
  g_autoptr (SgSession) session = NULL, other = NULL;
  g_autoptr (GError) error = NULL;
  TestFrame a, b;
  SgRun run = { .source = &a.image, .target = &b.image };

  if (device == NULL)
    return;
  session = new_session (graph, device, like, &config);
  other = new_session (graph, device, small, &config);
  init_frame (&a, "RGB", 0, 1);
  init_frame (&b, "I420", 0, 1);
  g_assert_false (sg_session_submit (session, &run, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  run.target = &a.image;
  g_assert_false (sg_session_submit (other, &run, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (sg_session_submit (session, &run, &error));
  g_assert_true (sg_session_collect (session, &error));
  g_assert_no_error (error);
  test_frame_clear (&a);
  test_frame_clear (&b);
}

/* --- half precision, loss, memory ------------------------------------------------ */

/* e^12 is more than f16 has. */
static void
test_not_finite (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP16);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgTensor) in = picture (9, 11, 1), out = picture (9, 11, 2);
  g_autoptr (SgSession) session = NULL;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  sg_graph_add_output (graph, "y", add (graph, "exp", NULL, input (graph, "x"),
          NULL));
  session = new_session (graph, device, in, NULL);
  g_assert_true (sg_session_run (session, &in, &out, &error));
  /* any element, the last one too */
  for (gint64 i = 0; i < 297; i += 148) {
    gfloat *x = (gfloat *) in->data + i, before = *x;

    *x = 12;
    g_assert_false (sg_session_run (session, &in, &out, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_NOT_FINITE);
    g_clear_error (&error);
    *x = NAN;
    g_assert_false (sg_session_run (session, &in, &out, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_NOT_FINITE);
    g_clear_error (&error);
    *x = before;
    g_assert_true (sg_session_run (session, &in, &out, &error));
    g_assert_no_error (error);
  }
}

/* @at: 0: before the first submission; 1: after it; 2: not submitted at all */
static void
lose (guint at)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgDevice) again = NULL;
  const SgSessionConfig config = { .frames_in_flight = 3 };
  g_autoptr (SgGraph) graph = unary_graph ();
  g_autoptr (SgTensor) in = picture (9, 11, 1), out = picture (9, 11, 2);
  g_autoptr (SgSession) session = NULL, other = NULL;
  g_autoptr (GError) error = NULL;
  SgRun run = { .inputs = &in, .outputs = &out };

  if (device == NULL)
    return;
  session = new_session (graph, device, in, &config);
  if (at == 1) {
    g_assert_true (sg_session_submit (session, &run, NULL));
    g_assert_true (sg_session_submit (session, &run, NULL));
  }
  vk_context_lose (((SgVkDevice *) device)->context);
  if (at == 0)
    g_assert_false (sg_session_submit (session, &run, &error));
  else if (at == 1)
    g_assert_false (sg_session_collect (session, &error));
  if (at < 2)
    g_assert_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST);
  g_clear_error (&error);
  g_assert_cmpuint (sg_session_get_n_submitted (session), ==, 0);
  again = sg_device_reopen (device, SG_PRECISION_AUTO, &error);
  g_assert_no_error (error);
  g_assert_true (again != device);
  other = new_session (graph, again, in, &config);
  g_assert_true (sg_session_run (other, &in, &out, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (sg_tensor_get (out, 0),
      tanh (-fabs (sg_tensor_get (in, 0))), 1e-5);
}

static void
test_lost (void)
{
  for (guint at = 0; at < 3; at++)
    lose (at);
}

/* Nothing but an error comes of compiling for a device that goes meanwhile: the
 * weights have to be brought there. */
static void
test_lost_early (void)
{
  g_autoptr (SgGraph) graph = conv_graph ();
  g_autoptr (SgTensor) in = picture (9, 11, 1);
  gboolean failed = FALSE, compiled = FALSE;

  for (guint i = 0; !compiled; i++) {
    g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
    g_autoptr (SgSession) session = NULL;
    g_autoptr (GError) error = NULL;

    if (device == NULL)
      return;
    ((SgVkDevice *) device)->context->lose_after = (gint) i;
    session = sg_session_new (graph, device, &in->desc, 1, NULL, &error);
    compiled = session != NULL;
    failed |= !compiled;
    if (!compiled)
      g_assert_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST);
    g_assert_cmpuint (i, <, 100);
  }
  g_assert_true (failed);
}

/* The limit is read when the device is opened. */
static SgDevice *
open_limited (const gchar * mib)
{
  SgDevice *device;

  g_setenv ("SG_VULKAN_MEMORY_LIMIT", mib, TRUE);
  device = test_vulkan_device (SG_PRECISION_FP32);
  g_unsetenv ("SG_VULKAN_MEMORY_LIMIT");
  return device;
}

static void
test_no_memory (void)
{
  g_autoptr (SgDevice) device = open_limited ("20");
  g_autoptr (SgGraph) graph = unary_graph ();
  g_autoptr (SgTensor) small = picture (9, 11, 1), out = picture (9, 11, 2);
  SgTensorDesc large = { SG_DTYPE_F32, SG_SHAPE (1, 3, 1500, 1500) };
  g_autoptr (SgSession) session = NULL;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  g_assert_null (sg_session_new (graph, device, &large, 1, NULL, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_MEMORY);
  g_clear_error (&error);
  /* more than one binding can have */
  large.shape = SG_SHAPE (1, 3, 40000, 40000);
  g_assert_null (sg_session_new (graph, device, &large, 1, NULL, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_MEMORY);
  g_clear_error (&error);
  session = new_session (graph, device, small, NULL);
  g_assert_true (sg_session_run (session, &small, &out, &error));
}

/* With any amount of memory it works or says that there is too little. */
static void
test_little_memory (void)
{
  g_autoptr (SgGraph) graph = conv_graph ();
  gboolean failed = FALSE, worked = FALSE;

  for (guint mib = 1; mib < 256 && !worked; mib += 1 + mib / 8) {
    g_autofree gchar *limit = g_strdup_printf ("%u", mib);
    g_autoptr (SgDevice) device = open_limited (limit);
    g_autoptr (SgTensor) in = picture (300, 301, 1);
    g_autoptr (SgSession) session = NULL;
    g_autoptr (GError) error = NULL;

    if (device == NULL)
      return;
    session = sg_session_new (graph, device, &in->desc, 1, NULL, &error);
    worked = session != NULL;
    failed |= !worked;
    if (!worked) {
      g_assert_error (error, SG_ERROR, SG_ERROR_NO_MEMORY);
      g_test_message ("%u MiB: %s", mib, error->message);
    }
  }
  g_assert_true (failed && worked);
}

static gsize
resident_kb (void)
{
  g_autofree gchar *text = NULL;
  const gchar *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + 6, NULL, 10);
}

static void
test_cycles (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgGraph) graph = conv_graph ();
  TestRng rng = test_rng (1, "cycles");
  VkDeviceSize most = 0;
  gsize before = 0;

  if (device == NULL)
    return;
  for (guint i = 0; i < 500; i++) {
    const SgSessionConfig config = { .frames_in_flight = 1 + i % 3 };
    g_autoptr (SgTensor) in = picture (1 + test_rng_below (&rng, 60),
        1 + test_rng_below (&rng, 60), i);
    g_autoptr (SgSession) session = new_session (graph, device, in, &config);
    SgTensor *out[3];
    SgRun run = { .inputs = &in, .outputs = out };
    VkDeviceSize bytes = vk_memory_get_bytes (((SgVkDevice *) device)->context);

    for (guint k = 0; k < 3; k++)
      out[k] = new_output (session, k);
    g_assert_true (sg_session_submit (session, &run, NULL));
    if (i % 2)
      g_assert_true (sg_session_collect (session, NULL));
    g_clear_pointer (&session, sg_session_free);
    for (guint k = 0; k < 3; k++)
      sg_tensor_unref (out[k]);
    if (i == 99) {
      before = resident_kb ();
      most = bytes;
    }
    if (i > 99)
      g_assert_cmpuint (bytes, <=, 2 * most);
  }
  g_test_message ("%" G_GSIZE_FORMAT " KiB, then %" G_GSIZE_FORMAT, before,
      resident_kb ());
  /* sanitizers keep what is freed */
#if !defined (__SANITIZE_ADDRESS__) && !defined (__SANITIZE_THREAD__)
  g_assert_cmpuint (resident_kb (), <, before + 32 * 1024);
#endif
}

/* --- threads, profile ------------------------------------------------------------ */

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

  for (guint i = 0; i < 3; i++) {
    g_autoptr (SgSession) session = new_session (shared->graph, shared->device,
        shared->in, NULL);
    g_autoptr (SgTensor) out = new_output (session, 0);

    for (guint k = 0; k < 8; k++) {
      g_autoptr (GError) error = NULL;

      memset (out->data, 0, sg_tensor_desc_bytes (&out->desc));
      sg_session_run (session, &shared->in, &out, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (max_difference (out, shared->expected), ==, 0);
    }
  }
  return NULL;
}

static void
test_at_once (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgGraph) graph = unary_graph ();
  g_autoptr (SgTensor) in = picture (33, 35, 7), expected = NULL;
  g_autoptr (SgSession) session = NULL;
  Shared shared = { graph, device, in, NULL };
  GThread *threads[2];

  if (device == NULL)
    return;
  session = new_session (graph, device, in, NULL);
  shared.expected = expected = new_output (session, 0);
  g_assert_true (sg_session_run (session, &in, &expected, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("session", session_main, &shared);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_profile (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgGraph) graph = split_graph ();
  g_autoptr (SgTensor) in = picture (64, 64, 7), y = NULL, t = NULL;
  g_autoptr (SgSession) session = NULL;
  g_autoptr (GArray) profile = NULL;
  g_autoptr (GError) error = NULL;
  guint n_vulkan = 0;
  gdouble ms = 0;

  if (device == NULL)
    return;
  session = new_session (graph, device, in, NULL);
  y = new_output (session, 0);
  t = new_output (session, 1);
  for (guint i = 0; i < 6; i++) {
    SgTensor *outputs[2] = { y, t };

    sg_session_set_profiling (session, i >= 2);
    sg_session_run (session, &in, outputs, &error);
    g_assert_no_error (error);
  }
  profile = sg_session_get_profile (session);
  for (guint i = 0; i < profile->len; i++) {
    const SgNodeProfile *row = &g_array_index (profile, SgNodeProfile, i);

    n_vulkan += g_str_equal (row->backend, "vulkan");
    g_assert_cmpfloat (row->ms, >=, 0);
    ms += row->ms;
  }
  g_assert_cmpuint (n_vulkan, >=, 2);
  g_assert_cmpuint (n_vulkan, <, profile->len);
  g_assert_cmpfloat (ms, >, 0);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/program/unary", test_unary);
  g_test_add_func ("/program/conv", test_conv);
  g_test_add_func ("/program/split", test_split);
  g_test_add_func ("/program/states", test_states);
  g_test_add_func ("/program/in-flight", test_in_flight);
  g_test_add_func ("/program/too-many", test_too_many);
  g_test_add_func ("/program/frames", test_frames);
  g_test_add_func ("/program/copies", test_copies);
  g_test_add_func ("/program/frame-errors", test_frame_errors);
  g_test_add_func ("/program/not-finite", test_not_finite);
  g_test_add_func ("/program/lost", test_lost);
  g_test_add_func ("/program/lost-early", test_lost_early);
  g_test_add_func ("/program/no-memory", test_no_memory);
  g_test_add_func ("/program/little-memory", test_little_memory);
  g_test_add_func ("/program/cycles", test_cycles);
  g_test_add_func ("/program/at-once", test_at_once);
  g_test_add_func ("/program/profile", test_profile);
  return g_test_run ();
}
