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
find_open (const SgBackend * backend, SgThreadPool * threads, const gchar * key)
{
  for (guint i = 0; devices && i < devices->len; i++) {
    SgDevice *device = g_ptr_array_index (devices, i);

    if (device->backend == backend && device->threads == threads
        && g_strcmp0 (device->key, key) == 0
        && !(backend->is_lost && backend->is_lost (device)))
      return sg_device_ref (device);
  }
  return NULL;
}

static void
device_free (SgDevice * device)
{
  sg_thread_pool_unref (device->threads);
  g_free (device->description);
  g_free ((gpointer) device->config.name);
  g_free (device->key);
  g_free (device);
}

static SgDevice *
open_backend (const SgBackend * backend, const SgDeviceConfig * config,
    GError ** error)
{
  g_autoptr (SgThreadPool) threads = sg_thread_pool_get (config->n_threads);
  g_autoptr (SgDevice) fallback = NULL;
  g_autofree gchar *key = NULL;
  SgDevice *device;

  if (backend->resolve) {
    key = backend->resolve (config, error);
    if (key == NULL)
      return NULL;
  }
  if (backend->fallback) {
    fallback = open_backend (backend->fallback, config, error);
    if (fallback == NULL)
      return NULL;
  }
  g_mutex_lock (&devices_lock);
  device = find_open (backend, threads, key);
  if (device == NULL) {
    device = g_malloc0 (backend->device_size);
    device->backend = backend;
    device->ref_count = 1;
    device->threads = sg_thread_pool_ref (threads);
    device->config = *config;
    device->config.backend = backend->id;
    device->config.name = g_strdup (config->name);
    device->key = g_steal_pointer (&key);
    device->precision = SG_PRECISION_FP32;
    device->max_frames_in_flight = 1;
    if (backend->open (device, config, error)) {
      device->fallback = g_steal_pointer (&fallback);
      if (devices == NULL)
        devices = g_ptr_array_new ();
      g_ptr_array_add (devices, device);
    } else {
      g_clear_pointer (&device, device_free);
    }
  }
  g_mutex_unlock (&devices_lock);
  return device;
}

SgDevice *
sg_device_open (const SgDeviceConfig * config, gchar ** fallback,
    GError ** error)
{
  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (config->n_threads <= SG_THREADS_MAX, NULL);

  if (fallback)
    *fallback = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (backends); i++) {
    g_autoptr (GError) reason = NULL;
    SgDevice *device;

    if (config->backend != SG_BACKEND_AUTO
        && config->backend != backends[i]->id)
      continue;
    device = open_backend (backends[i], config, &reason);
    if (device)
      return device;
    if (config->backend != SG_BACKEND_AUTO || (config->name && *config->name)) {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
    if (fallback && *fallback == NULL)
      *fallback = g_strdup (reason->message);
  }
  g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE, "no backend %d",
      config->backend);
  return NULL;
}

SgDevice *
sg_device_ref (SgDevice * device)
{
  g_atomic_int_inc (&device->ref_count);
  return device;
}

SgDevice *
sg_device_reopen (SgDevice * device, SgPrecision precision, GError ** error)
{
  SgDeviceConfig config = device->config;

  if (precision != SG_PRECISION_AUTO)
    config.precision = precision;
  return open_backend (device->backend, &config, error);
}

void
sg_device_unref (SgDevice * device)
{
  SgDevice *fallback = NULL;

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
    fallback = device->fallback;
    device_free (device);
  }
  g_mutex_unlock (&devices_lock);
  sg_device_unref (fallback);
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

SgPrecision
sg_device_get_precision (SgDevice * device)
{
  return device->precision;
}

guint
sg_device_get_max_frames_in_flight (SgDevice * device)
{
  return device->max_frames_in_flight;
}

GPtrArray *
sg_device_list (void)
{
  return vk_device_list ();
}

void
sg_device_info_free (SgDeviceInfo * info)
{
  g_free (info->name);
  g_free (info->uuid);
  g_free (info->driver);
  g_free (info->problem);
  g_free (info);
}
