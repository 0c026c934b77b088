/* gst-stylegan: shaders and compute pipelines
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vulkan/vk.h"
#include "vulkan/pipeline_cache.h"
#include "vulkan/shaders.h"

#include <string.h>

typedef struct
{
  SgVkPipeline base;            /* first: what the others see */
  const SgVkShader *shader;
  guint32 constants[VK_MAX_CONSTANTS];
  guint n_constants;
  guint32 subgroup_size;
  GMutex lock;                  /* held while it compiles */
} Pipeline;

typedef struct
{
  VkDescriptorSetLayout set;
  VkPipelineLayout pipeline;
} Layout;

struct _SgVkPipelines
{
  SgVkContext *context;
  GMutex lock;                  /* of what follows, never held while compiling */
  GHashTable *by_key;           /* Pipeline to itself */
  Layout layouts[VK_MAX_BINDINGS + 1];  /* by number of bindings */
  VkPipelineCache cache;
  GMutex save_lock;             /* while writing; of saved_bytes */
  gsize saved_bytes;            /* of the driver's data, in the file */
  gint n_unsaved;               /* atomic: pipelines that the file may lack */
};

/* A compile that takes longer than this is worth writing down at once. */
#define SLOW_COMPILE_US (100 * G_TIME_SPAN_MILLISECOND)

static guint
pipeline_hash (gconstpointer key)
{
  const Pipeline *p = key;
  guint hash = g_direct_hash (p->shader) ^ p->subgroup_size;

  for (guint i = 0; i < p->n_constants; i++)
    hash = hash * 31 + p->constants[i];
  return hash;
}

static gboolean
pipeline_equal (gconstpointer a, gconstpointer b)
{
  const Pipeline *p = a, *q = b;

  return p->shader == q->shader && p->subgroup_size == q->subgroup_size
      && p->n_constants == q->n_constants
      && memcmp (p->constants, q->constants,
      p->n_constants * sizeof p->constants[0]) == 0;
}

static const SgVkShader *
find_shader (const gchar * name)
{
  for (guint i = 0; i < vk_n_shaders; i++)
    if (g_str_equal (vk_shaders[i].name, name))
      return &vk_shaders[i];
  return NULL;
}

gboolean
vk_shader_exists (const gchar * shader)
{
  return find_shader (shader) != NULL;
}

/* --- layouts -------------------------------------------------------------- */

static gboolean
make_layout (SgVkContext * context, guint n, Layout * layout, GError ** error)
{
  VkDescriptorSetLayoutBinding bindings[VK_MAX_BINDINGS] = { {0,} };
  const VkDescriptorSetLayoutCreateInfo set_info = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
    .bindingCount = n,
    .pBindings = bindings,
  };
  const VkPushConstantRange push = {
    VK_SHADER_STAGE_COMPUTE_BIT, 0, VK_MAX_PUSH
  };
  const VkPipelineLayoutCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
    .setLayoutCount = 1,
    .pSetLayouts = &layout->set,
    .pushConstantRangeCount = 1,
    .pPushConstantRanges = &push,
  };

  for (guint i = 0; i < n; i++) {
    bindings[i].binding = i;
    bindings[i].descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
    bindings[i].descriptorCount = 1;
    bindings[i].stageFlags = VK_SHADER_STAGE_COMPUTE_BIT;
  }
  if (layout->set == VK_NULL_HANDLE && !vk_check (context,
          context->table.vkCreateDescriptorSetLayout (context->vk, &set_info,
              NULL, &layout->set), "vkCreateDescriptorSetLayout", error))
    return FALSE;
  return vk_check (context, context->table.vkCreatePipelineLayout (context->vk,
          &info, NULL, &layout->pipeline), "vkCreatePipelineLayout", error);
}

/* --- pipelines ------------------------------------------------------------ */

static gboolean
check_arguments (SgVkContext * context, const gchar * name,
    const SgVkShader * shader, guint n_constants, guint32 subgroup_size,
    GError ** error)
{
  const SgVkFeatures *f = &context->features;

  if (shader == NULL)
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
        "this build has no shader %s; rebuild with a newer glslc", name);
  else if (shader->n_bindings > VK_MAX_BINDINGS
      || n_constants > VK_MAX_CONSTANTS)
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
        "shader %s has too many bindings or constants", name);
  else if (subgroup_size && (subgroup_size < f->min_subgroup_size
          || subgroup_size > f->max_subgroup_size))
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
        "shader %s needs subgroups of %u, %s has %u to %u", name,
        subgroup_size, context->properties.deviceName, f->min_subgroup_size,
        f->max_subgroup_size);
  else
    return TRUE;
  return FALSE;
}

