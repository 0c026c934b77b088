/* gst-stylegan tests: loads models from memory and looks at what comes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/onnx.h>

G_BEGIN_DECLS

/* A gint64 as an argument of the writer's variadic functions. */
#define I(value) G_GINT64_CONSTANT (value)

/* As sg_model_load_bytes (), under the name zoo.onnx. */
SgModel *onnx_check_load (GByteArray * bytes, GError ** error);
/* @error must have @code and say all of @needles, which | separates. */
void onnx_check_message (const GError * error, SgErrorCode code,
    const gchar * needles);
/* @bytes, which are freed, must not load. */
void onnx_check_error (GByteArray * bytes, SgErrorCode code,
    const gchar * needles);
/* @bytes, which are freed, must load. */
SgModel *onnx_check_model (GByteArray * bytes);

/* A model x -> y with @node, and an initializer unless it is NULL. */
GByteArray *onnx_check_with (gint64 opset, GByteArray * node,
    GByteArray * initializer);
/* Nodes: "act", y = x + w as "add". */
GByteArray *onnx_check_relu (const gchar * inputs, const gchar * outputs);
GByteArray *onnx_check_add (void);
/* The only constant of a model. */
SgTensor *onnx_check_constant (SgModel * model);

G_END_DECLS
