/* gst-stylegan: backends and their devices
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/error.h>
#include <sg/tensor.h>
#include <sg/threads.h>

G_BEGIN_DECLS

typedef enum
{
  SG_BACKEND_AUTO,              /* the fastest that works here */
  SG_BACKEND_VULKAN,
  SG_BACKEND_CPU,
  SG_BACKEND_REFERENCE,         /* slow loops in double: the oracle */
} SgBackendId;

/* Where kernels run. Devices are shared: the same backend and thread count give
 * the same device, with one copy of every packed weight.
 *
 * Thread-safety: safe. */
typedef struct _SgDevice SgDevice;

/* @n_threads: CPU threads to use, 0 for all the process may use
 * Returns: a new reference, or NULL with SG_ERROR_NO_DEVICE. */
SgDevice *sg_device_open (SgBackendId backend, guint n_threads,
    GError ** error);
SgDevice *sg_device_ref (SgDevice * device);
void sg_device_unref (SgDevice * device);

/* "cpu", "reference", "vulkan". */
const gchar *sg_device_get_backend_name (SgDevice * device);
/* For people: processor or GPU with the instruction set in use. */
const gchar *sg_device_get_description (SgDevice * device);
SgThreadPool *sg_device_get_threads (SgDevice * device);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDevice, sg_device_unref)

G_END_DECLS
