/* gst-stylegan: rows of frames to and from buffers of the device
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/frame.h"

#include <string.h>

/* Pixel rows of a task: a multiple of every subsampling, so that rows whose bytes
 * alternate in memory belong to one task. */
#define BAND_ROWS 32
/* Less is copied faster than other threads wake up. */
#define MIN_SHARED_BYTES (256 << 10)

typedef struct
{
  const SgVkFrameLayout *layout;
  const SgImage *image;
  guint8 *const *masks;
  guint8 *buffer;
  gboolean write;
} Job;

/* @n samples of 1 or 2 bytes. */
static void
copy_samples (guint8 * to, gsize to_step, const guint8 * from, gsize from_step,
    guint n, guint bytes)
{
  guint i;

  for (i = 0; i < n; i++) {
    to[i * to_step] = from[i * from_step];
    if (bytes == 2)
      to[i * to_step + 1] = from[i * from_step + 1];
  }
}

static void
copy_masked (guint8 * restrict to, const guint8 * restrict from,
    const guint8 * restrict mask, gsize n)
{
  gsize i;

  for (i = 0; i < n; i++)
    to[i] = (to[i] & ~mask[i]) | (from[i] & mask[i]);
}

/* Rows @start up to @end of group @g. */
static void
copy_rows (const Job * job, guint g, guint start, guint end)
{
  const SgVkFrameGroup *group = &job->layout->group[g];
  const SgPlane *plane = &job->image->plane[group->lead];
  const guint bytes = job->layout->sample.bytes;
  const gsize row_bytes = (gsize) group->row_words * 4;
  const guint8 *mask = job->write ? job->masks[g] : NULL;
  guint y;

  if (!group->gather && mask == NULL && group->row_bytes == row_bytes
      && plane->stride_bytes == (gint64) row_bytes && end > start) {
    guint8 *outside = plane->data + (gssize) start * plane->stride_bytes;
    guint8 *inside = job->buffer + group->base_words * (gsize) 4
        + start * row_bytes;

    memcpy (job->write ? outside : inside, job->write ? inside : outside,
        (end - start) * row_bytes);
    return;
  }
  for (y = start; y < end; y++) {
    guint8 *outside = plane->data + (gssize) y * plane->stride_bytes;
    guint8 *inside = job->buffer + group->base_words * (gsize) 4
        + y * row_bytes;

    if (group->gather && job->write)
      copy_samples (outside, plane->step_bytes, inside, bytes,
          group->row_bytes / bytes, bytes);
    else if (group->gather)
      copy_samples (inside, bytes, outside, plane->step_bytes,
          group->row_bytes / bytes, bytes);
    else if (!job->write)
      memcpy (inside, outside, group->row_bytes);
    else if (mask)
      copy_masked (outside, inside, mask, group->row_bytes);
    else
      memcpy (outside, inside, group->row_bytes);
  }
}

static void
copy_band (gpointer data, guint task, guint slot)
{
  const Job *job = data;
  guint g;

  for (g = 0; g < job->layout->n_groups; g++) {
    const SgVkFrameGroup *group = &job->layout->group[g];
    const guint band = BAND_ROWS >> group->v_sub;

    copy_rows (job, g, MIN (task * band, group->rows),
        MIN ((task + 1) * band, group->rows));
  }
}

static void
run (const Job * job, SgThreadPool * threads)
{
  const guint n = ((guint) job->layout->height - 1) / BAND_ROWS + 1;
  guint i;

  if (threads && job->layout->bytes >= MIN_SHARED_BYTES) {
    sg_thread_pool_run (threads, n, copy_band, (gpointer) job);
    return;
  }
  for (i = 0; i < n; i++)
    copy_band ((gpointer) job, i, 0);
}

void
vk_frame_layout_read (const SgVkFrameLayout * layout, const SgImage * image,
    guint8 * buffer, SgThreadPool * threads)
{
  run (&(Job) {
      layout, image, NULL, buffer, FALSE}, threads);
}

void
vk_frame_layout_write (const SgVkFrameLayout * layout, guint8 * const *masks,
    const guint8 * buffer, SgImage * image, SgThreadPool * threads)
{
  run (&(Job) {
      layout, image, masks, (guint8 *) buffer, TRUE}, threads);
}
