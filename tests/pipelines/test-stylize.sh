#!/usr/bin/env bash
# Files through pipelines/stylize.sh: times of frames, sound and subtitles, codecs, sequences, Ctrl-C.
#   test-stylize.sh streams|codecs|sequences|resume|runs|views MAKE-MODEL PIPELINES-FOLDER
# SPDX-License-Identifier: LGPL-2.1-or-later
set -uo pipefail
name=$1 make_model=$(realpath "$2") stylize=$3/stylize.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() { echo "FAILED: $*" >&2; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }
need() {
  local element
  for element in "$@"; do
    gst-inspect-1.0 --exists --atleast-version=0.0 "$element" || skip "no GStreamer element $element"
  done
}
need x264enc avenc_aac avdec_h264 avdec_aac parsebin matroskamux mp4mux imagesequencesrc

model="a 'model' with \"quotes\"!.onnx"
"$make_model" "$model" || fail "make-model"
run() { timeout 60 "$stylize" --model "$model" --set temporal=off --set backend=cpu "$@" 2>"log"; }
run_well() { run "$@" || { cat log; fail "stylize.sh $*"; }; }
none_left() { ! compgen -G '.stylise*' >/dev/null || fail "left behind: $(compgen -G '.stylise*')"; }

# Times of the packets of file $1 with caps $2 in the running time, nanoseconds, sorted as they are
# shown; further arguments: elements in between.
times() {
  local file=$1 caps=$2
  shift 2
  gst-launch-1.0 -v filesrc "location=\"$file\"" '!' parsebin '!' "$caps" "$@" \
    '!' identity single-segment=true '!' identity name=times silent=false '!' fakesink |
    sed -n 's/.*:times: last-message = chain .* pts: \([0-9]*\):\([0-9]*\):\([0-9]*\)\.\([0-9]*\),.*/\1 \2 \3.\4/p' |
    awk '{ printf "%.0f\n", ($1 * 3600 + $2 * 60 + $3) * 1e9 }' | sort -n
}
payload() { gst-launch-1.0 -q filesrc "location=\"$1\"" '!' parsebin '!' "$2" '!' filesink "location=\"$3\"" || fail "no $2 in $1"; }
# Lists of times $1 and $2 are equal within $3 nanoseconds.
same_times() {
  paste "$1" "$2" | awk -v most="$3" 'NF != 2 { print "not as many: line " NR; exit 1 }
    { d = $1 - $2; if (d < 0) d = -d; if (d > worst) worst = d; n++ }
    END { if (!n || worst > most) { print n " times, worst difference " worst " ns"; exit 1 } }'
}
frame() { gst-launch-1.0 -q filesrc "location=\"$1\"" '!' decodebin '!' videoconvert '!' video/x-raw,format=RGB '!' filesink "location=$2"; }

# A clip with frames at 10, then at 24 per second, that start $2 ms after the sound; in file $1, with
# the muxer $3. Nothing here is a multiple of anything. The subtitles are the two lines of in.srt.
clip() {
  local fps n=8 caps delay=$2000000
  printf '1\n00:00:00,100 --> 00:00:00,600\nfirst\n\n2\n00:00:00,900 --> 00:00:01,500\nand <i>last</i>\n\n' >in.srt
  local video=()
  for fps in 10 24; do
    caps=video/x-raw,format=I420,width=162,height=122,framerate=$fps/1
    video+=(videotestsrc pattern=ball "num-buffers=$n" "timestamp-offset=$delay" '!' "$caps"
      '!' capssetter 'caps=video/x-raw,framerate=(fraction)0/1' '!' join.)
    n=13 delay=0
  done
  gst-launch-1.0 -q concat name=join '!' identity single-segment=true '!' queue '!' x264enc bframes=2 key-int-max=12 '!' h264parse '!' queue max-size-time=0 '!' mux. \
    "${video[@]}" audiotestsrc num-buffers=90 samplesperbuffer=800 wave=ticks '!' audio/x-raw,rate=44100,channels=1 \
    '!' audioconvert '!' avenc_aac '!' aacparse '!' queue max-size-time=0 '!' mux. \
    filesrc location=in.srt '!' subparse '!' queue '!' mux. \
    "$3" name=mux '!' filesink "location=\"$1\"" || fail "could not make the clip"
}

