/* gst-stylegan: times convolutions by themselves; checks those of the CPU
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   bench-conv [--threads N] [--repeat N] [--match TEXT]
 *   bench-conv --check [--cases N] [--seed N] [--only CASE]
 *   bench-conv --backend vulkan [--device NAME] [--precision fp32|fp16] [--divide N]
 *
 * GFLOP/s are nominal: those of the plain algorithm on the upsampled input.
 * SG_CPU_ISA chooses the instruction set, SG_VULKAN_CONV the kind of kernel. */
#include "bench-conv.h"
#include "cpu/conv2d.h"
#include "cpu/simd/simd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  float *x, *w, *b, *ss, *res, *y, *moments;
  gsize n_x, n_y;
  guint oc, oh, ow;             /* of y */
} Data;

static float *
alloc_random (GRand * rand, gsize n, double lo, double hi)
{
  float *p = g_aligned_alloc (n, sizeof (float), 64);   /* as tensors are */
  gsize i;

  for (i = 0; i < n; i++)
    p[i] = g_rand_double_range (rand, lo, hi);
  return p;
}

static void
data_init (Data * d, const CpuConv2dParams * p, GRand * rand)
{
  guint b = p->shuffle == CPU_SHUFFLE_NONE ? 1 : p->block;
  gsize taps = (gsize) p->ic / p->group * p->kh * p->kw;
  double scale = 1.0 / sqrt (taps);
  guint i;

  d->oc = p->oc / (b * b);
  d->oh = p->oh * b;
  d->ow = p->ow * b;
  d->n_x = (gsize) p->n * p->ic * p->ih * p->iw;
  d->n_y = (gsize) p->n * d->oc * d->oh * d->ow;
  d->x = alloc_random (rand, d->n_x, -1.0, 1.0);
  d->w = alloc_random (rand, p->transposed ? (gsize) p->ic * (p->oc / p->group)
      * p->kh * p->kw : taps * p->oc, -2.0 * scale, 2.0 * scale);
  d->b = alloc_random (rand, p->oc, -1.0, 1.0);
  d->ss = alloc_random (rand, (gsize) p->n * 2 * p->ic, -1.0, 1.0);
  for (i = 0; i < p->n * 2 * p->ic; i++) {
    if (i / p->ic % 2 == 0)
      d->ss[i] += 1.5f;
  }
  d->res = alloc_random (rand, d->n_y, -1.0, 1.0);
  d->y = g_aligned_alloc (d->n_y, sizeof (float), 64);
  d->moments = g_new (float, (gsize) p->n * d->oc * 2);
}

static void
data_clear (Data * d)
{
  g_aligned_free (d->x);
  g_aligned_free (d->w);
  g_aligned_free (d->b);
  g_aligned_free (d->ss);
  g_aligned_free (d->res);
  g_aligned_free (d->y);
  g_free (d->moments);
}

/* The plain reference. */

static double
ref_act (double v, const CpuAct * a)
{
  switch (a->kind) {
    case CPU_ACT_RELU:
      return MAX (v, 0.0);
    case CPU_ACT_LEAKY:
      return v < 0.0 ? v * a->alpha : v;
    case CPU_ACT_CLIP:
      return MIN (MAX (v, a->lo), a->hi);
    case CPU_ACT_TANH:
      return tanh (v);
    case CPU_ACT_SIGMOID:
      return 1.0 / (1.0 + exp (-v));
    default:
      return v;
  }
}

static int
ref_index (int i, int n, CpuPadMode mode)
{
  if (i >= 0 && i < n)
    return i;
  if (mode == CPU_PAD_ZERO)
    return -1;
  if (mode == CPU_PAD_EDGE)
    return i < 0 ? 0 : n - 1;
  return i < 0 ? -i : 2 * (n - 1) - i;
}

