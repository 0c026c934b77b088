/* gst-stylegan: tests of named tensors in a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "train/safetensors.h"
#include "util/rng.h"
#include "util/shape.h"

typedef struct
{
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture * f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("sg-safetensors-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "map.safetensors", NULL);
}

/* The folder must hold nothing but the file: no temporary one is left. */
static void
tear_down (Fixture * f, gconstpointer data)
{
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_free (f->path);
}

static void
write_file (Fixture * f, gconstpointer data, gsize size)
{
  g_autoptr (GError) error = NULL;

  g_unlink (f->path);           /* GLib 2.74 would not truncate it */
  g_file_set_contents_full (f->path, data, (gssize) size,
      G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

/* A file with this header and @n_data bytes of zeros. */
static void
write_header (Fixture * f, const gchar * header, gsize n_data)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE (strlen (header));
  g_autofree guint8 *zeros = g_malloc0 (n_data + 1);

  g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (bytes, zeros, (guint) n_data);
  write_file (f, bytes->data, bytes->len);
}

static SgTensorMap *
load (Fixture * f)
{
  g_autoptr (GError) error = NULL;
  SgTensorMap *map = sg_tensor_map_load (f->path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (map);
  return map;
}

static void
load_fails (Fixture * f, SgErrorCode code, const gchar * needle)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTensorMap) map = sg_tensor_map_load (f->path, &error);

  g_assert_null (map);
  g_assert_error (error, SG_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, f->path));
  if (strstr (error->message, needle) == NULL)
    g_error ("\"%s\" is not in \"%s\"", needle, error->message);
}

static void
save (const SgTensorMap * map, Fixture * f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_tensor_map_save (map, f->path, &error));
  g_assert_no_error (error);
}

/* One tensor of each type, of several ranks, and strings that JSON must escape. */
static SgTensorMap *
make_map (void)
{
  const SgShape shapes[] = { SG_SHAPE (3, 5), SG_SHAPE_SCALAR, SG_SHAPE (7),
    SG_SHAPE (2, 0, 4), SG_SHAPE (1, 2, 1, 2, 1, 2, 1, 3)
  };
  SgTensorMap *map = sg_tensor_map_new ();
  TestRng rng = test_rng (1, "safetensors");

  for (SgDType dtype = SG_DTYPE_F32; dtype <= SG_DTYPE_BOOL; dtype++) {
    g_autoptr (SgTensor) tensor = sg_tensor_new (dtype, &shapes[dtype % 5],
        NULL);
    g_autofree gchar *name = g_strdup_printf ("net.%d \"%s\"\\\n", dtype % 3,
        sg_dtype_name (dtype));

    test_rng_fill (&rng, tensor, 0, dtype == SG_DTYPE_BOOL ? 1 : 99);
    sg_tensor_map_set (map, name, tensor);
  }
  sg_tensor_map_set_string (map, "", "");
  sg_tensor_map_set_string (map, "quote\"", "{\"a\": [1, 2]}\t\\ \x01 \x7f");
  sg_tensor_map_set_string (map, "größe", "神奈川 🌊");
  return map;
}

static void
assert_equal (const SgTensorMap * a, const SgTensorMap * b)
{
  guint n, m;
  g_autofree const gchar **names = sg_tensor_map_list (a, &n);
  g_autofree const gchar **others = sg_tensor_map_list (b, &m);

  g_assert_cmpuint (n, ==, m);
  for (guint i = 0; i < n; i++) {
    SgTensor *x = sg_tensor_map_get (a, names[i]);
    SgTensor *y = sg_tensor_map_get (b, names[i]);

    g_assert_cmpstr (names[i], ==, others[i]);
    g_assert_cmpint (x->desc.dtype, ==, y->desc.dtype);
    g_assert_true (sg_shape_equal (&x->desc.shape, &y->desc.shape));
    g_assert_cmpmem (x->data, sg_tensor_desc_bytes (&x->desc), y->data,
        sg_tensor_desc_bytes (&y->desc));
  }
}

static void
test_round_trip (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensorMap) map = make_map (), back = NULL;
  g_autofree gchar *bytes = NULL, *again = NULL;
  gsize size, size_again;

  save (map, f);
  back = load (f);
  assert_equal (map, back);
  g_assert_cmpstr (sg_tensor_map_get_string (back, ""), ==, "");
  g_assert_cmpstr (sg_tensor_map_get_string (back, "quote\""), ==,
      "{\"a\": [1, 2]}\t\\ \x01 \x7f");
  g_assert_cmpstr (sg_tensor_map_get_string (back, "größe"), ==,
      "神奈川 🌊");
  g_assert_null (sg_tensor_map_get_string (back, "none"));

  g_assert_true (g_file_get_contents (f->path, &bytes, &size, NULL));
  save (back, f);
  g_assert_true (g_file_get_contents (f->path, &again, &size_again, NULL));
  g_assert_cmpmem (bytes, size, again, size_again);
}

