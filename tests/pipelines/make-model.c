/* gst-stylegan tests: writes a small style model (blurred negative) to a file
 *   make-model FILE.onnx
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "util/onnx-writer.h"

#include <stdio.h>

int
main (int argc, char **argv)
{
  GByteArray *graph = onnx_writer_message ();
  GByteArray *model;
  g_autoptr (GError) error = NULL;
  gfloat weights[3 * 3 * 9] = { 0, };
  const gint64 dims[] = { 3, 3, 3, 3 };

  if (argc != 2) {
    fprintf (stderr, "usage: %s FILE.onnx\n", argv[0]);
    return 2;
  }
  for (guint c = 0; c < 3; c++)
    for (guint k = 0; k < 9; k++)
      weights[(c * 3 + c) * 9 + k] = -1.0f / 9;
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_writer_node ("Conv", "blur",
          "x,w,b", "y", onnx_writer_attr_ints ("pads", (gint64) 1, (gint64) 1,
              (gint64) 1, (gint64) 1, ONNX_END), NULL));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_raw_tensor ("w", ONNX_FLOAT, dims, 4, weights,
          sizeof weights));
  onnx_writer_put (graph, ONNX_GRAPH_INITIALIZER,
      onnx_writer_filled_tensor ("b", 255, (gint64) 3, ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, onnx_writer_value ("x",
          ONNX_FLOAT, (gint64) 1, (gint64) 3, (gint64) - 1, (gint64) - 1,
          ONNX_END));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, (gint64) 1, (gint64) 3, (gint64) - 1, (gint64) - 1,
          ONNX_END));
  model = onnx_writer_model (13, graph);
  if (!g_file_set_contents (argv[1], (const gchar *) model->data, model->len,
          &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  g_byte_array_unref (model);
  return 0;
}