/* Prologue of element (n, c, i, j) of the upsampled, padded input. */
static double
ref_input (const CpuConv2dParams * p, const float *x, const float *ss, guint n,
    guint c, int i, int j)
{
  int up = p->upsample;
  double v;

  i = ref_index (i, p->ih * up, p->pad_mode);
  j = ref_index (j, p->iw * up, p->pad_mode);
  if (i < 0 || j < 0)
    return 0.0;
  v = x[(((gsize) n * p->ic + c) * p->ih + i / up) * p->iw + j / up];
  if (ss != NULL)
    v = v * ss[(n * 2) * p->ic + c] + ss[(n * 2 + 1) * p->ic + c];
  return ref_act (v, &p->prologue);
}

/* Output (n, o, i, j) before the epilogue, and in @mag the sum of the
 * magnitudes of its terms. */
static double
ref_conv (const CpuConv2dParams * p, const Data * d, const float *ss,
    const float *b, guint n, guint o, int i, int j, double *mag)
{
  guint icg = p->ic / p->group, ocg = p->oc / p->group, g = o / ocg;
  double sum = b != NULL ? b[o] : 0.0;
  guint c, ky, kx;

  *mag = fabs (sum);
  for (c = 0; c < icg; c++) {
    for (ky = 0; ky < p->kh; ky++) {
      for (kx = 0; kx < p->kw; kx++) {
        double v, w;
        int r, s;

        if (p->transposed) {
          r = i + p->pad_top - (int) (ky * p->dilation_h);
          s = j + p->pad_left - (int) (kx * p->dilation_w);
          if (r < 0 || s < 0 || r % p->stride_h || s % p->stride_w)
            continue;
          r /= (int) p->stride_h;
          s /= (int) p->stride_w;
          w = d->w[(((gsize) (g * icg + c) * ocg + o % ocg) * p->kh + ky)
              * p->kw + kx];
        } else {
          r = i * (int) p->stride_h + (int) (ky * p->dilation_h) - p->pad_top;
          s = j * (int) p->stride_w + (int) (kx * p->dilation_w) - p->pad_left;
          w = d->w[(((gsize) o * icg + c) * p->kh + ky) * p->kw + kx];
        }
        v = ref_input (p, d->x, ss, n, g * icg + c, r, s);
        sum += v * w;
        *mag += fabs (v * w);
      }
    }
  }
  return sum;
}

/* Compares element (n, f, i, j) of y. */
static gboolean
check_element (const CpuConv2dParams * p, const Data * d, const float *ss,
    const float *b, const float *res, guint n, guint f, guint i, guint j)
{
  guint s = p->shuffle == CPU_SHUFFLE_NONE ? 1 : p->block;
  gsize at = (((gsize) n * d->oc + f) * d->oh + i) * d->ow + j;
  guint q = i % s * s + j % s, o = f;
  double want, mag, got = d->y[at], tol;

  if (p->shuffle == CPU_SHUFFLE_CRD)
    o = f * s * s + q;
  else if (p->shuffle == CPU_SHUFFLE_DCR)
    o = q * d->oc + f;
  want = ref_conv (p, d, ss, b, n, o, i / s, j / s, &mag);
  if (res != NULL)
    want += res[at];
  want = ref_act (want, &p->epilogue);
  /* fp32 sums of up to some thousand terms; Winograd mixes the rounding errors
   * of a whole tile of outputs of size 1 to 10 into each of them */
  tol = 1e-6 + 3e-6 * mag;
  if (p->algorithm != CPU_CONV_DIRECT)
    tol += 2e-5;
  if (fabs (got - want) <= tol)
    return TRUE;
  g_print ("  y[%u,%u,%u,%u] = %.9g, expected %.9g (tolerance %.2g)\n", n, f, i,
      j, got, want, tol);
  return FALSE;
}

/* Against two passes in double over the y that was written. */
static gboolean
check_moments (const CpuConv2dParams * p, const Data * d)
{
  gsize size = (gsize) d->oh * d->ow, i, k;

  for (i = 0; i < (gsize) p->n * d->oc; i++) {
    const float *y = d->y + i * size;
    double mean = 0.0, var = 0.0;

    for (k = 0; k < size; k++)
      mean += y[k];
    mean /= size;
    for (k = 0; k < size; k++)
      var += (y[k] - mean) * (y[k] - mean);
    var /= size;
    /* a constant channel has a variance of double's rounding of the mean */
    if (fabs (d->moments[2 * i] - mean) > 2e-7 * fabs (mean) + 1e-6 * sqrt (var)
        || fabs (d->moments[2 * i + 1] - var) > 1e-5 * var
        + 1e-20 * mean * mean) {
      g_print ("  channel %u: mean %.9g, expected %.9g; variance %.9g, "
          "expected %.9g\n", (guint) i, d->moments[2 * i], mean,
          d->moments[2 * i + 1], var);
      return FALSE;
    }
  }
  return TRUE;
}

