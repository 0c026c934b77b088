/* gst-stylegan: the properties of the element
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststylegansettings.h"

#include <string.h>

#include "gststyleganlayout.h"

typedef enum
{
  KIND_STRING,
  KIND_BOOLEAN,
  KIND_UINT,
  KIND_FLOAT,
  KIND_ENUM,
} Kind;

typedef struct
{
  const gchar *name;
  Kind kind;
  gsize offset;                 /* in GstStyleganSettings */
  gdouble min, max, initial;    /* KIND_ENUM: which one in min */
  GParamFlags flags;
  gboolean reload;              /* something is loaded or compiled for it */
  const gchar *nick, *blurb;
} Property;

#define FIELD(name) G_STRUCT_OFFSET (GstStyleganSettings, name)

#define STRING(name, field) name, KIND_STRING, FIELD (field), 0, 0, 0
#define BOOLEAN(name, field, initial) \
    name, KIND_BOOLEAN, FIELD (field), 0, 1, initial
#define UINT(name, field, min, max, initial) \
    name, KIND_UINT, FIELD (field), min, max, initial
#define FLOAT(name, field, min, max, initial) \
    name, KIND_FLOAT, FIELD (field), min, max, initial
#define ENUM(name, field, id, initial) \
    name, KIND_ENUM, FIELD (field), GST_STYLEGAN_ENUM_ ## id, 0, initial

/* When it can be set, and whether a frame waits for anything to come of it. */
#define AT_START GST_PARAM_MUTABLE_READY, FALSE
#define LOADED GST_PARAM_MUTABLE_PLAYING, TRUE
#define PLAYING GST_PARAM_MUTABLE_PLAYING, FALSE
#define CONTROLLED GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE, FALSE

