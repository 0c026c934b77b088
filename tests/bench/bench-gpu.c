/* gst-stylegan: what a GPU is capable of, to compare kernels with
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "vulkan/vk.h"

static gboolean list, first_gpu, peak;
static gchar *device_name;

#define COPY_BYTES ((VkDeviceSize) 512 << 20)
#define REPEATS 5

/* --- listing ---------------------------------------------------------------- */

static const gchar *
type_name (SgDeviceType type)
{
  static const gchar *const names[] = { "discrete", "integrated", "virtual",
    "other", "software"
  };

  return names[type];
}

static int
list_devices (void)
{
  g_autoptr (GPtrArray) devices = sg_device_list ();

  for (guint i = 0; i < devices->len; i++) {
    const SgDeviceInfo *info = g_ptr_array_index (devices, i);

    printf ("%u: %s (%s, %s, %.1f GiB, %s)%s%s\n", info->index, info->name,
        type_name (info->type), info->driver,
        info->memory_bytes / (gdouble) (1 << 30), info->uuid,
        info->problem ? ": " : "", info->problem ? info->problem : "");
  }
  if (devices->len == 0)
    printf ("no Vulkan devices\n");
  return devices->len == 0;
}

static int
print_first_gpu (void)
{
  g_autoptr (GPtrArray) devices = sg_device_list ();

  for (guint i = 0; i < devices->len; i++) {
    const SgDeviceInfo *info = g_ptr_array_index (devices, i);

    if (info->problem == NULL && info->type != SG_DEVICE_SOFTWARE) {
      printf ("%s\n", info->uuid);
      return 0;
    }
  }
  return 1;
}

/* --- peaks ------------------------------------------------------------------ */

typedef struct
{
  SgVkContext *context;
  SgThreadPool *threads;
  SgVkPipeline *pipeline;
  SgVkBuffer *buffers[2];
  VkDescriptorPool sets;
  VkDescriptorSet set;
  guint32 groups, push;
} Peak;

static gboolean
make_set (Peak * p, GError ** error)
{
  const struct VolkDeviceTable *table = &p->context->table;
  const VkDescriptorPoolSize size = { VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 2 };
  const VkDescriptorPoolCreateInfo pool = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
    .maxSets = 1, .poolSizeCount = 1, .pPoolSizes = &size,
  };
  VkDescriptorSetAllocateInfo allocate = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
    .descriptorSetCount = 1, .pSetLayouts = &p->pipeline->set_layout,
  };

  if (!vk_check (p->context, table->vkCreateDescriptorPool (p->context->vk,
              &pool, NULL, &p->sets), "vkCreateDescriptorPool", error))
    return FALSE;
  allocate.descriptorPool = p->sets;
  if (!vk_check (p->context, table->vkAllocateDescriptorSets (p->context->vk,
              &allocate, &p->set), "vkAllocateDescriptorSets", error))
    return FALSE;
  for (guint i = 0; i < p->pipeline->n_bindings; i++) {
    const VkDescriptorBufferInfo buffer = { p->buffers[i]->vk, 0,
      MIN (p->buffers[i]->bytes, p->context->features.max_storage_range)
    };
    const VkWriteDescriptorSet write = {
      .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
      .dstSet = p->set, .dstBinding = i, .descriptorCount = 1,
      .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
      .pBufferInfo = &buffer,
    };

    table->vkUpdateDescriptorSets (p->context->vk, 1, &write, 0, NULL);
  }
  return TRUE;
}

/* Seconds of one dispatch, between timestamps. */
static gboolean
run_once (Peak * p, VkQueryPool queries, gdouble * seconds, GError ** error)
{
  const struct VolkDeviceTable *table = &p->context->table;
  guint64 ticks[2];
  SgVkOnce once;

  if (!vk_once_begin (p->context, &once, error))
    return FALSE;
  table->vkCmdResetQueryPool (once.vk, queries, 0, 2);
  table->vkCmdBindPipeline (once.vk, VK_PIPELINE_BIND_POINT_COMPUTE,
      p->pipeline->vk);
  table->vkCmdBindDescriptorSets (once.vk, VK_PIPELINE_BIND_POINT_COMPUTE,
      p->pipeline->layout, 0, 1, &p->set, 0, NULL);
  table->vkCmdPushConstants (once.vk, p->pipeline->layout,
      VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof p->push, &p->push);
  table->vkCmdWriteTimestamp (once.vk, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
      queries, 0);
  table->vkCmdDispatch (once.vk, p->groups, 1, 1);
  table->vkCmdWriteTimestamp (once.vk, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
      queries, 1);
  if (!vk_once_end (p->context, &once, error)
      || !vk_check (p->context, table->vkGetQueryPoolResults (p->context->vk,
              queries, 0, 2, sizeof ticks, ticks, sizeof *ticks,
              VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
          "vkGetQueryPoolResults", error))
    return FALSE;
  *seconds = (gdouble) (ticks[1] - ticks[0])
      * p->context->features.timestamp_ns * 1e-9;
  return TRUE;
}

/* The best of REPEATS, after one to warm up. */
static gboolean
run_peak (Peak * p, const gchar * shader, const guint32 * constants,
    guint n_constants, guint32 subgroup, gdouble * seconds, GError ** error)
{
  const struct VolkDeviceTable *table = &p->context->table;
  const VkQueryPoolCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
    .queryType = VK_QUERY_TYPE_TIMESTAMP, .queryCount = 2,
  };
  VkQueryPool queries;
  gboolean ok;

  p->pipeline = vk_pipeline_get (p->context, shader, constants, n_constants,
      subgroup, error);
  if (p->pipeline == NULL || !vk_pipelines_compile (p->context, p->threads,
          &p->pipeline, 1, error)
      || !vk_check (p->context, table->vkCreateQueryPool (p->context->vk,
              &info, NULL, &queries), "vkCreateQueryPool", error))
    return FALSE;
  ok = make_set (p, error);
  *seconds = G_MAXDOUBLE;
  for (guint i = 0; i <= REPEATS && ok; i++) {
    gdouble s = 0;

    ok = run_once (p, queries, &s, error);
    if (i > 0)
      *seconds = MIN (*seconds, s);
  }
  table->vkDestroyDescriptorPool (p->context->vk, p->sets, NULL);
  table->vkDestroyQueryPool (p->context->vk, queries, NULL);
  return ok;
}

