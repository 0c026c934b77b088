/* gst-stylegan: loss networks, whose features say how alike two pictures are
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/perceptual.h"

#include <sg/onnx.h>

#include <string.h>

#include "ops/conv.h"
#include "plan/plan.h"

/* Of the layers in messages. */
#define MAX_LISTED 100

typedef enum
{ INPUT_UNIT, INPUT_IMAGENET, INPUT_CAFFE, INPUT_BYTES, N_INPUTS } Input;

typedef struct
{
  gchar *name;
  gdouble style, content;       /* weights */
} Layer;

struct _SgPerceptual
{
  gint ref_count;
  gchar *path;
  SgGraph *graph;               /* one input; outputs: the layers */
  GArray *layers;               /* Layer */
  gdouble weight;
  gint crop;
  Input input;
};

/* What a network wants for R'G'B' in 0..1: channel i is
 * rgb[order[i]] * scale[i] + offset[i]. */
static const struct
{
  const gchar *name;
  gint order[3];
  gdouble scale[3], offset[3];
} conventions[N_INPUTS] = {
  [INPUT_UNIT] = {"unit", {0, 1, 2}, {1, 1, 1}, {0, 0, 0}},
  [INPUT_IMAGENET] = {"imagenet", {0, 1, 2}, {1 / 0.229, 1 / 0.224, 1 / 0.225},
      {-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225}},
  [INPUT_CAFFE] = {"caffe", {2, 1, 0}, {255, 255, 255}, {-104, -117, -123}},
  [INPUT_BYTES] = {"bytes", {0, 1, 2}, {255, 255, 255}, {0, 0, 0}},
};

/* The options of a network, as text; see sg_perceptual_load (). */
enum
{ STYLE, CONTENT, CROP, WEIGHT, INPUT, N_OPTIONS };

static const gchar *const option_names[N_OPTIONS] = { "style", "content",
  "crop", "weight", "input"
};

/* Networks that are known by the names of their layers, all of which they have. Style
 * layers as Johnson et al. 2016 for VGG-16, and as trials showed for the others. The
 * torchvision names are those of its exporter since PyTorch 1.13. */
static const struct
{
  const gchar *has[3];
  const gchar *style, *content, *input;
} known[] = {
  /* SqueezeNet 1.1 of Caffe and of torchvision */
  {{"relu_conv1", "fire3", "fire5"}, "relu_conv1,fire3,fire4,fire5", "fire3",
      "caffe"},
  {{"/features/features.1/Relu", "/features/features.3/Concat",
          "/features/features.7/Concat"},
      "/features/features.1/Relu,/features/features.4/Concat,"
      "/features/features.6/Concat,/features/features.7/Concat",
      "/features/features.4/Concat", "imagenet"},
  /* VGG-19 with normalised activations, as far as relu3_1 */
  {{"relu1_1", "relu2_1", "relu3_1"}, "relu1_1,relu2_1,relu3_1", "relu3_1",
      "unit"},
  /* torchvision's VGG-16 (a pooling where VGG-19 has a convolution) and VGG-19 */
  {{"/features/features.3/Relu", "/features/features.16/MaxPool",
          "/features/features.22/Relu"},
      "/features/features.3/Relu,/features/features.8/Relu,"
      "/features/features.15/Relu,/features/features.22/Relu",
      "/features/features.15/Relu", "imagenet"},
  {{"/features/features.1/Relu", "/features/features.16/Conv",
          "/features/features.20/Relu"},
      "/features/features.1/Relu,/features/features.6/Relu,"
      "/features/features.11/Relu,/features/features.20/Relu",
      "/features/features.11/Relu", "imagenet"},
};

static void
layer_clear (gpointer layer)
{
  g_free (((Layer *) layer)->name);
}

/* --- options -------------------------------------------------------------- */

static gint
find_option (const gchar * text)
{
  for (gint i = 0; i < N_OPTIONS; i++) {
    gsize n = strlen (option_names[i]);

    if (strncmp (text, option_names[i], n) == 0 && text[n] == '=')
      return i;
  }
  return -1;
}

/* Cuts @spec into the path, which is returned, and options, NULL where not given.
 * Colons before anything but an option belong to what they stand in. */
