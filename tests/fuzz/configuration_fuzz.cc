// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// The payload of a configuration entry: what is accepted keeps the invariants of Configuration and
// encodes to an equal one. What decoding takes from the heap is in proportion to it (W10).

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/assert.h"
#include "tests/adapters/flatbuffers/counting_new.h"
#include "tests/fuzz/input.h"

namespace buoyant::fuzz {

/// What an empty payload may cost.
constexpr std::size_t kFixedBytes = 256;

void try_configuration(const Bytes& payload) {
  static flatbuf::FlatbuffersCodec codec;
  const std::size_t before = flatbuf::counting_new::allocated_bytes();
  const auto decoded = codec.decode_configuration(payload.view());
  const std::size_t taken = flatbuf::counting_new::allocated_bytes() - before;
  BUOYANT_ASSERT(taken <= kFixedBytes + flatbuf::kDecodeAmplification * payload.size());
  if (decoded) {
    BUOYANT_ASSERT(validate(*decoded).has_value());
    BUOYANT_ASSERT(decoded->ids().size() <= 2 * kMembersMax);
    const Bytes again = codec.encode_configuration(*decoded);
    BUOYANT_ASSERT(codec.decode_configuration(again.view()) == decoded);
  }
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A block of its own, so that a byte too far is seen.
  buoyant::fuzz::try_configuration(
      buoyant::Bytes::copy_of(buoyant::fuzz::Input(data, size).rest()));
  return 0;
}
