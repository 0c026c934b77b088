/* gst-stylegan: pictures for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "png-reader.h"

#include <png.h>
#include <string.h>

#include <sg/error.h>

guint8 *
test_png_read (const gchar * path, guint * width, guint * height,
    GError ** error)
{
  png_image image;
  guint8 *pixels;

  memset (&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_file (&image, path))
    goto error;
  image.format = PNG_FORMAT_RGB;
  pixels = g_malloc (PNG_IMAGE_SIZE (image));
  if (!png_image_finish_read (&image, NULL, pixels, 0, NULL)) {
    g_free (pixels);
    goto error;
  }
  *width = image.width;
  *height = image.height;
  return pixels;

error:
  g_set_error (error, SG_ERROR, SG_ERROR_FAILED, "cannot read '%s': %s", path,
      image.message);
  png_image_free (&image);
  return NULL;
}
