/* gst-stylegan: pictures cut, changed and paired for a step of training
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "train/batch.h"

#include <math.h>

#include <sg/rng.h>

#include "train/batch-video.h"
#include "train/batch-warp.h"

/* Of the random numbers, so that they are not those of others with the same seed. */
#define STREAM G_GUINT64_CONSTANT (0x6261746368)

/* Around the crop, px: what warping may need. */
#define MARGIN 32
/* Pictures are played larger than they are trained on: up to MAX_VIEW_ZOOM crops fit
 * into one, if it has the pixels, and SMALL_VIEW_ZOOM if not. */
#define MAX_VIEW_ZOOM 3.0
#define SMALL_VIEW_ZOOM 1.8

/* Shares of all samples. */
#define GRADIENTS 0.02
#define BLURRED 0.03
#define LETTERBOXES 0.025
#define TEXTS 0.025
/* Of the pairs. */
#define VIDEO_PAIRS 0.5         /* where there is a second frame */
#define NOISE_PAIRS 0.3         /* of the others */

/* Of the noise of every image: a flat one would have no variance, and gradients grow
 * by its inverse with each norm in a row. */
#define MIN_DEVIATION (0.5 / 255)
#define MAX_DEVIATION 0.03      /* of the partner's noise */
#define MAX_EXPOSURE 0.03       /* of its gain, less 1 */

typedef struct
{
  SgPair pair;
  const SgPicture *first, *second;
  SgView view;
  SgLight light;
  gboolean gradient, text;
  gint blur;                    /* radius, 0: none */
  gdouble letterbox;            /* 0: none */
  guint64 details, noise[2];    /* seeds, of the image's and its partner's noise */
  gfloat gain, deviation;
} Sample;

struct _SgBatcher
{
  SgDevice *device;
  SgThreadPool *pool;
  SgBatchVideo *video;          /* NULL until there is a first pair of frames */
  guint64 seed;
  guint n;                      /* images */
  gint size;
  gfloat **scratch;             /* of each slot, NULL until it is used */
  Sample *samples;
  gboolean paired;
  SgBatch batch;
};

SgBatcher *
sg_batcher_new (const SgTrainConfig * config, SgDevice * device,
    GError ** error)
{
  g_autoptr (SgBatcher) self = g_new0 (SgBatcher, 1);
  gint64 n = config->batch, size = config->size;
  SgShape x = SG_SHAPE (n, 3, size, size);
  SgShape flow = SG_SHAPE (n / 2, 2, size, size);
  SgShape mask = SG_SHAPE (n / 2, 1, size, size);

  self->device = sg_device_ref (device);
  self->pool = sg_thread_pool_ref (sg_device_get_threads (device));
  self->seed = config->seed;
  self->n = config->batch;
  self->size = config->size;
  self->scratch = g_new0 (gfloat *, sg_thread_pool_get_size (self->pool));
  self->samples = g_new0 (Sample, self->n);
  self->batch.pair = g_new0 (SgPair, self->n);
  if (n < 2 || n % 2 || size < 8 || size % 8) {
    g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
        "a batch of %u images of %d pixels cannot be; choose an even batch and "
        "a size that is a multiple of 8", config->batch, config->size);
    return NULL;
  }
  self->batch.x = sg_tensor_new (SG_DTYPE_F32, &x, error);
  if (self->batch.x == NULL)
    return NULL;
  self->batch.flow = sg_tensor_new (SG_DTYPE_F32, &flow, error);
  if (self->batch.flow == NULL)
    return NULL;
  self->batch.mask = sg_tensor_new (SG_DTYPE_F32, &mask, error);
  if (self->batch.mask == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
sg_batcher_free (SgBatcher * self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < sg_thread_pool_get_size (self->pool); i++)
    g_free (self->scratch[i]);
  g_free (self->scratch);
  g_free (self->samples);
  g_clear_pointer (&self->video, sg_batch_video_free);
  g_clear_pointer (&self->batch.x, sg_tensor_unref);
  g_clear_pointer (&self->batch.flow, sg_tensor_unref);
  g_clear_pointer (&self->batch.mask, sg_tensor_unref);
  g_free (self->batch.pair);
  sg_thread_pool_unref (self->pool);
  sg_device_unref (self->device);
  g_free (self);
}

