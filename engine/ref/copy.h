/* gst-stylegan: reference for moving data of any type
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ref/walk.h"

G_BEGIN_DECLS

/* Copies one element from offset[1] of @x to offset[0] of @y for each step of
 * @walk. The types are the same. */
void ref_copy_walk (RefWalk * walk, SgTensor * y, const SgTensor * x);
/* All of @x, in its order, into @y of the same size. */
void ref_copy_all (SgTensor * y, const SgTensor * x);
/* @x broadcast to the shape of @y. */
void ref_copy_broadcast (SgTensor * y, const SgTensor * x);
/* The part of the dense shape @whole that has the size of @part along @axis and
 * begins at element @first there: as stride[k] and start[k] of a walk over
 * @part. */
void ref_walk_part (RefWalk * walk, guint k, const SgShape * whole, gint axis,
    gint64 first);

/* Defines ref_<word> as ref_copy_all (). */
#define REF_DEFINE_COPY(word) \
  gboolean \
  ref_ ## word (const SgCall * call, SgTensor * const *outputs, \
      SgTensor * const *inputs, GError ** error) \
  { \
    ref_copy_all (outputs[0], inputs[0]); \
    return TRUE; \
  }

G_END_DECLS
