/* gst-stylegan: how steady and fast a model is on video
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluate.h"

#include <math.h>
#include <string.h>

#include "dataset-decode.h"
#include "dataset-scan.h"

/* The motion of the generated videos; quick: the first ones. */
static const SgSynthPreset presets[] = { SG_SYNTH_MEDIUM, SG_SYNTH_ROTATION,
  SG_SYNTH_SLOW, SG_SYNTH_FAST, SG_SYNTH_ZOOM, SG_SYNTH_NON_RIGID
};

#define N_QUICK 2
#define N_NOISY 3               /* scenes with sensor noise; quick: 1 */
#define MAX_TEXTURES 10         /* pictures that they are made of */
/* Less of a frame that follows the one before: a cut. */
#define MIN_VALID 0.25
#define SLICE_ROWS 120
#define MAX_SLICES 240          /* frames */
#define MIN_TIMED 3             /* frames of each lane */
#define MAX_TIMED 30
#define SPEED_WORK 10

/* A model without or with the filter, at work. */
typedef struct
{
  SgStylizer *stylizer;
  gfloat *now, *before;
  SgStability stability;
  SgNoiseGain gain;
} Lane;

/* A video going through all lanes. */
typedef struct
{
  Evaluation *e;
  EvaluateVideo *video;
  gboolean noisy;
  gint width, height;
  gsize n;                      /* pixels */
  EvaluateFrame in, out;
  SgSynthflowFrame frame;
  gfloat *input, *input_before; /* as models see it: in 8 bit */
  gfloat *clean_in, *clean_out[EVALUATE_MAX_MODELS];    /* without sensor noise */
  SgStability identity;
  gdouble valid;
  guint n_valid;
  Lane lane[EVALUATE_MAX_LANES];
} Run;

static guint
n_lanes (const Evaluation * e)
{
  return e->n_models * EVALUATE_N_MODES;
}

static SgStylizer *
open_stylizer (const Evaluation * e, guint lane, gint width, gint height,
    GError ** error)
{
  const EvaluateModel *model = &e->model[lane / EVALUATE_N_MODES];
  const SgStylizerConfig config = { .width = width, .height = height,
    .temporal = lane % EVALUATE_N_MODES ? SG_TEMPORAL_MOTION : SG_TEMPORAL_OFF
  };

  return sg_stylizer_new (model->model, e->device, &config, error);
}

/* --- life ---------------------------------------------------------------------------- */

static gint
row_times (const Run * run)
{
  return MAX (1, SLICE_ROWS / run->video->n_frames);
}

/* video: belongs to the evaluation */
static gboolean
run_init (Run * run, Evaluation * e, EvaluateVideo * video, gint width,
    gint height, GError ** error)
{
  gsize n = (gsize) width * height;
  guint i;

  run->e = e;
  run->video = video;
  run->width = width;
  run->height = height;
  run->n = n;
  evaluate_frame_init (&run->in, width, height, 1);
  evaluate_frame_init (&run->out, width, height, 1);
  sg_synthflow_frame_init (&run->frame, width, height);
  run->input = g_new0 (gfloat, 3 * n);
  run->input_before = g_new0 (gfloat, 3 * n);
  run->clean_in = g_new0 (gfloat, 3 * n);
  for (i = 0; i < e->n_models; i++)
    run->clean_out[i] = g_new0 (gfloat, 3 * n);
  for (i = 0; i < 1 + n_lanes (e); i++)
    sg_sheet_init (&video->slices[i], width,
        MIN (video->n_frames, MAX_SLICES) * row_times (run));
  for (i = 0; i < n_lanes (e); i++) {
    run->lane[i].now = g_new0 (gfloat, 3 * n);
    run->lane[i].before = g_new0 (gfloat, 3 * n);
    run->lane[i].stylizer = open_stylizer (e, i, width, height, error);
    if (!run->lane[i].stylizer)
      return FALSE;
  }
  return TRUE;
}

