#!/usr/bin/env bash
# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# What ./dev shows of a build: how far it is, on a terminal only; what failed; and a log of it all.
set -euo pipefail
source tools/dev/build.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/build"
source_file=$PWD/tools/dev/build.sh
cd "$folder"

# expect WHAT ACTUAL EXPECTED
expect() {
  [ "$2" = "$3" ] || {
    printf '%s: got "%s" and not "%s"\n' "$@" >&2
    exit 1
  }
}

cat >speaks.sh <<TEXT
source $source_file
build() {
  printf '[%s] Building CXX object a.o\n' 1/12 12/12
  [ "\$1" != wrong ] || { echo 'a.cc: error: wrong'; return 1; }
}
build_quietly "\$1" && echo done || echo failed
TEXT

expect "a build" "$(bash speaks.sh right 2>&1)" "done"
expect "its log" "$(wc -l <build/build-right.log)" 2
expect "one that fails" "$(bash speaks.sh wrong 2>&1)" "a.cc: error: wrong
failed"

# Of `\r` and what stands behind it, what a terminal leaves: `1 of 12`, `12 of 12`, nothing.
on_terminal() {
  script -qec "bash -o pipefail speaks.sh $1" /dev/null </dev/null | tr '\r' '\n' |
    sed 's/\x1b\[K//; s/^ *//' | grep -v '^$' | paste -sd,
}
expect "on a terminal" "$(on_terminal right)" "1 of 12,12 of 12,done"
expect "one that fails on a terminal" "$(on_terminal wrong)" "1 of 12,12 of 12,a.cc: error: wrong,failed"
echo "builds are shown as they should be"
