/* gst-stylegan: how steady the pictures of a model are: the measuring
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-temporal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sg/error.h>

#include "util/decode.h"
#include "util/png-writer.h"

#define MEAN_FRAMES 32          /* of the picture that sharpness is compared to */
#define MAX_DRIFT_FRAMES 100    /* at either end */
#define MAX_SLICES 480          /* frames on a picture of slices */
#define REST 3.0                /* of 255 */
#define ROOM 4                  /* px between pictures on a sheet */

const TemporalMode temporal_modes[] = {
  {"off", SG_TEMPORAL_OFF},
  {"static", SG_TEMPORAL_STATIC},
  {"motion", SG_TEMPORAL_MOTION},
  {"carry", SG_TEMPORAL_MOTION, TRUE},
};

const guint n_temporal_modes = G_N_ELEMENTS (temporal_modes);

G_STATIC_ASSERT (G_N_ELEMENTS (temporal_modes) <= TEMPORAL_MAX_MODES);

/* A mode at work. */
typedef struct
{
  SgStylizer *stylizer;
  gfloat *now, *before;         /* [3,H,W] */
  SgStability stability;
  SgGhost ghost;
  SgNoiseGain gain;
  SgMean first, last;
  gfloat *middle;               /* copies for later */
  GArray *ms;
} Lane;

/* A source going through all modes. */
typedef struct
{
  const TemporalBench *bench;
  gchar *name;
  gint width, height, n_frames;
  gsize n;                      /* pixels */
  gboolean still, noisy, exact;
  SgSynthflowFrame frame, middle;
  gfloat *input, *input_before; /* as the network sees it: in 8 bit */
  guint8 *disoccluded_before;
  gboolean was_comparable;
  guint8 *in_bytes, *out_bytes;
  gfloat *clean_in, *clean_out; /* without sensor noise */
  SgStability identity;
  SgMean mean;                  /* of unfiltered pictures */
  gdouble cut[TEMPORAL_MAX_MODES];
  Lane lane[TEMPORAL_MAX_MODES];
  SgSheet slices;
} Run;

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

static gdouble
median (GArray * values)
{
  if (values->len == 0)
    return NAN;
  g_array_sort (values, compare_doubles);
  return g_array_index (values, gdouble, values->len / 2);
}

/* --- frames through the stylizer -------------------------------------------- */

static SgImage
image_of (guint8 * bytes, gint width, gint height)
{
  SgImage image = { width, height, 3, .sample = {1, 8, 0, FALSE} };

  for (gint c = 0; c < 3; c++) {
    image.plane[c] = (SgPlane) {
    bytes + c, 3 * width, 3, 0, 0};
    image.color.to_rgb[c][c] = 1 / 255.0;
    image.color.from_rgb[c][c] = 255;
  }
  return image;
}

static void
to_bytes (const gfloat * rgb, gsize n, guint8 * bytes)
{
  for (gsize c = 0; c < 3; c++)
    for (gsize i = 0; i < n; i++)
      bytes[3 * i + c] = (guint8) (CLAMP (rgb[c * n + i], 0.0f, 1.0f) * 255
          + 0.5f);
}

static void
from_bytes (const guint8 * bytes, gsize n, gfloat * rgb)
{
  for (gsize c = 0; c < 3; c++)
    for (gsize i = 0; i < n; i++)
      rgb[c * n + i] = bytes[3 * i + c] / 255.0f;
}

/* The picture in in_bytes; @ms may be NULL. */
static gboolean
stylize (Run * run, SgStylizer * stylizer, gfloat * out, GArray * ms,
    GError ** error)
{
  SgImage in = image_of (run->in_bytes, run->width, run->height);
  SgImage target = image_of (run->out_bytes, run->width, run->height);
  gdouble start = (gdouble) g_get_monotonic_time (), took;

  if (!sg_stylizer_process (stylizer, &in, &target, error))
    return FALSE;
  took = ((gdouble) g_get_monotonic_time () - start) / 1e3;
  if (ms && (sg_stylizer_was_carried (stylizer)
          || !sg_stylizer_can_carry (stylizer)))
    g_array_append_val (ms, took);
  from_bytes (run->out_bytes, run->n, out);
  return TRUE;
}

