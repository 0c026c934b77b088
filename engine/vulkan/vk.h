/* gst-stylegan: the Vulkan backend from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * instance.c   loader and instance, messages of the validation layers
 * physical.c   which devices there are, and choosing one
 * context.c    one logical device, shared by all SgDevices on the same GPU
 * memory.c     device memory in large blocks, buffers
 * transfer.c   command buffers for one use, upload and download
 * weights.c    constants on the device, once per context
 * pipeline.c   shaders, pipelines, the cache on disk
 * kernel.c     an operator as dispatches
 * kernel_run.c running it alone
 * program.c    a session as command buffers; frames in flight
 * frame.c      frames of video to and from tensors
 * backend.c    the vtable
 * <op>.c       one per operator, or family of operators
 *
 * Tensors are dense and row-major, as on the host. On a device of half precision
 * f32 tensors of rank 4 ([N,C,H,W]) are kept as f16, all others as f32; everything
 * else as it is on the host. vk_is_half () is the one place that decides. */
#pragma once

#include <volk.h>

#include "backend/backend.h"

G_BEGIN_DECLS

typedef struct _SgVkContext SgVkContext;
typedef struct _SgVkDevice SgVkDevice;
typedef struct _SgVkKernel SgVkKernel;
typedef struct _SgVkMemory SgVkMemory;  /* memory.c */
typedef struct _SgVkPipelines SgVkPipelines;    /* pipeline.c */
typedef struct _SgVkWeights SgVkWeights;        /* weights.c */

/* --- what a device can do --------------------------------------------------- */

typedef enum
{
  VK_MATRIX_NONE,
  VK_MATRIX_NV,                 /* VK_NV_cooperative_matrix */
  VK_MATRIX_KHR,                /* VK_KHR_cooperative_matrix */
} SgVkMatrix;

typedef struct
{
  gboolean storage_f16;         /* 16 bit storage buffers */
  gboolean arithmetic_f16;
  SgVkMatrix matrix;            /* f16 x f16 + f32, scope subgroup */
  guint32 matrix_m, matrix_n, matrix_k;
  guint32 subgroup_size;
  gboolean subgroup_arithmetic;
  /* The subgroup size can be required per pipeline within these; 0: it cannot. */
  guint32 min_subgroup_size, max_subgroup_size;
  guint32 max_shared_bytes, max_invocations;
  VkDeviceSize max_storage_range, storage_align;
  gboolean software;            /* a CPU: lavapipe */
  gboolean unified_memory;      /* host and device share it */
  gboolean memory_budget, external_memory_host;
  gboolean transfer_queue;      /* use the context's; else queue does it all */
  gfloat timestamp_ns;          /* per tick; 0: no timestamps */
  guint64 timestamp_mask;       /* bits of a timestamp that count */
} SgVkFeatures;

struct _SgVkContext
{
  gint ref_count;
  VkPhysicalDevice physical;
  VkDevice vk;
  struct VolkDeviceTable table; /* the device's functions: context->table.vkX () */
  VkPhysicalDeviceProperties properties;
  gchar *driver;                /* name and version, for people */
  SgVkFeatures features;
  VkQueue queue;                /* compute */
  guint32 queue_family;
  VkQueue transfer_queue;       /* == queue when there is none of its own */
  guint32 transfer_family;
  GMutex queue_lock;            /* of both queues: vk_queue_submit () holds it */
  gint lost;                    /* atomic: VK_ERROR_DEVICE_LOST has been seen */
  gint lose_after;              /* test hook: submissions till then; -1: never */
  SgVkMemory *memory;
  SgVkPipelines *pipelines;
  SgVkWeights *weights;
};

/* An SgDevice: a context, less what its precision and SG_VULKAN_DISABLE (a list of
 * "storage-f16", "arithmetic-f16", "matrix", "timestamps", "transfer-queue",
 * "subgroup", "subgroup-size", "budget", "host-pointer"; for tests) take away. With
 * FP32 the three about f16 are gone. */
struct _SgVkDevice
{
  SgDevice base;
  SgVkContext *context;
  SgVkFeatures features;
  gboolean half;                /* images are kept in f16 */
};

