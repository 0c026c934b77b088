/* gst-stylegan: what to do less of when frames take too long
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganqos.h"

#include <string.h>

/* No network works at less than that on account of QoS. */
#define MIN_HEIGHT 60
/* The load is looked at after so many frames (whole cycles of carrying), sooner when they
 * took as long as so many should. */
#define WINDOW 12
/* Above this load a level is left downwards: what else there is in the pipeline takes
 * time, too. And above that one where downstream says that frames are late. */
#define MAX_LOAD 0.95
#define MAX_LATE_LOAD 0.6
/* One frame that was held up is no reason: most of them must have taken as much of their
 * time as this. */
#define SLOW 0.8
/* The level above must promise less than this, for so long ... */
#define CALM_LOAD 0.75
#define PATIENCE (2 * GST_SECOND)
/* ... which is doubled, up to MAX_PATIENCE, when that turned out to be too early: within
 * this time. */
#define TOO_EARLY (10 * GST_SECOND)
#define MAX_PATIENCE (64 * GST_SECOND)

/* So many frames' time they may be late before the last level: what a load of 2 has piled
 * up when it is looked at. */
#define GRACE_FRAMES 6

static const struct
{
  guint carried, cycle;
} carries[] = { {1, 2}, {2, 3} };

static gint
height_at (gint height, guint level)
{
  while (level-- > 0)
    height = (3 * height + 2) / 4;
  return height;
}

void
gst_stylegan_qos_init (GstStyleganQos * qos, GstStyleganQosMode mode,
    gint height)
{
  memset (qos, 0, sizeof (*qos));
  qos->mode = mode;
  qos->height = height;
  if (mode == GST_STYLEGAN_QOS_LOWER || mode == GST_STYLEGAN_QOS_FULL)
    while (qos->n_heights < GST_STYLEGAN_QOS_MAX_HEIGHTS
        && height_at (height, qos->n_heights + 1) >= MIN_HEIGHT)
      qos->n_heights++;
  qos->patience = PATIENCE;
  qos->up_time = GST_CLOCK_TIME_NONE;
}

guint
gst_stylegan_qos_get_n_levels (const GstStyleganQos * qos)
{
  guint n = 1 + qos->n_heights;

  if (qos->mode == GST_STYLEGAN_QOS_OFF)
    return 1;
  if (qos->mode == GST_STYLEGAN_QOS_FULL)
    n += G_N_ELEMENTS (carries);
  return n + 1;
}

void
gst_stylegan_qos_get_step (const GstStyleganQos * qos, guint level,
    GstStyleganQosStep * step)
{
  const guint n_levels = gst_stylegan_qos_get_n_levels (qos);

  step->height = height_at (qos->height, MIN (level, qos->n_heights));
  step->carried = 0;
  step->cycle = 1;
  step->drops = level > 0 && level + 1 == n_levels;
  if (qos->mode == GST_STYLEGAN_QOS_FULL && qos->can_carry
      && level > qos->n_heights) {
    guint i = MIN (level - qos->n_heights, G_N_ELEMENTS (carries)) - 1;

    step->carried = carries[i].carried;
    step->cycle = carries[i].cycle;
  }
}

static void
clear_window (GstStyleganQos * qos)
{
  memset (&qos->stylised, 0, sizeof (qos->stylised));
  memset (&qos->carried, 0, sizeof (qos->carried));
  qos->due_ns = 0;
  qos->n_late = qos->n_slow = 0;
}

void
gst_stylegan_qos_settle (GstStyleganQos * qos, gboolean can_carry)
{
  if (qos->settled && qos->can_carry == can_carry)
    return;
  qos->settled = TRUE;
  qos->can_carry = can_carry;
  qos->calm = FALSE;
  qos->phase = 0;
  clear_window (qos);
}

gboolean
gst_stylegan_qos_take_carry (GstStyleganQos * qos)
{
  GstStyleganQosStep step;

  gst_stylegan_qos_get_step (qos, qos->level, &step);
  qos->phase = (qos->phase + 1) % step.cycle;
  return qos->phase > 0 && step.carried > 0;
}

GstClockTime
gst_stylegan_qos_get_grace (const GstStyleganQos * qos, GstClockTime duration,
    GstClockTime latency)
{
  GstStyleganQosStep step;

  gst_stylegan_qos_get_step (qos, qos->level, &step);
  if (step.drops || qos->mode == GST_STYLEGAN_QOS_DROP)
    return 0;
  return MAX (GRACE_FRAMES * duration, latency);
}

void
gst_stylegan_qos_take_late (GstStyleganQos * qos)
{
  qos->n_late++;
}

/* --- up and down --- */

/* Levels of carrying that would carry nothing are left out. */
static gboolean
is_void (const GstStyleganQos * qos, guint level)
{
  GstStyleganQosStep step;

  gst_stylegan_qos_get_step (qos, level, &step);
  return level > qos->n_heights && !step.drops && step.carried == 0;
}

static void
set_level (GstStyleganQos * qos, guint level)
{
  GstStyleganQosStep before, after;

  gst_stylegan_qos_get_step (qos, qos->level, &before);
  gst_stylegan_qos_get_step (qos, level, &after);
  if (before.height != after.height)
    qos->stylised_ns = qos->carried_ns = 0;
  qos->level = level;
  qos->settled = FALSE;
}

static gboolean
go_down (GstStyleganQos * qos, GstClockTime now)
{
  guint level = qos->level + 1;

  qos->calm = FALSE;
  while (level < gst_stylegan_qos_get_n_levels (qos) && is_void (qos, level))
    level++;
  if (level >= gst_stylegan_qos_get_n_levels (qos))
    return FALSE;
  if (GST_CLOCK_TIME_IS_VALID (qos->up_time)
      && now < qos->up_time + TOO_EARLY)
    qos->patience = MIN (2 * qos->patience, MAX_PATIENCE);
  else
    qos->patience = PATIENCE;
  qos->up_time = GST_CLOCK_TIME_NONE;
  set_level (qos, level);
  return TRUE;
}

