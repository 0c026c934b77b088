/* gst-stylegan: how good a model is on pictures
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluate.h"

#include <math.h>
#include <string.h>

#include "dataset-picture.h"

#define GRADIENT 256            /* px */
#define MAX_SHOWN 4             /* pictures in the report */
#define MAX_SHIFTED 2           /* pictures; quick: 1 */
#define ROOM 4                  /* px: more than the largest shift */
#define MARGIN 24               /* px at borders, where networks see padding */

static const struct
{
  gdouble dx, dy;
} shifts[] = {
  {1, 0}, {2, 0}, {3, 0}, {0, 1}, {0, 2}, {0, 3}, {0.5, 0}, {0, 0.5},
};

/* --- frames ---------------------------------------------------------------------- */

void
evaluate_frame_init (EvaluateFrame * frame, gint width, gint height, gint bytes)
{
  gdouble white = bytes == 1 ? 255 : 65535;
  gint c;

  memset (frame, 0, sizeof (*frame));
  frame->width = width;
  frame->height = height;
  frame->bytes = bytes;
  frame->data = g_malloc ((gsize) width * height * 3 * bytes);
  frame->image.width = width;
  frame->image.height = height;
  frame->image.n_components = 3;
  frame->image.sample = (SgSampleFormat) {
  bytes, 8 * bytes, 0, bytes == 2 && G_BYTE_ORDER == G_BIG_ENDIAN};
  for (c = 0; c < 3; c++) {
    frame->image.plane[c] = (SgPlane) {
    frame->data + c * bytes, 3 * bytes * width, 3 * bytes, 0, 0};
    frame->image.color.to_rgb[c][c] = 1 / white;
    frame->image.color.from_rgb[c][c] = white;
  }
}

void
evaluate_frame_clear (EvaluateFrame * frame)
{
  g_clear_pointer (&frame->data, g_free);
}

void
evaluate_frame_put (EvaluateFrame * frame, const gfloat * rgb)
{
  gsize n = (gsize) frame->width * frame->height, c, i;

  for (c = 0; c < 3; c++)
    for (i = 0; i < n; i++) {
      gfloat value = CLAMP (rgb[c * n + i], 0.0f, 1.0f);

      if (frame->bytes == 1)
        frame->data[3 * i + c] = (guint8) (value * 255 + 0.5f);
      else
        ((guint16 *) frame->data)[3 * i + c] = (guint16) (value * 65535 + 0.5f);
    }
}

void
evaluate_frame_get (const EvaluateFrame * frame, gfloat * rgb)
{
  gsize n = (gsize) frame->width * frame->height, c, i;

  for (c = 0; c < 3; c++)
    for (i = 0; i < n; i++)
      rgb[c * n + i] = frame->bytes == 1 ? frame->data[3 * i + c] / 255.0f
          : ((const guint16 *) frame->data)[3 * i + c] / 65535.0f;
}

gfloat *
evaluate_floats (const StyletrainPicture * picture)
{
  gsize n = (gsize) picture->width * picture->height, i;
  gfloat *rgb = g_new (gfloat, 3 * n);

  for (i = 0; i < 3 * n; i++)
    rgb[i] = picture->rgb[i % n * 3 + i / n] / 255.0f;
  return rgb;
}

static StyletrainPicture *
to_picture (const gfloat * rgb, gint width, gint height)
{
  StyletrainPicture *picture = dataset_picture_new (width, height);
  gsize n = (gsize) width * height, i;

  for (i = 0; i < 3 * n; i++)
    picture->rgb[i % n * 3 + i / n] =
        (guint8) (CLAMP (rgb[i], 0.0f, 1.0f) * 255 + 0.5f);
  return picture;
}

/* --- a model on pictures of a size ------------------------------------------------- */

/* In 16 bit, so that what is measured is not rounding. */
typedef struct
{
  SgStylizer *stylizer;
  EvaluateFrame in, out;
} Painter;

