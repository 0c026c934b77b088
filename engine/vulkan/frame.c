/* gst-stylegan: frames of video to and from tensors on the device
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Matrices are put together as on the CPU: colour matrix, range, channel order and
 * the network's range are one; a transfer function splits it in two. */
#include "vulkan/frame.h"

#include <math.h>
#include <string.h>

#include "backend/pixels.h"
#include "push/frame.h"

/* R'G'B' of a network's output is limited to this magnitude. */
#define RGB_LIMIT 1024.0f
/* The local size of the kernels. */
#define LOCAL_X 32
#define LOCAL_Y 4
/* Groups in a line, before it is folded; every device can do 65535. */
#define MAX_LINE 32768

/* As in kernels/image/transfer.glsl. */
typedef struct
{
  gfloat decode[SG_TRANSFER_SIZE], encode[SG_TRANSFER_SIZE];
  gfloat slope;                 /* of encode at its end */
  struct
  {
    gfloat linear[3][3];
    gfloat rest[3][4];
  } direction[2];               /* to the network, from it */
} SgVkFrameTables;

struct _SgVkFrame
{
  SgVkDevice *device;
  SgVkFrameLayout layout;
  SgColor color;
  SgTransfer *transfer;         /* color's, or NULL */
  SgPixelConvention convention;
  gboolean half;                /* the tensor */
  guint8 *masks[4];             /* per group of the layout */
  SgVkBuffer *tables;           /* NULL without transfer */
  SgVkPipeline *load, *store;
  SgPushFrame load_push, store_push;
};

/* --- matrices --------------------------------------------------------------- */

/* Fills the pushes, and @tables where there is a transfer function. */
static void
init_matrices (SgVkFrame * frame, SgVkFrameTables * tables)
{
  const SgColor *color = &frame->color;
  gdouble to_network[3][4], from_network[3][4], to_rgb[3][4];
  gint i, j;

  for (i = 0; i < 3; i++) {
    for (j = 0; j < 4; j++)
      to_rgb[i][j] = j < (gint) frame->layout.n_components || j == 3 ?
          color->to_rgb[i][j] : 0;
  }
  sg_pixels_to_network (&frame->convention, to_network);
  sg_pixels_from_network (&frame->convention, from_network);
  if (frame->transfer == NULL) {
    sg_pixels_compose (frame->load_push.matrix, to_network, to_rgb);
    sg_pixels_compose (frame->store_push.matrix, color->from_rgb, from_network);
    return;
  }
  sg_pixels_round (frame->load_push.matrix, to_rgb);
  sg_pixels_round (frame->store_push.matrix, from_network);
  sg_pixels_round (tables->direction[0].rest, to_network);
  sg_pixels_round (tables->direction[1].rest, color->from_rgb);
  for (i = 0; i < 3; i++) {
    for (j = 0; j < 3; j++) {
      tables->direction[0].linear[i][j] = frame->transfer->to_network[i][j];
      tables->direction[1].linear[i][j] = frame->transfer->from_network[i][j];
    }
  }
  memcpy (tables->decode, frame->transfer->decode, sizeof tables->decode);
  memcpy (tables->encode, frame->transfer->encode, sizeof tables->encode);
  tables->slope = (tables->encode[SG_TRANSFER_SIZE - 1]
      - tables->encode[SG_TRANSFER_SIZE - 2]) * (SG_TRANSFER_SIZE - 1);
}

/* --- frames ------------------------------------------------------------------ */

static void
init_push (SgVkFrame * frame, SgPushFrame * push)
{
  guint g;

  push->width = frame->layout.width;
  push->height = frame->layout.height;
  push->middle = frame->convention.offset;
  push->limit = RGB_LIMIT * fabsf (frame->convention.scale);
  for (g = 0; g < frame->layout.n_groups; g++) {
    push->base[g] = frame->layout.group[g].base_words;
    push->row[g] = frame->layout.group[g].row_words;
  }
}

/* 1, 2 or 4: how many pixels of a row of the tensor are accessed at once. */
static guint
width_unit (const SgVkFrame * frame)
{
  return frame->layout.width % 4 == 0 ? 4 : frame->layout.width % 2 ==
      0 ? 2 : 1;
}

