/* gst-stylegan: checkop, block matching. Vectors must be the same to the bit.
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/flow.h"
#include "checkop.h"

#define MATCH(...) ATTRS (SgFlowMatchAttrs, __VA_ARGS__)

void
check_flow_match (Check * check)
{
  static const struct
  {
    const gchar *name;
    SgFlowMatchAttrs attrs;
  } rows[] = {
    {"coarsest", {4, 8, 4, 16, 4, FALSE}},
    {"middle", {4, 8, 2, 4, 4, FALSE}},
    {"finest", {8, 16, 1, 1, 4, TRUE}},
    {"half-subpixel", {4, 8, 2, 2, 3, TRUE}},
    {"choose", {4, 8, 0, 1, 0, FALSE}},
    {"odd-step", {5, 16, 3, 2, 0, TRUE}},
    {"rough", {8, 8, 8, 64, 255, FALSE}},
    {"wrap", {4, 8, 4, 1, 4, FALSE, TRUE}},
    {"wrap-subpixel", {8, 16, 2, 1, 0, TRUE, TRUE}},
  };
  /* 8 x 9 blocks of 4; random numbers have many near ties and vectors that lead
   * out; few levels have many ties */
  static const struct
  {
    const gchar *name, *pictures;
  } pictures[] = {
    {"", "f32[1,1,32,35]@-10:265 f32[1,1,32,35]@-10:265"},
    {"-ties", "f32[1,1,32,35]@0:1.9 f32[1,1,32,35]@0:1.9"},
    {"-small", "f32[1,1,3,2]@0:255 f32[1,1,3,2]@0:255"},
    {"-large", "f32[1,1,77,131]@0:255 f32[1,1,77,131]@0:255"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint k = 0; k < G_N_ELEMENTS (pictures); k++) {
      g_autofree gchar *name = g_strconcat (rows[i].name, pictures[k].name,
          NULL);

      CHECK (name, pictures[k].pictures, CHECK_EXACT,
          .attrs = &rows[i].attrs, .n_outputs = 2);
    }
  CHECK ("coarse-half", "f32[1,1,32,35]@0:255 f32[1,1,32,35]@0:255 "
      "f32[1,2,4,5]@-20:20", CHECK_EXACT,
      .attrs = MATCH (4, 8, 2, 2, 4, TRUE), .n_outputs = 2,
      .expect = "[1,2,8,9] [1,1,8,9]");
  CHECK ("coarse-same", "f32[1,1,32,35]@0:255 f32[1,1,32,35]@0:255 "
      "f32[1,2,8,9]@-20:20", CHECK_EXACT,
      .attrs = MATCH (4, 8, 2, 2, 4, TRUE), .n_outputs = 2);
  CHECK ("coarse-far", "f32[1,1,64,67]@0:255 f32[1,1,64,67]@0:255 "
      "f32[1,2,4,5]@-300:300", CHECK_EXACT,
      .attrs = MATCH (8, 16, 1, 4, 4, TRUE), .n_outputs = 2);
  /* neighbours lead so far apart that a GPU's shared memory does not hold it */
  CHECK ("coarse-apart", "f32[1,1,160,163]@0:255 f32[1,1,160,163]@0:255 "
      "f32[1,2,10,11]@-120:120", CHECK_EXACT,
      .attrs = MATCH (8, 16, 1, 1, 4, TRUE), .n_outputs = 2);
  CHECK ("coarse-choose", "f32[1,1,32,35]@0:255 f32[1,1,32,35]@0:255 "
      "f32[1,2,4,5]@-6:6", CHECK_EXACT,
      .attrs = MATCH (4, 8, 0, 1, 0, FALSE), .n_outputs = 2);
  CHECK ("coarse-choose-ties", "f32[1,1,32,35]@0:1.5 f32[1,1,32,35]@0:1.5 "
      "f32[1,2,4,5]@-6:6", CHECK_EXACT,
      .attrs = MATCH (4, 8, 0, 1, 0, FALSE), .n_outputs = 2);
  CHECK ("coarse-choose-fee", "f32[1,1,70,75]@0:25 f32[1,1,70,75]@0:25 "
      "f32[1,2,9,10]@-6:6", CHECK_EXACT,
      .attrs = MATCH (4, 8, 0, 1, 64, FALSE), .n_outputs = 2);
  CHECK ("wrap-coarse", "f32[1,1,32,40]@0:255 f32[1,1,32,40]@0:255 "
      "f32[1,2,4,5]@-90:90", CHECK_EXACT,
      .attrs = MATCH (4, 8, 2, 1, 4, TRUE, TRUE), .n_outputs = 2);
  CHECK ("any", "f32[1,1,32,35] f32[1,1,32,35] f32[1,2,4,5]", CHECK_EXACT,
      .attrs = MATCH (4, 8, 1, 1, 4, TRUE), .n_outputs = 2,
      .flags = CHECK_NOT_FINITE);
  CHECK ("sizes-differ", "f32[1,1,32,35] f32[1,1,32,36]", CHECK_EXACT,
      .attrs = MATCH (4, 8, 1, 1, 4, TRUE), .n_outputs = 2,
      .flags = CHECK_REFUSED);
  CHECK ("coarse-size", "f32[1,1,32,35] f32[1,1,32,35] f32[1,2,3,5]",
      CHECK_EXACT, .attrs = MATCH (4, 8, 1, 1, 4, TRUE), .n_outputs = 2,
      .flags = CHECK_REFUSED);
  CHECK ("window", "f32[1,1,32,35] f32[1,1,32,35]", CHECK_EXACT,
      .attrs = MATCH (4, 12, 1, 1, 4, TRUE), .n_outputs = 2,
      .flags = CHECK_REFUSED);
  CHECK ("unit", "f32[1,1,32,35] f32[1,1,32,35]", CHECK_EXACT,
      .attrs = MATCH (4, 8, 1, 3, 4, TRUE), .n_outputs = 2,
      .flags = CHECK_REFUSED);
  BENCH ("bench-finest", "f32[1,1,360,640]@0:255 f32[1,1,360,640]@0:255 "
      "f32[1,2,45,80]@-4:4", CHECK_EXACT,
      .attrs = MATCH (8, 16, 1, 1, 4, TRUE), .n_outputs = 2);
  BENCH ("bench-half", "f32[1,1,180,320]@0:255 f32[1,1,180,320]@0:255 "
      "f32[1,2,23,40]@-4:4", CHECK_EXACT,
      .attrs = MATCH (4, 8, 2, 2, 4, FALSE), .n_outputs = 2);
  BENCH ("bench-choose", "f32[1,1,360,640]@0:255 f32[1,1,360,640]@0:255 "
      "f32[1,2,45,80]@-4:4", CHECK_EXACT,
      .attrs = MATCH (4, 8, 0, 1, 64, FALSE), .n_outputs = 2);
}
