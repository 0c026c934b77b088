/* gst-stylegan: what was measured, as a page to look at
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluate.h"

#include <math.h>
#include <string.h>

#include "dataset-picture.h"
#include "picture.h"

/* px */
#define CROP_WIDTH 200
#define CROP_HEIGHT 150
#define CROP_STEP 16
#define STYLE_SIDE 320
#define BAR_WIDTH 150
#define BAR_HEIGHT 9
#define PLOT_WIDTH 760
#define PLOT_LEFT 170
#define PLOT_ROW 12

/* Colours that can be told apart with any kind of sight (Okabe and Ito, "Color
 * universal design", 2008): a and b are the models. */
static const gchar style_sheet[] =
    ":root{color-scheme:light dark;--back:#fff;--text:#1b1b1b;--dim:#666;"
    "--line:#ddd;--a:#0072b2;--b:#d55e00}\n"
    "@media(prefers-color-scheme:dark){:root{--back:#16181b;--text:#e6e6e6;"
    "--dim:#9a9a9a;--line:#3a3d42;--a:#56b4e9;--b:#e69f00}}\n"
    "body{background:var(--back);color:var(--text);font:15px/1.45 "
    "system-ui,sans-serif;max-width:1500px;margin:2em auto;padding:0 1em}\n"
    "h2{margin-top:2em;border-bottom:1px solid var(--line)}\n"
    "table{border-collapse:collapse}\n"
    "td,th{padding:.2em .8em;text-align:right;font-variant-numeric:"
    "tabular-nums}\n"
    "td:first-child,th:first-child,td.note{text-align:left}\n"
    "tr.section th{padding-top:1em;border-bottom:1px solid var(--line)}\n"
    ".note,figcaption,.dim{color:var(--dim);font-size:13px}\n"
    ".best{font-weight:600}\n"
    ".a{color:var(--a);fill:var(--a)}.b{color:var(--b);fill:var(--b)}\n"
    ".filtered{fill-opacity:.45}\n"
    ".row{display:flex;flex-wrap:wrap;gap:12px;align-items:flex-start}\n"
    "figure{margin:0 0 12px}\n"
    ".row figure{flex:1 1 0;min-width:180px}\n"
    ".row.exact figure{flex:none;min-width:0}\n"
    "img{max-width:100%;height:auto;display:block}\n"
    ".exact img{max-width:none}\n"
    "svg text{fill:var(--text);font-size:12px}\n"
    "@media(max-width:900px){.note{display:none}}\n";

static const gchar *const model_class[EVALUATE_MAX_MODELS] = { "a", "b" };

static void
append_escaped (GString * html, const gchar * text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  g_autofree gchar *escaped = g_markup_escape_text (valid, -1);

  g_string_append (html, escaped);
}

/* --- pictures ----------------------------------------------------------------------- */

static gboolean
append_picture (GString * html, const gchar * type, const guint8 * rgb,
    gint width, gint height, const gchar * alt, GError ** error)
{
  g_autoptr (GBytes) bytes = styletrain_picture_encode (type, rgb, width,
      height, error);
  g_autofree gchar *text = NULL;
  gconstpointer data;
  gsize size;

  if (!bytes)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  text = g_base64_encode (data, size);
  g_string_append_printf (html, "<img width=\"%d\" height=\"%d\" src=\"data:%s;"
      "base64,%s\" alt=\"", width, height, type, text);
  append_escaped (html, alt);
  g_string_append (html, "\"/>");
  return TRUE;
}

/* caption: with markup; name: without */
static gboolean
append_figure (GString * html, const gchar * type, const guint8 * rgb,
    gint width, gint height, const gchar * name, const gchar * caption,
    GError ** error)
{
  g_string_append (html, "<figure>");
  if (!append_picture (html, type, rgb, width, height, name, error))
    return FALSE;
  g_string_append_printf (html, "<figcaption>%s</figcaption></figure>\n",
      caption);
  return TRUE;
}

/* "<b class="a">wave</b>, filtered". (transfer full) */
static gchar *
model_caption (const Evaluation * e, guint model, const gchar * more)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "<b class=\"%s\">", model_class[model]);
  append_escaped (text, e->model[model].name);
  g_string_append_printf (text, "</b>%s", more);
  return g_string_free (text, FALSE);
}

/* Mean square of the steps of green to the right in the box at @x, @y. */
static gdouble
detail_at (const StyletrainPicture * p, gint x, gint y, gint width, gint height)
{
  gdouble sum = 0;
  gint i, j;

  for (j = y; j < y + height; j += 2)
    for (i = x; i + 1 < x + width; i++) {
      const guint8 *at = p->rgb + ((gsize) j * p->width + i) * 3 + 1;
      gdouble d = at[3] - at[0];

      sum += d * d;
    }
  return sum;
}