/* Random cases. */

static guint
pick (GRand * r, guint lo, guint hi)
{
  return lo + g_rand_int (r) % (hi - lo + 1);
}

static guint
random_size (GRand * r)
{
  switch (pick (r, 0, 5)) {
    case 0:
      return pick (r, 1, 5);
    case 1:
      return pick (r, 60, 140);
    default:
      return pick (r, 4, 40);
  }
}

static CpuAct
random_act (GRand * r, guint last)
{
  CpuAct act = { pick (r, 0, last), 0.2f, -0.3f, 0.6f };

  return act;
}

static guint
conv_out (guint in, guint kernel, guint stride, guint dilation, gint pad)
{
  gint size = (gint) in + pad - (gint) ((kernel - 1) * dilation + 1);

  return size < 0 ? 0 : size / stride + 1;
}

static void
random_geometry (GRand * r, CpuConv2dParams * p)
{
  guint same = pick (r, 0, 2);

  p->ih = random_size (r);
  p->iw = random_size (r);
  p->kh = pick (r, 1, pick (r, 0, 4) == 0 ? 9 : 4);
  p->kw = pick (r, 0, 2) ? p->kh : pick (r, 1, 7);
  p->stride_h = pick (r, 0, 2) ? 1 : pick (r, 1, 4);
  p->stride_w = pick (r, 0, 3) ? p->stride_h : pick (r, 1, 3);
  p->dilation_h = pick (r, 0, 3) ? 1 : pick (r, 1, 3);
  p->dilation_w = pick (r, 0, 3) ? p->dilation_h : pick (r, 1, 3);
  p->pad_mode = pick (r, 0, 2);
  p->upsample = pick (r, 0, 3) ? 1 : 2;
  if (same) {
    p->pad_top = p->pad_bottom = (p->kh - 1) / 2 * p->dilation_h;
    p->pad_left = p->pad_right = (p->kw - 1) / 2 * p->dilation_w;
  } else {
    p->pad_top = pick (r, 0, 5);
    p->pad_left = pick (r, 0, 5);
    p->pad_bottom = (gint) pick (r, 0, 6) - 1;
    p->pad_right = (gint) pick (r, 0, 6) - 1;
  }
}

static void
random_channels (GRand * r, CpuConv2dParams * p)
{
  static const guint usual[] = { 3, 8, 12, 16, 24, 32, 48, 64 };

  p->group = pick (r, 0, 3) ? 1 : pick (r, 1, 6);
  p->ic = p->group * pick (r, 1, p->group > 1 ? 5 : 20);
  p->oc = p->group * pick (r, 1, p->group > 1 ? 9 : 27);
  if (pick (r, 0, 3) == 0) {
    p->group = 1;
    p->ic = usual[pick (r, 0, 7)];
    p->oc = usual[pick (r, 0, 7)];
  } else if (pick (r, 0, 6) == 0) {
    p->group = p->ic = pick (r, 1, 40);
    p->oc = p->ic * pick (r, 1, 2);
  }
}

