/* gst-stylegan: frames to tensors and back on the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The frame is cut into bands of rows for the threads, a band into groups of
 * rows that share their chroma, a group into strips short enough for their
 * lines to stay in the first-level cache:
 *
 *   load:   fetch each component's line, spread chroma, one 3x4 matrix that
 *           holds colour matrix, range, channel order and network range
 *   store:  the inverse matrix, chroma summed over rows and columns, round
 *
 * A transfer function splits the matrix in two, with R'G'B' lines between. */
#include "cpu/image.h"

#include <math.h>
#include <string.h>

#include "backend/pixels.h"
#include "cpu/cpu.h"
#include "cpu/simd/image.h"

/* Floats in a line; a strip has at most this many pixels. */
#define LINE 1024
/* Rows in a band: enough for a task to be worth waking a thread for. */
#define BAND_ROWS 16
/* R'G'B' of a network's output is limited to this magnitude. */
#define RGB_LIMIT 1024.0f

typedef gfloat Line[LINE] __attribute__ ((aligned (64)));

typedef struct
{
  const CpuSimdImage *simd;
  const SgImage *image;
  const SgImage *source;        /* of alpha; NULL: no alpha */
  gfloat *tensor;
  gsize plane_size;             /* floats per channel of the tensor */
  guint channels;
  gfloat matrix[3][4];          /* to network values, or to samples */
  const SgTransfer *transfer;
  /* With a transfer function: @matrix ends (load) or starts (store) at R'G'B',
   * and these are the rest. */
  gfloat linear[3][4];
  gfloat slope;
  gfloat rest[3][4];
  gfloat middle, limit;         /* store: of network values */
  gboolean packed3;             /* store: three bytes per pixel */
  guint packed3_plane[3];       /* planes in the order of their bytes */
  guint group_rows;
  guint strip;                  /* pixels */
} Job;

/* --- set-up --------------------------------------------------------------- */

static void
job_init (Job * job, const SgImage * image,
    const SgPixelConvention * convention, const gfloat * tensor)
{
  guint n_strips = (image->width + LINE - 1) / LINE;
  gint v_sub = 0, i;

  memset (job, 0, sizeof *job);
  job->simd = cpu_simd_get ()->image;
  job->image = image;
  job->tensor = (gfloat *) tensor;
  job->plane_size = (gsize) image->width * image->height;
  job->channels = convention->channels;
  for (i = 0; i < 4; i++) {
    if (i < image->n_components || (i == 3 && image->plane[3].data))
      v_sub = MAX (v_sub, image->plane[i].v_sub);
  }
  job->group_rows = 1u << v_sub;
  /* a multiple of 64 keeps chroma whole and lines aligned */
  job->strip = ((image->width + n_strips - 1) / n_strips + 63) & ~63u;
}

static void
job_set_transfer (Job * job, const SgTransfer * transfer,
    const gdouble linear[3][3])
{
  const gfloat *end = transfer->encode + SG_TRANSFER_SIZE - 1;
  gint i, j;

  job->transfer = transfer;
  job->slope = (end[0] - end[-1]) * (SG_TRANSFER_SIZE - 1);
  for (i = 0; i < 3; i++) {
    for (j = 0; j < 3; j++)
      job->linear[i][j] = linear[i][j];
  }
}

/* --- load ----------------------------------------------------------------- */

static guint8 *
row_of (const SgPlane * plane, gint y, gint x)
{
  return plane->data + (gssize) (y >> plane->v_sub) * plane->stride_bytes
      + (gssize) (x >> plane->h_sub) * plane->step_bytes;
}

static void
fetch_line (const Job * job, guint i, gint x, gint y, guint n, gfloat * line)
{
  const SgPlane *plane = &job->image->plane[i];
  const SgSampleFormat *format = &job->image->sample;
  const guint8 *src = row_of (plane, y, x);
  Line half;

  if (plane->h_sub == 0) {
    job->simd->fetch (line, src, n, plane->step_bytes, format);
  } else {
    job->simd->fetch (half, src, ((n - 1) >> plane->h_sub) + 1,
        plane->step_bytes, format);
    job->simd->spread (line, half, n, plane->h_sub);
  }
}

