/* gst-stylegan: how much memory there is, and of which pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes that can be allocated now without the system swapping, or the process
 * being killed: the least of what the kernel calls available, what is left in
 * the process's control groups (cgroup v2) and under its address space limit.
 * G_MAXSIZE where nothing of that can be found out. An estimate: others
 * allocate too. Reads a few small files.
 *
 * Thread-safety: safe. */
gsize sg_memory_available (void);

/* Asks the kernel to back @bytes of @memory that nothing has been written to yet with
 * large pages: kernels that go through many planes at a time miss the translation
 * cache on small ones. Only a hint; nothing happens where the system has none.
 *
 * Thread-safety: safe. */
void sg_memory_use_large_pages (gpointer memory, gsize bytes);

G_END_DECLS
