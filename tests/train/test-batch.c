/* gst-stylegan: tests of the batches that are trained with
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * With SG_BATCH_OUT=FOLDER the batches of /batch/look are written there as pictures. */
#include <math.h>
#include <string.h>

#include <sg/synthflow.h>
#include "train/batch.h"
#include "util/data.h"
#include "util/png-reader.h"
#include "util/png-writer.h"
#include "util/rng.h"

#define N 8
#define SIZE 96

static SgDevice *
open_device (guint n_threads)
{
  const SgDeviceConfig config = { SG_BACKEND_CPU, n_threads };
  g_autoptr (GError) error = NULL;
  SgDevice *device = sg_device_open (&config, NULL, &error);

  g_assert_no_error (error);
  return device;
}

static SgBatcher *
new_batcher (guint batch, gint size, guint64 seed, guint n_threads)
{
  g_autoptr (SgDevice) device = open_device (n_threads);
  SgTrainConfig config = { .batch = batch, .size = size, .seed = seed };
  g_autoptr (GError) error = NULL;
  SgBatcher *batcher = sg_batcher_new (&config, device, &error);

  g_assert_no_error (error);
  return batcher;
}

static const SgBatch *
fill (SgBatcher * batcher, guint64 step, guint64 index,
    const SgPicture * first, const SgPicture * second, gboolean paired)
{
  g_autoptr (GError) error = NULL;
  const SgBatch *batch = NULL;

  g_assert_true (sg_batcher_fill (batcher, step, index, first, second, paired,
          &batch, &error));
  g_assert_no_error (error);
  return batch;
}

/* The part of a texture that begins at @x, @y. */
static guint8 *
texture (gint width, gint height, guint64 seed, gint x, gint y)
{
  g_autoptr (SgSynthPicture) picture =
      sg_synth_picture_new_texture (width + 32, height + 32, seed);
  guint8 *rgb = g_new (guint8, 3 * width * height);

  for (gint i = 0; i < width * height; i++)
    for (gint c = 0; c < 3; c++) {
      gfloat value = picture->data[4 * ((i / width + y) * picture->width
              + i % width + x) + c];

      rgb[3 * i + c] = (guint8) lrintf (CLAMP (value, 0, 1) * 255);
    }
  return rgb;
}

/* Pictures of several sizes, and partners that are the same moved by 3, 2. */
typedef struct
{
  SgPicture first[N], second[N], none[N];
} Fixture;

static void
set_up (Fixture * f, gconstpointer data)
{
  memset (f, 0, sizeof *f);
  for (gint i = 0; i < N; i++) {
    gint width = 200 + 17 * i, height = 230 - 9 * i;

    f->first[i] = (SgPicture) {
      width, height, texture (width, height, (guint64) i, 5, 4)
    };
    f->second[i] = (SgPicture) {
      width, height, texture (width, height, (guint64) i, 8, 6)
    };
  }
}

static void
tear_down (Fixture * f, gconstpointer data)
{
  for (gint i = 0; i < N; i++) {
    g_free ((gpointer) f->first[i].rgb);
    g_free ((gpointer) f->second[i].rgb);
  }
}

static gfloat *
image (const SgBatch * batch, gint64 index)
{
  const gint64 *dim = batch->x->desc.shape.dim;

  return (gfloat *) batch->x->data + index * 3 * dim[2] * dim[3];
}

static void
check_batch (const SgBatch * batch, gboolean paired)
{
  gint64 n = batch->x->desc.shape.dim[0];
  const gfloat *x = batch->x->data, *mask = batch->mask->data;

  g_assert_true (sg_tensor_is_finite (batch->flow));
  for (gint64 i = 0; i < sg_tensor_elements (batch->x); i++)
    g_assert_true (x[i] >= 0 && x[i] <= 1);
  for (gint64 i = 0; i < sg_tensor_elements (batch->mask); i++)
    g_assert_true (mask[i] >= 0 && mask[i] <= (paired ? 1 : 0));
  for (gint64 i = 0; i < n / 2; i++)
    g_assert_true ((batch->pair[i] != SG_PAIR_NONE) == paired);
}

static void
assert_equal_bytes (const SgTensor * a, const SgTensor * b)
{
  g_assert_cmpmem (a->data, sg_tensor_desc_bytes (&a->desc), b->data,
      sg_tensor_desc_bytes (&b->desc));
}

