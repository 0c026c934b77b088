/* gst-stylegan: tests of sg_stylizer
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/stylizer.h>

#include <string.h>

#include "util/frame.h"
#include "util/onnx-writer.h"

#define D(n) ((gint64) (n))
#define OPSET 13

static SgDevice *
open_device (void)
{
  g_autoptr (GError) error = NULL;
  SgDevice *device =
      sg_device_open (&(SgDeviceConfig) { SG_BACKEND_CPU, 2 }, NULL,
      &error);

  g_assert_no_error (error);
  return device;
}

/* --- models ---------------------------------------------------------------- */

/* A graph with image input x and image output y of free size. */
static GByteArray *
new_graph (gint channels, gint width, gint height)
{
  GByteArray *graph = onnx_writer_message ();

  onnx_writer_string (graph, 2, "test");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x",
          ONNX_FLOAT, D (1), D (channels), D (height), D (width), ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, D (1), D (channels), D (-1), D (-1), ONNX_END));
  return graph;
}

static void
add_node (GByteArray * graph, GByteArray * node)
{
  onnx_writer_put (graph, ONNX_GRAPH_NODE, node);
}

static SgModel *
load (GByteArray * graph, const gchar * key, const gchar * value)
{
  g_autoptr (GByteArray) bytes = onnx_writer_model (OPSET, graph);
  g_autoptr (GError) error = NULL;
  SgModel *model;

  if (key) {
    GByteArray *entry = onnx_writer_message ();

    onnx_writer_string (entry, 1, key);
    onnx_writer_string (entry, 2, value);
    onnx_writer_put (bytes, 14, entry); /* ModelProto.metadata_props */
  }
  model = sg_model_load_bytes ("test.onnx", bytes->data, bytes->len, &error);
  g_assert_no_error (error);
  return model;
}

static SgModel *
identity_model (gint channels)
{
  GByteArray *graph = new_graph (channels, -1, -1);

  add_node (graph, onnx_writer_node ("Identity", "n", "x", "y", NULL));
  return load (graph, NULL, NULL);
}

/* y = x op value, value [1,n,1,1] */
static SgModel *
binary_model (const gchar * op, const gfloat * value, gint n,
    const gchar * key, const gchar * text)
{
  const gint64 dims[4] = { 1, n, 1, 1 };
  GByteArray *graph = new_graph (3, -1, -1);

  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, onnx_writer_raw_tensor ("v",
          ONNX_FLOAT, dims, 4, value, n * sizeof *value));
  add_node (graph, onnx_writer_node (op, "n", "x,v", "y", NULL));
  return load (graph, key, text);
}

/* Kernel of @size x @size that passes the middle sample of each channel on. */
static void
add_middle_kernel (GByteArray * graph, gint64 size)
{
  const gint64 dims[4] = { 3, 3, size, size };
  const gsize n = 9 * size * size;
  g_autofree gfloat *w = g_new0 (gfloat, n);
  gint i;

  for (i = 0; i < 3; i++)
    w[(i * 3 + i) * size * size + size * size / 2] = 1;
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, onnx_writer_raw_tensor ("w",
          ONNX_FLOAT, dims, 4, w, n * sizeof *w));
}

static SgModel *
conv_model (gint64 size, gint64 pad, gint width, gint height)
{
  GByteArray *graph = new_graph (3, width, height);

  add_middle_kernel (graph, size);
  add_node (graph, onnx_writer_node ("Conv", "n", "x,w", "y",
          onnx_writer_attr_ints ("pads", pad, pad, pad, pad, ONNX_END), NULL));
  return load (graph, NULL, NULL);
}

/* @depth times a strided convolution, then as many doublings; with @skip the
 * input is added, so that sizes must match. */
