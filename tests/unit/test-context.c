/* gst-stylegan: tests of Vulkan devices from inside: features, errors, loss
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * SG_TEST_VULKAN and CI as in test-device.c. */
#include <string.h>

#include "vulkan/physical.h"

static SgVkDevice *
open_precision (SgPrecision precision, GError ** error)
{
  const gchar *name = g_getenv ("SG_TEST_VULKAN");
  const SgDeviceConfig config = {
    .backend = SG_BACKEND_VULKAN,
    .n_threads = 1,
    .name = name ? name : "llvmpipe",
    .precision = precision,
  };

  return (SgVkDevice *) sg_device_open (&config, NULL, error);
}

/* NULL: the test is marked as skipped. */
static SgVkDevice *
open_wanted (void)
{
  g_autoptr (GError) error = NULL;
  SgVkDevice *device = open_precision (SG_PRECISION_AUTO, &error);

  if (device == NULL && g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_assert_no_error (error);
  if (device == NULL)
    g_test_skip (error->message);
  return device;
}

static void
test_features (void)
{
  SgVkDevice *device = open_wanted ();
  const SgVkFeatures *features;

  if (device == NULL)
    return;
  features = &device->context->features;
  g_assert_cmpuint (features->subgroup_size, >, 0);
  g_assert_cmpuint (features->max_shared_bytes, >=, 16384);
  g_assert_cmpuint (features->max_invocations, >=, 128);
  g_assert_cmpuint (features->max_storage_range, >=, 1 << 27);
  g_assert_cmpuint (features->storage_align & (features->storage_align - 1),
      ==, 0);
  g_assert_cmpuint (features->min_subgroup_size, <=,
      features->max_subgroup_size);
  g_assert_true ((features->matrix != VK_MATRIX_NONE)
      == (features->matrix_m && features->matrix_n && features->matrix_k));
  g_assert_true (features->transfer_queue
      == (device->context->queue != device->context->transfer_queue));
  g_assert_true ((features->timestamp_ns > 0)
      == (features->timestamp_mask != 0));
  g_test_message ("%s", sg_device_get_description (&device->base));
  sg_device_unref (&device->base);
}

static void
test_precision (void)
{
  SgVkDevice *device = open_wanted (), *fp32, *fp16;
  g_autoptr (GError) error = NULL;
  gboolean can;

  if (device == NULL)
    return;
  can = device->context->features.storage_f16;
  g_assert_true (device->half == (can && !device->context->features.software));
  fp32 = open_precision (SG_PRECISION_FP32, &error);
  g_assert_no_error (error);
  g_assert_true (fp32->context == device->context);
  g_assert_false (fp32->half);
  g_assert_false (fp32->features.storage_f16);
  g_assert_false (fp32->features.arithmetic_f16);
  g_assert_cmpint (fp32->features.matrix, ==, VK_MATRIX_NONE);
  fp16 = open_precision (SG_PRECISION_FP16, &error);
  if (can) {
    g_assert_no_error (error);
    g_assert_true (fp16 != fp32);
    g_assert_true (fp16->context == device->context);
    g_assert_true (fp16->half);
    g_assert_cmpint (sg_device_get_precision (&fp16->base), ==,
        SG_PRECISION_FP16);
    sg_device_unref (&fp16->base);
  } else {
    g_assert_error (error, SG_ERROR, SG_ERROR_NO_DEVICE);
    g_assert_nonnull (strstr (error->message, "storageBuffer16BitAccess"));
  }
  sg_device_unref (&fp32->base);
  sg_device_unref (&device->base);
}

static void
test_disable (void)
{
  SgVkDevice *device = open_wanted (), *less;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  g_setenv ("SG_VULKAN_DISABLE", "storage-f16", TRUE);
  g_assert_null (open_precision (SG_PRECISION_FP16, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_NO_DEVICE);
  g_assert_nonnull (strstr (error->message, "storageBuffer16BitAccess"));
  g_clear_error (&error);
  less = open_precision (SG_PRECISION_AUTO, &error);
  g_assert_no_error (error);
  g_assert_false (less->half);
  sg_device_unref (&less->base);

  g_setenv ("SG_VULKAN_DISABLE", "arithmetic-f16, timestamps,transfer-queue "
      "subgroup budget host-pointer", TRUE);
  less = open_precision (SG_PRECISION_AUTO, &error);
  g_assert_no_error (error);
  g_assert_true (less != device);
  g_assert_true (less->context == device->context);
  g_assert_false (less->features.arithmetic_f16);
  g_assert_cmpint (less->features.matrix, ==, VK_MATRIX_NONE);
  g_assert_true (less->features.timestamp_ns == 0);
  g_assert_false (less->features.transfer_queue);
  g_assert_false (less->features.subgroup_arithmetic);
  g_assert_cmpuint (less->features.max_subgroup_size, ==, 0);
  g_assert_false (less->features.memory_budget);
  g_assert_false (less->features.external_memory_host);
  sg_device_unref (&less->base);

  g_setenv ("SG_VULKAN_DISABLE", "storage-f16,warp-drive", TRUE);
  g_assert_null (open_precision (SG_PRECISION_AUTO, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "warp-drive"));
  g_unsetenv ("SG_VULKAN_DISABLE");
  sg_device_unref (&device->base);
}

/* --- loss ------------------------------------------------------------------------------ */

/* An empty submission and its wait. */
static gboolean
submit (SgVkContext * context, GError ** error)
{
  const VkFenceCreateInfo info = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO
  };
  VkFence fence;
  gboolean ok;

  if (!vk_check (context, context->table.vkCreateFence (context->vk, &info,
              NULL, &fence), "vkCreateFence", error))
    return FALSE;
  ok = vk_queue_submit (context, context->queue, NULL, 0, fence, error)
      && vk_fence_wait (context, fence, error);
  context->table.vkDestroyFence (context->vk, fence, NULL);
  return ok;
}

static void
test_lost (void)
{
  SgVkDevice *device = open_wanted (), *next, *again;
  g_autoptr (GError) error = NULL;

  if (device == NULL)
    return;
  g_assert_true (submit (device->context, &error));
  vk_context_lose (device->context);
  g_assert_false (submit (device->context, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST);
  g_assert_nonnull (strstr (error->message, "VK_ERROR_DEVICE_LOST"));
  g_clear_error (&error);

  next = (SgVkDevice *) sg_device_reopen (&device->base, SG_PRECISION_AUTO,
      &error);
  g_assert_no_error (error);
  g_assert_true (next != device);
  g_assert_true (next->context != device->context);
  g_assert_true (submit (next->context, &error));
  again = open_wanted ();
  g_assert_true (again == next);
  sg_device_unref (&again->base);
  sg_device_unref (&device->base);
  g_assert_true (submit (next->context, &error));
  sg_device_unref (&next->base);
}

/* A wait for what was submitted before the loss fails as well. */
static void
test_lost_while_waiting (void)
{
  const VkFenceCreateInfo info = { .sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO
  };
  SgVkDevice *device = open_wanted ();
  g_autoptr (GError) error = NULL;
  SgVkContext *context;
  VkFence fence;

  if (device == NULL)
    return;
  context = device->context;
  g_assert_cmpint (context->table.vkCreateFence (context->vk, &info, NULL,
          &fence), ==, VK_SUCCESS);
  g_assert_true (vk_queue_submit (context, context->queue, NULL, 0, fence,
          &error));
  vk_context_lose (context);
  g_assert_false (vk_fence_wait (context, fence, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST);
  context->table.vkDestroyFence (context->vk, fence, NULL);
  sg_device_unref (&device->base);
}

/* In a process of its own: the numbers count contexts from its start. */
static void
test_lose_after (void)
{
  static const guint expected[] = { 2, 0 };
  SgVkDevice *device;
  g_autoptr (GError) error = NULL;

  if (!g_test_subprocess ()) {
    SgVkDevice *there = open_wanted ();

    if (there == NULL)
      return;
    sg_device_unref (&there->base);
    g_setenv ("SG_VULKAN_LOSE", "2,0", TRUE);
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    g_unsetenv ("SG_VULKAN_LOSE");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    device = open_wanted ();
    g_assert_nonnull (device);
    for (guint n = 0; n < expected[i]; n++) {
      g_assert_true (submit (device->context, &error));
      g_assert_no_error (error);
    }
    g_assert_false (submit (device->context, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_DEVICE_LOST);
    g_clear_error (&error);
    sg_device_unref (&device->base);
  }
  device = open_wanted ();
  g_assert_nonnull (device);
  for (guint n = 0; n < 10; n++)
    g_assert_true (submit (device->context, &error));
  sg_device_unref (&device->base);
}

/* --- errors ---------------------------------------------------------------------------- */

static void
assert_error_code (VkResult result, SgErrorCode code, const gchar * name)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vk_check (NULL, result, "vkFrobnicate", &error));
  g_assert_error (error, SG_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, "vkFrobnicate"));
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_check (void)
{
  g_assert_true (vk_check (NULL, VK_SUCCESS, "vkFrobnicate", NULL));
  assert_error_code (VK_ERROR_OUT_OF_DEVICE_MEMORY, SG_ERROR_NO_MEMORY,
      "VK_ERROR_OUT_OF_DEVICE_MEMORY");
  assert_error_code (VK_ERROR_OUT_OF_HOST_MEMORY, SG_ERROR_NO_MEMORY,
      "VK_ERROR_OUT_OF_HOST_MEMORY");
  assert_error_code (VK_ERROR_DEVICE_LOST, SG_ERROR_DEVICE_LOST,
      "VK_ERROR_DEVICE_LOST");
  assert_error_code (VK_ERROR_INITIALIZATION_FAILED, SG_ERROR_FAILED,
      "VK_ERROR_INITIALIZATION_FAILED");
  assert_error_code ((VkResult) - 12345, SG_ERROR_FAILED, "-12345");
}

static void
test_check_notes_loss (void)
{
  SgVkDevice *device = open_wanted ();

  if (device == NULL)
    return;
  g_assert_false (vk_context_is_lost (device->context));
  g_assert_false (vk_check (device->context, VK_ERROR_DEVICE_LOST, "vkX",
          NULL));
  g_assert_true (vk_context_is_lost (device->context));
  sg_device_unref (&device->base);
}

/* --- validation: it must complain, else clean runs mean nothing ------------------------- */

/* 0 bytes: VUID-VkBufferCreateInfo-size-00912 */
static void
create_empty_buffer (SgVkDevice * device)
{
  const VkBufferCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT,
  };
  VkBuffer buffer = VK_NULL_HANDLE;

  device->context->table.vkCreateBuffer (device->context->vk, &info, NULL,
      &buffer);
}

/* A kernel whose output is made smaller behind its back. */
static void
write_out_of_bounds (SgVkDevice * device)
{
  const SgTensorDesc input = { SG_DTYPE_F32, SG_SHAPE (1, 1, 64, 64) };
  SgTensorDesc output = input;
  SgTensor *constants[] = { NULL };
  const SgCall call = { .op = sg_op_find ("relu"), .n_inputs = 1, .n_outputs =
        1,
    .inputs = &input, .outputs = &output, .constants = constants
  };
  g_autofree gfloat *from = g_new0 (gfloat, 64 * 64);
  g_autofree gfloat *to = g_new0 (gfloat, 64 * 64);
  gconstpointer in[] = { from };
  gpointer out[] = { to };
  g_autoptr (GError) error = NULL;
  SgKernel *kernel = sg_kernel_new (&device->base, &call, &error);

  g_assert_no_error (error);
  g_assert_true (kernel->backend == &sg_backend_vulkan);
  ((SgVkKernel *) kernel)->outputs[0].shape = SG_SHAPE (1, 1, 8, 8);
  sg_kernel_run (kernel, out, in, NULL, NULL);
  sg_kernel_free (kernel);
}

static gboolean
has_layer (void)
{
  VkLayerProperties layers[64];
  guint32 n = G_N_ELEMENTS (layers);

  if (vkEnumerateInstanceLayerProperties (&n, layers) < 0)
    return FALSE;
  for (guint32 i = 0; i < n; i++)
    if (g_str_equal (layers[i].layerName, "VK_LAYER_KHRONOS_validation"))
      return TRUE;
  return FALSE;
}

/* Runs @wrong in a process with SG_VULKAN_VALIDATION=@mode, where warnings are
 * fatal. */
static void
expect_message (const gchar * mode, void (*wrong) (SgVkDevice *),
    const gchar * message)
{
  g_autofree gchar *saved = NULL;
  SgVkDevice *device;

  if (g_test_subprocess ()) {
    device = open_wanted ();
    g_assert_nonnull (device);
    wrong (device);
    sg_device_unref (&device->base);
    return;
  }
  device = open_wanted ();
  if (device == NULL)
    return;
  sg_device_unref (&device->base);
  if (!has_layer () && g_strcmp0 (g_getenv ("CI"), "true") != 0) {
    g_test_skip ("no validation layers");
    return;
  }
  saved = g_strdup (g_getenv ("SG_VULKAN_VALIDATION"));
  g_setenv ("SG_VULKAN_VALIDATION", mode, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  if (saved)
    g_setenv ("SG_VULKAN_VALIDATION", saved, TRUE);
  else
    g_unsetenv ("SG_VULKAN_VALIDATION");
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (message);
}

static void
test_validation (void)
{
  expect_message ("1", create_empty_buffer,
      "*sg-vulkan-WARNING*VkBufferCreateInfo-size*");
}

static void
test_validation_gpu (void)
{
  expect_message ("gpu", write_out_of_bounds,
      "*sg-vulkan-WARNING*out of bounds*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/context/features", test_features);
  g_test_add_func ("/context/precision", test_precision);
  g_test_add_func ("/context/disable", test_disable);
  g_test_add_func ("/context/lost", test_lost);
  g_test_add_func ("/context/lost-while-waiting", test_lost_while_waiting);
  g_test_add_func ("/context/lose-after", test_lose_after);
  g_test_add_func ("/context/check", test_check);
  g_test_add_func ("/context/check-notes-loss", test_check_notes_loss);
  g_test_add_func ("/context/validation", test_validation);
  g_test_add_func ("/context/validation-gpu", test_validation_gpu);
  return g_test_run ();
}
