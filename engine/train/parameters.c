/* gst-stylegan: the parameters of a network, kept in one row
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/parameters.h"

#include <math.h>

#include <sg/rng.h>

struct _SgParameters
{
  GPtrArray *list;              /* SgParameter */
  gint64 size;
  gboolean listed;
  guint next;
  SgValue **parts;              /* bound to a row: [n] */
  const gfloat *values;         /* bound to values */
};

static void
parameter_free (gpointer data)
{
  SgParameter *p = data;

  g_free (p->name);
  g_free (p);
}

SgParameters *
sg_parameters_new (void)
{
  SgParameters *p = g_new0 (SgParameters, 1);

  p->list = g_ptr_array_new_with_free_func (parameter_free);
  return p;
}

void
sg_parameters_free (SgParameters * p)
{
  g_ptr_array_unref (p->list);
  g_free (p->parts);
  g_free (p);
}

guint
sg_parameters_get_n (const SgParameters * p)
{
  return p->list->len;
}

const SgParameter *
sg_parameters_get (const SgParameters * p, guint index)
{
  return g_ptr_array_index (p->list, index);
}

gint64
sg_parameters_get_size (const SgParameters * p)
{
  return p->size;
}

/* --- while a network is written ---------------------------------------------- */

static SgValue *
list_one (SgParameters * p, SgBuild * b, const gchar * name,
    const SgShape * shape, SgInit init)
{
  SgParameter *parameter = g_new0 (SgParameter, 1);

  *parameter = (SgParameter) {
  g_strdup (name), *shape, p->size, init};
  g_ptr_array_add (p->list, parameter);
  p->size += sg_shape_elements (shape);
  return sg_build_filled (b, 0, shape);
}

static SgValue *
new_constant (SgBuild * b, const SgParameter * parameter, const gfloat * values)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new_copy (SG_DTYPE_F32,
      &parameter->shape, values + parameter->offset, &b->error);

  return tensor ? sg_graph_add_constant (b->graph, parameter->name, tensor)
      : NULL;
}

SgValue *
sg_parameters_next (SgParameters * p, SgBuild * b, const gchar * name,
    const SgShape * shape, SgInit init)
{
  const SgParameter *parameter;

  if (b->error)
    return NULL;
  if (!p->listed)
    return list_one (p, b, name, shape, init);
  g_return_val_if_fail (p->next < p->list->len, NULL);
  parameter = sg_parameters_get (p, p->next++);
  g_return_val_if_fail (g_str_equal (parameter->name, name)
      && sg_shape_equal (&parameter->shape, shape), NULL);
  return p->values ? new_constant (b, parameter, p->values)
      : p->parts[p->next - 1];
}

void
sg_parameters_bind_row (SgParameters * p, SgBuild * b, SgValue * row)
{
  guint n = p->list->len;
  g_autofree gint64 *sizes = g_new (gint64, n);

  p->listed = TRUE;
  p->next = 0;
  p->values = NULL;
  g_free (p->parts);
  p->parts = g_new0 (SgValue *, n);
  for (guint i = 0; i < n; i++)
    sizes[i] = sg_shape_elements (&sg_parameters_get (p, i)->shape);
  sg_build_split (b, row, 0, sizes, n, p->parts);
  for (guint i = 0; i < n; i++)
    p->parts[i] = sg_build_reshape (b, p->parts[i],
        &sg_parameters_get (p, i)->shape);
}

void
sg_parameters_bind_values (SgParameters * p, const gfloat * values)
{
  p->listed = TRUE;
  p->next = 0;
  p->values = values;
}

/* --- how they begin --------------------------------------------------------- */

static void
initialise (const SgParameter * p, guint64 seed, guint index, gfloat * values)
{
  static const gfloat constants[] = {
    [SG_INIT_ZERO] = 0,[SG_INIT_ONE] = 1,[SG_INIT_HALF] = 0.5f
  };
  gint64 n = sg_shape_elements (&p->shape), fan_in = n / p->shape.dim[0];
  gdouble deviation = sqrt ((p->init == SG_INIT_HE ? 2.0 : 0.01)
      / (gdouble) fan_in);
  SgRng rng;

  sg_rng_init (&rng, seed, 0, index);
  for (gint64 i = 0; i < n; i++)
    values[i] = p->init <= SG_INIT_HALF ? constants[p->init]
        : (gfloat) (deviation * sg_rng_normal (&rng));
}

void
sg_parameters_initialise (const SgParameters * p, guint64 seed, gfloat * values)
{
  for (guint i = 0; i < p->list->len; i++) {
    const SgParameter *parameter = sg_parameters_get (p, i);

    initialise (parameter, seed, i, values + parameter->offset);
  }
}
