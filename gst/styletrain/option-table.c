/* gst-stylegan: the table of a training's options
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "option-table.h"

#include "device.h"
#include "styletrain.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sg/train.h>

static const gchar *const *
networks (void)
{
  static const gchar *names[SG_N_NETWORKS + 1];
  guint i;

  for (i = 0; i < SG_N_NETWORKS; i++)
    names[i] = sg_network_get_name (i);
  return names;
}

#define AT(field) G_STRUCT_OFFSET (TrainOptions, field)
#define WEIGHT(name, field, help) {name, 0, OPTION_DOUBLE, OPTION_MODEL, \
    AT (field), help, "WEIGHT", 0, 1e6}

static const Option table[] = {
  {"style", 's', OPTION_NAMES, OPTION_MODEL, AT (style),
      "picture of the style; several: a model each", "IMAGE..."},
  {"content", 'c', OPTION_NAMES, OPTION_MODEL, AT (content),
        "videos and photos to train with, folders of them, or URIs",
      "FILE|DIR|URI..."},
  {"output", 'o', OPTION_NAME, OPTION_MODEL, AT (output),
      "the model; a folder: STYLE.onnx in there [./STYLE.onnx]", "MODEL.onnx"},
  {"network", 'n', OPTION_CHOICE, OPTION_MODEL, AT (network),
      "from fast to good: nano, small-separable, small, full; johnson to "
        "compare with", "NAME", .choices = networks},
  {"loss-network", 0, OPTION_LAYERS, OPTION_MODEL, AT (loss_network),
      "what looks at pictures, and its layers; several: all [the one that "
        "comes with the tool]", "FILE.onnx[:LAYERS]..."},
  {"steps", 0, OPTION_INT, OPTION_MODEL, AT (steps),
      "length of the training", "N", 1, 1e9},
  {"batch", 0, OPTION_INT, OPTION_MODEL, AT (batch),
      "pictures in each step, even", "N", 2, 1024},
  {"size", 0, OPTION_INT, OPTION_MODEL, AT (size),
        "side in pixels of what is cut out of pictures, a multiple of 8", "PX",
      32, 4096},
  {"style-size", 0, OPTION_INT, OPTION_MODEL, AT (style_size),
      "shorter side in pixels that the style is scaled to: larger, coarser "
        "strokes", "PX", 32, 4096},
  {"style-strength", 0, OPTION_DOUBLE, OPTION_MODEL, AT (style_strength),
        "1: as usual; 2: twice the weight of style against content", "FACTOR",
      0, 1e6},
  WEIGHT ("temporal", temporal, "of steadiness from frame to frame; 0: off"),
  WEIGHT ("adversarial", adversarial, "of a discriminator; 0: off"),
  WEIGHT ("content-weight", content_weight, "of what pictures show"),
  WEIGHT ("reconstruction", reconstruction,
      "of the picture itself, in the first steps"),
  WEIGHT ("color", color, "of the style's colours"),
  WEIGHT ("tv", tv, "of total variation, against noise"),
  WEIGHT ("checkerboard", checkerboard, "against patterns of 2 and 4 pixels"),
  WEIGHT ("range", range, "against values outside of black and white"),
  {"rate", 0, OPTION_DOUBLE, OPTION_MODEL, AT (rate),
      "learning rate of Adam, at its highest", "RATE", 1e-8, 1},
  {"seed", 0, OPTION_SEED, OPTION_MODEL, AT (seed),
      "all that is random follows from it", "N"},
  {"init", 0, OPTION_NAME, OPTION_MODEL, AT (init),
      "begin with the weights of a model, a checkpoint (.safetensors), or the "
        "newest one of a checkpoint folder", "MODEL|CHECKPOINT"},
  {"name", 0, OPTION_STRING, OPTION_MODEL, AT (name),
      "of the style, for the model's metadata [from its file name]", "TEXT"},
  {"author", 0, OPTION_STRING, OPTION_MODEL, AT (author),
      "of the model, for its metadata", "TEXT"},
  {"license", 0, OPTION_STRING, OPTION_MODEL, AT (license),
      "of the model, for its metadata", "TEXT"},

  {"backend", 0, OPTION_CHOICE, OPTION_PLACE, AT (backend),
      "auto, vulkan, cpu or reference", "NAME", .choices = device_backends},
  {"device", 0, OPTION_STRING, OPTION_PLACE, AT (device),
      "which GPU: number, part of its name, or UUID", "GPU"},
  {"threads", 0, OPTION_INT, OPTION_PLACE, AT (threads),
      "0: all", "N", 0, 256},
  {"checkpoint", 0, OPTION_NAME, OPTION_PLACE, AT (checkpoint),
      "folder of checkpoints [MODEL.checkpoint]", "DIR"},
  {"checkpoint-every", 0, OPTION_INT, OPTION_PLACE, AT (checkpoint_every),
      "steps; 0: not by steps", "N", 0, 1e9},
  {"checkpoint-minutes", 0, OPTION_DOUBLE, OPTION_PLACE,
      AT (checkpoint_minutes), "0: not by time", "MINUTES", 0, 1e6},
  {"preview", 0, OPTION_NAMES, OPTION_PLACE, AT (preview),
        "pictures of the preview sheet [some of the content]",
      "IMAGE..."},
  {"preview-every", 0, OPTION_INT, OPTION_PLACE, AT (preview_every),
      "steps; 0: only at the end", "N", 0, 1e9},
  {"metrics-every", 0, OPTION_INT, OPTION_PLACE, AT (metrics_every),
        "steps that a line of the metrics is the mean of; 0: no metrics", "N",
      0, 1e9},

  {"recipe", 'r', OPTION_NAME, OPTION_CALL, AT (recipe),
      "these options from a file; the command line goes before", "FILE"},
  {"resume", 0, OPTION_RESUME, OPTION_CALL, AT (resume),
        "go on with a training that was interrupted; needs nothing else",
      "[DIR]"},
  {"force", 0, OPTION_FLAG, OPTION_CALL, AT (force),
      "begin anew where there is an unfinished training"},
  {"print-recipe", 0, OPTION_FLAG, OPTION_CALL, AT (print_recipe),
      "print all options as a recipe, and do nothing else"},
  {"quiet", 'q', OPTION_FLAG, OPTION_CALL, AT (quiet),
      "no progress, only warnings and errors"},
};

const Option *
option_table (guint * n_rows)
{
  *n_rows = G_N_ELEMENTS (table);
  return table;
}

gboolean
option_is_list (const Option * option)
{
  return option->type == OPTION_NAMES || option->type == OPTION_LAYERS;
}

void
option_defaults (TrainOptions * options)
{
  SgTrainConfig config;

  sg_train_config_init (&config);
  options->network = g_strdup (sg_network_get_name (config.network));
  options->steps = config.steps;
  options->batch = config.batch;
  options->size = config.size;
  options->style_size = config.style_size;
  options->seed = config.seed;
  options->rate = config.rate;
  options->style_strength = 1;
  options->content_weight = config.weight[SG_LOSS_CONTENT];
  options->temporal = config.weight[SG_LOSS_TEMPORAL];
  options->adversarial = config.weight[SG_LOSS_ADVERSARIAL];
  options->reconstruction = config.weight[SG_LOSS_RECONSTRUCTION];
  options->color = config.weight[SG_LOSS_COLOR];
  options->tv = config.weight[SG_LOSS_TV];
  options->checkerboard = config.weight[SG_LOSS_CHECKERBOARD];
  options->range = config.weight[SG_LOSS_RANGE];
  options->backend = g_strdup ("auto");
  options->checkpoint_every = 250;
  options->checkpoint_minutes = 5;
  options->preview_every = 100;
  options->metrics_every = 10;
}

static gboolean
is_string (const Option * option)
{
  return option->type == OPTION_STRING || option->type == OPTION_CHOICE
      || option->type == OPTION_NAME;
}

void
option_clear (const Option * option, TrainOptions * options)
{
  gpointer field = G_STRUCT_MEMBER_P (options, option->offset);

  if (option_is_list (option))
    g_clear_pointer ((GStrv *) field, g_strfreev);
  else if (is_string (option))
    g_clear_pointer ((gchar **) field, g_free);
  else if (option->type == OPTION_RESUME)
    g_clear_pointer (&options->resume_folder, g_free);
}

void
option_copy (const Option * option, TrainOptions * dst,
    const TrainOptions * src)
{
  gpointer to = G_STRUCT_MEMBER_P (dst, option->offset);
  gconstpointer from = G_STRUCT_MEMBER_P (src, option->offset);

  option_clear (option, dst);
  switch (option->type) {
    case OPTION_INT:
      *(gint *) to = *(const gint *) from;
      break;
    case OPTION_SEED:
      *(guint64 *) to = *(const guint64 *) from;
      break;
    case OPTION_DOUBLE:
      *(gdouble *) to = *(const gdouble *) from;
      break;
    case OPTION_STRING:
    case OPTION_CHOICE:
    case OPTION_NAME:
      *(gchar **) to = g_strdup (*(gchar * const *) from);
      break;
    case OPTION_NAMES:
    case OPTION_LAYERS:
      *(GStrv *) to = g_strdupv (*(GStrv const *) from);
      break;
    case OPTION_RESUME:
      dst->resume_folder = g_strdup (src->resume_folder);
      G_GNUC_FALLTHROUGH;
    case OPTION_FLAG:
      *(gboolean *) to = *(const gboolean *) from;
      break;
  }
}

static gboolean
parse_number (const Option * option, const gchar * text, gdouble * value,
    GError ** error)
{
  gchar *end;

  errno = 0;
  *value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0' || !isfinite (*value)
      || (option->type == OPTION_INT && *value != floor (*value))) {
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, "\"%s\" is not a %snumber",
        text, option->type == OPTION_INT ? "whole " : "");
    return FALSE;
  }
  if (*value < option->min || *value > option->max) {
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, "%s is not in %g .. %g", text,
        option->min, option->max);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_choice (const Option * option, const gchar * text, GError ** error)
{
  const gchar *const *choices = option->choices ();
  g_autofree gchar *all = g_strjoinv (", ", (gchar **) choices);
  const gchar *meant;

  if (g_strv_contains (choices, text))
    return TRUE;
  meant = styletrain_suggest (text, choices,
      g_strv_length ((gchar **) choices));
  g_set_error (error, TRAIN_OPTIONS_ERROR,
      TRAIN_OPTIONS_ERROR_USAGE,
      "\"%s\" is none of %s%s%s%s", text, all, meant ? "; did you mean \"" : "",
      meant ? meant : "", meant ? "\"?" : "");
  return FALSE;
}

/* Returns: (transfer full): URIs as they are, names absolute */
static gchar *
absolute_name (const gchar * text, const gchar * folder)
{
  return strstr (text, "://") ? g_strdup (text)
      : g_canonicalize_filename (text, folder);
}

