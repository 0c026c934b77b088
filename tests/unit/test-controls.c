/* gst-stylegan: tests of what may change while a stylizer runs
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   test-controls [--vulkan]   on the processor, or on a GPU */
#include <math.h>
#include <string.h>

#include <sg/stylizer.h>

#include "util/data.h"
#include "util/png-reader.h"
#include "util/rng.h"
#include "util/vulkan.h"
#include "video/style.h"

#define WIDTH 45
#define HEIGHT 34
#define N (3 * WIDTH * HEIGHT)
#define WHITE 65535

static gboolean on_gpu;

static SgDevice *
open_device (void)
{
  const SgDeviceConfig config = { SG_BACKEND_CPU, 2 };
  g_autoptr (GError) error = NULL;
  SgDevice *device;

  if (on_gpu)
    return test_vulkan_device (SG_PRECISION_FP32);
  device = sg_device_open (&config, NULL, &error);
  g_assert_no_error (error);
  return device;
}

/* --- models ------------------------------------------------------------------ */

typedef struct
{
  gint channels;                /* 0: 3 */
  gfloat gain[3], shift[3];     /* of the model's planes */
  SgPixelRange range;
  SgChannelOrder order;
  SgDType dtype;                /* 0: f32 */
} Affine;

static SgValue *
add_constant (SgGraph * graph, const Affine * a, const gfloat * values)
{
  const gint channels = a->channels ? a->channels : 3;
  const SgShape shape = SG_SHAPE (1, channels, 1, 1);
  g_autoptr (SgTensor) tensor = sg_tensor_new (a->dtype ? a->dtype
      : SG_DTYPE_F32, &shape, NULL);

  for (gint c = 0; c < channels; c++)
    if (a->dtype == SG_DTYPE_F16)
      ((guint16 *) tensor->data)[c] = sg_f32_to_f16 (values[c]);
    else
      ((gfloat *) tensor->data)[c] = values[c];
  return sg_graph_add_constant (graph, NULL, tensor);
}

static SgModel *
load (SgGraph * graph, const SgModelInfo * info)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sg_model_save_bytes (graph, info, &error);
  SgModel *model;

  g_assert_no_error (error);
  model = sg_model_load_bytes ("test.onnx", g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  return model;
}

/* y = gain x + shift */
static SgModel *
affine_model (const Affine * a)
{
  const SgModelInfo info = { .pixel_range = a->range, .channel_order = a->order
  };
  const SgShape shape = SG_SHAPE (1, a->channels ? a->channels : 3, -1, -1);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgValue *args[2];

  args[0] = sg_graph_add_input (graph, "x", a->dtype ? a->dtype : SG_DTYPE_F32,
      &shape);
  args[1] = add_constant (graph, a, a->gain);
  args[0] = *sg_graph_add_node (graph, "mul", NULL, NULL, args, 2, 1, NULL);
  args[1] = add_constant (graph, a, a->shift);
  sg_graph_add_output (graph, "y", *sg_graph_add_node (graph, "add", NULL,
          NULL, args, 2, 1, NULL));
  return load (graph, &info);
}

static SgModel *
negative (void)
{
  const Affine a = { .gain = {-1, -1, -1}, .shift = {255, 255, 255} };

  return affine_model (&a);
}

/* --- frames -------------------------------------------------------------------- */

/* R'G'B' of 16 bit, full range. */
typedef struct
{
  gint width, height;
  guint16 *samples;
} Picture;

static Picture
picture_new (gint width, gint height, guint64 seed)
{
  Picture p = { width, height, g_new (guint16, 3 * width * height) };
  TestRng rng = test_rng (seed, "controls");

  for (gint i = 0; i < 3 * width * height; i++)
    p.samples[i] = (guint16) test_rng_uniform (&rng, 0, WHITE);
  return p;
}

