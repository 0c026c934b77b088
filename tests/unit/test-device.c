/* gst-stylegan: tests of devices: which there are, choosing and sharing them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * SG_TEST_VULKAN names the Vulkan device to test with, else llvmpipe. Where it is
 * not there, what needs it is skipped, unless CI=true. What depends on the
 * environment runs in processes of its own: "test-device --report" prints what that
 * process finds. */
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "backend/backend.h"

static const gchar *program;

/* --- helpers ---------------------------------------------------------------------- */

static const gchar *
wanted_name (void)
{
  const gchar *name = g_getenv ("SG_TEST_VULKAN");

  return name ? name : "llvmpipe";
}

static SgDevice *
open_vulkan (const gchar * name, SgPrecision precision, GError ** error)
{
  const SgDeviceConfig config = {
    .backend = SG_BACKEND_VULKAN,
    .n_threads = 1,
    .name = name,
    .precision = precision,
  };

  return sg_device_open (&config, NULL, error);
}

/* The device under test, or NULL: then the test is marked as skipped. */
static SgDevice *
open_wanted (void)
{
  g_autoptr (GError) error = NULL;
  SgDevice *device = open_vulkan (wanted_name (), SG_PRECISION_AUTO, &error);

  if (device)
    return device;
  if (sg_backend_vulkan.supports && g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_assert_no_error (error);
  g_test_skip (error->message);
  return NULL;
}

/* Row of the device under test in @list. */
static const SgDeviceInfo *
find_info (GPtrArray * list)
{
  g_autofree gchar *wanted = g_utf8_casefold (wanted_name (), -1);

  for (guint i = 0; i < list->len; i++) {
    const SgDeviceInfo *info = g_ptr_array_index (list, i);
    g_autofree gchar *name = g_utf8_casefold (info->name, -1);

    if (strstr (name, wanted) && info->problem == NULL)
      return info;
  }
  return NULL;
}

static void
assert_not_found (const gchar * name, const gchar * says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (open_vulkan (name, SG_PRECISION_AUTO, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_DEVICE);
  if (says && !strstr (error->message, says))
    g_error ("\"%s\" is not in: %s", says, error->message);
}

/* --- the list ---------------------------------------------------------------------- */

static void
test_list (void)
{
  g_autoptr (GPtrArray) list = sg_device_list ();

  if (list->len == 0) {
    g_test_skip ("no Vulkan device");
    return;
  }
  for (guint i = 0; i < list->len; i++) {
    const SgDeviceInfo *info = g_ptr_array_index (list, i);

    g_assert_cmpuint (info->index, ==, i);
    g_assert_cmpstr (info->name, !=, "");
    g_assert_cmpstr (info->driver, !=, "");
    g_assert_cmpuint (strlen (info->uuid), ==, 36);
    g_assert_cmpuint (info->memory_bytes, >, 0);
    if (i > 0)
      g_assert_cmpint (info->type, >=,
          ((const SgDeviceInfo *) g_ptr_array_index (list, i - 1))->type);
  }
}

/* --- choosing ------------------------------------------------------------------------ */

static void
assert_same (const gchar * name, SgDevice * expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = open_vulkan (name, SG_PRECISION_AUTO, &error);

  g_assert_no_error (error);
  g_assert_true (device == expected);
}

static void
test_choose (void)
{
  g_autoptr (SgDevice) device = open_wanted ();
  g_autoptr (GPtrArray) list = sg_device_list ();
  const SgDeviceInfo *info = find_info (list);
  g_autofree gchar *index = NULL, *upper = NULL, *lower = NULL, *part = NULL;
  g_autofree gchar *big = NULL, *plain = NULL;
  g_auto (GStrv) groups = NULL;

  if (device == NULL)
    return;
  if (info == NULL) {
    g_test_skip ("SG_TEST_VULKAN is no part of a name");
    return;
  }
  g_assert_cmpstr (sg_device_get_backend_name (device), ==, "vulkan");
  g_assert_nonnull (strstr (sg_device_get_description (device), info->name));
  index = g_strdup_printf ("%u", info->index);
  upper = g_ascii_strup (info->name, -1);
  lower = g_ascii_strdown (info->name, -1);
  part = g_ascii_strup (wanted_name (), -1);
  big = g_ascii_strup (info->uuid, -1);
  groups = g_strsplit (info->uuid, "-", -1);
  plain = g_strjoinv ("", groups);
  assert_same (index, device);
  assert_same (upper, device);
  assert_same (lower, device);
  assert_same (part, device);
  assert_same (info->uuid, device);
  assert_same (big, device);
  assert_same (plain, device);
}

static void
test_unknown (void)
{
  g_autoptr (GPtrArray) list = sg_device_list ();
  const SgDeviceConfig config = { .name = "no such GPU", .n_threads = 1 };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *fallback = NULL;

  assert_not_found ("no such GPU", list->len ? "no such GPU" : NULL);
  assert_not_found ("99999", NULL);
  assert_not_found ("-1", NULL);
  assert_not_found ("00000000-0000-0000-0000-00000000000f", NULL);
  assert_not_found ("\xff\xfe", NULL);
  for (guint i = 0; i < list->len; i++)
    assert_not_found ("no such GPU",
        ((const SgDeviceInfo *) g_ptr_array_index (list, i))->name);

  /* auto, too, takes the name at its word */
  g_assert_null (sg_device_open (&config, &fallback, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_DEVICE);
  g_assert_null (fallback);
}

static void
test_auto (void)
{
  g_autoptr (GPtrArray) list = sg_device_list ();
  const SgDeviceConfig config = { .n_threads = 1 };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *fallback = NULL;
  g_autoptr (SgDevice) device = NULL, named = NULL;
  gboolean gpu = FALSE;

  for (guint i = 0; i < list->len; i++) {
    const SgDeviceInfo *info = g_ptr_array_index (list, i);

    gpu = gpu || (info->type != SG_DEVICE_SOFTWARE && info->problem == NULL);
  }
  device = sg_device_open (&config, &fallback, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sg_device_get_backend_name (device), ==,
      gpu ? "vulkan" : "cpu");
  if (gpu) {
    g_assert_null (fallback);
    return;
  }
  g_assert_nonnull (fallback);
  g_test_message ("reason: %s", fallback);
  if (list->len > 0)
    g_assert_nonnull (strstr (fallback, "software"));
  assert_not_found (NULL, NULL);
  assert_not_found ("", NULL);
}

/* --- sharing --------------------------------------------------------------------------- */

static void
test_share (void)
{
  const SgDeviceConfig two = { .backend = SG_BACKEND_VULKAN, .n_threads = 2,
    .name = wanted_name (), .precision = SG_PRECISION_FP32
  };
  g_autoptr (SgDevice) device = open_wanted ();
  g_autoptr (SgDevice) same = NULL, fp32 = NULL, threads = NULL;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  same = sg_device_reopen (device, SG_PRECISION_AUTO, &error);
  g_assert_no_error (error);
  g_assert_true (same == device);
  fp32 = open_vulkan (wanted_name (), SG_PRECISION_FP32, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sg_device_get_precision (fp32), ==, SG_PRECISION_FP32);
  /* what a choice comes to counts, not its words */
  g_assert_true ((fp32 == device)
      == (sg_device_get_precision (device) == SG_PRECISION_FP32));
  threads = sg_device_open (&two, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (threads != fp32);
  g_assert_cmpuint (sg_device_get_max_frames_in_flight (device), >=, 2);
}

/* Kernels of a fallback are made for a device of that fallback. */
static void
test_fallback (void)
{
  static const gint64 a[] = { 1, -2, 3 }, b[] = { 10, 20, -30 };
  const SgTensorDesc desc = { SG_DTYPE_I64, SG_SHAPE (3) };
  const SgTensorDesc inputs[] = { desc, desc };
  SgTensorDesc outputs[] = { desc };
  SgTensor *constants[] = { NULL, NULL };
  const SgCall call = { .op = sg_op_find ("add"), .n_inputs = 2, .n_outputs = 1,
    .inputs = inputs, .outputs = outputs, .constants = constants
  };
  g_autoptr (SgDevice) device = open_wanted ();
  g_autoptr (GError) error = NULL;
  gint64 sum[3] = { 0, };
  gpointer out[] = { sum };
  gconstpointer in[] = { a, b };
  g_autofree gpointer scratch = NULL;
  SgKernel *kernel;

  if (device == NULL)
    return;
  g_assert_true (device->fallback->backend == &sg_backend_cpu);
  g_assert_true (device->fallback->threads == device->threads);
  g_assert_true (device->fallback->fallback->backend == &sg_backend_ref);
  g_assert_null (device->fallback->fallback->fallback);
  g_assert_false (sg_device_supports (device, &call));
  kernel = sg_kernel_new (device, &call, &error);
  g_assert_no_error (error);
  g_assert_true (kernel->backend == kernel->device->backend);
  g_assert_true (kernel->device != device);
  scratch = g_malloc (kernel->scratch_bytes + 1);
  g_assert_true (sg_kernel_run (kernel, out, in, scratch, &error));
  g_assert_cmpint (sum[0], ==, 11);
  g_assert_cmpint (sum[1], ==, 18);
  g_assert_cmpint (sum[2], ==, -27);
  sg_kernel_free (kernel);
}

#define N_THREADS 4

static gpointer
open_and_close (gpointer data)
{
  for (guint i = 0; i < 8; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (SgDevice) device = open_vulkan (wanted_name (),
        i & 1 ? SG_PRECISION_FP32 : SG_PRECISION_AUTO, &error);

    g_assert_no_error (error);
  }
  return NULL;
}

static void
test_threads (void)
{
  SgDevice *device = open_wanted ();
  GThread *threads[N_THREADS];

  if (device == NULL)
    return;
  sg_device_unref (device);     /* so that they race to make it */
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("opener", open_and_close, NULL);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

/* --- other environments ---------------------------------------------------------------- */

/* What "--report" prints: a line "device TYPE NAME" each, then "auto BACKEND", then
 * the errors of a backend that was asked for. */
static void
report (void)
{
  const SgDeviceConfig config = { .n_threads = 1 };
  g_autoptr (GPtrArray) list = sg_device_list ();
  g_autoptr (GError) error = NULL, asked = NULL;
  g_autofree gchar *fallback = NULL;
  g_autoptr (SgDevice) device = sg_device_open (&config, &fallback, &error);
  g_autoptr (SgDevice) vulkan = open_vulkan (wanted_name (), SG_PRECISION_AUTO,
      &asked);

  for (guint i = 0; i < list->len; i++) {
    const SgDeviceInfo *info = g_ptr_array_index (list, i);

    g_print ("device %d %s\n", info->type, info->name);
  }
  g_print ("auto %s\n", device ? sg_device_get_backend_name (device)
      : error->message);
  g_print ("reason %s\n", fallback ? fallback : "");
  g_print ("vulkan %s\n", asked ? asked->message : "opens");
}

/* The report of a process with @variables, name and value in turn, NULL at the end; a
 * value of NULL unsets. */
static gchar *
get_report (const gchar * const *variables)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  gchar *text = NULL;

  for (guint i = 0; variables[i]; i += 2) {
    if (variables[i + 1])
      g_subprocess_launcher_setenv (launcher, variables[i], variables[i + 1],
          TRUE);
    else
      g_subprocess_launcher_unsetenv (launcher, variables[i]);
  }
  process = g_subprocess_launcher_spawn (launcher, &error, program, "--report",
      NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  g_test_message ("%s", text);
  return text;
}

static void
assert_cpu_only (const gchar * text, const gchar * says)
{
  g_assert_null (strstr (text, "device "));
  g_assert_nonnull (strstr (text, "auto cpu\n"));
  g_assert_null (strstr (text, "vulkan opens"));
  if (!strstr (text, says))
    g_error ("\"%s\" is not in: %s", says, text);
}

static gboolean
is_built (void)
{
  if (sg_backend_vulkan.supports)
    return TRUE;
  g_test_skip ("built without Vulkan");
  return FALSE;
}

static void
test_no_loader (void)
{
  const gchar *missing[] = { "SG_VULKAN_LOADER", "/nonexistent/libvulkan.so",
    NULL, NULL
  };
  const gchar *other[] = { "SG_VULKAN_LOADER", "libc.so.6", NULL, NULL };
  g_autofree gchar *first = NULL, *second = NULL;

  if (!is_built ())
    return;
  first = get_report (missing);
  assert_cpu_only (first, "SG_VULKAN_LOADER");
  second = get_report (other);
  assert_cpu_only (second, "no Vulkan loader");
}

static void
test_no_driver (void)
{
  const gchar *variables[] = { "VK_DRIVER_FILES", "/nonexistent",
    "VK_ICD_FILENAMES", "/nonexistent", "SG_VULKAN_VALIDATION", NULL, NULL
  };
  g_autofree gchar *text = NULL;

  if (!is_built ())
    return;
  text = get_report (variables);
  assert_cpu_only (text, "driver");
}

static void
write_manifest (const gchar * path, const gchar * library)
{
  g_autofree gchar *text = g_strdup_printf ("{\"file_format_version\": "
      "\"1.0.0\", \"ICD\": {\"library_path\": \"%s\", \"api_version\": "
      "\"1.3.0\"}}", library);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

/* Manifests of drivers, before the others, whose library is missing or is none. */
static void
test_broken_driver (void)
{
  g_autoptr (SgDevice) device = open_wanted ();
  g_autofree gchar *dir = NULL, *missing = NULL, *other = NULL, *both = NULL;
  g_autofree gchar *text = NULL;
  g_autoptr (GPtrArray) list = sg_device_list ();
  const gchar *variables[] = { "VK_ADD_DRIVER_FILES", NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  dir = g_dir_make_tmp ("test-device-XXXXXX", &error);
  g_assert_no_error (error);
  missing = g_build_filename (dir, "a_missing.json", NULL);
  other = g_build_filename (dir, "b_other.json", NULL);
  write_manifest (missing, "/nonexistent/libbroken.so");
  write_manifest (other, "libc.so.6");
  both = g_strjoin (":", missing, other, NULL);
  variables[1] = both;
  text = get_report (variables);
  g_assert_nonnull (strstr (text, "vulkan opens"));
  for (guint i = 0; i < list->len; i++)
    g_assert_nonnull (strstr (text,
            ((const SgDeviceInfo *) g_ptr_array_index (list, i))->name));
  g_unlink (missing);
  g_unlink (other);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc == 2 && g_str_equal (argv[1], "--report")) {
    report ();
    return 0;
  }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device/list", test_list);
  g_test_add_func ("/device/choose", test_choose);
  g_test_add_func ("/device/unknown", test_unknown);
  g_test_add_func ("/device/auto", test_auto);
  g_test_add_func ("/device/share", test_share);
  g_test_add_func ("/device/fallback", test_fallback);
  g_test_add_func ("/device/threads", test_threads);
  g_test_add_func ("/device/no-loader", test_no_loader);
  g_test_add_func ("/device/no-driver", test_no_driver);
  g_test_add_func ("/device/broken-driver", test_broken_driver);
  return g_test_run ();
}
