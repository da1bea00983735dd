# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev tidy and ./dev format.

cpp_files() {
  git ls-files --cached --others --exclude-standard -- '*.h' '*.cc' '*.c' |
    while read -r file; do [ ! -f "$file" ] || echo "$file"; done
}

dev_format() {
  need_packages format
  cpp_files | xargs clang-format-14 -i
}

dev_tidy() {
  local failed=0
  need_packages build tidy
  say "formatting"
  cpp_files | xargs clang-format-14 --dry-run --Werror || failed=1
  say "rules of the house"
  # With clang: the database must hold only flags that clang-tidy knows.
  configure clang
  build_quietly clang || fail "the clang preset does not build"
  ctest --test-dir build/clang -L '^tidy$' --output-on-failure || failed=1
  say "clang-tidy"
  run-clang-tidy-14 -quiet -j "$jobs" -p build/clang \
    "$PWD/(src|adapters|examples|bench|tools)/.*\.cc\$" 2>&1 | sed 's/\x1b\[[0-9;]*m//g' >build/clang-tidy.log || {
    grep -E -A4 '(error|warning):' build/clang-tidy.log >&2 || tail -n 60 build/clang-tidy.log >&2
    failed=1
  }
  [ $failed -eq 0 ] || fail "tidy: not clean"
  say "tidy: clean"
}
