/* gst-stylegan: tests of the Vulkan backend's memory, weights and pipelines
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "util/rng.h"
#include "util/vulkan.h"
#include "vulkan/pipeline_cache.h"

#define MIB ((gsize) 1 << 20)
/* What may stay allocated when everything has been given back: a block of each kind
 * of memory. */
#define KEPT_BYTES (96 * MIB)

static SgVkContext *
get_context (SgDevice * device)
{
  return ((SgVkDevice *) device)->context;
}

/* --- memory ----------------------------------------------------------------- */

#define MAX_BUFFERS 64

typedef struct
{
  SgVkBuffer *buffer[MAX_BUFFERS];
  guint8 fill[MAX_BUFFERS];
  guint n;
} Buffers;

/* Two that are alive never share a byte of a block. */
static void
assert_apart (const Buffers * all, const SgVkBuffer * b)
{
  for (guint i = 0; i < all->n; i++) {
    const SgVkBuffer *a = all->buffer[i];

    g_assert_true (a->block != b->block || a->offset >= b->offset + b->bytes
        || b->offset >= a->offset + a->bytes);
  }
}

static void
add_buffer (Buffers * all, SgVkContext * context, TestRng * rng)
{
  g_autoptr (GError) error = NULL;
  /* most are small, some get a block of their own */
  gsize bytes = 1 + test_rng_below (rng, 1u << (4 + test_rng_below (rng, 20)));
  SgVkHeap heap = test_rng_below (rng, VK_N_HEAPS);
  SgVkBuffer *buffer = vk_buffer_new (context, heap, bytes, &error);
  VkMemoryRequirements need;

  g_assert_no_error (error);
  g_assert_cmpuint (buffer->bytes, ==, bytes);
  g_assert_true ((buffer->mapped != NULL) == (heap != VK_HEAP_DEVICE));
  context->table.vkGetBufferMemoryRequirements (context->vk, buffer->vk, &need);
  g_assert_cmpuint (buffer->offset % need.alignment, ==, 0);
  assert_apart (all, buffer);
  all->fill[all->n] = (guint8) test_rng_next (rng);
  if (buffer->mapped)
    memset (buffer->mapped, all->fill[all->n], bytes);
  all->buffer[all->n++] = buffer;
}

/* What was written is still there: nobody else has the same memory. */
static void
remove_buffer (Buffers * all, guint index)
{
  SgVkBuffer *buffer = all->buffer[index];
  const guint8 *mapped = buffer->mapped;

  for (gsize i = 0; mapped && i < buffer->bytes; i++)
    if (mapped[i] != all->fill[index])
      g_error ("byte %" G_GSIZE_FORMAT " of a buffer was overwritten", i);
  vk_buffer_unref (buffer);
  all->n--;
  all->buffer[index] = all->buffer[all->n];
  all->fill[index] = all->fill[all->n];
}

static void
use_memory (SgVkContext * context, guint64 seed)
{
  TestRng rng = test_rng (seed, "memory");
  Buffers all = { {NULL,} };

  for (guint i = 0; i < 1500; i++)
    if (all.n == 0 || (all.n < MAX_BUFFERS && test_rng_below (&rng, 100) < 55))
      add_buffer (&all, context, &rng);
    else
      remove_buffer (&all, test_rng_below (&rng, all.n));
  while (all.n > 0)
    remove_buffer (&all, test_rng_below (&rng, all.n));
}

static void
test_memory_random (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);

  if (device == NULL)
    return;
  use_memory (get_context (device), 1);
  g_assert_cmpuint (vk_memory_get_bytes (get_context (device)), <=, KEPT_BYTES);
}

static gpointer
memory_thread (gpointer context)
{
  use_memory (context, (guint64) (gsize) g_thread_self ());
  return NULL;
}

static void
test_memory_threads (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  GThread *threads[3];

  if (device == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, memory_thread, get_context (device));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (vk_memory_get_bytes (get_context (device)), <=, KEPT_BYTES);
}

static void
assert_no_memory (SgVkContext * context, gsize bytes, const gchar * needed)
{
  g_autoptr (GError) error = NULL;
  SgVkBuffer *buffer = vk_buffer_new (context, VK_HEAP_DEVICE, bytes, &error);

  g_assert_null (buffer);
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_MEMORY);
  g_assert_nonnull (strstr (error->message, needed));
  g_assert_nonnull (strstr (error->message, " are free on "));
  g_assert_nonnull (strstr (error->message, context->properties.deviceName));
}

