/* gst-stylegan: packed weights that sessions share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/conv_call.h"

#include <string.h>

typedef struct
{
  GBytes *layout;
  SgTensor *weights, *bias;     /* as the model has them */
  SgTensor *packed;
  guint uses;
} CacheEntry;

struct _CpuConvCache
{
  GMutex lock;
  GPtrArray *entries;           /* CacheEntry; tens, so that a list will do */
};

static void
entry_free (gpointer data)
{
  CacheEntry *entry = data;

  g_bytes_unref (entry->layout);
  sg_tensor_unref (entry->weights);
  sg_tensor_unref (entry->bias);
  sg_tensor_unref (entry->packed);
  g_free (entry);
}

CpuConvCache *
cpu_conv_cache_new (void)
{
  CpuConvCache *cache = g_new0 (CpuConvCache, 1);

  g_mutex_init (&cache->lock);
  cache->entries = g_ptr_array_new_with_free_func (entry_free);
  return cache;
}

void
cpu_conv_cache_free (CpuConvCache * cache)
{
  g_ptr_array_unref (cache->entries);
  g_mutex_clear (&cache->lock);
  g_free (cache);
}

/* By contents: what the planner computes from a model's weights is a tensor of
 * its own in every session. */
static gboolean
same_tensor (const SgTensor * a, const SgTensor * b)
{
  if (a == b)
    return TRUE;
  return a && b && sg_shape_equal (&a->desc.shape, &b->desc.shape)
      && memcmp (a->data, b->data, sg_tensor_desc_bytes (&a->desc)) == 0;
}

static CacheEntry *
find (CpuConvCache * cache, GBytes * layout, const SgTensor * weights,
    const SgTensor * bias)
{
  for (guint i = 0; i < cache->entries->len; i++) {
    CacheEntry *entry = g_ptr_array_index (cache->entries, i);

    if (g_bytes_equal (entry->layout, layout)
        && same_tensor (entry->weights, weights)
        && same_tensor (entry->bias, bias))
      return entry;
  }
  return NULL;
}

SgTensor *
cpu_conv_cache_get (CpuConvCache * cache, const CpuConv2d * conv,
    SgTensor * weights, SgTensor * bias)
{
  GBytes *layout = cpu_conv2d_get_layout (conv);
  SgTensor *packed = NULL;
  CacheEntry *entry;

  g_mutex_lock (&cache->lock);
  entry = find (cache, layout, weights, bias);
  if (entry == NULL) {
    packed = cpu_conv2d_pack (conv, weights->data, bias ? bias->data : NULL);
    if (packed) {
      entry = g_new0 (CacheEntry, 1);
      entry->layout = g_bytes_ref (layout);
      entry->weights = sg_tensor_ref (weights);
      entry->bias = bias ? sg_tensor_ref (bias) : NULL;
      entry->packed = packed;
      g_ptr_array_add (cache->entries, entry);
    }
  }
  if (entry) {
    entry->uses++;
    packed = entry->packed;
  }
  g_mutex_unlock (&cache->lock);
  return packed;
}

void
cpu_conv_cache_release (CpuConvCache * cache, SgTensor * packed)
{
  g_mutex_lock (&cache->lock);
  for (guint i = 0; i < cache->entries->len; i++) {
    CacheEntry *entry = g_ptr_array_index (cache->entries, i);

    if (entry->packed == packed) {
      if (--entry->uses == 0)
        g_ptr_array_remove_index_fast (cache->entries, i);
      break;
    }
  }
  g_mutex_unlock (&cache->lock);
}
