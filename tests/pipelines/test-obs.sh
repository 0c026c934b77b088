#!/usr/bin/env bash
# OBS itself, in a virtual display, with a home of its own: it shows pipelines/obs-in.launch in a
# media source, of which a screenshot is taken, and pipelines/obs-out.launch gets what it streams.
#   test-obs.sh MAKE-MODEL PIPELINES-FOLDER [SCREENSHOT.png]
# SPDX-License-Identifier: LGPL-2.1-or-later
set -uo pipefail
make_model=$1 pipelines=$2 screenshot=${3-}
work=$(mktemp -d)
started=()
trap '[ ${#started[@]} -gt 0 ] && kill "${started[@]}" 2>/dev/null; wait; rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; tail -n 15 "$work"/*.log >&2; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }
for program in obs Xvfb; do
  command -v $program >/dev/null || skip "no $program (Debian packages obs-studio and xvfb, 20 MB)"
done
for element in srtsink srtsrc x264enc mpegtsmux tsdemux ximagesrc avdec_h264 aacparse; do
  gst-inspect-1.0 --exists "$element" || skip "no GStreamer element $element"
done
# Two ports that nobody uses.
read -r in_port out_port < <(python3 - <<'PY'
import socket
s = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for x in s:
    x.bind(('127.0.0.1', 0))
print(*(x.getsockname()[1] for x in s))
PY
)
"$make_model" "$work/negative.onnx" || fail "make-model"

# The words of a pipeline, with `words` of its elements replaced.
pipeline() {
  local name=$1
  shift
  PRINT=1 "$pipelines/run.sh" "$name" MODEL="$work/negative.onnx" "$@"
}
play() { timeout 150 gst-launch-1.0 -q "$@" >>"$work/gst.log" 2>&1 </dev/null & started+=($!); }

# Colour bars for a camera.
mapfile -t words < <(pipeline obs-in PORT="$in_port" | sed '1,/^!$/d')
play videotestsrc is-live=true pattern=smpte '!' video/x-raw,width=320,height=180,framerate=15/1 '!' "${words[@]}"
# What OBS streams goes to a file instead of a window.
mapfile -t words < <(pipeline obs-out PORT="$out_port" | sed -n '/^demux\.$/,$p' |
  sed '/^autoaudiosink$/,$c fakesink' | sed "/^autovideosink\$/,/^name=sink\$/c video/x-raw,format=RGB,width=320,height=180\n!\nfilesink\nlocation=$work/streamed.rgb")
play srtsrc mode=listener localaddress=127.0.0.1 localport="$out_port" '!' tsdemux name=demux "${words[@]}"

conf=$work/home/.config/obs-studio
mkdir -p "$conf/basic/profiles/test" "$conf/basic/scenes" "$work/run"
chmod 700 "$work/run"
# A version, so that OBS takes itself for set up.
cat >"$conf/global.ini" <<'INI'
[General]
FirstRun=true
LastVersion=486539266
EnableAutoUpdates=false
ConfirmOnExit=false
[Basic]
Profile=test
ProfileDir=test
SceneCollection=test
SceneCollectionFile=test
INI
cat >"$conf/basic/profiles/test/basic.ini" <<'INI'
[General]
Name=test
[Video]
BaseCX=320
BaseCY=180
OutputCX=320
OutputCY=180
FPSType=1
FPSInt=15
[Output]
Mode=Simple
[SimpleOutput]
StreamEncoder=x264
VBitrate=1000
Preset=ultrafast
INI
echo "{\"settings\": {\"server\": \"srt://127.0.0.1:$out_port?mode=caller\", \"key\": \"\"}, \"type\": \"rtmp_custom\"}" \
  >"$conf/basic/profiles/test/service.json"