/* --- errors ----------------------------------------------------------------- */

/* FALSE with @error set unless @result is a success: SG_ERROR_DEVICE_LOST,
 * _NO_MEMORY or _FAILED, naming the call @what. Notes a lost device. */
gboolean vk_check (SgVkContext * context, VkResult result, const gchar * what,
    GError ** error);

/* --- instance.c, physical.c, context.c --------------------------------------- */

/* The instance, made at the first call and kept (NULL, with the reason, where there
 * is no loader or no driver). With SG_VULKAN_VALIDATION=1 in the environment the
 * validation layers are on, synchronisation included, and each of their messages is
 * a g_warning; it is an error then if they are not installed. */
VkInstance vk_instance_get (GError ** error);

/* The device that @name stands for (sg/device.h). */
VkPhysicalDevice vk_physical_find (const gchar * name, GError ** error);
/* Its UUID as text. (transfer full) */
gchar *vk_physical_uuid (VkPhysicalDevice physical);

/* A reference to the context of @physical, made if there is none. A context that was
 * lost is not given out again. */
SgVkContext *vk_context_get (VkPhysicalDevice physical, GError ** error);
SgVkContext *vk_context_ref (SgVkContext * context);
void vk_context_unref (SgVkContext * context);
/* Test hook: from now on the device behaves as if it were lost: what is submitted
 * or waited for fails. The environment does the same: SG_VULKAN_LOSE=20,5 loses the
 * first context after 20 submissions, the next after 5, and no more after that. */
void vk_context_lose (SgVkContext * context);
gboolean vk_context_is_lost (SgVkContext * context);

/* vkQueueSubmit, for everybody: locks, checks, counts. Thread-safe. */
gboolean vk_queue_submit (SgVkContext * context, VkQueue queue,
    const VkSubmitInfo * submits, guint n_submits, VkFence fence,
    GError ** error);
/* Waits for @fence: for minutes, then the device counts as lost; drivers end work
 * that hangs long before. Otherwise, also when it fails, the work that the fence
 * stands for has ended. */
gboolean vk_fence_wait (SgVkContext * context, VkFence fence, GError ** error);

/* --- memory.c ---------------------------------------------------------------- */

typedef enum
{
  VK_HEAP_DEVICE,               /* fast for the GPU, not mapped */
  VK_HEAP_UPLOAD,               /* mapped, the host writes in order */
  VK_HEAP_DOWNLOAD,             /* mapped and cached, the host reads */
  VK_N_HEAPS
} SgVkHeap;

/* A range of memory with a VkBuffer (storage, transfer source and destination,
 * uniform) of its own. */
typedef struct
{
  VkBuffer vk;
  VkDeviceSize bytes;
  gpointer mapped;              /* NULL for VK_HEAP_DEVICE (even where it could be) */
  /*< private > */
  gint ref_count;
  SgVkContext *context;         /* not a reference */
  gpointer block;
  VkDeviceSize offset, reserved;        /* in the block */
  gchar *weights_key;           /* in the table of weights.c under this; or NULL */
} SgVkBuffer;

SgVkMemory *vk_memory_new (SgVkContext * context);
void vk_memory_free (SgVkMemory * memory);
/* Few large allocations, shared out. Fails with SG_ERROR_NO_MEMORY, saying what was
 * needed and what there is, before the budget is exceeded. Thread-safe. */
SgVkBuffer *vk_buffer_new (SgVkContext * context, SgVkHeap heap,
    VkDeviceSize bytes, GError ** error);
SgVkBuffer *vk_buffer_ref (SgVkBuffer * buffer);
void vk_buffer_unref (SgVkBuffer * buffer);     /* no use may be under way */
/* Host writes to UPLOAD become visible, host reads of DOWNLOAD current; nothing to
 * do for coherent memory. */
void vk_buffer_flush (SgVkBuffer * buffer, VkDeviceSize offset,
    VkDeviceSize bytes);
void vk_buffer_invalidate (SgVkBuffer * buffer, VkDeviceSize offset,
    VkDeviceSize bytes);
/* Bytes allocated from the driver now, for tests and stats. */
VkDeviceSize vk_memory_get_bytes (SgVkContext * context);