static gboolean
random_params (GRand * r, CpuConv2dParams * p)
{
  guint up, size_h, size_w;

  memset (p, 0, sizeof (*p));
  p->n = pick (r, 0, 4) ? 1 : pick (r, 1, 3);
  random_geometry (r, p);
  random_channels (r, p);
  p->algorithm = pick (r, 0, 4);
  if (p->algorithm == CPU_CONV_DEPTHWISE) {
    p->group = p->ic;
    p->oc = p->ic;
    p->upsample = 1;
    p->stride_h = MIN (p->stride_h, 2);
    p->stride_w = MIN (p->stride_w, 2);
  }
  if (p->algorithm == CPU_CONV_POINTWISE) {
    p->kh = p->kw = p->stride_h = p->stride_w = p->upsample = 1;
    p->pad_top = p->pad_left = p->pad_bottom = p->pad_right = 0;
  }
  if (p->algorithm == CPU_CONV_WINOGRAD) {
    p->kh = p->kw = 3;
    p->stride_h = p->stride_w = 1;
    p->dilation_h = p->dilation_w = pick (r, 0, 1) ? 1 : pick (r, 2, 4);
    if (pick (r, 0, 3) == 0) {
      p->stride_h = p->stride_w = 2;
      p->dilation_h = p->dilation_w = 1;
    }
    /* a pad that does not make all outputs those of the other phase */
    if (p->upsample == 2 && pick (r, 0, 3))
      p->pad_top = p->pad_left = 1;
  }
  p->prologue = random_act (r, CPU_ACT_CLIP);
  p->epilogue = random_act (r, CPU_ACT_SIGMOID);
  p->block = 1;
  if (pick (r, 0, 4) == 0) {
    p->transposed = TRUE;
    p->pad_mode = CPU_PAD_ZERO;
    p->upsample = 1;
    size_h = (p->ih - 1) * p->stride_h + (p->kh - 1) * p->dilation_h + 1;
    size_w = (p->iw - 1) * p->stride_w + (p->kw - 1) * p->dilation_w + 1;
    size_h += pick (r, 0, p->stride_h - 1) - p->pad_top - p->pad_bottom;
    size_w += pick (r, 0, p->stride_w - 1) - p->pad_left - p->pad_right;
    p->oh = MAX (1, (gint) size_h);
    p->ow = MAX (1, (gint) size_w);
    return TRUE;
  }
  if (pick (r, 0, 4) == 0) {
    p->shuffle = pick (r, 1, 2);
    p->block = pick (r, 1, 3);
    p->oc *= p->block * p->block;
  }
  up = p->upsample;
  p->oh = conv_out (p->ih * up, p->kh, p->stride_h, p->dilation_h,
      p->pad_top + p->pad_bottom);
  p->ow = conv_out (p->iw * up, p->kw, p->stride_w, p->dilation_w,
      p->pad_left + p->pad_right);
  if (p->pad_mode == CPU_PAD_REFLECT) {
    gint h = p->ih * up, w = p->iw * up;

    if (p->pad_top >= h || p->pad_bottom >= h || p->pad_left >= w
        || p->pad_right >= w)
      return FALSE;
  }
  return p->oh > 0 && p->ow > 0;
}

static void
print_params (const CpuConv2dParams * p)
{
  g_print ("%ux%ux%ux%u -> %ux%ux%u kernel %ux%u stride %ux%u dilation %ux%u "
      "group %u pad %d,%d,%d,%d mode %d up %u transposed %d act %d,%d "
      "shuffle %d,%u", p->n, p->ic, p->ih, p->iw, p->oc, p->oh, p->ow, p->kh,
      p->kw, p->stride_h, p->stride_w, p->dilation_h, p->dilation_w, p->group,
      p->pad_top, p->pad_left, p->pad_bottom, p->pad_right, p->pad_mode,
      p->upsample, p->transposed, p->prologue.kind, p->epilogue.kind,
      p->shuffle, p->block);
}

