/* gst-stylegan: what nn/scene_count.comp hands to nn/scene_change.comp
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Counts of a part, one after the other: histograms of 3 x 3 sections of the picture
 * now, then of the one before, then of costs. Two counts share a word, the lower index
 * in the lower half: a part has less than 2^16 of each. */

const uint SCENE_SECTIONS = 3u; /* as in ops/temporal.h */
const uint SCENE_BINS = 32u;
const uint SCENE_MAX_COST = 2040u;

const uint SCENE_PICTURE = SCENE_SECTIONS * SCENE_SECTIONS * SCENE_BINS;
const uint SCENE_COSTS = 2u * SCENE_PICTURE;    /* where they begin */
const uint SCENE_WORDS = (SCENE_COSTS + SCENE_MAX_COST + 2u) / 2u;