static const Property properties[] = {
  /**
   * GstStylegan:model:
   *
   * Path of an ONNX file, or the name of an installed style: <name>.onnx in one
   * of the folders of the environment variable GST_STYLEGAN_STYLES, in
   * gst-stylegan/styles of the user's or the system's data folders, or where
   * this plugin's own styles are.
   *
   * While playing, the new model is loaded in the background; then the picture is
   * faded over to it (#GstStylegan:fade-duration). A model that does not do gives a
   * warning message, and the old one goes on; `model` in #GstStylegan:stats is the
   * one in use.
   */
  {STRING ("model", model), LOADED, "Model",
      "Path of an ONNX file, or name of an installed style (unset = the style "
        "that is part of the plugin)"},
  /**
   * GstStylegan:model-b:
   *
   * Another model, as #GstStylegan:model, for #GstStylegan:style-mix. Both run on
   * every frame, which takes the time of both.
   */
  {STRING ("model-b", model_b), LOADED, "Second model",
      "Path or name of another style, which style-mix mixes in (unset = none)"},
  /**
   * GstStylegan:style-mix:
   *
   * Where #GstStylegan:model-b is set: how much of its picture is shown.
   */
  {FLOAT ("style-mix", live.style_mix, 0, 1, 0), CONTROLLED, "Style mix",
      "Share of model-b in the stylised picture (0 = model alone, 1 = model-b "
        "alone)"},
  /**
   * GstStylegan:style-image:
   *
   * For models with two inputs, the second of which is a picture of the style
   * (arbitrary style transfer): the file with that picture, PNG, JPEG or whatever
   * else GStreamer decodes. What depends on it alone is computed once.
   */
  {STRING ("style-image", style_image), LOADED, "Style image",
      "Path of the picture of the style, for models that take one (unset = "
        "none)"},
  /**
   * GstStylegan:strength:
   *
   * How much of the style is shown: 1 is the stylised picture, 0 the frame as it
   * came in, to the bit, for which the network is not run.
   */
  {FLOAT ("strength", live.strength, 0, 1, 1), CONTROLLED, "Strength",
      "Share of the stylised picture in what comes out (0 = the frame as it "
        "came in, 1 = stylised)"},
  /**
   * GstStylegan:preserve-colors:
   *
   * 1 keeps the colours of the frame and takes only the luma of the style.
   */
  {FLOAT ("preserve-colors", live.preserve_colors, 0, 1, 0), CONTROLLED,
        "Preserve colors",
      "How much of the frame's own colours is kept (0 = colours of the style, "
        "1 = of the frame)"},
  /**
   * GstStylegan:stroke-scale:
   *
   * The network's resolution by what it would be otherwise. Strokes have a size in
   * pixels of the network, so that less makes them larger, and is faster. The
   * network is compiled anew, in the background.
   */
  {FLOAT ("stroke-scale", stroke_scale, 0.25, 2, 1),
        GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE, TRUE,
        "Stroke scale",
      "Resolution of the network by that of the frame, or of working-height "
        "(0.25 = strokes of four times the size, 2 = of half)"},
  /**
   * GstStylegan:mask:
   *
   * A picture that says where to stylise: white where, black where not, gray for
   * part of #GstStylegan:strength. Colours count as their luma. It is scaled to the
   * frame, whatever its own size. PGM, PNG, JPEG or whatever else GStreamer decodes.
   */
  {STRING ("mask", mask), LOADED, "Mask",
      "Path of a picture that is white where to stylise, scaled to the frame "
        "(unset = everywhere)"},
  /**
   * GstStylegan:mask-feather:
   *
   * How soft the borders of #GstStylegan:mask and #GstStylegan:mask-roi are.
   */
  {FLOAT ("mask-feather", mask_feather, 0, 1024, 0),
        GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE, TRUE,
        "Mask feather",
      "Width of soft borders of the mask in pixels of the frame (0 = hard)"},
  /**
   * GstStylegan:mask-invert:
   *
   * Stylise outside of #GstStylegan:mask and #GstStylegan:mask-roi.
   */
  {BOOLEAN ("mask-invert", mask_invert, FALSE), LOADED, "Mask invert",
      "Stylise outside of the mask or regions rather than inside"},
  /**
   * GstStylegan:mask-roi:
   *
   * Stylise only inside the regions of this type (#GstVideoRegionOfInterestMeta)
   * that a frame comes with, as detectors of faces or objects add them; with
   * #GstStylegan:mask, where both are. A frame without regions is not stylised.
   */
  {STRING ("mask-roi", mask_roi), LOADED, "Mask regions",
      "Type of the regions of interest to stylise inside of, as the buffers' "
        "metas name it (unset or empty = regions are not looked at)"},
  /**
   * GstStylegan:enabled:
   *
   * When %FALSE, buffers go through untouched, without renegotiation.
   */
  {BOOLEAN ("enabled", live.enabled, TRUE),
        GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE, FALSE, "Enabled",
      "Stylise (false = frames go through as they are)"},
  /**
   * GstStylegan:start-mode:
   *
   * What happens to frames while no network is ready for them: at the start, and
   * after the size of the frames has changed.
   */
  {ENUM ("start-mode", start_mode, START_MODE, GST_STYLEGAN_START_AUTO),
        AT_START, "Start mode",
      "What happens to frames until the network is ready for their size"},
  /**
   * GstStylegan:fade-duration:
   *
   * How long it takes to fade from one #GstStylegan:model to the next and, where
   * frames went through at the start, from them to the style. Running time of the
   * frames counts. While #GstStylegan:style-mix shows something of both models and one of
   * them is changed, it goes to the other one and back.
   */
  {UINT ("fade-duration", live.fade_duration, 0, 60000, 500), PLAYING,
        "Fade duration",
      "Milliseconds that a change of the model takes to fade in (0 = at once)"},
  /**
   * GstStylegan:auto-reload:
   *
   * Watches the files of #GstStylegan:model, #GstStylegan:model-b,
   * #GstStylegan:style-image and #GstStylegan:mask, and loads them anew when they
   * have been rewritten, as by a training that goes on.
   */
  {BOOLEAN ("auto-reload", auto_reload, FALSE), LOADED, "Auto reload",
      "Load files anew that have been rewritten"},
  /**
   * GstStylegan:working-height:
   *
   * The most lines that the network works on. Higher frames are scaled down for
   * it; what the network changed is scaled up and added to the full frame.
   */
  {UINT ("working-height", working_height, 0, GST_STYLEGAN_MAX_SIZE, 1080),
        LOADED, "Working height",
      "Height in pixels that the network runs at, at most (0 = height of the "
        "frame)"},
  /**
   * GstStylegan:pixel-range:
   *
   * The values that #GstStylegan:model takes and gives for black and white;
   * #GstStylegan:model-b has what its file says.
   */
  {ENUM ("pixel-range", pixel_range, PIXEL_RANGE, SG_PIXEL_RANGE_AUTO),
        AT_START, "Pixel range",
      "Values of black and white in the network's pictures"},
  /**
   * GstStylegan:channel-order:
   *
   * The order of the channels in the pictures of #GstStylegan:model;
   * #GstStylegan:model-b has what its file says.
   */
  {ENUM ("channel-order", channel_order, CHANNEL_ORDER, SG_CHANNEL_ORDER_AUTO),
        AT_START, "Channel order",
      "Order of the channels in the network's pictures"},
  /**
   * GstStylegan:temporal:
   *
   * How flicker is taken out. Style networks make something else of every frame,
   * so that a steady picture boils; the filter takes the mean of what a point was
   * stylised as in the last 8 frames, following it along the motion of the input
   * (16 frames, and no motion, with `static`), where it can be followed. Cuts in
   * the video are found, flashes too; flushes, seeks and gaps in the timestamps begin
   * anew.
   */
  {ENUM ("temporal", temporal, TEMPORAL, SG_TEMPORAL_MOTION), LOADED,
      "Temporal smoothing", "How flicker of the style is taken out"},
  /**
   * GstStylegan:temporal-strength:
   *
   * The share of the past in what comes out, where it can be trusted.
   */
  {FLOAT ("temporal-strength", live.temporal_strength, 0, 1, 1), CONTROLLED,
        "Temporal strength",
      "How much flicker is taken out (0 = nothing, 1 = all that the past can "
        "be trusted for)"},
  /**
   * GstStylegan:stereo-mode:
   *
   * Where the views of both eyes are in a frame. Each is stylised as a picture of
   * its own.
   */
  {ENUM ("stereo-mode", stereo_mode, STEREO_MODE, GST_STYLEGAN_STEREO_AUTO),
      LOADED, "Stereo mode", "Views that a frame consists of"},
  /**
   * GstStylegan:projection:
   *
   * `equirectangular` keeps the style continuous where the left and right borders
   * of a 360 degree picture meet.
   */
  {ENUM ("projection", projection, PROJECTION, SG_PROJECTION_FLAT), LOADED,
      "Projection", "What the picture, or each view, is a projection of"},
  /**
   * GstStylegan:backend:
   *
   * What the network runs on. If it cannot be used, the element fails; only
   * `auto` looks for another one: it takes a graphics processor where there is one,
   * and otherwise, or when that one fails while playing, the processor. A warning
   * message on the bus says so, and why.
   */
  {ENUM ("backend", backend, BACKEND, SG_BACKEND_AUTO), AT_START, "Backend",
      "What the network runs on"},
  /**
   * GstStylegan:device:
   *
   * Which graphics processor, for the Vulkan backend: its number in the order of
   * preference (discrete before integrated ones; 0 is the first), a part of its
   * name in any case, or its UUID. Without it the first one is taken; implementations
   * of Vulkan in software (llvmpipe) are taken only when named. What is in use is
   * in #GstStylegan:stats.
   */
  {STRING ("device", device), AT_START, "Device",
      "Graphics processor: number, part of the name, or UUID (unset = the "
        "first discrete one, else the first integrated one)"},
  /**
   * GstStylegan:precision:
   *
   * How the network is computed on a graphics processor. If a picture turns out to
   * overflow 16 bits, it is done again in 32 bits, and so are all that follow; a
   * warning message says so. The processor always computes in 32 bits.
   */
  {ENUM ("precision", precision, PRECISION, SG_PRECISION_AUTO), AT_START,
        "Precision",
      "Numbers that the network is computed with on a graphics processor"},
  /**
   * GstStylegan:threads:
   *
   * Threads that work on a frame. Elements with the same number share them.
   */
  {UINT ("threads", threads, 0, SG_THREADS_MAX, 0), AT_START, "Threads",
      "Threads that work on a frame (0 = as many as the process may use)"},
  /**
   * GstStylegan:niceness:
   *
   * Of the thread that loads and compiles, so that frames go first.
   */
  {UINT ("niceness", niceness, 0, 19, 10), AT_START, "Niceness",
      "Niceness of the thread that loads in the background (0 = as important "
        "as others, 19 = least)"},
  /**
   * GstStylegan:worker-niceness:
   *
   * Of the threads that help the streaming thread with a frame, so that other programs go
   * first. Elements with the same number of #GstStylegan:threads share them; the highest
   * niceness that one of them has asked for counts.
   */
  {UINT ("worker-niceness", worker_niceness, 0, 19, 0), AT_START,
        "Worker niceness",
      "Niceness of the threads that help with a frame (0 = as important as "
        "others, 19 = least)"},
  /**
   * GstStylegan:frames-in-flight:
   *
   * Frames that a graphics processor works on at a time: with more than one, moving
   * frames to and from its memory goes on while it computes, and a frame comes out
   * when the ones after it have come in, which adds to the latency.
   */
  {UINT ("frames-in-flight", frames_in_flight, 0,
            GST_STYLEGAN_MAX_FRAMES_IN_FLIGHT, 0), AT_START,
        "Frames in flight",
      "Frames that the device works on at a time (0 = 1 in live pipelines, "
        "else 2)"},
  /**
   * GstStylegan:qos-mode:
   *
   * What is done when frames take longer than there is time for them, or come too late
   * to the sink. `full` first lowers the height that the network works at, in up to four
   * steps to 3/4 of the one before; then it carries every second frame, then two of
   * three, along the motion of the video instead of stylising them (not on a graphics
   * processor); and then only drops. One step is taken at a time, and back again when there
   * is time to spare. Each is announced by an element message "stylegan-qos", whose field
   * `text` says what and why. In the meantime frames that are late go out, and those are
   * dropped that are so by more than the time of 6 frames, or the latency that the element
   * reports where that is more. In mode `off`, or with the property `qos` %FALSE, none is.
   */
  {ENUM ("qos-mode", qos_mode, QOS_MODE, GST_STYLEGAN_QOS_AUTO), LOADED,
        "QoS mode",
      "What is done when frames take too long (auto = full in live pipelines, "
        "else drop)"},
  /**
   * GstStylegan:messages:
   *
   * Post an element message "stylegan-stats" with the fields of
   * #GstStylegan:stats once a second while frames come in.
   */
  {BOOLEAN ("messages", live.messages, FALSE), PLAYING, "Messages",
      "Post stats as an element message once a second"},
};

