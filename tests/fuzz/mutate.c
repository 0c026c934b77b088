/* gst-stylegan tests: changes protobuf messages at random
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/mutate.h"

#include "util/onnx-writer.h"

#include <string.h>

/* One field on the wire, header included. */
typedef struct
{
  const guint8 *start;
  gsize size;
  guint number, wire;
  const guint8 *data;           /* contents, without the length */
  gsize data_size;
} Field;

/* --- reading -------------------------------------------------------------- */

static gsize
read_varint (const guint8 * at, const guint8 * end, guint64 * value)
{
  *value = 0;
  for (gsize i = 0; i < 10 && at + i < end; i++) {
    *value |= (guint64) (at[i] & 0x7f) << (7 * i);
    if (!(at[i] & 0x80))
      return i + 1;
  }
  return 0;
}

static gboolean
read_field (const guint8 * at, const guint8 * end, Field * field)
{
  guint64 tag, value = 0;
  gsize n = read_varint (at, end, &tag);

  if (n == 0)
    return FALSE;
  field->start = at;
  field->number = (guint) (tag >> 3);
  field->wire = tag & 7;
  field->data = at + n;
  switch (field->wire) {
    case 0:
      field->data_size = read_varint (field->data, end, &value);
      if (field->data_size == 0)
        return FALSE;
      break;
    case 1:
      field->data_size = 8;
      break;
    case 5:
      field->data_size = 4;
      break;
    case 2:
      n = read_varint (field->data, end, &value);
      if (n == 0)
        return FALSE;
      field->data += n;
      field->data_size = value;
      break;
    default:
      return FALSE;
  }
  if (field->data_size > (gsize) (end - field->data))
    return FALSE;
  field->size = (gsize) (field->data - at) + field->data_size;
  return TRUE;
}

/* NULL if @data is not a sequence of fields. */
static GArray *
read_fields (const guint8 * data, gsize size)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (Field));
  const guint8 *at = data, *end = data + size;

  while (at < end) {
    Field field;

    if (!read_field (at, end, &field)) {
      g_array_unref (fields);
      return NULL;
    }
    g_array_append_val (fields, field);
    at += field.size;
  }
  return fields;
}

/* --- changing ------------------------------------------------------------- */

static gint64
interesting_number (TestRng * rng)
{
  static const gint64 numbers[] = {
    0, 1, -1, 2, 3, 4, 7, 8, 9, 11, 13, 16, 64, 127, 128, 255, 256, 65535,
    65536, -2, -3, -128, G_MAXINT32, G_MININT32, G_MAXUINT32,
    G_GINT64_CONSTANT (1) << 32, G_GINT64_CONSTANT (1) << 40,
    (G_GINT64_CONSTANT (1) << 40) + 1, G_MAXINT64, G_MININT64,
    G_MININT64 + 1, G_MAXINT64 / 2, G_GINT64_CONSTANT (1) << 62
  };

  return numbers[test_rng_below (rng, G_N_ELEMENTS (numbers))];
}

static void
change_bytes (GByteArray * out, const guint8 * data, gsize size, TestRng * rng)
{
  gsize start = out->len, at;

  switch (size == 0 ? 3 : test_rng_below (rng, 5)) {
    case 0:                    /* a bit */
      g_byte_array_append (out, data, (guint) size);
      at = test_rng_below (rng, (guint) size);
      out->data[start + at] ^= (guint8) (1 << test_rng_below (rng, 8));
      break;
    case 1:                    /* a byte */
      g_byte_array_append (out, data, (guint) size);
      at = test_rng_below (rng, (guint) size);
      out->data[start + at] = (guint8) test_rng_next (rng);
      break;
    case 2:                    /* shorter */
      g_byte_array_append (out, data, test_rng_below (rng, (guint) size));
      break;
    case 3:                    /* longer */
      if (size > 0)
        g_byte_array_append (out, data, (guint) size);
      for (guint n = test_rng_below (rng, 9) + 1; n > 0; n--) {
        guint8 byte = (guint8) test_rng_next (rng);

        g_byte_array_append (out, &byte, 1);
      }
      break;
    default:                   /* all bits of four bytes: NaN, -1 */
      g_byte_array_append (out, data, (guint) size);
      at = test_rng_below (rng, (guint) size) & ~(gsize) 3;
      memset (out->data + start + at, test_rng_below (rng, 2) ? 0xff : 0x7f,
          MIN (4, size - at));
  }
}

/* Writes @field with its contents changed. */
static void
change_contents (GByteArray * out, const Field * field,
    const ProtobufCMessageDescriptor * inner, TestRng * rng)
{
  GByteArray *contents = NULL;

  if (field->wire == 0) {
    onnx_writer_int (out, field->number, interesting_number (rng));
    return;
  }
  if (field->wire == 2 && inner) {
    contents = fuzz_mutate (inner, field->data, field->data_size, rng);
  } else {
    contents = g_byte_array_new ();
    change_bytes (contents, field->data, field->data_size, rng);
  }
  if (field->wire == 2) {
    onnx_writer_put (out, field->number, contents);
    return;
  }
  onnx_writer_varint (out, field->number << 3 | field->wire);
  g_byte_array_set_size (contents, (guint) field->data_size);
  g_byte_array_append (out, contents->data, contents->len);
  g_byte_array_unref (contents);
}

static void
change_field (GByteArray * out, const Field * field, const Field * other,
    const ProtobufCMessageDescriptor * inner, TestRng * rng)
{
  switch (test_rng_below (rng, 16)) {
    case 0:                    /* gone */
      return;
    case 1:                    /* twice */
      g_byte_array_append (out, field->start, (guint) field->size);
      g_byte_array_append (out, field->start, (guint) field->size);
      return;
    case 2:                    /* another one instead */
      g_byte_array_append (out, other->start, (guint) other->size);
      return;
    case 3:                    /* another's contents: names get mixed up */
      if (other->wire == 2 && field->wire == 2) {
        onnx_writer_bytes (out, field->number, other->data, other->data_size);
        return;
      }
      break;
    case 4:                    /* under another number */
      if (field->wire == 2)
        onnx_writer_bytes (out, 1 + test_rng_below (rng, 26), field->data,
            field->data_size);
      return;
    default:
      break;
  }
  change_contents (out, field, inner, rng);
}

GByteArray *
fuzz_mutate (const ProtobufCMessageDescriptor * descriptor,
    const guint8 * data, gsize size, TestRng * rng)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GArray) fields = read_fields (data, size);
  guint chosen;

  if (fields == NULL || fields->len == 0) {
    change_bytes (out, data, size, rng);
    return out;
  }
  chosen = test_rng_below (rng, fields->len);
  for (guint i = 0; i < fields->len; i++) {
    const Field *field = &g_array_index (fields, Field, i);

    if (i != chosen) {
      g_byte_array_append (out, field->start, (guint) field->size);
    } else {
      const ProtobufCFieldDescriptor *known =
          protobuf_c_message_descriptor_get_field (descriptor, field->number);

      change_field (out, field, &g_array_index (fields, Field,
              test_rng_below (rng, fields->len)),
          known && known->type == PROTOBUF_C_TYPE_MESSAGE ?
          known->descriptor : NULL, rng);
    }
  }
  return out;
}
