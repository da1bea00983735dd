# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev power-cut and ./dev corrupt: disks that lose power and disks that rot.

# with_seed TARGET [ARGS...]: runs it, with a seed that nobody has run unless one is given.
with_seed() {
  local target=$1 seed=(--seed "$(date +%s)")
  shift
  case " $* " in
    *' --seed '* | *' --seed='* | *' --help '*) seed=() ;;
  esac
  source tools/dev/run.sh
  run_program "$target" "${seed[@]}" "$@"
}

dev_power_cut() { with_seed buoyant-power-cut "$@"; }

dev_corrupt() { with_seed buoyant-corrupt "$@"; }
