/* gst-stylegan: the sliding window that convolutions and poolings share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/op.h"

G_BEGIN_DECLS

#define SG_MAX_SPATIAL 3

typedef enum
{
  SG_AUTO_PAD_NOTSET,
  SG_AUTO_PAD_SAME_UPPER,
  SG_AUTO_PAD_SAME_LOWER,
  SG_AUTO_PAD_VALID,
} SgAutoPad;

/* ONNX's kernel_shape, strides, dilations, pads, auto_pad. */
typedef struct
{
  gint n_spatial;               /* 0: take it from the input */
  gint64 kernel[SG_MAX_SPATIAL];        /* 0: take it from the weights */
  gint64 stride[SG_MAX_SPATIAL];        /* 0: 1 */
  gint64 dilation[SG_MAX_SPATIAL];      /* 0: 1 */
  gint64 pad_begin[SG_MAX_SPATIAL];
  gint64 pad_end[SG_MAX_SPATIAL];
  SgAutoPad auto_pad;
} SgWindow;

gboolean sg_window_parse (SgImport * import, SgWindow * window,
    GError ** error);
/* The other way round. */
gboolean sg_window_write (SgExport * export, const SgWindow * window,
    GError ** error);
/* The window with every default filled in and auto_pad turned into pads for
 * spatial input sizes @in (n_spatial of them), and the output sizes.
 * @kernel: from the weights, or NULL to use window->kernel
 * @ceil_mode: as for poolings
 * Errors: SG_ERROR_SHAPE (kernel larger than the padded input, ...). */
gboolean sg_window_resolve (const SgWindow * window, const gint64 * in,
    gint n_spatial, const gint64 * kernel, gboolean ceil_mode,
    SgWindow * resolved, gint64 * out, const SgCall * call, GError ** error);
/* The same for a transposed convolution: pads resolved, output sizes.
 * @output_padding, @output_shape: n_spatial each; output_shape 0: not given */
gboolean sg_window_resolve_transposed (const SgWindow * window,
    const gint64 * in, gint n_spatial, const gint64 * kernel,
    const gint64 * output_padding, const gint64 * output_shape,
    SgWindow * resolved, gint64 * out, const SgCall * call, GError ** error);

G_END_DECLS
