/* gst-stylegan: named tensors in a file
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The format: https://github.com/huggingface/safetensors. Its header needs so little
 * of JSON that it is read here: strictly, without recursion, with exact integers and
 * no name twice, which json-glib's parser does not see to. */
#include "train/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#define METADATA "__metadata__"
#define LENGTH_BYTES 8
/* The limit that the format sets. */
#define MAX_HEADER 100000000
/* Of one read () or write (); some systems refuse more than 2 GB. */
#define MAX_PART (64 << 20)

/* Data is little-endian. */
G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

struct _SgTensorMap
{
  GHashTable *tensors, *strings;
};

static const struct
{
  SgDType dtype;
  const gchar *name;
} dtypes[] = {
  {SG_DTYPE_F64, "F64"}, {SG_DTYPE_F32, "F32"}, {SG_DTYPE_F16, "F16"},
  {SG_DTYPE_BF16, "BF16"}, {SG_DTYPE_I64, "I64"}, {SG_DTYPE_I32, "I32"},
  {SG_DTYPE_I16, "I16"}, {SG_DTYPE_I8, "I8"}, {SG_DTYPE_U64, "U64"},
  {SG_DTYPE_U32, "U32"}, {SG_DTYPE_U16, "U16"}, {SG_DTYPE_U8, "U8"},
  {SG_DTYPE_BOOL, "BOOL"}
};

SgTensorMap *
sg_tensor_map_new (void)
{
  SgTensorMap *map = g_new0 (SgTensorMap, 1);

  map->tensors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) sg_tensor_unref);
  map->strings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  return map;
}

void
sg_tensor_map_free (SgTensorMap * map)
{
  if (map == NULL)
    return;
  g_hash_table_unref (map->tensors);
  g_hash_table_unref (map->strings);
  g_free (map);
}

void
sg_tensor_map_set (SgTensorMap * map, const gchar * name, SgTensor * tensor)
{
  g_return_if_fail (g_utf8_validate (name, -1, NULL));
  g_return_if_fail (!g_str_equal (name, METADATA));
  g_hash_table_replace (map->tensors, g_strdup (name), sg_tensor_ref (tensor));
}

SgTensor *
sg_tensor_map_get (const SgTensorMap * map, const gchar * name)
{
  return g_hash_table_lookup (map->tensors, name);
}

void
sg_tensor_map_set_floats (SgTensorMap * map, const gchar * name,
    const gfloat * values, gsize n)
{
  g_autoptr (SgTensor) tensor = sg_tensor_new_f32 (values, n);

  g_return_if_fail (tensor != NULL);
  sg_tensor_map_set (map, name, tensor);
}

gboolean
sg_tensor_map_get_floats (const SgTensorMap * map, const gchar * name,
    gfloat * values, gsize n, GError ** error)
{
  const SgTensor *tensor = sg_tensor_map_get (map, name);

  if (tensor == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "there is no tensor \"%s\"; was the file written for something else?",
        name);
    return FALSE;
  }
  if (tensor->desc.dtype != SG_DTYPE_F32
      || (guint64) sg_tensor_elements (tensor) != n) {
    g_autofree gchar *shape = sg_shape_to_string (&tensor->desc.shape);

    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "tensor \"%s\" is %s %s, where %" G_GSIZE_FORMAT " f32 are needed; "
        "was the file written for something else?", name,
        sg_dtype_name (tensor->desc.dtype), shape, n);
    return FALSE;
  }
  if (n > 0)
    memcpy (values, tensor->data, n * sizeof (gfloat));
  return TRUE;
}

void
sg_tensor_map_set_string (SgTensorMap * map, const gchar * key,
    const gchar * value)
{
  g_return_if_fail (g_utf8_validate (key, -1, NULL));
  g_hash_table_replace (map->strings, g_strdup (key),
      g_utf8_make_valid (value, -1));
}

