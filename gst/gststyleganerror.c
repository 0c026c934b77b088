/* gst-stylegan: the engine's errors as messages on the bus
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganerror.h"

#include <sg/error.h>

static const struct
{
  gint engine_code;
    GQuark (*domain) (void);
  gint code;
} map[] = {
  {SG_ERROR_FAILED, gst_library_error_quark, GST_LIBRARY_ERROR_FAILED},
  {SG_ERROR_NOT_FOUND, gst_resource_error_quark, GST_RESOURCE_ERROR_NOT_FOUND},
  {SG_ERROR_INVALID_MODEL, gst_stream_error_quark, GST_STREAM_ERROR_DECODE},
  {SG_ERROR_UNSUPPORTED, gst_stream_error_quark, GST_STREAM_ERROR_WRONG_TYPE},
  {SG_ERROR_SHAPE, gst_stream_error_quark, GST_STREAM_ERROR_FORMAT},
  {SG_ERROR_NO_MEMORY, gst_resource_error_quark,
      GST_RESOURCE_ERROR_NO_SPACE_LEFT},
  {SG_ERROR_NO_DEVICE, gst_library_error_quark, GST_LIBRARY_ERROR_INIT},
  {SG_ERROR_INVALID_ARGUMENT, gst_library_error_quark,
      GST_LIBRARY_ERROR_SETTINGS},
  {SG_ERROR_NOT_FINITE, gst_stream_error_quark, GST_STREAM_ERROR_DECODE},
  {SG_ERROR_DEVICE_LOST, gst_resource_error_quark, GST_RESOURCE_ERROR_FAILED},
};

void
gst_stylegan_error_post_full (GstElement * element, const GError * error,
    const gchar * model, const gchar * file, const gchar * function, gint line)
{
  GQuark domain = GST_LIBRARY_ERROR;
  gint code = GST_LIBRARY_ERROR_FAILED;
  guint i;

  if (error->domain == GST_STREAM_ERROR || error->domain == GST_RESOURCE_ERROR) {
    domain = error->domain;
    code = error->code;
  }
  for (i = 0; error->domain == SG_ERROR && i < G_N_ELEMENTS (map); i++) {
    if (map[i].engine_code == error->code) {
      domain = map[i].domain ();
      code = map[i].code;
    }
  }
  gst_element_message_full (element, GST_MESSAGE_ERROR, domain, code,
      g_strdup (error->message), g_strdup_printf ("model %s",
          model ? model : "not set"), file, function, line);
}
