/* gst-stylegan: bench-conv in a build without Vulkan
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-conv.h"

gint
bench_vulkan (const BenchVulkan * config, const Layer * layers, guint n_layers)
{
  g_printerr ("this build has no Vulkan\n");
  return 1;
}
