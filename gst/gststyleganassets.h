/* gst-stylegan: the files that properties name
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>

#include "gststylegansettings.h"

G_BEGIN_DECLS

typedef enum
{
  GST_STYLEGAN_ASSET_MODEL,     /* SgModel */
  GST_STYLEGAN_ASSET_MODEL_B,
  GST_STYLEGAN_ASSET_STYLE_IMAGE,       /* SgTensor, f32 [1,3,h,w] */
  GST_STYLEGAN_ASSET_MASK,      /* SgTensor, f32 [1,1,h,w] */
  GST_STYLEGAN_N_ASSETS
} GstStyleganAssetId;

/* Thread-safety: one thread at a time. */
typedef struct _GstStyleganAssets GstStyleganAssets;

GstStyleganAssets *gst_stylegan_assets_new (void);
void gst_stylegan_assets_free (GstStyleganAssets * assets);

/* Loads what @settings name that is new. Blocks.
 * @warnings: of gchar*: gets a text for every file that does not do, for which
 *   the one before is kept. NULL: such a file is an error.
 * Errors: SG_ERROR, GST_RESOURCE_ERROR, GST_STREAM_ERROR */
gboolean gst_stylegan_assets_update (GstStyleganAssets * assets,
    const GstStyleganSettings * settings, GQueue * warnings, GError ** error);

/* What is loaded now has proved to be good; goes back to what was. The latter returns
 * FALSE when that is the same, or nothing. */
void gst_stylegan_assets_commit (GstStyleganAssets * assets);
gboolean gst_stylegan_assets_revert (GstStyleganAssets * assets);

/* Whether files have been rewritten, and are no longer being written: they are the
 * same as at the last call. The next update loads them. */
gboolean gst_stylegan_assets_poll (GstStyleganAssets * assets);

/* (transfer none) (nullable) */
gpointer gst_stylegan_assets_get (GstStyleganAssets * assets,
    GstStyleganAssetId id);
const gchar *gst_stylegan_assets_get_path (GstStyleganAssets * assets,
    GstStyleganAssetId id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganAssets, gst_stylegan_assets_free)

G_END_DECLS
