/* gst-stylegan: gst-styleplay, which shows a camera stylised, and is played by keys
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../gststyleganstyles.h"
#include "camera.h"

#include <glib-unix.h>
#include <gst/gst.h>
#include <gst/video/navigation.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PROGRAM "gst-styleplay"
/* Frames wait nowhere: the newest one is shown. */
#define NEWEST "queue leaky=downstream max-size-buffers=1 max-size-time=0" \
    " max-size-bytes=0"

typedef struct
{
  GMainLoop *loop;
  GstElement *pipeline, *style, *flip;
  GPtrArray *models;            /* (element-type utf8): NULL is the built-in style */
  guint model;
  gdouble strength;
  gboolean enabled, mirror;
  gint result;                  /* exit status */
} Player;

static gchar *camera, *source, *size;
static gchar **models, **outputs, **settings;
static gint height = 360;
static gdouble first_strength = 1;
static gboolean list_cameras, mirror, version;

static const GOptionEntry entries[] = {
  {"camera", 'c', 0, G_OPTION_ARG_STRING, &camera,
      "Camera: its number, a part of its name, or its device", "CAMERA"},
  {"list-cameras", 'l', 0, G_OPTION_ARG_NONE, &list_cameras,
      "List the cameras, and end", NULL},
  {"source", 0, 0, G_OPTION_ARG_STRING, &source,
      "Elements instead of a camera, as in gst-launch-1.0", "ELEMENTS"},
  {"size", 0, 0, G_OPTION_ARG_STRING, &size,
      "Size to ask the camera for (default: 1280x720, or else 640x480)", "WxH"},
  {"output", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &outputs,
      "window (default), a v4l2loopback device as /dev/video9, pipewire, or "
        "elements as in gst-launch-1.0; may be repeated", "OUTPUT"},
  {"model", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &models,
      "ONNX file or installed style; may be repeated "
        "(default: all installed ones)", "MODEL"},
  {"height", 'H', 0, G_OPTION_ARG_INT, &height,
      "Height in pixels that the network runs at (default: 360)", "N"},
  {"strength", 0, 0, G_OPTION_ARG_DOUBLE, &first_strength,
      "Share of the style at the start, 0 to 1 (default: 1)", "N"},
  {"mirror", 0, 0, G_OPTION_ARG_NONE, &mirror, "Begin mirrored", NULL},
  {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      "Any property of stylegan; may be repeated", "NAME=VALUE"},
  {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", NULL},
  {NULL}
};

static const gchar keys_help[] =
    "Keys, in the window or the terminal:\n"
    "  n p   next, previous style\n"
    "  + -   more, less of it\n"
    "  b     bypass: the picture as it is, and back\n"
    "  m     mirror\n" "  q     quit (also Esc)\n";

static void
show (Player * player)
{
  const gchar *model = g_ptr_array_index (player->models, player->model);
  g_autofree gchar *name = g_path_get_basename (model ? model : "built-in");

  printf ("style %u/%u %s  strength %.1f%s%s\n", player->model + 1,
      player->models->len, name, player->strength,
      player->enabled ? "" : "  bypassed", player->mirror ? "  mirrored" : "");
  fflush (stdout);
}

/* Applies everything; what has not changed costs nothing. */
static void
apply (Player * player)
{
  g_object_set (player->style, "model",
      g_ptr_array_index (player->models, player->model),
      "strength", player->strength, "enabled", player->enabled, NULL);
  gst_util_set_object_arg (G_OBJECT (player->flip), "video-direction",
      player->mirror ? "horiz" : "identity");
  show (player);
}

static void
press (Player * player, gchar key)
{
  guint n = player->models->len;

  switch (key) {
    case 'n':
      player->model = (player->model + 1) % n;
      break;
    case 'p':
      player->model = (player->model + n - 1) % n;
      break;
    case '+':
    case '=':
      player->strength = MIN (1, round (player->strength * 10 + 1) / 10);
      break;
    case '-':
      player->strength = MAX (0, round (player->strength * 10 - 1) / 10);
      break;
    case 'b':
      player->enabled = !player->enabled;
      break;
    case 'm':
      player->mirror = !player->mirror;
      break;
    case 'q':
    case '\033':
      g_main_loop_quit (player->loop);
      return;
    case 'h':
    case '?':
      fputs (keys_help, stdout);
      break;
    default:
      return;
  }
  apply (player);
}

static gboolean
on_terminal (gint fd, GIOCondition condition, gpointer data)
{
  gchar keys[16];
  gssize n = read (fd, keys, sizeof keys), i;

  /* What begins with Esc and goes on is a key that means nothing here. */
  if (n > 1 && keys[0] == '\033')
    return G_SOURCE_CONTINUE;
  for (i = 0; i < n; i++)
    press (data, keys[i]);
  return n > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  g_main_loop_quit (((Player *) data)->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_window_key (Player * player, GstMessage * message)
{
  static const gchar *const names[] = { "plus", "KP_Add", "equal", "minus",
    "KP_Subtract", "Escape"
  };
  static const gchar chars[] = "+++--\033";
  g_autoptr (GstEvent) event = NULL;
  const gchar *key;
  guint i;

  if (gst_navigation_message_get_type (message) !=
      GST_NAVIGATION_MESSAGE_EVENT
      || !gst_navigation_message_parse_event (message, &event)
      || gst_navigation_event_get_type (event) !=
      GST_NAVIGATION_EVENT_KEY_PRESS
      || !gst_navigation_event_parse_key_event (event, &key))
    return;
  for (i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (key, names[i]) == 0)
      press (player, chars[i]);
  if (strlen (key) == 1)
    press (player, key[0]);
}

static gboolean
on_message (GstBus * bus, GstMessage * message, gpointer data)
{
  Player *player = data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      fprintf (stderr, PROGRAM ": %s\n", error->message);
      player->result = 1;
      g_main_loop_quit (player->loop);
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, NULL);
      fprintf (stderr, PROGRAM ": %s\n", error->message);
      break;
    case GST_MESSAGE_EOS:
      g_main_loop_quit (player->loop);
      break;
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (player->pipeline));
      break;
    case GST_MESSAGE_ELEMENT:
      on_window_key (player, message);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Puts the camera before the element `in`. */
static gboolean
add_camera (Player * player, GError ** error)
{
  g_autoptr (GstElement) in =
      gst_bin_get_by_name (GST_BIN (player->pipeline), "in");
  g_autoptr (GstDevice) device = camera_choose (camera, error);
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GError) problem = NULL;
  GstElement *element;

  if (!device)
    return FALSE;
  caps = camera_get_caps (device, size, &problem);
  if (problem) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  element = gst_device_create_element (device, NULL);
  if (element && gst_bin_add (GST_BIN (player->pipeline), element)
      && gst_element_link_filtered (element, in, caps))
    return TRUE;
  g_set_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ,
      "the camera cannot be used");
  return FALSE;
}

