/* gst-stylegan: choice of the instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/simd.h"

#include <string.h>

extern const CpuSimd cpu_simd_sse4, cpu_simd_avx2, cpu_simd_avx512;

static const CpuSimd *
cpu_simd_choose (void)
{
  const gchar *wanted = g_getenv ("SG_CPU_ISA");
  const CpuSimd *have[3];
  guint n = 0, i;

  __builtin_cpu_init ();
  have[n++] = &cpu_simd_sse4;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    have[n++] = &cpu_simd_avx2;
  if (n == 2 && __builtin_cpu_supports ("avx512f")
      && __builtin_cpu_supports ("avx512bw")
      && __builtin_cpu_supports ("avx512dq")
      && __builtin_cpu_supports ("avx512vl"))
    have[n++] = &cpu_simd_avx512;

  for (i = 0; wanted != NULL && i < n; i++) {
    if (strcmp (wanted, have[i]->name) == 0)
      return have[i];
  }
  return have[n - 1];
}

const CpuSimd *
cpu_simd_get (void)
{
  static gsize chosen = 0;

  if (g_once_init_enter (&chosen))
    g_once_init_leave (&chosen, (gsize) cpu_simd_choose ());
  return (const CpuSimd *) chosen;
}
