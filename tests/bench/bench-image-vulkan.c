/* gst-stylegan: times the steps of a frame to a Vulkan device and back
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "bench-image.h"
#include "util/frame-vulkan.h"
#include "util/vulkan.h"

/* Frames to begin with that are not counted: drivers compile at the first. */
#define N_WARM 2

enum
{
  STEP_READ, STEP_UPLOAD, STEP_LOAD, STEP_STORE, STEP_DOWNLOAD, STEP_WRITE,
  N_STEPS
};

static const gchar *const step_names[N_STEPS] = {
  "read", "upload", "load", "store", "download", "write"
};

SgDevice *
bench_image_vulkan_open (const gchar * name, gint n_threads,
    SgPrecision precision, GError ** error)
{
  g_autofree gchar *first = name ? NULL : test_vulkan_name ();

  return sg_device_open (&(SgDeviceConfig) {
      .backend = SG_BACKEND_VULKAN, .n_threads = n_threads,
        .name = name ? name : first, .precision = precision}
      , NULL, error);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 ta = *(const gint64 *) a, tb = *(const gint64 *) b;

  return ta < tb ? -1 : ta > tb;
}

/* The time that one step took, in microseconds; -1: @error */
static gint64
time_step (TestVkFrame * vk, gint step, const SgImage * in, SgImage * out,
    GError ** error)
{
  const gint64 start = g_get_monotonic_time ();
  gboolean ok = TRUE;

  switch (step) {
    case STEP_READ:
      test_vk_frame_read (vk, in);
      break;
    case STEP_UPLOAD:
      ok = test_vk_frame_upload (vk, error);
      break;
    case STEP_LOAD:
      ok = test_vk_frame_load (vk, error);
      break;
    case STEP_STORE:
      ok = test_vk_frame_store (vk, error);
      break;
    case STEP_DOWNLOAD:
      ok = test_vk_frame_download (vk, error);
      break;
    default:
      test_vk_frame_write (vk, out);
  }
  return ok ? g_get_monotonic_time () - start : -1;
}

/* @times: n_runs of each step */
static void
report (const BenchImage * options, const TestFormat * format, gint64 ** times)
{
  gint i;

  printf (options->json ? "{\"format\": \"%s\"" : "%-12s", format->name);
  for (i = 0; i < N_STEPS; i++) {
    qsort (times[i], options->n_runs, sizeof *times[i], compare_times);
    printf (options->json ? ", \"%s_ms\": %.3f" : "  %s %6.3f", step_names[i],
        times[i][options->n_runs / 2] / 1e3);
  }
  printf (options->json ? "}\n" : "\n");
}

gboolean
bench_image_vulkan (SgDevice * device, const BenchImage * options,
    const TestFormat * format, GError ** error)
{
  SgPixelConvention convention = { 3, {0, 1, 2}, 255, 0 };
  TestRng rng = test_rng (1, format->name);
  gint64 *times[N_STEPS];
  TestFrame in, out;
  TestVkFrame *vk;
  gboolean ok;
  gint i, step;

  test_frame_init (&in, format, options->width, options->height, 0, FALSE,
      &rng);
  test_frame_init (&out, format, options->width, options->height, 0, FALSE,
      &rng);
  test_frame_set_color (&in, format, TEST_MATRIX_709, FALSE);
  in.image.color.transfer = options->transfer;
  for (step = 0; step < N_STEPS; step++)
    times[step] = g_new (gint64, options->n_runs);
  vk = test_vk_frame_new ((SgVkDevice *) device, &in.image, &convention, error);
  ok = vk != NULL;
  for (i = -N_WARM; i < options->n_runs && ok; i++) {
    for (step = 0; step < N_STEPS && ok; step++) {
      gint64 time = time_step (vk, step, &in.image, &out.image, error);

      times[step][MAX (i, 0)] = time;
      ok = time >= 0;
    }
  }
  if (ok)
    report (options, format, times);
  test_vk_frame_free (vk);
  for (step = 0; step < N_STEPS; step++)
    g_free (times[step]);
  test_frame_clear (&in);
  test_frame_clear (&out);
  return ok;
}