static gchar *
parse_spec (const gchar * spec, gchar * options[N_OPTIONS])
{
  g_auto (GStrv) parts = g_strsplit (spec, ":", -1);
  gchar *path = NULL;
  gchar **last = &path;

  for (guint i = 0; parts[i]; i++) {
    gint option = i > 0 ? find_option (parts[i]) : -1;

    if (option >= 0) {
      last = &options[option];
      g_free (*last);
      *last = g_strdup (strchr (parts[i], '=') + 1);
    } else if (*last) {
      gchar *longer = g_strconcat (*last, ":", parts[i], NULL);

      g_free (*last);
      *last = longer;
    } else {
      *last = g_strdup (parts[i]);
    }
  }
  return path ? path : g_strdup ("");
}

static gboolean
option_error (const SgPerceptual * p, GError ** error, const gchar * format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
option_error (const SgPerceptual * p, GError ** error, const gchar * format,
    ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
      "loss network '%s': %s", p->path, text);
  return FALSE;
}

static gboolean
parse_number (const SgPerceptual * p, const gchar * what, const gchar * text,
    gdouble low, gdouble high, gdouble * number, GError ** error)
{
  gchar *end;

  *number = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && *number >= low && *number <= high)
    return TRUE;
  return option_error (p, error, "%s is '%s', not a number from %g to %g",
      what, text, low, high);
}

static gboolean
parse_input (SgPerceptual * p, const gchar * text, GError ** error)
{
  for (guint i = 0; i < N_INPUTS; i++) {
    if (g_str_equal (conventions[i].name, text)) {
      p->input = (Input) i;
      return TRUE;
    }
  }
  return option_error (p, error, "input is '%s'; it may be unit, imagenet, "
      "caffe or bytes", text);
}

/* --- layers --------------------------------------------------------------- */

/* The value that @name means: an output, a value, or what a node makes; in that
 * order. */
static SgValue *
find_layer (SgGraph * graph, const gchar * name)
{
  for (guint i = 0; i < graph->outputs->len; i++) {
    const SgGraphOutput *out =
        &g_array_index (graph->outputs, SgGraphOutput, i);

    if (g_strcmp0 (out->name, name) == 0 && out->value->producer)
      return out->value;
  }
  for (guint i = 0; i < graph->values->len; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);

    if (value->producer && g_strcmp0 (value->name, name) == 0)
      return value;
  }
  for (guint i = 0; i < graph->nodes->len; i++) {
    const SgNode *node = g_ptr_array_index (graph->nodes, i);

    if (g_strcmp0 (node->name, name) == 0)
      return node->outputs[0];
  }
  return NULL;
}

/* Names of what is computed from the picture. */
static gchar *
list_layers (SgGraph * graph)
{
  g_autoptr (GHashTable) depends = g_hash_table_new (NULL, NULL);
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < graph->inputs->len; i++)
    g_hash_table_add (depends, g_ptr_array_index (graph->inputs, i));
  for (guint i = 0; i < graph->nodes->len; i++) {
    const SgNode *node = g_ptr_array_index (graph->nodes, i);
    const gchar *name = node->outputs[0]->name ? node->outputs[0]->name
        : node->name;
    gboolean any = FALSE;

    for (guint k = 0; k < node->n_inputs; k++)
      any |= g_hash_table_contains (depends, node->inputs[k]);
    if (!any)
      continue;
    for (guint k = 0; k < node->n_outputs; k++)
      g_hash_table_add (depends, node->outputs[k]);
    if (name && n++ < MAX_LISTED)
      g_string_append_printf (text, "%s%s", n > 1 ? ", " : "", name);
  }
  if (n > MAX_LISTED)
    g_string_append_printf (text, " and %u more", n - MAX_LISTED);
  return g_string_free (text, FALSE);
}

/* The layer called @name of @p, made an output of the graph if it is a new one. */
static Layer *
add_layer (SgPerceptual * p, SgGraph * model, const gchar * name,
    GPtrArray * values, GError ** error)
{
  SgValue *value = find_layer (model, name);
  Layer layer = { NULL, 0, 0 };

  if (value == NULL) {
    g_autofree gchar *all = list_layers (model);

    option_error (p, error, "there is no layer '%s'; there are %s", name, all);
    return NULL;
  }
  for (guint i = 0; i < values->len; i++)
    if (g_ptr_array_index (values, i) == value)
      return &g_array_index (p->layers, Layer, i);
  layer.name = g_strdup (name);
  g_array_append_val (p->layers, layer);
  g_ptr_array_add (values, value);
  return &g_array_index (p->layers, Layer, p->layers->len - 1);
}

