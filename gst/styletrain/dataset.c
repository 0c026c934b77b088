/* gst-stylegan: training data from photos and videos
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dataset.h"

#include <string.h>

#include <sg/rng.h>

#include "dataset-scan.h"

/* Frames of an item that stand for it in turn: epochs repeat after so many, and
 * a small dataset fits into the cache. */
#define N_VARIANTS 4
#define MAX_GAP 4
/* Items tried in place of one that fails. */
#define MAX_TRIES 256
#define MAX_ANNOUNCED 4096
/* Clips that a thread keeps open. */
#define N_OPEN 2
/* When a clip is shorter than it says. */
#define N_POSITIONS 4

G_DEFINE_QUARK (dataset-error-quark, dataset_error)

typedef enum
{
  WANTED_WAITING,
  WANTED_RUNNING,
  WANTED_DONE,
} WantedState;

/* A sample that was or will be asked for. Everything of it under the dataset's
 * lock. */
typedef struct
{
  guint refs;
  guint64 index;
  WantedState state;
  StyletrainSample *sample;
  GError *error;
} Wanted;

/* A sample in the cache. */
typedef struct
{
  guint64 key;
  gsize bytes;
  StyletrainSample *sample;
} Cached;

struct _Dataset
{
  DatasetConfig config;
  DatasetWarning warning;
  gpointer user_data;
  GPtrArray *files;             /* of DatasetFile */
  GArray *rejects;
  DatasetInfo info;
  gchar *fingerprint;

  GCancellable *cancellable;    /* the caller's, which cancels @stop */
  gulong cancelled_id;
  GCancellable *stop;
  GThread **threads;

  GMutex lock;
  GCond cond;
  GQueue wanted;                /* of Wanted, in the order of fetching */
  gboolean announced;           /* dataset_prefetch () was called */
  guint64 next_index;           /* that follows the last fetch */
  GHashTable *cache;            /* key -> link in @recent */
  GQueue recent;                /* of Cached; the last used first */
  guint64 cache_bytes;
  GHashTable *failed;           /* of keys */
};

/* A clip that a thread has open. */
typedef struct
{
  const DatasetFile *file;
  DatasetDecoder *decoder;
} Open;

typedef struct
{
  Dataset *dataset;
  Open open[N_OPEN];            /* the last used first */
} Worker;

static StyletrainSample *
sample_new (const DatasetFile * file)
{
  StyletrainSample *sample = g_atomic_rc_box_new0 (StyletrainSample);

  sample->path = g_ref_string_new (file->path);
  return sample;
}

static void
sample_clear (gpointer data)
{
  StyletrainSample *sample = data;

  g_clear_pointer (&sample->first, dataset_picture_unref);
  g_clear_pointer (&sample->second, dataset_picture_unref);
  g_ref_string_release ((gchar *) sample->path);
}

StyletrainSample *
styletrain_sample_ref (StyletrainSample * sample)
{
  return g_atomic_rc_box_acquire (sample);
}

void
styletrain_sample_unref (StyletrainSample * sample)
{
  g_atomic_rc_box_release_full (sample, sample_clear);
}

static gsize
picture_bytes (const StyletrainPicture * picture)
{
  return picture ? (gsize) picture->width * picture->height * 3 : 0;
}

/* A permutation of 0 .. n - 1: a Feistel network over the next power of four,
 * walked until it is back below n (Black, Rogaway: Ciphers with arbitrary finite
 * domains, 2002). Needs no list of what came before. */
static guint64
shuffled (guint64 seed, guint64 epoch, guint64 n, guint64 k)
{
  guint half = (g_bit_storage (n - 1) + 1) / 2;
  guint64 mask = (G_GUINT64_CONSTANT (1) << half) - 1;
  SgRng rng;
  guint64 key;
  guint round;

  sg_rng_init (&rng, seed, epoch, n);
  key = sg_rng_next (&rng);
  do {
    guint64 left = k >> half, right = k & mask;

    for (round = 0; round < 6; round++) {
      guint64 mixed;

      sg_rng_init (&rng, key, round, right);
      mixed = left ^ (sg_rng_next (&rng) & mask);
      left = right;
      right = mixed;
    }
    k = left << half | right;
  } while (k >= n);
  return k;
}

static DatasetFile *
file_of_item (const Dataset * dataset, guint64 item)
{
  guint low = 0, high = dataset->files->len;

  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    const DatasetFile *file = dataset->files->pdata[middle];

    if (file->first_item <= item)
      low = middle;
    else
      high = middle;
  }
  return dataset->files->pdata[low];
}

