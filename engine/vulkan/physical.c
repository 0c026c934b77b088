/* gst-stylegan: the Vulkan devices there are, and choosing one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/physical.h"

#include <string.h>

typedef struct
{
  VkPhysicalDevice vk;
  SgDeviceInfo *info;
} Physical;

static void
physical_free (Physical * physical)
{
  if (physical->info)
    sg_device_info_free (physical->info);
  g_free (physical);
}

/* --- one device --------------------------------------------------------------- */

static VkQueueFamilyProperties *
get_families (VkPhysicalDevice physical, guint32 * n)
{
  VkQueueFamilyProperties *families;

  vkGetPhysicalDeviceQueueFamilyProperties (physical, n, NULL);
  families = g_new0 (VkQueueFamilyProperties, MAX (*n, 1));
  vkGetPhysicalDeviceQueueFamilyProperties (physical, n, families);
  return families;
}

gint
vk_physical_family (VkPhysicalDevice physical, VkQueueFlags wanted,
    VkQueueFlags forbidden, VkQueueFlags unwanted)
{
  guint32 n = 0;
  g_autofree VkQueueFamilyProperties *families = get_families (physical, &n);
  guint best_extra = G_MAXUINT;
  gint best = -1;

  for (guint32 i = 0; i < n; i++) {
    VkQueueFlags flags = families[i].queueFlags;
    guint extra = (guint) __builtin_popcount (flags & unwanted);

    if (families[i].queueCount > 0 && (flags & wanted) == wanted
        && (flags & forbidden) == 0 && extra < best_extra) {
      best = (gint) i;
      best_extra = extra;
    }
  }
  return best;
}

guint32
vk_physical_timestamp_bits (VkPhysicalDevice physical, guint32 family)
{
  guint32 n = 0;
  g_autofree VkQueueFamilyProperties *families = get_families (physical, &n);

  return family < n ? families[family].timestampValidBits : 0;
}

static void
get_properties (VkPhysicalDevice physical, VkPhysicalDeviceProperties * p,
    VkPhysicalDeviceIDProperties * id,
    VkPhysicalDeviceDriverProperties * driver)
{
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
    .pNext = id,
  };

  *id = (VkPhysicalDeviceIDProperties) {
  .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES};
  *driver = (VkPhysicalDeviceDriverProperties) {
  .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
  vkGetPhysicalDeviceProperties (physical, p);
  if (p->apiVersion < VK_API_VERSION_1_1)
    return;
  if (p->apiVersion >= VK_API_VERSION_1_2)
    id->pNext = driver;
  vkGetPhysicalDeviceProperties2 (physical, &properties);
  id->pNext = NULL;
}

gchar *
vk_physical_uuid (VkPhysicalDevice physical)
{
  VkPhysicalDeviceProperties p;
  VkPhysicalDeviceIDProperties id;
  VkPhysicalDeviceDriverProperties driver;
  GString *text = g_string_new (NULL);

  get_properties (physical, &p, &id, &driver);
  for (guint i = 0; i < VK_UUID_SIZE; i++)
    g_string_append_printf (text, "%s%02x",
        i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", id.deviceUUID[i]);
  return g_string_free (text, FALSE);
}

#define VENDOR_NVIDIA 0x10de

gchar *
vk_physical_driver (VkPhysicalDevice physical)
{
  VkPhysicalDeviceProperties p;
  VkPhysicalDeviceIDProperties id;
  VkPhysicalDeviceDriverProperties driver;
  guint32 v;

  get_properties (physical, &p, &id, &driver);
  if (driver.driverName[0] && driver.driverInfo[0])
    return g_strdup_printf ("%s %s", driver.driverName, driver.driverInfo);
  v = p.driverVersion;
  if (p.vendorID == VENDOR_NVIDIA)      /* a layout of its own */
    return g_strdup_printf ("NVIDIA %u.%02u", v >> 22, (v >> 14) & 0xff);
  return g_strdup_printf ("%s%s%u.%u.%u", driver.driverName,
      driver.driverName[0] ? " " : "", VK_API_VERSION_MAJOR (v),
      VK_API_VERSION_MINOR (v), VK_API_VERSION_PATCH (v));
}

static SgDeviceType
get_type (const VkPhysicalDeviceProperties * properties)
{
  switch (properties->deviceType) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
      return SG_DEVICE_DISCRETE;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
      return SG_DEVICE_INTEGRATED;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
      return SG_DEVICE_VIRTUAL;
    case VK_PHYSICAL_DEVICE_TYPE_CPU:
      return SG_DEVICE_SOFTWARE;
    default:
      return SG_DEVICE_OTHER;
  }
}

