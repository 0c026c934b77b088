/* gst-stylegan: the element's tests on a GPU, or on what stands for one
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * SG_TEST_VULKAN names the device; without it, Mesa's llvmpipe. Where there is none
 * the tests that need one are left out, unless CI=true. */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include "models.h"

G_BEGIN_DECLS

const gchar *device_name (void);
gboolean have_device (void);

/* test_NAME (), which is run_NAME () where there is a device. Asked in the process of
 * the test: no driver survives a fork. */
#define DEVICE_TEST(name) \
    GST_START_TEST (test_ ## name) \
    { \
      if (have_device ()) \
        run_ ## name (); \
    } \
    GST_END_TEST;

/* @properties: as in a launch line, or NULL */
GstHarness *vulkan_harness (ModelId model, const gchar * properties);

/* The first warning on the element's bus, or NULL. */
gchar *stylegan_pop_warning (GstElement * element);
/* A text of "stats"; free with g_free (). */
gchar *stylegan_stat_string (GstElement * element, const gchar * field);
void check_backend (GstElement * element, const gchar * expected);

G_END_DECLS
