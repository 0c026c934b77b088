/* gst-stylegan: how long a model takes per frame
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <sg/onnx.h>
#include <sg/session.h>

#include "util/frame.h"
#include "util/rng.h"

static BenchOptions options = {
  .backend = "auto", .precision = "auto", .threads = 2, .runs = 21,
  .frames_in_flight = 1
};

static gboolean per_op, pipeline, as_json, with_frames;
static gchar **arguments;
static gchar *backend_name, *device_name, *precision_name;

#define MAX_TENSORS 8
#define MAX_FLIGHT 16
typedef struct
{
  SgDeviceConfig config;
  SgModel *model;
  SgDevice *device;
  SgSession *session;
  SgTensor *in[MAX_TENSORS], *out[MAX_FLIGHT][MAX_TENSORS];
  SgTensorDesc desc[MAX_TENSORS];
  TestFrame source, target[MAX_FLIGHT];
  guint n_in, n_out, n_flight;
  gdouble load_ms, compile_ms;
  gdouble warm_ms;              /* compiling again, with pipelines cached; or -1 */
  gdouble stage_ms[SG_N_STAGES];        /* mean per run */
  GArray *network_ms, *frame_ms;        /* per run: on the device; and all of it */
} Bench;

static gdouble
now_ms (void)
{
  return (gdouble) g_get_monotonic_time () / 1e3;
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

void
bench_times (GArray * ms, BenchTimes * times)
{
  gdouble *t = (gdouble *) (gpointer) ms->data;
  guint n = ms->len;

  memset (times, 0, sizeof *times);
  if (n == 0)
    return;
  g_array_sort (ms, compare_doubles);
  times->min = t[0];
  times->max = t[n - 1];
  times->median = n % 2 ? t[n / 2] : (t[n / 2 - 1] + t[n / 2]) / 2;
  for (guint i = 0; i < n; i++)
    times->mean += t[i] / n;
}

void
bench_progress (const BenchOptions * o, const gchar * what, gint done, gint of)
{
  if (o->quiet || !isatty (2))
    return;
  fprintf (stderr, "\r%s: %d of %d%s", what, done, of,
      done == of ? "\r\033[K" : "");
}

/* --- the network alone ---------------------------------------------------- */

static gboolean
parse_backend (const gchar * name, SgBackendId * id)
{
  static const struct
  {
    const gchar *name;
    SgBackendId id;
  } rows[] = {
    {"auto", SG_BACKEND_AUTO}, {"cpu", SG_BACKEND_CPU},
    {"vulkan", SG_BACKEND_VULKAN}, {"reference", SG_BACKEND_REFERENCE},
    {"ref", SG_BACKEND_REFERENCE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].name, name)) {
      *id = rows[i].id;
      return TRUE;
    }
  return FALSE;
}

/* Images at the size asked for, whatever size is in the file; other free
 * dimensions are 1. */
static gboolean
make_inputs (Bench * bench, SgGraph * graph, GError ** error)
{
  TestRng rng = test_rng (1, "bench-model");

  bench->n_in = sg_graph_get_n_inputs (graph);
  bench->n_out = sg_graph_get_n_outputs (graph);
  if (bench->n_in > MAX_TENSORS || bench->n_out > MAX_TENSORS) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "more than %d inputs or outputs", MAX_TENSORS);
    return FALSE;
  }
  for (guint i = 0; i < bench->n_in; i++) {
    SgTensorDesc *desc = &bench->desc[i];

    *desc = *sg_graph_get_input_desc (graph, i);
    if (desc->shape.rank == 4) {
      desc->shape.dim[1] = desc->shape.dim[1] < 0 ? 3 : desc->shape.dim[1];
      desc->shape.dim[2] = options.height;
      desc->shape.dim[3] = options.width;
    }
    for (gint k = 0; k < desc->shape.rank; k++)
      desc->shape.dim[k] = MAX (desc->shape.dim[k], 1);
    if (sg_dtype_is_float (desc->dtype))
      desc->dtype = SG_DTYPE_F32;
    bench->in[i] = sg_tensor_new (desc->dtype, &desc->shape, error);
    if (bench->in[i] == NULL)
      return FALSE;
    test_rng_fill (&rng, bench->in[i], 0, 255);
  }
  return TRUE;
}

