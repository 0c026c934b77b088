#!/usr/bin/env bash
# Everything that is to be known about a GPU, in under ten minutes: the tests on it, and how fast it is.
#   tests/bench/gpu.sh [--size WxH] [DEVICE]
#                                     builds, runs, prints one table (DEVICE: as the element's property; default: the first GPU;
#                                     WxH: of the frames, default 1920x1080)
#   tests/bench/gpu.sh --pack FOLDER  gathers a finished build with its libraries, models and itself, for a machine that has
#                                     neither compilers nor packages; there, run FOLDER/gpu.sh [DEVICE]
# The logs are in gpu-results/ beside where it is run. Without ../shared/data (or what was packed of it) there is
# nothing to measure. PyTorch is timed too where python3 has it with CUDA and the package onnx.
# SPDX-License-Identifier: LGPL-2.1-or-later
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

size=1920x1080
programs=(tests/checkop/checkop tests/golden/golden tests/unit/test-device tests/unit/test-vulkan
  tests/unit/test-program tests/unit/test-frame tests/unit/test-repair tests/unit/test-temporal-vulkan
  tests/bench/bench-model tests/bench/bench-conv tests/bench/bench-image tests/bench/bench-gpu)
# GStreamer's plugins that bench-model --pipeline needs
plugins=(coreelements app videoconvertscale)
folders=(bench models golden)