static gboolean
get_pipelines (SgVkFrame * frame, GError ** error)
{
  const SgVkFrameLayout *layout = &frame->layout;
  guint32 constants[VK_MAX_CONSTANTS] = {
    layout->columns, layout->rows, layout->sample.bytes, layout->sample.depth,
    layout->sample.shift, layout->sample.big_endian, layout->n_components,
    layout->component[3].present, frame->convention.channels, frame->half,
    frame->transfer != NULL, width_unit (frame)
  };
  guint i;

  for (i = 0; i < 4; i++) {
    const SgVkFrameComponent *c = &layout->component[i];

    constants[12 + i] = c->step;
    constants[16 + i] = c->offset;
    constants[20 + i] = c->h_sub;
    constants[24 + i] = c->v_sub;
    constants[28 + i] = c->group;
  }
  frame->load = vk_pipeline_get (frame->device->context, "image/load",
      constants, VK_MAX_CONSTANTS, 0, error);
  frame->store = frame->load == NULL ? NULL :
      vk_pipeline_get (frame->device->context, "image/store", constants,
      VK_MAX_CONSTANTS, 0, error);
  return frame->store != NULL;
}

static gboolean
init_colors (SgVkFrame * frame, GError ** error)
{
  SgVkFrameTables *tables = NULL;

  if (frame->transfer)
    tables = g_new0 (SgVkFrameTables, 1);
  init_matrices (frame, tables);
  if (tables)
    frame->tables = vk_weights_get (frame->device->context, tables,
        sizeof *tables, error);
  g_free (tables);
  return frame->transfer == NULL || frame->tables != NULL;
}

SgVkFrame *
vk_frame_new (SgVkDevice * device, const SgImage * image,
    const SgPixelConvention * convention, GError ** error)
{
  SgVkFrame *frame = g_new0 (SgVkFrame, 1);
  const SgTensorDesc tensor = { SG_DTYPE_F32,
    SG_SHAPE (1, convention->channels, image->height, image->width)
  };
  guint g;

  frame->device = device;
  vk_frame_layout_init (&frame->layout, image);
  frame->color = image->color;
  if (image->color.transfer)
    frame->transfer = g_memdup2 (image->color.transfer, sizeof (SgTransfer));
  frame->color.transfer = frame->transfer;
  frame->convention = *convention;
  frame->half = vk_is_half (device, &tensor);
  for (g = 0; g < frame->layout.n_groups; g++) {
    if (frame->layout.group[g].gaps)
      frame->masks[g] = vk_frame_layout_mask (&frame->layout, g);
  }
  init_push (frame, &frame->load_push);
  init_push (frame, &frame->store_push);
  if (frame->layout.bytes > device->features.max_storage_range) {
    g_set_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED,
        "a frame of %dx%d needs a buffer of %" G_GUINT64_FORMAT " MiB, and "
        "the device has buffers of at most %" G_GUINT64_FORMAT " MiB; use "
        "backend=cpu or smaller frames", image->width, image->height,
        frame->layout.bytes >> 20,
        (guint64) device->features.max_storage_range >> 20);
    goto failed;
  }
  if (!init_colors (frame, error) || !get_pipelines (frame, error))
    goto failed;
  return frame;

failed:
  vk_frame_free (frame);
  return NULL;
}

void
vk_frame_free (SgVkFrame * frame)
{
  guint g;

  if (frame == NULL)
    return;
  for (g = 0; g < G_N_ELEMENTS (frame->masks); g++)
    g_free (frame->masks[g]);
  g_clear_pointer (&frame->tables, vk_buffer_unref);
  g_free (frame->transfer);
  g_free (frame);
}

gboolean
vk_frame_fits (const SgVkFrame * frame, const SgImage * image)
{
  const SgColor *a = &frame->color, *b = &image->color;
  SgVkFrameLayout layout;

  vk_frame_layout_init (&layout, image);
  return memcmp (&layout, &frame->layout, sizeof layout) == 0
      && memcmp (a->to_rgb, b->to_rgb, sizeof a->to_rgb) == 0
      && memcmp (a->from_rgb, b->from_rgb, sizeof a->from_rgb) == 0
      && (a->transfer == NULL) == (b->transfer == NULL)
      && (a->transfer == NULL
      || memcmp (a->transfer, b->transfer, sizeof (SgTransfer)) == 0);
}

VkDeviceSize
vk_frame_bytes (const SgVkFrame * frame)
{
  return frame->layout.bytes;
}

void
vk_frame_read (const SgVkFrame * frame, const SgImage * image,
    gpointer mapped, SgThreadPool * threads)
{
  vk_frame_layout_read (&frame->layout, image, mapped, threads);
}

void
vk_frame_write (const SgVkFrame * frame, gconstpointer mapped,
    SgImage * image, SgThreadPool * threads)
{
  vk_frame_layout_write (&frame->layout, frame->masks, mapped, image, threads);
}

