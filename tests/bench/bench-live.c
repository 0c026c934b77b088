/* gst-stylegan: how steadily a live pipeline plays
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   bench-live [changes [WIDTHxHEIGHT [FPS [PROPERTIES]]]]
 *   bench-live slow [WIDTHxHEIGHT [FPS [PROPERTIES]]]
 *
 * A live source, the element and a sink on one machine in real time.
 *
 * changes: the model is changed every 1.5 seconds, once to a file that does not exist.
 * Prints how long the sink waits between two frames, without and with changes; how much
 * of it is left without the time in which the streaming thread could have gone on but
 * was given no processor; and how much that thread computes: with threads=1, all that
 * the element does for a frame. Then the longest gaps, and what went on in them.
 *
 * slow: a network that is too large for real time on one thread. Prints how long frames
 * take from the source to the sink, by the second, against the latency that is reported,
 * and what the element says that it has lowered.
 *
 * Runs from the build folder:
 *   GST_PLUGIN_PATH=gst tests/bench/bench-live */
#define _GNU_SOURCE             /* RUSAGE_THREAD */

#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define SECONDS_PER_MODEL 1.5
#define SECONDS_SLOW 24
#define N_LONGEST 6
/* Above so many frame times a gap is a stall. */
#define STALL 1.5

static const gchar *const models[] = { "starry-night-nano", "scream-nano",
  "missing-nano", "great-wave-nano", "starry-night-nano", "scream-nano"
};

/* --- what a frame saw --- */

typedef struct
{
  gint64 time;                  /* of arrival, monotonic us */
  gint64 busy, delay;           /* of the streaming thread so far, us: computing; ready, but
                                 * without a processor */
  glong faults;                 /* of it so far: pages that were touched first */
  gint64 elapsed, latency;      /* since the source made it; as reported then, us */
} Frame;

typedef struct
{
  GstElement *pipeline;
  GArray *frames;               /* of Frame */
  gint64 reported;              /* us */
} Run;

static gint64
read_delay (void)
{
  unsigned long long delay = 0;
  FILE *file = fopen ("/proc/thread-self/schedstat", "r");

  if (file == NULL || fscanf (file, "%*u %llu", &delay) != 1)
    delay = 0;
  if (file)
    fclose (file);
  return delay / 1000;
}

static GstPadProbeReturn
note_arrival (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Run *run = data;
  const GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));
  GstElement *pipeline = run->pipeline;
  g_autoptr (GstClock) clock = gst_element_get_clock (pipeline);
  struct rusage usage;
  struct timespec t;
  Frame f;

  f.time = g_get_monotonic_time ();
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  getrusage (RUSAGE_THREAD, &usage);
  f.busy = t.tv_sec * G_USEC_PER_SEC + t.tv_nsec / 1000;
  f.delay = read_delay ();
  f.faults = usage.ru_minflt + usage.ru_majflt;
  f.elapsed = clock ? ((gint64) gst_clock_get_time (clock)
      - (gint64) gst_element_get_base_time (pipeline) - (gint64) pts) / 1000
      : 0;
  f.latency = run->reported;
  g_array_append_val (run->frames, f);
  return GST_PAD_PROBE_OK;
}

static gchar *
style_path (const gchar * name)
{
  return g_strdup_printf ("%s/gst/styles/%s.onnx", SG_SOURCE_ROOT, name);
}

/* @synchronised: the sink shows frames when their time has come, in a thread of its own */
static void
run_begin (Run * run, const gchar * style, const gchar * size, gint fps,
    const gchar * properties, gboolean synchronised)
{
  gchar **sides = g_strsplit (size, "x", 2), *path = style_path (style);
  gchar *line = g_strdup_printf ("videotestsrc is-live=true pattern=ball ! "
      "video/x-raw,format=I420,width=%s,height=%s,framerate=%d/1 ! %s"
      "stylegan name=s model=%s %s ! %s", sides[0], sides[1], fps,
      synchronised ? "queue ! " : "", path, properties, synchronised
      ? "queue max-size-buffers=2 ! fakesink name=f sync=true qos=true"
      : "fakesink name=f sync=false");
  g_autoptr (GError) error = NULL;

  run->pipeline = gst_parse_launch (line, &error);
  if (run->pipeline == NULL || error)
    g_error ("%s: %s", line, error->message);
  run->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  run->reported = 0;
  g_strfreev (sides);
  g_free (path);
  g_free (line);
}

