/* gst-stylegan: compiled pipelines on disk
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vulkan/vk.h"

G_BEGIN_DECLS

/* One file per device, driver version and set of shaders, in gst-stylegan/ in the
 * user's cache directory; SG_VULKAN_CACHE in the environment is another directory,
 * or "0" for none. A file that is corrupt, cut off or somebody else's is ignored.
 * None of this ever fails: then things are slower. */

/* VK_NULL_HANDLE if the device cannot make even an empty one.
 * @bytes: of what came from the file, 0: nothing */
VkPipelineCache vk_pipeline_cache_load (SgVkContext * context, gsize * bytes);
/* @bytes: what the file has, as above; nothing is written if the cache has no more.
 * Set to what it has then. */
void vk_pipeline_cache_save (SgVkContext * context, VkPipelineCache cache,
    gsize * bytes);
/* The file's name, or NULL for none. (transfer full) */
gchar *vk_pipeline_cache_path (SgVkContext * context);

G_END_DECLS
