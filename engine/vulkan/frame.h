/* gst-stylegan: how a frame lies in a buffer on the device
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Components that interleave in memory (all of RGBA; U and V of NV12) are a group:
 * they share rows, which are copied as they are. Rows begin at 32 bit words; they are
 * as long as a whole number of blocks of pixels, and there are as many as a whole
 * number of blocks needs. A block is what an invocation of the kernels converts:
 * whole words of each group. Layouts that do not fit into that (far apart, overlapping
 * or of unequal density) are gathered: each component becomes dense rows of its own. */
#pragma once

#include "vulkan/vk.h"

G_BEGIN_DECLS

/* Words of a group in a block, at most: MAX_WORDS of image/store.comp. */
#define VK_FRAME_MAX_WORDS 32

typedef struct
{
  guint32 present;
  guint32 group;
  guint32 offset, step;         /* bytes, in a row on the device */
  guint32 h_sub, v_sub;         /* log2 */
} SgVkFrameComponent;

typedef struct
{
  guint32 lead;                 /* the component that rows begin with */
  guint32 v_sub;
  guint32 rows, row_bytes;      /* that exist */
  guint32 base_words, row_words;        /* on the device */
  guint32 gather;               /* samples of @lead only, put side by side */
  guint32 gaps;                 /* some bytes of a row are no component's */
} SgVkFrameGroup;

typedef struct
{
  gint width, height;
  guint32 n_components;
  SgSampleFormat sample;
  SgVkFrameComponent component[4];
  guint32 n_groups;
  SgVkFrameGroup group[4];
  guint32 columns, rows;        /* pixels of a block */
  guint64 bytes;                /* of the buffer */
} SgVkFrameLayout;

/* Layouts of equal frames are equal as memory. */
void vk_frame_layout_init (SgVkFrameLayout * layout, const SgImage * image);
/* Which bytes of a row of group @g belong to a component: 0xff, others 0.
 * Returns: (transfer full): row_bytes of the group */
guint8 *vk_frame_layout_mask (const SgVkFrameLayout * layout, guint g);
/* Rows of @image to or from @buffer. @masks: vk_frame_layout_mask () per group, NULL
 * where there are no gaps. @threads: NULL: this one. */
void vk_frame_layout_read (const SgVkFrameLayout * layout,
    const SgImage * image, guint8 * buffer, SgThreadPool * threads);
void vk_frame_layout_write (const SgVkFrameLayout * layout,
    guint8 * const *masks, const guint8 * buffer, SgImage * image,
    SgThreadPool * threads);

G_END_DECLS