/* Runs with 1, 2 and 3 threads: all must agree in every bit. */
static gboolean
run_threads (const CpuConv2d * c, const float *packed, const Data * d,
    const float *ss, const float *res, gboolean moments, guint n_moments)
{
  g_autofree float *first = g_new (float, d->n_y);
  g_autofree float *first_moments = g_new0 (float, n_moments);
  gsize bytes = cpu_conv2d_scratch_bytes (c);
  gpointer scratch = g_aligned_alloc (1, bytes, 64);
  gboolean same = TRUE;
  guint threads;

  memset (d->moments, 0, n_moments * sizeof (float));
  for (threads = 1; threads <= 3 && same; threads++) {
    g_autoptr (SgThreadPool) pool = sg_thread_pool_get (threads);

    /* bytes of 0xff are NaN: whatever was not written shows */
    memset (d->y, 0xff, d->n_y * sizeof (float));
    memset (scratch, 0xff, bytes);
    cpu_conv2d_run (c, pool, packed, d->x, ss, res, d->y,
        moments ? d->moments : NULL, scratch);
    if (threads == 1) {
      memcpy (first, d->y, d->n_y * sizeof (float));
      memcpy (first_moments, d->moments, n_moments * sizeof (float));
    }
    same = memcmp (first, d->y, d->n_y * sizeof (float)) == 0
        && memcmp (first_moments, d->moments, n_moments * sizeof (float)) == 0;
    if (!same)
      g_print ("  differs with %u threads\n", threads);
  }
  g_aligned_free (scratch);
  return same;
}

/* The weights, packed for a wider picture where @c can do with them. */
static SgTensor *
pack (const CpuConv2d * c, CpuConv2dParams p, const float *w, const float *b)
{
  g_autoptr (CpuConv2d) wider = NULL;

  p.iw += 16 * p.stride_w;
  p.ow += 16 * (p.transposed ? p.stride_w * p.stride_w : p.upsample);
  wider = cpu_conv2d_new (&p, 3);
  if (wider != NULL && g_bytes_equal (cpu_conv2d_get_layout (wider),
          cpu_conv2d_get_layout (c)))
    c = wider;
  return cpu_conv2d_pack (c, w, b);
}

static gboolean
check_case (GRand * r, guint id)
{
  CpuConv2dParams p;
  const float *ss, *b, *res;
  gboolean moments, ok, far;
  g_autoptr (SgTensor) packed = NULL;
  CpuConv2d *c;
  Data d;
  guint i, n_samples;

  while (!random_params (r, &p));
  data_init (&d, &p, r);
  ss = pick (r, 0, 1) ? d.ss : NULL;
  b = pick (r, 0, 3) ? d.b : NULL;
  res = pick (r, 0, 2) == 0 ? d.res : NULL;
  moments = pick (r, 0, 1);
  far = b != NULL && pick (r, 0, 4) == 0;
  for (i = 0; far && i < p.oc; i++)
    d.b[i] += 1000.0f;

  c = cpu_conv2d_new (&p, 3);
  if (c == NULL) {
    g_print ("case %u refused: ", id);
    ok = FALSE;
  } else {
    packed = pack (c, p, d.w, b);
    ok = run_threads (c, packed->data, &d, ss, res, moments, p.n * d.oc * 2);
    n_samples = MIN (d.n_y, 3000);
    for (i = 0; ok && i < n_samples; i++) {
      gsize at = d.n_y <= 3000 ? i : g_rand_int (r) % d.n_y;

      ok = check_element (&p, &d, ss, b, res, at / ((gsize) d.oc * d.oh * d.ow),
          at / ((gsize) d.oh * d.ow) % d.oc, at / d.ow % d.oh, at % d.ow);
    }
    if (ok && moments)
      ok = check_moments (&p, &d);
    if (!ok)
      g_print ("case %u failed (%s): ", id, cpu_conv2d_describe (c));
  }
  if (!ok) {
    print_params (&p);
    g_print (" scale %d bias %d%s residual %d moments %d\n", ss != NULL,
        b != NULL, far ? "+1000" : "", res != NULL, moments);
  }
  cpu_conv2d_free (c);
  data_clear (&d);
  return ok;
}

static int
check (guint n_cases, guint seed, gint only)
{
  guint i, n_failed = 0;

  for (i = 0; i < n_cases; i++) {
    GRand *r = g_rand_new_with_seed (seed * 1000003u + i);

    if ((only < 0 || (guint) only == i) && !check_case (r, i))
      n_failed++;
    g_rand_free (r);
  }
  g_print ("%s: %u of %u cases failed\n", cpu_simd_get ()->name, n_failed,
      n_cases);
  return n_failed > 0;
}

/* Timing. */

