/* gst-stylegan: the stylizer from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * stylizer.c  making one for a model and a size
 * queue.c     frames under way, and what to do when they fail */
#pragma once

#include <sg/stylizer.h>

#include "video/graph.h"

G_BEGIN_DECLS

typedef struct
{
  SgImage in, out;
  SgStylizerControls controls;  /* as they were when it was submitted; no mask */
  gboolean reset, carry;
  /* Of the session, by index; they belong to the frame. Entries of the images and of
   * states are NULL. */
  SgTensor **inputs, **outputs;
} StylizerFrame;

struct _SgStylizer
{
  SgModel *model;               /* to compile it again */
  SgStylizerConfig config;      /* has references */
  SgDevice *device;
  SgSession *session;           /* NULL: the device is gone for good */
  SgSession *carry;             /* shares its past, has no network; may be NULL */
  SgSession *last;              /* of the frame collected last */
  VideoFit fit;                 /* of the model */
  SgPixelConvention pixels;     /* of the graph */
  VideoGraph graph;             /* where its values are */
  guint n_inputs, n_outputs;    /* of the graph */

  /* A ring of the frames under way. The session has the first ones of them: all,
   * but for when it was compiled again and does fewer at a time than before. */
  StylizerFrame *frames;
  guint max_frames, first, n_frames;
  gboolean was_lost;            /* the device, once */

  SgStylizerControls controls;
  gboolean reset;               /* with the next frame */
  gboolean reset_other;         /* the other view has not been seen since */
  SgTemporalStats stats;        /* errors: mean squares */
  gchar *warning;
};

/* Everything but the queue. */
gboolean stylizer_build (SgStylizer * stylizer, GError ** error);
/* Whether the graph has the filter over time; see config.can_carry. */
SgTemporalMode stylizer_get_filter (const SgStylizer * stylizer);

gboolean stylizer_allocate_frames (SgStylizer * stylizer, GError ** error);
void stylizer_free_frames (SgStylizer * stylizer);

G_END_DECLS
