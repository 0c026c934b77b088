/* gst-stylegan: pixels of every format through the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "frames.h"
#include "models.h"

static const gint sizes[][2] = {
  {16, 16}, {17, 19}, {33, 18}, {321, 243}, {640, 360}
};

/* Formats of the template, in its order. */
static guint
list_formats (GstVideoFormat formats[256])
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstCaps *caps = gst_pad_get_pad_template_caps (pad);
  const GValue *list =
      gst_structure_get_value (gst_caps_get_structure (caps, 0), "format");
  guint i, n = gst_value_list_get_size (list);

  g_assert (n <= 256);
  for (i = 0; i < n; i++)
    formats[i] = gst_video_format_from_string (g_value_get_string
        (gst_value_list_get_value (list, i)));
  gst_caps_unref (caps);
  gst_object_unref (pad);
  gst_object_unref (element);
  return n;
}

GST_START_TEST (test_template)
{
  GstVideoFormat formats[256];
  const GstVideoFormat *all;
  guint i, j, n_all, n = list_formats (formats);

  /* What videoconvert takes, this takes. */
  all = gst_video_formats_raw (&n_all);
  for (i = 0; i < n_all; i++) {
    const GstVideoFormatInfo *finfo = gst_video_format_get_info (all[i]);

    if (finfo->unpack_func == NULL || finfo->pack_func == NULL)
      continue;
    for (j = 0; j < n && formats[j] != all[i]; j++);
    ck_assert_msg (j < n, "%s is missing", finfo->name);
  }
  ck_assert_uint_ge (n, 100);
}

GST_END_TEST;

static void
check_identity (GstHarness * h, const GstVideoInfo * info, FrameLayout layout)
{
  GstBuffer *in = frame_new (info, layout, 0xa5), *out;
  guint difference;

  frame_fill_noise (in, info, info->width * 1000 + layout);
  out = stylegan_run (h, info, gst_buffer_ref (in));
  difference = frame_difference (in, info, 0, 0, out, info);
  ck_assert_msg (difference <= 1, "%s %dx%d layout %d: off by %u",
      GST_VIDEO_INFO_NAME (info), info->width, info->height, layout,
      difference);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
}

/* Noise, so that neighbours differ and no clipping goes unseen. */
GST_START_TEST (test_identity)
{
  GstVideoFormat formats[256];
  guint i, s, layout, n = list_formats (formats);

  for (i = 0; i < n; i++) {
    GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));

    for (s = 0; s < G_N_ELEMENTS (sizes); s++) {
      GstVideoInfo info;

      frame_info (&info, formats[i], sizes[s][0], sizes[s][1], NULL);
      if (GST_VIDEO_INFO_IS_YUV (&info))
        frame_info (&info, formats[i], sizes[s][0], sizes[s][1], "bt709");
      for (layout = 0; layout < N_LAYOUTS; layout++)
        check_identity (h, &info, layout);
    }
    stylegan_harness_free (h);
  }
}

GST_END_TEST;

/* What the textbook says of the inverted colour has to come out. Formats of
 * less than 8 bit are off by a step. */
static void
check_textbook (GstHarness * h, const GstVideoInfo * info)
{
  GstBuffer *in, *out, *expected;
  guint difference;

  in = frame_new (info, LAYOUT_PLAIN, 0);
  frame_fill_flat (in, info, 0.2, 0.4, 0.6);
  expected = frame_new (info, LAYOUT_PLAIN, 0);
  frame_fill_flat (expected, info, 0.8, 0.6, 0.4);
  out = stylegan_run (h, info, gst_buffer_ref (in));
  difference = frame_difference (expected, info, 0, 0, out, info);
  ck_assert_msg (difference <= (info->finfo->bits < 8 ? 8 : 1),
      "%s: off by %u", GST_VIDEO_INFO_NAME (info), difference);
  /* Or could nothing have passed as well? */
  ck_assert_uint_gt (frame_difference (in, info, 0, 0, out, info), 8);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  gst_buffer_unref (expected);
}

