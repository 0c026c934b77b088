/* gst-stylegan: gst-styletrain, which trains style models
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "styletrain.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#define PROGRAM "gst-styletrain"

typedef struct
{
  const gchar *name;
    gint (*run) (gint argc, gchar ** argv);
  const gchar *summary;
} Command;

static const Command commands[] = {
  {"train", styletrain_train,
      "train a model from a style and videos or photos"},
  {"paint", styletrain_paint, "paint one picture in the style of another"},
  {"distill", styletrain_distill, "make a loss network out of larger ones"},
  {"evaluate", styletrain_evaluate,
      "measure how good a model is, also against another"},
  {"info", styletrain_info, "show what models are and cost"},
};

static const gchar *program;

const gchar *
styletrain_get_program (void)
{
  return program;
}

static const Command *
find_command (const gchar * name)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

static void
print_usage (FILE * file)
{
  guint i;

  fprintf (file, "Usage:\n  " PROGRAM " COMMAND [OPTION...]\n\n"
      "Trains style models for GStreamer's stylegan, and looks at them.\n\n"
      "Commands:\n");
  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (file, "  %-10s %s\n", commands[i].name, commands[i].summary);
  fprintf (file, "  %-10s %s\n\n", "help", "explain a command: help COMMAND");
  fprintf (file, "  --help, --version\n\n"
      "Begin with:\n  " PROGRAM
      " train --style wave.jpg --content clips/ -o wave.onnx\n");
}

static gint
unknown_command (const gchar * name)
{
  const gchar *names[G_N_ELEMENTS (commands)], *meant;
  g_autofree gchar *message = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i].name;
  meant = styletrain_suggest (name, names, G_N_ELEMENTS (commands));
  message = g_strdup_printf ("there is no command \"%s\"%s%s%s", name,
      meant ? "; did you mean \"" : "", meant ? meant : "", meant ? "\"?" : "");
  return styletrain_usage_error (message);
}

static gint
run_command (const Command * command, gint argc, gchar ** argv)
{
  g_autofree gchar *words = g_strconcat (PROGRAM " ", command->name, NULL);

  g_set_prgname (words);
  return command->run (argc, argv);
}

static gint
explain (gint argc, gchar ** argv)
{
  const Command *command;
  gchar *help[] = { NULL, (gchar *) "--help", NULL };

  if (argc < 2) {
    print_usage (stdout);
    return 0;
  }
  command = find_command (argv[1]);
  if (!command)
    return unknown_command (argv[1]);
  help[0] = argv[1];
  return run_command (command, 2, help);
}

int
main (int argc, char **argv)
{
  const Command *command;

  setlocale (LC_CTYPE, "");
  g_set_prgname (PROGRAM);
  program = argv[0];
  if (argc < 2) {
    print_usage (stderr);
    return STYLETRAIN_USAGE;
  }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0) {
    print_usage (stdout);
    return 0;
  }
  if (strcmp (argv[1], "--version") == 0) {
    printf (PROGRAM " " PACKAGE_VERSION "\n");
    return 0;
  }
  if (strcmp (argv[1], "help") == 0)
    return explain (argc - 1, argv + 1);
  command = find_command (argv[1]);
  if (!command)
    return unknown_command (argv[1]);
  return run_command (command, argc - 1, argv + 1);
}