static SgStylizer *
open_stylizer (const Run * run, guint mode, GError ** error)
{
  SgStylizerConfig config = { run->width, run->height };

  config.temporal = temporal_modes[mode].mode;
  config.can_carry = temporal_modes[mode].carry;
  return sg_stylizer_new (run->bench->model, run->bench->device, &config,
      error);
}

/* --- life ------------------------------------------------------------------ */

/* Rows that a frame takes up on the sheet of slices, and all of them. */
static gint
row_times (const Run * run)
{
  return MAX (1, 120 / run->n_frames);
}

static gint
panel_height (const Run * run)
{
  return MIN (run->n_frames, MAX_SLICES) * row_times (run) + ROOM;
}

static gboolean
run_init (Run * run, const TemporalBench * bench, const gchar * name,
    gint width, gint height, gint n_frames, GError ** error)
{
  gsize n = (gsize) width * height;

  run->bench = bench;
  run->name = g_strdup (name);
  run->width = width;
  run->height = height;
  run->n_frames = n_frames;
  run->n = n;
  sg_synthflow_frame_init (&run->frame, width, height);
  sg_synthflow_frame_init (&run->middle, width, height);
  run->input = g_new0 (gfloat, 3 * n);
  run->input_before = g_new0 (gfloat, 3 * n);
  run->disoccluded_before = g_new0 (guint8, n);
  run->in_bytes = g_new (guint8, 3 * n);
  run->out_bytes = g_new (guint8, 3 * n);
  run->clean_in = g_new (gfloat, 3 * n);
  run->clean_out = g_new (gfloat, 3 * n);
  sg_mean_init (&run->mean, 3 * n);
  sg_sheet_init (&run->slices, width,
      panel_height (run) * (gint) (n_temporal_modes + 1) - ROOM);
  for (guint m = 0; m < n_temporal_modes; m++) {
    Lane *lane = &run->lane[m];

    run->cut[m] = NAN;
    lane->now = g_new0 (gfloat, 3 * n);
    lane->before = g_new0 (gfloat, 3 * n);
    lane->middle = g_new0 (gfloat, 3 * n);
    lane->ms = g_array_new (FALSE, FALSE, sizeof (gdouble));
    sg_mean_init (&lane->first, 3 * n);
    sg_mean_init (&lane->last, 3 * n);
    lane->stylizer = open_stylizer (run, m, error);
    if (lane->stylizer == NULL)
      return FALSE;
  }
  return TRUE;
}

static void
run_clear (Run * run)
{
  g_free (run->name);
  sg_synthflow_frame_clear (&run->frame);
  sg_synthflow_frame_clear (&run->middle);
  g_free (run->input);
  g_free (run->input_before);
  g_free (run->disoccluded_before);
  g_free (run->in_bytes);
  g_free (run->out_bytes);
  g_free (run->clean_in);
  g_free (run->clean_out);
  sg_mean_clear (&run->mean);
  sg_sheet_clear (&run->slices);
  for (guint m = 0; m < n_temporal_modes; m++) {
    Lane *lane = &run->lane[m];

    g_clear_pointer (&lane->stylizer, sg_stylizer_free);
    g_free (lane->now);
    g_free (lane->before);
    g_free (lane->middle);
    g_clear_pointer (&lane->ms, g_array_unref);
    sg_mean_clear (&lane->first);
    sg_mean_clear (&lane->last);
  }
}

/* --- a frame ---------------------------------------------------------------- */

static gdouble
largest_change (const gfloat * a, const gfloat * b, gsize n)
{
  gdouble largest = 0;

  for (gsize i = 0; i < n; i++)
    largest = MAX (largest, fabs (a[i] - b[i]));
  return 255 * largest;
}

/* The unfiltered picture without noise, for the noise gain. It goes through the
 * first lane before anything else; off has no memory. */
