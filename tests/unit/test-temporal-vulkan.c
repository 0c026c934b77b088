/* gst-stylegan: the filter over time on a GPU, beside the CPU's
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <math.h>
#include <string.h>

#include <sg/synthflow.h>
#include "util/rng.h"
#include "util/shape.h"
#include "util/vulkan.h"
#include "video/temporal.h"

#define N_FRAMES 12
#define RESET 8                 /* frame with which another video begins */
#define OFF 10                  /* frame at strength 0 */
#define MIN_PSNR 50.0

/* Outputs: filtered, statistics, states, flow. */
#define FLOW (2 + VIDEO_TEMPORAL_N_STATES)
#define N_OUTPUTS (FLOW + 1)
#define N_INPUTS (3 + VIDEO_TEMPORAL_N_STATES)

/* One backend's filter. Input 0 is the frame, 1 what stands for the stylised one, 2 the
 * parameters. */
typedef struct
{
  VideoTemporal temporal;
  SgSession *session;
  SgTensor *outputs[N_OUTPUTS];
} Filter;

typedef struct
{
  VideoTemporalMode mode;
  SgSynthPreset preset;
  gint width, height;
} Video;

static const SgPixelConvention pixels = { 3, {0, 1, 2}, 255, 0 };

static SgGraph *
make_graph (const Video * video, VideoTemporal * temporal)
{
  const VideoTemporalConfig config = { video->mode, video->width,
    video->height, pixels, pixels
  };
  SgGraph *graph = sg_graph_new ();
  const SgShape *shape = SHAPE (1, 3, video->height, video->width);
  SgValue *frame = sg_graph_add_input (graph, "frame", SG_DTYPE_F32, shape);
  SgValue *stylised = sg_graph_add_input (graph, "stylised", SG_DTYPE_F32,
      shape);
  g_autoptr (GError) error = NULL;

  video_temporal_add (graph, &config, frame, stylised, temporal, &error);
  g_assert_no_error (error);
  sg_graph_add_output (graph, "filtered", temporal->filtered);
  video_temporal_finish (graph, temporal);
  if (temporal->flow)
    sg_graph_add_output (graph, "flow", temporal->flow);
  return graph;
}

static void
filter_init (Filter * f, SgDevice * device, const Video * video)
{
  g_autoptr (SgGraph) graph = NULL;
  g_autoptr (GError) error = NULL;
  SgTensorDesc descs[N_INPUTS];
  SgSessionConfig config = { .n_states = VIDEO_TEMPORAL_N_STATES };

  memset (f, 0, sizeof *f);
  graph = make_graph (video, &f->temporal);
  for (guint i = 0; i < N_INPUTS; i++)
    descs[i] = *sg_graph_get_input_desc (graph, i);
  config.states = f->temporal.states;
  f->session = sg_session_new (graph, device, descs, N_INPUTS, &config, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < sg_graph_get_n_outputs (graph); i++) {
    const SgTensorDesc *desc = sg_session_get_output_desc (f->session, i);

    if (i < 2 || i == FLOW)
      f->outputs[i] = sg_tensor_new (desc->dtype, &desc->shape, NULL);
  }
}

static void
filter_clear (Filter * f)
{
  sg_session_free (f->session);
  for (guint i = 0; i < N_OUTPUTS; i++)
    g_clear_pointer (&f->outputs[i], sg_tensor_unref);
}

static void
filter_run (Filter * f, SgTensor * const inputs[3])
{
  SgTensor *all[N_INPUTS] = { inputs[0], inputs[1], inputs[2] };
  g_autoptr (GError) error = NULL;

  sg_session_run (f->session, all, f->outputs, &error);
  g_assert_no_error (error);
}

static gfloat
stat (const Filter * f, guint index)
{
  return ((const gfloat *) f->outputs[1]->data)[index];
}

/* Every step runs on the GPU. */
static void
check_no_host (Filter * f)
{
  g_autofree gchar *text = sg_session_to_string (f->session);

  g_assert_nonnull (strstr (text, "vulkan"));
  if (strstr (text, "cpu") || strstr (text, "reference"))
    g_test_fail_printf ("a step runs on the processor:\n%s", text);
}