static void
worker_close (Worker * worker, guint i)
{
  g_clear_pointer (&worker->open[i].decoder, dataset_decoder_close);
  memmove (worker->open + i, worker->open + i + 1,
      (N_OPEN - 1 - i) * sizeof worker->open[0]);
  worker->open[N_OPEN - 1].file = NULL;
  worker->open[N_OPEN - 1].decoder = NULL;
}

/* The decoder of @file becomes worker->open[0].
 * fresh: (out): whether it was opened just now */
static gboolean
worker_open (Worker * worker, const DatasetFile * file, gboolean * fresh,
    GError ** error)
{
  DatasetDecoder *decoder = NULL;
  guint i;

  for (i = 0; i < N_OPEN; i++)
    if (worker->open[i].file == file)
      break;
  *fresh = i == N_OPEN;
  if (*fresh) {
    i = N_OPEN - 1;
    g_clear_pointer (&worker->open[i].decoder, dataset_decoder_close);
    worker->open[i].file = NULL;
    decoder = dataset_decoder_open (file->uri, &worker->dataset->config,
        worker->dataset->stop, error);
    if (!decoder)
      return FALSE;
  } else
    decoder = worker->open[i].decoder;
  memmove (worker->open + 1, worker->open, i * sizeof worker->open[0]);
  worker->open[0].file = file;
  worker->open[0].decoder = decoder;
  return TRUE;
}

/* Until the frame at @position is the next one. */
static DatasetPull
go_to (Worker * worker, const DatasetFile * file, GstClockTime position,
    GError ** error)
{
  DatasetPull pull = DATASET_PULL_FRAME;
  guint64 skip;

  if (file->seekable)
    return dataset_decoder_seek (worker->open[0].decoder, position, error)
        ? DATASET_PULL_FRAME : DATASET_PULL_ERROR;
  for (skip = position / file->frame_duration; skip > 0
      && pull == DATASET_PULL_FRAME; skip--)
    pull = dataset_decoder_pull (worker->open[0].decoder, NULL, NULL, error);
  return pull;
}

/* The frame at @position and the one @gap frames later. */
static DatasetPull
decode_pair (Worker * worker, const DatasetFile * file, GstClockTime position,
    guint gap, StyletrainSample * sample, GError ** error)
{
  DatasetDecoder *decoder = worker->open[0].decoder;
  DatasetPull pull = go_to (worker, file, position, error);
  guint i;

  if (pull == DATASET_PULL_FRAME)
    pull = dataset_decoder_pull (decoder, &sample->first, NULL, error);
  if (pull != DATASET_PULL_FRAME)
    return pull;
  sample->pts = position;

  for (i = 1; i < gap && pull == DATASET_PULL_FRAME; i++)
    pull = dataset_decoder_pull (decoder, NULL, NULL, NULL);
  if (gap > 0 && pull == DATASET_PULL_FRAME)
    dataset_decoder_pull (decoder, &sample->second, NULL, NULL);
  if (sample->second && (sample->second->width != sample->first->width
          || sample->second->height != sample->first->height))
    g_clear_pointer (&sample->second, dataset_picture_unref);
  sample->gap = sample->second ? gap : 0;
  return DATASET_PULL_FRAME;
}

/* With what is open, and if that fails with a new decoder: what comes out must
 * not depend on what was decoded before. */
static DatasetPull
try_position (Worker * worker, const DatasetFile * file, GstClockTime position,
    guint gap, StyletrainSample * sample, GError ** error)
{
  g_autoptr (GError) reason = NULL;
  DatasetPull pull;
  gboolean fresh;

  do {
    g_clear_error (&reason);
    if (!worker_open (worker, file, &fresh, error))
      return DATASET_PULL_ERROR;
    pull = decode_pair (worker, file, position, gap, sample, &reason);
    if (pull != DATASET_PULL_FRAME || !file->seekable)
      worker_close (worker, 0);
  } while (pull != DATASET_PULL_FRAME && !fresh
      && !g_cancellable_is_cancelled (worker->dataset->stop));
  if (reason)
    g_propagate_error (error, g_steal_pointer (&reason));
  return pull;
}

