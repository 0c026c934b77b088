/* gst-stylegan: gst-styletrain paint, one picture in the style of another
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "styletrain.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <glib/gstdio.h>
#include <gst/gst.h>
#include <sg/paint.h>

#include "dataset-picture.h"
#include "device.h"
#include "interrupt.h"
#include "options.h"
#include "picture.h"
#include "progress.h"

#define MIN_SIDE 16
#define MAX_SIDE 8192

typedef struct
{
  gchar *content, *style, *output, *init;
  GStrv loss_networks;
  gint size, style_size, steps, save_every;
  gint64 seed;
  gdouble style_strength, content_weight, tv, rate;
  gboolean preserve_colors, quiet;
  gchar *backend, *device;
  gint threads;
} Options;

typedef struct
{
  const Options *options;
  Progress *progress;
  StyletrainPicture *content, *style, *init;
  SgPaintConfig config;
  SgPainter *painter;
} Paint;

/* --- options ---------------------------------------------------------------- */

static void
options_init (Options * o)
{
  SgPaintConfig config;

  sg_paint_config_init (&config);
  memset (o, 0, sizeof *o);
  o->size = 512;
  o->steps = config.steps;
  o->seed = config.seed;
  o->style_strength = 1;
  o->content_weight = config.weight[SG_LOSS_CONTENT];
  o->tv = config.weight[SG_LOSS_TV];
  o->rate = config.rate;
}

static void
options_clear (Options * o)
{
  g_free (o->content);
  g_free (o->style);
  g_free (o->output);
  g_free (o->init);
  g_strfreev (o->loss_networks);
  g_free (o->backend);
  g_free (o->device);
}

static gboolean
parse (Options * o, gint argc, gchar ** argv, GError ** error)
{
  const GOptionEntry entries[] = {
    {"content", 'c', 0, G_OPTION_ARG_FILENAME, &o->content,
        "what is painted: a photo, or the first frame of a video", "FILE|URI"},
    {"style", 's', 0, G_OPTION_ARG_FILENAME, &o->style,
        "picture of the style", "IMAGE"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output,
        "the painting, .png or .jpg", "FILE"},
    {"size", 0, 0, G_OPTION_ARG_INT, &o->size,
        "longer side in pixels of the painting [512]", "PX"},
    {"steps", 0, 0, G_OPTION_ARG_INT, &o->steps,
        "of all sizes together [300]", "N"},
    {"style-strength", 0, 0, G_OPTION_ARG_DOUBLE, &o->style_strength,
        "2: twice the weight of style against content [1]", "FACTOR"},
    {"style-size", 0, 0, G_OPTION_ARG_INT, &o->style_size,
        "shorter side in pixels that the style is scaled to: larger, larger "
          "strokes [the painting's]", "PX"},
    {"preserve-colors", 0, 0, G_OPTION_ARG_NONE, &o->preserve_colors,
        "paint light and shade only, colours stay the content's", NULL},
    {"init", 0, 0, G_OPTION_ARG_FILENAME, &o->init,
        "begin with: content, noise, or a picture, such as a painting to go "
          "on with [content]", "WHAT|FILE"},
    {"loss-network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->loss_networks,
        "what looks at pictures, and its layers; may be given several times "
          "[the one that comes with the tool]", "FILE.onnx[:LAYERS]"},
    {"content-weight", 0, 0, G_OPTION_ARG_DOUBLE, &o->content_weight,
        "of what the content shows [1]", "WEIGHT"},
    {"tv", 0, 0, G_OPTION_ARG_DOUBLE, &o->tv,
        "weight of total variation, against noise [0.5]", "WEIGHT"},
    {"rate", 0, 0, G_OPTION_ARG_DOUBLE, &o->rate,
        "learning rate of Adam, at its highest [0.03]", "RATE"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &o->seed,
        "all that is random follows from it [1]", "N"},
    {"save-every", 0, 0, G_OPTION_ARG_INT, &o->save_every,
          "steps after which what there is is written to FILE-STEP.png [never]",
        "N"},
    {"backend", 0, 0, G_OPTION_ARG_STRING, &o->backend,
        "auto, vulkan, cpu or reference [auto]", "NAME"},
    {"device", 0, 0, G_OPTION_ARG_STRING, &o->device,
        "which GPU: number, part of its name, or UUID", "GPU"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &o->threads, "0: all [0]", "N"},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet,
        "no progress, only warnings and errors", NULL},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context,
      "Paints one picture in the style of another. The picture itself is what is\n"
      "optimised, so it takes minutes, but needs no model and no training.");
  g_option_context_set_description (context, "Example:\n"
      "  gst-styletrain paint --content harbour.jpg --style wave.jpg -o "
      "painting.png\n");
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1)
    g_set_error (error, TRAIN_OPTIONS_ERROR, TRAIN_OPTIONS_ERROR_USAGE,
        "\"%s\" belongs to no option; pictures are named with --content, "
        "--style and -o", argv[1]);
  return argc == 1;
}

