/* gst-stylegan: the style as a picture, for models that take one
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The model's graph is cut where what comes from the style alone meets what comes from
 * the frame. One session computes the values there; they are constants from then on. */
#include "video/style.h"

#include <sg/session.h>

#include "graph/splice.h"

#define MAX_SIDE 16384
/* The size to try a model at before there is an image. */
#define ANY_SIDE 256

enum
{ FROM_STYLE = 1, FROM_FRAME = 2 };

gboolean
video_style_check (const SgTensor * image, GError ** error)
{
  const SgShape *shape = &image->desc.shape;
  g_autofree gchar *text = NULL;

  if (image->desc.dtype == SG_DTYPE_F32 && shape->rank == 4
      && shape->dim[0] == 1 && shape->dim[1] == 3
      && MIN (shape->dim[2], shape->dim[3]) >= 1
      && MAX (shape->dim[2], shape->dim[3]) <= MAX_SIDE)
    return TRUE;
  text = sg_shape_to_string (shape);
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
      "the style image is %s%s; wanted: f32[1,3,height,width]",
      sg_dtype_name (image->desc.dtype), text);
  return FALSE;
}

VideoSize
video_style_get_size (const VideoModel * model, const SgTensor * image)
{
  VideoSize size = { ANY_SIDE, ANY_SIDE };

  if (image) {
    const gint64 *dim = image->desc.shape.dim;
    const gint64 side = MIN (dim[2], dim[3]);
    const gint64 wanted = MIN (side, VIDEO_STYLE_MAX_SIDE);

    size.width = (gint) ((dim[3] * wanted + side / 2) / side);
    size.height = (gint) ((dim[2] * wanted + side / 2) / side);
  }
  if (model->style_width > 0)
    size.width = model->style_width;
  if (model->style_height > 0)
    size.height = model->style_height;
  return size;
}

/* --- the cut ------------------------------------------------------------------- */

/* What every value is made from, in SgValue.index. */
static void
mark_values (SgGraph * graph, const VideoModel * model)
{
  for (guint i = 0; i < graph->values->len; i++)
    ((SgValue *) g_ptr_array_index (graph->values, i))->index = 0;
  ((SgValue *) g_ptr_array_index (graph->inputs, model->style))->index =
      FROM_STYLE;
  ((SgValue *) g_ptr_array_index (graph->inputs, model->input))->index =
      FROM_FRAME;
  for (guint i = 0; i < graph->nodes->len; i++) {
    const SgNode *node = g_ptr_array_index (graph->nodes, i);
    guint from = 0;

    for (guint k = 0; k < node->n_inputs; k++)
      from |= node->inputs[k] ? node->inputs[k]->index : 0;
    for (guint k = 0; k < node->n_outputs; k++)
      node->outputs[k]->index = from;
  }
}

/* Values from the style alone that others, or outputs, are made of: in an order that is
 * the same for every copy of a graph. (transfer container) */
static GPtrArray *
find_cut (SgGraph * graph, const VideoModel * model)
{
  GPtrArray *cut = g_ptr_array_new ();

  mark_values (graph, model);
  for (guint i = 0; i < graph->nodes->len; i++) {
    const SgNode *node = g_ptr_array_index (graph->nodes, i);

    for (guint k = 0; k < node->n_inputs; k++)
      if (node->inputs[k] && node->inputs[k]->index == FROM_STYLE
          && (node->n_outputs == 0 || node->outputs[0]->index != FROM_STYLE)
          && !g_ptr_array_find (cut, node->inputs[k], NULL))
        g_ptr_array_add (cut, node->inputs[k]);
  }
  for (guint i = 0; i < graph->outputs->len; i++) {
    SgValue *value = g_array_index (graph->outputs, SgGraphOutput, i).value;

    if (value->index == FROM_STYLE && !g_ptr_array_find (cut, value, NULL))
      g_ptr_array_add (cut, value);
  }
  return cut;
}

/* The part of @model's graph that ends in the cut. */
static SgGraph *
extract_style (const VideoModel * model)
{
  SgGraph *part = sg_graph_copy (model->graph);
  g_autoptr (GPtrArray) cut = find_cut (part, model);

  g_array_set_size (part->outputs, 0);
  for (guint i = 0; i < cut->len; i++)
    sg_graph_add_output (part, NULL, g_ptr_array_index (cut, i));
  sg_graph_remove_unused (part);
  return part;
}

