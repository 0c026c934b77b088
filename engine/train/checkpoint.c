/* gst-stylegan: what a training goes on from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "train/trainer.h"

/* The numbers of the trainer itself; exact in 24 bits each. */
enum
{ RATE_SCALE, BALANCE, MEAN_LOSS, ROLLBACKS, N_NUMBERS };

#define MEAN "mean"
#define NUMBERS "trainer.numbers"
#define FORMAT "gst-stylegan checkpoint 1"

/* --- state ----------------------------------------------------------------- */

static void
set_doubles (SgTensorMap * map, const gchar * name, const gdouble * values,
    gsize n)
{
  const SgShape shape = SG_SHAPE ((gint64) n);
  g_autoptr (SgTensor) tensor = sg_tensor_new_copy (SG_DTYPE_F64, &shape,
      values, NULL);

  if (tensor)
    sg_tensor_map_set (map, name, tensor);
}

SgTensorMap *
sg_trainer_get_state (SgTrainer * t)
{
  const gdouble numbers[N_NUMBERS] = { t->rate_scale, t->balance, t->mean_loss,
    t->rollbacks
  };
  SgTensorMap *map = sg_tensor_map_new ();

  sg_optimiser_get_state (t->optimiser, "adam", map);
  sg_tensor_map_set_floats (map, MEAN, t->mean,
      (gsize) sg_parameters_get_size (t->parameters));
  set_doubles (map, NUMBERS, numbers, N_NUMBERS);
  if (t->discriminator)
    sg_discriminator_get_state (t->discriminator, map);
  return map;
}

gboolean
sg_trainer_set_state (SgTrainer * t, const SgTensorMap * map, GError ** error)
{
  const SgTensor *numbers = sg_tensor_map_get (map, NUMBERS);
  gsize n = (gsize) sg_parameters_get_size (t->parameters);
  g_autofree gfloat *mean = g_new (gfloat, n);

  if (numbers == NULL || numbers->desc.dtype != SG_DTYPE_F64
      || sg_tensor_elements (numbers) != N_NUMBERS) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "there is no tensor %s of %d numbers", NUMBERS, N_NUMBERS);
    return FALSE;
  }
  if (!sg_tensor_map_get_floats (map, MEAN, mean, n, error)
      || (t->discriminator
          && !sg_discriminator_set_state (t->discriminator, map, error))
      || !sg_optimiser_set_state (t->optimiser, "adam", map, error))
    return FALSE;
  memcpy (t->mean, mean, n * sizeof (gfloat));
  t->rate_scale = sg_tensor_get (numbers, RATE_SCALE);
  t->balance = sg_tensor_get (numbers, BALANCE);
  t->mean_loss = sg_tensor_get (numbers, MEAN_LOSS);
  return TRUE;
}

static void
set_snapshot (SgTrainer * t, SgTensorMap * state)
{
  g_clear_pointer (&t->snapshot, sg_tensor_map_free);
  t->snapshot = state;
  t->snapshot_index = t->index;
}

void
sg_trainer_take_snapshot (SgTrainer * t)
{
  t->rollbacks = 0;
  set_snapshot (t, sg_trainer_get_state (t));
}

/* --- the configuration ---------------------------------------------------------- */

static gchar *
digest_of (const SgPicture * picture)
{
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  gint size[] = { picture->width, picture->height };
  gchar *text;

  g_checksum_update (sum, (const guchar *) size, sizeof size);
  g_checksum_update (sum, picture->rgb,
      (gssize) picture->width * picture->height * 3);
  text = g_strdup (g_checksum_get_string (sum));
  g_checksum_free (sum);
  return text;
}

static gchar *
text_of_weights (const SgTrainConfig * c)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < SG_N_LOSSES; i++)
    g_string_append_printf (text, "%s%s %.17g", i ? ", " : "",
        sg_loss_get_name (i), c->weight[i]);
  return g_string_free (text, FALSE);
}

