/* gst-stylegan: how long a training step takes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   bench-train-step [--network NAME] [--batch N] [--size S] [--threads N] [--runs N]
 *       [--per-op] [--graph]
 *
 * Forward and backward of a style network under the losses of a network like SqueezeNet
 * 1.1 up to fire5 (Iandola et al. 2016) with random weights: content at fire3, Gram
 * matrices at conv1, fire3, fire4 and fire5. bench-train-step.py is the same in PyTorch.
 * --per-op says where the time goes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <sg/rng.h>
#include <sg/session.h>

#include "ops/conv.h"
#include "ops/pool.h"
#include "train/autodiff.h"
#include "train/network.h"


#define EPSILON 1e-8

static struct
{
  gchar *network;
  gint batch, size, threads, runs;
  gboolean per_op, graph;
} options = { NULL, 4, 256, 2, 15, FALSE, FALSE };

static const GOptionEntry entries[] = {
  {"network", 0, 0, G_OPTION_ARG_STRING, &options.network,
      "nano, small (default), ...", "NAME"},
  {"batch", 0, 0, G_OPTION_ARG_INT, &options.batch, "images, default 4", "N"},
  {"size", 0, 0, G_OPTION_ARG_INT, &options.size, "pixels, default 256", "S"},
  {"threads", 0, 0, G_OPTION_ARG_INT, &options.threads, "default 2", "N"},
  {"runs", 0, 0, G_OPTION_ARG_INT, &options.runs, "default 15", "N"},
  {"per-op", 0, 0, G_OPTION_ARG_NONE, &options.per_op, "time per operator",
      NULL},
  {"graph", 0, 0, G_OPTION_ARG_NONE, &options.graph, "print what runs", NULL},
  {NULL}
};

/* --- the loss network ------------------------------------------------------- */

typedef struct
{
  SgBuild *b;
  SgValue *weights[16];         /* of each convolution, made once */
  guint next;
  SgRng rng;
} Loss;

enum
{ CONV1, FIRE3, FIRE4, FIRE5, N_LAYERS };

static SgValue *
loss_weights (Loss * l, gint64 m, gint64 channels, gint64 k)
{
  SgShape shape = SG_SHAPE (m, channels, k, k);
  gint64 n = sg_shape_elements (&shape);
  gdouble deviation = 2.4 / sqrt ((gdouble) (channels * k * k));
  g_autofree gdouble *values = g_new (gdouble, n);

  if (l->weights[l->next] == NULL) {
    for (gint64 i = 0; i < n; i++)
      values[i] = deviation * sg_rng_range (&l->rng, -1, 1);
    l->weights[l->next] = sg_build_floats (l->b, values, &shape);
  }
  return l->weights[l->next++];
}

static SgValue *
conv_relu (Loss * l, SgValue * x, gint64 m, gint64 k, gint64 stride)
{
  gint64 channels = x ? x->desc.shape.dim[1] : 1;
  gint64 pad = stride == 1 ? k / 2 : 0;
  const SgConvAttrs attrs = { .window = {.n_spatial = 2, .kernel = {k, k},
      .stride = {stride, stride}, .pad_begin = {pad, pad},
      .pad_end = {pad, pad}}, .group = 1
  };
  SgShape bias = SG_SHAPE (m);

  return sg_build_unary (l->b, "relu", sg_build_node (l->b, "conv", &attrs, 3,
          x, loss_weights (l, m, channels, k), sg_build_filled (l->b, 0.01,
              &bias)));
}

static SgValue *
fire (Loss * l, SgValue * x, gint64 squeeze, gint64 expand)
{
  SgValue *parts[2];

  x = conv_relu (l, x, squeeze, 1, 1);
  parts[0] = conv_relu (l, x, expand, 1, 1);
  parts[1] = conv_relu (l, x, expand, 3, 1);
  return sg_build_concat (l->b, 1, parts, 2);
}

static SgValue *
pool (Loss * l, SgValue * x)
{
  const SgPoolAttrs attrs = { .window = {.n_spatial = 2, .kernel = {3, 3},
      .stride = {2, 2}}, .ceil_mode = TRUE
  };

  return sg_build_node (l->b, "max_pool", &attrs, 1, x);
}

static void
append_features (Loss * l, SgValue * x, SgValue ** layers)
{
  l->next = 0;
  layers[CONV1] = conv_relu (l, x, 64, 3, 2);
  x = fire (l, pool (l, layers[CONV1]), 16, 64);
  layers[FIRE3] = fire (l, x, 16, 64);
  layers[FIRE4] = fire (l, pool (l, layers[FIRE3]), 32, 128);
  layers[FIRE5] = fire (l, layers[FIRE4], 32, 128);
}

