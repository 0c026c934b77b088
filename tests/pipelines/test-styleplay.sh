#!/usr/bin/env bash
# gst-styleplay with a test picture for a camera, a file for a window, and keys from a pipe.
#   test-styleplay.sh keys|cameras|pipewire MAKE-MODEL GST-STYLEPLAY
# SPDX-License-Identifier: LGPL-2.1-or-later
set -uo pipefail
name=$1 make_model=$2 styleplay=$3
work=$(mktemp -d)
started=()
trap '[ ${#started[@]} -gt 0 ] && kill "${started[@]}" 2>/dev/null; wait; rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; [ -e "$work/log" ] && cat "$work/log" >&2; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }
"$make_model" "$work/negative.onnx" && cp "$work/negative.onnx" "$work/again.onnx" || fail "make-model"
# Bars from white on the left to blue on the right, so that mirrored and negative show.
bars='videotestsrc is-live=true pattern=smpte ! video/x-raw,format=I420,width=64,height=48,framerate=30/1'
play() {
  timeout 60 "$styleplay" --source "$bars" --model "$work/negative.onnx" --set temporal=off --set backend=cpu "$@" \
    >"$work/log" 2>&1
}
# Waits until the log has line $1, so that keys come one after another.
wait_for() {
  for _ in {1..400}; do
    grep -qF -- "$1" "$work/log" 2>/dev/null && return
    sleep 0.05
  done
  echo "no '$1'" >>"$work/log"
}

# After each key some frames are let through; they are told apart by their left and right luma.
keys() {
  { wait_for 'style 1/2'; sleep 1
    for row in 'b:bypassed' 'm:bypassed  mirrored' 'b:strength 1.0  mirrored' 'm:strength 1.0' 'n:style 2/2 again.onnx' \
      '-:style 2/2 again.onnx  strength 0.9' '+:style 2/2 again.onnx  strength 1.0' 'p:style 1/2'; do
      printf %s "${row%%:*}"; wait_for "${row#*:}"; sleep 0.7
    done
    printf q; } |
    play --model "$work/again.onnx" --output "videoconvert ! video/x-raw,format=GRAY8 ! filesink location=\"$work/frames\"" ||
    fail "ended with $?"
  for line in 'style 1/2 negative.onnx  strength 1.0  bypassed' 'style 1/2 negative.onnx  strength 1.0  bypassed  mirrored' \
    'style 2/2 again.onnx  strength 0.9' 'style 2/2 again.onnx  strength 1.0'; do
    grep -qFx -- "$line" "$work/log" || fail "no line '$line'"
  done
  python3 - "$work/frames" <<'PY' || fail "the picture did not follow the keys"
import itertools, sys
data, n = open(sys.argv[1], 'rb').read(), 64 * 48
def kind(f):
    left, right = (sum(f[10 * 64 + x:10 * 64 + x + 6]) / 6 for x in (1, 57))
    # White on the left, blue on the right; their negatives are black and yellow.
    if abs(left - right) < 40:
        return 'fading'
    plain = left + right > 2 * 127
    return ('plain' if plain else 'negative') + ('' if (left > right) == plain else ' mirrored')
kinds = [k for k, _ in itertools.groupby(kind(data[i:i + n]) for i in range(0, len(data) - n + 1, n)) if k != 'fading']
print(len(data) // n, 'frames:', kinds)
wanted = iter(kinds)
sys.exit(not all(k in wanted for k in ('negative', 'plain', 'plain mirrored', 'negative mirrored', 'negative')))
PY
}

cameras() {
  "$styleplay" --list-cameras >"$work/log" 2>&1 ||
    { [ $? = 1 ] && grep -q 'there is no camera' "$work/log"; } || fail "--list-cameras"
  "$styleplay" --camera 'no such camera' >"$work/log" 2>&1 </dev/null && fail "a camera that is not there"
  grep -q 'there is no camera' "$work/log" || fail "does not say that there is no camera"
  "$styleplay" --nonsense >"$work/log" 2>&1 && fail "an option that is not there"
  "$styleplay" --source 'nonsense' </dev/null >"$work/log" 2>&1 && fail "a source that is not there"
  grep -q '"nonsense"' "$work/log" || fail "does not name the element"
  "$styleplay" --help | grep bypass >/dev/null || fail "--help does not name the keys"
}

# A PipeWire of our own; what reads the virtual camera sees the negative.
pipewire() {
  local program
  for program in pipewire wireplumber pw-cli dbus-run-session; do
    command -v $program >/dev/null || skip "no $program (packages pipewire, wireplumber, dbus-daemon)"
  done
  gst-inspect-1.0 --exists --atleast-version=0.0 pipewiresink || skip "no pipewiresink (package gstreamer1.0-pipewire)"
  export XDG_RUNTIME_DIR=$work/run XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
  mkdir -m 700 "$XDG_RUNTIME_DIR"
  command pipewire >"$work/pipewire.log" 2>&1 & started+=($!)
  for _ in {1..100}; do [ -S "$XDG_RUNTIME_DIR/pipewire-0" ] && break; sleep 0.05; done
  wireplumber >"$work/wireplumber.log" 2>&1 & started+=($!)
  play --output pipewire </dev/null & started+=($!)
  for _ in {1..100}; do pw-cli ls Node 2>/dev/null | grep gst-styleplay >/dev/null && break; sleep 0.1; done
  pw-cli ls Node | grep gst-styleplay >/dev/null || fail "no node in PipeWire"
  timeout 30 gst-launch-1.0 -q pipewiresrc target-object=gst-styleplay num-buffers=20 '!' videoconvert '!' \
    video/x-raw,format=GRAY8 '!' filesink "location=$work/seen" >"$work/reader.log" 2>&1 </dev/null ||
    { cat "$work/reader.log" "$work/wireplumber.log"; fail "nothing to see"; }
  python3 - "$work/seen" <<'PY' || fail "not the stylised picture"
import sys
f = open(sys.argv[1], 'rb').read()[-64 * 48:]
left, right = (sum(f[10 * 64 + x:10 * 64 + x + 6]) / 6 for x in (1, 57))
print(f'luma left {left:.0f}, right {right:.0f}')
sys.exit(not left < right - 40)
PY
}

# wireplumber needs a session of D-Bus.
if [ "$name" = pipewire ] && [ -z "${TEST_HAS_BUS-}" ] && command -v dbus-run-session >/dev/null; then
  TEST_HAS_BUS=1 dbus-run-session -- "$0" "$@" 2>&1
  exit
fi
case $name in
  keys | cameras | pipewire) $name ;;
  *) fail "no test $name" ;;
esac
echo "ok: $name"
