/* gst-stylegan: how good a model is: what the parts of the command share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>
#include <sg/measure.h>
#include <sg/stylizer.h>
#include <sg/synthflow.h>

#include "dataset.h"
#include "progress.h"

G_BEGIN_DECLS

typedef struct
{
  gchar *model, *against;       /* files; against: NULL without one */
  gchar *style;                 /* file or URI, or NULL */
  gchar **content, **loss_network;
  gchar *output, *json;         /* files, or NULL */
  gchar *backend, *device;
  gint threads;
  gint size;                    /* px, shorter side of pictures and videos */
  gint style_size;              /* px */
  gint speed_width, speed_height;
  gint frames, photos, clips;   /* at most; frames of each video */
  guint64 seed;
  gboolean quick, quiet;
} EvaluateOptions;

/* Reads the command line. --help prints and exits.
 * Errors: G_OPTION_ERROR. Returns: (transfer full) */
EvaluateOptions *evaluate_options_parse (gint argc, gchar ** argv,
    GError ** error);
void evaluate_options_free (EvaluateOptions * options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvaluateOptions, evaluate_options_free);

/* --- measures ---------------------------------------------------------------- */

/* In the order of the table. Pairs: the network alone, and with the filter over
 * time. */
typedef enum
{
  EVALUATE_STYLE,
  EVALUATE_CONTENT,
  EVALUATE_LATTICE_2,
  EVALUATE_LATTICE_4,
  EVALUATE_SHIFT_WHOLE,
  EVALUATE_SHIFT_HALF,
  EVALUATE_SYNTH_STAB,
  EVALUATE_SYNTH_STAB_FILTERED,
  EVALUATE_SYNTH_WARP,
  EVALUATE_SYNTH_WARP_FILTERED,
  EVALUATE_SYNTH_FCR,
  EVALUATE_SYNTH_FCR_FILTERED,
  EVALUATE_CLIP_STAB,
  EVALUATE_CLIP_STAB_FILTERED,
  EVALUATE_CLIP_WARP,
  EVALUATE_CLIP_WARP_FILTERED,
  EVALUATE_CLIP_FCR,
  EVALUATE_CLIP_FCR_FILTERED,
  EVALUATE_NOISE_GAIN,
  EVALUATE_NOISE_GAIN_FILTERED,
  EVALUATE_MS,
  EVALUATE_MS_FILTERED,
  EVALUATE_FPS,
  EVALUATE_FPS_FILTERED,
  EVALUATE_PARAMETERS,
  EVALUATE_BYTES,
  EVALUATE_MACS,
  EVALUATE_N_MEASURES
} EvaluateId;

typedef enum
{
  EVALUATE_LESS_IS_BETTER,
  EVALUATE_MORE_IS_BETTER,
} EvaluateBetter;

typedef struct
{
  const gchar *key;             /* in JSON */
  const gchar *section;
  const gchar *name;
  const gchar *unit;            /* or "" */
  gint digits;                  /* behind the point */
  EvaluateBetter better;
  gboolean difference;          /* compared by difference (dB), not by ratio */
  const gchar *help;
} EvaluateMeasure;

extern const EvaluateMeasure evaluate_measures[EVALUATE_N_MEASURES];

/* --- results ------------------------------------------------------------------- */

#define EVALUATE_MAX_MODELS 2
#define EVALUATE_N_MODES 2      /* without the filter, with it */
#define EVALUATE_MAX_LANES (EVALUATE_MAX_MODELS * EVALUATE_N_MODES)

typedef struct
{
  SgModel *model;
  gchar *path;
  gchar *name;                  /* for people: the file's, without .onnx */
  gdouble value[EVALUATE_N_MEASURES];   /* NaN: not measured */
  StyletrainPicture *gradient;  /* what it makes of a smooth one */
} EvaluateModel;

/* A photo, or a frame of a clip where there are no photos. */
typedef struct
{
  gchar *path;
  StyletrainPicture *picture;
  gdouble content[EVALUATE_MAX_MODELS], style[EVALUATE_MAX_MODELS];
  StyletrainPicture *painted[EVALUATE_MAX_MODELS];      /* NULL: not shown */
} EvaluatePicture;

typedef struct
{
  gdouble stab, warp, fcr;
  gdouble gain;                 /* NaN but under sensor noise */
} EvaluateSteadiness;

/* A video; lanes: the models one after the other, each without and with the filter. */
typedef struct
{
  gchar *name;                  /* of the generated motion, or the file's */
  gboolean synthetic;           /* the flow is exact */
  gint n_frames;
  gdouble floor;                /* e_stab of the input itself */
  gdouble valid;                /* share of the pixels that were compared, 0..1 */
  EvaluateSteadiness lane[EVALUATE_MAX_LANES];
  /* The middle row of the frames, time running down: the input, then the lanes. */
  SgSheet slices[1 + EVALUATE_MAX_LANES];
} EvaluateVideo;

typedef struct
{
  const EvaluateOptions *options;
  SgDevice *device;
  Progress *progress;
  guint n_done, n_work;         /* for the progress */

  EvaluateModel model[EVALUATE_MAX_MODELS];
  guint n_models;
  SgLossMeter *meter;           /* NULL: no loss network */
  StyletrainPicture *style;     /* or NULL */
  GPtrArray *pictures;          /* EvaluatePicture */
  GPtrArray *clips;             /* DatasetFile, not owned */
  GPtrArray *videos;            /* EvaluateVideo */
} Evaluation;

/* What has been done of the work, and what is being done now. */
void evaluation_step (Evaluation * e, guint done, const gchar * what);

/* Steps that they take. */
guint evaluate_still_work (const Evaluation * e);
guint evaluate_video_work (const Evaluation * e);
/* Losses, lattice and shifts; fills in the values of models and pictures. */
gboolean evaluate_still (Evaluation * e, GError ** error);
/* Steadiness and speed. */
gboolean evaluate_video (Evaluation * e, GError ** error);

/* --- frames ---------------------------------------------------------------------- */

/* R'G'B' as the stylizer takes it. */
typedef struct
{
  gint width, height, bytes;    /* per sample, 1 or 2 */
  guint8 *data;
  SgImage image;
} EvaluateFrame;

void evaluate_frame_init (EvaluateFrame * frame, gint width, gint height,
    gint bytes);
void evaluate_frame_clear (EvaluateFrame * frame);
/* @rgb: [3,H,W], clipped to 0..1 */
void evaluate_frame_put (EvaluateFrame * frame, const gfloat * rgb);
void evaluate_frame_get (const EvaluateFrame * frame, gfloat * rgb);
/* @picture as [3,H,W]. (transfer full) */
gfloat *evaluate_floats (const StyletrainPicture * picture);

/* --- what is written --------------------------------------------------------------- */

/* "0.412", "-" if it was not measured. (transfer full) */
gchar *evaluate_format (EvaluateId id, gdouble value);
/* The first model by the second: "1.31x", "+2.1"; "" where that says nothing.
 * (transfer full) */
gchar *evaluate_compare (const Evaluation * e, EvaluateId id);
/* (transfer full) */
gchar *evaluate_table (const Evaluation * e);
gchar *evaluate_json (const Evaluation * e);
/* A page that needs nothing else. Errors: GStreamer's when it cannot encode
 * pictures. */
gchar *evaluate_html (const Evaluation * e, GError ** error);

G_END_DECLS
