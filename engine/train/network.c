/* gst-stylegan: the style networks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/network.h"

#include "ops/conv.h"
#include "ops/depth_to_space.h"
#include "ops/normalize.h"
#include "ops/resize.h"

#define MAX_BLOCKS 6
#define NORM_EPSILON 1e-5f

/* Where a network is written to. */
typedef struct
{
  SgBuild *b;
  SgParameters *p;
} Net;

/* What most of them are made of: half resolution, a quarter, and back. The work is
 * done at the quarter; no channels ever have the full resolution. */
typedef struct
{
  gint stem;                    /* channels at half resolution */
  gint width;                   /* at a quarter */
  gint up;                      /* at half, on the way back */
  gint expand;                  /* separable blocks: channels inside by width; 0:
                                 * dense ones */
  gint n_blocks;
  gint dilation[MAX_BLOCKS];
  gboolean skip;                /* of details, from the stem to the way back */
} Pyramid;

/* --- layers --------------------------------------------------------------- */

static gint64
channels_of (const Net * net, const SgValue * x)
{
  return net->b->error ? 1 : x->desc.shape.dim[1];
}

static SgValue *
parameter (Net * net, const gchar * layer, const gchar * name,
    const SgShape * shape, SgInit init)
{
  g_autofree gchar *full = g_strconcat (layer, ".", name, NULL);

  return sg_parameters_next (net->p, net->b, full, shape, init);
}

/* Reflected borders: zeros show as a frame around the picture. */
static SgValue *
pad (Net * net, SgValue * x, gint n)
{
  const SgPadAttrs attrs = { SG_PAD_REFLECT };
  const gint64 pads[] = { 0, 0, n, n, 0, 0, n, n };

  return n == 0 ? x : sg_build_node (net->b, "pad", &attrs, 2, x,
      sg_build_ints (net->b, pads, G_N_ELEMENTS (pads)));
}

typedef struct
{
  gint channels, kernel;
  gint stride, dilation;        /* 0: 1 */
  gboolean depthwise;
  SgInit bias;                  /* SG_INIT_ZERO: has none */
  SgInit init;                  /* SG_INIT_ZERO: He et al. */
} Conv;

static SgValue *
conv (Net * net, const gchar * layer, SgValue * x, const Conv * c)
{
  gint dilation = MAX (c->dilation, 1), stride = MAX (c->stride, 1);
  gint64 in = channels_of (net, x);
  const SgConvAttrs attrs = { .window = {.n_spatial = 2,
          .kernel = {c->kernel, c->kernel}, .stride = {stride, stride},
      .dilation = {dilation, dilation}}, .group = c->depthwise ? in : 1
  };
  SgShape shape = SG_SHAPE (c->channels, c->depthwise ? 1 : in, c->kernel,
      c->kernel);
  SgShape bias = SG_SHAPE (c->channels);
  SgValue *w = parameter (net, layer, "weight", &shape,
      c->init ? c->init : SG_INIT_HE);

  x = pad (net, x, c->kernel / 2 * dilation);
  if (c->bias == SG_INIT_ZERO)
    return sg_build_node (net->b, "conv", &attrs, 2, x, w);
  return sg_build_node (net->b, "conv", &attrs, 3, x, w,
      parameter (net, layer, "bias", &bias, c->bias));
}

static SgValue *
norm (Net * net, const gchar * layer, SgValue * x)
{
  const SgInstanceNormAttrs attrs = { NORM_EPSILON };
  SgShape shape = SG_SHAPE (channels_of (net, x));
  SgValue *scale = parameter (net, layer, "norm.weight", &shape, SG_INIT_ONE);

  return sg_build_node (net->b, "instance_norm", &attrs, 3, x, scale,
      parameter (net, layer, "norm.bias", &shape, SG_INIT_ZERO));
}

static SgValue *
relu (Net * net, SgValue * x)
{
  return sg_build_unary (net->b, "relu", x);
}

static SgValue *
conv_norm_relu (Net * net, const gchar * layer, SgValue * x, const Conv * c)
{
  return relu (net, norm (net, layer, conv (net, layer, x, c)));
}

/* A fixed [1 2 1] / 4 in both directions. It is zero at half the sampling frequency:
 * what the phases of the grid below differ in cannot pass. */
static SgValue *
binomial (Net * net, SgValue * x)
{
  static const gdouble row[] = { 0.25, 0.5, 0.25 };
  gint64 channels = channels_of (net, x);
  g_autofree gdouble *w = g_new (gdouble, 9 * channels);
  SgShape shape = SG_SHAPE (channels, 1, 3, 3);
  const SgConvAttrs attrs = { .window = {.n_spatial = 2, .kernel = {3, 3}},
  .group = channels
  };

  for (gint64 i = 0; i < 9 * channels; i++)
    w[i] = row[i % 9 / 3] * row[i % 3];
  return sg_build_node (net->b, "conv", &attrs, 2, pad (net, x, 1),
      sg_build_floats (net->b, w, &shape));
}

static SgValue *
nearest (Net * net, SgValue * x)
{
  const SgResizeAttrs attrs = { .mode = SG_RESIZE_NEAREST,
    .coordinates = SG_RESIZE_ASYMMETRIC, .nearest = SG_RESIZE_FLOOR
  };
  static const gdouble scales[] = { 1, 1, 2, 2 };
  const SgShape shape = SG_SHAPE (4);

  return sg_build_node (net->b, "resize", &attrs, 3, x, NULL,
      sg_build_floats (net->b, scales, &shape));
}

/* A convolution at twice the resolution. Nearest neighbours and the binomial filter are
 * bilinear interpolation; the filter comes last, where there are fewer channels. */