static void
picture_clear (Picture * p)
{
  g_free (p->samples);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

static SgImage
image_of (const Picture * p)
{
  SgImage image = { p->width, p->height, 3, .sample = {2, 16, 0,
      G_BYTE_ORDER == G_BIG_ENDIAN}
  };

  for (gint c = 0; c < 3; c++) {
    image.plane[c] = (SgPlane) {
    (guint8 *) (p->samples + c), 6 * p->width, 6, 0, 0};
    image.color.to_rgb[c][c] = 1.0 / WHITE;
    image.color.from_rgb[c][c] = WHITE;
  }
  return image;
}

static SgStylizer *
stylizer_new (SgModel * model, SgDevice * device,
    const SgStylizerConfig * config)
{
  g_autoptr (GError) error = NULL;
  SgStylizer *stylizer = sg_stylizer_new (model, device, config, &error);

  g_assert_no_error (error);
  return stylizer;
}

static void
process (SgStylizer * stylizer, const Picture * in, Picture * out)
{
  g_autoptr (GError) error = NULL;
  const SgImage source = image_of (in);
  SgImage target = image_of (out);

  sg_stylizer_process (stylizer, &source, &target, &error);
  g_assert_no_error (error);
}

static Picture
run (SgStylizer * stylizer, const SgStylizerControls * controls,
    const Picture * in)
{
  Picture out = picture_new (in->width, in->height, 99);

  if (controls)
    sg_stylizer_set_controls (stylizer, controls);
  process (stylizer, in, &out);
  return out;
}

static Picture
run_model (SgModel * model, SgDevice * device, const SgStylizerConfig * config,
    const Picture * in)
{
  SgStylizerConfig plain = *config;
  g_autoptr (SgStylizer) stylizer = NULL;

  plain.second = NULL;
  plain.masked = FALSE;
  stylizer = stylizer_new (model, device, &plain);
  return run (stylizer, NULL, in);
}

static gint
clip (gdouble value)
{
  return (gint) floor (CLAMP (value, 0, WHITE) + 0.5);
}

static void
assert_same (const Picture * a, const Picture * b)
{
  const gsize bytes = 6 * (gsize) a->width * a->height;

  g_assert_cmpmem (a->samples, bytes, b->samples, bytes);
}

static void
assert_near (const Picture * p, gsize i, gdouble wanted, gint slack)
{
  g_assert_cmpint (ABS (p->samples[i] - clip (wanted)), <=, slack);
}

/* --- strength and colours --------------------------------------------------------- */

/* At the ends to the bit: nothing, everything, as if there were no controls. */
static void
test_ends (void)
{
  static const gint heights[] = { 0, 20 };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = negative ();
  SgStylizerControls none = SG_STYLIZER_CONTROLS_INIT;
  SgStylizerControls all = SG_STYLIZER_CONTROLS_INIT;
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 1);

  if (device == NULL)
    return;
  none.strength = -3;
  none.preserve_colors = 0.5f;
  all.strength = 7;
  for (guint i = 0; i < G_N_ELEMENTS (heights); i++) {
    const SgStylizerConfig config = {
      .width = WIDTH, .height = HEIGHT, .working_height = heights[i]
    };
    g_autoptr (SgStylizer) stylizer = stylizer_new (model, device, &config);
    g_auto (Picture) plain = run (stylizer, NULL, &in);
    g_auto (Picture) full = run (stylizer, &all, &in);
    g_auto (Picture) empty = run (stylizer, &none, &in);

    assert_same (&plain, &full);
    assert_same (&empty, &in);
    g_assert_cmpint (ABS (plain.samples[7] - in.samples[7]), >, 100);
  }
}

static void
test_strength (void)
{
  const SgStylizerConfig config = { .width = WIDTH, .height = HEIGHT };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = negative ();
  g_autoptr (SgStylizer) stylizer = device ? stylizer_new (model, device,
      &config) : NULL;
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 2);

  for (gint k = 1; stylizer && k < 4; k++) {
    const gfloat share = k / 4.0f;
    const SgStylizerControls controls = { .strength = share };
    g_auto (Picture) out = run (stylizer, &controls, &in);

    for (gsize i = 0; i < N; i++)
      assert_near (&out, i, in.samples[i] + share * (WHITE
              - 2.0 * in.samples[i]), 1);
  }
}

