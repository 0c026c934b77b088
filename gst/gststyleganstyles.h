/* gst-stylegan: where style models are found
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>

G_BEGIN_DECLS

/* The file that @model names: a path, or <model>.onnx in one of the folders
 *   $GST_STYLEGAN_STYLES (several, as in $PATH)
 *   $XDG_DATA_HOME/gst-stylegan/styles
 *   gst-stylegan/styles in each of $XDG_DATA_DIRS
 *   the folder that was set when building
 * Returns: (transfer full) (nullable): NULL when @model is the name of a style
 *   and no such style is installed. A path is returned as it is, whether or not
 *   there is such a file. */
gchar *gst_stylegan_styles_find (const gchar * model);

/* The style that is part of the plugin, as a name for gst_stylegan_styles_load (). */
#define GST_STYLEGAN_STYLES_DEFAULT "resource:///org/gst-stylegan/default.onnx"

/* What gst_stylegan_styles_find () has found, or the default. Errors as
 * sg_model_load (). */
SgModel *gst_stylegan_styles_load (const gchar * path, GError ** error);

/* Names of the installed styles, sorted, separated by ", ".
 * Returns: (transfer full) (nullable): NULL when there are none */
gchar *gst_stylegan_styles_list (void);

G_END_DECLS
