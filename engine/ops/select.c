/* gst-stylegan: select (a, b, scene) -> a or b
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/check.h"
#include "ops/ops.h"
#include "ops/spatial.h"
#include "ops/temporal.h"

static gboolean
infer (SgCall * call, GError ** error)
{
  const SgSelectAttrs *a = call->attrs;

  if (!sg_spatial_check_image (call, 1, error)
      || !sg_temporal_check_vector (call, 2, "the scene", SG_SCENE_N, error))
    return FALSE;
  if (call->inputs[1].dtype != call->inputs[0].dtype
      || !sg_shape_equal (&call->inputs[1].shape, &call->inputs[0].shape))
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "the two to select from are not alike");
  if (a->index < 0 || a->index >= SG_SCENE_N)
    return sg_call_error (call, error, SG_ERROR_INVALID_ARGUMENT,
        "selects by element %d of %d", a->index, SG_SCENE_N);
  return sg_infer_same (call, error);
}

SG_DEFINE_OP (select, .min_inputs = 3, .max_inputs = 3,
    .attrs_size = sizeof (SgSelectAttrs), .infer = infer,
    .flops = sg_flops_none);
