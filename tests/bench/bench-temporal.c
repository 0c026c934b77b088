/* gst-stylegan: how steady the pictures of a model are
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   bench-temporal MODEL [CLIP...]
 *
 * Runs a model with the temporal filter off and in its modes over synthetic video
 * with exact flow, and over clips; prints a table and, with --out, writes pictures:
 * slices (the middle row of the frames, time running down: input, off, modes) and
 * the middle frame (input, off, modes, flow, masks). */
#include "bench-temporal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <sg/error.h>

#include "util/data.h"
#include "util/decode.h"

#define N_PHOTOS 10             /* of a folder, evenly spread over its names */

static gint width = 640, height = 360, n_frames = 12, n_threads = 2;
static gint64 seed = 1;
static gdouble strength = 1;
static gboolean quick, as_json, quiet, no_style;
static gchar *size, *backend, *photos_dir, *style_picture, *out;
static gchar **preset_names, **arguments;

/* The name of a column, and where its number is. */
static const struct
{
  const gchar *name;
  gsize offset;
  gint digits;
} columns[] = {
#define COLUMN(field, digits) {#field, G_STRUCT_OFFSET (TemporalResult, field), \
    digits}
  COLUMN (root_e_warp, 4), COLUMN (e_stab, 4), COLUMN (e_id, 4),
  COLUMN (e_above, 4), COLUMN (fcr, 3), COLUMN (style, 4),
  COLUMN (target, 3), COLUMN (ghost_change, 2), COLUMN (ghost_ratio, 3),
  COLUMN (cut, 0), COLUMN (sharpness, 3), COLUMN (noise_gain, 2),
  COLUMN (drift, 2), COLUMN (ms, 1),
#undef COLUMN
};

static gdouble
cell (const TemporalResult * result, guint column)
{
  return G_STRUCT_MEMBER (gdouble, result, columns[column].offset);
}

/* One source: the results of all modes. */
typedef struct
{
  gchar *name;
  gboolean preset;
  TemporalResult result[TEMPORAL_MAX_MODES];
} Row;

static void
row_clear (gpointer row)
{
  g_free (((Row *) row)->name);
}

/* --- pictures -------------------------------------------------------------- */

static gboolean
keep_picture (const guint8 * rgb, gint w, gint h, gpointer user_data)
{
  *(SgSynthPicture **) user_data = sg_synth_picture_new_rgb8 (rgb, w, h);
  return FALSE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(gchar * const *) a, *(gchar * const *) b);
}

/* Adds SynthPictures from @dir to @photos. */
static gboolean
load_photos (const gchar * dir, GPtrArray * photos, GError ** error)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;

  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)))
    if (g_str_has_suffix (name, ".jpg") || g_str_has_suffix (name, ".png"))
      g_ptr_array_add (names, g_build_filename (dir, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < MIN (N_PHOTOS, names->len); i++) {
    SgSynthPicture *picture = NULL;
    guint at = i * names->len / MIN (N_PHOTOS, names->len);

    if (!test_decode (g_ptr_array_index (names, at), 0, 1, keep_picture,
            &picture, error))
      return FALSE;
    g_ptr_array_add (photos, picture);
  }
  if (photos->len > 0)
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_NOT_FOUND, "no .jpg or .png in '%s'",
      dir);
  return FALSE;
}

/* The picture that is the style, at the height of the frames. */
static gboolean
keep_target (const guint8 * rgb, gint w, gint h, gpointer user_data)
{
  TemporalBench *bench = user_data;
  const gchar *networks[] = { bench->loss_network, NULL };
  SgPicture style = { w, h, rgb };

  bench->target = sg_loss_meter_new (networks, &style, MIN (w, h),
      bench->device, &bench->problem);
  return FALSE;
}

static gboolean
measure_target (TemporalBench * bench, GError ** error)
{
  if (!test_decode (style_picture, height, 1, keep_target, bench, error))
    return FALSE;
  if (bench->target)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&bench->problem));
  return FALSE;
}

