/* gst-stylegan: the plugin
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststylegan.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  return GST_ELEMENT_REGISTER (stylegan, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, stylegan,
    "Stylises video with neural networks", plugin_init, PACKAGE_VERSION,
    "LGPL", PACKAGE_NAME, PACKAGE_ORIGIN)