const gchar *
sg_tensor_map_get_string (const SgTensorMap * map, const gchar * key)
{
  return g_hash_table_lookup (map->strings, key);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

static const gchar **
sorted_keys (GHashTable * table, guint * n)
{
  const gchar **keys =
      (const gchar **) g_hash_table_get_keys_as_array (table, n);

  qsort (keys, *n, sizeof *keys, compare_names);
  return keys;
}

const gchar **
sg_tensor_map_list (const SgTensorMap * map, guint * n)
{
  return sorted_keys (map->tensors, n);
}

/* --- writing ----------------------------------------------------------------- */

static void
put_string (GString * out, const gchar * text)
{
  g_string_append_c (out, '"');
  for (; *text; text++) {
    if ((guchar) * text < 0x20)
      g_string_append_printf (out, "\\u%04x", *text);
    else if (*text == '"' || *text == '\\')
      g_string_append_printf (out, "\\%c", *text);
    else
      g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
}

static void
put_tensor (GString * out, const gchar * name, const SgTensorDesc * desc,
    guint64 begin)
{
  put_string (out, name);
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (dtypes[i].dtype == desc->dtype)
      g_string_append_printf (out, ":{\"dtype\":\"%s\",\"shape\":[",
          dtypes[i].name);
  for (gint i = 0; i < desc->shape.rank; i++)
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i ? "," : "",
        desc->shape.dim[i]);
  g_string_append_printf (out, "],\"data_offsets\":[%" G_GUINT64_FORMAT
      ",%" G_GUINT64_FORMAT "]}", begin, begin + sg_tensor_desc_bytes (desc));
}

static void
put_strings (GString * out, const SgTensorMap * map)
{
  guint n;
  g_autofree const gchar **keys = sorted_keys (map->strings, &n);

  if (n == 0)
    return;
  g_string_append (out, "\"" METADATA "\":{");
  for (guint i = 0; i < n; i++) {
    if (i)
      g_string_append_c (out, ',');
    put_string (out, keys[i]);
    g_string_append_c (out, ':');
    put_string (out, sg_tensor_map_get_string (map, keys[i]));
  }
  g_string_append_c (out, '}');
}

/* The length, the header, and in @order the tensors as they follow: those of large
 * elements first, so that all are aligned. */
static GString *
make_header (const SgTensorMap * map, const gchar ** names, guint n,
    GPtrArray * order)
{
  GString *out = g_string_new ("01234567{");
  guint64 begin = 0, length;

  put_strings (out, map);
  for (gsize size = 8; size > 0; size /= 2)
    for (guint i = 0; i < n; i++) {
      SgTensor *tensor = sg_tensor_map_get (map, names[i]);

      if (sg_dtype_size (tensor->desc.dtype) != size)
        continue;
      if (out->str[out->len - 1] == '}')
        g_string_append_c (out, ',');
      put_tensor (out, names[i], &tensor->desc, begin);
      begin += sg_tensor_desc_bytes (&tensor->desc);
      g_ptr_array_add (order, tensor);
    }
  g_string_append_c (out, '}');
  while (out->len % 8)
    g_string_append_c (out, ' ');
  length = GUINT64_TO_LE (out->len - LENGTH_BYTES);
  memcpy (out->str, &length, LENGTH_BYTES);
  return out;
}

static gboolean
write_all (gint fd, gconstpointer data, gsize size)
{
  const guint8 *at = data;

  while (size > 0) {
    gssize n = write (fd, at, MIN (size, MAX_PART));

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    at += n;
    size -= (gsize) n;
  }
  return TRUE;
}

/* So that the new name is on the disk, too. Not all file systems can. */
static void
sync_folder (const gchar * path)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  gint fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0) {
    (void) fsync (fd);
    close (fd);
  }
}

/* Returns: 0 or an errno */
static gint
write_map (const SgTensorMap * map, gint fd)
{
  guint n;
  g_autofree const gchar **names = sg_tensor_map_list (map, &n);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GString) header = make_header (map, names, n, order);

  if (!write_all (fd, header->str, header->len))
    return errno;
  for (guint i = 0; i < order->len; i++) {
    SgTensor *tensor = g_ptr_array_index (order, i);

    if (!write_all (fd, tensor->data, sg_tensor_desc_bytes (&tensor->desc)))
      return errno;
  }
  return fsync (fd) == 0 ? 0 : errno;
}

gboolean
sg_tensor_map_save (const SgTensorMap * map, const gchar * path,
    GError ** error)
{
  g_autofree gchar *temporary = g_strconcat (path, ".XXXXXX", NULL);
  gint fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0666);
  gint problem = fd < 0 ? errno : write_map (map, fd);

  if (fd >= 0 && close (fd) != 0 && problem == 0)
    problem = errno;
  if (problem == 0 && g_rename (temporary, path) != 0)
    problem = errno;
  if (problem == 0) {
    sync_folder (path);
    return TRUE;
  }
  if (fd >= 0)
    unlink (temporary);
  g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "cannot write %s: %s; what "
      "was there before is untouched", path, g_strerror (problem));
  return FALSE;
}

