/* gst-stylegan: which GPU tests run on
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/device.h>

G_BEGIN_DECLS

/* For SgDeviceConfig.name: SG_TEST_VULKAN of the environment, else the best device
 * there is, software included. NULL: there is none, or SG_TEST_VULKAN is "none".
 * Returns: (transfer full) */
gchar *test_vulkan_name (void);
/* Where there must be one, so that its absence is a failure: CI=true in the
 * environment, or SG_TEST_VULKAN names one. */
gboolean test_vulkan_required (void);
/* That device opened, in a test of GTest's. NULL when there is none or it fails: then
 * the test has been marked as skipped or failed, and may simply return. */
SgDevice *test_vulkan_device (SgPrecision precision);

/* For main () of tests that run on the processor or, with "--vulkan" as last argument, on a GPU
 * (fp32): g_test_init () without that. FALSE: there is none, which is all there is to test. */
gboolean test_init_on (gint * argc, gchar *** argv);
/* That device; as test_vulkan_device (). */
SgDevice *test_device_on (void);
gboolean test_is_on_vulkan (void);

G_END_DECLS