/* Errors are of pictures rounded to 8 bit, which f16 shifts here and there. */
static void
compare_stats (const Filter * cpu, const Filter * gpu)
{
  for (guint i = 0; i < VIDEO_TEMPORAL_N_STATS; i++) {
    gboolean is_error = i == VIDEO_TEMPORAL_STAT_INPUT_ERROR
        || i == VIDEO_TEMPORAL_STAT_RAW_ERROR || i == VIDEO_TEMPORAL_STAT_ERROR;
    gfloat expected = stat (cpu, i);

    g_assert_cmpfloat (fabsf (stat (gpu, i) - expected), <=,
        is_error ? 0.15f + 0.01f * expected : 2e-3f);
  }
}

/* 8 bit as of a camera, and a picture with flicker of its own, in steps of 1/8: both
 * are exact in f16. */
static void
fill_inputs (const SgSynthflowFrame * frame, TestRng * rng,
    SgTensor * const inputs[3], gint t)
{
  gsize n = 3 * (gsize) frame->width * (gsize) frame->height;
  gfloat *x = inputs[0]->data, *s = inputs[1]->data, *p = inputs[2]->data;

  for (gsize i = 0; i < n; i++) {
    gdouble v = 127.5 + 100 * sin (7 * frame->rgb[i] + (gdouble) (i % 3))
        + test_rng_uniform (rng, -12, 12);

    x[i] = (gfloat) rint (255 * CLAMP (frame->rgb[i], 0, 1));
    s[i] = (gfloat) (rint (8 * v) / 8);
  }
  p[VIDEO_TEMPORAL_PARAM_STRENGTH] = t == OFF ? 0 : 1;
  p[VIDEO_TEMPORAL_PARAM_RESET] = t == RESET;
}

static gdouble
psnr (const SgTensor * a, const SgTensor * b)
{
  const gfloat *x = a->data, *y = b->data;
  gint64 n = sg_tensor_elements (a);
  gdouble sum = 0;

  for (gint64 i = 0; i < n; i++)
    sum += (gdouble) (x[i] - y[i]) * (x[i] - y[i]);
  return 10 * log10 (255.0 * 255.0 * (gdouble) n / MAX (sum, 1e-9));
}

static gboolean
same (const SgTensor * a, const SgTensor * b)
{
  return memcmp (a->data, b->data, sg_tensor_desc_bytes (&a->desc)) == 0;
}

static void
compare_frames (const Filter * cpu, const Filter * gpu,
    SgTensor * const inputs[3], gint t)
{
  gdouble alike = psnr (cpu->outputs[0], gpu->outputs[0]);

  g_test_message ("frame %d: %.1f dB, restart %g, cut %g, trusted %.3f, error "
      "%.3f, unfiltered %.3f", t, alike, stat (gpu,
          VIDEO_TEMPORAL_STAT_RESTART), stat (gpu, VIDEO_TEMPORAL_STAT_CUT),
      stat (gpu, VIDEO_TEMPORAL_STAT_TRUSTED), stat (gpu,
          VIDEO_TEMPORAL_STAT_ERROR), stat (gpu,
          VIDEO_TEMPORAL_STAT_RAW_ERROR));
  g_assert_cmpfloat (alike, >=, MIN_PSNR);
  if (cpu->outputs[FLOW] && !same (cpu->outputs[FLOW], gpu->outputs[FLOW]))
    g_test_fail_printf ("the vectors of frame %d differ", t);
  compare_stats (cpu, gpu);
  if (t == OFF || stat (cpu, VIDEO_TEMPORAL_STAT_RESTART) > 0)
    g_assert_true (same (gpu->outputs[0], inputs[1]));
  else
    g_assert_false (same (gpu->outputs[0], inputs[1]));
}