static SgModel *
hourglass_model (gint depth, gboolean skip)
{
  static const gfloat scales[4] = { 1, 1, 2, 2 };
  const gint64 four = 4;
  GByteArray *graph = new_graph (3, -1, -1);
  g_autofree gchar *last = g_strdup ("x");
  gint i;

  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_filled_tensor ("w", 0.04f, D (3), D (3), D (3), D (3),
          ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("s", ONNX_FLOAT, &four, 1, scales,
          sizeof scales));
  for (i = 0; i < 2 * depth; i++) {
    g_autofree gchar *inputs = g_strdup_printf (i < depth ? "%s,w" : "%s,,s",
        last);
    gchar *name = i + 1 == 2 * depth && !skip ? g_strdup ("y")
        : g_strdup_printf ("t%d", i);

    if (i < depth)
      add_node (graph, onnx_writer_node ("Conv", name, inputs, name,
              onnx_writer_attr_ints ("strides", D (2), D (2), ONNX_END),
              onnx_writer_attr_ints ("pads", D (1), D (1), D (1), D (1),
                  ONNX_END), NULL));
    else
      add_node (graph, onnx_writer_node ("Resize", name, inputs, name,
              onnx_writer_attr_string ("mode", "nearest"),
              onnx_writer_attr_string ("nearest_mode", "floor"),
              onnx_writer_attr_string ("coordinate_transformation_mode",
                  "asymmetric"), NULL));
    g_free (last);
    last = name;
  }
  if (skip) {
    g_autofree gchar *inputs = g_strdup_printf ("x,%s", last);

    add_node (graph, onnx_writer_node ("Add", "add", inputs, "y", NULL));
  }
  return load (graph, NULL, NULL);
}

/* Changes the size by @factor. */
static SgModel *
scaling_model (gfloat factor)
{
  const gfloat scales[4] = { 1, 1, factor, factor };
  const gint64 four = 4;
  GByteArray *graph = new_graph (3, -1, -1);

  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("s", ONNX_FLOAT, &four, 1, scales,
          sizeof scales));
  add_node (graph, onnx_writer_node ("Resize", "n", "x,,s", "y",
          onnx_writer_attr_string ("mode", "linear"), NULL));
  return load (graph, NULL, NULL);
}

/* Runs at @width x @height only. */
static SgModel *
fixed_model (gint width, gint height)
{
  const gint64 dims[4] = { 1, 3, height, width };
  const gint64 four = 4;
  GByteArray *graph = new_graph (3, width, height);

  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("s", ONNX_INT64, &four, 1, dims, sizeof dims));
  add_node (graph, onnx_writer_node ("Reshape", "n", "x,s", "y", NULL));
  return load (graph, NULL, NULL);
}

static SgModel *
reflect_model (gint64 pad)
{
  const gint64 pads[8] = { 0, 0, pad, pad, 0, 0, pad, pad };
  const gint64 crops[8] = { 0, 0, -pad, -pad, 0, 0, -pad, -pad };
  const gint64 eight = 8;
  GByteArray *graph = new_graph (3, -1, -1);

  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("p", ONNX_INT64, &eight, 1, pads, sizeof pads));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("c", ONNX_INT64, &eight, 1, crops, sizeof crops));
  add_node (graph, onnx_writer_node ("Pad", "p", "x,p", "t",
          onnx_writer_attr_string ("mode", "reflect"), NULL));
  add_node (graph, onnx_writer_node ("Pad", "c", "t,c", "y", NULL));
  return load (graph, NULL, NULL);
}

/* --- running --------------------------------------------------------------- */

static SgStylizer *
new_stylizer (SgModel * model, SgDevice * device, gint width, gint height,
    gint working_height)
{
  SgStylizerConfig config = { width, height, working_height, };
  g_autoptr (GError) error = NULL;
  SgStylizer *stylizer = sg_stylizer_new (model, device, &config, &error);

  g_assert_no_error (error);
  g_assert_nonnull (stylizer);
  return stylizer;
}

static void
process (SgStylizer * stylizer, const TestFrame * in, TestFrame * out)
{
  g_autoptr (GError) error = NULL;
  gssize offset;

  g_assert_true (sg_stylizer_process (stylizer, &in->image, &out->image,
          &error));
  g_assert_no_error (error);
  g_assert_true (test_guard_check (&out->guard, &offset));
}

static void
init_frame (TestFrame * frame, const gchar * name, gint width, gint height)
{
  const TestFormat *format = test_format_find (name);
  TestRng rng = test_rng (width * 1000 + height, name);

  test_frame_init (frame, format, width, height, 0, FALSE, &rng);
  test_frame_set_color (frame, format, TEST_MATRIX_709, FALSE);
  if (!format->yuv)
    test_frame_set_color (frame, format, TEST_MATRIX_709, TRUE);
}

