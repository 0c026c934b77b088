/* gst-stylegan: a trained network as a model
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/model.h"

#include <string.h>

#include "train/pixels.h"
#include "train/trainer.h"

#define MULTIPLE 4              /* of the sides */
#define MIN_SIDE 32

/* --- the graph --------------------------------------------------------------- */

SgGraph *
sg_model_new_graph (SgNetwork network, SgParameters * parameters,
    const gfloat * values, GError ** error)
{
  const SgShape shape = SG_SHAPE (1, 3, MIN_SIDE, MIN_SIDE);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  SgValue *x, *y;

  x = sg_graph_add_input (graph, "image", SG_DTYPE_F32, &shape);
  sg_parameters_bind_values (parameters, values);
  y = sg_network_append (network, &b, parameters, x);
  y = sg_build_node (&b, "clip", NULL, 3, y, sg_build_scalar (&b, 0),
      sg_build_scalar (&b, 1));
  if (y == NULL) {
    g_propagate_error (error, b.error);
    return NULL;
  }
  x->desc.shape = SG_SHAPE (1, 3, -1, -1);
  sg_graph_add_output (graph, "stylized", y);
  return g_steal_pointer (&graph);
}

gboolean
sg_trainer_export (SgTrainer * t, const gchar * path,
    const gchar * const *metadata, GError ** error)
{
  const SgModelInfo info = { .name = sg_network_get_name (t->config.network),
    .pixel_range = SG_PIXEL_RANGE_0_1, .channel_order = SG_CHANNEL_ORDER_RGB,
    .gamma = SG_GAMMA_SRGB, .metadata = metadata
  };
  g_autoptr (SgGraph) graph = sg_model_new_graph (t->config.network,
      t->parameters, t->mean, error);

  return graph && sg_model_save (graph, &info, path, error);
}

/* --- a picture --------------------------------------------------------------- */

static gint
padded (gint side)
{
  return (MAX (side, MIN_SIDE) + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
}

/* Rows and columns at the end repeat the last ones. */
static SgTensor *
tensor_of_picture (const SgPicture * p, GError ** error)
{
  gint width = padded (p->width), height = padded (p->height);
  const SgShape shape = SG_SHAPE (1, 3, height, width);
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  gfloat *out = tensor ? tensor->data : NULL;

  for (gint c = 0; tensor && c < 3; c++)
    for (gint y = 0; y < height; y++)
      for (gint x = 0; x < width; x++)
        *out++ = (gfloat) p->rgb[3 * ((gsize) MIN (y, p->height - 1)
                * p->width + MIN (x, p->width - 1)) + c] / 255;
  return tensor;
}

guint8 *
sg_trainer_stylize (SgTrainer * t, const SgPicture * picture, GError ** error)
{
  g_autoptr (SgTensor) in = NULL, out = NULL;
  g_autoptr (SgSession) session = NULL;
  g_autoptr (SgGraph) graph = NULL;

  if (picture->rgb == NULL || picture->width < 1 || picture->height < 1) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "there is no picture to stylise");
    return NULL;
  }
  in = tensor_of_picture (picture, error);
  graph = sg_model_new_graph (t->config.network, t->parameters, t->mean, error);
  if (in == NULL || graph == NULL)
    return NULL;
  session = sg_session_new (graph, t->device, &in->desc, 1, NULL, error);
  out = sg_tensor_new (SG_DTYPE_F32, &in->desc.shape, error);
  if (session == NULL || out == NULL
      || !sg_session_run (session, &in, &out, error))
    return NULL;
  return sg_pixels_store (out, picture->width, picture->height);
}

/* --- weights to begin with ------------------------------------------------------ */

static gboolean
copy_parameter (const SgParameter * p, const SgTensor * tensor,
    gfloat * values, GError ** error)
{
  if (tensor && tensor->desc.dtype == SG_DTYPE_F32
      && sg_shape_equal (&tensor->desc.shape, &p->shape)) {
    memcpy (values + p->offset, tensor->data,
        sg_tensor_desc_bytes (&tensor->desc));
    return TRUE;
  }
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT, "%s '%s'; it is not "
      "of this network", tensor ? "another shape or type of" : "there is no",
      p->name);
  return FALSE;
}

static gboolean
read_onnx (const SgParameters * parameters, const gchar * path,
    gfloat * values, GError ** error)
{
  g_autoptr (GHashTable) constants = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (SgModel) model = sg_model_load (path, error);
  const GPtrArray *all;

  if (model == NULL)
    return FALSE;
  all = sg_model_get_graph (model)->values;
  for (guint i = 0; i < all->len; i++) {
    const SgValue *value = g_ptr_array_index (all, i);

    if (value->constant && value->name)
      g_hash_table_insert (constants, value->name, value->constant);
  }
  for (guint i = 0; i < sg_parameters_get_n (parameters); i++) {
    const SgParameter *p = sg_parameters_get (parameters, i);

    if (!copy_parameter (p, g_hash_table_lookup (constants, p->name), values,
            error)) {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
sg_model_read_parameters (const SgParameters * parameters, const gchar * path,
    gfloat * values, GError ** error)
{
  g_autoptr (SgTensorMap) map = NULL;

  if (!g_str_has_suffix (path, ".safetensors"))
    return read_onnx (parameters, path, values, error);
  map = sg_tensor_map_load (path, error);
  if (map == NULL)
    return FALSE;
  if (sg_tensor_map_get_floats (map, "mean", values,
          (gsize) sg_parameters_get_size (parameters), error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}
