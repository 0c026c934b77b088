/* gst-stylegan: the search for motion, from coarse to fine, as part of a graph
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow_pyramid.h"

#include "graph/graph.h"
#include "ops/crop.h"
#include "ops/pad.h"

#define MIN_SIDE 20             /* of the coarsest level, pixels */

static const SgFlowMatchAttrs coarsest = { 4, 8, 4, 1, 4, FALSE };
static const SgFlowMatchAttrs middle = { 4, 8, 2, 1, 4, FALSE };
static const SgFlowMatchAttrs finest = { 8, 16, 1, 1, 4, TRUE };
static const SgFlowMatchAttrs choice = { SG_FLOW_STEP, 8, 0, 1, 64, FALSE };

/* Half as wide and high; NULL with an error. */
static SgValue *
add_half (SgGraph * graph, SgValue * luma, GError ** error)
{
  const SgLumaAttrs attrs = { .scale = 255, .order = {0, 1, 2}, .factor = 2 };
  SgValue *const *made = sg_graph_add_node (graph, "luma", NULL, &attrs,
      &luma, 1, 1, error);

  return made ? made[0] : NULL;
}

gboolean
sg_flow_add_levels (SgGraph * graph, SgFlowPyramid * pyramid, gint width,
    gint height, guint max_levels, GError ** error)
{
  gint side = MIN (width, height);
  guint n = 1;

  for (max_levels = MIN (max_levels, SG_FLOW_MAX_LEVELS); n < max_levels
      && (side + 1) / 2 >= MIN_SIDE; n++) {
    pyramid->now[n] = add_half (graph, pyramid->now[n - 1], error);
    if (pyramid->now[n] == NULL)
      return FALSE;
    pyramid->before[n] = add_half (graph, pyramid->before[n - 1], error);
    if (pyramid->before[n] == NULL)
      return FALSE;
    side = (side + 1) / 2;
  }
  pyramid->n_levels = n;
  return TRUE;
}

/* Sets flow, and cost. */
static gboolean
add_match (SgGraph * graph, SgFlowPyramid * pyramid,
    const SgFlowMatchAttrs * search, guint level, GError ** error)
{
  SgFlowMatchAttrs attrs = *search;
  SgValue *inputs[3] = { pyramid->now[level], pyramid->before[level],
    pyramid->flow
  };
  SgValue *const *made;

  attrs.unit = 1 << level;
  attrs.wrap = pyramid->wrap;
  made = sg_graph_add_node (graph, "flow_match", NULL, &attrs, inputs,
      pyramid->flow ? 3 : 2, 2, error);
  if (made == NULL)
    return FALSE;
  pyramid->flow = made[0];
  pyramid->cost = made[1];
  return TRUE;
}

static gboolean
add_to_flow (SgGraph * graph, SgFlowPyramid * pyramid, const gchar * op,
    gconstpointer attrs, SgValue * constant, GError ** error)
{
  SgValue *inputs[2] = { pyramid->flow, constant };
  SgValue *const *made = sg_graph_add_node (graph, op, NULL, attrs, inputs,
      constant ? 2 : 1, 1, error);

  if (made)
    pyramid->flow = made[0];
  return made != NULL;
}

static gboolean
add_median (SgGraph * graph, SgFlowPyramid * pyramid, GError ** error)
{
  static const gint64 columns[8] = { 0, 0, 0, 1, 0, 0, 0, 1 };
  static const SgPadAttrs pad = { SG_PAD_WRAP };
  static const SgCropAttrs crop = { .left = 1, .right = 1 };
  g_autoptr (SgTensor) pads = NULL;

  if (!pyramid->wrap)
    return add_to_flow (graph, pyramid, "flow_median", NULL, NULL, error);
  pads = sg_tensor_new_i64 (columns, 8);
  return add_to_flow (graph, pyramid, "pad", &pad,
      sg_graph_add_constant (graph, NULL, pads), error)
      && add_to_flow (graph, pyramid, "flow_median", NULL, NULL, error)
      && add_to_flow (graph, pyramid, "crop", &crop, NULL, error);
}

gboolean
sg_flow_add_search (SgGraph * graph, SgFlowPyramid * pyramid, GError ** error)
{
  SgFlowMatchAttrs last = finest;

  pyramid->flow = NULL;
  for (guint level = pyramid->n_levels - 1; level > 0; level--)
    if (!add_match (graph, pyramid, pyramid->flow ? &middle : &coarsest, level,
            error))
      return FALSE;
  if (pyramid->flow == NULL)
    last.radius = coarsest.radius;
  else if (!add_median (graph, pyramid, error))
    return FALSE;
  if (!add_match (graph, pyramid, &last, 0, error)
      || !add_median (graph, pyramid, error))
    return FALSE;
  pyramid->block_flow = pyramid->flow;
  return add_match (graph, pyramid, &choice, 0, error);
}
