/* gst-stylegan: whole models against outputs of ONNX Runtime
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   golden [--backend NAME] [--device NAME] [--precision fp32|fp16]
 *          [--threads N] [--slow] [CASE...]
 *
 * The cases are in golden/golden.json of the test data. Without it: exit 77. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <json-glib/json-glib.h>
#include <sg/onnx.h>
#include <sg/session.h>

#include "util/data.h"
#include "util/png-reader.h"
#include "util/vulkan.h"

/* What every model has to reach. */
#define MIN_COSINE 0.99999
#define MAX_ERROR 0.01          /* of the range of the expected output */
#define MAX_ERROR_F16 1.0       /* of 255: weights that were rounded to f16 */
/* Of devices that calculate in f16, in dB; the peak is the range of the expected
 * output. */
#define MIN_PSNR_FP16 45

/* Cheap enough for the reference's loops on every run. */
static const gchar *const quick[] = { "fns8_opset9", "fns8_opset17", NULL };

static guint n_passed, n_failed, n_skipped;
static gchar *only_backend, *device_name, *precision;
static gint n_threads = 2;
static gboolean slow;
static gchar **only_cases;

/* --- inputs --------------------------------------------------------------- */

/* The part of "content=a.png RGB/255, style=b.png RGB/255" for @name, or all of
 * it where it names nobody. */
static gchar *
recipe_for (const gchar * text, const gchar * name)
{
  g_autofree gchar *key = g_strconcat (name, "=", NULL);
  const gchar *start = strstr (text, key), *end;

  if (start == NULL)
    return g_strdup (text);
  start += strlen (key);
  end = strstr (start, ", ");
  return end ? g_strndup (start, (gsize) (end - start)) : g_strdup (start);
}

static gchar *
picture_of (const gchar * recipe)
{
  const gchar *end = strstr (recipe, ".png");

  return end ? g_strdup_printf ("golden/%.*s.png", (gint) (end - recipe),
      recipe) : NULL;
}

/* A picture as "RGB 0..255", "RGB /255", "BGR 0..255 minus [104,117,123]". */
static SgTensor *
load_picture (const gchar * recipe, const SgShape * shape, GError ** error)
{
  g_autofree gchar *name = picture_of (recipe);
  g_autofree gchar *path = name ? test_data_file (name) : NULL;
  g_autofree guint8 *pixels = NULL;
  gboolean bgr = strstr (recipe, "BGR") != NULL;
  gboolean unit = strstr (recipe, "/255") != NULL;
  const gchar *minus = strstr (recipe, "minus [");
  gdouble mean[3] = { 0, 0, 0 };
  guint width, height;
  SgTensor *tensor;
  gfloat *data;

  if (path == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NOT_FOUND, "no picture in '%s'",
        recipe);
    return NULL;
  }
  pixels = test_png_read (path, &width, &height, error);
  if (pixels == NULL)
    return NULL;
  if (shape->rank != 4 || shape->dim[2] != height || shape->dim[3] != width) {
    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE, "%s is %ux%u", name, width,
        height);
    return NULL;
  }
  for (guint c = 0; minus && c < 3; c++)
    mean[c] = g_ascii_strtod (c == 0 ? minus + 7 : minus + 1,
        (gchar **) & minus);
  tensor = sg_tensor_new (SG_DTYPE_F32, shape, error);
  data = tensor->data;
  for (guint c = 0; c < 3; c++)
    for (gsize i = 0; i < (gsize) width * height; i++) {
      gdouble v = pixels[i * 3 + (bgr ? 2 - c : c)];

      *data++ = (gfloat) (unit ? v / 255 : v - mean[c]);
    }
  return tensor;
}

static SgShape
json_shape (JsonArray * array)
{
  SgShape shape = { (gint) json_array_get_length (array), {0,} };

  for (gint i = 0; i < shape.rank; i++)
    shape.dim[i] = json_array_get_int_element (array, (guint) i);
  return shape;
}

/* --- comparing ------------------------------------------------------------ */

typedef struct
{
  gdouble cosine, error, range;
  gdouble psnr;                 /* dB */
} Difference;