static void
test_memory_limit (void)
{
  g_autoptr (SgDevice) device = NULL;
  g_autoptr (GError) error = NULL;
  SgVkBuffer *a, *b;

  g_setenv ("SG_VULKAN_MEMORY_LIMIT", "96", TRUE);
  device = test_vulkan_device (SG_PRECISION_FP32);
  g_unsetenv ("SG_VULKAN_MEMORY_LIMIT");
  if (device == NULL)
    return;
  a = vk_buffer_new (get_context (device), VK_HEAP_DEVICE, 60 * MIB, &error);
  g_assert_no_error (error);
  assert_no_memory (get_context (device), 60 * MIB, "60.0 MiB more");
  assert_no_memory (get_context (device), G_MAXSIZE / 4, "MiB more");
  /* less than a usual block is left, and enough */
  b = vk_buffer_new (get_context (device), VK_HEAP_DEVICE, 30 * MIB, &error);
  g_assert_no_error (error);
  vk_buffer_unref (a);
  vk_buffer_unref (b);
  /* what is kept in reserve is no obstacle, whatever it was for */
  a = vk_buffer_new (get_context (device), VK_HEAP_UPLOAD, 90 * MIB, &error);
  g_assert_no_error (error);
  vk_buffer_unref (a);
}

static void
test_transfer (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (GError) error = NULL;
  g_autofree guint32 *in = NULL, *out = NULL;
  /* more than is copied at once */
  const gsize n = (20 * MIB) / sizeof *in;
  TestRng rng = test_rng (1, "transfer");
  SgVkBuffer *buffer;

  if (device == NULL)
    return;
  in = g_new (guint32, n);
  out = g_new0 (guint32, n);
  for (gsize i = 0; i < n; i++)
    in[i] = (guint32) test_rng_next (&rng);
  buffer = vk_buffer_new (get_context (device), VK_HEAP_DEVICE,
      (n + 3) * sizeof *in, &error);
  g_assert_no_error (error);
  vk_upload (get_context (device), buffer, 3 * sizeof *in, in, n * sizeof *in,
      &error);
  g_assert_no_error (error);
  vk_download (get_context (device), buffer, 3 * sizeof *in, out,
      n * sizeof *out, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (in, n * sizeof *in, out, n * sizeof *out);
  vk_buffer_unref (buffer);
}

/* --- weights ---------------------------------------------------------------- */

static void
assert_content (SgVkContext * context, SgVkBuffer * buffer, const gchar * text)
{
  g_autoptr (GError) error = NULL;
  gchar got[16];

  g_assert_cmpuint (buffer->bytes, ==, 16);
  vk_download (context, buffer, 0, got, sizeof got, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (got, sizeof got, text, 16);
}

static void
test_weights (void)
{
  static const gchar first[] = "0123456789abcdef", other[] = "0123456789abcdeX";
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *large = NULL;
  SgVkContext *context;
  SgVkBuffer *a, *b, *c, *d;

  if (device == NULL)
    return;
  context = get_context (device);
  a = vk_weights_get (context, first, 16, &error);
  b = vk_weights_get (context, first, 16, &error);
  c = vk_weights_get (context, other, 16, &error);
  d = vk_weights_get (context, first, 8, &error);
  g_assert_no_error (error);
  g_assert_true (a == b && a != c && a != d && c != d);
  assert_content (context, a, first);
  assert_content (context, c, other);
  vk_buffer_unref (a);
  assert_content (context, b, first);
  for (guint i = 0; i < 3; i++)
    vk_buffer_unref (i == 0 ? b : i == 1 ? c : d);
  /* gone with the last reference, and made again */
  a = vk_weights_get (context, first, 16, &error);
  g_assert_no_error (error);
  assert_content (context, a, first);
  vk_buffer_unref (a);

  large = g_malloc0 (100 * MIB);
  a = vk_weights_get (context, large, 100 * MIB, &error);
  b = vk_weights_get (context, large, 100 * MIB, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vk_memory_get_bytes (context), <=, 100 * MIB + KEPT_BYTES);
  vk_buffer_unref (a);
  g_assert_cmpuint (vk_memory_get_bytes (context), >=, 100 * MIB);
  vk_buffer_unref (b);
  g_assert_cmpuint (vk_memory_get_bytes (context), <=, KEPT_BYTES);
}

static gpointer
weights_thread (gpointer context)
{
  for (guint i = 0; i < 100; i++) {
    guint32 content = i / 4;
    SgVkBuffer *buffer = vk_weights_get (context, &content, sizeof content,
        NULL);

    g_assert_nonnull (buffer);
    vk_buffer_unref (buffer);
  }
  return NULL;
}

/* One gives back what another is about to get. */
static void
test_weights_threads (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  GThread *threads[4];

  if (device == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, weights_thread, get_context (device));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* --- pipelines -------------------------------------------------------------- */

static void
test_pipelines (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  g_autoptr (GError) error = NULL;
  const guint32 relu[4] = { 1 }, leaky[4] = { 2 };
  SgVkPipeline *p[3];
  SgVkContext *context;

  if (device == NULL)
    return;
  context = get_context (device);
  p[0] = vk_pipeline_get (context, "nn/unary", relu, 4, 0, &error);
  p[1] = vk_pipeline_get (context, "nn/unary", leaky, 4, 0, &error);
  p[2] = vk_pipeline_get (context, "nn/unary", relu, 4, 0, &error);
  g_assert_no_error (error);
  g_assert_true (p[0] == p[2] && p[0] != p[1]);
  g_assert_true (p[0]->set_layout == p[1]->set_layout);
  g_assert_cmpuint (p[0]->n_bindings, ==, 4);
  g_assert_true (p[0]->vk == VK_NULL_HANDLE);
  vk_pipelines_compile (context, sg_device_get_threads (device), p, 3, &error);
  g_assert_no_error (error);
  g_assert_true (p[0]->vk != VK_NULL_HANDLE && p[1]->vk != VK_NULL_HANDLE);
  g_assert_true (vk_shader_exists ("nn/unary"));
  g_assert_false (vk_shader_exists ("nn/unar"));
  g_assert_null (vk_pipeline_get (context, "no/such", NULL, 0, 0, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_FAILED);
}

/* relu of some numbers: everything has to work for that. */
static void
run_relu (SgDevice * device)
{
  const SgTensorDesc desc = { SG_DTYPE_F32, SG_SHAPE (1, 1, 3, 5) };
  SgTensorDesc output = desc;
  SgTensor *const no_constants[1] = { NULL };
  const SgCall call = {
    .op = sg_op_find ("relu"),
    .n_inputs = 1,
    .n_outputs = 1,
    .inputs = &desc,
    .constants = no_constants,
    .outputs = &output,
  };
  g_autoptr (GError) error = NULL;
  SgKernel *kernel = sg_kernel_new (device, &call, &error);
  gfloat x[15], y[15];
  gpointer const outputs[1] = { y };
  gconstpointer const inputs[1] = { x };

  g_assert_no_error (error);
  g_assert_true (kernel->backend == &sg_backend_vulkan);
  for (guint i = 0; i < 15; i++)
    x[i] = (gfloat) i - 7;
  sg_kernel_run (kernel, outputs, inputs, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 15; i++)
    g_assert_cmpfloat (y[i], ==, MAX (x[i], 0));
  sg_kernel_free (kernel);
}

/* Which calls the backend leaves to others, whatever the operator says. */
static void
test_unsupported (void)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  SgTensorDesc desc = { SG_DTYPE_F32, SG_SHAPE (1, 1, 1, 1) }, output;
  SgTensor *const no_constants[1] = { NULL };
  const SgCall call = {
    .op = sg_op_find ("relu"),
    .n_inputs = 1,
    .n_outputs = 1,
    .inputs = &desc,
    .constants = no_constants,
    .outputs = &output,
  };
  gint64 most;

  if (device == NULL)
    return;
  output = desc;
  g_assert_true (sg_device_supports (device, &call));
  desc.shape.dim[1] = 0;
  output = desc;
  g_assert_false (sg_device_supports (device, &call));
  most = (gint64) ((SgVkDevice *) device)->features.max_storage_range / 4;
  desc.shape.dim[1] = most / 16 * 16 - 16;
  output = desc;
  g_assert_true (sg_device_supports (device, &call));
  desc.shape.dim[1] = most + 16;
  output = desc;
  g_assert_false (sg_device_supports (device, &call));
}

/* --- the cache on disk ------------------------------------------------------- */

static guint n_ignored;

static void
count_ignored (const gchar * domain, GLogLevelFlags level,
    const gchar * message, gpointer user_data)
{
  n_ignored += strstr (message, "is ignored") != NULL;
}

/* A process's life: returns where the cache is. */
static gchar *
live (guint expect_ignored)
{
  g_autoptr (SgDevice) device = test_vulkan_device (SG_PRECISION_FP32);
  guint handler = g_log_set_handler (NULL, G_LOG_LEVEL_DEBUG, count_ignored,
      NULL);
  gchar *path = device ? vk_pipeline_cache_path (get_context (device)) : NULL;

  g_clear_pointer (&device, sg_device_unref);
  n_ignored = 0;
  device = test_vulkan_device (SG_PRECISION_FP32);
  if (device) {
    g_assert_cmpuint (n_ignored, ==, expect_ignored);
    run_relu (device);
  }
  g_log_remove_handler (NULL, handler);
  return path;
}

static void
live_with (const gchar * path, const gchar * content, gsize bytes)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *again = NULL, *healed = NULL;
  gsize healed_bytes;

  g_file_set_contents (path, content, (gssize) bytes, &error);
  g_assert_no_error (error);
  again = live (1);
  /* and it was written anew */
  g_file_get_contents (path, &healed, &healed_bytes, &error);
  g_assert_no_error (error);
  g_assert_true (healed_bytes != bytes || memcmp (healed, content, bytes));
  g_free (again);
  again = live (0);
}

static void
test_cache (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("sg-cache-XXXXXX", &error);
  g_autofree gchar *below = g_build_filename (folder, "below", NULL);
  g_autofree gchar *path = NULL, *good = NULL, *again = NULL;
  GStatBuf info;
  gsize bytes;

  g_assert_no_error (error);
  g_setenv ("SG_VULKAN_CACHE", below, TRUE);
  path = live (0);
  if (path) {
    g_assert_true (g_str_has_prefix (path, below));
    g_assert_cmpint (g_stat (path, &info), ==, 0);
    g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
    g_file_get_contents (path, &good, &bytes, &error);
    g_assert_no_error (error);
    again = live (0);
    live_with (path, good, bytes - 1);
    live_with (path, good, 40);
    live_with (path, "", 0);
    for (gsize i = 0; i < bytes; i += MAX (bytes / 9, 7)) {
      good[i] ^= 0x10;
      live_with (path, good, bytes);
      good[i] ^= 0x10;
    }
    g_unlink (path);
  }
  g_rmdir (below);
  g_rmdir (folder);
}

/* Where nothing can be written, nothing is, and all works. */
static void
test_cache_nowhere (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("sg-cache-XXXXXX", &error);
  g_autofree gchar *file = g_build_filename (folder, "file", NULL);
  g_autofree gchar *below = g_build_filename (file, "below", NULL);
  g_autofree gchar *path = NULL, *off = NULL;

  g_assert_no_error (error);
  g_file_set_contents (file, "x", 1, &error);
  g_assert_no_error (error);
  g_setenv ("SG_VULKAN_CACHE", below, TRUE);
  path = live (0);
  g_assert_true (path == NULL || !g_file_test (path, G_FILE_TEST_EXISTS));
  g_setenv ("SG_VULKAN_CACHE", "0", TRUE);
  off = live (0);
  g_assert_null (off);
  g_unlink (file);
  g_rmdir (folder);
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("SG_VULKAN_CACHE", "0", TRUE);
  g_test_add_func ("/vulkan/memory/random", test_memory_random);
  g_test_add_func ("/vulkan/memory/threads", test_memory_threads);
  g_test_add_func ("/vulkan/memory/limit", test_memory_limit);
  g_test_add_func ("/vulkan/transfer", test_transfer);
  g_test_add_func ("/vulkan/weights", test_weights);
  g_test_add_func ("/vulkan/weights/threads", test_weights_threads);
  g_test_add_func ("/vulkan/pipelines", test_pipelines);
  g_test_add_func ("/vulkan/unsupported", test_unsupported);
  g_test_add_func ("/vulkan/cache", test_cache);
  g_test_add_func ("/vulkan/cache/nowhere", test_cache_nowhere);
  return g_test_run ();
}
