/* gst-stylegan: times sg_image_load and sg_image_store
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   bench-image [--size WxH] [--threads N] [--runs N] [--format NAME] [--cold]
 *       [--transfer] [--json] [--backend cpu|vulkan] [--device NAME]
 *       [--precision fp32|fp16]
 *
 * Milliseconds per frame, median and least. With --cold other memory is written
 * before each conversion, as the network does between them. With --transfer
 * frames have SMPTE 170M primaries, as those of standard definition have.
 * SG_CPU_ISA chooses the instruction set. On Vulkan: each step alone, from submission
 * to the end of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench-image.h"

static gint width = 1280, height = 720, n_threads = 2, n_runs = 101;
static gchar *size, *only, *backend, *device_name, *precision;
static gboolean json, cold, with_transfer;

/* More than the caches that are near. */
#define COLD_BYTES ((gsize) 64 << 20)
static guint8 *other;

static const GOptionEntry entries[] = {
  {"size", 0, 0, G_OPTION_ARG_STRING, &size, "Frame size", "WxH"},
  {"threads", 0, 0, G_OPTION_ARG_INT, &n_threads, "0: all", "N"},
  {"runs", 0, 0, G_OPTION_ARG_INT, &n_runs, "Frames to time", "N"},
  {"format", 0, 0, G_OPTION_ARG_STRING, &only, "This format only", "NAME"},
  {"cold", 0, 0, G_OPTION_ARG_NONE, &cold, "With cold caches", NULL},
  {"transfer", 0, 0, G_OPTION_ARG_NONE, &with_transfer,
      "With SMPTE 170M primaries", NULL},
  {"backend", 0, 0, G_OPTION_ARG_STRING, &backend, "cpu (default) or vulkan",
      "NAME"},
  {"device", 0, 0, G_OPTION_ARG_STRING, &device_name, "Which GPU", "NAME"},
  {"precision", 0, 0, G_OPTION_ARG_STRING, &precision,
      "fp32 or fp16 on Vulkan", "NAME"},
  {"json", 0, 0, G_OPTION_ARG_NONE, &json, "One JSON object per line", NULL},
  {NULL}
};

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 ta = *(const gint64 *) a, tb = *(const gint64 *) b;

  return ta < tb ? -1 : ta > tb;
}

static void
write_other (gpointer data, guint task, guint slot)
{
  const gsize part = COLD_BYTES / 64;

  memset (other + task * part, GPOINTER_TO_INT (data), part);
}

/* Returns: the time afterwards */
static gint64
cool_down (SgDevice * device, gint value)
{
  if (cold)
    sg_thread_pool_run (sg_device_get_threads (device), 64, write_other,
        GINT_TO_POINTER (value));
  return g_get_monotonic_time ();
}

/* SMPTE 170M primaries to BT.709's and back, BT.2020's transfer function. */
static const SgTransfer *
get_transfer (void)
{
  static SgTransfer transfer = {
    {{0.939542, 0.050181, 0.010277}, {0.017772, 0.965793, 0.016435},
        {-0.001622, -0.004370, 1.005992}},
    {{1.065379, -0.055401, -0.009978}, {-0.019633, 1.036363, -0.016731},
        {0.001632, 0.004412, 0.993956}},
  };
  gint i;

  for (i = 0; i < SG_TRANSFER_SIZE; i++) {
    gdouble v = i / (SG_TRANSFER_SIZE - 1.0), l = v * v;

    transfer.decode[i] = v < 0.0812428 ? v / 4.5
        : pow ((v + 0.0992968) / 1.0992968, 1 / 0.45);
    transfer.encode[i] = l < 0.0180540 ? 4.5 * l
        : 1.0992968 * pow (l, 0.45) - 0.0992968;
  }
  return &transfer;
}

