/* gst-stylegan tests: small models that are right
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/onnx-writer.h"

#define I(value) G_GINT64_CONSTANT (value)
#define NODE(graph, ...) \
    onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node (__VA_ARGS__, NULL))
#define WEIGHTS(graph, tensor) \
    onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, tensor)

static GByteArray *
relu (void)
{
  return onnx_writer_model (13, onnx_writer_graph (TRUE,
          onnx_writer_node ("Relu", "act", "x", "y", NULL)));
}

static GByteArray *
convolution (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, NULL);

  NODE (graph, "Conv", "conv1", "x,w,b", "c",
      onnx_writer_attr_ints ("kernel_shape", I (3), I (3), ONNX_END),
      onnx_writer_attr_ints ("pads", I (1), I (1), I (1), I (1), ONNX_END),
      onnx_writer_attr_ints ("strides", I (2), I (2), ONNX_END),
      onnx_writer_attr_int ("group", 1));
  NODE (graph, "InstanceNormalization", "norm", "c,s,o", "n",
      onnx_writer_attr_float ("epsilon", 1e-5f));
  NODE (graph, "LeakyRelu", "act", "n", "a",
      onnx_writer_attr_float ("alpha", 0.1f));
  NODE (graph, "ConvTranspose", "up", "a,w", "y",
      onnx_writer_attr_ints ("strides", I (2), I (2), ONNX_END),
      onnx_writer_attr_string ("auto_pad", "SAME_UPPER"));
  WEIGHTS (graph, onnx_writer_filled_tensor ("w", 0.1f, I (3), I (3), I (3),
          I (3), ONNX_END));
  WEIGHTS (graph, onnx_writer_filled_tensor ("b", 0.5f, I (3), ONNX_END));
  WEIGHTS (graph, onnx_writer_filled_tensor ("s", 1.0f, I (3), ONNX_END));
  WEIGHTS (graph, onnx_writer_filled_tensor ("o", 0.0f, I (3), ONNX_END));
  return onnx_writer_model (11, graph);
}

/* Pads computed from shapes, as PyTorch exports them. */
static GByteArray *
pad_and_resize (void)
{
  static const gint64 pads[] = { 0, 0, 1, 1, 0, 0, 1, 1 };
  static const gint64 eight = 8, four = 4;
  static const gfloat scales[] = { 1, 1, 2, 2 };
  GByteArray *graph = onnx_writer_graph (TRUE, NULL);

  NODE (graph, "Constant", NULL, NULL, "p",
      onnx_writer_attr_tensor ("value", onnx_writer_raw_tensor (NULL,
              ONNX_INT64, &eight, 1, pads, sizeof pads)));
  NODE (graph, "Cast", NULL, "p", "p64", onnx_writer_attr_int ("to", 7));
  NODE (graph, "Pad", "pad", "x,p64", "padded",
      onnx_writer_attr_string ("mode", "reflect"));
  WEIGHTS (graph, onnx_writer_raw_tensor ("scales", ONNX_FLOAT, &four, 1,
          scales, sizeof scales));
  NODE (graph, "Resize", "resize", "padded,,scales", "y",
      onnx_writer_attr_string ("mode", "nearest"),
      onnx_writer_attr_string ("nearest_mode", "floor"),
      onnx_writer_attr_string ("coordinate_transformation_mode", "asymmetric"));
  return onnx_writer_model (13, graph);
}

static GByteArray *
shapes (void)
{
  static const gint64 start = 2, end = G_MAXINT64, four = 4, one = 1;
  static const gint64 target[] = { 1, 1, -1, 4 };
  GByteArray *graph = onnx_writer_graph (FALSE, NULL);

  NODE (graph, "Shape", NULL, "x", "shape");
  WEIGHTS (graph, onnx_writer_raw_tensor ("start", ONNX_INT64, &one, 1,
          &start, sizeof start));
  WEIGHTS (graph, onnx_writer_raw_tensor ("end", ONNX_INT64, &one, 1, &end,
          sizeof end));
  NODE (graph, "Slice", NULL, "shape,start,end", "hw");
  NODE (graph, "Concat", NULL, "hw,hw", "twice",
      onnx_writer_attr_int ("axis", 0));
  NODE (graph, "ConstantOfShape", NULL, "twice", "zeros");
  WEIGHTS (graph, onnx_writer_raw_tensor ("target", ONNX_INT64, &four, 1,
          target, sizeof target));
  NODE (graph, "Reshape", NULL, "zeros,target", "r");
  NODE (graph, "Transpose", NULL, "r", "t",
      onnx_writer_attr_ints ("perm", I (0), I (1), I (3), I (2), ONNX_END));
  NODE (graph, "ReduceMean", NULL, "t", "m",
      onnx_writer_attr_ints ("axes", I (2), I (3), ONNX_END),
      onnx_writer_attr_int ("keepdims", 1));
  NODE (graph, "Add", NULL, "x,m", "y");
  return onnx_writer_model (11, graph);
}

