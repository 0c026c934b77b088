/* gst-stylegan: tests of what a stylizer repairs by itself
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <sg/stylizer.h>

#include "util/frame.h"
#include "util/onnx-writer.h"
#include "util/vulkan.h"
#include "vulkan/vk.h"

#define D(n) ((gint64) (n))
#define WIDTH 38
#define HEIGHT 27

static void
add_scalar (GByteArray * graph, const gchar * name, gfloat value)
{
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_filled_tensor (name, value, D (1), D (1), D (1), D (1),
          ONNX_END));
}

/* y = x, by way of 16 x^2: in half precision of dark pixels only. */
static SgModel *
load_model (void)
{
  GByteArray *graph = onnx_writer_message ();
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) error = NULL;
  SgModel *model;

  onnx_writer_string (graph, 2, "test");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x",
          ONNX_FLOAT, D (1), D (3), D (-1), D (-1), ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, D (1), D (3), D (-1), D (-1), ONNX_END));
  add_scalar (graph, "four", 4);
  add_scalar (graph, "quarter", 0.25f);
  onnx_writer_put (graph, ONNX_GRAPH_NODE,
      onnx_writer_node ("Mul", "a", "x,four", "a", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE,
      onnx_writer_node ("Mul", "b", "a,a", "b", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE,
      onnx_writer_node ("Sqrt", "c", "b", "c", NULL));
  onnx_writer_put (graph, ONNX_GRAPH_NODE,
      onnx_writer_node ("Mul", "d", "c,quarter", "y", NULL));
  bytes = onnx_writer_model (13, graph);
  model = sg_model_load_bytes ("test.onnx", bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  return model;
}

static SgStylizer *
new_stylizer (SgDevice * device, guint frames_in_flight)
{
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .frames_in_flight = frames_in_flight
  };
  g_autoptr (SgModel) model = load_model ();
  g_autoptr (GError) error = NULL;
  SgStylizer *stylizer = sg_stylizer_new (model, device, &config, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sg_stylizer_get_frames_in_flight (stylizer), ==,
      frames_in_flight);
  return stylizer;
}

/* Random below @max. */
static void
init_frame (TestFrame * frame, guint max, guint64 seed)
{
  const TestFormat *format = test_format_find ("GBR");
  TestRng rng = test_rng (seed, "frame");
  gint c, x, y;

  test_frame_init (frame, format, WIDTH, HEIGHT, 0, FALSE, &rng);
  test_frame_set_color (frame, format, TEST_MATRIX_709, TRUE);
  for (c = 0; c < 3; c++)
    for (y = 0; y < HEIGHT; y++)
      for (x = 0; x < WIDTH; x++)
        test_frame_put (frame, c, x, y, test_rng_below (&rng, max));
}

static void
assert_near (const TestFrame * a, const TestFrame * b)
{
  gint c, x, y;

  for (c = 0; c < 3; c++)
    for (y = 0; y < HEIGHT; y++)
      for (x = 0; x < WIDTH; x++)
        g_assert_cmpint (ABS ((gint) test_frame_get (a, c, x, y)
                - (gint) test_frame_get (b, c, x, y)), <=, 1);
}

static void
assert_warned (SgStylizer * stylizer, const gchar * words)
{
  g_autofree gchar *warning = sg_stylizer_take_warning (stylizer);
  g_autofree gchar *again = sg_stylizer_take_warning (stylizer);

  g_assert_nonnull (warning);
  g_assert_nonnull (strstr (warning, words));
  g_assert_null (again);
}

#define N_FRAMES 12

/* Called before frame @index is submitted. */
typedef void (*Hook) (SgStylizer * stylizer, guint index);

/* Frames of which number @bright has bright pixels, as many under way as the
 * stylizer takes; every other one in its own memory. All must come out. */
static void
run_frames (SgStylizer * stylizer, guint bright, Hook hook)
{
  guint n = sg_stylizer_get_frames_in_flight (stylizer), submitted = 0;
  TestFrame in[N_FRAMES], kept[N_FRAMES], out[N_FRAMES];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_FRAMES; i++) {
    init_frame (&in[i], i == bright ? 256 : 40, i);
    init_frame (&kept[i], i == bright ? 256 : 40, i);
    init_frame (&out[i], 256, 99);
  }
  for (guint i = 0; i < N_FRAMES; i++) {
    while (submitted < MIN (N_FRAMES, i + n)) {
      TestFrame *to = submitted & 1 ? &in[submitted] : &out[submitted];

      if (hook)
        hook (stylizer, submitted);
      sg_stylizer_submit (stylizer, &in[submitted].image, &to->image, &error);
      g_assert_no_error (error);
      submitted++;
    }
    g_assert_cmpuint (sg_stylizer_get_n_submitted (stylizer), ==,
        submitted - i);
    sg_stylizer_collect (stylizer, &error);
    g_assert_no_error (error);
    assert_near (&kept[i], i & 1 ? &in[i] : &out[i]);
  }
  for (guint i = 0; i < N_FRAMES; i++) {
    test_frame_clear (&in[i]);
    test_frame_clear (&kept[i]);
    test_frame_clear (&out[i]);
  }
}

