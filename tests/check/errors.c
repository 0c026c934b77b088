/* gst-stylegan: what goes wrong, and what the user is told
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "frames.h"
#include "models.h"

/* The element's first error, or NULL, after trying to start it and to stylise a
 * frame. */
static gchar *
error_of_model (const gchar * model, GError ** error)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GstBus *bus = gst_bus_new ();
  gboolean started;
  gchar *text;

  gst_element_set_bus (element, bus);
  g_object_set (element, "model", model, NULL);
  started = gst_element_set_state (element, GST_STATE_PAUSED)
      != GST_STATE_CHANGE_FAILURE;
  text = stylegan_pop_error (element, error);
  ck_assert_msg (started == (text == NULL), "%s: %s", model, text);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);

  /* Some are known to be bad only when the size is. */
  if (started) {
    GstHarness *h = stylegan_harness (model);
    GstVideoInfo info;

    frame_info (&info, GST_VIDEO_FORMAT_RGB, 48, 40, NULL);
    gst_harness_set_src_caps (h, frame_caps (&info));
    if (gst_harness_push (h, frame_new (&info, LAYOUT_PLAIN, 0))
        == GST_FLOW_OK)
      gst_buffer_unref (gst_harness_pull (h));
    text = stylegan_pop_error (h->element, error);
    stylegan_harness_free (h);
  }
  return text;
}

/* Every word has to be in the message; "|" separates words of which one has. */
static void
check_words (const gchar * name, const gchar * text, const gchar * words)
{
  gchar **all = g_strsplit (words, " ", -1);
  guint i, j;

  ck_assert_msg (text != NULL, "%s: no error", name);
  for (i = 0; all[i]; i++) {
    gchar **some = g_strsplit (all[i], "|", -1);
    gboolean found = FALSE;

    for (j = 0; some[j]; j++)
      found |= strstr (text, some[j]) != NULL;
    ck_assert_msg (found, "%s: no \"%s\" in \"%s\"", name, all[i], text);
    g_strfreev (some);
  }
  g_strfreev (all);
}

GST_START_TEST (test_bad_models)
{
  static const struct
  {
    ModelId model;
      GQuark (*domain) (void);
    gint code;
    const gchar *words;
  } cases[] = {
    {MODEL_MISSING, gst_resource_error_quark, GST_RESOURCE_ERROR_NOT_FOUND,
        "missing.onnx"},
    {MODEL_EMPTY, gst_stream_error_quark, GST_STREAM_ERROR_DECODE,
        "empty.onnx"},
    {MODEL_FOLDER, NULL, 0, "folder.onnx"},
    {MODEL_TEXT, gst_stream_error_quark, GST_STREAM_ERROR_DECODE,
        "text.onnx ONNX"},
    {MODEL_TRUNCATED, gst_stream_error_quark, GST_STREAM_ERROR_DECODE,
        "truncated.onnx"},
    {MODEL_UNKNOWN_OPERATOR, gst_stream_error_quark,
        GST_STREAM_ERROR_WRONG_TYPE, "NonMaxSuppression box 13"},
    {MODEL_TWO_INPUTS, NULL, 0, "two-inputs.onnx input"},
    {MODEL_STYLE, NULL, 0, "style.onnx style-image"},
    {MODEL_NO_IMAGE, gst_stream_error_quark, GST_STREAM_ERROR_WRONG_TYPE,
        "image"},
    {MODEL_RANK2, NULL, 0, "rank2.onnx|[1,3]|dimensions|rank"},
    {MODEL_INTEGER, NULL, 0, "i64|int64|float|integer"},
    {MODEL_FIVE_CHANNELS, NULL, 0, "channels 5"},
    {MODEL_NAN, gst_stream_error_quark, GST_STREAM_ERROR_DECODE,
        "nan.onnx|w NaN|finite"},
    {MODEL_HUGE, NULL, 0, "huge.onnx w|bytes"},
    {MODEL_OPSET, gst_stream_error_quark, GST_STREAM_ERROR_WRONG_TYPE,
        "Mul opset 6"},
    {MODEL_CYCLE, NULL, 0, "cycle.onnx|first"},
    {MODEL_UNDEFINED, NULL, 0, "nowhere"},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    const gchar *path = model_path (cases[i].model);
    GError *error = NULL;
    gchar *text = error_of_model (path, &error);

    check_words (path, text, cases[i].words);
    ck_assert_msg (strlen (text) > 20, "%s: \"%s\" helps nobody", path, text);
    if (cases[i].domain)
      ck_assert_msg (g_error_matches (error, cases[i].domain (), cases[i].code),
          "%s: %s %d: %s", path, g_quark_to_string (error->domain),
          error->code, text);
    g_error_free (error);
    g_free (text);
  }
}