static const Layer layers[] = {
  {"johnson", "9x9 3-32", 1, 3, 360, 640, 32, 9, 1, 1, 1, TRUE, FALSE},
  {"johnson", "3x3s2 32-64", 1, 32, 360, 640, 64, 3, 2, 1, 1, FALSE, FALSE},
  {"johnson", "3x3s2 64-128", 1, 64, 180, 320, 128, 3, 2, 1, 1, FALSE, FALSE},
  {"johnson", "3x3 128-128", 10, 128, 90, 160, 128, 3, 1, 1, 1, FALSE, FALSE},
  {"johnson", "up 3x3 128-64", 1, 128, 90, 160, 64, 3, 1, 2, 1, FALSE, FALSE},
  {"johnson", "up 3x3 64-32", 1, 64, 180, 320, 32, 3, 1, 2, 1, FALSE, FALSE},
  {"johnson", "9x9 32-3", 1, 32, 360, 640, 3, 9, 1, 1, 1, FALSE, TRUE},
  {"small", "5x5s2 3-16", 1, 3, 360, 640, 16, 5, 2, 1, 1, TRUE, FALSE},
  {"small", "3x3s2 16-48", 1, 16, 180, 320, 48, 3, 2, 1, 1, FALSE, FALSE},
  {"small", "3x3 48-48", 6, 48, 90, 160, 48, 3, 1, 1, 1, FALSE, FALSE},
  {"small", "up 3x3 48-16", 1, 48, 90, 160, 16, 3, 1, 2, 1, FALSE, FALSE},
  {"small", "3x3 16-12 d2s", 1, 16, 180, 320, 12, 3, 1, 1, 2, FALSE, TRUE},
  {"nano", "5x5s2 3-8", 1, 3, 360, 640, 8, 5, 2, 1, 1, TRUE, FALSE},
  {"nano", "3x3s2 8-24", 1, 8, 180, 320, 24, 3, 2, 1, 1, FALSE, FALSE},
  {"nano", "3x3 24-24", 6, 24, 90, 160, 24, 3, 1, 1, 1, FALSE, FALSE},
  {"nano", "up 3x3 24-8", 1, 24, 90, 160, 8, 3, 1, 2, 1, FALSE, FALSE},
  {"nano", "3x3 8-12 d2s", 1, 8, 180, 320, 12, 3, 1, 1, 2, FALSE, TRUE},
  {"wave-small", "3x3 12-24", 1, 12, 180, 320, 24, 3, 1, 1, 1, TRUE, FALSE},
  {"wave-small", "3x3s2 24-48", 1, 24, 180, 320, 48, 3, 2, 1, 1, FALSE, FALSE},
  {"wave-small", "3x3 48-48", 6, 48, 90, 160, 48, 3, 1, 1, 1, FALSE, FALSE},
  {"wave-small", "3x3d2 48-48", 4, 48, 90, 160, 48, 3, 1, 1, 1, FALSE, FALSE,
      2},
  {"wave-small", "up 3x3 48-24", 1, 48, 90, 160, 24, 3, 1, 2, 1, TRUE, TRUE},
  {"wave-small", "up 3x3 24-3", 1, 24, 180, 320, 3, 3, 1, 2, 1, FALSE, TRUE},
  {"wave-nano", "3x3 12-16", 1, 12, 180, 320, 16, 3, 1, 1, 1, TRUE, FALSE},
  {"wave-nano", "3x3s2 16-48", 1, 16, 180, 320, 48, 3, 2, 1, 1, FALSE, FALSE},
  {"wave-nano", "up 3x3 48-16", 1, 48, 90, 160, 16, 3, 1, 2, 1, TRUE, TRUE},
  {"wave-nano", "up 3x3 16-3", 1, 16, 180, 320, 3, 3, 1, 2, 1, FALSE, TRUE},
  {"other", "9x9 16-3", 1, 16, 360, 640, 3, 9, 1, 1, 1, FALSE, TRUE},
  {"other", "9x9 3-8", 1, 3, 360, 640, 8, 9, 1, 1, 1, TRUE, FALSE},
  {"other", "9x9 8-3", 1, 8, 360, 640, 3, 9, 1, 1, 1, FALSE, TRUE},
  {"other", "3x3 64-64", 1, 64, 90, 160, 64, 3, 1, 1, 1, FALSE, FALSE},
  {"other", "3x3 32-32", 1, 32, 90, 160, 32, 3, 1, 1, 1, FALSE, FALSE},
  {"other", "3x3 16-16", 1, 16, 180, 320, 16, 3, 1, 1, 1, FALSE, FALSE},
  {"other", "1x1 64-64", 1, 64, 90, 160, 64, 1, 1, 1, 1, FALSE, FALSE},
  {"other", "1x1 48-96", 1, 48, 90, 160, 96, 1, 1, 1, 1, FALSE, FALSE},
  {"other", "1x1 96-48", 1, 96, 90, 160, 48, 1, 1, 1, 1, FALSE, FALSE},
  {"depthwise", "5x5 48", 1, 48, 90, 160, 48, 5, 1, 1, 1, TRUE, FALSE, 1, 48},
  {"depthwise", "5x5d2 48", 1, 48, 90, 160, 48, 5, 1, 1, 1, TRUE, FALSE, 2, 48},
  {"depthwise", "3x3 24", 1, 24, 180, 320, 24, 3, 1, 1, 1, TRUE, FALSE, 1, 24},
  {"depthwise", "3x3 3", 1, 3, 360, 640, 3, 3, 1, 1, 1, TRUE, TRUE, 1, 3},
  {"depthwise", "3x3s2 48", 1, 48, 90, 160, 48, 3, 2, 1, 1, FALSE, FALSE, 1,
      48},
  {"depthwise", "7x7 24", 1, 24, 90, 160, 24, 7, 1, 1, 1, FALSE, FALSE, 1, 24},
};

