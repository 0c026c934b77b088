/* gst-stylegan: tests of the training data
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <malloc.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "dataset.h"

#include "clips.h"
#include "hang.h"

#define PHOTO "videotestsrc num-buffers=1 pattern=ball ! " \
    "video/x-raw,format=I420,width=120,height=90 ! jpegenc ! " \
    "filesink location=%s"
#define LOSSLESS "avenc_ffv1 ! matroskamux ! filesink location=%s"

typedef struct
{
  gchar *folder;
  guint n_warnings;
} Fixture;

static void
set_up (Fixture * f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("dataset-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture * f, gconstpointer data)
{
  clips_remove (f->folder);
  g_free (f->folder);
}

static void
count_warning (const gchar * message, gpointer user_data)
{
  g_atomic_int_inc (&((Fixture *) user_data)->n_warnings);
  g_test_message ("warning: %s", message);
}

static DatasetConfig
small_config (void)
{
  DatasetConfig config = DATASET_CONFIG_INIT;

  config.min_side = 32;
  config.max_side = 64;
  config.reject_side = 32;
  config.seconds_per_item = 0.5;
  config.seed = 7;
  return config;
}

static Dataset *
open_folder (Fixture * f, const DatasetConfig * config)
{
  const gchar *contents[] = { f->folder, NULL };
  g_autoptr (GError) error = NULL;
  Dataset *dataset = dataset_new (contents, config, NULL, count_warning, f,
      NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static StyletrainSample *
fetch (Dataset * dataset, guint64 index)
{
  g_autoptr (GError) error = NULL;
  StyletrainSample *sample;

  dataset_fetch (dataset, index, &sample, &error);
  g_assert_no_error (error);
  g_assert_nonnull (sample->first);
  g_assert_true ((sample->second != NULL) == (sample->gap > 0));
  return sample;
}

static void
add_picture (GChecksum * checksum, const StyletrainPicture * picture)
{
  if (picture)
    g_checksum_update (checksum, picture->rgb,
        (gssize) picture->width * picture->height * 3);
}

/* All of sample @index in one string. */
static gchar *
digest (Dataset * dataset, guint64 index)
{
  g_autoptr (StyletrainSample) sample = fetch (dataset, index);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);

  add_picture (checksum, sample->first);
  add_picture (checksum, sample->second);
  return g_strdup_printf ("%s %u %" G_GINT64_FORMAT " %s", sample->path,
      sample->gap, sample->pts, g_checksum_get_string (checksum));
}

static void
write_text (Fixture * f, const gchar * name, const gchar * text, gssize length)
{
  g_autofree gchar *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);
}

/* The first @percent of @from. */
static void
write_part (Fixture * f, const gchar * from, const gchar * to, guint percent)
{
  g_autofree gchar *path = g_build_filename (f->folder, from, NULL);
  g_autofree gchar *bytes = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  write_text (f, to, bytes, n * percent / 100);
}

static const DatasetReject *
find_reject (const DatasetInfo * info, const gchar * name)
{
  guint i;

  for (i = 0; i < info->n_rejects; i++)
    if (g_str_has_suffix (info->rejects[i].path, name))
      return &info->rejects[i];
  return NULL;
}

static void
count_progress (guint n_done, guint n_files, const gchar * path, gpointer data)
{
  guint *last = data;

  g_assert_cmpuint (n_done, >, *last);
  g_assert_cmpuint (n_done, <=, n_files);
  g_assert_nonnull (path);
  *last = n_done;
}

