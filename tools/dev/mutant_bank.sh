# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# The files of the mutant bank: one patch each, with a few lines before it that say what it is.

mutant_folder=tests/sim/mutants

mutant_file() { echo "$mutant_folder/$1.patch"; }

# mutant_list: the names, in order.
mutant_list() {
  local file
  for file in "$mutant_folder"/*.patch; do
    [ ! -f "$file" ] || basename "$file" .patch
  done
}

# mutant_field NAME KEY: what the patch says after "KEY: "; empty when it says nothing.
mutant_field() { sed -n "/^--- /q; s/^$2: //p" "$(mutant_file "$1")"; }

# apply_in FOLDER [OPTIONS...] PATCH: git apply, of paths that begin in the folder, whether or not
# it lies in a repository. (Inside one git would take them from its top, and pass over others.)
apply_in() {
  local folder
  folder=$(cd "$1" && pwd -P)
  shift
  (cd "$folder" && GIT_CEILING_DIRECTORIES=$(dirname "$folder") git apply "$@")
}

# mutant_defect NAME SOURCE: what is wrong with the patch; empty when nothing is.
mutant_defect() {
  local key
  for key in Mutant Catalogue Kind Expected; do
    [ -n "$(mutant_field "$1" "$key")" ] || echo "has no line '$key: ...'"
  done
  case $(mutant_field "$1" Kind) in
    safety | liveness | resource) ;;
    *) echo "is neither of safety nor of liveness nor of resource" ;;
  esac
  apply_in "$2" --check "$PWD/$(mutant_file "$1")" 2>&1 || echo "does not apply any more"
}

# check_mutants SOURCE: every patch is in order and applies to the source there.
check_mutants() {
  local name defect failed=0
  while read -r name; do
    defect=$(mutant_defect "$name" "$1")
    if [ -n "$defect" ]; then
      printf '%s: %s\n' "$name" "$defect" >&2
      failed=1
    fi
  done < <(mutant_list)
  return $failed
}
