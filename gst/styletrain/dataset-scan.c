/* gst-stylegan: what there is to train on
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dataset-scan.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

/* Folders within folders. */
#define MAX_DEPTH 64
#define MAX_SCAN_THREADS 4
/* Longer side by shorter side. */
#define MAX_ASPECT 10
/* Of clips that cannot be searched, which are decoded from the start each time,
 * or whose length nobody knows, this much is used. */
#define MAX_UNSEEKABLE (10 * GST_SECOND)
#define MAX_UNSEEKABLE_FRAMES 300

typedef struct
{
  guint64 device, inode;
} FileId;

/* What a name became. */
typedef struct
{
  DatasetFile *file;            /* NULL when rejected */
  DatasetReject reject;
} Entry;

typedef struct
{
  const DatasetConfig *config;
  GCancellable *cancellable;
  GPtrArray *entries;           /* of Entry */
  GHashTable *seen;             /* of FileId: what was listed already */

  GMutex lock;
  GCond cond;
  guint n_done;
  Entry *last;                  /* that was opened */
} Scan;

void
dataset_file_free (DatasetFile * file)
{
  g_free (file->path);
  g_free (file->name);
  g_free (file->uri);
  g_free (file);
}

static guint
file_id_hash (gconstpointer key)
{
  const FileId *id = key;

  return (guint) (id->inode ^ id->device * 0x9e3779b9);
}

static gboolean
file_id_equal (gconstpointer a, gconstpointer b)
{
  const FileId *x = a, *y = b;

  return x->inode == y->inode && x->device == y->device;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->file, dataset_file_free);
  g_free (entry->reject.path);
  g_free (entry->reject.reason);
  g_free (entry);
}

static void
G_GNUC_PRINTF (4, 5)
reject (Entry * entry, const gchar * path, DatasetErrorCode code,
    const gchar * format, ...)
{
  va_list args;

  va_start (args, format);
  entry->reject.path = g_strdup (path);
  entry->reject.code = code;
  entry->reject.reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_clear_pointer (&entry->file, dataset_file_free);
}

static Entry *
add_entry (Scan * scan)
{
  Entry *entry = g_new0 (Entry, 1);

  g_ptr_array_add (scan->entries, entry);
  return entry;
}

static void
reject_errno (Scan * scan, const gchar * path, gint code)
{
  reject (add_entry (scan), path, code == ENOENT ? DATASET_ERROR_NOT_FOUND
      : code == EACCES || code == EPERM ? DATASET_ERROR_PERMISSION
      : DATASET_ERROR_FAILED, "%s", g_strerror (code));
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(gchar * const *) a, *(gchar * const *) b);
}

static void list_path (Scan * scan, const gchar * path, const gchar * name,
    guint depth);

static void
list_folder (Scan * scan, const gchar * path, const gchar * name, guint depth)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) folder = NULL;
  const gchar *child;
  guint i;

  if (depth == MAX_DEPTH) {
    reject (add_entry (scan), path, DATASET_ERROR_FAILED,
        "more than %d folders deep", MAX_DEPTH);
    return;
  }
  errno = 0;
  folder = g_dir_open (path, 0, NULL);
  if (!folder) {
    reject_errno (scan, path, errno ? errno : EIO);
    return;
  }
  while ((child = g_dir_read_name (folder)))
    if (child[0] != '.')
      g_ptr_array_add (names, g_strdup (child));
  /* Before the next is opened: as deep as folders go, one at a time. */
  g_clear_pointer (&folder, g_dir_close);
  g_ptr_array_sort (names, compare_names);
  for (i = 0; i < names->len; i++) {
    g_autofree gchar *sub_path = g_build_filename (path, names->pdata[i], NULL);
    g_autofree gchar *sub_name = name
        ? g_build_filename (name, names->pdata[i], NULL)
        : g_strdup (names->pdata[i]);

    if (g_cancellable_is_cancelled (scan->cancellable))
      return;
    list_path (scan, sub_path, sub_name, depth + 1);
  }
}

static DatasetFile *
file_new (const gchar * path, const gchar * name, gchar * uri, guint64 bytes)
{
  DatasetFile *file = g_new0 (DatasetFile, 1);

  file->path = g_strdup (path);
  /* wherever it is */
  file->name = name ? g_strdup (name) : g_path_get_basename (path);
  file->uri = uri;
  file->bytes = bytes;
  return file;
}

