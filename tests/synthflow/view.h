/* gst-stylegan: flow, masks and time to look at
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "synthflow/synthflow.h"

G_BEGIN_DECLS

/* A sheet of R, G, B bytes to put pictures on. */
typedef struct
{
  gint width, height;
  guint8 *rgb;                  /* black at first */
} SynthSheet;

void synth_sheet_init (SynthSheet * sheet, gint width, gint height);
void synth_sheet_clear (SynthSheet * sheet);

/* Puts things of @width x @height with their top left corner at @x, @y; what does
 * not fit is cut off. */
void synth_sheet_put_picture (SynthSheet * sheet, gint x, gint y,
    const gfloat * rgb, gint width, gint height);
/* Direction as hue (right red, down yellow-green, left cyan, up violet), speed as
 * saturation: white for none, full at @max pixels; @max 0: the fastest one. */
void synth_sheet_put_flow (SynthSheet * sheet, gint x, gint y,
    const gfloat * flow, gint width, gint height, gdouble max);
/* The picture in gray; green: valid, red: disoccluded, gray: neither. */
void synth_sheet_put_masks (SynthSheet * sheet, gint x, gint y,
    const SynthflowFrame * frame);
/* One row of @rgb ([3,H,W]) @times times below each other: time runs down. */
void synth_sheet_put_row (SynthSheet * sheet, gint x, gint y,
    const gfloat * rgb, gint width, gint height, gint row, gint times);

gboolean synth_sheet_write (const SynthSheet * sheet, const gchar * path,
    GError ** error);

G_END_DECLS
