/* gst-stylegan: gst-styletrain info, what a model is
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "styletrain.h"

#include <sg/onnx.h>
#include <sg/session.h>

#include <glib/gstdio.h>

/* Of the side of a picture. */
#define MAX_SIDE 16384
/* Of what a file says about itself, in characters. */
#define MAX_TEXT 400

typedef struct
{
  gint width, height;
  gboolean given;               /* also where the file has fixed sizes */
} Size;

/* What somebody wrote into a file, as it may go to a terminal: one line without
 * control characters. Returns: (transfer full) */
static gchar *
clean (const gchar * text)
{
  GString *line = g_string_new (NULL);

  for (const gchar * at = text; *at; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (g_utf8_strlen (line->str, -1) == MAX_TEXT) {
      g_string_append (line, "...");
      break;
    }
    if (g_unichar_isspace (c) || g_unichar_iscntrl (c)
        || g_unichar_type (c) == G_UNICODE_FORMAT)
      c = ' ';
    g_string_append_unichar (line, c);
  }
  g_strstrip (line->str);
  return g_string_free (line, FALSE);
}

static void
print_row (const gchar * key, const gchar * text)
{
  if (text && *text) {
    g_autofree gchar *shown = clean (text);

    g_print ("  %-12s %s\n", key, shown);
  }
}

static void print_line (const gchar * key, const gchar * format, ...)
    G_GNUC_PRINTF (2, 3);

static void
print_line (const gchar * key, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  print_row (key, text);
}

/* "12.3 M" */
static gchar *
short_number (gdouble value)
{
  static const gchar *const prefixes[] = { "", " k", " M", " G", " T" };
  guint i = 0;

  while (value >= 1000 && i + 1 < G_N_ELEMENTS (prefixes)) {
    value /= 1000;
    i++;
  }
  return g_strdup_printf ("%.*f%s", i == 0 || value >= 100 ? 0 : 1, value,
      prefixes[i]);
}

/* --- inputs and outputs --------------------------------------------------- */

/* "f32 [1,3,?,?]" */
static gchar *
describe (const SgTensorDesc * desc)
{
  GString *text = g_string_new (sg_dtype_name (desc->dtype));

  g_string_append (text, desc->shape.rank < 0 ? " of any rank" : " [");
  for (gint i = 0; i < desc->shape.rank; i++) {
    if (desc->shape.dim[i] < 0)
      g_string_append (text, i ? ",?" : "?");
    else
      g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i ? "," : "",
          desc->shape.dim[i]);
  }
  if (desc->shape.rank >= 0)
    g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* What the model is asked about: free sizes of pictures as @size says, others 1. */
static SgTensorDesc
example (const SgTensorDesc * declared, const Size * size)
{
  SgTensorDesc desc = *declared;
  gboolean picture = desc.shape.rank == 4;

  desc.shape.rank = MAX (desc.shape.rank, 0);
  for (gint i = 0; i < desc.shape.rank; i++) {
    gboolean is_free = desc.shape.dim[i] < 0;

    if (picture && i >= 2 && (is_free || size->given))
      desc.shape.dim[i] = i == 2 ? size->height : size->width;
    else if (is_free)
      desc.shape.dim[i] = picture && i == 1 ? 3 : 1;
  }
  return desc;
}

static void
print_ends (SgGraph * graph, const SgTensorDesc * inputs, const gchar * at)
{
  guint n_in = sg_graph_get_n_inputs (graph);
  guint n_out = sg_graph_get_n_outputs (graph);
  g_autofree SgTensorDesc *outputs = g_new0 (SgTensorDesc, n_out + 1);
  gboolean known = sg_session_infer (graph, inputs, n_in, outputs, NULL);

  for (guint i = 0; i < n_in; i++) {
    g_autofree gchar *text = describe (sg_graph_get_input_desc (graph, i));

    print_line ("input", "%s  %s", sg_graph_get_input_name (graph, i), text);
  }
  for (guint i = 0; i < n_out; i++) {
    g_autofree gchar *text = describe (&outputs[i]);

    if (known)
      print_line ("output", "%s  %s%s", sg_graph_get_output_name (graph, i),
          text, at);
    else
      print_line ("output", "%s", sg_graph_get_output_name (graph, i));
  }
}

