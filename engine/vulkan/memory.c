/* gst-stylegan: device memory
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Allocations from the driver are slow and few (maxMemoryAllocationCount may be as
 * low as 4096 for the whole process), so they are made in blocks and shared out: best
 * fit, free ranges kept in order and merged. There are some dozens of buffers per
 * session and none is made while frames are running; nothing faster is needed. */
#include "vulkan/vk.h"

#define MIB ((VkDeviceSize) 1 << 20)
/* A heap is not cut into fewer than this many blocks. */
#define MIN_BLOCKS 16
/* Without VK_EXT_memory_budget: the share of a heap that is counted on. */
#define ASSUMED_SHARE 0.9

typedef struct
{
  VkDeviceSize offset, bytes;
} Range;

typedef struct
{
  SgVkHeap heap;
  guint32 type;
  VkDeviceMemory vk;
  VkDeviceSize bytes;
  guint8 *mapped;
  gboolean coherent;
  GArray *free;                 /* Range, by offset, no two adjacent */
} Block;

struct _SgVkMemory
{
  SgVkContext *context;
  VkPhysicalDeviceMemoryProperties properties;
  VkDeviceSize max_allocation, atom;
  VkDeviceSize limit;           /* SG_VULKAN_MEMORY_LIMIT; 0: none */
  GMutex lock;                  /* of what follows */
  GPtrArray *blocks;
  VkDeviceSize bytes, heap_bytes[VK_MAX_MEMORY_HEAPS];
};

static const VkDeviceSize block_bytes[VK_N_HEAPS] = {
  [VK_HEAP_DEVICE] = 64 * MIB,
  [VK_HEAP_UPLOAD] = 16 * MIB,
  [VK_HEAP_DOWNLOAD] = 16 * MIB,
};

static VkDeviceSize
round_up (VkDeviceSize value, VkDeviceSize align)
{
  return (value + align - 1) / align * align;
}

SgVkMemory *
vk_memory_new (SgVkContext * context)
{
  SgVkMemory *memory = g_new0 (SgVkMemory, 1);
  VkPhysicalDeviceMaintenance3Properties limits = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES,
  };
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
    .pNext = &limits,
  };
  const gchar *limit = g_getenv ("SG_VULKAN_MEMORY_LIMIT");

  vkGetPhysicalDeviceMemoryProperties (context->physical, &memory->properties);
  vkGetPhysicalDeviceProperties2 (context->physical, &properties);
  memory->context = context;
  memory->max_allocation = limits.maxMemoryAllocationSize;
  memory->atom = MAX (properties.properties.limits.nonCoherentAtomSize, 1);
  memory->limit = limit ? g_ascii_strtoull (limit, NULL, 10) * MIB : 0;
  memory->blocks = g_ptr_array_new ();
  g_mutex_init (&memory->lock);
  return memory;
}

/* --- blocks --------------------------------------------------------------- */

static guint32
heap_of (const SgVkMemory * memory, guint32 type)
{
  return memory->properties.memoryTypes[type].heapIndex;
}

static void
block_free (SgVkMemory * memory, Block * block)
{
  memory->bytes -= block->bytes;
  memory->heap_bytes[heap_of (memory, block->type)] -= block->bytes;
  memory->context->table.vkFreeMemory (memory->context->vk, block->vk, NULL);
  g_ptr_array_remove_fast (memory->blocks, block);
  g_array_unref (block->free);
  g_free (block);
}

void
vk_memory_free (SgVkMemory * memory)
{
  if (memory == NULL)
    return;
  while (memory->blocks->len > 0)
    block_free (memory, g_ptr_array_index (memory->blocks, 0));
  g_ptr_array_unref (memory->blocks);
  g_mutex_clear (&memory->lock);
  g_free (memory);
}

static gboolean
block_is_empty (const Block * block)
{
  return block->free->len == 1
      && g_array_index (block->free, Range, 0).bytes == block->bytes;
}

