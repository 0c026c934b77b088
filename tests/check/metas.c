/* gst-stylegan: metas and allocation
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "frames.h"
#include "models.h"

static void
start_frame (GstVideoInfo * info, GstBuffer ** buffer)
{
  frame_info (info, GST_VIDEO_FORMAT_I420, 64, 48, "bt709");
  *buffer = frame_new (info, LAYOUT_PADDED, 0);
  frame_fill_noise (*buffer, info, 1);
}

static guint
count_metas (GstBuffer * buffer, GType api)
{
  gpointer state = NULL;
  GstMeta *meta;
  guint n = 0;

  while ((meta = gst_buffer_iterate_meta (buffer, &state)))
    n += meta->info->api == api;
  return n;
}

GST_START_TEST (test_kept)
{
  static const guint8 caption[] = { 0x80, 0x94, 0x2c };
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  GstVideoAffineTransformationMeta *affine;
  GstVideoRegionOfInterestMeta *roi;
  GstVideoTimeCodeMeta *timecode;
  GstVideoCaptionMeta *captions;
  GstCaps *reference = gst_caps_new_empty_simple ("timestamp/x-unix");
  GstVideoTimeCode *code = gst_video_time_code_new (25, 1, NULL,
      GST_VIDEO_TIME_CODE_FLAGS_NONE, 10, 11, 12, 13, 0);
  GstBuffer *in, *out;
  GstVideoInfo info;

  start_frame (&info, &in);
  roi = gst_buffer_add_video_region_of_interest_meta (in, "face", 4, 8, 16, 20);
  roi->id = 7;
  gst_video_region_of_interest_meta_add_param (roi,
      gst_structure_new ("roi/x-test", "v", G_TYPE_INT, 5, NULL));
  gst_buffer_add_video_region_of_interest_meta (in, "hand", 1, 2, 3, 4);
  affine = gst_buffer_add_video_affine_transformation_meta (in);
  affine->matrix[0] = -1.0f;
  gst_buffer_add_video_time_code_meta (in, code);
  gst_buffer_add_video_caption_meta (in, GST_VIDEO_CAPTION_TYPE_CEA608_S334_1A,
      caption, sizeof (caption));
  gst_buffer_add_reference_timestamp_meta (in, reference, 99, 1);
  out = stylegan_run (h, &info, in);

  ck_assert_uint_eq (count_metas (out,
          GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE), 2);
  roi = gst_buffer_get_video_region_of_interest_meta_id (out, 7);
  ck_assert (roi != NULL);
  ck_assert_uint_eq (roi->x, 4);
  ck_assert_uint_eq (roi->h, 20);
  ck_assert (gst_video_region_of_interest_meta_get_param (roi, "roi/x-test"));
  affine = gst_buffer_get_video_affine_transformation_meta (out);
  ck_assert (affine != NULL && affine->matrix[0] == -1.0f);
  timecode = gst_buffer_get_video_time_code_meta (out);
  ck_assert (timecode != NULL);
  ck_assert_int_eq (gst_video_time_code_compare (&timecode->tc, code), 0);
  captions = gst_buffer_get_video_caption_meta (out);
  ck_assert (captions != NULL && captions->size == sizeof (caption));
  ck_assert (memcmp (captions->data, caption, sizeof (caption)) == 0);
  ck_assert (gst_buffer_get_reference_timestamp_meta (out, reference) != NULL);

  gst_video_time_code_free (code);
  gst_caps_unref (reference);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

static gboolean
refuse_transform (GstBuffer * dest, GstMeta * meta, GstBuffer * buffer,
    GQuark type, gpointer data)
{
  ck_abort_msg ("a meta that depends on memory was copied");
  return FALSE;
}

static gboolean
init_meta (GstMeta * meta, gpointer params, GstBuffer * buffer)
{
  return TRUE;
}

/* The memory is another one, and so is the layout. */
GST_START_TEST (test_not_kept)
{
  static const gchar *tags[] = { GST_META_TAG_VIDEO_STR,
    GST_META_TAG_MEMORY_STR, NULL
  };
  GType api = gst_meta_api_type_register ("StyleganTestMetaAPI", tags);
  const GstMetaInfo *meta_info = gst_meta_register (api, "StyleganTestMeta",
      sizeof (GstMeta), init_meta, NULL, refuse_transform);
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  GstVideoMeta *meta;
  GstBuffer *in, *out;
  GstVideoInfo info;

  start_frame (&info, &in);
  gst_buffer_add_meta (in, meta_info, NULL);
  out = stylegan_run (h, &info, gst_buffer_ref (in));
  ck_assert_uint_eq (count_metas (out, api), 0);
  meta = gst_buffer_get_video_meta (out);
  if (meta) {
    ck_assert_int_eq (meta->stride[0], info.stride[0]);
    ck_assert_int_ne (meta->stride[0],
        gst_buffer_get_video_meta (in)->stride[0]);
  }
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Regions move with the corner of the frame; what is cut off is gone. */
GST_START_TEST (test_cropped_regions)
{
  static const gint regions[][8] = {
    /* in the buffer, in the frame */
    {20, 20, 10, 10, 10, 14, 10, 10},
    {0, 0, 20, 20, 0, 0, 10, 14},
    {60, 40, 20, 20, 50, 34, 14, 14},
    {0, 0, 5, 5, -1, 0, 0, 0}
  };
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  GstVideoRegionOfInterestMeta *roi;
  GstVideoInfo info, large;
  GstVideoCropMeta *crop;
  GstBuffer *in, *out;
  guint i;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 64, 48, "bt709");
  frame_info (&large, GST_VIDEO_FORMAT_I420, 80, 60, "bt709");
  in = frame_new (&large, LAYOUT_PADDED, 0);
  crop = gst_buffer_add_video_crop_meta (in);
  crop->x = 10;
  crop->y = 6;
  crop->width = 64;
  crop->height = 48;
  for (i = 0; i < G_N_ELEMENTS (regions); i++) {
    roi = gst_buffer_add_video_region_of_interest_meta (in, "r", regions[i][0],
        regions[i][1], regions[i][2], regions[i][3]);
    roi->id = i + 1;
    gst_video_region_of_interest_meta_add_param (roi,
        gst_structure_new_empty ("roi/x-test"));
  }
  out = stylegan_run (h, &info, in);
  ck_assert (gst_buffer_get_video_crop_meta (out) == NULL);
  for (i = 0; i < G_N_ELEMENTS (regions); i++) {
    roi = gst_buffer_get_video_region_of_interest_meta_id (out, i + 1);
    ck_assert_int_eq (roi != NULL, regions[i][4] >= 0);
    if (roi == NULL)
      continue;
    ck_assert_uint_eq (roi->x, regions[i][4]);
    ck_assert_uint_eq (roi->y, regions[i][5]);
    ck_assert_uint_eq (roi->w, regions[i][6]);
    ck_assert_uint_eq (roi->h, regions[i][7]);
    ck_assert (gst_video_region_of_interest_meta_get_param (roi, "roi/x-test"));
  }
  gst_buffer_unref (out);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* --- allocation --- */

GST_START_TEST (test_propose)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  GstVideoInfo info;
  GstBuffer *in;
  guint need_pool;

  start_frame (&info, &in);
  gst_harness_add_propose_allocation_meta (h,
      GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
  gst_harness_add_propose_allocation_meta (h, GST_VIDEO_META_API_TYPE, NULL);
  gst_buffer_unref (stylegan_run (h, &info, in));

  for (need_pool = 0; need_pool < 2; need_pool++) {
    GstCaps *caps = frame_caps (&info);
    GstQuery *query = gst_query_new_allocation (caps, need_pool);
    GstBufferPool *pool = NULL;
    guint size = 0;

    ck_assert (gst_pad_peer_query (h->srcpad, query));
    ck_assert (gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE,
            NULL));
    ck_assert (gst_query_find_allocation_meta (query,
            GST_VIDEO_CROP_META_API_TYPE, NULL));
    /* Captions and the like that downstream draws are not stylised. */
    ck_assert (gst_query_find_allocation_meta (query,
            GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL));
    ck_assert_uint_eq (gst_query_get_n_allocation_pools (query), 1);
    gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, NULL, NULL);
    ck_assert_uint_eq (size, GST_VIDEO_INFO_SIZE (&info));
    ck_assert_int_eq (pool != NULL, need_pool);
    gst_clear_object (&pool);
    gst_query_unref (query);
    gst_caps_unref (caps);
  }
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Without overlays downstream none are offered: they would be lost. */
GST_START_TEST (test_propose_no_overlay)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
  GstVideoInfo info;
  GstQuery *query;
  GstBuffer *in;
  GstCaps *caps;

  start_frame (&info, &in);
  gst_buffer_unref (stylegan_run (h, &info, in));
  caps = frame_caps (&info);
  query = gst_query_new_allocation (caps, TRUE);
  ck_assert (gst_pad_peer_query (h->srcpad, query));
  ck_assert (!gst_query_find_allocation_meta (query,
          GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL));
  gst_query_unref (query);
  gst_caps_unref (caps);
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Strides of their own only for those who understand them. */
GST_START_TEST (test_output_layout)
{
  guint with_meta;

  for (with_meta = 0; with_meta < 2; with_meta++) {
    GstHarness *h = stylegan_harness (model_path (MODEL_INVERT));
    GstVideoInfo info;
    GstBuffer *out;
    GstBuffer *in;

    frame_info (&info, GST_VIDEO_FORMAT_I420, 33, 18, "bt709");
    in = frame_new (&info, LAYOUT_PADDED, 0);
    if (with_meta)
      gst_harness_add_propose_allocation_meta (h, GST_VIDEO_META_API_TYPE,
          NULL);
    out = stylegan_run (h, &info, in);
    ck_assert_uint_eq (gst_buffer_get_size (out), GST_VIDEO_INFO_SIZE (&info));
    ck_assert_uint_eq (gst_buffer_get_video_meta (out) != NULL, with_meta);
    gst_buffer_unref (out);
    stylegan_harness_free (h);
  }
}

