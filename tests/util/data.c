/* gst-stylegan: test data that is not in the repository
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "data.h"

#ifndef SG_SOURCE_ROOT
#define SG_SOURCE_ROOT "."
#endif

const gchar *
test_data_dir (void)
{
  static gsize once = 0;
  static gchar *dir = NULL;

  if (g_once_init_enter (&once)) {
    const gchar *wanted = g_getenv ("SG_TEST_DATA");

    dir = wanted && *wanted ? g_strdup (wanted)
        : g_build_filename (SG_SOURCE_ROOT, "..", "shared", "data", NULL);
    if (!g_file_test (dir, G_FILE_TEST_IS_DIR))
      g_clear_pointer (&dir, g_free);
    g_once_init_leave (&once, 1);
  }
  return dir;
}

gchar *
test_data_file (const gchar * name)
{
  gchar *path;

  if (test_data_dir () == NULL)
    return NULL;
  path = g_build_filename (test_data_dir (), name, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_clear_pointer (&path, g_free);
  return path;
}

gchar *
test_source_file (const gchar * name)
{
  return g_build_filename (SG_SOURCE_ROOT, name, NULL);
}