/* With the lock held. */
static Pipeline *
add_pipeline (SgVkPipelines * pipelines, const Pipeline * key, GError ** error)
{
  Layout *layout = &pipelines->layouts[key->shader->n_bindings];
  Pipeline *pipeline;

  if (layout->pipeline == VK_NULL_HANDLE && !make_layout (pipelines->context,
          key->shader->n_bindings, layout, error))
    return NULL;
  pipeline = g_memdup2 (key, sizeof *key);
  g_mutex_init (&pipeline->lock);
  pipeline->base.layout = layout->pipeline;
  pipeline->base.set_layout = layout->set;
  pipeline->base.n_bindings = key->shader->n_bindings;
  g_hash_table_add (pipelines->by_key, pipeline);
  return pipeline;
}

SgVkPipeline *
vk_pipeline_get (SgVkContext * context, const gchar * shader,
    const guint32 * constants, guint n_constants, guint32 subgroup_size,
    GError ** error)
{
  SgVkPipelines *pipelines = context->pipelines;
  Pipeline key = { .shader = find_shader (shader), .n_constants = n_constants,
    .subgroup_size = subgroup_size
  };
  Pipeline *pipeline;

  if (!check_arguments (context, shader, key.shader, n_constants,
          subgroup_size, error))
    return NULL;
  if (n_constants)
    memcpy (key.constants, constants, n_constants * sizeof constants[0]);
  g_mutex_lock (&pipelines->lock);
  pipeline = g_hash_table_lookup (pipelines->by_key, &key);
  if (pipeline == NULL)
    pipeline = add_pipeline (pipelines, &key, error);
  g_mutex_unlock (&pipelines->lock);
  return pipeline ? &pipeline->base : NULL;
}

static gboolean
create_pipeline (SgVkContext * context, Pipeline * p, VkShaderModule module,
    GError ** error)
{
  VkSpecializationMapEntry entries[VK_MAX_CONSTANTS];
  const VkSpecializationInfo specialization = {
    .mapEntryCount = p->n_constants,
    .pMapEntries = entries,
    .dataSize = p->n_constants * sizeof p->constants[0],
    .pData = p->constants,
  };
  const VkPipelineShaderStageRequiredSubgroupSizeCreateInfoEXT size = {
    .sType =
        VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO_EXT,
    .requiredSubgroupSize = p->subgroup_size,
  };
  const VkComputePipelineCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
    .stage = {
          .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
          .pNext = p->subgroup_size ? &size : NULL,
          .stage = VK_SHADER_STAGE_COMPUTE_BIT,
          .module = module,
          .pName = "main",
          .pSpecializationInfo = &specialization,
        },
    .layout = p->base.layout,
  };

  for (guint i = 0; i < p->n_constants; i++)
    entries[i] = (VkSpecializationMapEntry) {
    i, i * (guint32) sizeof p->constants[0], sizeof p->constants[0]};
  return vk_check (context, context->table.vkCreateComputePipelines
      (context->vk, context->pipelines->cache, 1, &info, NULL, &p->base.vk),
      p->shader->name, error);
}

static gboolean
compile_pipeline (SgVkContext * context, Pipeline * p, GError ** error)
{
  const VkShaderModuleCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
    .codeSize = p->shader->bytes,
    .pCode = p->shader->words,
  };
  VkShaderModule module;
  gboolean ok = TRUE;

  g_mutex_lock (&p->lock);
  if (p->base.vk == VK_NULL_HANDLE) {
    ok = vk_check (context, context->table.vkCreateShaderModule (context->vk,
            &info, NULL, &module), "vkCreateShaderModule", error);
    if (ok) {
      ok = create_pipeline (context, p, module, error);
      context->table.vkDestroyShaderModule (context->vk, module, NULL);
    }
    if (ok)
      g_atomic_int_inc (&context->pipelines->n_unsaved);
  }
  g_mutex_unlock (&p->lock);
  return ok;
}

