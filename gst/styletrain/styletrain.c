/* gst-stylegan: what the commands of gst-styletrain share
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "styletrain.h"

#include <string.h>

#define SUFFIX ".onnx"

gchar *
styletrain_quote (const gchar * text)
{
  gsize plain = strspn (text,
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
      "0123456789/._-+=:,@%");

  return plain > 0 && text[plain] == '\0' ? g_strdup (text)
      : g_shell_quote (text);
}

gint
styletrain_usage_error (const gchar * message)
{
  g_printerr ("%s: %s\nSee %s --help.\n", g_get_prgname (), message,
      g_get_prgname ());
  return STYLETRAIN_USAGE;
}

gint
styletrain_failure (const gchar * message)
{
  g_printerr ("%s: %s\n", g_get_prgname (), message);
  return STYLETRAIN_FAILURE;
}

/* Insertions, deletions, substitutions and swaps of neighbours ("optimal string
 * alignment", Damerau 1964). */
static guint
edit_distance (const gchar * a, const gchar * b)
{
  gsize m = strlen (a), n = strlen (b), i, j;
  g_autofree guint *d = g_new (guint, (m + 1) * (n + 1));

#define D(i, j) d[(i) * (n + 1) + (j)]
  for (i = 0; i <= m; i++)
    D (i, 0) = i;
  for (j = 0; j <= n; j++)
    D (0, j) = j;
  for (i = 1; i <= m; i++)
    for (j = 1; j <= n; j++) {
      guint best = D (i - 1, j - 1) + (a[i - 1] != b[j - 1]);

      best = MIN (best, D (i - 1, j) + 1);
      best = MIN (best, D (i, j - 1) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = MIN (best, D (i - 2, j - 2) + 1);
      D (i, j) = best;
    }
  return D (m, n);
#undef D
}

const gchar *
styletrain_suggest (const gchar * word, const gchar * const *candidates,
    guint n)
{
  /* Two typing errors, or one in each three letters of a short word. */
  guint best = 1 + MIN (2, strlen (word) / 3), i;
  const gchar *meant = NULL;

  if (strlen (word) > 64)
    return NULL;
  for (i = 0; i < n; i++) {
    guint distance;

    if (!candidates[i])
      continue;
    distance = edit_distance (word, candidates[i]);
    if (distance < best) {
      best = distance;
      meant = candidates[i];
    }
  }
  return meant;
}

/* Takes @folder. */
static gchar *
look_into (gchar * folder, const gchar * name)
{
  gchar *path = g_build_filename (folder, name, NULL);

  g_free (folder);
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return path;
  g_free (path);
  return NULL;
}

static gchar *
look_into_data (const gchar * data_dir, const gchar * name)
{
  return look_into (g_build_filename (data_dir, "gst-stylegan", "loss", NULL),
      name);
}

gchar *
styletrain_find_loss_network (const gchar * name)
{
  g_autofree gchar *file = g_str_has_suffix (name, SUFFIX)
      ? g_strdup (name) : g_strconcat (name, SUFFIX, NULL);
  const gchar *own = g_getenv ("GST_STYLEGAN_LOSS");
  const gchar *const *system = g_get_system_data_dirs ();
  g_auto (GStrv) split = g_strsplit (own ? own : "", G_SEARCHPATH_SEPARATOR_S,
      -1);
  gchar *path = NULL;
  guint i;

  for (i = 0; !path && split[i]; i++)
    if (split[i][0] != '\0')
      path = look_into (g_strdup (split[i]), file);
  if (!path)
    path = look_into_data (g_get_user_data_dir (), file);
  for (i = 0; !path && system[i]; i++)
    path = look_into_data (system[i], file);
  if (!path)
    path = look_into (g_strdup (LOSS_DIR), file);
  /* not installed: where it was built */
  if (!path)
    path = look_into (g_strdup (LOSS_SOURCE_DIR), file);
  return path;
}

gchar *
styletrain_split_layers (const gchar * text, const gchar ** layers)
{
  const gchar *colon = g_strrstr (text, SUFFIX ":");

  if (!colon) {
    *layers = NULL;
    return g_strdup (text);
  }
  colon += strlen (SUFFIX);
  *layers = colon + 1;
  return g_strndup (text, colon - text);
}
