#!/usr/bin/env bash
# Builds and runs all tests; what is missing (Debian packages) is installed first.
#   tests/run.sh            everything: plain, then with address and undefined-behaviour sanitizers, then
#                           a build without Vulkan
#   tests/run.sh --quick    the plain build only
# Tests that need ../shared/data or a Vulkan device skip, with the reason, where it is absent. With
# CI=true a missing device is a failure; Mesa's llvmpipe, which is installed, will do.
# SPDX-License-Identifier: LGPL-2.1-or-later
set -uo pipefail
cd "$(dirname "$0")/.."

case ${1-} in
  --help | -h) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  '' | --quick) ;;
  *) echo "unknown option $1; see $0 --help" >&2; exit 2 ;;
esac

pipelines/build.sh --tests || exit 1

passed=0 failed=0 skipped=0
# Runs meson's tests in build folder $1 (further arguments: for meson test) and
# adds up what they say.
run_tests() {
  local dir=$1
  shift
  rm -f "$dir"/meson-logs/testlog*.json     # an old one must not be counted
  meson test -C "$dir" --print-errorlogs "$@"
  local counts
  counts=$(python3 - "$dir/meson-logs" <<'PY'
import json, glob, sys
n = {"OK": 0, "SKIP": 0, "bad": 0}
skips = []
for line in open(glob.glob(sys.argv[1] + "/testlog*.json")[0]):
    t = json.loads(line)
    r = t["result"]
    key = {"OK": "OK", "EXPECTEDFAIL": "OK", "SKIP": "SKIP"}.get(r, "bad")
    n[key] += 1
    if key == "SKIP":
        out = (t.get("stdout") or "") + (t.get("stderr") or "")
        reason = [l for l in out.splitlines() if "skip" in l.lower()] or out.splitlines()[-1:] or ["no reason given"]
        skips.append("  skipped %s: %s" % (t["name"], reason[0].strip()))
print(n["OK"], n["bad"], n["SKIP"])
print("\n".join(skips))
PY
  ) || counts="0 1 0"
  sed 1d <<<"$counts"
  read -r p f s <<<"$(head -n 1 <<<"$counts")"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# What the Vulkan tests run on.
echo "Vulkan devices:"
if [ ! -x build/tests/bench/bench-gpu ]; then
  echo "  none: built without Vulkan; the end of meson's output (build/meson-logs/meson-log.txt) says what is missing"
  have_device=
else
  have_device=1
  build/tests/bench/bench-gpu --list | sed 's/^/  /'
  [ "${PIPESTATUS[0]}" = 0 ] || have_device=
fi
if [ -z "$have_device" ] && [ "${CI-}" = true ]; then
  echo "CI=true, and no Vulkan device" >&2
  exit 1
fi

run_tests build
if [ "${1-}" != --quick ]; then
  [ -f build-asan/build.ninja ] ||
    meson setup build-asan -Dbuildtype=debugoptimized -Db_ndebug=false \
      -Db_sanitize=address,undefined -Db_lundef=false || exit 1
  ninja -C build-asan || exit 1
  # GLib's own pools (before 2.76) hide leaks of objects, and its libraries have
  # no frame pointers: without slow unwinding no suppression could name a function.
  export G_SLICE=always-malloc
  export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:abort_on_error=0:fast_unwind_on_malloc=0
  export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
  export LSAN_OPTIONS=suppressions=$PWD/tests/util/lsan.supp:print_suppressions=0
  # Valgrind and the sanitizers exclude each other; style needs no second run, nor do
  # other arithmetic and shaders with the same C code (numbers).
  # pipelines runs gst-launch-1.0, which has no sanitizer's runtime: it cannot
  # load the plugin.
  run_tests build-asan --no-suite valgrind --no-suite style --no-suite pipelines \
    --no-suite numbers --timeout-multiplier 4
  unset G_SLICE ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS

  # That it builds without Vulkan, and plays: only what shows this is built.
  [ -f build-novulkan/build.ninja ] ||
    meson setup build-novulkan -Dvulkan=disabled || exit 1
  run_tests build-novulkan device session check-element check-settings vulkan-no-loader
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
