# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# Counting test cases from the reports that a run left behind.

# ctest_results FILE: "NAME STATUS" of each test in ctest's own report.
ctest_results() {
  awk '
    /<testcase / {
      name = ""; status = ""
      if (match($0, / name="[^"]*"/)) name = substr($0, RSTART + 7, RLENGTH - 8)
      if (match($0, / status="[^"]*"/)) status = substr($0, RSTART + 9, RLENGTH - 10)
      if (name != "") print name, status
    }' "$1"
}

# googletest_counts FILE: "PASSED FAILED" of one GoogleTest report. Skipped and disabled cases
# are neither.
googletest_counts() {
  awk '
    function number(key) {
      return match($0, " " key "=\"[0-9]+\"") \
        ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 4) + 0 : 0
    }
    /<testsuites / { tests = number("tests"); failed = number("failures") + number("errors")
                     disabled = number("disabled") }
    /<testcase .*result="skipped"/ { skipped++ }
    END { print tests - failed - disabled - skipped, failed + 0 }' "$1"
}

# count_cases BUILD_FOLDER CTEST_STATUS: "PASSED FAILED" of everything that ran there.
count_cases() {
  local folder=$1 ctest_status=$2 passed=0 failed=0 name status cases
  while read -r name status; do
    [ "$status" != disabled ] || continue
    if [ -s "$folder/results/$name.xml" ]; then
      read -ra cases <<<"$(googletest_counts "$folder/results/$name.xml")"
      # Ended badly although no case failed: a leak, a race, a crash or a hang at the end.
      [ "$status" = run ] || [ "${cases[1]}" -gt 0 ] || cases[1]=1
      passed=$((passed + cases[0]))
      failed=$((failed + cases[1]))
    elif [ "$status" = run ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
    fi
  done < <([ ! -s "$folder/ctest.xml" ] || ctest_results "$folder/ctest.xml")
  # ctest itself failed, and no test that it knows of did.
  [ "$ctest_status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  echo "$passed $failed"
}
