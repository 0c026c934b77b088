/* gst-stylegan: gst-styletrain evaluate
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluate.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <sg/rng.h>

#include "content.h"
#include "dataset-picture.h"
#include "dataset-scan.h"
#include "device.h"
#include "picture.h"
#include "styletrain.h"

#define MAX_STYLE_SIDE 4096
#define COST_SIDE 256

static void
picture_free (gpointer data)
{
  EvaluatePicture *p = data;
  guint m;

  g_free (p->path);
  g_clear_pointer (&p->picture, dataset_picture_unref);
  for (m = 0; m < EVALUATE_MAX_MODELS; m++)
    g_clear_pointer (&p->painted[m], dataset_picture_unref);
  g_free (p);
}

static void
video_free (gpointer data)
{
  EvaluateVideo *v = data;
  guint i;

  g_free (v->name);
  for (i = 0; i < 1 + EVALUATE_MAX_LANES; i++)
    sg_sheet_clear (&v->slices[i]);
  g_free (v);
}

static void
evaluation_init (Evaluation * e, const EvaluateOptions * options)
{
  memset (e, 0, sizeof (*e));
  e->options = options;
  e->progress = progress_new (options->quiet);
  e->pictures = g_ptr_array_new_with_free_func (picture_free);
  e->clips = g_ptr_array_new ();
  e->videos = g_ptr_array_new_with_free_func (video_free);
}

static void
evaluation_clear (Evaluation * e)
{
  guint m;

  for (m = 0; m < EVALUATE_MAX_MODELS; m++) {
    g_clear_pointer (&e->model[m].model, sg_model_unref);
    g_clear_pointer (&e->model[m].gradient, dataset_picture_unref);
    g_free (e->model[m].path);
    g_free (e->model[m].name);
  }
  g_clear_pointer (&e->meter, sg_loss_meter_free);
  g_clear_pointer (&e->style, dataset_picture_unref);
  g_clear_pointer (&e->device, sg_device_unref);
  g_ptr_array_unref (e->pictures);
  g_ptr_array_unref (e->clips);
  g_ptr_array_unref (e->videos);
  g_clear_pointer (&e->progress, progress_free);
}

void
evaluation_step (Evaluation * e, guint done, const gchar * what)
{
  progress_work (e->progress, e->n_done / (gdouble) MAX (e->n_work, 1), what);
  e->n_done += done;
}

/* --- what is evaluated ----------------------------------------------------------------- */

static gboolean
load_model (Evaluation * e, const gchar * path, GError ** error)
{
  EvaluateModel *model = &e->model[e->n_models];
  guint64 parameters;
  GStatBuf status;
  guint i;

  model->path = g_filename_display_name (path);
  model->name = g_filename_display_basename (path);
  if (g_str_has_suffix (model->name, ".onnx"))
    model->name[strlen (model->name) - strlen (".onnx")] = '\0';
  for (i = 0; i < EVALUATE_N_MEASURES; i++)
    model->value[i] = NAN;
  model->model = sg_model_load (path, error);
  if (!model->model)
    return FALSE;
  if (!sg_stylizer_check_model (model->model, error))
    return FALSE;
  if (!styletrain_count_model (model->model, COST_SIDE, &parameters,
          &model->value[EVALUATE_MACS], error)) {
    g_prefix_error (error, "%s: ", model->path);
    return FALSE;
  }
  model->value[EVALUATE_PARAMETERS] = parameters;
  if (g_stat (path, &status) == 0)
    model->value[EVALUATE_BYTES] = status.st_size;
  e->n_models++;
  return TRUE;
}

/* Without a loss network, or a style, there is that much less to measure. */
static gboolean
open_meter (Evaluation * e, GError ** error)
{
  const EvaluateOptions *o = e->options;
  g_autoptr (GError) problem = NULL;
  g_auto (GStrv) networks = styletrain_find_loss_networks (
      (const gchar * const *) o->loss_network, &problem);
  SgPicture style = { 0 };

  if (!networks && o->loss_network) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (o->style) {
    e->style = styletrain_picture_load (o->style, 16, MAX_STYLE_SIDE, error);
    if (!e->style)
      return FALSE;
    style = (SgPicture) {
    e->style->width, e->style->height, e->style->rgb};
  } else
    progress_say (e->progress, "no --style: style distance is not measured");
  if (!networks) {
    progress_warn (e->progress, "style and content distance are not measured: "
        "%s", problem->message);
    return TRUE;
  }
  e->meter = sg_loss_meter_new ((const gchar * const *) networks,
      o->style ? &style : NULL, o->style_size, e->device, error);
  return e->meter != NULL;
}

/* --- what it is evaluated on -------------------------------------------------------------- */

/* @n of @files, or all, in their order.
 * Returns: (transfer full) (element-type DatasetFile), not owned */
static GPtrArray *
draw_files (const GPtrArray * files, gboolean photos, guint n, guint64 seed)
{
  GPtrArray *drawn = g_ptr_array_new ();
  guint left = 0, i;
  SgRng rng;

  sg_rng_init (&rng, seed, photos, 0);
  for (i = 0; i < files->len; i++)
    left += ((const DatasetFile *) files->pdata[i])->photo == photos;
  for (i = 0; i < files->len && drawn->len < n; i++) {
    const DatasetFile *file = files->pdata[i];

    if (file->photo == photos && sg_rng_below (&rng, left--) < n - drawn->len)
      g_ptr_array_add (drawn, (gpointer) file);
  }
  return drawn;
}

