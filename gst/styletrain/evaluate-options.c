/* gst-stylegan: the options of gst-styletrain evaluate
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluate.h"

#include <stdio.h>
#include <string.h>

#include "device.h"
#include "styletrain.h"

#define SIZE 360
#define MAX_SIDE 8192
#define NOT_SAID G_MININT

void
evaluate_options_free (EvaluateOptions * options)
{
  if (!options)
    return;
  g_free (options->model);
  g_free (options->against);
  g_free (options->style);
  g_strfreev (options->content);
  g_strfreev (options->loss_network);
  g_free (options->output);
  g_free (options->json);
  g_free (options->backend);
  g_free (options->device);
  g_free (options);
}

static gboolean
parse_size (const gchar * option, const gchar * value, gpointer data,
    GError ** error)
{
  EvaluateOptions *options = data;
  gint *w = &options->speed_width, *h = &options->speed_height, end = 0;

  if (sscanf (value, "%dx%d%n", w, h, &end) >= 2 && value[end] == '\0'
      && *w >= 16 && *w <= MAX_SIDE && *h >= 16 && *h <= MAX_SIDE)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "%s: '%s' is not WIDTHxHEIGHT, with sides of 16 .. %d", option, value,
      MAX_SIDE);
  return FALSE;
}

static gboolean
parse_seed (const gchar * option, const gchar * value, gpointer data,
    GError ** error)
{
  EvaluateOptions *options = data;

  if (g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &options->seed,
          NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "%s: '%s' is not a whole number of 0 .. 2^64 - 1", option, value);
  return FALSE;
}

static gboolean
bad_value (GError ** error, const gchar * format, ...)
    G_GNUC_PRINTF (2, 3);

static gboolean
bad_value (GError ** error, const gchar * format, ...)
{
  va_list args;

  va_start (args, format);
  *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      format, args);
  va_end (args);
  return FALSE;
}

/* What was not said, and whether what was makes sense. */
static gboolean
complete (EvaluateOptions * o, gchar ** models, GError ** error)
{
  struct
  {
    const gchar *name;
    gint *value, usual, quick, min, max;
  } numbers[] = {
    {"size", &o->size, SIZE, SIZE / 2, 64, 4096},
    {"style-size", &o->style_size, 0, 0, 32, 4096},
    {"frames", &o->frames, 12, 5, 0, 100000},
    {"photos", &o->photos, 16, 3, 1, 100000},
    {"clips", &o->clips, 4, 1, 0, 100000},
    {"threads", &o->threads, 0, 0, 0, SG_THREADS_MAX},
  };
  guint i;

  if (!models || !models[0])
    return bad_value (error, "which model? Name a file, MODEL.onnx, before "
        "the options");
  if (models[1])
    return bad_value (error, "one model at a time, but \"%s\" is a second "
        "one; compare it with --against", models[1]);
  if (!o->content || !o->content[0])
    return bad_value (error, "what to look at? Name photos, videos or folders "
        "with --content");
  for (i = 0; i < G_N_ELEMENTS (numbers); i++) {
    gint *value = numbers[i].value;

    if (*value == NOT_SAID)
      *value = o->quick && numbers[i].quick ? numbers[i].quick
          : numbers[i].usual;
    else if (*value < numbers[i].min || *value > numbers[i].max)
      return bad_value (error, "--%s: %d is not in %d .. %d", numbers[i].name,
          *value, numbers[i].min, numbers[i].max);
  }
  if (o->frames == 1)
    return bad_value (error, "--frames: a video has two or more; 0: no videos");
  if (o->style_size == 0)
    o->style_size = o->size;
  if (!o->backend)
    o->backend = g_strdup ("auto");
  if (!g_strv_contains (device_backends (), o->backend))
    return bad_value (error, "--backend: \"%s\" is none of auto, vulkan, cpu, "
        "reference", o->backend);
  o->model = g_strdup (models[0]);
  return TRUE;
}

EvaluateOptions *
evaluate_options_parse (gint argc, gchar ** argv, GError ** error)
{
  static const gchar *const lists[] = { "content", "loss-network", NULL };
  g_autoptr (EvaluateOptions) o = g_new0 (EvaluateOptions, 1);
  g_auto (GStrv) models = NULL;
  g_auto (GStrv) words = styletrain_spread_lists (argc, argv, lists);
  GOptionEntry entries[] = {
    {"content", 'c', 0, G_OPTION_ARG_FILENAME_ARRAY, &o->content,
        "photos and videos, folders of them, or URIs", "FILE|DIR|URI..."},
    {"style", 's', 0, G_OPTION_ARG_FILENAME, &o->style,
        "the picture of the style; without it style is not measured", "IMAGE"},
    {"against", 'a', 0, G_OPTION_ARG_FILENAME, &o->against,
        "another model to compare with", "OTHER.onnx"},
    {"loss-network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->loss_network,
          "as for train [the one that comes with the tool]",
        "FILE.onnx[:LAYERS]..."},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
        "a report with plots and pictures, one file", "REPORT.html"},
    {"json", 'j', 0, G_OPTION_ARG_FILENAME, &o->json,
        "all numbers, also of each picture and video", "FILE"},
    {"quick", 0, 0, G_OPTION_ARG_NONE, &o->quick,
        "a first look: small, with few pictures and frames", NULL},
    {"size", 0, 0, G_OPTION_ARG_INT, &o->size,
          "shorter side that pictures and videos are scaled to [360; quick: 180]",
        "PX"},
    {"style-size", 0, 0, G_OPTION_ARG_INT, &o->style_size,
          "shorter side that the style is scaled to [that of the pictures]",
        "PX"},
    {"frames", 0, 0, G_OPTION_ARG_INT, &o->frames,
        "of each video; 0: pictures only, and no speed [12; quick: 5]", "N"},
    {"photos", 0, 0, G_OPTION_ARG_INT, &o->photos,
        "at most, drawn by the seed [16; quick: 3]", "N"},
    {"clips", 0, 0, G_OPTION_ARG_INT, &o->clips,
        "at most, drawn by the seed [4; quick: 1]", "N"},
    {"speed-size", 0, 0, G_OPTION_ARG_CALLBACK, parse_size,
        "that speed is measured at [640x360]", "WxH"},
    {"seed", 0, 0, G_OPTION_ARG_CALLBACK, parse_seed,
        "all that is random follows from it [1]", "N"},
    {"backend", 0, 0, G_OPTION_ARG_STRING, &o->backend,
        "auto, vulkan, cpu or reference [auto]", "NAME"},
    {"device", 0, 0, G_OPTION_ARG_STRING, &o->device,
        "which GPU: number, part of its name, or UUID", "GPU"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &o->threads, "0: all [0]", "N"},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet,
        "no progress, only the table, warnings and errors", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &models, NULL,
        "MODEL.onnx"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("evaluate", NULL, NULL, o, NULL);

  o->size = o->style_size = o->frames = o->photos = o->clips = o->threads =
      NOT_SAID;
  o->speed_width = 640;
  o->speed_height = 360;
  o->seed = 1;
  g_option_context_set_summary (context,
      "Measures how good a model is: likeness to content and style, grids,\n"
      "steadiness without and with the filter over time, speed, size. Prints a\n"
      "table; writes JSON and a report to look at.");
  g_option_context_set_description (context,
      "Example:\n  gst-styletrain evaluate wave.onnx --against other.onnx "
      "--style wave.jpg \\\n    --content photos/ clips/ -o report.html\n");
  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
  if (!g_option_context_parse_strv (context, &words, error)
      || !complete (o, models, error))
    return NULL;
  return g_steal_pointer (&o);
}