static void
run_watch (Run * run)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (run->pipeline),
      "f");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_arrival, run, NULL);
}

static void
run_end (Run * run)
{
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  gst_object_unref (run->pipeline);
  g_array_unref (run->frames);
}

/* --- figures --- */

static gint
compare (gconstpointer a, gconstpointer b)
{
  const gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return x < y ? -1 : x > y;
}

/* Of sorted values. */
static gdouble
percentile (GArray * values, guint percent)
{
  return g_array_index (values, gdouble, (values->len - 1) * percent / 100);
}

static void
report (const gchar * title, GArray * values, const gchar * unit)
{
  guint i, n_stalls = 0;

  if (values->len == 0) {
    g_print ("%s: no frames\n", title);
    return;
  }
  g_array_sort (values, compare);
  for (i = 0; i < values->len; i++)
    n_stalls += g_array_index (values, gdouble, i) > STALL;
  g_print ("%-28s median %6.2f  95%% %6.2f  99%% %6.2f  longest %6.2f %s",
      title, percentile (values, 50), percentile (values, 95),
      percentile (values, 99), percentile (values, 100), unit);
  if (g_str_equal (unit, "frame times"))
    g_print ("; %u of %u above %.1f", n_stalls, values->len, STALL);
  g_print ("\n");
}

static void
append (GArray * values, gdouble value)
{
  g_array_append_val (values, value);
}

/* --- changes --- */

/* The gap before frame @i without what the scheduler has made of it. */
static gint64
own_gap (GArray * frames, guint i)
{
  const Frame *f = &g_array_index (frames, Frame, i);

  return f->time - f[-1].time - (f->delay - f[-1].delay);
}

static void
report_longest (GArray * frames, const gint64 * changes, gdouble frame_us)
{
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble limit;
  guint i, k;

  for (i = 1; i < frames->len; i++)
    append (gaps, own_gap (frames, i));
  g_array_sort (gaps, compare);
  if (gaps->len <= N_LONGEST)
    return;
  limit = g_array_index (gaps, gdouble, gaps->len - N_LONGEST);
  for (i = 1; i < frames->len; i++) {
    const Frame *f = &g_array_index (frames, Frame, i);

    if (own_gap (frames, i) < limit)
      continue;
    for (k = 0; k + 1 < G_N_ELEMENTS (models) && changes[k + 1] <= f->time;
        k++);
    g_print ("  gap %.2f: computing %.2f, no processor %.2f, %ld pages touched "
        "first; %.0f ms after %s\n", (f->time - f[-1].time) / frame_us,
        (f->busy - f[-1].busy) / frame_us, (f->delay - f[-1].delay) / frame_us,
        f->faults - f[-1].faults, (f->time - changes[k]) / 1000.0, models[k]);
  }
}

static void
report_gaps (const gchar * name, GArray * frames, gdouble frame_us)
{
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autoptr (GArray) busy = g_array_new (FALSE, FALSE, sizeof (gdouble));
  guint i;

  for (i = 1; i < frames->len; i++) {
    const Frame *f = &g_array_index (frames, Frame, i);

    append (gaps, (f->time - f[-1].time) / frame_us);
    append (own, own_gap (frames, i) / frame_us);
    append (busy, (f->busy - f[-1].busy) / frame_us);
  }
  g_print ("%s\n", name);
  report ("  gaps", gaps, "frame times");
  report ("  without the scheduler's", own, "frame times");
  report ("  computing", busy, "frame times");
}