/* Copies through a temporary staging buffer and waits. */
gboolean vk_upload (SgVkContext * context, SgVkBuffer * buffer,
    VkDeviceSize offset, gconstpointer data, gsize bytes, GError ** error);
gboolean vk_download (SgVkContext * context, SgVkBuffer * buffer,
    VkDeviceSize offset, gpointer data, gsize bytes, GError ** error);

/* transfer.c: a command buffer for one use. vk_once_begin () starts recording it,
 * vk_once_end () submits it to the compute queue and waits; both free it when they
 * fail, the latter always. */
typedef struct
{
  VkCommandPool pool;
  VkCommandBuffer vk;
} SgVkOnce;
gboolean vk_once_begin (SgVkContext * context, SgVkOnce * once,
    GError ** error);
gboolean vk_once_end (SgVkContext * context, SgVkOnce * once, GError ** error);
void vk_once_cancel (SgVkContext * context, SgVkOnce * once);
/* Memory written before is seen by what comes after, by shaders, copies and (with
 * the fence) the host. */
void vk_barrier (SgVkContext * context, VkCommandBuffer commands);
/* The same between shaders only: nothing goes to the host or through copies. */
void vk_barrier_shaders (SgVkContext * context, VkCommandBuffer commands);

/* --- weights.c ---------------------------------------------------------------- */

/* @data on the device; the same content is there once per context, for as long as
 * somebody holds a reference. Returns: (transfer full) */
SgVkBuffer *vk_weights_get (SgVkContext * context, gconstpointer data,
    gsize bytes, GError ** error);
SgVkWeights *vk_weights_new (SgVkContext * context);
void vk_weights_free (SgVkWeights * weights);
/* vk_buffer_unref () of a weight: TRUE when that was the last reference; then it is
 * the caller's to free. */
gboolean vk_weights_release (SgVkBuffer * buffer);

/* --- pipeline.c ---------------------------------------------------------------- */

/* A compute pipeline: shader and specialization constants. Descriptor set 0 has
 * n_bindings storage buffers, bindings 0..n-1; VK_MAX_PUSH bytes of push constants.
 * Owned by the context, made once, never freed before it. */
typedef struct
{
  VkPipeline vk;                /* VK_NULL_HANDLE until compiled */
  VkPipelineLayout layout;
  VkDescriptorSetLayout set_layout;
  guint n_bindings;
} SgVkPipeline;

#define VK_MAX_BINDINGS 12
#define VK_MAX_PUSH 128
#define VK_MAX_CONSTANTS 32

/* Shaders are in kernels/; @shader is "nn/unary" or, with a variant of
 * kernels/meson.build, "nn/conv.f16". @constants: specialization constants with
 * constant_id 0..n-1. @subgroup_size: required, 0: any. Does not compile yet: programs
 * compile all that they need in parallel (vk_pipelines_compile ()). */
SgVkPipeline *vk_pipeline_get (SgVkContext * context, const gchar * shader,
    const guint32 * constants, guint n_constants, guint32 subgroup_size,
    GError ** error);
/* FALSE when no such shader was built (cooperative matrices, with an old
 * compiler). */
gboolean vk_shader_exists (const gchar * shader);
/* Compiles those of @pipelines that are not yet, on @threads. */
gboolean vk_pipelines_compile (SgVkContext * context, SgThreadPool * threads,
    SgVkPipeline * const *pipelines, guint n, GError ** error);
SgVkPipelines *vk_pipelines_new (SgVkContext * context);
/* Writes the cache to disk. */
void vk_pipelines_free (SgVkPipelines * pipelines);

/* --- kernel.c ------------------------------------------------------------------ */

typedef enum
{
  VK_ARG_INPUT,                 /* of the operator, by index */
  VK_ARG_OUTPUT,
  VK_ARG_SCRATCH,               /* from a byte offset (storage_align) of the kernel's */
  VK_ARG_BUFFER,                /* one that the kernel holds: weights */
} SgVkArgKind;

typedef struct
{
  SgVkArgKind kind;
  guint index;                  /* of the input or output */
  SgVkBuffer *buffer;           /* VK_ARG_BUFFER; the kernel's reference */
  VkDeviceSize offset, bytes;   /* of scratch; bytes 0: all */
  gboolean written;             /* by the shader: for barriers */
} SgVkArg;

