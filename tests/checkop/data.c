/* gst-stylegan: checkop's cases, from text to memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "harness.h"

#include <math.h>
#include <string.h>

static gboolean
syntax_error (const gchar * text, GError ** error)
{
  g_set_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT,
      "the case itself is written wrongly at '%s'", text);
  return FALSE;
}

static SgDType
parse_dtype (const gchar ** text)
{
  for (SgDType dtype = SG_DTYPE_F32; dtype <= SG_DTYPE_BOOL; dtype++) {
    const gchar *name = sg_dtype_name (dtype);
    gsize n = strlen (name);

    if (g_str_has_prefix (*text, name) && strchr ("[{(", (*text)[n])) {
      *text += n;
      return dtype;
    }
  }
  return SG_DTYPE_NONE;
}

/* A list of numbers up to @end. */
static gboolean
parse_list (const gchar ** text, gchar end, gdouble * values, guint max,
    guint * n)
{
  const gchar *s = *text + 1;

  for (*n = 0; *s != end; (*n)++) {
    gchar *after;

    if (*n >= max)
      return FALSE;
    values[*n] = g_ascii_strtod (s, &after);
    if (after == s)
      return FALSE;
    s = *after == ',' ? after + 1 : after;
  }
  *text = s + 1;
  return TRUE;
}

static void
set_shape (SgShape * shape, const gdouble * values, guint n)
{
  shape->rank = (gint) n;
  for (guint i = 0; i < n; i++)
    shape->dim[i] = (gint64) values[i];
}

static gboolean
parse_shape (const gchar ** text, SgShape * shape)
{
  gdouble values[SG_MAX_RANK];
  guint n;

  if (**text != '[' || !parse_list (text, ']', values, SG_MAX_RANK, &n))
    return FALSE;
  set_shape (shape, values, n);
  return TRUE;
}

static gboolean
parse_random (const gchar ** text, CheckInput * input)
{
  gdouble wide = input->desc.dtype == SG_DTYPE_BOOL ? 1.999
      : sg_dtype_is_float (input->desc.dtype) ? 1 : 100;
  gchar *after;

  if (!parse_shape (text, &input->desc.shape))
    return FALSE;
  input->low = -wide;
  input->high = wide;
  if (**text == '@') {
    input->ranged = TRUE;
    input->low = g_ascii_strtod (*text + 1, &after);
    if (*after != ':')
      return FALSE;
    input->high = g_ascii_strtod (after + 1, &after);
    *text = after;
  }
  if (**text == '!') {
    input->constant = TRUE;
    (*text)++;
  }
  return TRUE;
}

static gboolean
parse_input (const gchar ** text, CheckInput * input)
{
  const gchar *s = *text;
  gboolean ok = TRUE;

  if (*s == '-') {
    input->omitted = TRUE;
    *text = s + 1;
    return TRUE;
  }
  input->desc.dtype = parse_dtype (&s);
  if (input->desc.dtype == SG_DTYPE_NONE)
    return FALSE;
  if (*s == '[') {
    ok = parse_random (&s, input);
  } else {
    gboolean scalar = *s == '(';

    input->constant = TRUE;
    ok = parse_list (&s, scalar ? ')' : '}', input->values, CHECK_MAX_VALUES,
        &input->n_values);
    input->desc.shape.rank = scalar ? 0 : 1;
    input->desc.shape.dim[0] = input->n_values;
  }
  *text = s;
  return ok && (*s == ' ' || *s == '\0');
}

static gboolean
parse_inputs (CheckData * data, GError ** error)
{
  const gchar *s = data->kase->inputs;
  guint n = 0;

  while (*s) {
    if (*s == ' ') {
      s++;
      continue;
    }
    if (n >= CHECK_MAX_INPUTS || !parse_input (&s, &data->input[n]))
      return syntax_error (s, error);
    if (!data->input[n].omitted)
      data->descs[n] = data->input[n].desc;
    n++;
  }
  data->call.n_inputs = n;
  return TRUE;
}

static gboolean
make_constants (CheckData * data, gint64 seed, GError ** error)
{
  for (guint i = 0; i < data->call.n_inputs; i++) {
    CheckInput *input = &data->input[i];
    SgTensor *tensor;

    if (!input->constant)
      continue;
    tensor = sg_tensor_new (input->desc.dtype, &input->desc.shape, error);
    if (tensor == NULL)
      return FALSE;
    data->constants[i] = tensor;
    if (input->n_values > 0) {
      for (guint k = 0; k < input->n_values; k++)
        sg_dtype_store (input->desc.dtype, tensor->data, k, input->values[k]);
    } else {
      check_data_fill (data, i, CHECK_PATTERN_RANDOM, seed, tensor->data);
    }
  }
  return TRUE;
}

