/* gst-stylegan: stands where the Vulkan backend is not built
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/backend.h"

static gboolean
vk_open (SgDevice * device, GError ** error)
{
  g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
      "this build has no Vulkan backend; use backend=cpu");
  return FALSE;
}

const SgBackend sg_backend_vulkan = {
  .name = "vulkan",
  .id = SG_BACKEND_VULKAN,
  .device_size = sizeof (SgDevice),
  .open = vk_open,
};