/* @got has every @step-th row and column of it in @want. */
static Difference
compare (const SgTensor * got, const gfloat * want, const SgShape * shape,
    gint64 step)
{
  gint64 n = sg_shape_elements (shape);
  gdouble ab = 0, aa = 0, bb = 0, low = G_MAXDOUBLE, high = -G_MAXDOUBLE;
  gdouble squares = 0;
  Difference d = { 0, 0, 0, 0 };

  for (gint64 i = 0; i < n; i++) {
    gdouble a, b = want[i];
    gint64 at = i;

    if (step > 1) {
      gint64 w = shape->dim[3], h = shape->dim[2];
      const gint64 *full = got->desc.shape.dim;

      at = (i / (w * h) * full[2] + i / w % h * step) * full[3]
          + i % w * step;
    }
    a = sg_tensor_get (got, at);
    ab += a * b;
    aa += a * a;
    bb += b * b;
    squares += (a - b) * (a - b);
    low = MIN (low, b);
    high = MAX (high, b);
    if (!(fabs (a - b) <= d.error))
      d.error = isnan (a) ? INFINITY : fabs (a - b);
  }
  d.cosine = ab / sqrt (aa * bb);
  d.range = high - low;
  d.psnr = 10 * log10 (d.range * d.range * (gdouble) n / squares);
  return d;
}

/* --- one model on one device ---------------------------------------------- */

typedef struct
{
  const gchar *name;            /* of the case */
  const gchar *file;            /* of the model */
  JsonObject *json;
  gboolean f16;
} Case;

#define MAX_TENSORS 8
typedef struct
{
  SgTensor *in[MAX_TENSORS], *out[MAX_TENSORS];
  SgTensorDesc desc[MAX_TENSORS];
  guint n_in, n_out;
  gdouble ms;
} Run;

static void
run_clear (Run * run)
{
  for (guint i = 0; i < MAX_TENSORS; i++) {
    g_clear_pointer (&run->in[i], sg_tensor_unref);
    g_clear_pointer (&run->out[i], sg_tensor_unref);
  }
}

static gboolean
load_inputs (const Case * kase, SgGraph * graph, Run * run, GError ** error)
{
  JsonObject *inputs = json_object_get_object_member (kase->json, "inputs");
  const gchar *from = json_object_get_string_member (kase->json,
      "input_from");

  run->n_in = sg_graph_get_n_inputs (graph);
  for (guint i = 0; i < MIN (run->n_in, MAX_TENSORS); i++) {
    const gchar *name = sg_graph_get_input_name (graph, i);
    g_autofree gchar *recipe = recipe_for (from, name);
    SgShape shape;

    if (!json_object_has_member (inputs, name)) {
      g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
          "the model has an input '%s' that the case does not know", name);
      return FALSE;
    }
    shape = json_shape (json_object_get_array_member (inputs, name));
    run->in[i] = load_picture (recipe, &shape, error);
    if (run->in[i] == NULL)
      return FALSE;
    run->desc[i] = run->in[i]->desc;
  }
  return TRUE;
}

static gboolean
run_model (const Case * kase, SgGraph * graph, SgDevice * device, Run * run,
    GError ** error)
{
  g_autoptr (SgSession) session = NULL;
  gint64 start;

  if (!load_inputs (kase, graph, run, error))
    return FALSE;
  session = sg_session_new (graph, device, run->desc, run->n_in, NULL, error);
  if (session == NULL)
    return FALSE;
  run->n_out = sg_graph_get_n_outputs (graph);
  for (guint i = 0; i < MIN (run->n_out, MAX_TENSORS); i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (session, i);

    run->out[i] = sg_tensor_new (desc->dtype, &desc->shape, error);
    if (run->out[i] == NULL)
      return FALSE;
  }
  start = g_get_monotonic_time ();
  if (!sg_session_run (session, run->in, run->out, error))
    return FALSE;
  run->ms = (gdouble) (g_get_monotonic_time () - start) / 1e3;
  return TRUE;
}