static void
fill_frame (TestFrame * frame, guint c0, guint c1, guint c2)
{
  const guint values[3] = { c0, c1, c2 };
  gint i, x, y;

  for (i = 0; i < 3; i++) {
    for (y = 0; y < test_frame_rows (frame, i); y++) {
      for (x = 0; x < test_frame_columns (frame, i); x++)
        test_frame_put (frame, i, x, y, values[i]);
    }
  }
}

/* Every sample of component @i is @value, give or take @slack. */
static void
assert_filled (const TestFrame * frame, gint i, gint value, gint slack)
{
  gint x, y;

  for (y = 0; y < test_frame_rows (frame, i); y++) {
    for (x = 0; x < test_frame_columns (frame, i); x++)
      g_assert_cmpint (ABS ((gint) test_frame_get (frame, i, x, y) - value),
          <=, slack);
  }
}

static void
assert_working_size (SgStylizer * stylizer, gint width, gint height)
{
  gint w, h;

  sg_stylizer_get_working_size (stylizer, &w, &h);
  g_assert_cmpint (w, ==, width);
  g_assert_cmpint (h, ==, height);
}

/* @model must give back a frame as it is. */
static void
assert_identity (SgModel * model, SgDevice * device, const gchar * format,
    gint width, gint height, gint working_height)
{
  g_autoptr (SgStylizer) stylizer = new_stylizer (model, device, width,
      height, working_height);
  TestFrame in, out;

  init_frame (&in, format, width, height);
  init_frame (&out, format, width, height);
  memset (out.guard.data, 0, out.guard.bytes);
  process (stylizer, &in, &out);
  g_assert_cmpmem (in.guard.data, in.guard.bytes, out.guard.data,
      out.guard.bytes);
  test_frame_clear (&in);
  test_frame_clear (&out);
}

static void
test_identity (void)
{
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = identity_model (3);
  g_autoptr (SgModel) gray = identity_model (1);
  gint size;

  for (size = 16; size <= 70; size++) {
    assert_identity (model, device, "I420", size, size, 0);
    assert_identity (model, device, "RGB", 86 - size, size, 0);
    assert_identity (model, device, "P010_10LE", 70, size, 0);
    assert_identity (gray, device, "GRAY8", size, 33, 0);
  }
  assert_identity (model, device, "A420", 1, 1, 0);
}

/* The convolutions of the model eat or add a border. */
static void
test_border (void)
{
  g_autoptr (SgDevice) device = open_device ();
  gint size, pad;

  for (pad = 0; pad <= 4; pad++) {
    g_autoptr (SgModel) model = conv_model (5, pad, -1, -1);

    for (size = 16; size <= 70; size += 9)
      assert_identity (model, device, "RGB", size, 81 - size, 0);
  }
}

static void
test_deep_reflection (void)
{
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = reflect_model (40);
  g_autoptr (SgModel) deeper = reflect_model (150);

  assert_identity (model, device, "RGB", 16, 16, 0);
  assert_identity (model, device, "RGB", 41, 40, 0);
  assert_identity (model, device, "I420", 99, 57, 0);
  assert_identity (deeper, device, "I420", 16, 40, 0);
}

/* A frame padded by hand, in the way that the stylizer pads, gives the same. */
static void
test_multiples (void)
{
  g_autoptr (SgDevice) device = open_device ();
  gint depth, size;

  for (depth = 1; depth <= 4; depth++) {
    g_autoptr (SgModel) model = hourglass_model (depth, TRUE);
    const gint multiple = 1 << depth;

    for (size = 32; size <= 49; size++) {
      const gint width = 70 - size, height = size;
      const gint w = (width + multiple - 1) / multiple * multiple;
      const gint h = (height + multiple - 1) / multiple * multiple;
      g_autoptr (SgStylizer) small = new_stylizer (model, device, width,
          height, 0);
      g_autoptr (SgStylizer) large = new_stylizer (model, device, w, h, 0);
      TestFrame in, out, padded, result;
      gint i, x, y;

      assert_working_size (small, w, h);
      init_frame (&in, "GBR", width, height);
      init_frame (&out, "GBR", width, height);
      init_frame (&padded, "GBR", w, h);
      init_frame (&result, "GBR", w, h);
      for (i = 0; i < 3; i++) {
        for (y = 0; y < h; y++) {
          for (x = 0; x < w; x++)
            test_frame_put (&padded, i, x, y, test_frame_get (&in, i,
                    x < width ? x : 2 * (width - 1) - x,
                    y < height ? y : 2 * (height - 1) - y));
        }
      }
      process (small, &in, &out);
      process (large, &padded, &result);
      for (i = 0; i < 3; i++) {
        for (y = 0; y < height; y++) {
          for (x = 0; x < width; x++)
            g_assert_cmpint (test_frame_get (&out, i, x, y), ==,
                test_frame_get (&result, i, x, y));
        }
      }
      test_frame_clear (&in);
      test_frame_clear (&out);
      test_frame_clear (&padded);
      test_frame_clear (&result);
    }
  }
}

