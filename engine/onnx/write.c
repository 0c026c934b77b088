/* gst-stylegan: graphs to ONNX files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "onnx/writer.h"

#include <string.h>

/* protobuf's limit of one message. */
#define MAX_FILE_BYTES G_MAXINT32

/* ONNX's Versioning.md: the first IR version that goes with @opset. */
static gint64
ir_version (gint64 opset)
{
  return opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : 10;
}

static gboolean
set_metadata (SgOnnxWriter * writer, const SgModelInfo * info,
    Onnx__ModelProto * model, GError ** error)
{
  g_autoptr (GPtrArray) pairs = sg_onnx_metadata_write (info);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash,
      g_str_equal, g_free, NULL);

  model->metadata_props = sg_onnx_writer_alloc (writer,
      (pairs->len + 1) * sizeof *model->metadata_props);
  for (guint i = 0; i + 1 < pairs->len; i += 2) {
    const gchar *key = g_ptr_array_index (pairs, i);
    Onnx__StringStringEntryProto *entry = sg_onnx_writer_alloc (writer,
        sizeof *entry);

    if (!g_hash_table_add (seen, g_ascii_strdown (key, -1))) {
      g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
          "metadata '%s' is given twice", key);
      return FALSE;
    }
    onnx__string_string_entry_proto__init (entry);
    entry->key = sg_onnx_writer_text (writer, key);
    entry->value = sg_onnx_writer_text (writer, g_ptr_array_index (pairs,
            i + 1));
    model->metadata_props[model->n_metadata_props++] = entry;
  }
  return TRUE;
}

static GBytes *
pack (const Onnx__ModelProto * model, GError ** error)
{
  gsize size = onnx__model_proto__get_packed_size (model);
  guint8 *data = NULL;

  if (size > MAX_FILE_BYTES) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "the model takes %" G_GSIZE_FORMAT " MB; an ONNX file can have 2 GB",
        size >> 20);
    return NULL;
  }
  data = g_try_malloc (MAX (size, 1));
  if (data == NULL) {
    g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY,
        "no memory for the %" G_GSIZE_FORMAT " MB of the model's file",
        size >> 20);
    return NULL;
  }
  onnx__model_proto__pack (model, data);
  return g_bytes_new_take (data, size);
}

/* @needs: set to the opset that would do where @opset does not, else 0 */
static GBytes *
save_opset (SgGraph * graph, const SgModelInfo * info, gint64 opset,
    gint64 * needs, GError ** error)
{
  SgOnnxWriter writer = { .graph = graph, .opset = opset };
  Onnx__OperatorSetIdProto version, *versions = &version;
  Onnx__ModelProto model;
  GBytes *bytes = NULL;

  onnx__operator_set_id_proto__init (&version);
  version.domain = (gchar *) "";
  version.has_version = TRUE;
  version.version = opset;
  onnx__model_proto__init (&model);
  model.has_ir_version = TRUE;
  model.ir_version = ir_version (opset);
  model.n_opset_import = 1;
  model.opset_import = &versions;
  model.producer_name = (gchar *) "gst-stylegan";
  model.graph = sg_onnx_write_graph (&writer, info->name, error);
  model.doc_string = sg_onnx_writer_text (&writer, info->doc);
  if (model.graph && set_metadata (&writer, info, &model, error))
    bytes = pack (&model, error);
  *needs = bytes ? 0 : writer.needs;
  sg_onnx_writer_clear (&writer);
  return bytes;
}

GBytes *
sg_model_save_bytes (SgGraph * graph, const SgModelInfo * info, GError ** error)
{
  const SgModelInfo none = { NULL, };
  gint64 opset, needs;
  GError *problem = NULL;
  GBytes *bytes;

  if (info == NULL)
    info = &none;
  if (info->opset != 0 && (info->opset < SG_ONNX_COMMON_OPSET
          || info->opset > SG_ONNX_MAX_OPSET)) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "cannot write opset %" G_GINT64_FORMAT ", only %d to %d", info->opset,
        SG_ONNX_COMMON_OPSET, SG_ONNX_MAX_OPSET);
    return NULL;
  }
  opset = info->opset ? info->opset : SG_ONNX_COMMON_OPSET;
  bytes = save_opset (graph, info, opset, &needs, &problem);
  /* Every turn asks for a newer one. */
  while (bytes == NULL && info->opset == 0 && needs > opset) {
    g_clear_error (&problem);
    opset = needs;
    bytes = save_opset (graph, info, opset, &needs, &problem);
  }
  if (bytes == NULL)
    g_propagate_error (error, problem);
  return bytes;
}

/* --- files ---------------------------------------------------------------- */

/* A rename puts a file in the place of whatever is there, also of a device. */
static gboolean
check_place (const gchar * path, GError ** error)
{
  struct stat status;

  if (stat (path, &status) != 0 || S_ISREG (status.st_mode))
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
      "cannot write the model: there is %s; choose another name",
      S_ISDIR (status.st_mode) ? "a directory" : "a device or a pipe");
  return FALSE;
}

static gboolean
save (SgGraph * graph, const SgModelInfo * info, const gchar * path,
    GError ** error)
{
  g_autoptr (GBytes) bytes = NULL;
  GError *problem = NULL;
  gconstpointer data;
  gsize size;

  if (!check_place (path, error))
    return FALSE;
  bytes = sg_model_save_bytes (graph, info, error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  if (g_file_set_contents_full (path, data, (gssize) size,
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
          &problem))
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
      "cannot write the model's %" G_GSIZE_FORMAT " kB: %s",
      (size + 999) / 1000, problem->message);
  g_error_free (problem);
  return FALSE;
}

gboolean
sg_model_save (SgGraph * graph, const SgModelInfo * info, const gchar * path,
    GError ** error)
{
  if (!save (graph, info, path, error)) {
    g_autofree gchar *shown = g_filename_display_name (path);

    g_prefix_error (error, "%s: ", shown);
    return FALSE;
  }
  return TRUE;
}
