/* gst-stylegan: the ONNX importer from inside (the exporter: writer.h)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>

#include "graph/graph.h"
#include "onnx/onnx.pb-c.h"

#include <sys/stat.h>

G_BEGIN_DECLS

/* Opsets 7 to 21 are tested. In older and newer ones every operator in use must
 * be one that is known to be the same there (rows of SgOnnxName). */
#define SG_ONNX_MAX_OPSET 21
/* What to convert older models to. */
#define SG_ONNX_COMMON_OPSET 13

/* What identifies the contents of a file without reading it. */
typedef struct
{
  guint64 device, inode, size;
  gint64 modified_ns, changed_ns;
} SgOnnxStamp;

typedef struct
{
  gchar *path;
  SgOnnxStamp stamp;
} SgOnnxFile;

/* Where a model comes from, and how much it may take. */
typedef struct
{
  const gchar *dir;             /* of external data; NULL: there is none */
  guint64 max_bytes;            /* limit of all tensors together */
  guint64 bytes;                /* of the tensors so far */
  GArray *files;                /* SgOnnxFile: external data files in use */
} SgOnnxSource;

void sg_onnx_source_init (SgOnnxSource * source, const gchar * dir);
void sg_onnx_source_clear (SgOnnxSource * source);

/* --- wire.c --------------------------------------------------------------- */

/* Decodes a message after checking what protobuf-c does not: nesting depth and
 * the memory that it would take. Free with protobuf_c_message_free_unpacked ().
 * Errors: SG_ERROR_INVALID_MODEL, _NO_MEMORY. */
gpointer sg_onnx_unpack (const ProtobufCMessageDescriptor * descriptor,
    gconstpointer data, gsize size, GError ** error);
/* A name of the file as it may be shown: valid UTF-8, no control characters,
 * not too long. NULL gives "". Returns: (transfer full) */
gchar *sg_onnx_clean (const gchar * name);

/* --- tensor.c ------------------------------------------------------------- */

/* The element type for a TensorProto.DataType; SG_DTYPE_NONE if the engine does
 * not have it. @name: set to ONNX's word for it */
SgDType sg_onnx_dtype (gint32 data_type, const gchar ** name);
/* The other way round; 0, UNDEFINED, for SG_DTYPE_NONE. */
gint32 sg_onnx_data_type (SgDType dtype);
/* @name: stands for the tensor in messages
 * Errors: SG_ERROR_INVALID_MODEL, _UNSUPPORTED, _NO_MEMORY. */
SgTensor *sg_onnx_tensor_decode (const Onnx__TensorProto * proto,
    const gchar * name, SgOnnxSource * source, GError ** error);
/* A serialised TensorProto alone, as ONNX's test data has them.
 * @name: (out) (optional) (transfer full): its name, "" if it has none */
SgTensor *sg_onnx_tensor_from_bytes (gconstpointer data, gsize size,
    gchar ** name, GError ** error);
/* FALSE with SG_ERROR_NOT_FINITE if there is a NaN in @tensor. */
gboolean sg_onnx_tensor_check_nan (const SgTensor * tensor,
    const gchar * name, GError ** error);

/* --- file.c --------------------------------------------------------------- */

/* Opens a regular file. Returns: a descriptor, or -1 with
 * SG_ERROR_NOT_FOUND, _INVALID_MODEL (not a regular file) or _FAILED. */
gint sg_onnx_file_open (const gchar * path, struct stat *status,
    GError ** error);
SgOnnxStamp sg_onnx_file_stamp (const struct stat *status);
/* Whether the file at @path still has @stamp. */
gboolean sg_onnx_file_unchanged (const gchar * path, const SgOnnxStamp * stamp);
/* Reads exactly @size bytes. */
gboolean sg_onnx_file_read (gint fd, gpointer data, gsize size,
    guint64 offset, GError ** error);
/* Fills @data (@size bytes) from the file that @proto names.
 * Errors: SG_ERROR_INVALID_MODEL, _NOT_FOUND, _UNSUPPORTED. */
gboolean sg_onnx_external_read (const Onnx__TensorProto * proto,
    SgOnnxSource * source, gpointer data, gsize size, GError ** error);

/* --- graph.c, node.c ------------------------------------------------------ */

/* What a name stands for. */
typedef struct
{
  SgTensor *constant;           /* an initializer, or NULL */
  SgValue *value;               /* NULL: not made yet */
} SgOnnxSymbol;

typedef struct
{
  Onnx__GraphProto *proto;
  SgOnnxSource *source;
  gint64 opset;
  SgGraph *graph;
  GHashTable *symbols;          /* name -> SgOnnxSymbol */
  GHashTable *producers;        /* name -> index of the node making it + 1 */
  GHashTable *used;             /* names that a node or an output uses */
} SgOnnxImporter;

/* The graph of @model, which is used up. Errors: SG_ERROR_INVALID_MODEL,
 * _UNSUPPORTED, _NOT_FINITE, _NO_MEMORY. */
SgGraph *sg_onnx_import_graph (Onnx__ModelProto * model, gint64 opset,
    SgOnnxSource * source, GError ** error);
/* The value called @name, which must have a symbol. */
SgValue *sg_onnx_importer_value (SgOnnxImporter * importer, const gchar * name);
/* Gives @value the @name, which must be new. */
void sg_onnx_importer_define (SgOnnxImporter * importer, const gchar * name,
    SgValue * value);
/* "node 'x' (Op, opset 13): ..." for a node of the file. Returns FALSE. */
gboolean sg_onnx_node_error (const Onnx__NodeProto * node, gint64 opset,
    GError ** error, SgErrorCode code, const gchar * format, ...)
    G_GNUC_PRINTF (5, 6);
/* FALSE with SG_ERROR_UNSUPPORTED unless @node is one of ONNX's operators. */
gboolean sg_onnx_check_domain (const Onnx__NodeProto * node, gint64 opset,
    GError ** error);
/* Adds @node, all of whose inputs exist, to the graph. */
gboolean sg_onnx_import_node (SgOnnxImporter * importer,
    const Onnx__NodeProto * node, GError ** error);

/* --- metadata.c ----------------------------------------------------------- */

typedef struct
{
  GHashTable *properties;       /* key in lower case -> value */
  SgPixelRange pixel_range;
  SgChannelOrder channel_order;
  SgGamma gamma;
  GStrv others;                 /* key, value, ... that say something else */
} SgOnnxMetadata;

void sg_onnx_metadata_read (SgOnnxMetadata * metadata,
    const Onnx__ModelProto * model);
void sg_onnx_metadata_clear (SgOnnxMetadata * metadata);
/* Key, value, ... of everything that @info says. Returns: (transfer container) */
GPtrArray *sg_onnx_metadata_write (const SgModelInfo * info);

G_END_DECLS
