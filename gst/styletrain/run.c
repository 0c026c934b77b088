/* gst-stylegan: one training, from its first step or a checkpoint to the model
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "checkpoint.h"
#include "dataset-picture.h"
#include "metrics.h"
#include "picture.h"
#include "preview.h"
#include "styletrain.h"

/* Of the style, before the trainer scales it. */
#define MAX_STYLE_SIDE 4096

struct _TrainRun
{
  const TrainOptions *options;
  Progress *progress;
  gboolean resumes;
  gchar *recipe;                /* of the model, canonical */
  gchar *metrics_path, *plot_path, *preview_path, *recipe_path;
  gchar *style_name;

  Dataset *dataset;
  Checkpoints *checkpoints;
  /* of the trainer, which points to both */
  StyletrainPicture *style;
  GStrv loss_networks;
  SgTrainer *trainer;
  Metrics *metrics;             /* NULL: none wanted */
  Preview *preview;             /* NULL: failed */
  gint64 saved_at;              /* us: the last checkpoint */
};

static volatile sig_atomic_t caught;

/* The second one ends the process at once. */
static void
catch_signal (gint number)
{
  static const gchar text[] =
      "\nfinishing the step, then saving; once more ends " "it at once\n";
  gssize written = write (STDERR_FILENO, text, sizeof (text) - 1);

  (void) written;
  caught = number;
  signal (SIGINT, SIG_DFL);
  signal (SIGTERM, SIG_DFL);
  signal (SIGHUP, SIG_DFL);
}

