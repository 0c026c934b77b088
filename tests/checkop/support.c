/* gst-stylegan: checkop --support
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The table in docs/operators.md: which operator runs where. "all" of the
 * operator's f32 cases, "12 of 14", or nothing (then it falls back). */
#include "harness.h"

#include <stdio.h>

/* Nobody needs a kernel for tensors of no elements. */
static gboolean
counts (const CheckData * data)
{
  if (data->call.n_inputs == 0 || data->input[0].omitted)
    return TRUE;
  return data->descs[0].dtype == SG_DTYPE_F32
      && sg_shape_elements (&data->descs[0].shape) > 0;
}

void
check_support (Check * check, CheckData * data)
{
  if (!counts (data))
    return;
  check->n_cases++;
  for (guint i = 0; i < check->n_targets; i++)
    check->n_supported[i] +=
        sg_device_supports (check->targets[i].device[0], &data->call);
}

void
check_support_head (Check * check)
{
  printf ("| operator | ONNX | reference |");
  for (guint i = 0; i < check->n_targets; i++)
    printf (" %s |", sg_device_get_backend_name (check->targets[i].device[0]));
  printf ("\n|---|---|---|");
  for (guint i = 0; i < check->n_targets; i++)
    printf ("---|");
  printf ("\n");
}

static void
print_onnx_names (const SgOp * op)
{
  const SgOnnxName *last = NULL;

  for (const SgOnnxName * row = op->onnx; row && row->name; row++) {
    if (last && g_str_equal (last->name, row->name))
      continue;
    printf ("%s%s", last ? ", " : "", row->name);
    last = row;
  }
  if (last == NULL)
    printf ("*made by the planner*");
}

void
check_support_row (Check * check)
{
  printf ("| %s | ", check->op->name);
  print_onnx_names (check->op);
  printf (" | yes |");
  for (guint i = 0; i < check->n_targets; i++) {
    if (check->n_supported[i] == 0)
      printf (" |");
    else if (check->n_supported[i] == check->n_cases)
      printf (" yes |");
    else
      printf (" %u of %u cases |", check->n_supported[i], check->n_cases);
  }
  printf ("\n");
  check->n_cases = 0;
  for (guint i = 0; i < G_N_ELEMENTS (check->n_supported); i++)
    check->n_supported[i] = 0;
}
