/* gst-stylegan: the layers that bench-conv times
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const gchar *net, *name;
  guint count, ic, ih, iw, oc, kernel, stride, upsample, shuffle;
  gboolean first, last;         /* of its net: no norm in front; none behind */
  guint dilation, group;        /* 0: 1 */
} Layer;

typedef struct
{
  const gchar *device, *precision;      /* NULL: llvmpipe, fp32 */
  const gchar *match;           /* of net or name; NULL: all */
  guint repeat, divide;         /* sizes are divided by that */
} BenchVulkan;

/* Times of the GPU, for every kind of kernel that can run a layer. */
gint bench_vulkan (const BenchVulkan * config, const Layer * layers,
    guint n_layers);

G_END_DECLS