static gboolean
stylize_clean (Run * run, GError ** error)
{
  to_bytes (run->frame.clean, run->n, run->in_bytes);
  from_bytes (run->in_bytes, run->n, run->clean_in);
  return stylize (run, run->lane[0].stylizer, run->clean_out, NULL, error);
}

static void
measure_lane (Run * run, guint m, gint t)
{
  Lane *lane = &run->lane[m], *off = &run->lane[0];
  const SgSynthflowFrame *frame = &run->frame;
  gint w = run->width, h = run->height;
  gint few = CLAMP (run->n_frames / 4, 1, MAX_DRIFT_FRAMES);

  sg_stability_add_contrast (&lane->stability, lane->now, w, h);
  if (frame->comparable)
    sg_stability_add (&lane->stability, lane->before, lane->now,
        frame->flow, frame->valid, w, h);
  if (run->exact && t > 0 && !frame->cut)
    sg_ghost_add_change (&lane->ghost, lane->now, off->now,
        frame->disoccluded, w, h);
  if (frame->comparable && run->was_comparable)
    sg_ghost_add_next (&lane->ghost, lane->before, off->before,
        run->disoccluded_before, off->now, frame->flow, frame->valid, w, h);
  if (run->noisy)
    sg_noise_gain_add (&lane->gain, lane->now, run->clean_out, run->input,
        run->clean_in, 3 * run->n);
  if (frame->cut)
    run->cut[m] = largest_change (lane->now, off->now, 3 * run->n);
  if (run->still && t < few)
    sg_mean_add (&lane->first, lane->now);
  if (run->still && t >= run->n_frames - few)
    sg_mean_add (&lane->last, lane->now);
}

/* run->frame is the new frame. */
static gboolean
take_frame (Run * run, gint t, GError ** error)
{
  const SgSynthflowFrame *frame = &run->frame;
  gint w = run->width, h = run->height, times = row_times (run);
  gint slice = t < MAX_SLICES ? times : 0;

  if (!run->bench->quiet && isatty (2))
    fprintf (stderr, "\r%s: %d of %d\033[K%s", run->name, t + 1,
        run->n_frames, t + 1 == run->n_frames ? "\r\033[K" : "");
  if (t == 0 && run->noisy && !stylize_clean (run, error))
    return FALSE;
  to_bytes (frame->rgb, run->n, run->in_bytes);
  from_bytes (run->in_bytes, run->n, run->input);
  if (frame->comparable)
    sg_stability_add (&run->identity, run->input_before, run->input,
        frame->flow, frame->valid, w, h);
  sg_sheet_put_row (&run->slices, 0, t * times, run->input, w, h, h / 2, slice);
  for (guint m = 0; m < n_temporal_modes; m++) {
    SgStylizerControls controls = SG_STYLIZER_CONTROLS_INIT;
    Lane *lane = &run->lane[m];

    controls.temporal_strength = (gfloat) run->bench->strength;
    controls.carry = t % 2 != 0;
    sg_stylizer_set_controls (lane->stylizer, &controls);
    if (!stylize (run, lane->stylizer, lane->now, lane->ms, error))
      return FALSE;
    measure_lane (run, m, t);
    sg_sheet_put_row (&run->slices, 0, panel_height (run) * (gint) (m + 1)
        + t * times, lane->now, w, h, h / 2, slice);
    if (t == run->n_frames / 2)
      memcpy (lane->middle, lane->now, 3 * run->n * sizeof (gfloat));
  }
  if (run->still && run->mean.count < MEAN_FRAMES)
    sg_mean_add (&run->mean, run->lane[0].now);
  if (t == run->n_frames / 2)
    sg_synthflow_frame_copy (&run->middle, frame);
  for (guint m = 0; m < n_temporal_modes; m++) {
    gfloat *swap = run->lane[m].now;

    run->lane[m].now = run->lane[m].before;
    run->lane[m].before = swap;
  }
  memcpy (run->input_before, run->input, 3 * run->n * sizeof (gfloat));
  memcpy (run->disoccluded_before, frame->disoccluded, run->n);
  run->was_comparable = frame->comparable;
  return TRUE;
}