/* The first id, after GST_STYLEGAN_PROP_STATS. */
#define FIRST 2

static const Property *
find_property (guint id)
{
  return id >= FIRST && id - FIRST < G_N_ELEMENTS (properties)
      ? &properties[id - FIRST] : NULL;
}

void
gst_stylegan_settings_init (GstStyleganSettings * settings)
{
  guint i;

  memset (settings, 0, sizeof (*settings));
  for (i = 0; i < G_N_ELEMENTS (properties); i++) {
    const Property *p = &properties[i];
    gpointer field = G_STRUCT_MEMBER_P (settings, p->offset);

    if (p->kind == KIND_FLOAT)
      *(gfloat *) field = p->initial;
    else if (p->kind != KIND_STRING)
      *(gint *) field = p->initial;
  }
}

void
gst_stylegan_settings_clear (GstStyleganSettings * settings)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (properties); i++)
    if (properties[i].kind == KIND_STRING)
      g_clear_pointer (&G_STRUCT_MEMBER (gchar *, settings,
              properties[i].offset), g_free);
}

void
gst_stylegan_settings_copy (GstStyleganSettings * copy,
    const GstStyleganSettings * settings)
{
  guint i;

  gst_stylegan_settings_clear (copy);
  *copy = *settings;
  for (i = 0; i < G_N_ELEMENTS (properties); i++)
    if (properties[i].kind == KIND_STRING)
      G_STRUCT_MEMBER (gchar *, copy, properties[i].offset) =
          g_strdup (G_STRUCT_MEMBER (gchar *, settings, properties[i].offset));
}

