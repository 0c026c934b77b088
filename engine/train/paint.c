/* gst-stylegan: one picture painted in the style of another
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/paint.h>

#include <math.h>
#include <string.h>

#include <sg/rng.h>

#include "train/paint-stage.h"
#include "train/pixels.h"

/* The smallest size begins here: large shapes are made there, in few milliseconds. */
#define FIRST_SIDE 128          /* px, of its shorter side, to twice that */
#define MAX_STAGES 7
#define LAST_RATE 0.05          /* of the highest, at the end of each size */
/* Later sizes only refine; each begins with so much of the rate of the one before. */
#define RATE_PER_STAGE 0.7
#define RANDOM_STREAM G_GUINT64_CONSTANT (0x7061696e)
static const gdouble luma[3] = { 0.2126, 0.7152, 0.0722 };      /* of BT.709 */

struct _SgPainter
{
  SgPaintConfig config;
  SgDevice *device;
  guint8 *gray;                 /* the style as it is painted; NULL: as it is */
  SgPicture style;
  SgPaintStage *stages[MAX_STAGES];
  guint n_stages;
  guint stage;                  /* the one under way */
  guint step;                   /* of it, done */
  guint64 index;                /* steps done in all */
  SgTensor *picture;            /* before the stage under way */
};

void
sg_paint_config_init (SgPaintConfig * config)
{
  SgTrainConfig train;

  sg_train_config_init (&train);
  memset (config, 0, sizeof *config);
  config->steps = 300;
  config->seed = train.seed;
  config->rate = 0.03;
  config->weight[SG_LOSS_CONTENT] = train.weight[SG_LOSS_CONTENT];
  /* a picture can follow both closer than a network can, and then shows too little */
  config->weight[SG_LOSS_STYLE] = 4 * train.weight[SG_LOSS_STYLE];
  config->weight[SG_LOSS_TV] = 0.5;
  config->weight[SG_LOSS_RANGE] = train.weight[SG_LOSS_RANGE];
}

/* --- colours ---------------------------------------------------------------- */

static gdouble
luma_of (const guint8 * rgb)
{
  return luma[0] * rgb[0] + luma[1] * rgb[1] + luma[2] * rgb[2];
}

static void
measure_luma (const SgPicture * picture, gdouble * mean, gdouble * deviation)
{
  gsize n = (gsize) picture->width * picture->height;
  gdouble sum = 0, squares = 0;

  for (gsize i = 0; i < n; i++) {
    gdouble y = luma_of (picture->rgb + 3 * i);

    sum += y;
    squares += y * y;
  }
  *mean = sum / n;
  *deviation = sqrt (MAX (squares / n - *mean * *mean, 1));
}

/* Its luma, with mean and deviation as @like's. (transfer full) */
static guint8 *
gray_of (const SgPicture * picture, const SgPicture * like)
{
  gsize n = (gsize) picture->width * picture->height;
  guint8 *gray = g_malloc (3 * n);
  gdouble mean, deviation, to_mean, to_deviation;

  measure_luma (picture, &mean, &deviation);
  measure_luma (like, &to_mean, &to_deviation);
  for (gsize i = 0; i < n; i++) {
    gdouble y = to_mean + (luma_of (picture->rgb + 3 * i) - mean)
        * to_deviation / deviation;

    memset (gray + 3 * i, (gint) (CLAMP (y, 0, 255) + 0.5), 3);
  }
  return gray;
}

/* Of each pixel of @to [1,3,H,W] colour or, without @chroma_of, nothing is left but its
 * luma; then with the colour of that one. */
static void
take_luma (SgTensor * to, const SgTensor * chroma_of)
{
  gint64 n = sg_tensor_elements (to) / 3;
  gfloat *t = to->data;
  const gfloat *c = chroma_of ? chroma_of->data : NULL;

  for (gint64 i = 0; i < n; i++) {
    gdouble y = 0, old = 0;

    for (gint k = 0; k < 3; k++) {
      y += luma[k] * t[k * n + i];
      old += c ? luma[k] * c[k * n + i] : 0;
    }
    for (gint k = 0; k < 3; k++)
      t[k * n + i] = (gfloat) (y + (c ? c[k * n + i] - old : 0));
  }
}

/* --- the object ------------------------------------------------------------- */

