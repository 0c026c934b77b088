/* gst-stylegan: a model rewritten operator by operator, for pictures whose rows are circles
 * or for several at a time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "plan/plan.h"
#include "video/rings.h"

G_BEGIN_DECLS

/* What stands for a value of the model. */
typedef struct
{
  SgValue *value;
  gboolean is_ring;             /* else it has no columns: a constant, a mean .. */
  gint64 origin;                /* column 0 of a ring, in the model's own value */
} VideoTwin;

typedef struct
{
  SgBuild build;
  gboolean wrap;
  /* Whether normalisations are taken apart: all pictures have the statistics of all
   * together, or those that @coefficients has, where it has any. */
  gboolean share;
  GPtrArray *coefficients;      /* SgValue [1,2,C], one per normalisation, in order */
  guint n_norms;                /* so far */
  gint64 narrowest;             /* ring */
  gboolean can_turn;            /* all rings by a half */
  /*< private > */
  VideoTwin *twins;             /* by SgValue.index */
  SgNode *node;                 /* at work */
  PlanCall plan;
} VideoRewriter;

/* Appends what @model does with its input @input, for which @x stands. Errors are in the
 * builder: SG_ERROR_UNSUPPORTED for an operator that has no such form, SG_ERROR_SHAPE where
 * a stride does not divide a circle.
 * @model: with known shapes
 * Returns: what stands for its output @output */
VideoTwin video_rewrite (VideoRewriter * r, SgGraph * model, guint input,
    guint output, SgValue * x);

G_END_DECLS
