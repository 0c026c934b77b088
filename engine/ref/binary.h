/* gst-stylegan: reference for operators of two broadcast inputs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include "ref/ref.h"

G_BEGIN_DECLS

/* The same operation on floating point, signed and unsigned numbers. Results of
 * integers wrap to the output's type. */
typedef struct
{
  gdouble (*real) (gdouble a, gdouble b);
  guint64 (*integer) (gint64 a, gint64 b);
  guint64 (*natural) (guint64 a, guint64 b);
} RefBinary;

/* @y = operation of @a and @b, broadcast to y's shape. In integers where both
 * @a and @b are (unsigned where a is), else in double. @y may be @a or @b where
 * shapes are the same. */
void ref_binary (const RefBinary * operation, SgTensor * y,
    const SgTensor * a, const SgTensor * b);

/* Defines ref_<word> from expressions of a and b: gdouble, gint64, guint64. */
#define REF_DEFINE_BINARY(word, real_expression, integer_expression, \
    natural_expression) \
  REF_DEFINE_OPERATION (word, real_expression, integer_expression, \
      natural_expression); \
  gboolean \
  ref_ ## word (const SgCall * call, SgTensor * const *outputs, \
      SgTensor * const *inputs, GError ** error) \
  { \
    ref_binary (&word ## _operation, outputs[0], inputs[0], inputs[1]); \
    return TRUE; \
  }

/* The same for any number of inputs, from left to right. */
#define REF_DEFINE_VARIADIC(word, real_expression, integer_expression, \
    natural_expression) \
  REF_DEFINE_OPERATION (word, real_expression, integer_expression, \
      natural_expression); \
  gboolean \
  ref_ ## word (const SgCall * call, SgTensor * const *outputs, \
      SgTensor * const *inputs, GError ** error) \
  { \
    ref_copy_broadcast (outputs[0], inputs[0]); \
    for (guint i = 1; i < call->n_inputs; i++) \
      ref_binary (&word ## _operation, outputs[0], outputs[0], inputs[i]); \
    return TRUE; \
  }

/* The operation alone: <word>_operation. A semicolon follows. */
#define REF_DEFINE_OPERATION(word, real_expression, integer_expression, \
    natural_expression) \
  static gdouble \
  word ## _real (gdouble a, gdouble b) \
  { \
    return (real_expression); \
  } \
  static guint64 \
  word ## _integer (gint64 a, gint64 b) \
  { \
    return (guint64) (integer_expression); \
  } \
  static guint64 \
  word ## _natural (guint64 a, guint64 b) \
  { \
    return (natural_expression); \
  } \
  static const RefBinary word ## _operation = { \
    word ## _real, word ## _integer, word ## _natural \
  }

G_END_DECLS
