/* gst-stylegan: what is known before the first frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/plan.h"

static gboolean
check_cost (const SgCall * call, GError ** error)
{
  gdouble flops = call->op->flops ? call->op->flops (call) : 0;
  gsize bytes = 0;

  for (guint i = 0; i < call->n_outputs; i++)
    bytes += sg_tensor_desc_bytes (&call->outputs[i]);
  if (bytes > PLAN_FOLD_MAX_BYTES || flops > PLAN_FOLD_MAX_FLOPS)
    return sg_call_error (call, error, SG_ERROR_NO_MEMORY,
        "computes a constant of %" G_GSIZE_FORMAT " bytes with %.3g "
        "operations; more than any style network needs", bytes, flops);
  return TRUE;
}

static gboolean
compute (SgKernel * kernel, SgNode * node, SgTensor ** results, GError ** error)
{
  g_autofree gconstpointer *in = g_new0 (gconstpointer, node->n_inputs + 1);
  g_autofree gpointer *out = g_new0 (gpointer, node->n_outputs + 1);

  for (guint i = 0; i < node->n_inputs; i++)
    if (node->inputs[i] && node->inputs[i]->constant)
      in[i] = node->inputs[i]->constant->data;
  for (guint i = 0; i < node->n_outputs; i++)
    out[i] = results[i]->data;
  return sg_kernel_run (kernel, out, in, NULL, error);
}

gboolean
plan_fold_node (SgNode * node, GError ** error)
{
  g_autoptr (SgDevice) device = sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_REFERENCE, 1}
      , NULL, error);
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_tensor_unref);
  SgKernel *kernel = NULL;
  PlanCall plan;
  gboolean ok = device != NULL;

  plan_call_init (&plan, node);
  ok = ok && check_cost (&plan.call, error);
  for (guint i = 0; i < node->n_outputs && ok; i++) {
    SgTensor *t = sg_tensor_new (plan.outputs[i].dtype,
        &plan.outputs[i].shape, error);

    ok = t != NULL;
    if (t)
      g_ptr_array_add (results, t);
  }
  ok = ok && (kernel = sg_kernel_new (device, &plan.call, error)) != NULL
      && compute (kernel, node, (SgTensor **) results->pdata, error);
  for (guint i = 0; i < node->n_outputs && ok; i++)
    node->outputs[i]->constant = sg_tensor_ref (results->pdata[i]);
  sg_kernel_free (kernel);
  plan_call_clear (&plan);
  return ok;
}
