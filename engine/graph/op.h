/* gst-stylegan: what an operator is
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/graph.h>

G_BEGIN_DECLS

/* One use of an operator with concrete shapes: what shape inference fills in
 * and what a backend makes a kernel from. */
typedef struct
{
  const SgOp *op;
  const gchar *name;            /* of the node, for messages; may be NULL */
  gconstpointer attrs;          /* the operator's struct, or NULL */
  guint n_inputs, n_outputs;
  const SgTensorDesc *inputs;   /* dtype SG_DTYPE_NONE: omitted */
  SgTensor *const *constants;   /* per input: its value if known, else NULL */
  SgTensorDesc *outputs;        /* filled by infer () */
} SgCall;

/* Sets @error to @code with the operator and the node named in front. Returns
 * FALSE, so that it can end a function. */
gboolean sg_call_error (const SgCall * call, GError ** error,
    SgErrorCode code, const gchar * format, ...) G_GNUC_PRINTF (4, 5);
/* FALSE with an error naming the input unless input @index is there. */
gboolean sg_call_has_input (const SgCall * call, guint index);
/* The value of input @index as integers. Errors: SG_ERROR_UNSUPPORTED when it
 * is computed from the image rather than constant; SG_ERROR_SHAPE when it has
 * more than @max elements or is no integer tensor. */
gboolean sg_call_get_ints (const SgCall * call, guint index, gint64 * values,
    guint max, guint * n, GError ** error);

/* --- from ONNX ---------------------------------------------------------- */

typedef enum
{
  SG_ATTR_INT, SG_ATTR_FLOAT, SG_ATTR_STRING, SG_ATTR_INTS, SG_ATTR_FLOATS,
  SG_ATTR_TENSOR, SG_ATTR_OTHER
} SgAttrType;

typedef struct
{
  const gchar *name;
  SgAttrType type;
  gint64 i;
  gfloat f;
  const gchar *s;
  const gint64 *ints;
  const gfloat *floats;
  gsize n;                      /* of ints or floats */
  SgTensor *tensor;
} SgAttr;

/* A node of a file on its way into the graph. The engine's operators have the
 * form of ONNX's newest version: what older versions gave as an attribute and
 * newer ones as an input becomes a constant input here. */
typedef struct
{
  const gchar *onnx_op;
  const gchar *node_name;
  gint64 opset;
  const SgAttr *attrs;
  guint n_attrs;
  guint n_inputs;               /* in the file */
  const gboolean *has_input;    /* [n_inputs] */
  guint n_outputs;              /* in the file */
  /* Set by parse (): */
  GPtrArray *new_inputs;        /* SgTensor or NULL per input index */
  guint keep_inputs;            /* inputs of the file to keep; n_inputs at first */
  /* Where the functions below that have no error argument report an attribute
   * of the wrong type; the importer looks after parse (). May be NULL. */
  GError **problem;
} SgImport;

const SgAttr *sg_import_find (const SgImport * import, const gchar * name);
gint64 sg_import_int (const SgImport * import, const gchar * name,
    gint64 fallback);
gfloat sg_import_float (const SgImport * import, const gchar * name,
    gfloat fallback);
const gchar *sg_import_string (const SgImport * import, const gchar * name,
    const gchar * fallback);
/* @n is 0 when the attribute is absent. FALSE with SG_ERROR_UNSUPPORTED when
 * it has more than @max entries. */
gboolean sg_import_ints (const SgImport * import, const gchar * name,
    gint64 * values, guint max, guint * n, GError ** error);
/* Gives the node a constant as input @index (taken). */
void sg_import_set_input (SgImport * import, guint index, SgTensor * tensor);
/* Turns an INTS attribute, if there, into constant i64 input @index. */
void sg_import_ints_to_input (SgImport * import, const gchar * name,
    guint index);
gboolean sg_import_error (const SgImport * import, GError ** error,
    SgErrorCode code, const gchar * format, ...) G_GNUC_PRINTF (4, 5);

/* --- to ONNX ------------------------------------------------------------ */

/* A node of the graph on its way into a file: at first the node's inputs and
 * outputs as they are, without attributes. */
typedef struct
{
  const gchar *onnx_op;         /* as the row says; write () may change it */
  const gchar *node_name;
  gint64 opset;                 /* 13 and up */
  guint n_inputs, n_outputs;    /* in the graph */
  SgTensor *const *constants;   /* per input: its value if known, else NULL */
  const gint *ranks;            /* per input; -1: not known */
  SgDType dtype;                /* of input 0; SG_DTYPE_NONE: not known */
  /* Set by write (): */
  SgDType *output_dtypes;       /* [n_outputs], input 0's at first */
  GArray *attrs;                /* SgAttr, which own what they point to */
  GArray *inputs;               /* SgExportInput, in the file */
  GArray *then;                 /* SgExportThen, see sg_export_then () */
  gint64 needs;                 /* see sg_export_needs () */
} SgExport;

/* An input in the file: @tensor, else the node's input @from; G_MAXUINT: none. */
typedef struct
{
  guint from;
  SgTensor *tensor;
} SgExportInput;

typedef struct
{
  const gchar *onnx_op;
  SgTensor *tensor;
} SgExportThen;

