/* gst-stylegan: the terms of the loss
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/losses.h"

#include <sg/rng.h>

#include <string.h>

#include "ops/shift.h"
#include "train/losses-style.h"
#include "train/losses-terms.h"

/* Networks with strides are blind to where in their grid a pixel lies, and leave its
 * pattern in what is trained: they see the pictures shifted by 0 .. SHIFT - 1 px. */
#define SHIFT 8
#define MIN_SIZE 32
/* A picture with so little in it counts as if it had this share of what is in the
 * style's. With SqueezeNet, photographs have 0.15 to 1.8 times what paintings have,
 * flat pictures 0.004 to 0.1: they would count up to a hundred times as much. */
#define FLOOR_SHARE 0.1
#define MIN_STYLE_SIZE 32
#define MAX_NETWORKS 16
/* Of the random numbers here, sg_rng_init ()'s b; the number of the view is added. */
#define RANDOM_STREAM (G_GUINT64_CONSTANT (0x6c6f7373) << 32)

typedef struct
{
  SgPerceptual *network;
  SgTensor **grams;             /* per layer, of the style; NULL: not compared */
  gdouble *floors;              /* per layer, of the unit of content */
  guint view;
} Network;

/* A part of the pictures, the same of all; drawn anew for each step. */
typedef struct
{
  gint size[2];                 /* height and width, px */
  gchar *name;                  /* of its input, an offset */
} View;

struct _SgLosses
{
  gdouble weight[SG_N_LOSSES];
  gint size[2];                 /* of the pictures: height and width, px */
  GArray *networks;             /* Network */
  GArray *views;                /* View */
  GArray *inputs;               /* SgTensorDesc, one per view */
  SgTensor *means[SG_LOSS_N_SCALES], *covariances[SG_LOSS_N_SCALES];
};

static void
network_clear (gpointer data)
{
  Network *network = data;

  for (guint i = 0; i < sg_perceptual_get_n_layers (network->network); i++)
    sg_tensor_unref (network->grams[i]);
  g_free (network->grams);
  g_free (network->floors);
  sg_perceptual_unref (network->network);
}

static void
view_clear (gpointer data)
{
  g_free (((View *) data)->name);
}

/* --- making ----------------------------------------------------------------- */

/* The number of the view that is as large as @crop px and the shift allow (0: just the
 * shift); it is made if there is none. */
static guint
find_view (SgLosses * losses, gint crop)
{
  const SgTensorDesc desc = { SG_DTYPE_I64, SG_SHAPE (2) };
  View view = { {0} };

  for (gint k = 0; k < 2; k++) {
    gint largest = losses->size[k] - SHIFT;

    view.size[k] = crop > 0 ? MIN (crop, largest) : largest;
  }
  for (guint i = 0; i < losses->views->len; i++)
    if (memcmp (g_array_index (losses->views, View, i).size, view.size,
            sizeof view.size) == 0)
      return i;
  view.name = g_strdup_printf ("losses.view%u", losses->views->len);
  g_array_append_val (losses->inputs, desc);
  g_array_append_val (losses->views, view);
  return losses->views->len - 1;
}

static gboolean
add_network (SgLosses * losses, const SgTrainConfig * config,
    SgDevice * device, const gchar * spec, GError ** error)
{
  SgPerceptual *network = sg_perceptual_load (spec, error);
  Network entry = { network };

  if (network == NULL)
    return FALSE;
  entry.grams = g_new0 (SgTensor *, sg_perceptual_get_n_layers (network));
  entry.view = find_view (losses, sg_perceptual_get_crop (network));
  entry.floors = g_new0 (gdouble, sg_perceptual_get_n_layers (network));
  g_array_append_val (losses->networks, entry);
  if (losses->weight[SG_LOSS_STYLE] == 0)
    return TRUE;
  if (!sg_loss_measure_grams (&config->style, config->style_size, network,
          device, entry.grams, error)
      || !sg_loss_measure_units (&config->style, config->style_size, network,
          device, entry.floors, error))
    return FALSE;
  for (guint i = 0; i < sg_perceptual_get_n_layers (network); i++)
    entry.floors[i] *= FLOOR_SHARE;
  return TRUE;
}

