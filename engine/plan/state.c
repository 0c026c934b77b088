/* gst-stylegan: states between runs, from outside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/session.h"

#include <string.h>

/* The description of state @index; NULL with an error unless it can be moved. */
static const SgTensorDesc *
get_desc (SgSession * session, guint index, GError ** error)
{
  const SgBackend *backend = session->device->backend;

  if (index >= session->states->len || session->n_submitted > 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "state %u of %u, with %u runs under way, cannot be moved", index,
        session->states->len, session->n_submitted);
    return NULL;
  }
  if (session->program && backend->program_get_state == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "states cannot be moved on %s", backend->name);
    return NULL;
  }
  return &session_input (session, g_array_index (session->states,
          SgSessionState, index).input)->desc;
}

SgTensor *
sg_session_copy_state (SgSession * session, guint index, GError ** error)
{
  const SgTensorDesc *desc;
  g_autoptr (SgTensor) tensor = NULL;

  g_return_val_if_fail (session != NULL, NULL);

  desc = get_desc (session, index, error);
  tensor = desc ? sg_tensor_new (desc->dtype, &desc->shape, error) : NULL;
  if (tensor == NULL)
    return NULL;
  if (session->program) {
    if (!session->device->backend->program_get_state (session->program, index,
            tensor->data, error))
      return NULL;
  } else if (!session->past->reset) {
    memcpy (tensor->data, session->past->buffers[index].read,
        session->past->buffers[index].bytes);
  }
  return g_steal_pointer (&tensor);
}

gboolean
sg_session_set_state (SgSession * session, guint index,
    const SgTensor * tensor, GError ** error)
{
  const SgTensorDesc *desc;
  SessionPast *past;

  g_return_val_if_fail (session != NULL && tensor != NULL, FALSE);

  desc = get_desc (session, index, error);
  if (desc == NULL)
    return FALSE;
  if (tensor->desc.dtype != desc->dtype
      || !sg_shape_equal (&tensor->desc.shape, &desc->shape)) {
    g_autofree gchar *want = sg_shape_to_string (&desc->shape);

    g_set_error (error, SG_ERROR, SG_ERROR_SHAPE, "state %u is %s%s", index,
        sg_dtype_name (desc->dtype), want);
    return FALSE;
  }
  if (session->program)
    return session->device->backend->program_set_state (session->program,
        index, tensor->data, error);
  past = session->past;
  for (guint i = 0; past->reset && i < past->n; i++)
    memset (past->buffers[i].read, 0, past->buffers[i].bytes);
  past->reset = FALSE;
  memcpy (past->buffers[index].read, tensor->data, past->buffers[index].bytes);
  return TRUE;
}
