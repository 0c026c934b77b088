/* gst-stylegan: pictures as tensors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/pixels.h"

#include "ops/build.h"
#include "ops/resize.h"

SgTensor *
sg_pixels_load (const SgPicture * picture, gint block, GError ** error)
{
  gint64 h = picture->height / block, w = picture->width / block;
  const SgShape shape = SG_SHAPE (1, 3, h, w);
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  gfloat *to = tensor ? tensor->data : NULL;

  for (gint64 i = 0; tensor && i < 3 * h * w; i++) {
    gint64 c = i / (h * w), y = i / w % h * block, x = i % w * block;
    const guint8 *from = picture->rgb + 3 * (y * picture->width + x) + c;
    guint64 sum = 0;

    for (gint dy = 0; dy < block; dy++)
      for (gint dx = 0; dx < block; dx++)
        sum += from[3 * ((gsize) dy * picture->width + dx)];
    to[i] = (gfloat) sum / (gfloat) (255 * block * block);
  }
  return tensor;
}

guint8 *
sg_pixels_store (const SgTensor * tensor, gint width, gint height)
{
  const gint64 *dim = tensor->desc.shape.dim;
  const gfloat *in = tensor->data;
  guint8 *rgb = g_malloc ((gsize) width * height * 3);

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      for (gint c = 0; c < 3; c++)
        rgb[3 * ((gsize) y * width + x) + c] = (guint8) (CLAMP (in[(c * dim[2]
                        + y) * dim[3] + x], 0, 1) * 255 + 0.5f);
  return rgb;
}

SgTensor *
sg_pixels_resize (SgTensor * tensor, gint64 height, gint64 width,
    SgDevice * device, GError ** error)
{
  /* Keys' cubic: a linear filter would take a quarter of the energy of fine texture
   * away, which is what Gram matrices of a style are to say. */
  const SgResizeAttrs attrs = { .mode = SG_RESIZE_CUBIC, .cubic_coeff_a = -0.5f,
    .antialias = TRUE
  };
  const gint64 sizes[] = { 1, 3, height, width };
  const SgShape shape = SG_SHAPE (1, 3, height, width);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgTensor) result = NULL;
  g_autoptr (SgSession) session = NULL;
  SgBuild b = { graph, "resize", SG_DTYPE_F32 };
  SgValue *x = sg_graph_add_input (graph, "x", SG_DTYPE_F32,
      &tensor->desc.shape);

  if (sg_shape_equal (&shape, &tensor->desc.shape))
    return sg_tensor_ref (tensor);
  x = sg_build_node (&b, "resize", &attrs, 4, x, NULL, NULL,
      sg_build_ints (&b, sizes, 4));
  if (x == NULL) {
    g_propagate_error (error, b.error);
    return NULL;
  }
  sg_graph_add_output (graph, "y", x);
  session = sg_session_new (graph, device, &tensor->desc, 1, NULL, error);
  result = session ? sg_tensor_new (SG_DTYPE_F32, &shape, error) : NULL;
  return result && sg_session_run (session, &tensor, &result, error)
      ? g_steal_pointer (&result) : NULL;
}

SgTensor *
sg_pixels_load_scaled (const SgPicture * picture, gint64 height, gint64 width,
    SgDevice * device, GError ** error)
{
  gint64 block = MIN (picture->height / height, picture->width / width);
  g_autoptr (SgTensor) tensor = sg_pixels_load (picture, MAX (1, (gint) block),
      error);

  return tensor ? sg_pixels_resize (tensor, height, width, device, error)
      : NULL;
}