static GByteArray *
pooling (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, NULL);

  NODE (graph, "MaxPool", NULL, "x", "a,",
      onnx_writer_attr_ints ("kernel_shape", I (3), I (3), ONNX_END),
      onnx_writer_attr_ints ("strides", I (2), I (2), ONNX_END),
      onnx_writer_attr_int ("ceil_mode", 1));
  NODE (graph, "AveragePool", NULL, "a", "b",
      onnx_writer_attr_ints ("kernel_shape", I (2), I (2), ONNX_END),
      onnx_writer_attr_int ("count_include_pad", 1));
  NODE (graph, "GlobalAveragePool", NULL, "b", "g");
  NODE (graph, "Flatten", NULL, "g", "f");
  NODE (graph, "Gemm", NULL, "f,w", "e", onnx_writer_attr_int ("transB", 1));
  NODE (graph, "Softmax", NULL, "e", "y", onnx_writer_attr_int ("axis", -1));
  WEIGHTS (graph, onnx_writer_filled_tensor ("w", 0.2f, I (5), I (3),
          ONNX_END));
  return onnx_writer_model (13, graph);
}

/* Typed data instead of raw, IR version 3, attributes that became inputs. */
static GByteArray *
old (void)
{
  GByteArray *graph = onnx_writer_graph (FALSE, NULL);
  GByteArray *tensor = onnx_writer_tensor ("w", ONNX_FLOAT, I (3), I (1),
      I (1), I (1), ONNX_END);
  GByteArray *half = onnx_writer_tensor ("unused", ONNX_FLOAT16, I (2),
      ONNX_END);
  GByteArray *model;

  for (guint i = 0; i < 3; i++)
    onnx_writer_float (tensor, 4, (gfloat) i);
  onnx_writer_int (half, 5, 0x3c00);
  onnx_writer_int (half, 5, 0xc000);
  NODE (graph, "Conv", NULL, "x,w", "c", onnx_writer_attr_int ("group", 3));
  NODE (graph, "Pad", NULL, "c", "p",
      onnx_writer_attr_ints ("pads", I (0), I (0), I (1), I (1), I (0), I (0),
          I (1), I (1), ONNX_END));
  NODE (graph, "Upsample", NULL, "p,s", "u");
  NODE (graph, "Dropout", NULL, "u", "d,mask");
  NODE (graph, "Clip", NULL, "d", "y", onnx_writer_attr_float ("min", 0),
      onnx_writer_attr_float ("max", 255));
  WEIGHTS (graph, tensor);
  WEIGHTS (graph, half);
  WEIGHTS (graph, onnx_writer_filled_tensor ("s", 1, I (4), ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("w",
          ONNX_FLOAT, I (3), I (1), I (1), I (1), ONNX_END));
  model = onnx_writer_model (9, graph);
  onnx_writer_int (model, 1, 3);
  return model;
}

/* Element by element. */
static GByteArray *
elementwise (void)
{
  static const gchar *const unary[] = { "Abs", "Sqrt", "Neg", "Exp", "Floor",
    "Tanh", "Sigmoid", "Elu", "HardSigmoid", "HardSwish", "Identity"
  };
  static const gchar *const binary[] = { "Mul", "Sub", "Div", "Pow", "Min",
    "Max", "PRelu", "Add"
  };
  GByteArray *graph = onnx_writer_graph (TRUE, NULL);
  g_autofree gchar *last = g_strdup ("x");

  for (guint i = 0; i < G_N_ELEMENTS (unary); i++) {
    g_autofree gchar *out = g_strdup_printf ("u%u", i);

    NODE (graph, unary[i], NULL, last, out);
    g_free (last);
    last = g_steal_pointer (&out);
  }
  for (guint i = 0; i < G_N_ELEMENTS (binary); i++) {
    g_autofree gchar *in = g_strconcat (last, ",w", NULL);
    g_autofree gchar *out = i + 1 < G_N_ELEMENTS (binary) ?
        g_strdup_printf ("b%u", i) : g_strdup ("y");

    NODE (graph, binary[i], NULL, in, out);
    g_free (last);
    last = g_steal_pointer (&out);
  }
  WEIGHTS (graph, onnx_writer_filled_tensor ("w", 2, I (3), I (1), I (1),
          ONNX_END));
  return onnx_writer_model (14, graph);
}

static GByteArray *
ints (const gchar * name, gint64 a, gint64 b)
{
  const gint64 two = 2, values[] = { a, b };

  return onnx_writer_raw_tensor (name, ONNX_INT64, &two, 1, values,
      sizeof values);
}

/* Operators that move elements about, axes as inputs. */
static GByteArray *
layout (void)
{
  GByteArray *graph = onnx_writer_graph (FALSE, NULL);

  NODE (graph, "SpaceToDepth", NULL, "x", "s",
      onnx_writer_attr_int ("blocksize", 2));
  NODE (graph, "Split", NULL, "s,halves", "a,b",
      onnx_writer_attr_int ("axis", 1));
  NODE (graph, "Concat", NULL, "b,a", "c", onnx_writer_attr_int ("axis", 1));
  NODE (graph, "DepthToSpace", NULL, "c", "d",
      onnx_writer_attr_int ("blocksize", 2),
      onnx_writer_attr_string ("mode", "CRD"));
  NODE (graph, "Gather", NULL, "d,swap", "g", onnx_writer_attr_int ("axis", 1));
  NODE (graph, "Unsqueeze", NULL, "g,ends", "u");
  NODE (graph, "Squeeze", NULL, "u,ends", "q");
  NODE (graph, "ReduceSum", NULL, "q,ends", "r",
      onnx_writer_attr_int ("keepdims", 0));
  NODE (graph, "MatMul", NULL, "r,w", "m");
  NODE (graph, "Expand", NULL, "m,size", "y");
  WEIGHTS (graph, ints ("halves", 6, 6));
  WEIGHTS (graph, ints ("swap", 1, 0));
  WEIGHTS (graph, ints ("ends", 0, -1));
  WEIGHTS (graph, ints ("size", 2, 1));
  WEIGHTS (graph, onnx_writer_filled_tensor ("w", 0.5f, I (8), I (4),
          ONNX_END));
  return onnx_writer_model (13, graph);
}

/* Operators that ONNX removed and WinML's models have. */
static GByteArray *
removed (void)
{
  GByteArray *graph = onnx_writer_graph (TRUE, NULL);
  GByteArray *bias = onnx_writer_message ();

  onnx_writer_string (bias, 1, "bias");
  for (guint i = 0; i < 3; i++)
    onnx_writer_float (bias, 7, -100);
  onnx_writer_int (bias, 20, 6);
  NODE (graph, "ImageScaler", NULL, "x", "s", bias,
      onnx_writer_attr_float ("scale", 1));
  NODE (graph, "BatchNormalization", NULL, "s,w,w,w,w", "n");
  NODE (graph, "Crop", NULL, "n", "c",
      onnx_writer_attr_ints ("border", I (1), I (1), I (1), I (1), ONNX_END));
  NODE (graph, "Affine", NULL, "c", "y",
      onnx_writer_attr_float ("alpha", 2), onnx_writer_attr_float ("beta", 1));
  WEIGHTS (graph, onnx_writer_filled_tensor ("w", 1, I (3), ONNX_END));
  return onnx_writer_model (9, graph);
}

static GByteArray *
image_metadata (void)
{
  static const gchar *const entries[][2] = {
    {"author", "somebody"}, {"Image.BitmapPixelFormat", "Bgr8"},
    {"image.nominalpixelrange", "NORMALIZED_1_1"},
    {"Image.ColorSpaceGamma", "Linear"},
  };
  GByteArray *model = relu ();

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    GByteArray *entry = onnx_writer_message ();

    onnx_writer_string (entry, 1, entries[i][0]);
    onnx_writer_string (entry, 2, entries[i][1]);
    onnx_writer_put (model, 14, entry);
  }
  return model;
}

GByteArray *
onnx_writer_seed (guint index, const gchar ** name)
{
  static const struct
  {
    const gchar *name;
    GByteArray *(*make) (void);
  } seeds[] = {
    {"relu", relu}, {"convolution", convolution},
    {"pad_and_resize", pad_and_resize}, {"shapes", shapes},
    {"pooling", pooling}, {"old", old}, {"elementwise", elementwise},
    {"layout", layout}, {"removed", removed},
    {"image_metadata", image_metadata},
  };

  if (index >= G_N_ELEMENTS (seeds))
    return NULL;
  *name = seeds[index].name;
  return seeds[index].make ();
}
