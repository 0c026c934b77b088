/* gst-stylegan tests: fuzzing without libFuzzer, for a short run everywhere
 *
 *   fuzz-onnx [OPTION...] [FILE or DIR...]
 *
 * Gives the importer the seeds (util/onnx-seeds.c), the files, and changed ones
 * of both; the same every time for the same options. With --write-seeds it
 * writes the seeds into DIR and does nothing else.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/mutate.h"
#include "onnx/onnx.pb-c.h"
#include "util/onnx-writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A case that hangs is a finding as well. */
#define CASE_SECONDS 20
/* Larger files are read as they are, but not changed. */
#define MAX_CHANGED_BYTES (256 << 10)
#define MAX_CHANGES 6

int LLVMFuzzerTestOneInput (const guint8 * data, gsize size);

static gint n_runs = 3000;
static gint seed = 1;
static gchar *seeds_dir;

static const GOptionEntry options[] = {
  {"runs", 'n', 0, G_OPTION_ARG_INT, &n_runs, "changed inputs (3000)", "N"},
  {"seed", 's', 0, G_OPTION_ARG_INT, &seed, "of the random numbers (1)", "N"},
  {"write-seeds", 0, 0, G_OPTION_ARG_FILENAME, &seeds_dir,
      "write the seeds into DIR", "DIR"},
  {NULL}
};

static void
run_one (const guint8 * data, gsize size)
{
  /* A copy of the exact size, for the address sanitizer. */
  guint8 *copy = g_malloc (MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  alarm (CASE_SECONDS);
  LLVMFuzzerTestOneInput (copy, size);
  alarm (0);
  g_free (copy);
}

static gboolean
write_seeds (const gchar * dir)
{
  const gchar *name;
  GByteArray *bytes;

  for (guint i = 0; (bytes = onnx_writer_seed (i, &name)); i++) {
    g_autofree gchar *file = g_strconcat (name, ".onnx", NULL);
    g_autofree gchar *path = g_build_filename (dir, file, NULL);
    g_autoptr (GError) error = NULL;
    gboolean ok = g_file_set_contents (path, (const gchar *) bytes->data,
        bytes->len, &error);

    g_byte_array_unref (bytes);
    if (!ok) {
      fprintf (stderr, "%s\n", error->message);
      return FALSE;
    }
  }
  return TRUE;
}

static void
add_path (const gchar * path, GPtrArray * corpus)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const gchar *name;
  gchar *data;
  gsize size;

  if (dir) {
    while ((name = g_dir_read_name (dir))) {
      g_autofree gchar *inner = g_build_filename (path, name, NULL);

      add_path (inner, corpus);
    }
    g_dir_close (dir);
  } else if (g_file_get_contents (path, &data, &size, NULL)) {
    g_ptr_array_add (corpus, g_byte_array_new_take ((guint8 *) data, size));
  }
}

static void
run_changed (GPtrArray * corpus, gint run)
{
  TestRng rng = test_rng ((guint64) seed << 32 | (guint64) run, "fuzz");
  GByteArray *source = g_ptr_array_index (corpus, test_rng_below (&rng,
          corpus->len));
  GByteArray *bytes;

  if (source->len > MAX_CHANGED_BYTES)
    return;
  bytes = g_byte_array_ref (source);
  for (guint n = 1 + test_rng_below (&rng, MAX_CHANGES); n > 0; n--) {
    GByteArray *changed = fuzz_mutate (&onnx__model_proto__descriptor,
        bytes->data, bytes->len, &rng);

    g_byte_array_unref (bytes);
    bytes = changed;
  }
  run_one (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("[FILE or DIR...]");
  g_autoptr (GPtrArray) corpus =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  g_autoptr (GError) error = NULL;
  const gchar *name;
  GByteArray *bytes;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 2;
  }
  if (seeds_dir)
    return write_seeds (seeds_dir) ? 0 : 1;
  for (guint i = 0; (bytes = onnx_writer_seed (i, &name)); i++)
    g_ptr_array_add (corpus, bytes);
  for (int i = 1; i < argc; i++)
    add_path (argv[i], corpus);
  for (guint i = 0; i < corpus->len; i++) {
    bytes = g_ptr_array_index (corpus, i);
    run_one (bytes->data, bytes->len);
  }
  for (gint run = 0; run < n_runs; run++)
    run_changed (corpus, run);
  printf ("%u files and %d changed ones\n", corpus->len, n_runs);
  return 0;
}
