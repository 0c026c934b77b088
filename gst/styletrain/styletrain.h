/* gst-stylegan: what the commands of gst-styletrain share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>

G_BEGIN_DECLS

/* Exit codes, besides 0 and 128 + the number of a signal. */
#define STYLETRAIN_FAILURE 1
#define STYLETRAIN_USAGE 2      /* of the command line or a recipe */

/* The commands: argv[0] is the command's name, and g_get_prgname () the words to
 * type up to and with it. Each is a row of the table in main.c.
 * Returns: the exit code. */
gint styletrain_train (gint argc, gchar ** argv);
gint styletrain_evaluate (gint argc, gchar ** argv);
gint styletrain_paint (gint argc, gchar ** argv);
gint styletrain_distill (gint argc, gchar ** argv);
gint styletrain_info (gint argc, gchar ** argv);

/* info.c: what @model costs on a picture of @side pixels each way, or the size that its
 * file fixes. Errors: those of sg_session_count () */
gboolean styletrain_count_model (SgModel * model, gint side,
    guint64 * parameters, gdouble * macs_per_pixel, GError ** error);

/* The program as it was called, for commands to type: a path or its name. */
const gchar *styletrain_get_program (void);

/* @text for a shell, with quotes if it needs them. (transfer full) */
gchar *styletrain_quote (const gchar * text);

/* Prints "gst-styletrain CMD: @message" and where help is found, to stderr.
 * Returns: STYLETRAIN_USAGE */
gint styletrain_usage_error (const gchar * message);
/* Prints "gst-styletrain CMD: @message" to stderr. Returns: STYLETRAIN_FAILURE */
gint styletrain_failure (const gchar * message);

/* What may have been meant by @word.
 * candidates: @n of them; NULL ones are left out
 * Returns: (transfer none): one of them, or NULL if none is similar */
const gchar *styletrain_suggest (const gchar * word,
    const gchar * const *candidates, guint n);

/* "--content a b" as "--content a --content b".
 * lists: names of options that take several values; NULL-terminated
 * Returns: (transfer full) */
GStrv styletrain_spread_lists (gint argc, gchar ** argv,
    const gchar * const *lists);

/* Where loss networks are: "NAME" or "NAME.onnx" without a folder is looked for
 * in $GST_STYLEGAN_LOSS (folders with ':' between), gst-stylegan/loss of the XDG
 * data folders, and where they are installed.
 * Returns: (transfer full): a path, or NULL */
gchar *styletrain_find_loss_network (const gchar * name);

/* Networks by name become files.
 * names: "FILE.onnx[:LAYERS]" each; NULL or none: the one that comes with the tool
 * Errors: TRAIN_OPTIONS_ERROR_REFUSED. Returns: (transfer full) */
GStrv styletrain_find_loss_networks (const gchar * const *names,
    GError ** error);

/* "FILE.onnx:LAYER,..." into its two parts.
 * layers: (out) (transfer none): behind the colon, or NULL
 * Returns: (transfer full): FILE.onnx */
gchar *styletrain_split_layers (const gchar * text, const gchar ** layers);

G_END_DECLS