static void
handle_signals (gboolean enable)
{
  static const gint numbers[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction action = { .sa_flags = SA_RESTART };
  guint i;

  action.sa_handler = enable ? catch_signal : SIG_DFL;
  caught = enable ? 0 : caught;
  for (i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, NULL);
}

gchar *
train_run_name (const gchar * output, const gchar * suffix)
{
  gsize length = strlen (output);

  if (g_str_has_suffix (output, ".onnx"))
    length -= strlen (".onnx");
  return g_strdup_printf ("%.*s%s", (gint) length, output, suffix);
}

void
train_run_free (TrainRun * run)
{
  if (!run)
    return;
  preview_free (run->preview);
  metrics_close (run->metrics);
  g_clear_pointer (&run->trainer, sg_trainer_free);
  g_strfreev (run->loss_networks);
  if (run->style)
    dataset_picture_unref (run->style);
  checkpoints_close (run->checkpoints);
  g_free (run->style_name);
  g_free (run->recipe_path);
  g_free (run->preview_path);
  g_free (run->plot_path);
  g_free (run->metrics_path);
  g_free (run->recipe);
  g_free (run);
}

const TrainOptions *
train_run_get_options (const TrainRun * run)
{
  return run->options;
}

/* The newest checkpoint's step, or 0. */
static guint64
newest_step (const gchar * folder)
{
  g_autoptr (GArray) steps = checkpoints_list (folder);

  return steps->len ? g_array_index (steps, guint64, 0) : 0;
}

gboolean
train_run_has_checkpoint (const TrainRun * run)
{
  return run->trainer && newest_step (run->options->checkpoint) > 0;
}

/* The options that the folder's training was begun with. */
static TrainOptions *
load_before (const gchar * folder, GError ** error)
{
  g_autoptr (TrainOptions) before = train_options_new ();
  g_autofree gchar *path = g_build_filename (folder, "recipe", NULL);

  return train_options_load (before, path, error)
      ? g_steal_pointer (&before) : NULL;
}

/* May a new training take the folder? */
static gboolean
check_folder_is_free (TrainRun * run, GError ** error)
{
  const gchar *folder = run->options->checkpoint;
  g_autoptr (TrainOptions) before = NULL;
  guint64 step = newest_step (folder);

  if (step == 0 || run->options->force)
    return TRUE;
  before = load_before (folder, NULL);
  if (before && step >= (guint64) before->steps)
    return TRUE;
  g_set_error (error, TRAIN_OPTIONS_ERROR,
      TRAIN_OPTIONS_ERROR_REFUSED, "%s holds an unfinished training "
      "(step %" G_GUINT64_FORMAT
      "): go on with it with --resume, or begin anew " "with --force", folder,
      step);
  return FALSE;
}

static gboolean
check_resume (TrainRun * run, gboolean * finished, GError ** error)
{
  const TrainOptions *options = run->options;
  g_autoptr (TrainOptions) before = load_before (options->checkpoint, error);
  g_autofree gchar *differences = NULL;

  if (!before)
    return FALSE;
  differences = train_options_differences (options, before);
  if (differences) {
    g_set_error (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_REFUSED,
        "this is not the training in %s: "
        "%s. To go on with it needs no options but --resume %s; other options "
        "may begin with its weights: --init %s", options->checkpoint,
        differences, options->checkpoint, options->checkpoint);
    return FALSE;
  }
  if (before->threads != options->threads
      || g_strcmp0 (before->backend, options->backend) != 0)
    progress_warn (run->progress, "with other threads or another backend than "
        "before, the result will not be the same bit for bit");
  if (newest_step (options->checkpoint) >= (guint64) options->steps
      && g_file_test (options->output, G_FILE_TEST_EXISTS)) {
    progress_say (run->progress,
        "%s is already finished: %d steps, the model is "
        "%s. Train on with --steps N", options->checkpoint, options->steps,
        options->output);
    *finished = TRUE;
    return FALSE;
  }
  run->resumes = TRUE;
  return TRUE;
}

static gboolean
set_names (TrainRun * run, GError ** error)
{
  const gchar *output = run->options->output;
  g_autofree gchar *folder = g_path_get_dirname (output);
  g_autofree gchar *base = g_path_get_basename (run->options->style[0]);
  gchar *dot = strrchr (base, '.');

  if (dot && dot != base)
    *dot = '\0';
  run->style_name = g_strdup (run->options->name ? run->options->name : base);
  run->metrics_path = train_run_name (output, ".metrics.jsonl");
  run->plot_path = train_run_name (output, ".loss.svg");
  run->preview_path = train_run_name (output, ".preview.png");
  run->recipe_path = train_run_name (output, ".recipe");
  run->recipe = train_options_to_recipe (run->options, TRAIN_RECIPE_MODEL,
      run->recipe_path, error);
  if (!run->recipe)
    return FALSE;
  if (g_mkdir_with_parents (folder, 0777) != 0 || g_access (folder, W_OK) != 0) {
    gint number = errno;

    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
        "%s: the model cannot be written there: %s", folder,
        g_strerror (number));
    return FALSE;
  }
  return TRUE;
}

TrainRun *
train_run_new (const TrainOptions * options, Progress * progress,
    gboolean * finished, GError ** error)
{
  g_autoptr (TrainRun) run = g_new0 (TrainRun, 1);

  *finished = FALSE;
  run->options = options;
  run->progress = progress;
  if (!set_names (run, error))
    return NULL;
  run->checkpoints = checkpoints_open (options->checkpoint, error);
  if (!run->checkpoints)
    return NULL;
  if (options->resume ? !check_resume (run, finished, error)
      : !check_folder_is_free (run, error))
    return NULL;
  return g_steal_pointer (&run);
}

/* --init: a folder stands for its newest checkpoint. (transfer full) */
static gchar *
find_init (const gchar * init)
{
  if (init && g_file_test (init, G_FILE_TEST_IS_DIR))
    return checkpoints_path (init, newest_step (init));
  return g_strdup (init);
}

