/* gst-stylegan: a model rewritten operator by operator
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every value of the model becomes a ring: one that holds each column once, so that
 * normalisation sees nothing twice. What pads or cuts columns off only moves the origin of
 * the ring; what looks at neighbours is given those that follow on the circle. Column j of
 * a ring is column j + origin of the model's own value. */
#include "video/rewrite.h"

#include <string.h>

#include "ops/concat.h"
#include "ops/conv.h"
#include "ops/crop.h"
#include "ops/depth_to_space.h"
#include "ops/gather.h"
#include "ops/normalize.h"
#include "ops/pad.h"
#include "ops/pad_resolve.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/slice.h"
#include "ops/softmax.h"
#include "ops/split.h"

typedef VideoTwin Twin;
typedef VideoRewriter Rewriter;

static void
fail (Rewriter * r, const gchar * why)
{
  if (r->build.error == NULL)
    sg_call_error (&r->plan.call, &r->build.error, SG_ERROR_UNSUPPORTED,
        "%s, which has no form for pictures that go all around", why);
}

/* What stands for input @index of the node, or NULL. */
static Twin *
input_twin (Rewriter * r, guint index)
{
  SgValue *value = index < r->node->n_inputs ? r->node->inputs[index] : NULL;
  Twin *twin;

  if (value == NULL)
    return NULL;
  twin = &r->twins[value->index];
  if (twin->value == NULL)
    twin->value = sg_graph_add_constant (r->build.graph, value->name,
        value->constant);
  if (value->constant)
    twin->value->desc = value->constant->desc;
  return twin;
}

static void
set_output (Rewriter * r, guint index, SgValue * value, gboolean is_ring,
    gint64 origin)
{
  Twin *twin = &r->twins[r->node->outputs[index]->index];

  *twin = (Twin) {
  value, is_ring, origin};
  if (value == NULL || !is_ring)
    return;
  r->can_turn &= value->desc.shape.dim[3] % 2 == 0;
  r->narrowest = MIN (r->narrowest, value->desc.shape.dim[3]);
}

static gint64
width_of (const Twin * ring)
{
  return ring->value->desc.shape.dim[3];
}

/* The node as it is, with @first in the place of input 0. */
static SgValue *const *
copy_node (Rewriter * r, gconstpointer attrs, SgValue * first)
{
  const SgNode *node = r->node;
  g_autofree SgValue **inputs = g_new0 (SgValue *, node->n_inputs + 1);

  for (guint i = 0; i < node->n_inputs; i++)
    inputs[i] = i == 0 && first ? first
        : node->inputs[i] ? input_twin (r, i)->value : NULL;
  return sg_build_nodes (&r->build, node->op->name, attrs, inputs,
      node->n_inputs, node->n_outputs);
}

/* --- operators that look at every pixel alone --------------------------------- */

/* All inputs that are rings turned to the origin of the first. */
static void
rewrite_pointwise (Rewriter * r)
{
  SgNode *node = r->node;
  g_autofree SgValue **inputs = g_new0 (SgValue *, node->n_inputs + 1);
  const Twin *first = NULL;
  SgValue *const *outputs;

  for (guint i = 0; i < node->n_inputs; i++) {
    Twin *twin = input_twin (r, i);

    inputs[i] = twin ? twin->value : NULL;
    if (twin == NULL || !twin->is_ring)
      continue;
    if (first == NULL)
      first = twin;
    inputs[i] = video_rings_roll (&r->build, twin->value,
        first->origin - twin->origin);
  }
  outputs = sg_build_nodes (&r->build, node->op->name, node->attrs, inputs,
      node->n_inputs, node->n_outputs);
  for (guint i = 0; outputs && i < node->n_outputs; i++) {
    if (first && (outputs[i]->desc.shape.rank != 4
            || outputs[i]->desc.shape.dim[3] != width_of (first)))
      fail (r, "changes the width");
    set_output (r, i, outputs[i], first != NULL, first ? first->origin : 0);
  }
}

static gint64
axis_of (gint64 axis)
{
  return axis < 0 ? axis + 4 : axis;
}

static void
rewrite_concat (Rewriter * r)
{
  if (axis_of (((const SgConcatAttrs *) r->node->attrs)->axis) == 3)
    fail (r, "joins pictures side by side");
  else
    rewrite_pointwise (r);
}

static void
rewrite_split (Rewriter * r)
{
  if (axis_of (((const SgSplitAttrs *) r->node->attrs)->axis) == 3)
    fail (r, "splits columns");
  else
    rewrite_pointwise (r);
}

