/* gst-stylegan: the reference backend behind the front door
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/backend.h"
#include "ref/image.h"
#include "ref/ref.h"

typedef struct
{
  SgKernel base;
  RefFunc func;
  SgCall call;
  gpointer attrs;
  SgTensorDesc *descs;          /* inputs, then outputs */
  SgTensor **tensors;           /* views, inputs then outputs */
  SgTensor **constants;
} RefKernel;

static gboolean
ref_open (SgDevice * device, const SgDeviceConfig * config, GError ** error)
{
  device->description = g_strdup ("reference loops");
  return TRUE;
}

static gboolean
ref_supports (SgDevice * device, const SgCall * call)
{
  return TRUE;
}

static SgKernel *
ref_kernel_new (SgDevice * device, const SgCall * call, GError ** error)
{
  RefKernel *kernel = g_new0 (RefKernel, 1);
  guint n = call->n_inputs + call->n_outputs;

  kernel->func = ref_find (call->op);
  kernel->call = *call;
  kernel->attrs = g_memdup2 (call->attrs, call->op->attrs_size);
  kernel->call.attrs = kernel->attrs;
  kernel->descs = g_new0 (SgTensorDesc, n);
  kernel->tensors = g_new0 (SgTensor *, n);
  kernel->constants = g_new0 (SgTensor *, MAX (call->n_inputs, 1));
  for (guint i = 0; i < n; i++) {
    kernel->descs[i] = i < call->n_inputs ? call->inputs[i]
        : call->outputs[i - call->n_inputs];
    if (kernel->descs[i].dtype != SG_DTYPE_NONE)
      kernel->tensors[i] = sg_tensor_new_borrowed (kernel->descs[i].dtype,
          &kernel->descs[i].shape, NULL);
  }
  for (guint i = 0; call->constants && i < call->n_inputs; i++)
    kernel->constants[i] = call->constants[i];
  kernel->call.inputs = kernel->descs;
  kernel->call.outputs = kernel->descs + call->n_inputs;
  kernel->call.constants = kernel->constants;
  return &kernel->base;
}

static void
ref_kernel_free (SgKernel * base)
{
  RefKernel *kernel = (RefKernel *) base;

  for (guint i = 0; i < kernel->call.n_inputs + kernel->call.n_outputs; i++)
    sg_tensor_unref (kernel->tensors[i]);
  g_free (kernel->tensors);
  g_free (kernel->constants);
  g_free (kernel->descs);
  g_free (kernel->attrs);
  g_free (kernel);
}

static gboolean
ref_kernel_run (SgKernel * base, gpointer const *outputs,
    gconstpointer const *inputs, gpointer scratch, GError ** error)
{
  RefKernel *kernel = (RefKernel *) base;
  guint n_inputs = kernel->call.n_inputs;

  for (guint i = 0; i < n_inputs; i++)
    if (kernel->tensors[i])
      kernel->tensors[i]->data = (gpointer) inputs[i];
  for (guint i = 0; i < kernel->call.n_outputs; i++)
    if (kernel->tensors[n_inputs + i])
      kernel->tensors[n_inputs + i]->data = outputs[i];
  return kernel->func (&kernel->call, kernel->tensors + n_inputs,
      kernel->tensors, error);
}

const SgBackend sg_backend_ref = {
  .name = "reference",
  .id = SG_BACKEND_REFERENCE,
  .device_size = sizeof (SgDevice),
  .open = ref_open,
  .supports = ref_supports,
  .kernel_new = ref_kernel_new,
  .kernel_free = ref_kernel_free,
  .kernel_run = ref_kernel_run,
  .image_load = ref_image_load,
  .image_store = ref_image_store,
};