static void
test_empty (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensorMap) map = sg_tensor_map_new (), back = NULL;
  g_autofree const gchar **names = NULL;
  guint n;

  save (map, f);
  back = load (f);
  names = sg_tensor_map_list (back, &n);
  g_assert_cmpuint (n, ==, 0);
}

/* Byte for byte what the format's description says. */
static void
test_layout (Fixture * f, gconstpointer data)
{
  static const gchar header[] = "{\"__metadata__\":{\"k\":\"v\"},"
      "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
      "\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9]}} ";
  const gfloat values[2] = { 1, -2 };
  const SgShape scalar = SG_SHAPE_SCALAR;
  const guint8 byte = 77;
  g_autoptr (SgTensorMap) map = sg_tensor_map_new ();
  g_autoptr (SgTensor) w = sg_tensor_new_copy (SG_DTYPE_F32,
      SHAPE (2, 1), values, NULL);
  g_autoptr (SgTensor) a = sg_tensor_new_copy (SG_DTYPE_U8,
      &scalar, &byte, NULL);
  g_autofree gchar *bytes = NULL;
  guint64 length;
  gsize size;

  sg_tensor_map_set (map, "a", a);
  sg_tensor_map_set (map, "w", w);
  sg_tensor_map_set_string (map, "k", "v");
  save (map, f);
  g_assert_true (g_file_get_contents (f->path, &bytes, &size, NULL));
  memcpy (&length, bytes, sizeof length);
  length = GUINT64_FROM_LE (length);
  g_assert_cmpuint (length % 8, ==, 0);
  g_assert_cmpuint (size, ==, 8 + length + 9);
  g_assert_true (strncmp (bytes + 8, header, sizeof header - 1) == 0);
  for (gsize i = sizeof header - 1; i < length; i++)
    g_assert_cmpint (bytes[8 + i], ==, ' ');
  g_assert_cmpmem (bytes + 8 + length, 8, values, 8);
  g_assert_cmpint (bytes[16 + length], ==, 77);
}