static void
rewrite_gather (Rewriter * r)
{
  if (axis_of (((const SgGatherAttrs *) r->node->attrs)->axis) != 1
      || r->node->inputs[1]->constant == NULL)
    fail (r, "picks pixels");
  else
    rewrite_pointwise (r);
}

static void
rewrite_softmax (Rewriter * r)
{
  const SgSoftmaxAttrs *a = r->node->attrs;

  if (axis_of (a->axis) != 1 || a->flatten)
    fail (r, "compares pixels");
  else
    rewrite_pointwise (r);
}

/* Over columns too: a mean of a ring is what it is meant to be; a sum would be that of
 * the padding as well. */
static void
rewrite_reduce (Rewriter * r)
{
  gboolean reduced[SG_MAX_RANK];
  const Twin *x = input_twin (r, 0);
  SgValue *const *outputs;

  if (!sg_reduce_resolve (&r->plan.call, reduced, &r->build.error))
    return;
  if (!reduced[3] && !((const SgReduceAttrs *) r->node->attrs)->keepdims) {
    fail (r, "drops a dimension");
    return;
  }
  if (reduced[3] && width_of (x) != r->node->inputs[0]->desc.shape.dim[3]
      && !g_str_equal (r->node->op->name, "reduce_mean")) {
    fail (r, "adds up padded columns");
    return;
  }
  outputs = copy_node (r, r->node->attrs, NULL);
  if (outputs)
    set_output (r, 0, outputs[0], !reduced[3], x->origin);
}

static void
rewrite_global_pool (Rewriter * r)
{
  SgValue *const *outputs = copy_node (r, NULL, NULL);

  if (outputs)
    set_output (r, 0, outputs[0], FALSE, 0);
}

/* What all pictures are multiplied by and added. */
static SgValue *
add_coefficients (Rewriter * r, SgValue * x)
{
  const SgInstanceNormAttrs *a = r->node->attrs;
  const SgNormCoefficientsAttrs coefficients = { a->epsilon, TRUE };
  SgBuild *b = &r->build;
  SgValue *y;

  y = sg_build_node (b, "moments", NULL, 1, x);
  y = sg_build_node (b, "norm_coefficients", &coefficients, 3, y,
      input_twin (r, 1)->value, input_twin (r, 2)->value);
  return y;
}

/* Of all pictures [N,2,C], which are the same, the first. */
static SgValue *
first_of (SgBuild * b, SgValue * coefficients)
{
  const gint64 start = 0, end = 1, axis = 0;

  if (b->error || coefficients->desc.shape.dim[0] == 1)
    return coefficients;
  return sg_build_node (b, "slice", NULL, 4, coefficients,
      sg_build_ints (b, &start, 1), sg_build_ints (b, &end, 1),
      sg_build_ints (b, &axis, 1));
}

/* Halves as the planner makes them, with coefficients for all pictures in between. */
static void
rewrite_instance_norm (Rewriter * r)
{
  const SgScaleShiftAttrs apply = { {0} };
  const Twin *x = input_twin (r, 0);
  SgValue *y;

  if (!r->share) {
    rewrite_pointwise (r);
    return;
  }
  if (r->n_norms < r->coefficients->len) {
    y = g_ptr_array_index (r->coefficients, r->n_norms);
  } else {
    y = add_coefficients (r, x->value);
    g_ptr_array_add (r->coefficients, y ? first_of (&r->build, y) : NULL);
  }
  r->n_norms++;
  y = sg_build_node (&r->build, "scale_shift", &apply, 2, x->value, y);
  set_output (r, 0, y, x->is_ring, x->origin);
}

/* --- operators that move pixels ------------------------------------------------ */

/* Rows of @x padded by the window, over the pole. */
static SgValue *
pad_rows (Rewriter * r, SgValue * x, gint64 top, gint64 bottom)
{
  if (!r->build.error && (top > 0 || bottom > 0)
      && x->desc.shape.dim[3] % 2)
    fail (r, "pads rows of an odd width");
  return video_rings_pad_rows (&r->build, x, top, bottom);
}

static void
rewrite_pad (Rewriter * r)
{
  const Twin *x = input_twin (r, 0);
  SgValue *y = x->value;
  gint64 begin[SG_MAX_RANK], end[SG_MAX_RANK];

  if (!sg_pad_resolve (&r->plan.call, begin, end, &r->build.error))
    return;
  if (begin[0] != 0 || end[0] != 0 || begin[1] != 0 || end[1] != 0) {
    fail (r, "pads channels");
    return;
  }
  y = video_rings_crop (&r->build, y, 0, MAX (-begin[2], 0), 0,
      MAX (-end[2], 0));
  y = pad_rows (r, y, MAX (begin[2], 0), MAX (end[2], 0));
  set_output (r, 0, y, TRUE, x->origin + begin[3]);
}

