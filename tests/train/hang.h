/* gst-stylegan: a source that hangs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Registers an element for URIs hang://, whose thread waits for hang_end () and
 * does not listen to anything before. */
void hang_register (void);
/* Returns when no thread hangs any more. */
void hang_end (void);

G_END_DECLS
