/* gst-stylegan: the network that learns to be a loss, and what it learns from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/distill-graph.h"

#include <math.h>

#include "ops/conv.h"
#include "train/batch-warp.h"
#include "train/losses-terms.h"

#define KERNEL 3
/* Of the squared and relative distances: below it they are as good as none. */
#define DISTANCE_FLOOR 1e-3

const gchar *const sg_student_layers[SG_STUDENT_N_LAYERS + 1] = {
  "relu1", "relu2", "relu4", "relu6", NULL
};

/* A convolution and ReLU each. Smaller than SqueezeNet as far as its fire5, but with a
 * layer that sees every pixel. */
static const struct
{
  const gchar *name;
  gint channels, stride;
  gboolean compared;
} convolutions[] = {
  {"conv1", 16, 1, TRUE},
  {"conv2", 32, 2, TRUE},
  {"conv3", 48, 2, FALSE},
  {"conv4", 64, 1, TRUE},
  {"conv5", 64, 2, FALSE},
  {"conv6", 96, 1, TRUE},
};

/* --- the student ------------------------------------------------------------- */

static SgValue *
convolve (SgBuild * b, SgParameters * parameters, const gchar * layer,
    SgValue * x, gint channels, gint kernel, gint stride, gint pad)
{
  g_autofree gchar *weight = g_strconcat (layer, ".weight", NULL);
  g_autofree gchar *bias = g_strconcat (layer, ".bias", NULL);
  const SgConvAttrs attrs = { .window = {.n_spatial = 2,
          .kernel = {kernel, kernel}, .stride = {stride, stride},
      .dilation = {1, 1}, .pad_begin = {pad, pad}, .pad_end = {pad, pad}},
  .group = 1
  };
  SgShape w = { 0 }, row = SG_SHAPE (channels);
  SgValue *weights;

  if (b->error)
    return NULL;
  w = SG_SHAPE (channels, x->desc.shape.dim[1], kernel, kernel);
  weights = sg_parameters_next (parameters, b, weight, &w, SG_INIT_HE);
  return sg_build_node (b, "conv", &attrs, 3, x, weights,
      sg_parameters_next (parameters, b, bias, &row, SG_INIT_ZERO));
}

gboolean
sg_student_append (SgBuild * b, SgParameters * parameters, SgValue * rgb,
    SgValue * layers[SG_STUDENT_N_LAYERS])
{
  const SgPadAttrs reflect = { SG_PAD_REFLECT };
  const gint64 pads[] = { 0, 0, 1, 1, 0, 0, 1, 1 };
  guint n = 0;
  /* About even around zero and of variance 1. */
  SgValue *x = sg_build_scale (b, sg_build_binary (b, "sub", rgb,
          sg_build_scalar (b, 0.5)), 4);

  x = sg_build_node (b, "pad", &reflect, 2, x,
      sg_build_ints (b, pads, G_N_ELEMENTS (pads)));
  for (guint i = 0; i < G_N_ELEMENTS (convolutions); i++) {
    gint stride = convolutions[i].stride;

    x = convolve (b, parameters, convolutions[i].name, x,
        convolutions[i].channels, KERNEL, stride, i > 0 && stride == 1);
    x = sg_build_unary (b, "relu", x);
    if (convolutions[i].compared)
      layers[n++] = x;
  }
  return b->error == NULL;
}

/* --- maps beside each other ----------------------------------------------------- */

/* The layer of the student for maps of @width pixels of @size ones; -1: none. */
static gint
find_level (gint64 width, gint64 size)
{
  gdouble level = log2 ((gdouble) size / (gdouble) MAX (width, 1));

  return fabs (level - round (level)) < 0.3 && level < SG_STUDENT_N_LAYERS - 0.5
      ? (gint) round (level) : -1;
}

/* [N,C,height,width] from (top, left) on. */
static SgValue *
cut_out (SgBuild * b, SgValue * x, gint64 top, gint64 left, gint64 height,
    gint64 width)
{
  const gint64 *dim;

  if (b->error)
    return NULL;
  dim = x->desc.shape.dim;
  if (height == dim[2] && width == dim[3])
    return x;
  return sg_build_pad (b, x, (gint64[]) {
      0, 0, -top, -left}
      , (gint64[]) {
      0, 0, top + height - dim[2], left + width - dim[3]}
  );
}

/* A layer of a teacher beside the one of the student. */
typedef struct
{
  SgValue *mine, *theirs;
} Maps;

/* Both of the same part of the picture: the teacher saw it from @offset on. */
static void
align (SgBuild * b, SgValue * mine, SgValue * theirs, gint64 offset,
    Maps * maps)
{
  gint64 height, width;

  if (b->error)
    return;
  height = MIN (theirs->desc.shape.dim[2], mine->desc.shape.dim[2] - offset);
  width = MIN (theirs->desc.shape.dim[3], mine->desc.shape.dim[3] - offset);
  maps->mine = cut_out (b, mine, offset, offset, height, width);
  maps->theirs = cut_out (b, theirs, 0, 0, height, width);
}

