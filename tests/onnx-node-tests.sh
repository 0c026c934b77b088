#!/bin/sh
# gst-stylegan tests: makes ONNX's own node tests and runs them
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#   onnx-node-tests.sh CASES.PY RUNNER [OPTION of RUNNER...]
#
# Exits with 77 where python3-onnx is not installed.
set -eu

cases=$1
runner=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$cases" "$dir"
"$runner" "$@" "$dir"