/* @kase->f16: the weights were rounded; the file's outputs are those of others. */
static gboolean
is_good (const Case * kase, SgDevice * device, const Difference * d,
    gdouble * allowed)
{
  *allowed = kase->f16 ? MAX_ERROR_F16 : MAX_ERROR * d->range;
  if (sg_device_get_precision (device) == SG_PRECISION_FP16) {
    *allowed = d->range;
    return d->psnr >= MIN_PSNR_FP16;
  }
  return (kase->f16 || d->cosine >= MIN_COSINE) && d->error <= *allowed;
}

static gboolean
check_output (const Case * kase, SgDevice * device, const gchar * name,
    const SgTensor * got, gdouble ms, GError ** error)
{
  JsonObject *outputs = json_object_get_object_member (kase->json, "outputs");
  JsonObject *json = json_object_has_member (outputs, name)
      ? json_object_get_object_member (outputs, name) : NULL;
  g_autofree gchar *file = NULL, *path = NULL, *data = NULL;
  SgShape shape, full;
  Difference d;
  gdouble allowed;
  gboolean ok;
  gsize size;

  if (json == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "no golden output '%s'",
        name);
    return FALSE;
  }
  file = g_build_filename ("golden", json_object_get_string_member (json,
          "file"), NULL);
  path = test_data_file (file);
  if (path == NULL || !g_file_get_contents (path, &data, &size, error))
    return FALSE;
  shape = json_shape (json_object_get_array_member (json, "shape"));
  full = json_shape (json_object_get_array_member (json, "full_shape"));
  if (!sg_shape_equal (&full, &got->desc.shape)
      || size != (gsize) sg_shape_elements (&shape) * sizeof (gfloat)) {
    g_autofree gchar *text = sg_shape_to_string (&got->desc.shape);

    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE, "output '%s' is %s", name,
        text);
    return FALSE;
  }
  d = compare (got, (const gfloat *) data, &shape,
      json_object_get_int_member (json, "subsample"));
  ok = is_good (kase, device, &d, &allowed);
  printf ("%-20s %-11s %-10s %.8f %6.1f %10.3g %10.3g %9.1f  %s\n",
      kase->name, sg_device_get_backend_name (device), name, d.cosine, d.psnr,
      d.error, allowed, ms, ok ? "ok" : "FAIL");
  fflush (stdout);
  return ok;
}

static gboolean
run_case_on (const Case * kase, SgGraph * graph, SgDevice * device)
{
  g_autoptr (GError) error = NULL;
  Run run = { {NULL,}, };
  gboolean ok = run_model (kase, graph, device, &run, &error);

  for (guint i = 0; i < run.n_out && ok; i++)
    ok = check_output (kase, device, sg_graph_get_output_name (graph, i),
        run.out[i], run.ms, &error);
  if (error)
    printf ("%-20s %-11s FAIL: %s\n", kase->name,
        sg_device_get_backend_name (device), error->message);
  run_clear (&run);
  return ok;
}

static void
run_case (const Case * kase, SgDevice ** devices)
{
  g_autofree gchar *path = test_data_file (kase->file);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) model = NULL;

  if (only_cases && !g_strv_contains ((const gchar * const *) only_cases,
          kase->name))
    return;
  if (path == NULL) {
    printf ("%-20s skipped: no %s\n", kase->name, kase->file);
    n_skipped++;
    return;
  }
  model = sg_model_load (path, &error);
  if (model == NULL) {
    printf ("%-20s FAIL: %s\n", kase->name, error->message);
    n_failed++;
    return;
  }
  for (guint i = 0; devices[i]; i++) {
    const gchar *name = sg_device_get_backend_name (devices[i]);

    if (only_backend == NULL && g_str_equal (name, "reference") && !slow
        && !g_strv_contains (quick, kase->name))
      continue;
    if (run_case_on (kase, sg_model_get_graph (model), devices[i]))
      n_passed++;
    else
      n_failed++;
  }
}

static void
run_all (JsonObject * cases, SgDevice ** devices)
{
  g_autoptr (GList) names = json_object_get_members (cases);

  printf ("%-20s %-11s %-10s %-10s %6s %10s %10s %9s\n", "case", "backend",
      "output", "cosine", "PSNR", "max error", "allowed", "ms");
  for (GList * l = names; l; l = l->next) {
    JsonObject *json = json_object_get_object_member (cases, l->data);
    Case kase = { l->data, json_object_get_string_member (json, "model"),
      json, FALSE
    };

    run_case (&kase, devices);
  }
  if (json_object_has_member (cases, "fns8_opset13")) {
    Case kase = { "fns8_opset13_fp16", "models/fns8_opset13_fp16.onnx",
      json_object_get_object_member (cases, "fns8_opset13"), TRUE
    };

    run_case (&kase, devices);
  }
}

