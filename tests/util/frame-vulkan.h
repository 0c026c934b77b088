/* gst-stylegan: frames through the Vulkan kernels, one step at a time, for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "vulkan/vk.h"

G_BEGIN_DECLS

/* Buffers for one frame: each step waits until it is done. */
typedef struct
{
  SgVkDevice *device;           /* not a reference */
  SgVkFrame *frame;
  SgTensorDesc desc;            /* of the tensor */
  SgVkBuffer *upload, *rows_in, *tensor, *rows_out, *download;
  VkDescriptorPool sets;
} TestVkFrame;

TestVkFrame *test_vk_frame_new (SgVkDevice * device, const SgImage * image,
    const SgPixelConvention * convention, GError ** error);
void test_vk_frame_free (TestVkFrame * self);

void test_vk_frame_read (TestVkFrame * self, const SgImage * image);
gboolean test_vk_frame_upload (TestVkFrame * self, GError ** error);
gboolean test_vk_frame_load (TestVkFrame * self, GError ** error);
gboolean test_vk_frame_store (TestVkFrame * self, GError ** error);
gboolean test_vk_frame_download (TestVkFrame * self, GError ** error);
void test_vk_frame_write (TestVkFrame * self, SgImage * image);

/* The tensor on the device, as f32 here whatever it is there. */
gboolean test_vk_frame_get_tensor (TestVkFrame * self, gfloat * values,
    GError ** error);
/* @values: rounded to what the device keeps. */
gboolean test_vk_frame_set_tensor (TestVkFrame * self, gfloat * values,
    GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestVkFrame, test_vk_frame_free)

G_END_DECLS
