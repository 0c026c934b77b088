/* gst-stylegan: metas and allocation of a filter that keeps size and format
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganmeta.h"

#include <string.h>

gboolean
gst_stylegan_meta_is_kept (GType api)
{
  static const gchar *const kept[] = {
    GST_META_TAG_VIDEO_STR, GST_META_TAG_VIDEO_SIZE_STR,
    GST_META_TAG_VIDEO_ORIENTATION_STR, GST_META_TAG_VIDEO_COLORSPACE_STR, NULL
  };
  const gchar *const *tags = gst_meta_api_type_get_tags (api);

  /* The frame is cropped by us. */
  if (api == GST_VIDEO_CROP_META_API_TYPE)
    return FALSE;
  for (; tags && *tags; tags++)
    if (!g_strv_contains (kept, *tags))
      return FALSE;
  return TRUE;
}

gboolean
gst_stylegan_meta_get_offset (GstBuffer * buffer, gint * x, gint * y)
{
  GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (buffer);

  *x = crop ? (gint) MIN (crop->x, G_MAXINT) : 0;
  *y = crop ? (gint) MIN (crop->y, G_MAXINT) : 0;
  return crop != NULL;
}

static gpointer
copy_structure (gconstpointer structure, gpointer user_data)
{
  return gst_structure_copy (structure);
}

void
gst_stylegan_meta_move_roi (GstBuffer * buffer,
    const GstVideoRegionOfInterestMeta * roi, gint x, gint y, gint width,
    gint height)
{
  gint64 left = MAX ((gint64) roi->x - x, 0);
  gint64 top = MAX ((gint64) roi->y - y, 0);
  gint64 right = MIN ((gint64) roi->x + roi->w - x, width);
  gint64 bottom = MIN ((gint64) roi->y + roi->h - y, height);
  GstVideoRegionOfInterestMeta *moved;

  if (right <= left || bottom <= top)
    return;
  moved = gst_buffer_add_video_region_of_interest_meta_id (buffer,
      roi->roi_type, left, top, right - left, bottom - top);
  moved->id = roi->id;
  moved->parent_id = roi->parent_id;
  moved->params = g_list_copy_deep (roi->params, copy_structure, NULL);
}

gboolean
gst_stylegan_meta_decide_pool (GstQuery * query)
{
  GstBufferPool *pool = NULL;
  GstStructure *config;
  GstVideoInfo info;
  GstCaps *caps;
  guint size = 0, min = 0, max = 0;
  gboolean update;

  gst_query_parse_allocation (query, &caps, NULL);
  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return FALSE;

  update = gst_query_get_n_allocation_pools (query) > 0;
  if (update)
    gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
  size = MAX (size, GST_VIDEO_INFO_SIZE (&info));
  if (pool == NULL)
    pool = gst_video_buffer_pool_new ();

  /* Without GstVideoMeta downstream, buffers have to have the strides that
   * GstVideoInfo gives them. The base class sets the configuration again, and
   * replaces the pool if it is refused. */
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  if (gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL))
    gst_buffer_pool_config_add_option (config,
        GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_set_config (pool, config);

  if (update)
    gst_query_set_nth_allocation_pool (query, 0, pool, size, min, max);
  else
    gst_query_add_allocation_pool (query, pool, size, min, max);
  gst_object_unref (pool);
  return TRUE;
}

gboolean
gst_stylegan_meta_propose (GstQuery * query)
{
  GstBufferPool *pool = NULL;
  GstStructure *config;
  GstVideoInfo info;
  GstCaps *caps;
  gboolean need_pool;
  guint size;

  gst_query_parse_allocation (query, &caps, &need_pool);
  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return FALSE;
  size = GST_VIDEO_INFO_SIZE (&info);

  if (gst_query_get_n_allocation_pools (query) == 0) {
    if (need_pool) {
      pool = gst_video_buffer_pool_new ();
      config = gst_buffer_pool_get_config (pool);
      gst_buffer_pool_config_set_params (config, caps, size, 0, 0);
      gst_buffer_pool_config_add_option (config,
          GST_BUFFER_POOL_OPTION_VIDEO_META);
      if (!gst_buffer_pool_set_config (pool, config))
        gst_clear_object (&pool);
    }
    gst_query_add_allocation_pool (query, pool, size, 0, 0);
    gst_clear_object (&pool);
  }
  if (!gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL))
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  if (!gst_query_find_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE,
          NULL))
    gst_query_add_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  return TRUE;
}
