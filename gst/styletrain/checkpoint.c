/* gst-stylegan: a folder of checkpoints
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <glib/gstdio.h>

#define PREFIX "step-"
#define SUFFIX ".safetensors"
#define GROUP "checkpoint"
#define KEEP 2

struct _Checkpoints
{
  gchar *folder;
  gint lock;                    /* file descriptor */
};

static void
set_file_error (GError ** error, const gchar * path, const gchar * doing)
{
  gint number = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
      "%s: cannot %s: %s", path, doing, g_strerror (number));
}

/* Held by the open file, so the system takes it back however the process ends. */
static gboolean
take_lock (Checkpoints * checkpoints, GError ** error)
{
  g_autofree gchar *path = g_build_filename (checkpoints->folder, "lock", NULL);
  gchar pid[32] = "";

  checkpoints->lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (checkpoints->lock < 0) {
    set_file_error (error, path, "open it");
    return FALSE;
  }
  if (flock (checkpoints->lock, LOCK_EX | LOCK_NB) != 0) {
    gssize n = read (checkpoints->lock, pid, sizeof (pid) - 1);

    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
        "%s: another training writes into this folder (process %s); wait for "
        "it, or give this one a folder of its own with --checkpoint",
        checkpoints->folder, n > 0 ? g_strstrip (pid) : "unknown");
    return FALSE;
  }
  g_snprintf (pid, sizeof (pid), "%ld\n", (long) getpid ());
  /* for the message above only */
  if (ftruncate (checkpoints->lock, 0) != 0
      || write (checkpoints->lock, pid, strlen (pid)) < 0) {
    set_file_error (error, path, "write it");
    return FALSE;
  }
  return TRUE;
}

/* What a process that was killed while it wrote has left. */
static void
remove_leftovers (Checkpoints * checkpoints)
{
  g_autoptr (GDir) dir = g_dir_open (checkpoints->folder, 0, NULL);
  const gchar *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_prefix (name, PREFIX) && strstr (name, SUFFIX ".")) {
      g_autofree gchar *path = g_build_filename (checkpoints->folder, name,
          NULL);

      g_unlink (path);
    }
}

Checkpoints *
checkpoints_open (const gchar * folder, GError ** error)
{
  g_autoptr (Checkpoints) checkpoints = g_new0 (Checkpoints, 1);

  checkpoints->folder = g_strdup (folder);
  checkpoints->lock = -1;
  if (g_mkdir_with_parents (folder, 0777) != 0) {
    set_file_error (error, folder, "make the folder");
    return NULL;
  }
  if (!take_lock (checkpoints, error))
    return NULL;
  remove_leftovers (checkpoints);
  return g_steal_pointer (&checkpoints);
}

void
checkpoints_close (Checkpoints * checkpoints)
{
  if (!checkpoints)
    return;
  if (checkpoints->lock >= 0)
    close (checkpoints->lock);
  g_free (checkpoints->folder);
  g_free (checkpoints);
}

static gint
newest_first (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? 1 : x > y ? -1 : 0;
}

GArray *
checkpoints_list (const gchar * folder)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir && (name = g_dir_read_name (dir))) {
    gchar *end;
    guint64 step;

    if (!g_str_has_prefix (name, PREFIX))
      continue;
    step = g_ascii_strtoull (name + strlen (PREFIX), &end, 10);
    if (strcmp (end, SUFFIX) == 0)
      g_array_append_val (steps, step);
  }
  g_array_sort (steps, newest_first);
  return steps;
}

gchar *
checkpoints_path (const gchar * folder, guint64 step)
{
  g_autofree gchar *name = g_strdup_printf (PREFIX "%09" G_GUINT64_FORMAT
      SUFFIX, step);

  return g_build_filename (folder, name, NULL);
}

static gboolean
remove_after (Checkpoints * checkpoints, guint keep, GError ** error)
{
  g_autoptr (GArray) steps = checkpoints_list (checkpoints->folder);
  guint i;

  for (i = keep; i < steps->len; i++) {
    g_autofree gchar *path = checkpoints_path (checkpoints->folder,
        g_array_index (steps, guint64, i));

    if (g_unlink (path) != 0) {
      set_file_error (error, path, "remove it");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
checkpoints_clear (Checkpoints * checkpoints, GError ** error)
{
  return remove_after (checkpoints, 0, error);
}

gboolean
checkpoints_save_recipe (Checkpoints * checkpoints, const gchar * recipe,
    Dataset * dataset, GError ** error)
{
  const DatasetInfo *info = dataset_get_info (dataset);
  g_autofree gchar *path = g_build_filename (checkpoints->folder, "recipe",
      NULL);
  g_autofree gchar *text = g_strdup_printf ("%s\n[" GROUP "]\ndataset=%s\n"
      "photos=%u\nclips=%u\n", recipe, dataset_get_fingerprint (dataset),
      info->n_photos, info->n_clips);

  return g_file_set_contents (path, text, -1, error);
}

gboolean
checkpoints_check_dataset (Checkpoints * checkpoints, Dataset * dataset,
    GError ** error)
{
  const DatasetInfo *info = dataset_get_info (dataset);
  g_autofree gchar *path = g_build_filename (checkpoints->folder, "recipe",
      NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree gchar *before = NULL;
  guint photos, clips;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return FALSE;
  before = g_key_file_get_string (file, GROUP, "dataset", NULL);
  if (g_strcmp0 (before, dataset_get_fingerprint (dataset)) == 0)
    return TRUE;
  photos = g_key_file_get_integer (file, GROUP, "photos", NULL);
  clips = g_key_file_get_integer (file, GROUP, "clips", NULL);
  g_set_error (error, DATASET_ERROR, DATASET_ERROR_CONFIG,
      "the content is not what it was: %u photos and %u clips, were %u and %u%s. "
      "The training cannot go on as if nothing had happened: put the files back "
      "as they were, or begin a new one from these weights with --init %s",
      info->n_photos, info->n_clips, photos, clips,
      photos == info->n_photos && clips == info->n_clips
      ? ", of other names or sizes" : "", checkpoints->folder);
  return FALSE;
}

gboolean
checkpoints_save (Checkpoints * checkpoints, SgTrainer * trainer,
    GError ** error)
{
  g_autofree gchar *path = checkpoints_path (checkpoints->folder,
      sg_trainer_get_step (trainer));

  return sg_trainer_save (trainer, path, error)
      && remove_after (checkpoints, KEEP, error);
}

gboolean
checkpoints_load (Checkpoints * checkpoints, SgTrainer * trainer,
    Progress * progress, GError ** error)
{
  g_autoptr (GArray) steps = checkpoints_list (checkpoints->folder);
  g_autoptr (GError) newest = NULL;
  guint i;

  for (i = 0; i < steps->len; i++) {
    g_autofree gchar *path = checkpoints_path (checkpoints->folder,
        g_array_index (steps, guint64, i));

    if (sg_trainer_load (trainer, path, newest ? NULL : &newest)) {
      if (newest)
        progress_warn (progress, "%s; going on from the checkpoint before it",
            newest->message);
      return TRUE;
    }
  }
  if (newest)
    g_propagate_error (error, g_steal_pointer (&newest));
  return steps->len == 0;
}
