/* gst-stylegan: the front door to the backends' kernels
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/backend.h"

gboolean
sg_device_supports (SgDevice * device, const SgCall * call)
{
  return device->backend->supports (device, call);
}

SgKernel *
sg_kernel_new (SgDevice * device, const SgCall * call, GError ** error)
{
  SgDevice *at = device;
  SgKernel *kernel;

  for (guint i = 0; i < call->n_inputs; i++)
    if (i < call->op->min_inputs && !sg_call_has_input (call, i)) {
      sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "input %u is missing", i);
      return NULL;
    }
  while (at && !at->backend->supports (at, call))
    at = at->fallback;
  if (at == NULL) {
    sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "no kernel on the %s backend", device->backend->name);
    return NULL;
  }
  kernel = at->backend->kernel_new (at, call, error);
  if (kernel) {
    kernel->device = at;
    kernel->backend = at->backend;
  }
  return kernel;
}

void
sg_kernel_free (SgKernel * kernel)
{
  if (kernel)
    kernel->backend->kernel_free (kernel);
}

gboolean
sg_kernel_run (SgKernel * kernel, gpointer const *outputs,
    gconstpointer const *inputs, gpointer scratch, GError ** error)
{
  return kernel->backend->kernel_run (kernel, outputs, inputs, scratch, error);
}