static gdouble
luma (const guint16 * rgb)
{
  return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
}

/* Luma of the style with the frame's colour, whatever the order of the planes. */
static void
test_colors (void)
{
  static const SgChannelOrder orders[] = {
    SG_CHANNEL_ORDER_RGB, SG_CHANNEL_ORDER_BGR
  };
  g_autoptr (SgDevice) device = open_device ();
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 3);

  for (gsize i = 0; i < N; i++) /* so that nothing is clipped */
    in.samples[i] = 20000 + in.samples[i] / 4;
  for (guint k = 0; device && k < G_N_ELEMENTS (orders); k++) {
    const SgStylizerConfig config = { .width = WIDTH, .height = HEIGHT };
    const SgStylizerControls controls = { .strength = 1, .preserve_colors = 1 };
    const SgStylizerControls half = { .strength = 1, .preserve_colors = 0.5f };
    g_autoptr (SgModel) model = affine_model (&(Affine) {
          .gain = { 1, 1, 1 }, .shift = { 0.1f, -0.05f, 0.2f },
          .range = SG_PIXEL_RANGE_MINUS1_1, .order = orders[k]
        });
    g_autoptr (SgStylizer) stylizer = stylizer_new (model, device, &config);
    g_auto (Picture) style = run (stylizer, NULL, &in);
    g_auto (Picture) out = run (stylizer, &controls, &in);
    g_auto (Picture) between = run (stylizer, &half, &in);

    for (gsize i = 0; i < N; i++) {
      const gsize pixel = i / 3 * 3;
      const gdouble change = luma (style.samples + pixel)
          - luma (in.samples + pixel);

      assert_near (&out, i, in.samples[i] + change, 2);
      assert_near (&between, i, (out.samples[i] + style.samples[i]) / 2.0, 2);
    }
  }
}

/* A model of one channel leaves the colour where it does not go. */
static void
test_gray (void)
{
  const SgStylizerConfig config = { .width = WIDTH, .height = HEIGHT };
  const SgStylizerControls half = { .strength = 0.5f };
  g_autoptr (SgDevice) device = open_device ();
  const Affine gray = { .channels = 1, .gain = {-1}, .shift = {255} };
  g_autoptr (SgModel) model = affine_model (&gray);
  g_autoptr (SgStylizer) stylizer = device ? stylizer_new (model, device,
      &config) : NULL;
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 4);
  g_auto (Picture) out = { 0, };

  if (stylizer) {
    out = run (stylizer, &half, &in);
    for (gsize i = 0; i < N; i++)
      assert_near (&out, i, (in.samples[i] + WHITE
              - luma (in.samples + i / 3 * 3)) / 2, 1);
  }
}

/* --- masks ------------------------------------------------------------------------- */

