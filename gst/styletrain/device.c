/* gst-stylegan: the device that a command computes on
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "device.h"

#include <string.h>

const gchar *const *
device_backends (void)
{
  static const gchar *const names[] = { "auto", "vulkan", "cpu", "reference",
    NULL
  };

  return names;
}

SgDevice *
device_open (const gchar * backend, const gchar * name, gint threads,
    Progress * progress, GError ** error)
{
  SgDeviceConfig config = { .n_threads = threads, .name = name,
    .precision = SG_PRECISION_FP32
  };
  g_autofree gchar *fallback = NULL;
  SgDevice *device;

  while (strcmp (device_backends ()[config.backend], backend) != 0)
    config.backend++;
  device = sg_device_open (&config, &fallback, error);
  if (fallback)
    progress_say (progress, "on the processor: %s", fallback);
  return device;
}