static void
test_floats (Fixture * f, gconstpointer data)
{
  const gfloat values[3] = { 1, 2, 3 };
  gfloat back[3] = { 0 };
  g_autoptr (SgTensorMap) map = sg_tensor_map_new ();
  g_autoptr (SgTensor) other = sg_tensor_new (SG_DTYPE_I32, SHAPE (3), NULL);
  g_autoptr (GError) error = NULL;

  sg_tensor_map_set_floats (map, "w", values, 2);
  sg_tensor_map_set_floats (map, "w", values, 3);
  sg_tensor_map_set (map, "i", other);
  g_assert_true (sg_tensor_map_get_floats (map, "w", back, 3, &error));
  g_assert_cmpmem (values, sizeof values, back, sizeof back);
  g_assert_false (sg_tensor_map_get_floats (map, "w", back, 2, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "\"w\" is f32 [3]"));
  g_clear_error (&error);
  g_assert_false (sg_tensor_map_get_floats (map, "i", back, 3, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (sg_tensor_map_get_floats (map, "x", back, 3, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "\"x\""));
}

/* Accepted, though written another way than ours. */
static void
test_foreign (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensorMap) map = NULL;

  write_header (f, " {\n\"b\\u0041\\ud83c\\udf0a\\/\" : { \"data_offsets\" : "
      "[ 4 , 6 ] , \"shape\" : [ 02 ] , \"dtype\" : \"I8\" } }", 6);
  load_fails (f, SG_ERROR_INVALID_MODEL, "another number");
  write_header (f, " {\n\"b\\u0041\\ud83c\\udf0a\\/\" : { \"data_offsets\" : "
      "[ 4 , 6 ] , \"shape\" : [ 2 ] , \"dtype\" : \"I8\" }, \"a\":{\"dtype\":"
      "\"F32\",\"data_offsets\":[0,4],\"shape\":[1,1]}}\t", 6);
  map = load (f);
  g_assert_nonnull (sg_tensor_map_get (map, "bA🌊/"));
  g_assert_nonnull (sg_tensor_map_get (map, "a"));
}

#define T(name, dtype, shape, offsets) \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "]," \
    "\"data_offsets\":[" offsets "]}"

static void
test_damaged (Fixture * f, gconstpointer data)
{
  static const struct
  {
    const gchar *header, *needle;
  } cases[] = {
    {"", "'{' expected"},
    {"[]", "'{' expected"},
    {"{\"a\"", "':' expected"},
    {"{} x", "end of the header"},
    {"{" T ("a", "F32", "2", "0,8") ",}", "'\"' expected"},
    {"{" T ("a", "F32", "2", "0,8") "," T ("a", "F32", "0", "8,8") "}",
        "another name"},
    {"{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}", "another name"},
    {"{\"__metadata__\":{},\"__metadata__\":{}}", "another name"},
    {"{\"__metadata__\":{\"a\":1}}", "'\"' expected"},
    {"{\"__metadata__\":[]}", "'{' expected"},
    {"{\"a\":{}}", "'\"' expected"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "data_offsets expected"},
    {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "once expected"},
    {"{\"a\":{\"what\":1}}", "once expected"},
    {"{" T ("a", "F4", "2", "0,8") "}", "\"F4\""},
    {"{" T ("a", "F32", "2", "0") "}", "two data_offsets"},
    {"{" T ("a", "F32", "2", "0,8,9") "}", "']' expected"},
    {"{" T ("a", "F32", "2", "8,0") "}", "does not fit"},
    {"{" T ("a", "F32", "2", "0,9") "}", "does not fit"},
    {"{" T ("a", "F32", "1", "4,8") "}", "does not fit"},
    {"{" T ("a", "F32", "4", "0,16") "}", "does not fit"},
    {"{" T ("a", "F32", "1", "0,4") "}", "belong to tensors"},
    {"{}", "belong to tensors"},
    {"{" T ("a", "F32", "2", "0,8") "," T ("b", "F32", "1", "4,8") "}",
        "does not fit"},
    {"{" T ("a", "F32", "2", "0,8") "," T ("b", "F32", "2", "0,8") "}",
        "does not fit"},
    {"{" T ("a", "F32", "-2", "0,8") "}", "an integer"},
    {"{" T ("a", "F32", "2.0", "0,8") "}", "']' expected"},
    {"{" T ("a", "F32", "1,1,1,1,1,1,1,1,2", "0,8") "}", "']' expected"},
    {"{" T ("a", "F32", "2", "0,18446744073709551624") "}", "another number"},
    {"{" T ("a", "F32", "4611686018427387906", "0,8") "}", "impossible"},
    {"{" T ("a", "F32", "4294967296,4294967296,2", "0,8") "}", "impossible"},
    {"{" T ("a", "F32", "0,9223372036854775807", "0,8") "}", "impossible"},
    {"{\"\\ud83c\":1}", "surrogate"},
    {"{\"\\ud83c\\u0041\":1}", "surrogate"},
    {"{\"\\udf0a\":1}", "a character"},
    {"{\"\\u0000\":1}", "a character"},
    {"{\"\\u00g0\":1}", "hexadecimal"},
    {"{\"\\x\":1}", "escape"},
    {"{\"\xff\":1}", "UTF-8"},
    {"{\"\n\":1}", "a character"},
    {"{'a':1}", "'\"' expected"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    write_header (f, cases[i].header, 8);
    load_fails (f, SG_ERROR_INVALID_MODEL, cases[i].needle);
  }
}

static void
test_deep (Fixture * f, gconstpointer data)
{
  g_autofree gchar *header = g_malloc (4000001);

  for (guint i = 0; i < 2; i++) {
    memset (header, "[{"[i], 4000000);
    header[4000000] = '\0';
    write_header (f, header, 0);
    load_fails (f, SG_ERROR_INVALID_MODEL, "expected at byte");
  }
}

static void
test_lengths (Fixture * f, gconstpointer data)
{
  const guint64 lengths[] = { 3, 100000001, G_MAXUINT64, G_MAXUINT64 - 7,
    G_MAXINT64, (guint64) 1 << 32
  };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    guint64 bytes[2] = { GUINT64_TO_LE (lengths[i]), 0 };

    memcpy (&bytes[1], "{}", 2);
    write_file (f, bytes, 10);
    load_fails (f, SG_ERROR_INVALID_MODEL, i ? "header of" : "header");
  }
}

static void
test_truth (Fixture * f, gconstpointer data)
{
  static const gchar header[] = "\x48\0\0\0\0\0\0\0{"
      T ("a", "BOOL", "2", "0,2") "}                    ";
  guint8 bytes[82] = { 0 };

  memset (bytes, ' ', sizeof bytes);
  memcpy (bytes, header, MIN (sizeof header - 1, 80));
  bytes[80] = 1;
  bytes[81] = 0;
  write_file (f, bytes, sizeof bytes);
  sg_tensor_map_free (load (f));
  bytes[81] = 2;
  write_file (f, bytes, sizeof bytes);
  load_fails (f, SG_ERROR_INVALID_MODEL, "truth value of 2");
}

static void
test_truncated (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensorMap) map = make_map ();
  g_autofree gchar *bytes = NULL;
  gsize size;

  save (map, f);
  g_assert_true (g_file_get_contents (f->path, &bytes, &size, NULL));
  for (gsize n = 0; n < size; n++) {
    write_file (f, bytes, n);
    load_fails (f, SG_ERROR_INVALID_MODEL, "another copy");
  }
}

