/* gst-stylegan: the ONNX exporter from inside
 *
 * The messages of the file are made of memory that the writer owns, and point to
 * the graph's tensors; packing copies it all into one block.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "onnx/internal.h"

G_BEGIN_DECLS

typedef struct
{
  SgGraph *graph;
  gint64 opset;
  gint64 needs;                 /* the opset that an operator missed, or 0 */
  GPtrArray *memory;            /* what the messages are made of */
  GPtrArray *tensors;           /* references: their data goes into the file */
  GPtrArray *nodes;             /* Onnx__NodeProto */
  GPtrArray *initializers;      /* Onnx__TensorProto */
  GHashTable *values;           /* SgValue -> SgOnnxWritten */
  /* SgValue -> SgTensorDesc for two sizes of the inputs, see write_shape.c; or NULL */
  GHashTable *trials[2];
  guint sizes;                  /* which */
  GHashTable *value_names, *node_names; /* taken: name -> last suffix */
} SgOnnxWriter;

/* A value that has its name. */
typedef struct
{
  gchar *name;
  SgDType dtype;                /* SG_DTYPE_NONE: not known */
} SgOnnxWritten;

/* The dimensions of an input or output. */
typedef struct
{
  SgShape shape;                /* rank -1: not known */
  gchar *names[SG_MAX_RANK];    /* of those that are -1 */
} SgOnnxShape;

/* Zeroed memory that lives as long as the writer. */
gpointer sg_onnx_writer_alloc (SgOnnxWriter * writer, gsize size);
/* A copy that does; valid UTF-8 whatever @text is. NULL gives NULL. */
gchar *sg_onnx_writer_text (SgOnnxWriter * writer, const gchar * text);

/* --- tensor.c ------------------------------------------------------------- */

/* Without a name. */
Onnx__TensorProto *sg_onnx_tensor_encode (SgOnnxWriter * writer,
    SgTensor * tensor);

/* --- write_graph.c -------------------------------------------------------- */

/* @writer: the graph and the opset set, the rest zero; cleared by the caller
 *   once the message is packed, also after an error
 * Errors: SG_ERROR_UNSUPPORTED naming the node, _NOT_FINITE,
 * _INVALID_ARGUMENT. */
Onnx__GraphProto *sg_onnx_write_graph (SgOnnxWriter * writer,
    const gchar * name, GError ** error);
void sg_onnx_writer_clear (SgOnnxWriter * writer);

/* --- write_shape.c -------------------------------------------------------- */

/* Fills @trials, if the operators tell without being run. */
void sg_onnx_write_try (SgOnnxWriter * writer);
/* -1: not known. */
gint sg_onnx_write_rank (const SgOnnxWriter * writer, const SgValue * value);
/* Sizes of the graph's inputs as declared, and of its outputs as far as the
 * operators tell without being run, with names for the free ones: those of an
 * output that follow an input's have its name.
 * @inputs, @outputs: one each, zeroed */
void sg_onnx_write_shapes (SgOnnxWriter * writer, SgOnnxShape * inputs,
    SgOnnxShape * outputs);
Onnx__ValueInfoProto *sg_onnx_write_value_info (SgOnnxWriter * writer,
    const SgOnnxWritten * value, const SgOnnxShape * shape);

G_END_DECLS
