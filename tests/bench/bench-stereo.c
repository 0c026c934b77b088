/* gst-stylegan: how much two stylised views of one scene differ
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * bench-stereo PICTURE.png MODEL.onnx ...
 *
 * A picture moves by in front of two cameras; what the right one sees is the left one's
 * picture moved along a smooth disparity of 2 to 14 pixels, with noise of its own. Printed
 * is the root mean square difference of R'G'B' (0..1) of the right picture and the left
 * one moved likewise, of the input and of what comes out: with a stylizer for each view,
 * and with one for both (stereo-mode=side-by-side). */
#include <sg/stylizer.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "util/png-reader.h"

#define WIDTH 320
#define HEIGHT 192
#define N_FRAMES 8
#define NOISE 3                 /* levels, to either side */

typedef struct
{
  guint8 *rgb;
  guint width, height;
} Photo;

/* R'G'B' of two views beside each other. */
typedef guint8 Pair[HEIGHT][2 * WIDTH][3];

static gdouble
disparity (gint x, gint y)
{
  gdouble a = 2 * G_PI * x / WIDTH, b = 2 * G_PI * y / HEIGHT;

  return 8 + 3 * sin (a + 0.5) * cos (b) + 3 * sin (2 * b - a);
}

/* Bilinear; @x inside. */
static gdouble
sample (const guint8 * row, gsize step, gdouble x)
{
  gsize i = (gsize) x;
  gdouble t = x - (gdouble) i;

  return t > 0 ? row[i * step] * (1 - t) + row[(i + 1) * step] * t
      : row[i * step];
}

static guint8
add_noise (gdouble value, guint32 * state)
{
  *state = *state * 1664525u + 1013904223u;
  return (guint8) CLAMP (value + (*state >> 16) % (2 * NOISE + 1) - NOISE
      + 0.5, 0, 255);
}

static void
draw (const Photo * photo, guint frame, Pair pair)
{
  guint32 state = frame + 1;

  for (gint y = 0; y < HEIGHT; y++) {
    const guint8 *row = photo->rgb + 3 * photo->width * (y * photo->height
        / HEIGHT);

    for (gint x = 0; x < WIDTH; x++)
      for (gint c = 0; c < 3; c++) {
        gdouble scale = (photo->width - 4.0) / (WIDTH + 2 * N_FRAMES + 16);
        gdouble left = (x + 2 * frame) * scale;

        pair[y][x][c] = add_noise (sample (row + c, 3, left), &state);
        pair[y][WIDTH + x][c] = add_noise (sample (row + c, 3,
                left + disparity (x, y) * scale), &state);
      }
  }
}

/* Sum of squares, 0..1, of the right view and the left one moved. */
static gdouble
compare (const Pair pair, guint64 * n)
{
  gdouble sum = 0;

  for (gint y = 0; y < HEIGHT; y++)
    for (gint x = 0; x < WIDTH; x++)
      for (gint c = 0; c < 3 && x + disparity (x, y) < WIDTH - 1; c++) {
        gdouble d = (pair[y][WIDTH + x][c] - sample (&pair[y][0][c], 3,
                x + disparity (x, y))) / 255;

        sum += d * d;
        ++*n;
      }
  return sum;
}

static SgImage
image_of (guint8 * rgb, gint stride, gint width)
{
  SgImage image = { .width = width, .height = HEIGHT, .n_components = 3,
    .sample = {1, 8, 0, FALSE}
  };

  for (gint i = 0; i < 3; i++) {
    image.plane[i] = (SgPlane) {
    rgb + i, stride, 3, 0, 0};
    image.color.to_rgb[i][i] = 1.0 / 255;
    image.color.from_rgb[i][i] = 255;
  }
  return image;
}

/* Each of @n stylizers in its part of the frame. */
static gboolean
stylise (SgStylizer ** stylizers, guint n, Pair pair, GError ** error)
{
  for (guint i = 0; i < n; i++) {
    SgImage image = image_of (&pair[0][i * WIDTH][0], sizeof pair[0],
        2 * WIDTH / (gint) n);

    if (!sg_stylizer_process (stylizers[i], &image, &image, error))
      return FALSE;
  }
  return TRUE;
}

/* Root mean square over all frames, with @n stylizers; -1 with an error. */
static gdouble
measure (const Photo * photo, SgModel * model, SgDevice * device, guint n,
    SgTemporalMode temporal, GError ** error)
{
  const SgStylizerConfig config = { .width = 2 * WIDTH / (gint) n,
    .height = HEIGHT, .temporal = temporal,
    .stereo = n == 1 ? SG_STEREO_SIDE_BY_SIDE : SG_STEREO_MONO
  };
  g_autofree Pair *pair = g_malloc (sizeof *pair);
  SgStylizer *stylizers[2] = { NULL };
  gboolean ok = TRUE;
  gdouble sum = 0;
  guint64 count = 0;

  for (guint i = 0; i < n && ok; i++) {
    stylizers[i] = sg_stylizer_new (model, device, &config, error);
    ok = stylizers[i] != NULL;
  }
  for (guint frame = 0; frame < N_FRAMES && ok; frame++) {
    draw (photo, frame, *pair);
    ok = n == 0 || stylise (stylizers, n, *pair, error);
    sum += compare (*pair, &count);
  }
  sg_stylizer_free (stylizers[0]);
  sg_stylizer_free (stylizers[1]);
  return ok ? sqrt (sum / (gdouble) count) : -1;
}

static gboolean
run_model (const Photo * photo, const gchar * path, SgDevice * device,
    GError ** error)
{
  g_autofree gchar *name = g_path_get_basename (path);
  g_autoptr (SgModel) model = sg_model_load (path, error);

  if (model == NULL)
    return FALSE;
  for (gint temporal = SG_TEMPORAL_OFF; temporal <= SG_TEMPORAL_MOTION;
      temporal += SG_TEMPORAL_MOTION) {
    gdouble alone = measure (photo, model, device, 2, temporal, error);
    gdouble both = alone < 0 ? -1 : measure (photo, model, device, 1, temporal,
        error);

    if (both < 0)
      return FALSE;
    printf ("%-24s %-8s %.4f       %.4f    %.2fx\n", name,
        temporal == SG_TEMPORAL_OFF ? "off" : "motion", alone, both,
        both / alone);
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = NULL;
  g_autofree guint8 *rgb = NULL;
  g_autofree Pair *pair = g_malloc (sizeof *pair);
  guint64 count = 0;
  Photo photo;
  gdouble sum;

  if (argc < 3) {
    fprintf (stderr, "usage: bench-stereo PICTURE.png MODEL.onnx ...\n");
    return 2;
  }
  rgb = photo.rgb = test_png_read (argv[1], &photo.width, &photo.height,
      &error);
  device = rgb ? sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_CPU, 0}
      , NULL, &error) : NULL;
  if (device) {
    draw (&photo, 0, *pair);
    sum = compare (*pair, &count);
    printf ("input %.4f\nmodel                    temporal each alone   "
        "together  ratio\n", sqrt (sum / (gdouble) count));
  }
  for (gint i = 2; i < argc && device && !error; i++)
    if (!run_model (&photo, argv[i], device, &error))
      break;
  if (error)
    fprintf (stderr, "bench-stereo: %s\n", error->message);
  return error != NULL;
}