/* The networks' folders do not matter. */
static gchar *
text_of_networks (const SgTrainConfig * c)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; c->loss_networks && c->loss_networks[i]; i++) {
    g_autofree gchar *name = g_path_get_basename (c->loss_networks[i]);

    g_string_append_printf (text, "%s%s", i ? " " : "", name);
  }
  return g_string_free (text, FALSE);
}

/* What must be the same for a training to go on: name, value, ..., NULL. */
static gchar **
describe (const SgTrainConfig * c)
{
  GPtrArray *text = g_ptr_array_new ();

#define ADD(name, value) \
    g_ptr_array_add (text, g_strdup (name)); \
    g_ptr_array_add (text, value)
  ADD ("network", g_strdup (sg_network_get_name (c->network)));
  ADD ("images per step", g_strdup_printf ("%u", c->batch * MAX (c->n_ranks,
              1)));
  ADD ("size", g_strdup_printf ("%d", c->size));
  ADD ("seed", g_strdup_printf ("%" G_GUINT64_FORMAT, c->seed));
  ADD ("rate", g_strdup_printf ("%.17g", c->rate));
  ADD ("weights", text_of_weights (c));
  ADD ("loss networks", text_of_networks (c));
  ADD ("style picture", digest_of (&c->style));
  ADD ("style size", g_strdup_printf ("%d", c->style_size));
#undef ADD
  g_ptr_array_add (text, NULL);
  return (gchar **) g_ptr_array_free (text, FALSE);
}

static gboolean
check_same (const SgTrainer * t, const SgTensorMap * map, GError ** error)
{
  g_auto (GStrv) mine = describe (&t->config);

  for (guint i = 0; mine[i]; i += 2) {
    const gchar *theirs = sg_tensor_map_get_string (map, mine[i]);

    if (g_strcmp0 (theirs, mine[i + 1]) != 0) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "was made with another %s (%s instead of %s): go on with that, or "
          "start a new training from its weights", mine[i],
          theirs ? theirs : "none", mine[i + 1]);
      return FALSE;
    }
  }
  return TRUE;
}

/* --- files ------------------------------------------------------------------- */

gboolean
sg_trainer_save (SgTrainer * t, const gchar * path, GError ** error)
{
  g_autoptr (SgTensorMap) map = sg_trainer_get_state (t);
  g_auto (GStrv) config = describe (&t->config);
  g_autofree gchar *step = g_strdup_printf ("%" G_GUINT64_FORMAT, t->index);

  for (guint i = 0; config[i]; i += 2)
    sg_tensor_map_set_string (map, config[i], config[i + 1]);
  sg_tensor_map_set_string (map, "format", FORMAT);
  sg_tensor_map_set_string (map, "step", step);
  if (path && !sg_tensor_map_save (map, path, error))
    return FALSE;
  /* As after loading: so that both go on alike even when they roll back. */
  set_snapshot (t, g_steal_pointer (&map));
  return TRUE;
}

gboolean
sg_trainer_load (SgTrainer * t, const gchar * path, GError ** error)
{
  g_autoptr (SgTensorMap) map = sg_tensor_map_load (path, error);
  const gchar *format, *step;
  guint64 index;

  if (map == NULL)
    return FALSE;
  format = sg_tensor_map_get_string (map, "format");
  step = sg_tensor_map_get_string (map, "step");
  if (g_strcmp0 (format, FORMAT) != 0 || step == NULL
      || !g_ascii_string_to_unsigned (step, 10, 0, G_MAXINT64, &index, NULL)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "%s: no checkpoint of a training", path);
    return FALSE;
  }
  if (!check_same (t, map, error) || !sg_trainer_set_state (t, map, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  t->index = index;
  t->rollbacks = (guint) sg_tensor_get (sg_tensor_map_get (map, NUMBERS),
      ROLLBACKS);
  set_snapshot (t, g_steal_pointer (&map));
  return TRUE;
}
