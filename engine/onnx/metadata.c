/* gst-stylegan: what a model says about its images
 *
 * https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md: keys and values
 * are case insensitive.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/internal.h"

#include <string.h>

typedef struct
{
  const gchar *word;            /* written as here, read in any case */
  gint value;
} Word;

static const Word pixel_ranges[] = {
  {"NominalRange_0_255", SG_PIXEL_RANGE_0_255},
  {"NominalRange_16_235", SG_PIXEL_RANGE_16_235},
  {"Normalized_0_1", SG_PIXEL_RANGE_0_1},
  {"Normalized_1_1", SG_PIXEL_RANGE_MINUS1_1},
  {NULL, SG_PIXEL_RANGE_AUTO}
};

static const Word channel_orders[] = {
  {"Gray8", SG_CHANNEL_ORDER_GRAY},
  {"Rgb8", SG_CHANNEL_ORDER_RGB},
  {"Bgr8", SG_CHANNEL_ORDER_BGR},
  {"Rgba8", SG_CHANNEL_ORDER_RGB},
  {"Bgra8", SG_CHANNEL_ORDER_BGR},
  {NULL, SG_CHANNEL_ORDER_AUTO}
};

static const Word gammas[] = {
  {"Linear", SG_GAMMA_LINEAR},
  {"SRGB", SG_GAMMA_SRGB},
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

#define PIXEL_RANGE "Image.NominalPixelRange"
#define CHANNEL_ORDER "Image.BitmapPixelFormat"
#define GAMMA "Image.ColorSpaceGamma"

static gint
find_word (const SgOnnxMetadata * metadata, const gchar * key,
    const Word * words)
{
  g_autofree gchar *lower = g_ascii_strdown (key, -1);
  const gchar *value = g_hash_table_lookup (metadata->properties, lower);

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

/* The first word for @value; NULL where there is none. */
static const gchar *
word_for (const Word * words, gint value)
{
  while (words->word && words->value != value)
    words++;
  return words->word;
}

/* What is not about images, in the file's order; of keys that are there twice the
 * last one. */
static GStrv
other_properties (const Onnx__ModelProto * model)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash,
      g_str_equal, g_free, NULL);
  GPtrArray *turned = g_ptr_array_new ();

  g_hash_table_add (seen, g_ascii_strdown (PIXEL_RANGE, -1));
  g_hash_table_add (seen, g_ascii_strdown (CHANNEL_ORDER, -1));
  g_hash_table_add (seen, g_ascii_strdown (GAMMA, -1));
  for (gsize i = model->n_metadata_props; i-- > 0;) {
    const Onnx__StringStringEntryProto *entry = model->metadata_props[i];

    if (entry->key == NULL
        || !g_hash_table_add (seen, g_ascii_strdown (entry->key, -1)))
      continue;
    g_ptr_array_add (list, g_utf8_make_valid (entry->value ? entry->value : "",
            -1));
    g_ptr_array_add (list, g_utf8_make_valid (entry->key, -1));
  }
  for (guint i = list->len; i-- > 0;)
    g_ptr_array_add (turned, g_ptr_array_index (list, i));
  g_ptr_array_add (turned, NULL);
  return (GStrv) g_ptr_array_free (turned, FALSE);
}

void
sg_onnx_metadata_clear (SgOnnxMetadata * metadata)
{
  g_hash_table_unref (metadata->properties);
  g_strfreev (metadata->others);
}

static void
add_word (GPtrArray * pairs, const gchar * key, const gchar * word)
{
  if (word) {
    g_ptr_array_add (pairs, (gpointer) key);
    g_ptr_array_add (pairs, (gpointer) word);
  }
}

GPtrArray *
sg_onnx_metadata_write (const SgModelInfo * info)
{
  GPtrArray *pairs = g_ptr_array_new ();

  add_word (pairs, CHANNEL_ORDER, word_for (channel_orders,
          (gint) info->channel_order));
  add_word (pairs, PIXEL_RANGE, word_for (pixel_ranges,
          (gint) info->pixel_range));
  if (pairs->len > 0 || info->gamma != SG_GAMMA_SRGB)
    add_word (pairs, GAMMA, word_for (gammas, (gint) info->gamma));
  for (guint i = 0; info->metadata && info->metadata[i]
      && info->metadata[i + 1]; i += 2)
    add_word (pairs, info->metadata[i], info->metadata[i + 1]);
  return pairs;
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
  metadata->pixel_range = find_word (metadata, PIXEL_RANGE, pixel_ranges);
  metadata->channel_order = find_word (metadata, CHANNEL_ORDER, channel_orders);
  metadata->gamma = find_word (metadata, GAMMA, gammas);
  if (metadata->channel_order == SG_CHANNEL_ORDER_AUTO)
    metadata->channel_order = described_order (model->graph);
  metadata->others = other_properties (model);
}
