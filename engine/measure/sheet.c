/* gst-stylegan: flow, masks and time to look at
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/synthflow.h>

#include <math.h>
#include <string.h>

void
sg_sheet_init (SgSheet * sheet, gint width, gint height)
{
  sheet->width = width;
  sheet->height = height;
  sheet->rgb = g_new0 (guint8, (gsize) width * height * 3);
}

void
sg_sheet_clear (SgSheet * sheet)
{
  g_clear_pointer (&sheet->rgb, g_free);
}

static void
put_pixel (SgSheet * sheet, gint x, gint y, const gfloat rgb[3])
{
  guint8 *p = sheet->rgb + ((gsize) y * sheet->width + x) * 3;

  if (x < 0 || y < 0 || x >= sheet->width || y >= sheet->height)
    return;
  for (gint c = 0; c < 3; c++)
    p[c] = (guint8) (CLAMP (rgb[c], 0.0f, 1.0f) * 255 + 0.5f);
}

void
sg_sheet_put_picture (SgSheet * sheet, gint x, gint y,
    const gfloat * rgb, gint width, gint height)
{
  for (gint j = 0; j < height; j++)
    sg_sheet_put_row (sheet, x, y + j, rgb, width, height, j, 1);
}

void
sg_sheet_put_row (SgSheet * sheet, gint x, gint y,
    const gfloat * rgb, gint width, gint height, gint row, gint times)
{
  gsize n = (gsize) width * height;

  for (gint i = 0; i < width; i++) {
    gsize at = (gsize) row * width + i;
    const gfloat pixel[3] = { rgb[at], rgb[n + at], rgb[2 * n + at] };

    for (gint k = 0; k < times; k++)
      put_pixel (sheet, x + i, y + k, pixel);
  }
}

/* @hue: in turns; @saturation: 0 white .. 1 */
static void
put_hue (SgSheet * sheet, gint x, gint y, gdouble hue, gdouble saturation)
{
  gfloat rgb[3];

  for (gint c = 0; c < 3; c++) {
    gdouble k = fmod (hue * 6 + 5 - 2 * c + 6, 6);

    rgb[c] = (gfloat) (1 - saturation * CLAMP (MIN (k, 4 - k), 0, 1));
  }
  put_pixel (sheet, x, y, rgb);
}

void
sg_sheet_put_flow (SgSheet * sheet, gint x, gint y,
    const gfloat * flow, gint width, gint height, gdouble max)
{
  gsize n = (gsize) width * height;

  for (gsize i = 0; max <= 0 && i < n; i++)
    max = MIN (max, -hypot (flow[i], flow[n + i]));
  max = MAX (fabs (max), 1e-6);
  for (gint j = 0; j < height; j++)
    for (gint i = 0; i < width; i++) {
      gsize at = (gsize) j * width + i;
      gdouble dx = flow[at], dy = flow[n + at];

      put_hue (sheet, x + i, y + j, atan2 (dy, dx) / (2 * G_PI) + 1,
          MIN (hypot (dx, dy) / max, 1));
    }
}

void
sg_sheet_put_masks (SgSheet * sheet, gint x, gint y,
    const SgSynthflowFrame * frame)
{
  gsize n = (gsize) frame->width * frame->height;

  for (gint j = 0; j < frame->height; j++)
    for (gint i = 0; i < frame->width; i++) {
      gsize at = (gsize) j * frame->width + i;
      gfloat gray = 0.2f + 0.2f * (frame->rgb[at] + frame->rgb[n + at]
          + frame->rgb[2 * n + at]);
      const gfloat rgb[3] = {
        frame->disoccluded[at] ? 1 : frame->valid[at] ? 0.5f * gray : gray,
        frame->disoccluded[at] ? 0 : gray,
        frame->disoccluded[at] ? 0 : frame->valid[at] ? 0.5f * gray : gray
      };

      put_pixel (sheet, x + i, y + j, rgb);
    }
}