static gdouble
layer_weight (const Network * network, guint layer, SgLoss term)
{
  return term == SG_LOSS_STYLE ?
      sg_perceptual_get_style_weight (network->network, layer)
      : sg_perceptual_get_content_weight (network->network, layer);
}

/* Of @network among all; 0 if it has no layer for @term. */
static gdouble
network_weight (const Network * network, SgLoss term)
{
  gdouble sum = 0;

  for (guint i = 0; i < sg_perceptual_get_n_layers (network->network); i++)
    sum += layer_weight (network, i, term);
  return sum > 0 ? sg_perceptual_get_weight (network->network) : 0;
}

static gboolean
check_networks (const SgLosses * losses, SgLoss term, GError ** error)
{
  gdouble sum = 0;

  for (guint i = 0; i < losses->networks->len; i++)
    sum += network_weight (&g_array_index (losses->networks, Network, i), term);
  if (sum > 0 || losses->weight[term] == 0)
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
      "no loss network has %s layers (loss_networks); name some, or give the "
      "%s loss the weight 0", sg_loss_get_name (term), sg_loss_get_name (term));
  return FALSE;
}

static gboolean
check_config (const SgTrainConfig * config, gint height, gint width,
    GError ** error)
{
  gboolean style = config->weight[SG_LOSS_STYLE] != 0
      || config->weight[SG_LOSS_COLOR] != 0;

  if (MIN (height, width) < MIN_SIZE || height % 8 != 0 || width % 8 != 0)
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "size is %dx%d px; sides must be multiples of 8 and %d or more",
        width, height, MIN_SIZE);
  else if (style && (config->style.rgb == NULL || config->style.width < 1
          || config->style.height < 1))
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "there is no picture of the style (style)");
  else if (style && config->style_size < MIN_STYLE_SIZE)
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "style_size is %d px; it must be %d or more", config->style_size,
        MIN_STYLE_SIZE);
  else
    return TRUE;
  return FALSE;
}

static gboolean
load_networks (SgLosses * losses, const SgTrainConfig * config,
    SgDevice * device, GError ** error)
{
  guint n = 0;

  if (losses->weight[SG_LOSS_CONTENT] == 0
      && losses->weight[SG_LOSS_STYLE] == 0)
    return TRUE;
  while (config->loss_networks && config->loss_networks[n])
    n++;
  if (n > MAX_NETWORKS) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "there are %u loss_networks, at most %d are possible", n, MAX_NETWORKS);
    return FALSE;
  }
  for (guint i = 0; i < n; i++)
    if (!add_network (losses, config, device, config->loss_networks[i], error))
      return FALSE;
  return check_networks (losses, SG_LOSS_CONTENT, error)
      && check_networks (losses, SG_LOSS_STYLE, error);
}

SgLosses *
sg_losses_new (const SgTrainConfig * config, SgDevice * device, GError ** error)
{
  return sg_losses_new_sized (config, config->size, config->size, device,
      error);
}

SgLosses *
sg_losses_new_sized (const SgTrainConfig * config, gint height, gint width,
    SgDevice * device, GError ** error)
{
  g_autoptr (SgLosses) losses = NULL;

  if (!check_config (config, height, width, error))
    return NULL;
  losses = g_new0 (SgLosses, 1);
  memcpy (losses->weight, config->weight, sizeof losses->weight);
  losses->size[0] = height;
  losses->size[1] = width;
  losses->networks = g_array_new (FALSE, FALSE, sizeof (Network));
  g_array_set_clear_func (losses->networks, network_clear);
  losses->views = g_array_new (FALSE, FALSE, sizeof (View));
  g_array_set_clear_func (losses->views, view_clear);
  losses->inputs = g_array_new (FALSE, FALSE, sizeof (SgTensorDesc));
  if (!load_networks (losses, config, device, error)
      || (losses->weight[SG_LOSS_COLOR] != 0
          && !sg_loss_measure_colors (&config->style, config->style_size,
              device, losses->means, losses->covariances, error)))
    return NULL;
  return g_steal_pointer (&losses);
}

