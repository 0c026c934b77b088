/* gst-stylegan: times the Vulkan convolutions by themselves
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each layer is a graph of one convolution with all that the planner would fuse into
 * it; the times are the GPU's own, of that one node. GFLOP/s are nominal: those of the
 * plain algorithm on the upsampled input. */
#include "bench-conv.h"

#include <sg/session.h>
#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"
#include "util/rng.h"
#include "vulkan/conv_private.h"

typedef struct
{
  SgDevice *device;
  const Layer *layer;
  guint divide;
  TestRng rng;
  SgGraph *graph;
  SgTensorDesc inputs[2];       /* x, scale_shift */
  guint n_inputs;
  SgConvAttrs attrs;
} Bench;

static SgTensor *
random_tensor (Bench * bench, const SgShape * shape, gdouble low, gdouble high)
{
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, shape, NULL);

  test_rng_fill (&bench->rng, tensor, low, high);
  return tensor;
}

static SgValue *
add_constant (Bench * bench, const SgShape * shape, gdouble wide)
{
  g_autoptr (SgTensor) tensor = random_tensor (bench, shape, -wide, wide);

  return sg_graph_add_constant (bench->graph, NULL, tensor);
}

static gboolean
build (Bench * bench, GError ** error)
{
  const Layer *l = bench->layer;
  SgShape x = SG_SHAPE (1, l->ic, l->ih / bench->divide, l->iw / bench->divide);
  SgShape scale_shift = SG_SHAPE (1, 2, l->ic);
  gint64 group = MAX (l->group, 1), dilation = MAX (l->dilation, 1);
  SgShape w = SG_SHAPE (l->oc, l->ic / group, l->kernel, l->kernel);
  SgShape b = SG_SHAPE (l->oc);
  gint64 pad = l->kernel / 2 * dilation;
  SgValue *inputs[SG_CONV_SCALE_SHIFT + 1] = { NULL, };
  SgValue *const *outputs;
  gboolean moments = !l->last && l->shuffle < 2;

  bench->graph = sg_graph_new ();
  bench->n_inputs = l->first ? 1 : 2;
  bench->inputs[0] = (SgTensorDesc) {
  SG_DTYPE_F32, x};
  bench->inputs[1] = (SgTensorDesc) {
  SG_DTYPE_F32, scale_shift};
  inputs[SG_CONV_X] = sg_graph_add_input (bench->graph, "x", SG_DTYPE_F32, &x);
  inputs[SG_CONV_W] = add_constant (bench, &w, 1.0 / (l->kernel * l->kernel));
  inputs[SG_CONV_B] = add_constant (bench, &b, 1);
  if (!l->first)
    inputs[SG_CONV_SCALE_SHIFT] =
        sg_graph_add_input (bench->graph, "scale_shift", SG_DTYPE_F32,
        &scale_shift);
  bench->attrs = (SgConvAttrs) {
    .window = { .stride = {l->stride, l->stride}, .pad_begin = {pad, pad},
    .pad_end = {pad, pad}, .dilation = {dilation, dilation}
  }, .group = group, .pad_mode = SG_PAD_REFLECT, .upsample =
        (gint) l->upsample, .shuffle = (gint) l->shuffle, .shuffle_crd = TRUE};
  if (!l->first)
    bench->attrs.input_activation.kind = SG_ACTIVATION_RELU;
  outputs = sg_graph_add_node (bench->graph, "conv", NULL, &bench->attrs,
      inputs, l->first ? SG_CONV_B + 1 : SG_CONV_SCALE_SHIFT + 1,
      moments ? 2 : 1, error);
  if (outputs == NULL)
    return FALSE;
  sg_graph_add_output (bench->graph, "y", outputs[0]);
  if (moments)
    sg_graph_add_output (bench->graph, "moments", outputs[1]);
  return TRUE;
}

static int
compare_double (const void *a, const void *b)
{
  gdouble d = *(const gdouble *) a - *(const gdouble *) b;

  return (d > 0) - (d < 0);
}

/* Median milliseconds, or -1 with @error. */
static gdouble
time_session (Bench * bench, guint repeat, gdouble * min, GError ** error)
{
  const SgSessionConfig config = { .flags = SG_SESSION_NO_FUSION };
  g_autoptr (SgSession) session = sg_session_new (bench->graph, bench->device,
      bench->inputs, bench->n_inputs, &config, error);
  g_autofree gdouble *times = g_new0 (gdouble, repeat);
  SgTensor *inputs[2] = { NULL, }, *outputs[2] = { NULL, };
  gboolean ok = session != NULL;
  guint n_outputs = sg_graph_get_n_outputs (bench->graph);

  for (guint i = 0; ok && i < bench->n_inputs; i++)
    inputs[i] = random_tensor (bench, &bench->inputs[i].shape, -1, 1);
  for (guint i = 0; ok && i < n_outputs; i++)
    outputs[i] = sg_tensor_new (SG_DTYPE_F32,
        &sg_session_get_output_desc (session, i)->shape, error);
  if (ok)
    sg_session_set_profiling (session, TRUE);
  for (guint i = 0; ok && i < repeat + 2; i++) {
    g_autoptr (GArray) profile = NULL;
    gdouble ms = 0;

    sg_session_set_profiling (session, FALSE);
    sg_session_set_profiling (session, TRUE);
    ok = sg_session_run (session, inputs, outputs, error);
    profile = ok ? sg_session_get_profile (session) : NULL;
    for (guint k = 0; ok && k < profile->len; k++)
      ms += g_array_index (profile, SgNodeProfile, k).ms;
    if (i >= 2)
      times[i - 2] = ms;
  }
  for (guint i = 0; i < 2; i++) {
    sg_tensor_unref (inputs[i]);
    sg_tensor_unref (outputs[i]);
  }
  qsort (times, repeat, sizeof (gdouble), compare_double);
  *min = times[0];
  return ok ? times[repeat / 2] : -1;
}

