/* gst-stylegan: the session from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * session.c   compiling
 * run.c       submitting and collecting runs, and doing the work of those on
 *             backends that have no queue
 * program.c   handing the compiled graph over to those that have one
 * profile.c   times */
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

/* Without a program: a state's two buffers, which change places with every run. */
typedef struct
{
  gsize bytes;
  gpointer read, write;
} SessionBuffers;

/* The states of the sessions that share them. */
typedef struct
{
  gpointer memory;
  gboolean reset;               /* before the next run that is submitted */
  guint n;
  SessionBuffers buffers[];
} SessionPast;

struct _SgSession
{
  SgDevice *device;
  SgGraph *graph;               /* own copy, rewritten */
  GArray *steps;                /* SessionStep, one per node */
  gboolean has_frames;
  SgPixelConvention frames;
  GArray *states;               /* SgSessionState */
  guint frames_in_flight, n_submitted;
  gsize memory_bytes, scratch_bytes;
  gint64 stage_ns[SG_N_STAGES];
  gboolean profiling;
  guint n_profiled;             /* runs */

  SgProgram *program;           /* NULL: the backend has no queue */
  SgProgramDesc desc;           /* what the program was made from */

  /* Without a program. */
  SessionPast *past;            /* of states, in the same order */
  gpointer memory;              /* arena, scratch */
  gpointer scratch;
  gpointer *pointers;           /* per value index + 1; [0] is NULL */
  SgTensor *frame, *picture;    /* views of input 0 and output 0 */
  guint max_args;
  gconstpointer *in_args;
  gpointer *out_args;
  SgRun run;                    /* the one under way */
  gboolean run_reset;           /* the states, before it */
};

SgValue *session_input (SgSession * session, guint index);
SgValue *session_output (SgSession * session, guint index);
/* Whether input (or output) @index belongs to a state. */
gboolean session_is_state (SgSession * session, guint index, gboolean output);

/* Allocates what the runs of a session without a program need, its past if that is NULL.
 * @offsets: in the arena, per value */
gboolean session_allocate (SgSession * session, const gsize * offsets,
    gsize arena_bytes, GError ** error);
void session_unref_past (SessionPast * past);
gboolean session_make_program (SgSession * session, const gsize * offsets,
    gsize arena_bytes, guint frames_in_flight, GError ** error);
void session_clear_program (SgSession * session);

/* "conv + pad reflect + norm relu": operator with what is fused into it. */
gchar *session_describe (SgNode * node);
gint64 session_clock_ns (void);

G_END_DECLS
