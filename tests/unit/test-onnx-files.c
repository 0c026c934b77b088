/* gst-stylegan tests: models that load, and the files they are in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <sg/session.h>

#include "util/data.h"
#include "util/onnx-check.h"
#include "util/onnx-writer.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- good models ---------------------------------------------------------- */

static void
test_seeds (void)
{
  const gchar *name;
  GByteArray *seed;

  for (guint i = 0; (seed = onnx_writer_seed (i, &name)); i++) {
    g_autoptr (SgModel) model = onnx_check_model (seed);
    g_autofree gchar *text = sg_graph_to_string (sg_model_get_graph (model));
    g_autoptr (GError) error = NULL;
    SgTensorDesc input = { SG_DTYPE_F32, SG_SHAPE (1, 3, 8, 8) };
    SgTensorDesc output;

    sg_session_infer (sg_model_get_graph (model), &input, 1, &output, &error);
    g_assert_no_error (error);
    g_test_message ("%s:\n%s", name, text);
    g_assert_cmpuint (sg_graph_get_n_inputs (sg_model_get_graph (model)), ==,
        1);
    g_assert_cmpstr (sg_graph_get_output_name (sg_model_get_graph (model),
            0), ==, "y");
  }
}

static GByteArray *
find_seed (const gchar * wanted)
{
  const gchar *name;
  GByteArray *seed;

  for (guint i = 0; (seed = onnx_writer_seed (i, &name)); i++) {
    if (g_str_equal (name, wanted))
      return seed;
    g_byte_array_unref (seed);
  }
  g_assert_not_reached ();
}

static void
test_metadata (void)
{
  g_autoptr (SgModel) model = onnx_check_model (find_seed ("image_metadata"));
  g_autoptr (SgModel) plain = onnx_check_model (find_seed ("relu"));
  g_autoptr (SgModel) described = NULL;
  GByteArray *graph = onnx_writer_message (), *input;

  g_assert_cmpint (sg_model_get_pixel_range (model), ==,
      SG_PIXEL_RANGE_MINUS1_1);
  g_assert_cmpint (sg_model_get_channel_order (model), ==,
      SG_CHANNEL_ORDER_BGR);
  g_assert_cmpint (sg_model_get_gamma (model), ==, SG_GAMMA_LINEAR);
  g_assert_cmpstr (sg_model_get_metadata (model, "Author"), ==, "somebody");
  g_assert_null (sg_model_get_metadata (model, "license"));
  g_assert_cmpstr (sg_model_get_path (model), ==, "zoo.onnx");

  g_assert_cmpint (sg_model_get_pixel_range (plain), ==, SG_PIXEL_RANGE_AUTO);
  g_assert_cmpint (sg_model_get_channel_order (plain), ==,
      SG_CHANNEL_ORDER_AUTO);
  g_assert_cmpint (sg_model_get_gamma (plain), ==, SG_GAMMA_SRGB);

  /* What converters from Core ML wrote instead. */
  input = onnx_writer_value ("x", ONNX_FLOAT, I (1), ONNX_END);
  onnx_writer_string (input, 3, "Image(s) in BGR format. It is a tensor.");
  onnx_writer_put (graph, ONNX_GRAPH_INPUT, input);
  onnx_writer_put (graph, ONNX_GRAPH_NODE, onnx_check_relu ("x", "y"));
  onnx_writer_put (graph, ONNX_GRAPH_OUTPUT, onnx_writer_value ("y",
          ONNX_FLOAT, I (1), ONNX_END));
  described = onnx_check_model (onnx_writer_model (9, graph));
  g_assert_cmpint (sg_model_get_channel_order (described), ==,
      SG_CHANNEL_ORDER_BGR);
}

/* --- files ---------------------------------------------------------------- */

static gchar *
make_dir (void)
{
  gchar *dir = g_dir_make_tmp ("sg-onnx-XXXXXX", NULL);

  g_assert_nonnull (dir);
  return dir;
}

static gchar *
write_file (const gchar * dir, const gchar * name, gconstpointer data,
    gsize size)
{
  gchar *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  return path;
}

static void
remove_dir (const gchar * dir)
{
  GDir *list = g_dir_open (dir, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (list))) {
    g_autofree gchar *path = g_build_filename (dir, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR)
        && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      remove_dir (path);
    else
      g_unlink (path);
  }
  g_dir_close (list);
  g_rmdir (dir);
}

static void
expect_file_error (const gchar * path, SgErrorCode code, const gchar * needles)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_model_load (path, &error));
  onnx_check_message (error, code, path);
  onnx_check_message (error, code, needles);
}

