/* gst-stylegan: pictures cut, changed and paired for a step of training
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* What the second half of a batch is to the first. */
typedef enum
{
  SG_PAIR_NONE,                 /* other pictures; masks are 0 */
  SG_PAIR_WARP,                 /* the same, moved smoothly, with noise */
  SG_PAIR_NOISE,                /* the same with noise and a change of light */
  SG_PAIR_VIDEO,                /* a later frame, moved as our own flow finds */
  SG_N_PAIRS
} SgPair;

/* Tensors of one step, f32; N: config.batch, S: config.size. */
typedef struct
{
  SgTensor *x;                  /* [N,3,S,S], R'G'B' in 0..1 */
  SgTensor *flow;               /* [N/2,2,S,S], see SgLossInputs */
  SgTensor *mask;               /* [N/2,1,S,S] */
  SgPair *pair;                 /* [N/2] */
} SgBatch;

/* Makes batches. Thread-safety: one thread at a time. */
typedef struct _SgBatcher SgBatcher;

/* Of config: batch, size, seed. */
SgBatcher *sg_batcher_new (const SgTrainConfig * config, SgDevice * device,
    GError ** error);
void sg_batcher_free (SgBatcher * batcher);

/* A pure function of seed, @step, @first_index and the pictures (as given to
 * sg_trainer_step ()). Paired: image i is picture 2 i, image N/2 + i its partner: the
 * later frame where there is one, half of the time, else made by warping and noise. Not
 * paired: image i is picture i. Crops, mirroring, scale, light and colour come from the
 * picture's own number, @first_index + i, so that several machines that share a batch
 * make the same images as one.
 * @batch: overwritten; valid until the next call; belongs to the batcher */
gboolean sg_batcher_fill (SgBatcher * batcher, guint64 step,
    guint64 first_index, const SgPicture * first, const SgPicture * second,
    gboolean paired, const SgBatch ** batch, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBatcher, sg_batcher_free)

G_END_DECLS