static SgValue *
upsample (Net * net, const gchar * layer, SgValue * x, const Conv * c)
{
  return binomial (net, conv (net, layer, nearest (net, x), c));
}

static SgValue *
space_to_depth (Net * net, SgValue * x)
{
  const SgDepthToSpaceAttrs attrs = { .blocksize = 2 };

  return sg_build_node (net->b, "space_to_depth", &attrs, 1, x);
}

/* --- blocks --------------------------------------------------------------- */

static SgValue *
dense_block (Net * net, const gchar * layer, SgValue * x, gint dilation)
{
  const Conv c = { (gint) channels_of (net, x), 3, .dilation = dilation };
  g_autofree gchar *first = g_strconcat (layer, ".conv1", NULL);
  g_autofree gchar *second = g_strconcat (layer, ".conv2", NULL);
  SgValue *y = conv_norm_relu (net, first, x, &c);

  y = norm (net, second, conv (net, second, y, &c));
  return sg_build_binary (net->b, "add", y, x);
}

static SgValue *
separable_block (Net * net, const gchar * layer, SgValue * x, gint dilation,
    gint expand)
{
  gint width = (gint) channels_of (net, x);
  const Conv depthwise = { width, 5, .dilation = dilation, .depthwise = TRUE };
  const Conv wide = { expand * width, 1, .bias = SG_INIT_ZERO };
  const Conv narrow = { width, 1 };
  g_autofree gchar *first = g_strconcat (layer, ".depthwise", NULL);
  g_autofree gchar *second = g_strconcat (layer, ".expand", NULL);
  g_autofree gchar *third = g_strconcat (layer, ".project", NULL);
  SgValue *y = norm (net, first, conv (net, first, x, &depthwise));

  y = relu (net, norm (net, second, conv (net, second, y, &wide)));
  y = norm (net, third, conv (net, third, y, &narrow));
  return sg_build_binary (net->b, "add", y, x);
}

/* --- networks --------------------------------------------------------------- */

static SgValue *
append_pyramid (Net * net, const Pyramid * n, SgValue * x)
{
  const Conv stem = { n->stem, 3 }, down = { n->width, 3, .stride = 2 };
  const Conv up = { n->up, 3 }, skip = { n->up, 1 };
  const Conv out = { 3, 3, .bias = SG_INIT_HALF, .init = SG_INIT_SMALL };
  SgValue *half;

  half = conv_norm_relu (net, "stem", space_to_depth (net, x), &stem);
  x = conv_norm_relu (net, "down", half, &down);
  for (gint i = 0; i < n->n_blocks; i++) {
    g_autofree gchar *layer = g_strdup_printf ("block%d", i + 1);

    x = n->expand ? separable_block (net, layer, x, n->dilation[i], n->expand)
        : dense_block (net, layer, x, n->dilation[i]);
  }
  x = upsample (net, "up", x, &up);
  if (n->skip)
    x = sg_build_binary (net->b, "add", x, conv (net, "skip", half, &skip));
  x = relu (net, norm (net, "up", x));
  if (n->skip)
    x = conv_norm_relu (net, "fuse", x, &up);
  return upsample (net, "out", x, &out);
}

static SgValue *
append_johnson (Net * net, SgValue * x)
{
  static const Conv down[] = { {32, 9}, {64, 3, 2}, {128, 3, 2} };
  static const Conv up[] = { {64, 3}, {32, 3} };
  const Conv out = { 3, 9, .bias = SG_INIT_HALF, .init = SG_INIT_SMALL };

  for (guint i = 0; i < G_N_ELEMENTS (down); i++) {
    g_autofree gchar *layer = g_strdup_printf ("down%u", i + 1);

    x = conv_norm_relu (net, layer, x, &down[i]);
  }
  for (guint i = 0; i < 5; i++) {
    g_autofree gchar *layer = g_strdup_printf ("block%u", i + 1);

    x = dense_block (net, layer, x, 1);
  }
  for (guint i = 0; i < G_N_ELEMENTS (up); i++) {
    g_autofree gchar *layer = g_strdup_printf ("up%u", i + 1);

    x = relu (net, norm (net, layer, conv (net, layer, nearest (net, x),
                &up[i])));
  }
  return conv (net, "out", x, &out);
}

static const gchar *const names[SG_N_NETWORKS] = {
  "nano", "small", "small-separable", "full", "johnson"
};

static const Pyramid pyramids[] = {
  [SG_NETWORK_NANO] = {16, 48, 16, 2, 6, {1, 1, 2, 2, 1, 1}},
  [SG_NETWORK_SMALL] = {24, 48, 24, 0, 5, {1, 1, 2, 2, 1}},
  [SG_NETWORK_SMALL_SEPARABLE] = {24, 64, 24, 2, 6, {1, 1, 2, 2, 1, 1}},
  [SG_NETWORK_FULL] = {32, 96, 48, 0, 5, {1, 1, 2, 2, 1}, TRUE},
};

SgValue *
sg_network_append (SgNetwork network, SgBuild * build,
    SgParameters * parameters, SgValue * x)
{
  Net net = { build, parameters };

  x = network == SG_NETWORK_JOHNSON ? append_johnson (&net, x)
      : append_pyramid (&net, &pyramids[network], x);
  return build->error ? NULL : x;
}

const gchar *
sg_network_get_name (SgNetwork network)
{
  return names[network];
}

gboolean
sg_network_from_name (const gchar * name, SgNetwork * network)
{
  for (guint i = 0; i < SG_N_NETWORKS; i++) {
    if (g_strcmp0 (name, names[i]) == 0) {
      *network = (SgNetwork) i;
      return TRUE;
    }
  }
  return FALSE;
}
