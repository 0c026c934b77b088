/* gst-stylegan: gst-styletrain distill, which makes a loss network
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "styletrain.h"

#include <signal.h>
#include <string.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <sg/distill.h>

#include "content.h"
#include "device.h"
#include "interrupt.h"
#include "metrics.h"
#include "progress.h"
#include "run.h"

#define GROUP "distill"
#define METRICS_EVERY 20        /* steps */
#define SAVE_SECONDS 300        /* between checkpoints */

/* Where neither the command line nor the recipe says anything. */
#define UNSET G_MININT

typedef struct
{
  gchar **teachers, **content, **more;
  gchar *output, *recipe, *backend, *author, *license;
  gint steps, batch, size, seed, threads;
  gdouble rate;
  gboolean resume, force, quiet;

  gchar *checkpoint;            /* file, beside the output */
  gchar *digest;                /* of the recipe */
} Options;

typedef struct
{
  const Options *options;
  SgDistillConfig config;
  Progress *progress;
  Dataset *dataset;
  SgDistiller *distiller;
  Metrics *metrics;
  gchar *plot;
} Run;

static void
options_clear (Options * o)
{
  g_strfreev (o->teachers);
  g_strfreev (o->content);
  g_strfreev (o->more);
  g_free (o->output);
  g_free (o->recipe);
  g_free (o->backend);
  g_free (o->author);
  g_free (o->license);
  g_free (o->checkpoint);
  g_free (o->digest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* --- recipes ------------------------------------------------------------------ */

typedef enum
{ KEY_NUMBER, KEY_RATE, KEY_TEXT, KEY_NAME, KEY_NAMES } KeyType;

static const struct
{
  const gchar *name;
  KeyType type;
  gsize offset;
} keys[] = {
  {"teacher", KEY_NAMES, G_STRUCT_OFFSET (Options, teachers)},
  {"content", KEY_NAMES, G_STRUCT_OFFSET (Options, content)},
  {"output", KEY_NAME, G_STRUCT_OFFSET (Options, output)},
  {"steps", KEY_NUMBER, G_STRUCT_OFFSET (Options, steps)},
  {"batch", KEY_NUMBER, G_STRUCT_OFFSET (Options, batch)},
  {"size", KEY_NUMBER, G_STRUCT_OFFSET (Options, size)},
  {"seed", KEY_NUMBER, G_STRUCT_OFFSET (Options, seed)},
  {"rate", KEY_RATE, G_STRUCT_OFFSET (Options, rate)},
  {"author", KEY_TEXT, G_STRUCT_OFFSET (Options, author)},
  {"license", KEY_TEXT, G_STRUCT_OFFSET (Options, license)},
};

/* @name, relative to the folder. */
static gchar *
resolve (const gchar * name, const gchar * folder)
{
  return strstr (name, "://") ? g_strdup (name)
      : g_canonicalize_filename (name, folder);
}

/* Unless the command line has set it. */
static gboolean
read_key (Options * o, GKeyFile * file, guint row, const gchar * folder,
    GError ** error)
{
  gpointer field = G_STRUCT_MEMBER_P (o, keys[row].offset);
  const gchar *name = keys[row].name;
  GError *problem = NULL;

  if (keys[row].type == KEY_NUMBER) {
    if (*(gint *) field == UNSET)
      *(gint *) field = g_key_file_get_integer (file, GROUP, name, &problem);
  } else if (keys[row].type == KEY_RATE) {
    if (*(gdouble *) field == UNSET)
      *(gdouble *) field = g_key_file_get_double (file, GROUP, name, &problem);
  } else if (*(gpointer *) field == NULL) {
    if (keys[row].type == KEY_NAMES) {
      gchar **list = g_key_file_get_string_list (file, GROUP, name, NULL,
          &problem);

      for (guint i = 0; list && list[i]; i++) {
        gchar *text = list[i];

        list[i] = resolve (text, folder);
        g_free (text);
      }
      *(gchar ***) field = list;
    } else {
      g_autofree gchar *text = g_key_file_get_string (file, GROUP, name,
          &problem);

      *(gchar **) field = text && keys[row].type == KEY_NAME
          ? resolve (text, folder) : g_strdup (text);
    }
  }
  if (problem)
    g_propagate_error (error, problem);
  return problem == NULL;
}

static gint
find_key (const gchar * name, GError ** error)
{
  const gchar *names[G_N_ELEMENTS (keys)], *meant;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    names[i] = keys[i].name;
    if (strcmp (name, names[i]) == 0)
      return (gint) i;
  }
  meant = styletrain_suggest (name, names, G_N_ELEMENTS (names));
  g_set_error (error, TRAIN_OPTIONS_ERROR, TRAIN_OPTIONS_ERROR_USAGE,
      "no such option%s%s%s", meant ? "; did you mean \"" : "",
      meant ? meant : "", meant ? "\"?" : "");
  return -1;
}

static gboolean
read_recipe (Options * o, GError ** error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree gchar *path = g_canonicalize_filename (o->recipe, NULL);
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) names = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  o->digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
      (const guchar *) text, length);
  if (g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error))
    names = g_key_file_get_keys (file, GROUP, NULL, error);
  if (names == NULL) {
    g_prefix_error (error, "%s: ", o->recipe);
    return FALSE;
  }
  for (guint i = 0; names[i]; i++) {
    gint row = find_key (names[i], error);

    if (row < 0 || !read_key (o, file, (guint) row, folder, error)) {
      g_prefix_error (error, "%s: %s: ", o->recipe, names[i]);
      return FALSE;
    }
  }
  return TRUE;
}

