#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Stylises video files and image sequences; sound and subtitles are copied, not encoded again.
#   pipelines/stylize.sh [OPTION...] INPUT...
#
# INPUT   video files, or numbered pictures as a pattern: 'frames/%04d.png'
#
# -m, --model MODEL    an ONNX file or the name of an installed style (default: The Great Wave)
# -o, --output OUTPUT  a file (.mkv, .mp4, .mov, .webm), a pattern ('out/%04d.png', .jpg), or a
#                      folder, which ends in / or is there (default: INPUT-stylised.EXT)
# -c, --codec CODEC    h264, h265, vp9, av1, or ffv1, which is lossless (default: h264; .webm: vp9)
# -q, --quality N      quantiser of the codec, less is better (default: h264 21, h265 24, vp9 28, av1 30)
# -s, --set NAME=VALUE any property of stylegan, for example working-height=720; may be repeated
# -r, --rate FPS       pictures per second of numbered pictures, N or N/D (default: 25)
# -f, --force          replace outputs; without it, those that are there are left and skipped, so that
#                      the same command goes on where another one was stopped
# -n, --dry-run        print the gst-launch-1.0 line and do nothing
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() { sed -n '3,19s/^# \{0,1\}//p' "$0"; }
die() { echo "$*" >&2; exit 2; }
say() { echo "$*" >&2; }

model='' output='' codec='' quality='' rate=25 force='' dry='' inputs=() settings=()
while [ $# -gt 0 ]; do
  case $1 in
    --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    -m | --model | -o | --output | -c | --codec | -q | --quality | -s | --set | -r | --rate)
      [ $# -ge 2 ] || die "$1 needs a value; see $0 --help" ;;
  esac
  case $1 in
    -m | --model) model=$2; shift ;;
    -o | --output) output=$2; shift ;;
    -c | --codec) codec=$2; shift ;;
    -q | --quality) quality=$2; shift ;;
    -s | --set) settings+=("$2"); shift ;;
    -r | --rate) rate=$2; shift ;;
    -f | --force) force=1 ;;
    -n | --dry-run) dry=1 ;;
    -h | --help) usage; exit 0 ;;
    --) shift; inputs+=("$@"); break ;;
    -*) die "unknown option $1; see $0 --help" ;;
    *) inputs+=("$1") ;;
  esac
  shift
done
[ ${#inputs[@]} -gt 0 ] || { usage; exit 2; }
[[ $quality =~ ^[0-9]*$ ]] || die "--quality $quality is not a number"
[[ $rate =~ ^[0-9]+(/[1-9][0-9]*)?$ ]] || die "--rate $rate is neither N nor N/D"
if [ ${#inputs[@]} -gt 1 ] && [ -n "$output" ]; then
  [[ $output == */ || ! $output =~ %|\.(mkv|mp4|mov|webm)$ ]] ||
    die "With several inputs --output must be a folder, not $output"
  [[ $output == */ || -d $output ]] || output+=/
fi

if [ -d "$here/../build/gst" ]; then
  export GST_PLUGIN_PATH="${GST_PLUGIN_PATH:+$GST_PLUGIN_PATH:}$here/../build/gst"
fi

# The Debian package of a GStreamer element.
package_of() {
  case $1 in
    x264enc) echo gstreamer1.0-plugins-ugly ;;
    avenc_*) echo gstreamer1.0-libav ;;
    x265enc | av1enc | h265parse | av1parse | h264parse) echo gstreamer1.0-plugins-bad ;;
    parsebin | decodebin | videoconvert | opusenc) echo gstreamer1.0-plugins-base ;;
    stylegan) echo "(run pipelines/build.sh, or set GST_PLUGIN_PATH)" ;;
    *) echo gstreamer1.0-plugins-good ;;
  esac
}
# Fails, naming the packages, if an element of the pipeline is not installed.
check_elements() {
  local e packages=() first=1
  for e in "${words[@]}"; do
    # An element is the first word, or the one after '!' or a reference like 'mux.'.
    if [ "$first" = 1 ] && [[ $e =~ ^[a-z][a-z0-9_]*$ ]] && ! gst-inspect-1.0 --exists --atleast-version=0.0 "$e"; then
      say "The GStreamer element $e is missing: install $(package_of "$e")"
      packages+=("$e")
    fi
    first=0
    if [ "$e" = '!' ] || [[ $e =~ ^mux\. ]]; then first=1; fi
  done
  [ ${#packages[@]} = 0 ]
}

# Numbered pictures, not a file with a percent sign in its name.
is_pattern() { [[ $1 == *%*.* && ! -e $1 ]]; }
# Prints the number of the first picture of pattern $1.
# shellcheck disable=SC2059
first_number() {
  local n name
  for n in {0..9999}; do printf -v name "$1" "$n"; [ -e "$name" ] && echo "$n" && return; done
}
# Prints how many pictures of pattern $1 there are in a row, from number $2 on.
# shellcheck disable=SC2059
count_pictures() {
  local n=0 name
  while printf -v name "$1" $(($2 + n)); [ -e "$name" ]; do n=$((n + 1)); done
  echo "$n"
}
# Succeeds if the output $2 of $1 is there. Sets `begun` to the number of pictures of it that are where
# it is not complete and can be gone on with: only pictures made of pictures can.
is_there() {
  local n first
  begun=0
  [[ $2 == *%* ]] || { [ -e "$2" ]; return; }
  n=$(count_pictures "$2" 0)
  [ "$n" -gt 0 ] || return
  is_pattern "$1" || return 0
  first=$(first_number "$1")
  [ "$n" -ge "$(count_pictures "$1" "${first:-0}")" ] || { begun=$n; return 1; }
}
# A property's value for gst-launch-1.0, whatever is in it.
quoted() {
  local v=${1//\\/\\\\}
  printf '"%s"' "${v//\"/\\\"}"
}
# Sets `to` to the name of the output for input $1.
choose_output() {
  local name=${1##*/} ext=${1##*.}
  case ${ext,,} in mp4 | m4v) ext=mp4 ;; mov) ext=mov ;; webm) ext=webm ;; *) ext=mkv ;; esac
  [ "$ext" = webm ] && [[ $codec == h26* || $codec == ffv1 ]] && ext=mkv
  [ "$codec" = ffv1 ] && ext=mkv
  name=${name%.*}
  # Pictures are called as the folder that they are in.
  if is_pattern "$1"; then name=${1%/*}; name=${name##*/}; fi
  name=${name//%/}-stylised.$ext
  case $output in
    '') if [[ $1 == */* ]]; then to=${1%/*}/$name; else to=$name; fi ;;
    */) to=$output$name ;;
    *) if [ -d "$output" ]; then to=$output/$name; else to=$output; fi ;;
  esac
}

