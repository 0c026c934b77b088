/* gst-stylegan: the files of a model
 *
 * Files are read, not mapped: a mapped file that somebody truncates kills the
 * process.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of one read (); some systems refuse more than 2 GB. */
#define MAX_READ (64 << 20)

static guint64
physical_memory (void)
{
  gint64 pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (guint64) (pages * size) : G_MAXUINT64;
}

static void
file_clear (gpointer data)
{
  g_free (((SgOnnxFile *) data)->path);
}

void
sg_onnx_source_init (SgOnnxSource * source, const gchar * dir)
{
  source->dir = dir;
  source->bytes = 0;
  source->max_bytes = MIN (SG_ONNX_MAX_BYTES, physical_memory ());
  source->files = g_array_new (FALSE, FALSE, sizeof (SgOnnxFile));
  g_array_set_clear_func (source->files, file_clear);
}

void
sg_onnx_source_clear (SgOnnxSource * source)
{
  g_clear_pointer (&source->files, g_array_unref);
}

SgOnnxStamp
sg_onnx_file_stamp (const struct stat *status)
{
  SgOnnxStamp stamp = {
    .device = status->st_dev,
    .inode = status->st_ino,
    .size = (guint64) status->st_size,
    .modified_ns = status->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000)
        + status->st_mtim.tv_nsec,
    .changed_ns = status->st_ctim.tv_sec * G_GINT64_CONSTANT (1000000000)
        + status->st_ctim.tv_nsec,
  };

  return stamp;
}

gboolean
sg_onnx_file_unchanged (const gchar * path, const SgOnnxStamp * stamp)
{
  struct stat status;
  SgOnnxStamp now;

  if (stat (path, &status) != 0)
    return FALSE;
  now = sg_onnx_file_stamp (&status);
  return memcmp (&now, stamp, sizeof now) == 0;
}

gint
sg_onnx_file_open (const gchar * path, struct stat *status, GError ** error)
{
  /* Not blocking, so that a FIFO does not hang here. */
  gint fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

  if (fd < 0 || fstat (fd, status) != 0) {
    gint number = errno;

    g_set_error (error, SG_ERROR, number == ENOENT || number == ENOTDIR ?
        SG_ERROR_NOT_FOUND : SG_ERROR_FAILED, "cannot open the file: %s",
        g_strerror (number));
    if (fd >= 0)
      close (fd);
    return -1;
  }
  if (!S_ISREG (status->st_mode)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL, "is %s, not a file",
        S_ISDIR (status->st_mode) ? "a directory" : "a device or a pipe");
    close (fd);
    return -1;
  }
  return fd;
}

gboolean
sg_onnx_file_read (gint fd, gpointer data, gsize size, guint64 offset,
    GError ** error)
{
  guint8 *at = data;

  while (size > 0) {
    gssize n = pread (fd, at, MIN (size, MAX_READ), (off_t) offset);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
          "cannot read the file: %s", g_strerror (errno));
      return FALSE;
    }
    if (n == 0) {
      g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
          "the file shrank while it was read");
      return FALSE;
    }
    at += n;
    size -= (gsize) n;
    offset += (guint64) n;
  }
  return TRUE;
}

/* --- external data -------------------------------------------------------- */

typedef struct
{
  const gchar *location;
  guint64 offset;
  guint64 length;
  gboolean has_length;
} External;

static gboolean
external_error (GError ** error, SgErrorCode code, const gchar * format,
    ...) G_GNUC_PRINTF (3, 4);

static gboolean
external_error (GError ** error, SgErrorCode code, const gchar * format, ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (SG_ERROR, code, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
parse_external (const Onnx__TensorProto * proto, External * external,
    GError ** error)
{
  memset (external, 0, sizeof *external);
  for (gsize i = 0; i < proto->n_external_data; i++) {
    const gchar *key = proto->external_data[i]->key;
    const gchar *value = proto->external_data[i]->value;
    gboolean ok = TRUE;

    if (key == NULL || value == NULL)
      continue;
    if (g_str_equal (key, "location")) {
      external->location = value;
    } else if (g_str_equal (key, "offset")) {
      ok = g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64,
          &external->offset, NULL);
    } else if (g_str_equal (key, "length")) {
      ok = g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64,
          &external->length, NULL);
      external->has_length = TRUE;
    }
    if (!ok) {
      g_autofree gchar *clean = sg_onnx_clean (value);

      return external_error (error, SG_ERROR_INVALID_MODEL,
          "%s '%s' of the external data is not a number", key, clean);
    }
  }
  if (external->location == NULL || *external->location == '\0')
    return external_error (error, SG_ERROR_INVALID_MODEL,
        "its data is in another file, which is not named");
  return TRUE;
}

