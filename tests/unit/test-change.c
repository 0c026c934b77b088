/* gst-stylegan: tests of what one network costs the thread that goes on from another
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE             /* RUSAGE_THREAD */
#include <sg/onnx.h>
#include <sg/stylizer.h>

#include <malloc.h>
#include <string.h>
#include <sys/resource.h>

#include "util/data.h"

#define WIDTH 256
#define HEIGHT 144
#define N (3 * WIDTH * HEIGHT)
/* Pages that may be new in a frame: stack and small change. The states of one stylizer are
 * over 300, what a network works in is more. */
#define FEW 64

static SgStylizer *
open_stylizer (SgModel * model, SgDevice * device)
{
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .temporal = SG_TEMPORAL_MOTION,
    .can_carry = TRUE
  };
  g_autoptr (GError) error = NULL;
  SgStylizer *stylizer = sg_stylizer_new (model, device, &config, &error);

  g_assert_no_error (error);
  return stylizer;
}

static void
play (SgStylizer * stylizer, gboolean carry, guint8 * in, guint8 * out)
{
  SgStylizerControls controls = SG_STYLIZER_CONTROLS_INIT;
  SgImage images[2];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++) {
    images[i] = (SgImage) {
      WIDTH, HEIGHT, 3, .sample = { 1, 8, 0, FALSE }
    };
    for (gint c = 0; c < 3; c++) {
      images[i].plane[c] = (SgPlane) {
      (i ? out : in) + c, 3 * WIDTH, 3, 0, 0};
      images[i].color.to_rgb[c][c] = 1 / 255.0;
      images[i].color.from_rgb[c][c] = 255;
    }
  }
  controls.carry = carry;
  sg_stylizer_set_controls (stylizer, &controls);
  g_assert_true (sg_stylizer_process (stylizer, &images[0], &images[1],
          &error));
  g_assert_no_error (error);
  g_assert_cmpint (sg_stylizer_was_carried (stylizer), ==, carry);
}

static glong
n_faults (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

/* Pages are touched first where a stylizer is made, which is not where it plays. */
static void
test_pages (void)
{
  g_autofree gchar *path = test_source_file ("gst/styles/great-wave-nano.onnx");
  g_autofree guint8 *in = g_malloc (N), *out = g_malloc (N);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) model = sg_model_load (path, &error);
  g_autoptr (SgDevice) device = sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_CPU, 1}, NULL, &error);
  g_autoptr (SgStylizer) before = NULL;

  g_assert_no_error (error);
  memset (in, 100, N);
  memset (out, 0, N);
  /* what is large comes from the kernel, and goes there */
  mallopt (M_MMAP_THRESHOLD, 1 << 16);
  before = open_stylizer (model, device);
  for (guint i = 0; i < 3; i++)
    play (before, i == 2, in, out);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (SgStylizer) after = open_stylizer (model, device);
    glong begin = n_faults ();

    sg_stylizer_continue (after, before);
    play (after, FALSE, in, out);
    play (after, TRUE, in, out);
    g_test_message ("%ld new pages", n_faults () - begin);
    g_assert_cmpint (n_faults () - begin, <, FEW);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/change/pages", test_pages);
  return g_test_run ();
}
