/* gst-stylegan tests: changes protobuf messages at random
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "util/rng.h"

#include <protobuf-c/protobuf-c.h>

G_BEGIN_DECLS

/* A message of the type @descriptor with something changed within, its lengths
 * right again, so that the change is seen by what reads the message rather than
 * by the protobuf decoder. What is no such message has bytes changed. */
GByteArray *fuzz_mutate (const ProtobufCMessageDescriptor * descriptor,
    const guint8 * data, gsize size, TestRng * rng);

G_END_DECLS
