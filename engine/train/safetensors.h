/* gst-stylegan: named tensors in a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sg/error.h>
#include <sg/tensor.h>

G_BEGIN_DECLS

/* Tensors and strings by name.
 *
 * Thread-safety: one thread at a time. */
typedef struct _SgTensorMap SgTensorMap;

SgTensorMap *sg_tensor_map_new (void);
void sg_tensor_map_free (SgTensorMap * map);
/* Takes a reference; replaces what had the name. */
void sg_tensor_map_set (SgTensorMap * map, const gchar * name,
    SgTensor * tensor);
/* (transfer none), NULL: not there */
SgTensor *sg_tensor_map_get (const SgTensorMap * map, const gchar * name);
/* @n floats, copied. */
void sg_tensor_map_set_floats (SgTensorMap * map, const gchar * name,
    const gfloat * values, gsize n);
/* FALSE with SG_ERROR_INVALID_ARGUMENT unless it is there, f32 and of @n elements. */
gboolean sg_tensor_map_get_floats (const SgTensorMap * map, const gchar * name,
    gfloat * values, gsize n, GError ** error);
void sg_tensor_map_set_string (SgTensorMap * map, const gchar * key,
    const gchar * value);
const gchar *sg_tensor_map_get_string (const SgTensorMap * map,
    const gchar * key);
/* Names of the tensors, sorted. (transfer container): g_free () */
const gchar **sg_tensor_map_list (const SgTensorMap * map, guint * n);

/* safetensors: 8 bytes of length, a JSON header, the data. Written to a temporary
 * file beside @path, synced to disk, and renamed: @path is the old file or the whole new
 * one. Errors: SG_ERROR_FAILED (disk full, not writable: names the file). */
gboolean sg_tensor_map_save (const SgTensorMap * map, const gchar * path,
    GError ** error);
/* Fully checked: any file gives a map or an error (SG_ERROR_NOT_FOUND,
 * _INVALID_MODEL). */
SgTensorMap *sg_tensor_map_load (const gchar * path, GError ** error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTensorMap, sg_tensor_map_free)

G_END_DECLS
