#!/usr/bin/env bash
# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# What tools/dev/mutant_report.sh makes of the lines of the simulation.
set -euo pipefail
source tools/dev/mutant_report.sh

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# expect WHAT ACTUAL EXPECTED
expect() {
  [ "$2" = "$3" ] || {
    printf '%s: got "%s" and not "%s"\n' "$@" >&2
    exit 1
  }
}

cat >"$log" <<'TEXT'
FAIL seed 40 check state_machine_safety: 2 and 3 differ at 7
FAIL seed 10 check election_safety: 1 and 2 lead term 4
  a line of the text
seeds 50 failures 2
FAIL seed 100 check election_safety: FAIL seed 7 check other: quoted
seeds 52 failures 1
TEXT
expect "seeds that failed" "$(failed_seeds "$log" | xargs)" "10 40 100"
expect "seeds that ran" "$(seeds_run "$log")" 102
expect "checks" "$(failed_checks "$log")" "election_safety 2, state_machine_safety 1"
expect "median of 10, 30, 60" "$(median_seeds "$log")" 30

echo 'seeds 800 failures 0' >"$log"
expect "no check" "$(failed_checks "$log")" ""
expect "no median" "$(median_seeds "$log")" -
expect "seeds without a failure" "$(seeds_run "$log")" 800

# The verdict on a bank of three: a safety mutant must not survive.
mutant_field() { [ "$2" != Kind ] || echo "${1%%_*}"; }
fail() { exit 3; }
verdict() { (print_mutant_report /dev/null >/dev/null) && echo 0 || echo $?; }
dead=$log.dead
trap 'rm -f "$log" "$dead"' EXIT
echo 'FAIL seed 3 check assert: core' >"$dead"
report_mutant safety_one "$dead"
report_mutant liveness_one "$dead"
expect "all killed" "$(verdict)" 0
report_mutant liveness_two "$log"
expect "less than 95 %" "$(verdict)" 3
mutant_rows=() mutants_killed=0 mutants_of_safety=0 mutants_of_safety_killed=0
for number in $(seq 30); do report_mutant "liveness_$number" "$dead"; done
report_mutant liveness_lives "$log"
expect "30 of 31" "$(verdict)" 0
report_mutant safety_lives "$log"
expect "a safety mutant survives" "$(verdict)" 3
echo "the report is right"
