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

for element in x264enc avenc_aac mpegtsmux flvmux decodebin pngenc avdec_h264 aacparse; do
  gst-inspect-1.0 --exists "$element" || skip "no GStreamer element $element"
done
"$make_model" "$work/a model.onnx" || fail "make-model"

# The streams of file $1.
streams() { gst-discoverer-1.0 -v "$1" | grep -oE '^ +(video|audio) #[0-9]' | awk '{print $1}' | sort | xargs; }

# Odd on purpose: nothing here is a multiple of anything.
input="$work/in put" output="$work/out put"
case $name in
  image)
    gst-launch-1.0 -q videotestsrc num-buffers=1 '!' video/x-raw,width=161,height=121 '!' \
      pngenc '!' filesink location="$input" || fail "could not make the picture"
    output+=.png ;;
  obs-out | obs-restream)
    # What OBS sends.
    gst-launch-1.0 -q videotestsrc num-buffers=20 '!' video/x-raw,width=162,height=122,framerate=20/1 '!' \
      x264enc '!' mux. audiotestsrc num-buffers=86 samplesperbuffer=441 '!' audio/x-raw,rate=44100 '!' \
      audioconvert '!' avenc_aac '!' mux. mpegtsmux name=mux '!' filesink location="$input" ||
      fail "could not make the stream" ;;
esac

mapfile -t words < <(PRINT=1 "$pipelines/run.sh" "$name" INPUT="$input" OUTPUT="$output" \
  MODEL="$work/a model.onnx" SERVER=rtmp://127.0.0.1/app/key)
[ ${#words[@]} -gt 0 ] || fail "run.sh printed nothing"

# A camera becomes a test picture, OBS a file, and what they go to a file or nothing.
replaced=() skipping=""
for w in "${words[@]}"; do
  # The properties of what is replaced.
  [ -n "$skipping" ] && [[ $w == *=* ]] && continue
  skipping=""
  case $w in
    v4l2src) replaced+=(videotestsrc num-buffers=10 name=source); skipping=1 ;;
    videotestsrc) replaced+=(videotestsrc num-buffers=10) ;;
    srtsrc) replaced+=(filesrc "location=$input" name=source); skipping=1 ;;
    autovideosink | autoaudiosink) replaced+=(fakesink sync=false); skipping=1 ;;
    srtsink | rtmp2sink) replaced+=(filesink "location=$output" name=sink); skipping=1 ;;
    video.) replaced+=(appsink name=video sync=false wait-on-eos=false) ;;
    *) replaced+=("$w") ;;
  esac
done
timeout 60 gst-launch-1.0 -e "${replaced[@]}" >"$work/log" 2>&1 || {
  cat "$work/log"
  fail "gst-launch-1.0 ended with $?"
}
grep -q 'Got EOS' "$work/log" || { cat "$work/log"; fail "no EOS"; }

case $name in
  obs-in) [ "$(streams "$output")" = video ] || fail "OBS gets '$(streams "$output")'" ;;
  obs-restream) [ "$(streams "$output")" = "audio video" ] || fail "the server gets '$(streams "$output")'" ;;
  image)
    # Not grep -q: it would leave gst-discoverer-1.0 with a broken pipe.
    gst-discoverer-1.0 -v "$output" | grep -E 'Width: 161$' >/dev/null || fail "the size changed"
    cmp -s "$input" "$output" && fail "the picture was not changed"
    ;;
esac
echo "ok: $name"
