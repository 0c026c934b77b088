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

static gboolean
check_same (guint index, const SgTensorDesc * desc, const SgTensorDesc * other,
    GError ** error)
{
  g_autofree gchar *want = NULL;

  if (desc->dtype == other->dtype
      && sg_shape_equal (&desc->shape, &other->shape))
    return TRUE;
  want = sg_shape_to_string (&desc->shape);
  g_set_error (error, SG_ERROR, SG_ERROR_SHAPE, "state %u is %s%s", index,
      sg_dtype_name (desc->dtype), want);
  return FALSE;
}

/* Packed, at @data. */
static gboolean
read_state (SgSession * session, guint index, gpointer data, GError ** error)
{
  const SessionBuffers *buffers;

  if (session->program)
    return session->device->backend->program_get_state (session->program,
        index, data, error);
  buffers = &session->past->buffers[index];
  if (session->past->reset)
    memset (data, 0, buffers->bytes);
  else
    memcpy (data, buffers->read, buffers->bytes);
  return TRUE;
}

/* Where the next run will find it. A reset that is still to come would take it too: it is
 * done here. */
static gpointer
prepare_state (SgSession * session, guint index)
{
  SessionPast *past = session->past;

  for (guint i = 0; past->reset && i < past->n; i++)
    memset (past->buffers[i].read, 0, past->buffers[i].bytes);
  past->reset = FALSE;
  return past->buffers[index].read;
}

gboolean
sg_session_take_state (SgSession * session, guint index, SgSession * other,
    void (*convert) (SgTensor * state, gpointer data), gpointer data,
    GError ** error)
{
  const SgTensorDesc *desc, *from;
  g_autoptr (SgTensor) tensor = NULL;

  g_return_val_if_fail (session != NULL && other != NULL, FALSE);

  desc = get_desc (session, index, error);
  from = desc ? get_desc (other, index, error) : NULL;
  if (from == NULL || !check_same (index, desc, from, error))
    return FALSE;
  tensor = session->program ? sg_tensor_new (desc->dtype, &desc->shape, error)
      : sg_tensor_new_borrowed (desc->dtype, &desc->shape,
      prepare_state (session, index));
  if (tensor == NULL || !read_state (other, index, tensor->data, error))
    return FALSE;
  if (convert)
    convert (tensor, data);
  return session->program == NULL
      || session->device->backend->program_set_state (session->program, index,
      tensor->data, error);
}
