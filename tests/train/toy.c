/* gst-stylegan: the smallest things that training works with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/toy.h"

#include <glib/gstdio.h>
#include <math.h>

#include "ops/build.h"
#include "ops/conv.h"
#include "util/rng.h"

static SgValue *
layer (SgBuild * b, TestRng * rng, const gchar * name, SgValue * x,
    gint64 channels, gint64 stride)
{
  const SgConvAttrs attrs = { .window = {.n_spatial = 2, .kernel = {3, 3},
      .stride = {stride, stride}, .pad_begin = {1, 1}, .pad_end = {1, 1}},
  .group = 1
  };
  SgShape shape = SG_SHAPE (channels, x->desc.shape.dim[1], 3, 3);
  g_autoptr (SgTensor) w = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);

  test_rng_fill (rng, w, -0.3, 0.3);
  b->name = name;
  return sg_build_unary (b, "relu", sg_build_node (b, "conv", &attrs, 2, x,
          sg_graph_add_constant (b->graph, NULL, w)));
}

gchar *
toy_loss_network (void)
{
  static const gchar *const metadata[] = { "stylegan.input", "unit",
    "stylegan.style_layers", "fine,coarse", "stylegan.content_layers", "coarse",
    NULL
  };
  const SgModelInfo info = { .metadata = metadata };
  const SgShape shape = SG_SHAPE (1, 3, 32, 32);
  g_autofree gchar *folder = g_dir_make_tmp ("sg-toy-XXXXXX", NULL);
  gchar *path = g_build_filename (folder, "toy.onnx", NULL);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  TestRng rng = test_rng (1, "toy");
  SgValue *x = sg_graph_add_input (graph, "rgb", SG_DTYPE_F32, &shape);
  SgValue *fine = layer (&b, &rng, "layer1", x, 8, 1);
  SgValue *coarse = layer (&b, &rng, "layer2", fine, 12, 2);

  g_assert_no_error (b.error);
  x->desc.shape = SG_SHAPE (-1, 3, -1, -1);
  sg_graph_add_output (graph, "fine", fine);
  sg_graph_add_output (graph, "coarse", coarse);
  sg_model_save (graph, &info, path, &error);
  g_assert_no_error (error);
  return path;
}

void
toy_remove (gchar * path)
{
  g_autofree gchar *folder = g_path_get_dirname (path);

  g_remove (path);
  g_rmdir (folder);
  g_free (path);
}

guint8 *
toy_picture (gint width, gint height, guint seed)
{
  guint8 *rgb = g_malloc ((gsize) width * height * 3);

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      for (gint c = 0; c < 3; c++)
        rgb[3 * ((gsize) y * width + x) + c] = (guint8) (128 + 100 * sin (0.05
                * (seed % 7 + 1) * x + c) * cos (0.07 * (seed % 5 + 1) * y
                + 2 * c + seed));
  return rgb;
}
