/* gst-stylegan: bench-image where the Vulkan backend is not built
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-image.h"

SgDevice *
bench_image_vulkan_open (const gchar * name, gint n_threads,
    SgPrecision precision, GError ** error)
{
  g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
      "this build has no Vulkan backend; use --backend cpu");
  return NULL;
}

gboolean
bench_image_vulkan (SgDevice * device, const BenchImage * options,
    const TestFormat * format, GError ** error)
{
  g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
      "this build has no Vulkan backend");
  return FALSE;
}
