/* gst-stylegan: the options of a training: command line and recipe
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "options.h"

#include "option-table.h"
#include "styletrain.h"

#include <string.h>

#define GROUP "train"
#define CHECKPOINT_GROUP "checkpoint"

GQuark
train_options_error_quark (void)
{
  return g_quark_from_static_string ("train-options-error-quark");
}

TrainOptions *
train_options_new (void)
{
  TrainOptions *options = g_new0 (TrainOptions, 1);

  option_defaults (options);
  return options;
}

TrainOptions *
train_options_copy (const TrainOptions * options)
{
  TrainOptions *copy = g_new0 (TrainOptions, 1);
  guint i, n;
  const Option *table = option_table (&n);

  for (i = 0; i < n; i++)
    option_copy (&table[i], copy, options);
  return copy;
}

void
train_options_free (TrainOptions * options)
{
  guint i, n;
  const Option *table = option_table (&n);

  for (i = 0; i < n; i++)
    option_clear (&table[i], options);
  g_free (options);
}

/* What the command line says, as text: values[i] are row i's, or NULL. */
typedef struct
{
  GPtrArray **values;
  const Option *table;
  guint n;
} CommandLine;

static gboolean
take_option (const gchar * name, const gchar * value, gpointer data,
    GError ** error)
{
  CommandLine *line = data;
  guint i;

  for (i = 0; i < line->n; i++) {
    const Option *o = &line->table[i];

    if (name[1] == '-' ? strcmp (name + 2, o->name) != 0 : name[1] != o->letter)
      continue;
    if (!line->values[i])
      line->values[i] = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (line->values[i], g_strdup (value));
    return TRUE;
  }
  g_return_val_if_reached (FALSE);
}

static GOptionFlags
option_flags (const Option * option)
{
  switch (option->type) {
    case OPTION_FLAG:
      return G_OPTION_FLAG_NO_ARG;
    case OPTION_RESUME:
      return G_OPTION_FLAG_OPTIONAL_ARG | G_OPTION_FLAG_FILENAME;
    default:
      return G_OPTION_FLAG_FILENAME;
  }
}

/* Returns: (transfer full); what entries point to stays in @strings. */
static GOptionContext *
make_context (CommandLine * line, GPtrArray * strings)
{
  GOptionContext *context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, line, NULL);
  TrainOptions *defaults = train_options_new ();
  guint i;

  for (i = 0; i < line->n; i++) {
    const Option *o = &line->table[i];
    GOptionEntry entry[2] = { {o->name, o->letter, option_flags (o),
        G_OPTION_ARG_CALLBACK, take_option, NULL, o->argument}
    };
    g_autofree gchar *value = option_format (o, defaults, NULL, NULL);

    entry[0].description = value && *value && o->type != OPTION_FLAG
        ? g_strdup_printf ("%s [%s]", o->help, value) : g_strdup (o->help);
    g_ptr_array_add (strings, (gpointer) entry[0].description);
    g_option_group_add_entries (group, entry);
  }
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context,
      "Trains a model that makes pictures look like the style: an ONNX file for\n"
      "stylegan and for every other ONNX runtime. Videos and photos of any kind\n"
      "show it what pictures are like; folders are searched.");
  g_option_context_set_description (context,
      "Options that take several values may be given several values, or several\n"
      "times: --content a.mp4 b.mp4 --content c.mp4. Several styles make a model\n"
      "each.\n\nExamples:\n"
      "  gst-styletrain train --style wave.jpg --content clips/ -o wave.onnx\n"
      "  gst-styletrain train --resume wave.checkpoint\n"
      "  gst-styletrain train --recipe wave.recipe --network full -o big.onnx\n");
  train_options_free (defaults);
  return context;
}

static const Option *
find_option (const CommandLine * line, const gchar * name, gsize length)
{
  guint i;

  for (i = 0; i < line->n; i++)
    if (strlen (line->table[i].name) == length
        && strncmp (line->table[i].name, name, length) == 0)
      return &line->table[i];
  return NULL;
}

/* Returns: (transfer full) */
static gchar **
spread_lists (const CommandLine * line, gint argc, gchar ** argv)
{
  g_autofree const gchar **lists = g_new0 (const gchar *, line->n + 1);
  guint n = 0, i;

  for (i = 0; i < line->n; i++)
    if (option_is_list (&line->table[i]))
      lists[n++] = line->table[i].name;
  return styletrain_spread_lists (argc, argv, lists);
}