static void
rewrite_crop (Rewriter * r)
{
  const SgCropAttrs *a = r->node->attrs;
  const Twin *x = input_twin (r, 0);
  gint64 rows = r->node->outputs[0]->desc.shape.dim[2];

  set_output (r, 0, video_rings_crop (&r->build, x->value, 0, a->top, 0,
          r->node->inputs[0]->desc.shape.dim[2] - a->top - rows), TRUE,
      x->origin - a->left);
}

static void
rewrite_slice (Rewriter * r)
{
  const Twin *x = input_twin (r, 0);
  SgBuild *b = &r->build;
  SgValue *ints[4];
  gint64 numbers[4][3];
  SgSliceRange range;

  if (!sg_slice_resolve (&r->plan.call, &range, &b->error))
    return;
  if (range.step[3] != 1) {
    fail (r, "picks columns");
    return;
  }
  for (gint i = 0; i < 3; i++) {
    gint64 end = range.start[i] + range.size[i] * range.step[i];

    numbers[0][i] = range.start[i];
    numbers[1][i] = end < 0 ? G_MININT64 : end;
    numbers[2][i] = i;
    numbers[3][i] = range.step[i];
  }
  for (guint i = 0; i < 4; i++)
    ints[i] = sg_build_ints (b, numbers[i], 3);
  set_output (r, 0, sg_build_node (b, "slice", NULL, 5, x->value, ints[0],
          ints[1], ints[2], ints[3]), TRUE, x->origin - range.start[3]);
}

static void
rewrite_depth_to_space (Rewriter * r)
{
  const SgDepthToSpaceAttrs *a = r->node->attrs;
  const Twin *x = input_twin (r, 0);
  SgValue *const *outputs = copy_node (r, a, NULL);

  if (outputs)
    set_output (r, 0, outputs[0], TRUE, x->origin * a->blocksize);
}

/* FALSE when @ring has no whole number of @step columns. */
static gboolean
divides (Rewriter * r, const Twin * ring, gint64 step)
{
  if (width_of (ring) % step == 0)
    return TRUE;
  if (r->build.error == NULL)
    sg_call_error (&r->plan.call, &r->build.error, SG_ERROR_SHAPE,
        "a circle of %" G_GINT64_FORMAT " columns has no half by %"
        G_GINT64_FORMAT, width_of (ring), step);
  return FALSE;
}

static void
rewrite_space_to_depth (Rewriter * r)
{
  const SgDepthToSpaceAttrs *a = r->node->attrs;
  const gint64 size = a->blocksize;
  const Twin *x = input_twin (r, 0);
  gint64 by = (size - x->origin % size) % size;
  SgValue *const *outputs;

  if (!divides (r, x, size))
    return;
  outputs = copy_node (r, a, video_rings_roll (&r->build, x->value, by));
  if (outputs)
    set_output (r, 0, outputs[0], TRUE, (x->origin + by) / size);
}

static void
rewrite_resize (Rewriter * r)
{
  const SgResizeAttrs *a = r->node->attrs;
  SgResizeAttrs attrs = *a;
  const Twin *x = input_twin (r, 0);
  SgResizeAxis axes[SG_MAX_RANK], *rows = &axes[2], *columns = &axes[3];

  if (!sg_resize_resolve (&r->plan.call, axes, &r->build.error))
    return;
  if (!axes[0].same || !axes[1].same
      || (columns->out != columns->in
          && (a->coordinates == SG_RESIZE_ALIGN_CORNERS
              || a->coordinates == SG_RESIZE_TF_CROP_AND_RESIZE))
      || columns->scale * columns->in != columns->out
      || rows->scale * rows->in != rows->out
      || x->origin * columns->out % columns->in != 0) {
    fail (r, "scales by positions of the whole picture");
    return;
  }
  if (width_of (x) * columns->out % columns->in != 0) {
    divides (r, x, columns->in);
    return;
  }
  attrs.policy = SG_RESIZE_STRETCH;
  attrs.n_axes = 0;
  attrs.scales_second = FALSE;
  set_output (r, 0, video_rings_resize (&r->build, x->value, &attrs,
          rows->out, width_of (x) * columns->out / columns->in), TRUE,
      x->origin * columns->out / columns->in);
}

/* --- windows ------------------------------------------------------------------- */

/* What a window of @window sees of @ring: columns padded around, rows over the pole.
 * Afterwards it needs no pads. @origin: of what it makes of that */
