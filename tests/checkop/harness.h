/* gst-stylegan: checkop from inside
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/session.h>

#include "checkop.h"
#include "util/guard.h"
#include "util/rng.h"

G_BEGIN_DECLS

typedef enum
{
  CHECK_MODE_CHECK,
  CHECK_MODE_BENCH,
  CHECK_MODE_SUPPORT,
  CHECK_MODE_OOM,
  CHECK_MODE_GRAD,
  CHECK_MODE_ONNX,
  CHECK_MODE_LIST,
} CheckMode;

/* Shared with the parent process, which reports when a case crashes. */
typedef struct
{
  guint n_passed, n_failed, n_skipped;
  gboolean no_device;           /* a tier could not run */
  guint index;                  /* of the case now running */
  gchar current[160];           /* its name, "conv/odd" */
} CheckReport;

/* A backend; the CPU opened with 1, 2 and 3 threads. */
#define CHECK_MAX_THREADS 3
typedef struct
{
  SgDevice *device[CHECK_MAX_THREADS];
  guint n_devices;
} CheckTarget;

/* One way to run the same operators, in a process of its own. */
typedef struct
{
  const gchar *name;
  SgBackendId backend;
  const gchar *expect;          /* a word of the device's description */
  SgPrecision precision;        /* of Vulkan */
  const gchar *disable;         /* SG_VULKAN_DISABLE, or NULL */
} CheckTier;

/* The exit status that test harnesses take for "skipped". */
#define CHECK_EXIT_SKIPPED 77

struct _Check
{
  CheckMode mode;
  const gchar *program;
  gchar *only_op, *only_case, *only_tier;
  gchar *onnx_dir;              /* of --onnx; or NULL */
  const CheckTier *tier;        /* NULL: the environment is as it is */
  gint64 seed;
  gint runs;                    /* --runs, of --bench */
  gboolean verbose;
  gboolean first_tier;          /* what no tier changes is checked once */
  gboolean half;                /* images are f16 on the device */
  CheckReport *report;
  guint index, skip_until;      /* counts cases; those below are skipped */

  const SgOp *op;               /* whose cases are being listed; NULL: graphs */
  SgDevice *ref;
  CheckTarget targets[2];       /* every backend but the reference */
  guint n_targets;

  /* --support, of the operator: cases (--grad: those with a gradient), and those each target has a kernel for */
  guint n_cases, n_supported[2];
};

typedef struct
{
  gboolean omitted, constant, ranged;
  SgTensorDesc desc;
  gdouble low, high;
  guint n_values;               /* written out in the case */
  gdouble values[CHECK_MAX_VALUES];
} CheckInput;

/* A case, parsed and inferred, with its constants made. */
typedef struct
{
  const CheckCase *kase;
  gchar *label;                 /* "conv/odd" */
  CheckInput input[CHECK_MAX_INPUTS];
  SgCall call;
  SgTensorDesc descs[CHECK_MAX_INPUTS];
  SgTensorDesc outputs[CHECK_MAX_OUTPUTS];
  SgTensor *constants[CHECK_MAX_INPUTS];
} CheckData;

typedef enum
{
  CHECK_PATTERN_RANDOM,
  CHECK_PATTERN_ZERO,
  CHECK_PATTERN_NEGATIVE_ZERO,
  CHECK_PATTERN_LARGE,
  CHECK_PATTERN_DENORMAL,
  CHECK_PATTERN_CONSTANT,       /* every plane of one value */
  CHECK_PATTERN_MEAN,           /* planes of a mean far above the deviation */
  CHECK_PATTERN_NOT_FINITE,
  CHECK_N_PATTERNS
} CheckPattern;

/* data.c */
gboolean check_data_init (CheckData * data, Check * check,
    const CheckCase * kase, GError ** error);
void check_data_clear (CheckData * data);
/* FALSE with an error that says which shape is not the expected one. */
gboolean check_data_expected (const CheckData * data, GError ** error);
gboolean check_data_has_pattern (const CheckData * data, CheckPattern pattern);
const gchar *check_pattern_name (CheckPattern pattern);
/* Fills input @index, which is no constant. */
void check_data_fill (const CheckData * data, guint index,
    CheckPattern pattern, gint64 seed, gpointer memory);

/* compare.c: @got against @expected, as the class allows.
 * @factor: on the class's tolerances, see tolerance.h
 * @input: what the class's share of the inputs comes to
 * @half: on a device of half precision
 * Returns: NULL, or what is wrong (transfer full). */
gchar *check_compare (const SgTensorDesc * desc, gconstpointer got,
    gconstpointer expected, CheckClass tolerance, gdouble factor,
    gdouble input, gboolean half);
/* Whether a device of half precision keeps this in f16, and rounding it to that. */
gboolean check_is_half (const SgTensorDesc * desc);
void check_round_half (const SgTensorDesc * desc, gpointer data);
/* Largest finite magnitude. */
gdouble check_magnitude (const SgTensorDesc * desc, gconstpointer data);

/* report.c */
void check_passed (Check * check);
void check_skipped (Check * check);
/* Prints what failed and how to run only that again. @device may be NULL. */
void check_failed (Check * check, const gchar * label, SgDevice * device,
    const gchar * format, ...) G_GNUC_PRINTF (4, 5);
/* "cpu (avx2, 2 threads)" Returns: (transfer full) */
gchar *check_device_label (SgDevice * device);
/* Announces the case @label. FALSE when it is not wanted. */
gboolean check_begin (Check * check, const gchar * op, const gchar * name);

/* tier.c: opens check->ref and check->targets for check->tier. FALSE, and said so, if
 * there is nothing to run on. */
gboolean check_open (Check * check);
void check_close (Check * check);
/* Runs @process in a child for each tier that was asked for. FALSE when no tier has
 * that name. */
gboolean check_run_tiers (Check * check, void (*process) (Check * check));

/* The modes: what is done with a case. */
void check_run (Check * check, CheckData * data);
void check_bench (Check * check, CheckData * data);
void check_support (Check * check, CheckData * data);
void check_support_head (Check * check);
void check_support_row (Check * check);
void check_oom (Check * check, CheckData * data);
void check_grad (Check * check, CheckData * data);
/* After all cases of an operator. */
void check_grad_operator (Check * check);
void check_onnx (Check * check, CheckData * data);
void check_onnx_operator (Check * check);
/* Cases without an operator of their own: whole graphs, see fused.c. */
void check_fused (Check * check);
void check_fused_oom (Check * check, const gchar * label, SgGraph * graph,
    const SgTensorDesc * inputs, guint n_inputs);

G_END_DECLS