GST_END_TEST;

static GstPadProbeReturn
offer_pool (GstPad * pad, GstPadProbeInfo * probe, gpointer pool)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (probe);
  GstCaps *caps;
  guint size;

  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION) {
    GstStructure *config = gst_buffer_pool_get_config (pool);

    gst_buffer_pool_config_get_params (config, &caps, &size, NULL, NULL);
    gst_query_add_allocation_pool (query, pool, size, 0, 0);
    gst_structure_free (config);
  }
  return GST_PAD_PROBE_OK;
}

/* A pool of downstream's, with alignment, is used and its strides written to. */
GST_START_TEST (test_downstream_pool)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_IDENTITY));
  GstBufferPool *pool = gst_video_buffer_pool_new ();
  GstVideoAlignment align;
  GstStructure *config;
  GstVideoInfo info;
  GstBuffer *in, *out;
  GstCaps *caps;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 33, 18, "bt709");
  caps = frame_caps (&info);
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, GST_VIDEO_INFO_SIZE (&info),
      0, 0);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_config_add_option (config,
      GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_video_alignment_reset (&align);
  align.padding_left = align.padding_top = align.padding_right = 16;
  align.padding_bottom = 6;
  gst_buffer_pool_config_set_video_alignment (config, &align);
  ck_assert (gst_buffer_pool_set_config (pool, config));
  gst_caps_unref (caps);
  gst_harness_add_propose_allocation_meta (h, GST_VIDEO_META_API_TYPE, NULL);
  gst_pad_add_probe (h->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      offer_pool, pool, NULL);

  in = frame_new (&info, LAYOUT_PLAIN, 0);
  frame_fill_noise (in, &info, 5);
  out = stylegan_run (h, &info, gst_buffer_ref (in));
  ck_assert (out->pool == pool);
  ck_assert_int_gt (gst_buffer_get_video_meta (out)->stride[0], info.stride[0]);
  ck_assert_uint_le (frame_difference (in, &info, 0, 0, out, &info), 1);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  stylegan_harness_free (h);
  gst_object_unref (pool);
}