/* Whatever was filled before and however many threads there are. */
static void
test_determinism (Fixture * f, gconstpointer data)
{
  g_autoptr (SgBatcher) a = new_batcher (N, SIZE, 5, 1);
  g_autoptr (SgBatcher) b = new_batcher (N, SIZE, 5, 3);
  g_autoptr (SgBatcher) c = new_batcher (N, SIZE, 6, 1);

  for (guint64 step = 0; step < 6; step++) {
    gboolean paired = step % 3 != 2;
    const SgBatch *x, *y;

    fill (b, step + 77, 3, f->first, f->none, step % 2);
    x = fill (a, step, 16, f->first, f->second, paired);
    y = fill (b, step, 16, f->first, f->second, paired);
    check_batch (x, paired);
    assert_equal_bytes (x->x, y->x);
    assert_equal_bytes (x->flow, y->flow);
    assert_equal_bytes (x->mask, y->mask);
    g_assert_cmpmem (x->pair, N / 2 * sizeof (SgPair), y->pair,
        N / 2 * sizeof (SgPair));
    y = fill (c, step, 16, f->first, f->second, paired);
    g_assert_cmpint (memcmp (x->x->data, y->x->data,
            sg_tensor_desc_bytes (&x->x->desc)), !=, 0);
    y = fill (b, step + 1, 16, f->first, f->second, paired);
    g_assert_cmpint (memcmp (x->x->data, y->x->data,
            sg_tensor_desc_bytes (&x->x->desc)), !=, 0);
  }
}

/* Part @index of @n of a tensor of @whole must be @part. */
static void
check_part (const SgTensor * whole, guint index, guint n, const SgTensor * part,
    guint part_index, guint n_parts)
{
  gsize bytes = sg_tensor_desc_bytes (&whole->desc) / n;

  g_assert_cmpuint (bytes, ==, sg_tensor_desc_bytes (&part->desc) / n_parts);
  g_assert_cmpmem ((guint8 *) whole->data + index * bytes, bytes,
      (guint8 *) part->data + part_index * bytes, bytes);
}

/* Two machines of half a batch each make the images and pairs of one. */
static void
test_shared (Fixture * f, gconstpointer data)
{
  g_autoptr (SgBatcher) whole = new_batcher (N, SIZE, 1, 2);
  g_autoptr (SgBatcher) half = new_batcher (N / 2, SIZE, 1, 2);

  for (guint64 step = 0; step < 4; step++)
    for (guint rank = 0; rank < 2; rank++) {
      guint at = rank * N / 2;
      gboolean paired = step != 3;
      const SgBatch *x = fill (whole, step, N * step, f->first, f->second,
          paired);
      const SgBatch *y = fill (half, step, N * step + at, f->first + at,
          f->second + at, paired);

      for (guint i = 0; i < N / 4; i++) {
        guint j = rank * N / 4 + i;

        g_assert_cmpint (x->pair[j], ==, y->pair[i]);
        check_part (x->flow, j, N / 2, y->flow, i, N / 4);
        check_part (x->mask, j, N / 2, y->mask, i, N / 4);
        check_part (x->x, paired ? j : at + i, N, y->x, i, N / 2);
        check_part (x->x, paired ? N / 2 + j : at + N / 4 + i, N, y->x,
            N / 4 + i, N / 2);
      }
    }
}

/* x (p + flow), from the four nearest pixels. */
static gdouble
moved (const gfloat * x, gint size, const gfloat * flow, gint p, gint c)
{
  gdouble u = p % size + flow[p], v = p / size + flow[size * size + p];
  gint i = (gint) floor (u), j = (gint) floor (v);
  gdouble sum = 0;

  for (gint k = 0; k < 4; k++) {
    gint column = CLAMP (i + k % 2, 0, size - 1);
    gint row = CLAMP (j + k / 2, 0, size - 1);

    sum += (k % 2 ? u - i : 1 - u + i) * (k / 2 ? v - j : 1 - v + j)
        * x[(c * size + row) * size + column];
  }
  return sum;
}

/* Mean difference and mean trust of pair @index. */
static void
measure (const SgBatch * batch, guint index, gdouble * error, gdouble * trust)
{
  gint64 n = batch->x->desc.shape.dim[0];
  gint size = (gint) batch->x->desc.shape.dim[3], plane = size * size;
  const gfloat *a = image (batch, index), *b = image (batch, n / 2 + index);
  const gfloat *flow = (gfloat *) batch->flow->data + index * 2 * plane;
  const gfloat *mask = (gfloat *) batch->mask->data + index * plane;
  gint count = 0;

  *error = *trust = 0;
  for (gint p = 0; p < plane; p++) {
    *trust += mask[p] / plane;
    if (mask[p] <= 0.5)
      continue;
    count++;
    for (gint c = 0; c < 3; c++)
      *error += fabs (b[c * plane + p] - moved (a, size, flow, p, c)) / 3;
  }
  *error /= MAX (count, 1);
}

/* Every kind of pair is what its flow says, within noise, exposure and interpolation,
 * and without the flow it is not. */