static gint algorithm;

static CpuConv2dParams
layer_params (const Layer * l)
{
  CpuConv2dParams p = { 0 };

  p.n = 1;
  p.ic = l->ic;
  p.ih = l->ih;
  p.iw = l->iw;
  p.oc = l->oc;
  p.kh = p.kw = l->kernel;
  p.stride_h = p.stride_w = l->stride;
  p.dilation_h = p.dilation_w = MAX (l->dilation, 1);
  p.group = MAX (l->group, 1);
  p.pad_top = p.pad_left = p.pad_bottom = p.pad_right =
      l->kernel / 2 * p.dilation_h;
  p.pad_mode = CPU_PAD_REFLECT;
  p.upsample = l->upsample;
  p.algorithm = algorithm;
  p.prologue.kind = l->first ? CPU_ACT_NONE : CPU_ACT_RELU;
  p.shuffle = l->shuffle > 1 ? CPU_SHUFFLE_CRD : CPU_SHUFFLE_NONE;
  p.block = l->shuffle;
  p.oh = conv_out (p.ih * p.upsample, p.kh, l->stride, p.dilation_h,
      2 * p.pad_top);
  p.ow = conv_out (p.iw * p.upsample, p.kw, l->stride, p.dilation_w,
      2 * p.pad_left);
  return p;
}

static int
compare_double (const void *a, const void *b)
{
  double d = *(const double *) a - *(const double *) b;

  return (d > 0) - (d < 0);
}

/* Median milliseconds of a run; adds the mean to @mean. */
static double
time_layer (const Layer * l, SgThreadPool * pool, guint repeat, double *mean)
{
  CpuConv2dParams p = layer_params (l);
  GRand *r = g_rand_new_with_seed (1);
  g_autofree double *times = g_new (double, repeat);
  double gflop = 2e-9 * p.oc * (p.ic / p.group) * p.kh * p.kw * p.oh * p.ow;
  double ms;
  double total = 0.0;
  g_autoptr (SgTensor) packed = NULL;
  CpuConv2d *c;
  gpointer scratch;
  Data d;
  guint i;

  data_init (&d, &p, r);
  c = cpu_conv2d_new (&p, sg_thread_pool_get_size (pool));
  packed = cpu_conv2d_pack (c, d.w, d.b);
  scratch = g_aligned_alloc (1, cpu_conv2d_scratch_bytes (c), 64);
  for (i = 0; i < repeat + 2; i++) {
    gint64 t = g_get_monotonic_time ();

    cpu_conv2d_run (c, pool, packed->data, d.x, l->first ? NULL : d.ss, NULL,
        d.y, l->last ? NULL : d.moments, scratch);
    if (i >= 2)
      total += times[i - 2] = (g_get_monotonic_time () - t) * 1e-3;
  }
  qsort (times, repeat, sizeof (double), compare_double);
  ms = times[repeat / 2];
  g_print ("%-8s %-14s x%-3u %8.3f ms (min %.3f, mean %.3f)  %7.1f GFLOP/s  "
      "%s\n", l->net, l->name, l->count, ms, times[0], total / repeat,
      gflop / ms * 1e3, cpu_conv2d_describe (c));
  *mean += l->count * total / repeat;
  g_aligned_free (scratch);
  cpu_conv2d_free (c);
  data_clear (&d);
  g_rand_free (r);
  return ms;
}

