/* gst-stylegan: planned convolutions that sessions share
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A plan depends on the picture's width (tiles, strips), so pictures of other
 * sizes pack their weights again. */
#include "cpu/conv_call.h"

#include <string.h>

typedef struct
{
  CpuConv2dParams params;
  SgTensor *weights, *bias;
  CpuConv2d *conv;
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

  cpu_conv2d_free (entry->conv);
  sg_tensor_unref (entry->weights);
  sg_tensor_unref (entry->bias);
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
find (CpuConvCache * cache, const CpuConv2dParams * p,
    const SgTensor * weights, const SgTensor * bias)
{
  for (guint i = 0; i < cache->entries->len; i++) {
    CacheEntry *entry = g_ptr_array_index (cache->entries, i);

    /* all members are of four bytes: no padding to compare */
    if (memcmp (&entry->params, p, sizeof *p) == 0
        && same_tensor (entry->weights, weights)
        && same_tensor (entry->bias, bias))
      return entry;
  }
  return NULL;
}

CpuConv2d *
cpu_conv_cache_get (CpuConvCache * cache, const CpuConv2dParams * p,
    SgTensor * weights, SgTensor * bias, guint n_threads)
{
  CpuConv2d *conv = NULL;
  CacheEntry *entry;

  g_mutex_lock (&cache->lock);
  entry = find (cache, p, weights, bias);
  if (entry == NULL) {
    conv = cpu_conv2d_new (p, weights->data, bias ? bias->data : NULL,
        n_threads);
    if (conv) {
      entry = g_new0 (CacheEntry, 1);
      entry->params = *p;
      entry->weights = sg_tensor_ref (weights);
      entry->bias = bias ? sg_tensor_ref (bias) : NULL;
      entry->conv = conv;
      g_ptr_array_add (cache->entries, entry);
    }
  }
  if (entry) {
    entry->uses++;
    conv = entry->conv;
  }
  g_mutex_unlock (&cache->lock);
  return conv;
}

void
cpu_conv_cache_release (CpuConvCache * cache, CpuConv2d * conv)
{
  g_mutex_lock (&cache->lock);
  for (guint i = 0; i < cache->entries->len; i++) {
    CacheEntry *entry = g_ptr_array_index (cache->entries, i);

    if (entry->conv == conv) {
      if (--entry->uses == 0)
        g_ptr_array_remove_index_fast (cache->entries, i);
      break;
    }
  }
  g_mutex_unlock (&cache->lock);
}
