#!/usr/bin/env bash
# Runs one of the pipelines in this folder.
#   pipelines/run.sh NAME [VARIABLE=VALUE...]     e.g. image INPUT=a.jpg MODEL=b.onnx OUTPUT=c.png
#   pipelines/run.sh                              lists them
# Each <name>.launch says what it needs and which variables it takes.
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

if [ $# -eq 0 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0"
  echo
  for f in "$here"/*.launch; do
    printf '%-16s %s\n' "$(basename "$f" .launch)" "$(sed -n '1s/^# //p' "$f")"
  done
  exit 0
fi

file=$here/$1.launch
[ -f "$file" ] || { echo "There is no pipeline '$1'; $0 lists them." >&2; exit 1; }
shift
declare -A var=()
for assignment in "$@"; do
  case $assignment in
    [A-Z]*=*) var[${assignment%%=*}]=${assignment#*=} ;;
    *) echo "'$assignment' is not VARIABLE=VALUE." >&2; exit 1 ;;
  esac
done

# Split into words first, then ${NAME} and ${NAME:-default} become values: a value
# stays one word whatever is in it, and nothing else is expanded.
read -r -d '' -a words < <(grep -v '^#' "$file") || true
for i in "${!words[@]}"; do
  [[ ${words[i]} =~ ^(.*)\"?\$\{([A-Z_]+)(:-([^}]*))?\}\"?$ ]] || continue
  prefix=${BASH_REMATCH[1]%\"} name=${BASH_REMATCH[2]} default=${BASH_REMATCH[3]}
  if [ -z "${var[$name]+set}" ]; then
    if [ -z "$default" ]; then
      echo "This pipeline needs $name=...; see $file" >&2
      exit 1
    fi
    var[$name]=${BASH_REMATCH[4]}
  fi
  words[i]=$prefix${var[$name]}
done

if [ -d "$here/../build/gst" ]; then
  export GST_PLUGIN_PATH="$here/../build/gst${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}"
fi
if [ -n "${PRINT-}" ]; then
  printf '%s\n' "${words[@]}"
  exit 0
fi
if [[ ${words[*]} == *v4l2src* ]]; then
  device=${var[DEVICE]:-/dev/video0}
  if [ ! -e "$device" ]; then
    echo "There is no camera at $device. Connect one, or name another with DEVICE=/dev/videoN" >&2
    echo "(v4l2-ctl --list-devices lists them). Without a camera: pipelines/run.sh testsrc MODEL=..." >&2
    exit 1
  fi
fi

exec gst-launch-1.0 -e ${GST_LAUNCH_FLAGS-} "${words[@]}"
