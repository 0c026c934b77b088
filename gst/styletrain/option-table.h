/* gst-stylegan: the table of a training's options
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

G_BEGIN_DECLS

typedef enum
{
  OPTION_INT,                   /* gint */
  OPTION_SEED,                  /* guint64 */
  OPTION_DOUBLE,
  OPTION_STRING,
  OPTION_CHOICE,                /* gchar *: one of the row's choices */
  OPTION_NAME,                  /* gchar *: a file or folder */
  OPTION_NAMES,                 /* gchar **: files, folders and URIs */
  OPTION_LAYERS,                /* gchar **: FILE.onnx[:layers], or a name */
  OPTION_FLAG,                  /* gboolean */
  OPTION_RESUME,                /* gboolean, and a folder */
} OptionType;

typedef enum
{
  OPTION_MODEL,                 /* the model depends on it: in each recipe */
  OPTION_PLACE,                 /* in the recipe of a checkpoint folder */
  OPTION_CALL,                  /* of the command line only */
} OptionUse;

typedef struct
{
  const gchar *name;
  gchar letter;                 /* or 0 */
  OptionType type;
  OptionUse use;
  gsize offset;                 /* in TrainOptions */
  const gchar *help, *argument;
  gdouble min, max;             /* of numbers */
  const gchar *const *(*choices) (void);
} Option;

const Option *option_table (guint * n_rows);
gboolean option_is_list (const Option * option);

/* Of all rows; @options is zeroed. */
void option_defaults (TrainOptions * options);
/* To nothing. */
void option_clear (const Option * option, TrainOptions * options);
/* To what it is in @src. */
void option_copy (const Option * option, TrainOptions * dst,
    const TrainOptions * src);

/* Sets it, or adds to a list. folder: what names are relative to */
gboolean option_parse (const Option * option, TrainOptions * options,
    const gchar * text, const gchar * folder, GError ** error);
/* The text that option_parse () reads; of lists the values with ", " between.
 * folder: to make names relative to, or NULL
 * list: (out) (optional): the values of a list, each for itself
 * Returns: (transfer full): NULL if there is nothing to say */
gchar *option_format (const Option * option, const TrainOptions * options,
    const gchar * folder, GStrv * list);

G_END_DECLS