static gboolean
check_config (const SgPaintConfig * c, GError ** error)
{
  const SgPicture *pictures[] = { &c->content, &c->style, &c->init };
  const gchar *problem = c->content.rgb == NULL
      ? "there is no picture to paint (content)"
      : c->style.rgb == NULL ? "there is no picture of the style (style)"
      : MIN (c->width, c->height) < 32 || MAX (c->width, c->height) > 8192 ?
      "size: wants sides of 32 to 8192 px"
      : c->style_size != 0 && (c->style_size < 32 || c->style_size > 8192) ?
      "style-size: wants 32 to 8192"
      : c->steps < 1 ? "steps: wants 1 or more"
      : !(c->rate > 0 && c->rate <= 1) ? "rate: wants more than 0, at most 1"
      : !(c->noise >= 0 && c->noise <= 1) ? "noise: wants 0 to 1" : NULL;

  for (guint i = 0; problem == NULL && i < SG_N_LOSSES; i++)
    if (!(c->weight[i] >= 0 && c->weight[i] < 1e6))
      problem = "weights: want 0 to 1000000";
  for (guint i = 0; problem == NULL && i < G_N_ELEMENTS (pictures); i++)
    if (pictures[i]->rgb && MIN (pictures[i]->width, pictures[i]->height) < 1)
      problem = "a picture has no pixels";
  if (problem == NULL)
    return TRUE;
  g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT, problem);
  return FALSE;
}

/* Of stage @i, where the last one has the size of the result. */
static gint
scaled (const SgPainter * p, guint i, gint size)
{
  gint parts = 1 << (p->n_stages - 1 - i);

  return MAX (1, (size + parts / 2) / parts);
}

static SgTensor *
load (SgPainter * p, const SgPicture * picture, guint stage, GError ** error)
{
  return sg_pixels_load_scaled (picture, scaled (p, stage, p->config.height),
      scaled (p, stage, p->config.width), p->device, error);
}

static SgPaintStage *
new_stage (SgPainter * p, guint i, GError ** error)
{
  const SgPaintConfig *c = &p->config;
  g_autoptr (SgTensor) content = load (p, &c->content, i, error);
  gint shorter = MIN (c->width, c->height);
  SgTrainConfig config;
  SgPaintStage *stage;

  if (content == NULL)
    return NULL;
  if (c->preserve_colors)
    take_luma (content, NULL);
  sg_train_config_init (&config);
  memcpy (config.weight, c->weight, sizeof config.weight);
  config.weight[SG_LOSS_RECONSTRUCTION] = config.weight[SG_LOSS_TEMPORAL] =
      config.weight[SG_LOSS_ADVERSARIAL] = 0;
  config.seed = c->seed;
  config.loss_networks = c->loss_networks;
  config.style = p->style;
  config.style_size = MAX (32, scaled (p, i, c->style_size ? c->style_size
          : shorter));
  stage = sg_paint_stage_new (&config, content, p->device, error);
  if (stage == NULL)
    g_prefix_error (error, "painting at %dx%d px: ", scaled (p, i, c->width),
        scaled (p, i, c->height));
  return stage;
}

/* What the first stage begins with. */
static gboolean
begin (SgPainter * p, GError ** error)
{
  const SgPaintConfig *c = &p->config;
  gfloat *pixels;
  SgRng rng;

  p->picture = load (p, c->init.rgb ? &c->init : &c->content, 0, error);
  if (p->picture == NULL)
    return FALSE;
  if (c->preserve_colors)
    take_luma (p->picture, NULL);
  sg_rng_init (&rng, c->seed, 0, RANDOM_STREAM);
  pixels = p->picture->data;
  for (gint64 i = 0; c->noise > 0 && i < sg_tensor_elements (p->picture); i++)
    pixels[i] += (gfloat) (c->noise * (sg_rng_uniform (&rng) - pixels[i]));
  return sg_paint_stage_begin (p->stages[0], p->picture, error);
}

SgPainter *
sg_painter_new (const SgPaintConfig * config, SgDevice * device,
    GError ** error)
{
  g_autoptr (SgPainter) p = NULL;
  gint shorter = MIN (config->width, config->height);

  if (!check_config (config, error))
    return NULL;
  p = g_new0 (SgPainter, 1);
  p->config = *config;
  p->device = sg_device_ref (device);
  p->style = config->style;
  if (config->preserve_colors) {
    p->style.rgb = p->gray = gray_of (&config->style, &config->content);
    p->config.weight[SG_LOSS_COLOR] = 0;
  }
  do
    shorter /= 2;
  while (++p->n_stages < MIN (MAX_STAGES, config->steps)
      && shorter >= FIRST_SIDE);
  /* the largest first, which is the one that may not fit */
  for (guint i = p->n_stages; i-- > 0;) {
    p->stages[i] = new_stage (p, i, error);
    if (p->stages[i] == NULL)
      return NULL;
  }
  return begin (p, error) ? g_steal_pointer (&p) : NULL;
}