cat >"$conf/basic/scenes/test.json" <<JSON
{"name": "test", "current_scene": "Scene", "current_program_scene": "Scene", "scene_order": [{"name": "Scene"}],
 "sources": [
  {"id": "ffmpeg_source", "versioned_id": "ffmpeg_source", "name": "stylised", "enabled": true,
   "settings": {"is_local_file": false, "input": "srt://127.0.0.1:$in_port?mode=caller", "input_format": "mpegts",
    "buffering_mb": 0, "reconnect_delay_sec": 1, "clear_on_media_end": false}},
  {"id": "scene", "versioned_id": "scene", "name": "Scene", "enabled": true,
   "settings": {"id_counter": 1, "items": [{"name": "stylised", "id": 1, "visible": true, "align": 5,
    "pos": {"x": 0.0, "y": 0.0}, "scale": {"x": 1.0, "y": 1.0}}]}}]}
JSON

export LIBGL_ALWAYS_SOFTWARE=1 XDG_RUNTIME_DIR=$work/run QT_QPA_PLATFORM=xcb
unset WAYLAND_DISPLAY XDG_SESSION_TYPE
Xvfb -displayfd 3 -screen 0 1024x768x24 -nolisten tcp 3>"$work/display" 2>"$work/xvfb.log" & started+=($!)
for _ in {1..100}; do [ -s "$work/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$work/display")
export DISPLAY
HOME=$work/home timeout 150 obs --multi --disable-updater --disable-missing-files-check --profile test --collection test \
  --startstreaming >"$work/obs.log" 2>&1 </dev/null & started+=($!)

# The seven bars of the picture in OBS's preview, as negatives: looked for until they are there.
for _ in {1..60}; do
  sleep 1
  timeout 20 gst-launch-1.0 -q ximagesrc use-damage=false show-pointer=false num-buffers=1 '!' videoconvert '!' \
    video/x-raw,format=RGB '!' tee name=t '!' queue '!' filesink "location=$work/shot.rgb" \
    t. '!' queue '!' pngenc '!' filesink "location=$work/shot.png" 2>>"$work/gst.log" || continue
  python3 - "$work/shot.rgb" 1024 >"$work/found" <<'PY' && break
import sys
w = int(sys.argv[2])
data = open(sys.argv[1], 'rb').read()
# White, yellow, cyan, green, magenta, red, blue; in OBS their negatives.
bars = [(255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255)]
wanted = [tuple(255 - c for c in bar) for bar in bars]
def is_color(pixel, color):
    return all(abs(p - c) <= 40 for p, c in zip(pixel, color))
for y in range(0, len(data) // (3 * w), 8):
    line = data[3 * w * y:3 * w * (y + 1)]
    row = list(zip(line[::3], line[1::3], line[2::3]))
    runs, at = [], 0
    for color in wanted:
        # The bar begins at the first pixel of its colour and is at least 20 wide.
        while at + 20 < w and not all(is_color(row[at + i], color) for i in range(0, 20, 4)):
            at += 1
        if at + 20 >= w:
            break
        runs.append(at)
        at += 20
    if len(runs) == 7:
        widths = [b - a for a, b in zip(runs[1:], runs[2:])]     # black may begin outside
        if max(widths) - min(widths) < 0.2 * max(widths):
            print(f'line {y}: bars begin at {runs}')
            sys.exit(0)
sys.exit(1)
PY
done
[ -n "$screenshot" ] && cp "$work/shot.png" "$screenshot"
[ -s "$work/found" ] || fail "the stylised picture is not in OBS's window"
cat "$work/found"

# What OBS streams is stylised once more, which is the picture of the camera again: looked for until it
# is there, as OBS streams from before it has a picture.
for _ in {1..40}; do
  sleep 1
  python3 - "$work/streamed.rgb" >"$work/found" <<'PY' && break
import sys
n = 320 * 180 * 3
data = open(sys.argv[1], 'rb').read()
if len(data) < n:
    sys.exit('no frame from OBS')
frame = data[(len(data) // n - 1) * n:][:n]
bars = [(255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255)]
at = [3 * (60 * 320 + 320 * (2 * i + 1) // 14) for i in range(7)]
seen = [tuple(frame[i:i + 3]) for i in at]
print(len(data) // n, 'frames from OBS; the last:', seen)
if any(abs(p - c) > 60 for s, b in zip(seen, bars) for p, c in zip(s, b)):
    sys.exit('not the bars of the camera')
print('ok')
PY
done 2>"$work/frames.log"
cat "$work/found"
grep -qx ok "$work/found" || fail "what OBS streams does not come out stylised"
