/* gst-stylegan: training data from photos and videos
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is wrong with a file (DatasetReject) or with all of them (GError). The
 * message says it in words; in a GError it names the file. A GCancellable's
 * errors are G_IO_ERROR_CANCELLED. */
typedef enum
{
  DATASET_ERROR_FAILED,         /* anything else, in the decoder's words */
  DATASET_ERROR_CONFIG,         /* the configuration contradicts itself */
  DATASET_ERROR_TOO_LITTLE,     /* fewer pictures than config.min_items */
  DATASET_ERROR_NOT_FOUND,      /* no such file or folder */
  DATASET_ERROR_PERMISSION,     /* may not be read */
  DATASET_ERROR_NOT_A_FILE,     /* a fifo, device or socket; a live source */
  DATASET_ERROR_EMPTY,          /* no bytes, or a stream with no frame */
  DATASET_ERROR_NOT_MEDIA,      /* neither picture nor video nor sound */
  DATASET_ERROR_NO_VIDEO,       /* sound or subtitles only */
  DATASET_ERROR_NO_DECODER,     /* GStreamer has no decoder here */
  DATASET_ERROR_BROKEN,         /* damaged */
  DATASET_ERROR_SIZE,           /* too small, too large, too elongated */
  DATASET_ERROR_TIMEOUT,        /* the decoder does not answer */
} DatasetErrorCode;

#define DATASET_ERROR (dataset_error_quark ())
GQuark dataset_error_quark (void);

/* A picture: packed R'G'B', 8 bits each, full range, row after row from the
 * top, no gaps; upright, square pixels. Colour matrix and range of the source
 * are undone by what GStreamer knows of them; primaries and transfer are left
 * as they are, as in videoconvert.
 * Thread-safety: safe (never changes). */
typedef struct
{
  gint width, height;
  guint8 *rgb;                  /* height * width * 3 bytes */
} StyletrainPicture;

/* Reference counted and shared with the dataset's cache: don't write to it. May
 * outlive the dataset.
 * Thread-safety: safe (never changes). */
typedef struct
{
  StyletrainPicture *first;
  StyletrainPicture *second;    /* the frame @gap frames later, of the same
                                 * size; NULL for photos, and where the clip
                                 * ends or changes its size */
  guint gap;                    /* 1 .. 4; 0 without @second */
  const gchar *path;            /* file name or URI, for messages */
  gint64 pts;                   /* nanoseconds: where in the clip @first is;
                                 * 0 for photos */
} StyletrainSample;

StyletrainSample *styletrain_sample_ref (StyletrainSample * sample);
void styletrain_sample_unref (StyletrainSample * sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StyletrainSample, styletrain_sample_unref);

typedef struct
{
  guint64 seed;
  gint min_side, max_side;      /* 256, 512: pictures are scaled so that the
                                 * shorter side is no smaller and no larger;
                                 * aspect kept; 1 .. 8192 */
  gint reject_side;             /* 64: sources with a shorter side are
                                 * rejected */
  gdouble seconds_per_item;     /* 0.75: one item for so much of a clip ... */
  guint max_items_per_clip;     /* 64: ... but no more than this */
  guint min_items;              /* 1: fewer are an error */
  guint threads;                /* 1: that decode; 1 .. 64 */
  guint ahead;                  /* 8: samples decoded ahead; 1 .. 1024 */
  guint64 cache_bytes;          /* 256 MiB of decoded samples kept; 0: none */
  guint timeout_ms;             /* 30000: a decoder that says nothing for so
                                 * long has failed */
} DatasetConfig;

#define DATASET_CONFIG_INIT { .min_side = 256, .max_side = 512, \
    .reject_side = 64, .seconds_per_item = 0.75, .max_items_per_clip = 64, \
    .min_items = 1, .threads = 1, .ahead = 8, \
    .cache_bytes = 256 * 1024 * 1024, .timeout_ms = 30000 }

/* A file that is not used. */
typedef struct
{
  gchar *path;
  DatasetErrorCode code;
  gchar *reason;                /* "too small: 16x16 pixels, at least ..." */
} DatasetReject;