static void
load_strip (const Job * job, gint x, gint y0, gint y1, guint n)
{
  const guint n_components = job->image->n_components;
  Line samples[3], rgb[3];
  const gfloat *in[3];
  gfloat *lines[3] = { rgb[0], rgb[1], rgb[2] };
  gfloat *out[3];
  guint i;
  gint y;

  for (y = y0; y < y1; y++) {
    for (i = 0; i < n_components; i++) {
      if ((y & ((1 << job->image->plane[i].v_sub) - 1)) == 0)
        fetch_line (job, i, x, y, n, samples[i]);
    }
    for (i = 0; i < 3; i++) {
      /* a gray frame's columns 1 and 2 are zero */
      in[i] = samples[i < n_components ? i : 0];
      out[i] = job->tensor + i * job->plane_size
          + job->image->width * (gsize) y + x;
    }
    if (job->transfer == NULL) {
      job->simd->combine (out, job->channels, in, job->matrix, n);
    } else {
      job->simd->combine (lines, 3, in, job->matrix, n);
      job->simd->transfer (lines, job->transfer, job->linear, job->slope, n);
      job->simd->combine (out, job->channels, (const gfloat * const *) lines,
          job->rest, n);
    }
  }
}

/* --- store ---------------------------------------------------------------- */

/* The samples, not yet rounded, of one row. */
static void
compute_row (const Job * job, gint x, gint y, guint n, gfloat * const *out)
{
  const gfloat *in[3];
  Line rgb[3];
  gfloat *lines[3] = { rgb[0], rgb[1], rgb[2] };
  guint i;

  for (i = 0; i < 3; i++)
    in[i] = job->tensor + (i < job->channels ? i : 0) * job->plane_size
        + job->image->width * (gsize) y + x;
  if (job->transfer == NULL) {
    job->simd->combine_limited (out, job->image->n_components, in,
        job->matrix, job->middle, job->limit, n);
  } else {
    job->simd->combine_limited (lines, 3, in, job->matrix, job->middle,
        job->limit, n);
    job->simd->transfer (lines, job->transfer, job->linear, job->slope, n);
    job->simd->combine (out, job->image->n_components,
        (const gfloat * const *) lines, job->rest, n);
  }
}

/* Puts or collects component @i of row @y. */
static void
store_line (const Job * job, guint i, gint x, gint y, gint y1, guint n,
    const gfloat * line, gfloat * sums)
{
  const SgPlane *plane = &job->image->plane[i];
  const gint block = 1 << plane->v_sub;
  const gint first = y & ~(block - 1);
  const gint last = MIN (first + block, y1) - 1;
  Line half;

  if (plane->v_sub > 0) {
    if (y == first)
      memcpy (sums, line, n * sizeof (gfloat));
    else
      job->simd->add (sums, line, n);
    line = sums;
    if (y < last)
      return;
  }
  if (plane->h_sub > 0 || plane->v_sub > 0) {
    job->simd->shrink (half, line, n, plane->h_sub, 1.0f / (last + 1 - first));
    n = ((n - 1) >> plane->h_sub) + 1;
    line = half;
  }
  job->simd->put (row_of (plane, y, x), line, n, plane->step_bytes,
      &job->image->sample);
}

static void
store_strip (const Job * job, gint x, gint y0, gint y1, guint n)
{
  const SgImage *image = job->image;
  Line values[3], sums[3];
  gfloat *out[3] = { values[0], values[1], values[2] };
  gint y, i;

  for (y = y0; y < y1; y++) {
    compute_row (job, x, y, n, out);
    if (job->packed3) {
      const guint *order = job->packed3_plane;
      const gfloat *bytes[3] = { out[order[0]], out[order[1]], out[order[2]] };

      job->simd->put_packed3 (row_of (&image->plane[order[0]], y, x), bytes, n);
      continue;
    }
    for (i = 0; i < image->n_components; i++)
      store_line (job, i, x, y, y1, n, values[i], sums[i]);
  }
}