static void
test_overflow (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP16);

  for (guint n = 1; device && n <= 4; n++) {
    g_autoptr (SgStylizer) stylizer = new_stylizer (device, n);

    run_frames (stylizer, N_FRAMES, NULL);
    g_assert_null (sg_stylizer_take_warning (stylizer));
    g_assert_true (sg_stylizer_get_device (stylizer) == device);
    run_frames (stylizer, 6, NULL);
    assert_warned (stylizer, "fp32");
    g_assert_true (sg_stylizer_get_device (stylizer) != device);
    g_assert_cmpint (sg_device_get_precision (sg_stylizer_get_device
            (stylizer)), ==, SG_PRECISION_FP32);
    run_frames (stylizer, 3, NULL);
    g_assert_null (sg_stylizer_take_warning (stylizer));
  }
}

static void
lose (SgStylizer * stylizer)
{
  SgVkDevice *device = (SgVkDevice *) sg_stylizer_get_device (stylizer);

  vk_context_lose (device->context);
}

static void
lose_at_5 (SgStylizer * stylizer, guint index)
{
  if (index == 5)
    lose (stylizer);
}

/* Once is repaired, twice is not. */
static void
test_lost (void)
{
  for (guint n = 1; n <= 4; n++) {
    g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
    g_autoptr (SgStylizer) stylizer = NULL;
    g_autoptr (GError) error = NULL;
    TestFrame frame;

    if (device == NULL)
      return;
    stylizer = new_stylizer (device, n);
    run_frames (stylizer, N_FRAMES, lose_at_5);
    assert_warned (stylizer, "lost");
    run_frames (stylizer, N_FRAMES, NULL);
    init_frame (&frame, 256, 1);
    g_assert_true (sg_stylizer_submit (stylizer, &frame.image, &frame.image,
            &error));
    lose (stylizer);
    g_assert_false (sg_stylizer_collect (stylizer, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST);
    g_clear_error (&error);
    g_assert_cmpuint (sg_stylizer_get_n_submitted (stylizer), ==, 0);
    g_assert_false (sg_stylizer_process (stylizer, &frame.image, &frame.image,
            &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST);
    g_assert_cmpuint (sg_stylizer_get_n_submitted (stylizer), ==, 0);
    test_frame_clear (&frame);
  }
}

/* The device goes at the first submission to it, at the second, and so on; copying
 * frames in either way. */
static void
test_lost_anywhere (void)
{
  for (guint i = 0; i < 24; i++) {
    g_autoptr (SgDevice) base = test_vulkan_device (SG_PRECISION_FP32);
    SgVkDevice *device = (SgVkDevice *) base;
    g_autoptr (SgStylizer) stylizer = NULL;

    if (device == NULL)
      return;
    if (i & 1) {
      device->features.unified_memory = FALSE;
      device->features.transfer_queue = TRUE;
    }
    stylizer = new_stylizer (base, 1 + i % 3);
    device->context->lose_after = (gint) i / 2;
    run_frames (stylizer, N_FRAMES, NULL);
    assert_warned (stylizer, "lost");
    run_frames (stylizer, N_FRAMES, NULL);
  }
}

/* With frames among them that are carried, which the network has to do then. */
static void
test_lost_carried (void)
{
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .frames_in_flight = 2, .can_carry = TRUE
  };
  SgStylizerControls controls = SG_STYLIZER_CONTROLS_INIT;

  for (guint lost = 1; lost < 3; lost++) {
    g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
    g_autoptr (SgModel) model = load_model ();
    g_autoptr (SgStylizer) stylizer = NULL;
    g_autoptr (GError) error = NULL;
    guint n_submitted = 0, n_carried = 0;
    TestFrame in, out[2];

    if (device == NULL)
      return;
    stylizer = sg_stylizer_new (model, device, &config, &error);
    g_assert_no_error (error);
    init_frame (&in, 256, 1);
    init_frame (&out[0], 1, 2);
    init_frame (&out[1], 1, 3);
    for (guint i = 0; i < N_FRAMES; i++) {
      for (; n_submitted < MIN (N_FRAMES, i + 2); n_submitted++) {
        controls.carry = n_submitted % 3 > 0;
        sg_stylizer_set_controls (stylizer, &controls);
        if (n_submitted == lost)
          lose (stylizer);
        g_assert_true (sg_stylizer_submit (stylizer, &in.image,
                &out[n_submitted & 1].image, &error));
      }
      g_assert_true (sg_stylizer_collect (stylizer, &error));
      n_carried += sg_stylizer_was_carried (stylizer);
      assert_near (&in, &out[i & 1]);
    }
    assert_warned (stylizer, "lost");
    g_assert_cmpuint (n_carried, >=, 5);
    test_frame_clear (&in);
    test_frame_clear (&out[0]);
    test_frame_clear (&out[1]);
  }
}

/* Both, one after the other: half precision does not come back. */
static void
test_lost_in_fp32 (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP16);
  g_autoptr (SgStylizer) stylizer = NULL;

  if (device == NULL)
    return;
  stylizer = new_stylizer (device, 2);
  run_frames (stylizer, 2, lose_at_5);
  assert_warned (stylizer, "fp32");
  g_assert_cmpint (sg_device_get_precision (sg_stylizer_get_device
          (stylizer)), ==, SG_PRECISION_FP32);
}