/* [N,C,C], over pixels */
static SgValue *
gram (SgBuild * b, SgValue * x)
{
  const gint64 *dim = b->error ? NULL : x->desc.shape.dim;
  SgShape flat;
  SgValue *rows;

  if (b->error)
    return NULL;
  flat = SG_SHAPE (dim[0], dim[1], dim[2] * dim[3]);
  rows = sg_build_reshape (b, x, &flat);
  return sg_build_scale (b, sg_build_binary (b, "matmul", rows,
          sg_build_swap (b, rows, 1, 2)), 1.0 / (gdouble) flat.dim[2]);
}

static SgValue *
append_loss (Loss * l, SgValue * x, SgValue * y)
{
  SgValue *got[N_LAYERS], *want[N_LAYERS], *d, *loss;
  SgBuild *b = l->b;

  append_features (l, y, got);
  append_features (l, x, want);
  d = sg_build_binary (b, "sub", got[FIRE3], want[FIRE3]);
  loss = sg_build_binary (b, "div", sg_build_mean_all (b, sg_build_square (b,
              d)), sg_build_scalar (b, 0.5));
  for (guint i = 0; i < N_LAYERS; i++) {
    gint64 c = got[i] ? got[i]->desc.shape.dim[1] : 1;
    SgShape shape = SG_SHAPE (1, c, c);

    d = sg_build_binary (b, "sub", gram (b, got[i]), sg_build_filled (b, 0.1,
            &shape));
    loss = sg_build_binary (b, "add", loss, sg_build_mean_all (b,
            sg_build_square (b, d)));
  }
  return loss;
}

/* --- the step --------------------------------------------------------------- */

/* Inputs: parameters, pictures. Outputs: loss, gradients. */
static SgGraph *
make_graph (SgNetwork network, gint64 * n_parameters, GError ** error)
{
  g_autoptr (SgParameters) parameters = sg_parameters_new ();
  g_autoptr (SgGraph) list = sg_graph_new (), graph = sg_graph_new ();
  SgShape picture = SG_SHAPE (options.batch, 3, options.size, options.size);
  SgBuild listing = { list, NULL, SG_DTYPE_F32 };
  SgBuild b = { graph, NULL, SG_DTYPE_F32 };
  Loss loss = { &b };
  SgValue *row, *x, *y, *gradients;
  SgShape shape;

  sg_network_append (network, &listing, parameters, sg_graph_add_input (list,
          "x", SG_DTYPE_F32, &picture));
  g_clear_error (&listing.error);
  *n_parameters = sg_parameters_get_size (parameters);
  shape = SG_SHAPE (*n_parameters);
  row = sg_graph_add_input (graph, "parameters", SG_DTYPE_F32, &shape);
  x = sg_graph_add_input (graph, "x", SG_DTYPE_F32, &picture);
  sg_parameters_bind_row (parameters, &b, row);
  sg_rng_init (&loss.rng, 1, 0, 0);
  y = sg_network_append (network, &b, parameters, x);
  if (y && !sg_shape_equal (&y->desc.shape, &picture)) {
    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
        "the network's output is no picture of its input's size");
    return NULL;
  }
  y = y ? append_loss (&loss, x, y) : NULL;
  if (b.error) {
    g_propagate_error (error, b.error);
    return NULL;
  }
  sg_graph_add_output (graph, "loss", y);
  if (!sg_autodiff (graph, y, &row, 1, &gradients, error))
    return NULL;
  sg_graph_add_output (graph, "gradients", gradients);
  return g_steal_pointer (&graph);
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
  const SgNodeProfile *const *p = a, *const *q = b;

  return (*p)->ms < (*q)->ms ? 1 : (*p)->ms > (*q)->ms ? -1 : 0;
}

static void
print_row (const SgNodeProfile * row, gdouble total)
{
  gdouble ms = MAX (row->ms, 1e-6);

  printf ("%9.3f %5.1f%% %8.1f %7.2f  %-5.5s %-28s %s\n", row->ms,
      100 * row->ms / total, row->flops / ms / 1e6, row->bytes / ms / 1e6,
      row->backend, row->op, row->name);
}

