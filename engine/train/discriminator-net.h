/* gst-stylegan: the discriminator's layers and losses, as graphs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "train/parameters.h"

G_BEGIN_DECLS

/* d1 .. d4, realness, style. */
#define SG_DISCRIMINATOR_N_LAYERS 6

/* Values that the parameters and vectors come from; see below. */
typedef struct
{
  SgParameters *parameters;     /* listed */
  SgValue *row;                 /* [sg_parameters_get_size ()] */
  SgValue *vectors;             /* [sg_discriminator_get_n_vectors ()] */
} SgDiscriminatorNet;

/* Fills the empty list @parameters. */
gboolean sg_discriminator_list (SgParameters * parameters, GError ** error);

/* Every layer's weights W, as a matrix of an output channel a row, are divided by
 * u^T W v, with the unit vectors u and v that one after the other stand in the row of
 * vectors. After enough iterations that is W's largest singular value. */
gsize sg_discriminator_get_n_vectors (void);
/* u and v of any direction. */
void sg_discriminator_begin_vectors (guint64 seed, gfloat * vectors);
/* One power iteration of each layer: v = W^T u, then u = W v, both of length 1. */
void sg_discriminator_iterate (const SgParameters * parameters,
    const gfloat * row, gfloat * vectors);

/* @images: [M,3,W,W], -1..1
 * @map: [M,1,h,w], of realness
 * @style: [M,1,1,1], log of the odds that it is of the style, not a photograph */
void sg_discriminator_net_append (SgDiscriminatorNet * net, SgBuild * build,
    SgValue * images, SgValue ** map, SgValue ** style);

/* What the network is to make smaller: hinge (Lim, Ye: Geometric GAN, 2017) and cross
 * entropy, of all of @map and @style. */
SgValue *sg_discriminator_network_loss (SgBuild * build, SgValue * map,
    SgValue * style);
/* ... and the discriminator: of thirds of @map and @style, which are the style's
 * crops, the network's images, and photographs. */
SgValue *sg_discriminator_own_loss (SgBuild * build, SgValue * map,
    SgValue * style);

G_END_DECLS
