/* gst-stylegan: where a session's time goes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/session.h"

#include <time.h>

gint64
session_clock_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

gchar *
session_describe (SgNode * node)
{
  GString *s = g_string_new (node->op->name);

  if (node->op->describe)
    node->op->describe (node, s);
  return g_string_free (s, FALSE);
}

const gchar *
sg_stage_get_name (SgStage stage)
{
  static const gchar *const names[SG_N_STAGES] = {
    [SG_STAGE_LOAD] = "load",
    [SG_STAGE_NETWORK] = "network",
    [SG_STAGE_STORE] = "store",
  };

  g_return_val_if_fail (stage < SG_N_STAGES, "");

  return names[stage];
}

void
sg_session_set_profiling (SgSession * session, gboolean enabled)
{
  session->profiling = enabled;
  session->n_profiled = 0;
  if (session->program)
    session->device->backend->program_set_profiling (session->program, enabled);
  for (guint i = 0; i < session->steps->len; i++)
    g_array_index (session->steps, SessionStep, i).total_ns = 0;
}

GArray *
sg_session_get_profile (SgSession * session)
{
  GArray *profile = g_array_new (FALSE, TRUE, sizeof (SgNodeProfile));

  for (guint i = 0; i < session->steps->len; i++) {
    const SessionStep *step = &g_array_index (session->steps, SessionStep, i);
    SgNodeProfile row = {
      .op = step->op,
      .name = step->node->name ? step->node->name : "",
      .backend = step->kernel->backend->name,
      .ms = step->total_ns * 1e-6 / MAX (session->n_profiled, 1),
      .flops = step->flops,
      .bytes = step->bytes,
    };

    g_array_append_val (profile, row);
  }
  return profile;
}

gchar *
sg_session_to_string (SgSession * session)
{
  GString *s = g_string_new (NULL);

  for (guint i = 0; i < session->steps->len; i++) {
    const SessionStep *step = &g_array_index (session->steps, SessionStep, i);
    g_autofree gchar *shape =
        sg_shape_to_string (&step->node->outputs[0]->desc.shape);

    g_string_append_printf (s, "%-10s %-48s %-20s %s\n",
        step->kernel->backend->name, step->op, shape,
        step->node->name ? step->node->name : "");
  }
  return g_string_free (s, FALSE);
}
