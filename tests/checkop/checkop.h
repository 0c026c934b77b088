/* gst-stylegan: checkop, every kernel against the reference
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each operator has tests/checkop/<word>.c with a function check_<word> () that
 * lists its cases:
 *
 *   CHECK ("odd", "f32[1,3,17,19] f32[8,3,3,3]! f32[8]!", CHECK_SUM,
 *       .attrs = ATTRS (SgConvAttrs, .group = 1), .expect = "[1,8,15,17]");
 *
 * Inputs, separated by blanks:
 *   f32[1,3,17,19]        random; floats in -1..1, integers in -100..100
 *   f32[1,3,8,8]@0:255   random in a range that the operator needs
 *   f32[8]!               constant: its value is known when the kernel is made
 *   i64{2,-1}             constant, rank 1, of these values
 *   f32(0.5)              constant scalar
 *   -                     an optional input left out
 *
 * Every case runs on every device with random and, unless an input has a range,
 * with pathological inputs; see run.c for what is checked. */
#pragma once

#include "backend/backend.h"
#include "tolerance.h"

G_BEGIN_DECLS

#define CHECK_MAX_INPUTS 8
#define CHECK_MAX_OUTPUTS 4
#define CHECK_MAX_VALUES 32

typedef struct _Check Check;

enum
{
  CHECK_ONLY_RANDOM = 1 << 0,   /* pathological inputs make no sense */
  CHECK_NOT_FINITE = 1 << 1,    /* NaN and infinities too */
  CHECK_BENCH = 1 << 2,         /* large: for --bench, not for checking */
  CHECK_REFUSED = 1 << 3,       /* infer () must refuse it with an error */
};

typedef struct
{
  const gchar *name;            /* unique in the operator */
  const gchar *inputs;
  CheckClass tolerance;
  gconstpointer attrs;          /* the operator's struct */
  guint n_outputs;              /* 0: 1 */
  const gchar *expect;          /* output shapes, "[1,8,5,7] [8]"; may be NULL */
  guint flags;
} CheckCase;

#define ATTRS(type, ...) (&(type) { __VA_ARGS__ })
#define CHECK(...) check_case (check, &(CheckCase) { __VA_ARGS__ })
/* A large case that is timed. */
#define BENCH(...) \
    check_case (check, &(CheckCase) { __VA_ARGS__, .flags = CHECK_BENCH })

void check_case (Check * check, const CheckCase * kase);

/* What all operators without attributes that map element by element go through:
 * all sizes around a vector's and a cache line's, ranks, large and odd. */
void check_elementwise (Check * check, gconstpointer attrs,
    CheckClass tolerance, guint flags);
/* The same for operators of two inputs, with every way to broadcast. @range: of
 * the inputs, as "@0:1"; may be "". */
void check_broadcast (Check * check, CheckClass tolerance,
    const gchar * range_a, const gchar * range_b);
/* The same, and the types that add, sub and mul take. */
void check_arithmetic (Check * check);
/* The same, and that there may be any number of inputs: max and min. */
void check_extremum (Check * check);

#define SG_OP(word) void check_ ## word (Check * check);
#include "ops/list.h"
#undef SG_OP

G_END_DECLS