/* Names without a folder are looked for beside the folder, then with the others. */
static gchar *
absolute_layers (const gchar * text, const gchar * folder)
{
  const gchar *layers;
  g_autofree gchar *file = styletrain_split_layers (text, &layers);
  g_autofree gchar *path = g_canonicalize_filename (file, folder);

  if (!strchr (file, G_DIR_SEPARATOR)
      && !g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_autofree gchar *found = styletrain_find_loss_network (file);

    if (found)
      return g_strdup (text);
  }
  return layers ? g_strconcat (path, ":", layers, NULL)
      : g_steal_pointer (&path);
}

/* Takes @text. */
static void
append (GStrv * list, gchar * text)
{
  guint n = *list ? g_strv_length (*list) : 0;

  *list = g_renew (gchar *, *list, n + 2);
  (*list)[n] = text;
  (*list)[n + 1] = NULL;
}

static gboolean
parse_seed (const gchar * text, guint64 * value, GError ** error)
{
  gchar *end;

  errno = 0;
  *value = g_ascii_strtoull (text, &end, 0);
  if (errno == 0 && end != text && *end == '\0' && !strchr (text, '-'))
    return TRUE;
  g_set_error (error, TRAIN_OPTIONS_ERROR,
      TRAIN_OPTIONS_ERROR_USAGE,
      "\"%s\" is not a whole number from 0 to 2^64 - 1", text);
  return FALSE;
}