static void
list_path (Scan * scan, const gchar * path, const gchar * name, guint depth)
{
  g_autofree gchar *absolute = NULL;
  FileId *id;
  GStatBuf info;
  gchar *uri;

  if (g_stat (path, &info) != 0) {
    reject_errno (scan, path, errno);
    return;
  }
  id = g_new (FileId, 1);
  id->device = info.st_dev;
  id->inode = info.st_ino;
  if (!g_hash_table_add (scan->seen, id))
    return;
  if (S_ISDIR (info.st_mode)) {
    list_folder (scan, path, name, depth);
    return;
  }
  if (!S_ISREG (info.st_mode)) {
    reject (add_entry (scan), path, DATASET_ERROR_NOT_A_FILE,
        "not a file but a fifo, device or socket");
    return;
  }
  if (info.st_size == 0) {
    reject (add_entry (scan), path, DATASET_ERROR_EMPTY, "an empty file");
    return;
  }
  if (g_access (path, R_OK) != 0) {
    reject_errno (scan, path, errno);
    return;
  }
  absolute = g_canonicalize_filename (path, NULL);
  uri = g_filename_to_uri (absolute, NULL, NULL);
  if (uri)
    add_entry (scan)->file = file_new (path, name, uri, info.st_size);
  else
    reject (add_entry (scan), path, DATASET_ERROR_FAILED,
        "its name cannot be written as a URI");
}

static void
list_content (Scan * scan, const gchar * content)
{
  g_autofree gchar *path = NULL;

  if (!gst_uri_is_valid (content) || g_file_test (content, G_FILE_TEST_EXISTS)) {
    list_path (scan, content, NULL, 0);
    return;
  }
  if (g_str_has_prefix (content, "file:"))
    path = g_filename_from_uri (content, NULL, NULL);
  if (path)
    list_path (scan, path, NULL, 0);
  else
    add_entry (scan)->file = file_new (content, NULL, g_strdup (content), 0);
}

/* How much of the clip is there and how long it lasts, by decoding. */
static void
measure (DatasetDecoder * decoder, DatasetFile * file)
{
  GstClockTime first = GST_CLOCK_TIME_NONE, last = 0, pts;
  guint n = 0;

  while (n < MAX_UNSEEKABLE_FRAMES && dataset_decoder_pull (decoder, NULL,
          &pts, NULL) == DATASET_PULL_FRAME) {
    n++;
    if (!GST_CLOCK_TIME_IS_VALID (pts))
      continue;
    if (!GST_CLOCK_TIME_IS_VALID (first))
      first = pts;
    last = MAX (last, pts);
    if (last - first > MAX_UNSEEKABLE)
      break;
  }
  if (!file->frame_duration)
    file->frame_duration = n > 1 && last > first ? (last - first) / (n - 1)
        : GST_SECOND / 25;
  /* The two frames before those. */
  file->duration = (n + 2) * file->frame_duration;
}

static gboolean
check_size (Entry * entry, const DatasetConfig * config,
    const DatasetStream * stream)
{
  gint shorter = MIN (stream->width, stream->height);
  gint longer = MAX (stream->width, stream->height);

  if (shorter < config->reject_side)
    reject (entry, entry->file->path, DATASET_ERROR_SIZE,
        "too small: %dx%d pixels, the shorter side must have at least %d",
        stream->width, stream->height, config->reject_side);
  else if (longer / shorter >= MAX_ASPECT)
    reject (entry, entry->file->path, DATASET_ERROR_SIZE,
        "too elongated: %dx%d pixels; one side is more than %d times the other",
        stream->width, stream->height, MAX_ASPECT);
  return entry->file != NULL;
}