/* --- options -------------------------------------------------------------------- */

static gboolean
parse (Options * o, gint argc, gchar ** argv, GError ** error)
{
  GOptionEntry entries[] = {
    {"teacher", 't', 0, G_OPTION_ARG_STRING_ARRAY, &o->teachers,
          "Network that is imitated, and its layers; several times: all",
        "FILE.onnx[:LAYERS]"},
    {"content", 'c', 0, G_OPTION_ARG_FILENAME_ARRAY, &o->content,
        "Photos, paintings and videos, or folders of them", "FILE|DIR|URI..."},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
        "The loss network", "LOSS.onnx"},
    {"steps", 0, 0, G_OPTION_ARG_INT, &o->steps, "Length [6000]", "N"},
    {"batch", 0, 0, G_OPTION_ARG_INT, &o->batch,
        "Pictures in each step, even [8]", "N"},
    {"size", 0, 0, G_OPTION_ARG_INT, &o->size,
        "Of what is cut out of pictures, a multiple of 8 [128]", "PX"},
    {"rate", 0, 0, G_OPTION_ARG_DOUBLE, &o->rate,
        "Learning rate of Adam, at its highest [0.002]", "RATE"},
    {"seed", 0, 0, G_OPTION_ARG_INT, &o->seed,
        "All that is random follows from it [1]", "N"},
    {"author", 0, 0, G_OPTION_ARG_STRING, &o->author,
        "Of the network, for its metadata", "TEXT"},
    {"license", 0, 0, G_OPTION_ARG_STRING, &o->license,
        "Of the network, for its metadata", "TEXT"},
    {"backend", 0, 0, G_OPTION_ARG_STRING, &o->backend,
        "auto, vulkan, cpu or reference [auto]", "NAME"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &o->threads, "0: all [0]", "N"},
    {"recipe", 'r', 0, G_OPTION_ARG_FILENAME, &o->recipe,
        "These options from a file; the command line goes before", "FILE"},
    {"resume", 0, 0, G_OPTION_ARG_NONE, &o->resume,
        "Go on after an interruption", NULL},
    {"force", 0, 0, G_OPTION_ARG_NONE, &o->force,
        "Begin anew where one was interrupted", NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet,
        "Warnings and errors only", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->more, NULL,
        NULL},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
      "Makes a loss network for train: a small one that learns to see pictures as\n"
      "the teachers do.");
  g_option_context_set_description (context,
      "Example:\n  gst-styletrain distill --teacher squeezenet1_1.onnx "
      "--content photos/ -o loss.onnx\n"
      "  gst-styletrain train --loss-network loss.onnx --style wave.jpg ...\n");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error);
}

/* --content A B C: what belongs to no option comes after it. */
static void
join_content (Options * o)
{
  GStrvBuilder *all = g_strv_builder_new ();

  if (o->content)
    g_strv_builder_addv (all, (const gchar **) o->content);
  g_strv_builder_addv (all, (const gchar **) o->more);
  g_strfreev (o->content);
  o->content = g_strv_builder_end (all);
  g_strv_builder_unref (all);
}

