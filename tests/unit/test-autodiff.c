/* gst-stylegan: tests of sg_autodiff ()
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What it does with graphs; whether gradients are right is checkop --grad's and
 * golden/gradients' to say. */
#include <string.h>

#include <sg/session.h>

#include "graph/graph.h"
#include "ops/reduce.h"
#include "train/autodiff.h"
#include "util/shape.h"

static SgValue *
add (SgGraph * graph, const gchar * op, gconstpointer attrs, SgValue * a,
    SgValue * b)
{
  SgValue *inputs[] = { a, b };
  g_autoptr (GError) error = NULL;
  SgValue *const *outputs = sg_graph_add_node (graph, op, op, attrs, inputs,
      b ? 2 : 1, 1, &error);

  g_assert_no_error (error);
  return outputs[0];
}

static SgValue *
sum (SgGraph * graph, SgValue * value)
{
  const SgReduceAttrs all = { 0 };

  return add (graph, "reduce_sum", &all, value, NULL);
}

static SgValue *
input (SgGraph * graph, const gchar * name)
{
  return sg_graph_add_input (graph, name, SG_DTYPE_F32, SHAPE (3));
}

/* Output @index of @graph, whose inputs all have the shape [3], for x = 1, 2, 3; the
 * next input is 10 times as large, and so on. */
static void
run (SgGraph * graph, gfloat * result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgDevice) device = sg_device_open (&(SgDeviceConfig) {
      SG_BACKEND_CPU, 1}
      , NULL, &error);
  g_autoptr (SgSession) session = NULL;
  g_autoptr (SgTensor) output = NULL;
  guint n = sg_graph_get_n_inputs (graph);
  SgTensorDesc descs[4];
  SgTensor *inputs[4];
  gfloat scale = 1;

  g_assert_no_error (error);
  for (guint i = 0; i < n; i++, scale *= 10) {
    const gfloat values[] = { scale, 2 * scale, 3 * scale };

    descs[i] = *sg_graph_get_input_desc (graph, i);
    inputs[i] = sg_tensor_new_f32 (values, 3);
  }
  session = sg_session_new (graph, device, descs, n, NULL, &error);
  g_assert_no_error (error);
  output = sg_tensor_new (SG_DTYPE_F32, SHAPE (3), &error);
  g_assert_true (sg_session_run (session, inputs, &output, &error));
  g_assert_no_error (error);
  memcpy (result, output->data, 3 * sizeof *result);
  for (guint i = 0; i < n; i++)
    sg_tensor_unref (inputs[i]);
}

static void
assert_gradient (SgGraph * graph, SgValue * gradient, gfloat a, gfloat b,
    gfloat c)
{
  gfloat got[3];

  sg_graph_add_output (graph, "gradient", gradient);
  run (graph, got);
  g_assert_cmpfloat_with_epsilon (got[0], a, 1e-5f);
  g_assert_cmpfloat_with_epsilon (got[1], b, 1e-5f);
  g_assert_cmpfloat_with_epsilon (got[2], c, 1e-5f);
}

/* sum (x * x + x): x is used three times. */
static void
test_accumulate (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = input (graph, "x"), *gradient;
  SgValue *loss = sum (graph, add (graph, "add", NULL, add (graph, "mul", NULL,
              x, x), x));

  g_assert_true (sg_autodiff (graph, loss, &x, 1, &gradient, &error));
  g_assert_no_error (error);
  assert_gradient (graph, gradient, 3, 5, 7);
}

/* A value in the middle, and one that the loss does not depend on. */
static void
test_computed_and_unused (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = input (graph, "x"), *gradients[3];
  SgValue *square = add (graph, "mul", NULL, x, x);
  SgValue *loss = sum (graph, add (graph, "mul", NULL, square, square));
  SgValue *other = add (graph, "neg", NULL, x, NULL);
  SgValue *wanted[] = { square, other, x };

  g_assert_true (sg_autodiff (graph, loss, wanted, 3, gradients, &error));
  g_assert_no_error (error);
  g_assert_nonnull (gradients[1]->constant);
  g_assert_cmpfloat (sg_tensor_get (gradients[1]->constant, 2), ==, 0);
  /* 2 x^2 + 0 + 4 x^3 */
  assert_gradient (graph, add (graph, "add", NULL, gradients[1],
          add (graph, "add", NULL, gradients[0], gradients[2])), 6, 40, 126);
}

