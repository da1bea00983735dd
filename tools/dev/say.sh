# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# How the dev commands speak: progress to stdout, what went wrong to stderr.

say() { printf '== %s\n' "$*"; }

fail() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}