/* @load, @store: n_runs times in microseconds */
static void
report (const TestFormat * format, gint64 * load, gint64 * store)
{
  gdouble load_ms, store_ms;

  qsort (load, n_runs, sizeof *load, compare_times);
  qsort (store, n_runs, sizeof *store, compare_times);
  load_ms = load[n_runs / 2] / 1e3;
  store_ms = store[n_runs / 2] / 1e3;
  if (json)
    printf ("{\"format\": \"%s\", \"load_ms\": %.3f, \"load_min_ms\": %.3f,"
        " \"store_ms\": %.3f, \"store_min_ms\": %.3f}\n", format->name,
        load_ms, load[0] / 1e3, store_ms, store[0] / 1e3);
  else
    printf ("%-12s load %6.3f (least %6.3f)  store %6.3f (least %6.3f)"
        "  both %6.3f\n", format->name, load_ms, load[0] / 1e3, store_ms,
        store[0] / 1e3, load_ms + store_ms);
}

static gboolean
bench_format (SgDevice * device, const TestFormat * format, GError ** error)
{
  SgPixelConvention convention = { 3, {0, 1, 2}, 255, 0 };
  SgShape shape = SG_SHAPE (1, 3, height, width);
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  g_autofree gint64 *load = g_new (gint64, n_runs);
  g_autofree gint64 *store = g_new (gint64, n_runs);
  TestRng rng = test_rng (1, format->name);
  gboolean ok = TRUE;
  TestFrame in, out;
  gint i;

  if (tensor == NULL)
    return FALSE;
  test_frame_init (&in, format, width, height, 0, FALSE, &rng);
  test_frame_init (&out, format, width, height, 0, FALSE, &rng);
  test_frame_set_color (&in, format, TEST_MATRIX_709, FALSE);
  test_frame_set_color (&out, format, TEST_MATRIX_709, FALSE);
  if (with_transfer)
    in.image.color.transfer = out.image.color.transfer = get_transfer ();
  for (i = 0; i < n_runs && ok; i++) {
    gint64 start = cool_down (device, i);

    ok = sg_image_load (device, &in.image, &convention, tensor, error);
    load[i] = g_get_monotonic_time () - start;
    start = cool_down (device, i);
    ok = ok && sg_image_store (device, tensor, &convention, &in.image,
        &out.image, error);
    store[i] = g_get_monotonic_time () - start;
  }
  test_frame_clear (&in);
  test_frame_clear (&out);
  if (!ok)
    return FALSE;
  report (format, load, store);
  return TRUE;
}

static SgDevice *
open_device (gboolean vulkan, GError ** error)
{
  if (vulkan)
    return bench_image_vulkan_open (device_name, n_threads,
        g_strcmp0 (precision, "fp16") == 0 ? SG_PRECISION_FP16
        : precision ? SG_PRECISION_FP32 : SG_PRECISION_AUTO, error);
  return sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_CPU, n_threads}
      , NULL, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = NULL;
  const TestFormat *formats;
  BenchImage options;
  gboolean ok = TRUE, vulkan;
  guint n_formats, i;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)
      || (size && sscanf (size, "%dx%d", &width, &height) != 2)
      || n_runs < 1 || n_threads < 0 || width < 1 || height < 1) {
    fprintf (stderr, "bench-image: %s\n", error ? error->message
        : "arguments that make no sense, try --help");
    return 2;
  }
  vulkan = g_strcmp0 (backend, "vulkan") == 0;
  options = (BenchImage) {
  width, height, n_runs, json, with_transfer ? get_transfer () : NULL};
  other = g_malloc (COLD_BYTES);
  device = open_device (vulkan, &error);
  if (device && !json)
    printf ("%s, %dx%d, ms\n", sg_device_get_description (device), width,
        height);
  formats = test_formats (&n_formats);
  for (i = 0; i < n_formats && device && ok; i++) {
    if (only && !g_str_equal (only, formats[i].name))
      continue;
    ok = vulkan ? bench_image_vulkan (device, &options, &formats[i], &error)
        : bench_format (device, &formats[i], &error);
  }
  g_free (other);
  if (error)
    fprintf (stderr, "bench-image: %s\n", error->message);
  return error ? 1 : 0;
}
