/* gst-stylegan: compiled pipelines on disk
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Drivers check their caches more or less well, and a crash in the driver would be
 * ours: the driver sees only what it has itself written, to the bit. In front of its
 * data there is
 *   8 bytes  magic
 *   32       SHA-256 of the file's key: device, driver, shaders
 *   8        bytes of data, little-endian
 *   32       SHA-256 of the data */
#include "vulkan/pipeline_cache.h"
#include "vulkan/shaders.h"

#include <errno.h>
#include <string.h>

#define MAGIC "SGVKPC1\n"
#define DIGEST_BYTES 32
#define HEADER_BYTES (8 + DIGEST_BYTES + 8 + DIGEST_BYTES)
#define MAX_BYTES ((gsize) 256 << 20)

static gchar *
get_key (SgVkContext * context)
{
  const VkPhysicalDeviceProperties *p = &context->properties;
  g_autofree gchar *uuid = vk_physical_uuid (context->physical);
  GString *key = g_string_new (NULL);

  g_string_append_printf (key, "%s-%x-%x-%x-", uuid, p->vendorID, p->deviceID,
      p->driverVersion);
  for (guint i = 0; i < VK_UUID_SIZE; i++)
    g_string_append_printf (key, "%02x", p->pipelineCacheUUID[i]);
  g_string_append_printf (key, "-%s", vk_shaders_hash);
  return g_string_free (key, FALSE);
}

static void
digest (gconstpointer data, gsize bytes, guint8 * out)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = DIGEST_BYTES;

  g_checksum_update (sum, data, (gssize) bytes);
  g_checksum_get_digest (sum, out, &length);
}

gchar *
vk_pipeline_cache_path (SgVkContext * context)
{
  const gchar *where = g_getenv ("SG_VULKAN_CACHE");
  g_autofree gchar *uuid = NULL, *name = NULL, *folder = NULL;

  if (g_strcmp0 (where, "0") == 0)
    return NULL;
  uuid = vk_physical_uuid (context->physical);
  folder = where && *where ? g_strdup (where)
      : g_build_filename (g_get_user_cache_dir (), "gst-stylegan", NULL);
  name = g_strdup_printf ("%s-%x-%.16s.cache", uuid,
      context->properties.driverVersion, vk_shaders_hash);
  return g_build_filename (folder, name, NULL);
}

/* The driver's part of @file, or NULL with the reason. */
static const gchar *
check_file (SgVkContext * context, const gchar * file, gsize bytes,
    gsize * data_bytes, const gchar ** reason)
{
  g_autofree gchar *key = get_key (context);
  guint8 sum[DIGEST_BYTES];
  guint64 stated;

  *reason = "it is cut off or no cache";
  if (bytes < HEADER_BYTES || memcmp (file, MAGIC, 8) != 0)
    return NULL;
  digest (key, strlen (key), sum);
  *reason = "it is of another device, driver or version";
  if (memcmp (file + 8, sum, DIGEST_BYTES) != 0)
    return NULL;
  memcpy (&stated, file + 8 + DIGEST_BYTES, sizeof stated);
  *reason = "its length is wrong";
  if (GUINT64_FROM_LE (stated) != bytes - HEADER_BYTES)
    return NULL;
  *data_bytes = bytes - HEADER_BYTES;
  digest (file + HEADER_BYTES, *data_bytes, sum);
  *reason = "it is damaged";
  if (memcmp (file + 16 + DIGEST_BYTES, sum, DIGEST_BYTES) != 0)
    return NULL;
  return file + HEADER_BYTES;
}

static VkPipelineCache
create_cache (SgVkContext * context, gconstpointer data, gsize bytes)
{
  const VkPipelineCacheCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
    .initialDataSize = bytes,
    .pInitialData = data,
  };
  VkPipelineCache cache = VK_NULL_HANDLE;

  if (context->table.vkCreatePipelineCache (context->vk, &info, NULL, &cache)
      != VK_SUCCESS)
    return VK_NULL_HANDLE;
  return cache;
}

VkPipelineCache
vk_pipeline_cache_load (SgVkContext * context, gsize * bytes)
{
  g_autofree gchar *path = vk_pipeline_cache_path (context);
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) error = NULL;
  VkPipelineCache cache = VK_NULL_HANDLE;
  const gchar *data = NULL, *reason = "it is too large";

  *bytes = 0;
  if (path)
    file = g_mapped_file_new (path, FALSE, &error);
  if (file && g_mapped_file_get_length (file) <= MAX_BYTES)
    data = check_file (context, g_mapped_file_get_contents (file),
        g_mapped_file_get_length (file), bytes, &reason);
  if (data) {
    cache = create_cache (context, data, *bytes);
    reason = "the driver does not take it";
  }
  if (cache == VK_NULL_HANDLE) {
    if (file)
      g_debug ("pipeline cache %s is ignored: %s", path, reason);
    else if (error && !g_error_matches (error, G_FILE_ERROR,
            G_FILE_ERROR_NOENT))
      g_debug ("no pipeline cache: %s", error->message);
    cache = create_cache (context, NULL, 0);
    *bytes = 0;
  }
  return cache;
}

/* The file's content (transfer full), or NULL if it would be no more than what the
 * file has. */
static guint8 *
make_file (SgVkContext * context, VkPipelineCache cache, gsize had_bytes,
    gsize * file_bytes)
{
  g_autofree gchar *key = get_key (context);
  guint64 stated;
  guint8 *file;
  gsize bytes = 0;

  if (context->table.vkGetPipelineCacheData (context->vk, cache, &bytes, NULL)
      != VK_SUCCESS || bytes <= had_bytes || bytes > MAX_BYTES - HEADER_BYTES)
    return NULL;
  file = g_try_malloc (HEADER_BYTES + bytes);
  if (file == NULL)
    return NULL;
  /* VK_INCOMPLETE: another thread has added to it; what fits is whole */
  if (context->table.vkGetPipelineCacheData (context->vk, cache, &bytes,
          file + HEADER_BYTES) < 0) {
    g_free (file);
    return NULL;
  }
  memcpy (file, MAGIC, 8);
  digest (key, strlen (key), file + 8);
  stated = GUINT64_TO_LE ((guint64) bytes);
  memcpy (file + 8 + DIGEST_BYTES, &stated, sizeof stated);
  digest (file + HEADER_BYTES, bytes, file + 16 + DIGEST_BYTES);
  *file_bytes = HEADER_BYTES + bytes;
  return file;
}

void
vk_pipeline_cache_save (SgVkContext * context, VkPipelineCache cache,
    gsize * had_bytes)
{
  g_autofree gchar *path = vk_pipeline_cache_path (context);
  g_autofree gchar *folder = NULL;
  g_autofree guint8 *file = NULL;
  g_autoptr (GError) error = NULL;
  gsize bytes;

  if (path == NULL || cache == VK_NULL_HANDLE
      || g_atomic_int_get (&context->lost))
    return;
  file = make_file (context, cache, *had_bytes, &bytes);
  if (file == NULL)
    return;
  folder = g_path_get_dirname (path);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_debug ("no pipeline cache: cannot make %s: %s", folder,
        g_strerror (errno));
  else if (!g_file_set_contents_full (path, (const gchar *) file,
          (gssize) bytes, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("no pipeline cache: %s", error->message);
  else
    *had_bytes = bytes - HEADER_BYTES;
}