streams() {
  local offset ext in out worst t
  for offset in 0 700; do
    for ext in mp4 mkv; do
      in="in 'a' $offset.$ext" out="out & $offset.$ext"
      clip "$in" $offset "$([ $ext = mp4 ] && echo 'mp4mux' || echo matroskamux)"
      run_well --output "$out" "$in"
      [ $ext = mp4 ] && worst=6000 || worst=51000
      times "$in" video/x-h264 '!' avdec_h264 >in.video
      times "$out" video/x-h264 '!' avdec_h264 >out.video
      [ "$(wc -l <in.video)" = 21 ] || fail "$(wc -l <in.video) frames in the clip $in"
      [ "$(head -n 1 in.video)" -ge "${offset}000000" ] || fail "the clip has no offset: $(xargs <in.video)"
      same_times in.video out.video $worst || { paste in.video out.video; fail "times of the frames, $in"; }
      for t in audio/mpeg text/x-raw; do
        times "$in" $t >in.times; times "$out" $t >out.times
        same_times in.times out.times 50000 || fail "times of $t, $in"
        payload "$in" $t in.payload; payload "$out" $t out.payload
        [ -s in.payload ] && cmp in.payload out.payload || fail "bytes of $t, $in"
      done
      # The model makes negatives, of the first frame too.
      frame "$in" in.frame; frame "$out" out.frame
      python3 - in.frame out.frame <<'PY' || fail "the first frame is not stylised, $in"
import sys
a, b = (open(name, 'rb').read(162 * 122 * 3) for name in sys.argv[1:])
error = sum(abs(255 - x - y) for x, y in zip(a, b)) / len(a)
print(f'difference from the negative: {error:.1f}')
sys.exit(len(a) != len(b) or error > 20)
PY
    done
  done
}

plain_clip() {
  gst-launch-1.0 -q videotestsrc pattern=ball num-buffers="$2" '!' \
    video/x-raw,format=I420,width=96,height=66,framerate=30000/1001 '!' avenc_ffv1 '!' matroskamux '!' filesink "location=$1"
}
caps_of() { gst-discoverer-1.0 -v "$1" | sed -n 's/^ *video #[0-9]*: //p'; }
# The decoded frames of $1, through the elements that follow, to the file $2.
raw() { local from=$1 to=$2; shift 2; gst-launch-1.0 -q filesrc "location=$from" '!' decodebin "$@" '!' filesink "location=$to"; }

# Each codec that is installed; lossless is lossless.
codecs() {
  local row codec ext encoder caps
  plain_clip in.mkv 5
  times in.mkv video/x-ffv '!' avdec_ffv1 >in.times
  for row in h264:mp4:x264enc:x-h264 h265:mov:x265enc:x-h265 vp9:webm:vp9enc:x-vp9 av1:mp4:av1enc:x-av1 ffv1:mkv:avenc_ffv1:x-ffv; do
    IFS=: read -r codec ext encoder caps <<<"$row"
    gst-inspect-1.0 --exists "$encoder" || { echo "no $encoder: $codec not tested"; continue; }
    run_well --codec $codec --output out.$ext in.mkv
    [[ $(caps_of out.$ext) == video/$caps* ]] || fail "$codec: $(caps_of out.$ext)"
    times out.$ext video/$caps >out.times
    same_times in.times out.times 51000 || fail "times of the frames, $codec"
    rm -f out.$ext.old; mv out.$ext out.$ext.old
  done
  raw out.mkv.old lossless
  raw in.mkv direct '!' stylegan temporal=off backend=cpu "model=\"$(sed 's/"/\\"/g' <<<"$model")\""
  [ -s direct ] && cmp lossless direct || fail "FFV1 is not lossless"
  run --codec ffv1 --output out.mp4 in.mkv && fail "FFV1 in MP4"
  grep -q 'mkv takes all codecs' log || fail "what does take FFV1: $(cat log)"
}