# Sets `encoder` (words) for the output with extension $1.
choose_encoder() {
  local c=${codec:-h264} threads
  threads=$(nproc)
  [ "$1" = webm ] && c=${codec:-vp9}
  case $1:$c in
    webm:vp9 | webm:av1 | mp4:h26[45] | mp4:vp9 | mp4:av1 | mov:h26[45] | mkv:*) ;;
    *) say "$c does not go into .$1; .mkv takes all codecs"; return 1 ;;
  esac
  case $c in
    # What is given as a bit rate is a limit; the quantiser sets the quality.
    h264) encoder=(x264enc speed-preset=fast pass=qual "quantizer=${quality:-21}" bitrate=100000 '!' h264parse) ;;
    h265) encoder=(x265enc speed-preset=fast "qp=${quality:-24}" '!' h265parse) ;;
    vp9) encoder=(vp9enc deadline=1000000 cpu-used=4 end-usage=cq "cq-level=${quality:-28}"
      target-bitrate=100000000 row-mt=true tile-columns=2 "threads=$threads" '!' vp9parse) ;;
    av1) encoder=(av1enc cpu-used=6 "min-quantizer=${quality:-30}" "max-quantizer=${quality:-30}"
      row-mt=true "threads=$threads" '!' av1parse) ;;
    ffv1) encoder=(avenc_ffv1) ;;
    *) say "unknown codec $c; see $0 --help"; return 1 ;;
  esac
}

