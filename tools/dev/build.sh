# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# Configuring and building a preset.

jobs=${JOBS:-$(nproc)}
# For ctest --parallel: a test that computes takes three of them (buoyant_schedule).
test_slots=$((jobs * 3))

# configure PRESET [OPTION...]: quiet unless it fails.
configure() {
  local preset=$1 options=() log
  shift
  # ccache remembers nothing that is compiled with a precompiled header.
  command -v ccache >/dev/null &&
    options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DBUOYANT_PRECOMPILE=OFF)
  mkdir -p build
  log=build/configure-$preset.log
  cmake --preset "$preset" "${options[@]}" "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    return 1
  }
}

# build PRESET [TARGET...]: everything, or these targets.
build() {
  local preset=$1
  shift
  cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"}
}

# build_quietly PRESET [TARGET...]: shows only what failed, and on a terminal how far it is; leaves a
# log.
build_quietly() {
  local log=build/build-$1.log
  if [ -t 1 ]; then
    build "$@" 2>&1 | tee "$log" | show_progress
  else
    build "$@" >"$log" 2>&1
  fi || {
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Generating)' "$log" | tail -n 100 >&2
    return 1
  }
}

# Of what ninja writes, the numbers of the steps, in one line that is written over and taken away.
show_progress() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
      printf '\r   %s of %s' "${BASH_REMATCH[@]:1}"
    fi
  done
  printf '\r\033[K'
}

# has_target PRESET TARGET: true when the configured preset knows it.
has_target() {
  ninja -C "build/$1" -t query "$2" >/dev/null 2>&1
}
