/* gst-stylegan: kernels of optical flow and of the filter over time, one table per
 * instruction set
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/simd.h"
#include "ops/temporal.h"

G_BEGIN_DECLS

/* Of a coarser level, as candidates: in steps, and rounded to pixels of the finer one. */
typedef struct
{
  gint16 u, v, x, y;
} CpuFlowVector;

/* What block matching works on: both pictures in bytes with a border of copies of
 * their border pixels around. */
typedef struct
{
  const SgFlowMatchAttrs *attrs;
  const guint8 *now, *before;   /* pixel (0, 0) */
  gssize pitch;
  gint width, height;           /* of the picture, in pixels */
  gint grid_width, grid_height; /* in blocks */
  const CpuFlowVector *coarse;  /* or NULL */
  gint coarse_width, coarse_height;
  gfloat *flow, *cost;
} CpuFlowLevel;

/* The border that flow_match needs around the pictures. */
#define CPU_FLOW_BORDER(attrs) ((attrs)->step / 2 + (attrs)->window / 2 + 2)

/* One run of pixels that move alike. */
typedef struct
{
  gfloat *dst;
  gsize dst_pitch;
  gsize n_planes, plane_size;   /* of the source */
  gsize dst_plane;
  /* For each row of dst the 4 rows of the source that it is made of, at the first
   * pixel's column minus 1; row i of dst begins at source[i]. */
  const gfloat *const *source;
  gsize n_rows, n;
  gfloat kx[4], ky[4];
} CpuWarpRun;

/* What the planes of a pixel share in temporal_blend. */
typedef struct
{
  const gfloat *confidence, *length_before;     /* length_before: warped */
  gfloat *length;               /* n' */
  gfloat *weight;               /* w */
  gfloat *open;                 /* 1 / max (1 - c, 1 / 32) */
  gfloat strength, max_length, slack;
} CpuBlendWeights;

/* A row of one plane for temporal_blend. */
typedef struct
{
  const gfloat *above, *row, *below, *warped;
  const gfloat *weight, *open;
  gfloat *out, *history;        /* history may be NULL */
  gsize width;
  gfloat clip, clip_floor;
  gboolean wrap;
} CpuBlendRow;

struct _CpuSimdFlow
{
  /* dst[i] = luma of @factor pixels of each of the @n_rows rows, of which @n pixels
   * are given; weights add up to 256 * factor. */
  void (*luma) (gfloat * dst, const gfloat * const *rows,
      const gfloat * weights, gsize n_rows, gsize n, gint factor,
      gfloat offset, gfloat gain);
  /* dst[i] = sg_flow_luma (src[i]) */
  void (*pack) (guint8 * dst, const gfloat * src, gsize n);
  /* Vectors of a level with pixels of @unit */
  void (*vectors) (CpuFlowVector * dst, const gfloat * u, const gfloat * v,
      gsize n, gint unit);
  /* All blocks of rows @begin to before @end of the grid. */
  void (*match) (const CpuFlowLevel * level, gint begin, gint end);
  /* dst[i] = sg_flow_vector (src[i]), as a float */
  void (*steps) (gfloat * dst, const gfloat * src, gsize n);
  /* One row of the vector median; @u, @v: three rows each, in steps, from the pixel
   * before the first to the one after the last. */
  void (*median) (gfloat * u_out, gfloat * v_out, const gfloat * const u[3],
      const gfloat * const v[3], gsize n);
  void (*warp) (const CpuWarpRun * run);
  /* c[x] for @begin <= x < @end, all three rows of now and before around. */
  void (*confidence) (gfloat * c, const gfloat * const now[3],
      const gfloat * const before[3], gsize begin, gsize end, gsize width,
      gfloat sharpness, gfloat floor, gboolean wrap);
  void (*weights) (const CpuBlendWeights * weights, gsize n);
  void (*blend) (const CpuBlendRow * row);
  /* Sum of (now - before)^2 of pixels whose confidence, every @factor-th, is above
   * 0.5; adds their number to @trusted. */
    gdouble (*error) (const gfloat * now, const gfloat * before,
      const gfloat * confidence, gsize n, gint factor, gsize * trusted);
};

G_END_DECLS
