/* gst-stylegan: ONNX models
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/internal.h"

#include <unistd.h>

/* protobuf's own limit of one message; larger models keep their weights in
 * external data. */
#define MAX_FILE_BYTES G_MAXINT32

struct _SgModel
{
  gint ref_count;               /* under the lock */
  SgGraph *graph;
  gchar *path;
  gchar *name, *doc, *producer; /* valid UTF-8 */
  gint64 opset;
  SgOnnxMetadata metadata;
  /* Of a model that others may share: */
  gboolean shared;
  SgOnnxStamp stamp;
  GArray *files;                /* SgOnnxFile: external data */
};

/* Models in use that came from files. They hold no reference here. */
static GMutex lock;
static GPtrArray *loaded;

/* --- life ----------------------------------------------------------------- */

SgModel *
sg_model_ref (SgModel * model)
{
  g_mutex_lock (&lock);
  model->ref_count++;
  g_mutex_unlock (&lock);
  return model;
}

void
sg_model_unref (SgModel * model)
{
  gboolean last;

  if (model == NULL)
    return;
  g_mutex_lock (&lock);
  last = --model->ref_count == 0;
  if (last && model->shared) {
    g_ptr_array_remove_fast (loaded, model);
    if (loaded->len == 0)
      g_clear_pointer (&loaded, g_ptr_array_unref);
  }
  g_mutex_unlock (&lock);
  if (!last)
    return;
  sg_graph_unref (model->graph);
  sg_onnx_metadata_clear (&model->metadata);
  g_clear_pointer (&model->files, g_array_unref);
  g_free (model->path);
  g_free (model->name);
  g_free (model->doc);
  g_free (model->producer);
  g_free (model);
}

/* --- sharing -------------------------------------------------------------- */

static gboolean
is_same (const SgModel * model, const gchar * path, const SgOnnxStamp * stamp)
{
  if (memcmp (&model->stamp, stamp, sizeof *stamp) != 0)
    return FALSE;
  /* Where external data lies depends on the path. */
  if (model->files->len > 0 && !g_str_equal (model->path, path))
    return FALSE;
  for (guint i = 0; i < model->files->len; i++) {
    const SgOnnxFile *file = &g_array_index (model->files, SgOnnxFile, i);

    if (!sg_onnx_file_unchanged (file->path, &file->stamp))
      return FALSE;
  }
  return TRUE;
}

/* A model in use that is the same as the file, with a new reference. Under the
 * lock. */
static SgModel *
find_loaded (const gchar * path, const SgOnnxStamp * stamp)
{
  for (guint i = 0; loaded && i < loaded->len; i++) {
    SgModel *model = g_ptr_array_index (loaded, i);

    if (is_same (model, path, stamp)) {
      model->ref_count++;
      return model;
    }
  }
  return NULL;
}

/* Makes @model known, or drops it for one that another thread loaded
 * meanwhile. */
static SgModel *
share (SgModel * model)
{
  SgModel *other;

  g_mutex_lock (&lock);
  other = find_loaded (model->path, &model->stamp);
  if (other == NULL) {
    if (loaded == NULL)
      loaded = g_ptr_array_new ();
    g_ptr_array_add (loaded, model);
    model->shared = TRUE;
  }
  g_mutex_unlock (&lock);
  if (other == NULL)
    return model;
  sg_model_unref (model);
  return other;
}

/* --- reading -------------------------------------------------------------- */

static gboolean
read_opset (const Onnx__ModelProto * proto, gint64 * opset, GError ** error)
{
  *opset = 0;
  if (!proto->has_ir_version || proto->graph == NULL) {
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
        "not an ONNX model: it has no version or no graph");
    return FALSE;
  }
  for (gsize i = 0; i < proto->n_opset_import; i++) {
    const gchar *domain = proto->opset_import[i]->domain;

    if (domain == NULL || *domain == '\0' || g_str_equal (domain, "ai.onnx"))
      *opset = MAX (*opset, proto->opset_import[i]->version);
  }
  if (*opset == 0 && proto->ir_version >= 3) {
    /* Right only when no node is one of ONNX's own. */
    for (gsize i = 0; i < proto->graph->n_node; i++)
      if (!sg_onnx_check_domain (proto->graph->node[i], 0, error))
        return FALSE;
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
        "the model does not say which version of ONNX's operators (opset) it "
        "uses");
    return FALSE;
  }
  if (*opset == 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model is of ONNX's IR version %" G_GINT64_FORMAT ", which has no "
        "opsets; convert it with onnx.version_converter.convert_version "
        "(model, %d)", (gint64) proto->ir_version, SG_ONNX_COMMON_OPSET);
    return FALSE;
  }
  return TRUE;
}

static gchar *
valid (const gchar * text)
{
  return g_utf8_make_valid (text ? text : "", -1);
}