/* Networks by name become files. (transfer full) */
static GStrv
find_loss_networks (const TrainOptions * options, GError ** error)
{
  static const gchar *const preset[] = { "loss", NULL };
  const gchar *const *names = options->loss_network && options->loss_network[0]
      ? (const gchar * const *) options->loss_network : preset;
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  guint i;

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

static void
fill_config (const TrainOptions * options, SgTrainConfig * config)
{
  sg_train_config_init (config);
  sg_network_from_name (options->network, &config->network);
  config->steps = options->steps;
  config->batch = options->batch;
  config->size = options->size;
  config->style_size = options->style_size;
  config->seed = options->seed;
  config->rate = options->rate;
  config->weight[SG_LOSS_RECONSTRUCTION] = options->reconstruction;
  config->weight[SG_LOSS_CONTENT] = options->content_weight;
  config->weight[SG_LOSS_STYLE] *= options->style_strength;
  config->weight[SG_LOSS_COLOR] = options->color * options->style_strength;
  config->weight[SG_LOSS_TV] = options->tv;
  config->weight[SG_LOSS_CHECKERBOARD] = options->checkerboard;
  config->weight[SG_LOSS_RANGE] = options->range;
  config->weight[SG_LOSS_TEMPORAL] = options->temporal;
  config->weight[SG_LOSS_ADVERSARIAL] = options->adversarial;
}

static gboolean
make_trainer (TrainRun * run, SgDevice * device, GError ** error)
{
  /* what is gone on from has weights of its own */
  g_autofree gchar *init = run->resumes ? NULL : find_init (run->options->init);
  SgTrainConfig config;

  run->loss_networks = find_loss_networks (run->options, error);
  if (!run->loss_networks)
    return FALSE;
  run->style = styletrain_picture_load (run->options->style[0], 16,
      MAX_STYLE_SIDE, error);
  if (!run->style)
    return FALSE;
  fill_config (run->options, &config);
  config.style = (SgPicture) {
  run->style->width, run->style->height, run->style->rgb};
  config.loss_networks = (const gchar * const *) run->loss_networks;
  config.init = init;
  progress_say (run->progress, "training %s in the style of %s: %d steps of %d "
      "pictures of %dx%d", run->options->network, run->style_name,
      run->options->steps, run->options->batch, run->options->size,
      run->options->size);
  run->trainer = sg_trainer_new (&config, device, error);
  return run->trainer != NULL;
}

/* After it the folder is this training's. */
static gboolean
take_folder (TrainRun * run, GError ** error)
{
  const gchar *folder = run->options->checkpoint;
  g_autofree gchar *path = g_build_filename (folder, "recipe", NULL);
  g_autofree gchar *recipe = train_options_to_recipe (run->options,
      TRAIN_RECIPE_ALL, path, error);

  if (!recipe)
    return FALSE;
  if (run->resumes) {
    if (!checkpoints_check_dataset (run->checkpoints, run->dataset, error)
        || !checkpoints_load (run->checkpoints, run->trainer, run->progress,
            error))
      return FALSE;
    progress_say (run->progress, sg_trainer_get_step (run->trainer) > 0
        ? "going on after step %" G_GUINT64_FORMAT : "no checkpoint had been "
        "written yet; beginning at step %" G_GUINT64_FORMAT,
        sg_trainer_get_step (run->trainer));
  } else if (!checkpoints_clear (run->checkpoints, error))
    return FALSE;
  return checkpoints_save_recipe (run->checkpoints, recipe, run->dataset,
      error);
}

static gboolean
open_preview (TrainRun * run, GError ** error)
{
  const TrainOptions *options = run->options;
  g_autoptr (GError) problem = NULL;

  run->preview = preview_new (run->style,
      (const gchar * const *) options->preview, run->dataset, options->size,
      &problem);
  /* pictures that somebody asked for must be there, others need not */
  if (!run->preview && options->preview && options->preview[0]) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (!run->preview)
    progress_warn (run->progress, "no preview sheet: %s", problem->message);
  return TRUE;
}

static gboolean
open_metrics (TrainRun * run, GError ** error)
{
  if (run->options->metrics_every == 0)
    return TRUE;
  run->metrics = metrics_open (run->metrics_path, run->options->metrics_every,
      sg_trainer_get_step (run->trainer), error);
  return run->metrics != NULL;
}

/* What is nice to have must not end a training. */
static void
warn_and_clear (TrainRun * run, GError ** problem)
{
  if (*problem)
    progress_warn (run->progress, "%s", (*problem)->message);
  g_clear_error (problem);
}

static void
draw_plot (TrainRun * run)
{
  g_autofree gchar *title = NULL;
  g_autoptr (GError) problem = NULL;

  if (!run->metrics)
    return;
  title = g_strdup_printf ("%s, %s", run->style_name, run->options->network);
  if (!metrics_plot (run->metrics, run->plot_path, title, &problem))
    warn_and_clear (run, &problem);
}

static void
draw_preview (TrainRun * run)
{
  g_autoptr (GError) problem = NULL;

  if (run->preview && !preview_save (run->preview, run->trainer,
          run->preview_path, &problem))
    warn_and_clear (run, &problem);
}

static gboolean
save_checkpoint (TrainRun * run, GError ** error)
{
  g_autoptr (GError) problem = NULL;
  guint64 last;

  if (run->metrics && !metrics_flush (run->metrics, &problem))
    warn_and_clear (run, &problem);
  if (!checkpoints_save (run->checkpoints, run->trainer, error)) {
    last = newest_step (run->options->checkpoint);
    if (last > 0)
      g_prefix_error (error, "the last good state is that of step %"
          G_GUINT64_FORMAT " in %s: ", last, run->options->checkpoint);
    g_prefix_error (error, "the training cannot be saved and stops; ");
    return FALSE;
  }
  run->saved_at = g_get_monotonic_time ();
  draw_plot (run);
  return TRUE;
}

static gboolean
fetch_batch (TrainRun * run, StyletrainSample ** samples, SgPicture * first,
    SgPicture * second, GError ** error)
{
  guint batch = run->options->batch, i;
  guint64 index = sg_trainer_get_step (run->trainer) * batch;

  for (i = 0; i < batch; i++) {
    const StyletrainPicture *a, *b;

    if (!dataset_fetch (run->dataset, index + i, &samples[i], error))
      return FALSE;
    a = samples[i]->first;
    b = samples[i]->second;
    first[i] = (SgPicture) {
    a->width, a->height, a->rgb};
    second[i] = b ? (SgPicture) {
    b->width, b->height, b->rgb}
    : (SgPicture) {
    0};
  }
  return TRUE;
}

static gboolean
do_step (TrainRun * run, SgTrainReport * report, GError ** error)
{
  guint batch = run->options->batch;
  g_autoptr (GPtrArray) samples = g_ptr_array_new_full (batch, NULL);
  g_autofree SgPicture *first = g_new0 (SgPicture, batch);
  g_autofree SgPicture *second = g_new0 (SgPicture, batch);
  g_autoptr (GError) problem = NULL;
  gboolean ok;
  guint i;

  g_ptr_array_set_size (samples, batch);
  ok = fetch_batch (run, (StyletrainSample **) samples->pdata, first, second,
      error);
  if (!ok && sg_trainer_get_step (run->trainer) > 0
      && !save_checkpoint (run, &problem))
    warn_and_clear (run, &problem);
  ok = ok && sg_trainer_step (run->trainer, first, second, report, error);
  for (i = 0; i < batch; i++)
    if (samples->pdata[i])
      styletrain_sample_unref (samples->pdata[i]);
  return ok;
}

static gboolean
after_step (TrainRun * run, const SgTrainReport * report, GError ** error)
{
  const TrainOptions *options = run->options;
  g_autoptr (GError) problem = NULL;
  guint64 step = sg_trainer_get_step (run->trainer);
  gint64 minute = 60 * G_USEC_PER_SEC;

  if (report->rollback)
    progress_warn (run->progress, "%s", report->rollback);
  else
    progress_step (run->progress, report);
  if (run->metrics && !metrics_add (run->metrics, report,
          progress_get_rate (run->progress), &problem))
    warn_and_clear (run, &problem);
  if (report->rollback || step >= (guint64) options->steps)
    return TRUE;
  if (options->preview_every > 0 && step % options->preview_every == 0)
    draw_preview (run);
  if ((options->checkpoint_every > 0 && step % options->checkpoint_every == 0)
      || (options->checkpoint_minutes > 0 && g_get_monotonic_time ()
          - run->saved_at >= options->checkpoint_minutes * minute))
    return save_checkpoint (run, error);
  return TRUE;
}

/* The recipe beside the model; one with the same content, and perhaps comments, is
 * left as it is. */
static gboolean
write_recipe (TrainRun * run, GError ** error)
{
  g_autoptr (TrainOptions) there = train_options_new ();
  g_autofree gchar *text = NULL;

  if (train_options_load (there, run->recipe_path, NULL)) {
    g_free (there->output);
    there->output = g_strdup (run->options->output);
    text = train_options_to_recipe (there, TRAIN_RECIPE_MODEL,
        run->recipe_path, NULL);
    if (g_strcmp0 (text, run->recipe) == 0)
      return TRUE;
  }
  return g_file_set_contents (run->recipe_path, run->recipe, -1, error);
}

static gboolean
export_model (TrainRun * run, GError ** error)
{
  const TrainOptions *options = run->options;
  g_autofree gchar *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256,
      run->recipe, -1);
  const gchar *metadata[] = { "style", run->style_name, "network",
    options->network, "recipe_sha256", hash, "tool",
    "gst-styletrain " PACKAGE_VERSION, NULL, NULL, NULL, NULL, NULL
  };
  guint n = 8;

  if (options->author) {
    metadata[n++] = "author";
    metadata[n++] = options->author;
  }
  if (options->license) {
    metadata[n++] = "license";
    metadata[n++] = options->license;
  }
  return write_recipe (run, error)
      && sg_trainer_export (run->trainer, options->output, metadata, error);
}

