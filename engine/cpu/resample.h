/* gst-stylegan: separable filters along rows and columns of planes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/parallel.h"
#include "cpu/simd/resample.h"

G_BEGIN_DECLS

/* Along one axis: output i is the sum of weights[i * n + k] times sample
 * first[i] + k of the input; samples outside stand for the border. */
typedef struct
{
  gsize in, out;
  guint n;                      /* taps of an output */
  gssize *first;                /* [out] */
  gfloat *weights;              /* [out][n] */
} CpuTaps;

/* @max_taps: of any output. All weights are 0. FALSE: no memory, and this and
 * what is below is to be cleared all the same. */
gboolean cpu_taps_init (CpuTaps * taps, gsize in, gsize out, guint max_taps);
void cpu_taps_clear (CpuTaps * taps);
/* Drops weights of 0 at the ends of all outputs; every output has another. */
void cpu_taps_trim (CpuTaps * taps);

/* A filter as simd/resample.h wants it. @offset: added to all positions */
typedef struct
{
  CpuFilter filter;
  gpointer memory;
} CpuRowFilter;

gboolean cpu_row_filter_init (CpuRowFilter * f, const CpuTaps * taps,
    gssize offset, guint width);
void cpu_row_filter_clear (CpuRowFilter * f);

typedef struct _CpuResample CpuResample;

/* Takes the contents of @y and @x. Returns: NULL without memory */
CpuResample *cpu_resample_new (CpuDevice * device, CpuTaps * y, CpuTaps * x,
    gsize * scratch_bytes);
void cpu_resample_free (CpuResample * r);
/* src: [n_planes, y->in, x->in], dst: [n_planes, y->out, x->out] */
void cpu_resample_run (CpuResample * r, CpuDevice * device, gsize n_planes,
    gfloat * dst, const gfloat * src, gpointer scratch);

G_END_DECLS