/* All steps, the slowest first, and sums by operator. */
static void
print_profile (GArray * profile)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GPtrArray) sums = g_ptr_array_new_with_free_func (g_free);
  gdouble total = 1e-9;

  for (guint i = 0; i < profile->len; i++) {
    SgNodeProfile *row = &g_array_index (profile, SgNodeProfile, i);
    SgNodeProfile *sum = NULL;

    for (guint k = 0; sum == NULL && k < sums->len; k++) {
      SgNodeProfile *other = g_ptr_array_index (sums, k);

      if (g_str_equal (other->op, row->op)
          && g_str_equal (other->backend, row->backend))
        sum = other;
    }
    if (sum == NULL) {
      sum = g_new0 (SgNodeProfile, 1);
      *sum = (SgNodeProfile) {
      row->op, "", row->backend, 0, 0, 0};
      g_ptr_array_add (sums, sum);
    }
    sum->ms += row->ms;
    sum->flops += row->flops;
    sum->bytes += row->bytes;
    total += row->ms;
    g_ptr_array_add (rows, row);
  }
  g_ptr_array_sort (rows, compare_rows);
  g_ptr_array_sort (sums, compare_rows);
  printf ("%9s %6s %8s %7s  %-5s %s\n", "ms", "share", "GFLOP/s", "GB/s",
      "on", "operator");
  for (guint i = 0; i < rows->len; i++)
    print_row (g_ptr_array_index (rows, i), total);
  printf ("\n");
  for (guint i = 0; i < sums->len; i++)
    print_row (g_ptr_array_index (sums, i), total);
  printf ("%9.3f in %u steps\n", total, profile->len);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 p = *(const gint64 *) a, q = *(const gint64 *) b;

  return p < q ? -1 : p > q;
}

/* Of all threads, microseconds. */
static gint64
get_processor_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC
      + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static gboolean
bench (SgSession * session, gint64 n_parameters, GError ** error)
{
  SgShape shapes[] = { SG_SHAPE (n_parameters),
    SG_SHAPE (options.batch, 3, options.size, options.size)
  };
  g_autofree gint64 *times = g_new (gint64, options.runs);
  SgTensor *inputs[2], *outputs[2];
  gint64 processor = 0;
  gboolean ok = TRUE;
  SgRng rng;

  sg_rng_init (&rng, 2, 0, 0);
  for (guint i = 0; i < 2; i++) {
    inputs[i] = sg_tensor_new (SG_DTYPE_F32, &shapes[i], NULL);
    outputs[i] = sg_tensor_new (SG_DTYPE_F32,
        &sg_session_get_output_desc (session, i)->shape, NULL);
    for (gint64 k = 0; k < sg_tensor_elements (inputs[i]); k++)
      ((gfloat *) inputs[i]->data)[k] =
          (gfloat) (i ? sg_rng_range (&rng, 0, 1) : sg_rng_range (&rng, -0.1,
              0.1));
  }
  for (gint i = -2; i < options.runs && ok; i++) {
    gint64 begin = g_get_monotonic_time ();

    if (i == 0)
      processor = get_processor_time ();
    ok = sg_session_run (session, inputs, outputs, error);
    if (i >= 0)
      times[i] = g_get_monotonic_time () - begin;
  }
  if (ok) {
    qsort (times, options.runs, sizeof *times, compare_times);
    printf ("%.1f ms per step (fastest %.1f, processor %.1f), %.2f steps/s, "
        "loss %g, %.0f MiB\n", (gdouble) times[options.runs / 2] / 1e3,
        (gdouble) times[0] / 1e3, (gdouble) (get_processor_time ()
            - processor) / 1e3 / options.runs,
        1e6 / (gdouble) times[options.runs / 2], sg_tensor_get (outputs[0], 0),
        (gdouble) sg_session_get_memory_bytes (session) / (1 << 20));
  }
  for (guint i = 0; i < 2; i++) {
    sg_tensor_unref (inputs[i]);
    sg_tensor_unref (outputs[i]);
  }
  return ok;
}

static gboolean
bench_network (SgNetwork network, GError ** error)
{
  const SgDeviceConfig config = { .backend = SG_BACKEND_CPU,
    .n_threads = (guint) options.threads
  };
  g_autoptr (SgDevice) device = sg_device_open (&config, NULL, error);
  gint64 n = 0;
  g_autoptr (SgGraph) graph = device ? make_graph (network, &n, error) : NULL;
  g_autoptr (SgSession) session = NULL;
  SgTensorDesc descs[2];

  if (graph == NULL)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    descs[i] = *sg_graph_get_input_desc (graph, i);
  session = sg_session_new (graph, device, descs, 2, NULL, error);
  if (session == NULL)
    return FALSE;
  if (options.graph) {
    g_autofree gchar *text = sg_session_to_string (session);

    printf ("%s\n", text);
  }
  sg_session_set_profiling (session, options.per_op);
  if (!bench (session, n, error))
    return FALSE;
  if (options.per_op) {
    g_autoptr (GArray) profile = sg_session_get_profile (session);

    print_profile (profile);
  }
  return TRUE;
}

gint
main (gint argc, gchar ** argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  SgNetwork network;

  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error)) {
    if (!sg_network_from_name (options.network ? options.network : "small",
            &network) || options.batch < 1 || options.size < 64
        || options.size % 4 || options.threads < 1 || options.runs < 1)
      g_set_error (&error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "no such network, or sizes out of range; sizes are multiples of 4, "
          "64 or more");
    else
      bench_network (network, &error);
  }
  if (error == NULL)
    return 0;
  fprintf (stderr, "bench-train-step: %s\n", error->message);
  return 1;
}
