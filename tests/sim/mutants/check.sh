#!/usr/bin/env bash
# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# check.sh SOURCE: fails when a mutant does not apply to the source, or does not say what it is.
set -euo pipefail
cd "$1"
source tools/dev/mutant_bank.sh
[ -n "$(mutant_list)" ] || {
  echo "there is no mutant in $mutant_folder" >&2
  exit 1
}
check_mutants "$PWD"
echo "$(mutant_list | wc -l) mutants are in order"