# Succeeds if the container (extension $1) takes streams of type $2 as they are.
takes() {
  case $1:$2 in
    mkv:audio/x-amr* | mkv:audio/AMR* | mkv:audio/x-alac | mkv:audio/x-private*) false ;;
    mkv:audio/* | mkv:text/x-raw* | mkv:application/x-ssa* | mkv:application/x-ass* | mkv:subpicture/x-dvd*) ;;
    mp4:audio/mpeg* | mp4:audio/x-ac3* | mp4:audio/x-alac* | mp4:audio/x-opus*) ;;
    mov:audio/mpeg* | mov:audio/x-ac3* | mov:audio/x-alac* | mov:audio/x-raw* | mov:audio/x-alaw* | mov:audio/x-mulaw*) ;;
    mp4:text/x-raw* | mov:text/x-raw*) ;;
    webm:audio/x-vorbis* | webm:audio/x-opus* | webm:text/x-raw*) ;;
    *) false ;;
  esac
}

# Sets `words` to the pipeline that makes $2 (its final name: $3) from $1, which is a picture sequence
# if $4, the number of its first pictures to leave out, is not 0.
make_pipeline() {
  local from=$1 part=$2 ext=${3##*.} skip=$4 info video kind caps upright=() mux style source
  local stream=(queue max-size-buffers=0 max-size-bytes=0 max-size-time=0)
  ext=${ext,,}
  style=(stylegan name=style)
  [ -n "$model" ] && style+=("model=$(quoted "$model")")
  style+=("${settings[@]}" '!' progressreport name=progress update-freq=1 format=time do-query=true)

  if is_pattern "$from"; then
    local first
    first=$(first_number "$from")
    [ -n "$first" ] || { say "There are no pictures $from with numbers from 0 to 9999"; return 1; }
    source=(imagesequencesrc "location=$(quoted "$from")" "start-index=$((first + skip))" "framerate=$rate" '!' decodebin)
    info=''
  else
    [ -r "$from" ] || { say "Cannot read $from"; return 1; }
    info=$(gst-discoverer-1.0 -v "$from" 2>&1)
    video=$(sed -n 's/^ *video #[0-9]*: //p' <<<"$info" | head -n 1)
    grep -A 20 'Missing plugins' <<<"$info" >&2
    [ -n "$video" ] || { say "There is no video in $from that GStreamer can read; gst-discoverer-1.0 -v says more"; return 1; }
    grep -q 'image-orientation: rotate-[^0]\|image-orientation: flip' <<<"$info" &&
      upright=(videoflip video-direction=auto '!')
    source=(filesrc "location=$(quoted "$from")" '!' parsebin name=parse
      parse. '!' "${video%%,*}" '!' queue '!' decodebin)
  fi
  words=("${source[@]}" '!' queue '!' videoconvert '!' deinterlace fields=top '!' "${upright[@]}" videoconvert '!'
    "${style[@]}" '!' videoconvert '!')

  case $ext in
    png) words+=(pngenc '!' multifilesink "index=$skip" "location=$(quoted "$part")"); return ;;
    jpg | jpeg) words+=(jpegenc quality=95 '!' multifilesink "index=$skip" "location=$(quoted "$part")"); return ;;
    # Fine enough for all usual frame rates and for 90 kHz.
    mp4) mux=(mp4mux name=mux trak-timescale=360000 movie-timescale=90000 faststart=true
      "faststart-file=$(quoted "$part.head")") ;;
    mov) mux=(qtmux name=mux trak-timescale=360000 movie-timescale=90000 faststart=true
      "faststart-file=$(quoted "$part.head")") ;;
    # Tenths of milliseconds; a cluster holds 16 bits of them.
    mkv) mux=(matroskamux name=mux timecodescale=100000 max-cluster-duration=3000000000) ;;
    webm) mux=(webmmux name=mux timecodescale=100000 max-cluster-duration=3000000000) ;;
    *) say "Cannot write .$ext; .mkv, .mp4, .mov, .webm, .png and .jpg are known"; return 1 ;;
  esac
  choose_encoder "$ext" || return 1
  words+=("${encoder[@]}" '!' "${stream[@]}" '!' mux.video_%u)

  # The other streams, in the order of the file. Their queues are unlimited: the muxer waits for
  # the video, and the file for nobody.
  while read -r kind caps; do
    if takes "$ext" "$caps"; then
      words+=(parse. '!' "${caps%%,*}" '!' "${stream[@]}" '!')
      # Muxers take text with markup only under the name of plain text.
      [[ $caps == text/* ]] && words+=(capssetter caps=text/x-raw,format=utf8 '!')
      words+=("mux.${kind%s}_%u")
    elif [ "$kind" = audio ]; then
      say "The sound (${caps%%,*}) does not go into .$ext as it is: it is encoded; .mkv would keep it"
      words+=(parse. '!' "${caps%%,*}" '!' "${stream[@]}" '!' decodebin '!' audioconvert '!' audioresample '!')
      if [ "$ext" = webm ]; then words+=(opusenc '!' opusparse); else words+=(avenc_aac bitrate=192000 '!' aacparse); fi
      words+=('!' "${stream[@]}" '!' mux.audio_%u)
    else
      say "Left out: a stream of $kind (${caps%%,*}) that does not go into .$ext"
    fi
  done < <(sed -n 's/^ *\(audio\|subtitles\) #[0-9]*: /\1 /p' <<<"$info")
  words+=("${mux[@]}" '!' filesink "location=$(quoted "$part")")
}

# progressreport's lines become a bar on a terminal, else a line every ten percent.
bar() {
  awk -v tty="$([ -t 2 ] && echo 1)" '
    /^progress \(/ {
      split($2, t, /[(:)]/); elapsed = t[2] * 3600 + t[3] * 60 + t[4]
      percent = 0
      if (match($0, /\( *[0-9.]+ ?%/)) percent = substr($0, RSTART + 1, RLENGTH - 1) + 0
      left = percent > 0 ? elapsed * (100 - percent) / percent : 0
      line = sprintf("%5.1f %%  elapsed %d:%02d  left %d:%02d", percent, elapsed / 60, elapsed % 60, left / 60, left % 60)
      if (tty) {
        full = int(percent * 0.4); b = ""
        for (i = 0; i < 40; i++) b = b (i < full ? "#" : ".")
        printf "\r[%s] %s ", b, line; drawn = 1
      } else if (int(percent / 10) > last) { print line; last = int(percent / 10) }
      fflush(); next
    }
    /^(ERROR|WARNING|Additional debug|gst|\.\.\/)/ { if (drawn) print ""; drawn = 0; print; fflush() }
    END { if (drawn) print "" }' >&2
}

temporary=() child='' stopped=''
stop() { stopped=1; [ -n "$child" ] && kill "$child" 2>/dev/null; }
# shellcheck disable=SC2317
clean() { [ ${#temporary[@]} -gt 0 ] && rm -rf "${temporary[@]}"; }
trap stop INT TERM HUP
trap clean EXIT

# Names what a run that was killed has left in folder $1.
report_leftovers() {
  local path pid
  for path in "$1"/.stylise-*; do
    pid=${path##*/.stylise-} pid=${pid%%-*}
    [ -e "$path" ] && ! kill -0 "$pid" 2>/dev/null && say "Left behind by a run that was killed, and of no use: $path"
  done
}

