/* gst-stylegan: what to do less of when frames take too long
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A ladder. Level 0 is everything as it was asked for; then the network works at 3/4 of the
 * height, 3/4 of that, and so on; then every second frame is carried along the motion
 * instead of stylised, then two of three; at the last level there is nothing left but that
 * late frames are dropped, which before are given a grace. Levels are taken one at a time.
 * Knows no clock: what frames took is told to it. */
#pragma once

#include <gst/gst.h>

#include "gststyleganenums.h"

G_BEGIN_DECLS

#define GST_STYLEGAN_QOS_MAX_HEIGHTS 4

/* What a level means. */
typedef struct
{
  gint height;                  /* that the network works at, at most */
  guint carried, cycle;         /* frames that are carried out of how many; 0 of 1 */
  gboolean drops;               /* nothing is left but dropping */
} GstStyleganQosStep;

/* Of some frames: how many, and what they took, ns. */
typedef struct
{
  guint n;
  guint64 ns;
} GstStyleganQosSum;

/* Thread-safety: as the caller arranges. */
typedef struct
{
  GstStyleganQosMode mode;      /* not _AUTO */
  gint height;                  /* of level 0 */
  guint n_heights;              /* levels below 0 that lower it */
  guint level;
  gboolean settled;             /* the level is in effect */
  gboolean can_carry;
  guint phase;                  /* in the cycle of carried frames */

  /* Since the load was last looked at. */
  GstStyleganQosSum stylised, carried;
  guint64 due_ns;               /* time there was for them */
  guint n_late, n_slow;
  /* What a frame took when it was looked at last, ns; 0: not known at this height */
  guint64 stylised_ns, carried_ns;
  gdouble load;                 /* time that frames took by the time there was */

  gboolean calm;                /* the level above would do, since ... */
  GstClockTime calm_since, up_time;     /* ... then; when last went up, or NONE */
  GstClockTime patience;        /* of calm before the next level up */
} GstStyleganQos;

/* @height: of level 0, in pixels */
void gst_stylegan_qos_init (GstStyleganQos * qos, GstStyleganQosMode mode,
    gint height);
/* At least 1: level 0. */
guint gst_stylegan_qos_get_n_levels (const GstStyleganQos * qos);
void gst_stylegan_qos_get_step (const GstStyleganQos * qos, guint level,
    GstStyleganQosStep * step);

/* The level is in effect: what is measured from now on counts.
 * @can_carry: whether frames can be carried, once the heights are through */
void gst_stylegan_qos_settle (GstStyleganQos * qos, gboolean can_carry);
/* Whether the next frame is to be carried; once for every frame. */
gboolean gst_stylegan_qos_take_carry (GstStyleganQos * qos);
/* A frame is done.
 * @now: its running time
 * @duration: time there was for it
 * @spent: time it took
 * @carried: whether it was
 * Returns: whether the level has changed; then it is not settled */
gboolean gst_stylegan_qos_take_frame (GstStyleganQos * qos, GstClockTime now,
    GstClockTime duration, GstClockTime spent, gboolean carried);
/* How much too late a frame may come and still goes out: while there is something left to
 * lower, 6 frames' time until that takes effect, or the latency where that is more; else 0.
 * @duration: of a frame, 0: not known
 * @latency: that is reported for the element */
GstClockTime gst_stylegan_qos_get_grace (const GstStyleganQos * qos,
    GstClockTime duration, GstClockTime latency);
/* A frame came too late downstream. */
void gst_stylegan_qos_take_late (GstStyleganQos * qos);

/* Of a change from level @from to the one there is now: the structure of the message, whose
 * field "text" is for people. (transfer full) */
GstStructure *gst_stylegan_qos_describe (const GstStyleganQos * qos,
    guint from, GstClockTime duration);

G_END_DECLS
