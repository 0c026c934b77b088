/* gst-stylegan: one picture painted in the style of another
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/train.h>

G_BEGIN_DECLS

/* The picture itself is what is optimised (Gatys, Ecker, Bethge: Image style transfer
 * using convolutional neural networks, 2016), from small to large (Gatys et al.:
 * Controlling perceptual factors in neural style transfer, 2017), on the losses that
 * networks are trained with.
 *
 * Zeroed and then given its defaults by sg_paint_config_init (). Strings and pictures
 * belong to the caller; a painter needs the pictures while it lives. */
typedef struct
{
  SgPicture content, style;
  SgPicture init;               /* what it begins with; no picture: the content */
  gdouble noise;                /* 0 .. 1: how much of that is noise instead */
  gint width, height;           /* px, of the result: 32 to 8192 */
  gint style_size;              /* px, of the style's shorter side: larger means larger
                                 * strokes; 0: as the result's */
  guint steps;                  /* of all sizes together */
  guint64 seed;
  gdouble rate;                 /* of Adam, at its highest */
  gdouble weight[SG_N_LOSSES];  /* 0: off. Reconstruction, time and the discriminator
                                 * have no meaning here */
  const gchar *const *loss_networks;    /* as in SgTrainConfig */
  /* Only light and shade are painted; colours are the content's (Gatys et al.:
   * Preserving color in neural artistic style transfer, 2016). */
  gboolean preserve_colors;
} SgPaintConfig;

void sg_paint_config_init (SgPaintConfig * config);

/* Thread-safety: one thread at a time. */
typedef struct _SgPainter SgPainter;

/* Blocks for seconds. All memory that is needed is known after it.
 * Errors: those of loading the loss networks, SG_ERROR_INVALID_ARGUMENT (names the
 *   option), _NO_MEMORY (says how much is needed). */
SgPainter *sg_painter_new (const SgPaintConfig * config, SgDevice * device,
    GError ** error);
void sg_painter_free (SgPainter * painter);

/* One step; config.steps of them finish the picture.
 * Errors: SG_ERROR_NOT_FINITE, the picture stays as it was. */
gboolean sg_painter_step (SgPainter * painter, SgTrainReport * report,
    GError ** error);

/* Of the picture that the next step is about; less than the result's at first. */
void sg_painter_get_size (const SgPainter * painter, gint * width,
    gint * height);
/* What is left to do, in steps of that size. */
gdouble sg_painter_get_steps_left (const SgPainter * painter);

/* What there is now, as large as the result.
 * Returns: (transfer full): R'G'B', as SgPicture, to be freed with g_free (); or NULL */
guint8 *sg_painter_get_picture (SgPainter * painter, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPainter, sg_painter_free)

G_END_DECLS