static StyletrainSample *
decode_clip (Worker * worker, const DatasetFile * file, guint64 item,
    guint variant, GError ** error)
{
  GstClockTime part = file->duration / file->n_items;
  GstClockTime frame = file->frame_duration, position, end;
  g_autoptr (StyletrainSample) sample = sample_new (file);
  DatasetPull pull = DATASET_PULL_END;
  guint gap, n_frames = MIN (file->duration / frame, MAX_GAP + 1), i;
  SgRng rng;

  sg_rng_init (&rng, worker->dataset->config.seed, item, variant);
  gap = 1 + sg_rng_below (&rng, MAX_GAP);
  gap = MIN (gap, MAX (n_frames, 2) - 1);
  position = (item - file->first_item) * part
      + (variant + sg_rng_uniform (&rng)) / N_VARIANTS * part;
  end = file->duration - MIN (file->duration, (gap + 1) * frame);
  position = MIN (position, end);

  for (i = 0; i < N_POSITIONS && pull == DATASET_PULL_END; i++) {
    pull = try_position (worker, file, position, gap, sample, error);
    position = i + 2 == N_POSITIONS ? 0 : position / 2;
  }
  if (pull == DATASET_PULL_FRAME)
    return g_steal_pointer (&sample);
  if (pull == DATASET_PULL_END)
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_EMPTY, "no frame in it");
  return NULL;
}

static StyletrainSample *
decode_photo (Worker * worker, const DatasetFile * file, GError ** error)
{
  g_autoptr (StyletrainSample) sample = sample_new (file);
  g_autoptr (DatasetDecoder) decoder =
      dataset_decoder_open (file->uri, &worker->dataset->config,
      worker->dataset->stop, error);

  if (!decoder || dataset_decoder_pull (decoder, &sample->first, NULL,
          error) != DATASET_PULL_FRAME)
    return NULL;
  return g_steal_pointer (&sample);
}

/* Called with the lock held. */
static void
cache_add (Dataset * dataset, guint64 key, StyletrainSample * sample)
{
  gsize bytes = picture_bytes (sample->first) + picture_bytes (sample->second);
  Cached *cached;

  if (bytes > dataset->config.cache_bytes
      || g_hash_table_contains (dataset->cache, &key))
    return;
  while (dataset->cache_bytes + bytes > dataset->config.cache_bytes) {
    cached = g_queue_pop_tail (&dataset->recent);
    g_hash_table_remove (dataset->cache, &cached->key);
    dataset->cache_bytes -= cached->bytes;
    styletrain_sample_unref (cached->sample);
    g_free (cached);
  }
  cached = g_new (Cached, 1);
  cached->key = key;
  cached->bytes = bytes;
  cached->sample = styletrain_sample_ref (sample);
  g_queue_push_head (&dataset->recent, cached);
  g_hash_table_insert (dataset->cache, &cached->key, dataset->recent.head);
  dataset->cache_bytes += bytes;
}

/* Called with the lock held. Returns: (transfer full) */
static StyletrainSample *
cache_find (Dataset * dataset, guint64 key)
{
  GList *link = g_hash_table_lookup (dataset->cache, &key);

  if (!link)
    return NULL;
  g_queue_unlink (&dataset->recent, link);
  g_queue_push_head_link (&dataset->recent, link);
  return styletrain_sample_ref (((Cached *) link->data)->sample);
}

static void
warn (Dataset * dataset, DatasetFile * file, const GError * error)
{
  g_autofree gchar *message = NULL;

  if (!g_atomic_int_compare_and_exchange (&file->warned, FALSE, TRUE))
    return;
  message = g_strdup_printf ("%s: %s; others are taken instead", file->path,
      error->message);
  if (dataset->warning)
    dataset->warning (message, dataset->user_data);
  else
    g_warning ("%s", message);
}

