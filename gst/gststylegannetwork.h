/* gst-stylegan: models, compiled for frames of one size
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A stylizer, the one that fades over to it, and what to do when the device does not
 * do (any more). */
#pragma once

#include <gst/video/video.h>
#include <sg/stylizer.h>

#include "gststylegansettings.h"

G_BEGIN_DECLS

/* What to compile. Owns references to the models and the style picture. */
typedef struct
{
  SgModel *model;
  SgStylizerConfig config;
} GstStyleganSpec;

/* @second, @style_image: may be NULL; what the caps say of stereo comes in here */
void gst_stylegan_spec_init (GstStyleganSpec * spec,
    const GstStyleganSettings * settings, const GstVideoInfo * info,
    guint frames_in_flight, SgModel * model, SgModel * second,
    SgTensor * style_image);
void gst_stylegan_spec_clear (GstStyleganSpec * spec);
gboolean gst_stylegan_spec_equal (const GstStyleganSpec * a,
    const GstStyleganSpec * b);

/* As the settings say. @backend: instead of theirs
 * @warnings: of gchar*: gets the reason for using the processor, if any */
SgDevice *gst_stylegan_device_open (const GstStyleganSettings * settings,
    SgBackendId backend, GQueue * warnings, GError ** error);

/* One thread at a time. */
typedef struct _GstStyleganNetwork GstStyleganNetwork;

/* Compiles; where the memory does not do, at a smaller working height, and with
 * backend=auto on the processor. Blocks. Errors: SG_ERROR */
GstStyleganNetwork *gst_stylegan_network_new (const GstStyleganSpec * spec,
    SgDevice * device, const GstStyleganSettings * settings, GError ** error);
void gst_stylegan_network_free (GstStyleganNetwork * network);

/* A model of @spec with what is said of its pixels. */
typedef struct
{
  SgModel *model;               /* no reference */
  SgPixelRange pixel_range;
  SgChannelOrder channel_order;
} GstStyleganView;

/* The only model that is seen; NULL in it if there are two. */
GstStyleganView gst_stylegan_spec_get_view (const GstStyleganSpec * spec,
    gfloat mix);

/* Also compiles what fades from one model to another. FALSE: that is not possible,
 * and no harm is done. */
gboolean gst_stylegan_network_add_fade (GstStyleganNetwork * network,
    const GstStyleganView * from, const GstStyleganView * to);
gboolean gst_stylegan_network_is_fading (GstStyleganNetwork * network);
/* The fade is over: goes on with the network proper. Nothing may be under way.
 * Returns: (transfer full) (nullable): what is no longer needed; freeing it takes
 *   time */
SgStylizer *gst_stylegan_network_end_fade (GstStyleganNetwork * network);

/* With backend=auto a GPU that fails is replaced by the processor.
 * @reason: (transfer full): why
 * Returns: FALSE with @reason, or a new one, in @error */
gboolean gst_stylegan_network_replace_device (GstStyleganNetwork * network,
    GError * reason, GError ** error);

/* The one in use: that of the fade while there is one. */
SgStylizer *gst_stylegan_network_get_stylizer (GstStyleganNetwork * network);
/* In use: another one than that it was compiled for, after failures. */
SgDevice *gst_stylegan_network_get_device (GstStyleganNetwork * network);
const GstStyleganSpec *gst_stylegan_network_get_spec
    (GstStyleganNetwork * network);
/* How often something was compiled for it. */
guint gst_stylegan_network_get_n_compiled (GstStyleganNetwork * network);
/* (transfer full), NULL when there is nothing (more). */
gchar *gst_stylegan_network_take_warning (GstStyleganNetwork * network);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganNetwork, gst_stylegan_network_free)

G_END_DECLS