static void
print_row (const gchar * name, gdouble value, const gchar * unit)
{
  printf ("%-44s %.0f %s\n", name, value, unit);
}

static gboolean
peak_copy (Peak * p, GError ** error)
{
  const VkDeviceSize bytes = p->buffers[0]->bytes;
  gdouble seconds;

  p->push = (guint32) (bytes / 16);
  p->groups = 132 * 32;
  if (!run_peak (p, "bench/copy", NULL, 0, 0, &seconds, error))
    return FALSE;
  print_row ("memory, read and written", 2 * bytes / seconds * 1e-9, "GB/s");
  return TRUE;
}

static gboolean
peak_fma (Peak * p, gboolean half, GError ** error)
{
  const guint32 steps = p->context->features.software ? 64 : 4096;
  gdouble seconds;

  p->groups = p->context->features.software ? 64 : 4096;
  if (!run_peak (p, half ? "bench/fma.f16" : "bench/fma", &steps, 1, 0,
          &seconds, error))
    return FALSE;
  print_row (half ? "arithmetic f16" : "arithmetic f32",
      p->groups * 256.0 * steps * 64 / seconds * 1e-9, "GFLOP/s");
  return TRUE;
}

static gboolean
peak_matrix (Peak * p, GError ** error)
{
  const SgVkFeatures *f = &p->context->features;
  const guint32 threads = MIN (f->subgroup_size * 4, f->max_invocations);
  const guint32 constants[] = { f->matrix_m, f->matrix_n, f->matrix_k,
    f->software ? 8 : 4096, threads, f->subgroup_size
  };
  g_autofree gchar *name = g_strdup_printf ("cooperative matrices %ux%ux%u",
      f->matrix_m, f->matrix_n, f->matrix_k);
  gdouble seconds, flop;

  p->groups = f->software ? 16 : 4096;
  if (!run_peak (p, f->matrix == VK_MATRIX_NV ? "bench/matrix.nv"
          : "bench/matrix.khr", constants, G_N_ELEMENTS (constants),
          f->min_subgroup_size ? f->subgroup_size : 0, &seconds, error))
    return FALSE;
  flop = (gdouble) p->groups * (threads / f->subgroup_size) * constants[3] * 16
      * f->matrix_m * f->matrix_n * f->matrix_k;
  print_row (name, flop / seconds * 1e-9, "GFLOP/s");
  return TRUE;
}

static gboolean
run_peaks (SgVkDevice * device, GError ** error)
{
  Peak p = { device->context, device->base.threads };
  const SgVkFeatures *f = &p.context->features;
  const VkDeviceSize bytes = f->software ? (VkDeviceSize) 32 << 20
      : MIN (COPY_BYTES, f->max_storage_range);
  gboolean ok = TRUE;

  if (f->timestamp_ns == 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "%s has no timestamps to measure with",
        sg_device_get_description (&device->base));
    return FALSE;
  }
  for (guint i = 0; i < 2 && ok; i++) {
    p.buffers[i] = vk_buffer_new (p.context, VK_HEAP_DEVICE, bytes, error);
    ok = p.buffers[i] != NULL;
  }
  ok = ok && peak_copy (&p, error) && peak_fma (&p, FALSE, error)
      && (!f->arithmetic_f16 || peak_fma (&p, TRUE, error))
      && (f->matrix == VK_MATRIX_NONE || peak_matrix (&p, error));
  for (guint i = 0; i < 2; i++)
    if (p.buffers[i])
      vk_buffer_unref (p.buffers[i]);
  return ok;
}

static const GOptionEntry entries[] = {
  {"list", 0, 0, G_OPTION_ARG_NONE, &list, "List the Vulkan devices", NULL},
  {"first-gpu", 0, 0, G_OPTION_ARG_NONE, &first_gpu,
      "Print the UUID of the first one that is no software", NULL},
  {"device", 0, 0, G_OPTION_ARG_STRING, &device_name,
      "Number, part of the name or UUID (default: the first GPU)", "NAME"},
  {"peak", 0, 0, G_OPTION_ARG_NONE, &peak,
      "Measure memory and arithmetic (the default)", NULL},
  G_OPTION_ENTRY_NULL
};

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = NULL;
  SgDeviceConfig config = { SG_BACKEND_VULKAN };

  g_option_context_set_summary (context, "What a GPU is capable of");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 2;
  }
  if (list)
    return list_devices ();
  if (first_gpu)
    return print_first_gpu ();
  config.name = device_name;
  device = sg_device_open (&config, NULL, &error);
  if (device == NULL || !run_peaks ((SgVkDevice *) device, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  return 0;
}
