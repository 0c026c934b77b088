/* gst-stylegan: rows of compose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/compose.h"

extern const CpuSimdCompose CPU_SIMD_NAME (cpu_simd_compose);

/* The first @part floats; a plain load where that is all. */
CPU_INLINE CpuVf
load (const gfloat * p, guint part)
{
  return part == CPU_VW ? cpu_vf_load (p) : cpu_vf_load_part (p, part);
}

/* From @a at @share 0 to @b at 1, which both come out exact. */
CPU_INLINE CpuVf
lerp (CpuVf a, CpuVf b, CpuVf share)
{
  const CpuVf between = a + share * (b - a);

  return cpu_vf_select (share >= 1.0f, b,
      cpu_vf_select (share > 0.0f, between, a));
}

CPU_INLINE CpuVf
get_weight (const CpuComposeRow * r, gsize i, guint part)
{
  CpuVf w = cpu_vf_splat (r->strength);

  if (r->mask)
    w = cpu_vf_min (cpu_vf_max (w * load (r->mask + i, part),
            cpu_vf_splat (0.0f)), cpu_vf_splat (1.0f));
  return w;
}

CPU_INLINE void
compose (const CpuComposeRow * r, guint channels)
{
  const CpuVf preserve = cpu_vf_splat (r->preserve);

  for (gsize i = 0; i < r->n; i += CPU_VW) {
    guint part = MIN (r->n - i, CPU_VW);
    CpuVf w = get_weight (r, i, part);
    CpuVf s[3], f[3], y = { 0 };

    for (guint c = 0; c < channels; c++) {
      s[c] = load (r->styled[c] + i, part);
      f[c] = load (r->frame[c] + i, part);
      y += r->luma[c] * (s[c] - f[c]);
    }
    for (guint c = 0; c < channels; c++) {
      CpuVf out = lerp (f[c], channels > 1 ? lerp (s[c], f[c] + y, preserve)
          : s[c], w);

      if (part == CPU_VW)
        cpu_vf_store (r->out[c] + i, out);
      else
        cpu_vf_store_part (r->out[c] + i, out, part);
    }
  }
}

static void
row (const CpuComposeRow * r)
{
  if (r->channels == 3)
    compose (r, 3);
  else
    compose (r, 1);
}

const CpuSimdCompose CPU_SIMD_NAME (cpu_simd_compose) = {
  .row = row,
};
