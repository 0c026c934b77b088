/* gst-stylegan: how much memory there is, and of which pages
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sources: proc_meminfo(5), proc_pid_statm(5), cgroups(7); Linux
 * Documentation/admin-guide/cgroup-v2.rst, admin-guide/mm/transhuge.rst. */
#include "base/memory.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define CGROUP_ROOT "/sys/fs/cgroup"

/* The number after @key at the beginning of a line of @text. FALSE when there
 * is none ("max" is none). */
static gboolean
find_number (const gchar * text, const gchar * key, guint64 * value)
{
  const gsize length = strlen (key);

  while (text) {
    if (strncmp (text, key, length) == 0) {
      gchar *end;

      *value = g_ascii_strtoull (text + length, &end, 10);
      return end != text + length;
    }
    text = strchr (text, '\n');
    text = text ? text + 1 : NULL;
  }
  return FALSE;
}

static gboolean
read_number (const gchar * folder, const gchar * file, const gchar * key,
    guint64 * value)
{
  g_autofree gchar *path = g_build_filename (folder, file, NULL);
  g_autofree gchar *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL)
      && find_number (text, key, value);
}

static guint64
system_available (void)
{
  guint64 kib;

  if (!read_number ("/proc", "meminfo", "MemAvailable:", &kib))
    return G_MAXUINT64;
  return kib * 1024;
}

/* What is left in one control group. Its page cache counts as used but is given
 * up first. */
static guint64
group_available (const gchar * folder)
{
  guint64 max, current, cache = 0;

  if (!read_number (folder, "memory.max", "", &max)
      || !read_number (folder, "memory.current", "", &current))
    return G_MAXUINT64;
  read_number (folder, "memory.stat", "inactive_file ", &cache);
  current -= MIN (current, cache);
  return max > current ? max - current : 0;
}

/* The least of the process's control group and of those around it. */
static guint64
groups_available (void)
{
  guint64 least = G_MAXUINT64;
  g_autofree gchar *text = NULL;
  g_autofree gchar *path = NULL;
  const gchar *line;

  if (!g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL))
    return least;
  /* version 2 has one line, "0::/path" */
  line = g_strstr_len (text, -1, "0::/");
  if (line == NULL || (line != text && line[-1] != '\n'))
    return least;
  line += strlen ("0::");
  path = g_strndup (line, strcspn (line, "\n"));
  for (;;) {
    g_autofree gchar *folder = g_build_filename (CGROUP_ROOT, path, NULL);
    gchar *slash = strrchr (path, '/');
    guint64 left = group_available (folder);

    least = MIN (least, left);
    if (slash == NULL)
      return least;
    *slash = '\0';
  }
}

static guint64
limit_available (void)
{
  struct rlimit limit;
  guint64 pages;

  if (getrlimit (RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY
      || !read_number ("/proc", "self/statm", "", &pages))
    return G_MAXUINT64;
  pages *= sysconf (_SC_PAGESIZE);
  return limit.rlim_cur > pages ? limit.rlim_cur - pages : 0;
}

gsize
sg_memory_available (void)
{
  guint64 least = MIN (system_available (), groups_available ());

  least = MIN (least, limit_available ());
  return MIN (least, G_MAXSIZE);
}

void
sg_memory_use_large_pages (gpointer memory, gsize bytes)
{
#ifdef MADV_HUGEPAGE
  gsize page = sysconf (_SC_PAGESIZE);
  gsize skip = (page - (guintptr) memory % page) % page;

  if (bytes > skip)
    madvise ((guint8 *) memory + skip, (bytes - skip) / page * page,
        MADV_HUGEPAGE);
#endif
}
