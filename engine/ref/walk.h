/* gst-stylegan: going through several tensors at once, element by element
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include "ref/ref.h"

G_BEGIN_DECLS

#define REF_WALK_MAX 3

/* All index combinations of @shape in row-major order, and where each of the
 * tensors is then: offset[k] = start[k] + sum of index[i] * stride[k][i], in
 * elements. What broadcasts has stride 0, what runs backwards a negative one.
 *
 *   for (ref_walk_start (&walk); walk.left > 0; ref_walk_next (&walk))
 */
typedef struct
{
  SgShape shape;
  gint64 stride[REF_WALK_MAX][SG_MAX_RANK];
  gint64 start[REF_WALK_MAX];
  /* While walking: */
  gint64 index[SG_MAX_RANK];
  gint64 offset[REF_WALK_MAX];
  gint64 left;                  /* elements including this one */
} RefWalk;

/* Strides of a dense tensor of @shape. */
static inline void
ref_strides (const SgShape * shape, gint64 stride[SG_MAX_RANK])
{
  gint64 next = 1;

  for (gint i = shape->rank - 1; i >= 0; i--) {
    stride[i] = next;
    next *= shape->dim[i];
  }
}

/* Makes tensor @k of the walk a dense one of @shape that broadcasts to the
 * walk's shape. */
static inline void
ref_walk_broadcast (RefWalk * walk, guint k, const SgShape * shape)
{
  gint64 dense[SG_MAX_RANK];
  gint lead = walk->shape.rank - shape->rank;

  ref_strides (shape, dense);
  for (gint i = 0; i < walk->shape.rank; i++)
    walk->stride[k][i] = i < lead || shape->dim[i - lead] == 1 ?
        0 : dense[i - lead];
}

static inline void
ref_walk_start (RefWalk * walk)
{
  memset (walk->index, 0, sizeof walk->index);
  memcpy (walk->offset, walk->start, sizeof walk->offset);
  walk->left = sg_shape_elements (&walk->shape);
}

static inline void
ref_walk_next (RefWalk * walk)
{
  walk->left--;
  for (gint i = walk->shape.rank - 1; i >= 0; i--) {
    gint64 dim = walk->shape.dim[i];
    gboolean carry = ++walk->index[i] == dim;

    for (guint k = 0; k < REF_WALK_MAX; k++)
      walk->offset[k] += walk->stride[k][i]
          - (carry ? dim * walk->stride[k][i] : 0);
    if (!carry)
      return;
    walk->index[i] = 0;
  }
}

G_END_DECLS
