#!/usr/bin/env bash
# Plays a clip on a Vulkan device, and without any.
#   test-vulkan.sh same-picture MAKE-MODEL DATA-FOLDER    the GPU's frame is the processor's
#   test-vulkan.sh no-loader MAKE-MODEL DATA-FOLDER       without Vulkan it plays all the same
# The device is SG_TEST_VULKAN, or Mesa's llvmpipe. Clip and model are those of DATA-FOLDER
# (../shared/data) where they are there, else generated ones.
# SPDX-License-Identifier: LGPL-2.1-or-later
set -uo pipefail
name=$1 make_model=$2 data=$3
device=${SG_TEST_VULKAN:-llvmpipe}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }

for element in decodebin avdec_h264 videotestsrc; do
  gst-inspect-1.0 --exists "$element" || skip "no GStreamer element $element"
done

model="$work/a model.onnx"
if [ -r "$data/models/fns8_opset17.onnx" ]; then
  model=$data/models/fns8_opset17.onnx
else
  "$make_model" "$model" || fail "make-model"
fi
source=(videotestsrc num-buffers=3 pattern=ball)
if [ -r "$data/video/mdn_flower.mp4" ]; then
  source=(filesrc "location=$data/video/mdn_flower.mp4" '!' decodebin)
fi

# Stylises the first three frames, or some more: decoders go on for a while. $1: file for the RGB
# frames, then stylegan's properties. The log is $work/log.
frames=3 width=160 height=88
stylise() {
  local to=$1
  shift
  timeout 240 gst-launch-1.0 -e "${source[@]}" '!' videoconvert '!' videoscale '!' \
    "video/x-raw,format=NV12,width=$width,height=$height,pixel-aspect-ratio=1/1" '!' \
    identity eos-after=$((frames + 1)) '!' stylegan "model=$model" "$@" '!' \
    videoconvert '!' video/x-raw,format=RGB '!' filesink "location=$to" >"$work/log" 2>&1
}
# As many frames as there should be, at least.
check_size() {
  local bytes
  bytes=$(stat -c %s "$1")
  [ "$bytes" -ge $((frames * width * height * 3)) ] && [ $((bytes % (width * height * 3))) = 0 ] || {
    cat "$work/log"
    fail "$bytes bytes are not $frames frames of ${width}x$height, or more"
  }
}

same_picture() {
  local precision
  stylise "$work/cpu" backend=cpu || { cat "$work/log"; fail "on the processor"; }
  check_size "$work/cpu"
  for precision in fp32 fp16; do
    if ! stylise "$work/$precision" backend=vulkan "device=$device" precision=$precision; then
      cat "$work/log"
      grep -qiE 'no Vulkan|built without Vulkan' "$work/log" && [ "${CI-}" != true ] &&
        skip "no Vulkan device: $(grep ERROR "$work/log" | head -n 1)"
      fail "with precision=$precision on $device"
    fi
    grep -q WARNING "$work/log" && { cat "$work/log"; fail "a warning on $device"; }
    check_size "$work/$precision"
    python3 - "$work/cpu" "$work/$precision" "$precision" $((width * height * 3)) <<'PY' || fail "not the processor's picture"
import math, sys
n = int(sys.argv[4])
a, b = (open(name, 'rb').read(3 * n) for name in sys.argv[1:3])
worst = math.inf
for i in range(3):
    error = sum((x - y) ** 2 for x, y in zip(a[i * n:(i + 1) * n], b[i * n:(i + 1) * n]))
    worst = min(worst, 10 * math.log10(255 ** 2 * n / error) if error else math.inf)
contrast = max(a) - min(a)
print(f'{sys.argv[3]}: PSNR of the worst frame {worst:.1f} dB, contrast {contrast}')
sys.exit(worst < 45 or contrast < 50)
PY
  done
}

# backend=auto says in a warning why no GPU is used; asking for Vulkan is an error that says
# what to do.
no_loader() {
  export SG_VULKAN_LOADER=/nonexistent/libvulkan.so.1
  stylise "$work/auto" || { cat "$work/log"; fail "does not play without Vulkan"; }
  check_size "$work/auto"
  grep -A 1 '^WARNING: from element .*stylegan' "$work/log" | grep 'No GPU is used' ||
    { cat "$work/log"; fail "no warning that no GPU is used"; }
  stylise "$work/asked" backend=vulkan && { cat "$work/log"; fail "backend=vulkan plays without Vulkan"; }
  grep '^ERROR: from element .*Vulkan' "$work/log" || { cat "$work/log"; fail "no error that names Vulkan"; }
}

case $name in
  same-picture) same_picture ;;
  no-loader) no_loader ;;
  *) fail "no test $name" ;;
esac
echo "ok: $name"