static void
test_scan (Fixture * f, gconstpointer data)
{
  static const struct
  {
    const gchar *name;
    DatasetErrorCode code;
  } expected[] = {
    {"text.mp4", DATASET_ERROR_NOT_MEDIA},
    {"empty.jpg", DATASET_ERROR_EMPTY},
    {"tiny.png", DATASET_ERROR_SIZE},
    {"long.png", DATASET_ERROR_SIZE},
    {"cut.mp4", DATASET_ERROR_BROKEN},
    {"cut.jpg", DATASET_ERROR_BROKEN},
    {"sound.wav", DATASET_ERROR_NO_VIDEO},
    {"fifo", DATASET_ERROR_NOT_A_FILE},
    {"/dev/null", DATASET_ERROR_NOT_A_FILE},
    {"dangling", DATASET_ERROR_NOT_FOUND},
    {"absent.mp4", DATASET_ERROR_NOT_FOUND},
  };
  g_autofree gchar *sub = g_build_filename (f->folder, "sub", "deeper", NULL);
  g_autofree gchar *loop = g_build_filename (sub, "loop", NULL);
  g_autofree gchar *fifo = g_build_filename (f->folder, "fifo", NULL);
  g_autofree gchar *dangling = g_build_filename (f->folder, "dangling", NULL);
  g_autofree gchar *absent = g_build_filename (f->folder, "absent.mp4", NULL);
  g_autofree gchar *photo = g_build_filename (f->folder, "photo.JPG", NULL);
  const gchar *contents[] = { f->folder, "/dev/null", absent, photo, NULL };
  DatasetConfig config = small_config ();
  g_autoptr (Dataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  const DatasetInfo *info;
  guint i, progress = 0;

  g_assert_cmpint (g_mkdir_with_parents (sub, 0700), ==, 0);
  if (!clips_have ("pngenc wavenc")
      || !clips_write (f->folder, "photo.JPG", PHOTO)
      || !clips_write (sub, "odd.suffix", PHOTO)
      || !clips_write (f->folder, "clip.mp4", "videotestsrc num-buffers=50 ! "
          "video/x-raw,width=128,height=96,framerate=25/1 ! x264enc ! "
          "qtmux ! filesink location=%s"))
    return;
  clips_write (f->folder, "tiny.png", "videotestsrc num-buffers=1 ! "
      "video/x-raw,width=16,height=200 ! pngenc ! filesink location=%s");
  clips_write (f->folder, "long.png", "videotestsrc num-buffers=1 ! "
      "video/x-raw,width=400,height=40 ! pngenc ! filesink location=%s");
  clips_write (f->folder, "sound.wav",
      "audiotestsrc num-buffers=10 ! wavenc ! filesink location=%s");
  write_text (f, "text.mp4", "This is no film.\n", -1);
  write_text (f, "empty.jpg", "", 0);
  write_text (f, ".hidden", "not even looked at", -1);
  write_part (f, "clip.mp4", "cut.mp4", 60);
  write_part (f, "photo.JPG", "cut.jpg", 90);
  g_assert_cmpint (symlink (f->folder, loop), ==, 0);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);

  dataset = dataset_new (contents, &config, count_progress, NULL, &progress,
      NULL, &error);
  g_assert_no_error (error);
  info = dataset_get_info (dataset);
  for (i = 0; i < info->n_rejects; i++)
    g_test_message ("%s: %d: %s", info->rejects[i].path,
        info->rejects[i].code, info->rejects[i].reason);
  g_assert_cmpuint (info->n_photos, ==, 2);
  g_assert_cmpuint (info->n_clips, ==, 1);
  g_assert_cmpuint (info->n_frames, ==, 50);
  g_assert_cmpfloat_with_epsilon (info->seconds, 2, 0.01);
  g_assert_cmpuint (info->n_items, ==, 2 + 4);
  for (i = 0; i < G_N_ELEMENTS (expected); i++) {
    const DatasetReject *reject = find_reject (info, expected[i].name);

    g_test_message ("%s", expected[i].name);
    g_assert_nonnull (reject);
    g_assert_cmpint (reject->code, ==, expected[i].code);
  }
  g_assert_cmpuint (info->n_rejects, ==, G_N_ELEMENTS (expected));
  g_assert_cmpuint (progress, ==, 9);
}

