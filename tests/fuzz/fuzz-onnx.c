/* gst-stylegan tests: what fuzzing the importer does with one input
 *
 * Linked with libFuzzer by tests/fuzz/run-fuzz, with fuzz-main.c otherwise.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/onnx.h>
#include <sg/session.h>

#include "fuzz/mutate.h"
#include "onnx/onnx.pb-c.h"

#include <string.h>

#define MAX_DIM 16
/* What is run, not only inferred. */
#define MAX_BYTES (8 << 20)
#define MAX_FLOPS 1e7

int LLVMFuzzerTestOneInput (const guint8 * data, gsize size);
gsize LLVMFuzzerCustomMutator (guint8 * data, gsize size, gsize max_size,
    unsigned int seed);
gsize LLVMFuzzerMutate (guint8 * data, gsize size, gsize max_size)
    __attribute__((weak));

/* Small concrete sizes for every input of @graph. */
static SgTensorDesc *
choose_sizes (SgGraph * graph)
{
  guint n = sg_graph_get_n_inputs (graph);
  SgTensorDesc *descs = g_new0 (SgTensorDesc, n + 1);

  for (guint i = 0; i < n; i++) {
    SgShape *shape = &descs[i].shape;

    descs[i] = *sg_graph_get_input_desc (graph, i);
    if (shape->rank < 0)
      *shape = SG_SHAPE (1, 3, 8, 8);
    for (gint k = 0; k < shape->rank; k++)
      shape->dim[k] = shape->dim[k] < 0 ? 8 : MIN (shape->dim[k], MAX_DIM);
  }
  return descs;
}

/* The only device, opened once; NULL if there is none. */
static SgDevice *
device (void)
{
  static SgDevice *opened;

  if (opened == NULL)
    opened = sg_device_open (&(SgDeviceConfig) {
        SG_BACKEND_CPU, 1}
      , NULL, NULL);
  return opened;
}

static gdouble
count_flops (SgSession * session)
{
  g_autoptr (GArray) profile = sg_session_get_profile (session);
  gdouble flops = 0;

  for (guint i = 0; i < profile->len; i++)
    flops += g_array_index (profile, SgNodeProfile, i).flops;
  return flops;
}

static void
free_tensor (gpointer tensor)
{
  sg_tensor_unref (tensor);
}

/* Kernels trust what shape inference let through: run them. Only small models;
 * large ones are slow, which is no error. */
static void
run (SgGraph * graph, const SgTensorDesc * inputs, const SgTensorDesc * outputs)
{
  g_autoptr (SgSession) session = sg_session_new (graph, device (), inputs,
      sg_graph_get_n_inputs (graph), NULL, NULL);
  g_autoptr (GPtrArray) in = g_ptr_array_new_with_free_func (free_tensor);
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (free_tensor);

  if (session == NULL || sg_session_get_memory_bytes (session) > MAX_BYTES
      || !(count_flops (session) < MAX_FLOPS))
    return;
  for (guint i = 0; i < sg_graph_get_n_inputs (graph); i++)
    g_ptr_array_add (in, sg_tensor_new (inputs[i].dtype, &inputs[i].shape,
            NULL));
  for (guint i = 0; i < sg_graph_get_n_outputs (graph); i++) {
    if (sg_tensor_desc_bytes (&outputs[i]) > MAX_BYTES)
      return;
    g_ptr_array_add (out, sg_tensor_new (outputs[i].dtype, &outputs[i].shape,
            NULL));
  }
  sg_session_run (session, (SgTensor * const *) in->pdata,
      (SgTensor * const *) out->pdata, NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autoptr (SgModel) model = sg_model_load_bytes ("fuzz", data, size, NULL);
  g_autofree SgTensorDesc *inputs = NULL, *outputs = NULL;
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  SgGraph *graph;

  if (model == NULL)
    return 0;
  graph = sg_model_get_graph (model);
  text = sg_graph_to_string (graph);
  g_assert (g_utf8_validate (text, -1, NULL));
  sg_model_get_metadata (model, "author");
  inputs = choose_sizes (graph);
  outputs = g_new0 (SgTensorDesc, sg_graph_get_n_outputs (graph) + 1);
  if (!sg_session_infer (graph, inputs, sg_graph_get_n_inputs (graph),
          outputs, &error)) {
    g_assert (error && g_utf8_validate (error->message, -1, NULL));
    return 0;
  }
  for (guint i = 0; i < sg_graph_get_n_outputs (graph); i++)
    g_assert (sg_shape_elements (&outputs[i].shape) >= 0);
  if (device ())
    run (graph, inputs, outputs);
  return 0;
}

/* libFuzzer's own changes break lengths; three of four go within messages. */
gsize
LLVMFuzzerCustomMutator (guint8 * data, gsize size, gsize max_size,
    unsigned int seed)
{
  TestRng rng = test_rng (seed, NULL);
  g_autoptr (GByteArray) changed = NULL;

  if (LLVMFuzzerMutate && test_rng_below (&rng, 4) == 0)
    return LLVMFuzzerMutate (data, size, max_size);
  changed = fuzz_mutate (&onnx__model_proto__descriptor, data, size, &rng);
  size = MIN (changed->len, max_size);
  if (size > 0)
    memcpy (data, changed->data, size);
  return size;
}
