/* gst-stylegan: operators that map element by element, on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>

#include "cpu/parallel.h"
#include "cpu/simd/unary.h"
#include "ops/elu.h"
#include "ops/hard_sigmoid.h"
#include "ops/leaky_relu.h"

/* The two parameters of simd/unary.h, from attributes or scalar inputs. */
typedef void (*ParamsFunc) (const SgCall * call, gconstpointer const *inputs,
    gfloat * a, gfloat * b);

typedef struct
{
  CpuUnaryFunc func;
  const gfloat *x;
  gfloat *y;
  gfloat a, b;
} UnaryRun;

static void
no_params (const SgCall * call, gconstpointer const *inputs, gfloat * a,
    gfloat * b)
{
}

static void
clip_params (const SgCall * call, gconstpointer const *inputs, gfloat * a,
    gfloat * b)
{
  *a = sg_call_has_input (call, 1) ? *(const gfloat *) inputs[1] : -INFINITY;
  *b = sg_call_has_input (call, 2) ? *(const gfloat *) inputs[2] : INFINITY;
}

static void
elu_params (const SgCall * call, gconstpointer const *inputs, gfloat * a,
    gfloat * b)
{
  *a = ((const SgEluAttrs *) call->attrs)->alpha;
}

static void
hard_sigmoid_params (const SgCall * call, gconstpointer const *inputs,
    gfloat * a, gfloat * b)
{
  const SgHardSigmoidAttrs *attrs = call->attrs;

  *a = attrs->alpha;
  *b = attrs->beta;
}

static void
leaky_relu_params (const SgCall * call, gconstpointer const *inputs,
    gfloat * a, gfloat * b)
{
  *a = ((const SgLeakyReluAttrs *) call->attrs)->alpha;
}

static gboolean
supports (CpuDevice * device, const SgCall * call)
{
  return cpu_is_f32 (call);
}

static void
run_range (gpointer user_data, gsize begin, gsize end)
{
  const UnaryRun *r = user_data;

  r->func (r->y + begin, r->x + begin, end - begin, r->a, r->b);
}

static void
run_unary (CpuDevice * device, const SgCall * call, gpointer const *outputs,
    gconstpointer const *inputs, CpuUnary operation, ParamsFunc params)
{
  UnaryRun r = { device->simd->unary->func[operation], inputs[0], outputs[0] };
  const SgShape *y = &call->outputs[0].shape;

  params (call, inputs, &r.a, &r.b);
  cpu_parallel_for (device, cpu_count (y, 0, y->rank), CPU_GRAIN, run_range,
      &r);
}

#define UNARY_KERNEL(word, operation, params) \
static void \
run_ ## word (gpointer state, CpuDevice * device, const SgCall * call, \
    gpointer const *outputs, gconstpointer const *inputs, gpointer scratch) \
{ \
  run_unary (device, call, outputs, inputs, operation, params); \
} \
\
const CpuKernel cpu_kernel_ ## word = { \
  .op = #word, \
  .supports = supports, \
  .run = run_ ## word, \
  .in_place = TRUE, \
};

UNARY_KERNEL (abs, CPU_UNARY_ABS, no_params)
UNARY_KERNEL (clip, CPU_UNARY_CLIP, clip_params)
UNARY_KERNEL (elu, CPU_UNARY_ELU, elu_params)
UNARY_KERNEL (exp, CPU_UNARY_EXP, no_params)
UNARY_KERNEL (floor, CPU_UNARY_FLOOR, no_params)
UNARY_KERNEL (hard_sigmoid, CPU_UNARY_HARD_SIGMOID, hard_sigmoid_params)
UNARY_KERNEL (hard_swish, CPU_UNARY_HARD_SWISH, no_params)
UNARY_KERNEL (leaky_relu, CPU_UNARY_LEAKY_RELU, leaky_relu_params)
UNARY_KERNEL (neg, CPU_UNARY_NEG, no_params)
UNARY_KERNEL (relu, CPU_UNARY_RELU, no_params)
UNARY_KERNEL (sigmoid, CPU_UNARY_SIGMOID, no_params)
UNARY_KERNEL (sqrt, CPU_UNARY_SQRT, no_params)
UNARY_KERNEL (tanh, CPU_UNARY_TANH, no_params)
