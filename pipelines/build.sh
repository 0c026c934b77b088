#!/usr/bin/env bash
# Installs what is missing (Debian packages) and builds into build/.
#   pipelines/build.sh [--tests]
# --tests also installs what only the tests need.
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  gcc meson ninja-build pkg-config
  libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev
  libprotobuf-c-dev protobuf-c-compiler libonnx-dev
  libvulkan-dev libvulkan-volk-dev glslc spirv-tools
  gstreamer1.0-tools gstreamer1.0-plugins-base-apps gstreamer1.0-plugins-base gstreamer1.0-plugins-good
  gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav
)
test_packages=(
  libjson-glib-dev libpng-dev indent python3 python3-onnx valgrind
  clang lld libclang-rt-14-dev
  libvulkan1 mesa-vulkan-drivers vulkan-validationlayers
  libopenmpi-dev openmpi-bin
  obs-studio xvfb
  pipewire wireplumber pipewire-bin gstreamer1.0-pipewire dbus-daemon
)
[ "${1-}" = --tests ] && packages+=("${test_packages[@]}")

missing=()
for p in "${packages[@]}"; do
  dpkg-query -W -f='${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed ||
    missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "Installing: ${missing[*]}"
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    sudo=$(command -v sudo) || {
      echo "Not root and no sudo. As root, run: apt-get install ${missing[*]}" >&2
      exit 1
    }
  fi
  $sudo apt-get update -q
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qy --no-install-recommends \
    "${missing[@]}"
fi

if [ ! -f build/build.ninja ]; then
  meson setup build -Dtests="$([ "${1-}" = --tests ] && echo enabled || echo disabled)"
elif [ "${1-}" = --tests ]; then
  meson configure build -Dtests=enabled
fi
ninja -C build