/* Root may read everything: then there is nothing to test. */
static void
test_permission (Fixture * f, gconstpointer data)
{
  g_autofree gchar *secret = g_build_filename (f->folder, "secret.jpg", NULL);
  g_autofree gchar *closed = g_build_filename (f->folder, "closed", NULL);
  DatasetConfig config = small_config ();
  g_autoptr (Dataset) dataset = NULL;
  const DatasetInfo *info;

  if (geteuid () == 0) {
    g_test_skip ("root may read everything");
    return;
  }
  if (!clips_write (f->folder, "photo.jpg", PHOTO))
    return;
  write_text (f, "secret.jpg", "x", 1);
  g_assert_cmpint (g_chmod (secret, 0), ==, 0);
  g_assert_cmpint (g_mkdir (closed, 0), ==, 0);
  dataset = open_folder (f, &config);
  info = dataset_get_info (dataset);
  g_assert_cmpuint (info->n_photos, ==, 1);
  g_assert_cmpuint (info->n_rejects, ==, 2);
  g_assert_cmpint (info->rejects[0].code, ==, DATASET_ERROR_PERMISSION);
  g_assert_cmpint (info->rejects[1].code, ==, DATASET_ERROR_PERMISSION);
}

static void
test_too_little (Fixture * f, gconstpointer data)
{
  const gchar *contents[] = { f->folder, NULL };
  DatasetConfig config = small_config ();
  g_autoptr (GError) error = NULL;

  write_text (f, "notes.txt", "nothing to see\n", -1);
  g_assert_null (dataset_new (contents, &config, NULL, NULL, NULL, NULL,
          &error));
  g_assert_error (error, DATASET_ERROR, DATASET_ERROR_TOO_LITTLE);
  g_assert_nonnull (strstr (error->message, "0 photos and 0 clips"));
  g_assert_nonnull (strstr (error->message, "notes.txt"));
  g_clear_error (&error);

  config.min_side = 1000;
  g_assert_null (dataset_new (contents, &config, NULL, NULL, NULL, NULL,
          &error));
  g_assert_error (error, DATASET_ERROR, DATASET_ERROR_CONFIG);
}

