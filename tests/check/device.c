/* gst-stylegan: the element's tests on a GPU, or on what stands for one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "device.h"

#include "frames.h"

const gchar *
device_name (void)
{
  const gchar *name = g_getenv ("SG_TEST_VULKAN");

  return name ? name : "llvmpipe";
}

GstHarness *
vulkan_harness (ModelId model, const gchar * properties)
{
  gchar *all = g_strdup_printf ("backend=vulkan device=%s%s%s", device_name (),
      properties ? " " : "", properties ? properties : "");
  GstHarness *h = stylegan_harness_full (model_path (model), all);

  g_free (all);
  return h;
}

gboolean
have_device (void)
{
  /* harnesses abort when an element does not start */
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GstBus *bus = gst_bus_new ();
  gchar *problem;

  gst_element_set_bus (element, bus);
  g_object_set (element, "model", model_path (MODEL_IDENTITY), "device",
      device_name (), NULL);
  gst_util_set_object_arg (G_OBJECT (element), "backend", "vulkan");
  gst_element_set_state (element, GST_STATE_PAUSED);
  problem = stylegan_pop_error (element, NULL);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  if (problem && g_strcmp0 (g_getenv ("CI"), "true") != 0)
    g_printerr ("skipped: no Vulkan device: %s\n", problem);
  else
    ck_assert_msg (problem == NULL, "%s", problem);
  g_free (problem);
  return problem == NULL;
}

gchar *
stylegan_pop_warning (GstElement * element)
{
  GstBus *bus = gst_element_get_bus (element);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  GError *parsed = NULL;
  gchar *text = NULL;

  gst_object_unref (bus);
  if (message == NULL)
    return NULL;
  gst_message_parse_warning (message, &parsed, NULL);
  gst_message_unref (message);
  text = g_strdup (parsed->message);
  g_error_free (parsed);
  return text;
}

gchar *
stylegan_stat_string (GstElement * element, const gchar * field)
{
  GstStructure *stats = NULL;
  gchar *value;

  g_object_get (element, "stats", &stats, NULL);
  value = g_strdup (gst_structure_get_string (stats, field));
  gst_structure_free (stats);
  return value;
}

void
check_backend (GstElement * element, const gchar * expected)
{
  gchar *backend = stylegan_stat_string (element, "backend");

  ck_assert_str_eq (backend, expected);
  g_free (backend);
}