void
sg_losses_free (SgLosses * losses)
{
  if (losses == NULL)
    return;
  g_array_unref (losses->networks);
  g_array_unref (losses->views);
  g_array_unref (losses->inputs);
  for (guint i = 0; i < SG_LOSS_N_SCALES; i++) {
    sg_tensor_unref (losses->means[i]);
    sg_tensor_unref (losses->covariances[i]);
  }
  g_free (losses);
}

/* --- views ------------------------------------------------------------------ */

/* The input of view @index of the graph, declared if it is not there yet. */
static SgValue *
view_input (SgLosses * losses, SgGraph * graph, guint index)
{
  const View *view = &g_array_index (losses->views, View, index);
  const SgTensorDesc *desc = &g_array_index (losses->inputs, SgTensorDesc,
      index);

  for (guint i = 0; i < graph->inputs->len; i++) {
    SgValue *value = g_ptr_array_index (graph->inputs, i);

    if (g_strcmp0 (value->name, view->name) == 0)
      return value;
  }
  return sg_graph_add_input (graph, view->name, desc->dtype, &desc->shape);
}

/* What view @index shows of @picture. */
static SgValue *
look (SgLosses * losses, SgBuild * b, guint index, SgValue * picture)
{
  const gint *size = g_array_index (losses->views, View, index).size;
  const SgShiftAttrs attrs = { size[0], size[1] };

  return b->error ? NULL : sg_build_node (b, "shift", &attrs, 2, picture,
      view_input (losses, b->graph, index));
}

guint
sg_losses_get_n_inputs (const SgLosses * losses)
{
  return losses->inputs->len;
}

const SgTensorDesc *
sg_losses_get_input_desc (const SgLosses * losses, guint index)
{
  return &g_array_index (losses->inputs, SgTensorDesc, index);
}

void
sg_losses_draw (SgLosses * losses, guint64 seed, guint64 step,
    SgTensor * const *inputs)
{
  for (guint i = 0; i < losses->views->len; i++) {
    const gint *size = g_array_index (losses->views, View, i).size;
    SgRng rng;

    sg_rng_init (&rng, seed, step, RANDOM_STREAM + i);
    for (gint k = 0; k < 2; k++)
      ((gint64 *) inputs[i]->data)[k] =
          (gint64) sg_rng_below (&rng, (guint64) (losses->size[k] - size[k]));
  }
}

/* --- terms ------------------------------------------------------------------ */

void
sg_loss_append_network (SgPerceptual * network, SgTensor * const *grams,
    const gdouble * floors, gboolean with_content, SgBuild * b, SgValue * y,
    SgValue * x, SgValue ** style, SgValue ** content)
{
  guint n = sg_perceptual_get_n_layers (network);
  g_autofree SgValue **of_y = g_new0 (SgValue *, n);
  g_autofree SgValue **of_x = g_new0 (SgValue *, n);
  g_autofree gdouble *weights = g_new0 (gdouble, n);

  if (!sg_perceptual_append (network, b, y, of_y))
    return;
  if (with_content) {
    if (!sg_perceptual_append (network, b, x, of_x))
      return;
    for (guint i = 0; i < n; i++) {
      weights[i] = sg_perceptual_get_content_weight (network, i);
      if (weights[i] > 0)
        of_x[i] = sg_build_mean_all (b, sg_loss_content_above (b, of_y[i],
                of_x[i], floors ? floors[i] : 0));
    }
    *content = sg_loss_weighted_mean (b, of_x, weights, n);
  }
  if (grams) {
    for (guint i = 0; i < n; i++) {
      weights[i] = sg_perceptual_get_style_weight (network, i);
      if (weights[i] > 0)
        of_y[i] = sg_build_mean_all (b, sg_loss_gram_distance (b,
                sg_loss_gram (b, of_y[i]), grams[i]));
    }
    *style = sg_loss_weighted_mean (b, of_y, weights, n);
  }
}