GST_END_TEST;

/* Every file that begins like a good one. */
GST_START_TEST (test_truncated_models)
{
  gchar *bytes, *path, *text;
  gsize size, cut;

  ck_assert (g_file_get_contents (model_path (MODEL_CONV), &bytes, &size,
          NULL));
  path = g_build_filename (model_folder (), "cut.onnx", NULL);
  for (cut = 0; cut < size; cut += 1 + size / 60) {
    ck_assert (g_file_set_contents (path, bytes, cut, NULL));
    text = error_of_model (path, NULL);
    ck_assert_msg (text != NULL, "%u bytes pass for a model", (guint) cut);
    g_free (text);
  }
  g_unlink (path);
  g_free (path);
  g_free (bytes);
}

GST_END_TEST;

GST_START_TEST (test_no_style)
{
  gchar *text, *other;

  model_path (MODEL_IDENTITY);
  model_path (MODEL_CONV);
  g_setenv ("GST_STYLEGAN_STYLES", model_folder (), TRUE);
  /* Only models are styles. */
  other = g_build_filename (model_folder (), "licence.txt", NULL);
  ck_assert (g_file_set_contents (other, "", 0, NULL));
  text = error_of_model ("candy", NULL);
  g_unlink (other);
  g_free (other);
  check_words ("no style", text, "candy conv identity");
  ck_assert_msg (strstr (text, "licen") == NULL, "%s", text);
  g_free (text);
  /* A name is no way out of the folders. */
  text = error_of_model ("../conv", NULL);
  check_words ("a path", text, "../conv");
  g_free (text);
}

GST_END_TEST;

/* A failed start can be repeated, and mended. */
GST_START_TEST (test_retry)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  guint i;

  for (i = 0; i < 3; i++) {
    g_object_set (element, "model", model_path (MODEL_TEXT), NULL);
    ck_assert (gst_element_set_state (element, GST_STATE_PAUSED)
        == GST_STATE_CHANGE_FAILURE);
    g_object_set (element, "model", model_path (MODEL_CONV), NULL);
    ck_assert (gst_element_set_state (element, GST_STATE_PAUSED)
        != GST_STATE_CHANGE_FAILURE);
    gst_element_set_state (element, GST_STATE_NULL);
  }
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (test_interlaced)
{
  static const gchar *const caps[] = {
    "video/x-raw,format=I420,width=64,height=48,framerate=25/1,"
        "interlace-mode=interleaved",
    "video/x-raw,format=I420,width=64,height=48,framerate=25/1,"
        "interlace-mode=mixed",
    "video/x-raw,format=I420,width=64,height=48,framerate=25/1,"
        "interlace-mode=fields",
    "video/x-raw(format:Interlaced),format=I420,width=64,height=48,"
        "framerate=25/1,interlace-mode=alternate"
  };
  guint i, again;

  for (i = 0; i < G_N_ELEMENTS (caps); i++) {
    GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
    GstVideoInfo info;
    gchar *text;

    frame_info (&info, GST_VIDEO_FORMAT_I420, 64, 48, NULL);
    gst_harness_set_src_caps_str (h, caps[i]);
    for (again = 0; again < 2; again++)
      ck_assert_int_eq (gst_harness_push (h, frame_new (&info, LAYOUT_PLAIN,
                  0)), GST_FLOW_NOT_NEGOTIATED);
    text = stylegan_pop_error (h->element, NULL);
    check_words (caps[i], text, "nterlaced deinterlace");
    g_free (text);
    /* Once is enough. */
    ck_assert (stylegan_pop_error (h->element, NULL) == NULL);
    stylegan_harness_free (h);
  }
}