/* The corner of the box of @p with most to see in it. */
static void
find_detail (const StyletrainPicture * p, gint width, gint height, gint * x,
    gint * y)
{
  gdouble most = -1;
  gint i, j;

  for (j = 0; j + height <= p->height; j += CROP_STEP)
    for (i = 0; i + width <= p->width; i += CROP_STEP) {
      gdouble detail = detail_at (p, i, j, width, height);

      if (detail <= most)
        continue;
      most = detail;
      *x = i;
      *y = j;
    }
}

static gboolean
append_crop (GString * html, const StyletrainPicture * p, gint x, gint y,
    gint width, gint height, const gchar * name, const gchar * caption,
    GError ** error)
{
  g_autofree guint8 *crop = g_malloc ((gsize) width * height * 3);
  gint j;

  for (j = 0; j < height; j++)
    memcpy (crop + (gsize) j * width * 3,
        p->rgb + ((gsize) (y + j) * p->width + x) * 3, (gsize) width * 3);
  return append_figure (html, "image/png", crop, width, height, name, caption,
      error);
}

/* The picture and what the models make of it, whole and a part of it. */
static gboolean
append_comparison (GString * html, const Evaluation * e,
    const EvaluatePicture * p, GError ** error)
{
  gint w = MIN (CROP_WIDTH, p->picture->width), x = 0, y = 0;
  gint h = MIN (CROP_HEIGHT, p->picture->height);
  g_autofree gchar *base = g_path_get_basename (p->path);
  g_autofree gchar *name = g_markup_escape_text (base, -1);
  guint crop, m;

  find_detail (p->picture, w, h, &x, &y);
  for (crop = 0; crop < 2; crop++) {
    g_string_append_printf (html, "<div class=\"row%s\">\n",
        crop ? " exact" : "");
    for (m = 0; m <= e->n_models; m++) {
      const StyletrainPicture *shown = m ? p->painted[m - 1] : p->picture;
      g_autofree gchar *style = evaluate_format (EVALUATE_STYLE,
          m ? p->style[m - 1] : NAN);
      g_autofree gchar *content = evaluate_format (EVALUATE_CONTENT,
          m ? p->content[m - 1] : NAN);
      g_autofree gchar *numbers = g_strdup_printf (": style %s, content %s",
          style, content);
      g_autofree gchar *caption = m ? model_caption (e, m - 1,
          crop ? ", 1:1" : numbers) : g_strdup_printf ("%s%s", name,
          crop ? ", 1:1" : "");

      if (!(crop ? append_crop (html, shown, x, y, w, h, base, caption, error)
              : append_figure (html, "image/jpeg", shown->rgb, shown->width,
                  shown->height, base, caption, error)))
        return FALSE;
    }
    g_string_append (html, "</div>\n");
  }
  return TRUE;
}

static gboolean
append_style (GString * html, const Evaluation * e, GError ** error)
{
  gdouble scale;
  gint w, h;
  g_autofree guint8 *small = NULL;

  if (!e->style)
    return TRUE;
  scale = MIN (1, STYLE_SIDE / (gdouble) MIN (e->style->width,
          e->style->height));
  w = MAX (1, (gint) (e->style->width * scale));
  h = MAX (1, (gint) (e->style->height * scale));
  small = g_malloc0 ((gsize) w * h * 3);
  styletrain_picture_draw (small, w, 0, 0, w, h, e->style->rgb,
      e->style->width, e->style->height);
  g_string_append (html, "<div class=\"row exact\">\n");
  if (!append_figure (html, "image/jpeg", small, w, h, "style", "the style",
          error))
    return FALSE;
  g_string_append (html, "</div>\n");
  return TRUE;
}

static gboolean
append_pictures (GString * html, const Evaluation * e, GError ** error)
{
  guint i;

  g_string_append (html, "<h2>Pictures</h2>\n");
  if (!append_style (html, e, error))
    return FALSE;
  for (i = 0; i < e->pictures->len; i++) {
    const EvaluatePicture *p = g_ptr_array_index (e->pictures, i);

    if (p->painted[0] && !append_comparison (html, e, p, error))
      return FALSE;
  }
  g_string_append (html, "<h2>A smooth gradient</h2>\n<p class=\"dim\">Flat "
      "areas show what a network adds by itself: grids and waves.</p>\n"
      "<div class=\"row exact\">\n");
  for (i = 0; i < e->n_models; i++) {
    const StyletrainPicture *p = e->model[i].gradient;
    g_autofree gchar *caption = model_caption (e, i, ", 1:1");

    if (!append_figure (html, "image/png", p->rgb, p->width, p->height,
            "gradient", caption, error))
      return FALSE;
  }
  g_string_append (html, "</div>\n");
  return TRUE;
}

/* --- videos --------------------------------------------------------------------------- */

