/* gst-stylegan: how far a picture is from what it shows, and from a style
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/measure.h>

#include <math.h>
#include <string.h>

#include <sg/session.h>

#include "train/losses-style.h"
#include "train/losses-terms.h"
#include "train/losses.h"

/* Networks have shrunk smaller pictures to nothing by the last layer. */
#define MIN_SIDE 32

typedef struct
{
  SgPerceptual *network;
  SgTensor **grams;             /* per layer, of the style; NULL: no style */
} Network;

struct _SgLossMeter
{
  SgDevice *device;
  GArray *networks;             /* Network */
  /* For pictures of one size. */
  SgSession *session;
  SgShape shape;
  SgTensor *input[2], *output[2];       /* x and y; scalars */
  guint n_outputs;
  gboolean has_content, has_style;
};

static void
network_clear (gpointer data)
{
  Network *network = data;
  guint n = sg_perceptual_get_n_layers (network->network);

  for (guint i = 0; network->grams && i < n; i++)
    if (network->grams[i])
      sg_tensor_unref (network->grams[i]);
  g_free (network->grams);
  sg_perceptual_unref (network->network);
}

SgLossMeter *
sg_loss_meter_new (const gchar * const *loss_networks, const SgPicture * style,
    gint style_size, SgDevice * device, GError ** error)
{
  g_autoptr (SgLossMeter) meter = g_new0 (SgLossMeter, 1);

  meter->device = sg_device_ref (device);
  meter->networks = g_array_new (FALSE, FALSE, sizeof (Network));
  g_array_set_clear_func (meter->networks, network_clear);
  if (style && style_size < MIN_SIDE) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "style_size is %d px; it must be %d or more", style_size, MIN_SIDE);
    return NULL;
  }
  for (guint i = 0; loss_networks[i]; i++) {
    Network network = { sg_perceptual_load (loss_networks[i], error), NULL };

    if (network.network == NULL)
      return NULL;
    if (style)
      network.grams = g_new0 (SgTensor *,
          sg_perceptual_get_n_layers (network.network));
    g_array_append_val (meter->networks, network);
    if (style && !sg_loss_measure_grams (style, style_size, network.network,
            device, network.grams, error)) {
      g_prefix_error (error, "%s: ", loss_networks[i]);
      return NULL;
    }
  }
  return g_steal_pointer (&meter);
}

static void
drop_session (SgLossMeter * meter)
{
  g_clear_pointer (&meter->session, sg_session_free);
  for (guint i = 0; i < 2; i++) {
    g_clear_pointer (&meter->input[i], sg_tensor_unref);
    g_clear_pointer (&meter->output[i], sg_tensor_unref);
  }
}

void
sg_loss_meter_free (SgLossMeter * meter)
{
  if (meter == NULL)
    return;
  drop_session (meter);
  g_array_unref (meter->networks);
  sg_device_unref (meter->device);
  g_free (meter);
}

/* Means of the networks by their weights. */
static gboolean
build (SgLossMeter * meter, SgBuild * b)
{
  guint n = meter->networks->len;
  g_autofree SgValue **style = g_new0 (SgValue *, n + 1);
  g_autofree SgValue **content = g_new0 (SgValue *, n + 1);
  g_autofree gdouble *of_style = g_new0 (gdouble, n + 1);
  g_autofree gdouble *of_content = g_new0 (gdouble, n + 1);
  SgValue *x = sg_graph_add_input (b->graph, "x", SG_DTYPE_F32, &meter->shape);
  SgValue *y = sg_graph_add_input (b->graph, "y", SG_DTYPE_F32, &meter->shape);
  SgValue *means[2];

  for (guint i = 0; i < n; i++) {
    const Network *network = &g_array_index (meter->networks, Network, i);
    gdouble weight = sg_perceptual_get_weight (network->network);

    sg_loss_append_network (network->network, network->grams, NULL, TRUE, b,
        y, x, &style[i], &content[i]);
    of_style[i] = style[i] ? weight : 0;
    of_content[i] = content[i] ? weight : 0;
  }
  means[0] = sg_loss_weighted_mean (b, content, of_content, n);
  means[1] = sg_loss_weighted_mean (b, style, of_style, n);
  if (b->error)
    return FALSE;
  meter->has_content = means[0] != NULL;
  meter->has_style = means[1] != NULL;
  meter->n_outputs = 0;
  for (guint i = 0; i < 2; i++)
    if (means[i]) {
      sg_graph_add_output (b->graph, i ? "style" : "content", means[i]);
      meter->n_outputs++;
    }
  return TRUE;
}

static gboolean
make_tensors (SgLossMeter * meter, GError ** error)
{
  for (guint i = 0; i < 2; i++) {
    meter->input[i] = sg_tensor_new (SG_DTYPE_F32, &meter->shape, error);
    if (meter->input[i] == NULL)
      return FALSE;
  }
  for (guint i = 0; i < meter->n_outputs; i++) {
    meter->output[i] = sg_tensor_new (SG_DTYPE_F32,
        &sg_session_get_output_desc (meter->session, i)->shape, error);
    if (meter->output[i] == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
compile (SgLossMeter * meter, const SgShape * shape, GError ** error)
{
  SgBuild b = { NULL, "meter", SG_DTYPE_F32, NULL };
  SgTensorDesc inputs[2] = { {SG_DTYPE_F32, *shape}, {SG_DTYPE_F32, *shape} };

  if (meter->session && sg_shape_equal (shape, &meter->shape))
    return TRUE;
  drop_session (meter);
  meter->shape = *shape;
  b.graph = sg_graph_new ();
  if (!build (meter, &b))
    g_propagate_error (error, b.error);
  else if (meter->n_outputs == 0)
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "no loss network has layers of content%s; name some, as in "
        "FILE.onnx:content=LAYER", g_array_index (meter->networks, Network,
            0).grams ? " or style" : "");
  else
    meter->session = sg_session_new (b.graph, meter->device, inputs, 2, NULL,
        error);
  sg_graph_unref (b.graph);
  if (meter->session && make_tensors (meter, error))
    return TRUE;
  drop_session (meter);
  return FALSE;
}

gboolean
sg_loss_meter_run (SgLossMeter * meter, const gfloat * x, const gfloat * y,
    gint width, gint height, gdouble * content, gdouble * style,
    GError ** error)
{
  const SgShape shape = SG_SHAPE (1, 3, height, width);
  gsize bytes = 3 * (gsize) width * height * sizeof (gfloat);

  *content = *style = NAN;
  if (MIN (width, height) < MIN_SIDE) {
    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE, "a picture of %dx%d pixels "
        "is too small for loss networks; both sides must be %d or more",
        width, height, MIN_SIDE);
    return FALSE;
  }
  if (meter->networks->len == 0)
    return TRUE;
  if (!compile (meter, &shape, error))
    return FALSE;
  memcpy (meter->input[0]->data, x, bytes);
  memcpy (meter->input[1]->data, y, bytes);
  if (!sg_session_run (meter->session, meter->input, meter->output, error))
    return FALSE;
  if (meter->has_content)
    *content = sg_tensor_get (meter->output[0], 0);
  if (meter->has_style)
    *style = sg_tensor_get (meter->output[meter->has_content], 0);
  return TRUE;
}