GST_END_TEST;

static gchar *
error_of_pipeline (const gchar * format)
{
  gchar *line = g_strdup_printf (format, model_path (MODEL_CONV)), *text = NULL;
  GstElement *pipeline = gst_parse_launch (line, NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  GError *error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  if (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    text = g_strdup (error->message);
    g_error_free (error);
  }
  ck_assert_msg (message != NULL, "%s hangs", line);
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_free (line);
  return text;
}

/* The first error that reaches the bus, as with gst-launch-1.0; and following
 * the advice helps. */
GST_START_TEST (test_interlaced_pipeline)
{
  gchar *text = error_of_pipeline
      ("videotestsrc num-buffers=3 ! video/x-raw,interlace-mode=interleaved ! "
      "stylegan model=%s ! fakesink");

  check_words ("interleaved", text, "deinterlace");
  g_free (text);
  if (!gst_registry_check_feature_version (gst_registry_get (), "deinterlace",
          1, 0, 0)) {
    g_print ("skipped: no element deinterlace\n");
    return;
  }
  text = error_of_pipeline
      ("videotestsrc num-buffers=3 ! video/x-raw,interlace-mode=interleaved ! "
      "deinterlace ! stylegan model=%s ! fakesink");
  ck_assert_msg (text == NULL, "%s", text);
}

GST_END_TEST;

/* --- buffers that are not what the caps say --- */

/* @buffer: (transfer full) */
static void
check_refused (GstHarness * h, GstBuffer * buffer, const gchar * words)
{
  gchar *text;

  ck_assert_int_eq (gst_harness_push (h, buffer), GST_FLOW_ERROR);
  text = stylegan_pop_error (h->element, NULL);
  check_words ("buffer", text, words);
  g_free (text);
}

/* A plain buffer of @size bytes with a GstVideoMeta for @info. */
static GstBuffer *
meta_buffer (const GstVideoInfo * info, gsize size, gint stride, gsize offset)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  gsize offsets[GST_VIDEO_MAX_PLANES];
  gint strides[GST_VIDEO_MAX_PLANES];

  memcpy (offsets, info->offset, sizeof (offsets));
  memcpy (strides, info->stride, sizeof (strides));
  if (stride)
    strides[0] = stride;
  offsets[0] = offset;
  gst_buffer_memset (buffer, 0, 0, -1);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), info->width, info->height,
      GST_VIDEO_INFO_N_PLANES (info), offsets, strides);
  return buffer;
}

GST_START_TEST (test_small_buffers)
{
  static const GstVideoFormat formats[] = {
    GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_v210,
    GST_VIDEO_FORMAT_NV12_4L4, GST_VIDEO_FORMAT_NV12_10LE40,
    GST_VIDEO_FORMAT_RGB8P, GST_VIDEO_FORMAT_P010_10LE
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
    GstVideoInfo info;
    GstBuffer *buffer;
    gsize size;
    gint stride;

    frame_info (&info, formats[i], 64, 48, NULL);
    size = GST_VIDEO_INFO_SIZE (&info);
    gst_harness_set_src_caps (h, frame_caps (&info));
    check_refused (h, gst_buffer_new_allocate (NULL, size - 1, NULL), "64x48");
    check_refused (h, gst_buffer_new_allocate (NULL, 1, NULL), "64x48");
    check_refused (h, gst_buffer_new (), "64x48");
    /* One byte is missing at the end, though there is a GstVideoMeta. */
    check_refused (h, meta_buffer (&info, size - 1, 0, 0), "small");
    check_refused (h, meta_buffer (&info, size, 0, size - 16), "small");
    stride = GST_VIDEO_FORMAT_INFO_IS_TILED (info.finfo) ?
        GST_VIDEO_TILE_MAKE_STRIDE (500, 500) : 1 << 24;
    check_refused (h, meta_buffer (&info, size, stride, 0), "small");
    if (!GST_VIDEO_FORMAT_INFO_IS_TILED (info.finfo))
      check_refused (h, meta_buffer (&info, size, -64, 0), "small");

    /* And the stream goes on. */
    buffer = gst_buffer_new_allocate (NULL, size, NULL);
    gst_buffer_memset (buffer, 0, 0, -1);
    ck_assert_int_eq (gst_harness_push (h, buffer), GST_FLOW_OK);
    stylegan_harness_free (h);
  }
}

