#!/usr/bin/env bash
# Runs one of pipelines/*.launch with a generated clip and model; cameras and
# windows are replaced.
#   test-launch.sh NAME MAKE-MODEL PIPELINES-FOLDER
# SPDX-License-Identifier: LGPL-2.1-or-later
set -uo pipefail
name=$1 make_model=$2 pipelines=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }

for element in x264enc avenc_aac mp4mux decodebin pngenc avdec_h264; do
  gst-inspect-1.0 --exists "$element" || skip "no GStreamer element $element"
done
"$make_model" "$work/a model.onnx" || fail "make-model"

# Odd on purpose: nothing here is a multiple of anything.
clip() {
  local sound=()
  [ "$1" = sound ] && sound=(audiotestsrc num-buffers=86 samplesperbuffer=441 '!'
    audio/x-raw,rate=44100 '!' audioconvert '!' avenc_aac '!' mux.)
  gst-launch-1.0 -q videotestsrc num-buffers=20 '!' \
    video/x-raw,width=162,height=122,framerate=20/1 '!' x264enc '!' mux. \
    "${sound[@]}" mp4mux name=mux '!' filesink location="$work/in put.mp4" ||
    fail "could not make the clip"
}
# The streams of file $1, and how long it is, in tenths of a second.
streams() { gst-discoverer-1.0 -v "$1" | grep -oE '^ +(video|audio) #[0-9]' | awk '{print $1}' | sort | xargs; }
tenths() { gst-discoverer-1.0 "$1" | sed -n 's/.*Duration: 0:00:\([0-9]*\)\.\([0-9]\).*/\1\2/p'; }

input="$work/in put.mp4" output="$work/out put"
case $name in
  offline) clip sound; output+=.mp4 ;;
  offline-silent) clip silent; output+=.mp4 ;;
  image)
    gst-launch-1.0 -q videotestsrc num-buffers=1 '!' video/x-raw,width=161,height=121 '!' \
      pngenc '!' filesink location="$work/in put.png"
    input="$work/in put.png" output+=.png ;;
esac

mapfile -t words < <(PRINT=1 "$pipelines/run.sh" "$name" INPUT="$input" OUTPUT="$output" \
  MODEL="$work/a model.onnx")
[ ${#words[@]} -gt 0 ] || fail "run.sh printed nothing"

# A camera becomes a test picture, a window a sink that counts.
replaced=() skipping=""
for w in "${words[@]}"; do
  [ "$w" = '!' ] && skipping=""
  [ -n "$skipping" ] && continue
  case $w in
    v4l2src) replaced+=(videotestsrc num-buffers=10 name=source); skipping=1 ;;
    videotestsrc) replaced+=(videotestsrc num-buffers=10) ;;
    autovideosink) replaced+=(fakesink name=sink sync=false); skipping=1 ;;
    *) replaced+=("$w") ;;
  esac
done
timeout 60 gst-launch-1.0 -e "${replaced[@]}" >"$work/log" 2>&1 || {
  cat "$work/log"
  fail "gst-launch-1.0 ended with $?"
}
grep -q 'Got EOS' "$work/log" || { cat "$work/log"; fail "no EOS"; }

case $name in
  offline*)
    [ "$(streams "$output")" = "$(streams "$input")" ] ||
      fail "streams '$(streams "$input")' became '$(streams "$output")'"
    d=$(($(tenths "$output") - $(tenths "$input")))
    [ "${d#-}" -le 1 ] || fail "duration changed by $d tenths of a second"
    ;;
  image)
    # Not grep -q: it would leave gst-discoverer-1.0 with a broken pipe.
    gst-discoverer-1.0 -v "$output" | grep -E 'Width: 161$' >/dev/null || fail "the size changed"
    cmp -s "$input" "$output" && fail "the picture was not changed"
    ;;
esac
echo "ok: $name"