/* Between 1 / @limit and @limit. */
static gfloat
draw_gain (SgRng * rng, gdouble limit)
{
  return (gfloat) pow (limit, sg_rng_range (rng, -1, 1));
}

static void
draw_changes (SgRng * rng, Sample * s)
{
  gdouble kind = sg_rng_uniform (rng), overlay = sg_rng_uniform (rng);
  gint radius = 3 + (gint) sg_rng_below (rng, 14);
  gdouble share = sg_rng_range (rng, 0.06, 0.14);
  gfloat gain = draw_gain (rng, 1.25);

  s->gradient = kind < GRADIENTS;
  s->blur = kind >= GRADIENTS && kind < GRADIENTS + BLURRED ? radius : 0;
  s->letterbox = overlay < LETTERBOXES ? share : 0;
  s->text = overlay >= LETTERBOXES && overlay < LETTERBOXES + TEXTS;
  for (gint c = 0; c < 3; c++)
    s->light.gain[c] = c == 1 ? gain : gain * draw_gain (rng, 1.08);
  s->light.curve = (gfloat) sg_rng_range (rng, -0.25, 0.25);
}

static SgPair
draw_pair (SgRng * rng, const Sample * s, gboolean paired)
{
  gdouble video = sg_rng_uniform (rng), noise = sg_rng_uniform (rng);

  if (!paired)
    return SG_PAIR_NONE;
  if (video < VIDEO_PAIRS && s->second->rgb && !s->gradient && !s->blur
      && s->second->width == s->first->width
      && s->second->height == s->first->height)
    return SG_PAIR_VIDEO;
  return noise < NOISE_PAIRS ? SG_PAIR_NOISE : SG_PAIR_WARP;
}

/* All random numbers of the sample, always the same ones in the same order. */
static void
draw (const SgBatcher * self, guint64 step, guint64 index, Sample * s)
{
  SgRng rng;

  sg_rng_init (&rng, self->seed ^ STREAM, step, index);
  s->view.zoom = pow (CLAMP (MIN (s->first->width, s->first->height)
          / (gdouble) self->size, SMALL_VIEW_ZOOM, MAX_VIEW_ZOOM),
      sg_rng_uniform (&rng));
  s->view.left = sg_rng_uniform (&rng);
  s->view.top = sg_rng_uniform (&rng);
  s->view.mirror = sg_rng_below (&rng, 2) == 1;
  draw_changes (&rng, s);
  s->pair = draw_pair (&rng, s, self->paired);
  s->gain = (gfloat) (1 + sg_rng_range (&rng, -MAX_EXPOSURE, MAX_EXPOSURE));
  s->deviation = (gfloat) sg_rng_range (&rng, MIN_DEVIATION, MAX_DEVIATION);
  s->details = sg_rng_next (&rng);
  for (guint i = 0; i < 2; i++)
    s->noise[i] = sg_rng_next (&rng);
}

static void
make_canvas (const Sample * s, const SgPicture * picture, SgCanvas * canvas)
{
  SgRng rng;

  sg_rng_init (&rng, s->details, 0, 0);
  if (s->gradient)
    sg_canvas_gradient (canvas, &rng);
  else
    sg_canvas_load (canvas, picture, &s->view);
  if (s->blur)
    sg_canvas_blur (canvas, MAX (s->blur * canvas->size / 256, 1));
  sg_canvas_light (canvas, &s->light);
  if (s->letterbox > 0)
    sg_canvas_letterbox (canvas, s->letterbox);
  if (s->text)
    sg_canvas_text (canvas, &rng);
}

/* Of [n,channels,size,size]. */
static gfloat *
plane_of (SgTensor * tensor, guint index)
{
  gsize stride = sg_tensor_desc_bytes (&tensor->desc)
      / (gsize) tensor->desc.shape.dim[0];

  return (gfloat *) ((guint8 *) tensor->data + index * stride);
}

static void
set_all (gfloat * values, gsize n, gfloat value)
{
  for (gsize i = 0; i < n; i++)
    values[i] = value;
}

/* Image @task, and if paired its partner without noise, flow and mask; those of
 * video are for later. */
