/* gst-stylegan: devices, opened once and shared
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/backend.h"

/* In the order that SG_BACKEND_AUTO tries them. */
static const SgBackend *const backends[] = {
  &sg_backend_vulkan,
  &sg_backend_cpu,
  &sg_backend_ref,
};

static GMutex devices_lock;
static GPtrArray *devices;      /* of SgDevice, not referenced */

static SgDevice *
find_open (const SgBackend * backend, SgThreadPool * threads)
{
  for (guint i = 0; devices && i < devices->len; i++) {
    SgDevice *device = g_ptr_array_index (devices, i);

    if (device->backend == backend && device->threads == threads)
      return sg_device_ref (device);
  }
  return NULL;
}

static SgDevice *
open_backend (const SgBackend * backend, guint n_threads, GError ** error)
{
  g_autoptr (SgThreadPool) threads = sg_thread_pool_get (n_threads);
  SgDevice *device;

  g_mutex_lock (&devices_lock);
  device = find_open (backend, threads);
  if (device == NULL) {
    device = g_malloc0 (backend->device_size);
    device->backend = backend;
    device->ref_count = 1;
    device->threads = sg_thread_pool_ref (threads);
    if (backend->open (device, error)) {
      if (devices == NULL)
        devices = g_ptr_array_new ();
      g_ptr_array_add (devices, device);
    } else {
      sg_thread_pool_unref (device->threads);
      g_clear_pointer (&device, g_free);
    }
  }
  g_mutex_unlock (&devices_lock);
  return device;
}

SgDevice *
sg_device_open (SgBackendId id, guint n_threads, GError ** error)
{
  g_return_val_if_fail (n_threads <= SG_THREADS_MAX, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (backends); i++) {
    SgDevice *device;

    if (id == SG_BACKEND_AUTO) {
      device = open_backend (backends[i], n_threads, NULL);
      if (device)
        return device;
    } else if (backends[i]->id == id) {
      return open_backend (backends[i], n_threads, error);
    }
  }
  g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE, "no backend %d", id);
  return NULL;
}

SgDevice *
sg_device_ref (SgDevice * device)
{
  g_atomic_int_inc (&device->ref_count);
  return device;
}

void
sg_device_unref (SgDevice * device)
{
  if (device == NULL)
    return;
  /* Under the lock: find_open () must not revive a device on its way out. */
  g_mutex_lock (&devices_lock);
  if (g_atomic_int_dec_and_test (&device->ref_count)) {
    g_ptr_array_remove_fast (devices, device);
    if (devices->len == 0)
      g_clear_pointer (&devices, g_ptr_array_unref);
    if (device->backend->close)
      device->backend->close (device);
    sg_thread_pool_unref (device->threads);
    g_free (device->description);
    g_free (device);
  }
  g_mutex_unlock (&devices_lock);
}

const gchar *
sg_device_get_backend_name (SgDevice * device)
{
  return device->backend->name;
}

const gchar *
sg_device_get_description (SgDevice * device)
{
  return device->description ? device->description : "";
}

SgThreadPool *
sg_device_get_threads (SgDevice * device)
{
  return device->threads;
}