/* --- commands ---------------------------------------------------------------- */

/* @buffers: n_bindings of @pipeline */
static gboolean
record (SgVkFrame * frame, const SgVkPipeline * pipeline,
    const SgPushFrame * push, VkCommandBuffer commands,
    VkDescriptorPool sets, const SgVkRange * buffers, guint32 groups_x,
    guint32 groups_y, GError ** error)
{
  SgVkContext *context = frame->device->context;
  const struct VolkDeviceTable *table = &context->table;
  const VkDescriptorSetAllocateInfo allocate = {
    .sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
    .descriptorPool = sets,
    .descriptorSetCount = 1,
    .pSetLayouts = &pipeline->set_layout,
  };
  VkDescriptorBufferInfo infos[VK_MAX_BINDINGS];
  VkWriteDescriptorSet write = {
    .sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
    .descriptorCount = pipeline->n_bindings,
    .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
    .pBufferInfo = infos,
  };
  guint i;

  if (!vk_check (context, table->vkAllocateDescriptorSets (context->vk,
              &allocate, &write.dstSet), "vkAllocateDescriptorSets", error))
    return FALSE;
  for (i = 0; i < pipeline->n_bindings; i++)
    infos[i] = (VkDescriptorBufferInfo) {
    buffers[i].vk, buffers[i].offset, buffers[i].bytes};
  /* one write goes on with the bindings behind the first */
  table->vkUpdateDescriptorSets (context->vk, 1, &write, 0, NULL);
  table->vkCmdBindPipeline (commands, VK_PIPELINE_BIND_POINT_COMPUTE,
      pipeline->vk);
  table->vkCmdBindDescriptorSets (commands, VK_PIPELINE_BIND_POINT_COMPUTE,
      pipeline->layout, 0, 1, &write.dstSet, 0, NULL);
  table->vkCmdPushConstants (commands, pipeline->layout,
      VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof *push, push);
  table->vkCmdDispatch (commands, groups_x, groups_y, 1);
  return TRUE;
}

/* The tables, or anything: a binding needs a buffer. */
static SgVkRange
tables_range (const SgVkFrame * frame, const SgVkRange * other)
{
  if (frame->tables == NULL)
    return *other;
  return (SgVkRange) {
  frame->tables->vk, 0, frame->tables->bytes};
}

static guint32
groups (gint pixels, guint unit, guint local)
{
  const guint32 blocks = ((guint) pixels - 1) / unit + 1;

  return (blocks - 1) / local + 1;
}

gboolean
vk_frame_record_load (SgVkFrame * frame, VkCommandBuffer commands,
    VkDescriptorPool sets, const SgVkRange * rows, const SgVkRange * tensor,
    GError ** error)
{
  const SgVkFrameLayout *layout = &frame->layout;
  const SgVkRange buffers[] = { *rows, *tensor, tables_range (frame, rows) };
  guint32 x = groups (layout->width, layout->columns, LOCAL_X);
  guint32 y = groups (layout->height, 1, LOCAL_Y);

  /* an invocation per word of the tensor */
  if (frame->half && width_unit (frame) == 1) {
    guint64 n = (guint64) layout->width * layout->height
        * frame->convention.channels;
    guint64 line = (n - 1) / (2 * LOCAL_X * LOCAL_Y) + 1;

    x = MIN (line, MAX_LINE);
    y = (line - 1) / MAX_LINE + 1;
  }
  return record (frame, frame->load, &frame->load_push, commands, sets,
      buffers, x, y, error);
}

gboolean
vk_frame_record_store (SgVkFrame * frame, VkCommandBuffer commands,
    VkDescriptorPool sets, const SgVkRange * tensor, const SgVkRange * source,
    const SgVkRange * rows, GError ** error)
{
  const SgVkFrameLayout *layout = &frame->layout;
  const SgVkRange buffers[] = {
    *tensor, *source, *rows, tables_range (frame, tensor)
  };

  return record (frame, frame->store, &frame->store_push, commands, sets,
      buffers, groups (layout->width, layout->columns, LOCAL_X),
      groups (layout->height, layout->rows, LOCAL_Y), error);
}

guint
vk_frame_pipelines (SgVkFrame * frame, SgVkPipeline ** pipelines, guint max)
{
  SgVkPipeline *all[] = { frame->load, frame->store };
  guint i;

  for (i = 0; i < MIN (max, G_N_ELEMENTS (all)); i++)
    pipelines[i] = all[i];
  return i;
}