static void
test_mask (void)
{
  const SgShape shape = SG_SHAPE (1, 1, HEIGHT, WIDTH);
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .masked = TRUE
  };
  g_autoptr (SgTensor) mask = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = negative ();
  g_autoptr (SgStylizer) stylizer = device ? stylizer_new (model, device,
      &config) : NULL;
  g_autoptr (GError) error = NULL;
  SgStylizerControls controls = { .strength = 0.5f, .mask = mask };
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 5);
  g_auto (Picture) out = picture_new (WIDTH, HEIGHT, 6);
  const SgImage source = image_of (&in);
  SgImage target = image_of (&out);
  gfloat *m = mask->data;

  if (stylizer == NULL)
    return;
  for (gint i = 0; i < WIDTH * HEIGHT; i++)
    m[i] = i == 3 ? NAN : (i % 7) / 3.0f - 0.5f;
  sg_stylizer_set_controls (stylizer, &controls);
  g_assert_true (sg_stylizer_submit (stylizer, &source, &target, NULL));
  memset (m, 0, WIDTH * HEIGHT * sizeof *m);
  g_assert_true (sg_stylizer_collect (stylizer, NULL));
  for (gsize i = 0; i < N; i++) {
    const gsize pixel = i / 3;
    const gdouble w = pixel == 3 ? 0
        : CLAMP (0.5 * ((gdouble) (pixel % 7) / 3 - 0.5), 0, 1);

    assert_near (&out, i, in.samples[i] + w * (WHITE - 2.0 * in.samples[i]),
        w > 0);
  }
  controls.mask = NULL;
  sg_stylizer_set_controls (stylizer, &controls);
  g_assert_false (sg_stylizer_process (stylizer, &source, &target, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (sg_stylizer_get_n_submitted (stylizer), ==, 0);
}

/* --- a second model ----------------------------------------------------------------- */

/* Two models whose pixels differ; of the second one, only the stylizer is told how. */
static void
check_mix (const Affine * a, const Affine * b, gint working_height)
{
  const gfloat shares[] = { 0, 0.25f, 1 };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) first = affine_model (a);
  g_autoptr (SgModel) second = affine_model (b);
  g_autoptr (SgModel) mixed = affine_model (&(Affine) {
        b->channels, {
        b->gain[0], b->gain[1], b->gain[2]}, {
      b->shift[0], b->shift[1], b->shift[2]}, .dtype = b->dtype});
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .working_height = working_height,
    .second = mixed, .second_pixel_range = b->range,
    .second_channel_order = b->order
  };
  g_autoptr (SgStylizer) stylizer = device ? stylizer_new (first, device,
      &config) : NULL;
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 7);
  g_auto (Picture) one = { 0, };
  g_auto (Picture) other = { 0, };

  if (stylizer == NULL)
    return;
  for (gsize i = 0; i < N; i++)
    in.samples[i] = 16000 + in.samples[i] / 2;
  one = run_model (first, device, &config, &in);
  other = run_model (second, device, &config, &in);
  for (guint k = 0; k < G_N_ELEMENTS (shares); k++) {
    const SgStylizerControls controls = { .strength = 1, .mix = shares[k] };
    g_auto (Picture) out = run (stylizer, &controls, &in);

    if (k == 0)
      assert_same (&out, &one);
    for (gsize i = 0; i < N; i++)
      assert_near (&out, i, one.samples[i] + shares[k]
          * (other.samples[i] - one.samples[i]), 2);
  }
}

static void
test_mix (void)
{
  const Affine brighter = {
    .gain = {1, 1, 1}, .shift = {20, 40, 5}
  };
  const Affine darker = {
    .gain = {0.5f, 1, 1}, .shift = {0.1f, -0.2f, 0},
    .range = SG_PIXEL_RANGE_MINUS1_1, .order = SG_CHANNEL_ORDER_BGR
  };
  const Affine gray = {
    .channels = 1, .gain = {0.75f}, .shift = {0.1f},
    .range = SG_PIXEL_RANGE_0_1, .order = SG_CHANNEL_ORDER_GRAY
  };
  const Affine half = {
    .gain = {1, 1, 1}, .shift = {0.25f, 0.125f, 0},
    .range = SG_PIXEL_RANGE_0_1, .dtype = SG_DTYPE_F16
  };

  check_mix (&brighter, &darker, 0);
  check_mix (&brighter, &gray, 0);
  if (on_gpu)
    return;
  check_mix (&darker, &brighter, 20);
  check_mix (&gray, &darker, 0);
  check_mix (&brighter, &half, 0);
  check_mix (&half, &brighter, 0);
}

/* --- strokes ---------------------------------------------------------------------- */