static void
run_clear (Run * run)
{
  guint i;

  evaluate_frame_clear (&run->in);
  evaluate_frame_clear (&run->out);
  sg_synthflow_frame_clear (&run->frame);
  g_free (run->input);
  g_free (run->input_before);
  g_free (run->clean_in);
  for (i = 0; i < EVALUATE_MAX_MODELS; i++)
    g_free (run->clean_out[i]);
  for (i = 0; i < EVALUATE_MAX_LANES; i++) {
    g_clear_pointer (&run->lane[i].stylizer, sg_stylizer_free);
    g_free (run->lane[i].now);
    g_free (run->lane[i].before);
  }
}

static EvaluateVideo *
add_video (Evaluation * e, const gchar * name, gboolean synthetic, gint n)
{
  EvaluateVideo *video = g_new0 (EvaluateVideo, 1);

  video->name = g_strdup (name);
  video->synthetic = synthetic;
  video->n_frames = n;
  g_ptr_array_add (e->videos, video);
  return video;
}

/* --- a frame --------------------------------------------------------------------------- */

/* What is in run->in. */
static gboolean
stylize (Run * run, guint lane, gfloat * out, GError ** error)
{
  if (!sg_stylizer_process (run->lane[lane].stylizer, &run->in.image,
          &run->out.image, error)) {
    g_prefix_error (error, "%s: ", run->video->name);
    return FALSE;
  }
  evaluate_frame_get (&run->out, out);
  return TRUE;
}

/* What the models make of the scene without noise, before anything else: without the
 * filter they have no memory. */
static gboolean
stylize_clean (Run * run, GError ** error)
{
  guint m;

  evaluate_frame_put (&run->in, run->frame.clean);
  evaluate_frame_get (&run->in, run->clean_in);
  for (m = 0; m < run->e->n_models; m++)
    if (!stylize (run, m * EVALUATE_N_MODES, run->clean_out[m], error))
      return FALSE;
  return TRUE;
}

static void
measure_lane (Run * run, guint i)
{
  const SgSynthflowFrame *frame = &run->frame;
  Lane *lane = &run->lane[i];

  sg_stability_add_contrast (&lane->stability, lane->now, run->width,
      run->height);
  if (frame->comparable)
    sg_stability_add (&lane->stability, lane->before, lane->now, frame->flow,
        frame->valid, run->width, run->height);
  if (run->noisy)
    sg_noise_gain_add (&lane->gain, lane->now,
        run->clean_out[i / EVALUATE_N_MODES], run->input, run->clean_in,
        3 * run->n);
}

/* The frame in run->frame, its number @t; run->input is it in 8 bit. */
static gboolean
take_frame (Run * run, gint t, GError ** error)
{
  gint times = row_times (run), w = run->width, h = run->height;
  gint slice = t < MAX_SLICES ? times : 0;
  const SgSynthflowFrame *frame = &run->frame;
  gfloat *swap;
  gsize k;
  guint i;

  evaluation_step (run->e, 1, run->video->name);
  if (frame->comparable) {
    sg_stability_add (&run->identity, run->input_before, run->input,
        frame->flow, frame->valid, w, h);
    for (k = 0; k < run->n; k++)
      run->valid += frame->valid[k] / (gdouble) run->n;
    run->n_valid++;
  }
  sg_sheet_put_row (&run->video->slices[0], 0, t * times, run->input, w, h,
      h / 2, slice);
  for (i = 0; i < n_lanes (run->e); i++) {
    Lane *lane = &run->lane[i];

    evaluate_frame_put (&run->in, run->input);
    if (!stylize (run, i, lane->now, error))
      return FALSE;
    measure_lane (run, i);
    sg_sheet_put_row (&run->video->slices[1 + i], 0, t * times, lane->now, w,
        h, h / 2, slice);
    swap = lane->now;
    lane->now = lane->before;
    lane->before = swap;
  }
  swap = run->input;
  run->input = run->input_before;
  run->input_before = swap;
  return TRUE;
}

