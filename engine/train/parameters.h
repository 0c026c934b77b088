/* gst-stylegan: the parameters of a network, kept in one row
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/build.h"

G_BEGIN_DECLS

/* How a parameter begins. */
typedef enum
{
  SG_INIT_ZERO,
  SG_INIT_ONE,
  SG_INIT_HALF,                 /* 0.5: the middle of the output's range */
  SG_INIT_HE,                   /* normal, variance 2 / fan in (He et al. 2015) */
  SG_INIT_SMALL,                /* normal, variance 1 / (100 fan in): an output that
                                 * begins as an even surface */

} SgInit;

typedef struct
{
  gchar *name;                  /* as in the exported model */
  SgShape shape;
  gint64 offset;                /* of its first element in the row */
  SgInit init;
} SgParameter;

/* The code that writes a network asks for its parameters one by one, always in the same
 * order. The first time they are listed; afterwards they come from where they are
 * bound to.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgParameters SgParameters;

SgParameters *sg_parameters_new (void);
void sg_parameters_free (SgParameters * parameters);

/* The next parameter; zeros while listing. */
SgValue *sg_parameters_next (SgParameters * parameters, SgBuild * build,
    const gchar * name, const SgShape * shape, SgInit init);
/* From now on, and from the first one on, parts of @row [size]. */
void sg_parameters_bind_row (SgParameters * parameters, SgBuild * build,
    SgValue * row);
/* ... constants out of @values [size]. */
void sg_parameters_bind_values (SgParameters * parameters,
    const gfloat * values);

guint sg_parameters_get_n (const SgParameters * parameters);
const SgParameter *sg_parameters_get (const SgParameters * parameters,
    guint index);
gint64 sg_parameters_get_size (const SgParameters * parameters);
/* @values: [size] */
void sg_parameters_initialise (const SgParameters * parameters, guint64 seed,
    gfloat * values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgParameters, sg_parameters_free)

G_END_DECLS
