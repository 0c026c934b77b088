/* gst-stylegan: loads and compiles in the background
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "gststyleganassets.h"
#include "gststyleganmask.h"
#include "gststylegannetwork.h"

G_BEGIN_DECLS

/* A thread that makes networks and masks of settings. Where several requests come
 * while it is busy, the newest counts.
 *
 * Thread-safety: safe. */
typedef struct _GstStyleganLoader GstStyleganLoader;

/* What has come of requests since the last take. */
typedef struct
{
  GstStyleganNetwork *network;  /* NULL: the one before goes on */
  gboolean has_mask;            /* mask replaces the one before */
  GstStyleganMask *mask;        /* NULL: none */
  GQueue warnings;              /* of gchar* */
  GError *error;                /* nothing came of it, for what went before goes on */
  gchar *paths[GST_STYLEGAN_N_ASSETS];  /* of what is in use */
  gdouble ms;                   /* that it took */
} GstStyleganResult;

void gst_stylegan_result_free (GstStyleganResult * result);

/* Loads the files and opens the device at once; blocks.
 * Errors: SG_ERROR, GST_RESOURCE_ERROR, GST_STREAM_ERROR */
GstStyleganLoader *gst_stylegan_loader_new (const GstStyleganSettings *
    settings, GError ** error);
/* Waits until what is being compiled is done. */
void gst_stylegan_loader_free (GstStyleganLoader * loader);

/* Does not block.
 * @settings, @info: copied
 * @anew: make a network even if nothing has changed; it is not to be faded to */
void gst_stylegan_loader_request (GstStyleganLoader * loader,
    const GstStyleganSettings * settings, const GstVideoInfo * info,
    guint frames_in_flight, gboolean anew);
/* Whether requests are still to be answered. */
gboolean gst_stylegan_loader_is_busy (GstStyleganLoader * loader);
gboolean gst_stylegan_loader_has_result (GstStyleganLoader * loader);
/* (transfer full) (nullable); does not block. */
GstStyleganResult *gst_stylegan_loader_take (GstStyleganLoader * loader);
/* Until every request is answered, or a network is to be taken first. Returns: FALSE when that was interrupted */
gboolean gst_stylegan_loader_wait (GstStyleganLoader * loader);
/* Interrupts waiting, now and from now on. */
void gst_stylegan_loader_set_flushing (GstStyleganLoader * loader,
    gboolean flushing);

/* Lets the thread free @data, for which streaming threads have no time. */
void gst_stylegan_loader_dispose (GstStyleganLoader * loader, gpointer data,
    GDestroyNotify destroy);

/* What networks are made for from now on. */
void gst_stylegan_loader_set_device (GstStyleganLoader * loader,
    SgDevice * device);
SgDevice *gst_stylegan_loader_ref_device (GstStyleganLoader * loader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganResult, gst_stylegan_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstStyleganLoader, gst_stylegan_loader_free)

G_END_DECLS