/* Without a skip connection the picture comes out rounded up: no padding. */
static void
test_rounding_up (void)
{
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = hourglass_model (2, FALSE);
  g_autoptr (SgStylizer) stylizer = new_stylizer (model, device, 45, 33, 0);
  TestFrame in, out;

  assert_working_size (stylizer, 45, 33);
  init_frame (&in, "GBR", 45, 33);
  init_frame (&out, "GBR", 45, 33);
  fill_frame (&in, 100, 100, 100);
  process (stylizer, &in, &out);
  /* twice the sum of 27 weights of 0.04 of 100, but for the border */
  g_assert_cmpint (test_frame_get (&out, 0, 20, 16), ==, 117);
  test_frame_clear (&in);
  test_frame_clear (&out);
}

static void
test_factor (void)
{
  static const gfloat factors[] = { 2, 0.5f, 4 };
  g_autoptr (SgDevice) device = open_device ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (factors); i++) {
    g_autoptr (SgModel) model = scaling_model (factors[i]);
    g_autoptr (SgStylizer) stylizer = new_stylizer (model, device, 37, 50, 0);
    TestFrame in, out;

    init_frame (&in, "I420", 37, 50);
    init_frame (&out, "I420", 37, 50);
    fill_frame (&in, 77, 100, 150);
    process (stylizer, &in, &out);
    assert_filled (&out, 0, 77, 0);
    assert_filled (&out, 1, 100, 0);
    assert_filled (&out, 2, 150, 0);
    test_frame_clear (&in);
    test_frame_clear (&out);
  }
}

static void
test_fixed_size (void)
{
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) fixed = fixed_model (48, 32);
  g_autoptr (SgModel) conv = conv_model (3, 1, 48, 32);
  g_autoptr (SgStylizer) scaled = new_stylizer (fixed, device, 61, 77, 0);
  g_autoptr (SgStylizer) free_size = new_stylizer (conv, device, 61, 77, 0);
  TestFrame in, out;

  assert_working_size (scaled, 48, 32);
  assert_working_size (free_size, 61, 77);
  init_frame (&in, "RGBA", 61, 77);
  init_frame (&out, "RGBA", 61, 77);
  fill_frame (&in, 20, 130, 200);
  process (scaled, &in, &out);
  assert_filled (&out, 0, 20, 0);
  assert_filled (&out, 1, 130, 0);
  assert_filled (&out, 2, 200, 0);
  test_frame_clear (&in);
  test_frame_clear (&out);
  assert_identity (fixed, device, "RGB", 48, 32, 0);
  assert_identity (conv, device, "RGB", 61, 77, 0);
}

static void
test_working_height (void)
{
  const gfloat ten = 10;
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) identity = identity_model (3);
  g_autoptr (SgModel) hourglass = hourglass_model (2, TRUE);
  g_autoptr (SgModel) add = binary_model ("Add", &ten, 1, NULL, NULL);
  g_autoptr (SgStylizer) stylizer = new_stylizer (add, device, 100, 75, 20);
  g_autoptr (SgStylizer) padded = new_stylizer (hourglass, device, 100, 75, 21);
  g_autoptr (SgStylizer) least = new_stylizer (add, device, 200, 75, 1);
  TestFrame in, out;
  gint i, x, y;

  /* nothing edited, nothing changed */
  assert_identity (identity, device, "I420", 101, 67, 30);
  assert_identity (identity, device, "RGB", 64, 64, 16);
  assert_identity (identity, device, "RGB", 64, 64, 64);
  assert_working_size (stylizer, 27, 20);
  assert_working_size (padded, 28, 24);
  assert_working_size (least, 43, 16);
  init_frame (&in, "GBR", 100, 75);
  init_frame (&out, "GBR", 100, 75);
  for (i = 0; i < 3; i++) {
    for (y = 0; y < 75; y++) {
      for (x = 0; x < 100; x++)
        test_frame_put (&in, i, x, y, (x * 7 + y * 13 + i) % 240);
    }
  }
  process (stylizer, &in, &out);
  for (i = 0; i < 3; i++) {
    for (y = 0; y < 75; y++) {
      for (x = 0; x < 100; x++)
        g_assert_cmpint (test_frame_get (&out, i, x, y), ==,
            test_frame_get (&in, i, x, y) + 10);
    }
  }
  process (padded, &in, &out);
  test_frame_clear (&in);
  test_frame_clear (&out);
}