/* One item, from the cache or decoded. */
static StyletrainSample *
get_item (Worker * worker, guint64 item, guint64 epoch, GError ** error)
{
  Dataset *dataset = worker->dataset;
  DatasetFile *file = file_of_item (dataset, item);
  guint variant = file->photo ? 0 : (item + epoch) % N_VARIANTS;
  guint64 key = item * N_VARIANTS + variant;
  g_autoptr (GError) reason = NULL;
  StyletrainSample *sample;
  gboolean failed;

  g_mutex_lock (&dataset->lock);
  sample = cache_find (dataset, key);
  failed = g_hash_table_contains (dataset->failed, &key);
  g_mutex_unlock (&dataset->lock);
  if (sample)
    return sample;
  if (failed) {
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_FAILED,
        "%s failed before", file->path);
    return NULL;
  }

  sample = file->photo ? decode_photo (worker, file, &reason)
      : decode_clip (worker, file, item, variant, &reason);
  if (g_cancellable_set_error_if_cancelled (dataset->stop, error)) {
    g_clear_pointer (&sample, styletrain_sample_unref);
    return NULL;
  }
  g_mutex_lock (&dataset->lock);
  if (sample)
    cache_add (dataset, key, sample);
  else
    g_hash_table_add (dataset->failed, g_memdup2 (&key, sizeof key));
  g_mutex_unlock (&dataset->lock);
  if (!sample) {
    warn (dataset, file, reason);
    g_set_error (error, DATASET_ERROR, reason->domain == DATASET_ERROR
        ? reason->code : DATASET_ERROR_FAILED, "%s: %s", file->path,
        reason->message);
  }
  return sample;
}

static StyletrainSample *
get_sample (Worker * worker, guint64 index, GError ** error)
{
  const Dataset *dataset = worker->dataset;
  guint64 n = dataset->info.n_items, epoch = index / n, i;
  guint64 n_tries = MIN (n, MAX_TRIES);
  g_autoptr (GError) reason = NULL;

  for (i = 0; i < n_tries; i++) {
    guint64 item =
        shuffled (dataset->config.seed, epoch, n, (index % n + i) % n);
    StyletrainSample *sample;

    g_clear_error (&reason);
    if (g_cancellable_set_error_if_cancelled (dataset->stop, error))
      return NULL;
    sample = get_item (worker, item, epoch, &reason);
    if (sample)
      return sample;
  }
  if (reason->domain != DATASET_ERROR)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_FAILED,
        "none of %" G_GUINT64_FORMAT " pictures can be decoded any more "
        "(%s); are the files still there?", n_tries, reason->message);
  return NULL;
}

/* Called with the lock held. */
static void
wanted_unref (Wanted * wanted)
{
  if (--wanted->refs > 0)
    return;
  g_clear_pointer (&wanted->sample, styletrain_sample_unref);
  g_clear_error (&wanted->error);
  g_free (wanted);
}

static void
wanted_push (Dataset * dataset, guint64 index)
{
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->refs = 1;
  wanted->index = index;
  g_queue_push_tail (&dataset->wanted, wanted);
}

/* The first that nobody works on, of those that may be decoded already.
 * Called with the lock held. */
static Wanted *
next_wanted (Dataset * dataset)
{
  guint left = dataset->config.ahead;
  GList *link;

  for (link = dataset->wanted.head; link && left > 0; link = link->next) {
    Wanted *wanted = link->data;

    left--;
    if (wanted->state == WANTED_WAITING)
      return wanted;
  }
  return NULL;
}

static gpointer
work (gpointer data)
{
  Dataset *dataset = data;
  Worker worker = { .dataset = dataset };
  guint i;

  g_mutex_lock (&dataset->lock);
  while (!g_cancellable_is_cancelled (dataset->stop)) {
    Wanted *wanted = next_wanted (dataset);
    StyletrainSample *sample;
    GError *error = NULL;

    if (!wanted) {
      g_cond_wait (&dataset->cond, &dataset->lock);
      continue;
    }
    wanted->state = WANTED_RUNNING;
    wanted->refs++;
    g_mutex_unlock (&dataset->lock);
    sample = get_sample (&worker, wanted->index, &error);
    g_mutex_lock (&dataset->lock);
    wanted->sample = sample;
    wanted->error = error;
    wanted->state = WANTED_DONE;
    wanted_unref (wanted);
    g_cond_broadcast (&dataset->cond);
  }
  g_cond_broadcast (&dataset->cond);
  g_mutex_unlock (&dataset->lock);
  for (i = 0; i < N_OPEN; i++)
    g_clear_pointer (&worker.open[i].decoder, dataset_decoder_close);
  return NULL;
}

void
dataset_prefetch (Dataset * dataset, guint64 first, guint64 n)
{
  guint64 i;

  g_mutex_lock (&dataset->lock);
  dataset->announced = TRUE;
  for (i = 0; i < n && dataset->wanted.length < MAX_ANNOUNCED; i++)
    wanted_push (dataset, first + i);
  g_cond_broadcast (&dataset->cond);
  g_mutex_unlock (&dataset->lock);
}