static void
finish (Run * run)
{
  EvaluateVideo *video = run->video;
  guint i;

  video->floor = sg_stability_e_stab (&run->identity);
  video->valid = run->n_valid ? run->valid / run->n_valid : NAN;
  for (i = 0; i < n_lanes (run->e); i++) {
    const Lane *lane = &run->lane[i];

    video->lane[i] = (EvaluateSteadiness) {
    sg_stability_e_stab (&lane->stability),
          sg_stability_root_e_warp (&lane->stability),
          sg_stability_fcr (&lane->stability), sg_noise_gain (&lane->gain)};
  }
}

/* --- videos ------------------------------------------------------------------------------ */

/* 16:9 at the size wanted, even. */
static gint
synthetic_width (const Evaluation * e)
{
  return (e->options->size * 16 / 9 + 1) / 2 * 2;
}

/* Of a scene of its own for each @number. */
static gboolean
run_preset (Evaluation * e, SgSynthPreset preset, guint number,
    const SgSynthPicture * const *photos, guint n_photos, GError ** error)
{
  const EvaluateOptions *options = e->options;
  gint width = synthetic_width (e), height = options->size, t;
  const SgSynthflowConfig config = { preset, width, height, options->frames,
    options->seed + number, photos, n_photos
  };
  g_autoptr (SgSynthflow) scene = sg_synthflow_new (&config);
  EvaluateVideo *video = add_video (e, sg_synth_preset_get_name (preset), TRUE,
      options->frames);
  Run run = { NULL };
  gboolean ok = run_init (&run, e, video, width, height, error);

  run.noisy = preset == SG_SYNTH_NOISE_2;
  for (t = 0; ok && t < options->frames; t++) {
    sg_synthflow_render (scene, t, &run.frame);
    ok = t > 0 || !run.noisy || stylize_clean (&run, error);
    evaluate_frame_put (&run.in, run.frame.rgb);
    evaluate_frame_get (&run.in, run.input);
    ok = ok && take_frame (&run, t, error);
  }
  if (ok)
    finish (&run);
  run_clear (&run);
  return ok;
}

/* Up to @n frames of one size from the middle of the clip.
 * Returns: (transfer full) (element-type StyletrainPicture) */
static GPtrArray *
read_clip (const DatasetFile * file, gint size, guint n, GError ** error)
{
  g_autoptr (GPtrArray) frames = g_ptr_array_new_with_free_func (
      (GDestroyNotify) dataset_picture_unref);
  DatasetConfig config = DATASET_CONFIG_INIT;
  g_autoptr (DatasetDecoder) decoder = NULL;
  GstClockTime length = n * file->frame_duration;
  DatasetPull pull = DATASET_PULL_FRAME;

  config.min_side = config.max_side = size;
  decoder = dataset_decoder_open (file->uri, &config, NULL, error);
  if (decoder && file->seekable && file->duration > 2 * length
      && !dataset_decoder_seek (decoder, (file->duration - length) / 2, error))
    return NULL;
  while (decoder && frames->len < n) {
    const StyletrainPicture *first = frames->len ? frames->pdata[0] : NULL;
    StyletrainPicture *picture;

    pull = dataset_decoder_pull (decoder, &picture, NULL, error);
    if (pull != DATASET_PULL_FRAME)
      break;
    if (first && (picture->width != first->width
            || picture->height != first->height)) {
      dataset_picture_unref (picture);
      break;
    }
    g_ptr_array_add (frames, picture);
  }
  if (!decoder || pull == DATASET_PULL_ERROR)
    return NULL;
  return g_steal_pointer (&frames);
}

static gboolean
run_clip_frames (Run * run, GPtrArray * frames, GError ** error)
{
  g_autoptr (SgFlowMeter) flow = sg_flow_meter_new (run->width, run->height,
      run->e->device, error);
  gdouble share = 0;
  guint t;

  for (t = 0; flow && t < frames->len; t++) {
    g_autofree gfloat *rgb = evaluate_floats (frames->pdata[t]);

    memcpy (run->input, rgb, 3 * run->n * sizeof (*rgb));
    if (t > 0 && !sg_flow_meter_run (flow, run->input_before, run->input,
            run->frame.flow, run->frame.valid, &share, error))
      return FALSE;
    run->frame.comparable = t > 0 && share >= MIN_VALID;
    if (!take_frame (run, (gint) t, error))
      return FALSE;
  }
  return flow != NULL;
}