static void
test_files (void)
{
  g_autofree gchar *dir = make_dir ();
  g_autofree gchar *missing = g_build_filename (dir, "missing.onnx", NULL);
  g_autofree gchar *empty = write_file (dir, "empty.onnx", "", 0);
  g_autofree gchar *fifo = g_build_filename (dir, "pipe.onnx", NULL);

  expect_file_error (missing, SG_ERROR_NOT_FOUND, "No such file");
  expect_file_error (dir, SG_ERROR_INVALID_MODEL, "directory");
  expect_file_error (empty, SG_ERROR_INVALID_MODEL, "empty");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  expect_file_error (fifo, SG_ERROR_INVALID_MODEL, "pipe");
  expect_file_error ("/dev/zero", SG_ERROR_INVALID_MODEL, "device");
  remove_dir (dir);
}

/* A file that says to be huge but is not there. */
static void
test_sparse_file (void)
{
  g_autofree gchar *dir = make_dir ();
  g_autofree gchar *path = write_file (dir, "huge.onnx", "", 0);

  if (truncate (path, (off_t) 3 << 30) == 0)
    expect_file_error (path, SG_ERROR_UNSUPPORTED, "external data");
  remove_dir (dir);
}

/* The model x + w, with w in a file. */
static GByteArray *
external_model (const gchar * location, const gchar * offset,
    const gchar * length)
{
  const gchar *const pairs[][2] = {
    {"location", location}, {"offset", offset}, {"length", length}
  };
  GByteArray *tensor = onnx_writer_tensor ("w", ONNX_FLOAT, I (3), I (1),
      I (1), ONNX_END);

  for (guint i = 0; i < 3; i++) {
    GByteArray *pair = onnx_writer_message ();

    if (pairs[i][1]) {
      onnx_writer_string (pair, 1, pairs[i][0]);
      onnx_writer_string (pair, 2, pairs[i][1]);
      onnx_writer_put (tensor, 13, pair);
    } else {
      g_byte_array_unref (pair);
    }
  }
  onnx_writer_int (tensor, 14, 1);
  return onnx_check_with (13, onnx_check_add (), tensor);
}

static void
expect_external (const gchar * dir, const gchar * location,
    const gchar * offset, const gchar * length, SgErrorCode code,
    const gchar * needles)
{
  g_autoptr (GByteArray) bytes = external_model (location, offset, length);
  g_autofree gchar *path = write_file (dir, "model.onnx", bytes->data,
      bytes->len);

  expect_file_error (path, code, needles);
}

static void
test_external (void)
{
  g_autofree gchar *dir = make_dir ();
  g_autofree gchar *sub = g_build_filename (dir, "sub", NULL);
  g_autofree gchar *link = g_build_filename (sub, "link", NULL);
  g_autofree gchar *inside = g_build_filename (sub, "inside", NULL);
  gfloat values[] = { 9, 1, 2, 3 };
  g_autofree gchar *outer = NULL, *data = NULL, *path = NULL;
  const gchar *const good[][3] = {
    {"data", "4", "12"}, {"./data", "4", NULL}, {"inside", "4", "12"}
  };

  for (guint i = 0; i < 4; i++) {
    guint32 bits;

    memcpy (&bits, &values[i], 4);
    bits = GUINT32_TO_LE (bits);
    memcpy (&values[i], &bits, 4);
  }
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  outer = write_file (dir, "data", values, sizeof values);
  data = write_file (sub, "data", values, sizeof values);
  g_assert_cmpint (symlink ("../data", link), ==, 0);
  g_assert_cmpint (symlink ("data", inside), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GByteArray) bytes = external_model (good[i][0], good[i][1],
        good[i][2]);
    g_autoptr (GError) error = NULL;
    g_autoptr (SgModel) model = NULL;

    g_free (path);
    path = write_file (sub, "model.onnx", bytes->data, bytes->len);
    model = sg_model_load (path, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat (sg_tensor_get (onnx_check_constant (model), 2), ==, 3);
  }
  expect_external (sub, "../data", "0", NULL, SG_ERROR_INVALID_MODEL,
      "'w'|../data|beside the model");
  expect_external (sub, "a/../../data", "0", NULL, SG_ERROR_INVALID_MODEL,
      "'w'|beside the model");
  expect_external (sub, outer, "0", NULL, SG_ERROR_INVALID_MODEL,
      "'w'|beside the model");
  expect_external (sub, "link", "0", NULL, SG_ERROR_INVALID_MODEL,
      "'w'|link|leads away");
  expect_external (sub, "missing", "0", NULL, SG_ERROR_NOT_FOUND,
      "'w'|missing");
  expect_external (sub, ".", "0", NULL, SG_ERROR_INVALID_MODEL, "'w'");
  expect_external (sub, "data", "8", NULL, SG_ERROR_INVALID_MODEL,
      "'w'|data|byte 16");
  expect_external (sub, "data", "9223372036854775807", NULL,
      SG_ERROR_INVALID_MODEL, "'w'|byte 16");
  expect_external (sub, "data", "-1", NULL, SG_ERROR_INVALID_MODEL,
      "'w'|offset|'-1'");
  expect_external (sub, "data", "0", "16", SG_ERROR_INVALID_MODEL,
      "'w'|12 bytes|16");
  expect_external (sub, NULL, "0", NULL, SG_ERROR_INVALID_MODEL,
      "'w'|not named");
  onnx_check_error (external_model ("data", "0", NULL), SG_ERROR_UNSUPPORTED,
      "'w'|in memory");
  remove_dir (dir);
}

