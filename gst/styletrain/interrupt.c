/* gst-stylegan: signals that end a long command in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "interrupt.h"

#include <signal.h>
#include <unistd.h>

/* mpirun passes SIGUSR1 on, and gives time after it. */
static const gint numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };

static volatile sig_atomic_t caught;

static void
catch_signal (gint number)
{
  static const gchar text[] =
      "\nfinishing the step, then saving; once more ends " "it at once\n";
  gssize written = write (STDERR_FILENO, text, sizeof (text) - 1);

  (void) written;
  caught = number;
  interrupt_release ();
}

static void
handle (void (*handler) (gint))
{
  struct sigaction action = { .sa_flags = SA_RESTART };
  guint i;

  action.sa_handler = handler;
  for (i = 0; i < G_N_ELEMENTS (numbers); i++)
    sigaction (numbers[i], &action, NULL);
}

void
interrupt_catch (void)
{
  caught = 0;
  handle (catch_signal);
}

void
interrupt_release (void)
{
  handle (SIG_DFL);
}

gint
interrupt_get (void)
{
  return caught;
}