gboolean
option_parse (const Option * option, TrainOptions * options,
    const gchar * text, const gchar * folder, GError ** error)
{
  gpointer field = G_STRUCT_MEMBER_P (options, option->offset);
  gdouble number;

  switch (option->type) {
    case OPTION_INT:
      if (!parse_number (option, text, &number, error))
        return FALSE;
      *(gint *) field = number;
      return TRUE;
    case OPTION_DOUBLE:
      return parse_number (option, text, field, error);
    case OPTION_SEED:
      return parse_seed (text, field, error);
    case OPTION_FLAG:
      *(gboolean *) field = TRUE;
      return TRUE;
    case OPTION_RESUME:
      options->resume = TRUE;
      options->resume_folder = text ? absolute_name (text, folder) : NULL;
      return TRUE;
    case OPTION_CHOICE:
      if (!parse_choice (option, text, error))
        return FALSE;
      G_GNUC_FALLTHROUGH;
    case OPTION_STRING:
      g_free (*(gchar **) field);
      *(gchar **) field = g_strdup (text);
      return TRUE;
    case OPTION_NAME:
    case OPTION_NAMES:
    case OPTION_LAYERS:
      if (text[0] == '\0') {
        g_set_error_literal (error, TRAIN_OPTIONS_ERROR,
            TRAIN_OPTIONS_ERROR_USAGE, "the name is empty");
        return FALSE;
      }
      if (option->type == OPTION_NAMES)
        append (field, absolute_name (text, folder));
      else if (option->type == OPTION_LAYERS)
        append (field, absolute_layers (text, folder));
      else {
        gboolean slash = g_str_has_suffix (text, G_DIR_SEPARATOR_S);
        g_autofree gchar *path = absolute_name (text, folder);

        g_free (*(gchar **) field);
        *(gchar **) field = g_strconcat (path, slash ? "/" : "", NULL);
      }
      return TRUE;
  }
  g_return_val_if_reached (FALSE);
}