GST_START_TEST (test_inverted_formats)
{
  static const gchar *const ranges[][2] = {
    {"bt709", "1:3:5:1"}, {"sRGB", "2:1:5:1"}
  };
  GstVideoFormat formats[256];
  guint i, range, n = list_formats (formats);
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));

  for (i = 0; i < n; i++) {
    GstVideoInfo info;

    frame_info (&info, formats[i], 33, 18, NULL);
    if (GST_VIDEO_INFO_IS_GRAY (&info)) {
      check_textbook (h, &info);
      continue;
    }
    for (range = 0; range < 2; range++) {
      frame_info (&info, formats[i], 33, 18,
          ranges[GST_VIDEO_INFO_IS_RGB (&info)][range]);
      /* The palette has colours of full range only. */
      if (range == 0 || !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (info.finfo))
        check_textbook (h, &info);
    }
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* What is not tagged is what GStreamer takes it for: limited for YUV. */
GST_START_TEST (test_unknown_range)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  GstVideoInfo limited, unknown;
  GstBuffer *in, *out[2];

  frame_info (&limited, GST_VIDEO_FORMAT_I420, 64, 48, "2:3:5:1");
  frame_info (&unknown, GST_VIDEO_FORMAT_I420, 64, 48, "0:3:5:1");
  in = frame_new (&limited, LAYOUT_PLAIN, 0);
  frame_fill_colors (in, &limited, 1.0);
  out[0] = stylegan_run (h, &limited, gst_buffer_ref (in));
  out[1] = stylegan_run (h, &unknown, gst_buffer_ref (in));
  ck_assert_uint_eq (frame_difference (out[0], &limited, 0, 0, out[1],
          &limited), 0);
  gst_buffer_unref (in);
  gst_buffer_unref (out[0]);
  gst_buffer_unref (out[1]);
  stylegan_harness_free (h);
}

GST_END_TEST;

static const GstVideoFormat color_formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_YUY2,
  GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_AYUV, GST_VIDEO_FORMAT_NV12_4L4,
  GST_VIDEO_FORMAT_P010_10LE, GST_VIDEO_FORMAT_I420_10LE,
  GST_VIDEO_FORMAT_v210, GST_VIDEO_FORMAT_Y412_LE, GST_VIDEO_FORMAT_Y444_12LE,
  GST_VIDEO_FORMAT_Y444_16LE, GST_VIDEO_FORMAT_AYUV64
};

static const gchar *const colorimetries[] = {
  GST_VIDEO_COLORIMETRY_BT601, GST_VIDEO_COLORIMETRY_BT709,
  GST_VIDEO_COLORIMETRY_SMPTE240M, GST_VIDEO_COLORIMETRY_BT2020,
  GST_VIDEO_COLORIMETRY_BT2020_10, GST_VIDEO_COLORIMETRY_BT2100_PQ,
  GST_VIDEO_COLORIMETRY_BT2100_HLG,
  "1:4:16:4",                   /* bt601, full range */
  "1:3:5:1",                    /* bt709, full range */
  "1:6:11:7",                   /* bt2020, full range */
  "2:4:16:3",                   /* bt601 of 625 lines */
  "2:4:4:2",                    /* NTSC of 1953, illuminant C */
  "2:3:12:8",                   /* Adobe RGB */
  "2:3:7:11",                   /* Display P3 */
  "2:3:4:10",                   /* DCI P3, its own white */
  "2:3:9:1",                    /* logarithmic */
  "2:6:9:7",                    /* logarithmic with other primaries */
  "0:0:0:0"                     /* nothing known */
};