/* --- what is printed ------------------------------------------------------- */

/* Mean over presets of column @c of mode @m; NaN where a number is missing in
 * all. */
static gdouble
mean_of (GArray * rows, guint m, guint c)
{
  gdouble sum = 0;
  guint n = 0;

  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index (rows, Row, i);
    gdouble v = cell (&row->result[m], c);

    if (row->preset && !isnan (v)) {
      sum += v;
      n++;
    }
  }
  return n ? sum / n : NAN;
}

static gint
cell_width (guint c)
{
  return (gint) MAX (strlen (columns[c].name), 6);
}

static void
print_cell (gdouble v, guint c)
{
  if (isnan (v))
    printf (" %*s", cell_width (c), "-");
  else
    printf (" %*.*f", cell_width (c), columns[c].digits, v);
}

static gdouble
ratio (gdouble v, gdouble of)
{
  return of > 0 ? v / of : NAN;
}

static void
print_line (const gchar * name, const gchar * mode, const gdouble * cells,
    gdouble against_off)
{
  printf ("%-22s %-7s", name, mode);
  for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
    print_cell (cells[c], c);
  if (isnan (against_off))
    printf (" %6s\n", "-");
  else
    printf (" %5.2fx\n", against_off);
}

static void
print_text (const TemporalBench * bench, GArray * rows)
{
  gdouble cells[G_N_ELEMENTS (columns)];

  printf ("%s %dx%d, %d frames, seed %" G_GINT64_FORMAT ", %u photographs, on "
      "%s (%s)\n", bench->label, width, height, n_frames, seed,
      bench->n_photos, sg_device_get_backend_name (bench->device),
      sg_device_get_description (bench->device));
  printf ("%-22s %-7s", "source", "mode");
  for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
    printf (" %*s", cell_width (c), columns[c].name);
  printf (" %6s\n", "of off");
  for (guint i = 0; i < rows->len; i++)
    for (guint m = 0; m < n_temporal_modes; m++) {
      const Row *row = &g_array_index (rows, Row, i);

      for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
        cells[c] = cell (&row->result[m], c);
      print_line (m ? "" : row->name, temporal_modes[m].name, cells,
          ratio (row->result[m].root_e_warp, row->result[0].root_e_warp));
    }
  for (guint m = 0; m < n_temporal_modes; m++) {
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
      cells[c] = mean_of (rows, m, c);
    print_line (m ? "" : "mean of presets", temporal_modes[m].name, cells,
        ratio (mean_of (rows, m, 0), mean_of (rows, 0, 0)));
  }
}

static void
add_row (JsonBuilder * builder, const Row * row, guint m)
{
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "source");
  json_builder_add_string_value (builder, row->name);
  json_builder_set_member_name (builder, "mode");
  json_builder_add_string_value (builder, temporal_modes[m].name);
  for (guint c = 0; c < G_N_ELEMENTS (columns); c++) {
    gdouble v = cell (&row->result[m], c);

    json_builder_set_member_name (builder, columns[c].name);
    if (isfinite (v))
      json_builder_add_double_value (builder, v);
    else
      json_builder_add_null_value (builder);
  }
  json_builder_end_object (builder);
}

static void
print_json (const TemporalBench * bench, GArray * rows)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *text = NULL;
  const struct
  {
    const gchar *name;
    gint64 value;
  } numbers[] = {
    {"width", width}, {"height", height}, {"frames", n_frames},
    {"seed", seed}, {"photographs", bench->n_photos},
  };

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  json_builder_add_string_value (builder, bench->label);
  json_builder_set_member_name (builder, "backend");
  json_builder_add_string_value (builder,
      sg_device_get_backend_name (bench->device));
  json_builder_set_member_name (builder, "device");
  json_builder_add_string_value (builder,
      sg_device_get_description (bench->device));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    json_builder_set_member_name (builder, numbers[i].name);
    json_builder_add_int_value (builder, numbers[i].value);
  }
  json_builder_set_member_name (builder, "results");
  json_builder_begin_array (builder);
  for (guint i = 0; i < rows->len; i++)
    for (guint m = 0; m < n_temporal_modes; m++)
      add_row (builder, &g_array_index (rows, Row, i), m);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  printf ("%s\n", text);
}