static void
run_convention (SgModel * model, SgPixelRange range, SgChannelOrder order,
    TestFrame * out)
{
  SgStylizerConfig config = { 20, 18,
    .pixel_range = range, .channel_order = order
  };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgStylizer) stylizer = sg_stylizer_new (model, device, &config,
      &error);
  TestFrame in;

  g_assert_no_error (error);
  init_frame (&in, "RGB", 20, 18);
  init_frame (out, "RGB", 20, 18);
  fill_frame (&in, 40, 80, 120);
  process (stylizer, &in, out);
  test_frame_clear (&in);
}

static void
test_conventions (void)
{
  const gfloat mask[3] = { 0, 1, 1 }, step = 0.4f, large_step = 21.5f;
  g_autoptr (SgModel) first = binary_model ("Mul", mask, 3, NULL, NULL);
  g_autoptr (SgModel) bgr = binary_model ("Mul", mask, 3,
      "Image.BitmapPixelFormat", "Bgr8");
  g_autoptr (SgModel) add = binary_model ("Add", &step, 1, NULL, NULL);
  g_autoptr (SgModel) unit = binary_model ("Add", &step, 1,
      "Image.NominalPixelRange", "Normalized_0_1");
  g_autoptr (SgModel) narrow = binary_model ("Add", &large_step, 1,
      "Image.NominalPixelRange", "NominalRange_16_235");
  TestFrame out;

#define CHECK(model, range, order, r, g, b) G_STMT_START { \
    run_convention (model, range, order, &out); \
    assert_filled (&out, 0, r, 0); \
    assert_filled (&out, 1, g, 0); \
    assert_filled (&out, 2, b, 0); \
    test_frame_clear (&out); \
  } G_STMT_END
  CHECK (first, 0, 0, 0, 80, 120);
  CHECK (first, 0, SG_CHANNEL_ORDER_BGR, 40, 80, 0);
  CHECK (bgr, 0, 0, 40, 80, 0);
  CHECK (bgr, 0, SG_CHANNEL_ORDER_RGB, 0, 80, 120);
  CHECK (unit, 0, 0, 142, 182, 222);
  CHECK (add, SG_PIXEL_RANGE_MINUS1_1, 0, 91, 131, 171);
  CHECK (unit, SG_PIXEL_RANGE_MINUS1_1, 0, 91, 131, 171);
  CHECK (narrow, 0, 0, 65, 105, 145);
#undef CHECK
}

static void
test_half_precision (void)
{
  const guint16 ten = 0x4900;   /* 10.0 */
  const gint64 dims[4] = { 1, 1, 1, 1 };
  GByteArray *graph = onnx_writer_message ();
  g_autoptr (SgModel) model = NULL;
  TestFrame out;

  onnx_writer_string (graph, 2, "test");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x",
          ONNX_FLOAT16, D (1), D (3), D (-1), D (-1), ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT16, D (1), D (3), D (-1), D (-1), ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, onnx_writer_raw_tensor ("v",
          ONNX_FLOAT16, dims, 4, &ten, sizeof ten));
  add_node (graph, onnx_writer_node ("Add", "n", "x,v", "y", NULL));
  model = load (graph, NULL, NULL);
  run_convention (model, 0, 0, &out);
  assert_filled (&out, 0, 50, 0);
  assert_filled (&out, 2, 130, 0);
  test_frame_clear (&out);
}

