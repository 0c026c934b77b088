/* gst-stylegan: a frame without the network: what it made of the frame before, moved
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "video/carry.h"

static SgValue *
add_constant (SgGraph * graph, SgTensor * made)
{
  g_autoptr (SgTensor) tensor = made;

  return sg_graph_add_constant (graph, NULL, tensor);
}

static SgValue *
add_integer (SgGraph * graph, gint64 value)
{
  return add_constant (graph, sg_tensor_new_i64 (&value, 1));
}

/* [1,@channels,1,1]: 1 in the last one, else 0. */
static SgValue *
add_one (SgGraph * graph, gint channels)
{
  const SgShape shape = SG_SHAPE (1, channels, 1, 1);
  SgTensor *one = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);

  for (gint i = 0; i < channels; i++)
    ((gfloat *) one->data)[i] = i + 1 == channels;
  return add_constant (graph, one);
}

/* NULL where an input is. */
static SgValue *
add (SgGraph * graph, const gchar * op, SgValue * a, SgValue * b,
    GError ** error)
{
  SgValue *inputs[2] = { a, b };
  SgValue *const *outputs = a && b ? sg_graph_add_node (graph, op, "carry",
      NULL, inputs, 2, 1, error) : NULL;

  return outputs ? outputs[0] : NULL;
}

SgValue *
video_carry_add (SgGraph * graph, const VideoCarry * carry, gint channels,
    GError ** error)
{
  SgValue *planes[4] = { carry->history, add_integer (graph, 0),
    add_integer (graph, channels), add_integer (graph, 1)
  };
  SgValue *const *picture = sg_graph_add_node (graph, "slice", "carry", NULL,
      planes, 4, 1, error);
  SgValue *doubt, *change;

  if (picture == NULL)
    return NULL;
  doubt = add (graph, "sub", add_one (graph, 1), carry->confidence, error);
  change = doubt ? add (graph, "sub", carry->frame, carry->frame_before,
      error) : NULL;
  change = add (graph, "mul", change, doubt, error);
  return add (graph, "add", picture[0], change, error);
}

SgValue *
video_carry_age (SgGraph * graph, SgValue * history, gint channels,
    GError ** error)
{
  return add (graph, "sub", history, add_one (graph, channels + 1), error);
}
