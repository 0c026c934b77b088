/* gst-stylegan: one training, from its first step or a checkpoint to the model
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "checkpoint.h"
#include "dataset-picture.h"
#include "interrupt.h"
#include "metrics.h"
#include "picture.h"
#include "preview.h"
#include "styletrain.h"

/* Of the style, before the trainer scales it. */
#define MAX_STYLE_SIDE 4096
/* That the dataset is told of. */
#define STEPS_AHEAD 3

struct _TrainRun
{
  const TrainOptions *options;
  SgRanks *ranks;
  Progress *progress;
  gboolean resumes;
  gchar *recipe;                /* of the model, canonical */
  gchar *metrics_path, *plot_path, *preview_path, *recipe_path;
  gchar *style_name;

  Dataset *dataset;
  guint64 announced;            /* to the dataset: steps before this one */
  /* of rank 0 only, as metrics and preview */
  Checkpoints *checkpoints;
  /* of the trainer, which points to both */
  StyletrainPicture *style;
  GStrv loss_networks;
  SgTrainer *trainer;
  Metrics *metrics;             /* NULL: none wanted */
  Preview *preview;             /* NULL: failed */
  gint64 saved_at;              /* us: the last checkpoint */
};

/* Of several processes one writes files and says what there is to say. */
static gboolean
writes (const TrainRun * run)
{
  return sg_ranks_get_rank (run->ranks) == 0;
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
  return writes (run) && run->trainer
      && newest_step (run->options->checkpoint) > 0;
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
  return run->recipe != NULL;
}

static gboolean
open_folders (TrainRun * run, gboolean * finished, GError ** error)
{
  const TrainOptions *options = run->options;
  g_autofree gchar *folder = g_path_get_dirname (options->output);

  if (g_mkdir_with_parents (folder, 0777) != 0 || g_access (folder, W_OK) != 0) {
    gint number = errno;

    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
        "%s: the model cannot be written there: %s", folder,
        g_strerror (number));
    return FALSE;
  }
  run->checkpoints = checkpoints_open (options->checkpoint, error);
  return run->checkpoints && (options->resume
      ? check_resume (run, finished, error)
      : check_folder_is_free (run, error));
}

TrainRun *
train_run_new (const TrainOptions * options, SgRanks * ranks,
    Progress * progress, gboolean * finished, GError ** error)
{
  g_autoptr (TrainRun) run = g_new0 (TrainRun, 1);

  *finished = FALSE;
  run->options = options;
  run->ranks = ranks;
  run->progress = progress;
  if (!set_names (run, error))
    return NULL;
  if (writes (run) && !open_folders (run, finished, error) && !*finished)
    return NULL;
  if (!sg_ranks_broadcast (ranks, finished, sizeof *finished, error)
      || !sg_ranks_broadcast (ranks, &run->resumes, sizeof run->resumes, error)
      || *finished)
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

  run->loss_networks = styletrain_find_loss_networks (
      (const gchar * const *) run->options->loss_network, error);
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
  config.rank = sg_ranks_get_rank (run->ranks);
  config.n_ranks = sg_ranks_get_n (run->ranks);
  if (config.n_ranks > 1) {
    config.reduce = sg_ranks_mean;
    config.reduce_data = run->ranks;
  }
  progress_say (run->progress, "training %s in the style of %s: %d steps of %d "
      "pictures of %dx%d", run->options->network, run->style_name,
      run->options->steps, run->options->batch, run->options->size,
      run->options->size);
  run->trainer = sg_trainer_new (&config, device, error);
  return run->trainer != NULL;
}

/* All see the same files, so that the ranks' samples are those of one training. */
static gboolean
check_same_content (TrainRun * run, GError ** error)
{
  const gchar *mine = dataset_get_fingerprint (run->dataset);
  gsize n = strlen (mine) + 1;
  g_autofree gchar *first = g_strdup (mine);

  if (!sg_ranks_broadcast (run->ranks, first, n, error))
    return FALSE;
  if (strcmp (first, mine) == 0)
    return TRUE;
  g_set_error_literal (error, DATASET_ERROR, DATASET_ERROR_CONFIG,
      "the content here is not that of rank 0: all need the same files");
  return FALSE;
}

