/* gst-stylegan: constants on the device, once per context
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * They are found by SHA-256 and size: nobody has to keep a copy to compare with, and
 * as weights come from strangers' files, one could be made to look like another with
 * a faster, weaker hash. It does some hundred MB/s, once per session. */
#include "vulkan/vk.h"

struct _SgVkWeights
{
  GMutex lock;                  /* also while uploading: the second one waits */
  GHashTable *buffers;          /* key: SgVkBuffer, no reference */
};

SgVkWeights *
vk_weights_new (SgVkContext * context)
{
  SgVkWeights *weights = g_new0 (SgVkWeights, 1);

  g_mutex_init (&weights->lock);
  weights->buffers = g_hash_table_new (g_str_hash, g_str_equal);
  return weights;
}

void
vk_weights_free (SgVkWeights * weights)
{
  if (weights == NULL)
    return;
  g_hash_table_unref (weights->buffers);
  g_mutex_clear (&weights->lock);
  g_free (weights);
}

static SgVkBuffer *
add (SgVkContext * context, const gchar * key, gconstpointer data, gsize bytes,
    GError ** error)
{
  SgVkBuffer *buffer = vk_buffer_new (context, VK_HEAP_DEVICE, bytes, error);

  if (buffer == NULL)
    return NULL;
  if (!vk_upload (context, buffer, 0, data, bytes, error)) {
    vk_buffer_unref (buffer);
    return NULL;
  }
  buffer->weights_key = g_strdup (key);
  g_hash_table_insert (context->weights->buffers, buffer->weights_key, buffer);
  return buffer;
}

SgVkBuffer *
vk_weights_get (SgVkContext * context, gconstpointer data, gsize bytes,
    GError ** error)
{
  SgVkWeights *weights = context->weights;
  g_autofree gchar *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256,
      data, bytes);
  g_autofree gchar *key = g_strdup_printf ("%s-%" G_GSIZE_FORMAT, sum, bytes);
  SgVkBuffer *buffer;

  g_mutex_lock (&weights->lock);
  buffer = g_hash_table_lookup (weights->buffers, key);
  if (buffer)
    vk_buffer_ref (buffer);
  else
    buffer = add (context, key, data, bytes, error);
  g_mutex_unlock (&weights->lock);
  return buffer;
}

gboolean
vk_weights_release (SgVkBuffer * buffer)
{
  SgVkWeights *weights = buffer->context->weights;
  gboolean last;

  /* under the lock: vk_weights_get () must not revive one on its way out */
  g_mutex_lock (&weights->lock);
  last = g_atomic_int_dec_and_test (&buffer->ref_count);
  if (last) {
    g_hash_table_remove (weights->buffers, buffer->weights_key);
    g_clear_pointer (&buffer->weights_key, g_free);
  }
  g_mutex_unlock (&weights->lock);
  return last;
}
