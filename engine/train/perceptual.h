/* gst-stylegan: loss networks, whose features say how alike two pictures are
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "graph/splice.h"
#include "ops/build.h"

G_BEGIN_DECLS

/* A network whose layers are compared (Johnson, Alahi, Fei-Fei: Perceptual losses for
 * real-time style transfer and super-resolution, 2016). Frozen.
 *
 * Thread-safety: safe (immutable). */
typedef struct _SgPerceptual SgPerceptual;

/* @spec: "FILE.onnx", or "FILE.onnx:" and options separated by ":" of
 *   style=LAYER[*WEIGHT],...  names of values, of nodes, or output names
 *   content=LAYER[*WEIGHT]    or "content=" for none
 *   crop=PX                   the loss is taken of a random square of this size
 *   weight=W                  of this network among several, default 1
 *   input=CONVENTION          what it wants: unit (RGB 0..1), imagenet (RGB, mean and
 *                             deviation of ImageNet), caffe (BGR 0..255 less
 *                             104, 117, 123), bytes (RGB 0..255)
 * What is not given is the file's own metadata ("stylegan.style_layers", ...), or
 * known for the networks in docs/training.md, or else an error that lists the layers
 * there are. The graph is cut behind the last layer in use.
 * Errors: those of sg_model_load (), SG_ERROR_INVALID_ARGUMENT. */
SgPerceptual *sg_perceptual_load (const gchar * spec, GError ** error);
SgPerceptual *sg_perceptual_ref (SgPerceptual * perceptual);
void sg_perceptual_unref (SgPerceptual * perceptual);

guint sg_perceptual_get_n_layers (const SgPerceptual * perceptual);
const gchar *sg_perceptual_get_layer_name (const SgPerceptual * perceptual,
    guint layer);
/* 0: not compared in that respect. */
gdouble sg_perceptual_get_style_weight (const SgPerceptual * perceptual,
    guint layer);
gdouble sg_perceptual_get_content_weight (const SgPerceptual * perceptual,
    guint layer);
gdouble sg_perceptual_get_weight (const SgPerceptual * perceptual);
gint sg_perceptual_get_crop (const SgPerceptual * perceptual);  /* 0: none */

/* Appends its layers for @rgb [N,3,H,W], R'G'B' in 0..1.
 * @features: room for all layers */
gboolean sg_perceptual_append (SgPerceptual * perceptual, SgBuild * build,
    SgValue * rgb, SgValue ** features);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPerceptual, sg_perceptual_unref)

G_END_DECLS
