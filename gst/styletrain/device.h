/* gst-stylegan: the device that a command computes on
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>

#include "progress.h"

G_BEGIN_DECLS

/* "auto", "vulkan", "cpu", "reference", NULL. */
const gchar *const *device_backends (void);
/* In fp32; says so if it had to be the processor.
 * backend: one of those
 * name: which GPU, or NULL
 * threads: 0: all */
SgDevice *device_open (const gchar * backend, const gchar * name, gint threads,
    Progress * progress, GError ** error);

G_END_DECLS