typedef struct
{
  SgVkPipeline *pipeline;
  guint32 groups[3];
  SgVkArg args[VK_MAX_BINDINGS];        /* binding 0.. */
  guint n_args;
  guint8 push[VK_MAX_PUSH];
  guint push_bytes;
} SgVkDispatch;

/* An operator for one shape: its dispatches, run in this order, each seeing what the
 * ones before it have written. */
struct _SgVkKernel
{
  SgKernel base;                /* scratch_bytes: the whole kernel's */
  SgVkDevice *device;
  GArray *dispatches;           /* SgVkDispatch */
  GPtrArray *buffers;           /* SgVkBuffer: references */
  guint32 captured;             /* bit per input: constant and in @buffers, not bound */
  SgTensorDesc *inputs, *outputs;       /* dtype NONE: omitted */
  guint n_inputs, n_outputs;
};

/* One row of vulkan/list.h: how an operator runs. An operator may have several rows,
 * tried in order. */
typedef struct
{
  const gchar *op;
    gboolean (*supports) (SgVkDevice * device, const SgCall * call);
  /* Adds the dispatches. May block and allocate; must not keep @call. */
    gboolean (*prepare) (SgVkDevice * device, const SgCall * call,
      SgVkKernel * kernel, GError ** error);
  gboolean in_place;            /* output 0 may be input 0's memory if it is as large */
} SgVkOp;

#define VK_OP(name) extern const SgVkOp vk_op_ ## name;
#include "vulkan/list.h"
#undef VK_OP

/* Whether tensors like this are kept as f16 on @device. */
gboolean vk_is_half (const SgVkDevice * device, const SgTensorDesc * desc);
/* Bytes on the device, a multiple of 32: shaders read and write vectors of 8 at the
 * end as everywhere else. What is in the padding is anything. */
gsize vk_tensor_bytes (const SgVkDevice * device, const SgTensorDesc * desc);
/* Between a tensor on the host and what the device keeps (f16 if half). */
void vk_tensor_pack (const SgVkDevice * device, const SgTensorDesc * desc,
    gconstpointer host, gpointer packed);
void vk_tensor_unpack (const SgVkDevice * device, const SgTensorDesc * desc,
    gconstpointer packed, gpointer host);

/* A further dispatch with @shader, or NULL with @error. Then, in the order of the
 * bindings, vk_dispatch_input () and so on; push; groups. */
SgVkDispatch *vk_kernel_add (SgVkKernel * kernel, const gchar * shader,
    const guint32 * constants, guint n_constants, guint32 subgroup_size,
    GError ** error);
void vk_dispatch_input (SgVkDispatch * dispatch, guint index);
void vk_dispatch_output (SgVkDispatch * dispatch, guint index);
/* A binding that the shader does not use with these constants still needs a buffer. */
void vk_dispatch_unused (SgVkDispatch * dispatch);
/* @bytes of the kernel's scratch memory, from @offset. Grows base.scratch_bytes. */
void vk_dispatch_scratch (SgVkKernel * kernel, SgVkDispatch * dispatch,
    VkDeviceSize offset, VkDeviceSize bytes, gboolean written);
/* A buffer of the kernel's own; takes the reference. */
void vk_dispatch_buffer (SgVkKernel * kernel, SgVkDispatch * dispatch,
    SgVkBuffer * buffer);
void vk_dispatch_push (SgVkDispatch * dispatch, gconstpointer data,
    guint bytes);
void vk_dispatch_groups (SgVkDispatch * dispatch, guint64 x, guint64 y,
    guint64 z);
/* The same for @n groups in a line, which is folded into two dimensions where the
 * device has a low limit: linear_invocation () of common/storage.glsl. There may be
 * some more than @n. */
void vk_dispatch_linear (const SgVkKernel * kernel, SgVkDispatch * dispatch,
    guint64 n);
/* Constant input @index as it would be bound (f16 if half). Only for what is to be
 * on the device once and never bound by the program: the input counts as captured.
 * Returns: (transfer full), for vk_dispatch_buffer () */
