/* gst-stylegan: the ways to run that checkop goes through
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/vulkan.h"

/* Those of Vulkan differ in what SG_VULKAN_DISABLE takes away of what the device
 * has; -plain is the least that a device may have. */
static const CheckTier tiers[] = {
  {"sse4", SG_BACKEND_CPU, "sse4"},
  {"avx2", SG_BACKEND_CPU, "avx2"},
  {"avx512", SG_BACKEND_CPU, "avx512"},
  {"vulkan-fp32", SG_BACKEND_VULKAN, "fp32", SG_PRECISION_FP32},
  {"vulkan-plain", SG_BACKEND_VULKAN, "fp32", SG_PRECISION_FP32, "subgroup"},
  {"vulkan-fp16", SG_BACKEND_VULKAN, "fp16", SG_PRECISION_FP16},
  {"vulkan-fp16-plain", SG_BACKEND_VULKAN, "fp16", SG_PRECISION_FP16,
      "matrix,subgroup"},
  {"vulkan-fp16-storage", SG_BACKEND_VULKAN, "fp16 storage",
      SG_PRECISION_FP16, "arithmetic-f16"},
};

static gboolean
have_tier (const CheckTier * tier)
{
#if defined (__x86_64__) || defined (__i386__)
  __builtin_cpu_init ();
  if (g_str_equal (tier->name, "avx2"))
    return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
  if (g_str_equal (tier->name, "avx512"))
    return __builtin_cpu_supports ("avx512f")
        && __builtin_cpu_supports ("avx512bw")
        && __builtin_cpu_supports ("avx512dq")
        && __builtin_cpu_supports ("avx512vl");
#endif
  return TRUE;
}

/* --- the devices of one process -------------------------------------------- */

static gboolean
open_target (Check * check, const SgDeviceConfig * config, guint n_devices)
{
  CheckTarget *target = &check->targets[check->n_targets];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_devices; i++) {
    SgDeviceConfig copy = *config;

    copy.n_threads = n_devices > 1 ? i + 1 : 0;
    target->device[i] = sg_device_open (&copy, NULL, &error);
    if (target->device[i] == NULL) {
      check_failed (check, "open/device", NULL, "%s", error->message);
      return FALSE;
    }
    target->n_devices++;
  }
  check->n_targets++;
  return TRUE;
}

/* The engine must run on what it was asked to run on, or nothing was tested. */
static gboolean
check_tier (Check * check)
{
  SgDevice *device = check->targets[0].device[0];

  if (check->tier == NULL || strstr (sg_device_get_description (device),
          check->tier->expect))
    return TRUE;
  check_failed (check, "open/device", device, "it is not %s",
      check->tier->expect);
  return FALSE;
}

static gboolean
open_vulkan (Check * check)
{
  g_autofree gchar *name = test_vulkan_name ();
  const SgDeviceConfig config = { .backend = SG_BACKEND_VULKAN, .name = name,
    .precision = check->tier ? check->tier->precision : SG_PRECISION_FP32
  };

  if (name == NULL && test_vulkan_required ()) {
    check_failed (check, "open/device", NULL, "there is no Vulkan device");
    return FALSE;
  }
  if (name == NULL) {
    printf ("skipped: there is no Vulkan device\n");
    check_skipped (check);
    check->report->no_device = TRUE;
    return FALSE;
  }
  check->half = config.precision == SG_PRECISION_FP16;
  return open_target (check, &config, 1);
}

gboolean
check_open (Check * check)
{
  static const SgDeviceConfig cpu = { .backend = SG_BACKEND_CPU };
  static const SgDeviceConfig reference = {
    .backend = SG_BACKEND_REFERENCE, .n_threads = 1
  };
  gboolean both = check->mode == CHECK_MODE_SUPPORT;
  gboolean vulkan = both || (check->tier
      && check->tier->backend == SG_BACKEND_VULKAN);
  gboolean ok = TRUE;

  if (check->mode == CHECK_MODE_LIST)
    return TRUE;
  check->ref = sg_device_open (&reference, NULL, NULL);
  if (both || !vulkan)
    ok = open_target (check, &cpu, CHECK_MAX_THREADS);
  if (ok && vulkan)
    ok = open_vulkan (check);
  if (ok && check->skip_until == 0)
    ok = check_tier (check);
  if (!ok)
    check_close (check);
  return ok;
}

void
check_close (Check * check)
{
  for (guint i = 0; i < G_N_ELEMENTS (check->targets); i++)
    for (guint k = 0; k < CHECK_MAX_THREADS; k++)
      g_clear_pointer (&check->targets[i].device[k], sg_device_unref);
  g_clear_pointer (&check->ref, sg_device_unref);
}

/* --- all processes ---------------------------------------------------------- */

static void
set_environment (const CheckTier * tier)
{
  if (tier->backend == SG_BACKEND_CPU) {
    g_setenv ("SG_CPU_ISA", tier->name, TRUE);
    return;
  }
  g_setenv ("SG_VULKAN_DISABLE", tier->disable ? tier->disable : "", TRUE);
  /* what a kernel leaves unwritten, or writes beside its output, is seen */
  g_setenv ("SG_VULKAN_POISON", "1", TRUE);
  g_setenv ("SG_VULKAN_CACHE", "0", FALSE);
}

/* Runs the child; again from the next case on when one crashes. */
static void
run_tier (Check * check, void (*process) (Check * check))
{
  gint status = 0;

  check->skip_until = 0;
  for (;;) {
    pid_t child;

    fflush (stdout);
    child = fork ();
    if (child == 0) {
      set_environment (check->tier);
      process (check);
      fflush (stdout);
      exit (0);                 /* and with it the leak checkers' report */
    }
    if (child < 0 || waitpid (child, &status, 0) < 0) {
      check_failed (check, "process/fork", NULL, "cannot start");
      break;
    }
    if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
      break;
    check_failed (check, check->report->current, NULL, "the process ended "
        "with %s %d", WIFSIGNALED (status) ? "signal" : "status",
        WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
    if (check->report->index <= check->skip_until)
      break;                    /* it was none of the cases */
    check->skip_until = check->report->index;
  }
}

/* The fastest of the CPU's. */
static const CheckTier *
get_best_tier (void)
{
  const CheckTier *best = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tiers); i++)
    if (tiers[i].backend == SG_BACKEND_CPU && have_tier (&tiers[i]))
      best = &tiers[i];
  return best;
}

static gboolean
is_wanted (const Check * check, const CheckTier * tier)
{
  const gchar *only = check->only_tier;

  if (only == NULL)
    /* timing and failing allocations: on what a user gets */
    return check->mode == CHECK_MODE_CHECK || tier == get_best_tier ();
  return g_str_equal (only, tier->name)
      || (g_str_equal (only, "cpu") && tier->backend == SG_BACKEND_CPU)
      || (g_str_equal (only, "vulkan") && tier->backend == SG_BACKEND_VULKAN);
}

gboolean
check_run_tiers (Check * check, void (*process) (Check * check))
{
  gboolean any = FALSE, any_ran = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (tiers); i++) {
    const CheckTier *tier = &tiers[i];

    if (!is_wanted (check, tier))
      continue;
    any = TRUE;
    if (!have_tier (tier)) {
      printf ("this processor has no %s\n", tier->name);
      check_skipped (check);
      continue;
    }
    check->tier = tier;
    /* what the reference says of itself is checked along with the CPU */
    check->first_tier = !any_ran && tier->backend == SG_BACKEND_CPU;
    any_ran = TRUE;
    run_tier (check, process);
  }
  check->tier = NULL;
  return any;
}
