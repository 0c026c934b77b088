/* gst-stylegan: memory that stays what it was
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repeat.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <gst/check/gstcheck.h>

/* Bytes of this process that are in memory, or 0 where that is unknown. */
static gint64
resident_bytes (void)
{
  gchar *text = NULL;
  gint64 pages = 0;

  malloc_trim (0);
  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*d %" G_GINT64_FORMAT, &pages);
  g_free (text);
  return pages * sysconf (_SC_PAGESIZE);
}

/* Sanitizers and valgrind keep what is freed. */
static gboolean
memory_is_watched (void)
{
#if defined (__SANITIZE_ADDRESS__)
  return TRUE;
#else
  return g_getenv ("RUNNING_ON_VALGRIND") != NULL
      || g_strrstr (g_getenv ("LD_PRELOAD") ? g_getenv ("LD_PRELOAD") : "",
      "vgpreload") != NULL;
#endif
}

void
repeat (RepeatFunc func, gpointer data, guint warm_up, guint n, gint64 slack)
{
  gboolean measure = !memory_is_watched () && resident_bytes () > 0;
  guint total = measure ? warm_up + n : 24;
  gint64 before = 0, after;
  guint i;

  for (i = 0; i < total; i++) {
    if (i == warm_up)
      before = resident_bytes ();
    func (data, i);
  }
  if (!measure)
    return;
  after = resident_bytes ();
  ck_assert_msg (ABS (after - before) <= slack, "%" G_GINT64_FORMAT
      " KB became %" G_GINT64_FORMAT " KB", before >> 10, after >> 10);
}