GST_END_TEST;

/* Through real elements: a decoder's pool, a crop and overlays. */
GST_START_TEST (test_pipelines)
{
  static const gchar *const lines[] = {
    "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=100,height=80 !"
        " videocrop left=10 top=7 ! stylegan model=%s ! fakesink",
    "videotestsrc num-buffers=3 ! video/x-raw,width=100,height=80 ! tee name=t "
        "t. ! queue ! stylegan model=%s ! fakesink t. ! queue ! fakesink"
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (lines); i++) {
    gchar *line = g_strdup_printf (lines[i], model_path (MODEL_CONV));
    GError *error = NULL;
    GstElement *pipeline = gst_parse_launch (line, &error);
    GstMessage *message;
    GstBus *bus;

    ck_assert_msg (error == NULL, "%s", line);
    bus = gst_element_get_bus (pipeline);
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    ck_assert_msg (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS,
        "%s", line);
    gst_message_unref (message);
    gst_element_set_state (pipeline, GST_STATE_NULL);
    gst_object_unref (bus);
    gst_object_unref (pipeline);
    g_free (line);
  }
}

GST_END_TEST;

static Suite *
metas_suite (void)
{
  Suite *s = suite_create ("metas");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_kept);
  tcase_add_test (tc, test_not_kept);
  tcase_add_test (tc, test_cropped_regions);
  tcase_add_test (tc, test_propose);
  tcase_add_test (tc, test_propose_no_overlay);
  tcase_add_test (tc, test_output_layout);
  tcase_add_test (tc, test_downstream_pool);
  tcase_add_test (tc, test_pipelines);
  return s;
}

GST_CHECK_MAIN (metas);
