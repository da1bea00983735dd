# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev determinism: the same seeds with two compilers must give the same runs.

dev_determinism() {
  local seeds=${1:-1000} first=${2:-1} preset
  need_packages build clang
  for preset in gcc-O0-asan clang-O2; do
    say "$preset: building"
    configure "$preset"
    build_quietly "$preset" buoyant-sim || fail "buoyant-sim does not build with $preset"
    say "$preset: $seeds seeds from $first on"
    "build/$preset/tools/sim/buoyant-sim" --first "$first" --seeds "$seeds" --jobs "$jobs" \
      --hashes "build/hashes-$preset" || fail "a seed failed"
  done
  cmp "build/hashes-gcc-O0-asan" "build/hashes-clang-O2" ||
    fail "one seed gave two runs; compare the traces of the first line that differs"
  say "$seeds seeds, equal hashes with g++ -O0 and sanitizers and with clang -O2"
}