/* --- sharing -------------------------------------------------------------- */

static gpointer
load_often (gpointer path)
{
  for (guint i = 0; i < 200; i++) {
    g_autoptr (SgModel) model = sg_model_load (path, NULL);

    g_assert_nonnull (model);
  }
  return NULL;
}

static void
test_sharing (void)
{
  g_autofree gchar *dir = make_dir ();
  g_autoptr (GByteArray) bytes = find_seed ("convolution");
  g_autoptr (GByteArray) other = find_seed ("relu");
  g_autofree gchar *path = write_file (dir, "a.onnx", bytes->data, bytes->len);
  SgModel *first = sg_model_load (path, NULL);
  SgModel *second = sg_model_load (path, NULL);
  SgModel *third;
  GThread *threads[4];

  g_assert_nonnull (first);
  g_assert_true (first == second);
  sg_model_unref (second);
  g_free (write_file (dir, "a.onnx", other->data, other->len));
  third = sg_model_load (path, NULL);
  g_assert_nonnull (third);
  g_assert_true (first != third);
  sg_model_unref (first);
  sg_model_unref (third);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("load", load_often, path);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  remove_dir (dir);
}

/* External data that changed makes another model, though the file is the
 * same. */
static void
test_sharing_external (void)
{
  g_autofree gchar *dir = make_dir ();
  gfloat values[] = { 1, 2, 3 };
  g_autofree gchar *data = write_file (dir, "data", values, sizeof values);
  g_autoptr (GByteArray) bytes = external_model ("data", NULL, NULL);
  g_autofree gchar *path = write_file (dir, "a.onnx", bytes->data, bytes->len);
  g_autoptr (SgModel) first = sg_model_load (path, NULL);
  g_autoptr (SgModel) second = sg_model_load (path, NULL);
  g_autoptr (SgModel) third = NULL;

  g_assert_nonnull (first);
  g_assert_true (first == second);
  g_free (write_file (dir, "data", values, sizeof values));
  third = sg_model_load (path, NULL);
  g_assert_true (third && third != first);
  remove_dir (dir);
}

/* --- real models ---------------------------------------------------------- */

static void
test_real (void)
{
  static const gchar *const dirs[] = { "models", "perceptual", "bench" };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (dirs); i++) {
    g_autofree gchar *dir = test_data_file (dirs[i]);
    GDir *list = dir ? g_dir_open (dir, 0, NULL) : NULL;
    const gchar *name;

    while (list && (name = g_dir_read_name (list))) {
      g_autofree gchar *path = g_build_filename (dir, name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (SgModel) model = NULL;

      if (!g_str_has_suffix (name, ".onnx"))
        continue;
      model = sg_model_load (path, &error);
      g_assert_no_error (error);
      n++;
      if (g_str_equal (name, "winml_candy.onnx")) {
        g_assert_cmpint (sg_model_get_channel_order (model), ==,
            SG_CHANNEL_ORDER_BGR);
        g_assert_cmpuint (sg_graph_get_n_inputs (sg_model_get_graph (model)),
            ==, 1);
        g_assert_cmpstr (sg_model_get_metadata (model, "author"), ==,
            "Justin Johnson");
      }
    }
    if (list)
      g_dir_close (list);
  }
  g_test_message ("%u models", n);
  if (n == 0)
    g_test_skip ("no shared test data");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/onnx-files/seeds", test_seeds);
  g_test_add_func ("/onnx-files/metadata", test_metadata);
  g_test_add_func ("/onnx-files/files", test_files);
  g_test_add_func ("/onnx-files/sparse-file", test_sparse_file);
  g_test_add_func ("/onnx-files/external", test_external);
  g_test_add_func ("/onnx-files/sharing", test_sharing);
  g_test_add_func ("/onnx-files/sharing-external", test_sharing_external);
  g_test_add_func ("/onnx-files/real", test_real);
  return g_test_run ();
}