/* Clips that cannot be read any more, or are too short, are left out. */
static gboolean
run_clip (Evaluation * e, const DatasetFile * file, GError ** error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) frames = read_clip (file, e->options->size,
      (guint) e->options->frames, &problem);
  g_autofree gchar *name = g_path_get_basename (file->path);
  const StyletrainPicture *first;
  Run run = { NULL };
  gboolean ok;

  if (!frames || frames->len < 2) {
    progress_warn (e->progress, "not used: %s: %s", file->path,
        problem ? problem->message : "fewer than two frames");
    evaluation_step (e, (guint) e->options->frames, name);
    return TRUE;
  }
  first = frames->pdata[0];
  ok = run_init (&run, e, add_video (e, name, FALSE, (gint) frames->len),
      first->width, first->height, error)
      && run_clip_frames (&run, frames, error);
  if (ok) {
    evaluation_step (e, (guint) e->options->frames - frames->len, name);
    finish (&run);
  }
  run_clear (&run);
  return ok;
}

/* --- speed --------------------------------------------------------------------------------- */

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
median (GArray * values)
{
  g_array_sort (values, compare_doubles);
  return values->len ? g_array_index (values, gdouble, values->len / 2) : NAN;
}

/* All lanes take turns, so that whatever else the machine does slows them all. The
 * first round is not counted. */
static gboolean
time_lanes (Evaluation * e, SgStylizer * const *stylizers,
    EvaluateFrame frames[3], GArray * const *times, GError ** error)
{
  gint64 limit = (e->options->quick ? 4 : 20) * G_USEC_PER_SEC
      * (gint64) e->n_models, begin = g_get_monotonic_time ();
  guint round, i;

  for (round = 0; round <= MAX_TIMED; round++) {
    if (round > MIN_TIMED && g_get_monotonic_time () - begin > limit)
      break;
    for (i = 0; i < n_lanes (e); i++) {
      gint64 start = g_get_monotonic_time ();
      gdouble ms;

      if (!sg_stylizer_process (stylizers[i], &frames[round % 2].image,
              &frames[2].image, error))
        return FALSE;
      ms = (g_get_monotonic_time () - start) / 1e3;
      if (round > 0)
        g_array_append_val (times[i], ms);
    }
  }
  return TRUE;
}

static gboolean
measure_speed (Evaluation * e, GError ** error)
{
  gint width = e->options->speed_width, height = e->options->speed_height, t;
  const SgSynthflowConfig config = { SG_SYNTH_MEDIUM, width, height, 2,
    e->options->seed, NULL, 0
  };
  g_autoptr (SgSynthflow) scene = sg_synthflow_new (&config);
  SgStylizer *stylizers[EVALUATE_MAX_LANES] = { NULL };
  GArray *times[EVALUATE_MAX_LANES] = { NULL };
  EvaluateFrame frames[3];
  SgSynthflowFrame frame;
  gboolean ok = TRUE;
  guint i;

  evaluation_step (e, SPEED_WORK, "speed");
  sg_synthflow_frame_init (&frame, width, height);
  for (t = 0; t < 3; t++) {
    evaluate_frame_init (&frames[t], width, height, 1);
    sg_synthflow_render (scene, t, &frame);
    evaluate_frame_put (&frames[t], frame.rgb);
  }
  for (i = 0; ok && i < n_lanes (e); i++) {
    times[i] = g_array_new (FALSE, FALSE, sizeof (gdouble));
    stylizers[i] = open_stylizer (e, i, width, height, error);
    ok = stylizers[i] != NULL;
  }
  ok = ok && time_lanes (e, stylizers, frames, times, error);
  for (i = 0; i < n_lanes (e); i++) {
    gdouble *value = e->model[i / EVALUATE_N_MODES].value;
    guint mode = i % EVALUATE_N_MODES;

    if (ok) {
      value[EVALUATE_MS + mode] = median (times[i]);
      value[EVALUATE_FPS + mode] = 1000 / value[EVALUATE_MS + mode];
    }
    g_clear_pointer (&times[i], g_array_unref);
    g_clear_pointer (&stylizers[i], sg_stylizer_free);
  }
  for (t = 0; t < 3; t++)
    evaluate_frame_clear (&frames[t]);
  sg_synthflow_frame_clear (&frame);
  return ok;
}