typedef struct
{
  guint n_photos;               /* files with one picture */
  guint n_clips;                /* files with several */
  guint64 n_frames;             /* of clips: duration times frame rate */
  gdouble seconds;              /* of clips */
  guint64 n_items;              /* samples of one epoch */
  guint n_rejects;
  const DatasetReject *rejects; /* in the order they were found */
} DatasetInfo;

/* During the scan, on the thread that called dataset_new(): @n_done of @n_files
 * files have been opened; @path is the last of them. */
typedef void (*DatasetProgress) (guint n_done, guint n_files,
    const gchar * path, gpointer user_data);
/* A file or a place in it failed that the scan found good. Once per file, from
 * any thread. */
typedef void (*DatasetWarning) (const gchar * message, gpointer user_data);

/* Photos and videos as an endless sequence of samples.
 *
 * An *item* is a photo, or about config.seconds_per_item of a clip. Samples
 * 0 .. n_items - 1 are all items in an order shuffled by the seed, the next
 * n_items (the next epoch) all of them in another order. A clip's item stands for
 * one of four frames in its part of the clip, the four in turn by epoch, with a
 * gap of its own for each. A sample is a pure function of (files, config.seed,
 * the other numbers of the config but threads, ahead, cache_bytes and
 * timeout_ms, index): what was fetched before, in which order and by how many
 * threads changes nothing. Exceptions: a decoder that exceeds its time, and a
 * damaged stream in which it makes up what is missing without saying so.
 *
 * What fails after the scan (a file that was removed, a damaged part of a clip)
 * is replaced by the next item of the same epoch's order that can be decoded, for
 * that index only: all other indices keep their samples, and if the files fail
 * in the same way again the replacement is the same.
 *
 * Memory: config.cache_bytes, config.ahead samples, and per thread the frames of
 * two open decoders; the number of files only costs its list.
 *
 * Thread-safety: one thread at a time, but dataset_get_info(). */
typedef struct _Dataset Dataset;

/* Scans @contents: names of files and folders, or URIs; NULL-terminated. Folders
 * are searched recursively, links followed (each folder and file once, however
 * many names lead to it), names that begin with a dot left out; within a folder
 * files come sorted by name. What a file is, its content says, not its name.
 * gst_init() must have been called. Blocks; every file is opened and its first
 * frames are decoded.
 *
 * progress: (nullable). warning: (nullable): then g_warning() is called.
 * cancellable: (nullable): ends the scan, and later a fetch, with
 *   G_IO_ERROR_CANCELLED; kept.
 * Errors: DATASET_ERROR_CONFIG; _TOO_LITTLE, saying what was found.
 * Returns: (transfer full): dataset_free() */
Dataset *dataset_new (const gchar * const *contents,
    const DatasetConfig * config, DatasetProgress progress,
    DatasetWarning warning, gpointer user_data, GCancellable * cancellable,
    GError ** error);
/* Stops the threads. Does not wait for decoders that hang. */
void dataset_free (Dataset * dataset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dataset, dataset_free);

/* Returns: (transfer none): valid as long as the dataset
 * Thread-safety: safe. */
const DatasetInfo *dataset_get_info (const Dataset * dataset);

/* SHA-256 in hexadecimal digits of all that samples depend on: files by their
 * names (without folders, or within the folder given; URIs as given) and sizes in bytes, and the config.
 * When it is another, a resumed training gets other samples.
 * Returns: (transfer none)
 * Thread-safety: safe. */
const gchar *dataset_get_fingerprint (const Dataset * dataset);

/* Says which samples are fetched next: @n of them from @first on, after those
 * announced before. Not needed when indices follow each other: then the next ones
 * are decoded ahead anyway. A fetch of another index takes all of it back. Never
 * blocks. */
void dataset_prefetch (Dataset * dataset, guint64 first, guint64 n);

/* Sample @index, which it waits for.
 * sample: (out) (transfer full): styletrain_sample_unref()
 * Errors: DATASET_ERROR_FAILED when this and the next 255 items (or all, if
 * fewer) fail, with the reason of the last; G_IO_ERROR_CANCELLED. */
gboolean dataset_fetch (Dataset * dataset, guint64 index,
    StyletrainSample ** sample, GError ** error);

G_END_DECLS
