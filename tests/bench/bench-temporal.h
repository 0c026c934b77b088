/* gst-stylegan: what the halves of bench-temporal share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/measure.h>
#include <sg/stylizer.h>
#include <sg/synthflow.h>

G_BEGIN_DECLS

#define TEMPORAL_MAX_MODES 4

/* The filter's modes. The first is off, to which the others are compared. */
typedef struct
{
  const gchar *name;
  SgTemporalMode mode;
  gboolean carry;               /* every second frame is */
} TemporalMode;

extern const TemporalMode temporal_modes[];
extern const guint n_temporal_modes;

typedef struct
{
  SgModel *model;
  SgDevice *device;
  const gchar *loss_network;    /* NULL: not there */
  SgLossMeter *target;          /* of the picture that is the style, or NULL */
  const SgSynthPicture *const *photos;
  guint n_photos;
  gint width, height, n_frames;
  guint64 seed;
  gdouble strength;             /* 0..1, of the filter */
  gboolean quiet;
  const gchar *out;             /* folder for pictures, or NULL */
  const gchar *label;           /* of the model, for file names */
  GError *problem;              /* with the target */
} TemporalBench;

/* One mode on one source; NaN: not measured there. Units as in metrics.h; change,
 * cut and drift are in code values (1/255). */
typedef struct
{
  gdouble e_id;                 /* e_stab of the input */
  gdouble e_stab, e_above;      /* as it is; above e_id */
  gdouble root_e_warp, fcr;
  gdouble style;                /* loss of the middle frame, with the frame without
                                 * the filter as the style */
  gdouble target;               /* with the picture that is the style */
  gdouble ghost_change, ghost_ratio;
  gdouble cut;                  /* largest change of the first frame after a cut */
  gdouble sharpness, noise_gain, drift; /* where nothing moves */
  gdouble ms;                   /* median per frame, network included; of carried
                                 * frames only, where there are any */
} TemporalResult;

/* Runs @preset through all modes. @results: n_temporal_modes. */
gboolean temporal_run_preset (const TemporalBench * bench, SgSynthPreset preset,
    TemporalResult * results, GError ** error);
/* A clip, whose flow nobody knows: flicker is measured on pixels whose surroundings
 * of 5x5 stay within 3/255 in the input (the mean over them), as those rest. */
gboolean temporal_run_clip (const TemporalBench * bench, const gchar * path,
    TemporalResult * results, GError ** error);

G_END_DECLS