pack() {
  local to=$1 root=$here/../..
  (cd "$root" && pipelines/build.sh --tests) || exit 1
  mkdir -p "$to/bin" "$to/lib" "$to/plugins" "$to/data" || exit 1
  (cd "$root/build" && cp "${programs[@]}" "$to/bin/") || exit 1
  cp "$root/build/gst/libgststylegan.so" "$to/plugins/" || exit 1
  local from p
  from=$(pkg-config --variable=pluginsdir gstreamer-1.0)
  for p in "${plugins[@]}"; do cp "$from/libgst$p.so" "$to/plugins/" || exit 1; done
  # All libraries but the C library's, which goes with its kernel and loader, and
  # Vulkan's, which goes with the driver.
  ldd "$to"/bin/* "$to"/plugins/*.so | awk '$3 ~ /^\// {print $3}' | sort -u |
    grep -Ev '/(libc|libm|libdl|librt|libpthread|ld-linux[^/]*|libvulkan)\.so' |
    xargs -r cp -L -t "$to/lib" || exit 1
  for p in "${folders[@]}"; do
    cp -rL "$root/../shared/data/$p" "$to/data/" && chmod -R u+w "$to/data/$p" || exit 1
  done
  cp "$here/gpu.sh" "$here/torch-bench.py" "$to/"
  strip "$to"/bin/* "$to"/plugins/libgststylegan.so 2>/dev/null
  echo "$to: $(du -sh "$to" | cut -f1). On the other machine: $(basename "$to")/gpu.sh"
}

case ${1-} in
  --help | -h) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  --pack)
    [ $# = 2 ] || { echo "usage: $0 --pack FOLDER" >&2; exit 2; }
    mkdir -p "$2" && pack "$(cd "$2" && pwd)"
    exit ;;
  --size) size=${2:?--size needs WxH}; shift 2 ;;
  -*) echo "unknown option $1; see $0 --help" >&2; exit 2 ;;
esac

if [ -d "$here/bin" ]; then
  bin=$here/bin data=$here/data torch=$here/torch-bench.py
  export LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export GST_PLUGIN_PATH=$here/plugins GST_PLUGIN_SYSTEM_PATH=$here/plugins GST_REGISTRY_FORK=no
else
  root=$here/../..
  (cd "$root" && pipelines/build.sh --tests) || exit 1
  data=$root/../shared/data torch=$here/torch-bench.py
  bin=$(mktemp -d) && trap 'rm -rf "$bin"' EXIT
  for p in "${programs[@]}"; do ln -s "$(realpath "$root/build/$p")" "$bin/"; done
  export GST_PLUGIN_PATH=$root/build/gst
fi
export SG_TEST_DATA=$data GST_REGISTRY=${TMPDIR:-/tmp}/gpu-bench.registry
[ -d "$data/bench" ] || { echo "no models in $data: nothing to measure" >&2; exit 1; }
out=$PWD/gpu-results
mkdir -p "$out" || exit 1

device=${1-}
if [ -z "$device" ]; then
  device=$("$bin/bench-gpu" --first-gpu) || { echo "no GPU: $("$bin/bench-gpu" --list)" >&2; exit 1; }
fi
export SG_TEST_VULKAN=$device

rows=()
row() { rows+=("$(printf '%-44s %s' "$1" "$2")"); printf '%-44s %s\n' "$1" "$2"; }
# The first number after a word in a log: value LOG REGEX
value() { grep -oE "$2" "$1" | grep -oE '[0-9]+(\.[0-9]+)?' | head -n 1; }

# Name, seconds at most, command: one row with how it ended.
check() {
  local name=$1 seconds=$2 log=$out/${1// /-}.log
  shift 2
  timeout "$seconds" "$@" >"$log" 2>&1
  local rc=$?
  case $rc in
    0) row "$name" "passed: $(tail -n 1 "$log")" ;;
    77) row "$name" "skipped: $(tail -n 1 "$log")" ;;
    124) row "$name" "not done in $seconds s" ;;
    *) row "$name" "FAILED ($rc): $(grep -iE 'fail|error|not ok' "$log" | head -n 1)" ;;
  esac
}

echo "--- $device"
"$bin/bench-gpu" --device "$device" --peak | tee "$out/peak.log"
echo "--- tests"
check "unit tests of the device" 30 "$bin/test-device"
check "unit tests of Vulkan" 60 "$bin/test-vulkan"
check "unit tests of programs" 60 "$bin/test-program"
check "unit tests of frames" 60 "$bin/test-frame"
check "unit tests of repairs" 60 "$bin/test-repair"
check "unit tests of temporal smoothing" 60 "$bin/test-temporal-vulkan"
check "operators" 150 "$bin/checkop" --tier vulkan
check "golden outputs fp32" 40 "$bin/golden" --backend vulkan --precision fp32
check "golden outputs fp16" 40 "$bin/golden" --backend vulkan --precision fp16
echo "--- networks at $size"
for model in johnson small nano; do
  for precision in fp16 fp32; do
    log=$out/$model-$precision.log
    timeout 60 "$bin/bench-model" --backend vulkan --device "$device" --precision $precision -n 51 --per-op -q \
      "$data/bench/$model.onnx" "$size" >"$log" 2>&1
    row "$model $precision" "$(value "$log" 'network: [0-9.]+ ms') ms, $(awk '/all of it/ {print $2}' "$log") GFLOP/s"
  done
  log=$out/$model-element.log
  timeout 60 "$bin/bench-model" --backend vulkan --device "$device" --frames-in-flight 3 --pipeline -n 101 -q \
    "$data/bench/$model.onnx" "$size" >"$log" 2>&1
  row "$model element, NV12" "$(grep -iE 'element|throughput' "$log" | tail -n 1)"
done
echo "--- starting"
for round in first second; do
  cache=$out/cache log=$out/start-$round.log
  [ $round = first ] && rm -rf "$cache"
  SG_VULKAN_CACHE=$cache timeout 60 "$bin/bench-model" --backend vulkan --device "$device" -n 1 -q \
    "$data/bench/johnson.onnx" "$size" >"$log" 2>&1
  row "johnson, $round start" "$(grep -oE 'compiled in [0-9.]+ ms' "$log")"
done
echo "--- PyTorch"
if python3 -c 'import torch, onnx, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
  for model in small nano johnson; do
    timeout 90 python3 "$torch" --size "$size" "$data/bench/$model.onnx" >"$out/torch-$model.log" 2>"$out/torch-$model.err"
    while IFS= read -r line; do
      row "$model PyTorch ${line#*PyTorch * }" ""
    done < <(grep ' ms$' "$out/torch-$model.log" | sed 's/: /  /')
  done
else
  row "PyTorch" "python3 has no torch with CUDA, or no onnx"
fi
{
  cat "$out/peak.log"
  printf '%s\n' "${rows[@]}"
} >"$out/table.txt"
echo "--- all of it, also in $out/table.txt"
cat "$out/table.txt"
! grep -q FAILED "$out/table.txt"
