/* gst-stylegan: which GPU tests run on
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/vulkan.h"

gchar *
test_vulkan_name (void)
{
  const gchar *wanted = g_getenv ("SG_TEST_VULKAN");
  g_autoptr (GPtrArray) devices = NULL;

  if (wanted && *wanted)
    return g_str_equal (wanted, "none") ? NULL : g_strdup (wanted);
  devices = sg_device_list ();
  for (guint i = 0; i < devices->len; i++) {
    const SgDeviceInfo *info = g_ptr_array_index (devices, i);

    if (info->problem == NULL)
      return g_strdup_printf ("%u", info->index);
  }
  return NULL;
}

gboolean
test_vulkan_required (void)
{
  const gchar *wanted = g_getenv ("SG_TEST_VULKAN");

  if (wanted && *wanted)
    return !g_str_equal (wanted, "none");
  return g_strcmp0 (g_getenv ("CI"), "true") == 0;
}

SgDevice *
test_vulkan_device (SgPrecision precision)
{
  g_autofree gchar *name = test_vulkan_name ();
  g_autoptr (GError) error = NULL;
  SgDeviceConfig config = { SG_BACKEND_VULKAN };
  SgDevice *device;

  if (name == NULL) {
    if (test_vulkan_required ())
      g_test_fail_printf ("there is no Vulkan device");
    else
      g_test_skip ("there is no Vulkan device");
    return NULL;
  }
  config.name = name;
  config.precision = precision;
  device = sg_device_open (&config, NULL, &error);
  if (device == NULL)
    g_test_fail_printf ("%s", error->message);
  return device;
}

static gboolean on_vulkan;

gboolean
test_is_on_vulkan (void)
{
  return on_vulkan;
}

SgDevice *
test_device_on (void)
{
  g_autoptr (GError) error = NULL;
  SgDevice *device;

  if (on_vulkan)
    return test_vulkan_device (SG_PRECISION_FP32);
  device = sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_CPU, 2}
      , NULL, &error);
  g_assert_no_error (error);
  return device;
}

static void
test_no_device (void)
{
  g_assert_null (test_device_on ());
}

gboolean
test_init_on (gint * argc, gchar *** argv)
{
  g_autofree gchar *gpu = test_vulkan_name ();

  on_vulkan = *argc > 1 && g_str_equal ((*argv)[*argc - 1], "--vulkan");
  *argc -= on_vulkan;
  g_test_init (argc, argv, NULL);
  if (!on_vulkan || gpu)
    return TRUE;
  g_test_add_func ("/device", test_no_device);
  return FALSE;
}