static void
test_stroke_scale (void)
{
  static const struct
  {
    gint working_height;
    gdouble scale;
    gint width, height;
  } rows[] = {
    {0, 0, 200, 160}, {0, 1, 200, 160}, {0, 0.25, 50, 40}, {0, 2, 400, 320},
    {80, 2, 200, 160}, {80, 1.5, 150, 120}, {20, 0.25, 16, 16},
  };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = affine_model (&(Affine) {
        .gain = { 1, 1, 1 }, .shift = { 10, 20, 30 }
      });
  g_auto (Picture) in = picture_new (200, 160, 8);
  gint w, h;

  for (gsize i = 0; i < 3 * 200 * 160; i++)
    in.samples[i] /= 2;
  for (guint k = 0; device && k < G_N_ELEMENTS (rows); k++) {
    const SgStylizerConfig config = {
      .width = 200, .height = 160, .working_height = rows[k].working_height,
      .stroke_scale = rows[k].scale
    };
    g_autoptr (SgStylizer) stylizer = stylizer_new (model, device, &config);
    g_auto (Picture) out = run (stylizer, NULL, &in);

    sg_stylizer_get_working_size (stylizer, &w, &h);
    g_assert_cmpint (w, ==, rows[k].width);
    g_assert_cmpint (h, ==, rows[k].height);
    for (gsize i = 0; i < 3 * 200 * 160; i++)
      assert_near (&out, i, in.samples[i] + 2570.0 * (i % 3 + 1), 1);
  }
}