/* What may still be allocated of the heap, of @total. */
static VkDeviceSize
available (SgVkMemory * memory, guint32 heap, VkDeviceSize * total)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
  };
  VkPhysicalDeviceMemoryProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
    .pNext = &budget,
  };
  VkDeviceSize size = memory->properties.memoryHeaps[heap].size;
  VkDeviceSize used = memory->heap_bytes[heap], usable;

  usable = (VkDeviceSize) (ASSUMED_SHARE * (gdouble) size);
  if (memory->context->features.memory_budget) {
    vkGetPhysicalDeviceMemoryProperties2 (memory->context->physical,
        &properties);
    if (budget.heapBudget[heap] > 0) {
      usable = budget.heapBudget[heap];
      used = MAX (used, budget.heapUsage[heap]);
    }
  }
  if (memory->limit) {
    size = MIN (size, memory->limit);
    usable = MIN (usable, memory->limit);
    used = MAX (used, memory->bytes);
  }
  *total = size;
  return usable > used ? usable - used : 0;
}

static Block *
block_new (SgVkMemory * memory, SgVkHeap heap, guint32 type,
    VkDeviceSize bytes, VkResult * result)
{
  const struct VolkDeviceTable *table = &memory->context->table;
  const VkMemoryAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
    .allocationSize = bytes,
    .memoryTypeIndex = type,
  };
  const Range all = { 0, bytes };
  VkDeviceMemory vk;
  gpointer mapped = NULL;
  Block *block;

  *result = table->vkAllocateMemory (memory->context->vk, &info, NULL, &vk);
  if (*result != VK_SUCCESS)
    return NULL;
  if (heap != VK_HEAP_DEVICE) {
    *result = table->vkMapMemory (memory->context->vk, vk, 0, VK_WHOLE_SIZE, 0,
        &mapped);
    if (*result != VK_SUCCESS) {
      table->vkFreeMemory (memory->context->vk, vk, NULL);
      return NULL;
    }
  }
  block = g_new0 (Block, 1);
  block->heap = heap;
  block->type = type;
  block->vk = vk;
  block->bytes = bytes;
  block->mapped = mapped;
  block->coherent = (memory->properties.memoryTypes[type].propertyFlags
      & VK_MEMORY_PROPERTY_HOST_COHERENT_BIT) != 0;
  block->free = g_array_new (FALSE, FALSE, sizeof (Range));
  g_array_append_val (block->free, all);
  g_ptr_array_add (memory->blocks, block);
  memory->bytes += bytes;
  memory->heap_bytes[heap_of (memory, type)] += bytes;
  return block;
}

/* All that are empty; with @keep: those of its kind, but for itself. */
static void
free_empty (SgVkMemory * memory, const Block * keep)
{
  for (guint i = memory->blocks->len; i-- > 0;) {
    Block *block = g_ptr_array_index (memory->blocks, i);

    if (block_is_empty (block) && block != keep
        && (keep == NULL || block->heap == keep->heap))
      block_free (memory, block);
  }
}

/* --- ranges of a block ---------------------------------------------------- */

/* Index of the smallest free range that @bytes fit into, or -1. */
static gint
find_range (const Block * block, VkDeviceSize bytes, VkDeviceSize align,
    VkDeviceSize * size)
{
  gint best = -1;

  for (guint i = 0; i < block->free->len; i++) {
    const Range *r = &g_array_index (block->free, Range, i);

    if (round_up (r->offset, align) + bytes > r->offset + r->bytes)
      continue;
    if (best < 0 || r->bytes < *size) {
      best = (gint) i;
      *size = r->bytes;
    }
  }
  return best;
}

static VkDeviceSize
take_range (Block * block, guint index, VkDeviceSize bytes, VkDeviceSize align)
{
  Range whole = g_array_index (block->free, Range, index);
  VkDeviceSize offset = round_up (whole.offset, align);
  Range before = { whole.offset, offset - whole.offset };
  Range after = { offset + bytes, whole.offset + whole.bytes - offset - bytes };

  g_array_remove_index (block->free, index);
  if (after.bytes)
    g_array_insert_val (block->free, index, after);
  if (before.bytes)
    g_array_insert_val (block->free, index, before);
  return offset;
}

