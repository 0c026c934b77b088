/* gst-stylegan: what a backend implements
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Callers use the front door (sg_kernel_..., sg/device.h, sg/image.h), which
 * checks every argument once; the functions of a backend may assume that what
 * reaches them is valid. */
#pragma once

#include <sg/image.h>

#include "graph/op.h"

G_BEGIN_DECLS

typedef struct _SgBackend SgBackend;

/* An operator prepared for one shape on one device: weights packed, variant
 * chosen. Backends put this first in their own struct. */
typedef struct
{
  SgDevice *device;             /* not a reference: the session holds one */
  const SgBackend *backend;     /* may be another than the device's: fallback */
  gsize scratch_bytes;          /* needed while running */
  /* Input 0 may share memory with output 0. */
  gboolean in_place;
} SgKernel;

/* --- programs -------------------------------------------------------------
 * A backend that has a queue and memory of its own runs a whole session at once.
 * Sessions on the others call their kernels one after the other. */

typedef struct _SgProgram SgProgram;

typedef struct
{
  SgTensorDesc desc;
  SgTensor *constant;           /* its value, or NULL */
  gsize offset;                 /* in the arena; G_MAXSIZE: not in it */
} SgProgramValue;

typedef struct
{
  /* Made by this backend, or by one of its fallbacks: then it runs on the host,
   * and the program takes the values there and back. */
  SgKernel *kernel;
  guint n_inputs, n_outputs;
  const guint *inputs, *outputs;        /* value + 1; 0: omitted */
} SgProgramStep;

/* Everything that is pointed to outlives the program. Inputs and outputs of the
 * graph are values of the arena like all others (inputs live from the start,
 * outputs to the end) but for states: those belong to the program, the value
 * written as output being another buffer than the one read as input. */
typedef struct
{
  const SgProgramValue *values;
  guint n_values;
  const SgProgramStep *steps;
  guint n_steps;
  gsize arena_bytes, scratch_bytes;
  const guint *inputs, *outputs;        /* of the graph: value + 1 */
  guint n_inputs, n_outputs;
  /* Pairs (output, input) of indices into these; see SgSessionState. */
  const guint (*states)[2];
  guint n_states;
  /* Whose states these are, too: a program of the same device, that may be freed before or
   * after. NULL: states of its own. */
  SgProgram *states_of;
  const SgPixelConvention *frames;      /* NULL: input 0 and output 0 are tensors */
  guint frames_in_flight;       /* at least 1 */
} SgProgramDesc;

struct _SgProgram
{
  SgDevice *device;             /* not a reference */
  guint frames_in_flight;       /* what it came to */
  gsize memory_bytes;           /* on the device, beside the weights */
};

/* Time of the run last collected. */
typedef struct
{
  gint64 load_ns, network_ns, store_ns;
  gint64 *steps_ns;             /* [n_steps], while profiling; else NULL */
} SgProgramTimes;

struct _SgBackend
{
  const gchar *name;
  SgBackendId id;
  /* Where operators go that this backend has no kernel for; NULL: nowhere. */
  const SgBackend *fallback;

  /* A key for what @config comes to on this machine, so that equal devices are
   * shared. NULL: the number of threads is all that counts. (transfer full) */
  gchar *(*resolve) (const SgDeviceConfig * config, GError ** error);
  /* Fills @device (zeroed, device_size bytes; backend and threads set). Sets
   * description, and precision and max_frames_in_flight if not FP32 and 1. */
  gsize device_size;
    gboolean (*open) (SgDevice * device, const SgDeviceConfig * config,
      GError ** error);
  void (*close) (SgDevice * device);    /* may be NULL */
  /* Whether @device has failed for good: it is not shared any more then. NULL:
   * never. */
    gboolean (*is_lost) (SgDevice * device);

    gboolean (*supports) (SgDevice * device, const SgCall * call);
  /* May allocate and take its time. Constants stay valid as long as the kernel. */
  SgKernel *(*kernel_new) (SgDevice * device, const SgCall * call,
      GError ** error);
  void (*kernel_free) (SgKernel * kernel);
  /* Pointers to dense data, aligned to SG_TENSOR_ALIGN; NULL where omitted.
   * Must not allocate. */
    gboolean (*kernel_run) (SgKernel * kernel, gpointer const *outputs,
      gconstpointer const *inputs, gpointer scratch, GError ** error);

  /* How a value of a session is kept: its bytes, and how offsets in the arena are
   * aligned. NULL and 0: dense, SG_TENSOR_ALIGN. */
    gsize (*value_bytes) (SgDevice * device, const SgTensorDesc * desc);
    gsize (*value_align) (SgDevice * device);

  /* NULL: no programs. See sg/session.h for what submit, collect and reset do. */
  SgProgram *(*program_new) (SgDevice * device, const SgProgramDesc * desc,
      GError ** error);
  void (*program_free) (SgProgram * program);   /* waits */
    gboolean (*program_submit) (SgProgram * program, const SgRun * run,
      GError ** error);
    gboolean (*program_collect) (SgProgram * program, GError ** error);
  void (*program_discard) (SgProgram * program);
  void (*program_reset) (SgProgram * program);
  /* Of state @index as the next run will find it, dense f32 on the host; nothing is
   * under way. NULL: not possible. */
    gboolean (*program_get_state) (SgProgram * program, guint index,
      gpointer data, GError ** error);
    gboolean (*program_set_state) (SgProgram * program, guint index,
      gconstpointer data, GError ** error);
  /* See sg_session_undo (). */
  void (*program_undo) (SgProgram * program);
  void (*program_set_profiling) (SgProgram * program, gboolean enabled);
  void (*program_get_times) (SgProgram * program, SgProgramTimes * times);

  /* sg/image.h; NULL: the fallback's. */
  void (*image_load) (SgDevice * device, const SgImage * image,
      const SgPixelConvention * convention, gfloat * tensor);
  void (*image_store) (SgDevice * device, const gfloat * tensor,
      const SgPixelConvention * convention, const SgImage * source,
      SgImage * image);
};

struct _SgDevice
{
  const SgBackend *backend;
  gint ref_count;
  SgThreadPool *threads;
  SgDeviceConfig config;        /* as it was opened; backend is never AUTO */
  SgDevice *fallback;           /* one of the backend's fallback, or NULL */
  gchar *key;                   /* from resolve (), or NULL */
  gchar *description;           /* set by open () */
  SgPrecision precision;
  guint max_frames_in_flight;
};

/* The backends, each in its folder. */
extern const SgBackend sg_backend_ref;
extern const SgBackend sg_backend_cpu;
extern const SgBackend sg_backend_vulkan;

/* sg_device_list (): vulkan/, or its stub. */
GPtrArray *vk_device_list (void);

/* Whether @source and @target can be the frames of a session whose input and
 * output 0 have the shape @shape, as sg_image_load () and _store () check it.
 * Errors: SG_ERROR_INVALID_ARGUMENT. */
gboolean sg_image_check (const SgImage * source, const SgImage * target,
    const SgPixelConvention * convention, const SgShape * shape,
    GError ** error);

/* Front door. */
gboolean sg_device_supports (SgDevice * device, const SgCall * call);
/* Tries the device's backend, then its fallbacks. */
SgKernel *sg_kernel_new (SgDevice * device, const SgCall * call,
    GError ** error);
void sg_kernel_free (SgKernel * kernel);
gboolean sg_kernel_run (SgKernel * kernel, gpointer const *outputs,
    gconstpointer const *inputs, gpointer scratch, GError ** error);

G_END_DECLS