void
sg_painter_free (SgPainter * p)
{
  if (p == NULL)
    return;
  for (guint i = 0; i < p->n_stages; i++)
    g_clear_pointer (&p->stages[i], sg_paint_stage_free);
  g_clear_pointer (&p->picture, sg_tensor_unref);
  sg_device_unref (p->device);
  g_free (p->gray);
  g_free (p);
}

/* --- steps ------------------------------------------------------------------ */

static guint
n_steps (const SgPainter * p, guint stage)
{
  guint n = p->n_stages, steps = p->config.steps;

  return steps * (stage + 1) / n - steps * stage / n;
}

/* Falls along a cosine within a stage. */
static gdouble
rate (const SgPainter * p)
{
  gdouble done = p->step / (gdouble) n_steps (p, p->stage);

  return p->config.rate * pow (RATE_PER_STAGE, p->stage)
      * (LAST_RATE + (1 - LAST_RATE) * (1 + cos (G_PI * done)) / 2);
}

/* To the next size, with what there is. */
static gboolean
next_stage (SgPainter * p, GError ** error)
{
  g_autoptr (SgTensor) small = sg_paint_stage_get_picture (p->stages[p->stage],
      error);
  guint next = p->stage + 1;
  SgTensor *picture = small ? sg_pixels_resize (small,
      scaled (p, next, p->config.height), scaled (p, next, p->config.width),
      p->device, error) : NULL;

  if (picture == NULL)
    return FALSE;
  sg_tensor_unref (p->picture);
  p->picture = picture;
  if (!sg_paint_stage_begin (p->stages[next], picture, error))
    return FALSE;
  g_clear_pointer (&p->stages[p->stage], sg_paint_stage_free);
  p->stage = next;
  p->step = 0;
  return TRUE;
}

gboolean
sg_painter_step (SgPainter * p, SgTrainReport * report, GError ** error)
{
  memset (report, 0, sizeof *report);
  report->realness = report->style_score = NAN;
  if (p->step == n_steps (p, p->stage) && p->stage + 1 < p->n_stages
      && !next_stage (p, error))
    return FALSE;
  report->rate = rate (p);
  if (!sg_paint_stage_step (p->stages[p->stage], p->index, report, error)) {
    g_prefix_error (error, "step %" G_GUINT64_FORMAT ": ", p->index + 1);
    return FALSE;
  }
  p->step++;
  report->step = ++p->index;
  return TRUE;
}

/* The stage that the next step belongs to. */
static guint
coming_stage (const SgPainter * p)
{
  return p->stage + (p->step == n_steps (p, p->stage)
      && p->stage + 1 < p->n_stages);
}

void
sg_painter_get_size (const SgPainter * p, gint * width, gint * height)
{
  *width = scaled (p, coming_stage (p), p->config.width);
  *height = scaled (p, coming_stage (p), p->config.height);
}

gdouble
sg_painter_get_steps_left (const SgPainter * p)
{
  guint stage = coming_stage (p);
  gdouble left = stage > p->stage ? n_steps (p, stage)
      : n_steps (p, stage) - p->step;

  for (guint i = stage + 1; i < p->n_stages; i++)
    left += n_steps (p, i) * pow (4, i - stage);
  return left;
}

guint8 *
sg_painter_get_picture (SgPainter * p, GError ** error)
{
  const SgPaintConfig *c = &p->config;
  g_autoptr (SgTensor) small = sg_paint_stage_get_picture (p->stages[p->stage],
      error);
  g_autoptr (SgTensor) picture = small ? sg_pixels_resize (small, c->height,
      c->width, p->device, error) : NULL;

  if (picture == NULL)
    return NULL;
  if (c->preserve_colors) {
    g_autoptr (SgTensor) content = load (p, &c->content, p->n_stages - 1,
        error);

    if (content == NULL)
      return NULL;
    take_luma (picture, content);
  }
  return sg_pixels_store (picture, c->width, c->height);
}
