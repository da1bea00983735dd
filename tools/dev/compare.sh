# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev bench compare: buoyant beside other implementations of Raft. Those that cannot be
# installed are left out.

dev_bench_compare() {
  source tools/dev/run.sh
  (need_packages libraft) || say "without libraft"
  run_program compare_bench "$@"
}