/* The shortest text that is read as @value. */
static gchar *
format_number (gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE], format[8];
  gint digits = 6;

  do {
    g_snprintf (format, sizeof (format), "%%.%dg", digits);
    g_ascii_formatd (text, sizeof (text), format, value);
  } while (g_ascii_strtod (text, NULL) != value && ++digits <= 17);
  return g_strdup (text);
}

/* @name as seen from @folder: with "..", unless they share but the root. */
static gchar *
relative_name (const gchar * name, const gchar * folder)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) a = NULL;
  g_auto (GStrv) b = NULL;
  guint i, same = 0;

  if (!folder || name[0] != G_DIR_SEPARATOR)
    return g_strdup (name);
  a = g_strsplit (name, G_DIR_SEPARATOR_S, -1);
  b = g_strsplit (folder, G_DIR_SEPARATOR_S, -1);
  while (a[same] && b[same] && strcmp (a[same], b[same]) == 0)
    same++;
  if (same < 2)
    return g_strdup (name);
  for (i = same; b[i]; i++)
    g_string_append (text, "../");
  for (i = same; a[i]; i++)
    g_string_append_printf (text, "%s%s", i > same ? "/" : "", a[i]);
  if (text->len == 0)
    g_string_append_c (text, '.');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
option_format (const Option * option, const TrainOptions * options,
    const gchar * folder, GStrv * list)
{
  gconstpointer field = G_STRUCT_MEMBER_P (options, option->offset);
  GStrv names = NULL, relative = NULL;
  gchar *text;
  guint i;

  switch (option->type) {
    case OPTION_INT:
      return g_strdup_printf ("%d", *(const gint *) field);
    case OPTION_SEED:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, *(const guint64 *) field);
    case OPTION_DOUBLE:
      return format_number (*(const gdouble *) field);
    case OPTION_STRING:
    case OPTION_CHOICE:
      return g_strdup (*(gchar * const *) field);
    case OPTION_NAME:
      return *(gchar * const *) field
          ? relative_name (*(gchar * const *) field, folder) : NULL;
    case OPTION_NAMES:
    case OPTION_LAYERS:
      names = *(GStrv const *) field;
      break;
    case OPTION_FLAG:
    case OPTION_RESUME:
      return NULL;
  }
  if (!names)
    return NULL;
  for (i = 0; names[i]; i++)
    append (&relative, relative_name (names[i], folder));
  text = relative ? g_strjoinv (", ", relative) : g_strdup ("");
  if (list)
    *list = g_steal_pointer (&relative);
  g_strfreev (relative);
  return text;
}