static void
probe (Entry * entry, const DatasetConfig * config, GCancellable * cancellable)
{
  DatasetFile *file = entry->file;
  g_autoptr (StyletrainPicture) picture = NULL;
  g_autoptr (DatasetDecoder) decoder = NULL;
  g_autoptr (GError) error = NULL;
  DatasetStream stream;
  DatasetPull pull;

  decoder = dataset_decoder_open (file->uri, config, cancellable, &error);
  if (decoder) {
    dataset_decoder_get_stream (decoder, &stream);
    if (!check_size (entry, config, &stream))
      return;
    /* Is there a way from its format to RGB? */
    dataset_decoder_pull (decoder, &picture, NULL, &error);
  }
  if (error) {
    reject (entry, file->path, error->domain == DATASET_ERROR ? error->code
        : DATASET_ERROR_FAILED, "%s", error->message);
    return;
  }

  pull = dataset_decoder_pull (decoder, NULL, NULL, &error);
  if (g_error_matches (error, DATASET_ERROR, DATASET_ERROR_TIMEOUT)) {
    reject (entry, file->path, error->code, "%s", error->message);
    return;
  }
  file->photo = pull != DATASET_PULL_FRAME;
  file->n_items = 1;
  if (file->photo)
    return;
  file->seekable = stream.seekable && GST_CLOCK_TIME_IS_VALID (stream.duration);
  file->duration = stream.duration;
  file->frame_duration = stream.frame_duration;
  if (!file->seekable)
    measure (decoder, file);
  else if (!file->frame_duration)
    file->frame_duration = GST_SECOND / 25;
  file->n_items = CLAMP (file->duration / (gdouble) GST_SECOND
      / config->seconds_per_item, 1, config->max_items_per_clip);
}

static void
probe_in_pool (gpointer data, gpointer user_data)
{
  Entry *entry = data;
  Scan *scan = user_data;

  if (!g_cancellable_is_cancelled (scan->cancellable))
    probe (entry, scan->config, scan->cancellable);
  g_mutex_lock (&scan->lock);
  scan->n_done++;
  scan->last = entry;
  g_cond_signal (&scan->cond);
  g_mutex_unlock (&scan->lock);
}

/* Threads open files, this one reports. */
static void
probe_all (Scan * scan, DatasetProgress progress, gpointer user_data)
{
  GThreadPool *pool = g_thread_pool_new (probe_in_pool, scan,
      CLAMP (g_get_num_processors (), 1, MAX_SCAN_THREADS), FALSE, NULL);
  guint n_files = 0, n_done = 0, i;

  for (i = 0; i < scan->entries->len; i++) {
    Entry *entry = scan->entries->pdata[i];

    if (entry->file) {
      n_files++;
      g_thread_pool_push (pool, entry, NULL);
    }
  }
  g_mutex_lock (&scan->lock);
  while (n_done < n_files) {
    g_autofree gchar *path = NULL;

    while (scan->n_done == n_done)
      g_cond_wait (&scan->cond, &scan->lock);
    n_done = scan->n_done;
    path = g_strdup (scan->last->file ? scan->last->file->path
        : scan->last->reject.path);
    g_mutex_unlock (&scan->lock);
    if (progress)
      progress (n_done, n_files, path, user_data);
    g_mutex_lock (&scan->lock);
  }
  g_mutex_unlock (&scan->lock);
  g_thread_pool_free (pool, FALSE, TRUE);
}

gboolean
dataset_scan (const gchar * const *contents, const DatasetConfig * config,
    DatasetProgress progress, gpointer user_data, GCancellable * cancellable,
    GPtrArray * files, GArray * rejects, GError ** error)
{
  Scan scan = { .config = config, .cancellable = cancellable };
  guint i;

  scan.entries = g_ptr_array_new_with_free_func (entry_free);
  scan.seen = g_hash_table_new_full (file_id_hash, file_id_equal, g_free, NULL);
  g_mutex_init (&scan.lock);
  g_cond_init (&scan.cond);

  for (i = 0; contents[i]; i++)
    list_content (&scan, contents[i]);
  probe_all (&scan, progress, user_data);
  for (i = 0; i < scan.entries->len; i++) {
    Entry *entry = scan.entries->pdata[i];

    if (entry->file)
      g_ptr_array_add (files, g_steal_pointer (&entry->file));
    else {
      g_array_append_val (rejects, entry->reject);
      memset (&entry->reject, 0, sizeof entry->reject);
    }
  }

  g_ptr_array_unref (scan.entries);
  g_hash_table_unref (scan.seen);
  g_mutex_clear (&scan.lock);
  g_cond_clear (&scan.cond);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}
