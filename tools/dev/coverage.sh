# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev coverage: which lines of src/core the unit tests run.

coverage_min=95

dev_coverage() {
  need_packages build coverage
  configure coverage
  build_quietly coverage tests_unit || fail "the coverage preset does not build"
  find build/coverage -name '*.gcda' -delete
  ctest --test-dir build/coverage --parallel "$test_slots" -L '^unit$' --output-on-failure ||
    fail "a test failed"
  # --fail-under-line makes gcovr's own exit code the verdict.
  gcovr --root . --filter src/core/ --exclude-throw-branches --object-directory build/coverage \
    --print-summary --fail-under-line $coverage_min build/coverage/src/core ||
    fail "line coverage of src/core is below $coverage_min %"
}
