/* gst-stylegan: a graph compiled for a device and for concrete sizes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>
#include <sg/graph.h>

G_BEGIN_DECLS

/* Thread-safety: one thread at a time. Several sessions may run at once, also
 * on one device. */
typedef struct _SgSession SgSession;

typedef enum
{
  SG_SESSION_NONE = 0,
  SG_SESSION_NO_FUSION = 1 << 0,        /* run the graph as it is written */
} SgSessionFlags;

/* Infers shapes, folds constants, fuses, places, plans memory and prepares
 * every kernel. Blocks and allocates; running does neither.
 * @graph: not changed, may be dropped afterwards
 * @inputs: type and concrete shape of each input of the graph
 * Errors: SG_ERROR_SHAPE (names the node), _UNSUPPORTED, _NO_MEMORY (says how
 *   much is needed). */
SgSession *sg_session_new (SgGraph * graph, SgDevice * device,
    const SgTensorDesc * inputs, guint n_inputs, SgSessionFlags flags,
    GError ** error);
void sg_session_free (SgSession * session);

/* The shapes that the outputs of @graph take for the given inputs, without
 * compiling or allocating more than the constants' worth.
 * @outputs: room for sg_graph_get_n_outputs () */
gboolean sg_session_infer (SgGraph * graph, const SgTensorDesc * inputs,
    guint n_inputs, SgTensorDesc * outputs, GError ** error);

const SgTensorDesc *sg_session_get_output_desc (SgSession * session,
    guint index);
/* Memory that the session holds beside the shared weights. */
gsize sg_session_get_memory_bytes (SgSession * session);

/* Runs once. @inputs and @outputs are host tensors of the compiled types and
 * shapes; outputs must not overlap inputs. Does not allocate. */
gboolean sg_session_run (SgSession * session, SgTensor * const *inputs,
    SgTensor * const *outputs, GError ** error);

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
