/* gst-stylegan: how far a training is, on the terminal
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Seconds between two lines where there is no terminal, and two drawings of the
 * line where there is. */
#define PLAIN_INTERVAL 10
#define DRAW_INTERVAL 0.1
#define BAR 12
/* Steps that the time of a step is the mean of. */
#define SMOOTH 20

struct _Progress
{
  GMutex lock;
  gboolean quiet, mute, terminal, color;
  gboolean drawn;               /* the cursor is in the line */
  GString *line;
  gdouble last_drawn;           /* seconds */

  guint64 n_steps;
  guint batch;
  guint64 n_timed;
  gdouble last_step;            /* seconds: when it ended */
  gdouble step_time;            /* seconds, mean */
  gdouble left;                 /* steps after this one; NaN: to n_steps */
};

static gdouble
now (void)
{
  return g_get_monotonic_time () / 1e6;
}

Progress *
progress_new (gboolean quiet)
{
  Progress *progress = g_new0 (Progress, 1);
  const gchar *no_color = g_getenv ("NO_COLOR");
  const gchar *term = g_getenv ("TERM");

  g_mutex_init (&progress->lock);
  progress->quiet = quiet;
  progress->terminal = isatty (STDERR_FILENO)
      && g_strcmp0 (term, "dumb") != 0;
  progress->color = progress->terminal && (!no_color || !*no_color);
  progress->line = g_string_new (NULL);
  return progress;
}

void
progress_free (Progress * progress)
{
  if (!progress)
    return;
  progress_end (progress);
  g_string_free (progress->line, TRUE);
  g_mutex_clear (&progress->lock);
  g_free (progress);
}

static void
erase (Progress * progress)
{
  if (progress->drawn)
    fputs ("\r\033[K", stderr);
  progress->drawn = FALSE;
}

static guint
terminal_width (void)
{
  struct winsize size;

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
      ? size.ws_col : 80;
}

/* The line, cut to the terminal's width: a longer one could not be drawn over. */
static void
draw (Progress * progress)
{
  glong width = terminal_width () - 1;
  g_autofree gchar *valid = g_utf8_make_valid (progress->line->str, -1);
  g_autofree gchar *cut = g_utf8_substring (valid, 0,
      MIN (width, g_utf8_strlen (valid, -1)));

  erase (progress);
  if (progress->color)
    fprintf (stderr, "\033[36m%s\033[0m", cut);
  else
    fputs (cut, stderr);
  fflush (stderr);
  progress->drawn = TRUE;
  progress->last_drawn = now ();
}

static void
say (Progress * progress, const gchar * before, const gchar * after,
    const gchar * format, va_list args)
{
  g_autofree gchar *text = g_strdup_vprintf (format, args);
  gboolean drawn;

  g_mutex_lock (&progress->lock);
  drawn = progress->drawn;
  erase (progress);
  fprintf (stderr, "%s%s%s\n", before, text, after);
  if (drawn)
    draw (progress);
  fflush (stderr);
  g_mutex_unlock (&progress->lock);
}

void
progress_say (Progress * progress, const gchar * format, ...)
{
  va_list args;

  if (progress->quiet)
    return;
  va_start (args, format);
  say (progress, "", "", format, args);
  va_end (args);
}

void
progress_mute (Progress * progress)
{
  progress->quiet = progress->mute = TRUE;
}

void
progress_warn (Progress * progress, const gchar * format, ...)
{
  va_list args;

  if (progress->mute)
    return;
  va_start (args, format);
  say (progress, progress->color ? "\033[33mwarning: " : "warning: ",
      progress->color ? "\033[0m" : "", format, args);
  va_end (args);
}

void
progress_scan (Progress * progress, guint n_done, guint n, const gchar * path)
{
  if (progress->quiet || !progress->terminal)
    return;
  g_mutex_lock (&progress->lock);
  if (now () - progress->last_drawn >= DRAW_INTERVAL || n_done == n) {
    g_string_printf (progress->line, "looking at %u of %u files: %s", n_done,
        n, path);
    draw (progress);
  }
  g_mutex_unlock (&progress->lock);
}

void
progress_start (Progress * progress, guint64 step, guint64 n_steps, guint batch)
{
  progress->n_steps = n_steps;
  progress->batch = batch;
  progress->n_timed = 0;
  progress->step_time = 0;
  progress->left = NAN;
  progress->last_step = now ();
  progress->last_drawn = 0;
}

gdouble
progress_get_rate (Progress * progress)
{
  return progress->step_time > 0
      ? MAX (progress->batch, 1) / progress->step_time : 0;
}

void
progress_set_left (Progress * progress, gdouble steps)
{
  progress->left = steps;
}

