/* gst-stylegan: weights of a convolution in the order of the shaders
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * [phase y][phase x][group][block][chunk][ky][kx][c of the chunk][o of the block],
 * for all of them; direct has chunks of one channel. */
#include "vulkan/conv_private.h"

guint64
vk_conv_phase_weights (const SgVkConvShape * shape, const SgVkConvPlan * plan)
{
  guint32 taps_x = plan->fold || plan->fold_out ? 1 : shape->axis[1].taps;

  return (guint64) shape->group * vk_conv_blocks (shape, plan)
      * vk_conv_chunks (shape, plan) * shape->axis[0].taps * taps_x
      * plan->chunk * plan->block;
}

/* Where the weight from channel @c of its group to @m goes, at tap (@y, @x). */
static guint64
get_place (const SgVkConvShape * shape, const SgVkConvPlan * plan, guint32 m,
    guint32 c, guint32 y, guint32 x)
{
  guint32 group_out = shape->out_channels / shape->group;
  guint32 o = m % group_out;
  guint64 at = (guint64) (m / group_out) * vk_conv_blocks (shape, plan)
      + o / plan->block;

  at *= vk_conv_chunks (shape, plan);
  if (plan->fold) {
    at = (at * shape->axis[0].taps + y) * plan->chunk;
    at += x * shape->in_channels + c;
  } else if (plan->fold_out) {
    at = (at + c / plan->chunk) * shape->axis[0].taps + y;
    at = at * plan->chunk + c % plan->chunk;
    o += x * shape->out_channels;
  } else {
    at = (at + c / plan->chunk) * shape->axis[0].taps + y;
    at = (at * shape->axis[1].taps + x) * plan->chunk + c % plan->chunk;
  }
  return at * plan->block + o % plan->block;
}

/* Index of a weight as written. */
static guint64
get_source (const SgVkConvShape * shape, guint32 m, guint32 c)
{
  guint32 group_in = shape->in_channels / shape->group;
  guint32 group_out = shape->out_channels / shape->group;
  guint64 filter = shape->transposed ? (guint64) (m / group_out * group_in + c)
      * group_out + m % group_out : (guint64) m * group_in + c;

  return filter * shape->axis[0].kernel * shape->axis[1].kernel;
}

typedef void (*Visit) (gpointer data, guint64 place, guint64 source);

/* All taps of one filter in all phases. */
static void
visit_filter (const SgVkConvShape * shape, const SgVkConvPlan * plan, guint32 m,
    guint32 c, Visit visit, gpointer data)
{
  const SgVkConvAxis *y = &shape->axis[0], *x = &shape->axis[1];
  guint64 per_phase = vk_conv_phase_weights (shape, plan);
  guint64 source = get_source (shape, m, c);

  for (guint phase = 0; phase < y->phases * x->phases; phase++) {
    for (guint ky = 0; ky < y->kernel; ky++) {
      gint ty = vk_conv_tap (shape, 0, phase / x->phases, ky);

      for (guint kx = 0; ty >= 0 && kx < x->kernel; kx++) {
        gint tx = vk_conv_tap (shape, 1, phase % x->phases, kx);

        if (tx >= 0)
          visit (data, phase * per_phase + get_place (shape, plan, m, c,
                  (guint32) ty, (guint32) tx), source + ky * x->kernel + kx);
      }
    }
  }
}

static void
visit_all (const SgVkConvShape * shape, const SgVkConvPlan * plan, Visit visit,
    gpointer data)
{
  for (guint32 m = 0; m < shape->out_channels; m++)
    for (guint32 c = 0; c < shape->in_channels / shape->group; c++)
      visit_filter (shape, plan, m, c, visit, data);
}

static gsize
get_count (const SgVkConvShape * shape, const SgVkConvPlan * plan)
{
  return (gsize) (vk_conv_phase_weights (shape, plan) * shape->axis[0].phases
      * shape->axis[1].phases + plan->room);
}

typedef struct
{
  const gfloat *weights;
  gfloat *packed;
} Pack;

static void
add_weight (gpointer data, guint64 place, guint64 source)
{
  Pack *pack = data;

  pack->packed[place] += pack->weights[source];
}

static gpointer
to_half (gfloat * packed, gsize n)
{
  guint16 *half = g_try_new (guint16, n);

  for (gsize i = 0; half && i < n; i++)
    half[i] = sg_f32_to_f16 (packed[i]);
  g_free (packed);
  return half;
}

gpointer
vk_conv_pack (const SgVkConvShape * shape, const SgVkConvPlan * plan,
    const gfloat * weights, gsize * bytes)
{
  gsize n = get_count (shape, plan);
  Pack pack = { weights, g_try_new0 (gfloat, n) };

  if (pack.packed == NULL)
    return NULL;
  visit_all (shape, plan, add_weight, &pack);
  *bytes = n * (plan->half_weights ? sizeof (guint16) : sizeof (gfloat));
  return plan->half_weights ? to_half (pack.packed, n) : pack.packed;
}

static void
note_source (gpointer data, guint64 place, guint64 source)
{
  ((gint32 *) data)[place] = (gint32) source;
}

gint32 *
vk_conv_pack_table (const SgVkConvShape * shape, const SgVkConvPlan * plan,
    gsize * n)
{
  gint32 *table;

  *n = get_count (shape, plan);
  table = g_try_new (gint32, *n);
  for (gsize i = 0; table && i < *n; i++)
    table[i] = -1;
  if (table)
    visit_all (shape, plan, note_source, table);
  return table;
}
