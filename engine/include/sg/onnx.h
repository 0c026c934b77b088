/* gst-stylegan: ONNX models
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/graph.h>

G_BEGIN_DECLS

/* ONNX's Image.NominalPixelRange. */
typedef enum
{
  SG_PIXEL_RANGE_AUTO,          /* what the model says, else 0..255 */
  SG_PIXEL_RANGE_0_255,
  SG_PIXEL_RANGE_16_235,
  SG_PIXEL_RANGE_0_1,           /* Normalized_0_1 */
  SG_PIXEL_RANGE_MINUS1_1,      /* Normalized_1_1 */
} SgPixelRange;

/* ONNX's Image.BitmapPixelFormat, as far as it orders channels. */
typedef enum
{
  SG_CHANNEL_ORDER_AUTO,        /* what the model says, else RGB */
  SG_CHANNEL_ORDER_RGB,
  SG_CHANNEL_ORDER_BGR,
  SG_CHANNEL_ORDER_GRAY,        /* Gray8: one channel in and out */
} SgChannelOrder;

/* ONNX's Image.ColorSpaceGamma. */
typedef enum
{
  SG_GAMMA_SRGB,
  SG_GAMMA_LINEAR,
} SgGamma;

/* A model as loaded: the graph and what the file says about its images.
 * Models loaded from the same unchanged file share their constants.
 *
 * Thread-safety: safe (immutable). */
typedef struct _SgModel SgModel;

/* Models whose tensors take more than this, or more than the machine's memory,
 * are refused; the .onnx file itself may have 2 GB, as protobuf wants. */
#define SG_ONNX_MAX_BYTES (G_GINT64_CONSTANT (4) << 30)

/* Reads an ONNX file, opsets 7 to 21; older and newer ones as far as every
 * operator in use is known to be the same there. Fully checked: a broken, hostile or
 * unsupported file gives an error (SG_ERROR_NOT_FOUND, _INVALID_MODEL,
 * _UNSUPPORTED with operator, node and opset, _NOT_FINITE, _NO_MEMORY), never
 * more. External tensor data is read from files beside the model only (no
 * absolute path, no "..", no symbolic link leading out). Blocks; call it off
 * the streaming thread. */
SgModel *sg_model_load (const gchar * path, GError ** error);
/* The same from memory; external data is refused.
 * @name: stands for the file in messages */
SgModel *sg_model_load_bytes (const gchar * name, gconstpointer data,
    gsize size, GError ** error);
SgModel *sg_model_ref (SgModel * model);
void sg_model_unref (SgModel * model);

SgGraph *sg_model_get_graph (SgModel * model);  /* (transfer none) */
const gchar *sg_model_get_path (SgModel * model);
gint64 sg_model_get_opset (SgModel * model);
/* As the file says; _AUTO where it says nothing. */
SgPixelRange sg_model_get_pixel_range (SgModel * model);
SgChannelOrder sg_model_get_channel_order (SgModel * model);
SgGamma sg_model_get_gamma (SgModel * model);
/* A metadata property ("author", "license", ...), or NULL. */
const gchar *sg_model_get_metadata (SgModel * model, const gchar * key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgModel, sg_model_unref)

G_END_DECLS