static gboolean
compile (Bench * bench, gdouble * ms, GError ** error)
{
  static const SgPixelConvention rgb = { 3, {0, 1, 2}, 255, 0 };
  const SgSessionConfig config = {
    .frames = with_frames ? &rgb : NULL,
    .frames_in_flight = (guint) options.frames_in_flight,
  };
  gdouble start = now_ms ();

  bench->session = sg_session_new (sg_model_get_graph (bench->model),
      bench->device, bench->desc, bench->n_in, &config, error);
  *ms = now_ms () - start;
  return bench->session != NULL;
}

/* Once more, in a new device that has nothing but what the first one has left on
 * disk. */
static gboolean
compile_again (Bench * bench, GError ** error)
{
  sg_session_free (bench->session);
  sg_device_unref (bench->device);
  bench->session = NULL;
  bench->device = sg_device_open (&bench->config, NULL, error);
  return bench->device != NULL && compile (bench, &bench->warm_ms, error);
}

/* GPUs keep compiled pipelines on disk: the first time shall be the first. */
static gboolean
compile_both (Bench * bench, GError ** error)
{
  g_autofree gchar *folder = NULL;
  gboolean ok;

  bench->warm_ms = -1;
  if (g_strcmp0 (sg_device_get_backend_name (bench->device), "vulkan") != 0)
    return compile (bench, &bench->compile_ms, error);
  folder = g_dir_make_tmp ("bench-model-XXXXXX", error);
  if (folder == NULL)
    return FALSE;
  g_setenv ("SG_VULKAN_CACHE", folder, TRUE);
  sg_device_unref (bench->device);
  bench->device = sg_device_open (&bench->config, NULL, error);
  ok = bench->device != NULL && compile (bench, &bench->compile_ms, error)
      && compile_again (bench, error);
  g_unsetenv ("SG_VULKAN_CACHE");
  if (ok) {
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const gchar *name;

    while (dir && (name = g_dir_read_name (dir))) {
      g_autofree gchar *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
    g_rmdir (folder);
  }
  return ok;
}

static void
make_frame (TestFrame * frame, guint64 seed)
{
  const TestFormat *format = test_format_find ("NV12");
  TestRng rng = test_rng (seed, "bench-model");

  test_frame_init (frame, format, options.width, options.height, 0, FALSE,
      &rng);
  test_frame_set_color (frame, format, TEST_MATRIX_709, FALSE);
}

static gboolean
make_outputs (Bench * bench, GError ** error)
{
  bench->n_flight = sg_session_get_frames_in_flight (bench->session);
  bench->n_flight = MIN (bench->n_flight, MAX_FLIGHT);
  if (with_frames)
    make_frame (&bench->source, 1);
  for (guint k = 0; k < bench->n_flight; k++) {
    if (with_frames)
      make_frame (&bench->target[k], 2);
    for (guint i = with_frames; i < bench->n_out; i++) {
      const SgTensorDesc *desc = sg_session_get_output_desc (bench->session, i);

      bench->out[k][i] = sg_tensor_new (desc->dtype, &desc->shape, error);
      if (bench->out[k][i] == NULL)
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
bench_open (Bench * bench, GError ** error)
{
  gdouble start = now_ms ();

  bench->network_ms = g_array_new (FALSE, FALSE, sizeof (gdouble));
  bench->frame_ms = g_array_new (FALSE, FALSE, sizeof (gdouble));
  bench->device = sg_device_open (&bench->config, NULL, error);
  if (bench->device == NULL)
    return FALSE;
  bench->model = sg_model_load (options.model, error);
  if (bench->model == NULL)
    return FALSE;
  bench->load_ms = now_ms () - start;
  return make_inputs (bench, sg_model_get_graph (bench->model), error)
      && compile_both (bench, error) && make_outputs (bench, error);
}

static void
bench_close (Bench * bench)
{
  sg_session_free (bench->session);
  for (guint i = 0; i < MAX_TENSORS; i++)
    sg_tensor_unref (bench->in[i]);
  for (guint k = 0; k < bench->n_flight; k++) {
    for (guint i = 0; i < MAX_TENSORS; i++)
      sg_tensor_unref (bench->out[k][i]);
    if (with_frames)
      test_frame_clear (&bench->target[k]);
  }
  if (with_frames && bench->n_flight > 0)
    test_frame_clear (&bench->source);
  if (bench->model)
    sg_model_unref (bench->model);
  sg_device_unref (bench->device);
  g_array_unref (bench->network_ms);
  g_array_unref (bench->frame_ms);
}

static gboolean
submit (Bench * bench, guint slot, GError ** error)
{
  const SgRun run = {
    .source = &bench->source.image,
    .target = &bench->target[slot].image,
    .inputs = bench->in,
    .outputs = bench->out[slot],
  };

  return sg_session_submit (bench->session, &run, error);
}

static void
take_times (Bench * bench, gdouble frame_ms)
{
  gdouble network = sg_session_get_stage_ms (bench->session, SG_STAGE_NETWORK);

  g_array_append_val (bench->network_ms, network);
  g_array_append_val (bench->frame_ms, frame_ms);
  for (guint i = 0; i < SG_N_STAGES; i++)
    bench->stage_ms[i] += sg_session_get_stage_ms (bench->session, i)
        / options.runs;
}

/* Adds to the times, so that it can be called again. */
static gboolean
bench_run (Bench * bench, GError ** error)
{
  gint submitted = 0, n = options.runs + BENCH_WARM_UP;
  gdouble last = now_ms ();

  memset (bench->stage_ms, 0, sizeof bench->stage_ms);
  for (gint i = 0; i < n; i++) {
    gdouble now;

    if (i == BENCH_WARM_UP && per_op)
      sg_session_set_profiling (bench->session, TRUE);
    /* to the last: frames are to be under way all the time */
    for (; submitted < i + (gint) bench->n_flight; submitted++)
      if (!submit (bench, (guint) submitted % bench->n_flight, error))
        return FALSE;
    if (!sg_session_collect (bench->session, error))
      return FALSE;
    now = now_ms ();
    if (i >= BENCH_WARM_UP)
      take_times (bench, now - last);
    last = now;
    bench_progress (&options, "network", MAX (i + 1 - BENCH_WARM_UP, 0),
        options.runs);
  }
  sg_session_discard (bench->session);
  return TRUE;
}

/* --- what is printed ------------------------------------------------------ */

static void
print_profile (GArray * profile)
{
  gdouble total = 0, flops = 0, bytes = 0;

  for (guint i = 0; i < profile->len; i++) {
    const SgNodeProfile *row = &g_array_index (profile, SgNodeProfile, i);

    total += row->ms;
    flops += row->flops;
    bytes += row->bytes;
  }
  printf ("%9s %6s %9s %7s  %-9s %-40s %s\n", "ms", "share", "GFLOP/s",
      "GB/s", "backend", "operator", "node");
  for (guint i = 0; i < profile->len; i++) {
    const SgNodeProfile *row = &g_array_index (profile, SgNodeProfile, i);
    gdouble ms = MAX (row->ms, 1e-6);

    printf ("%9.3f %5.1f%% %9.1f %7.2f  %-9s %-40s %s\n", row->ms,
        100 * row->ms / MAX (total, 1e-6), row->flops / ms / 1e6,
        row->bytes / ms / 1e6, row->backend, row->op, row->name);
  }
  total = MAX (total, 1e-6);
  printf ("%9.3f %6s %9.1f %7.2f  all of it\n", total, "", flops / total / 1e6,
      bytes / total / 1e6);
}

static void
add_number (JsonBuilder * builder, const gchar * name, gdouble value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_integer (JsonBuilder * builder, const gchar * name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_string (JsonBuilder * builder, const gchar * name, const gchar * value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_times (JsonBuilder * builder, const gchar * name, const BenchTimes * t)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  add_number (builder, "median_ms", t->median);
  add_number (builder, "min_ms", t->min);
  add_number (builder, "mean_ms", t->mean);
  add_number (builder, "max_ms", t->max);
  json_builder_end_object (builder);
}

static void
add_profile (JsonBuilder * builder, GArray * profile)
{
  json_builder_set_member_name (builder, "operators");
  json_builder_begin_array (builder);
  for (guint i = 0; i < profile->len; i++) {
    const SgNodeProfile *row = &g_array_index (profile, SgNodeProfile, i);

    json_builder_begin_object (builder);
    add_string (builder, "op", row->op);
    add_string (builder, "name", row->name);
    add_string (builder, "backend", row->backend);
    add_number (builder, "ms", row->ms);
    add_number (builder, "flops", row->flops);
    add_number (builder, "bytes", row->bytes);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static const gchar *
get_precision (Bench * bench)
{
  return sg_device_get_precision (bench->device) == SG_PRECISION_FP16 ? "fp16"
      : "fp32";
}

static void
print_json (Bench * bench, const BenchTimes * network,
    const BenchTimes * frame, GArray * profile, const BenchTimes * element)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *text = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "model", options.model);
  add_integer (builder, "width", options.width);
  add_integer (builder, "height", options.height);
  add_string (builder, "backend", sg_device_get_backend_name (bench->device));
  add_string (builder, "device", sg_device_get_description (bench->device));
  add_integer (builder, "threads", sg_thread_pool_get_size
      (sg_device_get_threads (bench->device)));
  add_integer (builder, "runs", options.runs);
  add_number (builder, "load_ms", bench->load_ms);
  add_number (builder, "compile_ms", bench->compile_ms);
  if (bench->warm_ms >= 0)
    add_number (builder, "compile_again_ms", bench->warm_ms);
  add_string (builder, "precision", get_precision (bench));
  add_integer (builder, "frames_in_flight", bench->n_flight);
  add_integer (builder, "memory_bytes",
      (gint64) sg_session_get_memory_bytes (bench->session));
  add_times (builder, "network", network);
  add_times (builder, with_frames ? "frame" : "run", frame);
  for (guint i = 0; i < SG_N_STAGES; i++) {
    g_autofree gchar *name = g_strdup_printf ("stage_%s_ms",
        sg_stage_get_name (i));

    add_number (builder, name, bench->stage_ms[i]);
  }
  if (profile)
    add_profile (builder, profile);
  if (element) {
    add_times (builder, "element", element);
    add_number (builder, "overhead_ms", element->median - network->median);
  }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, NULL);
  printf ("%s\n", text);
}

static void
print_text (Bench * bench, const BenchTimes * network,
    const BenchTimes * frame, GArray * profile, const BenchTimes * element)
{
  printf ("%s %dx%d on %s, %s (%s)\n", options.model, options.width,
      options.height, sg_device_get_backend_name (bench->device),
      get_precision (bench), sg_device_get_description (bench->device));
  printf ("loaded in %.0f ms, compiled in %.0f ms", bench->load_ms,
      bench->compile_ms);
  if (bench->warm_ms >= 0)
    printf (" (%.0f ms with the pipelines cached)", bench->warm_ms);
  printf (", %.1f MB beside the weights\n",
      (gdouble) sg_session_get_memory_bytes (bench->session) / 1e6);
  printf ("network: %.2f ms median, %.2f min, %.2f max, %d runs\n",
      network->median, network->min, network->max,
      options.runs * (element ? 2 : 1));
  printf ("%s: %.2f ms each, %u in flight; load %.2f, network %.2f, store "
      "%.2f\n", with_frames ? "frames" : "tensors", frame->mean,
      bench->n_flight, bench->stage_ms[SG_STAGE_LOAD],
      bench->stage_ms[SG_STAGE_NETWORK], bench->stage_ms[SG_STAGE_STORE]);
  if (element)
    printf ("element: %.2f ms median, %.2f min, %.2f max: %.2f ms over the "
        "bare network\n", element->median, element->min, element->max,
        element->median - network->median);
  if (profile)
    print_profile (profile);
}

/* --- main ----------------------------------------------------------------- */

static gboolean
bench_all (const SgDeviceConfig * config, GError ** error)
{
  Bench bench = { .config = *config };
  BenchTimes network, frame, element;
  g_autoptr (GArray) profile = NULL;
  gboolean ok;

  ok = bench_open (&bench, error) && bench_run (&bench, error);
  /* before and after: a machine that drifts must not look like overhead */
  if (ok && pipeline)
    ok = bench_pipeline (&options, &element, error)
        && bench_run (&bench, error);
  if (ok && per_op)
    profile = sg_session_get_profile (bench.session);
  bench_times (bench.network_ms, &network);
  bench_times (bench.frame_ms, &frame);
  if (ok && as_json)
    print_json (&bench, &network, &frame, profile, pipeline ? &element : NULL);
  else if (ok)
    print_text (&bench, &network, &frame, profile, pipeline ? &element : NULL);
  /* strings of the profile are the session's */
  g_clear_pointer (&profile, g_array_unref);
  bench_close (&bench);
  return ok;
}

static gboolean
parse_precision (const gchar * name, SgPrecision * precision)
{
  static const gchar *const names[] = {
    [SG_PRECISION_AUTO] = "auto",
    [SG_PRECISION_FP32] = "fp32",
    [SG_PRECISION_FP16] = "fp16",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name)) {
      *precision = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
check_options (SgDeviceConfig * config)
{
  if (options.width < 1 || options.height < 1 || options.runs < 1
      || options.threads < 0 || options.threads > SG_THREADS_MAX
      || options.frames_in_flight < 1 || options.frames_in_flight > MAX_FLIGHT)
    return FALSE;
  config->n_threads = (guint) options.threads;
  config->name = options.device;
  return parse_backend (options.backend, &config->backend)
      && parse_precision (options.precision, &config->precision);
}

static gboolean
parse_options (gint * argc, gchar *** argv, SgDeviceConfig * config,
    GError ** error)
{
  const GOptionEntry entries[] = {
    {"backend", 'b', 0, G_OPTION_ARG_STRING, &backend_name,
        "auto, cpu, vulkan or reference (default auto)", "NAME"},
    {"device", 'd', 0, G_OPTION_ARG_STRING, &device_name,
        "Number, UUID or part of the name of a GPU", "NAME"},
    {"precision", 0, 0, G_OPTION_ARG_STRING, &precision_name,
        "auto, fp32 or fp16, on a GPU (default auto)", "NAME"},
    {"frames-in-flight", 'f', 0, G_OPTION_ARG_INT, &options.frames_in_flight,
        "Frames under way at a time, on a GPU (default 1)", "N"},
    {"frames", 0, 0, G_OPTION_ARG_NONE, &with_frames,
        "Feed NV12 frames rather than tensors", NULL},
    {"threads", 't', 0, G_OPTION_ARG_INT, &options.threads,
        "CPU threads, 0 for all (default 2)", "N"},
    {"runs", 'n', 0, G_OPTION_ARG_INT, &options.runs,
        "Frames to time after 3 to warm up (default 21)", "N"},
    {"per-op", 0, 0, G_OPTION_ARG_NONE, &per_op,
        "Where the time goes, operator by operator", NULL},
    {"pipeline", 0, 0, G_OPTION_ARG_NONE, &pipeline,
          "Time the element too, on I420 frames (GST_PLUGIN_PATH must have it)",
        NULL},
    {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one JSON object", NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "No progress", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments, NULL,
        "MODEL.onnx WIDTHxHEIGHT"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Milliseconds per frame of a model: "
      "the network alone on random pixels.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (backend_name)
    options.backend = backend_name;
  if (precision_name)
    options.precision = precision_name;
  options.device = device_name;
  if (arguments == NULL || g_strv_length (arguments) != 2
      || sscanf (arguments[1], "%dx%d", &options.width, &options.height) != 2
      || !check_options (config)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "usage: bench-model MODEL.onnx WIDTHxHEIGHT [OPTION...]; see --help");
    return FALSE;
  }
  options.model = arguments[0];
  return TRUE;
}

gint
main (gint argc, gchar ** argv)
{
  g_autoptr (GError) error = NULL;
  SgDeviceConfig config = { SG_BACKEND_AUTO, };
  gint status = 0;

  if (!parse_options (&argc, &argv, &config, &error))
    status = 2;
  else if (!bench_all (&config, &error))
    status = 1;
  if (error)
    fprintf (stderr, "%s\n", error->message);
  g_strfreev (arguments);
  g_free (backend_name);
  g_free (device_name);
  g_free (precision_name);
  return status;
}
