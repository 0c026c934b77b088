/* gst-stylegan: signals that end a long command in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on SIGINT, SIGTERM, SIGHUP and SIGUSR1 are noted, and what is going to happen is
 * said on stderr: the command finishes its step and saves. The second one ends the
 * process at once. */
void interrupt_catch (void);
/* They end the process again. */
void interrupt_release (void);
/* The signal that came since interrupt_catch (), or 0. */
gint interrupt_get (void);

G_END_DECLS
