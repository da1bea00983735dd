# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev test: stages, each a preset that is built and whose tests are run. Passed and failed
# are test cases: those of a GoogleTest binary as its report counts them; a binary that left no
# report, or ended badly in spite of it, is one failed case; another ctest test is one case.

source tools/dev/count.sh
source tools/dev/parse.sh

total_passed=0
total_failed=0
table=()

# finish_stage NAME SECONDS PASSED FAILED NOTE
finish_stage() {
  total_passed=$((total_passed + $3))
  total_failed=$((total_failed + $4))
  table+=("$(printf '%-8s %5d s %7d passed %5d failed  %s' "$@")")
  say "$1: $3 passed, $4 failed, $2 s"
}

# stage NAME LABELS [TARGET...]: builds the targets of the preset NAME and runs the tests with
# one of the labels (a regular expression).
stage() {
  local name=$1 labels=$2 begin=$SECONDS status=0 counts
  shift 2
  say "$name: building"
  rm -rf "build/$name/results" "build/$name/ctest.xml" "build/$name/Testing"
  if ! configure "$name" || ! build_quietly "$name" "$@"; then
    finish_stage "$name" $((SECONDS - begin)) 0 1 "does not build"
    return
  fi
  local built=$((SECONDS - begin))
  say "$name: running (built in $built s)"
  "${run_with[@]}" ctest --test-dir "build/$name" --parallel "$test_slots" -L "^($labels)\$" \
    --no-tests=ignore --output-on-failure --test-output-size-failed 200000 \
    --output-junit "$PWD/build/$name/ctest.xml" || status=$?
  counts=$(count_cases "build/$name" "$status")
  # shellcheck disable=SC2086
  finish_stage "$name" $((SECONDS - begin)) $counts "built in $built s"
}

# parse_stage NAME PRESET: has the compiler of the preset read every file.
parse_stage() {
  local name=$1 begin=$SECONDS
  say "$name: reading"
  if parse "$2"; then
    finish_stage "$name" $((SECONDS - begin)) 0 0 "$parsed without warnings"
  else
    finish_stage "$name" $((SECONDS - begin)) 0 1 "errors or warnings"
  fi
}

# simulate NAME SEEDS: runs fresh seeds with the simulation of the preset; each is a case.
simulate() {
  local name=$1 seeds=$2 begin=$SECONDS program log=build/$1-sim.log run failed
  program=build/$name/tools/sim/buoyant-sim
  if [ ! -x "$program" ]; then
    finish_stage sim 0 0 1 "was not built"
    return
  fi
  say "sim: $seeds fresh seeds"
  "$program" --fresh --seeds "$seeds" --jobs "$jobs" --failures 10 >"$log" 2>&1 || cat "$log"
  read -r run failed < <(sed -n 's/^seeds \([0-9]*\) failures \([0-9]*\)$/\1 \2/p' "$log") ||
    { run=0 failed=1; }
  finish_stage sim $((SECONDS - begin)) $((run > failed ? run - failed : 0)) "$failed" \
    "$(sed -n 's/^.*\(seeds from [0-9]* on\)$/\1/p' "$log")"
}

# ThreadSanitizer of g++ 12 needs the memory layout that address randomisation may take from it.
choose_layout() {
  run_with=(env)
  if setarch "$(uname -m)" -R true 2>/dev/null; then
    run_with=(setarch "$(uname -m)" -R)
  fi
}

dev_test() {
  local quick=no first=test
  case ${1:-} in
    '') ;;
    # One who edits and tests builds file by file.
    --quick) quick=yes first=dev ;;
    *) fail "usage: ./dev test [--quick]" ;;
  esac
  need_packages build kv docs browser
  [ $quick = yes ] || need_packages clang
  choose_layout
  stage "$first" '.*'
  simulate "$first" 1000
  if [ $quick = no ]; then
    export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1}
    export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
    parse_stage clang clang-parse
    stage asan 'unit|adapter|smoke' tests_unit tests_adapter tests_smoke
    stage tsan 'threads' tests_threads
  fi
  printf '\n'
  printf '%s\n' "${table[@]}"
  printf '%d passed, %d failed\n' "$total_passed" "$total_failed"
  [ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]
}
