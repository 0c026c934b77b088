/* gst-stylegan: the discriminator's layers and losses, as graphs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/discriminator-net.h"

#include <math.h>

#include <sg/rng.h>

#include "ops/conv.h"
#include "ops/leaky_relu.h"

#define LEAK 0.2f
#define STYLE_WEIGHT 0.5        /* of the cross entropy beside the hinge */
#define PHOTO_WEIGHT 0.5        /* of a photograph as a fake beside an image */

typedef struct
{
  const gchar *weights, *bias;
  gint64 kernel, stride, n_in, n_out;
} Layer;

enum
{ N_FEATURES = 4, REALNESS = N_FEATURES, STYLE };

static const Layer layers[SG_DISCRIMINATOR_N_LAYERS] = {
  {"d1.weight", "d1.bias", 4, 2, 3, 32},
  {"d2.weight", "d2.bias", 4, 2, 32, 64},
  {"d3.weight", "d3.bias", 4, 2, 64, 128},
  {"d4.weight", "d4.bias", 3, 1, 128, 128},
  {"realness.weight", "realness.bias", 1, 1, 128, 1},
  {"style.weight", "style.bias", 1, 1, 128, 1},
};

/* Columns of the weights as a matrix. */
static gint64
fan_in (const Layer * l)
{
  return l->n_in * l->kernel * l->kernel;
}

/* --- spectral norm ------------------------------------------------------------ */

gsize
sg_discriminator_get_n_vectors (void)
{
  gint64 n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    n += layers[i].n_out + fan_in (&layers[i]);
  return (gsize) n;
}

static void
normalise (gfloat * x, gint64 n)
{
  gdouble sum = 0;

  for (gint64 i = 0; i < n; i++)
    sum += (gdouble) x[i] * x[i];
  sum = sum > 0 ? 1 / sqrt (sum) : 0;
  for (gint64 i = 0; i < n; i++)
    x[i] = (gfloat) (x[i] * sum);
}

void
sg_discriminator_begin_vectors (guint64 seed, gfloat * vectors)
{
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    const gint64 sizes[] = { layers[i].n_out, fan_in (&layers[i]) };
    SgRng rng;

    sg_rng_init (&rng, seed, 1, i);
    for (guint k = 0; k < G_N_ELEMENTS (sizes); vectors += sizes[k++]) {
      for (gint64 p = 0; p < sizes[k]; p++)
        vectors[p] = (gfloat) sg_rng_normal (&rng);
      normalise (vectors, sizes[k]);
    }
  }
}

static void
iterate_layer (const Layer * l, const gfloat * w, gfloat * u, gfloat * v)
{
  gint64 n = fan_in (l);

  for (gint64 k = 0; k < n; k++)
    v[k] = 0;
  for (gint64 i = 0; i < l->n_out; i++)
    for (gint64 k = 0; k < n; k++)
      v[k] += u[i] * w[i * n + k];
  normalise (v, n);
  for (gint64 i = 0; i < l->n_out; i++) {
    gdouble sum = 0;

    for (gint64 k = 0; k < n; k++)
      sum += (gdouble) w[i * n + k] * v[k];
    u[i] = (gfloat) sum;
  }
  normalise (u, l->n_out);
}

void
sg_discriminator_iterate (const SgParameters * parameters, const gfloat * row,
    gfloat * vectors)
{
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    const gfloat *w = row + sg_parameters_get (parameters, 2 * i)->offset;

    iterate_layer (&layers[i], w, vectors, vectors + layers[i].n_out);
    vectors += layers[i].n_out + fan_in (&layers[i]);
  }
}

/* @w: [n_out,..] */
static SgValue *
divide_by_norm (SgBuild * b, SgValue * w, const Layer * l, SgValue * u,
    SgValue * v)
{
  const SgShape matrix = SG_SHAPE (l->n_out, fan_in (l));
  const SgShape column = SG_SHAPE (fan_in (l), 1);
  const SgShape result = SG_SHAPE (l->n_out, 1);
  SgValue *wv = sg_build_binary (b, "matmul", sg_build_reshape (b, w, &matrix),
      sg_build_reshape (b, v, &column));

  return sg_build_binary (b, "div", w, sg_build_sum_all (b, sg_build_binary (b,
              "mul", wv, sg_build_reshape (b, u, &result))));
}

/* --- layers ------------------------------------------------------------------- */

/* @vectors: u, v */
static SgValue *
append_layer (SgParameters * parameters, SgBuild * b, const Layer * l,
    SgValue * const *vectors, SgValue * x)
{
  const SgShape shape = SG_SHAPE (l->n_out, l->n_in, l->kernel, l->kernel);
  const SgShape bias = SG_SHAPE (l->n_out);
  gint64 pad = l->stride == 2 ? 1 : l->kernel / 2;
  const SgConvAttrs attrs = { .group = 1, .window = {.n_spatial = 2,
      .stride = {l->stride, l->stride}, .pad_begin = {pad, pad}, .pad_end =
          {pad, pad}}
  };
  SgValue *w = sg_parameters_next (parameters, b, l->weights, &shape,
      SG_INIT_HE);
  SgValue *c = sg_parameters_next (parameters, b, l->bias, &bias, SG_INIT_ZERO);

  return sg_build_node (b, "conv", &attrs, 3, x, divide_by_norm (b, w, l,
          vectors[0], vectors[1]), c);
}

