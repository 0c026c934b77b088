/* gst-stylegan: ONNX files for the element's tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Good ones take and give [1,3,H,W] or [1,1,H,W], R'G'B' in 0..255. */
typedef enum
{
  MODEL_IDENTITY,
  MODEL_INVERT,                 /* 255 - x */
  MODEL_BRIGHTER,               /* x + 25.5 */
  MODEL_CONV,                   /* reflect padding and a 3x3 box */
  MODEL_POOL4,                  /* 4x4 means: sides have to be multiples of 4 */
  MODEL_FIXED,                  /* identity of fixed size, 64x48 */
  MODEL_GRAY,                   /* identity of one channel */
  MODEL_WIDE,                   /* identity by way of 48 channels */
  MODEL_OVERFLOW,               /* identity by way of (1000 x)^2: too much for f16 */
  MODEL_STYLE,                  /* two inputs: the mean of the second */

  MODEL_MISSING,                /* no such file */
  MODEL_EMPTY,
  MODEL_FOLDER,
  MODEL_TEXT,
  MODEL_TRUNCATED,
  MODEL_UNKNOWN_OPERATOR,       /* node "box", NonMaxSuppression */
  MODEL_TWO_INPUTS,
  MODEL_NO_IMAGE,               /* gives [1,N] */
  MODEL_RANK2,
  MODEL_INTEGER,                /* images of int64 */
  MODEL_FIVE_CHANNELS,
  MODEL_NAN,                    /* in the weights of a convolution */
  MODEL_HUGE,                   /* a weight of 2^38 elements */
  MODEL_OPSET,                  /* operators as they were before opset 7 */
  MODEL_CYCLE,
  MODEL_UNDEFINED,              /* a node reads a value that nothing gives */
  N_MODELS
} ModelId;

/* Written when first asked for, removed when the process ends. */
const gchar *model_path (ModelId id);
/* The folder that they are in. */
const gchar *model_folder (void);

G_END_DECLS
