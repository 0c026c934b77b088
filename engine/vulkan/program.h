/* gst-stylegan: a session as command buffers, from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A program is cut into segments: the steps from one to the next that runs on the
 * host. Most have one segment only. A segment is one command buffer; a run executes
 * them in turn, waiting and running the steps of the host in between.
 *
 * A slot is what a run has of its own while it is under way: buffers to and from the
 * host, and command buffers, recorded when first needed. As states are read from one
 * buffer and written to another, with the next run doing the reverse, there are two
 * recordings: of even and of odd runs. Arena and scratch belong to whichever run the
 * compute queue is at.
 *
 * program.c         making and freeing
 * program_record.c  command buffers
 * program_host.c    steps that run on the host
 * program_slot.c    slots
 * program_run.c     submitting and collecting
 * program_state.c   states, there and back */
#pragma once

#include "vulkan/vk.h"

G_BEGIN_DECLS

/* Frames are converted alike as long as they look alike: shared by the runs that
 * began with it. */
typedef struct
{
  guint ref_count;
  guint serial;                 /* never 0 */
  SgVkFrame *vk;
} ProgramFrame;

typedef struct
{
  guint begin, end;             /* steps of the device */
  guint host_end;               /* those from `end` run on the host, then */
  /* Values (guint, + 1) that go to the host after the segment, and that have come
   * from it before. */
  GArray *to_host, *from_host;
} ProgramSegment;

typedef struct
{
  VkDescriptorPool sets;
  VkCommandBuffer *segments;    /* one each */
  VkCommandBuffer reset;        /* zeroes the states that the run reads */
  gboolean recorded, profiled;
  guint frame;                  /* serial; 0: without frames */
} ProgramCommands;

typedef struct
{
  /* Rows of frames: mapped memory, and what kernels work on: the same, or memory of
   * the device between which and the mapped one copies go. */
  SgVkBuffer *upload, *download, *rows_in, *rows_out;
  SgVkBuffer *tensors_in, *tensors_out; /* mapped, NULL where there are none */
  SgVkBuffer *flag;             /* mapped; set when the result is not finite */
  VkCommandPool pool, transfer_pool;
  ProgramCommands commands[2];
  VkCommandBuffer upload_commands, download_commands;
  guint copied_frame;           /* serial of what those two were recorded for */
  VkSemaphore uploaded, computed;
  /* Signalled unless a submission is under way. The first is for freeing only:
   * what computes has waited for the copy in any case. */
  VkFence copied, done, downloaded;
  VkQueryPool queries;

  /* The run. */
  SgRun run;
  ProgramFrame *frame;
  guint parity;
  gboolean reset, profiled;
  gboolean downloading;
  gint64 begin_ns, read_ns;
} ProgramSlot;

/* The states of the programs that share them. Runs of all of these follow each other in one
 * queue. */
typedef struct
{
  guint n, parity;              /* the latter of the next run */
  gboolean reset;               /* before it */
  SgVkBuffer *buffers[][2];     /* per state: read by runs of the parity */
} ProgramPast;

/* Of a value that steps on the host use. */
typedef struct
{
  gpointer memory;              /* to free */
  gpointer data;                /* as on the host; NULL: no step there uses it */
  gsize offset;                 /* in the mirror, as on the device */
} ProgramMirror;

typedef struct
{
  SgProgram base;
  SgVkDevice *device;
  SgVkContext *context;
  SgProgramDesc desc;
  GArray *segments;             /* ProgramSegment */
  SgVkBuffer *arena, *scratch;
  SgVkBuffer **constants;       /* per value, of those that kernels bind */
  ProgramPast *past;            /* reference */
  guint *reads_state, *writes_state;    /* per value: state + 1, or 0 */
  gsize *in_offsets, *out_offsets;      /* in tensors_in and _out, per input, output */
  gsize in_bytes, out_bytes;
  GPtrArray *checks;            /* SgVkKernel: nn/check_finite, one per... */
  GArray *checked;              /* ... value (guint, + 1) */
  SgVkBuffer *mirror;           /* mapped, for both ways */
  ProgramMirror *mirrors;       /* per value */
  gpointer host_scratch;
  gpointer *host_in, *host_out; /* arguments of a step */
  gint64 *host_ns;              /* per step, of the last run */

  gboolean direct;              /* kernels work on mapped rows */
  gboolean transfer;            /* copies of rows have a queue of their own */
  ProgramSlot *slots;
  guint n_slots;
  guint first, n_running;       /* slots under way, as a ring */
  gboolean profiling;
  guint serial;                 /* of the frame made last */
  ProgramFrame *frame;          /* of the run submitted last, or NULL */
  SgProgramTimes times;
  gint64 *steps_ns;
} VkProgram;

/* program.c */

SgVkBuffer *program_buffer_new (VkProgram * program, SgVkHeap heap,
    VkDeviceSize bytes, GError ** error);
void program_buffer_clear (VkProgram * program, SgVkBuffer ** buffer);
const SgTensorDesc *program_desc (const VkProgram * program, guint value);
/* Whether input (or output) @index is a tensor that the caller brings. */
gboolean program_is_tensor (const VkProgram * program, guint index,
    gboolean output);

/* program_host.c */

gboolean program_is_host (const VkProgram * program,
    const SgProgramStep * step);
/* Cuts the steps into segments, and allocates what the host's ones need. */
gboolean program_host_init (VkProgram * program, GError ** error);
void program_host_clear (VkProgram * program);
/* The steps that follow @segment. */
gboolean program_host_run (VkProgram * program, const ProgramSegment * segment,
    GError ** error);

/* program_slot.c */

gboolean program_slot_init (VkProgram * program, ProgramSlot * slot,
    GError ** error);
void program_slot_clear (VkProgram * program, ProgramSlot * slot);
/* Makes place for frames that look like @run's, if the program has any. */
gboolean program_slot_set_frame (VkProgram * program, ProgramSlot * slot,
    const SgRun * run, GError ** error);
/* Waits until the slot is not in use; device lost or not. */
void program_slot_settle (VkProgram * program, ProgramSlot * slot);
void program_frame_unref (ProgramFrame * frame);

/* program_record.c */

/* Queries: the four ends of the stages, then the end of each step, then where the
 * steps of each segment begin. */
enum
{ QUERY_BEGIN, QUERY_LOADED, QUERY_RUN, QUERY_STORED, QUERY_STEPS };
guint program_n_queries (const VkProgram * program);
guint program_query_segment (const VkProgram * program, guint segment);
/* Room for the sets of one recording. */
VkDescriptorPool program_sets_new (VkProgram * program, GError ** error);
/* Records what the next run in @slot needs and is not there yet. */
gboolean program_record (VkProgram * program, ProgramSlot * slot,
    GError ** error);

G_END_DECLS
