/* gst-stylegan: motion in clips whose motion nobody knows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/measure.h>

#include <string.h>

#include "train/batch-video.h"

/* exp (-50 d^2) is less than 0.2, as in training: Lai et al. 2018. */
#define DOUBT (1.6094379 / 50)
#define ERODED 3                /* px */

struct _SgFlowMeter
{
  gint width, height;
  SgBatchVideo *video;
  SgTensor *frame[2];           /* [1,3,H,W]: before and now */
  gfloat *moved;                /* [3,H,W] */
  guint8 *doubt;                /* [H,W] */
};

SgFlowMeter *
sg_flow_meter_new (gint width, gint height, SgDevice * device, GError ** error)
{
  const SgShape shape = SG_SHAPE (1, 3, height, width);
  g_autoptr (SgFlowMeter) meter = g_new0 (SgFlowMeter, 1);
  gsize n = (gsize) width * height;

  meter->width = width;
  meter->height = height;
  meter->video = sg_batch_video_new (width, height, device, error);
  if (meter->video == NULL)
    return NULL;
  for (guint i = 0; i < 2; i++) {
    meter->frame[i] = sg_tensor_new (SG_DTYPE_F32, &shape, error);
    if (meter->frame[i] == NULL)
      return NULL;
  }
  meter->moved = g_new (gfloat, 3 * n);
  meter->doubt = g_new (guint8, n);
  return g_steal_pointer (&meter);
}

void
sg_flow_meter_free (SgFlowMeter * meter)
{
  if (meter == NULL)
    return;
  sg_batch_video_free (meter->video);
  for (guint i = 0; i < 2; i++)
    g_clear_pointer (&meter->frame[i], sg_tensor_unref);
  g_free (meter->moved);
  g_free (meter->doubt);
  g_free (meter);
}

/* 1 where the flow leads out of the frame, or to another colour. */
static void
find_doubt (SgFlowMeter * meter, const gfloat * before, const gfloat * now,
    const gfloat * flow)
{
  gint w = meter->width, h = meter->height;
  gsize n = (gsize) w * h;

  sg_measure_warp (before, 3, w, h, flow, meter->moved);
  for (gsize i = 0; i < n; i++) {
    gfloat x = (gfloat) (i % w) + flow[i], y = (gfloat) (i / w) + flow[n + i];
    gfloat sum = 0;

    for (gsize c = 0; c < 3; c++) {
      gfloat d = now[c * n + i] - meter->moved[c * n + i];

      sum += d * d;
    }
    meter->doubt[i] = !(x >= 0 && y >= 0 && x <= w - 1 && y <= h - 1
        && sum <= DOUBT);
  }
}

gboolean
sg_flow_meter_run (SgFlowMeter * meter, const gfloat * before,
    const gfloat * now, gfloat * flow, guint8 * valid, gdouble * share,
    GError ** error)
{
  gint w = meter->width, h = meter->height;
  gsize counted = 0, bytes = 3 * (gsize) w * h * sizeof (gfloat);

  memcpy (meter->frame[0]->data, before, bytes);
  memcpy (meter->frame[1]->data, now, bytes);
  if (!sg_batch_video_flow (meter->video, meter->frame[0]->data,
          meter->frame[1]->data, flow, error))
    return FALSE;
  find_doubt (meter, before, now, flow);
  for (gint y = 0; y < h; y++)
    for (gint x = 0; x < w; x++) {
      guint8 doubt = 0;

      for (gint j = MAX (y - ERODED, 0); j <= MIN (y + ERODED, h - 1); j++)
        for (gint i = MAX (x - ERODED, 0); i <= MIN (x + ERODED, w - 1); i++)
          doubt |= meter->doubt[(gsize) j * w + i];
      valid[(gsize) y * w + x] = !doubt;
      counted += !doubt;
    }
  *share = (gdouble) counted / ((gdouble) w * h);
  return TRUE;
}