static void
give_range (Block * block, Range range)
{
  GArray *list = block->free;
  guint i = 0;

  while (i < list->len && g_array_index (list, Range, i).offset < range.offset)
    i++;
  g_array_insert_val (list, i, range);
  if (i + 1 < list->len && range.offset + range.bytes
      == g_array_index (list, Range, i + 1).offset) {
    g_array_index (list, Range, i).bytes +=
        g_array_index (list, Range, i + 1).bytes;
    g_array_remove_index (list, i + 1);
  }
  if (i > 0 && g_array_index (list, Range, i - 1).offset
      + g_array_index (list, Range, i - 1).bytes == range.offset) {
    g_array_index (list, Range, i - 1).bytes +=
        g_array_index (list, Range, i).bytes;
    g_array_remove_index (list, i);
  }
}

/* --- which memory --------------------------------------------------------- */

#define DEVICE_LOCAL VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT
#define HOST_VISIBLE VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT
#define HOST_COHERENT VK_MEMORY_PROPERTY_HOST_COHERENT_BIT
#define HOST_CACHED VK_MEMORY_PROPERTY_HOST_CACHED_BIT

/* How well a memory type does for @heap; 0: not at all. */
static guint
rate_type (VkMemoryPropertyFlags flags, SgVkHeap heap)
{
  gboolean local = (flags & DEVICE_LOCAL) != 0;
  gboolean visible = (flags & HOST_VISIBLE) != 0;
  gboolean coherent = (flags & HOST_COHERENT) != 0;
  gboolean cached = (flags & HOST_CACHED) != 0;

  /* protected, lazily allocated, and those of extensions */
  if (flags & ~(guint) (DEVICE_LOCAL | HOST_VISIBLE | HOST_COHERENT
          | HOST_CACHED))
    return 0;
  if (heap == VK_HEAP_DEVICE)
    /* what the host sees of a GPU's memory may be a small window */
    return 1 + 4 * local + 2 * !visible;
  if (!visible)
    return 0;
  return heap == VK_HEAP_UPLOAD ? 1 + 8 * coherent + 4 * !cached + 2 * !local
      : 1 + 8 * cached + 4 * coherent + 2 * !local;
}

/* The best of the types in @bits, or -1. */
static gint
choose_type (const SgVkMemory * memory, SgVkHeap heap, guint32 bits)
{
  guint best = 0;
  gint type = -1;

  for (guint i = 0; i < memory->properties.memoryTypeCount; i++) {
    guint rate = bits & 1u << i ?
        rate_type (memory->properties.memoryTypes[i].propertyFlags, heap) : 0;

    if (rate > best) {
      best = rate;
      type = (gint) i;
    }
  }
  return type;
}

static void
set_no_memory (SgVkMemory * memory, guint32 heap, VkDeviceSize bytes,
    GError ** error)
{
  VkDeviceSize total, left = available (memory, heap, &total);

  g_set_error (error, SG_ERROR, SG_ERROR_NO_MEMORY, "%.1f MiB more of graphics "
      "memory are needed, %.1f MiB of %.1f MiB are free on %s; close other "
      "programs, or work with a smaller picture", (gdouble) bytes / MIB,
      (gdouble) left / MIB, (gdouble) total / MIB,
      memory->context->properties.deviceName);
}