/* In and out the same memory, several stylizers of one model, timings. */
static void
test_sharing (void)
{
  const gfloat ten = 10;
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = binary_model ("Add", &ten, 1, NULL, NULL);
  g_autoptr (SgStylizer) a = new_stylizer (model, device, 40, 30, 0);
  g_autoptr (SgStylizer) b = new_stylizer (model, device, 40, 30, 0);
  TestFrame frame;
  gint i;

  init_frame (&frame, "RGB", 40, 30);
  fill_frame (&frame, 0, 100, 200);
  for (i = 0; i < 3; i++)
    process (i & 1 ? a : b, &frame, &frame);
  assert_filled (&frame, 0, 30, 0);
  assert_filled (&frame, 1, 130, 0);
  assert_filled (&frame, 2, 230, 0);
  g_assert_cmpfloat (sg_stylizer_get_stage_ms (a, SG_STAGE_NETWORK), >=, 0);
  g_assert_cmpstr (sg_stage_get_name (SG_STAGE_STORE), ==, "store");
  g_assert_cmpuint (sg_stylizer_get_memory_bytes (a), >=,
      3 * 40 * 30 * sizeof (gfloat));
  g_assert_true (sg_stylizer_get_device (a) == device);
  test_frame_clear (&frame);
}

/* --- errors ---------------------------------------------------------------- */

static void
expect_refusal (SgModel * model, gint code, const gchar * words)
{
  SgStylizerConfig config = { 64, 64, };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_stylizer_check_model (model, &error));
  g_assert_error (error, SG_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, words);
  g_clear_error (&error);
  g_assert_null (sg_stylizer_new (model, device, &config, &error));
  g_assert_error (error, SG_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, "test.onnx: "));
}

static void
test_two_inputs (void)
{
  GByteArray *graph = new_graph (3, -1, -1);
  g_autoptr (SgModel) model = NULL;

  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("style",
          ONNX_FLOAT, D (1), D (3), D (-1), D (-1), ONNX_END));
  add_node (graph, onnx_writer_node ("GlobalAveragePool", "m", "style", "m",
          NULL));
  add_node (graph, onnx_writer_node ("Add", "n", "x,m", "y", NULL));
  model = load (graph, NULL, NULL);
  g_assert_true (sg_stylizer_model_wants_style (model));
  expect_refusal (model, SG_ERROR_INVALID_ARGUMENT, "set style-image");
}

static void
test_three_inputs (void)
{
  GByteArray *graph = new_graph (3, -1, -1);
  g_autoptr (SgModel) model = NULL;

  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("style",
          ONNX_FLOAT, D (1), D (3), D (-1), D (-1), ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("alpha",
          ONNX_FLOAT, D (1), D (3), D (-1), D (-1), ONNX_END));
  add_node (graph, onnx_writer_node ("Max", "n", "x,style,alpha", "y", NULL));
  model = load (graph, NULL, NULL);
  g_assert_false (sg_stylizer_model_wants_style (model));
  expect_refusal (model, SG_ERROR_UNSUPPORTED, "3 inputs: x, style, alpha");
}

static void
expect_input_refused (gint data_type, gint64 n, gint64 c, gint64 h,
    gint64 last, const gchar * words)
{
  GByteArray *graph = onnx_writer_message ();
  g_autoptr (SgModel) model = NULL;

  onnx_writer_string (graph, 2, "test");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x",
          data_type, n, c, h, last, ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          data_type, n, c, h, last, ONNX_END));
  add_node (graph, onnx_writer_node ("Identity", "n", "x", "y", NULL));
  model = load (graph, NULL, NULL);
  expect_refusal (model, SG_ERROR_UNSUPPORTED, words);
}

static void
test_wrong_inputs (void)
{
  expect_input_refused (ONNX_UINT8, 1, 3, -1, -1, "u8");
  expect_input_refused (ONNX_FLOAT, 2, 3, -1, -1, "[2,3,");
  expect_input_refused (ONNX_FLOAT, 1, 4, -1, -1, "[1,4,");
  expect_input_refused (ONNX_FLOAT, 1, 3, -1, ONNX_END, "[1,3,");
}

static void
test_wrong_outputs (void)
{
  GByteArray *graph = new_graph (3, -1, -1);
  g_autoptr (SgModel) flat = NULL;
  g_autoptr (SgModel) gray = NULL;

  add_node (graph, onnx_writer_node ("Flatten", "n", "x", "y", NULL));
  flat = load (graph, NULL, NULL);
  expect_refusal (flat, SG_ERROR_UNSUPPORTED, "'y' is f32[1,");
  graph = new_graph (3, -1, -1);
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_filled_tensor ("w", 1, D (1), D (3), D (1), D (1), ONNX_END));
  add_node (graph, onnx_writer_node ("Conv", "n", "x,w", "y", NULL));
  gray = load (graph, NULL, NULL);
  expect_refusal (gray, SG_ERROR_UNSUPPORTED, "3 channels");
}

