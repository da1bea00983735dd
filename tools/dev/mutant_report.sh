# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# What became of the mutants, from what the simulation printed. Of its lines these count:
#   FAIL seed 123 check election_safety: text...
#   seeds 2000 failures 5

mutant_percent_min=95

mutant_rows=()
mutants_of_safety=0
mutants_of_safety_killed=0
mutants_killed=0

# failed_seeds LOG: the seeds that failed, ascending.
failed_seeds() { awk '/^FAIL seed [0-9]+ /{ print $3 }' "$1" | sort -n -u; }

# seeds_run LOG
seeds_run() { awk '/^seeds [0-9]+ failures [0-9]+/{ sum += $2 } END { print sum + 0 }' "$1"; }

# failed_checks LOG: "election_safety 4, assert 1", the most frequent first.
failed_checks() {
  awk '/^FAIL seed [0-9]+ check /{ sub(/:$/, "", $5); print $5 }' "$1" | sort | uniq -c |
    sort -k1,1nr -k2,2 | awk '{ printf "%s%s %d", (NR > 1 ? ", " : ""), $2, $1 }'
}

# median_seeds LOG: of the seeds that each kill took, counted from the kill before.
median_seeds() {
  failed_seeds "$1" | awk '{ print $1 - before; before = $1 }' | sort -n |
    awk '{ gap[NR] = $1 } END { print NR == 0 ? "-" : gap[int((NR + 1) / 2)] }'
}

# report_mutant NAME LOG: adds its row; its verdict is in mutant_verdict.
report_mutant() {
  local checks kind killed=0
  checks=$(failed_checks "$2")
  kind=$(mutant_field "$1" Kind)
  [ -z "$checks" ] || killed=1
  mutants_killed=$((mutants_killed + killed))
  if [ "$kind" = safety ]; then
    mutants_of_safety=$((mutants_of_safety + 1))
    mutants_of_safety_killed=$((mutants_of_safety_killed + killed))
  fi
  mutant_rows+=("$1|$kind|${checks:-SURVIVED}|$(median_seeds "$2")|$(seeds_run "$2")")
  mutant_verdict="$1: survived $(seeds_run "$2") seeds"
  [ $killed -eq 0 ] || mutant_verdict="$1: killed by $checks, median $(median_seeds "$2") seeds"
}

# write_mutant_table: in Markdown.
write_mutant_table() {
  local row name kind checks median seeds
  echo '| mutant | what is wrong | catalogue | kind | killed by | median seeds to kill | seeds run |'
  echo '|---|---|---|---|---|---:|---:|'
  for row in "${mutant_rows[@]}"; do
    IFS='|' read -r name kind checks median seeds <<<"$row"
    echo "| $name | $(mutant_field "$name" Mutant) | $(mutant_field "$name" Catalogue) | $kind |" \
      "$checks | $median | $seeds |"
  done
}

# print_mutant_report FILE: the table on the terminal and in the file, and the verdict on the bank.
print_mutant_report() {
  local row name kind checks median seeds total=${#mutant_rows[@]} summary
  printf '\n%-36s %-9s %7s %6s  %s\n' mutant kind median seeds 'killed by'
  for row in "${mutant_rows[@]}"; do
    IFS='|' read -r name kind checks median seeds <<<"$row"
    printf '%-36s %-9s %7s %6s  %s\n' "$name" "$kind" "$median" "$seeds" "$checks"
  done
  summary="$mutants_killed of $total mutants killed ($((mutants_killed * 100 / total)) %), \
safety: $mutants_of_safety_killed of $mutants_of_safety"
  { write_mutant_table && printf '\n%s\n' "$summary"; } >"$1"
  printf '\n%s\n' "$summary"
  [ $mutants_of_safety_killed -eq $mutants_of_safety ] || fail "a safety mutant survived"
  [ $((mutants_killed * 100)) -ge $((total * mutant_percent_min)) ] ||
    fail "less than $mutant_percent_min % of the mutants were killed"
}