/* A new block that @bytes fit into; with the lock held. */
static Block *
add_block (SgVkMemory * memory, SgVkHeap kind, guint32 type,
    VkDeviceSize bytes, GError ** error)
{
  SgVkContext *context = memory->context;
  guint32 heap = heap_of (memory, type);
  VkDeviceSize total, usual, left;
  VkResult result = VK_ERROR_OUT_OF_DEVICE_MEMORY;
  Block *block = NULL;

  bytes = round_up (bytes, memory->atom);
  usual = round_up (MIN (block_bytes[kind],
          memory->properties.memoryHeaps[heap].size / MIN_BLOCKS),
      memory->atom);
  /* a large one in a block of its own leaves no useless rest */
  usual = bytes > usual / 2 ? bytes : usual;
  if (available (memory, heap, &total) < usual)
    free_empty (memory, NULL);
  left = available (memory, heap, &total);
  if (memory->blocks->len
      < context->properties.limits.maxMemoryAllocationCount
      && bytes <= memory->max_allocation && bytes <= left) {
    block = block_new (memory, kind, type, usual <= left ? usual : bytes,
        &result);
    if (block == NULL && usual > bytes)
      block = block_new (memory, kind, type, bytes, &result);
  }
  if (block)
    return block;
  if (result == VK_ERROR_OUT_OF_DEVICE_MEMORY
      || result == VK_ERROR_OUT_OF_HOST_MEMORY)
    set_no_memory (memory, heap, bytes, error);
  else
    vk_check (context, result, "vkAllocateMemory", error);
  return NULL;
}

/* Memory for @buffer, of the size and alignment that it needs. */
static gboolean
reserve (SgVkMemory * memory, SgVkBuffer * buffer, SgVkHeap kind,
    const VkMemoryRequirements * need, GError ** error)
{
  gint type = choose_type (memory, kind, need->memoryTypeBits), range = -1;
  VkDeviceSize align = MAX (need->alignment, 1), size = 0;
  Block *block = NULL;

  if (type < 0) {
    g_set_error (error, SG_ERROR, SG_ERROR_FAILED,
        "%s has no memory of kind %d", memory->context->properties.deviceName,
        kind);
    return FALSE;
  }
  /* what is flushed of one buffer must not touch another */
  align = round_up (align, kind == VK_HEAP_DEVICE ? 1 : memory->atom);
  buffer->reserved = round_up (need->size,
      kind == VK_HEAP_DEVICE ? 1 : memory->atom);
  for (guint i = 0; i < memory->blocks->len; i++) {
    Block *b = g_ptr_array_index (memory->blocks, i);
    VkDeviceSize bytes = 0;
    gint found = -1;

    if (b->heap == kind && b->type == (guint32) type)
      found = find_range (b, buffer->reserved, align, &bytes);
    if (found >= 0 && (block == NULL || bytes < size)) {
      block = b;
      range = found;
      size = bytes;
    }
  }
  if (block == NULL) {
    block = add_block (memory, kind, (guint32) type, buffer->reserved, error);
    range = 0;
  }
  if (block == NULL)
    return FALSE;
  buffer->block = block;
  buffer->offset = take_range (block, (guint) range, buffer->reserved, align);
  if (block->mapped)
    buffer->mapped = block->mapped + buffer->offset;
  return TRUE;
}

static void
release (SgVkMemory * memory, SgVkBuffer * buffer)
{
  Block *block = buffer->block;

  give_range (block, (Range) {
      buffer->offset, buffer->reserved});
  /* one empty block of each kind is kept: sessions are made and unmade for every
   * size of the video */
  if (block_is_empty (block)) {
    gboolean large = block->bytes > block_bytes[block->heap];

    free_empty (memory, block);
    if (large)
      block_free (memory, block);
  }
}

/* --- buffers -------------------------------------------------------------- */

static void
buffer_free (SgVkBuffer * buffer)
{
  SgVkContext *context = buffer->context;

  context->table.vkDestroyBuffer (context->vk, buffer->vk, NULL);
  if (buffer->block) {
    g_mutex_lock (&context->memory->lock);
    release (context->memory, buffer);
    g_mutex_unlock (&context->memory->lock);
  }
  g_free (buffer);
}