/* @text: "LAYER*WEIGHT,LAYER,..." */
static gboolean
add_layers (SgPerceptual * p, SgGraph * model, const gchar * text,
    gboolean style, GPtrArray * values, GError ** error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (guint i = 0; parts[i]; i++) {
    gchar *name = g_strstrip (parts[i]), *star = strrchr (name, '*');
    gdouble weight = 1;
    Layer *layer;

    if (star) {
      *star = '\0';
      if (!parse_number (p, name, star + 1, 0, 1e6, &weight, error))
        return FALSE;
    }
    if (*name == '\0')
      continue;
    layer = add_layer (p, model, name, values, error);
    if (layer == NULL)
      return FALSE;
    *(style ? &layer->style : &layer->content) = weight;
  }
  return TRUE;
}

/* Puts what is known of networks with such layers where @options has nothing. */
static void
recognise (SgGraph * model, gchar * options[N_OPTIONS])
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    gboolean all = TRUE;

    for (guint k = 0; k < G_N_ELEMENTS (known[i].has); k++)
      all &= find_layer (model, known[i].has[k]) != NULL;
    if (!all)
      continue;
    if (options[STYLE] == NULL)
      options[STYLE] = g_strdup (known[i].style);
    if (options[CONTENT] == NULL)
      options[CONTENT] = g_strdup (known[i].content);
    if (options[INPUT] == NULL)
      options[INPUT] = g_strdup (known[i].input);
    return;
  }
}

/* --- loading -------------------------------------------------------------- */

/* The graph as far as its layers, in f32. */
static gboolean
cut (SgPerceptual * p, SgGraph * model, GPtrArray * values, GError ** error)
{
  g_array_set_size (model->outputs, 0);
  for (guint i = 0; i < values->len; i++)
    sg_graph_add_output (model, g_array_index (p->layers, Layer, i).name,
        g_ptr_array_index (values, i));
  sg_graph_remove_unused (model);
  p->graph = sg_graph_ref (model);
  if (model->inputs->len != 1)
    return option_error (p, error, "it has %u inputs; a loss network takes one "
        "picture", model->inputs->len);
  return plan_promote (model, error);
}

/* Puts the convention into the weights of a convolution without padding that comes
 * first; with padding zeros would no longer be zeros. */
static void
absorb_convention (SgPerceptual * p)
{
  SgValue *input = g_ptr_array_index (p->graph->inputs, 0);
  SgNode *node = sg_graph_single_user (p->graph, input);
  const SgConvAttrs *attrs = node ? node->attrs : NULL;
  const SgTensor *weights, *bias;
  g_autoptr (SgTensor) w = NULL, b = NULL;
  SgShape row = { 1 };
  gint64 m, plane;

  if (node == NULL || strcmp (node->op->name, "conv") != 0 || attrs->group > 1
      || node->n_inputs > 3 || node->inputs[0] != input
      || attrs->window.auto_pad == SG_AUTO_PAD_SAME_UPPER
      || attrs->window.auto_pad == SG_AUTO_PAD_SAME_LOWER)
    return;
  for (gint i = 0; i < SG_MAX_SPATIAL; i++)
    if (attrs->window.pad_begin[i] != 0 || attrs->window.pad_end[i] != 0)
      return;
  weights = node->inputs[1]->constant;
  bias = node->n_inputs > 2 && node->inputs[2] ? node->inputs[2]->constant
      : NULL;
  if (weights == NULL || weights->desc.dtype != SG_DTYPE_F32
      || weights->desc.shape.rank != 4 || weights->desc.shape.dim[1] != 3
      || (node->n_inputs > 2 && node->inputs[2] && bias == NULL))
    return;
  m = row.dim[0] = weights->desc.shape.dim[0];
  plane = weights->desc.shape.dim[2] * weights->desc.shape.dim[3];
  if (bias && (bias->desc.dtype != SG_DTYPE_F32
          || sg_tensor_elements (bias) != m))
    return;
  w = sg_tensor_new (SG_DTYPE_F32, &weights->desc.shape, NULL);
  b = sg_tensor_new (SG_DTYPE_F32, &row, NULL);
  if (w == NULL || b == NULL)
    return;
  for (gint64 i = 0; i < m; i++) {
    gdouble sum = bias ? sg_tensor_get (bias, i) : 0;

    for (gint c = 0; c < 3; c++) {
      gint64 from = (3 * i + c) * plane;
      gint64 to = (3 * i + conventions[p->input].order[c]) * plane;

      for (gint64 k = 0; k < plane; k++) {
        gdouble value = sg_tensor_get (weights, from + k);

        ((gfloat *) w->data)[to + k] =
            (gfloat) (value * conventions[p->input].scale[c]);
        sum += value * conventions[p->input].offset[c];
      }
    }
    ((gfloat *) b->data)[i] = (gfloat) sum;
  }
  {
    SgValue *inputs[] = { input, sg_graph_add_constant (p->graph, NULL, w),
      sg_graph_add_constant (p->graph, NULL, b)
    };

    g_free (node->inputs);
    node->inputs = g_memdup2 (inputs, sizeof inputs);
    node->n_inputs = 3;
  }
  p->input = INPUT_UNIT;
}