/* What the device would run the layer with, as the environment says. */
static gboolean
find_plan (Bench * bench, SgVkConvPlan * plan)
{
  const Layer *l = bench->layer;
  SgShape w = SG_SHAPE (l->oc, l->ic / MAX (l->group, 1), l->kernel, l->kernel);
  g_autoptr (SgTensor) weights = random_tensor (bench, &w, -1, 1);
  const SgTensorDesc inputs[4] = { bench->inputs[0], weights->desc, {0,},
  bench->n_inputs > 1 ? bench->inputs[1] : (SgTensorDesc) {0,}
  };
  SgTensor *const constants[4] = { NULL, weights, };
  SgTensorDesc outputs[2];
  const SgCall call = { .op = sg_op_find ("conv"), .attrs = &bench->attrs,
    .n_inputs = 4, .n_outputs = 1, .inputs = inputs, .constants = constants,
    .outputs = outputs
  };
  SgVkDevice *device = (SgVkDevice *) bench->device;
  SgVkConvShape shape;

  if (!vk_conv_shape (device, &call, &shape))
    return FALSE;
  shape.moments = !l->last && l->shuffle < 2;
  vk_conv_choose (&device->features, &shape, plan);
  return TRUE;
}

/* One row per family. */
static gboolean
time_layer (Bench * bench, guint repeat)
{
  static const gchar *const families[] = { "", "direct", "tiled", "matrix" };
  const Layer *l = bench->layer;
  gdouble pixels = (gdouble) (l->ih * l->upsample / l->stride / bench->divide)
      * (l->iw * l->upsample / l->stride / bench->divide);
  gdouble gflop = 2e-9 * l->oc * (l->ic / MAX (l->group, 1)) * l->kernel
      * l->kernel * pixels;
  g_autoptr (GError) error = NULL;
  gchar *before = g_strdup (g_getenv ("SG_VULKAN_CONV"));
  gboolean ok = TRUE;

  for (guint i = before ? 0 : 1; ok && i < G_N_ELEMENTS (families); i++) {
    SgVkConvPlan plan;
    gdouble ms, min;

    if (*families[i])
      g_setenv ("SG_VULKAN_CONV", families[i], TRUE);
    if (!find_plan (bench, &plan)
        || (i > 0 && !g_str_equal (vk_conv_family_name (plan.family),
                families[i])))
      continue;
    ms = time_session (bench, repeat, &min, &error);
    ok = ms >= 0;
    if (ok)
      g_print ("%-8s %-14s %-22s %4u x %-2ux%-2u %9.3f ms (min %.3f) %9.1f "
          "GFLOP/s\n", l->net, l->name, plan.shader, plan.block, plan.tile_w,
          plan.tile_h, ms, min, gflop / ms * 1e3);
    if (before)
      break;
  }
  if (!ok)
    g_printerr ("%s: %s\n", l->name, error->message);
  if (before)
    g_setenv ("SG_VULKAN_CONV", before, TRUE);
  else
    g_unsetenv ("SG_VULKAN_CONV");
  g_free (before);
  return ok;
}

gint
bench_vulkan (const BenchVulkan * config, const Layer * layers, guint n_layers)
{
  const SgDeviceConfig device = { .backend = SG_BACKEND_VULKAN,
    .name = config->device ? config->device : "llvmpipe",
    .precision = g_strcmp0 (config->precision, "fp16") == 0
        ? SG_PRECISION_FP16 : SG_PRECISION_FP32
  };
  g_autoptr (GError) error = NULL;
  Bench bench = { .divide = MAX (config->divide, 1) };
  gboolean ok = TRUE;

  bench.device = sg_device_open (&device, NULL, &error);
  if (bench.device == NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_print ("%s\n", sg_device_get_description (bench.device));
  for (guint i = 0; ok && i < n_layers; i++) {
    bench.layer = &layers[i];
    if (config->match && !strstr (layers[i].net, config->match)
        && !strstr (layers[i].name, config->match))
      continue;
    ok = build (&bench, &error) && time_layer (&bench, config->repeat);
    if (error)
      g_printerr ("%s: %s\n", layers[i].name, error->message);
    g_clear_pointer (&bench.graph, sg_graph_unref);
  }
  sg_device_unref (bench.device);
  return ok ? 0 : 1;
}
