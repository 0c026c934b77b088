/* gst-stylegan: the files that properties name
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganassets.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "gststyleganpicture.h"
#include "gststyleganstyles.h"

/* Longer sides of a style picture are scaled down to this: more is not seen by
 * networks for arbitrary styles, which were trained with 256 or 512 pixels. */
#define STYLE_IMAGE_SIZE 512

/* What tells one version of a file from another; zeros: there is no file. */
typedef struct
{
  guint64 inode, size;
  gint64 seconds, nanoseconds;
} Stamp;

typedef struct
{
  gchar *path;
  gpointer data;
} Content;

typedef struct
{
  gchar *name;                  /* as set */
  gchar *file;                  /* that it names */
  Stamp stamp, polled;          /* of file, when loaded and at the last poll */
  gboolean known, rewritten;    /* the name was looked at; the file is new */
  Content now, good;            /* may be of the file before, if that one is bad */
} Asset;

struct _GstStyleganAssets
{
  Asset asset[GST_STYLEGAN_N_ASSETS];
};

/* --- kinds --- */

static gchar *
find_model (const gchar * name, GError ** error)
{
  gchar *path = gst_stylegan_styles_find (name);
  g_autofree gchar *list = NULL;

  if (path)
    return path;
  list = gst_stylegan_styles_list ();
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND,
      "There is neither a file nor an installed style named \"%s\". "
      "Installed styles: %s.", name, list ? list :
      "none; set GST_STYLEGAN_STYLES to a folder of ONNX files");
  return NULL;
}

static gpointer
load_model (const gchar * path, const GstStyleganSettings * settings,
    GError ** error)
{
  SgModel *model = gst_stylegan_styles_load (path, error);

  /* With a picture of a style, what else the model takes is seen when compiling. */
  if (model && settings->style_image == NULL
      && !sg_stylizer_check_model (model, error))
    g_clear_pointer (&model, sg_model_unref);
  return model;
}

static gpointer
load_style_image (const gchar * path, const GstStyleganSettings * settings,
    GError ** error)
{
  g_autoptr (SgTensor) picture = gst_stylegan_picture_load (path, 3, error);
  gint64 width, height, longer;

  if (picture == NULL)
    return NULL;
  height = picture->desc.shape.dim[2];
  width = picture->desc.shape.dim[3];
  longer = MAX (width, height);
  if (longer <= STYLE_IMAGE_SIZE)
    return g_steal_pointer (&picture);
  return gst_stylegan_picture_scale (picture,
      MAX (width * STYLE_IMAGE_SIZE / longer, 1),
      MAX (height * STYLE_IMAGE_SIZE / longer, 1), error);
}

static gpointer
load_mask (const gchar * path, const GstStyleganSettings * settings,
    GError ** error)
{
  return gst_stylegan_picture_load (path, 1, error);
}

static gpointer
ref_model (gpointer model)
{
  return sg_model_ref (model);
}

static gpointer
ref_tensor (gpointer tensor)
{
  return sg_tensor_ref (tensor);
}

static void
unref_model (gpointer model)
{
  sg_model_unref (model);
}

static void
unref_tensor (gpointer tensor)
{
  sg_tensor_unref (tensor);
}

static const struct
{
  gsize offset;                 /* of the name in GstStyleganSettings */
  gboolean is_model;
  const gchar *fallback;        /* when there is no name */
    gpointer (*load) (const gchar * path, const GstStyleganSettings * settings,
      GError ** error);
    gpointer (*ref) (gpointer data);
  void (*unref) (gpointer data);
} kinds[GST_STYLEGAN_N_ASSETS] = {
  [GST_STYLEGAN_ASSET_MODEL] = {G_STRUCT_OFFSET (GstStyleganSettings, model),
      TRUE, GST_STYLEGAN_STYLES_DEFAULT, load_model, ref_model, unref_model},
  [GST_STYLEGAN_ASSET_MODEL_B] = {G_STRUCT_OFFSET (GstStyleganSettings,
          model_b), TRUE, NULL, load_model, ref_model, unref_model},
  [GST_STYLEGAN_ASSET_STYLE_IMAGE] = {G_STRUCT_OFFSET (GstStyleganSettings,
            style_image), FALSE, NULL, load_style_image, ref_tensor,
      unref_tensor},
  [GST_STYLEGAN_ASSET_MASK] = {G_STRUCT_OFFSET (GstStyleganSettings, mask),
      FALSE, NULL, load_mask, ref_tensor, unref_tensor},
};

/* --- contents --- */

static void
content_clear (Content * content, guint id)
{
  g_clear_pointer (&content->path, g_free);
  g_clear_pointer (&content->data, kinds[id].unref);
}

