/* gst-stylegan: checkop, what AveragePool and MaxPool share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ops/pool.h"
#include "checkop.h"

G_BEGIN_DECLS

/* Initialisers of a square window. */
#define KERNEL(n) .kernel = {n, n}
#define STRIDE(n) .stride = {n, n}
#define PADS(n) .pad_begin = {n, n}, .pad_end = {n, n}

/* Windows of all kinds, one output. */
void check_pool (Check * check, CheckClass tolerance);

G_END_DECLS
