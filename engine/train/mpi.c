/* gst-stylegan: several processes that train together, with MPI
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/mpi.h"

#include <mpi.h>

#include <sg/ranks.h>

/* Elements per call: counts are int. */
#define MAX_COUNT (1 << 28)

struct _SgRanks
{
  gboolean launched;            /* else MPI is not in use */
  gint rank, n;
};

static gboolean
check (gint code, const gchar * what, GError ** error)
{
  gchar text[MPI_MAX_ERROR_STRING + 1] = "";
  gint length;

  if (code == MPI_SUCCESS)
    return TRUE;
  MPI_Error_string (code, text, &length);
  g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
      "MPI: %s: %s; see what the other ranks say", what, text);
  return FALSE;
}

static gboolean
init (SgRanks * r, GError ** error)
{
  gint level;

  if (!check (MPI_Init_thread (NULL, NULL, MPI_THREAD_SERIALIZED, &level),
          "init", error))
    return FALSE;
  r->launched = TRUE;
  if (level < MPI_THREAD_SERIALIZED) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "this MPI does not work with threads; install one that does");
    return FALSE;
  }
  /* errors are returned, not fatal */
  return check (MPI_Comm_set_errhandler (MPI_COMM_WORLD, MPI_ERRORS_RETURN),
      "error handler", error)
      && check (MPI_Comm_rank (MPI_COMM_WORLD, &r->rank), "rank", error)
      && check (MPI_Comm_size (MPI_COMM_WORLD, &r->n), "size", error);
}

SgRanks *
sg_ranks_new (GError ** error)
{
  g_autoptr (SgRanks) r = g_new0 (SgRanks, 1);

  r->n = 1;
  if (mpi_count_launched () > 0 && !init (r, error))
    return NULL;
  return g_steal_pointer (&r);
}

void
sg_ranks_free (SgRanks * r)
{
  if (r->launched)
    MPI_Finalize ();
  g_free (r);
}

guint
sg_ranks_get_rank (const SgRanks * r)
{
  return (guint) r->rank;
}

guint
sg_ranks_get_n (const SgRanks * r)
{
  return (guint) r->n;
}

/* With one algorithm for a number of ranks and of elements, every element's sum is made
 * in one order, and once or of the same two parts. */
gboolean
sg_ranks_mean (gfloat * values, gsize n, gpointer ranks, GError ** error)
{
  const SgRanks *r = ranks;

  if (r->n == 1)
    return TRUE;
  for (gsize first = 0; first < n; first += MAX_COUNT)
    if (!check (MPI_Allreduce (MPI_IN_PLACE, values + first,
                (gint) MIN (n - first, MAX_COUNT), MPI_FLOAT, MPI_SUM,
                MPI_COMM_WORLD), "mean", error))
      return FALSE;
  for (gsize i = 0; i < n; i++)
    values[i] /= (gfloat) r->n;
  return TRUE;
}

gboolean
sg_ranks_broadcast (SgRanks * r, gpointer data, gsize n_bytes, GError ** error)
{
  guint8 *bytes = data;

  for (gsize first = 0; r->n > 1 && first < n_bytes; first += MAX_COUNT)
    if (!check (MPI_Bcast (bytes + first, (gint) MIN (n_bytes - first,
                    MAX_COUNT), MPI_BYTE, 0, MPI_COMM_WORLD), "broadcast",
            error))
      return FALSE;
  return TRUE;
}

gboolean
sg_ranks_barrier (SgRanks * r, GError ** error)
{
  return r->n == 1 || check (MPI_Barrier (MPI_COMM_WORLD), "barrier", error);
}

void
sg_ranks_abort (SgRanks * r)
{
  if (r->launched)
    MPI_Abort (MPI_COMM_WORLD, 1);
}
