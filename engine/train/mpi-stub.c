/* gst-stylegan: several processes that train together, where there is no MPI: one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/ranks.h>

#include "train/mpi.h"

struct _SgRanks
{
  guint n;
};

SgRanks *
sg_ranks_new (GError ** error)
{
  SgRanks *r;

  /* They would write the same files. */
  if (mpi_count_launched () > 1) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "built without MPI; start it without mpirun, or build it with "
        "libopenmpi-dev installed and -Dmpi=enabled");
    return NULL;
  }
  r = g_new0 (SgRanks, 1);
  r->n = 1;
  return r;
}

void
sg_ranks_free (SgRanks * r)
{
  g_free (r);
}

guint
sg_ranks_get_rank (const SgRanks * r)
{
  return 0;
}

guint
sg_ranks_get_n (const SgRanks * r)
{
  return r->n;
}

gboolean
sg_ranks_mean (gfloat * values, gsize n, gpointer ranks, GError ** error)
{
  return TRUE;
}

gboolean
sg_ranks_broadcast (SgRanks * r, gpointer data, gsize n_bytes, GError ** error)
{
  return TRUE;
}

gboolean
sg_ranks_barrier (SgRanks * r, GError ** error)
{
  return TRUE;
}

void
sg_ranks_abort (SgRanks * r)
{
}
