/* gst-stylegan: gst-styletrain train
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "styletrain.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <gst/gst.h>

#include "content.h"
#include "device.h"
#include "options.h"
#include "progress.h"
#include "run.h"

/* "wave" of "/styles/wave.jpg". (transfer full) */
static gchar *
style_name (const gchar * path)
{
  gchar *base = g_path_get_basename (path);
  gchar *dot = strrchr (base, '.');

  if (dot && dot != base)
    *dot = '\0';
  return base;
}

/* @options for its style number @i, with all names set. */
static TrainOptions *
make_job (const TrainOptions * options, guint i, GError ** error)
{
  g_autoptr (TrainOptions) job = train_options_copy (options);
  g_autofree gchar *name = style_name (options->style[i]);
  g_autofree gchar *file = g_strconcat (name, ".onnx", NULL);
  const gchar *output = options->output;
  gboolean several = options->style[1] != NULL;

  g_strfreev (job->style);
  job->style = g_new0 (gchar *, 2);
  job->style[0] = g_strdup (options->style[i]);
  if (!output || several || g_str_has_suffix (output, G_DIR_SEPARATOR_S)
      || g_file_test (output, G_FILE_TEST_IS_DIR)) {
    g_autofree gchar *cwd = g_get_current_dir ();
    g_autofree gchar *path = g_build_filename (output ? output : cwd, file,
        NULL);

    if (output && g_str_has_suffix (output, ".onnx")) {
      g_set_error (error, TRAIN_OPTIONS_ERROR,
          TRAIN_OPTIONS_ERROR_USAGE,
          "-o %s: several styles need a " "folder for their models", output);
      return NULL;
    }
    g_free (job->output);
    job->output = g_canonicalize_filename (path, NULL);
  } else if (!g_str_has_suffix (output, ".onnx")) {
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, "-o %s: the model's name must "
        "end with .onnx, and that of a folder that is to be made with /",
        output);
    return NULL;
  }
  if (options->checkpoint && several) {
    g_free (job->checkpoint);
    job->checkpoint = g_build_filename (options->checkpoint, name, NULL);
  } else if (!options->checkpoint)
    job->checkpoint = train_run_name (job->output, ".checkpoint");
  return g_steal_pointer (&job);
}

static GPtrArray *
make_jobs (const TrainOptions * options, GError ** error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (
      (GDestroyNotify) train_options_free);
  guint i, j;

  for (i = 0; options->style[i]; i++) {
    TrainOptions *job = make_job (options, i, error);

    if (!job)
      return NULL;
    g_ptr_array_add (jobs, job);
    for (j = 0; j < i; j++) {
      const TrainOptions *other = g_ptr_array_index (jobs, j);

      if (strcmp (other->output, job->output) == 0) {
        g_set_error (error, TRAIN_OPTIONS_ERROR,
            TRAIN_OPTIONS_ERROR_USAGE, "%s and %s would both be "
            "%s", other->style[0], job->style[0], job->output);
        return NULL;
      }
    }
  }
  return g_steal_pointer (&jobs);
}

/* Of several styles those that were not begun yet begin now. */
static gboolean
prepare_runs (const GPtrArray * jobs, SgRanks * ranks, Progress * progress,
    GPtrArray * runs, GError ** error)
{
  guint i;

  for (i = 0; i < jobs->len; i++) {
    TrainOptions *job = g_ptr_array_index (jobs, i);
    g_autofree gchar *recipe = g_build_filename (job->checkpoint, "recipe",
        NULL);
    gboolean finished;
    TrainRun *run;

    if (job->resume && jobs->len > 1
        && !g_file_test (recipe, G_FILE_TEST_EXISTS))
      job->resume = FALSE;
    run = train_run_new (job, ranks, progress, &finished, error);
    if (run)
      g_ptr_array_add (runs, run);
    else if (!finished)
      return FALSE;
  }
  return TRUE;
}

/* The exact command that goes on. (transfer full) */
static gchar *
resume_command (const GPtrArray * jobs, const TrainOptions * job,
    SgRanks * ranks, gint argc, gchar ** argv)
{
  g_autofree gchar *program = styletrain_quote (styletrain_get_program ());
  GString *text = g_string_new (NULL);
  g_autofree gchar *folder = styletrain_quote (job->checkpoint);
  gint i;

  if (sg_ranks_get_n (ranks) > 1)
    g_string_printf (text, "mpirun -n %u ", sg_ranks_get_n (ranks));
  g_string_append_printf (text, "%s train", program);
  if (jobs->len == 1)
    g_string_append_printf (text, " --resume %s", folder);
  for (i = 1; jobs->len > 1 && i < argc; i++) {
    g_autofree gchar *word = styletrain_quote (argv[i]);

    if (strcmp (argv[i], "--resume") != 0 && strcmp (argv[i], "--force") != 0)
      g_string_append_printf (text, " %s", word);
  }
  if (jobs->len > 1)
    g_string_append (text, " --resume");
  return g_string_free (text, FALSE);
}