/* --- what to run on -------------------------------------------------------- */

static SgDevice *
open_device (SgBackendId id, GError ** error)
{
  SgDeviceConfig config = { .backend = id, .name = device_name };

  config.n_threads = id == SG_BACKEND_REFERENCE ? 1 : (guint) n_threads;
  config.precision = g_strcmp0 (precision, "fp16") == 0 ? SG_PRECISION_FP16
      : SG_PRECISION_FP32;
  return sg_device_open (&config, NULL, error);
}

/* Opens the one that was asked for, or the CPU and the reference. */
static gboolean
open_devices (SgDevice * devices[3], GError ** error)
{
  static const struct
  {
    const gchar *name;
    SgBackendId id;
    gboolean ask;               /* only when asked for */
  } rows[] = {
    {"cpu", SG_BACKEND_CPU, FALSE},
    {"reference", SG_BACKEND_REFERENCE, FALSE},
    {"vulkan", SG_BACKEND_VULKAN, TRUE},
  };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (only_backend ? !g_str_equal (only_backend, rows[i].name) : rows[i].ask)
      continue;
    devices[n] = open_device (rows[i].id, error);
    if (devices[n++] == NULL)
      return FALSE;
  }
  if (n == 0)
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "there is no backend '%s'", only_backend);
  return n > 0;
}

/* The exit status where there is no GPU to test; 0: go on. */
static gint
find_gpu (void)
{
  if (g_strcmp0 (only_backend, "vulkan") != 0)
    return 0;
  if (device_name == NULL)
    device_name = test_vulkan_name ();
  if (device_name)
    return 0;
  printf ("there is no Vulkan device\n");
  return test_vulkan_required ()? 1 : TEST_EXIT_SKIP;
}

static gint
run (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree gchar *path = test_data_file ("golden/golden.json");
  SgDevice *devices[3] = { NULL, };
  GError *error = NULL;
  gint status;

  if (path == NULL) {
    printf ("skipped: no golden/golden.json; set SG_TEST_DATA\n");
    return TEST_EXIT_SKIP;
  }
  status = find_gpu ();
  if (status != 0)
    return status;
  if (json_parser_load_from_file (parser, path, &error)
      && open_devices (devices, &error))
    run_all (json_object_get_object_member (json_node_get_object
            (json_parser_get_root (parser)), "cases"), devices);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    g_clear_pointer (&devices[i], sg_device_unref);
  if (error) {
    printf ("%s\n", error->message);
    g_error_free (error);
    return 1;
  }
  printf ("%u passed, %u failed, %u skipped\n", n_passed, n_failed, n_skipped);
  return n_failed > 0;
}

gint
main (gint argc, gchar ** argv)
{
  const GOptionEntry entries[] = {
    {"backend", 0, 0, G_OPTION_ARG_STRING, &only_backend,
        "Only cpu, reference or vulkan", "NAME"},
    {"device", 0, 0, G_OPTION_ARG_STRING, &device_name,
        "Which GPU (the best there is)", "NAME"},
    {"precision", 0, 0, G_OPTION_ARG_STRING, &precision,
        "On a GPU: fp32 (default) or fp16", "NAME"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &n_threads, "Default 2", "N"},
    {"slow", 0, 0, G_OPTION_ARG_NONE, &slow,
        "The reference on every case", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &only_cases, NULL,
        "CASE..."},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  gint status = 2;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    printf ("%s\n", error->message);
  else if (precision && !g_str_equal (precision, "fp32")
      && !g_str_equal (precision, "fp16"))
    printf ("there is no precision '%s'\n", precision);
  else
    status = run ();
  g_strfreev (only_cases);
  g_free (only_backend);
  g_free (device_name);
  g_free (precision);
  return status;
}
