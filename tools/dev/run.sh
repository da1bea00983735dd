# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# Programs of the release preset.

# run_program TARGET [ARGS...]: builds a program of the release preset and becomes it.
run_program() {
  local target=$1 path
  shift
  need_packages build
  configure release
  has_target release "$target" || fail "$target: not yet"
  say "building $target (the first time it takes minutes; build/build-release.log)"
  build_quietly release "$target" || fail "$target does not build"
  path=$(find build/release -type f -name "$target" -perm -u+x -print -quit)
  exec "$path" "$@"
}

dev_demo() { run_program buoyant-demo "$@"; }
