/* gst-stylegan: what checkop prints
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "harness.h"

#include <stdio.h>

void
check_passed (Check * check)
{
  check->report->n_passed++;
}

void
check_skipped (Check * check)
{
  check->report->n_skipped++;
}

gchar *
check_device_label (SgDevice * device)
{
  return g_strdup_printf ("%s (%s)", sg_device_get_backend_name (device),
      sg_device_get_description (device));
}

void
check_failed (Check * check, const gchar * label, SgDevice * device,
    const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *where =
      device ? check_device_label (device) : g_strdup ("every device");
  g_auto (GStrv) parts = g_strsplit (label, "/", 2);
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  check->report->n_failed++;
  printf ("FAIL %s on %s: %s\n", label, where, text);
  printf ("     again: %s%s --op=%s '--case=%s'%s%s --seed=%" G_GINT64_FORMAT
      "\n", check->program, check->mode == CHECK_MODE_OOM ? " --oom"
      : check->mode == CHECK_MODE_ONNX ? " --onnx" : "",
      parts[0], parts[1] ? parts[1] : "", check->tier ? " --tier=" : "",
      check->tier ? check->tier->name : "", check->seed);
  fflush (stdout);
}

gboolean
check_begin (Check * check, const gchar * op, const gchar * name)
{
  if (check->only_op && !g_str_equal (check->only_op, op))
    return FALSE;
  if (check->only_case && !g_str_equal (check->only_case, name))
    return FALSE;
  if (check->index++ < check->skip_until)
    return FALSE;
  check->report->index = check->index;
  g_snprintf (check->report->current, sizeof check->report->current, "%s/%s",
      op, name);
  if (check->mode == CHECK_MODE_LIST) {
    printf ("%s\n", check->report->current);
    return FALSE;
  }
  return TRUE;
}
