/* gst-stylegan: what was measured, as text and as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evaluate.h"

#include <math.h>
#include <string.h>

#define LESS EVALUATE_LESS_IS_BETTER
#define MORE EVALUATE_MORE_IS_BETTER
#define LIKENESS "Likeness"
#define CLEANNESS "Cleanness"
#define GENERATED "Steadiness on generated video"
#define REAL "Steadiness on clips"
#define NOISE "Steadiness under noise"
#define SPEED "Speed"
#define SIZE "Size"
/* Both of a pair: the network alone, and with the filter. */
#define PAIR(id, key, section, name, unit, digits, better, help) \
    [id] = {key, section, name, unit, digits, better, FALSE, help}, \
    [id ## _FILTERED] = {key "_filtered", section, name ", filtered", unit, \
    digits, better, FALSE, "The same with the filter over time."}
#define STEADINESS(prefix, key, section) \
    PAIR (EVALUATE_ ## prefix ## _STAB, key "_e_stab", section, "e_stab", "", \
    4, LESS, "Root of the mean over pairs of frames of the squared difference " \
    "along the flow, summed over the valid pixels, by all pixels."), \
    PAIR (EVALUATE_ ## prefix ## _WARP, key "_warp", section, \
    "root warping error", "", 4, LESS, "Root of the mean squared difference " \
    "per component of the valid pixels."), \
    PAIR (EVALUATE_ ## prefix ## _FCR, key "_fcr", section, \
    "flicker to contrast", "", 3, LESS, "The root warping error by the " \
    "contrast of the picture, which a weak style does not help.")

const EvaluateMeasure evaluate_measures[EVALUATE_N_MEASURES] = {
  [EVALUATE_STYLE] = {"style", LIKENESS, "style distance", "", 3, LESS, FALSE,
      "Gram matrices of the loss network's layers against those of the "
        "style, relative; mean over pictures."},
  [EVALUATE_CONTENT] = {"content", LIKENESS, "content distance", "", 3, LESS,
      FALSE, "Features of the result against those of the picture, by what "
        "varies in the latter; mean over pictures."},
  [EVALUATE_LATTICE_2] = {"lattice_2", CLEANNESS, "lattice 2 px", "/255", 2,
      LESS, FALSE, "How much the four phases of a grid of 2 px differ on a "
        "smooth gradient."},
  [EVALUATE_LATTICE_4] = {"lattice_4", CLEANNESS, "lattice 4 px", "/255", 2,
      LESS, FALSE, "The same for a grid of 4 px."},
  [EVALUATE_SHIFT_WHOLE] = {"shift_whole", CLEANNESS, "shift 1-3 px", "dB", 1,
      MORE, TRUE, "PSNR between the shifted result and the result of the "
        "shifted picture (EQ-T)."},
  [EVALUATE_SHIFT_HALF] = {"shift_half", CLEANNESS, "shift 0.5 px", "dB", 1,
      MORE, TRUE, "The same for half a pixel."},
  STEADINESS (SYNTH, "synth", GENERATED),
  STEADINESS (CLIP, "clip", REAL),
  PAIR (EVALUATE_NOISE_GAIN, "noise_gain", NOISE, "noise gain", "", 2, LESS,
      "Standard deviation of what sensor noise of 2/255 changes in the result "
      "by that of the noise; 1: as much."),
  PAIR (EVALUATE_MS, "ms", SPEED, "time per frame", "ms", 1, LESS,
      "Median, conversion from and to 8 bit R'G'B' included."),
  PAIR (EVALUATE_FPS, "fps", SPEED, "frames per second", "", 1, MORE,
      "What that comes to."),
  [EVALUATE_PARAMETERS] = {"parameters", SIZE, "parameters", "", 0, LESS, FALSE,
      "Numbers that were learnt."},
  [EVALUATE_BYTES] = {"bytes", SIZE, "file", "bytes", 0, LESS, FALSE,
      "Of the .onnx file."},
  [EVALUATE_MACS] = {"macs_per_pixel", SIZE, "MACs per pixel", "", 0, LESS,
      FALSE, "Multiplications with additions."},
};