static gboolean
set_string (gchar ** field, const gchar * value)
{
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;
  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

gboolean
gst_stylegan_settings_set (GstStyleganSettings * settings, guint id,
    const GValue * value, gboolean * reload)
{
  const Property *p = find_property (id);
  gpointer field;
  gfloat before;
  gint number;
  gboolean changed;

  if (p == NULL)
    return FALSE;
  field = G_STRUCT_MEMBER_P (settings, p->offset);
  if (p->kind == KIND_STRING) {
    changed = set_string (field, g_value_get_string (value));
  } else if (p->kind == KIND_FLOAT) {
    before = *(gfloat *) field;
    *(gfloat *) field = g_value_get_float (value);
    changed = before != *(gfloat *) field;
  } else {
    number = p->kind == KIND_ENUM ? g_value_get_enum (value)
        : p->kind == KIND_UINT ? (gint) g_value_get_uint (value)
        : g_value_get_boolean (value);
    changed = number != *(gint *) field;
    *(gint *) field = number;
  }
  *reload = changed && p->reload;
  return TRUE;
}

gboolean
gst_stylegan_settings_get (const GstStyleganSettings * settings, guint id,
    GValue * value)
{
  const Property *p = find_property (id);
  gconstpointer field;

  if (p == NULL)
    return FALSE;
  field = G_STRUCT_MEMBER_P (settings, p->offset);
  if (p->kind == KIND_STRING)
    g_value_set_string (value, *(gchar * const *) field);
  else if (p->kind == KIND_FLOAT)
    g_value_set_float (value, *(const gfloat *) field);
  else if (p->kind == KIND_ENUM)
    g_value_set_enum (value, *(const gint *) field);
  else if (p->kind == KIND_UINT)
    g_value_set_uint (value, *(const guint *) field);
  else
    g_value_set_boolean (value, *(const gboolean *) field);
  return TRUE;
}

static GParamSpec *
make_spec (const Property * p)
{
  const GParamFlags flags = p->flags | G_PARAM_READWRITE |
      G_PARAM_STATIC_STRINGS;

  switch (p->kind) {
    case KIND_STRING:
      return g_param_spec_string (p->name, p->nick, p->blurb, NULL, flags);
    case KIND_BOOLEAN:
      return g_param_spec_boolean (p->name, p->nick, p->blurb, p->initial != 0,
          flags);
    case KIND_UINT:
      return g_param_spec_uint (p->name, p->nick, p->blurb, p->min, p->max,
          p->initial, flags);
    case KIND_FLOAT:
      return g_param_spec_float (p->name, p->nick, p->blurb, p->min, p->max,
          p->initial, flags);
    default:
      return g_param_spec_enum (p->name, p->nick, p->blurb,
          gst_stylegan_enum_get_type ((GstStyleganEnum) p->min), p->initial,
          flags);
  }
}

void
gst_stylegan_settings_install (GObjectClass * klass)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (properties); i++)
    g_object_class_install_property (klass, FIRST + i,
        make_spec (&properties[i]));
  /**
   * GstStylegan:stats:
   *
   * Since the element was started:
   *
   * * `state`, #gchararray: `loading` until a network is ready for the frames, then
   *   `playing`; `fading` from one picture to another; `bypassed` while not enabled;
   *   `stopped`
   * * `loading`, #gboolean: whether something is being loaded or compiled
   * * `frames`, #guint64: frames that were stylised
   * * `passed`, #guint64: frames that went through as they were: not enabled, no
   *   strength, no network yet, or %GST_BUFFER_FLAG_GAP
   * * `held`, #guint64: frames that were dropped for want of a network
   * * `dropped`, #guint64: frames that were too late (QoS)
   * * `carried`, #guint64: frames that were carried along the motion instead of stylised
   * * `qos-level`, #guint: what #GstStylegan:qos-mode has come to, 0: nothing
   * * `compiled`, #guint: how often a network was compiled
   * * `load-ms`, `network-ms`, `store-ms`, `total-ms`, #gdouble: milliseconds
   *   per frame for reading it, for the network with its scaling, for writing
   *   it, and for all; means of the last frames
   * * `compile-ms`, #gdouble: milliseconds of the last loading and compiling
   * * `working-width`, `working-height`, #gint: size that the network runs at
   * * `warp-error`, #gdouble: how unsteady the video is that comes out: root of the
   *   mean square of luma (0..1) between a frame and the one before it moved along
   *   the flow of the input, over about the last 32 frames; `raw-warp-error` of the
   *   stylised pictures before the filter, `input-warp-error` of the input
   * * `trusted`, #gdouble: share of the pixels (0..1) whose past is trusted
   * * `cuts`, `flashes`, #guint: seen in the video
   * * `frames-in-flight`, #guint: frames that the device works on at a time
   * * `strength`, `style-mix`, #gdouble: as they were for the last frame, fades
   *   included
   * * `latency`, #guint64: nanoseconds that the element has reported as its own
   * * `backend`, `device`, `precision`, `model`, `model-b`, `style-image`, `mask`,
   *   #gchararray: what is in use; %NULL where there is none, and while the element
   *   is not started
   */
  g_object_class_install_property (klass, GST_STYLEGAN_PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "What is in use, frames, milliseconds per stage, flicker",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}