static gboolean
painter_init (Painter * painter, const Evaluation * e, guint model, gint width,
    gint height, GError ** error)
{
  const SgStylizerConfig config = { .width = width, .height = height };

  memset (painter, 0, sizeof (*painter));
  evaluate_frame_init (&painter->in, width, height, 2);
  evaluate_frame_init (&painter->out, width, height, 2);
  painter->stylizer = sg_stylizer_new (e->model[model].model, e->device,
      &config, error);
  return painter->stylizer != NULL;
}

static void
painter_clear (Painter * painter)
{
  g_clear_pointer (&painter->stylizer, sg_stylizer_free);
  evaluate_frame_clear (&painter->in);
  evaluate_frame_clear (&painter->out);
}

static gboolean
paint (Painter * painter, const gfloat * in, gfloat * out, GError ** error)
{
  evaluate_frame_put (&painter->in, in);
  if (!sg_stylizer_process (painter->stylizer, &painter->in.image,
          &painter->out.image, error))
    return FALSE;
  evaluate_frame_get (&painter->out, out);
  return TRUE;
}

/* --- measures ------------------------------------------------------------------------ */

static gboolean
measure_picture (Evaluation * e, guint m, EvaluatePicture * p, gboolean shown,
    GError ** error)
{
  gint w = p->picture->width, h = p->picture->height;
  g_autofree gfloat *x = evaluate_floats (p->picture);
  g_autofree gfloat *y = g_new (gfloat, 3 * (gsize) w * h);
  Painter painter;
  gboolean ok;

  ok = painter_init (&painter, e, m, w, h, error)
      && paint (&painter, x, y, error)
      && (!e->meter || sg_loss_meter_run (e->meter, x, y, w, h, &p->content[m],
          &p->style[m], error));
  if (ok && shown)
    p->painted[m] = to_picture (y, w, h);
  painter_clear (&painter);
  if (!ok)
    g_prefix_error (error, "%s: ", p->path);
  return ok;
}

static gboolean
measure_lattice (Evaluation * e, guint m, GError ** error)
{
  gsize n = 3 * GRADIENT * GRADIENT;
  g_autofree gfloat *x = g_new (gfloat, n);
  g_autofree gfloat *y = g_new (gfloat, n);
  EvaluateModel *model = &e->model[m];
  Painter painter;
  gboolean ok;

  sg_measure_gradient (GRADIENT, x);
  ok = painter_init (&painter, e, m, GRADIENT, GRADIENT, error)
      && paint (&painter, x, y, error);
  painter_clear (&painter);
  if (!ok) {
    return FALSE;
  }
  model->value[EVALUATE_LATTICE_2] = 255 * sg_measure_lattice (y, GRADIENT,
      GRADIENT, 2);
  model->value[EVALUATE_LATTICE_4] = 255 * sg_measure_lattice (y, GRADIENT,
      GRADIENT, 4);
  model->gradient = to_picture (y, GRADIENT, GRADIENT);
  return TRUE;
}

/* The part of @rgb that begins ROOM px from its corner, moved by whole pixels. */
static void
cut_out (const gfloat * rgb, gint width, gint height, gint dx, gint dy,
    gfloat * out)
{
  gint w = width - 2 * ROOM, h = height - 2 * ROOM, c, y;

  for (c = 0; c < 3; c++)
    for (y = 0; y < h; y++)
      memcpy (out + ((gsize) c * h + y) * w,
          rgb + ((gsize) c * height + y + ROOM + dy) * width + ROOM + dx,
          w * sizeof (*out));
}

/* Adds the mean square errors of @model's picture moved and of its picture of what was
 * moved: of shifts by whole pixels and by half ones. */