static SgValue *
add_window (Rewriter * r, const Twin * ring, SgWindow * window, gint64 * origin)
{
  const gint64 stride = window->stride[1];
  const gint64 reach = (window->kernel[1] - 1) * window->dilation[1];
  const gint64 at = window->pad_begin[1] + ring->origin;
  SgValue *x = ring->value;
  gint64 left, right;

  if (!divides (r, ring, stride))
    return NULL;
  /* as far to both sides as the stride lets */
  *origin = at - reach / 2;
  *origin =
      *origin >= 0 ? *origin / stride : -((stride - 1 - *origin) / stride);
  left = at - *origin * stride;
  right = reach + 1 - stride - left;
  if (left < 0 || right <= -stride) {
    x = video_rings_roll (&r->build, x, -left);
    left = 0;
    right = reach + 1 - stride;
  }
  x = pad_rows (r, x, window->pad_begin[0], window->pad_end[0]);
  x = video_rings_pad (&r->build, x, left, MAX (right, 0));
  memset (window->pad_begin, 0, sizeof window->pad_begin);
  memset (window->pad_end, 0, sizeof window->pad_end);
  window->auto_pad = SG_AUTO_PAD_NOTSET;
  return x;
}

/* The node with as much of the ring as @resolved looks at, which becomes the @window in
 * @attrs. */
static void
copy_windowed (Rewriter * r, gconstpointer attrs, SgWindow * window,
    const SgWindow * resolved)
{
  SgValue *const *outputs;
  gint64 origin;
  SgValue *seen;

  *window = *resolved;
  seen = add_window (r, input_twin (r, 0), window, &origin);
  outputs = seen ? copy_node (r, attrs, seen) : NULL;
  if (outputs)
    set_output (r, 0, outputs[0], TRUE, origin);
}

static void
rewrite_conv (Rewriter * r)
{
  SgConvAttrs attrs = *(const SgConvAttrs *) r->node->attrs;
  const SgTensorDesc *inputs = r->plan.inputs;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  if (!sg_window_resolve (&attrs.window, inputs[0].shape.dim + 2, 2,
          inputs[1].shape.dim + 2, FALSE, &window, out, &r->plan.call,
          &r->build.error))
    return;
  copy_windowed (r, &attrs, &attrs.window, &window);
}

static void
rewrite_pool (Rewriter * r)
{
  SgPoolAttrs attrs = *(const SgPoolAttrs *) r->node->attrs;
  gint64 out[SG_MAX_SPATIAL];
  SgWindow window;

  if (r->node->n_outputs != 1) {
    fail (r, "says where it found its pixels");
    return;
  }
  if (!sg_pool_resolve (&r->plan.call, &window, out, &r->build.error))
    return;
  copy_windowed (r, &attrs, &attrs.window, &window);
}

/* Enough of the ring on either side that every pixel of the result gets all that is
 * added to it; what is too much is cut off as pads are. */
static void
rewrite_conv_transpose (Rewriter * r)
{
  SgConvTransposeAttrs attrs = *(const SgConvTransposeAttrs *) r->node->attrs;
  const SgTensorDesc *inputs = r->plan.inputs;
  const Twin *x = input_twin (r, 0);
  gint64 out[SG_MAX_SPATIAL], margin[2];
  SgValue *const *outputs;
  SgWindow window;
  SgValue *seen;

  if (!sg_window_resolve_transposed (&attrs.window, inputs[0].shape.dim + 2, 2,
          inputs[1].shape.dim + 2, attrs.output_padding, attrs.output_shape,
          &window, out, &r->plan.call, &r->build.error))
    return;
  out[1] = width_of (x) * window.stride[1];
  for (guint i = 0; i < 2; i++) {
    gint64 reach = (window.kernel[i] - 1) * window.dilation[i];
    gint64 size = i == 0 ? inputs[0].shape.dim[2] : width_of (x);

    margin[i] = (MAX (reach, window.pad_begin[i]) + window.stride[i] - 1)
        / window.stride[i] + 1;
    window.pad_begin[i] += window.stride[i] * margin[i];
    window.pad_end[i] = (size + 2 * margin[i] - 1) * window.stride[i] + reach
        + 1 - window.pad_begin[i] - out[i];
  }
  memset (attrs.output_padding, 0, sizeof attrs.output_padding);
  memset (attrs.output_shape, 0, sizeof attrs.output_shape);
  window.auto_pad = SG_AUTO_PAD_NOTSET;
  attrs.window = window;
  seen = pad_rows (r, x->value, margin[0], margin[0]);
  seen = video_rings_pad (&r->build, seen, margin[1], margin[1]);
  outputs = seen ? copy_node (r, &attrs, seen) : NULL;
  if (outputs)
    set_output (r, 0, outputs[0], TRUE, x->origin * window.stride[1]);
}

