/* gst-stylegan: a source that hangs
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hang.h"

#include <gst/base/gstpushsrc.h>

static GMutex lock;
static GCond cond;
static gboolean ended;
static guint n_hanging;

typedef GstPushSrc HangSrc;
typedef GstPushSrcClass HangSrcClass;

static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GType hang_src_get_type (void);
static void hang_src_uri_init (gpointer iface, gpointer data);
G_DEFINE_TYPE_WITH_CODE (HangSrc, hang_src, GST_TYPE_PUSH_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, hang_src_uri_init));

static GstFlowReturn
hang_src_create (GstPushSrc * source, GstBuffer ** buffer)
{
  g_mutex_lock (&lock);
  n_hanging++;
  while (!ended)
    g_cond_wait (&cond, &lock);
  n_hanging--;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
  return GST_FLOW_EOS;
}

static void
hang_src_class_init (HangSrcClass * class)
{
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (class),
      &template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (class), "Hang",
      "Source", "Hangs", "tests");
  class->create = hang_src_create;
}

static void
hang_src_init (HangSrc * source)
{
}

static GstURIType
get_uri_type (GType type)
{
  return GST_URI_SRC;
}

static const gchar *const *
get_protocols (GType type)
{
  static const gchar *const protocols[] = { "hang", NULL };

  return protocols;
}

static gchar *
get_uri (GstURIHandler * handler)
{
  return g_strdup ("hang://");
}

static gboolean
set_uri (GstURIHandler * handler, const gchar * uri, GError ** error)
{
  return TRUE;
}

static void
hang_src_uri_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_uri_type;
  handler->get_protocols = get_protocols;
  handler->get_uri = get_uri;
  handler->set_uri = set_uri;
}

void
hang_register (void)
{
  ended = FALSE;
  gst_element_register (NULL, "hangsrc", GST_RANK_PRIMARY,
      hang_src_get_type ());
}

void
hang_end (void)
{
  g_mutex_lock (&lock);
  ended = TRUE;
  g_cond_broadcast (&cond);
  while (n_hanging > 0)
    g_cond_wait (&cond, &lock);
  g_mutex_unlock (&lock);
}