/* Files that fail now were good a moment ago: a warning. */
static void
add_pictures (Evaluation * e, const GPtrArray * files)
{
  guint i;

  for (i = 0; i < files->len; i++) {
    const DatasetFile *file = files->pdata[i];
    g_autoptr (GError) problem = NULL;
    StyletrainPicture *picture = styletrain_picture_load (file->uri,
        e->options->size, e->options->size, &problem);
    EvaluatePicture *p;

    if (!picture) {
      progress_warn (e->progress, "not used: %s: %s", file->path,
          problem->message);
      continue;
    }
    p = g_new0 (EvaluatePicture, 1);
    p->path = g_filename_display_name (file->path);
    p->picture = picture;
    p->content[0] = p->content[1] = p->style[0] = p->style[1] = NAN;
    g_ptr_array_add (e->pictures, p);
  }
}

static gboolean
choose_content (Evaluation * e, const Dataset * dataset, GError ** error)
{
  const EvaluateOptions *o = e->options;
  const GPtrArray *files = dataset_get_files (dataset);
  g_autoptr (GPtrArray) photos = draw_files (files, TRUE, (guint) o->photos,
      o->seed);

  g_ptr_array_unref (e->clips);
  e->clips = draw_files (files, FALSE, (guint) o->clips, o->seed);
  if (photos->len == 0) {
    g_ptr_array_unref (photos);
    photos = draw_files (files, FALSE, (guint) o->photos, o->seed);
  }
  add_pictures (e, photos);
  if (e->pictures->len > 0)
    return TRUE;
  g_set_error (error, DATASET_ERROR, DATASET_ERROR_TOO_LITTLE,
      "none of the pictures and videos can be read");
  return FALSE;
}

/* --- running --------------------------------------------------------------------------------- */

static gboolean
measure (Evaluation * e, GError ** error)
{
  g_autoptr (Dataset) dataset = content_list ((const gchar * const *)
      e->options->content, e->progress, error);
  gboolean ok;

  if (!dataset || !choose_content (e, dataset, error))
    return FALSE;
  e->n_work = evaluate_still_work (e) + evaluate_video_work (e);
  progress_start (e->progress, 0, 0, 1);
  ok = evaluate_still (e, error) && evaluate_video (e, error);
  progress_end (e->progress);
  g_ptr_array_set_size (e->clips, 0);
  return ok;
}

/* A file is there whole or not at all. */
static gboolean
write_file (const gchar * path, const gchar * text, GError ** error)
{
  g_autofree gchar *name = g_filename_display_name (path);

  if (g_file_set_contents (path, text, -1, error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);
  return FALSE;
}

static gboolean
write_results (const Evaluation * e, GError ** error)
{
  const EvaluateOptions *o = e->options;
  g_autofree gchar *table = evaluate_table (e);

  printf ("%s", table);
  fflush (stdout);
  /* from here on it takes no time, and half a file is of no use to anybody */
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  if (o->json) {
    g_autofree gchar *json = evaluate_json (e);

    if (!write_file (o->json, json, error))
      return FALSE;
  }
  if (o->output) {
    g_autofree gchar *html = evaluate_html (e, error);

    return html && write_file (o->output, html, error);
  }
  return TRUE;
}

/* A folder that is not there should be known before the measuring. */
static gboolean
check_output (const gchar * path, GError ** error)
{
  g_autofree gchar *folder = path ? g_path_get_dirname (path) : NULL;

  if (!path || (g_access (folder, W_OK) == 0
          && !g_file_test (path, G_FILE_TEST_IS_DIR)))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
      "%s cannot be written: %s", path, g_file_test (path,
          G_FILE_TEST_IS_DIR) ? "it is a folder" :
      "its folder is not there, or read-only");
  return FALSE;
}

static gboolean
evaluate (Evaluation * e, GError ** error)
{
  const EvaluateOptions *o = e->options;

  if (!check_output (o->output, error) || !check_output (o->json, error)
      || !load_model (e, o->model, error)
      || (o->against && !load_model (e, o->against, error)))
    return FALSE;
  e->device = device_open (o->backend, o->device, o->threads, e->progress,
      error);
  return e->device && open_meter (e, error) && measure (e, error)
      && write_results (e, error);
}

gint
styletrain_evaluate (gint argc, gchar ** argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EvaluateOptions) options = evaluate_options_parse (argc, argv,
      &error);
  Evaluation e;
  gint code = 0;

  if (!options)
    return styletrain_usage_error (error->message);
  /* files that may not grow larger are errors like others */
  signal (SIGXFSZ, SIG_IGN);
  gst_init (NULL, NULL);
  evaluation_init (&e, options);
  if (!evaluate (&e, &error)) {
    progress_end (e.progress);
    code = styletrain_failure (error->message);
  }
  evaluation_clear (&e);
  return code;
}
