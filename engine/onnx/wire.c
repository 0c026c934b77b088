/* gst-stylegan: protobuf from untrusted files
 *
 * protobuf-c recurses as deep as the file asks, merges a message that comes
 * several times into the one before, and allocates whatever the file makes it
 * allocate. So the bytes are walked once before, with the same descriptors, and
 * unpacked with an allocator that has a budget.
 *
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ONNX nests 6 deep (model, graph, node, attribute, tensor, segment), and 3
 * more per level of subgraphs. */
#define MAX_DEPTH 64
/* A field of 2 bytes may become a NodeProto and protobuf-c's notes about it;
 * models consist of weights, where it is 1 to 2. */
#define BUDGET_FIXED (64 << 20)
#define BUDGET_PER_BYTE 24
#define MAX_NAME 120

enum
{ WIRE_VARINT = 0, WIRE_64BIT = 1, WIRE_LENGTH = 2, WIRE_32BIT = 5 };

typedef struct
{
  const guint8 *start;          /* of the whole file */
  const guint8 *at;
  const guint8 *end;            /* of the message */
} Cursor;

static gboolean
wire_error (const Cursor * cursor, GError ** error, const gchar * what)
{
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
      "not an ONNX model, or damaged: %s at byte %" G_GSIZE_FORMAT, what,
      (gsize) (cursor->at - cursor->start));
  return FALSE;
}

static gboolean
read_varint (Cursor * cursor, guint64 * value, GError ** error)
{
  const guint8 *at = cursor->at;

  *value = 0;
  for (guint shift = 0; shift < 70 && at < cursor->end; shift += 7, at++) {
    *value |= (guint64) (*at & 0x7f) << MIN (shift, 63);
    if (!(*at & 0x80)) {
      cursor->at = at + 1;
      return TRUE;
    }
  }
  return wire_error (cursor, error, at == cursor->end ?
      "the data ends within a number (truncated?)" : "a number never ends");
}

/* Whether @wire can carry @field; ONNX's repeated numbers may come packed. */
static gboolean
wire_type_fits (const ProtobufCFieldDescriptor * field, guint wire)
{
  if (field->label == PROTOBUF_C_LABEL_REPEATED && wire == WIRE_LENGTH)
    return TRUE;
  switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
      return wire == WIRE_LENGTH;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
      return wire == WIRE_32BIT;
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
      return wire == WIRE_64BIT;
    default:
      return wire == WIRE_VARINT;
  }
}

/* Reads a field's header and leaves the cursor at its contents. @size is their
 * length. */
static gboolean
read_field (Cursor * cursor, guint64 * number, guint * wire, guint64 * size,
    GError ** error)
{
  guint64 tag, unused;
  Cursor rest;

  if (!read_varint (cursor, &tag, error))
    return FALSE;
  *number = tag >> 3;
  *wire = tag & 7;
  if (*number == 0 || *number > 0x1fffffff)
    return wire_error (cursor, error, "an impossible field number");
  switch (*wire) {
    case WIRE_VARINT:
      rest = *cursor;
      if (!read_varint (&rest, &unused, error))
        return FALSE;
      *size = (guint64) (rest.at - cursor->at);
      break;
    case WIRE_64BIT:
      *size = 8;
      break;
    case WIRE_32BIT:
      *size = 4;
      break;
    case WIRE_LENGTH:
      if (!read_varint (cursor, size, error))
        return FALSE;
      break;
    default:
      return wire_error (cursor, error, "an impossible field type");
  }
  if (*size > (guint64) (cursor->end - cursor->at)) {
    g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT
        " bytes promised, %" G_GSIZE_FORMAT " there (truncated?)", *size,
        (gsize) (cursor->end - cursor->at));

    return wire_error (cursor, error, text);
  }
  return TRUE;
}

static gboolean
check_message (const ProtobufCMessageDescriptor * descriptor, Cursor cursor,
    guint depth, GError ** error)
{
  guint64 seen = 0;

  if (depth > MAX_DEPTH)
    return wire_error (&cursor, error, "messages nested too deep");
  while (cursor.at < cursor.end) {
    const ProtobufCFieldDescriptor *field;
    guint64 number, size, bit;
    guint wire;

    if (!read_field (&cursor, &number, &wire, &size, error))
      return FALSE;
    field = protobuf_c_message_descriptor_get_field (descriptor,
        (unsigned) number);
    if (field && !wire_type_fits (field, wire))
      return wire_error (&cursor, error, "a field of the wrong type");
    if (field && field->type == PROTOBUF_C_TYPE_MESSAGE) {
      Cursor inner = { cursor.start, cursor.at, cursor.at + size };

      bit = G_GUINT64_CONSTANT (1) << ((field - descriptor->fields) & 63);
      if (field->label != PROTOBUF_C_LABEL_REPEATED && (seen & bit))
        return wire_error (&cursor, error, "a single field given twice");
      seen |= bit;
      if (!check_message (field->descriptor, inner, depth + 1, error))
        return FALSE;
    }
    cursor.at += size;
  }
  return TRUE;
}

/* --- allocation ----------------------------------------------------------- */

typedef struct
{
  guint64 left;
  gboolean exhausted;
} Budget;

static void *
budget_alloc (void *data, size_t size)
{
  Budget *budget = data;
  void *memory = NULL;

  /* The allocator's own overhead counts: many small ones cost the most. */
  if (size <= budget->left && budget->left - size >= 16) {
    budget->left -= size + 16;
    memory = malloc (MAX (size, 1));
  }
  if (memory == NULL)
    budget->exhausted = TRUE;
  return memory;
}

static void
budget_free (void *data, void *memory)
{
  free (memory);
}

gpointer
sg_onnx_unpack (const ProtobufCMessageDescriptor * descriptor,
    gconstpointer data, gsize size, GError ** error)
{
  Cursor cursor = { data, data, (const guint8 *) data + size };
  Budget budget = { BUDGET_FIXED + BUDGET_PER_BYTE * (guint64) size, FALSE };
  ProtobufCAllocator allocator = { budget_alloc, budget_free, &budget };
  ProtobufCMessage *message;

  if (!check_message (descriptor, cursor, 0, error))
    return NULL;
  message = protobuf_c_message_unpack (descriptor, &allocator, size, data);
  if (message == NULL && budget.exhausted)
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "no memory to decode %" G_GSIZE_FORMAT " bytes", size);
  else if (message == NULL)
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
        "not an ONNX model, or damaged: the protobuf data is malformed");
  return message;
}

gchar *
sg_onnx_clean (const gchar * name)
{
  g_autofree gchar *valid = g_utf8_make_valid (name ? name : "", -1);
  GString *clean = g_string_new (NULL);
  glong n = 0;

  for (const gchar * at = valid; *at; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (n++ == MAX_NAME) {
      g_string_append (clean, "...");
      break;
    }
    /* Also the marks that reverse the direction of text. */
    if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
      c = '?';
    g_string_append_unichar (clean, c);
  }
  return g_string_free (clean, FALSE);
}