static gboolean
check (Options * o, GError ** error)
{
  const gchar *problem = NULL;

  if (o->backend == NULL)
    o->backend = g_strdup ("auto");
  if (!g_strv_contains (device_backends (), o->backend))
    problem = "--backend: it is none of auto, vulkan, cpu, reference";
  else if (o->threads < 0 || o->threads > 256)
    problem = "--threads: wants 0 to 256";
  else if (o->teachers == NULL || o->teachers[0] == NULL)
    problem = "who is to be imitated? Name a network with --teacher";
  else if (o->content == NULL || o->content[0] == NULL)
    problem = "what to look at? Name photos, videos or folders with --content";
  else if (o->output == NULL || !g_str_has_suffix (o->output, ".onnx"))
    problem = "where to? Name a file with -o LOSS.onnx";
  else if (o->seed < 0 && o->seed != UNSET)
    problem = "--seed: wants 0 or more";
  if (problem)
    g_set_error_literal (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_USAGE, problem);
  else
    o->checkpoint = train_run_name (o->output, ".checkpoint.safetensors");
  return problem == NULL;
}

static gboolean
read_options (Options * o, gint argc, gchar ** argv, GError ** error)
{
  o->steps = o->batch = o->size = o->seed = UNSET;
  o->rate = UNSET;
  if (!parse (o, argc, argv, error))
    return FALSE;
  if (o->more)
    join_content (o);
  return (o->recipe == NULL || read_recipe (o, error)) && check (o, error);
}

static void
fill_config (const Options * o, SgDistillConfig * config)
{
  sg_distill_config_init (config);
  if (o->steps != UNSET)
    config->steps = (guint) MAX (o->steps, 0);
  if (o->batch != UNSET)
    config->batch = (guint) MAX (o->batch, 0);
  if (o->size != UNSET)
    config->size = o->size;
  if (o->seed != UNSET)
    config->seed = (guint64) o->seed;
  if (o->rate != UNSET)
    config->rate = o->rate;
  config->teachers = (const gchar * const *) o->teachers;
}

/* --- the run -------------------------------------------------------------------- */

