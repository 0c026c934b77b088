/* gst-stylegan: packing the weights of a convolution
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv2d_private.h"

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
pack_kernel (const CpuConv2d * c, const ConvBlock * b, float *dst, guint g,
    guint f, guint qy, guint q, guint o, const float *weights)
{
  const ConvPhase *ph = &c->h.phases[qy], *pw = &c->w.phases[b->qx];
  const CpuConv2dParams *p = &c->p;
  guint icg = p->ic / p->group, ocg = p->oc / p->group;
  guint out = g * (p->oc / c->group) + conv_channel (c, f, qy, q);
  guint first = out / ocg * icg;        /* input channel of out's group */
  guint down = c->pair > 1 ? q : 0;
  gsize kernel = (gsize) p->kh * p->kw;
  guint i, ky, kx;

  for (i = 0; i < icg; i++) {
    const float *src = p->transposed ?
        weights + ((gsize) (first + i) * ocg + out % ocg) * kernel :
        weights + ((gsize) out * icg + i) * kernel;
    guint in = first + i - g * c->icg;

    for (ky = 0; ky < p->kh; ky++) {
      if (ph->tap_of[ky] < 0)
        continue;
      for (kx = 0; kx < p->kw; kx++) {
        if (pw->tap_of[kx] < 0)
          continue;
        dst[(((gsize) (ph->tap_of[ky] + down) * c->icg + in) * pw->n
                + pw->tap_of[kx]) * b->n_channels + o] += src[ky * p->kw + kx];
      }
    }
  }
}

static void
pack_block (const CpuConv2d * c, const ConvChunk * chunk, const ConvBlock * b,
    guint qy, guint g, float *packed, const float *weights, const float *bias)
{
  float *w = packed + g * c->weights_of_group + b->weights;
  float *bi = packed + c->bias_at + g * c->bias_of_group + b->bias;
  guint o;

  for (o = 0; o < b->block.n_out; o++) {
    guint row = b->row + o * b->row_step;
    guint f = chunk->first_channel + row / c->interleave;
    guint q = row % c->interleave;

    pack_kernel (c, b, w, g, f, qy, q, o, weights);
    if (bias != NULL)
      bi[o] = bias[g * (c->p.oc / c->group) + conv_channel (c, f, qy, q)];
  }
}

static void
pack_direct (const CpuConv2d * c, float *packed, const float *weights,
    const float *bias)
{
  guint qy, i, j, g;

  for (qy = 0; qy < c->h.factor; qy++) {
    const ConvRowPlan *row = &c->rows[qy];

    for (i = 0; i < row->n_chunks; i++) {
      const ConvChunk *chunk = &row->chunks[i];

      for (j = 0; j < chunk->n_blocks; j++) {
        for (g = 0; g < c->group; g++)
          pack_block (c, chunk, &row->blocks[chunk->first_block + j], qy, g,
              packed, weights, bias);
      }
    }
  }
}

SgTensor *
cpu_conv2d_pack (const CpuConv2d * c, const float *weights, const float *bias)
{
  SgShape shape;
  SgTensor *packed;

  g_return_val_if_fail (c != NULL && weights != NULL, NULL);

  shape = SG_SHAPE (c->packed_floats);
  packed = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  if (packed == NULL)
    return NULL;
  if (c->winograd != NULL)
    cpu_conv2d_wino_pack (c, packed->data, weights, bias);
  else
    pack_direct (c, packed->data, weights, bias);
  return packed;
}