/* Attributes; everything is copied but @name. */
void sg_export_set_int (SgExport * export, const gchar * name, gint64 value);
void sg_export_set_float (SgExport * export, const gchar * name, gfloat value);
void sg_export_set_string (SgExport * export, const gchar * name,
    const gchar * value);
void sg_export_set_ints (SgExport * export, const gchar * name,
    const gint64 * values, guint n);
/* @tensor: (transfer full) */
void sg_export_set_tensor (SgExport * export, const gchar * name,
    SgTensor * tensor);
/* Input @index becomes the constant @tensor (transfer full); NULL leaves it
 * out. */
void sg_export_set_input (SgExport * export, guint index, SgTensor * tensor);
/* Puts an input that is left out before @index. */
void sg_export_insert_input (SgExport * export, guint index);
/* Drops the inputs from @n on. */
void sg_export_keep_inputs (SgExport * export, guint n);
/* Turns the last input, if it is @index, into an INTS attribute, which stays
 * away where there are none. SG_ERROR_UNSUPPORTED if it is computed. */
gboolean sg_export_input_to_ints (SgExport * export, guint index,
    const gchar * name, GError ** error);
/* Gives constant input @index, if there, the type of input 0. */
gboolean sg_export_match_dtype (SgExport * export, guint index,
    GError ** error);
/* @value as a tensor of @shape and input 0's type, or f32. */
SgTensor *sg_export_filled (const SgExport * export, const SgShape * shape,
    gfloat value);
/* Appends a node that takes output 0 and the constant @tensor (transfer full);
 * its output stands for the node's. */
void sg_export_then (SgExport * export, const gchar * onnx_op,
    SgTensor * tensor);
/* FALSE with SG_ERROR_UNSUPPORTED unless the file is of @opset or newer, which
 * @what needs. */
gboolean sg_export_needs (SgExport * export, gint64 opset, const gchar * what,
    GError ** error);
gboolean sg_export_error (const SgExport * export, GError ** error,
    SgErrorCode code, const gchar * format, ...) G_GNUC_PRINTF (4, 5);

typedef struct
{
  const gchar *name;            /* ONNX's operator; NULL ends the list */
  gint64 since, until;          /* opsets that have it; until 0: to this day */
  /* Fills @attrs (zeroed); NULL for operators without attributes. */
    gboolean (*parse) (SgImport * import, gpointer attrs, GError ** error);
  /* The other way round. NULL: the node is written as it is, if the operator has
   * no attributes and parse () is NULL, else not at all. */
    gboolean (*write) (SgExport * export, gconstpointer attrs, GError ** error);
} SgOnnxName;

/* --- the descriptor ------------------------------------------------------ */

#define SG_OP_VARIADIC G_MAXUINT

struct _SgActivation;           /* ops/activation.h */
struct _SgGradient;             /* ops/gradient.h */

struct _SgOp
{
  const gchar *name;            /* snake_case word */
  const SgOnnxName *onnx;       /* NULL: made by the planner only */
  guint min_inputs, max_inputs;
  guint min_outputs, max_outputs;
  gsize attrs_size;             /* plain data, copied with memcpy */
  /* Checks dtypes, shapes and attributes and fills call->outputs. Everything
   * later relies on what passes here: it must refuse whatever a kernel could
   * not run safely. */
    gboolean (*infer) (SgCall * call, GError ** error);
  /* The output depends on the input's shape alone, not on its data. */
  gboolean shape_only;
  /* Output 0 is input 0 when type and shape are the same. */
  gboolean is_copy;
  /* Appends what is fused into @node, as " +word"; NULL: nothing can be. */
  void (*describe) (const SgNode * node, GString * text);
  /* Changes @attrs so that 16 bit floating point becomes f32; NULL: nothing in
   * them names a type. */
  void (*promote) (gpointer attrs);
  /* For fusion. An operator that is one of the activations fills @activation;
   * one that is y = x * scale[c] + shift[c] with constants fills both, one entry
   * per channel of x (dimension 1), and says which input x is. FALSE when this
   * call is not that; NULL: never. */
    gboolean (*as_activation) (const SgCall * call,
      struct _SgActivation * activation);
    gboolean (*as_scale_shift) (const SgCall * call, guint * x,
      gfloat * scale, gfloat * shift);
  /* For fusion, of an operator that can move input 1 along the flow itself: where in its
   * attrs an SgWarpAttrs is (ops/flow.h). Its last input is the flow. 0: it cannot. */
  gsize move;
  /* Floating point operations of one run; NULL: one per output element. */
    gdouble (*flops) (const SgCall * call);
  /* For training: appends to the graph what computes the gradients of the inputs
   * from those of the outputs, see ops/gradient.h. NULL: has no gradient. */
  void (*gradient) (struct _SgGradient * gradient);
};

/* NULL when there is no such operator. */
const SgOp *sg_op_find (const gchar * name);
/* The operator and its ONNX row for @onnx_op at @opset, or NULL. */
const SgOp *sg_op_find_onnx (const gchar * onnx_op, gint64 opset,
    const SgOnnxName ** row);
/* All operators, in the order of the list. */
const SgOp *const *sg_op_list (guint * n_ops);

G_END_DECLS