static gboolean
finish (TrainRun * run, GError ** error)
{
  g_autofree gchar *model = styletrain_quote (run->options->output);

  if (!save_checkpoint (run, error) || !export_model (run, error))
    return FALSE;
  draw_preview (run);
  draw_plot (run);
  progress_say (run->progress, "The model is %s. Play it:\n"
      "  gst-launch-1.0 videotestsrc ! videoconvert ! stylegan model=%s ! "
      "videoconvert ! autovideosink", run->options->output, model);
  return TRUE;
}

static gboolean
run_steps (TrainRun * run, GError ** error)
{
  SgTrainReport report;

  progress_start (run->progress, sg_trainer_get_step (run->trainer),
      run->options->steps, run->options->batch);
  run->saved_at = g_get_monotonic_time ();
  while (!caught
      && sg_trainer_get_step (run->trainer) < (guint64) run->options->steps)
    if (!do_step (run, &report, error)
        || !after_step (run, &report, error))
      return FALSE;
  return TRUE;
}

gboolean
train_run_go (TrainRun * run, Dataset * dataset, SgDevice * device,
    gint * signal, GError ** error)
{
  gboolean ok;

  *signal = 0;
  run->dataset = dataset;
  /* what may fail comes before the folder's old content is given up */
  if (!make_trainer (run, device, error) || !open_preview (run, error)
      || !take_folder (run, error) || !open_metrics (run, error))
    return FALSE;
  handle_signals (TRUE);
  ok = run_steps (run, error);
  progress_end (run->progress);
  if (ok && sg_trainer_get_step (run->trainer) < (guint64) run->options->steps) {
    *signal = caught;
    ok = save_checkpoint (run, error);
  } else if (ok)
    ok = finish (run, error);
  handle_signals (FALSE);
  return ok;
}