GST_START_TEST (test_identity_of_tagged_colors)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  guint f, c;

  for (f = 0; f < G_N_ELEMENTS (color_formats); f++) {
    for (c = 0; c < G_N_ELEMENTS (colorimetries); c++) {
      GstVideoInfo info;
      GstBuffer *in, *out;
      guint difference;

      frame_info (&info, color_formats[f], 320, 244, colorimetries[c]);
      in = frame_new (&info, LAYOUT_PLAIN, 0);
      if (info.colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_UNKNOWN)
        frame_fill_noise (in, &info, c);
      else
        frame_fill_colors (in, &info, 1.0);
      out = stylegan_run (h, &info, gst_buffer_ref (in));
      difference = frame_difference (in, &info, 0, 0, out, &info);
      /* Near black 16 bit are finer than the tables of gamma functions. */
      ck_assert_msg (difference <= (info.finfo->depth[0] == 16 ? 8 : 1),
          "%s %s: off by %u", GST_VIDEO_INFO_NAME (&info), colorimetries[c],
          difference);
      gst_buffer_unref (in);
      gst_buffer_unref (out);
    }
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* The colours that a decoder's noise has, outside of R'G'B', with primaries that
 * are converted. */
GST_START_TEST (test_identity_of_tagged_noise)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  guint f, c;

  for (f = 0; f < 5; f++) {
    for (c = 0; c < 4; c++) {
      GstVideoInfo info;
      GstBuffer *in, *out;
      guint difference;

      frame_info (&info, color_formats[f], 96, 64, colorimetries[c]);
      in = frame_new (&info, LAYOUT_PLAIN, 0);
      frame_fill_noise (in, &info, c);
      out = stylegan_run (h, &info, gst_buffer_ref (in));
      difference = frame_difference (in, &info, 0, 0, out, &info);
      ck_assert_msg (difference <= 1, "%s %s: off by %u",
          GST_VIDEO_INFO_NAME (&info), colorimetries[c], difference);
      gst_buffer_unref (in);
      gst_buffer_unref (out);
    }
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* @options: for GstVideoConverter, which says what the network has to see */
static void
check_inverted (GstHarness * h, GstVideoFormat format, const gchar * tag,
    const gchar * network_tag, gboolean primaries, const gdouble rgb[3],
    gdouble tolerance_16bit)
{
  GstStructure *options[2] = { NULL, NULL };
  guint16 before[4], after[4];
  GstVideoInfo info;
  GstBuffer *in, *out;
  gdouble tolerance;
  guint i;

  for (i = 0; primaries && i < 2; i++)
    options[i] = gst_structure_new ("options",
        GST_VIDEO_CONVERTER_OPT_GAMMA_MODE, GST_TYPE_VIDEO_GAMMA_MODE,
        GST_VIDEO_GAMMA_MODE_REMAP, GST_VIDEO_CONVERTER_OPT_PRIMARIES_MODE,
        GST_TYPE_VIDEO_PRIMARIES_MODE, GST_VIDEO_PRIMARIES_MODE_FAST, NULL);
  frame_info (&info, format, 32, 32, tag);
  /* A luma and two chroma samples are rounded, each by half a value of which
   * there are 219 and 224, and count up to twice in R'G'B'. GstVideoConverter
   * calculates 8 bit formats with 8 bit. */
  tolerance = tolerance_16bit + 2.5 / (1 << (info.finfo->depth[0] - 8));
  if (info.finfo->depth[0] == 8)
    tolerance += 1.0;
  in = frame_new (&info, LAYOUT_PLAIN, 0);
  frame_fill_flat (in, &info, rgb[0], rgb[1], rgb[2]);
  out = stylegan_run (h, &info, gst_buffer_ref (in));
  frame_to_argb64 (in, &info, options[0], network_tag, 8, 8, before);
  frame_to_argb64 (out, &info, options[1], network_tag, 8, 8, after);
  for (i = 1; i < 4; i++)
    ck_assert_msg (ABS (65535 - before[i] - after[i]) <= tolerance * 257,
        "%s %s: component %u was %.1f and became %.1f of 255",
        GST_VIDEO_INFO_NAME (&info), tag, i, before[i] / 257.0,
        after[i] / 257.0);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
}

/* GstVideoConverter says what colour a pixel had, and has: the matrices and
 * ranges of both directions are right, not only each other's inverse. It rounds
 * the coefficients of its matrices to 8 bit. */
GST_START_TEST (test_inverted_colors)
{
  static const gdouble colors[][3] = {
    {0.9, 0.2, 0.1}, {0.1, 0.8, 0.2}, {0.15, 0.1, 0.85}, {0.7, 0.7, 0.2},
    {0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}, {0.3, 0.5, 0.6}
  };
  static const gchar *const yuv_tags[] = {
    "2:4:5:1", "1:4:5:1", "2:3:5:1", "1:3:5:1", "2:6:5:1", "1:6:5:1"
  };
  static const GstVideoFormat rgb_formats[] = {
    GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_xRGB,
    GST_VIDEO_FORMAT_GBR, GST_VIDEO_FORMAT_GBR_10LE, GST_VIDEO_FORMAT_ARGB64,
    GST_VIDEO_FORMAT_r210, GST_VIDEO_FORMAT_RGB10A2_LE
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  guint c, f, t;

  for (c = 0; c < G_N_ELEMENTS (colors); c++) {
    for (f = 0; f < G_N_ELEMENTS (color_formats); f++)
      for (t = 0; t < G_N_ELEMENTS (yuv_tags); t++)
        check_inverted (h, color_formats[f], yuv_tags[t], "1:1:5:1", FALSE,
            colors[c], 1.0);
    for (f = 0; f < G_N_ELEMENTS (rgb_formats); f++)
      check_inverted (h, rgb_formats[f], "sRGB", "1:1:7:1", FALSE, colors[c],
          1.0);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* The same where primaries have to be converted: the network sees BT.709.
 * GstVideoConverter itself is a code value off here, with 16 bit. */
GST_START_TEST (test_inverted_primaries)
{
  static const gdouble colors[][3] = {
    {0.7, 0.4, 0.35}, {0.4, 0.6, 0.45}, {0.4, 0.45, 0.65}, {0.5, 0.5, 0.5}
  };
  static const gchar *const tags[] = {
    GST_VIDEO_COLORIMETRY_BT2020, GST_VIDEO_COLORIMETRY_BT2020_10,
    GST_VIDEO_COLORIMETRY_BT601, "1:6:13:7", "2:3:5:11"
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  guint c, t;

  for (c = 0; c < G_N_ELEMENTS (colors); c++)
    for (t = 0; t < G_N_ELEMENTS (tags); t++) {
      check_inverted (h, GST_VIDEO_FORMAT_Y444_16LE, tags[t], "1:1:5:1", TRUE,
          colors[c], 2.0);
      check_inverted (h, GST_VIDEO_FORMAT_I420_10LE, tags[t], "1:1:5:1", TRUE,
          colors[c], 2.0);
    }
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_gray)
{
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_GRAY16_LE,
    GST_VIDEO_FORMAT_GRAY16_BE, GST_VIDEO_FORMAT_GRAY10_LE32
  };
  static const ModelId models[] = { MODEL_IDENTITY, MODEL_GRAY };
  guint f, m;

  for (m = 0; m < G_N_ELEMENTS (models); m++) {
    GstHarness *h = stylegan_harness_full (model_path (models[m]),
        models[m] == MODEL_GRAY ? "channel-order=gray" : NULL);

    for (f = 0; f < G_N_ELEMENTS (formats); f++) {
      GstVideoInfo info;

      frame_info (&info, formats[f], 40, 30, NULL);
      check_identity (h, &info, LAYOUT_PADDED);
    }
    stylegan_harness_free (h);
  }
}

GST_END_TEST;

/* Alpha, and the byte that RGBx does not use, are copied bit by bit. */
GST_START_TEST (test_alpha)
{
  static const GstVideoFormat packed[] = {
    GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_xRGB, GST_VIDEO_FORMAT_BGRx,
    GST_VIDEO_FORMAT_xBGR, GST_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_ARGB,
    GST_VIDEO_FORMAT_AYUV, GST_VIDEO_FORMAT_VUYA
  };
  static const gint alpha_offset[] = { 3, 0, 3, 0, 3, 0, 0, 3 };
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  guint f, i, changed;

  for (f = 0; f < G_N_ELEMENTS (packed); f++) {
    GstVideoInfo info;
    GstBuffer *in, *out;
    GstMapInfo in_map, out_map;

    frame_info (&info, packed[f], 31, 17, NULL);
    in = frame_new (&info, LAYOUT_PLAIN, 0);
    frame_fill_noise (in, &info, f);
    gst_buffer_map (in, &in_map, GST_MAP_WRITE);
    for (i = alpha_offset[f]; i < in_map.size; i += 4)
      in_map.data[i] = i * 37 >> 2;
    gst_buffer_unmap (in, &in_map);
    out = stylegan_run (h, &info, gst_buffer_ref (in));
    gst_buffer_map (in, &in_map, GST_MAP_READ);
    gst_buffer_map (out, &out_map, GST_MAP_READ);
    for (changed = 0, i = 0; i < in_map.size; i++) {
      if (i % 4 == (guint) alpha_offset[f])
        ck_assert_msg (in_map.data[i] == out_map.data[i],
            "%s: byte %u was %u, became %u", GST_VIDEO_INFO_NAME (&info), i,
            in_map.data[i], out_map.data[i]);
      else
        changed += in_map.data[i] != out_map.data[i];
    }
    ck_assert_uint_gt (changed, 31 * 17);
    gst_buffer_unmap (in, &in_map);
    gst_buffer_unmap (out, &out_map);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* A part of a larger buffer: luma is exact at every offset, chroma where the
 * offset is a multiple of its subsampling. */
GST_START_TEST (test_crop)
{
  static const gint offsets[][2] = { {0, 0}, {4, 4}, {8, 12}, {32, 32} };
  GstVideoFormat formats[256];
  guint i, o, n = list_formats (formats);
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));

  for (i = 0; i < n; i++) {
    for (o = 0; o < G_N_ELEMENTS (offsets); o++) {
      GstVideoInfo large, small;
      GstVideoCropMeta *crop;
      GstBuffer *in, *out;
      guint difference;

      frame_info (&large, formats[i], 96, 80, NULL);
      frame_info (&small, formats[i], 51, 37, NULL);
      if (GST_VIDEO_INFO_IS_YUV (&small))
        frame_info (&small, formats[i], 51, 37, "bt709");
      in = frame_new (&large, LAYOUT_PADDED, 0x5a);
      frame_fill_noise (in, &large, i);
      crop = gst_buffer_add_video_crop_meta (in);
      crop->x = offsets[o][0];
      crop->y = offsets[o][1];
      crop->width = 51;
      crop->height = 37;
      out = stylegan_run (h, &small, gst_buffer_ref (in));
      ck_assert (gst_buffer_get_video_crop_meta (out) == NULL);
      difference = frame_difference (in, &large, crop->x, crop->y, out, &small);
      ck_assert_msg (difference <= 1, "%s from %d,%d: off by %u",
          GST_VIDEO_INFO_NAME (&small), crop->x, crop->y, difference);
      gst_buffer_unref (in);
      gst_buffer_unref (out);
    }
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

GST_START_TEST (test_odd_crop)
{
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_v210,
    GST_VIDEO_FORMAT_NV12_10LE40, GST_VIDEO_FORMAT_GRAY8,
    GST_VIDEO_FORMAT_RGB
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  guint f;

  for (f = 0; f < G_N_ELEMENTS (formats); f++) {
    GstVideoInfo large, small;
    GstVideoCropMeta *crop;
    GstBuffer *in, *out;
    guint difference;

    frame_info (&large, formats[f], 96, 80, NULL);
    frame_info (&small, formats[f], 51, 37, NULL);
    in = frame_new (&large, LAYOUT_PADDED, 0x5a);
    /* No colour: then chroma may be any of the neighbours'. */
    frame_fill_colors (in, &large, 0.0);
    frame_fill_flat (in, &large, 0.3, 0.3, 0.3);
    crop = gst_buffer_add_video_crop_meta (in);
    crop->x = 7;
    crop->y = 11;
    crop->width = 51;
    crop->height = 37;
    out = stylegan_run (h, &small, gst_buffer_ref (in));
    difference = frame_difference (in, &large, 7, 11, out, &small);
    ck_assert_msg (difference <= 1, "%s: off by %u",
        GST_VIDEO_INFO_NAME (&small), difference);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* 12 and 16 bit survive: values that 8 bit cannot tell apart stay apart. */
GST_START_TEST (test_depth)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_BRIGHTER));
  GstVideoInfo info;
  GstBuffer *in, *out;
  GstMapInfo map;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_GRAY16_LE, 64, 64, NULL);
  in = frame_new (&info, LAYOUT_PLAIN, 0);
  gst_buffer_map (in, &map, GST_MAP_WRITE);
  for (i = 0; i < 64 * 64; i++)
    GST_WRITE_UINT16_LE (map.data + 2 * i, 20000 + i);
  gst_buffer_unmap (in, &map);
  out = stylegan_run (h, &info, in);
  gst_buffer_map (out, &map, GST_MAP_READ);
  for (i = 0; i < 64 * 64; i++) {
    gint expected = 20000 + i + 6553;

    ck_assert_int_le (ABS (GST_READ_UINT16_LE (map.data + 2 * i) - expected),
        2);
  }
  gst_buffer_unmap (out, &map);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Nothing is written, or needed, outside the pixels of padded buffers. */
GST_START_TEST (test_padding_is_ignored)
{
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_v210,
    GST_VIDEO_FORMAT_P010_10LE
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  guint f;

  for (f = 0; f < G_N_ELEMENTS (formats); f++) {
    GstVideoInfo info;
    GstBuffer *in[2], *out[2];
    guint i;

    frame_info (&info, formats[f], 45, 35, NULL);
    for (i = 0; i < 2; i++) {
      in[i] = frame_new (&info, LAYOUT_PADDED, i ? 0xff : 0x00);
      frame_fill_colors (in[i], &info, 1.0);
      out[i] = stylegan_run (h, &info, in[i]);
    }
    ck_assert_uint_eq (frame_difference (out[0], &info, 0, 0, out[1], &info),
        0);
    gst_buffer_unref (out[0]);
    gst_buffer_unref (out[1]);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

static Suite *
formats_suite (void)
{
  Suite *s = suite_create ("formats");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_template);
  tcase_add_test (tc, test_identity);
  tcase_add_test (tc, test_inverted_formats);
  tcase_add_test (tc, test_unknown_range);
  tcase_add_test (tc, test_identity_of_tagged_colors);
  tcase_add_test (tc, test_identity_of_tagged_noise);
  tcase_add_test (tc, test_inverted_colors);
  tcase_add_test (tc, test_inverted_primaries);
  tcase_add_test (tc, test_gray);
  tcase_add_test (tc, test_alpha);
  tcase_add_test (tc, test_crop);
  tcase_add_test (tc, test_odd_crop);
  tcase_add_test (tc, test_depth);
  tcase_add_test (tc, test_padding_is_ignored);
  return s;
}

GST_CHECK_MAIN (formats);