/* --- the model ------------------------------------------------------------------- */

/* Operators that may take a ring; all others must not. */
static const struct
{
  const gchar *op;
  void (*rewrite) (Rewriter * r);
} rules[] = {
  {"abs", rewrite_pointwise},
  {"add", rewrite_pointwise},
  {"affine", rewrite_pointwise},
  {"average_pool", rewrite_pool},
  {"batch_norm", rewrite_pointwise},
  {"cast", rewrite_pointwise},
  {"clip", rewrite_pointwise},
  {"concat", rewrite_concat},
  {"conv", rewrite_conv},
  {"conv_transpose", rewrite_conv_transpose},
  {"crop", rewrite_crop},
  {"depth_to_space", rewrite_depth_to_space},
  {"div", rewrite_pointwise},
  {"elu", rewrite_pointwise},
  {"exp", rewrite_pointwise},
  {"floor", rewrite_pointwise},
  {"gather", rewrite_gather},
  {"global_average_pool", rewrite_global_pool},
  {"hard_sigmoid", rewrite_pointwise},
  {"hard_swish", rewrite_pointwise},
  {"identity", rewrite_pointwise},
  {"image_scaler", rewrite_pointwise},
  {"instance_norm", rewrite_instance_norm},
  {"leaky_relu", rewrite_pointwise},
  {"max", rewrite_pointwise},
  {"max_pool", rewrite_pool},
  {"min", rewrite_pointwise},
  {"mul", rewrite_pointwise},
  {"neg", rewrite_pointwise},
  {"pad", rewrite_pad},
  {"pow", rewrite_pointwise},
  {"prelu", rewrite_pointwise},
  {"reduce_mean", rewrite_reduce},
  {"reduce_sum", rewrite_reduce},
  {"relu", rewrite_pointwise},
  {"resize", rewrite_resize},
  {"sigmoid", rewrite_pointwise},
  {"slice", rewrite_slice},
  {"softmax", rewrite_softmax},
  {"space_to_depth", rewrite_space_to_depth},
  {"split", rewrite_split},
  {"sqrt", rewrite_pointwise},
  {"sub", rewrite_pointwise},
  {"tanh", rewrite_pointwise},
};

static void
rewrite_as_it_is (Rewriter * r)
{
  SgValue *const *outputs = copy_node (r, r->node->attrs, NULL);

  for (guint i = 0; outputs && i < r->node->n_outputs; i++)
    set_output (r, i, outputs[i], FALSE, 0);
}

static void
rewrite_node (Rewriter * r)
{
  const SgNode *node = r->node;
  gboolean has_ring = FALSE;

  for (guint i = 0; i < node->n_inputs; i++)
    has_ring |= node->inputs[i] && input_twin (r, i)->is_ring;
  if (!has_ring) {
    if (g_str_equal (node->op->name, "instance_norm"))
      rewrite_instance_norm (r);
    else
      rewrite_as_it_is (r);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    if (!g_str_equal (node->op->name, rules[i].op))
      continue;
    if (!input_twin (r, 0)->is_ring && rules[i].rewrite != rewrite_pointwise)
      fail (r, "takes a picture where a constant is usual");
    else
      rules[i].rewrite (r);
    return;
  }
  fail (r, "is no operator of pictures");
}

VideoTwin
video_rewrite (Rewriter * r, SgGraph * model, guint input, guint output,
    SgValue * x)
{
  const SgValue *image = g_ptr_array_index (model->inputs, input);
  const SgValue *result =
      g_array_index (model->outputs, SgGraphOutput, output).value;
  Twin twin = { NULL };

  for (guint i = 0; i < model->values->len; i++)
    ((SgValue *) g_ptr_array_index (model->values, i))->index = i;
  r->twins = g_new0 (Twin, model->values->len);
  r->twins[image->index] = (Twin) {
  x, r->wrap, 0};
  r->n_norms = 0;
  for (guint i = 0; i < model->nodes->len && !r->build.error; i++) {
    r->node = g_ptr_array_index (model->nodes, i);
    plan_call_init (&r->plan, r->node);
    rewrite_node (r);
    plan_call_clear (&r->plan);
  }
  if (r->build.error == NULL)
    twin = r->twins[result->index];
  g_clear_pointer (&r->twins, g_free);
  return twin;
}
