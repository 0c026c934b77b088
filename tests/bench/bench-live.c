/* gst-stylegan: what a change of the model costs a live pipeline
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   bench-live [WIDTHxHEIGHT [FPS [PROPERTIES]]]
 *
 * A live source, the element and a sink on one machine in real time; the model is
 * changed every 1.5 seconds, once to a file that does not exist. Prints how long the
 * sink waits between two frames, without and with changes, and how much of that the
 * streaming thread computes: with threads=1, all that the element does for a frame,
 * whatever else the machine is busy with. Runs from the build folder:
 *   GST_PLUGIN_PATH=gst tests/bench/bench-live */
#include <gst/gst.h>
#include <stdlib.h>
#include <time.h>

#define SECONDS_PER_MODEL 1.5

static const gchar *const models[] = { "starry-night-nano", "scream-nano",
  "missing-nano", "great-wave-nano", "starry-night-nano", "scream-nano"
};

/* Microseconds between two frames. */
typedef struct
{
  gint64 last, last_busy;
  GArray *gaps, *busy;          /* of gint64; busy: computing time of the thread */
} Arrivals;

static GstPadProbeReturn
note_arrival (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Arrivals *arrivals = data;
  gint64 now = g_get_monotonic_time (), busy;
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  busy = t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
  if (arrivals->last > 0) {
    const gint64 gap = now - arrivals->last, work = busy - arrivals->last_busy;

    g_array_append_val (arrivals->gaps, gap);
    g_array_append_val (arrivals->busy, work);
  }
  arrivals->last = now;
  arrivals->last_busy = busy;
  return GST_PAD_PROBE_OK;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static gchar *
style_path (const gchar * name)
{
  return g_strdup_printf ("%s/gst/styles/%s.onnx", SG_SOURCE_ROOT, name);
}

static void
report (const gchar * title, GArray * times, gdouble frame_us)
{
  const guint n = times->len;
  guint i, late = 0;

  if (n == 0) {
    g_print ("%s: no frames\n", title);
    return;
  }
  for (i = 0; i < n; i++)
    late += g_array_index (times, gint64, i) > 1.5 * frame_us;
  g_array_sort (times, compare);
  g_print ("%-18s %5u frames, in frame times: median %.2f, 99%% %.2f, "
      "longest %.2f; %u above 1.5\n", title, n + 1,
      g_array_index (times, gint64, n / 2) / frame_us,
      g_array_index (times, gint64, n * 99 / 100) / frame_us,
      g_array_index (times, gint64, n - 1) / frame_us, late);
}

static void
run (const gchar * size, gint fps, const gchar * properties, gboolean change)
{
  gchar **sides = g_strsplit (size, "x", 2), *path = style_path (models[3]);
  gchar *line = g_strdup_printf ("videotestsrc is-live=true pattern=ball ! "
      "video/x-raw,format=I420,width=%s,height=%s,framerate=%d/1 ! "
      "stylegan name=s model=%s %s ! fakesink name=f sync=false", sides[0],
      sides[1], fps, path, properties);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error), *element, *sink;
  Arrivals arrivals = { 0, 0, g_array_new (FALSE, FALSE, sizeof (gint64)),
    g_array_new (FALSE, FALSE, sizeof (gint64))
  };
  GstPad *pad;
  guint i;

  if (pipeline == NULL || error)
    g_error ("%s: %s", line, error->message);
  element = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "f");
  pad = gst_element_get_static_pad (sink, "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_usleep (G_USEC_PER_SEC);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_arrival, &arrivals,
      NULL);
  for (i = 0; i < G_N_ELEMENTS (models); i++) {
    gchar *model = style_path (models[i]);

    if (change)
      g_object_set (element, "model", model, NULL);
    g_free (model);
    g_usleep (SECONDS_PER_MODEL * G_USEC_PER_SEC);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  report (change ? "changes: gaps" : "steady: gaps", arrivals.gaps, 1e6 / fps);
  report (change ? "changes: computing" : "steady: computing", arrivals.busy,
      1e6 / fps);
  g_array_unref (arrivals.gaps);
  g_array_unref (arrivals.busy);
  gst_object_unref (pad);
  gst_object_unref (sink);
  gst_object_unref (element);
  gst_object_unref (pipeline);
  g_strfreev (sides);
  g_free (path);
  g_free (line);
}

int
main (int argc, char **argv)
{
  const gchar *size, *properties;
  gint fps;
  guint i;

  gst_init (&argc, &argv);
  size = argc > 1 ? argv[1] : "320x180";
  fps = argc > 2 ? atoi (argv[2]) : 30;
  properties = argc > 3 ? argv[3] : "backend=cpu threads=1 qos-mode=off";
  for (i = 0; i < 4; i++)
    run (size, fps, properties, i % 2);
  return 0;
}