/* The file that @location means, with every symbolic link resolved, or NULL
 * when that is not within @dir. */
static gchar *
resolve_location (const gchar * dir, const gchar * location, GError ** error)
{
  g_autofree gchar *joined = g_build_filename (dir, location, NULL);
  g_auto (GStrv) parts = g_strsplit (location, "/", -1);
  g_autofree gchar *clean = sg_onnx_clean (location);
  gchar *root, *path, *result = NULL;
  gboolean dots = g_path_is_absolute (location);

  for (guint i = 0; parts[i]; i++)
    dots |= g_str_equal (parts[i], "..");
  if (dots) {
    external_error (error, SG_ERROR_INVALID_MODEL,
        "its data is said to be in '%s'; only files beside the model are read",
        clean);
    return NULL;
  }
  root = realpath (dir, NULL);
  path = realpath (joined, NULL);
  if (root == NULL || path == NULL) {
    external_error (error, errno == ENOENT ? SG_ERROR_NOT_FOUND :
        SG_ERROR_FAILED, "its data is in '%s' beside the model: %s", clean,
        g_strerror (errno));
  } else {
    gsize n = strlen (root);

    if (strncmp (root, path, n) == 0
        && (path[n] == '/' || g_str_has_suffix (root, "/")))
      result = g_strdup (path);
    else
      external_error (error, SG_ERROR_INVALID_MODEL,
          "its data is in '%s', a link that leads away from the model; put the "
          "file itself beside the model", clean);
  }
  free (root);
  free (path);
  return result;
}

static void
remember_file (SgOnnxSource * source, const gchar * path,
    const struct stat *status)
{
  SgOnnxFile file;

  for (guint i = 0; i < source->files->len; i++)
    if (g_str_equal (g_array_index (source->files, SgOnnxFile, i).path, path))
      return;
  file.path = g_strdup (path);
  file.stamp = sg_onnx_file_stamp (status);
  g_array_append_val (source->files, file);
}

gboolean
sg_onnx_external_read (const Onnx__TensorProto * proto, SgOnnxSource * source,
    gpointer data, gsize size, GError ** error)
{
  g_autofree gchar *path = NULL;
  struct stat status;
  External external;
  gboolean ok = TRUE;
  gint fd;

  if (source->dir == NULL)
    return external_error (error, SG_ERROR_UNSUPPORTED,
        "its data is in another file, which a model in memory cannot have");
  if (!parse_external (proto, &external, error))
    return FALSE;
  if (external.has_length && external.length != size)
    return external_error (error, SG_ERROR_INVALID_MODEL,
        "its shape takes %" G_GSIZE_FORMAT " bytes, its external data has %"
        G_GUINT64_FORMAT, size, external.length);
  path = resolve_location (source->dir, external.location, error);
  if (path == NULL)
    return FALSE;
  fd = sg_onnx_file_open (path, &status, error);
  if (fd < 0) {
    g_autofree gchar *clean = sg_onnx_clean (external.location);

    g_prefix_error (error, "external data '%s': ", clean);
    return FALSE;
  }
  if (external.offset > (guint64) status.st_size
      || size > (guint64) status.st_size - external.offset) {
    g_autofree gchar *clean = sg_onnx_clean (external.location);

    ok = external_error (error, SG_ERROR_INVALID_MODEL,
        "external data '%s' ends at byte %" G_GINT64_FORMAT ", %"
        G_GSIZE_FORMAT " bytes from %" G_GUINT64_FORMAT " are wanted", clean,
        (gint64) status.st_size, size, external.offset);
  } else if (data) {
    ok = sg_onnx_file_read (fd, data, size, external.offset, error);
    remember_file (source, path, &status);
  }
  close (fd);
  return ok;
}