static guint
level_above (const GstStyleganQos * qos)
{
  guint level = qos->level;

  while (level > 0 && is_void (qos, --level));
  return level;
}

/* The load that the level above should come to, from what frames took here: the network's
 * work grows with the picture. */
static gdouble
load_above (const GstStyleganQos * qos)
{
  GstStyleganQosStep here, above;
  gdouble here_ns, above_ns, growth;

  gst_stylegan_qos_get_step (qos, qos->level, &here);
  gst_stylegan_qos_get_step (qos, level_above (qos), &above);
  growth = (gdouble) above.height / here.height;
  here_ns = (here.cycle - here.carried) * (gdouble) qos->stylised_ns
      + here.carried * (gdouble) qos->carried_ns;
  above_ns = (above.cycle - above.carried) * (gdouble) qos->stylised_ns
      + above.carried * (gdouble) qos->carried_ns;
  if (here_ns <= 0)
    return qos->load;
  return qos->load * growth * growth * (above_ns / above.cycle)
      / (here_ns / here.cycle);
}

static gboolean
go_up (GstStyleganQos * qos, GstClockTime now)
{
  if (qos->level == 0 || load_above (qos) >= CALM_LOAD) {
    qos->calm = FALSE;
    return FALSE;
  }
  if (!qos->calm || now < qos->calm_since) {
    qos->calm = TRUE;
    qos->calm_since = now;
  }
  if (now - qos->calm_since < qos->patience)
    return FALSE;
  qos->calm = FALSE;
  qos->up_time = now;
  set_level (qos, level_above (qos));
  return TRUE;
}

static void
add (GstStyleganQosSum * sum, GstClockTime ns)
{
  sum->n++;
  sum->ns += ns;
}

/* Whether enough frames have been seen to say something: whole cycles of them. */
static gboolean
is_window (const GstStyleganQos * qos, GstClockTime duration)
{
  const guint n = qos->stylised.n + qos->carried.n;
  GstStyleganQosStep step;

  gst_stylegan_qos_get_step (qos, qos->level, &step);
  return qos->stylised.n >= 2 && n % step.cycle == 0 && (n >= WINDOW
      || qos->stylised.ns + qos->carried.ns >= WINDOW * duration);
}

gboolean
gst_stylegan_qos_take_frame (GstStyleganQos * qos, GstClockTime now,
    GstClockTime duration, GstClockTime spent, gboolean carried)
{
  gboolean slow, late;

  if (!qos->settled || duration == 0 || qos->mode == GST_STYLEGAN_QOS_OFF)
    return FALSE;
  add (carried ? &qos->carried : &qos->stylised, spent);
  qos->n_slow += !carried && spent > SLOW * duration;
  qos->due_ns += duration;
  if (!is_window (qos, duration))
    return FALSE;
  qos->load = (gdouble) (qos->stylised.ns + qos->carried.ns) / qos->due_ns;
  if (qos->stylised.n > 0)
    qos->stylised_ns = qos->stylised.ns / qos->stylised.n;
  if (qos->carried.n > 0)
    qos->carried_ns = qos->carried.ns / qos->carried.n;
  slow = 2 * qos->n_slow > qos->stylised.n;
  late = 2 * qos->n_late > qos->stylised.n + qos->carried.n;
  clear_window (qos);
  if ((qos->load > MAX_LOAD && slow) || (qos->load > MAX_LATE_LOAD && late))
    return go_down (qos, now);
  return go_up (qos, now);
}

/* --- for people --- */

static gchar *
describe_change (const GstStyleganQosStep * before,
    const GstStyleganQosStep * after)
{
  if (before->height != after->height)
    return g_strdup_printf ("working height %s from %d to %d",
        after->height < before->height ? "lowered" : "raised", before->height,
        after->height);
  if (after->drops)
    return g_strdup ("nothing is left to lower, frames that are late are "
        "dropped");
  if (before->drops && before->carried == after->carried)
    return g_strdup ("frames are in time again");
  if (after->carried == 0)
    return g_strdup ("every frame is stylised again");
  return g_strdup_printf ("%u of %u frames %s carried along the motion instead "
      "of stylised", after->carried, after->cycle,
      after->carried == 1 ? "is" : "are");
}

GstStructure *
gst_stylegan_qos_describe (const GstStyleganQos * qos, guint from,
    GstClockTime duration)
{
  const gboolean down = qos->level > from;
  GstStyleganQosStep before, after;
  g_autofree gchar *change = NULL, *text = NULL;

  gst_stylegan_qos_get_step (qos, from, &before);
  gst_stylegan_qos_get_step (qos, qos->level, &after);
  change = describe_change (&before, &after);
  text = g_strdup_printf ("frames take %.1f ms each, there are %.1f: %s",
      qos->load * duration / GST_MSECOND, (gdouble) duration / GST_MSECOND,
      change);
  return gst_structure_new ("stylegan-qos",
      "reason", G_TYPE_STRING, down ? "late" : "recovered",
      "level", G_TYPE_UINT, qos->level,
      "levels", G_TYPE_UINT, gst_stylegan_qos_get_n_levels (qos),
      "working-height", G_TYPE_INT, after.height,
      "carried", G_TYPE_UINT, after.carried, "cycle", G_TYPE_UINT, after.cycle,
      "dropping", G_TYPE_BOOLEAN, after.drops,
      "load", G_TYPE_DOUBLE, qos->load, "duration", G_TYPE_UINT64, duration,
      "text", G_TYPE_STRING, text, NULL);
}
