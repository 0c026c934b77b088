/* gst-stylegan: pictures to look at
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "png-writer.h"

#include <png.h>
#include <string.h>

#include <sg/error.h>

gboolean
test_png_write (const gchar * path, const guint8 * rgb, guint width,
    guint height, GError ** error)
{
  png_image image;

  memset (&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file (&image, path, 0, rgb, 0, NULL))
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "cannot write '%s': %s", path,
      image.message);
  png_image_free (&image);
  return FALSE;
}