/* The elements that an --output stands for. */
static gchar *
output_elements (const gchar * output)
{
  if (strcmp (output, "window") == 0)
    return g_strdup ("autovideosink");
  if (g_str_has_prefix (output, "/dev/"))
    return g_strdup_printf ("video/x-raw,format=YUY2 ! "
        "v4l2sink device=\"%s\" sync=false", output);
  /* Buffers of PipeWire's own pool crash its sink (0.3.65). */
  if (strcmp (output, "pipewire") == 0)
    return g_strdup ("video/x-raw,format=YUY2 ! "
        "identity drop-allocation=true ! pipewiresink mode=provide "
        "client-name=gst-styleplay stream-properties=\"props,"
        "media.class=Video/Source,media.role=Camera,node.name=gst-styleplay,"
        "node.description=Stylised\" sync=false");
  return g_strdup (output);
}

static gboolean
build (Player * player, GError ** error)
{
  const gchar *const window[] = { "window", NULL };
  const gchar *const *o = outputs ? (const gchar * const *) outputs : window;
  g_autoptr (GString) text = g_string_new (NULL);
  gchar **s;

  if (source)
    g_string_append_printf (text, "%s ! ", source);
  g_string_append_printf (text, "decodebin name=in ! videoconvert ! " NEWEST
      " ! stylegan name=style working-height=%d", height);
  for (s = settings; s && *s; s++)
    g_string_append_printf (text, " %s", *s);
  g_string_append (text,
      " ! videoconvert ! videoflip name=flip ! tee name=out");
  for (; *o; o++) {
    g_autofree gchar *elements = output_elements (*o);

    g_string_append_printf (text, " out. ! " NEWEST " ! videoconvert ! %s",
        elements);
  }
  player->pipeline = gst_parse_launch_full (text->str, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (!player->pipeline)
    return FALSE;
  player->style = gst_bin_get_by_name (GST_BIN (player->pipeline), "style");
  player->flip = gst_bin_get_by_name (GST_BIN (player->pipeline), "flip");
  return source || add_camera (player, error);
}

static void
choose_models (Player * player)
{
  g_autofree gchar *installed = gst_stylegan_styles_list ();
  g_auto (GStrv) names = g_strsplit (installed ? installed : "", ", ", -1);
  gchar **m = models ? models : names;

  player->models = g_ptr_array_new_with_free_func (g_free);
  for (; *m; m++)
    g_ptr_array_add (player->models, g_strdup (*m));
  if (player->models->len == 0)
    g_ptr_array_add (player->models, NULL);
}

/* Plays until there is a reason to end. */
static void
play (Player * player)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (player->pipeline);
  gboolean terminal = isatty (STDIN_FILENO);
  struct termios before, raw;

  if (terminal && tcgetattr (STDIN_FILENO, &before) == 0) {
    raw = before;
    raw.c_lflag &= ~(ICANON | ECHO);
    tcsetattr (STDIN_FILENO, TCSANOW, &raw);
    fputs (keys_help, stdout);
  }
  player->loop = g_main_loop_new (NULL, FALSE);
  gst_bus_add_watch (bus, on_message, player);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_terminal, player);
  g_unix_signal_add (SIGINT, on_signal, player);
  g_unix_signal_add (SIGTERM, on_signal, player);

  apply (player);
  gst_element_set_state (player->pipeline, GST_STATE_PLAYING);
  g_main_loop_run (player->loop);
  gst_element_set_state (player->pipeline, GST_STATE_NULL);
  gst_bus_remove_watch (bus);
  g_main_loop_unref (player->loop);
  if (terminal)
    tcsetattr (STDIN_FILENO, TCSANOW, &before);
}

int
main (int argc, char **argv)
{
  Player player = { .strength = 1, .enabled = TRUE };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- a camera stylised, live");
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  g_option_context_set_description (context, keys_help);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error)
      || argc > 1) {
    fprintf (stderr, PROGRAM ": %s; see " PROGRAM " --help\n",
        error ? error->message : argv[1]);
    return 2;
  }
  if (version) {
    printf (PROGRAM " " PACKAGE_VERSION "\n");
    return 0;
  }
  if (list_cameras)
    return camera_print_all ();

  player.strength = CLAMP (first_strength, 0, 1);
  player.mirror = mirror;
  choose_models (&player);
  if (build (&player, &error)) {
    play (&player);
  } else {
    fprintf (stderr, PROGRAM ": %s\n", error ? error->message : "no source");
    player.result = 1;
  }
  gst_clear_object (&player.style);
  gst_clear_object (&player.flip);
  gst_clear_object (&player.pipeline);
  g_ptr_array_unref (player.models);
  return player.result;
}