static void
measure_changes (const gchar * size, gint fps, const gchar * properties,
    gboolean change)
{
  g_autoptr (GstElement) element = NULL;
  gint64 changes[G_N_ELEMENTS (models)];
  guint i;
  Run run;

  run_begin (&run, models[3], size, fps, properties, FALSE);
  element = gst_bin_get_by_name (GST_BIN (run.pipeline), "s");
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  g_usleep (G_USEC_PER_SEC);
  run_watch (&run);
  for (i = 0; i < G_N_ELEMENTS (models); i++) {
    g_autofree gchar *model = style_path (models[i]);

    changes[i] = g_get_monotonic_time ();
    if (change)
      g_object_set (element, "model", model, NULL);
    g_usleep (SECONDS_PER_MODEL * G_USEC_PER_SEC);
  }
  gst_element_set_state (run.pipeline, GST_STATE_NULL);
  report_gaps (change ? "with changes" : "steady", run.frames, 1e6 / fps);
  if (change)
    report_longest (run.frames, changes, 1e6 / fps);
  run_end (&run);
}

/* --- slow --- */

static void
take_messages (Run * run, gint64 begin)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (run->pipeline);
  GstMessage *message;

  while ((message = gst_bus_timed_pop (bus, 50 * GST_MSECOND))) {
    const GstStructure *s = gst_message_get_structure (message);
    const gdouble now = (g_get_monotonic_time () - begin) / 1e6;

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY) {
      g_autoptr (GstQuery) query = gst_query_new_latency ();
      GstClockTime min = 0;

      gst_bin_recalculate_latency (GST_BIN (run->pipeline));
      if (gst_element_query (run->pipeline, query))
        gst_query_parse_latency (query, NULL, &min, NULL);
      run->reported = min / 1000;
      g_print ("%5.1f s: latency reported: %.0f ms\n", now, min / 1e6);
    } else if (gst_message_has_name (message, "stylegan-qos")) {
      g_print ("%5.1f s: %s\n", now, gst_structure_get_string (s, "text"));
    } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
      g_error ("an error: the model, or the plugin, is missing");
    }
    gst_message_unref (message);
  }
}

static void
report_latency (GArray * frames, gint64 begin, gint from, gint to)
{
  g_autoptr (GArray) elapsed = g_array_new (FALSE, FALSE, sizeof (gdouble));
  g_autofree gchar *title = g_strdup_printf ("%d to %d s", from, to);
  guint i, n_late = 0;

  for (i = 0; i < frames->len; i++) {
    const Frame *f = &g_array_index (frames, Frame, i);
    const gint64 time = f->time - begin;

    if (time < from * G_USEC_PER_SEC || time >= to * G_USEC_PER_SEC)
      continue;
    append (elapsed, f->elapsed / 1000.0);
    n_late += f->elapsed > f->latency;
  }
  report (title, elapsed, "ms");
  g_print ("%28s %u of %u frames took longer than the latency reported\n", "",
      n_late, elapsed->len);
}

static void
measure_slow (const gchar * size, gint fps, const gchar * properties)
{
  gint64 begin;
  gint i;
  Run run;

  run_begin (&run, "great-wave-small", size, fps, properties, TRUE);
  run_watch (&run);
  begin = g_get_monotonic_time ();
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  while (g_get_monotonic_time () - begin < SECONDS_SLOW * G_USEC_PER_SEC)
    take_messages (&run, begin);
  gst_element_set_state (run.pipeline, GST_STATE_NULL);
  for (i = 0; i < SECONDS_SLOW; i += 4)
    report_latency (run.frames, begin, i, i + 4);
  run_end (&run);
}

int
main (int argc, char **argv)
{
  const gchar *size, *properties;
  gboolean slow;
  gint fps;
  guint i;

  gst_init (&argc, &argv);
  slow = argc > 1 && g_str_equal (argv[1], "slow");
  if (argc > 1 && (slow || g_str_equal (argv[1], "changes")))
    argv++, argc--;
  size = argc > 1 ? argv[1] : slow ? "1280x720" : "320x180";
  fps = argc > 2 ? atoi (argv[2]) : 30;
  properties = argc > 3 ? argv[3] : slow ? "backend=cpu threads=1"
      : "backend=cpu threads=1 qos-mode=off";
  if (slow)
    measure_slow (size, fps, properties);
  else
    for (i = 0; i < 4; i++)
      measure_changes (size, fps, properties, i % 2);
  return 0;
}
