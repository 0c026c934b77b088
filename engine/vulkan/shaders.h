/* gst-stylegan: the SPIR-V made from kernels/
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

typedef struct
{
  const gchar *name;            /* "nn/unary", "nn/conv.f16" */
  const guint32 *words;
  gsize bytes;
  guint n_bindings;             /* of set 0: the highest that it declares, and one */
} SgVkShader;

extern const SgVkShader vk_shaders[];
extern const guint vk_n_shaders;
/* Of all of them: SHA-256, hexadecimal. */
extern const gchar vk_shaders_hash[];