SgVkBuffer *vk_kernel_constant (SgVkKernel * kernel, const SgCall * call,
    guint index, GError ** error);

const SgVkOp *vk_op_find (SgVkDevice * device, const SgCall * call);
SgKernel *vk_kernel_new (SgDevice * device, const SgCall * call,
    GError ** error);
void vk_kernel_free (SgKernel * kernel);
/* kernel_run.c. Alone, with host memory in and out: uploads (f32 to f16 where kept
 * so), runs, downloads. For tests; slow. With SG_VULKAN_POISON=1 in the environment
 * all that it may write holds NaN before, and writing beside it is an error. */
gboolean vk_kernel_run (SgKernel * kernel, gpointer const *outputs,
    gconstpointer const *inputs, gpointer scratch, GError ** error);

/* Records @kernel's dispatches. @buffer and offsets per argument: where inputs,
 * outputs and scratch are. Descriptor sets come from @sets, which the caller resets
 * or frees with the command buffer. A barrier is put between dispatches of the same
 * kernel that depend on each other. */
typedef struct
{
  VkBuffer vk;
  VkDeviceSize offset, bytes;
} SgVkRange;
gboolean vk_kernel_record (SgVkKernel * kernel, VkCommandBuffer commands,
    VkDescriptorPool sets, const SgVkRange * inputs, const SgVkRange * outputs,
    const SgVkRange * scratch, GError ** error);

/* --- program.c ------------------------------------------------------------------ */

SgProgram *vk_program_new (SgDevice * device, const SgProgramDesc * desc,
    GError ** error);
void vk_program_free (SgProgram * program);
gboolean vk_program_submit (SgProgram * program, const SgRun * run,
    GError ** error);
gboolean vk_program_collect (SgProgram * program, GError ** error);
void vk_program_discard (SgProgram * program);
void vk_program_reset (SgProgram * program);
/* program_state.c */
gboolean vk_program_get_state (SgProgram * program, guint index,
    gpointer data, GError ** error);
void vk_program_undo (SgProgram * program);
gboolean vk_program_set_state (SgProgram * program, guint index,
    gconstpointer data, GError ** error);
void vk_program_set_profiling (SgProgram * program, gboolean enabled);
void vk_program_get_times (SgProgram * program, SgProgramTimes * times);

/* --- frame.c --------------------------------------------------------------------
 * A frame on the device is a buffer of its components' rows as they are in memory,
 * without what is between rows. */

typedef struct _SgVkFrame SgVkFrame;    /* how frames of one layout are converted */

/* Whether @image has the layout, size and colour that @frame was made for. */
gboolean vk_frame_fits (const SgVkFrame * frame, const SgImage * image);
SgVkFrame *vk_frame_new (SgVkDevice * device, const SgImage * image,
    const SgPixelConvention * convention, GError ** error);
void vk_frame_free (SgVkFrame * frame);
/* Size of the buffer of rows. */
VkDeviceSize vk_frame_bytes (const SgVkFrame * frame);
/* Rows of @image to or from a mapped buffer; on the pool where that pays. store ()
 * writes the bytes of the components only, never what is between them. */
void vk_frame_read (const SgVkFrame * frame, const SgImage * image,
    gpointer mapped, SgThreadPool * threads);
void vk_frame_write (const SgVkFrame * frame, gconstpointer mapped,
    SgImage * image, SgThreadPool * threads);
/* Rows to tensor and back; the rows of @source give the alpha. @rows_out: other
 * memory than @rows_in. */
gboolean vk_frame_record_load (SgVkFrame * frame, VkCommandBuffer commands,
    VkDescriptorPool sets, const SgVkRange * rows, const SgVkRange * tensor,
    GError ** error);
gboolean vk_frame_record_store (SgVkFrame * frame, VkCommandBuffer commands,
    VkDescriptorPool sets, const SgVkRange * tensor, const SgVkRange * source,
    const SgVkRange * rows, GError ** error);
/* For vk_pipelines_compile (). */
guint vk_frame_pipelines (SgVkFrame * frame, SgVkPipeline ** pipelines,
    guint max);

G_END_DECLS