/* Why the backend cannot use it, or NULL. */
static gchar *
find_problem (VkPhysicalDevice physical, const VkPhysicalDeviceProperties * p)
{
  const VkPhysicalDeviceLimits *limits = &p->limits;

  if (p->apiVersion < VK_API_VERSION_1_1)
    return g_strdup_printf ("its driver has Vulkan %u.%u, 1.1 is needed; "
        "update the driver", VK_API_VERSION_MAJOR (p->apiVersion),
        VK_API_VERSION_MINOR (p->apiVersion));
  if (vk_physical_family (physical, VK_QUEUE_COMPUTE_BIT, 0, 0) < 0)
    return g_strdup ("it has no compute queue");
  if (limits->maxPerStageDescriptorStorageBuffers < VK_MAX_BINDINGS
      || limits->maxDescriptorSetStorageBuffers < VK_MAX_BINDINGS)
    return g_strdup_printf ("its shaders take %u buffers, %d are needed",
        MIN (limits->maxPerStageDescriptorStorageBuffers,
            limits->maxDescriptorSetStorageBuffers), VK_MAX_BINDINGS);
  return NULL;
}

static guint64
get_memory_bytes (VkPhysicalDevice physical)
{
  VkPhysicalDeviceMemoryProperties memory;
  guint64 bytes = 0;

  vkGetPhysicalDeviceMemoryProperties (physical, &memory);
  for (guint32 i = 0; i < memory.memoryHeapCount; i++)
    if (memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
      bytes = MAX (bytes, memory.memoryHeaps[i].size);
  return bytes;
}

static Physical *
physical_new (VkPhysicalDevice vk)
{
  Physical *physical = g_new0 (Physical, 1);
  SgDeviceInfo *info = g_new0 (SgDeviceInfo, 1);
  VkPhysicalDeviceProperties properties;

  vkGetPhysicalDeviceProperties (vk, &properties);
  physical->vk = vk;
  physical->info = info;
  info->name = g_utf8_make_valid (properties.deviceName, -1);
  info->uuid = vk_physical_uuid (vk);
  info->driver = vk_physical_driver (vk);
  info->type = get_type (&properties);
  info->memory_bytes = get_memory_bytes (vk);
  info->problem = find_problem (vk, &properties);
  return physical;
}

/* --- all of them --------------------------------------------------------------- */

/* New devices may appear between the two calls: then VK_INCOMPLETE. */
static GArray *
enumerate (VkInstance instance, GError ** error)
{
  GArray *handles = g_array_new (FALSE, TRUE, sizeof (VkPhysicalDevice));
  guint32 n = 0;
  VkResult result;

  do {
    result = vkEnumeratePhysicalDevices (instance, &n, NULL);
    if (result >= 0) {
      n += 4;
      g_array_set_size (handles, n);
      result = vkEnumeratePhysicalDevices (instance, &n,
          (VkPhysicalDevice *) (gpointer) handles->data);
    }
  } while (result == VK_INCOMPLETE);
  if (!vk_check (NULL, result, "vkEnumeratePhysicalDevices", error)) {
    g_array_unref (handles);
    return NULL;
  }
  g_array_set_size (handles, n);
  return handles;
}

static gint
compare_type (gconstpointer a, gconstpointer b)
{
  const Physical *pa = *(Physical * const *) a, *pb = *(Physical * const *) b;

  if (pa->info->type != pb->info->type)
    return (gint) pa->info->type - (gint) pb->info->type;
  return (gint) pa->info->index - (gint) pb->info->index;
}

/* Of Physical, best first; drivers' own order among equals. */
static GPtrArray *
list_physical (GError ** error)
{
  VkInstance instance = vk_instance_get (error);
  GArray *handles = instance ? enumerate (instance, error) : NULL;
  GPtrArray *list;

  if (handles == NULL)
    return NULL;
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) physical_free);
  for (guint i = 0; i < handles->len; i++) {
    Physical *physical =
        physical_new (g_array_index (handles, VkPhysicalDevice, i));

    physical->info->index = i;
    g_ptr_array_add (list, physical);
  }
  g_array_unref (handles);
  g_ptr_array_sort (list, compare_type);
  for (guint i = 0; i < list->len; i++)
    ((Physical *) g_ptr_array_index (list, i))->info->index = i;
  return list;
}

GPtrArray *
vk_device_list (void)
{
  GPtrArray *infos =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_device_info_free);
  GPtrArray *list = list_physical (NULL);

  for (guint i = 0; list && i < list->len; i++)
    g_ptr_array_add (infos, g_steal_pointer (&((Physical *)
                g_ptr_array_index (list, i))->info));
  if (list)
    g_ptr_array_unref (list);
  return infos;
}

