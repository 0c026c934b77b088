/* gst-stylegan: what a model makes of some pictures while it is trained
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "preview.h"

#include "dataset-picture.h"
#include "picture.h"

#include <string.h>

/* Of a sheet whose pictures are the dataset's. */
#define N_SAMPLES 4
#define MAX_SAMPLES_SEEN 16
#define MAX_PICTURES 12
#define GAP 8                   /* pixels */
#define BACKGROUND 0x30

struct _Preview
{
  GPtrArray *pictures;          /* StyletrainPicture: first the style */
  gint height;                  /* pixels, of all on the sheet */
};

static gboolean
add_named (Preview * preview, const gchar * const *names, gint size,
    GError ** error)
{
  guint i;

  for (i = 0; names[i] && i < MAX_PICTURES; i++) {
    StyletrainPicture *picture = styletrain_picture_load (names[i], size, size,
        error);

    if (!picture)
      return FALSE;
    g_ptr_array_add (preview->pictures, picture);
  }
  return TRUE;
}

static StyletrainPicture *
copy_picture (const StyletrainPicture * picture)
{
  StyletrainPicture *copy = dataset_picture_new (picture->width,
      picture->height);

  memcpy (copy->rgb, picture->rgb,
      (gsize) picture->width * picture->height * 3);
  return copy;
}

/* The first ones of different files. */
static gboolean
add_samples (Preview * preview, Dataset * dataset, GError ** error)
{
  guint64 n = MIN (dataset_get_info (dataset)->n_items, MAX_SAMPLES_SEEN), i;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);

  for (i = 0; i < n && g_hash_table_size (seen) < N_SAMPLES; i++) {
    g_autoptr (StyletrainSample) sample = NULL;

    if (!dataset_fetch (dataset, i, &sample, error))
      return FALSE;
    if (g_hash_table_add (seen, g_strdup (sample->path)))
      g_ptr_array_add (preview->pictures, copy_picture (sample->first));
  }
  return TRUE;
}

Preview *
preview_new (const StyletrainPicture * style, const gchar * const *names,
    Dataset * dataset, gint size, GError ** error)
{
  g_autoptr (Preview) preview = g_new0 (Preview, 1);
  gboolean ok;

  preview->height = size;
  preview->pictures = g_ptr_array_new_with_free_func (
      (GDestroyNotify) dataset_picture_unref);
  g_ptr_array_add (preview->pictures, copy_picture (style));
  ok = names && names[0] ? add_named (preview, names, size, error)
      : add_samples (preview, dataset, error);
  return ok ? g_steal_pointer (&preview) : NULL;
}

void
preview_free (Preview * preview)
{
  if (!preview)
    return;
  g_ptr_array_unref (preview->pictures);
  g_free (preview);
}

static gint
shown_width (const Preview * preview, guint i)
{
  const StyletrainPicture *picture = g_ptr_array_index (preview->pictures, i);

  /* panoramas would make sheets that nobody can look at */
  return CLAMP ((gint64) picture->width * preview->height / picture->height, 1,
      3 * preview->height);
}

gboolean
preview_save (Preview * preview, SgTrainer * trainer, const gchar * path,
    GError ** error)
{
  gint width = GAP, height = 2 * preview->height + 3 * GAP, x = GAP;
  g_autofree guint8 *sheet = NULL;
  guint i;

  for (i = 0; i < preview->pictures->len; i++)
    width += shown_width (preview, i) + GAP;
  sheet = g_malloc ((gsize) width * height * 3);
  memset (sheet, BACKGROUND, (gsize) width * height * 3);
  for (i = 0; i < preview->pictures->len; i++) {
    const StyletrainPicture *p = g_ptr_array_index (preview->pictures, i);
    SgPicture input = { p->width, p->height, p->rgb };
    g_autofree guint8 *output = NULL;
    gint w = shown_width (preview, i);

    styletrain_picture_draw (sheet, width, x, GAP, w, preview->height, p->rgb,
        p->width, p->height);
    if (i > 0) {
      output = sg_trainer_stylize (trainer, &input, error);
      if (!output)
        return FALSE;
      styletrain_picture_draw (sheet, width, x, 2 * GAP + preview->height, w,
          preview->height, output, p->width, p->height);
    }
    x += w + GAP;
  }
  return styletrain_png_save (path, sheet, width, height, error);
}