static gint
fail (GError * error)
{
  gint code = g_error_matches (error, TRAIN_OPTIONS_ERROR,
      TRAIN_OPTIONS_ERROR_USAGE)
      ? styletrain_usage_error (error->message)
      : styletrain_failure (error->message);

  g_error_free (error);
  return code;
}

/* Returns: the exit code. */
static gint
train_one (TrainRun * run, Dataset * dataset, SgDevice * device,
    const GPtrArray * jobs, SgRanks * ranks, gint argc, gchar ** argv,
    Progress * progress)
{
  GError *error = NULL;
  gint caught;
  gint code = train_run_go (run, dataset, device, &caught, &error)
      ? caught ? 128 + caught : 0 : fail (error);

  if (code != 0 && train_run_has_checkpoint (run)) {
    g_autofree gchar *command = resume_command (jobs,
        train_run_get_options (run), ranks, argc, argv);

    progress_warn (progress, "%s Go on with:\n  %s", caught
        ? "interrupted; all is saved." : "not finished.", command);
  }
  return code;
}

static gint
train_all (const GPtrArray * jobs, const GPtrArray * runs,
    const TrainOptions * options, SgRanks * ranks, gint argc, gchar ** argv,
    Progress * progress)
{
  GError *error = NULL;
  SgDevice *device = device_open (options->backend, options->device,
      options->threads, progress, &error);
  g_autoptr (Dataset) dataset = device
      ? content_open ((const gchar * const *) options->content, options->seed,
      options->size, (guint) options->batch, progress, &error) : NULL;
  gint code = dataset ? 0 : fail (error);
  guint i;

  for (i = 0; i < runs->len && code == 0; i++) {
    if (jobs->len > 1)
      progress_say (progress, "model %u of %u", i + 1, runs->len);
    code = train_one (g_ptr_array_index (runs, i), dataset, device, jobs, ranks,
        argc, argv, progress);
  }
  if (device)
    sg_device_unref (device);
  return code;
}

static gint
print_recipe (const TrainOptions * options)
{
  g_autofree gchar *cwd = g_get_current_dir ();
  g_autofree gchar *path = g_build_filename (cwd, "recipe", NULL);
  GError *error = NULL;
  g_autofree gchar *text = train_options_to_recipe (options, TRAIN_RECIPE_ALL,
      path, &error);

  if (!text)
    return fail (error);
  fputs (text, stdout);
  return 0;
}

/* By all ranks. Returns: the exit code. */
static gint
train (const TrainOptions * options, SgRanks * ranks, gint argc, gchar ** argv)
{
  g_autoptr (Progress) progress = NULL;
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  GError *error = NULL;

  if (!train_options_check (options, &error))
    return fail (error);
  jobs = make_jobs (options, &error);
  if (!jobs)
    return fail (error);
  /* files that may not grow larger are errors like others */
  signal (SIGXFSZ, SIG_IGN);
  gst_init (NULL, NULL);
  progress = progress_new (options->quiet);
  if (sg_ranks_get_rank (ranks) > 0)
    progress_mute (progress);
  runs = g_ptr_array_new_with_free_func ((GDestroyNotify) train_run_free);
  if (!prepare_runs (jobs, ranks, progress, runs, &error))
    return fail (error);
  if (runs->len == 0)
    return 0;
  return train_all (jobs, runs, options, ranks, argc, argv, progress);
}

gint
styletrain_train (gint argc, gchar ** argv)
{
  GError *error = NULL;
  g_autoptr (TrainOptions) options = train_options_parse (argc, argv, &error);
  g_autoptr (SgRanks) ranks = NULL;
  gint code;

  if (!options) {
    code = styletrain_usage_error (error->message);
    g_error_free (error);
    return code;
  }
  if (options->print_recipe)
    return print_recipe (options);
  ranks = sg_ranks_new (&error);
  if (!ranks)
    return fail (error);
  if (sg_ranks_get_rank (ranks) > 0) {
    g_autofree gchar *name = g_strdup_printf ("%s: rank %u", g_get_prgname (),
        sg_ranks_get_rank (ranks));

    g_set_prgname (name);
  }
  code = train (options, ranks, argc, argv);
  /* the others may wait for this one */
  if (code == STYLETRAIN_FAILURE || code == STYLETRAIN_USAGE)
    sg_ranks_abort (ranks);
  return code;
}
