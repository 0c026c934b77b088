/* gst-stylegan: how a process was started
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many ranks a launcher of MPI says that it has started; 0: there is none. */
static inline guint
mpi_count_launched (void)
{
  /* of Open MPI; of MPICH and others that speak PMI */
  static const gchar *const names[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const gchar *value = g_getenv (names[i]);

    if (value)
      return (guint) g_ascii_strtoull (value, NULL, 10);
  }
  /* PMIx does not say how many */
  return g_getenv ("PMIX_RANK") ? 1 : 0;
}

G_END_DECLS
