/* gst-stylegan: work split over the device's threads
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/parallel.h"

typedef struct
{
  CpuRangeFunc func;
  CpuScratchFunc scratch_func;  /* instead, if not NULL */
  gpointer user_data;
  gsize n, grain;
  guint8 *scratch;
  gsize scratch_bytes;          /* per slot */
} RangeJob;

static void
run_range (gpointer data, guint task, guint slot)
{
  const RangeJob *job = data;
  gsize begin = task * job->grain, end = MIN (begin + job->grain, job->n);

  if (job->scratch_func)
    job->scratch_func (job->user_data, begin, end,
        job->scratch + slot * job->scratch_bytes);
  else
    job->func (job->user_data, begin, end);
}

static void
run_job (CpuDevice * device, RangeJob * job)
{
  if (job->n == 0)
    return;
  /* tasks are counted in 32 bits */
  while ((job->n - 1) / job->grain >= G_MAXINT32)
    job->grain *= 2;
  sg_thread_pool_run (device->base.threads, (job->n - 1) / job->grain + 1,
      run_range, job);
}

void
cpu_parallel_for (CpuDevice * device, gsize n, gsize grain,
    CpuRangeFunc func, gpointer user_data)
{
  RangeJob job = { func, NULL, user_data, n, MAX (grain, 1) };

  run_job (device, &job);
}

/* Of one slot, so that threads do not share a line of the cache. */
static gsize
slot_bytes (gsize bytes)
{
  return (bytes + SG_TENSOR_ALIGN - 1) / SG_TENSOR_ALIGN * SG_TENSOR_ALIGN;
}

gsize
cpu_scratch_bytes (CpuDevice * device, gsize bytes)
{
  return slot_bytes (bytes) * sg_thread_pool_get_size (device->base.threads);
}

void
cpu_parallel_scratch (CpuDevice * device, gsize n, gsize grain,
    CpuScratchFunc func, gpointer user_data, gpointer scratch, gsize bytes)
{
  RangeJob job = { NULL, func, user_data, n, MAX (grain, 1), scratch,
    slot_bytes (bytes)
  };

  run_job (device, &job);
}

typedef struct
{
  CpuPlaneFunc func;
  gpointer user_data;
  gsize plane_size;
} PlaneJob;

static void
run_planes (gpointer data, gsize begin, gsize end)
{
  const PlaneJob *job = data;

  while (begin < end) {
    gsize plane = begin / job->plane_size;
    gsize start = plane * job->plane_size;
    gsize stop = MIN (end, start + job->plane_size);

    job->func (job->user_data, plane, begin - start, stop - start);
    begin = stop;
  }
}

void
cpu_parallel_planes (CpuDevice * device, gsize n_planes, gsize plane_size,
    CpuPlaneFunc func, gpointer user_data)
{
  PlaneJob job = { func, user_data, plane_size };

  cpu_parallel_for (device, n_planes * plane_size, CPU_GRAIN, run_planes, &job);
}

gsize
cpu_grain (gsize cost)
{
  return MAX (CPU_GRAIN / MAX (cost, 1), 1);
}

gsize
cpu_count (const SgShape * shape, gint first, gint end)
{
  gsize n = 1;

  for (gint i = first; i < end; i++)
    n *= shape->dim[i];
  return n;
}

gboolean
cpu_is_f32 (const SgCall * call)
{
  for (guint i = 0; i < call->n_inputs; i++)
    if (call->inputs[i].dtype != SG_DTYPE_NONE
        && (call->inputs[i].dtype != SG_DTYPE_F32
            || sg_shape_elements (&call->inputs[i].shape) < 1))
      return FALSE;
  for (guint i = 0; i < call->n_outputs; i++)
    if (call->outputs[i].dtype != SG_DTYPE_F32
        || sg_shape_elements (&call->outputs[i].shape) < 1)
      return FALSE;
  return TRUE;
}

SgTensor *
cpu_constant (const SgCall * call, guint index)
{
  if (index >= call->n_inputs || call->constants == NULL)
    return NULL;
  return call->constants[index];
}
