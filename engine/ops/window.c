/* gst-stylegan: the sliding window that convolutions and poolings share
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The formulas are those of ONNX's Conv, AveragePool and ConvTranspose. */
#include "ops/window.h"

#include <string.h>

/* No window is larger, nor moves further: it keeps every product below inside
 * 64 bits. */
#define MAX_EXTENT (G_GINT64_CONSTANT (1) << 24)

/* --- from ONNX ---------------------------------------------------------- */

static const gchar *const auto_pads[] = {
  [SG_AUTO_PAD_NOTSET] = "NOTSET",
  [SG_AUTO_PAD_SAME_UPPER] = "SAME_UPPER",
  [SG_AUTO_PAD_SAME_LOWER] = "SAME_LOWER",
  [SG_AUTO_PAD_VALID] = "VALID",
};

static gboolean
parse_auto_pad (SgImport * import, SgAutoPad * auto_pad, GError ** error)
{
  const gchar *text = sg_import_string (import, "auto_pad", "NOTSET");

  if (*text == '\0')
    text = "NOTSET";
  for (guint i = 0; i < G_N_ELEMENTS (auto_pads); i++) {
    if (g_str_equal (text, auto_pads[i])) {
      *auto_pad = (SgAutoPad) i;
      return TRUE;
    }
  }
  return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
      "unknown auto_pad '%s'", text);
}

/* An attribute with one entry per axis, none below @low. */
static gboolean
parse_per_axis (SgImport * import, const gchar * name, gint64 low,
    gint64 * values, gint * n_spatial, GError ** error)
{
  guint n;

  if (!sg_import_ints (import, name, values, SG_MAX_SPATIAL, &n, error))
    return FALSE;
  if (n == 0)
    return TRUE;
  if (*n_spatial != 0 && *n_spatial != (gint) n)
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "%s has %u entries where other attributes speak of %d axes", name, n,
        *n_spatial);
  *n_spatial = (gint) n;
  for (guint i = 0; i < n; i++)
    if (values[i] < low || values[i] > MAX_EXTENT)
      return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
          "%s of %" G_GINT64_FORMAT, name, values[i]);
  return TRUE;
}

gboolean
sg_window_parse (SgImport * import, SgWindow * window, GError ** error)
{
  gint64 pads[2 * SG_MAX_SPATIAL];
  guint n;

  if (!parse_auto_pad (import, &window->auto_pad, error)
      || !parse_per_axis (import, "kernel_shape", 1, window->kernel,
          &window->n_spatial, error)
      || !parse_per_axis (import, "strides", 1, window->stride,
          &window->n_spatial, error)
      || !parse_per_axis (import, "dilations", 1, window->dilation,
          &window->n_spatial, error)
      || !sg_import_ints (import, "pads", pads, 2 * SG_MAX_SPATIAL, &n, error))
    return FALSE;
  if (n == 0)
    return TRUE;
  if (n % 2 || (window->n_spatial != 0 && n != 2 * (guint) window->n_spatial))
    return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
        "pads has %u entries where other attributes speak of %d axes", n,
        window->n_spatial);
  window->n_spatial = (gint) n / 2;
  for (guint i = 0; i < n; i++)
    if (pads[i] < 0 || pads[i] > MAX_EXTENT)
      return sg_import_error (import, error, SG_ERROR_INVALID_MODEL,
          "pads of %" G_GINT64_FORMAT, pads[i]);
  /* Some exporters write pads beside auto_pad, which then counts. */
  if (window->auto_pad != SG_AUTO_PAD_NOTSET)
    return TRUE;
  memcpy (window->pad_begin, pads, n / 2 * sizeof *pads);
  memcpy (window->pad_end, pads + n / 2, n / 2 * sizeof *pads);
  return TRUE;
}

/* --- to ONNX ------------------------------------------------------------ */

/* An attribute of which some of the @n @values are neither 0 nor the default. */
static gboolean
write_ints (SgExport * export, const gchar * name, const gint64 * values,
    gint n, gint64 fallback)
{
  gint64 full[2 * SG_MAX_SPATIAL];
  gboolean any = FALSE;

  for (gint i = 0; i < n; i++) {
    full[i] = values[i] ? values[i] : fallback;
    any |= full[i] != fallback;
  }
  if (any)
    sg_export_set_ints (export, name, full, (guint) n);
  return any;
}