static void
test_wrong_scale (void)
{
  static const gdouble wrong[] = { 0.2, 2.1, -1, NAN };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = negative ();

  for (guint k = 0; device && k < G_N_ELEMENTS (wrong); k++) {
    const SgStylizerConfig config = {
      .width = 64, .height = 64, .stroke_scale = wrong[k]
    };
    g_autoptr (GError) error = NULL;

    g_assert_null (sg_stylizer_new (model, device, &config, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  }
}

/* --- style images ------------------------------------------------------------------- */

/* y = content + mean (style); the style comes first. @style_size: -1: any */
static SgModel *
style_model (gint64 style_size)
{
  static const gint64 axes[2] = { 2, 3 };
  const SgModelInfo info = { .pixel_range = SG_PIXEL_RANGE_0_1 };
  const SgShape any = SG_SHAPE (1, 3, -1, -1);
  const SgShape shape = SG_SHAPE (1, 3, style_size, style_size);
  g_autoptr (SgTensor) list = sg_tensor_new_i64 (axes, 2);
  g_autoptr (SgGraph) graph = sg_graph_new ();
  SgValue *args[2], *content;

  args[0] = sg_graph_add_input (graph, "the_style", SG_DTYPE_F32, &shape);
  content = sg_graph_add_input (graph, "content", SG_DTYPE_F32, &any);
  args[0] = *sg_graph_add_node (graph, "sqrt", NULL, NULL, args, 1, 1, NULL);
  args[0] = *sg_graph_add_node (graph, "global_average_pool", NULL, NULL, args,
      1, 1, NULL);
  args[1] = content;
  sg_graph_add_output (graph, "y", *sg_graph_add_node (graph, "add", NULL,
          NULL, args, 2, 1, NULL));
  return load (graph, &info);
}

static SgTensor *
style_image (gint width, gint height, const gfloat * values)
{
  const SgShape shape = SG_SHAPE (1, 3, height, width);
  SgTensor *image = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  const gint n = width * height;

  for (gint i = 0; i < 3 * n; i++)
    ((gfloat *) image->data)[i] = values[i / n];
  return image;
}

static void
test_style (void)
{
  static const gfloat values[3] = { 0.01f, 0.04f, 0.09f };
  static const struct
  {
    gint fixed, width, height;
  } rows[] = { {-1, 30, 20}, {-1, 700, 900}, {64, 41, 80} };
  g_autoptr (SgDevice) device = open_device ();
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 9);

  for (gsize i = 0; i < N; i++)
    in.samples[i] /= 2;
  for (guint k = 0; device && k < G_N_ELEMENTS (rows); k++) {
    g_autoptr (SgModel) model = style_model (rows[k].fixed);
    g_autoptr (SgTensor) image = style_image (rows[k].width, rows[k].height,
        values);
    const SgStylizerConfig config = {
      .width = WIDTH, .height = HEIGHT, .style_image = image
    };
    g_autoptr (SgStylizer) stylizer = stylizer_new (model, device, &config);
    g_auto (Picture) out = run (stylizer, NULL, &in);

    g_assert_true (sg_stylizer_model_wants_style (model));
    for (gsize i = 0; i < N; i++)
      assert_near (&out, i, in.samples[i] + WHITE * 0.1 * (i % 3 + 1), 2);
  }
}

/* What depends on the style alone is not in the graph any more. */
static void
test_style_folded (void)
{
  static const gfloat values[3] = { 0.25f, 0.25f, 0.25f };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = style_model (-1);
  g_autoptr (SgTensor) image = style_image (16, 16, values);
  g_autoptr (GError) error = NULL;
  VideoNetwork network = { 0, };

  if (device == NULL)
    return;
  g_assert_true (video_network_init (&network, model, 0, 0, &error));
  g_assert_cmpuint (sg_graph_get_n_nodes (network.model.graph), ==, 3);
  g_assert_true (video_style_apply (&network, image, device, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sg_graph_get_n_nodes (network.model.graph), ==, 1);
  g_assert_cmpuint (sg_graph_get_n_inputs (network.model.graph), ==, 1);
  g_assert_cmpuint (sg_graph_get_constant_bytes (network.model.graph), ==,
      3 * sizeof (gfloat));
  video_network_clear (&network);
}

static void
test_style_missing (void)
{
  const SgShape flat = SG_SHAPE (3, 16, 16);
  g_autoptr (SgTensor) wrong = sg_tensor_new (SG_DTYPE_F32, &flat, NULL);
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = style_model (-1);
  SgStylizerConfig config = { .width = WIDTH, .height = HEIGHT };
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  g_assert_null (sg_stylizer_new (model, device, &config, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "style-image"));
  g_clear_error (&error);
  g_assert_false (sg_stylizer_check_model (model, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  config.style_image = wrong;
  g_assert_null (sg_stylizer_new (model, device, &config, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
}

static SgTensor *
read_style (const gchar * path)
{
  g_autoptr (GError) error = NULL;
  guint width, height;
  g_autofree guint8 *pixels = test_png_read (path, &width, &height, &error);
  const SgShape shape = SG_SHAPE (1, 3, height, width);
  SgTensor *image = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  const gsize n = (gsize) width * height;

  g_assert_no_error (error);
  for (gsize i = 0; i < 3 * n; i++)
    ((gfloat *) image->data)[i] = pixels[i % n * 3 + i / n] / 255.0f;
  return image;
}

static void
compare_golden (const Picture * out, const gfloat * want)
{
  const gsize n = (gsize) out->width * out->height;

  for (gsize i = 0; i < 3 * n; i++)
    assert_near (out, i, (gdouble) want[i % 3 * n + i / 3] * WHITE, 80);
}

static void
test_golden (void)
{
  g_autofree gchar *path = test_data_file ("models/adain_vgg19_relu3_1.onnx");
  g_autofree gchar *content = test_data_file ("golden/input_128x96.png");
  g_autofree gchar *style = test_data_file ("golden/style_112x80.png");
  g_autofree gchar *golden = test_data_file ("golden/adain.output.f32");
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = NULL;
  g_autoptr (SgTensor) image = NULL;
  g_autoptr (SgStylizer) stylizer = NULL;
  g_autofree gchar *want = NULL;
  g_autofree guint8 *pixels = NULL;
  SgStylizerConfig config = { .pixel_range = SG_PIXEL_RANGE_0_1 };
  g_auto (Picture) in = { 0, };
  g_auto (Picture) out = { 0, };
  guint width, height;

  if (device == NULL)
    return;
  if (!path || !content || !style || !golden) {
    g_test_skip ("no test data");
    return;
  }
  model = sg_model_load (path, NULL);
  config.style_image = image = read_style (style);
  pixels = test_png_read (content, &width, &height, NULL);
  config.width = (gint) width;
  config.height = (gint) height;
  in = picture_new (config.width, config.height, 10);
  for (gsize i = 0; i < 3 * (gsize) width * height; i++)
    in.samples[i] = pixels[i] * 257;
  stylizer = stylizer_new (model, device, &config);
  out = run (stylizer, NULL, &in);
  g_assert_true (g_file_get_contents (golden, &want, NULL, NULL));
  compare_golden (&out, (const gfloat *) want);
}

/* --- continuing ---------------------------------------------------------------------- */

#define FRAMES 6

/* The same picture with other noise. */
static Picture
noisy (const Picture * picture, guint t)
{
  Picture p = picture_new (picture->width, picture->height, 1000 + t);

  for (gsize i = 0; i < N; i++)
    p.samples[i] = (guint16) (picture->samples[i] / 2 + p.samples[i] / 32);
  return p;
}

/* Frame FRAMES of a video whose frames before went to @before: as it would come from
 * that, and from @after, which then goes on, or begins. */
static void
play_over (SgStylizer * before, SgStylizer * after, gboolean goes_on,
    Picture out[2])
{
  g_auto (Picture) scene = picture_new (WIDTH, HEIGHT, 11);
  g_auto (Picture) last = noisy (&scene, FRAMES);

  for (guint t = 0; t < FRAMES; t++) {
    g_auto (Picture) in = noisy (&scene, t);
    g_auto (Picture) made = run (before, NULL, &in);
  }
  if (goes_on)
    sg_stylizer_continue (after, before);
  out[0] = run (before, NULL, &last);
  out[1] = run (after, NULL, &last);
}

static gdouble
distance (const Picture pictures[2])
{
  gdouble sum = 0;

  for (gsize i = 0; i < N; i++)
    sum += ABS (pictures[0].samples[i] - pictures[1].samples[i]);
  return sum / N;
}

static void
check_continue (SgTemporalMode mode, const Affine * a, const Affine * b)
{
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .temporal = mode
  };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) first = affine_model (a);
  g_autoptr (SgModel) second = affine_model (b);

  for (gint goes_on = 0; device && goes_on < 2; goes_on++) {
    g_autoptr (SgStylizer) before = stylizer_new (first, device, &config);
    g_autoptr (SgStylizer) after = stylizer_new (second, device, &config);
    SgTemporalStats stats;
    Picture out[2];

    play_over (before, after, goes_on, out);
    if (goes_on)
      g_assert_cmpfloat (distance (out), <, 2);
    else
      g_assert_cmpfloat (distance (out), >, 100);
    sg_stylizer_get_temporal_stats (after, &stats);
    g_assert_cmpuint (stats.frames, ==, goes_on ? FRAMES : 0);
    picture_clear (&out[0]);
    picture_clear (&out[1]);
  }
}

static void
test_continue (void)
{
  const Affine same = { .gain = {1, 1, 1} };
  /* the same pictures in other numbers */
  const Affine other = {
    .gain = {1, 1, 1}, .range = SG_PIXEL_RANGE_MINUS1_1,
    .order = SG_CHANNEL_ORDER_BGR
  };

  check_continue (SG_TEMPORAL_STATIC, &same, &same);
  check_continue (SG_TEMPORAL_MOTION, &same, &other);
}

/* Of another size, or without a filter: nothing happens. */
static void
test_no_continue (void)
{
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .temporal = SG_TEMPORAL_STATIC
  };
  const SgStylizerConfig other = {
    .width = 64, .height = 48, .temporal = SG_TEMPORAL_STATIC
  };
  const SgStylizerConfig off = { .width = WIDTH, .height = HEIGHT };
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = negative ();
  g_autoptr (SgStylizer) a = device ? stylizer_new (model, device, &config)
      : NULL;
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 12);
  g_auto (Picture) large = picture_new (64, 48, 13);

  if (a) {
    g_autoptr (SgStylizer) b = stylizer_new (model, device, &other);
    g_autoptr (SgStylizer) c = stylizer_new (model, device, &off);
    g_autoptr (SgStylizer) fresh = stylizer_new (model, device, &other);
    g_auto (Picture) wanted = run (fresh, NULL, &large);

    g_auto (Picture) before = run (a, NULL, &in);
    g_auto (Picture) made = { 0, };
    g_auto (Picture) unfiltered = { 0, };

    sg_stylizer_continue (b, a);
    sg_stylizer_continue (c, a);
    made = run (b, NULL, &large);
    unfiltered = run (c, NULL, &in);
    assert_same (&made, &wanted);
    assert_same (&unfiltered, &before);
  }
}

/* --- no allocation ---------------------------------------------------------------- */

static gint n_allocations = -1; /* below 0: not counted */

static void
count_allocation (void)
{
  if (g_atomic_int_get (&n_allocations) >= 0)
    g_atomic_int_inc (&n_allocations);
}

#define WRAP(name, params, args) \
  gpointer __real_ ## name params; \
  gpointer __wrap_ ## name params; \
  gpointer __wrap_ ## name params \
  { \
    count_allocation (); \
    return __real_ ## name args; \
  }
/* *INDENT-OFF* */
WRAP (g_malloc, (gsize n), (n))
WRAP (g_malloc0, (gsize n), (n))
WRAP (g_malloc_n, (gsize n, gsize bytes), (n, bytes))
WRAP (g_malloc0_n, (gsize n, gsize bytes), (n, bytes))
WRAP (g_try_malloc, (gsize n), (n))
WRAP (g_try_malloc0, (gsize n), (n))
WRAP (g_try_malloc_n, (gsize n, gsize bytes), (n, bytes))
WRAP (g_try_malloc0_n, (gsize n, gsize bytes), (n, bytes))
WRAP (g_realloc, (gpointer p, gsize n), (p, n))
/* *INDENT-ON* */

static void
test_allocation (void)
{
  const SgShape shape = SG_SHAPE (1, 1, HEIGHT, WIDTH);
  g_autoptr (SgTensor) mask = sg_tensor_new (SG_DTYPE_F32, &shape, NULL);
  g_autoptr (SgDevice) device = open_device ();
  g_autoptr (SgModel) model = negative ();
  const SgStylizerConfig config = {
    .width = WIDTH, .height = HEIGHT, .working_height = 20, .masked = TRUE,
    .second = model, .temporal = SG_TEMPORAL_MOTION
  };
  SgStylizerControls controls = {
    .temporal_strength = 1, .strength = 0.5f, .preserve_colors = 0.5f,
    .mix = 0.5f, .mask = mask
  };
  g_autoptr (SgStylizer) stylizer = NULL;
  g_auto (Picture) in = picture_new (WIDTH, HEIGHT, 14);
  g_auto (Picture) out = picture_new (WIDTH, HEIGHT, 15);

  if (device == NULL)
    return;
  g_atomic_int_set (&n_allocations, 0);
  stylizer = stylizer_new (model, device, &config);
  g_assert_cmpint (g_atomic_int_get (&n_allocations), >, 0);
  sg_stylizer_set_controls (stylizer, &controls);
  process (stylizer, &in, &out);
  g_atomic_int_set (&n_allocations, 0);
  for (guint i = 1; i <= 4; i++) {
    controls.strength = i / 4.0f;
    sg_stylizer_set_controls (stylizer, &controls);
    process (stylizer, &in, &out);
  }
  g_assert_cmpint (g_atomic_int_get (&n_allocations), ==, 0);
  g_atomic_int_set (&n_allocations, -1);
}

gint
main (gint argc, gchar ** argv)
{
  on_gpu = argc > 1 && g_str_equal (argv[argc - 1], "--vulkan");
  argc -= on_gpu;
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controls/ends", test_ends);
  g_test_add_func ("/controls/strength", test_strength);
  g_test_add_func ("/controls/colors", test_colors);
  g_test_add_func ("/controls/gray", test_gray);
  g_test_add_func ("/controls/mask", test_mask);
  g_test_add_func ("/controls/mix", test_mix);
  g_test_add_func ("/controls/stroke-scale", test_stroke_scale);
  g_test_add_func ("/controls/stroke-scale/wrong", test_wrong_scale);
  g_test_add_func ("/controls/style", test_style);
  g_test_add_func ("/controls/style/folded", test_style_folded);
  g_test_add_func ("/controls/style/missing", test_style_missing);
  g_test_add_func ("/controls/continue", test_continue);
  g_test_add_func ("/controls/continue/not", test_no_continue);
  if (!on_gpu) {
    g_test_add_func ("/controls/style/golden", test_golden);
    g_test_add_func ("/controls/allocation", test_allocation);
  }
  return g_test_run ();
}