static void
content_copy (Content * to, const Content * from, guint id)
{
  gpointer data = from->data ? kinds[id].ref (from->data) : NULL;
  gchar *path = g_strdup (from->path);

  content_clear (to, id);
  to->data = data;
  to->path = path;
}

static Stamp
stamp_of (const gchar * path)
{
  Stamp stamp = { 0, };
  GStatBuf buf;

  if (path && g_stat (path, &buf) == 0) {
    stamp.inode = buf.st_ino;
    stamp.size = buf.st_size;
    stamp.seconds = buf.st_mtim.tv_sec;
    stamp.nanoseconds = buf.st_mtim.tv_nsec;
  }
  return stamp;
}

static gboolean
stamp_equal (const Stamp * a, const Stamp * b)
{
  return a->inode == b->inode && a->size == b->size
      && a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

GstStyleganAssets *
gst_stylegan_assets_new (void)
{
  return g_new0 (GstStyleganAssets, 1);
}

void
gst_stylegan_assets_free (GstStyleganAssets * assets)
{
  guint i;

  if (assets == NULL)
    return;
  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++) {
    g_free (assets->asset[i].name);
    g_free (assets->asset[i].file);
    content_clear (&assets->asset[i].now, i);
    content_clear (&assets->asset[i].good, i);
  }
  g_free (assets);
}

/* The file that @asset names now. FALSE with @error: it stays without. */
static gboolean
load (Asset * asset, guint id, const GstStyleganSettings * settings,
    GError ** error)
{
  gpointer data;

  g_clear_pointer (&asset->file, g_free);
  if (asset->name == NULL || asset->name[0] == '\0') {
    asset->file = g_strdup (kinds[id].fallback);
    if (asset->file == NULL) {
      content_clear (&asset->now, id);
      return TRUE;
    }
  } else {
    asset->file = kinds[id].is_model ? find_model (asset->name, error)
        : g_strdup (asset->name);
    if (asset->file == NULL)
      return FALSE;
  }
  asset->stamp = asset->polled = stamp_of (asset->file);
  data = kinds[id].load (asset->file, settings, error);
  if (data == NULL)
    return FALSE;
  content_clear (&asset->now, id);
  asset->now.data = data;
  asset->now.path = g_strdup (asset->file);
  return TRUE;
}

gboolean
gst_stylegan_assets_update (GstStyleganAssets * assets,
    const GstStyleganSettings * settings, GQueue * warnings, GError ** error)
{
  guint i;

  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++) {
    Asset *asset = &assets->asset[i];
    const gchar *name = G_STRUCT_MEMBER (gchar *, settings, kinds[i].offset);
    g_autoptr (GError) problem = NULL;

    if (asset->known && !asset->rewritten && g_strcmp0 (name, asset->name) == 0)
      continue;
    asset->known = TRUE;
    asset->rewritten = FALSE;
    g_free (asset->name);
    asset->name = g_strdup (name);
    if (load (asset, i, settings, &problem))
      continue;
    if (warnings == NULL) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    g_queue_push_tail (warnings, g_strdup_printf ("%s%s%s", problem->message,
            g_str_has_suffix (problem->message, ".") ? " " : ". ",
            asset->now.path ? "The one before is kept." : "It is left out."));
  }
  return TRUE;
}

void
gst_stylegan_assets_commit (GstStyleganAssets * assets)
{
  guint i;

  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++)
    content_copy (&assets->asset[i].good, &assets->asset[i].now, i);
}

gboolean
gst_stylegan_assets_revert (GstStyleganAssets * assets)
{
  gboolean differs = FALSE;
  guint i;

  if (assets->asset[GST_STYLEGAN_ASSET_MODEL].good.data == NULL)
    return FALSE;
  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++) {
    Asset *asset = &assets->asset[i];

    differs |= asset->now.data != asset->good.data;
    content_copy (&asset->now, &asset->good, i);
  }
  return differs;
}

gboolean
gst_stylegan_assets_poll (GstStyleganAssets * assets)
{
  static const Stamp none = { 0, };
  gboolean any = FALSE;
  guint i;

  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++) {
    Asset *asset = &assets->asset[i];
    const Stamp stamp = stamp_of (asset->file);

    asset->rewritten = !stamp_equal (&stamp, &none)
        && !stamp_equal (&stamp, &asset->stamp)
        && stamp_equal (&stamp, &asset->polled);
    asset->polled = stamp;
    any |= asset->rewritten;
  }
  return any;
}

gpointer
gst_stylegan_assets_get (GstStyleganAssets * assets, GstStyleganAssetId id)
{
  return assets->asset[id].now.data;
}

const gchar *
gst_stylegan_assets_get_path (GstStyleganAssets * assets, GstStyleganAssetId id)
{
  return assets->asset[id].now.path;
}
