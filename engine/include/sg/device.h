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

/* How numbers are kept and multiplied on a GPU. Sums, norms and what is not an
 * image ([N,C,H,W]) are f32 in all cases; the other backends know f32 only. */
typedef enum
{
  SG_PRECISION_AUTO,            /* f16 where the device is faster with it */
  SG_PRECISION_FP32,
  SG_PRECISION_FP16,            /* images and weights in f16 */
} SgPrecision;

/* Where kernels run. Devices are shared: the same configuration gives the same
 * device, with one copy of every packed weight.
 *
 * Thread-safety: safe. */
typedef struct _SgDevice SgDevice;

/* Zeroed: the best device with all threads. */
typedef struct
{
  SgBackendId backend;
  guint n_threads;              /* CPU threads, 0: all the process may use */
  /* Which GPU: its number in sg_device_list (), a part of its name (in any case),
   * or its UUID. NULL or "": the best one that is a GPU; software implementations
   * of Vulkan run only when named. Ignored by other backends. */
  const gchar *name;
  SgPrecision precision;
} SgDeviceConfig;

/* SG_BACKEND_AUTO: Vulkan where there is a GPU, else the CPU; then @fallback, if
 * not NULL, is set to the reason for not using a GPU (transfer full), else to
 * NULL. When AUTO is asked for with a name, that device must be there.
 * Returns: a new reference, or NULL with SG_ERROR_NO_DEVICE (says which devices
 *   there are), SG_ERROR_NO_MEMORY, SG_ERROR_DEVICE_LOST. May block for some
 *   hundred milliseconds. */
SgDevice *sg_device_open (const SgDeviceConfig * config, gchar ** fallback,
    GError ** error);
SgDevice *sg_device_ref (SgDevice * device);
void sg_device_unref (SgDevice * device);
/* What opening @device again gives, with another precision (SG_PRECISION_AUTO:
 * the one asked for then): @device itself if nothing differs, a new one if it
 * was lost. Errors as sg_device_open (). */
SgDevice *sg_device_reopen (SgDevice * device, SgPrecision precision,
    GError ** error);

typedef enum
{
  SG_DEVICE_DISCRETE,           /* in the order in which they are preferred */
  SG_DEVICE_INTEGRATED,
  SG_DEVICE_VIRTUAL,
  SG_DEVICE_OTHER,
  SG_DEVICE_SOFTWARE,           /* a CPU */
} SgDeviceType;

typedef struct
{
  guint index;                  /* for SgDeviceConfig.name */
  gchar *name, *uuid, *driver;
  SgDeviceType type;
  guint64 memory_bytes;         /* of its own, or shared with the CPU */
  gchar *problem;               /* why it cannot be used, or NULL */
} SgDeviceInfo;

void sg_device_info_free (SgDeviceInfo * info);
/* All Vulkan devices, best first; empty where there is no Vulkan.
 * Returns: (transfer full) (element-type SgDeviceInfo) */
GPtrArray *sg_device_list (void);

/* "cpu", "reference", "vulkan". */
const gchar *sg_device_get_backend_name (SgDevice * device);
/* For people: processor or GPU with the instruction set in use. */
const gchar *sg_device_get_description (SgDevice * device);
SgThreadPool *sg_device_get_threads (SgDevice * device);
/* SG_PRECISION_FP32 or _FP16: what AUTO came to. */
SgPrecision sg_device_get_precision (SgDevice * device);
/* The most frames that a session on it works on at a time; 1 for those that
 * work while the caller waits. */
guint sg_device_get_max_frames_in_flight (SgDevice * device);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDevice, sg_device_unref)

G_END_DECLS