/* --- running --------------------------------------------------------------- */

static gboolean
run_all (const TemporalBench * bench, GArray * rows, GError ** error)
{
  for (gint i = 0; i < SG_SYNTH_N_PRESETS; i++) {
    const gchar *name = sg_synth_preset_get_name (i);
    Row row = { g_strdup (name), TRUE, };

    if (preset_names && !g_strv_contains ((const gchar * const *) preset_names,
            name)) {
      g_free (row.name);
      continue;
    }
    /* kept first, so that it is freed in any case */
    g_array_append_val (rows, row);
    if (!temporal_run_preset (bench, i,
            g_array_index (rows, Row, rows->len - 1).result, error))
      return FALSE;
  }
  for (gchar ** clip = arguments + 1; *clip; clip++) {
    Row row = { g_path_get_basename (*clip), FALSE, };

    g_array_append_val (rows, row);
    if (!temporal_run_clip (bench, *clip,
            g_array_index (rows, Row, rows->len - 1).result, error))
      return FALSE;
  }
  return TRUE;
}

/* The style network and photographs may be missing; what was asked for by name
 * may not. */
static gboolean
prepare (TemporalBench * bench, GPtrArray * photos, gchar ** loss_network,
    GError ** error)
{
  g_autofree gchar *usual = test_data_file ("bsds500-train");
  const gchar *dir = photos_dir ? photos_dir : usual;

  if (dir && !load_photos (dir, photos, error))
    return FALSE;
  bench->photos = (const SgSynthPicture * const *) photos->pdata;
  bench->n_photos = photos->len;
  if (no_style)
    return TRUE;
  *loss_network = test_data_file ("perceptual/squeezenet1_1.onnx");
  bench->loss_network = *loss_network;
  if (style_picture == NULL)
    return TRUE;
  if (*loss_network)
    return measure_target (bench, error);
  g_set_error (error, SG_ERROR, SG_ERROR_NOT_FOUND, "no "
      "perceptual/squeezenet1_1.onnx in the test data (see SG_TEST_DATA)");
  return FALSE;
}

static gboolean
bench_all (SgBackendId id, GError ** error)
{
  g_autoptr (GPtrArray) photos = g_ptr_array_new_with_free_func
      ((GDestroyNotify) sg_synth_picture_free);
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (Row));
  TemporalBench bench = { NULL, };
  g_autofree gchar *loss_network = NULL;
  g_autofree gchar *label = g_path_get_basename (arguments[0]);
  gboolean ok;

  g_array_set_clear_func (rows, row_clear);
  if (strchr (label, '.'))
    *strchr (label, '.') = '\0';
  bench.width = width;
  bench.height = height;
  bench.n_frames = n_frames;
  bench.seed = (guint64) seed;
  bench.strength = strength;
  bench.quiet = quiet;
  bench.out = out;
  bench.label = label;
  bench.device = sg_device_open (&(SgDeviceConfig) {
      id, (guint) n_threads}
      , NULL, error);
  ok = bench.device && (bench.model = sg_model_load (arguments[0], error))
      && prepare (&bench, photos, &loss_network, error)
      && run_all (&bench, rows, error);
  if (ok && as_json)
    print_json (&bench, rows);
  else if (ok)
    print_text (&bench, rows);
  sg_loss_meter_free (bench.target);
  if (bench.model)
    sg_model_unref (bench.model);
  if (bench.device)
    sg_device_unref (bench.device);
  return ok;
}

