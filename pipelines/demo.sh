#!/usr/bin/env bash
# Stylises a video clip; everything it needs is installed and built first.
#   pipelines/demo.sh [INPUT [MODEL [OUTPUT.mp4]]]
#
# INPUT   a video file; default: a clip of a cockatoo (from Debian's python3-imageio)
# MODEL   an ONNX style model; default: a style of ours, else one from ../shared/data/models
# OUTPUT  default: stylised.mp4; beside it a picture before/after is written: stylised.png
# HEIGHT=N in the environment: height in pixels that the network runs at (default 360; lower
#         is faster and gives larger strokes)
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail

if [ "${1-}" = --help ] || [ "${1-}" = -h ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0"
  exit 0
fi
top=$(cd "$(dirname "$0")/.." && pwd)
input=${1-} model=${2-} output=${3-stylised.mp4}
picture=${output%.*}.png
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$top/pipelines/build.sh"

if [ -z "$input" ]; then
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/gst-stylegan
  input=$cache/cockatoo.mp4
  if [ ! -s "$input" ]; then
    echo "Fetching the demo clip (Debian's python3-imageio, 3 MB) ..."
    mkdir -p "$cache"
    # apt downloads as a user of its own, who must be able to write here.
    chmod 777 "$work"
    (cd "$work" && apt-get download -q python3-imageio && dpkg-deb -x ./*.deb clip)
    mv "$work/clip/usr/lib/python3/dist-packages/imageio/resources/images/cockatoo.mp4" "$input"
  fi
fi
[ -r "$input" ] || { echo "Cannot read the video $input" >&2; exit 1; }

if [ -z "$model" ]; then
  for candidate in "$top"/gst/styles/*.onnx \
    "$top"/../shared/data/models/fns8_opset17.onnx "$top"/../shared/data/models/*.onnx; do
    if [ -r "$candidate" ]; then model=$candidate; break; fi
  done
  if [ -z "$model" ]; then
    echo "No style model found. Name an ONNX style model: $0 \"$input\" model.onnx" >&2
    exit 1
  fi
fi
[ -r "$model" ] || { echo "Cannot read the model $model" >&2; exit 1; }

"$top/pipelines/stylize.sh" --force --model "$model" --set "working-height=${HEIGHT:-360}" \
  --output "$output" "$input"

# Before and after, side by side: a frame from the last third.
gst-launch-1.0 -q compositor name=mix sink_1::xpos=640 ! videoconvert \
  ! videorate ! video/x-raw,framerate=1/1 ! pngenc ! multifilesink location="$work/%04d.png" \
  filesrc location="$input" ! decodebin ! videoconvert ! videoscale add-borders=true \
  ! video/x-raw,width=640,height=360,pixel-aspect-ratio=1/1 ! queue ! mix.sink_0 \
  filesrc location="$output" ! decodebin ! videoconvert ! videoscale add-borders=true \
  ! video/x-raw,width=640,height=360,pixel-aspect-ratio=1/1 ! queue ! mix.sink_1
frames=("$work"/*.png)
mv "${frames[$((${#frames[@]} * 3 / 4))]}" "$picture"
echo "Written: $output and $picture"