static void
bench (guint n_threads, guint repeat, const gchar * match)
{
  g_autoptr (SgThreadPool) pool = sg_thread_pool_get (n_threads);
  double sum = 0.0, mean = 0.0;
  guint i;

  g_print ("%s, %u threads\n", cpu_simd_get ()->name,
      sg_thread_pool_get_size (pool));
  for (i = 0; i < G_N_ELEMENTS (layers); i++) {
    const Layer *l = &layers[i];
    gboolean last = i + 1 == G_N_ELEMENTS (layers)
        || strcmp (l->net, layers[i + 1].net) != 0;

    if (match == NULL || strstr (l->net, match) || strstr (l->name, match))
      sum += l->count * time_layer (l, pool, repeat, &mean);
    if (last && sum > 0.0) {
      g_print ("%-8s sum %.2f ms (of means %.2f)\n", l->net, sum, mean);
      sum = mean = 0.0;
    }
  }
}

int
main (int argc, char **argv)
{
  gint n_threads = 0, repeat = 15, n_cases = 400, seed = 1, only = -1;
  gboolean do_check = FALSE;
  gint divide = 1;
  g_autofree gchar *match = NULL, *backend = NULL, *device = NULL;
  g_autofree gchar *precision = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  /* *INDENT-OFF* */
  const GOptionEntry entries[] = {
    {"check", 0, 0, G_OPTION_ARG_NONE, &do_check, "Check random cases", NULL},
    {"cases", 0, 0, G_OPTION_ARG_INT, &n_cases, "Cases to check", "N"},
    {"seed", 0, 0, G_OPTION_ARG_INT, &seed, "Seed of the cases", "N"},
    {"only", 0, 0, G_OPTION_ARG_INT, &only, "Check one case", "CASE"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &n_threads, "Threads to time with", "N"},
    {"repeat", 0, 0, G_OPTION_ARG_INT, &repeat, "Runs of each layer", "N"},
    {"algorithm", 0, 0, G_OPTION_ARG_INT, &algorithm,
        "0 automatic, 1 direct, 2 Winograd, 3 pointwise, 4 depthwise", "N"},
    {"backend", 0, 0, G_OPTION_ARG_STRING, &backend, "cpu or vulkan", "NAME"},
    {"device", 0, 0, G_OPTION_ARG_STRING, &device,
        "GPU (default: llvmpipe)", "NAME"},
    {"precision", 0, 0, G_OPTION_ARG_STRING, &precision,
        "fp32 (default) or fp16", "NAME"},
    {"divide", 0, 0, G_OPTION_ARG_INT, &divide,
        "Vulkan: sizes are divided by that", "N"},
    {"match", 0, 0, G_OPTION_ARG_STRING, &match, "Only these layers", "TEXT"},
    {NULL}
  };
  /* *INDENT-ON* */

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (do_check)
    return check (n_cases, seed, only);
  if (g_strcmp0 (backend, "vulkan") == 0)
    return bench_vulkan (&(BenchVulkan) {
        device, precision, match, MAX (repeat, 1), MAX (divide, 1)}
      , layers, G_N_ELEMENTS (layers));
  bench (n_threads, MAX (repeat, 1), match);
  return 0;
}