static gboolean
set_up (SgPerceptual * p, SgModel * model, gchar * options[N_OPTIONS],
    GError ** error)
{
  static const gchar *const keys[N_OPTIONS] = { "stylegan.style_layers",
    "stylegan.content_layers", NULL, NULL, "stylegan.input"
  };
  g_autoptr (SgGraph) graph = sg_graph_copy (sg_model_get_graph (model));
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  gdouble number;

  for (guint i = 0; i < N_OPTIONS; i++)
    if (options[i] == NULL && keys[i])
      options[i] = g_strdup (sg_model_get_metadata (model, keys[i]));
  recognise (graph, options);
  if (options[STYLE] == NULL && options[CONTENT] == NULL) {
    g_autofree gchar *all = list_layers (graph);

    return option_error (p, error, "it is none of the known networks; say "
        "which layers to compare as in \"%s:style=A,B:content=B:input=unit\"; "
        "there are %s", p->path, all);
  }
  if (options[INPUT] == NULL)
    return option_error (p, error, "what pictures does it want? Add "
        "\":input=\" and one of unit, imagenet, caffe, bytes");
  if (options[CROP]) {
    if (!parse_number (p, "crop", options[CROP], 8, 16384, &number, error))
      return FALSE;
    p->crop = (gint) number;
  }
  if (options[WEIGHT] && !parse_number (p, "weight", options[WEIGHT], 0, 1e6,
          &p->weight, error))
    return FALSE;
  if (!parse_input (p, options[INPUT], error)
      || (options[STYLE] && !add_layers (p, graph, options[STYLE], TRUE, values,
              error))
      || (options[CONTENT] && !add_layers (p, graph, options[CONTENT], FALSE,
              values, error)))
    return FALSE;
  if (values->len == 0)
    return option_error (p, error, "neither style nor content layers are "
        "named; leave the network away or name some");
  if (!cut (p, graph, values, error))
    return FALSE;
  if (p->input != INPUT_UNIT)
    absorb_convention (p);
  return TRUE;
}

SgPerceptual *
sg_perceptual_load (const gchar * spec, GError ** error)
{
  g_autoptr (SgPerceptual) p = g_new0 (SgPerceptual, 1);
  g_autoptr (SgModel) model = NULL;
  gchar *options[N_OPTIONS] = { NULL, };
  gboolean ok;

  p->ref_count = 1;
  p->weight = 1;
  p->layers = g_array_new (FALSE, FALSE, sizeof (Layer));
  g_array_set_clear_func (p->layers, layer_clear);
  p->path = parse_spec (spec, options);
  model = sg_model_load (p->path, error);
  ok = model && set_up (p, model, options, error);
  for (guint i = 0; i < N_OPTIONS; i++)
    g_free (options[i]);
  return ok ? g_steal_pointer (&p) : NULL;
}

SgPerceptual *
sg_perceptual_ref (SgPerceptual * p)
{
  g_atomic_int_inc (&p->ref_count);
  return p;
}

void
sg_perceptual_unref (SgPerceptual * p)
{
  if (p == NULL || !g_atomic_int_dec_and_test (&p->ref_count))
    return;
  g_clear_pointer (&p->graph, sg_graph_unref);
  g_array_unref (p->layers);
  g_free (p->path);
  g_free (p);
}

/* --- what it is ------------------------------------------------------------ */

guint
sg_perceptual_get_n_layers (const SgPerceptual * p)
{
  return p->layers->len;
}

