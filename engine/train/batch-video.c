/* gst-stylegan: what moved between two frames of a clip
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/batch-video.h"

#include <math.h>

#include <sg/session.h>

#include "ops/flow_pyramid.h"
#include "train/batch-warp.h"

#define SHARPNESS 50            /* of certainty: Lai et al. 2018 */
#define DOUBT 0.2f
#define ERODED 3                /* px */

struct _SgBatchVideo
{
  gint width, height;
  SgSession *session;           /* before, now -> flow */
  SgTensor *vectors;            /* [1,2,blocks,blocks] */
};

static SgGraph *
make_graph (gint width, gint height, GError ** error)
{
  static const gchar *const names[2] = { "before", "now" };
  const SgLumaAttrs luma = { 1, 0, {0, 1, 2}, 1 };
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgShape shape = SG_SHAPE (1, 3, height, width);
  SgValue *lumas[2];
  SgFlowPyramid pyramid = { {NULL} };

  for (guint i = 0; i < 2; i++) {
    SgValue *input = sg_graph_add_input (graph, names[i], SG_DTYPE_F32,
        &shape);
    SgValue *const *made = sg_graph_add_node (graph, "luma", NULL, &luma,
        &input, 1, 1, error);

    if (made == NULL)
      return NULL;
    lumas[i] = made[0];
  }
  pyramid.before[0] = lumas[0];
  pyramid.now[0] = lumas[1];
  if (!sg_flow_add_levels (graph, &pyramid, width, height, SG_FLOW_MAX_LEVELS,
          error) || !sg_flow_add_search (graph, &pyramid, error))
    return NULL;
  sg_graph_add_output (graph, "flow", pyramid.flow);
  return g_steal_pointer (&graph);
}

SgBatchVideo *
sg_batch_video_new (gint width, gint height, SgDevice * device, GError ** error)
{
  g_autoptr (SgBatchVideo) video = g_new0 (SgBatchVideo, 1);
  g_autoptr (SgGraph) graph = make_graph (width, height, error);
  SgTensorDesc inputs[2] = { {SG_DTYPE_F32, SG_SHAPE (1, 3, height, width)}
  };

  if (graph == NULL)
    return NULL;
  inputs[1] = inputs[0];
  video->width = width;
  video->height = height;
  video->session = sg_session_new (graph, device, inputs, 2, NULL, error);
  if (video->session == NULL)
    return NULL;
  video->vectors = sg_tensor_new (SG_DTYPE_F32,
      &sg_session_get_output_desc (video->session, 0)->shape, error);
  return video->vectors ? g_steal_pointer (&video) : NULL;
}

void
sg_batch_video_free (SgBatchVideo * video)
{
  if (video == NULL)
    return;
  g_clear_pointer (&video->session, sg_session_free);
  g_clear_pointer (&video->vectors, sg_tensor_unref);
  g_free (video);
}

/* Pixel @i lies between the centres of blocks @block and the next one. */
static gfloat
between (gint i, gint blocks, gint * block)
{
  gfloat at = ((gfloat) i + 0.5f) / SG_FLOW_STEP - 0.5f;

  at = CLAMP (at, 0, (gfloat) (blocks - 1));
  *block = (gint) at;
  return at - (gfloat) * block;
}

static void
expand (const SgTensor * vectors, gint width, gint height, gfloat * flow)
{
  gint rows = (gint) vectors->desc.shape.dim[2];
  gint columns = (gint) vectors->desc.shape.dim[3];
  const gfloat *from = vectors->data;

  for (gint c = 0; c < 2; c++, from += rows * columns)
    for (gint y = 0; y < height; y++) {
      gint j, i;
      gfloat fy = between (y, rows, &j);
      const gfloat *top = from + j * columns;
      const gfloat *bottom = from + MIN (j + 1, rows - 1) * columns;

      for (gint x = 0; x < width; x++) {
        gfloat fx = between (x, columns, &i);
        gint k = MIN (i + 1, columns - 1);
        gfloat a = top[i] + fx * (top[k] - top[i]);
        gfloat b = bottom[i] + fx * (bottom[k] - bottom[i]);

        *flow++ = a + fy * (b - a);
      }
    }
}

gboolean
sg_batch_video_flow (SgBatchVideo * video, gfloat * before, gfloat * now,
    gfloat * flow, GError ** error)
{
  SgShape shape = SG_SHAPE (1, 3, video->height, video->width);
  g_autoptr (SgTensor) a = sg_tensor_new_borrowed (SG_DTYPE_F32, &shape,
      before);
  g_autoptr (SgTensor) b = sg_tensor_new_borrowed (SG_DTYPE_F32, &shape, now);
  SgTensor *inputs[2] = { a, b };

  if (!sg_session_run (video->session, inputs, &video->vectors, error))
    return FALSE;
  expand (video->vectors, video->width, video->height, flow);
  return TRUE;
}

/* Sets to 0 what is within @radius pixels, in x and in y, of a @certainty below
 * DOUBT. */
static void
erode (const gfloat * certainty, gint size, gint radius, gfloat * mask)
{
  for (gint y = 0; y < size; y++)
    for (gint x = 0; x < size; x++) {
      gint x0 = MAX (x - radius, 0), x1 = MIN (x + radius, size - 1);
      gint y0 = MAX (y - radius, 0), y1 = MIN (y + radius, size - 1);

      if (certainty[y * size + x] >= DOUBT)
        continue;
      for (gint j = y0; j <= y1; j++)
        for (gint i = x0; i <= x1; i++)
          mask[j * size + i] = 0;
    }
}

void
sg_batch_video_mask (gint size, gfloat * before, const gfloat * now,
    const gfloat * flow, gfloat * mask)
{
  const SgCanvas canvas = { size, 0, size, before };
  gsize plane = (gsize) size * (gsize) size;
  g_autofree gfloat *moved = g_new (gfloat, 3 * plane);
  g_autofree gfloat *certainty = g_new (gfloat, plane);

  sg_warp_canvas (&canvas, flow, moved, mask);
  for (gsize i = 0; i < plane; i++) {
    gfloat sum = 0;

    for (gsize c = 0; c < 3; c++) {
      gfloat d = now[c * plane + i] - moved[c * plane + i];

      sum += d * d;
    }
    certainty[i] = expf (-SHARPNESS * sum);
    mask[i] *= certainty[i];
  }
  erode (certainty, size, ERODED, mask);
}
