/* gst-stylegan: what the property "stats" says, and the latency
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gststyleganstats.h"

#include <string.h>

/* Frames that the mean times are taken over, roughly. */
#define MEAN_FRAMES 16

void
gst_stylegan_stats_clear (GstStyleganStats * s)
{
  guint i;

  g_free (s->backend);
  g_free (s->device);
  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++)
    g_free (s->paths[i]);
  memset (s, 0, sizeof (*s));
}

void
gst_stylegan_stats_note_player (GstStyleganStats * s,
    GstStyleganPlayer * player)
{
  SgDevice *device = gst_stylegan_player_get_device (player);
  SgStylizer *stylizer = gst_stylegan_player_get_stylizer (player);
  guint i;

  g_free (s->backend);
  g_free (s->device);
  s->backend = g_strdup (sg_device_get_backend_name (device));
  s->device = g_strdup (sg_device_get_description (device));
  s->precision = sg_device_get_precision (device);
  for (i = 0; i < GST_STYLEGAN_N_ASSETS; i++) {
    g_free (s->paths[i]);
    s->paths[i] = g_strdup (gst_stylegan_player_get_path (player, i));
  }
  s->compiled = gst_stylegan_player_get_n_compiled (player);
  s->compile_ms = gst_stylegan_player_get_compile_ms (player);
  s->frames_in_flight = gst_stylegan_worker_get_frames_in_flight
      (gst_stylegan_player_get_worker (player));
  s->ready = stylizer != NULL;
  if (stylizer)
    sg_stylizer_get_working_size (stylizer, &s->working_width,
        &s->working_height);
}

static void
update_mean (gdouble * mean, gdouble value, guint64 n)
{
  *mean += (value - *mean) / MIN (n, MEAN_FRAMES);
}

/* Frames of which at least one is neither carried nor the first of its network. */
#define ANEW_FRAMES 6

void
gst_stylegan_stats_measure_anew (GstStyleganStats * s)
{
  s->n_anew = ANEW_FRAMES;
  s->peak = 0;
}

/* The latency is the time that a frame takes, from submission to collection, and the
 * wait for the frames that come in between. What is reported leaves a quarter to spare
 * and is changed only when it is exceeded, or twice too much, so that pipelines are
 * not set up anew all the time. */
static gboolean
update_latency (GstStyleganStats * s, GstClockTime elapsed)
{
  s->processing_time = MAX (elapsed, (s->processing_time * 31 + elapsed) / 32);
  s->peak = MAX (s->peak, elapsed);
  if (s->n_anew > 0 && --s->n_anew == 0)
    s->processing_time = s->peak;
  if (s->processing_time <= s->latency
      && s->processing_time * 2 + GST_MSECOND >= s->latency)
    return FALSE;
  s->latency = (s->processing_time * 5 / 4 / GST_MSECOND + 1) * GST_MSECOND;
  return TRUE;
}

gboolean
gst_stylegan_stats_count_frame (GstStyleganStats * s,
    GstStyleganPlayer * player, GstStyleganTimes * t)
{
  gst_stylegan_worker_get_times (gst_stylegan_player_get_worker (player), t);
  sg_stylizer_get_temporal_stats (gst_stylegan_player_get_stylizer (player),
      &s->temporal);
  s->frames++;
  update_mean (&s->mean.load_ms, t->load_ms, s->frames);
  update_mean (&s->mean.network_ms, t->network_ms, s->frames);
  update_mean (&s->mean.store_ms, t->store_ms, s->frames);
  update_mean (&s->mean.total_ms, t->total_ms, s->frames);
  return update_latency (s, (GstClockTime) (t->total_ms * GST_MSECOND));
}

GstStructure *
gst_stylegan_stats_to_structure (const GstStyleganStats * s, gboolean loading)
{
  const gchar *state = s->backend == NULL ? "stopped"
      : !s->enabled ? "bypassed" : !s->ready ? "loading"
      : s->fading ? "fading" : "playing";

  return gst_structure_new ("application/x-stylegan-stats",
      "state", G_TYPE_STRING, state,
      "loading", G_TYPE_BOOLEAN, loading,
      "frames", G_TYPE_UINT64, s->frames,
      "passed", G_TYPE_UINT64, s->passed,
      "held", G_TYPE_UINT64, s->held,
      "dropped", G_TYPE_UINT64, s->dropped,
      "carried", G_TYPE_UINT64, s->carried,
      "qos-level", G_TYPE_UINT, s->qos_level,
      "compiled", G_TYPE_UINT, s->compiled,
      "load-ms", G_TYPE_DOUBLE, s->mean.load_ms,
      "network-ms", G_TYPE_DOUBLE, s->mean.network_ms,
      "store-ms", G_TYPE_DOUBLE, s->mean.store_ms,
      "total-ms", G_TYPE_DOUBLE, s->mean.total_ms,
      "compile-ms", G_TYPE_DOUBLE, s->compile_ms,
      "working-width", G_TYPE_INT, s->working_width,
      "working-height", G_TYPE_INT, s->working_height,
      "warp-error", G_TYPE_DOUBLE, s->temporal.error,
      "raw-warp-error", G_TYPE_DOUBLE, s->temporal.raw_error,
      "input-warp-error", G_TYPE_DOUBLE, s->temporal.input_error,
      "trusted", G_TYPE_DOUBLE, s->temporal.trusted,
      "cuts", G_TYPE_UINT, s->temporal.cuts,
      "flashes", G_TYPE_UINT, s->temporal.flashes,
      "frames-in-flight", G_TYPE_UINT, s->frames_in_flight,
      "strength", G_TYPE_DOUBLE, (gdouble) s->strength,
      "style-mix", G_TYPE_DOUBLE, (gdouble) s->mix,
      "latency", G_TYPE_UINT64, s->latency,
      "backend", G_TYPE_STRING, s->backend,
      "device", G_TYPE_STRING, s->device,
      "precision", G_TYPE_STRING, s->backend == NULL ? NULL :
      s->precision == SG_PRECISION_FP16 ? "fp16" : "fp32",
      "model", G_TYPE_STRING, s->paths[GST_STYLEGAN_ASSET_MODEL],
      "model-b", G_TYPE_STRING, s->paths[GST_STYLEGAN_ASSET_MODEL_B],
      "style-image", G_TYPE_STRING, s->paths[GST_STYLEGAN_ASSET_STYLE_IMAGE],
      "mask", G_TYPE_STRING, s->paths[GST_STYLEGAN_ASSET_MASK], NULL);
}
