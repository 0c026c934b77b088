/* gst-stylegan: several processes that train together
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/error.h>

G_BEGIN_DECLS

/* The processes that one mpirun has started, numbered 0 to n - 1; one alone where there
 * was no mpirun. What is called "by all" waits until all ranks have called it.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgRanks SgRanks;

/* By all, once in a process, before anything else. Without mpirun, MPI is not touched.
 * Errors: SG_ERROR_UNSUPPORTED (several ranks, but built without MPI), _FAILED. */
SgRanks *sg_ranks_new (GError ** error);
/* By all, or else sg_ranks_abort (). */
void sg_ranks_free (SgRanks * ranks);

guint sg_ranks_get_rank (const SgRanks * ranks);
guint sg_ranks_get_n (const SgRanks * ranks);

/* By all: replaces @values [n] by their mean, bit for bit the same on all ranks and for
 * the same values on the same ranks. An SgReduceFunc.
 * @ranks: SgRanks */
gboolean sg_ranks_mean (gfloat * values, gsize n, gpointer ranks,
    GError ** error);
/* By all: replaces @data [n_bytes] by rank 0's. */
gboolean sg_ranks_broadcast (SgRanks * ranks, gpointer data, gsize n_bytes,
    GError ** error);
/* By all. */
gboolean sg_ranks_barrier (SgRanks * ranks, GError ** error);

/* For a rank that cannot go on, after it has said why: ends all processes, which else
 * would wait for it; does not return. Nothing happens to one alone. */
void sg_ranks_abort (SgRanks * ranks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgRanks, sg_ranks_free)

G_END_DECLS
