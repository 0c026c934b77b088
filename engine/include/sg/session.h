/* gst-stylegan: a graph compiled for a device and for concrete sizes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>
#include <sg/graph.h>
#include <sg/image.h>

G_BEGIN_DECLS

/* Thread-safety: one thread at a time. Several sessions may run at once, also
 * on one device. */
typedef struct _SgSession SgSession;

typedef enum
{
  SG_SESSION_NONE = 0,
  SG_SESSION_NO_FUSION = 1 << 0,        /* run the graph as it is written */
} SgSessionFlags;

/* A value that lives from run to run: output @output of a run is input @input of
 * the next one; zeros at first. Both have the same type and shape. */
typedef struct
{
  guint output, input;
} SgSessionState;

/* Zeroed: tensors in, tensors out. */
typedef struct
{
  SgSessionFlags flags;
  /* Where to find frames of video: input 0 is loaded from an image, output 0
   * stored to one, both [1,C,H,W] f32 in this convention. NULL: they are tensors. */
  const SgPixelConvention *frames;
  const SgSessionState *states;
  guint n_states;
  /* A session whose states these are too, in the same order and of the same types and
   * shapes: what a run of either leaves behind, the next run of either finds. Both
   * belong to one thread at a time; either may be freed first. NULL: states of its own.
   * SG_ERROR_UNSUPPORTED between devices, where either has a queue of its own (Vulkan). */
  SgSession *states_of;
  /* Runs that may be under way at a time, 0: 1. Limited by the device. */
  guint frames_in_flight;
} SgSessionConfig;

/* Infers shapes, folds constants, fuses, places, plans memory and prepares
 * every kernel. Blocks and allocates; running does neither.
 * @graph: not changed, may be dropped afterwards
 * @inputs: type and concrete shape of each input of the graph
 * @config: NULL: as if zeroed
 * Errors: SG_ERROR_SHAPE (names the node), _UNSUPPORTED, _NO_MEMORY (says how
 *   much is needed and how much there is), _DEVICE_LOST. */
SgSession *sg_session_new (SgGraph * graph, SgDevice * device,
    const SgTensorDesc * inputs, guint n_inputs, const SgSessionConfig * config,
    GError ** error);
void sg_session_free (SgSession * session);

/* The shapes that the outputs of @graph take for the given inputs, without
 * compiling or allocating more than the constants' worth.
 * @outputs: room for sg_graph_get_n_outputs () */
gboolean sg_session_infer (SgGraph * graph, const SgTensorDesc * inputs,
    guint n_inputs, SgTensorDesc * outputs, GError ** error);

/* An operator of a graph. */
typedef struct
{
  const gchar *op;              /* ONNX's name for it, or ours where it has none */
  guint n_nodes;                /* in the graph as it is */
  gdouble flops;                /* of all of them in one run, multiply and add
                                 * counted apart; what is folded costs nothing */
} SgOpCount;

/* What @graph consists of and costs for the given inputs, without compiling; that
 * which costs most first.
 * @n_parameters: (out) (optional): numbers in floating point constants
 * Returns: (transfer full) (element-type SgOpCount), or NULL with the errors of
 *   sg_session_infer () */
GArray *sg_session_count (SgGraph * graph, const SgTensorDesc * inputs,
    guint n_inputs, guint64 * n_parameters, GError ** error);

const SgTensorDesc *sg_session_get_output_desc (SgSession * session,
    guint index);
/* Memory that the session holds beside the shared weights. */
gsize sg_session_get_memory_bytes (SgSession * session);

/* Runs once and waits. @inputs and @outputs are host tensors of the compiled types
 * and shapes; outputs must not overlap inputs. Does not allocate. For sessions
 * without frames. */
gboolean sg_session_run (SgSession * session, SgTensor * const *inputs,
    SgTensor * const *outputs, GError ** error);

/* Starts a run. What @run points to stays valid and unchanged, and outputs are
 * undefined, until it is collected. Collected in the order of submission; at most
 * sg_session_get_frames_in_flight () at a time. Backends that have no queue do
 * all the work in collect.
 * Errors: SG_ERROR_DEVICE_LOST: all runs under way are lost;
 *   SG_ERROR_NOT_FINITE (collect): this run's output is not usable, the run is over
 *   as if it had been collected. After an error of submit the run was not begun. */
gboolean sg_session_submit (SgSession * session, const SgRun * run,
    GError ** error);
gboolean sg_session_collect (SgSession * session, GError ** error);
/* Ends all runs under way; their outputs are undefined. */
void sg_session_discard (SgSession * session);
guint sg_session_get_frames_in_flight (SgSession * session);
guint sg_session_get_n_submitted (SgSession * session);
/* States are zeros again for the next run that is submitted. */
void sg_session_reset (SgSession * session);
/* State @index (of config.states) of @other becomes that of @session, too. Between devices
 * without a queue of their own nothing is allocated; else it may also block. Nothing may be
 * under way, and with states of several sessions in none of them.
 * @convert: (nullable): changes what is taken, f32 whatever the device keeps, in place
 * Errors: SG_ERROR_INVALID_ARGUMENT (something is under way, or there is no such state),
 *   _SHAPE (names the state's), _DEVICE_LOST. */
gboolean sg_session_take_state (SgSession * session, guint index,
    SgSession * other, void (*convert) (SgTensor * state, gpointer data),
    gpointer data, GError ** error);
/* States are again what they were before the run collected last; once per run. Nothing may
 * be under way, in no session that shares them. */
void sg_session_undo (SgSession * session);

typedef enum
{
  SG_STAGE_LOAD,                /* frame to network pixels; upload */
  SG_STAGE_NETWORK,             /* the graph */
  SG_STAGE_STORE,               /* back to the frame; download */
  SG_N_STAGES
} SgStage;

const gchar *sg_stage_get_name (SgStage stage);
/* Milliseconds of the run last collected, per stage. */
gdouble sg_session_get_stage_ms (SgSession * session, SgStage stage);

/* Where the time went. Filled while profiling is on. */
typedef struct
{
  const gchar *op;              /* operator, with what is fused into it */
  const gchar *name;            /* the node's name in the model, or "" */
  const gchar *backend;         /* where it runs */
  gdouble ms;                   /* mean per run */
  gdouble flops;                /* per run, multiply and add counted apart */
  gdouble bytes;                /* inputs, outputs and weights, per run */
} SgNodeProfile;

void sg_session_set_profiling (SgSession * session, gboolean enabled);
/* Returns: (transfer full) (element-type SgNodeProfile): in execution order;
 * strings belong to the session. */
GArray *sg_session_get_profile (SgSession * session);
/* The graph as it runs, one line per step. Returns: (transfer full) */
gchar *sg_session_to_string (SgSession * session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSession, sg_session_free)

G_END_DECLS