/* What is not on the way from the wanted value to the loss costs nothing, and need
 * not have a gradient: floor has none. */
static void
test_prune (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = input (graph, "x"), *y = input (graph, "y"), *gradient;
  SgValue *rounded = add (graph, "floor", NULL, y, NULL);
  SgValue *loss = sum (graph, add (graph, "mul", NULL, x, rounded));
  guint n = sg_graph_get_n_nodes (graph);

  add (graph, "floor", NULL, x, NULL);
  g_assert_true (sg_autodiff (graph, loss, &x, 1, &gradient, &error));
  g_assert_no_error (error);
  /* expand the sum's, multiply by y's; the other product is not wanted */
  g_assert_cmpuint (sg_graph_get_n_nodes (graph), <=, n + 4);
  assert_gradient (graph, gradient, 10, 20, 30);
}

/* Shapes that depend on constants are folded on the way. */
static void
test_constants (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SgTensor) two = sg_tensor_new_f32_scalar (2);
  SgValue *x = input (graph, "x"), *gradient;
  SgValue *c = sg_graph_add_constant (graph, NULL, two);
  SgValue *four = add (graph, "mul", NULL, c, c);
  SgValue *loss = sum (graph, add (graph, "pow", NULL, x, four));

  g_assert_true (sg_autodiff (graph, loss, &x, 1, &gradient, &error));
  g_assert_no_error (error);
  assert_gradient (graph, gradient, 4, 32, 108);
}

/* The gradient of a gradient: 6 x of x^3. */
static void
test_twice (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = input (graph, "x"), *first, *second;
  SgValue *cube = add (graph, "mul", NULL, add (graph, "mul", NULL, x, x), x);

  g_assert_true (sg_autodiff (graph, sum (graph, cube), &x, 1, &first, &error));
  g_assert_no_error (error);
  g_assert_true (sg_autodiff (graph, sum (graph, first), &x, 1, &second,
          &error));
  g_assert_no_error (error);
  assert_gradient (graph, second, 6, 12, 18);
}

static void
test_no_gradient (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = input (graph, "x"), *gradient;
  SgValue *square = add (graph, "mul", NULL, x, x);
  SgValue *loss = sum (graph, add (graph, "mul", NULL, square, add (graph,
              "floor", NULL, square, NULL)));
  guint n = sg_graph_get_n_nodes (graph);

  g_assert_false (sg_autodiff (graph, loss, &x, 1, &gradient, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "'floor'"));
  /* as it was, and still good */
  g_assert_cmpuint (sg_graph_get_n_nodes (graph), ==, n);
  assert_gradient (graph, square, 1, 4, 9);
}

static void
test_bad_arguments (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = input (graph, "x"), *gradient, *mixed;
  SgValue *whole = sg_graph_add_input (graph, "whole", SG_DTYPE_I64, SHAPE (3));
  SgValue *loss = sum (graph, x);

  g_assert_false (sg_autodiff (graph, x, &x, 1, &gradient, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_SHAPE);
  g_clear_error (&error);
  g_assert_false (sg_autodiff (graph, loss, &whole, 1, &gradient, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  mixed = add (graph, "mul", NULL, x, whole);
  g_assert_false (sg_autodiff (graph, sum (graph, mixed), &x, 1, &gradient,
          &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_INVALID_MODEL);
}

static void
test_free_dimension (void)
{
  g_autoptr (SgGraph) graph = sg_graph_new ();
  g_autoptr (GError) error = NULL;
  SgValue *x = sg_graph_add_input (graph, "free", SG_DTYPE_F32, SHAPE (-1));
  SgValue *loss = sum (graph, x), *gradient;

  g_assert_false (sg_autodiff (graph, loss, &x, 1, &gradient, &error));
  g_assert_error (error, SG_ERROR, SG_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "'free'"));
}

gint
main (gint argc, gchar ** argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/autodiff/accumulate", test_accumulate);
  g_test_add_func ("/autodiff/computed-and-unused", test_computed_and_unused);
  g_test_add_func ("/autodiff/prune", test_prune);
  g_test_add_func ("/autodiff/constants", test_constants);
  g_test_add_func ("/autodiff/twice", test_twice);
  g_test_add_func ("/autodiff/no-gradient", test_no_gradient);
  g_test_add_func ("/autodiff/bad-arguments", test_bad_arguments);
  g_test_add_func ("/autodiff/free-dimension", test_free_dimension);
  return g_test_run ();
}