/* --- choosing ------------------------------------------------------------------ */

/* "0: GeForce RTX 4070, 1: llvmpipe (software)" */
static gchar *
describe_list (GPtrArray * list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++) {
    const SgDeviceInfo *info = ((Physical *) g_ptr_array_index (list, i))->info;

    g_string_append_printf (text, "%s%u: %s%s", i ? ", " : "", i, info->name,
        info->type == SG_DEVICE_SOFTWARE ? " (software)" : "");
    if (info->problem)
      g_string_append_printf (text, " (cannot be used: %s)", info->problem);
  }
  return g_string_free (text, FALSE);
}

/* As UUIDs are compared: hexadecimal digits in lower case, all else dropped; NULL
 * unless @text is a UUID. */
static gchar *
normalize_uuid (const gchar * text)
{
  GString *hex = g_string_new (NULL);
  gboolean only_hex = TRUE;

  for (const gchar * p = text; *p; p++) {
    if (g_ascii_isxdigit (*p))
      g_string_append_c (hex, g_ascii_tolower (*p));
    else if (*p != '-')
      only_hex = FALSE;
  }
  if (only_hex && hex->len == 2 * VK_UUID_SIZE)
    return g_string_free (hex, FALSE);
  g_string_free (hex, TRUE);
  return NULL;
}

static gboolean
parse_index (const gchar * name, guint * index)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (name, 10, 0, G_MAXUINT, &value, NULL))
    return FALSE;
  *index = (guint) value;
  return TRUE;
}

static gboolean
name_contains (const SgDeviceInfo * info, const gchar * part)
{
  g_autofree gchar *valid = g_utf8_make_valid (part, -1);
  g_autofree gchar *folded_part = g_utf8_casefold (valid, -1);
  g_autofree gchar *folded_name = g_utf8_casefold (info->name, -1);

  return strstr (folded_name, folded_part) != NULL;
}

/* @uuid, @index: what @name is, if it is one. A number past the end may still be
 * part of a name: "4070". */
static gboolean
matches (const SgDeviceInfo * info, const gchar * name, const gchar * uuid,
    gboolean by_index, guint index)
{
  if (name == NULL)
    return info->type != SG_DEVICE_SOFTWARE;
  if (by_index)
    return info->index == index;
  if (uuid) {
    g_autofree gchar *own = normalize_uuid (info->uuid);

    return g_strcmp0 (own, uuid) == 0;
  }
  return name_contains (info, name);
}

/* Nothing matched, or only @broken did. */
static void
set_not_found (GPtrArray * list, const gchar * name, const Physical * broken,
    GError ** error)
{
  g_autofree gchar *there = describe_list (list);

  if (broken)
    g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "Vulkan device \"%s\" cannot be used: %s; choose another (there are: "
        "%s) or use backend=cpu", broken->info->name, broken->info->problem,
        there);
  else if (list->len == 0)
    g_set_error_literal (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "no Vulkan: no driver found a device; install the GPU's driver, or use "
        "backend=cpu");
  else if (name)
    g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "there is no Vulkan device \"%s\"; choose by number, part of the name "
        "or UUID from these: %s", name, there);
  else
    g_set_error (error, SG_ERROR, SG_ERROR_NO_DEVICE,
        "no GPU with Vulkan, only: %s; software is used only when it is named "
        "as the device; use that, or backend=cpu", there);
}

VkPhysicalDevice
vk_physical_find (const gchar * name, GError ** error)
{
  GPtrArray *list = list_physical (error);
  g_autofree gchar *uuid = NULL;
  const Physical *found = NULL, *broken = NULL;
  VkPhysicalDevice vk;
  gboolean by_index;
  guint index = 0;

  if (list == NULL)
    return VK_NULL_HANDLE;
  if (name && *name == '\0')
    name = NULL;
  if (name)
    uuid = normalize_uuid (name);
  by_index = name && parse_index (name, &index) && index < list->len;
  for (guint i = 0; i < list->len && found == NULL; i++) {
    const Physical *physical = g_ptr_array_index (list, i);

    if (!matches (physical->info, name, uuid, by_index, index))
      continue;
    if (physical->info->problem == NULL)
      found = physical;
    else if (broken == NULL)
      broken = physical;
  }
  vk = found ? found->vk : VK_NULL_HANDLE;
  if (found == NULL)
    set_not_found (list, name, broken, error);
  g_ptr_array_unref (list);
  return vk;
}
