/* gst-stylegan: packing the weights of a convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv2d_private.h"

#include <string.h>

/* Columns of y channel @f of group 0 and phase (qy, qx) in the weights. */
static guint
conv_channel (const CpuConv2d * c, guint f, guint qy, guint qx)
{
  guint b = c->p.block;

  if (c->p.shuffle == CPU_SHUFFLE_CRD)
    return (f * b + qy) * b + qx;
  if (c->p.shuffle == CPU_SHUFFLE_DCR)
    return (qy * b + qx) * (c->p.oc / (b * b)) + f;
  return f;
}

/* Adds the kernel of y channel f, row phase @qy and the @q-th of its
 * interleaved rows, to column @o of the block. */
static void
pack_kernel (const ConvPack * pack, const ConvBlock * b, float *dst, guint g,
    guint f, guint qy, guint q, guint o)
{
  const CpuConv2d *c = pack->c;
  const ConvPhase *ph = &c->h.phases[qy], *pw = &c->w.phases[b->qx];
  const CpuConv2dParams *p = &c->p;
  guint icg = p->ic / p->group, ocg = p->oc / p->group;
  guint out = g * (p->oc / c->group) + conv_channel (c, f, qy, q);
  guint first = out / ocg * icg;        /* input channel of out's group */
  guint down = c->pair > 1 ? q : 0;
  guint i, ky, kx;

  for (i = 0; i < icg; i++) {
    guint in = first + i - g * c->icg;
    gint step;
    const float *src = cpu_conv2d_kernel (pack, out, i, &step);

    for (ky = 0; ky < p->kh; ky++) {
      if (ph->tap_of[ky] < 0)
        continue;
      for (kx = 0; kx < p->kw; kx++) {
        if (pw->tap_of[kx] < 0)
          continue;
        dst[(((gsize) (ph->tap_of[ky] + down) * c->icg + in) * pw->n
                + pw->tap_of[kx]) * b->n_channels + o] +=
            src[(gint) (ky * p->kw + kx) * step];
      }
    }
  }
}

static void
pack_block (const ConvPack * pack, const ConvChunk * chunk,
    const ConvBlock * b, guint qy, guint g)
{
  const CpuConv2d *c = pack->c;
  float *w = pack->packed + g * c->weights_of_group + b->weights;
  float *bi = pack->packed + c->bias_at + g * c->bias_of_group + b->bias;
  guint o;

  for (o = 0; o < b->block.n_out; o++) {
    guint row = b->row + o * b->row_step;
    guint f = chunk->first_channel + row / c->interleave;
    guint q = row % c->interleave;

    pack_kernel (pack, b, w, g, f, qy, q, o);
    if (pack->bias != NULL)
      bi[o] = pack->bias[g * (c->p.oc / c->group) + conv_channel (c, f, qy, q)];
  }
}

/* Everything of one group. */
static void
pack_group (const ConvPack * pack, guint g)
{
  const CpuConv2d *c = pack->c;
  guint qy, i, j;

  for (qy = 0; qy < c->h.factor; qy++) {
    const ConvRowPlan *row = &c->rows[qy];

    for (i = 0; i < row->n_chunks; i++) {
      const ConvChunk *chunk = &row->chunks[i];

      for (j = 0; j < chunk->n_blocks; j++)
        pack_block (pack, chunk, &row->blocks[chunk->first_block + j], qy, g);
    }
  }
}

static void
pack_task (gpointer user_data, guint task, guint slot)
{
  const ConvPack *pack = user_data;

  if (pack->c->winograd != NULL)
    cpu_conv2d_wino_pack (pack, task);
  else if (pack->c->depthwise != NULL)
    cpu_conv2d_depth_pack (pack, task);
  else
    pack_group (pack, task);
}

void
cpu_conv2d_pack_to (const CpuConv2d * c, SgThreadPool * pool,
    const float *weights, const float *bias, float *packed)
{
  ConvPack pack = { c, weights, bias, packed };
  guint n = c->winograd ? cpu_conv2d_wino_n_pack_tasks (c) : c->group, i;

  memset (packed, 0, c->packed_floats * sizeof *packed);
  if (pool != NULL)
    sg_thread_pool_run (pool, n, pack_task, &pack);
  for (i = 0; pool == NULL && i < n; i++)
    pack_task (&pack, i, 0);
}

gsize
cpu_conv2d_packed_bytes (const CpuConv2d * c)
{
  return c->packed_floats * sizeof (float);
}

SgTensor *
cpu_conv2d_pack (const CpuConv2d * c, const float *weights, const float *bias)
{
  SgShape shape;
  SgTensor *packed;

  g_return_val_if_fail (c != NULL && weights != NULL, NULL);

  shape = SG_SHAPE (c->packed_floats);
  packed = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  if (packed != NULL)
    cpu_conv2d_pack_to (c, NULL, weights, bias, packed->data);
  return packed;
}
