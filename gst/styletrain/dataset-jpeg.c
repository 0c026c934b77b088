/* gst-stylegan: what GStreamer does not say of JPEG files
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Markers: ITU-T T.81, annex B. Exif: JEITA CP-3451, 4.5.4. */

#include "dataset-jpeg.h"

#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>
#include <gst/tag/tag.h>

/* Exif data fill one segment of at most 64 KiB, near the start. */
#define HEAD_BYTES (128 * 1024)
#define EXIF "Exif\0"           /* and the 0 that C adds */

enum
{
  MARKER_SOI = 0xd8,
  MARKER_EOI = 0xd9,
  MARKER_SOS = 0xda,
  MARKER_APP1 = 0xe1,
};

static void
read_exif (const guint8 * tiff, gsize n, DatasetJpeg * jpeg)
{
  GstBuffer *buffer = gst_buffer_new_memdup (tiff, n);
  GstTagList *tags = gst_tag_list_from_exif_buffer_with_tiff_header (buffer);

  if (tags) {
    gst_video_orientation_from_tag (tags, &jpeg->orientation);
    gst_tag_list_unref (tags);
  }
  gst_buffer_unref (buffer);
}

/* Returns: where the first scan begins; 0: not found */
static gsize
read_segments (const guint8 * head, gsize n, DatasetJpeg * jpeg)
{
  gsize at = 2;

  if (n < 2 || head[0] != 0xff || head[1] != MARKER_SOI)
    return 0;
  while (at + 4 <= n && head[at] == 0xff) {
    guint8 marker = head[at + 1];
    gsize size = head[at + 2] << 8 | head[at + 3];

    if (marker == 0xff) {       /* fill */
      at++;
      continue;
    }
    if (marker == MARKER_SOS)
      return at + 4;
    if (size < 2 || at + 2 + size > n)
      return 0;
    if (marker == MARKER_APP1 && size > 2 + sizeof EXIF
        && memcmp (head + at + 4, EXIF, sizeof EXIF) == 0)
      read_exif (head + at + 4 + sizeof EXIF, size - 2 - sizeof EXIF, jpeg);
    at += 2 + size;
  }
  return 0;
}

/* Among coded data FF is followed by 00, RST or a marker. */
static gboolean
has_end (FILE * file, guint8 * bytes)
{
  guint8 last = 0;
  gsize n, i;

  while ((n = fread (bytes, 1, HEAD_BYTES, file)) > 0)
    for (i = 0; i < n; i++) {
      if (last == 0xff && bytes[i] == MARKER_EOI)
        return TRUE;
      last = bytes[i];
    }
  return FALSE;
}

void
dataset_jpeg_read (const gchar * path, DatasetJpeg * jpeg)
{
  g_autofree guint8 *bytes = g_malloc (HEAD_BYTES);
  /* To open a fifo would wait for a writer. */
  FILE *file = g_file_test (path, G_FILE_TEST_IS_REGULAR)
      ? g_fopen (path, "rb") : NULL;
  gsize scan;

  jpeg->orientation = GST_VIDEO_ORIENTATION_IDENTITY;
  jpeg->cut_off = FALSE;
  if (!file)
    return;
  scan = read_segments (bytes, fread (bytes, 1, HEAD_BYTES, file), jpeg);
  if (scan > 0 && fseek (file, scan, SEEK_SET) == 0)
    jpeg->cut_off = !has_end (file, bytes);
  fclose (file);
}
