/* gst-stylegan: from the calls of conv and conv_transpose to conv2d
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv_call.h"

#include "cpu/parallel.h"

/* Beyond these the reference has to do: conv2d counts some things in 32 bits. */
#define MAX_SIZE (1 << 22)
#define MAX_EXTENT 2048
#define MAX_STRIDE 64
#define MAX_WINDOW (1 << 26)    /* floats of all channels under a window */

static gboolean
convert_activation (const SgActivation * from, CpuAct * to)
{
  static const CpuActKind kinds[] = {
    [SG_ACTIVATION_NONE] = CPU_ACT_NONE,
    [SG_ACTIVATION_RELU] = CPU_ACT_RELU,
    [SG_ACTIVATION_LEAKY_RELU] = CPU_ACT_LEAKY,
    [SG_ACTIVATION_CLIP] = CPU_ACT_CLIP,
    [SG_ACTIVATION_TANH] = CPU_ACT_TANH,
    [SG_ACTIVATION_SIGMOID] = CPU_ACT_SIGMOID,
  };

  if ((guint) from->kind >= G_N_ELEMENTS (kinds))
    return FALSE;
  to->kind = kinds[from->kind];
  if (to->kind == CPU_ACT_LEAKY)
    to->alpha = from->alpha;
  if (to->kind == CPU_ACT_CLIP) {
    to->lo = from->alpha;
    to->hi = from->beta;
  }
  return TRUE;
}

static gboolean
axis_fits (const SgWindow * window, gint axis, gint64 in, gint64 out)
{
  gint64 stride = window->stride[axis];

  return in <= MAX_SIZE && out <= MAX_SIZE && stride <= MAX_STRIDE
      && (window->kernel[axis] - 1) * window->dilation[axis] < MAX_EXTENT
      && ABS (window->pad_begin[axis]) <= MAX_SIZE
      && ABS (window->pad_end[axis]) <= MAX_SIZE;
}

/* Then weights and bias are packed once, else in every run. */
static gboolean
has_constants (const SgCall * call)
{
  return cpu_constant (call, SG_CONV_W) && (!sg_call_has_input (call,
          SG_CONV_B) || cpu_constant (call, SG_CONV_B));
}

/* conv2d's residual is as y after the shuffle, its moments have y's channels. */
static gboolean
fused_parts_fit (const SgCall * call)
{
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *y = &call->outputs[0].shape;
  SgShape moments = SG_SHAPE (y->dim[0], y->dim[1], 2);
  SgShape scale_shift = SG_SHAPE (x->dim[0], 2, x->dim[1]);

  if (sg_call_has_input (call, SG_CONV_RESIDUAL)
      && !sg_shape_equal (&call->inputs[SG_CONV_RESIDUAL].shape, y))
    return FALSE;
  if (sg_call_has_input (call, SG_CONV_SCALE_SHIFT)
      && !sg_shape_equal (&call->inputs[SG_CONV_SCALE_SHIFT].shape,
          &scale_shift))
    return FALSE;
  return call->n_outputs < 2
      || sg_shape_equal (&call->outputs[1].shape, &moments);
}