/* --- reading the header ------------------------------------------------------ */

typedef struct
{
  const gchar *begin, *at, *end;
  GError **error;
} Reader;

typedef struct
{
  gchar *name;
  SgTensorDesc desc;
  guint64 begin, end;           /* of its data, behind the header */
} Entry;

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->name);
}

G_GNUC_PRINTF (2, 3)
static gboolean
damaged (GError ** error, const gchar * format, ...)
{
  va_list args;
  g_autofree gchar *what = NULL;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
      "%s: no safetensors file or a damaged one; use another copy", what);
  return FALSE;
}

static gboolean
expected (Reader * r, const gchar * what)
{
  return damaged (r->error, "%s expected at byte %" G_GSIZE_FORMAT, what,
      (gsize) (r->at - r->begin) + LENGTH_BYTES);
}

static void
skip_blanks (Reader * r)
{
  while (r->at < r->end && *r->at && strchr (" \t\r\n", *r->at))
    r->at++;
}

/* Whether @c comes next; goes past it. */
static gboolean
next_is (Reader * r, gchar c)
{
  skip_blanks (r);
  if (r->at == r->end || *r->at != c)
    return FALSE;
  r->at++;
  return TRUE;
}

static gboolean
expect (Reader * r, gchar c)
{
  const gchar what[] = { '\'', c, '\'', '\0' };

  return next_is (r, c) || expected (r, what);
}

/* Four hexadecimal digits. */
static gboolean
read_hex (Reader * r, gunichar * value)
{
  *value = 0;
  for (guint i = 0; i < 4; i++, r->at++) {
    if (r->at == r->end || !g_ascii_isxdigit (*r->at))
      return expected (r, "a hexadecimal digit");
    *value = *value * 16 + (gunichar) g_ascii_xdigit_value (*r->at);
  }
  return TRUE;
}

