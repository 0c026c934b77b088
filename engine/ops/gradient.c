/* gst-stylegan: what the operators' gradient rules are written with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/gradient.h"

#include "ops/gate.h"

void
sg_gradient_fail (SgGradient * g, SgErrorCode code, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  if (g->build.error)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  sg_call_error (g->call, &g->build.error, code, "%s", text);
}

const SgShape *
sg_gradient_input_shape (const SgGradient * g, guint index)
{
  return &g->call->inputs[index].shape;
}

gboolean
sg_gradient_wants (const SgGradient * g, guint index)
{
  return index < g->node->n_inputs && g->wanted[index];
}

/* --- rules ---------------------------------------------------------------- */

void
sg_gradient_reshaped (SgGradient * g)
{
  if (sg_gradient_wants (g, 0) && g->outputs[0])
    g->inputs[0] = sg_build_reshape (&g->build, g->outputs[0],
        sg_gradient_input_shape (g, 0));
}

void
sg_gradient_gate (SgGradient * g, SgValue * x, gdouble low, gdouble high,
    gdouble below, gdouble inside, gdouble above)
{
  const SgGateAttrs attrs = { (gfloat) low, (gfloat) high, (gfloat) below,
    (gfloat) inside, (gfloat) above
  };

  g->inputs[0] = sg_build_node (&g->build, "gate", &attrs, 2, x, g->outputs[0]);
}