gboolean
sg_window_write (SgExport * export, const SgWindow * window, GError ** error)
{
  gint64 pads[2 * SG_MAX_SPATIAL];
  gint n = window->n_spatial ? window->n_spatial : export->ranks[0] - 2;

  if (n < 1 || n > SG_MAX_SPATIAL)
    return sg_export_error (export, error, SG_ERROR_UNSUPPORTED,
        "does not say how many dimensions its window has");
  memcpy (pads, window->pad_begin, n * sizeof *pads);
  memcpy (pads + n, window->pad_end, n * sizeof *pads);
  write_ints (export, "kernel_shape", window->kernel, n, 0);
  write_ints (export, "strides", window->stride, n, 1);
  if (write_ints (export, "dilations", window->dilation, n, 1)
      && g_str_equal (export->onnx_op, "AveragePool")
      && !sg_export_needs (export, 19, "a dilation", error))
    return FALSE;
  if (window->auto_pad != SG_AUTO_PAD_NOTSET)
    sg_export_set_string (export, "auto_pad", auto_pads[window->auto_pad]);
  else
    write_ints (export, "pads", pads, 2 * n, 0);
  return TRUE;
}

/* --- resolving ----------------------------------------------------------- */

/* Everything but pads and sizes: defaults, and what could overflow later. */
static gboolean
resolve_window (const SgWindow * window, const gint64 * in, gint n_spatial,
    const gint64 * kernel, SgWindow * resolved, const SgCall * call,
    GError ** error)
{
  if (n_spatial < 1 || n_spatial > SG_MAX_SPATIAL)
    return sg_call_error (call, error, SG_ERROR_UNSUPPORTED,
        "%d spatial dimensions, 1 to %d are supported", n_spatial,
        SG_MAX_SPATIAL);
  if (window->n_spatial != 0 && window->n_spatial != n_spatial)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "attributes are for %d spatial dimensions, the input has %d",
        window->n_spatial, n_spatial);
  *resolved = *window;
  resolved->n_spatial = n_spatial;
  for (gint i = 0; i < n_spatial; i++) {
    gint64 k = kernel ? kernel[i] : window->kernel[i];

    if (kernel && window->kernel[i] != 0 && window->kernel[i] != k)
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "kernel_shape says %" G_GINT64_FORMAT " where the weights have %"
          G_GINT64_FORMAT, window->kernel[i], k);
    resolved->kernel[i] = k;
    if (window->stride[i] == 0)
      resolved->stride[i] = 1;
    if (window->dilation[i] == 0)
      resolved->dilation[i] = 1;
    if (in[i] < 1 || in[i] > SG_MAX_ELEMENTS)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "input of size %" G_GINT64_FORMAT " along spatial axis %d", in[i], i);
    if (k < 1 || k > MAX_EXTENT || resolved->stride[i] < 1
        || resolved->stride[i] > MAX_EXTENT || resolved->dilation[i] < 1
        || resolved->dilation[i] > MAX_EXTENT || window->pad_begin[i] < 0
        || window->pad_begin[i] > MAX_EXTENT || window->pad_end[i] < 0
        || window->pad_end[i] > MAX_EXTENT)
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "kernel %" G_GINT64_FORMAT ", stride %" G_GINT64_FORMAT
          ", dilation %" G_GINT64_FORMAT ", pads %" G_GINT64_FORMAT " and %"
          G_GINT64_FORMAT " along spatial axis %d are out of range", k,
          resolved->stride[i], resolved->dilation[i], window->pad_begin[i],
          window->pad_end[i], i);
  }
  return TRUE;
}

/* @total split in halves, an odd one going to the end or the beginning. */
static void
split_pads (gint64 total, gboolean odd_to_end, gint64 * begin, gint64 * end)
{
  gint64 small = total / 2;

  *begin = odd_to_end ? small : total - small;
  *end = total - *begin;
}

/* What a window covers. */
static gint64
extent (const SgWindow * window, gint axis)
{
  return (window->kernel[axis] - 1) * window->dilation[axis] + 1;
}