/* Makes @index the first that is wanted. Called with the lock held. */
static void
want (Dataset * dataset, guint64 index)
{
  gboolean follows = index == dataset->next_index;
  GList *link;

  for (link = dataset->wanted.head; link; link = link->next)
    if (((Wanted *) link->data)->index == index)
      break;
  while (dataset->wanted.head && dataset->wanted.head != link)
    wanted_unref (g_queue_pop_head (&dataset->wanted));
  if (!link)
    wanted_push (dataset, index);
  if (follows && !dataset->announced)
    while (dataset->wanted.length < dataset->config.ahead) {
      const Wanted *last = dataset->wanted.tail->data;

      wanted_push (dataset, last->index + 1);
    }
  dataset->next_index = index + 1;
  g_cond_broadcast (&dataset->cond);
}

gboolean
dataset_fetch (Dataset * dataset, guint64 index, StyletrainSample ** sample,
    GError ** error)
{
  Wanted *wanted;

  *sample = NULL;
  g_mutex_lock (&dataset->lock);
  want (dataset, index);
  wanted = dataset->wanted.head->data;
  while (wanted->state != WANTED_DONE
      && !g_cancellable_is_cancelled (dataset->stop))
    g_cond_wait_until (&dataset->cond, &dataset->lock,
        g_get_monotonic_time () + G_USEC_PER_SEC / 10);
  g_queue_pop_head (&dataset->wanted);
  if (wanted->sample)
    *sample = styletrain_sample_ref (wanted->sample);
  else if (wanted->error && error)
    *error = g_error_copy (wanted->error);
  else if (!wanted->error)
    g_cancellable_set_error_if_cancelled (dataset->stop, error);
  wanted_unref (wanted);
  g_cond_broadcast (&dataset->cond);
  g_mutex_unlock (&dataset->lock);
  return *sample != NULL;
}

static gboolean
check_config (const DatasetConfig * config, GError ** error)
{
  const gchar *wrong = NULL;

  if (config->min_side < 1 || config->max_side > 8192
      || config->min_side > config->max_side)
    wrong = "1 <= min_side <= max_side <= 8192 does not hold";
  else if (!(config->seconds_per_item > 0)
      || config->max_items_per_clip < 1)
    wrong = "seconds_per_item and max_items_per_clip must be above 0";
  else if (config->threads < 1 || config->threads > 64 || config->ahead < 1
      || config->ahead > 1024)
    wrong = "threads must be 1 to 64, ahead 1 to 1024";
  else if (config->timeout_ms < 1)
    wrong = "timeout_ms must be above 0";
  if (wrong)
    g_set_error (error, DATASET_ERROR, DATASET_ERROR_CONFIG,
        "the configuration of the dataset contradicts itself: %s", wrong);
  return wrong == NULL;
}

static void
fill_info (Dataset * dataset)
{
  DatasetInfo *info = &dataset->info;
  guint i;

  for (i = 0; i < dataset->files->len; i++) {
    DatasetFile *file = dataset->files->pdata[i];

    file->first_item = info->n_items;
    info->n_items += file->n_items;
    if (file->photo)
      info->n_photos++;
    else {
      info->n_clips++;
      info->seconds += file->duration / (gdouble) GST_SECOND;
      info->n_frames += (file->duration + file->frame_duration / 2)
          / file->frame_duration;
    }
  }
  info->n_rejects = dataset->rejects->len;
  info->rejects = (const DatasetReject *) dataset->rejects->data;
}

static gchar *
fingerprint (const Dataset * dataset)
{
  const DatasetConfig *config = &dataset->config;
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  g_string_printf (text, "1 %" G_GUINT64_FORMAT " %d %d\n", config->seed,
      config->min_side, config->max_side);
  for (i = 0; i < dataset->files->len; i++) {
    const DatasetFile *file = dataset->files->pdata[i];

    g_string_append_printf (text, "%" G_GUINT64_FORMAT " %u %d %d %"
        G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s\n", file->bytes,
        file->n_items, file->photo, file->seekable, file->duration,
        file->frame_duration, file->name);
  }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str,
      text->len);
}

