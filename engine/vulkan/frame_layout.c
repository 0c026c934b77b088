/* gst-stylegan: finds how a frame lies in a buffer on the device
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/frame.h"

#include <string.h>

/* The widest block, in pixels, has words of every component that lies alone. */
#define MAX_COLUMNS 16
/* Gaps are copied and carried about: up to so many bytes per pixel they cost less
 * than taking samples one by one. */
#define MAX_PIXEL_BYTES 8

static guint
count (gint pixels, guint sub)
{
  return ((guint) (pixels - 1) >> sub) + 1;
}

/* Whether samples of @b lie between those of @a in the same rows. */
static gboolean
interleave (const SgPlane * a, const SgPlane * b)
{
  /* unrelated memory may be any distance away */
  const gsize pa = (gsize) a->data, pb = (gsize) b->data;
  const gsize distance = MAX (pa, pb) - MIN (pa, pb);

  return a->stride_bytes == b->stride_bytes && a->v_sub == b->v_sub
      && distance < (gsize) MAX (a->step_bytes, b->step_bytes);
}

static void
find_groups (SgVkFrameLayout * layout, const SgImage * image)
{
  guint i, j;

  for (i = 0; i < 4; i++) {
    SgVkFrameComponent *c = &layout->component[i];

    if (!c->present)
      continue;
    c->group = layout->n_groups;
    for (j = 0; j < i; j++) {
      if (layout->component[j].present
          && interleave (&image->plane[i], &image->plane[j])) {
        c->group = layout->component[j].group;
        break;
      }
    }
    if (c->group == layout->n_groups)
      layout->group[layout->n_groups++].lead = i;
    else if (image->plane[i].data <
        image->plane[layout->group[c->group].lead].data)
      layout->group[c->group].lead = i;
  }
  for (i = 0; i < 4; i++) {
    SgVkFrameComponent *c = &layout->component[i];

    if (c->present)
      c->offset = image->plane[i].data
          - image->plane[layout->group[c->group].lead].data;
  }
}

static guint
find_columns (const SgVkFrameLayout * layout)
{
  guint columns, i;

  for (columns = 4; columns < MAX_COLUMNS; columns *= 2) {
    gboolean fits = TRUE;

    for (i = 0; i < 4; i++) {
      const SgVkFrameComponent *c = &layout->component[i];

      if (c->present && (((columns * c->step) >> c->h_sub) % 4 != 0
              || (columns * c->step) % (1u << c->h_sub) != 0))
        fits = FALSE;
    }
    if (fits)
      break;
  }
  return columns;
}

/* Samples of both would be at the same place. Steps are equal, or one is a multiple
 * of the other. */
static gboolean
collide (const SgVkFrameComponent * a, const SgVkFrameComponent * b)
{
  const guint step = MIN (a->step, b->step);

  return a->group == b->group && a->offset % step == b->offset % step;
}

/* Whether rows can be taken as they are. */
static gboolean
is_even (const SgVkFrameLayout * layout)
{
  const guint bytes = layout->sample.bytes;
  guint i, j;

  for (i = 0; i < 4; i++) {
    const SgVkFrameComponent *c = &layout->component[i];
    const SgVkFrameComponent *lead;
    guint row_words;

    if (!c->present)
      continue;
    lead = &layout->component[layout->group[c->group].lead];
    row_words = (layout->columns * c->step >> c->h_sub) / 4;
    if (c->step << lead->h_sub != lead->step << c->h_sub
        || c->step > (guint) MAX_PIXEL_BYTES << c->h_sub
        || c->offset + bytes > c->step || (c->offset | c->step) % bytes != 0
        || row_words * (layout->rows >> c->v_sub) > VK_FRAME_MAX_WORDS)
      return FALSE;
    for (j = 0; j < i; j++) {
      if (layout->component[j].present && collide (c, &layout->component[j]))
        return FALSE;
    }
  }
  return TRUE;
}

/* Each component becomes a group. */
static void
gather (SgVkFrameLayout * layout)
{
  guint i;

  layout->n_groups = 0;
  for (i = 0; i < 4; i++) {
    SgVkFrameComponent *c = &layout->component[i];

    if (!c->present)
      continue;
    c->group = layout->n_groups++;
    c->offset = 0;
    c->step = layout->sample.bytes;
    layout->group[c->group].lead = i;
    layout->group[c->group].gather = TRUE;
  }
}

static void
place_group (SgVkFrameLayout * layout, guint g)
{
  const guint blocks_x = (layout->width - 1) / layout->columns + 1;
  const guint blocks_y = (layout->height - 1) / layout->rows + 1;
  const SgVkFrameComponent *lead = &layout->component[layout->group[g].lead];
  SgVkFrameGroup *group = &layout->group[g];
  guint i, samples = 0;

  group->v_sub = lead->v_sub;
  group->rows = count (layout->height, lead->v_sub);
  for (i = 0; i < 4; i++) {
    const SgVkFrameComponent *c = &layout->component[i];
    guint n;

    if (!c->present || c->group != g)
      continue;
    n = count (layout->width, c->h_sub);
    samples += n;
    group->row_bytes = MAX (group->row_bytes,
        c->offset + (n - 1) * c->step + layout->sample.bytes);
  }
  group->gaps = samples * layout->sample.bytes < group->row_bytes;
  group->row_words =
      (layout->columns * lead->step >> lead->h_sub) / 4 * blocks_x;
  group->base_words = layout->bytes / 4;
  layout->bytes += (guint64) group->row_words * 4
      * (layout->rows >> lead->v_sub) * blocks_y;
}

void
vk_frame_layout_init (SgVkFrameLayout * layout, const SgImage * image)
{
  guint i;

  memset (layout, 0, sizeof *layout);
  layout->width = image->width;
  layout->height = image->height;
  layout->n_components = image->n_components;
  layout->sample = image->sample;
  layout->rows = 1;
  for (i = 0; i < 4; i++) {
    const SgPlane *plane = &image->plane[i];
    SgVkFrameComponent *c = &layout->component[i];

    if (i == 3 ? plane->data == NULL : i >= layout->n_components)
      continue;
    c->present = TRUE;
    c->step = plane->step_bytes;
    c->h_sub = plane->h_sub;
    c->v_sub = plane->v_sub;
    layout->rows = MAX (layout->rows, 1u << c->v_sub);
  }
  find_groups (layout, image);
  layout->columns = find_columns (layout);
  if (!is_even (layout)) {
    gather (layout);
    layout->columns = find_columns (layout);
  }
  for (i = 0; i < layout->n_groups; i++)
    place_group (layout, i);
}

guint8 *
vk_frame_layout_mask (const SgVkFrameLayout * layout, guint g)
{
  guint8 *mask = g_malloc0 (layout->group[g].row_bytes);
  guint i, k, n;

  for (i = 0; i < 4; i++) {
    const SgVkFrameComponent *c = &layout->component[i];

    if (!c->present || c->group != g)
      continue;
    n = count (layout->width, c->h_sub);
    for (k = 0; k < n; k++)
      memset (mask + c->offset + (gsize) k * c->step, 0xff,
          layout->sample.bytes);
  }
  return mask;
}
