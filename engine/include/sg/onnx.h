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
/* The program that wrote the file, or "". */
const gchar *sg_model_get_producer (SgModel * model);

/* What a file says beside the graph. Zeroed: nothing. */
typedef struct
{
  const gchar *name;            /* of the graph; NULL or "": "model" */
  const gchar *doc;             /* or NULL */
  /* 13 to 21. 0: 13, or the oldest newer one that has every operator as the graph
   * uses it (Pad's mode wrap came with 19, say). */
  gint64 opset;
  SgPixelRange pixel_range;     /* _AUTO: the file does not say */
  SgChannelOrder channel_order; /* _AUTO: the file does not say */
  SgGamma gamma;
  /* More metadata: key, value, key, value, ..., NULL; or NULL. Keys are case
   * insensitive; those of the three fields above must not be among them. */
  const gchar *const *metadata;
} SgModelInfo;

/* What @model's file says, with opset 0. What it points to is the model's. */
SgModelInfo sg_model_get_info (SgModel * model);

/* Writes @graph, as it was made or loaded rather than as a session has rewritten it,
 * as an ONNX model. Constants become initializers, names are kept and made
 * unique where they are not, free dimensions are named (batch, channels, height,
 * width). The same graph and info give the same bytes.
 * The file is replaced at once and only when all is on disk; after an error it is as
 * it was, and nothing is left beside it. Blocks.
 * @info: may be NULL
 * Errors: SG_ERROR_UNSUPPORTED (names the node that ONNX has no operator for, or
 * that needs a newer opset; more than 2 GB), _NOT_FINITE (a NaN in a constant),
 * _INVALID_ARGUMENT (no output, metadata given twice, opset out of range, @path is
 * no regular file), _NO_MEMORY, _FAILED (the file cannot be written). */
gboolean sg_model_save (SgGraph * graph, const SgModelInfo * info,
    const gchar * path, GError ** error);
/* The same to memory. */
GBytes *sg_model_save_bytes (SgGraph * graph, const SgModelInfo * info,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgModel, sg_model_unref)

G_END_DECLS
