/* gst-stylegan: checkop, trust in the past
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/temporal.h"
#include "checkop.h"

#define CONFIDENCE(...) ATTRS (SgTemporalConfidenceAttrs, __VA_ARGS__)

void
check_temporal_confidence (Check * check)
{
  CHECK ("flow", "f32[1,1,33,41]@0:40 f32[1,1,33,41]@0:40 f32[8]@0:2 "
      "f32[1,2,9,11]@-9:9", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 4), .expect = "[1,1,33,41]");
  CHECK ("out", "f32[1,1,33,41]@0:40 f32[1,1,33,41]@0:40 f32[8]@0:2 "
      "f32[1,2,9,11]@-300:300", CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4));
  CHECK ("static", "f32[1,1,33,41]@0:40 f32[1,1,33,41]@0:40 f32[8]@0:2",
      CHECK_FUNCTION, .attrs = CONFIDENCE (50, 0));
  CHECK ("noise", "f32[1,1,33,41]@0:40 f32[1,1,33,41]@0:40 f32[8]@9:11",
      CHECK_FUNCTION, .attrs = CONFIDENCE (100, 0));
  CHECK ("far", "f32[1,1,33,41]@0:255 f32[1,1,33,41]@0:255 f32[8]@0:2",
      CHECK_FUNCTION, .attrs = CONFIDENCE (60, 0));
  CHECK ("1x1", "f32[1,1,1,1]@0:9 f32[1,1,1,1]@0:9 f32[8]@0:0 "
      "f32[1,2,1,1]@0:0", CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4));
  CHECK ("narrow", "f32[1,1,67,2]@0:9 f32[1,1,67,2]@0:9 f32[8]@0:0",
      CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4));
  CHECK ("wrap", "f32[1,1,33,271]@0:40 f32[1,1,33,271]@0:40 f32[8]@0:2 "
      "f32[1,2,9,68]@-300:300", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 4, TRUE));
  CHECK ("wrap-narrow", "f32[1,1,9,1]@0:9 f32[1,1,9,1]@0:9 f32[8]@0:0",
      CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4, TRUE));
  CHECK ("moved", "f32[1,1,33,41]@0:40 f32[1,2,33,41]@0:40 f32[8]@0:2 "
      "f32[1,2,9,11]@-9:9", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 4, FALSE, {4, 1, 1}));
  CHECK ("moved-large", "f32[1,1,77,331]@0:40 f32[1,2,77,331]@0:40 f32[8]@0:2 "
      "f32[1,2,20,83]@-90:90", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 4, FALSE, {4, 1, 1}));
  CHECK ("moved-nearest", "f32[1,1,33,41]@0:40 f32[1,1,33,41]@0:40 f32[8]@0:2 "
      "f32[1,2,9,11]@-9:9", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 4, FALSE, {4, 1, 1}));
  CHECK ("moved-nowhere", "f32[1,1,33,41]@0:40 f32[1,2,33,41]@0:40 f32[8]@0:2 "
      "f32[1,2,9,11]@0:0", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 4, FALSE, {4, 1, 1}));
  CHECK ("moved-wrap", "f32[1,1,33,41]@0:40 f32[1,2,33,41]@0:40 f32[8]@0:2 "
      "f32[1,2,9,11]@-50:50", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 4, TRUE, {4, 1, 1, TRUE}));
  CHECK ("moved-without-flow", "f32[1,1,33,41] f32[1,2,33,41] f32[8]",
      CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4, FALSE, {4, 1, 1}),
      .flags = CHECK_REFUSED);
  CHECK ("moved-unit", "f32[1,1,33,41] f32[1,2,33,41] f32[8] f32[1,2,9,11]",
      CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4, FALSE, {4, 0, 1}),
      .flags = CHECK_REFUSED);
  CHECK ("wrong-grid", "f32[1,1,33,41] f32[1,1,33,41] f32[8] f32[1,2,8,11]",
      CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4), .flags = CHECK_REFUSED);
  CHECK ("scene", "f32[1,1,33,41] f32[1,1,33,41] f32[7]", CHECK_FUNCTION,
      .attrs = CONFIDENCE (50, 0), .flags = CHECK_REFUSED);
  BENCH ("bench", "f32[1,1,360,640]@0:20 f32[1,1,360,640]@0:20 f32[8]@0:0 "
      "f32[1,2,90,160]@-9:9", CHECK_FUNCTION, .attrs = CONFIDENCE (50, 4));
}