static gboolean
check_range (const gchar * name, gdouble value, gdouble low, gdouble high,
    GError ** error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (error, TRAIN_OPTIONS_ERROR, TRAIN_OPTIONS_ERROR_USAGE,
      "--%s: %g is not in %g .. %g", name, value, low, high);
  return FALSE;
}

static gboolean
check_names (const Options * o, GError ** error)
{
  const gchar *problem = !o->content ? "which picture? Name it with --content"
      : !o->style ? "which style? Name a picture with --style"
      : !o->output ? "where to? Name a file with -o"
      : !styletrain_picture_type (o->output)
      ? "-o: the name must end with .png, .jpg or .jpeg"
      : o->backend && !g_strv_contains (device_backends (), o->backend)
      ? "--backend: wants auto, vulkan, cpu or reference" : NULL;
  g_autofree gchar *folder = o->output ? g_path_get_dirname (o->output) : NULL;

  if (problem)
    g_set_error_literal (error, TRAIN_OPTIONS_ERROR, TRAIN_OPTIONS_ERROR_USAGE,
        problem);
  else if (g_access (folder, W_OK) != 0)
    g_set_error (error, TRAIN_OPTIONS_ERROR, TRAIN_OPTIONS_ERROR_REFUSED,
        "%s: the painting cannot be written there: %s", folder,
        g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

static gboolean
check (const Options * o, GError ** error)
{
  return check_names (o, error)
      && check_range ("size", o->size, 32, MAX_SIDE, error)
      && check_range ("steps", o->steps, 1, 1e6, error)
      && check_range ("style-strength", o->style_strength, 0, 1e4, error)
      && (o->style_size == 0
      || check_range ("style-size", o->style_size, 32, MAX_SIDE, error))
      && check_range ("content-weight", o->content_weight, 0, 1e4, error)
      && check_range ("tv", o->tv, 0, 1e4, error)
      && check_range ("rate", o->rate, 1e-6, 1, error)
      && check_range ("seed", (gdouble) o->seed, 0, G_MAXINT64, error)
      && check_range ("save-every", o->save_every, 0, 1e6, error)
      && check_range ("threads", o->threads, 0, 256, error);
}

/* --- the painting ----------------------------------------------------------- */

static SgPicture
picture (const StyletrainPicture * p)
{
  return (SgPicture) {
  p->width, p->height, p->rgb};
}

static gboolean
load_picture (const gchar * name, StyletrainPicture ** to, SgPicture * config,
    GError ** error)
{
  *to = styletrain_picture_load (name, MIN_SIDE, MAX_SIDE, error);
  if (*to)
    *config = picture (*to);
  return *to != NULL;
}

static gboolean
fill_config (Paint * paint, GError ** error)
{
  const Options *o = paint->options;
  SgPaintConfig *c = &paint->config;
  gboolean noise = g_strcmp0 (o->init, "noise") == 0;
  gdouble scale;

  sg_paint_config_init (c);
  if (!load_picture (o->content, &paint->content, &c->content, error)
      || !load_picture (o->style, &paint->style, &c->style, error)
      || (o->init && !noise && strcmp (o->init, "content") != 0
          && !load_picture (o->init, &paint->init, &c->init, error)))
    return FALSE;
  scale = (gdouble) o->size / MAX (c->content.width, c->content.height);
  c->width = (gint) (c->content.width * scale + 0.5);
  c->height = (gint) (c->content.height * scale + 0.5);
  c->noise = noise;
  c->style_size = o->style_size;
  c->steps = o->steps;
  c->seed = o->seed;
  c->rate = o->rate;
  c->preserve_colors = o->preserve_colors;
  c->weight[SG_LOSS_CONTENT] = o->content_weight;
  c->weight[SG_LOSS_STYLE] *= o->style_strength;
  c->weight[SG_LOSS_TV] = o->tv;
  return TRUE;
}

static gboolean
save (Paint * paint, const gchar * path, GError ** error)
{
  g_autofree guint8 *rgb = sg_painter_get_picture (paint->painter, error);

  return rgb && styletrain_picture_save (path, rgb, paint->config.width,
      paint->config.height, error);
}

/* FILE-0100.png */
static gboolean
save_step (Paint * paint, guint64 step, GError ** error)
{
  const gchar *output = paint->options->output;
  const gchar *dot = strrchr (output, '.');
  g_autofree gchar *path = g_strdup_printf ("%.*s-%04" G_GUINT64_FORMAT "%s",
      (gint) (dot - output), output, step, dot);

  return save (paint, path, error);
}

static gboolean
run_steps (Paint * paint, GError ** error)
{
  const Options *o = paint->options;
  SgTrainReport report = { 0 };
  gint width = 0, height;

  while (report.step < (guint64) o->steps && !interrupt_get ()) {
    gint before = width;

    sg_painter_get_size (paint->painter, &width, &height);
    if (width != before) {
      progress_end (paint->progress);
      progress_say (paint->progress, "painting at %dx%d", width, height);
      progress_start (paint->progress, report.step, o->steps, 0);
    }
    if (!sg_painter_step (paint->painter, &report, error))
      return FALSE;
    progress_set_left (paint->progress,
        sg_painter_get_steps_left (paint->painter));
    progress_step (paint->progress, &report);
    if (o->save_every > 0 && report.step % o->save_every == 0
        && !save_step (paint, report.step, error))
      return FALSE;
  }
  return TRUE;
}

/* What there is is written, whatever ended it. */
static gboolean
run (Paint * paint, SgDevice * device, gint * signal, GError ** error)
{
  const gchar *output = paint->options->output;
  g_autoptr (GError) problem = NULL;
  gboolean ok;

  paint->painter = sg_painter_new (&paint->config, device, error);
  if (!paint->painter) {
    if (error && g_error_matches (*error, SG_ERROR, SG_ERROR_NO_MEMORY))
      g_prefix_error (error, "choose a smaller --size: ");
    return FALSE;
  }
  interrupt_catch ();
  ok = run_steps (paint, error);
  progress_end (paint->progress);
  *signal = interrupt_get ();
  if (!save (paint, output, ok ? error : &problem)) {
    if (problem)
      progress_warn (paint->progress, "%s", problem->message);
    ok = FALSE;
  } else
    progress_say (paint->progress, "%s %s", ok && *signal == 0
        ? "The painting is" : "What there was of it is", output);
  interrupt_release ();
  return ok;
}

static gboolean
paint_picture (const Options * options, gint * signal, GError ** error)
{
  Paint paint = { options };
  g_auto (GStrv) networks = styletrain_find_loss_networks (
      (const gchar * const *) options->loss_networks, error);
  SgDevice *device = NULL;
  gboolean ok = networks && fill_config (&paint, error);

  if (ok) {
    paint.progress = progress_new (options->quiet);
    paint.config.loss_networks = (const gchar * const *) networks;
    device = device_open (options->backend ? options->backend : "auto",
        options->device, options->threads, paint.progress, error);
    ok = device && run (&paint, device, signal, error);
  }
  sg_painter_free (paint.painter);
  g_clear_pointer (&device, sg_device_unref);
  progress_free (paint.progress);
  g_clear_pointer (&paint.content, dataset_picture_unref);
  g_clear_pointer (&paint.style, dataset_picture_unref);
  g_clear_pointer (&paint.init, dataset_picture_unref);
  return ok;
}

gint
styletrain_paint (gint argc, gchar ** argv)
{
  g_autoptr (GError) error = NULL;
  Options options;
  gint signal_caught = 0, code = 0;

  options_init (&options);
  if (!parse (&options, argc, argv, &error) || !check (&options, &error))
    code = g_error_matches (error, TRAIN_OPTIONS_ERROR,
        TRAIN_OPTIONS_ERROR_REFUSED) ? styletrain_failure (error->message)
        : styletrain_usage_error (error->message);
  else {
    /* files that may not grow larger are errors like others */
    signal (SIGXFSZ, SIG_IGN);
    gst_init (NULL, NULL);
    if (!paint_picture (&options, &signal_caught, &error))
      code = styletrain_failure (error->message);
    else if (signal_caught)
      code = 128 + signal_caught;
  }
  options_clear (&options);
  return code;
}