/* What follows "\u". */
static gboolean
read_unicode (Reader * r, GString * out)
{
  gunichar c, low;

  if (!read_hex (r, &c))
    return FALSE;
  if (c >= 0xd800 && c < 0xdc00) {
    if (r->end - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
      return expected (r, "the other half of a surrogate pair");
    r->at += 2;
    if (!read_hex (r, &low))
      return FALSE;
    if (low < 0xdc00 || low > 0xdfff)
      return expected (r, "the other half of a surrogate pair");
    c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
  }
  if (c == 0 || !g_unichar_validate (c))
    return expected (r, "a character");
  g_string_append_unichar (out, c);
  return TRUE;
}

static gboolean
read_escape (Reader * r, GString * out)
{
  static const gchar from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const gchar *which;

  if (r->at == r->end)
    return expected (r, "'\"'");
  if (*r->at == 'u') {
    r->at++;
    return read_unicode (r, out);
  }
  which = *r->at ? strchr (from, *r->at) : NULL;
  if (which == NULL)
    return expected (r, "an escape sequence");
  g_string_append_c (out, to[which - from]);
  r->at++;
  return TRUE;
}

/* Returns: (transfer full) */
static gchar *
read_string (Reader * r)
{
  GString *out;
  gboolean ok = TRUE;

  if (!expect (r, '"'))
    return NULL;
  out = g_string_new (NULL);
  while (ok && r->at < r->end && *r->at != '"') {
    if ((guchar) * r->at < 0x20)
      ok = expected (r, "a character");
    else if (*r->at++ == '\\')
      ok = read_escape (r, out);
    else
      g_string_append_c (out, r->at[-1]);
  }
  ok = ok && expect (r, '"');
  if (ok && !g_utf8_validate (out->str, (gssize) out->len, NULL))
    ok = expected (r, "UTF-8");
  return g_string_free (out, !ok);
}

/* 0 .. 2^63 - 1, without leading zeros. */
static gboolean
read_integer (Reader * r, gint64 * value)
{
  const gchar *first;

  skip_blanks (r);
  first = r->at;
  for (*value = 0; r->at < r->end && g_ascii_isdigit (*r->at); r->at++) {
    gint digit = g_ascii_digit_value (*r->at);

    if (*value > (G_MAXINT64 - digit) / 10 || (r->at > first && *first == '0'))
      return expected (r, "another number");
    *value = *value * 10 + digit;
  }
  return r->at > first || expected (r, "an integer");
}

static gboolean
read_integers (Reader * r, gint64 * values, guint max, guint * n)
{
  *n = 0;
  if (!expect (r, '['))
    return FALSE;
  if (next_is (r, ']'))
    return TRUE;
  do {
    if (*n == max)
      return expected (r, "']'");
    if (!read_integer (r, &values[(*n)++]))
      return FALSE;
  } while (next_is (r, ','));
  return expect (r, ']');
}

static gboolean
read_dtype (Reader * r, SgDType * dtype)
{
  g_autofree gchar *name = read_string (r);

  if (name == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (g_str_equal (name, dtypes[i].name)) {
      *dtype = dtypes[i].dtype;
      return TRUE;
    }
  g_set_error (r->error, SG_ERROR, SG_ERROR_INVALID_MODEL,
      "elements of type \"%s\" are not known; convert the file", name);
  return FALSE;
}

static gboolean
read_member (Reader * r, Entry * entry, guint * seen)
{
  static const gchar *const names[] = { "dtype", "shape", "data_offsets" };
  g_autofree gchar *name = read_string (r);
  gint64 offsets[2];
  guint which = 0, n;

  if (name == NULL || !expect (r, ':'))
    return FALSE;
  while (which < 3 && !g_str_equal (name, names[which]))
    which++;
  if (which == 3 || (*seen & 1u << which))
    return expected (r, "dtype, shape and data_offsets once");
  *seen |= 1u << which;
  if (which == 0)
    return read_dtype (r, &entry->desc.dtype);
  if (which == 1) {
    if (!read_integers (r, entry->desc.shape.dim, SG_MAX_RANK, &n))
      return FALSE;
    entry->desc.shape.rank = (gint) n;
    return TRUE;
  }
  if (!read_integers (r, offsets, 2, &n))
    return FALSE;
  if (n != 2)
    return expected (r, "two data_offsets");
  entry->begin = (guint64) offsets[0];
  entry->end = (guint64) offsets[1];
  return TRUE;
}

static gboolean
read_entry (Reader * r, Entry * entry)
{
  guint seen = 0;

  if (!expect (r, '{'))
    return FALSE;
  do {
    if (!read_member (r, entry, &seen))
      return FALSE;
  } while (next_is (r, ','));
  if (seen != 7)
    return expected (r, "dtype, shape and data_offsets");
  return expect (r, '}');
}

static gboolean
read_strings (Reader * r, SgTensorMap * map)
{
  if (!expect (r, '{'))
    return FALSE;
  if (next_is (r, '}'))
    return TRUE;
  do {
    g_autofree gchar *key = read_string (r), *value = NULL;

    if (key == NULL || !expect (r, ':'))
      return FALSE;
    value = read_string (r);
    if (value == NULL)
      return FALSE;
    if (g_hash_table_contains (map->strings, key))
      return expected (r, "another name");
    sg_tensor_map_set_string (map, key, value);
  } while (next_is (r, ','));
  return expect (r, '}');
}

/* Fills the strings of @map, and @entries. */
static gboolean
read_header (Reader * r, SgTensorMap * map, GArray * entries)
{
  g_autoptr (GHashTable) names =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!expect (r, '{'))
    return FALSE;
  if (!next_is (r, '}')) {
    do {
      gchar *name = read_string (r);
      Entry entry = { NULL };

      if (name == NULL)
        return FALSE;
      if (!g_hash_table_add (names, name))
        return expected (r, "another name");
      if (!expect (r, ':'))
        return FALSE;
      if (g_str_equal (name, METADATA)) {
        if (!read_strings (r, map))
          return FALSE;
        continue;
      }
      if (!read_entry (r, &entry))
        return FALSE;
      entry.name = g_strdup (name);
      g_array_append_val (entries, entry);
    } while (next_is (r, ','));
    if (!expect (r, '}'))
      return FALSE;
  }
  skip_blanks (r);
  return r->at == r->end || expected (r, "the end of the header");
}

/* --- reading the file -------------------------------------------------------- */

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

/* That the data of @size bytes is theirs without gaps or overlaps. */
static gboolean
check_entries (GArray * entries, guint64 size, GError ** error)
{
  guint64 end = 0;

  g_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index (entries, Entry, i);

    if (sg_shape_elements (&entry->desc.shape) < 0)
      return damaged (error, "tensor \"%s\" has an impossible shape",
          entry->name);
    if (entry->begin != end || entry->end < entry->begin || entry->end > size
        || entry->end - entry->begin != sg_tensor_desc_bytes (&entry->desc))
      return damaged (error, "tensor \"%s\" has %" G_GUINT64_FORMAT " to %"
          G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes of data, which "
          "does not fit its shape or the other tensors", entry->name,
          entry->begin, entry->end, size);
    end = entry->end;
  }
  return end == size || damaged (error, "%" G_GUINT64_FORMAT " bytes of data, "
      "%" G_GUINT64_FORMAT " of which belong to tensors", size, end);
}

