# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev sim: the simulation, from seeds that nobody has run.

dev_sim() {
  local where=(--fresh)
  case " $* " in
    *' --seed '* | *' --seed='* | *' --first '* | *' --first='* | *' --list-faults '* | *' --help '*)
      where=()
      ;;
  esac
  source tools/dev/run.sh
  run_program buoyant-sim "${where[@]}" "$@"
}