static void
test_pairs (Fixture * f, gconstpointer data)
{
  g_autoptr (SgBatcher) batcher = new_batcher (N, SIZE, 2, 2);
  guint counts[SG_N_PAIRS] = { 0 };
  gdouble worst[SG_N_PAIRS] = { 0 }, trusts[SG_N_PAIRS] = { 0 };
  gdouble still[SG_N_PAIRS] = { 0 }, found[SG_N_PAIRS] = { 0 };

  for (guint64 step = 0; step < 24; step++) {
    const SgBatch *batch = fill (batcher, step, step * N, f->first,
        f->second, TRUE);

    for (guint i = 0; i < N / 2; i++) {
      SgPair pair = batch->pair[i];
      gsize bytes = sg_tensor_desc_bytes (&batch->flow->desc) / (N / 2);
      gdouble error, trust;

      measure (batch, i, &error, &trust);
      counts[pair]++;
      worst[pair] = MAX (worst[pair], error);
      found[pair] += error;
      trusts[pair] += trust;
      memset ((guint8 *) batch->flow->data + i * bytes, 0, bytes);
      measure (batch, i, &error, &trust);
      still[pair] += error;
    }
  }
  for (guint i = SG_PAIR_WARP; i < SG_N_PAIRS; i++) {
    g_test_message ("kind %u: %u, error %.4f (worst %.4f), with no flow %.4f, "
        "trust %.3f", i, counts[i], found[i] / counts[i], worst[i],
        still[i] / counts[i], trusts[i] / counts[i]);
    g_assert_cmpuint (counts[i], >, 8);
    /* Of noise of at most 0.03 and 3 % of exposure, and of the difference of two
     * interpolations. */
    g_assert_cmpfloat (worst[i], <, 0.055);
    g_assert_cmpfloat (trusts[i] / counts[i], >, 0.8);
    if (i != SG_PAIR_NOISE)
      g_assert_cmpfloat (still[i], >, 1.5 * found[i]);
  }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const gfloat *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

/* Of @flow where @mask says so. */
static gdouble
median (const gfloat * flow, const gfloat * mask, gint n)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gfloat));

  for (gint i = 0; i < n; i++)
    if (mask[i] > 0.5)
      g_array_append_val (values, flow[i]);
  g_assert_cmpint (values->len, >, n / 2);
  g_array_sort (values, compare);
  return g_array_index (values, gfloat, values->len / 2);
}

/* The frames differ by 3, 2 px of theirs: so many of the crop's, mirrored or not. */
static void
test_video (Fixture * f, gconstpointer data)
{
  g_autoptr (SgBatcher) batcher = new_batcher (2, 128, 3, 2);
  const gint plane = 128 * 128;
  guint n = 0;

  for (guint64 step = 0; step < 30; step++) {
    const SgBatch *batch = fill (batcher, step, 0, f->first, f->second, TRUE);
    const gfloat *flow = batch->flow->data, *mask = batch->mask->data;
    gdouble u, v, zoom = 128.0 / f->first[0].width;

    if (batch->pair[0] != SG_PAIR_VIDEO)
      continue;
    u = median (flow, mask, plane);
    v = median (flow + plane, mask, plane);
    g_assert_cmpfloat (v, >, 2 * zoom - 0.13);
    g_assert_cmpfloat (v, <, 2 * 1.8 * zoom + 0.13);
    g_assert_cmpfloat_with_epsilon (fabs (u), 1.5 * v, 0.32);
    n++;
  }
  g_assert_cmpuint (n, >, 5);
}

/* Sizes that no picture should have. */
static void
test_odd_pictures (gconstpointer data)
{
  static const gint sizes[][2] = {
    {5, 3}, {1, 1}, {1, 3000}, {4000, 2}, {97, 64}, {2000, 31}
  };
  g_autoptr (SgBatcher) batcher = new_batcher (2, 64, 0, 2);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gint width = sizes[i][0], height = sizes[i][1];
    g_autofree guint8 *rgb = g_malloc (3 * width * height);
    SgPicture pictures[2] = { {width, height, rgb}, {width, height, rgb}
    };
    SgPicture others[2] = { {2, 2, rgb}
    };

    memset (rgb, 128, 3 * width * height);
    if (width * height < 4)
      others[0] = pictures[0];
    for (guint64 step = 0; step < 20; step++) {
      check_batch (fill (batcher, step, 0, pictures, pictures, TRUE), TRUE);
      check_batch (fill (batcher, step, 0, pictures, others, TRUE), TRUE);
      check_batch (fill (batcher, step, 0, pictures, pictures, FALSE), FALSE);
    }
  }
}