static void
run_clear (Run * run)
{
  metrics_close (run->metrics);
  g_clear_pointer (&run->distiller, sg_distiller_free);
  g_clear_pointer (&run->dataset, dataset_free);
  g_free (run->plot);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static gboolean
check_checkpoint (const Options * o, GError ** error)
{
  gboolean there = g_file_test (o->checkpoint, G_FILE_TEST_EXISTS);

  if (there && !o->resume && !o->force)
    g_set_error (error, TRAIN_OPTIONS_ERROR, TRAIN_OPTIONS_ERROR_REFUSED,
        "%s is that of an unfinished one: go on with it with --resume, or "
        "begin anew with --force", o->checkpoint);
  else if (!there && o->resume)
    g_set_error (error, TRAIN_OPTIONS_ERROR, TRAIN_OPTIONS_ERROR_REFUSED,
        "there is no %s to go on from; begin without --resume", o->checkpoint);
  else
    return TRUE;
  return FALSE;
}

static gboolean
open_run (Run * run, SgDevice * device, GError ** error)
{
  const Options *o = run->options;
  g_autofree gchar *metrics = train_run_name (o->output, ".metrics.jsonl");

  run->plot = train_run_name (o->output, ".loss.svg");
  run->dataset = content_open ((const gchar * const *) o->content,
      run->config.seed, run->config.size, run->config.batch, run->progress,
      error);
  if (run->dataset == NULL)
    return FALSE;
  run->config.content = dataset_get_fingerprint (run->dataset);
  run->distiller = sg_distiller_new (&run->config, device, error);
  if (run->distiller == NULL
      || (o->resume && !sg_distiller_load (run->distiller, o->checkpoint,
              error)))
    return FALSE;
  run->metrics = metrics_open (metrics, METRICS_EVERY,
      sg_distiller_get_step (run->distiller), error);
  return run->metrics != NULL;
}

static gboolean
do_step (Run * run, SgTrainReport * report, GError ** error)
{
  guint batch = run->config.batch;
  guint64 index = sg_distiller_get_step (run->distiller) * batch;
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func (
      (GDestroyNotify) styletrain_sample_unref);
  g_autofree SgPicture *pictures = g_new0 (SgPicture, batch);

  for (guint i = 0; i < batch; i++) {
    StyletrainSample *sample;

    if (!dataset_fetch (run->dataset, index + i, &sample, error))
      return FALSE;
    g_ptr_array_add (samples, sample);
    pictures[i] = (SgPicture) {
    sample->first->width, sample->first->height, sample->first->rgb};
  }
  return sg_distiller_step (run->distiller, pictures, report, error);
}

static void
warn (Run * run, GError * problem)
{
  progress_warn (run->progress, "%s", problem->message);
  g_error_free (problem);
}

static gboolean
save (Run * run, GError ** error)
{
  GError *problem = NULL;

  if (!metrics_flush (run->metrics, &problem)
      || !metrics_plot (run->metrics, run->plot, "loss network", &problem))
    warn (run, problem);
  return sg_distiller_save (run->distiller, run->options->checkpoint, error);
}

static gboolean
run_steps (Run * run, GError ** error)
{
  gint64 saved_at = g_get_monotonic_time ();
  SgTrainReport report;

  progress_start (run->progress, sg_distiller_get_step (run->distiller),
      run->config.steps, run->config.batch);
  while (!interrupt_get ()
      && sg_distiller_get_step (run->distiller) < run->config.steps) {
    GError *problem = NULL;

    if (!do_step (run, &report, error))
      return FALSE;
    progress_step (run->progress, &report);
    if (!metrics_add (run->metrics, &report,
            progress_get_rate (run->progress), &problem))
      warn (run, problem);
    if (g_get_monotonic_time () - saved_at < SAVE_SECONDS * G_USEC_PER_SEC)
      continue;
    if (!save (run, error))
      return FALSE;
    saved_at = g_get_monotonic_time ();
  }
  return TRUE;
}

static gboolean
export_network (Run * run, GError ** error)
{
  const Options *o = run->options;
  g_autoptr (GPtrArray) metadata = g_ptr_array_new ();
  const gchar *const pairs[][2] = { {"author", o->author}, {"license",
      o->license}, {"recipe_sha256", o->digest},
  {"tool", "gst-styletrain " PACKAGE_VERSION}
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (pairs[i][1]) {
      g_ptr_array_add (metadata, (gpointer) pairs[i][0]);
      g_ptr_array_add (metadata, (gpointer) pairs[i][1]);
    }
  g_ptr_array_add (metadata, NULL);
  return sg_distiller_export (run->distiller, o->output,
      (const gchar * const *) metadata->pdata, error);
}

/* Returns: the signal that ended it, 0, or -1 on errors. */
static gint
go (Run * run, GError ** error)
{
  const Options *o = run->options;
  gboolean ok;

  interrupt_catch ();
  ok = run_steps (run, error);
  interrupt_release ();
  progress_end (run->progress);
  if (!ok || !save (run, error))
    return -1;
  if (sg_distiller_get_step (run->distiller) < run->config.steps) {
    progress_warn (run->progress, "interrupted; all is saved in %s. The same "
        "command with --resume goes on", o->checkpoint);
    return interrupt_get ();
  }
  if (!export_network (run, error))
    return -1;
  if (g_unlink (o->checkpoint) != 0)
    warn (run, g_error_new (G_FILE_ERROR, G_FILE_ERROR_FAILED,
            "%s is no longer needed, but cannot be removed", o->checkpoint));
  progress_say (run->progress, "The loss network is %s. Train with it:\n"
      "  gst-styletrain train --loss-network %s --style IMAGE --content DIR",
      o->output, o->output);
  return 0;
}

static gint
fail (GError * error)
{
  gint code = error->domain == G_OPTION_ERROR
      || error->domain == G_KEY_FILE_ERROR
      || g_error_matches (error, TRAIN_OPTIONS_ERROR,
      TRAIN_OPTIONS_ERROR_USAGE)
      || g_error_matches (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT)
      ? styletrain_usage_error (error->message)
      : styletrain_failure (error->message);

  g_error_free (error);
  return code;
}

gint
styletrain_distill (gint argc, gchar ** argv)
{
  g_auto (Options) options = { NULL };
  g_autoptr (Progress) progress = NULL;
  g_auto (Run) run = { NULL };
  GError *error = NULL;
  SgDevice *device;
  gint caught = -1;

  if (!read_options (&options, argc, argv, &error))
    return fail (error);
  /* files that may not grow larger are errors like others */
  signal (SIGXFSZ, SIG_IGN);
  gst_init (NULL, NULL);
  progress = progress_new (options.quiet);
  run.options = &options;
  run.progress = progress;
  fill_config (&options, &run.config);
  if (!sg_distill_config_check (&run.config, &error)
      || !check_checkpoint (&options, &error))
    return fail (error);
  device = device_open (options.backend, NULL, options.threads, progress,
      &error);
  if (device && open_run (&run, device, &error))
    caught = go (&run, &error);
  if (device)
    sg_device_unref (device);
  if (caught < 0)
    return fail (error);
  return caught ? 128 + caught : 0;
}
