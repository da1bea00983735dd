// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// Every message after the handshake: verified, validated, and what is accepted encodes to an equal
// one. What decoding takes from the heap is in proportion to the frame (W2, W10).
//
// Input: the type, the length of the meta (two bytes), the meta, the payload.

#include "adapters/flatbuffers/codec.h"
#include "buoyant/base/assert.h"
#include "tests/adapters/flatbuffers/counting_new.h"
#include "tests/adapters/flatbuffers/samples.h"
#include "tests/adapters/flatbuffers/wire.h"
#include "tests/fuzz/input.h"

namespace buoyant::fuzz {

/// What an empty frame may cost.
constexpr std::size_t kFixedBytes = 256;

ReceivedFrame frame_of(Input& input) {
  const auto type = static_cast<FrameType>(input.byte());
  const std::size_t meta_bytes = input.byte() + std::size_t{256} * input.byte();
  const ByteView meta = input.bytes(meta_bytes);
  return flatbuf::wire_test::received(type, meta, text_of(input.rest()));
}

void try_message(const ReceivedFrame& frame) {
  static flatbuf::FlatbuffersCodec codec;
  const std::size_t before = flatbuf::counting_new::allocated_bytes();
  const auto decoded = flatbuf::samples::decode(codec, frame);
  const std::size_t taken = flatbuf::counting_new::allocated_bytes() - before;
  const std::size_t size = frame.meta.size() + frame.payload.size();
  BUOYANT_ASSERT(taken <= kFixedBytes + flatbuf::kDecodeAmplification * size);
  if (decoded) {
    const ReceivedFrame again =
        flatbuf::wire_test::receive(flatbuf::samples::encode(codec, *decoded));
    BUOYANT_ASSERT(flatbuf::samples::compare(codec, again, *decoded).empty());
  }
}

}  // namespace buoyant::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buoyant::fuzz::Input input(data, size);
  buoyant::fuzz::try_message(buoyant::fuzz::frame_of(input));
  return 0;
}