SgVkBuffer *
vk_buffer_new (SgVkContext * context, SgVkHeap heap, VkDeviceSize bytes,
    GError ** error)
{
  SgVkMemory *memory = context->memory;
  const guint32 families[] = {
    context->queue_family, context->transfer_family
  };
  gboolean shared = families[0] != families[1];
  const VkBufferCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .size = MAX (bytes, 4),     /* none may be empty */
    .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT
        | VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT
        | VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT,
    .sharingMode = shared ? VK_SHARING_MODE_CONCURRENT
        : VK_SHARING_MODE_EXCLUSIVE,
    .queueFamilyIndexCount = shared ? 2 : 0,
    .pQueueFamilyIndices = families,
  };
  VkMemoryRequirements need;
  SgVkBuffer *buffer;
  gboolean ok;

  if (bytes > memory->max_allocation) {
    gint type = choose_type (memory, heap, G_MAXUINT32);

    g_mutex_lock (&memory->lock);
    set_no_memory (memory, heap_of (memory, (guint32) MAX (type, 0)), bytes,
        error);
    g_mutex_unlock (&memory->lock);
    return NULL;
  }
  buffer = g_new0 (SgVkBuffer, 1);
  buffer->ref_count = 1;
  buffer->context = context;
  buffer->bytes = bytes;
  if (!vk_check (context, context->table.vkCreateBuffer (context->vk, &info,
              NULL, &buffer->vk), "vkCreateBuffer", error)) {
    g_free (buffer);
    return NULL;
  }
  context->table.vkGetBufferMemoryRequirements (context->vk, buffer->vk, &need);
  g_mutex_lock (&memory->lock);
  ok = reserve (memory, buffer, heap, &need, error);
  g_mutex_unlock (&memory->lock);
  if (ok)
    ok = vk_check (context, context->table.vkBindBufferMemory (context->vk,
            buffer->vk, ((Block *) buffer->block)->vk, buffer->offset),
        "vkBindBufferMemory", error);
  if (!ok)
    g_clear_pointer (&buffer, buffer_free);
  return buffer;
}

SgVkBuffer *
vk_buffer_ref (SgVkBuffer * buffer)
{
  g_atomic_int_inc (&buffer->ref_count);
  return buffer;
}

void
vk_buffer_unref (SgVkBuffer * buffer)
{
  if (buffer && (buffer->weights_key ? vk_weights_release (buffer)
          : g_atomic_int_dec_and_test (&buffer->ref_count)))
    buffer_free (buffer);
}

/* The range of the block's memory that flushing part of @buffer takes, or FALSE if
 * there is nothing to do. */
static gboolean
mapped_range (const SgVkBuffer * buffer, VkDeviceSize offset,
    VkDeviceSize bytes, VkMappedMemoryRange * range)
{
  const Block *block = buffer->block;
  VkDeviceSize atom = buffer->context->memory->atom, begin, end;

  if (block->coherent || block->mapped == NULL || bytes == 0)
    return FALSE;
  begin = (buffer->offset + offset) / atom * atom;
  end = MIN (round_up (buffer->offset + offset + bytes, atom), block->bytes);
  *range = (VkMappedMemoryRange) {
  .sType = VK_STRUCTURE_TYPE_MAPPED_MEMORY_RANGE, .memory =
        block->vk, .offset = begin, .size = end - begin};
  return TRUE;
}

/* These two fail only where there is no memory for page tables any more; what was
 * submitted then fails as well, and is reported there. */
void
vk_buffer_flush (SgVkBuffer * buffer, VkDeviceSize offset, VkDeviceSize bytes)
{
  SgVkContext *context = buffer->context;
  VkMappedMemoryRange range;

  if (mapped_range (buffer, offset, bytes, &range))
    vk_check (context, context->table.vkFlushMappedMemoryRanges (context->vk,
            1, &range), "vkFlushMappedMemoryRanges", NULL);
}

void
vk_buffer_invalidate (SgVkBuffer * buffer, VkDeviceSize offset,
    VkDeviceSize bytes)
{
  SgVkContext *context = buffer->context;
  VkMappedMemoryRange range;

  if (mapped_range (buffer, offset, bytes, &range))
    vk_check (context,
        context->table.vkInvalidateMappedMemoryRanges (context->vk, 1, &range),
        "vkInvalidateMappedMemoryRanges", NULL);
}

VkDeviceSize
vk_memory_get_bytes (SgVkContext * context)
{
  VkDeviceSize bytes;

  g_mutex_lock (&context->memory->lock);
  bytes = context->memory->bytes;
  g_mutex_unlock (&context->memory->lock);
  return bytes;
}