void
sg_discriminator_net_append (SgDiscriminatorNet * net, SgBuild * b,
    SgValue * images, SgValue ** map, SgValue ** style)
{
  const SgLeakyReluAttrs leak = { LEAK };
  gint64 sizes[2 * G_N_ELEMENTS (layers)];
  SgValue *vectors[G_N_ELEMENTS (sizes)], *h = images;

  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    sizes[2 * i] = layers[i].n_out;
    sizes[2 * i + 1] = fan_in (&layers[i]);
  }
  sg_build_split (b, net->vectors, 0, sizes, G_N_ELEMENTS (sizes), vectors);
  if (net->row)
    sg_parameters_bind_row (net->parameters, b, net->row);
  for (guint i = 0; i < N_FEATURES; i++)
    h = sg_build_node (b, "leaky_relu", &leak, 1,
        append_layer (net->parameters, b, &layers[i], vectors + 2 * i, h));
  *map = append_layer (net->parameters, b, &layers[REALNESS],
      vectors + 2 * REALNESS, h);
  *style = append_layer (net->parameters, b, &layers[STYLE],
      vectors + 2 * STYLE, sg_build_unary (b, "global_average_pool", h));
}

gboolean
sg_discriminator_list (SgParameters * parameters, GError ** error)
{
  const SgShape vectors = SG_SHAPE ((gint64) sg_discriminator_get_n_vectors ());
  const SgShape image = SG_SHAPE (1, 3, 32, 32);
  g_autoptr (SgGraph) scratch = sg_graph_new ();
  SgBuild b = { scratch, NULL, SG_DTYPE_F32 };
  SgDiscriminatorNet net = { parameters, NULL,
    sg_graph_add_input (scratch, "vectors", SG_DTYPE_F32, &vectors)
  };
  SgValue *map, *style;

  sg_discriminator_net_append (&net, &b, sg_graph_add_input (scratch, "images",
          SG_DTYPE_F32, &image), &map, &style);
  if (b.error)
    g_propagate_error (error, b.error);
  return b.error == NULL;
}

/* --- losses ------------------------------------------------------------------- */

static SgValue *
add_scaled (SgBuild * b, SgValue * x, SgValue * y, gdouble factor)
{
  return sg_build_binary (b, "add", x, sg_build_scale (b, y, factor));
}

/* Mean of max (0, 1 + sign x). */
static SgValue *
hinge (SgBuild * b, SgValue * x, gdouble sign)
{
  return sg_build_mean_all (b, sg_build_unary (b, "relu",
          add_scaled (b, sg_build_scalar (b, 1), x, sign)));
}

/* Mean of ln (1 + e^(sign x)) = max (0, sign x) + ln (1 + t), t = e^-|x|. There is no
 * logarithm; ln (1 + t) = 2 artanh (s), s = t / (2 + t) in 0 .. 1/3, and artanh (s)
 * = s + s^3 / 3 + s^5 / 5 + .. to 2e-7. max (0, x) is written as (x + |x|) / 2, which has
 * the right gradient at 0. */
static SgValue *
cross_entropy (SgBuild * b, SgValue * x, gdouble sign)
{
  const gint last = 11;
  SgValue *size = sg_build_unary (b, "abs", x);
  SgValue *t = sg_build_unary (b, "exp", sg_build_scale (b, size, -1));
  SgValue *s = sg_build_binary (b, "div", t, add_scaled (b,
          sg_build_scalar (b, 2), t, 1));
  SgValue *square = sg_build_square (b, s);
  SgValue *series = sg_build_scalar (b, 1.0 / last);

  for (gint i = last - 2; i > 0; i -= 2)
    series = sg_build_binary (b, "add", sg_build_binary (b, "mul", series,
            square), sg_build_scalar (b, 1.0 / i));
  series = sg_build_scale (b, sg_build_binary (b, "mul", series, s), 2);
  return sg_build_mean_all (b, add_scaled (b, series, add_scaled (b, size, x,
              sign), 0.5));
}

SgValue *
sg_discriminator_network_loss (SgBuild * b, SgValue * map, SgValue * style)
{
  return add_scaled (b, sg_build_scale (b, sg_build_mean_all (b, map), -1),
      cross_entropy (b, style, -1), STYLE_WEIGHT);
}

SgValue *
sg_discriminator_own_loss (SgBuild * b, SgValue * map, SgValue * style)
{
  SgValue *maps[3], *styles[3], *fake, *loss;
  gint64 sizes[3];

  if (b->error)
    return NULL;
  for (guint i = 0; i < 3; i++)
    sizes[i] = map->desc.shape.dim[0] / 3;
  sg_build_split (b, map, 0, sizes, 3, maps);
  sg_build_split (b, style, 0, sizes, 3, styles);
  fake = add_scaled (b, hinge (b, maps[1], 1), hinge (b, maps[2], 1),
      PHOTO_WEIGHT);
  loss = add_scaled (b, hinge (b, maps[0], -1), fake, 1 / (1 + PHOTO_WEIGHT));
  return add_scaled (b, loss, sg_build_binary (b, "add", cross_entropy (b,
              styles[0], -1), cross_entropy (b, styles[2], 1)), STYLE_WEIGHT);
}