/* --- what the file says --------------------------------------------------- */

static void
print_pixels (SgModel * model)
{
  static const gchar *const ranges[] = {
    [SG_PIXEL_RANGE_AUTO] = "range not stated",
    [SG_PIXEL_RANGE_0_255] = "0..255",
    [SG_PIXEL_RANGE_16_235] = "16..235",
    [SG_PIXEL_RANGE_0_1] = "0..1",
    [SG_PIXEL_RANGE_MINUS1_1] = "-1..1",
  };
  static const gchar *const orders[] = {
    [SG_CHANNEL_ORDER_AUTO] = "channel order not stated",
    [SG_CHANNEL_ORDER_RGB] = "RGB",
    [SG_CHANNEL_ORDER_BGR] = "BGR",
    [SG_CHANNEL_ORDER_GRAY] = "grey",
  };

  print_line ("pixels", "%s, %s%s", orders[sg_model_get_channel_order (model)],
      ranges[sg_model_get_pixel_range (model)],
      sg_model_get_gamma (model) == SG_GAMMA_LINEAR ? ", linear light" : "");
}

static void
print_said (SgModel * model)
{
  const SgModelInfo info = sg_model_get_info (model);

  print_row ("name", info.name);
  print_row ("description", info.doc);
  print_line ("format", "ONNX, opset %" G_GINT64_FORMAT "%s%s",
      sg_model_get_opset (model), *sg_model_get_producer (model) ?
      ", written by " : "", sg_model_get_producer (model));
  for (guint i = 0; info.metadata[i]; i += 2) {
    g_autofree gchar *key = clean (info.metadata[i]);

    print_row (key, info.metadata[i + 1]);
  }
  if (sg_model_get_metadata (model, "license") == NULL
      && sg_model_get_metadata (model, "licence") == NULL)
    print_row ("license", "not stated");
}

/* --- what it costs -------------------------------------------------------- */

static void
print_operators (GArray * rows)
{
  gdouble total = 0;

  for (guint i = 0; i < rows->len; i++)
    total += g_array_index (rows, SgOpCount, i).flops;
  g_print ("  %-24s %6s %8s\n", "operator", "nodes", "work");
  for (guint i = 0; i < rows->len; i++) {
    const SgOpCount *row = &g_array_index (rows, SgOpCount, i);

    g_print ("  %-24s %6u %7.1f%%\n", row->op, row->n_nodes,
        total > 0 ? 100 * row->flops / total : 0);
  }
}

static gboolean
print_cost (SgModel * model, const SgTensorDesc * inputs, const gchar * at,
    GError ** error)
{
  SgGraph *graph = sg_model_get_graph (model);
  guint64 n_parameters;
  g_autoptr (GArray) rows = sg_session_count (graph, inputs,
      sg_graph_get_n_inputs (graph), &n_parameters, error);
  g_autofree gchar *parameters = NULL, *macs = NULL, *each = NULL;
  const SgShape *picture = NULL;
  gdouble total = 0;

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < sg_graph_get_n_inputs (graph) && picture == NULL; i++)
    if (inputs[i].shape.rank == 4)
      picture = &inputs[i].shape;
  for (guint i = 0; i < rows->len; i++)
    total += g_array_index (rows, SgOpCount, i).flops / 2;
  parameters = short_number ((gdouble) n_parameters);
  macs = short_number (total);
  print_line ("parameters", "%" G_GUINT64_FORMAT " (%s)", n_parameters,
      parameters);
  print_line ("operators", "%u", sg_graph_get_n_nodes (graph));
  if (picture) {
    each = short_number (total / (gdouble) (picture->dim[0] * picture->dim[2]
            * picture->dim[3]));
    print_line ("MACs", "%s per pixel, %s in all%s", each, macs, at);
  } else {
    print_line ("MACs", "%s", macs);
  }
  print_operators (rows);
  return TRUE;
}