static gboolean
parse_backend (SgBackendId * id)
{
  static const gchar *const names[] = { "auto", "vulkan", "cpu", "reference" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (backend ? backend : "auto", names[i]) == 0) {
      *id = (SgBackendId) i;
      return TRUE;
    }
  return FALSE;
}

/* Presets that exist, or "none". */
static gboolean
known_presets (void)
{
  SgSynthPreset preset;

  for (gchar ** name = preset_names; name && *name; name++)
    if (!g_str_equal (*name, "none")
        && !sg_synth_preset_from_name (*name, &preset))
      return FALSE;
  return TRUE;
}

static gboolean
parse_options (gint * argc, gchar *** argv, SgBackendId * id, GError ** error)
{
  const GOptionEntry entries[] = {
    {"frames", 'n', 0, G_OPTION_ARG_INT, &n_frames,
        "Frames per source (default 12)", "N"},
    {"size", 's', 0, G_OPTION_ARG_STRING, &size,
        "Of the frames; clips keep their shape (default 640x360)", "WxH"},
    {"quick", 0, 0, G_OPTION_ARG_NONE, &quick, "320x180", NULL},
    {"preset", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &preset_names,
        "Only this one, or none (may be repeated; default all)", "NAME"},
    {"out", 'o', 0, G_OPTION_ARG_FILENAME, &out,
        "Folder to write pictures to", "DIR"},
    {"backend", 'b', 0, G_OPTION_ARG_STRING, &backend,
        "auto, cpu, vulkan or reference (default auto)", "NAME"},
    {"threads", 't', 0, G_OPTION_ARG_INT, &n_threads,
        "CPU threads, 0 for all (default 2)", "N"},
    {"strength", 0, 0, G_OPTION_ARG_DOUBLE, &strength,
        "Of the filter, 0..1 (default 1)", "X"},
    {"seed", 0, 0, G_OPTION_ARG_INT64, &seed,
        "Of the synthetic video (default 1)", "N"},
    {"photos", 0, 0, G_OPTION_ARG_FILENAME, &photos_dir,
        "Folder of .jpg and .png files for it (default: of the test data, else "
          "textures)", "DIR"},
    {"style", 0, 0, G_OPTION_ARG_FILENAME, &style_picture,
        "Picture that the model was trained for: fills column target", "FILE"},
    {"no-style", 0, 0, G_OPTION_ARG_NONE, &no_style,
        "Do not measure style distances", NULL},
    {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one JSON object", NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, "No progress", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments, NULL,
        "MODEL.onnx [CLIP...]"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Flicker, ghosts, sharpness and drift "
      "of a model's pictures, with the temporal filter off and on. Columns: see "
      "tests/bench/bench-temporal.h and sg/measure.h.");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (quick) {
    width = 320;
    height = 180;
  }
  if (arguments == NULL || (size && sscanf (size, "%dx%d", &width,
              &height) != 2) || width < 32 || height < 32 || width > 8192
      || height > 8192 || n_frames < 2 || n_threads < 0
      || n_threads > SG_THREADS_MAX || !(strength >= 0 && strength <= 1)
      || !known_presets () || !parse_backend (id)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "usage: bench-temporal MODEL.onnx [CLIP...] [OPTION...]; see --help");
    return FALSE;
  }
  if (out && g_mkdir_with_parents (out, 0777) != 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "cannot make folder '%s'",
        out);
    return FALSE;
  }
  return TRUE;
}

gint
main (gint argc, gchar ** argv)
{
  g_autoptr (GError) error = NULL;
  SgBackendId id = SG_BACKEND_AUTO;
  gint status = 0;

  if (!parse_options (&argc, &argv, &id, &error))
    status = 2;
  else if (!bench_all (id, &error))
    status = 1;
  if (error)
    fprintf (stderr, "bench-temporal: %s\n", error->message);
  g_free (size);
  g_free (backend);
  g_free (photos_dir);
  g_free (style_picture);
  g_free (out);
  g_strfreev (preset_names);
  g_strfreev (arguments);
  return status;
}
