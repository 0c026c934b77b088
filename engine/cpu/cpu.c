/* gst-stylegan: the CPU backend: which kernels it has
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/cpu.h"

#include <string.h>

#include "cpu/conv_call.h"

/* One row per kernel: an operator may have several, tried in order. */
static const CpuKernel *const kernels[] = {
#define CPU_KERNEL(name) &cpu_kernel_ ## name,
#include "cpu/list.h"
#undef CPU_KERNEL
};

typedef struct
{
  SgKernel base;
  const CpuKernel *kernel;
  gpointer state;
  SgCall call;
  gpointer attrs;
  SgTensorDesc *descs;          /* inputs, then outputs */
  SgTensor **constants;
} CpuInstance;

static gboolean
cpu_open (SgDevice * base, const SgDeviceConfig * config, GError ** error)
{
  CpuDevice *device = (CpuDevice *) base;

  device->simd = cpu_simd_get ();
  device->convs = cpu_conv_cache_new ();
  base->description = g_strdup_printf ("%s, %u threads", device->simd->name,
      sg_thread_pool_get_size (base->threads));
  return TRUE;
}

static void
cpu_close (SgDevice * base)
{
  cpu_conv_cache_free (((CpuDevice *) base)->convs);
}

static const CpuKernel *
find_kernel (SgDevice * device, const SgCall * call)
{
  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    if (g_str_equal (kernels[i]->op, call->op->name)
        && kernels[i]->supports ((CpuDevice *) device, call))
      return kernels[i];
  return NULL;
}

static gboolean
cpu_supports (SgDevice * device, const SgCall * call)
{
  return find_kernel (device, call) != NULL;
}

static void
cpu_kernel_free (SgKernel * base)
{
  CpuInstance *instance = (CpuInstance *) base;

  if (instance->kernel->release && instance->state)
    instance->kernel->release (instance->state);
  g_free (instance->attrs);
  g_free (instance->descs);
  g_free (instance->constants);
  g_free (instance);
}

static SgKernel *
cpu_kernel_new (SgDevice * device, const SgCall * call, GError ** error)
{
  const CpuKernel *kernel = find_kernel (device, call);
  CpuInstance *instance = g_new0 (CpuInstance, 1);
  guint n_in = call->n_inputs, n_out = call->n_outputs;

  instance->kernel = kernel;
  instance->base.in_place = kernel->in_place && n_in > 0
      && sg_tensor_desc_bytes (&call->inputs[0])
      == sg_tensor_desc_bytes (&call->outputs[0]);
  instance->call = *call;
  instance->attrs = g_memdup2 (call->attrs, call->op->attrs_size);
  instance->call.attrs = instance->attrs;
  instance->descs = g_new0 (SgTensorDesc, n_in + n_out);
  memcpy (instance->descs, call->inputs, n_in * sizeof (SgTensorDesc));
  memcpy (instance->descs + n_in, call->outputs, n_out * sizeof (SgTensorDesc));
  instance->call.inputs = instance->descs;
  instance->call.outputs = instance->descs + n_in;
  instance->constants = g_new0 (SgTensor *, MAX (n_in, 1));
  if (call->constants)
    memcpy (instance->constants, call->constants, n_in * sizeof (SgTensor *));
  instance->call.constants = instance->constants;
  if (kernel->prepare) {
    GError *err = NULL;

    instance->state = kernel->prepare ((CpuDevice *) device, &instance->call,
        &instance->base.scratch_bytes, &err);
    if (err) {
      g_propagate_error (error, err);
      cpu_kernel_free (&instance->base);
      return NULL;
    }
  }
  return &instance->base;
}

static gboolean
cpu_kernel_run (SgKernel * base, gpointer const *outputs,
    gconstpointer const *inputs, gpointer scratch, GError ** error)
{
  CpuInstance *instance = (CpuInstance *) base;

  instance->kernel->run (instance->state, (CpuDevice *) base->device,
      &instance->call, outputs, inputs, scratch);
  return TRUE;
}

const SgBackend sg_backend_cpu = {
  .name = "cpu",
  .id = SG_BACKEND_CPU,
  .fallback = &sg_backend_ref,
  .device_size = sizeof (CpuDevice),
  .open = cpu_open,
  .close = cpu_close,
  .supports = cpu_supports,
  .kernel_new = cpu_kernel_new,
  .kernel_free = cpu_kernel_free,
  .kernel_run = cpu_kernel_run,
  .image_load = cpu_image_load,
  .image_store = cpu_image_store,
};