static void
append_duration (GString * text, gdouble seconds)
{
  guint64 s = seconds + 0.5;

  if (s < 3600)
    g_string_append_printf (text, "%u:%02u", (guint) (s / 60),
        (guint) (s % 60));
  else
    g_string_append_printf (text, "%u:%02u:%02u", (guint) (s / 3600),
        (guint) (s / 60 % 60), (guint) (s % 60));
}

static void
append_bar (GString * text, gdouble part)
{
  guint done = part * BAR, i;

  g_string_append_c (text, '[');
  for (i = 0; i < BAR; i++)
    g_string_append_c (text, i < done ? '=' : i == done ? '>' : ' ');
  g_string_append (text, "] ");
}

/* A terminal's line may end before the last of them. */
static const SgLoss order[] = { SG_LOSS_STYLE, SG_LOSS_CONTENT,
  SG_LOSS_TEMPORAL, SG_LOSS_ADVERSARIAL, SG_LOSS_COLOR, SG_LOSS_TV,
  SG_LOSS_CHECKERBOARD, SG_LOSS_RANGE, SG_LOSS_RECONSTRUCTION
};

G_STATIC_ASSERT (G_N_ELEMENTS (order) == SG_N_LOSSES);

static void
write_line (Progress * progress, const SgTrainReport * report)
{
  GString *text = progress->line;
  gdouble left = !isnan (progress->left) ? progress->left
      : progress->n_steps - MIN (report->step, progress->n_steps);
  guint i;

  g_string_truncate (text, 0);
  if (progress->terminal)
    append_bar (text, (gdouble) report->step / MAX (progress->n_steps, 1));
  g_string_append_printf (text, "%s%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
      progress->terminal ? "" : "step ", report->step, progress->n_steps);
  if (progress->step_time > 0) {
    g_string_append_printf (text, " %.3g %s/s ", progress_get_rate (progress),
        progress->batch > 0 ? "images" : "steps");
    append_duration (text, left * progress->step_time);
    g_string_append (text, " left");
  }
  for (i = 0; i < SG_N_LOSSES; i++)
    if (!isnan (report->loss[order[i]]) && report->weight[order[i]] > 0)
      g_string_append_printf (text, " %s %.3g", sg_loss_get_name (order[i]),
          report->loss[order[i]]);
  g_string_append_printf (text, " total %.3g", report->total);
}

void
progress_step (Progress * progress, const SgTrainReport * report)
{
  gdouble time = now (), since = time - progress->last_drawn;
  gdouble took = time - progress->last_step;

  g_mutex_lock (&progress->lock);
  /* the first step of a run also makes what all use */
  if (progress->n_timed > 0) {
    gdouble share = MAX (1.0 / progress->n_timed, 1.0 / SMOOTH);

    progress->step_time += share * (took - progress->step_time);
  }
  progress->n_timed++;
  progress->last_step = time;
  if (!progress->quiet && (report->step >= progress->n_steps
          || since >= (progress->terminal ? DRAW_INTERVAL : PLAIN_INTERVAL))) {
    write_line (progress, report);
    if (progress->terminal)
      draw (progress);
    else {
      fprintf (stderr, "%s\n", progress->line->str);
      fflush (stderr);
      progress->last_drawn = time;
    }
  }
  g_mutex_unlock (&progress->lock);
}

void
progress_work (Progress * progress, gdouble part, const gchar * what)
{
  gdouble time = now (), spent = time - progress->last_step;

  g_mutex_lock (&progress->lock);
  if (!progress->quiet && time - progress->last_drawn
      >= (progress->terminal ? DRAW_INTERVAL : PLAIN_INTERVAL)) {
    g_string_truncate (progress->line, 0);
    if (progress->terminal)
      append_bar (progress->line, part);
    g_string_append_printf (progress->line, "%.0f %%", 100 * part);
    /* before that it is a guess */
    if (part > 0.05) {
      g_string_append_c (progress->line, ' ');
      append_duration (progress->line, spent / part * (1 - part));
      g_string_append (progress->line, " left");
    }
    g_string_append_printf (progress->line, " %s", what);
    if (progress->terminal)
      draw (progress);
    else {
      fprintf (stderr, "%s\n", progress->line->str);
      fflush (stderr);
      progress->last_drawn = time;
    }
  }
  g_mutex_unlock (&progress->lock);
}

void
progress_end (Progress * progress)
{
  g_mutex_lock (&progress->lock);
  if (progress->drawn)
    fputc ('\n', stderr);
  progress->drawn = FALSE;
  fflush (stderr);
  g_mutex_unlock (&progress->lock);
}
