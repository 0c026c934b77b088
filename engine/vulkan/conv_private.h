/* gst-stylegan: convolutions on the GPU, from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * conv_shape.c   a conv or conv_transpose as what the shaders run
 * conv_choose.c  which shader, with which tiles
 * conv_pack.c    weights in the order in which it reads them
 * conv.c         the operators
 *
 * kernels/common/conv.glsl says what is run: PHASES ordinary convolutions. */
#pragma once

#include "ops/conv.h"
#include "vulkan/operand.h"

#include "push/conv.h"

G_BEGIN_DECLS

/* [0]: rows, y; [1]: columns, x. */
typedef struct
{
  guint32 in, out;              /* samples of x; of y before depth_to_space */
  guint32 kernel;               /* as written */
  gint32 pad;                   /* at the beginning; negative: a crop */
  guint32 taps;                 /* most of any phase */
  guint32 stride, dilation;     /* as run: samples of x */
  guint32 phases;
  gint32 offset[CONV_MAX_PHASES];
  guint32 n_taps[CONV_MAX_PHASES];
} SgVkConvAxis;

typedef struct
{
  SgVkConvAxis axis[2];
  guint32 n, in_channels, out_channels, group;
  gboolean transposed;
  guint32 folded_upsample;      /* that became phases; 1: none */
  guint32 transposed_stride[2], transposed_dilation[2];
  guint32 upsample;             /* that is left to the shader; 1: none */
  SgPadMode pad_mode;
  SgActivation input_activation, activation;
  gboolean bias, affine, residual, moments;
  gboolean half;                /* x, y and residual are f16 */
  gboolean constant_weights;
  guint32 shuffle;              /* 1: none */
  gboolean shuffle_crd;
} SgVkConvShape;

typedef enum
{
  VK_CONV_DIRECT,
  VK_CONV_TILED,
  VK_CONV_MATRIX,
} SgVkConvFamily;

/* Of the specialization constants, those that are the family's own: from number
 * VK_CONV_COMMON on. */
#define VK_CONV_COMMON 18
#define VK_CONV_OWN 14

typedef struct
{
  SgVkConvFamily family;
  const gchar *shader;
  guint32 constants[VK_CONV_OWN];
  guint n_constants;
  guint32 subgroup_size;        /* required, 0: any */
  guint32 block;                /* output channels of a workgroup */
  guint32 tile_w, tile_h;       /* pixels of a phase, of a workgroup */
  /* Input channels of a chunk, what they are filled up to; 0: no chunks (direct).
   * fold: (kx, channel) take the place of channels; fold_out: of output channels. */
  guint32 chunk;
  gboolean fold, fold_out;
  gboolean half_weights;
  guint32 room;                 /* weights that must be readable behind the last */
} SgVkConvPlan;

/* FALSE when the call cannot be run here. */
gboolean vk_conv_shape (SgVkDevice * device, const SgCall * call,
    SgVkConvShape * shape);
/* The tap that weight @k (as written) is in @phase; -1: it is in none. */
gint vk_conv_tap (const SgVkConvShape * shape, guint axis, guint phase,
    guint k);

/* The best of what can run it: a pure function of the two. SG_VULKAN_CONV, one of
 * direct, tiled and matrix, is preferred where it can. */
void vk_conv_choose (const SgVkFeatures * features, const SgVkConvShape * shape,
    SgVkConvPlan * plan);
const gchar *vk_conv_family_name (SgVkConvFamily family);

static inline guint32
vk_conv_div_up (guint32 a, guint32 b)
{
  return (a + b - 1) / b;
}

/* Blocks of output channels of a group; chunks of its input channels. */
static inline guint32
vk_conv_blocks (const SgVkConvShape * shape, const SgVkConvPlan * plan)
{
  return vk_conv_div_up (shape->out_channels / shape->group, plan->block);
}

static inline guint32
vk_conv_chunks (const SgVkConvShape * shape, const SgVkConvPlan * plan)
{
  return plan->chunk && !plan->fold ? vk_conv_div_up (shape->in_channels
      / shape->group, plan->chunk) : 1;
}

/* Elements of the packed weights of a phase. */
guint64 vk_conv_phase_weights (const SgVkConvShape * shape,
    const SgVkConvPlan * plan);
/* The weights, packed; f32 or f16. Returns: (transfer full), or NULL without memory */
gpointer vk_conv_pack (const SgVkConvShape * shape, const SgVkConvPlan * plan,
    const gfloat * weights, gsize * bytes);
/* For weights that are computed on the GPU: which of them each packed one is, or -1
 * for a zero. Not with folded_upsample. */
gint32 *vk_conv_pack_table (const SgVkConvShape * shape,
    const SgVkConvPlan * plan, gsize * n);

G_END_DECLS
