/* gst-stylegan: moments on the GPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/moments.h"

#include "push/moments.h"
#include "push/moments_merge.h"

/* Elements of a plane for one group: at least, and at most so many groups. */
#define MIN_PART 8192
#define MAX_PARTS 256
/* Parts that one group merges. */
#define CHUNK 256

VkDeviceSize
vk_moments_bytes (guint64 n_planes, guint64 n_parts)
{
  return n_planes * n_parts * 3 * sizeof (gfloat);
}

static gboolean
add_merge (SgVkKernel * kernel, const SgVkOperand * parts, guint64 n_planes,
    guint64 n_parts, const SgVkOperand * y, gboolean last, GError ** error)
{
  guint64 n_chunks = last ? 1 : (n_parts + CHUNK - 1) / CHUNK;
  guint32 constants[] = { 0, (guint32) last };
  const SgPushMomentsMerge push = { (guint32) n_planes, (guint32) n_parts,
    last ? (guint32) n_parts : CHUNK, (guint32) n_chunks
  };
  SgVkDispatch *dispatch = vk_add_groups (kernel, "nn/moments_merge",
      constants, G_N_ELEMENTS (constants), n_planes * n_chunks, error);

  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, parts, FALSE);
  vk_operand_bind (kernel, dispatch, y, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return TRUE;
}

static gboolean
merge (SgVkKernel * kernel, SgVkOperand parts, guint64 n_planes,
    guint64 n_parts, const SgVkOperand * y, GError ** error)
{
  while (n_parts > CHUNK) {
    guint64 n_chunks = (n_parts + CHUNK - 1) / CHUNK;
    SgVkOperand next = vk_operand_scratch (kernel, n_planes * n_chunks * 3);

    if (!add_merge (kernel, &parts, n_planes, n_parts, &next, FALSE, error))
      return FALSE;
    parts = next;
    n_parts = n_chunks;
  }
  return add_merge (kernel, &parts, n_planes, n_parts, y, TRUE, error);
}

gboolean
vk_moments_merge (SgVkKernel * kernel, VkDeviceSize offset, guint64 n_planes,
    guint64 n_parts, guint output, GError ** error)
{
  SgVkOperand y = vk_operand_output (kernel, output);
  SgVkOperand parts = { .kind = VK_ARG_SCRATCH, .offset = offset };

  parts.bytes = vk_moments_bytes (n_planes, n_parts);
  kernel->base.scratch_bytes = MAX (kernel->base.scratch_bytes,
      offset + parts.bytes);
  return merge (kernel, parts, n_planes, n_parts, &y, error);
}

/* Values of a plane in one part. */
static guint64
part_size (guint64 plane)
{
  return MAX (MIN_PART, (plane / MAX_PARTS + 7) / 8 * 8);
}

gboolean
vk_moments_fit (const SgVkDevice * device, guint64 n_planes, guint64 plane)
{
  guint64 part = part_size (plane);

  return vk_fits_scratch (device, n_planes * ((plane + part - 1) / part) * 3);
}

gboolean
vk_add_moments (SgVkKernel * kernel, const SgVkOperand * x, guint64 n_planes,
    guint64 plane, const SgVkOperand * y, GError ** error)
{
  guint64 part = part_size (plane);
  guint64 n_parts = (plane + part - 1) / part;
  SgVkOperand parts = vk_operand_scratch (kernel, n_planes * n_parts * 3);
  guint32 constants[] = { 0, (guint32) x->half };
  const SgPushMoments push = { (guint32) plane, (guint32) n_planes,
    (guint32) part, (guint32) n_parts
  };
  SgVkDispatch *dispatch = vk_add_groups (kernel, "nn/moments", constants,
      G_N_ELEMENTS (constants), n_planes * n_parts, error);

  if (dispatch == NULL)
    return FALSE;
  vk_operand_bind (kernel, dispatch, x, FALSE);
  vk_operand_bind (kernel, dispatch, &parts, TRUE);
  vk_dispatch_push (dispatch, &push, sizeof push);
  return merge (kernel, parts, n_planes, n_parts, y, error);
}

static gboolean
supports (SgVkDevice * device, const SgCall * call)
{
  const SgShape *shape = &call->inputs[0].shape;

  return vk_is_f32 (call) && vk_moments_fit (device, vk_count (shape, 0, 2),
      vk_count (shape, 2, shape->rank));
}

static gboolean
prepare (SgVkDevice * device, const SgCall * call, SgVkKernel * kernel,
    GError ** error)
{
  const SgShape *shape = &call->inputs[0].shape;
  SgVkOperand x, y = vk_operand_output (kernel, 0);

  return vk_operand_input (kernel, call, 0, &x, error)
      && vk_add_moments (kernel, &x, vk_count (shape, 0, 2),
      vk_count (shape, 2, shape->rank), &y, error);
}

const SgVkOp vk_op_moments = {
  .op = "moments",
  .supports = supports,
  .prepare = prepare,
};