const gchar *
sg_perceptual_get_layer_name (const SgPerceptual * p, guint layer)
{
  return g_array_index (p->layers, Layer, layer).name;
}

gdouble
sg_perceptual_get_style_weight (const SgPerceptual * p, guint layer)
{
  return g_array_index (p->layers, Layer, layer).style;
}

gdouble
sg_perceptual_get_content_weight (const SgPerceptual * p, guint layer)
{
  return g_array_index (p->layers, Layer, layer).content;
}

gdouble
sg_perceptual_get_weight (const SgPerceptual * p)
{
  return p->weight;
}

gint
sg_perceptual_get_crop (const SgPerceptual * p)
{
  return p->crop;
}

/* --- running --------------------------------------------------------------- */

/* Floating point constants of the type that the rest of @build has. */
static gboolean
convert_constants (SgGraph * graph, SgDType dtype, GError ** error)
{
  for (guint i = 0; i < graph->values->len && dtype != SG_DTYPE_F32; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);
    SgTensor *from = value->constant, *to;

    if (from == NULL || from->desc.dtype != SG_DTYPE_F32)
      continue;
    to = sg_tensor_new (dtype, &from->desc.shape, error);
    if (to == NULL)
      return FALSE;
    for (gint64 k = 0; k < sg_tensor_elements (to); k++)
      sg_dtype_store (dtype, to->data, k, sg_tensor_get (from, k));
    value->constant = to;
    value->desc.dtype = dtype;
    sg_tensor_unref (from);
  }
  return TRUE;
}

/* The graph for pictures like @rgb: what exporters compute of shapes is folded. */
static SgGraph *
specialise (const SgPerceptual * p, const SgValue * rgb, GError ** error)
{
  g_autoptr (SgGraph) graph = sg_graph_copy (p->graph);
  SgValue *input = g_ptr_array_index (graph->inputs, 0);
  GError *problem = NULL;

  if (!convert_constants (graph, rgb->desc.dtype, error))
    return NULL;
  input->desc.dtype = rgb->desc.dtype;
  if (plan_infer (graph, &rgb->desc, 1, &problem))
    for (guint i = 0; i < p->layers->len && problem == NULL; i++) {
      const SgValue *value =
          g_array_index (graph->outputs, SgGraphOutput, i).value;

      if (value->constant || value->desc.shape.rank != 4
          || value->desc.dtype != rgb->desc.dtype
          || value->desc.shape.dim[0] != rgb->desc.shape.dim[0])
        g_set_error (&problem, SG_ERROR, SG_ERROR_SHAPE,
            "layer '%s' is no picture of features",
            g_array_index (p->layers, Layer, i).name);
    }
  if (problem) {
    g_autofree gchar *shape = sg_shape_to_string (&rgb->desc.shape);

    g_propagate_prefixed_error (error, problem, "loss network '%s' for "
        "pictures of %s: ", p->path, shape);
    return NULL;
  }
  return g_steal_pointer (&graph);
}

static SgValue *
apply_convention (Input input, SgBuild * build, SgValue * rgb)
{
  const SgShape square = SG_SHAPE (3, 3, 1, 1), row = SG_SHAPE (3);
  const SgConvAttrs attrs = { .group = 1 };
  gdouble matrix[9] = { 0, };

  if (input == INPUT_UNIT)
    return rgb;
  for (gint i = 0; i < 3; i++)
    matrix[3 * i + conventions[input].order[i]] = conventions[input].scale[i];
  return sg_build_node (build, "conv", &attrs, 3, rgb,
      sg_build_floats (build, matrix, &square),
      sg_build_floats (build, conventions[input].offset, &row));
}

gboolean
sg_perceptual_append (SgPerceptual * p, SgBuild * build, SgValue * rgb,
    SgValue ** features)
{
  g_autoptr (SgGraph) graph = NULL;
  guint first;

  memset (features, 0, p->layers->len * sizeof *features);
  if (build->error)
    return FALSE;
  graph = specialise (p, rgb, &build->error);
  rgb = apply_convention (p->input, build, rgb);
  if (graph == NULL || rgb == NULL)
    return FALSE;
  first = build->graph->nodes->len;
  sg_graph_append_graph (build->graph, graph, &rgb, features);
  for (guint i = first; i < build->graph->nodes->len && build->error == NULL;
      i++)
    plan_infer_node (g_ptr_array_index (build->graph->nodes, i), &build->error);
  return build->error == NULL;
}
