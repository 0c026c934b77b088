/* gst-stylegan: what there is to know of the style's picture
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/losses-style.h"

#include <sg/session.h>

#include "ops/resize.h"
#include "train/losses-terms.h"

/* A graph that begins with the picture. */
typedef struct
{
  SgBuild build;
  SgValue *picture;             /* [1,3,H,W], of the size wanted */
  SgTensor *pixels;             /* for the input of the graph */
} Measure;

/* @picture as [1,3,H,W] in 0..1, squares of @block px averaged. */
static SgTensor *
load_pixels (const SgPicture * picture, gint block, GError ** error)
{
  gint64 h = picture->height / block, w = picture->width / block;
  const SgShape shape = SG_SHAPE (1, 3, h, w);
  SgTensor *tensor = sg_tensor_new (SG_DTYPE_F32, &shape, error);
  gfloat *to = tensor ? tensor->data : NULL;

  for (gint64 i = 0; tensor && i < 3 * h * w; i++) {
    gint64 c = i / (h * w), y = i / w % h * block, x = i % w * block;
    const guint8 *from = picture->rgb + 3 * (y * picture->width + x) + c;
    guint64 sum = 0;

    for (gint dy = 0; dy < block; dy++)
      for (gint dx = 0; dx < block; dx++)
        sum += from[3 * ((gsize) dy * picture->width + dx)];
    to[i] = (gfloat) sum / (gfloat) (255 * block * block);
  }
  return tensor;
}

static gboolean
measure_init (Measure * m, const SgPicture * picture, gint size,
    GError ** error)
{
  const SgResizeAttrs attrs = { .mode = SG_RESIZE_LINEAR, .antialias = TRUE };
  gint shorter = MIN (picture->width, picture->height);
  gdouble scale = (gdouble) size / shorter;
  const gint64 sizes[] = { 1, 3, (gint64) (picture->height * scale + 0.5),
    (gint64) (picture->width * scale + 0.5)
  };

  m->pixels = load_pixels (picture, MAX (1, shorter / size), error);
  if (m->pixels == NULL)
    return FALSE;
  m->build = (SgBuild) {
  sg_graph_new (), "style", SG_DTYPE_F32};
  m->picture = sg_graph_add_input (m->build.graph, "style", SG_DTYPE_F32,
      &m->pixels->desc.shape);
  if (sizes[2] != m->pixels->desc.shape.dim[2]
      || sizes[3] != m->pixels->desc.shape.dim[3])
    m->picture = sg_build_node (&m->build, "resize", &attrs, 4, m->picture,
        NULL, NULL, sg_build_ints (&m->build, sizes, 4));
  return TRUE;
}

static void
measure_clear (Measure * m)
{
  g_clear_pointer (&m->build.graph, sg_graph_unref);
  g_clear_pointer (&m->pixels, sg_tensor_unref);
  g_clear_error (&m->build.error);
}

/* Values of @wanted, [n], NULL where that is NULL. */
static gboolean
measure_run (Measure * m, SgDevice * device, SgValue * const *wanted, guint n,
    SgTensor ** results, GError ** error)
{
  g_autoptr (SgSession) session = NULL;
  g_autoptr (GPtrArray) outputs = g_ptr_array_new ();

  if (m->build.error) {
    g_propagate_error (error, g_steal_pointer (&m->build.error));
    return FALSE;
  }
  for (guint i = 0; i < n; i++)
    if (wanted[i])
      sg_graph_add_output (m->build.graph, "measure", wanted[i]);
  session = sg_session_new (m->build.graph, device, &m->pixels->desc, 1, NULL,
      error);
  if (session == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const SgTensorDesc *desc;

    if (wanted[i] == NULL)
      continue;
    desc = sg_session_get_output_desc (session, outputs->len);
    results[i] = sg_tensor_new (desc->dtype, &desc->shape, error);
    if (results[i] == NULL)
      return FALSE;
    g_ptr_array_add (outputs, results[i]);
  }
  if (!sg_session_run (session, &m->pixels, (SgTensor **) outputs->pdata,
          error))
    return FALSE;
  for (guint i = 0; i < outputs->len; i++) {
    if (!sg_tensor_is_finite (g_ptr_array_index (outputs, i))) {
      g_set_error_literal (error, SG_ERROR, SG_ERROR_NOT_FINITE,
          "a loss network makes infinite numbers of the style's picture; is "
          "its input convention right?");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
sg_loss_measure_grams (const SgPicture * picture, gint size,
    SgPerceptual * network, SgDevice * device, SgTensor ** grams,
    GError ** error)
{
  guint n = sg_perceptual_get_n_layers (network);
  g_autofree SgValue **features = g_new0 (SgValue *, n);
  Measure m = { {NULL} };
  gboolean ok = measure_init (&m, picture, size, error);

  if (ok) {
    sg_perceptual_append (network, &m.build, m.picture, features);
    for (guint i = 0; i < n; i++)
      features[i] = sg_perceptual_get_style_weight (network, i) == 0 ? NULL
          : sg_loss_gram (&m.build, features[i]);
    ok = measure_run (&m, device, features, n, grams, error);
  }
  measure_clear (&m);
  return ok;
}

gboolean
sg_loss_measure_colors (const SgPicture * picture, gint size,
    SgDevice * device, SgTensor ** means, SgTensor ** covariances,
    GError ** error)
{
  SgValue *values[2 * SG_LOSS_N_SCALES] = { NULL, };
  SgTensor *results[2 * SG_LOSS_N_SCALES] = { NULL, };
  Measure m = { {NULL} };
  gboolean ok = measure_init (&m, picture, size, error);

  if (ok) {
    for (guint i = 0; i < SG_LOSS_N_SCALES; i++)
      sg_loss_color_statistics (&m.build, m.picture, sg_loss_scales[i],
          &values[2 * i], &values[2 * i + 1]);
    ok = measure_run (&m, device, values, 2 * SG_LOSS_N_SCALES, results, error);
  }
  measure_clear (&m);
  for (guint i = 0; i < SG_LOSS_N_SCALES; i++) {
    means[i] = results[2 * i];
    covariances[i] = results[2 * i + 1];
  }
  return ok;
}