/* Any file gives a map, which can be saved, or an error. */
static void
test_random (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensorMap) map = make_map ();
  g_autofree gchar *bytes = NULL;
  TestRng rng = test_rng (2, "safetensors");
  gsize size;
  guint good = 0;

  save (map, f);
  g_assert_true (g_file_get_contents (f->path, &bytes, &size, NULL));
  for (guint i = 0; i < 3000; i++) {
    g_autofree guint8 *changed = g_memdup2 (bytes, size);
    guint n = 1 + test_rng_below (&rng, 3);
    g_autoptr (SgTensorMap) back = NULL;
    g_autoptr (GError) error = NULL;

    while (n--)
      changed[test_rng_below (&rng, (guint) size)] = test_rng_below (&rng, 2)
          ? (guint8) test_rng_next (&rng)
          : (guint8) "\"\\{}[]:,0 "[test_rng_below (&rng, 10)];
    write_file (f, changed, size);
    back = sg_tensor_map_load (f->path, &error);
    g_assert_true ((back != NULL) == (error == NULL));
    if (back && good++ % 256 == 0)
      save (back, f);
  }
  g_assert_cmpuint (good, >, 0);
  g_assert_cmpuint (good, <, 3000);
}

static void
test_no_file (Fixture * f, gconstpointer data)
{
  load_fails (f, SG_ERROR_NOT_FOUND, "No such file");
  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  load_fails (f, SG_ERROR_INVALID_MODEL, "not a file");
  g_rmdir (f->path);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  load_fails (f, SG_ERROR_INVALID_MODEL, "not a file");
}

/* A full disk, or rather a limit on files' sizes, leaves the old file as it was. */
static void
test_disk_full (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensorMap) map = make_map (), large = make_map (), back = NULL;
  g_autoptr (SgTensor) tensor = sg_tensor_new (SG_DTYPE_F32,
      SHAPE (1 << 16), NULL);
  g_autoptr (GError) error = NULL;
  struct rlimit old, limit;

  save (map, f);
  sg_tensor_map_set (large, "large", tensor);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  limit = (struct rlimit) { 1 << 17, old.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_false (sg_tensor_map_save (large, f->path, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_error (error, SG_ERROR, SG_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, f->path));
  g_assert_nonnull (strstr (error->message, "File too large"));
  back = load (f);
  assert_equal (map, back);
}

static void
test_no_folder (Fixture * f, gconstpointer data)
{
  g_autoptr (SgTensorMap) map = make_map ();
  g_autofree gchar *path = g_build_filename (f->folder, "none", "x", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_tensor_map_save (map, path, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, path));
}

/* The Python package reads what we write. */
static void
test_python (Fixture * f, gconstpointer data)
{
  static const gchar script[] = "import sys\n"
      "try:\n from safetensors import safe_open\n"
      "except ImportError: sys.exit (77)\n"
      "f = safe_open (sys.argv[1], framework = 'np')\n"
      "assert f.metadata () == {'k\"': 'v'}, f.metadata ()\n"
      "t = f.get_tensor ('w')\n"
      "assert t.shape == (2, 3) and t.tolist () == [[0,1,2],[3,4,5]], t\n";
  const gchar *argv[] = { "python3", "-c", script, f->path, NULL };
  const gfloat values[6] = { 0, 1, 2, 3, 4, 5 };
  g_autoptr (SgTensorMap) map = sg_tensor_map_new ();
  g_autoptr (SgTensor) w = sg_tensor_new_copy (SG_DTYPE_F32,
      SHAPE (2, 3), values, NULL);
  g_autoptr (GError) error = NULL;
  gint status;

  sg_tensor_map_set (map, "w", w);
  sg_tensor_map_set_string (map, "k\"", "v");
  save (map, f);
  if (!g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL,
          NULL, NULL, NULL, &status, &error)
      || g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)) {
    g_test_skip ("no python3");
  } else if (!g_spawn_check_wait_status (status, &error)) {
    if (g_error_matches (error, G_SPAWN_EXIT_ERROR, 77))
      g_test_skip ("no safetensors package");
    else
      g_assert_no_error (error);
  }
}

#define ADD(name, func) \
    g_test_add ("/safetensors/" name, Fixture, NULL, set_up, func, tear_down)

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("empty", test_empty);
  ADD ("layout", test_layout);
  ADD ("floats", test_floats);
  ADD ("foreign", test_foreign);
  ADD ("damaged", test_damaged);
  ADD ("deep", test_deep);
  ADD ("lengths", test_lengths);
  ADD ("truth", test_truth);
  ADD ("truncated", test_truncated);
  ADD ("random", test_random);
  ADD ("no-file", test_no_file);
  ADD ("disk-full", test_disk_full);
  ADD ("no-folder", test_no_folder);
  ADD ("python", test_python);
  return g_test_run ();
}