/* --- distances ------------------------------------------------------------------ */

static gboolean
halve (SgBuild * b, SgValue * x, SgValue * half[2])
{
  gint64 sizes[2];

  if (b->error)
    return FALSE;
  sizes[0] = sizes[1] = x->desc.shape.dim[0] / 2;
  return sg_build_split (b, x, 0, sizes, 2, half);
}

static SgValue *
sum_of_squares (SgBuild * b, SgValue * x)
{
  return sg_build_sum (b, sg_build_square (b, x), 1, 3);
}

/* Of Gram matrices, by the mean of what both are. Returns: [N/2,1,1] */
static SgValue *
style_distance (SgBuild * b, SgValue * maps)
{
  SgValue *gram[2], *sum;

  if (!halve (b, sg_loss_gram (b, maps), gram))
    return NULL;
  sum = sg_build_binary (b, "add", sum_of_squares (b, gram[0]),
      sum_of_squares (b, gram[1]));
  return sg_build_binary (b, "div", sum_of_squares (b, sg_build_binary (b,
              "sub", gram[0], gram[1])), sg_build_binary (b, "add",
          sg_build_scale (b, sum, 0.5), sg_build_scalar (b, 1e-12)));
}

/* Returns: [N/2,1,1,1] */
static SgValue *
content_distance (SgBuild * b, SgValue * maps)
{
  SgValue *half[2];

  return halve (b, maps, half) ? sg_loss_content (b, half[1], half[0]) : NULL;
}

/* Mean ((d - D) / (d + D))^2: a quarter of the squared difference of the logarithms
 * where they are alike, and never more than 1. */
static SgValue *
compare (SgBuild * b, SgValue * d, SgValue * target)
{
  SgValue *sum = sg_build_binary (b, "add", sg_build_binary (b, "add", d,
          target), sg_build_scalar (b, DISTANCE_FLOOR));

  return sg_build_mean_all (b, sg_build_square (b, sg_build_binary (b, "div",
              sg_build_binary (b, "sub", d, target), sum)));
}

/* The squared error of all images by their variance. Not one by one: there are flat
 * ones. */
static SgValue *
maps_error (SgBuild * b, SgValue * maps, SgValue * target)
{
  SgValue *mean, *variance;
  gdouble pixels;

  if (b->error)
    return NULL;
  pixels = (gdouble) (target->desc.shape.dim[2] * target->desc.shape.dim[3]);
  mean = sg_build_scale (b, sg_build_sum (b, target, 2, 4), 1 / pixels);
  variance = sg_build_mean_all (b, sg_build_square (b, sg_build_binary (b,
              "sub", target, mean)));
  return sg_build_binary (b, "div", sg_build_mean_all (b, sg_build_square (b,
              sg_build_binary (b, "sub", maps, target))), sg_build_binary (b,
          "add", variance, sg_build_scalar (b, 1e-6)));
}

/* --- terms ---------------------------------------------------------------------- */

static void
add (SgBuild * b, SgValue ** sum, SgValue * term)
{
  *sum = *sum ? sg_build_binary (b, "add", *sum, term) : term;
}

static void
append_layer (SgBuild * b, SgParameters * parameters, const gchar * name,
    const Maps * maps, gdouble scale, SgValue * terms[SG_DISTILL_N_TERMS])
{
  SgValue *theirs, *mapped;

  if (b->error)
    return;
  theirs = sg_build_scale (b, maps->theirs, 1 / scale);
  mapped = convolve (b, parameters, name, maps->mine,
      (gint) maps->theirs->desc.shape.dim[1], 1, 1, 0);
  add (b, &terms[SG_DISTILL_MAPS], maps_error (b, mapped, theirs));
  add (b, &terms[SG_DISTILL_CONTENT], compare (b, content_distance (b,
              maps->mine), content_distance (b, theirs)));
  add (b, &terms[SG_DISTILL_STYLE], compare (b, style_distance (b, maps->mine),
          style_distance (b, theirs)));
}

static guint
append_teacher (SgBuild * b, SgParameters * parameters,
    const SgTeacher * teacher, guint index, SgValue * x,
    SgValue * const layers[SG_STUDENT_N_LAYERS],
    SgValue * terms[SG_DISTILL_N_TERMS])
{
  guint n = sg_perceptual_get_n_layers (teacher->network);
  g_autofree SgValue **theirs = g_new0 (SgValue *, n);
  gint64 size, crop = teacher->crop, offset;

  if (b->error)
    return 0;
  size = x->desc.shape.dim[2];
  offset = (size - crop) / 2 / 8 * 8;
  if (!sg_perceptual_append (teacher->network, b, cut_out (b, x, offset,
              offset, crop, crop), theirs))
    return 0;
  for (guint i = 0; i < n && b->error == NULL; i++) {
    gint level = find_level (theirs[i]->desc.shape.dim[2], crop);
    g_autofree gchar *name = g_strdup_printf ("teacher%u.%s", index + 1,
        sg_perceptual_get_layer_name (teacher->network, i));
    Maps maps = { NULL, NULL };

    align (b, layers[level], theirs[i], offset >> level, &maps);
    append_layer (b, parameters, name, &maps, teacher->scale[i], terms);
  }
  return n;
}