static void
test_cancel (Fixture * f, gconstpointer data)
{
  const gchar *contents[] = { f->folder, NULL };
  DatasetConfig config = small_config ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Dataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  StyletrainSample *sample;

  if (!clips_write (f->folder, "photo.jpg", PHOTO))
    return;
  dataset = dataset_new (contents, &config, NULL, NULL, NULL, cancellable,
      &error);
  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  g_assert_false (dataset_fetch (dataset, 100, &sample, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (dataset_new (contents, &config, NULL, NULL, NULL, cancellable,
          &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What clips_write_count () drew. */
static gint
frame_number (const StyletrainPicture * picture)
{
  const guint8 *row = picture->rgb
      + (gsize) picture->height / 2 * picture->width * 3;
  gint low = row[picture->width / 4 * 3];
  gint high = row[picture->width * 3 / 4 * 3];

  /* Steps of 14 in R'G'B'. */
  return (high + 7) / 14 * 16 + (low + 7) / 14;
}

static void
test_gap (Fixture * f, gconstpointer data)
{
  DatasetConfig config = small_config ();
  g_autoptr (Dataset) dataset = NULL;
  guint64 i, n;
  guint gaps = 0;

  if (!clips_have ("avdec_ffv1")
      || !clips_write_count (f->folder, "count.mkv", 110, data))
    return;
  dataset = open_folder (f, &config);
  n = dataset_get_info (dataset)->n_items;
  g_assert_cmpuint (n, ==, 8);
  for (i = 0; i < 5 * n; i++) {
    g_autoptr (StyletrainSample) sample = fetch (dataset, i);
    gint first = frame_number (sample->first);

    /* 96x80 with the shorter side at most 64. */
    g_assert_cmpint (sample->first->width, ==, 77);
    g_assert_cmpint (sample->first->height, ==, 64);
    g_assert_cmpint (first, ==, sample->pts * 25 / GST_SECOND);
    g_assert_cmpuint (sample->gap, >=, 1);
    g_assert_cmpuint (sample->gap, <=, 4);
    g_assert_cmpint (frame_number (sample->second), ==, first + sample->gap);
    gaps |= 1 << sample->gap;
  }
  g_assert_cmpuint (gaps, ==, 2 + 4 + 8 + 16);
}

/* Photos, a clip with keyframes far apart and one of independent frames. */
static gboolean
write_mixture (Fixture * f)
{
  return clips_write (f->folder, "a.jpg", PHOTO)
      && clips_write (f->folder, "b.png", "videotestsrc num-buffers=1 "
      "pattern=circular ! video/x-raw,width=101,height=55 ! pngenc ! "
      "filesink location=%s")
      && clips_write (f->folder, "c.mp4", "videotestsrc num-buffers=60 "
      "pattern=ball ! video/x-raw,width=128,height=96,framerate=25/1 ! "
      "x264enc key-int-max=60 ! qtmux ! filesink location=%s")
      && clips_write_count (f->folder, "d.mkv", 60, LOSSLESS);
}

static void
test_pure (Fixture * f, gconstpointer data)
{
  DatasetConfig config = small_config ();
  g_autoptr (GPtrArray) once = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) different = g_hash_table_new (g_str_hash, g_str_equal);
  guint64 n, i;
  guint round;

  if (!write_mixture (f))
    return;
  {
    g_autoptr (Dataset) dataset = open_folder (f, &config);
    g_autofree gchar *print = NULL;

    n = dataset_get_info (dataset)->n_items;
    g_assert_cmpuint (n, ==, 2 + 4 + 4);
    for (i = 0; i < 3 * n; i++)
      g_ptr_array_add (once, digest (dataset, i));
    /* Clips show another frame in each of these epochs. */
    for (i = 0; i < 3 * n; i++)
      g_hash_table_add (different, once->pdata[i]);
    g_assert_cmpuint (g_hash_table_size (different), ==, 2 + 3 * 8);
  }
  /* Other threads, with and without cache, in other orders. */
  for (round = 0; round < 3; round++) {
    g_autoptr (Dataset) dataset = NULL;

    config.threads = round == 0 ? 3 : 2;
    config.ahead = round == 1 ? 1 : 5;
    config.cache_bytes = round == 2 ? 50000 : 0;
    dataset = open_folder (f, &config);
    if (round == 1)
      dataset_prefetch (dataset, 0, 3 * n);
    for (i = 0; i < 3 * n; i++) {
      guint64 index = round == 2 ? (i * 7 + 3) % (3 * n) : i;
      g_autofree gchar *again = digest (dataset, index);

      g_assert_cmpstr (again, ==, once->pdata[index]);
    }
  }
  /* Another seed: another order. */
  {
    g_autoptr (Dataset) same = open_folder (f, &config);
    g_autoptr (Dataset) other = NULL;
    guint equal = 0;

    config.seed++;
    other = open_folder (f, &config);
    g_assert_cmpstr (dataset_get_fingerprint (same), !=,
        dataset_get_fingerprint (other));
    for (i = 0; i < n; i++) {
      g_autofree gchar *text = digest (other, i);

      equal += g_str_equal (text, once->pdata[i]);
    }
    g_assert_cmpuint (equal, <, n / 2);
  }
}

/* What an epoch holds: every photo once. */
static void
test_epoch (Fixture * f, gconstpointer data)
{
  DatasetConfig config = small_config ();
  g_autoptr (Dataset) dataset = NULL;
  gchar *orders[2];
  const guint n = 13;
  guint epoch, i;

  for (i = 0; i < n; i++) {
    g_autofree gchar *name = g_strdup_printf ("%c.jpg", 'a' + i);

    if (!clips_write (f->folder, name, PHOTO))
      return;
  }
  dataset = open_folder (f, &config);
  g_assert_cmpuint (dataset_get_info (dataset)->n_items, ==, n);
  for (epoch = 0; epoch < 2; epoch++) {
    GString *order = g_string_new (NULL);

    for (i = 0; i < n; i++) {
      g_autoptr (StyletrainSample) sample = fetch (dataset, epoch * n + i);

      g_string_append_c (order, sample->path[strlen (sample->path) - 5]);
    }
    g_test_message ("%s", order->str);
    orders[epoch] = g_string_free (order, FALSE);
    for (i = 0; i < n; i++)
      g_assert_nonnull (strchr (orders[epoch], 'a' + i));
  }
  g_assert_cmpstr (orders[0], !=, orders[1]);
  g_free (orders[0]);
  g_free (orders[1]);
}

/* Upright, square pixels, of any format. */
static void
test_formats (Fixture * f, gconstpointer data)
{
  static const struct
  {
    const gchar *pipeline;
    gint width, height;
  } cases[] = {
    /* Grey. */
    {"videotestsrc num-buffers=1 ! video/x-raw,format=GRAY8,width=120,height=90"
          " ! jpegenc ! filesink location=%s", 85, 64},
    /* 10 bit. */
    {"videotestsrc num-buffers=9 ! video/x-raw,format=I420_10LE,width=128,"
          "height=48 ! avenc_ffv1 ! matroskamux ! filesink location=%s", 128,
        48},
    /* Pixels twice as wide as high. */
    {"videotestsrc num-buffers=9 ! video/x-raw,format=I420,width=64,height=64,"
          "pixel-aspect-ratio=2/1 ! avenc_ffv1 ! matroskamux ! "
          "filesink location=%s", 128, 64},
    /* Odd, and scaled up. */
    {"videotestsrc num-buffers=9 ! video/x-raw,format=RGB,width=33,height=35 ! "
          "pngenc ! filesink location=%s", 33, 35},
    /* The field of an interlaced frame. */
    {"videotestsrc num-buffers=18 ! video/x-raw,format=I420,width=120,"
          "height=96,framerate=50/1 ! interlace field-pattern=1:1 ! avenc_ffv1 ! "
          "matroskamux ! filesink location=%s", 60, 48},
    /* To be shown turned. */
    {"videotestsrc num-buffers=1 ! video/x-raw,format=I420,width=120,height=90"
          " ! jpegenc ! taginject tags=image-orientation=rotate-90 ! jifmux ! "
          "filesink location=%s", 64, 85},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    DatasetConfig config = small_config ();
    g_autoptr (StyletrainSample) sample = NULL;
    g_autoptr (Dataset) dataset = NULL;

    if (!clips_write (f->folder, "file", cases[i].pipeline))
      continue;
    g_test_message ("%s", cases[i].pipeline);
    dataset = open_folder (f, &config);
    sample = fetch (dataset, 0);
    g_assert_cmpint (sample->first->width, ==, cases[i].width);
    g_assert_cmpint (sample->first->height, ==, cases[i].height);
  }
}

static void
check_color (const StyletrainPicture * picture, gdouble x, gdouble y, gint red,
    gint green, gint blue)
{
  const guint8 *rgb = picture->rgb + ((gsize) (y * picture->height)
      * picture->width + (gsize) (x * picture->width)) * 3;

  g_assert_cmpint (ABS (rgb[0] - red), <=, 6);
  g_assert_cmpint (ABS (rgb[1] - green), <=, 6);
  g_assert_cmpint (ABS (rgb[2] - blue), <=, 6);
}

/* SMPTE bars have grey at their left, blue at their right: turned clockwise, at
 * the top and at the bottom. */
static void
test_colors (Fixture * f, gconstpointer data)
{
  static const gchar *const formats[] = {
    "format=I420,colorimetry=bt601", "format=I420,colorimetry=bt709",
    "format=RGB", "format=Y444_10LE"
  };
  DatasetConfig config = small_config ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree gchar *pipeline =
        g_strdup_printf ("videotestsrc num-buffers=2 pattern=smpte75 "
        "! video/x-raw,%s,width=140,height=80 ! matroskamux ! "
        "filesink location=%%s", formats[i]);
    g_autoptr (StyletrainSample) sample = NULL;
    g_autoptr (Dataset) dataset = NULL;

    g_test_message ("%s", formats[i]);
    if (i == 3) {
      g_free (pipeline);
      pipeline =
          g_strdup
          ("videotestsrc num-buffers=2 pattern=smpte75 ! video/x-raw,width=140,"
          "height=80,format=Y444_10LE ! avenc_ffv1 ! matroskamux ! "
          "filesink location=%s");
    }
    if (!clips_write (f->folder, "file", pipeline))
      continue;
    dataset = open_folder (f, &config);
    sample = fetch (dataset, 0);
    check_color (sample->first, 0.07, 0.3, 191, 191, 191);
    check_color (sample->first, 0.21, 0.3, 191, 191, 0);
    check_color (sample->first, 0.93, 0.3, 0, 0, 191);
  }
  if (clips_have ("taginject jifmux")
      && clips_write (f->folder, "file",
          "videotestsrc num-buffers=1 pattern=smpte75 ! "
          "video/x-raw,format=RGB,width=140,height=80 ! videoconvert ! "
          "video/x-raw,format=Y444,colorimetry=1:4:0:0 ! jpegenc quality=100 ! "
          "taginject tags=image-orientation=rotate-90 ! jifmux ! "
          "filesink location=%s")) {
    g_autoptr (Dataset) dataset = open_folder (f, &config);
    g_autoptr (StyletrainSample) sample = fetch (dataset, 0);

    check_color (sample->first, 0.7, 0.07, 191, 191, 191);
    check_color (sample->first, 0.7, 0.21, 191, 191, 0);
    check_color (sample->first, 0.7, 0.93, 0, 0, 191);
  }
}

/* Files that go away during training. */
static void
test_failing (Fixture * f, gconstpointer data)
{
  static const gchar *const names[] = { "a.jpg", "b.jpg", "c.jpg", "d.jpg" };
  DatasetConfig config = small_config ();
  g_autofree gchar *gone = g_build_filename (f->folder, "b.jpg", NULL);
  g_autoptr (Dataset) dataset = NULL, other = NULL;
  g_autoptr (GError) error = NULL;
  StyletrainSample *none;
  guint i;

  for (i = 0; i < 4; i++)
    if (!clips_write (f->folder, names[i], PHOTO))
      return;
  config.cache_bytes = 0;
  dataset = open_folder (f, &config);
  config.threads = 2;
  other = open_folder (f, &config);
  g_assert_cmpint (g_remove (gone), ==, 0);
  for (i = 0; i < 20; i++) {
    g_autoptr (StyletrainSample) x = fetch (dataset, i);
    g_autoptr (StyletrainSample) y = fetch (other, 19 - i);
    g_autoptr (StyletrainSample) z = fetch (other, i);

    g_assert_cmpstr (x->path, !=, gone);
    g_assert_cmpstr (x->path, ==, z->path);
  }
  g_assert_cmpuint (f->n_warnings, ==, 2);

  clips_remove (f->folder);
  g_assert_false (dataset_fetch (dataset, 1000, &none, &error));
  g_assert_error (error, DATASET_ERROR, DATASET_ERROR_FAILED);
  g_test_message ("%s", error->message);
}

static guint
count_fds (void)
{
  GDir *folder = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (folder && g_dir_read_name (folder))
    n++;
  g_clear_pointer (&folder, g_dir_close);
  return n;
}

/* More clips than are kept open: no more file descriptors after many rounds. */
static void
test_descriptors (Fixture * f, gconstpointer data)
{
  DatasetConfig config = small_config ();
  guint before, between, i;
  Dataset *dataset;

  for (i = 0; i < 5; i++) {
    g_autofree gchar *name = g_strdup_printf ("%u.mkv", i);

    if (!clips_write_count (f->folder, name, 15, LOSSLESS))
      return;
  }
  config.cache_bytes = 0;
  dataset = open_folder (f, &config);
  before = count_fds ();
  for (i = 0; i < 10; i++)
    styletrain_sample_unref (fetch (dataset, i));
  between = count_fds ();
  for (; i < 40; i++)
    styletrain_sample_unref (fetch (dataset, i));
  g_assert_cmpuint (count_fds (), <=, between + 8);
  dataset_free (dataset);
  g_assert_cmpuint (count_fds (), <=, before + 4);
}

/* Of what malloc () has given out. */
static gsize
heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* By how much the heap grows while 40 photos of 768 KiB each are fetched. */
static gssize
heap_growth (Fixture * f, guint64 cache_bytes)
{
  DatasetConfig config = DATASET_CONFIG_INIT;
  g_autoptr (Dataset) dataset = NULL;
  gsize before = 0;
  guint i;

  config.ahead = 2;
  config.cache_bytes = cache_bytes;
  dataset = open_folder (f, &config);
  for (i = 0; i < 40; i++) {
    styletrain_sample_unref (fetch (dataset, i));
    if (i == 5)
      before = heap_bytes ();
  }
  return (gssize) (heap_bytes () - before);
}

static void
test_memory (Fixture * f, gconstpointer data)
{
  const gssize mega = 1024 * 1024;
  guint i;

  if (heap_bytes () == 0) {
    g_test_skip ("this malloc () doesn't say how much it has given out");
    return;
  }
  if (!clips_write (f->folder, "0.jpg", "videotestsrc num-buffers=1 ! "
          "video/x-raw,width=512,height=512 ! jpegenc ! "
          "filesink location=%s"))
    return;
  for (i = 1; i < 40; i++) {
    g_autofree gchar *name = g_strdup_printf ("%u.jpg", i);

    write_part (f, "0.jpg", name, 100);
  }
  g_assert_cmpint (heap_growth (f, 4 * mega), <, 8 * mega);
  g_assert_cmpint (heap_growth (f, 256 * mega), >, 20 * mega);
}

/* Something that does not answer is a reject, and keeps nobody waiting. */
static void
test_hang (Fixture * f, gconstpointer data)
{
  const gchar *contents[] = { "hang://1", f->folder, "hang://2", NULL };
  DatasetConfig config = small_config ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  const DatasetInfo *info;
  Dataset *dataset;

  if (!clips_write (f->folder, "photo.jpg", PHOTO))
    return;
  hang_register ();
  config.timeout_ms = 500;
  dataset = dataset_new (contents, &config, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  info = dataset_get_info (dataset);
  g_assert_cmpuint (info->n_photos, ==, 1);
  g_assert_cmpuint (info->n_rejects, ==, 2);
  g_assert_cmpint (info->rejects[0].code, ==, DATASET_ERROR_TIMEOUT);
  g_assert_cmpint (info->rejects[1].code, ==, DATASET_ERROR_TIMEOUT);
  styletrain_sample_unref (fetch (dataset, 3));
  dataset_free (dataset);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
  hang_end ();
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function, data) \
  g_test_add ("/dataset/" name, Fixture, data, set_up, function, tear_down)
  ADD ("scan", test_scan, NULL);
  ADD ("permission", test_permission, NULL);
  ADD ("too-little", test_too_little, NULL);
  ADD ("cancel", test_cancel, NULL);
  ADD ("gap/matroska", test_gap, LOSSLESS);
  ADD ("gap/avi", test_gap,
      "mux.video_0 avimux name=mux ! filesink location=%s");
  ADD ("gap/long-gop", test_gap,
      "x264enc qp-max=0 key-int-max=200 bframes=3 ! matroskamux ! "
      "filesink location=%s");
  ADD ("gap/unseekable", test_gap, "y4menc ! filesink location=%s");
  ADD ("pure", test_pure, NULL);
  ADD ("epoch", test_epoch, NULL);
  ADD ("formats", test_formats, NULL);
  ADD ("colors", test_colors, NULL);
  ADD ("failing", test_failing, NULL);
  ADD ("descriptors", test_descriptors, NULL);
  ADD ("memory", test_memory, NULL);
  ADD ("hang", test_hang, NULL);
  return g_test_run ();
}