typedef struct
{
  SgVkContext *context;
  Pipeline *const *pipelines;
  GMutex lock;
  GError *error;                /* the first */
} CompileJob;

static void
compile_task (gpointer user_data, guint task, guint slot)
{
  CompileJob *job = user_data;
  GError *error = NULL;

  if (compile_pipeline (job->context, job->pipelines[task], &error))
    return;
  g_mutex_lock (&job->lock);
  if (job->error == NULL)
    job->error = g_steal_pointer (&error);
  g_mutex_unlock (&job->lock);
  g_clear_error (&error);
}

static void
save (SgVkPipelines * pipelines)
{
  if (g_atomic_int_exchange (&pipelines->n_unsaved, 0) == 0)
    return;
  g_mutex_lock (&pipelines->save_lock);
  vk_pipeline_cache_save (pipelines->context, pipelines->cache,
      &pipelines->saved_bytes);
  g_mutex_unlock (&pipelines->save_lock);
}

/* Those of @pipelines that are not compiled, each once. */
static GPtrArray *
find_missing (SgVkPipeline * const *pipelines, guint n)
{
  GPtrArray *missing = g_ptr_array_new ();

  for (guint i = 0; i < n; i++) {
    Pipeline *p = (Pipeline *) pipelines[i];
    gboolean compiled;

    g_mutex_lock (&p->lock);
    compiled = p->base.vk != VK_NULL_HANDLE;
    g_mutex_unlock (&p->lock);
    if (!compiled && !g_ptr_array_find (missing, p, NULL))
      g_ptr_array_add (missing, p);
  }
  return missing;
}

gboolean
vk_pipelines_compile (SgVkContext * context, SgThreadPool * threads,
    SgVkPipeline * const *pipelines, guint n, GError ** error)
{
  g_autoptr (GPtrArray) missing = find_missing (pipelines, n);
  CompileJob job = { context, (Pipeline * const *) missing->pdata };
  gint64 start = g_get_monotonic_time ();

  if (missing->len == 0)
    return TRUE;
  g_mutex_init (&job.lock);
  sg_thread_pool_run (threads, missing->len, compile_task, &job);
  g_mutex_clear (&job.lock);
  if (g_get_monotonic_time () - start > SLOW_COMPILE_US)
    save (context->pipelines);
  if (job.error == NULL)
    return TRUE;
  g_propagate_error (error, job.error);
  return FALSE;
}

static void
pipeline_free (gpointer data)
{
  Pipeline *pipeline = data;

  g_mutex_clear (&pipeline->lock);
  g_free (pipeline);
}

SgVkPipelines *
vk_pipelines_new (SgVkContext * context)
{
  SgVkPipelines *pipelines = g_new0 (SgVkPipelines, 1);

  pipelines->context = context;
  g_mutex_init (&pipelines->lock);
  pipelines->by_key = g_hash_table_new_full (pipeline_hash, pipeline_equal,
      NULL, pipeline_free);
  g_mutex_init (&pipelines->save_lock);
  pipelines->cache = vk_pipeline_cache_load (context, &pipelines->saved_bytes);
  return pipelines;
}

void
vk_pipelines_free (SgVkPipelines * pipelines)
{
  const struct VolkDeviceTable *table;
  SgVkContext *context;
  GHashTableIter iter;
  gpointer key;

  if (pipelines == NULL)
    return;
  context = pipelines->context;
  table = &context->table;
  save (pipelines);
  g_hash_table_iter_init (&iter, pipelines->by_key);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    table->vkDestroyPipeline (context->vk, ((Pipeline *) key)->base.vk, NULL);
  g_hash_table_unref (pipelines->by_key);
  for (guint i = 0; i < G_N_ELEMENTS (pipelines->layouts); i++) {
    table->vkDestroyPipelineLayout (context->vk, pipelines->layouts[i].pipeline,
        NULL);
    table->vkDestroyDescriptorSetLayout (context->vk,
        pipelines->layouts[i].set, NULL);
  }
  table->vkDestroyPipelineCache (context->vk, pipelines->cache, NULL);
  g_mutex_clear (&pipelines->lock);
  g_mutex_clear (&pipelines->save_lock);
  g_free (pipelines);
}
