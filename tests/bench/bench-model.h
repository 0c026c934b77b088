/* gst-stylegan: what the two halves of bench-model share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const gchar *model;           /* path */
  gint width, height;
  const gchar *backend;         /* as the element's property has it */
  const gchar *device;          /* name, as the element's property, or NULL */
  const gchar *precision;       /* "auto", "fp32", "fp16" */
  gint threads, runs;
  gint frames_in_flight;
  gboolean quiet;
} BenchOptions;

/* Milliseconds: one entry per run, in no order. */
typedef struct
{
  gdouble median, min, mean, max;
} BenchTimes;

#define BENCH_WARM_UP 3

/* Sorts @ms. */
void bench_times (GArray * ms, BenchTimes * times);
/* "12 of 50" on standard error, where that is a terminal. */
void bench_progress (const BenchOptions * options, const gchar * what,
    gint done, gint of);

/* bench-pipeline.c: the whole element, appsrc ! stylegan ! fakesink, on prepared
 * I420 frames (NV12 on a GPU); from the frame at its sink pad to the frame at its
 * source pad. The temporal filter is off. */
gboolean bench_pipeline (const BenchOptions * options, BenchTimes * times,
    GError ** error);

G_END_DECLS
