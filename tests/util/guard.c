/* gst-stylegan: memory with guard bands
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guard.h"

#include <string.h>

#include <sg/tensor.h>

/* More than the widest vector register, so that one stray store is caught. */
#define BAND 256

#if defined (__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(memory, bytes) ASAN_POISON_MEMORY_REGION (memory, bytes)
#define UNPOISON(memory, bytes) ASAN_UNPOISON_MEMORY_REGION (memory, bytes)
#else
#define POISON(memory, bytes) ((void) 0)
#define UNPOISON(memory, bytes) ((void) 0)
#endif

void
test_guard_init (TestGuard * guard, gsize bytes, guint8 canary)
{
  gsize total = BAND + bytes + SG_TENSOR_ALIGN + BAND;

  guard->memory = g_aligned_alloc (1, total, BAND);
  guard->data = guard->memory + BAND;
  guard->bytes = bytes;
  guard->canary = canary;
  memset (guard->memory, canary, total);
  POISON (guard->memory, BAND);
  POISON (guard->data + bytes + SG_TENSOR_ALIGN, BAND);
}

void
test_guard_clear (TestGuard * guard)
{
  if (guard->memory == NULL)
    return;
  UNPOISON (guard->memory, BAND);
  UNPOISON (guard->data + guard->bytes + SG_TENSOR_ALIGN, BAND);
  g_aligned_free (guard->memory);
  memset (guard, 0, sizeof *guard);
}

void
test_guard_fill (TestGuard * guard, guint8 byte)
{
  memset (guard->data, byte, guard->bytes);
}

gboolean
test_guard_check (const TestGuard * guard, gssize * offset)
{
  guint8 *behind = guard->data + guard->bytes;
  gboolean whole = TRUE;

  UNPOISON (guard->memory, BAND);
  UNPOISON (behind + SG_TENSOR_ALIGN, BAND);
  for (gssize i = 0; i < BAND && whole; i++) {
    whole = guard->data[-1 - i] == guard->canary;
    *offset = -1 - i;
  }
  for (gssize i = 0; i < SG_TENSOR_ALIGN + BAND && whole; i++) {
    whole = behind[i] == guard->canary;
    *offset = (gssize) guard->bytes + i;
  }
  POISON (guard->memory, BAND);
  POISON (behind + SG_TENSOR_ALIGN, BAND);
  return whole;
}