/* @dir: where external data may be, or NULL */
static SgModel *
model_new (const gchar * path, gconstpointer data, gsize size,
    const gchar * dir, GError ** error)
{
  Onnx__ModelProto *proto;
  SgOnnxSource source;
  SgGraph *graph = NULL;
  SgModel *model = NULL;
  gint64 opset;

  if (size == 0) {
    g_set_error_literal (error, SG_ERROR, SG_ERROR_INVALID_MODEL,
        "not an ONNX model: it is empty");
    return NULL;
  }
  proto = sg_onnx_unpack (&onnx__model_proto__descriptor, data, size, error);
  if (proto == NULL)
    return NULL;
  sg_onnx_source_init (&source, dir);
  if (read_opset (proto, &opset, error))
    graph = sg_onnx_import_graph (proto, opset, &source, error);
  if (graph) {
    model = g_new0 (SgModel, 1);
    model->ref_count = 1;
    model->graph = graph;
    model->path = g_strdup (path);
    model->opset = opset;
    model->files = g_steal_pointer (&source.files);
    model->name = valid (proto->graph->name);
    model->doc = valid (proto->doc_string);
    model->producer = valid (proto->producer_name);
    sg_onnx_metadata_read (&model->metadata, proto);
  }
  sg_onnx_source_clear (&source);
  onnx__model_proto__free_unpacked (proto, NULL);
  return model;
}

/* The whole file; NULL with an error. */
static gpointer
read_file (gint fd, guint64 size, GError ** error)
{
  gpointer data;

  if (size > MAX_FILE_BYTES) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the file has %" G_GUINT64_FORMAT " MB; ONNX files of more than 2 GB "
        "must keep their weights as external data", size >> 20);
    return NULL;
  }
  data = g_try_malloc (MAX (size, 1));
  if (data == NULL)
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "no memory for the file's %" G_GUINT64_FORMAT " MB", size >> 20);
  else if (!sg_onnx_file_read (fd, data, size, 0, error))
    g_clear_pointer (&data, g_free);
  return data;
}

static SgModel *
load (const gchar * path, GError ** error)
{
  g_autofree gchar *dir = g_path_get_dirname (path);
  g_autofree gpointer data = NULL;
  struct stat status;
  SgOnnxStamp stamp;
  SgModel *model;
  gint fd = sg_onnx_file_open (path, &status, error);

  if (fd < 0)
    return NULL;
  stamp = sg_onnx_file_stamp (&status);
  g_mutex_lock (&lock);
  model = find_loaded (path, &stamp);
  g_mutex_unlock (&lock);
  if (model == NULL) {
    data = read_file (fd, stamp.size, error);
    if (data)
      model = model_new (path, data, stamp.size, dir, error);
    if (model) {
      model->stamp = stamp;
      model = share (model);
    }
  }
  close (fd);
  return model;
}

SgModel *
sg_model_load (const gchar * path, GError ** error)
{
  SgModel *model = load (path, error);

  if (model == NULL) {
    g_autofree gchar *shown = g_filename_display_name (path);

    g_prefix_error (error, "%s: ", shown);
  }
  return model;
}

SgModel *
sg_model_load_bytes (const gchar * name, gconstpointer data, gsize size,
    GError ** error)
{
  SgModel *model = model_new (name, data, size, NULL, error);

  if (model == NULL)
    g_prefix_error (error, "%s: ", name);
  return model;
}

/* --- asking --------------------------------------------------------------- */

SgGraph *
sg_model_get_graph (SgModel * model)
{
  return model->graph;
}

const gchar *
sg_model_get_path (SgModel * model)
{
  return model->path;
}

gint64
sg_model_get_opset (SgModel * model)
{
  return model->opset;
}

const gchar *
sg_model_get_producer (SgModel * model)
{
  return model->producer;
}

SgModelInfo
sg_model_get_info (SgModel * model)
{
  const SgOnnxMetadata *metadata = &model->metadata;
  SgModelInfo info = {
    .name = model->name,
    .doc = model->doc,
    .pixel_range = metadata->pixel_range,
    .channel_order = metadata->channel_order,
    .gamma = metadata->gamma,
    .metadata = (const gchar * const *) metadata->others,
  };

  return info;
}

SgPixelRange
sg_model_get_pixel_range (SgModel * model)
{
  return model->metadata.pixel_range;
}

SgChannelOrder
sg_model_get_channel_order (SgModel * model)
{
  return model->metadata.channel_order;
}

SgGamma
sg_model_get_gamma (SgModel * model)
{
  return model->metadata.gamma;
}

const gchar *
sg_model_get_metadata (SgModel * model, const gchar * key)
{
  g_autofree gchar *lower = g_ascii_strdown (key, -1);

  return g_hash_table_lookup (model->metadata.properties, lower);
}