/* infer () with what the planner checks before and behind it for all. */
static gboolean
infer (SgCall * call, GError ** error)
{
  for (guint i = 0; i < call->op->min_inputs; i++)
    if (!sg_call_has_input (call, i))
      return sg_call_error (call, error, SG_ERROR_INVALID_MODEL,
          "input %u is missing", i);
  if (!call->op->infer (call, error))
    return FALSE;
  for (guint i = 0; i < call->n_outputs; i++)
    if (sg_tensor_desc_bytes (&call->outputs[i]) > G_MAXSIZE / 2)
      return sg_call_error (call, error, SG_ERROR_SHAPE, "output too large");
  return TRUE;
}

gboolean
check_data_init (CheckData * data, Check * check, const CheckCase * kase,
    GError ** error)
{
  memset (data, 0, sizeof *data);
  data->kase = kase;
  data->label = g_strdup_printf ("%s/%s", check->op->name, kase->name);
  data->call.op = check->op;
  data->call.name = kase->name;
  data->call.attrs = kase->attrs;
  data->call.inputs = data->descs;
  data->call.outputs = data->outputs;
  data->call.n_outputs = MAX (kase->n_outputs, 1);
  data->call.constants = data->constants;
  if (!parse_inputs (data, error) || !make_constants (data, check->seed, error))
    return FALSE;
  return infer (&data->call, error);
}

void
check_data_clear (CheckData * data)
{
  for (guint i = 0; i < CHECK_MAX_INPUTS; i++)
    g_clear_pointer (&data->constants[i], sg_tensor_unref);
  g_clear_pointer (&data->label, g_free);
}

gboolean
check_data_expected (const CheckData * data, GError ** error)
{
  const gchar *s = data->kase->expect;

  for (guint i = 0; s && *s; i++) {
    SgShape shape;

    if (i >= data->call.n_outputs || !parse_shape (&s, &shape))
      return syntax_error (s, error);
    if (!sg_shape_equal (&shape, &data->outputs[i].shape)) {
      g_autofree gchar *want = sg_shape_to_string (&shape);
      g_autofree gchar *have = sg_shape_to_string (&data->outputs[i].shape);

      g_set_error (error, SG_ERROR, SG_ERROR_SHAPE,
          "output %u is inferred as %s; it should be %s", i, have, want);
      return FALSE;
    }
    while (*s == ' ')
      s++;
  }
  return TRUE;
}

gboolean
check_data_has_pattern (const CheckData * data, CheckPattern pattern)
{
  gboolean any = FALSE;

  if (pattern == CHECK_PATTERN_RANDOM)
    return TRUE;
  if (data->kase->flags & CHECK_ONLY_RANDOM)
    return FALSE;
  if (pattern == CHECK_PATTERN_NOT_FINITE
      && !(data->kase->flags & CHECK_NOT_FINITE))
    return FALSE;
  for (guint i = 0; i < data->call.n_inputs; i++)
    any |= !data->input[i].constant && !data->input[i].omitted
        && !data->input[i].ranged
        && sg_dtype_is_float (data->input[i].desc.dtype);
  return any;
}

const gchar *
check_pattern_name (CheckPattern pattern)
{
  static const gchar *const names[CHECK_N_PATTERNS] = {
    "random", "zero", "negative zero", "large", "denormal", "constant planes",
    "mean far above deviation", "NaN and infinity"
  };

  return names[pattern];
}

static gdouble
pattern_value (CheckPattern pattern, TestRng * rng, gint64 plane)
{
  gdouble u = test_rng_uniform (rng, -1, 1);

  switch (pattern) {
    case CHECK_PATTERN_ZERO:
      return 0;
    case CHECK_PATTERN_NEGATIVE_ZERO:
      return -0.0;
    case CHECK_PATTERN_LARGE:
      return u * 1e6;
    case CHECK_PATTERN_DENORMAL:
      return u * 1e-39;
    case CHECK_PATTERN_CONSTANT:
      return 200.0 - 37.25 * (gdouble) (plane % 11);
    case CHECK_PATTERN_MEAN:
      return 100.0 - 23.0 * (gdouble) (plane % 7)
          + u * 100 / CHECK_MEAN_OVER_DEVIATION;
    case CHECK_PATTERN_NOT_FINITE:
      return u > 0.8 ? NAN : u > 0.6 ? INFINITY : u < -0.8 ? -INFINITY : u;
    case CHECK_PATTERN_RANDOM:
    case CHECK_N_PATTERNS:
      break;
  }
  return u;
}

void
check_data_fill (const CheckData * data, guint index, CheckPattern pattern,
    gint64 seed, gpointer memory)
{
  const CheckInput *input = &data->input[index];
  const SgShape *shape = &input->desc.shape;
  gint64 n = sg_shape_elements (shape), plane = 1;
  TestRng rng = test_rng ((guint64) seed + index, data->label);

  for (gint i = 2; i < shape->rank; i++)
    plane *= MAX (shape->dim[i], 1);
  for (gint64 i = 0; i < n; i++) {
    gdouble value;

    if (pattern == CHECK_PATTERN_RANDOM || input->ranged
        || !sg_dtype_is_float (input->desc.dtype))
      value = test_rng_uniform (&rng, input->low, input->high);
    else
      value = pattern_value (pattern, &rng, i / plane);
    sg_dtype_store (input->desc.dtype, memory, (gsize) i, value);
  }
}