gboolean
sg_distill_append (SgBuild * b, SgParameters * parameters,
    const SgTeacher * teachers, guint n, SgValue * x,
    SgValue * terms[SG_DISTILL_N_TERMS])
{
  SgValue *layers[SG_STUDENT_N_LAYERS];
  guint n_layers = 0;

  for (guint i = 0; i < SG_DISTILL_N_TERMS; i++)
    terms[i] = NULL;
  if (!sg_student_append (b, parameters, x, layers))
    return FALSE;
  for (guint i = 0; i < n; i++)
    n_layers += append_teacher (b, parameters, &teachers[i], i, x, layers,
        terms);
  for (guint i = 0; i < SG_DISTILL_N_TERMS; i++)
    terms[i] = sg_build_scale (b, terms[i], 1.0 / MAX (n_layers, 1));
  return b->error == NULL;
}

/* --- what teachers are like -------------------------------------------------------- */

/* [1,3,size,size]: grey noise whose squares of 1, 2, 4, ... px differ all as much. */
static SgTensor *
make_noise (gint size, GError ** error)
{
  const SgShape shape = SG_SHAPE (1, 3, size, size);
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  gfloat *out = tensor ? tensor->data : NULL;

  for (gint i = 0; tensor && i < 3 * size * size; i++) {
    gint c = i / (size * size), y = i / size % size, x = i % size;
    gdouble value = 0.5;

    for (guint k = 0; k < 6; k++) {
      SgRng rng;

      sg_rng_init (&rng, k, (guint64) (c * size + (y >> k)),
          (guint64) (x >> k));
      value += sg_rng_range (&rng, -0.2, 0.2);
    }
    out[i] = (gfloat) CLAMP (value, 0, 1);
  }
  return tensor;
}

static gboolean
check_layers (const SgTeacher * teacher, SgValue * const *maps, guint n,
    GError ** error)
{
  for (guint i = 0; i < n; i++) {
    const gint64 *dim = maps[i]->desc.shape.dim;

    if (find_level (dim[2], teacher->crop) >= 0)
      continue;
    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE, "teacher's layer '%s' is "
        "%" G_GINT64_FORMAT "x%" G_GINT64_FORMAT " for pictures of %dx%d; "
        "choose layers at the full resolution, a half, a quarter or an eighth "
        "(:style=...:content=...)", sg_perceptual_get_layer_name
        (teacher->network, i), dim[3], dim[2], teacher->crop, teacher->crop);
    return FALSE;
  }
  return TRUE;
}

gboolean
sg_teacher_measure (SgTeacher * teacher, gint size, SgDevice * device,
    GError ** error)
{
  guint n = sg_perceptual_get_n_layers (teacher->network);
  gint crop = sg_perceptual_get_crop (teacher->network);
  g_autofree SgValue **maps = g_new0 (SgValue *, n);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (SgSession) session = NULL;
  g_autoptr (SgTensor) noise = NULL, out = NULL;
  SgBuild b = { graph, "measure", SG_DTYPE_F32 };
  const SgShape row = SG_SHAPE (n);
  g_autofree SgValue **parts = g_new0 (SgValue *, n);
  const SgShape one = SG_SHAPE (1);

  teacher->crop = crop > 0 ? MIN (crop, size) : size;
  teacher->scale = g_new0 (gdouble, n);
  noise = make_noise (teacher->crop, error);
  out = sg_tensor_new (SG_DTYPE_F32, &row, NULL);
  if (noise == NULL)
    return FALSE;
  if (sg_perceptual_append (teacher->network, &b, sg_graph_add_input (graph,
              "noise", SG_DTYPE_F32, &noise->desc.shape), maps)
      && !check_layers (teacher, maps, n, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    parts[i] = sg_build_reshape (&b, sg_build_mean_all (&b, sg_build_square (&b,
                maps[i])), &one);
  if (b.error == NULL)
    sg_graph_add_output (graph, "energy", sg_build_concat (&b, 0, parts, n));
  if (b.error) {
    g_propagate_error (error, b.error);
    return FALSE;
  }
  session = sg_session_new (graph, device, &noise->desc, 1, NULL, error);
  if (session == NULL || !sg_session_run (session, &noise, &out, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    teacher->scale[i] = sqrt (MAX (sg_tensor_get (out, i), 1e-12));
  return TRUE;
}
