// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The payload of a configuration entry: what is accepted keeps the invariants of Configuration and
// encodes to an equal one.

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/assert.h"
#include "tests/fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static buoyant::flatbuf::FlatbuffersCodec codec;
  // A block of its own, so that a byte too far is seen.
  const buoyant::Bytes payload = buoyant::Bytes::copy_of(buoyant::fuzz::Input(data, size).rest());
  const auto decoded = codec.decode_configuration(payload.view());
  if (decoded) {
    BUOYANT_ASSERT(buoyant::validate(*decoded).has_value());
    BUOYANT_ASSERT(decoded->ids().size() <= 2 * buoyant::kMembersMax);
    const buoyant::Bytes again = codec.encode_configuration(*decoded);
    BUOYANT_ASSERT(codec.decode_configuration(again.view()) == decoded);
  }
  return 0;
}
