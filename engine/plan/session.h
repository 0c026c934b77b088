/* gst-stylegan: the session from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "plan/plan.h"

G_BEGIN_DECLS

typedef struct
{
  SgNode *node;                 /* the graph's */
  SgKernel *kernel;
  guint *inputs, *outputs;      /* indices into pointers */
  gchar *op;                    /* for people */
  gdouble flops, bytes;         /* per run */
  gint64 total_ns;              /* while profiling */
} SessionStep;

struct _SgSession
{
  SgDevice *device;
  SgGraph *graph;               /* own copy, rewritten */
  GArray *steps;                /* SessionStep, one per node */
  gpointer memory;              /* arena, then scratch */
  gsize memory_bytes, scratch_bytes;
  gpointer scratch;
  gpointer *pointers;           /* per value index + 1; [0] is NULL */
  guint max_args;
  gconstpointer *in_args;
  gpointer *out_args;
  gboolean profiling;
  guint n_profiled;             /* runs */
};

/* "conv + pad reflect + norm relu": operator with what is fused into it. */
gchar *session_describe (SgNode * node);
gint64 session_clock_ns (void);

G_END_DECLS