static gboolean
check_enough (const Dataset * dataset, GError ** error)
{
  const DatasetInfo *info = &dataset->info;
  g_autoptr (GString) text = NULL;
  guint i;

  if (info->n_items > 0 && info->n_items >= dataset->config.min_items)
    return TRUE;
  text = g_string_new (NULL);
  g_string_printf (text, "too little content: %u photos and %u clips "
      "make %" G_GUINT64_FORMAT " pictures, at least %u are needed",
      info->n_photos, info->n_clips, info->n_items,
      MAX (dataset->config.min_items, 1));
  if (info->n_rejects > 0)
    g_string_append_printf (text, "; %u files cannot be used:",
        info->n_rejects);
  for (i = 0; i < info->n_rejects && i < 3; i++)
    g_string_append_printf (text, "%s %s: %s", i > 0 ? ";" : "",
        info->rejects[i].path, info->rejects[i].reason);
  if (info->n_rejects > 3)
    g_string_append (text, "; ...");
  g_set_error_literal (error, DATASET_ERROR, DATASET_ERROR_TOO_LITTLE,
      text->str);
  return FALSE;
}

static void
reject_clear (gpointer data)
{
  DatasetReject *reject = data;

  g_free (reject->path);
  g_free (reject->reason);
}

static void
stop (GCancellable * cancellable, gpointer data)
{
  g_cancellable_cancel (data);
}

Dataset *
dataset_new (const gchar * const *contents, const DatasetConfig * config,
    DatasetProgress progress, DatasetWarning warning, gpointer user_data,
    GCancellable * cancellable, GError ** error)
{
  g_autoptr (Dataset) dataset = NULL;
  guint i;

  if (!check_config (config, error))
    return NULL;
  dataset = g_new0 (Dataset, 1);
  dataset->config = *config;
  dataset->warning = warning;
  dataset->user_data = user_data;
  dataset->files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) dataset_file_free);
  dataset->rejects = g_array_new (FALSE, FALSE, sizeof (DatasetReject));
  g_array_set_clear_func (dataset->rejects, reject_clear);
  g_mutex_init (&dataset->lock);
  g_cond_init (&dataset->cond);
  dataset->cache = g_hash_table_new (g_int64_hash, g_int64_equal);
  dataset->failed = g_hash_table_new_full (g_int64_hash, g_int64_equal,
      g_free, NULL);
  dataset->stop = g_cancellable_new ();
  if (cancellable) {
    dataset->cancellable = g_object_ref (cancellable);
    dataset->cancelled_id = g_cancellable_connect (cancellable,
        G_CALLBACK (stop), g_object_ref (dataset->stop), g_object_unref);
  }

  if (!dataset_scan (contents, config, progress, user_data, dataset->stop,
          dataset->files, dataset->rejects, error))
    return NULL;
  fill_info (dataset);
  if (!check_enough (dataset, error))
    return NULL;
  dataset->fingerprint = fingerprint (dataset);
  dataset->threads = g_new0 (GThread *, config->threads);
  for (i = 0; i < config->threads; i++)
    dataset->threads[i] = g_thread_new ("dataset", work, dataset);
  return g_steal_pointer (&dataset);
}

void
dataset_free (Dataset * dataset)
{
  Cached *cached;
  guint i;

  if (dataset->cancellable)
    g_cancellable_disconnect (dataset->cancellable, dataset->cancelled_id);
  g_cancellable_cancel (dataset->stop);
  g_mutex_lock (&dataset->lock);
  g_cond_broadcast (&dataset->cond);
  g_mutex_unlock (&dataset->lock);
  for (i = 0; dataset->threads && i < dataset->config.threads; i++)
    g_thread_join (dataset->threads[i]);
  g_free (dataset->threads);

  while (dataset->wanted.length > 0)
    wanted_unref (g_queue_pop_head (&dataset->wanted));
  while ((cached = g_queue_pop_head (&dataset->recent))) {
    styletrain_sample_unref (cached->sample);
    g_free (cached);
  }
  g_hash_table_unref (dataset->cache);
  g_hash_table_unref (dataset->failed);
  g_clear_object (&dataset->cancellable);
  g_clear_object (&dataset->stop);
  g_ptr_array_unref (dataset->files);
  g_array_unref (dataset->rejects);
  g_free (dataset->fingerprint);
  g_mutex_clear (&dataset->lock);
  g_cond_clear (&dataset->cond);
  g_free (dataset);
}

const DatasetInfo *
dataset_get_info (const Dataset * dataset)
{
  return &dataset->info;
}

const GPtrArray *
dataset_get_files (const Dataset * dataset)
{
  return dataset->files;
}

const gchar *
dataset_get_fingerprint (const Dataset * dataset)
{
  return dataset->fingerprint;
}
