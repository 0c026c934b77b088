/* gst-stylegan: push constants, the same text for shaders and C
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   PUSH_BEGIN (SgPushCopy)
 *   uint n;
 *   float value;
 *   PUSH_END (SgPushCopy)
 *
 * is the block `push` to GLSL and a struct to C. Members: uint, int, float and arrays
 * of them, which std430 lays out as C does; 128 bytes at most. */
#ifdef VULKAN
#define PUSH_BEGIN(name) layout (push_constant, std430) uniform name {
#define PUSH_END(name) } push;
#else
#include <glib.h>

typedef guint32 uint;

#define PUSH_BEGIN(name) typedef struct {
#define PUSH_END(name) } name; \
  G_STATIC_ASSERT (sizeof (name) <= 128);
#endif
