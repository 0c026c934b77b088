/* gst-stylegan: GLib's locks, explained to ThreadSanitizer
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GLib locks with futexes of its own, which ThreadSanitizer cannot see when GLib
 * was built without it. Linked with --wrap for these functions (unit/meson.build)
 * in builds with -Db_sanitize=thread only. */
#include <glib.h>

void __tsan_acquire (void *address);
void __tsan_release (void *address);

void __real_g_mutex_lock (GMutex * mutex);
void __wrap_g_mutex_lock (GMutex * mutex);
gboolean __real_g_mutex_trylock (GMutex * mutex);
gboolean __wrap_g_mutex_trylock (GMutex * mutex);
void __real_g_mutex_unlock (GMutex * mutex);
void __wrap_g_mutex_unlock (GMutex * mutex);
void __real_g_cond_wait (GCond * cond, GMutex * mutex);
void __wrap_g_cond_wait (GCond * cond, GMutex * mutex);

void
__wrap_g_mutex_lock (GMutex * mutex)
{
  __real_g_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

gboolean
__wrap_g_mutex_trylock (GMutex * mutex)
{
  gboolean locked = __real_g_mutex_trylock (mutex);

  if (locked)
    __tsan_acquire (mutex);
  return locked;
}

void
__wrap_g_mutex_unlock (GMutex * mutex)
{
  __tsan_release (mutex);
  __real_g_mutex_unlock (mutex);
}

void
__wrap_g_cond_wait (GCond * cond, GMutex * mutex)
{
  __tsan_release (mutex);
  __real_g_cond_wait (cond, mutex);
  __tsan_acquire (mutex);
}
