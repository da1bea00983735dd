# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev fuzz: the fuzzers of tests/fuzz, from what is kept in the repository and what earlier runs
# found worth keeping (build/fuzz/corpus).

fuzz_work=build/fuzz
fuzz_minutes=10
fuzz_targets=()

fuzz_usage() {
  cat <<'TEXT'
./dev fuzz [--minutes N] [--target T]...
  --minutes N   how long, all targets together; they share the cores (10)
  --target T    only this one; repeat. The name of tests/fuzz/T_fuzz.cc
Inputs that reach something new are kept in build/fuzz/corpus/T, findings in build/fuzz/findings.
JOBS=N sets how many run at a time.
TEXT
}

# parse_fuzz_options [ARGS...]: sets fuzz_minutes and fuzz_targets.
parse_fuzz_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h)
        fuzz_usage
        exit 0
        ;;
      --minutes)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "--minutes: not a number of minutes"
        fuzz_minutes=$2
        shift 2
        ;;
      --target)
        [ -f "tests/fuzz/${2:-}_fuzz.cc" ] || fail "there is no tests/fuzz/${2:-}_fuzz.cc"
        fuzz_targets+=("$2")
        shift 2
        ;;
      *) fail "$(fuzz_usage)" ;;
    esac
  done
  if [ ${#fuzz_targets[@]} -eq 0 ]; then
    mapfile -t fuzz_targets < <(cd tests/fuzz && printf '%s\n' *_fuzz.cc | sed 's/_fuzz\.cc$//')
  fi
}

# fuzz_target TARGET SECONDS: runs one; its log tells how it went.
fuzz_target() {
  local target=$1 log=$fuzz_work/log/$1 status=0
  mkdir -p "$fuzz_work/corpus/$target"
  ASAN_OPTIONS=${ASAN_OPTIONS:-quarantine_size_mb=8} \
    UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1} \
    "$fuzz_work/tests/fuzz/fuzz_$target" -max_total_time="$2" -timeout=30 -rss_limit_mb=2048 \
    -malloc_limit_mb=256 -len_control=20 -print_final_stats=1 \
    -artifact_prefix="$fuzz_work/findings/$target-" "$fuzz_work/corpus/$target" \
    "tests/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
  printf '%d\n' $status >"$log.status"
  fuzz_line "$target"
}

# fuzz_stat TARGET NAME: a number out of a log; 0 when it is not there.
fuzz_stat() {
  local number
  number=$(sed -n "s/^stat::$2: *\([0-9]*\)$/\1/p" "$fuzz_work/log/$1" | tail -n 1)
  printf '%s\n' "${number:-0}"
}

# fuzz_coverage TARGET: what was reached at the beginning and in the end, in the compiler's units.
fuzz_coverage() {
  local covered
  mapfile -t covered < <(grep -o ' cov: [0-9]*' "$fuzz_work/log/$1" | grep -o '[0-9]*')
  [ ${#covered[@]} -gt 0 ] || covered=(0)
  printf '%s %s\n' "${covered[0]}" "${covered[-1]}"
}

# fuzz_line TARGET: how it went, in one line.
fuzz_line() {
  local before after note=""
  read -r before after < <(fuzz_coverage "$1")
  [ "$(cat "$fuzz_work/log/$1.status")" -eq 0 ] || note=" FINDING"
  printf '%-14s %12d executions %8d/s  coverage %6d  new %5d%s\n' "$1" \
    "$(fuzz_stat "$1" number_of_executed_units)" "$(fuzz_stat "$1" average_exec_per_sec)" \
    "$after" $((after - before)) "$note"
}

# fuzz_finding TARGET: what a log tells of its end, and how to see it again.
fuzz_finding() {
  local log=$fuzz_work/log/$1 input
  input=$(sed -n 's/^.*Test unit written to //p' "$log" | tail -n 1)
  printf '\n%s: status %s, see %s\n' "$1" "$(cat "$log.status")" "$log"
  grep -m 1 -E 'assertion failed|runtime error|ERROR: ' "$log" || tail -n 5 "$log"
  [ -z "$input" ] || printf 'again: %s %s\n' "$fuzz_work/tests/fuzz/fuzz_$1" "$input"
}

dev_fuzz() {
  parse_fuzz_options "$@"
  need_packages build fuzz
  local target seconds executions=0 findings=0
  seconds=$((fuzz_minutes * 60 * jobs / ${#fuzz_targets[@]}))
  [ $seconds -le $((fuzz_minutes * 60)) ] || seconds=$((fuzz_minutes * 60))
  say "fuzz: building"
  configure fuzz && build_quietly fuzz "${fuzz_targets[@]/#/fuzz_}" ||
    fail "the fuzzers do not build"
  mkdir -p $fuzz_work/log $fuzz_work/findings
  # Files of a few KiB that live for a millisecond: a disk would be all that the run waits for.
  [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
  say "fuzz: $fuzz_minutes minutes, ${#fuzz_targets[@]} targets, $seconds s each, $jobs at a time"
  for target in "${fuzz_targets[@]}"; do
    while [ "$(jobs -pr | wc -l)" -ge "$jobs" ]; do
      wait -n || true
    done
    fuzz_target "$target" "$seconds" &
  done
  wait
  for target in "${fuzz_targets[@]}"; do
    executions=$((executions + $(fuzz_stat "$target" number_of_executed_units)))
    if [ "$(cat "$fuzz_work/log/$target.status")" -ne 0 ]; then
      findings=$((findings + 1))
      fuzz_finding "$target"
    fi
  done
  printf '%d executions, %d findings\n' "$executions" "$findings"
  [ $findings -eq 0 ]
}
