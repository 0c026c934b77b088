/* gst-stylegan: the pictures that a command learns from
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "content.h"

#define MAX_REJECTS_SHOWN 20
#define FEW_PICTURES 50
/* Of what is looked at whole. */
#define MIN_SIDE 32

static void
scan_progress (guint n_done, guint n, const gchar * path, gpointer progress)
{
  progress_scan (progress, n_done, n, path);
}

static void
dataset_warning (const gchar * message, gpointer progress)
{
  progress_warn (progress, "%s", message);
}

static void
report_scan (const DatasetInfo * info, Progress * progress)
{
  guint i;

  for (i = 0; i < MIN (info->n_rejects, MAX_REJECTS_SHOWN); i++)
    progress_say (progress, "not used: %s: %s", info->rejects[i].path,
        info->rejects[i].reason);
  if (i < info->n_rejects)
    progress_say (progress, "... and %u more", info->n_rejects - i);
  progress_say (progress, "content: %u photos, %u clips (%.0f s, %"
      G_GUINT64_FORMAT " frames), %" G_GUINT64_FORMAT " pictures a round; %u "
      "files not used", info->n_photos, info->n_clips, info->seconds,
      info->n_frames, info->n_items, info->n_rejects);
}

static Dataset *
scan (const gchar * const *content, const DatasetConfig * config,
    Progress * progress, GError ** error)
{
  Dataset *dataset = dataset_new (content, config, scan_progress,
      dataset_warning, progress, NULL, error);

  progress_end (progress);
  if (dataset)
    report_scan (dataset_get_info (dataset), progress);
  return dataset;
}

Dataset *
content_open (const gchar * const *content, guint64 seed, gint size,
    guint batch, Progress * progress, GError ** error)
{
  DatasetConfig config = DATASET_CONFIG_INIT;
  Dataset *dataset;

  config.seed = seed;
  config.min_side = size;
  config.max_side = 2 * size;
  config.reject_side = MIN (config.reject_side, size);
  config.ahead = MAX (config.ahead, 2 * batch);
  dataset = scan (content, &config, progress, error);
  if (dataset && dataset_get_info (dataset)->n_items < FEW_PICTURES)
    progress_warn (progress,
        "that is little: the model will know these pictures "
        "by heart. Some hundred different ones, or clips, make a better one");
  return dataset;
}

Dataset *
content_list (const gchar * const *content, Progress * progress,
    GError ** error)
{
  DatasetConfig config = DATASET_CONFIG_INIT;

  config.reject_side = MIN_SIDE;
  return scan (content, &config, progress, error);
}