/* GLib's message, and what may have been meant. */
static void
suggest_option (const CommandLine * line, gchar ** argv, GError ** error)
{
  g_autofree const gchar **names = g_new0 (const gchar *, line->n);
  guint i;

  if (!g_error_matches (*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
    return;
  for (i = 0; i < line->n; i++)
    names[i] = line->table[i].name;
  for (i = 1; argv[i]; i++) {
    g_autofree gchar *word = g_strndup (argv[i] + MIN (2, strlen (argv[i])),
        strcspn (argv[i] + MIN (2, strlen (argv[i])), "="));
    const gchar *meant = styletrain_suggest (word, names, line->n);

    if (g_str_has_prefix (argv[i], "--") && strstr ((*error)->message, word)
        && meant && strcmp (meant, word) != 0) {
      g_autofree gchar *more = g_strdup_printf ("%s; did you mean --%s?",
          (*error)->message, meant);

      g_free ((*error)->message);
      (*error)->message = g_steal_pointer (&more);
      return;
    }
  }
}

static gboolean
read_command_line (CommandLine * line, gint argc, gchar ** argv,
    GError ** error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GOptionContext) context = make_context (line, strings);
  g_auto (GStrv) args = spread_lists (line, argc, argv);
  g_auto (GStrv) rest = g_strdupv (args);

  if (!g_option_context_parse_strv (context, &rest, error)) {
    suggest_option (line, args, error);
    return FALSE;
  }
  if (rest[0] && rest[1]) {
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, "\"%s\" belongs to no option; "
        "videos and photos are named with --content, the model with -o",
        rest[1]);
    return FALSE;
  }
  return TRUE;
}

/* The last value of an option that has one value. */
static const gchar *
last_value (const CommandLine * line, const gchar * name)
{
  const Option *option = find_option (line, name, strlen (name));
  const GPtrArray *values = line->values[option - line->table];

  return values ? g_ptr_array_index (values, values->len - 1) : NULL;
}

static gboolean
load_recipes (const CommandLine * line, TrainOptions * options, GError ** error)
{
  const gchar *recipe = last_value (line, "recipe");
  const gchar *folder = last_value (line, "resume");
  g_autofree gchar *inside = NULL;

  if (!folder)
    return !recipe || train_options_load (options, recipe, error);
  if (recipe) {
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE,
        "--resume FOLDER takes the recipe in the folder, so no --recipe");
    return FALSE;
  }
  inside = g_build_filename (folder, "recipe", NULL);
  if (!g_file_test (inside, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, "%s is not the checkpoint "
        "folder of a training: there is no \"recipe\" in it", folder);
    return FALSE;
  }
  if (!train_options_load (options, inside, error))
    return FALSE;
  g_free (options->checkpoint);
  options->checkpoint = g_canonicalize_filename (folder, NULL);
  return TRUE;
}

TrainOptions *
train_options_parse (gint argc, gchar ** argv, GError ** error)
{
  g_autoptr (TrainOptions) options = train_options_new ();
  g_autoptr (GPtrArray) owner = g_ptr_array_new_with_free_func (
      (GDestroyNotify) g_ptr_array_unref);
  g_autofree gchar *cwd = g_get_current_dir ();
  g_autofree GPtrArray **values = NULL;
  CommandLine line;
  gboolean ok;
  guint i, j;

  line.table = option_table (&line.n);
  line.values = values = g_new0 (GPtrArray *, line.n);
  ok = read_command_line (&line, argc, argv, error);
  for (i = 0; i < line.n; i++)
    if (values[i])
      g_ptr_array_add (owner, values[i]);
  if (!ok || !load_recipes (&line, options, error))
    return NULL;
  for (i = 0; i < line.n; i++) {
    if (!values[i])
      continue;
    option_clear (&line.table[i], options);
    for (j = 0; j < values[i]->len; j++)
      if (!option_parse (&line.table[i], options,
              g_ptr_array_index (values[i], j), cwd, error)) {
        g_prefix_error (error, "--%s: ", line.table[i].name);
        return NULL;
      }
  }
  return g_steal_pointer (&options);
}

static gboolean
load_key (TrainOptions * options, GKeyFile * file, const gchar * key,
    const gchar * folder, GError ** error)
{
  CommandLine line = { 0 };
  const Option *option;
  g_auto (GStrv) values = NULL;
  guint i;

  line.table = option_table (&line.n);
  option = find_option (&line, key, strlen (key));
  if (!option || option->use == OPTION_CALL) {
    g_autofree const gchar **names = g_new0 (const gchar *, line.n);
    const gchar *meant;

    for (i = 0; i < line.n; i++)
      names[i] = line.table[i].use == OPTION_CALL ? NULL : line.table[i].name;
    meant = styletrain_suggest (key, names, line.n);
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, "%s%s%s%s", option ?
        "is an option of the command line only" : "no such option",
        meant ? "; did you mean \"" : "", meant ? meant : "",
        meant ? "\"?" : "");
    return FALSE;
  }
  if (option_is_list (option))
    values = g_key_file_get_string_list (file, GROUP, key, NULL, error);
  else {
    values = g_new0 (gchar *, 2);
    values[0] = g_key_file_get_string (file, GROUP, key, error);
  }
  if (!values || (!values[0] && !option_is_list (option)))
    return FALSE;
  option_clear (option, options);
  for (i = 0; values[i]; i++)
    if (!option_parse (option, options, values[i], folder, error))
      return FALSE;
  return TRUE;
}