/* What rank 0 has loaded, to the others, whose machine may not have the file. */
static gboolean
share_state (TrainRun * run, GError ** error)
{
  g_autofree gchar *path = checkpoints_path (run->options->checkpoint,
      sg_trainer_get_step (run->trainer));
  g_autofree gchar *state = NULL;
  g_autofree gchar *copy = NULL;
  gsize n_bytes = 0;
  gboolean ok;
  gint fd;

  if (sg_ranks_get_n (run->ranks) == 1)
    return TRUE;
  if (writes (run) && sg_trainer_get_step (run->trainer) > 0
      && !g_file_get_contents (path, &state, &n_bytes, error))
    return FALSE;
  if (!sg_ranks_broadcast (run->ranks, &n_bytes, sizeof n_bytes, error))
    return FALSE;
  if (!state)
    state = g_malloc (n_bytes);
  if (!sg_ranks_broadcast (run->ranks, state, n_bytes, error))
    return FALSE;
  if (writes (run) || n_bytes == 0)
    return TRUE;
  fd = g_file_open_tmp ("gst-styletrain-XXXXXX", &copy, error);
  if (fd < 0)
    return FALSE;
  close (fd);
  ok = g_file_set_contents (copy, state, (gssize) n_bytes, error)
      && sg_trainer_load (run->trainer, copy, error);
  g_unlink (copy);
  return ok;
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

static gboolean
begin (TrainRun * run, GError ** error)
{
  return check_same_content (run, error)
      /* what may fail comes before the folder's old content is given up */
      && (!writes (run) || (open_preview (run, error)
          && take_folder (run, error)))
      && (!run->resumes || share_state (run, error))
      && (!writes (run) || open_metrics (run, error));
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

/* By all at the same step. */
static gboolean
save_checkpoint (TrainRun * run, GError ** error)
{
  g_autoptr (GError) problem = NULL;
  guint64 last;

  if (!writes (run))
    return sg_trainer_save (run->trainer, NULL, error);
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

/* Of the rank's pictures in @step. */
static guint64
first_sample (const TrainRun * run, guint64 step)
{
  return (step * sg_ranks_get_n (run->ranks) + sg_ranks_get_rank (run->ranks))
      * (guint64) run->options->batch;
}

/* Those of the other ranks between them need not be decoded. */
static void
announce (TrainRun * run, guint64 step)
{
  if (sg_ranks_get_n (run->ranks) == 1)
    return;
  for (guint64 i = MAX (run->announced, step); i < step + STEPS_AHEAD; i++)
    dataset_prefetch (run->dataset, first_sample (run, i),
        (guint64) run->options->batch);
  run->announced = step + STEPS_AHEAD;
}

static gboolean
fetch_batch (TrainRun * run, StyletrainSample ** samples, SgPicture * first,
    SgPicture * second, GError ** error)
{
  guint batch = run->options->batch, i;
  guint64 step = sg_trainer_get_step (run->trainer);
  guint64 index = first_sample (run, step);

  announce (run, step);
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

/* Returns: whether it is time for a checkpoint. */
static gboolean
after_step (TrainRun * run, const SgTrainReport * report)
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
    return FALSE;
  if (options->preview_every > 0 && step % options->preview_every == 0)
    draw_preview (run);
  return (options->checkpoint_every > 0
      && step % options->checkpoint_every == 0)
      || (options->checkpoint_minutes > 0 && g_get_monotonic_time ()
      - run->saved_at >= options->checkpoint_minutes * minute);
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

/* A line with the checksum of what @name holds; an empty one if it is gone. */
static void
append_digest (GString * text, const gchar * name)
{
  const gchar *layers;
  g_autofree gchar *path = styletrain_split_layers (name, &layers);
  g_autoptr (GFile) file = strstr (path, "://") ? g_file_new_for_uri (path)
      : g_file_new_for_path (path);
  g_autofree gchar *content = NULL;
  g_autofree gchar *digest = NULL;
  gsize n_bytes;

  if (g_file_load_contents (file, NULL, &content, &n_bytes, NULL, NULL))
    digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
        (const guchar *) content, n_bytes);
  g_string_append_printf (text, "%s\n", digest ? digest : "");
}

/* What the model came of, wherever it was: options and content; of videos and photos to
 * train with the names and sizes. (transfer full) */
static gchar *
hash_recipe (TrainRun * run, GError ** error)
{
  g_autofree gchar *names = train_options_to_recipe (run->options,
      TRAIN_RECIPE_NAMES, run->recipe_path, error);
  g_autoptr (GString) text = g_string_new (names);
  g_autofree gchar *init = find_init (run->options->init);
  guint i;

  if (!names)
    return NULL;
  append_digest (text, run->options->style[0]);
  if (init)
    append_digest (text, init);
  for (i = 0; run->loss_networks[i]; i++)
    append_digest (text, run->loss_networks[i]);
  g_string_append (text, dataset_get_fingerprint (run->dataset));
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, -1);
}

static gboolean
export_model (TrainRun * run, GError ** error)
{
  const TrainOptions *options = run->options;
  g_autofree gchar *hash = hash_recipe (run, error);
  const gchar *metadata[] = { "style", run->style_name, "network",
    options->network, "recipe_sha256", hash, "tool",
    "gst-styletrain " PACKAGE_VERSION, NULL, NULL, NULL, NULL, NULL
  };
  guint n = 8;

  if (!hash)
    return FALSE;
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

  if (!writes (run))
    return TRUE;
  if (!save_checkpoint (run, error) || !export_model (run, error))
    return FALSE;
  draw_preview (run);
  draw_plot (run);
  progress_say (run->progress, "The model is %s. Play it:\n"
      "  gst-launch-1.0 videotestsrc ! videoconvert ! stylegan model=%s ! "
      "videoconvert ! autovideosink", run->options->output, model);
  return TRUE;
}

/* A signal to any rank ends all; the clock of rank 0 says when to save. */
static gboolean
tell_all (TrainRun * run, gboolean * stop, gboolean * save, GError ** error)
{
  gfloat flags[] = { interrupt_get () != 0, writes (run) && *save };

  if (!sg_ranks_mean (flags, G_N_ELEMENTS (flags), run->ranks, error))
    return FALSE;
  *stop = flags[0] > 0;
  *save = flags[1] > 0;
  return TRUE;
}

static gboolean
run_steps (TrainRun * run, GError ** error)
{
  guint64 n_steps = (guint64) run->options->steps;
  gboolean stop = FALSE, save = FALSE;
  SgTrainReport report;

  progress_start (run->progress, sg_trainer_get_step (run->trainer),
      n_steps, run->options->batch * sg_ranks_get_n (run->ranks));
  run->saved_at = g_get_monotonic_time ();
  while (sg_trainer_get_step (run->trainer) < n_steps) {
    if (!tell_all (run, &stop, &save, error))
      return FALSE;
    if (stop)
      break;
    if ((save && !save_checkpoint (run, error))
        || !do_step (run, &report, error))
      return FALSE;
    save = after_step (run, &report);
  }
  return TRUE;
}

gboolean
train_run_go (TrainRun * run, Dataset * dataset, SgDevice * device,
    gint * signal, GError ** error)
{
  gboolean ok;

  *signal = 0;
  run->dataset = dataset;
  if (!make_trainer (run, device, error) || !begin (run, error))
    return FALSE;
  interrupt_catch ();
  ok = run_steps (run, error);
  progress_end (run->progress);
  if (ok && sg_trainer_get_step (run->trainer) < (guint64) run->options->steps) {
    /* 0: another rank got it */
    *signal = interrupt_get ()? interrupt_get () : SIGTERM;
    ok = save_checkpoint (run, error);
  } else if (ok)
    ok = finish (run, error);
  interrupt_release ();
  return ok;
}
