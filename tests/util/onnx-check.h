/* gst-stylegan tests: loads models from memory and looks at what comes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>

#include "graph/graph.h"
#include "util/onnx-writer.h"

#include <string.h>

G_BEGIN_DECLS

/* A gint64 as an argument of the writer's variadic functions. */
#define I(value) G_GINT64_CONSTANT (value)

/* As sg_model_load_bytes (), under the name zoo.onnx. */
static inline SgModel *
onnx_check_load (GByteArray * bytes, GError ** error)
{
  /* A copy of the exact size, for the address sanitizer. */
  g_autofree gpointer data = g_memdup2 (bytes->data, bytes->len);

  return sg_model_load_bytes ("zoo.onnx", data, bytes->len, error);
}

/* @error must have @code and say all of @needles, which | separates. */
static inline void
onnx_check_message (const GError * error, SgErrorCode code,
    const gchar * needles)
{
  g_auto (GStrv) list = g_strsplit (needles, "|", -1);

  g_assert_error (error, SG_ERROR, (gint) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (guint i = 0; list[i]; i++) {
    if (strstr (error->message, list[i]) == NULL)
      g_error ("\"%s\" is not in \"%s\"", list[i], error->message);
  }
}

/* @bytes, which are freed, must not load. */
static inline void
onnx_check_error (GByteArray * bytes, SgErrorCode code, const gchar * needles)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgModel) model = onnx_check_load (bytes, &error);

  g_assert_null (model);
  onnx_check_message (error, code, "zoo.onnx");
  onnx_check_message (error, code, needles);
  g_byte_array_unref (bytes);
}

static inline SgModel *
onnx_check_model (GByteArray * bytes)
{
  g_autoptr (GError) error = NULL;
  SgModel *model = onnx_check_load (bytes, &error);

  g_assert_no_error (error);
  g_assert_nonnull (model);
  g_byte_array_unref (bytes);
  return model;
}

/* A model x -> y with @node, and an initializer unless it is NULL. */
static inline GByteArray *
onnx_check_with (gint64 opset, GByteArray * node, GByteArray * initializer)
{
  GByteArray *graph = onnx_writer_graph (TRUE, node);

  if (initializer)
    onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER, initializer);
  return onnx_writer_model (opset, graph);
}

static inline GByteArray *
onnx_check_relu (const gchar * inputs, const gchar * outputs)
{
  return onnx_writer_node ("Relu", "act", inputs, outputs, NULL);
}

static inline GByteArray *
onnx_check_add (void)
{
  return onnx_writer_node ("Add", "add", "x,w", "y", NULL);
}

static inline SgTensor *
onnx_check_constant (SgModel * model)
{
  SgGraph *graph = sg_model_get_graph (model);

  for (guint i = 0; i < graph->values->len; i++) {
    SgValue *value = g_ptr_array_index (graph->values, i);

    if (value->constant)
      return value->constant;
  }
  g_assert_not_reached ();
}

G_END_DECLS
