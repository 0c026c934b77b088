/* gst-stylegan: what the commands of gst-styletrain share
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "styletrain.h"

#include "options.h"

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

GStrv
styletrain_spread_lists (gint argc, gchar ** argv, const gchar * const *lists)
{
  GPtrArray *args = g_ptr_array_new ();
  g_autofree gchar *list = NULL;
  gint i;

  g_ptr_array_add (args, g_strdup (argv[0]));
  for (i = 1; i < argc; i++) {
    const gchar *arg = argv[i], *equals = strchr (arg, '=');

    if (arg[0] != '-' || arg[1] == '\0') {
      if (list)
        g_ptr_array_add (args, g_strconcat ("--", list, NULL));
      g_ptr_array_add (args, g_strdup (arg));
      continue;
    }
    g_clear_pointer (&list, g_free);
    g_ptr_array_add (args, g_strdup (arg));
    if (g_str_has_prefix (arg, "--"))
      list = g_strndup (arg + 2,
          equals ? (gsize) (equals - arg - 2) : strlen (arg) - 2);
    if (list && !g_strv_contains (lists, list))
      g_clear_pointer (&list, g_free);
    if (list && !equals && i + 1 < argc)
      g_ptr_array_add (args, g_strdup (argv[++i]));
  }
  g_ptr_array_add (args, NULL);
  return (GStrv) g_ptr_array_free (args, FALSE);
}

GStrv
styletrain_find_loss_networks (const gchar * const *names, GError ** error)
{
  static const gchar *const preset[] = { "loss", NULL };
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  guint i;

  if (names == NULL || names[0] == NULL)
    names = preset;
  for (i = 0; names[i]; i++) {
    const gchar *layers;
    g_autofree gchar *file = styletrain_split_layers (names[i], &layers);
    g_autofree gchar *path = strchr (file, G_DIR_SEPARATOR)
        ? g_strdup (file) : styletrain_find_loss_network (file);

    if (!path) {
      g_set_error (error, TRAIN_OPTIONS_ERROR,
          TRAIN_OPTIONS_ERROR_REFUSED, "the loss network \"%s\" is "
          "not installed; name a file with --loss-network FILE.onnx", file);
      g_ptr_array_unref (found);
      return NULL;
    }
    g_ptr_array_add (found, layers ? g_strconcat (path, ":", layers, NULL)
        : g_steal_pointer (&path));
  }
  g_ptr_array_add (found, NULL);
  return (GStrv) g_ptr_array_free (found, FALSE);
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