static void
test_gamma (void)
{
  const gfloat ten = 10;
  g_autoptr (SgModel) model = binary_model ("Add", &ten, 1,
      "Image.ColorSpaceGamma", "Linear");

  expect_refusal (model, SG_ERROR_UNSUPPORTED, "linear light");
}

/* Adds constants of two sizes: nothing fits. */
static void
test_no_size (void)
{
  GByteArray *graph = new_graph (3, -1, -1);
  g_autoptr (SgModel) model = NULL;

  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_filled_tensor ("v", 1, D (1), D (3), D (17), D (19),
          ONNX_END));
  add_node (graph, onnx_writer_node ("Add", "n", "x,v", "y", NULL));
  model = load (graph, NULL, NULL);
  expect_refusal (model, SG_ERROR_SHAPE, "declared as [1,3,");
}

static void
test_memory (void)
{
  static const gint64 zero = 0, three = 3, one = 1;
  SgStylizerConfig config = { 4096, 4096, };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (GError) error = NULL;
  GByteArray *graph = new_graph (3, -1, -1);
  g_autoptr (SgModel) model = NULL;

  /* 4096 channels of 4096 x 4096: 256 GiB */
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_filled_tensor ("w", 1, D (4096), D (3), D (1), D (1),
          ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("begin", ONNX_INT64, &one, 1, &zero, 8));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("end", ONNX_INT64, &one, 1, &three, 8));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("axis", ONNX_INT64, &one, 1, &one, 8));
  add_node (graph, onnx_writer_node ("Conv", "n", "x,w", "t", NULL));
  add_node (graph, onnx_writer_node ("Slice", "m", "t,begin,end,axis", "y",
          NULL));
  model = load (graph, NULL, NULL);
  g_assert_null (sg_stylizer_new (model, device, &config, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_MEMORY);
  g_assert_nonnull (strstr (error->message, "working-height"));
}

static void
test_arguments (void)
{
  static const SgStylizerConfig configs[] = {
    {0, 64,}, {64, -1,}, {64, 64, -1,}, {16385, 64,},
  };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = identity_model (3);
  g_autoptr (SgStylizer) stylizer = new_stylizer (model, device, 64, 64, 0);
  g_autoptr (GError) error = NULL;
  TestFrame frame;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (configs); i++) {
    g_assert_null (sg_stylizer_new (model, device, &configs[i], &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
    g_clear_error (&error);
  }
  init_frame (&frame, "RGB", 64, 63);
  g_assert_false (sg_stylizer_process (stylizer, &frame.image, &frame.image,
          &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  test_frame_clear (&frame);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stylizer/identity", test_identity);
  g_test_add_func ("/stylizer/border", test_border);
  g_test_add_func ("/stylizer/deep-reflection", test_deep_reflection);
  g_test_add_func ("/stylizer/multiples", test_multiples);
  g_test_add_func ("/stylizer/rounding-up", test_rounding_up);
  g_test_add_func ("/stylizer/factor", test_factor);
  g_test_add_func ("/stylizer/fixed-size", test_fixed_size);
  g_test_add_func ("/stylizer/working-height", test_working_height);
  g_test_add_func ("/stylizer/conventions", test_conventions);
  g_test_add_func ("/stylizer/half-precision", test_half_precision);
  g_test_add_func ("/stylizer/sharing", test_sharing);
  g_test_add_func ("/stylizer/errors/two-inputs", test_two_inputs);
  g_test_add_func ("/stylizer/errors/three-inputs", test_three_inputs);
  g_test_add_func ("/stylizer/errors/inputs", test_wrong_inputs);
  g_test_add_func ("/stylizer/errors/outputs", test_wrong_outputs);
  g_test_add_func ("/stylizer/errors/gamma", test_gamma);
  g_test_add_func ("/stylizer/errors/no-size", test_no_size);
  g_test_add_func ("/stylizer/errors/memory", test_memory);
  g_test_add_func ("/stylizer/errors/arguments", test_arguments);
  return g_test_run ();
}