gboolean
styletrain_count_model (SgModel * model, gint side, guint64 * parameters,
    gdouble * macs_per_pixel, GError ** error)
{
  const Size size = { side, side, FALSE };
  SgGraph *graph = sg_model_get_graph (model);
  guint n = sg_graph_get_n_inputs (graph), i;
  g_autofree SgTensorDesc *inputs = g_new0 (SgTensorDesc, n + 1);
  g_autoptr (GArray) rows = NULL;
  gdouble total = 0, pixels = 1;

  for (i = n; i-- > 0;) {
    inputs[i] = example (sg_graph_get_input_desc (graph, i), &size);
    if (inputs[i].shape.rank == 4)
      pixels = (gdouble) (inputs[i].shape.dim[0] * inputs[i].shape.dim[2]
          * inputs[i].shape.dim[3]);
  }
  rows = sg_session_count (graph, inputs, n, parameters, error);
  if (rows == NULL)
    return FALSE;
  for (i = 0; i < rows->len; i++)
    total += g_array_index (rows, SgOpCount, i).flops / 2;
  *macs_per_pixel = total / pixels;
  return TRUE;
}

static gboolean
print_model (const gchar * path, const Size * size, GError ** error)
{
  g_autoptr (SgModel) model = sg_model_load (path, error);
  g_autofree SgTensorDesc *inputs = NULL;
  g_autofree gchar *shown = g_filename_display_name (path), *at = NULL;
  SgGraph *graph;
  GStatBuf status;

  if (model == NULL)
    return FALSE;
  graph = sg_model_get_graph (model);
  inputs = g_new0 (SgTensorDesc, sg_graph_get_n_inputs (graph) + 1);
  at = g_strdup ("");
  for (guint i = sg_graph_get_n_inputs (graph); i-- > 0;) {
    inputs[i] = example (sg_graph_get_input_desc (graph, i), size);
    if (inputs[i].shape.rank == 4) {
      g_free (at);
      at = g_strdup_printf (" at %" G_GINT64_FORMAT "x%" G_GINT64_FORMAT,
          inputs[i].shape.dim[3], inputs[i].shape.dim[2]);
    }
  }
  g_print ("%s\n", shown);
  print_said (model);
  if (g_stat (path, &status) == 0) {
    g_autofree gchar *bytes = g_format_size ((guint64) status.st_size);

    print_row ("file", bytes);
  }
  print_ends (graph, inputs, at);
  print_pixels (model);
  if (print_cost (model, inputs, at, error))
    return TRUE;
  g_prefix_error (error, "%s: what it costs%s is not known: ", shown, at);
  return FALSE;
}

/* --- the command ---------------------------------------------------------- */

static gboolean
parse_side (const gchar * text, gint * side)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_SIDE, &value, NULL))
    return FALSE;
  *side = (gint) value;
  return TRUE;
}

static gboolean
parse_size (const gchar * option, const gchar * value, gpointer data,
    GError ** error)
{
  g_auto (GStrv) parts = g_strsplit (value, "x", 2);
  Size *size = data;

  size->given = parts[0] && parts[1] && parse_side (parts[0], &size->width)
      && parse_side (parts[1], &size->height);
  if (!size->given)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "%s: '%s' is not WIDTHxHEIGHT, with sides up to %d", option, value,
        MAX_SIDE);
  return size->given;
}

gint
styletrain_info (gint argc, gchar ** argv)
{
  Size size = { 256, 256, FALSE };
  g_auto (GStrv) paths = NULL;
  GOptionEntry entries[] = {
    {"size", 0, 0, G_OPTION_ARG_CALLBACK, parse_size,
          "Of the picture that costs are for (default 256x256, or the file's)",
        "WxH"},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL,
        "MODEL.onnx..."},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("info", NULL, NULL, &size, NULL);
  g_autoptr (GError) error = NULL;
  gint status = 0;

  g_option_context_set_summary (context,
      "Shows what a model is: inputs and outputs, operators, parameters,\n"
      "multiply-accumulates (MACs) per pixel, and what its file says.");
  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return styletrain_usage_error (error->message);
  if (paths == NULL)
    return styletrain_usage_error ("which model? Name a file, MODEL.onnx");
  for (guint i = 0; paths[i]; i++) {
    if (i > 0)
      g_print ("\n");
    if (!print_model (paths[i], &size, &error)) {
      status = styletrain_failure (error->message);
      g_clear_error (&error);
    }
  }
  return status;
}