gboolean
sg_window_resolve (const SgWindow * window, const gint64 * in, gint n_spatial,
    const gint64 * kernel, gboolean ceil_mode, SgWindow * resolved,
    gint64 * out, const SgCall * call, GError ** error)
{
  gboolean explicit = window->auto_pad == SG_AUTO_PAD_NOTSET;

  if (!resolve_window (window, in, n_spatial, kernel, resolved, call, error))
    return FALSE;
  for (gint i = 0; i < n_spatial; i++) {
    gint64 *begin = &resolved->pad_begin[i], *end = &resolved->pad_end[i];
    gint64 stride = resolved->stride[i], span;

    if (!explicit)
      *begin = *end = 0;
    if (resolved->auto_pad == SG_AUTO_PAD_SAME_UPPER
        || resolved->auto_pad == SG_AUTO_PAD_SAME_LOWER) {
      out[i] = (in[i] - 1) / stride + 1;
      span = (out[i] - 1) * stride + extent (resolved, i);
      split_pads (MAX (span - in[i], 0),
          resolved->auto_pad == SG_AUTO_PAD_SAME_UPPER, begin, end);
      continue;
    }
    span = in[i] + *begin + *end - extent (resolved, i);
    if (ceil_mode && explicit) {
      out[i] = span + stride <= 0 ? 0 : (span + stride - 1) / stride + 1;
      /* ONNX: windows that would start in the padding at the end are ignored. */
      if ((out[i] - 1) * stride >= in[i] + *begin)
        out[i]--;
    } else {
      out[i] = span < 0 ? 0 : span / stride + 1;
    }
    if (out[i] < 1)
      return sg_call_error (call, error, SG_ERROR_SHAPE,
          "a window of %" G_GINT64_FORMAT " does not fit an input of %"
          G_GINT64_FORMAT " padded by %" G_GINT64_FORMAT " and %"
          G_GINT64_FORMAT " along spatial axis %d", extent (resolved, i),
          in[i], *begin, *end, i);
  }
  resolved->auto_pad = SG_AUTO_PAD_NOTSET;
  return TRUE;
}

/* One axis of the next function. */
static gboolean
resolve_transposed_axis (SgWindow * window, gint i, gint64 in,
    gint64 output_padding, gint64 output_shape, gint64 * out,
    const SgCall * call, GError ** error)
{
  gint64 stride = window->stride[i], full;

  if (in > SG_MAX_ELEMENTS / stride)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "output too large along spatial axis %d", i);
  if (output_padding < 0 || output_padding >= MAX (stride, window->dilation[i]))
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "output_padding of %" G_GINT64_FORMAT
        " must be less than stride or dilation", output_padding);
  if (output_shape < 0 || output_shape > SG_MAX_ELEMENTS)
    return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
        "output_shape of %" G_GINT64_FORMAT, output_shape);
  full = stride * (in - 1) + output_padding + extent (window, i);
  if (output_shape == 0 && (window->auto_pad == SG_AUTO_PAD_SAME_UPPER
          || window->auto_pad == SG_AUTO_PAD_SAME_LOWER))
    output_shape = in * stride;
  if (output_shape == 0) {
    if (window->auto_pad == SG_AUTO_PAD_VALID)
      window->pad_begin[i] = window->pad_end[i] = 0;
    *out = full - window->pad_begin[i] - window->pad_end[i];
  } else {
    /* Where the shape asked for is larger than what the windows reach, the
     * rest lies at the end, as with output_padding. */
    split_pads (MAX (full - output_shape, 0),
        window->auto_pad == SG_AUTO_PAD_SAME_UPPER, &window->pad_begin[i],
        &window->pad_end[i]);
    *out = output_shape;
  }
  if (*out < 1)
    return sg_call_error (call, error, SG_ERROR_SHAPE,
        "pads of %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
        " leave nothing of %" G_GINT64_FORMAT " along spatial axis %d",
        window->pad_begin[i], window->pad_end[i], full, i);
  return TRUE;
}

gboolean
sg_window_resolve_transposed (const SgWindow * window, const gint64 * in,
    gint n_spatial, const gint64 * kernel, const gint64 * output_padding,
    const gint64 * output_shape, SgWindow * resolved, gint64 * out,
    const SgCall * call, GError ** error)
{
  if (!resolve_window (window, in, n_spatial, kernel, resolved, call, error))
    return FALSE;
  for (gint i = 0; i < n_spatial; i++)
    if (!resolve_transposed_axis (resolved, i, in[i], output_padding[i],
            output_shape[i], &out[i], call, error))
      return FALSE;
  resolved->auto_pad = SG_AUTO_PAD_NOTSET;
  return TRUE;
}
