/* gst-stylegan: what a backend implements
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Callers use the front door (sg_kernel_..., sg/device.h, sg/image.h), which
 * checks every argument once; the functions of a backend may assume that what
 * reaches them is valid. */
#pragma once

#include <sg/image.h>

#include "graph/op.h"

G_BEGIN_DECLS

typedef struct _SgBackend SgBackend;

/* An operator prepared for one shape on one device: weights packed, variant
 * chosen. Backends put this first in their own struct. */
typedef struct
{
  SgDevice *device;             /* not a reference: the session holds one */
  const SgBackend *backend;     /* may be another than the device's: fallback */
  gsize scratch_bytes;          /* needed while running */
  /* Input 0 may share memory with output 0. */
  gboolean in_place;
} SgKernel;

struct _SgBackend
{
  const gchar *name;
  SgBackendId id;
  /* Where operators go that this backend has no kernel for; NULL: nowhere. */
  const SgBackend *fallback;

  /* Fills @device (zeroed, instance_size bytes, threads set). */
  gsize device_size;
    gboolean (*open) (SgDevice * device, GError ** error);
  void (*close) (SgDevice * device);    /* may be NULL */

    gboolean (*supports) (SgDevice * device, const SgCall * call);
  /* May allocate and take its time. Constants stay valid as long as the kernel. */
  SgKernel *(*kernel_new) (SgDevice * device, const SgCall * call,
      GError ** error);
  void (*kernel_free) (SgKernel * kernel);
  /* Pointers to dense data, aligned to SG_TENSOR_ALIGN; NULL where omitted.
   * Must not allocate. */
    gboolean (*kernel_run) (SgKernel * kernel, gpointer const *outputs,
      gconstpointer const *inputs, gpointer scratch, GError ** error);

  /* sg/image.h; NULL: the fallback's. */
  void (*image_load) (SgDevice * device, const SgImage * image,
      const SgPixelConvention * convention, gfloat * tensor);
  void (*image_store) (SgDevice * device, const gfloat * tensor,
      const SgPixelConvention * convention, const SgImage * source,
      SgImage * image);
};

struct _SgDevice
{
  const SgBackend *backend;
  gint ref_count;
  SgThreadPool *threads;
  gchar *description;           /* set by open () */
};

/* The backends, each in its folder. */
extern const SgBackend sg_backend_ref;
extern const SgBackend sg_backend_cpu;
extern const SgBackend sg_backend_vulkan;

/* Front door. */
gboolean sg_device_supports (SgDevice * device, const SgCall * call);
/* Tries the device's backend, then its fallbacks. */
SgKernel *sg_kernel_new (SgDevice * device, const SgCall * call,
    GError ** error);
void sg_kernel_free (SgKernel * kernel);
gboolean sg_kernel_run (SgKernel * kernel, gpointer const *outputs,
    gconstpointer const *inputs, gpointer scratch, GError ** error);

G_END_DECLS