gboolean
cpu_conv_call_params (const SgCall * call, const SgWindow * window,
    gint64 group, gint64 channels, const SgActivation * input_activation,
    const SgActivation * activation, CpuConv2dParams * p)
{
  const SgShape *x = &call->inputs[SG_CONV_X].shape;
  const SgShape *y = &call->outputs[0].shape;
  gint w = window->n_spatial - 1;       /* the axis that is the width */
  gboolean rows = window->n_spatial == 2;

  if (!cpu_is_f32 (call) || !fused_parts_fit (call) || x->rank > 4
      || x->dim[0] > MAX_SIZE || x->dim[1] > MAX_SIZE || channels > MAX_SIZE
      || !convert_activation (input_activation, &p->prologue)
      || !convert_activation (activation, &p->epilogue)
      || p->prologue.kind > CPU_ACT_CLIP)
    return FALSE;
  for (gint i = 0; i < window->n_spatial; i++)
    if (!axis_fits (window, i, x->dim[2 + i], y->dim[2 + i]))
      return FALSE;
  p->n = x->dim[0];
  p->ic = x->dim[1];
  p->oc = channels;
  p->group = group;
  p->ih = rows ? x->dim[2] : 1;
  p->oh = rows ? y->dim[2] : 1;
  p->kh = rows ? window->kernel[0] : 1;
  p->stride_h = rows ? window->stride[0] : 1;
  p->dilation_h = rows ? window->dilation[0] : 1;
  p->pad_top = rows ? window->pad_begin[0] : 0;
  p->pad_bottom = rows ? window->pad_end[0] : 0;
  p->iw = x->dim[2 + w];
  p->ow = y->dim[2 + w];
  p->kw = window->kernel[w];
  p->stride_w = window->stride[w];
  p->dilation_w = window->dilation[w];
  p->pad_left = window->pad_begin[w];
  p->pad_right = window->pad_end[w];
  p->upsample = 1;
  return (gint64) p->ic * p->kh * ((p->kw - 1) * p->dilation_w + 1)
      * p->stride_w <= MAX_WINDOW;
}

typedef struct
{
  CpuConvCache *cache;
  CpuConv2d *conv;
  SgTensor *packed;             /* NULL: in each run, at @packed_at in scratch */
  gsize packed_at;
} ConvState;

gpointer
cpu_conv_call_prepare (CpuDevice * device, const SgCall * call,
    const CpuConv2dParams * p, gsize * scratch_bytes, GError ** error)
{
  g_autoptr (CpuConv2d) conv = NULL;
  SgTensor *packed = NULL;
  ConvState *state;

  gboolean constant = has_constants (call);

  conv = cpu_conv2d_new (p, sg_thread_pool_get_size (device->base.threads));
  if (conv != NULL && constant)
    packed = cpu_conv_cache_get (device->convs, conv,
        cpu_constant (call, SG_CONV_W), cpu_constant (call, SG_CONV_B));
  if (conv == NULL || (constant && packed == NULL)) {
    /* supports () has seen to everything else */
    sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "no memory for its packed weights");
    return NULL;
  }
  state = g_new0 (ConvState, 1);
  state->packed_at = (cpu_conv2d_scratch_bytes (conv) + 63) / 64 * 64;
  *scratch_bytes = state->packed_at
      + (constant ? 0 : cpu_conv2d_packed_bytes (conv));
  state->cache = device->convs;
  state->conv = g_steal_pointer (&conv);
  state->packed = packed;
  return state;
}

void
cpu_conv_call_run (gpointer data, CpuDevice * device, const SgCall * call,
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch)
{
  ConvState *state = data;
  gconstpointer scale_shift = NULL, residual = NULL;
  const gfloat *packed = state->packed ? state->packed->data
      : (gconstpointer) ((guint8 *) scratch + state->packed_at);

  if (state->packed == NULL)
    cpu_conv2d_pack_to (state->conv, device->base.threads, inputs[SG_CONV_W],
        sg_call_has_input (call, SG_CONV_B) ? inputs[SG_CONV_B] : NULL,
        (gfloat *) ((guint8 *) scratch + state->packed_at));
  if (call->n_inputs > SG_CONV_SCALE_SHIFT)
    scale_shift = inputs[SG_CONV_SCALE_SHIFT];
  if (call->n_inputs > SG_CONV_RESIDUAL)
    residual = inputs[SG_CONV_RESIDUAL];
  cpu_conv2d_run (state->conv, device->base.threads, packed,
      inputs[SG_CONV_X], scale_shift, residual, outputs[0],
      call->n_outputs > 1 ? outputs[1] : NULL, scratch);
}

void
cpu_conv_call_release (gpointer data)
{
  ConvState *state = data;

  if (state->packed)
    cpu_conv_cache_release (state->cache, state->packed);
  cpu_conv2d_free (state->conv);
  g_free (state);
}
