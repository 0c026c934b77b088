/* gst-stylegan: test data that is not in the repository
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a test program returns when it cannot run here. */
#define TEST_EXIT_SKIP 77

/* The folder of models, pictures and golden outputs: $SG_TEST_DATA, else
 * shared/data beside the source tree. Returns: NULL when it is not there. */
const gchar *test_data_dir (void);
/* A file in it. Returns: (transfer full): NULL when it is not there. */
gchar *test_data_file (const gchar * name);
/* A file of the source tree. Returns: (transfer full) */
gchar *test_source_file (const gchar * name);

G_END_DECLS