sequences() {
  local n
  mkdir pictures
  gst-launch-1.0 -q videotestsrc num-buffers=6 '!' video/x-raw,width=96,height=66 '!' pngenc '!' \
    multifilesink index=3 location=pictures/%03d.png || fail "could not make the pictures"
  run_well --rate 10 --output film.mkv 'pictures/%03d.png'
  times film.mkv video/x-h264 '!' avdec_h264 >film.times
  [ "$(xargs <film.times)" = "0 100000000 200000000 300000000 400000000 500000000" ] || fail "times: $(xargs <film.times)"
  run_well --output 'out/%04d.jpg' film.mkv
  [ "$(ls out | xargs)" = "0000.jpg 0001.jpg 0002.jpg 0003.jpg 0004.jpg 0005.jpg" ] || fail "pictures: $(ls out | xargs)"
  run_well --output 'out2/%04d.png' 'pictures/%03d.png'
  run_well 'pictures/%03d.png'
  [ -s pictures/pictures-stylised.mkv ] || fail "named $(ls pictures | xargs)"
  [ "$(ls out2 | wc -l)" = 6 ] || fail "pictures: $(ls out2 | xargs)"
  [ -z "$(ls -A out out2 | grep stylise)" ] || fail "left behind: $(ls -A out out2 | grep stylise)"
}

# Pictures that were stopped go on where they are, with the same pictures as without a stop.
resume() {
  local pid n
  mkdir in
  gst-launch-1.0 -q videotestsrc pattern=ball num-buffers=60 '!' video/x-raw,width=96,height=66 '!' pngenc '!' \
    multifilesink index=7 location=in/%03d.png || fail "could not make the pictures"
  run_well --output 'all/%03d.png' 'in/%03d.png'
  cp -r all rest
  rm rest/05?.png
  echo kept >rest/049.png
  run_well --output 'rest/%03d.png' 'in/%03d.png'
  grep -q '^50 pictures are there already' log || fail "does not go on: $(cat log)"
  [ "$(cat rest/049.png)" = kept ] || fail "what was there was made again"
  cp all/049.png rest
  diff -r all rest || fail "not the pictures that come without a stop"
  run_well --output 'rest/%03d.png' 'in/%03d.png'
  grep -q 'is there already: skipped' log || fail "nothing was skipped: $(cat log)"

  "$stylize" --model "$model" --set temporal=off --set backend=reference --set working-height=60 \
    --output 'stopped/%03d.png' 'in/%03d.png' 2>log &
  pid=$!
  for _ in {1..400}; do [ "$(ls -A stopped/.stylise*/ 2>/dev/null | wc -l)" -ge 3 ] && break; sleep 0.02; done
  kill -TERM $pid
  wait $pid
  [ $? = 130 ] || fail "stopped, and not 130: $(cat log)"
  n=$(ls stopped | wc -l)
  [ "$n" -ge 1 ] || fail "stopped, and $n pictures kept"
  [ "$n" = 60 ] || grep -q 'stopped/%03d.png$' log || fail "does not say what is missing: $(cat log)"
  run_well --output 'stopped/%03d.png' 'in/%03d.png'
  [ "$(ls -A stopped | wc -l)" = 60 ] || fail "pictures: $(ls -A stopped | xargs)"
}

# Several files, what is there already, what cannot be read, and Ctrl-C.
runs() {
  local pid
  plain_clip one.mkv 45
  plain_clip 'two 2.mkv' 3
  plain_clip long.mkv 900
  echo nonsense >broken.mkv
  run --output results one.mkv broken.mkv missing.mkv 'two 2.mkv' && fail "a broken file is no failure"
  grep -q '^Not stylised: broken.mkv missing.mkv$' log || fail "says nothing of the broken files: $(cat log)"
  [ "$(grep -A 2 '^Missing, of 4:' log | tail -n 2 | xargs)" = "results/broken-stylised.mkv results/missing-stylised.mkv" ] ||
    fail "does not say what is missing: $(cat log)"
  [ "$(ls -A results | xargs)" = "one-stylised.mkv two 2-stylised.mkv" ] || fail "results: $(ls -A results)"
  mv one.mkv '1% one.mkv'
  run_well --output results/1.mkv '1% one.mkv'
  mv '1% one.mkv' one.mkv
  run --output results/no.mkv one.mkv 'two 2.mkv' && fail "two files into one"
  run --output results one.mkv 'two 2.mkv' || fail "skipping failed"
  [ "$(grep -c 'is there already: skipped' log)" = 2 ] || fail "nothing was skipped: $(cat log)"
  run_well --output results/ --force --codec ffv1 one.mkv
  grep -q '100.0 %' log || fail "no progress: $(cat log)"

  "$stylize" --model "$model" --codec ffv1 --set backend=reference --output stopped.mkv long.mkv 2>log &
  pid=$!
  for _ in {1..200}; do compgen -G '.stylise*' >/dev/null && break; sleep 0.05; done
  compgen -G '.stylise*' >/dev/null || fail "did not start: $(cat log)"
  kill -TERM $pid
  wait $pid
  [ $? = 130 ] || fail "stopped, and not 130"
  [ ! -e stopped.mkv ] || fail "half a file"
  [ "$(sed -n '/^Missing/,$p' log | sed -n 2p | xargs)" = stopped.mkv ] || fail "does not say what is missing: $(cat log)"
  grep -q '^The same command makes what is missing' log || fail "nor how to go on: $(cat log)"

  # What is missing is named, with its package.
  mkdir empty
  GST_PLUGIN_SYSTEM_PATH_1_0=$work/only GST_REGISTRY=$work/registry run --output no.mkv one.mkv && fail "works without plugins"
  grep -qE 'GStreamer element .* is missing: install gstreamer1.0-|There is no video' log || fail "what is missing: $(cat log)"
}