/* --- numbers ------------------------------------------------------------------------ */

gchar *
evaluate_format (EvaluateId id, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE], format[8];

  if (!isfinite (value))
    return g_strdup ("-");
  g_snprintf (format, sizeof (format), "%%.%df", evaluate_measures[id].digits);
  return g_strdup (g_ascii_formatd (text, sizeof (text), format, value));
}

/* NaN where it says nothing. */
static gdouble
comparison (const Evaluation * e, EvaluateId id)
{
  gdouble a = e->model[0].value[id], b = e->model[1].value[id];

  if (e->n_models < 2 || !isfinite (a) || !isfinite (b))
    return NAN;
  if (evaluate_measures[id].difference)
    return a - b;
  return b > 0 ? a / b : NAN;
}

gchar *
evaluate_compare (const Evaluation * e, EvaluateId id)
{
  gdouble value = comparison (e, id);
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value))
    return g_strdup ("");
  if (evaluate_measures[id].difference)
    return g_strdup (g_ascii_formatd (text, sizeof (text), "%+.1f", value));
  g_ascii_formatd (text, sizeof (text), value < 0.1 ? "%.3f" : "%.2f", value);
  return g_strconcat (text, "x", NULL);
}

/* --- text ----------------------------------------------------------------------------- */

gchar *
evaluate_table (const Evaluation * e)
{
  GString *text = g_string_new (NULL);
  const gchar *section = "";
  gint width = 12;
  guint i, m;

  for (m = 0; m < e->n_models; m++)
    width = MAX (width, (gint) g_utf8_strlen (e->model[m].name, -1));
  g_string_append_printf (text, "%-32s", "");
  for (m = 0; m < e->n_models; m++) {
    gint pad = width - (gint) g_utf8_strlen (e->model[m].name, -1);

    g_string_append_printf (text, "  %*s%s", pad, "", e->model[m].name);
  }
  g_string_append (text, e->n_models > 1 ? "     ratio\n" : "\n");
  for (i = 0; i < EVALUATE_N_MEASURES; i++) {
    const EvaluateMeasure *measure = &evaluate_measures[i];
    g_autofree gchar *compared = evaluate_compare (e, i);
    g_autofree gchar *name = g_strdup_printf ("%s%s%s", measure->name,
        *measure->unit ? ", " : "", measure->unit);

    if (strcmp (section, measure->section) != 0)
      g_string_append_printf (text, "%s\n", measure->section);
    section = measure->section;
    g_string_append_printf (text, "  %-30s", name);
    for (m = 0; m < e->n_models; m++) {
      g_autofree gchar *value = evaluate_format (i, e->model[m].value[i]);

      g_string_append_printf (text, "  %*s", width, value);
    }
    if (*compared)
      g_string_append_printf (text, "  %8s", compared);
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}

/* --- JSON ------------------------------------------------------------------------------- */

static void
append_string (GString * json, const gchar * key, const gchar * value)
{
  g_autofree gchar *valid = g_utf8_make_valid (value, -1);
  const gchar *at;

  g_string_append_printf (json, "\"%s\":\"", key);
  for (at = valid; *at; at++) {
    if (*at == '"' || *at == '\\')
      g_string_append_printf (json, "\\%c", *at);
    else if ((guchar) * at < ' ')
      g_string_append_printf (json, "\\u%04x", *at);
    else
      g_string_append_c (json, *at);
  }
  g_string_append_c (json, '"');
}

static void
append_number (GString * json, const gchar * key, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (json, "\"%s\":%s", key, isfinite (value)
      ? g_ascii_formatd (text, sizeof (text), "%.9g", value) : "null");
}

static void
append_settings (GString * json, const Evaluation * e)
{
  const EvaluateOptions *o = e->options;
  const struct
  {
    const gchar *key;
    gdouble value;
  } numbers[] = {
    {"size", o->size}, {"style_size", o->style_size}, {"frames", o->frames},
    {"seed", o->seed}, {"speed_width", o->speed_width},
    {"speed_height", o->speed_height}, {"threads",
        sg_thread_pool_get_size (sg_device_get_threads (e->device))}
  };
  guint i;

  append_string (json, "backend", sg_device_get_backend_name (e->device));
  g_string_append_c (json, ',');
  append_string (json, "processor", sg_device_get_description (e->device));
  for (i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_string_append_c (json, ',');
    append_number (json, numbers[i].key, numbers[i].value);
  }
  if (o->style) {
    g_string_append_c (json, ',');
    append_string (json, "style", o->style);
  }
}

static void
append_values (GString * json, const Evaluation * e)
{
  guint i, m;

  g_string_append (json, "\"models\":[");
  for (m = 0; m < e->n_models; m++) {
    g_string_append (json, m ? ",\n {" : "\n {");
    append_string (json, "model", e->model[m].path);
    for (i = 0; i < EVALUATE_N_MEASURES; i++) {
      g_string_append_c (json, ',');
      append_number (json, evaluate_measures[i].key, e->model[m].value[i]);
    }
    g_string_append_c (json, '}');
  }
  g_string_append (json, "]");
  if (e->n_models < 2)
    return;
  g_string_append (json, ",\n\"ratio\":{");
  for (i = 0; i < EVALUATE_N_MEASURES; i++) {
    g_string_append (json, i ? "," : "");
    append_number (json, evaluate_measures[i].key,
        evaluate_measures[i].difference ? NAN : comparison (e, i));
  }
  g_string_append_c (json, '}');
}

static void
append_numbers (GString * json, const gchar * key, const gdouble * values,
    gsize stride, guint n)
{
  guint i;

  g_string_append_printf (json, ",\"%s\":[", key);
  for (i = 0; i < n; i++) {
    gdouble value = *(const gdouble *) ((const guint8 *) values + i * stride);
    gchar text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append_printf (json, "%s%s", i ? "," : "", isfinite (value)
        ? g_ascii_formatd (text, sizeof (text), "%.9g", value) : "null");
  }
  g_string_append_c (json, ']');
}

gchar *
evaluate_json (const Evaluation * e)
{
  GString *json = g_string_new ("{");
  guint lanes = e->n_models * EVALUATE_N_MODES, i;
  gsize stride = sizeof (EvaluateSteadiness);

  append_settings (json, e);
  g_string_append (json, ",\n");
  append_values (json, e);
  g_string_append (json, ",\n\"pictures\":[");
  for (i = 0; i < e->pictures->len; i++) {
    const EvaluatePicture *p = g_ptr_array_index (e->pictures, i);

    g_string_append (json, i ? ",\n {" : "\n {");
    append_string (json, "picture", p->path);
    append_numbers (json, "style", p->style, sizeof (gdouble), e->n_models);
    append_numbers (json, "content", p->content, sizeof (gdouble), e->n_models);
    g_string_append_c (json, '}');
  }
  /* of each model without and with the filter */
  g_string_append (json, "],\n\"videos\":[");
  for (i = 0; i < e->videos->len; i++) {
    const EvaluateVideo *v = g_ptr_array_index (e->videos, i);

    g_string_append (json, i ? ",\n {" : "\n {");
    append_string (json, "video", v->name);
    g_string_append_printf (json, ",\"generated\":%s,\"frames\":%d,",
        v->synthetic ? "true" : "false", v->n_frames);
    append_number (json, "floor", v->floor);
    g_string_append_c (json, ',');
    append_number (json, "valid", v->valid);
    append_numbers (json, "e_stab", &v->lane[0].stab, stride, lanes);
    append_numbers (json, "warp", &v->lane[0].warp, stride, lanes);
    append_numbers (json, "fcr", &v->lane[0].fcr, stride, lanes);
    g_string_append_c (json, '}');
  }
  g_string_append (json, "]}\n");
  return g_string_free (json, FALSE);
}