/* From the image as it is to the values of the cut. */
static SgGraph *
make_graph (const VideoNetwork * network, const SgTensor * image,
    GError ** error)
{
  const SgPixelConvention rgb = { 3, {0, 1, 2}, 1, 0 };
  const VideoModel *model = &network->model;
  const gint64 *dim = image->desc.shape.dim;
  SgPixelConvention pixels = network->pixels;
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgGraph) part = extract_style (model);
  g_autofree SgValue **inputs = g_new (SgValue *, part->inputs->len);
  g_autofree SgValue **outputs = g_new (SgValue *, part->outputs->len + 1);
  SgValue *x;

  if (part->outputs->len == 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model makes no use of its style input");
    return NULL;
  }
  pixels.channels = model->style_channels;
  x = sg_graph_add_input (graph, "style", model->dtype, &image->desc.shape);
  x = video_add_resize (graph, x, 3, (VideoSize) {
      (gint) dim[3], (gint) dim[2]}
      , video_style_get_size (model, image), error);
  x = x ? video_add_conversion (graph, x, &rgb, &pixels, error) : NULL;
  if (x == NULL)
    return NULL;
  for (guint i = 0; i < part->inputs->len; i++) {
    const SgValue *value = g_ptr_array_index (part->inputs, i);

    /* nothing here depends on the frame */
    inputs[i] = value->constant ? sg_graph_add_constant (graph, value->name,
        value->constant) : x;
  }
  sg_graph_append_graph (graph, part, inputs, outputs);
  for (guint i = 0; i < part->outputs->len; i++)
    sg_graph_add_output (graph, NULL, outputs[i]);
  return g_steal_pointer (&graph);
}

/* --- its values ------------------------------------------------------------------ */

/* Returns: (transfer full) (element-type SgTensor) */
static GPtrArray *
compute (SgGraph * graph, const SgTensor * image, SgDevice * device,
    GError ** error)
{
  g_autoptr (SgSession) session = sg_session_new (graph, device, &image->desc,
      1, NULL, error);
  g_autoptr (GPtrArray) values =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_tensor_unref);
  SgTensor *input = (SgTensor *) image;

  for (guint i = 0; session && i < sg_graph_get_n_outputs (graph); i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (session, i);
    SgTensor *value = sg_tensor_new (desc->dtype, &desc->shape, error);

    if (value == NULL)
      return NULL;
    g_ptr_array_add (values, value);
  }
  if (session == NULL || !sg_session_run (session, &input,
          (SgTensor **) values->pdata, error))
    return NULL;
  return g_steal_pointer (&values);
}

static GPtrArray *
compute_somewhere (SgGraph * graph, const SgTensor * image, SgDevice * device,
    GError ** error)
{
  const SgDeviceConfig config = { .backend = SG_BACKEND_CPU };
  g_autoptr (SgDevice) processor = NULL;
  GError *problem = NULL;
  GPtrArray *values = compute (graph, image, device, &problem);

  if (!g_error_matches (problem, SG_ERROR, SG_ERROR_NOT_FINITE)
      || sg_device_get_precision (device) != SG_PRECISION_FP16) {
    if (problem)
      g_propagate_error (error, problem);
    return values;
  }
  g_clear_error (&problem);
  processor = sg_device_open (&config, NULL, error);
  return processor ? compute (graph, image, processor, error) : NULL;
}

gboolean
video_style_apply (VideoNetwork * network, const SgTensor * image,
    SgDevice * device, GError ** error)
{
  VideoModel *model = &network->model;
  g_autoptr (SgGraph) graph = make_graph (network, image, error);
  g_autoptr (GPtrArray) values = NULL;
  g_autoptr (GPtrArray) cut = NULL;
  SgGraph *result;

  values = graph ? compute_somewhere (graph, image, device, error) : NULL;
  if (values == NULL)
    return FALSE;
  network->graph = result = sg_graph_copy (model->graph);
  cut = find_cut (result, model);
  for (guint i = 0; i < cut->len; i++) {
    SgValue *value = g_ptr_array_index (cut, i);

    sg_graph_replace_value (result, value, sg_graph_add_constant (result,
            value->name, g_ptr_array_index (values, i)));
  }
  g_ptr_array_remove_index (result->inputs, model->style);
  model->graph = result;
  model->input -= model->style < model->input;
  model->style = VIDEO_NO_STYLE;
  sg_graph_remove_unused (result);
  return TRUE;
}
