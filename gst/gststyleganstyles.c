/* gst-stylegan: where style models are found
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganstyles.h"

#include <gio/gio.h>
#include <string.h>

#define SUFFIX ".onnx"
#define RESOURCE "resource://"

static void
add_data_dir (GPtrArray * folders, const gchar * data_dir)
{
  g_ptr_array_add (folders,
      g_build_filename (data_dir, "gst-stylegan", "styles", NULL));
}

/* Returns: (transfer full) (element-type filename): first come, first used */
static GPtrArray *
list_folders (void)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const gchar *own = g_getenv ("GST_STYLEGAN_STYLES");
  const gchar *const *system = g_get_system_data_dirs ();
  g_auto (GStrv) split = NULL;
  guint i;

  if (own) {
    split = g_strsplit (own, G_SEARCHPATH_SEPARATOR_S, -1);
    for (i = 0; split[i]; i++)
      if (split[i][0] != '\0')
        g_ptr_array_add (folders, g_strdup (split[i]));
  }
  add_data_dir (folders, g_get_user_data_dir ());
  for (i = 0; system[i]; i++)
    add_data_dir (folders, system[i]);
  g_ptr_array_add (folders, g_strdup (STYLES_DIR));
  return folders;
}

gchar *
gst_stylegan_styles_find (const gchar * model)
{
  g_autoptr (GPtrArray) folders = NULL;
  g_autofree gchar *name = NULL;
  guint i;

  if (strchr (model, G_DIR_SEPARATOR) || g_str_has_suffix (model, SUFFIX)
      || g_file_test (model, G_FILE_TEST_IS_REGULAR))
    return g_strdup (model);

  folders = list_folders ();
  name = g_strconcat (model, SUFFIX, NULL);
  for (i = 0; i < folders->len; i++) {
    gchar *path = g_build_filename (g_ptr_array_index (folders, i), name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return path;
    g_free (path);
  }
  return NULL;
}

SgModel *
gst_stylegan_styles_load (const gchar * path, GError ** error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (!g_str_has_prefix (path, RESOURCE))
    return sg_model_load (path, error);
  bytes = g_resources_lookup_data (path + strlen (RESOURCE),
      G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  return bytes ? sg_model_load_bytes ("the built-in style",
      g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
}

static void
collect_styles (GHashTable * names, const gchar * folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *file;

  while (dir && (file = g_dir_read_name (dir))) {
    if (g_str_has_suffix (file, SUFFIX))
      g_hash_table_add (names,
          g_strndup (file, strlen (file) - strlen (SUFFIX)));
  }
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

gchar *
gst_stylegan_styles_list (void)
{
  g_autoptr (GPtrArray) folders = list_folders ();
  g_autoptr (GHashTable) names =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer name;
  guint i;

  for (i = 0; i < folders->len; i++)
    collect_styles (names, g_ptr_array_index (folders, i));
  if (g_hash_table_size (names) == 0)
    return NULL;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (sorted, name);
  g_ptr_array_sort (sorted, compare_names);
  g_ptr_array_add (sorted, NULL);
  return g_strjoinv (", ", (gchar **) sorted->pdata);
}
