/* gst-stylegan: the network that learns to be a loss, and what it learns from
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/session.h>

#include "train/parameters.h"
#include "train/perceptual.h"

G_BEGIN_DECLS

/* Layers that are compared: at strides of 1, 2, 4 and 8 px. */
#define SG_STUDENT_N_LAYERS 4
/* NULL-terminated. */
extern const gchar *const sg_student_layers[SG_STUDENT_N_LAYERS + 1];

/* What is learned; each is a term of the loss. */
typedef enum
{
  SG_DISTILL_MAPS,
  SG_DISTILL_CONTENT,
  SG_DISTILL_STYLE,
  SG_DISTILL_N_TERMS
} SgDistillTerm;

/* A network that is imitated. */
typedef struct
{
  SgPerceptual *network;
  gint crop;                    /* px, what it sees of the images' middle */
  gdouble *scale;               /* per layer: its maps' root mean square */
} SgTeacher;

/* Appends the student. @rgb: [N,3,H,W] in 0..1, H and W of 32 or more.
 * Layer i has its pixel p at 2^i (p + 1) - 1 of the picture, as that of networks
 * without padding. */
gboolean sg_student_append (SgBuild * build, SgParameters * parameters,
    SgValue * rgb, SgValue * layers[SG_STUDENT_N_LAYERS]);

/* Appends student, @n teachers and terms for images x [N,3,S,S], whose second half is
 * compared with the first. @terms: scalars. What maps the student's channels to those
 * of the teachers are more parameters behind the student's. */
gboolean sg_distill_append (SgBuild * build, SgParameters * parameters,
    const SgTeacher * teachers, guint n, SgValue * x,
    SgValue * terms[SG_DISTILL_N_TERMS]);

/* Fills @teacher->scale for images of @size px, from noise of all scales. Errors too if
 * a layer has a resolution that the student lacks. */
gboolean sg_teacher_measure (SgTeacher * teacher, gint size, SgDevice * device,
    GError ** error);

G_END_DECLS
