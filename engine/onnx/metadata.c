/* gst-stylegan: what a model says about its images
 *
 * https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md: keys and values
 * are case insensitive.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/internal.h"

#include <string.h>

typedef struct
{
  const gchar *word;            /* in lower case */
  gint value;
} Word;

static const Word pixel_ranges[] = {
  {"nominalrange_0_255", SG_PIXEL_RANGE_0_255},
  {"nominalrange_16_235", SG_PIXEL_RANGE_16_235},
  {"normalized_0_1", SG_PIXEL_RANGE_0_1},
  {"normalized_1_1", SG_PIXEL_RANGE_MINUS1_1},
  {NULL, SG_PIXEL_RANGE_AUTO}
};

static const Word channel_orders[] = {
  {"gray8", SG_CHANNEL_ORDER_GRAY},
  {"rgb8", SG_CHANNEL_ORDER_RGB},
  {"bgr8", SG_CHANNEL_ORDER_BGR},
  {"rgba8", SG_CHANNEL_ORDER_RGB},
  {"bgra8", SG_CHANNEL_ORDER_BGR},
  {NULL, SG_CHANNEL_ORDER_AUTO}
};

static const Word gammas[] = {
  {"linear", SG_GAMMA_LINEAR},
  {NULL, SG_GAMMA_SRGB}
};

/* Converters from Core ML (WinML's, onnxmltools) wrote no metadata but these
 * sentences into the description of the input. */
static const Word descriptions[] = {
  {"image(s) in bgr format", SG_CHANNEL_ORDER_BGR},
  {"image(s) in rgb format", SG_CHANNEL_ORDER_RGB},
  {"image(s) in gray scale", SG_CHANNEL_ORDER_GRAY},
  {NULL, SG_CHANNEL_ORDER_AUTO}
};

static gint
find_word (const SgOnnxMetadata * metadata, const gchar * key,
    const Word * words)
{
  const gchar *value = g_hash_table_lookup (metadata->properties, key);

  while (words->word && (value == NULL
          || g_ascii_strcasecmp (value, words->word) != 0))
    words++;
  return words->value;
}

static SgChannelOrder
described_order (const Onnx__GraphProto * graph)
{
  for (gsize i = 0; i < graph->n_input; i++) {
    const gchar *text = graph->input[i]->doc_string;
    g_autofree gchar *lower = g_ascii_strdown (text ? text : "", -1);

    for (const Word * word = descriptions; word->word; word++)
      if (strstr (lower, word->word))
        return word->value;
  }
  return SG_CHANNEL_ORDER_AUTO;
}

void
sg_onnx_metadata_read (SgOnnxMetadata * metadata,
    const Onnx__ModelProto * model)
{
  metadata->properties = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, g_free);
  for (gsize i = 0; i < model->n_metadata_props; i++) {
    const Onnx__StringStringEntryProto *entry = model->metadata_props[i];

    if (entry->key)
      g_hash_table_replace (metadata->properties,
          g_ascii_strdown (entry->key, -1),
          g_utf8_make_valid (entry->value ? entry->value : "", -1));
  }
  metadata->pixel_range = find_word (metadata, "image.nominalpixelrange",
      pixel_ranges);
  metadata->channel_order = find_word (metadata, "image.bitmappixelformat",
      channel_orders);
  metadata->gamma = find_word (metadata, "image.colorspacegamma", gammas);
  if (metadata->channel_order == SG_CHANNEL_ORDER_AUTO)
    metadata->channel_order = described_order (model->graph);
}
