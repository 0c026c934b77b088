#!/usr/bin/env bash
# Is the table of docs/operators.md what checkop --support prints?
#   operators-doc.sh CHECKOP docs/operators.md [--write]
# SPDX-License-Identifier: LGPL-2.1-or-later
set -euo pipefail
table=$("$1" --support) || {
  status=$?
  printf '%s\n' "$table"       # where there is no GPU its column cannot be made
  exit $status
}
if [ "${3-}" = --write ]; then
  text=$(sed '/^| operator/,$d' "$2")
  printf '%s\n\n%s\n' "$text" "$table" >"$2"
fi
diff <(sed -n '/^| operator/,$p' "$2") <(printf '%s\n' "$table") || {
  echo "docs/operators.md is out of date: $0 $1 $2 --write" >&2
  exit 1
}