gboolean
train_options_load (TrainOptions * options, const gchar * path, GError ** error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree gchar *absolute = g_canonicalize_filename (path, NULL);
  g_autofree gchar *folder = g_path_get_dirname (absolute);
  g_auto (GStrv) groups = NULL;
  g_auto (GStrv) keys = NULL;
  guint i;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  groups = g_key_file_get_groups (file, NULL);
  for (i = 0; groups[i]; i++)
    if (strcmp (groups[i], GROUP) != 0
        && strcmp (groups[i], CHECKPOINT_GROUP) != 0) {
      g_set_error (error, TRAIN_OPTIONS_ERROR,
          TRAIN_OPTIONS_ERROR_USAGE,
          "%s: [%s]: a recipe has the group [" GROUP "] only", path, groups[i]);
      return FALSE;
    }
  keys = g_key_file_get_keys (file, GROUP, NULL, error);
  if (!keys) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  for (i = 0; keys[i]; i++)
    if (!load_key (options, file, keys[i], folder, error)) {
      g_prefix_error (error, "%s: %s: ", path, keys[i]);
      return FALSE;
    }
  return TRUE;
}

/* "FILE[:LAYERS]" without its folder. Takes @text. */
static gchar *
strip_folder (gchar * text)
{
  const gchar *layers;
  g_autofree gchar *file = styletrain_split_layers (text, &layers);
  g_autofree gchar *base = g_path_get_basename (file);
  gchar *stripped = g_strconcat (base, layers ? ":" : "", layers, NULL);

  g_free (text);
  return stripped;
}

static void
strip_folders (const Option * option, gchar ** value, GStrv list)
{
  guint i;

  if (option->type == OPTION_NAME && *value)
    *value = strip_folder (*value);
  for (i = 0; list && list[i]; i++)
    list[i] = strip_folder (list[i]);
}

gchar *
train_options_to_recipe (const TrainOptions * options, TrainRecipe recipe,
    const gchar * path, GError ** error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree gchar *absolute = g_canonicalize_filename (path, NULL);
  g_autofree gchar *folder = g_path_get_dirname (absolute);
  guint i, n;
  const Option *table = option_table (&n);

  for (i = 0; i < n; i++) {
    const Option *o = &table[i];
    g_autofree gchar *value = NULL;
    g_auto (GStrv) list = NULL;

    if (o->use == OPTION_CALL
        || (recipe != TRAIN_RECIPE_ALL && o->use != OPTION_MODEL)
        || (recipe == TRAIN_RECIPE_NAMES && strcmp (o->name, "output") == 0))
      continue;
    value = option_format (o, options, folder, &list);
    if (recipe == TRAIN_RECIPE_NAMES)
      strip_folders (o, &value, list);
    if ((value && !g_utf8_validate (value, -1, NULL)) || !value) {
      if (!value)
        continue;
      g_set_error (error, TRAIN_OPTIONS_ERROR,
          TRAIN_OPTIONS_ERROR_USAGE, "--%s: \"%s\" is not UTF-8, "
          "which recipes are written in; rename the file", o->name, value);
      return NULL;
    }
    if (list)
      g_key_file_set_string_list (file, GROUP, o->name,
          (const gchar * const *) list, g_strv_length (list));
    else
      g_key_file_set_string (file, GROUP, o->name, value);
  }
  return g_key_file_to_data (file, NULL, NULL);
}

gchar *
train_options_differences (const TrainOptions * options,
    const TrainOptions * before)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint i, n;
  const Option *table = option_table (&n);

  for (i = 0; i < n; i++) {
    g_autofree gchar *now = NULL;
    g_autofree gchar *then = NULL;

    if (table[i].use != OPTION_MODEL || strcmp (table[i].name, "output") == 0)
      continue;
    if (strcmp (table[i].name, "steps") == 0 && options->steps >= before->steps)
      continue;
    now = option_format (&table[i], options, NULL, NULL);
    then = option_format (&table[i], before, NULL, NULL);
    if (g_strcmp0 (now, then) != 0)
      g_string_append_printf (text, "%s--%s is %s, was %s",
          text->len ? "; " : "", table[i].name, now ? now : "not there",
          then ? then : "not there");
  }
  return text->len ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

gboolean
train_options_check (const TrainOptions * options, GError ** error)
{
  const gchar *problem = NULL;
  guint i;

  if (!options->style || !options->style[0])
    problem = "which style? Name a picture with --style";
  else if (!options->content || !options->content[0])
    problem = "what to train with? Name videos, photos or folders with "
        "--content";
  else if (options->batch % 2 != 0)
    problem = "--batch: must be even";
  else if (options->size % 8 != 0)
    problem = "--size: must be a multiple of 8";
  else if (options->style[1] && options->name)
    problem = "--name: is for one style only";
  if (problem) {
    g_set_error_literal (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, problem);
    return FALSE;
  }
  for (i = 0; options->style[i]; i++)
    if (!strstr (options->style[i], "://")
        && !g_file_test (options->style[i], G_FILE_TEST_IS_REGULAR)) {
      g_set_error (error, TRAIN_OPTIONS_ERROR,
          TRAIN_OPTIONS_ERROR_USAGE,
          "--style: there is no file %s", options->style[i]);
      return FALSE;
    }
  return TRUE;
}