/* --- the end ---------------------------------------------------------------- */

static gboolean
measure_style (Run * run, TemporalResult * results, GError ** error)
{
  const gchar *networks[] = { run->bench->loss_network, NULL };
  gint w = run->width, h = run->height;
  SgPicture style = { w, h, run->out_bytes };
  g_autoptr (SgLossMeter) off = NULL;
  gdouble content;

  if (networks[0] == NULL)
    return TRUE;
  to_bytes (run->lane[0].middle, run->n, run->out_bytes);
  off = sg_loss_meter_new (networks, &style, MIN (w, h), run->bench->device,
      error);
  for (guint m = 0; off && m < n_temporal_modes; m++) {
    const gfloat *now = run->lane[m].middle;

    if (m > 0 && !sg_loss_meter_run (off, now, now, w, h, &content,
            &results[m].style, error))
      return FALSE;
    if (run->bench->target && !sg_loss_meter_run (run->bench->target, now, now,
            w, h, &content, &results[m].target, error))
      return FALSE;
  }
  return off != NULL;
}

static void
measure_still (Run * run, Lane * lane, TemporalResult * result)
{
  g_autofree gfloat *mean = g_new (gfloat, 3 * run->n);

  sg_mean_get (&run->mean, mean);
  /* The last frame: the lanes have been swapped. */
  result->sharpness = sg_measure_sharpness_kept (lane->before, mean, run->width,
      run->height);
  result->drift = 255 * sg_measure_drift (&lane->first, &lane->last);
}

static gboolean
write_sheet (const SgSheet * sheet, const gchar * path, GError ** error)
{
  return test_png_write (path, sheet->rgb, (guint) sheet->width,
      (guint) sheet->height, error);
}

/* input, modes, flow (of what is made here), masks; three in a row */
static gboolean
write_pictures (Run * run, GError ** error)
{
  gint n_panels = 3 + (gint) n_temporal_modes, w = run->width, h = run->height;
  g_autofree gchar *base = g_strdup_printf ("%s/%s-%s", run->bench->out,
      run->bench->label, run->name);
  g_autofree gchar *slices = g_strconcat (base, "-slices.png", NULL);
  g_autofree gchar *frame = g_strconcat (base, "-frame.png", NULL);
  SgSheet sheet;
  gboolean ok;

  sg_sheet_init (&sheet, 3 * (w + ROOM) - ROOM,
      (n_panels + 2) / 3 * (h + ROOM) - ROOM);
  for (gint i = 0; i < n_panels; i++) {
    gint x = i % 3 * (w + ROOM), y = i / 3 * (h + ROOM);

    if (i == 0)
      sg_sheet_put_picture (&sheet, x, y, run->middle.rgb, w, h);
    else if (i == n_panels - 2 && !run->exact)
      continue;
    else if (i == n_panels - 2)
      sg_sheet_put_flow (&sheet, x, y, run->middle.flow, w, h, 0);
    else if (i == n_panels - 1)
      sg_sheet_put_masks (&sheet, x, y, &run->middle);
    else
      sg_sheet_put_picture (&sheet, x, y, run->lane[i - 1].middle, w, h);
  }
  ok = write_sheet (&sheet, frame, error)
      && write_sheet (&run->slices, slices, error);
  sg_sheet_clear (&sheet);
  return ok;
}

static gboolean
finish (Run * run, TemporalResult * results, GError ** error)
{
  for (guint m = 0; m < n_temporal_modes; m++) {
    Lane *lane = &run->lane[m];
    TemporalResult *r = &results[m];

    r->style = r->target = r->sharpness = r->drift = NAN;
    r->e_id = sg_stability_e_stab (&run->identity);
    r->e_stab = sg_stability_e_stab (&lane->stability);
    r->e_above = sg_measure_above_floor (r->e_stab, r->e_id);
    r->root_e_warp = sg_stability_root_e_warp (&lane->stability);
    r->fcr = sg_stability_fcr (&lane->stability);
    r->ghost_change = 255 * sg_ghost_change (&lane->ghost);
    r->ghost_ratio = sg_ghost_ratio (&lane->ghost);
    r->noise_gain = sg_noise_gain (&lane->gain);
    r->cut = run->cut[m];
    r->ms = median (lane->ms);
    if (run->still)
      measure_still (run, lane, r);
  }
  return measure_style (run, results, error)
      && (run->bench->out == NULL || write_pictures (run, error));
}