# Before a picture that is gone on with, so many are seen again: what the filter over time knows.
memory=24

# Stylises $1 to $2, which appears when it is complete; pictures made of pictures appear as far as they
# have come. The first $3 of them are there already.
stylise() {
  local from=$1 to=$2 begun=$3 folder=. name=${2##*/} part status bar to_bar skip
  [[ $to == */* ]] && folder=${to%/*}
  folder=${folder:-/}
  mkdir -p "$folder" || return 1
  report_leftovers "$folder"
  if [[ $to == *%* ]]; then
    part=$folder/.stylise-$$/$name
    temporary=("$folder/.stylise-$$")
  else
    part=$folder/.stylise-$$-$name
    temporary=("$part" "$part.head")
  fi
  skip=$((begun > memory ? begun - memory : 0))
  make_pipeline "$from" "$part" "$to" "$skip" && check_elements || return 1
  if [ -n "$dry" ]; then
    printf '%q ' gst-launch-1.0 "${words[@]}"
    echo
    return
  fi
  [[ $to == *%* ]] && mkdir "$folder/.stylise-$$"
  [ -z "$stopped" ] || return 130
  say "$from -> $to"
  [ "$begun" = 0 ] || say "$begun pictures are there already; going on after them"
  exec {to_bar}> >(bar)
  bar=$!
  gst-launch-1.0 "${words[@]}" >&"$to_bar" 2>&1 &
  child=$!
  exec {to_bar}>&-
  wait "$child"; status=$?
  # A signal ends wait, not the child.
  [ -n "$stopped" ] && wait "$child"
  child=''
  wait "$bar"
  [ -n "$stopped" ] && status=130
  if [[ $to == *%* ]]; then
    if [ "$status" != 0 ]; then
      is_pattern "$from" || return "$status"
      # The newest may be half a picture.
      find "$folder/.stylise-$$" -type f | sort -V | tail -n 1 | xargs -r -d '\n' rm -f
    fi
    compgen -G "$folder/.stylise-$$/*" >/dev/null || [ "$status" != 0 ] || { say "There was no frame in $from"; return 1; }
    # Those that were seen again are there already.
    local how=-n
    [ -n "$force" ] && how=-f
    find "$folder/.stylise-$$" -type f -exec mv $how -t "$folder" {} +
    return "$status"
  fi
  [ "$status" = 0 ] || return "$status"
  [ -s "$part" ] || { say "Nothing came out of $from"; return 1; }
  mv -f "$part" "$to"
}

failed=() missing=()
for input in "${inputs[@]}"; do
  choose_output "$input"
  if is_there "$input" "$to" && [ -z "$force$dry" ]; then
    [ -n "$stopped" ] || say "$to is there already: skipped (--force replaces it)"
    continue
  fi
  [ -z "$force" ] || begun=0
  if [ -n "$stopped" ]; then
    missing+=("$to")
  elif ! stylise "$input" "$to" "$begun"; then
    missing+=("$to")
    failed+=("$input")
  fi
  clean
  temporary=()
done
if [ ${#missing[@]} -gt 0 ]; then
  [ -z "$stopped" ] || say "Stopped"
  [ -n "$stopped" ] || say "Not stylised: ${failed[*]}"
  say "Missing, of ${#inputs[@]}:$(printf '\n  %s' "${missing[@]}")"
  [ -z "$stopped" ] || say "The same command${force:+, without --force,} makes what is missing; files begin anew, pictures made of pictures go on."
  [ -z "$stopped" ] || exit 130
  exit 1
fi
[ -z "$stopped" ] || exit 130
