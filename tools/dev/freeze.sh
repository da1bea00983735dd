# Copyright (c) the buoyant authors.
# SPDX-License-Identifier: ISC

# ./dev freeze N: keeps the present schemas and codec as tests/frozen/codec_N, which servers of a
# mixed cluster go on speaking when the present ones have changed. Nothing there is edited by hand.

dev_freeze() {
  [[ ${1:-} =~ ^[0-9]+$ ]] || fail "usage: ./dev freeze N"
  local number=$1 target=tests/frozen/codec_$1 source
  [ ! -e "$target" ] || fail "$target is there: what was released is not written again"
  mkdir -p "$target"
  for source in schemas/rpc.fbs schemas/entry.fbs; do
    sed "s/^namespace buoyant\.wire;/namespace buoyant.wire_$number;/" "$source" \
      >"$target/$(basename "$source")"
  done
  for source in adapters/flatbuffers/*.h adapters/flatbuffers/*.cc; do
    sed -e "s/namespace buoyant::flatbuf\b/namespace buoyant::flatbuf_$number/" \
      -e "s/\bwire::/wire_$number::/g" \
      -e "s|\"adapters/flatbuffers/|\"$target/|" \
      -e "s#\"\(rpc\|entry\)_generated.h\"#\"codec_$number/\1_generated.h\"#" \
      "$source" >"$target/$(basename "$source")"
  done
  dev_format
  say "$target: name it in tests/frozen/CMakeLists.txt and tests/frozen/releases.cc"
}