static void
make_images (gpointer user_data, guint task, guint slot)
{
  SgBatcher *self = user_data;
  const Sample *s = &self->samples[task];
  gint margin = s->pair == SG_PAIR_WARP ? MARGIN : 0;
  gsize plane = (gsize) self->size * (gsize) self->size;
  gsize room = (gsize) self->size + 2 * MARGIN;
  SgCanvas canvas = { self->size, margin, self->size + 2 * margin };
  gfloat *image = plane_of (self->batch.x, task), *partner, *flow, *mask;

  if (self->scratch[slot] == NULL)
    self->scratch[slot] = g_new (gfloat, 3 * room * room);
  canvas.data = self->scratch[slot];
  make_canvas (s, s->first, &canvas);
  sg_canvas_crop (&canvas, image);
  sg_warp_noise (image, self->size, 1, MIN_DEVIATION, s->noise[0]);
  if (!self->paired)
    return;
  partner = plane_of (self->batch.x, self->n / 2 + task);
  flow = plane_of (self->batch.flow, task);
  mask = plane_of (self->batch.mask, task);
  if (s->pair == SG_PAIR_WARP) {
    SgRng rng;

    sg_rng_init (&rng, s->details, 1, 0);
    sg_warp_draw (self->size, &rng, flow);
    sg_warp_canvas (&canvas, flow, partner, mask);
    return;
  }
  if (s->pair == SG_PAIR_VIDEO)
    make_canvas (s, s->second, &canvas);
  sg_canvas_crop (&canvas, partner);
  set_all (flow, 2 * plane, 0);
  set_all (mask, plane, 1);
}

static void
finish_partner (gpointer user_data, guint task, guint slot)
{
  SgBatcher *self = user_data;
  const Sample *s = &self->samples[task];
  gfloat *partner = plane_of (self->batch.x, self->n / 2 + task);

  if (s->pair == SG_PAIR_VIDEO)
    sg_batch_video_mask (self->size, plane_of (self->batch.x, task),
        partner, plane_of (self->batch.flow, task),
        plane_of (self->batch.mask, task));
  sg_warp_noise (partner, self->size, s->gain, s->deviation, s->noise[1]);
}

static gboolean
find_flows (SgBatcher * self, GError ** error)
{
  for (guint i = 0; i < self->n / 2; i++) {
    if (self->samples[i].pair != SG_PAIR_VIDEO)
      continue;
    if (self->video == NULL)
      self->video = sg_batch_video_new (self->size, self->size,
          self->device, error);
    if (self->video == NULL
        || !sg_batch_video_flow (self->video, plane_of (self->batch.x, i),
            plane_of (self->batch.x, self->n / 2 + i),
            plane_of (self->batch.flow, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check (const SgPicture * picture, guint index, GError ** error)
{
  if (picture->rgb && picture->width > 0 && picture->height > 0)
    return TRUE;
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
      "picture %u of the batch is missing", index);
  return FALSE;
}

gboolean
sg_batcher_fill (SgBatcher * self, guint64 step, guint64 first_index,
    const SgPicture * first, const SgPicture * second, gboolean paired,
    const SgBatch ** batch, GError ** error)
{
  guint n = paired ? self->n / 2 : self->n, stride = paired ? 2 : 1;
  gsize plane = (gsize) self->size * (gsize) self->size;

  self->paired = paired;
  for (guint i = 0; i < n; i++) {
    Sample *s = &self->samples[i];

    s->first = &first[i * stride];
    s->second = &second[i * stride];
    if (!check (s->first, i * stride, error))
      return FALSE;
    draw (self, step, first_index + i * stride, s);
  }
  for (guint i = 0; i < self->n / 2; i++)
    self->batch.pair[i] = paired ? self->samples[i].pair : SG_PAIR_NONE;
  sg_thread_pool_run (self->pool, n, make_images, self);
  if (paired) {
    if (!find_flows (self, error))
      return FALSE;
    sg_thread_pool_run (self->pool, n, finish_partner, self);
  } else {
    set_all (self->batch.flow->data, self->n * plane, 0);
    set_all (self->batch.mask->data, self->n / 2 * plane, 0);
  }
  *batch = &self->batch;
  return TRUE;
}
