/* gst-stylegan: how far a picture is from a style
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "style.h"

#include <string.h>

#include <sg/onnx.h>
#include <sg/session.h>

#include "graph/graph.h"
#include "util/data.h"

static const gchar *const layer_names[SYNTH_STYLE_LAYERS] = {
  "relu_conv1", "fire3", "fire4", "fire5",
};

/* What the network was trained with: B, G, R in 0..255 less their means. */
static const gfloat means[3] = { 104, 117, 123 };

struct _SynthStyle
{
  SgDevice *device;
  SgGraph *graph;
  SgSession *session;           /* for the size of input */
  SgTensor *input, *output[SYNTH_STYLE_LAYERS];
};

/* The network up to the layers, which become its outputs. */
static SgGraph *
cut_graph (SgGraph * whole, GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_copy (whole);

  g_array_set_size (graph->outputs, 0);
  for (guint l = 0; l < SYNTH_STYLE_LAYERS; l++) {
    for (guint i = 0; i < graph->values->len; i++) {
      SgValue *value = g_ptr_array_index (graph->values, i);

      if (g_strcmp0 (value->name, layer_names[l]) == 0)
        sg_graph_add_output (graph, layer_names[l], value);
    }
    if (graph->outputs->len != l + 1) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL, "the perceptual "
          "network has no layer '%s'", layer_names[l]);
      return NULL;
    }
  }
  sg_graph_remove_unused (graph);
  return g_steal_pointer (&graph);
}

SynthStyle *
synth_style_new (SgDevice * device, GError ** error)
{
  g_autofree gchar *path = test_data_file ("perceptual/squeezenet1_1.onnx");
  g_autoptr (SgModel) model = NULL;
  g_autoptr (SynthStyle) style = NULL;

  if (path == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NOT_FOUND, "no "
        "perceptual/squeezenet1_1.onnx in the test data (see SG_TEST_DATA)");
    return NULL;
  }
  model = sg_model_load (path, error);
  if (model == NULL)
    return NULL;
  style = g_new0 (SynthStyle, 1);
  style->device = sg_device_ref (device);
  style->graph = cut_graph (sg_model_get_graph (model), error);
  return style->graph ? g_steal_pointer (&style) : NULL;
}

static void
drop_session (SynthStyle * style)
{
  g_clear_pointer (&style->session, sg_session_free);
  g_clear_pointer (&style->input, sg_tensor_unref);
  for (guint l = 0; l < SYNTH_STYLE_LAYERS; l++)
    g_clear_pointer (&style->output[l], sg_tensor_unref);
}

void
synth_style_free (SynthStyle * style)
{
  if (style == NULL)
    return;
  drop_session (style);
  if (style->graph)
    sg_graph_unref (style->graph);
  sg_device_unref (style->device);
  g_free (style);
}

static gboolean
compile (SynthStyle * style, gint width, gint height, GError ** error)
{
  SgTensorDesc desc = { SG_DTYPE_F32, SG_SHAPE (1, 3, height, width) };

  if (style->session && sg_shape_equal (&style->input->desc.shape, &desc.shape))
    return TRUE;
  drop_session (style);
  style->session = sg_session_new (style->graph, style->device, &desc, 1, NULL,
      error);
  if (style->session == NULL)
    return FALSE;
  style->input = sg_tensor_new (desc.dtype, &desc.shape, error);
  for (guint l = 0; style->input && l < SYNTH_STYLE_LAYERS; l++) {
    const SgTensorDesc *out = sg_session_get_output_desc (style->session, l);

    style->output[l] = sg_tensor_new (out->dtype, &out->shape, error);
    if (style->output[l] == NULL)
      break;
  }
  if (style->input && style->output[SYNTH_STYLE_LAYERS - 1])
    return TRUE;
  drop_session (style);
  return FALSE;
}

static gfloat *
make_gram (const SgTensor * features)
{
  gint64 channels = features->desc.shape.dim[1];
  gint64 n = features->desc.shape.dim[2] * features->desc.shape.dim[3];
  const gfloat *data = features->data;
  gfloat *gram = g_new (gfloat, channels * channels);

  for (gint64 i = 0; i < channels; i++)
    for (gint64 j = 0; j <= i; j++) {
      const gfloat *a = data + i * n, *b = data + j * n;
      gdouble total = 0;

      /* Sixteen sums side by side, which a compiler makes vectors of. */
      for (gint64 k = 0; k < n;) {
        gfloat sum[16] = { 0, };
        gint64 end = MIN (n, k + 4096);

        for (; k + 16 <= end; k += 16)
          for (gint m = 0; m < 16; m++)
            sum[m] += a[k + m] * b[k + m];
        for (; k < end; k++)
          sum[0] += a[k] * b[k];
        for (gint m = 0; m < 16; m++)
          total += sum[m];
      }
      gram[i * channels + j] = gram[j * channels + i] = (gfloat) (total / n);
    }
  return gram;
}

gboolean
synth_style_measure (SynthStyle * style, const gfloat * rgb, gint width,
    gint height, SynthGrams * grams, GError ** error)
{
  gsize n = (gsize) width * height;
  gfloat *to;

  memset (grams, 0, sizeof *grams);
  if (!compile (style, width, height, error))
    return FALSE;
  to = style->input->data;
  for (gsize c = 0; c < 3; c++)
    for (gsize i = 0; i < n; i++)
      to[c * n + i] = CLAMP (rgb[(2 - c) * n + i], 0.0f, 1.0f) * 255 - means[c];
  if (!sg_session_run (style->session, &style->input, style->output, error))
    return FALSE;
  for (guint l = 0; l < SYNTH_STYLE_LAYERS; l++) {
    grams->channels[l] = (gint) style->output[l]->desc.shape.dim[1];
    grams->gram[l] = make_gram (style->output[l]);
  }
  return TRUE;
}

void
synth_grams_clear (SynthGrams * grams)
{
  for (guint l = 0; l < SYNTH_STYLE_LAYERS; l++)
    g_free (grams->gram[l]);
  memset (grams, 0, sizeof *grams);
}

gdouble
synth_style_distance (const SynthGrams * grams, const SynthGrams * style)
{
  gdouble distance = 0;

  for (guint l = 0; l < SYNTH_STYLE_LAYERS; l++) {
    gsize n = (gsize) style->channels[l] * style->channels[l];
    gdouble apart = 0, size = 1e-12;

    for (gsize i = 0; i < n; i++) {
      gdouble d = grams->gram[l][i] - style->gram[l][i];

      apart += d * d;
      size += (gdouble) style->gram[l][i] * style->gram[l][i];
    }
    distance += apart / size / SYNTH_STYLE_LAYERS;
  }
  return distance;
}