/* --- sources --------------------------------------------------------------- */

gboolean
temporal_run_preset (const TemporalBench * bench, SgSynthPreset preset,
    TemporalResult * results, GError ** error)
{
  g_autoptr (SgSynthflow) video = sg_synthflow_new (&(SgSynthflowConfig) {
      preset,
        bench->width, bench->height, bench->n_frames, bench->seed,
        bench->photos, bench->n_photos});
  Run run = { NULL, };
  gboolean ok;

  run.exact = TRUE;
  run.noisy = preset == SG_SYNTH_NOISE_2 || preset == SG_SYNTH_NOISE_4;
  run.still = run.noisy || preset == SG_SYNTH_STATIC;
  ok = run_init (&run, bench, sg_synth_preset_get_name (preset), bench->width,
      bench->height, bench->n_frames, error);
  for (gint t = 0; ok && t < bench->n_frames; t++) {
    sg_synthflow_render (video, t, &run.frame);
    ok = take_frame (&run, t, error);
  }
  ok = ok && finish (&run, results, error);
  run_clear (&run);
  return ok;
}

typedef struct
{
  gint width, height;
  GPtrArray *frames;            /* of guint8 */
} Clip;

static gboolean
keep_frame (const guint8 * rgb, gint width, gint height, gpointer user_data)
{
  Clip *clip = user_data;

  if (clip->frames->len > 0 && (width != clip->width || height != clip->height))
    return FALSE;
  clip->width = width;
  clip->height = height;
  g_ptr_array_add (clip->frames, g_memdup2 (rgb, 3 * (gsize) width * height));
  return TRUE;
}

/* Where the mean change of the 5x5 pixels around is less than REST. */
static void
find_rest (const gfloat * before, SgSynthflowFrame * frame)
{
  gint w = frame->width, h = frame->height;
  gsize n = (gsize) w * h;

  for (gint y = 0; y < h; y++)
    for (gint x = 0; x < w; x++) {
      gdouble sum = 0;
      gint counted = 0;

      for (gint j = MAX (y - 2, 0); j <= MIN (y + 2, h - 1); j++)
        for (gint i = MAX (x - 2, 0); i <= MIN (x + 2, w - 1); i++) {
          gsize at = (gsize) j * w + i;

          for (gsize c = 0; c < 3; c++)
            sum += fabsf (frame->rgb[c * n + at] - before[c * n + at]);
          counted += 3;
        }
      frame->valid[(gsize) y * w + x] = 255 * sum < REST * counted;
    }
}

gboolean
temporal_run_clip (const TemporalBench * bench, const gchar * path,
    TemporalResult * results, GError ** error)
{
  Clip clip = { 0, 0, g_ptr_array_new_with_free_func (g_free) };
  g_autofree gchar *name = g_path_get_basename (path);
  Run run = { NULL, };
  gboolean ok;

  if (strchr (name, '.'))
    *strchr (name, '.') = '\0';
  ok = test_decode (path, bench->height, bench->n_frames, keep_frame, &clip,
      error) && run_init (&run, bench, name, clip.width, clip.height,
      (gint) clip.frames->len, error);
  for (guint t = 0; ok && t < clip.frames->len; t++) {
    from_bytes (g_ptr_array_index (clip.frames, t), run.n, run.frame.rgb);
    run.frame.comparable = t > 0;
    if (t > 0)
      find_rest (run.input_before, &run.frame);
    ok = take_frame (&run, (gint) t, error);
  }
  ok = ok && finish (&run, results, error);
  run_clear (&run);
  g_ptr_array_unref (clip.frames);
  return ok;
}