/* --- all of it ------------------------------------------------------------------------------- */

static guint
n_presets (const Evaluation * e)
{
  return e->options->quick ? N_QUICK : G_N_ELEMENTS (presets);
}

static guint
n_noisy (const Evaluation * e)
{
  return e->options->quick ? 1 : N_NOISY;
}

guint
evaluate_video_work (const Evaluation * e)
{
  if (e->options->frames == 0)
    return 0;
  return (n_presets (e) + n_noisy (e) + e->clips->len)
      * (guint) e->options->frames + SPEED_WORK;
}

/* Of what steadiness is measured on: those with sensor noise are for the noise gain. */
static gboolean
counts_for (const EvaluateVideo * video, guint lane, EvaluateId first)
{
  gboolean noisy = !isnan (video->lane[lane].gain);

  if (first == EVALUATE_NOISE_GAIN)
    return noisy;
  return !noisy && video->synthetic == (first == EVALUATE_SYNTH_STAB)
      && !isnan (video->lane[lane].warp);
}

/* Means over the videos. */
static void
fill_values (Evaluation * e)
{
  static const EvaluateId firsts[] = { EVALUATE_SYNTH_STAB, EVALUATE_CLIP_STAB,
    EVALUATE_NOISE_GAIN
  };
  guint i, f, k;

  for (i = 0; i < n_lanes (e); i++)
    for (f = 0; f < G_N_ELEMENTS (firsts); f++) {
      gboolean noise = firsts[f] == EVALUATE_NOISE_GAIN;
      gdouble *value = &e->model[i / EVALUATE_N_MODES].value[firsts[f]
          + i % EVALUATE_N_MODES];
      gdouble sum[3] = { 0 };
      guint n = 0;

      for (k = 0; k < e->videos->len; k++) {
        const EvaluateVideo *video = g_ptr_array_index (e->videos, k);
        const EvaluateSteadiness *lane = &video->lane[i];

        if (!counts_for (video, i, firsts[f]))
          continue;
        sum[0] += noise ? lane->gain : lane->stab;
        sum[1] += lane->warp;
        sum[2] += lane->fcr;
        n++;
      }
      for (k = 0; n > 0 && k < (noise ? 1 : 3); k++)
        value[k * EVALUATE_N_MODES] = sum[k] / n;
    }
}

gboolean
evaluate_video (Evaluation * e, GError ** error)
{
  g_autoptr (GPtrArray) photos = g_ptr_array_new_with_free_func (
      (GDestroyNotify) sg_synth_picture_free);
  gboolean ok = TRUE;
  guint i;

  if (e->options->frames == 0)
    return TRUE;
  for (i = 0; i < MIN (e->pictures->len, MAX_TEXTURES); i++) {
    const EvaluatePicture *p = g_ptr_array_index (e->pictures, i);

    g_ptr_array_add (photos, sg_synth_picture_new_rgb8 (p->picture->rgb,
            p->picture->width, p->picture->height));
  }
  for (i = 0; ok && i < n_presets (e) + n_noisy (e); i++)
    ok = run_preset (e, i < n_presets (e) ? presets[i] : SG_SYNTH_NOISE_2, i,
        (const SgSynthPicture * const *) photos->pdata, photos->len, error);
  for (i = 0; ok && i < e->clips->len; i++)
    ok = run_clip (e, g_ptr_array_index (e->clips, i), error);
  fill_values (e);
  return ok && measure_speed (e, error);
}