static void
test_discard (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (SgStylizer) stylizer = NULL;
  g_autoptr (GError) error = NULL;
  TestFrame frames[3], small;

  if (device == NULL)
    return;
  stylizer = new_stylizer (device, 3);
  for (guint i = 0; i < 3; i++) {
    init_frame (&frames[i], 256, i);
    g_assert_true (sg_stylizer_submit (stylizer, &frames[i].image,
            &frames[i].image, &error));
  }
  g_assert_false (sg_stylizer_submit (stylizer, &frames[0].image,
          &frames[0].image, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpuint (sg_stylizer_get_n_submitted (stylizer), ==, 3);
  sg_stylizer_discard (stylizer);
  g_assert_cmpuint (sg_stylizer_get_n_submitted (stylizer), ==, 0);
  g_assert_false (sg_stylizer_collect (stylizer, &error));
  g_clear_error (&error);
  /* what is refused leaves the others alone */
  g_assert_true (sg_stylizer_submit (stylizer, &frames[0].image,
          &frames[0].image, &error));
  small = frames[1];
  small.image.height--;
  g_assert_false (sg_stylizer_submit (stylizer, &small.image, &small.image,
          &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (sg_stylizer_collect (stylizer, &error));
  run_frames (stylizer, 4, NULL);
  /* freed with frames under way */
  g_assert_true (sg_stylizer_submit (stylizer, &frames[0].image,
          &frames[0].image, &error));
  g_clear_pointer (&stylizer, sg_stylizer_free);
  for (guint i = 0; i < 3; i++)
    test_frame_clear (&frames[i]);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/repair/overflow", test_overflow);
  g_test_add_func ("/repair/lost", test_lost);
  g_test_add_func ("/repair/lost-anywhere", test_lost_anywhere);
  g_test_add_func ("/repair/lost-carried", test_lost_carried);
  g_test_add_func ("/repair/lost-in-fp32", test_lost_in_fp32);
  g_test_add_func ("/repair/discard", test_discard);
  return g_test_run ();
}