static void
copy_alpha (const Job * job, gint x, gint y0, gint y1, guint n)
{
  const SgPlane *to = &job->image->plane[3];
  const SgPlane *from = &job->source->plane[3];
  const gint bytes = job->image->sample.bytes;
  const SgSampleFormat raw = { bytes, 8 * bytes, 0, FALSE };
  const guint n_samples = ((n - 1) >> to->h_sub) + 1;
  Line line;
  gint y;

  for (y = y0; y < y1; y += 1 << to->v_sub) {
    guint8 *dst = row_of (to, y, x);
    const guint8 *src = row_of (from, y, x);

    if (dst == src)
      continue;
    if (to->step_bytes == bytes && from->step_bytes == bytes) {
      memmove (dst, src, (gsize) n_samples * bytes);
    } else {
      job->simd->fetch (line, src, n_samples, from->step_bytes, &raw);
      job->simd->put (dst, line, n_samples, to->step_bytes, &raw);
    }
  }
}

static void
find_packed3 (Job * job)
{
  const SgPlane *plane = job->image->plane;
  guint8 *first = MIN (MIN (plane[0].data, plane[1].data), plane[2].data);
  guint seen = 0;
  gint i;

  if (job->image->n_components != 3 || job->image->sample.bytes != 1)
    return;
  for (i = 0; i < 3; i++) {
    gsize at = plane[i].data - first;

    if (plane[i].step_bytes != 3 || plane[i].h_sub != 0
        || plane[i].v_sub != 0 || at > 2
        || plane[i].stride_bytes != plane[0].stride_bytes)
      return;
    job->packed3_plane[at] = i;
    seen |= 1u << at;
  }
  job->packed3 = seen == 7;
}

/* --- the two functions ---------------------------------------------------- */

static void
run_band (const Job * job, guint task, gboolean load)
{
  const gint end = MIN (((gint) task + 1) * BAND_ROWS, job->image->height);
  gint x, y;

  for (y = task * BAND_ROWS; y < end; y += job->group_rows) {
    gint y1 = MIN (y + (gint) job->group_rows, end);

    for (x = 0; x < job->image->width; x += job->strip) {
      guint n = MIN (job->strip, (guint) (job->image->width - x));

      if (load) {
        load_strip (job, x, y, y1, n);
      } else {
        if (job->source)
          copy_alpha (job, x, y, y1, n);
        store_strip (job, x, y, y1, n);
      }
    }
  }
}

static void
load_band (gpointer data, guint task, guint slot)
{
  run_band (data, task, TRUE);
}

static void
store_band (gpointer data, guint task, guint slot)
{
  run_band (data, task, FALSE);
}

void
cpu_image_load (SgDevice * device, const SgImage * image,
    const SgPixelConvention * convention, gfloat * tensor)
{
  const SgColor *color = &image->color;
  gdouble to_network[3][4], to_rgb[3][4];
  Job job;
  gint i, j;

  job_init (&job, image, convention, tensor);
  for (i = 0; i < 3; i++) {
    for (j = 0; j < 4; j++)
      to_rgb[i][j] = j < image->n_components || j == 3 ?
          color->to_rgb[i][j] : 0;
  }
  sg_pixels_to_network (convention, to_network);
  if (color->transfer == NULL) {
    sg_pixels_compose (job.matrix, to_network, to_rgb);
  } else {
    job_set_transfer (&job, color->transfer, color->transfer->to_network);
    sg_pixels_round (job.matrix, to_rgb);
    sg_pixels_round (job.rest, to_network);
  }
  sg_thread_pool_run (sg_device_get_threads (device),
      (image->height + BAND_ROWS - 1) / BAND_ROWS, load_band, &job);
}

void
cpu_image_store (SgDevice * device, const gfloat * tensor,
    const SgPixelConvention * convention, const SgImage * source,
    SgImage * image)
{
  const SgColor *color = &image->color;
  gdouble from_network[3][4];
  Job job;

  job_init (&job, image, convention, tensor);
  job.source = image->plane[3].data ? source : NULL;
  job.middle = convention->offset;
  job.limit = RGB_LIMIT * fabsf (convention->scale);
  find_packed3 (&job);
  sg_pixels_from_network (convention, from_network);
  if (color->transfer == NULL) {
    sg_pixels_compose (job.matrix, color->from_rgb, from_network);
  } else {
    job_set_transfer (&job, color->transfer, color->transfer->from_network);
    sg_pixels_round (job.matrix, from_network);
    sg_pixels_round (job.rest, color->from_rgb);
  }
  sg_thread_pool_run (sg_device_get_threads (device),
      (image->height + BAND_ROWS - 1) / BAND_ROWS, store_band, &job);
}
