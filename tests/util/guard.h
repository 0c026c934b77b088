/* gst-stylegan: memory with guard bands
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A block aligned as tensors are, with canaries before and behind it. Built with
 * AddressSanitizer the bands are out of bounds for it too, but for the bytes
 * behind a tensor that may be read. */
typedef struct
{
  guint8 *data;                 /* @bytes */
  gsize bytes;
  /*< private > */
  guint8 *memory;
  guint8 canary;
} TestGuard;

/* @canary: byte to fill the bands with; 0xff is NaN to whoever reads it as f32 */
void test_guard_init (TestGuard * guard, gsize bytes, guint8 canary);
void test_guard_clear (TestGuard * guard);
/* Fills the block, not the bands. */
void test_guard_fill (TestGuard * guard, guint8 byte);
/* Looks for a canary that was overwritten.
 * @offset: where, relative to the block; negative is before it
 * Returns: TRUE when all are whole. */
gboolean test_guard_check (const TestGuard * guard, gssize * offset);

G_END_DECLS
