/* gst-stylegan: what there is to know of the style's picture
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/losses-style.h"

#include <sg/session.h>

#include "train/losses-terms.h"
#include "train/pixels.h"

/* A graph that begins with the picture. */
typedef struct
{
  SgBuild build;
  SgValue *picture;             /* [1,3,H,W], of the size wanted */
  SgTensor *pixels;             /* for the input of the graph */
} Measure;

static gboolean
measure_init (Measure * m, const SgPicture * picture, gint size,
    SgDevice * device, GError ** error)
{
  gdouble scale = (gdouble) size / MIN (picture->width, picture->height);

  m->pixels = sg_pixels_load_scaled (picture,
      (gint64) (picture->height * scale + 0.5),
      (gint64) (picture->width * scale + 0.5), device, error);
  if (m->pixels == NULL)
    return FALSE;
  m->build = (SgBuild) {
  sg_graph_new (), "style", SG_DTYPE_F32};
  m->picture = sg_graph_add_input (m->build.graph, "style", SG_DTYPE_F32,
      &m->pixels->desc.shape);
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
  gboolean ok = measure_init (&m, picture, size, device, error);

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
sg_loss_measure_units (const SgPicture * picture, gint size,
    SgPerceptual * network, SgDevice * device, gdouble * units, GError ** error)
{
  guint n = sg_perceptual_get_n_layers (network);
  g_autofree SgValue **features = g_new0 (SgValue *, n);
  g_autofree SgTensor **results = g_new0 (SgTensor *, n);
  Measure m = { {NULL} };
  gboolean ok = measure_init (&m, picture, size, device, error);

  if (ok) {
    sg_perceptual_append (network, &m.build, m.picture, features);
    for (guint i = 0; i < n; i++) {
      gint64 pixels = features[i] ? features[i]->desc.shape.dim[2]
          * features[i]->desc.shape.dim[3] : 1;

      features[i] = sg_perceptual_get_content_weight (network, i) == 0 ? NULL
          : sg_build_scale (&m.build, sg_loss_content_unit (&m.build,
              features[i]), 1 / (gdouble) pixels);
    }
    ok = measure_run (&m, device, features, n, results, error);
  }
  measure_clear (&m);
  for (guint i = 0; i < n; i++) {
    units[i] = results[i] ? sg_tensor_get (results[i], 0) : 0;
    g_clear_pointer (&results[i], sg_tensor_unref);
  }
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
  gboolean ok = measure_init (&m, picture, size, device, error);

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