static gboolean
append_slices (GString * html, const Evaluation * e, const EvaluateVideo * v,
    GError ** error)
{
  guint i;

  g_string_append (html, "<h3>");
  append_escaped (html, v->name);
  g_string_append_printf (html, "%s, %d frames</h3>\n<div class=\"row\">\n",
      v->synthetic ? " (generated)" : "", v->n_frames);
  for (i = 0; i <= e->n_models * EVALUATE_N_MODES; i++) {
    const SgSheet *s = &v->slices[i];
    guint lane = i - 1;
    g_autofree gchar *caption = i ? model_caption (e, lane / EVALUATE_N_MODES,
        lane % EVALUATE_N_MODES ? ", filtered" : "") : g_strdup ("the video");

    if (!append_figure (html, "image/jpeg", s->rgb, s->width, s->height,
            v->name, caption, error))
      return FALSE;
  }
  g_string_append (html, "</div>\n");
  return TRUE;
}

static gboolean
append_videos (GString * html, const Evaluation * e, GError ** error)
{
  guint i;

  g_string_append (html, "<h2>Time</h2>\n<p class=\"dim\">The middle row of "
      "each frame, time running down: what is steady makes smooth lines, "
      "flicker breaks them up.</p>\n");
  for (i = 0; i < e->videos->len; i++)
    if (!append_slices (html, e, g_ptr_array_index (e->videos, i), error))
      return FALSE;
  return TRUE;
}

/* --- plots ------------------------------------------------------------------------------ */