static void
run_video (Filter * cpu, Filter * gpu, const Video * video)
{
  const SgSynthflowConfig config = { .preset = video->preset,
    .width = video->width, .height = video->height, .n_frames = N_FRAMES,
    .seed = 5
  };
  g_autoptr (SgSynthflow) synthflow = sg_synthflow_new (&config);
  const SgShape *shape = SHAPE (1, 3, video->height, video->width);
  SgTensor *inputs[3] = { sg_tensor_new (SG_DTYPE_F32, shape, NULL),
    sg_tensor_new (SG_DTYPE_F32, shape, NULL),
    sg_tensor_new (SG_DTYPE_F32, SHAPE (VIDEO_TEMPORAL_N_PARAMS), NULL)
  };
  TestRng rng = test_rng (1, "flicker");
  SgSynthflowFrame frame;
  guint n_cuts = 0;

  sg_synthflow_frame_init (&frame, video->width, video->height);
  for (gint t = 0; t < N_FRAMES; t++) {
    sg_synthflow_render (synthflow, t, &frame);
    fill_inputs (&frame, &rng, inputs, t);
    filter_run (cpu, inputs);
    filter_run (gpu, inputs);
    compare_frames (cpu, gpu, inputs, t);
    n_cuts += stat (gpu, VIDEO_TEMPORAL_STAT_CUT) > 0;
    g_assert_true (t != 0 || stat (gpu, VIDEO_TEMPORAL_STAT_RESTART) == 1);
    g_assert_true (t != RESET || stat (gpu, VIDEO_TEMPORAL_STAT_RESTART) == 1);
  }
  g_assert_cmpuint (n_cuts, ==, video->preset == SG_SYNTH_CUT);
  sg_synthflow_frame_clear (&frame);
  for (guint i = 0; i < 3; i++)
    sg_tensor_unref (inputs[i]);
}

/* --- tests --------------------------------------------------------------------- */

/* Sizes: rows of whole vectors; of a multiple of 4; of neither. */
static const Video videos[] = {
  {VIDEO_TEMPORAL_MOTION, SG_SYNTH_CUT, 160, 96},
  {VIDEO_TEMPORAL_MOTION, SG_SYNTH_FAST, 116, 90},
  {VIDEO_TEMPORAL_MOTION, SG_SYNTH_ZOOM, 101, 67},
  {VIDEO_TEMPORAL_STATIC, SG_SYNTH_NOISE_4, 160, 96},
};

static void
test_videos (gconstpointer data)
{
  const SgDeviceConfig config = { .backend = SG_BACKEND_CPU, .n_threads = 2 };
  g_autoptr (SgDevice) device =
      test_vulkan_device ((SgPrecision) GPOINTER_TO_INT (data));
  g_autoptr (SgDevice) processor = NULL;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  processor = sg_device_open (&config, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (videos); i++) {
    Filter cpu, gpu;

    g_test_message ("%s, %dx%d", sg_synth_preset_get_name (videos[i].preset),
        videos[i].width, videos[i].height);
    filter_init (&cpu, processor, &videos[i]);
    filter_init (&gpu, device, &videos[i]);
    check_no_host (&gpu);
    run_video (&cpu, &gpu, &videos[i]);
    filter_clear (&cpu);
    filter_clear (&gpu);
  }
}

/* What runs alike twice has no race: states are those of the frame before. */
static void
test_repeat (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP16);
  Filter a, b;

  if (device == NULL)
    return;
  filter_init (&a, device, &videos[2]);
  filter_init (&b, device, &videos[2]);
  for (guint run = 0; run < 2; run++) {
    run_video (&a, &b, &videos[2]);
    g_assert_true (same (a.outputs[0], b.outputs[0]));
    g_assert_true (same (a.outputs[1], b.outputs[1]));
    sg_session_reset (a.session);
    sg_session_reset (b.session);
  }
  filter_clear (&a);
  filter_clear (&b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/temporal-vulkan/fp32",
      GINT_TO_POINTER (SG_PRECISION_FP32), test_videos);
  g_test_add_data_func ("/temporal-vulkan/fp16",
      GINT_TO_POINTER (SG_PRECISION_FP16), test_videos);
  g_test_add_func ("/temporal-vulkan/repeat", test_repeat);
  return g_test_run ();
}
