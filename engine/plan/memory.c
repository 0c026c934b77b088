/* gst-stylegan: one arena for all intermediate values
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/plan.h"

/* A value's life: from the step that writes it (-1: it is there from the start)
 * to the last that reads it (the number of steps: it is an output). */
typedef struct
{
  guint value;                  /* index */
  gint first, last;             /* steps */
  gsize bytes, offset;
  gint shares;                  /* life whose memory it continues, or -1 */
} Life;

gsize
plan_align (SgDevice * device)
{
  return device->backend->value_align ? device->backend->value_align (device)
      : SG_TENSOR_ALIGN;
}

static gsize
value_bytes (SgDevice * device, const SgTensorDesc * desc, gsize align)
{
  gsize bytes;

  if (device->backend->value_bytes)
    bytes = device->backend->value_bytes (device, desc);
  else
    bytes = sg_tensor_desc_bytes (desc) + SG_TENSOR_ALIGN;
  return (MAX (bytes, 1) + align - 1) / align * align;
}

static gint
compare_size (gconstpointer a, gconstpointer b, gpointer lives)
{
  const Life *la = (const Life *) lives + *(const guint *) a;
  const Life *lb = (const Life *) lives + *(const guint *) b;

  if (la->bytes != lb->bytes)
    return la->bytes > lb->bytes ? -1 : 1;
  return la->first - lb->first;
}

/* Lowest offset where @life fits beside those placed that overlap in time. */
static gsize
find_gap (const Life * lives, const guint * placed, guint n_placed,
    const Life * life)
{
  gsize offset = 0;
  gboolean moved = TRUE;

  while (moved) {
    moved = FALSE;
    for (guint i = 0; i < n_placed; i++) {
      const Life *other = &lives[placed[i]];

      if (other->last < life->first || other->first > life->last)
        continue;
      if (offset < other->offset + other->bytes
          && other->offset < offset + life->bytes) {
        offset = other->offset + other->bytes;
        moved = TRUE;
      }
    }
  }
  return offset;
}

static void
begin_life (GArray * lives, gint * of_value, SgDevice * device,
    const SgValue * value, gint first)
{
  gsize bytes = value_bytes (device, &value->desc, plan_align (device));
  Life life = { value->index, first, first, bytes, 0, -1 };

  if (of_value[value->index] != -1)
    return;
  of_value[value->index] = lives->len;
  g_array_append_val (lives, life);
}

/* Output 0 of some nodes takes over input 0's memory where that dies there. */
static void
share_memory (SgGraph * graph, const gboolean * in_place, GArray * lives,
    const gint * of_value)
{
  for (guint step = 0; step < graph->nodes->len; step++) {
    SgNode *node = g_ptr_array_index (graph->nodes, step);
    gint in, out;

    if (!in_place[step] || node->inputs[0] == NULL)
      continue;
    in = of_value[node->inputs[0]->index];
    out = of_value[node->outputs[0]->index];
    if (in >= 0 && out >= 0
        && g_array_index (lives, Life, in).last == (gint) step
        && g_array_index (lives, Life, in).bytes
        == g_array_index (lives, Life, out).bytes)
      g_array_index (lives, Life, out).shares = in;
  }
}

/* The lives of all values that the arena holds. */
static GArray *
collect (SgGraph * graph, SgDevice * device, const gboolean * in_place,
    const gboolean * outside)
{
  GArray *lives = g_array_new (FALSE, FALSE, sizeof (Life));
  g_autofree gint *of_value = g_new (gint, graph->values->len + 1);

  for (guint i = 0; i < graph->values->len; i++) {
    const SgValue *value = g_ptr_array_index (graph->values, i);

    of_value[i] = outside[i] || value->constant ? -2 : -1;
  }
  for (guint i = 0; i < graph->inputs->len; i++)
    begin_life (lives, of_value, device, g_ptr_array_index (graph->inputs, i),
        -1);
  for (guint step = 0; step < graph->nodes->len; step++) {
    SgNode *node = g_ptr_array_index (graph->nodes, step);

    for (guint k = 0; k < node->n_inputs; k++)
      if (node->inputs[k] && of_value[node->inputs[k]->index] >= 0)
        g_array_index (lives, Life,
            of_value[node->inputs[k]->index]).last = step;
    for (guint k = 0; k < node->n_outputs; k++)
      begin_life (lives, of_value, device, node->outputs[k], step);
  }
  for (guint i = 0; i < graph->outputs->len; i++) {
    const SgValue *value = g_array_index (graph->outputs, SgGraphOutput,
        i).value;

    if (of_value[value->index] >= 0)
      g_array_index (lives, Life, of_value[value->index]).last =
          graph->nodes->len;
  }
  share_memory (graph, in_place, lives, of_value);
  return lives;
}

gsize
plan_memory (SgGraph * graph, SgDevice * device, const gboolean * in_place,
    const gboolean * outside, gsize * offsets)
{
  g_autoptr (GArray) array = collect (graph, device, in_place, outside);
  Life *lives = (Life *) (gpointer) array->data;
  g_autofree guint *order = g_new (guint, array->len + 1);
  guint n = 0;
  gsize total = 0;

  for (guint i = 0; i < graph->values->len; i++)
    offsets[i] = G_MAXSIZE;
  /* A life that continues another one's memory lengthens that one's. */
  for (guint i = array->len; i-- > 0;)
    if (lives[i].shares >= 0)
      lives[lives[i].shares].last = MAX (lives[i].last,
          lives[lives[i].shares].last);
  for (guint i = 0; i < array->len; i++)
    if (lives[i].shares < 0)
      order[n++] = i;
  g_qsort_with_data (order, n, sizeof *order, compare_size, lives);
  for (guint i = 0; i < n; i++) {
    Life *life = &lives[order[i]];

    life->offset = find_gap (lives, order, i, life);
    total = MAX (total, life->offset + life->bytes);
  }
  for (guint i = 0; i < array->len; i++) {
    if (lives[i].shares >= 0)
      lives[i].offset = lives[lives[i].shares].offset;
    offsets[lives[i].value] = lives[i].offset;
  }
  return total;
}