static void
append_bar (GString * html, gdouble x, gdouble y, gdouble width, guint lane)
{
  gchar text[3][G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (html, "<rect class=\"%s%s\" x=\"%s\" y=\"%s\" "
      "width=\"%s\" height=\"%d\"/>",
      model_class[lane / EVALUATE_N_MODES],
      lane % EVALUATE_N_MODES ? " filtered" : "",
      g_ascii_formatd (text[0], sizeof (text[0]), "%.1f", x),
      g_ascii_formatd (text[1], sizeof (text[1]), "%.1f", y),
      g_ascii_formatd (text[2], sizeof (text[2]), "%.1f", MAX (width, 0.5)),
      BAR_HEIGHT);
}

/* Warping error of each video and lane. */
static void
append_plot (GString * html, const Evaluation * e)
{
  guint lanes = e->n_models * EVALUATE_N_MODES, i, k;
  gint row = lanes * PLOT_ROW + 10, y = 4;
  gdouble most = 1e-6;

  for (i = 0; i < e->videos->len; i++)
    for (k = 0; k < lanes; k++) {
      gdouble v = ((EvaluateVideo *) e->videos->pdata[i])->lane[k].warp;

      most = isnan (v) ? most : MAX (most, v);
    }
  g_string_append_printf (html, "<h2>Root warping error of each video</h2>\n"
      "<p class=\"dim\">Pale bars: with the filter over time.</p>\n"
      "<svg width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\" role=\"img\">\n",
      PLOT_WIDTH, e->videos->len * row, PLOT_WIDTH, e->videos->len * row);
  for (i = 0; i < e->videos->len; i++, y += row) {
    const EvaluateVideo *v = g_ptr_array_index (e->videos, i);

    g_string_append_printf (html, "<text x=\"%d\" y=\"%d\" "
        "text-anchor=\"end\">", PLOT_LEFT - 8, y + BAR_HEIGHT + 1);
    append_escaped (html, v->name);
    g_string_append (html, "</text>");
    for (k = 0; k < lanes; k++) {
      gdouble width = (PLOT_WIDTH - PLOT_LEFT - 60) * v->lane[k].warp / most;
      g_autofree gchar *value = evaluate_format (EVALUATE_SYNTH_WARP,
          v->lane[k].warp);

      if (isnan (width))
        continue;
      append_bar (html, PLOT_LEFT, y + (gint) k * PLOT_ROW, width, k);
      g_string_append_printf (html, "<text x=\"%d\" y=\"%d\">%s</text>\n",
          PLOT_LEFT + (gint) width + 6, y + (gint) k * PLOT_ROW + BAR_HEIGHT,
          value);
    }
  }
  g_string_append (html, "</svg>\n");
}

/* The values of a row by the largest of them. */
static void
append_bars (GString * html, const Evaluation * e, EvaluateId id)
{
  gint height = (gint) e->n_models * (BAR_HEIGHT + 2);
  gdouble most = 0;
  guint m;

  for (m = 0; m < e->n_models; m++)
    if (isfinite (e->model[m].value[id]))
      most = MAX (most, e->model[m].value[id]);
  g_string_append_printf (html, "<td><svg width=\"%d\" height=\"%d\" "
      "aria-hidden=\"true\">", BAR_WIDTH, height);
  for (m = 0; m < e->n_models; m++)
    if (isfinite (e->model[m].value[id]) && most > 0)
      append_bar (html, 0, m * (BAR_HEIGHT + 2),
          BAR_WIDTH * MAX (e->model[m].value[id], 0) / most,
          m * EVALUATE_N_MODES);
  g_string_append (html, "</svg></td>");
}

/* --- the table -------------------------------------------------------------------------- */

static gboolean
is_best (const Evaluation * e, EvaluateId id, guint m)
{
  gdouble mine = e->model[m].value[id], other = e->model[!m].value[id];

  if (e->n_models < 2 || !isfinite (mine) || !isfinite (other))
    return FALSE;
  return evaluate_measures[id].better == EVALUATE_LESS_IS_BETTER
      ? mine < other : mine > other;
}

static void
append_row (GString * html, const Evaluation * e, EvaluateId id)
{
  const EvaluateMeasure *measure = &evaluate_measures[id];
  guint m;

  g_string_append (html, "<tr><td>");
  append_escaped (html, measure->name);
  if (*measure->unit)
    g_string_append_printf (html, ", %s", measure->unit);
  g_string_append (html, "</td>");
  for (m = 0; m < e->n_models; m++) {
    g_autofree gchar *value = evaluate_format (id, e->model[m].value[id]);

    g_string_append_printf (html, "<td%s>%s</td>",
        is_best (e, id, m) ? " class=\"best\"" : "", value);
  }
  if (e->n_models > 1) {
    g_autofree gchar *compared = evaluate_compare (e, id);

    g_string_append_printf (html, "<td>%s</td>", compared);
  }
  append_bars (html, e, id);
  g_string_append (html, "<td class=\"note\">");
  append_escaped (html, measure->help);
  g_string_append (html, measure->better == EVALUATE_LESS_IS_BETTER
      ? " Less is better.</td></tr>\n" : " More is better.</td></tr>\n");
}

static void
append_table (GString * html, const Evaluation * e)
{
  const gchar *section = "";
  guint i, m;

  g_string_append (html, "<table>\n<tr><th></th>");
  for (m = 0; m < e->n_models; m++) {
    g_string_append_printf (html, "<th class=\"%s\">", model_class[m]);
    append_escaped (html, e->model[m].name);
    g_string_append (html, "</th>");
  }
  g_string_append (html, e->n_models > 1 ? "<th>ratio</th><th></th><th></th>"
      "</tr>\n" : "<th></th><th></th></tr>\n");
  for (i = 0; i < EVALUATE_N_MEASURES; i++) {
    if (strcmp (section, evaluate_measures[i].section) != 0)
      g_string_append_printf (html, "<tr class=\"section\"><th colspan=\"%u\">"
          "%s</th></tr>\n", 3 + e->n_models + (e->n_models > 1),
          evaluate_measures[i].section);
    section = evaluate_measures[i].section;
    append_row (html, e, i);
  }
  g_string_append (html, "</table>\n");
}

static void
append_head (GString * html, const Evaluation * e)
{
  const EvaluateOptions *o = e->options;
  guint m;

  g_string_append_printf (html, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
      "<meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width="
      "device-width\"/>\n<title>");
  append_escaped (html, e->model[0].name);
  g_string_append_printf (html, "</title>\n<style>\n%s</style></head>\n<body>\n"
      "<h1>", style_sheet);
  for (m = 0; m < e->n_models; m++) {
    g_autofree gchar *name = model_caption (e, m, "");

    g_string_append_printf (html, "%s%s", m ? " against " : "", name);
  }
  g_string_append_printf (html, "</h1>\n<p class=\"dim\">%u pictures and %u "
      "videos of %d lines, %d frames each, seed %" G_GUINT64_FORMAT "; style "
      "at %d lines; speed at %dx%d on %u threads of ", e->pictures->len,
      e->videos->len, o->size, o->frames, o->seed, o->style_size,
      o->speed_width, o->speed_height,
      sg_thread_pool_get_size (sg_device_get_threads (e->device)));
  append_escaped (html, sg_device_get_backend_name (e->device));
  g_string_append (html, " (");
  append_escaped (html, sg_device_get_description (e->device));
  g_string_append (html, "). gst-styletrain " PACKAGE_VERSION ".</p>\n");
}

gchar *
evaluate_html (const Evaluation * e, GError ** error)
{
  GString *html = g_string_new (NULL);

  append_head (html, e);
  append_table (html, e);
  if (e->videos->len > 0)
    append_plot (html, e);
  if (append_pictures (html, e, error) && (e->videos->len == 0
          || append_videos (html, e, error))) {
    g_string_append (html, "</body></html>\n");
    return g_string_free (html, FALSE);
  }
  g_string_free (html, TRUE);
  return NULL;
}