GST_END_TEST;

GST_START_TEST (test_wrong_metas)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  GstVideoInfo info, other;
  GstVideoCropMeta *crop;
  GstBuffer *buffer;

  frame_info (&info, GST_VIDEO_FORMAT_I420, 64, 48, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));

  frame_info (&other, GST_VIDEO_FORMAT_RGB, 64, 48, NULL);
  check_refused (h, meta_buffer (&other, GST_VIDEO_INFO_SIZE (&other), 0, 0),
      "RGB I420");
  frame_info (&other, GST_VIDEO_FORMAT_I420, 32, 32, NULL);
  check_refused (h, meta_buffer (&other, GST_VIDEO_INFO_SIZE (&other), 0, 0),
      "32x32 64x48");

  frame_info (&other, GST_VIDEO_FORMAT_I420, 80, 60, NULL);
  buffer = meta_buffer (&other, GST_VIDEO_INFO_SIZE (&other), 0, 0);
  crop = gst_buffer_add_video_crop_meta (buffer);
  crop->x = 17;
  crop->y = 12;
  crop->width = 64;
  crop->height = 48;
  check_refused (h, buffer, "inside 80x60");
  buffer = meta_buffer (&other, GST_VIDEO_INFO_SIZE (&other), 0, 0);
  crop = gst_buffer_add_video_crop_meta (buffer);
  crop->x = G_MAXUINT;
  crop->y = G_MAXUINT;
  check_refused (h, buffer, "inside 80x60");
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Words that are not where the processor could read them. */
GST_START_TEST (test_misaligned)
{
  GstHarness *h = stylegan_harness (model_path (MODEL_CONV));
  GstVideoInfo info;

  frame_info (&info, GST_VIDEO_FORMAT_RGB16, 64, 48, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  check_refused (h, meta_buffer (&info, GST_VIDEO_INFO_SIZE (&info) + 8, 0, 1),
      "RGB16");
  frame_info (&info, GST_VIDEO_FORMAT_P010_10LE, 64, 48, NULL);
  gst_harness_set_src_caps (h, frame_caps (&info));
  check_refused (h, meta_buffer (&info, GST_VIDEO_INFO_SIZE (&info) + 8, 0, 1),
      "P010_10LE");
  stylegan_harness_free (h);
}

GST_END_TEST;

/* Asked for by name, a backend is not replaced. */
GST_START_TEST (test_missing_backend)
{
  GstElement *element = gst_element_factory_make ("stylegan", NULL);
  GstBus *bus = gst_bus_new ();
  GstMessage *message;
  GError *error = NULL;

  gst_element_set_bus (element, bus);
  g_object_set (element, "model", model_path (MODEL_CONV), NULL);
  gst_util_set_object_arg (G_OBJECT (element), "backend", "vulkan");
  if (gst_element_set_state (element, GST_STATE_PAUSED)
      == GST_STATE_CHANGE_FAILURE) {
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    ck_assert (message != NULL);
    gst_message_parse_error (message, &error, NULL);
    ck_assert (g_error_matches (error, GST_LIBRARY_ERROR,
            GST_LIBRARY_ERROR_INIT));
    check_words ("backend", error->message, "ulkan");
    g_error_free (error);
    gst_message_unref (message);
  } else {
    g_print ("skipped: there is a Vulkan device\n");
  }
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
}

GST_END_TEST;

static Suite *
errors_suite (void)
{
  Suite *s = suite_create ("errors");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_bad_models);
  tcase_add_test (tc, test_truncated_models);
  tcase_add_test (tc, test_no_style);
  tcase_add_test (tc, test_retry);
  tcase_add_test (tc, test_interlaced);
  tcase_add_test (tc, test_interlaced_pipeline);
  tcase_add_test (tc, test_small_buffers);
  tcase_add_test (tc, test_wrong_metas);
  tcase_add_test (tc, test_misaligned);
  tcase_add_test (tc, test_missing_backend);
  return s;
}

GST_CHECK_MAIN (errors);