# Both eyes of a clip of two equal halves stay equal, whether the file or an option says that there
# are two; the borders of a 360 degree picture are continued at the other side.
views() {
  local mode n=3 w=128 h=64
  for mode in file option; do
    gst-launch-1.0 -q videotestsrc pattern=smpte num-buffers=$n '!' video/x-raw,format=I420,width=64,height=$h '!' tee name=eye '!' \
      queue '!' mix. eye. '!' queue '!' mix. compositor name=mix sink_1::xpos=64 '!' video/x-raw,format=I420,width=$w,height=$h '!' \
      capssetter "caps=video/x-raw$([ $mode = file ] && echo ',multiview-mode=(string)side-by-side')" '!' \
      avenc_ffv1 '!' matroskamux '!' filesink location=$mode.mkv || fail "could not make the clip"
    run_well --codec ffv1 --set temporal=motion --output $mode-out.mkv \
      --set stereo-mode=$([ $mode = file ] && echo auto || echo side-by-side) $mode.mkv
    raw $mode-out.mkv $mode.raw '!' videoconvert '!' video/x-raw,format=GRAY8
    python3 - $mode.raw $n $w $h <<'PY' || fail "the eyes are not equal: $mode"
import sys
n, w, h = map(int, sys.argv[2:])
data = open(sys.argv[1], 'rb').read()
rows = [data[i:i + w] for i in range(0, len(data), w)]
sys.exit(len(rows) != n * h or len(set(rows[3])) < 3 or any(r[:w // 2] != r[w // 2:] for r in rows))
PY
  done
  [[ $(caps_of file-out.mkv) == *multiview-mode*side-by-side* ]] || fail "the file does not say that it is stereo: $(caps_of file-out.mkv)"

  # The model's zeros around the picture darken its negative's borders: with 360 degrees only above and below.
  gst-launch-1.0 -q videotestsrc pattern=white num-buffers=$n '!' video/x-raw,format=I420,width=$w,height=$h '!' \
    avenc_ffv1 '!' matroskamux '!' filesink location=white.mkv
  for mode in flat equirectangular; do
    run_well --codec ffv1 --output $mode.mkv --set projection=$mode white.mkv
    raw $mode.mkv $mode.raw '!' videoconvert '!' video/x-raw,format=GRAY8
  done
  python3 - flat.raw equirectangular.raw $w $h <<'PY' || fail "the picture's left border does not go on at the right one"
import sys
w, h = map(int, sys.argv[3:])
row = lambda name: open(name, 'rb').read()[w * (h // 2):][:w]
flat, around = map(row, sys.argv[1:3])
print('borders: flat', flat[0], flat[-1], 'around', around[0], around[-1], 'inside', around[w // 2])
sys.exit(flat[0] == flat[w // 2] or any(v != around[w // 2] for v in around))
PY
}

case $name in
  streams | codecs | sequences | resume | runs | views) $name ;;
  *) fail "no test $name" ;;
esac
none_left
echo "ok: $name"
