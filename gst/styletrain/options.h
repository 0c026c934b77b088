/* gst-stylegan: the options of a training: command line and recipe
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRAIN_OPTIONS_ERROR (train_options_error_quark ())
GQuark train_options_error_quark (void);

typedef enum
{
  TRAIN_OPTIONS_ERROR_USAGE,    /* wrong whatever there is on the disk */
  TRAIN_OPTIONS_ERROR_REFUSED,  /* not with what is there */
} TrainOptionsError;

/* Names of files and folders are absolute, but URIs, loss networks that are found
 * by name, and "" and NULL, which stand for nothing. The table in options.c says
 * what each is for, its range and its default. */
typedef struct
{
  /* What the model depends on. */
  gchar **style, **content;
  gchar *name, *author, *license;
  gchar *network;
  gchar **loss_network;         /* "FILE.onnx[:layer,...]" */
  gint steps, batch, size, style_size;
  guint64 seed;
  gdouble rate;
  gdouble style_strength;       /* factor of the weights of style and colour */
  gdouble content_weight, temporal, adversarial;
  gdouble reconstruction, color, tv, checkerboard, range;
  gchar *init;

  /* Where it is trained and what is written besides. */
  gchar *output;
  gchar *backend, *device;
  gint threads;
  gchar *checkpoint;
  gint checkpoint_every, preview_every, metrics_every;  /* steps; 0: never */
  gdouble checkpoint_minutes;   /* 0: never */
  gchar **preview;

  /* Of one call; in no recipe. */
  gchar *recipe;
  gboolean resume;
  gchar *resume_folder;         /* NULL: the one of the other options */
  gboolean force, quiet, print_recipe;
} TrainOptions;

typedef enum
{
  TRAIN_RECIPE_MODEL,           /* what the model depends on */
  TRAIN_RECIPE_ALL,
  TRAIN_RECIPE_NAMES,           /* ... of the model, but names of files without
                                 * folders, and none of the output: the same
                                 * wherever everything is */
} TrainRecipe;

/* Defaults; free with train_options_free (). */
TrainOptions *train_options_new (void);
TrainOptions *train_options_copy (const TrainOptions * options);
void train_options_free (TrainOptions * options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TrainOptions, train_options_free)

/* From the command line, over the recipe that it names, over the defaults.
 * --help prints and exits. With --resume FOLDER the recipe is the one in there.
 * Errors: TRAIN_OPTIONS_ERROR, G_OPTION_ERROR, G_KEY_FILE_ERROR, G_FILE_ERROR
 * Returns: (transfer full) */
TrainOptions *train_options_parse (gint argc, gchar ** argv, GError ** error);

/* Names in it are relative to the file's folder. Keys that the table does not have,
 * and groups but [train] and [checkpoint], are errors. */
gboolean train_options_load (TrainOptions * options, const gchar * path,
    GError ** error);
/* The recipe as if it were in the file @path: the same options give the same text.
 * Returns: (transfer full), or NULL if a name is not UTF-8 */
gchar *train_options_to_recipe (const TrainOptions * options,
    TrainRecipe recipe, const gchar * path, GError ** error);

/* Options that the model depends on and that differ from @before: "--batch is 4, was
 * 8; ..."; the steps may grow, and the model may have another name.
 * Returns: (transfer full): NULL if there is none */
gchar *train_options_differences (const TrainOptions * options,
    const TrainOptions * before);

/* What the table cannot say. */
gboolean train_options_check (const TrainOptions * options, GError ** error);

G_END_DECLS