static void
append_networks (SgLosses * losses, SgBuild * b, SgValue * y, SgValue * x,
    SgValue * terms[SG_N_LOSSES])
{
  guint n = losses->networks->len;
  g_autofree SgValue **views = g_new0 (SgValue *, 2 * losses->views->len + 1);
  SgValue *style[MAX_NETWORKS] = { NULL, }, *content[MAX_NETWORKS] = { NULL, };
  gdouble weights[2][MAX_NETWORKS];

  for (guint i = 0; i < losses->views->len; i++) {
    views[2 * i] = look (losses, b, i, y);
    views[2 * i + 1] = look (losses, b, i, x);
  }
  for (guint i = 0; i < n; i++) {
    const Network *network = &g_array_index (losses->networks, Network, i);

    if (b->error)
      return;
    sg_loss_append_network (network->network,
        network_weight (network, SG_LOSS_STYLE) > 0
        && losses->weight[SG_LOSS_STYLE] != 0 ? network->grams : NULL,
        network->floors,
        network_weight (network, SG_LOSS_CONTENT) > 0
        && losses->weight[SG_LOSS_CONTENT] != 0, b, views[2 * network->view],
        views[2 * network->view + 1], &style[i], &content[i]);
    weights[0][i] = style[i] ? network_weight (network, SG_LOSS_STYLE) : 0;
    weights[1][i] = content[i] ? network_weight (network, SG_LOSS_CONTENT) : 0;
  }
  terms[SG_LOSS_STYLE] = sg_loss_weighted_mean (b, style, weights[0], n);
  terms[SG_LOSS_CONTENT] = sg_loss_weighted_mean (b, content, weights[1], n);
}

static SgValue *
append_color (const SgLosses * losses, SgBuild * b, SgValue * y)
{
  SgValue *parts[SG_LOSS_N_SCALES];
  gdouble weights[SG_LOSS_N_SCALES];

  for (guint i = 0; i < SG_LOSS_N_SCALES; i++) {
    weights[i] = 1;
    parts[i] = sg_build_mean_all (b, sg_loss_color_distance (b, y,
            sg_loss_scales[i], losses->means[i], losses->covariances[i]));
  }
  return sg_loss_weighted_mean (b, parts, weights, SG_LOSS_N_SCALES);
}

gboolean
sg_losses_append (SgLosses * losses, SgBuild * b, const SgLossInputs * inputs,
    SgValue * terms[SG_N_LOSSES])
{
  SgValue *x = inputs->x, *y = inputs->y;
  const gdouble *on = losses->weight;

  memset (terms, 0, SG_N_LOSSES * sizeof *terms);
  if (losses->networks->len > 0)
    append_networks (losses, b, y, x, terms);
  if (on[SG_LOSS_RECONSTRUCTION] != 0)
    terms[SG_LOSS_RECONSTRUCTION] = sg_loss_absolute (b, y, x);
  if (on[SG_LOSS_COLOR] != 0)
    terms[SG_LOSS_COLOR] = append_color (losses, b, y);
  if (on[SG_LOSS_TV] != 0)
    terms[SG_LOSS_TV] = sg_loss_total_variation (b, y, x);
  if (on[SG_LOSS_CHECKERBOARD] != 0)
    terms[SG_LOSS_CHECKERBOARD] = sg_loss_checkerboard (b, y, x);
  if (on[SG_LOSS_RANGE] != 0)
    terms[SG_LOSS_RANGE] = sg_loss_range (b, y);
  if (on[SG_LOSS_TEMPORAL] != 0 && inputs->flow && inputs->mask)
    terms[SG_LOSS_TEMPORAL] = sg_loss_temporal (b, y, inputs->flow,
        inputs->mask);
  return b->error == NULL;
}

SgValue *
sg_losses_gather (SgBuild * b, SgValue * const terms[SG_N_LOSSES])
{
  const SgShape one = SG_SHAPE (1);
  SgValue *parts[SG_N_LOSSES];

  for (guint i = 0; i < SG_N_LOSSES && !b->error; i++)
    parts[i] = terms[i] ? sg_build_reshape (b, terms[i], &one)
        : sg_build_filled (b, 0, &one);
  return b->error ? NULL : sg_build_concat (b, 0, parts, SG_N_LOSSES);
}