/* What is even stays even: no borders, no ripples from scaling. */
static void
test_even (gconstpointer data)
{
  g_autoptr (SgBatcher) batcher = new_batcher (2, 64, 4, 1);
  g_autofree guint8 *rgb = g_malloc (3 * 300 * 200);
  SgPicture pictures[2] = { {300, 200, rgb}, {300, 200, rgb} };
  guint even = 0;

  memset (rgb, 100, 3 * 300 * 200);
  for (guint64 step = 0; step < 50; step++) {
    const SgBatch *batch = fill (batcher, step, 0, pictures, pictures, FALSE);
    const gfloat *x = image (batch, 0);
    gfloat low = 1, high = 0;

    for (gint p = 0; p < 64 * 64; p++) {
      low = MIN (low, x[p]);
      high = MAX (high, x[p]);
    }
    /* Noise of half a code value, never nothing: norms divide by the deviation. */
    g_assert_cmpfloat (high, >, low);
    even += high - low < 4 / 255.0;
  }
  /* Some have overlays, or are gradients. */
  g_assert_cmpuint (even, >=, 40);
}

static void
test_errors (gconstpointer data)
{
  g_autoptr (SgDevice) device = open_device (1);
  g_autoptr (SgBatcher) batcher = new_batcher (2, 64, 0, 1);
  static const gint bad[][2] = { {0, 64}, {3, 64}, {2, 0}, {2, 12}, {2, -8} };
  const SgPicture none[2] = { {0} };
  const SgBatch *batch;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    SgTrainConfig config = { .batch = (guint) bad[i][0], .size = bad[i][1] };

    g_assert_null (sg_batcher_new (&config, device, &error));
    g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
    g_clear_error (&error);
  }
  g_assert_false (sg_batcher_fill (batcher, 0, 0, none, none, TRUE, &batch,
          &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "picture 0"));
}

static void
write_batch (const SgBatch * batch, const gchar * folder, guint64 step)
{
  gint n = (gint) batch->x->desc.shape.dim[0];
  gint size = (gint) batch->x->desc.shape.dim[3], half = n / 2;
  gint width = half * size, height = 4 * size, plane = size * size;
  g_autofree guint8 *rgb = g_malloc0 (3 * width * height);
  g_autofree gchar *path = g_strdup_printf ("%s/batch-%u.png", folder,
      (guint) step);

  for (gint i = 0; i < width * height; i++) {
    gint column = i % width / size, row = i / width / size;
    gint p = i / width % size * size + i % width % size;
    const gfloat *mask = (gfloat *) batch->mask->data + column * plane;
    const gfloat *flow = (gfloat *) batch->flow->data + column * 2 * plane;
    gfloat m[3] = { mask[p], 0.5f + flow[p] / 32, 0.5f + flow[plane + p] / 32 };

    for (gint c = 0; c < 3; c++)
      rgb[3 * i + c] = (guint8) (255 * CLAMP (row < 2 ? image (batch,
                  row * half + column)[c * plane + p] : row == 2 ? fabs (image
                  (batch, half + column)[c * plane + p] - moved (image (batch,
                          column), size, flow, p, c)) * 5 : m[c], 0, 1));
  }
  g_assert_true (test_png_write (path, rgb, (guint) width, (guint) height,
          NULL));
}

/* Batches of a photograph, and how long one takes. */
static void
test_look (gconstpointer data)
{
  const gchar *folder = g_getenv ("SG_BATCH_OUT");
  g_autofree gchar *path = test_data_file ("photos/astronaut.png");
  g_autoptr (SgBatcher) batcher = new_batcher (N, 256, 7, 2);
  SgPicture pictures[N], none[N] = { {0} };
  g_autofree guint8 *rgb = NULL;
  guint width, height;

  if (path == NULL) {
    g_test_skip ("no photograph");
    return;
  }
  rgb = test_png_read (path, &width, &height, NULL);
  g_assert_nonnull (rgb);
  for (gint i = 0; i < N; i++)
    pictures[i] = (SgPicture) {
    (gint) width, (gint) height, rgb};
  for (guint64 step = 0; step < (folder ? 12 : 2); step++) {
    gint64 begin = g_get_monotonic_time ();
    const SgBatch *batch = fill (batcher, step, step * N, pictures,
        step % 2 ? pictures : none, TRUE);

    g_test_message ("%.1f ms", (gdouble) (g_get_monotonic_time () - begin)
        / 1000);
    check_batch (batch, TRUE);
    if (folder)
      write_batch (batch, folder, step);
  }
}

#define ADD(name, func) \
    g_test_add ("/batch/" name, Fixture, NULL, set_up, func, tear_down)

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("determinism", test_determinism);
  ADD ("shared", test_shared);
  ADD ("pairs", test_pairs);
  ADD ("video", test_video);
  g_test_add_data_func ("/batch/odd-pictures", NULL, test_odd_pictures);
  g_test_add_data_func ("/batch/even", NULL, test_even);
  g_test_add_data_func ("/batch/errors", NULL, test_errors);
  g_test_add_data_func ("/batch/look", NULL, test_look);
  return g_test_run ();
}
