/* gst-stylegan: losses over steps as SVG
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics.h"

#include <math.h>
#include <string.h>

/* In pixels: the picture, and the place of the axes in it. */
#define WIDTH 900
#define HEIGHT 480
#define LEFT 64
#define RIGHT 740
#define TOP 44
#define BOTTOM 436
/* Of a line; more rows than points are averaged. */
#define MAX_POINTS 400
#define N_LINES (SG_N_LOSSES + 1)

/* Told apart with any kind of sight: Okabe and Ito, "Color universal design", 2008;
 * and grey. The total is black. */
static const gchar *const colors[] = { "#999999", "#0072b2", "#d55e00",
  "#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#f0e442", "#7f3c8d"
};

G_STATIC_ASSERT (G_N_ELEMENTS (colors) == SG_N_LOSSES);

typedef struct
{
  GString *svg;
  guint64 first_step, last_step;
  gdouble low, high;            /* log10 of the value */
} Plot;

static gdouble
value_of (const MetricsRow * row, guint line)
{
  return line < SG_N_LOSSES ? row->loss[line] : row->total;
}

static gboolean
can_be_drawn (gdouble value)
{
  return isfinite (value) && value > 0;
}

/* Numbers with a point whatever the locale. */
static void
append_point (GString * svg, gdouble x, gdouble y)
{
  gchar text[2][G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (svg, "%s,%s ",
      g_ascii_formatd (text[0], sizeof (text[0]), "%.1f", x),
      g_ascii_formatd (text[1], sizeof (text[1]), "%.1f", y));
}

static gdouble
plot_x (const Plot * plot, gdouble step)
{
  return LEFT + (RIGHT - LEFT) * (step - plot->first_step)
      / MAX (plot->last_step - plot->first_step, 1);
}

static gdouble
plot_y (const Plot * plot, gdouble log_value)
{
  return BOTTOM - (BOTTOM - TOP) * (log_value - plot->low)
      / (plot->high - plot->low);
}

/* The decades that hold all values, but no more than six: what is below has
 * vanished. */
static void
find_range (Plot * plot, const MetricsRow * rows, guint n)
{
  gdouble low = G_MAXDOUBLE, high = -G_MAXDOUBLE;
  guint i, j;

  for (i = 0; i < n; i++)
    for (j = 0; j < N_LINES; j++) {
      gdouble value = value_of (&rows[i], j);

      if (!can_be_drawn (value))
        continue;
      low = MIN (low, log10 (value));
      high = MAX (high, log10 (value));
    }
  if (low > high)
    low = -1, high = 0;
  plot->high = ceil (high + 1e-9);
  plot->low = MIN (MAX (floor (low), plot->high - 6), plot->high - 1);
  plot->first_step = n ? MIN (rows[0].step, rows[n - 1].step) : 0;
  plot->last_step = n ? rows[n - 1].step : 1;
}

static void
draw_axes (Plot * plot)
{
  gdouble span = MAX (plot->last_step - plot->first_step, 1);
  gdouble unit = pow (10, floor (log10 (span)));
  gdouble decade, step;
  gint k;

  /* three to eight numbers below the axis */
  unit *= span / unit >= 5 ? 1 : span / unit >= 2 ? 0.5 : 0.2;
  unit = MAX (unit, 1);
  for (decade = plot->low; decade <= plot->high; decade++) {
    for (k = 1; k <= (decade < plot->high ? 9 : 1); k++) {
      gint y = plot_y (plot, decade + log10 (k));

      g_string_append_printf (plot->svg, "<path d=\"M%d %dH%d\" "
          "stroke=\"%s\"/>\n", LEFT, y, RIGHT, k == 1 ? "#bbb" : "#eee");
    }
    g_string_append_printf (plot->svg, "<text x=\"%d\" y=\"%d\" "
        "text-anchor=\"end\">1e%d</text>\n", LEFT - 6,
        (gint) plot_y (plot, decade) + 4, (gint) decade);
  }
  for (step = ceil (plot->first_step / unit) * unit; step <= plot->last_step;
      step += unit) {
    gint x = plot_x (plot, step);

    g_string_append_printf (plot->svg, "<path d=\"M%d %dv%d\" "
        "stroke=\"#bbb\"/>\n<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">"
        "%.0f</text>\n", x, TOP, BOTTOM - TOP + 4, x, BOTTOM + 18, step);
  }
  g_string_append_printf (plot->svg, "<text x=\"%d\" y=\"%d\" "
      "text-anchor=\"middle\">step</text>\n", (LEFT + RIGHT) / 2, BOTTOM + 36);
}

/* Returns: whether there was anything to draw. */
static gboolean
draw_line (Plot * plot, const MetricsRow * rows, guint n, guint line,
    const gchar * color, gint width)
{
  g_autoptr (GString) points = g_string_new (NULL);
  guint size = (n + MAX_POINTS - 1) / MAX_POINTS, i, j;
  gdouble smooth = NAN;

  for (i = 0; i < n; i += size) {
    gdouble sum = 0, step = 0;
    guint count = 0;

    for (j = i; j < MIN (i + size, n); j++)
      if (can_be_drawn (value_of (&rows[j], line))) {
        sum += log10 (value_of (&rows[j], line));
        step += rows[j].step;
        count++;
      }
    if (count == 0)
      continue;
    /* over some five points, so that lines can be told from each other */
    smooth = isnan (smooth) ? sum / count : smooth + (sum / count - smooth) / 5;
    append_point (points, plot_x (plot, step / count),
        plot_y (plot, CLAMP (smooth, plot->low, plot->high)));
  }
  if (points->len == 0)
    return FALSE;
  g_string_append_printf (plot->svg, "<polyline fill=\"none\" "
      "stroke=\"%s\" stroke-width=\"%d\" stroke-linejoin=\"round\" "
      "points=\"%s\"/>\n", color, width, points->str);
  return TRUE;
}

static void
draw_lines (Plot * plot, const MetricsRow * rows, guint n)
{
  gint y = TOP + 10;
  guint i;

  for (i = 0; i < N_LINES; i++) {
    gboolean is_total = i == SG_N_LOSSES;
    const gchar *color = is_total ? "#000000" : colors[i];

    if (!draw_line (plot, rows, n, i, color, is_total ? 3 : 2))
      continue;
    g_string_append_printf (plot->svg, "<path d=\"M%d %dh22\" stroke=\"%s\" "
        "stroke-width=\"3\"/>\n<text x=\"%d\" y=\"%d\">%s</text>\n", RIGHT + 14,
        y, color, RIGHT + 42, y + 4, is_total ? "total, weighted"
        : sg_loss_get_name (i));
    y += 20;
  }
}

gchar *
plot_losses (const MetricsRow * rows, guint n_rows, const gchar * title)
{
  Plot plot = { .svg = g_string_new (NULL) };
  g_autofree gchar *valid = g_utf8_make_valid (title, -1);
  g_autofree gchar *escaped = g_markup_escape_text (valid, -1);

  g_string_printf (plot.svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" "
      "fill=\"white\"/>\n<text x=\"%d\" y=\"24\" font-size=\"15\">%s</text>\n",
      WIDTH, HEIGHT, WIDTH, HEIGHT, escaped, LEFT, escaped);
  find_range (&plot, rows, n_rows);
  draw_axes (&plot);
  draw_lines (&plot, rows, n_rows);
  g_string_append (plot.svg, "</svg>\n");
  return g_string_free (plot.svg, FALSE);
}
