# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev mutants: the mutant bank. Known bugs are put into a copy of the source, one at a time, and
# the simulation has to find each. tests/sim/mutants/README.md says what a mutant is.

source tools/dev/mutant_bank.sh
source tools/dev/mutant_report.sh

mutant_work=build/mutants
mutant_copy=$mutant_work/source
mutant_seeds_max=20000
mutant_kills_max=5
mutant_seconds_max=300
mutant_sound_seeds=200
mutant_sound_seconds=600

mutants_usage() {
  fail "usage: ./dev mutants [NAME...] [--seeds N] [--kills K] [--seconds S]"
}

# parse_mutant_options [ARGS...]: sets the limits above and mutant_names.
parse_mutant_options() {
  mutant_names=()
  while [ $# -gt 0 ]; do
    case $1 in
      --seeds | --kills | --seconds)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || mutants_usage
        case $1 in
          --seeds) mutant_seeds_max=$2 ;;
          --kills) mutant_kills_max=$2 ;;
          --seconds) mutant_seconds_max=$2 ;;
        esac
        shift 2
        ;;
      -*) mutants_usage ;;
      *)
        [ -f "$(mutant_file "$1")" ] || fail "there is no mutant $1 in $mutant_folder"
        mutant_names+=("$1")
        shift
        ;;
    esac
  done
  [ ${#mutant_names[@]} -gt 0 ] || mapfile -t mutant_names < <(mutant_list)
  [ ${#mutant_names[@]} -gt 0 ] || fail "there is no mutant in $mutant_folder"
}

# copy_source: brings the copy in line with the working tree. A file is written only if it differs,
# so that the next build finds what changed, whatever an interrupted run left behind.
copy_source() {
  local file
  mkdir -p "$mutant_copy"
  git ls-files -z --cached --others --exclude-standard >"$mutant_work/files"
  while IFS= read -r -d '' file; do
    if [ -f "$file" ] && ! cmp -s "$file" "$mutant_copy/$file"; then
      mkdir -p "$mutant_copy/$(dirname "$file")"
      cp "$file" "$mutant_copy/$file"
    fi
  done <"$mutant_work/files"
  while IFS= read -r -d '' file; do
    [ -f "$file" ] || rm "$mutant_copy/$file"
  done < <(cd "$mutant_copy" && find . -name build -prune -o -type f -printf '%P\0')
}

# in_copy COMMAND [ARGS...]
in_copy() { (cd "$mutant_copy" && "$@"); }

# simulate LOG SEEDS FAILURES SECONDS: runs seeds from 1 on, up to these limits. Gives the program's
# verdict: 0 all passed, 1 some failed. Anything else is no verdict.
simulate() {
  local status=0
  "$mutant_simulation" --first 1 --seeds "$2" --failures "$3" --seconds "$4" --jobs "$jobs" \
    >"$1" 2>&1 || status=$?
  [ $status -le 1 ] || fail "the simulation ended with status $status; see $1"
  return $status
}

# The program as it is must pass, or a kill says nothing.
hunt_sound_source() {
  local log=$mutant_work/log/sound
  say "building the simulation as it is"
  in_copy configure release || fail "the copy does not configure"
  in_copy build_quietly release buoyant-sim || fail "the simulation does not build"
  mutant_simulation=$(find "$mutant_copy/build/release" -type f -name buoyant-sim -perm -u+x \
    -print -quit)
  [ -n "$mutant_simulation" ] || fail "there is no program buoyant-sim"
  simulate "$log" $mutant_sound_seeds 1 "$mutant_sound_seconds" || {
    cat "$log" >&2
    fail "the simulation fails without a mutant"
  }
}

# hunt_mutant NAME: puts it in, looks for it, takes it out.
hunt_mutant() {
  local begin=$SECONDS built patch
  patch=$PWD/$(mutant_file "$1")
  apply_in "$mutant_copy" "$patch" || fail "$1 does not apply any more"
  in_copy build_quietly release buoyant-sim || fail "$1 does not build"
  built=$((SECONDS - begin))
  simulate "$mutant_work/log/$1" "$mutant_seeds_max" "$mutant_kills_max" "$mutant_seconds_max" || true
  apply_in "$mutant_copy" --reverse "$patch" || fail "$1 cannot be taken out again"
  report_mutant "$1" "$mutant_work/log/$1"
  say "$mutant_verdict ($((SECONDS - begin)) s, $built s of them to build)"
}

dev_mutants() {
  local name number=0
  parse_mutant_options "$@"
  check_mutants "$PWD" || fail "the bank is not in order"
  need_packages build
  say "copying the source"
  rm -rf "$mutant_work/log"
  mkdir -p "$mutant_work/log"
  copy_source
  hunt_sound_source
  for name in "${mutant_names[@]}"; do
    number=$((number + 1))
    say "$number of ${#mutant_names[@]}: $name"
    hunt_mutant "$name"
  done
  print_mutant_report "$mutant_work/table.md"
}
