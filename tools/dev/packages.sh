# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# What has to be installed, and installing it with apt where something is missing.

packages_of() {
  case $1 in
    build)
      echo g++ cmake ninja-build pkg-config libuv1-dev liblmdb-dev liburing-dev libflatbuffers-dev \
        flatbuffers-compiler libexpected-dev libxxhash-dev libssl-dev libgtest-dev libcli11-dev \
        nlohmann-json3-dev libfmt-dev libhttp-parser-dev libcurl4-openssl-dev \
        libbenchmark-dev dpkg-dev file
      ;;
    clang) echo clang ;;
    # What clang only recommends: libFuzzer with the sanitizers, and who makes names of addresses.
    fuzz) echo clang libclang-rt-14-dev llvm-14 ;;
    kv) echo redis-tools ;;
    # What the pages that are written here are tried in.
    browser) echo chromium ;;
    format) echo clang-format-14 ;;
    tidy) echo clang clang-format-14 clang-tidy-14 ;;
    coverage) echo gcovr ;;
    libraft) echo libraft-dev ;;
    grpc) echo libnghttp2-dev ;;
    # What makes the site, and what the pages' commands use.
    docs) echo python3 doxygen doxygen-awesome-css graphviz curl netcat-openbsd ;;
  esac
}

is_installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# need_packages SET...: installs what is missing; says what to install where it cannot.
need_packages() {
  local set package wanted=() missing=()
  for set in "$@"; do
    read -ra packages <<<"$(packages_of "$set")"
    wanted+=("${packages[@]}")
  done
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    need_commands "${wanted[@]}"
    return
  fi
  for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    fail "not root and no sudo; as root: apt install ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  as_root apt-get -o DPkg::Lock::Timeout=300 -q update ||
    say "apt-get update failed; trying with the lists that are there"
  as_root apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends install "${missing[@]}" ||
    fail "apt could not install: ${missing[*]}"
}

# Elsewhere than on Debian and Ubuntu: goes on if the essentials are there.
need_commands() {
  local missing=() name
  for name in g++ cmake ninja pkg-config flatc; do
    command -v "$name" >/dev/null || missing+=("$name")
  done
  for name in libuv lmdb openssl; do
    pkg-config --exists "$name" 2>/dev/null || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] ||
    fail "missing: ${missing[*]}; install the equivalents of these Debian packages: $*"
}
