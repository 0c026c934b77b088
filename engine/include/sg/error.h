/* gst-stylegan: errors of the engine
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every message names what failed (file, node, operator) and what to do next;
 * it is shown to people as it is. */
typedef enum
{
  SG_ERROR_FAILED,              /* anything else */
  SG_ERROR_NOT_FOUND,           /* no such file */
  SG_ERROR_INVALID_MODEL,       /* not ONNX, truncated, contradicts itself */
  SG_ERROR_UNSUPPORTED,         /* valid ONNX that the engine does not run */
  SG_ERROR_SHAPE,               /* shapes do not fit, or depend on the data */
  SG_ERROR_NO_MEMORY,           /* more memory needed than there is */
  SG_ERROR_NO_DEVICE,           /* no device for the backend asked for */
  SG_ERROR_INVALID_ARGUMENT,    /* the caller's arguments contradict */
  SG_ERROR_NOT_FINITE,          /* NaN or infinity in weights, or in a picture
                                 * (with half precision: too large for it) */
  SG_ERROR_DEVICE_LOST,         /* the GPU failed; a new device may work */
} SgErrorCode;

#define SG_ERROR (sg_error_quark ())
GQuark sg_error_quark (void);

G_END_DECLS