static gboolean
add_shift_errors (Painter * painter, const StyletrainPicture * picture,
    gdouble sum[2], guint n[2], GError ** error)
{
  gint width = picture->width, height = picture->height;
  gint w = width - 2 * ROOM, h = height - 2 * ROOM;
  gsize size = 3 * (gsize) width * height;
  g_autofree gfloat *x = evaluate_floats (picture);
  g_autofree gfloat *moved = g_new (gfloat, size);
  g_autofree gfloat *part = g_new (gfloat, size);
  g_autofree gfloat *straight = g_new (gfloat, size);
  g_autofree gfloat *expected = g_new (gfloat, size);
  g_autofree gfloat *y = g_new (gfloat, size);
  guint i;

  cut_out (x, width, height, 0, 0, part);
  if (!paint (painter, part, straight, error))
    return FALSE;
  for (i = 0; i < G_N_ELEMENTS (shifts); i++) {
    gdouble dx = shifts[i].dx, dy = shifts[i].dy, square;
    guint half = dx + dy == 0.5;

    if (half)
      sg_measure_shift (x, width, height, dx, dy, moved);
    cut_out (half ? moved : x, width, height, half ? 0 : dx, half ? 0 : dy,
        part);
    if (!paint (painter, part, y, error))
      return FALSE;
    sg_measure_shift (straight, w, h, dx, dy, expected);
    square = sg_measure_square_error (y, expected, w, h, MARGIN);
    if (isnan (square))
      continue;
    sum[half] += square;
    n[half]++;
  }
  return TRUE;
}

static guint
n_shifted (const Evaluation * e)
{
  return MIN (e->pictures->len, e->options->quick ? 1 : MAX_SHIFTED);
}

static gboolean
measure_shifts (Evaluation * e, guint m, GError ** error)
{
  gdouble sum[2] = { 0, 0 };
  guint n[2] = { 0, 0 }, i;

  for (i = 0; i < n_shifted (e); i++) {
    const EvaluatePicture *p = g_ptr_array_index (e->pictures, i);
    Painter painter;
    gboolean ok;

    evaluation_step (e, 4, "shifts");
    ok = painter_init (&painter, e, m, p->picture->width - 2 * ROOM,
        p->picture->height - 2 * ROOM, error)
        && add_shift_errors (&painter, p->picture, sum, n, error);
    painter_clear (&painter);
    if (!ok) {
      g_prefix_error (error, "%s: ", p->path);
      return FALSE;
    }
  }
  for (i = 0; i < 2; i++)
    e->model[m].value[EVALUATE_SHIFT_WHOLE + i] = n[i]
        ? sg_measure_psnr (sum[i] / n[i]) : NAN;
  return TRUE;
}

/* Of what is not NaN. */
static void
add_to_mean (gdouble value, gdouble * sum, guint * n)
{
  if (isnan (value))
    return;
  *sum += value;
  ++*n;
}

guint
evaluate_still_work (const Evaluation * e)
{
  return e->n_models * (e->pictures->len + 1 + 4 * n_shifted (e));
}

gboolean
evaluate_still (Evaluation * e, GError ** error)
{
  guint m, i;

  for (m = 0; m < e->n_models; m++) {
    gdouble sum[2] = { 0, 0 };
    guint n[2] = { 0, 0 };

    for (i = 0; i < e->pictures->len; i++) {
      EvaluatePicture *p = g_ptr_array_index (e->pictures, i);

      evaluation_step (e, 1, p->path);
      if (!measure_picture (e, m, p, i < MAX_SHOWN, error))
        return FALSE;
      add_to_mean (p->style[m], &sum[0], &n[0]);
      add_to_mean (p->content[m], &sum[1], &n[1]);
    }
    for (i = 0; i < 2; i++)
      e->model[m].value[EVALUATE_STYLE + i] = n[i] ? sum[i] / n[i] : NAN;
    evaluation_step (e, 1, "lattice");
    if (!measure_lattice (e, m, error) || !measure_shifts (e, m, error))
      return FALSE;
  }
  return TRUE;
}