static gboolean
read_all (gint fd, gpointer data, gsize size, GError ** error)
{
  guint8 *at = data;

  while (size > 0) {
    gssize n = read (fd, at, MIN (size, MAX_PART));

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "cannot read it: %s",
          g_strerror (errno));
      return FALSE;
    }
    if (n == 0)
      return damaged (error, "it is cut short");
    at += n;
    size -= (gsize) n;
  }
  return TRUE;
}

static gboolean
read_tensor (gint fd, const Entry * entry, SgTensorMap * map, GError ** error)
{
  g_autoptr (SgTensor) tensor =
      sg_tensor_new (entry->desc.dtype, &entry->desc.shape, error);
  gsize size;

  if (tensor == NULL)
    return FALSE;
  size = sg_tensor_desc_bytes (&tensor->desc);
  if (!read_all (fd, tensor->data, size, error))
    return FALSE;
  for (gsize i = 0; tensor->desc.dtype == SG_DTYPE_BOOL && i < size; i++)
    if (((const guint8 *) tensor->data)[i] > 1)
      return damaged (error, "tensor \"%s\" has a truth value of %d",
          entry->name, ((const guint8 *) tensor->data)[i]);
  sg_tensor_map_set (map, entry->name, tensor);
  return TRUE;
}

static gboolean
read_file (gint fd, guint64 size, SgTensorMap * map, GError ** error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  g_autofree gchar *header = NULL;
  guint64 length;
  Reader r;

  g_array_set_clear_func (entries, entry_clear);
  if (!read_all (fd, &length, sizeof length, error))
    return FALSE;
  length = GUINT64_FROM_LE (length);
  if (length > MAX_HEADER || size < LENGTH_BYTES
      || length > size - LENGTH_BYTES)
    return damaged (error, "a header of %" G_GUINT64_FORMAT " bytes in a file "
        "of %" G_GUINT64_FORMAT, length, size);
  header = g_try_malloc (length + 1);
  if (header == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "no memory for a header of %" G_GUINT64_FORMAT " bytes", length);
    return FALSE;
  }
  if (!read_all (fd, header, length, error))
    return FALSE;
  r = (Reader) {
  header, header, header + length, error};
  if (!read_header (&r, map, entries)
      || !check_entries (entries, size - LENGTH_BYTES - length, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!read_tensor (fd, &g_array_index (entries, Entry, i), map, error))
      return FALSE;
  return TRUE;
}

SgTensorMap *
sg_tensor_map_load (const gchar * path, GError ** error)
{
  g_autoptr (SgTensorMap) map = sg_tensor_map_new ();
  /* Not blocking, so that a FIFO does not hang here. */
  gint fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  struct stat status;
  gboolean ok = FALSE;

  if (fd < 0 || fstat (fd, &status) != 0) {
    gint number = errno;

    g_set_error (error, SG_ERROR, number == ENOENT || number == ENOTDIR ?
        SG_ERROR_NOT_FOUND : SG_ERROR_FAILED, "cannot open it: %s",
        g_strerror (number));
  } else if (!S_ISREG (status.st_mode)) {
    damaged (error, "not a file");
  } else {
    ok = read_file (fd, (guint64) status.st_size, map, error);
  }
  if (fd >= 0)
    close (fd);
  if (ok)
    return g_steal_pointer (&map);
  g_prefix_error (error, "%s: ", path);
  return NULL;
}
